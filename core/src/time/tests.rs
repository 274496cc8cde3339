//! Dates, working calendars and buckets, against jiff and a day-by-day loop.

use proptest::prelude::*;

use super::*;

fn d(text: &str) -> Date {
    Date::parse(text).unwrap()
}

const WEEKDAYS: [bool; 7] = [true, true, true, true, true, false, false];

#[test]
fn promise_17_dates_are_civil_and_bounded() {
    assert_eq!(Date::literal(1970, 1, 1).day_number(), 0);
    assert_eq!(Date::new(1, 1, 1), Ok(Date::MIN));
    assert_eq!(Date::new(9999, 12, 31), Ok(Date::MAX));
    assert!(Date::MIN.add_days(-1).is_err() && Date::MAX.add_days(1).is_err());
    assert!(Date::MAX.add_days(i32::MAX).is_err() && Date::MIN.add_days(i32::MIN).is_err());
    assert!(Date::from_day_number(i32::MIN).is_err() && Date::from_day_number(i32::MAX).is_err());
    assert!(
        Date::new(0, 12, 31).is_err() && Date::new(-1, 1, 1).is_err() && Date::new(10_000, 1, 1).is_err()
    );
    // Weekdays from a printed calendar: the first day of 2000 was a Saturday.
    assert_eq!(d("2000-01-01").weekday(), Weekday::Saturday);
    assert_eq!(d("2026-03-02").weekday(), Weekday::Monday);
    assert_eq!(d("2024-02-01").last_of_month(), d("2024-02-29"));
    assert_eq!(d("1900-02-15").last_of_month(), d("1900-02-28"));
    assert_eq!(Date::MAX.first_of_month(), d("9999-12-01"));
}

#[test]
fn i07_date_texts_are_read_strictly() {
    for text in [
        "",
        "2026-3-2",
        "2026-03-02 ",
        " 2026-03-02",
        "20260302",
        "2026/03/02",
        "+2026-03-02",
        "2026-03-02T00:00",
        "２０２６-03-02",
        "2026-W10-1",
        "12026-03-02",
        "2026-0a-02",
        "-001-01-01",
    ] {
        assert!(matches!(Date::parse(text), Err(DateError::Syntax { .. })), "{text}");
    }
    for text in ["2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "0000-01-01", "1900-02-29"] {
        assert!(matches!(Date::parse(text), Err(DateError::OutOfRange { .. })), "{text}");
    }
    assert!(Date::parse(&"9".repeat(1 << 20)).unwrap_err().to_string().len() < 200);
    assert_eq!(serde_json::to_string(&d("0001-02-03")).unwrap(), "\"0001-02-03\"");
    assert!(serde_json::from_str::<Date>("20260302").is_err());
}

#[test]
fn p13_offsets_count_working_days() {
    let (from, to) = (d("2026-01-01"), d("2026-12-31"));
    let calendar = WorkCalendar::new(WEEKDAYS, vec![], from, to).unwrap();
    // Row P13: due Fri 03-20, 5 days → 03-13; line offset +2 → 03-17; inspection 1 → dock 03-16;
    // purchase 6 calendar days → 03-10, 6 working days → 03-06.
    let start = calendar.add_working_days(d("2026-03-20"), -5).unwrap();
    assert_eq!(start, d("2026-03-13"));
    let need = calendar.add_working_days(start, 2).unwrap();
    assert_eq!(need, d("2026-03-17"));
    let dock = calendar.add_working_days(need, -1).unwrap();
    assert_eq!(dock, d("2026-03-16"));
    assert_eq!(dock.add_days(-6).map(|day| calendar.snap_back(day).unwrap_or(day)), Ok(d("2026-03-10")));
    assert_eq!(calendar.add_working_days(dock, -6), Ok(d("2026-03-06")));
}

#[test]
fn p13_gaps_name_the_day_that_is_missing() {
    let (from, to) = (d("2026-03-02"), d("2026-03-13"));
    let calendar = WorkCalendar::new(WEEKDAYS, vec![(d("2026-03-13"), false)], from, to).unwrap();
    assert_eq!(calendar.is_working(d("2026-03-01")), Err(CalendarGap { date: d("2026-03-01") }));
    assert_eq!(calendar.add_working_days(from, -1), Err(CalendarGap { date: d("2026-03-01") }));
    assert_eq!(calendar.snap_forward(to), Err(CalendarGap { date: d("2026-03-14") }));
    assert_eq!(calendar.add_working_days(from, i32::MAX), Err(CalendarGap { date: d("2026-03-14") }));
    assert_eq!(calendar.add_working_days(to, i32::MIN), Err(CalendarGap { date: d("2026-03-01") }));
    assert_eq!(calendar.add_working_days(to, 0), Ok(to));
    let all = WorkCalendar::weekdays();
    assert_eq!(all.add_working_days(Date::MAX, 1), Err(CalendarGap { date: Date::MAX }));
    assert_eq!(all.add_working_days(Date::MIN, -1), Err(CalendarGap { date: Date::MIN }));
    assert!(all.working_days_between(Date::MIN, Date::MAX).is_ok());
}

#[test]
fn calendars_that_cannot_be_are_refused() {
    let (from, to) = (d("2026-03-02"), d("2026-03-08"));
    let new = |week, exceptions, from, to| WorkCalendar::new(week, exceptions, from, to).map(|_| ());
    assert_eq!(new(WEEKDAYS, vec![], to, from), Err(CalendarError::Range { from: to, to: from }));
    assert_eq!(new([false; 7], vec![], from, to), Err(CalendarError::Empty));
    assert_eq!(new([false; 7], vec![(to.add_days(1).unwrap(), true)], from, to), Err(CalendarError::Empty));
    assert_eq!(new([false; 7], vec![(to, true)], from, to), Ok(()));
    let twice = vec![(to, true), (from, false), (to, false)];
    assert_eq!(new(WEEKDAYS, twice, from, to), Err(CalendarError::DuplicateDate { date: to }));
}

/// The same questions answered one day at a time.
#[derive(Debug)]
struct Loop {
    week: [bool; 7],
    exceptions: Vec<(Date, bool)>,
    from: Date,
    to: Date,
}

impl Loop {
    fn works(&self, day: Date) -> bool {
        let exception = self.exceptions.iter().find(|(date, _)| *date == day);
        exception.map_or(self.week[day.weekday().index()], |(_, works)| *works)
    }

    fn add(&self, mut day: Date, n: i32) -> Option<Date> {
        let mut left = n.abs();
        while left > 0 {
            day = day.add_days(n.signum()).ok().filter(|day| self.from <= *day && *day <= self.to)?;
            left -= i32::from(self.works(day));
        }
        Some(day)
    }

    fn snap(&self, mut day: Date, step: i32) -> Option<Date> {
        while !self.works(day) {
            day = day.add_days(step).ok().filter(|day| self.from <= *day && *day <= self.to)?;
        }
        Some(day)
    }

    fn between(&self, a: Date, b: Date) -> i32 {
        let count = |from: i32, to: i32| -> i32 {
            (from..to).filter(|day| self.works(Date::from_day_number(*day).unwrap())).map(|_| 1).sum()
        };
        if a <= b {
            count(a.day_number() + 1, b.day_number() + 1)
        } else {
            -count(b.day_number(), a.day_number())
        }
    }
}

prop_compose! {
    fn plant()(
        week in any::<[bool; 7]>(),
        start in -800_000i32..2_932_000,
        length in 0i32..90,
        days in proptest::collection::btree_map(-5i32..95, any::<bool>(), 0..25),
    ) -> Loop {
        let start = start.max(Date::MIN.day_number() + 10);
        let day = |n: i32| Date::from_day_number(start + n).unwrap();
        let exceptions = days.into_iter().rev().map(|(n, works)| (day(n), works)).collect();
        Loop { week, exceptions, from: day(0), to: day(length) }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn p13_calendar_agrees_with_a_day_by_day_loop(plant in plant(), a in 0i32..90, b in 0i32..90, n in -70i32..70) {
        let calendar = WorkCalendar::new(plant.week, plant.exceptions.clone(), plant.from, plant.to);
        let covered = (plant.from.day_number()..=plant.to.day_number()).map(|day| Date::from_day_number(day).unwrap());
        let any = covered.clone().any(|day| plant.works(day));
        prop_assert_eq!(calendar.is_ok(), any);
        let Ok(calendar) = calendar else { return Ok(()) };
        for day in covered {
            prop_assert_eq!(calendar.is_working(day), Ok(plant.works(day)));
            prop_assert_eq!(calendar.snap_forward(day).ok(), plant.snap(day, 1));
            prop_assert_eq!(calendar.snap_back(day).ok(), plant.snap(day, -1));
            prop_assert_eq!(calendar.add_working_days(day, n).ok(), plant.add(day, n));
        }
        let length = plant.to.days_since(plant.from) + 1;
        let a = plant.from.add_days(a % length).unwrap();
        let b = plant.from.add_days(b % length).unwrap();
        prop_assert_eq!(calendar.working_days_between(a, b), Ok(plant.between(a, b)));
    }

    #[test]
    fn promise_16_there_and_back(n in -3000i32..3000, start in 0i32..20_000) {
        let calendar = WorkCalendar::weekdays();
        let start = calendar.snap_forward(Date::from_day_number(start).unwrap()).unwrap();
        let end = calendar.add_working_days(start, n).unwrap();
        prop_assert_eq!(calendar.working_days_between(start, end), Ok(n));
        prop_assert_eq!(calendar.add_working_days(end, -n), Ok(start));
    }

    #[test]
    fn dates_agree_with_jiff(day in -719_162i32..=2_932_896) {
        let date = Date::from_day_number(day).unwrap();
        let civil = jiff::civil::Date::new(date.year(), date.month(), date.day()).unwrap();
        prop_assert_eq!(date.to_string(), civil.to_string());
        prop_assert_eq!(Date::parse(&civil.to_string()), Ok(date));
        prop_assert_eq!(date.weekday().index(), usize::try_from(civil.weekday().to_monday_zero_offset()).unwrap());
        prop_assert_eq!(date.last_of_month().to_string(), civil.last_of_month().to_string());
    }

    #[test]
    fn p19_buckets_have_no_gap_and_no_overlap(day in -700_000i32..2_900_000, n in 1u32..400, kind in 0..5) {
        let date = Date::from_day_number(day).unwrap();
        let rule = match kind {
            0 => Bucket::Day,
            1 => Bucket::Week,
            2 => Bucket::Month,
            3 => Bucket::Days { n, origin: Date::literal(2026, 3, 2) },
            _ => Bucket::Cycle { starts: [-40, 0, 3, 90].map(|k| date.add_days(k).unwrap()).to_vec() },
        };
        let (index, start, end) = (rule.index(date)?, rule.start_of(date)?, rule.end_of(date)?);
        prop_assert!(start <= date && date <= end);
        prop_assert_eq!((rule.index(start)?, rule.index(end)?), (index, index));
        prop_assert_eq!(rule.index(end.add_days(1).unwrap())?, index + 1);
        prop_assert_eq!(rule.index(start.add_days(-1).unwrap())?, index - 1);
    }
}

#[test]
fn p19_the_row_example_and_the_named_buckets() {
    let rule = Bucket::Days { n: 7, origin: d("2026-03-02") };
    assert_eq!((rule.index(d("2026-03-05")), rule.index(d("2026-03-12"))), (Ok(0), Ok(1)));
    assert_eq!(rule.start_of(d("2026-03-05")), Ok(d("2026-03-02")));
    assert_eq!(rule.end_of(d("2026-03-05")), Ok(d("2026-03-08")));
    assert_eq!(rule.index(d("2026-03-01")), Ok(-1));
    // Weeks run Monday to Sunday; 2026-03-01 is a Sunday.
    assert_eq!(Bucket::Week.start_of(d("2026-03-01")), Ok(d("2026-02-23")));
    assert_eq!(Bucket::Week.end_of(d("2026-03-02")), Ok(d("2026-03-08")));
    assert_eq!(Bucket::Week.index(d("1970-01-01")), Ok(0));
    assert_eq!(Bucket::Month.index(d("1970-01-31")), Ok(0));
    assert_eq!(Bucket::Month.end_of(d("2024-02-10")), Ok(d("2024-02-29")));
    let cycle = Bucket::Cycle { starts: vec![d("2026-03-02"), d("2026-03-16")] };
    assert_eq!(cycle.index(d("2026-03-15")), Ok(0));
    assert_eq!(cycle.end_of(d("2026-03-15")), Ok(d("2026-03-15")));
    assert_eq!(cycle.end_of(d("2026-03-16")), Ok(Date::MAX));
    let outside = BucketError::Outside { date: d("2026-03-01"), first: d("2026-03-02") };
    assert_eq!(cycle.index(d("2026-03-01")), Err(outside));
}

#[test]
fn i07_bucket_rules_that_are_none_are_refused_not_divided_by() {
    let zero = Bucket::Days { n: 0, origin: Date::MIN };
    assert_eq!(zero.validate(), Err(BucketError::ZeroLength));
    assert_eq!(zero.index(Date::MAX), Err(BucketError::ZeroLength));
    let huge = Bucket::Days { n: u32::MAX, origin: Date::MAX };
    assert_eq!((huge.index(Date::MAX), huge.index(Date::MIN)), (Ok(0), Ok(-1)));
    assert_eq!((huge.start_of(Date::MIN), huge.end_of(Date::MAX)), (Ok(Date::MIN), Ok(Date::MAX)));
    let empty = Bucket::Cycle { starts: vec![] };
    assert_eq!(empty.start_of(Date::MIN), Err(BucketError::Empty));
    let falling = Bucket::Cycle { starts: vec![d("2026-03-02"), d("2026-03-02")] };
    assert_eq!(falling.validate(), Err(BucketError::Unsorted { date: d("2026-03-02") }));
    assert_eq!(Bucket::Week.start_of(Date::MIN), Ok(Date::MIN), "0001-01-01 is a Monday");
    assert_eq!(Bucket::Week.end_of(Date::MAX), Ok(Date::MAX), "9999-12-31 is a Friday: the week is cut");
    let json = r#"{"kind":"days","n":7,"origin":"2026-03-02"}"#;
    assert_eq!(serde_json::from_str::<Bucket>(json).unwrap(), Bucket::Days { n: 7, origin: d("2026-03-02") });
}

//! Working days as arrays over the days a plan usually touches; beyond them the calendar itself is asked.

use crate::time::{Date, WorkCalendar};

/// A calendar does not cover a day that is needed (`CALENDAR_GAP`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gap;

/// Working days of one calendar. Days are civil day numbers.
#[derive(Debug, Clone)]
pub(crate) struct DayTable {
    calendar: WorkCalendar,
    low: i32,
    /// Working days from `low` up to and including each day.
    through: Vec<u32>,
    /// The working days from `low` on.
    working: Vec<i32>,
}

impl DayTable {
    pub(crate) fn new(calendar: &WorkCalendar, low: i32, high: i32) -> DayTable {
        let low = low.max(calendar.from().day_number());
        let high = high.min(calendar.to().day_number());
        let mut table =
            DayTable { calendar: calendar.clone(), low, through: Vec::new(), working: Vec::new() };
        for day in low..=high {
            let works =
                Date::from_day_number(day).is_ok_and(|date| calendar.is_working(date).unwrap_or(false));
            if works {
                table.working.push(day);
            }
            table.through.push(u32::try_from(table.working.len()).unwrap_or(u32::MAX));
        }
        table
    }

    /// Working days up to and including a day, where the arrays cover it.
    fn through(&self, day: i32) -> Option<i32> {
        let index = usize::try_from(day.checked_sub(self.low)?).ok()?;
        self.through.get(index).and_then(|&n| i32::try_from(n).ok())
    }

    fn nth(&self, index: i32) -> Option<i32> {
        self.working.get(usize::try_from(index).ok()?).copied()
    }

    fn slow(&self, day: i32, op: impl FnOnce(&WorkCalendar, Date) -> Option<Date>) -> Result<i32, Gap> {
        let date = Date::from_day_number(day).map_err(|_| Gap)?;
        op(&self.calendar, date).map(Date::day_number).ok_or(Gap)
    }

    /// The working day on or before a day, then `n` working days further back.
    pub(crate) fn back(&self, day: i32, n: i32) -> Result<i32, Gap> {
        if let Some(found) = self.through(day).and_then(|k| self.nth(k - 1 - n)) {
            return Ok(found);
        }
        self.slow(day, |calendar, date| {
            let from = calendar.snap_back(date).ok()?;
            calendar.add_working_days(from, -n).ok()
        })
    }

    /// The working day on or after a day.
    pub(crate) fn forward_to(&self, day: i32) -> Result<i32, Gap> {
        if let Some(found) = self.through(day.saturating_sub(1)).and_then(|k| self.nth(k)) {
            return Ok(found);
        }
        self.slow(day, |calendar, date| calendar.snap_forward(date).ok())
    }

    /// `n` working days after a day (before it when negative); the day itself for 0.
    pub(crate) fn add(&self, day: i32, n: i32) -> Result<i32, Gap> {
        if n == 0 {
            return Ok(day);
        }
        let through = if n > 0 { self.through(day) } else { self.through(day - 1) };
        if let Some(found) = through.and_then(|k| self.nth(if n > 0 { k + n - 1 } else { k + n })) {
            return Ok(found);
        }
        self.slow(day, |calendar, date| calendar.add_working_days(date, n).ok())
    }
}

/// Working days of a place that may have no calendar: then every day works.
#[inline]
pub(crate) fn back(table: Option<&DayTable>, day: i32, n: i32) -> Result<i32, Gap> {
    match table {
        Some(table) => table.back(day, n),
        None => in_range(day.checked_sub(n)),
    }
}

/// See [`DayTable::forward_to`].
pub(crate) fn forward_to(table: Option<&DayTable>, day: i32) -> Result<i32, Gap> {
    table.map_or(Ok(day), |table| table.forward_to(day))
}

/// See [`DayTable::add`].
pub(crate) fn add(table: Option<&DayTable>, day: i32, n: i32) -> Result<i32, Gap> {
    match table {
        Some(table) => table.add(day, n),
        None => in_range(day.checked_add(n)),
    }
}

/// A day number that is a date; outside the civil range there is no calendar.
#[inline]
pub(crate) fn in_range(day: Option<i32>) -> Result<i32, Gap> {
    day.filter(|&d| (Date::MIN.day_number()..=Date::MAX.day_number()).contains(&d)).ok_or(Gap)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p13_arrays_agree_with_the_calendar_inside_and_outside_their_range() {
        let date = |day| Date::literal(2026, 3, day);
        let week = [true, true, true, true, true, false, false];
        let calendar =
            WorkCalendar::new(week, vec![(date(11), false), (date(14), true)], Date::MIN, Date::MAX).unwrap();
        let table = DayTable::new(&calendar, date(6).day_number(), date(20).day_number());
        for day in 1..=31 {
            let from = date(day);
            let number = from.day_number();
            assert_eq!(table.forward_to(number), Ok(calendar.snap_forward(from).unwrap().day_number()));
            for n in 0..8 {
                let back = calendar.add_working_days(calendar.snap_back(from).unwrap(), -n).unwrap();
                assert_eq!(table.back(number, n), Ok(back.day_number()), "{from} back {n}");
                for n in [n, -n] {
                    let there = calendar.add_working_days(from, n).unwrap();
                    assert_eq!(table.add(number, n), Ok(there.day_number()), "{from} add {n}");
                }
            }
        }
    }

    #[test]
    fn p13_a_gap_is_an_error_not_a_date() {
        let calendar =
            WorkCalendar::new([true; 7], vec![], Date::literal(2026, 1, 1), Date::literal(2026, 1, 31));
        let table = DayTable::new(&calendar.unwrap(), i32::MIN / 2, i32::MAX / 2);
        assert_eq!(table.back(Date::literal(2026, 1, 10).day_number(), 10), Err(Gap));
        assert_eq!(table.forward_to(Date::literal(2026, 2, 1).day_number()), Err(Gap));
    }
}

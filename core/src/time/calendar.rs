//! Working-day arithmetic.

use super::Date;
use crate::finding::{Code, Finding};

/// Which days are worked between two dates: a week pattern and dated exceptions to it.
///
/// Every question takes time logarithmic in the number of exceptions, whatever the distance: whole weeks are
/// counted by arithmetic, exceptions by a running count and binary search.
///
/// ```
/// use headstock::time::{Date, WorkCalendar};
///
/// let week = [true, true, true, true, true, false, false];
/// let (from, to) = (Date::literal(2026, 1, 1), Date::literal(2026, 12, 31));
/// let calendar = WorkCalendar::new(week, vec![], from, to).unwrap();
/// // P13: due Friday 2026-03-20, five working days earlier.
/// assert_eq!(calendar.add_working_days(Date::literal(2026, 3, 20), -5), Ok(Date::literal(2026, 3, 13)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WorkCalendar {
    week: [bool; 7],
    from: Date,
    to: Date,
    exceptions: Vec<Exception>,
}

/// A dated exception, with what it makes of the days up to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Exception {
    date: Date,
    working: bool,
    /// Working days from the calendar's first day to this date, both included.
    through: i32,
}

/// A day that the calendar does not cover (`CALENDAR_GAP`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("the calendar does not cover {date}")]
pub struct CalendarGap {
    /// The first day that was needed and is not covered.
    pub date: Date,
}

impl CalendarGap {
    /// `CALENDAR_GAP`.
    #[must_use]
    pub const fn code(&self) -> Code {
        Code::CalendarGap
    }

    /// The finding `CALENDAR_GAP {date}`; the caller adds `site`.
    #[must_use]
    pub fn finding(&self) -> Finding {
        Finding::new(Code::CalendarGap).with("date", self.date)
    }
}

/// A calendar that cannot be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum CalendarError {
    /// Not one working day (`CALENDAR_EMPTY`).
    #[error("the calendar has no working day")]
    Empty,
    /// A date stands twice among the exceptions (`CALENDAR_DUPLICATE_DATE`).
    #[error("the calendar lists {date} more than once")]
    DuplicateDate {
        /// The date.
        date: Date,
    },
    /// The first day lies after the last (`CALENDAR_RANGE`).
    #[error("the calendar starts on {from}, after its end {to}")]
    Range {
        /// The first day.
        from: Date,
        /// The last day.
        to: Date,
    },
}

impl CalendarError {
    /// `CALENDAR_EMPTY`, `CALENDAR_DUPLICATE_DATE` or `CALENDAR_RANGE`.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            CalendarError::Empty => Code::CalendarEmpty,
            CalendarError::DuplicateDate { .. } => Code::CalendarDuplicateDate,
            CalendarError::Range { .. } => Code::CalendarRange,
        }
    }

    /// The finding with its parameters.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let finding = Finding::new(self.code());
        match self {
            CalendarError::Empty => finding,
            CalendarError::DuplicateDate { date } => finding.with("date", date),
            CalendarError::Range { from, to } => finding.with("from", from).with("to", to),
        }
    }
}

impl WorkCalendar {
    /// A calendar that covers `from` to `to`, both included. `week` says which days from Monday to Sunday are
    /// worked; an exception overrides it for one date (`true` = worked). Exceptions may come in any order;
    /// those outside the covered days have no effect.
    ///
    /// # Errors
    /// `CALENDAR_RANGE`; `CALENDAR_DUPLICATE_DATE`; `CALENDAR_EMPTY` when no covered day is worked.
    pub fn new(
        week: [bool; 7],
        mut exceptions: Vec<(Date, bool)>,
        from: Date,
        to: Date,
    ) -> Result<WorkCalendar, CalendarError> {
        if from > to {
            return Err(CalendarError::Range { from, to });
        }
        exceptions.sort_unstable();
        if let Some(pair) = exceptions.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(CalendarError::DuplicateDate { date: pair[0].0 });
        }
        exceptions.retain(|(date, _)| from <= *date && *date <= to);
        let mut calendar = WorkCalendar { week, from, to, exceptions: Vec::with_capacity(exceptions.len()) };
        let mut shift = 0;
        for (date, working) in exceptions {
            shift += i32::from(working) - i32::from(calendar.week_says(date.day_number()));
            let through = calendar.week_count(date.day_number() + 1) + shift;
            calendar.exceptions.push(Exception { date, working, through });
        }
        if calendar.count_before(to.day_number() + 1) == 0 {
            return Err(CalendarError::Empty);
        }
        Ok(calendar)
    }

    /// Monday to Friday, no holidays, over all dates.
    #[must_use]
    pub fn weekdays() -> WorkCalendar {
        let week = [true, true, true, true, true, false, false];
        WorkCalendar { week, from: Date::MIN, to: Date::MAX, exceptions: Vec::new() }
    }

    /// Every day is worked, over all dates.
    #[must_use]
    pub fn every_day() -> WorkCalendar {
        WorkCalendar { week: [true; 7], from: Date::MIN, to: Date::MAX, exceptions: Vec::new() }
    }

    /// The first day covered.
    #[must_use]
    pub const fn from(&self) -> Date {
        self.from
    }

    /// The last day covered.
    #[must_use]
    pub const fn to(&self) -> Date {
        self.to
    }

    /// The days of the week that are worked, Monday first.
    #[must_use]
    pub const fn week(&self) -> [bool; 7] {
        self.week
    }

    /// The exceptions within the covered days, by date.
    pub fn exceptions(&self) -> impl ExactSizeIterator<Item = (Date, bool)> {
        self.exceptions.iter().map(|exception| (exception.date, exception.working))
    }

    /// Whether `date` is worked.
    ///
    /// # Errors
    /// `CALENDAR_GAP` when the date is not covered.
    pub fn is_working(&self, date: Date) -> Result<bool, CalendarGap> {
        self.cover(date)?;
        Ok(self.works(date))
    }

    /// The `n`-th working day after `date` (`n > 0`), the `n`-th before it (`n < 0`), or `date` itself.
    ///
    /// # Errors
    /// `CALENDAR_GAP` when the date or the result is not covered.
    pub fn add_working_days(&self, date: Date, n: i32) -> Result<Date, CalendarGap> {
        self.cover(date)?;
        let rank = match n {
            0 => return Ok(date),
            1.. => i64::from(self.count_before(date.day_number() + 1)) + i64::from(n) - 1,
            _ => i64::from(self.count_before(date.day_number())) + i64::from(n),
        };
        self.working_day(rank)
    }

    /// The working days after `a` up to and including `b`; for an earlier `b`, minus those from `b` up to but
    /// not including `a`. So `add_working_days(a, n) = b` gives `n`.
    ///
    /// # Errors
    /// `CALENDAR_GAP` when either date is not covered.
    pub fn working_days_between(&self, a: Date, b: Date) -> Result<i32, CalendarGap> {
        self.cover(a)?;
        self.cover(b)?;
        let edge = i32::from(b >= a);
        Ok(self.count_before(b.day_number() + edge) - self.count_before(a.day_number() + edge))
    }

    /// `date` if it is worked, else the next working day.
    ///
    /// # Errors
    /// `CALENDAR_GAP` when the date or the result is not covered.
    pub fn snap_forward(&self, date: Date) -> Result<Date, CalendarGap> {
        self.cover(date)?;
        self.working_day(i64::from(self.count_before(date.day_number())))
    }

    /// `date` if it is worked, else the working day before it.
    ///
    /// # Errors
    /// `CALENDAR_GAP` when the date or the result is not covered.
    pub fn snap_back(&self, date: Date) -> Result<Date, CalendarGap> {
        self.cover(date)?;
        self.working_day(i64::from(self.count_before(date.day_number() + 1)) - 1)
    }

    fn cover(&self, date: Date) -> Result<(), CalendarGap> {
        if self.from <= date && date <= self.to { Ok(()) } else { Err(CalendarGap { date }) }
    }

    fn works(&self, date: Date) -> bool {
        match self.exceptions.binary_search_by_key(&date, |exception| exception.date) {
            Ok(at) => self.exceptions[at].working,
            Err(_) => self.week_says(date.day_number()),
        }
    }

    fn week_says(&self, day: i32) -> bool {
        self.week[weekday(day)]
    }

    /// Days that the week pattern works from the first covered day up to but not including `day`.
    fn week_count(&self, day: i32) -> i32 {
        let days = day - self.from.day_number();
        let whole = days.div_euclid(7);
        let tail = (day - days.rem_euclid(7)..day).filter(|day| self.week_says(*day)).count();
        whole * self.days_a_week() + i32::try_from(tail).unwrap_or(0)
    }

    fn days_a_week(&self) -> i32 {
        self.week.iter().map(|works| i32::from(*works)).sum()
    }

    /// Working days from the first covered day up to but not including `day`.
    fn count_before(&self, day: i32) -> i32 {
        let passed = self.exceptions.partition_point(|exception| exception.date.day_number() < day);
        match passed.checked_sub(1).and_then(|last| self.exceptions.get(last)) {
            None => self.week_count(day),
            Some(last) => last.through + self.week_count(day) - self.week_count(last.date.day_number() + 1),
        }
    }

    /// The working day with `rank` working days before it among the covered days.
    fn working_day(&self, rank: i64) -> Result<Date, CalendarGap> {
        if rank < 0 {
            return Err(CalendarGap { date: self.from.add_days(-1).unwrap_or(Date::MIN) });
        }
        let gap = CalendarGap { date: self.to.add_days(1).unwrap_or(Date::MAX) };
        let rank = i32::try_from(rank).map_err(|_| gap)?;
        let next = self.exceptions.partition_point(|exception| exception.through <= rank);
        let (start, counted) = match next.checked_sub(1).and_then(|last| self.exceptions.get(last)) {
            None => (self.from.day_number(), 0),
            Some(last) => (last.date.day_number() + 1, last.through),
        };
        let by_week = self.week_day(start, rank - counted);
        match (by_week, self.exceptions.get(next)) {
            (Some(day), Some(exception)) if day < exception.date.day_number() => self.covered(day).ok_or(gap),
            (_, Some(exception)) => Ok(exception.date),
            (Some(day), None) => self.covered(day).ok_or(gap),
            (None, None) => Err(gap),
        }
    }

    /// The day with `rank` days of the week pattern before it, counted from `start`.
    fn week_day(&self, start: i32, rank: i32) -> Option<i32> {
        let a_week = self.days_a_week();
        if a_week == 0 {
            return None;
        }
        let monday = start.checked_add((rank / a_week).checked_mul(7)?)?;
        let left = usize::try_from(rank % a_week).ok()?;
        (monday..monday.checked_add(7)?).filter(|day| self.week_says(*day)).nth(left)
    }

    fn covered(&self, day: i32) -> Option<Date> {
        Date::from_day_number(day).ok().filter(|date| self.from <= *date && *date <= self.to)
    }
}

/// 0 for Monday to 6 for Sunday; day 0 was a Thursday.
fn weekday(day: i32) -> usize {
    usize::try_from((day + 3).rem_euclid(7)).unwrap_or(0)
}

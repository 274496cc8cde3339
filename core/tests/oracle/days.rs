//! Days as plain numbers, calendars walked day by day, buckets.

use headstock::calendar::{Calendar, Cycle};
use headstock::planning::BucketRule;
use headstock::time::Date;

pub type Day = i32;

pub fn date(day: Day) -> Date {
    Date::from_day_number(day).unwrap()
}

/// The calendar does not cover a day that was needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap;

/// A working calendar; none means that every day works.
#[derive(Debug, Clone, Copy)]
pub struct Cal<'a>(pub Option<&'a Calendar>);

impl Cal<'_> {
    pub fn works(&self, day: Day) -> Result<bool, Gap> {
        let Some(c) = self.0 else { return Ok(true) };
        let d = date(day);
        if c.from.is_some_and(|f| d < f) || c.to.is_some_and(|t| d > t) {
            return Err(Gap);
        }
        if let Some(e) = c.exceptions.iter().find(|e| e.date == d) {
            return Ok(e.working);
        }
        Ok(c.week[(day + 3).rem_euclid(7) as usize])
    }

    /// The day itself or the working day before it.
    pub fn back(&self, mut day: Day) -> Result<Day, Gap> {
        for _ in 0..5000 {
            if self.works(day)? {
                return Ok(day);
            }
            day -= 1;
        }
        Err(Gap)
    }

    /// The day itself or the next working day.
    pub fn forward(&self, mut day: Day) -> Result<Day, Gap> {
        for _ in 0..5000 {
            if self.works(day)? {
                return Ok(day);
            }
            day += 1;
        }
        Err(Gap)
    }

    /// `n` working days before; a day that does not work starts from the working day before it.
    pub fn minus(&self, day: Day, n: u32) -> Result<Day, Gap> {
        let mut day = self.back(day)?;
        for _ in 0..n {
            day = self.back(day - 1)?;
        }
        Ok(day)
    }

    /// The `n`-th working day after (or before) a day; 0 is the day itself.
    pub fn shift(&self, mut day: Day, n: i32) -> Result<Day, Gap> {
        for _ in 0..n.unsigned_abs() {
            day = if n > 0 { self.forward(day + 1)? } else { self.back(day - 1)? };
        }
        Ok(day)
    }
}

/// Buckets of the plan: index and first day.
#[derive(Debug, Clone)]
pub enum Buckets {
    Day,
    Week,
    Month,
    Days(i32, Day),
    Cycle(Vec<Day>),
}

impl Buckets {
    pub fn new(rule: &BucketRule, cycles: &[Cycle]) -> Buckets {
        match rule {
            BucketRule::Day => Buckets::Day,
            BucketRule::Week => Buckets::Week,
            BucketRule::Month => Buckets::Month,
            BucketRule::Days { days, origin } => Buckets::Days(*days as i32, origin.day_number()),
            BucketRule::Cycle { cycle } => {
                let row = cycles.iter().find(|c| c.id == *cycle).unwrap();
                Buckets::Cycle(row.starts.iter().map(|d| d.day_number()).collect())
            }
        }
    }

    pub fn first_day(&self, day: Day) -> Day {
        match self {
            Buckets::Day => day,
            Buckets::Week => day - (day + 3).rem_euclid(7),
            Buckets::Month => date(day).first_of_month().day_number(),
            Buckets::Days(n, origin) => day - (day - origin).rem_euclid(*n),
            Buckets::Cycle(starts) => starts.iter().copied().filter(|s| *s <= day).max().unwrap_or(day),
        }
    }

    pub fn index(&self, day: Day) -> i64 {
        match self {
            Buckets::Day => i64::from(day),
            Buckets::Week => i64::from((day + 3).div_euclid(7)),
            Buckets::Month => i64::from(date(day).year()) * 12 + i64::from(date(day).month()),
            Buckets::Days(n, origin) => i64::from((day - origin).div_euclid(*n)),
            Buckets::Cycle(starts) => starts.iter().filter(|s| **s <= day).count() as i64,
        }
    }

    /// The first day of a bucket on or after a day; the day itself in the last bucket of all.
    pub fn next_first(&self, day: Day) -> Day {
        (day..day + 400).find(|d| self.first_day(*d) == *d).unwrap_or(day)
    }

    /// Where a need or receipt of a day counts: the first day of its bucket, not moved before the run date.
    pub fn place(&self, day: Day, run: Day) -> Day {
        let first = self.first_day(day);
        if day >= run { first.max(run) } else { first }
    }
}

/// A date, or a dash where there is none.
pub fn day_text_of(d: Option<Date>) -> String {
    d.map_or_else(|| "-".into(), |d| d.to_string())
}

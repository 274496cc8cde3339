//! Time buckets (`P19`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Date;
use crate::finding::{Code, Finding};

/// How dates are gathered into buckets (`P19`). Buckets are numbered without gaps.
///
/// ```
/// use headstock::time::{Bucket, Date};
///
/// let rule = Bucket::Days { n: 7, origin: Date::literal(2026, 3, 2) };
/// assert_eq!(rule.index(Date::literal(2026, 3, 5)), Ok(0));
/// assert_eq!(rule.index(Date::literal(2026, 3, 12)), Ok(1));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Bucket {
    /// Every day is its own bucket; its index is the day number.
    #[default]
    Day,
    /// Monday to Sunday; bucket 0 holds 1970-01-01.
    Week,
    /// Calendar months; bucket 0 is January 1970.
    Month,
    /// Runs of `n` days; bucket 0 starts on `origin`, earlier ones have negative indices.
    Days {
        /// Length in days, at least 1.
        n: u32,
        /// First day of bucket 0.
        origin: Date,
    },
    /// Named cycles that start on the given days, in ascending order; the last one has no end (it is taken to
    /// end on 9999-12-31). Days before the first start are in no bucket.
    Cycle {
        /// First day of each bucket.
        starts: Vec<Date>,
    },
}

/// A bucket rule that is no rule, or a date in none of its buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum BucketError {
    /// `n` is zero (`BUCKET_INVALID`).
    #[error("a bucket must be at least one day long")]
    ZeroLength,
    /// No start day (`BUCKET_INVALID`).
    #[error("the cycle has no start day")]
    Empty,
    /// Start days out of order or repeated (`BUCKET_INVALID`).
    #[error("the start days of the cycle must rise; {date} does not")]
    Unsorted {
        /// The first start day out of order.
        date: Date,
    },
    /// Before the first start day, or past the days that can be named (`BUCKET_GAP`).
    #[error("{date} lies before the first time bucket ({first})")]
    Outside {
        /// The date asked for.
        date: Date,
        /// The first day that is in a bucket.
        first: Date,
    },
}

impl BucketError {
    /// `BUCKET_INVALID` or `BUCKET_GAP`.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            BucketError::Outside { .. } => Code::BucketGap,
            BucketError::ZeroLength | BucketError::Empty | BucketError::Unsorted { .. } => {
                Code::BucketInvalid
            }
        }
    }

    /// The finding with its parameters.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let finding = Finding::new(self.code());
        match self {
            BucketError::Outside { date, first } => finding.with("date", date).with("first", first),
            BucketError::ZeroLength => finding.with("reason", "bucket_zero_length"),
            BucketError::Empty => finding.with("reason", "bucket_no_start"),
            BucketError::Unsorted { .. } => finding.with("reason", "bucket_unsorted"),
        }
    }
}

impl Bucket {
    /// Whether the rule is one: days at least 1 long, start days rising.
    ///
    /// # Errors
    /// `BUCKET_INVALID`.
    pub fn validate(&self) -> Result<(), BucketError> {
        match self {
            Bucket::Days { n: 0, .. } => Err(BucketError::ZeroLength),
            Bucket::Cycle { starts } if starts.is_empty() => Err(BucketError::Empty),
            Bucket::Cycle { starts } => match starts.windows(2).find(|pair| pair[0] >= pair[1]) {
                Some(pair) => Err(BucketError::Unsorted { date: pair[1] }),
                None => Ok(()),
            },
            Bucket::Day | Bucket::Week | Bucket::Month | Bucket::Days { .. } => Ok(()),
        }
    }

    /// The index of the bucket that holds `date`. `⌊(date − origin)/n⌋` for runs of n days. Takes time
    /// logarithmic in the number of start days, which are taken to rise ([`Bucket::validate`]).
    ///
    /// # Errors
    /// `BUCKET_INVALID` for a length of zero or no start day; `BUCKET_GAP` before the first start day.
    pub fn index(&self, date: Date) -> Result<i32, BucketError> {
        match self {
            Bucket::Day => Ok(date.day_number()),
            Bucket::Week => Ok((date.day_number() + MONDAY).div_euclid(7)),
            Bucket::Month => Ok((i32::from(date.year()) - 1970) * 12 + i32::from(date.month()) - 1),
            Bucket::Days { n, origin } => {
                let length = run_length(*n)?;
                Ok(date.days_since(*origin).div_euclid(length))
            }
            Bucket::Cycle { starts } => {
                let at = cycle_at(starts, date)?;
                i32::try_from(at).map_err(|_| BucketError::Outside { date, first: starts[0] })
            }
        }
    }

    /// The first day of the bucket that holds `date`.
    ///
    /// # Errors
    /// As [`Bucket::index`]; a bucket cut by 0001-01-01 starts there.
    pub fn start_of(&self, date: Date) -> Result<Date, BucketError> {
        match self {
            Bucket::Day => Ok(date),
            Bucket::Week => Ok(shift(date, -(date.day_number() + MONDAY).rem_euclid(7))),
            Bucket::Month => Ok(date.first_of_month()),
            Bucket::Days { n, origin } => {
                Ok(shift(date, -date.days_since(*origin).rem_euclid(run_length(*n)?)))
            }
            Bucket::Cycle { starts } => Ok(starts[cycle_at(starts, date)?]),
        }
    }

    /// The last day of the bucket that holds `date`.
    ///
    /// # Errors
    /// As [`Bucket::index`]; a bucket cut by 9999-12-31 ends there.
    pub fn end_of(&self, date: Date) -> Result<Date, BucketError> {
        match self {
            Bucket::Day => Ok(date),
            Bucket::Week => Ok(shift(date, 6 - (date.day_number() + MONDAY).rem_euclid(7))),
            Bucket::Month => Ok(date.last_of_month()),
            Bucket::Days { n, origin } => {
                let length = run_length(*n)?;
                Ok(shift(date, length - 1 - date.days_since(*origin).rem_euclid(length)))
            }
            Bucket::Cycle { starts } => match starts.get(cycle_at(starts, date)? + 1) {
                Some(next) => Ok(shift(*next, -1)),
                None => Ok(Date::MAX),
            },
        }
    }
}

/// Days from the Monday before 1970-01-01, a Thursday, to it.
const MONDAY: i32 = 3;

fn run_length(n: u32) -> Result<i32, BucketError> {
    match n {
        0 => Err(BucketError::ZeroLength),
        // Longer than all of time: every date is then in bucket 0 or −1, which i32::MAX gives as well.
        n => Ok(i32::try_from(n).unwrap_or(i32::MAX)),
    }
}

fn shift(date: Date, days: i32) -> Date {
    let edge = if days < 0 { Date::MIN } else { Date::MAX };
    date.add_days(days).unwrap_or(edge)
}

fn cycle_at(starts: &[Date], date: Date) -> Result<usize, BucketError> {
    let first = *starts.first().ok_or(BucketError::Empty)?;
    let after = starts.partition_point(|start| *start <= date);
    after.checked_sub(1).ok_or(BucketError::Outside { date, first })
}

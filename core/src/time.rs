//! Civil dates, working calendars and time buckets.
//!
//! Owns days as numbers and their arithmetic. There is no clock and no time zone here (promise 17): "today", the
//! moment of a posting and the plant's zone are arguments. Calendar rules (leap years and the like) are jiff's.

mod bucket;
mod calendar;
mod date;
mod moment;

#[cfg(test)]
mod tests;

pub use bucket::{Bucket, BucketError};
pub use calendar::{CalendarError, CalendarGap, WorkCalendar};
pub use date::{Date, DateError, Weekday};
pub use moment::{Now, Timestamp};

use crate::finding::{Code, Finding};

/// `DATES_REVERSED {from, to}` for a validity that ends before it starts: nothing would ever hold in it.
pub(crate) fn reversed(from: Option<Date>, to: Option<Date>) -> Option<Finding> {
    let (from, to) = from.zip(to).filter(|(from, to)| from > to)?;
    Some(Finding::new(Code::DatesReversed).with("from", from).with("to", to))
}

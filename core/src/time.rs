//! Civil dates, working calendars and time buckets.
//!
//! Owns days as numbers and their arithmetic. There is no clock and no time zone here (promise 17): "today" is
//! an argument. Calendar rules (leap years and the like) are jiff's.

mod bucket;
mod calendar;
mod date;

#[cfg(test)]
mod tests;

pub use bucket::{Bucket, BucketError};
pub use calendar::{CalendarError, CalendarGap, WorkCalendar};
pub use date::{Date, DateError, Weekday};

//! The civil date.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;
use jiff::civil;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::finding::{Code, Finding, abbreviate, from_text};

/// A day of the Gregorian calendar between 0001-01-01 and 9999-12-31, kept as its distance from 1970-01-01.
///
/// | operation | by |
/// |---|---|
/// | day ± n days | [`add_days`](Date::add_days) |
/// | day − day | [`days_since`](Date::days_since) |
/// | order | `Ord` |
/// | day ± n working days | [`WorkCalendar`](super::WorkCalendar) |
///
/// ```
/// use headstock::time::Date;
///
/// let due = Date::new(2026, 3, 20).unwrap();
/// assert_eq!(due.add_days(-7).unwrap().to_string(), "2026-03-13");
/// assert!(Date::parse("2026-02-29").is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date(i32);

/// A day of the week; Monday is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    /// Monday, 0.
    Monday = 0,
    /// Tuesday, 1.
    Tuesday = 1,
    /// Wednesday, 2.
    Wednesday = 2,
    /// Thursday, 3.
    Thursday = 3,
    /// Friday, 4.
    Friday = 4,
    /// Saturday, 5.
    Saturday = 5,
    /// Sunday, 6.
    Sunday = 6,
}

impl Weekday {
    /// The days of the week, Monday first.
    pub const ALL: [Weekday; 7] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];

    /// 0 for Monday to 6 for Sunday.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// A text or a number that is no date.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum DateError {
    /// Not of the form 2026-03-02 (`DATE_SYNTAX`); at most 40 characters of the text are kept.
    #[error("{value:?} is not a date of the form 2026-03-02")]
    Syntax {
        /// The text, abbreviated.
        value: Box<str>,
    },
    /// No such day, or outside 0001-01-01 to 9999-12-31 (`DATE_OUT_OF_RANGE`).
    #[error("{value} is not a day between 0001-01-01 and 9999-12-31")]
    OutOfRange {
        /// What was asked for.
        value: Box<str>,
    },
}

impl DateError {
    /// `DATE_SYNTAX` or `DATE_OUT_OF_RANGE`.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            DateError::Syntax { .. } => Code::DateSyntax,
            DateError::OutOfRange { .. } => Code::DateOutOfRange,
        }
    }

    /// The finding with its parameter `value`.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let (DateError::Syntax { value } | DateError::OutOfRange { value }) = self;
        Finding::new(self.code()).with("value", value)
    }
}

const EPOCH: civil::Date = civil::date(1970, 1, 1);

impl Date {
    /// 0001-01-01.
    pub const MIN: Date = Date(-719_162);
    /// 9999-12-31.
    pub const MAX: Date = Date(2_932_896);

    /// The day `year`-`month`-`day`.
    ///
    /// # Errors
    /// `DATE_OUT_OF_RANGE` when there is no such day or it lies outside the years 1 to 9999.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Date, DateError> {
        let wrong = || DateError::OutOfRange { value: format!("{year:04}-{month:02}-{day:02}").into() };
        let civil = civil::Date::new(year, month, day).map_err(|_| wrong())?;
        Date::from_civil(civil).ok_or_else(wrong)
    }

    /// The day `year`-`month`-`day`, for literals in code and tests only.
    ///
    /// # Panics
    /// When there is no such day. Use [`Date::new`] for anything that was not written in the source.
    #[must_use]
    #[track_caller]
    pub fn literal(year: i16, month: i8, day: i8) -> Date {
        match Date::new(year, month, day) {
            Ok(date) => date,
            Err(error) => panic!("{error}"),
        }
    }

    /// Reads `2026-03-02`: four digits, two, two, and nothing else.
    ///
    /// # Errors
    /// `DATE_SYNTAX`, or `DATE_OUT_OF_RANGE` when there is no such day.
    pub fn parse(text: &str) -> Result<Date, DateError> {
        let syntax = || DateError::Syntax { value: abbreviate(text).into() };
        let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else {
            return Err(syntax());
        };
        let digit = |byte: u8| byte.is_ascii_digit().then(|| i16::from(byte - b'0')).ok_or_else(syntax);
        let pair = |a: u8, b: u8| Ok(digit(a)? * 10 + digit(b)?);
        let small = |value: i16| i8::try_from(value).map_err(|_| syntax());
        let year = pair(y1, y2)? * 100 + pair(y3, y4)?;
        Date::new(year, small(pair(m1, m2)?)?, small(pair(d1, d2)?)?)
    }

    fn from_civil(civil: civil::Date) -> Option<Date> {
        let days = civil.duration_since(EPOCH).as_secs().div_euclid(SECONDS_PER_DAY);
        Date::checked(days)
    }

    fn checked(days: i64) -> Option<Date> {
        let date = Date(i32::try_from(days).ok()?);
        (Date::MIN <= date && date <= Date::MAX).then_some(date)
    }

    fn civil(self) -> civil::Date {
        // Within jiff's range by construction; saturating keeps this free of a panic.
        EPOCH.saturating_add(SignedDuration::from_secs(i64::from(self.0) * SECONDS_PER_DAY))
    }

    /// Days since 1970-01-01; negative before.
    #[must_use]
    pub const fn day_number(self) -> i32 {
        self.0
    }

    /// The day that lies `days` after 1970-01-01.
    ///
    /// # Errors
    /// `DATE_OUT_OF_RANGE`.
    pub fn from_day_number(days: i32) -> Result<Date, DateError> {
        Date::checked(i64::from(days))
            .ok_or_else(|| DateError::OutOfRange { value: format!("day number {days}").into() })
    }

    /// The day `days` later, or earlier when negative.
    ///
    /// # Errors
    /// `DATE_OUT_OF_RANGE`.
    pub fn add_days(self, days: i32) -> Result<Date, DateError> {
        Date::checked(i64::from(self.0) + i64::from(days))
            .ok_or_else(|| DateError::OutOfRange { value: format!("{self} {days:+} days").into() })
    }

    /// Days from `earlier` to this day; negative when `earlier` is later.
    #[must_use]
    pub const fn days_since(self, earlier: Date) -> i32 {
        self.0 - earlier.0
    }

    /// The day of the week.
    #[must_use]
    pub fn weekday(self) -> Weekday {
        // 1970-01-01 was a Thursday.
        let index = usize::try_from((self.0 + 3).rem_euclid(7)).unwrap_or(0);
        Weekday::ALL[index]
    }

    /// The year, 1 to 9999.
    #[must_use]
    pub fn year(self) -> i16 {
        self.civil().year()
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> i8 {
        self.civil().month()
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub fn day(self) -> i8 {
        self.civil().day()
    }

    /// The first day of the month.
    #[must_use]
    pub fn first_of_month(self) -> Date {
        Date(self.0 - i32::from(self.day()) + 1)
    }

    /// The last day of the month.
    #[must_use]
    pub fn last_of_month(self) -> Date {
        let civil = self.civil();
        Date(self.0 + i32::from(civil.days_in_month()) - i32::from(civil.day()))
    }
}

const SECONDS_PER_DAY: i64 = 86_400;

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = self.civil();
        f.pad(&format!("{:04}-{:02}-{:02}", civil.year(), civil.month(), civil.day()))
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Date, DateError> {
        Date::parse(text)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        from_text(deserializer, "a date of the form 2026-03-02")
    }
}

impl JsonSchema for Date {
    fn schema_name() -> Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" })
    }
}

//! Moments of time, handed in by the host together with the zone of the plant.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::date::{Date, DateError};
use crate::finding::{abbreviate, from_text};

/// A moment in universal time, to the microsecond: `2026-03-02T08:00:00Z`.
///
/// ```
/// use headstock::time::Timestamp;
///
/// let at: Timestamp = "2026-03-02T23:30:00Z".parse().unwrap();
/// assert_eq!(at.date(60).unwrap().to_string(), "2026-03-03");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Timestamp(i64);

const PER_MINUTE: i64 = 60_000_000;
const PER_DAY: i64 = 24 * 60 * PER_MINUTE;

impl Timestamp {
    /// From microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Timestamp {
        Timestamp(micros)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The day at a place whose clocks are `zone_minutes` ahead of universal time (behind when negative).
    ///
    /// # Errors
    /// `DATE_OUT_OF_RANGE`.
    pub fn date(self, zone_minutes: i16) -> Result<Date, DateError> {
        let days = (i128::from(self.0) + i128::from(zone_minutes) * i128::from(PER_MINUTE))
            .div_euclid(i128::from(PER_DAY));
        let wrong = || DateError::OutOfRange { value: format!("{} microseconds", self.0).into() };
        Date::from_day_number(i32::try_from(days).map_err(|_| wrong())?)
    }
}

impl FromStr for Timestamp {
    type Err = DateError;

    /// Reads RFC 3339 with an offset or `Z`.
    fn from_str(text: &str) -> Result<Timestamp, DateError> {
        let syntax = || DateError::Syntax { value: abbreviate(text).into() };
        let read: jiff::Timestamp = text.parse().map_err(|_| syntax())?;
        Ok(Timestamp(read.as_microsecond()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(at) => fmt::Display::fmt(&at, f),
            Err(_) => write!(f, "{} microseconds", self.0),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        from_text(deserializer, "a moment of the form 2026-03-02T08:00:00Z")
    }
}

impl JsonSchema for Timestamp {
    fn schema_name() -> Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

/// The moment at which something is decided, and the zone of the plant (promise 17): both from the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Now {
    /// The moment.
    pub at: Timestamp,
    /// Minutes by which the plant's clocks are ahead of universal time on that moment.
    #[serde(default)]
    pub zone_minutes: i16,
}

impl Now {
    /// The day at the plant.
    ///
    /// # Errors
    /// `DATE_OUT_OF_RANGE`.
    pub fn date(self) -> Result<Date, DateError> {
        self.at.date(self.zone_minutes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promise_17_the_day_is_that_of_the_plant() {
        let at: Timestamp = "2026-03-31T23:30:00Z".parse().unwrap();
        assert_eq!(Now { at, zone_minutes: 480 }.date().unwrap(), Date::literal(2026, 4, 1));
        assert_eq!(Now { at, zone_minutes: -300 }.date().unwrap(), Date::literal(2026, 3, 31));
        assert_eq!("2026-04-01T07:30:00+08:00".parse(), Ok(at));
        assert_eq!(at.to_string(), "2026-03-31T23:30:00Z");
        assert!("2026-03-31".parse::<Timestamp>().is_err());
        assert!(Timestamp::from_micros(i64::MAX).date(0).is_err());
    }
}

//! Calendar and cycle definitions as records. The arithmetic is in [`crate::time`].

use crate::id::Id;
use crate::time::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A day that differs from the weekly pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarException {
    /// The day.
    pub date: Date,
    /// Whether it works.
    pub working: bool,
}

/// A shift of a calendar; kept for later scheduling, unused by planning in days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Shift {
    /// Name of the shift.
    pub name: String,
    /// Start, minutes after midnight in the plant's zone.
    pub start_minute: u16,
    /// Length in minutes.
    pub minutes: u16,
}

/// A working calendar: a weekly pattern and its exceptions over a covered range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// Host id, unique among calendars.
    pub id: Id,
    /// Working days of the week, Monday first.
    #[serde(default = "weekdays")]
    pub week: [bool; 7],
    /// First date covered; absent: unbounded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last date covered; absent: unbounded. A date outside is `CALENDAR_GAP`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// Days that differ from the pattern.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<CalendarException>,
    /// Shifts, for later scheduling.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shifts: Vec<Shift>,
}

fn weekdays() -> [bool; 7] {
    [true, true, true, true, true, false, false]
}

/// A named cycle: the dates on which its periods start (`P11` period of supply, `P19` custom buckets).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cycle {
    /// Host id, unique among cycles.
    pub id: Id,
    /// Start dates, ascending.
    pub starts: Vec<Date>,
}

//! Requests about the shop floor's definitions: routings and calendars.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Decided, ErrorDocument};
use crate::bom::BomStatus;
use crate::calendar::Calendar;
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::num::Ratio;
use crate::routing::{Operation, Routing, WorkCentre};
use crate::run::RunControl;
use crate::time::{Bucket, Date, WorkCalendar};

/// Asks for hours and cost of making a quantity (`F10`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoutingRequest {
    /// Routing versions; the approved one of the product that is valid on the date is used, of several the one
    /// with the smallest id.
    pub routings: Vec<Routing>,
    /// Work centres with their rates.
    pub work_centres: Vec<WorkCentre>,
    /// The product.
    pub product: Id,
    /// A routing to use instead of the one in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routing: Option<Id>,
    /// Quantity to be made.
    pub quantity: Ratio,
    /// Date of validity and rates.
    pub date: Date,
    /// Activities whose rates are charged on the hours; absent: hours without cost.
    #[serde(default)]
    pub activities: Vec<Id>,
}

/// Hours and cost by operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoutingResult {
    /// The routing used.
    pub routing: Id,
    /// Operations by number.
    pub operations: Vec<OperationTime>,
    /// Hours of all operations, exact.
    pub hours: Ratio,
    /// Cost of all operations, exact; absent without activities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Ratio>,
}

/// Hours and cost of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OperationTime {
    /// Number of the operation.
    pub sequence: u32,
    /// Where it is done.
    pub work_centre: Id,
    /// `set-up + run × ⌈quantity ÷ batch⌉`, or `set-up + run × quantity`; exact.
    pub hours: Ratio,
    /// Hours times the rates of the activities; absent without activities and for work done outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Ratio>,
}

/// Answers a [`RoutingRequest`].
pub(super) fn routing(request: RoutingRequest, _: &RunControl<'_>) -> Decided<RoutingResult> {
    if request.quantity.is_negative() {
        return Err(Finding::new(Code::QtyNotPositive).with("row", 1).with("field", "quantity").into());
    }
    let routing = routing_in_force(&request)?;
    routing.check()?;
    let mut operations: Vec<&Operation> = routing.operations.iter().collect();
    operations.sort_by_key(|operation| operation.sequence);
    let (mut hours, mut cost) = (Ratio::ZERO, Ratio::ZERO);
    let mut rows = Vec::new();
    for operation in operations {
        let row = operation_time(operation, &request)?;
        hours = hours.checked_add(row.hours)?;
        cost = cost.checked_add(row.cost.unwrap_or(Ratio::ZERO))?;
        rows.push(row);
    }
    let cost = (!request.activities.is_empty()).then_some(cost);
    Ok(RoutingResult { routing: routing.id.clone(), operations: rows, hours, cost }.into())
}

fn routing_in_force(request: &RoutingRequest) -> Result<&Routing, ErrorDocument> {
    let valid = |routing: &&Routing| {
        routing.product == request.product
            && routing.status == BomStatus::Approved
            && routing.valid_from.is_none_or(|from| from <= request.date)
            && routing.valid_to.is_none_or(|to| request.date <= to)
    };
    let chosen = match &request.routing {
        Some(id) => {
            request.routings.iter().find(|routing| routing.id == *id && routing.product == request.product)
        }
        None => request.routings.iter().filter(valid).min_by_key(|routing| &routing.id),
    };
    chosen.ok_or_else(|| match &request.routing {
        Some(id) => Finding::new(Code::UnknownReference).with("id", id).into(),
        None => Finding::new(Code::NoRouting).with("item", &request.product).into(),
    })
}

fn operation_time(operation: &Operation, request: &RoutingRequest) -> Result<OperationTime, ErrorDocument> {
    let hours = operation.hours(request.quantity)?;
    let centre = request.work_centres.iter().find(|centre| centre.id == operation.work_centre);
    let centre = centre.ok_or_else(|| {
        let finding = Finding::new(Code::UnknownReference).with("id", &operation.work_centre);
        finding.with("table", "work_centres").with("row", operation.sequence)
    })?;
    let mut cost = None;
    if !operation.outside {
        for activity in &request.activities {
            let more = centre.cost(activity, request.date, hours)?;
            cost = Some(cost.unwrap_or(Ratio::ZERO).checked_add(more)?);
        }
    }
    Ok(OperationTime { sequence: operation.sequence, work_centre: centre.id.clone(), hours, cost })
}

/// Asks for dates of a working calendar and for time buckets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarRequest {
    /// The calendar; absent: every day works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Calendar>,
    /// The questions.
    pub questions: Vec<CalendarQuestion>,
}

/// One question to a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "ask", deny_unknown_fields)]
pub enum CalendarQuestion {
    /// The working day so many working days after a date (before it, if negative).
    AddWorkingDays {
        /// The date.
        date: Date,
        /// Working days.
        days: i32,
    },
    /// Working days from a date, exclusive, to another, inclusive; negative if the other is earlier.
    WorkingDaysBetween {
        /// The date.
        from: Date,
        /// The other.
        to: Date,
    },
    /// Whether a date works.
    IsWorking {
        /// The date.
        date: Date,
    },
    /// The date, or the next working day.
    SnapForward {
        /// The date.
        date: Date,
    },
    /// The date, or the working day before it.
    SnapBack {
        /// The date.
        date: Date,
    },
    /// The date so many calendar days later (earlier, if negative).
    AddDays {
        /// The date.
        date: Date,
        /// Calendar days.
        days: i32,
    },
    /// The time bucket that holds a date.
    Bucket {
        /// The date.
        date: Date,
        /// How dates are gathered.
        bucket: Bucket,
    },
}

/// Answers in the order of the questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarResult {
    /// The answers.
    pub answers: Vec<CalendarAnswer>,
}

/// One answer: the fields that the question asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CalendarAnswer {
    /// A date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// A number of days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<i32>,
    /// Whether the date works.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working: Option<bool>,
    /// Number of the bucket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<i32>,
    /// First day of the bucket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Date>,
    /// Last day of the bucket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<Date>,
}

/// Answers a [`CalendarRequest`].
pub(super) fn calendar(request: CalendarRequest, _: &RunControl<'_>) -> Decided<CalendarResult> {
    let (calendar, name) = match &request.calendar {
        None => (WorkCalendar::every_day(), "calendar"),
        Some(row) => {
            let exceptions = row.exceptions.iter().map(|day| (day.date, day.working)).collect();
            let (from, to) = (row.from.unwrap_or(Date::MIN), row.to.unwrap_or(Date::MAX));
            (WorkCalendar::new(row.week, exceptions, from, to)?, row.id.as_str())
        }
    };
    let answers = request.questions.iter().map(|question| answer(&calendar, name, question));
    Ok(CalendarResult { answers: answers.collect::<Result<_, _>>()? }.into())
}

fn answer(
    calendar: &WorkCalendar,
    name: &str,
    question: &CalendarQuestion,
) -> Result<CalendarAnswer, ErrorDocument> {
    let gap = |gap: crate::time::CalendarGap| gap.finding().with("site", name);
    let mut answer = CalendarAnswer::default();
    match question {
        CalendarQuestion::AddWorkingDays { date, days } => {
            answer.date = Some(calendar.add_working_days(*date, *days).map_err(gap)?);
        }
        CalendarQuestion::WorkingDaysBetween { from, to } => {
            answer.days = Some(calendar.working_days_between(*from, *to).map_err(gap)?);
        }
        CalendarQuestion::IsWorking { date } => {
            answer.working = Some(calendar.is_working(*date).map_err(gap)?);
        }
        CalendarQuestion::SnapForward { date } => {
            answer.date = Some(calendar.snap_forward(*date).map_err(gap)?);
        }
        CalendarQuestion::SnapBack { date } => {
            answer.date = Some(calendar.snap_back(*date).map_err(gap)?);
        }
        CalendarQuestion::AddDays { date, days } => {
            answer.date = Some(date.add_days(*days).map_err(|error| error.finding())?);
        }
        CalendarQuestion::Bucket { date, bucket } => {
            bucket.validate()?;
            answer.index = Some(bucket.index(*date)?);
            answer.start = Some(bucket.start_of(*date)?);
            answer.end = Some(bucket.end_of(*date)?);
        }
    }
    Ok(answer)
}

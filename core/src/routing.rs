//! Routings, work centres and rates as records, and the hours and cost of operations (`F10`).

use crate::id::Id;
use crate::num;
use crate::num::Ratio;
use crate::time::Date;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A routing version of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Routing {
    /// Host id of the version, unique among routings.
    pub id: Id,
    /// The product.
    pub product: Id,
    /// Approval, as for BOMs.
    #[serde(default)]
    pub status: crate::bom::BomStatus,
    /// First date of validity, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// Last date of validity, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// Operations; a repeated sequence is `SEQUENCE_DUPLICATE`.
    #[serde(default)]
    pub operations: Vec<Operation>,
}

/// One operation. Times are exact hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// Number that orders the operations.
    pub sequence: u32,
    /// Where it is done.
    pub work_centre: Id,
    /// Set-up time in hours, once per order.
    #[serde(default = "zero")]
    pub setup_hours: Ratio,
    /// Run time in hours, per unit or per batch.
    #[serde(default = "zero")]
    pub run_hours: Ratio,
    /// Batch: `run_hours` is per started batch of this quantity; absent: per unit.
    #[serde(default, with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub batch: Option<Decimal>,
    /// Queue time before it, in hours.
    #[serde(default = "zero")]
    pub queue_hours: Ratio,
    /// Move time after it, in hours.
    #[serde(default = "zero")]
    pub move_hours: Ratio,
    /// Quantity after which the next operation may start.
    #[serde(default, with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub overlap: Option<Decimal>,
    /// Done outside, by a supplier.
    #[serde(default)]
    pub outside: bool,
    /// Yield of the operation.
    #[serde(default = "one")]
    pub yield_ratio: Ratio,
}

fn zero() -> Ratio {
    Ratio::ZERO
}

fn one() -> Ratio {
    Ratio::ONE
}

/// A work centre with its cost rates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkCentre {
    /// Host id, unique among work centres.
    pub id: Id,
    /// The site.
    pub site: Id,
    /// Parallel machines or people.
    #[serde(default = "capacity_one")]
    pub capacity: u32,
    /// Working calendar; absent: the site's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Id>,
    /// Cost per hour by activity and date.
    #[serde(default)]
    pub rates: Vec<Rate>,
}

fn capacity_one() -> u32 {
    1
}

/// Cost per hour of an activity from a date on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Activity such as `labour` or `machine`.
    pub activity: Id,
    /// First date of validity.
    pub from: Date,
    /// Cost per hour in company currency.
    #[serde(with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub per_hour: Decimal,
}

//! The choices of a planning run, each a closed enum with the default of the capability catalogue.

use crate::num::Rounding;
use crate::order::DemandKind;
use crate::time::Date;
use crate::{id::Id, item::SubstituteStock};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Direction in which orders consume forecast after their own period (`P08`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Consumption {
    /// Earlier periods, then later ones (the default).
    #[default]
    BackwardForward,
    /// Earlier periods only.
    Backward,
    /// Later periods only.
    Forward,
    /// Later periods, then earlier ones.
    ForwardBackward,
}

/// Forecast consumption: direction and reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ForecastPolicy {
    /// Direction.
    pub direction: Consumption,
    /// Calendar days before the order's date that are in reach.
    pub backward_days: u32,
    /// Calendar days after the order's date that are in reach.
    pub forward_days: u32,
}

/// What is assumed of supplies on order when they come too late (`P10`, `P18`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reschedule {
    /// They are brought forward first, within the allowed shift (the default).
    #[default]
    Expedite,
    /// They stay where they are; a new order is planned.
    NewOrder,
}

/// Tolerances and allowed shifts of action messages, in calendar days (`P18`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReschedulePolicy {
    /// What is assumed.
    pub assume: Reschedule,
    /// A shift of at most this many days gives no message.
    pub tolerance_days: u32,
    /// Largest shift to an earlier date; absent: any.
    pub max_advance_days: Option<u32>,
    /// Largest shift to a later date; absent: any. Beyond it a surplus supply is cancelled.
    pub max_defer_days: Option<u32>,
    /// Whether the quantity of a supply may be raised or lowered.
    pub change_quantity: bool,
}

impl Default for ReschedulePolicy {
    fn default() -> Self {
        ReschedulePolicy {
            assume: Reschedule::Expedite,
            tolerance_days: 0,
            max_advance_days: None,
            max_defer_days: None,
            change_quantity: true,
        }
    }
}

/// What happens to supplies whose date has passed (`P09`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "rule", deny_unknown_fields)]
pub enum OverdueSupply {
    /// Counted today, with a message (the default).
    #[default]
    Today,
    /// Counted on its own date.
    Trusted,
    /// Ignored when more than so many days late, else counted today.
    IgnoredAfter {
        /// Days.
        days: u32,
    },
}

/// Which date of an order decides its BOM version and lines (`F02`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExplosionDate {
    /// The planned start (the default).
    #[default]
    Start,
    /// The due date.
    Due,
}

/// Which start dependent needs follow when it lies before the run date (`P10`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DependentDate {
    /// The required start, even before the run date (the default).
    #[default]
    Required,
    /// The feasible start: never before the run date.
    Feasible,
}

/// Where the requirement of components is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "at", deny_unknown_fields)]
pub enum RequirementRounding {
    /// Up, once per order and BOM line (the default, `F02`).
    #[default]
    OrderLine,
    /// Once per item and bucket, after adding up exactly.
    ItemBucket {
        /// The mode.
        mode: Rounding,
    },
}

/// Time buckets of the run (`P19`): needs of one bucket are netted together on its first day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "bucket", deny_unknown_fields)]
pub enum BucketRule {
    /// Every day by itself (the default).
    #[default]
    Day,
    /// Weeks, Monday to Sunday.
    Week,
    /// Calendar months.
    Month,
    /// Fixed spans of days counted from a date.
    Days {
        /// Length, at least 1.
        days: u32,
        /// First day of bucket 0.
        origin: Date,
    },
    /// A named cycle.
    Cycle {
        /// Id of a cycle table.
        cycle: Id,
    },
}

/// How a need is given to sources that keep quotas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum QuotaRule {
    /// The whole need goes to the source furthest behind its quota (the default).
    #[default]
    Furthest,
    /// Every need is split by the quotas.
    Split,
}

/// The choices of a planning run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PlanPolicy {
    /// Last date planned; demand after it is counted in `HORIZON_EXCEEDED`. Absent: no end.
    pub horizon: Option<Date>,
    /// Time buckets.
    pub buckets: BucketRule,
    /// Demand kinds that are left out.
    pub without_demand: Vec<DemandKind>,
    /// Whether forecast counts.
    pub use_forecast: bool,
    /// Whether safety stock counts.
    pub use_safety_stock: bool,
    /// Whether co-products and by-products of planned orders count as supply.
    pub use_co_products: bool,
    /// Whether goods on the way and other open supplies count.
    pub use_open_supply: bool,
    /// Whether unapproved supplies count.
    pub use_unapproved: bool,
    /// Overdue demand older than this many days is left out; absent: all counts.
    pub overdue_demand_days: Option<u32>,
    /// What happens to overdue supply.
    pub overdue_supply: OverdueSupply,
    /// Forecast consumption.
    pub forecast: ForecastPolicy,
    /// Rescheduling.
    pub reschedule: ReschedulePolicy,
    /// Which date decides the BOM.
    pub explosion: ExplosionDate,
    /// Which start dependent needs follow.
    pub dependent: DependentDate,
    /// Where requirements are rounded.
    pub rounding: RequirementRounding,
    /// One planned order per demand record instead of one per key and date.
    pub order_per_demand: bool,
    /// How quotas share needs.
    pub quota: QuotaRule,
    /// Whose demand a substitute's stock serves first.
    pub substitute_stock: SubstituteStock,
    /// Whether stock of a phantom is used before its components (`P16`).
    pub use_phantom_stock: bool,
}

impl Default for PlanPolicy {
    fn default() -> Self {
        PlanPolicy {
            horizon: None,
            buckets: BucketRule::Day,
            without_demand: Vec::new(),
            use_forecast: true,
            use_safety_stock: true,
            use_co_products: true,
            use_open_supply: true,
            use_unapproved: false,
            overdue_demand_days: None,
            overdue_supply: OverdueSupply::Today,
            forecast: ForecastPolicy::default(),
            reschedule: ReschedulePolicy::default(),
            explosion: ExplosionDate::Start,
            dependent: DependentDate::Required,
            rounding: RequirementRounding::OrderLine,
            order_per_demand: false,
            quota: QuotaRule::Furthest,
            substitute_stock: SubstituteStock::OwnFirst,
            use_phantom_stock: true,
        }
    }
}

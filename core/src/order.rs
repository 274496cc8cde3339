//! Demands and supplies: what is promised out and what is promised in; production orders as they run.

mod component;
mod policy;
mod production;

pub use component::{ComponentLine, LineOrigin, LineState, Used};
pub use policy::{
    BackflushBasis, BackflushMethod, BackflushPolicy, BackflushTrigger, OrderPolicy, OverIssue, ShortPolicy,
};
pub use production::{
    BusinessState, CloseKind, Closing, IssueState, KitState, OrderPeg, OrderType, OutputTotals, PlanState,
    ProductionOrder, TaskState,
};

use crate::id::Id;
use crate::inventory::Key;
use crate::num;
use crate::time::Date;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a demand comes from (`P08`); each kind can be switched off in the policy.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DemandKind {
    /// Sales order line (the default).
    #[default]
    Sales,
    /// Unissued line of a production order.
    Production,
    /// Unissued line of a subcontract order.
    Subcontract,
    /// Transfer to another site that is already ordered.
    Transfer,
    /// Typed in, spare parts, samples.
    Manual,
}

/// Whether a demand counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DemandStatus {
    /// Open: planned (the default).
    #[default]
    Open,
    /// Quotation that is to be planned.
    Quote,
    /// Inquiry: not planned.
    Inquiry,
    /// Closed or cancelled: not planned.
    Closed,
}

/// A dated need for an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// Host id, unique among demands.
    pub id: Id,
    /// Where it comes from.
    #[serde(default)]
    pub kind: DemandKind,
    /// The item.
    pub item: Id,
    /// The site.
    pub site: Id,
    /// Optional parts of the key.
    #[serde(default, skip_serializing_if = "Key::is_empty")]
    pub key: Key,
    /// Ordered or required quantity in stock units.
    #[serde(with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub quantity: Decimal,
    /// Already shipped, issued or moved; the need is what is left (`P08`).
    #[serde(default, with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub fulfilled: Option<Decimal>,
    /// Need date; absent is the finding `DEMAND_NO_DATE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Smaller is served first on one date.
    #[serde(default)]
    pub priority: u32,
    /// Whether it counts.
    #[serde(default)]
    pub status: DemandStatus,
    /// Abnormal demand does not consume forecast (`P08`).
    #[serde(default)]
    pub abnormal: bool,
    /// Days a lot must still be usable after the need date (`P26`).
    #[serde(default)]
    pub minimum_life_days: u32,
    /// Production or subcontract order whose component line this is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Id>,
}

/// A forecast of demand over a range of dates (`P08`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Forecast {
    /// Host id, unique among forecasts.
    pub id: Id,
    /// The item.
    pub item: Id,
    /// The site.
    pub site: Id,
    /// Optional parts of the key.
    #[serde(default, skip_serializing_if = "Key::is_empty")]
    pub key: Key,
    /// First date of the period.
    pub from: Date,
    /// Last date of the period, inclusive.
    pub to: Date,
    /// Quantity of the whole period in stock units.
    #[serde(with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub quantity: Decimal,
    /// Whether the version is active; a draft or archived one is not planned.
    #[serde(default)]
    pub status: ForecastStatus,
    /// Spread: the remaining quantity is a need every so many days of the period, elapsed days dropped.
    /// Absent: one need on the first date of the period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread_days: Option<u32>,
}

/// State of a forecast version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ForecastStatus {
    /// Draft: ignored.
    Draft,
    /// Active: planned (the default).
    #[default]
    Active,
    /// Archived: ignored.
    Archived,
}

/// What kind of document a supply is (`P09`).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SupplyKind {
    /// Production order.
    Production,
    /// Purchase order (the default).
    #[default]
    Purchase,
    /// Subcontract order.
    Subcontract,
    /// Goods on the way between sites.
    Transfer,
}

/// How firm a supply is (`P09`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Firmness {
    /// A released document (the default); its unissued components are demands of their own.
    #[default]
    Released,
    /// A firm planned order: kept by MRP, its components are exploded by MRP.
    Firm,
    /// A planned order of an earlier run: deleted at the start of the run.
    Planned,
}

/// A dated receipt that is on order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Supply {
    /// Host id, unique among supplies.
    pub id: Id,
    /// Kind of document.
    #[serde(default)]
    pub kind: SupplyKind,
    /// How firm it is.
    #[serde(default)]
    pub firmness: Firmness,
    /// The item.
    pub item: Id,
    /// The site.
    pub site: Id,
    /// Optional parts of the key.
    #[serde(default, skip_serializing_if = "Key::is_empty")]
    pub key: Key,
    /// Good quantity expected in stock units.
    #[serde(with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub quantity: Decimal,
    /// Input quantity of a production order, where it differs from the good quantity (yield).
    #[serde(default, with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub input_quantity: Option<Decimal>,
    /// Received and accepted so far.
    #[serde(default, with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub accepted: Option<Decimal>,
    /// Rejected and not to be replaced.
    #[serde(default, with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub rejected: Option<Decimal>,
    /// Date on which it can be used.
    pub due: Date,
    /// Start of a firm planned order; absent: by its lead time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Date>,
    /// Source of a firm planned order; absent: the preferred one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Id>,
    /// Whether the document is approved; an unapproved one counts only where the policy says so (`F03`).
    #[serde(default = "crate::item::yes")]
    pub approved: bool,
    /// Never moved or changed by a proposal.
    #[serde(default)]
    pub fixed: bool,
}

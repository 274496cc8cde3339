//! What a planning run answers, as plain records. Every one is derived from the plan when asked.

use crate::finding::Code;
use crate::id::Id;
use crate::inventory::Key;
use crate::num;
use crate::partner::SourceKind;
use crate::time::Date;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A planned order (`P17`, `P10`): what to make, buy, subcontract or move, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedOrder {
    /// Id derived from the content: item, site, key, date and number on that date.
    pub id: String,
    /// The item.
    pub item: Id,
    /// The site that receives it.
    pub site: Id,
    /// Optional parts of the key.
    #[serde(default, skip_serializing_if = "Key::is_empty")]
    pub key: Key,
    /// Make, buy, subcontract or transfer.
    pub kind: SourceKind,
    /// The source chosen.
    pub source: Id,
    /// Supplier, for buy and subcontract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier: Option<Id>,
    /// Sending site, for a transfer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_site: Option<Id>,
    /// BOM version in force on the explosion date, for make and subcontract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bom: Option<Id>,
    /// Order quantity: what goes in (`P12`), in stock units.
    #[serde(with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub quantity: Decimal,
    /// Good quantity expected to come out.
    #[serde(with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub good: Decimal,
    /// The day it serves: it can be used from then on.
    pub available: Date,
    /// Due date: `available` less safety time, on a working day.
    pub due: Date,
    /// Arrival before inspection, for bought, subcontracted and moved goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dock: Option<Date>,
    /// Required start, order or shipping date; may lie before the run date.
    pub start: Date,
    /// The start that is still possible: never before the run date.
    pub feasible_start: Date,
    /// The date on which it can be available if it starts on `feasible_start`.
    pub feasible_available: Date,
    /// Days by which the required start lies before the run date; 0 when in time.
    pub days_late: u32,
    /// What to do with it: `new`, `release_now` when it starts on the run date, `start_in_past` before it.
    pub action: MessageKind,
}

/// Kind of an action message (`P18`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// Bring a supply forward.
    Expedite,
    /// Put a supply off.
    Defer,
    /// Raise a supply's quantity.
    Increase,
    /// Lower a supply's quantity.
    Decrease,
    /// Cancel a supply.
    Cancel,
    /// A supply's date has passed.
    PastDue,
    /// A supply would be changed but lies inside the planning fence.
    InsideFence,
    /// The projected balance stays below safety stock.
    BelowSafety,
    /// A planned order is to be placed.
    New,
    /// A planned order is to be released today.
    ReleaseNow,
    /// A planned order should have been started before today.
    StartInPast,
}

/// An action message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Message {
    /// What to do.
    pub kind: MessageKind,
    /// The item.
    pub item: Id,
    /// The site.
    pub site: Id,
    /// Optional parts of the key.
    #[serde(default, skip_serializing_if = "Key::is_empty")]
    pub key: Key,
    /// The supply or planned order concerned; absent for a balance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// Its date now, or the day of the balance.
    pub from_date: Date,
    /// The date proposed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_date: Option<Date>,
    /// Its quantity now, or the missing quantity of a balance.
    #[serde(with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub from_quantity: Decimal,
    /// The quantity proposed.
    #[serde(default, with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub to_quantity: Option<Decimal>,
}

/// A need that nothing can cover, with the reason's code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Shortage {
    /// The item.
    pub item: Id,
    /// The site.
    pub site: Id,
    /// Optional parts of the key.
    #[serde(default, skip_serializing_if = "Key::is_empty")]
    pub key: Key,
    /// The day it is needed; absent where the need has no date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// The quantity short, in stock units.
    #[serde(with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub quantity: Decimal,
    /// Why: `NO_SOURCE`, `BOM_NOT_FOUND`, `LEADTIME_MISSING` …
    pub code: Code,
}

/// One row of a node's MRP record: an event day and what happens on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecordRow {
    /// The event day.
    pub date: Date,
    /// Gross requirements of the day.
    #[serde(with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub gross: Decimal,
    /// Scheduled receipts of the day, with those moved to it.
    #[serde(with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub receipts: Decimal,
    /// Balance after receipts and requirements, before anything new is planned on the day.
    #[serde(with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub before: Decimal,
    /// Safety stock in force.
    #[serde(with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub safety: Decimal,
    /// Net requirement of the day.
    #[serde(with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub net: Decimal,
    /// Good quantity of planned orders available on the day, with increases, substitutes and use-up taken.
    #[serde(with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub planned: Decimal,
    /// Quantity of planned orders that start on the day.
    #[serde(with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub released: Decimal,
    /// Reported short on the day.
    #[serde(with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub short: Decimal,
    /// Projected available balance at the end of the day.
    #[serde(with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub balance: Decimal,
}

/// What one end of a peg is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PegEnd {
    /// A stock row, or all stock of the node together where rows are not kept apart.
    Stock,
    /// A supply on order.
    Supply,
    /// A planned order.
    Planned,
    /// An output of another order.
    Output,
    /// A substitute or a new item taken instead.
    Substitute,
    /// Nothing: reported short.
    Short,
    /// An independent demand.
    Demand,
    /// A forecast.
    Forecast,
    /// A component need of a planned or firm order, or a transfer.
    Dependent,
    /// Safety stock.
    Safety,
    /// Yield loss.
    Yield,
    /// Left over.
    Surplus,
}

/// A peg: this much of a supply serves this need (`P17`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Peg {
    /// Kind of the supply.
    pub supply_kind: PegEnd,
    /// Id of the supply: stock row, supply, planned order, or empty.
    pub supply: String,
    /// Day on which the supply is available; absent for stock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supply_date: Option<Date>,
    /// Kind of the need.
    pub demand_kind: PegEnd,
    /// Id of the need: demand, forecast, or the planned order that needs it.
    pub demand: String,
    /// Day of the need; absent for safety stock, yield and surplus.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demand_date: Option<Date>,
    /// The quantity, in stock units of the item.
    #[serde(with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub quantity: Decimal,
    /// Whether it is a reservation.
    #[serde(default)]
    pub hard: bool,
}

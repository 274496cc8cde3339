//! What is asked when a plant goes live (`F09`): tables, each with what it must add up to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cost::{ElementAmount, WipOpening};
use crate::document::OpeningAccrual;
use crate::id::Id;
use crate::inventory::{Lot, StockKey};
use crate::num::{DecimalText, Quantity};
use crate::time::Date;

/// One opening line: a layer of stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningLine {
    /// The stock.
    pub stock: StockKey,
    /// Quantity.
    pub quantity: Quantity,
    /// Cost of one unit; the value is rounded half up to the decimals of the currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<Quantity>,
    /// Value, instead of `unit_cost`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<DecimalText>,
    /// Day on which the layer came in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<Date>,
    /// The value by original element.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub composition: Vec<ElementAmount>,
    /// Second quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<Quantity>,
    /// Serial numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serials: Vec<Id>,
}

/// Our material at suppliers: lines at locations of kind `at_subcontractor`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningAtSuppliers {
    /// Lines.
    pub lines: Vec<OpeningLine>,
    /// What the quantities must add up to.
    pub control_quantity: Quantity,
    /// What the values must add up to.
    pub control_amount: DecimalText,
}

/// Work in process by order and element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningWip {
    /// Rows.
    pub rows: Vec<WipOpening>,
    /// What the amounts must add up to.
    pub control_amount: DecimalText,
}

/// Receipts that are not invoiced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningAccruals {
    /// Rows.
    pub rows: Vec<OpeningAccrual>,
    /// What the quantities must add up to; absent: not checked, where units differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control_quantity: Option<Quantity>,
    /// What the amounts must add up to.
    pub control_amount: DecimalText,
}

/// What an order line had taken, or an order had given, of one lot before the opening.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningMoved {
    /// The order line; 0 is the product: received good.
    pub line: u32,
    /// Net quantity.
    pub quantity: Quantity,
    /// The location in whose name it moved; absent: that of the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Id>,
    /// The lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<Id>,
    /// Serial numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serials: Vec<Id>,
    /// Second quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<Quantity>,
}

/// An order that was issued to or received from in part. It must be there, released and without movement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningOrder {
    /// The order.
    pub order: Id,
    /// What it had taken and given.
    pub moved: Vec<OpeningMoved>,
}

/// Orders that run when the plant goes live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningOrders {
    /// The orders.
    pub rows: Vec<OpeningOrder>,
    /// What the quantities issued must add up to.
    pub control_issued: Quantity,
    /// What the quantities received must add up to.
    pub control_received: Quantity,
}

/// Opening balances with control totals (`F09`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// Id of the document.
    pub document: Id,
    /// Stock by key, lot and layer, that of customers included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<OpeningLine>,
    /// New lots.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lots: Vec<Lot>,
    /// What the quantities of `lines` must add up to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control_quantity: Option<Quantity>,
    /// What the values of `lines` must add up to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control_amount: Option<Quantity>,
    /// Our material at suppliers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_suppliers: Option<OpeningAtSuppliers>,
    /// Orders issued to or received from in part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orders: Option<OpeningOrders>,
    /// Work in process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wip: Option<OpeningWip>,
    /// Receipts that are not invoiced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accruals: Option<OpeningAccruals>,
    /// Decimals of the company's currency.
    #[serde(default = "two")]
    pub amount_scale: u32,
    /// Opening date.
    pub date: Date,
}

const fn two() -> u32 {
    2
}

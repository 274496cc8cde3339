//! Rows of stock, issues, receipts and expenses of a period.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ElementAmount;
use crate::id::Id;
use crate::num::{DecimalText, Quantity};
use crate::time::Date;

/// How the stock of an item is valued (`C17`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemValuation {
    /// Weighted average of the period (the default).
    #[default]
    PeriodAverage,
    /// Moving average, by date.
    MovingAverage,
    /// First in, first out, by date.
    Fifo,
    /// Last in, first out, by date; not allowed by IAS 2.
    Lifo,
    /// Fixed (standard) cost; the difference is a named line.
    Standard,
}

/// An item as costing sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CostItem {
    /// Host id.
    pub id: Id,
    /// Element under which it is bought and issued; absent: the first element of kind material.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<Id>,
    /// Valuation.
    #[serde(default)]
    pub valuation: ItemValuation,
    /// Fixed (quota, standard) cost of a unit: standard valuation, and the price of cost loops.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed_cost: Option<DecimalText>,
    /// Whether it is not ours: quantities without value (`T02`, `F05`).
    #[serde(default)]
    pub customer_owned: bool,
}

/// Stock at the start of the period (`F09`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StockOpening {
    /// Host id of the row; a layer's name.
    pub id: Id,
    /// Item.
    pub item: Id,
    /// The part of the stock that is valued apart: a location, project or lot; absent: all of the item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<Id>,
    /// Quantity.
    pub quantity: Quantity,
    /// Value.
    pub amount: DecimalText,
    /// Day it came in, for layers; absent: before the period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Its value by original element; absent: all of it in the item's element.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub composition: Vec<ElementAmount>,
}

/// Work in process of an order at the start of the period, by element (`F09`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WipOpening {
    /// Order.
    pub order: Id,
    /// Element.
    pub element: Id,
    /// Amount.
    pub amount: DecimalText,
    /// The amount by original element; absent: all of it in the element itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub composition: Vec<ElementAmount>,
}

/// What moves stock apart from orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MovementKind {
    /// In from a supplier; `amount` is the invoice or the accrual.
    Purchase,
    /// In for another reason.
    OtherIn,
    /// Out to a customer: cost of sales. A return is negative.
    Sale,
    /// Out for another reason: an expense.
    OtherOut,
    /// From one part of an item's stock to another (`to`).
    Transfer,
    /// Value only: a revaluation, a difference, landed cost. The quantity is nought.
    Revalue,
}

/// A movement of stock apart from orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CostMovement")]
pub struct Movement {
    /// Host id of the document line.
    pub id: Id,
    /// Day.
    pub date: Date,
    /// Kind.
    pub kind: MovementKind,
    /// Item.
    pub item: Id,
    /// The part of its stock that is valued apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<Id>,
    /// Where a transfer goes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Id>,
    /// Quantity, in the direction of the kind; negative: the opposite.
    pub quantity: Quantity,
    /// Value: required for what comes in; for what goes out it fixes the price (specific lot, original cost).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<DecimalText>,
    /// The value booked so far, for adjustments (`C14`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provisional: Option<DecimalText>,
    /// Whether the amount is an accrual: the invoice is still to come (`S06`).
    #[serde(default)]
    pub accrued: bool,
    /// Element of the amount of what comes in; absent: the item's element.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<Id>,
}

/// Material issued to an order; a return is negative (`C02`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Issue {
    /// Host id of the document line.
    pub id: Id,
    /// Day.
    pub date: Date,
    /// Order.
    pub order: Id,
    /// Item.
    pub item: Id,
    /// The part of its stock that is valued apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<Id>,
    /// Quantity; negative: a return.
    pub quantity: Quantity,
    /// Fixes the value: a specific lot, a return at original cost. With the sign of the quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<DecimalText>,
    /// The value booked so far, for adjustments (`C14`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provisional: Option<DecimalText>,
}

/// A product received from an order; a reversal is negative (`C14`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderReceipt {
    /// Host id of the document line.
    pub id: Id,
    /// Day.
    pub date: Date,
    /// Order.
    pub order: Id,
    /// Product.
    pub item: Id,
    /// The part of its stock that is valued apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<Id>,
    /// Quantity.
    pub quantity: Quantity,
    /// The value booked so far, for adjustments (`C14`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provisional: Option<DecimalText>,
}

/// A cost that falls on one order: labour, a subcontractor's fee, direct overhead (`C03`, `C15`, `S06`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Charge {
    /// Host id of the document line.
    pub id: Id,
    /// Order.
    pub order: Id,
    /// Element.
    pub element: Id,
    /// Amount; a credit is negative.
    pub amount: DecimalText,
    /// Whether it is an accrual: the invoice is still to come.
    #[serde(default)]
    pub accrued: bool,
}

/// What an expense is shared by (`C04`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    /// Finished quantity, and units in process by their completion (the default).
    #[default]
    Quantity,
    /// Finished quantity only.
    FinishedQuantity,
    /// Material bought and issued to the order, at issue cost.
    PurchasedMaterial,
    /// All material issued to the order, semi-finished products included.
    AllMaterial,
    /// Labour hours (`drivers`).
    LabourHours,
    /// Machine hours (`drivers`).
    MachineHours,
    /// Standard hours (`drivers`).
    StandardHours,
    /// Coefficient times quantity (`drivers`).
    Coefficient,
    /// Input quantity (`drivers`).
    InputQuantity,
    /// Shares typed in (`drivers`).
    Manual,
}

impl Base {
    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Base::Quantity => "quantity",
            Base::FinishedQuantity => "finished_quantity",
            Base::PurchasedMaterial => "purchased_material",
            Base::AllMaterial => "all_material",
            Base::LabourHours => "labour_hours",
            Base::MachineHours => "machine_hours",
            Base::StandardHours => "standard_hours",
            Base::Coefficient => "coefficient",
            Base::InputQuantity => "input_quantity",
            Base::Manual => "manual",
        }
    }
}

/// An expense of the period to be shared among the orders of a centre (`C03`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OverheadRow {
    /// Host id.
    pub id: Id,
    /// Workshop or cost centre; absent: every order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub centre: Option<Id>,
    /// Expense item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expense: Option<Id>,
    /// Element.
    pub element: Id,
    /// Amount.
    pub amount: DecimalText,
    /// What it is shared by; absent: the policy says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Base>,
}

/// The value of a base for one order: hours, coefficients, typed shares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Driver {
    /// Order.
    pub order: Id,
    /// The base it is a value of.
    pub base: Base,
    /// Centre in which it arose; absent: the order's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub centre: Option<Id>,
    /// Value.
    pub value: Quantity,
}

/// A document of the period that is not in effect yet (`C13`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// Host id of the document.
    pub id: Id,
}

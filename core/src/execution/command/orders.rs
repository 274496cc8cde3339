//! What is asked of production orders.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::Id;
use crate::num::Quantity;
use crate::order::{ComponentLine, ProductionOrder};
use crate::time::Date;

/// A new production order. Its counters must be nought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateOrder {
    /// The order.
    pub order: ProductionOrder,
}

/// A step of a production order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderStep {
    /// Planned to confirmed.
    Confirm,
    /// To released.
    Release,
    /// Started by hand.
    Start,
    /// Finished by hand.
    Finish,
    /// Held.
    Suspend,
    /// No longer held.
    Resume,
    /// Closed.
    Close,
    /// Opened again.
    Reopen,
    /// Settled by costing.
    Settle,
}

/// Asks for a step of a production order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderStepAsk {
    /// The order.
    pub order: Id,
    /// The step.
    pub step: OrderStep,
    /// Why; asked for where an order is closed before it received enough.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// A change of one component line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "change", deny_unknown_fields)]
pub enum LineChange {
    /// A new requirement.
    Require {
        /// The line.
        line: u32,
        /// Its requirement.
        required: Quantity,
    },
    /// A further line.
    Add {
        /// The line.
        line: Box<ComponentLine>,
    },
    /// The line is taken off; nothing may be issued on it.
    Cancel {
        /// The line.
        line: u32,
    },
    /// Another line takes its place for what is not issued.
    Replace {
        /// The line.
        line: u32,
        /// The new line.
        by: Box<ComponentLine>,
    },
    /// The whole list anew from the BOM; nothing may be issued.
    Explode {
        /// The lines.
        lines: Vec<ComponentLine>,
    },
}

/// A change document of a production order (`X04`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeOrder {
    /// Id of the change document.
    pub document: Id,
    /// The order.
    pub order: Id,
    /// New good quantity; the requirements follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub good: Option<Quantity>,
    /// New due date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// Changes of lines, after the quantity.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<LineChange>,
    /// Why; must be given once the order is confirmed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// A new order of a split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SplitPart {
    /// Id of the new order.
    pub order: Id,
    /// Its good quantity.
    pub quantity: Quantity,
}

/// How an order is split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "by", deny_unknown_fields)]
pub enum SplitBy {
    /// Into named parts; the rest stays.
    Parts {
        /// The new orders.
        parts: Vec<SplitPart>,
    },
    /// Into batches of this size; the first one stays, the others are named `ORDER.2`, `ORDER.3` …
    Batch {
        /// Size of a batch.
        size: Quantity,
    },
}

/// A split of a production order (`X06`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SplitOrder {
    /// The order.
    pub order: Id,
    /// How.
    pub split: SplitBy,
}

/// A merge of production orders (`X06`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeOrders {
    /// Id of the new order.
    pub order: Id,
    /// The orders that go into it.
    pub orders: Vec<Id>,
}

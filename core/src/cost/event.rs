//! Cost events: every movement of value with a debit and a credit key (`C16`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::Id;
use crate::num::DecimalText;

/// What a cost event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// Stock from a supplier.
    Purchase,
    /// Stock from elsewhere.
    OtherIn,
    /// Material to an order.
    Issue,
    /// A cost of a single order.
    Charge,
    /// A share of an expense.
    Overhead,
    /// A product from an order.
    Receipt,
    /// Abnormal loss of an order.
    Scrap,
    /// Cost of sales.
    Sale,
    /// Stock out to an expense.
    OtherOut,
    /// Stock to another place.
    Transfer,
    /// A change of value alone.
    Revalue,
    /// Cost of an order whose products were received in earlier periods.
    LateCost,
    /// A difference with a name: standard cost, value without quantity.
    Difference,
}

/// One side of an event; the host maps it to an account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "key")]
pub enum CostKey {
    /// Stock of an item.
    Stock {
        /// Item.
        item: Id,
    },
    /// Work in process of an order.
    Wip {
        /// Order.
        order: Id,
    },
    /// Suppliers, or goods received and not invoiced.
    Supplier {
        /// Whether the invoice is still to come.
        accrued: bool,
    },
    /// Expenses collected in a centre, credited when they are shared.
    Expense {
        /// Centre.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        centre: Option<Id>,
        /// Expense item.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expense: Option<Id>,
    },
    /// Costs of single orders: wages, fees, direct overhead.
    Collected {
        /// Element.
        element: Id,
        /// Whether the invoice is still to come.
        accrued: bool,
    },
    /// Cost of sales.
    CostOfSales {
        /// Item.
        item: Id,
    },
    /// Other income and expense of stock.
    Other {
        /// Item.
        item: Id,
    },
    /// Abnormal loss.
    Loss {
        /// Order.
        order: Id,
    },
    /// A difference between fixed and actual cost.
    Difference {
        /// Item.
        item: Id,
    },
}

/// One movement of value: the same amount on both sides, so that debit equals credit in every event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CostEvent {
    /// Kind.
    pub kind: EventKind,
    /// The document line it comes from.
    pub document: Id,
    /// Debit.
    pub debit: CostKey,
    /// Credit.
    pub credit: CostKey,
    /// Element.
    pub element: Id,
    /// Amount; negative: debit and credit change sides.
    pub amount: DecimalText,
}

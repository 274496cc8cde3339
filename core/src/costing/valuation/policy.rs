//! How stock is valued: the closed choices of `C17`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::num::Rounding;

/// The valuation method (`C17`).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The average of what is there when it leaves ★.
    #[default]
    MovingAverage,
    /// One average for a month or a day: opening and everything that came in, whenever it left.
    PeriodAverage,
    /// First in, first out.
    Fifo,
    /// Last in, first out, at every issue. Not allowed by IAS 2 (`LIFO_NOT_IAS2`).
    Lifo,
    /// Last in, first out, with all receipts of a period before its issues. Not allowed by IAS 2.
    LifoPeriodic,
    /// The receipt that each issue names.
    Specific,
    /// A fixed unit cost; what a receipt costs otherwise is a variance.
    Standard,
}

impl Method {
    /// Whether it keeps one pool instead of layers.
    #[must_use]
    pub const fn is_average(self) -> bool {
        matches!(self, Method::MovingAverage | Method::PeriodAverage)
    }

    /// Whether it keeps one layer for each receipt.
    #[must_use]
    pub const fn is_layered(self) -> bool {
        matches!(self, Method::Fifo | Method::Lifo | Method::LifoPeriodic | Method::Specific)
    }

    /// Whether all receipts of a period count before its issues.
    #[must_use]
    pub const fn is_periodic(self) -> bool {
        matches!(self, Method::PeriodAverage | Method::LifoPeriodic)
    }

    /// Whether it is one of the two that IAS 2 does not allow.
    #[must_use]
    pub const fn is_lifo(self) -> bool {
        matches!(self, Method::Lifo | Method::LifoPeriodic)
    }
}

/// Length of a period of [`Method::PeriodAverage`] and [`Method::LifoPeriodic`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AveragePeriod {
    /// A calendar month ★.
    #[default]
    Month,
    /// A day.
    Day,
}

/// Which movement of a day counts first, in the methods without a period (`C17`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayOrder {
    /// What comes in counts before what goes out ★.
    #[default]
    InsFirst,
    /// In the order of the sequence numbers.
    Sequence,
}

/// What an issue costs that stock does not cover (`C17`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NegativeStock {
    /// The last price ★; when a receipt covers it, the issue is corrected to what that receipt cost.
    #[default]
    LastPrice,
    /// The last price, never corrected: the difference stays in the pool and moves its average, which explodes
    /// where little is left. Offered to compare with systems that do so.
    KeepInPool,
    /// Refused (`NEGATIVE_STOCK_AT_COSTING`).
    Refuse,
}

/// Whether receipts without an invoice count (`C17`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Uninvoiced {
    /// They count at what is expected ★; the invoice's difference is a charge.
    #[default]
    Include,
    /// They are in stock, but no issue takes their cost until they are invoiced.
    Exclude,
}

/// When a charge, an item charge or an invoice difference, counts (`C17`, `C20`, `S07`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChargeRule {
    /// With its receipt: what left since is costed again ★.
    #[default]
    Recost,
    /// On its own date: the share of what is still there goes to stock, the rest to what left (`S07`).
    Split,
}

/// Where the residue goes that a rounded unit cost leaves (`F01`, `C17`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResiduePlace {
    /// It stays in stock; the issue that empties it takes it ★.
    #[default]
    Stock,
    /// Each issue takes it: stock stays at quantity × unit cost.
    Issue,
    /// The last issue of a month takes it (averages); of a layer, the one that empties it.
    LastReceiver,
    /// An entry of its own when the stock or the layer is used up.
    OwnEntry,
}

/// How the stock of one item, or of one item at one place, is valued (`C17`). Stars mark the defaults.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// The method.
    pub method: Method,
    /// Length of a period.
    pub period: AveragePeriod,
    /// Order within a day.
    pub day_order: DayOrder,
    /// Issues without stock.
    pub negative: NegativeStock,
    /// Receipts without an invoice.
    pub uninvoiced: Uninvoiced,
    /// When charges count.
    pub charges: ChargeRule,
    /// Decimals to which a unit cost is rounded before it is multiplied, at most 9; absent: exact ★.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_decimals: Option<u32>,
    /// Where the residue of a rounded unit cost goes.
    pub residue: ResiduePlace,
    /// How an amount is rounded, once for each issue.
    pub rounding: Rounding,
}

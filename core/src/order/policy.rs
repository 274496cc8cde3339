//! How strict an order is: tolerances, over-issue, backflush.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::num::{Quantity, Ratio};

/// Whether a line may be issued above its requirement (`M10`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "mode", deny_unknown_fields)]
pub enum OverIssue {
    /// Never (the default).
    #[default]
    Forbid,
    /// Up to `required × (1 + cap)`; without a cap, freely.
    Allow {
        /// The cap.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cap: Option<Ratio>,
    },
    /// Only by rounding up to whole issue batches: `⌈required ÷ batch⌉ × batch`.
    ByMinBatch {
        /// Size of a batch, above nought.
        batch: Quantity,
    },
}

impl OverIssue {
    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            OverIssue::Forbid => "forbid",
            OverIssue::Allow { .. } => "allow",
            OverIssue::ByMinBatch { .. } => "by_min_batch",
        }
    }
}

/// When the system issues backflush lines (`M05`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BackflushTrigger {
    /// With each receipt (the default).
    #[default]
    Receipt,
    /// With each production report.
    Report,
    /// When the order is finished.
    Finish,
    /// Forward: at the release, for the planned quantity.
    Release,
    /// Only when it is asked for, receipt by receipt.
    Batch,
}

/// What a backflush counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BackflushBasis {
    /// Good product (the default).
    #[default]
    Good,
    /// Good product and scrap.
    GoodAndScrap,
}

/// How much a backflush takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BackflushMethod {
    /// `max(0, Σ receipts × per − net issued)` (the default).
    #[default]
    Cumulative,
    /// `receipt × per`.
    Incremental,
    /// As cumulative, with what was staged for the order in the place of the requirement: material that was
    /// brought to the line is used up evenly.
    Transferred,
}

/// What happens when the stock of a backflush does not suffice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShortPolicy {
    /// The receipt is refused (the default).
    #[default]
    Refuse,
    /// What is there is issued, the rest waits.
    Pending,
    /// The stock goes below nought.
    Negative,
}

/// How an order's lines are backflushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BackflushPolicy {
    /// When.
    pub trigger: BackflushTrigger,
    /// What counts.
    pub basis: BackflushBasis,
    /// How much.
    pub method: BackflushMethod,
    /// Without enough stock.
    pub short: ShortPolicy,
}

/// The choices of one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OrderPolicy {
    /// Receipts up to `good × (1 + over)` are accepted (`X05`).
    pub over_receipt: Ratio,
    /// From `good × (1 − under)` on the order is finished (`X03`).
    pub under_receipt: Ratio,
    /// Whether no more may be received than kits were issued (`X05`).
    pub receipt_within_kits: bool,
    /// Whether material returned as defective opens its quantity again ★ (`M11`).
    pub defect_reopens: bool,
    /// Backflush.
    pub backflush: BackflushPolicy,
}

impl Default for OrderPolicy {
    fn default() -> OrderPolicy {
        OrderPolicy {
            over_receipt: Ratio::ZERO,
            under_receipt: Ratio::ZERO,
            receipt_within_kits: false,
            defect_reopens: true,
            backflush: BackflushPolicy::default(),
        }
    }
}

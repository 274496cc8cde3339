//! What is asked of documents, stock, holds, locations and periods.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::document::{DocStep, Document, DocumentKind};
use crate::id::Id;
use crate::inventory::{HoldFor, LineRef, Lot, PlaceState, Reason, StockKey};
use crate::num::Quantity;
use crate::partner::Location;
use crate::time::Date;

/// A step of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentStep {
    /// The document.
    pub document: Id,
    /// The step.
    pub step: DocStep,
}

/// A document that moves no stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateDocument {
    /// The document; a draft.
    pub document: Document,
    /// Approve it at once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub approve: bool,
}

/// A line that is pushed down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PushLine {
    /// The source line.
    pub source: LineRef,
    /// How much; absent: all that remains.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// The stock it moves, where the new document moves stock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<StockKey>,
}

/// A new document from the lines of others (`F04`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Push {
    /// Id of the new document; a draft.
    pub document: Id,
    /// What it is.
    pub kind: DocumentKind,
    /// Lines.
    pub lines: Vec<PushLine>,
    /// Count only approved documents as consumed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub approved_only: bool,
    /// Business date; absent: today at the plant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
}

/// One line of stock in or out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StockLine {
    /// The stock.
    pub stock: StockKey,
    /// Quantity above nought; an adjustment may be below.
    pub quantity: Quantity,
    /// Second quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<Quantity>,
    /// Serial numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serials: Vec<Id>,
}

/// Stock in, out or adjusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StockPosting {
    /// Id of the document.
    pub document: Id,
    /// `stock_in`, `stock_out` or `adjustment`.
    pub kind: DocumentKind,
    /// Lines.
    pub lines: Vec<StockLine>,
    /// New lots that come in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lots: Vec<Lot>,
    /// Customer or supplier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<Id>,
    /// Why; asked for in an adjustment.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Business date; absent: today at the plant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Leave it as a draft.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
}

/// One line of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferLine {
    /// The stock it leaves.
    pub stock: StockKey,
    /// Location it reaches; absent: the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Id>,
    /// Status it gets; absent: the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<crate::inventory::StockStatus>,
    /// Owner it would get; a transfer cannot change it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Id>,
    /// Quantity.
    pub quantity: Quantity,
    /// Second quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<Quantity>,
    /// Serial numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serials: Vec<Id>,
}

/// Stock between locations, or from one status to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// Id of the document.
    pub document: Id,
    /// Lines.
    pub lines: Vec<TransferLine>,
    /// Why; asked for where a status changes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Business date; absent: today at the plant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Leave it as a draft.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
}

/// What was counted under one key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// The stock.
    pub stock: StockKey,
    /// What is there.
    pub counted: Quantity,
}

/// A count: the differences are posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// Id of the document.
    pub document: Id,
    /// What was counted.
    pub lines: Vec<Counted>,
    /// Business date; absent: today at the plant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
}

/// A hold of stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHold {
    /// Id of the hold.
    pub hold: Id,
    /// For whom.
    pub owner: HoldFor,
    /// The stock.
    pub stock: StockKey,
    /// Quantity.
    pub quantity: Quantity,
}

/// The end of a hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseHold {
    /// The item held.
    pub item: Id,
    /// The hold.
    pub hold: Id,
}

/// A location's flags and state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPlace {
    /// The location and its flags.
    pub location: Location,
    /// State.
    #[serde(default)]
    pub state: PlaceState,
}

/// A step of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PeriodStep {
    /// A new period, open.
    Open,
    /// Locked for costing.
    Lock,
    /// Open again after costing.
    Unlock,
    /// Closed.
    Close,
    /// The latest closed one opened again.
    Reopen,
}

/// Asks for a step of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeriodAsk {
    /// The period.
    pub period: Id,
    /// The step.
    pub step: PeriodStep,
    /// First and last day of a new period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<(Date, Date)>,
    /// The cost run that locks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<Id>,
}

impl StockPosting {
    /// The reason that stands in the ledger.
    #[must_use]
    pub const fn ledger_reason(&self) -> Option<Reason> {
        match self.kind {
            DocumentKind::StockIn => Some(Reason::Purchase),
            DocumentKind::StockOut => Some(Reason::Shipment),
            DocumentKind::Adjustment => Some(Reason::Adjustment),
            _ => None,
        }
    }
}

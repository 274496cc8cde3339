//! A document and its lines.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::OpeningValues;
use crate::id::Id;
use crate::inventory::{LineRef, Reason, StockKey};
use crate::num::{NumError, Quantity};
use crate::time::Date;

/// State of a document (`F04`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocState {
    /// Being written (the default).
    #[default]
    Draft,
    /// Waiting for approval.
    Submitted,
    /// In effect.
    Approved,
    /// Was in effect, and undone by the opposite lines.
    Reversed,
    /// Never came into effect.
    Void,
}

/// A step of the life cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocStep {
    /// Draft to submitted.
    Submit,
    /// Draft or submitted to approved: stock, order and pegs change now.
    Approve,
    /// Approved back to draft: every effect is undone.
    Unapprove,
    /// Approved to reversed: every effect is undone, the document stays.
    Reverse,
    /// Draft or submitted to void.
    Void,
}

impl DocState {
    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            DocState::Draft => "draft",
            DocState::Submitted => "submitted",
            DocState::Approved => "approved",
            DocState::Reversed => "reversed",
            DocState::Void => "void",
        }
    }

    /// Whether its effects are still to come: its lines count as drafts.
    #[must_use]
    pub const fn is_draft(self) -> bool {
        matches!(self, DocState::Draft | DocState::Submitted)
    }
}

impl DocStep {
    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            DocStep::Submit => "submit",
            DocStep::Approve => "approve",
            DocStep::Unapprove => "unapprove",
            DocStep::Reverse => "reverse",
            DocStep::Void => "void",
        }
    }

    /// The states from which the step is possible.
    #[must_use]
    pub const fn from_states(self) -> &'static [DocState] {
        match self {
            DocStep::Submit => &[DocState::Draft],
            DocStep::Approve | DocStep::Void => &[DocState::Draft, DocState::Submitted],
            DocStep::Unapprove | DocStep::Reverse => &[DocState::Approved],
        }
    }

    /// The state that it leads to.
    #[must_use]
    pub const fn to_state(self) -> DocState {
        match self {
            DocStep::Submit => DocState::Submitted,
            DocStep::Approve => DocState::Approved,
            DocStep::Unapprove => DocState::Draft,
            DocStep::Reverse => DocState::Reversed,
            DocStep::Void => DocState::Void,
        }
    }
}

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// Sales order: a demand.
    Sales,
    /// Purchase order: a supply.
    Purchase,
    /// Stock that comes in from outside.
    StockIn,
    /// Stock that goes out to a customer.
    StockOut,
    /// Material issued to orders.
    Issue,
    /// Material that the system issues for a receipt.
    Backflush,
    /// Material that comes back.
    Return,
    /// Material moved between orders.
    Move,
    /// Stock moved between locations, or staged.
    Transfer,
    /// What an order made, received into stock.
    Receipt,
    /// What the shop reports; no stock moves.
    Report,
    /// Change of quality status.
    Status,
    /// A count.
    Count,
    /// A correction.
    Adjustment,
    /// Opening balances.
    Opening,
    /// Change of a production order.
    Change,
    /// Production orders of one sales order, a line for each (`X01`).
    Production,
}

/// A quantity that another document took over from a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The line that took it; line 0: a production order that makes it.
    pub target: LineRef,
    /// How much, in stock units.
    pub quantity: Quantity,
    /// Whether the target is approved.
    #[serde(default)]
    pub approved: bool,
}

/// What a line took of a hold, so that undoing it gives it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldUse {
    /// The hold.
    pub hold: Id,
    /// How much.
    pub quantity: Quantity,
}

/// One line of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentLine {
    /// Number, unique in the document.
    pub number: u32,
    /// The item.
    pub item: Id,
    /// Quantity in stock units, not below nought but in corrections.
    pub quantity: Quantity,
    /// Second quantity (`F11`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<Quantity>,
    /// Why stock moves; absent: the line moves none (an order, a plan).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The stock it takes from or adds to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<StockKey>,
    /// The stock it reaches, where it moves between two keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<StockKey>,
    /// The production order line; line 0 is the product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<LineRef>,
    /// How much of the order line's own item it stands for, where a substitute is issued (`M09`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clears: Option<Quantity>,
    /// Serial numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serials: Vec<Id>,
    /// Holds that it used when it came into effect.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<HoldUse>,
    /// The line it was pushed down from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<LineRef>,
    /// What was pushed down from it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// Date on which it is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
}

impl DocumentLine {
    /// A line that moves nothing.
    #[must_use]
    pub const fn new(number: u32, item: Id, quantity: Quantity) -> DocumentLine {
        DocumentLine {
            number,
            item,
            quantity,
            second: None,
            reason: None,
            stock: None,
            to: None,
            order: None,
            clears: None,
            serials: Vec::new(),
            holds: Vec::new(),
            source: None,
            links: Vec::new(),
            date: None,
        }
    }

    /// `quantity − Σ linked`: what may still be pushed down to documents (`F04`). Drafts count as consumed unless
    /// `approved_only`. Links to production orders (line 0) are apart: what is made is shipped as well.
    ///
    /// # Errors
    /// `QTY_OUT_OF_RANGE`.
    pub fn remaining_to_push(&self, approved_only: bool) -> Result<Quantity, NumError> {
        let documents = self.links.iter().filter(|link| link.target.line != 0);
        let counted = documents.filter(|link| link.approved || !approved_only);
        counted.into_iter().try_fold(self.quantity, |left, link| left.minus(link.quantity))
    }
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Host id, unique among documents and production orders.
    pub id: Id,
    /// What it is.
    pub kind: DocumentKind,
    /// State.
    #[serde(default)]
    pub state: DocState,
    /// Business date.
    pub date: Date,
    /// Posting period, where the host keeps periods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Id>,
    /// Customer or supplier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<Id>,
    /// Why it was written, where a reason is asked for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The document that caused it: the receipt of a backflush.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Id>,
    /// Documents that it caused and that are undone with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Id>,
    /// Lines.
    pub lines: Vec<DocumentLine>,
    /// Values of opening balances (`F09`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<Box<OpeningValues>>,
    /// Row version.
    #[serde(default)]
    pub version: u64,
}

impl Document {
    /// A draft without lines.
    #[must_use]
    pub const fn draft(id: Id, kind: DocumentKind, date: Date) -> Document {
        Document {
            id,
            kind,
            state: DocState::Draft,
            date,
            period: None,
            partner: None,
            reason: String::new(),
            cause: None,
            effects: Vec::new(),
            lines: Vec::new(),
            opening: None,
            version: 0,
        }
    }

    /// The line with a number.
    #[must_use]
    pub fn line(&self, number: u32) -> Option<&DocumentLine> {
        self.lines.iter().find(|line| line.number == number)
    }
}

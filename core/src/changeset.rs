//! The changeset: the only way anything is stored.
//!
//! **Definition.** Rows as they are after the command, ledger lines to append, the row versions that were read,
//! an idempotency key. **Contract.** All of it is stored or nothing; rows are checked and written in key order;
//! a version that differs is a conflict and nothing is written; the key is looked up first, and the same key
//! gives back the earlier reply. **Law.** `load(commit(c)) == apply(c)`. Row versions count up by one; rows are
//! never deleted; sequences of ledger lines are given by whoever stores them, in the order given here.
//!
//! It does not know what a row means; that is the business of `execution`.

mod apply;
mod row;

pub use apply::Conflict;
pub use row::{Done, Row, RowKey};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::document::DocumentLine;
use crate::finding::Finding;
use crate::id::Id;
use crate::inventory::{LineRef, Movement, StockKey};
use crate::num::Quantity;
use crate::time::Now;

/// The format version of a stored changeset (`I8`).
pub const CHANGESET_FORMAT: u32 = 1;

/// A row that was read, with its version then; 0: it was not there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// The row.
    pub row: RowKey,
    /// Its version.
    pub version: u64,
}

/// One line of a reply: what was proposed or posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplyLine {
    /// The document that it stands in, where one was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Id>,
    /// The order line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<LineRef>,
    /// The item.
    pub item: Id,
    /// Quantity in stock units.
    pub quantity: Quantity,
    /// The stock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<StockKey>,
    /// What could not be had of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short: Option<Quantity>,
}

impl ReplyLine {
    /// What a line of a document says.
    pub(crate) fn of(document: &Id, line: &DocumentLine) -> ReplyLine {
        ReplyLine {
            document: Some(document.clone()),
            order: line.order.clone(),
            item: line.item.clone(),
            quantity: line.quantity,
            stock: line.stock.clone(),
            short: None,
        }
    }
}

/// What a command answers; kept under its key, so that a repeat gets the same.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Reply {
    /// Documents and orders that were written, in the order of their writing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<Id>,
    /// Lines that were proposed or posted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<ReplyLine>,
    /// Warnings and information.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

/// Everything one command stores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeSet {
    /// Format version.
    pub format: u32,
    /// The idempotency key.
    pub key: Id,
    /// A digest of the command, so that a key that is used for another command is noticed.
    pub digest: String,
    /// When it was decided.
    pub now: Now,
    /// Versions of the rows read, written ones included, in key order.
    pub reads: Vec<Read>,
    /// Rows as they are afterwards, in key order, with their new versions.
    pub writes: Vec<Row>,
    /// Ledger lines to append, in this order.
    pub movements: Vec<Movement>,
    /// The reply.
    pub reply: Reply,
}

impl ChangeSet {
    /// The row that remembers the key; stored with the rest.
    #[must_use]
    pub fn done(&self) -> Done {
        Done {
            key: self.key.clone(),
            digest: self.digest.clone(),
            at: self.now.at,
            reply: self.reply.clone(),
        }
    }
}

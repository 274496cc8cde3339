//! The quantity ledger: stock keys, balances and the lines that add up to them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Key, StockStatus};
use crate::id::Id;
use crate::num::Quantity;
use crate::time::{Date, Timestamp};

/// A line of a document or of a production order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineRef {
    /// The document or order.
    pub document: Id,
    /// Number of its line; 0 stands for the product of an order.
    pub line: u32,
}

/// Where a quantity lies and what it is: item, location, lot, owner and the other parts of the key, status.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StockKey {
    /// The item.
    pub item: Id,
    /// The location.
    pub location: Id,
    /// The lot, where the item has lots.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<Id>,
    /// Attributes, owner, project, grade (`F07`); without an owner the stock is the company's.
    #[serde(default, skip_serializing_if = "Key::is_empty")]
    pub key: Key,
    /// Quality status (`Q06`).
    #[serde(default)]
    pub status: StockStatus,
}

impl StockKey {
    /// Usable stock of the company without a lot.
    #[must_use]
    pub fn new(item: Id, location: Id) -> StockKey {
        StockKey { item, location, lot: None, key: Key::default(), status: StockStatus::Available }
    }
}

/// What lies under one stock key, with what is promised of it. A row stays when its quantity becomes nought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Balance {
    /// The key.
    pub stock: StockKey,
    /// Quantity in stock units.
    pub quantity: Quantity,
    /// Second quantity, where the item has one (`F11`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<Quantity>,
    /// Sum of the holds on it: at most the quantity, kept here so that one row decides it.
    #[serde(default)]
    pub reserved: Quantity,
    /// Row version; 0 in a row that is not stored yet.
    #[serde(default)]
    pub version: u64,
}

impl Balance {
    /// A row of nought.
    #[must_use]
    pub const fn empty(stock: StockKey) -> Balance {
        Balance { stock, quantity: Quantity::ZERO, second: None, reserved: Quantity::ZERO, version: 0 }
    }
}

/// Why a quantity moved. Closed: every rule that asks for a reason names all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Opening balance (`F09`).
    Opening,
    /// What an order had taken before the opening: in and out again, so that the stock stays.
    OpeningIssue,
    /// What an order had given before the opening: in and out again.
    OpeningReceipt,
    /// Received from a supplier or a customer.
    Purchase,
    /// Shipped to a customer.
    Shipment,
    /// Issued to an order (`M01` to `M04`).
    Issue,
    /// Issued by the system for what was received (`M05`).
    Backflush,
    /// Issued above the requirement with a reason (`M10`).
    Supplement,
    /// Backflush that had to wait for stock: nothing moves, the order line counts it.
    Pending,
    /// A waiting backflush that is issued now.
    PendingIssue,
    /// Good material that comes back (`M11`).
    ReturnGood,
    /// Material that came in defective.
    ReturnIncomingDefect,
    /// Material spoilt at work.
    ReturnWorkDefect,
    /// Leaves the first order of a move between orders (`M12`); no stock moves.
    MoveOut,
    /// Reaches the second order of a move.
    MoveIn,
    /// Good product received (`X05`).
    Receipt,
    /// Product received that needs rework.
    ReceiptRework,
    /// Scrap because of the material; stock comes in only where a location is given.
    ScrapMaterial,
    /// Scrap because of the work.
    ScrapWork,
    /// Sample destroyed by a test.
    Sample,
    /// Moved between locations.
    Transfer,
    /// Moved to the line for an order (`M07`).
    Stage,
    /// Change of quality status (`Q06`).
    Status,
    /// Difference found by a count.
    Count,
    /// Correction with a reason.
    Adjustment,
}

impl Reason {
    /// Whether it is use of the item: the clock of slow-moving stock. Transfers, counts, corrections and returns
    /// are not (`N04`).
    #[must_use]
    pub const fn is_consumption(self) -> bool {
        matches!(
            self,
            Reason::Issue | Reason::Backflush | Reason::Supplement | Reason::PendingIssue | Reason::Shipment
        )
    }

    /// Whether new stock of the item comes in: from outside, from an order, or at the opening.
    #[must_use]
    pub const fn is_receipt(self) -> bool {
        matches!(self, Reason::Opening | Reason::Purchase | Reason::Receipt | Reason::ReceiptRework)
    }

    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Reason::Opening => "opening",
            Reason::OpeningIssue => "opening_issue",
            Reason::OpeningReceipt => "opening_receipt",
            Reason::Purchase => "purchase",
            Reason::Shipment => "shipment",
            Reason::Issue => "issue",
            Reason::Backflush => "backflush",
            Reason::Supplement => "supplement",
            Reason::Pending => "pending",
            Reason::PendingIssue => "pending_issue",
            Reason::ReturnGood => "return_good",
            Reason::ReturnIncomingDefect => "return_incoming_defect",
            Reason::ReturnWorkDefect => "return_work_defect",
            Reason::MoveOut => "move_out",
            Reason::MoveIn => "move_in",
            Reason::Receipt => "receipt",
            Reason::ReceiptRework => "receipt_rework",
            Reason::ScrapMaterial => "scrap_material",
            Reason::ScrapWork => "scrap_work",
            Reason::Sample => "sample",
            Reason::Transfer => "transfer",
            Reason::Stage => "stage",
            Reason::Status => "status",
            Reason::Count => "count",
            Reason::Adjustment => "adjustment",
        }
    }
}

/// One line of the quantity ledger. Lines are only ever appended; a mistake is undone by the opposite line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Movement {
    /// Place in the ledger, from 1 without gaps; given when it is stored, 0 before.
    #[serde(default)]
    pub sequence: u64,
    /// The document that moved it.
    pub document: Id,
    /// Its line.
    pub line: u32,
    /// Why.
    pub reason: Reason,
    /// Whether it undoes an earlier line of the same document line.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undo: bool,
    /// The stock.
    pub stock: StockKey,
    /// Signed quantity in stock units: in above nought, out below.
    pub quantity: Quantity,
    /// Signed second quantity (`F11`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<Quantity>,
    /// The production order line it belongs to; line 0 is the product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<LineRef>,
    /// Serial numbers that moved.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serials: Vec<Id>,
    /// Business date.
    pub date: Date,
    /// When it was recorded.
    pub at: Timestamp,
}

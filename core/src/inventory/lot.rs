//! What a stock item needs on its lines, lots, serial numbers and holds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{LineRef, StockKey};
use crate::id::Id;
use crate::item::KeyParts;
use crate::num::Quantity;
use crate::time::Date;

/// Whether an item is followed by lot or by piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tracking {
    /// Neither (the default).
    #[default]
    None,
    /// By lot: every line names one.
    Lot,
    /// By piece: every line names as many serial numbers as its quantity.
    Serial,
}

/// Which stock is taken first where no lot is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PickRule {
    /// First expired, first out; without an expiry last, then first in (the default).
    #[default]
    Fefo,
    /// First in, first out.
    Fifo,
    /// Only the lot that is named; nothing is chosen.
    Lot,
}

/// What the ledger must know of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StockItem {
    /// The item.
    pub item: Id,
    /// Decimals of its stock unit.
    #[serde(default)]
    pub scale: u32,
    /// Lots, serial numbers or neither.
    #[serde(default)]
    pub tracking: Tracking,
    /// Which lot goes first.
    #[serde(default)]
    pub pick: PickRule,
    /// Parts of the stock key that every line must name (`F07`).
    #[serde(default)]
    pub parts: KeyParts,
    /// Whether lines carry a second quantity (`F11`).
    #[serde(default)]
    pub second_quantity: bool,
}

/// A lot of an item. What is left of it and its status lie in the balances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lot {
    /// The item.
    pub item: Id,
    /// The lot.
    pub lot: Id,
    /// Last day on which it may be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usable_until: Option<Date>,
    /// Day on which it first came in.
    pub received: Date,
    /// The supplier's own lot number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier_lot: Option<Id>,
    /// The supplier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier: Option<Id>,
    /// Inspection document that holds it, named when blocked stock of it is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inspection: Option<Id>,
    /// Row version.
    #[serde(default)]
    pub version: u64,
}

/// Where a piece is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "at", deny_unknown_fields)]
pub enum SerialPlace {
    /// In stock under a key.
    Stock {
        /// The key.
        stock: StockKey,
    },
    /// Used in a production order.
    Order {
        /// The order line.
        order: LineRef,
    },
    /// Not here: shipped, scrapped, or its receipt was undone.
    Gone,
}

/// A piece of an item that is followed by serial number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Serial {
    /// The item.
    pub item: Id,
    /// The serial number.
    pub serial: Id,
    /// Where it is.
    pub place: SerialPlace,
    /// Row version.
    #[serde(default)]
    pub version: u64,
}

/// For whom stock is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "for", deny_unknown_fields)]
pub enum HoldFor {
    /// A line of a production order.
    Order {
        /// The line.
        line: LineRef,
    },
    /// A line of another document, such as a sales order.
    Document {
        /// The line.
        line: LineRef,
    },
}

/// A reservation of stock under one key (hard peg). The balance row carries the sum of its holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// Host id, unique among holds.
    pub id: Id,
    /// For whom.
    pub owner: HoldFor,
    /// The stock.
    pub stock: StockKey,
    /// Quantity still held; nought when it is used or released.
    pub quantity: Quantity,
    /// Row version.
    #[serde(default)]
    pub version: u64,
}

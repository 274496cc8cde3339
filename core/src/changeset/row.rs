//! The closed list of rows that commands write.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Reply;
use crate::document::{Document, Period};
use crate::id::Id;
use crate::inventory::{Balance, Hold, Lot, Place, Serial, StockKey};
use crate::order::ProductionOrder;
use crate::time::Timestamp;

/// Which row it is. Its order is the order in which rows are locked and written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "table", deny_unknown_fields)]
pub enum RowKey {
    /// A period.
    Period {
        /// Its id.
        id: Id,
    },
    /// A location.
    Place {
        /// Its id.
        id: Id,
    },
    /// A production order.
    Order {
        /// Its id.
        id: Id,
    },
    /// A document.
    Document {
        /// Its id.
        id: Id,
    },
    /// A lot.
    Lot {
        /// The item.
        item: Id,
        /// The lot.
        lot: Id,
    },
    /// A piece.
    Serial {
        /// The item.
        item: Id,
        /// The serial number.
        serial: Id,
    },
    /// A hold.
    Hold {
        /// The item held.
        item: Id,
        /// The hold.
        hold: Id,
    },
    /// A balance.
    Balance {
        /// Its key.
        stock: StockKey,
    },
}

impl RowKey {
    /// The id by which people know the row.
    #[must_use]
    pub const fn name(&self) -> &Id {
        match self {
            RowKey::Period { id } | RowKey::Place { id } | RowKey::Order { id } | RowKey::Document { id } => {
                id
            }
            RowKey::Hold { hold, .. } => hold,
            RowKey::Lot { lot, .. } => lot,
            RowKey::Serial { serial, .. } => serial,
            RowKey::Balance { stock } => &stock.item,
        }
    }
}

/// Builds the enum of rows with what all of them have: a key and a version.
macro_rules! rows {
    ($($(#[doc = $doc:literal])* $variant:ident($row:ty), |$it:ident| $key:expr;)*) => {
        /// One row as it is after a command.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case", tag = "table", content = "row", deny_unknown_fields)]
        pub enum Row {
            $($(#[doc = $doc])* $variant(Box<$row>),)*
        }

        impl Row {
            /// Its key.
            #[must_use]
            pub fn key(&self) -> RowKey {
                match self { $(Row::$variant($it) => $key,)* }
            }

            /// Its version after the command.
            #[must_use]
            pub fn version(&self) -> u64 {
                match self { $(Row::$variant(row) => row.version,)* }
            }
        }
    };
}

rows! {
    /// A period.
    Period(Period), |it| RowKey::Period { id: it.id.clone() };
    /// A location.
    Place(Place), |it| RowKey::Place { id: it.location.id.clone() };
    /// A production order.
    Order(ProductionOrder), |it| RowKey::Order { id: it.id.clone() };
    /// A document.
    Document(Document), |it| RowKey::Document { id: it.id.clone() };
    /// A lot.
    Lot(Lot), |it| RowKey::Lot { item: it.item.clone(), lot: it.lot.clone() };
    /// A piece.
    Serial(Serial), |it| RowKey::Serial { item: it.item.clone(), serial: it.serial.clone() };
    /// A hold.
    Hold(Hold), |it| RowKey::Hold { item: it.stock.item.clone(), hold: it.id.clone() };
    /// A balance.
    Balance(Balance), |it| RowKey::Balance { stock: it.stock.clone() };
}

/// A key that was used, with the digest of its command and its reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Done {
    /// The key.
    pub key: Id,
    /// Digest of the command.
    pub digest: String,
    /// When it was stored.
    pub at: Timestamp,
    /// The reply.
    pub reply: Reply,
}

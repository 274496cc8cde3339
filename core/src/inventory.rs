//! Stock: what planning reads of it, and the quantity ledger behind it.
//!
//! Owns the stock key, balances, ledger lines, lots, serial numbers and holds. It does not know orders beyond
//! their ids, nor values: those are a ledger of their own (`I4`).

mod ledger;
mod lot;
mod place;

pub use ledger::{Balance, LineRef, Movement, Reason, StockKey};
pub use lot::{Hold, HoldFor, Lot, PickRule, Serial, SerialPlace, StockItem, Tracking};
pub use place::{Place, PlaceState};

use crate::id::Id;
use crate::num;
use crate::time::Date;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The optional parts of the planning and stock key (`F07`); item and site stand beside it.
///
/// A part that the item uses must be given in stock that is segregated and may be absent in free stock.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Key {
    /// Auxiliary attributes, as one canonical text such as `colour=red`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Id>,
    /// Owner; absent is the company itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Id>,
    /// Tracking number or project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<Id>,
    /// Grade.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<Id>,
}

impl Key {
    /// Whether no part is given: free stock or an unsegregated need.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.attributes.is_none() && self.owner.is_none() && self.project.is_none() && self.grade.is_none()
    }
}

/// Quality status of stock (`Q06`).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum StockStatus {
    /// Usable (the default).
    #[default]
    Available,
    /// In inspection: a scheduled receipt, not available stock (`F03`).
    Inspection,
    /// Blocked: not supply.
    Blocked,
    /// Scrap: not supply.
    Scrap,
}

/// One stock row: an item at a place, by lot and key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stock {
    /// Host id of the row, unique among stock rows.
    pub id: Id,
    /// The item.
    pub item: Id,
    /// The site.
    pub site: Id,
    /// The location; absent: an ordinary location of the site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Id>,
    /// Optional parts of the key.
    #[serde(default, skip_serializing_if = "Key::is_empty")]
    pub key: Key,
    /// The lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<Id>,
    /// Quantity in stock units; a negative one is planned as a need on the first day.
    #[serde(with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub quantity: Decimal,
    /// Second quantity, where the item has one (`F11`).
    #[serde(default, with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub second_quantity: Option<Decimal>,
    /// Quality status.
    #[serde(default)]
    pub status: StockStatus,
    /// Last date on which the lot may be used (`P26`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usable_until: Option<Date>,
    /// For stock in inspection: the date it is expected to be free; absent: the run date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_on: Option<Date>,
}

/// A hard peg: a quantity of one stock row or supply that belongs to one demand (`P17`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reservation {
    /// Host id, unique among reservations.
    pub id: Id,
    /// The demand served.
    pub demand: Id,
    /// The stock row that is reserved; exactly one of `stock` and `supply` is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<Id>,
    /// The supply that is reserved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supply: Option<Id>,
    /// Quantity in stock units, above zero.
    #[serde(with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub quantity: Decimal,
}

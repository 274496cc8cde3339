//! What rows that a store read must agree on: one that was altered by hand is noticed.

use std::collections::BTreeMap;

use super::StoreError;
use crate::changeset::{Row, RowKey};
use crate::inventory::{Balance, Hold, StockKey};
use crate::num::Quantity;

fn corrupt(what: String) -> StoreError {
    StoreError::Corrupt { what }
}

/// The holds of a key add up to what its balance says is reserved: for all balances and holds of some items.
///
/// # Errors
/// `STORE_CORRUPT` with the first balance that says something else.
pub fn holds_agree(balances: &[Balance], holds: &[Hold]) -> Result<(), StoreError> {
    let mut sums: BTreeMap<&StockKey, Quantity> = BTreeMap::new();
    for hold in holds {
        let sum = sums.entry(&hold.stock).or_default();
        *sum = sum.plus(hold.quantity).map_err(|error| corrupt(format!("hold {}: {error}", hold.id)))?;
    }
    for row in balances {
        let sum = sums.remove(&row.stock).unwrap_or_default();
        if sum != row.reserved {
            let (item, place) = (&row.stock.item, &row.stock.location);
            let what = format!("balance of {item} in {place}: {} reserved, {sum} held", row.reserved);
            return Err(corrupt(what));
        }
    }
    match sums.iter().find(|(_, sum)| !sum.is_zero()) {
        Some((stock, _)) => Err(corrupt(format!("{} is held where there is no balance", stock.item))),
        None => Ok(()),
    }
}

/// A row that is kept whole says the same as the columns beside it: its item (empty where a row of its table has
/// none), its id and its version.
///
/// # Errors
/// `STORE_CORRUPT` when it does not.
pub fn columns_agree(row: &Row, item: &str, name: &str, version: u64) -> Result<(), StoreError> {
    let key = row.key();
    let own = match &key {
        RowKey::Lot { item, .. } | RowKey::Serial { item, .. } => item.as_str(),
        _ => "",
    };
    if key.name().as_str() == name && own == item && row.version() == version {
        Ok(())
    } else {
        Err(corrupt(format!("{name}: the row and its body differ")))
    }
}

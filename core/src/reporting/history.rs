//! Stock at any past date, from an index over the ledger.

use std::collections::BTreeMap;

use crate::id::Id;
use crate::inventory::{Movement, StockKey};
use crate::num::{NumError, Quantity};
use crate::time::Date;

/// The ledger by stock key and date, with running sums: stock at a date is one binary search a key.
///
/// Built once in time linear in the ledger; late lines go in at their place.
#[derive(Debug, Clone, Default)]
pub struct StockHistory {
    items: BTreeMap<Id, BTreeMap<StockKey, Vec<(Date, Quantity)>>>,
}

impl StockHistory {
    /// Indexes ledger lines, in any order of dates.
    ///
    /// # Errors
    /// `QTY_OUT_OF_RANGE`.
    pub fn new<'m>(ledger: impl Iterator<Item = &'m Movement>) -> Result<StockHistory, NumError> {
        let mut history = StockHistory::default();
        for movement in ledger {
            history.add(movement)?;
        }
        Ok(history)
    }

    /// Takes a further line.
    ///
    /// # Errors
    /// `QTY_OUT_OF_RANGE`.
    pub fn add(&mut self, movement: &Movement) -> Result<(), NumError> {
        if !self.items.contains_key(&movement.stock.item) {
            self.items.insert(movement.stock.item.clone(), BTreeMap::new());
        }
        let Some(keys) = self.items.get_mut(&movement.stock.item) else { return Ok(()) };
        if !keys.contains_key(&movement.stock) {
            keys.insert(movement.stock.clone(), Vec::new());
        }
        let Some(days) = keys.get_mut(&movement.stock) else { return Ok(()) };
        let at = days.partition_point(|(day, _)| *day < movement.date);
        if days.get(at).is_none_or(|(day, _)| *day != movement.date) {
            let before = if at == 0 { Quantity::ZERO } else { days[at - 1].1 };
            days.insert(at, (movement.date, before));
        }
        for (_, sum) in &mut days[at..] {
            *sum = sum.plus(movement.quantity)?;
        }
        Ok(())
    }

    /// Stock of an item at the end of a day, by key; keys of nought are left out.
    #[must_use]
    pub fn at(&self, item: &Id, date: Date) -> Vec<(&StockKey, Quantity)> {
        let keys = self.items.get(item).into_iter().flatten();
        keys.filter_map(|(key, days)| Some((key, on(days, date)?))).collect()
    }

    /// Stock of all items at the end of a day, in key order; keys of nought are left out. One binary search a key.
    #[must_use]
    pub fn all_at(&self, date: Date) -> Vec<(&StockKey, Quantity)> {
        let keys = self.items.values().flatten();
        keys.filter_map(|(key, days)| Some((key, on(days, date)?))).collect()
    }
}

/// The sum at the end of a day, where it is not nought.
fn on(days: &[(Date, Quantity)], date: Date) -> Option<Quantity> {
    let at = days.partition_point(|(day, _)| *day <= date);
    let (_, quantity) = days.get(at.checked_sub(1)?)?;
    (!quantity.is_zero()).then_some(*quantity)
}

/// Stock of all items at the end of a day, by key, from the ledger directly; keys of nought are left out.
///
/// # Errors
/// `QTY_OUT_OF_RANGE`.
pub fn stock_at(ledger: &[Movement], date: Date) -> Result<Vec<(StockKey, Quantity)>, NumError> {
    let mut sums: BTreeMap<&StockKey, Quantity> = BTreeMap::new();
    for movement in ledger.iter().filter(|movement| movement.date <= date) {
        let sum = sums.entry(&movement.stock).or_default();
        *sum = sum.plus(movement.quantity)?;
    }
    let left = sums.into_iter().filter(|(_, quantity)| !quantity.is_zero());
    Ok(left.map(|(key, quantity)| (key.clone(), quantity)).collect())
}

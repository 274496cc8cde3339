//! Rows that were read or written and are still as they were: what every command needs is not read every time.
//!
//! They are good as long as nobody else wrote to the file, which SQLite tells by `PRAGMA data_version`. Items with
//! their stock, places and periods are kept, up to a number of rows; orders and documents are read when they are
//! wanted.

use std::collections::{BTreeMap, BTreeSet};

use headstock::changeset::Row;
use headstock::id::Id;
use headstock::inventory::{Balance, StockKey};
use headstock::item::Substitute;
use headstock::load::{Rows, Want};
use headstock::snapshot::ExecutionSnapshot;
use rusqlite::Connection;

use crate::errors::Done;

/// At most about so many rows are kept: some tens of megabytes.
const MOST: usize = 100_000;

/// Rows that need not be read again.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// What `PRAGMA data_version` said when the rows were as they stand here.
    data: Option<i64>,
    wants: BTreeSet<Want>,
    state: ExecutionSnapshot,
    substitutes: BTreeMap<Id, Vec<Substitute>>,
    /// Row numbers of balances: they never change.
    numbers: BTreeMap<StockKey, i64>,
    rows: usize,
}

/// A balance with its row number and the decimals of its item.
pub(crate) struct Numbered<'k> {
    pub(crate) number: i64,
    pub(crate) scale: u32,
    pub(crate) row: &'k Balance,
}

impl Known {
    /// Forgets everything: what was read may have changed.
    pub(crate) fn forget(&mut self) {
        *self = Known::default();
    }

    /// Forgets everything where someone else wrote since. To be asked inside a transaction.
    pub(crate) fn refresh(&mut self, connection: &Connection) -> Done<()> {
        let mut statement = connection.prepare_cached("PRAGMA data_version")?;
        let now: i64 = statement.query_row([], |row| row.get(0))?;
        if self.data != Some(now) || self.rows > MOST {
            *self = Known { data: Some(now), ..Known::default() };
        }
        Ok(())
    }

    /// The rows for a want, where they are known.
    pub(crate) fn give(&self, want: &Want, out: &mut Rows) -> bool {
        if !self.wants.contains(want) {
            return false;
        }
        let state = &self.state;
        match want {
            Want::Periods => {
                out.rows.extend(state.periods.values().map(|row| Row::Period(Box::new(row.clone()))));
            }
            Want::Places => {
                out.rows.extend(state.places.values().map(|row| Row::Place(Box::new(row.clone()))));
            }
            Want::Item(id) => {
                out.items.extend(state.items.get(id).cloned());
                out.substitutes.extend(self.substitutes.get(id).into_iter().flatten().cloned());
                out.rows.extend(state.balances_of(id).map(|row| Row::Balance(Box::new(row.clone()))));
                let lots = state.lots.get(id).into_iter().flat_map(BTreeMap::values);
                out.rows.extend(lots.map(|row| Row::Lot(Box::new(row.clone()))));
                let holds = state.holds.get(id).into_iter().flat_map(BTreeMap::values);
                let holds = holds.filter(|row| !row.quantity.is_zero());
                out.rows.extend(holds.map(|row| Row::Hold(Box::new(row.clone()))));
            }
            _ => return false,
        }
        true
    }

    /// Keeps all rows of a want that were just read.
    pub(crate) fn keep(&mut self, want: &Want, read: &Rows) {
        if !matches!(want, Want::Periods | Want::Places | Want::Item(_)) {
            return;
        }
        self.rows += 1 + read.rows.len();
        read.rows.iter().for_each(|row| self.state.put(row.clone()));
        for item in &read.items {
            self.state.items.insert(item.item.clone(), item.clone());
        }
        for row in &read.substitutes {
            self.substitutes.entry(row.item.clone()).or_default().push(row.clone());
        }
        self.wants.insert(want.clone());
    }

    /// Keeps what was just committed, as far as the rest of its want is known.
    pub(crate) fn learn(&mut self, rows: impl Iterator<Item = Row>, numbers: Vec<(StockKey, i64)>) {
        for row in rows {
            let want = match &row {
                Row::Period(_) => Want::Periods,
                Row::Place(_) => Want::Places,
                Row::Lot(row) => Want::Item(row.item.clone()),
                Row::Hold(row) => Want::Item(row.stock.item.clone()),
                Row::Balance(row) => Want::Item(row.stock.item.clone()),
                Row::Order(_) | Row::Document(_) | Row::Serial(_) => continue,
            };
            if self.wants.contains(&want) {
                self.rows += usize::from(row.version() <= 1);
                self.state.put(row);
            }
        }
        self.rows += numbers.len();
        self.numbers.extend(numbers);
    }

    /// A balance, where it and its number are known.
    pub(crate) fn balance(&self, stock: &StockKey) -> Option<Numbered<'_>> {
        let row = self.state.balance(stock)?;
        let scale = self.state.items.get(&stock.item)?.scale;
        Some(Numbered { number: *self.numbers.get(stock)?, scale, row })
    }

    /// The decimals of an item, where they are known.
    pub(crate) fn scale(&self, item: &Id) -> Option<u32> {
        self.state.items.get(item).map(|item| item.scale)
    }
}

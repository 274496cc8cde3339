//! Changesets that follow each other, as one: which rows they need as they were, and what the rows are in the end.

use std::collections::{BTreeMap, BTreeSet};

use headstock::changeset::{CHANGESET_FORMAT, ChangeSet, Done as Used, Row, RowKey};
use headstock::id::Id;
use headstock::inventory::{Movement, StockKey};
use headstock::repository::StoreError;

use crate::cells::{Cell, key_cells};
use crate::errors::{Done, failed};
use crate::table::{Kind, Spot, spot};

/// What was found of a balance beside its version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lying {
    pub(crate) number: i64,
    pub(crate) grains: i64,
    pub(crate) decimals: i16,
}

/// A row that the changesets read or write.
#[derive(Debug)]
pub(crate) struct Held<'c> {
    pub(crate) key: RowKey,
    /// The version that it must have; 0: it must not be there; nothing: it must be there.
    pub(crate) expected: Option<u64>,
    /// The changesets do not agree on it: it cannot be as all of them read it.
    clash: bool,
    /// The row in the end, where it is written.
    pub(crate) write: Option<&'c Row>,
    /// The version that it was found with.
    pub(crate) found: Option<u64>,
    /// Of a balance.
    pub(crate) lying: Option<Lying>,
    /// The key of a balance that is written or moved.
    pub(crate) stock: Option<&'c StockKey>,
}

impl<'c> Held<'c> {
    fn new(key: RowKey) -> Held<'c> {
        Held { key, expected: None, clash: false, write: None, found: None, lying: None, stock: None }
    }

    /// The next changeset needs this version: the one that the batch left, or the one at the start.
    fn needs(&mut self, version: u64) {
        let left = self.write.map(Row::version).or(self.expected);
        match left {
            Some(left) => self.clash |= left != version,
            None => self.expected = Some(version),
        }
    }

    pub(crate) fn is_stale(&self) -> bool {
        self.clash || self.expected.is_some_and(|expected| expected != self.found.unwrap_or(0))
    }

    /// Whether it must not be there.
    pub(crate) fn is_new(&self) -> bool {
        self.expected == Some(0)
    }
}

/// Changesets as one.
#[derive(Debug)]
pub(crate) struct Batch<'c> {
    /// Their keys with their replies, in key order: the order in which they are taken.
    pub(crate) requests: BTreeMap<&'c Id, Used>,
    /// Rows in the order of their locks.
    pub(crate) rows: BTreeMap<Spot, Held<'c>>,
    /// Ledger lines in order.
    pub(crate) movements: Vec<&'c Movement>,
    /// Items whose decimals are needed.
    pub(crate) items: BTreeSet<&'c Id>,
}

impl<'c> Batch<'c> {
    pub(crate) fn new(changesets: &'c [ChangeSet]) -> Done<Batch<'c>> {
        let (requests, rows, movements, items) = Default::default();
        let mut batch = Batch { requests, rows, movements, items };
        changesets.iter().try_for_each(|changes| batch.add(changes))?;
        Ok(batch)
    }

    fn add(&mut self, changes: &'c ChangeSet) -> Done<()> {
        if changes.format > CHANGESET_FORMAT {
            let (found, supported) = (changes.format, CHANGESET_FORMAT);
            return Err(StoreError::Newer { found, supported }.into());
        }
        if self.requests.insert(&changes.key, changes.done()).is_some() {
            return Err(failed(format!("two changesets under the key {}", changes.key)));
        }
        for read in &changes.reads {
            self.held(read.row.clone())?.needs(read.version);
        }
        for row in &changes.writes {
            let held = self.held(row.key())?;
            held.needs(row.version().saturating_sub(1));
            held.write = Some(row);
            match row {
                Row::Balance(row) => {
                    held.stock = Some(&row.stock);
                    self.items.insert(&row.stock.item);
                }
                Row::Hold(row) => drop(self.items.insert(&row.stock.item)),
                _ => {}
            }
        }
        for movement in &changes.movements {
            // A line that moves nothing needs no new balance, only the number of the one that is there.
            let spot = (Kind::Balance, key_cells(&movement.stock)?);
            let fresh = || Held::new(RowKey::Balance { stock: movement.stock.clone() });
            self.rows.entry(spot).or_insert_with(fresh).stock = Some(&movement.stock);
            self.items.insert(&movement.stock.item);
            self.movements.push(movement);
        }
        Ok(())
    }

    fn held(&mut self, key: RowKey) -> Done<&mut Held<'c>> {
        Ok(self.rows.entry(spot(&key)?).or_insert_with(|| Held::new(key)))
    }

    /// Whether rows are written that every command reads: then nobody else may be at work.
    pub(crate) fn writes_settings(&self) -> bool {
        let mut settings = self.rows.iter().filter(|(spot, _)| spot.0 <= Kind::Place);
        settings.any(|(_, held)| held.write.is_some())
    }

    /// Rows that must not be there, as numbers that stand for them, in order.
    pub(crate) fn absent(&self) -> BTreeSet<i64> {
        let absent = self.rows.iter().filter(|(_, held)| held.is_new());
        absent.map(|(spot, _)| stands_for(spot)).collect()
    }
}

/// FNV-1a, 64 bits: two rows with one number only wait for each other.
fn stands_for(spot: &Spot) -> i64 {
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(PRIME);
    let mut hash = mix(0xcbf2_9ce4_8422_2325, spot.0 as u8);
    for cell in &spot.1 {
        if let Cell::Text(text) = cell {
            hash = mix(text.bytes().fold(hash, mix), 0);
        }
    }
    i64::from_be_bytes(hash.to_be_bytes())
}

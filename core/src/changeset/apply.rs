//! Applying a changeset to a snapshot: preview, what-if, chaining and replay.

use super::{ChangeSet, Done, Row, RowKey};
use crate::finding::{Code, Finding};
use crate::snapshot::ExecutionSnapshot;

/// Rows that are no longer as they were read; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} rows were changed by someone else", .rows.len())]
pub struct Conflict {
    /// The rows, in key order.
    pub rows: Vec<RowKey>,
}

impl Conflict {
    /// `STALE_VERSION` for the first of them.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let name = self.rows.first().map_or("", |row| row.name().as_str());
        Finding::new(Code::StaleVersion).with("doc", name)
    }
}

impl ExecutionSnapshot {
    /// The rows of a changeset that are no longer as it read them.
    #[must_use]
    pub fn conflicts(&self, changes: &ChangeSet) -> Vec<RowKey> {
        let stale = changes.reads.iter().filter(|read| self.version(&read.row) != read.version);
        stale.map(|read| read.row.clone()).collect()
    }

    /// Does what storing the changeset does, in memory: `load(commit(c)) == apply(c)`. A key that is known
    /// changes nothing.
    ///
    /// # Errors
    /// `STALE_VERSION`: rows that are no longer as they were read. Nothing is changed then.
    pub fn apply(&mut self, changes: &ChangeSet) -> Result<(), Conflict> {
        if self.is_news(changes)? {
            self.put_all(changes.clone());
        }
        Ok(())
    }

    /// As [`apply`](ExecutionSnapshot::apply), of a changeset that nobody else needs: its rows are not copied.
    ///
    /// # Errors
    /// `STALE_VERSION` as for `apply`.
    pub fn apply_owned(&mut self, changes: ChangeSet) -> Result<(), Conflict> {
        if self.is_news(&changes)? {
            self.put_all(changes);
        }
        Ok(())
    }

    /// Whether its key is new; a conflict where rows are no longer as they were read.
    fn is_news(&self, changes: &ChangeSet) -> Result<bool, Conflict> {
        if self.requests.contains_key(&changes.key) {
            return Ok(false);
        }
        let rows = self.conflicts(changes);
        if rows.is_empty() { Ok(true) } else { Err(Conflict { rows }) }
    }

    fn put_all(&mut self, changes: ChangeSet) {
        changes.writes.into_iter().for_each(|row| self.put(row));
        self.ledger.reserve(changes.movements.len());
        changes.movements.into_iter().for_each(|movement| self.append(movement));
        let done =
            Done { key: changes.key, digest: changes.digest, at: changes.now.at, reply: changes.reply };
        self.requests.insert(done.key.clone(), done);
    }

    /// Puts a row as it is, in the place of an earlier one.
    pub fn put(&mut self, row: Row) {
        match row {
            Row::Period(row) => drop(self.periods.insert(row.id.clone(), *row)),
            Row::Place(row) => drop(self.places.insert(row.location.id.clone(), *row)),
            Row::Order(row) => drop(self.orders.insert(row.id.clone(), *row)),
            Row::Document(row) => drop(self.documents.insert(row.id.clone(), *row)),
            Row::Lot(row) => {
                let lots = self.lots.entry(row.item.clone()).or_default();
                lots.insert(row.lot.clone(), *row);
            }
            Row::Serial(row) => {
                let serials = self.serials.entry(row.item.clone()).or_default();
                serials.insert(row.serial.clone(), *row);
            }
            Row::Hold(row) => {
                let holds = self.holds.entry(row.stock.item.clone()).or_default();
                holds.insert(row.id.clone(), *row);
            }
            Row::Balance(row) => self.put_balance(*row),
        }
    }

    /// The version of a row; 0 when it is not there.
    #[must_use]
    pub fn version(&self, key: &RowKey) -> u64 {
        match key {
            RowKey::Period { id } => self.periods.get(id).map(|row| row.version),
            RowKey::Place { id } => self.places.get(id).map(|row| row.version),
            RowKey::Order { id } => self.orders.get(id).map(|row| row.version),
            RowKey::Document { id } => self.documents.get(id).map(|row| row.version),
            RowKey::Lot { item, lot } => self.lot(item, lot).map(|row| row.version),
            RowKey::Serial { item, serial } => self.serial(item, serial).map(|row| row.version),
            RowKey::Hold { item, hold } => self.hold(item, hold).map(|row| row.version),
            RowKey::Balance { stock } => self.balance(stock).map(|row| row.version),
        }
        .unwrap_or(0)
    }
}

//! A store in memory: the reference that every other store is compared with.

use super::{Commit, CommitChanges, ReadRecords, StoreError};
use crate::changeset::{ChangeSet, Row};
use crate::load::{Rows, Want};
use crate::snapshot::ExecutionSnapshot;

/// Everything in memory. It can be told to answer as a troubled store does, for tests of hosts.
#[derive(Debug, Clone, Default)]
pub struct MemoryRepository {
    state: ExecutionSnapshot,
}

impl MemoryRepository {
    /// A store with these records.
    #[must_use]
    pub fn new(state: ExecutionSnapshot) -> MemoryRepository {
        MemoryRepository { state }
    }

    /// Everything that is stored.
    #[must_use]
    pub fn state(&self) -> &ExecutionSnapshot {
        &self.state
    }
}

impl ReadRecords for MemoryRepository {
    fn read(&mut self, wants: &[Want]) -> Result<Rows, StoreError> {
        let mut out = Rows { watermark: self.state.watermark, ..Rows::default() };
        for want in wants {
            read_one(&self.state, want, &mut out);
        }
        Ok(out)
    }
}

fn read_one(state: &ExecutionSnapshot, want: &Want, out: &mut Rows) {
    match want {
        Want::Request(key) => out.requests.extend(state.requests.get(key).cloned()),
        Want::Periods => {
            out.rows.extend(state.periods.values().map(|row| Row::Period(Box::new(row.clone()))));
        }
        Want::Places => {
            out.rows.extend(state.places.values().map(|row| Row::Place(Box::new(row.clone()))));
        }
        Want::Document(id) => {
            out.rows.extend(state.documents.get(id).map(|row| Row::Document(Box::new(row.clone()))));
        }
        Want::Order(id) => {
            out.rows.extend(state.orders.get(id).map(|row| Row::Order(Box::new(row.clone()))));
        }
        Want::Item(id) => {
            out.items.extend(state.items.get(id).cloned());
            out.substitutes.extend(state.substitutes.iter().filter(|row| row.item == *id).cloned());
            out.rows.extend(state.balances_of(id).map(|row| Row::Balance(Box::new(row.clone()))));
            let lots = state.lots.get(id).into_iter().flat_map(|rows| rows.values());
            out.rows.extend(lots.map(|row| Row::Lot(Box::new(row.clone()))));
            let holds = state.holds.get(id).into_iter().flat_map(|rows| rows.values());
            let holds = holds.filter(|row| !row.quantity.is_zero());
            out.rows.extend(holds.map(|row| Row::Hold(Box::new(row.clone()))));
        }
        Want::Hold(item, hold) => {
            out.rows.extend(state.hold(item, hold).map(|row| Row::Hold(Box::new(row.clone()))));
        }
        Want::Serial(item, serial) => {
            out.rows.extend(state.serial(item, serial).map(|row| Row::Serial(Box::new(row.clone()))));
        }
        Want::BalancesAt(location) => {
            let rows = state.balances.values().flat_map(|rows| rows.values());
            let here = rows.filter(|row| row.stock.location == *location);
            out.rows.extend(here.map(|row| Row::Balance(Box::new(row.clone()))));
        }
    }
}

impl CommitChanges for MemoryRepository {
    fn commit(&mut self, changes: &ChangeSet) -> Result<Commit, StoreError> {
        if let Some(done) = self.state.requests.get(&changes.key) {
            return Ok(if done.digest == changes.digest {
                Commit::Replayed { done: Box::new(done.clone()) }
            } else {
                Commit::KeyReused
            });
        }
        match self.state.apply(changes) {
            Ok(()) => Ok(Commit::Committed { watermark: self.state.watermark }),
            Err(conflict) => Ok(Commit::Conflict { rows: conflict.rows }),
        }
    }
}

//! The memory store as a [`Home`]: what the suite itself is tried on.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use headstock::changeset::ChangeSet;
use headstock::load::{Rows, Want};
use headstock::repository::{Commit, CommitChanges, MemoryRepository, ReadRecords, StoreError};
use headstock::snapshot::ExecutionSnapshot;

use crate::Home;

/// Memory stores by name.
#[derive(Debug, Default)]
pub struct Memory(Mutex<BTreeMap<String, Shared>>);

/// One memory store that several hold.
#[derive(Debug, Clone, Default)]
pub struct Shared(Arc<Mutex<MemoryRepository>>);

impl Shared {
    fn with<T>(&self, run: impl FnOnce(&mut MemoryRepository) -> T) -> T {
        run(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ReadRecords for Shared {
    fn read(&mut self, wants: &[Want]) -> Result<Rows, StoreError> {
        self.with(|store| store.read(wants))
    }
}

impl CommitChanges for Shared {
    fn commit(&mut self, changes: &ChangeSet) -> Result<Commit, StoreError> {
        self.with(|store| store.commit(changes))
    }
}

impl Home for Memory {
    type Store = Shared;

    fn fill(&self, name: &str, state: &ExecutionSnapshot) {
        let store = Shared(Arc::new(Mutex::new(MemoryRepository::new(state.clone()))));
        self.0.lock().unwrap().insert(name.to_owned(), store);
    }

    fn open(&self, name: &str) -> Shared {
        self.0.lock().unwrap()[name].clone()
    }

    fn everything(&self, store: &mut Shared) -> ExecutionSnapshot {
        store.with(|store| store.state().clone())
    }

    fn drop_place(&self, name: &str) {
        self.0.lock().unwrap().remove(name);
    }
}

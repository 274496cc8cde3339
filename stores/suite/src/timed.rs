//! A store that says how long it was read and how long it stored: where the time of a bulk goes.

use std::time::{Duration, Instant};

use headstock::changeset::ChangeSet;
use headstock::load::{Rows, Want};
use headstock::repository::{Commit, CommitChanges, ReadRecords, Repository, StoreError};

/// A store with the time on the clock that its calls took.
#[derive(Debug)]
pub struct Timed<'s, S> {
    store: &'s mut S,
    /// Reading.
    pub read: Duration,
    /// Storing.
    pub commit: Duration,
}

impl<'s, S: Repository> Timed<'s, S> {
    /// A store that has not been called yet.
    pub const fn new(store: &'s mut S) -> Timed<'s, S> {
        Timed { store, read: Duration::ZERO, commit: Duration::ZERO }
    }
}

impl<S: Repository> ReadRecords for Timed<'_, S> {
    fn read(&mut self, wants: &[Want]) -> Result<Rows, StoreError> {
        let start = Instant::now();
        let answer = self.store.read(wants);
        self.read += start.elapsed();
        answer
    }
}

impl<S: Repository> CommitChanges for Timed<'_, S> {
    fn commit(&mut self, changes: &ChangeSet) -> Result<Commit, StoreError> {
        self.commit_all(std::slice::from_ref(changes))
    }

    fn commit_all(&mut self, changes: &[ChangeSet]) -> Result<Commit, StoreError> {
        let start = Instant::now();
        let answer = self.store.commit_all(changes);
        self.commit += start.elapsed();
        answer
    }
}

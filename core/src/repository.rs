//! Where records live: narrow, synchronous, bulk traits at the rim, and the driver that uses them.
//!
//! A decision never sees a repository. The driver looks the key up, loads in bulk what the command needs
//! ([`crate::load`]), decides, commits, and on a conflict loads again and retries, a bounded number of times. An
//! asynchronous host answers the loading task itself and calls the same functions.

mod agree;
mod bulk;
mod conformance;
mod driver;
mod memory;

pub use agree::{columns_agree, holds_agree};
pub use bulk::{Each, execute_all};
pub use conformance::{Fault, conformance};
pub use driver::{Driven, DriverError, Retries, execute};
pub use memory::MemoryRepository;

use crate::changeset::{ChangeSet, Done, RowKey};
use crate::finding::{Code, Finding};
use crate::load::{Rows, Want};

/// How a commit ended. Closed: a host handles every one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Commit {
    /// All of it is stored.
    Committed {
        /// Sequence of the last ledger line.
        watermark: u64,
    },
    /// The key was stored before with the same command: nothing was changed, this is the earlier reply.
    Replayed {
        /// What was stored under the key.
        done: Box<Done>,
    },
    /// The key was stored before with another command (`KEY_REUSED`).
    KeyReused,
    /// Rows are no longer as they were read (`STALE_VERSION`): nothing was changed; load again.
    Conflict {
        /// The rows, in key order.
        rows: Vec<RowKey>,
    },
    /// The store is locked by someone else; nothing was changed; try again later (`STORE_BUSY`).
    Busy,
    /// The answer was lost: it may be stored or not. Try again with the same key (`STORE_UNKNOWN`).
    Unknown,
}

/// What a store can fail with apart from the outcomes of a commit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Locked by someone else (`STORE_BUSY`).
    #[error("the store is busy")]
    Busy,
    /// What is stored contradicts itself (`STORE_CORRUPT`).
    #[error("the store is damaged: {what}")]
    Corrupt {
        /// What was found, for people.
        what: String,
    },
    /// It was written by a newer version (`FORMAT_VERSION`).
    #[error("format version {found} is newer than {supported}")]
    Newer {
        /// Format version found.
        found: u32,
        /// Newest that is read.
        supported: u32,
    },
    /// Anything else: disk full, file read-only, connection gone (`STORE_FAILED`).
    #[error("the store failed: {what}")]
    Failed {
        /// What the store said, for people.
        what: String,
    },
}

impl StoreError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            StoreError::Busy => Code::StoreBusy,
            StoreError::Corrupt { .. } => Code::StoreCorrupt,
            StoreError::Newer { .. } => Code::FormatVersion,
            StoreError::Failed { .. } => Code::StoreFailed,
        }
    }

    /// The finding with its parameters.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let finding = Finding::new(self.code());
        match self {
            StoreError::Busy => finding,
            StoreError::Corrupt { what } | StoreError::Failed { what } => finding.with("detail", what),
            StoreError::Newer { found, supported } => {
                finding.with("found", found).with("supported", supported)
            }
        }
    }
}

/// Reads rows in bulk. Object safe; all that a command needs is asked for in few calls.
pub trait ReadRecords {
    /// The rows for the wants, all as of one moment; what is not there is left out.
    ///
    /// # Errors
    /// Those of [`StoreError`].
    fn read(&mut self, wants: &[Want]) -> Result<Rows, StoreError>;
}

/// Stores changesets.
pub trait CommitChanges {
    /// Stores a changeset: all of it or nothing, its key first.
    ///
    /// # Errors
    /// Those of [`StoreError`]; after an error nothing is stored.
    fn commit(&mut self, changes: &ChangeSet) -> Result<Commit, StoreError>;

    /// Stores changesets of which each was decided on what the one before left, in this order. Committed means all
    /// of them; after any other answer none is stored, or those before one that was not: their keys tell.
    ///
    /// A store that can takes them in one transaction; without that they are stored one by one.
    ///
    /// # Errors
    /// Those of [`StoreError`]; after an error none is stored, or those before one that was not.
    fn commit_all(&mut self, changes: &[ChangeSet]) -> Result<Commit, StoreError> {
        let mut last = Commit::Committed { watermark: 0 };
        for changes in changes {
            last = self.commit(changes)?;
            if !matches!(last, Commit::Committed { .. }) {
                break;
            }
        }
        Ok(last)
    }
}

/// A store that can do both.
pub trait Repository: ReadRecords + CommitChanges {}

impl<T: ReadRecords + CommitChanges> Repository for T {}

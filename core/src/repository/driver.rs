//! Runs one request against a store: load, decide, commit, and again where someone else was faster.

use super::{Commit, Repository, StoreError};
use crate::changeset::Reply;
use crate::execution::{Refused, Request, decide};
use crate::finding::{Code, Finding};
use crate::load::Loading;
use crate::time::Now;

/// How often the driver tries again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    /// After a conflict: load again and decide anew.
    pub conflicts: u32,
    /// After a busy store or a lost answer: commit the same changeset again.
    pub commits: u32,
}

impl Default for Retries {
    fn default() -> Retries {
        Retries { conflicts: 16, commits: 8 }
    }
}

/// What a driven request came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Driven {
    /// The reply.
    pub reply: Reply,
    /// Whether it is an earlier reply to the same key.
    pub replayed: bool,
    /// How often it had to be decided anew.
    pub conflicts: u32,
}

/// Why a driven request failed. Nothing of it is stored, unless the last answer was lost (`STORE_UNKNOWN`).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DriverError {
    /// The command was refused.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Someone else was faster too often (`STALE_VERSION`).
    #[error("{finding}")]
    Conflict {
        /// The finding.
        finding: Finding,
    },
    /// The answer to the last commit was lost (`STORE_UNKNOWN`): ask again with the same key.
    #[error("it is not known whether the last commit was stored; ask again with the same key")]
    Unknown,
}

impl DriverError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            DriverError::Refused(refused) => refused.code(),
            DriverError::Store(error) => error.code(),
            DriverError::Conflict { finding } => finding.code(),
            DriverError::Unknown => Code::StoreUnknown,
        }
    }
}

/// Runs one request: its key is looked up first, what it needs is loaded in bulk, the outcome is committed. A
/// conflict leads to loading and deciding anew, a busy store or a lost answer to committing the same again.
///
/// # Errors
/// Those of [`DriverError`]: the refusal of the command, `KEY_REUSED`, `STALE_VERSION` after the last retry,
/// `STORE_BUSY`, `STORE_UNKNOWN`, `STORE_CORRUPT`, `STORE_FAILED`, `FORMAT_VERSION`.
pub fn execute(
    store: &mut dyn Repository,
    request: &Request,
    now: Now,
    retries: Retries,
) -> Result<Driven, DriverError> {
    let mut conflicts = 0;
    let mut changed = Vec::new();
    loop {
        let mut loading = Loading::new(request);
        loading.also(&changed);
        while let Some(wants) = loading.next() {
            loading.give(store.read(&wants)?);
        }
        let outcome = decide(&loading.finish(), request, now)?;
        let Some(changes) = outcome.changes else {
            return Ok(Driven { reply: outcome.reply, replayed: true, conflicts });
        };
        match commit(store, &changes, retries.commits)? {
            Commit::Committed { .. } => {
                return Ok(Driven { reply: outcome.reply, replayed: false, conflicts });
            }
            Commit::Replayed { done } => {
                let mut reply = done.reply;
                reply.findings.push(Finding::new(Code::DuplicateRequest));
                return Ok(Driven { reply, replayed: true, conflicts });
            }
            Commit::KeyReused => {
                let finding = Finding::new(Code::KeyReused).with("key", &request.key);
                return Err(DriverError::Refused(finding.into()));
            }
            Commit::Conflict { rows } if conflicts == retries.conflicts => {
                let name = rows.first().map_or("", |row| row.name().as_str());
                let finding = Finding::new(Code::StaleVersion).with("doc", name);
                return Err(DriverError::Conflict { finding });
            }
            Commit::Conflict { rows } => {
                conflicts += 1;
                changed = rows;
            }
            Commit::Busy => return Err(StoreError::Busy.into()),
            Commit::Unknown => return Err(DriverError::Unknown),
        }
    }
}

/// Commits, and again while the store is busy or its answer is lost: the key makes that harmless.
fn commit(
    store: &mut dyn Repository,
    changes: &crate::changeset::ChangeSet,
    retries: u32,
) -> Result<Commit, StoreError> {
    let mut left = retries;
    let mut lost = false;
    loop {
        let answer = match store.commit(changes) {
            Err(StoreError::Busy) => Commit::Busy,
            // The store fell over after an answer was lost: what that answer was is still not known.
            Err(StoreError::Failed { .. }) if lost => return Ok(Commit::Unknown),
            answer => answer?,
        };
        match answer {
            Commit::Busy | Commit::Unknown if left > 0 => {
                lost |= answer == Commit::Unknown;
                left -= 1;
            }
            // Stored by the attempt whose answer was lost: it is this command's own commit.
            Commit::Replayed { done } if lost => {
                let watermark = 0;
                let _ = done;
                return Ok(Commit::Committed { watermark });
            }
            Commit::Busy if lost => return Ok(Commit::Unknown),
            answer => return Ok(answer),
        }
    }
}

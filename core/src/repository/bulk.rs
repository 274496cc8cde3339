//! Requests in bulk: what thousands need is read in few calls and what they change is stored in one.

use super::{Commit, Driven, DriverError, Repository, Retries, StoreError};
use crate::changeset::ChangeSet;
use crate::execution::{Refused, Request, decide};
use crate::finding::{Code, Finding};
use crate::load::Loading;
use crate::snapshot::ExecutionSnapshot;
use crate::time::Now;

/// What each request of a bulk came to, in their order.
pub type Each = Vec<Result<Driven, Refused>>;

/// Runs requests that follow each other as [`execute`](super::execute) runs one: everything that they need is loaded
/// in bulk, each is decided on what the one before left, all are committed together. One that is refused is left
/// out; those after it are decided without it. Requests of a few thousand at a time are a good measure: all that they
/// touch is in memory at once.
///
/// After a conflict, a lost answer or a key that someone else stored meanwhile all of them are loaded and decided
/// anew; those that are stored already answer by their keys, as repeats.
///
/// # Errors
/// `STALE_VERSION` after the last retry, `STORE_BUSY`, `STORE_UNKNOWN`, `STORE_CORRUPT`, `STORE_FAILED`,
/// `FORMAT_VERSION`. Ask again with the same keys then.
pub fn execute_all(
    store: &mut dyn Repository,
    requests: &[Request],
    now: Now,
    retries: Retries,
) -> Result<Each, DriverError> {
    let (mut conflicts, mut commits, mut lost) = (0, 0, false);
    let mut changed = Vec::new();
    loop {
        let mut loading = Loading::all(requests);
        loading.also(&changed);
        while let Some(wants) = loading.next() {
            loading.give(store.read(&wants)?);
        }
        let (each, changesets) = decide_all(loading.finish(), requests, now, conflicts)?;
        if changesets.is_empty() {
            return Ok(each);
        }
        let answer = match store.commit_all(&changesets) {
            Err(StoreError::Busy) => Commit::Busy,
            Err(StoreError::Failed { .. }) if lost => return Err(DriverError::Unknown),
            answer => answer?,
        };
        match answer {
            Commit::Committed { .. } => return Ok(each),
            Commit::Busy | Commit::Unknown => {
                lost |= answer == Commit::Unknown;
                commits += 1;
                if commits > retries.commits {
                    return Err(if lost { DriverError::Unknown } else { StoreError::Busy.into() });
                }
            }
            Commit::Conflict { .. } | Commit::Replayed { .. } | Commit::KeyReused => {
                conflicts += 1;
                if conflicts > retries.conflicts {
                    return Err(too_often(&answer));
                }
                if let Commit::Conflict { rows } = answer {
                    changed = rows;
                }
            }
        }
    }
}

fn too_often(answer: &Commit) -> DriverError {
    let name = match answer {
        Commit::Conflict { rows } => rows.first().map_or("", |row| row.name().as_str()),
        Commit::Replayed { done } => done.key.as_str(),
        _ => "",
    };
    DriverError::Conflict { finding: Finding::new(Code::StaleVersion).with("doc", name) }
}

/// Decides each request on what the one before left.
fn decide_all(
    mut state: ExecutionSnapshot,
    requests: &[Request],
    now: Now,
    conflicts: u32,
) -> Result<(Each, Vec<ChangeSet>), DriverError> {
    let (mut each, mut changesets) = (Each::with_capacity(requests.len()), Vec::new());
    for request in requests {
        let outcome = match decide(&state, request, now) {
            Ok(outcome) => outcome,
            Err(refused) => {
                each.push(Err(refused));
                continue;
            }
        };
        let replayed = outcome.changes.is_none();
        each.push(Ok(Driven { reply: outcome.reply, replayed, conflicts }));
        let Some(changes) = outcome.changes else { continue };
        // It was decided on this very state.
        let other = |_| StoreError::Failed { what: "decided on another state".to_owned() };
        state.apply(&changes).map_err(other)?;
        changesets.push(changes);
    }
    Ok((each, changesets))
}

//! What a command needs, asked for in bulk: a task without input or output of its own.
//!
//! The task is asked for its next wants and given rows until it wants nothing more; then its snapshot can decide.
//! The synchronous driver answers it from a repository; an asynchronous host answers it with its own `await`.

mod wants;

pub use wants::Want;

use std::collections::BTreeSet;

use crate::changeset::{Done, Row, RowKey};
use crate::execution::Request;
use crate::inventory::StockItem;
use crate::item::Substitute;
use crate::snapshot::ExecutionSnapshot;

/// Rows that answer wants.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rows {
    /// Rows with versions.
    pub rows: Vec<Row>,
    /// Items.
    pub items: Vec<StockItem>,
    /// Substitutes.
    pub substitutes: Vec<Substitute>,
    /// Used keys.
    pub requests: Vec<Done>,
    /// Sequence of the last ledger line when this was read.
    pub watermark: u64,
}

/// Loads what one request needs, or several that follow each other.
///
/// ```
/// use headstock::load::Loading;
/// # let request: headstock::execution::Request = serde_json::from_str(
/// #     r#"{"key": "r1", "command": {"do": "document", "document": "D1", "step": "approve"}}"#).unwrap();
/// let mut loading = Loading::new(&request);
/// while let Some(wants) = loading.next() {
///     // Ask the store for all of `wants` at once, in whatever way the host reads.
///     assert!(!wants.is_empty());
///     loading.give(headstock::load::Rows::default());
/// }
/// let snapshot = loading.finish();
/// assert!(snapshot.documents.is_empty());
/// ```
#[derive(Debug)]
pub struct Loading<'r> {
    requests: &'r [Request],
    also: BTreeSet<Want>,
    asked: BTreeSet<Want>,
    snapshot: ExecutionSnapshot,
}

impl<'r> Loading<'r> {
    /// A task for a request.
    #[must_use]
    pub fn new(request: &'r Request) -> Loading<'r> {
        Loading::all(std::slice::from_ref(request))
    }

    /// A task for requests of which each is decided on what the one before left: everything is asked for at once.
    #[must_use]
    pub fn all(requests: &'r [Request]) -> Loading<'r> {
        Loading {
            requests,
            also: BTreeSet::new(),
            asked: BTreeSet::new(),
            snapshot: ExecutionSnapshot::default(),
        }
    }

    /// Also loads rows that a commit found changed. Most of them are wanted anyway; a name that the kernel made up
    /// itself, such as that of a second document, is not, and may be taken: then it is refused for what it is.
    pub fn also(&mut self, rows: &[RowKey]) {
        self.also.extend(rows.iter().map(Want::of_row));
    }

    /// What to read next, all at once; nothing when everything is there. A wave can only ask for what rows of the
    /// wave before it name, so there are few of them however large the command.
    #[expect(clippy::should_implement_trait, reason = "a task that must be answered between two steps")]
    pub fn next(&mut self) -> Option<Vec<Want>> {
        let known = &self.snapshot.requests;
        let new = self.requests.iter().filter(|request| !known.contains_key(&request.key));
        let mut wanted = wants::of(new, &self.snapshot);
        if !wanted.is_empty() {
            wanted.append(&mut self.also);
        }
        let new: Vec<Want> = wanted.into_iter().filter(|want| !self.asked.contains(want)).collect();
        if new.is_empty() {
            return None;
        }
        self.asked.extend(new.iter().cloned());
        Some(new)
    }

    /// Takes the rows that were read.
    pub fn give(&mut self, rows: Rows) {
        for row in rows.rows {
            self.snapshot.put(row);
        }
        for item in rows.items {
            self.snapshot.items.insert(item.item.clone(), item);
        }
        for row in rows.substitutes {
            if !self.snapshot.substitutes.contains(&row) {
                self.snapshot.substitutes.push(row);
            }
        }
        for done in rows.requests {
            self.snapshot.requests.insert(done.key.clone(), done);
        }
        self.snapshot.watermark = self.snapshot.watermark.max(rows.watermark);
    }

    /// The snapshot to decide on.
    #[must_use]
    pub fn finish(self) -> ExecutionSnapshot {
        self.snapshot
    }
}

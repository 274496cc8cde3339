//! A store that loses answers, is busy, answers late or twice, falls over, and lets someone else in.

use headstock::changeset::ChangeSet;
use headstock::load::{Rows, Want};
use headstock::repository::{Commit, CommitChanges, ReadRecords, Repository, Retries, StoreError, execute};
use serde_json::json;

use crate::dice::Dice;
use crate::{now, request};

/// Trouble on top of a store, from a seed. Someone else takes one `B` into `W` now and then: see [`others`].
///
/// [`others`]: Troubled::others
#[derive(Debug)]
pub struct Troubled<S> {
    store: S,
    dice: Dice,
    late: Option<ChangeSet>,
    /// How many pieces of `B` someone else took into `W`.
    pub others: u32,
    /// How often something went wrong.
    pub troubles: u64,
}

impl<S: Repository> Troubled<S> {
    /// Trouble on top of a store.
    pub fn new(store: S, seed: u64) -> Troubled<S> {
        Troubled { store, dice: Dice(seed), late: None, others: 0, troubles: 0 }
    }

    /// The store without trouble.
    pub fn calm(&mut self) -> &mut S {
        &mut self.store
    }

    fn other(&mut self) {
        self.others += 1;
        let name = format!("X{}", self.others);
        let line = json!({"stock": {"item": "B", "location": "W"}, "quantity": 1});
        let command = json!({"do": "stock", "document": name, "kind": "stock_in", "lines": [line]});
        execute(&mut self.store, &request(&name, &command), now(), Retries::default()).unwrap();
    }
}

impl<S: Repository> ReadRecords for Troubled<S> {
    fn read(&mut self, wants: &[Want]) -> Result<Rows, StoreError> {
        self.store.read(wants)
    }
}

impl<S: Repository> CommitChanges for Troubled<S> {
    fn commit(&mut self, changes: &ChangeSet) -> Result<Commit, StoreError> {
        // What came too late the last time comes now, before or after what is asked.
        if let Some(late) = self.late.take() {
            self.store.commit(&late)?;
        }
        let roll = self.dice.below(40);
        self.troubles += u64::from(roll < 12);
        let failed = |what: &str| StoreError::Failed { what: what.to_owned() };
        match roll {
            0 => Ok(Commit::Busy),
            1 => Err(StoreError::Busy),
            2 => Ok(Commit::Unknown),
            3 | 4 => {
                // Stored, and the answer is lost.
                self.store.commit(changes)?;
                Ok(Commit::Unknown)
            }
            5 => {
                self.late = Some(changes.clone());
                Ok(Commit::Unknown)
            }
            6 => {
                // Sent twice on the way.
                self.store.commit(changes)?;
                self.store.commit(changes)
            }
            7 => Err(failed("fell over before it stored anything")),
            8 => {
                self.store.commit(changes)?;
                Err(failed("fell over after it stored everything"))
            }
            9..=11 => {
                self.other();
                self.store.commit(changes)
            }
            _ => self.store.commit(changes),
        }
    }
}

//! What a store must stand beside [`headstock::repository::conformance`]: random commands against a plain model
//! with trouble on the way ([`model`]), a process killed at random points ([`crash`]), many writers on few rows
//! ([`writers`]). Any store runs them, ours or a host's: it says by [`Home`] where its records lie.
//!
//! A test program for the tests of other crates: it panics where something is wrong.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::print_stderr,
    reason = "a test program: a fault in a store is to panic"
)]

pub mod crash;
pub mod dice;
pub mod laws;
pub mod memory;
pub mod model;
pub mod timed;
pub mod troubled;
pub mod writers;

use headstock::execution::Request;
use headstock::repository::{Driven, DriverError, Repository, Retries, execute};
use headstock::snapshot::{ExecutionSnapshot, ExecutionTables};
use headstock::time::{Now, Timestamp};
use serde_json::{Value, json};

/// Where a store keeps its records, so that it can be opened again and by several at once.
pub trait Home: Sync {
    /// The store.
    type Store: Repository;

    /// Makes a new place of this name with these records and nothing else.
    fn fill(&self, name: &str, state: &ExecutionSnapshot);

    /// Opens the place: a connection of its own each time.
    fn open(&self, name: &str) -> Self::Store;

    /// Everything that is stored.
    fn everything(&self, store: &mut Self::Store) -> ExecutionSnapshot;

    /// Panics where what is stored contradicts itself.
    fn verify(&self, store: &mut Self::Store) {
        laws::check(&self.everything(store));
    }

    /// Frees what the place takes, once a test is done with it.
    fn drop_place(&self, _name: &str) {}
}

/// Monday 2026-03-02, eight in the morning at a plant an hour ahead.
#[must_use]
pub fn now() -> Now {
    Now { at: Timestamp::from_micros(1_772_434_800_000_000), zone_minutes: 60 }
}

/// Records from their JSON document.
#[must_use]
pub fn records(tables: Value) -> ExecutionSnapshot {
    let tables: ExecutionTables = serde_json::from_value(tables).unwrap();
    ExecutionSnapshot::from_tables(tables).unwrap()
}

/// A request from its key and the document of its command.
#[must_use]
pub fn request(key: &str, command: &Value) -> Request {
    serde_json::from_value(json!({"key": key, "command": command})).unwrap()
}

/// Drives a request, and asks again with the same key while the store does not answer: as a host does.
///
/// # Errors
/// The refusal of the command.
pub fn insist(store: &mut dyn Repository, request: &Request, now: Now) -> Result<Driven, DriverError> {
    let passes = ["STORE_UNKNOWN", "STORE_BUSY", "STALE_VERSION", "STORE_FAILED"];
    for _ in 0..10_000 {
        match execute(store, request, now, Retries::default()) {
            Err(error) if passes.contains(&error.code().as_str()) => {}
            answer => return answer,
        }
    }
    panic!("the store does not answer {}", request.key);
}

/// A whole number from the environment, such as `HEADSTOCK_COMMANDS`.
#[must_use]
pub fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

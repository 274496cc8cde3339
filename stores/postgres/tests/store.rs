//! The store against the core's suite.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    dead_code,
    unused_imports,
    reason = "a test program: a fault in it is to panic, and nobody imports it"
)]

mod shared;

use headstock::repository::{Commit, CommitChanges, MemoryRepository, ReadRecords, StoreError, conformance};
use headstock::snapshot::{ExecutionSnapshot, ExecutionTables};
use headstock_postgres::PostgresRepository;
use headstock_store_suite::Home;
use serde_json::json;
use shared::{cluster, commands, plant, run, stock_in};

fn bare() -> ExecutionSnapshot {
    let tables: ExecutionTables = serde_json::from_value(json!({
        "items": [{"item": "A"}, {"item": "B"}], "places": [{"location": {"id": "W", "site": "S"}}]}))
    .unwrap();
    ExecutionSnapshot::from_tables(tables).unwrap()
}

#[test]
fn it_conforms() {
    let Some(cluster) = cluster::shared() else { return };
    cluster.fill("conforms", &bare());
    let mut store = cluster.open("conforms");
    conformance(&mut store).unwrap();
    store.verify().unwrap();
}

#[test]
fn promise_08_it_holds_what_apply_makes_after_every_command_and_after_reopening() {
    let Some(cluster) = cluster::shared() else { return };
    let mut memory = MemoryRepository::new(plant());
    cluster.fill("law", &plant());
    let mut store = cluster.open("law");
    for request in commands(3) {
        let (one, two) = (run(&mut memory, &request).unwrap(), run(&mut store, &request).unwrap());
        assert_eq!(one, two);
        assert_eq!(&store.snapshot().unwrap(), memory.state());
    }
    store.verify().unwrap();
    drop(store);
    let mut store = cluster.open("law");
    let read = store.snapshot().unwrap();
    assert_eq!(&read, memory.state());
    // To the last byte: decimals that are nought are kept as well.
    let text = |state: &ExecutionSnapshot| serde_json::to_string(&state.to_tables()).unwrap();
    assert_eq!(text(&read), text(memory.state()));
    // What was exported can be imported, ledger and keys included.
    cluster.fill("copy", &read);
    let mut copy = cluster.open("copy");
    copy.verify().unwrap();
    assert_eq!(copy.snapshot().unwrap(), read);
    assert_eq!(copy.import(&read).unwrap_err().code().as_str(), "STORE_FAILED");
}

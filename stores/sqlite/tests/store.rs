//! The store against the core's suite, and against trouble with its file.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    unreachable_pub,
    dead_code,
    reason = "a test program: a fault in it is to panic, and nobody imports it"
)]

mod shared;

use std::time::Duration;

use headstock::repository::{Commit, CommitChanges, MemoryRepository, ReadRecords, StoreError, conformance};
use headstock::snapshot::{ExecutionSnapshot, ExecutionTables};
use headstock_sqlite::SqliteRepository;
use rusqlite::Connection;
use serde_json::json;
use shared::{Folder, commands, plant, run, stock_in};

fn bare() -> ExecutionSnapshot {
    let tables: ExecutionTables = serde_json::from_value(json!({
        "items": [{"item": "A"}, {"item": "B"}], "places": [{"location": {"id": "W", "site": "S"}}]}))
    .unwrap();
    ExecutionSnapshot::from_tables(tables).unwrap()
}

fn filled(folder: &Folder, rounds: usize) -> SqliteRepository {
    let mut store = SqliteRepository::open(&folder.file()).unwrap();
    store.import(&plant()).unwrap();
    for request in commands(rounds) {
        assert!(!run(&mut store, &request).unwrap().replayed);
    }
    store
}

/// Changes the file behind the store's back.
fn by_hand(folder: &Folder, sql: &str) {
    let connection = Connection::open(folder.file()).unwrap();
    connection.execute_batch("PRAGMA foreign_keys = off").unwrap();
    connection.execute_batch(sql).unwrap();
    assert!(connection.changes() > 0, "{sql}");
}

#[test]
fn it_conforms() {
    let folder = Folder::new("conforms");
    let mut store = SqliteRepository::open(&folder.file()).unwrap();
    store.import(&bare()).unwrap();
    conformance(&mut store).unwrap();
    store.verify().unwrap();
    let mut store = SqliteRepository::in_memory().unwrap();
    store.import(&bare()).unwrap();
    conformance(&mut store).unwrap();
}

#[test]
fn promise_08_it_holds_what_apply_makes_after_every_command_and_after_reopening() {
    let folder = Folder::new("law");
    let mut memory = MemoryRepository::new(plant());
    let mut store = SqliteRepository::open(&folder.file()).unwrap();
    store.import(&plant()).unwrap();
    for request in commands(3) {
        let (one, two) = (run(&mut memory, &request).unwrap(), run(&mut store, &request).unwrap());
        assert_eq!(one, two);
        assert_eq!(&store.snapshot().unwrap(), memory.state());
    }
    store.verify().unwrap();
    drop(store);
    let mut store = SqliteRepository::open(&folder.file()).unwrap();
    let read = store.snapshot().unwrap();
    assert_eq!(&read, memory.state());
    // To the last byte: decimals that are nought are kept as well.
    let text = |state: &ExecutionSnapshot| serde_json::to_string(&state.to_tables()).unwrap();
    assert_eq!(text(&read), text(memory.state()));
    // What was exported can be imported, ledger and keys included.
    let mut copy = SqliteRepository::in_memory().unwrap();
    copy.import(&read).unwrap();
    copy.verify().unwrap();
    assert_eq!(copy.snapshot().unwrap(), read);
    assert_eq!(copy.import(&read).unwrap_err().code().as_str(), "STORE_FAILED");
}

#[test]
fn a_key_gives_its_earlier_reply_after_reopening() {
    let folder = Folder::new("replay");
    let first = {
        let mut store = filled(&folder, 1);
        run(&mut store, &stock_in("X", 4)).unwrap()
    };
    let mut store = SqliteRepository::open(&folder.file()).unwrap();
    let before = store.snapshot().unwrap();
    let again = run(&mut store, &stock_in("X", 4)).unwrap();
    assert!(again.replayed && again.reply.lines == first.reply.lines);
    assert_eq!(run(&mut store, &stock_in("X", 5)).unwrap_err().code().as_str(), "KEY_REUSED");
    for request in commands(1) {
        assert!(run(&mut store, &request).unwrap().replayed);
    }
    assert_eq!(store.snapshot().unwrap(), before);
}

#[test]
fn quantities_are_exact_to_the_end_of_their_range() {
    let mut store = SqliteRepository::in_memory().unwrap();
    store.import(&plant()).unwrap();
    run(&mut store, &stock_in("MOST", i64::MAX - 1)).unwrap();
    run(&mut store, &stock_in("LAST", 1)).unwrap();
    let state = store.snapshot().unwrap();
    let row = state.balances.values().flat_map(|rows| rows.values()).next().unwrap();
    assert_eq!(row.quantity.grains(), i64::MAX);
    // One more is refused by the kernel and stored nowhere: SQLite would have made a floating point number of it.
    assert_eq!(run(&mut store, &stock_in("OVER", 1)).unwrap_err().code().as_str(), "QTY_OUT_OF_RANGE");
    assert_eq!(store.snapshot().unwrap(), state);
}

#[test]
fn a_newer_schema_is_refused() {
    let folder = Folder::new("newer");
    drop(filled(&folder, 1));
    by_hand(&folder, "INSERT INTO schema_version VALUES (99, 'later')");
    let refused = SqliteRepository::open(&folder.file()).unwrap_err();
    assert_eq!(refused, StoreError::Newer { found: 99, supported: 1 });
    assert_eq!(refused.code().as_str(), "FORMAT_VERSION");
}

#[test]
fn what_is_no_database_of_ours_is_refused_and_left_alone() {
    let folder = Folder::new("foreign");
    let text = "this is a letter, not a database. ".repeat(200);
    std::fs::write(folder.file(), &text).unwrap();
    assert_eq!(SqliteRepository::open(&folder.file()).unwrap_err().code().as_str(), "STORE_CORRUPT");
    assert_eq!(std::fs::read_to_string(folder.file()).unwrap(), text);
    let other = folder.path().join("other.db");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE mine (x)").unwrap();
    let bytes = std::fs::read(&other).unwrap();
    assert_eq!(SqliteRepository::open(&other).unwrap_err().code().as_str(), "STORE_CORRUPT");
    assert_eq!(std::fs::read(&other).unwrap(), bytes);
    let nowhere = folder.path().join("none").join("x.db");
    assert_eq!(SqliteRepository::open(&nowhere).unwrap_err().code().as_str(), "STORE_FAILED");
}

#[test]
fn a_damaged_file_is_noticed() {
    let folder = Folder::new("damaged");
    drop(filled(&folder, 4));
    let mut bytes = std::fs::read(folder.file()).unwrap();
    // Every page but the first is overwritten; its header still says that it is a database.
    bytes[4096..].fill(0xa5);
    std::fs::write(folder.file(), &bytes).unwrap();
    let found = SqliteRepository::open(&folder.file()).and_then(|mut store| store.verify());
    assert_eq!(found.unwrap_err().code().as_str(), "STORE_CORRUPT");
}

#[test]
fn rows_altered_by_hand_are_noticed_where_they_are_read() {
    let alterations = [
        ("UPDATE balance SET quantity = quantity + 1 WHERE item = 'B'", "the ledger says"),
        ("UPDATE balance SET quantity_scale = 3 WHERE item = 'B'", "at scale 3 (of 0)"),
        ("UPDATE balance SET reserved = 1 WHERE item = 'B'", "held"),
        ("UPDATE hold SET quantity = 7 WHERE item = 'B'", "reserved"),
        ("UPDATE hold SET quantity_scale = 2 WHERE item = 'B'", "at scale 2"),
        ("UPDATE place SET version = 7", "differ"),
        ("UPDATE document SET body = '{}' WHERE id = 'IN0'", "IN0"),
        ("UPDATE document SET body = json_set(body, '$.id', 'X') WHERE id = 'IN0'", "differ"),
        ("UPDATE item SET scale = 4 WHERE item = 'B'", "differ"),
    ];
    for (sql, said) in alterations {
        let folder = Folder::new("by-hand");
        drop(filled(&folder, 1));
        by_hand(&folder, sql);
        let mut store = SqliteRepository::open(&folder.file()).unwrap();
        let line = json!({"stock": {"item": "B", "location": "W"}, "quantity": 1});
        let command = json!({"do": "stock", "document": "IN0", "kind": "stock_in", "lines": [line]});
        let refused = run(&mut store, &shared::request("new", &command)).unwrap_err();
        assert_eq!(refused.code().as_str(), "STORE_CORRUPT", "{sql}: {refused}");
        assert!(refused.to_string().contains(said), "{sql}: {refused}");
        assert_eq!(store.verify().unwrap_err().code().as_str(), "STORE_CORRUPT", "{sql}");
    }
}

#[test]
fn a_ledger_altered_by_hand_is_found_by_the_check() {
    for sql in [
        "UPDATE ledger SET quantity = quantity + 1 WHERE sequence = 5",
        "DELETE FROM ledger WHERE sequence = 5",
        "UPDATE ledger SET reason = 'whim' WHERE sequence = 5",
        "DELETE FROM balance WHERE item = 'D'",
    ] {
        let folder = Folder::new("ledger");
        filled(&folder, 1).verify().unwrap();
        by_hand(&folder, sql);
        let mut store = SqliteRepository::open(&folder.file()).unwrap();
        assert_eq!(store.verify().unwrap_err().code().as_str(), "STORE_CORRUPT", "{sql}");
    }
}

#[test]
fn what_may_only_be_read_takes_no_commit() {
    let folder = Folder::new("read-only");
    let before = filled(&folder, 1).snapshot().unwrap();
    let mut store = SqliteRepository::open_read_only(&folder.file()).unwrap();
    assert_eq!(store.snapshot().unwrap(), before);
    let refused = run(&mut store, &stock_in("X", 1)).unwrap_err();
    assert_eq!(refused.code().as_str(), "STORE_FAILED", "{refused}");
    assert_eq!(store.snapshot().unwrap(), before);
    let nowhere = folder.path().join("none.db");
    assert_eq!(SqliteRepository::open_read_only(&nowhere).unwrap_err().code().as_str(), "STORE_FAILED");
}

#[test]
fn a_full_disk_stores_nothing_of_a_command() {
    let folder = Folder::new("full");
    let mut store = filled(&folder, 1);
    let before = store.snapshot().unwrap();
    let changes = decided(&mut store, "FULL");
    store.limit_pages(1).unwrap();
    let mut refused = store.commit(&changes);
    for number in 0..500 {
        if refused.is_err() {
            break;
        }
        let more = decided(&mut store, &format!("FULL{number}"));
        refused = store.commit(&more);
    }
    assert_eq!(refused.unwrap_err().code().as_str(), "STORE_FAILED");
    store.verify().unwrap();
    assert!(store.snapshot().unwrap().watermark >= before.watermark);
}

/// A changeset that takes stock in, decided on what is stored now.
fn decided(store: &mut SqliteRepository, document: &str) -> headstock::changeset::ChangeSet {
    let request = stock_in(document, 1);
    let mut loading = headstock::load::Loading::new(&request);
    while let Some(wants) = loading.next() {
        loading.give(store.read(&wants).unwrap());
    }
    headstock::execution::decide(&loading.finish(), &request, shared::now()).unwrap().changes.unwrap()
}

#[test]
fn a_lock_of_someone_else_is_busy_and_a_stale_version_is_a_conflict() {
    let folder = Folder::new("busy");
    drop(filled(&folder, 1));
    let mut store = SqliteRepository::open_waiting(&folder.file(), Duration::from_millis(20)).unwrap();
    let changes = decided(&mut store, "X");
    let other = Connection::open(folder.file()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(store.commit(&changes), Ok(Commit::Busy));
    assert_eq!(run(&mut store, &stock_in("X", 1)).unwrap_err().code().as_str(), "STORE_BUSY");
    other.execute_batch("ROLLBACK").unwrap();
    let mut second = SqliteRepository::open(&folder.file()).unwrap();
    run(&mut second, &stock_in("Y", 1)).unwrap();
    let Commit::Conflict { rows } = store.commit(&changes).unwrap() else { panic!("no conflict") };
    assert_eq!(rows.iter().map(|row| row.name().as_str()).collect::<Vec<_>>(), ["B"]);
    // A changeset that forgot to say what it read is stopped by the write itself.
    let mut careless = changes.clone();
    careless.reads.clear();
    assert!(matches!(store.commit(&careless), Ok(Commit::Conflict { .. })));
    // One whose lines do not add up to its balance is refused whole.
    let mut wrong = decided(&mut store, "X");
    wrong.movements.clear();
    assert_eq!(store.commit(&wrong).unwrap_err().code().as_str(), "STORE_FAILED");
    let before = store.snapshot().unwrap();
    assert!(!before.requests.contains_key("X"));
    run(&mut store, &stock_in("X", 1)).unwrap();
    store.verify().unwrap();
}

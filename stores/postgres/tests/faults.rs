//! Trouble: connections cut in the middle of a commit, late answers, locks, read-only servers, rows altered by hand.
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

use std::time::{Duration, Instant};

use headstock::changeset::ChangeSet;
use headstock::execution::{Request, decide};
use headstock::load::Loading;
use headstock::repository::{Commit, CommitChanges, ReadRecords, StoreError};
use headstock_postgres::PostgresRepository;
use headstock_store_suite::Home;
use postgres::NoTls;
use serde_json::json;
use shared::cluster::{self, Cluster};
use shared::proxy::{Proxy, Trouble};
use shared::{commands, now, open, pause, plant, request, run, stock_in};

/// A store of this name after some work.
fn filled(cluster: &Cluster, name: &str, rounds: usize) -> PostgresRepository {
    cluster.fill(name, &plant());
    let mut store = cluster.open(name);
    for request in commands(rounds) {
        assert!(!run(&mut store, &request).unwrap().replayed);
    }
    store
}

/// A store whose sessions have settings of the host's.
fn with(cluster: &Cluster, name: &str, settings: &str) -> PostgresRepository {
    open(&format!("{} options='{settings}'", cluster.address(name)))
}

/// A changeset for a request, decided on what is stored now.
fn decided(store: &mut PostgresRepository, request: &Request) -> ChangeSet {
    let mut loading = Loading::new(request);
    while let Some(wants) = loading.next() {
        loading.give(store.read(&wants).unwrap());
    }
    decide(&loading.finish(), request, now()).unwrap().changes.unwrap()
}

#[test]
fn a_connection_cut_before_the_commit_stores_nothing_and_the_driver_tries_again() {
    let Some(cluster) = cluster::shared() else { return };
    drop(filled(cluster, "cut-before", 1));
    let proxy = Proxy::start(cluster.port());
    let mut store = open(&proxy.address(&cluster.address("cut-before"), cluster.port()));
    let changes = decided(&mut store, &stock_in("X", 1));
    // Cut when the key is taken: the second attempt is on a new connection and goes through.
    proxy.next(Trouble::Cut { at: "INSERT INTO headstock.request" });
    assert!(matches!(store.commit(&changes), Ok(Commit::Committed { .. })));
    assert!(proxy.is_done());
    // Cut as `COMMIT` is sent: the server never sees it, but nobody here can tell.
    let changes = decided(&mut store, &stock_in("Y", 1));
    proxy.next(Trouble::Cut { at: "COMMIT\0" });
    assert_eq!(store.commit(&changes), Ok(Commit::Unknown));
    assert!(!store.snapshot().unwrap().requests.contains_key("Y"));
    assert!(matches!(store.commit(&changes), Ok(Commit::Committed { .. })));
    // The driver does that by itself.
    proxy.next(Trouble::Cut { at: "COMMIT\0" });
    assert!(!run(&mut store, &stock_in("Z", 1)).unwrap().replayed);
    assert!(proxy.is_done());
    store.verify().unwrap();
}

#[test]
fn an_answer_lost_in_mid_commit_is_unknown_and_the_key_tells() {
    let Some(cluster) = cluster::shared() else { return };
    drop(filled(cluster, "cut-after", 1));
    let proxy = Proxy::start(cluster.port());
    let address = proxy.address(&cluster.address("cut-after"), cluster.port());
    let mut store = open(&address);
    let changes = decided(&mut store, &stock_in("X", 1));
    proxy.next(Trouble::Swallow { after: "COMMIT\0" });
    assert_eq!(store.commit(&changes), Ok(Commit::Unknown));
    assert!(store.snapshot().unwrap().requests.contains_key("X"));
    let answer = store.commit(&changes).unwrap();
    assert!(matches!(answer, Commit::Replayed { ref done } if done.key.as_str() == "X"), "{answer:?}");
    proxy.next(Trouble::Swallow { after: "COMMIT\0" });
    assert!(!run(&mut store, &stock_in("Y", 1)).unwrap().replayed);
    store.verify().unwrap();
    // Without a function that connects, the store says so and stays without a connection.
    let mut store = PostgresRepository::new(postgres::Client::connect(&address, NoTls).unwrap()).unwrap();
    let changes = decided(&mut store, &stock_in("Z", 1));
    proxy.next(Trouble::Swallow { after: "COMMIT\0" });
    assert_eq!(store.commit(&changes), Ok(Commit::Unknown));
    assert_eq!(store.commit(&changes).unwrap_err().code().as_str(), "STORE_FAILED");
    assert!(run(&mut cluster.open("cut-after"), &stock_in("Z", 1)).unwrap().replayed);
}

#[test]
fn a_late_answer_is_waited_for_and_a_double_commit_is_one() {
    let Some(cluster) = cluster::shared() else { return };
    drop(filled(cluster, "late", 1));
    let proxy = Proxy::start(cluster.port());
    let mut store = open(&proxy.address(&cluster.address("late"), cluster.port()));
    let changes = decided(&mut store, &stock_in("X", 1));
    proxy.next(Trouble::Late { after: "COMMIT\0", wait: Duration::from_millis(400) });
    let start = Instant::now();
    assert!(matches!(store.commit(&changes), Ok(Commit::Committed { .. })));
    assert!(start.elapsed() >= Duration::from_millis(400));
    for _ in 0..2 {
        assert!(matches!(store.commit(&changes), Ok(Commit::Replayed { .. })));
    }
    // Two at once with one key: one stores it, the other is told so.
    let changes = decided(&mut store, &stock_in("Y", 1));
    let answers: Vec<Commit> = std::thread::scope(|scope| {
        let send = || cluster.open("late").commit(&changes).unwrap();
        let both = [scope.spawn(send), scope.spawn(send)];
        both.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let stored = answers.iter().filter(|answer| matches!(answer, Commit::Committed { .. })).count();
    let told = answers.iter().filter(|answer| matches!(answer, Commit::Replayed { .. })).count();
    assert_eq!((stored, told), (1, 1), "{answers:?}");
    store.verify().unwrap();
}

#[test]
fn a_connection_that_was_ended_in_between_is_replaced() {
    let Some(cluster) = cluster::shared() else { return };
    let mut store = filled(cluster, "ended", 1);
    let mut poor = PostgresRepository::new(cluster.client("ended")).unwrap();
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'ended'";
    cluster.client("postgres").execute(sql, &[]).unwrap();
    pause(100);
    run(&mut store, &stock_in("X", 1)).unwrap();
    store.verify().unwrap();
    assert_eq!(run(&mut poor, &stock_in("Y", 1)).unwrap_err().code().as_str(), "STORE_FAILED");
}

#[test]
fn a_lock_of_someone_else_is_busy_by_either_timeout_and_nothing_is_stored() {
    let Some(cluster) = cluster::shared() else { return };
    drop(filled(cluster, "busy", 1));
    let mut other = cluster.client("busy");
    for setting in ["-c lock_timeout=150", "-c statement_timeout=300"] {
        let mut store = with(cluster, "busy", setting);
        let before = store.snapshot().unwrap();
        let changes = decided(&mut store, &stock_in("X", 1));
        let mut held = other.transaction().unwrap();
        held.execute("SELECT 1 FROM headstock.balance WHERE item = 'B' FOR UPDATE", &[]).unwrap();
        assert_eq!(store.commit(&changes), Ok(Commit::Busy), "{setting}");
        assert_eq!(run(&mut store, &stock_in("X", 1)).unwrap_err().code().as_str(), "STORE_BUSY");
        assert_eq!(store.snapshot().unwrap(), before);
        held.rollback().unwrap();
    }
    run(&mut cluster.open("busy"), &stock_in("X", 1)).unwrap();
}

#[test]
fn a_stale_version_is_a_conflict_with_its_rows_and_wrong_sums_are_refused() {
    let Some(cluster) = cluster::shared() else { return };
    let mut store = filled(cluster, "stale", 1);
    let changes = decided(&mut store, &stock_in("X", 1));
    let mut second = cluster.open("stale");
    run(&mut second, &stock_in("Y", 1)).unwrap();
    let Commit::Conflict { rows } = store.commit(&changes).unwrap() else { panic!("no conflict") };
    assert_eq!(rows.iter().map(|row| row.name().as_str()).collect::<Vec<_>>(), ["B"]);
    // A changeset that forgot to say what it read is stopped by the write itself.
    let mut careless = changes.clone();
    careless.reads.clear();
    assert!(matches!(store.commit(&careless), Ok(Commit::Conflict { .. })));
    // One whose lines do not add up to its balance is refused whole.
    let mut wrong = decided(&mut store, &stock_in("X", 1));
    wrong.movements.clear();
    assert_eq!(store.commit(&wrong).unwrap_err().code().as_str(), "STORE_FAILED");
    // So is one of a newer format.
    let mut newer = decided(&mut store, &stock_in("X", 1));
    newer.format += 1;
    assert_eq!(store.commit(&newer).unwrap_err().code().as_str(), "FORMAT_VERSION");
    assert!(!store.snapshot().unwrap().requests.contains_key("X"));
    run(&mut store, &stock_in("X", 1)).unwrap();
    store.verify().unwrap();
}

/// A row lock covers no row that is not there: an order and a document of one name are decided on each other's absence.
#[test]
fn of_an_order_and_a_document_of_one_name_only_one_is_stored() {
    let Some(cluster) = cluster::shared() else { return };
    drop(filled(cluster, "names", 1));
    for round in 0..40 {
        let name = format!("SAME{round}");
        let order = json!({"do": "create_order", "order": {"id": name, "item": "A", "good": 1, "lines": []}});
        let one = request(&format!("order-{round}"), &order);
        let two = stock_in(&name, 1);
        let stored = std::thread::scope(|scope| {
            let send = |request| {
                move || {
                    let mut store = cluster.open("names");
                    let changes = decided(&mut store, request);
                    matches!(store.commit(&changes).unwrap(), Commit::Committed { .. })
                }
            };
            let both = [scope.spawn(send(&one)), scope.spawn(send(&two))];
            both.into_iter().map(|one| one.join()).filter(|one| matches!(one, Ok(true))).count()
        });
        assert_eq!(stored, 1, "{name}");
    }
    cluster.open("names").verify().unwrap();
}

#[test]
fn what_may_only_be_read_takes_no_commit() {
    let Some(cluster) = cluster::shared() else { return };
    let before = filled(cluster, "read-only", 1).snapshot().unwrap();
    let mut store = with(cluster, "read-only", "-c default_transaction_read_only=on");
    assert_eq!(store.snapshot().unwrap(), before);
    store.verify().unwrap();
    let refused = run(&mut store, &stock_in("X", 1)).unwrap_err();
    assert_eq!(refused.code().as_str(), "STORE_FAILED", "{refused}");
    assert_eq!(store.snapshot().unwrap(), before);
}

#[test]
fn a_newer_schema_a_foreign_one_and_another_encoding_are_refused() {
    let Some(cluster) = cluster::shared() else { return };
    let refused = |name: &str| PostgresRepository::new(cluster.client(name)).unwrap_err();
    drop(filled(cluster, "newer", 1));
    let sql = "INSERT INTO headstock.schema_version VALUES (99, 'later')";
    cluster.client("newer").batch_execute(sql).unwrap();
    assert!(matches!(refused("newer"), StoreError::Newer { found: 99, supported: 2.. }));
    assert_eq!(refused("newer").code().as_str(), "FORMAT_VERSION");
    cluster.create("foreign");
    let sql = "CREATE SCHEMA headstock; CREATE TABLE headstock.mine (x integer)";
    cluster.client("foreign").batch_execute(sql).unwrap();
    assert_eq!(refused("foreign").code().as_str(), "STORE_CORRUPT");
    let mut client = cluster.client("postgres");
    client.batch_execute("DROP DATABASE IF EXISTS ascii").unwrap();
    let sql = "CREATE DATABASE ascii ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0";
    client.batch_execute(sql).unwrap();
    let error = refused("ascii");
    assert!(error.to_string().contains("SQL_ASCII"), "{error}");
}

#[test]
fn rows_altered_by_hand_are_noticed_where_they_are_read() {
    let Some(cluster) = cluster::shared() else { return };
    let alterations = [
        ("UPDATE headstock.balance SET quantity = quantity + 1 WHERE item = 'B'", "the ledger says"),
        ("UPDATE headstock.balance SET quantity_scale = 3 WHERE item = 'B'", "at scale 3 (of 0)"),
        ("UPDATE headstock.balance SET reserved = 1 WHERE item = 'B'", "held"),
        ("UPDATE headstock.hold SET quantity = 7 WHERE item = 'B'", "reserved"),
        ("UPDATE headstock.hold SET quantity_scale = 2 WHERE item = 'B'", "at scale 2"),
        ("UPDATE headstock.place SET version = 7", "differ"),
        ("UPDATE headstock.document SET body = '{}' WHERE id = 'IN0'", "IN0"),
        (
            "UPDATE headstock.document SET body = jsonb_set(body::jsonb, '{id}', '\"X\"')::json WHERE id = 'IN0'",
            "differ",
        ),
        ("UPDATE headstock.item SET scale = 4 WHERE item = 'B'", "differ"),
        ("DROP TABLE headstock.hold", "headstock.hold"),
        ("DELETE FROM headstock.ledger_end", "end of the ledger"),
        ("ALTER TABLE headstock.balance ALTER quantity TYPE integer", "int4"),
    ];
    for (number, (sql, said)) in alterations.into_iter().enumerate() {
        let name = format!("by-hand-{number}");
        drop(filled(cluster, &name, 1));
        cluster.client(&name).batch_execute(sql).unwrap();
        let mut store = cluster.open(&name);
        let line = json!({"stock": {"item": "B", "location": "W"}, "quantity": 1});
        let command = json!({"do": "stock", "document": "IN0", "kind": "stock_in", "lines": [line]});
        let refused = run(&mut store, &request("new", &command)).unwrap_err();
        assert_eq!(refused.code().as_str(), "STORE_CORRUPT", "{sql}: {refused}");
        assert!(refused.to_string().contains(said), "{sql}: {refused}");
        assert_eq!(store.verify().unwrap_err().code().as_str(), "STORE_CORRUPT", "{sql}");
        drop(store);
        cluster.remove(&name);
    }
}

#[test]
fn a_ledger_altered_by_hand_is_found_by_the_check() {
    let Some(cluster) = cluster::shared() else { return };
    for (number, sql) in [
        "UPDATE headstock.ledger SET quantity = quantity + 1 WHERE sequence = 5",
        "DELETE FROM headstock.ledger WHERE sequence = 5",
        "UPDATE headstock.ledger SET reason = 'whim' WHERE sequence = 5",
        "UPDATE headstock.ledger_end SET last = last + 1",
        "SET session_replication_role = replica; DELETE FROM headstock.balance WHERE item = 'D'",
        "SET session_replication_role = replica; DELETE FROM headstock.item WHERE item = 'D'",
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("ledger-{number}");
        filled(cluster, &name, 1).verify().unwrap();
        cluster.client(&name).batch_execute(sql).unwrap();
        let mut store = cluster.open(&name);
        assert_eq!(store.verify().unwrap_err().code().as_str(), "STORE_CORRUPT", "{sql}");
        drop(store);
        cluster.remove(&name);
    }
}

#[test]
fn quantities_are_exact_to_the_end_of_their_range_and_texts_are_kept() {
    let Some(cluster) = cluster::shared() else { return };
    cluster.fill("range", &plant());
    let mut store = cluster.open("range");
    run(&mut store, &stock_in("MOST", i64::MAX - 1)).unwrap();
    run(&mut store, &stock_in("LAST", 1)).unwrap();
    let state = store.snapshot().unwrap();
    let row = state.balances.values().flat_map(|rows| rows.values()).next().unwrap();
    assert_eq!(row.quantity.grains(), i64::MAX);
    assert_eq!(run(&mut store, &stock_in("OVER", 1)).unwrap_err().code().as_str(), "QTY_OUT_OF_RANGE");
    assert_eq!(store.snapshot().unwrap(), state);
    // A text column takes no NUL; a reason may hold one all the same.
    let line = json!({"stock": {"item": "D", "location": "W"}, "quantity": "0.3"});
    let command = json!({"do": "stock", "document": "螺栓'; --", "kind": "stock_in", "reason": "a\u{0}b\u{1F529}\"'\\",
        "lines": [line]});
    run(&mut store, &request("'; DROP SCHEMA headstock CASCADE; --", &command)).unwrap();
    let state = store.snapshot().unwrap();
    assert_eq!(state.documents["螺栓'; --"].reason, "a\u{0}b\u{1F529}\"'\\");
    store.verify().unwrap();
}

#[test]
fn an_item_keeps_the_decimals_that_its_stock_has() {
    let Some(cluster) = cluster::shared() else { return };
    let mut store = filled(cluster, "items", 1);
    let state = store.snapshot().unwrap();
    let mut item = state.items["D"].clone();
    item.scale = 0;
    let refused = store.put_items(&[item.clone()]).unwrap_err();
    assert!(refused.to_string().contains("D: stock of it has 1 decimals already"), "{refused}");
    assert_eq!(store.snapshot().unwrap(), state);
    item.scale = 3;
    store.put_items(&[item]).unwrap();
    assert_eq!(store.snapshot().unwrap().items["D"].scale, 3);
}

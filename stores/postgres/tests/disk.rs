//! Trouble with the server's disk: no room left, and a file that is damaged.
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

use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom, Write};

use headstock_postgres::PostgresRepository;
use headstock_store_suite::Home;
use shared::cluster::{self, Cluster, SmallDisk};
use shared::{commands, open, plant, run, stock_in};

/// What was acknowledged is stored and nothing else.
fn holds(store: &mut PostgresRepository, acknowledged: usize) {
    store.verify().unwrap();
    let state = store.snapshot().unwrap();
    let kept = state.requests.keys().filter(|key| key.as_str().starts_with("FULL")).count();
    assert_eq!(kept, acknowledged);
    assert_eq!(state.documents.keys().filter(|id| id.as_str().starts_with("FULL")).count(), acknowledged);
}

#[test]
fn a_full_disk_stores_nothing_of_a_command_and_with_room_again_it_goes_on() {
    let Some(cluster) = cluster::shared() else { return };
    let Some(disk) = SmallDisk::new(24) else { return };
    let mut server = cluster.client("postgres");
    let place = disk.space();
    server.batch_execute(&format!("CREATE TABLESPACE small LOCATION '{}'", place.display())).unwrap();
    server.batch_execute("CREATE DATABASE full_disk STRATEGY file_copy TABLESPACE small").unwrap();
    let mut store = cluster.open("full_disk");
    store.import(&plant()).unwrap();
    disk.fill();
    let mut acknowledged = 0;
    let refused = loop {
        match run(&mut store, &stock_in(&format!("FULL{acknowledged}"), 1)) {
            Ok(_) => acknowledged += 1,
            Err(error) => break error,
        }
        assert!(acknowledged < 20_000, "the disk is never full");
    };
    assert_eq!(refused.code().as_str(), "STORE_FAILED", "{refused}");
    assert!(refused.to_string().contains("53100"), "{refused}");
    holds(&mut store, acknowledged);
    disk.free();
    run(&mut store, &stock_in(&format!("FULL{acknowledged}"), 1)).unwrap();
    holds(&mut store, acknowledged + 1);
    drop(store);
    cluster.remove("full_disk");
    server.batch_execute("DROP TABLESPACE small").unwrap();
}

/// As an ordinary user can see it too: the server says that its disk is full, in mid-transaction or at the commit.
#[test]
fn a_server_that_finds_no_room_stores_nothing_of_a_command() {
    let Some(cluster) = cluster::shared() else { return };
    let no_room = "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;";
    let at_the_line = "CREATE TRIGGER without_room BEFORE INSERT ON headstock.ledger";
    let at_the_commit =
        "CREATE CONSTRAINT TRIGGER without_room AFTER INSERT ON headstock.ledger INITIALLY DEFERRED";
    for (name, trigger) in [("room-line", at_the_line), ("room-commit", at_the_commit)] {
        cluster.fill(name, &plant());
        let mut store = cluster.open(name);
        run(&mut store, &stock_in("FULL0", 1)).unwrap();
        let sql = format!("{no_room} {trigger} FOR EACH ROW EXECUTE FUNCTION no_room()");
        cluster.client(name).batch_execute(&sql).unwrap();
        let refused = run(&mut store, &stock_in("FULL1", 1)).unwrap_err();
        assert_eq!(refused.code().as_str(), "STORE_FAILED", "{name}: {refused}");
        assert!(refused.to_string().contains("53100"), "{name}: {refused}");
        holds(&mut store, 1);
        cluster.client(name).batch_execute("DROP TRIGGER without_room ON headstock.ledger").unwrap();
        run(&mut store, &stock_in("FULL1", 1)).unwrap();
        holds(&mut store, 2);
    }
}

#[test]
fn a_damaged_file_is_noticed_where_it_is_read() {
    let Some(mut cluster) = Cluster::start("off") else { return };
    cluster.fill("damaged", &plant());
    let mut store = cluster.open("damaged");
    for request in commands(2) {
        run(&mut store, &request).unwrap();
    }
    drop(store);
    let mut client = cluster.client("damaged");
    client.batch_execute("CHECKPOINT").unwrap();
    let path = "SELECT pg_relation_filepath('headstock.document')";
    let path: String = client.query_one(path, &[]).unwrap().get(0);
    drop(client);
    cluster.kill();
    let mut file = OpenOptions::new().write(true).open(cluster.data().join(path)).unwrap();
    file.seek(SeekFrom::Start(0)).unwrap();
    file.write_all(&[0xa5; 8_192]).unwrap();
    drop(file);
    cluster.restart();
    let mut store = open(&cluster.address("damaged"));
    assert_eq!(run(&mut store, &stock_in("IN0", 1)).unwrap_err().code().as_str(), "STORE_CORRUPT");
    assert_eq!(store.verify().unwrap_err().code().as_str(), "STORE_CORRUPT");
}

//! Kills: of the process that writes, of the server, of the connection. What was acknowledged is there once, nothing
//! is half done, and the run that goes on with the same keys ends where one ends that was never killed.
//!
//! `HEADSTOCK_CRASHES=1000 HEADSTOCK_SERVER_CRASHES=200 cargo test -p headstock-postgres --test crash` for more,
//! `HEADSTOCK_SEED` for others.
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

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use headstock::repository::{DriverError, MemoryRepository, Retries, execute};
use headstock::snapshot::ExecutionSnapshot;
use headstock_postgres::PostgresRepository;
use headstock_store_suite::dice::Dice;
use headstock_store_suite::{Home, crash, insist, now, setting};
use shared::cluster::{self, Cluster};
use shared::{commands, open, pause, plant};

const ADDRESS: &str = "HEADSTOCK_CRASH_ADDRESS";

/// The process that is killed.
#[test]
fn child() {
    let Ok(address) = std::env::var(ADDRESS) else { return };
    crash::child(&mut open(&address));
}

#[test]
fn promise_20_a_killed_writer_loses_doubles_and_halves_nothing() {
    let Some(cluster) = cluster::shared() else { return };
    let start = |name: &str| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        let arguments = ["--exact", "child", "--nocapture", "--test-threads=1"];
        command.args(arguments).env(ADDRESS, cluster.address(name));
        command
    };
    let kills = setting("HEADSTOCK_CRASHES", 100);
    eprintln!("{:?}", crash::run(cluster, kills, setting("HEADSTOCK_SEED", 3), start));
}

/// Asks until there is an answer, through a server that is down for a while.
fn until_answered(store: &mut PostgresRepository, request: &headstock::execution::Request) {
    let start = Instant::now();
    loop {
        match execute(store, request, now(), Retries::default()) {
            Ok(_) => return,
            Err(error) => {
                let passes = ["STORE_FAILED", "STORE_UNKNOWN", "STORE_BUSY"];
                assert!(passes.contains(&error.code().as_str()), "{error}");
                assert!(start.elapsed() < Duration::from_secs(120), "{error}");
            }
        }
        pause(2);
    }
}

#[test]
fn promise_20_a_killed_server_loses_doubles_and_halves_nothing() {
    const ROUNDS: usize = 40;
    // Records reach the disk here: the server is meant to need its log.
    let Some(mut cluster) = Cluster::start("on") else { return };
    let kills = setting("HEADSTOCK_SERVER_CRASHES", 5);
    let all = commands(ROUNDS);
    let mut memory = MemoryRepository::new(plant());
    let mut states: Vec<ExecutionSnapshot> = vec![memory.state().clone()];
    for request in &all {
        insist(&mut memory, request, now()).unwrap();
        states.push(memory.state().clone());
    }
    let mut dice = Dice(setting("HEADSTOCK_SEED", 3));
    let (mut killed, mut round) = (0, 0);
    while killed < kills {
        let name = format!("server-{round}");
        round += 1;
        cluster.fill(&name, &plant());
        let address = cluster.address(&name);
        let acknowledged = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let mut store = open(&address);
                for request in &all {
                    until_answered(&mut store, request);
                    acknowledged.fetch_add(1, Ordering::SeqCst);
                }
            });
            // Killed several times in one run, each time somewhere in the rest of it.
            for _ in 0..(kills - killed).min(3) {
                let from = acknowledged.load(Ordering::SeqCst);
                let until = from + 1 + dice.index(60);
                while acknowledged.load(Ordering::SeqCst) < until.min(all.len()) && !writer.is_finished() {
                    std::thread::yield_now();
                }
                std::thread::sleep(Duration::from_micros(u64::try_from(dice.below(5_000)).unwrap()));
                cluster.kill();
                let said = acknowledged.load(Ordering::SeqCst);
                cluster.restart();
                killed += 1;
                // The writer goes on meanwhile: what is there is a state between what was said and what is said now.
                let found = cluster.everything(&mut cluster.open(&name));
                let done = found.requests.len();
                assert!(done >= said, "{said} were acknowledged, {done} are there");
                assert!(found == states[done], "{name}: half of a command is stored");
            }
            writer.join().unwrap();
        });
        let mut store = cluster.open(&name);
        store.verify().unwrap();
        assert!(&store.snapshot().unwrap() == memory.state());
        drop(store);
        cluster.drop_place(&name);
    }
    eprintln!("{killed} kills of the server");
}

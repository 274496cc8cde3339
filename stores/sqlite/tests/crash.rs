//! A process that writes is killed at random points: what it acknowledged is there once, nothing is half done, and
//! the run that goes on with the same keys ends where one ends that was never killed.
//!
//! `HEADSTOCK_CRASHES=1000 cargo test -p headstock-sqlite --test crash` for more, `HEADSTOCK_SEED` for others.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    missing_docs,
    unreachable_pub,
    dead_code,
    reason = "a test program: a fault in it is to panic, and nobody imports it"
)]

mod shared;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use headstock::repository::MemoryRepository;
use headstock::snapshot::ExecutionSnapshot;
use headstock_sqlite::SqliteRepository;
use shared::{Folder, commands, plant, run};

const ROUNDS: usize = 8;
const FILE: &str = "HEADSTOCK_CRASH_FILE";

fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// The process that is killed: runs all commands from the first and says each one that is acknowledged.
#[test]
fn child() {
    let Some(file) = std::env::var_os(FILE) else { return };
    let mut store = SqliteRepository::open(Path::new(&file)).unwrap();
    let mut said = std::io::stderr();
    for request in commands(ROUNDS) {
        run(&mut store, &request).unwrap();
        said.write_all(format!("ack {}\n", request.key).as_bytes()).unwrap();
    }
}

/// Starts the child, kills it after so many acknowledgements and so long; gives what it acknowledged.
fn killed(file: &Path, after: usize, pause: Duration) -> usize {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture", "--test-threads=1"])
        .env(FILE, file)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut acknowledged = 0;
    let mut line = String::new();
    let mut ended = false;
    while acknowledged < after && !ended {
        line.clear();
        ended = said.read_line(&mut line).unwrap() == 0;
        acknowledged += usize::from(line.starts_with("ack ") && line.ends_with('\n'));
        assert!(ended || line.starts_with("ack "), "the child said {line}");
    }
    std::thread::sleep(pause);
    // SIGKILL.
    child.kill().unwrap();
    child.wait().unwrap();
    for line in said.lines() {
        acknowledged += usize::from(line.unwrap().starts_with("ack "));
    }
    acknowledged
}

#[test]
fn promise_20_killed_at_any_point_nothing_is_lost_doubled_or_half_done() {
    let all = commands(ROUNDS);
    // What one that is never killed holds after each command.
    let mut memory = MemoryRepository::new(plant());
    let mut states: Vec<ExecutionSnapshot> = vec![memory.state().clone()];
    for request in &all {
        run(&mut memory, request).unwrap();
        states.push(memory.state().clone());
    }
    let folder = Folder::new("crash");
    let mut dice = setting("HEADSTOCK_SEED", 3);
    let mut roll = |below: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % below
    };
    let crashes = setting("HEADSTOCK_CRASHES", 20);
    let (mut within, mut acknowledged) = (0, 0);
    for crash in 0..crashes {
        let file = folder.path().join(format!("{crash}.db"));
        SqliteRepository::open(&file).unwrap().import(&plant()).unwrap();
        let mut highest = 0;
        // Killed once or twice, the second time while it goes on.
        for _ in 0..=roll(2) {
            let after = usize::try_from(roll(states.len() as u64)).unwrap();
            let said = killed(&file, after, Duration::from_micros(roll(3000)));
            highest = said.max(highest);
            acknowledged += said;
            let mut store = SqliteRepository::open(&file).unwrap();
            store.verify().unwrap();
            let found = store.snapshot().unwrap();
            let done = found.requests.len();
            assert!(done >= highest, "{highest} were acknowledged, {done} are there");
            assert_eq!(found, states[done], "crash {crash}: half of a command is stored");
            within += u64::from(done > 0 && done < all.len());
        }
        let mut store = SqliteRepository::open(&file).unwrap();
        for request in &all {
            run(&mut store, request).unwrap();
        }
        store.verify().unwrap();
        assert_eq!(&store.snapshot().unwrap(), memory.state());
    }
    eprintln!("{crashes} runs killed, {within} times in the middle, {acknowledged} acknowledged");
    assert!(within >= crashes / 2, "the test must kill in the middle, it did so {within} times");
}

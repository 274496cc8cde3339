//! A process that writes is killed at random points: what it acknowledged is there once, nothing is half done, and
//! the run that goes on with the same keys ends where one ends that was never killed.
//!
//! `HEADSTOCK_CRASHES=1000 cargo test -p headstock-sqlite --test crash` for more, `HEADSTOCK_SEED` for others.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    missing_docs,
    unreachable_pub,
    dead_code,
    unused_imports,
    reason = "a test program: a fault in it is to panic, and nobody imports it"
)]

mod shared;

use std::process::Command;

use headstock_sqlite::SqliteRepository;
use headstock_store_suite::{crash, setting};
use shared::Folder;

const FILE: &str = "HEADSTOCK_CRASH_FILE";

/// The process that is killed.
#[test]
fn child() {
    let Some(file) = std::env::var_os(FILE) else { return };
    crash::child(&mut SqliteRepository::open(file.as_ref()).unwrap());
}

#[test]
fn promise_20_killed_at_any_point_nothing_is_lost_doubled_or_half_done() {
    let folder = Folder::new("crash");
    let start = |name: &str| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "child", "--nocapture", "--test-threads=1"]).env(FILE, folder.named(name));
        command
    };
    let kills = setting("HEADSTOCK_CRASHES", 100);
    eprintln!("{:?}", crash::run(&folder, kills, setting("HEADSTOCK_SEED", 3), start));
}

//! Random commands against the plain model, and sixteen writers on few rows, through SQLite.
//!
//! `HEADSTOCK_COMMANDS=1000000 cargo test -p headstock-sqlite --test random` for more, `HEADSTOCK_SEED` for others.
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

use headstock_store_suite::model::{self, Options};
use headstock_store_suite::{setting, writers};
use shared::Folder;

#[test]
fn model_random_commands_agree_with_the_reference() {
    let (seed, commands) = (setting("HEADSTOCK_SEED", 1), setting("HEADSTOCK_COMMANDS", 20_000));
    let tally = model::run(&Folder::new("model"), Options { seed, commands, epoch: 10_000, threads: 1 });
    eprintln!("{tally:?}");
    assert!(tally.troubles > commands / 10 && tally.conflicts > commands / 100, "{tally:?}");
}

#[test]
fn sixteen_writers_lose_nothing_and_oversell_nothing() {
    let tally = writers::run(&Folder::new("writers"), 16, 100);
    eprintln!("{tally:?}");
    assert!(tally.conflicts > 0, "the test must see conflicts: {tally:?}");
}

#[test]
fn sixteen_writers_without_the_version_check_lose_something() {
    let tally = writers::control(&Folder::new("careless"), 16, 100);
    eprintln!("{tally:?}");
    assert!(tally.lost > 0, "the test above could not fail: {tally:?}");
}

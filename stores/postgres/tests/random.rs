//! The suite that every store runs: random commands with trouble on the way, and many writers.
//!
//! `HEADSTOCK_COMMANDS=100000 HEADSTOCK_SEED=7 cargo test -p headstock-postgres --test random` for more and others.
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

use headstock_store_suite::{model, setting, writers};
use shared::cluster;

#[test]
fn promise_20_random_commands_with_trouble_agree_with_the_plain_model() {
    let Some(cluster) = cluster::shared() else { return };
    let (seed, commands) = (setting("HEADSTOCK_SEED", 5), setting("HEADSTOCK_COMMANDS", 5_000));
    let tally = model::run(cluster, model::Options { seed, commands, epoch: 500, threads: 1 });
    eprintln!("{tally:?}");
    assert!(tally.stored > commands / 3 && tally.refused > commands / 20, "{tally:?}");
    assert!(tally.troubles > commands / 10 && tally.repeated > commands / 50, "{tally:?}");
}

#[test]
fn promise_20_sixteen_writers_lose_nothing_and_sell_nothing_twice() {
    let Some(cluster) = cluster::shared() else { return };
    let tally = writers::run(cluster, 16, setting("HEADSTOCK_WRITES", 60));
    eprintln!("{tally:?}");
    assert!(tally.conflicts > 100, "they must get in each other's way: {tally:?}");
}

/// The control: where versions are not compared, something must get lost, or the test above shows nothing.
#[test]
fn promise_20_without_the_version_check_the_test_of_the_writers_fails() {
    let Some(cluster) = cluster::shared() else { return };
    let tally = writers::control(cluster, 16, setting("HEADSTOCK_WRITES", 60));
    eprintln!("{tally:?}");
    assert!(tally.lost > 0, "a store that forgets the version check must lose something: {tally:?}");
}

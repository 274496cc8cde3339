//! The suite on the memory store. For the long run:
//! `HEADSTOCK_COMMANDS=5000000 cargo test --release -p headstock-store-suite --test memory`.
#![allow(missing_docs, clippy::print_stderr, reason = "a test program")]

use headstock_store_suite::memory::Memory;
use headstock_store_suite::model::{self, Options};
use headstock_store_suite::{setting, writers};

#[test]
fn model_random_commands_agree_with_the_reference() {
    let (seed, commands) = (setting("HEADSTOCK_SEED", 1), setting("HEADSTOCK_COMMANDS", 20_000));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let start = std::time::Instant::now();
    let tally = model::run(&Memory::default(), Options { seed, commands, epoch: 10_000, threads });
    eprintln!("{commands} commands on {threads} threads: {:.1?}", start.elapsed());
    eprintln!("{tally:?}");
    let few = [tally.stored, tally.refused, tally.repeated, tally.troubles, tally.conflicts];
    assert!(few.iter().all(|figure| *figure > commands / 100), "{tally:?}");
}

#[test]
fn sixteen_writers_lose_nothing_and_oversell_nothing() {
    let tally = writers::run(&Memory::default(), 16, 100);
    eprintln!("{tally:?}");
    let control = writers::control(&Memory::default(), 16, 100);
    eprintln!("{control:?}");
    assert!(control.lost > 0, "without the version check something must be lost: {control:?}");
}

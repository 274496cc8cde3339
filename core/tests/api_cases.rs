//! The published cases of `../shared/cases`, asked through the API face. The translation of each case is the
//! executable twin of `docs/cases.md`. Where the files are not there the tests say so and pass.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "a test program: a fault in it is to panic, and nobody imports it"
)]

mod cases;

//! Execution: the examples of the rows on orders (X), issues (M) and foundations (F), each through a command,
//! with the laws of changesets and ledgers checked after every one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    unreachable_pub,
    reason = "a test program: a fault in it is to panic, and nobody imports it"
)]

mod shop;

//! Plans of random plants: the engine against a slow, obvious planner (`P08`–`P19`, `P26`–`P28`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::print_stdout,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    reason = "a test program: a fault in it is to panic, and nobody imports it"
)]

mod oracle;

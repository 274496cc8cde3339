//! headstock: an embeddable manufacturing kernel.
//!
//! `snapshot of records + policy + now + run control → outcome (result + findings + reasons)`
//!
//! Rings, inner first (imports go downward only; `tests/architecture.rs` enforces it):
//! 0 values: [`num`], [`unit`], [`money`], [`time`], [`id`], [`finding`], [`run`]; 1 definitions; 2 records;
//! 3 calculations; 4 decisions; 5 boundary.

pub mod finding;
pub mod id;
pub mod money;
pub mod num;
pub mod run;
pub mod time;
pub mod unit;

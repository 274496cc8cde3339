//! headstock: an embeddable manufacturing kernel.
//!
//! `snapshot of records + policy + now + run control → outcome (result + findings + reasons)`
//!
//! Rings, inner first (imports go downward only; `tests/architecture.rs` enforces it):
//! 0 values: [`num`]; 1 definitions; 2 records; 3 calculations; 4 decisions; 5 boundary.

pub mod num;

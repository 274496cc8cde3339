//! The slow, obvious planner that the engine is compared with.
//!
//! Written from `docs/planning-rules.md` alone; it knows nothing of the engine. Quantities are fractions of
//! big integers, days are walked one by one, nothing is clever.

pub mod days;
pub mod demand;
#[cfg(test)]
mod compare;
#[cfg(test)]
mod examples;
pub mod lots;
pub mod net;
pub mod num;
pub mod plan;
pub mod plants;
pub mod world;

pub use plan::{OraclePlan, plan};

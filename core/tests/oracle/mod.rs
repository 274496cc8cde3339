//! The slow, obvious planner that the engine is compared with.
//!
//! Written from `docs/planning-rules.md` alone; it knows nothing of the engine. Quantities are fractions of
//! big integers, days are walked one by one, nothing is clever.

pub mod alternatives;
#[cfg(test)]
mod compare;
pub mod days;
pub mod demand;
#[cfg(test)]
mod engine;
#[cfg(test)]
mod examples;
pub mod explode;
pub mod flows;
pub mod found;
#[cfg(test)]
mod laws;
pub mod levels;
pub mod lots;
pub mod net;
#[cfg(test)]
mod net_change;
pub mod num;
pub mod order;
pub mod pegs;
pub mod plan;
pub mod plants;
pub mod reach;
pub mod record;
pub mod series;
pub mod world;

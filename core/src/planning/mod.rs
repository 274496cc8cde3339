//! Decisions of planning: material requirements planning and what belongs to it.
//!
//! The rules, in the order in which they apply, are the page `docs/planning-rules.md`.

mod outcome;
mod policy;

pub use outcome::*;
pub use policy::*;

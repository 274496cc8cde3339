//! headstock: an embeddable manufacturing kernel.
//!
//! `snapshot of records + policy + now + run control → outcome (result + findings + reasons)`
//!
//! Rings, inner first (imports go downward only; `tests/architecture.rs` enforces it):
//! 0 values ([`num`], [`mod@unit`], [`money`], [`time`], [`id`], [`finding`], [`run`]);
//! 1 definitions ([`item`], [`bom`], [`routing`], [`calendar`], [`partner`]);
//! 2 records ([`inventory`], [`order`], [`snapshot`]); 3 calculations; 4 decisions ([`planning`]); 5 boundary.

pub mod api;
pub mod availability;
pub mod bom;
pub mod calendar;
pub mod finding;
pub mod id;
pub mod inventory;
pub mod item;
pub mod money;
mod names;
pub mod num;
pub mod order;
pub mod partner;
pub mod planning;
pub mod routing;
pub mod run;
pub mod snapshot;
mod text_rows;
pub mod time;
pub mod unit;

/// The examples of the book, compiled and run as documentation tests.
#[cfg(doctest)]
mod book {
    #[doc = include_str!("../../README.md")]
    struct Readme;
    #[doc = include_str!("../../README.zh-CN.md")]
    struct ReadmeZh;
    #[doc = include_str!("../../docs/values.md")]
    struct Values;
    #[doc = include_str!("../../docs/bom.md")]
    struct Bom;
    #[doc = include_str!("../../docs/planning.md")]
    struct Planning;
}

//! headstock: an embeddable manufacturing kernel.
//!
//! `snapshot of records + policy + now + run control → outcome (result + findings + reasons)`
//!
//! Rings, inner first (imports go downward only; `tests/architecture.rs` enforces it):
//! 0 values ([`num`], [`mod@unit`], [`money`], [`time`], [`id`], [`finding`], [`run`]);
//! 1 definitions ([`item`], [`bom`], [`routing`], [`calendar`], [`partner`]);
//! 2 records ([`inventory`], [`order`], [`document`], [`cost`], [`changeset`], [`snapshot`]); 3 calculations
//! ([`availability`], [`component_list`], [`picking`], [`sets`]); 4 decisions ([`planning`], [`execution`],
//! [`costing`]); 5 boundary ([`api`], [`load`], [`repository`], [`reporting`]).

pub mod api;
pub mod availability;
pub mod bom;
pub mod calendar;
pub mod changeset;
pub mod component_list;
pub mod cost;
pub mod costing;
pub mod document;
pub mod execution;
pub mod finding;
pub mod id;
pub mod inventory;
pub mod item;
pub mod load;
pub mod money;
mod names;
pub mod num;
pub mod order;
pub mod partner;
pub mod picking;
pub mod planning;
pub mod reporting;
pub mod repository;
pub mod routing;
pub mod run;
pub mod sets;
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
    #[doc = include_str!("../../docs/ledgers.md")]
    struct Ledgers;
    #[doc = include_str!("../../docs/execution.md")]
    struct Execution;
    #[doc = include_str!("../../docs/costing.md")]
    struct Costing;
}

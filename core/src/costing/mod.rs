//! Costs: collecting them, sharing them out, valuing what is finished and what is still in process (`C`).
//!
//! Every function here is pure: figures or records in, figures or records out, nothing stored. The calculations know
//! amounts and quantities only. [`collect_costs`] reads ledger, orders and documents and gives the cost records of a
//! period; [`close_period`] computes them, and turns the results into cost events.
//!
//! Conventions of the whole module:
//!
//! - An **amount** is an `i128` in the smallest unit of its currency (cents of CNY). A figure that is exact before
//!   its one rounding (a unit cost, a rate, a coefficient, a quantity) is a [`Ratio`](crate::num::Ratio).
//! - An amount that is divided among receivers goes through [`split`](crate::num::split()) with a named
//!   [`Residue`](crate::num::Residue); a single amount is rounded with a named
//!   [`Rounding`](crate::num::Rounding). Amounts are authoritative, unit costs are derived from them.
//! - What is shared out comes back exactly: for every element `opening + input = finished + closing + scrapped`
//!   ([`ElementBalance`], `C01`, invariant I3).
//! - An error knows its code and the position in what it was given; the caller adds the order, item or workshop
//!   with [`Finding::with`](crate::finding::Finding::with).

mod actual;
mod adjustment;
mod allocation;
mod balance;
mod collection;
mod equivalent;
mod error;
mod in_process;
mod joint;
mod landed;
mod linear;
mod period;
mod records;
mod service;
mod share;
mod standard;
pub mod valuation;
mod variance;

#[cfg(test)]
mod value_tests;

pub use actual::{OrderOutput, OutputError, order_outputs};
pub use adjustment::*;
pub use allocation::*;
pub use balance::ElementBalance;
pub use collection::*;
pub use equivalent::*;
pub use error::CostError;
pub use in_process::{WipMethod, value_of, wip_at, wip_by_ratio, wip_none};
pub use joint::*;
pub use landed::{LandedBasis, LandedLine, landed_cost};
pub use period::*;
pub use records::*;
pub use service::*;
pub use share::split_by;
pub use standard::{CostStructure, CostStructureBuilder, RollUpError, Scrap, StandardCosts, usage};
pub use variance::*;

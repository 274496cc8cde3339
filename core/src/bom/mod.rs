//! Bills of material: records, graph, explosion and where-used. The only module that names petgraph.
//!
//! [`BomBookBuilder`] turns records ([`Bom`]) into a [`BomBook`], which answers everything: component lists,
//! explosions, where-used. It does not know stock, orders or calendars.

mod book;
mod build;
mod check;
mod compare;
mod error;
mod explode;
mod facts;
pub(crate) mod graph;
mod leaves;
mod line;
mod list;
mod record;
mod replace;
mod use_up;
mod walk;
mod where_used;

pub use book::BomBook;
pub use build::BomBookBuilder;
pub use compare::{BomDifference, ChangedLine, LineField, compare};
pub use error::BomError;
pub use explode::{Explosion, ExplosionRow, GainRow, TotalRow, Totals};
pub(crate) use facts::ItemFact;
pub use facts::ItemFacts;
pub use leaves::{LeafPlan, RootLeaves};
pub use list::{ComponentLine, ComponentList, ExplosionRequest, OrderQuantity, OutputLine};
pub use record::*;
pub use replace::{ReplacedLine, Replacement};
pub use use_up::{DatedQuantity, UseUp, UseUpNeed, UseUpPlan};
pub use where_used::{UsedBy, UsedIn, WhereUsed};

#[cfg(test)]
mod tests;

// Names are plain values; only where they stand is a matter of rings.
pub(crate) use crate::snapshot::{Names, to_u32};

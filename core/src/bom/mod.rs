//! Bills of material: records, graph, explosion and where-used. The only module that names petgraph.
//!
//! [`BomBookBuilder`] turns records ([`Bom`]) into a [`BomBook`], which answers everything: component lists,
//! explosions, where-used. It does not know stock, orders or calendars.
//!
//! ```
//! use headstock::bom::{Bom, BomBookBuilder, ExplosionRequest, ItemFacts, OrderQuantity};
//! use headstock::id::Id;
//! use headstock::item::Item;
//! use headstock::run::{Limits, RunControl};
//! use headstock::time::Date;
//! use headstock::unit::{Conversions, Unit};
//!
//! let piece = Unit::new(Id::new("pcs")?, 0)?;
//! let items: Vec<Item> = serde_json::from_str(
//!     r#"[{"id": "bench", "unit": "pcs", "planned": true}, {"id": "leg", "unit": "pcs", "planned": true}]"#,
//! )?;
//! let facts = ItemFacts::new(&items, &[piece], &[], &[], Conversions::new()).unwrap();
//! let bom: Bom = serde_json::from_str(
//!     r#"{"id": "bench-1", "product": "bench", "yield_ratio": "0.95",
//!         "lines": [{"id": "10", "component": "leg", "numerator": "2", "scrap": "0.02", "fixed_loss": "3"}]}"#,
//! )?;
//! let mut builder = BomBookBuilder::new(Limits::default());
//! builder.add(&bom, &facts).unwrap();
//! let book = builder.finish(&facts).unwrap();
//!
//! // 95 good at a yield of 95 % are an input of 100; 100 · 2 · 1.02 + 3 = 207 legs.
//! let bench = Id::new("bench")?;
//! let ask = ExplosionRequest::new(&bench, OrderQuantity::Good(95.into()), Date::parse("2026-03-02")?);
//! let list = book.component_list(&facts, &ask, &RunControl::new())?;
//! assert_eq!((list.input, list.lines[0].required), (100.into(), 207.into()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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
pub(crate) use book::NO_SITE;
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

pub(crate) use crate::names::{Names, to_u32};

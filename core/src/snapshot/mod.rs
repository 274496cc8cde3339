//! What decisions read: the records as plain [`Tables`], and as a checked, dense [`Snapshot`].
//!
//! Knows every record and how they refer to each other; it does not know what is decided from them.

mod build;
mod edit;
mod execution;
mod grains;
mod items;
mod params;
mod places;
mod records;
mod reject;
mod sources;
mod substitutes;
mod tables;

pub(crate) use crate::names::{Names, to_u32};
pub(crate) use crate::text_rows::TextRows;
pub(crate) use build::Dense;
pub use build::{Snapshot, SnapshotBuilder};
pub(crate) use edit::{Edit, EditStop};
pub use execution::{ExecutionSnapshot, ExecutionTables};
pub(crate) use items::unknown;
pub(crate) use params::{EconomicKind, Params, Rule};
pub(crate) use places::NONE;
pub(crate) use records::{NO_DATE, Spot, SupplyRow, flag, used_key};
pub use reject::Rejected;
pub(crate) use reject::Rejections;
pub(crate) use sources::{EARLIEST, LATEST, SourceRow};
pub use tables::*;

//! What decisions read: the records as plain [`Tables`], and as a checked, dense [`Snapshot`].

mod names;
mod tables;

pub(crate) use names::{Names, to_u32};
pub use tables::*;

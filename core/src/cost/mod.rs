//! Cost records: cost objects, elements, what was issued, made, bought, sold and spent in a period (`C01`–`C03`).
//!
//! Plain rows, validated when [`CostRecords`] is built from them, and what a run leaves behind: the ledger of an
//! order, cost events, runs per period. It knows what happened, not what it costs: that is decided in `costing`.

mod book;
mod element;
mod event;
mod order;
mod records;
mod rows;
mod tables;

pub use book::{CostBook, PostedRun};
pub use element::{Element, ElementAmount, ElementKind};
pub use event::{CostEvent, CostKey, EventKind};
pub use order::{
    Completion, CostOrder, OrderKind, OrderOutput, OutputKind, ShareMode, WipAmount, WipComponent, WipRule,
};
pub use records::CostRecords;
pub(crate) use records::Line;
pub use rows::{
    Base, Charge, CostItem, Draft, Driver, Issue, ItemValuation, Movement, MovementKind, OrderReceipt,
    OverheadRow, StockOpening, WipOpening,
};
pub use tables::CostTables;

//! Documents: their life cycle, what their lines move, push-down with links, accounting periods (`F04`, `F06`).
//!
//! Owns the states and which step leads where. It does not know what a line does to an order: that is decided in
//! `execution`.

mod opening;
mod period;
mod record;

pub use opening::{OpeningAccrual, OpeningLayer, OpeningRows, OpeningValues, opening_rows};
pub use period::{Period, PeriodState, posting_period};
pub use record::{DocState, DocStep, Document, DocumentKind, DocumentLine, HoldUse, Link};

#[cfg(test)]
mod tests;

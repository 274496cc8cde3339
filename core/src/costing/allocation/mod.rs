//! Overhead shared among orders: bases, rates, normal capacity (`C04`, IAS 2.13).
//!
//! `share = amount · base ÷ Σ base`, by largest remainder on the smallest unit of the currency, so that the shares add
//! up to the amount. It does not know where overhead rows come from or when an order was finished: the caller gives
//! rows with their rule and orders with their figures of the period.

mod base;
mod rate;
mod rows;

#[cfg(test)]
mod tests;

pub use base::{AllocationBase, BaseFigures, BaseScope};
pub use rate::{OverheadRate, RateRounding, Tail, absorbed, at_rate, overhead_rate};
pub use rows::{
    Allocation, AllocationLine, AllocationOrder, Expensed, OverheadRow, Unallocated, allocate_rows,
};

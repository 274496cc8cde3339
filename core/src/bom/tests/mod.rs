//! Tests of the book as a whole; `plant` writes records in a line or two.

mod adventureworks;
mod bom_csr;
mod change;
mod explosion;
mod plant;
mod requirement;
mod structure;

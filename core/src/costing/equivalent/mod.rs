//! Equivalent units: what finished goods and work in process carry of a cost (`C05`, `C21`).
//!
//! Works on one cost element of one cost object in one period; the caller runs it over its elements. Quantities are
//! exact ratios, amounts whole smallest units of the currency. It does not know orders, routings or dates.
//!
//! | figure | weighted average | FIFO |
//! |---|---|---|
//! | units of the period | finished + spoiled + closing · done | finished − opening · done before + spoiled + closing · done |
//! | cost per unit | (opening + input) ÷ units | input ÷ units |
//! | finished | its units · cost per unit | opening cost + its units · cost per unit |
//!
//! Under FIFO what was in process is finished first; spoiled units count as begun in the period.

mod completion;
mod cost;
mod spoilage;
mod units;

#[cfg(test)]
mod tests;

pub use completion::{Added, OperationMaterial, conversion_rates, material_rates, mean_completion};
pub(crate) use cost::Weights;
pub use cost::{ElementCost, ElementShare, Precision, ResidueSide, element_share};
pub use spoilage::{Allowance, AllowanceBase, Inspected, NormalLoss, Spoilage, bearers, normal_and_abnormal};
pub use units::{Done, EquivalentUnits, Flow, Units, equivalent_units};

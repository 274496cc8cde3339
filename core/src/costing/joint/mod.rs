//! Joint products and by-products (`C07`, `C08`).
//!
//! One process, one cost, several products: by-products are taken out at their value, what is left is shared among the
//! joint products. The shares add up to the cost to the last cent; a share may be negative under the constant gross
//! margin, and is left so.

mod byproduct;
mod income;
mod share;

#[cfg(test)]
mod tests;

pub use byproduct::{ByProduct, Deducted, Deduction, deduct};
pub use income::{ByProductIncome, ByProductMethod, Sold, byproduct_income};
pub use share::{JointMethod, JointOutput, JointShare, JointShares, NoOutputRule, joint_cost};

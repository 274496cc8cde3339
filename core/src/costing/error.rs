//! What can go wrong when costs are shared out.

use crate::finding::{Code, Finding};
use crate::num::NumError;

/// Costs that cannot be shared out. Nothing is assumed instead: the cost stays where it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CostError {
    /// A receiver has no base (`BASE_MISSING`).
    #[error("the receiver at index {index} has no base")]
    BaseMissing {
        /// Index of the receiver.
        index: usize,
    },
    /// Departments that serve only each other (`SYSTEM_SINGULAR`).
    #[error("the departments at {departments:?} only serve each other")]
    Singular {
        /// Their indices, ascending.
        departments: Vec<usize>,
    },
    /// No completion coefficient (`COEFF_MISSING`).
    #[error("an equivalent coefficient is missing")]
    CoefficientMissing,
    /// A completion coefficient outside 0 to 1 (`COEFF_RANGE`).
    #[error("an equivalent coefficient lies outside 0 to 1")]
    CoefficientRange,
    /// There is cost but no unit to carry it (`EQUIVALENT_ZERO`).
    #[error("there is cost of {cost} but no unit to carry it")]
    EquivalentZero {
        /// The cost in the smallest unit of the currency.
        cost: i128,
    },
    /// Work in process is worth more than there is (`WIP_EXCEEDS_TOTAL`).
    #[error("work in process of {wip} exceeds the total of {total}")]
    WipExceedsTotal {
        /// Its value in the smallest unit of the currency.
        wip: i128,
        /// What there is.
        total: i128,
    },
    /// An allowance of normal loss outside 0 to 1 (`ALLOWANCE_RANGE`).
    #[error("the allowance of normal loss must lie between 0 and 1")]
    AllowanceRange,
    /// Ratios that are not 100 % together (`RATIO_SUM`).
    #[error("the ratios add up to {sum}, not to one")]
    RatioSum {
        /// Their sum.
        sum: crate::num::Ratio,
    },
    /// Cost, but nothing was made (`OUTPUT_ALL_ZERO`).
    #[error("there is cost but no output of any product")]
    OutputAllZero,
    /// A by-product is worth more than the whole (`BYPRODUCT_EXCEEDS_TOTAL`).
    #[error("by-products of {value} exceed the total of {total}")]
    ByproductExceedsTotal {
        /// Their value in the smallest unit of the currency.
        value: i128,
        /// What there is to take it from.
        total: i128,
    },
    /// A product is to be taken at fixed cost and has none (`FIXED_COST_MISSING`).
    #[error("the product at index {index} has no fixed cost")]
    FixedCostMissing {
        /// Index of the product.
        index: usize,
    },
    /// The numbers do not fit, or a base is nought or negative.
    #[error(transparent)]
    Number(#[from] NumError),
}

impl CostError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            CostError::BaseMissing { .. } => Code::BaseMissing,
            CostError::Singular { .. } => Code::SystemSingular,
            CostError::CoefficientMissing => Code::CoeffMissing,
            CostError::CoefficientRange => Code::CoeffRange,
            CostError::EquivalentZero { .. } => Code::EquivalentZero,
            CostError::WipExceedsTotal { .. } => Code::WipExceedsTotal,
            CostError::AllowanceRange => Code::AllowanceRange,
            CostError::RatioSum { .. } => Code::RatioSum,
            CostError::OutputAllZero => Code::OutputAllZero,
            CostError::ByproductExceedsTotal { .. } => Code::ByproductExceedsTotal,
            CostError::FixedCostMissing { .. } => Code::FixedCostMissing,
            CostError::Number(error) => error.code(),
        }
    }

    /// The finding with the parameters known here (indices and amounts in the smallest unit); the caller replaces
    /// them by what the host calls them: `order`, `element`, `item`, `workshop`, `expense`, `departments`.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let finding = Finding::new(self.code());
        match self {
            CostError::BaseMissing { index } => finding.with("orders", index),
            CostError::Singular { departments } => {
                let list: Vec<String> = departments.iter().map(usize::to_string).collect();
                finding.with("departments", list.join(", "))
            }
            CostError::EquivalentZero { cost } => finding.with("cost", cost),
            CostError::WipExceedsTotal { wip, total } => finding.with("wip", wip).with("total", total),
            CostError::RatioSum { sum } => finding.with("sum", sum),
            CostError::ByproductExceedsTotal { value, total } => {
                finding.with("value", value).with("total", total)
            }
            CostError::FixedCostMissing { index } => finding.with("item", index),
            CostError::Number(error) => error.finding(),
            CostError::CoefficientMissing
            | CostError::CoefficientRange
            | CostError::AllowanceRange
            | CostError::OutputAllZero => finding,
        }
    }
}

//! What can go wrong when costs are shared out.

use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::num::{NumError, Ratio};
use crate::run::LimitExceeded;

/// Costs that cannot be shared out. Nothing is assumed instead: the cost stays where it is.
///
/// Amounts are in the smallest unit of the currency; a caller that knows the order, element or currency replaces
/// the parameters of [`CostError::finding`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CostError {
    /// Receivers without a base (`BASE_MISSING`).
    #[error("no {base} for {orders:?}")]
    BaseMissing {
        /// Name of the base.
        base: &'static str,
        /// The receivers.
        orders: Vec<Id>,
    },
    /// The bases add up to nought (`BASE_ZERO`).
    #[error("the allocation base of {workshop}/{expense} adds up to zero")]
    BaseZero {
        /// The workshop, or the department that serves nobody.
        workshop: Box<str>,
        /// The expense item, or the method.
        expense: Box<str>,
    },
    /// A base below nought (`NEGATIVE_BASE`).
    #[error("the base of {order} is negative")]
    NegativeBase {
        /// Whose it is.
        order: Id,
    },
    /// Departments that serve only each other (`SYSTEM_SINGULAR`).
    #[error("the departments {departments:?} only serve each other")]
    Singular {
        /// The departments, ascending.
        departments: Vec<Id>,
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
        /// The cost.
        cost: i128,
    },
    /// Work in process is worth more than there is (`WIP_EXCEEDS_TOTAL`).
    #[error("work in process of {wip} exceeds the total of {total}")]
    WipExceedsTotal {
        /// Its value.
        wip: i128,
        /// What there is.
        total: i128,
    },
    /// An allowance of normal loss outside 0 to 1 (`ALLOWANCE_RANGE`).
    #[error("the allowance of normal loss must lie between 0 and 1")]
    AllowanceRange,
    /// Units that came in are not those that went out or stayed (`UNITS_UNBALANCED`).
    #[error("{units_in} units came in, {units_out} went out or stayed")]
    UnitsUnbalanced {
        /// Opening and started units.
        units_in: Ratio,
        /// Finished, spoiled and closing units.
        units_out: Ratio,
    },
    /// A quantity below nought (`QTY_NOT_POSITIVE`).
    #[error("{field} of row {row} is negative")]
    Negative {
        /// Name of the field.
        field: &'static str,
        /// Which row, from 1.
        row: usize,
    },
    /// Ratios that are not 100 % together (`RATIO_SUM`).
    #[error("the ratios add up to {sum}, not to one")]
    RatioSum {
        /// Their sum.
        sum: Ratio,
    },
    /// Cost, but nothing was made (`OUTPUT_ALL_ZERO`).
    #[error("there is cost but no output of any product")]
    OutputAllZero,
    /// A co-product with a share and no output, where that is refused (`COPRODUCT_NO_OUTPUT`).
    #[error("co-product {item} has no output")]
    NoOutput {
        /// The co-product.
        item: Id,
    },
    /// A by-product is worth more than what it is taken from (`BYPRODUCT_EXCEEDS_TOTAL`).
    #[error("by-products of {value} exceed the total of {total}")]
    ByproductExceedsTotal {
        /// Their value.
        value: i128,
        /// What there is to take it from.
        total: i128,
    },
    /// A product is to be taken at fixed cost and has none (`FIXED_COST_MISSING`).
    #[error("{item} has no fixed cost")]
    FixedCostMissing {
        /// The product or element.
        item: Id,
    },
    /// Something that the method needs is not given (`PARAM_MISSING`).
    #[error("{item} lacks {field}")]
    ParamMissing {
        /// What it is missing from.
        item: Box<str>,
        /// Name of the field.
        field: &'static str,
    },
    /// The same id twice (`DUPLICATE_ID`).
    #[error("{table} holds {id} more than once")]
    Duplicate {
        /// The table.
        table: &'static str,
        /// The id.
        id: Id,
    },
    /// An id that is not there (`UNKNOWN_REFERENCE`).
    #[error("{id} does not exist here")]
    Unknown {
        /// The id.
        id: Id,
    },
    /// Too many of something (`LIMIT_EXCEEDED`).
    #[error(transparent)]
    Limit(#[from] LimitExceeded),
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
            CostError::BaseZero { .. } => Code::BaseZero,
            CostError::NegativeBase { .. } => Code::NegativeBase,
            CostError::Singular { .. } => Code::SystemSingular,
            CostError::CoefficientMissing => Code::CoeffMissing,
            CostError::CoefficientRange => Code::CoeffRange,
            CostError::EquivalentZero { .. } => Code::EquivalentZero,
            CostError::WipExceedsTotal { .. } => Code::WipExceedsTotal,
            CostError::AllowanceRange => Code::AllowanceRange,
            CostError::UnitsUnbalanced { .. } => Code::UnitsUnbalanced,
            CostError::Negative { .. } => Code::QtyNotPositive,
            CostError::RatioSum { .. } => Code::RatioSum,
            CostError::OutputAllZero => Code::OutputAllZero,
            CostError::NoOutput { .. } => Code::CoproductNoOutput,
            CostError::ByproductExceedsTotal { .. } => Code::ByproductExceedsTotal,
            CostError::FixedCostMissing { .. } => Code::FixedCostMissing,
            CostError::ParamMissing { .. } => Code::ParamMissing,
            CostError::Duplicate { .. } => Code::DuplicateId,
            CostError::Unknown { .. } => Code::UnknownReference,
            CostError::Limit(error) => error.code(),
            CostError::Number(error) => error.code(),
        }
    }

    /// The finding with the parameters known here.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let finding = Finding::new(self.code());
        match self {
            CostError::BaseMissing { base, orders } => {
                finding.with("base", base).with("orders", list(orders))
            }
            CostError::BaseZero { workshop, expense } => {
                finding.with("workshop", workshop).with("expense", expense)
            }
            CostError::NegativeBase { order } => finding.with("order", order),
            CostError::Singular { departments } => finding.with("departments", list(departments)),
            CostError::EquivalentZero { cost } => finding.with("cost", cost),
            CostError::WipExceedsTotal { wip, total } => finding.with("wip", wip).with("total", total),
            CostError::UnitsUnbalanced { units_in, units_out } => {
                finding.with("in", units_in).with("out", units_out)
            }
            CostError::Negative { field, row } => finding.with("row", row).with("field", field),
            CostError::RatioSum { sum } => finding.with("sum", sum),
            CostError::ByproductExceedsTotal { value, total } => {
                finding.with("value", value).with("total", total)
            }
            CostError::NoOutput { item } => finding.with("item", item),
            CostError::FixedCostMissing { item } => finding.with("item", item).with("date", "?"),
            CostError::ParamMissing { item, field } => finding.with("item", item).with("field", field),
            CostError::Duplicate { table, id } => finding.with("table", table).with("id", id),
            CostError::Unknown { id } => finding.with("id", id),
            CostError::Limit(error) => error.finding(),
            CostError::Number(error) => error.finding(),
            CostError::CoefficientMissing
            | CostError::CoefficientRange
            | CostError::AllowanceRange
            | CostError::OutputAllZero => finding,
        }
    }
}

/// Ids in a message; a long list is cut.
fn list(ids: &[Id]) -> String {
    const SHOWN: usize = 20;
    let mut texts: Vec<&str> = ids.iter().take(SHOWN).map(Id::as_str).collect();
    if ids.len() > SHOWN {
        texts.push("…");
    }
    texts.join(", ")
}

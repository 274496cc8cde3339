//! Choices of a period run, each with its default.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cost::Base;
use crate::finding::Code;
use crate::id::Id;
use crate::num::DecimalText;

/// At which price what goes round a cost loop leaves its stock (`C10`, `R03`). Its quantity and value are taken out
/// of the stock first; the rest is averaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LoopRule {
    /// The fixed cost of the item (the default).
    #[default]
    Fixed,
    /// The unit cost of the stock at the start; without stock the fixed cost.
    Opening,
    /// Repeated until no value moves by more than the tolerance.
    Iterate,
    /// The exact solution of the linear system, rounded once per line.
    Exact,
}

/// What the value of by-products is taken from (`C08`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ByProductFrom {
    /// Elements of kind material (the default).
    #[default]
    Material,
    /// All elements in proportion.
    AllElements,
}

/// What happens to the share of a co-product without output (`C07`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ZeroOutput {
    /// Spread over the others, and reported (the default).
    #[default]
    Spread,
    /// Refused.
    Refuse,
}

/// Where the residue of pricing the issues of a stock goes (`F01`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IssueResidue {
    /// By largest remainder over the issues and the ending stock (the default).
    #[default]
    LargestRemainder,
    /// Every issue is rounded half up, the ending stock takes the rest; where there is none, the last issue.
    EndingStock,
}

/// The base of some expenses (`C04`). The first rule that fits an overhead row without a base of its own is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BaseRule {
    /// Centre; absent: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub centre: Option<Id>,
    /// Expense item; absent: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expense: Option<Id>,
    /// Base.
    pub base: Base,
}

/// A warning that was looked at and accepted (`C13`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The code of the finding.
    pub check: Code,
    /// The order, item or document it is about; absent: all of the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Id>,
}

/// Choices of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ClosePolicy {
    /// Price of cost loops.
    pub loops: LoopRule,
    /// Rounds of an iteration at most.
    pub loop_rounds: u32,
    /// An iteration ends when no value moves by more, in the currency.
    pub loop_tolerance: DecimalText,
    /// What by-products are taken from.
    pub by_products: ByProductFrom,
    /// Co-products without output.
    pub zero_output: ZeroOutput,
    /// Residues of issues.
    pub residue: IssueResidue,
    /// Base of overhead rows that no rule fits.
    pub base: Base,
    /// Bases by centre and expense.
    pub bases: Vec<BaseRule>,
    /// Warnings that were accepted.
    pub waived: Vec<Waiver>,
}

impl Default for ClosePolicy {
    fn default() -> ClosePolicy {
        ClosePolicy {
            loops: LoopRule::Fixed,
            loop_rounds: 200,
            loop_tolerance: DecimalText(rust_decimal::Decimal::new(1, 4)),
            by_products: ByProductFrom::Material,
            zero_output: ZeroOutput::Spread,
            residue: IssueResidue::LargestRemainder,
            base: Base::Quantity,
            bases: Vec::new(),
            waived: Vec::new(),
        }
    }
}

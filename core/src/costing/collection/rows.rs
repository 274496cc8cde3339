//! Ledger lines, the scheme that maps them, and the overhead rows they become.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::document::Period;
use crate::id::Id;
use crate::num::DecimalText;
use crate::time::Date;

/// What a ledger line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LedgerLineKind {
    /// An expense or its correction (the default).
    #[default]
    Ordinary,
    /// The transfer at the end of the period that empties the account.
    CarryForward,
    /// A voucher that costing itself posted.
    Own,
}

/// A line of a voucher.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LedgerLine {
    /// Host id of the voucher line; the row it becomes has the same.
    pub id: Id,
    /// Voucher date.
    pub date: Date,
    /// Account.
    pub account: Id,
    /// Department, workshop or other dimension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dimension: Option<Id>,
    /// Debit amount.
    #[serde(default)]
    pub debit: DecimalText,
    /// Credit amount.
    #[serde(default)]
    pub credit: DecimalText,
    /// What it is.
    #[serde(default)]
    pub kind: LedgerLineKind,
}

/// Where the lines of an account go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MappingRule {
    /// Account.
    pub account: Id,
    /// Dimension; absent: any that has no rule of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dimension: Option<Id>,
    /// Workshop or cost centre of the row; absent: every order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub centre: Option<Id>,
    /// Expense item of the row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expense: Option<Id>,
    /// Cost element of the row; absent: these lines are no production cost and are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<Id>,
}

/// Which side of an account counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Turnover {
    /// Debits less credits (the default).
    #[default]
    Net,
    /// Debits only.
    Debit,
}

/// What happens to lines that no rule fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnUnmapped {
    /// Nothing is imported (the default).
    #[default]
    Refuse,
    /// The others are imported; each is a finding.
    TakeRest,
}

/// How far an overhead row has come (`C03`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OverheadState {
    /// Imported or typed in (the default).
    #[default]
    Draft,
    /// Approved.
    Approved,
    /// Shared out; it does not change until that is undone.
    Allocated,
}

/// An overhead row that came from a ledger line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OverheadLine {
    /// The ledger line's id.
    pub line: Id,
    /// Workshop or cost centre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub centre: Option<Id>,
    /// Expense item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expense: Option<Id>,
    /// Cost element.
    pub element: Id,
    /// Amount.
    pub amount: DecimalText,
    /// How far it has come.
    #[serde(default)]
    pub state: OverheadState,
}

impl OverheadLine {
    /// Whether another row says the same, whatever its state.
    pub(super) fn same_as(&self, other: &OverheadLine) -> bool {
        self.amount.0 == other.amount.0
            && (&self.centre, &self.expense, &self.element) == (&other.centre, &other.expense, &other.element)
    }
}

/// Asks for the overhead rows of a period from ledger lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CollectOverhead {
    /// The period; voucher dates decide which lines are in it.
    pub period: Period,
    /// Decimals of the currency.
    #[serde(default = "two")]
    pub amount_scale: u32,
    /// Which side of an account counts.
    #[serde(default)]
    pub turnover: Turnover,
    /// What happens to lines that no rule fits.
    #[serde(default)]
    pub on_unmapped: OnUnmapped,
    /// Where lines go.
    pub scheme: Vec<MappingRule>,
    /// The ledger's lines.
    pub lines: Vec<LedgerLine>,
    /// Rows of earlier imports of the period.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub present: Vec<OverheadLine>,
}

const fn two() -> u32 {
    2
}

/// Why a line did not become a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeftOutReason {
    /// Its date is in another period.
    OtherPeriod,
    /// It empties the account at the end of the period.
    CarryForward,
    /// Costing posted it.
    Own,
    /// It has no debit, and only debits count.
    Credit,
    /// A rule says that it is no production cost.
    Rule,
    /// It adds up to nought.
    Nought,
}

/// A line that did not become a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// The line.
    pub line: Id,
    /// Why.
    pub reason: LeftOutReason,
}

/// Overhead rows after an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CollectedOverhead {
    /// All rows of the period from ledger lines, by line.
    pub rows: Vec<OverheadLine>,
    /// Lines that are new.
    pub added: Vec<Id>,
    /// Lines whose row changed; it is a draft again.
    pub replaced: Vec<Id>,
    /// Lines whose row is as it was.
    pub unchanged: Vec<Id>,
    /// Rows whose line is no longer selected.
    pub removed: Vec<Id>,
    /// Lines that did not become rows, and why.
    pub left_out: Vec<LeftOut>,
    /// Sum of the rows.
    pub total: DecimalText,
}

//! Requests of allocation: overhead onto orders, rates.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::Decided;
use super::{Cents, bounded, two};
use crate::api::Answer;
use crate::costing::{
    AllocationBase, AllocationOrder, BaseFigures, BaseScope, CostError, OverheadRow, RateRounding, Tail,
    allocate_rows, overhead_rate as rate_of, split_by,
};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::num::{DecimalText, NumError, Ratio, Residue};
use crate::run::RunControl;

/// Asks for overhead rows to be shared among orders, each by its own base (`C04`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllocateCostRequest {
    /// Decimals of the currency, at most 9.
    #[serde(default = "two")]
    pub scale: u32,
    /// The amounts and their rules.
    pub rows: Vec<OverheadLine>,
    /// The orders.
    pub orders: Vec<BaseOrder>,
    /// Where the residue goes; first and last are by the order's id.
    #[serde(default)]
    pub residue: Residue,
}

/// An amount and what it is shared by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "OverheadToShare")]
pub struct OverheadLine {
    /// Id, unique.
    pub id: Id,
    /// Workshop or cost centre, whose orders receive; absent: all orders receive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workshop: Option<Id>,
    /// Expense item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expense: Option<Id>,
    /// Amount; may be negative.
    pub amount: DecimalText,
    /// The base.
    #[serde(default)]
    pub base: AllocationBase,
    /// Whether work in process bears it too.
    #[serde(default)]
    pub scope: BaseScope,
    /// The order of a `direct` row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Id>,
    /// Orders and weights of a `manual` row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub manual: Vec<ManualWeight>,
    /// Normal capacity in units of the base, for fixed overhead: what it leaves unused is expensed (IAS 2.13).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normal_capacity: Option<Ratio>,
}

/// A weight that was typed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ManualWeight {
    /// The order.
    pub order: Id,
    /// Its weight or amount.
    pub weight: Ratio,
}

/// An order and its figures of the period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BaseOrder {
    /// Id, unique.
    pub id: Id,
    /// Its workshop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workshop: Option<Id>,
    /// What bases are taken from; a figure that is absent is missing, not nought.
    #[serde(default)]
    pub figures: BaseFigures,
}

/// Overhead shared out: `rows = allocated + expensed + unallocated`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllocateCostResult {
    /// Shares, by row and order.
    pub lines: Vec<AllocatedLine>,
    /// Fixed overhead of unused capacity, by row.
    pub expensed: Vec<RowAmount>,
    /// Rows that could not be shared; the findings say why.
    pub unallocated: Vec<RowAmount>,
}

/// What one order gets of one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllocatedLine {
    /// The row.
    pub row: Id,
    /// The order.
    pub order: Id,
    /// Its base.
    pub base: Ratio,
    /// Its share.
    pub amount: DecimalText,
}

/// An amount of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RowAmount {
    /// The row.
    pub row: Id,
    /// The amount.
    pub amount: DecimalText,
}

/// Answers an [`AllocateCostRequest`].
pub(in crate::api) fn allocate_cost(
    request: AllocateCostRequest,
    control: &RunControl<'_>,
) -> Decided<AllocateCostResult> {
    bounded(request.rows.len(), control)?;
    bounded(request.orders.len(), control)?;
    let cents = Cents::new(request.scale)?;
    let row = |row: OverheadLine| {
        Ok(OverheadRow {
            amount: cents.units(row.amount, format_args!("rows/{}/amount", row.id))?,
            id: row.id,
            workshop: row.workshop,
            expense: row.expense,
            base: row.base,
            scope: row.scope,
            order: row.order,
            manual: row.manual.into_iter().map(|line| (line.order, line.weight)).collect(),
            normal_capacity: row.normal_capacity,
        })
    };
    let rows = request.rows.into_iter().map(row).collect::<Result<Vec<_>, Finding>>()?;
    let order =
        |order: BaseOrder| AllocationOrder { id: order.id, workshop: order.workshop, figures: order.figures };
    let orders: Vec<AllocationOrder> = request.orders.into_iter().map(order).collect();
    let shared = allocate_rows(&rows, &orders, request.residue).map_err(|error| cents.refusal(&error))?;
    let findings = shared.findings();
    let line = |line: crate::costing::AllocationLine| {
        Ok(AllocatedLine {
            row: line.row,
            order: line.order,
            base: line.base,
            amount: cents.text(line.amount)?,
        })
    };
    let part = |(row, amount)| Ok(RowAmount { row, amount: cents.text(amount)? });
    let result = AllocateCostResult {
        lines: shared.lines.into_iter().map(line).collect::<Result<_, NumError>>()?,
        expensed: shared
            .expensed
            .into_iter()
            .map(|row| part((row.row, row.amount)))
            .collect::<Result<_, NumError>>()?,
        unallocated: shared
            .unallocated
            .into_iter()
            .map(|row| part((row.row, row.amount)))
            .collect::<Result<_, NumError>>()?,
    };
    Ok(Answer { result, findings })
}

/// Asks for an overhead rate, what it applies, and what that leaves under- or over-applied (`C04`).
///
/// The rate is given, or `overhead ÷ base`. Without either only `actual − applied` is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OverheadRateRequest {
    /// Decimals of the currency, at most 9.
    #[serde(default = "two")]
    pub scale: u32,
    /// Overhead of the period, or the budget of a predetermined rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overhead: Option<DecimalText>,
    /// The base it is divided by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Ratio>,
    /// The rate, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Ratio>,
    /// Decimals that the rate is rounded to, half up, before it is multiplied; absent: exact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_places: Option<u32>,
    /// Who uses how much of the base.
    #[serde(default, rename = "use", skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<BaseUse>,
    /// Where the residue goes when all of the base is used; by key.
    #[serde(default)]
    pub residue: Residue,
    /// A user that takes the residue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub residue_to: Option<Id>,
    /// What was spent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<DecimalText>,
    /// What was applied; absent: what the rate applies to the uses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied: Option<DecimalText>,
    /// Balances (work in process, finished goods, cost of sales) that the difference is shared among.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dispose: Vec<KeyAmount>,
}

/// A use of a base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BaseUse {
    /// Who, unique.
    pub key: Id,
    /// How much.
    pub quantity: Ratio,
}

/// An amount of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyAmount {
    /// Whose.
    pub key: Id,
    /// The amount.
    pub amount: DecimalText,
}

/// A rate and what it applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OverheadRateResult {
    /// Amount per unit of the base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Ratio>,
    /// Applied to each user, by key.
    pub applied: Vec<KeyAmount>,
    /// Applied in all.
    pub applied_total: DecimalText,
    /// `actual − applied`: above nought under-applied, below it over-applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under_applied: Option<DecimalText>,
    /// The difference shared among the balances, by key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disposed: Vec<KeyAmount>,
}

/// Answers an [`OverheadRateRequest`].
pub(in crate::api) fn overhead_rate(
    request: OverheadRateRequest,
    control: &RunControl<'_>,
) -> Decided<OverheadRateResult> {
    bounded(request.uses.len().max(request.dispose.len()), control)?;
    let cents = Cents::new(request.scale)?;
    let uses = by_key(request.uses.clone(), |row| &row.key, "use")?;
    let (rate, applied) = applied_by_rate(&request, cents, &uses)?;
    let sum =
        applied.iter().try_fold(0i128, |sum, amount| sum.checked_add(*amount)).ok_or(NumError::Overflow)?;
    let applied_total = match request.applied {
        Some(amount) => cents.units(amount, "applied")?,
        None => sum,
    };
    let under_applied = match request.actual {
        Some(actual) => {
            let actual = cents.units(actual, "actual")?;
            Some(actual.checked_sub(applied_total).ok_or(NumError::Overflow)?)
        }
        None => None,
    };
    let disposed = disposed(request.dispose, cents, under_applied.unwrap_or(0))?;
    let applied = uses
        .into_iter()
        .zip(applied)
        .map(|(row, amount)| Ok(KeyAmount { key: row.key, amount: cents.text(amount)? }));
    Ok(OverheadRateResult {
        rate,
        applied: applied.collect::<Result<_, NumError>>()?,
        applied_total: cents.text(applied_total)?,
        under_applied: under_applied.map(|amount| cents.text(amount)).transpose()?,
        disposed,
    }
    .into())
}

/// The rate in whole units of the currency, and what each use gets in smallest units.
fn applied_by_rate(
    request: &OverheadRateRequest,
    cents: Cents,
    uses: &[BaseUse],
) -> Result<(Option<Ratio>, Vec<i128>), Finding> {
    let number = |error: NumError| error.finding();
    let quantities: Vec<Ratio> = uses.iter().map(|row| row.quantity).collect();
    let step = match request.rate_places {
        Some(places) if places > 28 => return Err(NumError::Range.finding().with("field", "rate_places")),
        Some(places) => {
            Some(cents.small(Ratio::new(1, 10i128.pow(places)).map_err(number)?).map_err(number)?)
        }
        None => None,
    };
    let tail = uses.iter().position(|row| Some(&row.key) == request.residue_to.as_ref());
    let rounding = RateRounding { step, tail: tail.map_or(Tail::Rule(request.residue), Tail::At) };
    let (overhead, base) = match (request.rate, request.overhead, request.base) {
        // A rate r is an overhead of r · 10^scale per one unit of the base, in smallest units.
        (Some(rate), _, _) => {
            let small = cents.small(rate).map_err(number)?;
            (small.numer(), Ratio::new(small.denom(), 1).map_err(number)?)
        }
        (None, Some(overhead), Some(base)) => (cents.units(overhead, "overhead")?, base),
        (None, None, None) if uses.is_empty() => return Ok((None, Vec::new())),
        (None, None, _) => return Err(lacks("overhead")),
        (None, Some(_), None) => return Err(lacks("base")),
    };
    let refuse = |error: CostError| match error {
        CostError::Number(NumError::BaseZero) => {
            error.finding().with("workshop", "overhead_rate").with("expense", "base")
        }
        CostError::Number(NumError::NegativeBase { index }) => {
            let key = uses.get(index).map_or("base", |row| row.key.as_str());
            error.finding().with("order", key)
        }
        error => cents.refusal(&error),
    };
    let found = rate_of(overhead, base, &quantities, rounding).map_err(refuse)?;
    Ok((Some(cents.whole(found.rate).map_err(number)?), found.applied))
}

fn lacks(field: &str) -> Finding {
    Finding::new(Code::ParamMissing).with("item", "overhead_rate").with("field", field)
}

/// The difference shared among balances in proportion.
fn disposed(balances: Vec<KeyAmount>, cents: Cents, difference: i128) -> Result<Vec<KeyAmount>, Finding> {
    let balances = by_key(balances, |row| &row.key, "dispose")?;
    if balances.is_empty() {
        return Ok(Vec::new());
    }
    let weights = balances.iter().map(|row| Ratio::from_decimal(row.amount.0)).collect::<Vec<_>>();
    let shares = split_by(difference, &weights, Residue::LargestRemainder);
    let named = |error: NumError| match error {
        NumError::NegativeBase { index } => {
            error.finding().with("order", balances.get(index).map_or("dispose", |row| row.key.as_str()))
        }
        NumError::BaseZero => error.finding().with("workshop", "overhead_rate").with("expense", "dispose"),
        error => error.finding(),
    };
    let shares = shares.map_err(named)?;
    let row = |(row, share): (&KeyAmount, i128)| {
        Ok(KeyAmount { key: row.key.clone(), amount: cents.text(share).map_err(|error| error.finding())? })
    };
    balances.iter().zip(shares).map(row).collect()
}

/// Rows by key; refuses a key that is given twice.
fn by_key<T>(mut rows: Vec<T>, key: fn(&T) -> &Id, table: &'static str) -> Result<Vec<T>, Finding> {
    rows.sort_by(|a, b| key(a).cmp(key(b)));
    match rows.windows(2).find(|pair| key(&pair[0]) == key(&pair[1])) {
        Some(pair) => Err(Finding::new(Code::DuplicateId).with("table", table).with("id", key(&pair[0]))),
        None => Ok(rows),
    }
}

//! Overhead rows onto orders, each by its own rule.

use std::collections::BTreeMap;

use super::{AllocationBase, BaseFigures, BaseScope, absorbed};
use crate::costing::share::sum_ratios;
use crate::costing::{CostError, split_by};
use crate::finding::Finding;
use crate::id::Id;
use crate::num::{NumError, Ratio, Residue};

/// An amount to be shared, and by what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverheadRow {
    /// Id, unique.
    pub id: Id,
    /// The workshop or cost centre: its orders receive; absent: all orders.
    pub workshop: Option<Id>,
    /// The expense item.
    pub expense: Option<Id>,
    /// The amount in the smallest unit of the currency; may be negative.
    pub amount: i128,
    /// What it is shared by.
    pub base: AllocationBase,
    /// Whether work in process bears it.
    pub scope: BaseScope,
    /// The order of a `direct` row.
    pub order: Option<Id>,
    /// Orders and weights of a `manual` row.
    pub manual: Vec<(Id, Ratio)>,
    /// Normal capacity in units of the base, where the amount is fixed overhead.
    pub normal_capacity: Option<Ratio>,
}

/// An order that may receive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllocationOrder {
    /// Id, unique.
    pub id: Id,
    /// Its workshop; absent: it receives only from rows without one.
    pub workshop: Option<Id>,
    /// Its figures of the period.
    pub figures: BaseFigures,
}

/// What one order gets of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllocationLine {
    /// The row.
    pub row: Id,
    /// The order.
    pub order: Id,
    /// Its base; one for a `direct` row.
    pub base: Ratio,
    /// Its share.
    pub amount: i128,
}

/// A row that could not be shared: the cost stays where it is and blocks the close.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unallocated {
    /// The row.
    pub row: Id,
    /// Its amount.
    pub amount: i128,
    /// Why: `BASE_ZERO`, `BASE_MISSING`, `NEGATIVE_BASE`, or what the row lacks.
    pub error: CostError,
}

/// Fixed overhead of capacity that was not used, which is expensed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expensed {
    /// The row.
    pub row: Id,
    /// What is expensed of it.
    pub amount: i128,
}

/// Rows shared out: `Σ rows = Σ lines + Σ expensed + Σ unallocated`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allocation {
    /// Shares, by row and order.
    pub lines: Vec<AllocationLine>,
    /// Rows that stay.
    pub unallocated: Vec<Unallocated>,
    /// Fixed overhead of unused capacity.
    pub expensed: Vec<Expensed>,
}

impl Allocation {
    /// One finding for each row that stays, with `workshop` and `expense`.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        self.unallocated.iter().map(|row| row.error.finding()).collect()
    }
}

/// Shares overhead rows among orders (`C04`). The order of rows and of orders does not matter.
///
/// ```
/// use headstock::costing::*;
/// use headstock::id::Id;
/// use headstock::num::{Ratio, Residue};
///
/// let id = |text| Id::new(text).unwrap();
/// let order = |name, hours| AllocationOrder {
///     id: id(name),
///     workshop: None,
///     figures: BaseFigures { labour_hours: Some(Ratio::from_int(hours)), ..BaseFigures::default() },
/// };
/// let row = OverheadRow {
///     id: id("power"),
///     workshop: None,
///     expense: None,
///     amount: 900_000,
///     base: AllocationBase::LabourHours,
///     scope: BaseScope::Finished,
///     order: None,
///     manual: vec![],
///     normal_capacity: None,
/// };
/// let orders = [order("O1", 40), order("O2", 60), order("O3", 20)];
/// let shared = allocate_rows(&[row], &orders, Residue::LargestRemainder).unwrap();
/// assert_eq!(shared.lines.iter().map(|line| line.amount).collect::<Vec<_>>(), [300_000, 450_000, 150_000]);
/// ```
///
/// # Errors
/// `DUPLICATE_ID` for a row or an order that is given twice; `ALLOCATION_SIGN` under the compatibility rules of the
/// residue; `NUMBER_OVERFLOW`. A row without a base stays unallocated instead.
pub fn allocate_rows(
    rows: &[OverheadRow],
    orders: &[AllocationOrder],
    residue: Residue,
) -> Result<Allocation, CostError> {
    let known = index(orders.iter().map(|order| &order.id), "orders")?;
    let sorted = index(rows.iter().map(|row| &row.id), "rows")?;
    let mut result = Allocation::default();
    for row in sorted.values().filter_map(|at| rows.get(*at)) {
        let receivers = match receivers(row, orders, &known) {
            Ok(receivers) => receivers,
            Err(error) if stays(&error) => {
                result.unallocated.push(Unallocated { row: row.id.clone(), amount: row.amount, error });
                continue;
            }
            Err(error) => return Err(error),
        };
        share_row(row, &receivers, residue, &mut result)?;
    }
    Ok(result)
}

/// Positions by id; refuses an id that is given twice.
fn index<'a>(
    ids: impl Iterator<Item = &'a Id>,
    table: &'static str,
) -> Result<BTreeMap<&'a Id, usize>, CostError> {
    let mut known = BTreeMap::new();
    for (at, id) in ids.enumerate() {
        if known.insert(id, at).is_some() {
            return Err(CostError::Duplicate { table, id: id.clone() });
        }
    }
    Ok(known)
}

/// Whether an error leaves the row where it is rather than refusing the whole.
const fn stays(error: &CostError) -> bool {
    !matches!(error, CostError::Number(_) | CostError::Duplicate { .. })
}

fn base_zero(row: &OverheadRow) -> CostError {
    let text = |id: &Option<Id>, other: &str| id.as_ref().map_or(other, Id::as_str).into();
    CostError::BaseZero { workshop: text(&row.workshop, "*"), expense: text(&row.expense, row.id.as_str()) }
}

/// Orders that receive of a row with their bases, by id.
fn receivers<'a>(
    row: &'a OverheadRow,
    orders: &'a [AllocationOrder],
    known: &BTreeMap<&Id, usize>,
) -> Result<Vec<(&'a Id, Ratio)>, CostError> {
    let found = match row.base {
        AllocationBase::Direct => {
            let order = row.order.as_ref();
            let missing = || CostError::ParamMissing { item: row.id.as_str().into(), field: "order" };
            vec![(order.ok_or_else(missing)?, Ratio::ONE)]
        }
        AllocationBase::Manual => {
            let mut weights: Vec<_> = row.manual.iter().map(|(order, weight)| (order, *weight)).collect();
            weights.sort();
            weights
        }
        _ => return by_figures(row, orders, known),
    };
    match found.iter().find(|(order, _)| !known.contains_key(order)) {
        Some((order, _)) => Err(CostError::Unknown { id: (*order).clone() }),
        None => checked(row, found),
    }
}

fn by_figures<'a>(
    row: &OverheadRow,
    orders: &'a [AllocationOrder],
    known: &BTreeMap<&Id, usize>,
) -> Result<Vec<(&'a Id, Ratio)>, CostError> {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for order in known.values().filter_map(|at| orders.get(*at)) {
        if row.workshop.is_some() && row.workshop != order.workshop {
            continue;
        }
        match order.figures.base(row.base, row.scope)? {
            Some(base) => found.push((&order.id, base)),
            None => missing.push(order.id.clone()),
        }
    }
    if missing.is_empty() {
        checked(row, found)
    } else {
        Err(CostError::BaseMissing { base: row.base.as_str(), orders: missing })
    }
}

/// Bases of nought leave; one below nought, or nothing at all, leaves the row where it is.
fn checked<'a>(
    row: &OverheadRow,
    mut found: Vec<(&'a Id, Ratio)>,
) -> Result<Vec<(&'a Id, Ratio)>, CostError> {
    if let Some((order, _)) = found.iter().find(|(_, base)| base.is_negative()) {
        return Err(CostError::NegativeBase { order: (*order).clone() });
    }
    found.retain(|(_, base)| base.is_positive());
    if found.is_empty() && row.amount != 0 && row.normal_capacity.is_none() {
        return Err(base_zero(row));
    }
    Ok(found)
}

fn share_row(
    row: &OverheadRow,
    receivers: &[(&Id, Ratio)],
    residue: Residue,
    result: &mut Allocation,
) -> Result<(), CostError> {
    let bases: Vec<Ratio> = receivers.iter().map(|(_, base)| *base).collect();
    let (amount, expensed) = match row.normal_capacity {
        None => (row.amount, 0),
        Some(normal) => match absorbed(row.amount, sum_ratios(bases.iter().copied())?, normal) {
            Ok(parts) => parts,
            Err(CostError::Number(NumError::BaseZero)) => {
                let unallocated =
                    Unallocated { row: row.id.clone(), amount: row.amount, error: base_zero(row) };
                result.unallocated.push(unallocated);
                return Ok(());
            }
            Err(error) => return Err(error),
        },
    };
    if expensed != 0 {
        result.expensed.push(Expensed { row: row.id.clone(), amount: expensed });
    }
    let shares = split_by(amount, &bases, residue)?;
    for ((order, base), share) in receivers.iter().zip(shares) {
        let line =
            AllocationLine { row: row.id.clone(), order: (*order).clone(), base: *base, amount: share };
        result.lines.push(line);
    }
    Ok(())
}

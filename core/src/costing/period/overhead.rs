//! Collecting expenses and sharing them among orders (`C03`, `C04`).

use super::sequence::Group;
use super::share::fit;
use super::state::{Allocated, State, Step};
use crate::cost::{Base, OverheadRow};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::names::to_u32;
use crate::num::{NumError, Residue, split};
use std::collections::BTreeMap;

/// Rows that are shared alike: centre, base and, where completion counts, element.
type Key<'a> = (Option<&'a Id>, Base, Option<&'a Id>);

/// How the expenses of a period are shared.
#[derive(Debug, Default)]
pub(super) struct Expenses {
    /// Groups on bases that are costs, with their rows.
    pub(super) groups: Vec<Group>,
    rows: Vec<Vec<u32>>,
    /// What blocks the run: expenses that cannot be shared.
    pub(super) blocked: Vec<Finding>,
}

/// Values of the bases that are typed in.
type Typed<'a> = BTreeMap<(Base, Option<&'a Id>), Vec<(u32, i128)>>;

impl<'a> State<'a> {
    /// The base of an overhead row: its own, else the first rule that fits, else that of the policy.
    pub(super) fn base_of(&self, row: &OverheadRow) -> Base {
        let fits = |given: &Option<Id>, own: &Option<Id>| given.is_none() || given == own;
        let rule = self.policy.bases.iter();
        let mut rule =
            rule.filter(|rule| fits(&rule.centre, &row.centre) && fits(&rule.expense, &row.expense));
        row.base.or_else(|| rule.next().map(|rule| rule.base)).unwrap_or(self.policy.base)
    }

    /// Shares what is on bases already known; the rest waits for the prices of material.
    pub(super) fn expenses(&mut self) -> Step<Expenses> {
        let tables = self.records().tables();
        let mut sorted: BTreeMap<Key<'a>, Vec<u32>> = BTreeMap::new();
        for (row, at) in tables.overhead.iter().zip(0u32..) {
            let base = self.base_of(row);
            let element = (base == Base::Quantity).then_some(&row.element);
            sorted.entry((row.centre.as_ref(), base, element)).or_default().push(at);
        }
        let mut by_centre: BTreeMap<Option<&'a Id>, Vec<u32>> = BTreeMap::new();
        for (row, order) in tables.orders.iter().zip(0u32..) {
            by_centre.entry(None).or_default().push(order);
            if row.centre.is_some() {
                by_centre.entry(row.centre.as_ref()).or_default().push(order);
            }
        }
        let typed = self.typed();
        let none = Vec::new();
        let mut expenses = Expenses::default();
        for ((centre, base, element), rows) in sorted {
            let members = by_centre.get(&centre).unwrap_or(&none);
            if matches!(base, Base::PurchasedMaterial | Base::AllMaterial) {
                let bought = base == Base::PurchasedMaterial;
                expenses.groups.push(Group { members: members.clone(), bought });
                expenses.rows.push(rows);
                continue;
            }
            let weights = match base {
                Base::Quantity | Base::FinishedQuantity => self.quantities(members, base, element)?,
                _ => typed.get(&(base, centre)).cloned().unwrap_or_default(),
            };
            for row in rows {
                match self.allot(row, &weights) {
                    Err(finding) if finding.code() == Code::BaseZero => expenses.blocked.push(finding),
                    done => done?,
                }
            }
        }
        Ok(expenses)
    }

    /// Values of bases by base and centre, and by base alone, each order once.
    fn typed(&self) -> Typed<'a> {
        let tables = self.records().tables();
        let mut typed: Typed<'a> = BTreeMap::new();
        for row in &tables.drivers {
            let order = self.records().orders.find(row.order.as_str()).unwrap_or(0);
            let centre = row.centre.as_ref().or(tables.orders[order as usize].centre.as_ref());
            let value = row.value.decimal();
            let value = crate::num::to_scaled_i128(value, 9).unwrap_or(0);
            let mut add = |centre| {
                let list = typed.entry((row.base, centre)).or_default();
                match list.last_mut() {
                    Some(last) if last.0 == order => last.1 += value,
                    _ => list.push((order, value)),
                }
            };
            add(None);
            if centre.is_some() {
                add(centre);
            }
        }
        typed
    }

    /// Finished quantity of each order, with units in process by their completion where they count.
    fn quantities(&self, members: &[u32], base: Base, element: Option<&Id>) -> Step<Vec<(u32, i128)>> {
        let element = element.and_then(|id| self.records().elements.find(id.as_str())).unwrap_or(0);
        let mut found = Vec::with_capacity(members.len());
        for order in members {
            let order_at = *order as usize;
            let units = self.physical(order_at);
            let whole = match base {
                Base::FinishedQuantity => units.finished,
                _ if units.all_finished() => units.finished,
                _ => {
                    let done = self.completion(order_at, element as usize, &units)?;
                    units.borne(done.closing).map_err(|error| error.finding())?
                }
            };
            found.push((*order, whole));
        }
        Ok(found)
    }

    /// Shares one row by weights; the shares add up to the row.
    fn allot(&mut self, row: u32, weights: &[(u32, i128)]) -> Step<()> {
        let records = self.records();
        let overhead = &records.tables().overhead[row as usize];
        let amount = records.units(overhead.amount.0);
        if amount == 0 {
            return Ok(());
        }
        let element = records.elements.find(overhead.element.as_str()).unwrap_or(0) as usize;
        let values: Vec<i128> = weights.iter().map(|weight| weight.1).collect();
        let shares = split(i128::from(amount), &values, Residue::LargestRemainder);
        let shares = shares.map_err(|error| self.unshared(overhead, weights, &error))?;
        for ((order, _), share) in weights.iter().zip(shares).filter(|(_, share)| *share != 0) {
            let share = fit(share).map_err(|error| error.finding())?;
            self.charge(*order as usize, element, share).map_err(|error| error.finding())?;
            self.allocated.push(Allocated { row, order: *order, amount: share });
        }
        Ok(())
    }

    fn unshared(&self, row: &OverheadRow, weights: &[(u32, i128)], error: &NumError) -> Finding {
        let finding = error.finding();
        match error {
            NumError::BaseZero => finding
                .with("workshop", row.centre.as_ref().map_or("–", Id::as_str))
                .with("expense", row.expense.as_ref().unwrap_or(&row.element))
                .with("row", &row.id),
            NumError::NegativeBase { index } => {
                let order = weights.get(*index).map_or(0, |weight| weight.0);
                finding.with("order", self.order_name(order as usize))
            }
            _ => finding.with("row", &row.id),
        }
    }

    /// Shares the rows of a group by the cost of material, now that it is known.
    pub(super) fn share_group(&mut self, expenses: &Expenses, group: usize) -> Step<()> {
        let records = self.records();
        let Group { members, bought } = &expenses.groups[group];
        let weights: Vec<(u32, i128)> = members
            .iter()
            .map(|order| {
                let rows = self.plant.issues.of(*order as usize).iter();
                let counts = |row: &&u32| {
                    !bought || self.plant.is_bought(records.issues[**row as usize].pool as usize)
                };
                let sum = rows.filter(counts).map(|row| i128::from(self.issue_value[*row as usize])).sum();
                (*order, sum)
            })
            .collect();
        for row in &expenses.rows[group] {
            self.allot(*row, &weights)?;
        }
        Ok(())
    }

    /// Number of overhead rows in all, for the report.
    pub(super) fn overhead_rows(&self) -> u32 {
        to_u32(self.records().tables().overhead.len())
    }
}

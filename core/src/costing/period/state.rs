//! What a run holds while it computes: values of stocks, orders and lines.

use super::plant::{NONE, Out, Plant};
use super::policy::ClosePolicy;
use super::share::{Grid, fit, plus, take};
use crate::cost::{CostRecords, ElementAmount, MovementKind};
use crate::finding::{Code, Finding};
use crate::num::NumError;

/// What is refused, as a finding.
pub(super) type Step<T> = Result<T, Finding>;

/// Where value leaves the plant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaves {
    /// Cost of sales.
    Sale,
    /// Other issues of stock.
    Other,
    /// Abnormal loss and what is charged to the period.
    Loss,
    /// Late cost of products that are gone.
    Late,
    /// Named differences.
    Difference,
}

pub(super) const LEAVES: [Leaves; 5] =
    [Leaves::Sale, Leaves::Other, Leaves::Loss, Leaves::Late, Leaves::Difference];

/// A share of an expense that fell on an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Allocated {
    /// Row of `overhead`.
    pub(super) row: u32,
    pub(super) order: u32,
    pub(super) amount: i64,
}

/// Value and quantity that a price is made of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Price {
    pub(super) value: i64,
    pub(super) grains: i64,
}

/// Everything that is computed. Amounts are in the smallest unit of the currency.
#[derive(Debug)]
pub(super) struct State<'a> {
    pub(super) plant: Plant<'a>,
    pub(super) policy: &'a ClosePolicy,
    /// Value and composition of each stock: what came in, less what was priced so far; at the end the closing stock.
    pub(super) value: Vec<i64>,
    pub(super) parts: Grid,
    /// Quantity that belongs to that value.
    pub(super) grains: Vec<i64>,
    /// Price of the period, once known.
    pub(super) price: Vec<Price>,
    /// Value at the start.
    pub(super) opening_value: Vec<i64>,
    /// Ledger of each order by element.
    pub(super) opening: Grid,
    pub(super) input: Grid,
    pub(super) finished: Grid,
    pub(super) closing: Grid,
    pub(super) scrapped: Grid,
    /// Original elements of each order's elements that hold more than themselves.
    pub(super) origins: Grid,
    slots: usize,
    pub(super) slot_of: Vec<u32>,
    /// Values of rows.
    pub(super) issue_value: Vec<i64>,
    pub(super) receipt_value: Vec<i64>,
    pub(super) movement_value: Vec<i64>,
    /// Value of what each order made, by element and by original element.
    pub(super) made_value: Vec<i64>,
    pub(super) made_elements: Grid,
    pub(super) made_parts: Grid,
    /// What of late cost went to cost of sales, by entry of `made`.
    pub(super) late_gone: Vec<(u32, i64)>,
    pub(super) allocated: Vec<Allocated>,
    /// Differences by stock.
    pub(super) differences: Vec<(u32, i64)>,
    /// What came into the plant and what left it, by original element.
    pub(super) came: Vec<i64>,
    pub(super) left: Grid,
    pub(super) findings: Vec<Finding>,
}

impl<'a> State<'a> {
    pub(super) fn new(plant: Plant<'a>, policy: &'a ClosePolicy) -> Step<State<'a>> {
        let (pools, orders, elements) = (plant.pools, plant.orders, plant.elements);
        let records = plant.records;
        let slot_of = slots(records);
        let slots = slot_of.iter().filter(|slot| **slot != NONE).count();
        let made = plant.made.len();
        let mut state = State {
            policy,
            value: vec![0; pools],
            parts: Grid::new(pools, elements),
            grains: plant.quantity_in.clone(),
            price: vec![Price::default(); pools],
            opening_value: vec![0; pools],
            opening: Grid::new(orders, elements),
            input: Grid::new(orders, elements),
            finished: Grid::new(orders, elements),
            closing: Grid::new(orders, elements),
            scrapped: Grid::new(orders, elements),
            origins: Grid::new(orders * slots, elements),
            slots,
            slot_of,
            issue_value: vec![0; records.issues.len()],
            receipt_value: vec![0; records.receipts.len()],
            movement_value: vec![0; records.movements.len()],
            made_value: vec![0; made],
            made_elements: Grid::new(made, elements),
            made_parts: Grid::new(made, elements),
            late_gone: Vec::new(),
            allocated: Vec::new(),
            differences: Vec::new(),
            came: vec![0; elements],
            left: Grid::new(LEAVES.len(), elements),
            findings: Vec::new(),
            plant,
        };
        state.bounded()?;
        state.openings().map_err(|error| error.finding())?;
        state.incoming().map_err(|error| error.finding())?;
        state.charges().map_err(|error| error.finding())?;
        Ok(state)
    }

    pub(super) const fn records(&self) -> &'a CostRecords {
        self.plant.records
    }

    /// The sum of all amounts given stays far below 64 bits, so that no sum of a part of them can pass.
    fn bounded(&self) -> Step<()> {
        let records = self.records();
        let tables = records.tables();
        let fixed = |lines: &[crate::cost::Line]| -> u128 {
            lines.iter().filter_map(|line| line.fixed).map(|fixed| u128::from(fixed.unsigned_abs())).sum()
        };
        let units = |amount: &crate::num::DecimalText| u128::from(records.units(amount.0).unsigned_abs());
        let sum = fixed(&records.issues)
            + fixed(&records.movements)
            + fixed(&records.stock)
            + tables.wip.iter().map(|row| units(&row.amount)).sum::<u128>()
            + records.charges.iter().map(|row| u128::from(row.units.unsigned_abs())).sum::<u128>()
            + tables.overhead.iter().map(|row| units(&row.amount)).sum::<u128>();
        if sum >= 1 << 60 { Err(NumError::Range.finding()) } else { Ok(()) }
    }

    fn element(&self, id: &crate::id::Id) -> usize {
        self.records().elements.find(id.as_str()).map_or(0, |element| element as usize)
    }

    /// Adds an amount with its composition to a row of parts.
    fn compose(&self, row: &mut [i64], amount: i64, composition: &[ElementAmount], own: usize) {
        if composition.is_empty() {
            row[own] += amount;
        }
        for part in composition {
            row[self.element(&part.element)] += self.records().units(part.amount.0);
        }
    }

    fn openings(&mut self) -> Result<(), NumError> {
        let records = self.records();
        let mut row = vec![0; self.plant.elements];
        for (line, opening) in records.stock.iter().zip(&records.tables().stock) {
            let pool = line.pool as usize;
            let amount = line.fixed.unwrap_or(0);
            row.fill(0);
            self.compose(&mut row, amount, &opening.composition, self.plant.element_of(pool));
            self.bring(pool, amount, &row)?;
            self.opening_value[pool] = plus(self.opening_value[pool], amount)?;
        }
        for opening in &records.tables().wip {
            let order = records.orders.find(opening.order.as_str()).unwrap_or(0) as usize;
            let element = self.element(&opening.element);
            let amount = records.units(opening.amount.0);
            row.fill(0);
            self.compose(&mut row, amount, &opening.composition, element);
            self.opening.row_mut(order)[element] += amount;
            self.originate(order, element, &row);
            self.came.iter_mut().zip(&row).for_each(|(sum, part)| *sum += part);
        }
        Ok(())
    }

    /// Value that comes into a stock from outside the plant.
    fn bring(&mut self, pool: usize, amount: i64, row: &[i64]) -> Result<(), NumError> {
        self.value[pool] = plus(self.value[pool], amount)?;
        for ((cell, sum), part) in self.parts.row_mut(pool).iter_mut().zip(&mut self.came).zip(row) {
            *cell = plus(*cell, *part)?;
            *sum = plus(*sum, *part)?;
        }
        Ok(())
    }

    /// Purchases, other receipts and revaluations: their value is known (`S06`: the accrual, until the invoice).
    fn incoming(&mut self) -> Result<(), NumError> {
        let records = self.records();
        for (at, (line, row)) in records.movements.iter().zip(&records.tables().movements).enumerate() {
            let known =
                matches!(row.kind, MovementKind::Purchase | MovementKind::OtherIn | MovementKind::Revalue);
            if !known || (line.fixed.is_none() && line.grains < 0) {
                continue;
            }
            let pool = line.pool as usize;
            let amount = line.fixed.unwrap_or(0);
            let element = row.element.as_ref().map_or(self.plant.element_of(pool), |id| self.element(id));
            self.movement_value[at] = amount;
            self.value[pool] = plus(self.value[pool], amount)?;
            let cell = &mut self.parts.row_mut(pool)[element];
            *cell = plus(*cell, amount)?;
            self.came[element] = plus(self.came[element], amount)?;
        }
        Ok(())
    }

    fn charges(&mut self) -> Result<(), NumError> {
        let records = self.records();
        for charge in &records.charges {
            self.charge(charge.order as usize, charge.element as usize, charge.units)?;
        }
        Ok(())
    }

    /// A cost of its own falls on an order.
    pub(super) fn charge(&mut self, order: usize, element: usize, amount: i64) -> Result<(), NumError> {
        let cell = &mut self.input.row_mut(order)[element];
        *cell = plus(*cell, amount)?;
        self.came[element] = plus(self.came[element], amount)?;
        if let Some(row) = self.origin_row(order, element) {
            let cell = &mut self.origins.row_mut(row)[element];
            *cell = plus(*cell, amount)?;
        }
        Ok(())
    }

    /// The row of original elements of an order's element; nothing where the element holds only itself.
    pub(super) fn origin_row(&self, order: usize, element: usize) -> Option<usize> {
        match self.slot_of[element] {
            NONE => None,
            slot => Some(order * self.slots + slot as usize),
        }
    }

    fn originate(&mut self, order: usize, element: usize, parts: &[i64]) {
        if let Some(row) = self.origin_row(order, element) {
            self.origins.row_mut(row).iter_mut().zip(parts).for_each(|(cell, part)| *cell += part);
        }
    }

    /// A line leaves its stock at a value: the stock loses it, whoever takes it gains it.
    pub(super) fn give(
        &mut self,
        pool: usize,
        out: Out,
        value: i64,
        sink: &mut [i64],
    ) -> Result<(), NumError> {
        sink.fill(0);
        let own = self.plant.element_of(pool);
        take(self.parts.row_mut(pool), value, own, sink)?;
        self.value[pool] = self.value[pool].checked_sub(value).ok_or(NumError::Overflow)?;
        let Some(movement) = self.plant.movement_of(out.row) else {
            self.issue_value[out.row as usize] = value;
            let order = out.other as usize;
            let cell = &mut self.input.row_mut(order)[own];
            *cell = plus(*cell, value)?;
            self.originate(order, own, sink);
            return Ok(());
        };
        let kind = self.records().tables().movements[movement].kind;
        let leaves = match kind {
            MovementKind::Transfer => {
                let to = out.other as usize;
                self.movement_value[movement] = value;
                self.value[to] = plus(self.value[to], value)?;
                self.parts.row_mut(to).iter_mut().zip(sink).for_each(|(cell, part)| *cell += *part);
                return Ok(());
            }
            MovementKind::Sale => Leaves::Sale,
            MovementKind::OtherOut => Leaves::Other,
            MovementKind::Purchase | MovementKind::OtherIn | MovementKind::Revalue => {
                // Back to where it came from: it came in less.
                self.movement_value[movement] = -value;
                self.came.iter_mut().zip(sink).for_each(|(sum, part)| *sum -= *part);
                return Ok(());
            }
        };
        self.movement_value[movement] = value;
        self.leave(leaves, sink);
        Ok(())
    }

    /// Value leaves the plant.
    pub(super) fn leave(&mut self, leaves: Leaves, parts: &[i64]) {
        self.left.row_mut(leaves as usize).iter_mut().zip(parts).for_each(|(cell, part)| *cell += part);
    }

    /// Lines whose value is fixed leave before anything is averaged; with the composition that their stock has
    /// so far.
    pub(super) fn give_fixed(&mut self, pool: usize) -> Step<()> {
        let mut sink = vec![0; self.plant.elements];
        for at in 0..self.plant.outs.of(pool).len() {
            let out = self.plant.outs.of(pool)[at];
            if let Some(value) = out.fixed {
                self.give(pool, out, value, &mut sink).map_err(|error| self.placed(error, pool))?;
                let rest = i128::from(self.grains[pool]) - i128::from(out.grains);
                self.grains[pool] = fit(rest).map_err(|error| self.placed(error, pool))?;
            }
        }
        Ok(())
    }

    /// An error of numbers with the item it is about.
    pub(super) fn placed(&self, error: NumError, pool: usize) -> Finding {
        error.finding().with("item", self.item_name(pool))
    }

    pub(super) fn item_name(&self, pool: usize) -> &'a str {
        let records = self.records();
        records.items.get(crate::names::to_u32(records.item_of(pool)))
    }

    pub(super) fn order_name(&self, order: usize) -> &'a str {
        self.records().tables().orders[order].id.as_str()
    }

    pub(super) fn note(&mut self, code: Code, name: &'static str, value: &str) {
        self.findings.push(Finding::new(code).with(name, value));
    }
}

/// Elements that hold other elements: those of items, and those that came with a composition.
fn slots(records: &CostRecords) -> Vec<u32> {
    let mut slot_of = vec![NONE; records.elements.len()];
    for element in &records.item_element {
        slot_of[*element as usize] = 0;
    }
    for row in records.tables().wip.iter().filter(|row| !row.composition.is_empty()) {
        if let Some(element) = records.elements.find(row.element.as_str()) {
            slot_of[element as usize] = 0;
        }
    }
    for (next, slot) in (0..).zip(slot_of.iter_mut().filter(|slot| **slot != NONE)) {
        *slot = next;
    }
    slot_of
}

//! The cost of an order: work in process, by-products, co-products, finished cost (`C01`, `C05`–`C08`, `C14`).

use super::plant::Made;
use super::policy::{ByProductFrom, ZeroOutput};
use super::share::{fit, spread, take, total};
use super::state::{Leaves, State, Step};
use crate::cost::{Completion, CostOrder, ElementKind, OrderOutput, OutputKind, ShareMode, WipRule};
use crate::costing::equivalent::{self, Weights};
use crate::costing::{CostError, Done, ElementCost, Flow, NormalLoss, equivalent_units, wip_at};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::num::{NumError, POW10, Quantity, Ratio, Residue, Rounding, split, to_scaled_i128};

/// Units of an order in the period, in units of nine decimals (`C05`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Physical {
    flow: Flow,
    /// In process at the start; nought but for first in, first out.
    opening: i128,
    pub(super) finished: i128,
    process: i128,
    scrapped: i128,
}

impl Physical {
    /// Whether all cost is that of what is finished.
    pub(super) const fn all_finished(&self) -> bool {
        self.process == 0 && self.scrapped == 0
    }

    /// Units that bear a cost shared by quantity: finished, lost, and in process as far as they are (`C04`).
    pub(super) fn borne(&self, closing: Ratio) -> Result<i128, NumError> {
        let process = closing.mul_round(self.process, Rounding::HalfUp)?;
        let sum = self.finished.checked_add(self.scrapped).and_then(|sum| sum.checked_add(process));
        sum.ok_or(NumError::Overflow)
    }
}

/// What an order does with its cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Course {
    /// Something came out: cost is shared with what is in process.
    Finished,
    /// Nothing came out: everything stays.
    Waits,
    /// What came out did so in earlier periods.
    Late,
}

/// What the elements of an order are shared by; those that are equally far share weights.
struct Shared {
    units: Physical,
    last: Option<(Done, Weights)>,
}

impl State<'_> {
    fn order_row(&self, order: usize) -> &CostOrder {
        &self.records().tables().orders[order]
    }

    fn fault(&self, error: NumError, order: usize) -> Finding {
        error.finding().with("order", self.order_name(order))
    }

    /// What an order made, in the order of its stocks.
    pub(super) fn made_of(&self, order: usize) -> Vec<(usize, Made)> {
        let of = self.plant.made_by.of(order).iter();
        of.map(|at| (*at as usize, self.plant.made[*at as usize])).collect()
    }

    pub(super) fn rule_of(&self, made: Made) -> Option<&OrderOutput> {
        self.records().tables().outputs.get(made.rule as usize)
    }

    /// Whether a product is taken out at a fixed unit cost before joint cost is shared.
    pub(super) fn unit_cost_of(&self, made: Made) -> Step<Option<rust_decimal::Decimal>> {
        let Some(rule) = self.rule_of(made) else { return Ok(None) };
        match (rule.kind, rule.unit_cost) {
            (_, Some(cost)) => Ok(Some(cost.0)),
            (OutputKind::By, None) => {
                let records = self.records();
                let item = &records.tables().items[records.item_of(made.pool as usize)];
                let missing = Finding::new(Code::FixedCostMissing).with("item", &item.id);
                let cost = item.fixed_cost.ok_or(missing.with("date", records.period().to))?;
                Ok(Some(cost.0))
            }
            _ => Ok(None),
        }
    }

    pub(super) fn course(&self, order: usize) -> Course {
        let mut made = self.plant.made_by.of(order).iter().map(|at| self.plant.made[*at as usize]);
        if made.clone().any(|made| made.late) {
            return Course::Late;
        }
        let scrapped = !self.order_row(order).scrapped.is_zero();
        if made.any(|made| made.grains > 0) || scrapped { Course::Finished } else { Course::Waits }
    }

    /// Finished units: of every product that is no by-product, in units of nine decimals.
    pub(super) fn finished_units(&self, order: usize) -> i128 {
        let records = self.records();
        let made = self.plant.made_by.of(order).iter().map(|at| self.plant.made[*at as usize]);
        let made = made.filter(|made| self.rule_of(*made).is_none_or(|rule| rule.kind != OutputKind::By));
        let units = made.map(|made| {
            let scale = records.scales[records.item_of(made.pool as usize)];
            i128::from(made.grains) * i128::from(POW10[usize::from(9 - scale.min(9))])
        });
        units.sum()
    }

    /// How far units of an order have come in an element.
    fn done(&self, order: usize, element: usize, given: &[Completion], other: Option<Ratio>) -> Step<Ratio> {
        let row = &self.records().tables().elements[element];
        if let Some(part) = given.iter().find(|part| part.element == row.id) {
            return Ok(part.done);
        }
        let material = (row.kind == ElementKind::Material).then_some(Ratio::ONE);
        other.or(material).ok_or_else(|| {
            let missing = Finding::new(Code::CoeffMissing).with("order", self.order_name(order));
            missing.with("element", &row.id)
        })
    }

    /// Units of an order: finished, in process, lost abnormally.
    pub(super) fn physical(&self, order: usize) -> Physical {
        let row = self.order_row(order);
        let none = matches!(row.wip, WipRule::None | WipRule::Given | WipRule::Components) || row.closed;
        let fifo = row.wip == WipRule::EquivalentFifo;
        Physical {
            flow: if fifo { Flow::Fifo } else { Flow::WeightedAverage },
            opening: if fifo { nine(row.opening_units) } else { 0 },
            finished: self.finished_units(order).max(0),
            process: if none { 0 } else { nine(row.in_process) },
            scrapped: nine(row.scrapped),
        }
    }

    /// How far units in process at the start and at the end are in an element.
    pub(super) fn completion(&self, order: usize, element: usize, units: &Physical) -> Step<Done> {
        let row = self.order_row(order);
        let kind = self.records().tables().elements[element].kind;
        let closing = match row.wip {
            _ if units.process == 0 => Ratio::ONE,
            WipRule::Material if kind != ElementKind::Material => Ratio::ZERO,
            _ => self.done(order, element, &row.completion, row.done)?,
        };
        let opening = match units.opening {
            0 => Ratio::ONE,
            _ => self.done(order, element, &row.opening_completion, row.opening_done)?,
        };
        Ok(Done { opening, spoiled: Ratio::ONE, closing })
    }

    /// What an element of an order is shared by.
    pub(super) fn weights(&self, order: usize, units: &Physical, done: &Done) -> Step<Weights> {
        let whole = |units: i128| Ratio::new(units, POW10[9].into());
        let shared = || -> Result<Weights, CostError> {
            let flow = equivalent::Units {
                opening: whole(units.opening)?,
                finished: whole(units.finished)?,
                normal: Ratio::ZERO,
                abnormal: whole(units.scrapped)?,
                closing: whole(units.process)?,
            };
            let parts = equivalent_units(units.flow, &flow, done, NormalLoss::Separate, None)?;
            Weights::of(units.flow, &flow, &parts)
        };
        shared().map_err(|error| self.unequal(error, order))
    }

    /// An error of sharing with the order it is about.
    fn unequal(&self, error: CostError, order: usize) -> Finding {
        let named = |code: Code| Finding::new(code).with("order", self.order_name(order));
        match error {
            CostError::EquivalentZero { cost } => {
                named(Code::EquivalentZero).with("cost", self.amount(fit(cost).unwrap_or(0)))
            }
            CostError::WipExceedsTotal { wip, total } => {
                let amount = |units: i128| self.amount(fit(units).unwrap_or(0));
                named(Code::WipExceedsTotal).with("wip", amount(wip)).with("total", amount(total))
            }
            CostError::Number(NumError::NegativeBase { .. }) => named(Code::NegativeBase),
            error => error.finding().with("order", self.order_name(order)),
        }
    }

    /// Splits every element of an order into finished, in process and scrapped, then shares what is finished among
    /// its products.
    pub(super) fn settle_order(&mut self, order: usize) -> Step<()> {
        let course = self.course(order);
        let elements = self.plant.elements;
        let mut shared = Shared { units: self.physical(order), last: None };
        for element in 0..elements {
            let (opening, input) = (self.opening.row(order)[element], self.input.row(order)[element]);
            if opening == 0 && input == 0 {
                continue;
            }
            let (finished, scrapped) = match course {
                Course::Waits => (0, 0),
                Course::Late => (fit(i128::from(opening) + i128::from(input)).unwrap_or(0), 0),
                Course::Finished => self.divide(order, element, &mut shared)?,
            };
            let sum = i128::from(opening) + i128::from(input) - i128::from(finished) - i128::from(scrapped);
            let closing = fit(sum).map_err(|error| self.fault(error, order))?;
            self.finished.row_mut(order)[element] = finished;
            self.scrapped.row_mut(order)[element] = scrapped;
            self.closing.row_mut(order)[element] = closing;
        }
        self.charge_to_period(order);
        let done = match course {
            Course::Waits => Ok(()),
            Course::Finished => self.products(order),
            Course::Late => self.late(order).map_err(|error| self.fault(error, order)),
        };
        done?;
        if course == Course::Waits && self.order_row(order).closed {
            let rest = total(self.closing.row(order));
            if rest != 0 {
                let finding = Finding::new(Code::CloseHasOpenWip).with("order", self.order_name(order));
                self.findings.push(finding.with("amount", self.amount(rest)));
            }
        }
        Ok(())
    }

    /// What of one element is finished and what is scrapped.
    fn divide(&self, order: usize, element: usize, shared: &mut Shared) -> Step<(i64, i64)> {
        let row = self.order_row(order);
        let (opening, input) = (self.opening.row(order)[element], self.input.row(order)[element]);
        let mut cost = ElementCost { opening: opening.into(), input: input.into() };
        if !row.closed && matches!(row.wip, WipRule::Given | WipRule::Components) {
            let process = self.process_value(order, element)?;
            let known = wip_at(cost, process.into()).map_err(|error| self.unequal(error, order))?;
            cost = ElementCost { opening: 0, input: known.finished };
        }
        let fitting = |amount: i128| fit(amount).map_err(|error| self.fault(error, order));
        if shared.units.all_finished() {
            return Ok((fitting(cost.opening + cost.input)?, 0));
        }
        let done = self.completion(order, element, &shared.units)?;
        let weights = match shared.last {
            Some((known, weights)) if known == done => weights,
            _ => self.weights(order, &shared.units, &done)?,
        };
        shared.last = Some((done, weights));
        let balance = weights.balance(cost).map_err(|error| self.unequal(error, order))?;
        Ok((fitting(balance.finished)?, fitting(balance.scrapped)?))
    }

    /// Value in process that is given or follows from components (`C06`).
    fn process_value(&self, order: usize, element: usize) -> Step<i64> {
        let records = self.records();
        let row = self.order_row(order);
        let mut sum = 0i64;
        if row.wip == WipRule::Given {
            return Ok(self.given_value(order, element));
        }
        for at in self.plant.components.of(order) {
            let line = records.wip_components[*at as usize];
            if self.plant.element_of(line.pool as usize) == element {
                let value = self.at_price(line.pool as usize, line.grains);
                sum += value.map_err(|error| self.fault(error, order))?;
            }
        }
        Ok(sum)
    }

    /// Value in process of an element as it is given.
    pub(super) fn given_value(&self, order: usize, element: usize) -> i64 {
        let records = self.records();
        let tables = records.tables();
        let (order, element) = (&tables.orders[order].id, &tables.elements[element].id);
        let first = tables.wip_amounts.partition_point(|given| given.order < *order);
        let given = tables.wip_amounts[first..].iter().take_while(|given| given.order == *order);
        given.filter(|given| given.element == *element).map(|given| records.units(given.amount.0)).sum()
    }

    /// Rework charged to the period: its product keeps the cost it came with (`R03`).
    fn charge_to_period(&mut self, order: usize) {
        if !self.order_row(order).charge_period {
            return;
        }
        let records = self.records();
        let mut kept = vec![0i64; self.plant.elements];
        for row in self.plant.issues.of(order) {
            let pool = records.issues[*row as usize].pool as usize;
            let item = records.item_of(pool);
            let own = self.plant.made_by.of(order).iter();
            let mut own = own.map(|at| records.item_of(self.plant.made[*at as usize].pool as usize));
            if own.any(|made| made == item) {
                kept[self.plant.element_of(pool)] += self.issue_value[*row as usize];
            }
        }
        for (element, kept) in kept.into_iter().enumerate() {
            let finished = self.finished.row(order)[element];
            // No more than is finished; a smaller part where some is still in process.
            let stays =
                if (kept < 0) == (finished < 0) && kept.abs() <= finished.abs() { kept } else { finished };
            self.finished.row_mut(order)[element] = stays;
            self.scrapped.row_mut(order)[element] += finished - stays;
        }
    }

    /// Takes an amount of each element of an order, with its original elements.
    fn take_elements(&mut self, order: usize, amounts: &[i64], sink: &mut [i64]) -> Result<(), NumError> {
        for (element, amount) in amounts.iter().enumerate().filter(|(_, amount)| **amount != 0) {
            match self.origin_row(order, element) {
                Some(row) => take(self.origins.row_mut(row), *amount, element, sink)?,
                None => sink[element] += amount,
            }
        }
        Ok(())
    }

    /// Shares finished cost among the products of an order and puts it into their stocks.
    fn products(&mut self, order: usize) -> Step<()> {
        let mut parts = vec![0; self.plant.elements];
        let scrapped = self.scrapped.row(order).to_vec();
        self.take_elements(order, &scrapped, &mut parts).map_err(|error| self.fault(error, order))?;
        self.leave(Leaves::Loss, &parts);
        let made = self.made_of(order);
        let lines = self.lines_of(order);
        let mut rest = self.finished.row(order).to_vec();
        let mut joint: Vec<(usize, Made)> = Vec::new();
        for (at, made) in made {
            match self.unit_cost_of(made)? {
                Some(cost) => {
                    let elements = self.by_product(order, made, cost, &mut rest)?;
                    self.receive(order, at, &lines, &elements)?;
                }
                None => joint.push((at, made)),
            }
        }
        let left = total(&rest);
        if joint.is_empty() {
            return if left == 0 { Ok(()) } else { Err(self.no_output(order)) };
        }
        let shares = self.joint_shares(order, left, &joint)?;
        let last = joint.len() - 1;
        for (index, ((at, _), share)) in joint.into_iter().zip(shares).enumerate() {
            let mut elements = vec![0; self.plant.elements];
            if index == last {
                elements.copy_from_slice(&rest);
            } else {
                let done = take(&mut rest, share, 0, &mut elements);
                done.map_err(|error| self.fault(error, order))?;
            }
            self.receive(order, at, &lines, &elements)?;
        }
        Ok(())
    }

    fn no_output(&self, order: usize) -> Finding {
        Finding::new(Code::OutputAllZero).with("order", self.order_name(order))
    }

    /// A product at fixed cost or net realisable value leaves first (`C08`).
    fn by_product(
        &mut self,
        order: usize,
        made: Made,
        cost: rust_decimal::Decimal,
        rest: &mut [i64],
    ) -> Step<Vec<i64>> {
        let price = self.per_grain(cost, made.pool as usize);
        let value = price.and_then(|price| fit(price.mul_round(i128::from(made.grains), Rounding::HalfUp)?));
        let value = value.map_err(|error| self.fault(error, order))?;
        let from = self.policy.by_products;
        let kinds = &self.records().tables().elements;
        let counts = |element: usize| {
            from == ByProductFrom::AllElements || kinds[element].kind == ElementKind::Material
        };
        let mut source: Vec<i64> =
            rest.iter().enumerate().map(|(at, amount)| if counts(at) { *amount } else { 0 }).collect();
        let there = total(&source);
        if value > there.max(0) && value != 0 {
            let finding = Finding::new(Code::ByproductExceedsTotal).with("order", self.order_name(order));
            return Err(finding.with("value", self.amount(value)).with("total", self.amount(there)));
        }
        let mut elements = vec![0; self.plant.elements];
        take(&mut source, value, 0, &mut elements).map_err(|error| self.fault(error, order))?;
        for (rest, part) in rest.iter_mut().zip(&elements) {
            *rest -= part;
        }
        Ok(elements)
    }

    /// Joint cost by weight or by preset shares (`C07`).
    fn joint_shares(&mut self, order: usize, left: i64, joint: &[(usize, Made)]) -> Step<Vec<i64>> {
        let weights = self.joint_weights(order, joint)?;
        if left == 0 {
            return Ok(vec![0; joint.len()]);
        }
        let shares =
            split(i128::from(left), &weights, Residue::LargestRemainder).map_err(|error| match error {
                NumError::BaseZero => self.no_output(order),
                error => self.fault(error, order),
            })?;
        shares.into_iter().map(|share| fit(share).map_err(|error| self.fault(error, order))).collect()
    }

    /// Weights of co-products over a common denominator.
    pub(super) fn joint_weights(&mut self, order: usize, joint: &[(usize, Made)]) -> Step<Vec<i128>> {
        let row = self.order_row(order);
        let mode = row.share;
        let weight = |made: Made| -> Result<i128, NumError> {
            let given = self.rule_of(made).and_then(|rule| rule.weight);
            match given {
                None => Ok(1_000_000_000),
                Some(weight) => to_scaled_i128(weight.0, 9),
            }
        };
        let mut weights = Vec::with_capacity(joint.len());
        let mut empty: Vec<Id> = Vec::new();
        let mut sum = 0i128;
        for (_, made) in joint {
            let weight = weight(*made).map_err(|error| self.fault(error, order))?;
            sum += weight;
            let records = self.records();
            let item = records.item_of(made.pool as usize);
            let by = POW10[usize::from(9 - records.scales[item].min(9))];
            let quantity = i128::from(made.grains.max(0)) * i128::from(by);
            weights.push(match mode {
                ShareMode::Weight if joint.len() == 1 => quantity.signum() * weight,
                ShareMode::Weight => {
                    quantity.checked_mul(weight).ok_or_else(|| self.fault(NumError::Overflow, order))?
                }
                ShareMode::Share => quantity.signum() * weight,
            });
            if quantity == 0 && weight != 0 {
                empty.push(records.tables().items[item].id.clone());
            }
        }
        if mode == ShareMode::Share {
            self.check_shares(order, sum, joint, empty)?;
        }
        Ok(weights)
    }

    /// Preset shares add up to one, those of products without receipts included.
    fn check_shares(
        &mut self,
        order: usize,
        mut sum: i128,
        joint: &[(usize, Made)],
        mut empty: Vec<Id>,
    ) -> Step<()> {
        let records = self.records();
        let tables = records.tables();
        let id = &self.order_row(order).id;
        let first = tables.outputs.partition_point(|output| output.order < *id);
        let rules = tables.outputs[first..].iter().take_while(|output| output.order == *id);
        for rule in rules.filter(|rule| rule.kind != OutputKind::By && rule.unit_cost.is_none()) {
            let item = |made: Made| records.item_of(made.pool as usize);
            let here = records.items.find(rule.item.as_str()).map(|rank| rank as usize);
            if !joint.iter().any(|(_, made)| Some(item(*made)) == here) {
                let weight = rule.weight.map_or(Ok(1_000_000_000), |weight| to_scaled_i128(weight.0, 9));
                sum += weight.map_err(|error| self.fault(error, order))?;
                empty.push(rule.item.clone());
            }
        }
        if sum != 1_000_000_000 {
            let sum = Ratio::new(sum, 10_000_000).map_err(|error| self.fault(error, order))?;
            let wrong = Finding::new(Code::RatioSum).with("order", self.order_name(order));
            return Err(wrong.with("sum", format_args!("{sum} %")));
        }
        for item in empty {
            let finding = Finding::new(Code::CoproductNoOutput).with("item", &item);
            let finding = finding.with("order", self.order_name(order));
            if self.policy.zero_output == ZeroOutput::Refuse {
                return Err(finding);
            }
            self.findings.push(finding);
        }
        Ok(())
    }

    /// Receipts of an order by stock: stock and row, ascending.
    fn lines_of(&self, order: usize) -> Vec<(u32, u32)> {
        let records = self.records();
        let rows = self.plant.receipts.of(order).iter();
        let mut lines: Vec<_> = rows.map(|row| (records.receipts[*row as usize].pool, *row)).collect();
        lines.sort_unstable();
        lines
    }

    /// A product comes into its stock with its cost; its receipts (`lines`) share it by quantity.
    fn receive(&mut self, order: usize, at: usize, lines: &[(u32, u32)], elements: &[i64]) -> Step<()> {
        let mut parts = vec![0; self.plant.elements];
        let value = total(elements);
        self.take_elements(order, elements, &mut parts).map_err(|error| self.fault(error, order))?;
        self.made_value[at] = value;
        self.made_elements.row_mut(at).copy_from_slice(elements);
        self.made_parts.row_mut(at).copy_from_slice(&parts);
        let pool = self.plant.made[at].pool;
        let first = lines.partition_point(|line| line.0 < pool);
        let count = lines[first..].partition_point(|line| line.0 == pool);
        let done = match &lines[first..first + count] {
            [(_, row)] => {
                self.receipt_value[*row as usize] = value;
                Ok(())
            }
            rows => self.write_back(value, rows),
        };
        let done = done.and_then(|()| self.put_in(pool as usize, value, &parts));
        done.map_err(|error| self.fault(error, order))
    }

    fn write_back(&mut self, value: i64, rows: &[(u32, u32)]) -> Result<(), NumError> {
        let records = self.records();
        let grains: Vec<i64> = rows.iter().map(|(_, row)| records.receipts[*row as usize].grains).collect();
        let (mut values, rest) = spread(value, &grains, 0, super::policy::IssueResidue::LargestRemainder)?;
        // Receipts that cancel each other out: the last one takes what there is.
        if let Some(last) = values.last_mut() {
            *last += rest;
        }
        rows.iter().zip(values).for_each(|((_, row), value)| self.receipt_value[*row as usize] = value);
        Ok(())
    }

    /// Of a product that came in before the period: what is still there, and what is gone.
    pub(super) fn late_weights(&self, order: usize, made: Made) -> [i128; 2] {
        let (records, pool) = (self.records(), made.pool as usize);
        let scale = u32::from(records.scales[records.item_of(pool)]);
        let before = self.order_row(order).received_before;
        let received = i128::from(before.at_scale(scale).map_or(i64::MAX, Quantity::grains));
        let there = i128::from(self.plant.opening_quantity[pool].max(0)).min(received);
        [there, received - there]
    }

    /// Cost after the last receipt (`C14`, `S07`): the part of the products that is still there takes its share,
    /// the rest is cost of sales.
    fn late(&mut self, order: usize) -> Result<(), NumError> {
        let elements = self.finished.row(order).to_vec();
        let mut parts = vec![0; self.plant.elements];
        self.take_elements(order, &elements, &mut parts)?;
        for (at, made) in self.made_of(order) {
            let pool = made.pool as usize;
            let value = total(&elements);
            let shares =
                split(i128::from(value), &self.late_weights(order, made), Residue::LargestRemainder)?;
            let stays = fit(shares.first().copied().unwrap_or(0))?;
            let mut kept = vec![0; self.plant.elements];
            let own = self.plant.element_of(pool);
            take(&mut parts, stays, own, &mut kept)?;
            self.put_in(pool, stays, &kept)?;
            self.leave(Leaves::Late, &parts);
            self.made_value[at] = stays;
            let mut rest = elements.clone();
            take(&mut rest, stays, 0, self.made_elements.row_mut(at))?;
            self.made_parts.row_mut(at).copy_from_slice(&kept);
            self.late_gone.push((crate::names::to_u32(at), value - stays));
        }
        Ok(())
    }
}

/// A quantity in units of nine decimals.
fn nine(quantity: Quantity) -> i128 {
    let by = POW10[usize::try_from(9 - quantity.scale().min(9)).unwrap_or(0)];
    i128::from(quantity.grains()) * i128::from(by)
}

//! Cost loops (`C10`, `R03`): the lines that close a circle get their price first, the rest is computed in order.

use super::exact;
use super::overhead::Expenses;
use super::policy::LoopRule;
use super::sequence::{Cut, Node, Sequence};
use super::share::fit;
use super::state::{Price, State, Step};
use super::system::System;
use crate::finding::{Code, Finding};
use crate::num::{NumError, Ratio, Rounding, div_round, to_scaled_i128};
use crate::run::RunControl;

/// A loop that was priced, for the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Loop {
    /// Its stocks, ascending.
    pub(super) pools: Vec<u32>,
    /// The lines that were priced beforehand: stock, taker.
    pub(super) cuts: Vec<Cut>,
    /// Rounds of an iteration; 0 otherwise.
    pub(super) rounds: u32,
}

/// Digits behind the smallest unit of the currency that an iteration keeps.
const FINE: i128 = 1_000_000_000_000;

impl State<'_> {
    /// Prices the lines that close the circles of a set and returns its nodes in the order of calculation.
    pub(super) fn open_loop(
        &mut self,
        set: &[u32],
        sequence: &Sequence,
        control: &RunControl<'_>,
    ) -> Step<(Loop, Vec<u32>)> {
        let count = set.iter().take_while(|node| (**node as usize) < self.plant.pools).count();
        let pools = set[..count].to_vec();
        let mut orders = Vec::new();
        for node in &set[count..] {
            match self.plant.node(*node) {
                Node::Order(order) => orders.push(order),
                // An expense that is shared by a cost which it is itself a part of.
                _ => return Err(Finding::new(Code::CostLoop).with("items", self.loop_items(&pools))),
            }
        }
        let cuts = sequence.cuts(&self.plant, set, control.limits()).map_err(|error| error.finding())?;
        let mut rounds = 0;
        match self.policy.loops {
            LoopRule::Fixed | LoopRule::Opening => {
                let mut last = None;
                for cut in &cuts {
                    if last != Some(cut.pool) {
                        self.fix(cut.pool as usize, &cuts)?;
                        last = Some(cut.pool);
                    }
                }
            }
            LoopRule::Iterate => {
                let system = self.system(&pools, &orders)?;
                let (costs, taken) = self.iterate(&system, control)?;
                rounds = taken;
                let value_of = |pool: usize, grains: i64| {
                    let at = pools.binary_search(&to_pool(pool)).map_err(|_| NumError::Overflow)?;
                    let value = costs[at].checked_mul(i128::from(grains)).ok_or(NumError::Overflow)?;
                    fit(div_round(value, FINE, Rounding::HalfUp)?)
                };
                self.price_ahead(&pools, value_of)?;
                self.cut_at(&cuts, value_of)?;
            }
            LoopRule::Exact => {
                let system = self.system(&pools, &orders)?;
                let solved = exact::solve(&system.rows).map_err(|error| error.finding())?;
                let refused = || Finding::new(Code::CostLoop).with("items", self.loop_items(&pools));
                let solved = solved.ok_or_else(refused)?;
                let value_of = |pool: usize, grains: i64| {
                    let at = pools.binary_search(&to_pool(pool)).map_err(|_| NumError::Overflow)?;
                    solved.times(at, grains)
                };
                self.price_ahead(&pools, value_of)?;
                self.cut_at(&cuts, value_of)?;
            }
        }
        let order = sequence.order_within(set, &cuts);
        Ok((Loop { pools, cuts, rounds }, order))
    }

    /// Prices of stocks as they will be, for components in process of orders that are settled before (`C06`).
    fn price_ahead(
        &mut self,
        pools: &[u32],
        value_of: impl Fn(usize, i64) -> Result<i64, NumError>,
    ) -> Step<()> {
        for pool in pools.iter().map(|pool| *pool as usize) {
            let grains = self.grains[pool];
            let value = value_of(pool, grains).map_err(|error| self.placed(error, pool))?;
            self.price[pool] = Price { value, grains };
        }
        Ok(())
    }

    /// Prices the cut lines of a stock at its fixed or opening price.
    fn fix(&mut self, pool: usize, cuts: &[Cut]) -> Step<()> {
        let opening =
            Ratio::new(i128::from(self.opening_value[pool]), i128::from(self.plant.opening_quantity[pool]));
        let price = match opening {
            Ok(price) if self.policy.loops == LoopRule::Opening && self.plant.opening_quantity[pool] > 0 => {
                price
            }
            _ => self.fixed_cost(pool)?,
        };
        let first = cuts.partition_point(|cut| (cut.pool as usize) < pool);
        let count = cuts[first..].iter().take_while(|cut| cut.pool as usize == pool).count();
        self.cut_at(&cuts[first..first + count], |_, grains| {
            fit(price.mul_round(i128::from(grains), Rounding::HalfUp)?)
        })?;
        if let (Ok(value), Ok(grains)) = (fit(price.numer()), fit(price.denom())) {
            self.price[pool] = Price { value, grains };
        }
        Ok(())
    }

    /// Gives the cut lines their value: they leave their stock before the rest of it is averaged.
    fn cut_at(&mut self, cuts: &[Cut], value_of: impl Fn(usize, i64) -> Result<i64, NumError>) -> Step<()> {
        let mut sink = vec![0; self.plant.elements];
        for pool in cuts.iter().map(|cut| cut.pool as usize).collect::<std::collections::BTreeSet<_>>() {
            for at in 0..self.plant.outs.of(pool).len() {
                let out = self.plant.outs.of(pool)[at];
                if out.fixed.is_some() || out.other == super::plant::NONE {
                    continue;
                }
                let taker = match self.plant.movement_of(out.row) {
                    None => out.other + to_pool(self.plant.pools),
                    Some(_) => out.other,
                };
                if cuts.binary_search(&Cut { pool: to_pool(pool), taker }).is_err() {
                    continue;
                }
                let value = value_of(pool, out.grains).map_err(|error| self.placed(error, pool))?;
                self.plant.outs.of_mut(pool)[at].fixed = Some(value);
                self.give(pool, out, value, &mut sink).map_err(|error| self.placed(error, pool))?;
                let rest = self.grains[pool].checked_sub(out.grains);
                self.grains[pool] = rest.ok_or_else(|| NumError::Overflow.finding())?;
            }
        }
        Ok(())
    }

    /// Repeats `x = (b − Σ a·x) ÷ d` until no stock's value moves by more than the tolerance.
    fn iterate(&self, system: &System, control: &RunControl<'_>) -> Step<(Vec<i128>, u32)> {
        let scale = self.records().tables().amount_scale;
        let tolerance = self.policy.loop_tolerance.0;
        let tolerance = to_scaled_i128(tolerance, scale + 9).unwrap_or(0).max(0) * (FINE / 1_000_000_000);
        let mut costs = vec![0i128; system.rows.len()];
        for (at, pool) in system.pools.iter().enumerate() {
            let quantity = i128::from(self.plant.opening_quantity[*pool as usize]);
            if quantity > 0 {
                let value = i128::from(self.opening_value[*pool as usize]) * FINE;
                costs[at] = div_round(value, quantity, Rounding::HalfUp).map_err(|error| error.finding())?;
            }
        }
        let mut moved = 0i128;
        for round in 1..=self.policy.loop_rounds {
            control.check().map_err(|cancelled| cancelled.finding())?;
            let before = std::mem::take(&mut moved);
            // Values that grow until they no longer fit diverge; in the first round it is the input that does not fit.
            let grown = |error: NumError| match round {
                1 => error.finding(),
                _ => self.diverges(round, before),
            };
            for (at, row) in system.rows.iter().enumerate() {
                let own = row.cells.get(&at).copied().unwrap_or(0);
                if own == 0 {
                    return Err(Finding::new(Code::CostLoop).with("items", self.loop_items(&system.pools)));
                }
                let next = row_value(row, at, &costs).map_err(grown)?;
                let change = next.checked_sub(costs[at]).and_then(|change| change.checked_mul(own));
                let change = change.ok_or(NumError::Overflow).map_err(grown)?;
                moved = moved.max(change.abs());
                costs[at] = next;
            }
            if moved <= tolerance {
                return Ok((costs, round));
            }
        }
        Err(self.diverges(self.policy.loop_rounds, moved))
    }

    fn diverges(&self, rounds: u32, moved: i128) -> Finding {
        let delta = fit(moved / FINE).unwrap_or(i64::MAX);
        Finding::new(Code::CostLoopDiverges).with("n", rounds).with("delta", self.amount(delta))
    }

    /// One set of the sequence: a single node, or a loop.
    pub(super) fn run_set(
        &mut self,
        set: &[u32],
        sequence: &Sequence,
        expenses: &Expenses,
        control: &RunControl<'_>,
    ) -> Step<Option<Loop>> {
        if let [node] = set {
            self.run_node(*node, expenses, control)?;
            return Ok(None);
        }
        let (found, order) = self.open_loop(set, sequence, control)?;
        for node in order {
            self.run_node(node, expenses, control)?;
        }
        Ok(Some(found))
    }

    fn run_node(&mut self, node: u32, expenses: &Expenses, control: &RunControl<'_>) -> Step<()> {
        match self.plant.node(node) {
            Node::Pool(pool) => self.price_pool(pool, control),
            Node::Order(order) => self.settle_order(order),
            Node::Group(group) => self.share_group(expenses, group),
        }
    }
}

fn to_pool(pool: usize) -> u32 {
    crate::names::to_u32(pool)
}

/// The value of the unknown of a row, given the others.
fn row_value(row: &super::system::Row, at: usize, costs: &[i128]) -> Result<i128, NumError> {
    let mut sum = row.constant.checked_mul(FINE).ok_or(NumError::Overflow)?;
    let mut own = 1;
    for (column, value) in &row.cells {
        if *column == at {
            own = *value;
            continue;
        }
        let part = costs[*column].checked_mul(*value).ok_or(NumError::Overflow)?;
        sum = sum.checked_sub(part).ok_or(NumError::Overflow)?;
    }
    div_round(sum, own, Rounding::HalfUp)
}

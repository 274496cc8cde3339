//! A cost loop as a linear system over whole numbers (`C10`): stocks by unit cost, orders by finished cost.
//!
//! A row says `Σ a·x = b`. Stocks are the first unknowns, in the order of the set; an order is an unknown of its own
//! only where its cost is a fraction of what goes in (work in process, co-products), otherwise it is folded into the
//! row of its stock.

use super::orders::Course;
use super::plant::Made;
use super::share::fit;
use super::state::{State, Step};
use crate::cost::{ItemValuation, WipRule};
use crate::finding::{Code, Finding};
use crate::num::{NumError, Ratio, Rounding};
use std::collections::BTreeMap;

/// One equation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// Column and coefficient, ascending by column.
    pub(super) cells: BTreeMap<usize, i128>,
    pub(super) constant: i128,
}

/// A loop as equations.
#[derive(Debug, Default)]
pub(super) struct System {
    /// The stock of each of the first unknowns.
    pub(super) pools: Vec<u32>,
    pub(super) rows: Vec<Row>,
}

/// Finished cost of an order: a constant and so much a grain of each stock of the set.
struct Line {
    constant: Ratio,
    cells: BTreeMap<usize, Ratio>,
}

impl Line {
    fn add(&mut self, column: usize, value: Ratio) -> Result<(), NumError> {
        let cell = self.cells.entry(column).or_insert(Ratio::ZERO);
        *cell = cell.checked_add(value)?;
        Ok(())
    }

    fn scaled(&self, part: Ratio) -> Result<Line, NumError> {
        let cells = self.cells.iter().map(|(column, value)| Ok((*column, value.checked_mul(part)?)));
        Ok(Line {
            constant: self.constant.checked_mul(part)?,
            cells: cells.collect::<Result<_, NumError>>()?,
        })
    }

    /// The least factor that makes every coefficient whole.
    fn factor(&self) -> Result<i128, NumError> {
        let mut factor = 1i128;
        for value in self.cells.values().chain([&self.constant]) {
            let step = Ratio::new(factor, value.denom())?;
            factor = step.numer().checked_mul(value.denom()).ok_or(NumError::Overflow)?;
        }
        Ok(factor)
    }
}

fn times(value: Ratio, factor: i128) -> Result<i128, NumError> {
    value.mul_round(factor, Rounding::HalfUp)
}

impl Row {
    fn add(&mut self, column: usize, value: i128) -> Result<(), NumError> {
        let cell = self.cells.entry(column).or_insert(0);
        *cell = cell.checked_add(value).ok_or(NumError::Overflow)?;
        Ok(())
    }

    fn constant(&mut self, value: i128) -> Result<(), NumError> {
        self.constant = self.constant.checked_add(value).ok_or(NumError::Overflow)?;
        Ok(())
    }
}

impl System {
    /// Shares a cost among the stocks of joint products, by weight.
    fn put(&mut self, joint: &[(Made, i128)], line: &Line) -> Result<(), NumError> {
        let sum: i128 = joint.iter().map(|joint| joint.1).sum();
        let factor = line.factor()?;
        if let ([(made, _)], 1) = (joint, factor) {
            let Ok(row) = self.pools.binary_search(&made.pool) else { return Ok(()) };
            let row = &mut self.rows[row];
            row.constant(times(line.constant, 1)?)?;
            for (column, value) in &line.cells {
                row.add(*column, -times(*value, 1)?)?;
            }
            return Ok(());
        }
        let cost = self.rows.len();
        let mut own =
            Row { cells: BTreeMap::from([(cost, factor)]), constant: times(line.constant, factor)? };
        for (column, value) in &line.cells {
            own.add(*column, -times(*value, factor)?)?;
        }
        self.rows.push(own);
        for (made, weight) in joint.iter().filter(|joint| joint.1 != 0) {
            let Ok(row) = self.pools.binary_search(&made.pool) else { continue };
            let share = Ratio::new(*weight, sum)?;
            if share == Ratio::ONE {
                self.rows[row].add(cost, -1)?;
                continue;
            }
            let column = self.rows.len();
            let cells = BTreeMap::from([(cost, -share.numer()), (column, share.denom())]);
            self.rows.push(Row { cells, constant: 0 });
            self.rows[row].add(column, -1)?;
        }
        Ok(())
    }
}

impl State<'_> {
    /// The items of a loop, for messages: at most ten.
    pub(super) fn loop_items(&self, pools: &[u32]) -> String {
        let mut names: Vec<&str> = pools.iter().map(|pool| self.item_name(*pool as usize)).collect();
        names.dedup();
        let more = if names.len() > 10 { ", …" } else { "" };
        names.truncate(10);
        format!("{}{more}", names.join(", "))
    }

    /// The equations of a loop: stocks and orders of the set, by number.
    pub(super) fn system(&self, pools: &[u32], orders: &[usize]) -> Step<System> {
        let refused = || Finding::new(Code::CostLoop).with("items", self.loop_items(pools));
        let mut system = System { pools: pools.to_vec(), rows: vec![Row::default(); pools.len()] };
        for (at, pool) in pools.iter().enumerate() {
            let pool = *pool as usize;
            let average = self.plant.valuation(pool) == ItemValuation::PeriodAverage;
            if !average || self.grains[pool] <= 0 {
                return Err(refused());
            }
            let row = &mut system.rows[at];
            row.constant = i128::from(self.value[pool]);
            let done = row.add(at, i128::from(self.grains[pool]));
            let done = done.and_then(|()| self.transfers(pool, pools, row));
            done.map_err(|error| self.placed(error, pool))?;
        }
        for order in orders {
            let line = self.order_line(*order, pools)?;
            self.place(*order, &line, &mut system).map_err(|error| error.finding())?;
        }
        Ok(system)
    }

    fn transfers(&self, pool: usize, pools: &[u32], row: &mut Row) -> Result<(), NumError> {
        for at in self.plant.arrivals.of(pool) {
            let line = self.records().movements[*at as usize];
            if let (None, Ok(from)) = (line.fixed, pools.binary_search(&line.pool)) {
                row.add(from, -i128::from(line.grains))?;
            }
        }
        Ok(())
    }

    /// Finished cost of an order that its joint products share, as a line.
    fn order_line(&self, order: usize, pools: &[u32]) -> Step<Line> {
        let records = self.records();
        let row = &records.tables().orders[order];
        let mut line = Line { constant: Ratio::ZERO, cells: BTreeMap::new() };
        let mut part = vec![Ratio::ONE; self.plant.elements];
        for (element, part) in part.iter_mut().enumerate() {
            let own = self.element_line(order, element, part)?;
            line.constant = line.constant.checked_add(own).map_err(|error| error.finding())?;
        }
        let late = self.course(order) == Course::Late;
        for at in self.plant.issues.of(order) {
            let issue = records.issues[*at as usize];
            let Ok(column) = pools.binary_search(&issue.pool) else { continue };
            if issue.fixed.is_some() {
                continue;
            }
            let mut share = part[self.plant.element_of(issue.pool as usize)];
            if row.charge_period {
                let item = records.item_of(issue.pool as usize);
                let mut own = self.plant.made_by.of(order).iter();
                let kept =
                    own.any(|made| records.item_of(self.plant.made[*made as usize].pool as usize) == item);
                share = if kept { Ratio::ONE } else { Ratio::ZERO };
            }
            let value = if late {
                Ok(Ratio::from_int(issue.grains))
            } else {
                share.checked_mul(Ratio::from_int(issue.grains))
            };
            value.and_then(|value| line.add(column, value)).map_err(|error| error.finding())?;
        }
        if row.wip == WipRule::Components && !row.closed {
            for at in self.plant.components.of(order) {
                let held = records.wip_components[*at as usize];
                let pool = held.pool as usize;
                let share = part[self.plant.element_of(pool)];
                let done = match pools.binary_search(&held.pool) {
                    Ok(column) => {
                        let value = share.checked_mul(Ratio::from_int(held.grains).negated());
                        value.and_then(|value| line.add(column, value))
                    }
                    // Priced before: as much as it is taken for when the order is settled.
                    Err(_) => self.at_price(pool, held.grains).and_then(|value| {
                        let value = share.checked_mul(Ratio::from_int(value))?;
                        line.constant = line.constant.checked_sub(value)?;
                        Ok(())
                    }),
                };
                done.map_err(|error| error.finding())?;
            }
        }
        Ok(line)
    }

    /// The known part of an element's finished cost, and (in `part`) what of the unknown part is finished.
    fn element_line(&self, order: usize, element: usize, part: &mut Ratio) -> Step<Ratio> {
        let row = &self.records().tables().orders[order];
        if row.charge_period {
            return Ok(Ratio::ZERO);
        }
        let (opening, input) = (self.opening.row(order)[element], self.input.row(order)[element]);
        if self.course(order) == Course::Late {
            return Ratio::new(i128::from(opening) + i128::from(input), 1).map_err(|error| error.finding());
        }
        let units = self.physical(order);
        let weights = match self.completion(order, element, &units) {
            _ if units.all_finished() => None,
            Ok(done) => Some(self.weights(order, &units, &done)?),
            // An element without cost needs no completion.
            Err(_) if opening == 0 && input == 0 => return Ok(Ratio::ZERO),
            Err(finding) => return Err(finding),
        };
        let mut known = i128::from(input);
        if row.wip == WipRule::Given && !row.closed {
            known -= i128::from(self.given_value(order, element));
        }
        let finished = || -> Result<(Ratio, Ratio), NumError> {
            let (of_opening, of_input) =
                weights.map_or(Ok((Ratio::ONE, Ratio::ONE)), |weights| weights.finished())?;
            let own = of_opening.checked_mul(Ratio::from_int(opening))?;
            Ok((own.checked_add(of_input.checked_mul(Ratio::new(known, 1)?)?)?, of_input))
        };
        let (own, of) = finished().map_err(|error| error.finding())?;
        *part = of;
        Ok(own)
    }

    /// Puts an order into the rows of the stocks that it gives to.
    fn place(&self, order: usize, line: &Line, system: &mut System) -> Result<(), NumError> {
        let late = self.made_of(order).into_iter().find(|(_, made)| made.late);
        if let Some((_, made)) = late {
            // Only what is still there bears its part of what comes late (`C14`).
            let [there, gone] = self.late_weights(order, made);
            let stays = line.scaled(Ratio::new(there, there + gone)?)?;
            return system.put(&[(made, 1)], &stays);
        }
        let mut constant = line.constant;
        let mut joint: Vec<(Made, i128)> = Vec::new();
        for (_, made) in self.made_of(order) {
            match self.unit_cost_of(made).ok().flatten() {
                Some(cost) => {
                    let value = self.per_grain(cost, made.pool as usize)?;
                    let value = fit(value.mul_round(i128::from(made.grains), Rounding::HalfUp)?)?;
                    constant = constant.checked_sub(Ratio::from_int(value))?;
                    if let Ok(row) = system.pools.binary_search(&made.pool) {
                        system.rows[row].constant(i128::from(value))?;
                    }
                }
                None => joint.push((made, self.weight_of(order, made)?)),
            }
        }
        system.put(&joint, &Line { constant, cells: line.cells.clone() })
    }

    /// Weight of a joint product, as `joint_weights` has it.
    fn weight_of(&self, order: usize, made: Made) -> Result<i128, NumError> {
        let rule = self.rule_of(made).and_then(|rule| rule.weight);
        let weight = rule.map_or(Ok(1_000_000_000), |weight| crate::num::to_scaled_i128(weight.0, 9))?;
        let records = self.records();
        let scale = records.scales[records.item_of(made.pool as usize)];
        let by = i128::from(crate::num::POW10[usize::from(9 - scale.min(9))]);
        let quantity = i128::from(made.grains.max(0)) * by;
        match records.tables().orders[order].share {
            crate::cost::ShareMode::Weight => quantity.checked_mul(weight).ok_or(NumError::Overflow),
            crate::cost::ShareMode::Share => Ok(quantity.signum() * weight),
        }
    }
}

//! Pricing what leaves a stock (`C02`, `C17`), once everything that came into it is known.

use super::plant::Out;
use super::share::{fit, plus, scaled, spread};
use super::state::{Leaves, Price, State, Step};
use crate::cost::ItemValuation;
use crate::finding::{Code, Finding};
use crate::num::{NumError, Ratio, Rounding};
use crate::run::RunControl;

impl State<'_> {
    /// Prices the lines of a stock that have no value yet.
    pub(super) fn price_pool(&mut self, pool: usize, control: &RunControl<'_>) -> Step<()> {
        if pool.is_multiple_of(1024) {
            control.check().map_err(|cancelled| cancelled.finding())?;
        }
        // Where every line closed a circle nothing is left to be averaged, and the price they had stays.
        if self.grains[pool] != 0 || self.price[pool].grains == 0 {
            self.price[pool] = Price { value: self.value[pool], grains: self.grains[pool] };
        }
        let done = match self.plant.valuation(pool) {
            ItemValuation::PeriodAverage => {
                self.priced_above_nought(pool)?;
                self.average(pool)
            }
            ItemValuation::Standard => return self.standard(pool),
            method => self.layered(pool, method),
        };
        done.map_err(|error| self.placed(error, pool))
    }

    fn open_lines(&self, pool: usize) -> Vec<Out> {
        self.plant.outs.of(pool).iter().filter(|out| out.fixed.is_none()).copied().collect()
    }

    /// Refuses a price below nought: lines of a typed value took more than there was and left value behind, so that
    /// what comes back would be worth less than nothing.
    fn priced_above_nought(&self, pool: usize) -> Step<()> {
        let lines = self.plant.outs.of(pool).iter().filter(|out| out.fixed.is_none());
        let averaged = lines.fold(self.plant.closing(pool), |sum, out| sum.saturating_add(out.grains));
        if averaged < 0 && self.value[pool] > 0 {
            return Err(self.negative_stock(pool, averaged));
        }
        Ok(())
    }

    fn average(&mut self, pool: usize) -> Result<(), NumError> {
        let lines = self.open_lines(pool);
        if lines.is_empty() && self.plant.closing(pool) != 0 {
            return Ok(());
        }
        let grains: Vec<i64> = lines.iter().map(|out| out.grains).collect();
        let closing = self.plant.closing(pool);
        let (values, _) = spread(self.value[pool], &grains, closing, self.policy.residue)?;
        self.unpriced(pool, &lines);
        self.hand_out(pool, &lines, &values)?;
        self.nothing_left(pool)
    }

    /// Hands out lines at their values, in the order of their ids.
    pub(super) fn hand_out(&mut self, pool: usize, lines: &[Out], values: &[i64]) -> Result<(), NumError> {
        let mut sink = vec![0; self.plant.elements];
        // What comes back first: it is part of what goes out.
        let back = |out: &Out| out.grains < 0;
        for returned in [true, false] {
            for (out, value) in lines.iter().zip(values).filter(|(out, _)| back(out) == returned) {
                self.give(pool, *out, *value, &mut sink)?;
            }
        }
        Ok(())
    }

    /// A stock without quantity has no value: a rest goes to a named line (`S07`, promise 12).
    pub(super) fn nothing_left(&mut self, pool: usize) -> Result<(), NumError> {
        if self.plant.closing(pool) != 0 {
            return Ok(());
        }
        let rest = self.value[pool];
        let parts = self.parts.row(pool).to_vec();
        if rest == 0 && parts.iter().all(|part| *part == 0) {
            return Ok(());
        }
        self.parts.row_mut(pool).fill(0);
        self.value[pool] = 0;
        self.leave(Leaves::Difference, &parts);
        if rest != 0 {
            self.differences.push((crate::names::to_u32(pool), rest));
            let finding = Finding::new(Code::AdjustZeroStock).with("item", self.item_name(pool));
            self.findings.push(finding.with("amount", self.amount(rest)));
        }
        Ok(())
    }

    /// Says what goes out at no cost.
    pub(super) fn unpriced(&mut self, pool: usize, lines: &[Out]) {
        let records = self.records();
        let theirs = records.tables().items[records.item_of(pool)].customer_owned;
        if self.value[pool] == 0 && !theirs && lines.iter().any(|out| out.grains > 0) {
            let item = self.item_name(pool);
            self.note(Code::ZeroCostIssue, "item", item);
        }
        if self.value[pool] < 0 {
            let finding = Finding::new(Code::AdjustNegativeValue).with("item", self.item_name(pool));
            let value = self.amount(self.value[pool]);
            self.findings.push(finding.with("value", value));
        }
    }

    /// Fixed cost of a unit as an amount a grain.
    pub(super) fn fixed_cost(&self, pool: usize) -> Step<Ratio> {
        let records = self.records();
        let item = &records.tables().items[records.item_of(pool)];
        let Some(cost) = item.fixed_cost else {
            let missing = Finding::new(Code::FixedCostMissing).with("item", &item.id);
            return Err(missing.with("date", records.period().to));
        };
        self.per_grain(cost.0, pool).map_err(|error| self.placed(error, pool))
    }

    /// A price of a unit as smallest units of the currency a grain of the item.
    pub(super) fn per_grain(&self, price: rust_decimal::Decimal, pool: usize) -> Result<Ratio, NumError> {
        let records = self.records();
        let scale = u32::from(records.scales[records.item_of(pool)]);
        let to = Ratio::new(10i128.pow(records.tables().amount_scale), 10i128.pow(scale))?;
        Ratio::from_decimal(price).checked_mul(to)
    }

    fn standard(&mut self, pool: usize) -> Step<()> {
        let lines = self.open_lines(pool);
        if lines.is_empty() {
            return Ok(());
        }
        let cost = self.fixed_cost(pool)?;
        let priced: Result<Vec<i64>, NumError> =
            lines.iter().map(|out| fit(cost.mul_round(i128::from(out.grains), Rounding::HalfUp)?)).collect();
        let done = priced.and_then(|values| self.hand_out(pool, &lines, &values));
        done.map_err(|error| self.placed(error, pool))
    }

    /// What the ending stock of standard items is worth, and the difference to what came in (`C18`).
    pub(super) fn standard_differences(&mut self) -> Step<()> {
        for pool in 0..self.plant.pools {
            if self.plant.valuation(pool) != ItemValuation::Standard {
                continue;
            }
            let closing = self.plant.closing(pool);
            let worth = match closing {
                0 => 0,
                grains => {
                    let worth = self.fixed_cost(pool)?.mul_round(i128::from(grains), Rounding::HalfUp);
                    worth.and_then(fit).map_err(|error| self.placed(error, pool))?
                }
            };
            let rest = self.value[pool].checked_sub(worth).ok_or_else(|| NumError::Overflow.finding())?;
            let mut parts = vec![0; self.plant.elements];
            if closing == 0 {
                parts.copy_from_slice(self.parts.row(pool));
                self.parts.row_mut(pool).fill(0);
            } else {
                let own = self.plant.element_of(pool);
                super::share::take(self.parts.row_mut(pool), rest, own, &mut parts)
                    .map_err(|error| self.placed(error, pool))?;
            }
            self.value[pool] = worth;
            self.leave(Leaves::Difference, &parts);
            if rest != 0 {
                self.differences.push((crate::names::to_u32(pool), rest));
            }
        }
        Ok(())
    }

    /// Value of some grains of a stock at its price of the period, half up.
    pub(super) fn at_price(&self, pool: usize, grains: i64) -> Result<i64, NumError> {
        let price = self.price[pool];
        if price.grains == 0 {
            return Ok(0);
        }
        fit(scaled(price.value, grains, i128::from(price.grains))?)
    }

    /// An amount as a decimal of the currency.
    pub(super) fn amount(&self, units: i64) -> rust_decimal::Decimal {
        crate::num::from_scaled(units, self.records().tables().amount_scale)
    }

    /// Puts value that an order made into its stock.
    pub(super) fn put_in(&mut self, pool: usize, value: i64, parts: &[i64]) -> Result<(), NumError> {
        self.value[pool] = plus(self.value[pool], value)?;
        for (cell, part) in self.parts.row_mut(pool).iter_mut().zip(parts) {
            *cell = plus(*cell, *part)?;
        }
        Ok(())
    }
}

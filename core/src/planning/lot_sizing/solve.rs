//! Answers a request: reads its numbers, prepares its rule, compares with the optimum.

use rust_decimal::Decimal;

use super::costs::CostTable;
use super::grains::Grains;
use super::sizing::Sizing;
use super::{
    Costs, EconomicRule, LotChoice, LotSizing, LotSizingError, LotSizingResult, Need, PerPeriod, eoq,
    poq_periods,
};
use crate::num::{NumError, Ratio, from_scaled};

/// The most periods of one request.
const MAX_PERIODS: usize = 10_000;

/// How the needs are covered, prepared from the choice.
pub(super) struct Prepared {
    /// Rules in turn (only `Periods` has several).
    pub(super) rules: Vec<EconomicRule>,
    pub(super) fixed: Option<i64>,
    pub(super) lot_quantity: Option<i64>,
    pub(super) lot_periods: Option<u32>,
}

impl LotSizing {
    /// Sizes the lots.
    ///
    /// # Errors
    /// `PARAM_MISSING` for a cost that the rule needs, or a list of costs of another length than the demand;
    /// `QTY_NOT_POSITIVE`, `LOT_PARAM_CONFLICT`, `LIMIT_EXCEEDED` (10 000 periods, 100 000 orders),
    /// `PRECISION_EXCEEDED`, `QTY_OUT_OF_RANGE`, `DIVISION_BY_ZERO` (EOQ without holding cost).
    pub fn solve(&self) -> Result<LotSizingResult, LotSizingError> {
        if self.demand.len() > MAX_PERIODS {
            return Err(LotSizingError::Limit { what: "periods", limit: MAX_PERIODS });
        }
        let grains = self.grains()?;
        let needs = self.needs(grains)?;
        let costs = self.costs(grains)?;
        let prepared = self.prepare(grains, &needs)?;
        let modifiers = grains.modifiers(self.min, self.max, self.multiple, self.max_rule)?;
        // A rule that weighs no costs may be asked without any.
        let weighed = costs.as_ref().map_or_else(|| self.no_costs(), |costs| Ok(costs.clone()))?;
        let mut sizing = Sizing::new(&weighed, &prepared, modifiers, grains, self.demand.len());
        sizing.run(needs.clone())?;
        let Sizing { lots, orders, steps, .. } = sizing;
        let (ending, cost) = self.assess(grains, &lots, costs.as_ref())?;
        let write = |values: &[i64]| values.iter().map(|value| grains.write(*value)).collect();
        Ok(LotSizingResult {
            lots: write(&lots),
            ending: write(&ending),
            orders,
            lot_quantity: prepared.lot_quantity.map(|quantity| grains.write(quantity)),
            lot_periods: prepared.lot_periods,
            cost,
            optimum: costs.as_ref().map(|costs| self.optimum(grains, &needs, costs)).transpose()?,
            steps,
        })
    }

    fn grains(&self) -> Result<Grains, LotSizingError> {
        let fixed = match &self.lot {
            LotChoice::Fixed { quantity } => Some(*quantity),
            _ => None,
        };
        let modifiers = [self.min, self.max, self.multiple, fixed];
        let values = self.demand.iter().copied().chain(modifiers.into_iter().flatten());
        Grains::of(values.map(|value| value.0), self.scale)
    }

    fn needs(&self, grains: Grains) -> Result<Vec<Need>, LotSizingError> {
        let mut needs = Vec::new();
        let mut total = 0i64;
        for (period, demand) in (0i32..).zip(&self.demand) {
            let quantity = grains.read(*demand)?;
            if quantity < 0 {
                let row = usize::try_from(period).unwrap_or(0) + 1;
                return Err(LotSizingError::NotPositive { field: "demand", row });
            }
            total = total.checked_add(quantity).ok_or(NumError::Overflow)?;
            if quantity > 0 {
                needs.push(Need { period, quantity });
            }
        }
        Ok(needs)
    }

    /// The costs, when set-up and holding are both given.
    fn costs(&self, grains: Grains) -> Result<Option<Costs>, LotSizingError> {
        let (Some(setup), Some(holding)) = (&self.setup_cost, &self.holding_cost) else { return Ok(None) };
        let table = CostTable {
            setup: self.table(setup, "setup_cost")?,
            holding: self.table(holding, "holding_cost")?,
            buying: match &self.unit_cost {
                Some(cost) => self.table(cost, "unit_cost")?,
                None => Vec::new(),
            },
        };
        Costs::from_table(&table, grains.0, self.holding_basis).map(Some)
    }

    fn table(&self, cost: &PerPeriod, field: &'static str) -> Result<Vec<(i32, Decimal)>, LotSizingError> {
        match cost {
            PerPeriod::Same(cost) => Ok(vec![(i32::MIN, cost.0)]),
            PerPeriod::Each(costs) if costs.len() == self.demand.len() => {
                Ok((0i32..).zip(costs).map(|(period, cost)| (period, cost.0)).collect())
            }
            PerPeriod::Each(_) => Err(LotSizingError::ParamMissing { field }),
        }
    }

    /// Nought for a rule that weighs no costs.
    fn no_costs(&self) -> Result<Costs, LotSizingError> {
        match self.lot {
            LotChoice::LotForLot | LotChoice::Fixed { .. } | LotChoice::Periods { .. } => {
                Costs::from_table(&CostTable::default(), 0, self.holding_basis)
            }
            _ if self.setup_cost.is_none() => Err(LotSizingError::ParamMissing { field: "setup_cost" }),
            _ => Err(LotSizingError::ParamMissing { field: "holding_cost" }),
        }
    }

    fn prepare(&self, grains: Grains, needs: &[Need]) -> Result<Prepared, LotSizingError> {
        let mut prepared = Prepared { rules: Vec::new(), fixed: None, lot_quantity: None, lot_periods: None };
        let rule = match &self.lot {
            LotChoice::LotForLot => EconomicRule::Periods(1),
            LotChoice::Fixed { quantity } => {
                prepared.fixed = Some(grains.parameter("quantity", Some(*quantity))?);
                EconomicRule::Periods(1)
            }
            LotChoice::Periods { counts } => {
                if let Some(at) = counts.iter().position(|count| *count == 0) {
                    return Err(LotSizingError::NotPositive { field: "counts", row: at + 1 });
                }
                if counts.is_empty() {
                    return Err(LotSizingError::ParamMissing { field: "counts" });
                }
                prepared.rules.extend(counts.iter().map(|count| EconomicRule::Periods(*count)));
                return Ok(prepared);
            }
            LotChoice::Eoq { demand_rate } => {
                prepared.fixed = Some(self.eoq(grains, self.rate(*demand_rate, grains, needs)?)?);
                prepared.lot_quantity = prepared.fixed;
                EconomicRule::Periods(1)
            }
            LotChoice::Poq { demand_rate } => {
                let rate = self.rate(*demand_rate, grains, needs)?;
                let quantity = self.eoq(grains, rate)?;
                let periods = if rate.is_zero() {
                    1
                } else {
                    poq_periods(Ratio::from_decimal(from_scaled(quantity, grains.0)), rate)?
                };
                (prepared.lot_quantity, prepared.lot_periods) = (Some(quantity), Some(periods));
                EconomicRule::Periods(periods)
            }
            LotChoice::LeastUnitCost => EconomicRule::LeastUnitCost,
            LotChoice::LeastTotalCost => EconomicRule::LeastTotalCost,
            LotChoice::PartPeriod { balance, look_ahead, look_back } => {
                EconomicRule::PartPeriod { balance: *balance, look_ahead: *look_ahead, look_back: *look_back }
            }
            LotChoice::SilverMeal => EconomicRule::SilverMeal,
            LotChoice::WagnerWhitin => EconomicRule::WagnerWhitin,
        };
        prepared.rules.push(rule);
        Ok(prepared)
    }

    /// Units per period: as given, or the mean of the demand.
    fn rate(&self, given: Option<Ratio>, grains: Grains, needs: &[Need]) -> Result<Ratio, LotSizingError> {
        if let Some(rate) = given {
            let ok = !rate.is_negative();
            return if ok {
                Ok(rate)
            } else {
                Err(LotSizingError::NotPositive { field: "demand_rate", row: 1 })
            };
        }
        let total: i128 = needs.iter().map(|need| i128::from(need.quantity)).sum();
        let periods = i128::try_from(self.demand.len().max(1)).map_err(|_| NumError::Range)?;
        let scale = 10i128.pow(grains.0);
        Ok(Ratio::new(total, periods * scale)?)
    }

    /// EOQ from the costs of the first period.
    fn eoq(&self, grains: Grains, rate: Ratio) -> Result<i64, LotSizingError> {
        let first = |cost: &Option<PerPeriod>, field| match cost {
            Some(PerPeriod::Same(cost)) => Ok(Ratio::from_decimal(cost.0)),
            Some(PerPeriod::Each(costs)) if !costs.is_empty() => Ok(Ratio::from_decimal(costs[0].0)),
            _ => Err(LotSizingError::ParamMissing { field }),
        };
        let (setup, holding) =
            (first(&self.setup_cost, "setup_cost")?, first(&self.holding_cost, "holding_cost")?);
        Ok(eoq(rate, setup, holding, grains.0)?)
    }
}

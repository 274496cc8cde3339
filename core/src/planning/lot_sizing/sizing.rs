//! Covers a request's needs lot by lot and keeps how each lot was found.

use super::grains::{Grains, MAX_ORDERS, limited};
use super::solve::Prepared;
use super::{
    Balance, Costs, EconomicRule, Lot, LotOrder, LotSizingError, LotSteps, Modifiers, Need, PartPeriodSteps,
    Scratch, all_lots, balance, first_lot, heuristic, pieces,
};
use crate::num::{NumError, Ratio};

/// Index of a period of a request, which starts at 0.
pub(super) fn index(period: i32) -> usize {
    usize::try_from(period).unwrap_or(0)
}

/// Number of a period in the answer, from 1.
fn number(period: i32) -> u32 {
    u32::try_from(period).unwrap_or(0) + 1
}

/// A request being sized, lot by lot.
pub(super) struct Sizing<'a> {
    costs: &'a Costs,
    prepared: &'a Prepared,
    modifiers: Modifiers,
    grains: Grains,
    pub(super) lots: Vec<i64>,
    pub(super) orders: Vec<LotOrder>,
    pub(super) steps: Vec<LotSteps>,
}

impl<'a> Sizing<'a> {
    pub(super) fn new(
        costs: &'a Costs,
        prepared: &'a Prepared,
        modifiers: Modifiers,
        grains: Grains,
        periods: usize,
    ) -> Sizing<'a> {
        let lots = vec![0; periods];
        Sizing { costs, prepared, modifiers, grains, lots, orders: Vec::new(), steps: Vec::new() }
    }

    /// Covers the needs, lot by lot.
    pub(super) fn run(&mut self, mut needs: Vec<Need>) -> Result<(), LotSizingError> {
        // Wagner–Whitin decides the whole series at once; it is asked again only after a surplus.
        let mut scratch = Scratch::default();
        let mut plan: Vec<Lot> = Vec::new();
        let (mut at, mut earliest) = (0, 0);
        for turn in 0.. {
            if at == needs.len() {
                break;
            }
            let rule = self.prepared.rules[turn % self.prepared.rules.len()];
            let rest = &needs[at..];
            let lot = if rule == EconomicRule::WagnerWhitin {
                if plan.is_empty() {
                    all_lots(rule, rest, earliest, self.costs, &mut scratch, |lot| plan.push(lot))?;
                    plan.reverse();
                }
                plan.pop().unwrap_or(Lot { period: rest[0].period, count: rest.len() })
            } else {
                first_lot(rule, rest, earliest, self.costs, &mut scratch)?
            };
            self.explain(rule, rest, lot)?;
            let surplus = self.order(rest, lot)?;
            earliest = needs[at + lot.count - 1].period + 1;
            at += lot.count;
            if surplus > 0 {
                at += use_surplus(&mut needs[at..], surplus);
                plan.clear();
            }
        }
        Ok(())
    }

    /// Makes the orders of a lot; gives what they are too much.
    fn order(&mut self, needs: &[Need], lot: Lot) -> Result<i64, LotSizingError> {
        let needed = sum(&needs[..lot.count])?;
        let room = MAX_ORDERS - self.orders.len();
        let pieces = limited(pieces(needed, &self.modifiers, self.prepared.fixed)?, room)?;
        let total = pieces.total()?;
        self.lots[index(lot.period)] = total;
        let (period, grains) = (number(lot.period), self.grains);
        self.orders
            .extend(pieces.iter().map(|quantity| LotOrder { period, quantity: grains.write(quantity) }));
        Ok(total - needed)
    }

    /// Repeats the rule for one lot and keeps what it looked at.
    fn explain(&mut self, rule: EconomicRule, needs: &[Need], lot: Lot) -> Result<(), LotSizingError> {
        let mut averages = Vec::new();
        let mut part_period = None;
        match rule {
            EconomicRule::LeastUnitCost => averages = self.unit_costs(needs)?,
            EconomicRule::SilverMeal => averages = self.period_costs(needs)?,
            EconomicRule::LeastTotalCost => {
                (averages, part_period) = self.balanced(needs, Balance::Closest, false, false)?;
            }
            EconomicRule::PartPeriod { balance, look_ahead, look_back } => {
                (averages, part_period) = self.balanced(needs, balance, look_ahead, look_back)?;
            }
            EconomicRule::Periods(_) | EconomicRule::WagnerWhitin => {}
        }
        let last = number(needs[lot.count - 1].period);
        self.steps.push(LotSteps { period: number(lot.period), last, averages, part_period });
        Ok(())
    }

    fn unit_costs(&self, needs: &[Need]) -> Result<Vec<Ratio>, NumError> {
        let mut seen = Vec::new();
        heuristic::least_unit_cost(needs, self.costs, &mut |cost, by| seen.push((cost, by)))?;
        // The quantity is in grains, a unit cost is per unit.
        let unit = 10i128.pow(self.grains.0);
        seen.into_iter()
            .map(|(cost, by)| self.costs.money(cost)?.checked_mul(Ratio::new(unit, by)?))
            .collect()
    }

    fn period_costs(&self, needs: &[Need]) -> Result<Vec<Ratio>, NumError> {
        let mut seen = Vec::new();
        heuristic::silver_meal(needs, self.costs, &mut |cost, periods| {
            seen.extend(periods.map(|periods| (cost, periods)));
        })?;
        seen.into_iter().map(|(cost, by)| self.costs.money(cost)?.checked_div(Ratio::new(by, 1)?)).collect()
    }

    fn balanced(
        &self,
        needs: &[Need],
        balance: Balance,
        look_ahead: bool,
        look_back: bool,
    ) -> Result<(Vec<Ratio>, Option<PartPeriodSteps>), NumError> {
        let mut carried = Vec::new();
        let initial = balance::initial(needs, self.costs, balance, &mut |cost| carried.push(cost))?;
        let steps = balance::adjust(needs, self.costs, initial, look_ahead, look_back)?;
        let quantity = |count: usize| sum(&needs[..count]).map(|sum| self.grains.write(sum));
        let steps = PartPeriodSteps {
            initial: quantity(steps.initial)?,
            after_look_ahead: quantity(steps.after_look_ahead)?,
            after_look_back: quantity(steps.after_look_back)?,
            next_order_period: needs.get(steps.after_look_back).map(|need| number(need.period)),
        };
        let carried: Result<_, NumError> = carried.into_iter().map(|cost| self.costs.money(cost)).collect();
        Ok((carried?, Some(steps)))
    }
}

fn sum(needs: &[Need]) -> Result<i64, NumError> {
    needs.iter().try_fold(0i64, |sum, need| sum.checked_add(need.quantity)).ok_or(NumError::Overflow)
}

/// Takes a surplus from the needs that follow; gives how many are covered whole.
fn use_surplus(needs: &mut [Need], mut surplus: i64) -> usize {
    for (covered, need) in needs.iter_mut().enumerate() {
        if need.quantity > surplus {
            need.quantity -= surplus;
            return covered;
        }
        surplus -= need.quantity;
    }
    needs.len()
}

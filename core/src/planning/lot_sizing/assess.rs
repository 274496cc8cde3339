//! What lots cost, and the optimum they are compared with.

use super::grains::Grains;
use super::sizing::index;
use super::{Costs, EconomicRule, LotCosts, LotSizing, LotSizingError, Need, OptimalLots, Scratch, all_lots};
use crate::num::NumError;

impl LotSizing {
    /// Ending inventories and costs of lots.
    pub(super) fn assess(
        &self,
        grains: Grains,
        lots: &[i64],
        costs: Option<&Costs>,
    ) -> Result<(Vec<i64>, Option<LotCosts>), LotSizingError> {
        let (mut setup, mut holding, mut purchase) = (0i128, 0i128, 0i128);
        let mut inventory = 0i64;
        let mut ending = Vec::with_capacity(lots.len());
        for ((period, lot), demand) in (0i32..).zip(lots).zip(&self.demand) {
            let demand = grains.read(*demand)?;
            let arrived = inventory.checked_add(*lot).ok_or(NumError::Overflow)?;
            inventory = arrived - demand;
            ending.push(inventory);
            let Some(costs) = costs else { continue };
            if *lot > 0 {
                setup += costs.setup(period);
                purchase = plus(purchase, costs.buying(period), *lot)?;
            }
            holding = plus(holding, costs.holding(period), inventory)?;
            holding = plus(holding, costs.used(period), demand)?;
        }
        let Some(costs) = costs else { return Ok((ending, None)) };
        let total = setup.checked_add(holding).ok_or(NumError::Overflow)?;
        let cost = LotCosts {
            setup: costs.money(setup)?,
            holding: costs.money(holding)?,
            cost: costs.money(total)?,
            purchase: costs.money(purchase)?,
        };
        Ok((ending, Some(cost)))
    }

    pub(super) fn optimum(
        &self,
        grains: Grains,
        needs: &[Need],
        costs: &Costs,
    ) -> Result<OptimalLots, LotSizingError> {
        let mut lots = vec![0i64; self.demand.len()];
        let mut at = 0;
        all_lots(EconomicRule::WagnerWhitin, needs, 0, costs, &mut Scratch::default(), |lot| {
            let quantity: i64 = needs[at..at + lot.count].iter().map(|need| need.quantity).sum();
            lots[index(lot.period)] = quantity;
            at += lot.count;
        })?;
        let (_, cost) = self.assess(grains, &lots, Some(costs))?;
        let cost = cost.ok_or(LotSizingError::ParamMissing { field: "setup_cost" })?;
        Ok(OptimalLots { lots: lots.iter().map(|lot| grains.write(*lot)).collect(), cost })
    }
}

fn plus(sum: i128, cost: i128, grains: i64) -> Result<i128, NumError> {
    let more = cost.checked_mul(i128::from(grains));
    more.and_then(|more| sum.checked_add(more)).ok_or(NumError::Overflow)
}

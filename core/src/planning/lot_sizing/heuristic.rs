//! Least unit cost and Silver–Meal: grow a lot until its average cost rises for the first time (`P28`).

use std::cmp::Ordering;
use std::ops::RangeInclusive;

use super::{Costs, Need};
use crate::num::{NumError, Ratio};

/// A lot that grows need by need.
struct Growing<'a> {
    costs: &'a Costs,
    start: i32,
    quantity: i128,
    /// Set-up, holding and (where it counts) unit cost so far.
    cost: i128,
}

impl Growing<'_> {
    fn at(costs: &Costs, start: i32) -> Growing<'_> {
        Growing { costs, start, quantity: 0, cost: costs.setup(start) }
    }

    fn add(&mut self, need: Need) -> Result<(), NumError> {
        let grains = i128::from(need.quantity);
        let per_grain = self.costs.used(need.period) + self.costs.buying(self.start);
        let more = per_grain.checked_mul(grains).ok_or(NumError::Overflow)?;
        let carried = self.costs.carry(self.start, need)?;
        let cost = self.cost.checked_add(more).and_then(|cost| cost.checked_add(carried));
        self.cost = cost.ok_or(NumError::Overflow)?;
        self.quantity += grains;
        Ok(())
    }
}

/// Compares `a / b` with `c / d`, all divisors above nought.
fn compare(a: i128, b: i128, c: i128, d: i128) -> Result<Ordering, NumError> {
    match a.checked_mul(d).zip(c.checked_mul(b)) {
        Some((left, right)) => Ok(left.cmp(&right)),
        None => Ok(Ratio::new(a, b)?.cmp(&Ratio::new(c, d)?)),
    }
}

/// Needs covered at the least cost per unit; `observe` sees every cost and quantity compared.
///
/// Without a unit cost or with one the choice is the same: it adds the same to every average.
pub(super) fn least_unit_cost(
    needs: &[Need],
    costs: &Costs,
    observe: &mut impl FnMut(i128, i128),
) -> Result<usize, NumError> {
    let Some(first) = needs.first() else { return Ok(0) };
    let mut lot = Growing::at(costs, first.period);
    let (mut last_cost, mut last_quantity) = (0, 0);
    for (count, need) in needs.iter().enumerate() {
        lot.add(*need)?;
        observe(lot.cost, lot.quantity);
        if count > 0 && compare(lot.cost, lot.quantity, last_cost, last_quantity)? == Ordering::Greater {
            return Ok(count);
        }
        (last_cost, last_quantity) = (lot.cost, lot.quantity);
    }
    Ok(needs.len())
}

/// Needs covered at the least cost per period; `observe` sees every cost and the numbers of periods it was
/// compared by, those of periods without need too.
///
/// Where a period has no need the average falls, so a lot can stop only at a period with one, and is compared
/// there with the average of the period before.
pub(super) fn silver_meal(
    needs: &[Need],
    costs: &Costs,
    observe: &mut impl FnMut(i128, RangeInclusive<i128>),
) -> Result<usize, NumError> {
    let Some(first) = needs.first() else { return Ok(0) };
    let mut lot = Growing::at(costs, first.period);
    let mut periods = 0;
    for (count, need) in needs.iter().enumerate() {
        let until = i128::from(need.period) - i128::from(first.period);
        observe(lot.cost, periods + 1..=until);
        let before = lot.cost;
        lot.add(*need)?;
        periods = until + 1;
        observe(lot.cost, periods..=periods);
        if count > 0 && compare(lot.cost, periods, before, until)? == Ordering::Greater {
            return Ok(count);
        }
    }
    Ok(needs.len())
}

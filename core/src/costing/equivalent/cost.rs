//! The cost of one element shared among what was finished, spoiled and is still in process.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Done, EquivalentUnits, Flow, NormalLoss, Spoilage, Units, equivalent_units};
use crate::costing::share::{exact, sum, to_amount, whole};
use crate::costing::{CostError, ElementBalance, split_by};
use crate::num::{NumError, Ratio, Residue, Rounding, div_round, split};

/// What one element of one cost object costs in one period, in the smallest unit of the currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ElementCost {
    /// In process at the start.
    pub opening: i128,
    /// Added in the period.
    pub input: i128,
}

/// Which side takes the residue of a unit cost that is rounded before it is multiplied (`C05`).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ResidueSide {
    /// What is finished is what is left (倒挤).
    #[default]
    Finished,
    /// What is in process at the end is what is left.
    Closing,
}

/// How finely units and cost per unit are reckoned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Precision {
    /// Decimals that each part of the equivalent units is rounded to; absent: exact.
    pub unit_places: Option<u32>,
    /// Rounds the cost per unit to a multiple of this amount before it is multiplied, half up, the residue to one
    /// side; absent: exact, and finished units take what the other shares, rounded half up, leave.
    pub unit_cost: Option<(Ratio, ResidueSide)>,
}

/// One element shared out; all amounts in the smallest unit of the currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ElementShare {
    /// Equivalent units.
    pub units: EquivalentUnits,
    /// Cost of one of them, exact unless [`Precision`] rounds it; absent without units.
    pub unit_cost: Option<Ratio>,
    /// Good units finished, without normal spoilage.
    pub good: i128,
    /// Normal spoilage that finished units bear.
    pub normal_finished: i128,
    /// Normal spoilage that units in process bear.
    pub normal_closing: i128,
    /// Abnormal spoilage; below nought for an abnormal gain.
    pub abnormal: i128,
    /// What scrap of normal spoilage is worth.
    pub scrap: i128,
    /// `finished` = good + normal borne by it, `closing` likewise, `scrapped` = abnormal + scrap.
    pub balance: ElementBalance,
}

/// Shares one element among finished goods, spoilage and work in process (`C05`, `C21`).
///
/// ```
/// use headstock::costing::{Done, ElementCost, Flow, Precision, Spoilage, Units, element_share};
/// use headstock::num::Ratio;
///
/// // Finished 80, in process 20 at 50 %; labour of 1,800.00.
/// let units = Units { finished: Ratio::from_int(80), closing: Ratio::from_int(20), ..Units::default() };
/// let done = Done { closing: Ratio::new(1, 2).unwrap(), ..Done::ALL };
/// let cost = ElementCost { opening: 0, input: 180_000 };
/// let share = element_share(Flow::WeightedAverage, &units, &done, cost, &Spoilage::default(), Precision::default());
/// let balance = share.unwrap().balance;
/// assert_eq!((balance.finished, balance.closing), (160_000, 20_000));
/// ```
///
/// # Errors
/// `EQUIVALENT_ZERO` for a cost without units to carry it; `COEFF_RANGE`; `NEGATIVE_BASE` when FIFO units in process
/// are less far than they were; `BYPRODUCT_EXCEEDS_TOTAL` when scrap is worth more than the spoiled units cost;
/// `NUMBER_OVERFLOW`.
pub fn element_share(
    flow: Flow,
    units: &Units,
    done: &Done,
    cost: ElementCost,
    spoilage: &Spoilage,
    precision: Precision,
) -> Result<ElementShare, CostError> {
    let parts = equivalent_units(flow, units, done, spoilage.loss, precision.unit_places)?;
    let weights = Weights::of(flow, units, &parts)?;
    let mut pool = weights.pool(cost)?;
    if spoilage.loss == NormalLoss::Absorbed {
        pool.shared = without_scrap(pool.shared, spoilage.scrap)?;
    }
    let total_units = parts.total()?;
    if !total_units.is_positive() && pool.shared != 0 {
        return Err(CostError::EquivalentZero { cost: pool.shared });
    }
    let unit_cost = match total_units.is_positive() {
        true => Some(rounded(exact(pool.shared)?.checked_div(total_units)?, precision)?),
        false => None,
    };
    let [finished, normal, abnormal, closing] = pool.divide(&parts, &weights, unit_cost, precision)?;
    let scrap = spoilage.scrap;
    let apart = spoilage.loss == NormalLoss::Separate;
    let borne = if apart { without_scrap(normal, scrap)? } else { 0 };
    let (normal_finished, normal_closing) = bear(borne, spoilage)?;
    let good = sum([pool.opening_finished, finished])?;
    let balance = ElementBalance {
        opening: cost.opening,
        input: cost.input,
        finished: sum([good, normal_finished])?,
        closing: sum([pool.opening_closing, closing, normal_closing])?,
        scrapped: sum([abnormal, scrap])?,
    };
    Ok(ElementShare {
        units: parts,
        unit_cost,
        good,
        normal_finished,
        normal_closing,
        abnormal,
        scrap,
        balance,
    })
}

/// What one element is shared by, as whole numbers over a common denominator: the one rule of `C05`, prepared once
/// for all elements that are equally far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Weights {
    flow: Flow,
    /// Opening units that are finished, and those still in process; only FIFO looks at them.
    opening: [i128; 2],
    /// Good units finished (the work on opening units included), normal, abnormal (below nought: a gain), closing.
    parts: [i128; 4],
}

impl Weights {
    /// # Errors
    /// `NUMBER_OVERFLOW` where they have no common denominator.
    pub(crate) fn of(flow: Flow, units: &Units, parts: &EquivalentUnits) -> Result<Weights, CostError> {
        let (through, left) = match flow {
            Flow::Fifo => units.opening_parts()?,
            Flow::WeightedAverage => (Ratio::ONE, Ratio::ZERO),
        };
        let EquivalentUnits { opening, finished, normal, abnormal, closing } = *parts;
        let parts = whole(&[opening.checked_add(finished)?, normal, abnormal, closing])?;
        let opening = whole(&[through, left])?;
        let fits = || NumError::Overflow;
        Ok(Weights {
            flow,
            opening: opening.try_into().map_err(|_| fits())?,
            parts: parts.try_into().map_err(|_| fits())?,
        })
    }

    /// What of the opening cost is finished and what is in process, and what the units of the period share.
    fn pool(&self, cost: ElementCost) -> Result<Pool, CostError> {
        if self.flow == Flow::WeightedAverage {
            let shared = sum([cost.opening, cost.input])?;
            return Ok(Pool { shared, opening_finished: 0, opening_closing: 0 });
        }
        let kept = match self.opening {
            [_, 0] => vec![cost.opening, 0],
            _ if cost.opening == 0 => vec![0, 0],
            opening => split(cost.opening, &opening, Residue::LargestRemainder)?,
        };
        let part = |at: usize| kept.get(at).copied().unwrap_or(0);
        Ok(Pool { shared: cost.input, opening_finished: part(0), opening_closing: part(1) })
    }

    /// Shares of good units finished, normal, abnormal, closing.
    fn share(&self, amount: i128) -> Result<[i128; 4], CostError> {
        let [finished, normal, abnormal, closing] = self.parts;
        if amount == 0 {
            return Ok([0; 4]);
        }
        if let Some(index) = [finished, normal, closing].iter().position(|part| *part < 0) {
            return Err(NumError::NegativeBase { index }.into());
        }
        let all = sum(self.parts)?;
        let at = |part: i128| match amount.checked_mul(part) {
            Some(product) => div_round(product, all, Rounding::HalfUp),
            None => Ratio::new(part, all)?.mul_round(amount, Rounding::HalfUp),
        };
        // Finished goods take the residue (倒挤): what is spoiled and what is still in process is the exact amount
        // rounded half up. Where finished goods are worth less than the residue, largest remainder decides.
        let (spoiled, loss, left) = (at(normal)?, at(abnormal)?, at(closing)?);
        let good = less(amount, sum([spoiled, loss, left])?)?;
        if finished > 0 && good.signum() * amount.signum() >= 0 {
            return Ok([good, spoiled, loss, left]);
        }
        // An abnormal gain is a negative share: it is taken out first, and what it adds is shared with the rest.
        let gain = loss.min(0);
        let rest = less(amount, gain)?;
        if rest == 0 {
            return Ok([0, 0, gain, 0]);
        }
        let weights = [finished, normal, abnormal.max(0), closing];
        let shares = split(rest, &weights, Residue::LargestRemainder)?;
        let [good, normal, loss, closing] = shares.try_into().map_err(|_| NumError::Overflow)?;
        Ok([good, normal, loss + gain, closing])
    }

    /// An element without normal spoilage, shared exactly; as [`element_share`].
    ///
    /// # Errors
    /// Those of [`element_share`].
    pub(crate) fn balance(&self, cost: ElementCost) -> Result<ElementBalance, CostError> {
        let pool = self.pool(cost)?;
        if pool.shared != 0 && sum(self.parts)? <= 0 {
            return Err(CostError::EquivalentZero { cost: pool.shared });
        }
        let [good, normal, scrapped, closing] = self.share(pool.shared)?;
        Ok(ElementBalance {
            opening: cost.opening,
            input: cost.input,
            finished: sum([pool.opening_finished, good, normal])?,
            closing: sum([pool.opening_closing, closing])?,
            scrapped,
        })
    }

    /// The parts of the opening cost and of the input that are finished, unrounded; all of what has no units.
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW`.
    pub(crate) fn finished(&self) -> Result<(Ratio, Ratio), NumError> {
        let part = |of: i128, all: i128| if all == 0 { Ok(Ratio::ONE) } else { Ratio::new(of, all) };
        let [finished, normal, ..] = self.parts;
        let input = part(sum([finished, normal])?, sum(self.parts)?)?;
        match self.flow {
            Flow::WeightedAverage => Ok((input, input)),
            Flow::Fifo => Ok((part(self.opening[0], sum(self.opening)?)?, input)),
        }
    }
}

/// What is shared by the period's units, and what opening cost goes its own way (FIFO).
struct Pool {
    shared: i128,
    opening_finished: i128,
    opening_closing: i128,
}

impl Pool {
    /// Shares of good units finished (the work on opening units included), normal, abnormal, closing.
    fn divide(
        &self,
        parts: &EquivalentUnits,
        weights: &Weights,
        unit_cost: Option<Ratio>,
        precision: Precision,
    ) -> Result<[i128; 4], CostError> {
        match (unit_cost, precision.unit_cost) {
            (None, _) => Ok([0; 4]),
            (Some(unit_cost), Some((_, side))) => self.divide_rounded(parts, unit_cost, side),
            (Some(_), None) => weights.share(self.shared),
        }
    }

    fn divide_rounded(
        &self,
        parts: &EquivalentUnits,
        unit_cost: Ratio,
        side: ResidueSide,
    ) -> Result<[i128; 4], CostError> {
        let at = |units: Ratio| -> Result<i128, CostError> { Ok(to_amount(unit_cost.checked_mul(units)?)?) };
        let good = sum([at(parts.opening)?, at(parts.finished)?])?;
        let mut shares = [good, at(parts.normal)?, at(parts.abnormal)?, at(parts.closing)?];
        let rest = less(self.shared, sum(shares)?)?;
        // A side without units takes nothing: the other one does.
        let to_closing = match side {
            ResidueSide::Finished => parts.finished.is_zero() && !parts.closing.is_zero(),
            ResidueSide::Closing => !parts.closing.is_zero(),
        };
        let slot = if to_closing { &mut shares[3] } else { &mut shares[0] };
        *slot = sum([*slot, rest])?;
        Ok(shares)
    }
}

fn rounded(unit_cost: Ratio, precision: Precision) -> Result<Ratio, CostError> {
    let Some((step, _)) = precision.unit_cost else { return Ok(unit_cost) };
    let steps = unit_cost.checked_div(step)?.round_units(0, Rounding::HalfUp)?;
    Ok(exact(steps)?.checked_mul(step)?)
}

/// A cost less what scrap is worth. Scrap never turns a cost negative (promise 10).
fn without_scrap(total: i128, scrap: i128) -> Result<i128, CostError> {
    if scrap != 0 && scrap > total {
        return Err(CostError::ByproductExceedsTotal { value: scrap, total });
    }
    Ok(less(total, scrap)?)
}

/// `total − part`.
fn less(total: i128, part: i128) -> Result<i128, NumError> {
    total.checked_sub(part).ok_or(NumError::Overflow)
}

/// An amount on two sides, in proportion.
fn pair(amount: i128, a: Ratio, b: Ratio) -> Result<(i128, i128), CostError> {
    let shares = split_by(amount, &[a, b], Residue::LargestRemainder)?;
    Ok((shares.first().copied().unwrap_or(0), shares.get(1).copied().unwrap_or(0)))
}

/// Normal spoilage on the units that bear it.
fn bear(normal: i128, spoilage: &Spoilage) -> Result<(i128, i128), CostError> {
    if normal == 0 {
        return Ok((0, 0));
    }
    if spoilage.finished.is_zero() && spoilage.closing.is_zero() {
        return Err(CostError::EquivalentZero { cost: normal });
    }
    pair(normal, spoilage.finished, spoilage.closing)
}

//! Rates: actual, predetermined, rounded as a textbook rounds them, and normal capacity.

use crate::costing::share::{exact, sum, sum_ratios, to_amount};
use crate::costing::{CostError, split_by};
use crate::num::{NumError, Ratio, Residue, Rounding};

/// How the rate of a share-out is rounded, and who takes what that leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RateRounding {
    /// The rate is rounded half up to a multiple of this amount before it is multiplied; absent: exact.
    pub step: Option<Ratio>,
    /// Who takes the residue.
    pub tail: Tail,
}

/// Who takes the residue of a share-out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// A rule by position; with a rounded rate, largest remainder means the largest receiver.
    Rule(Residue),
    /// The receiver at this index takes what is left.
    At(usize),
}

impl Default for Tail {
    fn default() -> Tail {
        Tail::Rule(Residue::LargestRemainder)
    }
}

/// Shares `amount` over uses at the rate `amount ÷ Σ uses`; gives the rate and the shares, which add up to the amount.
///
/// With an exact rate the shares are those of [`split_by`]; with a rounded one, or a receiver named for the residue,
/// each other share is `round(rate · use)`.
///
/// ```
/// use headstock::costing::{RateRounding, Tail, at_rate};
/// use headstock::num::Ratio;
///
/// // 241,142 yuan over 60,000 / 8,000 / 14,000 kWh at four decimals, whole yuan, the last one takes the residue.
/// let rounding = RateRounding { step: Some(Ratio::new(1, 10_000).unwrap()), tail: Tail::At(2) };
/// let uses = [60_000, 8_000, 14_000].map(Ratio::from_int);
/// let (rate, shares) = at_rate(241_142, &uses, rounding).unwrap();
/// assert_eq!((rate.to_string().as_str(), shares), ("2.9408", vec![176_448, 23_526, 41_168]));
/// ```
///
/// # Errors
/// `BASE_ZERO` when the uses add up to nought and the amount is not; `NEGATIVE_BASE`; `ALLOCATION_SIGN` when the residue
/// turns a share's sign; `NUMBER_OVERFLOW`.
pub fn at_rate(
    amount: i128,
    uses: &[Ratio],
    rounding: RateRounding,
) -> Result<(Ratio, Vec<i128>), CostError> {
    if let Some(index) = uses.iter().position(|quantity| quantity.is_negative()) {
        return Err(NumError::NegativeBase { index }.into());
    }
    let total = sum_ratios(uses.iter().copied())?;
    if total.is_zero() {
        return match amount {
            0 => Ok((Ratio::ZERO, vec![0; uses.len()])),
            _ => Err(NumError::BaseZero.into()),
        };
    }
    let rate = exact(amount)?.checked_div(total)?;
    let at = match (rounding.step, rounding.tail) {
        (None, Tail::Rule(rule)) => return Ok((rate, split_by(amount, uses, rule)?)),
        (_, Tail::At(at)) => at,
        (Some(_), Tail::Rule(rule)) => position(uses, rule)?,
    };
    let rate = rounded(rate, rounding.step)?;
    Ok((rate, shares_with_tail(amount, uses, rate, at)?))
}

/// `round(rate · use)` for all but one, which takes what is left.
fn shares_with_tail(amount: i128, uses: &[Ratio], rate: Ratio, at: usize) -> Result<Vec<i128>, CostError> {
    let share = |quantity: &Ratio| rate.checked_mul(*quantity).and_then(to_amount);
    let mut shares = uses.iter().map(share).collect::<Result<Vec<_>, _>>()?;
    let others = sum(shares.iter().enumerate().filter(|(index, _)| *index != at).map(|(_, share)| *share))?;
    let rest = amount.checked_sub(others).ok_or(NumError::Overflow)?;
    if rest.signum() * amount.signum() < 0 {
        return Err(NumError::AllocationSign { index: at }.into());
    }
    if let Some(share) = shares.get_mut(at) {
        *share = rest;
    }
    Ok(shares)
}

/// `rate` to a multiple of `step`, half up.
fn rounded(rate: Ratio, step: Option<Ratio>) -> Result<Ratio, NumError> {
    let Some(step) = step else { return Ok(rate) };
    let steps = rate.checked_div(step)?.round_units(0, Rounding::HalfUp)?;
    exact(steps)?.checked_mul(step)
}

/// Where a rule by position puts the residue.
fn position(uses: &[Ratio], rule: Residue) -> Result<usize, NumError> {
    let found = match rule {
        Residue::Last => uses.iter().rposition(|quantity| quantity.is_positive()),
        Residue::First => uses.iter().position(|quantity| quantity.is_positive()),
        Residue::Largest | Residue::LargestRemainder => {
            uses.iter().max().and_then(|largest| uses.iter().position(|quantity| quantity == largest))
        }
    };
    found.ok_or(NumError::BaseZero)
}

/// A rate, what it applied, and how that differs from what was spent. Amounts in the smallest unit of the currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverheadRate {
    /// Amount per unit of the base.
    pub rate: Ratio,
    /// Applied to each user.
    pub applied: Vec<i128>,
    /// Their sum.
    pub applied_total: i128,
}

/// Applies the rate `overhead ÷ base` to uses (`C04`): an actual rate, or one that was fixed before the period from
/// budget and planned base.
///
/// When the uses add up to the base, all of the overhead is applied, by largest remainder; else each user gets
/// `round(rate · use)`, half up. What was spent less what was applied is under-applied (over-applied when negative).
///
/// ```
/// use headstock::costing::{RateRounding, overhead_rate};
/// use headstock::num::Ratio;
///
/// let uses = [Ratio::from_int(20_000), Ratio::from_int(10_000)];
/// let rate = overhead_rate(900_000, Ratio::from_int(30_000), &uses, RateRounding::default()).unwrap();
/// assert_eq!((rate.rate, rate.applied), (Ratio::from_int(30), vec![600_000, 300_000]));
/// ```
///
/// # Errors
/// `BASE_ZERO` for a base of nought; `NEGATIVE_BASE`; `ALLOCATION_SIGN`; `NUMBER_OVERFLOW`.
pub fn overhead_rate(
    overhead: i128,
    base: Ratio,
    uses: &[Ratio],
    rounding: RateRounding,
) -> Result<OverheadRate, CostError> {
    if base.is_zero() {
        return Err(NumError::BaseZero.into());
    }
    if base.is_negative() {
        return Err(NumError::NegativeBase { index: 0 }.into());
    }
    let used = sum_ratios(uses.iter().copied())?;
    let rate = rounded(exact(overhead)?.checked_div(base)?, rounding.step)?;
    let applied = if used == base {
        at_rate(overhead, uses, rounding)?.1
    } else {
        // Nothing has to add up to the overhead here, so that each figure is rate × use and nothing else.
        uses.iter()
            .map(|quantity| rate.checked_mul(*quantity).and_then(to_amount))
            .collect::<Result<Vec<_>, _>>()?
    };
    let applied_total = sum(applied.iter().copied())?;
    Ok(OverheadRate { rate, applied, applied_total })
}

/// Fixed overhead that production bears, and the rest that is expensed (IAS 2.13): below normal capacity
/// `round(amount · used ÷ normal)`, at or above it all, so that a high production lowers the rate and never values
/// stock above cost.
///
/// ```
/// use headstock::costing::absorbed;
/// use headstock::num::Ratio;
///
/// // 90,000.00 of fixed overhead, 6,000 hours of a normal 10,000.
/// let used = Ratio::from_int(6_000);
/// assert_eq!(absorbed(9_000_000, used, Ratio::from_int(10_000)), Ok((5_400_000, 3_600_000)));
/// ```
///
/// # Errors
/// `BASE_ZERO` for a capacity that is not above nought; `NEGATIVE_BASE` for a negative use; `NUMBER_OVERFLOW`.
pub fn absorbed(amount: i128, used: Ratio, normal: Ratio) -> Result<(i128, i128), CostError> {
    if !normal.is_positive() {
        return Err(NumError::BaseZero.into());
    }
    if used.is_negative() {
        return Err(NumError::NegativeBase { index: 0 }.into());
    }
    if used >= normal {
        return Ok((amount, 0));
    }
    let share = used.checked_div(normal)?.mul_round(amount, Rounding::HalfUp)?;
    Ok((share, amount.checked_sub(share).ok_or(NumError::Overflow)?))
}

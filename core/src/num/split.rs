//! Sharing out a total so that the shares add up to exactly that total (`F01`, invariant I3).

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::convert::to_units;
use super::rounding::{settle, signed};
use super::wide::mul_div;
use super::{NumError, Rounding, from_scaled_i128, to_scaled_i128};

/// Where the residue of a split goes (`F01`).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Residue {
    /// One unit of the last place each to the largest remainders; ties to the smaller index.
    #[default]
    LargestRemainder,
    /// All of it to the last share with a base above zero.
    Last,
    /// All of it to the share with the largest base; ties to the smaller index.
    Largest,
    /// All of it to the first share with a base above zero.
    First,
}

/// Splits `total`, in units of the last place, in proportion to `weights`. The shares add up to `total`.
///
/// The caller puts the weights in the order of their keys, so that ties go to the smaller key. Under
/// [`Residue::LargestRemainder`] every share is within one unit of the exact one and none has the other sign;
/// under the others each share is rounded half-up and the named one takes the rest.
///
/// ```
/// use headstock::num::{Residue, split};
///
/// assert_eq!(split(1_000_000, &[1, 1, 1], Residue::LargestRemainder), Ok(vec![333_334, 333_333, 333_333]));
/// assert!(split(5, &[1; 10], Residue::Last).is_err()); // ALLOCATION_SIGN: the last would get −4
/// ```
///
/// # Errors
/// `BASE_ZERO` when the weights add up to zero (or there are none); `NEGATIVE_BASE`; `ALLOCATION_SIGN` under
/// the compatibility rules; `NUMBER_OVERFLOW` when the sum of the weights passes 127 bits.
pub fn split(total: i128, weights: &[i128], rule: Residue) -> Result<Vec<i128>, NumError> {
    let sum = sum_of(weights)?;
    match rule {
        Residue::LargestRemainder => split_by_remainder(total, weights, sum),
        Residue::Last => {
            let at = weights.iter().rposition(|weight| *weight > 0).ok_or(NumError::BaseZero)?;
            split_to_one(total, weights, sum, at)
        }
        Residue::First => {
            let at = weights.iter().position(|weight| *weight > 0).ok_or(NumError::BaseZero)?;
            split_to_one(total, weights, sum, at)
        }
        Residue::Largest => {
            let largest = weights.iter().max().ok_or(NumError::BaseZero)?;
            let at = weights.iter().position(|weight| weight == largest).ok_or(NumError::BaseZero)?;
            split_to_one(total, weights, sum, at)
        }
    }
}

/// The sum of the weights, above zero.
fn sum_of(weights: &[i128]) -> Result<u128, NumError> {
    let mut sum = 0i128;
    for (index, weight) in weights.iter().enumerate() {
        if *weight < 0 {
            return Err(NumError::NegativeBase { index });
        }
        sum = sum.checked_add(*weight).ok_or(NumError::Overflow)?;
    }
    if sum == 0 { Err(NumError::BaseZero) } else { Ok(sum.unsigned_abs()) }
}

fn split_by_remainder(total: i128, weights: &[i128], sum: u128) -> Result<Vec<i128>, NumError> {
    let (negative, magnitude) = (total < 0, total.unsigned_abs());
    let mut shares = Vec::with_capacity(weights.len());
    let mut remainders = Vec::new();
    let mut given = 0u128;
    for (index, weight) in weights.iter().enumerate() {
        let (share, rest) = mul_div(magnitude, weight.unsigned_abs(), sum).ok_or(NumError::Overflow)?;
        given = given.checked_add(share).ok_or(NumError::Overflow)?;
        shares.push(signed(negative, share)?);
        if rest > 0 {
            remainders.push((rest, index));
        }
    }
    // The floors fall short by less than one unit a remainder, so there are more remainders than units left.
    let left = usize::try_from(magnitude - given).map_err(|_| NumError::Overflow)?;
    if left > 0 && left < remainders.len() {
        remainders.select_nth_unstable_by(left - 1, |a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    }
    for (_, index) in remainders.iter().take(left) {
        if let Some(share) = shares.get_mut(*index) {
            *share += if negative { -1 } else { 1 };
        }
    }
    Ok(shares)
}

fn split_to_one(total: i128, weights: &[i128], sum: u128, at: usize) -> Result<Vec<i128>, NumError> {
    let (negative, magnitude) = (total < 0, total.unsigned_abs());
    let mut shares = Vec::with_capacity(weights.len());
    let mut given = 0i128;
    for (index, weight) in weights.iter().enumerate() {
        if index == at {
            shares.push(0);
            continue;
        }
        let parts = mul_div(magnitude, weight.unsigned_abs(), sum).ok_or(NumError::Overflow)?;
        let share = settle(negative, parts, sum, Rounding::HalfUp)?;
        given = given.checked_add(share).ok_or(NumError::Overflow)?;
        shares.push(share);
    }
    let rest = total.checked_sub(given).ok_or(NumError::Overflow)?;
    if rest != 0 && (rest < 0) != negative {
        return Err(NumError::AllocationSign { index: at });
    }
    if let Some(share) = shares.get_mut(at) {
        *share = rest;
    }
    Ok(shares)
}

/// Splits a decimal `total` of at most `scale` decimals in proportion to decimal `weights`, as [`split`]; each
/// share is written with `scale` decimals.
///
/// # Errors
/// As [`split`]; `PRECISION_EXCEEDED` when the total has more decimals than `scale`; `QTY_OUT_OF_RANGE` when
/// the weights do not fit a common scale.
pub fn split_decimal(
    total: Decimal,
    scale: u32,
    weights: &[Decimal],
    rule: Residue,
) -> Result<Vec<Decimal>, NumError> {
    let units = to_scaled_i128(total, scale)?;
    let common = weights.iter().map(|weight| weight.normalize().scale()).max().unwrap_or(0);
    let weights = weights.iter().map(|weight| to_units(*weight, common)).collect::<Result<Vec<_>, _>>()?;
    split(units, &weights, rule)?.into_iter().map(|share| from_scaled_i128(share, scale)).collect()
}

//! Sharing out an amount by exact weights, and rounding exact amounts so that their sum stays.

use crate::num::{NumError, Ratio, Residue, Rounding, split};

/// Splits `total`, in the smallest unit of its currency, in proportion to exact weights; as
/// [`split`], which takes whole weights. A total of nought is shared as noughts whatever the weights.
///
/// ```
/// use headstock::costing::split_by;
/// use headstock::num::{Ratio, Residue};
///
/// let weights = [Ratio::new(1, 3).unwrap(), Ratio::new(1, 2).unwrap(), Ratio::ZERO];
/// assert_eq!(split_by(100, &weights, Residue::LargestRemainder), Ok(vec![40, 60, 0]));
/// ```
///
/// # Errors
/// `BASE_ZERO` when the weights add up to nought and the total is not; `NEGATIVE_BASE`; `ALLOCATION_SIGN` under the
/// compatibility rules; `NUMBER_OVERFLOW` when the weights do not fit a common denominator.
pub fn split_by(total: i128, weights: &[Ratio], rule: Residue) -> Result<Vec<i128>, NumError> {
    if total == 0 {
        return match weights.iter().position(|weight| weight.is_negative()) {
            Some(index) => Err(NumError::NegativeBase { index }),
            None => Ok(vec![0; weights.len()]),
        };
    }
    split(total, &whole(weights)?, rule)
}

/// The weights times their least common denominator.
///
/// # Errors
/// `NUMBER_OVERFLOW`.
pub(crate) fn whole(weights: &[Ratio]) -> Result<Vec<i128>, NumError> {
    let mut common = 1i128;
    for weight in weights {
        // denominator ÷ gcd(common, denominator)
        let factor = Ratio::new(common, weight.denom())?.denom();
        common = common.checked_mul(factor).ok_or(NumError::Overflow)?;
    }
    let scaled =
        |weight: &Ratio| weight.numer().checked_mul(common / weight.denom()).ok_or(NumError::Overflow);
    weights.iter().map(scaled).collect()
}

/// Rounds exact amounts, of either sign, that add up to the whole number `total`, so that they still do: each is
/// rounded down, and the units left go one each to the largest remainders, ties to the smaller index.
///
/// # Errors
/// `NUMBER_OVERFLOW` when an amount does not fit, or when the amounts do not add up to `total`.
pub(crate) fn apportion(total: i128, exact: &[Ratio]) -> Result<Vec<i128>, NumError> {
    let mut shares = Vec::with_capacity(exact.len());
    let mut rests = Vec::with_capacity(exact.len());
    let mut given = 0i128;
    for (index, amount) in exact.iter().enumerate() {
        let share = amount.numer().div_euclid(amount.denom());
        given = given.checked_add(share).ok_or(NumError::Overflow)?;
        shares.push(share);
        rests.push((Ratio::new(amount.numer().rem_euclid(amount.denom()), amount.denom())?, index));
    }
    rests.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let left = total.checked_sub(given).and_then(|left| usize::try_from(left).ok());
    let left = left.filter(|left| *left <= rests.len()).ok_or(NumError::Overflow)?;
    for (_, index) in rests.iter().take(left) {
        if let Some(share) = shares.get_mut(*index) {
            *share += 1;
        }
    }
    Ok(shares)
}

/// `Σ amounts`.
///
/// # Errors
/// `NUMBER_OVERFLOW`.
pub(crate) fn sum(amounts: impl IntoIterator<Item = i128>) -> Result<i128, NumError> {
    amounts.into_iter().try_fold(0i128, |sum, amount| sum.checked_add(amount).ok_or(NumError::Overflow))
}

/// `Σ quantities`.
///
/// # Errors
/// `NUMBER_OVERFLOW`.
pub(crate) fn sum_ratios(ratios: impl IntoIterator<Item = Ratio>) -> Result<Ratio, NumError> {
    ratios.into_iter().try_fold(Ratio::ZERO, Ratio::checked_add)
}

/// An amount as an exact ratio.
///
/// # Errors
/// `NUMBER_OVERFLOW` at the very end of the range.
pub(crate) fn exact(amount: i128) -> Result<Ratio, NumError> {
    Ratio::new(amount, 1)
}

/// `round(exact)` to the smallest unit, half up: the one rounding of a single amount.
///
/// # Errors
/// `NUMBER_OVERFLOW`.
pub(crate) fn to_amount(exact: Ratio) -> Result<i128, NumError> {
    exact.round_units(0, Rounding::HalfUp)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn f01_weights_in_thirds_and_halves() {
        let weights: Vec<Ratio> = ["1/3", "1/2", "1/6"].iter().map(|text| text.parse().unwrap()).collect();
        assert_eq!(split_by(100, &weights, Residue::LargestRemainder), Ok(vec![33, 50, 17]));
        assert_eq!(split_by(0, &[Ratio::ZERO], Residue::LargestRemainder), Ok(vec![0]));
        assert_eq!(split_by(1, &[Ratio::ZERO], Residue::LargestRemainder), Err(NumError::BaseZero));
        let negative = [Ratio::ONE, Ratio::from_int(-1)];
        assert_eq!(split_by(0, &negative, Residue::Last), Err(NumError::NegativeBase { index: 1 }));
        assert_eq!(split_by(9, &negative, Residue::Last), Err(NumError::NegativeBase { index: 1 }));
    }

    #[test]
    fn f01_signed_amounts_keep_their_sum() {
        let exact = ["-3/2", "5/2", "1"].map(|text| text.parse::<Ratio>().unwrap());
        assert_eq!(apportion(2, &exact), Ok(vec![-1, 2, 1]));
        assert_eq!(apportion(9, &exact), Err(NumError::Overflow));
    }

    proptest! {
        #[test]
        fn f01_signed_shares_add_up_and_are_next_to_exact(
            parts in proptest::collection::vec(-1_000i64..1_000, 1..12),
            denominator in 1i64..50,
        ) {
            let mut exact: Vec<Ratio> =
                parts.iter().map(|n| Ratio::new(i128::from(*n), i128::from(denominator)).unwrap()).collect();
            let sum = sum_ratios(exact.iter().copied()).unwrap();
            let total = sum.numer().div_euclid(sum.denom());
            exact.push(Ratio::new(total, 1).unwrap().checked_sub(sum).unwrap());
            let shares = apportion(total, &exact).unwrap();
            prop_assert_eq!(shares.iter().sum::<i128>(), total);
            for (share, exact) in shares.iter().zip(&exact) {
                let off = Ratio::new(*share, 1).unwrap().checked_sub(*exact).unwrap();
                prop_assert!(off < Ratio::ONE && off > Ratio::from_int(-1));
            }
        }
    }
}

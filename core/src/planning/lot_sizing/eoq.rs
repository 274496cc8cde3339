//! Economic order quantity, by exact square roots (`P28`).

use std::cmp::Ordering;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::LotSizingError;
use crate::num::{DecimalText, MAX_SCALE, NumError, Ratio, Rounding, from_scaled_i128};

/// The most decimals of a square root: a decimal holds 28 digits.
const MOST_PLACES: u32 = 27;

/// Asks for the economic order quantity of a steady demand.
///
/// `quantity = √(2 · demand · setup_cost ÷ holding_cost)`, `cost = √(2 · demand · setup_cost · holding_cost)`
/// per period of the demand: set-ups and holding at that quantity. With a production rate the stock grows only
/// by what the rate exceeds the demand: holding counts times `1 − demand ÷ production_rate`.
///
/// ```
/// use headstock::planning::Eoq;
///
/// let eoq = Eoq {
///     demand: "1300".parse().unwrap(),
///     setup_cost: "8".parse().unwrap(),
///     holding_cost: "0.225".parse().unwrap(),
///     production_rate: None,
///     places: 10,
/// };
/// assert_eq!(eoq.solve().unwrap().quantity.to_string(), "304.0467800264");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Eoq {
    /// Units needed per period (a year, a week).
    pub demand: Ratio,
    /// Cost of one set-up or order.
    pub setup_cost: Ratio,
    /// Cost of holding one unit for that period.
    pub holding_cost: Ratio,
    /// Units made per period, above the demand; absent: an order arrives at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub production_rate: Option<Ratio>,
    /// Decimals of the answer, at most 27; rounded half up from the exact roots.
    #[serde(default)]
    pub places: u32,
}

/// The economic order quantity and what it costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EoqResult {
    /// Units of one order.
    pub quantity: DecimalText,
    /// Set-ups and holding per period of the demand, at the exact quantity.
    pub cost: DecimalText,
}

impl Eoq {
    /// Computes both roots.
    ///
    /// # Errors
    /// `QTY_NOT_POSITIVE` for a negative demand or cost, or a production rate that is not above the demand;
    /// `DIVISION_BY_ZERO` without holding cost; `QTY_OUT_OF_RANGE` when a result does not fit 28 digits.
    pub fn solve(&self) -> Result<EoqResult, LotSizingError> {
        let values =
            [("demand", self.demand), ("setup_cost", self.setup_cost), ("holding_cost", self.holding_cost)];
        if let Some((field, _)) = values.into_iter().find(|(_, value)| value.is_negative()) {
            return Err(LotSizingError::NotPositive { field, row: 1 });
        }
        let holding = match self.production_rate {
            None => self.holding_cost,
            Some(rate) if rate <= self.demand => {
                return Err(LotSizingError::NotPositive { field: "production_rate", row: 1 });
            }
            Some(rate) => {
                self.holding_cost.checked_mul(Ratio::ONE.checked_sub(self.demand.checked_div(rate)?)?)?
            }
        };
        let paid = Ratio::from_int(2).checked_mul(self.demand)?.checked_mul(self.setup_cost)?;
        let quantity = root_half_up(paid.checked_div(holding)?, self.places)?;
        let cost = root_half_up(paid.checked_mul(holding)?, self.places)?;
        Ok(EoqResult {
            quantity: from_scaled_i128(quantity, self.places)?.into(),
            cost: from_scaled_i128(cost, self.places)?.into(),
        })
    }
}

/// `√(2 · rate · setup ÷ holding)` in grains of `scale` decimals, rounded half up, at least one grain.
///
/// # Errors
/// `DIVISION_BY_ZERO` for a holding cost of nought; `QTY_OUT_OF_RANGE` when a value is negative or the result
/// does not fit.
pub(crate) fn eoq(rate: Ratio, setup: Ratio, holding: Ratio, scale: u32) -> Result<i64, NumError> {
    let square = Ratio::from_int(2).checked_mul(rate)?.checked_mul(setup)?.checked_div(holding)?;
    let grains = root_half_up(square, scale.min(MAX_SCALE))?;
    i64::try_from(grains.max(1)).map_err(|_| NumError::Range)
}

/// Periods that one order of `eoq` units covers at `mean` units per period: rounded half up, at least 1.
///
/// # Errors
/// `DIVISION_BY_ZERO` for a mean of nought.
pub(crate) fn poq_periods(eoq: Ratio, mean: Ratio) -> Result<u32, NumError> {
    let periods = eoq.checked_div(mean)?.round_units(0, Rounding::HalfUp)?;
    Ok(u32::try_from(periods.max(1)).unwrap_or(u32::MAX))
}

/// `round(√square · 10^places)`, a half up.
///
/// With `s = ⌊√(4 · square · 10^(2 · places))⌋` the result is `⌊(s + 1) ÷ 2⌋`, and `s` is the largest integer
/// whose square times the denominator is not above the numerator's side; found bit by bit, so that nothing is
/// approximated.
fn root_half_up(square: Ratio, places: u32) -> Result<i128, NumError> {
    let numerator = u128::try_from(square.numer()).map_err(|_| NumError::Range)?;
    let denominator = square.denom().unsigned_abs();
    if places > MOST_PLACES {
        return Err(NumError::Range);
    }
    let ten = 10u128.pow(places);
    let limit = product([numerator.checked_mul(4).ok_or(NumError::Overflow)?, ten, ten]);
    let within = |root: u128| compare(&product([root, root, denominator]), &limit) != Ordering::Greater;
    let mut root = 0u128;
    for bit in (0..=96).rev() {
        let raised = root | (1 << bit);
        if within(raised) {
            root = raised;
        }
    }
    if root.count_ones() == 97 {
        return Err(NumError::Overflow);
    }
    i128::try_from(root.div_ceil(2)).map_err(|_| NumError::Overflow)
}

/// Limbs of 64 bits, the lowest first: three factors of 128 bits always fit.
type Wide = [u64; 6];

fn product(factors: [u128; 3]) -> Wide {
    let mut wide: Wide = [1, 0, 0, 0, 0, 0];
    for factor in factors {
        let halves = [factor & u128::from(u64::MAX), factor >> 64];
        let mut next: Wide = [0; 6];
        for (shift, half) in halves.into_iter().enumerate() {
            let mut carry = 0u128;
            for at in 0..wide.len() - shift {
                let sum = u128::from(wide[at]) * half + u128::from(next[at + shift]) + carry;
                next[at + shift] = low(sum);
                carry = sum >> 64;
            }
        }
        wide = next;
    }
    wide
}

#[expect(clippy::cast_possible_truncation, reason = "the low limb of a sum is what is wanted")]
const fn low(sum: u128) -> u64 {
    sum as u64
}

fn compare(left: &Wide, right: &Wide) -> Ordering {
    left.iter().rev().cmp(right.iter().rev())
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigUint;
    use proptest::prelude::*;

    fn ratio(text: &str) -> Ratio {
        text.parse().unwrap()
    }

    #[test]
    fn p28_eoq_rounds_half_up_and_is_at_least_one_grain() {
        // √(2 · 200 · 100 ÷ 12) = 57.7…: Orlicky's 58.
        assert_eq!(eoq(ratio("200"), ratio("100"), ratio("12"), 0), Ok(58));
        assert_eq!(eoq(ratio("200"), ratio("100"), ratio("12"), 2), Ok(5774));
        // √6.25 = 2.5 exactly: a half goes up.
        assert_eq!(eoq(ratio("25"), ratio("1"), ratio("8"), 0), Ok(3));
        assert_eq!(eoq(ratio("0"), ratio("1"), ratio("8"), 0), Ok(1));
        assert_eq!(eoq(ratio("1"), ratio("1"), Ratio::ZERO, 0), Err(NumError::DivisionByZero));
    }

    #[test]
    fn p28_periods_of_supply_round_half_up_and_are_at_least_one() {
        assert_eq!(poq_periods(ratio("58"), ratio("50/3")), Ok(3));
        assert_eq!(poq_periods(ratio("7"), ratio("2")), Ok(4));
        assert_eq!(poq_periods(ratio("1"), ratio("10")), Ok(1));
        assert!(poq_periods(ratio("1"), Ratio::ZERO).is_err());
    }

    #[test]
    fn p28_production_rate_makes_the_lot_larger() {
        // Textbook production lot: D = 1000, P = 5000, K = 80, h = 0.5 ⇒ 565.685 ÷ √0.8 = 632.4555…
        let mut eoq = Eoq {
            demand: ratio("1000"),
            setup_cost: ratio("80"),
            holding_cost: ratio("0.5"),
            production_rate: Some(ratio("5000")),
            places: 4,
        };
        assert_eq!(eoq.solve().unwrap().quantity.to_string(), "632.4555");
        eoq.production_rate = Some(ratio("1000"));
        assert_eq!(eoq.solve().unwrap_err().code().as_str(), "QTY_NOT_POSITIVE");
    }

    #[test]
    fn p28_root_that_does_not_fit_is_refused() {
        assert_eq!(root_half_up(ratio("1000000000000000000000000"), 27), Err(NumError::Overflow));
        assert_eq!(root_half_up(ratio("4"), 28), Err(NumError::Range));
        assert_eq!(root_half_up(ratio("4"), 27), Ok(2 * 10i128.pow(27)));
    }

    proptest! {
        #[test]
        fn p28_root_equals_big_integers(n in 0u64..=u64::MAX, d in 1u32.., places in 0u32..=9) {
            let square = Ratio::new(i128::from(n), i128::from(d)).unwrap();
            let got = root_half_up(square, places).unwrap();
            let scaled = BigUint::from(n) * 4u32 * BigUint::from(100u32).pow(places) / BigUint::from(d);
            let expected: BigUint = (scaled.sqrt() + 1u32) / 2u32;
            prop_assert_eq!(BigUint::from(got.unsigned_abs()), expected);
        }
    }
}

//! The named rounding modes.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::convert::{pow10, to_units};
use super::{NumError, from_scaled_i128};

/// How a value that lies between two representable ones is rounded (`F01`). Every rounding in the kernel
/// names one of these at one place.
///
/// | mode | 2.5 | −2.5 | 2.4 | −2.4 | use |
/// |---|---|---|---|---|---|
/// | `Up` | 3 | −3 | 3 | −3 | needs of discrete units |
/// | `Down` | 2 | −2 | 2 | −2 | buildable sets |
/// | `HalfUp` ★ | 3 | −3 | 2 | −2 | amounts |
/// | `HalfEven` | 2 | −2 | 2 | −2 | amounts, where a host asks for it |
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Away from zero.
    Up,
    /// Toward zero.
    Down,
    /// To the nearest; a half goes away from zero.
    #[default]
    HalfUp,
    /// To the nearest; a half goes to the even neighbour.
    HalfEven,
}

impl Rounding {
    /// Whether magnitude `quotient + rest/divisor` goes to `quotient + 1`; `rest < divisor`.
    pub(super) const fn raises(self, quotient: u128, rest: u128, divisor: u128) -> bool {
        // rest against divisor/2, without doubling.
        let other = divisor - rest;
        match self {
            Rounding::Up => rest > 0,
            Rounding::Down => false,
            Rounding::HalfUp => rest >= other,
            Rounding::HalfEven => rest > other || (rest == other && quotient % 2 == 1),
        }
    }
}

/// A signed integer from sign and magnitude; i128::MIN is never made.
pub(super) fn signed(negative: bool, magnitude: u128) -> Result<i128, NumError> {
    let value = i128::try_from(magnitude).map_err(|_| NumError::Overflow)?;
    Ok(if negative { -value } else { value })
}

/// `quotient + rest/divisor` with a sign, rounded to an integer.
pub(super) fn settle(
    negative: bool,
    (quotient, rest): (u128, u128),
    divisor: u128,
    rounding: Rounding,
) -> Result<i128, NumError> {
    let up = u128::from(rounding.raises(quotient, rest, divisor));
    signed(negative, quotient.checked_add(up).ok_or(NumError::Overflow)?)
}

/// `numerator / divisor` rounded to an integer.
///
/// ```
/// use headstock::num::{Rounding, div_round};
///
/// assert_eq!(div_round(-5, 2, Rounding::HalfUp), Ok(-3));
/// assert_eq!(div_round(-5, 2, Rounding::HalfEven), Ok(-2));
/// ```
///
/// # Errors
/// `DIVISION_BY_ZERO` for a zero divisor; `NUMBER_OVERFLOW` when the result does not fit.
pub fn div_round(numerator: i128, divisor: i128, rounding: Rounding) -> Result<i128, NumError> {
    if divisor == 0 {
        return Err(NumError::DivisionByZero);
    }
    let (n, d) = (numerator.unsigned_abs(), divisor.unsigned_abs());
    settle((numerator < 0) != (divisor < 0), (n / d, n % d), d, rounding)
}

/// `value` rounded to `scale` decimals and written with exactly that many.
///
/// # Errors
/// `QTY_OUT_OF_RANGE` when the result needs more than 28 digits.
pub fn round_decimal(value: Decimal, scale: u32, rounding: Rounding) -> Result<Decimal, NumError> {
    if value.scale() <= scale {
        return from_scaled_i128(to_units(value, scale)?, scale);
    }
    let divisor = pow10(value.scale() - scale)?;
    from_scaled_i128(div_round(value.mantissa(), divisor, rounding)?, scale)
}

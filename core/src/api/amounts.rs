//! Amounts of requests: text at the currency's scale outside, whole smallest units inside.

use super::ErrorDocument;
use crate::finding::Finding;
use crate::num::{DecimalText, NumError, Ratio, Rounding, from_scaled_i128, to_scaled_i128};

/// Decimals of most currencies.
pub(super) fn two() -> u32 {
    2
}

/// The usual answer.
pub(super) fn yes() -> bool {
    true
}

/// The ratio of one.
pub(super) fn one() -> Ratio {
    Ratio::ONE
}

/// An amount in the smallest unit; `PRECISION_EXCEEDED` where it has more decimals.
pub(super) fn units(value: DecimalText, scale: u32) -> Result<i128, Finding> {
    to_scaled_i128(value.0, scale).map_err(|error| error.finding().with("unit", "amounts"))
}

/// Smallest units as text.
pub(super) fn amount(units: i128, scale: u32) -> Result<DecimalText, NumError> {
    from_scaled_i128(units, scale).map(DecimalText)
}

/// An exact amount rounded to the smallest unit, half up.
pub(super) fn rounded(value: Ratio, scale: u32) -> Result<i128, NumError> {
    value.round_units(scale, Rounding::HalfUp)
}

/// Units of the currency in the smallest unit: what one of them is worth there.
pub(super) fn up(scale: u32) -> Result<Ratio, NumError> {
    Ratio::new(to_scaled_i128(rust_decimal::Decimal::ONE, scale)?, 1)
}

/// Value of one unit, exact; nothing for a quantity of nought.
pub(super) fn unit_cost(
    value: i128,
    scale: u32,
    quantity: DecimalText,
) -> Result<Option<Ratio>, ErrorDocument> {
    unit_of(value, scale, Ratio::from_decimal(quantity.0)).map_err(Into::into)
}

/// The same for an exact quantity.
pub(super) fn unit_of(value: i128, scale: u32, quantity: Ratio) -> Result<Option<Ratio>, NumError> {
    if quantity.is_zero() {
        return Ok(None);
    }
    Ratio::new(value, 1)?.checked_div(up(scale)?)?.checked_div(quantity).map(Some)
}

//! Between text, decimals and scaled integers, exactly or not at all.

use rust_decimal::Decimal;

use super::NumError;

/// The most decimals a unit of measure may have: nine leave nine digits before the point in an `i64`.
pub const MAX_SCALE: u32 = 9;

/// Powers of ten that fit an `i64`: `POW10[n] = 10^n`.
pub const POW10: [i64; 19] = {
    let mut table = [1i64; 19];
    let mut n = 1;
    while n < table.len() {
        table[n] = table[n - 1] * 10;
        n += 1;
    }
    table
};

/// The most characters a number may have (`storage.md`, limits).
const MAX_CHARS: usize = 64;
/// The largest exponent, either way.
const MAX_EXPONENT: i32 = 4;
/// The most significant digits, and the most decimals, of a decimal.
const MAX_DIGITS: u32 = 28;

/// `10^n` for n ≤ 38.
pub(super) fn pow10(n: u32) -> Result<i128, NumError> {
    10i128.checked_pow(n).ok_or(NumError::Overflow)
}

/// `value · 10^scale` when it is an integer that fits.
pub(super) fn to_units(value: Decimal, scale: u32) -> Result<i128, NumError> {
    let (mantissa, own) = (value.mantissa(), value.scale());
    if own <= scale {
        return mantissa.checked_mul(pow10(scale - own)?).ok_or(NumError::Range);
    }
    let cut = pow10(own - scale)?;
    if mantissa % cut != 0 {
        return Err(NumError::Precision { value, scale });
    }
    Ok(mantissa / cut)
}

/// `value · 10^scale` as an integer: the form that quantities are computed in. `scale` is at most
/// [`MAX_SCALE`].
///
/// ```
/// use headstock::num::{from_scaled, parse_decimal, to_scaled};
///
/// let q = parse_decimal("12.5").unwrap();
/// assert_eq!(to_scaled(q, 3), Ok(12_500));
/// assert_eq!(from_scaled(12_500, 3).to_string(), "12.500");
/// assert!(to_scaled(q, 0).is_err()); // PRECISION_EXCEEDED: never rounded
/// ```
///
/// # Errors
/// `PRECISION_EXCEEDED` when `value` has more decimals; `QTY_OUT_OF_RANGE` when the result does not fit or
/// `scale` is above [`MAX_SCALE`].
pub fn to_scaled(value: Decimal, scale: u32) -> Result<i64, NumError> {
    if scale > MAX_SCALE {
        return Err(NumError::Range);
    }
    i64::try_from(to_units(value, scale)?).map_err(|_| NumError::Range)
}

/// As [`to_scaled`], for sums and amounts that may pass 64 bits; `scale` is at most 28.
///
/// # Errors
/// `PRECISION_EXCEEDED` when `value` has more decimals; `QTY_OUT_OF_RANGE` when the result does not fit or
/// `scale` is above 28.
pub fn to_scaled_i128(value: Decimal, scale: u32) -> Result<i128, NumError> {
    if scale > MAX_DIGITS {
        return Err(NumError::Range);
    }
    to_units(value, scale)
}

/// `units / 10^scale`, keeping the declared scale. `scale` was checked when the unit or currency was built
/// (at most [`MAX_SCALE`]); a larger one than 28 counts as 28.
#[must_use]
pub fn from_scaled(units: i64, scale: u32) -> Decimal {
    // Never refused: an i64 fits 96 bits and the scale is in range.
    Decimal::try_new(units, scale.min(MAX_DIGITS)).unwrap_or_default()
}

/// `units / 10^scale`, keeping the declared scale.
///
/// # Errors
/// `QTY_OUT_OF_RANGE` when `units` has more than 28 digits, which nobody could read back ([`parse_decimal`]), or
/// `scale` is above 28.
pub fn from_scaled_i128(units: i128, scale: u32) -> Result<Decimal, NumError> {
    if units.unsigned_abs() >= 10u128.pow(MAX_DIGITS) {
        return Err(NumError::Range);
    }
    Decimal::try_from_i128_with_scale(units, scale).map_err(|_| NumError::Range)
}

/// Reads a decimal number: an optional minus sign, digits, an optional point with digits after it, an optional
/// exponent between −4 and 4. The decimals written are kept (`"1.50"` has two). Exact or refused.
///
/// ```
/// use headstock::num::parse_decimal;
///
/// assert_eq!(parse_decimal("-12.50").unwrap().to_string(), "-12.50");
/// assert_eq!(parse_decimal("25e-2").unwrap().to_string(), "0.25");
/// for wrong in ["", " 1", "1_000", "1,5", "NaN", "inf", "0x10", "１２", "1e999", "--1", "."] {
///     assert!(parse_decimal(wrong).is_err(), "{wrong}");
/// }
/// ```
///
/// # Errors
/// `NUMBER_SYNTAX` for anything else or more than 64 characters; `QTY_OUT_OF_RANGE` for an exponent outside
/// −4 to 4, more than 28 digits or more than 28 decimals.
pub fn parse_decimal(text: &str) -> Result<Decimal, NumError> {
    if text.len() > MAX_CHARS {
        return Err(NumError::too_long(text));
    }
    let bytes = text.as_bytes();
    let (negative, bytes) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, bytes),
    };
    let (number, exponent) = match bytes.iter().position(|b| matches!(b, b'e' | b'E')) {
        None => (bytes, 0),
        Some(at) => (&bytes[..at], parse_exponent(&bytes[at + 1..], text)?),
    };
    let (whole, fraction) = match number.iter().position(|b| *b == b'.') {
        None => (number, &b""[..]),
        Some(at) => (&number[..at], &number[at + 1..]),
    };
    if whole.is_empty() || (fraction.is_empty() && number.len() > whole.len()) {
        return Err(NumError::syntax(text));
    }
    let mantissa = parse_digits(whole, fraction, text)?;
    let decimals = i32::try_from(fraction.len()).map_err(|_| NumError::Range)? - exponent;
    let mantissa = if negative { -mantissa } else { mantissa };
    match u32::try_from(decimals) {
        Ok(scale) => from_scaled_i128(mantissa, scale),
        Err(_) => {
            let raised = mantissa.checked_mul(pow10(decimals.unsigned_abs())?).ok_or(NumError::Range)?;
            if raised.unsigned_abs() >= pow10(MAX_DIGITS)?.unsigned_abs() {
                return Err(NumError::Range);
            }
            from_scaled_i128(raised, 0)
        }
    }
}

fn parse_exponent(bytes: &[u8], text: &str) -> Result<i32, NumError> {
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, bytes),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(NumError::syntax(text));
    }
    let value = digits.iter().try_fold(0i32, |value, digit| {
        let value = value * 10 + i32::from(digit - b'0');
        (value <= MAX_EXPONENT).then_some(value)
    });
    let value = value.ok_or(NumError::Range)?;
    Ok(if negative { -value } else { value })
}

fn parse_digits(whole: &[u8], fraction: &[u8], text: &str) -> Result<i128, NumError> {
    let digits = whole.iter().chain(fraction);
    if whole.len() + fraction.len() <= SMALL_DIGITS {
        // Nearly every number of a large table: 64 bits hold it whatever its digits are.
        let small = digits.copied().try_fold(0i64, |value, digit| {
            digit.is_ascii_digit().then(|| value * 10 + i64::from(digit - b'0'))
        });
        return small.map(i128::from).ok_or_else(|| NumError::syntax(text));
    }
    let (mut value, mut significant) = (0i128, 0u32);
    for digit in digits {
        if !digit.is_ascii_digit() {
            return Err(NumError::syntax(text));
        }
        if value != 0 || *digit != b'0' {
            significant += 1;
        }
        // Keep scanning past 28 digits, so that a later wrong character is named as what it is.
        if significant <= MAX_DIGITS {
            value = value * 10 + i128::from(digit - b'0');
        }
    }
    if significant > MAX_DIGITS { Err(NumError::Range) } else { Ok(value) }
}

/// Digits that fit 64 bits.
const SMALL_DIGITS: usize = 18;

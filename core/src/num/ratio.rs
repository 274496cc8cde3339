//! Exact ratios: usages, yields, scrap rates and unit conversions until their one named rounding.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::convert::pow10;
use super::rounding::{settle, signed};
use super::text::number_text;
use super::wide::{gcd, mul_div};
use super::{NumError, Rounding, from_scaled_i128, parse_decimal};

/// An exact rational number, always reduced, denominator above zero, both within 127 bits.
///
/// Arithmetic is checked: a result that does not fit is refused, never rounded.
///
/// | operation | by |
/// |---|---|
/// | `a + b`, `a − b`, `a · b`, `a / b` | [`checked_add`](Ratio::checked_add), `checked_sub`, `checked_mul`, `checked_div` |
/// | order | `Ord`, exact for all values |
/// | to a decimal | [`round`](Ratio::round) with a named mode, [`to_decimal_exact`](Ratio::to_decimal_exact) |
/// | times a scaled quantity | [`mul_scaled`](Ratio::mul_scaled) |
///
/// ```
/// use headstock::num::{Ratio, Rounding};
///
/// let usage = Ratio::new(2, 3).unwrap();
/// assert_eq!(usage.mul_scaled(100, Rounding::Up), Ok(67));
/// assert_eq!(usage.checked_mul(Ratio::from_int(3)).unwrap().to_string(), "2");
/// assert_eq!("0.25".parse::<Ratio>().unwrap(), Ratio::new(1, 4).unwrap());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ratio {
    numerator: i128,
    denominator: i128,
}

impl Ratio {
    /// Nought.
    pub const ZERO: Ratio = Ratio { numerator: 0, denominator: 1 };
    /// One.
    pub const ONE: Ratio = Ratio { numerator: 1, denominator: 1 };

    /// `numerator / denominator`, reduced.
    ///
    /// # Errors
    /// `DIVISION_BY_ZERO` for a zero denominator; `NUMBER_OVERFLOW` when a part does not fit.
    pub fn new(numerator: i128, denominator: i128) -> Result<Ratio, NumError> {
        let negative = (numerator < 0) != (denominator < 0);
        Ratio::reduced(negative, numerator.unsigned_abs(), denominator.unsigned_abs())
    }

    fn reduced(negative: bool, numerator: u128, denominator: u128) -> Result<Ratio, NumError> {
        if denominator == 0 {
            return Err(NumError::DivisionByZero);
        }
        let common = gcd(numerator, denominator);
        Ok(Ratio {
            numerator: signed(negative, numerator / common)?,
            denominator: signed(false, denominator / common)?,
        })
    }

    /// The integer as a ratio.
    #[must_use]
    pub const fn from_int(value: i64) -> Ratio {
        // A widening cast; `i128::from` is not const.
        Ratio { numerator: value as i128, denominator: 1 }
    }

    /// The decimal as a ratio, exactly.
    #[must_use]
    pub fn from_decimal(value: Decimal) -> Ratio {
        // Never refused: 96 bits over at most 10^28.
        let denominator = 10u128.pow(value.scale().min(28));
        Ratio::reduced(value.mantissa() < 0, value.mantissa().unsigned_abs(), denominator)
            .unwrap_or(Ratio::ZERO)
    }

    /// The numerator, which carries the sign.
    #[must_use]
    pub const fn numer(self) -> i128 {
        self.numerator
    }

    /// The denominator, above zero.
    #[must_use]
    pub const fn denom(self) -> i128 {
        self.denominator
    }

    /// Whether it is nought.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.numerator == 0
    }

    /// Whether it is below nought.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.numerator < 0
    }

    /// Whether it is above nought.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.numerator > 0
    }

    /// `−self`.
    #[must_use]
    pub const fn negated(self) -> Ratio {
        // Never i128::MIN, see `signed`.
        Ratio { numerator: -self.numerator, denominator: self.denominator }
    }

    /// `1 / self`.
    ///
    /// # Errors
    /// `DIVISION_BY_ZERO` for nought.
    pub fn recip(self) -> Result<Ratio, NumError> {
        Ratio::new(self.denominator, self.numerator)
    }

    /// `self + other`.
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW` when the exact result does not fit.
    pub fn checked_add(self, other: Ratio) -> Result<Ratio, NumError> {
        // Over the least common denominator, so that sums of like fractions stay small.
        let common = signed(false, gcd(self.denominator.unsigned_abs(), other.denominator.unsigned_abs()))?;
        let (mine, theirs) = (other.denominator / common, self.denominator / common);
        let left = self.numerator.checked_mul(mine);
        let right = other.numerator.checked_mul(theirs);
        let sum = left.zip(right).and_then(|(left, right)| left.checked_add(right));
        let denominator = self.denominator.checked_mul(mine);
        let (sum, denominator) = sum.zip(denominator).ok_or(NumError::Overflow)?;
        Ratio::new(sum, denominator)
    }

    /// `self − other`.
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW` when the exact result does not fit.
    pub fn checked_sub(self, other: Ratio) -> Result<Ratio, NumError> {
        self.checked_add(other.negated())
    }

    /// `self · other`.
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW` when the exact result does not fit.
    pub fn checked_mul(self, other: Ratio) -> Result<Ratio, NumError> {
        let (a, b) = (self.numerator.unsigned_abs(), self.denominator.unsigned_abs());
        let (c, d) = (other.numerator.unsigned_abs(), other.denominator.unsigned_abs());
        // Reduced crosswise first: the products are then reduced already and as small as they can be.
        let (ad, cb) = (gcd(a, d), gcd(c, b));
        let numerator = (a / ad).checked_mul(c / cb).ok_or(NumError::Overflow)?;
        let denominator = (b / cb).checked_mul(d / ad).ok_or(NumError::Overflow)?;
        let negative = self.is_negative() != other.is_negative();
        Ok(Ratio { numerator: signed(negative, numerator)?, denominator: signed(false, denominator)? })
    }

    /// `self / other`.
    ///
    /// # Errors
    /// `DIVISION_BY_ZERO`; `NUMBER_OVERFLOW` when the exact result does not fit.
    pub fn checked_div(self, other: Ratio) -> Result<Ratio, NumError> {
        self.checked_mul(other.recip()?)
    }

    /// The value rounded to `scale` decimals, written with exactly that many.
    ///
    /// # Errors
    /// `QTY_OUT_OF_RANGE` or `NUMBER_OVERFLOW` when the result needs more than 28 digits.
    pub fn round(self, scale: u32, rounding: Rounding) -> Result<Decimal, NumError> {
        from_scaled_i128(self.round_units(scale, rounding)?, scale)
    }

    /// `round(self · 10^scale)`: the value in units of the last place.
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW` when the result does not fit.
    pub fn round_units(self, scale: u32, rounding: Rounding) -> Result<i128, NumError> {
        self.mul_round(pow10(scale)?, rounding)
    }

    /// `round(factor · self)`.
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW` when the result does not fit; the product itself may be of any size.
    pub fn mul_round(self, factor: i128, rounding: Rounding) -> Result<i128, NumError> {
        let divisor = self.denominator.unsigned_abs();
        let parts = mul_div(self.numerator.unsigned_abs(), factor.unsigned_abs(), divisor)
            .ok_or(NumError::Overflow)?;
        settle(self.is_negative() != (factor < 0), parts, divisor, rounding)
    }

    /// `round(quantity · self)` for a quantity in scaled units: the one rounding of a requirement.
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW` when the result does not fit 64 bits.
    pub fn mul_scaled(self, quantity: i64, rounding: Rounding) -> Result<i64, NumError> {
        i64::try_from(self.mul_round(i128::from(quantity), rounding)?).map_err(|_| NumError::Overflow)
    }

    /// The decimal that equals the ratio, without trailing zeros; nothing when there is none within 28 digits.
    #[must_use]
    pub fn to_decimal_exact(self) -> Option<Decimal> {
        let (mut twos, mut fives, mut rest) = (0u32, 0u32, self.denominator);
        while rest % 2 == 0 {
            rest /= 2;
            twos += 1;
        }
        while rest % 5 == 0 {
            rest /= 5;
            fives += 1;
        }
        let scale = twos.max(fives);
        if rest != 1 || scale > 28 {
            return None;
        }
        let units = self.numerator.checked_mul(pow10(scale).ok()? / self.denominator)?;
        if units.unsigned_abs() >= pow10(28).ok()?.unsigned_abs() {
            return None;
        }
        from_scaled_i128(units, scale).ok()
    }
}

impl Default for Ratio {
    fn default() -> Ratio {
        Ratio::ZERO
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Ratio) -> Ordering {
        let left = self.numerator.checked_mul(other.denominator);
        let right = other.numerator.checked_mul(self.denominator);
        match left.zip(right) {
            Some((left, right)) => left.cmp(&right),
            None => compare_by_continued_fractions(*self, *other),
        }
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Ratio) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Compares term by term of the continued fractions; needs no number larger than the parts.
fn compare_by_continued_fractions(left: Ratio, right: Ratio) -> Ordering {
    let (mut a, mut b) = (left.numerator, left.denominator);
    let (mut c, mut d) = (right.numerator, right.denominator);
    let mut flipped = false;
    loop {
        let (left_rest, right_rest) = (a.rem_euclid(b), c.rem_euclid(d));
        let by_whole = a.div_euclid(b).cmp(&c.div_euclid(d));
        let order = match (by_whole, left_rest, right_rest) {
            (Ordering::Equal, 0, 0) => Ordering::Equal,
            (Ordering::Equal, 0, _) => Ordering::Less,
            (Ordering::Equal, _, 0) => Ordering::Greater,
            (Ordering::Equal, _, _) => {
                (a, b, c, d) = (b, left_rest, d, right_rest);
                flipped = !flipped;
                continue;
            }
            (unequal, _, _) => unequal,
        };
        return if flipped { order.reverse() } else { order };
    }
}

impl From<Decimal> for Ratio {
    fn from(value: Decimal) -> Ratio {
        Ratio::from_decimal(value)
    }
}

impl fmt::Display for Ratio {
    /// The exact decimal without trailing zeros where there is one, else `numerator/denominator`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_decimal_exact() {
            Some(decimal) => f.pad(&decimal.to_string()),
            None => f.pad(&format!("{}/{}", self.numerator, self.denominator)),
        }
    }
}

impl fmt::Debug for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

impl FromStr for Ratio {
    type Err = NumError;

    /// Reads `"3/4"` (two integers), `"0.25"` or `"2"`.
    fn from_str(text: &str) -> Result<Ratio, NumError> {
        let Some((numerator, denominator)) = text.split_once('/') else {
            return parse_decimal(text).map(Ratio::from_decimal);
        };
        let negative = numerator.starts_with('-');
        let numerator = numerator.strip_prefix('-').unwrap_or(numerator);
        Ratio::reduced(negative, parse_integer(numerator, text)?, parse_integer(denominator, text)?)
    }
}

/// Digits only, at most 39 of them (127 bits).
fn parse_integer(digits: &str, text: &str) -> Result<u128, NumError> {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NumError::syntax(text));
    }
    if digits.len() > 39 {
        return Err(NumError::too_long(text));
    }
    digits.parse().map_err(|_| NumError::Range)
}

impl Serialize for Ratio {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Ratio {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Ratio, D::Error> {
        let text = number_text(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Ratio {
    fn schema_name() -> Cow<'static, str> {
        "Ratio".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "integer"],
            "description": "An exact ratio as text: \"3/4\", \"0.25\" or \"2\".",
            "pattern": "^-?([0-9]{1,39}/[0-9]{1,39}|[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?)$",
        })
    }
}

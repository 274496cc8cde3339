//! A quantity in whole grains of its unit: what ledgers add up.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use rust_decimal::Decimal;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{
    DecimalText, MAX_SCALE, NumError, POW10, Ratio, Rounding, div_round, from_scaled, parse_decimal, text,
    to_scaled,
};

/// An exact quantity: an integer number of grains (the last place of its unit) and the number of decimals.
/// Sums are checked and never rounded; equality and order are by value, so `1` equals `1.00`.
///
/// | operation | by |
/// |---|---|
/// | `a + b`, `a − b` | [`plus`](Quantity::plus), [`minus`](Quantity::minus) |
/// | a share of a total | [`share`](Quantity::share) with a named rounding |
/// | times a ratio | [`times`](Quantity::times) with a named rounding |
///
/// ```
/// use headstock::num::{Quantity, Rounding};
///
/// let required: Quantity = "204".parse().unwrap();
/// let (sets, order) = (Quantity::whole(50), Quantity::whole(100));
/// assert_eq!(required.share(sets, order, Rounding::Up).unwrap().to_string(), "102");
/// ```
#[derive(Clone, Copy, Default)]
pub struct Quantity {
    grains: i64,
    scale: u8,
}

impl Quantity {
    /// Nought.
    pub const ZERO: Quantity = Quantity { grains: 0, scale: 0 };

    /// A whole number without decimals.
    #[must_use]
    pub const fn whole(value: i64) -> Quantity {
        Quantity { grains: value, scale: 0 }
    }

    /// A decimal at a number of decimals.
    ///
    /// # Errors
    /// `PRECISION_EXCEEDED` when it has more decimals; `QTY_OUT_OF_RANGE`.
    pub fn from_decimal(value: Decimal, scale: u32) -> Result<Quantity, NumError> {
        Ok(Quantity { grains: to_scaled(value, scale)?, scale: u8::try_from(scale).unwrap_or(0) })
    }

    /// The same value with another number of decimals.
    ///
    /// # Errors
    /// `PRECISION_EXCEEDED` when decimals would be lost; `QTY_OUT_OF_RANGE`.
    pub fn at_scale(self, scale: u32) -> Result<Quantity, NumError> {
        if u32::from(self.scale) == scale {
            return Ok(self);
        }
        Quantity::from_decimal(self.decimal(), scale)
    }

    /// The decimal, at its declared scale.
    #[must_use]
    pub fn decimal(self) -> Decimal {
        from_scaled(self.grains, u32::from(self.scale))
    }

    /// The exact ratio.
    #[must_use]
    pub fn ratio(self) -> Ratio {
        Ratio::from_decimal(self.decimal())
    }

    /// Whole grains.
    #[must_use]
    pub const fn grains(self) -> i64 {
        self.grains
    }

    /// Number of decimals.
    #[must_use]
    pub fn scale(self) -> u32 {
        u32::from(self.scale)
    }

    /// Whether it is nought.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.grains == 0
    }

    /// Whether it is below nought.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.grains < 0
    }

    /// Whether it is above nought.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.grains > 0
    }

    /// Both in grains of the finer scale, with that scale.
    fn aligned(self, other: Quantity) -> (i128, i128, u8) {
        let scale = self.scale.max(other.scale);
        let raise = |q: Quantity| i128::from(q.grains) * i128::from(POW10[usize::from(scale - q.scale)]);
        (raise(self), raise(other), scale)
    }

    fn of(grains: i128, scale: u8) -> Result<Quantity, NumError> {
        Ok(Quantity { grains: i64::try_from(grains).map_err(|_| NumError::Range)?, scale })
    }

    /// `self + other`, at the finer of both scales.
    ///
    /// # Errors
    /// `QTY_OUT_OF_RANGE` when the sum does not fit 64 bits of grains.
    pub fn plus(self, other: Quantity) -> Result<Quantity, NumError> {
        let (a, b, scale) = self.aligned(other);
        Quantity::of(a + b, scale)
    }

    /// `self − other`, at the finer of both scales.
    ///
    /// # Errors
    /// `QTY_OUT_OF_RANGE` when the difference does not fit 64 bits of grains.
    pub fn minus(self, other: Quantity) -> Result<Quantity, NumError> {
        let (a, b, scale) = self.aligned(other);
        Quantity::of(a - b, scale)
    }

    /// `−self`.
    ///
    /// # Errors
    /// `QTY_OUT_OF_RANGE` for the one value that has no opposite.
    pub fn negated(self) -> Result<Quantity, NumError> {
        Quantity::of(-i128::from(self.grains), self.scale)
    }

    /// The value, or nought where it is below.
    #[must_use]
    pub fn or_zero(self) -> Quantity {
        if self.grains < 0 { Quantity { grains: 0, scale: self.scale } } else { self }
    }

    /// `self × part ÷ whole`, rounded once to the decimals of `self`.
    ///
    /// # Errors
    /// `DIVISION_BY_ZERO`, `NUMBER_OVERFLOW`, `QTY_OUT_OF_RANGE`.
    pub fn share(self, part: Quantity, whole: Quantity, rounding: Rounding) -> Result<Quantity, NumError> {
        let (part, whole, _) = part.aligned(whole);
        let product = i128::from(self.grains).checked_mul(part).ok_or(NumError::Overflow)?;
        Quantity::of(div_round(product, whole, rounding)?, self.scale)
    }

    /// `self × ratio`, rounded once to `scale` decimals.
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW`, `QTY_OUT_OF_RANGE`.
    pub fn times(self, ratio: Ratio, scale: u32, rounding: Rounding) -> Result<Quantity, NumError> {
        Quantity::from_decimal(self.ratio().checked_mul(ratio)?.round(scale, rounding)?, scale)
    }

    /// How often `per` goes into `self × times`, whole, rounded down; below nought counts as nought.
    ///
    /// # Errors
    /// `DIVISION_BY_ZERO`, `NUMBER_OVERFLOW`.
    pub(crate) fn whole_times(self, times: Quantity, per: Quantity) -> Result<Quantity, NumError> {
        let (mine, per, _) = self.aligned(per);
        let product = mine.checked_mul(i128::from(times.grains)).ok_or(NumError::Overflow)?;
        let divisor =
            per.checked_mul(i128::from(POW10[usize::from(times.scale)])).ok_or(NumError::Overflow)?;
        Quantity::of(div_round(product, divisor, Rounding::Down)?.max(0), 0)
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Quantity) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Quantity) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Quantity) -> Ordering {
        if self.scale == other.scale {
            return self.grains.cmp(&other.grains);
        }
        let (a, b, _) = self.aligned(*other);
        a.cmp(&b)
    }
}

impl Hash for Quantity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.decimal().normalize().hash(state);
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.decimal(), f)
    }
}

impl fmt::Debug for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.decimal(), f)
    }
}

impl std::str::FromStr for Quantity {
    type Err = NumError;

    fn from_str(value: &str) -> Result<Quantity, NumError> {
        let decimal = parse_decimal(value)?;
        Quantity::from_decimal(decimal, decimal.scale().min(MAX_SCALE))
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        text::serialize(&self.decimal(), serializer)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Quantity, D::Error> {
        let value = text::deserialize(deserializer)?;
        Quantity::from_decimal(value, value.scale().min(MAX_SCALE)).map_err(de::Error::custom)
    }
}

impl JsonSchema for Quantity {
    fn schema_name() -> Cow<'static, str> {
        DecimalText::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        DecimalText::json_schema(generator)
    }

    fn schema_id() -> Cow<'static, str> {
        DecimalText::schema_id()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn q(text: &str) -> Quantity {
        text.parse().unwrap()
    }

    #[test]
    fn promise_01_sums_are_exact_at_the_finer_scale() {
        let sum = q("-0.66").plus(q("0.72")).unwrap();
        assert_eq!((sum, sum.to_string()), (q("0.06"), "0.06".to_owned()));
        assert_eq!(q("1"), q("1.00"));
        assert_eq!(q("1.0").minus(q("0.001")).unwrap().to_string(), "0.999");
        assert!(Quantity::whole(i64::MAX).plus(Quantity::whole(1)).is_err());
        assert!(q("0.5").at_scale(0).is_err());
    }

    #[test]
    fn f01_a_share_is_rounded_once() {
        assert_eq!(q("204").share(q("50"), q("100"), Rounding::Up).unwrap(), q("102"));
        assert_eq!(q("0.50").share(q("1"), q("3"), Rounding::Up).unwrap(), q("0.17"));
        assert_eq!(q("10").times(Ratio::new(1, 3).unwrap(), 2, Rounding::HalfUp).unwrap(), q("3.33"));
        assert_eq!(q("1.5").whole_times(q("1"), q("1")).unwrap(), q("1"));
        assert_eq!(q("150").whole_times(q("100"), q("200")).unwrap(), q("75"));
        assert_eq!(q("-1").whole_times(q("100"), q("200")).unwrap(), q("0"));
        assert!(q("1").share(q("1"), q("0"), Rounding::Up).is_err());
    }
}

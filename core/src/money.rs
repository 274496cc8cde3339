//! Amounts in a currency (`F08`) and the second quantity (`F11`).
//!
//! Owns adding like to like and refusing the rest. Rates are inputs of a document, never looked up here.

#[cfg(test)]
mod tests;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::num::{DecimalText, NumError, Ratio, Rounding, from_scaled_i128, to_scaled_i128};

/// A currency and the decimals its amounts have.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Currency {
    code: Id,
    scale: u32,
}

impl Currency {
    /// A currency with `scale` decimals (2 for most), at most 9.
    ///
    /// # Errors
    /// `QTY_OUT_OF_RANGE` for more decimals.
    pub fn new(code: Id, scale: u32) -> Result<Currency, NumError> {
        if scale > crate::num::MAX_SCALE { Err(NumError::Range) } else { Ok(Currency { code, scale }) }
    }

    /// The code of the currency, such as `CNY`.
    #[must_use]
    pub const fn code(&self) -> &Id {
        &self.code
    }

    /// The decimals of its amounts.
    #[must_use]
    pub const fn scale(&self) -> u32 {
        self.scale
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Currency, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Plain {
            code: Id,
            scale: u32,
        }

        let plain = Plain::deserialize(deserializer)?;
        Currency::new(plain.code, plain.scale).map_err(serde::de::Error::custom)
    }
}

/// What can go wrong with amounts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MoneyError {
    /// Amounts of two currencies (`CURRENCY_MISMATCH`).
    #[error("{a} and {b} are different currencies")]
    CurrencyMismatch {
        /// The one.
        a: Id,
        /// The other.
        b: Id,
    },
    /// A conversion without a rate above zero (`RATE_MISSING`).
    #[error("no rate from {from} to {to}")]
    RateMissing {
        /// The currency of the document.
        from: Id,
        /// The currency of the company.
        to: Id,
    },
    /// The second quantity is missing (`SECOND_QUANTITY_MISSING`).
    #[error("the movement needs its second quantity")]
    SecondQuantityMissing,
    /// The numbers do not fit.
    #[error(transparent)]
    Number(#[from] NumError),
}

impl MoneyError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            MoneyError::CurrencyMismatch { .. } => Code::CurrencyMismatch,
            MoneyError::RateMissing { .. } => Code::RateMissing,
            MoneyError::SecondQuantityMissing => Code::SecondQuantityMissing,
            MoneyError::Number(error) => error.code(),
        }
    }

    /// The finding with the parameters known here; the caller adds `item` or `date`.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let finding = Finding::new(self.code());
        match self {
            MoneyError::CurrencyMismatch { a, b } => finding.with("a", a).with("b", b),
            MoneyError::RateMissing { from, to } => {
                // A rate is that of a document; only the caller knows its date.
                finding.with("centre", format_args!("{from} → {to}")).with("date", "…")
            }
            MoneyError::SecondQuantityMissing => finding,
            MoneyError::Number(error) => error.finding(),
        }
    }
}

/// An amount of a currency, with exactly the decimals of that currency.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
pub struct Money {
    #[serde(with = "crate::num::text")]
    #[schemars(with = "DecimalText")]
    amount: Decimal,
    currency: Currency,
}

impl Money {
    /// `amount` of `currency`, written with the currency's decimals.
    ///
    /// # Errors
    /// `PRECISION_EXCEEDED` for more decimals than the currency has; `QTY_OUT_OF_RANGE` past 28 digits.
    pub fn new(amount: Decimal, currency: Currency) -> Result<Money, NumError> {
        let units = to_scaled_i128(amount, currency.scale)?;
        Ok(Money { amount: from_scaled_i128(units, currency.scale)?, currency })
    }

    /// `amount` rounded to the decimals of `currency`.
    ///
    /// # Errors
    /// `QTY_OUT_OF_RANGE` past 28 digits.
    pub fn rounded(amount: Ratio, currency: Currency, rounding: Rounding) -> Result<Money, NumError> {
        Ok(Money { amount: amount.round(currency.scale, rounding)?, currency })
    }

    /// Nothing of `currency`.
    #[must_use]
    pub fn zero(currency: Currency) -> Money {
        Money { amount: crate::num::from_scaled(0, currency.scale), currency }
    }

    /// The amount.
    #[must_use]
    pub const fn amount(&self) -> Decimal {
        self.amount
    }

    /// The currency.
    #[must_use]
    pub const fn currency(&self) -> &Currency {
        &self.currency
    }

    /// `self + other`.
    ///
    /// # Errors
    /// `CURRENCY_MISMATCH`; `QTY_OUT_OF_RANGE` or `NUMBER_OVERFLOW` past 28 digits.
    pub fn checked_add(&self, other: &Money) -> Result<Money, MoneyError> {
        self.combine(other, i128::checked_add)
    }

    /// `self − other`.
    ///
    /// # Errors
    /// `CURRENCY_MISMATCH`; `QTY_OUT_OF_RANGE` or `NUMBER_OVERFLOW` past 28 digits.
    pub fn checked_sub(&self, other: &Money) -> Result<Money, MoneyError> {
        self.combine(other, i128::checked_sub)
    }

    fn combine(&self, other: &Money, with: fn(i128, i128) -> Option<i128>) -> Result<Money, MoneyError> {
        if self.currency != other.currency {
            let (a, b) = (self.currency.code.clone(), other.currency.code.clone());
            return Err(MoneyError::CurrencyMismatch { a, b });
        }
        let units = with(self.amount.mantissa(), other.amount.mantissa()).ok_or(NumError::Overflow)?;
        Ok(Money { amount: from_scaled_i128(units, self.currency.scale)?, currency: self.currency.clone() })
    }
}

/// One amount in the currency of the document and in that of the company (`F08`).
///
/// ```
/// use headstock::id::Id;
/// use headstock::money::{Currency, Money, TwoAmounts};
/// use headstock::num::{Rounding, parse_decimal};
///
/// let usd = Currency::new(Id::new("USD").unwrap(), 2).unwrap();
/// let cny = Currency::new(Id::new("CNY").unwrap(), 2).unwrap();
/// let fee = Money::new(parse_decimal("100").unwrap(), usd).unwrap();
/// let rate = "7.1234".parse().unwrap();
/// let fee = TwoAmounts::convert(fee, cny, Some(rate), Rounding::HalfUp).unwrap();
/// assert_eq!(fee.company().amount().to_string(), "712.34");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
pub struct TwoAmounts {
    transaction: Money,
    company: Money,
}

impl TwoAmounts {
    /// `company = round(transaction × rate)` in the decimals of the company's currency. Between equal
    /// currencies no rate is needed.
    ///
    /// # Errors
    /// `RATE_MISSING` without a rate above zero; `CURRENCY_MISMATCH` for a rate other than one between equal
    /// currencies; `QTY_OUT_OF_RANGE` or `NUMBER_OVERFLOW` past 28 digits.
    pub fn convert(
        transaction: Money,
        company: Currency,
        rate: Option<Ratio>,
        rounding: Rounding,
    ) -> Result<TwoAmounts, MoneyError> {
        let same = transaction.currency == company;
        let (from, to) = (&transaction.currency.code, &company.code);
        let rate = match rate {
            Some(rate) if rate.is_positive() && (!same || rate == Ratio::ONE) => rate,
            None if same => Ratio::ONE,
            Some(rate) if rate.is_positive() => {
                return Err(MoneyError::CurrencyMismatch { a: from.clone(), b: to.clone() });
            }
            _ => return Err(MoneyError::RateMissing { from: from.clone(), to: to.clone() }),
        };
        let exact = Ratio::from_decimal(transaction.amount).checked_mul(rate)?;
        let company = Money::rounded(exact, company, rounding)?;
        Ok(TwoAmounts { transaction, company })
    }

    /// The amount in the currency of the document.
    #[must_use]
    pub const fn transaction(&self) -> &Money {
        &self.transaction
    }

    /// The amount in the currency of the company.
    #[must_use]
    pub const fn company(&self) -> &Money {
        &self.company
    }

    /// What this amount exceeds `estimate` by in the company's currency: the difference of conversion that is
    /// posted by name.
    ///
    /// # Errors
    /// `CURRENCY_MISMATCH` when either pair of currencies differs.
    pub fn difference_from(&self, estimate: &TwoAmounts) -> Result<Money, MoneyError> {
        self.transaction.checked_sub(&estimate.transaction)?;
        self.company.checked_sub(&estimate.company)
    }
}

/// A quantity that may carry a second one, such as pieces and kilograms, which does not follow from the first
/// by a fixed ratio (`F11`). Both are summed apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct SecondQuantity {
    /// The first quantity, which is planned with.
    #[serde(with = "crate::num::text")]
    #[schemars(with = "DecimalText")]
    pub first: Decimal,
    /// The second quantity.
    pub second: Option<DecimalText>,
}

impl SecondQuantity {
    /// A quantity of an item; `required` says whether the item needs both.
    ///
    /// # Errors
    /// `SECOND_QUANTITY_MISSING` when it needs both and has one.
    pub fn new(
        first: Decimal,
        second: Option<Decimal>,
        required: bool,
    ) -> Result<SecondQuantity, MoneyError> {
        if required && second.is_none() {
            return Err(MoneyError::SecondQuantityMissing);
        }
        Ok(SecondQuantity { first, second: second.map(DecimalText) })
    }

    /// Nothing at all: the start of a sum, whether or not its parts have a second quantity.
    pub const ZERO: SecondQuantity = SecondQuantity { first: Decimal::ZERO, second: None };

    /// Both parts added apart; adding [`SecondQuantity::ZERO`] changes nothing.
    ///
    /// # Errors
    /// `SECOND_QUANTITY_MISSING` when only one of the two has a second quantity; `QTY_OUT_OF_RANGE` or
    /// `NUMBER_OVERFLOW` when a sum does not fit.
    pub fn checked_add(self, other: SecondQuantity) -> Result<SecondQuantity, MoneyError> {
        if self == SecondQuantity::ZERO {
            return Ok(other);
        }
        if other == SecondQuantity::ZERO {
            return Ok(self);
        }
        let second = match (self.second, other.second) {
            (Some(a), Some(b)) => Some(DecimalText(add_exact(a.0, b.0)?)),
            (None, None) => None,
            _ => return Err(MoneyError::SecondQuantityMissing),
        };
        Ok(SecondQuantity { first: add_exact(self.first, other.first)?, second })
    }

    /// Both parts subtracted apart.
    ///
    /// # Errors
    /// As [`SecondQuantity::checked_add`].
    pub fn checked_sub(self, other: SecondQuantity) -> Result<SecondQuantity, MoneyError> {
        let negated =
            SecondQuantity { first: -other.first, second: other.second.map(|second| DecimalText(-second.0)) };
        self.checked_add(negated)
    }
}

/// `a + b` at the larger of the two scales. `Decimal`'s own addition would round past 28 digits.
fn add_exact(a: Decimal, b: Decimal) -> Result<Decimal, NumError> {
    let scale = a.scale().max(b.scale());
    let units = to_scaled_i128(a, scale)?.checked_add(to_scaled_i128(b, scale)?).ok_or(NumError::Overflow)?;
    from_scaled_i128(units, scale)
}

//! Units of measure and exact conversion between them (promise 2).
//!
//! Owns the scale of a unit and the table of conversions. It does not know items beyond their id.

use std::collections::BTreeMap;

#[cfg(test)]
mod tests;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::num::{MAX_SCALE, NumError, Ratio, Rounding};

/// A unit of measure and the decimals its quantities have.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Unit {
    id: Id,
    scale: u32,
}

impl Unit {
    /// A unit with `scale` decimals, at most [`MAX_SCALE`].
    ///
    /// # Errors
    /// `QTY_OUT_OF_RANGE` for more decimals.
    pub fn new(id: Id, scale: u32) -> Result<Unit, NumError> {
        if scale > MAX_SCALE { Err(NumError::Range) } else { Ok(Unit { id, scale }) }
    }

    /// The id of the unit.
    #[must_use]
    pub const fn id(&self) -> &Id {
        &self.id
    }

    /// The decimals of its quantities.
    #[must_use]
    pub const fn scale(&self) -> u32 {
        self.scale
    }

    /// `quantity` rounded to the decimals of the unit: the one rounding of a document line.
    ///
    /// # Errors
    /// `QTY_OUT_OF_RANGE` when the result needs more than 28 digits.
    pub fn round(&self, quantity: Ratio, rounding: Rounding) -> Result<Decimal, NumError> {
        quantity.round(self.scale, rounding)
    }
}

impl<'de> Deserialize<'de> for Unit {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Unit, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Plain {
            id: Id,
            scale: u32,
        }

        let plain = Plain::deserialize(deserializer)?;
        Unit::new(plain.id, plain.scale).map_err(serde::de::Error::custom)
    }
}

/// What can go wrong with units.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnitError {
    /// No way from one unit to the other (`UOM_NOT_CONVERTIBLE`).
    #[error("no conversion from {from} to {to} for {item}")]
    NotConvertible {
        /// The unit converted from.
        from: Id,
        /// The unit converted to.
        to: Id,
        /// The item.
        item: Id,
    },
    /// A factor that is not above zero, or two factors for the same pair (`QTY_OUT_OF_RANGE`,
    /// `DUPLICATE_ID`).
    #[error("the conversion from {from} to {to} is given twice or is not above zero")]
    BadFactor {
        /// The unit converted from.
        from: Id,
        /// The unit converted to.
        to: Id,
        /// Whether the pair was there before.
        twice: bool,
    },
    /// The numbers do not fit.
    #[error(transparent)]
    Number(#[from] NumError),
}

impl UnitError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            UnitError::NotConvertible { .. } => Code::UomNotConvertible,
            UnitError::BadFactor { twice: true, .. } => Code::DuplicateId,
            UnitError::BadFactor { twice: false, .. } => Code::QtyOutOfRange,
            UnitError::Number(error) => error.code(),
        }
    }

    /// The finding with its parameters.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let finding = Finding::new(self.code());
        match self {
            UnitError::NotConvertible { from, to, item } => {
                finding.with("from", from).with("to", to).with("item", item)
            }
            UnitError::BadFactor { from, to, twice: true } => {
                finding.with("table", "unit_conversions").with("id", format_args!("{from} → {to}"))
            }
            UnitError::BadFactor { from, to, .. } => {
                finding.with("value", format_args!("{from} → {to}")).with("limit", "> 0")
            }
            UnitError::Number(error) => error.finding(),
        }
    }
}

/// Factors from one unit to the other, by unit pair.
type Factors = BTreeMap<Id, BTreeMap<Id, Ratio>>;

/// Exact conversions: global ones, and ones for an item that override them.
///
/// `1 from = factor to`. A conversion is found, in this order: same unit; the item's factor either way; the
/// global factor either way; over one unit in between (item factors first, then global, the smallest unit id
/// first). Nothing is rounded, so that A → B → A returns the input.
///
/// ```
/// use headstock::id::Id;
/// use headstock::num::{Ratio, parse_decimal};
/// use headstock::unit::Conversions;
///
/// let id = |text| Id::new(text).unwrap();
/// let mut table = Conversions::new();
/// table.add(id("kg"), id("g"), Ratio::from_int(1000)).unwrap();
/// let half = parse_decimal("0.5").unwrap();
/// let grams = table.convert(&id("salt"), half, &id("kg"), &id("g")).unwrap();
/// assert_eq!(grams, Ratio::from_int(500));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conversions {
    global: Factors,
    by_item: BTreeMap<Id, Factors>,
}

impl Conversions {
    /// An empty table.
    #[must_use]
    pub const fn new() -> Conversions {
        Conversions { global: BTreeMap::new(), by_item: BTreeMap::new() }
    }

    /// Adds `1 from = factor to` for all items.
    ///
    /// # Errors
    /// `QTY_OUT_OF_RANGE` for a factor that is not above zero; `DUPLICATE_ID` when the pair, either way round,
    /// is there already.
    pub fn add(&mut self, from: Id, to: Id, factor: Ratio) -> Result<(), UnitError> {
        insert(&mut self.global, from, to, factor)
    }

    /// Adds `1 from = factor to` for one item; it overrides the global one.
    ///
    /// # Errors
    /// As [`Conversions::add`].
    pub fn add_for_item(&mut self, item: Id, from: Id, to: Id, factor: Ratio) -> Result<(), UnitError> {
        insert(self.by_item.entry(item).or_default(), from, to, factor)
    }

    /// How many `to` make one `from` for `item`, exactly.
    ///
    /// # Errors
    /// `UOM_NOT_CONVERTIBLE`; `NUMBER_OVERFLOW` when the factor does not fit.
    pub fn factor(&self, item: &Id, from: &Id, to: &Id) -> Result<Ratio, UnitError> {
        if from == to {
            return Ok(Ratio::ONE);
        }
        let tables: [Option<&Factors>; 2] = [self.by_item.get(item), Some(&self.global)];
        let one_hop =
            |a: &Id, b: &Id| tables.iter().flatten().find_map(|table| table.get(a)?.get(b)).copied();
        if let Some(factor) = one_hop(from, to) {
            return Ok(factor);
        }
        for table in tables.iter().flatten() {
            for between in table.get(from).into_iter().flat_map(BTreeMap::keys) {
                if let (Some(first), Some(second)) = (one_hop(from, between), one_hop(between, to)) {
                    return Ok(first.checked_mul(second)?);
                }
            }
        }
        Err(UnitError::NotConvertible { from: from.clone(), to: to.clone(), item: item.clone() })
    }

    /// `quantity` of `from` in `to`, exactly; round it once, in the document's unit ([`Unit::round`]).
    ///
    /// # Errors
    /// As [`Conversions::factor`].
    pub fn convert(
        &self,
        item: &Id,
        quantity: impl Into<Ratio>,
        from: &Id,
        to: &Id,
    ) -> Result<Ratio, UnitError> {
        Ok(quantity.into().checked_mul(self.factor(item, from, to)?)?)
    }
}

/// Keeps the factor under both directions, so that looking either way up is one step.
fn insert(factors: &mut Factors, from: Id, to: Id, factor: Ratio) -> Result<(), UnitError> {
    let twice = from == to || factors.get(&from).is_some_and(|row| row.contains_key(&to));
    if twice || !factor.is_positive() {
        return Err(UnitError::BadFactor { from, to, twice });
    }
    factors.entry(to.clone()).or_default().insert(from.clone(), factor.recip()?);
    factors.entry(from).or_default().insert(to, factor);
    Ok(())
}

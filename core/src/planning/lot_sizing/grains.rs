//! The quantities of a request as whole grains, and the orders that a need is cut into.

use rust_decimal::Decimal;

use super::{LotSizingError, Modifiers, Pieces, pieces};
use crate::item::MaxRule;
use crate::num::{DecimalText, MAX_SCALE, NumError, from_scaled, to_scaled};

/// The most orders of one answer.
pub(super) const MAX_ORDERS: usize = 100_000;

/// The scale of a request's quantities.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grains(pub(super) u32);

impl Grains {
    /// As many decimals as the values have, or as many as asked for.
    pub(super) fn of(
        values: impl Iterator<Item = Decimal>,
        scale: Option<u32>,
    ) -> Result<Grains, LotSizingError> {
        let widest = values.map(|value| value.normalize().scale()).max().unwrap_or(0);
        let scale = scale.unwrap_or(widest);
        if scale > MAX_SCALE { Err(NumError::Range.into()) } else { Ok(Grains(scale)) }
    }

    pub(super) fn read(self, value: DecimalText) -> Result<i64, LotSizingError> {
        Ok(to_scaled(value.0, self.0)?)
    }

    pub(super) fn write(self, grains: i64) -> DecimalText {
        from_scaled(grains, self.0).into()
    }

    /// Grains of a parameter that must be above nought when it is given; 0 when not.
    pub(super) fn parameter(
        self,
        field: &'static str,
        value: Option<DecimalText>,
    ) -> Result<i64, LotSizingError> {
        match value.map(|value| self.read(value)).transpose()? {
            Some(grains) if grains <= 0 => Err(LotSizingError::NotPositive { field, row: 1 }),
            grains => Ok(grains.unwrap_or(0)),
        }
    }

    pub(super) fn modifiers(
        self,
        min: Option<DecimalText>,
        max: Option<DecimalText>,
        multiple: Option<DecimalText>,
        max_rule: MaxRule,
    ) -> Result<Modifiers, LotSizingError> {
        let modifiers = Modifiers {
            min: self.parameter("min", min)?,
            max: self.parameter("max", max)?,
            multiple: self.parameter("multiple", multiple)?,
            max_rule,
        };
        modifiers.check().map_err(|_| LotSizingError::Conflict {
            min: min.unwrap_or_default().0,
            max: max.unwrap_or_default().0,
            multiple: multiple.unwrap_or_default().0,
        })?;
        Ok(modifiers)
    }
}

/// The orders for a need, refused when there are too many.
pub(super) fn orders_of(
    need: i64,
    modifiers: &Modifiers,
    fixed: Option<i64>,
) -> Result<Vec<i64>, LotSizingError> {
    Ok(limited(pieces(need, modifiers, fixed)?, MAX_ORDERS)?.iter().collect())
}

/// Refuses more orders than there is room for.
pub(super) fn limited(pieces: Pieces, room: usize) -> Result<Pieces, LotSizingError> {
    match usize::try_from(pieces.count()) {
        Ok(count) if count <= room => Ok(pieces),
        _ => Err(LotSizingError::Limit { what: "orders", limit: MAX_ORDERS }),
    }
}

//! What can be wrong with lot-sizing parameters.

use rust_decimal::Decimal;

use crate::finding::{Code, Finding};
use crate::num::NumError;

/// Parameters from which no lot can be sized.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LotSizingError {
    /// A rule needs a parameter that is not there (`PARAM_MISSING`).
    #[error("the lot-sizing rule needs {field}")]
    ParamMissing {
        /// Name of the field.
        field: &'static str,
    },
    /// A quantity or cost that must be above nought, or at least nought, is not (`QTY_NOT_POSITIVE`).
    #[error("{field} {row} must be positive")]
    NotPositive {
        /// Name of the field.
        field: &'static str,
        /// Which one of a list, from 1; 1 for a single value.
        row: usize,
    },
    /// The minimum exceeds what the maximum and the multiple allow (`LOT_PARAM_CONFLICT`).
    #[error("the lot sizes conflict: min {min}, max {max}, multiple {multiple}")]
    Conflict {
        /// Minimum.
        min: Decimal,
        /// Maximum.
        max: Decimal,
        /// Multiple.
        multiple: Decimal,
    },
    /// Too many periods or orders (`LIMIT_EXCEEDED`).
    #[error("{what} exceeds the limit of {limit}")]
    Limit {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// A number that does not fit or cannot be computed exactly (`QTY_OUT_OF_RANGE`, `PRECISION_EXCEEDED`,
    /// `DIVISION_BY_ZERO` for EOQ without holding cost).
    #[error(transparent)]
    Number(#[from] NumError),
}

impl LotSizingError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            LotSizingError::ParamMissing { .. } => Code::ParamMissing,
            LotSizingError::NotPositive { .. } => Code::QtyNotPositive,
            LotSizingError::Conflict { .. } => Code::LotParamConflict,
            LotSizingError::Limit { .. } => Code::LimitExceeded,
            LotSizingError::Number(error) => error.code(),
        }
    }

    /// The finding; a caller that knows the item replaces the parameter `item`.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let finding = Finding::new(self.code());
        match self {
            LotSizingError::ParamMissing { field } => finding.with("item", "lot_sizing").with("field", field),
            LotSizingError::NotPositive { field, row } => finding.with("row", row).with("field", field),
            LotSizingError::Conflict { min, max, multiple } => {
                finding.with("min", min).with("max", max).with("multiple", multiple)
            }
            LotSizingError::Limit { what, limit } => finding.with("what", what).with("limit", limit),
            LotSizingError::Number(error) => error.finding(),
        }
    }
}

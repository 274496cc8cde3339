//! What can be wrong with movements that are to be valued.

use crate::finding::{Code, Finding};
use crate::num::NumError;

/// Movements that cannot be valued, each with the index of the movement. Nothing is assumed instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ValuationError {
    /// An issue takes more than there is, and the policy refuses that (`NEGATIVE_STOCK_AT_COSTING`).
    #[error("movement {row} would leave {quantity} grains in stock")]
    NegativeStock {
        /// The movement.
        row: u32,
        /// Grains that would be left.
        quantity: i64,
    },
    /// The receipt that is named has not enough left, or none is named where one must be (`LAYER_MISSING`).
    #[error("no cost layer is left for movement {row}")]
    LayerMissing {
        /// The movement.
        row: u32,
    },
    /// The item has no standard cost when it first moves (`STANDARD_MISSING`).
    #[error("there is no standard cost for movement {row}")]
    StandardMissing {
        /// The movement.
        row: u32,
    },
    /// A movement names another one that is not there, is of the wrong kind or comes later (`UNKNOWN_REFERENCE`).
    #[error("movement {row} names a movement that it cannot refer to")]
    Link {
        /// The movement.
        row: u32,
    },
    /// More comes back than left (`RETURN_EXCEEDS_ISSUED`), or goes back than came (`RETURN_EXCEEDS_RECEIVED`).
    #[error("movement {row} returns more than the {net} grains that are left of its original")]
    ReturnExceeds {
        /// The movement.
        row: u32,
        /// Grains left of the original.
        net: i64,
        /// Whether the original is a receipt.
        received: bool,
    },
    /// A value-only document would leave stock of a negative value (`ADJUST_NEGATIVE_VALUE`).
    #[error("movement {row} would leave stock worth {value}")]
    NegativeValue {
        /// The movement.
        row: u32,
        /// The value in the smallest unit of the currency.
        value: i128,
    },
    /// A quantity below nought, or a value without a quantity (`QTY_NOT_POSITIVE`).
    #[error("the quantity of movement {row} must be positive")]
    NotPositive {
        /// The movement.
        row: u32,
    },
    /// The movement has no value and needs one (`PARAM_MISSING`).
    #[error("movement {row} has no value")]
    NoValue {
        /// The movement.
        row: u32,
    },
    /// The numbers do not fit: 63 bits for the value and the grains of one item.
    #[error("the figures of movement {row} do not fit: {error}")]
    Number {
        /// The movement.
        row: u32,
        /// Why.
        error: NumError,
    },
}

impl ValuationError {
    /// The movement, as its index.
    #[must_use]
    pub const fn row(&self) -> u32 {
        match self {
            ValuationError::NegativeStock { row, .. }
            | ValuationError::LayerMissing { row }
            | ValuationError::StandardMissing { row }
            | ValuationError::Link { row }
            | ValuationError::ReturnExceeds { row, .. }
            | ValuationError::NegativeValue { row, .. }
            | ValuationError::NotPositive { row }
            | ValuationError::NoValue { row }
            | ValuationError::Number { row, .. } => *row,
        }
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            ValuationError::NegativeStock { .. } => Code::NegativeStockAtCosting,
            ValuationError::LayerMissing { .. } => Code::LayerMissing,
            ValuationError::StandardMissing { .. } => Code::StandardMissing,
            ValuationError::Link { .. } => Code::UnknownReference,
            ValuationError::ReturnExceeds { received: true, .. } => Code::ReturnExceedsReceived,
            ValuationError::ReturnExceeds { .. } => Code::ReturnExceedsIssued,
            ValuationError::NegativeValue { .. } => Code::AdjustNegativeValue,
            ValuationError::NotPositive { .. } => Code::QtyNotPositive,
            ValuationError::NoValue { .. } => Code::ParamMissing,
            ValuationError::Number { error, .. } => error.code(),
        }
    }

    /// The finding with the parameters known here (indices, grains, the smallest unit of the currency); the
    /// caller replaces them by what the host calls them: `item`, `warehouse`, `date`, `id`, `row`.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let finding = Finding::new(self.code());
        match self {
            ValuationError::NegativeStock { quantity, .. } => finding.with("qty", quantity),
            ValuationError::ReturnExceeds { net, .. } => finding.with("net", net),
            ValuationError::NegativeValue { value, .. } => finding.with("value", value),
            ValuationError::NotPositive { row } => finding.with("row", row),
            ValuationError::NoValue { .. } => finding.with("field", "value"),
            ValuationError::Number { error, .. } => error.finding(),
            ValuationError::LayerMissing { .. }
            | ValuationError::StandardMissing { .. }
            | ValuationError::Link { .. } => finding,
        }
    }
}

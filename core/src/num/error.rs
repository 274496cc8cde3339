//! What can go wrong with a number.

use rust_decimal::Decimal;

use crate::finding::{Code, Finding, abbreviate};

/// A number that cannot be read, represented or computed exactly. Nothing is ever rounded instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NumError {
    /// Not a decimal number (`NUMBER_SYNTAX`); at most 40 characters of the text are kept.
    #[error("{value:?} is not a decimal number such as 12.50")]
    Syntax {
        /// The text, abbreviated.
        value: Box<str>,
    },
    /// The text has more than 64 characters (`NUMBER_SYNTAX`).
    #[error("a number has more than 64 characters: {value:?}")]
    TooLong {
        /// The text, abbreviated.
        value: Box<str>,
    },
    /// More decimals than the scale allows (`PRECISION_EXCEEDED`).
    #[error("{value} has more than {scale} decimals")]
    Precision {
        /// The value.
        value: Decimal,
        /// The decimals allowed.
        scale: u32,
    },
    /// Outside 28 digits, the scale or the scaled integers that quantities are kept in (`QTY_OUT_OF_RANGE`).
    #[error("the number is outside the range that can be computed")]
    Range,
    /// A ratio with denominator zero, or a division by zero (`DIVISION_BY_ZERO`).
    #[error("a ratio has zero as its denominator")]
    DivisionByZero,
    /// The residue would turn a share's sign (`ALLOCATION_SIGN`).
    #[error("the residue would turn the share at index {index} negative; use the largest-remainder rule")]
    AllocationSign {
        /// Index of the share in the bases given.
        index: usize,
    },
    /// The bases of a split add up to zero (`BASE_ZERO`).
    #[error("the bases of the split add up to zero")]
    BaseZero,
    /// A base of a split is negative (`NEGATIVE_BASE`).
    #[error("the base at index {index} is negative")]
    NegativeBase {
        /// Index of the base.
        index: usize,
    },
    /// The exact result of a calculation does not fit (`NUMBER_OVERFLOW`).
    #[error("the exact result does not fit the numbers computed with")]
    Overflow,
}

impl NumError {
    pub(super) fn syntax(text: &str) -> NumError {
        NumError::Syntax { value: abbreviate(text).into() }
    }

    pub(super) fn too_long(text: &str) -> NumError {
        NumError::TooLong { value: abbreviate(text).into() }
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            NumError::Syntax { .. } | NumError::TooLong { .. } => Code::NumberSyntax,
            NumError::Precision { .. } => Code::PrecisionExceeded,
            NumError::Range => Code::QtyOutOfRange,
            NumError::Overflow => Code::NumberOverflow,
            NumError::DivisionByZero => Code::DivisionByZero,
            NumError::AllocationSign { .. } => Code::AllocationSign,
            NumError::BaseZero => Code::BaseZero,
            NumError::NegativeBase { .. } => Code::NegativeBase,
        }
    }

    /// The finding with the parameters known here; the caller adds what it alone knows (`unit`, `item`, …)
    /// and replaces an index by the id that stands there.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let finding = Finding::new(self.code());
        match self {
            NumError::Syntax { value } | NumError::TooLong { value } => finding.with("value", value),
            NumError::Precision { value, scale } => finding.with("value", value).with("n", scale),
            NumError::AllocationSign { index } => finding.with("line", index),
            NumError::NegativeBase { index } => finding.with("order", index),
            // The number itself is known to the caller only.
            NumError::Range => finding.with("limit", "number_digits").with("value", "…"),
            NumError::Overflow | NumError::DivisionByZero | NumError::BaseZero => finding,
        }
    }
}

//! The actual cost of one order: what went in, by element, and what came out (`C01`, `C14`, `C15`, `R03`).

use super::split_by;
use crate::finding::{Code, Finding};
use crate::num::{NumError, Ratio, Residue};

/// Why a cost cannot be shared out among receipts or outputs. Nothing is assumed instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// A receiver has no base (`BASE_MISSING`).
    #[error("the line at index {index} has no {base}")]
    BaseMissing {
        /// Index of the line.
        index: usize,
        /// The base.
        base: &'static str,
    },
    /// Fixed values are more than the cost (`BYPRODUCT_EXCEEDS_TOTAL`).
    #[error("fixed values of {value} exceed the cost of {total}")]
    FixedExceedsTotal {
        /// The values in the smallest unit of the currency.
        value: i128,
        /// The cost.
        total: i128,
    },
    /// Cost, but nothing good was made (`OUTPUT_ALL_ZERO`).
    #[error("there is cost but no good output")]
    AllZero,
    /// The numbers do not fit, or a base is nought or negative (`BASE_ZERO`, `NEGATIVE_BASE`).
    #[error(transparent)]
    Number(#[from] NumError),
}

impl OutputError {
    /// The finding with the parameters known here; the caller replaces indices by ids and adds `order`.
    #[must_use]
    pub fn finding(&self) -> Finding {
        match self {
            OutputError::BaseMissing { index, base } => {
                Finding::new(Code::BaseMissing).with("base", base).with("orders", index)
            }
            OutputError::FixedExceedsTotal { value, total } => {
                Finding::new(Code::ByproductExceedsTotal).with("value", value).with("total", total)
            }
            OutputError::AllZero => Finding::new(Code::OutputAllZero),
            OutputError::Number(error) => error.finding(),
        }
    }
}

/// What comes out of an order. Amounts are in the smallest unit of the currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderOutput {
    /// A product that carries cost by quantity × weight.
    Good {
        /// Quantity.
        quantity: Ratio,
        /// Weight of one unit among products; 1 where there is one product.
        weight: Ratio,
    },
    /// Something at a value of its own: material that comes back, a by-product, scrap that is sold.
    Fixed {
        /// The value, taken out of the pool.
        value: i128,
    },
    /// Waste: it takes no cost, good units carry it.
    Waste,
}

/// Shares the cost of an order out among its outputs (`C14`): fixed values first, the rest among good outputs by
/// quantity × weight, exactly.
///
/// ```
/// use headstock::costing::{OrderOutput, order_outputs};
/// use headstock::num::Ratio;
///
/// // R03: rework of 10 × 80.00 with 60.00 of material and 30.00 of labour; 9 good, scrap worth 20.00.
/// let good = OrderOutput::Good { quantity: Ratio::from_int(9), weight: Ratio::ONE };
/// let shares = order_outputs(89_000, &[good, OrderOutput::Fixed { value: 2_000 }]).unwrap();
/// assert_eq!(shares, [87_000, 2_000]); // 96.6667 each
/// ```
///
/// # Errors
/// `BYPRODUCT_EXCEEDS_TOTAL` when fixed values are more than the cost; `OUTPUT_ALL_ZERO` when there is cost and no
/// good output; `NEGATIVE_BASE` with the index of an output below nought; `NUMBER_OVERFLOW`.
pub fn order_outputs(cost: i128, outputs: &[OrderOutput]) -> Result<Vec<i128>, OutputError> {
    let mut fixed = 0i128;
    let mut bases = Vec::with_capacity(outputs.len());
    for (index, output) in outputs.iter().enumerate() {
        let base = match output {
            OrderOutput::Good { quantity, weight } => quantity.checked_mul(*weight)?,
            OrderOutput::Fixed { value } => {
                fixed = fixed.checked_add(*value).ok_or(NumError::Overflow)?;
                Ratio::ZERO
            }
            OrderOutput::Waste => Ratio::ZERO,
        };
        if base.is_negative() {
            return Err(NumError::NegativeBase { index }.into());
        }
        bases.push(base);
    }
    if fixed > cost.max(0) {
        return Err(OutputError::FixedExceedsTotal { value: fixed, total: cost });
    }
    let pool = cost - fixed;
    let shares = if bases.iter().all(|base| base.is_zero()) {
        if pool != 0 {
            return Err(OutputError::AllZero);
        }
        vec![0; outputs.len()]
    } else {
        split_by(pool, &bases, Residue::LargestRemainder)?
    };
    let value = |(output, share): (&OrderOutput, i128)| match output {
        OrderOutput::Fixed { value } => *value,
        _ => share,
    };
    Ok(outputs.iter().zip(shares).map(value).collect())
}

//! Freight, duty and other charges on receipts (`C20`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{OutputError, split_by};
use crate::num::{NumError, Ratio, Residue};

/// By what a charge is shared out among receipts (`C20`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LandedBasis {
    /// By what the receipts cost ★.
    #[default]
    Value,
    /// By quantity; the receipts must share a unit.
    Quantity,
    /// By weight.
    Weight,
    /// By volume.
    Volume,
}

/// A receipt that may take a part of a charge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LandedLine {
    /// Quantity received.
    pub quantity: Ratio,
    /// What it cost, in the smallest unit of the currency.
    pub value: i128,
    /// Weight of the whole line, where it is known.
    pub weight: Option<Ratio>,
    /// Volume of the whole line, where it is known.
    pub volume: Option<Ratio>,
    /// Whether the charge concerns it.
    pub included: bool,
}

/// Shares a charge out among receipts (`C20`): `charge × base ÷ Σ base`, by largest remainder. A receipt that is
/// left out, or of nought, gets nothing.
///
/// ```
/// use headstock::costing::{LandedBasis, LandedLine, landed_cost};
/// use headstock::num::Ratio;
///
/// // C20: 90.00 by value over 100.00 and 200.00.
/// let line = |value| LandedLine { quantity: Ratio::ONE, value, included: true, ..LandedLine::default() };
/// let shares = landed_cost(9_000, &[line(10_000), line(20_000)], LandedBasis::Value).unwrap();
/// assert_eq!(shares, [3_000, 6_000]);
/// ```
///
/// # Errors
/// `BASE_ZERO` when no receipt has a base; `BASE_MISSING` with the index of an included receipt without weight or
/// volume; `NEGATIVE_BASE`; `NUMBER_OVERFLOW`.
pub fn landed_cost(charge: i128, lines: &[LandedLine], basis: LandedBasis) -> Result<Vec<i128>, OutputError> {
    let mut bases = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().enumerate() {
        bases.push(if line.included && !line.quantity.is_zero() {
            base(line, basis, index)?
        } else {
            Ratio::ZERO
        });
    }
    Ok(split_by(charge, &bases, Residue::LargestRemainder)?)
}

fn base(line: &LandedLine, basis: LandedBasis, index: usize) -> Result<Ratio, OutputError> {
    match basis {
        LandedBasis::Quantity => Ok(line.quantity),
        LandedBasis::Value => Ok(Ratio::new(line.value, 1)?),
        LandedBasis::Weight => line.weight.ok_or(OutputError::BaseMissing { index, base: "weight" }),
        LandedBasis::Volume => line.volume.ok_or(OutputError::BaseMissing { index, base: "volume" }),
    }
}

/// The same weights as whole numbers, exactly.
pub(crate) fn whole(bases: &[Ratio]) -> Result<Vec<i128>, NumError> {
    let mut common = 1i128;
    for base in bases {
        // The least common multiple, kept small by reducing first.
        let more = Ratio::new(base.denom(), common)?.numer();
        common = common.checked_mul(more).ok_or(NumError::Overflow)?;
    }
    let scaled = |base: &Ratio| base.numer().checked_mul(common / base.denom()).ok_or(NumError::Overflow);
    bases.iter().map(scaled).collect()
}

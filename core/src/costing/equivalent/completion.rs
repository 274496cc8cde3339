//! How far units in process are: coefficients of an element from its timing, by operation or by point.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::costing::CostError;
use crate::costing::share::sum_ratios;
use crate::num::Ratio;

/// When an element enters the product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Added {
    /// All at the start: whatever is in process holds it in full.
    Start,
    /// Evenly with the work: a unit half done holds half.
    #[default]
    Evenly,
    /// All at once when this share of the work is done: a unit that is at or past the point holds it in full.
    Point(Ratio),
    /// All at the end: only finished units hold it.
    End,
}

impl Added {
    /// The coefficient of a unit that is `completion` done.
    ///
    /// ```
    /// use headstock::costing::Added;
    /// use headstock::num::Ratio;
    ///
    /// let quarter = Added::Point(Ratio::new(1, 4).unwrap());
    /// assert_eq!(quarter.coefficient(Ratio::new(2, 5).unwrap()), Ok(Ratio::ONE));
    /// assert_eq!(quarter.coefficient(Ratio::new(1, 5).unwrap()), Ok(Ratio::ZERO));
    /// ```
    ///
    /// # Errors
    /// `COEFF_RANGE` for a completion or a point outside 0 to 1.
    pub fn coefficient(self, completion: Ratio) -> Result<Ratio, CostError> {
        let outside = |share: Ratio| share.is_negative() || share > Ratio::ONE;
        if outside(completion) {
            return Err(CostError::CoefficientRange);
        }
        let when = |reached: bool| if reached { Ratio::ONE } else { Ratio::ZERO };
        match self {
            Added::Start => Ok(Ratio::ONE),
            Added::Evenly => Ok(completion),
            Added::Point(point) if outside(point) => Err(CostError::CoefficientRange),
            Added::Point(point) => Ok(when(completion >= point)),
            Added::End => Ok(when(completion == Ratio::ONE)),
        }
    }
}

/// When the material of an operation enters the product.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum OperationMaterial {
    /// All material at the start of the first operation.
    #[default]
    Start,
    /// Each operation's material at its start.
    StartOfEachOperation,
    /// Each operation's material evenly with its work.
    WithinOperation,
}

/// Completion of a unit that stands at each operation: `(Σ hours before + hours here · within) ÷ Σ hours`.
///
/// `within` is how much of its own operation is done on average: 0.5 by custom, 1 where a unit that stands at an
/// operation has passed it (cumulative).
///
/// ```
/// use headstock::costing::conversion_rates;
/// use headstock::num::Ratio;
///
/// let rates = conversion_rates(&[Ratio::from_int(40), Ratio::from_int(60)], Ratio::new(1, 2).unwrap()).unwrap();
/// assert_eq!(rates, [Ratio::new(1, 5).unwrap(), Ratio::new(7, 10).unwrap()]);
/// ```
///
/// # Errors
/// `COEFF_RANGE` for `within` outside 0 to 1; `QTY_NOT_POSITIVE` for negative hours; `COEFF_MISSING` when all are
/// nought; `NUMBER_OVERFLOW`.
pub fn conversion_rates(hours: &[Ratio], within: Ratio) -> Result<Vec<Ratio>, CostError> {
    cumulative(hours, within, "hours")
}

/// How much of its material a unit that stands at each operation holds.
///
/// # Errors
/// As [`conversion_rates`].
pub fn material_rates(
    material: &[Ratio],
    mode: OperationMaterial,
    within: Ratio,
) -> Result<Vec<Ratio>, CostError> {
    match mode {
        OperationMaterial::Start => Ok(vec![Ratio::ONE; material.len()]),
        OperationMaterial::StartOfEachOperation => cumulative(material, Ratio::ONE, "material"),
        OperationMaterial::WithinOperation => cumulative(material, within, "material"),
    }
}

fn cumulative(parts: &[Ratio], within: Ratio, field: &'static str) -> Result<Vec<Ratio>, CostError> {
    if within.is_negative() || within > Ratio::ONE {
        return Err(CostError::CoefficientRange);
    }
    if let Some(row) = parts.iter().position(|part| part.is_negative()) {
        return Err(CostError::Negative { field, row: row + 1 });
    }
    let total = sum_ratios(parts.iter().copied())?;
    if total.is_zero() {
        return Err(CostError::CoefficientMissing);
    }
    let mut before = Ratio::ZERO;
    let mut rates = Vec::with_capacity(parts.len());
    for part in parts {
        rates.push(before.checked_add(part.checked_mul(within)?)?.checked_div(total)?);
        before = before.checked_add(*part)?;
    }
    Ok(rates)
}

/// The coefficient of units that stand at several operations: `Σ units · rate ÷ Σ units`, nought without units.
///
/// # Errors
/// `NUMBER_OVERFLOW`.
pub fn mean_completion(units: &[Ratio], rates: &[Ratio]) -> Result<Ratio, CostError> {
    let total = sum_ratios(units.iter().copied())?;
    if total.is_zero() {
        return Ok(Ratio::ZERO);
    }
    let mut done = Ratio::ZERO;
    for (units, rate) in units.iter().zip(rates) {
        done = done.checked_add(units.checked_mul(*rate)?)?;
    }
    Ok(done.checked_div(total)?)
}

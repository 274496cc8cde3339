//! Units of a period, and their equivalents in one element.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::NormalLoss;
use crate::costing::CostError;
use crate::num::{Ratio, Rounding};

/// Whether opening work in process is averaged with the period or finished first (`C05`).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    /// Opening cost and input are one pool.
    #[default]
    WeightedAverage,
    /// What was in process is finished first and keeps its cost; the input is that of the period's own work.
    Fifo,
}

/// Physical units of one cost object in one period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Units {
    /// In process at the start; only FIFO looks at them.
    pub opening: Ratio,
    /// Good units finished.
    pub finished: Ratio,
    /// Spoiled within the allowance.
    pub normal: Ratio,
    /// Spoiled beyond it; below nought for an abnormal gain (fewer spoiled than allowed).
    pub abnormal: Ratio,
    /// In process at the end.
    pub closing: Ratio,
}

impl Units {
    /// Opening units that were finished in the period, and those that are still in process (FIFO).
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW`.
    pub(super) fn opening_parts(&self) -> Result<(Ratio, Ratio), CostError> {
        let finished = self.opening.min(self.finished);
        Ok((finished, self.opening.checked_sub(finished)?))
    }

    /// `finished + normal + abnormal + closing − opening`: the units started.
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW`.
    pub fn started(&self) -> Result<Ratio, CostError> {
        Ok(self.out()?.checked_sub(self.opening)?)
    }

    /// Checks the units against the units started, where these are known.
    ///
    /// # Errors
    /// `UNITS_UNBALANCED` unless `opening + started = finished + normal + abnormal + closing`; `QTY_NOT_POSITIVE` for
    /// negative units (an abnormal gain may be negative); `NUMBER_OVERFLOW`.
    pub fn check(&self, started: Option<Ratio>) -> Result<(), CostError> {
        let fields = [
            ("opening", self.opening),
            ("finished", self.finished),
            ("normal", self.normal),
            ("closing", self.closing),
        ];
        if let Some((field, _)) = fields.iter().find(|(_, units)| units.is_negative()) {
            return Err(CostError::Negative { field, row: 1 });
        }
        let Some(started) = started else { return Ok(()) };
        let (units_in, units_out) = (self.opening.checked_add(started)?, self.out()?);
        if units_in == units_out { Ok(()) } else { Err(CostError::UnitsUnbalanced { units_in, units_out }) }
    }

    fn out(&self) -> Result<Ratio, CostError> {
        let spoiled = self.normal.checked_add(self.abnormal)?;
        Ok(self.finished.checked_add(spoiled)?.checked_add(self.closing)?)
    }
}

/// How much of one element the units in process hold: coefficients of 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// Units in process at the start; only FIFO looks at it.
    pub opening: Ratio,
    /// Spoiled units, when they were taken out.
    pub spoiled: Ratio,
    /// Units in process at the end.
    pub closing: Ratio,
}

impl Done {
    /// Everything is there from the start: material that is added at once.
    pub const ALL: Done = Done { opening: Ratio::ONE, spoiled: Ratio::ONE, closing: Ratio::ONE };
}

/// Equivalent units of one element in one period, by what they belong to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EquivalentUnits {
    /// Work of the period on units that were in process at the start and are finished; nought under weighted average.
    pub opening: Ratio,
    /// Units finished: under FIFO those begun in the period, under weighted average all.
    pub finished: Ratio,
    /// Normal spoilage; nought where it is absorbed by the good units.
    pub normal: Ratio,
    /// Abnormal spoilage; below nought for an abnormal gain.
    pub abnormal: Ratio,
    /// Work of the period on units in process at the end.
    pub closing: Ratio,
}

impl EquivalentUnits {
    /// Their sum: what the cost is divided by.
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW`.
    pub fn total(&self) -> Result<Ratio, CostError> {
        let finished = self.opening.checked_add(self.finished)?;
        let spoiled = self.normal.checked_add(self.abnormal)?;
        Ok(finished.checked_add(spoiled)?.checked_add(self.closing)?)
    }
}

/// Equivalent units of one element (`C05`).
///
/// `places` rounds each part to so many decimals, half up, as some textbooks do; absent: exact.
///
/// ```
/// use headstock::costing::{Done, Flow, NormalLoss, Units, equivalent_units};
/// use headstock::num::Ratio;
///
/// // 30 in process at 60 %, 90 finished, 10 in process at 40 %.
/// let part = |text: &str| text.parse::<Ratio>().unwrap();
/// let units = Units { opening: part("30"), finished: part("90"), closing: part("10"), ..Units::default() };
/// let done = Done { opening: part("0.6"), spoiled: Ratio::ONE, closing: part("0.4") };
/// let all = |flow| equivalent_units(flow, &units, &done, NormalLoss::Separate, None).unwrap().total().unwrap();
/// assert_eq!((all(Flow::WeightedAverage), all(Flow::Fifo)), (part("94"), part("76")));
/// ```
///
/// # Errors
/// `COEFF_RANGE` for a coefficient outside 0 to 1; `NUMBER_OVERFLOW`.
pub fn equivalent_units(
    flow: Flow,
    units: &Units,
    done: &Done,
    loss: NormalLoss,
    places: Option<u32>,
) -> Result<EquivalentUnits, CostError> {
    for coefficient in [done.opening, done.spoiled, done.closing] {
        if coefficient.is_negative() || coefficient > Ratio::ONE {
            return Err(CostError::CoefficientRange);
        }
    }
    let closing = units.closing.checked_mul(done.closing)?;
    let normal = match loss {
        NormalLoss::Separate => units.normal.checked_mul(done.spoiled)?,
        NormalLoss::Absorbed => Ratio::ZERO,
    };
    let abnormal = units.abnormal.checked_mul(done.spoiled)?;
    let parts = match flow {
        Flow::WeightedAverage => {
            EquivalentUnits { opening: Ratio::ZERO, finished: units.finished, normal, abnormal, closing }
        }
        Flow::Fifo => {
            let (through, left) = units.opening_parts()?;
            EquivalentUnits {
                opening: through.checked_mul(Ratio::ONE.checked_sub(done.opening)?)?,
                finished: units.finished.checked_sub(through)?,
                normal,
                abnormal,
                closing: closing.checked_sub(left.checked_mul(done.opening)?)?,
            }
        }
    };
    let Some(places) = places else { return Ok(parts) };
    let rounded = |part: Ratio| part.round(places, Rounding::HalfUp).map(Ratio::from_decimal);
    Ok(EquivalentUnits {
        opening: rounded(parts.opening)?,
        finished: rounded(parts.finished)?,
        normal: rounded(parts.normal)?,
        abnormal: rounded(parts.abnormal)?,
        closing: rounded(parts.closing)?,
    })
}

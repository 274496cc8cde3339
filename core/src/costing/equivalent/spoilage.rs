//! Normal and abnormal spoilage: the allowance, and who bears what is normal (`C21`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Flow, Units};
use crate::costing::CostError;
use crate::num::Ratio;

/// How normal spoilage is costed (`C21`).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum NormalLoss {
    /// It is costed as units of its own, and its cost is then put on the good units that bear it.
    #[default]
    Separate,
    /// It has no units of its own: the cost per unit of everything else rises.
    Absorbed,
}

/// What the allowance is a share of.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AllowanceBase {
    /// Units that reached the inspection in the period.
    #[default]
    Inspected,
    /// Good units that passed it.
    Good,
    /// Units started.
    Started,
}

/// Asks how much spoilage is normal: a share of the units that reached the inspection in the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Units in process at the start, and how far they were.
    pub opening: (Ratio, Ratio),
    /// Units started or transferred in.
    pub started: Ratio,
    /// Units in process at the end, and how far they are.
    pub closing: (Ratio, Ratio),
    /// The point of the process where units are inspected, 0 to 1.
    pub inspection: Ratio,
    /// Units found spoiled.
    pub spoiled: Ratio,
    /// Share allowed, 0 to 1.
    pub rate: Ratio,
    /// What it is a share of.
    pub base: AllowanceBase,
}

/// Units inspected and how their spoilage divides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inspected {
    /// Units that reached the inspection in the period.
    pub inspected: Ratio,
    /// Those of them that were good.
    pub good: Ratio,
    /// Spoilage allowed.
    pub allowance: Ratio,
    /// Spoiled within the allowance.
    pub normal: Ratio,
    /// Spoiled beyond it.
    pub abnormal: Ratio,
}

/// Divides spoiled units into normal and abnormal (`C21`).
///
/// A unit is inspected in the period when it reaches the point in it: opening units that were not there yet, all
/// units started, less closing units that are not there yet.
///
/// ```
/// use headstock::costing::{Allowance, AllowanceBase, normal_and_abnormal};
/// use headstock::num::Ratio;
///
/// let part = |text: &str| text.parse::<Ratio>().unwrap();
/// let found = normal_and_abnormal(&Allowance {
///     opening: (part("20000"), part("0.6")),
///     started: part("180000"),
///     closing: (part("15000"), part("0.8")),
///     inspection: part("0.7"),
///     spoiled: part("5000"),
///     rate: part("0.04"),
///     base: AllowanceBase::Inspected,
/// })
/// .unwrap();
/// assert_eq!((found.allowance, found.normal, found.abnormal), (part("8000"), part("5000"), Ratio::ZERO));
/// ```
///
/// # Errors
/// `ALLOWANCE_RANGE` for a rate outside 0 to 1; `COEFF_RANGE` for a point or a completion outside 0 to 1;
/// `QTY_NOT_POSITIVE` for negative units or more spoiled than inspected; `NUMBER_OVERFLOW`.
pub fn normal_and_abnormal(ask: &Allowance) -> Result<Inspected, CostError> {
    let outside = |share: Ratio| share.is_negative() || share > Ratio::ONE;
    if outside(ask.rate) {
        return Err(CostError::AllowanceRange);
    }
    if outside(ask.inspection) || outside(ask.opening.1) || outside(ask.closing.1) {
        return Err(CostError::CoefficientRange);
    }
    let units = [
        ("opening_units", ask.opening.0),
        ("started", ask.started),
        ("closing_units", ask.closing.0),
        ("spoiled", ask.spoiled),
    ];
    if let Some((field, _)) = units.iter().find(|(_, units)| units.is_negative()) {
        return Err(CostError::Negative { field, row: 1 });
    }
    let not_yet = |(units, done): (Ratio, Ratio)| if done < ask.inspection { units } else { Ratio::ZERO };
    let inspected = not_yet(ask.opening).checked_add(ask.started)?.checked_sub(not_yet(ask.closing))?;
    let good = inspected.checked_sub(ask.spoiled)?;
    if good.is_negative() {
        return Err(CostError::Negative { field: "good", row: 1 });
    }
    let base = match ask.base {
        AllowanceBase::Inspected => inspected,
        AllowanceBase::Good => good,
        AllowanceBase::Started => ask.started,
    };
    let allowance = base.checked_mul(ask.rate)?;
    let normal = ask.spoiled.min(allowance);
    Ok(Inspected { inspected, good, allowance, normal, abnormal: ask.spoiled.checked_sub(normal)? })
}

/// How the spoilage of one cost object is costed in one element.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spoilage {
    /// Whether normal spoilage is costed apart.
    pub loss: NormalLoss,
    /// Units finished that bear normal spoilage; see [`bearers`].
    pub finished: Ratio,
    /// Units in process at the end that bear it.
    pub closing: Ratio,
    /// What the normally spoiled units are worth as scrap in this element, in the smallest unit; it lessens their
    /// cost.
    pub scrap: i128,
}

/// Good units that bear normal spoilage: those that passed the inspection in the period, finished and in process.
///
/// Under FIFO, opening units that had passed it before bear nothing of this period's spoilage. Without any the
/// finished units bear it, and without these the closing ones.
///
/// # Errors
/// `COEFF_RANGE` for a point or a completion outside 0 to 1; `NUMBER_OVERFLOW`.
pub fn bearers(
    flow: Flow,
    units: &Units,
    inspection: Ratio,
    (opening, closing): (Ratio, Ratio),
) -> Result<(Ratio, Ratio), CostError> {
    if [inspection, opening, closing].iter().any(|share| share.is_negative() || *share > Ratio::ONE) {
        return Err(CostError::CoefficientRange);
    }
    let (through, left) = units.opening_parts()?;
    let before = flow == Flow::Fifo && opening >= inspection;
    let finished = if before { units.finished.checked_sub(through)? } else { units.finished };
    let passed = if closing >= inspection { units.closing } else { Ratio::ZERO };
    let passed = if before { passed.min(units.closing.checked_sub(left)?) } else { passed };
    if !finished.is_zero() || passed.is_positive() {
        Ok((finished, passed.max(Ratio::ZERO)))
    } else if !units.finished.is_zero() {
        Ok((units.finished, Ratio::ZERO))
    } else {
        Ok((Ratio::ZERO, units.closing))
    }
}

//! Variances of an order or a period against standard cost (`C18`).
//!
//! Every variance is the difference of two neighbouring points of one chain from actual to standard cost, each
//! point rounded once. So the variances add up to exactly actual less standard, whatever is rounded; above nought
//! is unfavourable.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::num::{NumError, Ratio, Rounding};

/// What a variance is about (`C18`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VarianceKind {
    /// Material: price paid against standard price, on what was used.
    Price,
    /// Material: quantity used against the quantity allowed.
    Usage,
    /// Material of a mix: other shares than the standard mix.
    Mix,
    /// Material of a mix: more input for the output than the standard.
    Yield,
    /// A substitute at its standard price against the original at its own.
    Substitution,
    /// Labour or machine: rate paid against standard rate, on the hours worked.
    Rate,
    /// Labour, machine or overhead: hours worked against hours allowed.
    Efficiency,
    /// Set-ups done against those of the standard lot size.
    LotSize,
    /// Overhead: actual against the budget for the hours worked (variable) or of the period (fixed).
    Spending,
    /// Fixed overhead: hours of the budget against hours worked.
    Capacity,
    /// What the figures given leave unexplained.
    Remainder,
}

/// One variance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variance {
    /// Index of the line it is of: materials first, then operations, then overheads.
    pub line: usize,
    /// What it is about.
    pub kind: VarianceKind,
    /// Amount in the smallest unit of the currency; above nought is unfavourable.
    pub amount: i128,
}

/// A material of an order. Prices are in the smallest unit of the currency for one stock unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MaterialActual {
    /// Quantity allowed for what was made.
    pub standard_quantity: Ratio,
    /// Standard price.
    pub standard_price: Ratio,
    /// Quantity used.
    pub actual_quantity: Ratio,
    /// What it cost.
    pub actual_cost: i128,
    /// Number of the mix it belongs to.
    pub mix: Option<u32>,
    /// Index of the material that it stands in for, and its units for one unit of that material.
    pub stands_for: Option<(usize, Ratio)>,
}

/// An operation of an order. Rates are in the smallest unit of the currency for one hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OperationActual {
    /// Run hours allowed for what was made.
    pub standard_hours: Ratio,
    /// Standard rate.
    pub standard_rate: Ratio,
    /// Hours worked, set-ups included.
    pub actual_hours: Ratio,
    /// What they cost.
    pub actual_cost: i128,
    /// Hours of one set-up.
    pub setup_hours: Ratio,
    /// Set-ups that the standard lot size allows for what was made; may be a fraction.
    pub standard_setups: Ratio,
    /// Set-ups done.
    pub actual_setups: Ratio,
}

/// An overhead. Rates are in the smallest unit of the currency for one hour of its base.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OverheadActual {
    /// Hours allowed for what was made.
    pub standard_hours: Ratio,
    /// Standard rate.
    pub standard_rate: Ratio,
    /// Hours worked.
    pub actual_hours: Ratio,
    /// What it cost.
    pub actual_cost: i128,
    /// Hours of the budget, at normal capacity: a fixed overhead. Absent: a variable one.
    pub budget_hours: Option<Ratio>,
    /// Budget of a fixed overhead where it is not hours × rate.
    pub budget: Option<i128>,
}

/// What an order cost, line by line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrderActual<'a> {
    /// Materials.
    pub materials: &'a [MaterialActual],
    /// Operations.
    pub operations: &'a [OperationActual],
    /// Overheads.
    pub overheads: &'a [OverheadActual],
    /// Actual cost of the whole, where it is known apart: a difference to the lines is a remainder.
    pub actual: Option<i128>,
    /// Standard cost of the whole, where it is known apart: a difference to the lines is a remainder.
    pub standard: Option<i128>,
}

/// Overheads in the four, three and two variances of textbooks; each group adds up to the same total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OverheadAnalysis {
    /// Spending of variable overhead: actual − hours worked × rate.
    pub variable_spending: i128,
    /// Efficiency of variable overhead: (hours worked − hours allowed) × rate.
    pub variable_efficiency: i128,
    /// Spending (budget) of fixed overhead: actual − budget.
    pub fixed_spending: i128,
    /// Capacity of fixed overhead: (hours of the budget − hours worked) × rate.
    pub fixed_capacity: i128,
    /// Efficiency of fixed overhead: (hours worked − hours allowed) × rate.
    pub fixed_efficiency: i128,
}

impl OverheadAnalysis {
    /// Volume of fixed overhead: capacity and efficiency, budget − hours allowed × rate.
    #[must_use]
    pub const fn volume(&self) -> i128 {
        self.fixed_capacity + self.fixed_efficiency
    }

    /// Spending of both overheads: the first of three variances (spending, efficiency, volume).
    #[must_use]
    pub const fn spending(&self) -> i128 {
        self.variable_spending + self.fixed_spending
    }

    /// Controllable (budget): the first of two variances (controllable, volume).
    #[must_use]
    pub const fn controllable(&self) -> i128 {
        self.spending() + self.variable_efficiency
    }
}

/// The variances of an order: `Σ variances = actual − standard`, exactly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variances {
    /// The variances in the order of the lines; noughts are left out.
    pub variances: Vec<Variance>,
    /// What was spent.
    pub actual: i128,
    /// What was allowed.
    pub standard: i128,
    /// Overheads in groups.
    pub overhead: OverheadAnalysis,
}

/// Why variances cannot be computed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VarianceError {
    /// A substitute names no other material that is one of the standard (`UNKNOWN_REFERENCE`).
    #[error("the material at index {line} stands in for none of the standard")]
    Original {
        /// The material.
        line: usize,
    },
    /// A ratio, quantity or number of hours below nought, or a ratio of nought (`QTY_NOT_POSITIVE`).
    #[error("a figure of the line at index {line} is negative")]
    NotPositive {
        /// The line: materials first, then operations, then overheads.
        line: usize,
    },
    /// The materials of a mix have no standard quantity (`BASE_ZERO`).
    #[error("the mix of the material at index {line} has no standard quantity")]
    MixZero {
        /// The first material of the mix.
        line: usize,
    },
    /// The numbers do not fit.
    #[error(transparent)]
    Number(#[from] NumError),
}

impl VarianceError {
    /// The finding with the parameters known here; the caller replaces the index by an id.
    #[must_use]
    pub fn finding(&self) -> crate::finding::Finding {
        use crate::finding::{Code, Finding};
        match self {
            VarianceError::Original { line } => Finding::new(Code::UnknownReference).with("id", line),
            VarianceError::NotPositive { line } => Finding::new(Code::QtyNotPositive).with("row", line),
            VarianceError::MixZero { line } => {
                Finding::new(Code::BaseZero).with("workshop", line).with("expense", "mix")
            }
            VarianceError::Number(error) => error.finding(),
        }
    }
}

/// `round(quantity × price)`: a point of a chain.
fn point(quantity: Ratio, price: Ratio) -> Result<i128, NumError> {
    quantity.checked_mul(price)?.mul_round(1, Rounding::HalfUp)
}

fn sum(values: impl Iterator<Item = Result<Ratio, NumError>>) -> Result<Ratio, NumError> {
    values.into_iter().try_fold(Ratio::ZERO, |sum, value| sum.checked_add(value?))
}

/// Works the variances of an order out (`C18`).
///
/// | line | chain from actual to standard | variances |
/// |---|---|---|
/// | material | cost, used × standard price, allowed × standard price | price, usage |
/// | material of a mix | …, total used in standard shares × standard price, allowed | price, mix, yield |
/// | substitute | cost, used × own standard price, the original's equivalent × its price | price, substitution |
/// | operation | cost, hours × rate, (run allowed + set-ups done) × rate, allowed × rate | rate, efficiency, lot size |
/// | variable overhead | cost, hours × rate, allowed × rate | spending, efficiency |
/// | fixed overhead | cost, budget, hours × rate, allowed × rate | spending, capacity, efficiency |
///
/// ```
/// use headstock::costing::{MaterialActual, OrderActual, variances};
/// use headstock::num::Ratio;
///
/// // C18: standard 2 kg × 5.00, made 100, used 206 kg × 5.20.
/// let material = MaterialActual {
///     standard_quantity: Ratio::from_int(200), standard_price: Ratio::from_int(500),
///     actual_quantity: Ratio::from_int(206), actual_cost: 107_120, ..MaterialActual::default()
/// };
/// let found = variances(&OrderActual { materials: &[material], ..OrderActual::default() }).unwrap();
/// let amounts: Vec<i128> = found.variances.iter().map(|variance| variance.amount).collect();
/// assert_eq!(amounts, [4_120, 3_000]);
/// assert_eq!(found.actual - found.standard, 7_120);
/// ```
///
/// # Errors
/// `UNKNOWN_REFERENCE` for a substitute of nothing, `QTY_NOT_POSITIVE`, `BASE_ZERO` for a mix without standard
/// quantities, `NUMBER_OVERFLOW`.
pub fn variances(order: &OrderActual<'_>) -> Result<Variances, VarianceError> {
    let mut found = Variances::default();
    check(order)?;
    for line in 0..order.materials.len() {
        material(order.materials, line, &mut found)?;
    }
    let mut line = order.materials.len();
    for operation in order.operations {
        found.operation(operation, line)?;
        line += 1;
    }
    for overhead in order.overheads {
        found.overhead(overhead, line)?;
        line += 1;
    }
    if let Some(actual) = order.actual {
        found.add(line, VarianceKind::Remainder, actual, found.actual)?;
        found.actual = actual;
    }
    if let Some(standard) = order.standard {
        found.add(line, VarianceKind::Remainder, found.standard, standard)?;
        found.standard = standard;
    }
    Ok(found)
}

fn check(order: &OrderActual<'_>) -> Result<(), VarianceError> {
    let materials =
        order.materials.iter().map(|m| m.standard_quantity.is_negative() || m.actual_quantity.is_negative());
    let operations = order.operations.iter().map(|o| {
        let hours = [o.standard_hours, o.actual_hours, o.setup_hours, o.standard_setups, o.actual_setups];
        hours.iter().any(|hours| hours.is_negative())
    });
    let overheads = order.overheads.iter().map(|o| {
        o.standard_hours.is_negative()
            || o.actual_hours.is_negative()
            || o.budget_hours.is_some_and(Ratio::is_negative)
    });
    if let Some(line) = materials.chain(operations).chain(overheads).position(|negative| negative) {
        return Err(VarianceError::NotPositive { line });
    }
    for (line, material) in order.materials.iter().enumerate() {
        let Some((original, ratio)) = material.stands_for else { continue };
        let known = order.materials.get(original);
        if original == line || known.is_none_or(|known| known.stands_for.is_some()) {
            return Err(VarianceError::Original { line });
        }
        if !ratio.is_positive() {
            return Err(VarianceError::NotPositive { line });
        }
    }
    Ok(())
}

/// Units of a material's original that its own use stands for.
fn equivalent(material: &MaterialActual) -> Result<Ratio, NumError> {
    match material.stands_for {
        Some((_, ratio)) => material.actual_quantity.checked_div(ratio),
        None => Ok(material.actual_quantity),
    }
}

fn material(materials: &[MaterialActual], line: usize, found: &mut Variances) -> Result<(), VarianceError> {
    let own = &materials[line];
    let at_standard = point(own.actual_quantity, own.standard_price)?;
    found.add(line, VarianceKind::Price, own.actual_cost, at_standard)?;
    found.spent(own.actual_cost)?;
    if let Some((original, _)) = own.stands_for {
        let replaced = point(equivalent(own)?, materials[original].standard_price)?;
        found.add(line, VarianceKind::Substitution, at_standard, replaced)?;
        // The original's usage takes the replaced quantity over; a quantity allowed of the substitute itself is its own.
        let allowed = point(own.standard_quantity, own.standard_price)?;
        found.add(line, VarianceKind::Usage, 0, allowed)?;
        return Ok(found.allowed(allowed)?);
    }
    // What was used of it and of its substitutes, each point of theirs carried over so that the chain closes.
    let stand_ins = materials.iter().filter(|other| other.stands_for.is_some_and(|(of, _)| of == line));
    let (mut used, mut used_quantity) = (at_standard, own.actual_quantity);
    for other in stand_ins {
        let quantity = equivalent(other)?;
        used = used.checked_add(point(quantity, own.standard_price)?).ok_or(NumError::Overflow)?;
        used_quantity = used_quantity.checked_add(quantity)?;
    }
    let allowed = point(own.standard_quantity, own.standard_price)?;
    found.allowed(allowed)?;
    let Some(mix) = own.mix else { return Ok(found.add(line, VarianceKind::Usage, used, allowed)?) };
    let members = || materials.iter().filter(|other| other.mix == Some(mix) && other.stands_for.is_none());
    let standard = sum(members().map(|other| Ok(other.standard_quantity)))?;
    if standard.is_zero() {
        return Err(VarianceError::MixZero { line });
    }
    let stand_ins = materials.iter().filter(|other| {
        other.stands_for.is_some_and(|(of, _)| materials.get(of).is_some_and(|of| of.mix == Some(mix)))
    });
    let actual = sum(members().chain(stand_ins).map(equivalent))?;
    let in_shares = actual.checked_mul(own.standard_quantity)?.checked_div(standard)?;
    let mixed = point(in_shares, own.standard_price)?;
    found.add(line, VarianceKind::Mix, used, mixed)?;
    Ok(found.add(line, VarianceKind::Yield, mixed, allowed)?)
}

impl Variances {
    fn add(&mut self, line: usize, kind: VarianceKind, from: i128, to: i128) -> Result<(), NumError> {
        let amount = from.checked_sub(to).ok_or(NumError::Overflow)?;
        if amount != 0 {
            self.variances.push(Variance { line, kind, amount });
        }
        Ok(())
    }

    fn spent(&mut self, amount: i128) -> Result<(), NumError> {
        self.actual = self.actual.checked_add(amount).ok_or(NumError::Overflow)?;
        Ok(())
    }

    fn allowed(&mut self, amount: i128) -> Result<(), NumError> {
        self.standard = self.standard.checked_add(amount).ok_or(NumError::Overflow)?;
        Ok(())
    }

    fn operation(&mut self, own: &OperationActual, line: usize) -> Result<(), NumError> {
        let rate = own.standard_rate;
        let setups = |count: Ratio| own.standard_hours.checked_add(own.setup_hours.checked_mul(count)?);
        let worked = point(own.actual_hours, rate)?;
        let done = point(setups(own.actual_setups)?, rate)?;
        let allowed = point(setups(own.standard_setups)?, rate)?;
        self.add(line, VarianceKind::Rate, own.actual_cost, worked)?;
        self.add(line, VarianceKind::Efficiency, worked, done)?;
        self.add(line, VarianceKind::LotSize, done, allowed)?;
        self.spent(own.actual_cost)?;
        self.allowed(allowed)
    }

    fn overhead(&mut self, own: &OverheadActual, line: usize) -> Result<(), NumError> {
        let rate = own.standard_rate;
        let (worked, allowed) = (point(own.actual_hours, rate)?, point(own.standard_hours, rate)?);
        self.spent(own.actual_cost)?;
        self.allowed(allowed)?;
        let budget = match (own.budget, own.budget_hours) {
            (Some(budget), _) => Some(budget),
            (None, Some(hours)) => Some(point(hours, rate)?),
            (None, None) => None,
        };
        let of = |from: i128, to: i128| from.checked_sub(to).ok_or(NumError::Overflow);
        let analysis = &mut self.overhead;
        let add = |slot: &mut i128, amount: i128| -> Result<(), NumError> {
            *slot = slot.checked_add(amount).ok_or(NumError::Overflow)?;
            Ok(())
        };
        add(
            if budget.is_some() { &mut analysis.fixed_efficiency } else { &mut analysis.variable_efficiency },
            of(worked, allowed)?,
        )?;
        match budget {
            None => add(&mut analysis.variable_spending, of(own.actual_cost, worked)?)?,
            Some(budget) => {
                add(&mut analysis.fixed_spending, of(own.actual_cost, budget)?)?;
                add(&mut analysis.fixed_capacity, of(budget, worked)?)?;
                self.add(line, VarianceKind::Spending, own.actual_cost, budget)?;
                self.add(line, VarianceKind::Capacity, budget, worked)?;
            }
        }
        if budget.is_none() {
            self.add(line, VarianceKind::Spending, own.actual_cost, worked)?;
        }
        self.add(line, VarianceKind::Efficiency, worked, allowed)
    }
}

//! The request for variances of an order or a period (`C18`).

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::amounts::{amount, one, rounded, two, units, up};
use super::standards::at_standard;
use super::{Decided, ErrorDocument};
use crate::costing::{
    MaterialActual, OperationActual, OrderActual, OverheadActual, VarianceError, VarianceKind,
    variances as work_out,
};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::num::{DecimalText, Ratio};
use crate::run::{Limits, RunControl};

/// Asks for the variances between what an order or a period cost and what its output may cost (`C18`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VariancesRequest {
    /// Decimals of amounts.
    #[serde(default = "two")]
    pub scale: u32,
    /// What was made.
    pub output: OutputUnits,
    /// Materials.
    #[serde(default)]
    pub materials: Vec<MaterialRow>,
    /// Labour and machines.
    #[serde(default)]
    pub operations: Vec<OperationRow>,
    /// Overheads.
    #[serde(default)]
    pub overheads: Vec<OverheadRow>,
    /// Actual cost of the whole, where it is known apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<DecimalText>,
    /// Standard cost of the whole, where it is known apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard: Option<DecimalText>,
}

/// What was made, and how much of it in the period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutputUnits {
    /// Units finished.
    pub finished: Ratio,
    /// Units in process at the start, material put in before.
    #[serde(default)]
    pub opening: Ratio,
    /// Units in process at the end.
    #[serde(default)]
    pub closing: Ratio,
    /// Conversion of the units at the start done before.
    #[serde(default)]
    pub opening_completion: Ratio,
    /// Conversion of the units at the end that is done.
    #[serde(default)]
    pub closing_completion: Ratio,
    /// Finished units in stock, to be valued at standard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<Ratio>,
}

/// A material.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MaterialRow {
    /// The material, unique among all lines.
    pub id: Id,
    /// Standard quantity of one unit made.
    #[serde(default)]
    pub standard_quantity: Ratio,
    /// Standard price.
    pub standard_price: Ratio,
    /// Quantity used.
    #[serde(default)]
    pub actual_quantity: Ratio,
    /// What one unit cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual_price: Option<Ratio>,
    /// What it cost, instead of quantity × price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual_cost: Option<DecimalText>,
    /// Number of the mix it belongs to: its usage is split in mix and yield.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mix: Option<u32>,
    /// The material that it stands in for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stands_for: Option<Id>,
    /// Units of it for one unit of that material.
    #[serde(default = "one")]
    pub ratio: Ratio,
}

/// Labour or a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OperationRow {
    /// The operation, unique among all lines.
    pub id: Id,
    /// Standard run hours of one unit made.
    #[serde(default)]
    pub standard_hours: Ratio,
    /// Standard rate.
    pub standard_rate: Ratio,
    /// Hours worked, set-ups included.
    #[serde(default)]
    pub actual_hours: Ratio,
    /// What one hour cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual_rate: Option<Ratio>,
    /// What they cost, instead of hours × rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual_cost: Option<DecimalText>,
    /// Standard hours of one set-up.
    #[serde(default)]
    pub setup_hours: Ratio,
    /// Standard lot: what is made allows `units ÷ lot` set-ups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot_size: Option<Ratio>,
    /// Set-ups done.
    #[serde(default)]
    pub setups: Ratio,
}

/// Whether an overhead moves with its base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OverheadKind {
    /// It moves with the hours ★.
    #[default]
    Variable,
    /// It has a budget.
    Fixed,
}

/// An overhead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "VarianceOverhead")]
pub struct OverheadRow {
    /// The overhead, unique among all lines.
    pub id: Id,
    /// Variable or fixed.
    #[serde(default)]
    pub kind: OverheadKind,
    /// Standard hours of one unit made.
    #[serde(default)]
    pub standard_hours: Ratio,
    /// Standard rate.
    pub standard_rate: Ratio,
    /// Hours worked.
    #[serde(default)]
    pub actual_hours: Ratio,
    /// What it cost.
    pub actual_cost: DecimalText,
    /// Hours of the budget, at normal capacity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget_hours: Option<Ratio>,
    /// The budget, where it is not hours × rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<DecimalText>,
}

/// Variances; above nought is unfavourable. Their sum is actual less standard, exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VariancesResult {
    /// The variances, by line: materials, operations, overheads.
    pub variances: Vec<VarianceRow>,
    /// The same by kind; noughts are left out.
    pub kinds: BTreeMap<VarianceKind, DecimalText>,
    /// What was spent.
    pub actual: DecimalText,
    /// What was allowed.
    pub standard: DecimalText,
    /// Actual less standard.
    pub total: DecimalText,
    /// Overheads in four, three and two variances.
    pub overhead: OverheadVariances,
    /// Equivalent units of the period.
    pub equivalent: EquivalentOutput,
    /// Standard cost of one unit made, exact.
    pub unit_cost: Ratio,
    /// Standard cost of what was finished.
    pub finished: DecimalText,
    /// Standard cost of what is in process at the end.
    pub closing_wip: DecimalText,
    /// Standard cost of the finished units in stock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<DecimalText>,
}

/// One variance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VarianceRow {
    /// The line; `remainder` for the whole.
    pub id: Id,
    /// What it is about.
    pub kind: VarianceKind,
    /// Its amount.
    pub amount: DecimalText,
    /// Whether it lowers the cost.
    pub favourable: bool,
}

/// Overheads in groups that add up to the same total.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OverheadVariances {
    /// Actual variable overhead − hours worked × rate.
    pub variable_spending: DecimalText,
    /// (Hours worked − hours allowed) × rate of variable overhead.
    pub variable_efficiency: DecimalText,
    /// Actual fixed overhead − budget.
    pub fixed_spending: DecimalText,
    /// Budget − hours worked × rate: idle capacity.
    pub fixed_capacity: DecimalText,
    /// (Hours worked − hours allowed) × rate of fixed overhead.
    pub fixed_efficiency: DecimalText,
    /// Budget − hours allowed × rate: the volume variance of four, three and two variances.
    pub volume: DecimalText,
    /// Variable and fixed spending: the spending variance of three.
    pub spending: DecimalText,
    /// Spending and variable efficiency: the controllable variance of two.
    pub controllable: DecimalText,
}

/// Equivalent units of the period, first in, first out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EquivalentOutput {
    /// Of material, put in at the start: finished + closing − opening.
    pub material: Ratio,
    /// Of conversion: finished + closing × completion − opening × completion.
    pub conversion: Ratio,
}

/// The lines with their totals for what was made.
struct Lines {
    materials: Vec<MaterialActual>,
    operations: Vec<OperationActual>,
    overheads: Vec<OverheadActual>,
    ids: Vec<Id>,
}

/// Answers a [`VariancesRequest`].
pub(super) fn variances(request: VariancesRequest, control: &RunControl<'_>) -> Decided<VariancesResult> {
    let count = request.materials.len() + request.operations.len() + request.overheads.len();
    let limit = u64::from(control.limits().document_lines);
    Limits::check("lines", count as u64, limit).map_err(|error| error.finding())?;
    let equivalent = equivalent(&request.output)?;
    let lines = read(&request, &equivalent)?;
    let scale = request.scale;
    let order = OrderActual {
        materials: &lines.materials,
        operations: &lines.operations,
        overheads: &lines.overheads,
        actual: request.actual.map(|actual| units(actual, scale)).transpose()?,
        standard: request.standard.map(|standard| units(standard, scale)).transpose()?,
    };
    let found = work_out(&order).map_err(|error| named(&error, &lines.ids))?;
    let write = |units: i128| amount(units, scale);
    let (mut rows, mut kinds) = (Vec::new(), BTreeMap::<VarianceKind, i128>::new());
    for variance in &found.variances {
        *kinds.entry(variance.kind).or_default() += variance.amount;
        rows.push(VarianceRow {
            id: lines.ids.get(variance.line).cloned().unwrap_or_else(|| Id::known("remainder")),
            kind: variance.kind,
            amount: write(variance.amount)?,
            favourable: variance.amount < 0,
        });
    }
    let kinds = kinds.into_iter().filter(|(_, sum)| *sum != 0).map(|(kind, sum)| Ok((kind, write(sum)?)));
    let overhead = &found.overhead;
    let (material, conversion) = unit_costs(&request)?;
    let unit_cost = material.checked_add(conversion)?;
    let output = &request.output;
    let in_process = at_standard(output.closing, material, scale)?.0
        + at_standard(output.closing.checked_mul(output.closing_completion)?, conversion, scale)?.0;
    let result = VariancesResult {
        variances: rows,
        kinds: kinds.collect::<Result<_, crate::num::NumError>>()?,
        actual: write(found.actual)?,
        standard: write(found.standard)?,
        total: write(found.actual - found.standard)?,
        overhead: OverheadVariances {
            variable_spending: write(overhead.variable_spending)?,
            variable_efficiency: write(overhead.variable_efficiency)?,
            fixed_spending: write(overhead.fixed_spending)?,
            fixed_capacity: write(overhead.fixed_capacity)?,
            fixed_efficiency: write(overhead.fixed_efficiency)?,
            volume: write(overhead.volume())?,
            spending: write(overhead.spending())?,
            controllable: write(overhead.controllable())?,
        },
        equivalent,
        unit_cost,
        finished: write(at_standard(output.finished, unit_cost, scale)?.0)?,
        closing_wip: write(in_process)?,
        stock: match output.stock {
            Some(stock) => Some(write(at_standard(stock, unit_cost, scale)?.0)?),
            None => None,
        },
    };
    Ok(result.into())
}

/// An error with the id of its line.
fn named(error: &VarianceError, ids: &[Id]) -> Finding {
    let finding = error.finding();
    let name = |line: usize| ids.get(line).map_or("-", Id::as_str);
    match *error {
        VarianceError::Original { line } => finding.with("id", name(line)),
        VarianceError::NotPositive { line } => finding.with("row", name(line)),
        VarianceError::MixZero { line } => finding.with("workshop", name(line)),
        VarianceError::Number(_) => finding,
    }
}

fn equivalent(output: &OutputUnits) -> Result<EquivalentOutput, ErrorDocument> {
    let parts = [output.finished, output.opening, output.closing];
    if parts.iter().any(|units| units.is_negative()) {
        return Err(Finding::new(Code::QtyNotPositive).with("row", 1).with("field", "output").into());
    }
    let completions = [output.opening_completion, output.closing_completion];
    if completions.iter().any(|done| done.is_negative() || *done > Ratio::ONE) {
        return Err(Finding::new(Code::CoeffRange).into());
    }
    let material = output.finished.checked_add(output.closing)?.checked_sub(output.opening)?;
    let ended = output.closing.checked_mul(output.closing_completion)?;
    let begun = output.opening.checked_mul(output.opening_completion)?;
    Ok(EquivalentOutput { material, conversion: output.finished.checked_add(ended)?.checked_sub(begun)? })
}

/// What a line cost: its own amount, or quantity × price.
fn spent(
    cost: Option<DecimalText>,
    quantity: Ratio,
    price: Option<Ratio>,
    (scale, id): (u32, &Id),
) -> Result<i128, ErrorDocument> {
    match (cost, price) {
        (Some(cost), _) => Ok(units(cost, scale)?),
        (None, Some(price)) => Ok(rounded(quantity.checked_mul(price)?, scale)?),
        (None, None) if quantity.is_zero() => Ok(0),
        (None, None) => {
            Err(Finding::new(Code::ParamMissing).with("item", id).with("field", "actual_cost").into())
        }
    }
}

fn read(request: &VariancesRequest, made: &EquivalentOutput) -> Result<Lines, ErrorDocument> {
    let (scale, up) = (request.scale, up(request.scale)?);
    let mut lines =
        Lines { materials: Vec::new(), operations: Vec::new(), overheads: Vec::new(), ids: Vec::new() };
    let places: BTreeMap<&Id, usize> =
        request.materials.iter().enumerate().map(|(at, row)| (&row.id, at)).collect();
    for row in &request.materials {
        let stands_for = match &row.stands_for {
            None => None,
            Some(of) => {
                let unknown = || Finding::new(Code::UnknownReference).with("id", of).with("row", &row.id);
                Some((*places.get(of).ok_or_else(unknown)?, row.ratio))
            }
        };
        lines.ids.push(row.id.clone());
        lines.materials.push(MaterialActual {
            standard_quantity: row.standard_quantity.checked_mul(made.material)?,
            standard_price: row.standard_price.checked_mul(up)?,
            actual_quantity: row.actual_quantity,
            actual_cost: spent(row.actual_cost, row.actual_quantity, row.actual_price, (scale, &row.id))?,
            mix: row.mix,
            stands_for,
        });
    }
    for row in &request.operations {
        let standard_setups = match row.lot_size {
            Some(lot) => made.conversion.checked_div(lot)?,
            None => Ratio::ZERO,
        };
        lines.ids.push(row.id.clone());
        lines.operations.push(OperationActual {
            standard_hours: row.standard_hours.checked_mul(made.conversion)?,
            standard_rate: row.standard_rate.checked_mul(up)?,
            actual_hours: row.actual_hours,
            actual_cost: spent(row.actual_cost, row.actual_hours, row.actual_rate, (scale, &row.id))?,
            setup_hours: row.setup_hours,
            standard_setups,
            actual_setups: row.setups,
        });
    }
    for row in &request.overheads {
        let budget = row.budget.map(|budget| units(budget, scale)).transpose()?;
        if row.kind == OverheadKind::Fixed && budget.is_none() && row.budget_hours.is_none() {
            return Err(Finding::new(Code::ParamMissing)
                .with("item", &row.id)
                .with("field", "budget_hours")
                .into());
        }
        let fixed = row.kind == OverheadKind::Fixed;
        lines.ids.push(row.id.clone());
        lines.overheads.push(OverheadActual {
            standard_hours: row.standard_hours.checked_mul(made.conversion)?,
            standard_rate: row.standard_rate.checked_mul(up)?,
            actual_hours: row.actual_hours,
            actual_cost: units(row.actual_cost, scale)?,
            budget_hours: row.budget_hours.filter(|_| fixed),
            budget: budget.filter(|_| fixed),
        });
    }
    let mut seen = BTreeSet::new();
    match lines.ids.iter().find(|id| !seen.insert(*id)) {
        Some(id) => Err(Finding::new(Code::DuplicateId).with("table", "lines").with("id", id).into()),
        None => Ok(lines),
    }
}

/// Standard cost of one unit: of its material, and of its conversion.
fn unit_costs(request: &VariancesRequest) -> Result<(Ratio, Ratio), ErrorDocument> {
    let (mut material, mut conversion) = (Ratio::ZERO, Ratio::ZERO);
    for row in &request.materials {
        material = material.checked_add(row.standard_quantity.checked_mul(row.standard_price)?)?;
    }
    for row in &request.operations {
        let setup = match row.lot_size {
            Some(lot) => row.setup_hours.checked_div(lot)?,
            None => Ratio::ZERO,
        };
        let hours = row.standard_hours.checked_add(setup)?;
        conversion = conversion.checked_add(hours.checked_mul(row.standard_rate)?)?;
    }
    for row in &request.overheads {
        conversion = conversion.checked_add(row.standard_hours.checked_mul(row.standard_rate)?)?;
    }
    Ok((material, conversion))
}

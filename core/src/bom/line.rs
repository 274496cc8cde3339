//! One line or output of a record, checked and turned into grains.

use rust_decimal::Decimal;

use crate::bom::book::{Line, LineExtra, NONE, Output, Step, days, is_plain};
use crate::bom::error::number_fault;
use crate::bom::{BomLine, BomOutput, ItemFacts, Usage, UsageStep};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::item::ScrapFormula;
use crate::num::{NumError, POW10, Ratio};
use crate::time::reversed;

/// What a line becomes; the caller adds the side tables together.
pub(super) struct ReadLine {
    pub(super) line: Line,
    pub(super) extra: Option<(LineExtra, Vec<Step>)>,
}

/// Gross over standard (`F02`): `÷ (1 − scrap)` or `× (1 + scrap)`.
pub(super) fn scrap_factor(scrap: Ratio, formula: ScrapFormula) -> Result<Ratio, NumError> {
    match formula {
        _ if scrap.is_zero() => Ok(Ratio::ONE),
        ScrapFormula::Divide => Ratio::ONE.checked_sub(scrap)?.recip(),
        ScrapFormula::Multiply => Ratio::ONE.checked_add(scrap),
    }
}

/// Reads a line of a BOM whose product has `parent_scale` decimals.
pub(super) fn read_line(
    line: &BomLine,
    parent_scale: u32,
    facts: &ItemFacts,
) -> Result<ReadLine, Vec<Finding>> {
    let mut faults = check(line);
    let component = facts.find(&line.component);
    if component.is_none() {
        faults.push(unknown("items", &line.component));
    }
    let location = line.location.as_ref().map(|id| {
        let found = facts.locations.find(id.as_str());
        if found.is_none() {
            faults.push(unknown("locations", id));
        }
        found.unwrap_or(NONE)
    });
    let Some(component) = component.filter(|_| faults.is_empty()) else {
        return Err(faults);
    };
    let read = numbers(line, component, parent_scale, facts).map_err(|fault| vec![fault])?;
    let (numer, per) = split(read.coefficient);
    if is_plain(line) && per == Ratio::ONE {
        return Ok(ReadLine { line: Line { component, extra: 0, numer }, extra: None });
    }
    let (from, to) = days(line.valid_from, line.valid_to);
    let extra = LineExtra {
        per,
        fixed: read.fixed,
        steps: (0, 0),
        from,
        to,
        offset_days: line.offset_days,
        operation: line.operation.unwrap_or(NONE),
        location: location.unwrap_or(NONE),
        change: NONE,
        skip_level: line.skip_level,
        issue: line.issue,
        key_part: line.key_part,
    };
    Ok(ReadLine { line: Line { component, extra: 1, numer }, extra: Some((extra, read.steps)) })
}

/// A coefficient as `numer · per`, so that lines with like denominators share their `per`.
fn split(coefficient: Ratio) -> (i64, Ratio) {
    let parts = i64::try_from(coefficient.numer()).ok().zip(Ratio::new(1, coefficient.denom()).ok());
    parts.unwrap_or((1, coefficient))
}

/// A name that is in none of the rows of a table.
pub(super) fn unknown(table: &'static str, id: &Id) -> Finding {
    Finding::new(Code::UnknownReference).with("id", id).with("expected", table)
}

fn range(field: &'static str, value: impl std::fmt::Display, limit: &str) -> Finding {
    Finding::new(Code::QtyOutOfRange).with("value", value).with("limit", limit).with("field", field)
}

/// The most working days between the start of an order and the need of a component: a hundred years.
const MAX_OFFSET: u32 = 36_525;

/// Signs and ranges of a line.
fn check(line: &BomLine) -> Vec<Finding> {
    let mut faults = Vec::new();
    let mut at_least_zero = |field: &'static str, negative: bool, value: &dyn std::fmt::Display| {
        if negative {
            faults.push(range(field, value, "≥ 0"));
        }
    };
    let negative = |value: Decimal| value.is_sign_negative() && !value.is_zero();
    at_least_zero("numerator", negative(line.numerator), &line.numerator);
    if let Some(loss) = line.fixed_loss {
        at_least_zero("fixed_loss", negative(loss), &loss);
    }
    if let Usage::Stepped { steps } = &line.usage {
        for step in steps {
            at_least_zero("from", negative(step.from), &step.from);
            at_least_zero("fixed", step.fixed.is_negative(), &step.fixed);
            at_least_zero("per_unit", step.per_unit.is_negative(), &step.per_unit);
        }
    }
    if negative(line.denominator) || line.denominator.is_zero() {
        faults.push(range("denominator", line.denominator, "> 0"));
    }
    if line.offset_days.unsigned_abs() > MAX_OFFSET {
        let fault = Finding::new(Code::LimitExceeded).with("what", "offset_days");
        faults.push(fault.with("limit", MAX_OFFSET));
    }
    faults.extend(reversed(line.valid_from, line.valid_to));
    if line.scrap.is_negative() || line.scrap >= Ratio::ONE {
        faults.push(Finding::new(Code::ScrapOutOfRange).with("value", line.scrap));
    }
    faults
}

struct Numbers {
    coefficient: Ratio,
    fixed: Ratio,
    steps: Vec<Step>,
}

fn numbers(line: &BomLine, component: u32, parent_scale: u32, facts: &ItemFacts) -> Result<Numbers, Finding> {
    let fact = facts.row(component);
    let stock_unit = &facts.units[fact.unit as usize];
    let factor = match &line.unit {
        Some(unit) if unit != stock_unit => {
            facts.conversions.factor(&line.component, unit, stock_unit).map_err(|error| error.finding())?
        }
        _ => Ratio::ONE,
    };
    if let Some(coefficient) = plain_coefficient(line, factor, fact.scale, parent_scale) {
        return Ok(Numbers { coefficient, fixed: Ratio::ZERO, steps: Vec::new() });
    }
    let exact = || -> Result<Numbers, NumError> {
        let grains = Ratio::from_int(POW10[fact.scale as usize]);
        let per_parent = Ratio::from_int(POW10[parent_scale as usize]);
        let base = factor.checked_mul(scrap_factor(line.scrap, fact.formula)?)?.checked_mul(grains)?;
        let usage = Ratio::from_decimal(line.numerator).checked_div(Ratio::from_decimal(line.denominator))?;
        let (mut coefficient, mut fixed, mut steps) = (Ratio::ZERO, Ratio::ZERO, Vec::new());
        match &line.usage {
            Usage::Variable => coefficient = usage.checked_mul(base)?.checked_div(per_parent)?,
            Usage::Fixed => fixed = usage.checked_mul(base)?,
            Usage::Stepped { steps: given } => {
                for step in given {
                    steps.push(read_step(step, base, per_parent)?);
                }
                steps.sort_by_key(|step: &Step| step.from);
            }
        }
        if let Some(loss) = line.fixed_loss {
            fixed = fixed.checked_add(Ratio::from_decimal(loss).checked_mul(grains)?)?;
        }
        Ok(Numbers { coefficient, fixed, steps })
    };
    let read = exact().map_err(|error| number_fault(&error, &line.component))?;
    if let Some(pair) = read.steps.windows(2).find(|pair| pair[0].from == pair[1].from) {
        // In parent grains; a step is shown in units.
        let from = pair[0].from.checked_div(Ratio::from_int(POW10[parent_scale as usize]));
        let finding = Finding::new(Code::DuplicateId).with("table", "steps");
        return Err(finding.with("id", from.unwrap_or(pair[0].from)));
    }
    Ok(read)
}

/// The coefficient of a line that only shifts the decimal point, which most lines are: much faster.
fn plain_coefficient(line: &BomLine, factor: Ratio, scale: u32, parent_scale: u32) -> Option<Ratio> {
    let plain = line.usage == Usage::Variable
        && line.scrap.is_zero()
        && line.fixed_loss.is_none()
        && line.denominator == Decimal::ONE
        && factor == Ratio::ONE;
    if !plain {
        return None;
    }
    let (up, down) = (scale, line.numerator.scale() + parent_scale);
    let numer = line.numerator.mantissa().checked_mul(10i128.checked_pow(up.saturating_sub(down))?)?;
    Ratio::new(numer, 10i128.checked_pow(down.saturating_sub(up))?).ok()
}

fn read_step(step: &UsageStep, base: Ratio, per_parent: Ratio) -> Result<Step, NumError> {
    Ok(Step {
        from: Ratio::from_decimal(step.from).checked_mul(per_parent)?,
        fixed: step.fixed.checked_mul(base)?,
        per: step.per_unit.checked_mul(base)?.checked_div(per_parent)?,
    })
}

/// Reads an output of a BOM whose product has `parent_scale` decimals.
pub(super) fn read_output(
    output: &BomOutput,
    parent_scale: u32,
    facts: &ItemFacts,
) -> Result<Output, Finding> {
    let Some(item) = facts.find(&output.item) else {
        return Err(unknown("items", &output.item));
    };
    if output.numerator < Decimal::ZERO {
        return Err(range("numerator", output.numerator, "≥ 0"));
    }
    if output.denominator <= Decimal::ZERO {
        return Err(range("denominator", output.denominator, "> 0"));
    }
    let exact = || {
        let usage =
            Ratio::from_decimal(output.numerator).checked_div(Ratio::from_decimal(output.denominator))?;
        let grains = usage.checked_mul(Ratio::from_int(facts.grains(item)))?;
        grains.checked_div(Ratio::from_int(POW10[parent_scale as usize]))
    };
    let coefficient = exact().map_err(|error| number_fault(&error, &output.item))?;
    Ok(Output { item, coefficient, kind: output.kind, id: output.id.clone() })
}

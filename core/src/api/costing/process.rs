//! Requests of process costing: a process account with equivalent units, and the allowance of spoilage.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::{Decided, ErrorDocument};
use super::{Cents, bounded, few_elements, two};
use crate::costing::{
    Added, Allowance, AllowanceBase, CostError, Done, ElementCost, ElementShare, Flow, NormalLoss,
    OperationMaterial, Precision, ResidueSide, Spoilage, Units, bearers, conversion_rates, element_share,
    material_rates, mean_completion, normal_and_abnormal,
};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::num::{DecimalText, NumError, Ratio};
use crate::run::RunControl;

/// Asks what a process costs: finished, spoiled, still in process, element by element (`C05`, `C21`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProcessCostRequest {
    /// Decimals of the currency, at most 9.
    #[serde(default = "two")]
    pub scale: u32,
    /// Weighted average or FIFO.
    #[serde(default)]
    pub flow: Flow,
    /// Units in process at the start.
    #[serde(default)]
    pub opening_units: Ratio,
    /// Units started or transferred in; absent: what the other units make it, else it is checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Ratio>,
    /// Good units finished.
    pub finished: Ratio,
    /// Units in process at the end; absent: those of the operations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing_units: Option<Ratio>,
    /// How much of the work is done on the units in process at the start, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening_done: Option<Ratio>,
    /// How much of the work is done on the units in process at the end, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing_done: Option<Ratio>,
    /// The operations, in order, where completion is reckoned by operation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<ProcessOperation>,
    /// How much of its own operation a unit in process has done on average, 0 to 1; absent: a half.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within_operation: Option<Ratio>,
    /// When the material of an operation is added.
    #[serde(default)]
    pub operation_material: OperationMaterial,
    /// Spoiled units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spoilage: Option<SpoiledUnits>,
    /// The cost elements.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub elements: Vec<ProcessElement>,
    /// Decimals that each part of the equivalent units is rounded to, half up; absent: exact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_places: Option<u32>,
    /// Decimals that the cost per unit is rounded to, half up, before it is multiplied; absent: exact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost_places: Option<u32>,
    /// Which side takes what a rounded cost per unit leaves.
    #[serde(default)]
    pub residue_side: ResidueSide,
}

/// An operation of the process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProcessOperation {
    /// Standard hours.
    pub hours: Ratio,
    /// Material added at it, in any measure.
    #[serde(default)]
    pub material: Ratio,
    /// Units that stand at it at the end.
    #[serde(default)]
    pub closing_units: Ratio,
    /// Units that stood at it at the start.
    #[serde(default)]
    pub opening_units: Ratio,
}

/// Spoiled units: counted, or reckoned from an allowance.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SpoiledUnits {
    /// Spoiled within the allowance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub normal: Option<Ratio>,
    /// Spoiled beyond it; below nought for an abnormal gain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abnormal: Option<Ratio>,
    /// Share of units that may be spoiled, 0 to 1, where normal and abnormal are not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowance: Option<Ratio>,
    /// What the allowance is a share of.
    pub of: AllowanceBase,
    /// Spoiled units for the allowance; absent: opening + started − finished − closing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spoiled: Option<Ratio>,
    /// Whether fewer spoiled than allowed is an abnormal gain; else all of them are normal.
    pub gain: bool,
    /// The point of the process where units are inspected, 0 to 1; absent: at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inspection: Option<Ratio>,
    /// Whether normal spoilage is costed apart.
    pub loss: NormalLoss,
    /// What one normally spoiled unit is worth as scrap.
    pub scrap_value: Ratio,
    /// The element that scrap is deducted from; absent: the first one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scrap_element: Option<Id>,
}

/// What operations say about an element.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ByOperation {
    /// Its completion follows the hours.
    #[default]
    Conversion,
    /// Its completion follows the material.
    Material,
}

/// A cost element of a process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProcessElement {
    /// Id, unique.
    pub id: Id,
    /// Cost in process at the start.
    #[serde(default)]
    pub opening: DecimalText,
    /// Cost added in the period.
    #[serde(default)]
    pub input: DecimalText,
    /// How much of it the units in process at the start held, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening_done: Option<Ratio>,
    /// How much of it spoiled units hold, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spoiled_done: Option<Ratio>,
    /// How much of it the units in process at the end hold, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing_done: Option<Ratio>,
    /// When it is added, where these are not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub added: Option<Added>,
    /// What operations say about it, where these are not given.
    #[serde(default)]
    pub by_operation: ByOperation,
    /// An element that its cost is added to beforehand: transferred-in cost merged with material.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merge_into: Option<Id>,
}

/// What a process costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProcessCostResult {
    /// Physical units.
    pub units: ProcessUnits,
    /// One an element, as given; merged ones left out.
    pub elements: Vec<ElementResult>,
    /// All elements together.
    pub total: ElementAmounts,
    /// Cost of one unit: the elements' together; absent when an element with cost has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<Ratio>,
    /// The sum of the process account: opening, input and what an abnormal gain adds.
    pub account_total: DecimalText,
    /// One an operation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<OperationResult>,
}

/// Physical units of a process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProcessUnits {
    /// In process at the start.
    pub opening: Ratio,
    /// Started.
    pub started: Ratio,
    /// Finished.
    pub finished: Ratio,
    /// Started in the period and finished in it: finished less opening.
    pub started_and_finished: Ratio,
    /// Normal spoilage.
    pub normal: Ratio,
    /// Abnormal spoilage; below nought for a gain.
    pub abnormal: Ratio,
    /// In process at the end.
    pub closing: Ratio,
}

/// One element shared out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ElementResult {
    /// The element.
    pub id: Id,
    /// Equivalent units.
    pub equivalent_units: EquivalentResult,
    /// Cost of one of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<Ratio>,
    /// Its amounts.
    pub amounts: ElementAmounts,
}

/// Equivalent units by what they belong to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EquivalentResult {
    /// Work of the period on units that were in process at the start (FIFO).
    pub opening: Ratio,
    /// Finished; under FIFO those begun in the period.
    pub finished: Ratio,
    /// Normal spoilage.
    pub normal: Ratio,
    /// Abnormal spoilage.
    pub abnormal: Ratio,
    /// In process at the end.
    pub closing: Ratio,
    /// All together.
    pub total: Ratio,
}

/// Amounts of an element: `opening + input = finished + closing + scrapped`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ElementAmounts {
    /// In process at the start.
    pub opening: DecimalText,
    /// Added.
    pub input: DecimalText,
    /// Good units finished, without normal spoilage.
    pub good: DecimalText,
    /// Normal spoilage that finished units bear.
    pub normal_finished: DecimalText,
    /// Normal spoilage that units in process bear.
    pub normal_closing: DecimalText,
    /// Finished in all.
    pub finished: DecimalText,
    /// In process at the end in all.
    pub closing: DecimalText,
    /// Abnormal spoilage; below nought for a gain.
    pub abnormal: DecimalText,
    /// What scrap of normal spoilage is worth.
    pub scrap: DecimalText,
    /// Abnormal spoilage and scrap.
    pub scrapped: DecimalText,
}

/// Completion at one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OperationResult {
    /// How much of the work a unit there has done.
    pub conversion_rate: Ratio,
    /// Equivalent units of the work there.
    pub conversion_units: Ratio,
    /// How much of the material a unit there holds.
    pub material_rate: Ratio,
    /// Equivalent units of material there.
    pub material_units: Ratio,
}

/// Answers a [`ProcessCostRequest`].
pub(in crate::api) fn process_cost(
    request: ProcessCostRequest,
    control: &RunControl<'_>,
) -> Decided<ProcessCostResult> {
    bounded(request.operations.len(), control)?;
    few_elements(request.elements.len())?;
    let cents = Cents::new(request.scale)?;
    let process = Process::of(&request, cents)?;
    let merged = merged(&request, cents)?;
    let mut shares = Vec::with_capacity(merged.len());
    for (at, (element, cost)) in merged.iter().enumerate() {
        let named = |error: CostError| process.named(&error, element);
        let done = process.done(element).map_err(named)?;
        let spoilage = process.spoilage(element, at == 0).map_err(named)?;
        let precision = process.precision().map_err(named)?;
        let share = element_share(request.flow, &process.units, &done, *cost, &spoilage, precision);
        shares.push((element.id.clone(), share.map_err(named)?));
    }
    answer(&request, &process, &shares, cents).map_err(ErrorDocument::from)
}

/// A request worked out as far as all elements share it.
struct Process<'a> {
    request: &'a ProcessCostRequest,
    cents: Cents,
    units: Units,
    /// Mean completion of closing and opening units by operation: conversion, material.
    closing_means: Option<(Ratio, Ratio)>,
    opening_means: Option<(Ratio, Ratio)>,
    operations: Vec<OperationResult>,
    /// Finished and closing units that bear normal spoilage.
    bearers: (Ratio, Ratio),
}

impl<'a> Process<'a> {
    fn of(request: &'a ProcessCostRequest, cents: Cents) -> Result<Process<'a>, Finding> {
        let found = Process::solve(request, cents);
        found.map_err(|error| cents.refusal(&error).with("order", "process").with("element", "*"))
    }

    fn solve(request: &'a ProcessCostRequest, cents: Cents) -> Result<Process<'a>, CostError> {
        let rates = rates(request)?;
        let standing = |units: fn(&ProcessOperation) -> Ratio| -> Vec<Ratio> {
            request.operations.iter().map(units).collect()
        };
        let (closing_at, opening_at) = (standing(|row| row.closing_units), standing(|row| row.opening_units));
        let means = |units: &[Ratio]| -> Result<Option<(Ratio, Ratio)>, CostError> {
            match &rates {
                None => Ok(None),
                Some((work, material)) => {
                    Ok(Some((mean_completion(units, work)?, mean_completion(units, material)?)))
                }
            }
        };
        let (closing_means, opening_means) = (means(&closing_at)?, means(&opening_at)?);
        let sum = |units: &[Ratio]| units.iter().try_fold(Ratio::ZERO, |sum, part| sum.checked_add(*part));
        let closing = match request.closing_units {
            Some(units) => units,
            None => sum(&closing_at)?,
        };
        let opening = if request.opening_units.is_zero() { sum(&opening_at)? } else { request.opening_units };
        let units = Units { opening, finished: request.finished, closing, ..Units::default() };
        let mut process = Process {
            request,
            cents,
            units,
            closing_means,
            opening_means,
            operations: operation_results(rates, &closing_at)?,
            bearers: (request.finished, Ratio::ZERO),
        };
        process.spoil()?;
        process.units.check(request.started)?;
        Ok(process)
    }

    /// How far the work is on units in process at the start and at the end.
    fn work_done(&self) -> (Option<Ratio>, Option<Ratio>) {
        let opening = self.request.opening_done.or(self.opening_means.map(|means| means.0));
        (opening, self.request.closing_done.or(self.closing_means.map(|means| means.0)))
    }

    /// Finds normal and abnormal units and who bears the normal ones.
    fn spoil(&mut self) -> Result<(), CostError> {
        let Some(spoilage) = &self.request.spoilage else { return Ok(()) };
        let inspection = spoilage.inspection.unwrap_or(Ratio::ONE);
        let (opening, closing) = self.work_done();
        let known = |done: Option<Ratio>, units: Ratio| match done {
            Some(done) => Ok(done),
            // At the end nobody has been inspected; without units nobody asks.
            None if inspection == Ratio::ONE || units.is_zero() => Ok(Ratio::ZERO),
            None => Err(CostError::CoefficientMissing),
        };
        let opening_done = known(opening, self.units.opening)?;
        let closing_done = known(closing, self.units.closing)?;
        if let Some(rate) = spoilage.allowance {
            let spoiled = self.spoiled(spoilage)?;
            let ask = Allowance {
                opening: (self.units.opening, opening_done),
                started: self.request.started.ok_or_else(|| lacks("started"))?,
                closing: (self.units.closing, closing_done),
                inspection,
                spoiled,
                rate,
                base: spoilage.of,
            };
            let found = normal_and_abnormal(&ask)?;
            self.units.normal = if spoilage.gain { found.allowance } else { found.normal };
            self.units.abnormal = spoiled.checked_sub(self.units.normal)?;
        } else {
            self.units.normal = spoilage.normal.unwrap_or_default();
            self.units.abnormal = spoilage.abnormal.unwrap_or_default();
        }
        self.bearers = bearers(self.request.flow, &self.units, inspection, (opening_done, closing_done))?;
        Ok(())
    }

    /// Spoiled units: as given, or what is missing between in and out.
    fn spoiled(&self, spoilage: &SpoiledUnits) -> Result<Ratio, CostError> {
        if let Some(spoiled) = spoilage.spoiled {
            return Ok(spoiled);
        }
        let started = self.request.started.ok_or_else(|| lacks("started"))?;
        let units_in = self.units.opening.checked_add(started)?;
        Ok(units_in.checked_sub(self.units.finished)?.checked_sub(self.units.closing)?)
    }

    /// Coefficients of one element.
    fn done(&self, element: &ProcessElement) -> Result<Done, CostError> {
        let (opening_done, closing_done) = (self.request.opening_done, self.request.closing_done);
        let by_mean = |means: Option<(Ratio, Ratio)>| {
            means.map(|(work, material)| match element.by_operation {
                ByOperation::Conversion => work,
                ByOperation::Material => material,
            })
        };
        let found = |given: Option<Ratio>, means, work: Option<Ratio>, units: Ratio| match given {
            Some(done) => Ok(done),
            None if units.is_zero() => Ok(Ratio::ZERO),
            None => match (by_mean(means), element.added, work) {
                (_, Some(Added::Start), _) => Ok(Ratio::ONE),
                (_, Some(Added::End), None) => Ok(Ratio::ZERO),
                (_, Some(added), Some(work)) => added.coefficient(work),
                (Some(mean), _, _) => Ok(mean),
                _ => Err(CostError::CoefficientMissing),
            },
        };
        let opening_units = if self.request.flow == Flow::Fifo { self.units.opening } else { Ratio::ZERO };
        let opening = match (opening_units.is_zero(), element.opening_done) {
            (true, _) => Ratio::ZERO,
            (false, given) => found(given, self.opening_means, opening_done, opening_units)?,
        };
        let closing = found(element.closing_done, self.closing_means, closing_done, self.units.closing)?;
        Ok(Done { opening, spoiled: self.spoiled_done(element)?, closing })
    }

    /// How much of an element spoiled units hold: at the end all of it.
    fn spoiled_done(&self, element: &ProcessElement) -> Result<Ratio, CostError> {
        let inspection = self.request.spoilage.as_ref().and_then(|spoilage| spoilage.inspection);
        match (element.spoiled_done, inspection) {
            (Some(done), _) => Ok(done),
            (None, None) => Ok(Ratio::ONE),
            (None, Some(point)) if point == Ratio::ONE => Ok(Ratio::ONE),
            (None, Some(point)) => match element.added {
                Some(added) => added.coefficient(point),
                None => Err(CostError::CoefficientMissing),
            },
        }
    }

    fn spoilage(&self, element: &ProcessElement, first: bool) -> Result<Spoilage, CostError> {
        let (finished, closing) = self.bearers;
        let Some(spoilage) = &self.request.spoilage else {
            return Ok(Spoilage { finished, closing, ..Spoilage::default() });
        };
        let here = spoilage.scrap_element.as_ref().map_or(first, |id| *id == element.id);
        let scrap = if here { self.scrap(spoilage)? } else { 0 };
        Ok(Spoilage { loss: spoilage.loss, finished, closing, scrap })
    }

    /// What all normally spoiled units are worth as scrap.
    fn scrap(&self, spoilage: &SpoiledUnits) -> Result<i128, CostError> {
        if spoilage.scrap_value.is_negative() {
            return Err(CostError::Negative { field: "scrap_value", row: 1 });
        }
        let each = self.cents.small(spoilage.scrap_value)?;
        Ok(each.checked_mul(self.units.normal)?.round_units(0, crate::num::Rounding::HalfUp)?)
    }

    fn precision(&self) -> Result<Precision, CostError> {
        let unit_cost = match self.request.unit_cost_places {
            Some(places) if places > 28 => return Err(NumError::Range.into()),
            Some(places) => {
                let step = self.cents.small(Ratio::new(1, 10i128.pow(places))?)?;
                Some((step, self.request.residue_side))
            }
            None => None,
        };
        Ok(Precision { unit_places: self.request.unit_places, unit_cost })
    }

    fn named(&self, error: &CostError, element: &ProcessElement) -> Finding {
        self.cents.refusal(error).with("order", "process").with("element", &element.id)
    }
}

fn lacks(field: &'static str) -> CostError {
    CostError::ParamMissing { item: "process".into(), field }
}

/// Rates of the operations: conversion, material.
type Rates = (Vec<Ratio>, Vec<Ratio>);

fn rates(request: &ProcessCostRequest) -> Result<Option<Rates>, CostError> {
    if request.operations.is_empty() {
        return Ok(None);
    }
    let within = match request.within_operation {
        Some(within) => within,
        None => Ratio::new(1, 2)?,
    };
    let hours: Vec<Ratio> = request.operations.iter().map(|row| row.hours).collect();
    let material: Vec<Ratio> = request.operations.iter().map(|row| row.material).collect();
    let material = match material.iter().all(|part| part.is_zero()) {
        true => vec![Ratio::ONE; material.len()],
        false => material_rates(&material, request.operation_material, within)?,
    };
    Ok(Some((conversion_rates(&hours, within)?, material)))
}

fn operation_results(rates: Option<Rates>, units: &[Ratio]) -> Result<Vec<OperationResult>, CostError> {
    let Some((work, material)) = rates else { return Ok(Vec::new()) };
    let row = |((work, material), units): ((Ratio, Ratio), &Ratio)| {
        Ok(OperationResult {
            conversion_rate: work,
            conversion_units: work.checked_mul(*units)?,
            material_rate: material,
            material_units: material.checked_mul(*units)?,
        })
    };
    work.into_iter().zip(material).zip(units).map(row).collect()
}

/// Elements with their cost, merged ones added to where they belong.
fn merged(
    request: &ProcessCostRequest,
    cents: Cents,
) -> Result<Vec<(&ProcessElement, ElementCost)>, Finding> {
    let mut rows: Vec<(&ProcessElement, ElementCost)> = Vec::new();
    let cost = |element: &ProcessElement| {
        Ok::<_, Finding>(ElementCost {
            opening: cents.units(element.opening, format_args!("elements/{}/opening", element.id))?,
            input: cents.units(element.input, format_args!("elements/{}/input", element.id))?,
        })
    };
    for (at, element) in request.elements.iter().enumerate() {
        if request.elements.iter().take(at).any(|before| before.id == element.id) {
            return Err(Finding::new(Code::DuplicateId).with("table", "elements").with("id", &element.id));
        }
        if element.merge_into.is_none() {
            rows.push((element, cost(element)?));
        }
    }
    for element in &request.elements {
        let Some(into) = &element.merge_into else { continue };
        let Some((_, slot)) = rows.iter_mut().find(|(row, _)| row.id == *into) else {
            return Err(Finding::new(Code::UnknownReference).with("id", into));
        };
        let more = cost(element)?;
        let sum = |a: i128, b: i128| a.checked_add(b).ok_or_else(|| NumError::Overflow.finding());
        *slot =
            ElementCost { opening: sum(slot.opening, more.opening)?, input: sum(slot.input, more.input)? };
    }
    let scrap = request.spoilage.as_ref().and_then(|spoilage| spoilage.scrap_element.as_ref());
    match scrap.filter(|id| rows.iter().all(|(row, _)| row.id != **id)) {
        Some(id) => Err(Finding::new(Code::UnknownReference).with("id", id)),
        None => Ok(rows),
    }
}

fn answer(
    request: &ProcessCostRequest,
    process: &Process<'_>,
    shares: &[(Id, ElementShare)],
    cents: Cents,
) -> Result<crate::api::Answer<ProcessCostResult>, Finding> {
    let mut elements = Vec::with_capacity(shares.len());
    let mut total = [0i128; 10];
    let mut unit_cost = Some(Ratio::ZERO);
    let number = |error: NumError| error.finding();
    for (id, share) in shares {
        let amounts = figures(share);
        for (sum, amount) in total.iter_mut().zip(amounts) {
            *sum = sum.checked_add(amount).ok_or(NumError::Overflow).map_err(number)?;
        }
        let each = share.unit_cost.map(|each| cents.whole(each)).transpose().map_err(number)?;
        unit_cost = match (unit_cost, each) {
            (Some(sum), Some(each)) => Some(sum.checked_add(each).map_err(number)?),
            _ => None,
        };
        elements.push(ElementResult {
            id: id.clone(),
            equivalent_units: equivalent(share).map_err(|error| cents.refusal(&error))?,
            unit_cost: each,
            amounts: amounts_of(amounts, cents).map_err(number)?,
        });
    }
    let gain = shares.iter().map(|(_, share)| (-share.abnormal).max(0)).sum::<i128>();
    let account =
        total[0].checked_add(total[1]).and_then(|sum| sum.checked_add(gain)).ok_or(NumError::Overflow);
    let account = account.map_err(number)?;
    let units = process.units;
    let started = match request.started {
        Some(started) => started,
        None => units.started().map_err(|error| cents.refusal(&error))?,
    };
    let result = ProcessCostResult {
        units: ProcessUnits {
            opening: units.opening,
            started,
            finished: units.finished,
            started_and_finished: units.finished.checked_sub(units.opening).map_err(number)?,
            normal: units.normal,
            abnormal: units.abnormal,
            closing: units.closing,
        },
        elements,
        total: amounts_of(total, cents).map_err(number)?,
        unit_cost: if shares.is_empty() { None } else { unit_cost },
        account_total: cents.text(account).map_err(number)?,
        operations: process.operations.clone(),
    };
    Ok(result.into())
}

/// The amounts of a share in the order of [`ElementAmounts`].
const fn figures(share: &ElementShare) -> [i128; 10] {
    let balance = share.balance;
    [
        balance.opening,
        balance.input,
        share.good,
        share.normal_finished,
        share.normal_closing,
        balance.finished,
        balance.closing,
        share.abnormal,
        share.scrap,
        balance.scrapped,
    ]
}

fn amounts_of(figures: [i128; 10], cents: Cents) -> Result<ElementAmounts, NumError> {
    let [opening, input, good, normal_finished, normal_closing, finished, closing, abnormal, scrap, scrapped] =
        figures;
    Ok(ElementAmounts {
        opening: cents.text(opening)?,
        input: cents.text(input)?,
        good: cents.text(good)?,
        normal_finished: cents.text(normal_finished)?,
        normal_closing: cents.text(normal_closing)?,
        finished: cents.text(finished)?,
        closing: cents.text(closing)?,
        abnormal: cents.text(abnormal)?,
        scrap: cents.text(scrap)?,
        scrapped: cents.text(scrapped)?,
    })
}

fn equivalent(share: &ElementShare) -> Result<EquivalentResult, CostError> {
    let units = share.units;
    Ok(EquivalentResult {
        opening: units.opening,
        finished: units.finished,
        normal: units.normal,
        abnormal: units.abnormal,
        closing: units.closing,
        total: units.total()?,
    })
}

/// Asks how much of the spoilage of a period is normal (`C21`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpoilageRequest {
    /// Units in process at the start.
    #[serde(default)]
    pub opening_units: Ratio,
    /// How much of the work was done on them, 0 to 1.
    #[serde(default)]
    pub opening_done: Ratio,
    /// Units started or transferred in.
    pub started: Ratio,
    /// Units in process at the end.
    #[serde(default)]
    pub closing_units: Ratio,
    /// How much of the work is done on them, 0 to 1.
    #[serde(default)]
    pub closing_done: Ratio,
    /// The point of the process where units are inspected, 0 to 1; absent: at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inspection: Option<Ratio>,
    /// Share of units that may be spoiled, 0 to 1.
    pub allowance: Ratio,
    /// What the allowance is a share of.
    #[serde(default)]
    pub of: AllowanceBase,
    /// Units found spoiled.
    pub spoiled: Ratio,
}

/// Spoilage divided into normal and abnormal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpoilageResult {
    /// Units that reached the inspection in the period.
    pub inspected: Ratio,
    /// Those of them that were good.
    pub good: Ratio,
    /// Spoilage allowed.
    pub allowance: Ratio,
    /// Normal spoilage.
    pub normal: Ratio,
    /// Abnormal spoilage.
    pub abnormal: Ratio,
}

/// Answers a [`SpoilageRequest`].
pub(in crate::api) fn spoilage(request: SpoilageRequest, _: &RunControl<'_>) -> Decided<SpoilageResult> {
    let found = normal_and_abnormal(&Allowance {
        opening: (request.opening_units, request.opening_done),
        started: request.started,
        closing: (request.closing_units, request.closing_done),
        inspection: request.inspection.unwrap_or(Ratio::ONE),
        spoiled: request.spoiled,
        rate: request.allowance,
        base: request.of,
    });
    let found = found.map_err(|error| error.finding())?;
    Ok(SpoilageResult {
        inspected: found.inspected,
        good: found.good,
        allowance: found.allowance,
        normal: found.normal,
        abnormal: found.abnormal,
    }
    .into())
}

//! Requests about standard cost: roll-up, versions with revaluation, variances (`C18`).

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::amounts::{amount, one, rounded, two, unit_of};
use super::{Decided, ErrorDocument};
use crate::costing::{CostStructureBuilder, RollUpError, Scrap, StandardCosts, usage};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::item::ScrapFormula;
use crate::num::{DecimalText, Ratio, Rounding};
use crate::run::{Limits, RunControl};
use crate::time::Date;

/// Asks for standard costs through all levels (`C18`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardCostRequest {
    /// The items, in any order.
    pub items: Vec<StandardItem>,
    /// Decimals that every element of every item is rounded to before it goes into the next level; absent: exact ★.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimals: Option<u8>,
    /// How it is rounded.
    #[serde(default)]
    pub rounding: Rounding,
}

/// An item with what it takes and adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardItem {
    /// The item.
    pub id: Id,
    /// Standard lot, which set-up and fixed loss are shared among.
    #[serde(default = "one")]
    pub lot_size: Ratio,
    /// Good units for one unit of input.
    #[serde(default = "one")]
    pub yield_ratio: Ratio,
    /// Costs of one unit by element: the price of what is bought, fees, rates.
    #[serde(default)]
    pub costs: Vec<StandardElement>,
    /// Components.
    #[serde(default)]
    pub lines: Vec<StandardLine>,
    /// Operations.
    #[serde(default)]
    pub operations: Vec<StandardOperation>,
}

/// Cost of one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardElement {
    /// Cost element.
    pub element: Id,
    /// Cost of one unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<Ratio>,
    /// Cost of one lot, instead of `unit_cost`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot_cost: Option<Ratio>,
}

/// A component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardLine {
    /// The component.
    pub component: Id,
    /// Units for one unit of input.
    pub quantity: Ratio,
    /// Scrap rate.
    #[serde(default)]
    pub scrap: Ratio,
    /// Formula of scrap.
    #[serde(default)]
    pub scrap_formula: ScrapFormula,
    /// Units lost with each lot.
    #[serde(default)]
    pub fixed: Ratio,
}

/// An operation: `hours of a unit = set-up ÷ lot + run ÷ yield`, or `run × ⌈lot ÷ yield ÷ batch⌉ ÷ lot` by batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardOperation {
    /// Cost element.
    pub element: Id,
    /// Cost of one hour.
    pub rate: Ratio,
    /// Hours of one set-up.
    #[serde(default)]
    pub setup_hours: Ratio,
    /// Hours of one unit of input, or of one batch.
    #[serde(default)]
    pub run_hours: Ratio,
    /// Units of a batch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<Ratio>,
}

/// Standard costs by item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardCostResult {
    /// By item.
    pub items: Vec<StandardCostRow>,
}

/// Standard cost of one unit of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardCostRow {
    /// The item.
    pub id: Id,
    /// All of it.
    pub unit_cost: Ratio,
    /// By element, through all levels: the rolled-up view.
    pub elements: Vec<ElementCost>,
    /// What the item adds itself, by element.
    pub own: Vec<ElementCost>,
    /// Its components as one line each: the level view.
    pub lines: Vec<StandardLineCost>,
}

/// A component in the cost of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardLineCost {
    /// The component.
    pub component: Id,
    /// Units for one good unit, scrap, yield and the share of the fixed loss included.
    pub quantity: Ratio,
    /// Cost of one unit of it.
    pub unit_cost: Ratio,
    /// Quantity × unit cost.
    pub cost: Ratio,
}

/// Cost of an element in one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ElementCost {
    /// The element.
    pub element: Id,
    /// Cost of one unit.
    pub unit_cost: Ratio,
}

/// Answers a [`StandardCostRequest`].
pub(super) fn standard_cost(
    request: StandardCostRequest,
    control: &RunControl<'_>,
) -> Decided<StandardCostResult> {
    Limits::check("items", request.items.len() as u64, control.limits().rows)
        .map_err(|error| error.finding())?;
    let mut items: Vec<&StandardItem> = request.items.iter().collect();
    items.sort_by(|a, b| a.id.cmp(&b.id));
    if let Some(pair) = items.windows(2).find(|pair| pair[0].id == pair[1].id) {
        return Err(Finding::new(Code::DuplicateId).with("table", "items").with("id", &pair[0].id).into());
    }
    let index: BTreeMap<&Id, u32> = items.iter().map(|item| &item.id).zip(0u32..).collect();
    let elements: BTreeSet<&Id> = items
        .iter()
        .flat_map(|item| {
            item.costs.iter().map(|c| &c.element).chain(item.operations.iter().map(|o| &o.element))
        })
        .collect();
    let elements: Vec<&Id> = elements.into_iter().collect();
    let mut builder = CostStructureBuilder::new(items.len(), elements.len());
    let named = |error: RollUpError| named(&error, &items);
    let (mut owns, mut usages) = (Vec::new(), Vec::new());
    for (item, at) in items.iter().zip(0u32..) {
        let own = own_costs(item, &elements)?;
        builder.own(at, &own).map_err(named)?;
        owns.push(own);
        let mut lines = Vec::new();
        for line in &item.lines {
            let missing =
                || Finding::new(Code::UnknownReference).with("id", &line.component).with("row", &item.id);
            let child = *index.get(&line.component).ok_or_else(missing)?;
            let quantity = line_usage(item, line)?;
            builder.line(at, child, quantity).map_err(named)?;
            lines.push((child, quantity));
        }
        usages.push(lines);
    }
    let structure = builder.finish().map_err(named)?;
    let costs = structure.roll_up(request.decimals, request.rounding).map_err(named)?;
    let mut rows = Vec::with_capacity(items.len());
    for (item, at) in items.iter().zip(0u32..) {
        let row = row(item, at, &costs, (&elements, &owns[at as usize]), (&usages[at as usize], &items))?;
        rows.push(row);
    }
    Ok(StandardCostResult { items: rows }.into())
}

fn named(error: &RollUpError, items: &[&StandardItem]) -> ErrorDocument {
    let name = |at: u32| items.get(at as usize).map_or("-", |item| item.id.as_str());
    match error {
        RollUpError::Loop { path } => {
            let names: Vec<&str> = path.iter().take(20).map(|at| name(*at)).collect();
            Finding::new(Code::BomLoop).with("path", names.join(" → ")).into()
        }
        RollUpError::Number { item, .. } => error.finding().with("item", name(*item)).into(),
    }
}

fn own_costs(item: &StandardItem, elements: &[&Id]) -> Result<Vec<Ratio>, ErrorDocument> {
    if !item.lot_size.is_positive() {
        return Err(Finding::new(Code::QtyNotPositive)
            .with("row", &item.id)
            .with("field", "lot_size")
            .into());
    }
    if !item.yield_ratio.is_positive() || item.yield_ratio > Ratio::ONE {
        return Err(Finding::new(Code::YieldOutOfRange).with("item", &item.id).into());
    }
    let mut own = vec![Ratio::ZERO; elements.len()];
    let mut add = |element: &Id, cost: Ratio| -> Result<(), ErrorDocument> {
        if let Ok(at) = elements.binary_search(&element) {
            own[at] = own[at].checked_add(cost)?;
        }
        Ok(())
    };
    for cost in &item.costs {
        let unit = match (cost.unit_cost, cost.lot_cost) {
            (Some(unit), _) => unit,
            (None, Some(lot)) => lot.checked_div(item.lot_size)?,
            (None, None) => {
                let finding = Finding::new(Code::StandardMissing).with("item", &item.id).with("date", "-");
                return Err(finding.with("element", &cost.element).into());
            }
        };
        add(&cost.element, unit)?;
    }
    for operation in &item.operations {
        let input = item.lot_size.checked_div(item.yield_ratio)?;
        let run = match operation.batch {
            None => operation.run_hours.checked_mul(input)?,
            Some(batch) => {
                let batches = input.checked_div(batch)?.round_units(0, Rounding::Up)?;
                operation.run_hours.checked_mul(Ratio::new(batches, 1)?)?
            }
        };
        let hours = operation.setup_hours.checked_add(run)?.checked_div(item.lot_size)?;
        add(&operation.element, hours.checked_mul(operation.rate)?)?;
    }
    Ok(own)
}

fn line_usage(item: &StandardItem, line: &StandardLine) -> Result<Ratio, ErrorDocument> {
    let range =
        line.scrap.is_negative() || (line.scrap_formula == ScrapFormula::Divide && line.scrap >= Ratio::ONE);
    if range {
        return Err(Finding::new(Code::ScrapOutOfRange)
            .with("item", &line.component)
            .with("row", &item.id)
            .into());
    }
    let scrap = match line.scrap_formula {
        ScrapFormula::Multiply => Scrap::Multiply(line.scrap),
        ScrapFormula::Divide => Scrap::Divide(line.scrap),
    };
    Ok(usage(line.quantity, item.yield_ratio, scrap, line.fixed, item.lot_size)?)
}

fn row(
    item: &StandardItem,
    at: u32,
    costs: &StandardCosts,
    (elements, own): (&[&Id], &[Ratio]),
    (usages, items): (&[(u32, Ratio)], &[&StandardItem]),
) -> Result<StandardCostRow, ErrorDocument> {
    let fault = |error: crate::num::NumError| error.finding().with("item", &item.id);
    let list = |cost: &dyn Fn(usize) -> Ratio| {
        let all = elements
            .iter()
            .enumerate()
            .map(|(element, id)| ElementCost { element: (*id).clone(), unit_cost: cost(element) });
        all.filter(|row| !row.unit_cost.is_zero()).collect::<Vec<_>>()
    };
    let mut lines = Vec::with_capacity(usages.len());
    for (child, quantity) in usages {
        let unit_cost = costs.total(*child).map_err(fault)?;
        lines.push(StandardLineCost {
            component: items[*child as usize].id.clone(),
            quantity: *quantity,
            unit_cost,
            cost: quantity.checked_mul(unit_cost).map_err(fault)?,
        });
    }
    Ok(StandardCostRow {
        id: item.id.clone(),
        unit_cost: costs.total(at).map_err(fault)?,
        elements: list(&|element| costs.cost(at, element)),
        own: list(&|element| own[element]),
        lines,
    })
}

/// Asks which standards hold on a day, how two versions differ, and what activating one does to stock (`C18`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardVersionsRequest {
    /// Decimals of amounts.
    #[serde(default = "two")]
    pub scale: u32,
    /// The versions.
    pub versions: Vec<StandardVersion>,
    /// The day.
    pub date: Date,
    /// Items whose standard is asked for.
    #[serde(default)]
    pub items: Vec<Id>,
    /// The version to compare with the one before it, or with the one in force on the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compare: Option<Id>,
    /// Stock and work in process to be revalued from the older to the newer of the two.
    #[serde(default)]
    pub holdings: Vec<StandardHolding>,
}

/// Where a version stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VersionStatus {
    /// Not in force whatever its date.
    Draft,
    /// In force from its date until the next one ★.
    #[default]
    Active,
    /// In force until the next one; only told for past days.
    Superseded,
}

/// A version of standards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardVersion {
    /// The version.
    pub id: Id,
    /// The day it is activated.
    pub from: Date,
    /// Where it stands.
    #[serde(default)]
    pub status: VersionStatus,
    /// Its costs.
    pub costs: Vec<VersionCost>,
}

/// Cost of one unit of an item in a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VersionCost {
    /// The item.
    pub item: Id,
    /// Cost element; absent: all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<Id>,
    /// Cost of one unit.
    pub unit_cost: Ratio,
}

/// Stock or work in process at standard cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardHolding {
    /// The place or order.
    pub id: Id,
    /// The item.
    pub item: Id,
    /// Units of it, or equivalent units in work in process.
    pub quantity: Ratio,
    /// Whether it is work in process.
    #[serde(default)]
    pub wip: bool,
}

/// Versions of standards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardVersionsResult {
    /// The version in force on the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Id>,
    /// The standards asked for.
    pub standards: Vec<StandardInForce>,
    /// How the two versions differ, by item and element.
    pub differences: Vec<StandardDifference>,
    /// What activation does to stock and work in process.
    pub revaluations: Vec<StandardRevaluation>,
    /// What it does to stock in all.
    pub stock: DecimalText,
    /// What it does to work in process in all.
    pub wip: DecimalText,
}

/// A standard in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardInForce {
    /// The item.
    pub item: Id,
    /// Its standard.
    pub unit_cost: Ratio,
}

/// One difference of two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardDifference {
    /// The item.
    pub item: Id,
    /// The element.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<Id>,
    /// In the older one; nought where it is not there.
    pub before: Ratio,
    /// In the newer one; nought where it is not there.
    pub after: Ratio,
    /// After less before.
    pub difference: Ratio,
}

/// What activation does to one holding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardRevaluation {
    /// The holding.
    pub id: Id,
    /// The item.
    pub item: Id,
    /// Value at the older standard.
    pub before: DecimalText,
    /// Value at the newer one.
    pub after: DecimalText,
    /// What is posted.
    pub amount: DecimalText,
}

fn missing(item: &Id, date: Date) -> ErrorDocument {
    Finding::new(Code::StandardMissing).with("item", item).with("date", date).into()
}

fn standard_of(version: Option<&StandardVersion>, item: &Id) -> Result<Option<Ratio>, ErrorDocument> {
    let mut found = None;
    for cost in version.into_iter().flat_map(|version| &version.costs).filter(|cost| cost.item == *item) {
        found = Some(found.unwrap_or(Ratio::ZERO).checked_add(cost.unit_cost)?);
    }
    Ok(found)
}

/// Answers a [`StandardVersionsRequest`].
pub(super) fn standard_versions(
    request: StandardVersionsRequest,
    _: &RunControl<'_>,
) -> Decided<StandardVersionsResult> {
    let mut versions: Vec<&StandardVersion> = request.versions.iter().collect();
    versions.sort_by(|a, b| (a.from, &a.id).cmp(&(b.from, &b.id)));
    let in_force = versions
        .iter()
        .rev()
        .find(|version| version.status != VersionStatus::Draft && version.from <= request.date);
    let mut standards = Vec::new();
    for item in &request.items {
        let unit_cost = standard_of(in_force.copied(), item)?.ok_or_else(|| missing(item, request.date))?;
        standards.push(StandardInForce { item: item.clone(), unit_cost });
    }
    let (older, newer) = match &request.compare {
        None => (None, None),
        Some(id) => {
            let at = versions.iter().position(|version| version.id == *id);
            let at = at.ok_or_else(|| Finding::new(Code::UnknownReference).with("id", id))?;
            let before = versions[..at].iter().rev().find(|version| version.status != VersionStatus::Draft);
            (before.copied(), Some(versions[at]))
        }
    };
    let mut result = StandardVersionsResult {
        version: in_force.map(|version| version.id.clone()),
        standards,
        differences: differences(older, newer)?,
        revaluations: Vec::new(),
        stock: amount(0, request.scale)?,
        wip: amount(0, request.scale)?,
    };
    let Some(newer) = newer else { return Ok(result.into()) };
    let (mut stock, mut wip) = (0i128, 0i128);
    for holding in &request.holdings {
        let value = |version: Option<&StandardVersion>, date: Date| -> Result<i128, ErrorDocument> {
            let standard =
                standard_of(version, &holding.item)?.ok_or_else(|| missing(&holding.item, date))?;
            Ok(rounded(standard.checked_mul(holding.quantity)?, request.scale)?)
        };
        let before = value(older, newer.from.add_days(-1).unwrap_or(newer.from))?;
        let after = value(Some(newer), newer.from)?;
        let sum = if holding.wip { &mut wip } else { &mut stock };
        *sum += after - before;
        result.revaluations.push(StandardRevaluation {
            id: holding.id.clone(),
            item: holding.item.clone(),
            before: amount(before, request.scale)?,
            after: amount(after, request.scale)?,
            amount: amount(after - before, request.scale)?,
        });
    }
    (result.stock, result.wip) = (amount(stock, request.scale)?, amount(wip, request.scale)?);
    Ok(result.into())
}

fn differences(
    older: Option<&StandardVersion>,
    newer: Option<&StandardVersion>,
) -> Result<Vec<StandardDifference>, ErrorDocument> {
    let mut rows: BTreeMap<(&Id, Option<&Id>), (Ratio, Ratio)> = BTreeMap::new();
    if newer.is_none() {
        return Ok(Vec::new());
    }
    for (version, new) in [(older, false), (newer, true)] {
        for cost in version.into_iter().flat_map(|version| &version.costs) {
            let slot = rows.entry((&cost.item, cost.element.as_ref())).or_default();
            let side = if new { &mut slot.1 } else { &mut slot.0 };
            *side = side.checked_add(cost.unit_cost)?;
        }
    }
    let mut found = Vec::new();
    for ((item, element), (before, after)) in rows {
        let difference = after.checked_sub(before)?;
        if !difference.is_zero() {
            let (item, element) = (item.clone(), element.cloned());
            found.push(StandardDifference { item, element, before, after, difference });
        }
    }
    Ok(found)
}

/// What a quantity is worth at standard, with the cost of one unit.
pub(super) fn at_standard(
    quantity: Ratio,
    unit: Ratio,
    scale: u32,
) -> Result<(i128, Option<Ratio>), ErrorDocument> {
    let value = rounded(quantity.checked_mul(unit)?, scale)?;
    Ok((value, unit_of(value, scale, quantity)?))
}

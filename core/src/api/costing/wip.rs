//! Requests of work in process without equivalent units.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::Decided;
use super::{Cents, bounded, few_elements, two};
use crate::costing::{
    CostError, ElementBalance, ElementCost, WipMethod, value_of, wip_at, wip_by_ratio, wip_none,
};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::num::{DecimalText, NumError, Ratio};
use crate::run::RunControl;

/// Asks what work in process is worth by other methods than equivalent units; finished goods take the rest (`C06`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WipValueRequest {
    /// Decimals of the currency, at most 9.
    #[serde(default = "two")]
    pub scale: u32,
    /// The method.
    #[serde(default)]
    pub method: WipMethod,
    /// Units finished (`material_only`, `quota_ratio`).
    #[serde(default)]
    pub finished: Ratio,
    /// Units in process at the end.
    #[serde(default)]
    pub closing_units: Ratio,
    /// The cost elements.
    pub elements: Vec<WipElement>,
    /// Components in process (`component_list`), or what was counted (`by_count`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<WipPart>,
}

/// A cost element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WipElement {
    /// Id, unique.
    pub id: Id,
    /// Cost in process at the start.
    #[serde(default)]
    pub opening: DecimalText,
    /// Cost added in the period.
    #[serde(default)]
    pub input: DecimalText,
    /// Whether work in process holds it (`material_only`); the first element does by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub material: Option<bool>,
    /// How much of it the units in process hold, 0 to 1 (`material_only`); absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing_done: Option<Ratio>,
    /// Fixed cost of one unit in process (`fixed_cost`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed_cost: Option<Ratio>,
    /// Quota of one finished unit (`quota_ratio`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_quota: Option<Ratio>,
    /// Quota of one unit in process (`quota_ratio`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing_quota: Option<Ratio>,
}

/// A component, or a counted thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WipPart {
    /// The element that it is part of; absent: the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<Id>,
    /// Quantity per unit in process (`component_list`), or counted (`by_count`).
    pub quantity: Ratio,
    /// Price of one.
    pub price: Ratio,
}

/// Work in process valued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WipValueResult {
    /// One an element, as given.
    pub elements: Vec<WipElementResult>,
    /// All elements together.
    pub total: WipAmounts,
}

/// One element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WipElementResult {
    /// The element.
    pub id: Id,
    /// Cost per unit of quota (`quota_ratio`), per equivalent unit (`material_only`), fixed (`fixed_cost`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Ratio>,
    /// Its amounts.
    pub amounts: WipAmounts,
}

/// Amounts: `opening + input = finished + closing`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WipAmounts {
    /// In process at the start.
    pub opening: DecimalText,
    /// Added.
    pub input: DecimalText,
    /// Finished.
    pub finished: DecimalText,
    /// In process at the end.
    pub closing: DecimalText,
}

/// Answers a [`WipValueRequest`].
pub(in crate::api) fn wip_value(
    request: WipValueRequest,
    control: &RunControl<'_>,
) -> Decided<WipValueResult> {
    bounded(request.parts.len(), control)?;
    few_elements(request.elements.len())?;
    let cents = Cents::new(request.scale)?;
    check(&request)?;
    let mut elements = Vec::with_capacity(request.elements.len());
    let mut total = ElementBalance::default();
    for (at, element) in request.elements.iter().enumerate() {
        let cost = ElementCost {
            opening: cents.units(element.opening, format_args!("elements/{}/opening", element.id))?,
            input: cents.units(element.input, format_args!("elements/{}/input", element.id))?,
        };
        let named =
            |error: CostError| cents.refusal(&error).with("order", "wip").with("element", &element.id);
        let (balance, rate) = value(&request, at, element, cost, cents).map_err(named)?;
        total = total.checked_add(balance)?;
        elements.push(WipElementResult { id: element.id.clone(), rate, amounts: amounts(balance, cents)? });
    }
    Ok(WipValueResult { elements, total: amounts(total, cents)? }.into())
}

/// Ids once each, parts of known elements, no negative units.
fn check(request: &WipValueRequest) -> Result<(), Finding> {
    for (at, element) in request.elements.iter().enumerate() {
        if request.elements.iter().take(at).any(|before| before.id == element.id) {
            return Err(Finding::new(Code::DuplicateId).with("table", "elements").with("id", &element.id));
        }
    }
    let known = |id: &Id| request.elements.iter().any(|element| element.id == *id);
    if let Some(id) = request.parts.iter().filter_map(|part| part.element.as_ref()).find(|id| !known(id)) {
        return Err(Finding::new(Code::UnknownReference).with("id", id));
    }
    for (field, units) in [("finished", request.finished), ("closing_units", request.closing_units)] {
        if units.is_negative() {
            return Err(CostError::Negative { field, row: 1 }.finding());
        }
    }
    Ok(())
}

/// One element, and its rate in whole units of the currency.
fn value(
    request: &WipValueRequest,
    at: usize,
    element: &WipElement,
    cost: ElementCost,
    cents: Cents,
) -> Result<(ElementBalance, Option<Ratio>), CostError> {
    match request.method {
        WipMethod::None => Ok((wip_none(cost)?, None)),
        WipMethod::MaterialOnly if element.material.unwrap_or(at == 0) => {
            let done = element.closing_done.unwrap_or(Ratio::ONE);
            if done.is_negative() || done > Ratio::ONE {
                return Err(CostError::CoefficientRange);
            }
            by_ratio(cost, request.finished, request.closing_units.checked_mul(done)?, cents)
        }
        WipMethod::MaterialOnly => Ok((wip_none(cost)?, None)),
        WipMethod::ComponentList => {
            Ok((wip_at(cost, parts(request, at, element, request.closing_units, cents)?)?, None))
        }
        WipMethod::ByCount => Ok((wip_at(cost, parts(request, at, element, Ratio::ONE, cents)?)?, None)),
        WipMethod::FixedCost => {
            let each = match element.fixed_cost {
                Some(each) => each,
                None if request.closing_units.is_zero() => Ratio::ZERO,
                None => return Err(CostError::FixedCostMissing { item: element.id.clone() }),
            };
            let value = value_of(&[(request.closing_units, cents.small(each)?)])?;
            Ok((wip_at(cost, value)?, Some(each)))
        }
        WipMethod::QuotaRatio => {
            let lacks = |field| CostError::ParamMissing { item: element.id.as_str().into(), field };
            let finished = element.finished_quota.ok_or_else(|| lacks("finished_quota"))?;
            let closing = element.closing_quota.ok_or_else(|| lacks("closing_quota"))?;
            let quotas =
                (finished.checked_mul(request.finished)?, closing.checked_mul(request.closing_units)?);
            by_ratio(cost, quotas.0, quotas.1, cents)
        }
    }
}

fn by_ratio(
    cost: ElementCost,
    finished: Ratio,
    closing: Ratio,
    cents: Cents,
) -> Result<(ElementBalance, Option<Ratio>), CostError> {
    let balance = wip_by_ratio(cost, finished, closing)?;
    let base = finished.checked_add(closing)?;
    let rate = match base.is_zero() {
        true => None,
        false => Some(cents.whole(Ratio::new(balance.total()?, 1)?.checked_div(base)?)?),
    };
    Ok((balance, rate))
}

/// The value of the parts of one element, each `times` its quantity.
fn parts(
    request: &WipValueRequest,
    at: usize,
    element: &WipElement,
    times: Ratio,
    cents: Cents,
) -> Result<i128, CostError> {
    let own =
        request.parts.iter().filter(|part| part.element.as_ref().map_or(at == 0, |id| *id == element.id));
    let row = |part: &WipPart| Ok((part.quantity.checked_mul(times)?, cents.small(part.price)?));
    value_of(&own.map(row).collect::<Result<Vec<_>, NumError>>()?)
}

fn amounts(balance: ElementBalance, cents: Cents) -> Result<WipAmounts, NumError> {
    Ok(WipAmounts {
        opening: cents.text(balance.opening)?,
        input: cents.text(balance.input)?,
        finished: cents.text(balance.finished)?,
        closing: cents.text(balance.closing)?,
    })
}

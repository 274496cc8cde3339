//! The request for the actual cost of one order: inputs by element, outputs, work in process (`C01`, `C14`, `C15`,
//! `R03`).

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::amounts::{amount, one, rounded, two, unit_of, units};
use super::{Answer, Decided, ErrorDocument};
use crate::costing::{OrderOutput, OutputError, order_outputs};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::num::{DecimalText, Ratio};
use crate::run::{Limits, RunControl};
use crate::time::Date;

/// Asks what an order cost and what its outputs are worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderCostRequest {
    /// The order.
    pub order: Id,
    /// Decimals of amounts.
    #[serde(default = "two")]
    pub scale: u32,
    /// What went in.
    pub inputs: Vec<OrderCostInput>,
    /// What came out; nothing: all of it is work in process.
    #[serde(default)]
    pub outputs: Vec<OrderCostOutput>,
    /// Rates of work centres, for inputs with hours.
    #[serde(default)]
    pub rates: Vec<CentreRate>,
    /// Value of what is in process still; absent: nothing once something good came out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing_wip: Option<DecimalText>,
    /// Counts what is dated up to this day only: the work in process of that day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Date>,
}

/// Cost that went into an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderCostInput {
    /// Its id, unique among the inputs.
    pub id: Id,
    /// Cost element such as `material`, `labour`, `overhead`, `fee`.
    pub element: Id,
    /// Quantity of a material, product to be reworked or service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Ratio>,
    /// Cost of one unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<Ratio>,
    /// Cost in all, instead of quantity × unit cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<DecimalText>,
    /// Hours, or cycles: their cost is hours × rate (`C15`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Ratio>,
    /// Rate of one hour; absent: that of the centre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Ratio>,
    /// Work centre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub centre: Option<Id>,
    /// Date: of the rate, and for `as_of`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Rate of the document's currency into that of the company (`F08`); absent: the same currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange_rate: Option<Ratio>,
    /// Whether it is charged to the period instead of the product (abnormal waste, IAS 2).
    #[serde(default)]
    pub expensed: bool,
    /// Owner, where it is not the company: such material carries no value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Id>,
}

/// Rate of a work centre from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CentreRate {
    /// The work centre.
    pub centre: Id,
    /// First day; absent: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Cost of one hour.
    pub per_hour: Ratio,
}

/// What an output is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutputRole {
    /// A product: it carries cost by quantity × weight ★.
    #[default]
    Good,
    /// Material that comes back, at the cost of the input that `of` names.
    Returned,
    /// Something at a fixed value: a by-product, scrap that is sold.
    Fixed,
    /// Waste: it takes no cost.
    Waste,
}

/// Something that came out of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderCostOutput {
    /// Its id: the receipt.
    pub id: Id,
    /// What it is.
    #[serde(default)]
    pub role: OutputRole,
    /// Quantity.
    pub quantity: Ratio,
    /// Weight of one unit among several products.
    #[serde(default = "one")]
    pub weight: Ratio,
    /// Fixed value in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<DecimalText>,
    /// Fixed value of one unit, instead of `value`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<Ratio>,
    /// The input that comes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Id>,
    /// The value that it was received at provisionally: the answer gives the adjustment (`C14`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provisional: Option<DecimalText>,
    /// Date, for `as_of`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
}

/// Cost of an order: `input = finished + fixed + wip`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderCostResult {
    /// What went in, without what is charged to the period.
    pub input: DecimalText,
    /// The same by element.
    pub elements: Vec<ElementAmount>,
    /// What is charged to the period.
    pub expensed: DecimalText,
    /// The cost of each input.
    pub inputs: Vec<InputAmount>,
    /// The outputs, in the order given.
    pub outputs: Vec<OutputAmount>,
    /// Value of good outputs.
    pub finished: DecimalText,
    /// Value of what came back or has a fixed value.
    pub fixed: DecimalText,
    /// Work in process.
    pub wip: DecimalText,
    /// Exact sum of the inputs before each is rounded.
    pub exact: Ratio,
}

/// An amount of a cost element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "OrderElementAmount")]
pub struct ElementAmount {
    /// The element.
    pub element: Id,
    /// Its amount.
    pub amount: DecimalText,
}

/// What one input cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InputAmount {
    /// The input.
    pub id: Id,
    /// Its cost.
    pub amount: DecimalText,
    /// The same before it was rounded.
    pub exact: Ratio,
}

/// What one output is worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutputAmount {
    /// The output.
    pub id: Id,
    /// Its value.
    pub value: DecimalText,
    /// Value of one unit, exact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<Ratio>,
    /// The value less the provisional one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adjustment: Option<DecimalText>,
}

/// Answers an [`OrderCostRequest`].
pub(super) fn order_cost(request: OrderCostRequest, control: &RunControl<'_>) -> Decided<OrderCostResult> {
    let (count, limit) =
        ((request.inputs.len() + request.outputs.len()) as u64, u64::from(control.limits().document_lines));
    Limits::check("lines", count, limit).map_err(|error| error.finding())?;
    let scale = request.scale;
    let counts = |date: Option<Date>| request.as_of.is_none_or(|day| date.is_none_or(|date| date <= day));
    let (mut elements, mut inputs) = (BTreeMap::<&Id, i128>::new(), Vec::new());
    let (mut total, mut expensed, mut exact_sum) = (0i128, 0i128, Ratio::ZERO);
    let mut costs: BTreeMap<&Id, (i128, Option<Ratio>)> = BTreeMap::new();
    for input in request.inputs.iter().filter(|input| counts(input.date)) {
        let exact = cost_of(input, &request.rates)?;
        let cost = rounded(exact, scale)?;
        if costs.insert(&input.id, (cost, input.quantity)).is_some() {
            return Err(Finding::new(Code::DuplicateId).with("table", "inputs").with("id", &input.id).into());
        }
        inputs.push(InputAmount { id: input.id.clone(), amount: amount(cost, scale)?, exact });
        if input.expensed {
            expensed += cost;
            continue;
        }
        exact_sum = exact_sum.checked_add(exact)?;
        *elements.entry(&input.element).or_default() += cost;
        total += cost;
    }
    let made: Vec<&OrderCostOutput> = request.outputs.iter().filter(|output| counts(output.date)).collect();
    let values = outputs(&request, &made, &costs, total)?;
    let (mut rows, mut finished, mut fixed) = (Vec::new(), 0i128, 0i128);
    for (output, value) in made.iter().zip(&values) {
        if output.role == OutputRole::Good {
            finished += value
        } else {
            fixed += value
        }
        let provisional = output.provisional.map(|provisional| units(provisional, scale)).transpose()?;
        rows.push(OutputAmount {
            id: output.id.clone(),
            value: amount(*value, scale)?,
            unit_cost: unit_of(*value, scale, output.quantity)?,
            adjustment: provisional.map(|provisional| amount(value - provisional, scale)).transpose()?,
        });
    }
    let row = |(element, sum): (&Id, i128)| {
        Ok(ElementAmount { element: element.clone(), amount: amount(sum, scale)? })
    };
    let elements = elements.into_iter().map(row).collect::<Result<_, crate::num::NumError>>()?;
    let result = OrderCostResult {
        input: amount(total, scale)?,
        elements,
        expensed: amount(expensed, scale)?,
        inputs,
        outputs: rows,
        finished: amount(finished, scale)?,
        fixed: amount(fixed, scale)?,
        wip: amount(total - finished - fixed, scale)?,
        exact: exact_sum,
    };
    Ok(Answer { result, findings: Vec::new() })
}

/// The exact cost of an input.
fn cost_of(input: &OrderCostInput, rates: &[CentreRate]) -> Result<Ratio, ErrorDocument> {
    let missing =
        |field: &'static str| Finding::new(Code::ParamMissing).with("item", &input.id).with("field", field);
    let own = match (&input.value, input.quantity, input.hours) {
        (Some(value), ..) => Ratio::from_decimal(value.0),
        (None, _, Some(hours)) => hours.checked_mul(rate_of(input, rates)?)?,
        (None, Some(quantity), None) => match input.unit_cost {
            Some(unit) => quantity.checked_mul(unit)?,
            None if input.owner.is_some() => Ratio::ZERO,
            None => return Err(missing("unit_cost").into()),
        },
        (None, None, None) => return Err(missing("value").into()),
    };
    if input.owner.is_some() && !own.is_zero() {
        return Err(Finding::new(Code::MixedOwnerCost).with("line", &input.id).into());
    }
    match input.exchange_rate {
        None => Ok(own),
        Some(rate) if rate.is_positive() => Ok(own.checked_mul(rate)?),
        Some(_) => Err(no_rate(&input.id, input.date).into()),
    }
}

fn no_rate(centre: &Id, date: Option<Date>) -> Finding {
    let finding = Finding::new(Code::RateMissing).with("centre", centre);
    finding.with("date", date.map_or_else(|| "-".to_owned(), |date| date.to_string()))
}

/// The rate of an input: its own, or the last one of its centre on its day.
fn rate_of(input: &OrderCostInput, rates: &[CentreRate]) -> Result<Ratio, ErrorDocument> {
    if let Some(rate) = input.rate {
        return Ok(rate);
    }
    let centre = input.centre.as_ref().unwrap_or(&input.id);
    let valid = |rate: &&CentreRate| match (rate.from, input.date) {
        (Some(from), Some(date)) => from <= date,
        (Some(_), None) => false,
        (None, _) => true,
    };
    let found = rates.iter().filter(|rate| rate.centre == *centre).filter(valid).max_by_key(|rate| rate.from);
    Ok(found.ok_or_else(|| no_rate(centre, input.date))?.per_hour)
}

/// The values of the outputs, in their order.
fn outputs(
    request: &OrderCostRequest,
    made: &[&OrderCostOutput],
    costs: &BTreeMap<&Id, (i128, Option<Ratio>)>,
    total: i128,
) -> Result<Vec<i128>, ErrorDocument> {
    let scale = request.scale;
    // Ties of the largest remainder go to the smaller id, whatever the order of the rows.
    let mut order: Vec<usize> = (0..made.len()).collect();
    order.sort_by(|a, b| made[*a].id.cmp(&made[*b].id));
    let mut seen = BTreeSet::new();
    let (mut list, mut good) = (Vec::new(), false);
    for at in &order {
        let output = made[*at];
        if !seen.insert(&output.id) {
            return Err(Finding::new(Code::DuplicateId)
                .with("table", "outputs")
                .with("id", &output.id)
                .into());
        }
        good |= output.role == OutputRole::Good && !output.quantity.is_zero();
        list.push(match output.role {
            OutputRole::Good => OrderOutput::Good { quantity: output.quantity, weight: output.weight },
            OutputRole::Waste => OrderOutput::Waste,
            OutputRole::Fixed => OrderOutput::Fixed { value: fixed_value(output, scale)? },
            OutputRole::Returned => OrderOutput::Fixed { value: returned_value(output, costs)? },
        });
    }
    let mut wip = request.closing_wip.map(|wip| units(wip, scale)).transpose()?.unwrap_or(0);
    // An order whose credits exceed its costs has less than nothing to value; only a value in process exceeds that.
    if wip > total && wip != 0 {
        let finding = Finding::new(Code::WipExceedsTotal).with("wip", amount(wip, scale)?);
        return Err(finding.with("total", amount(total, scale)?).into());
    }
    if !good {
        // Nothing good yet: what is not taken out otherwise stays in process.
        let fixed =
            list.iter().map(|output| if let OrderOutput::Fixed { value } = output { *value } else { 0 });
        wip = total - fixed.sum::<i128>();
    }
    let shares = order_outputs(total - wip, &list).map_err(|error| {
        let finding = error.finding().with("order", &request.order);
        match error {
            OutputError::FixedExceedsTotal { value, total } => {
                match (amount(value, scale), amount(total, scale)) {
                    (Ok(value), Ok(total)) => finding.with("value", value).with("total", total),
                    _ => finding,
                }
            }
            OutputError::Number(crate::num::NumError::NegativeBase { index }) => {
                finding.with("order", order.get(index).map_or(&request.order, |at| &made[*at].id))
            }
            _ => finding,
        }
    })?;
    let mut values = vec![0; made.len()];
    for (at, share) in order.into_iter().zip(shares) {
        values[at] = share;
    }
    Ok(values)
}

fn fixed_value(output: &OrderCostOutput, scale: u32) -> Result<i128, ErrorDocument> {
    match (output.value, output.unit_cost) {
        (Some(value), _) => Ok(units(value, scale)?),
        (None, Some(unit)) => Ok(rounded(unit.checked_mul(output.quantity)?, scale)?),
        (None, None) => Err(Finding::new(Code::FixedCostMissing)
            .with("item", &output.id)
            .with("date", date_of(output))
            .into()),
    }
}

fn date_of(output: &OrderCostOutput) -> String {
    output.date.map_or_else(|| "-".to_owned(), |date| date.to_string())
}

/// What comes back at the cost of its input: all of it for all, its share of it else.
fn returned_value(
    output: &OrderCostOutput,
    costs: &BTreeMap<&Id, (i128, Option<Ratio>)>,
) -> Result<i128, ErrorDocument> {
    let unknown =
        || Finding::new(Code::UnknownReference).with("id", output.of.as_ref().unwrap_or(&output.id));
    let of = output.of.as_ref().and_then(|of| costs.get(of)).ok_or_else(unknown)?;
    let (cost, Some(quantity)) = *of else { return Err(unknown().into()) };
    if output.quantity > quantity {
        return Err(Finding::new(Code::ReturnExceedsIssued)
            .with("net", quantity)
            .with("row", &output.id)
            .into());
    }
    let share = output.quantity.checked_div(quantity)?;
    Ok(share.mul_round(cost, crate::num::Rounding::HalfUp)?)
}

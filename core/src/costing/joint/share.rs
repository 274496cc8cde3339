//! The joint cost shared among joint products.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::costing::share::{apportion, exact, sum, sum_ratios};
use crate::costing::{CostError, split_by};
use crate::id::Id;
use crate::num::{NumError, Ratio, Residue};

/// How a joint cost is shared among joint products (`C07`).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum JointMethod {
    /// Preset weight per unit · quantity (系数法).
    #[default]
    Weight,
    /// Preset shares of the whole, which add up to one.
    Share,
    /// Quantity (实物量法).
    Physical,
    /// Sales value at split-off: quantity · price there.
    SalesValue,
    /// Net realisable value: sales value at the end less the cost of processing further.
    NetRealisableValue,
    /// The same gross margin on every product at the end; shares may be negative.
    ConstantMargin,
}

/// What happens to the preset share of a product without output (`C07`).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum NoOutputRule {
    /// The others take it in proportion, and it is reported.
    #[default]
    Spread,
    /// The calculation is refused.
    Refuse,
}

/// A joint product. Amounts in the smallest unit of the currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JointOutput {
    /// Id, unique.
    pub item: Id,
    /// Quantity made.
    pub quantity: Ratio,
    /// Weight per unit (weight mode) or share of the whole (share mode).
    pub ratio: Option<Ratio>,
    /// Sales value of the quantity, at split-off or at the end as the method wants.
    pub sales: Option<Ratio>,
    /// Cost of processing it further.
    pub separable: i128,
}

/// What one product gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JointShare {
    /// The product.
    pub item: Id,
    /// Its weight in the share-out; for the constant margin its share of the sales.
    pub weight: Ratio,
    /// Its share of each element, in the order given.
    pub elements: Vec<i128>,
    /// Its share of the joint cost; may be negative under the constant margin.
    pub joint: i128,
    /// Joint share and further processing together.
    pub total: i128,
    /// `total ÷ quantity`; absent without quantity.
    pub unit_cost: Option<Ratio>,
}

/// A joint cost shared out: per element the shares add up to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JointShares {
    /// One a product, in the order of their ids.
    pub shares: Vec<JointShare>,
    /// Gross margin as a share of sales (constant margin).
    pub margin: Option<Ratio>,
    /// Products whose preset share the others took (`COPRODUCT_NO_OUTPUT`).
    pub no_output: Vec<Id>,
}

/// Shares a joint cost, given by element, among joint products (`C07`).
///
/// ```
/// use headstock::costing::{JointMethod, JointOutput, NoOutputRule, joint_cost};
/// use headstock::id::Id;
/// use headstock::num::Ratio;
///
/// // 10,000.00 in the ratio 70 to 30; 700 of the main product, 200 of the other.
/// let output = |item, quantity, percent| JointOutput {
///     item: Id::new(item).unwrap(),
///     quantity: Ratio::from_int(quantity),
///     ratio: Ratio::new(percent, 100).ok(),
///     sales: None,
///     separable: 0,
/// };
/// let outputs = [output("main", 700, 70), output("other", 200, 30)];
/// let shares = joint_cost(JointMethod::Share, NoOutputRule::Spread, &[1_000_000], &outputs).unwrap().shares;
/// assert_eq!(shares.iter().map(|share| share.joint).collect::<Vec<_>>(), [700_000, 300_000]);
/// assert_eq!(shares[1].unit_cost, Some(Ratio::from_int(1_500)));
/// ```
///
/// # Errors
/// `RATIO_SUM` for shares that are not one together; `OUTPUT_ALL_ZERO` when nothing was made; `COPRODUCT_NO_OUTPUT`
/// where [`NoOutputRule::Refuse`] is chosen; `BASE_ZERO` when nothing has a value; `NEGATIVE_BASE` for a negative weight
/// or net realisable value; `QTY_NOT_POSITIVE` for a negative quantity; `PARAM_MISSING` for a product without the
/// figure that the method needs; `DUPLICATE_ID`; `NUMBER_OVERFLOW`.
pub fn joint_cost(
    method: JointMethod,
    zero_output: NoOutputRule,
    elements: &[i128],
    outputs: &[JointOutput],
) -> Result<JointShares, CostError> {
    let outputs = sorted(outputs)?;
    let joint = sum(elements.iter().copied())?;
    if joint != 0 && outputs.iter().all(|output| output.quantity.is_zero()) {
        return Err(CostError::OutputAllZero);
    }
    if method == JointMethod::ConstantMargin {
        return constant_margin(elements, joint, &outputs);
    }
    let mut no_output = Vec::new();
    let mut weights = Vec::with_capacity(outputs.len());
    if method == JointMethod::Share {
        let sum = sum_ratios(outputs.iter().filter_map(|output| output.ratio))?;
        if sum != Ratio::ONE {
            return Err(CostError::RatioSum { sum });
        }
    }
    for output in &outputs {
        let weight = weight(method, output)?;
        if weight.is_negative() {
            return Err(CostError::NegativeBase { order: output.item.clone() });
        }
        if method == JointMethod::Share && output.quantity.is_zero() && !weight.is_zero() {
            if zero_output == NoOutputRule::Refuse {
                return Err(CostError::NoOutput { item: output.item.clone() });
            }
            no_output.push(output.item.clone());
            weights.push(Ratio::ZERO);
        } else {
            weights.push(weight);
        }
    }
    let split = |amount: &i128| split_by(*amount, &weights, Residue::LargestRemainder).map_err(no_value);
    let columns = elements.iter().map(split).collect::<Result<Vec<_>, _>>()?;
    Ok(JointShares { shares: rows(&outputs, &weights, &columns)?, margin: None, no_output })
}

/// Products by id, without negative quantities.
fn sorted(outputs: &[JointOutput]) -> Result<Vec<&JointOutput>, CostError> {
    if let Some(at) = outputs.iter().position(|output| output.quantity.is_negative()) {
        return Err(CostError::Negative { field: "quantity", row: at + 1 });
    }
    let mut outputs: Vec<&JointOutput> = outputs.iter().collect();
    outputs.sort_by(|a, b| a.item.cmp(&b.item));
    match outputs.iter().zip(outputs.iter().skip(1)).find(|(a, b)| a.item == b.item) {
        Some((output, _)) => Err(CostError::Duplicate { table: "outputs", id: output.item.clone() }),
        None => Ok(outputs),
    }
}

/// The weight of one product before any rounding.
fn weight(method: JointMethod, output: &JointOutput) -> Result<Ratio, CostError> {
    let missing = |field| CostError::ParamMissing { item: output.item.as_str().into(), field };
    let sales = || output.sales.ok_or_else(|| missing("sales"));
    match method {
        JointMethod::Physical => Ok(output.quantity),
        JointMethod::Share => output.ratio.ok_or_else(|| missing("ratio")),
        JointMethod::Weight => {
            Ok(output.ratio.ok_or_else(|| missing("ratio"))?.checked_mul(output.quantity)?)
        }
        JointMethod::SalesValue | JointMethod::ConstantMargin => sales(),
        JointMethod::NetRealisableValue => Ok(sales()?.checked_sub(exact(output.separable)?)?),
    }
}

fn no_value(error: NumError) -> CostError {
    match error {
        NumError::BaseZero => {
            CostError::BaseZero { workshop: "joint_cost".into(), expense: "outputs".into() }
        }
        error => error.into(),
    }
}

/// `total cost = sales · (1 − margin)`, the joint share is what is left after further processing.
fn constant_margin(
    elements: &[i128],
    joint: i128,
    outputs: &[&JointOutput],
) -> Result<JointShares, CostError> {
    let sales = outputs.iter().map(|output| weight(JointMethod::ConstantMargin, output));
    let sales = sales.collect::<Result<Vec<_>, _>>()?;
    if let Some((output, _)) = outputs.iter().zip(&sales).find(|(_, sales)| sales.is_negative()) {
        return Err(CostError::NegativeBase { order: output.item.clone() });
    }
    let all_sales = sum_ratios(sales.iter().copied())?;
    let cost = sum(outputs.iter().map(|output| output.separable))?.checked_add(joint);
    let cost = cost.ok_or(NumError::Overflow)?;
    if all_sales.is_zero() {
        return Err(no_value(NumError::BaseZero));
    }
    let totals = split_by(cost, &sales, Residue::LargestRemainder)?;
    let mut shares = Vec::with_capacity(outputs.len());
    for (output, total) in outputs.iter().zip(&totals) {
        shares.push(total.checked_sub(output.separable).ok_or(NumError::Overflow)?);
    }
    let columns = by_element(elements, joint, &shares)?;
    let weights = sales.iter().map(|sales| sales.checked_div(all_sales)).collect::<Result<Vec<_>, _>>()?;
    let margin = all_sales.checked_sub(exact(cost)?)?.checked_div(all_sales)?;
    Ok(JointShares {
        shares: rows(outputs, &weights, &columns)?,
        margin: Some(margin),
        no_output: Vec::new(),
    })
}

/// Shares that may be negative, divided by element; each element adds up, and each product too: the last element takes
/// what the others leave of a product.
fn by_element(elements: &[i128], joint: i128, shares: &[i128]) -> Result<Vec<Vec<i128>>, CostError> {
    let Some((_, others)) = elements.split_last() else { return Ok(Vec::new()) };
    let mut rest = shares.to_vec();
    let mut columns = Vec::with_capacity(elements.len());
    for element in others {
        let part = |share: &i128| match joint {
            // Elements that cancel each other out: equal parts of nought are not defined, so each is shared evenly.
            0 => exact(*element)?.checked_div(exact(i128::try_from(shares.len()).unwrap_or(1))?),
            _ => exact(*share)?.checked_mul(Ratio::new(*element, joint)?),
        };
        let exacts = shares.iter().map(part).collect::<Result<Vec<_>, NumError>>()?;
        let column = apportion(*element, &exacts)?;
        for (rest, share) in rest.iter_mut().zip(&column) {
            *rest = rest.checked_sub(*share).ok_or(NumError::Overflow)?;
        }
        columns.push(column);
    }
    columns.push(rest);
    Ok(columns)
}

/// Columns of elements as rows of products.
fn rows(
    outputs: &[&JointOutput],
    weights: &[Ratio],
    columns: &[Vec<i128>],
) -> Result<Vec<JointShare>, CostError> {
    let mut shares = Vec::with_capacity(outputs.len());
    for (at, (output, weight)) in outputs.iter().zip(weights).enumerate() {
        let elements: Vec<i128> = columns.iter().filter_map(|column| column.get(at).copied()).collect();
        let joint = sum(elements.iter().copied())?;
        let total = joint.checked_add(output.separable).ok_or(NumError::Overflow)?;
        let unit_cost = match output.quantity.is_zero() {
            true => None,
            false => Some(exact(total)?.checked_div(output.quantity)?),
        };
        shares.push(JointShare {
            item: output.item.clone(),
            weight: *weight,
            elements,
            joint,
            total,
            unit_cost,
        });
    }
    Ok(shares)
}

//! Requests of joint products and by-products.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::Decided;
use super::{Cents, MAX_PRODUCTS, bounded, few_elements, two};
use crate::api::Answer;
use crate::costing::{
    ByProduct, ByProductMethod, CostError, Deducted, Deduction, JointMethod, JointOutput, JointShare,
    NoOutputRule, Sold, byproduct_income as income, deduct, joint_cost as share_out,
};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::num::{DecimalText, NumError, Ratio};
use crate::run::{Limits, RunControl};

/// Asks for a joint cost to be shared among joint products, after by-products are taken out (`C07`, `C08`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JointCostRequest {
    /// Decimals of the currency, at most 9.
    #[serde(default = "two")]
    pub scale: u32,
    /// The method.
    #[serde(default)]
    pub method: JointMethod,
    /// What happens to the preset share of a product without output.
    #[serde(default)]
    pub no_output: NoOutputRule,
    /// The cost in one sum; absent: the elements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<DecimalText>,
    /// The cost by element; the first one is material.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub elements: Vec<CostElementRow>,
    /// The joint products.
    pub outputs: Vec<JointOutputRow>,
    /// By-products, and co-products at fixed cost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub byproducts: Vec<ByProductRow>,
    /// Which elements by-products are deducted from.
    #[serde(default)]
    pub deduct: Deduction,
}

/// An amount of an element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CostElementRow {
    /// The element, unique.
    pub id: Id,
    /// The amount.
    pub amount: DecimalText,
}

/// A joint product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JointOutputRow {
    /// The product, unique.
    pub item: Id,
    /// Quantity made; absent: not asked for, and no cost of one unit is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Ratio>,
    /// Weight of one unit (`weight`), or share of the whole (`share`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratio: Option<Ratio>,
    /// Price of one unit: at split-off (`sales_value`), else at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Ratio>,
    /// Sales value in all, instead of a price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sales: Option<Ratio>,
    /// Cost of processing it further.
    #[serde(default)]
    pub separable: DecimalText,
}

/// A by-product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ByProductRow {
    /// The by-product.
    pub item: Id,
    /// Quantity made.
    pub quantity: Ratio,
    /// Fixed cost of one, or its price where it is taken at net realisable value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_value: Option<Ratio>,
    /// Cost to make it saleable, in all.
    #[serde(default)]
    pub separable: DecimalText,
}

/// A joint cost shared out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JointCostResult {
    /// Value of the by-products.
    pub byproduct_value: DecimalText,
    /// By-products, as given.
    pub byproducts: Vec<ByProductResult>,
    /// What was left of each element for the joint products, as given.
    pub elements: Vec<JointElement>,
    /// All of it.
    pub joint_cost: DecimalText,
    /// The joint products, by id.
    pub outputs: Vec<JointOutputResult>,
    /// Gross margin as a share of sales (`constant_margin`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin: Option<Ratio>,
}

/// A by-product and its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ByProductResult {
    /// The by-product.
    pub item: Id,
    /// Its value.
    pub value: DecimalText,
}

/// An element before and after by-products.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JointElement {
    /// The element.
    pub id: Id,
    /// Deducted for by-products.
    pub deducted: DecimalText,
    /// What is left.
    pub joint: DecimalText,
}

/// A joint product and its cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JointOutputResult {
    /// The product.
    pub item: Id,
    /// What it was weighed with: a quantity, a share, a sales value, a net realisable value.
    pub weight: Ratio,
    /// Its share of the joint cost; may be negative under `constant_margin`.
    pub joint: DecimalText,
    /// The same by element, as given.
    pub elements: Vec<DecimalText>,
    /// Joint share and further processing together.
    pub total: DecimalText,
    /// Cost of one unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<Ratio>,
}

/// Answers a [`JointCostRequest`].
pub(in crate::api) fn joint_cost(
    request: JointCostRequest,
    control: &RunControl<'_>,
) -> Decided<JointCostResult> {
    bounded(request.byproducts.len(), control)?;
    few_elements(request.elements.len())?;
    let (count, limit) = (request.outputs.len() as u64, MAX_PRODUCTS as u64);
    Limits::check("joint products", count, limit).map_err(|error| error.finding())?;
    let cents = Cents::new(request.scale)?;
    let elements = elements(&request, cents)?;
    let amounts: Vec<i128> = elements.iter().map(|(_, amount)| *amount).collect();
    let refuse = |error: CostError| cents.refusal(&error).with("order", "joint_cost");
    let byproducts = request.byproducts.iter().map(|row| byproduct(row, cents));
    let byproducts = byproducts.collect::<Result<Vec<_>, Finding>>()?;
    let deducted = deduct(request.deduct, &amounts, 0, &byproducts).map_err(|error| named(error, refuse))?;
    let outputs =
        request.outputs.iter().map(|row| output(row, cents)).collect::<Result<Vec<_>, Finding>>()?;
    let shared = share_out(request.method, request.no_output, &deducted.left, &outputs);
    let shared = shared.map_err(|error| named(error, refuse))?;
    let finding = |item: &Id| Finding::new(Code::CoproductNoOutput).with("item", item);
    let findings = shared.no_output.iter().map(finding).collect();
    let rows = shared.shares.iter().map(|share| output_result(share, &request, cents));
    let outputs = rows.collect::<Result<_, NumError>>()?;
    let joint =
        deducted.left.iter().try_fold(0i128, |sum, part| sum.checked_add(*part)).ok_or(NumError::Overflow)?;
    let result = JointCostResult {
        byproduct_value: cents.text(deducted.value)?,
        byproducts: byproduct_results(&byproducts, &deducted, cents)?,
        elements: element_results(&elements, &deducted, cents)?,
        joint_cost: cents.text(joint)?,
        outputs,
        margin: shared.margin,
    };
    Ok(Answer { result, findings })
}

/// A refusal that already names its receiver keeps it.
fn named(error: CostError, refuse: impl Fn(CostError) -> Finding) -> Finding {
    match &error {
        CostError::NegativeBase { .. } => error.finding(),
        _ => refuse(error),
    }
}

/// The cost by element; one sum is an element of its own.
fn elements(request: &JointCostRequest, cents: Cents) -> Result<Vec<(Id, i128)>, Finding> {
    let lacks = || Finding::new(Code::ParamMissing).with("item", "joint_cost").with("field", "cost");
    match (request.cost, request.elements.is_empty()) {
        (Some(cost), true) => {
            let id = Id::new("cost").map_err(|error| error.finding())?;
            Ok(vec![(id, cents.units(cost, "cost")?)])
        }
        (None, false) => {
            let mut rows: Vec<(Id, i128)> = Vec::with_capacity(request.elements.len());
            for row in &request.elements {
                if rows.iter().any(|(id, _)| *id == row.id) {
                    return Err(Finding::new(Code::DuplicateId)
                        .with("table", "elements")
                        .with("id", &row.id));
                }
                let amount = cents.units(row.amount, format_args!("elements/{}/amount", row.id))?;
                rows.push((row.id.clone(), amount));
            }
            Ok(rows)
        }
        _ => Err(lacks()),
    }
}

fn byproduct(row: &ByProductRow, cents: Cents) -> Result<ByProduct, Finding> {
    Ok(ByProduct {
        item: row.item.clone(),
        quantity: row.quantity,
        unit_value: row
            .unit_value
            .map(|each| cents.small(each))
            .transpose()
            .map_err(|error| error.finding())?,
        separable: cents.units(row.separable, format_args!("byproducts/{}/separable", row.item))?,
    })
}

fn output(row: &JointOutputRow, cents: Cents) -> Result<JointOutput, Finding> {
    let number = |error: NumError| error.finding();
    let quantity = row.quantity.unwrap_or(Ratio::ONE);
    let sales = match (row.sales, row.price) {
        (Some(sales), _) => Some(sales),
        (None, Some(price)) => Some(price.checked_mul(quantity).map_err(number)?),
        (None, None) => None,
    };
    Ok(JointOutput {
        item: row.item.clone(),
        quantity,
        ratio: row.ratio,
        sales: sales.map(|sales| cents.small(sales)).transpose().map_err(number)?,
        separable: cents.units(row.separable, format_args!("outputs/{}/separable", row.item))?,
    })
}

fn output_result(
    share: &JointShare,
    request: &JointCostRequest,
    cents: Cents,
) -> Result<JointOutputResult, NumError> {
    let row = request.outputs.iter().find(|row| row.item == share.item);
    let counted = row.is_some_and(|row| row.quantity.is_some());
    let weight = match request.method {
        JointMethod::SalesValue | JointMethod::NetRealisableValue => cents.whole(share.weight)?,
        _ => share.weight,
    };
    Ok(JointOutputResult {
        item: share.item.clone(),
        weight,
        joint: cents.text(share.joint)?,
        elements: share.elements.iter().map(|amount| cents.text(*amount)).collect::<Result<_, _>>()?,
        total: cents.text(share.total)?,
        unit_cost: share.unit_cost.filter(|_| counted).map(|each| cents.whole(each)).transpose()?,
    })
}

fn byproduct_results(
    byproducts: &[ByProduct],
    deducted: &Deducted,
    cents: Cents,
) -> Result<Vec<ByProductResult>, NumError> {
    let row = |(byproduct, value): (&ByProduct, &i128)| {
        Ok(ByProductResult { item: byproduct.item.clone(), value: cents.text(*value)? })
    };
    byproducts.iter().zip(&deducted.values).map(row).collect()
}

fn element_results(
    elements: &[(Id, i128)],
    deducted: &Deducted,
    cents: Cents,
) -> Result<Vec<JointElement>, NumError> {
    let parts = elements.iter().zip(deducted.deductions.iter().zip(&deducted.left));
    let row = |((id, _), (part, left)): (&(Id, i128), (&i128, &i128))| {
        Ok(JointElement { id: id.clone(), deducted: cents.text(*part)?, joint: cents.text(*left)? })
    };
    parts.map(row).collect()
}

/// Asks for the result of a main product and its by-product (`C08`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ByProductIncomeRequest {
    /// Decimals of the currency, at most 9.
    #[serde(default = "two")]
    pub scale: u32,
    /// When the by-product is recognised.
    #[serde(default)]
    pub method: ByProductMethod,
    /// Cost of making both.
    pub total_cost: DecimalText,
    /// The main product.
    pub main: SoldRow,
    /// The by-product.
    pub byproduct: SoldRow,
}

/// What was made and sold of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SoldRow {
    /// Quantity made.
    pub made: Ratio,
    /// Quantity sold.
    pub sold: Ratio,
    /// Price of one.
    pub price: Ratio,
    /// Cost to make one saleable and sell it (by-product).
    #[serde(default)]
    pub separable: Ratio,
}

/// The result of a main product and its by-product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ByProductIncomeResult {
    /// Revenue; with the by-product's under `sales`.
    pub revenue: DecimalText,
    /// Cost of sales.
    pub cost_of_sales: DecimalText,
    /// Revenue less cost of sales.
    pub gross_margin: DecimalText,
    /// The same as a share of revenue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin: Option<Ratio>,
    /// Main product in stock.
    pub main_inventory: DecimalText,
    /// By-product in stock.
    pub byproduct_inventory: DecimalText,
}

/// Answers a [`ByProductIncomeRequest`].
pub(in crate::api) fn byproduct_income(
    request: ByProductIncomeRequest,
    _: &RunControl<'_>,
) -> Decided<ByProductIncomeResult> {
    let cents = Cents::new(request.scale)?;
    let sold = |row: SoldRow| -> Result<Sold, NumError> {
        Ok(Sold {
            made: row.made,
            sold: row.sold,
            price: cents.small(row.price)?,
            separable: cents.small(row.separable)?,
        })
    };
    let (main, byproduct) = (sold(request.main)?, sold(request.byproduct)?);
    let total_cost = cents.units(request.total_cost, "total_cost")?;
    let found = income(request.method, total_cost, &main, &byproduct);
    let found = found.map_err(|error| cents.refusal(&error).with("order", "byproduct_income"))?;
    Ok(ByProductIncomeResult {
        revenue: cents.text(found.revenue)?,
        cost_of_sales: cents.text(found.cost_of_sales)?,
        gross_margin: cents.text(found.gross_margin)?,
        margin: found.margin,
        main_inventory: cents.text(found.main_inventory)?,
        byproduct_inventory: cents.text(found.byproduct_inventory)?,
    }
    .into())
}

//! By-products in the result of a period: production and sales methods.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::costing::CostError;
use crate::costing::share::{sum, to_amount};
use crate::num::{NumError, Ratio, Rounding};

/// When a by-product is recognised (`C08`).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ByProductMethod {
    /// When it is made: its net realisable value lessens the joint cost, and what is unsold is stock at that value.
    #[default]
    Production,
    /// When it is sold, as revenue; it has no stock value.
    Sales,
    /// When it is sold, as a deduction from the cost of sales; it has no stock value.
    SalesDeducted,
}

/// What was made and sold of a product; amounts in the smallest unit of the currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sold {
    /// Quantity made.
    pub made: Ratio,
    /// Quantity sold.
    pub sold: Ratio,
    /// Price of one unit.
    pub price: Ratio,
    /// Cost to make one unit saleable and sell it, which its net realisable value is less by.
    pub separable: Ratio,
}

/// The result of a main product and its by-product; amounts in the smallest unit of the currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByProductIncome {
    /// Revenue: of the main product, and of the by-product under the sales method.
    pub revenue: i128,
    /// Cost of sales of the main product.
    pub cost_of_sales: i128,
    /// `revenue − cost of sales`.
    pub gross_margin: i128,
    /// `gross margin ÷ revenue`; absent without revenue.
    pub margin: Option<Ratio>,
    /// Cost of the main product in stock.
    pub main_inventory: i128,
    /// Value of the by-product in stock.
    pub byproduct_inventory: i128,
}

/// The result of a main product with a by-product (`C08`).
///
/// ```
/// use headstock::costing::{ByProductMethod, Sold, byproduct_income};
/// use headstock::num::Ratio;
///
/// let sold = |made, sold, price| Sold {
///     made: Ratio::from_int(made),
///     sold: Ratio::from_int(sold),
///     price: Ratio::from_int(price),
///     separable: Ratio::ZERO,
/// };
/// let (main, other) = (sold(50_000, 40_000, 600), sold(4_000, 1_200, 100));
/// let result = byproduct_income(ByProductMethod::Sales, 25_000_000, &main, &other).unwrap();
/// assert_eq!((result.revenue, result.gross_margin), (24_120_000, 4_120_000));
/// ```
///
/// # Errors
/// `OUTPUT_ALL_ZERO` when nothing of the main product was made; `QTY_NOT_POSITIVE` for a negative figure or more sold than
/// made; `BYPRODUCT_EXCEEDS_TOTAL` when the by-product is worth more than the whole cost; `NUMBER_OVERFLOW`.
pub fn byproduct_income(
    method: ByProductMethod,
    total_cost: i128,
    main: &Sold,
    byproduct: &Sold,
) -> Result<ByProductIncome, CostError> {
    check(main, 1)?;
    check(byproduct, 2)?;
    if main.made.is_zero() {
        return Err(CostError::OutputAllZero);
    }
    let net = byproduct.price.checked_sub(byproduct.separable)?;
    let worth = |quantity: Ratio| -> Result<i128, CostError> { Ok(to_amount(net.checked_mul(quantity)?)?) };
    let (made, sold) = (worth(byproduct.made)?, worth(byproduct.sold)?);
    let recognised = if method == ByProductMethod::Production { made } else { 0 };
    if recognised > total_cost {
        return Err(CostError::ByproductExceedsTotal { value: recognised, total: total_cost });
    }
    let cost = total_cost.checked_sub(recognised).ok_or(NumError::Overflow)?;
    let sold_cost = main.sold.checked_div(main.made)?.mul_round(cost, Rounding::HalfUp)?;
    let main_inventory = cost.checked_sub(sold_cost).ok_or(NumError::Overflow)?;
    let main_revenue = to_amount(main.price.checked_mul(main.sold)?)?;
    let (revenue, cost_of_sales, byproduct_inventory) = match method {
        ByProductMethod::Production => {
            (main_revenue, sold_cost, made.checked_sub(sold).ok_or(NumError::Overflow)?)
        }
        ByProductMethod::Sales => (sum([main_revenue, sold])?, sold_cost, 0),
        ByProductMethod::SalesDeducted => {
            (main_revenue, sold_cost.checked_sub(sold).ok_or(NumError::Overflow)?, 0)
        }
    };
    let gross_margin = revenue.checked_sub(cost_of_sales).ok_or(NumError::Overflow)?;
    let margin = if revenue == 0 { None } else { Some(Ratio::new(gross_margin, revenue)?) };
    Ok(ByProductIncome { revenue, cost_of_sales, gross_margin, margin, main_inventory, byproduct_inventory })
}

/// Nothing negative, and no more sold than made.
fn check(product: &Sold, row: usize) -> Result<(), CostError> {
    let fields = [
        ("made", product.made),
        ("sold", product.sold),
        ("price", product.price),
        ("separable", product.separable),
    ];
    match fields.iter().find(|(_, figure)| figure.is_negative()) {
        Some((field, _)) => Err(CostError::Negative { field, row }),
        None if product.sold > product.made => Err(CostError::Negative { field: "made − sold", row }),
        None => Ok(()),
    }
}

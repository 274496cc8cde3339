//! By-products taken out of a joint cost at their value.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::costing::share::{sum, to_amount};
use crate::costing::{CostError, split_by};
use crate::id::Id;
use crate::num::{NumError, Ratio, Residue};

/// Which elements by-products are deducted from (`C08`).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Deduction {
    /// From one element, material by custom.
    #[default]
    Material,
    /// From all elements in proportion.
    Proportional,
}

/// A by-product, or a co-product at fixed cost. Amounts in the smallest unit of the currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByProduct {
    /// Id.
    pub item: Id,
    /// Quantity made.
    pub quantity: Ratio,
    /// Value of one unit: the fixed (quota) cost, or the price where it is taken at net realisable value.
    pub unit_value: Option<Ratio>,
    /// What it costs to make it saleable, in all; its value is less by that.
    pub separable: i128,
}

/// By-products taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deducted {
    /// Value of each by-product, in the order given.
    pub values: Vec<i128>,
    /// Their sum.
    pub value: i128,
    /// Taken from each element.
    pub deductions: Vec<i128>,
    /// What is left of each element: the joint cost.
    pub left: Vec<i128>,
}

/// Takes by-products out of a cost given by element (`C08`): `value = round(quantity · unit value) − separable`.
///
/// `material` is the index of the element that [`Deduction::Material`] takes from.
///
/// ```
/// use headstock::costing::{ByProduct, Deduction, deduct};
/// use headstock::id::Id;
/// use headstock::num::Ratio;
///
/// // Material 8,000 and overhead 2,200; 50 of a by-product at 4.00.
/// let slag = ByProduct {
///     item: Id::new("slag").unwrap(),
///     quantity: Ratio::from_int(50),
///     unit_value: Some(Ratio::from_int(400)),
///     separable: 0,
/// };
/// let elements = [800_000, 220_000];
/// assert_eq!(deduct(Deduction::Material, &elements, 0, &[slag.clone()]).unwrap().left, [780_000, 220_000]);
/// let shared = deduct(Deduction::Proportional, &elements, 0, &[slag]).unwrap();
/// assert_eq!(shared.deductions, [15_686, 4_314]);
/// ```
///
/// # Errors
/// `FIXED_COST_MISSING` for a by-product with a quantity and no value; `BYPRODUCT_EXCEEDS_TOTAL` when they are worth more
/// than what they are taken from; `QTY_NOT_POSITIVE` for a negative quantity; `NEGATIVE_BASE` for a negative value or a
/// negative element that would bear a share; `NUMBER_OVERFLOW`.
pub fn deduct(
    deduction: Deduction,
    elements: &[i128],
    material: usize,
    byproducts: &[ByProduct],
) -> Result<Deducted, CostError> {
    let mut values = Vec::with_capacity(byproducts.len());
    for (at, byproduct) in byproducts.iter().enumerate() {
        if byproduct.quantity.is_negative() {
            return Err(CostError::Negative { field: "quantity", row: at + 1 });
        }
        let value = match byproduct.unit_value {
            None if byproduct.quantity.is_zero() => 0,
            None => return Err(CostError::FixedCostMissing { item: byproduct.item.clone() }),
            Some(each) => to_amount(each.checked_mul(byproduct.quantity)?)?,
        };
        let value = value.checked_sub(byproduct.separable).ok_or(NumError::Overflow)?;
        if value < 0 {
            return Err(CostError::NegativeBase { order: byproduct.item.clone() });
        }
        values.push(value);
    }
    let value = sum(values.iter().copied())?;
    let bearing = match deduction {
        Deduction::Material => elements.get(material).copied().unwrap_or(0),
        Deduction::Proportional => sum(elements.iter().copied())?,
    };
    if value > bearing && value != 0 {
        return Err(CostError::ByproductExceedsTotal { value, total: bearing });
    }
    let deductions = match deduction {
        Deduction::Material => (0..elements.len()).map(|at| if at == material { value } else { 0 }).collect(),
        Deduction::Proportional => {
            let weights =
                elements.iter().map(|amount| Ratio::new(*amount, 1)).collect::<Result<Vec<_>, _>>()?;
            split_by(value, &weights, Residue::LargestRemainder)?
        }
    };
    let left =
        elements.iter().zip(&deductions).map(|(amount, part): (&i128, &i128)| amount.checked_sub(*part));
    let left = left.collect::<Option<Vec<_>>>().ok_or(NumError::Overflow)?;
    Ok(Deducted { values, value, deductions, left })
}

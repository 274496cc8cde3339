//! Work in process by other methods than equivalent units (`C06`): what the units in process are worth is known, or
//! the cost is divided by quotas; finished goods take the rest.
//!
//! `finished = opening + input − closing`. The caller chooses the method per element.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::share::{sum, to_amount};
use super::{CostError, ElementBalance, ElementCost, split_by};
use crate::num::{NumError, Ratio, Residue};

/// How work in process is valued without equivalent units (`C06`).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum WipMethod {
    /// Not at all: everything goes to what is finished.
    #[default]
    None,
    /// It holds material only, by units; all other elements go to what is finished.
    MaterialOnly,
    /// Components issued and not consumed: units in process · quantity per unit · price.
    ComponentList,
    /// At a fixed (quota) cost per unit.
    FixedCost,
    /// The cost is divided in the ratio of the quotas of finished and unfinished units.
    QuotaRatio,
    /// What was counted: quantity · price.
    ByCount,
}

/// Everything to what is finished.
///
/// # Errors
/// `NUMBER_OVERFLOW`.
pub fn wip_none(cost: ElementCost) -> Result<ElementBalance, CostError> {
    wip_at(cost, 0)
}

/// Work in process at a known value; what is finished takes the rest (`C06`).
///
/// ```
/// use headstock::costing::{ElementCost, wip_at};
///
/// let balance = wip_at(ElementCost { opening: 0, input: 1_270_000 }, 40_000).unwrap();
/// assert_eq!((balance.finished, balance.closing), (1_230_000, 40_000));
/// ```
///
/// # Errors
/// `WIP_EXCEEDS_TOTAL` when it is worth more than there is, or less than nought of a cost above nought;
/// `NUMBER_OVERFLOW`.
pub fn wip_at(cost: ElementCost, value: i128) -> Result<ElementBalance, CostError> {
    let total = sum([cost.opening, cost.input])?;
    let beyond = value.unsigned_abs() > total.unsigned_abs() || (value < 0) != (total < 0);
    if beyond && value != 0 {
        return Err(CostError::WipExceedsTotal { wip: value, total });
    }
    let finished = total.checked_sub(value).ok_or(NumError::Overflow)?;
    Ok(ElementBalance { opening: cost.opening, input: cost.input, finished, closing: value, scrapped: 0 })
}

/// The value of components or counted pieces: `round(Σ quantity · price)`, half up once.
///
/// `price` is in the smallest unit of the currency for one unit of quantity.
///
/// ```
/// use headstock::costing::value_of;
/// use headstock::num::Ratio;
///
/// // 20 units in process, each 2 of B at 5.00 and 1 of C at 10.00.
/// let whole = Ratio::from_int;
/// assert_eq!(value_of(&[(whole(40), whole(500)), (whole(20), whole(1000))]), Ok(40_000));
/// ```
///
/// # Errors
/// `QTY_NOT_POSITIVE` for a negative quantity or price; `NUMBER_OVERFLOW`.
pub fn value_of(parts: &[(Ratio, Ratio)]) -> Result<i128, CostError> {
    let mut value = Ratio::ZERO;
    for (index, (quantity, price)) in parts.iter().enumerate() {
        for (field, figure) in [("quantity", quantity), ("price", price)] {
            if figure.is_negative() {
                return Err(CostError::Negative { field, row: index + 1 });
            }
        }
        value = value.checked_add(quantity.checked_mul(*price)?)?;
    }
    Ok(to_amount(value)?)
}

/// The cost divided in the ratio of two quotas (定额比例法, or material by units), by largest remainder.
///
/// ```
/// use headstock::costing::{ElementCost, wip_by_ratio};
/// use headstock::num::Ratio;
///
/// // Quotas: 200 finished at 70 kg, 80 in process at 25 kg.
/// let (finished, closing) = (Ratio::from_int(200 * 70), Ratio::from_int(80 * 25));
/// let balance = wip_by_ratio(ElementCost { opening: 0, input: 1_360_000 }, finished, closing).unwrap();
/// assert_eq!((balance.finished, balance.closing), (1_190_000, 170_000));
/// ```
///
/// # Errors
/// `EQUIVALENT_ZERO` for a cost when both quotas are nought; `NEGATIVE_BASE`; `NUMBER_OVERFLOW`.
pub fn wip_by_ratio(cost: ElementCost, finished: Ratio, closing: Ratio) -> Result<ElementBalance, CostError> {
    let total = sum([cost.opening, cost.input])?;
    if total != 0 && finished.is_zero() && closing.is_zero() {
        return Err(CostError::EquivalentZero { cost: total });
    }
    let shares = split_by(total, &[finished, closing], Residue::LargestRemainder)?;
    let (finished, closing) = (shares.first().copied().unwrap_or(0), shares.get(1).copied().unwrap_or(0));
    Ok(ElementBalance { opening: cost.opening, input: cost.input, finished, closing, scrapped: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Code;

    fn input(input: i128) -> ElementCost {
        ElementCost { opening: 0, input }
    }

    #[test]
    fn c06_component_list_of_the_row() {
        let value = value_of(&[
            (Ratio::from_int(20 * 2), Ratio::from_int(500)),
            (Ratio::from_int(20), Ratio::from_int(1000)),
        ])
        .unwrap();
        let balance = wip_at(input(1_270_000), value).unwrap();
        assert_eq!((balance.closing, balance.finished), (40_000, 1_230_000));
        assert_eq!(balance.difference(), Ok(0));
    }

    #[test]
    fn c06_more_in_process_than_there_is_is_refused() {
        let error = wip_at(input(100), 101).unwrap_err();
        assert_eq!(error.code(), Code::WipExceedsTotal);
        assert_eq!(error.finding().param("wip"), Some("101"));
        assert_eq!(wip_at(input(-5), 0).unwrap().finished, -5);
    }

    #[test]
    fn c06_quotas_of_nought_are_refused() {
        let error = wip_by_ratio(input(1), Ratio::ZERO, Ratio::ZERO).unwrap_err();
        assert_eq!(error.code(), Code::EquivalentZero);
        let error = wip_by_ratio(input(1), Ratio::from_int(-1), Ratio::ONE).unwrap_err();
        assert_eq!(error.code(), Code::NegativeBase);
        let error = value_of(&[(Ratio::from_int(-1), Ratio::ONE)]).unwrap_err();
        assert_eq!(error.code(), Code::QtyNotPositive);
    }
}

//! Order-up-to, min–max and reorder point (`P02`, `P11`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::LotSizingError;
use super::grains::{Grains, orders_of};
use super::modifiers::up_to_multiple;
use crate::item::{MaxRule, Trigger, UpToRounding};
use crate::num::{DecimalText, NumError};

/// Quantity that brings `balance` to `level`, in whole multiples: up, or down where the balance stays above
/// `floor` and something is ordered at all. 0 when the balance is at the level or above.
///
/// # Errors
/// `QTY_OUT_OF_RANGE` when it does not fit.
pub(crate) fn up_to(
    balance: i64,
    level: i64,
    floor: i64,
    multiple: i64,
    rounding: UpToRounding,
) -> Result<i64, NumError> {
    let short = level.checked_sub(balance).ok_or(NumError::Overflow)?;
    if short <= 0 {
        return Ok(0);
    }
    let down = short - short % multiple.max(1);
    // `balance + down` lies between the balance and the level.
    if rounding == UpToRounding::Down && down > 0 && balance + down > floor {
        return Ok(down);
    }
    up_to_multiple(short, multiple)
}

/// Whether a balance orders.
pub(crate) fn triggers(balance: i64, point: i64, trigger: Trigger) -> bool {
    match trigger {
        Trigger::AtOrBelow => balance <= point,
        Trigger::Below => balance < point,
    }
}

/// Asks for the orders that bring a balance from its minimum to its maximum (`P02`).
///
/// ```
/// use headstock::item::UpToRounding;
/// use headstock::planning::MinMax;
///
/// let request: MinMax = serde_json::from_str(
///     r#"{"balance": 10, "min": 15, "max": 22, "multiple": 5, "rounding": "down"}"#,
/// ).unwrap();
/// assert_eq!(request.rounding, UpToRounding::Down);
/// assert_eq!(request.solve().unwrap().orders[0].to_string(), "10");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MinMax {
    /// Projected balance: stock and receipts less needs.
    pub balance: DecimalText,
    /// Minimum, at which it orders.
    pub min: DecimalText,
    /// Level after the order.
    pub max: DecimalText,
    /// Whether a balance equal to the minimum orders.
    #[serde(default)]
    pub trigger: Trigger,
    /// Whether a multiple rounds up ★ or down (while the balance stays above the minimum).
    #[serde(default)]
    pub rounding: UpToRounding,
    /// Orders are whole multiples of this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiple: Option<DecimalText>,
    /// Least quantity of one order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_min: Option<DecimalText>,
    /// Greatest quantity of one order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_max: Option<DecimalText>,
    /// Whether the multiple may exceed the greatest quantity.
    #[serde(default)]
    pub max_rule: MaxRule,
}

/// Orders of a [`MinMax`] request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MinMaxResult {
    /// Quantities; none when the balance does not order.
    pub orders: Vec<DecimalText>,
    /// Balance with the orders.
    pub balance: DecimalText,
}

impl MinMax {
    /// Computes the orders.
    ///
    /// # Errors
    /// `LOT_PARAM_CONFLICT` for modifiers that no quantity meets or a minimum above the maximum;
    /// `LIMIT_EXCEEDED` for more than 100 000 orders; `QTY_NOT_POSITIVE`; `QTY_OUT_OF_RANGE`.
    pub fn solve(&self) -> Result<MinMaxResult, LotSizingError> {
        let optional = [self.multiple, self.order_min, self.order_max];
        let values = [self.balance, self.min, self.max].into_iter().chain(optional.into_iter().flatten());
        let grains = Grains::of(values.map(|value| value.0), None)?;
        let modifiers = grains.modifiers(self.order_min, self.order_max, self.multiple, self.max_rule)?;
        let (balance, min, max) =
            (grains.read(self.balance)?, grains.read(self.min)?, grains.read(self.max)?);
        if min > max {
            let multiple = self.multiple.unwrap_or_default().0;
            return Err(LotSizingError::Conflict { min: self.min.0, max: self.max.0, multiple });
        }
        let short = if triggers(balance, min, self.trigger) {
            up_to(balance, max, min, modifiers.multiple, self.rounding)?
        } else {
            0
        };
        let orders = orders_of(short, &modifiers, None)?;
        let total = orders.iter().try_fold(balance, |sum, order| sum.checked_add(*order));
        Ok(MinMaxResult {
            orders: orders.into_iter().map(|order| grains.write(order)).collect(),
            balance: grains.write(total.ok_or(NumError::Overflow)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p11_up_to_rounds_down_only_while_it_stays_above_the_floor() {
        use UpToRounding::{Down, Up};
        for (balance, level, floor, multiple, rounding, expected) in [
            (10, 22, 15, 0, Up, 12),
            (10, 22, 15, 5, Up, 15),
            (10, 22, 15, 5, Down, 10),
            // 10 + 10 = 20 is not above a floor of 20.
            (10, 22, 20, 5, Down, 15),
            // Down would order nothing.
            (20, 22, 15, 5, Down, 5),
            (22, 22, 15, 5, Down, 0),
            (-7, 22, 15, 5, Down, 25),
            (30, 22, 15, 5, Up, 0),
        ] {
            assert_eq!(up_to(balance, level, floor, multiple, rounding), Ok(expected), "{balance} {floor}");
        }
        assert_eq!(up_to(i64::MIN, 1, 0, 1, Up), Err(NumError::Overflow));
    }
}

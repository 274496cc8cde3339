//! Use-up of an old part (`P27`): it is taken until its stock and open supply are gone, then the new one.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::num::{NumError, Ratio, Rounding};
use crate::time::Date;

/// A quantity on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatedQuantity {
    /// The day.
    pub date: Date,
    /// The quantity, in stock units.
    pub quantity: Decimal,
}

/// How a use-up goes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UseUp {
    /// Units of the new part for one unit of the old.
    pub ratio: Ratio,
    /// Decimals of the new part's stock unit.
    pub new_scale: u32,
    /// Whether one day's need may be met by both parts. If not, the first need that the old part does not cover
    /// goes to the new part whole, and so do all later ones.
    pub split: bool,
}

/// One day's need and what meets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UseUpNeed {
    /// The day.
    pub date: Date,
    /// Met by the old part.
    pub old: Decimal,
    /// Met by the new part, rounded up to its stock unit.
    pub new: Decimal,
}

/// A use-up worked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UseUpPlan {
    /// Every day with a need, in order.
    pub needs: Vec<UseUpNeed>,
    /// The first day on which the old part's projected balance would fall below zero.
    pub switch: Option<Date>,
    /// What is left of the old part in the end.
    pub left: Decimal,
}

impl UseUp {
    /// Splits the needs of an old part between it and the new part. Rows may come in any order; those of one
    /// day count together, receipts before needs. Without `split` the old part is not used again after the
    /// switch, even if more of it arrives.
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW` when a sum does not fit 28 digits.
    pub fn plan(
        &self,
        on_hand: Decimal,
        receipts: &[DatedQuantity],
        needs: &[DatedQuantity],
    ) -> Result<UseUpPlan, NumError> {
        let mut days: BTreeMap<Date, (Ratio, Ratio)> = BTreeMap::new();
        for row in receipts {
            let day = days.entry(row.date).or_default();
            day.0 = day.0.checked_add(Ratio::from_decimal(row.quantity))?;
        }
        for row in needs {
            let day = days.entry(row.date).or_default();
            day.1 = day.1.checked_add(Ratio::from_decimal(row.quantity))?;
        }
        let mut balance = Ratio::from_decimal(on_hand);
        let mut plan = UseUpPlan { needs: Vec::new(), switch: None, left: Decimal::ZERO };
        for (date, (receipt, need)) in days {
            balance = balance.checked_add(receipt)?;
            if need.is_zero() {
                continue;
            }
            if balance < need && plan.switch.is_none() {
                plan.switch = Some(date);
            }
            let old = match plan.switch {
                None => need,
                Some(_) if self.split => need.min(balance.max(Ratio::ZERO)),
                Some(_) => Ratio::ZERO,
            };
            balance = balance.checked_sub(old)?;
            let new = need.checked_sub(old)?.checked_mul(self.ratio)?;
            plan.needs.push(UseUpNeed {
                date,
                old: decimal(old)?,
                new: new.round(self.new_scale, Rounding::Up)?,
            });
        }
        plan.left = decimal(balance)?;
        Ok(plan)
    }
}

/// Sums of decimals are decimals, if they fit.
fn decimal(value: Ratio) -> Result<Decimal, NumError> {
    value.to_decimal_exact().ok_or(NumError::Overflow)
}

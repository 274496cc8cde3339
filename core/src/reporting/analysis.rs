//! Small analyses of stock: cover of demand, ABC classes, cycle counts.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::num::{DecimalText, NumError, Ratio, Rounding};

/// Stock against the demand of a span of days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CoverRow {
    /// Last day of the span, from today.
    pub to: u32,
    /// Stock that serves it, exact.
    pub quantity: Ratio,
}

/// Shares stock out over spans of `step` days at a yearly demand of 365 days, `count` of them; the second value is
/// what is left beyond.
///
/// # Errors
/// `QTY_OUT_OF_RANGE` for a demand below nought or more than 10 000 spans; `NUMBER_OVERFLOW`.
pub fn cover(stock: Ratio, yearly: Ratio, step: u32, count: u32) -> Result<(Vec<CoverRow>, Ratio), NumError> {
    if yearly.is_negative() || count > 10_000 {
        return Err(NumError::Range);
    }
    let each = yearly.checked_mul(Ratio::new(i128::from(step), 365)?)?;
    let (mut left, mut rows) = (stock, Vec::new());
    for number in 1..=count {
        let quantity = left.max(Ratio::ZERO).min(each);
        left = left.checked_sub(quantity)?;
        rows.push(CoverRow { to: step.saturating_mul(number), quantity });
    }
    Ok((rows, left))
}

/// Class of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AbcClass {
    /// The few that make most of the value.
    A,
    /// In between.
    B,
    /// The many that make little.
    C,
}

/// A class with its share of the value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AbcRow {
    /// The class.
    pub class: AbcClass,
    /// Indices of its values as they were given, largest value first.
    pub members: Vec<usize>,
    /// Sum of its values.
    pub value: Ratio,
    /// Share of the total, exact; absent for a total of nought.
    pub share: Option<Ratio>,
}

/// Ranks values and puts the largest `a` into class A, the next `b` into B, the rest into C. The last value is the
/// total.
///
/// # Errors
/// `NUMBER_OVERFLOW`.
pub fn abc(values: &[Ratio], a: usize, b: usize) -> Result<(Vec<AbcRow>, Ratio), NumError> {
    let mut ranks: Vec<usize> = (0..values.len()).collect();
    ranks.sort_by(|x, y| values[*y].cmp(&values[*x]).then(x.cmp(y)));
    let total = values.iter().try_fold(Ratio::ZERO, |sum, value| sum.checked_add(*value))?;
    let (first, rest) = ranks.split_at(a.min(ranks.len()));
    let (second, third) = rest.split_at(b.min(rest.len()));
    let mut rows = Vec::new();
    for (class, members) in [(AbcClass::A, first), (AbcClass::B, second), (AbcClass::C, third)] {
        let value = members.iter().try_fold(Ratio::ZERO, |sum, at| sum.checked_add(values[*at]))?;
        let share = if total.is_zero() { None } else { Some(value.checked_div(total)?) };
        rows.push(AbcRow { class, members: members.to_vec(), value, share });
    }
    Ok((rows, total))
}

/// Items of one class that are counted in turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CountClass {
    /// Items.
    pub items: DecimalText,
    /// Working days in which each is counted once; absent with `per_year`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every_days: Option<Ratio>,
    /// Counts of each in a year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_year: Option<Ratio>,
}

/// How counts of a day are rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CountRounding {
    /// Each class up (the default): nothing is left uncounted.
    #[default]
    Up,
    /// Each class to the nearest, a half up.
    HalfUp,
}

/// Counts of a day by class: `items ÷ days`, or `items × counts a year ÷ working days of the year`. First exact, then
/// rounded.
///
/// # Errors
/// `DIVISION_BY_ZERO` for a class without a rhythm or of nought days; `NUMBER_OVERFLOW`.
pub fn counts_per_day(
    classes: &[CountClass],
    year_days: Ratio,
    rounding: CountRounding,
) -> Result<Vec<(Ratio, Decimal)>, NumError> {
    let mode = match rounding {
        CountRounding::Up => Rounding::Up,
        CountRounding::HalfUp => Rounding::HalfUp,
    };
    let of = |class: &CountClass| {
        let items = Ratio::from_decimal(class.items.0);
        let exact = match (class.every_days, class.per_year) {
            (Some(days), _) => items.checked_div(days)?,
            (None, Some(counts)) => items.checked_mul(counts)?.checked_div(year_days)?,
            (None, None) => return Err(NumError::DivisionByZero),
        };
        Ok((exact, exact.round(0, mode)?))
    };
    classes.iter().map(of).collect()
}

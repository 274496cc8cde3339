//! How many complete sets stock makes (`P03`): exact, rounded down once, with the component that limits them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::num::{NumError, Ratio, Rounding};

/// What one set takes of a component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetLine {
    /// The component.
    pub item: Id,
    /// Units for one set, scrap included.
    pub per_set: Ratio,
    /// The same whatever the number of sets: a gate.
    #[serde(default)]
    pub fixed: bool,
    /// Further units that are lost once.
    #[serde(default)]
    pub fixed_loss: Ratio,
}

/// One component of the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetRow {
    /// The component.
    pub item: Id,
    /// Units for one set.
    pub per_set: Ratio,
    /// Available.
    pub available: Ratio,
    /// Sets that it allows; absent: it does not limit them.
    pub sets: Option<Ratio>,
    /// Whether it limits the whole.
    pub bottleneck: bool,
    /// Left after the most sets.
    pub left: Ratio,
    /// Missing for one set more, or for the sets wanted.
    pub short: Ratio,
}

/// Buildable sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sets {
    /// The most sets; whole unless sets may be divided.
    pub sets: Ratio,
    /// The components, by id.
    pub rows: Vec<SetRow>,
}

/// `min_i max(0, ⌊(available_i − fixed loss_i) ÷ per set_i⌋)` over the components, lines of one component added up
/// first. A fixed line is a gate: nought sets when it is not covered, else no limit. `wanted` caps the sets and is
/// what `short` is measured against; absent: one set more.
///
/// # Errors
/// `EMPTY_COMPONENT_SET`; `PER_SET_ZERO {line}` for a variable line of nought; `QTY_OUT_OF_RANGE` for quantities below
/// nought; `NUMBER_OVERFLOW`.
pub fn buildable(
    lines: &[SetLine],
    available: &BTreeMap<Id, Ratio>,
    wanted: Option<Ratio>,
    divisible: bool,
) -> Result<Sets, Finding> {
    let mut needs: BTreeMap<&Id, (Ratio, Ratio)> = BTreeMap::new();
    for line in lines {
        if line.per_set.is_negative() || line.fixed_loss.is_negative() {
            return Err(NumError::Range.finding().with("value", line.per_set));
        }
        if !line.fixed && line.per_set.is_zero() {
            return Err(Finding::new(Code::PerSetZero).with("line", &line.item));
        }
        let (per, once) = needs.entry(&line.item).or_insert((Ratio::ZERO, Ratio::ZERO));
        let sum = if line.fixed { &mut *once } else { &mut *per };
        *sum = sum.checked_add(line.per_set).map_err(finding)?;
        *once = once.checked_add(line.fixed_loss).map_err(finding)?;
    }
    if needs.is_empty() {
        return Err(Finding::new(Code::EmptyComponentSet));
    }
    let mut rows = Vec::new();
    for (item, (per, once)) in needs {
        let stock = available.get(item).copied().unwrap_or(Ratio::ZERO);
        rows.push((row(item, per, once, stock, divisible).map_err(finding)?, once));
    }
    let limit = rows.iter().filter_map(|(row, _)| row.sets).min();
    let most = limit.into_iter().chain(wanted).min();
    let Some(sets) = most else { return Err(Finding::new(Code::EmptyComponentSet)) };
    let sets = sets.max(Ratio::ZERO);
    for (row, once) in &mut rows {
        row.bottleneck = limit.is_some() && row.sets == limit;
        settle(row, *once, sets, wanted).map_err(finding)?;
    }
    Ok(Sets { sets, rows: rows.into_iter().map(|(row, _)| row).collect() })
}

fn finding(error: NumError) -> Finding {
    error.finding()
}

fn row(item: &Id, per: Ratio, once: Ratio, stock: Ratio, divisible: bool) -> Result<SetRow, NumError> {
    let free = stock.checked_sub(once)?;
    let sets = if free.is_negative() {
        Some(Ratio::ZERO)
    } else if per.is_zero() {
        None
    } else {
        let exact = free.checked_div(per)?;
        let whole = || Ok::<_, NumError>(Ratio::from_decimal(exact.round(0, Rounding::Down)?));
        Some(if divisible { exact } else { whole()? })
    };
    let zero = Ratio::ZERO;
    let (item, left, short) = (item.clone(), zero, zero);
    Ok(SetRow { item, per_set: per, available: stock, sets, bottleneck: false, left, short })
}

/// What is left after the sets, and what is missing for more.
fn settle(row: &mut SetRow, once: Ratio, sets: Ratio, wanted: Option<Ratio>) -> Result<(), NumError> {
    let need = |sets: Ratio| -> Result<Ratio, NumError> {
        if sets.is_zero() { Ok(Ratio::ZERO) } else { row.per_set.checked_mul(sets)?.checked_add(once) }
    };
    let goal = match wanted {
        Some(wanted) => wanted,
        None => sets.checked_add(Ratio::ONE)?,
    };
    let short = need(goal)?.checked_sub(row.available)?.max(Ratio::ZERO);
    row.left = row.available.checked_sub(need(sets)?)?;
    row.short = short;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn r(text: &str) -> Ratio {
        text.parse().unwrap()
    }

    fn line(item: &str, per: &str) -> SetLine {
        SetLine { item: Id::new(item).unwrap(), per_set: r(per), fixed: false, fixed_loss: Ratio::ZERO }
    }

    fn stock(rows: &[(&str, &str)]) -> BTreeMap<Id, Ratio> {
        rows.iter().map(|(item, quantity)| (Id::new(item).unwrap(), r(quantity))).collect()
    }

    #[test]
    fn p03_the_scarcest_component_limits_the_sets() {
        let lines = [line("B", "2"), line("C", "1"), line("D", "0.5")];
        let found =
            buildable(&lines, &stock(&[("B", "130"), ("C", "70"), ("D", "24")]), None, false).unwrap();
        assert_eq!(found.sets, r("48"));
        let sets: Vec<Ratio> = found.rows.iter().filter_map(|row| row.sets).collect();
        assert_eq!(sets, [r("65"), r("70"), r("48")]);
        let bottleneck: Vec<bool> = found.rows.iter().map(|row| row.bottleneck).collect();
        assert_eq!(bottleneck, [false, false, true]);
        assert_eq!((found.rows[2].left, found.rows[2].short), (r("0"), r("0.5")));
    }

    #[test]
    fn promise_18_one_and_a_half_sets_are_one() {
        let found = buildable(&[line("B", "1")], &stock(&[("B", "1.5")]), None, false).unwrap();
        assert_eq!(found.sets, r("1"));
        let found = buildable(&[line("B", "1")], &stock(&[("B", "1.5")]), None, true).unwrap();
        assert_eq!(found.sets, r("1.5"));
    }

    #[test]
    fn p03_fixed_lines_are_a_gate() {
        let mut gate = line("G", "5");
        gate.fixed = true;
        let lines = [line("B", "1"), gate];
        let sets = |g: &str| buildable(&lines, &stock(&[("B", "9"), ("G", g)]), None, false).unwrap().sets;
        assert_eq!((sets("5"), sets("4")), (r("9"), r("0")));
        let code = |lines: &[SetLine]| buildable(lines, &stock(&[]), None, false).unwrap_err().code();
        assert_eq!((code(&[]), code(&[line("B", "0")])), (Code::EmptyComponentSet, Code::PerSetZero));
        let alone = |g: &str| buildable(&lines[1..], &stock(&[("G", g)]), None, false);
        assert_eq!(alone("4").unwrap().sets, r("0"));
        assert_eq!(alone("5").unwrap_err().code(), Code::EmptyComponentSet, "nothing limits the sets");
    }
}

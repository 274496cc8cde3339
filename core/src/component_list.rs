//! How much of each component an order needs for a number of sets, and how much is still to be issued.
//!
//! Pure arithmetic over one order; it knows no stock. A set is the material for one good unit.

use crate::bom::IssueMethod;
use crate::num::{NumError, Quantity, Rounding};
use crate::order::{
    BackflushBasis, BackflushMethod, ComponentLine, OutputTotals, OverIssue, ProductionOrder,
};

/// The need of a line for so many sets: `⌈sets × required ÷ good⌉`, a fixed line whole from the first set on.
///
/// # Errors
/// `DIVISION_BY_ZERO` for an order of nought; `NUMBER_OVERFLOW`.
pub fn need_for(order: &ProductionOrder, line: &ComponentLine, sets: Quantity) -> Result<Quantity, NumError> {
    if !sets.is_positive() {
        return line.required.minus(line.required);
    }
    if line.fixed { Ok(line.required) } else { line.required.share(sets, order.good, Rounding::Up) }
}

/// The requirement of a line when the order makes `good` instead of what it makes now: rounded up once from the
/// exact need of one unit, the fixed part unchanged.
///
/// # Errors
/// `DIVISION_BY_ZERO` for an order of nought; `NUMBER_OVERFLOW`.
pub fn required_for(
    order: &ProductionOrder,
    line: &ComponentLine,
    good: Quantity,
) -> Result<Quantity, NumError> {
    if line.fixed {
        return Ok(line.required);
    }
    let variable = match line.per_unit {
        Some(per_unit) => good.times(per_unit, line.required.scale(), Rounding::Up)?,
        None => line.required.minus(line.fixed_loss)?.share(good, order.good, Rounding::Up)?,
    };
    variable.plus(line.fixed_loss)
}

/// The most that may be issued of a line (`M10`); nothing: as much as one likes.
///
/// # Errors
/// `DIVISION_BY_ZERO` for a batch of nought; `NUMBER_OVERFLOW`.
pub fn issue_limit(line: &ComponentLine) -> Result<Option<Quantity>, NumError> {
    match line.over_issue {
        OverIssue::Forbid => Ok(Some(line.required)),
        OverIssue::Allow { cap: None } => Ok(None),
        OverIssue::Allow { cap: Some(cap) } => {
            let factor = crate::num::Ratio::ONE.checked_add(cap)?;
            line.required.times(factor, line.required.scale(), Rounding::Down).map(Some)
        }
        OverIssue::ByMinBatch { batch } => {
            let batches = line.required.ratio().checked_div(batch.ratio())?.round_units(0, Rounding::Up)?;
            let batches = crate::num::Ratio::new(batches, 1)?;
            batch.times(batches, line.required.scale(), Rounding::Up).map(Some)
        }
    }
}

/// What a backflush counts of the totals.
///
/// # Errors
/// `QTY_OUT_OF_RANGE`.
pub fn backflush_base(totals: &OutputTotals, basis: BackflushBasis) -> Result<Quantity, NumError> {
    match basis {
        BackflushBasis::Good => Ok(totals.good),
        BackflushBasis::GoodAndScrap => totals.good.plus(totals.scrap()?),
    }
}

/// What a backflush takes of a line (`M05`): `total` is the base up to now, `part` what this receipt adds to it.
///
/// Drafts are left out; add the line's `linked` to what is counted as issued by `with_drafts`.
///
/// # Errors
/// `DIVISION_BY_ZERO` for an order of nought; `NUMBER_OVERFLOW`.
pub fn backflush_need(
    order: &ProductionOrder,
    line: &ComponentLine,
    (total, part): (Quantity, Quantity),
    with_drafts: bool,
) -> Result<Quantity, NumError> {
    let counted = line.net_issued()?.plus(line.pending)?;
    let counted = if with_drafts { counted.plus(line.linked)? } else { counted };
    let need = match order.policy.backflush.method {
        BackflushMethod::Incremental if line.fixed => {
            let first = total.minus(part)?.is_zero() && part.is_positive();
            return if first { Ok(line.required) } else { line.required.minus(line.required) };
        }
        BackflushMethod::Incremental => return need_for(order, line, part),
        BackflushMethod::Cumulative => need_for(order, line, total)?,
        BackflushMethod::Transferred => {
            let staged = ComponentLine { required: line.staged, ..line.clone() };
            need_for(order, &staged, total)?
        }
    };
    Ok(need.minus(counted)?.or_zero())
}

/// How kits are issued (`M02`).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum KitMode {
    /// `(issued sets + k) × per set − net issued` (the default).
    #[default]
    Cumulative,
    /// `k × per set`, whatever was issued before.
    Flat,
}

/// Sets that may still be issued: up to what the order may receive, less the kits issued and in drafts.
///
/// # Errors
/// `NUMBER_OVERFLOW`.
pub fn open_sets(order: &ProductionOrder) -> Result<Quantity, NumError> {
    Ok(order.receipt_limit()?.minus(sets_out(order)?)?.or_zero())
}

/// Sets whose material is issued or in drafts: `min ⌊(net issued + drafts) ÷ per set⌋`, nought where no line counts.
fn sets_out(order: &ProductionOrder) -> Result<Quantity, NumError> {
    let mut sets: Option<Quantity> = None;
    for line in order.lines.iter().filter(|line| line.counts_for_kits()) {
        let of_line = line.net_issued()?.plus(line.linked)?.whole_times(order.good, line.required)?;
        sets = Some(sets.map_or(of_line, |least| least.min(of_line)));
    }
    Ok(sets.unwrap_or_default())
}

/// What `sets` further kits take of a line, drafts counted as issued.
///
/// # Errors
/// `DIVISION_BY_ZERO` for an order of nought; `NUMBER_OVERFLOW`.
pub fn kit_need(
    order: &ProductionOrder,
    line: &ComponentLine,
    sets: Quantity,
    mode: KitMode,
) -> Result<Quantity, NumError> {
    let counted = line.net_issued()?.plus(line.linked)?;
    match mode {
        KitMode::Flat if line.fixed => Ok(line.required.minus(counted)?.or_zero()),
        KitMode::Flat => need_for(order, line, sets),
        KitMode::Cumulative => {
            Ok(need_for(order, line, sets_out(order)?.plus(sets)?)?.minus(counted)?.or_zero())
        }
    }
}

/// What is missing of a line for `target` sets in all (`M03`), drafts counted as issued.
///
/// # Errors
/// `DIVISION_BY_ZERO` for an order of nought; `NUMBER_OVERFLOW`.
pub fn top_up(order: &ProductionOrder, line: &ComponentLine, target: Quantity) -> Result<Quantity, NumError> {
    let counted = line.net_issued()?.plus(line.linked)?;
    Ok(need_for(order, line, target)?.minus(counted)?.or_zero())
}

/// The lines that are issued by hand: in force, issued at all, not backflushed.
pub fn issued_by_hand(order: &ProductionOrder) -> impl Iterator<Item = &ComponentLine> {
    order.lines.iter().filter(|line| line.is_issuable() && line.method != IssueMethod::Backflush)
}

/// The lines that the system issues.
pub fn backflushed(order: &ProductionOrder) -> impl Iterator<Item = &ComponentLine> {
    order.lines.iter().filter(|line| line.is_issuable() && line.method == IssueMethod::Backflush)
}

#[cfg(test)]
mod tests;

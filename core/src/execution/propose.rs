//! What a scheme would issue for an order, before any stock is looked at (`M01`–`M03`, `M05`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::refused::{Refused, unknown};
use super::{IssueLine, IssueWhat};
use crate::bom::IssueMethod;
use crate::component_list::{
    backflush_base, backflush_need, backflushed, issued_by_hand, kit_need, need_for, open_sets, top_up,
};
use crate::finding::{Code, Finding};
use crate::num::Quantity;
use crate::order::{ComponentLine, ProductionOrder};

/// One line that would be issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposalLine {
    /// The order line.
    pub line: u32,
    /// Its item.
    pub item: crate::id::Id,
    /// How much, in its stock unit; nought where nothing is open.
    pub quantity: Quantity,
}

/// What a scheme would issue.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// Lines that count, nought included, in order of their numbers.
    pub lines: Vec<ProposalLine>,
    /// Numbers of lines that the scheme passes over: backflush by hand, no-issue, not in force.
    pub skipped: Vec<u32>,
    /// `NOTHING_TO_TOP_UP`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

/// What a scheme would issue for an order, drafts counted as issued and received.
///
/// # Errors
/// `KIT_QTY_EXCEEDS {k, max}`, `TARGET_EXCEEDS_ORDER {target, qty}`, `QTY_NOT_POSITIVE` for sets that are not
/// above nought, `UNKNOWN_REFERENCE` for a line that is not there, `LINE_NOT_ISSUABLE {item}`, `NUMBER_OVERFLOW`.
pub fn propose(order: &ProductionOrder, what: &IssueWhat) -> Result<Proposal, Refused> {
    match what {
        IssueWhat::Open | IssueWhat::Sets { sets: None, .. } => {
            of_lines(order, false, |line| open_of(order, line))
        }
        IssueWhat::Sets { sets: Some(sets), mode, .. } => {
            positive(*sets)?;
            let max = open_sets(order)?;
            if *sets > max {
                return Err(Finding::new(Code::KitQtyExceeds).with("max", max).with("k", sets).into());
            }
            of_lines(order, false, |line| {
                // Never more than is open, or than the order may make at most.
                let counted = line.net_issued()?.plus(line.linked)?;
                let most = need_for(order, line, order.receipt_limit()?)?.minus(counted)?;
                let most = most.max(open_of(order, line)?);
                Ok(kit_need(order, line, *sets, *mode)?.min(most).or_zero())
            })
        }
        IssueWhat::TopUp { sets } => {
            positive(*sets)?;
            if *sets > order.good {
                let finding = Finding::new(Code::TargetExceedsOrder).with("target", sets);
                return Err(finding.with("qty", order.good).into());
            }
            let mut proposal = of_lines(order, false, |line| Ok(top_up(order, line, *sets)?))?;
            if proposal.lines.iter().all(|line| line.quantity.is_zero()) {
                proposal.findings.push(Finding::new(Code::NothingToTopUp).with("target", sets));
            }
            Ok(proposal)
        }
        IssueWhat::Received => {
            let base =
                backflush_base(&order.received, order.policy.backflush.basis)?.plus(order.draft_received)?;
            of_lines(order, true, |line| Ok(backflush_need(order, line, (base, base), true)?))
        }
        IssueWhat::Lines { lines } => named(order, lines),
    }
}

fn of_lines(
    order: &ProductionOrder,
    flushed: bool,
    quantity: impl Fn(&ComponentLine) -> Result<Quantity, Refused>,
) -> Result<Proposal, Refused> {
    let mut proposal = Proposal::default();
    let lines: Vec<&ComponentLine> =
        if flushed { backflushed(order).collect() } else { issued_by_hand(order).collect() };
    for line in &lines {
        let quantity = quantity(line)?;
        proposal.lines.push(ProposalLine { line: line.number, item: line.item.clone(), quantity });
    }
    let counted = |number: u32| lines.iter().any(|line| line.number == number);
    proposal.skipped = order.lines.iter().map(|line| line.number).filter(|n| !counted(*n)).collect();
    Ok(proposal)
}

/// `required − net issued`, less what is in drafts.
pub(super) fn open_of(order: &ProductionOrder, line: &ComponentLine) -> Result<Quantity, Refused> {
    Ok(line.open(order.policy.defect_reopens)?.minus(line.linked)?.or_zero())
}

fn named(order: &ProductionOrder, lines: &[IssueLine]) -> Result<Proposal, Refused> {
    let mut proposal = Proposal::default();
    for ask in lines {
        let line = order.line(ask.line).ok_or_else(|| unknown(&order.id, &format!("line {}", ask.line)))?;
        if line.method == IssueMethod::NoIssue || !line.is_issuable() {
            return Err(Finding::new(Code::LineNotIssuable).with("item", &line.item).into());
        }
        let quantity = match ask.quantity {
            Some(quantity) => quantity.at_scale(line.required.scale()).or(Ok::<_, Refused>(quantity))?,
            None => open_of(order, line)?,
        };
        proposal.lines.push(ProposalLine { line: line.number, item: line.item.clone(), quantity });
    }
    Ok(proposal)
}

fn positive(sets: Quantity) -> Result<(), Refused> {
    if sets.is_positive() {
        return Ok(());
    }
    Err(Finding::new(Code::QtyNotPositive).with("row", 1).with("value", sets).into())
}

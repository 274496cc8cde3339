//! Action messages for supplies on order (rules §9).

use super::gather::Ctx;
use super::model::Receipt;
use super::state::{Member, NEVER};
use crate::planning::MessageKind;
use crate::snapshot::Params;

/// A message of a node in dense form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Proposal {
    pub(crate) member: u32,
    pub(crate) kind: MessageKind,
    /// The supply's row.
    pub(crate) supply: u32,
    pub(crate) from: i32,
    /// The day proposed; the same as `from` for a change of quantity.
    pub(crate) to: i32,
    pub(crate) quantity: i64,
    /// The quantity proposed.
    pub(crate) new_quantity: i64,
}

/// Adds the messages of a member. True when a supply was cancelled because it could not be put off far enough:
/// then the unit is to be netted again without it.
pub(crate) fn propose(ctx: &Ctx<'_>, at: usize, member: &mut Member, out: &mut Vec<Proposal>) -> bool {
    let receipts = ctx.model.receipts.of(member.inputs.node);
    if receipts.is_empty() {
        return false;
    }
    let mut slack: Vec<(i32, i64)> = member.profile.iter().map(|p| (p.0, p.1.saturating_sub(p.2))).collect();
    let mut order: Vec<usize> = (0..receipts.len()).collect();
    let effective = |n: usize| match member.state.moved[n] {
        NEVER => receipts[n].day,
        moved => moved,
    };
    order.sort_by(|&a, &b| (effective(b), id(ctx, &receipts[b])).cmp(&(effective(a), id(ctx, &receipts[a]))));
    for number in order {
        let receipt = &receipts[number];
        if receipt.from_stock {
            continue;
        }
        let draft = Proposal {
            member: u32::try_from(at).unwrap_or(u32::MAX),
            kind: MessageKind::PastDue,
            supply: receipt.row,
            from: receipt.due,
            to: receipt.day,
            quantity: receipt.quantity,
            new_quantity: receipt.quantity,
        };
        if receipt.due < ctx.model.run {
            out.push(draft);
        }
        if member.raised[number] > 0 {
            let new_quantity = receipt.quantity + member.raised[number];
            out.push(Proposal { kind: MessageKind::Increase, to: receipt.due, new_quantity, ..draft });
        }
        if member.inputs.dropped[number] {
            out.push(Proposal { kind: MessageKind::Cancel, to: receipt.due, new_quantity: 0, ..draft });
            continue;
        }
        if receipt.fixed {
            continue;
        }
        let moved = member.state.moved[number];
        if moved != NEVER && (expedited(ctx, moved, receipt, draft, out) || moved < ctx.model.run) {
            continue;
        }
        if surplus(ctx, member, number, effective(number), draft, &mut slack, out) {
            // The unit is netted again without it before anything else is said.
            member.inputs.dropped[number] = true;
            return true;
        }
    }
    false
}

fn id<'a>(ctx: &Ctx<'a>, receipt: &Receipt) -> &'a str {
    match receipt.from_stock {
        true => ctx.s.records.stock.ids.get(receipt.row),
        false => ctx.s.records.supplies.ids.get(receipt.row),
    }
}

/// Whether a supply that netting brought forward is to be expedited.
fn expedited(ctx: &Ctx<'_>, moved: i32, receipt: &Receipt, draft: Proposal, out: &mut Vec<Proposal>) -> bool {
    let to = moved.max(ctx.model.run);
    let shift = i64::from(receipt.day) - i64::from(to);
    let far = shift > i64::from(ctx.policy.reschedule.tolerance_days);
    if far {
        out.push(Proposal { kind: MessageKind::Expedite, to, ..draft });
    }
    far
}

/// Whether a supply comes too early or is too much. True when it is to be cancelled and netted again.
fn surplus(
    ctx: &Ctx<'_>,
    member: &Member,
    number: usize,
    day: i32,
    draft: Proposal,
    slack: &mut [(i32, i64)],
    out: &mut Vec<Proposal>,
) -> bool {
    let policy = &ctx.policy.reschedule;
    let receipt = &ctx.model.receipts.of(member.inputs.node)[number];
    let quantity = receipt.quantity + member.raised[number];
    let first = slack.partition_point(|s| s.0 < day);
    let needed = slack[first..].iter().position(|s| s.1 < quantity).map(|i| first + i);
    let inside = |kind| if receipt.fenced { MessageKind::InsideFence } else { kind };
    let Some(needed) = needed else {
        out.push(Proposal { kind: inside(MessageKind::Cancel), to: receipt.due, new_quantity: 0, ..draft });
        lower(slack, first, usize::MAX, quantity, receipt.fenced);
        return false;
    };
    let to = slack[needed].0;
    let shift = i64::from(to) - i64::from(day);
    if shift > i64::from(policy.tolerance_days) {
        if policy.max_defer_days.is_some_and(|most| shift > i64::from(most)) {
            if receipt.fenced {
                let kind = MessageKind::InsideFence;
                out.push(Proposal { kind, to: receipt.due, new_quantity: 0, ..draft });
            }
            return !receipt.fenced;
        }
        out.push(Proposal { kind: inside(MessageKind::Defer), to, ..draft });
        lower(slack, first, needed, quantity, receipt.fenced);
        if receipt.fenced {
            return false;
        }
    }
    if policy.change_quantity && member.raised[number] == 0 {
        decrease(ctx, member, receipt, draft, needed, slack, out);
    }
    false
}

fn lower(slack: &mut [(i32, i64)], from: usize, to: usize, quantity: i64, fenced: bool) {
    if !fenced {
        let to = to.min(slack.len());
        slack[from..to].iter_mut().for_each(|s| s.1 -= quantity);
    }
}

/// Proposes a smaller quantity where part of a supply is never needed.
fn decrease(
    ctx: &Ctx<'_>,
    member: &Member,
    receipt: &Receipt,
    draft: Proposal,
    needed: usize,
    slack: &mut [(i32, i64)],
    out: &mut Vec<Proposal>,
) {
    let least = slack[needed..].iter().map(|s| s.1).min().unwrap_or(0);
    if least <= 0 {
        return;
    }
    let params = ctx.s.params.set(ctx.model.node(member.inputs.node).params);
    let new = lot_size(ctx, receipt, receipt.quantity - least, params);
    if new >= receipt.quantity {
        return;
    }
    let kind = if receipt.fenced { MessageKind::InsideFence } else { MessageKind::Decrease };
    out.push(Proposal { kind, to: receipt.due, new_quantity: new, ..draft });
    lower(slack, needed, usize::MAX, receipt.quantity - new, receipt.fenced);
}

/// A smaller quantity raised to the minimum and the multiple of its lot sizes.
fn lot_size(ctx: &Ctx<'_>, receipt: &Receipt, quantity: i64, params: &Params) -> i64 {
    let supply = &ctx.s.records.supplies.rows[receipt.row as usize];
    let row = (supply.source != crate::snapshot::NONE).then(|| &ctx.s.sources.rows[supply.source as usize]);
    let extra = row.and_then(|row| ctx.s.sources.extra(row));
    let pick = |own: Option<i64>, item: i64| own.filter(|&n| n >= 0).unwrap_or(item);
    let (min, multiple) =
        (pick(extra.map(|e| e.min), params.min), pick(extra.map(|e| e.multiple), params.multiple));
    let step = multiple.max(1);
    let wanted = quantity.max(min);
    (wanted / step + i64::from(wanted % step != 0)).saturating_mul(step)
}

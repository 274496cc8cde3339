//! Alternatives: what another node of the group, or a new item, gives for a need (rules §7).

use super::Fault;
use super::cover::usable;
use super::gather::Ctx;
use super::model::Alternative;
use super::net::{Scratch, number, settle, shortage};
use super::order::{Kind, Order};
use super::state::{Inputs, Member, Note, Silent, State, User, aim, draw, in_force, plus};
use crate::item::{SubstituteMode, SubstituteStock, Substitution};
use crate::num::{Ratio, Rounding};
use crate::snapshot::NONE;

/// Serves what is demand of a short from alternatives.
#[inline(never)]
pub(crate) fn alternatives(ctx: &Ctx<'_>, at: usize, day: i32, scratch: &mut Scratch) -> Result<(), Fault> {
    let node = scratch.members[at].inputs.node;
    let rows = ctx.model.alternatives.of(node);
    let unrated = |a: &Alternative| a.ratio.is_none() && in_force(a, day);
    if rows.iter().any(unrated) && demand_short(ctx, &scratch.members[at], day) > 0 {
        for (index, _) in rows.iter().enumerate().filter(|(_, a)| unrated(a)) {
            note_once(&mut scratch.members[at].notes, Note::NoRatio { alternative: number(index) });
        }
    }
    let free = |a: &Alternative| a.free;
    take(ctx, at, day, Substitution::Mixed, free, scratch)?;
    let mode = ctx.s.items.fact(ctx.model.node(node).spot.item).substitution;
    let substitute = |a: &Alternative| !a.free && a.mode == SubstituteMode::Alternative;
    match mode {
        Substitution::Manual => propose_by_hand(ctx, at, day, scratch)?,
        Substitution::Mixed => take(ctx, at, day, Substitution::Mixed, substitute, scratch)?,
        Substitution::Whole => {
            take(ctx, at, day, Substitution::Whole, substitute, scratch)?;
        }
        Substitution::Both => {
            take(ctx, at, day, Substitution::Whole, substitute, scratch)?;
            take(ctx, at, day, Substitution::Mixed, substitute, scratch)?;
        }
    }
    let Member { inputs, state, orders, uses, .. } = &mut scratch.members[at];
    if use_up(ctx, inputs, state, Some(orders), day)? {
        uses.retain(|lot| lot.day != day || lot.user == User::Owed);
    }
    Ok(())
}

fn note_once(notes: &mut Vec<Note>, note: Note) {
    if !notes.contains(&note) {
        notes.push(note);
    }
}

/// What is short and demand, not safety stock.
fn demand_short(ctx: &Ctx<'_>, member: &Member, day: i32) -> i64 {
    let params = ctx.s.params.set(ctx.model.node(member.inputs.node).params);
    let short = shortage(params, &member.state, aim(ctx, member.inputs.node, params, day));
    let projected = member.state.balance.saturating_add(member.state.pending_total);
    short.min(projected.saturating_neg().max(member.state.beyond_lots())).max(0)
}

/// Takes free surplus from the alternatives that pass a filter, in their order.
fn take(
    ctx: &Ctx<'_>,
    at: usize,
    day: i32,
    mode: Substitution,
    wanted: impl Fn(&Alternative) -> bool,
    scratch: &mut Scratch,
) -> Result<(), Fault> {
    let node = scratch.members[at].inputs.node;
    let rows = ctx.model.alternatives.of(node);
    for (index, alternative) in rows.iter().enumerate().filter(|(_, a)| wanted(a) && usable(a, day)) {
        let Some(ratio) = alternative.ratio else { continue };
        let short = demand_short(ctx, &scratch.members[at], day);
        if short <= 0 {
            return Ok(());
        }
        let Member { inputs, orders, .. } = &scratch.members[at];
        let entire = entire_need(ctx, inputs, orders, alternative, day, short);
        let Some(giver) = scratch.members.iter().position(|m| m.inputs.node == alternative.target) else {
            continue;
        };
        let surplus = surplus(ctx, giver, day, scratch)?;
        let covered = match mode {
            // One substitute serves the entire need of the day, or none does.
            Substitution::Whole => {
                let wanted = ratio.mul_scaled(entire, Rounding::Up).map_err(|_| Fault::Overflow)?;
                if wanted <= surplus { entire } else { 0 }
            }
            _ => covered_by(surplus, ratio, short.min(entire))?,
        };
        if covered <= 0 {
            continue;
        }
        let given = ratio.mul_scaled(covered, Rounding::Up).map_err(|_| Fault::Overflow)?;
        let target = &mut scratch.members[giver];
        draw(ctx, target.inputs.node, &mut target.state, &mut target.uses, (day, given))?;
        target.gave.push((day, given, node));
        let member = &mut scratch.members[at];
        member.state.balance = plus(member.state.balance, covered)?;
        member.orders.push(Order::new(Kind::Taken, covered, day, day, number(index)));
        settle(ctx, at, giver, day, scratch)?;
    }
    Ok(())
}

/// The need of a day that a row may serve as a whole: everything, or what its parent asks for, less what other
/// rows gave or took away on that day.
fn entire_need(
    ctx: &Ctx<'_>,
    inputs: &Inputs,
    orders: &[Order],
    row: &Alternative,
    day: i32,
    short: i64,
) -> i64 {
    let rows = ctx.model.alternatives.of(inputs.node);
    let all = row.parent == NONE;
    let served: i64 = orders
        .iter()
        .rev()
        .take_while(|order| order.day() >= day)
        .filter(|order| order.day() == day && matches!(order.kind(), Kind::Taken | Kind::Switched))
        .filter(|order| all || rows[usize::from(order.source())].parent == row.parent)
        .map(|order| order.input)
        .sum();
    let asked = if all { inputs.gross(day) } else { inputs.eligible(ctx, row, day, i64::MAX) };
    let open = asked.saturating_sub(served).max(0);
    // What was short before the day, such as negative stock, is no parent's.
    if all { open.max(short) } else { open }
}

/// How much of a need a surplus covers at a ratio, rounded down.
fn covered_by(surplus: i64, ratio: Ratio, open: i64) -> Result<i64, Fault> {
    let most = ratio.recip().and_then(|r| r.mul_round(i128::from(surplus), Rounding::Down));
    let most = most.map_err(|_| Fault::Overflow)?;
    Ok(i64::try_from(most).unwrap_or(i64::MAX).min(open))
}

/// The free surplus of a member on a day: what none of its own needs will ask for without new orders.
fn surplus(ctx: &Ctx<'_>, giver: usize, day: i32, scratch: &mut Scratch) -> Result<i64, Fault> {
    let Scratch { members, trial, .. } = scratch;
    let member = &members[giver];
    if ctx.policy.substitute_stock == SubstituteStock::ShortFirst {
        return Ok(member.state.balance.max(0));
    }
    let params = ctx.s.params.set(ctx.model.node(member.inputs.node).params);
    trial.clone_from(&member.state);
    let node = member.inputs.node;
    let slack = |state: &State, day: i32| state.balance.saturating_sub(aim(ctx, node, params, day).safety);
    let mut least = slack(trial, day);
    let mut next = member.inputs.acc.event_from(day.saturating_add(1));
    while let Some(on) = next.filter(|_| least > 0) {
        member.inputs.flows(ctx, trial, on, &mut Silent)?;
        least = least.min(slack(trial, on));
        next = member.inputs.acc.event_from(on.saturating_add(1));
    }
    Ok(least.max(0))
}

/// Substitutes that a person has to confirm are only told of.
fn propose_by_hand(ctx: &Ctx<'_>, at: usize, day: i32, scratch: &mut Scratch) -> Result<(), Fault> {
    let rows = ctx.model.alternatives.of(scratch.members[at].inputs.node);
    let wanted = |a: &Alternative| !a.free && a.mode == SubstituteMode::Alternative;
    for (index, alternative) in rows.iter().enumerate().filter(|(_, a)| wanted(a) && usable(a, day)) {
        let short = demand_short(ctx, &scratch.members[at], day);
        let Some(ratio) = alternative.ratio.filter(|_| short > 0) else { continue };
        let Some(giver) = scratch.members.iter().position(|m| m.inputs.node == alternative.target) else {
            continue;
        };
        let Member { inputs, orders, .. } = &scratch.members[at];
        let most = short.min(entire_need(ctx, inputs, orders, alternative, day, short));
        let surplus = surplus(ctx, giver, day, scratch)?;
        let quantity = covered_by(surplus, ratio, most)?;
        if quantity > 0 {
            scratch.members[at].notes.push(Note::Manual { alternative: number(index), day, quantity });
        }
    }
    Ok(())
}

/// What the old item's stock and open supply do not cover goes to the new item (`P27`). A look ahead has no
/// orders. Answers whether the day's needs gave back the lots they had taken.
pub(crate) fn use_up(
    ctx: &Ctx<'_>,
    inputs: &Inputs,
    state: &mut State,
    mut orders: Option<&mut Vec<Order>>,
    day: i32,
) -> Result<bool, Fault> {
    let mut spared = false;
    for (index, alternative) in ctx.model.alternatives.of(inputs.node).iter().enumerate() {
        let whole = alternative.mode == SubstituteMode::UseUpWhole;
        if !whole && alternative.mode != SubstituteMode::UseUp || !usable(alternative, day) {
            continue;
        }
        let projected = state.balance.saturating_add(state.pending_total);
        let short = projected.saturating_neg().max(state.beyond_lots());
        if short <= 0 {
            return Ok(spared);
        }
        let served = orders.as_deref().map_or(&[][..], Vec::as_slice);
        let most = match whole && !state.switched {
            true => entire_need(ctx, inputs, served, alternative, day, short),
            false => short,
        };
        let quantity = inputs.eligible(ctx, alternative, day, most);
        if quantity > 0 {
            if whole && !state.switched && quantity > short {
                state.spare_lots();
                spared = true;
            }
            state.switched |= whole;
            state.balance = plus(state.balance, quantity)?;
            if let Some(orders) = &mut orders {
                orders.push(Order::new(Kind::Switched, quantity, day, day, number(index)));
            }
        }
    }
    Ok(spared)
}

//! Netting: event by event, flows first, then what is short (rules §5).

use super::gather::{Ctx, Single, SingleRef, WideDays};
use super::model::{Receipt, flag};
use super::order::{Kind, Order};
use super::state::{Aim, Inputs, Listener, LotUse, Member, NEVER, Note, State, plus, using_up};
use super::{Blocked, Fault, cover, group, messages};
use crate::item::{SafetyPriority, Trigger};
use crate::planning::{Reschedule, lot_sizing};
use crate::snapshot::{NONE, Params, Rule};

/// Scratch space of one worker; reused from node to node so that nothing is allocated while netting.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) members: Vec<Member>,
    pub(crate) wide: WideDays,
    pub(crate) needs: Vec<lot_sizing::Need>,
    pub(crate) days: Vec<i32>,
    pub(crate) trial: State,
    pub(crate) lots: lot_sizing::Scratch,
    pub(crate) messages: Vec<messages::Proposal>,
    /// Words of a chunk's orders while it grows.
    pub(crate) orders: Vec<u64>,
    /// Where a record or a reason is asked for: what each event came to.
    pub(crate) trace: Option<Vec<TraceRow>>,
}

/// What one event of one node came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TraceRow {
    pub(crate) node: u32,
    pub(crate) day: i32,
    pub(crate) net: i64,
    pub(crate) safety: i64,
    pub(crate) after: i64,
}

/// Nets a node, or the nodes of a group together. The orders are then in `scratch.members`.
pub(crate) fn net_unit(ctx: &Ctx<'_>, unit: &[u32], scratch: &mut Scratch) -> Result<(), (u32, Fault)> {
    while scratch.members.len() < unit.len() {
        scratch.members.push(Member::default());
    }
    for (member, &node) in scratch.members.iter_mut().zip(unit) {
        member.prepare(ctx, node, &mut scratch.wide).map_err(|fault| (node, fault))?;
    }
    let count = unit.len();
    loop {
        if let Some(trace) = &mut scratch.trace {
            trace.clear();
        }
        let swept = sweep(ctx, count, scratch);
        if let Err((at, fault)) = swept {
            finish(ctx, scratch, count);
            return Err((unit[at], fault));
        }
        // A supply that could only be put off too far is cancelled, and the unit is netted without it.
        scratch.messages.clear();
        let mut again = false;
        for (at, member) in scratch.members[..count].iter_mut().enumerate() {
            again = messages::propose(ctx, at, member, &mut scratch.messages);
            if again {
                break;
            }
        }
        if !again {
            break;
        }
        for (member, &node) in scratch.members[..count].iter_mut().zip(unit) {
            member.again(ctx, &mut scratch.wide).map_err(|fault| (node, fault))?;
        }
    }
    finish(ctx, scratch, count);
    Ok(())
}

/// The first day below safety stock and the deepest shortage.
fn deepest(ctx: &Ctx<'_>, profile: &[(i32, i64, i64)]) -> Option<(i32, i64)> {
    let low = |&&(day, balance, safety): &&(i32, i64, i64)| balance < safety && day >= ctx.model.run;
    let first = profile.iter().find(low)?.0;
    let depth = profile.iter().filter(low).map(|p| p.2.saturating_sub(p.1)).max();
    depth.map(|depth| (first, depth))
}

fn finish(ctx: &Ctx<'_>, scratch: &mut Scratch, count: usize) {
    for member in &mut scratch.members[..count] {
        member.inputs.acc.clear();
        if member.fixed.group != NONE || member.fixed.early {
            member.below = deepest(ctx, &member.profile);
        }
        // Refills, the fence and early lots may come out of date order.
        if !member.orders.is_sorted_by_key(Order::day) {
            member.orders.sort_by_key(Order::day);
        }
    }
}

/// Goes through all events of a node by itself: the flows of each day, then what is short.
fn sweep_one(ctx: &Ctx<'_>, scratch: &mut Scratch) -> Result<(), Fault> {
    let mut next = scratch.members[0].inputs.acc.first_event();
    while let Some(day) = next {
        day_flows(ctx, &mut scratch.members[0], day)?;
        resolve(ctx, 0, day, scratch)?;
        next = scratch.members[0].inputs.acc.event_from(day.saturating_add(1));
    }
    Ok(())
}

/// Goes through all events of a unit: on each day the flows of every member, then what is short.
fn sweep(ctx: &Ctx<'_>, count: usize, scratch: &mut Scratch) -> Result<(), (usize, Fault)> {
    if count == 1 {
        return sweep_one(ctx, scratch).map_err(|fault| (0, fault));
    }
    let mut next = first_event(&scratch.members[..count]);
    while let Some(day) = next {
        let here = |member: &Member| member.inputs.acc.event_from(day) == Some(day);
        for (at, member) in scratch.members[..count].iter_mut().enumerate() {
            if here(member) {
                day_flows(ctx, member, day).map_err(|fault| (at, fault))?;
            }
        }
        for at in 0..count {
            if here(&scratch.members[at]) {
                resolve(ctx, at, day, scratch).map_err(|fault| (at, fault))?;
            }
        }
        let after = day.saturating_add(1);
        next = scratch.members[..count].iter().filter_map(|member| member.inputs.acc.event_from(after)).min();
    }
    Ok(())
}

fn first_event(members: &[Member]) -> Option<i32> {
    members.iter().filter_map(|member| member.inputs.acc.first_event()).min()
}

/// What the flows of a day leave behind: firm orders that arrive, needs that are passed on, lots that expire.
struct Arrivals<'a, 'b> {
    ctx: &'a Ctx<'b>,
    node: u32,
    orders: &'a mut Vec<Order>,
    notes: &'a mut Vec<Note>,
    uses: &'a mut Vec<LotUse>,
}

impl Listener for Arrivals<'_, '_> {
    fn received(&mut self, receipt: usize, day: i32) {
        let receipts = self.ctx.model.receipts.of(self.node);
        if let Some(order) = cover::firm_order(self.ctx, self.node, &receipts[receipt], 0, day, self.notes) {
            self.orders.push(order);
        }
    }

    fn expired(&mut self, lot: usize, quantity: i64) {
        let row = self.ctx.model.lots.of(self.node)[lot].row;
        self.notes.push(Note::Expired { lot: row, quantity });
    }

    fn switched(&mut self, alternative: usize, day: i32, quantity: i64) {
        self.orders.push(Order::new(Kind::Switched, quantity, day, day, number(alternative)));
    }

    fn used(&mut self, lot: LotUse) {
        self.uses.push(lot);
    }
}

/// A list position as an order's number; lists are far shorter than what it holds.
pub(crate) fn number(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}

#[inline]
fn day_flows(ctx: &Ctx<'_>, member: &mut Member, day: i32) -> Result<(), Fault> {
    let Member { inputs, state, orders, notes, uses, .. } = member;
    let mut listener = Arrivals { ctx, node: inputs.node, orders, notes, uses };
    inputs.flows(ctx, state, day, &mut listener)
}

/// What is short of the target on a day; 0 when nothing is, or when no rule triggers.
pub(crate) fn shortage(params: &Params, state: &State, aim: Aim) -> i64 {
    short_with(params, state, aim, 0)
}

/// What is short of the target where no rule triggers by a level of its own.
#[inline]
pub(crate) fn plain_shortage(state: &State, aim: Aim) -> i64 {
    let projected = state.balance.saturating_add(state.pending_total);
    aim.level.saturating_sub(projected).max(state.beyond_lots()).max(0)
}

/// The same as if `more` had come in.
pub(crate) fn short_with(params: &Params, state: &State, aim: Aim, more: i64) -> i64 {
    let projected = state.balance.saturating_add(state.pending_total).saturating_add(more);
    let plain = (aim.level.saturating_sub(projected)).max(state.beyond_lots() - more);
    if !aim.by_rule {
        return plain.max(0);
    }
    match &params.rule {
        Rule::ReorderPoint { point, .. } | Rule::MinMax { min: point, .. } => {
            let below = match &params.rule {
                Rule::MinMax { trigger: Trigger::Below, .. } => projected < *point,
                _ => projected <= *point,
            };
            if !below && plain <= 0 {
                return 0;
            }
            let level = match &params.rule {
                Rule::MinMax { max, .. } => *max,
                _ => point.saturating_add(1),
            };
            level.max(aim.level).saturating_sub(projected).max(plain)
        }
        Rule::OrderUpTo { level, .. } if plain > 0 => {
            (*level).max(aim.level).saturating_sub(projected).max(plain)
        }
        _ => plain.max(0),
    }
}

/// Covers what is short on a day (rules §5, step 4).
///
/// From here to the order that is added everything that a plain need takes is inlined: it happens once for every
/// order of a plan. What is rare stands in functions of its own that are not.
#[inline]
fn resolve(ctx: &Ctx<'_>, at: usize, day: i32, scratch: &mut Scratch) -> Result<(), Fault> {
    let member = &mut scratch.members[at];
    let aim = member.aim(ctx, day);
    let mut net = member.short(ctx, aim);
    if net > 0 {
        let mut cover = true;
        if member.fixed.flags & flag::ALTERNATIVES != 0
            || !member.state.moved.is_empty()
            || ctx.policy.order_per_demand
        {
            (net, cover) = before_orders(ctx, at, day, aim, scratch)?;
        }
        if cover {
            cover_short(ctx, at, day, aim, scratch)?;
        }
    }
    if aim.level < aim.safety {
        net = net.max(0).saturating_add(cover::refill(ctx, at, day, aim.safety, scratch)?);
    }
    end_of_day(ctx, &mut scratch.members[at], day, aim.safety)?;
    if let Some(trace) = &mut scratch.trace {
        let member = &scratch.members[at];
        trace.push(TraceRow {
            node: member.inputs.node,
            day,
            net: net.max(0),
            safety: aim.safety,
            after: member.state.balance,
        });
    }
    Ok(())
}

/// What comes before new orders: supplies brought forward, alternatives, supplies raised, orders for single
/// demands. Answers what was short before alternatives, and whether orders may follow.
#[inline(never)]
fn before_orders(
    ctx: &Ctx<'_>,
    at: usize,
    day: i32,
    aim: Aim,
    scratch: &mut Scratch,
) -> Result<(i64, bool), Fault> {
    let member = &mut scratch.members[at];
    let receipts = !member.state.moved.is_empty();
    if receipts {
        expedite(ctx, member, aim, day)?;
    }
    let net = member.short(ctx, aim);
    if member.fixed.flags & flag::ALTERNATIVES != 0 {
        group::alternatives(ctx, at, day, scratch)?;
        if using_up(ctx, scratch.members[at].inputs.node, day) {
            return Ok((net, false));
        }
    }
    let reschedule = &ctx.policy.reschedule;
    if receipts && reschedule.change_quantity && reschedule.assume == Reschedule::Expedite {
        raise(ctx, &mut scratch.members[at], aim, day)?;
    }
    let singly = ctx.policy.order_per_demand && !scratch.members[at].inputs.singles.is_empty();
    let covered = !singly || cover_singly(ctx, at, day, aim.level, scratch)?;
    Ok((net, covered))
}

/// Brings supplies forward, whole documents in date order, while they are in reach (rules §5, 4a).
#[inline(never)]
fn expedite(ctx: &Ctx<'_>, member: &mut Member, aim: Aim, day: i32) -> Result<(), Fault> {
    let params = ctx.s.params.set(member.fixed.params);
    let receipts = ctx.model.receipts.of(member.inputs.node);
    let first = member.state.next_receipt();
    for (number, receipt) in receipts.iter().enumerate().skip(first) {
        if shortage(params, &member.state, aim) <= 0 {
            break;
        }
        if !can_move(ctx, &member.inputs, &member.state, params, number, receipt, day) {
            continue;
        }
        member.state.moved[number] = day;
        member.state.balance = plus(member.state.balance, receipt.quantity)?;
        if let Some(order) = cover::firm_order(ctx, member.inputs.node, receipt, 0, day, &mut member.notes) {
            member.orders.push(order);
        }
    }
    Ok(())
}

/// Whether a day lies inside the planning time fence.
pub(crate) fn fenced(ctx: &Ctx<'_>, params: &Params, day: i32) -> bool {
    params.planning_fence > 0 && i64::from(day) < i64::from(ctx.model.run) + i64::from(params.planning_fence)
}

fn can_move(
    ctx: &Ctx<'_>,
    inputs: &Inputs,
    state: &State,
    params: &Params,
    number: usize,
    receipt: &Receipt,
    day: i32,
) -> bool {
    if receipt.day <= day || state.moved[number] != NEVER || inputs.dropped[number] {
        return false;
    }
    // What was due before today and counts today serves needs of before today: both happen today.
    if receipt.due < ctx.model.run && day < ctx.model.run {
        return true;
    }
    let policy = &ctx.policy.reschedule;
    let shift = i64::from(receipt.day) - i64::from(day);
    policy.assume == Reschedule::Expedite
        && !receipt.fixed
        && !receipt.typed
        && !receipt.fenced
        && !fenced(ctx, params, day)
        && policy.max_advance_days.is_none_or(|most| shift <= i64::from(most))
}

/// The same for a look ahead, on a copied state.
pub(crate) fn expedite_trial(
    ctx: &Ctx<'_>,
    inputs: &Inputs,
    state: &mut State,
    params: &Params,
    aim: Aim,
    day: i32,
) -> Result<(), Fault> {
    let receipts = ctx.model.receipts.of(inputs.node);
    for (number, receipt) in receipts.iter().enumerate().skip(state.next_receipt()) {
        if shortage(params, state, aim) <= 0 {
            break;
        }
        if can_move(ctx, inputs, state, params, number, receipt, day) {
            state.moved[number] = day;
            state.balance = plus(state.balance, receipt.quantity)?;
        }
    }
    Ok(())
}

/// Plans orders until nothing is short (rules §5, 4d).
#[inline]
fn cover_short(ctx: &Ctx<'_>, at: usize, day: i32, aim: Aim, scratch: &mut Scratch) -> Result<(), Fault> {
    for _ in 0..MOST_ROUNDS {
        let member = &scratch.members[at];
        let short = member.short(ctx, aim);
        if short <= 0 {
            return Ok(());
        }
        if !cover_once(ctx, at, day, short, scratch)? {
            return Ok(());
        }
    }
    report_short(&mut scratch.members[at], Blocked::LimitExceeded, day)
}

/// Rounds of ordering for one need; whatever asks for more is reported, never run on.
const MOST_ROUNDS: usize = 1_000;

/// Orders for a need; false when it cannot be covered and was reported short.
#[inline(always)]
fn cover_once(ctx: &Ctx<'_>, at: usize, day: i32, short: i64, scratch: &mut Scratch) -> Result<bool, Fault> {
    let projected = |member: &Member| member.state.balance.saturating_add(member.state.pending_total);
    let before = projected(&scratch.members[at]);
    let blocked = match cover::order(ctx, at, day, short, scratch) {
        Ok(()) if projected(&scratch.members[at]) > before => return Ok(true),
        // Lots so small that the yield leaves nothing would go on for ever.
        Ok(()) => Blocked::LotParamConflict,
        Err(cover::Stop::Blocked(blocked)) => blocked,
        Err(cover::Stop::Fault(fault)) => return Err(fault),
    };
    report_short(&mut scratch.members[at], blocked, day)?;
    Ok(false)
}

/// Reports what is demand of a need that cannot be covered, and takes it off (rules §8).
#[inline(never)]
pub(crate) fn report_short(member: &mut Member, blocked: Blocked, day: i32) -> Result<(), Fault> {
    let state = &mut member.state;
    let projected = state.balance.saturating_add(state.pending_total);
    let quantity = projected.checked_neg().ok_or(Fault::Overflow)?.max(state.beyond_lots()).max(0);
    if quantity > 0 {
        member.orders.push(Order::new(Kind::Short, quantity, day, day, blocked.number()));
        state.balance = plus(state.balance, quantity)?;
    }
    member.notes.push(Note::Blocked(blocked, day, quantity));
    Ok(())
}

/// One order per demand record: the uncovered part of each need of the day by itself. False when one cannot be
/// planned: then everything that is short was reported.
#[inline(never)]
fn cover_singly(
    ctx: &Ctx<'_>,
    at: usize,
    day: i32,
    level: i64,
    scratch: &mut Scratch,
) -> Result<bool, Fault> {
    let Member { inputs, state, fixed, .. } = &scratch.members[at];
    let own = |s: &&Single| {
        s.day == day && !matches!(s.what, SingleRef::Output { .. }) && !inputs.moved_away(ctx, state, s, day)
    };
    let singles: Vec<&Single> = inputs.singles.iter().filter(own).collect();
    // Lines of one order are needs of their own, the smaller first: the order of lines says nothing.
    let mut needs = Vec::with_capacity(singles.len());
    for lines in singles.chunk_by(|a, b| a.what.same_order(b.what)) {
        let from = needs.len();
        needs.extend(lines.iter().map(|s| s.quantity));
        needs[from..].sort_unstable();
    }
    let total: i64 = needs.iter().fold(0, |sum, n| sum.saturating_add(*n));
    // What there was before the day's needs; safety stock is set aside where it comes first.
    let highest = ctx.s.params.set(fixed.params).priority == SafetyPriority::Highest;
    let aside = if highest { level } else { 0 };
    let mut free = state.balance.saturating_add(state.pending_total).saturating_add(total) - aside;
    free = free.max(0);
    for need in needs {
        let uncovered = (need - free).max(0);
        free = (free - need).max(0);
        if uncovered == 0 {
            continue;
        }
        let before = scratch.members[at].state.balance + scratch.members[at].state.pending_total;
        if !cover_once(ctx, at, day, uncovered, scratch)? {
            return Ok(false);
        }
        let after = scratch.members[at].state.balance + scratch.members[at].state.pending_total;
        free += (after - before - uncovered).max(0);
    }
    Ok(true)
}

/// Raises the last supply of the day (rules §5, 4c).
#[inline(never)]
fn raise(ctx: &Ctx<'_>, member: &mut Member, aim: Aim, day: i32) -> Result<(), Fault> {
    let params = ctx.s.params.set(ctx.model.node(member.inputs.node).params);
    let short = shortage(params, &member.state, aim);
    if short <= 0 || fenced(ctx, params, day) {
        return Ok(());
    }
    let receipts = ctx.model.receipts.of(member.inputs.node);
    let on_day = |n: usize, r: &Receipt| match member.state.moved[n] {
        NEVER => r.day == day,
        moved => moved == day,
    };
    let supplies = &ctx.s.records.supplies;
    let fits = |n: usize, r: &Receipt| {
        let purchase =
            !r.from_stock && supplies.rows[r.row as usize].kind == crate::order::SupplyKind::Purchase;
        on_day(n, r)
            && !r.fixed
            && !r.typed
            && !r.fenced
            && !member.inputs.dropped[n]
            && (purchase || r.firm.is_some())
    };
    let found = receipts.iter().enumerate().filter(|(n, r)| fits(*n, r));
    let Some((number, receipt)) = found.max_by_key(|(_, r)| supplies.ids.get(r.row)) else { return Ok(()) };
    let Some(raised) = cover::raised_quantity(ctx, member.inputs.node, receipt, short) else { return Ok(()) };
    let delta = raised - receipt.quantity;
    member.raised[number] = delta;
    member.state.balance = plus(member.state.balance, delta)?;
    cover::raise_firm(ctx, member, number, day);
    Ok(())
}

/// What a member's day came to changed after its turn: another member took from it or gave to it.
pub(crate) fn settle(
    ctx: &Ctx<'_>,
    at: usize,
    changed: usize,
    day: i32,
    scratch: &mut Scratch,
) -> Result<(), Fault> {
    let member = &mut scratch.members[changed];
    if changed >= at {
        // Its turn is still to come; it only must not be passed over.
        member.inputs.acc.mark(day);
        return Ok(());
    }
    let safety = member.aim(ctx, day).safety;
    end_of_day(ctx, member, day, safety)?;
    let after = member.state.balance;
    let number = member.inputs.node;
    if let Some(trace) = &mut scratch.trace {
        match trace.iter_mut().rev().find(|row| row.node == number && row.day == day) {
            Some(row) => row.after = after,
            None => trace.push(TraceRow { node: number, day, net: 0, safety, after }),
        }
    }
    Ok(())
}

#[inline]
fn end_of_day(ctx: &Ctx<'_>, member: &mut Member, day: i32, safety: i64) -> Result<(), Fault> {
    let balance = member.state.balance;
    if member.fixed.group != NONE {
        // Other members may still change what a day came to: only its last state counts.
        match member.profile.last_mut() {
            Some(last) if last.0 == day => *last = (day, balance, safety),
            _ => member.profile.push((day, balance, safety)),
        }
        return Ok(());
    }
    if balance < safety && day >= ctx.model.run {
        let depth = safety.checked_sub(balance).ok_or(Fault::Overflow)?;
        let (first, deepest) = member.below.unwrap_or((day, 0));
        member.below = Some((first, deepest.max(depth)));
    }
    if !member.state.moved.is_empty() || member.fixed.early {
        member.profile.push((day, balance, safety));
    }
    Ok(())
}

/// Keeps the public name of the rule in one place for reasons.
pub(crate) fn rule_name(rule: &Rule) -> &'static str {
    use crate::snapshot::EconomicKind as E;
    match rule {
        Rule::LotForLot => "lot_for_lot",
        Rule::Fixed(_) => "fixed",
        Rule::PeriodDays(_) => "period_days",
        Rule::Periods(_) => "periods",
        Rule::Cycle(_) => "cycle",
        Rule::OrderUpTo { .. } => "order_up_to",
        Rule::ReorderPoint { .. } => "reorder_point",
        Rule::MinMax { .. } => "min_max",
        Rule::Economic(E::Eoq, _) => "eoq",
        Rule::Economic(E::Poq, _) => "poq",
        Rule::Economic(E::LeastUnitCost, _) => "least_unit_cost",
        Rule::Economic(E::LeastTotalCost, _) => "least_total_cost",
        Rule::Economic(E::PartPeriod { .. }, _) => "part_period",
        Rule::Economic(E::SilverMeal, _) => "silver_meal",
        Rule::Economic(E::WagnerWhitin, _) => "wagner_whitin",
    }
}

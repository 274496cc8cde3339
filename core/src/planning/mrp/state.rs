//! One node while it is netted: what changes from day to day, and the flows of a day (rules §5, steps 1 to 3).

use super::gather::{Ctx, Days, Single, SingleRef, WideDays};
use super::model::{Alternative, flag};
use super::order::Order;
use super::terms::Terms;
use super::{Blocked, Fault, lots, net};
use crate::item::{SafetyPriority, SubstituteMode};
use crate::num::Ratio;
use crate::snapshot::{NONE, Params};

/// No day.
pub(crate) const NEVER: i32 = i32::MIN;

/// What changes while a node is netted. Small, so that a look ahead can work on a copy.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    pub(crate) balance: i64,
    /// Receipts before this one have been looked at.
    next_receipt: usize,
    /// Day each receipt was moved to, `NEVER` for not; empty when there are no receipts.
    pub(crate) moved: Vec<i32>,
    /// What is left of each lot with an expiry.
    pub(crate) lots: Vec<i64>,
    /// The same before the needs of the day; only where an item with lots may be used up.
    lots_before: Vec<i64>,
    lots_left: i64,
    /// Planned supply that comes after the need it serves: day, quantity, whether it refills safety stock.
    pending: Vec<(i32, i64, bool)>,
    /// Behind the planning fence: later needs count on it.
    pub(crate) pending_total: i64,
    /// Refills of safety stock under way: only the next refill counts on them.
    pub(crate) refill_total: i64,
    /// The old item is used up: every later need goes to the new one.
    pub(crate) switched: bool,
    next_single: usize,
}

/// What flows at a node, whatever is planned for it.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    pub(crate) node: u32,
    flags: u8,
    pub(crate) acc: Days,
    pub(crate) singles: Vec<Single>,
    /// Supplies cancelled because they could only be put off beyond the allowed shift; kept over a repetition.
    pub(crate) dropped: Vec<bool>,
}

/// What stays the same while a node is netted, looked up once.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Fixed {
    pub(crate) flags: u8,
    pub(crate) group: u32,
    /// Number of the parameter set.
    pub(crate) params: u32,
    /// Whether there is one source only, without conditions.
    pub(crate) one_source: bool,
    /// Whether the rule looks at later needs; else an order covers what is short, in orders of `size` if any.
    pub(crate) looks_ahead: bool,
    pub(crate) size: Option<i64>,
    /// Whether quantities may be rounded down to the multiple.
    pub(crate) rounds_down: bool,
    /// Whether orders may come before their first need: set-up costs change by date.
    pub(crate) early: bool,
    /// The first day behind the planning fence; no fence is before every day.
    fence: i64,
    /// Whether the aim is the same on every day from the run date on: it is `aim`.
    steady: bool,
    aim: Aim,
}

impl Fixed {
    fn of(ctx: &Ctx<'_>, node: u32) -> Fixed {
        let n = ctx.model.node(node);
        let params = ctx.s.params.set(n.params);
        let one_source = match ctx.model.sources_of(n) {
            [only] => only.row != NONE && ctx.s.sources.rows[only.row as usize].extra == 0,
            _ => false,
        };
        let steady = n.flags & flag::ALTERNATIVES == 0 && params.steps.is_empty();
        let aim = if steady { aim(ctx, node, params, ctx.model.run) } else { Aim::default() };
        let fence = i64::from(ctx.model.run) + i64::from(params.planning_fence);
        Fixed {
            flags: n.flags,
            group: n.group,
            params: n.params,
            one_source,
            looks_ahead: params.rule.looks_ahead(),
            size: lots::fixed_quantity(params),
            rounds_down: params.rule.rounds_down(),
            early: params.rule.orders_early(),
            fence: if params.planning_fence > 0 { fence } else { i64::MIN },
            steady,
            aim,
        }
    }

    /// Whether a day lies inside the planning time fence.
    #[inline]
    pub(crate) fn fenced(&self, day: i32) -> bool {
        i64::from(day) < self.fence
    }

    /// The first day behind the planning fence, where a day lies inside it.
    #[inline]
    pub(crate) fn behind_fence(&self, ctx: &Ctx<'_>, day: i32, notes: &mut Vec<Note>) -> i32 {
        if !self.fenced(day) {
            return day;
        }
        let fence = i32::try_from(self.fence).unwrap_or(i32::MAX);
        let behind = ctx.model.buckets.next_start(fence);
        notes.push(Note::Fenced { day: behind });
        behind
    }
}

/// A node while it is netted.
#[derive(Debug, Default)]
pub(crate) struct Member {
    pub(crate) fixed: Fixed,
    /// Its sources, ready for orders.
    pub(crate) terms: Vec<Terms>,
    pub(crate) inputs: Inputs,
    pub(crate) state: State,
    pub(crate) orders: Vec<Order>,
    /// What a supply was raised by.
    pub(crate) raised: Vec<i64>,
    /// (day, balance at its end, target) where messages need them.
    pub(crate) profile: Vec<(i32, i64, i64)>,
    /// Quantity given to each source under quotas.
    pub(crate) given: Vec<i64>,
    pub(crate) notes: Vec<Note>,
    /// First day below safety stock and the deepest shortage.
    pub(crate) below: Option<(i32, i64)>,
    /// Planned supply that is there before the need it was planned for: its day, the need's day, quantity.
    pub(crate) early: Vec<(i32, i32, i64)>,
    /// Period of the last need that an order with dated set-up costs covers.
    pub(crate) covered: Option<i32>,
    /// Orders so far, for rules that count them.
    pub(crate) lots_made: usize,
    pub(crate) eoq: i64,
    pub(crate) rate: Option<Ratio>,
    /// Shares of other members' orders that came to this node (day, quantity).
    pub(crate) came: Vec<(i32, i64)>,
    /// What other members took from this node (day, quantity, who).
    pub(crate) gave: Vec<(i32, i64, u32)>,
    /// What its lots with an expiry were used for.
    pub(crate) uses: Vec<LotUse>,
}

/// Something to tell about a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Note {
    /// A need could not be covered: why, when, how much was short.
    Blocked(Blocked, i32, i64),
    /// A substitute could have been used but must be confirmed by hand.
    Manual { alternative: u16, day: i32, quantity: i64 },
    /// An alternative has no ratio.
    NoRatio { alternative: u16 },
    /// A lot leaves the balance unused.
    Expired { lot: u32, quantity: i64 },
    /// An order was put behind the planning fence.
    Fenced { day: i32 },
}

/// What a lot with an expiry was used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum User {
    /// What was owed when its day began.
    Owed,
    /// One need, by its number among the node's.
    Single(usize),
    /// The needs of the day, in the order of service.
    Needs,
    /// Another node that took it.
    Taker,
}

/// A use of a lot with an expiry, for the pegs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LotUse {
    /// The node's number of the lot.
    pub(crate) lot: usize,
    pub(crate) day: i32,
    pub(crate) quantity: i64,
    pub(crate) user: User,
}

/// What happens while a day's flows are worked out; a look ahead listens to nothing.
pub(crate) trait Listener {
    fn received(&mut self, _receipt: usize, _day: i32) {}
    fn expired(&mut self, _lot: usize, _quantity: i64) {}
    fn switched(&mut self, _alternative: usize, _day: i32, _quantity: i64) {}
    fn used(&mut self, _lot: LotUse) {}
}

/// Listens to nothing.
#[derive(Debug)]
pub(crate) struct Silent;

impl Listener for Silent {}

impl Member {
    /// Gathers the needs of a node and sets everything back to its start.
    pub(crate) fn prepare(&mut self, ctx: &Ctx<'_>, node: u32, wide: &mut WideDays) -> Result<(), Fault> {
        self.inputs.node = node;
        self.fixed = Fixed::of(ctx, node);
        self.inputs.flags = self.fixed.flags;
        self.terms.clear();
        let sources = usize::from(ctx.model.node(node).sources);
        self.terms.extend((0..sources).filter_map(|number| Terms::of(ctx, node, number)));
        self.inputs.dropped.clear();
        self.inputs.dropped.resize(ctx.model.receipts.of(node).len(), false);
        self.gather(ctx, wide)
    }

    /// The same once more, without the supplies that were cancelled since.
    pub(crate) fn again(&mut self, ctx: &Ctx<'_>, wide: &mut WideDays) -> Result<(), Fault> {
        // Days marked on the way belong to orders that are no more.
        self.inputs.acc.clear();
        self.gather(ctx, wide)
    }

    fn gather(&mut self, ctx: &Ctx<'_>, wide: &mut WideDays) -> Result<(), Fault> {
        let node = self.inputs.node;
        self.inputs.acc.reserve(ctx.model.span.0, ctx.model.span.1);
        ctx.gather(node, &mut self.inputs.acc, wide)?;
        let n = ctx.model.node(node);
        self.inputs.singles.clear();
        if n.flags & flag::SINGLY != 0 {
            ctx.singles(node, &mut self.inputs.singles)?;
        }
        self.mark_events(ctx);
        self.restart(ctx);
        Ok(())
    }

    /// Days with receipts, steps of safety stock, expiries, and the run date, are events too.
    fn mark_events(&mut self, ctx: &Ctx<'_>) {
        let n = ctx.model.node(self.inputs.node);
        let params = ctx.s.params.set(n.params);
        for (receipt, dropped) in ctx.model.receipts.of(self.inputs.node).iter().zip(&self.inputs.dropped) {
            if !dropped {
                self.inputs.acc.mark(receipt.day);
            }
        }
        let run = ctx.model.run;
        // Safety stock counts from the run date on: its target steps up there, whatever the balance is by then.
        let safety = self.aim(ctx, run).safety > 0;
        // Behind a planning fence what was short before today may be so still, here and at what comes with it.
        let fence = |node: &u32| ctx.s.params.set(ctx.model.node(*node).params).planning_fence > 0;
        let fenced = match n.group {
            NONE => params.planning_fence > 0,
            group => ctx.model.groups[group as usize].iter().any(fence),
        };
        if n.opening < 0 || safety || fenced || params.rule.orders_by_itself() {
            self.inputs.acc.mark(run);
        }
        for &(day, _) in &params.steps {
            self.inputs.acc.mark(ctx.model.buckets.start(day.max(run)));
        }
        for lot in ctx.model.lots.of(self.inputs.node) {
            self.inputs.acc.mark(ctx.model.buckets.next_start(lot.until.saturating_add(1)));
        }
    }

    /// What the balance is measured against on a day.
    #[inline]
    pub(crate) fn aim(&self, ctx: &Ctx<'_>, day: i32) -> Aim {
        match (self.fixed.steady, day < ctx.model.run) {
            (true, true) => Aim::default(),
            (true, false) => self.fixed.aim,
            _ => aim(ctx, self.inputs.node, ctx.s.params.set(self.fixed.params), day),
        }
    }

    /// What is short of an aim; 0 when nothing is, or when no rule triggers.
    #[inline]
    pub(crate) fn short(&self, ctx: &Ctx<'_>, aim: Aim) -> i64 {
        match aim.by_rule {
            true => net::shortage(ctx.s.params.set(self.fixed.params), &self.state, aim),
            false => net::plain_shortage(&self.state, aim),
        }
    }

    /// Back to the state before the first event.
    fn restart(&mut self, ctx: &Ctx<'_>) {
        let n = ctx.model.node(self.inputs.node);
        let state = &mut self.state;
        state.balance = n.opening;
        state.next_receipt = 0;
        state.next_single = 0;
        state.pending.clear();
        state.pending_total = 0;
        state.refill_total = 0;
        state.switched = false;
        let receipts = ctx.model.receipts.of(self.inputs.node).len();
        state.moved.clear();
        state.moved.resize(receipts, NEVER);
        self.raised.clear();
        self.raised.resize(receipts, 0);
        state.lots.clear();
        let lots = ctx.model.lots.of(self.inputs.node).iter();
        state.lots.extend(lots.map(|lot| if lot.inspected { 0 } else { lot.quantity }));
        state.lots_left = state.lots.iter().sum();
        state.lots_before.clear();
        self.orders.clear();
        self.profile.clear();
        self.given.clear();
        if n.sources > 1 {
            self.given.resize(usize::from(n.sources), 0);
        }
        self.rate = None;
        self.came.clear();
        self.gave.clear();
        self.uses.clear();
        self.early.clear();
        self.covered = None;
        self.notes.clear();
        self.below = None;
        self.lots_made = 0;
        self.eoq = 0;
    }
}

impl Member {
    /// Notes planned supply that does not come on the day of its need: behind the fence, or before a set-up cost
    /// rises. What is early was there on the days before.
    #[inline(never)]
    pub(crate) fn off_day(&mut self, day: i32, now: i32, quantity: i64) {
        if day > now {
            self.inputs.acc.mark(day);
            return;
        }
        self.early.push((day, now, quantity));
        for entry in self.profile.iter_mut().rev().take_while(|entry| entry.0 >= day) {
            entry.1 += if entry.0 < now { quantity } else { 0 };
        }
    }
}

impl Inputs {
    /// Applies the flows of a day to a state.
    #[inline]
    pub(crate) fn flows(
        &self,
        ctx: &Ctx<'_>,
        state: &mut State,
        day: i32,
        listener: &mut impl Listener,
    ) -> Result<(), Fault> {
        if state.lots_left > 0 {
            self.expire(ctx, state, day, listener);
        }
        if state.next_receipt < state.moved.len() {
            self.receive(ctx, state, day, listener)?;
        }
        if !state.pending.is_empty() {
            state.arrive(day)?;
        }
        state.lots_before.clear();
        let mut need = self.acc.on(day);
        // Needs and outputs that balance may still be passed on to another item, or use lots.
        if need == 0 && self.flags & (flag::ALTERNATIVES | flag::LOTS) == 0 {
            return Ok(());
        }
        if self.flags & flag::ALTERNATIVES != 0 {
            need = self.switch(ctx, state, day, need, listener);
        }
        if state.lots_left > 0 && (need > 0 || !self.singles.is_empty()) {
            if self.flags & flag::ALTERNATIVES != 0 {
                state.lots_before.clone_from(&state.lots);
            }
            self.use_lots(ctx, state, day, need, listener);
        }
        state.balance = plus(state.balance, -need)?;
        Ok(())
    }

    /// Supplies that come by a day, but for those that were moved or cancelled.
    #[inline(never)]
    fn receive(
        &self,
        ctx: &Ctx<'_>,
        state: &mut State,
        day: i32,
        listener: &mut impl Listener,
    ) -> Result<(), Fault> {
        let receipts = ctx.model.receipts.of(self.node);
        while let Some(receipt) = receipts.get(state.next_receipt).filter(|r| r.day <= day) {
            let number = state.next_receipt;
            state.next_receipt += 1;
            if state.moved[number] == NEVER && !self.dropped[number] {
                state.balance = plus(state.balance, receipt.quantity)?;
                if let Some(lot) = state.lots.get_mut(receipt.lot as usize) {
                    *lot += receipt.quantity;
                    state.lots_left += receipt.quantity;
                }
                listener.received(number, day);
            }
        }
        if state.lots_left > 0 {
            state.settle(|lot, quantity| listener.used(LotUse { lot, day, quantity, user: User::Owed }));
        }
        Ok(())
    }

    /// Lots past their last usable day leave with what is left of them.
    #[inline(never)]
    fn expire(&self, ctx: &Ctx<'_>, state: &mut State, day: i32, listener: &mut impl Listener) {
        for (number, lot) in ctx.model.lots.of(self.node).iter().enumerate() {
            if lot.until >= day {
                break;
            }
            let left = std::mem::take(&mut state.lots[number]);
            if left > 0 {
                state.lots_left -= left;
                state.balance -= left;
                listener.expired(number, left);
            }
        }
    }

    /// Uses lots first expired first; a need with a minimum life passes over lots that do not last.
    #[inline(never)]
    fn use_lots(&self, ctx: &Ctx<'_>, state: &mut State, day: i32, need: i64, listener: &mut impl Listener) {
        if self.singles.is_empty() {
            take_lots(ctx, self.node, state, day, need, |lot, quantity| {
                listener.used(LotUse { lot, day, quantity, user: User::Needs });
            });
            return;
        }
        while self.singles.get(state.next_single).is_some_and(|single| single.day < day) {
            state.next_single += 1;
        }
        let from = state.next_single;
        for (at, single) in self.singles.iter().enumerate().skip(from).take_while(|(_, s)| s.day == day) {
            if matches!(single.what, SingleRef::Output { .. }) || self.moved_away(ctx, state, single, day) {
                continue;
            }
            let last = day.saturating_add(i32::try_from(single.life).unwrap_or(i32::MAX));
            take_lots(ctx, self.node, state, last, single.quantity, |lot, quantity| {
                listener.used(LotUse { lot, day, quantity, user: User::Single(at) });
            });
        }
    }

    /// Needs that go to a new item before anything is netted (rules §7: replace, and use-up once switched).
    #[inline(never)]
    fn switch(&self, ctx: &Ctx<'_>, state: &State, day: i32, need: i64, listener: &mut impl Listener) -> i64 {
        let mut left = need;
        let mut open = self.gross(day);
        for (number, alternative) in ctx.model.alternatives.of(self.node).iter().enumerate() {
            if !takes_whole(state, alternative, day) {
                continue;
            }
            let quantity = self.eligible(ctx, alternative, day, open);
            if quantity > 0 {
                left -= quantity;
                open -= quantity;
                listener.switched(number, day, quantity);
            }
        }
        left
    }

    /// Whether a need goes to a new item before anything is netted.
    pub(crate) fn moved_away(&self, ctx: &Ctx<'_>, state: &State, single: &Single, day: i32) -> bool {
        let rows = ctx.model.alternatives.of(self.node).iter();
        rows.filter(|row| takes_whole(state, row, day))
            .any(|row| row.parent == NONE || asks(ctx, single, row))
    }

    /// A day's needs without what comes in as an output; only where needs are looked at one by one.
    pub(crate) fn gross(&self, day: i32) -> i64 {
        let needs =
            self.singles.iter().filter(|s| s.day == day && !matches!(s.what, SingleRef::Output { .. }));
        needs.map(|single| single.quantity).sum()
    }

    /// The part of a day's needs that an alternative may serve: everything, or what one parent item asks for.
    pub(crate) fn eligible(&self, ctx: &Ctx<'_>, alternative: &Alternative, day: i32, most: i64) -> i64 {
        if alternative.parent == NONE {
            return most;
        }
        let on_day = self.singles.iter().filter(|single| single.day == day);
        let of_parent = on_day.filter(|single| asks(ctx, single, alternative));
        let sum: i64 = of_parent.map(|single| single.quantity).sum();
        sum.min(most)
    }
}

impl State {
    /// Lets planned supply arrive that comes after its need.
    #[inline(never)]
    fn arrive(&mut self, day: i32) -> Result<(), Fault> {
        let (mut late, mut refills) = (0, 0);
        self.pending.retain(|&(on, quantity, refill)| {
            let here = on <= day;
            let sum = if refill { &mut refills } else { &mut late };
            *sum += if here { quantity } else { 0 };
            !here
        });
        self.pending_total -= late;
        self.refill_total -= refills;
        self.balance = plus(self.balance, plus(late, refills)?)?;
        Ok(())
    }

    /// Notes planned supply: now, or on the later day on which it comes.
    #[inline]
    pub(crate) fn expect(&mut self, now: i32, day: i32, quantity: i64, refill: bool) -> Result<(), Fault> {
        if day <= now {
            self.balance = plus(self.balance, quantity)?;
            return Ok(());
        }
        self.pending.push((day, quantity, refill));
        let total = if refill { &mut self.refill_total } else { &mut self.pending_total };
        *total = plus(*total, quantity)?;
        Ok(())
    }

    /// What is owed after the receipts of a day comes from lots, first expired first (rules §2).
    fn settle(&mut self, mut used: impl FnMut(usize, i64)) {
        let mut owed = self.beyond_lots();
        for (number, lot) in self.lots.iter_mut().enumerate().filter(|(_, lot)| **lot > 0) {
            let taken = owed.min(*lot);
            *lot -= taken;
            owed -= taken;
            self.lots_left -= taken;
            if taken > 0 {
                used(number, taken);
            }
        }
    }

    /// Puts back what the needs of the day took from lots: they go to a new item instead.
    pub(crate) fn spare_lots(&mut self) {
        if self.lots_before.len() == self.lots.len() {
            self.lots.clone_from(&self.lots_before);
            self.lots_left = self.lots.iter().sum();
        }
    }

    /// What needs with a minimum life could not take although lots are left.
    #[inline]
    pub(crate) fn beyond_lots(&self) -> i64 {
        if self.lots_left > 0 { (self.lots_left - self.balance - self.pending_total).max(0) } else { 0 }
    }

    /// The next receipt that has not come yet.
    pub(crate) fn next_receipt(&self) -> usize {
        self.next_receipt
    }
}

/// What another node takes on a day: lots first, as for a need of its own.
pub(crate) fn draw(
    ctx: &Ctx<'_>,
    node: u32,
    state: &mut State,
    uses: &mut Vec<LotUse>,
    (day, quantity): (i32, i64),
) -> Result<(), Fault> {
    if state.lots_left > 0 {
        take_lots(ctx, node, state, day, quantity, |lot, quantity| {
            uses.push(LotUse { lot, day, quantity, user: User::Taker });
        });
    }
    state.balance = plus(state.balance, -quantity)?;
    Ok(())
}

fn take_lots(
    ctx: &Ctx<'_>,
    node: u32,
    state: &mut State,
    last: i32,
    mut need: i64,
    mut used: impl FnMut(usize, i64),
) {
    for (number, lot) in ctx.model.lots.of(node).iter().enumerate() {
        let quantity = if lot.until >= last { state.lots[number].min(need) } else { 0 };
        if quantity > 0 {
            state.lots[number] -= quantity;
            state.lots_left -= quantity;
            need -= quantity;
            used(number, quantity);
        }
    }
}

/// Whether a need comes from the parent that an alternative is limited to.
fn asks(ctx: &Ctx<'_>, single: &Single, alternative: &Alternative) -> bool {
    match single.what {
        SingleRef::Parent { parent, .. } => ctx.model.node(parent).spot.item == alternative.parent,
        _ => false,
    }
}

/// Whether needs go to a new item as a whole: replaced, or used up and switched.
fn takes_whole(state: &State, alternative: &Alternative, day: i32) -> bool {
    let whole = match alternative.mode {
        SubstituteMode::Replace => true,
        SubstituteMode::UseUpWhole => state.switched,
        _ => false,
    };
    whole && in_force(alternative, day) && alternative.ratio.is_some()
}

/// Whether an alternative holds on a day.
pub(crate) fn in_force(alternative: &Alternative, day: i32) -> bool {
    alternative.from <= day && day <= alternative.to
}

/// The safety stock in force on a day; none before the run date.
#[inline]
fn target(ctx: &Ctx<'_>, params: &Params, day: i32) -> i64 {
    if day < ctx.model.run || !ctx.policy.use_safety_stock {
        return 0;
    }
    if params.steps.is_empty() {
        return params.safety;
    }
    let past = params.steps.partition_point(|step| ctx.model.buckets.start(step.0) <= day);
    past.checked_sub(1).map_or(params.safety, |at| params.steps[at].1)
}

/// What a balance is measured against on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Aim {
    /// Safety stock that is kept.
    pub(crate) safety: i64,
    /// What demand is netted against: the safety stock, 0 where it has the lowest priority.
    pub(crate) level: i64,
    /// Whether points and levels of the rule count: not before the run date, nor where an item is used up.
    pub(crate) by_rule: bool,
}

/// The aim of a node on a day. A phantom keeps nothing, nor does an old item while it is used up (rules §7).
#[inline]
pub(crate) fn aim(ctx: &Ctx<'_>, node: u32, params: &Params, day: i32) -> Aim {
    let flags = ctx.model.node(node).flags;
    if flags & (flag::PASS | flag::ALTERNATIVES) != 0 && (flags & flag::PASS != 0 || using_up(ctx, node, day))
    {
        return Aim::default();
    }
    let safety = target(ctx, params, day);
    let level = if params.priority == SafetyPriority::Lowest { 0 } else { safety };
    Aim { safety, level, by_rule: day >= ctx.model.run && params.rule.orders_by_itself() }
}

/// Whether the node is being used up on a day: then nothing new is ordered for it.
pub(crate) fn using_up(ctx: &Ctx<'_>, node: u32, day: i32) -> bool {
    ctx.model.alternatives.of(node).iter().any(|a| {
        matches!(a.mode, SubstituteMode::UseUp | SubstituteMode::UseUpWhole)
            && a.parent == NONE
            && a.ratio.is_some()
            && in_force(a, day)
    })
}

/// A sum that is refused, never wrapped.
#[inline]
pub(crate) fn plus(a: i64, b: i64) -> Result<i64, Fault> {
    a.checked_add(b).ok_or(Fault::Overflow)
}

//! One order for one need: source, yield, lot sizes and dates (rules §6).

use super::days::Gap;
use super::gather::{Ctx, good_of, input_for};
use super::lots::{self, Cover};
use super::model::{InForce, NodeSource, Receipt, flag};
use super::net::{Scratch, settle, short_with};
use super::order::{Kind, Order};
use super::state::{Member, Note, in_force};
use super::terms::{Terms, modifiers};
use super::{Blocked, Fault};
use crate::num::Rounding;
use crate::planning::QuotaRule;
use crate::planning::lot_sizing;
use crate::snapshot::{NO_DATE, NONE, SourceRow, Spot};

/// Why an order could not be planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// A finding: the need is reported short.
    Blocked(Blocked),
    /// The run is refused.
    Fault(Fault),
}

impl From<Blocked> for Stop {
    fn from(blocked: Blocked) -> Self {
        Stop::Blocked(blocked)
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Stop::Fault(fault)
    }
}

impl From<Gap> for Stop {
    fn from(_: Gap) -> Self {
        Stop::Blocked(Blocked::CalendarGap)
    }
}

/// Orders on one day for one need; more are refused (rules §8).
const MOST_PIECES: i64 = 10_000;

/// A source with its row, as everything here needs it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chosen<'a> {
    pub(crate) source: &'a NodeSource,
    pub(crate) row: Option<&'a SourceRow>,
}

impl<'a> Chosen<'a> {
    pub(crate) fn of(ctx: &Ctx<'a>, node: u32, number: usize) -> Option<Chosen<'a>> {
        let source = ctx.model.sources_of(ctx.model.node(node)).get(number)?;
        let row = (source.row != NONE).then(|| &ctx.s.sources.rows[source.row as usize]);
        Some(Chosen { source, row })
    }
}

/// Plans orders for `short` good units that are needed on a day.
#[inline(always)]
pub(crate) fn order(
    ctx: &Ctx<'_>,
    at: usize,
    day: i32,
    short: i64,
    scratch: &mut Scratch,
) -> Result<(), Stop> {
    let member = &mut scratch.members[at];
    let fixed = &member.fixed;
    if fixed.flags & flag::PASS != 0 {
        return pass_on(ctx, member, day, short);
    }
    let cover = match fixed.looks_ahead {
        true => lots::look_ahead(ctx, at, day, short, scratch)?,
        false => Cover { need: short, fixed: fixed.size, day },
    };
    place_all(ctx, at, day, cover, scratch)?;
    // A list of counts moves on with every need that was ordered.
    scratch.members[at].lots_made += 1;
    Ok(())
}

/// Orders what one cover asks for from its source, or from several by quota.
#[inline(always)]
fn place_all(ctx: &Ctx<'_>, at: usize, day: i32, cover: Cover, scratch: &mut Scratch) -> Result<(), Stop> {
    if ctx.policy.quota == QuotaRule::Split
        && !scratch.members[at].fixed.one_source
        && let Some(placed) = order_split(ctx, at, day, cover, scratch)?
    {
        return placed;
    }
    let number = choose(ctx, &scratch.members[at], day, cover.need)?;
    place(ctx, at, number, day, cover, Kind::Planned, scratch)
}

/// Orders from several sources by quota; nothing where the first source in line keeps no quota.
#[inline(never)]
fn order_split(
    ctx: &Ctx<'_>,
    at: usize,
    day: i32,
    cover: Cover,
    scratch: &mut Scratch,
) -> Result<Option<Result<(), Stop>>, Stop> {
    let Some(shares) = split(ctx, &scratch.members[at], day, cover.need)? else { return Ok(None) };
    // Each part is ordered by itself: one that cannot be planned does not stop the others.
    let mut blocked = Ok(());
    for (number, share) in shares {
        let share = Cover { need: share, ..cover };
        match place(ctx, at, number, day, share, Kind::Planned, scratch) {
            Err(Stop::Fault(fault)) => return Err(fault.into()),
            placed => blocked = blocked.and(placed),
        }
    }
    Ok(Some(blocked))
}

/// What a phantom's stock does not cover passes on to its components, in its own units.
#[inline(never)]
fn pass_on(ctx: &Ctx<'_>, member: &mut Member, day: i32, short: i64) -> Result<(), Stop> {
    let force = member.terms.first().ok_or(Blocked::BomNotFound)?.force_on(ctx, day)?;
    let input = input_for(short, &force).ok_or(Fault::Overflow)?;
    member.orders.push(Order::new(Kind::Pass, input, day, day, 0));
    let good = good_of(input, &force);
    member.state.expect(day, day, good, false)?;
    Ok(())
}

/// Orders from one source for a cover; `now` is the day whose need they serve.
#[inline(always)]
fn place(
    ctx: &Ctx<'_>,
    at: usize,
    source: usize,
    now: i32,
    cover: Cover,
    kind: Kind,
    scratch: &mut Scratch,
) -> Result<(), Stop> {
    let member = &mut scratch.members[at];
    let terms = member.terms.get(source).ok_or(Blocked::NoSource)?;
    if terms.source.lead != NONE {
        return co_product(ctx, at, terms.source.lead, now, cover.need, scratch);
    }
    let day = member.fixed.behind_fence(ctx, cover.day, &mut member.notes);
    // Yields that round down may leave a rest: the same source makes it too.
    let mut rest = cover.need;
    while rest > 0 {
        let cover = Cover { need: rest, day, ..cover };
        let Some(good) = place_once(ctx, at, source, now, cover, kind, scratch)? else { break };
        if good <= 0 {
            return Err(Blocked::LotParamConflict.into());
        }
        rest = rest.saturating_sub(good);
    }
    Ok(())
}

/// Orders from one source for a need; what they give, or nothing when the need was rounded down on purpose.
#[inline(always)]
fn place_once(
    ctx: &Ctx<'_>,
    at: usize,
    source: usize,
    now: i32,
    cover: Cover,
    kind: Kind,
    scratch: &mut Scratch,
) -> Result<Option<i64>, Stop> {
    let member = &scratch.members[at];
    let terms = member.terms.get(source).ok_or(Blocked::NoSource)?;
    if cover.fixed.is_none() && !terms.sound {
        return Err(Blocked::LotParamConflict.into());
    }
    let mut input = terms.input_of(ctx, cover.need, cover.day)?;
    let mut down = false;
    if cover.fixed.is_none() {
        // What is missing to the safety stock is refilled to the full.
        if member.fixed.rounds_down && kind != Kind::Refill {
            let force = terms.provisional(ctx, cover.need, cover.day)?;
            let rounded = round_down(ctx, terms, member, force, (input, now));
            down = rounded < input;
            input = rounded;
        }
    }
    let pieces = lot_sizing::pieces(input, &terms.modifiers, cover.fixed).map_err(|_| Fault::Overflow)?;
    let count = pieces.count();
    if count > MOST_PIECES {
        return Err(Blocked::LimitExceeded.into());
    }
    let mut made: i64 = 0;
    for piece in 0..count {
        let good = emit(ctx, at, source, kind, pieces.piece(piece), (cover.day, now), scratch)?;
        made = made.saturating_add(good);
    }
    Ok((!down).then_some(made))
}

/// Rules that order up to a level may round down to the multiple where what is then there asks for nothing more.
#[inline(never)]
fn round_down(
    ctx: &Ctx<'_>,
    terms: &Terms,
    member: &Member,
    force: Option<InForce>,
    (input, now): (i64, i32),
) -> i64 {
    let params = ctx.s.params.set(member.fixed.params);
    let down = input - input % terms.modifiers.multiple.max(1);
    let yielded = force.map_or(down, |force| good_of(down, &force));
    let aim = member.aim(ctx, now);
    if down > 0 && short_with(params, &member.state, aim, yielded) <= 0 { down } else { input }
}

/// Adds one order, which is available on a day and serves a need of another, and what comes out of it; answers
/// its good quantity.
#[inline(always)]
fn emit(
    ctx: &Ctx<'_>,
    at: usize,
    source: usize,
    kind: Kind,
    input: i64,
    (day, now): (i32, i32),
    scratch: &mut Scratch,
) -> Result<i64, Stop> {
    let member = &mut scratch.members[at];
    let terms = member.terms.get(source).ok_or(Blocked::NoSource)?;
    let (start, good, version) = terms.settle(ctx, input, day)?;
    // So little input gives nothing good: no order; what is still short is ordered again.
    if good <= 0 {
        return Ok(0);
    }
    member.orders.push(Order::new(kind, input, day, start, terms.number));
    member.state.expect(now, day, good, kind == Kind::Refill)?;
    if day != now {
        member.off_day(day, now, good);
    }
    if let Some(given) = member.given.get_mut(source) {
        *given = given.saturating_add(input);
    }
    if member.fixed.group != NONE
        && let Some(version) = version
    {
        inner_outputs(ctx, at, version, input, day, now, scratch)?;
    }
    Ok(good)
}

/// Hands the further outputs of an order to members of the same group.
#[inline(never)]
fn inner_outputs(
    ctx: &Ctx<'_>,
    at: usize,
    version: u32,
    input: i64,
    day: i32,
    now: i32,
    scratch: &mut Scratch,
) -> Result<(), Fault> {
    let own = ctx.model.node(scratch.members[at].inputs.node).spot;
    let group = ctx.model.node(scratch.members[at].inputs.node).group;
    let count = ctx.model.groups[group as usize].len();
    let book = &ctx.s.bom;
    if !ctx.policy.use_co_products {
        return Ok(());
    }
    for output in book.outputs_of(book.version(version)) {
        let quantity = output.coefficient.mul_scaled(input, Rounding::Down).map_err(|_| Fault::Overflow)?;
        for changed in 0..count {
            let member = &mut scratch.members[changed];
            let spot = ctx.model.node(member.inputs.node).spot;
            if spot.item == output.item && lands(ctx, own, spot) && quantity > 0 {
                member.state.expect(now, day, quantity, false)?;
                if day < now {
                    member.off_day(day, now, quantity);
                } else {
                    member.inputs.acc.mark(day);
                }
                member.came.push((day, quantity));
                settle(ctx, at, changed, now, scratch)?;
            }
        }
    }
    Ok(())
}

/// Whether a share of an order lands on a node of its item: only the project is passed on.
fn lands(ctx: &Ctx<'_>, from: Spot, to: Spot) -> bool {
    let keys = &ctx.model.keys;
    let (from_key, to_key) = (&keys[from.key as usize], &keys[to.key as usize]);
    let uses = ctx.s.items.fact(to.item).key.project;
    let project = from_key.project.as_ref().filter(|_| uses);
    let only = to_key.attributes.is_none() && to_key.owner.is_none() && to_key.grade.is_none();
    to.site == from.site && only && to_key.project.as_ref() == project
}

/// A need for a further output becomes an order of the lead's process (rules §4).
#[inline(never)]
fn co_product(
    ctx: &Ctx<'_>,
    at: usize,
    lead: u32,
    day: i32,
    need: i64,
    scratch: &mut Scratch,
) -> Result<(), Stop> {
    // Shares that do not count would leave the need as it is, however much is made.
    if !ctx.policy.use_co_products {
        return Err(Blocked::NoSource.into());
    }
    let node = scratch.members[at].inputs.node;
    let outputs = &ctx.model.loop_outputs;
    let output = outputs.iter().find(|o| o.lead == lead && o.output == node).ok_or(Blocked::NoSource)?;
    let members = &scratch.members;
    let group = ctx.model.node(node).group;
    let count = if group == NONE { 1 } else { ctx.model.groups[group as usize].len() };
    let lead_at = members[..count].iter().position(|m| m.inputs.node == lead).ok_or(Blocked::NoSource)?;
    let input =
        output.ratio.recip().and_then(|r| r.mul_scaled(need, Rounding::Up)).map_err(|_| Fault::Overflow)?;
    let sources = ctx.model.sources_of(ctx.model.node(lead));
    let runs = |source: &NodeSource| {
        source.row != NONE
            && ctx.model.forces_of(source).iter().any(|f| f.version == output.version)
            && valid_on(ctx, source.row, day)
    };
    let number = sources.iter().position(runs).ok_or(Blocked::NoSource)?;
    let leader = &mut scratch.members[lead_at];
    let terms = leader.terms.get(number).ok_or(Blocked::NoSource)?;
    if !terms.sound {
        return Err(Blocked::LotParamConflict.into());
    }
    let pieces = lot_sizing::pieces(input, &terms.modifiers, None).map_err(|_| Fault::Overflow)?;
    if pieces.count() > MOST_PIECES {
        return Err(Blocked::LimitExceeded.into());
    }
    let available = leader.fixed.behind_fence(ctx, day, &mut leader.notes);
    for piece in 0..pieces.count() {
        emit(ctx, lead_at, number, Kind::Planned, pieces.piece(piece), (available, day), scratch)?;
    }
    settle(ctx, at, lead_at, day, scratch)?;
    Ok(())
}

/// Whether a row of the sources holds on a day.
fn valid_on(ctx: &Ctx<'_>, row: u32, day: i32) -> bool {
    let extra = ctx.s.sources.extra(&ctx.s.sources.rows[row as usize]);
    extra.is_none_or(|e| e.valid_from <= day && day <= e.valid_to)
}

/// The source for a need (rules §6): valid on the day, right for the quantity, first by priority, then quota.
#[inline]
fn choose(ctx: &Ctx<'_>, member: &Member, day: i32, need: i64) -> Result<usize, Blocked> {
    if member.fixed.one_source { Ok(0) } else { choose_among(ctx, member, day, need) }
}

#[inline(never)]
fn choose_among(ctx: &Ctx<'_>, member: &Member, day: i32, need: i64) -> Result<usize, Blocked> {
    let sources = ctx.model.sources_of(ctx.model.node(member.inputs.node));
    if sources.is_empty() {
        return Err(Blocked::NoSource);
    }
    let (mut best, mut valid): (Option<usize>, bool) = (None, false);
    // A source without a row is there for firm orders only.
    for (number, source) in sources.iter().enumerate().filter(|(_, source)| source.row != NONE) {
        let row = &ctx.s.sources.rows[source.row as usize];
        let extra = ctx.s.sources.extra(row);
        if extra.is_some_and(|e| day < e.valid_from || day > e.valid_to) {
            continue;
        }
        valid = true;
        if extra.is_some_and(|e| need < e.quantity_from || (e.quantity_to > 0 && need > e.quantity_to)) {
            continue;
        }
        best = match best {
            Some(so_far) if !better(ctx, member, number, so_far) => Some(so_far),
            _ => Some(number),
        };
    }
    let none = sources.iter().all(|source| source.row == NONE);
    best.ok_or(match (valid, none) {
        (true, _) => Blocked::SourceLotRange,
        (false, true) => Blocked::NoSource,
        (false, false) => Blocked::NoSourceOn,
    })
}

/// Whether a source goes before another that stands earlier in the list of the node.
fn better(ctx: &Ctx<'_>, member: &Member, number: usize, than: usize) -> bool {
    let facts = |n: usize| {
        let row =
            &ctx.s.sources.rows[ctx.model.sources_of(ctx.model.node(member.inputs.node))[n].row as usize];
        let extra = ctx.s.sources.extra(row);
        let given = member.given.get(n).copied().unwrap_or(0);
        let used = extra.map_or(0, |e| e.quota_used).saturating_add(given);
        // Sources of the site itself come before those of every site.
        ((row.site == NONE, row.priority), extra.map_or(0, |e| e.quota), used)
    };
    let ((priority, quota, used), (other_priority, other_quota, other_used)) = (facts(number), facts(than));
    if priority != other_priority {
        return priority < other_priority;
    }
    match (quota > 0, other_quota > 0) {
        (true, false) => true,
        // used ÷ quota, compared without division.
        (true, true) => {
            i128::from(used) * i128::from(other_quota) < i128::from(other_used) * i128::from(quota)
        }
        _ => false,
    }
}

/// Shares of a need by quota; none where the first source in line keeps no quota.
#[inline(never)]
fn split(ctx: &Ctx<'_>, member: &Member, day: i32, need: i64) -> Result<Option<Vec<(usize, i64)>>, Stop> {
    let first = choose(ctx, member, day, need)?;
    let sources = ctx.model.sources_of(ctx.model.node(member.inputs.node));
    let row = |n: usize| &ctx.s.sources.rows[sources[n].row as usize];
    let rank = |n: usize| (row(n).site == NONE, row(n).priority);
    let priority = rank(first);
    let mut numbers = Vec::new();
    let mut weights = Vec::new();
    for number in (0..sources.len()).filter(|&n| sources[n].row != NONE) {
        let extra = ctx.s.sources.extra(row(number));
        let valid = extra.is_some_and(|e| {
            let fits = need >= e.quantity_from && (e.quantity_to == 0 || need <= e.quantity_to);
            e.quota > 0 && day >= e.valid_from && day <= e.valid_to && fits
        });
        if valid && rank(number) == priority {
            numbers.push(number);
            weights.push(i128::from(extra.map_or(0, |e| e.quota)));
        }
    }
    if numbers.len() < 2 {
        return Ok(None);
    }
    let rule = crate::num::Residue::LargestRemainder;
    let shares = crate::num::split(i128::from(need), &weights, rule).map_err(|_| Fault::Overflow)?;
    let share = |s: i128| i64::try_from(s).map_err(|_| Stop::Fault(Fault::Overflow));
    let shares: Result<Vec<i64>, Stop> = shares.into_iter().map(share).collect();
    Ok(Some(numbers.into_iter().zip(shares?).filter(|(_, share)| *share > 0).collect()))
}

/// A refill of safety stock under the lowest priority: never late (rules §5). Answers what was missing.
#[inline(never)]
pub(crate) fn refill(
    ctx: &Ctx<'_>,
    at: usize,
    day: i32,
    safety: i64,
    scratch: &mut Scratch,
) -> Result<i64, Fault> {
    let missing_at_first = safety.saturating_sub(coming_in(&scratch.members[at])).max(0);
    for _ in 0..MOST_PIECES {
        let member = &scratch.members[at];
        let before = coming_in(member);
        let missing = safety.saturating_sub(before);
        if missing <= 0 {
            return Ok(missing_at_first);
        }
        match refill_once(ctx, at, day, missing, scratch) {
            Ok(()) if coming_in(&scratch.members[at]) > before => {}
            Ok(()) => {
                scratch.members[at].notes.push(Note::Blocked(Blocked::LotParamConflict, day, 0));
                return Ok(missing_at_first);
            }
            Err(Stop::Blocked(blocked)) => {
                scratch.members[at].notes.push(Note::Blocked(blocked, day, 0));
                return Ok(missing_at_first);
            }
            Err(Stop::Fault(fault)) => return Err(fault),
        }
    }
    Ok(missing_at_first)
}

/// The balance with everything that is under way.
fn coming_in(member: &Member) -> i64 {
    let state = &member.state;
    state.balance.saturating_add(state.pending_total).saturating_add(state.refill_total)
}

fn refill_once(ctx: &Ctx<'_>, at: usize, day: i32, need: i64, scratch: &mut Scratch) -> Result<(), Stop> {
    let member = &scratch.members[at];
    let number = choose(ctx, member, day, need)?;
    let terms = member.terms.get(number).ok_or(Blocked::NoSource)?;
    if terms.source.lead != NONE {
        return co_product(ctx, at, terms.source.lead, day, need, scratch);
    }
    let (_, earliest) = terms.feasible(ctx, need, ctx.model.run)?;
    let on = ctx.model.buckets.next_start(day.max(earliest));
    let cover = Cover { need, fixed: member.fixed.size, day: on };
    place(ctx, at, number, day, cover, Kind::Refill, scratch)
}

/// The order behind a firm supply that arrives on a day; none for a supply that is not, or without a source.
pub(crate) fn firm_order(
    ctx: &Ctx<'_>,
    node: u32,
    receipt: &Receipt,
    raised: i64,
    day: i32,
    notes: &mut Vec<Note>,
) -> Option<Order> {
    let firm = receipt.firm?;
    let supply = &ctx.s.records.supplies.rows[receipt.row as usize];
    let remaining = supply.remaining.checked_add(raised)?;
    match firm_facts(ctx, node, receipt, remaining, day) {
        Ok((input, start)) => Some(Order::new(Kind::Firm, input, day, start, firm.source)),
        Err(blocked) => {
            notes.push(Note::Blocked(blocked, day, 0));
            None
        }
    }
}

fn firm_facts(
    ctx: &Ctx<'_>,
    node: u32,
    receipt: &Receipt,
    remaining: i64,
    day: i32,
) -> Result<(i64, i32), Blocked> {
    let firm = receipt.firm.ok_or(Blocked::NoSource)?;
    let terms = Terms::of(ctx, node, usize::from(firm.source)).ok_or(Blocked::NoSource)?;
    let blocked = |stop: Stop| match stop {
        Stop::Blocked(blocked) => blocked,
        Stop::Fault(_) => Blocked::LimitExceeded,
    };
    let start = |quantity: i64| match firm.start {
        NO_DATE => terms.schedule(ctx, quantity, day).map(|dates| dates.start).map_err(blocked),
        typed => Ok(typed),
    };
    let explosion = |start: i32| ctx.explosion_day(node, &Order::new(Kind::Firm, 0, day, start, 0));
    let supply = &ctx.s.records.supplies.rows[receipt.row as usize];
    let scaled = |input: i64| {
        let product = i128::from(input) * i128::from(remaining);
        let quantity = i128::from(supply.quantity.max(1));
        i64::try_from((product + quantity - 1) / quantity).map_err(|_| Blocked::LimitExceeded)
    };
    let input = match supply.input {
        -1 if terms.makes => {
            let force = terms.force_on(ctx, explosion(start(remaining)?))?;
            input_for(remaining, &force).ok_or(Blocked::LimitExceeded)?
        }
        -1 => remaining,
        input => scaled(input)?,
    };
    let start = start(input)?;
    if terms.makes {
        terms.force_on(ctx, explosion(start))?;
    }
    Ok((input, start))
}

/// The quantity a supply would have after a raise; none when its lot sizes do not allow it.
pub(crate) fn raised_quantity(ctx: &Ctx<'_>, node: u32, receipt: &Receipt, short: i64) -> Option<i64> {
    let params = ctx.s.params.set(ctx.model.node(node).params);
    let supply = &ctx.s.records.supplies.rows[receipt.row as usize];
    let row = (supply.source != NONE).then(|| &ctx.s.sources.rows[supply.source as usize]);
    let modifiers = modifiers(ctx, row, params);
    let wanted = receipt.quantity.checked_add(short)?;
    let step = modifiers.multiple.max(1);
    let raised = (wanted / step + i64::from(wanted % step != 0)).checked_mul(step)?;
    (modifiers.max == 0 || raised <= modifiers.max).then_some(raised)
}

/// Rewrites the order behind a firm supply that was raised; one that can no longer be dated is gone.
pub(crate) fn raise_firm(ctx: &Ctx<'_>, member: &mut Member, receipt: usize, day: i32) {
    let node = member.inputs.node;
    let row = &ctx.model.receipts.of(node)[receipt];
    let old = firm_order(ctx, node, row, 0, day, &mut Vec::new());
    let new = firm_order(ctx, node, row, member.raised[receipt], day, &mut member.notes);
    let at = old.and_then(|old| member.orders.iter().rposition(|order| *order == old));
    match (at, new) {
        (Some(at), Some(new)) => member.orders[at] = new,
        (Some(at), None) => drop(member.orders.remove(at)),
        (None, Some(new)) => member.orders.push(new),
        (None, None) => {}
    }
}

/// Whether an alternative of a node holds on a day and has a ratio.
pub(crate) fn usable(alternative: &super::model::Alternative, day: i32) -> bool {
    in_force(alternative, day) && alternative.ratio.is_some()
}

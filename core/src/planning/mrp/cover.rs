//! One order for one need: source, yield, lot sizes and dates (rules §6).

use super::days::{self, Gap};
use super::gather::{Ctx, good_of, input_for};
use super::lots;
use super::model::{InForce, NodeSource, Receipt, flag};
use super::net::{Scratch, fenced, number, settle, short_with};
use super::order::{Kind, Order};
use super::state::{Member, Note, aim, in_force};
use super::{Blocked, Fault};
use crate::item::{MaxRule, UpToRounding};
use crate::num::Rounding;
use crate::partner::SourceKind;
use crate::planning::lot_sizing::{self, Modifiers};
use crate::planning::{ExplosionDate, QuotaRule};
use crate::snapshot::{EARLIEST, LATEST, NO_DATE, NONE, Params, Rule, SourceRow};

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

/// The dates of an order, as day numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dates {
    pub(crate) due: i32,
    pub(crate) dock: i32,
    pub(crate) start: i32,
}

/// A source with its row, as everything here needs it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chosen<'a> {
    /// Number among the node's sources.
    pub(crate) number: usize,
    pub(crate) source: &'a NodeSource,
    pub(crate) row: Option<&'a SourceRow>,
}

impl<'a> Chosen<'a> {
    pub(crate) fn of(ctx: &Ctx<'a>, node: u32, number: usize) -> Option<Chosen<'a>> {
        let source = ctx.model.sources_of(ctx.model.node(node)).get(number)?;
        let row = (source.row != NONE).then(|| &ctx.s.sources.rows[source.row as usize]);
        Some(Chosen { number, source, row })
    }

    fn makes(&self) -> bool {
        self.row.is_none_or(|row| matches!(row.kind, SourceKind::Make | SourceKind::Subcontract))
    }
}

/// Plans orders for `short` good units that are needed on a day.
pub(crate) fn order(
    ctx: &Ctx<'_>,
    at: usize,
    day: i32,
    short: i64,
    scratch: &mut Scratch,
) -> Result<(), Stop> {
    let node = scratch.members[at].inputs.node;
    if ctx.model.node(node).flags & flag::PASS != 0 {
        return pass_on(ctx, &mut scratch.members[at], day, short);
    }
    let params = ctx.s.params.set(ctx.model.node(node).params);
    let cover = lots::cover(ctx, at, day, short, scratch)?;
    if ctx.policy.quota == QuotaRule::Split
        && let Some(shares) = split(ctx, &scratch.members[at], day, cover.need)?
    {
        // Each part is ordered by itself: one that cannot be planned does not stop the others.
        let mut blocked = Ok(());
        for (number, share) in shares {
            let what = (cover.fixed, Kind::Planned);
            match place(ctx, at, number, cover.day, day, share, what, params, scratch) {
                Err(Stop::Fault(fault)) => return Err(fault.into()),
                placed => blocked = blocked.and(placed),
            }
        }
        return blocked;
    }
    let number = choose(ctx, &scratch.members[at], day, cover.need)?;
    place(ctx, at, number, cover.day, day, cover.need, (cover.fixed, Kind::Planned), params, scratch)
}

/// What a phantom's stock does not cover passes on to its components, in its own units.
fn pass_on(ctx: &Ctx<'_>, member: &mut Member, day: i32, short: i64) -> Result<(), Stop> {
    let chosen = Chosen::of(ctx, member.inputs.node, 0).ok_or(Blocked::BomNotFound)?;
    let force = force_on(ctx, &chosen, day)?;
    let input = input_for(short, force).ok_or(Fault::Overflow)?;
    member.orders.push(Order::new(Kind::Pass, input, day, day, 0));
    let good = good_of(input, force);
    member.state.expect(day, day, good, false)?;
    Ok(())
}

/// Orders from one source. `day` is when they are to be available, `now` the day whose need they serve.
#[expect(
    clippy::too_many_arguments,
    reason = "the eight facts of one placement; a struct would only rename them"
)]
fn place(
    ctx: &Ctx<'_>,
    at: usize,
    source: usize,
    day: i32,
    now: i32,
    need: i64,
    (fixed, kind): (Option<i64>, Kind),
    params: &Params,
    scratch: &mut Scratch,
) -> Result<(), Stop> {
    let node = scratch.members[at].inputs.node;
    let chosen = Chosen::of(ctx, node, source).ok_or(Blocked::NoSource)?;
    if chosen.source.lead != NONE {
        return co_product(ctx, at, chosen.source.lead, now, need, scratch);
    }
    let day = behind_fence(ctx, params, day, &mut scratch.members[at].notes);
    // Yields that round down may leave a rest: the same source makes it too.
    let mut rest = need;
    while rest > 0 {
        let made = place_once(ctx, at, &chosen, (day, now), rest, (fixed, kind), params, scratch)?;
        let Some(good) = made else { break };
        if good <= 0 {
            return Err(Blocked::LotParamConflict.into());
        }
        rest = rest.saturating_sub(good);
    }
    scratch.members[at].lots_made += 1;
    Ok(())
}

/// Orders from one source for a need; what they give, or nothing when the need was rounded down on purpose.
#[expect(clippy::too_many_arguments, reason = "the facts of one placement; a struct would only rename them")]
fn place_once(
    ctx: &Ctx<'_>,
    at: usize,
    chosen: &Chosen<'_>,
    (day, now): (i32, i32),
    need: i64,
    (fixed, kind): (Option<i64>, Kind),
    params: &Params,
    scratch: &mut Scratch,
) -> Result<Option<i64>, Stop> {
    let node = scratch.members[at].inputs.node;
    let mut input = need;
    let mut force = None;
    if chosen.makes() {
        let found = match ctx.model.forces_of(chosen.source) {
            // One version without an end: no date is needed to know the yield.
            [only] if only.from == EARLIEST && only.to == LATEST => only,
            _ => {
                let dates = schedule(ctx, node, chosen, params, need, day)?;
                force_on(ctx, chosen, explosion_day(ctx, &dates))?
            }
        };
        input = input_for(need, found).ok_or(Fault::Overflow)?;
        force = Some(found);
    }
    let modifiers = modifiers(ctx, chosen, params);
    let mut down = false;
    if fixed.is_none() {
        modifiers.check().map_err(|_| Blocked::LotParamConflict)?;
        // What is missing to the safety stock is refilled to the full.
        let rounded = match kind {
            Kind::Refill => input,
            _ => round_down(ctx, force, params, &modifiers, &scratch.members[at], (input, now)),
        };
        down = rounded < input;
        input = rounded;
    }
    let pieces = lot_sizing::pieces(input, &modifiers, fixed).map_err(|_| Fault::Overflow)?;
    if pieces.count() > MOST_PIECES {
        return Err(Blocked::LimitExceeded.into());
    }
    let mut made: i64 = 0;
    for piece in pieces.iter() {
        made = made.saturating_add(emit(ctx, at, chosen, params, kind, piece, day, now, scratch)?);
    }
    Ok((!down).then_some(made))
}

/// Rules that order up to a level may round down to the multiple where what is then there asks for nothing more.
fn round_down(
    ctx: &Ctx<'_>,
    force: Option<&InForce>,
    params: &Params,
    modifiers: &Modifiers,
    member: &Member,
    (input, now): (i64, i32),
) -> i64 {
    let (Rule::MinMax { rounding, .. } | Rule::OrderUpTo { rounding, .. }) = &params.rule else {
        return input;
    };
    if *rounding != UpToRounding::Down {
        return input;
    }
    let down = input - input % modifiers.multiple.max(1);
    let yielded = force.map_or(down, |force| good_of(down, force));
    let aim = aim(ctx, member.inputs.node, params, now);
    if down > 0 && short_with(params, &member.state, aim, yielded) <= 0 { down } else { input }
}

/// The first day behind the planning fence, where a day lies inside it.
fn behind_fence(ctx: &Ctx<'_>, params: &Params, day: i32, notes: &mut Vec<Note>) -> i32 {
    if !fenced(ctx, params, day) {
        return day;
    }
    let fence = i32::try_from(params.planning_fence).unwrap_or(i32::MAX);
    let behind = ctx.model.buckets.next_start(ctx.model.run.saturating_add(fence));
    notes.push(Note::Fenced { day: behind });
    behind
}

/// Adds one order and what comes out of it; answers its good quantity.
#[expect(clippy::too_many_arguments, reason = "the nine facts of one order; a struct would only rename them")]
fn emit(
    ctx: &Ctx<'_>,
    at: usize,
    chosen: &Chosen<'_>,
    params: &Params,
    kind: Kind,
    input: i64,
    day: i32,
    now: i32,
    scratch: &mut Scratch,
) -> Result<i64, Stop> {
    let node = scratch.members[at].inputs.node;
    let dates = schedule(ctx, node, chosen, params, input, day)?;
    let mut good = input;
    let mut version = None;
    if chosen.makes() {
        let force = force_on(ctx, chosen, explosion_day(ctx, &dates))?;
        good = good_of(input, force);
        version = Some(force.version);
    }
    // So little input gives nothing good: no order; what is still short is ordered again.
    if good <= 0 {
        return Ok(0);
    }
    let member = &mut scratch.members[at];
    member.orders.push(Order::new(kind, input, day, dates.start, number(chosen.number)));
    member.state.expect(now, day, good, kind == Kind::Refill)?;
    if day > now {
        member.inputs.acc.mark(day);
    }
    if let Some(given) = member.given.get_mut(chosen.number) {
        *given = given.saturating_add(input);
    }
    if let Some(version) = version
        && ctx.model.node(node).group != NONE
    {
        inner_outputs(ctx, at, version, input, day, now, scratch)?;
    }
    Ok(good)
}

/// Hands the further outputs of an order to members of the same group.
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
            if spot.item == output.item && spot.site == own.site && quantity > 0 {
                member.state.expect(now, day, quantity, false)?;
                member.inputs.acc.mark(day);
                member.came.push((day, quantity));
                settle(ctx, at, changed, now, scratch)?;
            }
        }
    }
    Ok(())
}

/// A need for a further output becomes an order of the lead's process (rules §4).
fn co_product(
    ctx: &Ctx<'_>,
    at: usize,
    lead: u32,
    day: i32,
    need: i64,
    scratch: &mut Scratch,
) -> Result<(), Stop> {
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
        source.row != NONE && ctx.model.forces_of(source).iter().any(|f| f.version == output.version)
    };
    let number = sources.iter().position(runs).ok_or(Blocked::NoSource)?;
    let params = ctx.s.params.set(ctx.model.node(lead).params);
    let chosen = Chosen::of(ctx, lead, number).ok_or(Blocked::NoSource)?;
    let modifiers = modifiers(ctx, &chosen, params);
    modifiers.check().map_err(|_| Blocked::LotParamConflict)?;
    let pieces = lot_sizing::pieces(input, &modifiers, None).map_err(|_| Fault::Overflow)?;
    if pieces.count() > MOST_PIECES {
        return Err(Blocked::LimitExceeded.into());
    }
    let available = behind_fence(ctx, params, day, &mut scratch.members[lead_at].notes);
    for piece in pieces.iter() {
        emit(ctx, lead_at, &chosen, params, Kind::Planned, piece, available, day, scratch)?;
    }
    settle(ctx, at, lead_at, day, scratch)?;
    Ok(())
}

/// The BOM version in force on a day, for a source that makes.
fn force_on<'a>(ctx: &Ctx<'a>, chosen: &Chosen<'_>, day: i32) -> Result<&'a InForce, Blocked> {
    let forces = ctx.model.forces_of(chosen.source);
    if let Some(force) = forces.iter().find(|f| f.from <= day && day <= f.to) {
        return Ok(force);
    }
    // A source that names a draft is told so; everything else has no BOM on that day.
    let named = chosen.row.and_then(|row| ctx.s.sources.extra(row)).and_then(|extra| extra.bom.as_deref());
    let draft = named.and_then(|id| ctx.s.bom.find_version(id)).is_some_and(|v| ctx.s.bom.version(v).draft);
    Err(if draft { Blocked::BomNotApproved } else { Blocked::BomNotFound })
}

fn explosion_day(ctx: &Ctx<'_>, dates: &Dates) -> i32 {
    match ctx.policy.explosion {
        ExplosionDate::Start => dates.start,
        ExplosionDate::Due => dates.due,
    }
}

/// Minimum, maximum and multiple: the source's before the item's.
pub(crate) fn modifiers(ctx: &Ctx<'_>, chosen: &Chosen<'_>, params: &Params) -> Modifiers {
    let extra = chosen.row.and_then(|row| ctx.s.sources.extra(row));
    let pick = |own: Option<i64>, item: i64| own.filter(|&n| n >= 0).unwrap_or(item);
    Modifiers {
        min: pick(extra.map(|e| e.min), params.min),
        max: pick(extra.map(|e| e.max), params.max),
        multiple: pick(extra.map(|e| e.multiple), params.multiple),
        max_rule: if params.may_exceed { MaxRule::MayExceed } else { MaxRule::Physical },
    }
}

/// Days that a quantity takes.
fn lead_days(ctx: &Ctx<'_>, row: &SourceRow, quantity: i64) -> Result<i32, Stop> {
    if row.lead < 0 {
        return Err(Blocked::LeadtimeMissing.into());
    }
    let Some(extra) = ctx.s.sources.extra(row).filter(|e| e.days_per_batch > 0) else { return Ok(row.lead) };
    let batches = quantity / extra.batch + i64::from(quantity % extra.batch != 0);
    let days =
        i64::from(extra.days_per_batch).checked_mul(batches).and_then(|d| d.checked_add(i64::from(row.lead)));
    days.and_then(|d| i32::try_from(d).ok()).ok_or(Stop::Blocked(Blocked::CalendarGap))
}

/// The calendar in which the start of an order from a source is counted.
fn start_calendar<'a>(ctx: &Ctx<'a>, site: u32, row: &SourceRow) -> Option<&'a days::DayTable> {
    match row.kind {
        SourceKind::Make => ctx.site_calendar(site),
        SourceKind::Transfer => ctx.site_calendar(row.partner),
        SourceKind::Buy | SourceKind::Subcontract => {
            let own =
                if row.partner == NONE { NONE } else { ctx.s.places.supplier_calendar[row.partner as usize] };
            ctx.calendar(own).or_else(|| ctx.site_calendar(site))
        }
    }
}

/// Due, dock and start of an order that is to be available on a day (rules §6, dates).
pub(crate) fn schedule(
    ctx: &Ctx<'_>,
    node: u32,
    chosen: &Chosen<'_>,
    params: &Params,
    quantity: i64,
    available: i32,
) -> Result<Dates, Stop> {
    let row = chosen.row.ok_or(Blocked::NoSource)?;
    let site = ctx.model.node(node).spot.site;
    let lead = lead_days(ctx, row, quantity)?;
    let calendar = ctx.site_calendar(site);
    let safety = i32::try_from(params.safety_days).map_err(|_| Gap)?;
    let due = days::back(calendar, available, safety)?;
    if row.kind == SourceKind::Make {
        let start = backward(calendar, due, lead, row.working)?;
        return Ok(Dates { due, dock: due, start });
    }
    let inspection = ctx.s.sources.extra(row).map_or(0, |extra| extra.inspection);
    let inspection = i32::try_from(inspection).map_err(|_| Gap)?;
    let dock = days::back(calendar, due, inspection)?;
    let start = backward(start_calendar(ctx, site, row), dock, lead, row.working)?;
    Ok(Dates { due, dock, start })
}

fn backward(calendar: Option<&days::DayTable>, day: i32, n: i32, working: bool) -> Result<i32, Gap> {
    match working {
        true => days::back(calendar, day, n),
        false => days::back(calendar, days::in_range(day.checked_sub(n))?, 0),
    }
}

/// The start that is still possible and the day the order can be available if it starts then.
pub(crate) fn feasible(
    ctx: &Ctx<'_>,
    node: u32,
    chosen: &Chosen<'_>,
    params: &Params,
    quantity: i64,
    start: i32,
) -> Result<(i32, i32), Stop> {
    let row = chosen.row.ok_or(Blocked::NoSource)?;
    let site = ctx.model.node(node).spot.site;
    let lead = lead_days(ctx, row, quantity)?;
    let calendar = ctx.site_calendar(site);
    let starts = start_calendar(ctx, site, row);
    let start = days::forward_to(starts, start.max(ctx.model.run))?;
    let done = match row.working {
        true => days::add(starts, start, lead)?,
        false => days::in_range(start.checked_add(lead))?,
    };
    let inspection = match row.kind {
        SourceKind::Make => 0,
        _ => ctx.s.sources.extra(row).map_or(0, |extra| extra.inspection),
    };
    let wait = i32::try_from(inspection + params.safety_days).map_err(|_| Gap)?;
    let dock = days::forward_to(calendar, done)?;
    Ok((start, days::add(calendar, dock, wait)?))
}

/// The source for a need (rules §6): valid on the day, right for the quantity, first by priority, then quota.
fn choose(ctx: &Ctx<'_>, member: &Member, day: i32, need: i64) -> Result<usize, Blocked> {
    let sources = ctx.model.sources_of(ctx.model.node(member.inputs.node));
    let plain =
        |source: &NodeSource| source.row != NONE && ctx.s.sources.rows[source.row as usize].extra == 0;
    match sources {
        [] => return Err(Blocked::NoSource),
        [only] if plain(only) => return Ok(0),
        _ => {}
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

/// A refill of safety stock under the lowest priority: never late (rules §5).
pub(crate) fn refill(
    ctx: &Ctx<'_>,
    at: usize,
    day: i32,
    safety: i64,
    scratch: &mut Scratch,
) -> Result<(), Fault> {
    for _ in 0..MOST_PIECES {
        let member = &scratch.members[at];
        let before = coming_in(member);
        let missing = safety.saturating_sub(before);
        if missing <= 0 {
            return Ok(());
        }
        match refill_once(ctx, at, day, missing, scratch) {
            Ok(()) if coming_in(&scratch.members[at]) > before => {}
            Ok(()) => {
                scratch.members[at].notes.push(Note::Blocked(Blocked::LotParamConflict, day, 0));
                return Ok(());
            }
            Err(Stop::Blocked(blocked)) => {
                scratch.members[at].notes.push(Note::Blocked(blocked, day, 0));
                return Ok(());
            }
            Err(Stop::Fault(fault)) => return Err(fault),
        }
    }
    Ok(())
}

/// The balance with everything that is under way.
fn coming_in(member: &Member) -> i64 {
    let state = &member.state;
    state.balance.saturating_add(state.pending_total).saturating_add(state.refill_total)
}

fn refill_once(ctx: &Ctx<'_>, at: usize, day: i32, need: i64, scratch: &mut Scratch) -> Result<(), Stop> {
    let node = scratch.members[at].inputs.node;
    let params = ctx.s.params.set(ctx.model.node(node).params);
    let number = choose(ctx, &scratch.members[at], day, need)?;
    let chosen = Chosen::of(ctx, node, number).ok_or(Blocked::NoSource)?;
    if chosen.source.lead != NONE {
        return co_product(ctx, at, chosen.source.lead, day, need, scratch);
    }
    let (_, earliest) = feasible(ctx, node, &chosen, params, need, ctx.model.run)?;
    let on = ctx.model.buckets.next_start(day.max(earliest));
    let fixed = lots::fixed_quantity(params);
    place(ctx, at, number, on, day, need, (fixed, Kind::Refill), params, scratch)
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
    let chosen = Chosen::of(ctx, node, usize::from(firm.source)).ok_or(Blocked::NoSource)?;
    let params = ctx.s.params.set(ctx.model.node(node).params);
    let blocked = |stop: Stop| match stop {
        Stop::Blocked(blocked) => blocked,
        Stop::Fault(_) => Blocked::LimitExceeded,
    };
    let start = |quantity: i64| match firm.start {
        NO_DATE => {
            schedule(ctx, node, &chosen, params, quantity, day).map(|dates| dates.start).map_err(blocked)
        }
        typed => Ok(typed),
    };
    let supply = &ctx.s.records.supplies.rows[receipt.row as usize];
    let scaled = |input: i64| {
        let product = i128::from(input) * i128::from(remaining);
        let quantity = i128::from(supply.quantity.max(1));
        i64::try_from((product + quantity - 1) / quantity).map_err(|_| Blocked::LimitExceeded)
    };
    let input = match supply.input {
        -1 if chosen.makes() => {
            let force = force_on(ctx, &chosen, start(remaining)?)?;
            input_for(remaining, force).ok_or(Blocked::LimitExceeded)?
        }
        -1 => remaining,
        input => scaled(input)?,
    };
    let start = start(input)?;
    if chosen.makes() {
        force_on(ctx, &chosen, start)?;
    }
    Ok((input, start))
}

/// The quantity a supply would have after a raise; none when its lot sizes do not allow it.
pub(crate) fn raised_quantity(ctx: &Ctx<'_>, node: u32, receipt: &Receipt, short: i64) -> Option<i64> {
    let params = ctx.s.params.set(ctx.model.node(node).params);
    let supply = &ctx.s.records.supplies.rows[receipt.row as usize];
    let row = (supply.source != NONE).then(|| &ctx.s.sources.rows[supply.source as usize]);
    let none = NodeSource { row: NONE, force: 0, forces: 0, lead: NONE };
    let modifiers = modifiers(ctx, &Chosen { number: 0, source: &none, row }, params);
    let wanted = receipt.quantity.checked_add(short)?;
    let step = modifiers.multiple.max(1);
    let raised = (wanted / step + i64::from(wanted % step != 0)).checked_mul(step)?;
    (modifiers.max == 0 || raised <= modifiers.max).then_some(raised)
}

/// Rewrites the order behind a firm supply that was raised.
pub(crate) fn raise_firm(ctx: &Ctx<'_>, member: &mut Member, receipt: usize, day: i32) {
    let receipts = ctx.model.receipts.of(member.inputs.node);
    let mut notes = Vec::new();
    let old = firm_order(ctx, member.inputs.node, &receipts[receipt], 0, day, &mut notes);
    let new =
        firm_order(ctx, member.inputs.node, &receipts[receipt], member.raised[receipt], day, &mut notes);
    if let (Some(old), Some(new)) = (old, new)
        && let Some(order) = member.orders.iter_mut().rev().find(|order| **order == old)
    {
        *order = new;
    }
}

/// Whether an alternative of a node holds on a day and has a ratio.
pub(crate) fn usable(alternative: &super::model::Alternative, day: i32) -> bool {
    in_force(alternative, day) && alternative.ratio.is_some()
}

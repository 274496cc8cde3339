//! What one order covers under each lot-sizing rule (rules §6).

use super::cover::Stop;
use super::gather::Ctx;
use super::model::flag;
use super::net::{Scratch, expedite_trial, shortage};
use super::state::{Silent, aim};
use super::{Blocked, Fault, group};
use crate::item::Economic;
use crate::num::Ratio;
use crate::planning::lot_sizing::{Balance, Costs, EconomicRule, Need, eoq, first_lot, poq_periods};
use crate::snapshot::{EconomicKind, Params, Rule};

/// What one order is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cover {
    /// Good units needed.
    pub(crate) need: i64,
    /// A fixed size of every order.
    pub(crate) fixed: Option<i64>,
    /// The day it is to be available.
    pub(crate) day: i32,
}

/// Needs an economic rule looks at: beyond this a plan would not end in time.
const MOST_NEEDS: usize = 5_000;

/// The fixed size of every order under a rule.
pub(crate) fn fixed_quantity(params: &Params) -> Option<i64> {
    match params.rule {
        Rule::Fixed(quantity) | Rule::ReorderPoint { quantity, .. } => Some(quantity),
        _ => None,
    }
}

/// What the order for a short of a day covers, under a rule that looks at later needs too.
#[inline(never)]
pub(crate) fn look_ahead(
    ctx: &Ctx<'_>,
    at: usize,
    day: i32,
    short: i64,
    scratch: &mut Scratch,
) -> Result<Cover, Stop> {
    let params = ctx.s.params.set(ctx.model.node(scratch.members[at].inputs.node).params);
    let simple = Cover { need: short, fixed: fixed_quantity(params), day };
    let buckets = &ctx.model.buckets;
    let until = match &params.rule {
        Rule::MinMax { .. } if params.rule.conflict().is_some() => {
            return Err(Blocked::LotParamConflict.into());
        }
        Rule::LotForLot
        | Rule::Fixed(_)
        | Rule::OrderUpTo { .. }
        | Rule::ReorderPoint { .. }
        | Rule::MinMax { .. } => return Ok(simple),
        Rule::PeriodDays(days) => day.saturating_add(i32::try_from(*days - 1).unwrap_or(i32::MAX)),
        Rule::Cycle(cycle) => {
            let starts = &ctx.s.places.cycles[*cycle as usize];
            starts.get(starts.partition_point(|&start| start <= day)).map_or(i32::MAX, |next| next - 1)
        }
        Rule::Periods(_) | Rule::Economic(..) => i32::MAX,
    };
    series(ctx, at, day, short, until, scratch)?;
    match &params.rule {
        Rule::Periods(counts) => {
            let made = scratch.members[at].lots_made;
            let count = i64::from(counts[made % counts.len()]);
            let first = i64::from(buckets.index(day));
            let covered = scratch.needs.iter().filter(|n| i64::from(n.period) < first + count);
            sum(covered.map(|n| n.quantity)).map(|need| Cover { need, ..simple })
        }
        Rule::Economic(kind, costs) => economic(ctx, at, (day, short), *kind, costs, scratch),
        _ => sum(scratch.needs.iter().map(|n| n.quantity)).map(|need| Cover { need, ..simple }),
    }
}

fn sum(mut quantities: impl Iterator<Item = i64>) -> Result<i64, Stop> {
    quantities.try_fold(0i64, i64::checked_add).ok_or(Stop::Fault(Fault::Overflow))
}

/// The net series: the run goes on from here as if every further short were covered lot-for-lot.
fn series(
    ctx: &Ctx<'_>,
    at: usize,
    day: i32,
    short: i64,
    until: i32,
    scratch: &mut Scratch,
) -> Result<(), Stop> {
    let Scratch { members, needs, days, trial, .. } = scratch;
    let member = &members[at];
    let params = ctx.s.params.set(ctx.model.node(member.inputs.node).params);
    let buckets = &ctx.model.buckets;
    needs.clear();
    days.clear();
    needs.push(Need { period: buckets.index(day), quantity: short });
    days.push(day);
    trial.clone_from(&member.state);
    trial.expect(day, day, short, false)?;
    let mut next = member.inputs.acc.event_from(day.saturating_add(1));
    while let Some(on) = next.filter(|&on| on <= until) {
        member.inputs.flows(ctx, trial, on, &mut Silent)?;
        let aim = aim(ctx, member.inputs.node, params, on);
        expedite_trial(ctx, &member.inputs, trial, params, aim, on)?;
        if ctx.model.node(member.inputs.node).flags & flag::ALTERNATIVES != 0 {
            // What a new item will serve is not this one's need.
            group::use_up(ctx, &member.inputs, trial, None, on)?;
        }
        let short = shortage(params, trial, aim);
        if short > 0 {
            trial.expect(on, on, short, false)?;
            let period = buckets.index(on);
            match needs.last_mut() {
                Some(last) if last.period == period => last.quantity += short,
                _ => {
                    needs.push(Need { period, quantity: short });
                    days.push(on);
                }
            }
            if needs.len() > MOST_NEEDS {
                return Err(Blocked::LimitExceeded.into());
            }
        }
        next = member.inputs.acc.event_from(on.saturating_add(1));
    }
    Ok(())
}

fn economic(
    ctx: &Ctx<'_>,
    at: usize,
    (day, short): (i32, i64),
    kind: EconomicKind,
    costs: &Economic,
    scratch: &mut Scratch,
) -> Result<Cover, Stop> {
    let node = scratch.members[at].inputs.node;
    let scale = ctx.s.items.scale(ctx.model.node(node).spot.item);
    let buckets = &ctx.model.buckets;
    let steps = matches!(kind, EconomicKind::WagnerWhitin).then_some(&costs.setup_steps);
    let by_period =
        steps.into_iter().flatten().map(|step| (buckets.index(step.from.day_number()), step.cost));
    let priced = Costs::new(costs, scale, by_period).map_err(|_| Blocked::ParamMissing)?;
    let rule = match kind {
        EconomicKind::Eoq => {
            let quantity = economic_quantity(ctx, at, costs, scratch)?;
            return Ok(Cover { need: short, fixed: Some(quantity), day });
        }
        EconomicKind::Poq => {
            let quantity = economic_quantity(ctx, at, costs, scratch)?;
            let rate = demand_rate(ctx, at, costs, scratch)?;
            EconomicRule::Periods(poq_periods(Ratio::from_int(quantity), rate).map_err(|_| Fault::Overflow)?)
        }
        EconomicKind::LeastUnitCost => EconomicRule::LeastUnitCost,
        EconomicKind::LeastTotalCost => EconomicRule::LeastTotalCost,
        EconomicKind::PartPeriod { look_ahead, look_back } => {
            EconomicRule::PartPeriod { balance: Balance::NotAbove, look_ahead, look_back }
        }
        EconomicKind::SilverMeal => EconomicRule::SilverMeal,
        EconomicKind::WagnerWhitin => EconomicRule::WagnerWhitin,
    };
    let Scratch { members, needs, lots, .. } = scratch;
    // An early order comes after the last need that another one covers.
    let after = members[at].covered.map_or(i32::MIN, |period| period.saturating_add(1));
    let earliest = buckets.index(ctx.model.run).max(after);
    let lot = first_lot(rule, needs, earliest, &priced, lots).map_err(|_| Fault::Overflow)?;
    if kind == EconomicKind::WagnerWhitin {
        members[at].covered = Some(needs[lot.count - 1].period);
    }
    let need = sum(scratch.needs[..lot.count].iter().map(|n| n.quantity))?;
    Ok(Cover { need, fixed: None, day: day_of(ctx, day, scratch.needs[0].period, lot.period) })
}

/// The day of an order that is placed in an earlier period than its first need.
fn day_of(ctx: &Ctx<'_>, day: i32, period: i32, ordered: i32) -> i32 {
    let buckets = &ctx.model.buckets;
    if buckets.none() {
        return day.saturating_sub(period - ordered).min(day);
    }
    let mut at = day;
    for _ in ordered..period {
        at = buckets.start(buckets.start(at).saturating_sub(1));
    }
    at.max(ctx.model.run).min(day)
}

/// The economic order quantity, worked out at the first order of the node and kept.
fn economic_quantity(ctx: &Ctx<'_>, at: usize, costs: &Economic, scratch: &mut Scratch) -> Result<i64, Stop> {
    if scratch.members[at].eoq != 0 {
        return Ok(scratch.members[at].eoq);
    }
    let rate = demand_rate(ctx, at, costs, scratch)?;
    let scale = ctx.s.items.scale(ctx.model.node(scratch.members[at].inputs.node).spot.item);
    let setup = costs.setup_cost.map(Ratio::from_decimal).ok_or(Blocked::ParamMissing)?;
    let holding = costs.holding_cost.map(Ratio::from_decimal).ok_or(Blocked::ParamMissing)?;
    let units = Ratio::from_int(crate::num::POW10[scale as usize]);
    let rate = rate.checked_div(units).map_err(|_| Fault::Overflow)?;
    let quantity = eoq(rate, setup, holding, scale).map_err(|_| Blocked::ParamMissing)?;
    scratch.members[at].eoq = quantity;
    Ok(quantity)
}

/// Demand per period in grains: given, or the mean of the net series from the run date on, kept from the first
/// order.
fn demand_rate(ctx: &Ctx<'_>, at: usize, costs: &Economic, scratch: &mut Scratch) -> Result<Ratio, Stop> {
    let scale = ctx.s.items.scale(ctx.model.node(scratch.members[at].inputs.node).spot.item);
    if let Some(rate) = costs.demand_rate {
        let units = Ratio::from_int(crate::num::POW10[scale as usize]);
        return Ratio::from_decimal(rate).checked_mul(units).map_err(|_| Stop::Fault(Fault::Overflow));
    }
    if let Some(rate) = scratch.members[at].rate {
        return Ok(rate);
    }
    let needs = &scratch.needs;
    let first = ctx.model.buckets.index(ctx.model.run).min(needs[0].period);
    let last = needs.last().map_or(first, |n| n.period);
    let total = sum(needs.iter().map(|n| n.quantity))?;
    let periods = i128::from(last) - i128::from(first) + 1;
    let rate = Ratio::new(i128::from(total), periods).map_err(|_| Stop::Fault(Fault::Overflow))?;
    scratch.members[at].rate = Some(rate);
    Ok(rate)
}

//! New production orders and their steps (`X03`, `X06`).

use super::backflush::{Flush, flush, name_of};
use super::batch::link_pegs;
use super::lifecycle::order_state;
use super::refused::Refused;
use super::settings::free;
use super::work::Work;
use super::{CreateOrder, OrderStep, OrderStepAsk};
use crate::component_list::backflush_base;
use crate::document::posting_period;
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::{HoldFor, LineRef};
use crate::num::Quantity;
use crate::order::{
    BackflushTrigger, BusinessState, CloseKind, Closing, ComponentLine, OrderPeg, OrderType, OutputTotals,
    PlanState, ProductionOrder,
};

/// Answers a [`CreateOrder`].
pub(super) fn create(work: &mut Work<'_>, ask: &CreateOrder) -> Result<(), Refused> {
    let mut order = ask.order.clone();
    if work.is_taken(&order.id) {
        return Err(Finding::new(Code::DuplicateId).with("table", "orders").with("id", &order.id).into());
    }
    let scale = work.item(&order.item)?.scale;
    order.good = order.good.at_scale(scale)?;
    order.input = if order.input.is_zero() { order.good } else { order.input.at_scale(scale)? };
    if !order.good.is_positive() {
        let finding = Finding::new(Code::QtyNotPositive).with("row", 1).with("item", &order.item);
        return Err(finding.with("value", order.good).into());
    }
    let fresh = order.business == BusinessState::Normal
        && order.received == OutputTotals::default()
        && order.reported == OutputTotals::default()
        && order.closing.is_none()
        && order.drafts.is_empty();
    if !fresh {
        return Err(order_state(&order, "normal").into());
    }
    order.version = 0;
    for line in &mut order.lines {
        check_line(work, line)?;
    }
    check_numbers(&order)?;
    let own = order.lines.iter().any(|line| line.item == order.item);
    if own && order.kind != OrderType::Rework {
        return Err(Finding::new(Code::SelfConsumption).with("item", &order.item).into());
    }
    work.reply.documents.push(order.id.clone());
    let released = order.plan == PlanState::Released;
    let id = order.id.clone();
    write_back(work, &order, &order.pegs)?;
    work.put_order(order);
    if released { forward(work, &id) } else { Ok(()) }
}

/// Writes back to the demand lines of pegs, old and new, what the order makes for them; an order that has ended
/// makes no more than it received.
pub(super) fn write_back(
    work: &mut Work<'_>,
    order: &ProductionOrder,
    pegs: &[OrderPeg],
) -> Result<(), Refused> {
    let ended = matches!(order.business, BusinessState::Closed | BusinessState::Settled);
    let parts = order.received_by_peg()?;
    let of = |demand: &LineRef| {
        let own = parts.iter().filter(|(peg, _)| peg.demand == *demand);
        let own = own.map(|(peg, received)| if ended { *received } else { peg.quantity });
        Ok(own.into_iter().try_fold(Quantity::ZERO, Quantity::plus)?)
    };
    link_pegs(work, &order.id, pegs, of, order.plan != PlanState::Planned)
}

/// A line of a list: quantities at the scale of its item, counters at nought.
pub(super) fn check_line(work: &Work<'_>, line: &mut ComponentLine) -> Result<(), Refused> {
    let scale = work.item(&line.item)?.scale;
    line.required = line.required.at_scale(scale)?;
    line.standard = if line.standard.is_zero() { line.required } else { line.standard.at_scale(scale)? };
    let counters = [line.linked, line.staged, line.issued, line.pending, line.returned()?];
    if line.required.is_negative() || counters.iter().any(|counter| !counter.is_zero()) {
        let finding = Finding::new(Code::QtyNotPositive).with("row", line.number).with("item", &line.item);
        return Err(finding.with("value", line.required).into());
    }
    Ok(())
}

pub(super) fn check_numbers(order: &ProductionOrder) -> Result<(), Refused> {
    let mut numbers: Vec<u32> = order.lines.iter().map(|line| line.number).collect();
    numbers.sort_unstable();
    match numbers.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(Finding::new(Code::DuplicateId).with("table", "lines").with("id", pair[0]).into()),
        None => Ok(()),
    }
}

/// Answers an [`OrderStepAsk`].
pub(super) fn step(work: &mut Work<'_>, ask: &OrderStepAsk) -> Result<(), Refused> {
    let order = work.order(&ask.order)?.clone();
    check_step(&order, ask.step)?;
    work.reply.documents.push(order.id.clone());
    match ask.step {
        OrderStep::Confirm => work.order_mut(&order.id)?.plan = PlanState::Confirmed,
        OrderStep::Release => {
            work.order_mut(&order.id)?.plan = PlanState::Released;
            forward(work, &order.id)?;
        }
        OrderStep::Start => work.order_mut(&order.id)?.started = true,
        OrderStep::Finish => {
            work.order_mut(&order.id)?.finished = true;
            at_finish(work, &order)?;
        }
        OrderStep::Suspend => work.order_mut(&order.id)?.business = BusinessState::Suspended,
        OrderStep::Resume => work.order_mut(&order.id)?.business = BusinessState::Normal,
        OrderStep::Close => close(work, order, &ask.reason)?,
        OrderStep::Reopen => reopen(work, &order)?,
        OrderStep::Settle => work.order_mut(&order.id)?.business = BusinessState::Settled,
    }
    Ok(())
}

fn check_step(order: &ProductionOrder, step: OrderStep) -> Result<(), Refused> {
    use BusinessState::{Closed, Normal, Suspended};
    let (business, plan) = (order.business, order.plan);
    let (fits, states) = match step {
        OrderStep::Confirm => (business == Normal && plan == PlanState::Planned, "planned"),
        OrderStep::Release => (business == Normal && plan != PlanState::Released, "planned, confirmed"),
        OrderStep::Start | OrderStep::Finish => {
            (business == Normal && plan == PlanState::Released, "released, normal")
        }
        OrderStep::Suspend => (business == Normal, "normal"),
        OrderStep::Resume => (business == Suspended, "suspended"),
        OrderStep::Close => (matches!(business, Normal | Suspended), "normal, suspended"),
        OrderStep::Reopen | OrderStep::Settle => (business == Closed, "closed"),
    };
    if fits { Ok(()) } else { Err(order_state(order, states).into()) }
}

/// Forward flush: the planned quantity at the release (`M05`).
fn forward(work: &mut Work<'_>, id: &Id) -> Result<(), Refused> {
    let order = work.order(id)?;
    if order.policy.backflush.trigger != BackflushTrigger::Release {
        return Ok(());
    }
    let base = (order.good, order.good);
    flush_all(work, id, base, "release")
}

fn at_finish(work: &mut Work<'_>, order: &ProductionOrder) -> Result<(), Refused> {
    if order.policy.backflush.trigger != BackflushTrigger::Finish {
        return Ok(());
    }
    let base = backflush_base(&order.received, order.policy.backflush.basis)?;
    flush_all(work, &order.id, (base, base), "finish")
}

fn flush_all(work: &mut Work<'_>, id: &Id, base: (Quantity, Quantity), tail: &str) -> Result<(), Refused> {
    let name = name_of(&super::issue::derived(id, tail)?, None)?;
    let flush_ask = Flush { document: name, cause: None, date: work.today, base, serials: &[] };
    flush(work, id, &flush_ask)?;
    Ok(())
}

/// Closes an order: no drafts are left, its holds end, and what stays in it is named (`X06`).
fn close(work: &mut Work<'_>, order: ProductionOrder, reason: &str) -> Result<(), Refused> {
    if !order.drafts.is_empty() {
        let docs: Vec<&str> = order.drafts.iter().map(Id::as_str).collect();
        let finding = Finding::new(Code::CloseHasDrafts).with("order", &order.id);
        return Err(finding.with("docs", docs.join(", ")).into());
    }
    let enough = order.received.good >= order.finish_limit()?;
    if !enough && reason.trim().is_empty() {
        return Err(Finding::new(Code::ReasonRequired).into());
    }
    if let Some(kits) = order.kits_issued()? {
        let open = kits.minus(order.received.good)?;
        if open.is_positive() {
            // Values come with costing; until then the sets that are in work say it.
            let finding = Finding::new(Code::CloseHasOpenWip).with("order", &order.id);
            work.warn(finding.with("amount", open).with("kind", "sets"));
        }
    }
    let items: Vec<Id> = order.lines.iter().map(|line| line.item.clone()).collect();
    for item in items {
        for id in work.open_holds(&item) {
            let Some(hold) = work.hold(&item, &id) else { continue };
            if matches!(&hold.owner, HoldFor::Order { line } if line.document == order.id) {
                free(work, hold)?;
            }
        }
    }
    let how = if enough && reason.trim().is_empty() { CloseKind::Auto } else { CloseKind::Manual };
    let date = work.today;
    let row = work.order_mut(&order.id)?;
    row.business = BusinessState::Closed;
    row.closing = Some(Closing { how, date, reason: reason.to_owned() });
    let row = row.clone();
    write_back(work, &row, &row.pegs)
}

/// Opens a closed order while the period in which it was closed is open.
fn reopen(work: &mut Work<'_>, order: &ProductionOrder) -> Result<(), Refused> {
    let closing = order.closing.as_ref();
    if let Some(closing) = closing.filter(|c| matches!(c.how, CloseKind::Split | CloseKind::Merge)) {
        let finding = order_state(order, "closed by hand").with("how", format!("{:?}", closing.how));
        return Err(finding.into());
    }
    if let Some(closing) = closing {
        let base = work.base;
        if let Err(refused) = posting_period(base.periods.values(), closing.date, false) {
            let finding = Finding::new(Code::ReopenPeriodClosed).with("order", &order.id);
            return Err(finding.with("period", refused.param("period").unwrap_or_default()).into());
        }
        work.posting_period(closing.date)?;
    }
    let row = work.order_mut(&order.id)?;
    row.business = BusinessState::Normal;
    row.closing = None;
    let row = row.clone();
    write_back(work, &row, &row.pegs)
}

//! Splitting and merging production orders (`X06`).

use super::change::set_quantity;
use super::issue::derived;
use super::lifecycle::order_state;
use super::orders::write_back;
use super::refused::Refused;
use super::work::Work;
use super::{MergeOrders, SplitBy, SplitOrder, SplitPart};
use crate::changeset::ReplyLine;
use crate::component_list::required_for;
use crate::finding::{Code, Finding};
use crate::inventory::LineRef;
use crate::num::Quantity;
use crate::order::{BusinessState, CloseKind, Closing, ComponentLine, LineState, OrderPeg, ProductionOrder};

/// The most orders that one split makes.
const MAX_PARTS: usize = 10_000;

/// Answers a [`SplitOrder`]: quantities and pegs add up to what they were.
pub(super) fn split(work: &mut Work<'_>, ask: &SplitOrder) -> Result<(), Refused> {
    let mut order = work.order(&ask.order)?.clone();
    if order.business != BusinessState::Normal {
        return Err(order_state(&order, "normal").into());
    }
    let open = order.good.minus(order.received.good)?.minus(order.draft_received)?.or_zero();
    let parts = parts_of(work, &order, open, &ask.split)?;
    let sum = parts.iter().map(|part| part.quantity).try_fold(Quantity::ZERO, Quantity::plus)?;
    if sum > open {
        return Err(Finding::new(Code::SplitExceedsOpen).with("open", open).into());
    }
    let before = order.pegs.clone();
    let mut pegs = before.clone();
    let mut new = Vec::new();
    for part in &parts {
        if work.is_taken(&part.order) {
            let finding = Finding::new(Code::DuplicateId).with("table", "orders");
            return Err(finding.with("id", &part.order).into());
        }
        new.push(part_of(&order, part, &mut pegs)?);
    }
    order.pegs = pegs;
    let left = order.good.minus(sum)?;
    let unused = !order.has_movement();
    if left.is_zero() && unused {
        let date = work.today;
        order.business = BusinessState::Closed;
        order.closing = Some(Closing { how: CloseKind::Split, date, reason: String::new() });
    } else {
        set_quantity(&mut order, left)?;
        push_reply(work, &order);
    }
    write_back(work, &order, &before)?;
    work.put_order(order);
    for order in new {
        write_back(work, &order, &order.pegs)?;
        work.reply.documents.push(order.id.clone());
        push_reply(work, &order);
        work.put_order(order);
    }
    Ok(())
}

/// A line of the reply: what the order makes from now on.
pub(super) fn push_reply(work: &mut Work<'_>, order: &ProductionOrder) {
    work.reply.lines.push(ReplyLine {
        document: None,
        order: Some(LineRef { document: order.id.clone(), line: 0 }),
        item: order.item.clone(),
        quantity: order.good,
        stock: None,
        short: None,
    });
}

fn parts_of(
    work: &Work<'_>,
    order: &ProductionOrder,
    open: Quantity,
    by: &SplitBy,
) -> Result<Vec<SplitPart>, Refused> {
    let scale = work.item(&order.item)?.scale;
    let size = match by {
        SplitBy::Parts { parts } => {
            let mut read = Vec::with_capacity(parts.len());
            for (at, part) in parts.iter().enumerate() {
                let quantity = part.quantity.at_scale(scale)?;
                if !quantity.is_positive() {
                    let finding = Finding::new(Code::QtyNotPositive).with("row", at + 1);
                    return Err(finding.with("value", quantity).into());
                }
                read.push(SplitPart { order: part.order.clone(), quantity });
            }
            return Ok(read);
        }
        SplitBy::Batch { size } => size.at_scale(scale)?,
    };
    if !size.is_positive() {
        return Err(Finding::new(Code::SplitRuleZero).into());
    }
    let (mut left, mut parts) = (open.minus(size)?.or_zero(), Vec::new());
    while left.is_positive() {
        if parts.len() == MAX_PARTS {
            let finding = Finding::new(Code::LimitExceeded).with("what", "parts");
            return Err(finding.with("limit", MAX_PARTS).into());
        }
        let quantity = left.min(size);
        left = left.minus(quantity)?;
        let order = derived(&order.id, &format!("{}", parts.len() + 2))?;
        parts.push(SplitPart { order, quantity });
    }
    Ok(parts)
}

/// A new order for a part: the list anew, nothing issued, the last pegs.
fn part_of(
    order: &ProductionOrder,
    part: &SplitPart,
    pegs: &mut Vec<OrderPeg>,
) -> Result<ProductionOrder, Refused> {
    let mut new = ProductionOrder::new(part.order.clone(), order.item.clone(), part.quantity);
    new.kind = order.kind;
    new.key = order.key.clone();
    new.bom = order.bom.clone();
    new.workshop = order.workshop.clone();
    new.input = order.input.share(part.quantity, order.good, crate::num::Rounding::Up)?;
    (new.start, new.due, new.priority) = (order.start, order.due, order.priority);
    (new.plan, new.policy) = (order.plan, order.policy);
    new.origins.push(order.id.clone());
    new.lines = lines_for(order, part.quantity)?;
    new.pegs = take_pegs(pegs, part.quantity)?;
    Ok(new)
}

/// The list of an order for another quantity, of which nothing is issued.
pub(super) fn lines_for(order: &ProductionOrder, quantity: Quantity) -> Result<Vec<ComponentLine>, Refused> {
    let mut lines = Vec::with_capacity(order.lines.len());
    for line in order.lines.iter().filter(|line| line.state == LineState::Active) {
        let required = required_for(order, line, quantity)?;
        lines.push(ComponentLine {
            method: line.method,
            fixed: line.fixed,
            location: line.location.clone(),
            key: line.key.clone(),
            operation: line.operation,
            over_issue: line.over_issue,
            origin: line.origin,
            per_unit: line.per_unit,
            fixed_loss: line.fixed_loss,
            ..ComponentLine::new(line.number, line.item.clone(), required)
        });
    }
    Ok(lines)
}

/// Takes pegs from the end until the quantity is covered.
fn take_pegs(pegs: &mut Vec<OrderPeg>, quantity: Quantity) -> Result<Vec<OrderPeg>, Refused> {
    let (mut left, mut taken) = (quantity, Vec::new());
    while left.is_positive() {
        let Some(last) = pegs.last_mut() else { break };
        let part = left.min(last.quantity);
        left = left.minus(part)?;
        last.quantity = last.quantity.minus(part)?;
        taken.push(OrderPeg { demand: last.demand.clone(), quantity: part });
        if last.quantity.is_zero() {
            pegs.pop();
        }
    }
    taken.reverse();
    Ok(taken)
}

/// Answers a [`MergeOrders`].
pub(super) fn merge(work: &mut Work<'_>, ask: &MergeOrders) -> Result<(), Refused> {
    if work.is_taken(&ask.order) {
        return Err(Finding::new(Code::DuplicateId).with("table", "orders").with("id", &ask.order).into());
    }
    let mut orders = Vec::new();
    for id in &ask.orders {
        let order = work.order(id)?.clone();
        if order.business != BusinessState::Normal {
            return Err(order_state(&order, "normal").into());
        }
        if order.has_movement() {
            return Err(Finding::new(Code::MergeHasMovement).with("order", id).into());
        }
        orders.push(order);
    }
    let Some((first, rest)) = orders.split_first() else {
        return Err(Finding::new(Code::ParamMissing).with("item", &ask.order).with("field", "orders").into());
    };
    let mut new = ProductionOrder { id: ask.order.clone(), origins: Vec::new(), version: 0, ..first.clone() };
    for order in rest {
        if let Some(field) = mismatch(&new, order) {
            let finding = Finding::new(Code::MergeOrderMismatch).with("field", field);
            return Err(finding.with("order", &order.id).into());
        }
        new.good = new.good.plus(order.good)?;
        new.input = new.input.plus(order.input)?;
        new.start = [new.start, order.start].into_iter().flatten().min();
        new.due = [new.due, order.due].into_iter().flatten().min();
        new.priority = new.priority.min(order.priority);
        new.pegs.extend(order.pegs.iter().cloned());
        for (line, other) in new.lines.iter_mut().zip(&order.lines) {
            if !line.fixed {
                line.required = line.required.plus(other.required)?;
                line.standard = line.standard.plus(other.standard)?;
                line.fixed_loss = line.fixed_loss.plus(other.fixed_loss)?;
            }
        }
    }
    let date = work.today;
    for order in &orders {
        new.origins.push(order.id.clone());
        let row = work.order_mut(&order.id)?;
        row.business = BusinessState::Closed;
        row.pegs.clear();
        row.closing = Some(Closing { how: CloseKind::Merge, date, reason: String::new() });
        let row = row.clone();
        write_back(work, &row, &order.pegs)?;
    }
    write_back(work, &new, &new.pegs)?;
    work.reply.documents.push(new.id.clone());
    push_reply(work, &new);
    work.put_order(new);
    Ok(())
}

/// The first field in which two orders differ that must not.
fn mismatch(a: &ProductionOrder, b: &ProductionOrder) -> Option<&'static str> {
    let list = |order: &ProductionOrder| {
        let lines = order.lines.iter();
        lines
            .map(|l| (l.number, l.item.clone(), l.method, l.fixed, l.key.clone(), l.state))
            .collect::<Vec<_>>()
    };
    let same = [
        (a.item == b.item, "item"),
        (a.bom == b.bom, "bom"),
        (a.workshop == b.workshop, "workshop"),
        (a.key == b.key, "key"),
        (a.kind == b.kind, "kind"),
        (a.plan == b.plan, "plan"),
        (list(a) == list(b), "lines"),
    ];
    same.into_iter().find(|(same, _)| !same).map(|(_, field)| field)
}

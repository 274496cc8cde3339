//! Change documents of production orders (`X04`).

use super::lifecycle::order_state;
use super::orders::{check_line, check_numbers};
use super::refused::{Refused, unknown};
use super::work::Work;
use super::{ChangeOrder, LineChange};
use crate::component_list::required_for;
use crate::document::{DocState, Document, DocumentKind, DocumentLine};
use crate::finding::{Code, Finding};
use crate::inventory::LineRef;
use crate::num::Quantity;
use crate::order::{BusinessState, ComponentLine, LineOrigin, LineState, PlanState, ProductionOrder};

/// Answers a [`ChangeOrder`].
pub(super) fn change(work: &mut Work<'_>, ask: &ChangeOrder) -> Result<(), Refused> {
    let mut order = work.order(&ask.order)?.clone();
    if matches!(order.business, BusinessState::Closed | BusinessState::Settled) {
        return Err(order_state(&order, "normal, suspended").into());
    }
    if order.plan != PlanState::Planned && ask.reason.trim().is_empty() {
        return Err(Finding::new(Code::ReasonRequired).into());
    }
    if work.is_taken(&ask.document) {
        return Err(Finding::new(Code::DuplicateId)
            .with("table", "documents")
            .with("id", &ask.document)
            .into());
    }
    let before = order.clone();
    if let Some(good) = ask.good {
        let good = good.at_scale(work.item(&order.item)?.scale)?;
        set_quantity(&mut order, good)?;
    }
    order.due = ask.due.or(order.due);
    for step in &ask.lines {
        change_line(work, &mut order, step)?;
    }
    check_numbers(&order)?;
    let mut document = Document::draft(ask.document.clone(), DocumentKind::Change, work.today);
    document.state = DocState::Approved;
    document.reason = ask.reason.clone();
    document.lines = differences(&before, &order)?;
    work.reply.documents.push(document.id.clone());
    work.put_document(document);
    work.put_order(order);
    Ok(())
}

/// A new good quantity: the requirements follow, nothing falls below what is issued or received.
pub(super) fn set_quantity(order: &mut ProductionOrder, good: Quantity) -> Result<(), Refused> {
    let received = order.received.good.plus(order.draft_received)?;
    if good < received || !good.is_positive() {
        let finding = Finding::new(Code::ChangeBelowReceived).with("qty", good);
        return Err(finding.with("received", received).into());
    }
    let mut required = Vec::with_capacity(order.lines.len());
    let mut found = Vec::new();
    for line in &order.lines {
        let new = required_for(order, line, good)?;
        if line.state == LineState::Active && new < line.required {
            found.extend(below_issued(line, new)?);
        }
        required.push(new);
    }
    Refused::all(found)?;
    let input = order.input.share(good, order.good, crate::num::Rounding::Up)?;
    for (line, required) in order.lines.iter_mut().zip(required) {
        let standard = if line.fixed || line.required.is_zero() {
            line.standard
        } else {
            line.standard.share(good, order.good, crate::num::Rounding::Up)?
        };
        (line.required, line.standard) = (required, standard);
    }
    (order.good, order.input) = (good, input);
    Ok(())
}

/// `REDUCE_BELOW_ISSUED` where a requirement would fall below what is issued or in drafts.
fn below_issued(line: &ComponentLine, required: Quantity) -> Result<Option<Finding>, Refused> {
    let issued = line.net_issued()?.plus(line.linked)?;
    if required >= issued {
        return Ok(None);
    }
    let finding = Finding::new(Code::ReduceBelowIssued).with("item", &line.item);
    Ok(Some(finding.with("required", required).with("issued", issued)))
}

fn change_line(work: &mut Work<'_>, order: &mut ProductionOrder, step: &LineChange) -> Result<(), Refused> {
    match step {
        LineChange::Require { line, required } => {
            let row = active(order, *line)?;
            let required = required.at_scale(work.item(&row.item)?.scale)?;
            if required.is_negative() {
                let finding = Finding::new(Code::QtyNotPositive).with("row", line).with("item", &row.item);
                return Err(finding.with("value", required).into());
            }
            let issued = row.net_issued()?.plus(row.linked)?;
            if required < issued {
                return Err(Finding::new(Code::ChangeBelowIssued)
                    .with("required", required)
                    .with("issued", issued)
                    .with("excess", issued.minus(required)?)
                    .with("item", &row.item)
                    .into());
            }
            (row.required, row.standard, row.per_unit) = (required, required, None);
            row.fixed_loss = Quantity::ZERO;
            Ok(())
        }
        LineChange::Add { line } => add(work, order, line),
        LineChange::Cancel { line } => {
            let row = active(order, *line)?;
            if let Some(found) = below_issued(row, row.required.minus(row.required)?)? {
                return Err(found.into());
            }
            row.state = LineState::Cancelled;
            Ok(())
        }
        LineChange::Replace { line, by } => {
            let row = active(order, *line)?;
            // What is issued stays on the old line; the new one carries the rest.
            row.required = row.net_issued()?.plus(row.linked)?;
            row.state = LineState::Replaced;
            add(work, order, by)
        }
        LineChange::Explode { lines } => {
            if order.lines.iter().any(|line| !line.issued.is_zero() || !line.linked.is_zero()) {
                return Err(Finding::new(Code::ReexplodeAfterIssue).with("order", &order.id).into());
            }
            order.lines.clear();
            for line in lines {
                let mut line = line.clone();
                check_line(work, &mut line)?;
                order.lines.push(line);
            }
            Ok(())
        }
    }
}

fn active(order: &mut ProductionOrder, number: u32) -> Result<&mut ComponentLine, Refused> {
    let id = order.id.clone();
    let found = order.lines.iter_mut().find(|line| line.number == number);
    found
        .filter(|line| line.state == LineState::Active)
        .ok_or_else(|| unknown(&id, &format!("line {number}")))
}

fn add(work: &Work<'_>, order: &mut ProductionOrder, line: &ComponentLine) -> Result<(), Refused> {
    let mut line = line.clone();
    check_line(work, &mut line)?;
    if line.item == order.item && order.kind != crate::order::OrderType::Rework {
        return Err(Finding::new(Code::SelfConsumption).with("item", &line.item).into());
    }
    line.origin = LineOrigin::Supplement;
    order.lines.push(line);
    Ok(())
}

/// What the change document remembers: the new requirement of every line that changed.
fn differences(before: &ProductionOrder, after: &ProductionOrder) -> Result<Vec<DocumentLine>, Refused> {
    let mut lines = Vec::new();
    for line in &after.lines {
        let old = before.line(line.number).map(|old| (old.required, old.state));
        if old == Some((line.required, line.state)) {
            continue;
        }
        let number = u32::try_from(lines.len() + 1).unwrap_or(u32::MAX);
        lines.push(DocumentLine {
            order: Some(LineRef { document: after.id.clone(), line: line.number }),
            ..DocumentLine::new(number, line.item.clone(), line.required)
        });
    }
    Ok(lines)
}

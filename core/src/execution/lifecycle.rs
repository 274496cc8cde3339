//! Approval, reversal and the other steps of a document (`F04`).

use super::effect::Way;
use super::refused::Refused;
use super::work::Work;
use super::{backflush, receive};
use crate::document::{DocState, DocStep, Document, DocumentKind, Link};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::LineRef;
use crate::order::{BusinessState, PlanState, ProductionOrder};

/// Stores a new document: as a draft, or in effect at once.
pub(super) fn enter(work: &mut Work<'_>, mut document: Document, draft: bool) -> Result<(), Refused> {
    if work.is_taken(&document.id) && !is_redone(work, &document) {
        return Err(Finding::new(Code::DuplicateId)
            .with("table", "documents")
            .with("id", &document.id)
            .into());
    }
    document.period = work.posting_period(document.date)?;
    work.reply.documents.push(document.id.clone());
    if draft {
        work.draft_effect(&document, Way::Do)?;
    } else {
        document.state = DocState::Approved;
        work.effect(&mut document, Way::Do)?;
    }
    link(work, &document)?;
    work.put_document(document);
    Ok(())
}

/// Whether the document takes the place of one that was undone with its cause: a receipt that is approved again.
fn is_redone(work: &mut Work<'_>, document: &Document) -> bool {
    let Ok(old) = work.document(&document.id) else { return false };
    old.state == DocState::Reversed && old.cause.is_some() && old.cause == document.cause
}

/// Answers a document step.
pub(super) fn step(work: &mut Work<'_>, id: &Id, step: DocStep) -> Result<(), Refused> {
    let mut document = work.document(id)?.clone();
    check_state(&document, step)?;
    if document.kind == DocumentKind::Opening {
        super::opening::check_open(work)?;
    }
    match step {
        DocStep::Submit => {}
        DocStep::Void => {
            no_downstream(&document)?;
            work.draft_effect(&document, Way::Undo)?;
            unlink(work, &document)?;
        }
        DocStep::Approve => approve(work, &mut document)?,
        DocStep::Unapprove | DocStep::Reverse => {
            if let Some(cause) = &document.cause {
                let state = format!("linked to {cause}");
                let finding = Finding::new(Code::IllegalCommand).with("command", step.as_str());
                return Err(finding.with("state", state).into());
            }
            undo_with_effects(work, &mut document)?;
            if step == DocStep::Unapprove {
                work.draft_effect(&document, Way::Do)?;
            }
        }
    }
    document.state = step.to_state();
    match step {
        DocStep::Reverse => unlink(work, &document)?,
        DocStep::Approve | DocStep::Unapprove => link(work, &document)?,
        DocStep::Submit | DocStep::Void => {}
    }
    work.reply.documents.push(document.id.clone());
    work.put_document(document);
    Ok(())
}

fn check_state(document: &Document, step: DocStep) -> Result<(), Refused> {
    if step.from_states().contains(&document.state) {
        return Ok(());
    }
    let states: Vec<&str> = step.from_states().iter().map(|state| state.as_str()).collect();
    Err(Finding::new(Code::DocState)
        .with("doc", &document.id)
        .with("state", document.state.as_str())
        .with("action", step.as_str())
        .with("states", states.join(", "))
        .into())
}

fn no_downstream(document: &Document) -> Result<(), Refused> {
    let mut targets: Vec<&str> = document
        .lines
        .iter()
        .flat_map(|line| &line.links)
        .map(|link| link.target.document.as_str())
        .collect();
    targets.dedup();
    if targets.is_empty() {
        return Ok(());
    }
    Err(Finding::new(Code::HasDownstream).with("doc", &document.id).with("list", targets.join(", ")).into())
}

fn approve(work: &mut Work<'_>, document: &mut Document) -> Result<(), Refused> {
    document.period = work.posting_period(document.date)?;
    work.draft_effect(document, Way::Undo)?;
    for order in orders_of(document) {
        check_released(work.order(&order)?)?;
    }
    if matches!(document.kind, DocumentKind::Receipt | DocumentKind::Report) {
        receive::check(work, document)?;
        return receive::take_effect(work, document, &[], None);
    }
    work.effect(document, Way::Do)
}

/// Takes a document's effects back: first those of the documents that it caused, the last one first.
fn undo_with_effects(work: &mut Work<'_>, document: &mut Document) -> Result<(), Refused> {
    no_downstream(document)?;
    work.posting_period(document.date)?;
    for order in orders_of(document) {
        check_open(work.order(&order)?)?;
    }
    // Effects have effects of their own (a waiting backflush that was issued later): walked with a stack.
    let (mut found, mut at) = (document.effects.clone(), 0);
    while let Some(id) = found.get(at).cloned() {
        found.extend(work.document(&id)?.effects.clone());
        at += 1;
    }
    let mut lines = 0;
    for id in found.into_iter().rev() {
        let mut effect = work.document(&id)?.clone();
        if effect.state != DocState::Approved {
            continue;
        }
        work.posting_period(effect.date)?;
        work.effect(&mut effect, Way::Undo)?;
        effect.effects.clear();
        effect.state = DocState::Reversed;
        lines += effect.lines.len();
        work.reply.documents.push(id);
        work.put_document(effect);
    }
    if lines > 0 {
        work.warn(Finding::new(Code::UndoHasConsumption).with("n", lines));
    }
    document.effects.clear();
    work.effect(document, Way::Undo)
}

/// The production orders that the lines touch, each once.
pub(super) fn orders_of(document: &Document) -> Vec<Id> {
    let mut orders: Vec<Id> =
        document.lines.iter().filter_map(|line| line.order.as_ref()).map(|at| at.document.clone()).collect();
    orders.sort_unstable();
    orders.dedup();
    orders
}

/// Notes in the source lines what was pushed down to this document, and whether it is approved.
fn link(work: &mut Work<'_>, document: &Document) -> Result<(), Refused> {
    for line in &document.lines {
        let Some(source) = &line.source else { continue };
        let target = LineRef { document: document.id.clone(), line: line.number };
        let approved = document.state == DocState::Approved;
        let row = source_line(work, source)?;
        row.links.retain(|link| link.target != target);
        row.links.push(Link { target, quantity: line.quantity, approved });
    }
    Ok(())
}

fn unlink(work: &mut Work<'_>, document: &Document) -> Result<(), Refused> {
    for line in &document.lines {
        let Some(source) = &line.source else { continue };
        source_line(work, source)?.links.retain(|link| link.target.document != document.id);
    }
    Ok(())
}

fn source_line<'w>(
    work: &'w mut Work<'_>,
    source: &LineRef,
) -> Result<&'w mut crate::document::DocumentLine, Refused> {
    let document = work.document_mut(&source.document)?;
    let line = document.lines.iter_mut().find(|line| line.number == source.line);
    line.ok_or_else(|| super::refused::unknown(&source.document, &format!("line {}", source.line)))
}

/// Issue and receipt need a released order that goes on (`X03`).
pub(super) fn check_released(order: &ProductionOrder) -> Result<(), Refused> {
    if order.plan == PlanState::Released && order.business == BusinessState::Normal {
        return Ok(());
    }
    Err(order_state(order, "released, normal").into())
}

/// Undoing needs an order that is not closed.
fn check_open(order: &ProductionOrder) -> Result<(), Refused> {
    match order.business {
        BusinessState::Normal | BusinessState::Suspended => Ok(()),
        BusinessState::Closed | BusinessState::Settled => Err(order_state(order, "normal, suspended").into()),
    }
}

/// `ORDER_STATE`.
pub(super) fn order_state(order: &ProductionOrder, states: &str) -> Finding {
    let state = match (order.business, order.plan) {
        (BusinessState::Suspended, _) => "suspended",
        (BusinessState::Closed, _) => "closed",
        (BusinessState::Settled, _) => "settled",
        (BusinessState::Normal, PlanState::Planned) => "planned",
        (BusinessState::Normal, PlanState::Confirmed) => "confirmed",
        (BusinessState::Normal, PlanState::Released) => "released",
    };
    Finding::new(Code::OrderState).with("order", &order.id).with("state", state).with("states", states)
}

/// Whether a backflush belongs to the document's kind and the order's trigger.
pub(super) fn triggers(kind: DocumentKind, order: &ProductionOrder) -> bool {
    backflush::triggered_by(kind, order.policy.backflush.trigger)
}

//! What a document line does to its order, and its exact opposite.

use super::Refused;
use super::post::Posting;
use super::refused::unknown;
use super::work::Work;
use crate::document::{Document, DocumentKind, DocumentLine};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::{LineRef, Reason, StockKey};
use crate::num::Quantity;
use crate::order::{ComponentLine, OutputTotals, ProductionOrder, ShortPolicy, Used};

/// Doing or undoing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Do,
    Undo,
}

impl Way {
    /// `now + change` or `now − change`; a counter never goes below nought.
    fn count(self, now: &mut Quantity, change: Quantity) -> Result<(), Refused> {
        *now = match self {
            Way::Do => now.plus(change)?,
            Way::Undo => now.minus(change)?,
        };
        if now.is_negative() {
            Err(Finding::new(Code::Internal).with("place", "counter").into())
        } else {
            Ok(())
        }
    }

    fn signed(self, quantity: Quantity, takes: bool) -> Result<Quantity, Refused> {
        Ok(if takes == (self == Way::Do) { quantity.negated()? } else { quantity })
    }
}

impl Work<'_> {
    /// Brings every line of a document into effect, or takes the effect back, last line first.
    pub(super) fn effect(&mut self, document: &mut Document, way: Way) -> Result<(), Refused> {
        let mut lines = std::mem::take(&mut document.lines);
        self.movements.reserve(lines.len());
        for step in 0..lines.len() {
            let at = if way == Way::Undo { lines.len() - 1 - step } else { step };
            let Some(line) = lines.get(at) else { continue };
            let held = self.line_effect(document, line, way)?;
            if let Some(line) = lines.get_mut(at) {
                line.holds = held;
            }
        }
        document.lines = lines;
        Ok(())
    }

    fn line_effect(
        &mut self,
        document: &Document,
        line: &DocumentLine,
        way: Way,
    ) -> Result<Vec<crate::document::HoldUse>, Refused> {
        let Some(reason) = line.reason else { return Ok(Vec::new()) };
        let takes = takes_stock(reason);
        let mut held = Vec::new();
        let report = document.kind == DocumentKind::Report;
        let negative = reason == Reason::Backflush && self.backflush_may_go_negative(line)?;
        if let Some(stock) = line.stock.as_ref().filter(|_| reason != Reason::Pending && !report) {
            let quantity = way.signed(line.quantity, takes)?;
            let undo = way == Way::Undo;
            let posting = Posting { document, line, reason, stock, quantity, undo, negative };
            if let Some(to) = &line.to {
                let there = Posting { stock: to, quantity: quantity.negated()?, ..posting };
                // What was taken from the other end last goes back first, so that stock is never counted twice.
                if undo {
                    self.post(&there)?;
                    self.post(&posting)?;
                } else {
                    held = self.post(&posting)?;
                    self.post(&there)?;
                }
            } else {
                held = self.post(&posting)?;
            }
        }
        if let Some(at) = &line.order {
            self.order_effect(at, reason, line, way, report)?;
        }
        Ok(held)
    }

    fn backflush_may_go_negative(&mut self, line: &DocumentLine) -> Result<bool, Refused> {
        let Some(at) = &line.order else { return Ok(false) };
        Ok(self.order(&at.document)?.policy.backflush.short == ShortPolicy::Negative)
    }

    fn order_effect(
        &mut self,
        at: &LineRef,
        reason: Reason,
        line: &DocumentLine,
        way: Way,
        report: bool,
    ) -> Result<(), Refused> {
        let order = self.order_mut(&at.document)?;
        if at.line == 0 {
            let totals = if report { &mut order.reported } else { &mut order.received };
            return way.count(class_of(totals, reason), line.quantity);
        }
        let component = component_mut(order, at)?;
        let clears = line.clears.unwrap_or(line.quantity);
        match reason {
            Reason::Issue | Reason::MoveIn | Reason::OpeningIssue => {
                way.count(&mut component.issued, clears)?;
            }
            Reason::Supplement => {
                way.count(&mut component.issued, clears)?;
                way.count(&mut component.supplemented, clears)?;
            }
            Reason::Backflush => {
                way.count(&mut component.issued, clears)?;
                way.count(&mut component.backflushed, clears)?;
            }
            Reason::PendingIssue => {
                way.count(&mut component.issued, clears)?;
                way.count(&mut component.backflushed, clears)?;
                let opposite = if way == Way::Do { Way::Undo } else { Way::Do };
                opposite.count(&mut component.pending, clears)?;
            }
            Reason::Pending => way.count(&mut component.pending, clears)?,
            Reason::ReturnGood | Reason::MoveOut => way.count(&mut component.returned_good, clears)?,
            Reason::ReturnIncomingDefect => way.count(&mut component.returned_incoming, clears)?,
            Reason::ReturnWorkDefect => way.count(&mut component.returned_work, clears)?,
            Reason::Stage => way.count(&mut component.staged, line.quantity)?,
            _ => {}
        }
        match (uses(reason), &line.stock) {
            (Some(true), Some(stock)) => change_used(component, stock, line.quantity, clears, way),
            (Some(false), Some(stock)) => {
                let opposite = if way == Way::Do { Way::Undo } else { Way::Do };
                change_used(component, stock, line.quantity, clears, opposite)
            }
            _ => Ok(()),
        }
    }

    /// Counts a draft on its order, or no longer.
    pub(super) fn draft_effect(&mut self, document: &Document, way: Way) -> Result<(), Refused> {
        for line in &document.lines {
            let (Some(at), Some(reason)) = (&line.order, line.reason) else { continue };
            let order = self.order_mut(&at.document)?;
            note_draft(order, &document.id, way);
            if at.line == 0 {
                if matches!(reason, Reason::Receipt | Reason::OpeningReceipt)
                    && document.kind != DocumentKind::Report
                {
                    way.count(&mut order.draft_received, line.quantity)?;
                }
            } else if uses(reason) == Some(true) {
                let clears = line.clears.unwrap_or(line.quantity);
                way.count(&mut component_mut(order, at)?.linked, clears)?;
            }
        }
        Ok(())
    }
}

fn note_draft(order: &mut ProductionOrder, document: &Id, way: Way) {
    match way {
        Way::Do if !order.drafts.contains(document) => order.drafts.push(document.clone()),
        Way::Do => {}
        Way::Undo => order.drafts.retain(|known| known != document),
    }
}

pub(super) fn component_mut<'o>(
    order: &'o mut ProductionOrder,
    at: &LineRef,
) -> Result<&'o mut ComponentLine, Refused> {
    let found = order.position(at.line).and_then(|position| order.lines.get_mut(position));
    found.ok_or_else(|| unknown(&at.document, &format!("line {}", at.line)))
}

/// Whether the reason takes from the line's stock (else it adds).
const fn takes_stock(reason: Reason) -> bool {
    reason.is_consumption()
        || matches!(
            reason,
            Reason::MoveIn | Reason::Transfer | Reason::Stage | Reason::Status | Reason::OpeningIssue
        )
}

/// Whether the reason brings material into the order (`true`), takes it out, or neither.
const fn uses(reason: Reason) -> Option<bool> {
    match reason {
        Reason::Issue
        | Reason::Supplement
        | Reason::Backflush
        | Reason::PendingIssue
        | Reason::MoveIn
        | Reason::OpeningIssue => Some(true),
        Reason::ReturnGood | Reason::ReturnIncomingDefect | Reason::ReturnWorkDefect | Reason::MoveOut => {
            Some(false)
        }
        _ => None,
    }
}

fn class_of(totals: &mut OutputTotals, reason: Reason) -> &mut Quantity {
    match reason {
        Reason::ReceiptRework => &mut totals.rework,
        Reason::ScrapMaterial => &mut totals.scrap_material,
        Reason::ScrapWork => &mut totals.scrap_work,
        Reason::Sample => &mut totals.samples,
        _ => &mut totals.good,
    }
}

/// Keeps what of each item and lot is in the order; an entry of nought goes.
fn change_used(
    line: &mut ComponentLine,
    stock: &StockKey,
    quantity: Quantity,
    clears: Quantity,
    way: Way,
) -> Result<(), Refused> {
    let at = line.used.iter().position(|used| used.item == stock.item && used.lot == stock.lot);
    let mut used = match at {
        Some(at) => line.used.remove(at),
        None => Used {
            item: stock.item.clone(),
            lot: stock.lot.clone(),
            quantity: Quantity::ZERO,
            clears: Quantity::ZERO,
        },
    };
    let net = used.quantity;
    let counted = way.count(&mut used.quantity, quantity).and_then(|()| way.count(&mut used.clears, clears));
    if counted.is_err() {
        // An issue of which something came back already cannot be undone whole.
        return Err(Finding::new(Code::ReturnExceedsIssued).with("net", net).into());
    }
    if !used.quantity.is_zero() || !used.clears.is_zero() {
        let at = line.used.partition_point(|other| (&other.item, &other.lot) < (&used.item, &used.lot));
        line.used.insert(at, used);
    }
    Ok(())
}

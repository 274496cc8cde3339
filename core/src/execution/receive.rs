//! What an order made: receipts and reports (`X05`).

use super::backflush::{self, Flush};
use super::effect::Way;
use super::lifecycle::{check_released, orders_of, triggers};
use super::refused::Refused;
use super::work::Work;
use super::{FlushSerials, OutputClass, ReceiptLine, Receive};
use crate::changeset::ReplyLine;
use crate::document::{DocState, Document, DocumentKind, DocumentLine};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::{LineRef, Lot, Reason, StockKey};
use crate::num::Quantity;
use crate::order::{BusinessState, OutputTotals, ProductionOrder};

/// Answers a [`Receive`].
pub(super) fn receive(work: &mut Work<'_>, ask: &Receive) -> Result<(), Refused> {
    let order = work.stored_order(&ask.order)?;
    if ask.report && matches!(order.business, BusinessState::Closed | BusinessState::Settled) {
        return Err(Finding::new(Code::ReportAfterClose).with("order", &order.id).into());
    }
    check_released(order)?;
    let kind = if ask.report { DocumentKind::Report } else { DocumentKind::Receipt };
    let mut document = Document::draft(ask.document.clone(), kind, ask.date.unwrap_or(work.today));
    for (at, line) in ask.lines.iter().enumerate() {
        document.lines.push(line_of(work, order, ask, (at, line))?);
    }
    new_lots(work, order, &document, &ask.lines);
    if ask.draft {
        return super::lifecycle::enter(work, document, true);
    }
    if work.is_taken(&document.id) {
        let finding = Finding::new(Code::DuplicateId).with("table", "documents");
        return Err(finding.with("id", &document.id).into());
    }
    document.period = work.posting_period(document.date)?;
    check(work, &document)?;
    work.reply.documents.push(document.id.clone());
    for line in &document.lines {
        work.reply.lines.push(ReplyLine::of(&document.id, line));
    }
    document.state = DocState::Approved;
    take_effect(work, &mut document, &ask.serials, ask.backflush.as_ref())?;
    work.put_document(document);
    Ok(())
}

fn line_of(
    work: &mut Work<'_>,
    order: &ProductionOrder,
    ask: &Receive,
    (at, line): (usize, &ReceiptLine),
) -> Result<DocumentLine, Refused> {
    let scale = work.item(&order.item)?.scale;
    let quantity = line.quantity.at_scale(scale)?;
    if !quantity.is_positive() {
        let finding = Finding::new(Code::QtyNotPositive).with("row", at + 1).with("item", &order.item);
        return Err(finding.with("value", quantity).into());
    }
    let reason = match line.class {
        OutputClass::Good => Reason::Receipt,
        OutputClass::Rework => Reason::ReceiptRework,
        OutputClass::ScrapMaterial => Reason::ScrapMaterial,
        OutputClass::ScrapWork => Reason::ScrapWork,
        OutputClass::Sample => Reason::Sample,
    };
    let stocked = !ask.report && matches!(line.class, OutputClass::Good | OutputClass::Rework);
    if stocked && line.location.is_none() {
        let finding = Finding::new(Code::ParamMissing).with("item", &order.item);
        return Err(finding.with("field", "location").into());
    }
    let stock = line.location.as_ref().filter(|_| !ask.report).map(|location| StockKey {
        lot: line.lot.clone(),
        key: order.key.clone(),
        status: line.status,
        ..StockKey::new(order.item.clone(), location.clone())
    });
    let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
    Ok(DocumentLine {
        second: line.second,
        reason: Some(reason),
        stock,
        order: Some(LineRef { document: order.id.clone(), line: 0 }),
        serials: line.serials.clone(),
        ..DocumentLine::new(number, order.item.clone(), quantity)
    })
}

/// Product lots that are not there yet.
fn new_lots(work: &mut Work<'_>, order: &ProductionOrder, document: &Document, lines: &[ReceiptLine]) {
    for line in lines {
        let Some(lot) = &line.lot else { continue };
        if work.lot(&order.item, lot).is_some() {
            continue;
        }
        let row = Lot {
            item: order.item.clone(),
            lot: lot.clone(),
            usable_until: line.usable_until,
            received: document.date,
            supplier_lot: None,
            supplier: None,
            inspection: None,
            version: 0,
        };
        work.lots.insert((order.item.clone(), lot.clone()), row);
    }
}

/// Tolerances: over-receipt, issued kits, input (`X05`).
pub(super) fn check(work: &mut Work<'_>, document: &Document) -> Result<(), Refused> {
    let Some(id) = orders_of(document).into_iter().next() else { return Ok(()) };
    let order = work.order(&id)?;
    let mut now = if document.kind == DocumentKind::Report { order.reported } else { order.received };
    for line in &document.lines {
        add(&mut now, line)?;
    }
    if document.kind == DocumentKind::Report {
        let total = now.total()?;
        let most = order.input.max(order.receipt_limit()?);
        if total > most {
            let finding = Finding::new(Code::ReportExceedsInput).with("total", total);
            return Err(finding.with("input", order.input).into());
        }
        return Ok(());
    }
    let limit = order.receipt_limit()?;
    if now.good > limit {
        let finding = Finding::new(Code::OverReceipt).with("limit", limit);
        return Err(finding.with("would", now.good).into());
    }
    if order.policy.receipt_within_kits {
        let kits = order.kits_issued()?.unwrap_or(limit);
        if now.good > kits {
            return Err(Finding::new(Code::ReceiptExceedsIssuedKits).with("kits", kits).into());
        }
    }
    Ok(())
}

fn add(totals: &mut OutputTotals, line: &DocumentLine) -> Result<(), Refused> {
    let class: &mut Quantity = match line.reason {
        Some(Reason::Receipt) => &mut totals.good,
        Some(Reason::ReceiptRework) => &mut totals.rework,
        Some(Reason::ScrapMaterial) => &mut totals.scrap_material,
        Some(Reason::ScrapWork) => &mut totals.scrap_work,
        _ => &mut totals.samples,
    };
    *class = class.plus(line.quantity)?;
    Ok(())
}

/// Brings a receipt or report into effect, with the backflush that it sets off.
pub(super) fn take_effect(
    work: &mut Work<'_>,
    document: &mut Document,
    serials: &[FlushSerials],
    name: Option<&Id>,
) -> Result<(), Refused> {
    work.effect(document, Way::Do)?;
    for id in orders_of(document) {
        let order = work.order(&id)?;
        if !triggers(document.kind, order) {
            continue;
        }
        let base = backflush::base_of(order, document)?;
        let flush = Flush {
            document: backflush::name_of(&document.id, name)?,
            cause: Some(&document.id),
            date: document.date,
            base,
            serials,
        };
        if backflush::flush(work, &id, &flush)? {
            document.effects.push(flush.document);
        }
    }
    Ok(())
}

//! Material that the system issues for what was received or reported (`M05`).

use super::issue::{Take, derived, find};
use super::refused::Refused;
use super::work::Work;
use super::{Backflush, FlushSerials, PostPending};
use crate::changeset::ReplyLine;
use crate::component_list::{backflush_base, backflush_need, backflushed};
use crate::document::{DocState, Document, DocumentKind, DocumentLine};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::{LineRef, Reason, StockKey, Tracking};
use crate::num::Quantity;
use crate::order::{BackflushTrigger, ProductionOrder, ShortPolicy};
use crate::time::Date;

/// Whether a document of this kind sets off a backflush.
pub(super) fn triggered_by(kind: DocumentKind, trigger: BackflushTrigger) -> bool {
    matches!(
        (kind, trigger),
        (DocumentKind::Receipt, BackflushTrigger::Receipt) | (DocumentKind::Report, BackflushTrigger::Report)
    )
}

/// What a backflush is for.
pub(super) struct Flush<'f> {
    /// Id of the backflush document.
    pub(super) document: Id,
    /// The document that causes it, if there is one.
    pub(super) cause: Option<&'f Id>,
    pub(super) date: Date,
    /// What is counted up to now, and the part of it that is new.
    pub(super) base: (Quantity, Quantity),
    pub(super) serials: &'f [FlushSerials],
}

/// Issues the backflush lines of an order; returns whether a document was written.
pub(super) fn flush(work: &mut Work<'_>, order: &Id, ask: &Flush<'_>) -> Result<bool, Refused> {
    let order = work.take_order(order)?;
    let mut lines = Vec::with_capacity(order.lines.len());
    for line in backflushed(&order) {
        let quantity = backflush_need(&order, line, ask.base, false)?;
        if !quantity.is_positive() {
            continue;
        }
        let serials = ask.serials.iter().find(|given| given.line == line.number);
        let take = Take {
            line,
            item: &line.item,
            quantity,
            ratio: None,
            location: line.location.as_ref(),
            lot: None,
            serials: serials.map_or(&[], |given| &given.serials),
            second: None,
        };
        if work.item(take.item)?.tracking == Tracking::Serial && take.serials.is_empty() {
            return Err(Finding::new(Code::BackflushSerialRequired).with("item", take.item).into());
        }
        let short = find(work, &order, &take, Reason::Backflush, ask.date, &mut lines)?;
        if short.is_positive() {
            without_stock(work, &order, &take, short, &mut lines)?;
        }
    }
    work.put_back(order);
    write(work, ask, lines)
}

/// What is missing is refused, waits, or makes the stock negative.
fn without_stock(
    work: &Work<'_>,
    order: &ProductionOrder,
    take: &Take<'_>,
    short: Quantity,
    lines: &mut Vec<DocumentLine>,
) -> Result<(), Refused> {
    let at = LineRef { document: order.id.clone(), line: take.line.number };
    let refused = || -> Result<(), Refused> {
        let place = take.location.map_or("–", Id::as_str);
        Err(Finding::new(Code::BackflushShort)
            .with("need", take.quantity)
            .with("item", take.item)
            .with("available", take.quantity.minus(short)?)
            .with("warehouse", place)
            .into())
    };
    let line = DocumentLine { order: Some(at), ..DocumentLine::new(0, take.item.clone(), short) };
    match order.policy.backflush.short {
        ShortPolicy::Refuse => refused(),
        ShortPolicy::Pending => {
            let stock = take.location.map(|place| StockKey::new(take.item.clone(), place.clone()));
            lines.push(DocumentLine { reason: Some(Reason::Pending), stock, ..line });
            Ok(())
        }
        ShortPolicy::Negative => {
            // Below nought only where nobody has to name a lot, and where it is known which location gives it.
            let Some(place) = take.location.filter(|_| {
                work.base.items.get(take.item).is_some_and(|item| item.tracking == Tracking::None)
            }) else {
                return refused();
            };
            let stock =
                StockKey { key: take.line.key.clone(), ..StockKey::new(take.item.clone(), place.clone()) };
            lines.push(DocumentLine { reason: Some(Reason::Backflush), stock: Some(stock), ..line });
            Ok(())
        }
    }
}

fn write(work: &mut Work<'_>, ask: &Flush<'_>, lines: Vec<DocumentLine>) -> Result<bool, Refused> {
    if lines.is_empty() {
        return Ok(false);
    }
    let mut document = Document::draft(ask.document.clone(), DocumentKind::Backflush, ask.date);
    document.cause = ask.cause.cloned();
    document.lines.reserve_exact(lines.len());
    work.reply.lines.reserve(lines.len());
    for (at, line) in lines.into_iter().enumerate() {
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        let waits = line.reason == Some(Reason::Pending);
        work.reply.lines.push(ReplyLine {
            document: Some(document.id.clone()),
            order: line.order.clone(),
            item: line.item.clone(),
            quantity: if waits { Quantity::ZERO } else { line.quantity },
            stock: line.stock.clone(),
            short: waits.then_some(line.quantity),
        });
        document.lines.push(DocumentLine { number, ..line });
    }
    super::lifecycle::enter(work, document, false)?;
    Ok(true)
}

/// The id of the backflush of a document.
pub(super) fn name_of(document: &Id, given: Option<&Id>) -> Result<Id, Refused> {
    match given {
        Some(id) => Ok(id.clone()),
        None => derived(document, "backflush"),
    }
}

/// Answers a [`Backflush`]: that of one receipt or report.
pub(super) fn by_hand(work: &mut Work<'_>, ask: &Backflush) -> Result<(), Refused> {
    let receipt = work.document(&ask.receipt)?.clone();
    if receipt.state != DocState::Approved {
        return Err(Finding::new(Code::DocState)
            .with("doc", &receipt.id)
            .with("state", receipt.state.as_str())
            .with("action", "backflush")
            .with("states", DocState::Approved.as_str())
            .into());
    }
    for effect in &receipt.effects {
        if work.document(effect)?.kind == DocumentKind::Backflush {
            return Err(Finding::new(Code::BackflushAlreadyDone).with("doc", &receipt.id).into());
        }
    }
    let Some(order) = super::lifecycle::orders_of(&receipt).into_iter().next() else {
        return Err(Finding::new(Code::CostObjectMissing).with("doc", &receipt.id).into());
    };
    super::lifecycle::check_released(work.order(&order)?)?;
    let base = base_of(work.order(&order)?, &receipt)?;
    let flushed = flush(
        work,
        &order,
        &Flush {
            document: ask.document.clone(),
            cause: Some(&receipt.id),
            date: receipt.date,
            base,
            serials: &ask.serials,
        },
    )?;
    if flushed {
        work.document_mut(&receipt.id)?.effects.push(ask.document.clone());
    }
    Ok(())
}

/// What a receipt or report adds to the base of the backflush, and the base with it.
pub(super) fn base_of(order: &ProductionOrder, document: &Document) -> Result<(Quantity, Quantity), Refused> {
    let basis = order.policy.backflush.basis;
    let totals = if document.kind == DocumentKind::Report { &order.reported } else { &order.received };
    let counts = |reason: Option<Reason>| match reason {
        Some(Reason::Receipt) => true,
        Some(Reason::ScrapMaterial | Reason::ScrapWork | Reason::Sample) => {
            basis == crate::order::BackflushBasis::GoodAndScrap
        }
        _ => false,
    };
    let part = document.lines.iter().filter(|line| counts(line.reason)).map(|line| line.quantity);
    Ok((backflush_base(totals, basis)?, part.into_iter().try_fold(Quantity::ZERO, Quantity::plus)?))
}

/// Answers a [`PostPending`]: issues what waits, as far as there is stock.
pub(super) fn post_pending(work: &mut Work<'_>, ask: &PostPending) -> Result<(), Refused> {
    let source = work.document(&ask.backflush)?.clone();
    let date = ask.date.unwrap_or(work.today);
    let mut lines = Vec::new();
    for waiting in source.lines.iter().filter(|line| line.reason == Some(Reason::Pending)) {
        let Some(at) = &waiting.order else { continue };
        let order = work.order(&at.document)?.clone();
        let Some(line) = order.line(at.line) else { continue };
        let take = Take {
            line,
            item: &line.item,
            quantity: waiting.quantity.min(line.pending),
            ratio: None,
            location: line.location.as_ref(),
            lot: None,
            serials: &[],
            second: None,
        };
        if take.quantity.is_positive() {
            find(work, &order, &take, Reason::PendingIssue, date, &mut lines)?;
        }
    }
    let flush = Flush {
        document: ask.document.clone(),
        cause: Some(&source.id),
        date,
        base: (Quantity::ZERO, Quantity::ZERO),
        serials: &[],
    };
    if write(work, &flush, lines)? {
        work.document_mut(&source.id)?.effects.push(ask.document.clone());
    }
    Ok(())
}

//! Stock in and out, transfers, status changes and counts (`F05`, `Q06`).

use super::lifecycle::enter;
use super::refused::Refused;
use super::work::Work;
use super::{Count, StockPosting, Transfer, TransferLine};
use crate::changeset::ReplyLine;
use crate::document::{Document, DocumentKind, DocumentLine};
use crate::finding::{Code, Finding};
use crate::inventory::{Lot, PlaceState, Reason, StockKey};
use crate::num::Quantity;

/// Answers a [`StockPosting`].
pub(super) fn post(work: &mut Work<'_>, ask: &StockPosting) -> Result<(), Refused> {
    let Some(reason) = ask.ledger_reason() else {
        let finding = Finding::new(Code::IllegalCommand).with("command", "stock");
        return Err(finding.with("state", format!("{:?}", ask.kind)).into());
    };
    if reason == Reason::Adjustment && ask.reason.trim().is_empty() {
        return Err(Finding::new(Code::ReasonRequired).into());
    }
    let date = ask.date.unwrap_or(work.today);
    new_lots(work, &ask.lots);
    let mut document = Document::draft(ask.document.clone(), ask.kind, date);
    document.partner = ask.partner.clone();
    document.reason = ask.reason.clone();
    for (at, line) in ask.lines.iter().enumerate() {
        let quantity = line.quantity.at_scale(work.item(&line.stock.item)?.scale)?;
        if reason != Reason::Adjustment {
            positive(at, &line.stock, quantity)?;
        }
        document.lines.push(DocumentLine {
            second: line.second,
            reason: Some(reason),
            stock: Some(line.stock.clone()),
            serials: line.serials.clone(),
            ..DocumentLine::new(number(at), line.stock.item.clone(), quantity)
        });
    }
    enter(work, document, ask.draft)
}

pub(super) fn number(at: usize) -> u32 {
    u32::try_from(at + 1).unwrap_or(u32::MAX)
}

pub(super) fn positive(at: usize, stock: &StockKey, quantity: Quantity) -> Result<(), Refused> {
    if quantity.is_positive() {
        return Ok(());
    }
    let finding = Finding::new(Code::QtyNotPositive).with("row", at + 1).with("item", &stock.item);
    Err(finding.with("value", quantity).into())
}

/// Lots that come in for the first time; a known one stays as it is.
pub(super) fn new_lots(work: &mut Work<'_>, lots: &[Lot]) {
    for lot in lots {
        if work.lot(&lot.item, &lot.lot).is_none() {
            work.lots.insert((lot.item.clone(), lot.lot.clone()), lot.clone());
        }
    }
}

/// Answers a [`Transfer`]: another location, another status, never another owner.
pub(super) fn transfer(work: &mut Work<'_>, ask: &Transfer) -> Result<(), Refused> {
    let date = ask.date.unwrap_or(work.today);
    let status_changes = |line: &TransferLine| line.status.is_some_and(|status| status != line.stock.status);
    let changes = ask.lines.iter().any(status_changes);
    if changes && ask.reason.trim().is_empty() {
        return Err(Finding::new(Code::ReasonRequired).into());
    }
    let kind = if changes { DocumentKind::Status } else { DocumentKind::Transfer };
    let mut document = Document::draft(ask.document.clone(), kind, date);
    document.reason = ask.reason.clone();
    for (at, line) in ask.lines.iter().enumerate() {
        let quantity = line.quantity.at_scale(work.item(&line.stock.item)?.scale)?;
        positive(at, &line.stock, quantity)?;
        if line.owner.is_some() && line.owner != line.stock.key.owner {
            return Err(Finding::new(Code::TransferAcrossOwnership).with("item", &line.stock.item).into());
        }
        let mut to = line.stock.clone();
        to.location = line.location.clone().unwrap_or(to.location);
        to.status = line.status.unwrap_or(to.status);
        let reason = if status_changes(line) { Reason::Status } else { Reason::Transfer };
        document.lines.push(DocumentLine {
            second: line.second,
            reason: Some(reason),
            stock: Some(line.stock.clone()),
            to: Some(to),
            serials: line.serials.clone(),
            ..DocumentLine::new(number(at), line.stock.item.clone(), quantity)
        });
    }
    enter(work, document, ask.draft)
}

/// Answers a [`Count`]: the differences are posted, and equal figures are not.
pub(super) fn count(work: &mut Work<'_>, ask: &Count) -> Result<(), Refused> {
    let date = ask.date.unwrap_or(work.today);
    let mut document = Document::draft(ask.document.clone(), DocumentKind::Count, date);
    for line in &ask.lines {
        let counted = line.counted.at_scale(work.item(&line.stock.item)?.scale)?;
        if counted.is_negative() {
            positive(document.lines.len(), &line.stock, counted)?;
        }
        let difference = counted.minus(work.balance(&line.stock).quantity)?;
        work.reply.lines.push(ReplyLine {
            document: Some(document.id.clone()),
            order: None,
            item: line.stock.item.clone(),
            quantity: difference,
            stock: Some(line.stock.clone()),
            short: None,
        });
        if !difference.is_zero() {
            document.lines.push(DocumentLine {
                reason: Some(Reason::Count),
                stock: Some(line.stock.clone()),
                ..DocumentLine::new(number(document.lines.len()), line.stock.item.clone(), difference)
            });
        }
    }
    enter(work, document, false)
}

/// Whether a location can be used in a new state with the stock that lies there.
pub(super) fn stock_at(work: &Work<'_>, location: &crate::id::Id) -> bool {
    let rows = work.base.balances.values().flat_map(|rows| rows.values());
    rows.filter(|row| row.stock.location == *location).any(|row| !row.quantity.is_zero())
}

/// Whether a state lets stock lie there.
pub(super) const fn needs_empty(state: PlaceState) -> bool {
    matches!(state, PlaceState::Disabled)
}

//! Documents that move no stock, and push-down from their lines (`F04`).

use super::lifecycle::enter;
use super::refused::{Refused, unknown};
use super::work::Work;
use super::{CreateDocument, Push, PushLine};
use crate::document::{DocState, Document, DocumentKind, DocumentLine};
use crate::finding::{Code, Finding};
use crate::inventory::Reason;
use crate::num::Quantity;

/// Answers a [`CreateDocument`].
pub(super) fn create(work: &mut Work<'_>, ask: &CreateDocument) -> Result<(), Refused> {
    let mut document = ask.document.clone();
    let plain = document.lines.iter().all(|line| {
        line.reason.is_none() && line.source.is_none() && line.links.is_empty() && line.order.is_none()
    });
    if document.state != DocState::Draft || !plain || document.opening.is_some() {
        let finding = Finding::new(Code::IllegalCommand).with("command", "create_document");
        return Err(finding.with("state", document.state.as_str()).into());
    }
    document.version = 0;
    let mut numbers: Vec<u32> = document.lines.iter().map(|line| line.number).collect();
    numbers.sort_unstable();
    if let Some(pair) = numbers.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Finding::new(Code::DuplicateId).with("table", "lines").with("id", pair[0]).into());
    }
    for (at, line) in document.lines.iter_mut().enumerate() {
        line.quantity = line.quantity.at_scale(work.item(&line.item)?.scale)?;
        if line.quantity.is_negative() {
            let finding = Finding::new(Code::QtyNotPositive).with("row", at + 1).with("item", &line.item);
            return Err(finding.with("value", line.quantity).into());
        }
    }
    enter(work, document, !ask.approve)
}

/// Answers a [`Push`]: a new draft whose lines take over from others.
pub(super) fn push(work: &mut Work<'_>, ask: &Push) -> Result<(), Refused> {
    let mut document = Document::draft(ask.document.clone(), ask.kind, ask.date.unwrap_or(work.today));
    // Lines of one request may come from the same source line: they are counted together.
    let mut pushed: Vec<(crate::inventory::LineRef, Quantity)> = Vec::new();
    for (at, line) in ask.lines.iter().enumerate() {
        let (item, remaining, partner) = source_of(work, ask, line, &pushed)?;
        let quantity = line.quantity.unwrap_or(remaining).at_scale(work.item(&item)?.scale)?;
        if !quantity.is_positive() {
            let finding = Finding::new(Code::QtyNotPositive).with("row", at + 1).with("item", &item);
            return Err(finding.with("value", quantity).into());
        }
        if quantity > remaining {
            let finding = Finding::new(Code::OverPush).with("remaining", remaining);
            return Err(finding.with("requested", quantity).into());
        }
        pushed.push((line.source.clone(), quantity));
        document.partner = document.partner.or(partner);
        let reason = match ask.kind {
            DocumentKind::StockIn => Some(Reason::Purchase),
            DocumentKind::StockOut => Some(Reason::Shipment),
            _ => None,
        };
        if reason.is_some() && line.stock.is_none() {
            return Err(Finding::new(Code::ParamMissing).with("item", &item).with("field", "stock").into());
        }
        document.lines.push(DocumentLine {
            reason,
            stock: line.stock.clone(),
            source: Some(line.source.clone()),
            ..DocumentLine::new(u32::try_from(at + 1).unwrap_or(u32::MAX), item, quantity)
        });
    }
    enter(work, document, true)
}

type Source = (crate::id::Id, Quantity, Option<crate::id::Id>);

fn source_of(
    work: &mut Work<'_>,
    ask: &Push,
    line: &PushLine,
    pushed: &[(crate::inventory::LineRef, Quantity)],
) -> Result<Source, Refused> {
    let source = work.document(&line.source.document)?;
    if source.state != DocState::Approved {
        return Err(Finding::new(Code::DocState)
            .with("doc", &source.id)
            .with("state", source.state.as_str())
            .with("action", "push")
            .with("states", DocState::Approved.as_str())
            .into());
    }
    let row = source
        .line(line.source.line)
        .ok_or_else(|| unknown(&source.id, &format!("line {}", line.source.line)))?;
    let mut remaining = row.remaining_to_push(ask.approved_only)?;
    for (_, quantity) in pushed.iter().filter(|(at, _)| *at == line.source) {
        remaining = remaining.minus(*quantity)?;
    }
    Ok((row.item.clone(), remaining, source.partner.clone()))
}

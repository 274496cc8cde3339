//! Material that comes back (`M11`) or goes to another order (`M12`).

use super::lifecycle::{check_released, enter};
use super::refused::{Refused, unknown};
use super::work::Work;
use super::{MoveMaterial, Return, ReturnKind, ReturnLine};
use crate::changeset::ReplyLine;
use crate::document::{Document, DocumentKind, DocumentLine};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::{LineRef, Reason, StockKey, StockStatus};
use crate::num::{Quantity, Rounding};
use crate::order::{BusinessState, ComponentLine, ProductionOrder, Used};

/// Answers a [`Return`].
pub(super) fn give_back(work: &mut Work<'_>, ask: &Return) -> Result<(), Refused> {
    let order = work.order(&ask.order)?.clone();
    if matches!(order.business, BusinessState::Closed | BusinessState::Settled) {
        return Err(Finding::new(Code::ReturnAfterClose).with("order", &order.id).into());
    }
    check_released(&order)?;
    let date = ask.date.unwrap_or(work.today);
    let mut document = Document::draft(ask.document.clone(), DocumentKind::Return, date);
    let mut so_far: Vec<(u32, Used)> = Vec::new();
    for (at, line) in ask.lines.iter().enumerate() {
        let line = return_line(work, &order, ask.kind, (at, line), &mut so_far)?;
        work.reply.lines.push(ReplyLine::of(&document.id, &line));
        document.lines.push(line);
    }
    enter(work, document, ask.draft)
}

fn return_line(
    work: &mut Work<'_>,
    order: &ProductionOrder,
    kind: ReturnKind,
    (at, ask): (usize, &ReturnLine),
    so_far: &mut Vec<(u32, Used)>,
) -> Result<DocumentLine, Refused> {
    let line = order.line(ask.line).ok_or_else(|| unknown(&order.id, &format!("line {}", ask.line)))?;
    let item = ask.item.as_ref().unwrap_or(&line.item);
    let quantity = ask.quantity.at_scale(work.item(item)?.scale)?;
    if !quantity.is_positive() {
        return Err(Finding::new(Code::QtyNotPositive)
            .with("row", at + 1)
            .with("item", item)
            .with("value", quantity)
            .into());
    }
    let used = take_back(line, item, ask.lot.as_ref(), quantity, so_far)?;
    let location = ask
        .location
        .as_ref()
        .or(line.location.as_ref())
        .ok_or_else(|| Finding::new(Code::ParamMissing).with("item", item).with("field", "location"))?;
    let stock = StockKey {
        lot: ask.lot.clone(),
        key: line.key.clone(),
        status: status_of(kind),
        ..StockKey::new(item.clone(), location.clone())
    };
    check_kind(work, &stock, kind, &order.id)?;
    let reason = match kind {
        ReturnKind::Good => Reason::ReturnGood,
        ReturnKind::IncomingDefect => Reason::ReturnIncomingDefect,
        ReturnKind::WorkDefect => Reason::ReturnWorkDefect,
    };
    Ok(DocumentLine {
        second: ask.second,
        reason: Some(reason),
        stock: Some(stock),
        order: Some(LineRef { document: order.id.clone(), line: line.number }),
        clears: (*item != line.item).then_some(used),
        serials: ask.serials.clone(),
        ..DocumentLine::new(u32::try_from(at + 1).unwrap_or(u32::MAX), item.clone(), quantity)
    })
}

/// Checks that so much of the item and lot is in the order; returns how much of the line's own item it stands
/// for: the same share of what was cleared.
fn take_back(
    line: &ComponentLine,
    item: &Id,
    lot: Option<&Id>,
    quantity: Quantity,
    so_far: &mut Vec<(u32, Used)>,
) -> Result<Quantity, Refused> {
    let same = |(number, used): &&(u32, Used)| {
        *number == line.number && used.item == *item && used.lot.as_ref() == lot
    };
    let before = so_far.iter().filter(same);
    let before = before.map(|(_, used)| used.quantity).try_fold(Quantity::ZERO, Quantity::plus)?;
    let asked = before.plus(quantity)?;
    let Some(used) = line.used_of(item, lot) else {
        let other = line.used.iter().any(|used| used.item == *item);
        let finding = match lot {
            Some(lot) if other || line.used.is_empty() => {
                Finding::new(Code::ReturnLotMismatch).with("lot", lot)
            }
            Some(lot) => Finding::new(Code::ReturnLotMismatch).with("lot", lot),
            // Lots were issued and none is named.
            None if other => Finding::new(Code::LotRequired).with("item", item),
            None => Finding::new(Code::ReturnExceedsIssued).with("net", line.net_issued()?),
        };
        return Err(finding.into());
    };
    if asked > used.quantity {
        return Err(Finding::new(Code::ReturnExceedsIssued).with("net", used.quantity.minus(before)?).into());
    }
    so_far.push((line.number, Used { item: item.clone(), lot: lot.cloned(), quantity, clears: quantity }));
    Ok(used.clears.share(quantity, used.quantity, Rounding::Down)?)
}

/// Good material is usable again; the rest is not.
const fn status_of(kind: ReturnKind) -> StockStatus {
    match kind {
        ReturnKind::Good => StockStatus::Available,
        ReturnKind::IncomingDefect => StockStatus::Blocked,
        ReturnKind::WorkDefect => StockStatus::Scrap,
    }
}

/// Defective material does not go to the line; what comes back good does not go where defective things lie.
fn check_kind(work: &mut Work<'_>, stock: &StockKey, kind: ReturnKind, order: &Id) -> Result<(), Refused> {
    use crate::partner::LocationKind::{Defective, Scrap};
    let place = work.place(&stock.location)?;
    let defective = matches!(place.location.kind, Defective | Scrap);
    if kind == ReturnKind::Good && defective {
        let finding = Finding::new(Code::WhKindMismatch).with("warehouse", &stock.location);
        return Err(finding.with("doc", order).into());
    }
    Ok(())
}

/// Answers a [`MoveMaterial`]: a return and an issue in one document.
pub(super) fn move_between(work: &mut Work<'_>, ask: &MoveMaterial) -> Result<(), Refused> {
    let from = work.order(&ask.from.document)?.clone();
    let to = work.order(&ask.to.document)?.clone();
    check_released(&from)?;
    check_released(&to)?;
    let line = |order: &ProductionOrder, at: &LineRef| {
        order.line(at.line).cloned().ok_or_else(|| unknown(&order.id, &format!("line {}", at.line)))
    };
    let (giver, taker) = (line(&from, &ask.from)?, line(&to, &ask.to)?);
    let same = giver.item == taker.item && giver.operation == taker.operation && giver.key == taker.key;
    if !same || ask.from == ask.to {
        return Err(Finding::new(Code::MoveLineMismatch).into());
    }
    let quantity = ask.quantity.at_scale(work.item(&giver.item)?.scale)?;
    if !quantity.is_positive() {
        let finding = Finding::new(Code::QtyNotPositive).with("row", 1).with("item", &giver.item);
        return Err(finding.with("value", quantity).into());
    }
    let left = giver.used_of(&giver.item, ask.lot.as_ref()).map_or(Quantity::ZERO, |used| used.quantity);
    if quantity > left {
        let finding = Finding::new(Code::MoveNothingLeft).with("issued", giver.issued);
        return Err(finding.with("returned", giver.returned()?).into());
    }
    let location = ask.location.as_ref().or(giver.location.as_ref()).ok_or_else(|| {
        Finding::new(Code::ParamMissing).with("item", &giver.item).with("field", "location")
    })?;
    let stock = StockKey {
        lot: ask.lot.clone(),
        key: giver.key.clone(),
        ..StockKey::new(giver.item.clone(), location.clone())
    };
    let date = ask.date.unwrap_or(work.today);
    let mut document = Document::draft(ask.document.clone(), DocumentKind::Move, date);
    for (number, reason, order) in [(1, Reason::MoveOut, &ask.from), (2, Reason::MoveIn, &ask.to)] {
        document.lines.push(DocumentLine {
            reason: Some(reason),
            stock: Some(stock.clone()),
            order: Some(order.clone()),
            ..DocumentLine::new(number, giver.item.clone(), quantity)
        });
    }
    enter(work, document, false)
}

//! Stock brought to the line for an order (`M07`).

use super::issue::{Take, find};
use super::lifecycle::{check_released, enter};
use super::post::short;
use super::refused::{Refused, unknown};
use super::work::Work;
use super::{Stage, StageLine};
use crate::changeset::ReplyLine;
use crate::component_list::need_for;
use crate::document::{Document, DocumentKind, DocumentLine};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::{Reason, StockKey, StockStatus};
use crate::num::Quantity;
use crate::order::{ComponentLine, ProductionOrder};

/// Answers a [`Stage`].
pub(super) fn stage(work: &mut Work<'_>, ask: &Stage) -> Result<(), Refused> {
    let order = work.order(&ask.order)?.clone();
    check_released(&order)?;
    if work.place(&ask.to)?.location.kind != crate::partner::LocationKind::LineSide {
        let finding = Finding::new(Code::WhKindMismatch).with("warehouse", &ask.to);
        return Err(finding.with("doc", &ask.document).into());
    }
    let named: Vec<StageLine> = if ask.lines.is_empty() {
        let lines = order.lines.iter().filter(|line| line.is_issuable());
        lines.map(|line| StageLine { line: line.number, quantity: None, lot: None }).collect()
    } else {
        ask.lines.clone()
    };
    let date = ask.date.unwrap_or(work.today);
    let mut lines = Vec::new();
    for wanted in &named {
        let line = order.line(wanted.line);
        let line = line.ok_or_else(|| unknown(&order.id, &format!("line {}", wanted.line)))?;
        if !line.is_issuable() {
            return Err(Finding::new(Code::LineNotIssuable).with("item", &line.item).into());
        }
        let quantity = quantity_of(work, &order, line, ask, wanted)?;
        if quantity.is_positive() {
            bring(work, (&order, line), ask, wanted, quantity, date, &mut lines)?;
        }
    }
    let mut document = Document::draft(ask.document.clone(), DocumentKind::Transfer, date);
    for (at, line) in lines.into_iter().enumerate() {
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        let to = line.stock.as_ref().map(|stock| StockKey { location: ask.to.clone(), ..stock.clone() });
        work.reply.lines.push(ReplyLine::of(&document.id, &line));
        document.lines.push(DocumentLine { number, to, ..line });
    }
    if document.lines.is_empty() { Ok(()) } else { enter(work, document, false) }
}

fn bring(
    work: &mut Work<'_>,
    (order, line): (&ProductionOrder, &ComponentLine),
    ask: &Stage,
    wanted: &StageLine,
    quantity: Quantity,
    date: crate::time::Date,
    lines: &mut Vec<DocumentLine>,
) -> Result<(), Refused> {
    let main = main_location(work, line, ask)?;
    let take = Take {
        line,
        item: &line.item,
        quantity,
        ratio: None,
        location: main.as_ref(),
        lot: wanted.lot.as_ref(),
        serials: &[],
        second: None,
    };
    let missing = find(work, order, &take, Reason::Stage, date, lines)?;
    if missing.is_positive() {
        let place = main.unwrap_or_else(|| Id::known("–"));
        let stock = StockKey::new(line.item.clone(), place);
        return Err(short(&stock, quantity, quantity.minus(missing)?).into());
    }
    Ok(())
}

/// Where it comes from: named, else the only other location that has the item available.
fn main_location(work: &mut Work<'_>, line: &ComponentLine, ask: &Stage) -> Result<Option<Id>, Refused> {
    if ask.from.is_some() {
        return Ok(ask.from.clone());
    }
    let rows = work.base.balances_of(&line.item).filter(|row| {
        row.stock.location != ask.to
            && row.stock.status == StockStatus::Available
            && row.stock.key == line.key
            && row.quantity.is_positive()
    });
    let mut places: Vec<Id> = rows.map(|row| row.stock.location.clone()).collect();
    places.dedup();
    match places.first() {
        Some(first) => Ok(Some(first.clone())),
        None => {
            let finding = Finding::new(Code::StockShort).with("item", &line.item).with("warehouse", "–");
            Err(finding.with("need", line.required).with("available", 0).into())
        }
    }
}

/// `need − line-side balance`, or what was asked with a warning where that is more.
fn quantity_of(
    work: &mut Work<'_>,
    order: &ProductionOrder,
    line: &ComponentLine,
    ask: &Stage,
    wanted: &StageLine,
) -> Result<Quantity, Refused> {
    let mut there = Quantity::ZERO;
    for row in work.base.balances_of(&line.item) {
        if row.stock.location == ask.to
            && row.stock.key == line.key
            && row.stock.status == StockStatus::Available
        {
            there = there.plus(row.quantity)?;
        }
    }
    let need = match ask.sets {
        Some(sets) => need_for(order, line, sets)?,
        None => line.required.minus(line.net_issued()?)?.or_zero(),
    };
    let open = need.minus(there)?.or_zero();
    let Some(quantity) = wanted.quantity else { return Ok(open) };
    let quantity = quantity.at_scale(work.item(&line.item)?.scale)?;
    if !quantity.is_positive() {
        let finding = Finding::new(Code::QtyNotPositive).with("row", line.number).with("item", &line.item);
        return Err(finding.with("value", quantity).into());
    }
    if quantity > open {
        work.warn(Finding::new(Code::StageExceedsNeed).with("qty", quantity).with("need", open));
    }
    Ok(quantity)
}

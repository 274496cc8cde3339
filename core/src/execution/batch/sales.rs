//! What is still to be produced for sales lines (`X01`, `P01`).

use std::collections::BTreeMap;

use super::{Rows, Wanted};
use crate::document::{DocState, Document, DocumentKind, DocumentLine};
use crate::execution::refused::{Refused, unknown};
use crate::execution::work::Work;
use crate::execution::{CreateOrders, GoodsRow, OrdersFrom, SalesPick};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::{HoldFor, Key, LineRef, StockStatus};
use crate::num::Quantity;
use crate::order::{BusinessState, OrderPeg};

/// What earlier rows of the same command take.
#[derive(Default)]
struct Taken {
    lines: BTreeMap<LineRef, Quantity>,
    stock: BTreeMap<(Id, Key), Quantity>,
}

/// Reads the sales lines of a command.
pub(super) fn read(work: &mut Work<'_>, ask: &CreateOrders, rows: &mut Rows) -> Result<(), Refused> {
    let OrdersFrom::Sales { lines, buffer_days, use_stock, .. } = &ask.from else { return Ok(()) };
    let mut taken = Taken::default();
    for (at, pick) in lines.iter().enumerate() {
        let read = wanted(work, pick, (at + 1, *buffer_days, *use_stock), &mut taken);
        rows.take(at + 1, read);
    }
    Ok(())
}

fn wanted(
    work: &mut Work<'_>,
    pick: &SalesPick,
    (row, buffer_days, use_stock): (usize, u16, bool),
    taken: &mut Taken,
) -> Result<Option<Wanted>, Refused> {
    let document = sales_order(work, &pick.line.document)?;
    let line = document
        .line(pick.line.line)
        .ok_or_else(|| unknown(&document.id, &format!("line {}", pick.line.line)))?;
    let need = still(work, &document, line, pick)?;
    let before = taken.lines.get(&pick.line).copied().unwrap_or_default();
    let mut open = need.open.minus(before)?.or_zero();
    let key = line.stock.as_ref().map(|stock| stock.key.clone()).unwrap_or_default();
    let mut covered = Quantity::ZERO;
    if use_stock {
        // Stock that is pegged without a hold is not free for the line: it was counted as pegged.
        let there = free(work, &line.item, &key)?.minus(need.unheld)?.or_zero();
        let used = taken.stock.entry((line.item.clone(), key.clone())).or_default();
        covered = open.min(there.minus(*used)?.or_zero());
        *used = used.plus(covered)?;
        open = open.minus(covered)?;
    }
    let quantity = match pick.quantity {
        Some(quantity) => quantity.at_scale(work.item(&line.item)?.scale)?,
        None => open,
    };
    if quantity > open {
        let finding = Finding::new(Code::OverPush).with("remaining", open);
        return Err(finding.with("requested", quantity).into());
    }
    if quantity.is_zero() && pick.quantity.is_none() {
        let reason = if covered.is_positive() { "stock" } else { "orders" };
        let finding = Finding::new(Code::NothingToProduce).with("line", name(&pick.line));
        work.warn(finding.with("reason", reason).with("row", row));
        return Ok(None);
    }
    taken.lines.insert(pick.line.clone(), before.plus(quantity)?);
    let due = match (pick.due, line.date) {
        (None, Some(date)) => Some(date.add_days(-i32::from(buffer_days))?),
        (due, _) => due,
    };
    let goods = GoodsRow {
        item: line.item.clone(),
        quantity,
        key,
        due,
        workshop: pick.workshop.clone(),
        bom: pick.bom.clone(),
        remark: String::new(),
        order: None,
    };
    Ok(Some(Wanted { row, goods, pegs: vec![OrderPeg { demand: pick.line.clone(), quantity }] }))
}

fn name(line: &LineRef) -> String {
    format!("{}/{}", line.document, line.line)
}

/// The sales order, approved.
fn sales_order(work: &mut Work<'_>, id: &Id) -> Result<Document, Refused> {
    let document = work.document(id)?;
    match document.state {
        _ if document.kind != DocumentKind::Sales => Err(unknown(id, "sales orders")),
        DocState::Approved => Ok(document.clone()),
        _ => Err(Finding::new(Code::SoNotApproved).with("order", id).into()),
    }
}

/// What is open of a sales line, and stock that is pegged to it without a hold.
struct Need {
    open: Quantity,
    unheld: Quantity,
}

/// `ordered − shipped − remaining of pegged orders − stock pegged and not shipped` (`P01`).
fn still(
    work: &mut Work<'_>,
    document: &Document,
    line: &DocumentLine,
    pick: &SalesPick,
) -> Result<Need, Refused> {
    let shipped = shipped(work, line)?;
    if shipped >= line.quantity || document.kind != DocumentKind::Sales {
        return Err(Finding::new(Code::SoLineNotOpen).with("line", name(&pick.line)).into());
    }
    let (mut remaining, mut made) = (Quantity::ZERO, Quantity::ZERO);
    for link in line.links.iter().filter(|link| link.target.line == 0) {
        let order = work.order(&link.target.document)?;
        let ended = matches!(order.business, BusinessState::Closed | BusinessState::Settled);
        for (peg, received) in order.received_by_peg()? {
            if peg.demand != pick.line {
                continue;
            }
            made = made.plus(received)?;
            if !ended {
                remaining = remaining.plus(peg.quantity.minus(received)?)?;
            }
        }
    }
    let held = held(work, &line.item, &pick.line)?;
    let pegged = made.minus(shipped)?.or_zero().max(held);
    let open = line.quantity.minus(shipped)?.minus(remaining)?.minus(pegged)?.or_zero();
    Ok(Need { open, unheld: pegged.minus(held)? })
}

/// Shipped for the line: approved documents that take stock out.
fn shipped(work: &mut Work<'_>, line: &DocumentLine) -> Result<Quantity, Refused> {
    let mut sum = Quantity::ZERO;
    for link in line.links.iter().filter(|link| link.approved && link.target.line != 0) {
        if work.document(&link.target.document)?.kind == DocumentKind::StockOut {
            sum = sum.plus(link.quantity)?;
        }
    }
    Ok(sum)
}

/// Held for the line.
fn held(work: &mut Work<'_>, item: &Id, line: &LineRef) -> Result<Quantity, Refused> {
    let mut sum = Quantity::ZERO;
    for id in work.open_holds(item) {
        let Some(hold) = work.hold(item, &id) else { continue };
        if matches!(&hold.owner, HoldFor::Document { line: of } if of == line) {
            sum = sum.plus(hold.quantity)?;
        }
    }
    Ok(sum)
}

/// Available stock of a key that is not held, where planning counts it.
fn free(work: &mut Work<'_>, item: &Id, key: &Key) -> Result<Quantity, Refused> {
    let base = work.base;
    let mut sum = Quantity::ZERO;
    for row in base.balances_of(item) {
        let stock = &row.stock;
        if stock.status != StockStatus::Available || stock.key != *key {
            continue;
        }
        if work.place(&stock.location)?.location.in_planning {
            let now = work.balance(stock);
            sum = sum.plus(now.quantity.minus(now.reserved)?)?;
        }
    }
    Ok(sum)
}

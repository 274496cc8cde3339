//! Many production orders at once: from sales lines (`X01`) or from a list of goods (`X02`).

mod pasted;
mod sales;
mod template;

use super::issue::derived;
use super::lifecycle::enter;
use super::orders::create;
use super::refused::Refused;
use super::split::push_reply;
use super::work::Work;
use super::{CreateOrder, CreateOrders, GoodsRow, OrdersFrom, SalesGroup};
use crate::document::{Document, DocumentKind, DocumentLine, Link};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::LineRef;
use crate::num::Quantity;
use crate::order::{OrderPeg, PlanState, ProductionOrder};
use crate::time::Date;
use template::{order_of, template_of};

/// The most rows that one command takes.
const MAX_ROWS: usize = 10_000;

/// An order that is wanted, of one row or of several put together.
#[derive(Clone)]
struct Wanted {
    /// The first row, from 1.
    row: usize,
    goods: GoodsRow,
    pegs: Vec<OrderPeg>,
}

/// Rows that stand, and what is wrong with the others.
#[derive(Default)]
struct Rows {
    wanted: Vec<Wanted>,
    faults: Vec<Finding>,
}

impl Rows {
    /// Takes a row, or what is wrong with it; nothing to do is neither.
    fn take(&mut self, row: usize, read: Result<Option<Wanted>, Refused>) {
        match read {
            Ok(wanted) => self.wanted.extend(wanted),
            Err(refused) => {
                self.faults.extend(refused.findings().map(|fault| fault.clone().with("row", row)))
            }
        }
    }
}

/// Answers a [`CreateOrders`].
pub(super) fn create_all(work: &mut Work<'_>, ask: &CreateOrders) -> Result<(), Refused> {
    let date = ask.date.unwrap_or(work.today);
    let mut rows = Rows::default();
    let mut group = SalesGroup::Line;
    match &ask.from {
        OrdersFrom::Sales { lines, group: by, .. } => {
            within_limit(lines.len())?;
            sales::read(work, ask, &mut rows)?;
            group = *by;
        }
        OrdersFrom::List { rows: goods } => list(work, goods.iter().cloned().map(Ok), &mut rows)?,
        OrdersFrom::Pasted { text } => list(work, pasted::rows(text), &mut rows)?,
    }
    // Whatever is wrong with a row is told, and every row before any order is written.
    let mut good = Vec::with_capacity(rows.wanted.len());
    for wanted in std::mem::take(&mut rows.wanted) {
        let row = wanted.row;
        let read = check(work, ask, &wanted, date).map(|()| Some(wanted));
        rows.take(row, read);
        good.append(&mut rows.wanted);
    }
    if group == SalesGroup::Product {
        good = by_product(good)?;
    }
    let mut faults = rows.faults;
    let mut written: Vec<(Id, OrderPeg)> = Vec::new();
    for wanted in &good {
        match write(work, ask, wanted, date, group) {
            Ok(order) => {
                written.extend(wanted.pegs.first().map(|peg| (order.id.clone(), peg.clone())));
                push_reply(work, &order);
            }
            Err(refused) => {
                faults.extend(refused.findings().map(|fault| fault.clone().with("row", wanted.row)));
            }
        }
    }
    faults.sort_by_key(|fault| fault.param("row").and_then(|row| row.parse::<usize>().ok()));
    if ask.atomic || work.reply.documents.is_empty() {
        Refused::all(faults)?;
    } else {
        faults.into_iter().for_each(|fault| work.warn(fault));
    }
    if group == SalesGroup::SalesOrder { documents(work, ask, &written, date) } else { Ok(()) }
}

fn within_limit(rows: usize) -> Result<(), Refused> {
    if rows <= MAX_ROWS {
        return Ok(());
    }
    Err(Finding::new(Code::LimitExceeded).with("what", "rows").with("limit", MAX_ROWS).into())
}

/// Reads a list of goods; identical rows are told.
fn list(
    work: &mut Work<'_>,
    goods: impl Iterator<Item = Result<GoodsRow, Finding>>,
    rows: &mut Rows,
) -> Result<(), Refused> {
    let mut seen: Vec<(GoodsRow, usize)> = Vec::new();
    for (at, goods) in goods.enumerate() {
        within_limit(at + 1)?;
        if let Ok(goods) = &goods {
            seen.push((goods.clone(), at + 1));
        }
        let wanted = goods.map(|goods| Some(Wanted { row: at + 1, goods, pegs: Vec::new() }));
        rows.take(at + 1, wanted.map_err(Refused::from));
    }
    let sort_key = |row: &(GoodsRow, usize)| {
        let goods = &row.0;
        (goods.item.clone(), goods.quantity, goods.due, goods.workshop.clone(), goods.bom.clone(), row.1)
    };
    seen.sort_by_cached_key(sort_key);
    for same in seen.chunk_by(|one, other| one.0 == other.0).filter(|same| same.len() > 1) {
        let numbers: Vec<String> = same.iter().map(|(_, row)| row.to_string()).collect();
        work.warn(Finding::new(Code::DuplicateRow).with("rows", numbers.join(", ")));
    }
    Ok(())
}

/// What can be said of a row before an order is written for it.
fn check(work: &mut Work<'_>, ask: &CreateOrders, wanted: &Wanted, date: Date) -> Result<(), Refused> {
    let goods = &wanted.goods;
    let quantity = goods.quantity.at_scale(work.item(&goods.item)?.scale)?;
    let mut faults = Vec::new();
    if !quantity.is_positive() {
        let finding = Finding::new(Code::QtyNotPositive).with("row", wanted.row);
        faults.push(finding.with("item", &goods.item).with("value", quantity));
    }
    if let Err(refused) = template_of(&ask.templates, goods, date) {
        faults.push(refused);
    }
    Refused::all(faults)?;
    if let Some(due) = goods.due.filter(|due| *due < date) {
        work.warn(Finding::new(Code::DueInPast).with("date", due).with("row", wanted.row));
    }
    Ok(())
}

/// One order a product: quantities add up, the earliest date counts, every peg is kept.
fn by_product(rows: Vec<Wanted>) -> Result<Vec<Wanted>, Refused> {
    let mut merged: Vec<Wanted> = Vec::new();
    let mut places = std::collections::BTreeMap::new();
    for wanted in rows {
        let goods = &wanted.goods;
        let same = (goods.item.clone(), goods.key.clone(), goods.workshop.clone(), goods.bom.clone());
        match places.get(&same).and_then(|at: &usize| merged.get_mut(*at)) {
            Some(whole) => {
                whole.goods.quantity = whole.goods.quantity.plus(goods.quantity)?;
                whole.goods.due = [whole.goods.due, goods.due].into_iter().flatten().min();
                whole.pegs.extend(wanted.pegs);
            }
            None => {
                places.insert(same, merged.len());
                merged.push(wanted);
            }
        }
    }
    Ok(merged)
}

/// Writes one order.
fn write(
    work: &mut Work<'_>,
    ask: &CreateOrders,
    wanted: &Wanted,
    date: Date,
    group: SalesGroup,
) -> Result<ProductionOrder, Refused> {
    let id = match (&wanted.goods.order, wanted.pegs.first()) {
        (Some(id), _) => id.clone(),
        // Under the document of its sales order.
        (None, Some(peg)) if group == SalesGroup::SalesOrder => {
            derived(&document_name(ask, &peg.demand)?, &peg.demand.line.to_string())?
        }
        _ => derived(&ask.name, &wanted.row.to_string())?,
    };
    let template = template_of(&ask.templates, &wanted.goods, date)?;
    let mut order = order_of(work, template, &wanted.goods, id)?;
    order.pegs.clone_from(&wanted.pegs);
    order.plan = if ask.confirm { PlanState::Confirmed } else { PlanState::Planned };
    create(work, &CreateOrder { order: order.clone() })?;
    Ok(order)
}

fn document_name(ask: &CreateOrders, demand: &LineRef) -> Result<Id, Refused> {
    derived(&ask.name, demand.document.as_str())
}

/// One document a sales order, with a line for each of its orders.
fn documents(
    work: &mut Work<'_>,
    ask: &CreateOrders,
    written: &[(Id, OrderPeg)],
    date: Date,
) -> Result<(), Refused> {
    let mut documents: Vec<Document> = Vec::new();
    for (id, peg) in written {
        let name = document_name(ask, &peg.demand)?;
        let (item, quantity, due) = {
            let order = work.order(id)?;
            (order.item.clone(), order.good, order.due)
        };
        let at = match documents.iter().position(|document| document.id == name) {
            Some(at) => at,
            None => {
                documents.push(Document::draft(name, DocumentKind::Production, date));
                documents.len() - 1
            }
        };
        let Some(document) = documents.get_mut(at) else { continue };
        let target = LineRef { document: id.clone(), line: 0 };
        document.lines.push(DocumentLine {
            links: vec![Link { target, quantity, approved: ask.confirm }],
            date: due,
            ..DocumentLine::new(super::stock::number(document.lines.len()), item, quantity)
        });
    }
    documents.into_iter().try_for_each(|document| enter(work, document, !ask.confirm))
}

/// Sets what the demand lines of pegs say of an order: a link of what it makes for them, or none (`F04`).
///
/// A demand that is not there is passed over; it is told by `PEG_BROKEN` where pegs are read.
pub(super) fn link_pegs(
    work: &mut Work<'_>,
    order: &Id,
    pegs: &[OrderPeg],
    of: impl Fn(&LineRef) -> Result<Quantity, Refused>,
    approved: bool,
) -> Result<(), Refused> {
    for peg in pegs {
        let target = LineRef { document: order.clone(), line: 0 };
        let quantity = of(&peg.demand)?;
        if work.document(&peg.demand.document).is_err() {
            continue;
        }
        let document = work.document_mut(&peg.demand.document)?;
        let line = document.lines.iter_mut().find(|line| line.number == peg.demand.line);
        let Some(line) = line else { continue };
        line.links.retain(|link| link.target != target);
        if quantity.is_positive() {
            line.links.push(Link { target, quantity, approved });
        }
    }
    Ok(())
}

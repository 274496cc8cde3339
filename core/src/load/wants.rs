//! Which rows a request needs, given the rows that are there already.

use std::collections::BTreeSet;

use crate::changeset::RowKey;
use crate::document::Document;
use crate::execution::{Command, IssueWhat, Request, SplitBy};
use crate::id::Id;
use crate::inventory::{HoldFor, StockKey};
use crate::order::ProductionOrder;
use crate::snapshot::ExecutionSnapshot;

/// Something to be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Want {
    /// A used key.
    Request(Id),
    /// Every period.
    Periods,
    /// Every location.
    Places,
    /// A document.
    Document(Id),
    /// A production order.
    Order(Id),
    /// An item with all its balances, lots, substitutes, and the holds that still hold something.
    Item(Id),
    /// A hold of an item, ended or not.
    Hold(Id, Id),
    /// A piece of an item.
    Serial(Id, Id),
    /// Every balance at a location.
    BalancesAt(Id),
}

impl Want {
    /// What has to be read to have a row.
    pub(super) fn of_row(row: &RowKey) -> Want {
        match row {
            RowKey::Period { .. } => Want::Periods,
            RowKey::Place { .. } => Want::Places,
            RowKey::Order { id } => Want::Order(id.clone()),
            RowKey::Document { id } => Want::Document(id.clone()),
            RowKey::Serial { item, serial } => Want::Serial(item.clone(), serial.clone()),
            RowKey::Hold { item, hold } => Want::Hold(item.clone(), hold.clone()),
            RowKey::Lot { item, .. } => Want::Item(item.clone()),
            RowKey::Balance { stock } => Want::Item(stock.item.clone()),
        }
    }
}

/// Everything that requests need as far as the rows that are there tell; nothing for no requests.
pub(super) fn of<'r>(
    requests: impl Iterator<Item = &'r Request> + Clone,
    known: &ExecutionSnapshot,
) -> BTreeSet<Want> {
    let mut wants = BTreeSet::new();
    for request in requests.clone() {
        wants.insert(Want::Request(request.key.clone()));
        command(&request.command, &mut wants);
    }
    if wants.is_empty() {
        return wants;
    }
    wants.extend([Want::Periods, Want::Places]);
    for document in known.documents.values() {
        of_document(document, &mut wants);
    }
    for order in known.orders.values() {
        of_order(order, &mut wants);
    }
    for request in requests.clone() {
        by_pegs(&request.command, known, &mut wants);
        by_lines(&request.command, known, &mut wants);
    }
    for row in &known.substitutes {
        // A substitute is only issued where a command names it.
        if requests.clone().any(|request| names_substitute(&request.command, &row.substitute)) {
            wants.insert(Want::Item(row.substitute.clone()));
        }
    }
    wants
}

fn of_document(document: &Document, wants: &mut BTreeSet<Want>) {
    wants.extend(document.effects.iter().cloned().map(Want::Document));
    for line in &document.lines {
        wants.insert(Want::Item(line.item.clone()));
        wants.extend(line.order.iter().map(|at| Want::Order(at.document.clone())));
        wants.extend(line.source.iter().map(|at| Want::Document(at.document.clone())));
        wants.extend(line.serials.iter().map(|serial| Want::Serial(line.item.clone(), serial.clone())));
        // What the line used up comes back when it is undone.
        let item = line.stock.as_ref().map_or(&line.item, |stock| &stock.item);
        wants.extend(line.holds.iter().map(|used| Want::Hold(item.clone(), used.hold.clone())));
    }
}

fn of_order(order: &ProductionOrder, wants: &mut BTreeSet<Want>) {
    wants.insert(Want::Item(order.item.clone()));
    wants.extend(order.lines.iter().map(|line| Want::Item(line.item.clone())));
}

fn names_substitute(command: &Command, item: &Id) -> bool {
    match command {
        Command::Issue(ask) => match &ask.what {
            IssueWhat::Lines { lines } => lines.iter().any(|line| line.substitute.as_ref() == Some(item)),
            _ => false,
        },
        Command::Return(ask) => ask.lines.iter().any(|line| line.item.as_ref() == Some(item)),
        _ => false,
    }
}

/// A name that may be taken already by an order or a document.
fn name(id: &Id, wants: &mut BTreeSet<Want>) {
    wants.insert(Want::Order(id.clone()));
    wants.insert(Want::Document(id.clone()));
}

fn tail(id: &Id, tail: &str, wants: &mut BTreeSet<Want>) {
    if let Ok(id) = Id::new(&format!("{id}.{tail}")) {
        name(&id, wants);
    }
}

fn stock(key: &StockKey, serials: &[Id], wants: &mut BTreeSet<Want>) {
    wants.insert(Want::Item(key.item.clone()));
    wants.extend(serials.iter().map(|serial| Want::Serial(key.item.clone(), serial.clone())));
}

/// What the command itself names.
fn command(command: &Command, wants: &mut BTreeSet<Want>) {
    match command {
        Command::CreateOrder(ask) => {
            name(&ask.order.id, wants);
            tail(&ask.order.id, "release.backflush", wants);
            of_order(&ask.order, wants);
            pegs(&ask.order, wants);
        }
        Command::CreateOrders(ask) => create_orders(ask, wants),
        Command::OrderStep(ask) => {
            name(&ask.order, wants);
            tail(&ask.order, "release.backflush", wants);
            tail(&ask.order, "finish.backflush", wants);
        }
        Command::ChangeOrder(ask) => {
            name(&ask.document, wants);
            name(&ask.order, wants);
            change_lines(ask, wants);
        }
        Command::SplitOrder(ask) => {
            name(&ask.order, wants);
            if let SplitBy::Parts { parts } = &ask.split {
                parts.iter().for_each(|part| name(&part.order, wants));
            }
        }
        Command::MergeOrders(ask) => {
            name(&ask.order, wants);
            ask.orders.iter().for_each(|order| name(order, wants));
        }
        Command::Document(ask) => {
            name(&ask.document, wants);
            tail(&ask.document, "backflush", wants);
        }
        Command::CreateDocument(ask) => {
            name(&ask.document.id, wants);
            of_document(&ask.document, wants);
        }
        Command::Push(ask) => {
            name(&ask.document, wants);
            ask.lines.iter().for_each(|line| name(&line.source.document, wants));
        }
        Command::SetPlace(ask) => drop(wants.insert(Want::BalancesAt(ask.location.id.clone()))),
        Command::Period(_) => {}
        _ => material(command, wants),
    }
}

fn change_lines(ask: &crate::execution::ChangeOrder, wants: &mut BTreeSet<Want>) {
    use crate::execution::LineChange::{Add, Explode, Replace};
    for change in &ask.lines {
        match change {
            Add { line } | Replace { by: line, .. } => drop(wants.insert(Want::Item(line.item.clone()))),
            Explode { lines } => wants.extend(lines.iter().map(|line| Want::Item(line.item.clone()))),
            _ => {}
        }
    }
}

/// Commands on material and stock.
fn material(command: &Command, wants: &mut BTreeSet<Want>) {
    match command {
        Command::Issue(ask) => {
            name(&ask.document, wants);
            // One document a location; an order that draws on more finds out at the commit.
            ["2", "3", "4"].iter().for_each(|number| tail(&ask.document, number, wants));
            name(&ask.order, wants);
        }
        Command::MergedIssue(ask) => {
            name(&ask.document, wants);
            ask.orders.iter().for_each(|order| name(order, wants));
        }
        Command::Return(ask) => {
            name(&ask.document, wants);
            name(&ask.order, wants);
            wants.extend(ask.lines.iter().filter_map(|line| line.item.clone()).map(Want::Item));
        }
        Command::Move(ask) => {
            for id in [&ask.document, &ask.from.document, &ask.to.document] {
                name(id, wants);
            }
        }
        Command::Stage(ask) => {
            name(&ask.document, wants);
            name(&ask.order, wants);
        }
        Command::Receive(ask) => {
            name(&ask.document, wants);
            name(&ask.order, wants);
            match &ask.backflush {
                Some(id) => name(id, wants),
                None => tail(&ask.document, "backflush", wants),
            }
        }
        Command::Backflush(ask) => {
            name(&ask.document, wants);
            name(&ask.receipt, wants);
        }
        Command::PostPending(ask) => {
            name(&ask.document, wants);
            name(&ask.backflush, wants);
        }
        _ => stock_only(command, wants),
    }
}

fn stock_only(command: &Command, wants: &mut BTreeSet<Want>) {
    match command {
        Command::Stock(ask) => {
            name(&ask.document, wants);
            ask.lines.iter().for_each(|line| stock(&line.stock, &line.serials, wants));
            wants.extend(ask.lots.iter().map(|lot| Want::Item(lot.item.clone())));
        }
        Command::Transfer(ask) => {
            name(&ask.document, wants);
            ask.lines.iter().for_each(|line| stock(&line.stock, &line.serials, wants));
        }
        Command::Count(ask) => {
            name(&ask.document, wants);
            ask.lines.iter().for_each(|line| stock(&line.stock, &[], wants));
        }
        Command::Opening(ask) => opening(ask, wants),
        Command::Hold(ask) => {
            stock(&ask.stock, &[], wants);
            wants.insert(Want::Hold(ask.stock.item.clone(), ask.hold.clone()));
            let (HoldFor::Order { line } | HoldFor::Document { line }) = &ask.owner;
            name(&line.document, wants);
        }
        Command::ReleaseHold(ask) => {
            wants.extend([Want::Item(ask.item.clone()), Want::Hold(ask.item.clone(), ask.hold.clone())]);
        }
        _ => {}
    }
}

fn opening(ask: &crate::execution::Opening, wants: &mut BTreeSet<Want>) {
    name(&ask.document, wants);
    let there = ask.at_suppliers.iter().flat_map(|table| &table.lines);
    ask.lines.iter().chain(there).for_each(|line| stock(&line.stock, &line.serials, wants));
    wants.extend(ask.lots.iter().map(|lot| Want::Item(lot.item.clone())));
    let rows = ask.orders.iter().flat_map(|table| &table.rows);
    wants.extend(rows.map(|row| Want::Order(row.order.clone())));
    let rows = ask.wip.iter().flat_map(|table| &table.rows);
    wants.extend(rows.map(|row| Want::Order(row.order.clone())));
    for row in ask.accruals.iter().flat_map(|table| &table.rows) {
        wants.extend(row.item.iter().cloned().map(Want::Item));
        wants.extend(row.order.iter().cloned().map(Want::Order));
    }
}

fn create_orders(ask: &crate::execution::CreateOrders, wants: &mut BTreeSet<Want>) {
    use crate::execution::OrdersFrom::{List, Pasted, Sales};
    let rows = match &ask.from {
        Sales { lines, .. } => {
            lines.iter().for_each(|pick| name(&pick.line.document, wants));
            lines.len()
        }
        List { rows } => {
            for row in rows {
                wants.insert(Want::Item(row.item.clone()));
                row.order.iter().for_each(|order| name(order, wants));
            }
            rows.len()
        }
        Pasted { text } => text.lines().count(),
    };
    (1..=rows).for_each(|row| tail(&ask.name, &row.to_string(), wants));
    for template in &ask.templates {
        wants.insert(Want::Item(template.item.clone()));
        wants.extend(template.lines.iter().map(|line| Want::Item(line.item.clone())));
    }
}

/// The demand documents of an order's pegs, which are told what is made for them.
fn pegs(order: &ProductionOrder, wants: &mut BTreeSet<Want>) {
    wants.extend(order.pegs.iter().map(|peg| Want::Document(peg.demand.document.clone())));
}

/// What commands that write or end orders need of demands and their orders.
fn by_pegs(command: &Command, known: &ExecutionSnapshot, wants: &mut BTreeSet<Want>) {
    let mut of = |ids: &mut dyn Iterator<Item = &Id>| {
        ids.filter_map(|id| known.orders.get(id)).for_each(|order| pegs(order, wants));
    };
    match command {
        Command::OrderStep(ask) => of(&mut std::iter::once(&ask.order)),
        Command::SplitOrder(ask) => of(&mut std::iter::once(&ask.order)),
        Command::MergeOrders(ask) => of(&mut ask.orders.iter()),
        Command::CreateOrders(ask) => {
            let crate::execution::OrdersFrom::Sales { lines, .. } = &ask.from else { return };
            let documents = lines.iter().filter_map(|pick| known.documents.get(&pick.line.document));
            for link in documents.flat_map(|document| &document.lines).flat_map(|line| &line.links) {
                name(&link.target.document, wants);
            }
        }
        _ => {}
    }
}

/// Pieces that a command names by an order's line: their item is known once the order is.
fn by_lines(command: &Command, known: &ExecutionSnapshot, wants: &mut BTreeSet<Want>) {
    let mut pieces = |order: &Id, line: u32, own: Option<&Id>, serials: &[Id]| {
        let Some(order) = known.orders.get(order) else { return };
        let of_line = if line == 0 { Some(&order.item) } else { order.line(line).map(|line| &line.item) };
        let Some(item) = own.or(of_line) else { return };
        wants.extend(serials.iter().map(|serial| Want::Serial(item.clone(), serial.clone())));
    };
    match command {
        Command::Issue(ask) => {
            let IssueWhat::Lines { lines } = &ask.what else { return };
            lines.iter().for_each(|row| pieces(&ask.order, row.line, row.substitute.as_ref(), &row.serials));
        }
        Command::Return(ask) => {
            ask.lines.iter().for_each(|row| pieces(&ask.order, row.line, row.item.as_ref(), &row.serials));
        }
        Command::Receive(ask) => {
            ask.lines.iter().for_each(|row| pieces(&ask.order, 0, None, &row.serials));
            ask.serials.iter().for_each(|row| pieces(&ask.order, row.line, None, &row.serials));
        }
        Command::Backflush(ask) => {
            let lines = known.documents.get(&ask.receipt).into_iter().flat_map(|document| &document.lines);
            let Some(at) = lines.filter_map(|line| line.order.as_ref()).next() else { return };
            ask.serials.iter().for_each(|row| pieces(&at.document, row.line, None, &row.serials));
        }
        Command::Opening(ask) => {
            for order in ask.orders.iter().flat_map(|table| &table.rows) {
                order.moved.iter().for_each(|row| pieces(&order.order, row.line, None, &row.serials));
            }
        }
        _ => {}
    }
}

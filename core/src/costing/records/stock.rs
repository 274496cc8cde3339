//! What lines of the quantity ledger mean for value.

use std::collections::BTreeMap;

use super::{Desk, ValuedBy};
use crate::cost::{Issue, Movement, MovementKind, OrderReceipt};
use crate::document::OpeningAccrual;
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::{Movement as LedgerLine, Reason, StockKey, StockStatus};
use crate::num::{DecimalText, Quantity};
use crate::run::RunControl;
use crate::snapshot::Rejected;
use crate::time::Date;

/// An item and the part of its stock that is valued apart.
pub(super) type Part = (Id, Option<Id>);

/// What a line is to costing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    Purchase,
    Sale,
    Issue(Id),
    Receipt(Id),
    Other,
}

/// Lines that are one row: what was done and undone on the same day is nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    document: Id,
    line: u32,
    what: Use,
    item: Id,
    pool: Option<Id>,
    date: Date,
}

/// Lines of one document line that only move stock about.
type Moves = BTreeMap<(Id, u32, Id, Date), (u64, BTreeMap<Option<Option<Id>>, Quantity>)>;

/// Net material of an order line, by item and part, with how much of the line's own item it stands for.
pub(super) type Used = BTreeMap<(Id, u32), BTreeMap<Part, (Quantity, Quantity)>>;

/// Products of an order, cumulative.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Output {
    /// Received before the period and up to its end.
    pub(super) before: Quantity,
    pub(super) by_end: Quantity,
}

/// The ledger up to the end of the period.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// Costed stock at the start.
    pub(super) opening: BTreeMap<Part, Quantity>,
    lines: BTreeMap<Key, (u64, Quantity)>,
    moves: Moves,
    pub(super) used: Used,
    pub(super) outputs: BTreeMap<Id, Output>,
}

/// Whether a reason takes material into an order or brings it back.
const fn is_issue(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::Issue
            | Reason::Backflush
            | Reason::Supplement
            | Reason::PendingIssue
            | Reason::MoveIn
            | Reason::MoveOut
            | Reason::OpeningIssue
            | Reason::ReturnGood
            | Reason::ReturnIncomingDefect
            | Reason::ReturnWorkDefect
    )
}

/// Whether a reason says what there was before the first period.
const fn is_opening(reason: Reason) -> bool {
    matches!(reason, Reason::Opening | Reason::OpeningIssue | Reason::OpeningReceipt)
}

/// The part of an item's stock that a key belongs to.
pub(super) fn pool_of(valued_by: ValuedBy, stock: &StockKey) -> Option<Id> {
    match valued_by {
        ValuedBy::Item => None,
        ValuedBy::Location => Some(stock.location.clone()),
        ValuedBy::Project => stock.key.project.clone(),
        ValuedBy::Lot => stock.lot.clone(),
    }
}

/// Whether a reason moves stock about without anything coming in or going out.
const fn is_internal(reason: Reason) -> bool {
    matches!(reason, Reason::Transfer | Reason::Stage | Reason::Status)
}

impl Desk<'_> {
    /// Whether stock carries a value: ours, at a place in cost accounting, no scrap (`F05`).
    fn is_costed(&self, stock: &StockKey) -> bool {
        let place = self.state.places.get(&stock.location);
        place.is_none_or(|place| place.location.in_costing)
            && stock.key.owner.is_none()
            && stock.status != StockStatus::Scrap
    }

    /// The part of the item's stock that a key belongs to.
    fn pool(&self, stock: &StockKey) -> Option<Id> {
        pool_of(self.items.get(&stock.item).map(|row| row.valued_by).unwrap_or_default(), stock)
    }

    /// Sorts the lines up to the end of the period by what they mean.
    pub(super) fn read_ledger(&mut self, control: &RunControl<'_>) -> Result<Ledger, Rejected> {
        let mut ledger = Ledger::default();
        let mut last: Vec<&LedgerLine> = self.state.ledger.iter().collect();
        last.retain(|line| line.date <= self.period.to);
        last.sort_by_key(|line| line.sequence);
        for (done, line) in (0u64..).zip(last) {
            if done.is_multiple_of(4_096) {
                control.check().map_err(|cancelled| cancelled.finding())?;
            }
            if let Err(error) = self.read_line(line, &mut ledger) {
                self.faults.at("ledger", line.document.as_str(), error.finding());
            }
        }
        ledger.opening.retain(|_, quantity| !quantity.is_zero());
        Ok(ledger)
    }

    fn read_line(&self, line: &LedgerLine, ledger: &mut Ledger) -> Result<(), crate::num::NumError> {
        let costed = self.is_costed(&line.stock);
        let before = line.date < self.period.from || is_opening(line.reason);
        let part = (line.stock.item.clone(), self.pool(&line.stock));
        if let Some(at) = &line.order
            && at.line > 0
            && is_issue(line.reason)
        {
            let used = ledger.used.entry((at.document.clone(), at.line)).or_default();
            let slot = used.entry(part.clone()).or_default();
            slot.0 = if costed { slot.0.minus(line.quantity)? } else { slot.0 };
            slot.1 = slot.1.plus(self.clears(line)?)?;
        }
        if let Some(at) = &line.order
            && at.line == 0
        {
            let output = ledger.outputs.entry(at.document.clone()).or_default();
            output.by_end = output.by_end.plus(line.quantity)?;
            if before {
                output.before = output.before.plus(line.quantity)?;
            }
        }
        if costed && before {
            let slot = ledger.opening.entry(part).or_default();
            *slot = slot.plus(line.quantity)?;
            return Ok(());
        }
        if before {
            return Ok(());
        }
        let (document, item) = (line.document.clone(), part.0);
        if is_internal(line.reason) {
            let key = (document, line.line, item, line.date);
            let group = ledger.moves.entry(key).or_insert_with(|| (line.sequence, BTreeMap::new()));
            let slot = group.1.entry(costed.then_some(part.1)).or_default();
            *slot = slot.plus(line.quantity)?;
        } else if costed {
            let what = self.meaning(line);
            let key = Key { document, line: line.line, what, item, pool: part.1, date: line.date };
            let slot = ledger.lines.entry(key).or_insert((line.sequence, Quantity::ZERO));
            slot.1 = slot.1.plus(line.quantity)?;
        }
        Ok(())
    }

    /// How much of the order line's own item an issue stands for, signed into the order (`M09`).
    fn clears(&self, line: &LedgerLine) -> Result<Quantity, crate::num::NumError> {
        let document = self.state.documents.get(&line.document);
        let own = document.and_then(|document| document.line(line.line));
        let into = line.quantity.negated()?;
        match own.and_then(|own| own.clears) {
            None => Ok(into),
            Some(clears) if into.is_negative() => clears.negated(),
            Some(clears) => Ok(clears),
        }
    }

    fn meaning(&self, line: &LedgerLine) -> Use {
        if let Some(order) = self.products.get(&line.document) {
            return Use::Receipt((*order).clone());
        }
        match (&line.order, line.reason) {
            (Some(at), _) if at.line == 0 => Use::Receipt(at.document.clone()),
            (Some(at), reason) if is_issue(reason) => Use::Issue(at.document.clone()),
            (_, Reason::Purchase) => Use::Purchase,
            (_, Reason::Shipment) => Use::Sale,
            _ => Use::Other,
        }
    }

    /// Writes the rows of the period.
    pub(super) fn post(&mut self, ledger: &Ledger) {
        for (key, (sequence, quantity)) in &ledger.lines {
            if quantity.is_zero() {
                continue;
            }
            let id = self.name(&key.document, key.line, *sequence);
            match &key.what {
                Use::Purchase => self.purchase(key, id, *quantity),
                Use::Sale => self.leaves(key, id, *quantity, MovementKind::Sale),
                Use::Other => self.leaves(key, id, *quantity, MovementKind::OtherOut),
                Use::Issue(order) => self.issue(key, id, *quantity, order),
                Use::Receipt(order) => self.receipt(key, id, *quantity, order),
            }
        }
        for ((document, line, item, date), (sequence, parts)) in &ledger.moves {
            self.moved((document, *line, *sequence), item, *date, parts);
        }
    }

    fn opposite(&mut self, quantity: Quantity, id: &Id) -> Quantity {
        quantity.negated().unwrap_or_else(|error| {
            self.faults.at("ledger", id.as_str(), error.finding());
            Quantity::ZERO
        })
    }

    /// What goes out without an order; what comes in so is the opposite, at the price of the period.
    fn leaves(&mut self, key: &Key, id: Id, quantity: Quantity, kind: MovementKind) {
        let quantity = self.opposite(quantity, &id);
        self.rows.movements.push(Movement {
            id,
            date: key.date,
            kind,
            item: key.item.clone(),
            pool: key.pool.clone(),
            to: None,
            quantity,
            amount: None,
            provisional: None,
            accrued: false,
            element: None,
        });
    }

    /// A receipt from a supplier at the price of its order, of itself, or of the item.
    fn purchase(&mut self, key: &Key, id: Id, quantity: Quantity) {
        let document = self.state.documents.get(&key.document);
        let source = document.and_then(|document| document.line(key.line)?.source.as_ref());
        let mut documents = vec![&key.document];
        documents.extend(source.map(|source| &source.document));
        let price = self.price(&key.item, &documents, key.date);
        if price.is_none() {
            let partner = document.and_then(|document| document.partner.as_ref());
            let missing = Finding::new(Code::PriceNotFound)
                .with("supplier", partner.map_or("–", Id::as_str))
                .with("item", &key.item)
                .with("date", key.date)
                .with("qty", quantity)
                .with("doc", &id);
            self.findings.push(missing);
        }
        let amount = match price {
            None => DecimalText::default(),
            Some(row) => self.worth(quantity, row.price, &id),
        };
        let own = price.is_some_and(|row| row.own_goods);
        let accrued = !own && price.is_some_and(|row| !row.invoiced);
        if accrued {
            let supplier = document.and_then(|document| document.partner.clone());
            self.accrue(&id, supplier, (Some(&key.item), None), quantity, amount, key.date);
        }
        self.rows.movements.push(Movement {
            id,
            date: key.date,
            kind: if own { MovementKind::OtherIn } else { MovementKind::Purchase },
            item: key.item.clone(),
            pool: key.pool.clone(),
            to: None,
            quantity,
            amount: Some(amount),
            provisional: None,
            accrued,
            element: None,
        });
    }

    /// What stays open until its invoice comes.
    pub(super) fn accrue(
        &mut self,
        id: &Id,
        supplier: Option<Id>,
        (item, order): (Option<&Id>, Option<&Id>),
        quantity: Quantity,
        amount: DecimalText,
        date: Date,
    ) {
        if !quantity.is_positive() {
            return;
        }
        let (item, order) = (item.cloned(), order.cloned());
        let row =
            OpeningAccrual { id: id.clone(), supplier, item, order, quantity, amount, date: Some(date) };
        self.accruals.push(row);
    }

    fn issue(&mut self, key: &Key, id: Id, quantity: Quantity, order: &Id) {
        let quantity = self.opposite(quantity, &id);
        self.rows.issues.push(Issue {
            id,
            date: key.date,
            order: order.clone(),
            item: key.item.clone(),
            pool: key.pool.clone(),
            quantity,
            amount: None,
            provisional: None,
        });
    }

    fn receipt(&mut self, key: &Key, id: Id, quantity: Quantity, order: &Id) {
        self.fee(key.date, &id, &key.item, quantity, order);
        self.rows.receipts.push(OrderReceipt {
            id,
            date: key.date,
            order: order.clone(),
            item: key.item.clone(),
            pool: key.pool.clone(),
            quantity,
            provisional: None,
        });
    }

    /// Stock that was moved about: between parts that are valued apart it takes its value along; to and from stock
    /// without value it is another issue.
    fn moved(
        &mut self,
        (document, line, sequence): (&Id, u32, u64),
        item: &Id,
        date: Date,
        parts: &BTreeMap<Option<Option<Id>>, Quantity>,
    ) {
        let of = |negative: bool| {
            let rows = parts.iter().filter(move |(_, quantity)| quantity.is_negative() == negative);
            let rows = rows.filter(|(_, quantity)| !quantity.is_zero());
            rows.map(|(part, quantity)| (part.clone(), *quantity)).collect::<Vec<_>>()
        };
        let (from, mut to) = (of(true), of(false));
        for (source, quantity) in from {
            let mut left = self.opposite(quantity, document);
            for (target, room) in &mut to {
                let part = left.min(*room);
                if !part.is_positive() {
                    continue;
                }
                let less = |a: Quantity, b: Quantity| a.minus(b).unwrap_or_default();
                (left, *room) = (less(left, part), less(*room, part));
                let id = self.name(document, line, sequence);
                let (kind, pool, to, quantity) = match (&source, &*target) {
                    (Some(pool), Some(to)) => (MovementKind::Transfer, pool.clone(), to.clone(), part),
                    (Some(pool), None) => (MovementKind::OtherOut, pool.clone(), None, part),
                    (None, Some(pool)) => {
                        (MovementKind::OtherOut, pool.clone(), None, self.opposite(part, document))
                    }
                    (None, None) => continue,
                };
                self.rows.movements.push(Movement {
                    id,
                    date,
                    kind,
                    item: item.clone(),
                    pool,
                    to,
                    quantity,
                    amount: None,
                    provisional: None,
                    accrued: false,
                    element: None,
                });
            }
        }
    }
}

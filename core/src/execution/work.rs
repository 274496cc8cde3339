//! The rows that one command reads and changes, before they become a changeset.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::Refused;
use super::refused::unknown;
use crate::changeset::{CHANGESET_FORMAT, ChangeSet, Read, Reply, Row, RowKey};
use crate::document::{Document, Period, posting_period};
use crate::finding::Finding;
use crate::id::Id;
use crate::inventory::{Balance, Hold, Lot, Movement, Place, Serial, StockItem, StockKey};
use crate::order::ProductionOrder;
use crate::snapshot::ExecutionSnapshot;
use crate::time::{Date, Now};

/// A unit of work over a snapshot that does not change. Rows that are changed are copies; every row that is
/// looked at is remembered with its version.
pub(super) struct Work<'a> {
    pub(super) base: &'a ExecutionSnapshot,
    pub(super) now: Now,
    pub(super) today: Date,
    pub(super) reply: Reply,
    pub(super) movements: Vec<Movement>,
    orders: BTreeMap<Id, ProductionOrder>,
    documents: BTreeMap<Id, Document>,
    /// Boxed, as the changeset wants them: keys and rows are large.
    pub(super) balances: BTreeMap<StockKey, Box<Balance>>,
    pub(super) lots: BTreeMap<(Id, Id), Lot>,
    pub(super) serials: BTreeMap<(Id, Id), Serial>,
    pub(super) holds: BTreeMap<(Id, Id), Hold>,
    pub(super) periods: BTreeMap<Id, Period>,
    pub(super) places: BTreeMap<Id, Place>,
    /// Rows looked at, in that order and some of them often.
    reads: Vec<RowKey>,
    /// Locations looked at: nearly every line does, so no key is made each time.
    places_read: BTreeSet<&'a Id>,
    /// Balances looked at, each perhaps often: nearly all of them are written, and then need no key here.
    pub(super) balances_read: Vec<&'a Balance>,
    /// Items with a balance that is not in the snapshot.
    pub(super) fresh: BTreeSet<Id>,
}

impl<'a> Work<'a> {
    pub(super) fn new(base: &'a ExecutionSnapshot, now: Now) -> Result<Work<'a>, Refused> {
        Ok(Work {
            base,
            now,
            today: now.date()?,
            reply: Reply::default(),
            movements: Vec::new(),
            orders: BTreeMap::new(),
            documents: BTreeMap::new(),
            balances: BTreeMap::new(),
            lots: BTreeMap::new(),
            serials: BTreeMap::new(),
            holds: BTreeMap::new(),
            periods: BTreeMap::new(),
            places: BTreeMap::new(),
            reads: Vec::new(),
            places_read: BTreeSet::new(),
            balances_read: Vec::new(),
            fresh: BTreeSet::new(),
        })
    }

    /// Remembers that a row was looked at.
    pub(super) fn read(&mut self, row: RowKey) {
        if self.reads.last() != Some(&row) {
            self.reads.push(row);
        }
    }

    pub(super) fn warn(&mut self, finding: Finding) {
        self.reply.findings.push(finding);
    }

    pub(super) fn item(&self, id: &Id) -> Result<&'a StockItem, Refused> {
        self.base.items.get(id).ok_or_else(|| unknown(id, "items"))
    }

    /// A location, which must not change until this is stored.
    pub(super) fn place(&mut self, id: &Id) -> Result<&'a Place, Refused> {
        let place = self.base.places.get(id).ok_or_else(|| unknown(id, "places"))?;
        self.places_read.insert(&place.location.id);
        Ok(place)
    }

    /// An order as it is now, changes of this command included.
    pub(super) fn order(&mut self, id: &Id) -> Result<&ProductionOrder, Refused> {
        self.read(RowKey::Order { id: id.clone() });
        let base = self.base;
        match self.orders.get(id) {
            Some(order) => Ok(order),
            None => base.orders.get(id).ok_or_else(|| unknown(id, "orders")),
        }
    }

    /// An order to be changed.
    pub(super) fn order_mut(&mut self, id: &Id) -> Result<&mut ProductionOrder, Refused> {
        if !self.orders.contains_key(id) {
            let order = self.base.orders.get(id).ok_or_else(|| unknown(id, "orders"))?;
            self.read(RowKey::Order { id: id.clone() });
            self.orders.insert(id.clone(), order.clone());
        }
        self.orders.get_mut(id).ok_or_else(|| unknown(id, "orders"))
    }

    /// An order as it is now, taken out until it is [put back](Work::put_back): large ones are not copied.
    pub(super) fn take_order(&mut self, id: &Id) -> Result<Cow<'a, ProductionOrder>, Refused> {
        self.read(RowKey::Order { id: id.clone() });
        match self.orders.remove(id) {
            Some(changed) => Ok(Cow::Owned(changed)),
            None => self.base.orders.get(id).map(Cow::Borrowed).ok_or_else(|| unknown(id, "orders")),
        }
    }

    pub(super) fn put_back(&mut self, order: Cow<'a, ProductionOrder>) {
        if let Cow::Owned(changed) = order {
            self.orders.insert(changed.id.clone(), changed);
        }
    }

    /// An order as the snapshot has it.
    pub(super) fn stored_order(&mut self, id: &Id) -> Result<&'a ProductionOrder, Refused> {
        self.read(RowKey::Order { id: id.clone() });
        self.base.orders.get(id).ok_or_else(|| unknown(id, "orders"))
    }

    pub(super) fn put_order(&mut self, order: ProductionOrder) {
        self.read(RowKey::Order { id: order.id.clone() });
        self.orders.insert(order.id.clone(), order);
    }

    /// Whether a document or an order has this id; it is noted that it has not.
    pub(super) fn is_taken(&mut self, id: &Id) -> bool {
        self.read(RowKey::Order { id: id.clone() });
        self.read(RowKey::Document { id: id.clone() });
        let here = self.orders.contains_key(id) || self.documents.contains_key(id);
        here || self.base.orders.contains_key(id) || self.base.documents.contains_key(id)
    }

    pub(super) fn document(&mut self, id: &Id) -> Result<&Document, Refused> {
        self.read(RowKey::Document { id: id.clone() });
        let base = self.base;
        match self.documents.get(id) {
            Some(document) => Ok(document),
            None => base.documents.get(id).ok_or_else(|| unknown(id, "documents")),
        }
    }

    /// A document to be changed.
    pub(super) fn document_mut(&mut self, id: &Id) -> Result<&mut Document, Refused> {
        if !self.documents.contains_key(id) {
            let document = self.base.documents.get(id).ok_or_else(|| unknown(id, "documents"))?;
            self.read(RowKey::Document { id: id.clone() });
            self.documents.insert(id.clone(), document.clone());
        }
        self.documents.get_mut(id).ok_or_else(|| unknown(id, "documents"))
    }

    pub(super) fn put_document(&mut self, document: Document) {
        self.read(RowKey::Document { id: document.id.clone() });
        self.documents.insert(document.id.clone(), document);
    }

    pub(super) fn lot(&mut self, item: &Id, lot: &Id) -> Option<&Lot> {
        self.read(RowKey::Lot { item: item.clone(), lot: lot.clone() });
        let base = self.base;
        self.lots.get(&(item.clone(), lot.clone())).or_else(|| base.lot(item, lot))
    }

    /// The period in which a document of a date is posted.
    pub(super) fn posting_period(&mut self, date: Date) -> Result<Option<Id>, Refused> {
        let Some(period) = posting_period(self.base.periods.values(), date, false)? else { return Ok(None) };
        self.read(RowKey::Period { id: period.id.clone() });
        Ok(Some(period.id.clone()))
    }

    /// Everything as a changeset: rows in key order with their new versions.
    pub(super) fn finish(mut self, key: Id, digest: String) -> ChangeSet {
        let base = self.base;
        let next = |key: &RowKey| base.version(key) + 1;
        let mut writes: Vec<Row> = Vec::new();
        for (id, mut row) in self.periods {
            row.version = next(&RowKey::Period { id });
            writes.push(Row::Period(Box::new(row)));
        }
        for (id, mut row) in self.places {
            row.version = next(&RowKey::Place { id });
            writes.push(Row::Place(Box::new(row)));
        }
        for (id, mut row) in self.orders {
            row.version = next(&RowKey::Order { id });
            writes.push(Row::Order(Box::new(row)));
        }
        for (id, mut row) in self.documents {
            row.version = next(&RowKey::Document { id });
            writes.push(Row::Document(Box::new(row)));
        }
        for ((item, lot), mut row) in self.lots {
            row.version = next(&RowKey::Lot { item, lot });
            writes.push(Row::Lot(Box::new(row)));
        }
        for ((item, serial), mut row) in self.serials {
            row.version = next(&RowKey::Serial { item, serial });
            writes.push(Row::Serial(Box::new(row)));
        }
        for ((item, hold), mut row) in self.holds {
            row.version = next(&RowKey::Hold { item, hold });
            writes.push(Row::Hold(Box::new(row)));
        }
        let unwritten = self.balances_read.iter().filter(|row| !self.balances.contains_key(&row.stock));
        let unwritten = unwritten.map(|row| RowKey::Balance { stock: row.stock.clone() });
        self.reads.extend(unwritten);
        for mut row in self.balances.into_values() {
            // A balance is always a copy of the stored one, version included.
            row.version += 1;
            writes.push(Row::Balance(row));
        }
        // A row that is written was read one version earlier.
        let written =
            writes.iter().map(|row| Read { version: row.version().saturating_sub(1), row: row.key() });
        let mut reads: Vec<Read> = written.collect();
        let places = self.places_read.into_iter().map(|id| RowKey::Place { id: id.clone() });
        reads.extend(
            self.reads.into_iter().chain(places).map(|row| Read { version: base.version(&row), row }),
        );
        reads.sort();
        reads.dedup_by(|one, other| one.row == other.row);
        ChangeSet {
            format: CHANGESET_FORMAT,
            key,
            digest,
            now: self.now,
            reads,
            writes,
            movements: self.movements,
            reply: self.reply,
        }
    }
}

//! What execution reads: orders, documents, stock and what the ledger must know of items and locations.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::changeset::Done;
use crate::document::{Document, Period};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::{Balance, Hold, Lot, Movement, Place, Serial, StockItem, StockKey};
use crate::item::Substitute;
use crate::num::Quantity;
use crate::order::ProductionOrder;

/// The records of execution as plain tables. Row order does not matter but in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ExecutionTables {
    /// Items.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<StockItem>,
    /// Substitutes that may be issued.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub substitutes: Vec<Substitute>,
    /// Locations.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Place>,
    /// Accounting periods.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub periods: Vec<Period>,
    /// Lots.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lots: Vec<Lot>,
    /// Pieces.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub serials: Vec<Serial>,
    /// Balances.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub balances: Vec<Balance>,
    /// Holds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<Hold>,
    /// Documents.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<Document>,
    /// Production orders.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<ProductionOrder>,
    /// Keys that were used.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<Done>,
    /// The quantity ledger, or the part of it that is needed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ledger: Vec<Movement>,
}

/// The records of execution, ready to be looked up. Fields may be read freely; rows are put by
/// [`put`](ExecutionSnapshot::put) and [`apply`](ExecutionSnapshot::apply).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExecutionSnapshot {
    /// Items by id.
    pub items: BTreeMap<Id, StockItem>,
    /// Substitutes.
    pub substitutes: Vec<Substitute>,
    /// Locations by id.
    pub places: BTreeMap<Id, Place>,
    /// Periods by id.
    pub periods: BTreeMap<Id, Period>,
    /// Lots by item and lot.
    pub lots: BTreeMap<Id, BTreeMap<Id, Lot>>,
    /// Pieces by item and serial number.
    pub serials: BTreeMap<Id, BTreeMap<Id, Serial>>,
    /// Balances by item and key.
    pub balances: BTreeMap<Id, BTreeMap<StockKey, Balance>>,
    /// Holds by item and id.
    pub holds: BTreeMap<Id, BTreeMap<Id, Hold>>,
    /// Documents by id.
    pub documents: BTreeMap<Id, Document>,
    /// Production orders by id.
    pub orders: BTreeMap<Id, ProductionOrder>,
    /// Used keys.
    pub requests: BTreeMap<Id, Done>,
    /// Ledger lines in order of their sequence.
    pub ledger: Vec<Movement>,
    /// The sequence of the last ledger line, loaded or not: the watermark.
    pub watermark: u64,
}

impl ExecutionSnapshot {
    /// Reads tables; ledger lines without a sequence get the next ones.
    ///
    /// # Errors
    /// `DUPLICATE_ID {table, id}` for every id that stands twice; `PRECISION_EXCEEDED` for quantities with more
    /// decimals than their item has.
    pub fn from_tables(tables: ExecutionTables) -> Result<ExecutionSnapshot, Vec<Finding>> {
        let mut faults = Vec::new();
        let mut snapshot = ExecutionSnapshot { substitutes: tables.substitutes, ..Default::default() };
        fill(&mut snapshot.items, tables.items, |row| &row.item, "items", &mut faults);
        fill(&mut snapshot.places, tables.places, |row| &row.location.id, "places", &mut faults);
        fill(&mut snapshot.periods, tables.periods, |row| &row.id, "periods", &mut faults);
        fill(&mut snapshot.documents, tables.documents, |row| &row.id, "documents", &mut faults);
        fill(&mut snapshot.orders, tables.orders, |row| &row.id, "orders", &mut faults);
        fill(&mut snapshot.requests, tables.requests, |row| &row.key, "requests", &mut faults);
        let twice =
            |table: &str, id: &Id| Finding::new(Code::DuplicateId).with("table", table).with("id", id);
        for row in tables.lots {
            if let Some(old) = snapshot.lots.entry(row.item.clone()).or_default().insert(row.lot.clone(), row)
            {
                faults.push(twice("lots", &old.lot));
            }
        }
        for row in tables.holds {
            let holds = snapshot.holds.entry(row.stock.item.clone()).or_default();
            if let Some(old) = holds.insert(row.id.clone(), row) {
                faults.push(twice("holds", &old.id));
            }
        }
        for row in tables.serials {
            let serials = snapshot.serials.entry(row.item.clone()).or_default();
            if let Some(old) = serials.insert(row.serial.clone(), row) {
                faults.push(twice("serials", &old.serial));
            }
        }
        for row in tables.balances {
            if snapshot.balance(&row.stock).is_some() {
                faults.push(twice("balances", &row.stock.item));
            }
            snapshot.put_balance(row);
        }
        for movement in tables.ledger {
            snapshot.append(movement);
        }
        snapshot.normalise(&mut faults);
        if faults.is_empty() { Ok(snapshot) } else { Err(faults) }
    }

    /// Brings quantities to the decimals of their items, and fills what documents may leave out.
    fn normalise(&mut self, faults: &mut Vec<Finding>) {
        let items = &self.items;
        let scale_of = |item: &Id| items.get(item).map(|item| item.scale);
        let mut set = |quantity: &mut Quantity, item: &Id| {
            let Some(scale) = scale_of(item) else { return };
            match quantity.at_scale(scale) {
                Ok(scaled) => *quantity = scaled,
                Err(error) => faults.push(error.finding().with("item", item)),
            }
        };
        for row in self.balances.values_mut().flat_map(BTreeMap::values_mut) {
            set(&mut row.quantity, &row.stock.item);
            set(&mut row.reserved, &row.stock.item);
        }
        for order in self.orders.values_mut() {
            if order.input.is_zero() {
                order.input = order.good;
            }
            set(&mut order.good, &order.item);
            set(&mut order.input, &order.item);
            for line in &mut order.lines {
                if line.standard.is_zero() {
                    line.standard = line.required;
                }
                set(&mut line.required, &line.item);
                set(&mut line.standard, &line.item);
            }
        }
    }

    /// Everything as plain tables, in order of ids.
    #[must_use]
    pub fn to_tables(&self) -> ExecutionTables {
        ExecutionTables {
            items: self.items.values().cloned().collect(),
            substitutes: self.substitutes.clone(),
            places: self.places.values().cloned().collect(),
            periods: self.periods.values().cloned().collect(),
            lots: self.lots.values().flat_map(BTreeMap::values).cloned().collect(),
            serials: self.serials.values().flat_map(BTreeMap::values).cloned().collect(),
            balances: self.balances.values().flat_map(BTreeMap::values).cloned().collect(),
            holds: self.holds.values().flat_map(BTreeMap::values).cloned().collect(),
            documents: self.documents.values().cloned().collect(),
            orders: self.orders.values().cloned().collect(),
            requests: self.requests.values().cloned().collect(),
            ledger: self.ledger.clone(),
        }
    }

    /// The balance under a key.
    #[must_use]
    pub fn balance(&self, stock: &StockKey) -> Option<&Balance> {
        self.balances.get(&stock.item)?.get(stock)
    }

    /// All balances of an item, in key order.
    pub fn balances_of<'s>(&'s self, item: &Id) -> impl Iterator<Item = &'s Balance> + use<'s> {
        self.balances.get(item).into_iter().flat_map(BTreeMap::values)
    }

    /// A lot.
    #[must_use]
    pub fn lot(&self, item: &Id, lot: &Id) -> Option<&Lot> {
        self.lots.get(item)?.get(lot)
    }

    /// A hold.
    #[must_use]
    pub fn hold(&self, item: &Id, hold: &Id) -> Option<&Hold> {
        self.holds.get(item)?.get(hold)
    }

    /// A piece.
    #[must_use]
    pub fn serial(&self, item: &Id, serial: &Id) -> Option<&Serial> {
        self.serials.get(item)?.get(serial)
    }

    /// Puts a balance without asking whether it is there already.
    pub(crate) fn put_balance(&mut self, row: Balance) {
        if let Some(rows) = self.balances.get_mut(&row.stock.item) {
            match rows.get_mut(&row.stock) {
                Some(old) => *old = row,
                None => drop(rows.insert(row.stock.clone(), row)),
            }
        } else {
            let item = row.stock.item.clone();
            self.balances.insert(item, BTreeMap::from([(row.stock.clone(), row)]));
        }
    }

    /// Appends a ledger line; one without a sequence gets the next.
    pub(crate) fn append(&mut self, mut movement: Movement) {
        if movement.sequence == 0 {
            movement.sequence = self.watermark + 1;
        }
        self.watermark = self.watermark.max(movement.sequence);
        self.ledger.push(movement);
    }
}

fn fill<T>(
    map: &mut BTreeMap<Id, T>,
    rows: Vec<T>,
    id: impl Fn(&T) -> &Id,
    table: &str,
    faults: &mut Vec<Finding>,
) {
    for row in rows {
        if let Some(old) = map.insert(id(&row).clone(), row) {
            faults.push(Finding::new(Code::DuplicateId).with("table", table).with("id", id(&old)));
        }
    }
}

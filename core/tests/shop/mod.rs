//! A small plant to run commands in, with the laws checked after each.

mod batch;
mod foundations;
mod issues;
mod laws;
mod model;
mod opening;
mod orders;
mod reports;
mod stock;
mod store;

use std::collections::BTreeMap;

use headstock::changeset::Reply;
use headstock::execution::{Refused, Request, decide};
use headstock::id::Id;
use headstock::inventory::{LineRef, StockKey};
use headstock::num::Quantity;
use headstock::snapshot::{ExecutionSnapshot, ExecutionTables};
use headstock::time::{Now, Timestamp};
use serde_json::{Value, json};

pub fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

pub fn q(text: &str) -> Quantity {
    text.parse().unwrap()
}

/// Monday 2026-03-02, eight in the morning at a plant an hour ahead.
pub fn now() -> Now {
    Now { at: Timestamp::from_micros(1_772_434_800_000_000), zone_minutes: 60 }
}

pub struct Shop {
    pub state: ExecutionSnapshot,
    keys: u32,
}

impl Shop {
    /// Items A to N in pieces, D with one decimal, L by lot, S by serial number; locations W (main), LS (line),
    /// BAD (defective), SCRAP, NEG (may go negative), V (virtual of a customer).
    pub fn new() -> Shop {
        let mut items: Vec<Value> =
            ["A", "B", "C", "G", "M", "N"].iter().map(|item| json!({"item": item})).collect();
        items.push(json!({"item": "D", "scale": 1}));
        items.push(json!({"item": "L", "tracking": "lot"}));
        items.push(json!({"item": "S", "tracking": "serial"}));
        let place = |id: &str, kind: &str| json!({"location": {"id": id, "site": "P", "kind": kind}});
        Shop::with(json!({
            "items": items,
            "places": [place("W", "normal"), place("LS", "line_side"), place("BAD", "defective"),
                place("SCRAP", "scrap"),
                {"location": {"id": "NEG", "site": "P", "may_go_negative": true}},
                {"location": {"id": "V", "site": "P", "kind": "customer_owned", "in_costing": false}}],
            "substitutes": [{"item": "M", "substitute": "N", "ratio": "1.2"}],
        }))
    }

    pub fn with(tables: Value) -> Shop {
        let tables: ExecutionTables = serde_json::from_value(tables).unwrap();
        Shop { state: ExecutionSnapshot::from_tables(tables).unwrap(), keys: 0 }
    }

    /// Runs a command under a new key.
    pub fn run(&mut self, command: Value) -> Result<Reply, Refused> {
        self.keys += 1;
        let key = format!("k{}", self.keys);
        self.run_as(&key, command)
    }

    pub fn run_as(&mut self, key: &str, command: Value) -> Result<Reply, Refused> {
        let request: Request = serde_json::from_value(json!({"key": key, "command": command})).unwrap();
        let outcome = decide(&self.state, &request, now())?;
        let again = decide(&self.state, &request, now()).unwrap();
        assert_eq!(outcome, again, "the preview is the posting");
        if let Some(changes) = &outcome.changes {
            let text = serde_json::to_string(changes).unwrap();
            let read: headstock::changeset::ChangeSet = serde_json::from_str(&text).unwrap();
            assert_eq!(&read, changes, "a changeset is plain data");
            self.state.apply(changes).unwrap();
            laws::check(&self.state);
        }
        Ok(outcome.reply)
    }

    #[track_caller]
    pub fn good(&mut self, command: Value) -> Reply {
        match self.run(command.clone()) {
            Ok(reply) => reply,
            Err(refused) => panic!("{refused}\n{command:#}"),
        }
    }

    /// The text of the refusal of a command, which changes nothing.
    #[track_caller]
    pub fn bad(&mut self, command: Value) -> String {
        let before = self.state.clone();
        let refused = self.run(command.clone()).expect_err(&format!("{command:#}"));
        assert_eq!(before, self.state);
        refused.finding().to_string()
    }

    pub fn stock(&mut self, item: &str, location: &str, quantity: &str) {
        self.keys += 1;
        let document = format!("IN{}", self.keys);
        self.good(json!({"do": "stock", "document": document, "kind": "stock_in",
            "lines": [{"stock": {"item": item, "location": location}, "quantity": quantity}]}));
    }

    /// A released order of A with lines `[item, required]` out of W and further fields.
    pub fn order(&mut self, name: &str, good: i64, lines: &[(&str, &str)], more: Value) {
        let lines: Vec<Value> = lines
            .iter()
            .enumerate()
            .map(|(at, (item, required))| {
                json!({"number": at + 1, "item": item, "required": required, "location": "W"})
            })
            .collect();
        let mut order = json!({"id": name, "item": "A", "good": good, "plan": "released", "lines": lines});
        for (field, value) in more.as_object().unwrap() {
            if field == "line" {
                for line in order["lines"].as_array_mut().unwrap() {
                    for (field, value) in value.as_object().unwrap() {
                        line[field] = value.clone();
                    }
                }
            } else {
                order[field] = value.clone();
            }
        }
        self.good(json!({"do": "create_order", "order": order}));
    }

    pub fn balance(&self, item: &str, location: &str) -> String {
        let rows = self.state.balances_of(&id(item)).filter(|row| row.stock.location == id(location));
        rows.fold(Quantity::ZERO, |sum, row| sum.plus(row.quantity).unwrap()).to_string()
    }

    /// Issued, returned and open of an order line.
    pub fn line(&self, order: &str, line: u32) -> (String, String, String) {
        let order = &self.state.orders[&id(order)];
        let line = order.line(line).unwrap();
        let open = line.open(order.policy.defect_reopens).unwrap();
        (line.issued.to_string(), line.returned().unwrap().to_string(), open.to_string())
    }

    /// Everything that business sees: no versions, no rows of nought, no ledger, no used keys.
    pub fn business(&self) -> Value {
        let mut tables = self.state.to_tables();
        tables.ledger.clear();
        tables.requests.clear();
        tables.balances.retain(|row| !row.quantity.is_zero() || !row.reserved.is_zero());
        tables.documents.retain(|row| {
            use headstock::document::DocState::{Reversed, Void};
            !matches!(row.state, Reversed | Void)
        });
        let mut value = serde_json::to_value(tables).unwrap();
        without_versions(&mut value);
        value
    }
}

fn without_versions(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("version");
            fields.values_mut().for_each(without_versions);
        }
        Value::Array(rows) => rows.iter_mut().for_each(without_versions),
        _ => {}
    }
}

/// `document` reversed.
pub fn reverse(document: &str) -> Value {
    json!({"do": "document", "document": document, "step": "reverse"})
}

pub fn receive(document: &str, order: &str, quantity: i64) -> Value {
    json!({"do": "receive", "document": document, "order": order,
        "lines": [{"quantity": quantity, "location": "W"}]})
}

/// Quantities of a reply's lines by item.
pub fn lines(reply: &Reply) -> Vec<(String, String)> {
    reply.lines.iter().map(|line| (line.item.to_string(), line.quantity.to_string())).collect()
}

pub fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

/// Sum of ledger lines by stock key.
pub fn ledger_sums(state: &ExecutionSnapshot) -> BTreeMap<&StockKey, Quantity> {
    let mut sums: BTreeMap<&StockKey, Quantity> = BTreeMap::new();
    for movement in &state.ledger {
        let sum = sums.entry(&movement.stock).or_default();
        *sum = sum.plus(movement.quantity).unwrap();
    }
    sums
}

/// What the ledger says went into each order line, net.
pub fn ledger_by_order(state: &ExecutionSnapshot) -> BTreeMap<&LineRef, Quantity> {
    let mut sums: BTreeMap<&LineRef, Quantity> = BTreeMap::new();
    for movement in &state.ledger {
        use headstock::inventory::Reason::{Stage, Transfer};
        let Some(order) = movement.order.as_ref().filter(|_| !matches!(movement.reason, Stage | Transfer))
        else {
            continue;
        };
        let sum = sums.entry(order).or_default();
        *sum = sum.minus(movement.quantity).unwrap();
    }
    sums
}

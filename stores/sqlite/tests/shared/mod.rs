//! A small plant and a list of commands that all succeed, for the tests of the store.

use std::path::{Path, PathBuf};

use headstock::execution::Request;
use headstock::repository::{Driven, DriverError, Repository, Retries, execute};
use headstock::snapshot::{ExecutionSnapshot, ExecutionTables};
use headstock::time::{Now, Timestamp};
use serde_json::{Value, json};

/// A folder of its own, gone when the test ends.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("headstock-sqlite-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub fn file(&self) -> PathBuf {
        self.0.join("records.db")
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn now() -> Now {
    Now { at: Timestamp::from_micros(1_772_434_800_000_000), zone_minutes: 60 }
}

/// A is made of B (pieces) and D (one decimal); L is followed by lot, S by serial number.
pub fn plant() -> ExecutionSnapshot {
    let tables: ExecutionTables = serde_json::from_value(json!({
        "items": [{"item": "A"}, {"item": "B"}, {"item": "D", "scale": 1}, {"item": "L", "tracking": "lot"},
            {"item": "S", "tracking": "serial"}, {"item": "N"}],
        "substitutes": [{"item": "B", "substitute": "N", "ratio": "1.2"}],
        "places": [{"location": {"id": "W", "site": "P"}}]}))
    .unwrap();
    ExecutionSnapshot::from_tables(tables).unwrap()
}

pub fn request(key: &str, command: &Value) -> Request {
    serde_json::from_value(json!({"key": key, "command": command})).unwrap()
}

pub fn run(store: &mut dyn Repository, request: &Request) -> Result<Driven, DriverError> {
    execute(store, request, now(), Retries::default())
}

/// A purchase of B.
pub fn stock_in(document: &str, quantity: i64) -> Request {
    let line = json!({"stock": {"item": "B", "location": "W"}, "quantity": quantity});
    let command = json!({"do": "stock", "document": document, "kind": "stock_in", "lines": [line]});
    request(document, &command)
}

/// One round of work: stock with a lot and pieces, an order, an issue, receipts with backflush, one undone, a hold.
fn round(n: usize) -> Vec<Value> {
    let at = |item: &str| json!({"item": item, "location": "W"});
    let lot = json!({"item": "L", "location": "W", "lot": format!("LOT{n}")});
    vec![
        json!({"do": "stock", "document": format!("IN{n}"), "kind": "stock_in", "lines": [
            {"stock": at("B"), "quantity": 20}, {"stock": at("D"), "quantity": "7.5"},
            {"stock": lot, "quantity": 3},
            {"stock": at("S"), "quantity": 2, "serials": [format!("S{n}a"), format!("S{n}b")]}]}),
        json!({"do": "create_order", "order": {"id": format!("MO{n}"), "item": "A", "good": 5, "plan": "released",
            "lines": [{"number": 1, "item": "B", "required": 10, "location": "W"},
                {"number": 2, "item": "D", "required": "2.5", "location": "W", "method": "backflush"}]}}),
        json!({"do": "issue", "document": format!("IS{n}"), "order": format!("MO{n}"),
            "what": {"scheme": "open"}}),
        json!({"do": "receive", "document": format!("RA{n}"), "order": format!("MO{n}"),
            "lines": [{"quantity": 3, "location": "W"}]}),
        json!({"do": "document", "document": format!("RA{n}"), "step": "reverse"}),
        json!({"do": "receive", "document": format!("RB{n}"), "order": format!("MO{n}"),
            "lines": [{"quantity": 5, "location": "W"}]}),
        json!({"do": "hold", "hold": format!("H{n}"), "stock": at("B"), "quantity": 2,
            "owner": {"for": "document", "line": {"document": format!("IN{n}"), "line": 1}}}),
        json!({"do": "order_step", "order": format!("MO{n}"), "step": "close"}),
    ]
}

/// The commands of so many rounds, each with its key.
pub fn commands(rounds: usize) -> Vec<Request> {
    let all = (0..rounds).flat_map(round).enumerate();
    all.map(|(number, command)| request(&format!("k{number}"), &command)).collect()
}

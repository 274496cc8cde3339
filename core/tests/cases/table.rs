//! The tables that cases share: one site `S`, one unit `u`, ids as the case gives them.

use headstock::time::Date;
use serde_json::{Value, json};

use super::text;

/// Day 1 of a record, and day 0 of offsets in calendar days: a Monday.
pub(crate) const RUN: &str = "2026-03-02";

/// The run date plus calendar days.
pub(crate) fn day(offset: i64) -> String {
    let run: Date = RUN.parse().unwrap();
    run.add_days(i32::try_from(offset).unwrap()).unwrap().to_string()
}

/// The day of a 1-based period, one day long.
pub(crate) fn period(number: usize) -> String {
    day(i64::try_from(number).unwrap() - 1)
}

/// The run date plus working days of Monday to Friday.
pub(crate) fn working_day(offset: i64) -> String {
    let calendar = headstock::time::WorkCalendar::weekdays();
    calendar.add_working_days(RUN.parse().unwrap(), i32::try_from(offset).unwrap()).unwrap().to_string()
}

/// Tables, built row by row.
#[derive(Clone)]
pub(crate) struct Tables(pub(crate) Value);

impl Tables {
    /// One unit with so many decimals, one site.
    pub(crate) fn new(scale: u32) -> Tables {
        Tables(json!({"units": [{"id": "u", "scale": scale}], "sites": [{"id": "S"}]}))
    }

    /// The site works Monday to Friday.
    pub(crate) fn weekdays(mut self) -> Tables {
        self.0["calendars"] = json!([{"id": "week"}]);
        self.0["sites"] = json!([{"id": "S", "calendar": "week"}]);
        self
    }

    pub(crate) fn row(&mut self, table: &str, row: Value) {
        match &mut self.0[table] {
            Value::Array(rows) => rows.push(row),
            empty => *empty = json!([row]),
        }
    }

    pub(crate) fn count(&self, table: &str) -> usize {
        self.0[table].as_array().map_or(0, Vec::len)
    }

    /// An item, once.
    pub(crate) fn item(&mut self, item: &str) {
        let known = self.0["items"].as_array().is_some_and(|rows| rows.iter().any(|row| row["id"] == item));
        if !known {
            self.row("items", json!({"id": item, "unit": "u"}));
        }
    }

    pub(crate) fn set(&mut self, table: &str, id: &str, field: &str, value: Value) {
        let rows = self.0[table].as_array_mut().unwrap();
        rows.iter_mut().find(|row| row["id"] == id).unwrap()[field] = value;
    }

    pub(crate) fn buy(&mut self, item: &str, days: u64, unit: &str) {
        self.item(item);
        let id = format!("buy {item}");
        self.row(
            "sources",
            json!({"id": id, "item": item, "kind": "buy", "lead_days": days, "lead_unit": unit}),
        );
    }

    pub(crate) fn make(&mut self, item: &str, days: u64) {
        self.item(item);
        self.row(
            "sources",
            json!({"id": format!("make {item}"), "item": item, "kind": "make", "lead_days": days}),
        );
    }

    /// A BOM of single quantities, one line a component.
    pub(crate) fn bom(&mut self, product: &str, lines: &Value) {
        self.item(product);
        let lines: Vec<Value> = lines
            .as_object()
            .unwrap()
            .iter()
            .map(|(component, quantity)| {
                json!({"id": component, "component": component, "numerator": text(quantity)})
            })
            .collect();
        for line in &lines {
            self.item(line["component"].as_str().unwrap());
        }
        self.row("boms", json!({"id": format!("BOM {product}"), "product": product, "lines": lines}));
    }

    pub(crate) fn stock(&mut self, item: &str, quantity: &Value) {
        self.item(item);
        let id = format!("stock {}", self.count("stock") + 1);
        self.row("stock", json!({"id": id, "item": item, "site": "S", "quantity": text(quantity)}));
    }

    pub(crate) fn demand(&mut self, item: &str, quantity: &Value, date: &str) {
        self.item(item);
        let id = format!("demand {}", self.count("demands") + 1);
        self.row(
            "demands",
            json!({"id": id, "item": item, "site": "S", "quantity": text(quantity), "date": date}),
        );
    }

    pub(crate) fn supply(&mut self, item: &str, quantity: &Value, due: &str) {
        self.item(item);
        let id = format!("supply {}", self.count("supplies") + 1);
        self.row(
            "supplies",
            json!({"id": id, "item": item, "site": "S", "quantity": text(quantity), "due": due}),
        );
    }

    /// The plan request without rescheduling, as textbooks and most suites assume, with all records and pegs.
    pub(crate) fn plan(&self) -> Value {
        json!({
            "format": 1, "kind": "plan", "run_date": RUN, "tables": self.0,
            "policy": {"reschedule": {"assume": "new_order", "change_quantity": false}},
            "show": {"records": "all", "pegs": "all"},
        })
    }
}

/// Rows of a list in an answer that belong to an item.
pub(crate) fn of_item<'a>(rows: &'a Value, item: &str) -> Vec<&'a Value> {
    rows.as_array().unwrap().iter().filter(|row| row["item"] == item).collect()
}

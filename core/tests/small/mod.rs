//! Small plants as JSON, and what must hold of every plan of them.
#![allow(dead_code, reason = "two test programs share it, and neither needs all of it")]

use headstock::planning::{PegEnd, Plan, PlanPolicy, plan};
use headstock::run::RunControl;
use headstock::snapshot::{Rejected, Snapshot, Tables};
use headstock::time::Date;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Monday.
pub fn run_date() -> Date {
    Date::literal(2026, 3, 2)
}

/// The day `n` days after the run date.
pub fn day(n: i32) -> String {
    run_date().add_days(n).unwrap().to_string()
}

pub fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Pieces, kilograms and tonnes, litres; one site that works every day; and what is given. Lists are added.
pub fn tables(more: Value) -> Tables {
    let mut all = json!({
        "units": [{"id": "pc"}, {"id": "kg", "scale": 3}, {"id": "t", "scale": 3}, {"id": "L", "scale": 2},
                  {"id": "dozen", "scale": 2}],
        "conversions": [{"from": "t", "to": "kg", "ratio": "1000"}, {"from": "dozen", "to": "pc", "ratio": "12"}],
        "sites": [{"id": "S"}]
    });
    for (name, rows) in more.as_object().unwrap() {
        match all.get_mut(name).and_then(Value::as_array_mut) {
            Some(list) => list.extend(rows.as_array().unwrap().iter().cloned()),
            None => all[name] = rows.clone(),
        }
    }
    serde_json::from_value(all).unwrap()
}

pub fn item(id: &str, unit: &str) -> Value {
    json!({"id": id, "unit": unit})
}

pub fn buy(item: &str, days: u32) -> Value {
    json!({"id": format!("buy-{item}"), "item": item, "kind": "buy", "lead_days": days})
}

pub fn make(item: &str, days: u32) -> Value {
    json!({"id": format!("make-{item}"), "item": item, "kind": "make", "lead_days": days})
}

/// A BOM of `(component, numerator)` lines.
pub fn bom(product: &str, lines: &[(&str, &str)]) -> Value {
    let lines: Vec<Value> = lines
        .iter()
        .enumerate()
        .map(|(n, (component, numerator))| {
            json!({"id": n.to_string(), "component": component, "numerator": numerator})
        })
        .collect();
    json!({"id": format!("B-{product}"), "product": product, "lines": lines})
}

pub fn demand(id: &str, item: &str, on: i32, quantity: &str) -> Value {
    json!({"id": id, "item": item, "site": "S", "quantity": quantity, "date": day(on)})
}

pub fn stock(id: &str, item: &str, quantity: &str) -> Value {
    json!({"id": id, "item": item, "site": "S", "quantity": quantity})
}

pub fn policy(given: Value) -> PlanPolicy {
    serde_json::from_value(given).unwrap()
}

pub fn snapshot(tables: &Tables) -> Result<Snapshot, Rejected> {
    Snapshot::from_tables(tables.clone(), &RunControl::new())
}

pub fn planned(tables: &Tables, policy: &PlanPolicy) -> Plan {
    plan(&snapshot(tables).unwrap(), policy, run_date(), &RunControl::new()).unwrap()
}

/// Planned orders of an item as (days after the run date, good quantity).
pub fn orders(plan: &Plan, item: &str) -> Vec<(i32, String)> {
    let mine = plan.orders().filter(|order| order.item.as_str() == item);
    mine.map(|o| (o.available.day_number() - run_date().day_number(), o.good.normalize().to_string()))
        .collect()
}

pub fn is(list: &[(i32, &str)]) -> Vec<(i32, String)> {
    list.iter().map(|(day, quantity)| (*day, (*quantity).to_owned())).collect()
}

/// What must hold of every plan: pegs and records add up (`P17`, promise 4). Gives the first fault.
pub fn adds_up(plan: &Plan) -> Result<(), String> {
    for (item, site, key, rows) in plan.records() {
        let pegs = plan.item_pegs(item.as_str(), site.as_str(), &key);
        let place = format!("{item}@{site}");
        let mut supplied: BTreeMap<(String, PegEnd), Decimal> = BTreeMap::new();
        let mut served = Decimal::ZERO;
        for peg in &pegs {
            if peg.quantity <= Decimal::ZERO {
                return Err(format!("{place}: an empty peg {peg:?}"));
            }
            *supplied.entry((peg.supply.clone(), peg.supply_kind)).or_default() += peg.quantity;
            if matches!(
                peg.demand_kind,
                PegEnd::Demand | PegEnd::Forecast | PegEnd::Dependent | PegEnd::Substitute
            ) {
                served += peg.quantity;
            }
        }
        let gross: Decimal = rows.iter().map(|row| row.gross).sum();
        if served != gross {
            return Err(format!("{place}: needs of {gross}, pegs of {served}"));
        }
        for order in plan.orders().filter(|o| (&o.item, &o.site, &o.key) == (&item, &site, &key)) {
            let used = supplied.get(&(order.id.clone(), PegEnd::Planned)).copied().unwrap_or_default();
            if used != order.quantity {
                return Err(format!("{place}: {} of {} is pegged {used}", order.id, order.quantity));
            }
        }
        let mut balance = rows.first().map(|row| row.balance).unwrap_or_default();
        for row in rows.iter().skip(1) {
            balance += row.receipts + row.planned + row.short - row.gross;
            if balance != row.balance {
                return Err(format!("{place}: {} does not add up to {balance}: {row:?}", row.date));
            }
        }
    }
    Ok(())
}

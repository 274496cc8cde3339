//! MRP records and what belongs to them.

use serde_json::{Value, json};

use super::table::{Tables, of_item, period};
use super::{check, check_list, figure, result, text, textbook};

/// One item with gross requirements and scheduled receipts by period; a period is a day.
fn record(inputs: &Value, gross: &str, receipts: &str) -> (Tables, usize) {
    let mut tables = Tables::new(0);
    let lead = inputs["lead_time"].as_u64().unwrap_or(0);
    tables.buy("X", lead, "calendar");
    if !inputs["on_hand"].is_null() {
        tables.stock("X", &inputs["on_hand"]);
    }
    let mut planning = json!({"item": "X", "site": "S"});
    if !inputs["safety_stock"].is_null() {
        planning["safety_stock"] = text(&inputs["safety_stock"]);
    }
    lot_rule(&inputs["lot_rule"], &mut planning);
    tables.row("planning", planning);
    let gross = inputs[gross].as_array().unwrap();
    for (at, quantity) in gross.iter().enumerate().filter(|(_, quantity)| quantity.as_i64() != Some(0)) {
        tables.demand("X", quantity, &period(at + 1));
    }
    let receipts = inputs[receipts].as_array().into_iter().flatten().enumerate();
    for (at, quantity) in receipts.filter(|(_, quantity)| quantity.as_i64() != Some(0)) {
        tables.supply("X", quantity, &period(at + 1));
    }
    (tables, gross.len())
}

fn lot_rule(rule: &Value, planning: &mut Value) {
    match rule["kind"].as_str() {
        None | Some("L4L" | "MIN" | "MAX" | "MULT") => {}
        Some("FOQ") => planning["lot"] = json!({"rule": "fixed", "quantity": text(&rule["q"])}),
        Some("POQ") => planning["lot"] = json!({"rule": "periods", "counts": [rule["p"]]}),
        Some(other) => panic!("lot rule {other}"),
    }
    for (given, field) in
        [("min", "lot_min"), ("max", "lot_max"), ("mult", "lot_multiple"), ("multiple", "lot_multiple")]
    {
        if !rule[given].is_null() {
            planning[field] = text(&rule[given]);
        }
    }
}

/// The record of `X` in so many periods of one day.
fn periods(tables: &Tables, count: usize) -> Value {
    let mut request = tables.plan();
    request["show"] = json!({"records": [{"item": "X", "site": "S"}], "periods": {"count": count}});
    result(&request)["records"][0]["periods"].take()
}

#[test]
fn case_mrp_record() {
    for case in textbook("mrp_record") {
        let (tables, count) = record(&case["inputs"], "gross", "scheduled_receipts");
        let got = periods(&tables, count);
        for (name, list) in [
            ("on_hand_no_orders", "balance_without_planned"),
            ("net", "net"),
            ("releases", "released"),
            ("receipts", "planned"),
            ("poh", "balance"),
        ] {
            if !case["expected"][name].is_null() {
                check_list(&case, name, &case["expected"][name], &got[list]);
            }
        }
        if !case["expected"]["avg_inventory"].is_null() {
            let got = figure(&got["average_balance"]);
            check(&case, "avg_inventory", &case["expected"]["avg_inventory"], got);
        }
    }
}

#[test]
fn case_net_simple() {
    for case in textbook("net_simple") {
        let inputs = json!({
            "gross": [case["inputs"]["gross"]], "scheduled": [case["inputs"]["scheduled"]],
            "on_hand": case["inputs"]["on_hand"],
        });
        let (tables, _) = record(&inputs, "gross", "scheduled");
        check(&case, "net", &case["expected"]["net"], figure(&periods(&tables, 1)["net"][0]));
    }
}

#[test]
fn case_net_series() {
    for case in textbook("net_series") {
        let (tables, count) = record(&case["inputs"], "gross", "scheduled");
        check_list(&case, "net", &case["expected"]["net"], &periods(&tables, count)["net"]);
    }
}

#[test]
fn case_on_hand_projection() {
    for case in textbook("on_hand_projection") {
        let (mut tables, count) = record(&case["inputs"], "gross", "receipts");
        let before = periods(&tables, count);
        check_list(&case, "without", &case["expected"]["without"], &before["balance_without_planned"]);
        let last = before["net"].as_array().unwrap().last().unwrap();
        check(&case, "net_last", &case["expected"]["net_last"], figure(last));
        for (at, quantity) in case["inputs"]["planned"].as_array().unwrap().iter().enumerate() {
            if quantity.as_i64() != Some(0) {
                tables.supply("X", quantity, &period(at + 1));
                let id = format!("supply {}", tables.count("supplies"));
                tables.set("supplies", &id, "firmness", json!("firm"));
            }
        }
        check_list(
            &case,
            "with_planned",
            &case["expected"]["with_planned"],
            &periods(&tables, count)["balance"],
        );
    }
}

#[test]
fn case_allocation_equivalence() {
    for case in textbook("allocation_equivalence") {
        let (before, count) = record(&case["inputs"], "before", "receipts");
        let list = &periods(&before, count)["balance_without_planned"];
        check_list(&case, "before", &case["expected"]["projection"], list);
        let (mut after, _) = record(&case["inputs"], "after", "receipts");
        for (at, quantity) in case["inputs"]["allocated"].as_array().unwrap().iter().enumerate() {
            if quantity.as_i64() != Some(0) {
                after.demand("X", quantity, &period(at + 1));
                let id = format!("demand {}", after.count("demands"));
                after.set("demands", &id, "kind", json!("production"));
            }
        }
        let list = &periods(&after, count)["balance_without_planned"];
        check_list(&case, "after", &case["expected"]["projection"], list);
    }
}

#[test]
fn case_tpop() {
    for case in textbook("tpop") {
        let inputs = &case["inputs"];
        let count = usize::try_from(inputs["periods"].as_u64().unwrap()).unwrap();
        let record_inputs = json!({
            "gross": vec![inputs["forecast"].clone(); count], "on_hand": inputs["on_hand"],
            "safety_stock": inputs["safety_stock"], "lead_time": inputs["lead_time"],
            "lot_rule": {"kind": "FOQ", "q": inputs["lot"]},
        });
        let (tables, _) = record(&record_inputs, "gross", "scheduled");
        let got = periods(&tables, count);
        check_list(&case, "projection", &case["expected"]["projection"], &got["balance_without_planned"]);
        let released = got["released"].as_array().unwrap().iter().zip(1..);
        let releases: Vec<i32> = released.filter(|(q, _)| !figure(q).is_zero()).map(|(_, at)| at).collect();
        assert_eq!(json!(releases), case["expected"]["release_periods"], "{}", case["id"]);
        let point = result(&json!({
            "format": 1, "kind": "order_point", "demand": text(&inputs["forecast"]),
            "lead_time": text(&inputs["lead_time"]), "safety_stock": text(&inputs["safety_stock"]),
        }));
        check(&case, "order_point", &case["expected"]["order_point"], figure(&point["order_point"]));
    }
}

/// A chain of items, each one made from one of the next; the last one is bought.
fn chain(levels: &[(String, u64)]) -> Tables {
    let mut tables = Tables::new(0);
    for (at, (item, lead)) in levels.iter().enumerate() {
        match levels.get(at + 1) {
            Some((next, _)) => {
                tables.make(item, *lead);
                tables.bom(item, &json!({next: 1}));
            }
            None => tables.buy(item, *lead, "calendar"),
        }
    }
    tables
}

fn pairs(value: &Value) -> Vec<(String, u64)> {
    let pair = |pair: &Value| (pair[0].as_str().unwrap().to_owned(), pair[1].as_u64().unwrap());
    value.as_array().unwrap().iter().map(pair).collect()
}

#[test]
fn case_chain_netting() {
    for case in textbook("chain_netting") {
        let levels = pairs(&case["inputs"]["levels"]);
        let mut tables = chain(&levels.iter().map(|(item, _)| (item.clone(), 0)).collect::<Vec<_>>());
        for (item, on_hand) in &levels {
            tables.stock(item, &json!(on_hand));
        }
        tables.demand(&levels[0].0, &case["inputs"]["demand"], &period(1));
        let records = &result(&tables.plan())["records"];
        let net: Vec<Value> =
            levels.iter().map(|(item, _)| of_item(records, item)[0]["rows"][0]["net"].clone()).collect();
        check_list(&case, "net", &case["expected"]["net"], &json!(net));
    }
}

#[test]
fn case_chain_offset() {
    for case in textbook("chain_offset") {
        let levels = pairs(&case["inputs"]["lead"]);
        let mut tables = chain(&levels);
        let due = usize::try_from(case["inputs"]["due"].as_u64().unwrap()).unwrap();
        tables.demand(&levels[0].0, &json!(1), &period(due));
        let orders = &result(&tables.plan())["orders"];
        let expected = case["expected"]["release"].as_array().unwrap();
        for ((item, _), release) in levels.iter().zip(expected) {
            let release = period(usize::try_from(release.as_u64().unwrap()).unwrap());
            assert_eq!(of_item(orders, item)[0]["start"], release, "{} {item}", case["id"]);
        }
    }
}

/// Stock that nothing needs and nothing adds to has a record without rows; its balance is still there.
#[test]
fn p10_record_of_stock_that_nothing_needs() {
    let mut tables = Tables::new(0);
    tables.buy("X", 0, "calendar");
    tables.stock("X", &json!(109));
    tables.row("planning", json!({"item": "X", "site": "S", "lot": {"rule": "fixed", "quantity": 168}}));
    let mut request = tables.plan();
    request["show"]["periods"] = json!({"count": 3});
    let record = result(&request)["records"][0]["periods"].take();
    for list in ["balance", "balance_without_planned"] {
        assert_eq!(record[list], json!(["109", "109", "109"]), "{list}");
    }
    assert_eq!(record["average_balance"], "109");
}

//! The examples of the capability catalogue, asked through the API face.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "a test program: a fault in it is to panic, and nobody imports it"
)]

use headstock::api::call_text;
use headstock::run::RunControl;
use serde_json::{Value, json};

#[track_caller]
fn call(request: &Value) -> (Value, bool) {
    let (text, good) = call_text(request.to_string().as_bytes(), &RunControl::new());
    (serde_json::from_str(&text).unwrap(), good)
}

#[track_caller]
fn result(request: &Value) -> Value {
    let (mut response, good) = call(request);
    assert!(good, "{response}");
    response["result"].take()
}

#[track_caller]
fn code(request: &Value) -> Value {
    let (response, good) = call(request);
    assert!(!good, "{response}");
    response["error"]["code"].clone()
}

/// Days of the rows: day 0 is Monday 2026-03-02.
fn day(offset: u32) -> String {
    format!("2026-03-{:02}", offset + 2)
}

/// A request for a plan of these tables, with every record and peg. Items are in pieces unless `items` is given.
fn plan(items: &[&str], rest: Value, policy: Value) -> Value {
    let mut tables = rest;
    let rows: Vec<Value> = items.iter().map(|id| json!({"id": id, "unit": "pc"})).collect();
    if tables["items"].is_null() {
        tables["items"] = json!(rows);
    }
    if tables["sites"].is_null() {
        tables["sites"] = json!([{"id": "S"}]);
    }
    tables["units"] = json!([{"id": "pc"}, {"id": "kg", "scale": 3}]);
    json!({"format": 1, "kind": "plan", "run_date": day(0), "tables": tables, "policy": policy,
        "show": {"records": "all", "pegs": "all", "text": "en", "reasons": "all"}})
}

fn stock(item: &str, quantity: i64) -> Value {
    json!({"id": format!("stock {item}"), "item": item, "site": "S", "quantity": quantity})
}

fn demand(id: &str, item: &str, quantity: i64, date: &str) -> Value {
    json!({"id": id, "item": item, "site": "S", "quantity": quantity, "date": date})
}

fn supply(id: &str, item: &str, quantity: i64, due: &str) -> Value {
    json!({"id": id, "item": item, "site": "S", "quantity": quantity, "due": due})
}

fn buy(item: &str, days: u32) -> Value {
    json!({"id": format!("buy {item}"), "item": item, "kind": "buy", "lead_days": days})
}

fn make(item: &str, days: u32) -> Value {
    json!({"id": format!("make {item}"), "item": item, "kind": "make", "lead_days": days})
}

fn bom(product: &str, lines: &[(&str, i64)]) -> Value {
    let lines: Vec<Value> =
        lines.iter().map(|(c, n)| json!({"id": c, "component": c, "numerator": n})).collect();
    json!({"id": format!("BOM {product}"), "product": product, "lines": lines})
}

/// Item, quantity and date of each planned order.
fn orders(result: &Value) -> Vec<(String, String, String)> {
    let text = |order: &Value, field: &str| order[field].as_str().unwrap().to_owned();
    let orders = result["orders"].as_array().unwrap().iter();
    orders.map(|order| (text(order, "item"), text(order, "quantity"), text(order, "available"))).collect()
}

fn order(item: &str, quantity: i64, date: String) -> (String, String, String) {
    (item.to_owned(), quantity.to_string(), date)
}

#[test]
fn f01_shares_add_up_to_the_total() {
    let lines = |count: usize| -> Vec<Value> {
        (0..count).map(|at| json!({"key": format!("{at:05}"), "base": 1})).collect()
    };
    let ask = |total: &str, count: usize, residue: &str| json!({"format": 1, "kind": "allocate", "total": total, "lines": lines(count), "residue": residue});
    let shares = |request: &Value| -> Vec<String> {
        let shares = result(request)["shares"].take();
        shares.as_array().unwrap().iter().map(|row| row["share"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(shares(&ask("10000.00", 3, "largest_remainder")), ["3333.34", "3333.33", "3333.33"]);
    let many = shares(&ask("100.00", 30_000, "largest_remainder"));
    assert!(many[..10_000].iter().all(|share| share == "0.01"));
    assert!(many[10_000..].iter().all(|share| share == "0.00"));
    let few = shares(&ask("0.05", 10, "largest_remainder"));
    assert_eq!(few.iter().filter(|share| *share == "0.01").count(), 5);
    assert_eq!(code(&ask("0.05", 10, "last")), "ALLOCATION_SIGN");
}

#[test]
fn f02_scrap_by_both_formulas() {
    for (formula, required) in [("multiply", "207"), ("divide", "208")] {
        let got = result(&json!({"format": 1, "kind": "component_list", "product": "A", "quantity": 95,
            "basis": "good", "date": day(0), "tables": {"units": [{"id": "pc"}],
            "items": [{"id": "A", "unit": "pc"}, {"id": "B", "unit": "pc", "scrap_formula": formula}],
            "boms": [{"id": "V", "product": "A", "yield_ratio": "0.95", "lines": [
                {"id": "1", "component": "B", "numerator": 2, "scrap": "0.02", "fixed_loss": 3}]}]}}));
        assert_eq!((&got["input"], &got["lines"][0]["required"]), (&json!("100"), &json!(required)));
    }
}

#[test]
fn f07_segregated_and_free_stock() {
    for (free, net) in [(false, vec!["4"]), (true, vec![])] {
        let item = json!({"id": "A", "unit": "pc", "key": {"attributes": true, "project": true}, "free_stock": free});
        let red = json!({"attributes": "red", "project": "P7"});
        let mut need = demand("SO", "A", 10, &day(4));
        need["key"] = red.clone();
        let (mut own, mut other) = (stock("A", 6), stock("A", 8));
        own["key"] = red;
        other["id"] = json!("free");
        other["key"] = json!({"attributes": "red"});
        let got = result(&plan(
            &[],
            json!({"items": [item], "sources": [buy("A", 1)], "stock": [own, other],
            "demands": [need]}),
            json!({}),
        ));
        let seen: Vec<&Value> = got["orders"].as_array().unwrap().iter().map(|o| &o["quantity"]).collect();
        assert_eq!(json!(seen), json!(net));
    }
}

/// Stock of a customer serves that customer only, and waste serves nobody.
#[test]
fn f03_what_is_another_s_or_waste_is_no_supply() {
    let planned = |item: Value, kind: Option<&str>, owner: Option<&str>, asks: Option<&str>| {
        let (mut have, mut need) = (stock("A", 5), demand("SO", "A", 5, &day(4)));
        if let Some(owner) = owner {
            have["key"] = json!({"owner": owner});
        }
        if let Some(owner) = asks {
            need["key"] = json!({"owner": owner});
        }
        let mut tables =
            json!({"items": [item], "sources": [buy("A", 1)], "stock": [have], "demands": [need]});
        if let Some(kind) = kind {
            tables["locations"] = json!([{"id": "L", "site": "S", "kind": kind}]);
            tables["stock"][0]["location"] = json!("L");
        }
        result(&plan(&[], tables, json!({})))["orders"].as_array().unwrap().len()
    };
    let (plain, owned) =
        (json!({"id": "A", "unit": "pc"}), json!({"id": "A", "unit": "pc", "key": {"owner": true}}));
    for (kind, orders) in
        [("normal", 0), ("line_side", 0), ("defective", 1), ("scrap", 1), ("customer_owned", 1)]
    {
        assert_eq!(planned(plain.clone(), Some(kind), None, None), orders, "{kind}");
    }
    assert_eq!(planned(plain, None, Some("customer"), None), 1);
    assert_eq!(planned(owned.clone(), None, Some("customer"), None), 1);
    for kind in [None, Some("customer_owned")] {
        assert_eq!(planned(owned.clone(), kind, Some("customer"), Some("customer")), 0);
        assert_eq!(planned(owned.clone(), kind, Some("customer"), Some("another")), 1);
    }
}

#[test]
fn f08_two_currencies() {
    let mut ask = json!({"format": 1, "kind": "currency", "amount": "100.00", "currency": {"code": "USD"},
        "company": {"code": "CNY"}, "rate": "7.1234"});
    assert_eq!(result(&ask)["company"], "712.34");
    ask["rate"] = json!("7.2000");
    ask["estimate"] = json!({"amount": "100.00", "rate": "7.1234"});
    let got = result(&ask);
    assert_eq!((&got["company"], &got["difference"]), (&json!("720.00"), &json!("7.66")));
    ask["rate"].take();
    assert_eq!(code(&ask), "RATE_MISSING");
}

#[test]
fn f10_hours_and_cost() {
    let routing = json!({"id": "R", "product": "A", "operations": [
        {"sequence": 10, "work_centre": "W", "setup_hours": "0.5", "run_hours": "0.02"}]});
    let mut ask = json!({"format": 1, "kind": "routing", "routings": [routing], "product": "A", "quantity": 200,
        "date": day(0), "activities": ["labour"], "work_centres": [{"id": "W", "site": "S",
        "rates": [{"activity": "labour", "from": "2026-01-01", "per_hour": "40.00"}]}]});
    let got = result(&ask);
    assert_eq!((&got["hours"], &got["cost"]), (&json!("4.5"), &json!("180")));
    ask["date"] = json!("2025-12-31");
    assert_eq!(code(&ask), "RATE_MISSING");
    ask["product"] = json!("B");
    assert_eq!(code(&ask), "NO_ROUTING");
}

#[test]
fn f11_quantities_are_summed_apart() {
    let mut ask = json!({"format": 1, "kind": "second_quantity", "item": "ham", "movements": [
        {"first": 10, "second": "81.4"}, {"first": -3, "second": "-24.9"}]});
    assert_eq!(result(&ask)["total"], json!({"first": "7", "second": "56.5"}));
    ask["movements"][1].as_object_mut().unwrap().remove("second");
    let (error, _) = call(&ask);
    assert_eq!(error["error"]["code"], "SECOND_QUANTITY_MISSING");
    assert_eq!(
        (&error["error"]["params"]["item"], &error["error"]["params"]["row"]),
        (&json!("ham"), &json!("2"))
    );
}

#[test]
fn p02_minimum_and_maximum() {
    let got = result(&json!({"format": 1, "kind": "min_max", "balance": 70, "min": 70, "max": 200}));
    assert_eq!(got["orders"], json!(["130"]));
}

#[test]
fn p08_forecast_less_what_is_booked() {
    for (ordered, fulfilled, planned) in [(70, 0, vec![30, 70]), (70, 70, vec![30]), (120, 0, vec![120])] {
        let mut sale = demand("SO", "A", ordered, &day(10));
        sale["fulfilled"] = json!(fulfilled);
        let got = result(&plan(
            &["A"],
            json!({"sources": [buy("A", 0)], "demands": [sale], "forecasts": [
            {"id": "F", "item": "A", "site": "S", "from": day(0), "to": day(29), "quantity": 100}]}),
            json!({}),
        ));
        let seen: Vec<String> = orders(&got).into_iter().map(|order| order.1).collect();
        assert_eq!(seen, planned.iter().map(ToString::to_string).collect::<Vec<_>>());
    }
}

#[test]
fn p09_what_remains_of_a_supply() {
    for (kind, quantity, input, accepted, rejected, remaining) in [
        ("purchase", 100, None, 60, 10, 30),
        ("production", 95, Some(100), 50, 0, 45),
        ("production", 95, Some(100), 95, 0, 0),
    ] {
        let mut row = supply("D", "A", quantity, &day(3));
        row["kind"] = json!(kind);
        row["accepted"] = json!(accepted);
        row["rejected"] = json!(rejected);
        if let Some(input) = input {
            row["input_quantity"] = json!(input);
        }
        let got = result(&plan(
            &["A"],
            json!({"sources": [buy("A", 0)], "supplies": [row],
            "demands": [demand("SO", "A", 200, &day(5))]}),
            json!({}),
        ));
        assert_eq!(orders(&got), [order("A", 200 - remaining, day(5))]);
    }
}

#[test]
fn p10_netting_with_and_without_rescheduling() {
    let mut allocated = demand("allocated", "A", 15, &day(0));
    allocated["kind"] = json!("production");
    let tables = json!({"sources": [buy("A", 0)], "planning": [{"item": "A", "safety_stock": 10}],
        "stock": [stock("A", 50)], "supplies": [supply("PO", "A", 30, &day(5))],
        "demands": [allocated, demand("a", "A", 40, &day(3)), demand("b", "A", 60, &day(8))]});
    let stays = json!({"reschedule": {"assume": "new_order", "change_quantity": false}});
    let got = result(&plan(&["A"], tables.clone(), stays));
    assert_eq!(orders(&got), [order("A", 15, day(3)), order("A", 30, day(8))]);
    let moves = json!({"reschedule": {"change_quantity": false}});
    let got = result(&plan(&["A"], tables, moves));
    assert_eq!(orders(&got), [order("A", 45, day(8))]);
    assert_eq!(
        (&got["messages"][0]["kind"], &got["messages"][0]["to_date"]),
        (&json!("expedite"), &json!(day(3)))
    );
}

#[test]
fn p11_minimum_maximum_and_multiple() {
    let tables = |lot: Value| json!({"sources": [buy("A", 0)], "planning": [lot], "demands": [demand("a", "A", 130, &day(3))]});
    let sizes = json!({"item": "A", "lot_min": 50, "lot_max": 100, "lot_multiple": 20});
    let got = result(&plan(&["A"], tables(sizes), json!({})));
    assert_eq!(orders(&got), [order("A", 100, day(3)), order("A", 60, day(3))]);
    let fixed = json!({"item": "A", "lot": {"rule": "fixed", "quantity": 50}});
    assert_eq!(orders(&result(&plan(&["A"], tables(fixed), json!({})))).len(), 3);
    let conflict = json!({"item": "A", "lot_min": 95, "lot_max": 100, "lot_multiple": 30});
    let (response, good) = call(&plan(&["A"], tables(conflict), json!({})));
    let refused = !good && response["error"]["code"] == "LOT_PARAM_CONFLICT";
    assert!(refused || response["result"]["shortages"][0]["code"] == "LOT_PARAM_CONFLICT", "{response}");
}

#[test]
fn p12_p17_yield_is_pegged() {
    let got = result(&plan(
        &["A"],
        json!({"sources": [make("A", 1)],
        "boms": [{"id": "V", "product": "A", "yield_ratio": "0.95"}],
        "demands": [demand("SO", "A", 95, &day(5))]}),
        json!({}),
    ));
    assert_eq!((&got["orders"][0]["quantity"], &got["orders"][0]["good"]), (&json!("100"), &json!("95")));
    let mut pegs: Vec<(&str, &str)> = got["pegs"][0]["pegs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|peg| (peg["demand_kind"].as_str().unwrap(), peg["quantity"].as_str().unwrap()))
        .collect();
    pegs.sort_unstable();
    assert_eq!(pegs, [("demand", "95"), ("yield", "5")]);
    let why = got["reasons"][0]["why"]["text"].as_str().unwrap();
    assert!(why.contains("SO") && why.contains("95"), "{why}");
}

#[test]
fn p13_dates_on_the_calendar() {
    for (unit, ordered) in [("calendar", "2026-03-10"), ("working", "2026-03-06")] {
        let made = json!({"id": "make A", "item": "A", "kind": "make", "lead_days": 2, "days_per_batch": 1, "batch_quantity": 100});
        let bought = json!({"id": "buy B", "item": "B", "kind": "buy", "lead_days": 6, "inspection_days": 1, "lead_unit": unit});
        let got = result(&plan(
            &["A", "B"],
            json!({"sites": [{"id": "S", "calendar": "week"}],
            "calendars": [{"id": "week"}], "sources": [made, bought],
            "boms": [{"id": "V", "product": "A", "lines": [{"id": "1", "component": "B", "numerator": 1, "offset_days": 2}]}],
            "demands": [demand("SO", "A", 250, "2026-03-20")]}),
            json!({}),
        ));
        let (a, b) = (&got["orders"][0], &got["orders"][1]);
        assert_eq!(a["start"], "2026-03-13");
        assert_eq!((&b["available"], &b["dock"]), (&json!("2026-03-17"), &json!("2026-03-16")));
        assert_eq!(b["start"], ordered);
    }
}

#[test]
fn p14_order_of_service() {
    let ask = |priority: &str| {
        plan(
            &["A"],
            json!({"sources": [buy("A", 5)], "stock": [stock("A", 20)],
            "planning": [{"item": "A", "safety_stock": 10, "safety_priority": priority}],
            "demands": [demand("SO", "A", 15, &day(3))]}),
            json!({}),
        )
    };
    let highest = result(&ask("highest"));
    assert_eq!(orders(&highest), [order("A", 5, day(3))]);
    assert_eq!(highest["orders"][0]["action"], "start_in_past");
    let planned = |got: &Value| -> Vec<(String, String)> {
        let pegs = got["pegs"][0]["pegs"].as_array().unwrap().iter();
        let mine = pegs.filter(|peg| peg["supply_kind"] == "planned");
        mine.map(|peg| {
            (peg["demand_kind"].as_str().unwrap().into(), peg["quantity"].as_str().unwrap().into())
        })
        .collect()
    };
    assert_eq!(planned(&highest), [("demand".to_owned(), "5".to_owned())]);
    let lowest = result(&ask("lowest"));
    assert_eq!(orders(&lowest), [order("A", 5, day(5))]);
    assert_eq!(lowest["orders"][0]["days_late"], 0);
    assert_eq!(planned(&lowest), [("safety".to_owned(), "5".to_owned())]);
}

fn substitutes(how: &str, main: i64, used: &str) {
    let item = json!({"id": "A", "unit": "pc", "substitution": how});
    let got = result(&plan(
        &[],
        json!({"items": [item, {"id": "B", "unit": "pc"}],
        "substitutes": [{"item": "A", "substitute": "B", "ratio": "1.2"}], "sources": [buy("A", 1), buy("B", 1)],
        "stock": [stock("A", 60), stock("B", 80)], "demands": [demand("SO", "A", 100, &day(5))]}),
        json!({}),
    ));
    let bought: Vec<_> = if main == 0 { vec![] } else { vec![order("A", main, day(5))] };
    assert_eq!(orders(&got), bought);
    let b = got["records"].as_array().unwrap().iter().find(|record| record["item"] == "B");
    let gross = b.and_then(|record| record["rows"][0]["gross"].as_str()).unwrap_or("0");
    assert_eq!(gross, used);
}

#[test]
fn p15_mixed_takes_the_rest_from_a_substitute() {
    substitutes("mixed", 0, "48");
}

#[test]
fn p15_whole_covers_the_entire_need() {
    substitutes("whole", 40, "0");
}

#[test]
fn p16_phantoms() {
    for (on_hand, e, f) in [(0, 200, 100), (30, 140, 70)] {
        let items = json!([{"id": "A", "unit": "pc"}, {"id": "K", "unit": "pc", "phantom": true},
            {"id": "E", "unit": "pc"}, {"id": "F", "unit": "pc"}]);
        let got = result(&plan(
            &[],
            json!({"items": items, "sources": [make("A", 0), buy("E", 0), buy("F", 0)],
            "boms": [bom("A", &[("K", 1)]), bom("K", &[("E", 2), ("F", 1)])],
            "stock": [stock("K", on_hand)], "demands": [demand("SO", "A", 100, &day(3))]}),
            json!({}),
        ));
        assert_eq!(orders(&got), [order("A", 100, day(3)), order("E", e, day(3)), order("F", f, day(3))]);
    }
}

#[test]
fn p16_a_phantom_may_not_be_ordered() {
    let items = json!([{"id": "K", "unit": "pc", "phantom": true}, {"id": "E", "unit": "pc"}]);
    let mut order = supply("MO", "K", 10, &day(5));
    order["kind"] = json!("production");
    let (response, good) = call(&plan(
        &[],
        json!({"items": items, "sources": [buy("E", 0)], "boms": [bom("K", &[("E", 2)])], "supplies": [order]}),
        json!({}),
    ));
    let found = response["findings"].as_array().unwrap().iter().find(|f| f["code"] == "PHANTOM_HAS_ORDER");
    let params = &found.unwrap()["params"];
    assert!(good && params["item"] == "K" && params["doc"] == "MO", "{response}");
}

#[test]
fn p11_a_minimum_above_its_maximum_is_a_conflict() {
    let rule = json!({"item": "A", "lot": {"rule": "min_max", "min": 100, "max": 10}});
    let got = result(&plan(
        &["A"],
        json!({"sources": [buy("A", 0)], "planning": [rule], "demands": [demand("a", "A", 7, &day(3))]}),
        json!({}),
    ));
    assert_eq!(orders(&got), []);
    let short = &got["shortages"][0];
    assert_eq!((&short["code"], &short["quantity"]), (&json!("LOT_PARAM_CONFLICT"), &json!("7")));
}

#[test]
fn p18_action_messages() {
    let tables = |due: &str, quantity: i64, need: i64| {
        json!({"sources": [buy("A", 0)], "planning": [{"item": "A", "lot_multiple": 20}],
            "supplies": [supply("PO", "A", quantity, due)], "demands": [demand("SO", "A", need, &day(10))]})
    };
    let moved = |days: u32| json!({"reschedule": {"max_advance_days": days}});
    let got = result(&plan(&["A"], tables(&day(20), 100, 100), moved(15)));
    let message = &got["messages"][0];
    assert_eq!((&message["kind"], &message["to_date"]), (&json!("expedite"), &json!(day(10))));
    let got = result(&plan(&["A"], tables(&day(20), 100, 100), moved(5)));
    assert_eq!(orders(&got), [order("A", 100, day(10))]);
    assert_eq!(
        (&got["messages"][0]["kind"], &got["messages"][0]["document"]),
        (&json!("cancel"), &json!("PO"))
    );
    let got = result(&plan(&["A"], tables(&day(10), 60, 90), json!({})));
    let message = &got["messages"][0];
    assert_eq!((&message["kind"], &message["to_quantity"]), (&json!("increase"), &json!("100")));
}

#[test]
fn p19_buckets() {
    let bucket = json!({"kind": "days", "n": 7, "origin": "2026-03-02"});
    let got = result(&json!({"format": 1, "kind": "calendar", "questions": [
        {"ask": "bucket", "date": "2026-03-05", "bucket": bucket}, {"ask": "bucket", "date": "2026-03-12", "bucket": bucket}]}));
    assert_eq!(
        got["answers"],
        json!([{"index": 0, "start": "2026-03-02", "end": "2026-03-08"},
        {"index": 1, "start": "2026-03-09", "end": "2026-03-15"}])
    );
}

#[test]
fn p26_lots_expire() {
    for (second, net) in [(50, 0), (60, 10)] {
        let lot = |id: &str, quantity: i64, until: &str| json!({"id": id, "item": "A", "site": "S", "lot": id, "quantity": quantity, "usable_until": until});
        let request = plan(
            &["A"],
            json!({"sources": [buy("A", 0)], "stock": [lot("L1", 60, "2026-03-10"), lot("L2", 50, "2026-04-01")],
            "demands": [demand("a", "A", 40, "2026-03-05"), demand("b", "A", second, "2026-03-20")]}),
            json!({}),
        );
        let (response, _) = call(&request);
        let planned = orders(&response["result"]);
        assert_eq!(planned, if net == 0 { vec![] } else { vec![order("A", net, "2026-03-20".into())] });
        let found = response["findings"].as_array().unwrap();
        let expired = found.iter().find(|finding| finding["code"] == "LOT_EXPIRES_UNUSED").unwrap();
        assert_eq!((&expired["params"]["qty"], &expired["params"]["lot"]), (&json!("20"), &json!("L1")));
    }
}

#[test]
fn p27_use_up() {
    let needs: Vec<Value> = ["2026-03-02", "2026-03-09", "2026-03-16"]
        .iter()
        .map(|date| json!({"date": date, "quantity": 30}))
        .collect();
    for (split, last) in [(true, ("10", "20")), (false, ("0", "30"))] {
        let got =
            result(&json!({"format": 1, "kind": "use_up", "on_hand": 70, "needs": needs, "split": split}));
        assert_eq!((&got["needs"][2]["old"], &got["needs"][2]["new"]), (&json!(last.0), &json!(last.1)));
        assert_eq!(got["switch"], "2026-03-16");
    }
}

#[test]
fn p28_a_missing_cost_is_named() {
    let ask = json!({"format": 1, "kind": "lot_size", "demand": [1, 2], "lot": {"rule": "silver_meal"}});
    let (error, _) = call(&ask);
    assert_eq!(error["error"]["code"], "PARAM_MISSING");
    assert_eq!(error["error"]["params"]["field"], "setup_cost");
}

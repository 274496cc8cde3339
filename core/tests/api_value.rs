//! Requests about value: row examples through the face, and what is refused with its place.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    unreachable_pub,
    reason = "a test program: a fault in it is to panic, and nobody imports it"
)]

use headstock::api::call_text;
use headstock::run::RunControl;
use serde_json::{Value, json};

fn ask(mut request: Value) -> Value {
    request["format"] = json!(1);
    let (text, good) = call_text(request.to_string().as_bytes(), &RunControl::new());
    assert!(good, "{text}");
    serde_json::from_str(&text).unwrap()
}

#[track_caller]
fn refused(mut request: Value, code: &str, params: &[(&str, &str)]) {
    request["format"] = json!(1);
    let (text, good) = call_text(request.to_string().as_bytes(), &RunControl::new());
    assert!(!good, "{text}");
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(answer["error"]["code"], code, "{text}");
    for (name, value) in params {
        assert_eq!(answer["error"]["params"][name], *value, "{text}");
    }
    let message = answer["error"]["message_en"].as_str().unwrap();
    assert!(!message.contains('{'), "{message}");
}

fn row(id: &str, kind: &str, day: u32, quantity: &str) -> Value {
    json!({"id": id, "item": "B", "date": format!("2026-03-{day:02}"), "kind": kind, "quantity": quantity})
}

fn receipt(id: &str, day: u32, quantity: &str, price: &str) -> Value {
    let mut made = row(id, "receipt", day, quantity);
    made["unit_price"] = json!(price);
    made
}

fn with(mut row: Value, name: &str, value: &str) -> Value {
    row[name] = json!(value);
    row
}

fn values(policy: Value, movements: Vec<Value>) -> Value {
    json!({"kind": "value_movements", "policy": policy, "movements": movements})
}

fn codes(answer: &Value) -> Vec<&str> {
    answer["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

#[test]
fn c02_c17_average_and_fifo_of_the_row() {
    let movements =
        vec![receipt("r1", 1, "100", "10"), receipt("r2", 2, "300", "12"), row("i", "issue", 3, "150")];
    for (method, wanted) in
        [("period_average", "1725.00"), ("moving_average", "1725.00"), ("fifo", "1600.00")]
    {
        let answer = ask(values(json!({"method": method}), movements.clone()));
        assert_eq!(answer["result"]["items"][0]["issued"], wanted);
        assert!(codes(&answer).is_empty());
    }
    let lifo = ask(values(json!({"method": "lifo"}), movements));
    assert_eq!(
        (codes(&lifo), &lifo["result"]["items"][0]["issued"]),
        (vec!["LIFO_NOT_IAS2"], &json!("1800.00"))
    );
}

#[test]
fn c17_item_and_place_with_a_transfer() {
    let mut movements = vec![
        receipt("r1", 1, "10", "5"),
        receipt("r2", 1, "10", "9"),
        row("out", "issue", 2, "4"),
        row("in", "receipt", 2, "4"),
        row("use", "issue", 3, "3"),
    ];
    for (at, place) in ["W1", "W2", "W1", "W2", "W2"].iter().enumerate() {
        movements[at]["place"] = json!(place);
    }
    movements[3]["value_of"] = json!("out");
    let mut request = values(json!({}), movements);
    request["per"] = json!("item_and_place");
    request["late"] = json!([with(receipt("late", 1, "10", "6"), "place", "W1")]);
    let answer = ask(request.clone());
    // W1: (50 + 60) ÷ 20 = 5.50, so 22.00 move; W2: (90 + 22) ÷ 14 = 8.00.
    let issued: Vec<&Value> =
        answer["result"]["items"].as_array().unwrap().iter().map(|item| &item["issued"]).collect();
    assert_eq!(issued, ["22.00", "24.00"]);
    let changed: Vec<&Value> =
        answer["result"]["adjustments"].as_array().unwrap().iter().map(|change| &change["id"]).collect();
    assert_eq!(changed, ["out", "in", "use"]);
    // By item the transfer would be a receipt at its own value, so it is one pool: (50 + 90) ÷ 20 = 7.00.
    request["movements"][0]["place"] = json!("W2");
    request["movements"][2]["value_of"] = json!("in");
    request["movements"][2]["kind"] = json!("receipt");
    refused(request, "COST_LOOP", &[]);
}

#[test]
fn c17_what_cannot_be_valued_is_refused_with_its_place() {
    let short = vec![receipt("r", 1, "1", "10"), with(row("i", "issue", 2, "3"), "place", "W")];
    let refuse = values(json!({"negative": "refuse"}), short.clone());
    refused(
        refuse,
        "NEGATIVE_STOCK_AT_COSTING",
        &[("item", "B"), ("warehouse", "W"), ("qty", "-2"), ("row", "i")],
    );
    let kept = ask(values(json!({}), short.clone()));
    assert_eq!(codes(&kept), ["NEGATIVE_STOCK_AT_COSTING"]);
    assert_eq!(kept["result"]["items"][0]["owed"][0]["value"], "20.00");
    refused(values(json!({"method": "specific"}), short), "LAYER_MISSING", &[("item", "B"), ("row", "i")]);
    let plain = vec![receipt("r", 1, "1", "10")];
    refused(
        values(json!({"method": "standard"}), plain.clone()),
        "STANDARD_MISSING",
        &[("item", "B"), ("date", "2026-03-01")],
    );
    let owned = vec![with(receipt("r", 1, "1", "10"), "owner", "customer")];
    refused(values(json!({}), owned), "MIXED_OWNER_COST", &[("line", "r")]);
    let unpriced = with(row("r", "receipt", 1, "1"), "owner", "customer");
    assert!(ask(values(json!({}), vec![unpriced]))["result"]["items"].as_array().unwrap().is_empty());
    refused(
        values(json!({}), vec![row("r", "receipt", 1, "1")]),
        "PARAM_MISSING",
        &[("item", "B"), ("field", "value")],
    );
    let nowhere = vec![with(row("i", "issue", 1, "1"), "of", "gone")];
    refused(values(json!({}), nowhere), "UNKNOWN_REFERENCE", &[("id", "gone"), ("row", "i")]);
    let wrong = [row("i", "issue", 1, "1"), with(row("c", "charge", 2, "0"), "of", "i")];
    refused(
        values(json!({}), vec![wrong[0].clone(), with(wrong[1].clone(), "value", "1")]),
        "UNKNOWN_REFERENCE",
        &[("row", "c")],
    );
    let twice = vec![receipt("r", 1, "1", "10"), receipt("r", 2, "1", "10")];
    refused(values(json!({}), twice), "DUPLICATE_ID", &[("id", "r")]);
    refused(
        values(json!({}), vec![with(row("r", "receipt", 1, "0"), "value", "5")]),
        "QTY_NOT_POSITIVE",
        &[("row", "r")],
    );
    refused(
        values(json!({}), vec![with(row("r", "receipt", 1, "1"), "value", "5.001")]),
        "PRECISION_EXCEEDED",
        &[],
    );
    let less = vec![receipt("r", 1, "1", "10"), with(row("v", "revalue", 2, "0"), "value", "-10.01")];
    refused(values(json!({}), less), "ADJUST_NEGATIVE_VALUE", &[("item", "B"), ("value", "-0.01")]);
    let gone = vec![
        receipt("r", 1, "1", "10"),
        row("i", "issue", 1, "1"),
        with(row("v", "revalue", 2, "0"), "value", "3"),
    ];
    assert_eq!(codes(&ask(values(json!({}), gone))), ["ADJUST_ZERO_STOCK"]);
    let free = vec![row("i", "issue", 1, "1")];
    assert_eq!(codes(&ask(values(json!({}), free))), ["NEGATIVE_STOCK_AT_COSTING", "ZERO_COST_ISSUE"]);
}

#[test]
fn f09_opening_layers_and_their_control_total() {
    let layer =
        |id: &str, quantity: &str, price: &str| with(row(id, "opening", 1, quantity), "unit_price", price);
    let mut request = values(
        json!({"method": "fifo"}),
        vec![layer("1", "10", "2"), layer("2", "5", "2.5"), layer("3", "1", "3")],
    );
    request["opening_total"] = json!("35.50");
    assert_eq!(ask(request.clone())["result"]["items"][0]["ending"]["value"], "35.50");
    request["opening_total"] = json!("35.00");
    refused(request, "OPENING_TOTAL", &[("sum", "35.50"), ("control", "35.00")]);
}

#[test]
fn promise_13_closed_periods_take_value_but_no_quantity() {
    let mut request = values(json!({}), vec![receipt("r", 1, "2", "10"), row("i", "issue", 2, "1")]);
    request["closed_to"] = json!("2026-03-31");
    request["late"] = json!([receipt("late", 1, "2", "12")]);
    refused(request.clone(), "PERIOD_CLOSED", &[("period", "2026-03"), ("next", "2026-04")]);
    request["late"] = json!([with(with(row("c", "charge", 1, "0"), "of", "r"), "value", "1.00")]);
    let answer = ask(request);
    let change = &answer["result"]["adjustments"][1];
    assert_eq!(
        (&change["id"], &change["date"], &change["posting"], &change["amount"]),
        (&json!("i"), &json!("2026-03-02"), &json!("2026-04-01"), &json!("0.50"))
    );
}

#[test]
fn promise_12_value_of_a_mixed_issue_is_the_sum_of_its_layers() {
    // One piece from a lot worth nothing and one from a lot worth 50: 50, not 0 and not 100.
    let movements =
        vec![receipt("free", 1, "1", "0"), receipt("dear", 2, "1", "50"), row("i", "issue", 3, "2")];
    assert_eq!(ask(values(json!({"method": "fifo"}), movements))["result"]["items"][0]["issued"], "50.00");
}

#[test]
fn c15_labour_is_hours_by_rate_or_refused() {
    let order = |rates: Value, date: &str| {
        json!({"kind": "order_cost", "order": "MO1", "rates": rates,
               "inputs": [{"id": "work", "element": "labour", "hours": 40, "centre": "W1", "date": date}]})
    };
    let rates = json!([{"centre": "W1", "from": "2026-03-01", "per_hour": 45}]);
    let answer = ask(order(rates.clone(), "2026-03-05"));
    assert_eq!(
        (&answer["result"]["input"], &answer["result"]["wip"]),
        (&json!("1800.00"), &json!("1800.00"))
    );
    refused(order(rates, "2026-02-05"), "RATE_MISSING", &[("centre", "W1"), ("date", "2026-02-05")]);
}

#[test]
fn c14_r03_provisional_receipts_and_rework() {
    let final_cost = ask(json!({"kind": "order_cost", "order": "MO1",
        "inputs": [{"id": "m", "element": "material", "value": "1000.00"}, {"id": "l", "element": "labour", "value": "500.00"}],
        "outputs": [{"id": "p", "quantity": 100, "provisional": "900.00"}]}));
    let output = &final_cost["result"]["outputs"][0];
    assert_eq!((&output["unit_cost"], &output["adjustment"]), (&json!("15"), &json!("600.00")));
    let rework = |outputs: Value, expensed: bool| {
        ask(json!({"kind": "order_cost", "order": "RW", "outputs": outputs, "inputs": [
            {"id": "product", "element": "material", "quantity": 10, "unit_cost": 80},
            {"id": "parts", "element": "material", "value": "60.00", "expensed": expensed},
            {"id": "work", "element": "labour", "value": "30.00", "expensed": expensed}]}))
    };
    let plain = rework(json!([{"id": "good", "quantity": 9}]), false);
    assert_eq!(plain["result"]["outputs"][0]["unit_cost"], "890/9");
    let scrap = rework(
        json!([{"id": "good", "quantity": 9}, {"id": "scrap", "role": "fixed", "quantity": 1, "value": "20.00"}]),
        false,
    );
    assert_eq!(scrap["result"]["outputs"][0]["unit_cost"], "290/3");
    let charged = rework(json!([{"id": "good", "quantity": 10}]), true);
    assert_eq!(
        (&charged["result"]["finished"], &charged["result"]["expensed"]),
        (&json!("800.00"), &json!("90.00"))
    );
}

#[test]
fn c14_what_an_order_cannot_carry() {
    let order = |outputs: Value, more: Value| {
        let mut request = json!({"kind": "order_cost", "order": "MO1", "outputs": outputs,
            "inputs": [{"id": "m", "element": "material", "quantity": 2, "unit_cost": 5}]});
        for (name, value) in more.as_object().into_iter().flatten() {
            request[name] = value.clone();
        }
        request
    };
    refused(
        order(
            json!([{"id": "s", "role": "fixed", "quantity": 1, "value": "11"}, {"id": "g", "quantity": 1}]),
            json!({}),
        ),
        "BYPRODUCT_EXCEEDS_TOTAL",
        &[("value", "11.00"), ("total", "10.00")],
    );
    refused(
        order(json!([{"id": "g", "quantity": 1}]), json!({"closing_wip": "10.01"})),
        "WIP_EXCEEDS_TOTAL",
        &[("wip", "10.01")],
    );
    refused(
        order(json!([{"id": "b", "role": "returned", "quantity": 3, "of": "m"}]), json!({})),
        "RETURN_EXCEEDS_ISSUED",
        &[("net", "2")],
    );
    refused(
        order(json!([{"id": "b", "role": "returned", "quantity": 1, "of": "x"}]), json!({})),
        "UNKNOWN_REFERENCE",
        &[("id", "x")],
    );
    refused(
        order(json!([{"id": "b", "role": "fixed", "quantity": 1}]), json!({})),
        "FIXED_COST_MISSING",
        &[("item", "b")],
    );
    let customer =
        json!([{"id": "m", "element": "material", "quantity": 2, "unit_cost": 5, "owner": "customer"}]);
    refused(order(json!([]), json!({"inputs": customer})), "MIXED_OWNER_COST", &[("line", "m")]);
    let foreign = json!([{"id": "f", "element": "fee", "value": "5", "exchange_rate": 0}]);
    refused(order(json!([]), json!({"inputs": foreign})), "RATE_MISSING", &[("centre", "f")]);
}

#[test]
fn promise_09_11_every_order_adds_up() {
    // A third of a cent of labour and three products: what goes in comes out, to the cent.
    let answer = ask(json!({"kind": "order_cost", "order": "MO1",
        "inputs": [{"id": "m", "element": "material", "value": "10.00"}, {"id": "l", "element": "labour", "hours": "1/60", "rate": "0.2"}],
        "outputs": [{"id": "a", "quantity": 1}, {"id": "b", "quantity": 1}, {"id": "c", "quantity": 1}]}));
    let result = &answer["result"];
    let values: Vec<&Value> =
        result["outputs"].as_array().unwrap().iter().map(|output| &output["value"]).collect();
    assert_eq!(
        (values, &result["input"], &result["wip"]),
        (vec![&json!("3.34"), &json!("3.33"), &json!("3.33")], &json!("10.00"), &json!("0.00"))
    );
}

#[test]
fn promise_14_an_invoice_difference_is_split_and_accruals_clear() {
    let request = |invoices: Value| json!({"kind": "accrual", "receipts": [{"id": "R", "date": "2026-03-10", "quantity": 3, "unit_price": "3.33"}], "invoices": invoices});
    let part = |id: &str, month: u32, quantity: u32| json!({"id": id, "receipt": "R", "date": format!("2026-{month:02}-10"), "quantity": quantity, "unit_price": "4", "on_hand": 0, "uses": [{"id": "order", "kind": "used", "quantity": quantity}]});
    let answer = ask(request(json!([part("I1", 4, 1), part("I2", 5, 1), part("I3", 6, 1)])));
    let result = &answer["result"];
    assert_eq!((&result["total"], &result["open"][0]["amount"]), (&json!("12.00"), &json!("0.00")));
    assert_eq!(result["invoices"][0]["parts"]["used"], "0.67");
    refused(request(json!([part("I1", 4, 3), part("I2", 5, 1)])), "ACCRUAL_CLOSED", &[("doc", "R")]);
    refused(request(json!([part("I1", 4, 4)])), "OVER_SETTLE", &[("open", "3")]);
    let none =
        ask(json!({"kind": "accrual", "receipts": [{"id": "R", "date": "2026-03-10", "quantity": 3}]}));
    assert_eq!(codes(&none), ["NO_ACCRUAL"]);
}

#[test]
fn f08_a_difference_names_what_comes_from_the_rate() {
    let answer = ask(json!({"kind": "accrual",
        "receipts": [{"id": "R", "date": "2026-03-10", "quantity": 1, "value": "100.00", "rate": "7.1234"}],
        "invoices": [{"id": "I", "receipt": "R", "date": "2026-04-10", "quantity": 1, "value": "100.00", "rate": "7.2"}]}));
    let invoice = &answer["result"]["invoices"][0];
    assert_eq!(
        (&invoice["accrued"], &invoice["difference"], &invoice["exchange"]),
        (&json!("712.34"), &json!("7.66"), &json!("7.66"))
    );
}

#[test]
fn c18_versions_and_what_is_missing() {
    let versions = json!([{"id": "old", "from": "2026-01-01", "costs": [{"item": "A", "unit_cost": "12"}]},
                          {"id": "draft", "from": "2026-02-01", "status": "draft", "costs": [{"item": "A", "unit_cost": "99"}]}]);
    let ask_for = |item: &str, date: &str| json!({"kind": "standard_versions", "versions": versions, "date": date, "items": [item]});
    assert_eq!(ask(ask_for("A", "2026-03-01"))["result"]["standards"][0]["unit_cost"], "12");
    refused(ask_for("A", "2025-12-31"), "STANDARD_MISSING", &[("item", "A"), ("date", "2025-12-31")]);
    refused(ask_for("B", "2026-03-01"), "STANDARD_MISSING", &[("item", "B")]);
    let looped = json!({"kind": "standard_cost", "items": [{"id": "A", "lines": [{"component": "B", "quantity": 1}]}, {"id": "B", "lines": [{"component": "A", "quantity": 1}]}]});
    refused(looped, "BOM_LOOP", &[]);
    let unknown = json!({"kind": "standard_cost", "items": [{"id": "A", "lines": [{"component": "C", "quantity": 1}]}]});
    refused(unknown, "UNKNOWN_REFERENCE", &[("id", "C"), ("row", "A")]);
    let yields = json!({"kind": "standard_cost", "items": [{"id": "A", "yield_ratio": "1.1"}]});
    refused(yields, "YIELD_OUT_OF_RANGE", &[]);
    let scrap = json!({"kind": "standard_cost", "items": [{"id": "A", "lines": [{"component": "A", "quantity": 1, "scrap": 1, "scrap_formula": "divide"}]}]});
    refused(scrap, "SCRAP_OUT_OF_RANGE", &[]);
}

#[test]
fn f10_c18_a_lot_shares_its_set_up() {
    // F10: set-up 0.5 h, run 0.02 h each, 200 pieces, 40.00 an hour: 180.00 for the lot.
    let answer = ask(json!({"kind": "standard_cost", "items": [{"id": "A", "lot_size": 200,
        "operations": [{"element": "labour", "rate": 40, "setup_hours": "0.5", "run_hours": "0.02"}]}]}));
    assert_eq!(answer["result"]["items"][0]["unit_cost"], "0.9");
}

#[test]
fn c20_bases_that_are_nought_or_missing() {
    let landed = |basis: &str, lines: Value| json!({"kind": "landed_cost", "charges": [{"id": "duty", "amount": "9.00", "basis": basis}], "lines": lines});
    refused(
        landed("value", json!([{"id": "a", "quantity": 1, "value": "0"}])),
        "BASE_ZERO",
        &[("workshop", "duty")],
    );
    refused(
        landed("weight", json!([{"id": "a", "quantity": 1, "value": "1"}])),
        "BASE_MISSING",
        &[("base", "weight"), ("orders", "a")],
    );
    let shared = ask(landed(
        "value",
        json!([{"id": "a", "quantity": 1, "value": "100"}, {"id": "b", "quantity": 1, "value": "200"}]),
    ));
    assert_eq!(shared["result"]["lines"][1]["charged"], "6.00");
}

//! Lot sizing, economic quantities, minimum and maximum.

use serde_json::{Value, json};

use super::{check, check_list, figure, number, result, text, textbook, texts};

fn per_period(value: &Value) -> Value {
    match value {
        Value::Array(_) => json!(texts(value)),
        _ => text(value),
    }
}

/// The `lot` of a request by the rule's name in the case.
fn lot(inputs: &Value) -> Value {
    match inputs["rule"].as_str().unwrap() {
        "L4L" => json!({"rule": "lot_for_lot"}),
        "FIXED" | "FOQ" => json!({"rule": "fixed", "quantity": text(&inputs["q"])}),
        "PERIODS" | "POQ" => json!({"rule": "periods", "counts": inputs["periods"]}),
        "LUC" => json!({"rule": "least_unit_cost"}),
        "LTC" => json!({"rule": "least_total_cost"}),
        "PPB" => json!({"rule": "part_period"}),
        "SM" => json!({"rule": "silver_meal"}),
        "WW" => json!({"rule": "wagner_whitin"}),
        other => panic!("rule {other}"),
    }
}

#[test]
fn case_lot_sizing() {
    for case in textbook("lot_sizing") {
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        let mut request = json!({
            "format": 1, "kind": "lot_size", "demand": texts(&inputs["demand"]),
            "setup_cost": per_period(&inputs["setup"]), "holding_cost": per_period(&inputs["hold"]),
            "lot": lot(inputs),
        });
        if !inputs["unit_cost"].is_null() {
            request["unit_cost"] = per_period(&inputs["unit_cost"]);
        }
        let got = result(&request);
        if !expected["lots"].is_null() {
            check_list(&case, "lots", &expected["lots"], &got["lots"]);
        }
        if !expected["cost"].is_null() {
            check(&case, "cost", &expected["cost"], figure(&got["cost"]["cost"]));
        }
        for (at, averages) in expected["averages"].as_array().into_iter().flatten().enumerate() {
            check_list(&case, "averages", averages, &got["steps"][at]["averages"]);
        }
        if !expected["eoq"].is_null() {
            let eoq = &inputs["eoq_inputs"];
            let got = result(&json!({
                "format": 1, "kind": "eoq", "demand": text(&eoq["annual"]), "setup_cost": text(&eoq["setup"]),
                "holding_cost": text(&eoq["hold_annual"]),
            }));
            check(&case, "eoq", &expected["eoq"], figure(&got["quantity"]));
        }
    }
}

#[test]
fn case_ppb_adjust() {
    for case in textbook("ppb_adjust") {
        let got = result(&json!({
            "format": 1, "kind": "lot_size", "demand": texts(&case["inputs"]["demand"]),
            "setup_cost": text(&case["inputs"]["epp"]), "holding_cost": 1,
            "lot": {"rule": "part_period", "look_ahead": true, "look_back": true},
        }));
        let steps = &got["steps"][0]["part_period"];
        check(&case, "initial", &case["expected"]["initial"], figure(&steps["initial"]));
        check(&case, "final", &case["expected"]["final"], figure(&steps["after_look_back"]));
        assert_eq!(steps["next_order_period"], case["expected"]["next_order_period"], "{}", case["id"]);
    }
}

#[test]
fn case_eoq() {
    for case in textbook("eoq") {
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        let places = expected["q"].as_str().and_then(|q| q.split_once('.')).map_or(0, |(_, d)| d.len());
        let mut request = json!({
            "format": 1, "kind": "eoq", "demand": text(&inputs["demand"]), "setup_cost": text(&inputs["setup"]),
            "holding_cost": text(&inputs["hold"]), "places": places,
        });
        if !inputs["production_rate"].is_null() {
            request["production_rate"] = text(&inputs["production_rate"]);
        }
        let got = result(&request);
        check(&case, "q", &expected["q"], figure(&got["quantity"]));
        check(&case, "cost", &expected["cost"], figure(&got["cost"]));
    }
}

#[test]
fn case_minmax() {
    for case in textbook("minmax") {
        let inputs = &case["inputs"];
        let mut request = json!({
            "format": 1, "kind": "min_max", "balance": text(&inputs["on_hand"]), "min": text(&inputs["min"]),
            "max": text(&inputs["max"]), "rounding": "down",
        });
        if !inputs["multiple"].is_null() {
            request["multiple"] = text(&inputs["multiple"]);
        }
        check_list(&case, "orders", &case["expected"]["orders"], &result(&request)["orders"]);
    }
}

#[test]
fn case_max_order() {
    for case in textbook("max_order") {
        let got = result(&json!({
            "format": 1, "kind": "lot_size", "demand": [text(&case["inputs"]["demand"])],
            "max": text(&case["inputs"]["max_order"]),
        }));
        let orders: Vec<Value> =
            got["orders"].as_array().unwrap().iter().map(|order| order["quantity"].clone()).collect();
        check_list(&case, "orders", &case["expected"]["orders"], &json!(orders));
    }
}

#[test]
fn case_bc_max() {
    for case in textbook("bc_max") {
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        let order = |sale: &str| {
            let balance = number(&inputs["inventory"]).checked_sub(number(&inputs[sale])).unwrap();
            let got = result(&json!({
                "format": 1, "kind": "min_max", "balance": balance.to_string(),
                "min": text(&inputs["reorder_point"]), "max": text(&inputs["max"]),
            }));
            figure(&got["orders"][0])
        };
        let (before, after) = (order("sale"), order("sale_after_cut"));
        check(&case, "order", &expected["order"], before);
        check(&case, "order_after", &expected["order_after"], after);
        check(&case, "action", &expected["action"], after.checked_sub(before).unwrap());
    }
}

//! Forecast consumption.

use serde_json::{Value, json};

use super::table::period;
use super::{check, check_list, figure, result, text, textbook};

/// Buckets without dates: bucket `n` is day `n` of the run.
fn buckets(forecasts: &Value, orders: &Value, policy: Value) -> Value {
    let rows = |value: &Value, field: &str| -> Vec<Value> {
        let rows = value.as_array().unwrap().iter().enumerate();
        rows.map(|(at, quantity)| {
            let date = period(at + 1);
            match field {
                "from" => json!({"from": date, "to": date, "quantity": text(quantity)}),
                _ => json!({"date": date, "quantity": text(quantity)}),
            }
        })
        .collect()
    };
    json!({
        "format": 1, "kind": "net_forecast", "periods": rows(forecasts, "from"), "orders": rows(orders, "date"),
        "policy": policy,
    })
}

/// What is left of each period.
pub(crate) fn remaining(result: &Value) -> Value {
    let left = result["periods"].as_array().unwrap().iter().map(|period| period["remaining"].clone());
    json!(left.collect::<Vec<_>>())
}

#[test]
fn case_frepple_netting() {
    for case in textbook("frepple_netting") {
        let inputs = &case["inputs"];
        let policy = json!({"backward_days": inputs["before"], "forward_days": inputs["after"]});
        let request = buckets(&inputs["bucket_forecasts"], &inputs["bucket_orders"], policy);
        check_list(&case, "net", &case["expected"]["net"], &remaining(&result(&request)));
    }
}

#[test]
fn case_reduction_transactions() {
    for case in textbook("reduction_transactions") {
        let request = buckets(&case["inputs"]["forecast"], &case["inputs"]["orders"], json!({}));
        check_list(&case, "net", &case["expected"]["net"], &remaining(&result(&request)));
    }
}

/// `MM-DD` of the year of the forecast; a date more than half a year after the last forecast is of the year
/// before.
fn dated(text: &str, last: &str) -> String {
    let month = |text: &str| text[..2].parse::<i32>().unwrap();
    let year = if month(text) - month(last) > 6 { 2025 } else { 2026 };
    format!("{year}-{text}")
}

#[test]
fn case_reduction_dynamic() {
    for case in textbook("reduction_dynamic") {
        let forecast = case["inputs"]["forecast"].as_array().unwrap();
        let last = forecast.last().unwrap()[0].as_str().unwrap();
        let date = |row: &Value| dated(row[0].as_str().unwrap(), last);
        let periods: Vec<Value> =
            forecast.iter().map(|row| json!({"from": date(row), "quantity": text(&row[1])})).collect();
        let orders = case["inputs"]["orders"].as_array().unwrap().iter();
        let orders: Vec<Value> =
            orders.map(|row| json!({"date": date(row), "quantity": text(&row[1])})).collect();
        let got = result(&json!({"format": 1, "kind": "net_forecast", "periods": periods, "orders": orders}));
        check_list(&case, "net", &case["expected"]["net"], &remaining(&got));
    }
}

#[test]
fn case_overconsume() {
    for case in textbook("overconsume") {
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        let got = result(&buckets(&json!([inputs["forecast"]]), &json!([inputs["order"]]), json!({})));
        check(&case, "remaining", &expected["remaining"], figure(&got["periods"][0]["remaining"]));
        check(&case, "overconsumption", &expected["overconsumption"], figure(&got["overconsumption_total"]));
    }
}

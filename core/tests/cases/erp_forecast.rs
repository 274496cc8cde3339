//! What other suites assert of forecasts.

use headstock::num::Ratio;
use serde_json::{Value, json};

use super::table::{RUN, Tables, day};
use super::textbook_forecast::remaining;
use super::{check, check_list, figure, result, suite, text};

fn forecast_days(inputs: &Value) -> Vec<(String, String, Value)> {
    let periods = inputs["forecast_periods"].as_array().unwrap().iter();
    periods
        .map(|period| {
            let on = |field: &str| day(period[field].as_i64().unwrap());
            (on("from_day"), on("to_day"), text(&period["qty"]))
        })
        .collect()
}

/// Needs left of periods that are spread over runs of so many days.
fn needs(inputs: &Value, spread: u64) -> Vec<Value> {
    let period = |(from, to, quantity): (String, String, Value)| json!({"from": from, "to": to, "quantity": quantity, "spread_days": spread});
    let periods: Vec<Value> = forecast_days(inputs).into_iter().map(period).collect();
    let got = result(&json!({"format": 1, "kind": "net_forecast", "run_date": RUN, "periods": periods}));
    got["needs"].as_array().unwrap().iter().map(|need| need["quantity"].clone()).collect()
}

fn plan(inputs: &Value) -> Value {
    let mut tables = Tables::new(0);
    tables.buy("X", 0, "calendar");
    if inputs["grouping_days"].as_u64().unwrap_or(0) > 0 {
        let lot = json!({"rule": "period_days", "days": inputs["grouping_days"]});
        tables.row("planning", json!({"item": "X", "lot": lot}));
    }
    for (at, (from, to, quantity)) in forecast_days(inputs).into_iter().enumerate() {
        tables.row(
            "forecasts",
            json!({
                "id": format!("forecast {at}"), "item": "X", "site": "S", "from": from, "to": to,
                "quantity": quantity, "spread_days": 1,
            }),
        );
    }
    result(&tables.plan())
}

#[test]
fn case_suites_fc_001_daily_demand() {
    let Some(case) = suite("fc-001") else { return };
    let expected = &case["expected"];
    let daily = needs(&case["inputs"], 1);
    assert_eq!(json!(daily.len()), expected["daily_demand_records"]);
    let mut present: Vec<Ratio> = daily.iter().map(figure).collect();
    present.dedup();
    for (expected, got) in expected["daily_qtys_present"].as_array().unwrap().iter().zip(&present) {
        check(&case, "daily", expected, *got);
    }
    let orders = plan(&case["inputs"])["orders"].take();
    assert_eq!(json!(orders.as_array().unwrap().len()), expected["planned_orders"]);
    assert!(orders.as_array().unwrap().iter().all(|order| order["kind"] == expected["action"]));
}

#[test]
fn case_suites_fc_002_grouped() {
    let Some(case) = suite("fc-002") else { return };
    let orders = plan(&case["inputs"])["orders"].take();
    assert_eq!(json!(orders.as_array().unwrap().len()), case["expected"]["planned_order_count"]);
    let quantities: Vec<Value> =
        orders.as_array().unwrap().iter().map(|order| order["quantity"].clone()).collect();
    check_list(&case, "planned", &case["derived_not_asserted"]["planned_qtys"], &json!(quantities));
}

#[test]
fn case_suites_fc_003_batches() {
    let Some(case) = suite("fc-003") else { return };
    for (name, expected) in case["expected"].as_object().unwrap() {
        let days = name.strip_prefix("batch_days_").unwrap().parse().unwrap();
        check_list(&case, name, expected, &json!(needs(&case["inputs"], days)));
    }
}

#[test]
fn case_suites_fc_006_component_demand_is_kept() {
    let Some(case) = suite("fc-006") else { return };
    let inputs = &case["inputs"];
    let (forecast, order, delivery) = (&inputs["forecast"], &inputs["production_order"], &inputs["delivery"]);
    for (strategy, expected) in case["expected"].as_object().unwrap() {
        let mut tables = Tables::new(0);
        tables.buy("PP-1", 0, "calendar");
        tables.row("forecasts", json!({
            "id": "F", "item": "PP-1", "site": "S", "quantity": text(&forecast["qty"]), "spread_days": 1,
            "from": day(forecast["from_day"].as_i64().unwrap()), "to": day(forecast["to_day"].as_i64().unwrap()),
        }));
        let need = format!("{}*{}", order["qty"], order["qty_per"]);
        tables.demand("PP-1", &json!(need), &day(order["day"].as_i64().unwrap()));
        tables.set("demands", "demand 1", "kind", json!("production"));
        tables.demand("PP-1", &delivery["qty"], &day(delivery["day"].as_i64().unwrap()));
        // A delivery that is no sale does not consume forecast.
        tables.set("demands", "demand 2", "kind", json!("manual"));
        let mut request = tables.plan();
        if strategy != "all" {
            request["policy"]["without_demand"] = json!(["manual"]);
        }
        let got = result(&request);
        let pegs = got["pegs"][0]["pegs"].as_array().unwrap();
        for (kind, name) in [("forecast", "forecast"), ("demand", "other")] {
            let mine: Vec<&Value> = pegs.iter().filter(|peg| peg["demand_kind"] == kind).collect();
            let total =
                mine.iter().fold(Ratio::ZERO, |sum, peg| sum.checked_add(figure(&peg["quantity"])).unwrap());
            check(&case, strategy, &expected[format!("{name}_qty")], total);
            assert_eq!(json!(mine.len()), expected[format!("{name}_records")], "{strategy} {name}");
        }
    }
}

#[test]
fn case_suites_fc_007_an_order_consumes_its_bucket() {
    let Some(case) = suite("fc-007") else { return };
    let (inputs, expected) = (&case["inputs"], &case["expected"]);
    let from = format!("{}-01", inputs["bucket"].as_str().unwrap());
    let got = result(&json!({
        "format": 1, "kind": "net_forecast",
        "periods": [{"from": from, "quantity": text(&inputs["gross_forecast"])}],
        "orders": [{"date": inputs["sales_order"]["due"], "quantity": text(&inputs["sales_order"]["qty"])}],
    }));
    check(&case, "consumed", &expected["consumed"], figure(&got["periods"][0]["consumed"]));
    check(&case, "net", &expected["net_forecast"], figure(&got["periods"][0]["remaining"]));
}

#[test]
fn case_suites_fc_008_inside_the_bucket_only() {
    let Some(case) = suite("fc-008") else { return };
    let inputs = &case["inputs"];
    let month = |at: usize| format!("2026-{:02}-01", at + 1);
    let rows = |list: &str, date: &str| -> Vec<Value> {
        let rows = inputs[list].as_array().unwrap().iter().enumerate();
        rows.map(|(at, quantity)| json!({date: month(at), "quantity": text(quantity)})).collect()
    };
    let got = result(&json!({
        "format": 1, "kind": "net_forecast", "periods": rows("gross_forecast", "from"),
        "orders": rows("orders", "date"),
        "policy": {"backward_days": inputs["consume_early_days"], "forward_days": inputs["consume_late_days"]},
    }));
    check_list(&case, "net", &case["expected"]["net_forecast"], &remaining(&got));
}

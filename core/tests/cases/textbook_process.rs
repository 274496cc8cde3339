//! Textbook cases of process costing: equivalent units, spoilage, quotas.

use headstock::num::Ratio;
use serde_json::{Value, json};

use super::{check, check_list, exact, figure, file, number, result, text};

fn cases(method: &str) -> Vec<Value> {
    let Some(Value::Array(cases)) = file("textbook_process_costing.json") else { return Vec::new() };
    let found: Vec<Value> = cases.into_iter().filter(|case| case["inputs"]["method"] == method).collect();
    assert!(!found.is_empty(), "no case of {method}");
    found
}

/// The text of a figure that may be absent.
fn or_nought(value: &Value) -> Value {
    if value.is_null() { json!("0") } else { text(value) }
}

/// Elements of a case in its own order.
fn elements(inputs: &Value) -> Vec<Value> {
    let names = inputs["elements"].as_array().unwrap();
    let row = |name: &Value| {
        let id = name.as_str().unwrap();
        let mut row = json!({"id": id, "opening": or_nought(&inputs["begin_cost"][id]),
            "input": or_nought(&inputs["added_cost"][id]), "closing_done": text(&inputs["end_pct"][id])});
        if !inputs["begin_pct"].is_null() {
            row["opening_done"] = text(&inputs["begin_pct"][id]);
        }
        if !inputs["spoilage"]["pct"].is_null() {
            row["spoiled_done"] = text(&inputs["spoilage"]["pct"][id]);
        }
        row
    };
    names.iter().map(row).collect()
}

/// The request of a `process_costing` case.
fn process(inputs: &Value) -> Value {
    let flow = if inputs["flow"] == "FIFO" { "fifo" } else { "weighted_average" };
    let mut request = json!({"format": 1, "kind": "process_cost", "flow": flow,
        "opening_units": or_nought(&inputs["begin_units"]), "finished": text(&inputs["good_completed"]),
        "closing_units": text(&inputs["end_units"]), "elements": elements(inputs)});
    if !inputs["started_units"].is_null() && !inputs["begin_units"].is_null() {
        request["started"] = text(&inputs["started_units"]);
    }
    if !inputs["spoilage"].is_null() {
        request["spoilage"] = json!({"normal": text(&inputs["spoilage"]["normal"]), "abnormal": text(&inputs["spoilage"]["abnormal"])});
    }
    request
}

/// Compares whatever a case expects of a process with the answer.
#[track_caller]
fn compare(case: &Value, expected: &Value, got: &Value) {
    let element = |id: &str| {
        let rows = got["elements"].as_array().unwrap();
        rows.iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("no element {id}"))
    };
    for (id, units) in expected["eu"].as_object().into_iter().flatten() {
        check(case, "eu", units, figure(&element(id)["equivalent_units"]["total"]));
    }
    for (id, unit) in expected["unit_cost"].as_object().into_iter().flatten() {
        check(case, "unit_cost", unit, figure(&element(id)["unit_cost"]));
    }
    for (what, field) in [("completed", "finished"), ("ending", "closing")] {
        for (id, amount) in expected[what].as_object().into_iter().flatten() {
            let figure = match id.as_str() {
                "total" => figure(&got["total"][field]),
                "good" => figure(&got["total"]["good"]),
                "normal_spoilage" => figure(&got["total"]["normal_finished"]),
                id => figure(&element(id)["amounts"][field]),
            };
            check(case, what, amount, figure);
        }
    }
    if !expected["abnormal_cost"].is_null() {
        check(case, "abnormal_cost", &expected["abnormal_cost"], figure(&got["total"]["abnormal"]));
    }
    let total = figure(&got["total"]["opening"]).checked_add(figure(&got["total"]["input"])).unwrap();
    if !expected["total_cost"].is_null() {
        check(case, "total_cost", &expected["total_cost"], total);
    }
    let out = ["finished", "closing", "scrapped"].iter().map(|field| figure(&got["total"][field]));
    assert_eq!(out.fold(Ratio::ZERO, |sum, part| sum.checked_add(part).unwrap()), total, "{}", case["id"]);
}

#[test]
fn case_process_costing_accounts() {
    for case in cases("process_costing") {
        compare(&case, &case["expected"], &exact(&process(&case["inputs"])));
    }
}

#[test]
fn case_process_costing_a45_two_steps() {
    for case in cases("cn_two_step") {
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        let [begin, add] = [&inputs["store_begin"], &inputs["store_in"]];
        let sum = |field: &str| number(&begin[field]).checked_add(number(&add[field])).unwrap().to_string();
        let store = exact(&json!({"format": 1, "kind": "overhead_rate", "overhead": sum("amount"),
            "base": sum("qty"), "use": [{"key": "issue", "quantity": text(&inputs["issue_qty"])}]}));
        check(&case, "store_avg", &expected["store_avg"], figure(&store["rate"]));
        check(&case, "issue_amount", &expected["issue_amount"], figure(&store["applied_total"]));
        let mut second = inputs.clone();
        second["added_cost"]["semi"] = store["applied_total"].clone();
        compare(&case, expected, &exact(&process(&second)));
    }
}

#[test]
fn case_process_costing_spoilage() {
    for case in cases("spoilage_allowance") {
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        let got = result(&json!({"format": 1, "kind": "spoilage",
            "opening_units": text(&inputs["begin_units"]), "opening_done": text(&inputs["begin_pct"]),
            "started": text(&inputs["transferred_in"]), "closing_units": or_nought(&inputs["end_units"]),
            "closing_done": text(&inputs["end_pct"]), "inspection": text(&inputs["inspection_pct"]),
            "allowance": text(&inputs["normal_rate"]), "spoiled": text(&inputs["spoiled_units"])}));
        for (field, value) in expected.as_object().unwrap() {
            check(&case, field, value, figure(&got[field]));
        }
    }
    for case in cases("spoilage_simple") {
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        let got =
            exact(&json!({"format": 1, "kind": "process_cost", "started": text(&inputs["total_units"]),
            "finished": text(&inputs["good"]), "closing_units": 0,
            "spoilage": {"normal": text(&inputs["normal"]), "abnormal": text(&inputs["abnormal"])},
            "elements": [{"id": "cost", "input": text(&inputs["total_cost"])}]}));
        check(&case, "unit_cost", &expected["unit_cost"], figure(&got["unit_cost"]));
        check(&case, "transferred_out", &expected["transferred_out"], figure(&got["total"]["finished"]));
        check(&case, "abnormal_cost", &expected["abnormal_cost"], figure(&got["total"]["abnormal"]));
    }
}

#[test]
fn case_process_costing_normal_loss() {
    for case in cases("normal_loss_process") {
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        let costs = inputs["process_costs"].as_object().unwrap();
        // A process account has one cost per unit: its costs are one element.
        let sum = costs.values().map(number).fold(Ratio::ZERO, |sum, cost| sum.checked_add(cost).unwrap());
        let spoilage = json!({"allowance": text(&inputs["normal_loss_rate"]), "of": "started", "gain": true,
            "loss": "absorbed", "scrap_value": or_nought(&inputs["scrap_value_per_unit"])});
        let got =
            exact(&json!({"format": 1, "kind": "process_cost", "started": text(&inputs["input_units"]),
            "finished": text(&inputs["output_units"]), "closing_units": 0, "spoilage": spoilage,
            "elements": [{"id": "cost", "input": sum.to_string()}]}));
        let found = [
            ("unit_cost", &got["unit_cost"]),
            ("output_cost", &got["total"]["finished"]),
            ("abnormal_units", &got["units"]["abnormal"]),
            ("abnormal_value", &got["total"]["abnormal"]),
            ("normal_loss_value", &got["total"]["scrap"]),
            ("account_total", &got["account_total"]),
        ];
        for (field, value) in found.into_iter().filter(|(field, _)| !expected[field].is_null()) {
            check(&case, field, &expected[field], figure(value));
        }
    }
}

#[test]
fn case_process_costing_units_alone() {
    for case in cases("fifo_eu_point") {
        let inputs = &case["inputs"];
        let opening =
            if inputs["begin_units"].is_null() { Ratio::ZERO } else { number(&inputs["begin_units"]) };
        let finished = opening.checked_add(number(&inputs["transferred_in"])).unwrap();
        let finished = finished.checked_sub(number(&inputs["end_units"])).unwrap().to_string();
        let got = exact(&json!({"format": 1, "kind": "process_cost", "flow": "fifo",
            "opening_units": opening.to_string(), "opening_done": text(&inputs["begin_pct"]),
            "finished": finished, "closing_units": text(&inputs["end_units"]),
            "closing_done": text(&inputs["end_pct"]),
            "elements": [{"id": "DM", "added": {"point": text(&inputs["addition_pct"])}}]}));
        let units = figure(&got["units"]["started_and_finished"]);
        check(&case, "started_and_completed", &case["expected"]["started_and_completed"], units);
        let units = figure(&got["elements"][0]["equivalent_units"]["total"]);
        check(&case, "dm_eu", &case["expected"]["dm_eu"], units);
    }
    for case in cases("fifo_eu") {
        let inputs = &case["inputs"];
        let element = |id: &str| {
            json!({"id": id, "opening_done": text(&inputs["begin_pct"][id]),
                "closing_done": text(&inputs["end_pct"][id])})
        };
        let mut request = json!({"format": 1, "kind": "process_cost", "flow": "fifo",
            "opening_units": text(&inputs["begin_units"]), "started": text(&inputs["started_units"]),
            "finished": text(&inputs["good_completed"]), "closing_units": text(&inputs["end_units"]),
            "spoilage": {"normal": or_nought(&inputs["normal"]), "abnormal": or_nought(&inputs["abnormal"])},
            "elements": [element("DM"), element("CC")]});
        if !inputs["round_component_dp"].is_null() {
            request["unit_places"] = inputs["round_component_dp"].clone();
        }
        let got = exact(&request);
        for (at, field) in ["dm_eu", "cc_eu"].iter().enumerate() {
            let units = figure(&got["elements"][at]["equivalent_units"]["total"]);
            check(&case, field, &case["expected"][field], units);
        }
    }
}

#[test]
fn case_process_costing_by_operation() {
    for case in cases("cn_equiv") {
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        let list = |name: &str| inputs[name].as_array().cloned().unwrap_or_default();
        let (hours, wip, material) = (list("ops_hours"), list("op_wip"), list("ops_material"));
        let operations: Vec<Value> = (0..hours.len())
            .map(|at| {
                json!({"hours": text(&hours[at]), "closing_units": text(&wip[at]),
                    "material": material.get(at).map_or(json!("0"), text)})
            })
            .collect();
        let detail = &inputs["cost_detail"];
        let rows = inputs["costs"].as_object().unwrap().iter().map(|(id, cost)| {
            let input = if detail.is_null() { text(cost) } else { text(&detail["added"][id]) };
            let opening = if detail.is_null() { json!("0") } else { text(&detail["begin"][id]) };
            let by = if id == "DM" { "material" } else { "conversion" };
            json!({"id": id, "opening": opening, "input": input, "by_operation": by})
        });
        let mode = match inputs["material_mode"].as_str() {
            Some("start_of_each_op") => "start_of_each_operation",
            Some("start") | None => "start",
            Some(_) => "within_operation",
        };
        let got = exact(&json!({"format": 1, "kind": "process_cost", "finished": text(&inputs["finished"]),
            "operations": operations, "within_operation": text(&inputs["within_op"]),
            "operation_material": mode, "elements": rows.collect::<Vec<_>>()}));
        let column = |field: &str| -> Value {
            got["operations"].as_array().unwrap().iter().map(|row| row[field].clone()).collect()
        };
        let total = |field: &str| {
            column(field)
                .as_array()
                .unwrap()
                .iter()
                .map(figure)
                .fold(Ratio::ZERO, |a, b| a.checked_add(b).unwrap())
        };
        for (name, field) in [
            ("conv_rates", "conversion_rate"),
            ("conv_eu", "conversion_units"),
            ("mat_rates", "material_rate"),
            ("mat_eu", "material_units"),
        ] {
            if !expected[name].is_null() {
                check_list(&case, name, &expected[name], &column(field));
            }
        }
        for (name, field) in [("conv_eu_total", "conversion_units"), ("mat_eu_total", "material_units")] {
            check(&case, name, &expected[name], total(field));
        }
        compare(&case, expected, &got);
    }
}

#[test]
fn case_process_costing_quotas() {
    for (method, kind) in [("cn_quota_ratio", "quota_ratio"), ("cn_wip_unit_quota", "fixed_cost")] {
        for case in cases(method) {
            let (inputs, expected) = (&case["inputs"], &case["expected"]);
            let rows = inputs["costs"].as_object().unwrap().iter().map(|(id, cost)| match kind {
                "quota_ratio" => json!({"id": id, "input": text(cost),
                    "finished_quota": text(&inputs["finished_quota"][id]),
                    "closing_quota": text(&inputs["wip_quota"][id])}),
                _ => json!({"id": id, "input": text(cost), "fixed_cost": text(&inputs["unit_quota"][id])}),
            });
            let got = exact(&json!({"format": 1, "kind": "wip_value", "method": kind,
                "finished": or_nought(&inputs["finished"]), "closing_units": text(&inputs["wip"]),
                "elements": rows.collect::<Vec<_>>()}));
            let rows = got["elements"].as_array().unwrap();
            let element = |id: &str| rows.iter().find(|row| row["id"] == id).unwrap();
            for (id, rate) in expected["rates"].as_object().into_iter().flatten() {
                check(&case, "rates", rate, figure(&element(id)["rate"]));
            }
            for (what, field) in [("completed", "finished"), ("ending", "closing")] {
                for (id, amount) in expected[what].as_object().into_iter().flatten() {
                    let amounts = if id == "total" { &got["total"] } else { &element(id)["amounts"] };
                    check(&case, what, amount, figure(&amounts[field]));
                }
            }
        }
    }
}

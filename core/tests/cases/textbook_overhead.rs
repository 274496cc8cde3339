//! Textbook cases of overhead: rates, service departments.

use headstock::num::Ratio;
use serde_json::{Value, json};

use super::{check, exact, figure, file, number, text};

fn cases(method: &str) -> Vec<Value> {
    let Some(Value::Array(cases)) = file("textbook_overhead_allocation.json") else { return Vec::new() };
    let found: Vec<Value> = cases.into_iter().filter(|case| case["inputs"]["method"] == method).collect();
    assert!(!found.is_empty(), "no case of {method}");
    found
}

/// The cost of a job is that of an order without work in process: its elements together.
#[test]
fn case_overhead_c03_sum() {
    for case in cases("sum") {
        let terms = case["inputs"]["terms"].as_array().unwrap().iter().enumerate();
        let rows: Vec<Value> =
            terms.map(|(at, term)| json!({"id": at.to_string(), "input": text(term)})).collect();
        let got = exact(&json!({"format": 1, "kind": "wip_value", "method": "none", "elements": rows}));
        check(&case, "total", &case["expected"]["total"], figure(&got["total"]["finished"]));
    }
}

#[test]
fn case_overhead_rates() {
    for case in cases("under_applied") {
        let got =
            exact(&json!({"format": 1, "kind": "overhead_rate", "actual": text(&case["inputs"]["actual"]),
            "applied": text(&case["inputs"]["applied"])}));
        check(&case, "under_applied", &case["expected"]["under_applied"], figure(&got["under_applied"]));
    }
    for case in cases("rate") {
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        let uses = inputs["use"].as_object().unwrap();
        let uses: Vec<Value> = uses.iter().map(|(key, q)| json!({"key": key, "quantity": text(q)})).collect();
        let got = exact(&json!({"format": 1, "kind": "overhead_rate", "overhead": text(&inputs["overhead"]),
            "base": text(&inputs["base"]), "use": uses}));
        check(&case, "rate", &expected["rate"], figure(&got["rate"]));
        for (key, amount) in expected["applied"].as_object().into_iter().flatten() {
            let row = got["applied"].as_array().unwrap().iter().find(|row| row["key"] == *key).unwrap();
            check(&case, key, amount, figure(&row["amount"]));
        }
    }
}

/// Services as given; what `to` and `ext` leave of the total goes to a receiver `external`.
fn serves(department: &Value) -> Vec<Value> {
    let mut rest = number(&department["total"]);
    let mut rows = Vec::new();
    for (to, quantity) in ["to", "ext"].iter().filter_map(|field| department[field].as_object()).flatten() {
        rest = rest.checked_sub(number(quantity)).unwrap();
        rows.push(json!({"to": to, "quantity": text(quantity)}));
    }
    if !rest.is_zero() {
        rows.push(json!({"to": "external", "quantity": rest.to_string()}));
    }
    rows
}

fn of<'a>(got: &'a Value, list: &str, id: &str) -> &'a Value {
    got[list].as_array().unwrap().iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("no {id}"))
}

fn charge(got: &Value, from: &str, to: &str) -> Ratio {
    let rows = got["charges"].as_array().unwrap();
    figure(&rows.iter().find(|row| row["from"] == from && row["to"] == to).unwrap()["amount"])
}

#[test]
fn case_overhead_service_by_quantity() {
    for (method, ours) in [("mutual", "mutual"), ("planned", "planned")] {
        for case in cases(method) {
            let (inputs, expected) = (&case["inputs"], &case["expected"]);
            let departments = inputs["depts"].as_object().unwrap().iter().map(|(id, department)| {
                let mut row =
                    json!({"id": id, "cost": text(&department["cost"]), "serves": serves(department)});
                if !inputs["plan"].is_null() {
                    row["planned_rate"] = text(&inputs["plan"][id]);
                }
                row
            });
            let mut request = json!({"format": 1, "kind": "service_departments", "method": ours,
                "departments": departments.collect::<Vec<_>>(), "difference_to": "difference"});
            for (from, to) in [("rate_dp", "rate_places"), ("amount_dp", "scale"), ("tail_to", "residue_to")]
            {
                if !inputs[from].is_null() {
                    request[to] = inputs[from].clone();
                }
            }
            let got = exact(&request);
            let fields = [
                ("first_rate", "first_rate"),
                ("received", "received"),
                ("external_cost", "external"),
                ("second_rate", "rate"),
                ("actual", "total"),
                ("planned", "planned"),
                ("difference", "difference"),
            ];
            for (what, field) in fields {
                for (id, value) in expected[what].as_object().into_iter().flatten() {
                    check(&case, what, value, figure(&of(&got, "departments", id)[field]));
                }
            }
            for (from, amounts) in expected["amounts"].as_object().into_iter().flatten() {
                for (to, amount) in amounts.as_object().unwrap() {
                    check(&case, to, amount, charge(&got, from, to));
                }
            }
        }
    }
}

/// Departments in their order with shares or quantities; the rest of the costs are receivers.
fn support(inputs: &Value, method: &str, services: &Value) -> Value {
    let order: Vec<&str> =
        inputs["order"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    let departments = order.iter().map(|id| {
        let serves = services[id].as_object().unwrap().iter();
        let serves: Vec<Value> =
            serves.map(|(to, share)| json!({"to": to, "quantity": text(share)})).collect();
        json!({"id": id, "cost": text(&inputs["costs"][id]), "serves": serves})
    });
    let rest = inputs["costs"].as_object().unwrap().iter().filter(|(id, _)| !order.contains(&id.as_str()));
    let receivers = rest.map(|(id, cost)| json!({"id": id, "cost": text(cost)}));
    exact(&json!({"format": 1, "kind": "service_departments", "method": method,
        "departments": departments.collect::<Vec<_>>(), "receivers": receivers.collect::<Vec<_>>()}))
}

#[test]
fn case_overhead_support_departments() {
    let methods = [
        ("support_direct", "direct", "pct"),
        ("support_reciprocal", "algebraic", "pct"),
        ("support_step_qty", "step_down", "qty"),
    ];
    for (method, ours, services) in methods {
        for case in cases(method) {
            let (inputs, expected) = (&case["inputs"], &case["expected"]);
            let got = support(inputs, ours, &inputs[services]);
            for (id, value) in expected["final"].as_object().unwrap() {
                check(&case, id, value, figure(&of(&got, "receivers", id)["total"]));
            }
            for (id, value) in expected["complete"].as_object().into_iter().flatten() {
                check(&case, id, value, figure(&of(&got, "departments", id)["total"]));
            }
            for (from, amounts) in expected["step"].as_object().into_iter().flatten() {
                for (to, amount) in amounts.as_object().unwrap() {
                    check(&case, to, amount, charge(&got, from, to));
                }
            }
        }
    }
}

#[test]
fn case_overhead_c25_two_equations() {
    for case in cases("reciprocal2") {
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        let department = |id: &str, cost: &Value, other: &str, share: &Value| {
            let rest = Ratio::ONE.checked_sub(number(share)).unwrap();
            json!({"id": id, "cost": text(cost), "serves": [{"to": other, "quantity": text(share)},
                {"to": "external", "quantity": rest.to_string()}]})
        };
        // What A has from M is a share of what M gives.
        let got = exact(&json!({"format": 1, "kind": "service_departments", "method": "algebraic",
            "departments": [department("A", &inputs["a_cost"], "M", &inputs["m_from_a"]),
                department("M", &inputs["m_cost"], "A", &inputs["a_from_m"])]}));
        for id in ["A", "M"] {
            check(&case, id, &expected[id], figure(&of(&got, "departments", id)["total"]));
        }
    }
}

//! Order cost, variances, valuation: `textbook_orders_variances_valuation.json`.

use headstock::num::Ratio;
use serde_json::{Value, json};

use super::{check, check_list, exact, figure, file, number, result, text};

fn cases(method: &str) -> Vec<Value> {
    let Some(Value::Array(cases)) = file("textbook_orders_variances_valuation.json") else {
        return Vec::new();
    };
    let found: Vec<Value> = cases.into_iter().filter(|case| case["inputs"]["method"] == method).collect();
    assert!(!found.is_empty(), "no case of {method}");
    found
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn times(a: &Value, b: &Value) -> Value {
    json!(number(a).checked_mul(number(b)).unwrap().to_string())
}

/// A movement of item X on 2 March with its place in the order.
fn movement(at: usize, kind: &str, quantity: &Value) -> Value {
    json!({"id": format!("m{at}"), "item": "X", "date": "2026-03-02", "sequence": at, "kind": kind, "quantity": quantity})
}

/// The valuation of item X.
fn valued(policy: &Value, scale: u32, movements: &[Value], more: &Value) -> Value {
    let mut policy = policy.clone();
    if policy["day_order"].is_null() {
        policy["day_order"] = json!("sequence");
    }
    let mut request = json!({"format": 1, "kind": "value_movements", "scale": scale, "policy": policy, "movements": movements});
    for (name, value) in more.as_object().into_iter().flatten() {
        request[name] = value.clone();
    }
    result(&request)["items"][0].take()
}

fn of_kind(item: &Value, kind: &str, field: &str) -> Value {
    let rows = list(&item["movements"]).iter().filter(|row| row["kind"] == kind);
    json!(rows.map(|row| row[field].clone()).collect::<Vec<_>>())
}

fn negated(values: &Value) -> Value {
    json!(list(values).iter().map(|value| figure(value).negated().to_string()).collect::<Vec<_>>())
}

/// The transactions of a case: `{"t": "in", "q", "p"}` and `{"t": "out", "q"}`.
fn transactions(inputs: &Value) -> Vec<Value> {
    let rows = list(&inputs["transactions"]).iter().zip(1..);
    rows.map(|(row, at)| {
        let mut made = movement(at, if row["t"] == "in" { "receipt" } else { "issue" }, &text(&row["q"]));
        if row["t"] == "in" {
            made["value"] = times(&row["q"], &row["p"]);
        }
        made
    })
    .collect()
}

fn policy_of(inputs: &Value) -> Value {
    let name = inputs["policy"].as_str().unwrap();
    let method = match name {
        "periodic_average" => "period_average",
        "average" => "moving_average",
        other => other,
    };
    let mut policy = json!({"method": method});
    if !inputs["round_unit"].is_null() {
        policy["unit_decimals"] = inputs["round_unit"].clone();
        policy["residue"] = json!(if inputs["value_side"] == "ending" { "issue" } else { "stock" });
    }
    policy
}

#[test]
fn case_orders_variances_valuation_inv() {
    for case in cases("inv") {
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        // Without rounding in the case, amounts are exact until they are printed.
        let places = if inputs["round_unit"].is_null() { 6 } else { 2 };
        let scale = inputs["round_value"].as_u64().map_or(places, |places| u32::try_from(places).unwrap());
        let got = valued(&policy_of(inputs), scale, &transactions(inputs), &Value::Null);
        let issues = of_kind(&got, "issue", "value");
        let last = of_kind(&got, "issue", "average")
            .as_array()
            .and_then(|all| all.last().cloned())
            .unwrap_or_default();
        for (name, wanted) in expected.as_object().unwrap() {
            match name.as_str() {
                "cogs" => check(&case, name, wanted, figure(&got["issued"])),
                "issues" => check_list(&case, name, wanted, &issues),
                "unit_cost" => check(&case, name, wanted, figure(&last)),
                "averages" => {
                    let stocks = of_kind(&got, "receipt", "stock");
                    let averages: Vec<Value> =
                        list(&stocks).iter().map(|stock| stock["unit_cost"].clone()).collect();
                    check_list(&case, name, wanted, &json!(averages));
                }
                // Not conserving (D26): the source extends the rounded average; the books hold the difference.
                "ending" if inputs["ending_as"] == "qty_x_rounded_average" => {
                    let extended = figure(&got["ending"]["quantity"]).checked_mul(figure(&last)).unwrap();
                    check(&case, name, wanted, extended);
                }
                "ending" | "ending_by_difference" => {
                    check(&case, name, wanted, figure(&got["ending"]["value"]))
                }
                other => panic!("{other}"),
            }
        }
    }
}

#[test]
fn case_orders_variances_valuation_three_receipts() {
    for case in cases("three_receipts") {
        let inputs = &case["inputs"];
        let count = list(&inputs["receipts"]).len();
        let mut movements = Vec::new();
        for (price, at) in list(&inputs["receipts"]).iter().zip(1..) {
            let mut receipt = movement(at, "receipt", &json!(1));
            receipt["value"] = text(price);
            movements.push(receipt);
        }
        for at in 1..=count {
            let mut issue = movement(count + at, "issue", &json!(1));
            if inputs["policy"] == "specific" {
                issue["of"] = json!(format!("m{}", inputs["specific_pick"][at - 1]));
            }
            movements.push(issue);
        }
        let more = json!({"items": [{"item": "X", "standard": text(&inputs["standard"])}]});
        let got = valued(&policy_of(inputs), 2, &movements, &more);
        check_list(&case, "issues", &case["expected"]["issues"], &of_kind(&got, "issue", "value"));
    }
}

#[test]
fn case_orders_variances_valuation_avg_period() {
    for case in cases("avg_period") {
        let mut movements = Vec::new();
        for (event, at) in list(&case["inputs"]["events"]).iter().zip(1..) {
            let quantity = number(&event["q"]);
            let kind = if quantity.is_negative() { "issue" } else { "receipt" };
            let size = if quantity.is_negative() { quantity.negated() } else { quantity };
            let mut made = movement(at, kind, &json!(size.to_string()));
            made["date"] = json!(format!("2026-{}", event["d"].as_str().unwrap()));
            if kind == "receipt" {
                made["value"] = text(&event["v"]);
            }
            movements.push(made);
        }
        let policy = json!({"method": "period_average", "period": case["inputs"]["period"]});
        let got = valued(&policy, 2, &movements, &Value::Null);
        let issues = negated(&of_kind(&got, "issue", "value"));
        check_list(&case, "issues", &case["expected"]["issues"], &issues);
    }
}

/// The last event of D43 was posted last: the same as a late document, the issues having been 15.00 before.
#[test]
fn case_orders_variances_valuation_d43_as_a_late_document() {
    let Some(case) = cases("avg_period").into_iter().find(|case| case["id"] == "D43") else { return };
    let row = |id: &str, date: &str, kind: &str, value: i64| json!({"id": id, "item": "X", "date": date, "kind": kind, "quantity": 1, "value": value});
    let issue =
        |id: &str, date: &str| json!({"id": id, "item": "X", "date": date, "kind": "issue", "quantity": 1});
    let got = result(
        &json!({"format": 1, "kind": "value_movements", "policy": {"method": "period_average", "period": "day"},
        "movements": [row("r1", "2026-01-01", "receipt", 10), row("r2", "2026-01-02", "receipt", 20),
                      issue("i1", "2026-02-15"), issue("i2", "2026-02-16")],
        "late": [row("r3", "2026-01-03", "receipt", 21)]}),
    );
    for (at, wanted) in list(&case["expected"]["issues"]).iter().enumerate() {
        assert_eq!(got["adjustments"][at]["before"], "15.00");
        check(&case, "issues", wanted, figure(&got["adjustments"][at]["after"]).negated());
    }
}

#[test]
fn case_orders_variances_valuation_thirds() {
    for case in cases("thirds") {
        let inputs = &case["inputs"];
        let mut movements = vec![movement(0, "receipt", &text(&inputs["qty"]))];
        movements[0]["value"] = text(&inputs["amount"]);
        for at in 1..=inputs["qty"].as_u64().unwrap() {
            movements.push(movement(usize::try_from(at).unwrap(), "issue", &json!(1)));
        }
        let policy = match inputs["mode"].as_str().unwrap() {
            "average" => json!({"method": "moving_average"}),
            _ => json!({"method": "fifo", "unit_decimals": 2, "residue": "own_entry"}),
        };
        let got = valued(&policy, 2, &movements, &Value::Null);
        check_list(&case, "issues", &case["expected"]["issues"], &negated(&of_kind(&got, "issue", "value")));
        if !case["expected"]["rounding_entry"].is_null() {
            check(
                &case,
                "rounding_entry",
                &case["expected"]["rounding_entry"],
                figure(&got["rounding"]).negated(),
            );
        }
    }
}

#[test]
fn case_orders_variances_valuation_revalue() {
    for case in cases("revalue") {
        let inputs = &case["inputs"];
        let mut receipt = movement(1, "receipt", &text(&inputs["qty"]));
        receipt["value"] = times(&inputs["qty"], &inputs["old"]);
        let mut revalue = movement(2, "revalue", &json!(0));
        revalue["unit_price"] = text(&inputs["new"]);
        let got = valued(&json!({}), 2, &[receipt, revalue], &Value::Null);
        check(&case, "posting", &case["expected"]["posting"], figure(&of_kind(&got, "revalue", "value")[0]));
    }
}

#[test]
fn case_orders_variances_valuation_wa_close() {
    for case in cases("wa_close") {
        let inputs = &case["inputs"];
        let mut movements = Vec::new();
        for (list_name, invoiced) in [("invoiced_receipts", true), ("uninvoiced", false)] {
            for price in list(&inputs[list_name]) {
                let mut receipt = movement(movements.len() + 1, "receipt", &json!(1));
                receipt["value"] = text(price);
                receipt["invoiced"] = json!(invoiced);
                movements.push(receipt);
            }
        }
        let mut issue = movement(movements.len() + 1, "issue", &json!(1));
        issue["posted"] = text(&inputs["issue_posted_at"]);
        movements.push(issue);
        let got = valued(
            &json!({"method": "period_average", "uninvoiced": "exclude"}),
            2,
            &movements,
            &Value::Null,
        );
        check(
            &case,
            "close_average",
            &case["expected"]["close_average"],
            figure(&of_kind(&got, "issue", "average")[0]),
        );
        check(
            &case,
            "adjustment",
            &case["expected"]["adjustment"],
            figure(&of_kind(&got, "issue", "adjustment")[0]),
        );
    }
}

#[test]
fn case_orders_variances_valuation_mark_close() {
    for case in cases("mark_close") {
        let inputs = &case["inputs"];
        let (mut first, mut marked) = (movement(1, "receipt", &json!(1)), movement(2, "receipt", &json!(1)));
        first["value"] = text(&inputs["issue_posted_at"]);
        marked["value"] = text(&inputs["marked_receipt"]);
        let mut issue = movement(3, "issue", &json!(1));
        issue["of"] = json!("m2");
        issue["posted"] = text(&inputs["issue_posted_at"]);
        let got = valued(&json!({"method": "fifo"}), 2, &[first, marked, issue], &Value::Null);
        check(&case, "final", &case["expected"]["final"], figure(&of_kind(&got, "issue", "value")[0]));
        check(
            &case,
            "adjustment",
            &case["expected"]["adjustment"],
            figure(&of_kind(&got, "issue", "adjustment")[0]),
        );
    }
}

#[test]
fn case_orders_variances_valuation_running_avg() {
    for case in cases("running_avg") {
        let inputs = &case["inputs"];
        let mut movements = Vec::new();
        for (row, at) in list(&inputs["moves"]).iter().zip(1..) {
            let quantity = number(&row["q"]);
            if quantity.is_negative() {
                movements.push(movement(at, "issue", &json!(quantity.negated().to_string())));
            } else {
                let mut receipt = movement(at, "receipt", &text(&row["q"]));
                receipt["value"] = text(&row["v"]);
                receipt["invoiced"] = json!(row["physical_only"] != true);
                movements.push(receipt);
            }
        }
        let uninvoiced = if inputs["include_physical"] == true { "include" } else { "exclude" };
        let got = valued(&json!({"uninvoiced": uninvoiced}), 2, &movements, &Value::Null);
        check(&case, "estimate", &case["expected"]["estimate"], figure(&got["ending"]["unit_cost"]));
    }
}

#[test]
fn case_orders_variances_valuation_running_avg_negative() {
    for case in cases("running_avg_negative") {
        let inputs = &case["inputs"];
        let mut opening = movement(1, "opening", &text(&inputs["on_hand"][0]));
        opening["value"] = text(&inputs["on_hand"][1]);
        let mut issue = movement(2, "issue", &text(&inputs["issued_qty"]));
        issue["value"] = times(&inputs["issued_qty"], &inputs["issued_unit"]);
        let mut receipt = movement(3, "receipt", &text(&inputs["receipt_qty"]));
        receipt["value"] = text(&inputs["receipt_value"]);
        let got = valued(&json!({"negative": "keep_in_pool"}), 2, &[opening, issue, receipt], &Value::Null);
        check(&case, "estimate", &case["expected"]["estimate"], figure(&got["ending"]["unit_cost"]));
    }
}

#[test]
fn case_orders_variances_valuation_fifo_cost_price() {
    for case in cases("fifo_cost_price") {
        let got = valued(&json!({"method": "fifo"}), 2, &transactions(&case["inputs"]), &Value::Null);
        let (mut after, mut last) = (Vec::new(), json!("0"));
        for row in list(&got["movements"]) {
            if !row["stock"]["unit_cost"].is_null() {
                last = row["stock"]["unit_cost"].clone();
            }
            after.push(last.clone());
        }
        check_list(&case, "cost_price_after", &case["expected"]["cost_price_after"], &json!(after));
        check_list(
            &case,
            "issue_unit",
            &case["expected"]["issue_unit"],
            &of_kind(&got, "issue", "unit_cost"),
        );
    }
}

fn entry(item: &Value, kind: &str) -> Ratio {
    let rows = list(&item["entries"]).iter().filter(|row| row["kind"] == kind);
    rows.fold(Ratio::ZERO, |sum, row| sum.checked_add(figure(&row["amount"])).unwrap())
}

#[test]
fn case_orders_variances_valuation_std_purchase() {
    for case in cases("std_purchase") {
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        let mut receipt = movement(1, "receipt", &text(&inputs["qty"]));
        receipt["value"] = times(&inputs["qty"], &inputs["invoice"]);
        let mut charge = movement(2, "charge", &json!(0));
        charge["of"] = json!("m1");
        charge["value"] = text(&inputs["item_charge"]);
        let more = json!({"items": [{"item": "X", "standard": text(&inputs["standard"])}]});
        let got = valued(&json!({"method": "standard"}), 2, &[receipt, charge], &more);
        check(&case, "purchase_variance", &expected["purchase_variance"], entry(&got, "purchase_variance"));
        check(&case, "charge_variance", &expected["charge_variance"], entry(&got, "charge_variance"));
        check(&case, "inventory_value", &expected["inventory_value"], figure(&got["ending"]["value"]));
    }
}

#[test]
fn case_orders_variances_valuation_landed_cost() {
    for case in cases("landed_cost") {
        let inputs = &case["inputs"];
        let mut lines = Vec::new();
        let mut by_quantity = true;
        for (row, at) in list(&inputs["lines"]).iter().zip(1..) {
            by_quantity &= row["included"] != true || number(&row["factor"]) == number(&row["qty"]);
            lines.push(json!({"id": format!("l{at}"), "quantity": text(&row["qty"]), "unit_price": text(&row["price"]),
                "included": row["included"]}));
        }
        let basis = if by_quantity { "quantity" } else { "value" };
        let got = result(&json!({"format": 1, "kind": "landed_cost", "scale": 6, "lines": lines,
            "charges": [{"id": "c", "amount": text(&inputs["charge"]), "basis": basis}]}));
        let prices: Vec<Value> = list(&got["lines"]).iter().map(|line| line["unit_price"].clone()).collect();
        check_list(&case, "unit_prices", &case["expected"]["unit_prices"], &json!(prices));
    }
}

fn order_cost(inputs: &Value, outputs: &Value, more: &Value) -> Value {
    let mut request =
        json!({"format": 1, "kind": "order_cost", "order": "O", "inputs": inputs, "outputs": outputs});
    for (name, value) in more.as_object().into_iter().flatten() {
        request[name] = value.clone();
    }
    exact(&request)
}

#[test]
fn case_orders_variances_valuation_order_cost_with_returns() {
    for case in cases("order_cost_with_returns") {
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        let got = order_cost(
            &json!([{"id": "component", "element": "material", "quantity": text(&inputs["component_qty"]), "unit_cost": text(&inputs["component_price"])}]),
            &json!([{"id": "back", "role": "returned", "quantity": text(&inputs["returned_qty"]), "of": "component"},
                    {"id": "product", "quantity": text(&inputs["qty"])}]),
            &Value::Null,
        );
        check(&case, "order_cost", &expected["order_cost"], figure(&got["input"]));
        check(&case, "returned_unit", &expected["returned_unit"], figure(&got["outputs"][0]["unit_cost"]));
        check(&case, "output_unit", &expected["output_unit"], figure(&got["outputs"][1]["unit_cost"]));
    }
}

#[test]
fn case_orders_variances_valuation_waste_output() {
    for case in cases("waste_output") {
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        let got = order_cost(
            &json!([{"id": "input", "element": "material", "quantity": text(&inputs["input_qty"]), "unit_cost": text(&inputs["input_price"])}]),
            &json!([{"id": "good", "quantity": text(&inputs["good"])}, {"id": "waste", "role": "waste", "quantity": text(&inputs["waste"])}]),
            &Value::Null,
        );
        check(&case, "order_cost", &expected["order_cost"], figure(&got["input"]));
        check(&case, "good_unit", &expected["good_unit"], figure(&got["outputs"][0]["unit_cost"]));
    }
}

#[test]
fn case_orders_variances_valuation_sum() {
    for case in cases("sum") {
        let terms = list(&case["inputs"]["terms"]).iter().zip(1..);
        let inputs: Vec<Value> = terms
            .map(|(term, at)| json!({"id": format!("t{at}"), "element": "loss", "value": text(term)}))
            .collect();
        check(
            &case,
            "total",
            &case["expected"]["total"],
            figure(&order_cost(&json!(inputs), &json!([]), &Value::Null)["input"]),
        );
    }
}

#[test]
fn case_orders_variances_valuation_sum_check() {
    for case in cases("sum_check") {
        let inputs = &case["inputs"];
        let got = order_cost(
            &json!([{"id": "goods", "element": "material", "value": text(&inputs["goods_available"])}]),
            &json!([{"id": "sold", "quantity": 1}]),
            &json!({"closing_wip": text(&inputs["ending"])}),
        );
        check(&case, "cogs", &case["expected"]["cogs"], figure(&got["finished"]));
    }
}

/// The variance of a kind, of a line or of all.
fn variance(got: &Value, line: &str, kind: &str) -> Ratio {
    let rows = list(&got["variances"]).iter().filter(|row| row["id"] == line && row["kind"] == kind);
    rows.fold(Ratio::ZERO, |sum, row| sum.checked_add(figure(&row["amount"])).unwrap())
}

#[test]
fn case_orders_variances_valuation_labour_variance() {
    for case in cases("labour_variance") {
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        let got = result(&json!({"format": 1, "kind": "variances", "output": {"finished": 1},
            "operations": [{"id": "L", "standard_hours": text(&inputs["sh"]), "standard_rate": text(&inputs["sr"]),
                            "actual_hours": text(&inputs["ah"]), "actual_cost": text(&inputs["actual_cost"])}]}));
        let figures = [
            ("rate_variance", variance(&got, "L", "rate")),
            ("efficiency_variance", variance(&got, "L", "efficiency")),
            ("total", figure(&got["total"])),
        ];
        if case["conserves"] == false {
            // D13 rounds the actual rate before it multiplies; ours come from the amount and add up to it.
            let ours = figures.map(|(_, figure)| figure.to_string());
            assert_eq!(
                (case["id"].as_str(), ours),
                (Some("D13"), ["-100", "-400", "-500"].map(String::from))
            );
            continue;
        }
        for (name, figure) in figures {
            if !expected[name].is_null() {
                check(&case, name, &expected[name], figure);
            }
        }
    }
}

/// The shares of a total: what a variance gives to each receiver.
fn shares(total: Ratio, bases: [(&str, Ratio); 2]) -> Vec<Ratio> {
    let lines = bases.map(|(key, base)| json!({"key": key, "base": base.to_string()}));
    let got = result(
        &json!({"format": 1, "kind": "allocate", "total": total.to_string(), "scale": 2, "lines": lines}),
    );
    bases
        .iter()
        .map(|(key, _)| {
            let share = list(&got["shares"]).iter().find(|share| share["key"] == *key).unwrap();
            figure(&share["share"])
        })
        .collect()
}

#[test]
fn case_orders_variances_valuation_cn_std() {
    for case in cases("cn_std") {
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        let (mat, labour, voh, foh) = (&inputs["mat"], &inputs["labour"], &inputs["voh"], &inputs["foh"]);
        let got = result(&json!({"format": 1, "kind": "variances",
            "output": {"opening": text(&inputs["begin_wip"]), "finished": text(&inputs["done"]), "closing": text(&inputs["end_wip"]),
                       "opening_completion": text(&inputs["conv_pct"]), "closing_completion": text(&inputs["conv_pct"]),
                       "stock": text(&inputs["fg_end"])},
            "materials": [{"id": "M", "standard_quantity": text(&mat["std_qty"]), "standard_price": text(&mat["std_price"]),
                           "actual_quantity": text(&mat["actual_qty"]), "actual_price": text(&mat["actual_price"])}],
            "operations": [{"id": "L", "standard_hours": text(&labour["std_h"]), "standard_rate": text(&labour["std_rate"]),
                            "actual_hours": text(&labour["actual_h"]), "actual_cost": text(&labour["actual"])}],
            "overheads": [{"id": "V", "standard_hours": text(&labour["std_h"]), "standard_rate": text(&voh["rate"]),
                           "actual_hours": text(&labour["actual_h"]), "actual_cost": text(&voh["actual"])},
                          {"id": "F", "kind": "fixed", "standard_hours": text(&labour["std_h"]), "standard_rate": text(&foh["rate"]),
                           "actual_hours": text(&labour["actual_h"]), "actual_cost": text(&foh["actual"]), "budget_hours": text(&foh["budget_h"])}]}));
        let price = variance(&got, "M", "price");
        let (done, wip) = (number(&inputs["done"]), number(&inputs["end_wip"]));
        let first = shares(
            price.checked_add(number(&inputs["price_var_opening"])).unwrap(),
            [("done", done), ("wip", wip)],
        );
        let (left, all) = (number(&inputs["fg_end"]), number(&inputs["fg_available"]));
        let of_stock = first[0].checked_add(number(&inputs["fg_price_var_opening"])).unwrap();
        let second = shares(of_stock, [("sold", all.checked_sub(left).unwrap()), ("stock", left)]);
        let plus = |value: &Value, more: Ratio| figure(value).checked_add(more).unwrap();
        let figures = [
            ("eu", figure(&got["equivalent"]["conversion"])),
            ("mat_price", price),
            ("mat_qty", variance(&got, "M", "usage")),
            ("labour_rate", variance(&got, "L", "rate")),
            ("labour_eff", variance(&got, "L", "efficiency")),
            ("voh_spending", variance(&got, "V", "spending")),
            ("voh_eff", variance(&got, "V", "efficiency")),
            ("foh_spending", variance(&got, "F", "spending")),
            ("foh_capacity", variance(&got, "F", "capacity")),
            ("foh_eff", variance(&got, "F", "efficiency")),
            ("wip_std", figure(&got["closing_wip"])),
            ("fg_std", figure(&got["stock"])),
            ("price_var_per_unit", first[0].checked_div(done).unwrap()),
            ("price_var_done", first[0]),
            ("price_var_wip", first[1]),
            ("fg_price_var_per_unit", second[1].checked_div(left).unwrap()),
            ("fg_price_var", second[1]),
            ("wip_final", plus(&got["closing_wip"], first[1])),
            ("fg_final", plus(&got["stock"], second[1])),
        ];
        for (name, wanted) in expected.as_object().unwrap() {
            let found = figures.iter().find(|figure| figure.0 == name).unwrap_or_else(|| panic!("{name}"));
            check(&case, name, wanted, found.1);
        }
    }
}

#[test]
fn every_valuation_method_is_mapped() {
    let Some(Value::Array(cases)) = file("textbook_orders_variances_valuation.json") else { return };
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/cases.md");
    let page = std::fs::read_to_string(page).unwrap();
    for case in cases {
        let method = case["inputs"]["method"].as_str().unwrap();
        assert!(page.contains(&format!("`{method}`")), "docs/cases.md does not name {method}");
    }
}

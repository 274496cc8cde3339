//! Textbook cases of joint products and by-products, and those of other systems' suites.

use headstock::num::Ratio;
use serde_json::{Value, json};

use super::{check, exact, figure, file, number, result, suite, text};

fn cases(method: &str) -> Vec<Value> {
    let Some(Value::Array(cases)) = file("textbook_joint_and_by_products.json") else { return Vec::new() };
    let found: Vec<Value> = cases.into_iter().filter(|case| case["inputs"]["method"] == method).collect();
    assert!(!found.is_empty(), "no case of {method}");
    found
}

/// The row of a product in an answer.
fn of<'a>(got: &'a Value, item: &str) -> &'a Value {
    got["outputs"].as_array().unwrap().iter().find(|row| row["item"] == item).unwrap()
}

#[test]
fn case_joint_by_a_basis() {
    for case in cases("joint_ratio") {
        let inputs = &case["inputs"];
        let basis = inputs["basis"].as_object().unwrap();
        let outputs: Vec<Value> =
            basis.iter().map(|(item, base)| json!({"item": item, "quantity": text(base)})).collect();
        let got = exact(&json!({"format": 1, "kind": "joint_cost", "method": "physical",
            "cost": text(&inputs["joint_cost"]), "outputs": outputs}));
        for (item, amount) in case["expected"]["alloc"].as_object().unwrap() {
            check(&case, item, amount, figure(&of(&got, item)["joint"]));
        }
    }
}

#[test]
fn case_joint_by_value() {
    for (method, ours) in [("joint_nrv", "net_realisable_value"), ("joint_cgm", "constant_margin")] {
        for case in cases(method) {
            let (inputs, expected) = (&case["inputs"], &case["expected"]);
            let rows = inputs["products"].as_object().unwrap().iter().map(|(item, product)| {
                let mut row = json!({"item": item, "separable": text(&product["separable"])});
                for (from, to) in [("qty", "quantity"), ("price", "price"), ("sales", "sales")] {
                    if !product[from].is_null() {
                        row[to] = text(&product[from]);
                    }
                }
                row
            });
            let got = exact(&json!({"format": 1, "kind": "joint_cost", "method": ours,
                "cost": text(&inputs["joint_cost"]), "outputs": rows.collect::<Vec<_>>()}));
            for (what, field) in [("alloc", "joint"), ("nrv", "weight"), ("unit_cost", "unit_cost")] {
                for (item, value) in expected[what].as_object().into_iter().flatten() {
                    check(&case, what, value, figure(&of(&got, item)[field]));
                }
            }
            if !expected["gm_pct"].is_null() {
                check(&case, "gm_pct", &expected["gm_pct"], figure(&got["margin"]));
            }
        }
    }
}

#[test]
fn case_joint_byproduct_income() {
    for case in cases("byproduct_sales") {
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        let sold = |name: &str| {
            let product = &inputs[name];
            json!({"made": text(&product["made"]), "sold": text(&product["sold"]), "price": text(&product["price"])})
        };
        let got = exact(&json!({"format": 1, "kind": "byproduct_income", "method": "sales",
            "total_cost": text(&inputs["total_cost"]), "main": sold("main"), "byproduct": sold("byproduct")}));
        let found = [
            ("revenue", "revenue"),
            ("cogs", "cost_of_sales"),
            ("gross_margin", "gross_margin"),
            ("main_inventory", "main_inventory"),
            ("byproduct_inventory", "byproduct_inventory"),
        ];
        for (what, field) in found {
            check(&case, what, &expected[what], figure(&got[field]));
        }
        let percent = figure(&got["margin"]).checked_mul(Ratio::from_int(100)).unwrap();
        check(&case, "gm_pct", &expected["gm_pct"], percent);
    }
    for case in cases("byproduct_other_income") {
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        let all = |revenue: &Value| json!({"made": 1, "sold": 1, "price": text(revenue)});
        let ask = |method: &str| {
            exact(&json!({"format": 1, "kind": "byproduct_income", "method": method,
                "total_cost": text(&inputs["total_cost"]), "main": all(&inputs["main_revenue"]),
                "byproduct": all(&inputs["byproduct_revenue"])}))
        };
        let (income, reduction) = (ask("sales"), ask("production"));
        check(&case, "gm_if_income", &expected["gm_if_income"], figure(&income["gross_margin"]));
        let margin = figure(&reduction["gross_margin"]);
        check(&case, "gm_if_cost_reduction", &expected["gm_if_cost_reduction"], margin);
        let cost = figure(&reduction["cost_of_sales"]);
        check(&case, "cogs_if_reduction", &expected["cogs_if_reduction"], cost);
    }
}

/// A share of 1 − Σ for the main product, the others as given; shares in percent.
fn by_share(cost: &Value, shares: &[Value], quantities: &[Value]) -> Value {
    let hundred = Ratio::from_int(100);
    let shares: Vec<Ratio> = shares.iter().map(|share| number(share).checked_div(hundred).unwrap()).collect();
    let main = shares.iter().fold(Ratio::ONE, |rest, share| rest.checked_sub(*share).unwrap());
    let mut outputs = vec![json!({"item": "main", "quantity": 1, "ratio": main.to_string()})];
    for (at, share) in shares.iter().enumerate() {
        let quantity = quantities.get(at).map_or(json!("1"), text);
        outputs.push(json!({"item": format!("by{at}"), "quantity": quantity, "ratio": share.to_string()}));
    }
    result(
        &json!({"format": 1, "kind": "joint_cost", "method": "share", "cost": text(cost), "outputs": outputs}),
    )
}

#[test]
fn case_erp_cost_003_byproduct_by_share() {
    let Some(case) = suite("cost-003") else { return };
    let lines = case["inputs"]["byproduct_lines"].as_array().unwrap();
    let column = |field: &str| -> Vec<Value> { lines.iter().map(|line| line[field].clone()).collect() };
    let got = by_share(&case["inputs"]["bom_cost"], &column("share_pct"), &column("qty"));
    check(&case, "main", &case["expected"]["main_unit_cost"], figure(&of(&got, "main")["joint"]));
    // Both lines are the same by-product: its cost is what both got over what both are.
    let cost = figure(&of(&got, "by0")["joint"]).checked_add(figure(&of(&got, "by1")["joint"])).unwrap();
    let quantity =
        column("qty").iter().map(number).fold(Ratio::ZERO, |sum, part| sum.checked_add(part).unwrap());
    let unit = cost.checked_div(quantity).unwrap();
    check(&case, "byproduct", &case["expected"]["byproduct_unit_cost"], unit);
}

#[test]
fn case_erp_cost_010_byproduct_of_two_completions() {
    let Some(case) = suite("cost-010") else { return };
    let (inputs, expected) = (&case["inputs"], &case["expected"]);
    let (mut main, mut by) = (Ratio::ZERO, Ratio::ZERO);
    // FIFO: each completion takes the next receipt of the component.
    for (at, receipt) in inputs["component_receipts"].as_array().unwrap().iter().enumerate() {
        let got = by_share(&receipt[1], &[inputs["byproduct"]["share_pct"].clone()], &[]);
        main = main.checked_add(figure(&of(&got, "main")["joint"])).unwrap();
        by = by.checked_add(figure(&of(&got, "by0")["joint"])).unwrap();
        check(&case, "main", &expected["main_value_after"][at], main);
        check(&case, "by", &expected["byproduct_value_after"][at], by);
    }
}

#[test]
fn case_erp_cost_015_shares_add_back_to_the_whole() {
    let Some(case) = suite("cost-015") else { return };
    let (inputs, expected) = (&case["inputs"], &case["expected"]);
    let shares = inputs["byproduct_shares_pct"].as_array().unwrap();
    let (mut main, mut values) = (Ratio::ZERO, Vec::new());
    for (at, cost) in inputs["order_cost_of_completions"].as_array().unwrap().iter().enumerate() {
        let got = by_share(cost, shares, &[]);
        main = main.checked_add(figure(&of(&got, "main")["joint"])).unwrap();
        values.extend(["by0", "by1"].map(|item| figure(&of(&got, item)["joint"])));
        let field = ["main_after_first", "main_after_both"][at];
        check(&case, field, &expected[field], main);
    }
    for (value, expected) in values.iter().zip(expected["byproduct_values"].as_array().unwrap()) {
        check(&case, "byproduct_values", expected, *value);
    }
    let first = values[0].checked_add(values[1]).unwrap();
    check(&case, "byproduct_total", &expected["byproduct_total_after_first"], first);
}

#[test]
fn case_erp_cost_018_byproduct_by_list_price() {
    let Some(case) = suite("cost-018") else { return };
    let rows = case["inputs"]["outputs"].as_array().unwrap().iter().map(
        |row| json!({"item": row["item"], "quantity": text(&row["qty"]), "price": text(&row["list_price"])}),
    );
    let got = result(&json!({"format": 1, "kind": "joint_cost", "method": "sales_value",
        "cost": text(&case["inputs"]["input_cost"]), "outputs": rows.collect::<Vec<_>>()}));
    for (item, unit) in case["expected"]["unit_cost"].as_object().unwrap() {
        check(&case, item, unit, figure(&of(&got, item)["unit_cost"]));
    }
}

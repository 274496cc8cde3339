//! Scrap, yield, rounding and phantoms of bills of material.

use serde_json::{Value, json};

use super::table::{RUN, Tables};
use super::{check, figure, number, result, text, textbook};
use headstock::num::Ratio;

fn component_list(tables: &Tables, product: &str, quantity: &Value) -> Value {
    result(&json!({
        "format": 1, "kind": "component_list", "tables": tables.0, "product": product,
        "quantity": text(quantity), "date": RUN,
    }))
}

/// A chain of phantoms `L1`, `L2` … down to `C`, one scrap rate a level.
fn scrap_chain(rates: &[Ratio], formula: &str) -> Tables {
    let mut tables = Tables::new(6);
    tables.item("P");
    let mut parent = "P".to_owned();
    for (at, rate) in rates.iter().enumerate() {
        let last = at + 1 == rates.len();
        let child = if last { "C".to_owned() } else { format!("L{}", at + 1) };
        tables.row("items", json!({"id": child, "unit": "u", "phantom": !last, "scrap_formula": formula}));
        let line = json!({"id": "1", "component": child, "numerator": 1, "scrap": rate.to_string()});
        tables.row("boms", json!({"id": format!("BOM {parent}"), "product": parent, "lines": [line]}));
        parent = child;
    }
    tables
}

#[test]
fn case_scrap_mult() {
    for case in textbook("scrap_mult") {
        let rates: Vec<Ratio> = case["inputs"]["factors"].as_array().unwrap().iter().map(number).collect();
        let got = component_list(&scrap_chain(&rates, "multiply"), "P", &case["inputs"]["qty"]);
        check(&case, "required", &case["expected"]["required"], figure(&got["lines"][0]["exact"]));
    }
}

#[test]
fn case_scrap_yield() {
    for case in textbook("scrap_yield") {
        let scrap = Ratio::ONE.checked_sub(number(&case["inputs"]["yield_"])).unwrap();
        let got = component_list(&scrap_chain(&[scrap], "divide"), "P", &case["inputs"]["qty"]);
        check(&case, "required", &case["expected"]["required"], figure(&got["lines"][0]["exact"]));
    }
}

#[test]
fn case_bom_ratio() {
    for case in textbook("bom_ratio") {
        let inputs = &case["inputs"];
        let mut tables = Tables::new(0);
        for item in ["product", "input", "residual"] {
            tables.item(item);
        }
        let out = text(&inputs["bom_out"]);
        tables.row("boms", json!({
            "id": "B", "product": "product",
            "lines": [{"id": "1", "component": "input", "numerator": text(&inputs["bom_in"]), "denominator": out}],
            "outputs": [{"id": "1", "item": "residual", "numerator": text(&inputs["bom_residual"]), "denominator": out}],
        }));
        let got = component_list(&tables, "product", &inputs["qty"]);
        check(&case, "inputs", &case["expected"]["inputs"], figure(&got["lines"][0]["required"]));
        check(&case, "residual", &case["expected"]["residual"], figure(&got["outputs"][0]["quantity"]));
        check(&case, "product", &case["expected"]["product"], figure(&got["good"]));
    }
}

#[test]
fn case_phantom() {
    for case in textbook("phantom") {
        let inputs = &case["inputs"];
        let mut tables = Tables::new(0);
        tables.item("P");
        let (mut lines, mut outputs) = (Vec::new(), Vec::new());
        for (item, quantity) in inputs["inputs"].as_object().unwrap() {
            tables.item(item);
            lines.push(json!({"id": item, "component": item, "numerator": text(quantity)}));
        }
        for (list, name) in [("phantom_inputs", "in"), ("phantom_outputs", "out")] {
            for (at, phantom) in inputs[list].as_array().into_iter().flatten().enumerate() {
                let id = format!("phantom {name} {at}");
                tables.row("items", json!({"id": id, "unit": "u", "phantom": true}));
                tables.bom(&id, &phantom["lines"]);
                let quantity = text(&phantom["qty"]);
                match name {
                    "in" => lines.push(json!({"id": id, "component": id, "numerator": quantity})),
                    _ => outputs.push(json!({"id": id, "item": id, "numerator": quantity})),
                }
            }
        }
        tables.row("boms", json!({"id": "B", "product": "P", "lines": lines, "outputs": outputs}));
        let got = component_list(&tables, "P", &inputs["qty"]);
        for (list, name, quantity) in [("lines", "component", "required"), ("outputs", "item", "quantity")] {
            let expected = &case["expected"][if list == "lines" { "inputs" } else { "outputs" }];
            let rows = got[list].as_array().unwrap();
            assert_eq!(rows.len(), expected.as_object().unwrap().len(), "{} {rows:?}", case["id"]);
            for row in rows {
                let item = row[name].as_str().unwrap();
                check(&case, item, &expected[item], figure(&row[quantity]));
            }
        }
    }
}

//! What other suites assert of bills of material.

use headstock::num::Ratio;
use serde_json::{Value, json};

use super::table::{RUN, Tables, day};
use super::{check, figure, refused, result, suite, text};

#[test]
fn case_suites_bom_001_four_levels() {
    let Some(case) = suite("bom-001") else { return };
    let mut tables = Tables::new(0);
    for (product, lines) in case["inputs"]["boms"].as_object().unwrap() {
        tables.bom(product, lines);
    }
    let got = result(&json!({
        "format": 1, "kind": "explode", "tables": tables.0, "product": "FG", "quantity": case["inputs"]["qty"],
        "date": RUN,
    }));
    let leaves: Vec<&Value> =
        got["rows"].as_array().unwrap().iter().filter(|row| row["made"] == false).collect();
    let expected = case["expected"]["requirement"].as_object().unwrap();
    assert_eq!(leaves.len(), expected.len());
    for row in leaves {
        let item = row["component"].as_str().unwrap();
        check(&case, item, &expected[item], figure(&row["quantity"]));
    }
}

#[test]
fn case_suites_bom_002_self_reference() {
    let Some(case) = suite("bom-002") else { return };
    let mut tables = Tables::new(0);
    for (product, lines) in case["inputs"]["boms"].as_object().unwrap() {
        tables.bom(product, lines);
    }
    let error = refused(&json!({"format": 1, "kind": "low_level_codes", "tables": tables.0}));
    assert_eq!(error["error"]["code"], "BOM_LOOP");
    assert_eq!(error["error"]["path"], json!(["A"]));
}

#[test]
fn case_suites_bom_004_rounding() {
    let Some(case) = suite("bom-004") else { return };
    let (inputs, expected) = (&case["inputs"], &case["expected"]);
    let (bom, mut tables) =
        (&inputs["bom"], Tables::new(inputs["uom_digits"].as_u64().unwrap().try_into().unwrap()));
    for item in ["product", "component", "residual"] {
        tables.item(item);
    }
    let per = text(&bom["outputs"]["product"]);
    let quantity = text(&bom["inputs"]["component"]);
    let residual = text(&bom["outputs"]["residual"]);
    tables.row("boms", json!({
        "id": "B", "product": "product",
        "lines": [{"id": "1", "component": "component", "numerator": quantity, "denominator": per}],
        "outputs": [{"id": "1", "item": "residual", "numerator": residual, "denominator": per, "kind": "by_product"}],
    }));
    let got = result(&json!({
        "format": 1, "kind": "component_list", "tables": tables.0, "product": "product",
        "quantity": text(&inputs["produce"]), "date": RUN,
    }));
    check(&case, "component", &expected["component"], figure(&got["lines"][0]["required"]));
    check(&case, "product", &expected["product"], figure(&got["good"]));
    check(&case, "residual", &expected["residual"], figure(&got["outputs"][0]["quantity"]));
}

#[test]
fn case_suites_bom_005_unit_of_the_line() {
    let Some(case) = suite("bom-005") else { return };
    let (inputs, expected) = (&case["inputs"], &case["expected"]);
    let mut tables = Tables::new(0);
    tables.row("units", json!({"id": "m", "scale": 2}));
    tables.row("units", json!({"id": "cm", "scale": 0}));
    tables.0["conversions"] = json!([{"from": "m", "to": "cm", "ratio": "100"}]);
    tables.make("P", inputs["lead_days"].as_u64().unwrap());
    tables.buy("component1", 0, "calendar");
    tables.row("items", json!({"id": "component2", "unit": "m"}));
    tables.buy("component2", 0, "calendar");
    let of = |item: &str, field: &str| inputs["bom"][item][field].clone();
    tables.row(
        "boms",
        json!({"id": "B", "product": "P", "lines": [
            {"id": "1", "component": "component1", "numerator": text(&of("component1", "qty"))},
            {"id": "2", "component": "component2", "numerator": text(&of("component2", "qty")), "unit": "cm"},
        ]}),
    );
    let list = result(&json!({
        "format": 1, "kind": "component_list", "tables": tables.0, "product": "P",
        "quantity": text(&inputs["produce"]), "date": RUN,
    }));
    check(&case, "component1", &expected["inputs"]["component1"], figure(&list["lines"][0]["required"]));
    let metres = list["lines"][1]["required"].clone();
    let cm = result(&json!({
        "format": 1, "kind": "convert", "item": "component2", "quantity": metres, "from": "m", "to": "cm",
        "conversions": tables.0["conversions"],
    }));
    check(&case, "component2", &expected["inputs"]["component2_cm"], figure(&cm["exact"]));
    tables.demand("P", &inputs["produce"], RUN);
    let start = result(&tables.plan())["orders"]
        .as_array()
        .unwrap()
        .iter()
        .find(|o| o["item"] == "P")
        .unwrap()["start"]
        .clone();
    assert_eq!(start, day(expected["planned_start_day"].as_i64().unwrap()));
    // Cost by the stock unit's price: 10 × 1 + 3.00 m × 5; the costing requests come later.
    let cost = figure(&list["lines"][0]["required"])
        .checked_add(figure(&list["lines"][1]["required"]).checked_mul(Ratio::from_int(5)).unwrap())
        .unwrap();
    check(&case, "total_cost", &expected["total_cost"], cost);
}

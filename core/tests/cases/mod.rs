//! Reading cases, asking requests, comparing figures.

mod erp_bom;
mod erp_forecast;
mod erp_issue;
mod erp_mrp;
mod erp_value;
mod frepple;
mod table;
mod textbook_bom;
mod textbook_forecast;
mod textbook_joint;
mod textbook_lots;
mod textbook_overhead;
mod textbook_process;
mod textbook_record;
mod textbook_stock;
mod textbook_valuation;

use std::path::Path;

use headstock::num::{Ratio, Rounding};
use headstock::run::RunControl;
use serde_json::Value;

/// A case file, or nothing (with a note) where it is not there.
pub(crate) fn file(name: &str) -> Option<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/cases").join(name);
    match std::fs::read(&path) {
        Ok(bytes) => Some(serde_json::from_slice(&bytes).unwrap()),
        Err(_) => {
            println!("skipped: {name} is not there");
            None
        }
    }
}

/// Cases of the textbook file whose inputs name a method.
pub(crate) fn textbook(method: &str) -> Vec<Value> {
    let Some(Value::Array(cases)) = file("textbook_mrp_lot_sizing_promising.json") else { return Vec::new() };
    let found: Vec<Value> = cases.into_iter().filter(|case| case["inputs"]["method"] == method).collect();
    assert!(!found.is_empty(), "no case of {method}");
    found
}

/// A case of the suites file.
pub(crate) fn suite(id: &str) -> Option<Value> {
    let cases = file("erp_suites.json")?;
    let found = cases["cases"].as_array().unwrap().iter().find(|case| case["id"] == id).cloned();
    Some(found.unwrap_or_else(|| panic!("no case {id}")))
}

/// The response document to a request.
#[track_caller]
pub(crate) fn ask(request: &Value) -> Value {
    let (text, good) = headstock::api::call_text(request.to_string().as_bytes(), &RunControl::new());
    assert!(good, "{text}\n{request:#}");
    serde_json::from_str(&text).unwrap()
}

/// The result of a request.
#[track_caller]
pub(crate) fn result(request: &Value) -> Value {
    ask(request)["result"].take()
}

/// The result of a request of a textbook case: its figures are exact until they are printed, so amounts have six
/// decimals where the case names none.
#[track_caller]
pub(crate) fn exact(request: &Value) -> Value {
    let mut request = request.clone();
    if request["scale"].is_null() {
        request["scale"] = Value::from(6);
    }
    result(&request)
}

/// The error document of a request that is refused.
#[track_caller]
pub(crate) fn refused(request: &Value) -> Value {
    let (text, good) = headstock::api::call_text(request.to_string().as_bytes(), &RunControl::new());
    assert!(!good, "{text}\n{request:#}");
    serde_json::from_str(&text).unwrap()
}

/// A number of a case, exactly: a JSON number by its text, or arithmetic in a string (`525/8*52`).
pub(crate) fn number(value: &Value) -> Ratio {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        other => panic!("{other} is not a number"),
    };
    let mut total = Ratio::ZERO;
    for part in text.replace('-', "+-").split('+').filter(|part| !part.is_empty()) {
        let mut product = Ratio::ONE;
        for factor in part.split('*') {
            let mut quotients = factor.split('/').map(|number| number.trim().parse::<Ratio>().unwrap());
            let first = quotients.next().unwrap();
            let factor = quotients.fold(first, |a, b| a.checked_div(b).unwrap());
            product = product.checked_mul(factor).unwrap();
        }
        total = total.checked_add(product).unwrap();
    }
    total
}

/// The same as text for a request.
pub(crate) fn text(value: &Value) -> Value {
    Value::String(number(value).to_string())
}

/// A list of numbers as texts.
pub(crate) fn texts(value: &Value) -> Vec<Value> {
    value.as_array().unwrap().iter().map(text).collect()
}

/// A figure of an answer, exactly.
pub(crate) fn figure(value: &Value) -> Ratio {
    value.as_str().unwrap_or_else(|| panic!("{value} is no figure")).parse().unwrap()
}

/// Whether a figure is the expected one: an integer exactly, a decimal text at its own decimals, half up.
pub(crate) fn same(expected: &Value, got: Ratio) -> bool {
    match expected {
        Value::String(text) if !text.contains(['*', '/']) => {
            let scale = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
            let scale = u32::try_from(scale).unwrap();
            got.round(scale, Rounding::HalfUp).unwrap().to_string() == *text
        }
        other => number(other) == got,
    }
}

#[track_caller]
pub(crate) fn check(case: &Value, what: &str, expected: &Value, got: Ratio) {
    assert!(same(expected, got), "{} {what}: expected {expected}, got {got}", case["id"]);
}

/// Compares a list of figures with the expected list.
#[track_caller]
pub(crate) fn check_list(case: &Value, what: &str, expected: &Value, got: &Value) {
    let (wanted, got) = (expected.as_array().unwrap(), got.as_array().unwrap());
    assert_eq!(wanted.len(), got.len(), "{} {what}: {expected} {got:?}", case["id"]);
    for (at, (wanted, got)) in wanted.iter().zip(got).enumerate() {
        check(case, &format!("{what}[{at}]"), wanted, figure(got));
    }
}

/// Every method of the textbook file is answered somewhere, or is said to come later.
#[test]
fn every_textbook_method_is_mapped() {
    let Some(Value::Array(cases)) = file("textbook_mrp_lot_sizing_promising.json") else { return };
    let page =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/cases.md")).unwrap();
    for case in cases {
        let method = case["inputs"]["method"].as_str().unwrap();
        assert!(page.contains(&format!("`{method}`")), "docs/cases.md does not name {method}");
    }
}

#[test]
fn every_stock_method_is_mapped() {
    let Some(Value::Array(cases)) = file("textbook_inventory_kitting_ageing.json") else { return };
    let page =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/cases.md")).unwrap();
    for case in cases {
        let method = case["inputs"]["method"].as_str().unwrap();
        assert!(page.contains(&format!("`{method}`")), "docs/cases.md does not name {method}");
    }
}

#[test]
fn every_costing_method_is_mapped() {
    let page =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/cases.md")).unwrap();
    for name in [
        "textbook_process_costing.json",
        "textbook_joint_and_by_products.json",
        "textbook_overhead_allocation.json",
    ] {
        let Some(Value::Array(cases)) = file(name) else { return };
        for case in cases {
            let method = case["inputs"]["method"].as_str().unwrap();
            assert!(page.contains(&format!("`{method}`")), "docs/cases.md does not name {method}");
        }
    }
}

/// So is every area of planning of the suites file, and every model.
#[test]
fn every_suite_area_and_model_is_mapped() {
    let page =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/cases.md")).unwrap();
    let Some(suites) = file("erp_suites.json") else { return };
    for case in suites["cases"].as_array().unwrap() {
        let area = case["area"].as_str().unwrap();
        if ["mrp.", "bom.", "issue.", "order.", "fullset"].iter().any(|start| area.starts_with(start)) {
            assert!(page.contains(&format!("`{area}`")), "docs/cases.md does not name {area}");
        }
    }
}

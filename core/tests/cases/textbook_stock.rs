//! Textbook cases of ageing, classes, counts and single-level sets.

use headstock::num::Ratio;
use serde_json::{Value, json};

use super::{check, check_list, figure, file, number, result, text, texts};

fn cases(method: &str) -> Vec<Value> {
    let Some(Value::Array(cases)) = file("textbook_inventory_kitting_ageing.json") else { return Vec::new() };
    cases.into_iter().filter(|case| case["inputs"]["method"] == method).collect()
}

#[test]
fn case_inventory_cover_buckets() {
    for case in cases("cover_buckets") {
        let inputs = &case["inputs"];
        let got = result(&json!({"format": 1, "kind": "stock_cover", "stock": text(&inputs["on_hand"]),
            "yearly_demand": text(&inputs["annual"]), "step_days": inputs["step_days"], "spans": inputs["n"]}));
        let spans: Vec<Value> =
            got["spans"].as_array().unwrap().iter().map(|row| row["quantity"].clone()).collect();
        check_list(&case, "buckets", &case["expected"]["buckets"], &Value::Array(spans));
        check(&case, "excess", &case["expected"]["excess"], figure(&got["excess"]));
    }
}

#[test]
fn case_inventory_abc() {
    for case in cases("abc") {
        let inputs = &case["inputs"];
        let got = result(&json!({"format": 1, "kind": "abc", "values": texts(&inputs["values"]),
            "a_count": inputs["a_count"], "b_count": inputs["b_count"]}));
        check(&case, "total", &case["expected"]["total"], figure(&got["total"]));
        for (at, name) in ["a_pct", "b_pct", "c_pct"].iter().enumerate() {
            if case["expected"][name].is_null() {
                continue;
            }
            let share = figure(&got["classes"][at]["share"]).checked_mul(Ratio::from_int(100)).unwrap();
            check(&case, name, &case["expected"][name], share);
        }
    }
}

#[test]
fn case_inventory_cycle_counts() {
    for case in cases("cycle_count") {
        let inputs = &case["inputs"];
        let classes = inputs["classes"].as_array().unwrap();
        let classes: Vec<Value> =
            classes.iter().map(|c| json!({"items": text(&c[0]), "every_days": text(&c[1])})).collect();
        let rounding = if inputs["rounding"] == "half_up_each" { "half_up" } else { "up" };
        let got =
            result(&json!({"format": 1, "kind": "cycle_count", "classes": classes, "rounding": rounding}));
        check_list(&case, "per_day", &case["expected"]["per_day"], &got["per_day"]);
        check(&case, "total", &case["expected"]["total"], figure(&got["total"]));
    }
    for case in cases("count_ceil") {
        let inputs = &case["inputs"];
        let class = json!({"items": text(&inputs["items"]), "per_year": text(&inputs["frequency"])});
        let got = result(&json!({"format": 1, "kind": "cycle_count", "classes": [class],
            "year_days": text(&inputs["workdays"])}));
        check(&case, "exact", &case["expected"]["exact"], figure(&got["exact"][0]));
        check(&case, "per_day", &case["expected"]["per_day"], figure(&got["per_day"][0]));
    }
    for case in cases("count_year") {
        let inputs = &case["inputs"];
        let classes = inputs["classes"].as_array().unwrap();
        let classes: Vec<Value> =
            classes.iter().map(|c| json!({"items": text(&c[0]), "per_year": text(&c[1])})).collect();
        let got = result(&json!({"format": 1, "kind": "cycle_count", "classes": classes,
            "year_days": text(&inputs["days"])}));
        check(&case, "total", &case["expected"]["total"], figure(&got["per_year"]));
        let exact = got["exact"].as_array().unwrap().iter().map(figure);
        let sum = exact.fold(Ratio::ZERO, |sum, part| sum.checked_add(part).unwrap());
        check(&case, "per_day", &case["expected"]["per_day"], sum);
    }
}

#[test]
fn case_inventory_kit_sets() {
    for case in cases("kit_sets") {
        let inputs = &case["inputs"];
        let per = inputs["per_set"].as_object().unwrap();
        let lines: Vec<Value> =
            per.iter().map(|(item, q)| json!({"item": item, "per_set": text(q)})).collect();
        let stock = inputs["stock"].as_object().unwrap();
        let stock: serde_json::Map<String, Value> =
            stock.iter().map(|(item, q)| (item.clone(), text(q))).collect();
        let got = result(&json!({"format": 1, "kind": "buildable_sets", "lines": lines, "available": stock,
            "wanted": text(&inputs["wanted"])}));
        check(&case, "sets", &case["expected"]["sets"], figure(&got["sets"]));
        assert_eq!(number(&inputs["wanted"]).cmp(&figure(&got["sets"])), std::cmp::Ordering::Greater);
    }
}

#[test]
fn case_inventory_weighted_value() {
    for case in cases("weighted") {
        let rows = case["inputs"]["lines"].as_array().unwrap().iter().zip(1..);
        let rows: Vec<Value> = rows
            .map(|(row, at)| {
                json!({"id": format!("m{at}"), "item": "X", "date": "2026-03-02", "sequence": at, "kind": "receipt",
                    "quantity": text(&row[0]), "unit_price": text(&row[1])})
            })
            .collect();
        let got = result(&json!({"format": 1, "kind": "value_movements", "movements": rows,
            "policy": {"method": "moving_average", "day_order": "sequence"}}));
        let ending = &got["items"][0]["ending"];
        check(&case, "total", &case["expected"]["total"], figure(&ending["value"]));
        check(&case, "average", &case["expected"]["average"], figure(&ending["unit_cost"]));
    }
}

#[test]
fn case_inventory_available_to_build() {
    for case in cases("atb") {
        let inputs = &case["inputs"];
        let bom = inputs["bom"][inputs["item"].as_str().unwrap()].as_object().unwrap();
        let lines: Vec<Value> =
            bom.iter().map(|(item, q)| json!({"item": item, "per_set": text(q)})).collect();
        let of = |from: &Value, item: &str| from.get(item).map_or(Ratio::ZERO, number);
        let available: serde_json::Map<String, Value> = bom
            .keys()
            .map(|item| {
                let sum = of(&inputs["stock"], item).checked_add(of(&inputs["sub"], item)).unwrap();
                (item.clone(), json!(sum.to_string()))
            })
            .collect();
        let got =
            result(&json!({"format": 1, "kind": "buildable_sets", "lines": lines, "available": available}));
        check(&case, "sets", &case["expected"]["sets"], figure(&got["sets"]));
    }
}

//! What other suites assert of issuing material, splitting orders and buildable sets.

use headstock::num::Ratio;
use serde_json::{Value, json};

use super::{check, figure, number, refused, result, suite, text};

/// An order of `P` with lines of `[item, per unit]`, backflushed from `LINE`.
fn order(good: &Value, per: &[(&str, Ratio)], more: Value) -> Value {
    let quantity = number(good);
    let lines: Vec<Value> = per
        .iter()
        .enumerate()
        .map(|(at, (item, per))| {
            let required = per.checked_mul(quantity).unwrap().to_string();
            json!({"number": at + 1, "item": item, "required": required, "method": "backflush", "location": "LINE"})
        })
        .collect();
    let mut order = json!({"id": "MO", "item": "P", "good": text(good), "plan": "released", "lines": lines});
    for (field, value) in more.as_object().unwrap() {
        order[field] = value.clone();
    }
    order
}

/// What is to be issued for what has been received, by line 1.
fn to_issue(order: &Value) -> Ratio {
    let got = result(
        &json!({"format": 1, "kind": "propose_issue", "order": order, "what": {"scheme": "received"}}),
    );
    figure(&got["lines"][0]["quantity"])
}

fn per_unit(inputs: &Value) -> Ratio {
    let scrap = number(&inputs["scrap_pct"]).checked_div(Ratio::from_int(100)).unwrap();
    let factor = Ratio::ONE.checked_add(scrap).unwrap();
    number(&inputs["per_unit_mm"]).checked_mul(factor).unwrap()
}

#[test]
fn case_suites_issue_002_only_for_what_was_received() {
    let Some(case) = suite("issue-002") else { return };
    let inputs = &case["inputs"];
    let per = [("C", per_unit(inputs))];
    let pairs = inputs["cases_received_issued"].as_array().unwrap();
    for (at, pair) in pairs.iter().enumerate() {
        let mut order = order(&inputs["ordered"], &per, json!({"received": {"good": text(&pair[0])}}));
        order["lines"][0]["issued"] = text(&pair[1]);
        check(&case, &format!("to_issue[{at}]"), &case["expected"]["to_issue"][at], to_issue(&order));
    }
}

#[test]
fn case_suites_issue_003_drafts_count() {
    let Some(case) = suite("issue-003") else { return };
    let inputs = &case["inputs"];
    let more = json!({"draft_received": text(&inputs["draft_received"])});
    let mut order = order(&inputs["ordered"], &[("C", per_unit(inputs))], more);
    order["lines"][0]["linked"] = text(&inputs["draft_issued_mm"]);
    check(&case, "to_issue", &case["expected"]["to_issue"], to_issue(&order));
}

#[test]
fn case_suites_issue_004_after_over_production() {
    let Some(case) = suite("issue-004") else { return };
    let inputs = &case["inputs"];
    let mut order = order(&inputs["ordered"], &[("C", per_unit(inputs))], json!({}));
    let (mut received, mut issued) = (Ratio::ZERO, Ratio::ZERO);
    for (at, step) in inputs["steps"].as_array().unwrap().iter().enumerate() {
        let words: Vec<&str> = step.as_str().unwrap().split(' ').collect();
        let quantity: Ratio = words[1].parse().unwrap();
        let sum = if words[0] == "receive" { &mut received } else { &mut issued };
        *sum = sum.checked_add(quantity).unwrap();
        order["received"] = json!({"good": received.to_string()});
        order["lines"][0]["issued"] = json!(issued.to_string());
        check(&case, step.as_str().unwrap(), &case["expected"]["to_issue_after_step"][at], to_issue(&order));
    }
}

/// Plenty of both items in `MAIN`, an order, and commands after it.
fn execute(order: &Value, items: &[&str], commands: &[Value]) -> Value {
    let requests: Vec<Value> = commands
        .iter()
        .enumerate()
        .map(|(at, command)| json!({"key": format!("k{at}"), "command": command}))
        .collect();
    let ids = items.iter().chain(&["P"]);
    let place = |id: &str, kind: &str| json!({"location": {"id": id, "site": "S", "kind": kind}});
    result(&json!({"format": 1, "kind": "execute", "now": {"at": "2026-03-02T08:00:00Z"},
        "records": {
            "items": ids.map(|id| json!({"item": id})).collect::<Vec<_>>(),
            "places": [place("MAIN", "normal"), place("LINE", "line_side")],
            "balances": items.iter().map(|item| json!({"stock": {"item": item, "location": "MAIN"},
                "quantity": 1_000_000})).collect::<Vec<_>>(),
            "orders": [order]},
        "requests": requests}))
}

fn stage(document: &str, more: Value) -> Value {
    let mut stage = json!({"do": "stage", "document": document, "order": "MO", "from": "MAIN", "to": "LINE"});
    for (field, value) in more.as_object().unwrap() {
        stage[field] = value.clone();
    }
    stage
}

fn receive(document: &str, quantity: &Value) -> Value {
    json!({"do": "receive", "document": document, "order": "MO",
        "lines": [{"quantity": text(quantity), "location": "MAIN"}]})
}

/// What an outcome issued of an item.
fn consumed(outcome: &Value, item: &str) -> Ratio {
    let lines = outcome["reply"]["lines"].as_array().unwrap_or_else(|| panic!("{outcome}"));
    let of = lines.iter().filter(|line| line["item"] == item).map(|line| figure(&line["quantity"]));
    of.fold(Ratio::ZERO, |sum, quantity| sum.checked_add(quantity).unwrap())
}

fn lines_of(bom: &Value) -> Vec<(&str, Ratio)> {
    bom.as_object().unwrap().iter().map(|(item, per)| (item.as_str(), number(per))).collect()
}

#[test]
fn case_suites_issue_007_backflush_by_the_list() {
    let Some(case) = suite("issue-007") else { return };
    let inputs = &case["inputs"];
    let over = number(&inputs["overproduction_pct"]).checked_div(Ratio::from_int(100)).unwrap();
    let per = lines_of(&inputs["bom"]);
    let order = order(&inputs["order"], &per, json!({"policy": {"over_receipt": over.to_string()}}));
    let mut commands = Vec::new();
    for (at, step) in inputs["steps"].as_array().unwrap().iter().enumerate() {
        let words: Vec<&str> = step.as_str().unwrap().split(' ').collect();
        let quantity = json!(words[words.len() - 1]);
        commands.push(match words[0] {
            "transfer" => stage(&format!("T{at}"), json!({"sets": quantity})),
            _ => receive(&format!("R{at}"), &quantity),
        });
    }
    let items: Vec<&str> = per.iter().map(|(item, _)| *item).collect();
    let got = execute(&order, &items, &commands);
    let last = got["outcomes"].as_array().unwrap().last().unwrap();
    for (item, expected) in case["expected"]["consumed_in_last_step"].as_object().unwrap() {
        check(&case, item, expected, consumed(last, item));
    }
}

#[test]
fn case_suites_issue_008_above_the_order() {
    let Some(case) = suite("issue-008") else { return };
    let inputs = &case["inputs"];
    let variants = inputs["allowance_pct_variants"].as_array().unwrap();
    for (at, allowance) in variants.iter().enumerate() {
        let over = number(allowance).checked_div(Ratio::from_int(100)).unwrap();
        let more = json!({"policy": {"over_receipt": over.to_string()}});
        let mut order = order(&inputs["order"], &[("C", Ratio::ONE)], more);
        order["lines"][0]["method"] = json!("direct");
        let request = json!({"format": 1, "kind": "propose_issue", "order": order,
            "what": {"scheme": "sets", "sets": text(&inputs["transfer_for"])}});
        match case["expected"]["result"][at].as_str().unwrap() {
            "accepted" => assert_eq!(figure(&result(&request)["lines"][0]["quantity"]), Ratio::from_int(3)),
            _ => assert_eq!(refused(&request)["error"]["code"], "KIT_QTY_EXCEEDS"),
        }
    }
}

#[test]
fn case_suites_issue_009_what_was_brought_is_used_evenly() {
    let Some(case) = suite("issue-009") else { return };
    let inputs = &case["inputs"];
    let per = lines_of(&inputs["bom_per_unit"]);
    let more = json!({"policy": {"backflush": {"method": "transferred"}}});
    let order = order(&inputs["order"], &per, more);
    let brought: Vec<Value> = per
        .iter()
        .enumerate()
        .map(|(at, (item, _))| json!({"line": at + 1, "quantity": text(&inputs["transferred"][*item])}))
        .collect();
    let mut commands = vec![stage("T", json!({"lines": brought}))];
    for (at, quantity) in inputs["completions"].as_array().unwrap().iter().enumerate() {
        commands.push(receive(&format!("R{at}"), quantity));
    }
    let items: Vec<&str> = per.iter().map(|(item, _)| *item).collect();
    let got = execute(&order, &items, &commands);
    for outcome in &got["outcomes"].as_array().unwrap()[1..] {
        for (item, expected) in case["expected"]["consumed_each"].as_object().unwrap() {
            check(&case, item, expected, consumed(outcome, item));
        }
    }
}

#[test]
fn case_suites_op_002_split_by_batch() {
    let Some(case) = suite("op-002") else { return };
    let inputs = &case["inputs"];
    let order = order(&inputs["order"], &[], json!({}));
    let split = json!({"do": "split_order", "order": "MO", "split": {"by": "batch", "size": text(&inputs["batch_size"])}});
    let got = execute(&order, &[], &[split]);
    let lines = got["outcomes"][0]["reply"]["lines"].as_array().unwrap();
    assert_eq!(lines.len(), 3);
    for line in lines {
        check(&case, "each", &case["expected"]["each_finished_line_qty"], figure(&line["quantity"]));
    }
}

#[test]
fn case_suites_iss_006_one_and_a_half_sets() {
    let Some(case) = suite("iss-006") else { return };
    let got = result(&json!({"format": 1, "kind": "buildable_sets", "lines": [{"item": "C", "per_set": 1}],
        "available": {"C": text(&case["inputs"]["sets_exact"])}}));
    check(&case, "sets", &case["expected"]["sets"], figure(&got["sets"]));
}

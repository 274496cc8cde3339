//! Random steps, and the commands that the kernel gets for them.

use serde_json::{Value, json};

use super::reference::{LOTS, Model, Step, lot_name};
use crate::dice::Dice;

pub(super) fn random(dice: &mut Dice, model: &mut Model, document: &str) -> Step {
    let n = dice.below(9) + 1;
    let (holds, orders) = model.names;
    if orders == 0 {
        model.names.1 = 1;
        return Step::Order { order: "O0".to_owned(), good: n };
    }
    // Mostly an order of late, so that its counters are in play.
    let order = format!("O{}", (orders - 1 - dice.below(orders.min(12))).max(0));
    let lot = lot_name(dice.index(LOTS));
    match dice.below(48) {
        0..5 => Step::In { item: "B", lot: String::new(), owner: "", n: 3 * n },
        5 | 6 => Step::In { item: "B", lot: String::new(), owner: "CUST", n },
        7..10 => Step::In { item: "L", lot, owner: "", n },
        10..14 => Step::In { item: "D", lot: String::new(), owner: "", n: 4 * n },
        14 => Step::Out { item: "B", lot: String::new(), owner: "", n },
        15 => Step::Out { item: "B", lot: String::new(), owner: "CUST", n },
        16 => Step::Out { item: "L", lot, owner: "", n },
        17 => Step::Out { item: "D", lot: String::new(), owner: "", n },
        18 | 19 => Step::Transfer { n },
        20..23 => {
            model.names.1 += 1;
            Step::Order { order: format!("O{orders}"), good: n }
        }
        23..28 => Step::Issue { order, line: 0, n },
        28..31 => Step::Issue { order, line: 1, n },
        31 | 32 => Step::Return { order, n },
        33 | 34 => Step::Defect { order, n },
        35..40 => Step::Receive { order, n },
        40 => {
            model.names.0 += 1;
            Step::Hold { hold: format!("H{document}"), order, n }
        }
        41 if holds > 0 => Step::Release { hold: held(dice, model, document) },
        _ => undo(dice, model),
    }
}

/// A hold that is there, if there is one.
fn held(dice: &mut Dice, model: &Model, document: &str) -> String {
    let names = model.holds();
    if names.is_empty() { format!("H{document}") } else { names[dice.index(names.len())].clone() }
}

/// Mostly something recent, which can be undone more often; now and then what is undone already.
fn undo(dice: &mut Dice, model: &mut Model) -> Step {
    if model.documents.is_empty() {
        return Step::Undo { document: "NONE".to_owned() };
    }
    let reach = if dice.below(8) == 0 { 200 } else { 8 };
    let back = dice.index(model.documents.len().min(reach));
    let at = model.documents.len() - 1 - back;
    let document = if dice.below(16) == 0 { model.documents[at].clone() } else { model.documents.remove(at) };
    Step::Undo { document }
}

/// The command of a step.
pub(super) fn command(step: &Step, document: &str) -> Value {
    let at = |item: &str, lot: &str, owner: &str| {
        let mut stock = json!({"item": item, "location": "W"});
        if !lot.is_empty() {
            stock["lot"] = json!(lot);
        }
        if !owner.is_empty() {
            stock["key"] = json!({"owner": owner});
        }
        stock
    };
    match step {
        Step::In { item, lot, owner, n } => {
            let mut command = json!({"do": "stock", "document": document, "kind": "stock_in",
                "lines": [{"stock": at(item, lot, owner), "quantity": n}]});
            if !lot.is_empty() {
                command["lots"] = json!([{"item": "L", "lot": lot, "received": "2026-03-02",
                    "usable_until": format!("2026-06-{}", &lot[3..].parse::<u32>().unwrap() + 10)}]);
            }
            command
        }
        Step::Out { item, lot, owner, n } => json!({"do": "stock", "document": document, "kind": "stock_out",
            "lines": [{"stock": at(item, lot, owner), "quantity": n}]}),
        Step::Transfer { n } => json!({"do": "transfer", "document": document,
            "lines": [{"stock": at("B", "", ""), "location": "LS", "quantity": n}]}),
        Step::Order { order, good } => json!({"do": "create_order", "order": {"id": order, "item": "A",
            "good": good, "plan": "released", "lines": [
                {"number": 1, "item": "B", "location": "W", "required": 2 * good},
                {"number": 2, "item": "L", "location": "W", "required": good},
                {"number": 3, "item": "D", "location": "W", "required": 3 * good, "method": "backflush"}]}}),
        Step::Issue { order, line, n } => json!({"do": "issue", "document": document, "order": order,
            "what": {"scheme": "lines", "lines": [{"line": line + 1, "quantity": n}]}}),
        Step::Return { order, n } => give_back(document, order, "good", "W", *n),
        Step::Defect { order, n } => give_back(document, order, "incoming_defect", "BAD", *n),
        Step::Receive { order, n } => json!({"do": "receive", "document": document, "order": order,
            "lines": [{"quantity": n, "location": "W"}]}),
        Step::Hold { hold, order, n } => json!({"do": "hold", "hold": hold, "stock": at("B", "", ""),
            "quantity": n, "owner": {"for": "order", "line": {"document": order, "line": 1}}}),
        Step::Release { hold } => json!({"do": "release_hold", "item": "B", "hold": hold}),
        Step::Undo { document } => json!({"do": "document", "document": document, "step": "reverse"}),
    }
}

fn give_back(document: &str, order: &str, kind: &str, place: &str, n: i64) -> Value {
    json!({"do": "return", "document": document, "order": order, "kind": kind,
        "lines": [{"line": 1, "quantity": n, "location": place}]})
}

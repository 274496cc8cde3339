//! F04, F05, F06, F09, F11 and the idempotency key.

use serde_json::{Value, json};

use super::{Shop, id, q};

fn sales(quantity: i64) -> Value {
    json!({"do": "create_document", "approve": true, "document": {"id": "SO", "kind": "sales",
        "date": "2026-03-02", "lines": [{"number": 1, "item": "A", "quantity": quantity}]}})
}

fn push(document: &str, quantity: i64) -> Value {
    json!({"do": "push", "document": document, "kind": "stock_out", "lines": [{"quantity": quantity,
        "source": {"document": "SO", "line": 1}, "stock": {"item": "A", "location": "W"}}]})
}

fn step(document: &str, step: &str) -> Value {
    json!({"do": "document", "document": document, "step": step})
}

#[test]
fn f04_push_down_with_write_back_and_no_double_push() {
    let mut shop = Shop::new();
    shop.stock("A", "W", "100");
    shop.good(sales(100));
    shop.good(push("D1", 60));
    assert_eq!(shop.bad(push("D2", 50)), "OVER_PUSH: Only 40 is left, asked 50.");
    assert_eq!(shop.bad(step("SO", "unapprove")), "HAS_DOWNSTREAM: SO has downstream documents: D1.");
    shop.good(step("D1", "void"));
    let line = |shop: &Shop| shop.state.documents[&id("SO")].lines[0].clone();
    assert_eq!(line(&shop).remaining_to_push(false), Ok(q("100")));
    shop.good(push("D2", 50));
    shop.good(step("D2", "submit"));
    shop.good(step("D2", "approve"));
    assert_eq!((shop.balance("A", "W"), line(&shop).links[0].approved), ("50".to_owned(), true));
    assert_eq!(shop.bad(step("D2", "approve")), "DOC_STATE: D2 is approved; approve needs draft, submitted.");
    shop.good(step("D2", "reverse"));
    assert_eq!((shop.balance("A", "W"), line(&shop).links.len()), ("100".to_owned(), 0));
    shop.good(step("SO", "unapprove"));
}

#[test]
fn f04_a_key_is_used_once() {
    let mut shop = Shop::new();
    let command = |quantity: i64| {
        json!({"do": "stock", "document": "IN", "kind": "stock_in",
            "lines": [{"stock": {"item": "B", "location": "W"}, "quantity": quantity}]})
    };
    let first = shop.run_as("same", command(10)).unwrap();
    let again = shop.run_as("same", command(10)).unwrap();
    assert_eq!((first.lines, first.documents), (again.lines, again.documents));
    assert_eq!(again.findings[0].code().as_str(), "DUPLICATE_REQUEST");
    assert_eq!(shop.balance("B", "W"), "10");
    let other = shop.run_as("same", command(11)).unwrap_err();
    assert_eq!(other.to_string(), "KEY_REUSED: Key same was used for another command.");
}

#[test]
fn f04_a_stale_version_changes_nothing() {
    use headstock::execution::{Request, decide};
    let mut shop = Shop::new();
    shop.stock("B", "W", "10");
    let take = |key: &str, document: &str| -> Request {
        serde_json::from_value(json!({"key": key, "command": {"do": "stock", "document": document,
            "kind": "stock_out", "lines": [{"stock": {"item": "B", "location": "W"}, "quantity": 8}]}}))
        .unwrap()
    };
    let one = decide(&shop.state, &take("a", "S1"), super::now()).unwrap().changes.unwrap();
    let two = decide(&shop.state, &take("b", "S2"), super::now()).unwrap().changes.unwrap();
    shop.state.apply(&one).unwrap();
    let before = shop.state.clone();
    let conflict = shop.state.apply(&two).unwrap_err();
    assert_eq!(conflict.finding().to_string(), "STALE_VERSION: B was changed by someone else; reload it.");
    assert_eq!((before, shop.balance("B", "W")), (shop.state.clone(), "2".to_owned()));
}

#[test]
fn f05_flags_of_a_location_with_stock_stay() {
    let mut shop = Shop::new();
    let customers = json!({"item": "B", "location": "V", "key": {"owner": "CUST"}});
    let own = json!({"item": "B", "location": "V"});
    let post = |document: &str, stock: &Value| {
        json!({"do": "stock", "document": document, "kind": "stock_in",
            "lines": [{"stock": stock, "quantity": 52}]})
    };
    assert_eq!(shop.bad(post("IN", &own)), "WH_KIND_MISMATCH: V cannot be used for IN.");
    shop.good(post("IN", &customers));
    let set = json!({"do": "set_place", "location": {"id": "V", "site": "P", "kind": "customer_owned"}});
    assert_eq!(shop.bad(set), "WH_COSTING_CHANGE: V still holds stock; the costing flag cannot change.");
    let frozen = json!({"do": "set_place", "state": "frozen",
        "location": {"id": "V", "site": "P", "kind": "customer_owned", "in_costing": false}});
    shop.good(frozen.clone());
    assert_eq!(shop.bad(post("IN2", &customers)), "WH_KIND_MISMATCH: V cannot be used for IN2.");
    let mut counting = frozen;
    counting["state"] = json!("counting");
    shop.good(counting);
    assert_eq!(
        shop.bad(post("IN2", &customers)),
        "COUNT_IN_PROGRESS: V is being counted; movements are blocked."
    );
    shop.good(json!({"do": "count", "document": "CT", "lines": [{"stock": customers, "counted": 50}]}));
    assert_eq!(shop.balance("B", "V"), "50");
}

#[test]
fn f05_another_owner_s_stock_does_not_serve_an_order() {
    let mut shop = Shop::new();
    shop.good(json!({"do": "stock", "document": "IN", "kind": "stock_in", "lines": [
        {"stock": {"item": "B", "location": "W", "key": {"owner": "CUST"}}, "quantity": 52}]}));
    shop.order("MO", 10, &[("B", "10")], json!({}));
    let issue = json!({"do": "issue", "document": "I1", "order": "MO"});
    assert_eq!(shop.bad(issue), "OWNER_MISMATCH: Stock belongs to CUST; the order is for –.");
    let move_it = json!({"do": "transfer", "document": "T", "lines": [
        {"stock": {"item": "B", "location": "W", "key": {"owner": "CUST"}}, "owner": "OTHER", "quantity": 1}]});
    assert_eq!(shop.bad(move_it), "TRANSFER_ACROSS_OWNERSHIP: Stock cannot change owner by transfer.");
    shop.order(
        "MT",
        10,
        &[("B", "10")],
        json!({"kind": "tolling", "key": {"owner": "CUST"},
        "line": {"key": {"owner": "CUST"}}}),
    );
    shop.good(json!({"do": "issue", "document": "I1", "order": "MT"}));
}

#[test]
fn f06_periods() {
    let mut shop = Shop::new();
    for (period, from, to) in
        [("2026-02", "2026-02-01", "2026-02-28"), ("2026-03", "2026-03-01", "2026-03-31")]
    {
        shop.good(json!({"do": "period", "period": period, "step": "open", "days": [from, to]}));
    }
    let ask = |period: &str, step: &str| json!({"do": "period", "period": period, "step": step, "run": "R7"});
    assert_eq!(shop.bad(ask("2026-03", "close")), "PERIOD_NOT_SEQUENTIAL: Close 2026-02 first.");
    shop.good(ask("2026-02", "close"));
    let post = |date: &str| {
        json!({"do": "stock", "document": format!("IN {date}"), "kind": "stock_in", "date": date,
            "lines": [{"stock": {"item": "B", "location": "W"}, "quantity": 1}]})
    };
    assert_eq!(
        shop.bad(post("2026-02-28")),
        "PERIOD_CLOSED: 2026-02 is closed; the next open period is 2026-03."
    );
    shop.good(post("2026-03-01"));
    assert_eq!(shop.state.documents[&id("IN 2026-03-01")].period, Some(id("2026-03")));
    shop.good(ask("2026-03", "lock"));
    assert_eq!(shop.bad(post("2026-03-02")), "PERIOD_LOCKED_BY_COSTING: 2026-03 is locked by cost run R7.");
    assert_eq!(
        shop.bad(super::reverse("IN 2026-03-01")),
        "PERIOD_LOCKED_BY_COSTING: 2026-03 is locked by cost run R7."
    );
    shop.good(ask("2026-03", "unlock"));
    shop.good(ask("2026-03", "close"));
    assert!(shop.bad(ask("2026-02", "reopen")).starts_with("PERIOD_NOT_SEQUENTIAL"));
    shop.good(ask("2026-03", "reopen"));
}

#[test]
fn f09_opening_balances_with_control_totals() {
    let mut shop = Shop::new();
    let stock = json!({"item": "B", "location": "W"});
    let opening = |control: &str| {
        json!({"do": "opening", "document": "OB", "date": "2026-03-01", "control_amount": control, "lines": [
            {"stock": stock, "quantity": 10, "unit_cost": "2.00"}, {"stock": stock, "quantity": 5, "unit_cost": "2.50"},
            {"stock": stock, "quantity": 1, "unit_cost": "3.00"}]})
    };
    assert_eq!(shop.bad(opening("35.00")), "OPENING_TOTAL: layers adds up to 35.5, control total 35.00.");
    shop.good(opening("35.50"));
    assert_eq!(shop.balance("B", "W"), "16");
    shop.good(
        json!({"do": "period", "period": "2026-02", "step": "open", "days": ["2026-02-01", "2026-02-28"]}),
    );
    shop.good(json!({"do": "period", "period": "2026-02", "step": "close"}));
    assert_eq!(
        shop.bad(opening("35.50")),
        "OPENING_LOCKED: Opening balances are locked since the first close."
    );
}

#[test]
fn f11_two_quantities() {
    let mut shop = Shop::with(json!({"items": [{"item": "HAM", "second_quantity": true}],
        "places": [{"location": {"id": "W", "site": "P"}}]}));
    let stock = json!({"item": "HAM", "location": "W"});
    let post = |document: &str, kind: &str, quantity: i64, second: Value| {
        json!({"do": "stock", "document": document, "kind": kind,
            "lines": [{"stock": stock, "quantity": quantity, "second": second}]})
    };
    assert_eq!(
        shop.bad(post("IN", "stock_in", 10, json!(null))),
        "SECOND_QUANTITY_MISSING: HAM needs its second quantity."
    );
    shop.good(post("IN", "stock_in", 10, json!("81.4")));
    shop.good(post("OUT", "stock_out", 3, json!("24.9")));
    let row = shop.state.balances_of(&id("HAM")).next().unwrap();
    assert_eq!((row.quantity, row.second), (q("7"), Some(q("56.5"))));
}

//! Stock keys, statuses, lots and counts (F07, Q06).

use serde_json::json;

use super::{Shop, id, q};

#[test]
fn q06_blocked_stock_is_not_available() {
    let mut shop = Shop::new();
    let stock = json!({"item": "L", "location": "W", "lot": "L1"});
    shop.good(json!({"do": "stock", "document": "IN", "kind": "stock_in",
        "lots": [{"item": "L", "lot": "L1", "received": "2026-01-05", "inspection": "QC7"}],
        "lines": [{"stock": stock, "quantity": 500}]}));
    let to = |document: &str, quantity: i64, status: &str, reason: &str| {
        json!({"do": "transfer", "document": document, "reason": reason,
            "lines": [{"stock": stock, "quantity": quantity, "status": status}]})
    };
    assert_eq!(shop.bad(to("T1", 120, "inspection", "")), "REASON_REQUIRED: Enter a reason.");
    shop.good(to("T1", 120, "inspection", "sample"));
    shop.good(to("T2", 30, "blocked", "damaged"));
    let free = shop.state.balance(&serde_json::from_value(stock.clone()).unwrap()).unwrap().quantity;
    assert_eq!(free, q("350"));
    shop.order("MO", 1, &[("L", "500")], json!({}));
    let issue = |quantity: i64| {
        json!({"do": "issue", "document": "I1", "order": "MO",
            "what": {"scheme": "lines", "lines": [{"line": 1, "quantity": quantity, "lot": "L1"}]}})
    };
    assert_eq!(shop.bad(issue(351)), "STOCK_SHORT: L in W: need 351, available 350.");
    shop.good(issue(350));
    let mut more = issue(1);
    more["document"] = json!("I2");
    assert_eq!(shop.bad(more), "LOT_BLOCKED: Lot L1 is blocked by QC7.");
}

#[test]
fn f07_every_part_that_the_item_uses_is_named() {
    let mut shop = Shop::with(json!({"items": [{"item": "A", "parts": {"project": true}}],
        "places": [{"location": {"id": "W", "site": "P"}}]}));
    let post = |key: serde_json::Value| {
        json!({"do": "stock", "document": "IN", "kind": "stock_in",
            "lines": [{"stock": {"item": "A", "location": "W", "key": key}, "quantity": 1}]})
    };
    assert_eq!(shop.bad(post(json!({}))), "KEY_INCOMPLETE: A needs project.");
    shop.good(post(json!({"project": "P7"})));
}

#[test]
fn f03_a_location_that_forbids_it_never_goes_below_nought() {
    let mut shop = Shop::new();
    let post = |kind: &str, place: &str, quantity: i64| {
        json!({"do": "stock", "document": format!("{kind} {place}"), "kind": kind, "reason": "x",
            "lines": [{"stock": {"item": "B", "location": place}, "quantity": quantity}]})
    };
    assert_eq!(shop.bad(post("stock_out", "W", 5)), "STOCK_SHORT: B in W: need 5, available 0.");
    assert_eq!(shop.bad(post("adjustment", "W", -5)), "STOCK_NEGATIVE: B in W would become -5.");
    shop.good(post("stock_out", "NEG", 5));
    assert_eq!(shop.balance("B", "NEG"), "-5");
}

#[test]
fn counts_post_the_difference() {
    let mut shop = Shop::new();
    shop.stock("B", "W", "10");
    let reply = shop.good(json!({"do": "count", "document": "CT", "lines": [
        {"stock": {"item": "B", "location": "W"}, "counted": 8}, {"stock": {"item": "C", "location": "W"}, "counted": 0}]}));
    assert_eq!((reply.lines[0].quantity, shop.balance("B", "W")), (q("-2"), "8".to_owned()));
    assert_eq!(shop.state.documents[&id("CT")].lines.len(), 1);
    assert!(
        shop.bad(json!({"do": "count", "document": "CT2", "lines": [
        {"stock": {"item": "B", "location": "W"}, "counted": -1}]}))
            .starts_with("QTY_NOT_POSITIVE")
    );
}

#[test]
fn hostile_commands_are_refused_with_a_code() {
    let mut shop = Shop::new();
    shop.stock("B", "W", "10");
    let post = |stock: serde_json::Value, quantity: serde_json::Value| json!({"do": "stock", "document": "IN", "kind": "stock_in", "lines": [{"stock": stock, "quantity": quantity}]});
    let b = json!({"item": "B", "location": "W"});
    assert!(shop.bad(post(b.clone(), json!("1.5"))).starts_with("PRECISION_EXCEEDED"));
    assert!(shop.bad(post(b.clone(), json!(-1))).starts_with("QTY_NOT_POSITIVE"));
    assert!(shop.bad(post(b.clone(), json!(i64::MAX))).starts_with("QTY_OUT_OF_RANGE"));
    assert!(shop.bad(post(json!({"item": "?", "location": "W"}), json!(1))).starts_with("UNKNOWN_REFERENCE"));
    assert!(shop.bad(post(json!({"item": "B", "location": "?"}), json!(1))).starts_with("UNKNOWN_REFERENCE"));
    assert!(shop.bad(post(json!({"item": "L", "location": "W"}), json!(1))).starts_with("LOT_REQUIRED"));
    assert!(shop.bad(super::receive("R", "NO SUCH", 1)).starts_with("UNKNOWN_REFERENCE"));
    assert!(shop.bad(super::reverse("NO SUCH")).starts_with("UNKNOWN_REFERENCE"));
}

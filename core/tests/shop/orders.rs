//! X03 to X06.

use headstock::order::{BusinessState, TaskState};
use serde_json::json;

use super::{Shop, id, q, receive, reverse};

fn step(order: &str, step: &str) -> serde_json::Value {
    json!({"do": "order_step", "order": order, "step": step})
}

#[test]
fn x03_finished_by_tolerance_and_open_until_it_is_closed() {
    let mut shop = Shop::new();
    shop.order("MO", 100, &[], json!({"policy": {"under_receipt": "0.02"}}));
    shop.good(receive("R1", "MO", 60));
    shop.good(receive("R2", "MO", 38));
    let order = &shop.state.orders[&id("MO")];
    assert_eq!((order.task().unwrap(), order.business), (TaskState::Finished, BusinessState::Normal));
    shop.good(step("MO", "close"));
    assert_eq!(
        shop.bad(receive("R3", "MO", 1)),
        "ORDER_STATE: Order MO is closed; this needs released, normal."
    );
    assert_eq!(shop.bad(reverse("R2")), "ORDER_STATE: Order MO is closed; this needs normal, suspended.");
    shop.good(step("MO", "reopen"));
    shop.good(step("MO", "close"));
    shop.good(step("MO", "settle"));
    assert!(shop.bad(step("MO", "reopen")).starts_with("ORDER_STATE"));
}

#[test]
fn x03_nothing_moves_before_the_release_or_while_suspended() {
    let mut shop = Shop::new();
    shop.order("MO", 10, &[], json!({"plan": "planned"}));
    assert_eq!(
        shop.bad(receive("R1", "MO", 1)),
        "ORDER_STATE: Order MO is planned; this needs released, normal."
    );
    for name in ["confirm", "release", "suspend"] {
        shop.good(step("MO", name));
    }
    assert!(shop.bad(receive("R1", "MO", 1)).contains("suspended"));
    shop.good(step("MO", "resume"));
    shop.good(receive("R1", "MO", 1));
    assert_eq!(shop.bad(step("MO", "close")), "REASON_REQUIRED: Enter a reason.");
}

#[test]
fn x03_reopening_needs_an_open_period() {
    let mut shop = Shop::new();
    let period = |step: &str, days: serde_json::Value| json!({"do": "period", "period": "2026-03", "step": step, "days": days});
    shop.good(period("open", json!(["2026-03-01", "2026-03-31"])));
    shop.order("MO", 1, &[], json!({}));
    shop.good(receive("R1", "MO", 1));
    shop.good(step("MO", "close"));
    shop.good(period("close", json!(null)));
    assert_eq!(
        shop.bad(step("MO", "reopen")),
        "REOPEN_PERIOD_CLOSED: MO was closed in 2026-03, which is closed."
    );
}

#[test]
fn x04_a_change_moves_the_requirement_and_never_below_what_is_issued() {
    let mut shop = Shop::new();
    shop.stock("B", "W", "500");
    shop.order("MO", 100, &[("B", "200")], json!({}));
    shop.good(json!({"do": "issue", "document": "I1", "order": "MO",
        "what": {"scheme": "lines", "lines": [{"line": 1, "quantity": 80}]}}));
    let change = |document: &str, good: i64| json!({"do": "change_order", "document": document, "order": "MO", "good": good, "reason": "customer"});
    shop.good(change("C1", 120));
    assert_eq!(shop.state.orders[&id("MO")].lines[0].required, q("240"));
    assert_eq!(shop.line("MO", 1), ("80".into(), "0".into(), "160".into()));
    assert_eq!(shop.bad(change("C2", 30)), "REDUCE_BELOW_ISSUED: B needs 60 but 80 is issued.");
    let explode = json!({"do": "change_order", "document": "C3", "order": "MO", "reason": "new BOM",
        "lines": [{"change": "explode", "lines": [{"number": 1, "item": "C", "required": 1}]}]});
    assert_eq!(
        shop.bad(explode),
        "REEXPLODE_AFTER_ISSUE: Material was issued; the list cannot be re-exploded."
    );
    let require = json!({"do": "change_order", "document": "C4", "order": "MO", "reason": "spare",
        "lines": [{"change": "require", "line": 1, "required": 79}]});
    assert_eq!(
        shop.bad(require),
        "CHANGE_BELOW_ISSUED: New requirement 79 is below the issued 80; return 1 first."
    );
}

#[test]
fn x04_lines_are_added_replaced_and_cancelled() {
    let mut shop = Shop::new();
    shop.stock("B", "W", "500");
    shop.order("MO", 100, &[("B", "200"), ("C", "100")], json!({}));
    shop.good(json!({"do": "issue", "document": "I1", "order": "MO",
        "what": {"scheme": "lines", "lines": [{"line": 1, "quantity": 80}]}}));
    shop.good(json!({"do": "change_order", "document": "C1", "order": "MO", "reason": "change", "lines": [
        {"change": "replace", "line": 1, "by": {"number": 3, "item": "M", "required": 120, "location": "W"}},
        {"change": "cancel", "line": 2}, {"change": "add", "line": {"number": 4, "item": "G", "required": 1}}]}));
    let order = &shop.state.orders[&id("MO")];
    let required: Vec<String> = order.lines.iter().map(|line| line.required.to_string()).collect();
    assert_eq!(required, ["80", "100", "120", "1"]);
    let issuable: Vec<bool> = order.lines.iter().map(headstock::order::ComponentLine::is_issuable).collect();
    assert_eq!(issuable, [false, false, true, true]);
}

#[test]
fn x05_tolerances_and_kits() {
    let mut shop = Shop::new();
    shop.order("MO", 100, &[], json!({"policy": {"over_receipt": "0.05", "under_receipt": "0.02"}}));
    assert_eq!(
        shop.bad(receive("R1", "MO", 106)),
        "OVER_RECEIPT: At most 105 may be received, this makes 106."
    );
    shop.good(receive("R1", "MO", 98));
    assert_eq!(shop.state.orders[&id("MO")].task().unwrap(), TaskState::Finished);
    shop.good(receive("R2", "MO", 6));
    shop.stock("B", "W", "500");
    shop.stock("C", "W", "500");
    shop.order("MK", 100, &[("B", "200"), ("C", "100")], json!({"policy": {"receipt_within_kits": true}}));
    shop.good(json!({"do": "issue", "document": "I1", "order": "MK",
        "what": {"scheme": "lines", "lines": [{"line": 1, "quantity": 90}, {"line": 2, "quantity": 50}]}}));
    assert_eq!(
        shop.bad(receive("R3", "MK", 50)),
        "RECEIPT_EXCEEDS_ISSUED_KITS: Material was issued for 45 sets only."
    );
    shop.good(receive("R3", "MK", 45));
}

#[test]
fn x05_a_receipt_that_was_used_cannot_be_undone() {
    let mut shop = Shop::new();
    shop.order("MO", 10, &[], json!({}));
    shop.good(receive("R1", "MO", 10));
    shop.good(json!({"do": "stock", "document": "S1", "kind": "stock_out",
        "lines": [{"stock": {"item": "A", "location": "W"}, "quantity": 4}]}));
    assert_eq!(
        shop.bad(reverse("R1")),
        "RECEIPT_REVERSAL_CONSUMED: 4 of this receipt has already been used or shipped."
    );
}

#[test]
fn x05_a_draft_receipt_counts_only_as_a_draft() {
    let mut shop = Shop::new();
    shop.stock("B", "W", "500");
    shop.order("MO", 100, &[("B", "200")], json!({"line": {"method": "backflush"}}));
    let before = shop.business();
    let mut draft = receive("R1", "MO", 30);
    draft["draft"] = json!(true);
    shop.good(draft);
    let order = &shop.state.orders[&id("MO")];
    assert_eq!((order.received.good, order.draft_received), (q("0"), q("30")));
    assert_eq!(
        shop.bad(json!({"do": "order_step", "order": "MO", "step": "close", "reason": "x"})),
        "CLOSE_HAS_DRAFTS: Order MO has unapproved documents: R1."
    );
    shop.good(json!({"do": "document", "document": "R1", "step": "approve"}));
    assert_eq!((shop.balance("A", "W"), shop.balance("B", "W")), ("30".to_owned(), "440".to_owned()));
    for step in ["unapprove", "approve", "unapprove", "void"] {
        shop.good(json!({"do": "document", "document": "R1", "step": step}));
    }
    assert_eq!(shop.business(), before);
}

#[test]
fn x05_reports_are_apart_from_receipts() {
    let mut shop = Shop::new();
    shop.order("MO", 100, &[], json!({}));
    let report = json!({"do": "receive", "document": "T1", "order": "MO", "report": true, "lines": [
        {"quantity": 40}, {"class": "scrap_material", "quantity": 2}, {"class": "sample", "quantity": 1}]});
    shop.good(report);
    let order = &shop.state.orders[&id("MO")];
    assert_eq!((order.reported.good, order.reported.scrap().unwrap()), (q("40"), q("3")));
    assert_eq!((order.received.good, shop.balance("A", "W")), (q("0"), "0".to_owned()));
    let much = json!({"do": "receive", "document": "T2", "order": "MO", "report": true,
        "lines": [{"quantity": 58}]});
    assert_eq!(shop.bad(much), "REPORT_EXCEEDS_INPUT: Reported 101 exceeds the input 100.");
}

#[test]
fn x06_a_split_keeps_the_sum() {
    let mut shop = Shop::new();
    let pegs = json!([{"demand": {"document": "SO", "line": 1}, "quantity": 80},
        {"demand": {"document": "SO", "line": 2}, "quantity": 20}]);
    shop.order("MO", 100, &[("B", "200")], json!({"pegs": pegs}));
    shop.good(receive("R1", "MO", 40));
    let split = |quantity: i64| {
        json!({"do": "split_order", "order": "MO",
            "split": {"by": "parts", "parts": [{"order": "MO2", "quantity": quantity}]}})
    };
    assert_eq!(shop.bad(split(61)), "SPLIT_EXCEEDS_OPEN: Only 60 can be split off.");
    shop.good(split(25));
    let (old, new) = (&shop.state.orders[&id("MO")], &shop.state.orders[&id("MO2")]);
    assert_eq!((old.good, old.open().unwrap(), new.good), (q("75"), q("35"), q("25")));
    assert_eq!((old.lines[0].required, new.lines[0].required), (q("150"), q("50")));
    let sums: Vec<String> = [old, new]
        .iter()
        .map(|order| order.pegs.iter().fold(q("0"), |sum, peg| sum.plus(peg.quantity).unwrap()).to_string())
        .collect();
    assert_eq!(sums, ["75", "25"]);
}

#[test]
fn x06_a_split_by_batch() {
    let mut shop = Shop::new();
    shop.order("MO", 25, &[("B", "50")], json!({}));
    let split =
        |size: i64| json!({"do": "split_order", "order": "MO", "split": {"by": "batch", "size": size}});
    assert_eq!(shop.bad(split(0)), "SPLIT_RULE_ZERO: The split size must be positive.");
    let reply = shop.good(split(10));
    let sizes: Vec<String> = reply.lines.iter().map(|line| line.quantity.to_string()).collect();
    assert_eq!(sizes, ["10", "10", "5"]);
}

#[test]
fn x06_a_merge_needs_equal_orders_without_movement() {
    let mut shop = Shop::new();
    shop.stock("B", "W", "500");
    for (name, good, required) in [("O1", 30, "60"), ("O2", 20, "40")] {
        shop.order(name, good, &[("B", required)], json!({}));
    }
    shop.order("O3", 20, &[("B", "40")], json!({"workshop": "X"}));
    let merge = |orders: &[&str]| json!({"do": "merge_orders", "order": "NEW", "orders": orders});
    assert_eq!(shop.bad(merge(&["O1", "O3"])), "MERGE_ORDER_MISMATCH: Orders differ in workshop.");
    shop.good(json!({"do": "issue", "document": "I1", "order": "O2",
        "what": {"scheme": "lines", "lines": [{"line": 1, "quantity": 1}]}}));
    assert_eq!(shop.bad(merge(&["O1", "O2"])), "MERGE_HAS_MOVEMENT: O2 already has issues or receipts.");
    shop.good(reverse("I1"));
    shop.good(merge(&["O1", "O2"]));
    let new = &shop.state.orders[&id("NEW")];
    assert_eq!((new.good, new.lines[0].required), (q("50"), q("100")));
    assert_eq!(shop.state.orders[&id("O1")].business, BusinessState::Closed);
}

#[test]
fn x06_closing_releases_what_is_held() {
    let mut shop = Shop::new();
    shop.stock("B", "W", "50");
    shop.order("MO", 10, &[("B", "20")], json!({}));
    let stock = json!({"item": "B", "location": "W"});
    let owner = json!({"for": "order", "line": {"document": "MO", "line": 1}});
    shop.good(json!({"do": "hold", "hold": "H1", "owner": owner, "stock": stock, "quantity": 20}));
    let take = json!({"do": "stock", "document": "S1", "kind": "stock_out",
        "lines": [{"stock": stock, "quantity": 31}]});
    assert_eq!(shop.bad(take.clone()), "STOCK_SHORT: B in W: need 31, available 30.");
    shop.good(json!({"do": "issue", "document": "I1", "order": "MO",
        "what": {"scheme": "lines", "lines": [{"line": 1, "quantity": 5}]}}));
    assert_eq!(shop.state.hold(&id("B"), &id("H1")).unwrap().quantity, q("15"));
    shop.good(reverse("I1"));
    assert_eq!(shop.state.hold(&id("B"), &id("H1")).unwrap().quantity, q("20"));
    shop.good(json!({"do": "order_step", "order": "MO", "step": "close", "reason": "cancelled"}));
    shop.good(take);
}

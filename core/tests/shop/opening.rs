//! F09: a plant goes live.

use headstock::document::opening_rows;
use serde_json::{Value, json};

use super::{Shop, id, pairs, q, reverse};

/// A shop with a location at a supplier and a released order of 100 A from 200 B and 100 C.
fn shop() -> Shop {
    let mut shop = Shop::new();
    let sub = json!({"id": "SUB", "site": "P", "kind": "at_subcontractor"});
    shop.good(json!({"do": "set_place", "location": sub}));
    shop.order("MO", 100, &[("B", "200"), ("C", "100")], json!({}));
    shop
}

/// Every table of the row, each with its control total.
fn everything() -> Value {
    json!({"do": "opening", "document": "OB", "date": "2026-02-28",
        "lines": [
            {"stock": {"item": "B", "location": "W"}, "quantity": 10, "unit_cost": "2.00", "received": "2026-01-10"},
            {"stock": {"item": "B", "location": "W"}, "quantity": 5, "unit_cost": "2.50"},
            {"stock": {"item": "C", "location": "W"}, "quantity": 3, "amount": "10.01",
             "composition": [{"element": "material", "amount": "9.00"}, {"element": "labour", "amount": "1.01"}]},
            {"stock": {"item": "B", "location": "V", "key": {"owner": "CUST"}}, "quantity": 52}],
        "control_quantity": 70, "control_amount": "42.51",
        "at_suppliers": {"lines": [
            {"stock": {"item": "B", "location": "SUB"}, "quantity": 7, "unit_cost": "2.00"}],
            "control_quantity": 7, "control_amount": "14.00"},
        "orders": {"rows": [{"order": "MO", "moved": [
            {"line": 1, "quantity": 120}, {"line": 2, "quantity": 60},
            {"line": 0, "quantity": 45, "location": "W"}]}],
            "control_issued": 180, "control_received": 45},
        "wip": {"rows": [{"order": "MO", "element": "material", "amount": "300.00"},
            {"order": "MO", "element": "labour", "amount": "40.50"}], "control_amount": "340.50"},
        "accruals": {"rows": [
            {"id": "GR1", "supplier": "S1", "item": "B", "quantity": 20, "amount": "41.00", "date": "2026-02-20"},
            {"id": "GR2", "supplier": "S2", "order": "MO", "quantity": 5, "amount": "27.50"}],
            "control_quantity": 25, "control_amount": "68.50"}})
}

#[test]
fn f09_every_table_is_imported_with_its_control_total() {
    let mut shop = shop();
    let before = shop.business();
    shop.good(everything());
    let held = |item, place| shop.balance(item, place);
    assert_eq!((held("B", "W"), held("C", "W"), held("B", "V")), ("15".into(), "3".into(), "52".into()));
    assert_eq!((held("B", "SUB"), held("A", "W")), ("7".into(), "0".into()));
    // The order goes on where it stood.
    let order = &shop.state.orders[&id("MO")];
    assert_eq!((order.received.good, order.kits_issued().unwrap()), (q("45"), Some(q("60"))));
    assert_eq!(shop.line("MO", 1), ("120".into(), "0".into(), "80".into()));
    // The first cost period reads values, work in process and accruals.
    let rows = opening_rows(shop.state.documents.values()).unwrap();
    let stock: Vec<(String, String)> =
        rows.stock.iter().map(|row| (row.item.to_string(), row.amount.to_string())).collect();
    assert_eq!(stock, pairs(&[("B", "20.00"), ("B", "12.50"), ("C", "10.01"), ("B", "14.00")]));
    assert_eq!((rows.stock[2].composition.len(), rows.stock[0].quantity), (2, q("10")));
    assert_eq!(rows.stock[0].date.map(|date| date.to_string()).as_deref(), Some("2026-01-10"));
    let wip: Vec<(String, String)> =
        rows.wip.iter().map(|row| (row.element.to_string(), row.amount.to_string())).collect();
    assert_eq!(wip, pairs(&[("material", "300.00"), ("labour", "40.50")]));
    assert_eq!((rows.accruals.len(), rows.accruals[1].order.clone()), (2, Some(id("MO"))));
    // Taken back, nothing of it is left.
    shop.good(reverse("OB"));
    assert_eq!(shop.business(), before);
    assert!(opening_rows(shop.state.documents.values()).unwrap().wip.is_empty());
}

#[test]
fn f09_an_order_that_ran_before_is_finished_after() {
    let mut shop = shop();
    shop.good(everything());
    shop.stock("B", "W", "80");
    shop.stock("C", "W", "40");
    shop.good(json!({"do": "issue", "document": "I1", "order": "MO"}));
    assert_eq!(
        shop.bad(super::receive("R1", "MO", 56)),
        "OVER_RECEIPT: At most 100 may be received, this makes 101."
    );
    shop.good(super::receive("R1", "MO", 55));
    shop.good(json!({"do": "order_step", "order": "MO", "step": "close"}));
    assert_eq!(shop.bad(reverse("OB")), "ORDER_STATE: Order MO is closed; this needs normal, suspended.");
}

/// The codes and texts of all findings of a refusal, which changes nothing.
fn refusals(shop: &mut Shop, command: Value) -> Vec<String> {
    let before = shop.state.clone();
    let refused = shop.run(command).unwrap_err();
    assert_eq!(before, shop.state, "nothing imported");
    refused.findings().map(ToString::to_string).collect()
}

#[test]
fn f09_every_table_that_differs_from_its_control_total_is_named_and_nothing_is_imported() {
    let mut shop = shop();
    let mut wrong = everything();
    wrong["control_quantity"] = json!(69);
    wrong["control_amount"] = json!("42.50");
    wrong["at_suppliers"]["control_quantity"] = json!(8);
    wrong["at_suppliers"]["control_amount"] = json!("14.01");
    wrong["orders"]["control_issued"] = json!(181);
    wrong["orders"]["control_received"] = json!(44);
    wrong["wip"]["control_amount"] = json!("340.49");
    wrong["accruals"]["control_quantity"] = json!(24);
    wrong["accruals"]["control_amount"] = json!("68.00");
    assert_eq!(
        refusals(&mut shop, wrong),
        [
            "OPENING_TOTAL: stock adds up to 70, control total 69.",
            "OPENING_TOTAL: layers adds up to 42.51, control total 42.50.",
            "OPENING_TOTAL: at_suppliers adds up to 7, control total 8.",
            "OPENING_TOTAL: at_suppliers adds up to 14, control total 14.01.",
            "OPENING_TOTAL: orders_issued adds up to 180, control total 181.",
            "OPENING_TOTAL: orders_received adds up to 45, control total 44.",
            "OPENING_TOTAL: wip adds up to 340.5, control total 340.49.",
            "OPENING_TOTAL: accruals adds up to 25, control total 24.",
            "OPENING_TOTAL: accruals adds up to 68.5, control total 68.00.",
        ]
    );
}

#[test]
fn f09_bad_rows_are_refused_with_their_code() {
    let mut shop = shop();
    let mut bad = |path: &str, value: Value| {
        let mut command = everything();
        *command.pointer_mut(path).unwrap() = value;
        refusals(&mut shop, command).remove(0)
    };
    let customers = json!({"stock": {"item": "B", "location": "V", "key": {"owner": "CUST"}},
        "quantity": 52, "unit_cost": "1.00"});
    assert_eq!(bad("/lines/3", customers), "MIXED_OWNER_COST: Customer-owned line 4 carries a value.");
    assert_eq!(
        bad("/at_suppliers/lines/0/stock/location", json!("W")),
        "WH_KIND_MISMATCH: W cannot be used for OB."
    );
    assert_eq!(
        bad("/lines/2/composition/0/amount", json!("8.00")),
        "COMPOSITION_BROKEN: Rolled-up elements 9.01 differ from unit cost 10.01."
    );
    assert_eq!(
        bad("/wip/rows/0/order", json!("NONE")),
        "COST_OBJECT_MISSING: OB has no production order to carry its cost."
    );
    assert_eq!(
        bad("/accruals/rows/1/order", json!("NONE")),
        "COST_OBJECT_MISSING: GR2 has no production order to carry its cost."
    );
    assert_eq!(
        bad("/wip/rows/0/amount", json!("300.005")),
        "PRECISION_EXCEEDED: 300.005 has more decimals than currency allows (2)."
    );
    assert!(bad("/accruals/rows/1/id", json!("GR1")).starts_with("DUPLICATE_ID"));
    assert!(bad("/accruals/rows/0/quantity", json!(0)).starts_with("QTY_NOT_POSITIVE"));
    assert!(bad("/accruals/rows/0/item", json!("?")).starts_with("UNKNOWN_REFERENCE"));
    assert!(bad("/lines/0/quantity", json!(-1)).starts_with("QTY_NOT_POSITIVE"));
    assert!(bad("/orders/rows/0/order", json!("NONE")).starts_with("UNKNOWN_REFERENCE"));
    assert!(bad("/orders/rows/0/moved/0/line", json!(9)).starts_with("UNKNOWN_REFERENCE"));
    assert!(bad("/orders/rows/0/moved/0/quantity", json!(0)).starts_with("QTY_NOT_POSITIVE"));
    shop.good(json!({"do": "order_step", "order": "MO", "step": "suspend"}));
    assert!(refusals(&mut shop, everything())[0].starts_with("ORDER_STATE"));
}

#[test]
fn f09_opening_balances_are_locked_by_a_run_and_by_the_first_close() {
    let mut shop = shop();
    let step = |step: &str| json!({"do": "period", "period": "2026-03", "step": step, "run": "R7", "days": ["2026-03-01", "2026-03-31"]});
    shop.good(step("open"));
    shop.good(everything());
    let mut second = everything();
    second["document"] = json!("OB2");
    shop.good(step("lock"));
    let running = "PERIOD_LOCKED_BY_COSTING: 2026-03 is locked by cost run R7.";
    assert_eq!((shop.bad(second.clone()), shop.bad(reverse("OB"))), (running.into(), running.into()));
    shop.good(step("close"));
    let locked = "OPENING_LOCKED: Opening balances are locked since the first close.";
    assert_eq!((shop.bad(second), shop.bad(reverse("OB"))), (locked.into(), locked.into()));
}

#[test]
fn f09_lots_and_pieces_that_orders_had_taken_can_come_back() {
    let mut shop = Shop::new();
    shop.order("MO", 10, &[("L", "10"), ("S", "2")], json!({}));
    shop.good(json!({"do": "opening", "document": "OB", "date": "2026-02-28",
        "lots": [{"item": "L", "lot": "L1", "received": "2026-01-05"}],
        "orders": {"rows": [{"order": "MO", "moved": [{"line": 1, "quantity": 4, "lot": "L1"},
            {"line": 2, "quantity": 2, "serials": ["S1", "S2"]}]}], "control_issued": 6, "control_received": 0}}));
    assert_eq!(shop.balance("L", "W"), "0");
    let back = |line: Value| json!({"do": "return", "document": "RT", "order": "MO", "lines": [line]});
    let text = shop.bad(back(json!({"line": 1, "quantity": 1, "lot": "L9"})));
    assert_eq!(text, "RETURN_LOT_MISMATCH: Lot L9 was not issued to this order.");
    shop.good(back(json!({"line": 2, "quantity": 1, "serials": ["S2"]})));
    assert_eq!((shop.balance("S", "W"), shop.line("MO", 2).2), ("1".into(), "1".into()));
}

//! X01, X02: many production orders at once.

use headstock::changeset::Reply;
use headstock::reporting::sales_flow;
use headstock::time::Date;
use serde_json::{Value, json};

use super::{Shop, id, pairs, q, receive};

fn sales(shop: &mut Shop, name: &str, lines: &[(&str, i64)]) {
    let rows = lines.iter().enumerate();
    let rows: Vec<Value> = rows
        .map(|(at, (item, quantity))| {
            json!({"number": at + 1, "item": item, "quantity": quantity, "date": "2026-03-20"})
        })
        .collect();
    shop.good(json!({"do": "create_document", "approve": true,
        "document": {"id": name, "kind": "sales", "date": "2026-03-02", "lines": rows}}));
}

/// Two C and half a D go into an A; a B is made of a C.
fn templates() -> Value {
    json!([{"item": "A", "bom": "A-1", "lines": [{"number": 1, "item": "C", "required": 2, "location": "W"},
            {"number": 2, "item": "D", "required": "0.5", "location": "W"}]},
        {"item": "B", "bom": "B-1", "lines": [{"number": 1, "item": "C", "required": 1, "location": "W"}]}])
}

/// SO1: A 100, of which 30 are on an order, and B 50; SO2: A 40.
fn example() -> Shop {
    let mut shop = Shop::new();
    sales(&mut shop, "SO1", &[("A", 100), ("B", 50)]);
    sales(&mut shop, "SO2", &[("A", 40)]);
    shop.order("OLD", 30, &[], json!({"pegs": [{"demand": {"document": "SO1", "line": 1}, "quantity": 30}]}));
    shop
}

fn at(document: &str, line: u32) -> Value {
    json!({"line": {"document": document, "line": line}})
}

fn ask(name: &str, group: &str) -> Value {
    json!({"do": "create_orders", "name": name, "templates": templates(),
        "from": {"source": "sales", "group": group, "buffer_days": 3,
            "lines": [at("SO1", 1), at("SO1", 2), at("SO2", 1)]}})
}

fn made(reply: &Reply) -> Vec<(String, String)> {
    reply.lines.iter().map(|line| (line.item.to_string(), line.quantity.to_string())).collect()
}

#[test]
fn x01_one_order_a_sales_line() {
    let mut shop = example();
    let reply = shop.good(ask("N", "line"));
    assert_eq!(made(&reply), pairs(&[("A", "70"), ("B", "50"), ("A", "40")]));
    assert_eq!(reply.documents, [id("N.1"), id("N.2"), id("N.3")]);
    let order = &shop.state.orders[&id("N.1")];
    assert_eq!((order.bom.clone(), order.due), (Some(id("A-1")), Some(Date::literal(2026, 3, 17))));
    let required: Vec<String> = order.lines.iter().map(|line| line.required.to_string()).collect();
    assert_eq!(required, ["140", "35.0"]);
    // The peg is kept both ways; nothing is left to order, and shipping is not hindered.
    let (rows, _) = sales_flow(&shop.state, Date::literal(2026, 3, 4)).unwrap();
    assert_eq!((rows[0].planned, rows[0].orders.len()), (q("100"), 2));
    let refused = shop.good(ask("M", "line"));
    let told: Vec<String> = refused.findings.iter().map(ToString::to_string).collect();
    assert_eq!(told[0], "NOTHING_TO_PRODUCE: Nothing to produce for SO1/1: orders.");
    shop.stock("A", "W", "100");
    shop.good(json!({"do": "push", "document": "D1", "kind": "stock_out", "lines": [{"quantity": 100,
        "source": {"document": "SO1", "line": 1}, "stock": {"item": "A", "location": "W"}}]}));
}

#[test]
fn x01_merged_by_product_and_one_document_a_sales_order() {
    let mut shop = example();
    let reply = shop.good(ask("N", "product"));
    assert_eq!(made(&reply), pairs(&[("A", "110"), ("B", "50")]));
    assert_eq!(shop.state.orders[&id("N.1")].pegs.len(), 2);
    let mut shop = example();
    let reply = shop.good(ask("N", "sales_order"));
    assert_eq!(made(&reply), pairs(&[("A", "70"), ("B", "50"), ("A", "40")]));
    let document = &shop.state.documents[&id("N.SO1")];
    let lines: Vec<String> =
        document.lines.iter().map(|line| line.links[0].target.document.to_string()).collect();
    assert_eq!(lines, ["N.SO1.1", "N.SO1.2"]);
}

#[test]
fn x01_p01_what_is_still_to_be_produced() {
    // Ordered 100, 30 open on orders, free stock 15: 55.
    let mut shop = example();
    shop.stock("A", "W", "15");
    let mut with_stock = ask("N", "line");
    with_stock["from"]["use_stock"] = json!(true);
    with_stock["from"]["lines"] = json!([at("SO1", 1)]);
    assert_eq!(made(&shop.good(with_stock)), pairs(&[("A", "55")]));
    // Ordered 100, 30 made and shipped: 70.
    let mut shop = example();
    shop.good(receive("R", "OLD", 30));
    shop.good(json!({"do": "push", "document": "D1", "kind": "stock_out", "lines": [{"quantity": 30,
        "source": {"document": "SO1", "line": 1}, "stock": {"item": "A", "location": "W"}}]}));
    shop.good(json!({"do": "document", "document": "D1", "step": "approve"}));
    shop.good(json!({"do": "order_step", "order": "OLD", "step": "close"}));
    let mut one = ask("N", "line");
    one["from"]["lines"] = json!([at("SO1", 1)]);
    assert_eq!(made(&shop.good(one)), pairs(&[("A", "70")]));
}

#[test]
fn x01_an_order_closed_early_gives_back_what_it_did_not_make() {
    let mut shop = example();
    shop.good(receive("R", "OLD", 10));
    shop.good(json!({"do": "order_step", "order": "OLD", "step": "close", "reason": "short"}));
    let mut one = ask("N", "line");
    one["from"]["lines"] = json!([at("SO1", 1)]);
    assert_eq!(made(&shop.good(one)), pairs(&[("A", "90")]));
}

#[test]
fn x01_bad_lines_are_told_one_by_one() {
    let mut shop = example();
    shop.good(json!({"do": "create_document",
        "document": {"id": "SO3", "kind": "sales", "date": "2026-03-02", "lines": [{"number": 1, "item": "A", "quantity": 1}]}}));
    sales(&mut shop, "SO4", &[("M", 5), ("N", 5), ("C", 5), ("B", 4)]);
    shop.stock("B", "W", "4");
    shop.good(json!({"do": "push", "document": "D1", "kind": "stock_out", "lines": [{
        "source": {"document": "SO4", "line": 4}, "stock": {"item": "B", "location": "W"}}]}));
    shop.good(json!({"do": "document", "document": "D1", "step": "approve"}));
    let mut all = ask("N", "line");
    all["templates"]
        .as_array_mut()
        .unwrap()
        .extend([json!({"item": "M", "made": false}), json!({"item": "N", "disabled": true})]);
    let mut much = at("SO1", 1);
    much["quantity"] = json!(71);
    let mut late = at("SO2", 1);
    late["due"] = json!("2026-03-01");
    all["from"]["lines"] = json!([
        at("SO3", 1),
        at("SO4", 1),
        at("SO4", 2),
        at("SO4", 3),
        at("SO4", 4),
        much,
        at("SO9", 1),
        at("SO1", 9),
        late
    ]);
    let reply = shop.good(all.clone());
    assert_eq!(made(&reply), pairs(&[("A", "40")]));
    let told: Vec<String> = reply.findings.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "DUE_IN_PAST: The due date 2026-03-01 has passed.",
            "SO_NOT_APPROVED: Sales order SO3 is not approved.",
            "ITEM_NOT_MAKE: M is not a manufactured item.",
            "ITEM_DISABLED: N is disabled.",
            "BOM_NOT_FOUND: C has no BOM valid on 2026-03-02.",
            "SO_LINE_NOT_OPEN: Sales line SO4/4 is closed or complete.",
            "OVER_PUSH: Only 70 is left, asked 71.",
            "UNKNOWN_REFERENCE: SO9 does not exist here.",
            "UNKNOWN_REFERENCE: SO1 does not exist here.",
        ]
    );
    assert_eq!(reply.findings[2].param("row"), Some("2"));
    all["name"] = json!("X");
    all["atomic"] = json!(true);
    assert_eq!(shop.bad(all), "SO_NOT_APPROVED: Sales order SO3 is not approved.");
}

fn goods(rows: Value) -> Value {
    json!({"do": "create_orders", "name": "N", "templates": templates(), "from": {"source": "list", "rows": rows}})
}

#[test]
fn x02_three_goods_one_without_a_bom() {
    let rows = json!([{"item": "A", "quantity": 10, "workshop": "S1", "remark": "rush"}, {"item": "C", "quantity": 5},
        {"item": "B", "quantity": 7}]);
    let mut shop = Shop::new();
    let mut atomic = goods(rows.clone());
    atomic["atomic"] = json!(true);
    assert_eq!(shop.bad(atomic), "BOM_NOT_FOUND: C has no BOM valid on 2026-03-02.");
    assert!(shop.state.orders.is_empty());
    let reply = shop.good(goods(rows));
    assert_eq!((made(&reply), reply.findings.len()), (pairs(&[("A", "10"), ("B", "7")]), 1));
    assert_eq!(
        (reply.findings[0].code().as_str(), reply.findings[0].param("row")),
        ("BOM_NOT_FOUND", Some("2"))
    );
    let order = &shop.state.orders[&id("N.1")];
    assert_eq!((order.workshop.clone(), order.remark.as_str()), (Some(id("S1")), "rush"));
}

#[test]
fn x02_every_bad_row_is_told_at_once() {
    let mut shop = Shop::new();
    let all = goods(
        json!([{"item": "A", "quantity": 0}, {"item": "C", "quantity": -1}, {"item": "?", "quantity": 1},
        {"item": "A", "quantity": 1, "bom": "A-2"}]),
    );
    let refused = shop.run(all).unwrap_err();
    let codes: Vec<&str> = refused.findings().map(|finding| finding.code().as_str()).collect();
    assert_eq!(
        codes,
        ["QTY_NOT_POSITIVE", "QTY_NOT_POSITIVE", "BOM_NOT_FOUND", "UNKNOWN_REFERENCE", "BOM_NOT_FOUND"]
    );
    let twice = shop.good(goods(
        json!([{"item": "A", "quantity": 1}, {"item": "B", "quantity": 1}, {"item": "A", "quantity": 1}]),
    ));
    assert_eq!(twice.findings[0].to_string(), "DUPLICATE_ROW: Rows 1, 3 are identical.");
}

#[test]
fn x02_pasted_rows_and_confirmed_orders() {
    let mut shop = Shop::new();
    let mut all = goods(json!([]));
    all["confirm"] = json!(true);
    all["from"] = json!({"source": "pasted", "text": "A\t10\t2026-03-20\tS1\tA-1\trush\r\n\nB\tx\nB\t3\n"});
    let reply = shop.good(all);
    assert_eq!(made(&reply), pairs(&[("A", "10"), ("B", "3")]));
    assert_eq!(
        (reply.findings[0].code().as_str(), reply.findings[0].param("column")),
        ("IMPORT_ROW", Some("quantity"))
    );
    assert_eq!(shop.state.orders[&id("N.1")].plan, headstock::order::PlanState::Confirmed);
}

//! M01 to M13.

use serde_json::{Value, json};

use super::{Shop, id, lines, pairs, q, receive, reverse};

fn issue(document: &str, order: &str, what: Value) -> Value {
    json!({"do": "issue", "document": document, "order": order, "what": what})
}

fn line(number: u32, quantity: &str) -> Value {
    json!({"scheme": "lines", "lines": [{"line": number, "quantity": quantity}]})
}

#[test]
fn m01_the_open_quantity_is_issued() {
    let mut shop = Shop::new();
    shop.stock("B", "W", "500");
    shop.order("MO", 100, &[("B", "200")], json!({}));
    shop.good(issue("I1", "MO", line(1, "80")));
    let reply = shop.good(issue("I2", "MO", json!({"scheme": "open"})));
    assert_eq!(lines(&reply), pairs(&[("B", "120")]));
    assert_eq!(shop.balance("B", "W"), "300");
    let before = shop.business();
    shop.good(reverse("I2"));
    assert_eq!(shop.line("MO", 1), ("80".into(), "0".into(), "120".into()));
    shop.good(issue("I3", "MO", json!({"scheme": "open"})));
    let renamed = shop.business().to_string().replace("\"I3\"", "\"I2\"");
    assert_eq!(renamed, before.to_string());
}

#[test]
fn m01_short_stock_is_refused_or_limits_the_issue() {
    let mut shop = Shop::new();
    shop.stock("B", "W", "150");
    shop.order("MO", 100, &[("B", "200")], json!({}));
    assert_eq!(
        shop.bad(issue("I1", "MO", json!({"scheme": "open"}))),
        "STOCK_SHORT: B in W: need 200, available 150."
    );
    let mut limited = issue("I1", "MO", json!({"scheme": "open"}));
    limited["short"] = json!("limit");
    let reply = shop.good(limited);
    assert_eq!(reply.lines[0].short, Some(q("50")));
    assert_eq!((reply.lines[1].quantity, shop.balance("B", "W")), (q("150"), "0".to_owned()));
}

#[test]
fn m01_one_document_an_order_and_location() {
    let mut shop = Shop::new();
    shop.stock("B", "W", "10");
    shop.stock("C", "LS", "10");
    shop.order("MO", 10, &[("B", "10"), ("C", "10")], json!({}));
    let request = json!({"scheme": "lines", "lines": [{"line": 1}, {"line": 2, "location": "LS"}]});
    let reply = shop.good(issue("I1", "MO", request));
    assert_eq!(reply.documents, [id("I1"), id("I1.2")]);
}

#[test]
fn m02_kit_issue() {
    let mut shop = Shop::new();
    for (item, quantity) in [("B", "300"), ("C", "300"), ("G", "50")] {
        shop.stock(item, "W", quantity);
    }
    shop.order("MO", 100, &[("B", "204"), ("C", "100"), ("G", "5"), ("M", "9"), ("N", "9")], json!({}));
    shop.state.orders.get_mut(&id("MO")).unwrap().lines[2].fixed = true;
    shop.state.orders.get_mut(&id("MO")).unwrap().lines[3].method = headstock::bom::IssueMethod::Backflush;
    shop.state.orders.get_mut(&id("MO")).unwrap().lines[4].method = headstock::bom::IssueMethod::NoIssue;
    let kits = |k: i64| json!({"scheme": "sets", "sets": k});
    let reply = shop.good(issue("I1", "MO", kits(50)));
    assert_eq!(lines(&reply), pairs(&[("B", "102"), ("C", "50"), ("G", "5")]));
    assert_eq!(
        shop.bad(issue("I2", "MO", kits(51))),
        "KIT_QTY_EXCEEDS: At most 50 sets can be issued, asked 51."
    );
    let reply = shop.good(issue("I2", "MO", kits(50)));
    assert_eq!(lines(&reply), pairs(&[("B", "102"), ("C", "50")]));
}

#[test]
fn m02_kits_in_drafts_count() {
    let mut shop = Shop::new();
    shop.stock("B", "W", "500");
    shop.order("MO", 100, &[("B", "200")], json!({}));
    let draft = |document: &str, sets: i64| {
        let mut draft = issue(document, "MO", json!({"scheme": "sets", "sets": sets}));
        draft["draft"] = json!(true);
        draft
    };
    shop.good(draft("I1", 50));
    assert_eq!(shop.bad(draft("I2", 51)), "KIT_QTY_EXCEEDS: At most 50 sets can be issued, asked 51.");
    assert_eq!(lines(&shop.good(draft("I2", 50))), pairs(&[("B", "100")]));
    for document in ["I1", "I2"] {
        shop.good(json!({"do": "document", "document": document, "step": "approve"}));
    }
    assert_eq!(shop.line("MO", 1), ("200".into(), "0".into(), "0".into()));
}

#[test]
fn m02_incomplete_kits_are_refused_or_allowed_with_a_warning() {
    let mut shop = Shop::new();
    shop.stock("B", "W", "300");
    shop.stock("C", "W", "40");
    shop.order("MO", 100, &[("B", "204"), ("C", "100")], json!({}));
    let mut kits = json!({"scheme": "sets", "sets": 50});
    assert_eq!(shop.bad(issue("I1", "MO", kits.clone())), "KIT_INCOMPLETE: Not a complete set: 2.");
    kits["partial"] = json!(true);
    let reply = shop.good(issue("I1", "MO", kits));
    assert_eq!(reply.findings[0].code().as_str(), "KIT_INCOMPLETE");
    assert_eq!(shop.line("MO", 2), ("40".into(), "0".into(), "60".into()));
}

#[test]
fn m03_top_up() {
    let mut shop = Shop::new();
    shop.stock("B", "W", "500");
    shop.stock("C", "W", "500");
    shop.order("MO", 100, &[("B", "200"), ("C", "100")], json!({}));
    shop.good(issue("I1", "MO", line(1, "60")));
    shop.good(issue("I2", "MO", line(2, "50")));
    let reply = shop.good(issue("I3", "MO", json!({"scheme": "top_up", "sets": 50})));
    assert_eq!(lines(&reply), pairs(&[("B", "40")]));
    let reply = shop.good(issue("I4", "MO", json!({"scheme": "top_up", "sets": 50})));
    assert_eq!(reply.findings[0].code().as_str(), "NOTHING_TO_TOP_UP");
    assert_eq!(
        shop.bad(issue("I5", "MO", json!({"scheme": "top_up", "sets": 101}))),
        "TARGET_EXCEEDS_ORDER: Target 101 sets exceeds the order quantity 100."
    );
}

fn merged(picked: i64, share: Value) -> Value {
    json!({"do": "merged_issue", "document": "P1", "orders": ["O1", "O2", "O3"],
        "picked": [{"item": "B", "quantity": picked}], "share": share})
}

fn three_orders() -> Shop {
    let mut shop = Shop::new();
    shop.stock("B", "W", "500");
    for (at, quantity) in ["30", "50", "20"].iter().enumerate() {
        shop.order(&format!("O{}", at + 1), 10, &[("B", quantity)], json!({"priority": at}));
    }
    shop
}

#[test]
fn m04_by_priority_and_in_proportion() {
    for (picked, rule, expected) in [
        (90, "priority", ["30", "50", "10"]),
        (90, "proportional", ["27", "45", "18"]),
        (95, "proportional", ["29", "47", "19"]),
    ] {
        let mut shop = three_orders();
        let reply = shop.good(merged(picked, json!({"rule": rule})));
        let got: Vec<String> = lines(&reply).into_iter().map(|(_, quantity)| quantity).collect();
        assert_eq!(got, expected, "{picked} {rule}");
    }
}

#[test]
fn m04_shares_by_hand_add_up_and_owners_do_not_mix() {
    let mut shop = three_orders();
    let hand =
        json!({"rule": "by_hand", "details": [{"order": {"document": "O1", "line": 1}, "quantity": 20}]});
    assert_eq!(shop.bad(merged(30, hand)), "MERGE_ISSUE_SUM: Details add up to 20, picked 30.");
    shop.state.orders.get_mut(&id("O2")).unwrap().lines[0].key.owner = Some(id("CUSTOMER"));
    assert_eq!(
        shop.bad(merged(30, json!({"rule": "priority"}))),
        "MERGE_OWNER_MIX: Own and customer-owned stock cannot share a line."
    );
}

fn flush(policy: Value) -> Shop {
    let mut shop = Shop::new();
    let policy = json!({"policy": {"backflush": policy}, "line": {"method": "backflush"}});
    shop.order("MO", 100, &[("D", "50")], policy);
    shop
}

#[test]
fn m05_incremental_and_cumulative() {
    let mut shop = flush(json!({"method": "incremental"}));
    shop.stock("D", "W", "100");
    assert_eq!(lines(&shop.good(receive("R1", "MO", 40))), pairs(&[("A", "40"), ("D", "20.0")]));
    let mut shop = flush(json!({}));
    shop.stock("D", "W", "100");
    shop.good(issue("I1", "MO", line(1, "5")));
    assert_eq!(lines(&shop.good(receive("R1", "MO", 40))), pairs(&[("A", "40"), ("D", "15.0")]));
    assert_eq!(lines(&shop.good(receive("R2", "MO", 2))), pairs(&[("A", "2"), ("D", "1.0")]));
}

#[test]
fn m05_good_and_scrap() {
    let mut shop = flush(json!({"basis": "good_and_scrap"}));
    shop.stock("D", "W", "100");
    let mut receipt = receive("R1", "MO", 40);
    receipt["lines"].as_array_mut().unwrap().push(json!({"class": "scrap_work", "quantity": 2}));
    let reply = shop.good(receipt);
    assert_eq!(lines(&reply)[2], ("D".to_owned(), "21.0".to_owned()));
}

#[test]
fn m05_without_stock_refused_pending_or_negative() {
    let mut shop = flush(json!({}));
    shop.stock("D", "W", "12");
    assert_eq!(
        shop.bad(receive("R1", "MO", 40)),
        "BACKFLUSH_SHORT: Backflush needs 20.0 of D, only 12.0 in W."
    );
    let mut shop = flush(json!({"short": "pending"}));
    shop.stock("D", "W", "12");
    let reply = shop.good(receive("R1", "MO", 40));
    assert_eq!((reply.lines[1].quantity, reply.lines[2].short), (q("12"), Some(q("8"))));
    assert_eq!(shop.state.orders[&id("MO")].lines[0].pending, q("8"));
    shop.stock("D", "W", "5");
    let post =
        |document: &str| json!({"do": "post_pending", "document": document, "backflush": "R1.backflush"});
    shop.good(post("PP1"));
    assert_eq!(shop.state.orders[&id("MO")].lines[0].pending, q("3"));
    shop.good(reverse("R1"));
    assert_eq!(shop.balance("D", "W"), "17.0", "the waiting lines that were posted are undone too");
    assert_eq!(shop.state.orders[&id("MO")].lines[0].pending, q("0"));
    let mut shop = flush(json!({"short": "negative"}));
    shop.stock("D", "W", "12");
    shop.good(receive("R1", "MO", 40));
    assert_eq!(shop.balance("D", "W"), "-8.0");
}

#[test]
fn m05_reversing_the_receipt_reverses_the_backflush_exactly() {
    let mut shop = flush(json!({}));
    shop.stock("D", "W", "100");
    shop.good(receive("R1", "MO", 30));
    let before = shop.business();
    shop.good(receive("R2", "MO", 40));
    let reply = shop.good(reverse("R2"));
    assert_eq!(reply.findings[0].code().as_str(), "UNDO_HAS_CONSUMPTION");
    assert_eq!(shop.business(), before);
    assert!(shop.bad(reverse("R1.backflush")).starts_with("ILLEGAL_COMMAND"));
}

#[test]
fn m05_triggers() {
    for (trigger, at_receipt) in [("report", 0), ("finish", 0), ("batch", 0), ("receipt", 1), ("release", 0)]
    {
        let mut shop = Shop::new();
        shop.stock("D", "W", "100");
        let more = json!({"policy": {"backflush": {"trigger": trigger}}, "line": {"method": "backflush"},
            "plan": "confirmed"});
        shop.order("MO", 100, &[("D", "50")], more);
        let step = |step: &str| json!({"do": "order_step", "order": "MO", "step": step});
        let released = shop.good(step("release")).lines.len();
        assert_eq!(released, usize::from(trigger == "release"));
        let mut report = receive("T1", "MO", 40);
        report["report"] = json!(true);
        assert_eq!(shop.good(report).lines.len() - 1, usize::from(trigger == "report"), "{trigger}");
        assert_eq!(shop.good(receive("R1", "MO", 40)).lines.len() - 1, at_receipt, "{trigger}");
        assert_eq!(shop.good(step("finish")).lines.len(), usize::from(trigger == "finish"), "{trigger}");
        if trigger == "batch" {
            let ask = json!({"do": "backflush", "document": "BF", "receipt": "R1"});
            assert_eq!(lines(&shop.good(ask)), pairs(&[("D", "20.0")]));
            let again = json!({"do": "backflush", "document": "BF2", "receipt": "R1"});
            assert_eq!(shop.bad(again), "BACKFLUSH_ALREADY_DONE: Receipt R1 has already been backflushed.");
        }
        let expected = if trigger == "release" { "50.0" } else { "20.0" };
        assert_eq!(shop.state.orders[&id("MO")].lines[0].backflushed, q(expected), "{trigger}");
    }
}

#[test]
fn m05_lots_by_expiry_and_serial_numbers_by_hand() {
    let mut shop = Shop::new();
    for (lot, until) in [("L1", "2026-09-01"), ("L2", "2026-06-01"), ("L3", "2026-02-01")] {
        let stock = json!({"item": "L", "location": "W", "lot": lot});
        shop.good(json!({"do": "stock", "document": format!("IN {lot}"), "kind": "stock_in",
            "lots": [{"item": "L", "lot": lot, "usable_until": until, "received": "2026-01-05"}],
            "lines": [{"stock": stock, "quantity": 30}]}));
    }
    shop.good(json!({"do": "stock", "document": "IN S", "kind": "stock_in",
        "lines": [{"stock": {"item": "S", "location": "W"}, "quantity": 2, "serials": ["s1", "s2"]}]}));
    shop.order("MO", 40, &[("L", "40"), ("S", "40")], json!({"line": {"method": "backflush"}}));
    assert_eq!(
        shop.bad(receive("R1", "MO", 2)),
        "BACKFLUSH_SERIAL_REQUIRED: S is serial-controlled; enter the serial numbers used."
    );
    let mut receipt = receive("R1", "MO", 2);
    receipt["serials"] = json!([{"line": 2, "serials": ["s1", "s2"]}]);
    let reply = shop.good(receipt);
    let lots: Vec<_> = reply.lines.iter().filter_map(|line| line.stock.as_ref()?.lot.clone()).collect();
    assert_eq!(lots, [id("L2")]);
    assert_eq!(shop.balance("S", "W"), "0");
    let named = json!({"scheme": "lines", "lines": [{"line": 1, "quantity": 1, "lot": "L3"}]});
    assert_eq!(shop.bad(issue("I1", "MO", named)), "LOT_EXPIRED: Lot L3 expired on 2026-02-01.");
    shop.good(reverse("R1"));
    assert_eq!((shop.balance("S", "W"), shop.balance("L", "W")), ("2".to_owned(), "90".to_owned()));
}

#[test]
fn m06_a_no_issue_line_is_not_issued() {
    let mut shop = Shop::new();
    shop.stock("G", "W", "10");
    shop.order("MO", 100, &[("G", "1")], json!({"line": {"method": "no_issue"}}));
    assert_eq!(shop.bad(issue("I1", "MO", line(1, "1"))), "LINE_NOT_ISSUABLE: G is marked no-issue.");
    assert!(shop.good(issue("I2", "MO", json!({"scheme": "open"}))).lines.is_empty());
}

#[test]
fn m07_staging_brings_what_is_missing_at_the_line() {
    let mut shop = Shop::new();
    shop.stock("B", "W", "500");
    shop.stock("B", "LS", "30");
    shop.order("MO", 100, &[("B", "100")], json!({"line": {"method": "backflush", "location": "LS"}}));
    let mut stage = json!({"do": "stage", "document": "T1", "order": "MO", "from": "W", "to": "LS"});
    assert_eq!(lines(&shop.good(stage.clone())), pairs(&[("B", "70")]));
    assert_eq!((shop.balance("B", "LS"), shop.balance("B", "W")), ("100".to_owned(), "430".to_owned()));
    stage["document"] = json!("T2");
    stage["lines"] = json!([{"line": 1, "quantity": 5}]);
    let reply = shop.good(stage);
    assert_eq!(reply.findings[0].to_string(), "STAGE_EXCEEDS_NEED: Staging 5 exceeds the need 0.");
    shop.good(receive("R1", "MO", 100));
    assert_eq!(shop.balance("B", "LS"), "5");
}

#[test]
fn m08_the_order_lists_the_lower_level() {
    // Skip-level lines are exploded when the list is made (P16); the order knows only what it lists.
    let mut shop = Shop::new();
    shop.stock("C", "W", "30");
    shop.order("MO", 10, &[("C", "30")], json!({}));
    assert_eq!(lines(&shop.good(issue("I1", "MO", json!({"scheme": "open"})))), pairs(&[("C", "30")]));
}

#[test]
fn m09_a_substitute_clears_its_share() {
    let mut shop = Shop::new();
    shop.stock("N", "W", "100");
    shop.stock("B", "W", "100");
    shop.order("MO", 100, &[("M", "100")], json!({}));
    let with = |substitute: &str| json!({"scheme": "lines", "lines": [{"line": 1, "quantity": 48, "substitute": substitute}]});
    shop.good(issue("I1", "MO", with("N")));
    assert_eq!(shop.line("MO", 1), ("40".into(), "0".into(), "60".into()));
    assert_eq!(shop.balance("N", "W"), "52");
    assert_eq!(shop.bad(issue("I2", "MO", with("B"))), "SUBST_NOT_ALLOWED: B may not replace M here.");
    shop.good(json!({"do": "return", "document": "RT", "order": "MO",
        "lines": [{"line": 1, "item": "N", "quantity": 24}]}));
    assert_eq!(shop.line("MO", 1), ("40".into(), "20".into(), "80".into()));
    shop.good(reverse("RT"));
    shop.good(reverse("I1"));
    assert_eq!(shop.line("MO", 1), ("0".into(), "0".into(), "100".into()));
}

#[test]
fn m10_over_issue_and_supplement() {
    let mut shop = Shop::new();
    shop.stock("B", "W", "900");
    shop.order("MO", 100, &[("B", "200")], json!({}));
    shop.good(issue("I1", "MO", json!({"scheme": "open"})));
    assert_eq!(
        shop.bad(issue("I2", "MO", line(1, "6"))),
        "OVER_ISSUE: B: required 200, issued 200, asked 6 (forbid)."
    );
    let mut supplement = issue("I2", "MO", line(1, "6"));
    supplement["is_supplement"] = json!(true);
    assert_eq!(
        shop.bad(supplement.clone()),
        "SUPPLEMENT_REASON_REQUIRED: Enter why extra material is needed."
    );
    supplement["supplement"] = json!("work_defect");
    shop.good(supplement);
    let line_1 = &shop.state.orders[&id("MO")].lines[0];
    assert_eq!(
        (line_1.required, line_1.net_issued().unwrap(), line_1.supplemented),
        (q("200"), q("206"), q("6"))
    );
    let batches = json!({"line": {"over_issue": {"mode": "by_min_batch", "batch": 50}}});
    shop.order("MB", 100, &[("B", "204")], batches);
    shop.good(issue("I3", "MB", line(1, "250")));
    assert!(shop.bad(issue("I4", "MB", line(1, "1"))).starts_with("OVER_ISSUE"));
}

fn give_back(kind: &str, quantity: &str, location: &str) -> Value {
    json!({"do": "return", "document": format!("RT {kind}"), "order": "MO", "kind": kind,
        "lines": [{"line": 1, "quantity": quantity, "location": location}]})
}

#[test]
fn m11_returns_of_three_kinds() {
    for (reopens, open) in [(true, "14"), (false, "10")] {
        let mut shop = Shop::new();
        shop.stock("B", "W", "200");
        shop.order("MO", 100, &[("B", "200")], json!({"policy": {"defect_reopens": reopens}}));
        shop.good(issue("I1", "MO", json!({"scheme": "open"})));
        shop.good(give_back("good", "10", "W"));
        assert_eq!(shop.line("MO", 1), ("200".into(), "10".into(), "10".into()));
        shop.good(give_back("work_defect", "4", "SCRAP"));
        assert_eq!(shop.line("MO", 1), ("200".into(), "14".into(), open.into()));
        assert_eq!((shop.balance("B", "W"), shop.balance("B", "SCRAP")), ("10".to_owned(), "4".to_owned()));
        assert_eq!(
            shop.bad(give_back("incoming_defect", "187", "BAD")),
            "RETURN_EXCEEDS_ISSUED: Only 186 was issued."
        );
        let mut wrong = give_back("good", "1", "BAD");
        wrong["document"] = json!("RT2");
        assert_eq!(shop.bad(wrong), "WH_KIND_MISMATCH: BAD cannot be used for MO.");
    }
}

#[test]
fn m11_lots_and_closed_orders() {
    let mut shop = Shop::new();
    shop.good(json!({"do": "stock", "document": "IN", "kind": "stock_in",
        "lots": [{"item": "L", "lot": "L1", "received": "2026-01-05"}],
        "lines": [{"stock": {"item": "L", "location": "W", "lot": "L1"}, "quantity": 30}]}));
    shop.order("MO", 10, &[("L", "20")], json!({}));
    shop.good(issue("I1", "MO", json!({"scheme": "open"})));
    let with = |lot: &str| {
        json!({"do": "return", "document": "RT", "order": "MO",
            "lines": [{"line": 1, "quantity": 1, "lot": lot}]})
    };
    assert_eq!(shop.bad(with("L9")), "RETURN_LOT_MISMATCH: Lot L9 was not issued to this order.");
    shop.good(json!({"do": "order_step", "order": "MO", "step": "close", "reason": "stopped"}));
    assert_eq!(shop.bad(with("L1")), "RETURN_AFTER_CLOSE: MO is closed; reopen it to return material.");
    shop.good(json!({"do": "order_step", "order": "MO", "step": "reopen"}));
    shop.good(with("L1"));
}

#[test]
fn m12_material_moves_between_orders() {
    let mut shop = Shop::new();
    shop.stock("B", "W", "100");
    shop.order("O1", 100, &[("B", "100")], json!({}));
    shop.order("O2", 100, &[("B", "100"), ("C", "10")], json!({}));
    shop.good(issue("I1", "O1", line(1, "80")));
    shop.good(issue("I2", "O2", line(1, "20")));
    let before = shop.business();
    let go = |to: u32, quantity: &str| {
        json!({"do": "move", "document": "MV", "from": {"document": "O1", "line": 1},
            "to": {"document": "O2", "line": to}, "quantity": quantity})
    };
    shop.good(go(1, "30"));
    let net = |shop: &Shop, order: &str| shop.state.orders[&id(order)].lines[0].net_issued().unwrap();
    assert_eq!((net(&shop, "O1"), net(&shop, "O2"), shop.balance("B", "W")), (q("50"), q("50"), "0".into()));
    shop.good(reverse("MV"));
    assert_eq!(shop.business(), before);
    let mut other = go(2, "30");
    other["document"] = json!("MV2");
    assert_eq!(shop.bad(other), "MOVE_LINE_MISMATCH: The lines are not of the same list and operation.");
    let mut much = go(1, "81");
    much["document"] = json!("MV2");
    assert_eq!(shop.bad(much), "MOVE_NOTHING_LEFT: Nothing left to move: issued 80, returned 0.");
}

#[test]
fn m13_kits_follow_what_is_issued() {
    let mut shop = Shop::new();
    shop.stock("B", "W", "200");
    shop.stock("C", "W", "200");
    shop.order("MO", 100, &[("B", "200"), ("C", "100")], json!({}));
    shop.good(issue("I1", "MO", line(1, "150")));
    shop.good(issue("I2", "MO", line(2, "60")));
    assert_eq!(shop.state.orders[&id("MO")].kits_issued().unwrap(), Some(q("60")));
}

#[test]
fn promise_08_backflush_leaves_no_negative_stock() {
    let mut shop = flush(json!({}));
    shop.stock("D", "W", "49.9");
    assert!(shop.bad(receive("R1", "MO", 100)).starts_with("BACKFLUSH_SHORT"));
    shop.good(receive("R1", "MO", 99));
    assert_eq!(shop.balance("D", "W"), "0.4");
    // More issued than the receipts need: nothing comes back by itself, and nothing more is taken.
    let mut shop = flush(json!({}));
    shop.stock("D", "W", "50");
    shop.good(issue("I1", "MO", line(1, "30")));
    assert_eq!(lines(&shop.good(receive("R1", "MO", 40))), pairs(&[("A", "40")]));
}

#[test]
fn promise_20_customer_material_needs_no_value_and_a_line_of_nought_is_kept() {
    let mut shop = Shop::new();
    let stock = json!({"item": "B", "location": "V", "key": {"owner": "CUST"}});
    shop.good(json!({"do": "stock", "document": "IN", "kind": "stock_in", "lines": [{"stock": stock, "quantity": 10}]}));
    let tolling = json!({"kind": "tolling", "key": {"owner": "CUST"},
        "line": {"key": {"owner": "CUST"}, "location": "V"}});
    shop.order("MT", 10, &[("B", "10"), ("C", "0")], tolling);
    assert_eq!(lines(&shop.good(issue("I1", "MT", json!({"scheme": "open"})))), pairs(&[("B", "10")]));
    assert_eq!(shop.state.orders[&id("MT")].lines.len(), 2);
    shop.good(receive("R1", "MT", 10));
}

//! Records of execution become records of costing: what each reason of the ledger is worth, what a period starts and
//! ends with. Every expected figure is reckoned by hand beside it.

#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "records written down in a test are right or the test fails"
)]

use headstock::cost::{CostRecords, MovementKind};
use headstock::costing::{
    ClosePolicy, CollectedCosts, CostSources, close_period, collect_costs, standard_hours,
};
use headstock::document::Period;
use headstock::finding::Code;
use headstock::run::RunControl;
use headstock::snapshot::{ExecutionSnapshot, ExecutionTables};
use serde_json::{Value, json};

/// A ledger line: document, reason, stock, signed quantity, order line, day of March.
fn line(
    document: &str,
    reason: &str,
    stock: Value,
    quantity: &str,
    order: Option<(&str, u32)>,
    day: u8,
) -> Value {
    let at = format!("2026-03-{day:02}T08:00:00Z");
    let mut row = json!({"document": document, "line": 1, "reason": reason, "stock": stock, "quantity": quantity,
        "date": format!("2026-03-{day:02}"), "at": at});
    if let Some((order, line)) = order {
        row["order"] = json!({"document": order, "line": line});
    }
    row
}

fn at(item: &str, location: &str) -> Value {
    json!({"item": item, "location": location})
}

fn state(tables: Value) -> ExecutionSnapshot {
    let tables: ExecutionTables = serde_json::from_value(tables).unwrap();
    ExecutionSnapshot::from_tables(tables).unwrap()
}

/// March with material, labour and fees; what a test needs beside it comes on top.
fn sources(more: Value) -> CostSources {
    let mut all = json!({
        "period": "2026-03", "periods": [{"id": "2026-03", "from": "2026-03-01", "to": "2026-03-31"}],
        "elements": [{"id": "material"}, {"id": "labour", "kind": "labour"}, {"id": "fee", "kind": "subcontract"}]
    });
    all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(all).unwrap()
}

fn collect(state: &ExecutionSnapshot, sources: CostSources) -> CollectedCosts {
    collect_costs(state, sources, &RunControl::new()).unwrap_or_else(|wrong| panic!("{wrong}"))
}

fn refused(state: &ExecutionSnapshot, sources: CostSources) -> Code {
    collect_costs(state, sources, &RunControl::new()).unwrap_err().code()
}

/// Unit costs of items, and the totals of what is left, sold and otherwise gone.
fn close(collected: CollectedCosts, items: &[&str]) -> Vec<String> {
    let control = RunControl::new();
    let records = CostRecords::new(collected.tables, &control).unwrap_or_else(|wrong| panic!("{wrong}"));
    let policy = ClosePolicy::default();
    let outcome =
        close_period(&records, &policy, &control).unwrap_or_else(|wrong| panic!("{:?}", wrong.findings()));
    assert!(outcome.totals().iter().all(|row| row.difference.0.is_zero()));
    items
        .iter()
        .map(|item| outcome.unit_cost(item).map(|cost| cost.to_string()).unwrap_or_default())
        .collect()
}

#[test]
fn c02_every_reason_of_the_ledger_has_its_meaning() {
    let virtual_place = json!({"id": "CUSTOMER", "site": "S", "kind": "customer_owned", "in_costing": false});
    let records = state(json!({
        "items": [{"item": "R"}, {"item": "S"}],
        "places": [{"location": virtual_place}],
        "orders": [{"id": "MO", "item": "S", "good": "10", "lines": [{"number": 1, "item": "R", "required": "20"}]},
                   {"id": "MO2", "item": "S", "good": "10", "lines": [{"number": 1, "item": "R", "required": "20"}]}],
        "ledger": [
            line("IN", "purchase", at("R", "A"), "100", None, 2),
            line("IS", "issue", at("R", "A"), "-20", Some(("MO", 1)), 3),
            line("BA", "return_good", at("R", "A"), "2", Some(("MO", 1)), 4),
            // Five move from one order to the other: back from the first, to the second.
            line("MV", "move_out", at("R", "A"), "5", Some(("MO", 1)), 5),
            line("MV2", "move_in", at("R", "A"), "-5", Some(("MO2", 1)), 5),
            line("CO", "count", at("R", "A"), "-1", None, 6),
            line("TR", "transfer", at("R", "A"), "-4", None, 7),
            line("TR", "transfer", at("R", "CUSTOMER"), "4", None, 7),
            line("TL", "transfer", at("R", "A"), "-6", None, 7),
            line("TL", "transfer", at("R", "B"), "6", None, 7),
            // The customer's own stock has no value here, and done and undone is nothing.
            line("CU", "purchase", json!({"item": "R", "location": "CUSTOMER", "key": {"owner": "C7"}}), "50", None, 8),
            line("UN", "issue", at("R", "A"), "-3", Some(("MO", 1)), 9),
            line("UN", "issue", at("R", "A"), "3", Some(("MO", 1)), 9),
            line("RE", "receipt", at("S", "A"), "5", Some(("MO", 0)), 10),
            line("SH", "shipment", at("S", "A"), "-4", None, 11),
            // April is not March's business.
            {"document": "LATE", "line": 1, "reason": "shipment", "stock": at("S", "A"), "quantity": "-1",
             "date": "2026-04-01", "at": "2026-04-01T08:00:00Z"},
        ]
    }));
    let collected = collect(&records, sources(json!({"prices": [{"item": "R", "price": "2.50"}]})));
    let tables = &collected.tables;
    let moved: Vec<_> =
        tables.movements.iter().map(|row| (row.id.as_str(), row.kind, row.quantity.to_string())).collect();
    assert_eq!(
        moved,
        [
            ("CO:1", MovementKind::OtherOut, "1".to_owned()),
            ("IN:1", MovementKind::Purchase, "100".to_owned()),
            ("SH:1", MovementKind::Sale, "4".to_owned()),
            ("TR:1", MovementKind::OtherOut, "4".to_owned()),
        ]
    );
    assert_eq!(tables.movements[1].amount.unwrap().to_string(), "250.00");
    let issued: Vec<_> =
        tables.issues.iter().map(|row| (row.order.as_str(), row.quantity.to_string())).collect();
    assert_eq!(
        issued,
        [("MO", "-2".into()), ("MO", "20".into()), ("MO", "-5".into()), ("MO2", "5".to_owned())]
    );
    // MO has 20 − 2 − 5 = 13, of which 5 of 10 sets take 10: 3 stay in process. MO2 has given nothing yet.
    let wip: Vec<_> =
        tables.wip_components.iter().map(|row| (row.order.as_str(), row.quantity.to_string())).collect();
    assert_eq!(wip, [("MO", "3".to_owned()), ("MO2", "5".to_owned())]);
    // What is not invoiced is open at the end.
    assert_eq!(collected.accruals[0].amount.to_string(), "250.00");
    // S: (13 − 3) × 2.50 ÷ 5.
    assert_eq!(close(collected, &["R", "S"]), ["2.5", "5"]);
}

#[test]
fn f09_opening_values_start_where_the_ledger_is() {
    let records = state(json!({
        "items": [{"item": "R"}],
        "ledger": [line("OPEN", "opening", at("R", "A"), "18", None, 1), line("SH", "shipment", at("R", "A"), "-4", None, 2)]
    }));
    // F09: 10 × 2.00, 5 × 2.50, 3 × 1.00.
    let layers = |last: &str| {
        json!([{"id": "a", "item": "R", "quantity": "10", "amount": "20.00"},
               {"id": "b", "item": "R", "quantity": "5", "amount": "12.50"},
               {"id": "c", "item": "R", "quantity": last, "amount": "3.00"}])
    };
    let good = json!({"stock": layers("3"), "controls": {"stock": "35.50"}, "go_live": true});
    assert_eq!(close(collect(&records, sources(good)), &["R"]), ["71/36"]);
    // Another control total, another quantity than the ledger's, and a period that is closed.
    let control = json!({"stock": layers("3"), "controls": {"stock": "35.00"}});
    assert_eq!(refused(&records, sources(control)), Code::OpeningTotal);
    assert_eq!(refused(&records, sources(json!({"stock": layers("4")}))), Code::OpeningTotal);
    assert_eq!(refused(&records, sources(json!({}))), Code::OpeningTotal);
    let periods = json!([{"id": "2026-02", "from": "2026-02-01", "to": "2026-02-28", "state": "closed"},
                         {"id": "2026-03", "from": "2026-03-01", "to": "2026-03-31"}]);
    let late = json!({"stock": layers("3"), "go_live": true, "periods": periods});
    assert_eq!(refused(&records, sources(late)), Code::OpeningLocked);
}

#[test]
fn f09_opening_documents_bring_values_work_in_process_and_accruals() {
    let opening = json!({"id": "OPEN", "kind": "opening", "state": "approved", "date": "2026-03-01",
        "lines": [{"number": 1, "item": "R", "quantity": "10", "reason": "opening", "stock": at("R", "A")}],
        "opening": {
            "layers": [{"line": 1, "amount": "30.00"}],
            "wip": [{"order": "MO", "element": "material", "amount": "40.00"}],
            "accruals": [{"id": "OLD:1", "item": "R", "quantity": "8", "amount": "24.00"},
                         {"id": "OLD:2", "order": "MO", "quantity": "10", "amount": "5.00"}]}});
    let records = state(json!({
        "items": [{"item": "R"}, {"item": "S"}], "documents": [opening],
        "orders": [{"id": "MO", "item": "S", "good": "10", "business": "closed",
                    "closing": {"how": "auto", "date": "2026-03-09"}, "lines": [{"number": 1, "item": "R", "required": "10"}]}],
        "ledger": [
            line("OPEN", "opening", at("R", "A"), "10", None, 1),
            line("OPEN", "opening_issue", at("R", "A"), "10", None, 1),
            line("OPEN", "opening_issue", at("R", "A"), "-10", Some(("MO", 1)), 1),
            line("RE", "receipt", at("S", "A"), "10", Some(("MO", 0)), 9),
        ]
    }));
    // Half of OLD:1 is invoiced for 14.00 instead of 12.00; OLD:2 for 7.00 instead of 5.00.
    let settlements = json!([
        {"id": "INV1", "accrual": "OLD:1", "date": "2026-03-12", "quantity": "4", "amount": "14.00"},
        {"id": "INV2", "accrual": "OLD:2", "date": "2026-03-12", "quantity": "10", "amount": "7.00"}]);
    let collected =
        collect(&records, sources(json!({"settlements": settlements, "controls": {"wip": "40.00"}})));
    let open: Vec<_> =
        collected.accruals.iter().map(|row| (row.id.as_str(), row.amount.to_string())).collect();
    assert_eq!(open, [("OLD:1", "12.00".to_owned())]);
    // R: (30 + 2) ÷ 10; S: (40 + 2) ÷ 10.
    assert_eq!(close(collected, &["R", "S"]), ["3.2", "4.2"]);
    let too_much =
        json!([{"id": "I", "accrual": "OLD:1", "date": "2026-03-12", "quantity": "9", "amount": "1.00"}]);
    assert_eq!(refused(&records, sources(json!({"settlements": too_much}))), Code::OverSettle);
    let unknown =
        json!([{"id": "I", "accrual": "NO", "date": "2026-03-12", "quantity": "1", "amount": "1.00"}]);
    assert_eq!(refused(&records, sources(json!({"settlements": unknown}))), Code::UnknownReference);
}

/// An order of 98 good from 100: what it gave and lost in March.
/// Posted last, dated in February: it belongs to what there was before, and the March receipt does not.
#[test]
fn f09_a_backdated_receipt_is_before_the_period_alone() {
    let product = Some(("MO-1", 0));
    let mut late = line("RE-2", "receipt", at("S", "A"), "5", product, 1);
    late["date"] = json!("2026-02-27");
    let state = state(json!({
        "items": [{"item": "S"}], "orders": [{"id": "MO-1", "item": "S", "good": "20"}],
        "ledger": [line("RE-1", "receipt", at("S", "A"), "10", product, 9), late]
    }));
    let stock = json!({"stock": [{"id": "1", "item": "S", "quantity": "5", "amount": "50"}]});
    let collected = collect(&state, sources(stock));
    assert_eq!(collected.tables.orders[0].received_before.to_string(), "5");
}

fn scrapped(scrap: &str) -> ExecutionSnapshot {
    let lost = json!({"number": 2, "item": "S", "quantity": scrap, "reason": "scrap_work",
        "order": {"document": "MO", "line": 0}});
    state(json!({
        "items": [{"item": "R"}, {"item": "S"}],
        "documents": [{"id": "RE", "kind": "receipt", "state": "approved", "date": "2026-03-09", "lines": [lost]}],
        "orders": [{"id": "MO", "item": "S", "input": "100", "good": "98", "business": "closed",
                    "closing": {"how": "manual", "date": "2026-03-09"}, "lines": [{"number": 1, "item": "R", "required": "100"}]}],
        "ledger": [
            line("IN", "purchase", at("R", "A"), "100", None, 2),
            line("IS", "issue", at("R", "A"), "-100", Some(("MO", 1)), 3),
            line("RE", "receipt", at("S", "A"), "90", Some(("MO", 0)), 9),
        ]
    }))
}

#[test]
fn c21_what_an_order_planned_to_lose_is_normal_and_the_rest_a_loss() {
    let prices = json!({"prices": [{"item": "R", "price": "4.90"}]});
    // 100 came out, 2 of them may be lost: 8 of 10 are abnormal, so 98 units share 490.00 and 40.00 is lost.
    let collected = collect(&scrapped("10"), sources(prices.clone()));
    assert_eq!(collected.tables.orders[0].scrapped.to_string(), "8");
    assert_eq!(close(collected, &["S"]), ["5"]);
    // Two of 92: 1.84 is normal, rounded to a piece.
    assert_eq!(collect(&scrapped("2"), sources(prices.clone())).tables.orders[0].scrapped.to_string(), "0");
    let with = |rule: &str| {
        let mut more = prices.clone();
        more["scrap"] = json!(rule);
        collect(&scrapped("10"), sources(more)).tables.orders[0].scrapped.to_string()
    };
    assert_eq!((with("normal").as_str(), with("abnormal").as_str()), ("0", "10"));
}

#[test]
fn c15_hours_of_reports_cost_their_rate_and_share_overhead() {
    let report = |id: &str, day: u8, quantity: &str| {
        json!({"id": id, "kind": "report", "state": "approved", "date": format!("2026-03-{day:02}"), "lines": [
            {"number": 1, "item": "S", "quantity": quantity, "reason": "receipt", "order": {"document": "MO", "line": 0}}]})
    };
    let records = state(json!({
        "items": [{"item": "S"}], "documents": [report("P1", 9, "60"), report("P2", 12, "50")],
        "orders": [{"id": "MO", "item": "S", "good": "110", "start": "2026-03-05"}],
        "ledger": [line("RE", "receipt", at("S", "A"), "110", Some(("MO", 0)), 12)]
    }));
    let rates = json!([{"activity": "labour", "from": "2026-01-01", "per_hour": "40.00"},
                       {"activity": "labour", "from": "2026-03-10", "per_hour": "45.00"}]);
    let centres = json!([{"id": "W", "site": "N", "rates": rates}]);
    let routing = json!([{"id": "R", "product": "S", "operations": [
        {"sequence": 10, "work_centre": "W", "setup_hours": "0.5", "run_hours": "1", "batch": "50"},
        {"sequence": 20, "work_centre": "W", "run_hours": "1", "outside": true}]}]);
    let period: Period =
        serde_json::from_value(json!({"id": "2026-03", "from": "2026-03-01", "to": "2026-03-31"})).unwrap();
    let centres_now = serde_json::from_value::<Vec<_>>(centres.clone()).unwrap();
    let hours =
        standard_hours(&records, &serde_json::from_value::<Vec<_>>(routing).unwrap(), &centres_now, &period)
            .unwrap();
    // 60 are two started batches and the set-up: 2.5 hours; 110 are three: one hour more.
    let told: Vec<_> = hours.iter().map(|row| (row.id.as_str(), row.hours.to_string())).collect();
    assert_eq!(told, [("P1:10:labour", "2.5".to_owned()), ("P2:10:labour", "1".to_owned())]);
    let more = json!({"work_centres": centres, "hours": hours, "activities": [{"activity": "labour", "element": "labour"}]});
    let collected = collect(&records, sources(more.clone()));
    // 2.5 × 40.00 and 1 × 45.00.
    let charged: Vec<_> = collected.tables.charges.iter().map(|row| row.amount.to_string()).collect();
    assert_eq!(charged, ["100.00", "45.00"]);
    assert_eq!(collected.tables.drivers.len(), 2);
    let mut without = more.clone();
    without["work_centres"] = json!([]);
    assert_eq!(refused(&records, sources(without)), Code::RateMissing);
    let mut without = more;
    without["activities"] = json!([]);
    assert_eq!(refused(&records, sources(without)), Code::ParamMissing);
}

#[test]
fn c17_a_lot_that_is_valued_apart_keeps_its_own_cost() {
    let lot = |lot: &str| json!({"item": "R", "location": "A", "lot": lot});
    let records = state(json!({
        "items": [{"item": "R", "tracking": "lot"}],
        "ledger": [
            line("IN1", "purchase", lot("L1"), "10", None, 2),
            line("IN2", "purchase", lot("L2"), "10", None, 3),
            line("SH", "shipment", lot("L2"), "-4", None, 4),
        ]
    }));
    let prices = json!([{"item": "R", "document": "IN1", "price": "1.00", "invoiced": true},
                        {"item": "R", "document": "IN2", "price": "3.00", "invoiced": true}]);
    let more = json!({"prices": prices, "items": [{"item": "R", "valued_by": "lot"}]});
    let collected = collect(&records, sources(more));
    assert!(collected.accruals.is_empty());
    let control = RunControl::new();
    let records = CostRecords::new(collected.tables, &control).unwrap();
    let policy = ClosePolicy::default();
    let outcome = close_period(&records, &policy, &control).unwrap();
    // Four of the second lot at 3.00.
    let sold: Vec<_> = outcome.totals().iter().map(|row| row.sales.to_string()).collect();
    assert_eq!(sold, ["0.00", "0.00", "12.00"]);
    let left = |lot| outcome.stock_of("R", Some(lot)).unwrap().value[3].to_string();
    assert_eq!((left("L1").as_str(), left("L2").as_str()), ("10.00", "18.00"));
}

#[test]
fn s06_a_fee_without_a_price_and_a_receipt_without_one_are_told() {
    let records = state(json!({
        "items": [{"item": "R"}, {"item": "S"}],
        "orders": [{"id": "SC", "kind": "subcontract", "item": "S", "good": "10"}],
        "ledger": [
            line("IN", "purchase", at("R", "A"), "10", None, 2),
            line("RE", "receipt", at("S", "A"), "10", Some(("SC", 0)), 9),
        ]
    }));
    let collected = collect(&records, sources(json!({})));
    assert_eq!(collected.findings[0].code(), Code::PriceNotFound);
    assert!(collected.tables.charges.is_empty());
    let fees =
        json!({"prices": [{"item": "S", "price": "0.22"}, {"item": "S", "document": "SC", "price": "0.25"}]});
    let collected = collect(&records, sources(fees));
    // The price of the order before that of the item: 10 × 0.25, an accrual of the order.
    assert_eq!(collected.tables.charges[0].amount.to_string(), "2.50");
    assert!(collected.accruals[0].order.is_some());
}

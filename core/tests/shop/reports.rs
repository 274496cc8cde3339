//! N01 to N04, past stock and lot traces.

use headstock::num::Ratio;
use headstock::reporting::{
    AlertRule, AlertRules, SalesStage, SlowClock, SlowFlag, SlowPolicy, StockHistory, TraceFrom,
    TrackingQuery, alerts, progress, sales_flow, slow_stock, stock_at, trace, tracking,
};
use headstock::time::{Date, WorkCalendar};
use serde_json::json;

use super::{Shop, id, q, receive, reverse};

fn r(text: &str) -> Ratio {
    text.parse().unwrap()
}

#[test]
fn n01_tracking() {
    let mut shop = Shop::new();
    shop.stock("B", "W", "500");
    shop.order("MO", 100, &[("B", "200")], json!({"due": "2026-03-01"}));
    shop.good(json!({"do": "issue", "document": "I1", "order": "MO",
        "what": {"scheme": "sets", "sets": 60}}));
    shop.good(receive("R1", "MO", 45));
    let today = Date::literal(2026, 3, 4);
    let query = TrackingQuery { detail: true, ..TrackingQuery::default() };
    let (rows, findings) = tracking(&shop.state, &query, today).unwrap();
    let row = &rows[0];
    assert_eq!((row.issue_ratio, row.receipt_ratio), (Some(r("0.6")), r("0.45")));
    assert_eq!((row.remaining, row.wip_kits, row.overdue_days), (q("55"), Some(q("15")), 3));
    assert_eq!((row.lines[0].issued, row.lines[0].open), (q("120"), q("80")));
    assert!(findings.is_empty());
    let query = TrackingQuery { page: Some(0), ..query };
    assert_eq!(
        tracking(&shop.state, &query, today).unwrap().1[0].to_string(),
        "FILTER_TOO_WIDE: More than 0 rows; narrow the filter or page."
    );
}

#[test]
fn n02_progress_and_alerts() {
    let mut shop = Shop::new();
    shop.order("MO", 100, &[], json!({"start": "2026-03-02", "due": "2026-03-13"}));
    shop.order("MX", 100, &[], json!({}));
    shop.good(receive("R1", "MO", 35));
    let today = Date::literal(2026, 3, 9);
    let calendar = WorkCalendar::weekdays();
    let found = progress(&shop.state.orders[&id("MO")], &calendar, today).unwrap().unwrap();
    assert_eq!((found.elapsed_days, found.total_days, found.expected), (5, 10, r("0.5")));
    assert_eq!((found.lag, found.rate), (r("15"), Some(r("7"))));
    assert_eq!((found.finish, found.late_days), (Some(Date::literal(2026, 3, 20)), 5));
    let (rows, findings) = alerts(&shop.state, &AlertRules::default(), &calendar, today).unwrap();
    let rules: Vec<AlertRule> = rows.iter().map(|row| row.rule).collect();
    assert_eq!(rules, [AlertRule::Lag, AlertRule::Stalled]);
    assert_eq!(findings[0].to_string(), "NO_DATES: MX has no planned dates; progress cannot be judged.");
    let late = alerts(&shop.state, &AlertRules::default(), &calendar, Date::literal(2026, 3, 16)).unwrap().0;
    assert!(late.iter().any(|row| row.rule == AlertRule::Overdue && row.figure == r("3")));
}

#[test]
fn n03_a_sales_line_from_order_to_shipment() {
    let mut shop = Shop::new();
    shop.good(json!({"do": "create_document", "approve": true, "document": {"id": "SO", "kind": "sales",
        "date": "2026-03-02", "partner": "CUST", "lines": [
            {"number": 1, "item": "A", "quantity": 100, "date": "2026-03-20"}]}}));
    let stage = |shop: &Shop| sales_flow(&shop.state, Date::literal(2026, 3, 4)).unwrap().0[0].stage;
    assert_eq!(stage(&shop), SalesStage::NotPlanned);
    let pegs = json!([{"demand": {"document": "SO", "line": 1}, "quantity": 100}]);
    shop.order("MO", 100, &[], json!({"pegs": pegs}));
    assert_eq!(stage(&shop), SalesStage::InProduction);
    shop.good(receive("R1", "MO", 60));
    shop.good(json!({"do": "push", "document": "D1", "kind": "stock_out", "lines": [{"quantity": 50,
        "source": {"document": "SO", "line": 1}, "stock": {"item": "A", "location": "W"}}]}));
    shop.good(json!({"do": "document", "document": "D1", "step": "approve"}));
    let (rows, _) = sales_flow(&shop.state, Date::literal(2026, 3, 4)).unwrap();
    let row = &rows[0];
    assert_eq!((row.production_ratio, row.shipment_ratio), (Some(r("0.6")), Some(r("0.5"))));
    assert_eq!(
        (row.to_ship, row.production, row.stage),
        (q("50"), SalesStage::InProduction, SalesStage::PartlyShipped)
    );
    shop.order("LOST", 1, &[], json!({"pegs": [{"demand": {"document": "?", "line": 1}, "quantity": 1}]}));
    let (_, findings) = sales_flow(&shop.state, Date::literal(2026, 3, 4)).unwrap();
    assert_eq!(findings[0].to_string(), "PEG_BROKEN: The link to LOST is lost.");
}

/// 4 490 in on 2025-06-01, 90 out on 2025-07-15, 100 in on 2026-03-01.
fn old_stock() -> Shop {
    let mut shop = Shop::new();
    for (document, kind, quantity, date) in [
        ("I1", "stock_in", 4490, "2025-06-01"),
        ("O1", "stock_out", 90, "2025-07-15"),
        ("I2", "stock_in", 100, "2026-03-01"),
    ] {
        shop.good(json!({"do": "stock", "document": document, "kind": kind, "date": date,
            "lines": [{"stock": {"item": "B", "location": "W"}, "quantity": quantity}]}));
    }
    shop
}

#[test]
fn n04_four_clocks() {
    let shop = old_stock();
    let today = Date::literal(2026, 3, 10);
    for (clock, idle, slow, flag) in [
        (SlowClock::Any, 9, "0", SlowFlag::Normal),
        (SlowClock::Outbound, 238, "4500", SlowFlag::Slow),
        (SlowClock::FifoLayers, 282, "4400", SlowFlag::Slow),
        (SlowClock::Rate, 238, "4500", SlowFlag::Slow),
    ] {
        let policy = SlowPolicy { clock, ..SlowPolicy::default() };
        let (rows, _) = slow_stock(&shop.state, &policy, today).unwrap();
        let row = &rows[0];
        assert_eq!((row.idle_days, row.slow_quantity, row.flag), (idle, q(slow), flag), "{clock:?}");
        assert_eq!(row.rate, Some(r("0.02")));
        let bands: Vec<String> = row.bands.iter().map(|band| band.quantity.to_string()).collect();
        assert_eq!(bands, ["100", "0", "0", "4400", "0"]);
    }
}

#[test]
fn n04_transfers_counts_and_undone_lines_do_not_reset_the_clock() {
    let mut shop = old_stock();
    let stock = json!({"item": "B", "location": "W"});
    shop.good(json!({"do": "transfer", "document": "T", "lines": [{"stock": stock, "location": "LS", "quantity": 1}]}));
    shop.good(json!({"do": "count", "document": "C", "lines": [{"stock": stock, "counted": 4498}]}));
    shop.good(json!({"do": "stock", "document": "O2", "kind": "stock_out", "lines": [{"stock": stock, "quantity": 7}]}));
    shop.good(reverse("O2"));
    let (rows, _) = slow_stock(&shop.state, &SlowPolicy::default(), Date::literal(2026, 3, 10)).unwrap();
    let row = rows.iter().find(|row| row.location == id("W")).unwrap();
    assert_eq!((row.idle_days, row.quantity), (238, q("4498")));
}

#[test]
fn n04_opening_stock_is_flagged() {
    let mut shop = Shop::new();
    shop.good(json!({"do": "opening", "document": "OB", "date": "2025-01-01",
        "lines": [{"stock": {"item": "B", "location": "W"}, "quantity": 5}]}));
    let (rows, findings) =
        slow_stock(&shop.state, &SlowPolicy::default(), Date::literal(2026, 3, 2)).unwrap();
    assert_eq!((rows[0].idle_days, rows[0].flag), (425, SlowFlag::Dead));
    assert_eq!(findings[0].to_string(), "NO_MOVEMENT_HISTORY: B has no movement; the opening date is used.");
}

#[test]
fn stock_at_any_past_day_two_ways() {
    let shop = old_stock();
    let history = StockHistory::new(shop.state.ledger.iter()).unwrap();
    for (day, expected) in [
        (Date::literal(2025, 5, 31), None),
        (Date::literal(2025, 6, 1), Some("4490")),
        (Date::literal(2025, 12, 31), Some("4400")),
        (Date::literal(2026, 3, 1), Some("4500")),
    ] {
        let indexed = history.at(&id("B"), day).first().map(|(_, quantity)| *quantity);
        let summed = stock_at(&shop.state.ledger, day).unwrap().first().map(|(_, quantity)| *quantity);
        assert_eq!((indexed, summed), (expected.map(q), expected.map(q)), "{day}");
        let all = history.all_at(day).into_iter().map(|(key, quantity)| (key.clone(), quantity));
        assert_eq!(all.collect::<Vec<_>>(), stock_at(&shop.state.ledger, day).unwrap(), "{day}");
    }
}

#[test]
fn lots_are_traced_both_ways() {
    let mut shop = Shop::with(json!({
        "items": [{"item": "A", "tracking": "lot"}, {"item": "L", "tracking": "lot"}],
        "places": [{"location": {"id": "W", "site": "P"}}]}));
    for lot in ["L1", "L2"] {
        shop.good(json!({"do": "stock", "document": format!("IN {lot}"), "kind": "stock_in",
            "lots": [{"item": "L", "lot": lot, "received": "2026-01-05", "supplier_lot": format!("X-{lot}")}],
            "lines": [{"stock": {"item": "L", "location": "W", "lot": lot}, "quantity": 10}]}));
    }
    for (order, lot, product) in [("M1", "L1", "P1"), ("M2", "L2", "P2")] {
        shop.order(order, 5, &[("L", "5")], json!({}));
        shop.good(json!({"do": "issue", "document": format!("I {order}"), "order": order,
            "what": {"scheme": "lines", "lines": [{"line": 1, "lot": lot}]}}));
        shop.good(json!({"do": "receive", "document": format!("R {order}"), "order": order,
            "lines": [{"quantity": 5, "location": "W", "lot": product}]}));
    }
    shop.good(json!({"do": "stock", "document": "SHIP", "kind": "stock_out",
        "lines": [{"stock": {"item": "A", "location": "W", "lot": "P1"}, "quantity": 2}]}));
    let from = |item: &str, lot: &str| TraceFrom { item: id(item), lot: id(lot) };
    let forward = trace(&shop.state.ledger, &from("L", "L1"), true).unwrap();
    assert_eq!((forward.lots.len(), &forward.lots[0].lot), (1, &from("A", "P1")));
    assert_eq!(forward.shipments, [id("SHIP")]);
    let back = trace(&shop.state.ledger, &from("A", "P2"), false).unwrap();
    assert_eq!((back.lots.len(), &back.lots[0].lot), (1, &from("L", "L2")));
}

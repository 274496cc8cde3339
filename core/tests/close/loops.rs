//! Cost loops: rework of the product itself, reciprocal products, the four prices.

use super::*;

/// X: opening 100 × 10; rework 20 X + 40 → 20 X.
fn rework(fixed: &str) -> Value {
    json!({
        "items": [{"id": "X", "fixed_cost": fixed}],
        "orders": [{"id": "W", "kind": "rework", "closed": true}],
        "stock": [{"item": "X", "quantity": 100, "amount": "1000.00"}],
        "issues": [{"order": "W", "item": "X", "quantity": 20}],
        "charges": [{"order": "W", "element": "labour", "amount": "40.00"}],
        "receipts": [{"order": "W", "item": "X", "quantity": 20}],
    })
}

#[test]
fn c10_rework_of_the_product_itself_by_every_rule() {
    let records = records(rework("9.00"));
    for (rule, taken) in
        [("fixed", "180.00"), ("opening", "200.00"), ("iterate", "208.00"), ("exact", "208.00")]
    {
        let policy = policy(json!({"loops": rule}));
        let outcome = close(&records, &policy);
        assert_eq!(outcome.issue_value(0).unwrap().to_string(), taken, "{rule}");
        let stock = outcome.stock_of("X", None).unwrap();
        assert_eq!(stock.value[3].to_string(), "1040.00", "{rule}");
        // (820 + 220) / 100 = 10.40 under fixed; the rest is averaged once what closes the circle is out.
        assert_eq!(unit(&outcome, "X"), "10.4", "{rule}");
        assert_eq!(outcome.loops().count(), 1);
    }
}

#[test]
fn c10_a_missing_fixed_price_and_a_loop_without_end_are_refused() {
    let mut given = rework("9.00");
    given["items"][0].as_object_mut().unwrap().remove("fixed_cost");
    let unpriced = records(given);
    assert_eq!(refused(&unpriced, &ClosePolicy::default()).code(), Code::FixedCostMissing);
    // A and B are made of each other, all of them, and something is added: no price can be.
    let endless = records(json!({
        "items": [{"id": "A"}, {"id": "B"}],
        "orders": [{"id": "OA", "closed": true}, {"id": "OB", "closed": true}],
        "issues": [{"order": "OA", "item": "B", "quantity": 10}, {"order": "OB", "item": "A", "quantity": 10}],
        "charges": [{"order": "OA", "element": "labour", "amount": "5.00"}],
        "receipts": [{"order": "OA", "item": "A", "quantity": 10}, {"order": "OB", "item": "B", "quantity": 10}],
    }));
    assert_eq!(refused(&endless, &policy(json!({"loops": "iterate"}))).code(), Code::CostLoopDiverges);
    assert_eq!(refused(&endless, &policy(json!({"loops": "exact"}))).code(), Code::CostLoop);
}

/// R03: 10 × 80.00 + 60.00 + 30.00 = 890.00; 9 good → 98.8889; scrap worth 20.00 → 96.6667.
#[test]
fn r03_rework_into_another_quality() {
    let given = |scrap: bool| {
        let mut given = json!({
            "items": [{"id": "P"}, {"id": "P2"}, {"id": "seal"}, {"id": "scrap"}],
            "orders": [{"id": "W", "kind": "rework", "closed": true}],
            "stock": [{"item": "P", "quantity": 10, "amount": "800.00"}, {"item": "seal", "quantity": 10, "amount": "60.00"}],
            "issues": [{"order": "W", "item": "P", "quantity": 10}, {"order": "W", "item": "seal", "quantity": 10}],
            "charges": [{"order": "W", "element": "labour", "amount": "30.00"}],
            "receipts": [{"order": "W", "item": "P2", "quantity": 9}],
        });
        if scrap {
            given["outputs"] = json!([{"order": "W", "item": "scrap", "kind": "by", "unit_cost": "20.00"}]);
            let row = json!({"id": "s", "date": "2026-03-12", "order": "W", "item": "scrap", "quantity": 1});
            given["receipts"].as_array_mut().unwrap().push(row);
        }
        given
    };
    let policy = ClosePolicy::default();
    for (scrap, cost) in [(false, "98.8889"), (true, "96.6667")] {
        let records = records(given(scrap));
        let outcome = close(&records, &policy);
        let cost_of = outcome.unit_cost("P2").unwrap();
        let rounded = cost_of.round(4, headstock::num::Rounding::HalfUp).unwrap();
        assert_eq!(rounded.to_string(), cost);
    }
}

#[test]
fn r03_rework_charged_to_the_period() {
    let mut given = rework("10.00");
    given["orders"][0]["charge_period"] = json!(true);
    let records = records(given);
    let policy = ClosePolicy::default();
    let outcome = close(&records, &policy);
    assert_eq!(ledger(&outcome, "W"), ["0.00", "240.00", "200.00", "0.00", "40.00"]);
    assert_eq!(unit(&outcome, "X"), "10");
}

/// Two products made of each other and one that both go into: exact equals the limit of the iteration.
#[test]
fn c10_reciprocal_products() {
    let records = records(json!({
        "items": [{"id": "A", "fixed_cost": "3"}, {"id": "B", "fixed_cost": "4"}, {"id": "R"}],
        "orders": [{"id": "OA", "closed": true}, {"id": "OB", "closed": true}],
        "movements": [{"kind": "purchase", "item": "R", "quantity": 10, "amount": "100.00"},
                      {"kind": "sale", "item": "A", "quantity": 7}],
        "issues": [{"order": "OA", "item": "R", "quantity": 6}, {"order": "OA", "item": "B", "quantity": 3},
                   {"order": "OB", "item": "R", "quantity": 4}, {"order": "OB", "item": "A", "quantity": 5}],
        "receipts": [{"order": "OA", "item": "A", "quantity": 20}, {"order": "OB", "item": "B", "quantity": 10}],
    }));
    // 20 a = 60 + 3 b, 10 b = 40 + 5 a: a = 720/185 = 144/37, b = 1100/185 = 220/37.
    let exact = policy(json!({"loops": "exact"}));
    let iterated = policy(json!({"loops": "iterate", "loop_tolerance": "0.0000001"}));
    for policy in [&exact, &iterated] {
        let outcome = close(&records, policy);
        // 5 × 144/37 = 19.459…
        assert_eq!(outcome.issue_value(3).unwrap().to_string(), "19.46");
        let b = outcome.issue_value(1).unwrap();
        assert_eq!(b.to_string(), "17.84");
    }
    for rule in ["fixed", "opening"] {
        let policy = policy(json!({"loops": rule}));
        let outcome = close(&records, &policy);
        assert_eq!(outcome.issue_value(3).unwrap().to_string(), "15.00");
    }
}

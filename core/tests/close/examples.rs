//! The examples of the capabilities, row by row.

use super::*;
use headstock::cost::{CostBook, PostedRun};
use headstock::costing::Explain;
use headstock::finding::Lang;
use headstock::id::Id;
use std::collections::BTreeMap;

/// S: 200 R × 5.00 + 300; P: 80 S + 80 × 2.50; F: 20 P + 20 S + 150.
fn three_levels() -> Value {
    json!({
        "items": [{"id": "R"}, {"id": "S"}, {"id": "P"}, {"id": "F"}],
        "orders": [{"id": "OS", "closed": true}, {"id": "OP", "kind": "subcontract", "closed": true},
                   {"id": "OF", "closed": true}],
        "movements": [{"kind": "purchase", "item": "R", "quantity": 300, "amount": "1500.00"}],
        "issues": [{"order": "OS", "item": "R", "quantity": 200}, {"order": "OP", "item": "S", "quantity": 80},
                   {"order": "OF", "item": "P", "quantity": 20}, {"order": "OF", "item": "S", "quantity": 20}],
        "charges": [{"order": "OS", "element": "overhead", "amount": "300.00"},
                    {"order": "OP", "element": "fee", "amount": "200.00", "accrued": true},
                    {"order": "OF", "element": "overhead", "amount": "150.00"}],
        "receipts": [{"order": "OS", "item": "S", "quantity": 100}, {"order": "OP", "item": "P", "quantity": 80},
                     {"order": "OF", "item": "F", "quantity": 20}],
    })
}

#[test]
fn c09_three_levels_with_a_subcontracted_one_between() {
    let records = records(three_levels());
    let policy = ClosePolicy::default();
    let outcome = close(&records, &policy);
    assert_eq!(["R", "S", "P", "F"].map(|item| unit(&outcome, item)), ["5", "13", "15.5", "36"]);
    let levels: Vec<u32> =
        ["R", "S", "P", "F"].map(|item| outcome.stock_of(item, None).unwrap().level).into();
    assert_eq!(levels, [1, 3, 5, 7]);
    assert_eq!(ledger(&outcome, "OF"), ["0.00", "720.00", "720.00", "0.00", "0.00"]);
    assert!(outcome.findings().is_empty(), "{:?}", outcome.findings());
}

#[test]
fn c12_both_views_of_a_composition() {
    let records = records(three_levels());
    let policy = ClosePolicy::default();
    let outcome = close(&records, &policy);
    // 36.00 = P 15.50 + S 13.00 + overhead 7.50, for 20 units.
    let parts = outcome.parts_of("OF", "F");
    let seen: Vec<_> =
        parts.iter().map(|part| (part.item.unwrap_or(part.element), part.value.to_string())).collect();
    assert_eq!(seen, [("P", "310.00".into()), ("S", "260.00".into()), ("overhead", "150.00".to_owned())]);
    // = material 20.00 + overhead 13.50 + subcontract fee 2.50.
    let product = outcome.products().find(|product| product.item == "F").unwrap();
    let rolled = [("fee", "50.00"), ("material", "400.00"), ("overhead", "270.00")];
    assert_eq!(texts(&product.original), rolled.map(|(name, value)| (name.into(), value.into())));
    assert_eq!(texts(&outcome.closing_composition("F", None)), texts(&product.original));
}

#[test]
fn c11_control_totals_and_steps() {
    let records = records(three_levels());
    let policy = ClosePolicy::default();
    let outcome = close(&records, &policy);
    for total in outcome.totals() {
        assert_eq!(total.difference.to_string(), "0.00");
    }
    let orders: Vec<_> = outcome.steps().iter().filter(|step| step.step == "orders").collect();
    let seen: Vec<_> = orders.iter().map(|step| (step.count, step.amount.to_string())).collect();
    assert_eq!(seen, [(1, "1300.00".to_owned()), (1, "1240.00".into()), (1, "720.00".into())]);
}

/// Opening 0 + 12,700 = finished 10,400 + in process 2,300; and C05's second period.
#[test]
fn c05_c11_equivalent_units_by_element() {
    let records = records(json!({
        "items": [{"id": "R"}, {"id": "F"}],
        "orders": [{"id": "O", "in_process": 20, "done": "0.5"}],
        "movements": [{"kind": "purchase", "item": "R", "quantity": 100, "amount": "10000.00"}],
        "issues": [{"order": "O", "item": "R", "quantity": 100}],
        "charges": [{"order": "O", "element": "labour", "amount": "1800.00"},
                    {"order": "O", "element": "overhead", "amount": "900.00"}],
        "receipts": [{"order": "O", "item": "F", "quantity": 80}],
    }));
    let policy = ClosePolicy::default();
    let outcome = close(&records, &policy);
    // Completion 0.5 was given for every element: material too.
    assert_eq!(ledger(&outcome, "O"), ["0.00", "12700.00", "11288.89", "1411.11", "0.00"]);
    let mut tables = records.tables().clone();
    tables.orders[0].completion =
        serde_json::from_value(json!([{"element": "material", "done": 1}])).unwrap();
    let records = CostRecords::new(tables, &RunControl::new()).unwrap();
    let outcome = close(&records, &policy);
    assert_eq!(ledger(&outcome, "O"), ["0.00", "12700.00", "10400.00", "2300.00", "0.00"]);
    assert_eq!(unit(&outcome, "F"), "130");
    assert_eq!(element(&outcome, "O", "labour"), ["0.00", "1800.00", "1600.00", "200.00", "0.00"]);
    assert_eq!(outcome.closing_wip().len(), 3);
}

#[test]
fn c05_opening_work_by_weighted_average_and_first_in_first_out() {
    for (rule, finished, closing) in
        [("equivalent", "11565.00", "1135.00"), ("equivalent_fifo", "11550.00", "1150.00")]
    {
        let records = records(json!({
            "items": [{"id": "F"}],
            "orders": [{"id": "O", "wip": rule, "in_process": 10, "done": "0.4", "opening_units": 30,
                        "opening_done": "0.6",
                        "completion": [{"element": "material", "done": 1}],
                        "opening_completion": [{"element": "material", "done": 1}]}],
            "wip": [{"order": "O", "element": "material", "amount": "3000.00"},
                    {"order": "O", "element": "labour", "amount": "450.00"}],
            "charges": [{"order": "O", "element": "material", "amount": "7350.00"},
                        {"order": "O", "element": "labour", "amount": "1900.00"}],
            "receipts": [{"order": "O", "item": "F", "quantity": 90}],
        }));
        let policy = ClosePolicy::default();
        let outcome = close(&records, &policy);
        assert_eq!(ledger(&outcome, "O"), ["3450.00", "9250.00", finished, closing, "0.00"], "{rule}");
    }
}

/// 1,135 opening + 5,000 input = 5,500 finished + 635 closing.
#[test]
fn c01_ledger_of_an_order_with_given_work_in_process() {
    let records = records(json!({
        "items": [{"id": "F"}],
        "orders": [{"id": "O", "wip": "given"}],
        "wip": [{"order": "O", "element": "labour", "amount": "1135.00"}],
        "charges": [{"order": "O", "element": "labour", "amount": "5000.00"}],
        "wip_amounts": [{"order": "O", "element": "labour", "amount": "635.00"}],
        "receipts": [{"order": "O", "item": "F", "quantity": 50}],
    }));
    let policy = ClosePolicy::default();
    let outcome = close(&records, &policy);
    assert_eq!(ledger(&outcome, "O"), ["1135.00", "5000.00", "5500.00", "635.00", "0.00"]);
    let mut tables = records.tables().clone();
    tables.issues = serde_json::from_value(json!([
        {"id": "i", "date": "2026-03-02", "order": "other", "item": "F", "quantity": 1}
    ]))
    .unwrap();
    let rejected = CostRecords::new(tables, &RunControl::new()).unwrap_err();
    assert_eq!(rejected.code(), Code::CostObjectMissing);
}

/// 100 × 10 + 300 × 12: issue of 150 at the average, first in first out, moving.
#[test]
fn c02_issue_cost_by_method() {
    for (method, cost) in [
        ("period_average", "1725.00"),
        ("fifo", "1600.00"),
        ("moving_average", "1725.00"),
        ("lifo", "1800.00"),
        ("standard", "1650.00"),
    ] {
        let records = records(json!({
            "items": [{"id": "R", "valuation": method, "fixed_cost": "11.00"}, {"id": "F"}],
            "orders": [{"id": "O", "closed": true}],
            "stock": [{"item": "R", "quantity": 100, "amount": "1000.00"}],
            "movements": [{"kind": "purchase", "item": "R", "quantity": 300, "amount": "3600.00", "date": "2026-03-02"}],
            "issues": [{"order": "O", "item": "R", "quantity": 150}],
            "receipts": [{"order": "O", "item": "F", "quantity": 1}],
        }));
        let policy = ClosePolicy::default();
        let outcome = close(&records, &policy);
        assert_eq!(outcome.issue_value(0).unwrap().to_string(), cost, "{method}");
    }
}

#[test]
fn c02_returns_reduce_the_cost_and_zero_cost_is_said() {
    let records = records(json!({
        "items": [{"id": "R"}, {"id": "Z"}, {"id": "F"}],
        "orders": [{"id": "O", "closed": true}],
        "movements": [{"kind": "purchase", "item": "R", "quantity": 10, "amount": "100.00"},
                      {"kind": "other_in", "item": "Z", "quantity": 5}],
        "issues": [{"order": "O", "item": "R", "quantity": 8}, {"order": "O", "item": "R", "quantity": -2},
                   {"order": "O", "item": "Z", "quantity": 5}],
        "receipts": [{"order": "O", "item": "F", "quantity": 6}],
    }));
    let policy = ClosePolicy::default();
    let outcome = close(&records, &policy);
    assert_eq!(ledger(&outcome, "O")[1], "60.00");
    assert_eq!(codes(&outcome), [Code::ZeroCostIssue, Code::ZeroPriceReceipt]);
}

/// C03 and C04: 9,000 by quantity, by bought material, by hours.
#[test]
fn c04_bases() {
    let given = |base: &str| {
        json!({
            "items": [{"id": "R"}, {"id": "F"}],
            "orders": [{"id": "A", "centre": "W", "closed": true}, {"id": "B", "centre": "W", "closed": true},
                       {"id": "C", "centre": "W", "closed": true}],
            "movements": [{"kind": "purchase", "item": "R", "quantity": 18, "amount": "18000.00"}],
            "issues": [{"order": "A", "item": "R", "quantity": 5}, {"order": "B", "item": "R", "quantity": 10},
                       {"order": "C", "item": "R", "quantity": 3}],
            "receipts": [{"order": "A", "item": "F", "quantity": 100}, {"order": "B", "item": "F", "quantity": 200},
                         {"order": "C", "item": "F", "quantity": 100}],
            "drivers": [{"order": "A", "base": "labour_hours", "value": 40},
                        {"order": "B", "base": "labour_hours", "value": 60},
                        {"order": "C", "base": "labour_hours", "value": 20}],
            "overhead": [{"centre": "W", "element": "overhead", "amount": "9000.00", "base": base}],
        })
    };
    for (base, shares) in [
        ("quantity", ["2250.00", "4500.00", "2250.00"]),
        ("purchased_material", ["2500.00", "5000.00", "1500.00"]),
        ("all_material", ["2500.00", "5000.00", "1500.00"]),
        ("labour_hours", ["3000.00", "4500.00", "1500.00"]),
    ] {
        let records = records(given(base));
        let policy = ClosePolicy::default();
        let outcome = close(&records, &policy);
        let seen = ["A", "B", "C"].map(|order| element(&outcome, order, "overhead")[1].clone());
        assert_eq!(seen, shares, "{base}");
    }
    let records = records(given("machine_hours"));
    let error = refused(&records, &ClosePolicy::default());
    assert_eq!(error.code(), Code::CheckBlocked);
    assert_eq!(error.findings()[1].code(), Code::BaseZero);
}

/// Joint 10,000, 70/30; main 700, co 200; by-product 50 × 4.00 of 10,200.
#[test]
fn c07_c08_co_products_and_by_products() {
    let given = |share: &str, weights: [&str; 2], co: i64| {
        json!({
            "items": [{"id": "R"}, {"id": "M"}, {"id": "C"}, {"id": "B"}],
            "orders": [{"id": "O", "closed": true, "share": share}],
            "movements": [{"kind": "purchase", "item": "R", "quantity": 10, "amount": "8000.00"}],
            "issues": [{"order": "O", "item": "R", "quantity": 10}],
            "charges": [{"order": "O", "element": "overhead", "amount": "2200.00"}],
            "outputs": [{"order": "O", "item": "M", "weight": weights[0]},
                        {"order": "O", "item": "C", "kind": "co", "weight": weights[1]},
                        {"order": "O", "item": "B", "kind": "by", "unit_cost": "4.00"}],
            "receipts": [{"order": "O", "item": "M", "quantity": 700}, {"order": "O", "item": "C", "quantity": co},
                         {"order": "O", "item": "B", "quantity": 50}],
        })
    };
    let policy = ClosePolicy::default();
    for (share, weights) in [("share", ["0.7", "0.3"]), ("weight", ["1.0", "1.5"])] {
        let records = records(given(share, weights, 200));
        let outcome = close(&records, &policy);
        assert_eq!(["M", "C", "B"].map(|item| unit(&outcome, item)), ["10", "15", "4"], "{share}");
        let by = outcome.products().find(|product| product.item == "B").unwrap();
        assert_eq!(texts(&by.elements), [("material".into(), "200.00".into())]);
    }
    let records_0 = records(given("share", ["0.7", "0.3"], 0));
    let outcome = close(&records_0, &policy);
    assert_eq!(outcome.products().find(|product| product.item == "M").unwrap().value.to_string(), "10000.00");
    assert_eq!(codes(&outcome), [Code::CoproductNoOutput]);
    let proportional = super::policy(json!({"by_products": "all_elements"}));
    let records_1 = records(given("weight", ["1.0", "1.5"], 200));
    let outcome = close(&records_1, &proportional);
    let by = outcome.products().find(|product| product.item == "B").unwrap();
    let parts = [("material", "156.86"), ("overhead", "43.14")];
    assert_eq!(texts(&by.elements), parts.map(|(name, value)| (name.into(), value.into())));
    let records_2 = records(given("share", ["0.7", "0.2"], 200));
    assert_eq!(refused(&records_2, &policy).code(), Code::RatioSum);
}

/// WIP 20 units of B 2 × 5.00 and C 1 × 10.00 → 400; of 12,700, 12,300 to finished.
#[test]
fn c06_component_list() {
    let records = records(json!({
        "items": [{"id": "B"}, {"id": "C"}, {"id": "F"}],
        "orders": [{"id": "O", "wip": "components"}],
        "movements": [{"kind": "purchase", "item": "B", "quantity": 1000, "amount": "5000.00"},
                      {"kind": "purchase", "item": "C", "quantity": 770, "amount": "7700.00"}],
        "issues": [{"order": "O", "item": "B", "quantity": 1000}, {"order": "O", "item": "C", "quantity": 770}],
        "wip_components": [{"order": "O", "item": "B", "quantity": 40}, {"order": "O", "item": "C", "quantity": 20}],
        "receipts": [{"order": "O", "item": "F", "quantity": 480}],
    }));
    let policy = ClosePolicy::default();
    let outcome = close(&records, &policy);
    assert_eq!(ledger(&outcome, "O"), ["0.00", "12700.00", "12300.00", "400.00", "0.00"]);
}

/// 3 unapproved issues (block) and 1 zero-price receipt (warn): refused; after approval, run with 1 warning.
#[test]
fn c13_checks_block_or_warn() {
    let given = |drafts: Value| {
        json!({
            "items": [{"id": "R"}],
            "movements": [{"id": "m", "kind": "purchase", "item": "R", "quantity": 1}],
            "drafts": drafts,
        })
    };
    let policy = ClosePolicy::default();
    let blocked = records(given(json!([{"id": "d1"}, {"id": "d2"}, {"id": "d3"}])));
    let error = refused(&blocked, &policy);
    assert_eq!(error.findings()[0].text(Lang::En), "3 blocking findings must be fixed before costing.");
    assert_eq!(error.findings().len(), 4);
    let good = records(given(json!([])));
    assert_eq!(codes(&close(&good, &policy)), [Code::ZeroPriceReceipt]);
    let waived = super::policy(json!({"waived": [{"check": "ZERO_PRICE_RECEIPT", "subject": "m"}]}));
    let outcome = close(&good, &waived);
    assert_eq!((outcome.findings().len(), outcome.waived().len()), (0, 1));
    let negative = records(json!({
        "items": [{"id": "R"}],
        "movements": [{"kind": "sale", "item": "R", "quantity": 1}],
    }));
    let error = refused(&negative, &policy);
    assert_eq!(error.findings()[1].code(), Code::NegativeStockAtCosting);
}

/// Where lines of a typed value took more than there was, the price of the period would be that of a negative quantity.
#[test]
fn c13_an_average_of_less_than_nothing_is_no_price() {
    let given = |typed: i64, returned: i64| {
        json!({
            "items": [{"id": "R"}, {"id": "F"}],
            "orders": [{"id": "O"}],
            "movements": [{"kind": "purchase", "item": "R", "quantity": 10, "amount": "100.00"}],
            "issues": [{"order": "O", "item": "R", "quantity": typed, "amount": "14.00"},
                       {"order": "O", "item": "R", "quantity": -returned}],
            "receipts": [{"order": "O", "item": "F", "quantity": 1}],
        })
    };
    // 10 − 8 + 3 = 5 at the end; 5 − 3 = 2 are averaged: (100 − 14) ÷ 2 = 43.
    let policy = ClosePolicy::default();
    let priced = records(given(8, 3));
    assert_eq!(unit(&close(&priced, &policy), "R"), "43");
    // 10 − 12 + 3 = 1 at the end; 1 − 3 = −2 would be averaged.
    let error = refused(&records(given(12, 3)), &policy);
    let finding = &error.findings()[0];
    assert_eq!(finding.code(), Code::NegativeStockAtCosting);
    assert!(finding.params().any(|(name, value)| (name, value) == ("qty", "-2")), "{finding:?}");
}

#[test]
fn f06_closed_and_earlier_periods() {
    let mut all = tables(json!({"items": [{"id": "R"}]}));
    let policy = ClosePolicy::default();
    all.periods[0].state = headstock::document::PeriodState::Closed;
    let closed = CostRecords::new(all.clone(), &RunControl::new()).unwrap();
    assert_eq!(refused(&closed, &policy).code(), Code::PeriodClosed);
    all.periods[0].state = headstock::document::PeriodState::Costing;
    let running = CostRecords::new(all.clone(), &RunControl::new()).unwrap();
    assert_eq!(refused(&running, &policy).code(), Code::RunInProgress);
    all.periods[0].state = headstock::document::PeriodState::Open;
    let earlier = json!({"id": "2026-02", "from": "2026-02-01", "to": "2026-02-28"});
    all.periods.push(serde_json::from_value(earlier).unwrap());
    let open = CostRecords::new(all, &RunControl::new()).unwrap();
    assert_eq!(refused(&open, &policy).findings()[1].code(), Code::PeriodNotSequential);
}

/// Input 1,500, provisional receipts 100 × 9.00 → 15.00 each, adjustment +600; 60 issued on, 40 still there.
#[test]
fn c14_provisional_receipts_become_final() {
    let records = records(json!({
        "items": [{"id": "F"}, {"id": "G"}],
        "orders": [{"id": "O", "closed": true}, {"id": "P"}],
        "charges": [{"order": "O", "element": "labour", "amount": "1000.00"},
                    {"order": "O", "element": "overhead", "amount": "500.00"}],
        "receipts": [{"id": "r", "order": "O", "item": "F", "quantity": 100, "provisional": "900.00"}],
        "issues": [{"id": "i", "order": "P", "item": "F", "quantity": 20, "provisional": "180.00"}],
        "movements": [{"id": "s", "kind": "sale", "item": "F", "quantity": 40, "provisional": "360.00"}],
    }));
    let policy = ClosePolicy::default();
    let outcome = close(&records, &policy);
    let seen: BTreeMap<String, [String; 4]> = outcome
        .adjustments()
        .into_iter()
        .map(|row| {
            let places = [row.stock, row.wip, row.sales, row.other].map(|place| place.to_string());
            (row.document.to_string(), places)
        })
        .collect();
    let text = |places: [&str; 4]| places.map(str::to_owned);
    assert_eq!(seen["r"], text(["600.00", "-600.00", "0.00", "0.00"]));
    assert_eq!(seen["i"], text(["-120.00", "120.00", "0.00", "0.00"]));
    assert_eq!(seen["s"], text(["-240.00", "0.00", "240.00", "0.00"]));
    // Another run over what is booked finds nothing to adjust, and the same costs.
    let again = CostRecords::new(outcome.booked(), &RunControl::new()).unwrap();
    let second = close(&again, &policy);
    assert!(second.adjustments().is_empty());
    assert_eq!(second.stocks().collect::<Vec<_>>(), outcome.stocks().collect::<Vec<_>>());
}

/// S07: 60 late on 200 received of which 60 are on hand: 18 to stock, the rest is gone.
#[test]
fn c14_s07_late_cost_follows_the_products() {
    let records = records(json!({
        "items": [{"id": "F"}],
        "orders": [{"id": "O", "closed": true, "received_before": 200, "product": "F"}],
        "stock": [{"item": "F", "quantity": 60, "amount": "600.00"}],
        "charges": [{"order": "O", "element": "fee", "amount": "60.00"}],
    }));
    let policy = ClosePolicy::default();
    let outcome = close(&records, &policy);
    let stock = outcome.stock_of("F", None).unwrap();
    assert_eq!(stock.value.map(|value| value.to_string()), ["600.00", "18.00", "0.00", "618.00"]);
    let total = outcome.totals().into_iter().find(|total| total.element.as_str() == "fee").unwrap();
    assert_eq!((total.late.to_string(), total.stock.to_string()), ("42.00".into(), "18.00".into()));
}

/// Issue 150.00, labour 40.00, receipt 180.00 → WIP 10.00.
#[test]
fn c16_events_give_the_work_in_process() {
    let records = records(json!({
        "items": [{"id": "R"}, {"id": "F"}],
        "orders": [{"id": "O", "wip": "given"}],
        "movements": [{"kind": "purchase", "item": "R", "quantity": 15, "amount": "150.00"}],
        "issues": [{"order": "O", "item": "R", "quantity": 15}],
        "charges": [{"order": "O", "element": "labour", "amount": "40.00"}],
        "wip_amounts": [{"order": "O", "element": "labour", "amount": "10.00"}],
        "receipts": [{"order": "O", "item": "F", "quantity": 1}],
    }));
    let policy = ClosePolicy::default();
    let outcome = close(&records, &policy);
    let order = headstock::cost::CostKey::Wip { order: Id::new("O").unwrap() };
    let mut wip = rust_decimal::Decimal::ZERO;
    let events: Vec<_> = outcome.events().collect();
    for event in &events {
        wip += if event.debit == order { event.amount.0 } else { rust_decimal::Decimal::ZERO };
        wip -= if event.credit == order { event.amount.0 } else { rust_decimal::Decimal::ZERO };
    }
    assert_eq!(wip.to_string(), "10.00");
    // A run replaces the one of its period; a closed period takes none.
    let (mut book, mut periods) = (CostBook::default(), records.tables().periods.clone());
    let run = |name: &str| PostedRun { run: Id::new(name).unwrap(), events: events.clone() };
    assert_eq!(book.post(&periods[0], run("run 1")), Ok(None));
    assert_eq!(book.post(&periods[0], run("run 2")).unwrap().unwrap().run.as_str(), "run 1");
    periods[0].state = headstock::document::PeriodState::Closed;
    assert_eq!(book.post(&periods[0], run("run 3")).unwrap_err().code(), Code::PeriodClosed);
    let id = periods[0].id.clone();
    assert_eq!(book.reopen(&mut periods, &id).unwrap().unwrap().run.as_str(), "run 2");
    assert!(book.runs.is_empty());
}

/// Any figure opens down to the documents, in both languages.
#[test]
fn c09_every_figure_can_be_opened() {
    let records = records(three_levels());
    let policy = ClosePolicy::default();
    let outcome = close(&records, &policy);
    let what = Explain::UnitCost { item: Id::new("F").unwrap(), pool: None };
    let tree = outcome.explain(&what, 1_000).unwrap();
    let text = tree.text(Lang::En);
    assert!(text.starts_with("F costs 36 a unit: 720.00 for 20.\n"), "{text}");
    for line in [
        "movements 00 of 2026-03-10 brought in 300 for 1500.00.",
        "charges 02: 150.00 charged.",
        "issues 00: 200 of R issued for 1000.00.",
    ] {
        assert!(text.contains(line), "{text}");
    }
    assert!(tree.text(Lang::Zh).starts_with("F单位成本36:20共720.00。\n"));
    let short = outcome.explain(&what, 3).unwrap();
    assert_eq!(short.walk().count(), 4);
    assert!(outcome.explain(&Explain::Order { order: Id::new("none").unwrap() }, 10).is_none());
}

//! Hand-checked examples that prove the slow planner: the acceptance examples of the capability rows and
//! published cases, in whole days from Monday 2026-03-02 on.

use super::days::{Day, date};
use super::engine::{canonical, engine};
use super::num::{Q, int, show};
use super::plan::{OraclePlan, plan};
use super::plants::Plant;
use headstock::planning::PlanPolicy;
use headstock::snapshot::Tables;
use headstock::time::Date;
use serde_json::{Value, json};

fn run_date() -> Date {
    Date::literal(2026, 3, 2)
}

/// Day `n` of a test: day 1 is the run date.
fn day(n: i32) -> Day {
    run_date().day_number() + n - 1
}

fn at(n: i32) -> Value {
    json!(date(day(n)).to_string())
}

/// Tables with one unit, one site that works every day, and what the test adds.
fn tables(more: Value) -> Tables {
    let mut all = json!({"units": [{"id": "pc", "scale": 0}, {"id": "kg", "scale": 3}], "sites": [{"id": "S"}, {"id": "T"}]});
    for (k, v) in more.as_object().unwrap() {
        all[k] = v.clone();
    }
    serde_json::from_value(all).unwrap()
}

fn policy(p: Value) -> PlanPolicy {
    serde_json::from_value(p).unwrap()
}

fn buy(item: &str) -> Value {
    json!({"id": format!("buy-{item}"), "item": item, "kind": "buy", "lead_days": 0})
}

fn make(item: &str) -> Value {
    json!({"id": format!("make-{item}"), "item": item, "kind": "make", "lead_days": 0})
}

fn run(more: Value, p: Value) -> OraclePlan {
    plan(&tables(more), &policy(p), run_date()).unwrap()
}

fn item(id: &str) -> Value {
    json!({"id": id, "unit": "pc"})
}

fn demand(id: &str, item: &str, n: i32, q: &str) -> Value {
    json!({"id": id, "item": item, "site": "S", "quantity": q, "date": at(n)})
}

fn stock(item: &str, q: &str) -> Value {
    json!({"id": format!("stock-{item}-{q}"), "item": item, "site": "S", "quantity": q})
}

/// Planned orders of an item as (day, good quantity).
fn orders(p: &OraclePlan, item: &str) -> Vec<(i32, String)> {
    let mine = p.orders.iter().filter(|o| o.node.item.as_str() == item);
    mine.map(|o| (o.available - run_date().day_number() + 1, show(&o.good))).collect()
}

fn is(list: &[(i32, &str)]) -> Vec<(i32, String)> {
    list.iter().map(|(d, q)| (*d, (*q).to_string())).collect()
}

fn messages(p: &OraclePlan) -> Vec<String> {
    let text = |q: &Option<Q>| q.as_ref().map_or_else(|| "-".into(), show);
    let day_of =
        |d: Option<Day>| d.map_or_else(|| "-".into(), |d| (d - run_date().day_number() + 1).to_string());
    p.messages
        .iter()
        .map(|m| format!("{} {} {} {}", m.kind, m.document, day_of(m.to), text(&m.to_quantity)))
        .collect()
}

fn gross(p: &OraclePlan, item: &str) -> Vec<(i32, String)> {
    let rows = p.records.iter().filter(|(k, _)| k.item.as_str() == item).flat_map(|(_, r)| r);
    let some = rows.filter(|(_, r)| r.gross.0 != int(0));
    some.map(|(d, r)| (d - run_date().day_number() + 1, show(&r.gross.0))).collect()
}

fn forecast_plan(shipped: &str, ordered: &str) -> OraclePlan {
    run(
        json!({"items": [item("A")], "sources": [buy("A")],
            "demands": [{"id": "d", "item": "A", "site": "S", "quantity": ordered, "fulfilled": shipped, "date": at(4)}],
            "forecasts": [{"id": "f", "item": "A", "site": "S", "from": at(1), "to": at(7), "quantity": "100"}]}),
        json!({}),
    )
}

#[test]
fn p08_forecast_is_consumed_by_what_was_ordered() {
    assert_eq!(gross(&forecast_plan("0", "70"), "A"), is(&[(1, "30"), (4, "70")]));
    assert_eq!(gross(&forecast_plan("70", "70"), "A"), is(&[(1, "30")]));
    assert_eq!(gross(&forecast_plan("0", "120"), "A"), is(&[(4, "120")]));
}

#[test]
fn p09_remaining_supply_counts_once() {
    let t = |kind: &str, q: &str, accepted: &str, rejected: &str| {
        let p = run(
            json!({"items": [item("A")], "sources": [buy("A")], "demands": [demand("d", "A", 5, "200")],
                "supplies": [{"id": "s", "kind": kind, "item": "A", "site": "S", "quantity": q, "due": at(5), "accepted": accepted, "rejected": rejected}]}),
            json!({"reschedule": {"change_quantity": false}}),
        );
        orders(&p, "A")
    };
    assert_eq!(t("purchase", "100", "60", "10"), is(&[(5, "170")]));
    assert_eq!(t("production", "95", "50", "0"), is(&[(5, "155")]));
    assert_eq!(t("production", "95", "95", "0"), is(&[(5, "200")]));
}

#[test]
fn p10_new_order_or_expedite_first() {
    let t = |assume: &str| {
        run(
            json!({"items": [item("A")], "sources": [buy("A")], "stock": [stock("A", "35")],
                "planning": [{"item": "A", "site": "S", "safety_stock": "10"}],
                "demands": [demand("d1", "A", 3, "40"), demand("d2", "A", 8, "60")],
                "supplies": [{"id": "po", "item": "A", "site": "S", "quantity": "30", "due": at(5)}]}),
            json!({"reschedule": {"assume": assume}}),
        )
    };
    assert_eq!(orders(&t("new_order"), "A"), is(&[(3, "15"), (8, "30")]));
    let p = t("expedite");
    assert_eq!(orders(&p, "A"), is(&[(8, "45")]));
    assert_eq!(messages(&p), ["expedite po 3 -"]);
    let row = p.records.values().next().unwrap()[&day(3)].clone();
    assert_eq!(show(&row.balance.0), "25");
}

#[test]
fn p11_modifiers_fixed_and_period() {
    let t = |planning: Value, demands: Value| {
        let p = run(
            json!({"items": [item("A")], "sources": [buy("A")], "planning": [planning], "demands": demands}),
            json!({}),
        );
        orders(&p, "A")
    };
    let one = json!([demand("d", "A", 3, "130")]);
    let lots = json!({"item": "A", "lot_min": "50", "lot_max": "100", "lot_multiple": "20"});
    assert_eq!(t(lots, one.clone()), is(&[(3, "100"), (3, "60")]));
    let fixed = json!({"item": "A", "lot": {"rule": "fixed", "quantity": "50"}});
    assert_eq!(t(fixed, one), is(&[(3, "50"), (3, "50"), (3, "50")]));
    let three = json!([
        demand("a", "A", 3, "40"),
        demand("b", "A", 4, "50"),
        demand("c", "A", 5, "40"),
        demand("d", "A", 6, "7")
    ]);
    let period = json!({"item": "A", "lot": {"rule": "period_days", "days": 3}});
    assert_eq!(t(period, three), is(&[(3, "130"), (6, "7")]));
}

/// F02 and P12: 95 good, yield 95 %, 2 per 1, scrap 2 %, fixed loss 3.
fn f02(formula: &str) -> OraclePlan {
    run(
        json!({"items": [item("A"), {"id": "C", "unit": "pc", "scrap_formula": formula}], "sources": [make("A"), buy("C")],
            "boms": [{"id": "b", "product": "A", "yield_ratio": "0.95",
                "lines": [{"id": "1", "component": "C", "numerator": "2", "scrap": "0.02", "fixed_loss": "3"}]}],
            "demands": [demand("d", "A", 5, "95")]}),
        json!({}),
    )
}

#[test]
fn f02_p12_yield_raises_input_and_scrap_the_component() {
    let p = f02("multiply");
    assert_eq!(show(&p.orders[0].q), "100");
    assert_eq!(show(&p.orders[0].good), "95");
    assert_eq!(gross(&p, "C"), is(&[(5, "207")]));
    assert_eq!(gross(&f02("divide"), "C"), is(&[(5, "208")]));
}

#[test]
fn p13_lead_times_offset_through_the_calendar() {
    let t = |unit: &str| {
        run(
            json!({"items": [item("A"), item("C")], "calendars": [{"id": "week"}], "sites": [{"id": "S", "calendar": "week"}],
                "sources": [{"id": "m", "item": "A", "kind": "make", "lead_days": 2, "days_per_batch": 1, "batch_quantity": "100"},
                    {"id": "b", "item": "C", "kind": "buy", "lead_days": 6, "inspection_days": 1, "lead_unit": unit}],
                "boms": [{"id": "b", "product": "A", "lines": [{"id": "1", "component": "C", "numerator": "1", "offset_days": 2}]}],
                "demands": [{"id": "d", "item": "A", "site": "S", "quantity": "250", "date": "2026-03-20"}]}),
            json!({}),
        )
    };
    let p = t("calendar");
    let c = p.orders.iter().find(|o| o.node.item.as_str() == "C").unwrap();
    assert_eq!(date(p.orders[0].start).to_string(), "2026-03-13");
    assert_eq!(date(c.available).to_string(), "2026-03-17");
    assert_eq!(date(c.dock.unwrap()).to_string(), "2026-03-16");
    assert_eq!(date(c.start).to_string(), "2026-03-10");
    let p = t("working");
    let c = p.orders.iter().find(|o| o.node.item.as_str() == "C").unwrap();
    assert_eq!(date(c.start).to_string(), "2026-03-06");
}

#[test]
fn p14_refill_is_late_under_textbook_and_not_under_lowest() {
    let t = |priority: &str| {
        let p = run(
            json!({"items": [item("A")], "sources": [{"id": "s", "item": "A", "kind": "buy", "lead_days": 5}], "stock": [stock("A", "20")],
                "planning": [{"item": "A", "safety_stock": "10", "safety_priority": priority}], "demands": [demand("d", "A", 3, "15")]}),
            json!({}),
        );
        orders(&p, "A")
    };
    assert_eq!(t("textbook"), is(&[(3, "5")]));
    assert_eq!(t("highest"), is(&[(3, "5")]));
    assert_eq!(t("lowest"), is(&[(6, "5")]));
}

#[test]
fn p15_mixed_and_whole() {
    let t = |mode: &str| {
        let p = run(
            json!({"items": [{"id": "M", "unit": "pc", "substitution": mode}, item("X")], "sources": [buy("M"), buy("X")],
                "stock": [stock("M", "60"), stock("X", "80")], "demands": [demand("d", "M", 3, "100")],
                "substitutes": [{"item": "M", "substitute": "X", "ratio": "1.2"}]}),
            json!({}),
        );
        (orders(&p, "M"), gross(&p, "X"))
    };
    assert_eq!(t("mixed"), (is(&[]), is(&[(3, "48")])));
    assert_eq!(t("both"), (is(&[]), is(&[(3, "48")])));
    assert_eq!(t("manual"), (is(&[(3, "40")]), is(&[])));
}

/// A part that may replace what it goes into: sharing would make each wait for the other, so nothing is shared, and
/// both planners say so.
#[test]
fn p15_an_item_and_its_own_part_share_nothing() {
    let tables = tables(json!({"items": [item("A"), item("B")], "sources": [make("A"), buy("B")],
        "boms": [{"id": "a", "product": "A", "lines": [{"id": "1", "component": "B", "numerator": "2"}]}],
        "stock": [stock("B", "100")], "demands": [demand("d", "A", 3, "10")],
        "substitutes": [{"item": "A", "substitute": "B", "ratio": "1"}]}));
    let slow = plan(&tables, &policy(json!({})), run_date()).unwrap();
    assert_eq!((orders(&slow, "A"), orders(&slow, "B")), (is(&[(3, "10")]), is(&[])));
    let told = |lines: Vec<String>| lines.into_iter().filter(|l| l.starts_with("F GROUP_DISSOLVED")).count();
    assert_eq!(told(slow.canonical()), 2);
    let plant = Plant { tables, policy: policy(json!({})), run: run_date() };
    let fast = engine(&plant, 1).unwrap();
    assert_eq!(told(canonical(&fast)), 2);
    let fast: Vec<String> = fast.orders().map(|o| format!("{} {}", o.item, o.quantity)).collect();
    assert_eq!(fast, ["A 10"]);
}

#[test]
fn p16_phantom_with_and_without_stock() {
    let t = |use_stock: bool, skip: bool| {
        let p = run(
            json!({"items": [item("A"), {"id": "K", "unit": "pc", "phantom": !skip}, item("E"), item("F")],
                "sources": [make("A"), buy("E"), buy("F")], "stock": [stock("K", "30")], "demands": [demand("d", "A", 3, "100")],
                "boms": [{"id": "a", "product": "A", "lines": [{"id": "1", "component": "K", "numerator": "1", "skip_level": skip}]},
                    {"id": "k", "product": "K", "lines": [{"id": "1", "component": "E", "numerator": "2"}, {"id": "2", "component": "F", "numerator": "1"}]}]}),
            json!({"use_phantom_stock": use_stock}),
        );
        (orders(&p, "E"), orders(&p, "F"))
    };
    assert_eq!(t(true, false), (is(&[(3, "140")]), is(&[(3, "70")])));
    assert_eq!(t(false, false), (is(&[(3, "200")]), is(&[(3, "100")])));
    assert_eq!(t(true, true), (is(&[(3, "200")]), is(&[(3, "100")])));
}

#[test]
fn p18_expedite_cancel_and_increase() {
    let t = |reach: i32| {
        run(
            json!({"items": [item("A")], "sources": [buy("A")], "demands": [demand("d", "A", 10, "100")],
                "supplies": [{"id": "po", "item": "A", "site": "S", "quantity": "100", "due": at(20)}]}),
            json!({"reschedule": {"max_advance_days": reach}}),
        )
    };
    assert_eq!(messages(&t(15)), ["expedite po 10 -"]);
    assert_eq!(
        (messages(&t(5)), orders(&t(5), "A")),
        (vec!["cancel po - 0".to_string()], is(&[(10, "100")]))
    );
    let p = run(
        json!({"items": [item("A")], "sources": [buy("A")], "demands": [demand("d", "A", 10, "90")],
            "planning": [{"item": "A", "lot_multiple": "20"}],
            "supplies": [{"id": "po", "item": "A", "site": "S", "quantity": "60", "due": at(10)}]}),
        json!({}),
    );
    assert_eq!((messages(&p), orders(&p, "A")), (vec!["increase po - 100".to_string()], is(&[])));
}

#[test]
fn p18_defer_decrease_and_beyond_the_shift() {
    let t = |q: &str, reach: i32| {
        run(
            json!({"items": [item("A")], "sources": [buy("A")], "demands": [demand("d", "A", 10, "40")],
                "supplies": [{"id": "po", "item": "A", "site": "S", "quantity": q, "due": at(5)}]}),
            json!({"reschedule": {"max_defer_days": reach}}),
        )
    };
    assert_eq!(messages(&t("40", 5)), ["defer po 10 -"]);
    let p = t("40", 4);
    assert_eq!((messages(&p), orders(&p, "A")), (vec!["cancel po - 0".to_string()], is(&[(10, "40")])));
}

#[test]
fn p26_lots_expire_and_the_first_to_expire_goes_first() {
    let lots = json!([{"id": "l1", "item": "A", "site": "S", "lot": "1", "quantity": "60", "usable_until": "2026-03-10"},
        {"id": "l2", "item": "A", "site": "S", "lot": "2", "quantity": "50", "usable_until": "2026-04-01"}]);
    let t = |demands: Value| {
        run(
            json!({"items": [item("A")], "sources": [buy("A")], "stock": lots, "demands": demands}),
            json!({}),
        )
    };
    let p = t(json!([demand("a", "A", 4, "40"), demand("b", "A", 19, "50")]));
    assert_eq!(orders(&p, "A"), is(&[]));
    let lost = p.findings.iter().find(|f| f.code == "LOT_EXPIRES_UNUSED").unwrap();
    assert_eq!(lost.about[..2], [("lot", "l1".to_string()), ("qty", "20".to_string())]);
    assert_eq!(orders(&t(json!([demand("b", "A", 19, "60")])), "A"), is(&[(19, "10")]));
}

#[test]
fn p26_a_minimum_life_is_short_even_when_the_balance_is_not() {
    let p = run(
        json!({"items": [item("A")], "sources": [buy("A")],
            "stock": [{"id": "l", "item": "A", "site": "S", "quantity": "60", "usable_until": at(10)}],
            "demands": [{"id": "d", "item": "A", "site": "S", "quantity": "50", "date": at(5), "minimum_life_days": 10}, demand("e", "A", 9, "60")]}),
        json!({}),
    );
    assert_eq!(orders(&p, "A"), is(&[(5, "50")]));
}

#[test]
fn p27_old_part_until_it_is_gone() {
    let t = |mode: &str| {
        let p = run(
            json!({"items": [item("O"), item("N")], "sources": [buy("O"), buy("N")], "stock": [stock("O", "70")],
                "substitutes": [{"item": "O", "substitute": "N", "ratio": "1", "mode": mode}],
                "demands": [demand("a", "O", 7, "30"), demand("b", "O", 14, "30"), demand("c", "O", 21, "30"), demand("d", "O", 28, "30")]}),
            json!({}),
        );
        assert_eq!(orders(&p, "O"), is(&[]));
        orders(&p, "N")
    };
    assert_eq!(t("use_up"), is(&[(21, "20"), (28, "30")]));
    assert_eq!(t("use_up_whole"), is(&[(21, "30"), (28, "30")]));
    assert_eq!(t("replace"), is(&[(7, "30"), (14, "30"), (21, "30"), (28, "30")]));
}

#[test]
fn f07_segregation_and_free_stock() {
    let t = |free: bool| {
        let p = run(
            json!({"items": [{"id": "A", "unit": "pc", "key": {"attributes": true, "project": true}, "free_stock": free}], "sources": [buy("A")],
                "stock": [{"id": "p7", "item": "A", "site": "S", "quantity": "6", "key": {"attributes": "red", "project": "P7"}},
                    {"id": "free", "item": "A", "site": "S", "quantity": "8", "key": {"attributes": "red"}}],
                "demands": [{"id": "d", "item": "A", "site": "S", "quantity": "10", "date": at(3), "key": {"attributes": "red", "project": "P7"}}]}),
            json!({}),
        );
        orders(&p, "A")
    };
    assert_eq!(t(false), is(&[(3, "4")]));
    assert_eq!(t(true), is(&[]));
}

#[test]
fn p02_p11_levels() {
    // Inventory suites: 4 on hand, min 10, max 15; 10 on hand, min 15, max 22, multiple 5 rounded down; max 100,
    // reorder point 50, 80 on hand less 70 or 40 sold.
    let t = |have: &str, sold: Option<&str>, planning: Value| {
        let demands: Vec<Value> = sold.map(|q| demand("d", "A", 1, q)).into_iter().collect();
        let p = run(
            json!({"items": [item("A")], "sources": [buy("A")], "stock": [stock("A", have)], "planning": [planning], "demands": demands}),
            json!({}),
        );
        orders(&p, "A")
    };
    let rule = |min: &str, max: &str, rounding: &str| json!({"rule": "min_max", "min": min, "max": max, "rounding": rounding});
    assert_eq!(t("4", None, json!({"item": "A", "lot": rule("10", "15", "up")})), is(&[(1, "11")]));
    let five = json!({"item": "A", "lot_multiple": "5", "lot": rule("15", "22", "down")});
    assert_eq!(t("10", None, five), is(&[(1, "10")]));
    let bc = json!({"item": "A", "lot": rule("50", "100", "up")});
    assert_eq!(t("80", Some("70"), bc.clone()), is(&[(1, "90")]));
    assert_eq!(t("80", Some("40"), bc), is(&[(1, "60")]));
    let point = json!({"item": "A", "lot": {"rule": "reorder_point", "point": "10", "quantity": "4"}});
    assert_eq!(t("10", None, point), is(&[(1, "4")]));
}

/// A record with one bucket a day: gross, scheduled, on hand, safety, rule → (balances, receipts).
fn record(g: &[i64], sr: &[i64], have: i64, safety: i64, planning: Value) -> (Vec<i64>, Vec<i64>) {
    let mut rule = planning;
    rule["item"] = json!("A");
    rule["safety_stock"] = json!(safety.to_string());
    let line = |id: &str, i: usize, q: &i64| json!({"id": format!("{id}{i:02}"), "item": "A", "site": "S", "quantity": q.to_string()});
    let mut demands: Vec<Value> = g.iter().enumerate().map(|(i, q)| line("d", i, q)).collect();
    demands.iter_mut().enumerate().for_each(|(i, d)| d["date"] = at(i as i32 + 1));
    let mut supplies: Vec<Value> = sr.iter().enumerate().map(|(i, q)| line("s", i, q)).collect();
    supplies.iter_mut().enumerate().for_each(|(i, d)| d["due"] = at(i as i32 + 1));
    let p = run(
        json!({"items": [item("A")], "sources": [buy("A")], "stock": [stock("A", &have.to_string())], "planning": [rule], "demands": demands, "supplies": supplies}),
        json!({"reschedule": {"assume": "new_order"}}),
    );
    let rows = p.records.values().next().unwrap();
    let value = |q: &Q| i64::try_from(q.to_integer()).unwrap();
    let mut last = have;
    let (mut balances, mut receipts) = (Vec::new(), Vec::new());
    for i in 0..g.len() {
        if let Some(r) = rows.get(&day(i as i32 + 1)) {
            last = value(&r.balance.0);
            receipts.push(value(&r.planned.0));
        } else {
            receipts.push(0);
        }
        balances.push(last);
    }
    (balances, receipts)
}

#[test]
fn case_mrp_records() {
    let lot = |rule: Value| json!({"lot": rule});
    let fixed = |q: i64| lot(json!({"rule": "fixed", "quantity": q.to_string()}));
    let z = &[0; 8][..];
    let g = [10, 0, 15, 10, 20, 5, 0, 10, 15];
    assert_eq!(
        record(&g, &[0, 0, 14], 12, 0, lot(json!({"rule": "lot_for_lot"}))).1,
        [0, 0, 0, 9, 20, 5, 0, 10, 15]
    );
    let g = [0, 9, 20, 5, 0, 10, 15, 0, 0];
    assert_eq!(record(&g, z, 28, 0, lot(json!({"rule": "lot_for_lot"}))).1, [0, 0, 1, 5, 0, 10, 15, 0, 0]);
    let (b, r) = record(&[30, 20, 20, 25, 50, 50, 55, 55], &[70], 10, 0, fixed(60));
    assert_eq!((b, r), (vec![50, 30, 10, 45, 55, 5, 10, 15], vec![0, 0, 0, 60, 60, 0, 60, 60]));
    let g = [150, 0, 0, 120, 0, 150, 120, 0];
    assert_eq!(record(&g, &[230], 37, 0, fixed(230)).0, [117, 117, 117, 227, 227, 77, 187, 187]);
    assert_eq!(
        record(&g, &[230], 37, 0, lot(json!({"rule": "periods", "counts": [3]}))).1,
        [0, 0, 0, 153, 0, 0, 120, 0]
    );
    assert_eq!(record(&g, &[230], 37, 80, fixed(230)).0, [117, 117, 117, 227, 227, 307, 187, 187]);
    assert_eq!(record(&[60, 90, 150], &[0, 150], 120, 0, json!({"lot_min": "100"})).0, [60, 120, 70]);
    assert_eq!(record(&[0, 10, 0, 40, 10], &[50], 4, 0, fixed(50)).0, [54, 44, 44, 4, 44]);
    // Time-phased order point: 170 on hand, 17 a period, safety stock 100, lots of 50, lead time 2.
    assert_eq!(record(&[17; 8], z, 170, 100, fixed(50)).1, [0, 0, 0, 0, 50, 0, 0, 50]);
}

#[test]
fn case_lot_sizing_rules() {
    let rule = |name: &str, setup: &str, hold: &str| json!({"lot": {"rule": name, "setup_cost": setup, "holding_cost": hold}});
    let lots = |g: &[i64], planning: Value| record(g, &[], 0, 0, planning).1;
    let harmon = [42, 42, 32, 12, 26, 112, 45, 14, 76, 38];
    assert_eq!(lots(&harmon, rule("silver_meal", "132", "0.6")), [128, 0, 0, 0, 197, 0, 0, 0, 114, 0]);
    let orlicky = [35, 10, 0, 40, 0, 20, 5, 10, 30];
    let eoq =
        json!({"lot": {"rule": "eoq", "setup_cost": "100", "holding_cost": "1", "demand_rate": "16.6666"}});
    assert_eq!(lots(&orlicky, eoq), [58, 0, 0, 58, 0, 0, 0, 58, 0]);
    let poq = json!({"lot": {"rule": "periods", "counts": [2]}});
    assert_eq!(lots(&orlicky, poq), [45, 0, 0, 40, 0, 25, 0, 40, 0]);
    let poq = json!({"lot": {"rule": "periods", "counts": [4, 3]}});
    assert_eq!(lots(&orlicky, poq), [85, 0, 0, 0, 0, 35, 0, 0, 30]);
    assert_eq!(lots(&orlicky, rule("least_unit_cost", "100", "1")), [45, 0, 0, 60, 0, 0, 45, 0, 0]);
    let silver = [0, 30, 40, 0, 10, 40, 30, 0, 30, 55];
    assert_eq!(lots(&silver, rule("least_total_cost", "100", "1")), [0, 80, 0, 0, 0, 100, 0, 0, 0, 55]);
    assert_eq!(lots(&silver, rule("wagner_whitin", "100", "1")), [0, 80, 0, 0, 0, 70, 0, 0, 85, 0]);
    let ten = [120, 150, 50, 120, 80, 40, 130, 115, 90, 80];
    assert_eq!(lots(&ten, rule("silver_meal", "160", "0.5")), [320, 0, 0, 240, 0, 0, 335, 0, 0, 80]);
    let mut with_unit = rule("silver_meal", "160", "0.5");
    with_unit["lot"]["unit_cost"] = json!("2");
    assert_eq!(lots(&ten, with_unit), [320, 0, 0, 240, 0, 0, 415, 0, 0, 0]);
    assert_eq!(lots(&[18, 30, 42, 5, 20], rule("silver_meal", "80", "2")), [48, 0, 47, 0, 20]);
    assert_eq!(lots(&[18, 30, 42, 5, 20], rule("least_unit_cost", "80", "2")), [48, 0, 42, 25, 0]);
    assert_eq!(lots(&[200; 5], rule("wagner_whitin", "100", "0.1")), [400, 0, 600, 0, 0]);
    let ppb = |ahead: bool, back: bool| json!({"lot": {"rule": "part_period", "setup_cost": "100", "holding_cost": "1", "look_ahead": ahead, "look_back": back}});
    let ahead = [20, 40, 30, 10, 40, 30, 35, 20, 40];
    assert_eq!(lots(&ahead, ppb(false, false))[0], 90);
    assert_eq!(lots(&ahead, ppb(true, true))[..4], [100, 0, 0, 0]);
    assert_eq!(lots(&[20, 40, 30, 15, 30, 25, 50, 20, 40], ppb(true, true))[..3], [60, 0, 45]);
}

/// frePPLe 9.18, model tests, restated: lead times in whole days.
#[test]
fn case_frepple_two_levels_and_level_to_order_up_to() {
    let p = run(
        json!({"items": [item("END"), item("SUB"), item("RAW")],
            "sources": [{"id": "e", "item": "END", "kind": "make", "lead_days": 7},
                {"id": "s", "item": "SUB", "kind": "make", "lead_days": 1, "days_per_batch": 1, "batch_quantity": "2"}],
            "boms": [{"id": "e", "product": "END", "lines": [{"id": "1", "component": "SUB", "numerator": "1"}]},
                {"id": "s", "product": "SUB", "lines": [{"id": "1", "component": "RAW", "numerator": "1"}]}],
            "stock": [stock("SUB", "15"), stock("RAW", "20")],
            "demands": [demand("o1", "END", 2, "7"), demand("o2", "END", 10, "14")]}),
        json!({}),
    );
    let list: Vec<_> =
        p.orders.iter().map(|o| (o.node.item.to_string(), o.start - day(1), show(&o.good))).collect();
    assert_eq!(
        list,
        [("END".into(), -6, "7".into()), ("END".into(), 2, "14".into()), ("SUB".into(), -2, "6".to_string())]
    );
    let months = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335];
    let demands: Vec<Value> =
        months.iter().enumerate().map(|(i, d)| demand(&format!("o{i:02}"), "M", d + 1, "11")).collect();
    let p = run(
        json!({"items": [item("M")], "sources": [{"id": "m", "item": "M", "kind": "buy", "lead_days": 7}], "stock": [stock("M", "2")],
            "planning": [{"item": "M", "safety_stock": "10", "lot": {"rule": "order_up_to", "level": "30"}}],
            "supplies": [{"id": "po", "item": "M", "site": "S", "quantity": "3", "due": at(92)}], "demands": demands}),
        json!({"reschedule": {"assume": "new_order"}}),
    );
    let want = [(1, "39"), (61, "22"), (153, "30"), (214, "22"), (275, "22"), (336, "22")];
    assert_eq!(orders(&p, "M"), is(&want));
}

#[test]
fn case_frepple_co_products() {
    let all = ["PF1", "PF2", "PF3", "PF4"];
    let source =
        |i: &str| json!({"id": format!("m-{i}"), "item": i, "kind": "make", "lead_days": 0, "bom": "p"});
    let output = |i: &str| json!({"id": i, "item": i, "numerator": "1"});
    let needs = [
        ("PF1", 114, "5"),
        ("PF1", 144, "10"),
        ("PF1", 175, "50"),
        ("PF1", 206, "35"),
        ("PF2", 114, "10"),
        ("PF2", 144, "3"),
        ("PF2", 175, "70"),
        ("PF2", 206, "20"),
        ("PF3", 114, "5"),
        ("PF3", 144, "5"),
        ("PF3", 175, "5"),
        ("PF3", 206, "5"),
        ("PF4", 114, "5"),
        ("PF4", 144, "10"),
        ("PF4", -100, "20"),
        ("PF4", 206, "50"),
    ];
    let demands: Vec<Value> =
        needs.iter().enumerate().map(|(i, (x, d, q))| demand(&format!("o{i:02}"), x, *d, q)).collect();
    let p = run(
        json!({"items": all.iter().map(|i| item(i)).chain([item("CRUDE")]).collect::<Vec<_>>(),
            "sources": all.iter().map(|i| source(i)).chain([buy("CRUDE")]).collect::<Vec<_>>(),
            "boms": [{"id": "p", "product": "PF1", "lines": [{"id": "1", "component": "CRUDE", "numerator": "1"}],
                "outputs": all[1..].iter().map(|i| output(i)).collect::<Vec<_>>()}],
            "demands": demands}),
        json!({}),
    );
    let mut by_day: std::collections::BTreeMap<i32, Q> = std::collections::BTreeMap::new();
    for o in p.orders.iter().filter(|o| o.node.item.as_str() == "PF1") {
        *by_day.entry(o.available - day(0)).or_insert_with(|| int(0)) += &o.good;
    }
    let list: Vec<(i32, String)> = by_day.into_iter().map(|(d, q)| (d, show(&q))).collect();
    assert_eq!(list, is(&[(-100, "20"), (114, "5"), (144, "10"), (175, "48"), (206, "20")]));
    let end = |i: &str| {
        let k = p.records.keys().find(|k| k.item.as_str() == i).unwrap();
        show(&p.records[k].values().last().unwrap().balance.0)
    };
    assert_eq!(all.map(end), ["3", "0", "83", "18"]);
}

#[test]
fn p17_orders_are_pegged_first_in_first_out() {
    let p = run(
        json!({"items": [item("A")], "sources": [buy("A")], "stock": [stock("A", "15")],
            "demands": [demand("a", "A", 3, "10"), demand("b", "A", 4, "20"), demand("c", "A", 6, "7")],
            "supplies": [{"id": "po", "item": "A", "site": "S", "quantity": "12", "due": at(4)}]}),
        json!({"reschedule": {"change_quantity": false}}),
    );
    let pegs: Vec<String> =
        p.pegs.values().flatten().map(|((s, d), q)| format!("{s} > {d} {}", show(q))).collect();
    assert_eq!(
        pegs,
        [
            "planned 2026-03-05 > demand b 2026-03-05 3",
            "planned 2026-03-07 > demand c 2026-03-07 7",
            "stock > demand a 2026-03-04 10",
            "stock > demand b 2026-03-05 5",
            "supply po > demand b 2026-03-05 12"
        ]
    );
}

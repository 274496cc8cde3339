//! Promises 1 to 7 and 16: faults that users of other systems reported, and what happens here instead.
//!
//! Each test plays the situation of the report; `docs/promises.md` tells them in words and names the tests of
//! single modules that stand behind the same promise.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    reason = "a test program: a fault in it is to panic, and nobody imports it"
)]

mod small;

use headstock::bom::{BomBookBuilder, BomError, ExplosionRequest, ItemFacts, OrderQuantity};
use headstock::finding::Code;
use headstock::id::Id;
use headstock::inventory::Key;
use headstock::num::{Ratio, Rounding};
use headstock::planning::{MessageKind, PegEnd, Plan, PlanError, PlanPolicy, plan};
use headstock::run::{Limits, RunControl};
use headstock::snapshot::Tables;
use headstock::time::Date;
use headstock::unit::{Conversions, Unit};
use proptest::prelude::*;
use serde_json::{Value, json};
use small::*;

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

fn run(more: Value) -> Plan {
    planned(&tables(more), &PlanPolicy::default())
}

// ---- 1: exact quantities ----

#[test]
fn promise_01_a_batch_balance_is_the_sum_of_its_movements() {
    // −0.66 + 0.72 is 0.06: enough for 0.06, and short by exactly 0.001 for 0.061. Floats say 0.05999…
    let wanted = |quantity: &str| {
        run(json!({
            "items": [item("A", "kg")], "sources": [buy("A", 0)],
            "stock": [{"id": "out", "item": "A", "site": "S", "lot": "L1", "quantity": "-0.66"},
                      {"id": "in", "item": "A", "site": "S", "lot": "L1", "quantity": "0.72"}],
            "demands": [demand("d", "A", 1, quantity)]
        }))
    };
    assert_eq!(orders(&wanted("0.06"), "A"), []);
    assert_eq!(orders(&wanted("0.061"), "A"), is(&[(1, "0.001")]));
    assert!(wanted("0.06").findings().is_empty());
}

#[test]
fn promise_01_zero_means_zero() {
    // No tolerance lets the last place go out without stock, and ten tenths leave no residue behind.
    let plan = run(json!({
        "units": [{"id": "fine", "scale": 7}], "items": [item("A", "fine"), item("B", "fine")],
        "sources": [buy("A", 0), buy("B", 0)],
        "stock": (0..10).map(|n| stock(&format!("s{n}"), "B", "0.1")).collect::<Vec<_>>(),
        "demands": [demand("a", "A", 1, "0.0000010"), demand("b", "B", 1, "1"), demand("c", "B", 2, "0.0000001")]
    }));
    assert_eq!(orders(&plan, "A"), is(&[(1, "0.000001")]));
    assert_eq!(orders(&plan, "B"), is(&[(2, "0.0000001")]));
    let balances: Vec<String> = plan
        .record("B", "S", &Key::default())
        .iter()
        .map(|row| format!("{} {}", row.before.normalize(), row.balance.normalize()))
        .collect();
    assert!(balances.contains(&"0 0".to_owned()), "{balances:?}");
}

proptest! {
    #[test]
    fn promise_01_every_balance_is_the_sum_of_its_movements(
        moves in prop::collection::vec((0i32..20, -500i64..500), 1..30)
    ) {
        let (mut stock, mut demands, mut supplies) = (Vec::new(), Vec::new(), Vec::new());
        for (n, (on, grams)) in moves.iter().enumerate() {
            let quantity = rust_decimal::Decimal::new(grams.abs(), 3).to_string();
            match (n % 3, *grams >= 0) {
                (0, _) => stock.push(json!({"id": n.to_string(), "item": "A", "site": "S",
                    "quantity": rust_decimal::Decimal::new(*grams, 3).to_string()})),
                (1, _) => demands.push(demand(&n.to_string(), "A", *on, &quantity)),
                _ => supplies.push(json!({"id": n.to_string(), "item": "A", "site": "S",
                    "quantity": quantity, "due": day(*on), "fixed": true})),
            }
        }
        let plan = run(json!({"items": [item("A", "kg")], "sources": [buy("A", 0)], "stock": stock,
            "demands": demands, "supplies": supplies}));
        adds_up(&plan).map_err(TestCaseError::fail)?;
        let grams = |part: usize| moves.iter().enumerate().filter(move |(n, _)| n % 3 == part).map(|(_, m)| m.1);
        let sum: i64 = grams(0).sum::<i64>() - grams(1).map(i64::abs).sum::<i64>() + grams(2).map(i64::abs).sum::<i64>();
        let bought: rust_decimal::Decimal = plan.orders().map(|order| order.good).sum();
        let rows = plan.record("A", "S", &Key::default());
        if let Some(last) = rows.last() {
            prop_assert_eq!(last.balance, rust_decimal::Decimal::new(sum, 3) + bought);
        }
    }
}

// ---- 2: conversions ----

#[test]
fn promise_02_two_tenths_of_a_litre_do_not_vanish() {
    // The product is counted in whole pieces, the component in litres: its own unit rounds it.
    let plan = run(json!({
        "items": [item("P", "pc"), item("oil", "L")], "boms": [bom("P", &[("oil", "0.2")])],
        "sources": [make("P", 0), buy("oil", 0)], "demands": [demand("d", "P", 1, "1")]
    }));
    assert_eq!(orders(&plan, "oil"), is(&[(1, "0.2")]));
}

#[test]
fn promise_02_a_kilogram_of_an_item_kept_in_tonnes_counts() {
    let mut line = bom("P", &[("ore", "1")]);
    line["lines"][0]["unit"] = json!("kg");
    let plan = run(json!({
        "items": [item("P", "pc"), item("ore", "t")], "boms": [line],
        "sources": [make("P", 0), buy("ore", 0)], "demands": [demand("d", "P", 1, "1")]
    }));
    assert_eq!(orders(&plan, "ore"), is(&[(1, "0.001")]));
}

#[test]
fn promise_02_one_piece_through_dozens_is_one_piece() {
    // 1 piece is 0.08 dozen when rounded, and that is 0.96 pieces. Here the conversion is the ratio 1/12.
    let mut conversions = Conversions::new();
    conversions.add(id("dozen"), id("pc"), Ratio::from_int(12)).unwrap();
    let there = conversions.convert(&id("x"), Ratio::ONE, &id("pc"), &id("dozen")).unwrap();
    let back = conversions.convert(&id("x"), there, &id("dozen"), &id("pc")).unwrap();
    assert_eq!((there, back), (Ratio::new(1, 12).unwrap(), Ratio::ONE));
    // A document in dozens rounds once, in its own unit, with a named mode.
    let dozen = Unit::new(id("dozen"), 2).unwrap();
    assert_eq!(dozen.round(there, Rounding::HalfUp).unwrap(), dec("0.08"));
}

#[test]
fn promise_02_ten_kits_are_ten_kits() {
    // 10 kits of a third of a metre each: 10/3, rounded up once, not ten times 0.34.
    let plan = run(json!({
        "units": [{"id": "m", "scale": 2}], "items": [item("kit", "pc"), item("band", "m")],
        "boms": [{"id": "B", "product": "kit",
                  "lines": [{"id": "1", "component": "band", "numerator": "1", "denominator": "3"}]}],
        "sources": [make("kit", 0), buy("band", 0)], "demands": [demand("d", "kit", 1, "10")]
    }));
    assert_eq!(orders(&plan, "band"), is(&[(1, "3.34")]));
}

// ---- 3: rounding last ----

#[test]
fn promise_03_multiply_then_round() {
    // 8 000 for 171 050: a usage rounded to 0.05 first would ask for 8 552.5.
    let plan = run(json!({
        "units": [{"id": "m", "scale": 2}], "items": [item("P", "pc"), item("C", "m")],
        "boms": [{"id": "B", "product": "P",
                  "lines": [{"id": "1", "component": "C", "numerator": "8000", "denominator": "171050"}]}],
        "sources": [make("P", 0), buy("C", 0)], "demands": [demand("d", "P", 1, "171050")]
    }));
    assert_eq!(orders(&plan, "C"), is(&[(1, "8000")]));
}

#[test]
fn promise_03_explosion_keeps_full_precision_through_all_levels() {
    // Thirds of thirds of thirds, times 27, is 1; every level rounded to two places would give 0.9 or 1.08.
    let boms: Vec<Value> = [("A", "B"), ("B", "C"), ("C", "D")]
        .iter()
        .map(|(product, part)| {
            json!({"id": product, "product": product,
                   "lines": [{"id": "1", "component": part, "numerator": "1", "denominator": "3"}]})
        })
        .collect();
    let tables = tables(json!({"items": (["A", "B", "C", "D"].map(|name| item(name, "L"))), "boms": boms}));
    let facts = facts(&tables);
    let mut builder = BomBookBuilder::new(Limits::default());
    tables.boms.iter().for_each(|bom| builder.add(bom, &facts).unwrap());
    let book = builder.finish(&facts).unwrap();
    let top = id("A");
    let ask = ExplosionRequest::new(&top, OrderQuantity::Input(27.into()), run_date());
    let totals = book.totals(&facts, &ask, &RunControl::new()).unwrap();
    let last = totals.rows.iter().find(|row| row.component == "D").unwrap();
    assert_eq!(last.quantity, Ratio::ONE);
}

fn facts(tables: &Tables) -> ItemFacts {
    let units: Vec<Unit> =
        tables.units.iter().map(|row| Unit::new(row.id.clone(), row.scale).unwrap()).collect();
    ItemFacts::new(&tables.items, &units, &[id("S")], &[], Conversions::new()).unwrap()
}

#[test]
fn promise_03_inputs_round_up_and_outputs_round_down() {
    let plan = run(json!({
        "items": [item("P", "pc"), item("in", "pc"), item("out", "pc")],
        "boms": [{"id": "B", "product": "P",
                  "lines": [{"id": "1", "component": "in", "numerator": "1", "denominator": "3"}],
                  "outputs": [{"id": "1", "item": "out", "numerator": "1", "denominator": "3"}]}],
        "sources": [make("P", 0), buy("in", 0), buy("out", 0)],
        "demands": [demand("d", "P", 1, "10"), demand("o", "out", 1, "4")]
    }));
    // 10/3 in is 4; 10/3 out is 3, so that one of the four wanted is bought.
    assert_eq!(orders(&plan, "in"), is(&[(1, "4")]));
    assert_eq!(orders(&plan, "out"), is(&[(1, "1")]));
}

// ---- 4: every supply and every demand once ----

#[test]
fn promise_04_a_requirement_of_six_stays_six() {
    // The part is reached over two subassemblies and directly: 2 + 3 + 1, each once.
    let plan = run(json!({
        "items": (["T", "U", "V", "part"].map(|name| item(name, "pc"))),
        "boms": [bom("T", &[("U", "1"), ("V", "1"), ("part", "1")]), bom("U", &[("part", "2")]), bom("V", &[("part", "3")])],
        "sources": [make("T", 0), make("U", 0), make("V", 0), buy("part", 0)],
        "demands": [demand("d", "T", 1, "1")]
    }));
    assert_eq!(orders(&plan, "part"), is(&[(1, "6")]));
    adds_up(&plan).unwrap();
}

#[test]
fn promise_04_stock_of_a_phantom_counts_once() {
    // 100 A with one K each, 30 K in stock, K = 2 E + 1 F: E 140 and F 70, not E 80 and F 40.
    let mut phantom = item("K", "pc");
    phantom["phantom"] = json!(true);
    let plan = run(json!({
        "items": [item("A", "pc"), phantom, item("E", "pc"), item("F", "pc")],
        "boms": [bom("A", &[("K", "1")]), bom("K", &[("E", "2"), ("F", "1")])],
        "sources": [make("A", 0), buy("E", 0), buy("F", 0)],
        "stock": [stock("s", "K", "30")], "demands": [demand("d", "A", 1, "100")]
    }));
    assert_eq!((orders(&plan, "E"), orders(&plan, "F")), (is(&[(1, "140")]), is(&[(1, "70")])));
}

proptest! {
    #[test]
    fn promise_04_gross_is_stock_and_supply_and_planned_and_short(
        stock_of in prop::collection::vec(-20i64..60, 4),
        wanted in prop::collection::vec((0usize..4, 0i32..15, 1i64..40), 1..12),
        coming in prop::collection::vec((0usize..4, 0i32..15, 1i64..40), 0..6),
        usage in prop::collection::vec(1i64..4, 4),
        source_for in 0usize..4,
    ) {
        let names = ["T", "U", "V", "part"];
        let part = |n: i64| n.to_string();
        let lines = [part(usage[0]), part(usage[1]), part(usage[2]), part(usage[3])];
        let all = [make("T", 1), make("U", 1), make("V", 2), buy("part", 3)];
        let plan = run(json!({
            "items": names.map(|name| item(name, "pc")),
            "boms": [bom("T", &[("U", &lines[0]), ("V", &lines[1])]), bom("U", &[("part", &lines[2])]),
                     bom("V", &[("part", &lines[3]), ("U", "1")])],
            // One of the items has no source: its needs are reported short.
            "sources": all.iter().enumerate().filter(|(n, _)| *n != source_for).map(|(_, s)| s).collect::<Vec<_>>(),
            "stock": stock_of.iter().zip(names).map(|(q, name)| stock(name, name, &part(*q))).collect::<Vec<_>>(),
            "demands": wanted.iter().enumerate().map(|(n, (of, on, q))| demand(&n.to_string(), names[*of], *on, &part(*q))).collect::<Vec<_>>(),
            "supplies": coming.iter().enumerate().map(|(n, (of, on, q))| json!({"id": n.to_string(),
                "item": names[*of], "site": "S", "quantity": part(*q), "due": day(*on)})).collect::<Vec<_>>(),
        }));
        adds_up(&plan).map_err(TestCaseError::fail)?;
        // Every demand is served in full, by something that exists or by the word "short".
        for (n, (_, _, quantity)) in wanted.iter().enumerate() {
            let mine: Vec<_> = plan.pegs().filter(|p| p.demand_kind == PegEnd::Demand && p.demand == n.to_string()).collect();
            prop_assert_eq!(mine.iter().map(|p| p.quantity).sum::<rust_decimal::Decimal>(), (*quantity).into());
        }
        let short: rust_decimal::Decimal = plan.shortages().iter().map(|s| s.quantity).sum();
        let pegged: rust_decimal::Decimal =
            plan.pegs().filter(|p| p.supply_kind == PegEnd::Short).map(|p| p.quantity).sum();
        let negative: i64 = stock_of.iter().enumerate().filter(|(n, _)| *n == source_for).map(|(_, q)| (-q).max(0)).sum();
        prop_assert!(pegged <= short && short <= pegged + rust_decimal::Decimal::from(negative));
    }
}

// ---- 5: lot sizes once ----

#[test]
fn promise_05_a_minimum_applies_once_and_its_surplus_is_used() {
    // Three rows of one day, minimum 100: 100 are bought, not 300; the 40 left serve the next day.
    let plan = run(json!({
        "items": [item("A", "pc")], "sources": [buy("A", 0)], "planning": [{"item": "A", "lot_min": "100"}],
        "demands": [demand("a", "A", 1, "10"), demand("b", "A", 1, "20"), demand("c", "A", 1, "30"),
                    demand("d", "A", 2, "40"), demand("e", "A", 3, "5")]
    }));
    assert_eq!(orders(&plan, "A"), is(&[(1, "100"), (3, "100")]));
    adds_up(&plan).unwrap();
}

// ---- 6: the same again ----

/// A plant with minimum lots, yield, safety stock, a transfer and two levels.
fn workshop() -> Value {
    let mut two_sites = buy("steel", 4);
    two_sites["site"] = json!("T");
    json!({
        "sites": [{"id": "T"}],
        "items": [item("saw", "pc"), item("blade", "pc"), item("steel", "kg")],
        "boms": [bom("saw", &[("blade", "2")]),
                 {"id": "B2", "product": "blade", "yield_ratio": "0.9",
                  "lines": [{"id": "1", "component": "steel", "numerator": "0.123"}]}],
        "sources": [make("saw", 1), make("blade", 2), two_sites,
                    {"id": "move", "item": "steel", "site": "S", "kind": "transfer", "from_site": "T", "lead_days": 1}],
        "planning": [{"item": "saw", "lot_min": "15"}, {"item": "blade", "lot_multiple": "25", "safety_stock": "10"},
                     {"item": "steel", "lot": {"rule": "period_days", "days": 7}}],
        "stock": [stock("s", "blade", "17")],
        "demands": [demand("a", "saw", 12, "4"), demand("b", "saw", 14, "20"), demand("c", "saw", 25, "9")]
    })
}

/// The planned orders of a plan as firm orders, with or without their starts.
fn firmed(mut tables: Tables, plan: &Plan, starts: bool) -> Tables {
    for order in plan.orders() {
        let kind = match order.kind {
            headstock::partner::SourceKind::Make => "production",
            headstock::partner::SourceKind::Buy => "purchase",
            headstock::partner::SourceKind::Subcontract => "subcontract",
            headstock::partner::SourceKind::Transfer => "transfer",
        };
        let start = starts.then_some(order.start);
        let row = json!({"id": format!("firm {}", order.id), "kind": kind, "firmness": "firm", "item": order.item,
            "site": order.site, "quantity": order.good.to_string(), "input_quantity": order.quantity.to_string(),
            "due": order.available, "start": start, "source": order.source});
        tables.supplies.push(serde_json::from_value(row).unwrap());
    }
    tables
}

#[test]
fn promise_06_running_again_gives_the_same_bytes() {
    let tables = tables(workshop());
    let text = |plan: &Plan| {
        serde_json::to_string(&(
            plan.orders().collect::<Vec<_>>(),
            plan.pegs().collect::<Vec<_>>(),
            plan.messages(),
        ))
        .unwrap()
    };
    let first = text(&planned(&tables, &PlanPolicy::default()));
    let mut turned = tables.clone();
    turned.demands.reverse();
    turned.items.reverse();
    turned.sources.reverse();
    assert_eq!(first, text(&planned(&tables, &PlanPolicy::default())));
    assert_eq!(first, text(&planned(&turned, &PlanPolicy::default())));
}

#[test]
fn promise_06_firm_results_fed_back_plan_nothing_new() {
    let tables = tables(workshop());
    let plan = planned(&tables, &PlanPolicy::default());
    assert!(plan.order_count() >= 6);
    for starts in [true, false] {
        let again = planned(&firmed(tables.clone(), &plan, starts), &PlanPolicy::default());
        assert_eq!(again.orders().map(|order| order.id).collect::<Vec<_>>(), Vec::<String>::new());
        assert_eq!(again.messages(), []);
    }
}

#[test]
fn promise_06_late_orders_fed_back_plan_nothing_new() {
    // Nothing on the shelf: the first blades and their steel should have been started before the run date.
    let mut late = workshop();
    late["stock"] = json!([]);
    let tables = tables(late);
    let plan = planned(&tables, &PlanPolicy::default());
    assert!(plan.orders().any(|order| order.days_late > 0));
    for starts in [true, false] {
        let again = planned(&firmed(tables.clone(), &plan, starts), &PlanPolicy::default());
        assert_eq!(again.orders().map(|order| order.id).collect::<Vec<_>>(), Vec::<String>::new());
    }
}

// ---- 7: cycles ----

/// What the circle in the bills of material of some tables is, item by item.
fn circle(tables: &Tables) -> Vec<String> {
    let facts = facts(tables);
    let mut builder = BomBookBuilder::new(Limits::default());
    tables.boms.iter().for_each(|bom| builder.add(bom, &facts).unwrap());
    match builder.build(&facts).unwrap_err().remove(0) {
        BomError::Loop { path } => path.into_iter().map(String::from).collect(),
        other => panic!("{other}"),
    }
}

#[test]
fn promise_07_a_circle_is_refused_with_its_whole_path() {
    // Over a phantom and a subcontracted item.
    let mut phantom = item("B", "pc");
    phantom["phantom"] = json!(true);
    let subcontract = json!({"id": "sub", "item": "C", "kind": "subcontract", "lead_days": 1});
    let tables = tables(json!({
        "items": [item("A", "pc"), phantom, item("C", "pc")],
        "boms": [bom("A", &[("B", "1")]), bom("B", &[("C", "1")]), bom("C", &[("A", "1")])],
        "sources": [make("A", 0), subcontract], "demands": [demand("d", "A", 1, "1")]
    }));
    let refused = snapshot(&tables).unwrap_err();
    assert_eq!((refused.code(), refused.count()), (Code::BomLoop, 1));
    assert!(refused.to_string().contains("A → B → C → A"), "{refused}");
    assert_eq!(circle(&tables), ["A", "B", "C"]);
}

#[test]
fn promise_07_a_circle_of_transfers_is_refused() {
    let moved = |id: &str, to: &str, from: &str| json!({"id": id, "item": "A", "site": to, "kind": "transfer", "from_site": from, "lead_days": 1});
    let tables = tables(json!({
        "sites": [{"id": "T"}], "items": [item("A", "pc")],
        "sources": [moved("1", "S", "T"), moved("2", "T", "S")], "demands": [demand("d", "A", 1, "1")]
    }));
    let error = plan(&snapshot(&tables).unwrap(), &PlanPolicy::default(), run_date(), &RunControl::new())
        .unwrap_err();
    assert_eq!(error.code(), Code::TransferLoop);
    assert!(matches!(error, PlanError::Loop { transfer: true, path } if path == ["A@S", "A@T"]));
}

/// `n` items in a row; the last one needs the first when `closed`.
fn row_of(n: usize, closed: bool) -> Value {
    let name = |i: usize| format!("I{i:06}");
    let last = if closed { n } else { n - 1 };
    json!({
        "items": (0..n).map(|i| item(&name(i), "pc")).collect::<Vec<_>>(),
        "boms": (0..last).map(|i| bom(&name(i), &[(&name((i + 1) % n), "1")])).collect::<Vec<_>>(),
        "sources": (0..n).map(|i| if closed || i + 1 < n { make(&name(i), 0) } else { buy(&name(i), 0) }).collect::<Vec<_>>(),
        "demands": [demand("d", &name(0), 1, "1")]
    })
}

#[test]
fn promise_07_length_does_not_matter() {
    for n in [1, 2, 100, 100_000] {
        let tables = tables(row_of(n, true));
        let refused = snapshot(&tables).unwrap_err();
        assert_eq!(refused.code(), Code::BomLoop, "{n}");
        // The whole path is data; the text is short.
        assert_eq!(circle(&tables).len(), n);
        assert!(refused.to_string().len() < 1_000, "{n}");
    }
    // A chain is no circle: planned down to the limit of levels, refused with that limit below it.
    assert_eq!(run(row_of(100, false)).order_count(), 100);
    let deep = snapshot(&tables(row_of(100_000, false))).unwrap_err();
    assert_eq!(deep.code(), Code::DepthLimit);
}

#[test]
fn promise_07_a_by_product_that_goes_back_in_is_no_circle() {
    // 2 kg go in at the start, half a kilogram comes out two days later: 20 are bought for ten pieces.
    let plan = run(json!({
        "items": [item("A", "pc"), item("chips", "kg")],
        "boms": [{"id": "B", "product": "A", "lines": [{"id": "1", "component": "chips", "numerator": "2"}],
                  "outputs": [{"id": "1", "item": "chips", "numerator": "0.5", "kind": "by_product"}]}],
        "sources": [make("A", 2), buy("chips", 0)], "demands": [demand("d", "A", 5, "10")]
    }));
    assert_eq!(orders(&plan, "chips"), is(&[(3, "20")]));
}

// ---- 16: dates ----

#[test]
fn promise_16_the_lead_time_moves_the_date_and_says_its_days() {
    // Due Friday 2026-03-20. Six calendar days before is Saturday, so Friday 03-13; six working days: 03-12.
    let start = |unit: &str| {
        let mut source = buy("A", 6);
        source["lead_unit"] = json!(unit);
        let tables = tables(json!({
            "calendars": [{"id": "week"}], "items": [item("A", "pc")], "sources": [source],
            "demands": [demand("d", "A", 18, "1")]
        }));
        let mut tables = tables;
        tables.sites[0].calendar = Some(id("week"));
        planned(&tables, &PlanPolicy::default()).orders().next().unwrap().start
    };
    assert_eq!(start("calendar"), Date::literal(2026, 3, 13));
    assert_eq!(start("working"), Date::literal(2026, 3, 12));
}

#[test]
fn promise_16_an_order_that_should_have_started_says_by_how_much_it_is_late() {
    let plan = run(json!({
        "items": [item("A", "pc"), item("B", "pc")], "boms": [bom("A", &[("B", "1")])],
        "sources": [make("A", 2), buy("B", 10)], "demands": [demand("d", "A", 5, "1")]
    }));
    let order = plan.orders().find(|order| order.item.as_str() == "B").unwrap();
    // Needed on day 3, ten days to buy: it should have been ordered seven days ago.
    assert_eq!((order.available.to_string(), order.start.to_string()), (day(3), day(-7)));
    assert_eq!((order.feasible_start.to_string(), order.feasible_available.to_string()), (day(0), day(10)));
    assert_eq!((order.days_late, order.action), (7, MessageKind::StartInPast));
}

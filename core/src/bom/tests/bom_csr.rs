//! The generator `bom_csr` and its published figures: line counts, check sums and exact leaf totals.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::plant::*;
use crate::bom::graph::{Csr, levels};
use crate::bom::*;
use crate::item::Item;
use crate::num::{Ratio, from_scaled};
use crate::run::{Limits, RunControl};
use crate::unit::{Conversions, Unit};

/// Lines of `bom_csr` as (parent, child, quantity in thousandths), in order of parents.
fn generate(n: u64) -> Vec<(u64, u64, u64)> {
    let mut state = 20_240_229u64;
    let mut draw = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    let start: Vec<u64> = [0, 2, 6, 14, 30, 60, 100].iter().map(|share| n * share / 100).collect();
    let mut lines = Vec::new();
    for level in 0..5usize {
        for parent in start[level]..start[level + 1] {
            for _ in 0..3 + draw() % 5 {
                let skips = draw() % 4 == 0;
                let below = if skips { draw() % (5 - level as u64) } else { 0 };
                let below = level + 1 + usize::try_from(below).unwrap();
                let child = start[below] + draw() % (start[below + 1] - start[below]);
                let quantity = if draw() % 4 == 0 { 1 + draw() % 9999 } else { 1000 * (1 + draw() % 4) };
                lines.push((parent, child, quantity));
            }
        }
    }
    lines
}

fn check_sum(lines: &[(u64, u64, u64)]) -> u64 {
    let term = |&(parent, child, quantity): &(u64, u64, u64)| {
        (parent + 1).wrapping_mul(child + 7).wrapping_mul(quantity)
    };
    lines.iter().map(term).fold(0, u64::wrapping_add)
}

/// The plant of so many items, each in kilograms with three decimals.
fn plant(n: u64, lines: &[(u64, u64, u64)]) -> (ItemFacts, BomBook) {
    let template = item("I@kg");
    let items: Vec<Item> = (0..n).map(|i| Item { id: id(&format!("{i:08}")), ..template.clone() }).collect();
    let unit = Unit::new(id("kg"), 3).unwrap();
    let facts = ItemFacts::new(&items, &[unit], &[], &[], Conversions::new()).unwrap();
    let mut adding = Duration::ZERO;
    let mut builder = BomBookBuilder::new(Limits::default());
    let template = line("1", "C 1");
    for rows in lines.chunk_by(|a, b| a.0 == b.0) {
        let mut bom = bom(&format!("{:08}:", rows[0].0));
        bom.lines = rows
            .iter()
            .enumerate()
            .map(|(i, &(_, child, quantity))| BomLine {
                id: id(&i.to_string()),
                component: items[usize::try_from(child).unwrap()].id.clone(),
                numerator: from_scaled(i64::try_from(quantity).unwrap(), 3),
                ..template.clone()
            })
            .collect();
        let mark = Instant::now();
        builder.add(&bom, &facts).unwrap();
        adding += mark.elapsed();
    }
    let mark = Instant::now();
    let book = builder.finish(&facts).unwrap();
    println!("{n}: bills taken in {adding:?}, book finished in {:?}", mark.elapsed());
    (facts, book)
}

/// The roots of the generator are its first level; some items below are used by nothing, and do not count.
fn tops(book: &BomBook) -> Vec<u32> {
    (0..u32::try_from(book.product_start.len() / 50).unwrap()).collect()
}

/// The sum of the leaf requirements of all roots, one unit each.
fn leaf_total(facts: &ItemFacts, book: &BomBook) -> String {
    let plan = book.leaf_plan(facts, date("2026-01-01"), None).unwrap();
    let mut total = Ratio::ZERO;
    plan.each(&tops(book), &RunControl::new(), |leaves| {
        total = total.checked_add(leaves.sum()?).unwrap();
        Ok(())
    })
    .unwrap();
    total.to_string()
}

#[test]
fn f02_bom_csr_figures_at_one_thousand() {
    let lines = generate(1000);
    assert_eq!((lines.len(), check_sum(&lines)), (3029, 2_029_462_776_659));
    let (facts, book) = plant(1000, &lines);
    assert_eq!(leaf_total(&facts, &book), "8694027.823759165981565");
}

#[test]
fn f02_totals_and_leaf_requirements_agree() {
    let lines = generate(300);
    let (facts, book) = plant(300, &lines);
    let plan = book.leaf_plan(&facts, date("2026-03-02"), None).unwrap();
    plan.each(plan.roots(), &RunControl::new(), |leaves| {
        let mut fast: BTreeMap<String, Ratio> = BTreeMap::new();
        for position in 0..leaves.len() {
            let (item, quantity) = leaves.get(position).unwrap()?;
            assert!(fast.insert(facts.name(item).into(), quantity).is_none());
        }
        let root = id(leaves.root());
        let ask = ExplosionRequest::new(&root, good("1"), date("2026-03-02"));
        let slow = book.totals(&facts, &ask, &RunControl::new())?;
        let slow: BTreeMap<String, Ratio> =
            slow.rows.iter().filter(|r| !r.made).map(|r| (r.component.into(), r.quantity)).collect();
        assert_eq!(fast, slow);
        Ok(())
    })
    .unwrap();
}

/// Figures for the report: `cargo test --release -p headstock --lib bom_csr_full -- --ignored --nocapture`.
#[test]
#[ignore = "a million items; run it in release mode"]
fn f02_bom_csr_full_size_with_times() {
    let cpu = || {
        let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        fields.get(11).and_then(|f| f.parse::<u64>().ok()).unwrap_or(0) * 10
    };
    for (n, count, check, total) in [
        (100_000, 299_599, 1_996_687_531_535_108_569u64, "903302400.881887411908106"),
        (1_000_000, 3_000_819, 8_150_809_521_750_727_281, "9039523930.810284403378715"),
    ] {
        let lines = generate(n);
        assert_eq!((lines.len(), check_sum(&lines)), (count, check));
        let mark = cpu();
        let (facts, book) = plant(n, &lines);
        println!("{n}: items, records and book built in {} ms CPU", cpu() - mark);
        let mark = cpu();
        let arcs = lines.iter().map(|l| (u32::try_from(l.0).unwrap(), u32::try_from(l.1).unwrap()));
        let arcs: Vec<_> = arcs.collect();
        let nodes = usize::try_from(n).unwrap();
        let graph = Csr::from_arcs(nodes, || arcs.iter().copied());
        let rows = cpu();
        let codes = levels(&graph).unwrap();
        println!("{n}: rows {} ms, low-level codes {} ms CPU", rows - mark, cpu() - rows);
        assert_eq!(codes.iter().max(), Some(&5));
        for round in 0..3 {
            let mark = cpu();
            let plan = book.leaf_plan(&facts, date("2026-01-01"), None).unwrap();
            let prepared = cpu();
            let mut rows = 0;
            plan.each(&tops(&book), &RunControl::new(), |leaves| {
                rows += leaves.len();
                Ok(())
            })
            .unwrap();
            let done = cpu();
            println!(
                "{n}.{round}: prepared {} ms, leaves {} ms CPU, {rows} rows",
                prepared - mark,
                done - prepared
            );
        }
        assert_eq!(leaf_total(&facts, &book), total);
    }
    for ring in [false, true] {
        let n = 5_000_000u32;
        let mark = cpu();
        let graph = Csr::from_arcs(n as usize, || (0..n - u32::from(!ring)).map(|i| (i, (i + 1) % n)));
        assert_eq!(levels(&graph).is_err(), ring);
        println!("{} of 5M: {} ms CPU", if ring { "ring" } else { "chain" }, cpu() - mark);
    }
}

//! Explosions and where-used against a recursive oracle over big rationals, and the published cases.

use std::collections::BTreeMap;

use super::plant::*;
use crate::bom::*;
use crate::num::Ratio;
use crate::run::RunControl;
use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

#[test]
fn case_erp_bom_001_four_levels() {
    let facts = facts("FG L1-1 L1-2 Item1 L2-1 L2-2 L1-1-Item A B C D L2-3 L1-2-Item E F");
    let boms = [
        bom("FG: L1-1 3, L1-2 5, Item1 8"),
        bom("L1-1: L2-1 2, L2-2 7, L1-1-Item 6"),
        bom("L2-1: A 3, B 5"),
        bom("L2-2: C 2, D 13"),
        bom("L1-2: L2-3 1, L1-2-Item 9"),
        bom("L2-3: E 4, F 11"),
    ];
    let book = book(&facts, &boms);
    let rows = totals(&facts, &book, "FG", "3");
    for expected in
        ["A 54", "B 90", "C 126", "D 819", "L1-1-Item 54", "E 60", "F 165", "L1-2-Item 135", "Item1 24"]
    {
        assert!(rows.iter().any(|row| row == expected), "{expected} in {rows:?}");
    }
}

#[test]
fn f02_an_indented_explosion_shows_every_occurrence_with_its_place() {
    let facts = facts("A B K* C D");
    let mut a = bom("A: B 2, K 3, D 1");
    a.outputs = vec![output("1", "C 1/4")];
    let book = book(&facts, &[a, bom("B: C 5"), bom("K: C 1/2, B 1")]);
    let product = id("A");
    let ask = ExplosionRequest::new(&product, input("1"), date("2026-03-02"));
    let control = RunControl::new();
    let rows = |levels: u32| {
        let explosion = book.explode(&facts, &ask, levels, &control).unwrap();
        let text = |r: &ExplosionRow<'_>| {
            format!("{} {} {} {}/{} {}", r.level, r.component, r.quantity, r.bom, r.line, r.through.join(">"))
        };
        explosion.rows.iter().map(text).collect::<Vec<_>>()
    };
    assert_eq!(
        rows(u32::MAX),
        ["1 B 2 A/1 ", "2 C 10 B/1 ", "1 C 1.5 K/1 K", "1 B 3 K/2 K", "2 C 15 B/1 ", "1 D 1 A/3 "]
    );
    assert_eq!(rows(1), ["1 B 2 A/1 ", "1 C 1.5 K/1 K", "1 B 3 K/2 K", "1 D 1 A/3 "]);
    assert_eq!(totals(&facts, &book, "A", "1"), ["B 5", "C 26.5", "D 1"]);
    let outputs = book.explode(&facts, &ask, 1, &control).unwrap().outputs;
    assert_eq!((outputs[0].item, outputs[0].quantity), ("C", ratio("0.25")));
}

#[test]
fn f02_fixed_usage_counts_per_occurrence_indented_and_once_in_totals() {
    let facts = facts("A B C");
    let mut b = bom("B: C 10");
    b.lines[0].usage = Usage::Fixed;
    let book = book(&facts, &[bom("A: B 1, B 1"), b]);
    let product = id("A");
    let ask = ExplosionRequest::new(&product, input("7"), date("2026-03-02"));
    let rows = book.explode(&facts, &ask, u32::MAX, &RunControl::new()).unwrap().rows;
    let needed: Vec<_> = rows.iter().filter(|r| r.component == "C").map(|r| r.quantity).collect();
    assert_eq!(needed, [ratio("10"), ratio("10")]);
    assert_eq!(totals(&facts, &book, "A", "7"), ["B 14", "C 10"]);
    // The leaf plan says the same as totals.
    let plan = book.leaf_plan(&facts, date("2026-03-02"), None).unwrap();
    plan.each(plan.roots(), &RunControl::new(), |leaves| {
        assert_eq!((leaves.root(), leaves.len(), leaves.sum()?), ("A", 1, ratio("10")));
        Ok(())
    })
    .unwrap();
}

#[test]
fn f02_a_component_without_a_version_in_force_is_found() {
    let facts = facts("A B C");
    let late = Bom { valid_from: Some(date("2027-01-01")), ..bom("B: C 1") };
    let book = book(&facts, &[bom("A: B 2"), late]);
    let product = id("A");
    let ask = ExplosionRequest::new(&product, input("1"), date("2026-03-02"));
    let totals = book.totals(&facts, &ask, &RunControl::new()).unwrap();
    assert_eq!(totals.findings[0].to_string(), "BOM_NOT_FOUND: B has no BOM valid on 2026-03-02.");
    assert!(!totals.rows[0].made);
}

#[test]
fn f02_effectivity_picks_version_and_line_period_by_period() {
    // Hand-made: A uses B; B has one version a year; the second year's changes a line in its middle.
    let facts = facts("A B X Y Z");
    let year = |n: &str, from: &str, to: &str, lines: &str| Bom {
        id: id(n),
        valid_from: Some(date(from)),
        valid_to: Some(date(to)),
        ..bom(&format!("B: {lines}"))
    };
    let mut second = year("B26", "2026-01-01", "2026-12-31", "X 3, Y 4, Z 5");
    second.lines[1].valid_to = Some(date("2026-06-30"));
    second.lines[2].valid_from = Some(date("2026-07-01"));
    let first = year("B25", "2025-01-01", "2025-12-31", "X 2");
    let book = book(&facts, &[bom("A: B 10"), first, second]);
    let on = |day: &str| {
        let product = id("A");
        let ask = ExplosionRequest::new(&product, input("1"), date(day));
        let rows = book.totals(&facts, &ask, &RunControl::new()).unwrap().rows;
        rows.iter().map(|r| format!("{} {}", r.component, r.quantity)).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(on("2024-12-31"), "B 10");
    assert_eq!(on("2025-01-01"), "B 10, X 20");
    assert_eq!(on("2025-12-31"), "B 10, X 20");
    assert_eq!(on("2026-01-01"), "B 10, X 30, Y 40");
    assert_eq!(on("2026-06-30"), "B 10, X 30, Y 40");
    assert_eq!(on("2026-07-01"), "B 10, X 30, Z 50");
    assert_eq!(on("2027-01-01"), "B 10");
}

/// A random plant: items I0 … I9, lines only to higher numbers, some phantoms, scrap, yields, units.
#[derive(Debug, Clone)]
struct Random {
    phantom: Vec<bool>,
    dividing: Vec<bool>,
    weighed: Vec<bool>,
    yields: Vec<(i64, i64)>,
    /// (parent, child, numerator, denominator, scrap percent, skipped)
    lines: Vec<(usize, usize, i64, i64, i64, bool)>,
}

const ITEMS: usize = 9;

fn random() -> impl Strategy<Value = Random> {
    let flags = || prop::collection::vec(prop::bool::weighted(0.3), ITEMS);
    let line = (0..ITEMS - 1, 1..ITEMS, 0i64..40, 1i64..9, prop_oneof![Just(0i64), 1i64..20], any::<bool>());
    let yields =
        prop::collection::vec(prop_oneof![Just((1i64, 1i64)), (1i64..20).prop_map(|n| (n, 20))], ITEMS);
    (flags(), flags(), flags(), yields, prop::collection::vec(line, 1..25)).prop_map(
        |(phantom, dividing, weighed, yields, lines)| {
            let down = lines
                .into_iter()
                .map(|(a, b, n, d, s, k)| (a.min(b.saturating_sub(1)), b.max(a + 1), n, d, s, k));
            Random { phantom, dividing, weighed, yields, lines: down.collect() }
        },
    )
}

impl Random {
    fn build(&self) -> (ItemFacts, BomBook) {
        let made = |i: usize| self.lines.iter().any(|l| l.0 == i);
        let name = |i: usize| {
            let phantom = if self.phantom[i] && made(i) { "*" } else { "" };
            let dividing = if self.dividing[i] { "%" } else { "" };
            let unit = if self.weighed[i] { "@kg" } else { "" };
            format!("I{i}{phantom}{dividing}{unit}")
        };
        let facts = facts(&(0..ITEMS).map(name).collect::<Vec<_>>().join(" "));
        let mut boms = Vec::new();
        for i in (0..ITEMS).filter(|&i| made(i)) {
            let mut bom = bom(&format!("I{i}:"));
            bom.yield_ratio = Ratio::new(self.yields[i].0.into(), self.yields[i].1.into()).unwrap();
            for &(_, child, n, d, scrap, skip) in self.lines.iter().filter(|l| l.0 == i) {
                let number = format!("{:02}", bom.lines.len());
                let mut line = line(&number, &format!("I{child} {n}/{d}"));
                line.scrap = Ratio::new(scrap.into(), 100).unwrap();
                line.skip_level = skip && made(child);
                bom.lines.push(line);
            }
            boms.push(bom);
        }
        let book = book(&facts, &boms);
        (facts, book)
    }

    /// What one good unit of an item needs of every item that is not made: plain recursion.
    fn leaves(&self, item: usize, good: &BigRational, into: &mut BTreeMap<usize, BigRational>) {
        let big = |n: i64| BigRational::from_integer(BigInt::from(n));
        if !self.lines.iter().any(|l| l.0 == item) {
            *into.entry(item).or_insert_with(|| big(0)) += good;
            return;
        }
        let input = good * big(self.yields[item].1) / big(self.yields[item].0);
        for &(_, child, n, d, scrap, _) in self.lines.iter().filter(|l| l.0 == item) {
            let share = big(scrap) / big(100);
            let factor = if self.dividing[child] { big(1) / (big(1) - share) } else { big(1) + share };
            self.leaves(child, &(&input * big(n) / big(d) * factor), into);
        }
    }
}

fn same(ours: Ratio, theirs: &BigRational) -> bool {
    BigRational::new(BigInt::from(ours.numer()), BigInt::from(ours.denom())) == *theirs
}

proptest! {
    #[test]
    fn promise_03_explosions_equal_the_recursive_rational_one(plant in random()) {
        let (facts, book) = plant.build();
        let (day, control) = (date("2026-03-02"), RunControl::new());
        let one = BigRational::from_integer(BigInt::from(1));
        for item in 0..ITEMS {
            let mut expected = BTreeMap::new();
            plant.leaves(item, &one, &mut expected);
            let product = id(&format!("I{item}"));
            let ask = ExplosionRequest::new(&product, good("1"), day);
            let Ok(totals) = book.totals(&facts, &ask, &control) else {
                prop_assert!(!plant.lines.iter().any(|l| l.0 == item));
                continue;
            };
            let bought: Vec<_> = totals.rows.iter().filter(|r| !r.made).collect();
            prop_assert_eq!(bought.len(), expected.len());
            for row in bought {
                let index: usize = row.component[1..].parse().unwrap();
                prop_assert!(same(row.quantity, &expected[&index]));
            }
            // Every occurrence of the indented explosion adds up to the same.
            let indented = book.explode(&facts, &ask, u32::MAX, &control).unwrap();
            let mut sums: BTreeMap<&str, Ratio> = BTreeMap::new();
            for row in indented.rows.iter().filter(|r| !r.made) {
                let sum = sums.entry(row.component).or_default();
                *sum = sum.checked_add(row.quantity).unwrap();
            }
            prop_assert!(totals.rows.iter().filter(|r| !r.made).all(|r| sums[r.component] == r.quantity));
            // Where-used, asked from below, gives the same usage.
            let index = book.where_used(&facts);
            for (leaf, usage) in &expected {
                let above = index.all_levels(&id(&format!("I{leaf}")), day, None, &control).unwrap();
                let row = above.iter().find(|r| r.product == product.as_str()).unwrap();
                prop_assert!(same(row.usage, usage) && row.proportional);
            }
        }
        let plan = book.leaf_plan(&facts, day, None).unwrap();
        plan.each(plan.roots(), &control, |leaves| {
            let mut expected = BTreeMap::new();
            plant.leaves(leaves.root()[1..].parse().unwrap(), &one, &mut expected);
            expected.retain(|_, quantity| *quantity != BigRational::from_integer(BigInt::from(0)));
            assert_eq!(leaves.len(), expected.len());
            for position in 0..leaves.len() {
                let (item, quantity) = leaves.get(position).unwrap()?;
                let index: usize = facts.name(item)[1..].parse().unwrap();
                assert!(same(quantity, &expected[&index]));
            }
            Ok(())
        }).unwrap();
    }
}

#[test]
fn f02_where_used_direct_all_levels_and_end_items() {
    let facts = facts("A B C D@kg X");
    let mut b = bom("B: D 0.5, C 1");
    b.yield_ratio = ratio("0.8");
    let draft = Bom { id: id("X1"), status: BomStatus::Draft, ..bom("X: D 9") };
    let mut c = bom("C: D 2, D 3");
    c.lines[1].usage = Usage::Fixed;
    let book = book(&facts, &[bom("A: B 2, D 1"), b, c, draft]);
    let index = book.where_used(&facts);
    let item = id("D");
    let direct: Vec<_> = index
        .direct(&item)
        .unwrap()
        .iter()
        .map(|u| {
            format!(
                "{} {}/{} {} {}",
                u.product,
                u.bom,
                u.line,
                u.usable,
                u.usage.map_or("-".into(), |r| r.to_string())
            )
        })
        .collect();
    assert_eq!(direct, ["A A/2 true 1", "B B/1 true 0.5", "C C/1 true 2", "C C/2 true -", "X X1/1 false 9"]);
    let above = index.all_levels(&item, date("2026-03-02"), None, &RunControl::new()).unwrap();
    let above: Vec<_> = above
        .iter()
        .map(|u| format!("{} {} {} {} {}", u.product, u.low_level_code, u.usage, u.proportional, u.end_item))
        .collect();
    // B: (0.5 + 1·2) ÷ 0.8; A: 2 · 3.125 + 1. The fixed 3 in C is not in proportion.
    assert_eq!(above, ["C 2 2 false false", "B 1 3.125 false false", "A 0 7.25 false true"]);
    let ends = index.end_items(&item, date("2026-03-02"), None, &RunControl::new()).unwrap();
    assert_eq!(ends.iter().map(|u| u.product).collect::<Vec<_>>(), ["A"]);
}

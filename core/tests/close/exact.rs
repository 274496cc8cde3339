//! Standard cost against rationals on scales that do not suit it, and over a book of bills of material.

use headstock::bom::{Bom, BomBookBuilder, ItemFacts};
use headstock::costing::{CostStructureBuilder, Scrap, StandardCosts, usage};
use headstock::id::Id;
use headstock::item::Item;
use headstock::num::{Ratio, Rounding};
use headstock::run::Limits;
use headstock::time::Date;
use headstock::unit::{Conversions, Unit};
use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use serde_json::json;

const ELEMENTS: usize = 3;

/// Numbers whose denominators are powers of ten, of two, thirds, and large primes.
fn awkward() -> impl Strategy<Value = Ratio> {
    let denominators = prop_oneof![
        4 => (0u32..10).prop_map(|n| 10i128.pow(n)),
        2 => (0u32..20).prop_map(|n| 1i128 << n),
        1 => prop_oneof![Just(3i128), Just(7), Just(1_000_003), Just(999_999_937)],
    ];
    (0i128..2_000_000_000, denominators).prop_map(|(n, d)| Ratio::new(n, d).unwrap())
}

fn exact(value: Ratio) -> BigRational {
    BigRational::new(BigInt::from(value.numer()), BigInt::from(value.denom()))
}

/// Items with their own costs and lines to later items.
type Plant = Vec<(Vec<Ratio>, Vec<(usize, Ratio)>)>;

fn plants() -> impl Strategy<Value = Plant> {
    let own = prop::collection::vec(awkward(), ELEMENTS);
    let lines = prop::collection::vec((any::<prop::sample::Index>(), awkward()), 0..4);
    prop::collection::vec((own, lines), 1..9).prop_map(|items| {
        let count = items.len();
        let below = |at: usize, lines: Vec<(prop::sample::Index, Ratio)>| {
            let rest = count - at - 1;
            let lines = lines.into_iter().filter(|_| rest > 0);
            lines.map(|(pick, usage)| (at + 1 + pick.index(rest), usage)).collect()
        };
        items.into_iter().enumerate().map(|(at, (own, lines))| (own, below(at, lines))).collect()
    })
}

fn rolled(plant: &Plant) -> Option<StandardCosts> {
    let mut builder = CostStructureBuilder::new(plant.len(), ELEMENTS);
    for ((own, lines), at) in plant.iter().zip(0u32..) {
        builder.own(at, own).ok()?;
        for (child, usage) in lines {
            builder.line(at, u32::try_from(*child).unwrap(), *usage).ok()?;
        }
    }
    builder.finish().unwrap().roll_up(None, Rounding::HalfUp).ok()
}

fn slow(plant: &Plant) -> Vec<Vec<BigRational>> {
    let mut costs: Vec<Vec<BigRational>> =
        plant.iter().map(|(own, _)| own.iter().map(|cost| exact(*cost)).collect()).collect();
    for at in (0..plant.len()).rev() {
        for (child, usage) in &plant[at].1 {
            let below = costs[*child].clone();
            for (cost, below) in costs[at].iter_mut().zip(below) {
                *cost += exact(*usage) * below;
            }
        }
    }
    costs
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Exact or refused, never rounded: a cost that does not fit is an error, one that fits is the rational one.
    #[test]
    fn c18_standard_cost_is_exact_or_refused(plant in plants()) {
        let Some(costs) = rolled(&plant) else { return Ok(()) };
        for (at, row) in slow(&plant).into_iter().enumerate() {
            for (element, wanted) in row.into_iter().enumerate() {
                let got = costs.cost(u32::try_from(at).unwrap(), element);
                // What does not fit a ratio is told as nought.
                let fits = i128::try_from(wanted.numer()).is_ok() && i128::try_from(wanted.denom()).is_ok();
                prop_assert!(exact(got) == wanted || (!fits && got.is_zero()), "{at} {element}: {got} {wanted}");
            }
        }
    }
}

/// Most plants of the law above are computed, not refused.
#[test]
fn c18_most_awkward_plants_are_computed() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let done = (0..200).filter(|_| {
        let plant = plants().new_tree(&mut runner).unwrap().current();
        rolled(&plant).is_some()
    });
    let done = done.count();
    assert!(done > 40, "{done}");
}

/// F02: 95 good of a bench at a yield of 95 % take 207 legs of 2.50 and labour of 190.00.
#[test]
fn c18_standard_cost_over_a_book_of_bills() {
    let id = |text: &str| Id::new(text).unwrap();
    let ratio = |text: &str| text.parse::<Ratio>().unwrap();
    let items: Vec<Item> = ["bench", "leg", "seat"]
        .map(|id| serde_json::from_value(json!({"id": id, "unit": "pcs", "planned": true})).unwrap())
        .into();
    let unit = Unit::new(id("pcs"), 2).unwrap();
    let facts = ItemFacts::new(&items, &[unit], &[], &[], Conversions::new()).unwrap();
    let bom: Bom = serde_json::from_value(json!({
        "id": "bench-1", "product": "bench", "yield_ratio": "0.95",
        "lines": [{"id": "10", "component": "leg", "numerator": "2", "scrap": "0.02", "fixed_loss": "3"},
                  {"id": "20", "component": "seat", "numerator": "1"}]
    }))
    .unwrap();
    let mut bills = BomBookBuilder::new(Limits::default());
    bills.add(&bom, &facts).unwrap();
    let book = bills.finish(&facts).unwrap();
    let lots: Vec<Ratio> =
        (0..facts.len()).map(|item| ratio(if facts.name(item) == "bench" { "95" } else { "1" })).collect();
    let day = Date::parse("2026-03-02").unwrap();
    let mut structure = CostStructureBuilder::from_bom(&book, &facts, None, day, 1, &lots).unwrap();
    let number = |name: &str| facts.find(&id(name)).unwrap();
    structure.own(number("leg"), &[ratio("2.5")]).unwrap();
    structure.own(number("seat"), &[ratio("7")]).unwrap();
    structure.own(number("bench"), &[ratio("2")]).unwrap();
    let costs = structure.finish().unwrap().roll_up(None, Rounding::HalfUp).unwrap();
    // 207 × 2.50 + 100 × 7.00 + 190.00 for 95.
    assert_eq!(costs.total(number("bench")), Ok(ratio("1407.5").checked_div(ratio("95")).unwrap()));
    let legs =
        usage(ratio("2"), ratio("0.95"), Scrap::Multiply(ratio("0.02")), ratio("3"), ratio("95")).unwrap();
    assert_eq!(legs, ratio("207").checked_div(ratio("95")).unwrap());
}

//! The standard roll-up of recipe B, and a document that comes late among many movements of one item.

use crate::{Ask, Outcome, expect, hold};
use headstock::costing::valuation::{DayOrder, Method, Movement, MovementKind, Policy, Scales, ValueLedger};
use headstock::costing::{CostStructure, CostStructureBuilder, StandardCosts};
use headstock::num::{NumError, Rounding};
use headstock_benches::measure::{Figures, median, took};
use headstock_benches::movements;
use headstock_benches::recipe_b::{self, Structure, bills, cost_structure, cost_structure_of, root_numbers};
use std::time::Duration;

/// `rollup N`: recipe B by one element and by eight.
pub(crate) fn roll_up(ask: &Ask, figures: &mut Figures) -> Outcome {
    let name = &ask.name;
    let (facts, bills, structure) = bills(ask.items);
    expect("lines and check sum", Structure::published(ask.items), &structure)?;
    let book = bills.finish(&facts).map_err(|faults| format!("{faults:?}"))?;
    // By plain rows and over the shared structure: the same costs.
    let rolled = |elements: usize, figures: &mut Figures| {
        let (plain, _) = cost_structure(ask.items, elements);
        let plain = finished(plain, &format!("{name}.rows_{elements}_cpu"), figures)?;
        let (shared, time) = took(|| cost_structure_of(&book, &facts, ask.items, elements));
        figures.seconds(&format!("{name}.from_book_{elements}_cpu"), time.cpu);
        let shared = finished(shared, &format!("{name}.structure_{elements}_cpu"), figures)?;
        let all = (timed(ask, elements, structure.lines, &shared, figures)?, once(&plain)?);
        match differ(&all.0, &all.1, ask.items) {
            None => Ok(all.0),
            Some(item) => Err(format!("item {item}: rows and book differ")),
        }
    };
    let one = rolled(1, figures)?;
    let eight = rolled(8, figures)?;
    for item in 0..u32::try_from(ask.items).unwrap_or(0) {
        let totals = (one.total(item), eight.total(item));
        if totals.0.is_err() || totals.0 != totals.1 {
            return Err(format!("item {item}: eight elements are not one: {totals:?}"));
        }
    }
    figures.peak(&format!("{name}.peak"), &[("item", ask.items as u64)]);
    let roots = root_numbers(recipe_b::roots(ask.items)).into_iter();
    let sum = roots
        .map(|root| eight.total(root)?.mul_round(10_000, Rounding::HalfUp))
        .sum::<Result<i128, NumError>>();
    let sum = sum.map_err(|error| error.to_string())?;
    figures.tell(&format!("{name}.roots"), format_args!("{}.{:04}", sum / 10_000, sum % 10_000), "");
    Ok(())
}

fn finished(
    builder: CostStructureBuilder,
    name: &str,
    figures: &mut Figures,
) -> Result<CostStructure, String> {
    let (ready, time) = took(|| builder.finish());
    figures.seconds(name, time.cpu);
    ready.map_err(|error| error.to_string())
}

fn once(structure: &CostStructure) -> Result<StandardCosts, String> {
    structure.roll_up(None, Rounding::HalfUp).map_err(|error| error.to_string())
}

/// The first item whose cost is not the same.
fn differ(a: &StandardCosts, b: &StandardCosts, items: usize) -> Option<u32> {
    (0..u32::try_from(items).unwrap_or(0)).find(|item| a.total(*item) != b.total(*item))
}

fn timed(
    ask: &Ask,
    elements: usize,
    lines: u64,
    structure: &CostStructure,
    figures: &mut Figures,
) -> Result<StandardCosts, String> {
    let name = &ask.name;
    let mut times = Vec::new();
    let mut costs = None;
    for _ in 0..ask.rounds {
        // The result of the round before is dropped outside of what is timed.
        drop(costs.take());
        let (done, time) = took(|| once(structure));
        costs = Some(done?);
        times.push(time.cpu);
    }
    let middle = median(times);
    figures.seconds(&format!("{name}.elements_{elements}_cpu"), middle);
    figures.nanos_each(&format!("{name}.elements_{elements}_per_line"), middle, lines);
    costs.ok_or_else(|| "no round".to_owned())
}

/// `late N`: a receipt that comes late among N movements of one item, near the start, in the middle, at the end.
pub(crate) fn late(ask: &Ask, figures: &mut Figures) -> Outcome {
    let list = movements::movements(ask.items);
    for method in [Method::MovingAverage, Method::Fifo, Method::Lifo] {
        let policy = Policy { method, day_order: DayOrder::Sequence, ..Policy::default() };
        let build = |list: &[Movement]| {
            let scales = Scales { amount: 2, quantity: 3 };
            ValueLedger::new(policy, scales, None, list).map_err(|error| error.to_string())
        };
        let name = format!("{}.{}", ask.name, format!("{method:?}").to_lowercase());
        let (ledger, time) = took(|| build(&list));
        let ledger = ledger?;
        figures.seconds(&format!("{name}_ledger_cpu"), time.cpu);
        for (place, before_end) in [("start", ask.items), ("middle", ask.items / 2), ("end", 1_000)] {
            let document = movements::late(&list, before_end);
            let all: Vec<Movement> = list.iter().chain([&document]).copied().collect();
            let full = build(&all)?;
            let mut times: Vec<Duration> = Vec::new();
            for _ in 0..ask.rounds {
                // Not a clone: that has room for what is there and no more, and would be moved by the first document.
                let mut known = build(&list)?;
                let (changes, time) = took(|| known.late(&[document]));
                let changes = changes.map_err(|error| error.to_string())?;
                times.push(time.cpu);
                same(&known, &full, &ledger, list.len(), changes.len())?;
            }
            figures.micros(&format!("{name}_{place}"), median(times));
            if before_end == ask.items {
                let issues = (0..list.len()).filter(|at| list[*at].kind == MovementKind::Issue);
                let rows = issues.filter_map(|at| u32::try_from(at).ok());
                let issued: i128 = rows.map(|row| full.value_of(row)).sum();
                figures.tell(&format!("{name}_issued"), issued, "cents");
            }
        }
    }
    figures.peak(&format!("{}.peak", ask.name), &[("movement", ask.items as u64)]);
    Ok(())
}

/// The late document gives what a ledger with all movements gives, and tells every value that changed.
fn same(late: &ValueLedger, full: &ValueLedger, before: &ValueLedger, known: usize, told: usize) -> Outcome {
    let rows = || 0..u32::try_from(known).unwrap_or(0);
    let last = u32::try_from(known).unwrap_or(0);
    if rows().chain([last]).any(|row| late.value_of(row) != full.value_of(row)) {
        return Err("late is not a replay".into());
    }
    let differ = rows().filter(|row| full.value_of(*row) != before.value_of(*row)).count();
    hold("values that changed", differ as i128, told as i128)
}

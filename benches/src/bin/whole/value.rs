//! The standard roll-up of recipe B, and a document that comes late among many movements of one item.

use crate::{Ask, Outcome, expect, hold};
use headstock::costing::StandardCosts;
use headstock::costing::valuation::{DayOrder, Method, Movement, Policy, Scales, ValueLedger};
use headstock::num::Rounding;
use headstock_benches::measure::{Figures, median, took};
use headstock_benches::movements;
use headstock_benches::recipe_b::{Structure, cost_structure};
use std::time::Duration;

/// `rollup N`: recipe B by one element and by eight.
pub(crate) fn roll_up(ask: &Ask, figures: &mut Figures) -> Outcome {
    let name = &ask.name;
    let one = rolled(ask, 1, figures)?;
    let eight = rolled(ask, 8, figures)?;
    for item in 0..u32::try_from(ask.items).unwrap_or(0) {
        let totals = (one.total(item), eight.total(item));
        if totals.0.is_err() || totals.0 != totals.1 {
            return Err(format!("item {item}: eight elements are not one: {totals:?}"));
        }
    }
    figures.peak(&format!("{name}.peak"), &[("item", ask.items as u64)]);
    Ok(())
}

fn rolled(ask: &Ask, elements: usize, figures: &mut Figures) -> Result<StandardCosts, String> {
    let Ask { items, name, rounds, .. } = ask;
    let (builder, structure) = cost_structure(*items, elements);
    expect("lines and check sum", Structure::published(*items), &structure)?;
    let (ready, time) = took(|| builder.finish());
    let ready = ready.map_err(|error| error.to_string())?;
    figures.seconds(&format!("{name}.structure_{elements}_cpu"), time.cpu);
    let mut times = Vec::new();
    let mut costs = None;
    for _ in 0..*rounds {
        // The result of the round before is dropped outside of what is timed.
        drop(costs.take());
        let (done, time) = took(|| ready.roll_up(None, Rounding::HalfUp));
        costs = Some(done.map_err(|error| error.to_string())?);
        times.push(time.cpu);
    }
    let middle = median(times);
    figures.seconds(&format!("{name}.elements_{elements}_cpu"), middle);
    figures.nanos_each(&format!("{name}.elements_{elements}_per_line"), middle, structure.lines);
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
                let mut known = ledger.clone();
                let (changes, time) = took(|| known.late(&[document]));
                let changes = changes.map_err(|error| error.to_string())?;
                times.push(time.cpu);
                same(&known, &full, &ledger, list.len(), changes.len())?;
            }
            figures.micros(&format!("{name}_{place}"), median(times));
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

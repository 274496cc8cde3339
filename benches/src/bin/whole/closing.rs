//! Closing a period, and an exact cost loop.

use crate::{Ask, Outcome, hold};
use headstock::cost::{CostRecords, CostTables};
use headstock::costing::{ClosePolicy, LoopRule, PeriodOutcome, close_period};
use headstock::run::RunControl;
use headstock_benches::closing;
use headstock_benches::measure::{Figures, median, took};

fn run(ask: &Ask, tables: CostTables, policy: &ClosePolicy, figures: &mut Figures) -> Outcome {
    let name = &ask.name;
    let (orders, issues) = (tables.orders.len() as u64, tables.issues.len() as u64);
    figures.tell(&format!("{name}.orders"), orders, "");
    figures.tell(&format!("{name}.issues"), issues, "");
    let control = RunControl::new();
    let (records, load) = took(|| CostRecords::new(tables, &control));
    let records = records.map_err(|rejected| rejected.to_string())?;
    figures.seconds(&format!("{name}.load_cpu"), load.cpu);
    let mut times = Vec::new();
    for _ in 0..ask.rounds {
        let (outcome, time) = took(|| close_period(&records, policy, &control));
        let outcome = outcome.map_err(|error| format!("{error}: {:?}", error.findings()))?;
        balanced(&outcome)?;
        times.push(time.cpu);
    }
    figures.seconds(&format!("{name}.close_cpu"), median(times));
    let outcome = close_period(&records, policy, &control).map_err(|error| error.to_string())?;
    let (count, read) = took(|| outcome.events().count());
    figures.tell(&format!("{name}.events"), count, "");
    figures.seconds(&format!("{name}.events_cpu"), read.cpu);
    figures.peak(&format!("{name}.peak"), &[("issue", issues)]);
    Ok(())
}

/// What came in is what left and what is there, element by element; and there is something.
fn balanced(outcome: &PeriodOutcome<'_>) -> Outcome {
    let mut sum = 0;
    for total in outcome.totals() {
        hold("difference", total.difference.0.mantissa(), 0)?;
        let parts =
            [total.sales, total.other_out, total.loss, total.late, total.differences, total.stock, total.wip];
        hold(
            total.element.as_str(),
            total.came_in.0.mantissa(),
            parts.iter().map(|part| part.0.mantissa()).sum(),
        )?;
        sum += total.came_in.0.mantissa();
    }
    if sum > 0 { Ok(()) } else { Err("nothing came in".into()) }
}

/// `close N`: a period of N orders.
pub(crate) fn period(ask: &Ask, figures: &mut Figures) -> Outcome {
    run(ask, closing::period(ask.items), &ClosePolicy::default(), figures)
}

/// `costloop N`: a loop of N items, solved exactly.
pub(crate) fn cost_loop(ask: &Ask, figures: &mut Figures) -> Outcome {
    let policy = ClosePolicy { loops: LoopRule::Exact, ..ClosePolicy::default() };
    run(ask, closing::cost_loop(ask.items), &policy, figures)
}

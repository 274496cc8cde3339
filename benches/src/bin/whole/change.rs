//! Net change: seeded changes of one demand each, and at the end equality with a full run.

use crate::plans::planned;
use crate::{Ask, Outcome, expect, hold};
use headstock::order::Demand;
use headstock::planning::{Change, Plan, PlanPolicy, PlannedState, Replanned};
use headstock::run::RunControl;
use headstock_benches::measure::{Figures, at, median, ratio, took};
use headstock_benches::recipe_a::{self, Check, Draws, Generated, LEVELS, WEEKS, day, plan_date};
use std::collections::HashMap;
use std::time::Duration;

/// Changes made one after the other.
const CHANGES: usize = 1_000;

/// Every other change is of the quantity, the others of the date.
fn draw_changes(items: usize) -> Vec<Demand> {
    let mut draws = Draws(54_321);
    let mut known: HashMap<(usize, usize), Demand> = HashMap::new();
    let mut changes = Vec::new();
    for number in 0..CHANGES {
        let place = (draws.index(items / LEVELS), draws.index(WEEKS));
        let row = known.entry(place).or_insert_with(|| recipe_a::demand(place.0, place.1, 10));
        match number % 2 {
            0 => row.quantity = (1 + draws.draw(20)).into(),
            _ => row.date = Some(day(119 + draws.draw(364))),
        }
        changes.push(row.clone());
    }
    changes
}

/// `netchange`: what one change takes, and how far it reaches.
pub(crate) fn net_change(ask: &Ask, figures: &mut Figures) -> Outcome {
    let Ask { items, name, .. } = ask;
    let (snapshot, sums) = recipe_a::snapshot(*items, false);
    expect("the generator", Generated::published(*items, false), &sums)?;
    let control = RunControl::new();
    let (state, first) = took(|| PlannedState::new(&snapshot, &PlanPolicy::default(), plan_date(), &control));
    let mut state = state.map_err(|error| error.to_string())?;
    drop(snapshot);
    let check = Check::of(state.plan(), *items);
    expect("orders, quantities and check sums", Check::published(*items, false), &check)?;
    figures.seconds(&format!("{name}.state_cpu"), first.cpu);
    let changes = draw_changes(*items);
    let mut done: Vec<(Duration, Replanned)> = Vec::new();
    for row in &changes {
        let change = [Change::Demand(row.clone())];
        let (replanned, time) = took(|| state.replan(&change, &control));
        done.push((time.cpu, replanned.map_err(|error| error.to_string())?));
    }
    figures.peak(&format!("{name}.peak"), &[]);
    hold("full runs", done.iter().filter(|(_, r)| r.full.is_some()).count() as i128, 0)?;
    tell(name, &done, figures);
    same(&state, &changes, *items)
}

fn tell(name: &str, done: &[(Duration, Replanned)], figures: &mut Figures) {
    let times: Vec<Duration> = done.iter().map(|entry| entry.0).collect();
    figures.micros(&format!("{name}.change_median"), median(times.clone()));
    figures.micros(&format!("{name}.change_p95"), at(times.clone(), 95));
    figures.micros(&format!("{name}.change_most"), at(times.clone(), 100));
    figures.tell(
        &format!("{name}.nodes_median"),
        median(done.iter().map(|(_, r)| r.nodes).collect()),
        "nodes",
    );
    let nodes: u128 = done.iter().map(|(_, r)| r.nodes as u128).sum();
    let changed: u128 = done.iter().map(|(_, r)| r.changed as u128).sum();
    let time: Duration = times.iter().sum();
    figures.tell(&format!("{name}.per_node"), ratio(time.as_nanos(), nodes * 1_000), "us");
    figures.tell(&format!("{name}.nodes_changed"), ratio(changed * 100, nodes), "%");
}

/// The state is what a full run over the changed records gives.
fn same(state: &PlannedState, changes: &[Demand], items: usize) -> Outcome {
    let last: HashMap<&str, &Demand> = changes.iter().map(|row| (row.id.as_str(), row)).collect();
    let (snapshot, _) = recipe_a::snapshot_with(items, false, |row| {
        if let Some(changed) = last.get(row.id.as_str()) {
            row.clone_from(changed);
        }
    });
    let full: Plan = planned(&snapshot, &PlanPolicy::default(), &RunControl::new());
    let plan = state.plan();
    let (mut ours, mut theirs) = (plan.orders(), full.orders());
    loop {
        match (ours.next(), theirs.next()) {
            (None, None) => break,
            (a, b) if a == b => {}
            (a, b) => return Err(format!("{a:?} is not {b:?}")),
        }
    }
    hold("the number of orders", plan.order_count() as i128, full.order_count() as i128)?;
    match () {
        () if plan.messages() != full.messages() => Err("messages differ from the full run".into()),
        () if plan.findings() != full.findings() => Err("findings differ from the full run".into()),
        () => Ok(()),
    }
}

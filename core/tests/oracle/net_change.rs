//! Net change equals the full run (`P26`), on random plants with every feature on.

use super::compare::sweep;
use super::engine::{canonical, engine};
use super::plants::{Dice, Plant, all_features};
use headstock::inventory::Stock;
use headstock::order::{Demand, Forecast, Supply};
use headstock::planning::{Change, Plan, PlannedState};
use headstock::run::RunControl;
use headstock::snapshot::{Snapshot, Tables};
use headstock::time::Date;
use rust_decimal::Decimal;
use std::cell::Cell;

/// A day that lies a few days from another.
fn near(dice: &mut Dice, day: Date) -> Date {
    Date::from_day_number(day.day_number() + dice.range(-6, 6) as i32).unwrap()
}

/// Takes a row out of a table, puts it back changed, or not.
macro_rules! draw {
    ($dice:expr, $rows:expr, $change:path, $remove:path, $edit:expr) => {{
        if $rows.is_empty() {
            return None;
        }
        let at = $dice.below($rows.len() as u64) as usize;
        if $dice.one_in(4) {
            return Some($remove($rows.remove(at).id));
        }
        $edit($dice, &mut $rows[at]);
        Some($change($rows[at].clone()))
    }};
}

/// One random change, made to the tables and told.
fn change(dice: &mut Dice, t: &mut Tables) -> Option<Change> {
    match dice.below(6) {
        0 | 1 => draw!(
            dice,
            t.demands,
            Change::Demand,
            Change::RemoveDemand,
            |dice: &mut Dice, row: &mut Demand| {
                row.quantity += Decimal::from(dice.range(0, 30));
                row.date = row.date.map(|d| near(dice, d));
            }
        ),
        2 => draw!(
            dice,
            t.supplies,
            Change::Supply,
            Change::RemoveSupply,
            |dice: &mut Dice, row: &mut Supply| {
                row.quantity += Decimal::from(dice.range(0, 30));
                row.due = near(dice, row.due);
            }
        ),
        3 => draw!(dice, t.stock, Change::Stock, Change::RemoveStock, |dice: &mut Dice, row: &mut Stock| {
            row.quantity += Decimal::from(dice.range(-20, 30));
        }),
        4 => draw!(
            dice,
            t.forecasts,
            Change::Forecast,
            Change::RemoveForecast,
            |dice: &mut Dice, row: &mut Forecast| {
                row.quantity += Decimal::from(dice.range(0, 30));
            }
        ),
        _ => {
            let at = dice.below(t.planning.len().max(1) as u64) as usize;
            let row = t.planning.get_mut(at)?;
            row.safety_stock = Some(Decimal::from(dice.range(0, 25)));
            row.lot_multiple = dice.one_in(2).then(|| Decimal::from(dice.range(1, 8)));
            Some(Change::Planning(row.clone()))
        }
    }
}

/// Everything a plan says: orders, shortages and messages as text, and the findings.
fn all(plan: &Plan) -> (Vec<String>, Vec<String>) {
    let mut findings: Vec<String> = plan.findings().iter().map(|f| format!("{f:?}")).collect();
    findings.sort();
    (canonical(plan), findings)
}

/// A reservation that names what is no more is a fault of the tables, not a change.
fn reserved(t: &Tables, change: &Change) -> bool {
    t.reservations.iter().any(|r| match change {
        Change::RemoveDemand(id) => r.demand == *id,
        Change::RemoveSupply(id) => r.supply.as_ref() == Some(id),
        Change::RemoveStock(id) => r.stock.as_ref() == Some(id),
        _ => false,
    })
}

#[test]
fn p26_net_change_equals_the_full_run() {
    let (followed, full) = (Cell::new(0u32), Cell::new(0u32));
    sweep("net change", all_features(), &|p| {
        let control = RunControl::new();
        let snapshot = Snapshot::from_tables(p.tables.clone(), &control).map_err(|e| format!("{e:?}"))?;
        let Ok(mut state) = PlannedState::new(&snapshot, &p.policy, p.run, &control) else { return Ok(()) };
        let mut now = Plant { tables: p.tables.clone(), policy: p.policy.clone(), run: p.run };
        let mut dice = Dice(p.tables.demands.len() as u64 * 7_919 + p.tables.stock.len() as u64);
        dice.next();
        for step in 0..4 {
            let mut tables = now.tables.clone();
            let Some(change) = change(&mut dice, &mut tables) else { continue };
            if reserved(&tables, &change) {
                continue;
            }
            now.tables = tables;
            let told = format!("step {step}: {change:?}");
            let done = state.replan(&[change], &control).map_err(|e| format!("{told}: {e}"))?;
            let counter = if done.full.is_some() { &full } else { &followed };
            counter.set(counter.get() + 1);
            let (a, b) = (all(state.plan()), all(&engine(&now, 1)?));
            if a != b {
                let first = a.0.iter().chain(&a.1).zip(b.0.iter().chain(&b.1)).find(|(x, y)| x != y);
                return Err(format!("{told}\n{first:#?} full {:?}", done.full));
            }
        }
        Ok(())
    });
    assert!(followed.get() > full.get(), "followed {followed:?}, replanned in full {full:?}");
}

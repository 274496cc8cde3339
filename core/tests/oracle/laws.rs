//! Laws that the engine has to keep whatever the plant: no slow planner is needed for them.

use super::compare::sweep;
use super::engine::{canonical, engine};
use super::plants::{Plant, all_features, bit};
use headstock::planning::{PlanPolicy, Reschedule};

fn lines(p: &Plant, threads: usize) -> Result<Vec<String>, String> {
    Ok(canonical(&engine(p, threads)?))
}

fn same(a: &[String], b: &[String]) -> Result<(), String> {
    match a.iter().zip(b).find(|(x, y)| x != y) {
        None if a.len() == b.len() => Ok(()),
        other => Err(format!("{} and {} lines, first {other:?}", a.len(), b.len())),
    }
}

/// Invariant 9: every table turned round gives the same plan.
#[test]
fn p10_row_order_does_not_matter() {
    sweep("row order", all_features(), &|p| {
        let mut turned = Plant { tables: p.tables.clone(), policy: p.policy.clone(), run: p.run };
        let t = &mut turned.tables;
        t.units.reverse();
        t.conversions.reverse();
        t.items.reverse();
        t.planning.reverse();
        t.sites.reverse();
        t.calendars.reverse();
        t.boms.reverse();
        t.boms.iter_mut().for_each(|b| b.lines.reverse());
        t.substitutes.reverse();
        t.sources.reverse();
        t.stock.reverse();
        t.reservations.reverse();
        t.demands.reverse();
        t.forecasts.reverse();
        t.supplies.reverse();
        same(&lines(p, 1)?, &lines(&turned, 1)?)
    });
}

#[test]
fn p10_one_and_two_threads_agree() {
    sweep("threads", all_features(), &|p| same(&lines(p, 1)?, &lines(p, 2)?));
}

/// One demand as two halves on the same day changes no planned order and no message.
#[test]
fn p08_splitting_a_demand_changes_nothing() {
    let without = ["forecast", "reservations", "lots", "policy"].iter().fold(0, |sum, f| sum | bit(f));
    sweep("split demand", all_features() & !without, &|p| {
        let mut split = Plant { tables: p.tables.clone(), policy: p.policy.clone(), run: p.run };
        let mut more = Vec::new();
        for d in &mut split.tables.demands {
            if d.fulfilled.is_none() && d.quantity > rust_decimal::Decimal::ONE {
                let mut half = d.clone();
                half.id = headstock::id::Id::new(&format!("{}-half", d.id)).unwrap();
                half.quantity = rust_decimal::Decimal::ONE;
                d.quantity -= rust_decimal::Decimal::ONE;
                more.push(half);
            }
        }
        split.tables.demands.extend(more);
        same(&lines(p, 1)?, &lines(&split, 1)?)
    });
}

/// Invariant 11: lot-for-lot without rescheduling, more stock never raises what is ordered in all up to any day.
#[test]
fn p10_more_stock_never_raises_the_cumulative_net_requirement() {
    let only = ["two_sites", "calendars", "batches", "inspection", "safety_stock", "overdue", "fixed_usage"];
    sweep("more stock", only.iter().fold(0, |sum, f| sum | bit(f)), &|p| {
        let mut policy = PlanPolicy { reschedule: p.policy.reschedule, ..p.policy.clone() };
        policy.reschedule.assume = Reschedule::NewOrder;
        let before = Plant { tables: p.tables.clone(), policy, run: p.run };
        let mut after = Plant { tables: p.tables.clone(), policy: before.policy.clone(), run: p.run };
        let Some(row) = after.tables.stock.first_mut() else { return Ok(()) };
        row.quantity += rust_decimal::Decimal::TEN;
        let item = row.item.clone();
        let (a, b) = (engine(&before, 1)?, engine(&after, 1)?);
        let sums = |plan: &headstock::planning::Plan, day| {
            let mine = plan.orders().filter(|o| o.item == item && o.available <= day);
            mine.map(|o| o.good).sum::<rust_decimal::Decimal>()
        };
        for o in b.orders().filter(|o| o.item == item) {
            if sums(&b, o.available) > sums(&a, o.available) {
                return Err(format!("{item} up to {}", o.available));
            }
        }
        Ok(())
    });
}

//! Laws that the engine has to keep whatever the plant: no slow planner is needed for them.

use super::compare::sweep;
use super::engine::{canonical, engine};
use super::plants::{Plant, all_features, bit};
use headstock::order::DemandStatus;
use headstock::planning::{MessageKind, Peg, PegEnd, Plan, PlanPolicy, RecordRow, Reschedule};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

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

/// Invariant 3: no supply serves more than it has, and every need is served or reported short, to the last grain.
#[test]
fn p17_pegs_add_up() {
    sweep("pegs", all_features(), &|p| {
        let plan = engine(p, 1)?;
        let mut given: BTreeMap<(PegEnd, String), Decimal> = BTreeMap::new();
        let mut had: BTreeMap<String, Decimal> = BTreeMap::new();
        for (item, site, key, rows) in plan.records() {
            let pegs = plan.item_pegs(item.as_str(), site.as_str(), &key);
            let node = format!("{item}@{site} {key:?}");
            check_node(&node, &rows, &pegs)?;
            for peg in pegs {
                *given.entry((peg.supply_kind, peg.supply)).or_default() += peg.quantity;
                if peg.demand_kind == PegEnd::Demand {
                    *had.entry(peg.demand).or_default() += peg.quantity;
                }
            }
        }
        check_supplies(p, &plan, &given)?;
        check_demands(p, &had)
    });
}

/// Each day's needs are pegged to the grain, and what is short is what the record says.
fn check_node(node: &str, rows: &[RecordRow], pegs: &[Peg]) -> Result<(), String> {
    let needs = [PegEnd::Demand, PegEnd::Forecast, PegEnd::Dependent, PegEnd::Substitute];
    let soft = || pegs.iter().filter(|peg| !peg.hard);
    for row in rows {
        let here = soft().filter(|peg| needs.contains(&peg.demand_kind) && peg.demand_date == Some(row.date));
        let pegged: Decimal = here.map(|peg| peg.quantity).sum();
        if pegged != row.gross {
            return Err(format!("{node} {}: {pegged} of {} is pegged", row.date, row.gross));
        }
        let short =
            soft().filter(|peg| peg.supply_kind == PegEnd::Short && peg.supply_date == Some(row.date));
        let short: Decimal = short.map(|peg| peg.quantity).sum();
        if short != row.short {
            return Err(format!("{node} {}: {short} of {} is short", row.date, row.short));
        }
    }
    match soft().find(|peg| peg.quantity <= Decimal::ZERO) {
        Some(peg) => Err(format!("{node}: {peg:?}")),
        None => Ok(()),
    }
}

/// A planned order gives just its quantity; a supply or a row of stock no more than it has.
fn check_supplies(p: &Plant, plan: &Plan, given: &BTreeMap<(PegEnd, String), Decimal>) -> Result<(), String> {
    let gave = |kind: PegEnd, id: &str| given.get(&(kind, id.to_string())).copied().unwrap_or_default();
    for o in plan.orders() {
        if gave(PegEnd::Planned, &o.id) != o.quantity {
            return Err(format!("{} of {} gave {}", o.id, o.quantity, gave(PegEnd::Planned, &o.id)));
        }
    }
    let messages = plan.messages();
    for s in &p.tables.supplies {
        let gone = s.accepted.unwrap_or_default() + s.rejected.unwrap_or_default();
        let raised = messages
            .iter()
            .find(|m| m.kind == MessageKind::Increase && m.document.as_deref() == Some(s.id.as_str()));
        let more = raised.map_or(Decimal::ZERO, |m| m.to_quantity.unwrap_or_default() - m.from_quantity);
        let has = (s.quantity - gone).max(Decimal::ZERO) + more;
        if gave(PegEnd::Supply, s.id.as_str()) > has {
            return Err(format!("{} of {has} gave {}", s.id, gave(PegEnd::Supply, s.id.as_str())));
        }
    }
    for s in &p.tables.stock {
        if gave(PegEnd::Stock, s.id.as_str()) > s.quantity.max(Decimal::ZERO) {
            return Err(format!("{} of {} gave {}", s.id, s.quantity, gave(PegEnd::Stock, s.id.as_str())));
        }
    }
    Ok(())
}

/// A demand that is netted has just what is open of it, with what is reported short.
fn check_demands(p: &Plant, had: &BTreeMap<String, Decimal>) -> Result<(), String> {
    let netted = |d: &&headstock::order::Demand| {
        let counts = matches!(d.status, DemandStatus::Open | DemandStatus::Quote);
        let due = d.date.is_some_and(|day| p.policy.horizon.is_none_or(|h| day <= h));
        let late = d.date.zip(p.policy.overdue_demand_days);
        let kept = late.is_none_or(|(day, n)| day.day_number() >= p.run.day_number() - n as i32);
        let planned = p.tables.items.iter().any(|i| i.id == d.item && i.planned);
        counts && due && kept && planned && !p.policy.without_demand.contains(&d.kind)
    };
    let open = |d: &&headstock::order::Demand| d.quantity > d.fulfilled.unwrap_or_default();
    for d in p.tables.demands.iter().filter(netted).filter(open) {
        let (open, pegged) = (d.quantity - d.fulfilled.unwrap_or_default(), had.get(d.id.as_str()));
        if pegged != Some(&open) {
            return Err(format!("{} has {pegged:?} of {open}", d.id));
        }
    }
    Ok(())
}

/// One demand as two halves on the same day changes no planned order and no message.
#[test]
fn p08_splitting_a_demand_changes_nothing() {
    let without =
        ["forecast", "reservations", "lots", "policy", "per_demand"].iter().fold(0, |sum, f| sum | bit(f));
    sweep("split demand", all_features() & !without, &|p| {
        let mut split = Plant { tables: p.tables.clone(), policy: p.policy.clone(), run: p.run };
        let mut more = Vec::new();
        for d in &mut split.tables.demands {
            if d.fulfilled.is_none() && d.quantity > Decimal::ONE {
                let mut half = d.clone();
                half.id = headstock::id::Id::new(&format!("{}-half", d.id)).unwrap();
                half.quantity = Decimal::ONE;
                d.quantity -= Decimal::ONE;
                more.push(half);
            }
        }
        split.tables.demands.extend(more);
        // Findings and pegs name the demands.
        let unnamed = |p: &Plant| {
            let named = |l: &String| l.starts_with("F ") || l.starts_with("P ");
            lines(p, 1).map(|lines| lines.into_iter().filter(|l| !named(l)).collect::<Vec<_>>())
        };
        same(&unnamed(p)?, &unnamed(&split)?)
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
        row.quantity += Decimal::TEN;
        let item = row.item.clone();
        let (a, b) = (engine(&before, 1)?, engine(&after, 1)?);
        let sums = |plan: &headstock::planning::Plan, day| {
            let mine = plan.orders().filter(|o| o.item == item && o.available <= day);
            mine.map(|o| o.good).sum::<Decimal>()
        };
        for o in b.orders().filter(|o| o.item == item) {
            if sums(&b, o.available) > sums(&a, o.available) {
                return Err(format!("{item} up to {}", o.available));
            }
        }
        Ok(())
    });
}

//! What is derived from a plan when asked: pegs and reasons of recipe A.

use crate::plans::planned;
use crate::{Ask, Outcome, expect, hold};
use headstock::planning::{NeedEnd, Plan, PlanPolicy, PlannedOrder, SupplyEnd};
use headstock::run::RunControl;
use headstock_benches::measure::{Figures, at, median, took};
use headstock_benches::recipe_a::{self, Check, Draws, Generated};
use std::hint::black_box;
use std::time::Duration;

/// Orders that are asked about.
const ASKED: usize = 1_000;

/// Orders that a graph to the end demands may follow.
const BUDGET: usize = 10_000;

/// Sums over all pegs, and what they have to be.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Pegged {
    pegs: u64,
    /// Of them, those to demands and orders: the others are safety stock and what is left over.
    to_needs: u64,
    to_demands: i128,
    to_orders: i128,
    from_orders: i128,
    from_stock: i128,
}

fn pegged(plan: &Plan) -> Pegged {
    let mut sums = Pegged::default();
    plan.for_each_peg(|peg| {
        let quantity = i128::from(peg.quantity);
        sums.pegs += 1;
        match peg.supply {
            SupplyEnd::Planned(_) => sums.from_orders += quantity,
            SupplyEnd::Stock => sums.from_stock += quantity,
            _ => {}
        }
        match peg.need {
            NeedEnd::Demand(_) => sums.to_demands += quantity,
            NeedEnd::Order { .. } => sums.to_orders += quantity,
            _ => return,
        }
        sums.to_needs += 1;
    });
    sums
}

/// A checked plan of recipe A (weekly), the sums of its generator, and its check sums.
fn checked(ask: &Ask) -> Result<(Plan, Generated, Check), String> {
    let (snapshot, sums) = recipe_a::snapshot(ask.items, false);
    expect("the generator", Generated::published(ask.items, false), &sums)?;
    let plan = planned(&snapshot, &PlanPolicy::default(), &RunControl::new());
    let check = Check::of(&plan, ask.items);
    expect("orders, quantities and check sums", Check::published(ask.items, false), &check)?;
    Ok((plan, sums, check))
}

/// Orders drawn by a generator of their own.
fn draw_orders(plan: &Plan) -> Vec<PlannedOrder> {
    let mut draws = Draws(54_321);
    let count = plan.order_count();
    let mut wanted: Vec<usize> = (0..ASKED).map(|_| draws.index(count)).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut next = wanted.into_iter().peekable();
    plan.orders()
        .enumerate()
        .filter(|(at, _)| next.next_if_eq(at).is_some())
        .map(|(_, order)| order)
        .collect()
}

/// What every drawn order takes, in its own time.
fn each_order<T>(
    orders: &[PlannedOrder],
    mut ask: impl FnMut(&PlannedOrder) -> T,
) -> (Vec<Duration>, Vec<T>) {
    let one = |order: &PlannedOrder| {
        let (answer, time) = took(|| ask(black_box(order)));
        (time.cpu, answer)
    };
    orders.iter().map(one).unzip()
}

fn tell(name: &str, times: Vec<Duration>, figures: &mut Figures) {
    figures.micros(&format!("{name}_median"), median(times.clone()));
    figures.micros(&format!("{name}_p95"), at(times, 95));
}

/// All pegs; pegs of one order; one order to the end demands.
pub(crate) fn pegs(ask: &Ask, figures: &mut Figures) -> Outcome {
    let name = &ask.name;
    let (plan, sums, check) = checked(ask)?;
    let rounds: Vec<_> = (0..ask.rounds).map(|_| took(|| pegged(&plan))).collect();
    let found = rounds[0].0;
    // Every demand, every requirement and every order is pegged in full: nothing is short in recipe A.
    hold("pegs to demands", found.to_demands, i128::from(sums.demand))?;
    hold("pegs to orders", found.to_orders, requirements(&plan, ask.items))?;
    hold("pegs from orders", found.from_orders, check.quantities.iter().map(|q| i128::from(*q)).sum())?;
    hold("pegs from stock", found.from_stock, i128::from(sums.on_hand))?;
    figures.tell(&format!("{name}.pegs"), found.pegs, "pegs");
    figures.tell(&format!("{name}.pegs_to_needs"), found.to_needs, "pegs");
    let all = median(rounds.iter().map(|round| round.1.cpu).collect());
    figures.seconds(&format!("{name}.all_cpu"), all);
    figures.nanos_each(&format!("{name}.all_per_peg"), all, found.pegs);
    let orders = draw_orders(&plan);
    let (times, pegs) = each_order(&orders, |order| plan.order_pegs(&order.id));
    for (order, pegs) in orders.iter().zip(&pegs) {
        let served: rust_decimal::Decimal = pegs.iter().map(|peg| peg.quantity).sum();
        hold(&order.id, served.mantissa(), order.quantity.mantissa())?;
    }
    tell(&format!("{name}.one_level"), times, figures);
    to_end(&plan, &orders, &format!("{name}.to_end"), figures);
    // Orders of the last level are the deepest questions.
    let last = headstock_benches::rows::item_id(ask.items / recipe_a::LEVELS * (recipe_a::LEVELS - 1));
    let bought: Vec<PlannedOrder> = orders.into_iter().filter(|order| order.item >= last).collect();
    to_end(&plan, &bought, &format!("{name}.bought_to_end"), figures);
    figures.peak(&format!("{name}.peak"), &[]);
    Ok(())
}

/// One order to the end demands, as a graph with a budget.
fn to_end(plan: &Plan, orders: &[PlannedOrder], name: &str, figures: &mut Figures) {
    let (times, graphs) = each_order(orders, |order| plan.peg_graph(&order.id, BUDGET).unwrap_or_default());
    let links: Vec<u64> = graphs.iter().map(|graph| graph.links.len() as u64).collect();
    figures.nanos_each(&format!("{name}_per_link"), times.iter().sum(), links.iter().sum());
    tell(name, times, figures);
    figures.tell(&format!("{name}_links_median"), median(links), "links");
    let cut = graphs.iter().filter(|graph| graph.more > 0).count();
    figures.tell(&format!("{name}_cut"), cut, "orders");
}

/// Requirements by the recipe itself: each order of a made item times its lines' quantities.
fn requirements(plan: &Plan, items: usize) -> i128 {
    let mut usage = vec![0i128; items];
    recipe_a::draw_items(items, false, &mut Draws::start(), &mut Generated::default(), |item| {
        usage[item.number] = item.lines.iter().map(|line| i128::from(line.1)).sum();
    });
    let number = |order: &PlannedOrder| {
        usize::try_from(headstock_benches::rows::item_number(&order.item)).unwrap_or(usize::MAX)
    };
    plan.orders().map(|order| order.quantity.mantissa() * usage[number(&order)]).sum()
}

/// The reason tree of one order, and one item's record.
pub(crate) fn reasons(ask: &Ask, figures: &mut Figures) -> Outcome {
    let name = &ask.name;
    let (plan, ..) = checked(ask)?;
    let orders = draw_orders(&plan);
    let (times, reasons) = each_order(&orders, |order| plan.reasons(&order.id));
    hold("orders with a reason", reasons.iter().flatten().count() as i128, orders.len() as i128)?;
    tell(&format!("{name}.reason"), times, figures);
    let (times, records) =
        each_order(&orders, |order| plan.record(order.item.as_str(), order.site.as_str(), &order.key));
    hold("records", records.iter().filter(|rows| !rows.is_empty()).count() as i128, orders.len() as i128)?;
    tell(&format!("{name}.record"), times, figures);
    Ok(())
}

//! Recipe C at a small size: the engine against the slow planner of the core's tests, order for order.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    reason = "a test program that borrows the modules of another one"
)]

use headstock::planning::{Plan, plan};
use headstock::run::RunControl;
use headstock::snapshot::Snapshot;
use headstock_benches::recipe_a::plan_date;
use headstock_benches::recipe_c::{policy, tables};
use std::collections::BTreeSet;

#[path = "../../core/tests/oracle"]
mod oracle {
    pub mod alternatives;
    pub mod days;
    pub mod demand;
    pub mod explode;
    pub mod found;
    pub mod levels;
    pub mod lots;
    pub mod net;
    pub mod num;
    pub mod order;
    pub mod pegs;
    pub mod plan;
    pub mod reach;
    pub mod record;
    pub mod series;
    pub mod world;
}

/// Planned orders and messages, as sorted lines.
fn slow_lines(slow: &oracle::plan::OraclePlan) -> Vec<String> {
    use oracle::days::date;
    use oracle::num::show;
    let orders = slow.orders.iter().map(|o| {
        let (place, q, good) = (format!("{}@{}", o.node.item, o.node.site), show(&o.q), show(&o.good));
        format!("{place} {} {q} {good} {} {}", o.source, date(o.available), date(o.start))
    });
    let messages = slow.messages.iter().map(|m| {
        let to = m.to.map_or_else(|| "-".into(), |day| date(day).to_string());
        let kind = m.kind;
        format!(
            "{kind} {}@{} {} {} {to} {}",
            m.node.item,
            m.node.site,
            m.document,
            date(m.from),
            show(&m.quantity)
        )
    });
    let mut lines: Vec<String> = orders.chain(messages).collect();
    lines.sort();
    lines
}

fn fast_lines(fast: &Plan) -> Vec<String> {
    let orders = fast.orders().map(|o| {
        let place = format!("{}@{}", o.item, o.site);
        format!("{place} {} {} {} {} {}", o.source, o.quantity, o.good, o.available, o.start)
    });
    let messages = fast.messages().into_iter().map(|m| {
        let kind = serde_json::to_value(m.kind).unwrap().as_str().unwrap().to_owned();
        let to = m.to_date.map_or_else(|| "-".into(), |day| day.to_string());
        let document = m.document.unwrap_or_else(|| "-".into());
        format!("{kind} {}@{} {document} {} {to} {}", m.item, m.site, m.from_date, m.from_quantity)
    });
    let mut lines: Vec<String> = orders.chain(messages).collect();
    lines.sort();
    lines
}

#[test]
fn recipe_c_is_planned_as_the_slow_planner_plans_it() {
    compare(100);
}

#[test]
#[ignore = "minutes: the slow planner looks through every table for every question"]
fn recipe_c_is_planned_as_the_slow_planner_plans_it_at_one_thousand() {
    compare(1_000);
}

fn compare(items: usize) {
    let (tables, _) = tables(items);
    let slow = slow_lines(&oracle::plan::plan(&tables, &policy(), plan_date()).unwrap());
    let control = RunControl::new();
    let snapshot = Snapshot::from_tables(tables, &control).unwrap();
    let fast = fast_lines(&plan(&snapshot, &policy(), plan_date(), &control).unwrap());
    let sets: [BTreeSet<&String>; 2] = [slow.iter().collect(), fast.iter().collect()];
    let only = |a: usize, b: usize| sets[a].difference(&sets[b]).take(20).copied().collect::<Vec<_>>();
    assert_eq!((only(0, 1), only(1, 0)), (Vec::new(), Vec::new()));
    assert_eq!(slow.len(), fast.len());
    assert!(slow.len() > 50 * items, "{}", slow.len());
}

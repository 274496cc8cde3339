//! The MRP record of a node as lines: what happens on each of its days (§5 of the page).

use super::days::{Day, date};
use super::net::{Node, Row};
use super::num::{Q, show, zero};
use super::world::World;
use std::collections::BTreeMap;

/// One line of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub day: String,
    pub gross: Q,
    pub receipts: Q,
    pub before: Q,
    pub safety: Q,
    pub net: Q,
    pub planned: Q,
    pub released: Q,
    pub short: Q,
    pub balance: Q,
}

/// Lines as text. A day on which nothing flows and nothing changes says nothing, nor do days before the first
/// flow.
pub fn text(node: &str, lines: impl Iterator<Item = Line>) -> Vec<String> {
    let mut last = None;
    let mut out = Vec::new();
    for l in lines {
        let flows = [&l.gross, &l.receipts, &l.net, &l.planned, &l.released, &l.short];
        let now = l.balance.clone();
        if flows.iter().any(|q| **q != zero()) || last.as_ref().is_some_and(|last| *last != now) {
            last = Some(now);
            out.push(format!(
                "R {node} {} gross={} receipts={} before={} safety={} net={} planned={} released={} short={} \
                 balance={}",
                l.day,
                show(&l.gross),
                show(&l.receipts),
                show(&l.before),
                show(&l.safety),
                show(&l.net),
                show(&l.planned),
                show(&l.released),
                show(&l.short),
                show(&l.balance),
            ));
        }
    }
    out
}

/// What a node has on the run date before anything happens.
pub fn opening(n: &Node) -> Q {
    &n.opening.0 + n.opening.1.iter().map(|l| &l.qty).sum::<Q>()
}

/// The record of a netted node; days on which an order is released are days of it too.
pub fn lines(w: &World, n: &Node) -> Vec<Line> {
    let mut released: BTreeMap<Day, Q> = BTreeMap::new();
    for o in &n.orders {
        *released.entry(o.start).or_insert_with(zero) += &o.q;
    }
    let mut days: Vec<Day> = n.rows.keys().chain(released.keys()).copied().collect();
    days.sort_unstable();
    days.dedup();
    let mut balance = opening(n);
    let mut lines = Vec::new();
    for day in days {
        let still = Row { before: super::net::Q0(balance.clone()), ..Row::default() };
        let row = n.rows.get(&day).unwrap_or(&still);
        balance = &row.before.0 + &row.planned.0 + &row.short.0;
        let kept = !w.item(&n.key.item).phantom;
        lines.push(Line {
            day: date(day).to_string(),
            gross: row.gross.0.clone(),
            receipts: row.receipts.0.clone(),
            before: row.before.0.clone(),
            safety: if kept { w.safety(&n.key.item, &n.key.site, day) } else { zero() },
            net: row.net.0.clone(),
            planned: row.planned.0.clone(),
            released: released.get(&day).cloned().unwrap_or_else(zero),
            short: row.short.0.clone(),
            balance: balance.clone(),
        });
    }
    lines
}

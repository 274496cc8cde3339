//! Pegs, first in first out (§10 of the page).
//!
//! Labels are coarse on purpose (stock rows of a node together, planned orders by day), so that they do not depend
//! on how orders of one day are numbered.

use super::days::{Day, date};
use super::demand::{Asker, Origin};
use super::net::{Got, Node, Served};
use super::num::{Q, max, min, pos, zero};
use super::world::World;
use headstock::item::SafetyPriority;
use std::collections::BTreeMap;

/// (supply, need) → quantity.
pub type Pegs = BTreeMap<(String, String), Q>;

/// A need with what lots gave to it taken off: day, order of service, label, quantity.
type Open = (Day, (u64, Origin, Option<Asker>, String), String, Q);

/// A supply: day, place within the day, id, label, quantity.
type Supply = (Day, u8, String, String, Q);

/// Pegs of one node: to its needs, to safety stock, and what is over.
pub fn pegs(w: &World, n: &Node) -> Pegs {
    let mut out = Pegs::new();
    let mut add = |supply: &str, need: &str, q: &Q| {
        if *q > zero() {
            *out.entry((supply.into(), need.into())).or_insert_with(zero) += q;
        }
    };
    for o in &n.orders {
        add(&format!("planned {}", date(o.available)), "yield", &(&o.q - &o.good));
    }
    let mut needs: Vec<Open> = Vec::new();
    let owed = pos(-n.opening.0.clone());
    needs.push((
        w.run,
        (0, Origin::Demand(headstock::order::DemandKind::Sales), None, String::new()),
        "negative".into(),
        owed,
    ));
    for s in &n.served {
        let label = label(s);
        let mut rest = s.need.qty.clone();
        for (_, q) in &s.draws {
            rest -= q;
            add("stock", &label, q);
        }
        needs.push((s.day, s.need.turn(), label, rest));
    }
    // What was owed when the run began comes first on its day.
    needs[1..].sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    needs.sort_by_key(|x| x.0);
    let mut supplies = supplies(n);
    let mut serve = |label: &str, mut rest: Q, add: &mut dyn FnMut(&str, &str, &Q)| {
        for (_, _, _, what, left) in &mut supplies {
            let take = min(rest.clone(), left.clone());
            if take > zero() {
                rest -= &take;
                *left -= &take;
                add(what, label, &take);
            }
        }
        rest
    };
    let (first, level) = kept(w, n);
    let over = {
        let all: Q = self::supplies(n).iter().map(|s| &s.4).sum();
        all - needs.iter().map(|x| &x.3).sum::<Q>()
    };
    let first = pos(min(first, over));
    let mut safety = level - &first;
    serve("safety", first, &mut add);
    for (_, _, label, rest) in needs {
        let rest = serve(&label, rest, &mut add);
        add("nothing", &label, &rest);
    }
    let lots: Q = n.lots.iter().map(|l| &l.qty).sum();
    let rest = supplies.into_iter().map(|s| (s.3, s.4));
    for (what, left) in std::iter::once(("stock".to_string(), lots)).chain(rest) {
        let take = min(left.clone(), pos(safety.clone()));
        add(&what, "safety", &take);
        add(&what, "surplus", &(&left - &take));
        safety -= take;
    }
    out
}

/// What safety stock takes before every need, and its level at the end.
fn kept(w: &World, n: &Node) -> (Q, Q) {
    let on = |day: Day| w.safety(&n.key.item, &n.key.site, day);
    if w.item(&n.key.item).phantom {
        return (zero(), zero());
    }
    let row = w.planning(&n.key.item, &n.key.site);
    let highest = row.is_some_and(|r| r.safety_priority == SafetyPriority::Highest);
    (if highest { on(w.run) } else { zero() }, on(w.run + 100_000))
}

fn label(s: &Served) -> String {
    let what = match &s.need.origin {
        Origin::Demand(_) => format!("demand {}", s.need.id),
        Origin::Forecast => format!("forecast {}", s.need.id),
        Origin::Dependent => {
            format!("dependent {}", s.need.asker.as_ref().unwrap().label)
        }
        Origin::Taken => format!("taken {}", s.need.id),
    };
    format!("{what} {}", date(s.day))
}

/// Supplies without lots that expire, in the order in which they are used.
fn supplies(n: &Node) -> Vec<Supply> {
    let mut list: Vec<Supply> = Vec::new();
    let stock = || "stock".to_string();
    list.push((Day::MIN, 0, String::new(), stock(), max(n.opening.0.clone(), zero())));
    for r in n.receipts.iter().filter(|r| r.until.is_none()) {
        match r.output {
            false => list.push((r.day, 0, r.id.clone(), stock(), r.qty.clone())),
            true => list.push((r.day, 3, String::new(), format!("output {}", date(r.day)), r.qty.clone())),
        }
    }
    for s in &n.supplies {
        list.push((s.day, 1, s.row.id.to_string(), format!("supply {}", s.row.id), s.qty.clone()));
    }
    for (day, qty) in &n.settled {
        list.push((*day, 2, String::new(), stock(), qty.clone()));
    }
    for (day, kind, qty) in &n.got {
        let (rank, what) = match kind {
            Got::Increase => continue,
            Got::Output => (3, "output"),
            Got::Replaced | Got::Substitute | Got::Pass => (4, "substitute"),
            Got::Planned => (5, "planned"),
            Got::Short => (6, "short"),
        };
        list.push((*day, rank, String::new(), format!("{what} {}", date(*day)), qty.clone()));
    }
    list.sort_by(|a, b| (a.0, a.1, &a.2).cmp(&(b.0, b.1, &b.2)));
    list
}

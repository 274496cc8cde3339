//! Pegs, first in first out (§10 of the page).
//!
//! Labels are coarse on purpose (stock rows of a node together, planned orders and dependent needs by day), so
//! that they do not depend on how ids of planned orders are written.

use super::days::{Day, date};
use super::demand::Origin;
use super::net::{Got, Node};
use super::num::{Q, min, zero};
use std::collections::BTreeMap;

/// (supply, need) → quantity.
pub type Pegs = BTreeMap<(String, String), Q>;

/// Pegs of one node to its needs; what is left over is not in them.
pub fn pegs(n: &Node) -> Pegs {
    let mut out = Pegs::new();
    let mut supplies = supplies(n);
    let mut needs: Vec<(Day, u64, Origin, String, String, Q)> = Vec::new();
    for s in &n.served {
        let label = match &s.need.origin {
            Origin::Demand(_) => format!("demand {}", s.need.id),
            Origin::Forecast => format!("forecast {}", s.need.id),
            Origin::Dependent => format!("dependent {}", date(s.day)),
        };
        let mut rest = s.need.qty.clone();
        for (_, q) in &s.draws {
            rest -= q;
            *out.entry(("stock".into(), label.clone())).or_insert_with(zero) += q;
        }
        needs.push((s.day, s.need.priority, s.need.origin.clone(), s.need.id.clone(), label, rest));
    }
    needs.sort();
    for (_, _, _, _, label, mut rest) in needs {
        for (_, _, _, what, left) in &mut supplies {
            let take = min(rest.clone(), left.clone());
            if take > zero() {
                rest -= &take;
                *left -= &take;
                *out.entry((what.clone(), label.clone())).or_insert_with(zero) += take;
            }
        }
        if rest > zero() {
            *out.entry(("nothing".into(), label)).or_insert_with(zero) += rest;
        }
    }
    out
}

/// Supplies without lots that expire: (day, rank, id, label, quantity), in the order in which they are used.
fn supplies(n: &Node) -> Vec<(Day, u8, String, String, Q)> {
    let mut list: Vec<(Day, u8, String, String, Q)> = Vec::new();
    list.push((Day::MIN, 0, String::new(), "stock".into(), n.opening.0.clone()));
    for r in n.receipts.iter().filter(|r| r.until.is_none()) {
        let (rank, label) = match r.output {
            false => (0, "stock".to_string()),
            true => (2, format!("output {}", date(r.day))),
        };
        list.push((r.day, rank, r.id.clone(), label, r.qty.clone()));
    }
    for s in &n.supplies {
        list.push((s.day, 1, s.row.id.to_string(), format!("supply {}", s.row.id), s.qty.clone()));
    }
    for (day, kind, qty) in &n.got {
        let label = match kind {
            Got::Increase => continue,
            Got::Output => format!("output {}", date(*day)),
            Got::Planned => format!("planned {}", date(*day)),
            Got::Substitute => format!("substitute {}", date(*day)),
            Got::Short => "short".into(),
        };
        list.push((*day, 3 + *kind as u8, String::new(), label, qty.clone()));
    }
    list.sort();
    list
}

//! What the slow planner found along the way, beside the plan (§8 of the page and where it names a code).

use super::days::{Day, date};
use super::num::{Q, of, opt, show, zero};
use super::world::{Code, NodeKey, World};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A code, the node it is about, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub code: Code,
    pub node: Option<NodeKey>,
    pub about: Vec<(&'static str, String)>,
}

impl Found {
    pub fn new(code: Code, node: NodeKey, about: &[(&'static str, String)]) -> Found {
        Found { code, node: Some(node), about: about.to_vec() }
    }

    /// The finding as a line; numbers without zeros at their end.
    pub fn line(&self) -> String {
        let mut about: Vec<(String, String)> =
            self.about.iter().map(|(k, v)| ((*k).to_string(), v.clone())).collect();
        if let Some(k) = &self.node {
            about.push(("item".into(), k.item.to_string()));
            about.push(("site".into(), k.site.to_string()));
        }
        line(self.code, about)
    }
}

/// Code and parameters as text.
pub fn line(code: &str, mut about: Vec<(String, String)>) -> String {
    about.sort();
    let plain = |v: &String| v.parse::<Decimal>().map_or_else(|_| v.clone(), |d| show(&of(d)));
    let about: Vec<String> = about.iter().map(|(k, v)| format!(" {k}={}", plain(v))).collect();
    format!("F {code}{}", about.concat())
}

/// One finding for each node and code, but for those that name a document, a lot or a day of their own.
pub fn once(found: Vec<Found>) -> Vec<Found> {
    let mut kept: Vec<Found> = Vec::new();
    for f in found {
        let each = ["SUPPLY_OVERDUE", "DEMAND_NO_DATE", "LOT_EXPIRES_UNUSED", "SUBSTITUTE_MANUAL"];
        let known = kept.iter().any(|k| k.code == f.code && k.node == f.node);
        if each.contains(&f.code) || !known {
            kept.push(f);
        }
    }
    kept
}

/// What could not be planned: by node and code the first day, and what is short of it then.
pub fn blocked(w: &World, list: &[(NodeKey, Code, Day, Q)]) -> Vec<Found> {
    let mut first: BTreeMap<(NodeKey, Code), (Day, Q)> = BTreeMap::new();
    for (k, code, day, qty) in list {
        let entry = first.entry((k.clone(), code)).or_insert((*day, zero()));
        if *day < entry.0 {
            *entry = (*day, zero());
        }
        if *day == entry.0 {
            entry.1 += qty;
        }
    }
    first.into_iter().map(|((k, code), (day, qty))| one_blocked(w, k, code, day, &qty)).collect()
}

fn one_blocked(w: &World, k: NodeKey, code: Code, day: Day, qty: &Q) -> Found {
    let mut about = vec![("date", date(day).to_string()), ("qty", show(qty))];
    let row = w.planning(&k.item, &k.site);
    let lot = |d: Option<Decimal>| show(&opt(d).unwrap_or_else(zero));
    match code {
        "LOT_PARAM_CONFLICT" => {
            about.push(("min", lot(row.and_then(|r| r.lot_min))));
            about.push(("max", lot(row.and_then(|r| r.lot_max))));
            about.push(("multiple", lot(row.and_then(|r| r.lot_multiple))));
        }
        "PARAM_MISSING" => about.push(("field", "setup_cost, holding_cost".into())),
        "LIMIT_EXCEEDED" => {
            about.push(("what", "orders for one need".into()));
            about.push(("limit", "10000".into()));
        }
        _ => {}
    }
    Found { code, node: Some(k), about }
}

//! Which nodes there are: what rows stand at, and what those can reach (§1 of the page).

use super::days::Day;
use super::num::{of, zero};
use super::world::{NodeKey, World};
use headstock::bom::Bom;
use headstock::id::Id;
use headstock::inventory::Key;
use headstock::item::SubstituteMode;
use headstock::order::{Firmness, ForecastStatus, SupplyKind};
use headstock::partner::{Source, SourceKind};
use std::collections::BTreeSet;

/// Before every date of a plant.
const EVER: Day = Day::MIN / 2;

/// The nodes, and what leads from one to another.
#[derive(Default)]
pub struct Reach {
    pub nodes: BTreeSet<NodeKey>,
    /// From, to, and whether it is an output.
    pub arcs: BTreeSet<(NodeKey, NodeKey, bool)>,
}

/// Every node that some row or another node can reach. `live`: phantoms that are netted themselves.
pub fn closure(w: &World, first: impl Iterator<Item = NodeKey>, live: &BTreeSet<NodeKey>) -> Reach {
    let mut open: Vec<NodeKey> = first.collect();
    let mut add = |item: &Id, site: &Id, key: &Key| open.push(w.node(item, site, key));
    w.t.demands.iter().for_each(|r| add(&r.item, &r.site, &r.key));
    let active = w.t.forecasts.iter().filter(|r| r.status == ForecastStatus::Active);
    active.for_each(|r| add(&r.item, &r.site, &r.key));
    w.t.supplies.iter().for_each(|r| add(&r.item, &r.site, &r.key));
    w.t.stock.iter().for_each(|r| add(&r.item, &r.site, &r.key));
    let days = turns(w);
    let mut reach = Reach::default();
    while let Some(k) = open.pop() {
        if !w.item(&k.item).planned || !reach.nodes.insert(k.clone()) {
            continue;
        }
        let mut to = Vec::new();
        for name in recipes(w, &k) {
            for day in &days {
                if let Ok(bom) = w.bom(&k.item, &k.site, name.as_ref(), *day) {
                    walk(w, &k, bom, *day, live, &mut to);
                }
            }
        }
        if !w.item(&k.item).phantom {
            others(w, &k, &mut to, &mut open);
        }
        open.extend(to.iter().map(|(node, _)| node.clone()));
        reach.arcs.extend(to.into_iter().map(|(node, output)| (k.clone(), node, output)));
    }
    reach
}

/// New items, substitutes, sending sites; leads of processes and substitutes come at the same level.
fn others(w: &World, k: &NodeKey, to: &mut Vec<(NodeKey, bool)>, open: &mut Vec<NodeKey>) {
    for r in w.t.substitutes.iter().filter(|r| r.item == k.item) {
        let node = w.node(&r.substitute, &k.site, &k.key);
        match r.mode {
            SubstituteMode::Alternative => open.push(node),
            // Without a ratio nothing goes there.
            _ if r.ratio.is_none() => open.push(node),
            _ => to.push((node, false)),
        }
    }
    for s in sources(w, k) {
        if let Some(from) = s.from_site.as_ref().filter(|_| s.kind == SourceKind::Transfer) {
            to.push((NodeKey { site: from.clone(), ..k.clone() }, false));
        }
        if let Some(b) = of_another(w, s)
            && b.outputs.iter().any(|o| o.item == k.item && of(o.numerator) > zero())
        {
            open.push(w.node(&b.product, &k.site, &k.key));
        }
    }
}

/// Days on which what is in force may change.
fn turns(w: &World) -> BTreeSet<Day> {
    let spans = w.t.boms.iter().flat_map(|b| {
        let lines = b.lines.iter().map(|l| (l.valid_from, l.valid_to));
        std::iter::once((b.valid_from, b.valid_to)).chain(lines)
    });
    let mut days: BTreeSet<Day> = [EVER].into();
    for (from, to) in spans {
        days.extend(from.map(|d| d.day_number()));
        days.extend(to.map(|d| d.day_number() + 1));
    }
    days
}

fn sources<'a>(w: &World<'a>, k: &NodeKey) -> impl Iterator<Item = &'a Source> {
    w.t.sources.iter().filter(|s| s.item == k.item && s.site.as_ref().is_none_or(|x| *x == k.site))
}

/// The process of a source that makes the item beside another one.
fn of_another<'a>(w: &World<'a>, s: &Source) -> Option<&'a Bom> {
    let bom = w.t.boms.iter().find(|b| Some(&b.id) == s.bom.as_ref())?;
    (s.kind == SourceKind::Make && bom.product != s.item).then_some(bom)
}

/// The BOMs that orders of a node can use: a named one, or (`None`) those in force.
fn recipes(w: &World, k: &NodeKey) -> BTreeSet<Option<Id>> {
    if w.item(&k.item).phantom {
        return [None].into();
    }
    let makes = |s: &&Source| matches!(s.kind, SourceKind::Make | SourceKind::Subcontract);
    let mut names: BTreeSet<Option<Id>> =
        sources(w, k).filter(makes).filter(|s| of_another(w, s).is_none()).map(|s| s.bom.clone()).collect();
    // A firm order needs no source of its kind.
    let firm = w.t.supplies.iter().any(|r| {
        let kind = match r.kind {
            SupplyKind::Production => SourceKind::Make,
            SupplyKind::Subcontract => SourceKind::Subcontract,
            SupplyKind::Purchase | SupplyKind::Transfer => return false,
        };
        let mine = w.node(&r.item, &r.site, &r.key) == *k && r.firmness == Firmness::Firm;
        mine && r.start.is_some() && r.source.is_none() && w.firm_source(&k.item, &k.site, kind).is_err()
    });
    if firm {
        names.insert(None);
    }
    names
}

/// The components and outputs of a BOM as it is on a day, through phantoms and skipped levels.
fn walk(
    w: &World,
    k: &NodeKey,
    bom: &Bom,
    day: Day,
    live: &BTreeSet<NodeKey>,
    out: &mut Vec<(NodeKey, bool)>,
) {
    let mut boms = vec![bom];
    while let Some(b) = boms.pop() {
        for l in b.lines.iter().filter(|l| super::world::within(l.valid_from, l.valid_to, day)) {
            let to = w.below(&l.component, k);
            let through = l.skip_level || (w.item(&l.component).phantom && !live.contains(&to));
            match w.bom(&l.component, &k.site, None, day) {
                Ok(below) if through => boms.push(below),
                _ => out.push((to, false)),
            }
        }
    }
    if w.p.use_co_products && !w.item(&k.item).phantom {
        out.extend(bom.outputs.iter().map(|o| (w.below(&o.item, k), true)));
    }
}

//! The whole run: openings, levels, groups, messages.

use super::days::{Day, date};
use super::demand::{Asker, Need, Receipt, Start, opening};
use super::found::{self, Found};
use super::levels::Arcs;
use super::net::{Net, Node, Order, Out, Row};
use super::num::{Q, max, show, zero};
use super::pegs::{Pegs, pegs};
use super::reach::closure;
use super::record;
use super::world::{Code, NodeKey, World};
use headstock::id::Id;
use headstock::inventory::Key;
use headstock::planning::{OverdueSupply, PlanPolicy};
use headstock::snapshot::Tables;
use headstock::time::Date;
use std::collections::{BTreeMap, BTreeSet};

/// An action message about a supply or a balance.
#[derive(Debug, Clone)]
pub struct Msg {
    pub kind: &'static str,
    pub node: NodeKey,
    pub document: String,
    pub from: Day,
    pub to: Option<Day>,
    pub quantity: Q,
    pub to_quantity: Option<Q>,
}

#[derive(Default)]
pub struct OraclePlan {
    pub run: Day,
    pub orders: Vec<Order>,
    pub shortages: Vec<(NodeKey, Option<Day>, Q, Code)>,
    pub messages: Vec<Msg>,
    pub records: BTreeMap<NodeKey, BTreeMap<Day, Row>>,
    pub findings: Vec<Found>,
    pub blocked: Vec<(NodeKey, Code, Day, Q)>,
    pub pegs: BTreeMap<NodeKey, Pegs>,
    /// Reservations: demand, stock row or supply, quantity.
    pub hard: Vec<(NodeKey, String, String, Q)>,
    /// The records as lines.
    pub lines: Vec<String>,
}

/// Plans by the page, slowly. `Err`: the structure has a loop.
pub fn plan(t: &Tables, p: &PlanPolicy, run: Date) -> Result<OraclePlan, Code> {
    let mut w = World::new(t, p, run);
    let o = opening(&w);
    let mut plan =
        OraclePlan { shortages: o.shortages, findings: o.findings, run: w.run, ..OraclePlan::default() };
    for (node, s, qty) in o.past_due {
        let reserved: Q = o.hard.iter().filter(|h| h.2 == s.id.as_str()).map(|h| &h.3).sum();
        plan.messages.push(past_due(&w, node, s, qty - reserved));
    }
    let mut starts = o.nodes;
    let mut live = BTreeSet::new();
    let phantom = |k: &NodeKey| w.item(&k.item).phantom;
    if p.use_forecast {
        live.extend(
            t.forecasts
                .iter()
                .filter(|r| r.status == headstock::order::ForecastStatus::Active && !r.quantity.is_zero())
                .map(|r| w.node(&r.item, &r.site, &r.key))
                .filter(phantom),
        );
    }
    // What is reserved is stock, supply and demand all the same.
    let reserved = |d: &&headstock::order::Demand| o.hard.iter().any(|h| h.1 == d.id.as_str());
    live.extend(t.demands.iter().filter(reserved).map(|d| w.node(&d.item, &d.site, &d.key)).filter(phantom));
    for (k, s) in starts.iter_mut().filter(|(k, _)| phantom(k)) {
        if !p.use_phantom_stock {
            (s.stock, s.receipts, s.supplies) = Default::default();
        }
        let stock = s.stock.iter().chain(&s.receipts).any(|r| r.qty != zero());
        if stock || !s.supplies.is_empty() || !s.needs.is_empty() {
            live.insert(k.clone());
        }
    }
    let parents_see = if p.use_phantom_stock { live.clone() } else { BTreeSet::new() };
    let levels = structure(&mut w, starts.keys().cloned(), &parents_see, &mut plan.findings)?;
    let mut below = Below::default();
    for level in levels {
        let mut group = BTreeMap::new();
        for k in level {
            // A phantom without a BOM of its own keeps the needs of its parents, and reports them.
            let asked = below.needs.contains_key(&k) || below.exact.contains_key(&k);
            if w.item(&k.item).phantom && !live.contains(&k) && !asked {
                continue;
            }
            let start = starts.remove(&k).unwrap_or_default();
            group.insert(k.clone(), below.node(k, start));
        }
        if !group.is_empty() {
            net_group(&w, group, &parents_see, &mut plan, &mut below);
        }
    }
    for (_, demand, supply, qty) in o.hard {
        let row = t.demands.iter().find(|d| d.id.as_str() == demand).unwrap();
        if w.item(&row.item).planned {
            plan.hard.push((w.node(&row.item, &row.site, &row.key), demand, supply, qty));
        }
    }
    plan.findings.extend(found::blocked(&w, &plan.blocked));
    plan.findings = found::once(plan.findings);
    Ok(plan)
}

/// Nodes and levels; what is recycled and what cannot share is told, and left out from here on.
fn structure(
    w: &mut World,
    first: impl Iterator<Item = NodeKey>,
    live: &BTreeSet<NodeKey>,
    found: &mut Vec<Found>,
) -> Result<Vec<BTreeSet<NodeKey>>, Code> {
    let reach = closure(w, first, live);
    let nodes: Vec<NodeKey> = reach.nodes.into_iter().collect();
    let number = |k: &NodeKey| nodes.binary_search(k).ok();
    let arcs = reach.arcs.iter().filter_map(|(a, b, output)| Some((number(a)?, number(b)?, *output)));
    let share = |(at, k)| w.shares(k).into_iter().filter_map(move |with| Some((at, number(&with)?)));
    let shares = nodes.iter().enumerate().flat_map(share).collect();
    let mut net = Arcs { places: nodes.len(), arcs: arcs.collect(), shares };
    let mut dropped = drop_recycled(&mut net);
    let apart = net.in_circles();
    net.shares.retain(|(a, _)| !apart.contains(a));
    dropped.extend(drop_recycled(&mut net));
    for at in &apart {
        found.push(Found::new("GROUP_DISSOLVED", nodes[*at].clone(), &[]));
    }
    for (_, to) in &dropped {
        found.push(Found::new("OUTPUT_NOT_COUNTED", nodes[*to].clone(), &[]));
    }
    let levels = net.levels().ok_or("LOOP")?;
    let of = |places: Vec<usize>| places.into_iter().map(|at| nodes[at].clone()).collect();
    let levels = levels.into_iter().map(of).collect();
    w.dropped = dropped.into_iter().map(|(a, b)| (nodes[a].clone(), nodes[b].clone())).collect();
    w.apart = apart.into_iter().map(|at| nodes[at].clone()).collect();
    Ok(levels)
}

/// Takes outputs that are recycled out.
fn drop_recycled(net: &mut Arcs) -> Vec<(usize, usize)> {
    let recycled = net.recycled();
    net.arcs.retain(|arc| !arc.2 || !recycled.contains(&(arc.0, arc.1)));
    recycled
}

/// A supply that should have come before the run date.
fn past_due(w: &World, node: NodeKey, s: &headstock::order::Supply, quantity: Q) -> Msg {
    let from = s.due.day_number();
    let late = w.run - from;
    let rule = &w.p.overdue_supply;
    // Dropped: it counts nowhere.
    let dropped = matches!(rule, OverdueSupply::IgnoredAfter { days } if late > *days as i32);
    let to = if *rule == OverdueSupply::Trusted { from } else { w.run };
    let to = (!dropped).then(|| w.buckets.place(to, w.run));
    Msg { kind: "past_due", node, document: s.id.to_string(), from, to, quantity, to_quantity: None }
}

/// What upper levels ask of lower ones.
#[derive(Default)]
struct Below {
    needs: BTreeMap<NodeKey, Vec<(Day, Need)>>,
    receipts: BTreeMap<NodeKey, Vec<Receipt>>,
    exact: BTreeMap<NodeKey, Vec<(Day, Asker, Q)>>,
}

impl Below {
    fn node<'a>(&mut self, k: NodeKey, mut start: Start<'a>) -> Node<'a> {
        for (day, need) in self.needs.remove(&k).unwrap_or_default() {
            start.needs.entry(day).or_default().push(need);
        }
        start.receipts.extend(self.receipts.remove(&k).unwrap_or_default());
        let exact = self.exact.remove(&k).unwrap_or_default();
        Node { exact, ..Node::new(k, start) }
    }

    fn take(&mut self, out: &mut Out) {
        for (k, day, need) in out.needs.drain(..) {
            self.needs.entry(k).or_default().push((day, need));
        }
        for (k, r) in out.receipts.drain(..) {
            self.receipts.entry(k).or_default().push(r);
        }
        for (k, day, parent, q) in out.exact.drain(..) {
            self.exact.entry(k).or_default().push((day, parent, q));
        }
    }
}

fn net_group<'a>(
    w: &World<'a>,
    mut group: BTreeMap<NodeKey, Node<'a>>,
    live: &BTreeSet<NodeKey>,
    plan: &mut OraclePlan,
    below: &mut Below,
) {
    loop {
        let mut net = Net::new(w, group.clone(), live);
        net.run();
        let mut messages = Vec::new();
        let mut again = None;
        for n in net.group.values() {
            if let Some(cancelled) = about_supplies(w, n, &mut messages) {
                again = Some((n.key.clone(), cancelled));
                break;
            }
        }
        if let Some((k, (document, cancel))) = again {
            plan.messages.push(cancel);
            group.get_mut(&k).unwrap().supplies.retain(|s| s.row.id.as_str() != document);
            continue;
        }
        plan.messages.extend(messages);
        net.firm();
        below.take(&mut net.out);
        plan.shortages.append(&mut net.out.shortages);
        plan.findings.append(&mut net.out.findings);
        plan.blocked.append(&mut net.out.blocked);
        for (k, n) in net.group {
            plan.messages.extend(below_safety(w, &n));
            plan.pegs.insert(k.clone(), pegs(w, &n));
            let opening = record::opening(&n);
            if opening < zero() {
                let about = [("qty", show(&opening))];
                plan.findings.push(Found::new("STOCK_NEGATIVE_PLANNED", k.clone(), &about));
            }
            let name = node_text(&k.item, &k.site, &k.key);
            plan.lines.extend(record::text(&name, record::lines(w, &n).into_iter()));
            plan.orders.extend(n.orders);
            plan.records.insert(k, n.rows);
        }
        return;
    }
}

/// Messages about the supplies of a node; answers the one to be cancelled because it cannot be put off so far.
fn about_supplies(w: &World, n: &Node, out: &mut Vec<Msg>) -> Option<(String, Msg)> {
    let policy = &w.p.reschedule;
    let tolerance = policy.tolerance_days as i32;
    let fence = w.fence_end(&n.key.item, &n.key.site);
    let mut balance: BTreeMap<Day, Q> = n.rows.iter().map(|(d, r)| (*d, r.balance.0.clone())).collect();
    let mut supplies: Vec<_> = n.supplies.iter().collect();
    supplies.sort_by_key(|s| std::cmp::Reverse((s.day, s.row.id.clone())));
    for s in supplies {
        let message = |kind, to: Option<Day>, to_quantity: Option<Q>| Msg {
            kind,
            node: n.key.clone(),
            document: s.row.id.to_string(),
            from: s.row.due.day_number(),
            to,
            quantity: s.was.clone(),
            to_quantity,
        };
        if s.increased {
            out.push(message("increase", None, Some(s.qty.clone())));
        }
        if s.row.fixed || s.hard {
            continue;
        }
        if s.from - s.day.max(w.run) > tolerance && s.day < s.from {
            out.push(message("expedite", Some(s.day.max(w.run)), None));
            continue;
        }
        if s.day < s.from && s.day < w.run {
            continue;
        }
        let inside = fence.is_some_and(|f| s.from < f);
        let target = |d: Day| w.safety(&n.key.item, &n.key.site, d);
        let day = s.day;
        let needed = balance.range(day..).find(|(d, b)| *b - &s.qty < target(**d)).map(|(d, _)| *d);
        match needed {
            // Near enough: it stays, but may be too much.
            Some(e) if e - day <= tolerance => {
                let Some(qty) = too_much(w, n, s, e, &mut balance, !inside) else { continue };
                out.push(message(if inside { "inside_fence" } else { "decrease" }, None, Some(qty)));
            }
            Some(e) if inside && policy.max_defer_days.is_none_or(|m| e - day <= m as i32) => {
                out.push(message("inside_fence", Some(e), None));
            }
            _ if inside => out.push(message("inside_fence", None, Some(zero()))),
            Some(e) if policy.max_defer_days.is_none_or(|m| e - day <= m as i32) => {
                balance.range_mut(day..e).for_each(|(_, b)| *b -= &s.qty);
                out.push(message("defer", Some(e), None));
                if let Some(q) = too_much(w, n, s, e, &mut balance, true) {
                    out.push(message("decrease", None, Some(q)));
                }
            }
            Some(_) => return Some((s.row.id.to_string(), message("cancel", None, Some(zero())))),
            None => {
                balance.range_mut(day..).for_each(|(_, b)| *b -= &s.qty);
                out.push(message("cancel", None, Some(zero())));
            }
        }
    }
    None
}

/// The quantity to which a supply that is needed on `e` can be lowered, where not all of it is needed.
fn too_much(
    w: &World,
    n: &Node,
    s: &super::demand::Sup,
    e: Day,
    balance: &mut BTreeMap<Day, Q>,
    apply: bool,
) -> Option<Q> {
    let target = |d: Day| w.safety(&n.key.item, &n.key.site, d);
    let least = balance.range(e..).map(|(d, b)| b - target(*d)).min()?;
    if least <= zero() || !w.p.reschedule.change_quantity || s.increased {
        return None;
    }
    let (low, _, multiple) = modifiers(w, n, s.row.source.as_ref());
    let mut qty = max(&s.qty - least, low.unwrap_or_else(zero));
    if let Some(m) = multiple {
        qty = (qty / &m).ceil() * m;
    }
    if qty >= s.qty {
        return None;
    }
    if apply {
        balance.range_mut(e..).for_each(|(_, b)| *b -= &s.qty - &qty);
    }
    Some(qty)
}

fn modifiers(w: &World, n: &Node, source: Option<&Id>) -> (Option<Q>, Option<Q>, Option<Q>) {
    let s = source.and_then(|id| w.t.sources.iter().find(|x| x.id == *id));
    let p = w.planning(&n.key.item, &n.key.site);
    let pick = |a: Option<rust_decimal::Decimal>, b: Option<rust_decimal::Decimal>| super::num::opt(a.or(b));
    (
        pick(s.and_then(|s| s.lot_min), p.and_then(|p| p.lot_min)),
        pick(s.and_then(|s| s.lot_max), p.and_then(|p| p.lot_max)),
        pick(s.and_then(|s| s.lot_multiple), p.and_then(|p| p.lot_multiple)),
    )
}

fn below_safety(w: &World, n: &Node) -> Option<Msg> {
    let gap = |d: Day, r: &Row| w.safety(&n.key.item, &n.key.site, d) - &r.balance.0;
    let low: Vec<(Day, Q)> =
        n.rows.iter().filter(|(d, _)| **d >= w.run).map(|(d, r)| (*d, gap(*d, r))).collect();
    let low: Vec<(Day, Q)> = low.into_iter().filter(|(_, g)| *g > zero()).collect();
    let (first, _) = low.first()?.clone();
    let quantity = low.into_iter().map(|(_, g)| g).max()?;
    let node = n.key.clone();
    Some(Msg {
        kind: "below_safety",
        node,
        document: String::new(),
        from: first,
        to: None,
        quantity,
        to_quantity: None,
    })
}

// ---- canonical text ----

/// A node as one word.
pub fn node_text(item: &Id, site: &Id, key: &Key) -> String {
    let part = |p: &Option<Id>| p.as_ref().map(|i| i.to_string()).unwrap_or_default();
    let key =
        format!("{}|{}|{}|{}", part(&key.attributes), part(&key.owner), part(&key.project), part(&key.grade));
    format!("{item}@{site}[{key}]")
}

pub fn day_text(day: Option<Day>) -> String {
    day.map_or_else(|| "-".into(), |d| date(d).to_string())
}

impl OraclePlan {
    /// Sorted lines, the same as those of the engine's outcome.
    pub fn canonical(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let node = |k: &NodeKey| node_text(&k.item, &k.site, &k.key);
        for o in &self.orders {
            lines.push(format!(
                "O {} {} {} q={} good={} avail={} due={} dock={} start={} feasible={} arrives={} late={}",
                node(&o.node),
                o.source,
                o.bom.clone().unwrap_or_else(|| "-".into()),
                show(&o.q),
                show(&o.good),
                date(o.available),
                date(o.due),
                day_text(o.dock),
                date(o.start),
                date(o.feasible),
                date(o.arrives),
                (self.run - o.start).max(0),
            ));
        }
        let mut short: BTreeMap<(String, Option<Day>, Code), Q> = BTreeMap::new();
        for (k, day, q, code) in &self.shortages {
            *short.entry((node(k), *day, code)).or_insert_with(zero) += q;
        }
        for ((k, day, code), q) in short {
            lines.push(format!("S {k} {} {} {code}", day_text(day), show(&q)));
        }
        for m in &self.messages {
            lines.push(format!(
                "M {} {} {} from={} to={} q={} to_q={}",
                m.kind,
                node(&m.node),
                m.document,
                date(m.from),
                day_text(m.to),
                show(&m.quantity),
                m.to_quantity.as_ref().map_or_else(|| "-".into(), show),
            ));
        }
        lines.extend(self.lines.iter().cloned());
        lines.extend(self.findings.iter().map(Found::line));
        let mut hard: BTreeMap<(String, &str, &str), Q> = BTreeMap::new();
        for (k, demand, supply, qty) in &self.hard {
            *hard.entry((node(k), supply, demand)).or_insert_with(zero) += qty;
        }
        for ((k, supply, demand), qty) in hard {
            lines.push(format!("P {k} hard {supply} > demand {demand} {}", show(&qty)));
        }
        for (k, pegs) in &self.pegs {
            for ((supply, need), q) in pegs {
                lines.push(format!("P {} {supply} > {need} {}", node(k), show(q)));
            }
        }
        lines.sort();
        lines
    }
}

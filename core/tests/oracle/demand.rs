//! What a node starts with: stock, supplies, demands, forecast, reservations (§2 and §3 of the page).

use super::days::{Day, date};
use super::found::Found;
use super::num::{Q, grain, int, min, of, opt, pos, split, zero};
use super::world::{NodeKey, World};
use headstock::id::Id;
use headstock::inventory::StockStatus;
use headstock::item::LotRule;
use headstock::order::{Demand, DemandKind, DemandStatus, Firmness, Forecast, ForecastStatus, Supply};
use headstock::planning::{Consumption, OverdueSupply};
use std::collections::BTreeMap;

/// Where a need comes from; the order is that of service within one day and priority.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    Demand(DemandKind),
    Forecast,
    Dependent,
    /// Another node of the group took it.
    Taken,
}

/// The order that needs something. Needs of one day come by its node, then in the order of that node's orders.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asker {
    pub node: NodeKey,
    pub available: Day,
    /// The day on which it was planned, or on which a firm one comes.
    pub made: Day,
    /// Firm orders, then what went to a new item, then planned orders.
    pub kind: u8,
    /// Firm orders of one day: by the day on which they counted at first, due date and id.
    pub firm: (Day, Day, String),
    /// Planned orders of one day: as they were planned.
    pub number: usize,
    /// How pegs name it.
    pub label: String,
}

impl Asker {
    pub fn new(node: &NodeKey, available: Day, made: Day, kind: u8, label: String) -> Asker {
        Asker { node: node.clone(), available, made, kind, firm: (0, 0, String::new()), number: 0, label }
    }

    /// A planned order, by what its id says of it.
    pub fn planned(node: &NodeKey, available: Day, made: Day, number: usize) -> Asker {
        let NodeKey { item, site, key } = node;
        let parts = [&key.attributes, &key.owner, &key.project, &key.grade];
        let parts: String = parts.into_iter().flatten().map(|p| format!("/{p}")).collect();
        let label = format!("{item}@{site}{parts}#{}", date(available));
        Asker { number, ..Asker::new(node, available, made, 2, label) }
    }
}

#[derive(Debug, Clone)]
pub struct Need {
    pub priority: u64,
    pub origin: Origin,
    /// Demand or forecast id, or the id of the parent order's node and date.
    pub id: String,
    pub qty: Q,
    pub life: i32,
    /// Item of the order that needs it.
    pub parent: Option<Id>,
    pub asker: Option<Asker>,
}

impl Need {
    /// What an order needs.
    pub fn of_order(asker: &Asker, qty: Q) -> Need {
        Need {
            priority: u64::MAX,
            origin: Origin::Dependent,
            id: String::new(),
            qty,
            life: 0,
            parent: Some(asker.node.item.clone()),
            asker: Some(asker.clone()),
        }
    }

    /// What another node takes.
    pub fn taken(by: &NodeKey, qty: Q) -> Need {
        let id = by.item.to_string();
        Need { priority: u64::MAX, origin: Origin::Taken, id, qty, life: 0, parent: None, asker: None }
    }

    /// The order of service within one day.
    pub fn turn(&self) -> (u64, Origin, Option<Asker>, String) {
        let id = if self.origin == Origin::Taken { String::new() } else { self.id.clone() };
        (self.priority, self.origin.clone(), self.asker.clone(), id)
    }
}

#[derive(Debug, Clone)]
pub struct Lot {
    pub id: String,
    pub until: Day,
    pub qty: Q,
}

#[derive(Debug, Clone)]
pub struct Receipt {
    pub day: Day,
    pub id: String,
    pub qty: Q,
    pub until: Option<Day>,
    /// Output of another order, not stock.
    pub output: bool,
}

#[derive(Debug, Clone)]
pub struct Sup<'a> {
    pub row: &'a Supply,
    /// Remaining good quantity with and without what is hard-pegged.
    pub total: Q,
    pub qty: Q,
    /// The quantity before it was increased.
    pub was: Q,
    pub hard: bool,
    /// Where it counts before and after moves.
    pub from: Day,
    pub day: Day,
    pub increased: bool,
}

/// What stands at one node before netting.
#[derive(Debug, Clone, Default)]
pub struct Start<'a> {
    pub stock: Vec<Receipt>,
    pub receipts: Vec<Receipt>,
    pub supplies: Vec<Sup<'a>>,
    pub needs: BTreeMap<Day, Vec<Need>>,
}

#[derive(Default)]
pub struct Opening<'a> {
    pub nodes: BTreeMap<NodeKey, Start<'a>>,
    pub shortages: Vec<(NodeKey, Option<Day>, Q, &'static str)>,
    pub findings: Vec<Found>,
    pub past_due: Vec<(NodeKey, &'a Supply, Q)>,
    /// Hard pegs: (reservation, demand, stock row or supply, quantity).
    pub hard: Vec<(String, String, String, Q)>,
}

pub fn opening<'a>(w: &World<'a>) -> Opening<'a> {
    let mut o = Opening::default();
    let (mut left_demand, mut left_stock, mut left_supply) =
        (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for d in w.t.demands.iter().filter(|d| counts(w, d)) {
        left_demand.insert(d.id.clone(), pos(of(d.quantity) - opt(d.fulfilled).unwrap_or_else(zero)));
    }
    for s in w.t.stock.iter().filter(|s| s.usable_until.is_none_or(|u| u.day_number() >= w.run)) {
        let planned =
            s.location.as_ref().is_none_or(|l| w.t.locations.iter().any(|x| x.id == *l && x.in_planning));
        if planned && matches!(s.status, StockStatus::Available | StockStatus::Inspection) {
            left_stock.insert(s.id.clone(), of(s.quantity));
        }
    }
    for s in w.t.supplies.iter().filter(|s| kept(w, s)) {
        let gone = opt(s.accepted).unwrap_or_else(zero) + opt(s.rejected).unwrap_or_else(zero);
        let left = pos(of(s.quantity) - gone);
        if left > zero() {
            left_supply.insert(s.id.clone(), (left.clone(), left));
        }
    }
    overdue(w, &mut left_supply, &mut o);
    reserve(w, &mut left_demand, &mut left_stock, &mut left_supply, &mut o);
    stock(w, &left_stock, &mut o);
    supplies(w, &left_supply, &mut o);
    demands(w, &left_demand, &mut o);
    if w.p.use_forecast {
        forecasts(w, &mut o);
    }
    planning_nodes(w, &mut o);
    beyond(w, &mut o);
    o.nodes.retain(|k, _| w.item(&k.item).planned);
    o
}

fn counts(w: &World, d: &Demand) -> bool {
    matches!(d.status, DemandStatus::Open | DemandStatus::Quote) && !w.p.without_demand.contains(&d.kind)
}

fn kept(w: &World, s: &Supply) -> bool {
    (s.approved || w.p.use_unapproved) && s.firmness != Firmness::Planned && w.p.use_open_supply
}

fn overdue<'a>(w: &World<'a>, left: &mut BTreeMap<Id, (Q, Q)>, o: &mut Opening<'a>) {
    for s in &w.t.supplies {
        let late = w.run - s.due.day_number();
        let Some((qty, _)) = left.get(&s.id).cloned() else { continue };
        if late <= 0 || !w.item(&s.item).planned {
            continue;
        }
        let about = [("doc", s.id.to_string()), ("days", late.to_string())];
        o.findings.push(Found::new("SUPPLY_OVERDUE", w.node(&s.item, &s.site, &s.key), &about));
        o.past_due.push((w.node(&s.item, &s.site, &s.key), s, qty));
        if let OverdueSupply::IgnoredAfter { days } = w.p.overdue_supply
            && late > days as i32
        {
            left.remove(&s.id);
        }
    }
}

fn reserve(
    w: &World,
    demand: &mut BTreeMap<Id, Q>,
    stock: &mut BTreeMap<Id, Q>,
    supply: &mut BTreeMap<Id, (Q, Q)>,
    o: &mut Opening,
) {
    let mut rows: Vec<_> = w.t.reservations.iter().collect();
    rows.sort_by_key(|r| r.id.clone());
    for r in rows {
        let have = match (&r.stock, &r.supply) {
            (Some(s), _) => stock.get(s).cloned().unwrap_or_else(zero),
            (_, Some(s)) => supply.get(s).map_or_else(zero, |x| x.1.clone()),
            _ => zero(),
        };
        let need = demand.get(&r.demand).cloned().unwrap_or_else(zero);
        let qty = min(of(r.quantity), min(pos(have), need));
        if qty <= zero() {
            continue;
        }
        *demand.get_mut(&r.demand).unwrap() -= &qty;
        let id = match (&r.stock, &r.supply) {
            (Some(s), _) => {
                *stock.get_mut(s).unwrap() -= &qty;
                s
            }
            (_, Some(s)) => {
                supply.get_mut(s).unwrap().1 -= &qty;
                s
            }
            _ => continue,
        };
        o.hard.push((r.id.to_string(), r.demand.to_string(), id.to_string(), qty));
    }
}

fn stock<'a>(w: &World<'a>, left: &BTreeMap<Id, Q>, o: &mut Opening<'a>) {
    for s in &w.t.stock {
        let Some(qty) = left.get(&s.id).cloned().filter(|q| *q != zero()) else { continue };
        let until = s.usable_until.map(|d| d.day_number());
        let node = o.nodes.entry(w.node(&s.item, &s.site, &s.key)).or_default();
        let id = s.id.to_string();
        if s.status == StockStatus::Available {
            node.stock.push(Receipt { day: w.run, id, qty, until, output: false });
            continue;
        }
        let day = s.available_on.map_or(w.run, |d| d.day_number().max(w.run));
        if until.is_none_or(|u| u >= day) {
            node.receipts.push(Receipt { day: w.buckets.place(day, w.run), id, qty, until, output: false });
        }
    }
}

fn supplies<'a>(w: &World<'a>, left: &BTreeMap<Id, (Q, Q)>, o: &mut Opening<'a>) {
    for s in &w.t.supplies {
        let Some((total, qty)) = left.get(&s.id).cloned() else { continue };
        let mut day = s.due.day_number();
        if day < w.run && w.p.overdue_supply != OverdueSupply::Trusted {
            day = w.run;
        }
        let day = w.buckets.place(day, w.run);
        let hard = total != qty;
        let node = o.nodes.entry(w.node(&s.item, &s.site, &s.key)).or_default();
        node.supplies.push(Sup {
            row: s,
            total,
            was: qty.clone(),
            qty,
            hard,
            from: day,
            day,
            increased: false,
        });
    }
}

fn demands<'a>(w: &World<'a>, left: &BTreeMap<Id, Q>, o: &mut Opening<'a>) {
    for d in &w.t.demands {
        let Some(qty) =
            left.get(&d.id).cloned().filter(|q| *q > zero() || d.date.is_none() || !w.item(&d.item).planned)
        else {
            continue;
        };
        if of(d.quantity) <= opt(d.fulfilled).unwrap_or_else(zero) {
            continue;
        }
        let node = w.node(&d.item, &d.site, &d.key);
        let Some(day) = d.date.map(|d| d.day_number()) else {
            o.findings.push(Found::new("DEMAND_NO_DATE", node.clone(), &[("line", d.id.to_string())]));
            // Of an item that is not planned nothing is pegged either.
            let planned = w.item(&d.item).planned;
            let all = of(d.quantity) - opt(d.fulfilled).unwrap_or_else(zero);
            let short = if planned { qty } else { all };
            if short > zero() {
                o.shortages.push((node, None, short, "DEMAND_NO_DATE"));
            }
            continue;
        };
        if w.p.horizon.is_some_and(|h| day > h.day_number()) {
            continue;
        }
        if w.p.overdue_demand_days.is_some_and(|n| day < w.run - n as i32) {
            continue;
        }
        if !w.item(&d.item).planned {
            o.findings.push(Found::new("ITEM_NOT_PLANNED", node.clone(), &[]));
            let all = of(d.quantity) - opt(d.fulfilled).unwrap_or_else(zero);
            o.shortages.push((node, Some(w.buckets.place(day, w.run)), all, "ITEM_NOT_PLANNED"));
            continue;
        }
        let need = Need {
            priority: u64::from(d.priority),
            origin: Origin::Demand(d.kind),
            id: d.id.to_string(),
            qty,
            life: d.minimum_life_days as i32,
            parent: None,
            asker: None,
        };
        let day = w.buckets.place(day, w.run);
        o.nodes.entry(node).or_default().needs.entry(day).or_default().push(need);
    }
}

/// How many open demands lie beyond the horizon.
fn beyond(w: &World, o: &mut Opening) {
    let Some(horizon) = w.p.horizon else { return };
    let open = |d: &&Demand| counts(w, d) && of(d.quantity) > opt(d.fulfilled).unwrap_or_else(zero);
    let n = w.t.demands.iter().filter(open).filter(|d| d.date.is_some_and(|day| day > horizon)).count();
    if n > 0 {
        o.findings.push(Found { code: "HORIZON_EXCEEDED", node: None, about: vec![("n", n.to_string())] });
    }
}

fn planning_nodes<'a>(w: &World<'a>, o: &mut Opening<'a>) {
    for row in &w.t.planning {
        let reorders = matches!(
            row.lot,
            LotRule::OrderUpTo { .. } | LotRule::ReorderPoint { .. } | LotRule::MinMax { .. }
        );
        let safety = row.safety_stock.is_some() || !row.safety_steps.is_empty();
        if let Some(site) = row.site.as_ref().filter(|_| reorders || safety) {
            o.nodes.entry(w.node(&row.item, site, &headstock::inventory::Key::default())).or_default();
        }
    }
}

/// §3, node by node.
fn forecasts<'a>(w: &World<'a>, o: &mut Opening<'a>) {
    let mut by_node: BTreeMap<NodeKey, Vec<&Forecast>> = BTreeMap::new();
    for f in w.t.forecasts.iter().filter(|f| f.status == ForecastStatus::Active) {
        by_node.entry(w.node(&f.item, &f.site, &f.key)).or_default().push(f);
    }
    for (node, mut rows) in by_node {
        rows.sort_by_key(|f| (f.from, f.id.clone()));
        let mut rest: Vec<Q> = rows.iter().map(|f| of(f.quantity)).collect();
        consume(w, &node, &rows, &mut rest);
        let fence = w.planning(&node.item, &node.site).map_or(0, |r| r.demand_fence_days) as i32;
        for (f, rest) in rows.iter().zip(rest) {
            for (day, qty) in spread(w, f, &rest, w.scale(&node.item)) {
                let beyond = w.p.horizon.is_some_and(|h| day > h.day_number());
                if qty <= zero() || day < w.run + fence || beyond {
                    continue;
                }
                let id = f.id.to_string();
                let (priority, origin) = (u64::MAX - 1, Origin::Forecast);
                let need = Need { priority, origin, id, qty, life: 0, parent: None, asker: None };
                let day = w.buckets.place(day, w.run);
                o.nodes.entry(node.clone()).or_default().needs.entry(day).or_default().push(need);
            }
        }
    }
}

fn consume(w: &World, node: &NodeKey, rows: &[&Forecast], rest: &mut [Q]) {
    let mut orders: Vec<(Day, &Id, Q)> = Vec::new();
    for d in &w.t.demands {
        let Some(date) = d.date else { continue };
        if d.kind != DemandKind::Sales || d.abnormal || w.node(&d.item, &d.site, &d.key) != *node {
            continue;
        }
        let booked = match d.status {
            DemandStatus::Open | DemandStatus::Quote => of(d.quantity),
            DemandStatus::Closed => opt(d.fulfilled).unwrap_or_else(zero),
            DemandStatus::Inquiry => continue,
        };
        orders.push((date.day_number(), &d.id, booked));
    }
    orders.sort();
    let span = |f: &Forecast| (f.from.day_number(), f.to.day_number());
    for (day, _, mut left) in orders {
        let mut own: Vec<usize> =
            (0..rows.len()).filter(|&i| span(rows[i]).0 <= day && day <= span(rows[i]).1).collect();
        let reach_back = day - w.p.forecast.backward_days as i32;
        let reach_on = day + w.p.forecast.forward_days as i32;
        let mut before: Vec<usize> =
            (0..rows.len()).filter(|&i| span(rows[i]).1 < day && span(rows[i]).1 >= reach_back).collect();
        before.sort_by_key(|&i| (-span(rows[i]).1, span(rows[i]).0, rows[i].id.clone()));
        let mut after: Vec<usize> =
            (0..rows.len()).filter(|&i| span(rows[i]).0 > day && span(rows[i]).0 <= reach_on).collect();
        after.sort_by_key(|&i| (span(rows[i]).0, rows[i].id.clone()));
        match w.p.forecast.direction {
            Consumption::BackwardForward => own.extend(before.into_iter().chain(after)),
            Consumption::ForwardBackward => own.extend(after.into_iter().chain(before)),
            Consumption::Backward => own.extend(before),
            Consumption::Forward => own.extend(after),
        }
        for i in own {
            let take = min(left.clone(), rest[i].clone());
            left -= &take;
            rest[i] -= &take;
        }
    }
}

fn spread(w: &World, f: &Forecast, rest: &Q, scale: u32) -> Vec<(Day, Q)> {
    let (from, to) = (f.from.day_number(), f.to.day_number());
    if to < w.run {
        return Vec::new();
    }
    let Some(n) = f.spread_days else { return vec![(from.max(w.run), rest.clone())] };
    debug_assert!(grain(scale) > zero());
    let weights = vec![int(1); (to - from + 1) as usize];
    let shares = split(rest, &weights, scale);
    let first = from.max(w.run);
    let mut needs: Vec<(Day, Q)> = Vec::new();
    for day in first..=to {
        let start = first + (day - first) / n as i32 * n as i32;
        let share = shares[(day - from) as usize].clone();
        match needs.last_mut() {
            Some((d, q)) if *d == start => *q += share,
            _ => needs.push((start, share)),
        }
    }
    needs
}

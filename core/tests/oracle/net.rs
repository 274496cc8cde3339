//! Netting: groups of nodes, day by day (§5 to §8 of the page).

use super::days::{Day, date};
use super::demand::{Asker, Lot, Need, Receipt, Start, Sup};
use super::found::Found;
use super::num::{Q, grain, max, min, of, opt, pos, round_to, show, zero};
use super::world::{Code, NodeKey, World};
use headstock::id::Id;
use headstock::item::{LotRule, Planning, SafetyPriority, Trigger};
use headstock::order::{Firmness, SupplyKind};
use headstock::partner::Source;
use headstock::planning::{RequirementRounding, Reschedule};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Default)]
pub struct Row {
    pub gross: Q0,
    pub receipts: Q0,
    pub before: Q0,
    pub net: Q0,
    pub planned: Q0,
    pub short: Q0,
    pub balance: Q0,
}

/// A quantity that starts at zero.
#[derive(Debug, Clone, PartialEq)]
pub struct Q0(pub Q);

impl Default for Q0 {
    fn default() -> Q0 {
        Q0(zero())
    }
}

#[derive(Debug, Clone)]
pub struct Order {
    pub node: NodeKey,
    pub source: String,
    pub bom: Option<String>,
    pub q: Q,
    pub good: Q,
    /// The day it is available (inside the fence later than that in whose balance it counts).
    pub available: Day,
    pub due: Day,
    pub dock: Option<Day>,
    pub start: Day,
    pub feasible: Day,
    /// The day it can be available if it starts when it still can.
    pub arrives: Day,
}

/// A need as it was netted, with what it drew from lots.
#[derive(Debug, Clone)]
pub struct Served {
    pub day: Day,
    pub need: Need,
    pub draws: Vec<(String, Q)>,
}

/// What covers a short; the order is that of pegging within one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Got {
    Increase,
    Output,
    /// The day's need went to a new item before anything was netted.
    Replaced,
    Substitute,
    /// A phantom's need that its components serve.
    Pass,
    Planned,
    Short,
}

#[derive(Debug, Clone)]
pub struct Node<'a> {
    pub key: NodeKey,
    pub plain: Q,
    pub lots: Vec<Lot>,
    pub receipts: Vec<Receipt>,
    pub supplies: Vec<Sup<'a>>,
    pub needs: BTreeMap<Day, Vec<Need>>,
    /// Exact requirements that are rounded together (`item_bucket`).
    pub exact: Vec<(Day, Asker, Q)>,
    /// What counts from one day and comes on another: behind the fence, or before a set-up cost rises.
    pub late: Vec<(Day, Day, Q)>,
    /// Refills that are not yet due.
    pub pending: BTreeMap<Day, Q>,
    pub rows: BTreeMap<Day, Row>,
    pub orders: Vec<Order>,
    pub done: Day,
    /// The last day on which another node took from this one.
    pub touched: Option<Day>,
    /// Needs and covers as they were netted, for the pegs.
    pub served: Vec<Served>,
    pub got: Vec<(Day, Got, Q)>,
    /// Lots that served what was owed when they came.
    pub settled: Vec<(Day, Q)>,
    /// Stock at the start: what has no end, and lots.
    pub opening: (Q, Vec<Lot>),
    /// Stock after the flows of the day, before anything is planned on it.
    pub snap: (Q, Vec<Lot>),
    /// Stock before the needs of the day.
    pub pre_needs: (Q, Vec<Lot>),
    pub given: BTreeMap<String, Q>,
    pub periods: usize,
    pub eoq: Option<Q>,
    /// Economic quantity and need per period of the first order, for period order quantities.
    pub poq: Option<(Q, Q)>,
    /// Period of the last need that an order with dated set-up costs is for.
    pub covered: Option<i64>,
    pub switched: bool,
    /// The last day on which single needs were ordered for.
    pub singly: Option<Day>,
    pub taken_by_parent: BTreeMap<Id, Q>,
}

impl<'a> Node<'a> {
    pub fn new(key: NodeKey, start: Start<'a>) -> Node<'a> {
        let mut node = Node {
            key,
            plain: zero(),
            lots: Vec::new(),
            receipts: start.receipts,
            supplies: start.supplies,
            needs: start.needs,
            exact: Vec::new(),
            late: Vec::new(),
            pending: BTreeMap::new(),
            rows: BTreeMap::new(),
            orders: Vec::new(),
            done: Day::MIN,
            touched: None,
            served: Vec::new(),
            got: Vec::new(),
            settled: Vec::new(),
            opening: (zero(), Vec::new()),
            snap: (zero(), Vec::new()),
            pre_needs: (zero(), Vec::new()),
            given: BTreeMap::new(),
            periods: 0,
            eoq: None,
            poq: None,
            covered: None,
            switched: false,
            singly: None,
            taken_by_parent: BTreeMap::new(),
        };
        for s in start.stock {
            match s.until {
                Some(until) if s.qty > zero() => node.lots.push(Lot { id: s.id, until, qty: s.qty }),
                _ => node.plain += s.qty,
            }
        }
        node.settle();
        node.opening = (node.plain.clone(), node.lots.clone());
        node
    }

    pub fn balance(&self) -> Q {
        &self.plain + self.lots.iter().map(|l| &l.qty).sum::<Q>()
    }

    /// What is short of nothing eats lots, first expired first. Answers how much.
    pub fn settle(&mut self) -> Q {
        self.lots.sort_by_key(|l| (l.until, l.id.clone()));
        let mut eaten = zero();
        for l in &mut self.lots {
            let take = min(pos(-self.plain.clone()), l.qty.clone());
            l.qty -= &take;
            eaten += &take;
            self.plain += take;
        }
        eaten
    }

    /// Stock and supplies of a day enter, what is still owed comes from lots, outputs enter. Answers the sum.
    pub fn receive(&mut self, day: Day) -> Q {
        let mut received: Q = self.supplies.iter().filter(|s| s.day == day).map(|s| &s.qty).sum();
        self.plain += &received;
        let here: Vec<Receipt> = self.receipts.iter().filter(|r| r.day == day).cloned().collect();
        for r in here.iter().filter(|r| !r.output) {
            received += &r.qty;
            match r.until {
                Some(until) => self.lots.push(Lot { id: r.id.clone(), until, qty: r.qty.clone() }),
                None => self.plain += &r.qty,
            }
        }
        let eaten = self.settle();
        self.settled.push((day, eaten));
        let outputs: Q = here.iter().filter(|r| r.output).map(|r| &r.qty).sum();
        self.plain += &outputs;
        received + outputs
    }

    /// Takes a need: lots that are still usable first, the rest from what has no end.
    /// Answers what was drawn from lots.
    pub fn consume(&mut self, day: Day, qty: &Q, life: i32) -> Vec<(String, Q)> {
        let mut rest = qty.clone();
        let mut draws = Vec::new();
        for l in &mut self.lots {
            if l.until - life >= day && l.until >= day {
                let take = min(rest.clone(), l.qty.clone());
                l.qty -= &take;
                rest -= &take;
                if take > zero() {
                    draws.push((l.id.clone(), take));
                }
            }
        }
        self.plain -= rest;
        draws
    }

    /// What is demand of a short: below zero, or what lots could not serve.
    pub fn owed(&self) -> Q {
        pos(max(-self.balance(), -self.plain.clone()))
    }

    /// What counts on a day but is not there yet: the fence makes it late.
    pub fn late(&self, day: Day) -> Q {
        self.late.iter().filter(|l| l.0 <= day && day < l.1).map(|l| &l.2).sum()
    }

    pub fn pending(&self) -> Q {
        self.pending.values().sum()
    }

    pub fn row(&mut self, day: Day) -> &mut Row {
        self.rows.entry(day).or_default()
    }
}

/// What leaves a group towards lower levels, and what is reported.
#[derive(Default)]
pub struct Out {
    pub needs: Vec<(NodeKey, Day, Need)>,
    pub exact: Vec<(NodeKey, Day, Asker, Q)>,
    pub receipts: Vec<(NodeKey, Receipt)>,
    pub shortages: Vec<(NodeKey, Option<Day>, Q, Code)>,
    pub findings: Vec<Found>,
    /// What could not be planned: node, why, when, and how much of it is short.
    pub blocked: Vec<(NodeKey, Code, Day, Q)>,
}

pub struct Net<'a, 'w> {
    pub w: &'w World<'a>,
    pub group: BTreeMap<NodeKey, Node<'a>>,
    /// Live phantom nodes of the whole plan.
    pub live: &'w BTreeSet<NodeKey>,
    pub out: Out,
    /// In a trial run: the node whose further shorts are covered lot-for-lot, and its net series.
    pub trial: Option<(NodeKey, Vec<(Day, Q)>)>,
}

impl<'a, 'w> Net<'a, 'w> {
    pub fn new(
        w: &'w World<'a>,
        group: BTreeMap<NodeKey, Node<'a>>,
        live: &'w BTreeSet<NodeKey>,
    ) -> Net<'a, 'w> {
        let mut net = Net { w, group, live, out: Out::default(), trial: None };
        net.round_exact();
        net
    }

    pub fn round_exact(&mut self) {
        let RequirementRounding::ItemBucket { mode } = self.w.p.rounding else { return };
        for n in self.group.values_mut() {
            let scale = self.w.scale(&n.key.item);
            let (mut today, mut sum, mut given) = (Day::MIN, zero(), zero());
            let mut exact = std::mem::take(&mut n.exact);
            exact.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
            let mut orders: Vec<(Day, Asker, Q)> = Vec::new();
            for (day, asker, q) in exact {
                match orders.last_mut() {
                    Some(last) if (last.0, &last.1) == (day, &asker) => last.2 += q,
                    _ => orders.push((day, asker, q)),
                }
            }
            for (day, asker, q) in orders {
                if day != today {
                    (today, sum, given) = (day, zero(), zero());
                }
                // The bucket is rounded once; each order has what the running sum grows by.
                sum += q;
                let qty = round_to(&sum, scale, mode) - &given;
                given += &qty;
                let need = Need::of_order(&asker, qty);
                if need.qty > zero() {
                    n.needs.entry(day).or_default().push(need);
                }
            }
        }
    }

    /// Event days of a node after `after`.
    pub fn next_event(&self, n: &Node, after: Day) -> Option<Day> {
        let mut days = Vec::new();
        let k = &n.key;
        let opening = &n.opening.0 + n.opening.1.iter().map(|l| &l.qty).sum::<Q>();
        let levels = matches!(
            self.w.rule(&k.item, &k.site),
            LotRule::OrderUpTo { .. } | LotRule::ReorderPoint { .. } | LotRule::MinMax { .. }
        );
        let fence = |k: &NodeKey| self.w.fence_end(&k.item, &k.site).is_some();
        let fenced = fence(k) || (self.group.keys().any(fence) && self.coupled(k).iter().any(fence));
        if levels || fenced || opening < zero() || self.w.safety(&k.item, &k.site, self.w.run) > zero() {
            days.push(self.w.run);
        }
        days.extend(n.needs.keys());
        days.extend(n.pending.keys());
        days.extend(n.late.iter().filter(|l| l.1 > l.0).map(|l| l.1));
        days.extend(n.receipts.iter().map(|r| r.day));
        // A supply's own day stays an event when it was moved.
        days.extend(n.supplies.iter().flat_map(|s| [s.day, s.from]));
        let ends = n.lots.iter().map(|l| l.until + 1);
        days.extend(ends.map(|d| self.w.buckets.next_first(d)));
        if let Some(p) = self.w.planning(&n.key.item, &n.key.site) {
            let steps = p.safety_steps.iter().map(|s| self.w.buckets.place(s.from.day_number(), self.w.run));
            days.extend(steps.filter(|d| *d >= self.w.run));
        }
        days.into_iter().filter(|d| *d > after).min()
    }

    /// A node and all that share supply with it, directly or over others.
    fn coupled(&self, k: &NodeKey) -> BTreeSet<NodeKey> {
        let mut pairs: Vec<(NodeKey, NodeKey)> = Vec::new();
        for a in self.group.keys().filter(|a| !self.w.apart.contains(a)) {
            pairs.extend(self.w.shares(a).into_iter().map(|b| (a.clone(), b)));
        }
        let (mut seen, mut open) = (BTreeSet::new(), vec![k.clone()]);
        while let Some(a) = open.pop() {
            open.extend(pairs.iter().filter(|p| p.0 == a && !seen.contains(&p.1)).map(|p| p.1.clone()));
            open.extend(pairs.iter().filter(|p| p.1 == a && !seen.contains(&p.0)).map(|p| p.0.clone()));
            seen.insert(a);
        }
        seen
    }

    /// Nets the whole group.
    pub fn run(&mut self) {
        let mut now = Day::MIN;
        while let Some(day) = self.group.values().filter_map(|n| self.next_event(n, now)).min() {
            let keys: Vec<NodeKey> = self.group.keys().cloned().collect();
            let own: BTreeSet<NodeKey> = self
                .group
                .values()
                .filter(|n| self.next_event(n, now) == Some(day))
                .map(|n| n.key.clone())
                .collect();
            for k in &keys {
                self.flows(k, day);
            }
            for k in self.by_lead(keys) {
                // A node has a say on its own days, and where another took from it.
                if own.contains(&k) || self.group[&k].touched == Some(day) {
                    self.shorts(&k, day);
                }
            }
            now = day;
        }
        for n in self.group.values_mut() {
            // What comes behind the fence, or before a set-up cost rises, was counted on the day of its need.
            for (from, to, qty) in n.late.clone() {
                let before = n.rows.range(..=to).next_back();
                let there = before.map_or_else(
                    || &n.opening.0 + n.opening.1.iter().map(|l| &l.qty).sum::<Q>(),
                    |(_, r)| &r.before.0 + &r.planned.0 + &r.short.0,
                );
                n.rows.entry(to).or_insert_with(|| Row { before: Q0(there), ..Row::default() });
                n.row(from).planned.0 -= &qty;
                n.row(to).planned.0 += &qty;
                let (between, more) = if from < to { (from + 1..=to, -qty) } else { (to + 1..=from, qty) };
                n.rows.range_mut(between).for_each(|(_, row)| row.before.0 += &more);
            }
            for (day, row) in &mut n.rows {
                debug_assert!(*day <= now);
                row.balance.0 = &row.before.0 + &row.planned.0 + &row.short.0;
            }
        }
    }

    /// Leads of processes before their outputs, else by key.
    pub fn by_lead(&self, mut keys: Vec<NodeKey>) -> Vec<NodeKey> {
        let is_output =
            |k: &NodeKey| self.w.t.sources.iter().any(|s| s.item == k.item && self.w.process(s).is_some());
        keys.sort_by_key(|k| (is_output(k), k.clone()));
        keys
    }

    pub fn flows(&mut self, k: &NodeKey, day: Day) {
        let w = self.w;
        let replace = self.moved_needs(k, day);
        let quiet = self.trial.is_some();
        let n = self.group.get_mut(k).unwrap();
        for l in &mut n.lots {
            if l.until < day && l.qty > zero() {
                let lost = std::mem::replace(&mut l.qty, zero());
                if !quiet {
                    let until = date(l.until).to_string();
                    let about = [("lot", l.id.clone()), ("qty", show(&lost)), ("date", until)];
                    self.out.findings.push(Found::new("LOT_EXPIRES_UNUSED", k.clone(), &about));
                }
            }
        }
        let received = n.receive(day);
        let refills = n.pending.remove(&day).unwrap_or_else(zero);
        n.plain += &refills;
        n.pre_needs = (n.plain.clone(), n.lots.clone());
        let all = n.needs.get(&day).cloned().unwrap_or_default();
        let numbered = || all.iter().enumerate();
        let replaced: Vec<Need> =
            numbered().filter(|(i, _)| replace.contains(i)).map(|(_, x)| x.clone()).collect();
        let mut needs: Vec<Need> =
            numbered().filter(|(i, _)| !replace.contains(i)).map(|(_, x)| x.clone()).collect();
        needs.sort_by_key(Need::turn);
        let whole = n.switched && w.use_up(&k.item, day).is_some();
        let gone: Q = replaced.iter().map(|x| &x.qty).sum();
        n.got.push((day, Got::Replaced, gone.clone()));
        n.served.extend(replaced.into_iter().map(|need| Served { day, need, draws: Vec::new() }));
        let mut gross = gone.clone();
        let mut away = zero();
        for x in &needs {
            let left = x.qty.clone();
            let mut draws = Vec::new();
            gross += &left;
            if whole {
                away += &left;
            } else {
                draws = n.consume(day, &left, x.life);
            }
            n.served.push(Served { day, need: Need { qty: left, ..x.clone() }, draws });
        }
        n.snap = (n.plain.clone(), n.lots.clone());
        n.taken_by_parent.clear();
        n.done = day;
        let balance = n.balance() - &refills - &away - &gone;
        let row = n.row(day);
        row.gross.0 += gross;
        row.receipts.0 += received;
        row.before.0 = balance;
        row.planned.0 += refills + &away + gone;
        if away > zero() {
            n.got.push((day, Got::Substitute, away.clone()));
            self.send_to_new(k, day, &away);
        }
    }

    pub fn params(&self, k: &NodeKey) -> Option<&'a Planning> {
        self.w.planning(&k.item, &k.site)
    }

    pub fn is_lowest(&self, k: &NodeKey) -> bool {
        self.params(k).is_some_and(|p| p.safety_priority == SafetyPriority::Lowest)
    }

    pub fn target(&self, k: &NodeKey, day: Day) -> Q {
        if self.is_lowest(k) {
            return zero();
        }
        self.w.safety(&k.item, &k.site, day)
    }

    /// How much is missing now, by the rule of the item.
    pub fn short(&self, k: &NodeKey, day: Day) -> Q {
        self.short_of(&self.group[k], day)
    }

    pub fn short_of(&self, n: &Node, day: Day) -> Q {
        let k = &n.key;
        let balance = n.balance();
        let target = self.target(k, day);
        let plain = max(&target - &balance, pos(-n.plain.clone()));
        if self.w.item(&k.item).phantom || self.w.use_up(&k.item, day).is_some() {
            return plain;
        }
        if day < self.w.run {
            return plain;
        }
        match self.w.rule(&k.item, &k.site) {
            LotRule::ReorderPoint { point, .. } if balance <= of(point) => {
                max(plain, of(point) + grain(self.w.scale(&k.item)) - balance)
            }
            LotRule::MinMax { min, max: top, trigger, .. } => {
                let hit = match trigger {
                    Trigger::AtOrBelow => balance <= of(min),
                    Trigger::Below => balance < of(min),
                };
                if hit || plain > zero() { max(plain, of(top) - balance) } else { plain }
            }
            LotRule::OrderUpTo { level, .. } if plain > zero() => max(plain, of(level) - balance),
            _ => plain,
        }
    }

    pub fn shorts(&mut self, k: &NodeKey, day: Day) {
        let expedite = self.w.p.reschedule.assume == Reschedule::Expedite;
        self.expedite(k, day);
        let net = pos(self.short(k, day));
        let n = self.group.get_mut(k).unwrap();
        n.row(day).net.0 += &net;
        if net > zero() {
            let real = self.trial.is_none();
            if real {
                self.unrated(k, day);
                self.free_stock(k, day);
            }
            if let Some(row) = self.w.use_up(&k.item, day) {
                if self.short(k, day) > zero() {
                    self.use_up(k, row, day);
                }
            } else {
                if real {
                    self.alternatives(k, day);
                }
                self.cover(k, day, expedite && real);
            }
        }
        if self.is_lowest(k) && self.trial.is_none() {
            self.refill(k, day);
        }
    }

    pub fn movable(&self, k: &NodeKey, s: &Sup, day: Day) -> bool {
        let explodes =
            matches!(s.row.kind, SupplyKind::Production | SupplyKind::Subcontract | SupplyKind::Transfer);
        let typed = s.row.firmness == Firmness::Firm && explodes && s.row.start.is_some();
        let inside = self.w.fence_end(&k.item, &k.site).is_some_and(|f| s.from < f || day < f);
        !s.row.fixed && !s.hard && !typed && !inside
    }

    /// Whether a supply that counts after a day can be brought to it.
    fn in_reach(&self, k: &NodeKey, s: &Sup, day: Day) -> bool {
        // What was due before today serves what was needed before today: both happen today.
        let past = day < self.w.run && s.row.due.day_number() < self.w.run;
        let policy = &self.w.p.reschedule;
        let near = policy.max_advance_days.is_none_or(|r| s.day - day <= r as i32);
        past || (policy.assume == Reschedule::Expedite && near && self.movable(k, s, day))
    }

    pub fn expedite(&mut self, k: &NodeKey, day: Day) {
        while self.short(k, day) > zero() {
            let n = &self.group[k];
            let later =
                n.supplies.iter().enumerate().filter(|(_, s)| s.day > day && self.in_reach(k, s, day));
            let first = later.min_by_key(|(_, s)| (s.day, s.row.due, s.row.id.clone())).map(|(i, _)| i);
            let Some(i) = first else { return };
            let n = self.group.get_mut(k).unwrap();
            let s = &mut n.supplies[i];
            s.day = day;
            let qty = s.qty.clone();
            n.plain += &qty;
            let row = n.row(day);
            row.receipts.0 += &qty;
            row.before.0 += &qty;
        }
    }

    /// Credits what counts from a day but comes later.
    pub fn credit_late(&mut self, k: &NodeKey, (day, available): (Day, Day), qty: &Q, kind: Got) {
        self.credit(k, day, qty, kind);
        let n = self.group.get_mut(k).unwrap();
        n.got.last_mut().unwrap().0 = available;
        if available != day {
            n.late.push((day, available, qty.clone()));
        }
    }

    /// Credits `qty` that something new covers on the day.
    pub fn credit(&mut self, k: &NodeKey, day: Day, qty: &Q, kind: Got) {
        let n = self.group.get_mut(k).unwrap();
        n.got.push((day, kind, qty.clone()));
        n.plain += qty;
        n.row(day).planned.0 += qty;
    }

    pub fn cover(&mut self, k: &NodeKey, day: Day, change: bool) {
        for _ in 0..200 {
            let short = self.short(k, day);
            if short <= zero() {
                return;
            }
            if change && self.w.p.reschedule.change_quantity && self.increase(k, day, &short) {
                continue;
            }
            if let Err(code) = self.order(k, day, &short) {
                self.report(k, day, code);
                return;
            }
        }
        panic!("{} is not covered on {day}", k.item);
    }

    /// Reports what demand is left without cover and takes it off (§8).
    pub fn report(&mut self, k: &NodeKey, day: Day, code: Code) {
        let quiet = self.trial.is_some();
        let n = self.group.get_mut(k).unwrap();
        let left = pos(max(-n.balance(), -n.plain.clone()));
        if !quiet {
            self.out.blocked.push((k.clone(), code, day, left.clone()));
        }
        if left > zero() {
            n.plain += &left;
            n.row(day).short.0 += &left;
            n.got.push((day, Got::Short, left.clone()));
            if !quiet {
                self.out.shortages.push((k.clone(), Some(day), left, code));
            }
        }
    }

    /// Lot parameters of a source before those of the item: minimum, maximum, multiple.
    pub fn modifiers(&self, k: &NodeKey, s: Option<&Source>) -> (Option<Q>, Option<Q>, Option<Q>) {
        let p = self.params(k);
        let pick = |a: Option<rust_decimal::Decimal>, b: Option<rust_decimal::Decimal>| opt(a.or(b));
        (
            pick(s.and_then(|s| s.lot_min), p.and_then(|p| p.lot_min)),
            pick(s.and_then(|s| s.lot_max), p.and_then(|p| p.lot_max)),
            pick(s.and_then(|s| s.lot_multiple), p.and_then(|p| p.lot_multiple)),
        )
    }

    pub fn supply_modifiers(&self, k: &NodeKey, s: &Sup) -> (Option<Q>, Option<Q>, Option<Q>) {
        let source = s.row.source.as_ref().and_then(|id| self.w.t.sources.iter().find(|x| x.id == *id));
        self.modifiers(k, source)
    }

    pub fn increase(&mut self, k: &NodeKey, day: Day, short: &Q) -> bool {
        let n = &self.group[k];
        let fits = |s: &Sup| s.row.kind == SupplyKind::Purchase || s.row.firmness == Firmness::Firm;
        let here =
            n.supplies.iter().enumerate().filter(|(_, s)| s.day == day && fits(s) && self.movable(k, s, day));
        let Some((i, s)) = here.max_by_key(|(_, s)| s.row.id.clone()) else { return false };
        let (_, top, multiple) = self.supply_modifiers(k, s);
        let mut qty = &s.qty + short;
        if let Some(m) = multiple {
            qty = (qty / &m).ceil() * m;
        }
        if top.is_some_and(|t| qty > t) {
            return false;
        }
        let more = &qty - &s.qty;
        let n = self.group.get_mut(k).unwrap();
        n.supplies[i].qty = qty;
        n.supplies[i].total += &more;
        n.supplies[i].increased = true;
        self.credit(k, day, &more, Got::Increase);
        true
    }
}

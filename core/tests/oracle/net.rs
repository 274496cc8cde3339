//! Netting: groups of nodes, day by day (§5 to §8 of the page).

use super::days::Day;
use super::demand::{Lot, Need, Origin, Receipt, Start, Sup};
use super::lots::{self, Costs};
use super::num::{
    Q, ceil_to, floor_to, grain, int, max, min, of, opt, pos, ratio, round_to, sqrt_half_up, zero,
};
use super::world::{Code, NodeKey, World};
use headstock::bom::{Bom, Usage};
use headstock::id::Id;
use headstock::item::SubstituteStock;
use headstock::item::{
    Economic, LotRule, MaxRule, Planning, SafetyPriority, ScrapFormula, Substitute, SubstituteMode,
    Substitution, Trigger, UpToRounding,
};
use headstock::order::{Firmness, SupplyKind};
use headstock::partner::{Source, SourceKind};
use headstock::planning::{ExplosionDate, QuotaRule, RequirementRounding, Reschedule};
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
    /// The day in whose balance it counts, and the day it is available.
    pub counts: Day,
    pub available: Day,
    pub due: Day,
    pub dock: Option<Day>,
    pub start: Day,
    pub feasible: Day,
}

/// One draw of a need from a lot or from the rest, in the order of netting.
#[derive(Debug, Clone)]
pub struct Node<'a> {
    pub key: NodeKey,
    pub plain: Q,
    pub lots: Vec<Lot>,
    pub receipts: Vec<Receipt>,
    pub supplies: Vec<Sup<'a>>,
    pub needs: BTreeMap<Day, Vec<Need>>,
    /// Exact requirements that are rounded together (`item_bucket`).
    pub exact: BTreeMap<Day, Q>,
    /// Refills that are not yet due.
    pub pending: BTreeMap<Day, Q>,
    pub rows: BTreeMap<Day, Row>,
    pub orders: Vec<Order>,
    pub done: Day,
    /// Stock after the flows of the day, before anything is planned on it.
    snap: (Q, Vec<Lot>),
    /// Stock before the needs of the day.
    pre_needs: (Q, Vec<Lot>),
    given: BTreeMap<String, Q>,
    periods: usize,
    eoq: Option<Q>,
    switched: bool,
    taken_by_parent: BTreeMap<Id, Q>,
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
            exact: BTreeMap::new(),
            pending: BTreeMap::new(),
            rows: BTreeMap::new(),
            orders: Vec::new(),
            done: Day::MIN,
            snap: (zero(), Vec::new()),
            pre_needs: (zero(), Vec::new()),
            given: BTreeMap::new(),
            periods: 0,
            eoq: None,
            switched: false,
            taken_by_parent: BTreeMap::new(),
        };
        for s in start.stock {
            match s.until {
                Some(until) if s.qty > zero() => node.lots.push(Lot { id: s.id, until, qty: s.qty }),
                _ => node.plain += s.qty,
            }
        }
        node.settle();
        node
    }

    pub fn balance(&self) -> Q {
        &self.plain + self.lots.iter().map(|l| &l.qty).sum::<Q>()
    }

    /// What is short of nothing eats lots, first expired first.
    fn settle(&mut self) {
        self.lots.sort_by_key(|l| (l.until, l.id.clone()));
        for l in &mut self.lots {
            let take = min(pos(-self.plain.clone()), l.qty.clone());
            l.qty -= &take;
            self.plain += take;
        }
    }

    /// Takes a need: lots that are still usable first, the rest from what has no end.
    fn consume(&mut self, day: Day, qty: &Q, life: i32) {
        let mut rest = qty.clone();
        for l in &mut self.lots {
            if l.until - life >= day && l.until >= day {
                let take = min(rest.clone(), l.qty.clone());
                l.qty -= &take;
                rest -= take;
            }
        }
        self.plain -= rest;
    }

    fn pending(&self) -> Q {
        self.pending.values().sum()
    }

    fn row(&mut self, day: Day) -> &mut Row {
        self.rows.entry(day).or_default()
    }
}

/// What leaves a group towards lower levels, and what is reported.
#[derive(Default)]
pub struct Out {
    pub needs: Vec<(NodeKey, Day, Need)>,
    pub exact: Vec<(NodeKey, Day, Q)>,
    pub receipts: Vec<(NodeKey, Receipt)>,
    pub shortages: Vec<(NodeKey, Option<Day>, Q, Code)>,
    pub findings: BTreeSet<(String, String)>,
}

pub struct Net<'a, 'w> {
    pub w: &'w World<'a>,
    pub group: BTreeMap<NodeKey, Node<'a>>,
    /// Live phantom nodes of the whole plan.
    pub live: &'w BTreeSet<NodeKey>,
    pub out: Out,
    /// In a trial run: the node whose further shorts are covered lot-for-lot, and its net series.
    trial: Option<(NodeKey, Vec<(Day, Q)>)>,
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

    fn round_exact(&mut self) {
        let RequirementRounding::ItemBucket { mode } = self.w.p.rounding else { return };
        for n in self.group.values_mut() {
            for (day, sum) in std::mem::take(&mut n.exact) {
                let qty = round_to(&sum, self.w.scale(&n.key.item), mode);
                let need = Need {
                    priority: u64::MAX,
                    origin: Origin::Dependent,
                    id: "bucket".into(),
                    qty,
                    life: 0,
                    parent: None,
                };
                n.needs.entry(day).or_default().push(need);
            }
        }
    }

    /// Event days of a node after `after`.
    fn next_event(&self, n: &Node, after: Day) -> Option<Day> {
        let mut days = vec![self.w.run];
        days.extend(n.needs.keys());
        days.extend(n.pending.keys());
        days.extend(n.receipts.iter().map(|r| r.day));
        days.extend(n.supplies.iter().map(|s| s.day));
        days.extend(n.lots.iter().filter(|l| l.qty > zero()).map(|l| l.until + 1));
        if let Some(p) = self.w.planning(&n.key.item, &n.key.site) {
            days.extend(p.safety_steps.iter().map(|s| s.from.day_number()).filter(|d| *d >= self.w.run));
        }
        days.into_iter().filter(|d| *d > after).min()
    }

    /// Nets the whole group.
    pub fn run(&mut self) {
        let mut now = Day::MIN;
        while let Some(day) = self.group.values().filter_map(|n| self.next_event(n, now)).min() {
            let keys: Vec<NodeKey> = self.group.keys().cloned().collect();
            for k in &keys {
                self.flows(k, day);
            }
            for k in self.by_lead(keys) {
                self.shorts(&k, day);
            }
            now = day;
        }
        for n in self.group.values_mut() {
            for (day, row) in &mut n.rows {
                debug_assert!(*day <= now);
                row.balance.0 = &row.before.0 + &row.planned.0 + &row.short.0;
            }
        }
    }

    /// Leads of processes before their outputs, else by key.
    fn by_lead(&self, mut keys: Vec<NodeKey>) -> Vec<NodeKey> {
        let is_output =
            |k: &NodeKey| self.w.t.sources.iter().any(|s| s.item == k.item && self.process(s).is_some());
        keys.sort_by_key(|k| (is_output(k), k.clone()));
        keys
    }

    /// The BOM of a source whose product is another item.
    fn process(&self, s: &Source) -> Option<&'a Bom> {
        let bom = self.w.t.boms.iter().find(|b| Some(&b.id) == s.bom.as_ref())?;
        (s.kind == SourceKind::Make && bom.product != s.item).then_some(bom)
    }

    // ---- §5 steps 1 to 3 ----

    fn flows(&mut self, k: &NodeKey, day: Day) {
        let w = self.w;
        let replace = self.moved_needs(k, day);
        let quiet = self.trial.is_some();
        let n = self.group.get_mut(k).unwrap();
        for l in &mut n.lots {
            if l.until < day && l.qty > zero() {
                l.qty = zero();
                if !quiet {
                    self.out.findings.insert(("LOT_EXPIRES_UNUSED".into(), l.id.clone()));
                }
            }
        }
        let mut received = zero();
        for r in n.receipts.iter().filter(|r| r.day == day).cloned().collect::<Vec<_>>() {
            received += &r.qty;
            match r.until {
                Some(until) if r.qty > zero() => {
                    n.lots.push(Lot { id: r.id, until, qty: r.qty });
                    n.settle();
                }
                _ => n.plain += r.qty,
            }
        }
        for s in n.supplies.iter().filter(|s| s.day == day) {
            received += &s.qty;
        }
        n.plain += n.supplies.iter().filter(|s| s.day == day).map(|s| &s.qty).sum::<Q>();
        let refills = n.pending.remove(&day).unwrap_or_else(zero);
        n.plain += &refills;
        n.pre_needs = (n.plain.clone(), n.lots.clone());
        let mut needs = n.needs.get(&day).cloned().unwrap_or_default();
        needs.sort_by_key(|x| (x.priority, x.origin.clone(), x.id.clone()));
        let whole = n.switched && w.use_up(&k.item, day).is_some();
        let mut gross = zero();
        let mut away = zero();
        for x in &needs {
            let part = replace.iter().filter(|(id, _)| *id == x.id).map(|(_, q)| q).sum::<Q>();
            let left = &x.qty - part;
            gross += &left;
            if whole {
                away += &left;
            } else {
                n.consume(day, &left, x.life);
            }
        }
        n.snap = (n.plain.clone(), n.lots.clone());
        n.taken_by_parent.clear();
        n.done = day;
        let balance = n.balance() - &refills - &away;
        let row = n.row(day);
        row.gross.0 += gross;
        row.receipts.0 += received;
        row.before.0 = balance;
        row.planned.0 += refills + &away;
        if away > zero() {
            self.send_to_new(k, day, &away);
        }
    }

    /// Needs of the day that a `Replace` row moves to the new item: (need id, quantity).
    fn moved_needs(&mut self, k: &NodeKey, day: Day) -> Vec<(String, Q)> {
        let mut moved: Vec<(String, Q)> = Vec::new();
        let needs = self.group[k].needs.get(&day).cloned().unwrap_or_default();
        for row in self.w.substitutes(&k.item, day).into_iter().filter(|r| r.mode == SubstituteMode::Replace)
        {
            let mut total = zero();
            let mut mine = Vec::new();
            for x in &needs {
                let free = row.parent.is_none() || row.parent == x.parent;
                if free && !moved.iter().any(|(id, _)| *id == x.id) {
                    total += &x.qty;
                    mine.push((x.id.clone(), x.qty.clone()));
                }
            }
            if total <= zero() {
                continue;
            }
            if row.ratio.is_none() {
                self.out.findings.insert(("SUBST_RATIO_MISSING".into(), k.item.to_string()));
                continue;
            }
            self.send(k, row, day, &total);
            moved.extend(mine);
        }
        moved
    }

    /// A need of the new item instead of `qty` of the old one.
    fn send(&mut self, k: &NodeKey, row: &Substitute, day: Day, qty: &Q) {
        if self.trial.is_some() {
            return;
        }
        let to = self.w.node(&row.substitute, &k.site, &k.key);
        let qty = ceil_to(&(qty * ratio(row.ratio.unwrap())), self.w.scale(&row.substitute));
        let id = format!("for {}", k.item);
        let need = Need {
            priority: u64::MAX,
            origin: Origin::Dependent,
            id,
            qty,
            life: 0,
            parent: Some(k.item.clone()),
        };
        self.emit(to, day, need);
    }

    fn send_to_new(&mut self, k: &NodeKey, day: Day, qty: &Q) {
        let row = self.w.use_up(&k.item, day).unwrap();
        self.send(k, row, day, qty);
    }

    fn emit(&mut self, to: NodeKey, day: Day, need: Need) {
        if self.w.item(&to.item).planned {
            self.out.needs.push((to, day, need));
        }
    }

    // ---- §5 step 4 ----

    fn params(&self, k: &NodeKey) -> Option<&'a Planning> {
        self.w.planning(&k.item, &k.site)
    }

    fn is_lowest(&self, k: &NodeKey) -> bool {
        self.params(k).is_some_and(|p| p.safety_priority == SafetyPriority::Lowest)
    }

    fn target(&self, k: &NodeKey, day: Day) -> Q {
        if self.is_lowest(k) || self.w.use_up(&k.item, day).is_some() {
            return zero();
        }
        self.w.safety(&k.item, &k.site, day)
    }

    /// How much is missing now, by the rule of the item.
    fn short(&self, k: &NodeKey, day: Day) -> Q {
        let n = &self.group[k];
        let balance = n.balance();
        let target = self.target(k, day);
        let plain = max(&target - &balance, pos(-n.plain.clone()));
        if self.w.item(&k.item).phantom || self.w.use_up(&k.item, day).is_some() {
            return plain;
        }
        let from_run = day >= self.w.run;
        match self.w.rule(&k.item, &k.site) {
            LotRule::ReorderPoint { point, .. } if from_run && balance <= of(point) => {
                max(plain, of(point) + grain(self.w.scale(&k.item)) - balance)
            }
            LotRule::MinMax { min, max: top, trigger, .. } => {
                let hit = from_run
                    && match trigger {
                        Trigger::AtOrBelow => balance <= of(min),
                        Trigger::Below => balance < of(min),
                    };
                if hit || plain > zero() { max(plain, of(top) - balance) } else { plain }
            }
            LotRule::OrderUpTo { level, .. } if plain > zero() => max(plain, of(level) - balance),
            _ => plain,
        }
    }

    fn shorts(&mut self, k: &NodeKey, day: Day) {
        let expedite = self.w.p.reschedule.assume == Reschedule::Expedite;
        if expedite {
            self.expedite(k, day);
        }
        let net = pos(self.short(k, day));
        let n = self.group.get_mut(k).unwrap();
        n.row(day).net.0 += &net;
        if net > zero() {
            if let Some(row) = self.w.use_up(&k.item, day) {
                self.use_up(k, row, day);
            } else {
                self.alternatives(k, day);
                self.cover(k, day, expedite);
            }
        }
        if self.is_lowest(k) && self.trial.is_none() {
            self.refill(k, day);
        }
    }

    fn movable(&self, k: &NodeKey, s: &Sup, day: Day) -> bool {
        let explodes =
            matches!(s.row.kind, SupplyKind::Production | SupplyKind::Subcontract | SupplyKind::Transfer);
        let typed = s.row.firmness == Firmness::Firm && explodes && s.row.start.is_some();
        let inside = self.w.fence_end(&k.item, &k.site).is_some_and(|f| s.from < f || day < f);
        !s.row.fixed && !s.hard && !typed && !inside
    }

    fn expedite(&mut self, k: &NodeKey, day: Day) {
        let reach = self.w.p.reschedule.max_advance_days;
        loop {
            if self.short(k, day) <= zero() {
                return;
            }
            let n = &self.group[k];
            let later = n.supplies.iter().enumerate().filter(|(_, s)| s.day > day && self.movable(k, s, day));
            let first = later.min_by_key(|(_, s)| (s.day, s.row.id.clone())).map(|(i, _)| i);
            let Some(i) = first else { return };
            let n = self.group.get_mut(k).unwrap();
            let s = &mut n.supplies[i];
            if reach.is_some_and(|r| s.day - day > r as i32) {
                return;
            }
            s.day = day;
            let qty = s.qty.clone();
            n.plain += &qty;
            let row = n.row(day);
            row.receipts.0 += &qty;
            row.before.0 += &qty;
        }
    }

    /// Credits `qty` that something new covers on the day.
    fn credit(&mut self, k: &NodeKey, day: Day, qty: &Q) {
        let n = self.group.get_mut(k).unwrap();
        n.plain += qty;
        n.row(day).planned.0 += qty;
    }

    fn use_up(&mut self, k: &NodeKey, row: &Substitute, day: Day) {
        let n = self.group.get_mut(k).unwrap();
        let mut qty = max(-n.balance(), -n.plain.clone());
        if row.mode == SubstituteMode::UseUpWhole {
            let all: Q = n.needs.get(&day).map(|x| x.iter().map(|y| &y.qty).sum()).unwrap_or_else(zero);
            n.switched = true;
            if all > qty {
                // Nothing of the day's need is taken from the old item.
                let moved = &n.plain - &n.snap.0;
                n.plain = &n.pre_needs.0 + moved;
                n.lots = n.pre_needs.1.clone();
                n.row(day).planned.0 += &all;
                self.send(k, row, day, &all);
                return;
            }
            qty = max(qty, all);
        }
        self.credit(k, day, &qty);
        self.send(k, row, day, &qty);
    }

    fn cover(&mut self, k: &NodeKey, day: Day, change: bool) {
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
    fn report(&mut self, k: &NodeKey, day: Day, code: Code) {
        let quiet = self.trial.is_some();
        if !quiet {
            self.out.findings.insert((code.into(), k.item.to_string()));
        }
        let n = self.group.get_mut(k).unwrap();
        let left = pos(max(-n.balance(), -n.plain.clone()));
        if left > zero() {
            n.plain += &left;
            n.row(day).short.0 += &left;
            if !quiet {
                self.out.shortages.push((k.clone(), Some(day), left, code));
            }
        }
    }

    /// Lot parameters of a source before those of the item: minimum, maximum, multiple.
    fn modifiers(&self, k: &NodeKey, s: Option<&Source>) -> (Option<Q>, Option<Q>, Option<Q>) {
        let p = self.params(k);
        let pick = |a: Option<rust_decimal::Decimal>, b: Option<rust_decimal::Decimal>| opt(a.or(b));
        (
            pick(s.and_then(|s| s.lot_min), p.and_then(|p| p.lot_min)),
            pick(s.and_then(|s| s.lot_max), p.and_then(|p| p.lot_max)),
            pick(s.and_then(|s| s.lot_multiple), p.and_then(|p| p.lot_multiple)),
        )
    }

    fn supply_modifiers(&self, k: &NodeKey, s: &Sup) -> (Option<Q>, Option<Q>, Option<Q>) {
        let source = s.row.source.as_ref().and_then(|id| self.w.t.sources.iter().find(|x| x.id == *id));
        self.modifiers(k, source)
    }

    fn increase(&mut self, k: &NodeKey, day: Day, short: &Q) -> bool {
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
        self.credit(k, day, &more);
        true
    }

    fn refill(&mut self, k: &NodeKey, day: Day) {
        let n = &self.group[k];
        let missing = self.w.safety(&k.item, &k.site, day) - n.balance() - n.pending();
        if missing <= zero() || self.w.use_up(&k.item, day).is_some() {
            return;
        }
        self.group.get_mut(k).unwrap().row(day).net.0 += &missing;
        let result = self.w.valid_sources(&k.item, &k.site, &missing, day, None).and_then(|rows| {
            let s = self.preferred(k, &rows);
            let due = self.w.earliest(s, k, &missing)?.max(day);
            let due = if due > day { self.w.buckets.next_first(due) } else { due };
            self.order_from(k, s, &missing, day, due, true)
        });
        if let Err(code) = result {
            self.out.findings.insert((code.into(), k.item.to_string()));
        }
    }

    // ---- §7 ----

    fn alternatives(&mut self, k: &NodeKey, day: Day) {
        let w = self.w;
        let item = w.item(&k.item);
        let uncovered = |net: &Self| min(pos(net.short(k, day)), pos(-net.group[k].balance()));
        if item.free_stock && k.key.project.is_some() {
            let mut free = k.clone();
            free.key.project = None;
            let want = uncovered(self);
            let give = min(self.surplus(&free, day), want);
            self.take(k, &free, day, &give, &give);
        }
        let mut rows = w.substitutes(&k.item, day);
        rows.retain(|r| r.mode == SubstituteMode::Alternative);
        rows.retain(|r| r.parent.as_ref().is_none_or(|p| self.parent_need(k, day, p) > zero()));
        if rows.is_empty() || uncovered(self) <= zero() {
            return;
        }
        if rows.iter().any(|r| r.ratio.is_none()) {
            self.out.findings.insert(("SUBST_RATIO_MISSING".into(), k.item.to_string()));
            rows.retain(|r| r.ratio.is_some());
        }
        if item.substitution == Substitution::Manual {
            if !rows.is_empty() {
                self.out.findings.insert(("SUBSTITUTE_MANUAL".into(), k.item.to_string()));
            }
            return;
        }
        if item.substitution != Substitution::Mixed {
            for r in &rows {
                let want = self.limited(k, r, day, uncovered(self));
                let need = ceil_to(&(&want * ratio(r.ratio.unwrap())), w.scale(&r.substitute));
                let from = w.node(&r.substitute, &k.site, &k.key);
                if want > zero() && want == uncovered(self) && self.surplus(&from, day) >= need {
                    self.take(k, &from, day, &need, &want);
                    self.note_parent(k, r, &want);
                    return;
                }
            }
        }
        if item.substitution == Substitution::Whole {
            return;
        }
        for r in rows {
            let want = self.limited(k, r, day, uncovered(self));
            let per = ratio(r.ratio.unwrap());
            let from = w.node(&r.substitute, &k.site, &k.key);
            let have = self.surplus(&from, day);
            let covered = min(want, floor_to(&(have / &per), w.scale(&k.item)));
            let given = ceil_to(&(&covered * &per), w.scale(&r.substitute));
            self.take(k, &from, day, &given, &covered);
            self.note_parent(k, r, &covered);
        }
    }

    fn parent_need(&self, k: &NodeKey, day: Day, parent: &Id) -> Q {
        let needs = self.group[k].needs.get(&day);
        needs
            .map(|v| v.iter().filter(|n| n.parent.as_ref() == Some(parent)).map(|n| &n.qty).sum())
            .unwrap_or_else(zero)
    }

    fn limited(&self, k: &NodeKey, r: &Substitute, day: Day, want: Q) -> Q {
        let Some(p) = &r.parent else { return want };
        let taken = self.group[k].taken_by_parent.get(p).cloned().unwrap_or_else(zero);
        pos(min(want, self.parent_need(k, day, p) - taken))
    }

    fn note_parent(&mut self, k: &NodeKey, r: &Substitute, covered: &Q) {
        if let Some(p) = &r.parent {
            *self.group.get_mut(k).unwrap().taken_by_parent.entry(p.clone()).or_insert_with(zero) += covered;
        }
    }

    /// The free surplus of a node on a day.
    fn surplus(&self, from: &NodeKey, day: Day) -> Q {
        let Some(n) = self.group.get(from) else { return zero() };
        let mut n = n.clone();
        if n.done >= day {
            (n.plain, n.lots) = n.snap.clone();
        } else {
            self.roll(&mut n, day);
        }
        if self.w.p.substitute_stock == SubstituteStock::ShortFirst {
            return pos(n.balance());
        }
        let mut least = n.balance() - self.w.safety(&from.item, &from.site, day);
        let mut at = day;
        while let Some(next) = self.next_event(&n, at) {
            self.roll(&mut n, next);
            least = min(least, n.balance() - self.w.safety(&from.item, &from.site, next));
            at = next;
        }
        pos(least)
    }

    /// Only the flows of a node up to and including a day.
    fn roll(&self, n: &mut Node<'a>, to: Day) {
        while let Some(day) = self.next_event(n, n.done).filter(|d| *d <= to) {
            for l in n.lots.iter_mut().filter(|l| l.until < day) {
                l.qty = zero();
            }
            for r in n.receipts.iter().filter(|r| r.day == day).cloned().collect::<Vec<_>>() {
                match r.until {
                    Some(until) if r.qty > zero() => {
                        n.lots.push(Lot { id: r.id, until, qty: r.qty });
                        n.settle();
                    }
                    _ => n.plain += r.qty,
                }
            }
            n.plain += n.supplies.iter().filter(|s| s.day == day).map(|s| &s.qty).sum::<Q>();
            n.plain += n.pending.remove(&day).unwrap_or_else(zero);
            let mut needs = n.needs.get(&day).cloned().unwrap_or_default();
            needs.sort_by_key(|x| (x.priority, x.origin.clone(), x.id.clone()));
            for x in needs {
                n.consume(day, &x.qty, x.life);
            }
            n.done = day;
        }
    }

    fn take(&mut self, k: &NodeKey, from: &NodeKey, day: Day, given: &Q, covered: &Q) {
        if *given <= zero() || *covered <= zero() {
            return;
        }
        let n = self.group.get_mut(from).unwrap();
        if n.done >= day {
            n.consume(day, given, 0);
            let live = (n.plain.clone(), n.lots.clone());
            (n.plain, n.lots) = n.snap.clone();
            n.consume(day, given, 0);
            n.snap = (n.plain.clone(), n.lots.clone());
            (n.plain, n.lots) = live;
            let row = n.row(day);
            row.gross.0 += given;
            row.before.0 -= given;
        } else {
            let id = format!("for {}", k.item);
            let need = Need {
                priority: u64::MAX,
                origin: Origin::Dependent,
                id,
                qty: given.clone(),
                life: 0,
                parent: None,
            };
            n.needs.entry(day).or_default().push(need);
        }
        self.credit(k, day, covered);
    }

    // ---- §6 ----

    /// A new order for `n` on a day; an error when (the rest of) it cannot be planned.
    fn order(&mut self, k: &NodeKey, day: Day, n: &Q) -> Result<(), Code> {
        if let Some((node, series)) = &mut self.trial {
            if node == k {
                series.push((day, n.clone()));
                self.credit(k, day, n);
                return Ok(());
            }
        }
        if self.w.item(&k.item).phantom {
            return self.pass_through(k, day, n);
        }
        for part in self.parts(k, day, n) {
            let part = min(part, pos(self.short(k, day)));
            if part > zero() {
                let total = self.covered(k, day, &part)?;
                self.place(k, day, &total)?;
            }
        }
        Ok(())
    }

    /// One order for all, or one per demand record.
    fn parts(&self, k: &NodeKey, day: Day, n: &Q) -> Vec<Q> {
        let node = &self.group[k];
        if !self.w.p.order_per_demand {
            return vec![n.clone()];
        }
        let mut have = node.balance();
        let mut needs = node.needs.get(&day).cloned().unwrap_or_default();
        needs.sort_by_key(|x| (x.priority, x.origin.clone(), x.id.clone()));
        have += needs.iter().map(|x| &x.qty).sum::<Q>();
        let mut parts = Vec::new();
        for x in &needs {
            let part = min(x.qty.clone(), pos(&x.qty - pos(have.clone())));
            have -= &x.qty;
            parts.push(part);
        }
        let sum: Q = parts.iter().sum();
        parts.push(pos(n - sum));
        parts
    }

    fn place(&mut self, k: &NodeKey, day: Day, n: &Q) -> Result<(), Code> {
        let rows = self.w.valid_sources(&k.item, &k.site, n, day, None)?;
        let quotas: Vec<&Source> = rows.iter().copied().filter(|s| s.quota.is_some()).collect();
        if self.w.p.quota == QuotaRule::Split && quotas.len() > 1 {
            let weights: Vec<Q> = quotas.iter().map(|s| of(s.quota.unwrap())).collect();
            let parts = super::num::split(n, &weights, self.w.scale(&k.item));
            let mut failed = Ok(());
            for (s, part) in quotas.into_iter().zip(parts) {
                if part > zero() {
                    let result = self.order_at(k, s, &part, day);
                    failed = failed.and(result);
                }
            }
            return failed;
        }
        let s = self.preferred(k, &rows);
        self.order_at(k, s, n, day)
    }

    /// Among sources of equal priority the one furthest behind its quota, else the first by id.
    fn preferred(&self, k: &NodeKey, rows: &[&'a Source]) -> &'a Source {
        let n = &self.group[k];
        let behind = |s: &&&'a Source| {
            let given = n.given.get(s.id.as_str()).cloned().unwrap_or_else(zero);
            ((opt(s.quota_used).unwrap_or_else(zero) + given) / of(s.quota.unwrap()), s.id.clone())
        };
        rows.iter().filter(|s| s.quota.is_some()).min_by_key(behind).copied().unwrap_or(rows[0])
    }

    fn order_at(&mut self, k: &NodeKey, s: &'a Source, n: &Q, day: Day) -> Result<(), Code> {
        let fence = self.w.fence_end(&k.item, &k.site).filter(|f| day < *f);
        let available = fence.map_or(day, |f| self.w.buckets.next_first(f));
        if fence.is_some() {
            self.out.findings.insert(("INSIDE_FENCE".into(), k.item.to_string()));
        }
        self.order_from(k, s, n, day, available, false)
    }

    fn order_from(
        &mut self,
        k: &NodeKey,
        s: &'a Source,
        n: &Q,
        day: Day,
        available: Day,
        refill: bool,
    ) -> Result<(), Code> {
        if let Some(bom) = self.process(s) {
            return self.order_process(k, bom, n, day, available);
        }
        let available = match self.w.fence_end(&k.item, &k.site) {
            Some(f) if available < f => self.w.buckets.next_first(f),
            _ => available,
        };
        let mut rest = n.clone();
        while rest > zero() {
            let (_, y) = self.bom_of(k, s, &rest, available)?;
            let mut need = ceil_to(&(&rest / &y), self.w.scale(&k.item));
            let (list, rounded_down) = self.lot_list(k, s, &mut need, &y, day)?;
            let mut got = zero();
            for q in list {
                let good = self.create(k, k, s, &q, day, available, refill, s.bom.as_ref())?;
                got += good;
            }
            if got <= zero() {
                return Err("LOT_PARAM_CONFLICT");
            }
            rest -= got;
            if rounded_down {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The BOM and yield of an order of `q`; none for what is bought or moved.
    fn bom_of(&self, k: &NodeKey, s: &Source, q: &Q, available: Day) -> Result<(Option<&'a Bom>, Q), Code> {
        let dates = self.w.dates(s, k, q, available)?;
        if !matches!(s.kind, SourceKind::Make | SourceKind::Subcontract) {
            return Ok((None, int(1)));
        }
        let day = if self.w.p.explosion == ExplosionDate::Start { dates.start } else { dates.due };
        let bom = self.w.bom(&k.item, &k.site, s.bom.as_ref(), day)?;
        Ok((Some(bom), ratio(bom.yield_ratio)))
    }

    /// Input quantities of the orders for `need` by rule and modifiers.
    fn lot_list(
        &self,
        k: &NodeKey,
        s: &Source,
        need: &mut Q,
        y: &Q,
        day: Day,
    ) -> Result<(Vec<Q>, bool), Code> {
        let rule = self.w.rule(&k.item, &k.site);
        let fixed = match &rule {
            LotRule::Fixed { quantity } | LotRule::ReorderPoint { quantity, .. } => Some(of(*quantity)),
            LotRule::Eoq(_) => self.group[k].eoq.clone(),
            _ => None,
        };
        if let Some(q) = fixed {
            let count: u64 = (&*need / &q).ceil().to_integer().try_into().unwrap_or(u64::MAX);
            return if count > 10_000 { Err("LIMIT_EXCEEDED") } else { Ok((vec![q; count as usize], false)) };
        }
        let (low, top, multiple) = self.modifiers(k, Some(s));
        let physical = self.params(k).is_none_or(|p| p.max_rule == MaxRule::Physical);
        let mut down = false;
        if let (Some(m), Some(floor)) = (&multiple, self.rounds_down(k, &rule, day)) {
            let q = (&*need / m).floor() * m;
            let balance = self.group[k].balance() + floor_to(&(&q * y), self.w.scale(&k.item));
            if q > zero() && q < *need && balance > floor {
                *need = q;
                down = true;
            }
        }
        let cap = top.as_ref().filter(|t| **t > zero());
        if cap.is_some_and(|t| &*need / t > int(10_000)) {
            return Err("LIMIT_EXCEEDED");
        }
        let list = lots::modify(need, low.as_ref(), top.as_ref(), multiple.as_ref(), physical);
        Ok((list.ok_or("LOT_PARAM_CONFLICT")?, down))
    }

    /// The level that a quantity rounded down must stay above, where the rule rounds down.
    fn rounds_down(&self, k: &NodeKey, rule: &LotRule, day: Day) -> Option<Q> {
        match rule {
            LotRule::MinMax { min, rounding: UpToRounding::Down, .. } => {
                Some(max(of(*min), self.target(k, day)))
            }
            LotRule::OrderUpTo { rounding: UpToRounding::Down, .. } => Some(self.target(k, day)),
            _ => None,
        }
    }

    /// One order of input `q` at `at`, for the need of `k`; answers its good quantity.
    #[expect(clippy::too_many_arguments, reason = "one order has that many facts")]
    fn create(
        &mut self,
        k: &NodeKey,
        at: &NodeKey,
        s: &'a Source,
        q: &Q,
        day: Day,
        available: Day,
        refill: bool,
        named: Option<&Id>,
    ) -> Result<Q, Code> {
        let dates = self.w.dates(s, at, q, available)?;
        let makes = matches!(s.kind, SourceKind::Make | SourceKind::Subcontract);
        let explosion = if self.w.p.explosion == ExplosionDate::Start { dates.start } else { dates.due };
        let bom = if makes { Some(self.w.bom(&at.item, &at.site, named, explosion)?) } else { None };
        let good = match bom {
            Some(b) => floor_to(&(q * ratio(b.yield_ratio)), self.w.scale(&at.item)),
            None => q.clone(),
        };
        if good <= zero() && k == at {
            return Ok(good);
        }
        if self.trial.is_none() {
            let order = Order {
                node: at.clone(),
                source: s.id.to_string(),
                bom: bom.map(|b| b.id.to_string()),
                q: q.clone(),
                good: good.clone(),
                counts: day,
                available,
                due: dates.due,
                dock: dates.dock,
                start: dates.start,
                feasible: dates.feasible,
            };
            self.group.get_mut(at).unwrap().orders.push(order);
        }
        let n = self.group.get_mut(at).unwrap();
        *n.given.entry(s.id.to_string()).or_insert_with(zero) += q;
        if refill && available > day {
            *n.pending.entry(available).or_insert_with(zero) += &good;
        } else {
            self.credit(at, day, &good);
        }
        let parent = format!("{} {}", at.item, available);
        let follow = self.w.follow(&dates);
        match (bom, &s.from_site) {
            (Some(b), _) => {
                self.explode(at, b, q, follow, explosion, &parent);
                self.outputs(at, b, q, day, available);
            }
            (None, Some(from)) if s.kind == SourceKind::Transfer => self.ship(at, from, q, follow, &parent),
            _ => {}
        }
        Ok(good)
    }

    fn ship(&mut self, at: &NodeKey, from: &Id, q: &Q, start: Day, parent: &str) {
        if self.trial.is_some() {
            return;
        }
        let to = NodeKey { site: from.clone(), ..at.clone() };
        let need = Need {
            priority: u64::MAX,
            origin: Origin::Dependent,
            id: parent.into(),
            qty: q.clone(),
            life: 0,
            parent: Some(at.item.clone()),
        };
        let day = self.w.need_day(start);
        self.emit(to, day, need);
    }

    /// Shares of the other outputs: at once inside the group, else a receipt below.
    fn outputs(&mut self, at: &NodeKey, b: &Bom, q: &Q, day: Day, available: Day) {
        if !self.w.p.use_co_products {
            return;
        }
        for o in &b.outputs {
            let to = self.w.below(&o.item, at);
            let qty = floor_to(&(q * of(o.numerator) / of(o.denominator)), self.w.scale(&o.item));
            if qty <= zero() || !self.w.item(&o.item).planned {
                continue;
            }
            if self.group.contains_key(&to) {
                if self.group[&to].done >= day {
                    self.credit(&to, day, &qty);
                }
            } else if self.trial.is_none() {
                let id = format!("{} {}", at.item, available);
                let day = self.w.buckets.place(available, self.w.run);
                self.out.receipts.push((to, Receipt { day, id, qty, until: None }));
            }
        }
    }

    /// Co-product source: an order of the process at the node of its lead.
    fn order_process(
        &mut self,
        k: &NodeKey,
        bom: &'a Bom,
        n: &Q,
        day: Day,
        available: Day,
    ) -> Result<(), Code> {
        let w = self.w;
        let lead = w.below(&bom.product, k);
        let lead = NodeKey { key: w.node(&bom.product, &k.site, &k.key).key, ..lead };
        let out = bom.outputs.iter().find(|o| o.item == k.item).ok_or("NO_SOURCE")?;
        let here = |s: &&Source| {
            s.item == lead.item
                && s.bom.as_ref() == Some(&bom.id)
                && s.kind == SourceKind::Make
                && s.site.as_ref().is_none_or(|x| *x == k.site)
                && super::world::within(s.valid_from, s.valid_to, day)
        };
        let found =
            w.t.sources.iter().filter(here).min_by_key(|s| (s.site.is_none(), s.priority, s.id.clone()));
        let s = found.ok_or("NO_SOURCE")?;
        self.group.entry(lead.clone()).or_insert_with(|| Node::new(lead.clone(), Start::default()));
        if !w.p.use_co_products {
            return Err("NO_SOURCE");
        }
        let need = ceil_to(&(n * of(out.denominator) / of(out.numerator)), w.scale(&lead.item));
        let (low, top, multiple) = self.modifiers(&lead, Some(s));
        let physical = self.params(&lead).is_none_or(|p| p.max_rule == MaxRule::Physical);
        let list = lots::modify(&need, low.as_ref(), top.as_ref(), multiple.as_ref(), physical);
        for q in list.ok_or("LOT_PARAM_CONFLICT")? {
            self.create(k, &lead, s, &q, day, available, false, Some(&bom.id))?;
        }
        Ok(())
    }

    fn pass_through(&mut self, k: &NodeKey, day: Day, n: &Q) -> Result<(), Code> {
        let bom = self.w.bom(&k.item, &k.site, None, day)?;
        let scale = self.w.scale(&k.item);
        let y = ratio(bom.yield_ratio);
        let q = ceil_to(&(n / &y), scale);
        let good = floor_to(&(&q * y), scale);
        self.credit(k, day, &good);
        let parent = format!("{} {}", k.item, day);
        self.explode(k, bom, &q, day, day, &parent);
        Ok(())
    }

    // ---- §4 ----

    fn explode(&mut self, at: &NodeKey, b: &'a Bom, q: &Q, start: Day, explosion: Day, parent: &str) {
        if self.trial.is_none() {
            self.lines(at, b, q, start, 0, explosion, parent);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the path of an explosion")]
    fn lines(
        &mut self,
        at: &NodeKey,
        b: &'a Bom,
        q: &Q,
        start: Day,
        offset: i32,
        explosion: Day,
        parent: &str,
    ) {
        let w = self.w;
        for l in &b.lines {
            if !super::world::within(l.valid_from, l.valid_to, explosion) {
                continue;
            }
            let each = w.conversion(&l.component, l.unit.as_ref());
            let std = each
                * match &l.usage {
                    Usage::Variable => q * of(l.numerator) / of(l.denominator),
                    Usage::Fixed => of(l.numerator) / of(l.denominator),
                    Usage::Stepped { steps } => {
                        let step = steps.iter().filter(|s| of(s.from) <= *q).max_by_key(|s| s.from);
                        step.map_or_else(zero, |s| ratio(s.fixed) + ratio(s.per_unit) * q)
                    }
                };
            let item = w.item(&l.component);
            let scrap = ratio(l.scrap);
            let mut gross = match item.scrap_formula {
                ScrapFormula::Divide => std / (int(1) - scrap),
                ScrapFormula::Multiply => std * (int(1) + scrap),
            };
            gross += opt(l.fixed_loss).unwrap_or_else(zero);
            let to = w.below(&l.component, at);
            let offset = offset + l.offset_days;
            let netted = item.phantom && !l.skip_level && self.live.contains(&to);
            if (item.phantom || l.skip_level) && !netted {
                match w.bom(&l.component, &at.site, None, explosion) {
                    Ok(below) => {
                        let q = gross / ratio(below.yield_ratio);
                        self.lines(at, below, &q, start, offset, explosion, parent);
                    }
                    Err(code) => self.no_phantom_bom(&to, &gross, start, code),
                }
                continue;
            }
            let Ok(day) = w.site_calendar(&at.site).shift(start, offset) else {
                panic!("offset beyond the calendar");
            };
            self.require(to, w.need_day(day), gross, parent, &at.item);
        }
    }

    fn no_phantom_bom(&mut self, to: &NodeKey, gross: &Q, start: Day, code: Code) {
        self.out.findings.insert((code.into(), to.item.to_string()));
        let qty = ceil_to(gross, self.w.scale(&to.item));
        if qty > zero() {
            self.out.shortages.push((to.clone(), Some(self.w.need_day(start)), qty, code));
        }
    }

    fn require(&mut self, to: NodeKey, day: Day, exact: Q, parent: &str, parent_item: &Id) {
        if exact <= zero() || !self.w.item(&to.item).planned {
            return;
        }
        if self.w.p.rounding != RequirementRounding::OrderLine {
            self.out.exact.push((to, day, exact));
            return;
        }
        let qty = ceil_to(&exact, self.w.scale(&to.item));
        let need = Need {
            priority: u64::MAX,
            origin: Origin::Dependent,
            id: parent.into(),
            qty,
            life: 0,
            parent: Some(parent_item.clone()),
        };
        self.emit(to, day, need);
    }

    /// Components, outputs and shipments of firm orders, once their dates are known (§2).
    pub fn firm(&mut self) {
        let firm: Vec<(NodeKey, Sup)> = self
            .group
            .iter()
            .flat_map(|(k, n)| n.supplies.iter().map(move |s| (k.clone(), s.clone())))
            .filter(|(_, s)| s.row.firmness == Firmness::Firm && s.row.kind != SupplyKind::Purchase)
            .collect();
        for (k, s) in firm {
            if let Err(code) = self.firm_one(&k, &s) {
                self.out.findings.insert((code.into(), k.item.to_string()));
            }
        }
    }

    fn firm_one(&mut self, k: &NodeKey, s: &Sup<'a>) -> Result<(), Code> {
        let w = self.w;
        let kind = match s.row.kind {
            SupplyKind::Production => SourceKind::Make,
            SupplyKind::Subcontract => SourceKind::Subcontract,
            SupplyKind::Transfer | SupplyKind::Purchase => SourceKind::Transfer,
        };
        let named = s.row.source.as_ref().and_then(|id| w.t.sources.iter().find(|x| x.id == *id));
        let source = match named {
            Some(x) => Ok(x),
            None => {
                w.valid_sources(&k.item, &k.site, &s.total, s.day, Some(kind)).map(|r| self.preferred(k, &r))
            }
        };
        let typed = s.row.start.map(|d| d.day_number());
        let dates_for = |q: &Q| match (typed, &source) {
            (Some(start), x) => Ok(super::world::Dates {
                due: s.day,
                dock: None,
                start,
                feasible: w.typed_start(x.as_ref().ok().copied(), k, start),
            }),
            (None, Ok(x)) => w.dates(x, k, q, s.day),
            (None, Err(code)) => Err(*code),
        };
        if kind == SourceKind::Transfer {
            let from = source?.from_site.clone().ok_or("NO_SOURCE")?;
            let follow = w.follow(&dates_for(&s.total)?);
            self.ship(k, &from, &s.total, follow, s.row.id.as_str());
            return Ok(());
        }
        let bom_id = source.ok().and_then(|x| x.bom.as_ref());
        let explosion =
            |d: &super::world::Dates| if w.p.explosion == ExplosionDate::Start { d.start } else { d.due };
        let scale = w.scale(&k.item);
        let q = match opt(s.row.input_quantity) {
            Some(input) => ceil_to(&(input * &s.total / of(s.row.quantity)), scale),
            None => {
                let bom = w.bom(&k.item, &k.site, bom_id, explosion(&dates_for(&s.total)?))?;
                ceil_to(&(&s.total / ratio(bom.yield_ratio)), scale)
            }
        };
        let dates = dates_for(&q)?;
        let bom = w.bom(&k.item, &k.site, bom_id, explosion(&dates))?;
        self.explode(k, bom, &q, w.follow(&dates), explosion(&dates), s.row.id.as_str());
        self.outputs(k, bom, &q, Day::MAX, s.day);
        Ok(())
    }

    // ---- period and economic rules ----

    /// What one order for `n` on `day` is to cover.
    fn covered(&mut self, k: &NodeKey, day: Day, n: &Q) -> Result<Q, Code> {
        let w = self.w;
        let rule = w.rule(&k.item, &k.site);
        let is_plain = matches!(
            rule,
            LotRule::LotForLot
                | LotRule::Fixed { .. }
                | LotRule::OrderUpTo { .. }
                | LotRule::ReorderPoint { .. }
                | LotRule::MinMax { .. }
        );
        let is_eoq = matches!(rule, LotRule::Eoq(_));
        if is_plain || (is_eoq && self.group[k].eoq.is_some()) {
            return Ok(n.clone());
        }
        let series = self.series(k, day, n);
        let index = |d: Day| w.buckets.index(d);
        let numbered: Vec<(i64, Q)> = series.iter().map(|(d, q)| (index(*d), q.clone())).collect();
        let buckets = |count: i64| numbered.iter().take_while(|(b, _)| *b < index(day) + count).count();
        let turn = self.group[k].periods;
        let upto = match &rule {
            LotRule::PeriodDays { days } => {
                series.iter().take_while(|(d, _)| *d < day + *days as i32).count()
            }
            LotRule::Periods { counts } => buckets(i64::from(counts[turn % counts.len()])),
            LotRule::Cycle { cycle } => {
                let row = w.t.cycles.iter().find(|c| c.id == *cycle).unwrap();
                let next = row.starts.iter().map(|s| s.day_number()).filter(|s| *s > day).min();
                series.iter().take_while(|(d, _)| next.is_none_or(|x| *d < x)).count()
            }
            LotRule::Eoq(e) | LotRule::Poq(e) => {
                let (q, rate) = self.eoq(k, e, &numbered)?;
                if is_eoq {
                    self.group.get_mut(k).unwrap().eoq = Some(q);
                    return Ok(n.clone());
                }
                let periods = round_to(&(q / rate), 0, headstock::num::Rounding::HalfUp);
                buckets(max(periods, int(1)).to_integer().try_into().unwrap())
            }
            LotRule::LeastUnitCost(e) => lots::least_unit_cost(&numbered, &costs(e)?),
            LotRule::LeastTotalCost(e) => lots::least_total_cost(&numbered, &costs(e)?),
            LotRule::PartPeriod { costs: e, look_ahead, look_back } => {
                lots::part_period(&numbered, &costs(e)?, *look_ahead, *look_back)
            }
            LotRule::SilverMeal(e) => lots::silver_meal(&numbered, &costs(e)?),
            LotRule::WagnerWhitin(e) => {
                let c = costs(e)?;
                let at = |i: usize| setup_on(e, series[i].0);
                lots::wagner_whitin(&numbered, &c, &at)
            }
            _ => 1,
        };
        self.group.get_mut(k).unwrap().periods += 1;
        Ok(series.iter().take(upto.max(1)).map(|(_, q)| q).sum())
    }

    /// EOQ and the need per period it is taken from.
    fn eoq(&mut self, k: &NodeKey, e: &Economic, series: &[(i64, Q)]) -> Result<(Q, Q), Code> {
        let c = costs(e)?;
        if c.hold <= zero() {
            return Err("PARAM_MISSING");
        }
        let rate = opt(e.demand_rate).unwrap_or_else(|| {
            let first = self.w.buckets.index(self.w.run).min(series[0].0);
            let last = series[series.len() - 1].0;
            series.iter().map(|(_, q)| q).sum::<Q>() / int(last - first + 1)
        });
        if rate <= zero() {
            return Err("PARAM_MISSING");
        }
        let scale = self.w.scale(&k.item);
        let q = sqrt_half_up(&(int(2) * &rate * c.setup / c.hold), scale);
        Ok((max(q, grain(scale)), rate))
    }

    /// The net series from a day on: the run goes on with every short covered lot-for-lot.
    fn series(&self, k: &NodeKey, day: Day, n: &Q) -> Vec<(Day, Q)> {
        let mut t = Net {
            w: self.w,
            group: self.group.clone(),
            live: self.live,
            out: Out::default(),
            trial: Some((k.clone(), vec![(day, n.clone())])),
        };
        t.credit(k, day, n);
        let mut now = day;
        while let Some(next) = t.next_event(&t.group[k], now) {
            t.flows(k, next);
            t.shorts(k, next);
            now = next;
        }
        t.trial.unwrap().1
    }
}

fn costs(e: &Economic) -> Result<Costs, Code> {
    Ok(Costs {
        setup: opt(e.setup_cost).ok_or("PARAM_MISSING")?,
        hold: opt(e.holding_cost).ok_or("PARAM_MISSING")?,
        unit: opt(e.unit_cost).unwrap_or_else(zero),
        basis: e.holding_basis,
    })
}

fn setup_on(e: &Economic, day: Day) -> Q {
    let step = e.setup_steps.iter().filter(|s| s.from.day_number() <= day).max_by_key(|s| s.from);
    step.map_or_else(|| opt(e.setup_cost).unwrap_or_else(zero), |s| of(s.cost))
}

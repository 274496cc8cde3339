//! The tables by id, and the questions that several rules ask of them.

use super::days::{Buckets, Cal, Day, Gap};
use super::levels::Arcs;
use super::num::{Q, ceil_to, int, of, opt, ratio, zero};
use headstock::bom::{Bom, BomStatus};
use headstock::id::Id;
use headstock::inventory::Key;
use headstock::item::{Item, LotRule, Planning, Substitute, SubstituteMode};
use headstock::partner::{DayUnit, Source, SourceKind};
use headstock::planning::{DependentDate, PlanPolicy};
use headstock::snapshot::Tables;
use headstock::time::Date;
use std::collections::{BTreeMap, BTreeSet};

/// A node: item, site, key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeKey {
    pub item: Id,
    pub site: Id,
    pub key: Key,
}

/// Item and site.
pub type Pair = (Id, Id);

/// From, to, and whether it is an output.
type Edge = (Pair, Pair, bool);

/// Why something cannot be planned.
pub type Code = &'static str;

pub struct World<'a> {
    pub t: &'a Tables,
    pub p: &'a PlanPolicy,
    pub run: Day,
    pub buckets: Buckets,
    /// Outputs that are recycled: their supply is not counted.
    pub dropped: BTreeSet<(NodeKey, NodeKey)>,
    /// Nodes that share no supply after all: sharing would close a circle.
    pub apart: BTreeSet<NodeKey>,
    items: BTreeMap<Id, &'a Item>,
    scales: BTreeMap<Id, u32>,
}

/// The dates of one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dates {
    pub due: Day,
    pub dock: Option<Day>,
    pub start: Day,
    pub feasible: Day,
}

impl<'a> World<'a> {
    pub fn new(t: &'a Tables, p: &'a PlanPolicy, run: Date) -> World<'a> {
        let items: BTreeMap<Id, &Item> = t.items.iter().map(|i| (i.id.clone(), i)).collect();
        let scale_of = |unit: &Id| t.units.iter().find(|u| u.id == *unit).unwrap().scale;
        let scales = items.iter().map(|(id, i)| (id.clone(), scale_of(&i.unit))).collect();
        let buckets = Buckets::new(&p.buckets, &t.cycles);
        World {
            t,
            p,
            run: run.day_number(),
            buckets,
            dropped: BTreeSet::new(),
            apart: BTreeSet::new(),
            items,
            scales,
        }
    }

    pub fn item(&self, id: &Id) -> &'a Item {
        self.items[id]
    }

    pub fn scale(&self, id: &Id) -> u32 {
        self.scales[id]
    }

    /// The node of a record: parts of the key that the item does not use are dropped.
    pub fn node(&self, item: &Id, site: &Id, key: &Key) -> NodeKey {
        let uses = self.item(item).key;
        let keep = |on: bool, part: &Option<Id>| if on { part.clone() } else { None };
        let key = Key {
            attributes: keep(uses.attributes, &key.attributes),
            owner: keep(uses.owner, &key.owner),
            project: keep(uses.project, &key.project),
            grade: keep(uses.grade, &key.grade),
        };
        NodeKey { item: item.clone(), site: site.clone(), key }
    }

    /// The node of a component or output under a parent: only the project is passed on.
    pub fn below(&self, item: &Id, parent: &NodeKey) -> NodeKey {
        let key = Key { project: parent.key.project.clone(), ..Key::default() };
        self.node(item, &parent.site, &key)
    }

    pub fn planning(&self, item: &Id, site: &Id) -> Option<&'a Planning> {
        let rows = || self.t.planning.iter().filter(|r| r.item == *item);
        rows().find(|r| r.site.as_ref() == Some(site)).or_else(|| rows().find(|r| r.site.is_none()))
    }

    pub fn rule(&self, item: &Id, site: &Id) -> LotRule {
        self.planning(item, site).map(|r| r.lot.clone()).unwrap_or_default()
    }

    pub fn site_calendar(&self, site: &Id) -> Cal<'a> {
        let row = self.t.sites.iter().find(|s| s.id == *site).unwrap();
        self.calendar(row.calendar.as_ref())
    }

    fn calendar(&self, id: Option<&Id>) -> Cal<'a> {
        Cal(id.map(|id| self.t.calendars.iter().find(|c| c.id == *id).unwrap()))
    }

    fn supplier_calendar(&self, source: &Source, site: &Id) -> Cal<'a> {
        let supplier = source.supplier.as_ref().and_then(|s| self.t.suppliers.iter().find(|x| x.id == *s));
        match supplier.and_then(|s| s.calendar.as_ref()) {
            Some(id) => self.calendar(Some(id)),
            None => self.site_calendar(site),
        }
    }

    /// Safety stock in force; 0 before the run date, when it is switched off and where the item is used up.
    pub fn safety(&self, item: &Id, site: &Id, day: Day) -> Q {
        if day < self.run || !self.p.use_safety_stock || self.use_up(item, day).is_some() {
            return zero();
        }
        let Some(row) = self.planning(item, site) else { return zero() };
        let since = |s: &Date| self.buckets.place(s.day_number(), self.run);
        let step = row.safety_steps.iter().filter(|s| since(&s.from) <= day).max_by_key(|s| s.from);
        match step {
            Some(s) => of(s.quantity),
            None => opt(row.safety_stock).unwrap_or_else(zero),
        }
    }

    pub fn fence_end(&self, item: &Id, site: &Id) -> Option<Day> {
        let days = self.planning(item, site).map_or(0, |r| r.planning_fence_days);
        (days > 0).then(|| self.run + days as i32)
    }

    /// The BOM in force for a product at a site on an explosion date.
    pub fn bom(&self, product: &Id, site: &Id, named: Option<&Id>, day: Day) -> Result<&'a Bom, Code> {
        if let Some(id) = named {
            let Some(bom) = self.t.boms.iter().find(|b| b.id == *id) else { return Err("BOM_NOT_FOUND") };
            if bom.status == BomStatus::Draft {
                return Err("BOM_NOT_APPROVED");
            }
            return if bom.enabled && within(bom.valid_from, bom.valid_to, day) {
                Ok(bom)
            } else {
                Err("BOM_NOT_FOUND")
            };
        }
        let usable = |site: Option<&Id>| {
            let mut found: Vec<&Bom> = Vec::new();
            for b in &self.t.boms {
                let free = b.status == BomStatus::Approved && b.enabled;
                if free
                    && b.product == *product
                    && b.site.as_ref() == site
                    && within(b.valid_from, b.valid_to, day)
                {
                    found.push(b);
                }
            }
            found.into_iter().min_by_key(|b| (b.priority, b.id.clone()))
        };
        usable(Some(site)).or_else(|| usable(None)).ok_or("BOM_NOT_FOUND")
    }

    /// The BOM that is in force on every day, if there is one.
    pub fn bom_always(&self, product: &Id, site: &Id, named: Option<&Id>) -> Option<&'a Bom> {
        let of_product = self.t.boms.iter().filter(|b| b.product == *product);
        let ends = of_product.flat_map(|b| [b.valid_from, b.valid_to]).flatten().map(|d| d.day_number());
        let days: Vec<Day> = ends.flat_map(|d| [d - 1, d, d + 1]).chain([self.run]).collect();
        let first = self.bom(product, site, named, self.run).ok()?;
        let same = |d: &Day| self.bom(product, site, named, *d).is_ok_and(|b| b.id == first.id);
        days.iter().all(same).then_some(first)
    }

    /// How many of the component's stock unit are one of the line's unit.
    pub fn conversion(&self, item: &Id, from: Option<&Id>) -> Q {
        let to = &self.item(item).unit;
        let Some(from) = from.filter(|f| *f != to) else { return int(1) };
        for owner in [Some(item), None] {
            for row in self.t.conversions.iter().filter(|r| r.item.as_ref() == owner) {
                if row.from == *from && row.to == *to {
                    return ratio(row.ratio);
                }
                if row.from == *to && row.to == *from {
                    return int(1) / ratio(row.ratio);
                }
            }
        }
        panic!("no conversion from {from} to {to} for {item}")
    }

    /// Valid substitute rows of an item on a day, in the order in which they are tried.
    pub fn substitutes(&self, item: &Id, day: Day) -> Vec<&'a Substitute> {
        let mut rows: Vec<&Substitute> = self.t.substitutes.iter().collect();
        rows.retain(|r| r.item == *item && within(r.valid_from, r.valid_to, day));
        rows.sort_by_key(|r| (r.priority, r.substitute.clone()));
        rows
    }

    /// The use-up row of an item that is in force.
    pub fn use_up(&self, item: &Id, day: Day) -> Option<&'a Substitute> {
        let wanted = |m| matches!(m, SubstituteMode::UseUp | SubstituteMode::UseUpWhole);
        self.substitutes(item, day).into_iter().find(|r| wanted(r.mode) && r.ratio.is_some())
    }

    /// Sources valid for `n` on a day, best rows first by site; the code says why there is none.
    pub fn valid_sources(&self, item: &Id, site: &Id, n: &Q, day: Day) -> Result<Vec<&'a Source>, Code> {
        let here = |s: &&Source| s.item == *item && s.site.as_ref().is_none_or(|x| x == site);
        let mut all: Vec<&Source> = self.t.sources.iter().filter(here).collect();
        all.retain(|s| within(s.valid_from, s.valid_to, day));
        let dated = !all.is_empty();
        all.retain(|s| {
            opt(s.quantity_from).is_none_or(|f| *n >= f) && opt(s.quantity_to).is_none_or(|t| *n <= t)
        });
        if all.iter().any(|s| s.site.is_some()) {
            all.retain(|s| s.site.is_some());
        }
        let mut best = all;
        best.sort_by_key(|s| (s.priority, s.id.clone()));
        let first = best.first().map(|s| s.priority);
        best.retain(|s| Some(s.priority) == first);
        match (best.is_empty(), dated) {
            (false, _) => Ok(best),
            (true, true) => Err("SOURCE_LOT_RANGE"),
            (true, false) => Err("NO_SOURCE"),
        }
    }

    /// The source of a firm order that names none: the first of its kind, whatever its validity and lot range.
    pub fn firm_source(&self, item: &Id, site: &Id, kind: SourceKind) -> Result<&'a Source, Code> {
        let here =
            |s: &&Source| s.item == *item && s.kind == kind && s.site.as_ref().is_none_or(|x| x == site);
        let rows = self.t.sources.iter().filter(here);
        rows.min_by_key(|s| (s.site.is_none(), s.priority, s.id.clone())).ok_or("NO_SOURCE")
    }

    /// Lead time of `q` units in days.
    fn lead(&self, source: &Source, q: &Q) -> Result<u32, Code> {
        let fixed = source.lead_days.ok_or("LEADTIME_MISSING")?;
        if source.days_per_batch == 0 {
            return Ok(fixed);
        }
        let batch = opt(source.batch_quantity).unwrap_or_else(|| int(1));
        let batches: u32 = ceil_to(&(q / batch), 0).to_integer().try_into().unwrap();
        Ok(fixed + source.days_per_batch * batches)
    }

    fn working(source: &Source) -> bool {
        let by_default = matches!(source.kind, SourceKind::Make | SourceKind::Subcontract);
        source.lead_unit.map_or(by_default, |u| u == DayUnit::Working)
    }

    /// The calendar in which the lead time of a source is counted.
    fn lead_calendar(&self, source: &Source, site: &Id) -> Cal<'a> {
        match source.kind {
            SourceKind::Make => self.site_calendar(site),
            SourceKind::Buy | SourceKind::Subcontract => self.supplier_calendar(source, site),
            SourceKind::Transfer => self.site_calendar(source.from_site.as_ref().unwrap()),
        }
    }

    /// Dates of an order of `q` that is available on `day`.
    pub fn dates(&self, source: &Source, node: &NodeKey, q: &Q, day: Day) -> Result<Dates, Code> {
        let days = self.lead(source, q)?;
        let gap = |_: Gap| "CALENDAR_GAP";
        let site = self.site_calendar(&node.site);
        let safety = self.planning(&node.item, &node.site).map_or(0, |r| r.safety_days);
        let due = site.minus(day, safety).map_err(gap)?;
        let (dock, end) = if source.kind == SourceKind::Make {
            (None, due)
        } else {
            let dock = site.minus(due, source.inspection_days).map_err(gap)?;
            (Some(dock), dock)
        };
        let calendar = self.lead_calendar(source, &node.site);
        let start = if Self::working(source) {
            calendar.minus(end, days).map_err(gap)?
        } else {
            calendar.back(end - days as i32).map_err(gap)?
        };
        Ok(Dates { due, dock, start, feasible: self.feasible(calendar, start) })
    }

    fn feasible(&self, calendar: Cal<'a>, start: Day) -> Day {
        if start >= self.run { start } else { calendar.forward(self.run).unwrap_or(self.run) }
    }

    /// The same for a start that somebody typed.
    pub fn typed_start(&self, source: Option<&Source>, node: &NodeKey, start: Day) -> Day {
        let calendar = match source {
            Some(s) => self.lead_calendar(s, &node.site),
            None => self.site_calendar(&node.site),
        };
        self.feasible(calendar, start)
    }

    /// The earliest day on which `q` can be available when it starts on the run date.
    pub fn earliest(&self, source: &Source, node: &NodeKey, q: &Q) -> Result<Day, Code> {
        self.arrival(source, node, q, self.run)
    }

    /// The day on which `q` can be available when it starts on a day, or when it still can.
    pub fn arrival(&self, source: &Source, node: &NodeKey, q: &Q, start: Day) -> Result<Day, Code> {
        let days = self.lead(source, q)?;
        let gap = |_: Gap| "CALENDAR_GAP";
        let site = self.site_calendar(&node.site);
        let calendar = self.lead_calendar(source, &node.site);
        let start = calendar.forward(start.max(self.run)).map_err(gap)?;
        let mut day = if Self::working(source) {
            calendar.shift(start, days as i32).map_err(gap)?
        } else {
            start + days as i32
        };
        day = site.forward(day).map_err(gap)?;
        if source.kind != SourceKind::Make {
            day = site.shift(day, source.inspection_days as i32).map_err(gap)?;
        }
        let safety = self.planning(&node.item, &node.site).map_or(0, |r| r.safety_days);
        site.shift(day, safety as i32).map_err(gap)
    }

    /// The day on which a dependent need counts.
    pub fn need_day(&self, day: Day) -> Day {
        let day = if self.p.dependent == DependentDate::Feasible { day.max(self.run) } else { day };
        self.buckets.place(day, self.run)
    }

    /// The start that dependent needs follow.
    pub fn follow(&self, dates: &Dates) -> Day {
        if self.p.dependent == DependentDate::Feasible { dates.start.max(self.run) } else { dates.start }
    }

    /// The process of a source that makes the item beside another one.
    pub fn process(&self, s: &Source) -> Option<&'a Bom> {
        let bom = self.t.boms.iter().find(|b| Some(&b.id) == s.bom.as_ref())?;
        (s.kind == SourceKind::Make && bom.product != s.item).then_some(bom)
    }

    /// The nodes that a node may take supply from: substitutes, free stock, the leads of processes.
    pub fn shares(&self, k: &NodeKey) -> Vec<NodeKey> {
        let mut with = Vec::new();
        if self.item(&k.item).free_stock && k.key.project.is_some() {
            with.push(NodeKey { key: Key { project: None, ..k.key.clone() }, ..k.clone() });
        }
        if self.item(&k.item).phantom {
            return with;
        }
        let rows = self.t.substitutes.iter().filter(|r| r.item == k.item);
        let rows = rows.filter(|r| r.mode == SubstituteMode::Alternative);
        with.extend(rows.map(|r| self.node(&r.substitute, &k.site, &k.key)));
        let here = |s: &&Source| s.item == k.item && s.site.as_ref().is_none_or(|x| *x == k.site);
        let processes = self.t.sources.iter().filter(here).filter_map(|s| self.process(s));
        let gives = |b: &&Bom| b.outputs.iter().any(|o| o.item == k.item && of(o.numerator) > zero());
        with.extend(processes.filter(gives).map(|b| self.node(&b.product, &k.site, &k.key)));
        with
    }

    /// Everything in the tables over (item, site) pairs, and the pairs by number.
    pub fn arcs(&self) -> (Vec<Pair>, Arcs) {
        let mut pairs: Vec<Pair> = Vec::new();
        for i in &self.t.items {
            pairs.extend(self.t.sites.iter().map(|s| (i.id.clone(), s.id.clone())));
        }
        let number = |pair: &Pair| pairs.iter().position(|p| p == pair).unwrap();
        let (edges, unions) = self.edges();
        let arcs = edges.iter().map(|(a, b, output)| (number(a), number(b), *output)).collect();
        let shares = unions.iter().map(|(a, b)| (number(a), number(b))).collect();
        (pairs.clone(), Arcs { places: pairs.len(), arcs, shares })
    }

    /// Edges over (item, site), and pairs that share supply. The flag marks edges to outputs.
    fn edges(&self) -> (Vec<Edge>, Vec<(Pair, Pair)>) {
        let (mut edges, mut unions) = (Vec::new(), Vec::new());
        for site in self.t.sites.iter().map(|s| &s.id) {
            let at = |item: &Id| (item.clone(), site.clone());
            for b in &self.t.boms {
                if b.status == BomStatus::Draft || !b.enabled || b.site.as_ref().is_some_and(|s| s != site) {
                    continue;
                }
                for l in &b.lines {
                    edges.push((at(&b.product), at(&l.component), false));
                }
                for o in &b.outputs {
                    edges.push((at(&b.product), at(&o.item), true));
                }
            }
            for s in self.t.sources.iter().filter(|s| s.site.as_ref().is_none_or(|x| x == site)) {
                if let Some(from) = s.from_site.as_ref().filter(|f| *f != site) {
                    edges.push((at(&s.item), (s.item.clone(), from.clone()), false));
                }
                if let Some(b) = s.bom.as_ref().and_then(|b| self.t.boms.iter().find(|x| x.id == *b))
                    && b.product != s.item
                {
                    unions.push((at(&b.product), at(&s.item)));
                }
            }
            for r in &self.t.substitutes {
                if r.mode == SubstituteMode::Alternative {
                    unions.push((at(&r.item), at(&r.substitute)));
                } else {
                    edges.push((at(&r.item), at(&r.substitute), false));
                }
            }
        }
        (edges, unions)
    }
}

pub fn within(from: Option<Date>, to: Option<Date>, day: Day) -> bool {
    from.is_none_or(|f| f.day_number() <= day) && to.is_none_or(|t| t.day_number() >= day)
}

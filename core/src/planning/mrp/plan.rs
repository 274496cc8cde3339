//! The finished plan and what can be read from it. Everything is derived from 8 bytes an order when asked.

use super::Blocked;
use super::cover::Chosen;
use super::gather::Ctx;
use super::messages::Proposal;
use super::model::{Model, flag};
use super::order::{Kind, Order, Orders};
use super::run::Told;
use super::state::Note;
use super::terms::Terms;
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::Key;
use crate::order::SupplyKind;
use crate::partner::SourceKind;
use crate::planning::{Message, MessageKind, PlanPolicy, PlannedOrder, Shortage};
use crate::snapshot::{Dense, NO_DATE, NONE, Snapshot, Spot, to_u32};
use crate::time::Date;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// A finished plan.
#[derive(Debug, Clone)]
pub struct Plan {
    pub(crate) snapshot: Snapshot,
    pub(crate) policy: PlanPolicy,
    pub(crate) model: Model,
    pub(crate) orders: Orders,
    pub(crate) told: Told,
}

impl Plan {
    pub(crate) fn ctx(&self) -> Ctx<'_> {
        Ctx { s: &self.snapshot.0, model: &self.model, policy: &self.policy, orders: &self.orders }
    }

    pub(crate) fn dense(&self) -> &Dense {
        &self.snapshot.0
    }

    /// The run date.
    #[must_use]
    pub fn run_date(&self) -> Date {
        date(self.model.run)
    }

    /// The policy of the run.
    #[must_use]
    pub fn policy(&self) -> &PlanPolicy {
        &self.policy
    }

    /// How many planned orders there are.
    #[must_use]
    pub fn order_count(&self) -> usize {
        let nodes = 0..to_u32(self.orders.nodes.len());
        nodes.map(|node| self.orders.of(node).iter().filter(|order| order.is_planned()).count()).sum()
    }

    /// How many nodes (item, site and key) were planned.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.model.nodes.len()
    }

    /// Planned orders by item, site, key and date.
    pub fn orders(&self) -> impl Iterator<Item = PlannedOrder> + '_ {
        self.nodes_by_spot().into_iter().flat_map(move |node| self.orders_of(node))
    }

    /// Planned orders of one node, by date.
    pub(crate) fn orders_of(&self, node: u32) -> impl Iterator<Item = PlannedOrder> + '_ {
        let ctx = self.ctx();
        self.numbered(node).map(move |(order, number)| planned_order(&ctx, node, &order, number))
    }

    /// Planned orders of a node with their number on their date, from 1.
    pub(crate) fn numbered(&self, node: u32) -> impl Iterator<Item = (Order, u32)> + '_ {
        let (mut last, mut number) = (i32::MIN, 0);
        self.orders.of(node).iter().filter(|order| order.is_planned()).map(move |order| {
            number = if order.day() == last { number + 1 } else { 1 };
            last = order.day();
            (order, number)
        })
    }

    /// Node numbers by item, site and key.
    pub(crate) fn nodes_by_spot(&self) -> Vec<u32> {
        let mut nodes: Vec<u32> = (0..to_u32(self.model.nodes.len())).collect();
        let key = |&node: &u32| {
            let spot = self.model.node(node).spot;
            (spot.item, spot.site, &self.model.keys[spot.key as usize])
        };
        nodes.sort_by(|a, b| key(a).cmp(&key(b)));
        nodes
    }

    /// Action messages for documents on order and for balances, by item, site, key, date and document.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        let mut messages: Vec<Message> = Vec::new();
        for (node, proposal) in &self.told.proposals {
            messages.push(self.message(*node, proposal));
        }
        messages.extend(self.ignored_overdue());
        for &(node, day, depth) in &self.told.below {
            let (item, site, key) = self.names(node);
            let from_quantity = self.decimal(node, depth);
            messages.push(Message {
                kind: MessageKind::BelowSafety,
                item,
                site,
                key,
                document: None,
                from_date: date(day),
                to_date: None,
                from_quantity,
                to_quantity: None,
            });
        }
        messages.sort_by(|a, b| {
            (&a.item, &a.site, &a.key, a.from_date, &a.document, a.kind).cmp(&(
                &b.item,
                &b.site,
                &b.key,
                b.from_date,
                &b.document,
                b.kind,
            ))
        });
        messages
    }

    /// Overdue supplies that the policy leaves out are past due all the same.
    fn ignored_overdue(&self) -> Vec<Message> {
        let s = self.dense();
        let nodes = super::supply::node_of_spot(&self.model, s.records.spots.spots.len());
        let mut messages = Vec::new();
        for (row, supply) in (0u32..).zip(&s.records.supplies.rows) {
            let counts = super::supply::supply_counts(supply, &self.policy);
            if !counts || super::supply::supply_day(supply, &self.policy, self.model.run).is_some() {
                continue;
            }
            let node = nodes[supply.spot as usize];
            if self.model.node(node).flags & flag::UNPLANNED != 0 {
                continue;
            }
            let (item, site, key) = self.names(node);
            messages.push(Message {
                kind: MessageKind::PastDue,
                item,
                site,
                key,
                document: Some(s.records.supplies.ids.get(row).to_owned()),
                from_date: date(supply.due),
                to_date: None,
                from_quantity: self.decimal(node, supply.remaining),
                to_quantity: None,
            });
        }
        messages
    }

    fn message(&self, node: u32, proposal: &Proposal) -> Message {
        let (item, site, key) = self.names(node);
        let dated =
            matches!(proposal.kind, MessageKind::Expedite | MessageKind::Defer | MessageKind::PastDue);
        let dated = dated || (proposal.kind == MessageKind::InsideFence && proposal.to != proposal.from);
        let sized = proposal.new_quantity != proposal.quantity;
        Message {
            kind: proposal.kind,
            item,
            site,
            key,
            document: Some(self.dense().records.supplies.ids.get(proposal.supply).to_owned()),
            from_date: date(proposal.from),
            to_date: dated.then(|| date(proposal.to)),
            from_quantity: self.decimal(node, proposal.quantity),
            to_quantity: sized.then(|| self.decimal(node, proposal.new_quantity)),
        }
    }

    /// Needs that nothing covers, with the reason's code, by item, site, key and date.
    #[must_use]
    pub fn shortages(&self) -> Vec<Shortage> {
        let mut shortages = Vec::new();
        for node in self.nodes_by_spot() {
            for order in self.orders.of(node).iter().filter(|order| order.kind() == Kind::Short) {
                let code = Blocked::from_number(order.source()).code();
                shortages.push(self.shortage(node, Some(date(order.day())), order.input, code));
            }
            self.unnetted(node, &mut shortages);
        }
        shortages
    }

    fn shortage(&self, node: u32, date: Option<Date>, quantity: i64, code: Code) -> Shortage {
        let (item, site, key) = self.names(node);
        Shortage { item, site, key, date, quantity: self.decimal(node, quantity), code }
    }

    /// Demands that were never netted: without a date, or of an item that is not planned.
    fn unnetted(&self, node: u32, out: &mut Vec<Shortage>) {
        let n = self.model.node(node);
        if n.records == NONE {
            return;
        }
        let unplanned = n.flags & flag::UNPLANNED != 0;
        let demands = &self.dense().records.demands;
        for row in demands.of(n.records as usize) {
            let demand = demands.row(row);
            if demand.open == 0 || !self.model.filter.counts(demand.flags) {
                continue;
            }
            if demand.day == NO_DATE {
                let reserved = match unplanned {
                    true => 0,
                    false => super::supply::taken(&self.model.hard.demand, row),
                };
                if demand.open > reserved {
                    out.push(self.shortage(node, None, demand.open - reserved, Code::DemandNoDate));
                }
            } else if unplanned && self.model.filter.passes(demand.flags, demand.day) {
                let on = date(self.model.buckets.start(demand.day));
                out.push(self.shortage(node, Some(on), demand.open, Code::ItemNotPlanned));
            }
        }
    }

    /// What was found along the way, by item, site, key and code; each node and code once.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let mut found: Vec<(u32, Finding)> = Vec::new();
        let mut seen = BTreeSet::new();
        for (node, finding) in &self.model.findings {
            if seen.insert((*node, finding.code().as_str())) {
                found.push((*node, self.placed(*node, finding.clone())));
            }
        }
        let blocked = self.blocked_sums();
        for (node, note) in &self.told.notes {
            let note = &match *note {
                Note::Blocked(why, ..) => {
                    let (day, quantity) = blocked.get(&(*node, why.code())).copied().unwrap_or_default();
                    Note::Blocked(why, day, quantity)
                }
                other => other,
            };
            let finding = self.note_finding(*node, note);
            let once = !matches!(note, Note::Expired { .. } | Note::Manual { .. });
            if !once || seen.insert((*node, finding.code().as_str())) {
                found.push((*node, finding));
            }
        }
        self.record_findings(&mut found);
        let key = |node: u32| {
            let spot = self.model.node(node).spot;
            (spot.item, spot.site, &self.model.keys[spot.key as usize])
        };
        found.sort_by(|a, b| {
            key(a.0).cmp(&key(b.0)).then_with(|| a.1.code().as_str().cmp(b.1.code().as_str()))
        });
        let mut findings: Vec<Finding> = found.into_iter().map(|entry| entry.1).collect();
        findings.extend(self.beyond_horizon());
        findings
    }

    /// For each node and code the first day on which something could not be planned, and what is short of it then.
    fn blocked_sums(&self) -> BTreeMap<(u32, Code), (i32, i64)> {
        let mut sums: BTreeMap<(u32, Code), (i32, i64)> = BTreeMap::new();
        for (node, note) in &self.told.notes {
            if let Note::Blocked(why, day, quantity) = *note {
                let sum = sums.entry((*node, why.code())).or_insert((day, 0));
                sum.1 += if sum.0 == day { quantity } else { 0 };
            }
        }
        sums
    }

    /// Adds item and site to a finding.
    fn placed(&self, node: u32, finding: Finding) -> Finding {
        let (item, site, _) = self.names(node);
        finding.with("item", item).with("site", site)
    }

    fn note_finding(&self, node: u32, note: &Note) -> Finding {
        let alternative = |number: u16| {
            let target = self.model.alternatives.of(node).get(usize::from(number)).map_or(node, |a| a.target);
            self.names(target).0
        };
        match *note {
            Note::Blocked(blocked, day, quantity) => self.blocked_finding(node, blocked, day, quantity),
            Note::Manual { alternative: number, day, quantity } => {
                let finding = Finding::new(Code::SubstituteManual).with("substitute", alternative(number));
                let finding = finding.with("qty", self.decimal(node, quantity)).with("date", date(day));
                self.placed(node, finding)
            }
            Note::NoRatio { alternative: number } => {
                let finding = Finding::new(Code::SubstRatioMissing).with("substitute", alternative(number));
                self.placed(node, finding)
            }
            Note::Expired { lot, quantity } => {
                let stock = &self.dense().records.stock;
                let finding = Finding::new(Code::LotExpiresUnused).with("lot", stock.ids.get(lot));
                let until = date(stock.rows[lot as usize].until);
                self.placed(node, finding.with("qty", self.decimal(node, quantity)).with("date", until))
            }
            Note::Fenced { day } => {
                let finding = Finding::new(Code::InsideFence).with("doc", self.names(node).0);
                self.placed(node, finding.with("fence", date(day)))
            }
        }
    }

    fn blocked_finding(&self, node: u32, blocked: Blocked, day: i32, quantity: i64) -> Finding {
        let finding =
            Finding::new(blocked.code()).with("date", date(day)).with("qty", self.decimal(node, quantity));
        let n = self.model.node(node);
        let params = self.dense().params.set(n.params);
        let finding = match blocked {
            Blocked::LotParamConflict => {
                let (min, max) = params.rule.conflict().unwrap_or((params.min, params.max));
                finding
                    .with("min", self.decimal(node, min))
                    .with("max", self.decimal(node, max))
                    .with("multiple", self.decimal(node, params.multiple))
            }
            Blocked::ParamMissing => finding.with("field", "setup_cost, holding_cost"),
            Blocked::LimitExceeded => finding.with("what", "orders for one need").with("limit", 10_000),
            Blocked::BomNotApproved => finding.with("bom", self.named_bom(node)),
            _ => finding,
        };
        self.placed(node, finding)
    }

    /// The BOM that the node's first making source names.
    fn named_bom(&self, node: u32) -> String {
        let s = self.dense();
        let sources = self.model.sources_of(self.model.node(node));
        let rows = sources
            .iter()
            .filter(|source| source.row != NONE)
            .map(|source| &s.sources.rows[source.row as usize]);
        rows.filter_map(|row| s.sources.extra(row)?.bom.as_deref()).next().unwrap_or_default().to_owned()
    }

    /// Findings of the records themselves: overdue supplies, negative stock, demands that are not netted.
    fn record_findings(&self, found: &mut Vec<(u32, Finding)>) {
        let s = self.dense();
        for (number, node) in (0u32..).zip(&self.model.nodes) {
            if node.opening < 0 {
                let finding =
                    Finding::new(Code::StockNegativePlanned).with("qty", self.decimal(number, node.opening));
                found.push((number, self.placed(number, finding)));
            }
        }
        let nodes = super::supply::node_of_spot(&self.model, s.records.spots.spots.len());
        for (row, supply) in (0u32..).zip(&s.records.supplies.rows) {
            let days = i64::from(self.model.run) - i64::from(supply.due);
            let node = nodes[supply.spot as usize];
            let planned = self.model.node(node).flags & flag::UNPLANNED == 0;
            if !planned || !super::supply::supply_counts(supply, &self.policy) {
                continue;
            }
            let doc = s.records.supplies.ids.get(row);
            if days > 0 {
                let finding = Finding::new(Code::SupplyOverdue).with("doc", doc).with("days", days);
                found.push((node, self.placed(node, finding)));
            }
            let ordered = matches!(supply.kind, SupplyKind::Production | SupplyKind::Subcontract);
            if ordered && s.items.fact(self.model.node(node).spot.item).phantom {
                let finding = Finding::new(Code::PhantomHasOrder).with("doc", doc);
                found.push((node, self.placed(node, finding)));
            }
        }
        // A place without a row has no node.
        for (spot, &node) in (0u32..).zip(&nodes).filter(|(_, node)| **node != NONE) {
            self.demand_findings(spot, node, found);
        }
    }

    fn demand_findings(&self, spot: u32, node: u32, found: &mut Vec<(u32, Finding)>) {
        let demands = &self.dense().records.demands;
        let unplanned = self.model.node(node).flags & flag::UNPLANNED != 0;
        let mut told = false;
        for row in demands.of(spot as usize) {
            let (day, flags) = (demands.day[row as usize], demands.flags[row as usize]);
            if demands.open.get(row as usize) == 0 || !self.model.filter.counts(flags) {
                continue;
            }
            if day == NO_DATE {
                let finding = Finding::new(Code::DemandNoDate).with("line", demands.ids.get(row));
                found.push((node, self.placed(node, finding)));
            } else if unplanned && !told && self.model.filter.passes(flags, day) {
                told = true;
                found.push((node, self.placed(node, Finding::new(Code::ItemNotPlanned))));
            }
        }
    }

    /// `HORIZON_EXCEEDED` with the number of demands that lie beyond.
    fn beyond_horizon(&self) -> Option<Finding> {
        let demands = &self.dense().records.demands;
        self.policy.horizon?;
        let beyond = |&(row, &day): &(usize, &i32)| {
            demands.open.get(row) > 0 && self.model.filter.beyond(demands.flags[row], day)
        };
        let count = demands.day.iter().enumerate().filter(beyond).count();
        (count > 0).then(|| Finding::new(Code::HorizonExceeded).with("n", count))
    }

    /// Item, site and key of a node.
    pub(crate) fn names(&self, node: u32) -> (Id, Id, Key) {
        let spot = self.model.node(node).spot;
        let s = self.dense();
        let key = self.model.keys[spot.key as usize].clone();
        (id(s.items.names.get(spot.item)), id(s.places.sites.get(spot.site)), key)
    }

    /// A quantity of a node's item.
    pub(crate) fn decimal(&self, node: u32, grains: i64) -> Decimal {
        self.dense().items.decimal(self.model.node(node).spot.item, grains)
    }

    /// The node of an item at a site with a key.
    pub(crate) fn find_node(&self, item: &str, site: &str, key: &Key) -> Option<u32> {
        let s = self.dense();
        let (item, site) = (s.items.names.find(item)?, s.places.sites.find(site)?);
        let key = to_u32(self.model.keys.iter().position(|k| k == key)?);
        self.model.find(Spot { item, site, key })
    }
}

/// A name of the tables as an id; it was one when the tables were read.
pub(crate) fn id(text: &str) -> Id {
    Id::known(text)
}

/// A day number as a date; days of a plan lie in the civil range.
pub(crate) fn date(day: i32) -> Date {
    Date::from_day_number(day).unwrap_or(if day < 0 { Date::MIN } else { Date::MAX })
}

/// The id of a planned order: what it is for, when, and its number on that day.
pub(crate) fn order_id(ctx: &Ctx<'_>, node: u32, day: i32, number: u32) -> String {
    let spot = ctx.model.node(node).spot;
    let key = &ctx.model.keys[spot.key as usize];
    let parts = [&key.attributes, &key.owner, &key.project, &key.grade];
    let mut text = format!("{}@{}", ctx.s.items.names.get(spot.item), ctx.s.places.sites.get(spot.site));
    for part in parts.into_iter().flatten() {
        text.push('/');
        text.push_str(part.as_str());
    }
    format!("{text}#{}.{number}", date(day))
}

fn planned_order(ctx: &Ctx<'_>, node: u32, order: &Order, number: u32) -> PlannedOrder {
    let s = ctx.s;
    let n = ctx.model.node(node);
    let day = order.day();
    let start = order.start();
    let chosen = Chosen::of(ctx, node, usize::from(order.source()));
    let row = chosen.and_then(|c| c.row);
    let kind = row.map_or(SourceKind::Make, |row| row.kind);
    let terms = Terms::of(ctx, node, usize::from(order.source()));
    let dates = terms.and_then(|terms| terms.schedule(ctx, order.input, day).ok());
    let feasible = terms.and_then(|terms| terms.feasible(ctx, order.input, start).ok());
    let late = u32::try_from(ctx.model.run - start).unwrap_or(0);
    let (feasible_start, feasible_available) =
        feasible.unwrap_or((start.max(ctx.model.run), day.max(ctx.model.run)));
    let partner = |names: &crate::snapshot::Names, wanted: bool| {
        row.filter(|row| wanted && row.partner != NONE).map(|row| id(names.get(row.partner)))
    };
    let force = ctx.force(node, order);
    PlannedOrder {
        id: order_id(ctx, node, day, number),
        item: id(s.items.names.get(n.spot.item)),
        site: id(s.places.sites.get(n.spot.site)),
        key: ctx.model.keys[n.spot.key as usize].clone(),
        kind,
        source: id(chosen.map_or("?", |c| s.sources.ids.get(c.source.row))),
        supplier: partner(&s.places.suppliers, matches!(kind, SourceKind::Buy | SourceKind::Subcontract)),
        from_site: partner(&s.places.sites, kind == SourceKind::Transfer),
        bom: force.map(|force| id(s.bom.version_name(force.version))),
        quantity: s.items.decimal(n.spot.item, order.input),
        good: s.items.decimal(n.spot.item, ctx.good(node, order)),
        available: date(day),
        due: date(dates.map_or(day, |d| d.due)),
        dock: dates.filter(|_| kind != SourceKind::Make).map(|d| date(d.dock)),
        start: date(start),
        feasible_start: date(feasible_start),
        feasible_available: date(feasible_available.max(day)),
        days_late: late,
        action: match late {
            0 if start == ctx.model.run => MessageKind::ReleaseNow,
            0 => MessageKind::New,
            _ => MessageKind::StartInPast,
        },
    }
}

//! Why: the reason tree of an order, a message or a shortage, derived from the plan when asked.

use super::cover::Chosen;
use super::net::rule_name;
use super::order::Kind;
use super::pegs::{DensePeg, NeedEnd, SupplyEnd};
use super::plan::{Plan, date};
use crate::finding::{Reason, Why};
use crate::id::Id;
use crate::inventory::Key;
use crate::planning::{Message, PegEnd, RecordRow};
use crate::time::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Needs named one by one in a reason; the others are counted.
const SHOWN: usize = 12;

/// One link of a peg graph: a supply of one item serves a need one level up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PegLink {
    /// The planned order, or the supply on order, that serves.
    pub supply: String,
    /// What it serves: a demand, a forecast, another order, safety stock …
    pub demand_kind: PegEnd,
    /// Id of what it serves.
    pub demand: String,
    /// Day of the need.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Quantity, in stock units of the supply's item.
    #[serde(with = "crate::num::text")]
    #[schemars(with = "crate::num::DecimalText")]
    pub quantity: rust_decimal::Decimal,
}

/// The pegs from one order to the end demands, as a graph: an order that is reached twice stands once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct PegGraph {
    /// The links, nearest first.
    pub links: Vec<PegLink>,
    /// Orders that were not followed because the budget was used up.
    pub more: u64,
}

impl Plan {
    /// Why a planned order is there: the netting step that made it, the rule that sized it, the source, the
    /// lead time, and the needs behind it. Nothing for an id the plan does not have.
    #[must_use]
    pub fn reasons(&self, order: &str) -> Option<Reason> {
        let (node, number) = self.find_order(order)?;
        Some(self.order_reason(node, number))
    }

    fn order_reason(&self, node: u32, number: u32) -> Reason {
        let order = self.orders.of(node).get(number);
        let record = self.record_of(node);
        let pegs: Vec<DensePeg> = self.dense_pegs(node);
        let served: Vec<&DensePeg> =
            pegs.iter().filter(|peg| peg.supply == SupplyEnd::Planned(number)).collect();
        let first_need = served.iter().filter(|peg| peg.need_day != i32::MIN).map(|peg| peg.need_day).min();
        // An order that comes later than its need (a fence, a refill) was made by the step of the need.
        let step_day = first_need.map_or(order.day(), |day| day.min(order.day()));
        let step = step_of(&record, date(order.day())).or_else(|| step_of(&record, date(step_day)));
        let (item, _, _) = self.names(node);
        let net = step.map_or_else(|| "0".to_owned(), |row| row.net.to_string());
        let mut reason = Reason::new(Why::OrderForNet)
            .with("order", self.order_name(node, number))
            .with("qty", self.decimal(node, order.input))
            .with("item", item)
            .with("date", date(order.day()))
            .with("net", &net);
        if let Some(row) = step {
            reason.push(net_step(row));
        }
        reason.push(self.rule_reason(node, number, &net, &served));
        self.source_reasons(node, &order, &mut reason);
        self.need_reasons(node, &served, &mut reason);
        reason
    }

    fn rule_reason(&self, node: u32, number: u32, net: &str, served: &[&DensePeg]) -> Reason {
        let order = self.orders.of(node).get(number);
        let params = self.dense().params.set(self.model.node(node).params);
        let surplus: i64 =
            served.iter().filter(|peg| peg.need == NeedEnd::Surplus).map(|peg| peg.quantity).sum();
        Reason::new(Why::LotRule)
            .with("rule", rule_name(&params.rule))
            .with("need", net)
            .with("qty", self.decimal(node, order.input))
            .with("surplus", self.decimal(node, surplus))
    }

    fn source_reasons(&self, node: u32, order: &super::order::Order, reason: &mut Reason) {
        let ctx = self.ctx();
        let Some(chosen) = Chosen::of(&ctx, node, usize::from(order.source())) else { return };
        let Some(row) = chosen.row else { return };
        let sources = self.model.sources_of(self.model.node(node));
        let several = sources.iter().filter(|source| source.row != crate::snapshot::NONE).count() > 1;
        let quota = self.dense().sources.extra(row).is_some_and(|extra| extra.quota > 0);
        let rule = match (several, quota) {
            (false, _) => "only_source",
            (true, true) => "quota",
            (true, false) => "priority",
        };
        let source = self.dense().sources.ids.get(chosen.source.row);
        reason.push(Reason::new(Why::SourceChoice).with("source", source).with("rule", rule));
        let days = order.day() - order.start();
        reason.push(
            Reason::new(Why::LeadTime)
                .with("start", date(order.start()))
                .with("due", date(order.day()))
                .with("days", days),
        );
    }

    fn need_reasons(&self, node: u32, served: &[&DensePeg], reason: &mut Reason) {
        for peg in served.iter().take(SHOWN) {
            if let Some(child) = self.need_reason(node, peg) {
                reason.push(child);
            }
        }
        let more = served.len().saturating_sub(SHOWN);
        if more > 0 {
            reason.push(Reason::new(Why::More).with("n", more));
        }
    }

    fn need_reason(&self, node: u32, peg: &DensePeg) -> Option<Reason> {
        let quantity = self.decimal(node, peg.quantity);
        let records = &self.dense().records;
        let reason = match peg.need {
            NeedEnd::Demand(row) => Reason::new(Why::Demand)
                .with("kind", "demand")
                .with("id", records.demands.ids.get(row))
                .with("qty", quantity)
                .with("date", date(peg.need_day)),
            NeedEnd::Forecast(row) => Reason::new(Why::Demand)
                .with("kind", "forecast")
                .with("id", records.forecasts.ids.get(row))
                .with("qty", quantity)
                .with("date", date(peg.need_day)),
            NeedEnd::Order { node: parent, order } => Reason::new(Why::ParentOrder)
                .with("order", self.order_name(parent, order))
                .with("item", self.names(parent).0)
                .with("qty", quantity)
                .with("date", date(peg.need_day)),
            NeedEnd::Safety => Reason::new(Why::Safety).with("qty", quantity),
            NeedEnd::Taken(other) => {
                Reason::new(Why::Substitute).with("qty", quantity).with("item", self.names(other).0)
            }
            NeedEnd::Negative | NeedEnd::Yield | NeedEnd::Surplus => return None,
        };
        Some(reason)
    }

    /// Why a message about a supply or a balance is there: the step of the record it comes from, and what the
    /// supply serves.
    #[must_use]
    pub fn message_reasons(&self, message: &Message) -> Option<Reason> {
        let node = self.find_node(message.item.as_str(), message.site.as_str(), &message.key)?;
        let record = self.record_of(node);
        let document = message.document.as_deref().unwrap_or("");
        let mut reason = Reason::new(Why::Receipt)
            .with("qty", message.from_quantity)
            .with("doc", document)
            .with("date", message.from_date);
        let at = message.to_date.unwrap_or(message.from_date);
        if let Some(row) = step_of(&record, at).or_else(|| step_of(&record, message.from_date)) {
            reason.push(net_step(row));
        }
        let row = self.dense().records.supplies.find(document);
        let pegs = self.dense_pegs(node);
        let served: Vec<&DensePeg> =
            pegs.iter().filter(|peg| row.is_some_and(|row| peg.supply == SupplyEnd::Supply(row))).collect();
        self.need_reasons(node, &served, &mut reason);
        Some(reason)
    }

    /// Why a need stays short: the step of the record, the code, and the needs that go without.
    #[must_use]
    pub fn shortage_reasons(&self, item: &str, site: &str, key: &Key, day: Date) -> Option<Reason> {
        let node = self.find_node(item, site, key)?;
        let number = (0u32..)
            .zip(self.orders.of(node).iter())
            .find(|(_, order)| order.kind() == Kind::Short && order.day() == day.day_number())?;
        let code = super::Blocked::from_number(number.1.source()).code();
        let mut reason = Reason::new(Why::Short).with("code", code.as_str());
        if let Some(row) = step_of(&self.record_of(node), day) {
            reason.push(net_step(row));
        }
        let pegs = self.dense_pegs(node);
        let served: Vec<&DensePeg> =
            pegs.iter().filter(|peg| peg.supply == SupplyEnd::Short(number.0)).collect();
        self.need_reasons(node, &served, &mut reason);
        Some(reason)
    }

    /// The pegs of a planned order up to the end demands, breadth first, at most `budget` orders followed.
    ///
    /// Nothing for an id the plan does not have.
    #[must_use]
    pub fn peg_graph(&self, order: &str, budget: usize) -> Option<PegGraph> {
        let first = self.find_order(order)?;
        let mut graph = PegGraph::default();
        let mut known: BTreeMap<u32, Vec<DensePeg>> = BTreeMap::new();
        let mut seen = BTreeSet::from([first]);
        let mut queue = VecDeque::from([first]);
        let mut followed = 0;
        while let Some((node, number)) = queue.pop_front() {
            if followed == budget {
                graph.more = 1 + queue.len() as u64;
                break;
            }
            followed += 1;
            let pegs = known.entry(node).or_insert_with(|| self.dense_pegs(node));
            for peg in pegs.iter().filter(|peg| self.supplied_by(node, peg, number)) {
                let spelled = self.peg(peg);
                graph.links.push(PegLink {
                    supply: self.order_name(node, number),
                    demand_kind: spelled.demand_kind,
                    demand: spelled.demand,
                    date: spelled.demand_date,
                    quantity: spelled.quantity,
                });
                if let NeedEnd::Order { node, order } = peg.need
                    && seen.insert((node, order))
                {
                    queue.push_back((node, order));
                }
            }
        }
        Some(graph)
    }

    /// Whether a peg is of an order of its node: planned by number, firm through its supply.
    fn supplied_by(&self, node: u32, peg: &DensePeg, number: u32) -> bool {
        match peg.supply {
            SupplyEnd::Planned(order) | SupplyEnd::Substitute(order) => order == number,
            SupplyEnd::Supply(row) => {
                let order = self.orders.of(node).get(number);
                order.kind() == Kind::Firm
                    && self.order_name(node, number) == self.dense().records.supplies.ids.get(row)
            }
            _ => false,
        }
    }

    /// Item, site and key of a planned order.
    #[must_use]
    pub fn place_of(&self, order: &str) -> Option<(Id, Id, Key)> {
        self.find_order(order).map(|(node, _)| self.names(node))
    }
}

fn step_of(record: &[RecordRow], day: Date) -> Option<&RecordRow> {
    record.iter().find(|row| row.date == day)
}

fn net_step(row: &RecordRow) -> Reason {
    Reason::new(Why::NetStep)
        .with("date", row.date)
        .with("before", row.before)
        .with("gross", row.gross)
        .with("receipts", row.receipts)
        .with("safety", row.safety)
        .with("net", row.net)
}

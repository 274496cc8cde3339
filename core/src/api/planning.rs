//! Requests of material requirements planning.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::periods::period_record;
use super::{Answer, Decided, ErrorDocument, PeriodRecord, Periods, Selection};
use crate::finding::{Code, Finding, Lang, Reason, ReasonStep};
use crate::id::Id;
use crate::inventory::Key;
use crate::planning::{
    Change, Message, Peg, PegGraph, Plan, PlanPolicy, PlannedOrder, PlannedState, RecordRow, Shortage,
};
use crate::run::RunControl;
use crate::snapshot::{Snapshot, Tables};
use crate::time::Date;

/// Asks for a planning run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanRequest {
    /// The records.
    pub tables: Tables,
    /// The date that the run is for: day 0.
    pub run_date: Date,
    /// The choices of the run.
    #[serde(default)]
    pub policy: PlanPolicy,
    /// Which parts of the plan are answered.
    #[serde(default)]
    pub show: Show,
}

/// Asks for a plan and for what it becomes once records have changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplanRequest {
    /// The records before the changes.
    pub tables: Tables,
    /// The date that the run is for: day 0.
    pub run_date: Date,
    /// The choices of the run.
    #[serde(default)]
    pub policy: PlanPolicy,
    /// The changes, in order.
    pub changes: Vec<Change>,
    /// Which parts of the changed plan are answered.
    #[serde(default)]
    pub show: Show,
}

/// A plan that followed changes; equal to that of a full run over the changed records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplanResult {
    /// Whether the changes were followed; otherwise the whole plan was computed again (`FULL_REPLAN`).
    pub followed: bool,
    /// Nodes that were netted again.
    pub nodes_netted: u64,
    /// Nodes whose orders are not what they were.
    pub nodes_changed: u64,
    /// The plan.
    pub plan: PlanResult,
}

/// Which parts of a plan are answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Show {
    /// Planned orders ★.
    pub orders: bool,
    /// Action messages ★.
    pub messages: bool,
    /// Needs that nothing covers ★.
    pub shortages: bool,
    /// MRP records: of no node ★, of all, or of these.
    pub records: Selection<NodeRef>,
    /// Periods in which the records are summed as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub periods: Option<Periods>,
    /// Pegs: of no node ★, of all, or of these.
    pub pegs: Selection<NodeRef>,
    /// Pegs up to the end demands: of no planned order ★, of all, or of these ids.
    pub peg_graphs: Selection<String>,
    /// Reason trees: of no planned order ★, of all, or of these ids.
    pub reasons: Selection<String>,
    /// Reason trees of the messages and shortages.
    pub message_reasons: bool,
    /// The language in which reason trees are written out as text too; absent: as data only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Lang>,
}

impl Default for Show {
    fn default() -> Self {
        Show {
            orders: true,
            messages: true,
            shortages: true,
            records: Selection::None,
            periods: None,
            pegs: Selection::None,
            peg_graphs: Selection::None,
            reasons: Selection::None,
            message_reasons: false,
            text: None,
        }
    }
}

/// A node of the plan: an item at a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NodeRef {
    /// The item.
    pub item: Id,
    /// The site.
    pub site: Id,
    /// Optional parts of the key.
    #[serde(default, skip_serializing_if = "Key::is_empty")]
    pub key: Key,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanResult {
    /// The run date.
    pub run_date: Date,
    /// How many planned orders there are.
    pub order_count: u64,
    /// How many nodes (item, site and key) were planned.
    pub node_count: u64,
    /// Planned orders by item, site, key and date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orders: Option<Vec<PlannedOrder>>,
    /// Action messages by item, site, key, date and document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub messages: Option<Vec<Message>>,
    /// Needs that nothing covers, by item, site, key and date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortages: Option<Vec<Shortage>>,
    /// MRP records, by item, site and key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records: Option<Vec<NodeRecord>>,
    /// Pegs, by item, site and key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pegs: Option<Vec<NodePegs>>,
    /// Pegs up to the end demands, by order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peg_graphs: Option<Vec<OrderGraph>>,
    /// Reason trees of planned orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasons: Option<Vec<OrderReason>>,
    /// Reason trees of the messages, in their order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_reasons: Option<Vec<ReasonDocument>>,
    /// Reason trees of the shortages that have a date, in their order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortage_reasons: Option<Vec<ReasonDocument>>,
}

/// The MRP record of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NodeRecord {
    /// The item.
    pub item: Id,
    /// The site.
    pub site: Id,
    /// Optional parts of the key.
    #[serde(default, skip_serializing_if = "Key::is_empty")]
    pub key: Key,
    /// One row for each day on which something happens.
    pub rows: Vec<RecordRow>,
    /// The same in the periods asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub periods: Option<PeriodRecord>,
}

/// The pegs of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NodePegs {
    /// The item.
    pub item: Id,
    /// The site.
    pub site: Id,
    /// Optional parts of the key.
    #[serde(default, skip_serializing_if = "Key::is_empty")]
    pub key: Key,
    /// The pegs.
    pub pegs: Vec<Peg>,
}

/// The pegs of an order up to the end demands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderGraph {
    /// The planned order.
    pub order: String,
    /// The graph.
    pub graph: PegGraph,
}

/// Why an order is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderReason {
    /// The planned order.
    pub order: String,
    /// Why.
    pub why: ReasonDocument,
}

/// A reason tree as data and, where asked for, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonDocument {
    /// The tree, a node after the one it stands below.
    pub tree: Vec<ReasonNode>,
    /// The tree written out, one node a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// One statement of a reason tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonNode {
    /// 0 for the root, 1 for what it rests on, and so on.
    pub depth: u32,
    /// The stable code of the statement.
    pub statement: String,
    /// Its parameters by name.
    pub params: BTreeMap<String, String>,
}

/// Answers a [`PlanRequest`].
pub(super) fn plan(request: PlanRequest, control: &RunControl<'_>) -> Decided<PlanResult> {
    let snapshot = Snapshot::from_tables(request.tables, control)?;
    let plan = crate::planning::plan(&snapshot, &request.policy, request.run_date, control)?;
    let result = shown(&plan, &request.show)?;
    Ok(Answer { result, findings: plan.findings() })
}

/// Answers a [`ReplanRequest`].
pub(super) fn replan(request: ReplanRequest, control: &RunControl<'_>) -> Decided<ReplanResult> {
    let snapshot = Snapshot::from_tables(request.tables, control)?;
    let mut state = PlannedState::new(&snapshot, &request.policy, request.run_date, control)?;
    let done = state.replan(&request.changes, control)?;
    let mut findings = state.plan().findings();
    let result = ReplanResult {
        followed: done.full.is_none(),
        nodes_netted: done.nodes as u64,
        nodes_changed: done.changed as u64,
        plan: shown(state.plan(), &request.show)?,
    };
    findings.extend(done.full);
    Ok(Answer { result, findings })
}

fn shown(plan: &Plan, show: &Show) -> Result<PlanResult, ErrorDocument> {
    let shortages = plan.shortages();
    let messages = plan.messages();
    let document = |reason: Option<Reason>| reason.map(|reason| reason_document(&reason, show.text));
    let shortage_reason =
        |row: &Shortage| plan.shortage_reasons(row.item.as_str(), row.site.as_str(), &row.key, row.date?);
    let orders: Option<Vec<PlannedOrder>> = show.orders.then(|| plan.orders().collect());
    Ok(PlanResult {
        run_date: plan.run_date(),
        order_count: orders.as_ref().map_or_else(|| plan.order_count(), Vec::len) as u64,
        node_count: plan.node_count() as u64,
        orders,
        message_reasons: show
            .message_reasons
            .then(|| messages.iter().filter_map(|row| document(plan.message_reasons(row))).collect()),
        shortage_reasons: show
            .message_reasons
            .then(|| shortages.iter().filter_map(|row| document(shortage_reason(row))).collect()),
        messages: show.messages.then_some(messages),
        shortages: show.shortages.then_some(shortages),
        records: records(plan, show)?,
        pegs: pegs(plan, &show.pegs)?,
        peg_graphs: of_orders(plan, &show.peg_graphs, |order| {
            plan.peg_graph(&order, MOST_FOLLOWED).map(|graph| OrderGraph { order, graph })
        })?,
        reasons: of_orders(plan, &show.reasons, |order| {
            let why = reason_document(&plan.reasons(&order)?, show.text);
            Some(OrderReason { order, why })
        })?,
    })
}

/// Orders followed in one peg graph.
const MOST_FOLLOWED: usize = 10_000;
fn unknown(id: impl fmt::Display) -> ErrorDocument {
    Finding::new(Code::UnknownReference).with("id", crate::finding::abbreviate(&id.to_string())).into()
}

/// The nodes chosen, in the order of the plan or of the request.
fn nodes(plan: &Plan, chosen: &Selection<NodeRef>) -> Result<Option<Vec<NodeRef>>, ErrorDocument> {
    match chosen {
        Selection::None => Ok(None),
        Selection::All => {
            let named = |node: u32| {
                let (item, site, key) = plan.names(node);
                NodeRef { item, site, key }
            };
            Ok(Some(plan.nodes_by_spot().into_iter().map(named).collect()))
        }
        Selection::These(nodes) => {
            let missing = nodes
                .iter()
                .find(|node| plan.find_node(node.item.as_str(), node.site.as_str(), &node.key).is_none());
            match missing {
                Some(node) => Err(unknown(format_args!("{}@{}", node.item, node.site))),
                None => Ok(Some(nodes.clone())),
            }
        }
    }
}

fn records(plan: &Plan, show: &Show) -> Result<Option<Vec<NodeRecord>>, ErrorDocument> {
    let Some(nodes) = nodes(plan, &show.records)? else { return Ok(None) };
    let mut records = Vec::with_capacity(nodes.len());
    for NodeRef { item, site, key } in nodes {
        let rows = plan.record(item.as_str(), site.as_str(), &key);
        let periods = match &show.periods {
            Some(periods) => {
                let opening = plan.opening(item.as_str(), site.as_str(), &key);
                Some(period_record(&rows, opening, periods, plan.run_date())?)
            }
            None => None,
        };
        records.push(NodeRecord { item, site, key, rows, periods });
    }
    Ok(Some(records))
}

fn pegs(plan: &Plan, chosen: &Selection<NodeRef>) -> Result<Option<Vec<NodePegs>>, ErrorDocument> {
    let Some(nodes) = nodes(plan, chosen)? else { return Ok(None) };
    let of = |NodeRef { item, site, key }: NodeRef| {
        let pegs = plan.item_pegs(item.as_str(), site.as_str(), &key);
        NodePegs { item, site, key, pegs }
    };
    Ok(Some(nodes.into_iter().map(of).collect()))
}

/// Something of each planned order chosen.
fn of_orders<T>(
    plan: &Plan,
    chosen: &Selection<String>,
    of: impl Fn(String) -> Option<T>,
) -> Result<Option<Vec<T>>, ErrorDocument> {
    match chosen {
        Selection::None => Ok(None),
        Selection::All => Ok(Some(plan.orders().filter_map(|order| of(order.id)).collect())),
        Selection::These(ids) => {
            let each = ids.iter().map(|id| of(id.clone()).ok_or_else(|| unknown(id)));
            each.collect::<Result<Vec<T>, _>>().map(Some)
        }
    }
}

fn reason_document(reason: &Reason, text: Option<Lang>) -> ReasonDocument {
    let node = |step: ReasonStep<'_>| ReasonNode {
        depth: u32::try_from(step.depth).unwrap_or(u32::MAX),
        statement: step.reason.statement().as_str().to_owned(),
        params: step.reason.params().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
    };
    ReasonDocument { tree: reason.walk().map(node).collect(), text: text.map(|lang| reason.text(lang)) }
}

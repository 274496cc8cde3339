//! Production order tracking with drill-down (`N01`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component_list::issued_by_hand;
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::LineRef;
use crate::num::{NumError, Quantity, Ratio};
use crate::order::{BusinessState, IssueState, PlanState, ProductionOrder, TaskState};
use crate::snapshot::ExecutionSnapshot;
use crate::time::Date;

/// How the issue percentage is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IssueMeasure {
    /// Kits issued ÷ planned (the default).
    #[default]
    Kits,
    /// Lines issued in full ÷ lines.
    Lines,
}

/// Which orders are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TrackingQuery {
    /// Only these orders; empty: all.
    pub orders: Vec<Id>,
    /// Only orders of this item.
    pub item: Option<Id>,
    /// Closed orders as well.
    pub closed: bool,
    /// How the issue percentage is measured.
    pub measure: IssueMeasure,
    /// Lines of each order as well.
    pub detail: bool,
    /// Rows of a page; absent: 1 000.
    pub page: Option<usize>,
}

/// A component line in the drill-down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrackedLine {
    /// Number.
    pub line: u32,
    /// Component.
    pub item: Id,
    /// Required.
    pub required: Quantity,
    /// Net issued.
    pub issued: Quantity,
    /// Open.
    pub open: Quantity,
    /// Issued above the requirement.
    pub over: Quantity,
    /// Backflush that waits.
    pub pending: Quantity,
}

/// One order as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tracked {
    /// The order.
    pub order: Id,
    /// Demands that it serves.
    pub demands: Vec<LineRef>,
    /// Product.
    pub item: Id,
    /// Good quantity planned.
    pub planned: Quantity,
    /// Planned start.
    pub start: Option<Date>,
    /// Due date.
    pub due: Option<Date>,
    /// Plan axis.
    pub plan: PlanState,
    /// Task axis.
    pub task: TaskState,
    /// Business axis.
    pub business: BusinessState,
    /// Issue axis.
    pub issue: IssueState,
    /// Kits issued; absent: no line counts for kits.
    pub kits: Option<Quantity>,
    /// Issued share of the plan, exact; absent as `kits`.
    pub issue_ratio: Option<Ratio>,
    /// Reported good.
    pub reported: Quantity,
    /// Received good.
    pub received: Quantity,
    /// Scrap and samples, received or reported, whichever is more.
    pub scrap: Quantity,
    /// Received ÷ planned, exact.
    pub receipt_ratio: Ratio,
    /// Planned − received, not below nought.
    pub remaining: Quantity,
    /// Kits issued and not received; absent as `kits`.
    pub wip_kits: Option<Quantity>,
    /// Days past the due date of an order that is not finished.
    pub overdue_days: i32,
    /// Lines, where they were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<TrackedLine>,
}

/// Tracks production orders on a day; `FILTER_TOO_WIDE` where there are more rows than a page.
///
/// # Errors
/// `NUMBER_OVERFLOW`, `QTY_OUT_OF_RANGE`.
pub fn tracking(
    snapshot: &ExecutionSnapshot,
    query: &TrackingQuery,
    today: Date,
) -> Result<(Vec<Tracked>, Vec<Finding>), NumError> {
    let page = query.page.unwrap_or(1_000);
    let closed =
        |order: &ProductionOrder| matches!(order.business, BusinessState::Closed | BusinessState::Settled);
    let wanted = |order: &&ProductionOrder| {
        (query.orders.is_empty() || query.orders.contains(&order.id))
            && query.item.as_ref().is_none_or(|item| *item == order.item)
            && (query.closed || !closed(order))
    };
    let mut rows = Vec::new();
    let mut findings = Vec::new();
    for order in snapshot.orders.values().filter(wanted) {
        if rows.len() == page {
            findings.push(Finding::new(Code::FilterTooWide).with("n", page));
            break;
        }
        rows.push(track(order, query, today)?);
    }
    Ok((rows, findings))
}

fn track(order: &ProductionOrder, query: &TrackingQuery, today: Date) -> Result<Tracked, NumError> {
    let kits = order.kits_issued()?;
    let planned = order.good.ratio();
    let issue_ratio = match (query.measure, kits) {
        (IssueMeasure::Kits, Some(kits)) => Some(kits.ratio().checked_div(planned)?),
        (IssueMeasure::Kits, None) => None,
        (IssueMeasure::Lines, _) => by_lines(order)?,
    };
    let task = order.task()?;
    let late = order.due.filter(|due| *due < today && task != TaskState::Finished);
    let wip_kits = kits.map(|kits| kits.minus(order.received.good)).transpose()?.map(Quantity::or_zero);
    Ok(Tracked {
        order: order.id.clone(),
        demands: order.pegs.iter().map(|peg| peg.demand.clone()).collect(),
        item: order.item.clone(),
        planned: order.good,
        start: order.start,
        due: order.due,
        plan: order.plan,
        task,
        business: order.business,
        issue: order.issue()?,
        kits,
        issue_ratio,
        reported: order.reported.good,
        received: order.received.good,
        scrap: order.received.scrap()?.max(order.reported.scrap()?),
        receipt_ratio: order.received.good.ratio().checked_div(planned)?,
        remaining: order.open()?,
        wip_kits,
        overdue_days: late.map_or(0, |due| today.days_since(due)),
        lines: if query.detail { lines_of(order)? } else { Vec::new() },
    })
}

fn by_lines(order: &ProductionOrder) -> Result<Option<Ratio>, NumError> {
    let (mut all, mut full) = (0, 0);
    for line in issued_by_hand(order) {
        all += 1;
        full += i128::from(line.net_issued()? >= line.required);
    }
    if all == 0 { Ok(None) } else { Ratio::new(full, all).map(Some) }
}

fn lines_of(order: &ProductionOrder) -> Result<Vec<TrackedLine>, NumError> {
    let line = |line: &crate::order::ComponentLine| {
        let issued = line.net_issued()?;
        Ok(TrackedLine {
            line: line.number,
            item: line.item.clone(),
            required: line.required,
            issued,
            open: line.open(order.policy.defect_reopens)?,
            over: issued.minus(line.required)?.or_zero(),
            pending: line.pending,
        })
    };
    order.lines.iter().map(line).collect()
}

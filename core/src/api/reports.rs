//! Requests for reports over the records of execution.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::execution::records;
use super::{Answer, Decided, ErrorDocument};
use crate::calendar::Calendar;
use crate::id::Id;
use crate::inventory::StockKey;
use crate::num::{DecimalText, Quantity, Ratio};
use crate::reporting::{
    self, AbcRow, Alert, AlertRules, CountClass, CountRounding, CoverRow, Progress, SalesFlow, SlowPolicy,
    SlowStock, Trace, TraceFrom, Tracked, TrackingQuery,
};
use crate::run::RunControl;
use crate::sets::{SetLine, Sets, buildable};
use crate::snapshot::ExecutionTables;
use crate::time::{Date, WorkCalendar};

/// Asks how production orders stand (`N01`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderTrackingRequest {
    /// The records.
    pub records: ExecutionTables,
    /// Which orders.
    #[serde(default)]
    pub query: TrackingQuery,
    /// Today at the plant.
    pub today: Date,
}

/// How production orders stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderTrackingResult {
    /// The orders, by id.
    pub orders: Vec<Tracked>,
}

/// Answers an [`OrderTrackingRequest`].
pub(super) fn order_tracking(
    request: OrderTrackingRequest,
    control: &RunControl<'_>,
) -> Decided<OrderTrackingResult> {
    let snapshot = records(request.records, control)?;
    let (orders, findings) = reporting::tracking(&snapshot, &request.query, request.today)?;
    Ok(Answer { result: OrderTrackingResult { orders }, findings })
}

/// Asks for alerts of progress (`N02`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderAlertsRequest {
    /// The records.
    pub records: ExecutionTables,
    /// Thresholds.
    #[serde(default)]
    pub rules: AlertRules,
    /// Working calendar; absent: Monday to Friday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Calendar>,
    /// Today at the plant, in the morning.
    pub today: Date,
}

/// Alerts, and the progress that they are judged by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderAlertsResult {
    /// Alerts, by order and rule.
    pub alerts: Vec<Alert>,
    /// Progress of orders with dates, by order.
    pub progress: BTreeMap<Id, Progress>,
}

/// Answers an [`OrderAlertsRequest`].
pub(super) fn order_alerts(
    request: OrderAlertsRequest,
    control: &RunControl<'_>,
) -> Decided<OrderAlertsResult> {
    let snapshot = records(request.records, control)?;
    let calendar = match &request.calendar {
        Some(row) => {
            let exceptions = row.exceptions.iter().map(|day| (day.date, day.working)).collect();
            WorkCalendar::new(
                row.week,
                exceptions,
                row.from.unwrap_or(Date::MIN),
                row.to.unwrap_or(Date::MAX),
            )?
        }
        None => WorkCalendar::weekdays(),
    };
    let (alerts, findings) = reporting::alerts(&snapshot, &request.rules, &calendar, request.today)?;
    let mut progress = BTreeMap::new();
    for order in snapshot.orders.values() {
        if let Some(found) = reporting::progress(order, &calendar, request.today)? {
            progress.insert(order.id.clone(), found);
        }
    }
    Ok(Answer { result: OrderAlertsResult { alerts, progress }, findings })
}

/// Asks how sales lines stand (`N03`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SalesFlowRequest {
    /// The records.
    pub records: ExecutionTables,
    /// Today at the plant.
    pub today: Date,
}

/// How sales lines stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SalesFlowResult {
    /// The lines, by document and number.
    pub lines: Vec<SalesFlow>,
}

/// Answers a [`SalesFlowRequest`].
pub(super) fn sales_flow(request: SalesFlowRequest, control: &RunControl<'_>) -> Decided<SalesFlowResult> {
    let snapshot = records(request.records, control)?;
    let (lines, findings) = reporting::sales_flow(&snapshot, request.today)?;
    Ok(Answer { result: SalesFlowResult { lines }, findings })
}

/// Asks which stock moves slowly (`N04`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SlowStockRequest {
    /// The records; the ledger is read.
    pub records: ExecutionTables,
    /// The clock, its limits and the age bands.
    #[serde(default)]
    pub policy: SlowPolicy,
    /// Today at the plant.
    pub today: Date,
}

/// Stock, judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SlowStockResult {
    /// Stock above nought, by item and location.
    pub stock: Vec<SlowStock>,
}

/// Answers a [`SlowStockRequest`].
pub(super) fn slow_stock(request: SlowStockRequest, control: &RunControl<'_>) -> Decided<SlowStockResult> {
    let snapshot = records(request.records, control)?;
    let (stock, findings) = reporting::slow_stock(&snapshot, &request.policy, request.today)?;
    Ok(Answer { result: SlowStockResult { stock }, findings })
}

/// Asks for the stock at the end of a past day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StockAtRequest {
    /// The records; the ledger is read.
    pub records: ExecutionTables,
    /// The day.
    pub date: Date,
}

/// Stock under one key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StockThen {
    /// The key.
    pub stock: StockKey,
    /// The quantity.
    pub quantity: Quantity,
}

/// Stock at the end of a past day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StockAtResult {
    /// Stock by key, nought left out.
    pub stock: Vec<StockThen>,
}

/// Answers a [`StockAtRequest`].
pub(super) fn stock_at(request: StockAtRequest, control: &RunControl<'_>) -> Decided<StockAtResult> {
    let snapshot = records(request.records, control)?;
    let found = reporting::stock_at(&snapshot.ledger, request.date)?;
    let stock = found.into_iter().map(|(stock, quantity)| StockThen { stock, quantity });
    Ok(StockAtResult { stock: stock.collect() }.into())
}

/// Asks where a lot went, or what went into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LotTraceRequest {
    /// The records; the ledger is read.
    pub records: ExecutionTables,
    /// The lot.
    pub from: TraceFrom,
    /// Forward (into products and shipments) or back.
    #[serde(default)]
    pub back: bool,
}

/// Answers a [`LotTraceRequest`].
pub(super) fn lot_trace(request: LotTraceRequest, control: &RunControl<'_>) -> Decided<Trace> {
    let snapshot = records(request.records, control)?;
    Ok(reporting::trace(&snapshot.ledger, &request.from, !request.back)?.into())
}

/// Asks how many sets stock makes (`P03`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BuildableSetsRequest {
    /// What one set takes.
    pub lines: Vec<SetLine>,
    /// Available stock by component; what is not named is nought.
    #[serde(default)]
    pub available: BTreeMap<Id, Ratio>,
    /// Sets wanted: the most that is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<Ratio>,
    /// Whether a set may be divided.
    #[serde(default)]
    pub divisible: bool,
}

/// Answers a [`BuildableSetsRequest`].
pub(super) fn buildable_sets(request: BuildableSetsRequest, _: &RunControl<'_>) -> Decided<Sets> {
    Ok(buildable(&request.lines, &request.available, request.wanted, request.divisible)?.into())
}

/// Asks how far stock covers demand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StockCoverRequest {
    /// Stock.
    pub stock: Ratio,
    /// Demand of 365 days.
    pub yearly_demand: Ratio,
    /// Days of a span.
    pub step_days: u32,
    /// Spans.
    pub spans: u32,
}

/// How far stock covers demand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StockCoverResult {
    /// Stock that serves each span.
    pub spans: Vec<CoverRow>,
    /// Stock beyond the last span.
    pub excess: Ratio,
}

/// Answers a [`StockCoverRequest`].
pub(super) fn stock_cover(request: StockCoverRequest, _: &RunControl<'_>) -> Decided<StockCoverResult> {
    let (spans, excess) =
        reporting::cover(request.stock, request.yearly_demand, request.step_days, request.spans)?;
    Ok(StockCoverResult { spans, excess }.into())
}

/// Asks for ABC classes by value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AbcRequest {
    /// Value of each item.
    pub values: Vec<Ratio>,
    /// Items of class A.
    pub a_count: usize,
    /// Items of class B.
    pub b_count: usize,
}

/// ABC classes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AbcResult {
    /// The three classes.
    pub classes: Vec<AbcRow>,
    /// Sum of all values.
    pub total: Ratio,
}

/// Answers an [`AbcRequest`].
pub(super) fn abc(request: AbcRequest, _: &RunControl<'_>) -> Decided<AbcResult> {
    let (classes, total) = reporting::abc(&request.values, request.a_count, request.b_count)?;
    Ok(AbcResult { classes, total }.into())
}

/// Asks how many counts a day cycle counting takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CycleCountRequest {
    /// Classes.
    pub classes: Vec<CountClass>,
    /// Working days of a year, where a class says how often it is counted in a year.
    #[serde(default = "year")]
    pub year_days: Ratio,
    /// How counts of a day are rounded.
    #[serde(default)]
    pub rounding: CountRounding,
}

fn year() -> Ratio {
    Ratio::from_int(250)
}

/// Counts of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CycleCountResult {
    /// Exact counts of a day, by class.
    pub exact: Vec<Ratio>,
    /// Rounded, by class.
    pub per_day: Vec<DecimalText>,
    /// Sum of the rounded counts.
    pub total: Ratio,
    /// Counts of a year: exact counts times working days.
    pub per_year: Ratio,
}

/// Answers a [`CycleCountRequest`].
pub(super) fn cycle_count(request: CycleCountRequest, _: &RunControl<'_>) -> Decided<CycleCountResult> {
    let counts = reporting::counts_per_day(&request.classes, request.year_days, request.rounding)?;
    let (mut total, mut sum) = (Ratio::ZERO, Ratio::ZERO);
    for (exact, rounded) in &counts {
        total = total.checked_add(Ratio::from_decimal(*rounded))?;
        sum = sum.checked_add(*exact)?;
    }
    let per_year = sum.checked_mul(request.year_days)?;
    let (exact, per_day): (Vec<Ratio>, Vec<DecimalText>) =
        counts.into_iter().map(|(exact, rounded)| (exact, DecimalText(rounded))).unzip();
    Ok::<_, ErrorDocument>(CycleCountResult { exact, per_day, total, per_year }.into())
}

//! Requests that collect costs: overheads from the general ledger, cost records from the records of execution.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Answer, Decided, execution};
use crate::cost::CostTables;
use crate::costing::{
    CollectOverhead, CollectedOverhead, CostSources, collect_costs as collect, standard_hours,
};
use crate::document::OpeningAccrual;
use crate::finding::{Code, Finding};
use crate::routing::Routing;
use crate::run::RunControl;
use crate::snapshot::ExecutionTables;

/// Collects the cost records of a period from the records of execution; nothing is stored anywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CollectCostsRequest {
    /// Ledger, orders, documents and places.
    pub records: ExecutionTables,
    /// What accounting knows.
    pub sources: CostSources,
    /// Routings by whose standard the hours of what was reported are added to those given (`F10`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routings: Vec<Routing>,
}

/// The cost records of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CollectCostsResult {
    /// The `tables` of a `close_period` request.
    pub tables: CostTables,
    /// Receipts that are not invoiced at the end.
    pub accruals: Vec<OpeningAccrual>,
}

/// Answers a [`CollectOverhead`] request.
pub(super) fn collect_overhead(request: CollectOverhead, _: &RunControl<'_>) -> Decided<CollectedOverhead> {
    let collected = request.collect()?;
    Ok(Answer { result: collected.result, findings: collected.findings })
}

/// Answers a [`CollectCostsRequest`].
pub(super) fn collect_costs(
    request: CollectCostsRequest,
    control: &RunControl<'_>,
) -> Decided<CollectCostsResult> {
    let state = execution::records(request.records, control)?;
    let mut sources = request.sources;
    if !request.routings.is_empty() {
        let period = sources.periods.iter().find(|row| row.id == sources.period);
        let unknown = || Finding::new(Code::UnknownReference).with("id", &sources.period);
        let period = period.ok_or_else(unknown)?;
        let hours = standard_hours(&state, &request.routings, &sources.work_centres, period)?;
        sources.hours.extend(hours);
    }
    let collected = collect(&state, sources, control)?;
    let result = CollectCostsResult { tables: collected.tables, accruals: collected.accruals };
    Ok(Answer { result, findings: collected.findings })
}

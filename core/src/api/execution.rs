//! Requests about execution: commands over records, and what a scheme would issue.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Answer, Decided, ErrorDocument, FindingDocument};
use crate::changeset::{ChangeSet, Reply};
use crate::execution::{self, IssueWhat, ProposalLine, Refused, Request};
use crate::id::Id;
use crate::num::Quantity;
use crate::order::{IssueState, ProductionOrder, TaskState};
use crate::run::RunControl;
use crate::snapshot::{ExecutionSnapshot, ExecutionTables};
use crate::time::Now;

/// Runs commands over records, one after the other; nothing is stored anywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExecuteRequest {
    /// The records before.
    pub records: ExecutionTables,
    /// The commands, in their order. One that is refused changes nothing, and the next one goes on.
    pub requests: Vec<Request>,
    /// When, and the zone of the plant.
    pub now: Now,
    /// Whether the changeset of each command is shown.
    #[serde(default)]
    pub show_changes: bool,
    /// Whether the records afterwards are shown.
    #[serde(default)]
    pub show_records: bool,
}

/// What the commands led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExecuteResult {
    /// One entry a command.
    pub outcomes: Vec<ExecuteOutcome>,
    /// The records afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records: Option<Box<ExecutionTables>>,
}

/// What one command led to: a reply, or why it was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExecuteOutcome {
    /// Its key.
    pub key: Id,
    /// The reply; absent: refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Reply>,
    /// Whether the reply is an earlier one to the same key.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub replayed: bool,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<FindingDocument>,
    /// What is to be stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<Box<ChangeSet>>,
}

impl From<Refused> for ErrorDocument {
    fn from(refused: Refused) -> ErrorDocument {
        let findings: Vec<_> = refused.findings().cloned().collect();
        findings.into()
    }
}

/// Reads records; the first faults of many are shown.
pub(super) fn records(
    tables: ExecutionTables,
    control: &RunControl<'_>,
) -> Result<ExecutionSnapshot, ErrorDocument> {
    ExecutionSnapshot::from_tables(tables).map_err(|faults| {
        let shown = faults.len().min(control.limits().errors_shown.max(1));
        ErrorDocument::of(&faults[..shown], faults.len() as u64)
    })
}

/// Answers an [`ExecuteRequest`].
pub(super) fn execute(request: ExecuteRequest, control: &RunControl<'_>) -> Decided<ExecuteResult> {
    let mut snapshot = records(request.records, control)?;
    let mut outcomes = Vec::with_capacity(request.requests.len());
    for ask in &request.requests {
        control.check().map_err(|cancelled| cancelled.finding())?;
        let mut out = ExecuteOutcome {
            key: ask.key.clone(),
            reply: None,
            replayed: false,
            refused: Vec::new(),
            changes: None,
        };
        match execution::decide(&snapshot, ask, request.now) {
            Err(refused) => out.refused = refused.findings().map(FindingDocument::from).collect(),
            Ok(outcome) => {
                out.reply = Some(outcome.reply);
                out.replayed = outcome.changes.is_none();
                if let Some(changes) = outcome.changes {
                    // Decided on this very snapshot: no row of it can be stale.
                    snapshot.apply(&changes).map_err(|conflict| conflict.finding())?;
                    out.changes = request.show_changes.then(|| Box::new(changes));
                }
            }
        }
        outcomes.push(out);
    }
    let records = request.show_records.then(|| Box::new(snapshot.to_tables()));
    Ok(ExecuteResult { outcomes, records }.into())
}

/// Asks what a scheme would issue for an order, before any stock is looked at (`M01`–`M03`, `M05`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposeIssueRequest {
    /// The order as it stands.
    pub order: ProductionOrder,
    /// The scheme.
    #[serde(default)]
    pub what: IssueWhat,
}

/// What a scheme would issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposeIssueResult {
    /// Lines that count, nought included.
    pub lines: Vec<ProposalLine>,
    /// Lines that the scheme passes over.
    pub skipped: Vec<u32>,
    /// Kits issued so far; absent: no line counts for kits (`M13`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kits: Option<Quantity>,
    /// Issue axis.
    pub issue: IssueState,
    /// Task axis.
    pub task: TaskState,
}

/// Answers a [`ProposeIssueRequest`].
pub(super) fn propose_issue(
    request: ProposeIssueRequest,
    control: &RunControl<'_>,
) -> Decided<ProposeIssueResult> {
    let tables = ExecutionTables { orders: vec![request.order], ..ExecutionTables::default() };
    let snapshot = records(tables, control)?;
    let Some(order) = snapshot.orders.values().next() else {
        return Err(ErrorDocument::of(&[], 0));
    };
    let proposal = execution::propose(order, &request.what)?;
    let result = ProposeIssueResult {
        lines: proposal.lines,
        skipped: proposal.skipped,
        kits: order.kits_issued()?,
        issue: order.issue()?,
        task: order.task()?,
    };
    Ok(Answer { result, findings: proposal.findings })
}

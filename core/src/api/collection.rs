//! The request that collects overheads; its documents are those of the decision.

use super::{Answer, Decided};
use crate::costing::{CollectOverhead, CollectedOverhead};
use crate::run::RunControl;

/// Answers a [`CollectOverhead`] request.
pub(super) fn collect_overhead(request: CollectOverhead, _: &RunControl<'_>) -> Decided<CollectedOverhead> {
    let collected = request.collect()?;
    Ok(Answer { result: collected.result, findings: collected.findings })
}

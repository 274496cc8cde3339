//! Writing a document.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{FORMAT, FindingDocument, Outcome};
use crate::finding::Finding;

/// The answer to a request: `{"format": 1, "kind": …, "result": …, "findings": […]}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Response {
    /// Format version of the document.
    pub format: u32,
    /// Kind and result.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// What was found on the way: warnings, information, and errors that concern single rows only.
    pub findings: Vec<FindingDocument>,
}

impl Response {
    pub(super) fn new(outcome: Outcome, findings: &[Finding]) -> Response {
        Response { format: FORMAT, outcome, findings: findings.iter().map(FindingDocument::from).collect() }
    }
}

/// A document as JSON text on one line; equal documents give equal bytes.
#[must_use]
pub fn to_json<T: Serialize>(document: &T) -> String {
    // Documents hold texts, integers and lists only, which always can be written.
    serde_json::to_string(document).unwrap_or_default()
}

//! The face that every binding uses: one plain document in, one plain document out, one entry per decision.
//!
//! A request is `{"format": 1, "kind": "plan", …}`; the answer is `{"format": 1, "kind": "plan", "result": …,
//! "findings": […]}` or `{"format": 1, "error": {…}}`. Decimals are text, dates are `2026-03-02`, ids are the
//! host's. Equal requests give equal bytes. It knows the documents and which decision answers each; it decides
//! nothing itself.
//!
//! The schemas of both documents are in `docs/schema`; `docs/cases.md` shows a request for every decision.

mod adjusting;
mod amounts;
mod catalogue;
mod change;
mod closing;
mod collection;
mod costing;
mod decisions;
mod error;
mod execution;
mod orders;
mod periods;
mod planning;
mod read;
mod reports;
mod schema;
mod selection;
mod shop;
mod sizing;
mod standards;
mod stock;
mod structure;
mod valuation;
mod values;
mod variances;
mod write;

pub use adjusting::*;
pub use catalogue::*;
pub use change::*;
pub use closing::*;
pub use costing::*;
pub use decisions::{Kind, Outcome, Request};
pub use error::{ErrorBody, ErrorDocument, FindingDocument};
pub use execution::{ExecuteOutcome, ExecuteRequest, ExecuteResult, ProposeIssueRequest, ProposeIssueResult};
pub use orders::*;
pub use periods::{PeriodRecord, Periods};
pub use planning::*;
pub use reports::*;
pub use schema::{request_schema, response_schema};
pub use selection::Selection;
pub use shop::*;
pub use sizing::*;
pub use standards::*;
pub use stock::*;
pub use structure::*;
pub use valuation::*;
pub use values::*;
pub use variances::*;
pub use write::{Response, to_json};

use crate::finding::Finding;
use crate::run::RunControl;

/// The format version of documents that this version writes, and the newest that it reads.
pub const FORMAT: u32 = 1;

/// The most bytes of a request that [`call`] reads.
pub const MAX_REQUEST_BYTES: usize = 1 << 30;

/// A result and what was found on the way to it.
#[derive(Debug)]
pub(crate) struct Answer<T> {
    pub(crate) result: T,
    pub(crate) findings: Vec<Finding>,
}

impl<T> From<T> for Answer<T> {
    fn from(result: T) -> Answer<T> {
        Answer { result, findings: Vec::new() }
    }
}

/// What every decision returns.
pub(crate) type Decided<T> = Result<Answer<T>, ErrorDocument>;

/// Answers one request document with [`MAX_REQUEST_BYTES`] as its largest size.
///
/// ```
/// use headstock::api::call;
/// use headstock::run::RunControl;
///
/// let request = br#"{"format": 1, "kind": "round", "value": "2.345", "scale": 2}"#;
/// let response = call(request, &RunControl::new()).unwrap();
/// assert!(headstock::api::to_json(&response).contains(r#""value":"2.35""#));
/// ```
///
/// # Errors
/// `REQUEST_TOO_LARGE`; `FORMAT_VERSION`; `REQUEST_SYNTAX` with line, column, the place in the document and what
/// was expected there; whatever the decision refuses.
pub fn call(request: &[u8], control: &RunControl<'_>) -> Result<Response, ErrorDocument> {
    call_within(request, MAX_REQUEST_BYTES, control)
}

/// As [`call`] with another largest size of the request in bytes.
///
/// # Errors
/// As [`call`].
pub fn call_within(
    request: &[u8],
    max_bytes: usize,
    control: &RunControl<'_>,
) -> Result<Response, ErrorDocument> {
    read::request(request, max_bytes)?.decide(control)
}

/// Answers one request document with the text of the response or of the error, and whether it is a response.
#[must_use]
pub fn call_text(request: &[u8], control: &RunControl<'_>) -> (String, bool) {
    match call(request, control) {
        Ok(response) => (to_json(&response), true),
        Err(error) => (to_json(&error), false),
    }
}

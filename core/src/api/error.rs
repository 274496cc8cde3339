//! Findings and refusals as documents.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::FORMAT;
use crate::bom::BomError;
use crate::finding::{Code, Finding, Lang, Severity};
use crate::money::MoneyError;
use crate::num::NumError;
use crate::planning::{LotSizingError, NetForecastError, PlanError, ReplanError};
use crate::routing::RoutingError;
use crate::snapshot::Rejected;
use crate::time::{BucketError, CalendarError, CalendarGap};
use crate::unit::UnitError;

/// A finding in a document: its code, its parameters as data and both texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FindingDocument {
    /// The stable code.
    pub code: Code,
    /// How serious it is.
    pub severity: Severity,
    /// The parameters by name.
    pub params: BTreeMap<String, String>,
    /// The English text.
    pub message_en: String,
    /// The Chinese text.
    pub message_zh: String,
}

impl From<&Finding> for FindingDocument {
    fn from(finding: &Finding) -> FindingDocument {
        let params = finding.params().map(|(name, value)| (name.to_owned(), value.to_owned()));
        FindingDocument {
            code: finding.code(),
            severity: finding.severity(),
            params: params.collect(),
            message_en: finding.text(Lang::En),
            message_zh: finding.text(Lang::Zh),
        }
    }
}

/// The answer to a request that was refused. Nothing was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, thiserror::Error)]
#[serde(deny_unknown_fields)]
#[error("{}: {}", .error.code, .error.message_en)]
pub struct ErrorDocument {
    /// Format version of the document.
    pub format: u32,
    /// Why.
    pub error: Box<ErrorBody>,
}

/// Why a request was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ErrorBody {
    /// The stable code of the first fault.
    pub code: Code,
    /// Its English text.
    pub message_en: String,
    /// Its Chinese text.
    pub message_zh: String,
    /// Its parameters by name.
    pub params: BTreeMap<String, String>,
    /// Every fault that is shown, the first one included.
    pub findings: Vec<FindingDocument>,
    /// How many faults there are in all.
    pub count: u64,
    /// The whole circle of a loop, each item once; the last one leads to the first. The message abbreviates it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<String>,
}

impl ErrorDocument {
    /// The stable code of the first fault.
    #[must_use]
    pub fn code(&self) -> Code {
        self.error.code
    }

    /// A refusal for one or more faults.
    pub(super) fn of(findings: &[Finding], count: u64) -> ErrorDocument {
        let internal = Finding::new(Code::Internal).with("place", "api");
        let first = FindingDocument::from(findings.first().unwrap_or(&internal));
        ErrorDocument {
            format: FORMAT,
            error: Box::new(ErrorBody {
                code: first.code,
                message_en: first.message_en,
                message_zh: first.message_zh,
                params: first.params,
                findings: findings.iter().map(FindingDocument::from).collect(),
                count,
                path: Vec::new(),
            }),
        }
    }

    fn with_path(mut self, path: Vec<String>) -> ErrorDocument {
        self.error.path = path;
        self
    }
}

impl From<Finding> for ErrorDocument {
    fn from(finding: Finding) -> ErrorDocument {
        ErrorDocument::of(&[finding], 1)
    }
}

impl From<Vec<Finding>> for ErrorDocument {
    fn from(findings: Vec<Finding>) -> ErrorDocument {
        ErrorDocument::of(&findings, findings.len() as u64)
    }
}

impl From<Rejected> for ErrorDocument {
    fn from(rejected: Rejected) -> ErrorDocument {
        ErrorDocument::of(rejected.findings(), rejected.count()).with_path(rejected.path().to_vec())
    }
}

impl From<BomError> for ErrorDocument {
    fn from(error: BomError) -> ErrorDocument {
        let document = ErrorDocument::from(error.finding());
        match error {
            BomError::Loop { path } => document.with_path(path.into_iter().map(String::from).collect()),
            _ => document,
        }
    }
}

impl From<PlanError> for ErrorDocument {
    fn from(error: PlanError) -> ErrorDocument {
        let document = ErrorDocument::from(error.finding());
        match error {
            PlanError::Loop { path, .. } => document.with_path(path),
            _ => document,
        }
    }
}

impl From<ReplanError> for ErrorDocument {
    fn from(error: ReplanError) -> ErrorDocument {
        match error {
            ReplanError::Rejected(rejected) => rejected.into(),
            ReplanError::Plan(error) => error.into(),
        }
    }
}

/// Errors that become the one finding they name.
macro_rules! by_finding {
    ($($error:ty),*) => {
        $(impl From<$error> for ErrorDocument {
            fn from(error: $error) -> ErrorDocument {
                error.finding().into()
            }
        })*
    };
}

by_finding!(
    LotSizingError,
    NetForecastError,
    NumError,
    MoneyError,
    UnitError,
    RoutingError,
    BucketError,
    CalendarError,
    CalendarGap
);

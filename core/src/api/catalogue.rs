//! Requests about the documents themselves: codes with their texts, schemas.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Decided, request_schema, response_schema};
use crate::finding::{Code, Lang, Severity};
use crate::run::RunControl;

/// Asks for codes of findings and errors.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CatalogueRequest {
    /// The codes wanted; absent: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codes: Option<BTreeSet<Code>>,
}

/// Codes, by their text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CatalogueResult {
    /// The codes.
    pub codes: Vec<CatalogueRow>,
}

/// A code with its texts; parameters stand in braces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CatalogueRow {
    /// The code.
    pub code: Code,
    /// How serious it is.
    pub severity: Severity,
    /// Names of the parameters of the message.
    pub params: Vec<String>,
    /// English template.
    pub message_en: String,
    /// Chinese template.
    pub message_zh: String,
}

/// Answers a [`CatalogueRequest`].
pub(super) fn catalogue(request: CatalogueRequest, _: &RunControl<'_>) -> Decided<CatalogueResult> {
    let wanted = |code: &Code| request.codes.as_ref().is_none_or(|codes| codes.contains(code));
    let mut codes: Vec<Code> = Code::all().filter(wanted).collect();
    codes.sort_unstable();
    let row = |code: Code| CatalogueRow {
        code,
        severity: code.severity(),
        params: code.params().into_iter().map(str::to_owned).collect(),
        message_en: code.message(Lang::En).to_owned(),
        message_zh: code.message(Lang::Zh).to_owned(),
    };
    Ok(CatalogueResult { codes: codes.into_iter().map(row).collect() }.into())
}

/// Asks for the schemas of requests and responses.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SchemaRequest {}

/// The schemas (JSON Schema 2020-12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SchemaResult {
    /// Of a request.
    pub request: serde_json::Value,
    /// Of a response or an error document.
    pub response: serde_json::Value,
}

/// Answers a [`SchemaRequest`].
pub(super) fn schema(_: SchemaRequest, _: &RunControl<'_>) -> Decided<SchemaResult> {
    Ok(SchemaResult { request: request_schema(), response: response_schema() }.into())
}

//! Cost elements and sub-elements as data (`C01`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::Id;
use crate::num::DecimalText;

/// What a cost element is about; only rules that name a kind look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ElementKind {
    /// Direct material (the default).
    #[default]
    Material,
    /// Direct labour.
    Labour,
    /// Production overhead.
    Overhead,
    /// Fee of a subcontractor.
    Subcontract,
    /// Anything else.
    Other,
}

/// A cost element, or a sub-element of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Element {
    /// Host id.
    pub id: Id,
    /// Kind.
    #[serde(default)]
    pub kind: ElementKind,
    /// The element that this one is a part of in reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Id>,
}

/// An amount of a cost element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ElementAmount {
    /// The element.
    pub element: Id,
    /// The amount in the currency of the company.
    pub amount: DecimalText,
}

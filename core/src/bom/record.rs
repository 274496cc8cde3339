//! Bills of material as records: versions, lines, outputs and changes (`F02`, `P27`).

use crate::id::Id;
use crate::num;
use crate::num::Ratio;
use crate::time::Date;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Approval of a BOM version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BomStatus {
    /// Draft: may not be used.
    Draft,
    /// Approved (the default).
    #[default]
    Approved,
}

/// A BOM version: what one order of a product takes in and gives out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bom {
    /// Host id of the version, unique among BOMs.
    pub id: Id,
    /// The product, the output that the quantity of an order counts.
    pub product: Id,
    /// The site, or absent for every site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<Id>,
    /// Approval.
    #[serde(default)]
    pub status: BomStatus,
    /// Whether it may be used.
    #[serde(default = "crate::item::yes")]
    pub enabled: bool,
    /// First explosion date, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// Last explosion date, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// Smaller is preferred among versions in force on one date; overlap at equal priority is refused.
    #[serde(default)]
    pub priority: u32,
    /// Yield: `input = good ÷ yield`, above 0 and at most 1.
    #[serde(default = "one")]
    pub yield_ratio: Ratio,
    /// Component lines.
    #[serde(default)]
    pub lines: Vec<BomLine>,
    /// Co-products and by-products.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<BomOutput>,
}

fn one() -> Ratio {
    Ratio::ONE
}

/// How a line's requirement depends on the order quantity.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "type", deny_unknown_fields)]
pub enum Usage {
    /// In proportion to the input quantity (the default).
    #[default]
    Variable,
    /// The same for every order, whatever its quantity.
    Fixed,
    /// By steps: the step with the highest `from` not above the input quantity applies.
    Stepped {
        /// The steps.
        steps: Vec<UsageStep>,
    },
}

/// One step of a stepped usage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UsageStep {
    /// Smallest input quantity of the step.
    #[serde(with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub from: Decimal,
    /// Fixed part.
    pub fixed: Ratio,
    /// Part per unit of input.
    pub per_unit: Ratio,
}

/// How a component reaches the order (`M01`–`M09`): a property of the line, not of the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IssueMethod {
    /// Issued per order (the default).
    #[default]
    Direct,
    /// Backflushed from what is received.
    Backflush,
    /// Not issued; still planned.
    NoIssue,
}

/// A component line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BomLine {
    /// Line id, unique within its BOM; a component may stand on several lines, which add up.
    pub id: Id,
    /// The component.
    pub component: Id,
    /// Usage numerator: this many `unit`s …
    #[serde(with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub numerator: Decimal,
    /// … for this many units of input; above 0.
    #[serde(default = "unit_decimal", with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub denominator: Decimal,
    /// Unit of the numerator; absent: the component's stock unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Id>,
    /// How the requirement depends on the quantity.
    #[serde(default)]
    pub usage: Usage,
    /// Scrap rate, at least 0 and below 1; the component's formula applies.
    #[serde(default = "zero")]
    pub scrap: Ratio,
    /// Fixed loss per order, in the component's stock unit.
    #[serde(default, with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub fixed_loss: Option<Decimal>,
    /// First explosion date, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// Last explosion date, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// Working days after the order's start at which the component is needed; may be negative.
    #[serde(default)]
    pub offset_days: i32,
    /// Skip-level: the component's own components are taken instead, for this line only (`P16`).
    #[serde(default)]
    pub skip_level: bool,
    /// How it is issued.
    #[serde(default)]
    pub issue: IssueMethod,
    /// Key part, for kitting.
    #[serde(default)]
    pub key_part: bool,
    /// Engineering change that brought the line in (`P27`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Id>,
    /// Routing operation (sequence) at which it is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<u32>,
    /// Location it is issued from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Id>,
}

fn unit_decimal() -> Decimal {
    Decimal::ONE
}

fn zero() -> Ratio {
    Ratio::ZERO
}

/// Whether a further output shares the cost or is incidental.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutputKind {
    /// Co-product: wanted for its own sake (the default).
    #[default]
    CoProduct,
    /// By-product.
    ByProduct,
}

/// A further output of an order, in proportion to its input quantity, rounded down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BomOutput {
    /// Output id, unique within its BOM.
    pub id: Id,
    /// The item that comes out.
    pub item: Id,
    /// This many stock units …
    #[serde(with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub numerator: Decimal,
    /// … for this many units of input; above 0.
    #[serde(default = "unit_decimal", with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub denominator: Decimal,
    /// Co-product or by-product.
    #[serde(default)]
    pub kind: OutputKind,
}

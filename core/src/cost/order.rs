//! The cost object: a production, subcontract or rework order and what its cost depends on (`C01`, `C05`–`C08`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::Id;
use crate::num::{DecimalText, Quantity, Ratio};

/// What kind of order carries the cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderKind {
    /// Production (the default).
    #[default]
    Make,
    /// Made by a subcontractor from our material.
    Subcontract,
    /// Rework: the product is issued to itself (`R01`).
    Rework,
}

/// How work in process is valued (`C05`, `C06`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WipRule {
    /// Equivalent units by weighted average (the default); without units in process everything is finished.
    #[default]
    Equivalent,
    /// Equivalent units, first in first out: opening units are finished first.
    EquivalentFifo,
    /// Work in process carries material only.
    Material,
    /// Components issued and not consumed, at the price of the period (`wip_components`).
    Components,
    /// Amounts given (`wip_amounts`): fixed cost, quota ratio, a count.
    Given,
    /// Everything is finished.
    None,
}

/// How joint cost is shared among co-products (`C07`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShareMode {
    /// By weight times quantity (the default).
    #[default]
    Weight,
    /// By preset shares that add up to one; a share without quantity is spread over the others.
    Share,
}

/// How far units in process have come in one element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Completion {
    /// The element.
    pub element: Id,
    /// Part done, 0 to 1.
    pub done: Ratio,
}

/// An order that carries cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CostOrder {
    /// Host id.
    pub id: Id,
    /// Kind.
    #[serde(default)]
    pub kind: OrderKind,
    /// Workshop or cost centre; its overhead falls on the orders of the same centre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub centre: Option<Id>,
    /// Whether the order is closed: nothing stays in process.
    #[serde(default)]
    pub closed: bool,
    /// How work in process is valued.
    #[serde(default)]
    pub wip: WipRule,
    /// Units in process at the end of the period.
    #[serde(default)]
    pub in_process: Quantity,
    /// How far they have come where `completion` does not say; absent: 1 for elements of kind material.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Ratio>,
    /// How far they have come, by element.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub completion: Vec<Completion>,
    /// Units in process at the start (first in first out only).
    #[serde(default)]
    pub opening_units: Quantity,
    /// How far those had come where `opening_completion` does not say; absent: 1 for elements of kind material.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening_done: Option<Ratio>,
    /// How far those had come, by element.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opening_completion: Vec<Completion>,
    /// Units lost abnormally in the period: their cost leaves as scrapped (`C21`).
    #[serde(default)]
    pub scrapped: Quantity,
    /// How joint cost is shared.
    #[serde(default)]
    pub share: ShareMode,
    /// Units received in earlier periods, for late cost (`C14`).
    #[serde(default)]
    pub received_before: Quantity,
    /// The product of those; absent: the main product in `outputs`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Id>,
    /// Rework whose cost is charged to the period instead of the product (`R03`): the product keeps the cost it
    /// came with.
    #[serde(default)]
    pub charge_period: bool,
}

/// What a product is to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "CostOutputKind")]
pub enum OutputKind {
    /// Main product (the default).
    #[default]
    Main,
    /// Co-product: shares the joint cost.
    Co,
    /// By-product or recoverable scrap: taken out at fixed unit cost first (`C08`).
    By,
}

/// How one product of an order takes cost. A product received without such a row is the main product of weight 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderOutput {
    /// Order.
    pub order: Id,
    /// Product.
    pub item: Id,
    /// Kind.
    #[serde(default)]
    pub kind: OutputKind,
    /// Weight of a unit, or share of the joint cost; absent: 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<DecimalText>,
    /// Fixed cost or net realisable value of a unit: by-products, and co-products at fixed cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<DecimalText>,
}

/// Components in process of an order (`C06`, component list).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WipComponent {
    /// Order.
    pub order: Id,
    /// Component.
    pub item: Id,
    /// The part of its stock that is valued apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<Id>,
    /// Quantity that is issued and not consumed.
    pub quantity: Quantity,
}

/// The value of work in process of an order in one element, as given (`C06`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WipAmount {
    /// Order.
    pub order: Id,
    /// Element.
    pub element: Id,
    /// Amount.
    pub amount: DecimalText,
}

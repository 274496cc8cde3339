//! What accounting knows beside the records of execution: prices, opening values, hours, rates, expenses.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cost::{
    Base, Charge, Driver, Element, ItemValuation, OrderOutput, OverheadRow, StockOpening, WipOpening, WipRule,
};
use crate::document::{OpeningAccrual, Period};
use crate::id::Id;
use crate::num::{DecimalText, Quantity, Ratio};
use crate::routing::WorkCentre;
use crate::time::Date;

/// Which part of an item's stock has a value of its own (`C17`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValuedBy {
    /// All of it together (the default).
    #[default]
    Item,
    /// Each location apart; stock that moves between them takes its value along.
    Location,
    /// Each project or tracking number apart; free stock is one of them.
    Project,
    /// Each lot apart: the cost of the specific lot.
    Lot,
}

/// How an item is costed. An item without such a row is valued by the average of the period, as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemCost {
    /// The item.
    pub item: Id,
    /// Element under which it is bought and issued; absent: the first element of kind material.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<Id>,
    /// Valuation.
    #[serde(default)]
    pub valuation: ItemValuation,
    /// Which part of its stock has a value of its own.
    #[serde(default)]
    pub valued_by: ValuedBy,
    /// Fixed (quota, standard) cost of a unit: standard valuation, cost loops, by-products.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed_cost: Option<DecimalText>,
    /// Weight of a unit where it shares joint cost (`C07`); absent: 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joint_weight: Option<DecimalText>,
}

/// What a unit of an item costs from outside: the price of what is bought, the fee of what a subcontractor makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CostPrice {
    /// The item.
    pub item: Id,
    /// The purchase order, receipt or subcontract order it is the price of; absent: all without one of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Id>,
    /// First day on which it holds; absent: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Price of one stock unit in the currency of the company.
    pub price: DecimalText,
    /// Whether it is that of an invoice; else it is an accrual until the invoice comes (`S06`).
    #[serde(default)]
    pub invoiced: bool,
    /// Whether the goods were ours before they came in, such as a transfer that was on its way at the start: they
    /// come from elsewhere and not from a supplier.
    #[serde(default)]
    pub own_goods: bool,
}

/// The element that hours of an activity cost (`C15`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CostActivity {
    /// The activity, as in the rates of work centres.
    pub activity: Id,
    /// The element. Hours of an element of kind labour are labour hours to the bases of overhead, others machine
    /// hours.
    pub element: Id,
}

/// Hours worked for an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkHours {
    /// Host id of the entry or document line.
    pub id: Id,
    /// The order.
    pub order: Id,
    /// Where.
    pub work_centre: Id,
    /// What was done, as in the rates of the work centre.
    pub activity: Id,
    /// Day.
    pub date: Date,
    /// Hours; a correction is negative.
    pub hours: Ratio,
}

/// A document whose incoming lines are products of an order, beside what the order itself receives: co-products and
/// by-products that a host books apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductDocument {
    /// The document.
    pub document: Id,
    /// The order.
    pub order: Id,
}

/// What the cost of scrap is (`C21`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScrapRule {
    /// What the order planned to lose (`input − good`, in proportion to what came out) is normal and borne by good
    /// units; more is abnormal and leaves as a loss (the default).
    #[default]
    Planned,
    /// All of it is normal.
    Normal,
    /// All of it is abnormal.
    Abnormal,
}

/// Totals that opening values must add up to (`F09`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OpeningControls {
    /// Value of the opening stock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stock: Option<DecimalText>,
    /// Opening work in process.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wip: Option<DecimalText>,
    /// Open accruals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accruals: Option<DecimalText>,
}

/// An invoice of the period for what was accrued in an earlier one: the difference changes the value of the stock, or
/// is a cost of the order (`S06`, by difference).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccrualSettlement {
    /// Host id of the invoice line.
    pub id: Id,
    /// The accrual.
    pub accrual: Id,
    /// Day.
    pub date: Date,
    /// Quantity invoiced.
    pub quantity: Quantity,
    /// What is invoiced for it.
    pub amount: DecimalText,
    /// The part of the item's stock, where parts are valued apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<Id>,
}

/// Everything a period is closed from that the records of execution do not say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CostSources {
    /// The period to close.
    pub period: Id,
    /// Decimals of the company's currency.
    #[serde(default = "two")]
    pub amount_scale: u32,
    /// Periods; the one to close and those before it.
    pub periods: Vec<Period>,
    /// Cost elements.
    pub elements: Vec<Element>,
    /// Elements of activities.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub activities: Vec<CostActivity>,
    /// How items are costed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ItemCost>,
    /// Value of the stock at the start; quantities are compared with the ledger. Until a period is closed, the values
    /// of opening documents (`F09`) are added: to this, to `wip` and to `accruals`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stock: Vec<StockOpening>,
    /// Work in process at the start.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wip: Vec<WipOpening>,
    /// Receipts of earlier periods that are not invoiced yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accruals: Vec<OpeningAccrual>,
    /// Invoices for those.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settlements: Vec<AccrualSettlement>,
    /// What opening values must add up to.
    #[serde(default)]
    pub controls: OpeningControls,
    /// Whether the opening values are those of going live: refused once a period is closed. Else they are what the
    /// last run left.
    #[serde(default)]
    pub go_live: bool,
    /// Prices and fees.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prices: Vec<CostPrice>,
    /// How products of orders take cost; an order that is not named has one main product.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<OrderOutput>,
    /// Documents that bring products of orders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub product_documents: Vec<ProductDocument>,
    /// Work centres with their rates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub work_centres: Vec<WorkCentre>,
    /// Hours; [`standard_hours`](crate::costing::standard_hours) gives those of what was reported.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<WorkHours>,
    /// Costs of single orders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub charges: Vec<Charge>,
    /// Expenses to be shared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overhead: Vec<OverheadRow>,
    /// Values of bases beside the hours.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drivers: Vec<Driver>,
    /// How work in process is valued; absent: by what was issued and is not consumed yet (`components`).
    #[serde(default = "components")]
    pub wip_rule: WipRule,
    /// How far units in process have come in what is no material, where equivalent units are asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Ratio>,
    /// What the cost of scrap is.
    #[serde(default)]
    pub scrap: ScrapRule,
}

const fn two() -> u32 {
    2
}

const fn components() -> WipRule {
    WipRule::Components
}

impl CostSources {
    /// Of an element's kind: labour hours or machine hours.
    pub(super) fn base_of(&self, element: &Id) -> Base {
        let labour = crate::cost::ElementKind::Labour;
        let labour = self.elements.iter().any(|row| row.id == *element && row.kind == labour);
        if labour { Base::LabourHours } else { Base::MachineHours }
    }
}

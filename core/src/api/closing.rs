//! Requests about closing a period: what everything cost, and why.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Answer, Decided, ErrorDocument, FindingDocument};
use crate::cost::{CostEvent, CostRecords, CostTables, StockOpening, WipOpening};
use crate::costing::{
    Adjustment, CloseError, ClosePolicy, ControlTotal, Explain, PeriodOutcome, ProductCost, ReportStep,
    close_period as close,
};
use crate::finding::{Code, Finding, Lang, Reason};
use crate::id::Id;
use crate::num::{DecimalText, Ratio};
use crate::run::RunControl;

/// Closes a period: prices every issue, costs every order, values every stock; nothing is stored anywhere (`C09`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClosePeriodRequest {
    /// The records.
    pub tables: CostTables,
    /// Choices.
    #[serde(default)]
    pub policy: ClosePolicy,
    /// What the answer lists beside stocks, orders and totals.
    #[serde(default)]
    pub show: CloseShow,
}

/// Parts of the answer that are long.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CloseShow {
    /// The value of every issue, receipt and movement.
    pub lines: bool,
    /// Cost events.
    pub events: bool,
    /// What the next period starts with.
    pub next: bool,
}

/// What everything cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClosePeriodResult {
    /// Stocks by item and part.
    pub stocks: Vec<StockResult>,
    /// Orders by id.
    pub orders: Vec<OrderResult>,
    /// Loops that were found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loops: Vec<LoopResult>,
    /// Lines that were booked at another value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adjustments: Vec<Adjustment>,
    /// What the run did.
    pub steps: Vec<ReportStep>,
    /// Control totals by original element; every `difference` is nought.
    pub totals: Vec<ControlTotal>,
    /// Warnings that were accepted beforehand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waived: Vec<FindingDocument>,
    /// Values of lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<LineValues>,
    /// Cost events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<CostEvent>>,
    /// What the next period starts with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<NextPeriod>,
}

/// A stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StockResult {
    /// Item.
    pub item: String,
    /// The part of its stock that is valued apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<String>,
    /// Calculation level: 1 for what is bought.
    pub level: u32,
    /// Unit cost of the period, exact; absent without quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<Ratio>,
    /// Quantity and value at the start.
    pub opening: QuantityValue,
    /// Quantity and value that came in.
    pub received: QuantityValue,
    /// Quantity and value that left.
    pub issued: QuantityValue,
    /// Quantity and value at the end.
    pub closing: QuantityValue,
    /// The value at the end by original element.
    pub composition: Vec<ElementValue>,
}

/// A quantity and its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuantityValue {
    /// Quantity.
    pub quantity: DecimalText,
    /// Value.
    pub value: DecimalText,
}

/// A value of an element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ElementValue {
    /// Element.
    pub element: String,
    /// Value.
    pub value: DecimalText,
}

/// The ledger of an element: `opening + input = finished + closing + scrapped`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LedgerResult {
    /// Element; absent in the total of an order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<String>,
    /// In process at the start.
    pub opening: DecimalText,
    /// Added.
    pub input: DecimalText,
    /// Finished.
    pub finished: DecimalText,
    /// In process at the end.
    pub closing: DecimalText,
    /// Lost, or charged to the period.
    pub scrapped: DecimalText,
    /// In less out: always nought.
    pub difference: DecimalText,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderResult {
    /// Order.
    pub order: String,
    /// All elements together.
    pub total: LedgerResult,
    /// By element.
    pub elements: Vec<LedgerResult>,
    /// What it gave.
    pub products: Vec<ProductResult>,
}

/// A product of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductResult {
    /// Product.
    pub item: String,
    /// The part of its stock that is valued apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<String>,
    /// Quantity.
    pub quantity: DecimalText,
    /// Cost.
    pub value: DecimalText,
    /// Cost of a unit, exact; absent without quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<Ratio>,
    /// Cost by element of the order (level view).
    pub elements: Vec<ElementValue>,
    /// Cost one level down: components and own elements (level view).
    pub parts: Vec<PartResult>,
    /// Cost by original element through all levels (rolled-up view).
    pub original: Vec<ElementValue>,
}

/// A part of a product's cost, one level down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartResult {
    /// Element.
    pub element: String,
    /// Component; absent: a cost of the order's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// Quantity of it that was issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<DecimalText>,
    /// Value.
    pub value: DecimalText,
}

/// A cost loop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LoopResult {
    /// Items whose costs feed each other.
    pub items: Vec<String>,
    /// Rounds of an iteration; 0 under other rules.
    pub rounds: u32,
}

/// The value of a document line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineValue {
    /// The document line.
    pub id: Id,
    /// Its value.
    pub value: DecimalText,
}

/// Values of all lines, by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineValues {
    /// Issues.
    pub issues: Vec<LineValue>,
    /// Receipts from orders.
    pub receipts: Vec<LineValue>,
    /// Movements.
    pub movements: Vec<LineValue>,
}

/// What the next period starts with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NextPeriod {
    /// Stock.
    pub stock: Vec<StockOpening>,
    /// Work in process.
    pub wip: Vec<WipOpening>,
}

/// Asks why a cost is what it is: the figure opens down to the documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplainCostRequest {
    /// The records.
    pub tables: CostTables,
    /// Choices.
    #[serde(default)]
    pub policy: ClosePolicy,
    /// The figure.
    pub what: Explain,
    /// The most nodes of the tree; the rest is counted.
    #[serde(default = "nodes")]
    pub nodes: u32,
}

const fn nodes() -> u32 {
    500
}

/// The derivation of a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplainCostResult {
    /// The tree.
    pub tree: Reason,
    /// The tree in English, a node a line.
    pub text_en: String,
    /// The tree in Chinese.
    pub text_zh: String,
}

impl From<CloseError> for ErrorDocument {
    fn from(error: CloseError) -> ErrorDocument {
        error.findings().to_vec().into()
    }
}

/// Answers a [`ClosePeriodRequest`].
pub(super) fn close_period(
    request: ClosePeriodRequest,
    control: &RunControl<'_>,
) -> Decided<ClosePeriodResult> {
    let records = CostRecords::new(request.tables, control)?;
    let outcome = close(&records, &request.policy, control)?;
    let tables = records.tables();
    let loops = outcome
        .loops()
        .map(|(items, rounds)| LoopResult { items: items.into_iter().map(str::to_owned).collect(), rounds });
    let result = ClosePeriodResult {
        stocks: stocks(&outcome),
        orders: orders(&outcome),
        loops: loops.collect(),
        adjustments: outcome.adjustments(),
        steps: outcome.steps().to_vec(),
        totals: outcome.totals(),
        waived: outcome.waived().iter().map(FindingDocument::from).collect(),
        lines: request.show.lines.then(|| LineValues {
            issues: values(tables.issues.iter().map(|row| &row.id), |row| outcome.issue_value(row)),
            receipts: values(tables.receipts.iter().map(|row| &row.id), |row| outcome.receipt_value(row)),
            movements: values(tables.movements.iter().map(|row| &row.id), |row| outcome.movement_value(row)),
        }),
        events: request.show.events.then(|| outcome.events().collect()),
        next: request
            .show
            .next
            .then(|| NextPeriod { stock: outcome.closing_stock(), wip: outcome.closing_wip() }),
    };
    let findings = outcome.findings().to_vec();
    Ok(Answer { result, findings })
}

fn values<'a>(
    ids: impl Iterator<Item = &'a Id>,
    value: impl Fn(usize) -> Option<rust_decimal::Decimal>,
) -> Vec<LineValue> {
    let lines =
        ids.enumerate().filter_map(|(row, id)| Some(LineValue { id: id.clone(), value: value(row)?.into() }));
    lines.collect()
}

fn elements(parts: Vec<(&str, rust_decimal::Decimal)>) -> Vec<ElementValue> {
    let parts = parts.into_iter();
    parts.map(|(element, value)| ElementValue { element: element.to_owned(), value: value.into() }).collect()
}

fn stocks(outcome: &PeriodOutcome<'_>) -> Vec<StockResult> {
    let rows = outcome.stocks().map(|stock| {
        let at = |index: usize| QuantityValue {
            quantity: stock.quantity[index].into(),
            value: stock.value[index].into(),
        };
        StockResult {
            item: stock.item.to_owned(),
            pool: stock.pool.map(str::to_owned),
            level: stock.level,
            unit_cost: stock.unit_cost,
            opening: at(0),
            received: at(1),
            issued: at(2),
            closing: at(3),
            composition: elements(outcome.closing_composition(stock.item, stock.pool)),
        }
    });
    rows.collect()
}

fn orders(outcome: &PeriodOutcome<'_>) -> Vec<OrderResult> {
    let mut products = outcome.products().peekable();
    let mut ledger = outcome.ledger().peekable();
    let rows = outcome.records().tables().orders.iter().map(|row| {
        let name = row.id.as_str();
        let mut result = OrderResult {
            order: name.to_owned(),
            total: LedgerResult::default(),
            elements: Vec::new(),
            products: Vec::new(),
        };
        while let Some(row) = ledger.next_if(|row| row.order == name) {
            let difference = row.opening + row.input - row.finished - row.closing - row.scrapped;
            let own = LedgerResult {
                element: Some(row.element.to_owned()),
                opening: row.opening.into(),
                input: row.input.into(),
                finished: row.finished.into(),
                closing: row.closing.into(),
                scrapped: row.scrapped.into(),
                difference: difference.into(),
            };
            add(&mut result.total, &own);
            result.elements.push(own);
        }
        while let Some(product) = products.next_if(|product| product.order == name) {
            result.products.push(product_result(outcome, product));
        }
        result
    });
    rows.collect()
}

fn add(total: &mut LedgerResult, own: &LedgerResult) {
    // Amounts of a run stay below 2^62 of the smallest unit: sums of decimals are exact.
    total.opening.0 += own.opening.0;
    total.input.0 += own.input.0;
    total.finished.0 += own.finished.0;
    total.closing.0 += own.closing.0;
    total.scrapped.0 += own.scrapped.0;
    total.difference.0 += own.difference.0;
}

fn product_result(outcome: &PeriodOutcome<'_>, product: ProductCost<'_>) -> ProductResult {
    let parts = outcome.parts_of(product.order, product.item).into_iter().map(|part| PartResult {
        element: part.element.to_owned(),
        item: part.item.map(str::to_owned),
        quantity: part.quantity.map(DecimalText),
        value: part.value.into(),
    });
    let (value, quantity) = (Ratio::from_decimal(product.value), Ratio::from_decimal(product.quantity));
    ProductResult {
        item: product.item.to_owned(),
        pool: product.pool.map(str::to_owned),
        quantity: product.quantity.into(),
        value: product.value.into(),
        unit_cost: value.checked_div(quantity).ok(),
        elements: elements(product.elements),
        parts: parts.collect(),
        original: elements(product.original),
    }
}

/// Answers an [`ExplainCostRequest`].
pub(super) fn explain_cost(
    request: ExplainCostRequest,
    control: &RunControl<'_>,
) -> Decided<ExplainCostResult> {
    let records = CostRecords::new(request.tables, control)?;
    let outcome = close(&records, &request.policy, control)?;
    let id = match &request.what {
        Explain::UnitCost { item, .. } => item,
        Explain::Order { order } => order,
        Explain::Issue { document } => document,
    };
    let tree = outcome.explain(&request.what, request.nodes as usize);
    let tree = tree.ok_or_else(|| Finding::new(Code::UnknownReference).with("id", id))?;
    let (text_en, text_zh) = (tree.text(Lang::En), tree.text(Lang::Zh));
    Ok(ExplainCostResult { tree, text_en, text_zh }.into())
}

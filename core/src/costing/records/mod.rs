//! From the records of execution to the records of costing (`C01`–`C03`, `F05`, `F09`).
//!
//! `ledger + orders + documents + what accounting knows → cost tables of a period`. It knows what each reason of the
//! quantity ledger means for value, and nothing of prices beyond looking them up: what a movement costs is decided by
//! the period run. It reads the ledger up to the last day of the period only, so a period can be closed late.
//!
//! | ledger | cost record |
//! |---|---|
//! | before the period, and opening balances | opening stock: its quantity must be that of the opening values |
//! | purchase | in from a supplier, at the price of its order, else of the item |
//! | shipment | cost of sales |
//! | issue, backflush, supplement, return, move between orders | issue to the order, signed |
//! | receipt from an order | receipt from the order |
//! | transfer, staging, change of status | nothing, or a transfer between parts of the stock that are valued apart |
//! | count, correction | other issue at the price of the period, signed |
//!
//! Stock of others, stock at places that are not in cost accounting and scrap have a quantity and no value (`F05`):
//! what goes there leaves as another issue, what comes back from there comes at the price of the period.

mod hours;
mod opening;
mod orders;
mod rows;
mod stock;

pub use hours::standard_hours;
pub use rows::*;

use std::collections::{BTreeMap, BTreeSet};

use crate::cost::{CostItem, CostTables, Draft};
use crate::document::{Document, DocumentKind, OpeningAccrual, Period};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::num::{DecimalText, Quantity, Ratio, Rounding, from_scaled_i128};
use crate::run::RunControl;
use crate::snapshot::{ExecutionSnapshot, Rejected, Rejections};

/// The cost records of a period, and what is worth knowing about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectedCosts {
    /// What [`close_period`](crate::costing::close_period) reads.
    pub tables: CostTables,
    /// Receipts that are not invoiced at the end: the open accruals of the next period.
    pub accruals: Vec<OpeningAccrual>,
    /// `PRICE_NOT_FOUND` of every receipt without a price; it comes in at nought.
    pub findings: Vec<Finding>,
}

/// Collects the cost records of a period from the records of execution.
///
/// Quantities come from the ledger alone: opening stock whose quantity differs from it is refused, so that the value
/// ledger starts where the quantity ledger is. Order and counters are taken as they were on the last day of the
/// period. The order of rows does not matter; the same records give the same tables.
///
/// ```
/// use headstock::costing::{ClosePolicy, CostSources, close_period, collect_costs};
/// use headstock::cost::CostRecords;
/// use headstock::run::RunControl;
/// use headstock::snapshot::{ExecutionSnapshot, ExecutionTables};
///
/// // 100 R come in at 5.00, 60 of them go into MO-1, which gives 20 S.
/// let tables: ExecutionTables = serde_json::from_str(r#"{
///   "items": [{"item": "R"}, {"item": "S"}],
///   "orders": [{"id": "MO-1", "item": "S", "good": "20", "business": "closed",
///               "closing": {"how": "auto", "date": "2026-03-09"}}],
///   "ledger": [
///     {"document": "IN-1", "line": 1, "reason": "purchase", "stock": {"item": "R", "location": "A"},
///      "quantity": "100", "date": "2026-03-02", "at": "2026-03-02T08:00:00Z"},
///     {"document": "IS-1", "line": 1, "reason": "issue", "stock": {"item": "R", "location": "A"},
///      "quantity": "-60", "order": {"document": "MO-1", "line": 1}, "date": "2026-03-03", "at": "2026-03-03T08:00:00Z"},
///     {"document": "RE-1", "line": 1, "reason": "receipt", "stock": {"item": "S", "location": "A"},
///      "quantity": "20", "order": {"document": "MO-1", "line": 0}, "date": "2026-03-09", "at": "2026-03-09T08:00:00Z"}]
/// }"#).unwrap();
/// let state = ExecutionSnapshot::from_tables(tables).unwrap();
/// let sources: CostSources = serde_json::from_str(r#"{
///   "period": "2026-03", "periods": [{"id": "2026-03", "from": "2026-03-01", "to": "2026-03-31"}],
///   "elements": [{"id": "material"}], "prices": [{"item": "R", "price": "5.00"}]
/// }"#).unwrap();
/// let control = RunControl::new();
/// let collected = collect_costs(&state, sources, &control).unwrap();
/// let records = CostRecords::new(collected.tables, &control).unwrap();
/// let policy = ClosePolicy::default();
/// let outcome = close_period(&records, &policy, &control).unwrap();
/// assert_eq!(outcome.unit_cost("S").unwrap().to_string(), "15");
/// ```
///
/// # Errors
/// With table and row: `UNKNOWN_REFERENCE {id}` of a period, order or accrual that is not there;
/// `OPENING_TOTAL {table, sum, control}` where opening values do not add up to their control, or opening stock not to
/// the ledger; `OPENING_LOCKED` for balances of going live after a close; `RATE_MISSING {centre, date}`;
/// `PARAM_MISSING {item, field}` for an activity without an element; `DATE_OUT_OF_PERIOD`;
/// `OVER_SETTLE {open}`; `QTY_NOT_POSITIVE` of an invoice; `PRECISION_EXCEEDED`, `QTY_OUT_OF_RANGE`, `NUMBER_OVERFLOW`, `CANCELLED`.
pub fn collect_costs(
    state: &ExecutionSnapshot,
    mut sources: CostSources,
    control: &RunControl<'_>,
) -> Result<CollectedCosts, Rejected> {
    let mut faults = Rejections::new(control.limits().errors_shown);
    let Some(period) = sources.periods.iter().find(|row| row.id == sources.period).cloned() else {
        return Err(Finding::new(Code::UnknownReference).with("id", &sources.period).into());
    };
    opening::add_documents(state, &mut sources, &period);
    opening::check(&sources, &mut faults);
    faults.finish()?;
    let mut desk = Desk::new(state, &sources, period, faults);
    let ledger = desk.read_ledger(control)?;
    desk.check_stock(&ledger);
    desk.post(&ledger);
    desk.settle_accruals(&sources);
    desk.hours();
    let orders = desk.orders(&ledger);
    desk.faults.finish()?;
    let Desk { accruals, mut findings, rows, .. } = desk;
    findings.sort();
    Ok(CollectedCosts { tables: tables(state, sources, rows, orders), accruals, findings })
}

/// What is written while the records are read.
#[derive(Debug, Default)]
struct Rows {
    movements: Vec<crate::cost::Movement>,
    issues: Vec<crate::cost::Issue>,
    receipts: Vec<crate::cost::OrderReceipt>,
    charges: Vec<crate::cost::Charge>,
    drivers: Vec<crate::cost::Driver>,
}

/// The records at hand.
struct Desk<'a> {
    state: &'a ExecutionSnapshot,
    sources: &'a CostSources,
    period: Period,
    items: BTreeMap<&'a Id, &'a ItemCost>,
    prices: BTreeMap<&'a Id, Vec<&'a CostPrice>>,
    /// Orders whose products a document brings.
    products: BTreeMap<&'a Id, &'a Id>,
    /// Ids of lines that were given, so that each is its own.
    named: BTreeSet<Id>,
    rows: Rows,
    accruals: Vec<OpeningAccrual>,
    findings: Vec<Finding>,
    faults: Rejections,
}

impl<'a> Desk<'a> {
    fn new(
        state: &'a ExecutionSnapshot,
        sources: &'a CostSources,
        period: Period,
        faults: Rejections,
    ) -> Desk<'a> {
        let mut prices: BTreeMap<&Id, Vec<&CostPrice>> = BTreeMap::new();
        for row in &sources.prices {
            prices.entry(&row.item).or_default().push(row);
        }
        // The price of a document before that of the item; of several the latest; of equals the same one always.
        for rows in prices.values_mut() {
            rows.sort_by(|a, b| {
                (a.document.is_none(), b.from, &a.document, a.price.0).cmp(&(
                    b.document.is_none(),
                    a.from,
                    &b.document,
                    b.price.0,
                ))
            });
        }
        let products = sources.product_documents.iter();
        Desk {
            state,
            sources,
            period,
            items: sources.items.iter().map(|row| (&row.item, row)).collect(),
            prices,
            products: products.map(|row| (&row.document, &row.order)).collect(),
            named: BTreeSet::new(),
            rows: Rows::default(),
            accruals: Vec::new(),
            findings: Vec::new(),
            faults,
        }
    }

    /// The price of an item on a day: of one of the documents, else of the item.
    fn price(&self, item: &Id, documents: &[&Id], day: crate::time::Date) -> Option<&'a CostPrice> {
        let mut rows = self.prices.get(item)?.iter();
        rows.find(|row| {
            let fits = row.document.as_ref().is_none_or(|own| documents.contains(&own));
            fits && row.from.is_none_or(|from| from <= day)
        })
        .copied()
    }

    /// `quantity × price` in the currency, rounded once, half up.
    fn worth(&mut self, quantity: Quantity, price: DecimalText, row: &Id) -> DecimalText {
        self.product(quantity.ratio(), Ratio::from_decimal(price.0), row)
    }

    fn product(&mut self, a: Ratio, b: Ratio, row: &Id) -> DecimalText {
        let scale = self.sources.amount_scale;
        let units = a.checked_mul(b).and_then(|exact| exact.round_units(scale, Rounding::HalfUp));
        match units.and_then(|units| from_scaled_i128(units, scale)) {
            Ok(amount) => DecimalText(amount),
            Err(error) => {
                self.faults.at("prices", row.as_str(), error.finding());
                DecimalText::default()
            }
        }
    }

    /// An id for a line of a document; one that is taken or too long gives way to its place in the ledger.
    fn name(&mut self, document: &Id, line: u32, sequence: u64) -> Id {
        let own = Id::new(&format!("{document}:{line}")).ok().filter(|id| !self.named.contains(id));
        let id = own.unwrap_or_else(|| Id::known(&format!("ledger {sequence}")));
        self.named.insert(id.clone());
        id
    }
}

/// Everything together.
fn tables(state: &ExecutionSnapshot, sources: CostSources, rows: Rows, orders: orders::Orders) -> CostTables {
    let period = sources.periods.iter().find(|row| row.id == sources.period);
    let drafts = period.map(|period| drafts(state, period)).unwrap_or_default();
    let mut tables = CostTables {
        period: sources.period,
        amount_scale: sources.amount_scale,
        periods: sources.periods,
        elements: sources.elements,
        items: Vec::new(),
        stock: sources.stock,
        orders: orders.orders,
        outputs: orders.outputs,
        wip: sources.wip,
        wip_components: orders.components,
        wip_amounts: Vec::new(),
        movements: rows.movements,
        issues: rows.issues,
        receipts: rows.receipts,
        charges: sources.charges,
        overhead: sources.overhead,
        drivers: sources.drivers,
        drafts,
    };
    tables.charges.extend(rows.charges);
    tables.drivers.extend(rows.drivers);
    tables.items = items(&tables, &sources.items);
    tables
}

/// Items that a row names.
fn items(tables: &CostTables, given: &[ItemCost]) -> Vec<CostItem> {
    let mut named: BTreeSet<&Id> = tables.stock.iter().map(|row| &row.item).collect();
    named.extend(tables.movements.iter().map(|row| &row.item));
    named.extend(tables.issues.iter().map(|row| &row.item));
    named.extend(tables.receipts.iter().map(|row| &row.item));
    named.extend(tables.wip_components.iter().map(|row| &row.item));
    named.extend(tables.outputs.iter().map(|row| &row.item));
    named.extend(tables.orders.iter().filter_map(|row| row.product.as_ref()));
    let given: BTreeMap<&Id, &ItemCost> = given.iter().map(|row| (&row.item, row)).collect();
    let item = |id: &&Id| {
        let row = given.get(*id);
        CostItem {
            id: (*id).clone(),
            element: row.and_then(|row| row.element.clone()),
            valuation: row.map(|row| row.valuation).unwrap_or_default(),
            fixed_cost: row.and_then(|row| row.fixed_cost),
            customer_owned: false,
        }
    };
    named.iter().map(item).collect()
}

/// Documents of the period that would move stock and are not in effect (`C13`).
fn drafts(state: &ExecutionSnapshot, period: &Period) -> Vec<Draft> {
    let waits = |document: &&Document| {
        document.state.is_draft()
            && document.kind != DocumentKind::Report
            && period.from <= document.date
            && document.date <= period.to
            && document.lines.iter().any(|line| line.reason.is_some())
    };
    state.documents.values().filter(waits).map(|document| Draft { id: document.id.clone() }).collect()
}

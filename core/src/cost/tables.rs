//! The tables that a period is closed from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::records::{in_period, is_part};
use super::{
    Charge, CostItem, CostOrder, Draft, Driver, Element, ElementAmount, Issue, Movement, OrderOutput,
    OrderReceipt, OverheadRow, StockOpening, WipAmount, WipComponent, WipOpening,
};
use crate::document::Period;
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::names::Names;
use crate::num::{NumError, to_scaled_i128};
use crate::snapshot::Rejections;
use rust_decimal::Decimal;

/// Everything a period is closed from, as plain rows in any order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CostTables {
    /// The period to close.
    pub period: Id,
    /// Decimals of the company's currency.
    #[serde(default = "two")]
    pub amount_scale: u32,
    /// Periods; the one to close and those before it.
    pub periods: Vec<Period>,
    /// Cost elements.
    pub elements: Vec<Element>,
    /// Items.
    pub items: Vec<CostItem>,
    /// Stock at the start.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stock: Vec<StockOpening>,
    /// Orders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<CostOrder>,
    /// How products of orders take cost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<OrderOutput>,
    /// Work in process at the start.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wip: Vec<WipOpening>,
    /// Components in process at the end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wip_components: Vec<WipComponent>,
    /// Value of work in process at the end, where it is given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wip_amounts: Vec<WipAmount>,
    /// Purchases, sales, transfers and the like.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub movements: Vec<Movement>,
    /// Material issued to orders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<Issue>,
    /// Products received from orders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub receipts: Vec<OrderReceipt>,
    /// Costs of single orders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub charges: Vec<Charge>,
    /// Expenses to be shared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overhead: Vec<OverheadRow>,
    /// Values of bases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drivers: Vec<Driver>,
    /// Documents that are not in effect yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drafts: Vec<Draft>,
}

const fn two() -> u32 {
    2
}

/// Checks the rows that stay as they are: references, compositions, coefficients, days.
pub(super) fn check(
    tables: &CostTables,
    elements: &Names,
    orders: &Names,
    items: &Names,
    faults: &mut Rejections,
) {
    let mut look = Look { scale: tables.amount_scale, elements, orders, items, faults };
    for row in &tables.elements {
        row.parent.iter().for_each(|parent| look.element("elements", &row.id, parent));
    }
    for row in &tables.items {
        row.element.iter().for_each(|element| look.element("items", &row.id, element));
        if row.fixed_cost.is_some_and(|cost| cost.0.is_sign_negative()) {
            look.faults.at("items", row.id.as_str(), NumError::Range.finding());
        }
    }
    for row in &tables.orders {
        look.order_row(row);
    }
    for row in &tables.outputs {
        look.order("outputs", &row.item, &row.order);
        look.item("outputs", &row.order, &row.item);
    }
    for row in &tables.stock {
        look.composition("stock", &row.id, row.amount.0, &row.composition);
    }
    for row in &tables.wip {
        look.order("wip", &row.order, &row.order);
        look.element("wip", &row.order, &row.element);
        look.composition("wip", &row.order, row.amount.0, &row.composition);
    }
    for row in &tables.wip_amounts {
        look.order("wip_amounts", &row.order, &row.order);
        look.element("wip_amounts", &row.order, &row.element);
        look.amount("wip_amounts", &row.order, row.amount.0);
    }
    for row in &tables.charges {
        look.order("charges", &row.id, &row.order);
        look.element("charges", &row.id, &row.element);
        look.amount("charges", &row.id, row.amount.0);
    }
    for row in &tables.overhead {
        look.element("overhead", &row.id, &row.element);
        look.amount("overhead", &row.id, row.amount.0);
    }
    for row in &tables.drivers {
        look.order("drivers", &row.order, &row.order);
        if row.value.is_negative() {
            let negative = Finding::new(Code::NegativeBase).with("order", &row.order);
            look.faults.at("drivers", row.order.as_str(), negative);
        }
    }
    look.days(tables);
}

struct Look<'a> {
    scale: u32,
    elements: &'a Names,
    orders: &'a Names,
    items: &'a Names,
    faults: &'a mut Rejections,
}

impl Look<'_> {
    fn element(&mut self, table: &'static str, row: &Id, id: &Id) {
        if self.elements.find(id.as_str()).is_none() {
            self.faults.at(table, row.as_str(), Finding::new(Code::UnknownReference).with("id", id));
        }
    }

    fn item(&mut self, table: &'static str, row: &Id, id: &Id) {
        if self.items.find(id.as_str()).is_none() {
            self.faults.at(table, row.as_str(), Finding::new(Code::UnknownReference).with("id", id));
        }
    }

    fn order(&mut self, table: &'static str, row: &Id, id: &Id) {
        if self.orders.find(id.as_str()).is_none() {
            let missing = Finding::new(Code::CostObjectMissing).with("doc", row).with("id", id);
            self.faults.at(table, row.as_str(), missing);
        }
    }

    fn amount(&mut self, table: &'static str, row: &Id, amount: Decimal) -> i128 {
        match to_scaled_i128(amount, self.scale) {
            Ok(units) if units.unsigned_abs() < 1 << 54 => units,
            Ok(_) => {
                self.faults.at(table, row.as_str(), NumError::Range.finding());
                0
            }
            Err(error) => {
                self.faults.at(table, row.as_str(), error.finding());
                0
            }
        }
    }

    fn composition(&mut self, table: &'static str, row: &Id, amount: Decimal, parts: &[ElementAmount]) {
        let total = self.amount(table, row, amount);
        let mut sum = 0;
        for part in parts {
            self.element(table, row, &part.element);
            sum += self.amount(table, row, part.amount.0);
        }
        if !parts.is_empty() && sum != total {
            let broken = Finding::new(Code::CompositionBroken).with("cost", amount);
            let sum = crate::num::from_scaled_i128(sum, self.scale).unwrap_or_default();
            self.faults.at(table, row.as_str(), broken.with("sum", sum));
        }
    }

    fn order_row(&mut self, row: &CostOrder) {
        let given = row.completion.iter().chain(&row.opening_completion);
        let mut parts: Vec<_> = row.done.iter().chain(&row.opening_done).copied().collect();
        for part in given {
            self.element("orders", &row.id, &part.element);
            parts.push(part.done);
        }
        if !parts.into_iter().all(is_part) {
            self.faults.at("orders", row.id.as_str(), Finding::new(Code::CoeffRange));
        }
        row.product.iter().for_each(|product| self.item("orders", &row.id, product));
        let units = [row.in_process, row.opening_units, row.scrapped, row.received_before];
        if units.iter().any(|units| units.is_negative()) {
            self.faults.at("orders", row.id.as_str(), NumError::Range.finding());
        }
    }

    /// Every document of the period lies in it.
    fn days(&mut self, tables: &CostTables) {
        let Some(period) = tables.periods.iter().find(|row| row.id == tables.period) else { return };
        let moves = tables.movements.iter().map(|row| ("movements", &row.id, row.date));
        let issues = tables.issues.iter().map(|row| ("issues", &row.id, row.date));
        let receipts = tables.receipts.iter().map(|row| ("receipts", &row.id, row.date));
        for (table, id, day) in moves.chain(issues).chain(receipts).filter(|row| !in_period(period, row.2)) {
            let outside = Finding::new(Code::DateOutOfPeriod).with("date", day).with("period", &period.id);
            self.faults.at(table, id.as_str(), outside);
        }
    }
}

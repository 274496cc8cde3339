//! A slow reference: every stock and order as rationals, the whole plant as one linear system.
//!
//! It knows nothing of sequences, sets or rounding. What a stock is worth, given the unit costs of all stocks, is
//! affine; it is read off by putting in nought and each unit, and the system is solved by elimination.

use headstock::cost::{Base, CostTables, ElementKind, MovementKind, OutputKind, WipRule};
use headstock::num::Ratio;
use num_bigint::BigInt;
use num_rational::BigRational;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

pub(crate) type Exact = BigRational;

pub(crate) fn exact(value: Decimal) -> Exact {
    Exact::new(BigInt::from(value.mantissa()), BigInt::from(10).pow(value.scale()))
}

pub(crate) fn ratio(value: Ratio) -> Exact {
    Exact::new(BigInt::from(value.numer()), BigInt::from(value.denom()))
}

fn nought() -> Exact {
    Exact::from_integer(BigInt::from(0))
}

/// The plant, with unit costs of bought items.
pub(crate) struct Slow<'a> {
    tables: &'a CostTables,
    /// Items that orders make.
    made: Vec<&'a str>,
    bought: BTreeMap<&'a str, Exact>,
}

impl<'a> Slow<'a> {
    pub(crate) fn new(tables: &'a CostTables) -> Slow<'a> {
        let mut made: Vec<&str> = tables.receipts.iter().map(|row| row.item.as_str()).collect();
        made.sort_unstable();
        made.dedup();
        let mut slow = Slow { tables, made, bought: BTreeMap::new() };
        for item in &tables.items {
            if !slow.made.contains(&item.id.as_str()) {
                let (value, quantity) = slow.known(item.id.as_str());
                if quantity != nought() {
                    slow.bought.insert(item.id.as_str(), value / quantity);
                }
            }
        }
        slow
    }

    /// Value and quantity of an item that do not depend on other items; fixed lines are out.
    pub(crate) fn known(&self, item: &str) -> (Exact, Exact) {
        let (mut value, mut quantity) = (nought(), nought());
        for row in self.tables.stock.iter().filter(|row| row.item.as_str() == item) {
            value += exact(row.amount.0);
            quantity += exact(row.quantity.decimal());
        }
        for row in self.tables.movements.iter().filter(|row| row.item.as_str() == item) {
            if matches!(row.kind, MovementKind::Purchase | MovementKind::OtherIn) {
                value += row.amount.map_or_else(nought, |amount| exact(amount.0));
                quantity += exact(row.quantity.decimal());
            }
        }
        for row in self.tables.receipts.iter().filter(|row| row.item.as_str() == item) {
            quantity += exact(row.quantity.decimal());
        }
        for row in self.tables.issues.iter().filter(|row| row.item.as_str() == item) {
            if let Some(amount) = row.amount {
                value -= exact(amount.0);
                quantity -= exact(row.quantity.decimal());
            }
        }
        (value, quantity)
    }

    fn price(&self, item: &str, costs: &BTreeMap<&str, Exact>) -> Exact {
        self.bought.get(item).or_else(|| costs.get(item)).cloned().unwrap_or_else(nought)
    }

    /// Value of an issue.
    fn issued(&self, row: &headstock::cost::Issue, costs: &BTreeMap<&str, Exact>) -> Exact {
        match row.amount {
            Some(amount) => exact(amount.0),
            None => exact(row.quantity.decimal()) * self.price(row.item.as_str(), costs),
        }
    }

    /// Finished, in process and lost units of an order in an element of a kind, over what is finished.
    fn finished_part(
        &self,
        order: &headstock::cost::CostOrder,
        kind: ElementKind,
        of: &str,
    ) -> (Exact, Exact) {
        let mut finished = nought();
        for row in self.tables.receipts.iter().filter(|row| row.order == order.id) {
            let rule =
                self.tables.outputs.iter().find(|rule| rule.order == order.id && rule.item == row.item);
            if rule.is_none_or(|rule| rule.kind != OutputKind::By) {
                finished += exact(row.quantity.decimal());
            }
        }
        let scrapped = exact(order.scrapped.decimal());
        let done = order.completion.iter().find(|part| part.element.as_str() == of).map(|part| part.done);
        let done = done.or(order.done).map_or_else(nought, ratio);
        let process = match order.wip {
            _ if order.closed => nought(),
            WipRule::None => nought(),
            WipRule::Material if kind != ElementKind::Material => nought(),
            _ => exact(order.in_process.decimal()) * done,
        };
        (finished.clone(), finished + process + scrapped)
    }

    /// Overhead of an order from one row.
    fn share(&self, row: &headstock::cost::OverheadRow, order: &headstock::cost::CostOrder) -> Exact {
        let weight = |order: &headstock::cost::CostOrder| -> Exact {
            match row.base.unwrap() {
                Base::FinishedQuantity => self.finished_part(order, ElementKind::Other, "none").0,
                Base::Quantity => self.finished_part(order, ElementKind::Overhead, row.element.as_str()).1,
                Base::LabourHours => {
                    let rows = self.tables.drivers.iter().filter(|driver| driver.order == order.id);
                    rows.map(|driver| exact(driver.value.decimal())).sum()
                }
                Base::PurchasedMaterial => {
                    let rows = self.tables.issues.iter().filter(|issue| issue.order == order.id);
                    let bought = rows.filter(|issue| !self.made.contains(&issue.item.as_str()));
                    bought.map(|issue| self.issued(issue, &BTreeMap::new())).sum()
                }
                other => panic!("{other:?}"),
            }
        };
        let whole: Exact = self.tables.orders.iter().map(weight).sum();
        if whole == nought() { nought() } else { exact(row.amount.0) * weight(order) / whole }
    }

    /// Finished cost of an order given the costs of items.
    pub(crate) fn finished(
        &self,
        order: &headstock::cost::CostOrder,
        costs: &BTreeMap<&str, Exact>,
    ) -> Exact {
        let mut sum = nought();
        for element in &self.tables.elements {
            let mut cost = nought();
            for row in self.tables.wip.iter().filter(|row| row.order == order.id && row.element == element.id)
            {
                cost += exact(row.amount.0);
            }
            for row in
                self.tables.charges.iter().filter(|row| row.order == order.id && row.element == element.id)
            {
                cost += exact(row.amount.0);
            }
            for row in self.tables.overhead.iter().filter(|row| row.element == element.id) {
                cost += self.share(row, order);
            }
            for row in self.tables.issues.iter().filter(|row| row.order == order.id) {
                let item = self.tables.items.iter().find(|item| item.id == row.item).unwrap();
                let own = item.element.as_ref().map_or("material", |id| id.as_str());
                if own == element.id.as_str() {
                    cost += self.issued(row, costs);
                }
            }
            let (finished, whole) = self.finished_part(order, element.kind, element.id.as_str());
            if whole != nought() {
                sum += cost * finished / whole;
            }
        }
        sum
    }

    /// What each made item is worth in all, given the costs of items.
    fn worth(&self, costs: &BTreeMap<&str, Exact>) -> Vec<Exact> {
        let mut worth: Vec<Exact> = self.made.iter().map(|item| self.known(item).0).collect();
        for order in &self.tables.orders {
            let mut rest = self.finished(order, costs);
            let mut joint: BTreeMap<&str, Exact> = BTreeMap::new();
            for row in self.tables.receipts.iter().filter(|row| row.order == order.id) {
                let rule =
                    self.tables.outputs.iter().find(|rule| rule.order == order.id && rule.item == row.item);
                let at = self.made.iter().position(|item| *item == row.item.as_str()).unwrap();
                let quantity = exact(row.quantity.decimal());
                match rule.and_then(|rule| rule.unit_cost) {
                    Some(cost) => {
                        let value = quantity * exact(cost.0);
                        worth[at] += &value;
                        rest -= value;
                    }
                    None => {
                        let weight =
                            rule.and_then(|rule| rule.weight).map_or(Decimal::ONE, |weight| weight.0);
                        *joint.entry(row.item.as_str()).or_insert_with(nought) += quantity * exact(weight);
                    }
                }
            }
            let whole: Exact = joint.values().sum();
            for (item, weight) in joint.iter().filter(|_| whole != nought()) {
                let at = self.made.iter().position(|made| made == item).unwrap();
                worth[at] += &rest * weight / &whole;
            }
        }
        worth
    }

    /// Unit costs of made items with a quantity, and of bought ones; nothing when they are not determined.
    pub(crate) fn solve(&self) -> Option<BTreeMap<&'a str, Exact>> {
        let n = self.made.len();
        let constant = self.worth(&BTreeMap::new());
        let mut matrix = vec![vec![nought(); n + 1]; n];
        for (column, made) in self.made.iter().enumerate() {
            let unit = BTreeMap::from([(*made, Exact::from_integer(BigInt::from(1)))]);
            for (row, worth) in self.worth(&unit).into_iter().enumerate() {
                matrix[row][column] = constant[row].clone() - worth;
            }
        }
        for (row, item) in self.made.iter().enumerate() {
            matrix[row][row] += self.known(item).1;
            matrix[row][n] = constant[row].clone();
        }
        for column in 0..n {
            let pivot = (column..n).find(|at| matrix[*at][column] != nought())?;
            matrix.swap(pivot, column);
            let by = matrix[column][column].clone();
            matrix[column].iter_mut().for_each(|cell| *cell = cell.clone() / by.clone());
            let own = matrix[column].clone();
            for at in (0..n).filter(|at| *at != column) {
                let factor = matrix[at][column].clone();
                matrix[at].iter_mut().zip(&own).for_each(|(cell, own)| *cell -= factor.clone() * own);
            }
        }
        let mut costs = self.bought.clone();
        for (item, row) in self.made.iter().zip(matrix) {
            costs.insert(item, row[n].clone());
        }
        Some(costs)
    }
}

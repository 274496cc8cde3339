//! A slow reference: every stock and order as rationals, the whole plant as one linear system.
//!
//! It knows nothing of sequences, sets or rounding. What a stock is worth, given the unit costs of all stocks, is
//! affine; it is read off by putting in nought and each unit, and the system is solved by elimination. Where overhead
//! is shared by a cost it is not; a plant without loops then settles when the costs are put in again and again.

use headstock::cost::{
    Base, CostOrder, CostTables, ElementKind, Issue, MovementKind, OrderOutput, OutputKind, OverheadRow,
    WipRule,
};
use headstock::id::Id;
use headstock::num::Ratio;
use num_bigint::BigInt;
use num_rational::BigRational;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

pub(crate) type Exact = BigRational;

/// Unit costs by stock.
pub(crate) type Costs = BTreeMap<String, Exact>;

pub(crate) fn exact(value: Decimal) -> Exact {
    Exact::new(BigInt::from(value.mantissa()), BigInt::from(10).pow(value.scale()))
}

pub(crate) fn ratio(value: Ratio) -> Exact {
    Exact::new(BigInt::from(value.numer()), BigInt::from(value.denom()))
}

/// The name of a stock: item, and the part of it that is valued apart.
pub(crate) fn key(item: &str, part: Option<&str>) -> String {
    part.map_or_else(|| item.to_owned(), |part| format!("{item} @ {part}"))
}

fn stock(item: &Id, part: Option<&Id>) -> String {
    key(item.as_str(), part.map(Id::as_str))
}

fn nought() -> Exact {
    Exact::from_integer(BigInt::from(0))
}

fn one() -> Exact {
    Exact::from_integer(BigInt::from(1))
}

/// The plant, with unit costs of bought stocks.
pub(crate) struct Slow<'a> {
    tables: &'a CostTables,
    /// Stocks that orders make, or that others are moved to.
    made: Vec<String>,
    bought: Costs,
}

impl<'a> Slow<'a> {
    pub(crate) fn new(tables: &'a CostTables) -> Slow<'a> {
        let mut made: Vec<String> =
            tables.receipts.iter().map(|row| stock(&row.item, row.pool.as_ref())).collect();
        let moved = tables.movements.iter().filter(|row| row.kind == MovementKind::Transfer);
        made.extend(moved.map(|row| stock(&row.item, row.to.as_ref())));
        let mut slow = Slow { tables, made, bought: Costs::new() };
        let late = tables.orders.iter().filter_map(|order| order.product.as_ref());
        let late = late.map(|product| stock(product, None)).filter(|name| slow.known(name).1 != nought());
        slow.made.extend(late.collect::<Vec<_>>());
        slow.made.sort_unstable();
        slow.made.dedup();
        for item in &tables.items {
            let name = stock(&item.id, None);
            if !slow.made.contains(&name) {
                let (value, quantity) = slow.known(&name);
                if quantity != nought() {
                    slow.bought.insert(name, value / quantity);
                }
            }
        }
        slow
    }

    /// Value and quantity of a stock that do not depend on other stocks; fixed lines are out.
    pub(crate) fn known(&self, of: &str) -> (Exact, Exact) {
        let (mut value, mut quantity) = (nought(), nought());
        for row in self.tables.stock.iter().filter(|row| stock(&row.item, row.pool.as_ref()) == of) {
            value += exact(row.amount.0);
            quantity += exact(row.quantity.decimal());
        }
        for row in &self.tables.movements {
            let here = stock(&row.item, row.pool.as_ref()) == of;
            if here && matches!(row.kind, MovementKind::Purchase | MovementKind::OtherIn) {
                value += row.amount.map_or_else(nought, |amount| exact(amount.0));
                quantity += exact(row.quantity.decimal());
            }
            if row.kind == MovementKind::Transfer && stock(&row.item, row.to.as_ref()) == of {
                quantity += exact(row.quantity.decimal());
            }
        }
        for row in self.tables.receipts.iter().filter(|row| stock(&row.item, row.pool.as_ref()) == of) {
            quantity += exact(row.quantity.decimal());
        }
        for row in self.tables.issues.iter().filter(|row| stock(&row.item, row.pool.as_ref()) == of) {
            if let Some(amount) = row.amount {
                value -= exact(amount.0);
                quantity -= exact(row.quantity.decimal());
            }
        }
        (value, quantity)
    }

    fn price(&self, of: &str, costs: &Costs) -> Exact {
        self.bought.get(of).or_else(|| costs.get(of)).cloned().unwrap_or_else(nought)
    }

    /// Value of an issue.
    fn issued(&self, row: &Issue, costs: &Costs) -> Exact {
        match row.amount {
            Some(amount) => exact(amount.0),
            None => exact(row.quantity.decimal()) * self.price(&stock(&row.item, row.pool.as_ref()), costs),
        }
    }

    fn issues(&self, order: &CostOrder) -> impl Iterator<Item = &'a Issue> {
        let (tables, id) = (self.tables, order.id.clone());
        tables.issues.iter().filter(move |row| row.order == id)
    }

    fn rule(&self, order: &CostOrder, item: &Id) -> Option<&'a OrderOutput> {
        self.tables.outputs.iter().find(|rule| rule.order == order.id && rule.item == *item)
    }

    fn good(&self, order: &CostOrder) -> Exact {
        let rows = self.tables.receipts.iter().filter(|row| row.order == order.id);
        let good =
            rows.filter(|row| self.rule(order, &row.item).is_none_or(|rule| rule.kind != OutputKind::By));
        good.map(|row| exact(row.quantity.decimal())).sum()
    }

    /// Units in process at the end as far as they are in an element.
    fn process(&self, order: &CostOrder, kind: ElementKind, of: &str) -> Exact {
        let done = order.completion.iter().find(|part| part.element.as_str() == of).map(|part| part.done);
        let done = done.or(order.done).map_or_else(nought, ratio);
        match order.wip {
            _ if order.closed => nought(),
            WipRule::None | WipRule::Components | WipRule::Given => nought(),
            WipRule::Material if kind != ElementKind::Material => nought(),
            _ => exact(order.in_process.decimal()) * done,
        }
    }

    /// The parts of the opening cost and of the input of an element that are finished.
    fn finished_parts(&self, order: &CostOrder, kind: ElementKind, of: &str) -> (Exact, Exact) {
        let (good, scrapped) = (self.good(order), exact(order.scrapped.decimal()));
        let process = self.process(order, kind, of);
        let part = |of: Exact, all: Exact| if all == nought() { one() } else { of / all };
        if order.wip != WipRule::EquivalentFifo || (process == nought() && scrapped == nought()) {
            let part = part(good.clone(), good + process + scrapped);
            return (part.clone(), part);
        }
        let (opening, done) = (exact(order.opening_units.decimal()), ratio(order.opening_done.unwrap()));
        let through = if opening < good { opening.clone() } else { good.clone() };
        let left = opening.clone() - through.clone();
        let work = through.clone() * (one() - done.clone()) + good - through.clone();
        let units = work.clone() + scrapped + process - left * done;
        (part(through, opening), part(work, units))
    }

    /// Overhead of an order from one row.
    fn share(&self, row: &OverheadRow, order: &CostOrder, costs: &Costs) -> Exact {
        let weight = |order: &CostOrder| -> Exact {
            match row.base.unwrap() {
                Base::FinishedQuantity => self.good(order),
                Base::Quantity => {
                    let process = self.process(order, ElementKind::Overhead, row.element.as_str());
                    self.good(order) + process + exact(order.scrapped.decimal())
                }
                Base::LabourHours => {
                    let rows = self.tables.drivers.iter().filter(|driver| driver.order == order.id);
                    rows.map(|driver| exact(driver.value.decimal())).sum()
                }
                Base::PurchasedMaterial => {
                    let bought =
                        |issue: &&Issue| !self.made.contains(&stock(&issue.item, issue.pool.as_ref()));
                    self.issues(order).filter(bought).map(|issue| self.issued(issue, costs)).sum()
                }
                Base::AllMaterial => self.issues(order).map(|issue| self.issued(issue, costs)).sum(),
                other => panic!("{other:?}"),
            }
        };
        let whole: Exact = self.tables.orders.iter().map(weight).sum();
        if whole == nought() { nought() } else { exact(row.amount.0) * weight(order) / whole }
    }

    /// What is known to be in process of an element: given, or components at their price.
    fn held(&self, order: &CostOrder, element: &str, costs: &Costs) -> Exact {
        let tables = self.tables;
        match order.wip {
            _ if order.closed => nought(),
            WipRule::Given => {
                let rows = tables.wip_amounts.iter().filter(|row| row.order == order.id);
                rows.filter(|row| row.element.as_str() == element).map(|row| exact(row.amount.0)).sum()
            }
            WipRule::Components => {
                let rows = tables.wip_components.iter().filter(|row| row.order == order.id);
                let rows = rows.filter(|row| self.element_of(&row.item) == element);
                let value = |row: &headstock::cost::WipComponent| {
                    exact(row.quantity.decimal()) * self.price(&stock(&row.item, row.pool.as_ref()), costs)
                };
                rows.map(value).sum()
            }
            _ => nought(),
        }
    }

    fn element_of(&self, item: &Id) -> &'a str {
        let item = self.tables.items.iter().find(|row| row.id == *item).unwrap();
        item.element.as_ref().map_or("material", |id| id.as_str())
    }

    /// Finished cost of an order given the costs of stocks.
    pub(crate) fn finished(&self, order: &CostOrder, costs: &Costs) -> Exact {
        let mut sum = nought();
        for element in &self.tables.elements {
            let name = element.id.as_str();
            let (mut opening, mut input) = (nought(), nought());
            let own = |of: &Id, at: &Id| *of == order.id && *at == element.id;
            for row in self.tables.wip.iter().filter(|row| own(&row.order, &row.element)) {
                opening += exact(row.amount.0);
            }
            for row in self.tables.charges.iter().filter(|row| own(&row.order, &row.element)) {
                input += exact(row.amount.0);
            }
            for row in self.tables.overhead.iter().filter(|row| row.element == element.id) {
                input += self.share(row, order, costs);
            }
            for row in self.issues(order).filter(|row| self.element_of(&row.item) == name) {
                input += self.issued(row, costs);
            }
            input -= self.held(order, name, costs);
            let (of_opening, of_input) = self.finished_parts(order, element.kind, name);
            sum += opening * of_opening + input * of_input;
        }
        sum
    }

    /// What each made stock is worth in all, given the costs of stocks.
    fn worth(&self, costs: &Costs) -> Vec<Exact> {
        let mut worth: Vec<Exact> = self.made.iter().map(|name| self.known(name).0).collect();
        let place = |name: String| self.made.iter().position(|made| *made == name).unwrap();
        for row in self.tables.movements.iter().filter(|row| row.kind == MovementKind::Transfer) {
            let price = self.price(&stock(&row.item, row.pool.as_ref()), costs);
            worth[place(stock(&row.item, row.to.as_ref()))] += exact(row.quantity.decimal()) * price;
        }
        for order in &self.tables.orders {
            let mut rest = self.finished(order, costs);
            if let Some(product) = &order.product {
                // Made before: what is still there takes its part.
                let rows = self.tables.stock.iter().filter(|row| row.item == *product && row.pool.is_none());
                let there: Exact = rows.map(|row| exact(row.quantity.decimal())).sum();
                let before = exact(order.received_before.decimal());
                let there = if there < before { there } else { before.clone() };
                if there != nought() {
                    worth[place(stock(product, None))] += rest * there / before;
                }
                continue;
            }
            let mut joint: BTreeMap<usize, Exact> = BTreeMap::new();
            for row in self.tables.receipts.iter().filter(|row| row.order == order.id) {
                let rule = self.rule(order, &row.item);
                let at = place(stock(&row.item, row.pool.as_ref()));
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
                        *joint.entry(at).or_insert_with(nought) += quantity * exact(weight);
                    }
                }
            }
            let whole: Exact = joint.values().sum();
            for (at, weight) in joint.iter().filter(|_| whole != nought()) {
                worth[*at] += &rest * weight / &whole;
            }
        }
        worth
    }

    /// Unit costs of made stocks with a quantity, and of bought ones; nothing when they are not determined.
    pub(crate) fn solve(&self) -> Option<Costs> {
        let n = self.made.len();
        let constant = self.worth(&Costs::new());
        let mut matrix = vec![vec![nought(); n + 1]; n];
        for (column, made) in self.made.iter().enumerate() {
            let unit = Costs::from([(made.clone(), one())]);
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
            costs.insert(item.clone(), row[n].clone());
        }
        Some(costs)
    }

    /// The same for a plant without loops: costs put in until they stay; nothing when they do not.
    pub(crate) fn settle(&self) -> Option<Costs> {
        let mut costs = self.bought.clone();
        for _ in 0..self.made.len() + self.tables.orders.len() + 2 {
            let mut next = self.bought.clone();
            for (name, worth) in self.made.iter().zip(self.worth(&costs)) {
                let quantity = self.known(name).1;
                if quantity != nought() {
                    next.insert(name.clone(), worth / quantity);
                }
            }
            if next == costs {
                return Some(costs);
            }
            costs = next;
        }
        None
    }
}

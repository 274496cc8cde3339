//! What a run gives: unit costs, the ledger of orders, the report; views on columns, written out when asked.

use super::loops::Loop;
use super::share::total;
use super::state::{LEAVES, Leaves, State};
use crate::cost::CostRecords;
use crate::finding::{Code, Finding};
use crate::num::{Ratio, from_scaled};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A run that was refused. Nothing of it is posted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .findings.first().map(|finding| finding.text(crate::finding::Lang::En)).unwrap_or_default())]
pub struct CloseError {
    findings: Vec<Finding>,
}

impl CloseError {
    pub(super) fn blocked(mut findings: Vec<Finding>) -> CloseError {
        findings.insert(0, Finding::new(Code::CheckBlocked).with("n", findings.len()));
        CloseError { findings }
    }

    /// The code of what stopped the run: `CHECK_BLOCKED`, or the fault itself.
    #[must_use]
    pub fn code(&self) -> Code {
        self.findings.first().map_or(Code::Internal, Finding::code)
    }

    /// What stopped the run, and all findings that block it.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

impl From<Finding> for CloseError {
    fn from(finding: Finding) -> CloseError {
        CloseError { findings: vec![finding] }
    }
}

/// The stock of an item in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StockCost<'a> {
    /// Item.
    pub item: &'a str,
    /// The part of its stock that is valued apart.
    pub pool: Option<&'a str>,
    /// Calculation level: 1 for what is bought.
    pub level: u32,
    /// Quantity at the start, in, out, at the end.
    pub quantity: [Decimal; 4],
    /// Value at the start, in, out, at the end.
    pub value: [Decimal; 4],
    /// Price of the period: exact, before rounding; absent where there is no quantity.
    pub unit_cost: Option<Ratio>,
}

/// The ledger of one element of an order in a period (`C01`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderCost<'a> {
    /// Order.
    pub order: &'a str,
    /// Element.
    pub element: &'a str,
    /// Work in process at the start.
    pub opening: Decimal,
    /// Added in the period.
    pub input: Decimal,
    /// Passed on with what was finished.
    pub finished: Decimal,
    /// Work in process at the end.
    pub closing: Decimal,
    /// Abnormal loss and what is charged to the period.
    pub scrapped: Decimal,
}

/// What an order gave into a stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductCost<'a> {
    /// Order.
    pub order: &'a str,
    /// Product.
    pub item: &'a str,
    /// The part of its stock that is valued apart.
    pub pool: Option<&'a str>,
    /// Net quantity received.
    pub quantity: Decimal,
    /// Its cost.
    pub value: Decimal,
    /// Cost by element (level view).
    pub elements: Vec<(&'a str, Decimal)>,
    /// Cost by original element (rolled-up view, 成本还原).
    pub original: Vec<(&'a str, Decimal)>,
}

/// A step of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportStep {
    /// Name of the step, in English snake case.
    pub step: String,
    /// Level, for levels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<u32>,
    /// Things done.
    pub count: u64,
    /// Their amount.
    pub amount: crate::num::DecimalText,
}

/// Control totals of one original element over the whole plant (`C11`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ControlTotal {
    /// Element.
    pub element: crate::id::Id,
    /// Stock and work in process at the start, purchases, charges, overhead.
    pub came_in: crate::num::DecimalText,
    /// Cost of sales.
    pub sales: crate::num::DecimalText,
    /// Other issues.
    pub other_out: crate::num::DecimalText,
    /// Abnormal loss and what is charged to the period.
    pub loss: crate::num::DecimalText,
    /// Late cost of products that are gone.
    pub late: crate::num::DecimalText,
    /// Named differences.
    pub differences: crate::num::DecimalText,
    /// Stock at the end.
    pub stock: crate::num::DecimalText,
    /// Work in process at the end.
    pub wip: crate::num::DecimalText,
    /// In less out: always nought.
    pub difference: crate::num::DecimalText,
}

/// The result of closing a period.
#[derive(Debug)]
pub struct PeriodOutcome<'a> {
    pub(super) state: State<'a>,
    pub(super) levels: Vec<u32>,
    pub(super) loops: Vec<Loop>,
    pub(super) steps: Vec<ReportStep>,
    pub(super) waived: Vec<Finding>,
}

impl<'a> PeriodOutcome<'a> {
    /// The records that were closed.
    #[must_use]
    pub const fn records(&self) -> &'a CostRecords {
        self.state.records()
    }

    pub(super) fn money(&self, units: i64) -> Decimal {
        from_scaled(units, self.records().tables().amount_scale)
    }

    pub(super) fn element(&self, element: usize) -> &'a str {
        self.records().tables().elements[element].id.as_str()
    }

    pub(super) fn quantity(&self, pool: usize, grains: i64) -> Decimal {
        from_scaled(grains, u32::from(self.records().scales[self.records().item_of(pool)]))
    }

    pub(super) fn by_element(&self, row: &[i64]) -> Vec<(&'a str, Decimal)> {
        let cells = row.iter().enumerate().filter(|(_, cell)| **cell != 0);
        cells.map(|(element, cell)| (self.element(element), self.money(*cell))).collect()
    }

    /// Warnings and information, in the order of their codes.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.state.findings
    }

    /// Warnings that were accepted beforehand.
    #[must_use]
    pub fn waived(&self) -> &[Finding] {
        &self.waived
    }

    /// Steps of the run with their counts and amounts.
    #[must_use]
    pub fn steps(&self) -> &[ReportStep] {
        &self.steps
    }

    /// Number of stocks.
    #[must_use]
    pub const fn stock_count(&self) -> usize {
        self.state.plant.pools
    }

    /// Every stock, by item and part.
    pub fn stocks(&self) -> impl ExactSizeIterator<Item = StockCost<'a>> + '_ {
        (0..self.state.plant.pools).map(|pool| self.stock(pool))
    }

    /// The stock of an item, or of a part of it.
    #[must_use]
    pub fn stock_of(&self, item: &str, part: Option<&str>) -> Option<StockCost<'a>> {
        self.records().pool_named(item, part).map(|pool| self.stock(pool))
    }

    /// The unit cost of an item in the period: exact, before rounding.
    #[must_use]
    pub fn unit_cost(&self, item: &str) -> Option<Ratio> {
        self.stock_of(item, None)?.unit_cost
    }

    pub(super) fn unit(&self, pool: usize) -> Option<Ratio> {
        let price = self.state.price[pool];
        let records = self.records();
        let scale = u32::from(records.scales[records.item_of(pool)]);
        let to = Ratio::new(10i128.pow(scale), 10i128.pow(records.tables().amount_scale)).ok()?;
        Ratio::new(i128::from(price.value), i128::from(price.grains)).ok()?.checked_mul(to).ok()
    }

    pub(super) fn stock(&self, pool: usize) -> StockCost<'a> {
        let (state, plant, records) = (&self.state, &self.state.plant, self.records());
        let out: i64 = plant.outs.of(pool).iter().map(|out| self.value_out(out.row)).sum();
        let (opening, closing) = (state.opening_value[pool], state.value[pool]);
        let quantity = |grains| self.quantity(pool, grains);
        StockCost {
            item: state.item_name(pool),
            pool: records.part_of(pool),
            level: self.levels[pool],
            quantity: [
                quantity(plant.opening_quantity[pool]),
                quantity(plant.quantity_in[pool] - plant.opening_quantity[pool]),
                quantity(plant.quantity_out[pool]),
                quantity(plant.closing(pool)),
            ],
            // What came in is what is there now and what left; differences count as left.
            value: [
                opening,
                closing + out + self.difference(pool) - opening,
                out + self.difference(pool),
                closing,
            ]
            .map(|value| self.money(value)),
            unit_cost: self.unit(pool),
        }
    }

    fn difference(&self, pool: usize) -> i64 {
        let of = self.state.differences.iter().filter(|row| row.0 as usize == pool);
        of.map(|row| row.1).sum()
    }

    /// What an outgoing line was worth to the stock that it left.
    pub(super) fn value_out(&self, row: u32) -> i64 {
        match self.state.plant.movement_of(row) {
            None => self.state.issue_value[row as usize],
            Some(movement) => {
                let kind = self.records().tables().movements[movement].kind;
                let value = self.state.movement_value[movement];
                if matches!(kind, crate::cost::MovementKind::Purchase | crate::cost::MovementKind::OtherIn) {
                    -value
                } else {
                    value
                }
            }
        }
    }

    /// Value of an issue, by its row in the order of ids.
    #[must_use]
    pub fn issue_value(&self, row: usize) -> Option<Decimal> {
        self.state.issue_value.get(row).map(|value| self.money(*value))
    }

    /// Value of a receipt from an order, by its row in the order of ids.
    #[must_use]
    pub fn receipt_value(&self, row: usize) -> Option<Decimal> {
        self.state.receipt_value.get(row).map(|value| self.money(*value))
    }

    /// Value of a movement, by its row in the order of ids, with the sign of its quantity.
    #[must_use]
    pub fn movement_value(&self, row: usize) -> Option<Decimal> {
        self.state.movement_value.get(row).map(|value| self.money(*value))
    }

    /// The ledger: orders by id, elements by id; elements without any amount are left out.
    pub fn ledger(&self) -> impl Iterator<Item = OrderCost<'a>> + '_ {
        let orders = 0..self.state.plant.orders;
        orders.flat_map(|order| self.ledger_of(order))
    }

    pub(super) fn ledger_of(&self, order: usize) -> impl Iterator<Item = OrderCost<'a>> + '_ {
        let state = &self.state;
        (0..state.plant.elements).filter_map(move |element| {
            let grids = [&state.opening, &state.input, &state.finished, &state.closing, &state.scrapped];
            let cells = grids.map(|grid| grid.row(order)[element]);
            if cells == [0; 5] {
                return None;
            }
            let [opening, input, finished, closing, scrapped] = cells.map(|cell| self.money(cell));
            let (order, element) = (state.order_name(order), self.element(element));
            Some(OrderCost { order, element, opening, input, finished, closing, scrapped })
        })
    }

    /// What every order gave, with both views of its cost.
    pub fn products(&self) -> impl ExactSizeIterator<Item = ProductCost<'a>> + '_ {
        (0..self.state.plant.made.len()).map(|at| self.product(at))
    }

    pub(super) fn product(&self, at: usize) -> ProductCost<'a> {
        let made = self.state.plant.made[at];
        let pool = made.pool as usize;
        ProductCost {
            order: self.state.order_name(made.order as usize),
            item: self.state.item_name(pool),
            pool: self.records().part_of(pool),
            quantity: self.quantity(pool, made.grains),
            value: self.money(self.state.made_value[at]),
            elements: self.by_element(self.state.made_elements.row(at)),
            original: self.by_element(self.state.made_parts.row(at)),
        }
    }

    /// Loops that were found: their items, and the rounds of an iteration.
    pub fn loops(&self) -> impl ExactSizeIterator<Item = (Vec<&'a str>, u32)> + '_ {
        self.loops.iter().map(|found| {
            let items = found.pools.iter().map(|pool| self.state.item_name(*pool as usize));
            (items.collect(), found.rounds)
        })
    }

    /// Control totals by original element (`C11`).
    #[must_use]
    pub fn totals(&self) -> Vec<ControlTotal> {
        let (stock, wip) = (self.stock_parts(), self.wip_parts());
        let state = &self.state;
        let rows = (0..state.plant.elements).map(|element| {
            let left = |leaves: Leaves| state.left.row(leaves as usize)[element];
            let out: i64 = LEAVES.iter().map(|leaves| left(*leaves)).sum();
            let difference = state.came[element] - out - stock[element] - wip[element];
            let text = |units| self.money(units).into();
            ControlTotal {
                element: self.records().tables().elements[element].id.clone(),
                came_in: text(state.came[element]),
                sales: text(left(Leaves::Sale)),
                other_out: text(left(Leaves::Other)),
                loss: text(left(Leaves::Loss)),
                late: text(left(Leaves::Late)),
                differences: text(left(Leaves::Difference)),
                stock: text(stock[element]),
                wip: text(wip[element]),
                difference: text(difference),
            }
        });
        rows.collect()
    }

    /// Original elements of the stock at the end.
    fn stock_parts(&self) -> Vec<i64> {
        let mut sums = vec![0; self.state.plant.elements];
        for pool in 0..self.state.plant.pools {
            sums.iter_mut().zip(self.state.parts.row(pool)).for_each(|(sum, part)| *sum += part);
        }
        sums
    }

    /// Original elements of the work in process at the end.
    fn wip_parts(&self) -> Vec<i64> {
        let state = &self.state;
        let mut sums = vec![0; state.plant.elements];
        for order in 0..state.plant.orders {
            for element in 0..state.plant.elements {
                match state.origin_row(order, element) {
                    None => sums[element] += state.closing.row(order)[element],
                    Some(row) => {
                        sums.iter_mut().zip(state.origins.row(row)).for_each(|(sum, part)| *sum += part);
                    }
                }
            }
        }
        sums
    }

    /// Nought where every order, element, stock and composition balances (`C01`, `C11`, `C12`).
    pub(super) fn proof(&self) -> Result<(), Finding> {
        let state = &self.state;
        for row in self.totals() {
            if !row.difference.0.is_zero() {
                return Err(Finding::new(Code::ReportUnbalanced).with("difference", row.difference));
            }
        }
        for pool in 0..state.plant.pools {
            if total(state.parts.row(pool)) != state.value[pool] {
                let broken = Finding::new(Code::CompositionBroken).with("item", state.item_name(pool));
                let sum = self.money(total(state.parts.row(pool)));
                return Err(broken.with("sum", sum).with("cost", self.money(state.value[pool])));
            }
        }
        for at in 0..state.plant.made.len() {
            let (value, parts) = (state.made_value[at], total(state.made_parts.row(at)));
            if value != parts {
                let order = state.order_name(state.plant.made[at].order as usize);
                let broken = Finding::new(Code::CompositionBroken).with("order", order);
                return Err(broken.with("sum", self.money(parts)).with("cost", self.money(value)));
            }
        }
        self.orders_balance()
    }

    fn orders_balance(&self) -> Result<(), Finding> {
        let state = &self.state;
        let opened = state.opening.cells().iter().zip(state.input.cells());
        let closed = state.finished.cells().iter().zip(state.closing.cells()).zip(state.scrapped.cells());
        for ((opening, input), ((finished, closing), scrapped)) in opened.zip(closed) {
            let difference = i128::from(*opening) + i128::from(*input)
                - i128::from(*finished)
                - i128::from(*closing)
                - i128::from(*scrapped);
            if difference != 0 {
                return Err(Finding::new(Code::ReportUnbalanced).with("difference", difference));
            }
        }
        Ok(())
    }
}

//! Why a cost is what it is: a tree down to the documents, computed when asked.

use super::outcome::PeriodOutcome;
use super::plant::{Lists, NONE};
use super::policy::LoopRule;
use crate::cost::MovementKind;
use crate::finding::{Reason, Why};
use crate::id::Id;
use crate::num::{Ratio, Rounding};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A figure to be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Explain {
    /// The unit cost of an item, or of a part of its stock.
    UnitCost {
        /// Item.
        item: Id,
        /// The part that is valued apart.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pool: Option<Id>,
    },
    /// The cost of an order.
    Order {
        /// Order.
        order: Id,
    },
    /// The value of an issue.
    Issue {
        /// Its document line.
        document: Id,
    },
}

/// What is still to be opened, with its depth.
enum Task {
    Stock(usize),
    Order(usize),
    Element(usize, usize),
    Node(Reason),
}

/// A row that comes into a stock.
#[derive(Clone, Copy)]
enum Source {
    Movement(u32),
    Receipt(u32),
    Late(u32),
}

struct Opening<'a, 'o> {
    outcome: &'o PeriodOutcome<'a>,
    sources: Lists<Source>,
    shares: Lists<u32>,
    charges: Lists<u32>,
    opened: BTreeSet<(bool, usize)>,
    tasks: Vec<(usize, Task)>,
}

impl PeriodOutcome<'_> {
    /// Opens a figure down to the documents; at most `nodes` nodes, the rest is counted. Every stock and order is
    /// opened once. Nothing when what is asked for is not there.
    #[must_use]
    pub fn explain(&self, what: &Explain, nodes: usize) -> Option<Reason> {
        let records = self.records();
        let root = match what {
            Explain::UnitCost { item, pool } => {
                Task::Stock(records.pool_named(item.as_str(), pool.as_ref().map(Id::as_str))?)
            }
            Explain::Order { order } => Task::Order(records.orders.find(order.as_str())? as usize),
            Explain::Issue { document } => {
                let issues = &records.tables().issues;
                let row = issues.binary_search_by(|row| row.id.cmp(document)).ok()?;
                let pool = records.issues[row].pool as usize;
                let mut opening = self.opening();
                opening.tasks.push((1, Task::Stock(pool)));
                opening.tasks.push((0, Task::Node(self.issue_reason(row))));
                return opening.run(nodes);
            }
        };
        let mut opening = self.opening();
        opening.tasks.push((0, root));
        opening.run(nodes)
    }

    fn opening(&self) -> Opening<'_, '_> {
        let records = self.records();
        let tables = records.tables();
        let moved = records.movements.iter().zip(&tables.movements).zip(0u32..);
        let moved = moved.filter_map(|((line, row), at)| match row.kind {
            MovementKind::Transfer => Some((line.other, Source::Movement(at))),
            MovementKind::Purchase | MovementKind::OtherIn | MovementKind::Revalue => {
                Some((line.pool, Source::Movement(at)))
            }
            MovementKind::Sale | MovementKind::OtherOut => None,
        });
        let made = records.receipts.iter().zip(0u32..).map(|(line, at)| (line.pool, Source::Receipt(at)));
        let late = self.state.late_gone.iter();
        let late = late.map(|(at, _)| (self.state.plant.made[*at as usize].pool, Source::Late(*at)));
        let orders = self.state.plant.orders;
        let order = |id: &Id| records.orders.find(id.as_str()).unwrap_or(0);
        let charges = tables.charges.iter().zip(0u32..).map(|(row, at)| (order(&row.order), at));
        let shares = self.state.allocated.iter().zip(0u32..).map(|(row, at)| (row.order, at));
        Opening {
            outcome: self,
            sources: Lists::group(self.state.plant.pools, moved.chain(made).chain(late), Source::Late(NONE)),
            shares: Lists::group(orders, shares, NONE),
            charges: Lists::group(orders, charges, NONE),
            opened: BTreeSet::new(),
            tasks: Vec::new(),
        }
    }

    fn issue_reason(&self, row: usize) -> Reason {
        let (line, issue) = (self.records().issues[row], &self.records().tables().issues[row]);
        let pool = line.pool as usize;
        let fixed = self.state.plant.outs.of(pool).iter().find(|out| out.row as usize == row);
        let closes = fixed.is_some_and(|out| out.fixed.is_some()) && line.fixed.is_none();
        let why = if closes { Why::CostLoopLine } else { Why::CostIssue };
        let reason = Reason::new(why).with("doc", &issue.id).with("item", &issue.item);
        let reason =
            reason.with("qty", issue.quantity).with("value", self.money(self.state.issue_value[row]));
        match self.state.policy.loops {
            _ if !closes => reason,
            LoopRule::Fixed => reason.with("rule", "loop_fixed"),
            LoopRule::Opening => reason.with("rule", "loop_opening"),
            LoopRule::Iterate => reason.with("rule", "loop_iterate"),
            LoopRule::Exact => reason.with("rule", "loop_exact"),
        }
    }
}

impl Opening<'_, '_> {
    fn run(mut self, nodes: usize) -> Option<Reason> {
        let mut walk: Vec<(usize, Reason)> = Vec::new();
        while let Some((depth, task)) = self.tasks.pop() {
            if walk.len() >= nodes.max(1) {
                let left = self.tasks.len() + 1;
                walk.push((1, Reason::new(Why::More).with("n", left)));
                break;
            }
            match task {
                Task::Node(reason) => walk.push((depth, reason)),
                Task::Stock(pool) => walk.push((depth, self.stock(depth, pool))),
                Task::Order(order) => walk.push((depth, self.order(depth, order))),
                Task::Element(order, element) => {
                    walk.push((depth, self.element(depth, order, element)));
                }
            }
        }
        Reason::from_walk(walk.into_iter())
    }

    fn put(&mut self, depth: usize, mut below: Vec<Task>) {
        below.reverse();
        self.tasks.extend(below.into_iter().map(|task| (depth + 1, task)));
    }

    fn money(&self, units: i64) -> Decimal {
        self.outcome.money(units)
    }

    fn stock(&mut self, depth: usize, pool: usize) -> Reason {
        let outcome = self.outcome;
        let (state, records) = (&outcome.state, outcome.records());
        let item = state.item_name(pool);
        if !self.opened.insert((false, pool)) {
            return Reason::new(Why::CostSeen).with("item", item);
        }
        let price = state.price[pool];
        let mut below = Vec::new();
        let opening = state.plant.opening_quantity[pool];
        if opening != 0 || state.opening_value[pool] != 0 {
            let there = Reason::new(Why::CostOpening).with("qty", outcome.quantity(pool, opening));
            below.push(Task::Node(there.with("value", self.money(state.opening_value[pool]))));
        }
        for source in self.sources.of(pool) {
            below.extend(self.source(*source, pool));
        }
        self.put_sources(depth, below);
        let unit = outcome.unit(pool);
        let said = |text: fn(Ratio) -> String| unit.map_or_else(|| "–".to_owned(), text);
        let reason =
            Reason::new(Why::CostUnit).with("item", item).with("cost", said(|cost| cost.to_string()));
        let reason = reason.with("about", said(about));
        let reason = match records.part_of(pool) {
            Some(part) => reason.with("pool", part),
            None => reason,
        };
        let reason = reason.with("value", self.money(price.value));
        reason.with("qty", outcome.quantity(pool, price.grains))
    }

    /// Rows that come in, each followed by what it rests on one level deeper.
    fn put_sources(&mut self, depth: usize, below: Vec<Task>) {
        for task in below.into_iter().rev() {
            let deeper = if matches!(task, Task::Node(_)) { 1 } else { 2 };
            self.tasks.push((depth + deeper, task));
        }
    }

    fn source(&self, source: Source, pool: usize) -> Vec<Task> {
        let outcome = self.outcome;
        let (state, records) = (&outcome.state, outcome.records());
        let tables = records.tables();
        match source {
            Source::Movement(row) => {
                let (line, movement) = (records.movements[row as usize], &tables.movements[row as usize]);
                let value = self.money(state.movement_value[row as usize]);
                let transfer = movement.kind == MovementKind::Transfer;
                let why = if transfer { Why::CostTransfer } else { Why::CostIn };
                let reason = Reason::new(why).with("doc", &movement.id).with("date", movement.date);
                let reason = reason.with("qty", movement.quantity).with("value", value);
                if !transfer {
                    return vec![Task::Node(reason)];
                }
                let from = line.pool as usize;
                let part = records.part_of(from).unwrap_or("–");
                vec![Task::Node(reason.with("pool", part)), Task::Stock(from)]
            }
            Source::Receipt(row) => {
                let (line, receipt) = (records.receipts[row as usize], &tables.receipts[row as usize]);
                let value = self.money(state.receipt_value[row as usize]);
                let reason =
                    Reason::new(Why::CostReceipt).with("doc", &receipt.id).with("order", &receipt.order);
                let reason = reason.with("qty", receipt.quantity).with("value", value);
                vec![Task::Node(reason), Task::Order(line.other as usize)]
            }
            Source::Late(at) => {
                let made = state.plant.made[at as usize];
                let order = made.order as usize;
                let value = self.money(state.made_value[at as usize]);
                let reason = Reason::new(Why::CostLate).with("order", state.order_name(order));
                debug_assert_eq!(made.pool as usize, pool);
                vec![Task::Node(reason.with("value", value)), Task::Order(order)]
            }
        }
    }

    fn order(&mut self, depth: usize, order: usize) -> Reason {
        let state = &self.outcome.state;
        let name = state.order_name(order);
        if !self.opened.insert((true, order)) {
            return Reason::new(Why::CostSeen).with("item", name);
        }
        let grids = [&state.opening, &state.input, &state.finished, &state.closing, &state.scrapped];
        let used = |element: &usize| grids.iter().any(|grid| grid.row(order)[*element] != 0);
        let mut below: Vec<Task> =
            (0..state.plant.elements).filter(used).map(|element| Task::Element(order, element)).collect();
        let products = state.plant.made_by.of(order).iter().map(|at| self.outcome.product(*at as usize));
        below.extend(products.map(|product| {
            let reason = Reason::new(Why::CostProduct).with("item", product.item);
            Task::Node(reason.with("value", product.value).with("qty", product.quantity))
        }));
        let sums = grids.map(|grid| grid.row(order).iter().sum());
        let reason = self.balance(Reason::new(Why::CostOrder).with("order", name), sums);
        self.put(depth, below);
        reason
    }

    fn balance(&self, reason: Reason, sums: [i64; 5]) -> Reason {
        let names = ["opening", "input", "finished", "closing", "scrapped"];
        names.into_iter().zip(sums).fold(reason, |reason, (name, sum)| reason.with(name, self.money(sum)))
    }

    fn element(&mut self, depth: usize, order: usize, element: usize) -> Reason {
        let outcome = self.outcome;
        let (state, records) = (&outcome.state, outcome.records());
        let tables = records.tables();
        let mut below = Vec::new();
        for row in state.plant.issues.of(order).iter().map(|row| *row as usize) {
            let pool = records.issues[row].pool as usize;
            if state.plant.element_of(pool) == element {
                below.push(Task::Node(outcome.issue_reason(row)));
                below.push(Task::Stock(pool));
            }
        }
        let id = &tables.elements[element].id;
        for row in self.charges.of(order).iter().map(|row| &tables.charges[*row as usize]) {
            if row.element == *id {
                let reason = Reason::new(Why::CostCharge).with("doc", &row.id).with("value", row.amount);
                below.push(Task::Node(reason));
            }
        }
        for share in self.shares.of(order).iter().map(|at| state.allocated[*at as usize]) {
            let row = &tables.overhead[share.row as usize];
            if row.element == *id {
                let reason = Reason::new(Why::CostShare).with("doc", &row.id).with("total", row.amount);
                let reason = reason.with("value", self.money(share.amount));
                below.push(Task::Node(reason.with("rule", state.base_of(row).as_str())));
            }
        }
        let grids = [&state.opening, &state.input, &state.finished, &state.closing, &state.scrapped];
        let sums = grids.map(|grid| grid.row(order)[element]);
        self.put_sources(depth, below);
        self.balance(Reason::new(Why::CostElement).with("element", id), sums)
    }
}

/// Places of a unit cost that no decimal says exactly; value and quantity beside it do.
const ABOUT_PLACES: u32 = 6;

/// A unit cost for people: exact where a decimal says it, else rounded half up and marked.
fn about(cost: Ratio) -> String {
    match (cost.to_decimal_exact(), cost.round(ABOUT_PLACES, Rounding::HalfUp)) {
        (None, Ok(rounded)) => format!("≈{rounded}"),
        _ => cost.to_string(),
    }
}

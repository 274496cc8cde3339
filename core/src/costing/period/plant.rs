//! The period as arrays: who takes from whom, by quantity alone.

use crate::cost::{CostRecords, ItemValuation, MovementKind};
use crate::names::to_u32;

/// No rank.
pub(super) const NONE: u32 = u32::MAX;

/// A quantity that leaves a pool. Issues come before movements, each in the order of their ids.
#[derive(Debug, Clone, Copy)]
pub(super) struct Out {
    /// Row of the issue, or number of issues plus row of the movement.
    pub(super) row: u32,
    /// The order of an issue, the pool of a transfer.
    pub(super) other: u32,
    pub(super) grains: i64,
    /// Value where it is known before the pool is.
    pub(super) fixed: Option<i64>,
}

/// A row that comes into a pool: 0 opening stock, 1 movement, 2 receipt from an order.
#[derive(Debug, Clone, Copy)]
pub(super) struct In {
    pub(super) table: u8,
    pub(super) row: u32,
}

/// Lists of one thing by another: `rows[start[i]..start[i + 1]]` belong to `i`.
#[derive(Debug, Default, Clone)]
pub(super) struct Lists<T> {
    start: Vec<u32>,
    rows: Vec<T>,
}

impl<T: Copy> Lists<T> {
    /// Groups `pairs` of key and value, each list in the order given.
    pub(super) fn group(keys: usize, pairs: impl Iterator<Item = (u32, T)> + Clone, none: T) -> Lists<T> {
        let mut start = vec![0u32; keys + 1];
        for (key, _) in pairs.clone() {
            start[key as usize + 1] += 1;
        }
        for key in 0..keys {
            start[key + 1] += start[key];
        }
        let mut next = start.clone();
        let mut rows = vec![none; start[keys] as usize];
        for (key, value) in pairs {
            let at = &mut next[key as usize];
            rows[*at as usize] = value;
            *at += 1;
        }
        Lists { start, rows }
    }

    pub(super) fn of(&self, key: usize) -> &[T] {
        &self.rows[self.start[key] as usize..self.start[key + 1] as usize]
    }

    pub(super) fn of_mut(&mut self, key: usize) -> &mut [T] {
        &mut self.rows[self.start[key] as usize..self.start[key + 1] as usize]
    }
}

/// What an order gave in the period, one entry a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Made {
    pub(super) order: u32,
    pub(super) pool: u32,
    /// Net quantity.
    pub(super) grains: i64,
    /// Row of `outputs` that says how it takes cost, or `NONE`.
    pub(super) rule: u32,
    /// Whether its receipts lie in earlier periods (`C14`).
    pub(super) late: bool,
}

/// The period as arrays.
#[derive(Debug)]
pub(super) struct Plant<'a> {
    pub(super) records: &'a CostRecords,
    pub(super) pools: usize,
    pub(super) orders: usize,
    pub(super) elements: usize,
    /// What leaves each pool.
    pub(super) outs: Lists<Out>,
    /// Rows of issues of each order.
    pub(super) issues: Lists<u32>,
    /// Rows of receipts of each order.
    pub(super) receipts: Lists<u32>,
    /// What each order made: indices into `made`.
    pub(super) made_by: Lists<u32>,
    /// Who made what lies in each pool: indices into `made`.
    pub(super) makers: Lists<u32>,
    pub(super) made: Vec<Made>,
    /// Transfers into each pool: rows of movements.
    pub(super) arrivals: Lists<u32>,
    /// What comes into each pool that is priced by day; empty for the others.
    pub(super) ins: Lists<In>,
    /// Components in process of each order: rows.
    pub(super) components: Lists<u32>,
    /// Quantity that came in, opening stock included, and that went out.
    pub(super) quantity_in: Vec<i64>,
    pub(super) quantity_out: Vec<i64>,
    pub(super) opening_quantity: Vec<i64>,
    /// Whether nothing in a pool was made or came from elsewhere: all of its value is known at the start.
    bought: Vec<bool>,
}

impl<'a> Plant<'a> {
    pub(super) fn new(records: &'a CostRecords) -> Plant<'a> {
        let (pools, orders) = (records.pools.len(), records.orders.len());
        let moves = &records.tables().movements;
        let number = to_u32(records.issues.len());
        let issued = records.issues.iter().zip(0u32..).map(|(line, row)| {
            (line.pool, Out { row, other: line.other, grains: line.grains, fixed: line.fixed })
        });
        let moved = records.movements.iter().zip(moves).zip(0u32..).filter_map(|((line, row), at)| {
            let out = leaves(row.kind, line.grains, line.fixed.is_some())?;
            let fixed = line.fixed.map(|fixed| if (line.grains < 0) == (out < 0) { fixed } else { -fixed });
            Some((line.pool, Out { row: number + at, other: line.other, grains: out, fixed }))
        });
        let empty = Out { row: 0, other: NONE, grains: 0, fixed: None };
        let outs = Lists::group(pools, issued.chain(moved), empty);
        let by_order = |line: &crate::cost::Line, row: u32| (line.other, row);
        let issues = records.issues.iter().zip(0u32..).map(|(line, row)| by_order(line, row));
        let receipts = records.receipts.iter().zip(0u32..).map(|(line, row)| by_order(line, row));
        let (issues, receipts) = (Lists::group(orders, issues, 0), Lists::group(orders, receipts, 0));
        let made = made(records, &receipts);
        let made_by = made.iter().zip(0u32..).map(|(made, at)| (made.order, at));
        let makers = made.iter().zip(0u32..).map(|(made, at)| (made.pool, at));
        let arrivals = records.movements.iter().zip(moves).zip(0u32..);
        let arrivals = arrivals.filter(|((_, row), _)| row.kind == MovementKind::Transfer);
        let arrivals = arrivals.map(|((line, _), row)| (line.other, row));
        let components = records.wip_components.iter().zip(0u32..);
        let components = components.map(|(line, row)| (line.other, row));
        let mut plant = Plant {
            records,
            pools,
            orders,
            elements: records.elements.len(),
            outs,
            issues,
            receipts,
            made_by: Lists::group(orders, made_by, 0),
            makers: Lists::group(pools, makers, 0),
            made,
            arrivals: Lists::group(pools, arrivals, 0),
            ins: ins(records),
            components: Lists::group(orders, components, 0),
            quantity_in: vec![0; pools],
            quantity_out: vec![0; pools],
            opening_quantity: vec![0; pools],
            bought: Vec::new(),
        };
        let own = |pool| plant.makers.of(pool).is_empty() && plant.arrivals.of(pool).is_empty();
        plant.bought = (0..pools).map(own).collect();
        plant.count();
        plant
    }

    /// Quantities of every pool. Rows are below 2^54 and at most 2^30: only sums of absurd size would not fit, and
    /// those stay at the largest number, which no check takes for covered.
    fn count(&mut self) {
        let records = self.records;
        for line in &records.stock {
            let slot = &mut self.opening_quantity[line.pool as usize];
            *slot = slot.saturating_add(line.grains);
        }
        self.quantity_in.clone_from(&self.opening_quantity);
        for line in &records.receipts {
            let slot = &mut self.quantity_in[line.pool as usize];
            *slot = slot.saturating_add(line.grains);
        }
        for (line, row) in records.movements.iter().zip(&records.tables().movements) {
            let out = leaves(row.kind, line.grains, line.fixed.is_some());
            if out.is_none() {
                let slot = &mut self.quantity_in[line.pool as usize];
                *slot = slot.saturating_add(line.grains);
            }
            if row.kind == MovementKind::Transfer {
                let slot = &mut self.quantity_in[line.other as usize];
                *slot = slot.saturating_add(line.grains);
            }
        }
        for pool in 0..self.pools {
            let sum = self.outs.of(pool).iter().fold(0i64, |sum, out| sum.saturating_add(out.grains));
            self.quantity_out[pool] = sum;
        }
    }

    /// Quantity at the end.
    pub(super) fn closing(&self, pool: usize) -> i64 {
        self.quantity_in[pool].saturating_sub(self.quantity_out[pool])
    }

    pub(super) fn valuation(&self, pool: usize) -> ItemValuation {
        self.records.tables().items[self.records.item_of(pool)].valuation
    }

    /// Element of what leaves a pool.
    pub(super) fn element_of(&self, pool: usize) -> usize {
        self.records.item_element[self.records.item_of(pool)] as usize
    }

    /// Whether nothing in a pool was made or came from elsewhere: all of its value is known at the start.
    pub(super) fn is_bought(&self, pool: usize) -> bool {
        self.bought[pool]
    }

    /// The movement of an outgoing row, or nothing for an issue.
    pub(super) fn movement_of(&self, row: u32) -> Option<usize> {
        (row as usize).checked_sub(self.records.issues.len())
    }
}

/// The quantity with which a movement leaves its pool; nothing for what comes in. What goes back to where it came
/// from without a value of its own leaves at the price of the period.
fn leaves(kind: MovementKind, grains: i64, known: bool) -> Option<i64> {
    match kind {
        MovementKind::Sale | MovementKind::OtherOut | MovementKind::Transfer => Some(grains),
        MovementKind::Purchase | MovementKind::OtherIn => (grains < 0 && !known).then_some(-grains),
        MovementKind::Revalue => None,
    }
}

/// What each order made, in the order of orders and pools.
fn made(records: &CostRecords, receipts: &Lists<u32>) -> Vec<Made> {
    let tables = records.tables();
    let mut made: Vec<Made> = Vec::new();
    let mut rule = 0;
    for (order, row) in (0u32..).zip(&tables.orders) {
        let first = made.len();
        let mut rows: Vec<(u32, i64)> = receipts
            .of(order as usize)
            .iter()
            .map(|row| (records.receipts[*row as usize].pool, records.receipts[*row as usize].grains))
            .collect();
        rows.sort_unstable();
        for (pool, grains) in rows {
            match made[first..].last_mut() {
                Some(last) if last.pool == pool => last.grains = last.grains.saturating_add(grains),
                _ => made.push(Made { order, pool, grains, rule: NONE, late: false }),
            }
        }
        let rules = tables.outputs[rule..].iter().take_while(|output| output.order == row.id).count();
        // Rules are in the order of item ids, which is the order of ranks.
        let ranked: Vec<Option<u32>> = tables.outputs[rule..rule + rules]
            .iter()
            .map(|rule| records.items.find(rule.item.as_str()))
            .collect();
        for made in &mut made[first..] {
            let item = to_u32(records.item_of(made.pool as usize));
            if let Ok(at) = ranked.binary_search(&Some(item)) {
                made.rule = to_u32(rule + at);
            }
        }
        if made.len() == first && row.closed && !row.received_before.is_zero() {
            let main = tables.outputs[rule..rule + rules]
                .iter()
                .find(|output| output.kind == crate::cost::OutputKind::Main);
            let product = row.product.as_ref().or(main.map(|output| &output.item));
            let pool = product.and_then(|product| records.pool_named(product.as_str(), None));
            if let Some(pool) = pool {
                made.push(Made { order, pool: to_u32(pool), grains: 0, rule: NONE, late: true });
            }
        }
        rule += rules;
    }
    made
}

/// Rows that come into pools priced by day.
fn ins(records: &CostRecords) -> Lists<In> {
    let tables = records.tables();
    let by_day = |pool: u32| {
        let valuation = tables.items[records.item_of(pool as usize)].valuation;
        !matches!(valuation, ItemValuation::PeriodAverage | ItemValuation::Standard)
    };
    let row = |table: u8| move |(pool, row): (u32, u32)| (pool, In { table, row });
    let stock = records.stock.iter().map(|line| line.pool).zip(0u32..).map(row(0));
    let moves =
        records.movements.iter().zip(&tables.movements).zip(0u32..).filter_map(|((line, row), at)| match row
            .kind
        {
            MovementKind::Transfer => Some((line.other, at)),
            kind => leaves(kind, line.grains, line.fixed.is_some()).is_none().then_some((line.pool, at)),
        });
    let receipts = records.receipts.iter().map(|line| line.pool).zip(0u32..).map(row(2));
    let all = stock.chain(moves.map(row(1))).chain(receipts).filter(move |(pool, _)| by_day(*pool));
    Lists::group(records.pools.len(), all, In { table: 0, row: 0 })
}

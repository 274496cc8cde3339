//! Orders consume forecast rows; the rest becomes dated needs.

use super::super::policy::{Consumption, ForecastPolicy};

/// A forecast row of one node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    /// Rank of its id, for ties.
    pub(crate) id: u32,
    /// First day.
    pub(crate) from: i32,
    /// Last day, inclusive; a row that ends before it starts holds no day and is never consumed by date.
    pub(crate) to: i32,
    /// Grains; below nought counts as nought.
    pub(crate) quantity: i64,
    /// Days of one need when the rest is spread; 0: one need for the whole period.
    pub(crate) spread_days: u32,
}

/// An order that consumes, with its ordered quantity, shipped or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Booked {
    /// Rank of its id, for ties.
    pub(crate) id: u32,
    /// Its date.
    pub(crate) date: i32,
    /// Grains; below nought counts as nought.
    pub(crate) quantity: i64,
}

/// One order's use of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Consumed {
    /// Index of the order in the orders given.
    pub(crate) order: usize,
    /// Index of the row in the rows given.
    pub(crate) row: usize,
    /// Grains, above nought.
    pub(crate) quantity: i64,
}

/// What is left of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rest {
    /// Day of the need.
    pub(crate) date: i32,
    /// Grains, above nought.
    pub(crate) quantity: i64,
    /// Index of the row in the rows given.
    pub(crate) row: usize,
}

/// Buffers and result of a netting, kept by the caller so that a run allocates once.
#[derive(Debug, Default)]
pub(crate) struct Netting {
    /// What is left of each row, in the order given.
    pub(crate) left: Vec<i64>,
    /// What no row could take of each order, in the order given.
    pub(crate) over: Vec<i64>,
    /// Who consumed what, in the order in which it happened.
    pub(crate) consumed: Vec<Consumed>,
    /// Rows by (from, id).
    by_from: Vec<usize>,
    /// Rows by (last day descending, from, id).
    by_to: Vec<usize>,
    orders: Vec<usize>,
}

/// Days that an order reaches beyond its own.
#[derive(Debug, Clone, Copy)]
struct Reach {
    first: i64,
    last: i64,
}

impl Netting {
    /// Lets each order, by (date, id), consume: first the rows that contain its date, by (from, id); then, as the
    /// direction says, *backward* the rows before it that end in reach, the latest end first, and *forward* the
    /// rows after it that start in reach, the earliest start first; ties by (from, id).
    ///
    /// The order of `rows` and of `orders` plays no part. `O((r + o) log r + o · r)` at worst, where the last
    /// term counts only rows in reach.
    pub(crate) fn run(&mut self, rows: &[Row], orders: &[Booked], policy: ForecastPolicy) {
        self.prepare(rows, orders);
        let longest = rows.iter().map(|row| i64::from(row.to) - i64::from(row.from)).max().unwrap_or(0);
        for turn in 0..self.orders.len() {
            let order = self.orders[turn];
            let date = i64::from(orders[order].date);
            let reach = Reach {
                first: date - i64::from(policy.backward_days),
                last: date + i64::from(policy.forward_days),
            };
            self.contained(rows, order, date, longest);
            match policy.direction {
                Consumption::Backward => self.backward(rows, order, date, reach),
                Consumption::Forward => self.forward(rows, order, date, reach),
                Consumption::BackwardForward => {
                    self.backward(rows, order, date, reach);
                    self.forward(rows, order, date, reach);
                }
                Consumption::ForwardBackward => {
                    self.forward(rows, order, date, reach);
                    self.backward(rows, order, date, reach);
                }
            }
        }
    }

    fn prepare(&mut self, rows: &[Row], orders: &[Booked]) {
        self.left.clear();
        self.left.extend(rows.iter().map(|row| row.quantity.max(0)));
        self.over.clear();
        self.over.extend(orders.iter().map(|order| order.quantity.max(0)));
        self.consumed.clear();
        self.by_from.clear();
        self.by_from.extend(0..rows.len());
        self.by_from.sort_unstable_by_key(|at| (rows[*at].from, rows[*at].id, *at));
        self.by_to.clear();
        self.by_to.extend_from_slice(&self.by_from);
        self.by_to.sort_by_key(|at| std::cmp::Reverse(rows[*at].to));
        self.orders.clear();
        self.orders.extend(0..orders.len());
        self.orders.sort_unstable_by_key(|at| (orders[*at].date, orders[*at].id, *at));
    }

    /// No row longer than `longest` days after its first starts before `date − longest` and still contains it.
    fn contained(&mut self, rows: &[Row], order: usize, date: i64, longest: i64) {
        let first = self.by_from.partition_point(|at| i64::from(rows[*at].from) < date - longest);
        for turn in first..self.by_from.len() {
            let row = self.by_from[turn];
            if self.over[order] == 0 || i64::from(rows[row].from) > date {
                break;
            }
            if i64::from(rows[row].to) >= date {
                self.take(order, row);
            }
        }
    }

    fn backward(&mut self, rows: &[Row], order: usize, date: i64, reach: Reach) {
        let first = self.by_to.partition_point(|at| i64::from(rows[*at].to) >= date);
        for turn in first..self.by_to.len() {
            let row = self.by_to[turn];
            if self.over[order] == 0 || i64::from(rows[row].to) < reach.first {
                break;
            }
            // A row that ends before it starts may start after the date.
            if i64::from(rows[row].from) <= date {
                self.take(order, row);
            }
        }
    }

    fn forward(&mut self, rows: &[Row], order: usize, date: i64, reach: Reach) {
        let first = self.by_from.partition_point(|at| i64::from(rows[*at].from) <= date);
        for turn in first..self.by_from.len() {
            let row = self.by_from[turn];
            if self.over[order] == 0 || i64::from(rows[row].from) > reach.last {
                break;
            }
            self.take(order, row);
        }
    }

    fn take(&mut self, order: usize, row: usize) {
        let quantity = self.over[order].min(self.left[row]);
        if quantity > 0 {
            self.over[order] -= quantity;
            self.left[row] -= quantity;
            self.consumed.push(Consumed { order, row, quantity });
        }
    }
}

/// The needs that are left of one row, by date.
///
/// Without spread one need on the first day, or on the run date when the row has begun; none when it has ended.
/// With spread the rest is split over all days of the row by largest remainder (the first days take one grain
/// more), elapsed days are dropped, and each run of `spread_days` days from the first day left is one need on
/// its first day. Needs before `run_date + demand_fence_days` are dropped. At most one need per day is made: a
/// caller that cannot take that many refuses the row first.
pub(crate) fn net_needs(
    index: usize,
    row: &Row,
    left: i64,
    run_date: i32,
    demand_fence_days: u32,
    mut out: impl FnMut(Rest),
) {
    if left <= 0 || row.to < run_date || row.to < row.from {
        return;
    }
    let fence = i64::from(run_date) + i64::from(demand_fence_days);
    let mut need = |date: i32, quantity: i64| {
        if quantity > 0 && i64::from(date) >= fence {
            out(Rest { date, quantity, row: index });
        }
    };
    let start = row.from.max(run_date);
    if row.spread_days == 0 {
        return need(start, left);
    }
    let days = i64::from(row.to) - i64::from(row.from) + 1;
    let (base, more) = (left / days, left % days);
    // Grains of the first so many days of the row.
    let until = |days: i64| base * days + days.min(more);
    let mut day = i64::from(start) - i64::from(row.from);
    while day < days {
        let end = (day + i64::from(row.spread_days)).min(days);
        if let Ok(date) = i32::try_from(i64::from(row.from) + day) {
            need(date, until(end) - until(day));
        }
        day = end;
    }
}

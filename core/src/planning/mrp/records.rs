//! The MRP record of a node: worked out again from the plan when it is asked for.

use rust_decimal::Decimal;

use super::gather::{Single, SingleRef};
use super::model::flag;
use super::net::{Scratch, TraceRow, net_unit};
use super::order::Kind;
use super::plan::{Plan, date};
use super::state::{Member, NEVER, aim};
use crate::inventory::Key;
use crate::planning::RecordRow;
use crate::snapshot::NONE;
use std::collections::BTreeMap;

/// A node netted again, with everything that was seen on the way.
#[derive(Debug)]
pub(crate) struct Traced {
    pub(crate) rows: Vec<TraceRow>,
    pub(crate) member: Member,
    pub(crate) singles: Vec<Single>,
}

/// Sums of one day.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    gross: i64,
    receipts: i64,
    planned: i64,
    released: i64,
    short: i64,
}

impl Plan {
    /// The MRP record of an item at a site (and key): one row per event day, each derived again on request.
    ///
    /// Quantities are in stock units; `balance` is the projected available balance at the end of the day.
    /// Empty when the plan has no such item, site and key.
    #[must_use]
    pub fn record(&self, item: &str, site: &str, key: &Key) -> Vec<RecordRow> {
        self.find_node(item, site, key).map(|node| self.record_of(node)).unwrap_or_default()
    }

    /// What a node starts with: the balance of a record without rows.
    pub(crate) fn opening(&self, item: &str, site: &str, key: &Key) -> Decimal {
        let opening = |node| self.decimal(node, self.model.node(node).opening);
        self.find_node(item, site, key).map_or(Decimal::ZERO, opening)
    }

    /// The records of every node, by item, site and key.
    pub fn records(&self) -> impl Iterator<Item = (crate::id::Id, crate::id::Id, Key, Vec<RecordRow>)> + '_ {
        self.nodes_by_spot().into_iter().map(move |node| {
            let (item, site, key) = self.names(node);
            (item, site, key, self.record_of(node))
        })
    }

    /// Nets the unit of a node once more and keeps what was seen.
    pub(crate) fn traced(&self, node: u32) -> Traced {
        let ctx = self.ctx();
        let group = self.model.node(node).group;
        let one = [node];
        let unit = if group == NONE { &one[..] } else { &self.model.groups[group as usize] };
        let mut scratch = Scratch { trace: Some(Vec::new()), ..Scratch::default() };
        // The run netted the same unit from the same orders: what it could add up, this can.
        let _ = net_unit(&ctx, unit, &mut scratch);
        let at = unit.iter().position(|&n| n == node).unwrap_or(0);
        let mut rows = scratch.trace.unwrap_or_default();
        rows.retain(|row| row.node == node);
        let member = scratch.members.swap_remove(at);
        let mut singles = Vec::new();
        let _ = ctx.singles(node, &mut singles);
        Traced { rows, member, singles }
    }

    pub(crate) fn record_of(&self, node: u32) -> Vec<RecordRow> {
        if self.model.node(node).flags & flag::UNPLANNED != 0 {
            return Vec::new();
        }
        let ctx = self.ctx();
        let params = ctx.s.params.set(self.model.node(node).params);
        let traced = self.traced(node);
        let sums = self.sums(node, &traced);
        let events: BTreeMap<i32, &TraceRow> = traced.rows.iter().map(|row| (row.day, row)).collect();
        let days: std::collections::BTreeSet<i32> = events.keys().chain(sums.keys()).copied().collect();
        let mut last = TraceRow { node, day: NEVER, net: 0, safety: 0, after: self.model.node(node).opening };
        let mut rows = Vec::with_capacity(days.len());
        for day in days {
            let row = match events.get(&day) {
                Some(row) => **row,
                None => TraceRow { day, net: 0, safety: aim(&ctx, node, params, day).safety, ..last },
            };
            let sum = sums.get(&day).copied().unwrap_or_default();
            // What came before its need was there from its day on.
            let early = traced.member.early.iter().filter(|early| early.0 <= day && day < early.1);
            let early: i64 = early.map(|early| early.2).sum();
            rows.push(self.record_row(node, &TraceRow { after: row.after + early, ..row }, &sum));
            last = row;
        }
        rows
    }

    fn record_row(&self, node: u32, row: &TraceRow, sum: &Sums) -> RecordRow {
        RecordRow {
            date: date(row.day),
            gross: self.decimal(node, sum.gross),
            receipts: self.decimal(node, sum.receipts),
            // What comes without anything planned; on each row it adds up to the balance.
            before: self.decimal(node, row.after.saturating_sub(sum.planned).saturating_sub(sum.short)),
            safety: self.decimal(node, row.safety),
            net: self.decimal(node, row.net),
            planned: self.decimal(node, sum.planned),
            released: self.decimal(node, sum.released),
            short: self.decimal(node, sum.short),
            balance: self.decimal(node, row.after),
        }
    }

    fn sums(&self, node: u32, traced: &Traced) -> BTreeMap<i32, Sums> {
        let ctx = self.ctx();
        let mut sums: BTreeMap<i32, Sums> = BTreeMap::new();
        Plan::gross(traced, &mut sums);
        let member = &traced.member;
        for (number, receipt) in self.model.receipts.of(node).iter().enumerate() {
            if member.inputs.dropped[number] {
                continue;
            }
            let moved = member.state.moved[number];
            let sum = sums.entry(if moved == NEVER { receipt.day } else { moved }).or_default();
            sum.receipts += receipt.quantity;
            sum.planned += member.raised[number];
        }
        for &(day, quantity) in &member.came {
            sums.entry(day).or_default().planned += quantity;
        }
        for order in &member.orders {
            let sum = sums.entry(order.day()).or_default();
            match order.kind() {
                Kind::Planned | Kind::Refill | Kind::Pass => sum.planned += ctx.good(node, order),
                Kind::Taken | Kind::Switched => sum.planned += order.input,
                Kind::Short => sum.short += order.input,
                Kind::Firm => {}
            }
            if order.is_planned() {
                sums.entry(order.start()).or_default().released += order.input;
            }
        }
        sums
    }

    /// Needs by day, those included that other nodes took, and what comes as outputs of parents.
    fn gross(traced: &Traced, sums: &mut BTreeMap<i32, Sums>) {
        for &(day, quantity, _) in &traced.member.gave {
            sums.entry(day).or_default().gross += quantity;
        }
        for single in &traced.singles {
            let sum = sums.entry(single.day).or_default();
            match single.what {
                SingleRef::Output { .. } => sum.receipts += single.quantity,
                _ => sum.gross += single.quantity,
            }
        }
    }
}

//! Pegs spelled out: ids, dates and causes of their ends, and the names of orders.

use super::cover::firm_order;
use super::model::Receipt;
use super::order::{Kind, Order};
use super::pegs::{DensePeg, NeedEnd, SupplyEnd};
use super::plan::{Plan, date, order_id};
use super::state::NEVER;
use crate::planning::{Peg, PegEnd};
use crate::snapshot::{NONE, Rule, to_u32};

impl Plan {
    /// A dense peg with its ids, dates and decimals.
    #[must_use]
    pub fn peg(&self, peg: &DensePeg) -> Peg {
        let records = &self.dense().records;
        let (supply_kind, supply) = match peg.supply {
            SupplyEnd::Stock => (PegEnd::Stock, String::new()),
            SupplyEnd::StockRow(row) => (PegEnd::Stock, records.stock.ids.get(row).to_owned()),
            SupplyEnd::Supply(row) => (PegEnd::Supply, records.supplies.ids.get(row).to_owned()),
            SupplyEnd::Output { order: NONE, .. } => (PegEnd::Output, String::new()),
            SupplyEnd::Output { node, order } => (PegEnd::Output, self.order_name(node, order)),
            SupplyEnd::Planned(order) => (PegEnd::Planned, self.order_name(peg.node, order)),
            SupplyEnd::Substitute(order) => (PegEnd::Substitute, self.substitute_name(peg.node, order)),
            SupplyEnd::Short(_) => (PegEnd::Short, String::new()),
        };
        let (demand_kind, demand) = match peg.need {
            NeedEnd::Demand(row) => (PegEnd::Demand, records.demands.ids.get(row).to_owned()),
            NeedEnd::Forecast(row) => (PegEnd::Forecast, records.forecasts.ids.get(row).to_owned()),
            NeedEnd::Order { node, order } => (PegEnd::Dependent, self.order_name(node, order)),
            NeedEnd::Taken(node) => (PegEnd::Substitute, self.names(node).0.to_string()),
            NeedEnd::Negative => (PegEnd::Stock, String::new()),
            NeedEnd::Safety => (PegEnd::Safety, String::new()),
            NeedEnd::Yield => (PegEnd::Yield, String::new()),
            NeedEnd::Surplus => (PegEnd::Surplus, self.surplus_cause(peg).to_owned()),
        };
        let dated = |day: i32| (day != i32::MIN && day != i32::MAX).then(|| date(day));
        Peg {
            supply_kind,
            supply,
            supply_date: dated(peg.supply_day),
            demand_kind,
            demand,
            demand_date: dated(peg.need_day),
            quantity: self.decimal(peg.node, peg.quantity),
            hard: peg.hard,
        }
    }

    /// Why something is left over (`P17`).
    fn surplus_cause(&self, peg: &DensePeg) -> &'static str {
        let SupplyEnd::Planned(number) = peg.supply else { return "not_needed" };
        let params = self.dense().params.set(self.model.node(peg.node).params);
        let order = self.orders.of(peg.node).get(number);
        let terms = super::terms::Terms::of(&self.ctx(), peg.node, usize::from(order.source()));
        let modifiers = terms.map(|terms| terms.modifiers).unwrap_or_default();
        match params.rule {
            Rule::Fixed(_) | Rule::ReorderPoint { .. } => "fixed_quantity",
            Rule::OrderUpTo { .. } | Rule::MinMax { .. } => "order_up_to",
            _ if modifiers.min > 0 && order.input == modifiers.min => "minimum",
            _ if modifiers.multiple > 1 => "multiple",
            _ => "rounding",
        }
    }

    fn substitute_name(&self, node: u32, number: u32) -> String {
        let order = self.orders.of(node).get(number);
        let alternatives = self.model.alternatives.of(node);
        let target = alternatives.get(usize::from(order.source())).filter(|_| order.kind() != Kind::Pass);
        target.map_or_else(String::new, |a| self.names(a.target).0.to_string())
    }

    /// The id of an order by its number at a node: a planned order's own, a firm one's supply.
    pub(crate) fn order_name(&self, node: u32, number: u32) -> String {
        let orders = self.orders.of(node);
        let order = orders.get(number);
        if order.is_planned() {
            let same = |o: &Order| o.is_planned() && o.day() == order.day();
            let nth = to_u32(orders.iter().take(number as usize + 1).filter(same).count());
            return order_id(&self.ctx(), node, order.day(), nth);
        }
        if order.kind() == Kind::Firm {
            return self.firm_name(node, number);
        }
        self.names(node).0.to_string()
    }

    /// The supply behind a firm order: the one whose order it is. Where several could be, the node is netted once
    /// more to see which came on the day.
    fn firm_name(&self, node: u32, number: u32) -> String {
        let ids = &self.dense().records.supplies.ids;
        let orders = self.orders.of(node);
        let order = orders.get(number);
        let receipts = self.model.receipts.of(node);
        let may = |receipt: &&Receipt| receipt.firm.is_some_and(|firm| firm.source == order.source());
        let mut candidates = receipts.iter().filter(may);
        let (first, second) = (candidates.next(), candidates.next());
        if second.is_none() {
            return first.map_or_else(String::new, |receipt| ids.get(receipt.row).to_owned());
        }
        let member = self.traced(node).member;
        let behind = |&(number, receipt): &(usize, &Receipt)| {
            let moved = member.state.moved[number];
            let day = if moved == NEVER { receipt.day } else { moved };
            !member.inputs.dropped[number]
                && firm_order(&self.ctx(), node, receipt, member.raised[number], day, &mut Vec::new())
                    == Some(order)
        };
        let nth = orders.iter().take(number as usize).filter(|other| *other == order).count();
        let found = receipts.iter().enumerate().filter(behind).nth(nth);
        found.map_or_else(String::new, |(_, receipt)| ids.get(receipt.row).to_owned())
    }

    /// Node and order number of a planned order's id.
    pub(crate) fn find_order(&self, text: &str) -> Option<(u32, u32)> {
        let (place, rest) = text.rsplit_once('#')?;
        let (day, number) = rest.rsplit_once('.')?;
        let day = crate::time::Date::parse(day).ok()?.day_number();
        let number: u32 = number.parse().ok()?;
        let ctx = self.ctx();
        let item_end: Vec<usize> = place.match_indices('@').map(|(at, _)| at).collect();
        let node = item_end.into_iter().find_map(|at| {
            let item = self.dense().items.names.find(&place[..at])?;
            self.nodes_of_item(item).find(|&node| order_id(&ctx, node, day, number) == text)
        })?;
        let of_day =
            (0u32..).zip(self.orders.of(node).iter()).filter(|(_, o)| o.is_planned() && o.day() == day);
        of_day.map(|(n, _)| n).nth(number.checked_sub(1)? as usize).map(|n| (node, n))
    }

    /// Nodes of an item, level by level.
    pub(crate) fn nodes_of_item(&self, item: u32) -> impl Iterator<Item = u32> + '_ {
        self.model.levels.windows(2).flat_map(move |level| {
            let nodes = &self.model.nodes[level[0] as usize..level[1] as usize];
            let (first, end) = (
                nodes.partition_point(|n| n.spot.item < item),
                nodes.partition_point(|n| n.spot.item <= item),
            );
            level[0] + to_u32(first)..level[0] + to_u32(end)
        })
    }
}

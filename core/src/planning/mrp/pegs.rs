//! Pegs: which supply serves which need, derived from the plan when asked (rules §10).

use super::gather::{Single, SingleRef};
use super::model::{NeedRef, flag};
use super::order::Kind;
use super::plan::{Plan, date, order_id};
use super::state::NEVER;
use crate::inventory::Key;
use crate::item::SafetyPriority;
use crate::planning::{Peg, PegEnd};
use crate::snapshot::{NONE, Rule, to_u32};

/// The supply end of a dense peg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SupplyEnd {
    /// Stock of the node together.
    Stock,
    /// A stock row: a lot with an expiry, goods in inspection, or a reserved row.
    StockRow(u32),
    /// A supply on order, by row.
    Supply(u32),
    /// An output of an order of another node: that node and order number.
    Output {
        /// The node whose order gives it.
        node: u32,
        /// The order's number at that node.
        order: u32,
    },
    /// A planned order of this node, by number.
    Planned(u32),
    /// A substitute, a new item or what a phantom passes on: the order's number at this node.
    Substitute(u32),
    /// Reported short: the order's number at this node.
    Short(u32),
}

/// The need end of a dense peg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NeedEnd {
    /// A demand, by row.
    Demand(u32),
    /// A forecast, by row.
    Forecast(u32),
    /// An order of another node.
    Order {
        /// The node that needs it.
        node: u32,
        /// The order's number at that node.
        order: u32,
    },
    /// Another node takes it as a substitute.
    Taken(u32),
    /// Stock that started below zero.
    Negative,
    /// Safety stock.
    Safety,
    /// Yield loss of a planned order.
    Yield,
    /// Left over.
    Surplus,
}

/// One peg in dense form: rows and numbers instead of ids. [`Plan::peg`] spells it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DensePeg {
    /// The node.
    pub node: u32,
    /// What serves.
    pub supply: SupplyEnd,
    /// Day number from which the supply is there; `i32::MIN` for stock.
    pub supply_day: i32,
    /// What is served.
    pub need: NeedEnd,
    /// Day number of the need; `i32::MIN` for safety stock, yield and surplus.
    pub need_day: i32,
    /// Grains of the node's item.
    pub quantity: i64,
    /// A reservation.
    pub hard: bool,
}

#[derive(Debug, Clone, Copy)]
struct Side<E> {
    end: E,
    day: i32,
    left: i64,
}

/// Buffers for the pegs of one node.
#[derive(Debug, Default)]
pub(crate) struct PegScratch {
    singles: Vec<Single>,
    needs: Vec<Side<NeedEnd>>,
    supplies: Vec<Side<SupplyEnd>>,
}

impl Plan {
    /// Calls a function with every peg, node by node in the order in which they were planned.
    pub fn for_each_peg(&self, mut each: impl FnMut(DensePeg)) {
        let mut scratch = PegScratch::default();
        for node in 0..to_u32(self.model.nodes.len()) {
            self.node_pegs(node, &mut scratch, &mut each);
        }
    }

    /// Every peg, spelled out, by item, site and key.
    pub fn pegs(&self) -> impl Iterator<Item = Peg> + '_ {
        self.nodes_by_spot().into_iter().flat_map(move |node| self.pegs_of(node))
    }

    /// The pegs of an item at a site (and key).
    #[must_use]
    pub fn item_pegs(&self, item: &str, site: &str, key: &Key) -> Vec<Peg> {
        self.find_node(item, site, key).map(|node| self.pegs_of(node)).unwrap_or_default()
    }

    /// The pegs of one planned order: what it serves, one level up.
    #[must_use]
    pub fn order_pegs(&self, order: &str) -> Vec<Peg> {
        let Some((node, number)) = self.find_order(order) else { return Vec::new() };
        let mut pegs = Vec::new();
        self.node_pegs(node, &mut PegScratch::default(), &mut |peg| {
            if peg.supply == SupplyEnd::Planned(number) {
                pegs.push(self.peg(&peg));
            }
        });
        pegs
    }

    fn pegs_of(&self, node: u32) -> Vec<Peg> {
        let mut pegs = Vec::new();
        self.node_pegs(node, &mut PegScratch::default(), &mut |peg| pegs.push(self.peg(&peg)));
        pegs
    }

    /// Dense pegs of one node.
    pub(crate) fn dense_pegs(&self, node: u32) -> Vec<DensePeg> {
        let mut pegs = Vec::new();
        self.node_pegs(node, &mut PegScratch::default(), &mut |peg| pegs.push(peg));
        pegs
    }

    /// Derives the pegs of one node.
    pub(crate) fn node_pegs(&self, node: u32, scratch: &mut PegScratch, each: &mut impl FnMut(DensePeg)) {
        let n = self.model.node(node);
        if n.flags & flag::UNPLANNED != 0 {
            return;
        }
        let PegScratch { singles, needs, supplies } = scratch;
        let _ = self.ctx().singles(node, singles);
        needs.clear();
        supplies.clear();
        self.hard_pegs(node, each);
        self.needs_of(node, singles, needs);
        let seen = self.supplies_of(node, singles, supplies);
        if let Some((lot_uses, gave)) = seen {
            for (day, quantity, other) in gave {
                needs.push(Side { end: NeedEnd::Taken(other), day, left: quantity });
            }
            needs.sort_by_key(|need| need.day);
            self.lot_pegs(node, &lot_uses, needs, each);
        }
        self.yield_pegs(node, each);
        match_up(node, needs, supplies, each);
    }

    fn needs_of(&self, node: u32, singles: &[Single], needs: &mut Vec<Side<NeedEnd>>) {
        let n = self.model.node(node);
        let params = self.dense().params.set(n.params);
        let safety = match self.policy.use_safety_stock && n.flags & flag::PASS == 0 {
            true => params.steps.last().map_or(params.safety, |step| step.1),
            false => 0,
        };
        let first = Side { end: NeedEnd::Safety, day: i32::MIN, left: safety };
        if n.opening < 0 {
            needs.push(Side { end: NeedEnd::Negative, day: self.model.run, left: -n.opening });
        }
        let highest = params.priority == SafetyPriority::Highest;
        if highest && safety > 0 {
            needs.push(first);
        }
        for single in singles {
            let end = match single.what {
                SingleRef::Own(NeedRef::Demand(row)) => NeedEnd::Demand(row),
                SingleRef::Own(NeedRef::Forecast(row)) => NeedEnd::Forecast(row),
                SingleRef::Parent { parent, order, .. } => NeedEnd::Order { node: parent, order },
                SingleRef::Output { .. } => continue,
            };
            needs.push(Side { end, day: single.day, left: single.quantity });
        }
        if !highest && safety > 0 {
            needs.push(Side { day: i32::MAX, ..first });
        }
    }

    /// Supplies in the order in which they serve. Where receipts, lots or a group are in play the node is netted
    /// once more; then lot uses and what others took come back too.
    #[expect(clippy::type_complexity, reason = "two short lists that only this file knows")]
    fn supplies_of(
        &self,
        node: u32,
        singles: &[Single],
        supplies: &mut Vec<Side<SupplyEnd>>,
    ) -> Option<(Vec<(u32, i64)>, Vec<(i32, i64, u32)>)> {
        let n = self.model.node(node);
        let receipts = self.model.receipts.of(node);
        let plain = receipts.is_empty() && n.flags & flag::LOTS == 0 && n.group == NONE;
        let traced = (!plain).then(|| self.traced(node));
        let lots: i64 = self.model.lots.of(node).iter().map(|lot| lot.quantity).sum();
        if n.opening - lots > 0 {
            supplies.push(Side { end: SupplyEnd::Stock, day: i32::MIN, left: n.opening - lots });
        }
        let from = supplies.len();
        if let Some(traced) = &traced {
            for (number, receipt) in
                receipts.iter().enumerate().filter(|(n, _)| !traced.member.inputs.dropped[*n])
            {
                let moved = traced.member.state.moved[number];
                let end = if receipt.from_stock {
                    SupplyEnd::StockRow(receipt.row)
                } else {
                    SupplyEnd::Supply(receipt.row)
                };
                let day = if moved == NEVER { receipt.day } else { moved };
                supplies.push(Side { end, day, left: receipt.quantity + traced.member.raised[number] });
            }
            for &(day, quantity) in &traced.member.came {
                supplies.push(Side { end: SupplyEnd::Output { node, order: NONE }, day, left: quantity });
            }
        }
        for single in singles {
            if let SingleRef::Output { parent, order, .. } = single.what {
                let end = SupplyEnd::Output { node: parent, order };
                supplies.push(Side { end, day: single.day, left: single.quantity });
            }
        }
        let ctx = self.ctx();
        for (number, order) in (0u32..).zip(self.orders.of(node).iter()) {
            let end = match order.kind() {
                Kind::Planned | Kind::Refill => SupplyEnd::Planned(number),
                Kind::Pass | Kind::Taken | Kind::Switched => SupplyEnd::Substitute(number),
                Kind::Short => SupplyEnd::Short(number),
                Kind::Firm => continue,
            };
            supplies.push(Side { end, day: order.day(), left: ctx.good(node, &order) });
        }
        supplies[from..].sort_by_key(|supply| supply.day);
        traced.map(|traced| {
            let lots = self.model.lots.of(node);
            let used = lots.iter().zip(&traced.member.state.lots);
            let expired: Vec<u32> = traced
                .member
                .notes
                .iter()
                .filter_map(|note| match note {
                    super::state::Note::Expired { lot, .. } => Some(*lot),
                    _ => None,
                })
                .collect();
            let uses = used.map(|(lot, left)| {
                let wasted = traced.member.notes.iter().find_map(|note| match note {
                    super::state::Note::Expired { lot: row, quantity } if *row == lot.row => Some(*quantity),
                    _ => None,
                });
                (lot.row, lot.quantity - wasted.unwrap_or(if expired.contains(&lot.row) { 0 } else { *left }))
            });
            (uses.collect(), traced.member.gave.clone())
        })
    }

    /// Lots with an expiry serve the needs that could use them, first expired first.
    fn lot_pegs(
        &self,
        node: u32,
        uses: &[(u32, i64)],
        needs: &mut [Side<NeedEnd>],
        each: &mut impl FnMut(DensePeg),
    ) {
        for &(row, used) in uses {
            let until = self.dense().records.stock.rows[row as usize].until;
            let mut left = used;
            for need in needs.iter_mut().filter(|need| need.left > 0 && need.day != i32::MIN) {
                let life = match need.end {
                    NeedEnd::Demand(demand) => self.dense().records.demands.row(demand).life,
                    _ => 0,
                };
                let last = need.day.saturating_add(i32::try_from(life).unwrap_or(i32::MAX));
                if left == 0 || last > until {
                    continue;
                }
                let quantity = need.left.min(left);
                (need.left, left) = (need.left - quantity, left - quantity);
                let supply = SupplyEnd::StockRow(row);
                each(DensePeg {
                    node,
                    supply,
                    supply_day: i32::MIN,
                    need: need.end,
                    need_day: need.day,
                    quantity,
                    hard: false,
                });
            }
        }
    }

    fn hard_pegs(&self, node: u32, each: &mut impl FnMut(DensePeg)) {
        let records = &self.dense().records;
        let own = self.model.node(node).records;
        for &(demand, stock, supply, quantity) in &self.model.hard.pegs {
            if own == NONE || records.spot_of_demand(demand) != own {
                continue;
            }
            let (end, supply_day) = match stock {
                NONE => (SupplyEnd::Supply(supply), records.supplies.rows[supply as usize].due),
                row => (SupplyEnd::StockRow(row), i32::MIN),
            };
            let need_day = records.demands.row(demand).day;
            each(DensePeg {
                node,
                supply: end,
                supply_day,
                need: NeedEnd::Demand(demand),
                need_day,
                quantity,
                hard: true,
            });
        }
    }

    /// What goes in and does not come out good is pegged to the yield.
    fn yield_pegs(&self, node: u32, each: &mut impl FnMut(DensePeg)) {
        let ctx = self.ctx();
        for (number, order) in
            (0u32..).zip(self.orders.of(node).iter()).filter(|(_, order)| order.is_planned())
        {
            let lost = order.input - ctx.good(node, &order);
            if lost > 0 {
                each(DensePeg {
                    node,
                    supply: SupplyEnd::Planned(number),
                    supply_day: order.day(),
                    need: NeedEnd::Yield,
                    need_day: i32::MIN,
                    quantity: lost,
                    hard: false,
                });
            }
        }
    }

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
            let same = |o: &super::order::Order| o.is_planned() && o.day() == order.day();
            let nth = to_u32(orders.iter().take(number as usize + 1).filter(same).count());
            return order_id(&self.ctx(), node, order.day(), nth);
        }
        if order.kind() == Kind::Firm {
            return self.firm_name(node, &order);
        }
        self.names(node).0.to_string()
    }

    /// The supply behind a firm order: the one whose order it is.
    fn firm_name(&self, node: u32, order: &super::order::Order) -> String {
        let supplies = &self.dense().records.supplies;
        let firm = self
            .model
            .receipts
            .of(node)
            .iter()
            .filter(|r| r.firm.is_some_and(|f| f.source == order.source()));
        let best = firm.min_by_key(|r| (r.day - order.day()).unsigned_abs());
        best.map_or_else(String::new, |receipt| supplies.ids.get(receipt.row).to_owned())
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

/// First in, first out.
fn match_up(
    node: u32,
    needs: &[Side<NeedEnd>],
    supplies: &mut [Side<SupplyEnd>],
    each: &mut impl FnMut(DensePeg),
) {
    let mut at = 0;
    let peg = |supply: &Side<SupplyEnd>, need: NeedEnd, need_day: i32, quantity: i64| DensePeg {
        node,
        supply: supply.end,
        supply_day: supply.day,
        need,
        need_day: if need_day == i32::MAX { i32::MIN } else { need_day },
        quantity,
        hard: false,
    };
    for need in needs {
        let mut left = need.left;
        while left > 0 {
            let Some(supply) = supplies.get_mut(at) else { return };
            let quantity = left.min(supply.left);
            if quantity > 0 {
                each(peg(supply, need.end, need.day, quantity));
                (left, supply.left) = (left - quantity, supply.left - quantity);
            }
            if supply.left == 0 {
                at += 1;
            }
        }
    }
    for supply in supplies[at.min(supplies.len())..].iter().filter(|supply| supply.left > 0) {
        each(peg(supply, NeedEnd::Surplus, i32::MIN, supply.left));
    }
}

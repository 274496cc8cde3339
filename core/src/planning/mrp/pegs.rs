//! Pegs: which supply serves which need, derived from the plan when asked (rules §10).

use super::gather::{Single, SingleRef};
use super::model::{NeedRef, Receipt, flag};
use super::order::Kind;
use super::plan::Plan;
use super::state::{Member, NEVER, User, aim};
use crate::inventory::Key;
use crate::item::SafetyPriority;
use crate::planning::Peg;
use crate::snapshot::{LATEST, NONE, to_u32};

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

/// A need while it is served.
#[derive(Debug, Clone, Copy)]
struct Need {
    end: NeedEnd,
    day: i32,
    left: i64,
    /// Its number among the node's single needs; the largest for one that is not among them.
    single: usize,
}

/// A supply while it serves.
#[derive(Debug, Clone, Copy)]
struct Supply {
    end: SupplyEnd,
    day: i32,
    left: i64,
    /// Its place within the day.
    rank: u8,
}

impl Supply {
    fn new(end: SupplyEnd, day: i32, left: i64) -> Supply {
        let rank = match end {
            SupplyEnd::Stock | SupplyEnd::StockRow(_) => 0,
            SupplyEnd::Supply(_) => 1,
            SupplyEnd::Output { .. } => 3,
            SupplyEnd::Substitute(_) => 4,
            SupplyEnd::Planned(_) => 5,
            SupplyEnd::Short(_) => 6,
        };
        Supply { end, day, left, rank }
    }

    /// A lot that serves what was owed when it came: after the supplies of its day, before outputs.
    fn owed(row: u32, day: i32, left: i64) -> Supply {
        Supply { end: SupplyEnd::StockRow(row), day, left, rank: 2 }
    }
}

/// Safety stock as an end of pegs: its level on the run date if it comes first, and at the end.
#[derive(Debug, Clone, Copy)]
struct Kept {
    first: i64,
    level: i64,
}

/// Buffers for the pegs of one node.
#[derive(Debug, Default)]
pub(crate) struct PegScratch {
    singles: Vec<Single>,
    needs: Vec<Need>,
    supplies: Vec<Supply>,
    /// Lots that nothing used: row and quantity.
    lots: Vec<(u32, i64)>,
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
        let PegScratch { singles, needs, supplies, lots } = scratch;
        let _ = self.ctx().singles(node, singles);
        needs.clear();
        supplies.clear();
        lots.clear();
        self.hard_pegs(node, each);
        self.needs_of(node, singles, needs);
        self.supplies_of(node, singles, supplies);
        // Where receipts, lots or a group are in play the node is netted once more.
        let plain = self.model.receipts.of(node).is_empty() && n.flags & flag::LOTS == 0 && n.group == NONE;
        if !plain {
            let member = self.traced(node).member;
            self.seen_supplies(node, &member, supplies);
            let taken = |&(day, left, other): &(i32, i64, u32)| Need {
                end: NeedEnd::Taken(other),
                day,
                left,
                single: usize::MAX,
            };
            needs.extend(member.gave.iter().map(taken));
            needs.sort_by_key(|need| need.day);
            self.lot_pegs(node, &member, needs, each);
            self.lots_left(node, &member, lots);
        }
        supplies.sort_by_key(|supply| (supply.day, supply.rank));
        self.yield_pegs(node, each);
        match_up(node, self.kept(node), needs, supplies, lots, each);
    }

    fn needs_of(&self, node: u32, singles: &[Single], needs: &mut Vec<Need>) {
        let opening = self.model.node(node).opening;
        if opening < 0 {
            let day = self.model.run;
            needs.push(Need { end: NeedEnd::Negative, day, left: -opening, single: usize::MAX });
        }
        for (number, single) in singles.iter().enumerate() {
            let end = match single.what {
                SingleRef::Own(NeedRef::Demand(row)) => NeedEnd::Demand(row),
                SingleRef::Own(NeedRef::Forecast(row)) => NeedEnd::Forecast(row),
                SingleRef::Parent { parent, order, .. } => NeedEnd::Order { node: parent, order },
                SingleRef::Output { .. } => continue,
            };
            needs.push(Need { end, day: single.day, left: single.quantity, single: number });
        }
        if opening < 0 {
            needs.sort_by_key(|need| need.day);
        }
    }

    /// Safety stock of a node as an end of pegs.
    fn kept(&self, node: u32) -> Kept {
        let params = self.dense().params.set(self.model.node(node).params);
        if params.safety == 0 && params.steps.is_empty() {
            return Kept { first: 0, level: 0 };
        }
        let on = |day: i32| aim(&self.ctx(), node, params, day).safety;
        let highest = params.priority == SafetyPriority::Highest;
        Kept { first: if highest { on(self.model.run) } else { 0 }, level: on(LATEST) }
    }

    /// Stock without an expiry, outputs of parents, and what was planned.
    fn supplies_of(&self, node: u32, singles: &[Single], supplies: &mut Vec<Supply>) {
        let lots = self.model.lots.of(node).iter().filter(|lot| !lot.inspected);
        let plain = self.model.node(node).opening - lots.map(|lot| lot.quantity).sum::<i64>();
        if plain > 0 {
            supplies.push(Supply::new(SupplyEnd::Stock, i32::MIN, plain));
        }
        for single in singles {
            if let SingleRef::Output { parent, order, .. } = single.what {
                let end = SupplyEnd::Output { node: parent, order };
                supplies.push(Supply::new(end, single.day, single.quantity));
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
            supplies.push(Supply::new(end, order.day(), ctx.good(node, &order)));
        }
    }

    /// Stock in inspection, supplies on order, shares of the group's orders, and lots for what was owed: what only
    /// shows while the node is netted.
    fn seen_supplies(&self, node: u32, member: &Member, supplies: &mut Vec<Supply>) {
        let records = &self.dense().records;
        let receipts = self.model.receipts.of(node);
        let id = |receipt: &Receipt| match receipt.from_stock {
            true => records.stock.ids.get(receipt.row),
            false => records.supplies.ids.get(receipt.row),
        };
        // A lot in inspection is used as a lot, not as a receipt.
        let counts = |n: &usize| !member.inputs.dropped[*n] && receipts[*n].lot == NONE;
        let mut numbers: Vec<usize> = (0..receipts.len()).filter(counts).collect();
        numbers.sort_by_key(|&n| id(&receipts[n]));
        for number in numbers {
            let receipt = &receipts[number];
            let end = match receipt.from_stock {
                true => SupplyEnd::StockRow(receipt.row),
                false => SupplyEnd::Supply(receipt.row),
            };
            let moved = member.state.moved[number];
            let day = if moved == NEVER { receipt.day } else { moved };
            supplies.push(Supply::new(end, day, receipt.quantity + member.raised[number]));
        }
        let shares = member.came.iter();
        supplies.extend(
            shares.map(|&(day, left)| Supply::new(SupplyEnd::Output { node, order: NONE }, day, left)),
        );
        let lots = self.model.lots.of(node);
        let owed = member.uses.iter().filter(|lot| lot.user == User::Owed);
        supplies.extend(owed.map(|lot| Supply::owed(lots[lot.lot].row, lot.day, lot.quantity)));
    }

    /// Lots with an expiry serve the needs that used them.
    fn lot_pegs(&self, node: u32, member: &Member, needs: &mut [Need], each: &mut impl FnMut(DensePeg)) {
        let lots = self.model.lots.of(node);
        for lot in member.uses.iter().filter(|lot| lot.user != User::Owed) {
            let mut left = lot.quantity;
            let from = needs.partition_point(|need| need.day < lot.day);
            let of_day = needs[from..].iter_mut().take_while(|need| need.day == lot.day);
            let used_by = |need: &&mut Need| match lot.user {
                User::Owed => false,
                User::Single(number) => need.single == number,
                User::Needs => need.single != usize::MAX,
                User::Taker => matches!(need.end, NeedEnd::Taken(_)),
            };
            for need in of_day.filter(used_by) {
                let quantity = need.left.min(left);
                (need.left, left) = (need.left - quantity, left - quantity);
                if quantity > 0 {
                    let supply = Supply::new(SupplyEnd::StockRow(lots[lot.lot].row), i32::MIN, 0);
                    each(peg(node, &supply, need.end, need.day, quantity));
                }
            }
        }
    }

    /// What is left of lots that did not expire; where they are owed, they were used.
    fn lots_left(&self, node: u32, member: &Member, left: &mut Vec<(u32, i64)>) {
        let lots = self.model.lots.of(node).iter().zip(&member.state.lots);
        left.extend(lots.filter(|(_, left)| **left > 0).map(|(lot, left)| (lot.row, *left)));
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
}

fn peg(node: u32, supply: &Supply, need: NeedEnd, need_day: i32, quantity: i64) -> DensePeg {
    let (supply, supply_day) = (supply.end, supply.day);
    DensePeg { node, supply, supply_day, need, need_day, quantity, hard: false }
}

/// First in, first out; then safety stock, and what is over.
fn match_up(
    node: u32,
    kept: Kept,
    needs: &[Need],
    supplies: &mut [Supply],
    lots: &[(u32, i64)],
    each: &mut impl FnMut(DensePeg),
) {
    // No more is set aside first than what no need asks for.
    let over = match kept.first {
        0 => 0,
        _ => supplies.iter().map(|s| s.left).sum::<i64>() - needs.iter().map(|n| n.left).sum::<i64>(),
    };
    let mut at = 0;
    let mut serve = |end: NeedEnd, day: i32, quantity: i64| {
        let mut left = quantity;
        while left > 0 {
            let Some(supply) = supplies.get_mut(at) else { break };
            let quantity = left.min(supply.left);
            if quantity > 0 {
                each(peg(node, supply, end, day, quantity));
                (left, supply.left) = (left - quantity, supply.left - quantity);
            }
            if supply.left == 0 {
                at += 1;
            }
        }
        left
    };
    let mut safety = kept.level;
    if kept.first > 0 {
        let first = kept.first.min(over).max(0);
        safety -= first - serve(NeedEnd::Safety, i32::MIN, first);
    }
    for need in needs {
        serve(need.end, need.day, need.left);
    }
    let rows = lots.iter().map(|&(row, left)| Supply::new(SupplyEnd::StockRow(row), i32::MIN, left));
    for supply in rows.chain(supplies[at.min(supplies.len())..].iter().copied()).filter(|s| s.left > 0) {
        let quantity = supply.left.min(safety.max(0));
        if quantity > 0 {
            each(peg(node, &supply, NeedEnd::Safety, i32::MIN, quantity));
            safety -= quantity;
        }
        if supply.left > quantity {
            each(peg(node, &supply, NeedEnd::Surplus, i32::MIN, supply.left - quantity));
        }
    }
}

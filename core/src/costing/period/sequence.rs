//! The order of calculation, from the transactions themselves (`C09`, `C10`).
//!
//! What takes cost from what makes a graph of stocks, orders and shared expenses. Strongly connected sets of it are
//! found without recursion, suppliers first; a set of more than one node is a cost loop. Low-level codes would not
//! do: rework, reciprocal products and transfers loop although no bill of material does.

use super::plant::{Lists, NONE, Plant};
use crate::cost::{ItemValuation, WipRule};
use crate::names::to_u32;
use crate::run::{LimitExceeded, Limits};

/// Expenses shared on a base that is a cost itself: known once stocks are priced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// The orders that share them, ascending.
    pub(super) members: Vec<u32>,
    /// Whether only bought material counts.
    pub(super) bought: bool,
}

/// A node of the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Node {
    Pool(usize),
    Order(usize),
    Group(usize),
}

/// Lines that are priced before their pool is: from a pool to an order, or to a pool (by transfer).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cut {
    pub(super) pool: u32,
    /// Number of the node that takes.
    pub(super) taker: u32,
}

/// Nodes in the order of calculation.
#[derive(Debug, Default)]
pub(super) struct Sequence {
    /// Numbers of nodes, set by set.
    nodes: Vec<u32>,
    /// First node of each set, and the end.
    sets: Vec<u32>,
    /// What each node takes from.
    takes: Lists<u32>,
    /// Calculation level of each node: 1 for what takes from nothing; a loop has one level.
    level: Vec<u32>,
}

impl Plant<'_> {
    pub(super) fn node(&self, number: u32) -> Node {
        let number = number as usize;
        match number.checked_sub(self.pools) {
            None => Node::Pool(number),
            Some(order) if order < self.orders => Node::Order(order),
            Some(group) => Node::Group(group - self.orders),
        }
    }

    fn number_of_order(&self, order: u32) -> u32 {
        to_u32(self.pools) + order
    }

    /// Pairs of a node and what it takes from.
    fn edges(&self, groups: &[Group]) -> Lists<u32> {
        let records = self.records;
        let first_group = to_u32(self.pools + self.orders);
        let orders = &records.tables().orders;
        let issued = records.issues.iter().filter(|line| line.fixed.is_none());
        let issued = issued.map(|line| (self.number_of_order(line.other), line.pool));
        let held = records.wip_components.iter();
        let held = held.filter(|line| orders[line.other as usize].wip == WipRule::Components);
        let held = held.map(|line| (self.number_of_order(line.other), line.pool));
        let standard = |pool: u32| self.valuation(pool as usize) == ItemValuation::Standard;
        let made = self.made.iter().filter(move |made| !standard(made.pool));
        let made = made.map(|made| (made.pool, self.number_of_order(made.order)));
        let moved = (0..to_u32(self.pools)).flat_map(|pool| self.arrivals.of(pool as usize).iter());
        let moved = moved.map(|row| &records.movements[*row as usize]);
        let moved = moved.filter(move |line| line.fixed.is_none() && !standard(line.other));
        let moved = moved.map(|line| (line.other, line.pool));
        let numbered = || (first_group..).zip(groups);
        let shared = numbered().flat_map(|(number, group)| {
            group.members.iter().map(move |order| (self.number_of_order(*order), number))
        });
        let based = numbered().flat_map(move |(number, group)| {
            let rows = group.members.iter().flat_map(|order| self.issues.of(*order as usize));
            let pools = rows.map(|row| records.issues[*row as usize].pool);
            let pools = pools.filter(move |pool| !group.bought || self.is_bought(*pool as usize));
            pools.map(move |pool| (number, pool))
        });
        let count = first_group as usize + groups.len();
        Lists::group(count, issued.chain(held).chain(made).chain(moved).chain(shared).chain(based), NONE)
    }

    /// The order of calculation.
    pub(super) fn sequence(&self, groups: &[Group]) -> Sequence {
        let takes = self.edges(groups);
        let count = self.pools + self.orders + groups.len();
        let mut sequence =
            Sequence { nodes: Vec::with_capacity(count), sets: vec![0], takes, level: vec![0; count] };
        let mut walk = Walk {
            index: vec![0; count],
            low: vec![0; count],
            open: vec![false; count],
            next: 1,
            stack: Vec::new(),
            path: Vec::new(),
        };
        for node in 0..to_u32(count) {
            if walk.index[node as usize] == 0 {
                walk.from(node, &mut sequence);
            }
        }
        sequence
    }
}

/// Tarjan's walk with a path of its own instead of the call stack.
struct Walk {
    index: Vec<u32>,
    low: Vec<u32>,
    open: Vec<bool>,
    next: u32,
    stack: Vec<u32>,
    /// Node, and how many of what it takes from were seen.
    path: Vec<(u32, u32)>,
}

impl Walk {
    fn enter(&mut self, node: u32) {
        self.index[node as usize] = self.next;
        self.low[node as usize] = self.next;
        self.next += 1;
        self.open[node as usize] = true;
        self.stack.push(node);
        self.path.push((node, 0));
    }

    fn from(&mut self, root: u32, sequence: &mut Sequence) {
        self.enter(root);
        while let Some((node, seen)) = self.path.last_mut() {
            let (node, at) = (*node as usize, *seen as usize);
            match sequence.takes.of(node).get(at) {
                Some(other) => {
                    *seen += 1;
                    let other = *other;
                    if self.index[other as usize] == 0 {
                        self.enter(other);
                    } else if self.open[other as usize] {
                        self.low[node] = self.low[node].min(self.index[other as usize]);
                    }
                }
                None => {
                    self.path.pop();
                    if let Some((before, _)) = self.path.last() {
                        let before = *before as usize;
                        self.low[before] = self.low[before].min(self.low[node]);
                    }
                    if self.low[node] == self.index[node] {
                        self.leave(to_u32(node), sequence);
                    }
                }
            }
        }
    }

    /// A set is complete: everything it takes from outside is done.
    fn leave(&mut self, root: u32, sequence: &mut Sequence) {
        let first = sequence.nodes.len();
        while let Some(node) = self.stack.pop() {
            self.open[node as usize] = false;
            sequence.nodes.push(node);
            if node == root {
                break;
            }
        }
        sequence.nodes[first..].sort_unstable();
        let below = sequence.nodes[first..].iter().flat_map(|node| sequence.takes.of(*node as usize));
        let level = below.map(|node| sequence.level[*node as usize]).max().unwrap_or(0) + 1;
        for at in first..sequence.nodes.len() {
            sequence.level[sequence.nodes[at] as usize] = level;
        }
        sequence.sets.push(to_u32(sequence.nodes.len()));
    }
}

impl Sequence {
    /// Sets of nodes, suppliers first; within a set by number.
    pub(super) fn sets(&self) -> impl ExactSizeIterator<Item = &[u32]> {
        self.sets.windows(2).map(|ends| &self.nodes[ends[0] as usize..ends[1] as usize])
    }

    pub(super) fn level(&self, node: u32) -> u32 {
        self.level[node as usize]
    }

    pub(super) fn levels(&self) -> u32 {
        self.level.iter().max().copied().unwrap_or(0)
    }

    /// Which lines of a loop are priced beforehand: those that close a circle when the stocks of the set are
    /// walked through in the order of their ids, each before what it is made from.
    pub(super) fn cuts(
        &self,
        plant: &Plant<'_>,
        set: &[u32],
        limits: &Limits,
    ) -> Result<Vec<Cut>, LimitExceeded> {
        let pools = set.iter().take_while(|node| (**node as usize) < plant.pools).count();
        let mut walk = Circle { plant, sequence: self, set, state: vec![0; pools], cuts: Vec::new() };
        let mut work = 0u64;
        let mut path: Vec<(usize, Vec<Cut>)> = Vec::new();
        for root in 0..pools {
            if walk.state[root] != 0 {
                continue;
            }
            path.push((root, walk.open(root)));
            while let Some((at, rest)) = path.last_mut() {
                work += 1;
                Limits::check("work", work, limits.work)?;
                let Some(step) = rest.pop() else {
                    walk.state[*at] = 2;
                    path.pop();
                    continue;
                };
                let Ok(other) = set[..pools].binary_search(&step.pool) else { continue };
                match walk.state[other] {
                    0 => {
                        let opened = walk.open(other);
                        path.push((other, opened));
                    }
                    1 => walk.cuts.push(step),
                    _ => {}
                }
            }
        }
        walk.cuts.sort_unstable();
        walk.cuts.dedup();
        Ok(walk.cuts)
    }

    /// The nodes of a loop in the order of calculation once its cuts are priced.
    pub(super) fn order_within(&self, set: &[u32], cuts: &[Cut]) -> Vec<u32> {
        let mut state = vec![false; set.len()];
        let mut order = Vec::with_capacity(set.len());
        let mut path: Vec<(usize, usize)> = Vec::new();
        for root in 0..set.len() {
            if std::mem::replace(&mut state[root], true) {
                continue;
            }
            path.push((root, 0));
            while let Some((at, seen)) = path.last_mut() {
                let node = set[*at];
                let Some(other) = self.takes.of(node as usize).get(*seen) else {
                    order.push(node);
                    path.pop();
                    continue;
                };
                *seen += 1;
                let Ok(below) = set.binary_search(other) else { continue };
                let cut = cuts.binary_search(&Cut { pool: *other, taker: node }).is_ok();
                if !cut && !std::mem::replace(&mut state[below], true) {
                    path.push((below, 0));
                }
            }
        }
        order
    }
}

/// A walk over the stocks of a loop. State 0: not seen; 1: on the path; 2: done.
struct Circle<'a> {
    plant: &'a Plant<'a>,
    sequence: &'a Sequence,
    set: &'a [u32],
    state: Vec<u8>,
    cuts: Vec<Cut>,
}

impl Circle<'_> {
    /// What a stock of the set is made from, through its orders; the last one is walked first.
    fn open(&mut self, at: usize) -> Vec<Cut> {
        self.state[at] = 1;
        let pool = self.set[at];
        let mut steps = Vec::new();
        for taken in self.sequence.takes.of(pool as usize) {
            match self.plant.node(*taken) {
                Node::Pool(_) => steps.push(Cut { pool: *taken, taker: pool }),
                Node::Order(_) if self.set.binary_search(taken).is_ok() => {
                    let pools = self.sequence.takes.of(*taken as usize).iter();
                    steps.extend(pools.map(|pool| Cut { pool: *pool, taker: *taken }));
                }
                _ => {}
            }
        }
        steps.sort_unstable_by(|a, b| b.cmp(a));
        steps.dedup();
        steps
    }
}

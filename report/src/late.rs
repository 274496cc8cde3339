//! Which customer orders come too late, and the chain of orders that makes them late.
//!
//! A plan says of each planned order when it should start and when it still can. Here that delay is carried along
//! the pegs: an order cannot start before its latest component is there, and is then available as many days
//! later. Days are calendar days, so a date that falls on a holiday may move on by a day or two when it is
//! scheduled.

use std::collections::HashMap;

use headstock::planning::{Peg, PegEnd, PlannedOrder};
use headstock::time::Date;

/// A node of the chain: a planned order or an open supply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Link {
    /// A planned order, by its place in the plan.
    Order(usize),
    /// A supply on order: the place of the peg that names it.
    Supply(usize),
    /// A need that nothing covers: the place of its peg.
    Short(usize),
}

/// A demand that is served late or not in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Late {
    /// Id of the demand.
    pub demand: String,
    /// The date wanted.
    pub wanted: Date,
    /// The date on which all of it can be there; none: part of it is short.
    pub ready: Option<Date>,
    /// What it waits for, each link waiting for the next, with the date on which each can be there.
    pub chain: Vec<(Link, Option<Date>)>,
}

/// The delays of a plan.
#[derive(Debug)]
pub struct Delays<'a> {
    orders: &'a [PlannedOrder],
    pegs: &'a [Peg],
    run_date: Date,
    /// Pegs by the document that needs them.
    needs: HashMap<&'a str, Vec<usize>>,
    order_at: HashMap<&'a str, usize>,
    /// The date each order can be available, its components considered; absent: something is short.
    ready: Vec<Option<Date>>,
    /// The peg that decides it, if a component does.
    cause: Vec<Option<usize>>,
}

impl<'a> Delays<'a> {
    /// Carries the delays of a plan upwards, components before parents.
    #[must_use]
    pub fn new(orders: &'a [PlannedOrder], pegs: &'a [Peg], run_date: Date) -> Delays<'a> {
        let mut needs: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, peg) in pegs.iter().enumerate() {
            if peg.demand_kind == PegEnd::Dependent {
                needs.entry(&peg.demand).or_default().push(at);
            }
        }
        let order_at = orders.iter().enumerate().map(|(at, order)| (order.id.as_str(), at)).collect();
        let ready = orders.iter().map(|order| Some(order.feasible_available)).collect();
        let mut delays =
            Delays { orders, pegs, run_date, needs, order_at, ready, cause: vec![None; orders.len()] };
        delays.carry();
        delays
    }

    /// Visits each order after the orders it waits for. Orders on a loop of co-products keep their own dates.
    fn carry(&mut self) {
        let mut waits = vec![0usize; self.orders.len()];
        let mut parents: Vec<Vec<usize>> = vec![Vec::new(); self.orders.len()];
        for (at, order) in self.orders.iter().enumerate() {
            for &peg in self.needs.get(order.id.as_str()).into_iter().flatten() {
                if let Some(&below) = self.below(peg) {
                    parents[below].push(at);
                    waits[at] += 1;
                }
            }
        }
        let mut open: Vec<usize> = (0..waits.len()).filter(|at| waits[*at] == 0).collect();
        while let Some(at) = open.pop() {
            self.settle(at);
            for &parent in &parents[at] {
                waits[parent] -= 1;
                if waits[parent] == 0 {
                    open.push(parent);
                }
            }
        }
    }

    /// The planned order that a peg takes from.
    fn below(&self, peg: usize) -> Option<&usize> {
        let peg = &self.pegs[peg];
        let ordered = matches!(peg.supply_kind, PegEnd::Planned | PegEnd::Output);
        if ordered { self.order_at.get(peg.supply.as_str()) } else { None }
    }

    fn settle(&mut self, at: usize) {
        let order = &self.orders[at];
        let own = order.feasible_available;
        let (mut worst, mut cause) = (Some(own), None);
        for &peg in self.needs.get(order.id.as_str()).into_iter().flatten() {
            let there = self.there(peg);
            let pushed = match (there, self.pegs[peg].demand_date) {
                // As many days later as the component comes later than it was needed.
                (Some(there), Some(needed)) => order.available.add_days(there.days_since(needed).max(0)).ok(),
                (Some(_), None) => Some(own),
                (None, _) => None,
            };
            if later(pushed, worst) {
                (worst, cause) = (pushed, Some(peg));
            }
        }
        (self.ready[at], self.cause[at]) = (worst, cause);
    }

    /// The date on which what a peg takes is there; none: never.
    fn there(&self, at: usize) -> Option<Date> {
        let peg = &self.pegs[at];
        match peg.supply_kind {
            PegEnd::Short => None,
            PegEnd::Planned | PegEnd::Output => match self.order_at.get(peg.supply.as_str()) {
                Some(&order) => self.ready[order],
                None => peg.supply_date.or(Some(self.run_date)),
            },
            PegEnd::Supply => peg.supply_date.or(Some(self.run_date)),
            _ => peg.demand_date.or(Some(self.run_date)),
        }
    }

    /// The date on which a planned order can be available, its components considered; none: something it needs
    /// is short.
    #[must_use]
    pub fn ready(&self, order: usize) -> Option<Date> {
        self.ready.get(order).copied().flatten()
    }

    /// Every demand that is late or short, the longest delay first, each with its chain.
    #[must_use]
    pub fn late(&self) -> Vec<Late> {
        let mut worst: HashMap<&str, (Option<Date>, usize)> = HashMap::new();
        for (at, peg) in self.pegs.iter().enumerate() {
            let (PegEnd::Demand, Some(wanted)) = (peg.demand_kind, peg.demand_date) else { continue };
            let there = self.there(at);
            if there.is_some_and(|there| there <= wanted) {
                continue;
            }
            let slot = worst.entry(&peg.demand).or_insert((there, at));
            if later(there, slot.0) {
                *slot = (there, at);
            }
        }
        let mut late: Vec<Late> = worst
            .into_iter()
            .filter_map(|(demand, (ready, peg))| {
                let wanted = self.pegs[peg].demand_date?;
                Some(Late { demand: demand.to_owned(), wanted, ready, chain: self.chain(peg) })
            })
            .collect();
        // What can never be there first, then by days late; ties by id, so that no hash order shows.
        late.sort_by(|a, b| {
            let days = |late: &Late| late.ready.map_or(i32::MAX, |ready| ready.days_since(late.wanted));
            days(b).cmp(&days(a)).then_with(|| a.demand.cmp(&b.demand))
        });
        late
    }

    /// Down from a peg along the links that decide the date.
    fn chain(&self, peg: usize) -> Vec<(Link, Option<Date>)> {
        let mut chain = Vec::new();
        let mut next = Some(peg);
        while let Some(at) = next.take() {
            let there = self.there(at);
            match self.pegs[at].supply_kind {
                PegEnd::Short => chain.push((Link::Short(at), None)),
                PegEnd::Planned | PegEnd::Output => {
                    if let Some(&order) = self.order_at.get(self.pegs[at].supply.as_str()) {
                        chain.push((Link::Order(order), there));
                        next = self.cause[order];
                    }
                }
                _ => chain.push((Link::Supply(at), there)),
            }
        }
        chain
    }
}

/// Whether a date is later than another; none is later than any.
fn later(a: Option<Date>, b: Option<Date>) -> bool {
    match (a, b) {
        (None, Some(_)) => true,
        (Some(a), Some(b)) => a > b,
        (_, None) => false,
    }
}

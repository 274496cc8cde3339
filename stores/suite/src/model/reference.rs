//! The reference: maps of whole numbers, a list of changes a document, and their opposites.

use std::collections::BTreeMap;

use super::Figures;

/// Lots of `L` that can come in; the first of them expires first.
pub(super) const LOTS: usize = 12;

/// What a model document did, each undone by its opposite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    Stock(String, i64),
    Held(String, i64),
    Received(String, i64),
    Issued(String, usize, i64),
    Returned(String, usize, i64),
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    In { item: &'static str, lot: String, owner: &'static str, n: i64 },
    Out { item: &'static str, lot: String, owner: &'static str, n: i64 },
    Transfer { n: i64 },
    Order { order: String, good: i64 },
    Issue { order: String, line: usize, n: i64 },
    Return { order: String, n: i64 },
    Defect { order: String, n: i64 },
    Receive { order: String, n: i64 },
    Hold { hold: String, order: String, n: i64 },
    Release { hold: String },
    Undo { document: String },
}

impl Step {
    /// Items whose stock it may touch.
    pub(super) fn items(&self) -> Vec<&'static str> {
        match self {
            Step::In { item, .. } | Step::Out { item, .. } => vec![item],
            Step::Transfer { .. } | Step::Hold { .. } | Step::Release { .. } => vec!["B"],
            Step::Return { .. } | Step::Defect { .. } => vec!["B"],
            Step::Issue { line, .. } => vec![if *line == 0 { "B" } else { "L" }],
            Step::Receive { .. } => vec!["A", "D"],
            Step::Undo { .. } => vec!["A", "B", "D", "L"],
            Step::Order { .. } => Vec::new(),
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Held {
    order: String,
    n: i64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Made {
    good: i64,
    received: i64,
    /// Issued and returned of `B` (two a piece), `L` (one) and `D` (three, backflushed).
    lines: [(i64, i64); 3],
}

/// Needs of a piece.
const EACH: [i64; 3] = [2, 1, 3];

/// The whole state as the model knows it.
#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    stock: BTreeMap<String, i64>,
    held: BTreeMap<String, Held>,
    orders: BTreeMap<String, Made>,
    /// What documents in effect did.
    pub(super) done: BTreeMap<String, Vec<Change>>,
    /// Documents in effect, oldest first, and some that were undone.
    pub(super) documents: Vec<String>,
    /// Holds and orders so far.
    pub(super) names: (i64, i64),
}

/// Item, place, lot and owner as one name.
pub(super) fn spot(item: &str, place: &str, lot: &str, owner: &str) -> String {
    format!("{item}/{place}/{lot}/{owner}")
}

impl Model {
    /// Someone else took so many `B` into `W`.
    pub(super) fn others(&mut self, n: i64) {
        *self.stock.entry(spot("B", "W", "", "")).or_default() += n;
    }

    /// Does a step, or nothing where it must be refused.
    pub(super) fn step(&mut self, step: &Step, document: &str) -> bool {
        if let Step::Order { order, good } = step {
            let made = Made { good: *good, ..Made::default() };
            self.orders.insert(order.clone(), made);
            return true;
        }
        if let Step::Undo { document } = step {
            let Some(changes) = self.done.get(document).cloned() else { return false };
            let back: Vec<Change> = changes.iter().rev().map(opposite).collect();
            let possible = self.try_all(&back);
            if possible {
                self.done.remove(document);
            }
            return possible;
        }
        let Some(changes) = self.plan(step) else { return false };
        if !self.try_all(&changes) {
            return false;
        }
        if !matches!(step, Step::Hold { .. } | Step::Release { .. }) {
            self.done.insert(document.to_owned(), changes);
            self.documents.push(document.to_owned());
        }
        true
    }

    /// What a step changes, where its own rules allow it.
    fn plan(&mut self, step: &Step) -> Option<Vec<Change>> {
        let own = |n: i64| Change::Stock(spot("B", "W", "", ""), n);
        match step {
            Step::In { item, lot, owner, n } => Some(vec![Change::Stock(spot(item, "W", lot, owner), *n)]),
            Step::Out { item, lot, owner, n } => Some(vec![Change::Stock(spot(item, "W", lot, owner), -n)]),
            Step::Transfer { n } => Some(vec![own(-n), Change::Stock(spot("B", "LS", "", ""), *n)]),
            Step::Issue { order, line, n } => self.issue(order, *line, *n),
            Step::Return { order, n } => Some(vec![Change::Returned(order.clone(), 0, *n), own(*n)]),
            Step::Defect { order, n } => {
                let back = Change::Stock(spot("B", "BAD", "", ""), *n);
                Some(vec![Change::Returned(order.clone(), 0, *n), back])
            }
            Step::Receive { order, n } => {
                let made = self.orders.get(order)?;
                let need = EACH[2] * (made.received + n) - made.lines[2].0;
                let flush =
                    [Change::Stock(spot("D", "W", "", ""), -need), Change::Issued(order.clone(), 2, need)];
                let good = [Change::Received(order.clone(), *n), Change::Stock(spot("A", "W", "", ""), *n)];
                (made.received + n <= made.good).then(|| good.into_iter().chain(flush).collect())
            }
            Step::Hold { hold, order, n } => {
                let free = self.stock.get(&spot("B", "W", "", ""))? - self.reserved();
                self.held.insert(hold.clone(), Held { order: order.clone(), n: 0 });
                let taken = *n <= free;
                if !taken {
                    self.held.remove(hold);
                }
                taken.then(|| vec![Change::Held(hold.clone(), *n)])
            }
            Step::Release { hold } => {
                let held = self.held.get(hold)?;
                Some(vec![Change::Held(hold.clone(), -held.n)])
            }
            Step::Order { .. } | Step::Undo { .. } => None,
        }
    }

    /// Names of all holds, ended ones included.
    pub(super) fn holds(&self) -> Vec<String> {
        self.held.keys().cloned().collect()
    }

    fn reserved(&self) -> i64 {
        self.held.values().map(|held| held.n).sum()
    }

    fn issue(&self, order: &str, line: usize, n: i64) -> Option<Vec<Change>> {
        let made = self.orders.get(order)?;
        let (issued, returned) = made.lines[line];
        if issued - returned + n > EACH[line] * made.good {
            return None;
        }
        let mut changes = vec![Change::Issued(order.to_owned(), line, n)];
        let mut left = n;
        if line == 1 {
            for lot in 0..LOTS {
                let name = spot("L", "W", &lot_name(lot), "");
                let take = left.min(self.stock.get(&name).copied().unwrap_or(0));
                if take > 0 {
                    changes.push(Change::Stock(name, -take));
                    left -= take;
                }
            }
            return (left == 0).then_some(changes);
        }
        // What is held for the order goes first, hold by hold.
        for (hold, held) in self.held.iter().filter(|(_, held)| held.order == order && held.n > 0) {
            let take = left.min(held.n);
            left -= take;
            if take > 0 {
                changes.push(Change::Held(hold.clone(), -take));
            }
        }
        changes.push(Change::Stock(spot("B", "W", "", ""), -n));
        Some(changes)
    }

    /// Does all changes, or none where something would become impossible.
    fn try_all(&mut self, changes: &[Change]) -> bool {
        changes.iter().for_each(|change| self.change(change));
        let possible = changes.iter().all(|change| self.possible(change));
        if !possible {
            changes.iter().rev().for_each(|change| self.change(&opposite(change)));
        }
        possible
    }

    fn change(&mut self, change: &Change) {
        match change {
            Change::Stock(spot, n) => *self.stock.entry(spot.clone()).or_default() += n,
            Change::Held(hold, n) => self.held.entry(hold.clone()).or_default().n += n,
            Change::Received(order, n) => self.orders.entry(order.clone()).or_default().received += n,
            Change::Issued(order, line, n) => {
                self.orders.entry(order.clone()).or_default().lines[*line].0 += n;
            }
            Change::Returned(order, line, n) => {
                self.orders.entry(order.clone()).or_default().lines[*line].1 += n;
            }
        }
    }

    fn possible(&self, change: &Change) -> bool {
        match change {
            Change::Stock(name, n) => {
                let now = self.stock[name];
                let held = if *name == spot("B", "W", "", "") { self.reserved() } else { 0 };
                // What comes in is never refused, whatever is held.
                now >= 0 && (*n > 0 || now >= held)
            }
            Change::Held(hold, _) => self.held[hold].n >= 0,
            Change::Received(order, _) => 0 <= self.orders[order].received,
            Change::Issued(order, line, _) | Change::Returned(order, line, _) => {
                let (issued, returned) = self.orders[order].lines[*line];
                0 <= returned && returned <= issued
            }
        }
    }

    /// Orders that a step touches.
    pub(super) fn orders_of(&self, step: &Step) -> Vec<String> {
        match step {
            Step::Order { order, .. }
            | Step::Issue { order, .. }
            | Step::Return { order, .. }
            | Step::Defect { order, .. }
            | Step::Receive { order, .. } => vec![order.clone()],
            _ => Vec::new(),
        }
    }

    /// Everything.
    pub(super) fn figures(&self) -> Figures {
        let orders: Vec<String> = self.orders.keys().cloned().collect();
        self.figures_of(&["A", "B", "D", "L"], &orders)
    }

    /// The figures of some items and orders.
    pub(super) fn figures_of(&self, items: &[&str], orders: &[String]) -> Figures {
        let (held_here, reserved) = (spot("B", "W", "", ""), self.reserved());
        let held = |name: &str| if name == held_here { reserved } else { 0 };
        let mine = |name: &str| name.split('/').next().is_some_and(|item| items.contains(&item));
        let stock = self.stock.iter().filter(|(name, n)| mine(name) && (**n != 0 || held(name) != 0));
        let counters = |made: &Made| {
            let lines = made.lines.iter().flat_map(|(issued, returned)| [*issued, *returned]);
            [made.good, made.received].into_iter().chain(lines).collect()
        };
        let known =
            orders.iter().filter_map(|order| Some((order.clone(), counters(self.orders.get(order)?))));
        let mut figures = Figures {
            stock: stock.map(|(name, n)| (name.clone(), *n, held(name))).collect(),
            orders: known.collect(),
        };
        figures.stock.sort_unstable();
        figures.orders.sort_unstable();
        figures
    }
}

fn opposite(change: &Change) -> Change {
    match change {
        Change::Stock(spot, n) => Change::Stock(spot.clone(), -n),
        Change::Held(hold, n) => Change::Held(hold.clone(), -n),
        Change::Received(order, n) => Change::Received(order.clone(), -n),
        Change::Issued(order, line, n) => Change::Issued(order.clone(), *line, -n),
        Change::Returned(order, line, n) => Change::Returned(order.clone(), *line, -n),
    }
}

/// Name of a lot.
pub(super) fn lot_name(lot: usize) -> String {
    format!("LOT{lot:02}")
}

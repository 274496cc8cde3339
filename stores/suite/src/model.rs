//! Random commands against a plain reference model: maps of whole numbers and nothing clever.
//!
//! Stock of four items in two or three places, with lots picked by expiry, stock of a customer, holds; orders with
//! a line issued by hand, one by lot, one backflushed; documents undone whenever they can be. Requests are repeated
//! with the same key, and with the same key and another command; the clock jumps.

mod reference;
mod steps;

use std::sync::atomic::{AtomicU64, Ordering};

use headstock::load::Want;
use headstock::repository::Repository;
use headstock::snapshot::ExecutionSnapshot;
use headstock::time::{Now, Timestamp};
use serde_json::json;

use crate::dice::Dice;
use crate::troubled::Troubled;
use crate::{Home, insist, laws, now, records, request};
use reference::{Model, Step};

/// How many commands, from which seed, and how often everything is compared.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The seed.
    pub seed: u64,
    /// Commands in all.
    pub commands: u64,
    /// Commands after which everything is compared and the plant starts anew.
    pub epoch: u64,
    /// Plants that are worked on at once.
    pub threads: usize,
}

/// What a run came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Commands stored.
    pub stored: u64,
    /// Commands refused, by the model and by the kernel.
    pub refused: u64,
    /// Keys repeated.
    pub repeated: u64,
    /// Lost, late, double or failed answers, and others who were faster.
    pub troubles: u64,
    /// Conflicts after which a command was decided anew.
    pub conflicts: u64,
}

/// The plant of the model: `A` is made of `B`, `L` (by lot) and `D`.
#[must_use]
pub fn plant() -> ExecutionSnapshot {
    let place = |id: &str, kind: &str| json!({"location": {"id": id, "site": "P", "kind": kind}});
    records(json!({
        "items": [{"item": "A"}, {"item": "B"}, {"item": "D"}, {"item": "L", "tracking": "lot"}],
        "places": [place("W", "normal"), place("LS", "line_side"), place("BAD", "defective")]}))
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.stored += other.stored;
        self.refused += other.refused;
        self.repeated += other.repeated;
        self.troubles += other.troubles;
        self.conflicts += other.conflicts;
    }
}

/// Runs random commands with trouble on the way, on as many threads as are asked for; panics at the first difference
/// from the model. The commands are the same however many threads there are.
pub fn run<H: Home>(home: &H, options: Options) -> Tally {
    let (next, all) = (AtomicU64::new(0), options.commands.div_ceil(options.epoch));
    let work = || {
        let mut tally = Tally::default();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= all {
                return tally;
            }
            let left = options.commands - number * options.epoch;
            tally += epoch(home, options.seed, number, left.min(options.epoch));
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..options.threads.max(1)).map(|_| scope.spawn(work)).collect();
        let mut tally = Tally::default();
        threads.into_iter().for_each(|one| tally += one.join().unwrap());
        tally
    })
}

/// One plant from its start on.
fn epoch<H: Home>(home: &H, seed: u64, number: u64, commands: u64) -> Tally {
    let mut dice = Dice(seed.wrapping_mul(1_000_003).wrapping_add(number));
    let name = format!("model-{seed}-{number}");
    home.fill(&name, &plant());
    let store = Troubled::new(home.open(&name), dice.roll());
    let tally = Tally::default();
    let mut run = Run { store, model: Model::default(), dice: Dice(dice.roll()), tally, number: 0 };
    for _ in 0..commands {
        run.step(&format!("plant {number} of seed {seed}"));
    }
    let all = home.everything(run.store.calm());
    compare(&all, &run.model.figures(), "everything");
    laws::check(&all);
    home.verify(run.store.calm());
    run.tally.troubles += run.store.troubles;
    home.drop_place(&name);
    run.tally
}

struct Run<S> {
    store: Troubled<S>,
    model: Model,
    dice: Dice,
    tally: Tally,
    number: u64,
}

impl<S: Repository> Run<S> {
    fn step(&mut self, plant: &str) {
        self.number += 1;
        let document = format!("D{}", self.number);
        let step = steps::random(&mut self.dice, &mut self.model, &document);
        let command = steps::command(&step, &document);
        let asked = request(&document, &command);
        let number = self.number;
        let said = || format!("command {number} of {plant}: {step:?}");
        let expected = self.model.step(&step, &document);
        let others = self.store.others;
        let day = now();
        // The clock jumps back and forth within the day.
        let micros = day.at.micros() + self.dice.below(36_000_000_000) - 18_000_000_000;
        let at = Now { at: Timestamp::from_micros(micros), ..day };
        match insist(&mut self.store, &asked, at) {
            Ok(driven) => {
                assert!(expected, "the model refuses {}", said());
                self.tally.stored += 1;
                self.tally.conflicts += u64::from(driven.conflicts);
            }
            Err(error) => {
                assert!(!expected, "the model accepts {}: {error}", said());
                assert_ne!(error.code().as_str(), "INTERNAL", "{error} at {}", said());
                self.tally.refused += 1;
            }
        }
        self.model.others(i64::from(self.store.others - others));
        self.touched(&step, &said());
        match self.dice.below(32) {
            0 | 1 if expected => {
                let again = insist(&mut self.store, &asked, now()).unwrap();
                assert!(again.replayed, "a repeat is done again: {}", said());
            }
            2 if expected => {
                let other = json!({"do": "stock", "document": "Z", "kind": "stock_in", "lines": [
                    {"stock": {"item": "B", "location": "W"}, "quantity": 1}]});
                let refused = insist(&mut self.store, &request(&document, &other), now()).unwrap_err();
                assert_eq!(refused.code().as_str(), "KEY_REUSED", "{}", said());
            }
            _ => return,
        }
        self.tally.repeated += 1;
        self.touched(&step, &said());
    }

    /// Compares the rows that a step touches.
    fn touched(&mut self, step: &Step, said: &str) {
        let items = step.items();
        let mut wants: Vec<Want> =
            items.iter().map(|item| Want::Item(headstock::id::Id::new(item).unwrap())).collect();
        let orders = self.model.orders_of(step);
        wants.extend(orders.iter().map(|order| Want::Order(headstock::id::Id::new(order).unwrap())));
        let rows = self.store.calm().read(&wants).unwrap();
        let mut found = ExecutionSnapshot::default();
        for row in rows.rows {
            found.put(row);
        }
        let figures = self.model.figures_of(&items, &orders);
        compare(&found, &figures, said);
    }
}

/// Stock by item, place, lot and owner, with what is held; counters by order.
#[derive(Debug, Default, PartialEq, Eq)]
struct Figures {
    stock: Vec<(String, i64, i64)>,
    orders: Vec<(String, Vec<i64>)>,
}

fn compare(found: &ExecutionSnapshot, expected: &Figures, said: &str) {
    let mut figures = Figures::default();
    for row in found.balances.values().flat_map(|rows| rows.values()) {
        let part = |part: &Option<headstock::id::Id>| part.as_ref().map_or("", |id| id.as_str()).to_owned();
        let stock = &row.stock;
        let name = reference::spot(
            stock.item.as_str(),
            stock.location.as_str(),
            &part(&stock.lot),
            &part(&stock.key.owner),
        );
        if row.quantity.grains() != 0 || row.reserved.grains() != 0 {
            figures.stock.push((name, row.quantity.grains(), row.reserved.grains()));
        }
    }
    for order in found.orders.values() {
        let mut counters = vec![order.good.grains(), order.received.good.grains()];
        for line in &order.lines {
            counters.extend([line.issued.grains(), line.returned().unwrap().grains()]);
        }
        figures.orders.push((order.id.to_string(), counters));
    }
    figures.stock.sort_unstable();
    figures.orders.sort_unstable();
    assert_eq!(&figures, expected, "after {said}");
}

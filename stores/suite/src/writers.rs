//! Many writers on few rows: nothing is lost, nothing is sold twice, everyone finishes. And a control that forgets
//! the version check, which must lose something, so that the test is known to see it.

use std::collections::BTreeMap;

use headstock::changeset::{ChangeSet, Row};
use headstock::execution::Request;
use headstock::id::Id;
use headstock::load::{Rows, Want};
use headstock::num::Quantity;
use headstock::repository::{Commit, CommitChanges, ReadRecords, Repository, Retries, StoreError, execute};
use headstock::snapshot::ExecutionSnapshot;
use serde_json::json;

use crate::dice::Dice;
use crate::{Home, laws, now, records, request};

/// Hot stock rows and shared orders.
pub const ROWS: usize = 8;
/// Pieces in a hot row at the start.
pub const STOCK: i64 = 60;
/// Good quantity of a shared order.
pub const GOOD: i64 = 80;

/// Eight items with stock, and two orders that everybody receives on.
#[must_use]
pub fn plant() -> ExecutionSnapshot {
    let mut items: Vec<_> = (0..ROWS).map(|row| json!({"item": format!("H{row}")})).collect();
    items.push(json!({"item": "A"}));
    let order = |name: &str| json!({"id": name, "item": "A", "good": GOOD, "plan": "released", "lines": []});
    let balance = |row: usize| json!({"stock": {"item": format!("H{row}"), "location": "W"}, "quantity": STOCK, "version": 1});
    let movement = |row: usize| {
        json!({"document": "OPEN", "line": row + 1, "reason": "opening", "date": "2026-03-01",
            "at": "2026-03-01T08:00:00Z", "stock": {"item": format!("H{row}"), "location": "W"},
            "quantity": STOCK})
    };
    records(json!({"items": items, "places": [{"location": {"id": "W", "site": "P"}}],
        "orders": [order("MO0"), order("MO1")],
        "balances": (0..ROWS).map(balance).collect::<Vec<_>>(),
        "ledger": (0..ROWS).map(movement).collect::<Vec<_>>()}))
}

/// What the writers came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Commands stored.
    pub stored: u64,
    /// Commands refused because nothing was left.
    pub refused: u64,
    /// Times that someone else was faster.
    pub conflicts: u64,
    /// Pieces that the rows differ from what was acknowledged: nought, but for the control.
    pub lost: i64,
}

/// What one writer was told.
#[derive(Debug, Clone, Default)]
struct Told {
    /// Net pieces by item.
    moved: BTreeMap<String, i64>,
    /// Pieces received by order.
    received: BTreeMap<String, i64>,
    tally: Tally,
}

/// Runs so many writers with so many commands each; panics where an update is lost, stock is oversold, or the
/// records contradict themselves.
pub fn run<H: Home>(home: &H, writers: u64, commands: u64) -> Tally {
    let name = "writers";
    home.fill(name, &plant());
    let told = write(home, name, writers, commands, false);
    let mut store = home.open(name);
    home.verify(&mut store);
    let found = home.everything(&mut store);
    laws::check(&found);
    let tally = sum(&found, &told);
    assert_eq!(tally.lost, 0, "updates were lost: {tally:?}");
    assert_eq!(tally.stored + tally.refused, writers * commands, "everyone finishes: {tally:?}");
    assert_eq!(u64::try_from(found.requests.len()).unwrap(), tally.stored);
    assert!(tally.refused > 0, "there must be less stock than is asked for: {tally:?}");
    drop(store);
    home.drop_place(name);
    tally
}

/// The control: the same writers on a store that forgets the version check. Gives what was lost, which a test
/// asserts is something.
pub fn control<H: Home>(home: &H, writers: u64, commands: u64) -> Tally {
    let name = "careless";
    home.fill(name, &plant());
    let told = write(home, name, writers, commands, true);
    let mut store = home.open(name);
    let tally = sum(&home.everything(&mut store), &told);
    drop(store);
    home.drop_place(name);
    tally
}

fn write<H: Home>(home: &H, name: &str, writers: u64, commands: u64, careless: bool) -> Vec<Told> {
    std::thread::scope(|scope| {
        let run = |writer: u64| {
            move || {
                let store = home.open(name);
                if careless {
                    writer_of(&mut Careless(store), writer, commands)
                } else {
                    let mut store = store;
                    writer_of(&mut store, writer, commands)
                }
            }
        };
        let running: Vec<_> = (0..writers).map(|writer| scope.spawn(run(writer))).collect();
        running.into_iter().map(|writer| writer.join().unwrap()).collect()
    })
}

fn writer_of(store: &mut dyn Repository, writer: u64, commands: u64) -> Told {
    let mut dice = Dice(writer + 1);
    let mut told = Told::default();
    for number in 0..commands {
        let item = format!("H{}", dice.index(ROWS));
        let n = dice.below(3) + 1;
        let order = format!("MO{}", dice.below(2));
        let document = format!("W{writer}-{number}");
        let (kind, sign) = if dice.below(8) == 0 { ("stock_in", 1) } else { ("stock_out", -1) };
        let received = dice.below(4) == 0;
        let command = if received {
            json!({"do": "receive", "document": document, "order": order,
                "lines": [{"quantity": n, "location": "W"}]})
        } else {
            json!({"do": "stock", "document": document, "kind": kind,
                "lines": [{"stock": {"item": item, "location": "W"}, "quantity": n}]})
        };
        if until_answered(store, &request(&document, &command), &mut told.tally) {
            if received {
                *told.received.entry(order).or_default() += n;
                *told.moved.entry("A".to_owned()).or_default() += n;
            } else {
                *told.moved.entry(item).or_default() += sign * n;
            }
        }
    }
    told
}

/// Whether it was stored; refused only for want of stock, or because the order has received enough.
fn until_answered(store: &mut dyn Repository, request: &Request, tally: &mut Tally) -> bool {
    loop {
        match execute(store, request, now(), Retries::default()) {
            Ok(driven) => {
                tally.stored += 1;
                tally.conflicts += u64::from(driven.conflicts);
                return true;
            }
            Err(error) => match error.code().as_str() {
                "STALE_VERSION" => tally.conflicts += u64::from(Retries::default().conflicts),
                "STORE_BUSY" | "STORE_UNKNOWN" => {}
                "STOCK_SHORT" | "OVER_RECEIPT" => {
                    tally.refused += 1;
                    return false;
                }
                other => panic!("{other}: {error}"),
            },
        }
    }
}

/// What all were told, and how far the rows are from it.
fn sum(found: &ExecutionSnapshot, told: &[Told]) -> Tally {
    let mut all = Told::default();
    for one in told {
        all.tally.stored += one.tally.stored;
        all.tally.refused += one.tally.refused;
        all.tally.conflicts += one.tally.conflicts;
        for (item, n) in &one.moved {
            *all.moved.entry(item.clone()).or_default() += n;
        }
        for (order, n) in &one.received {
            *all.received.entry(order.clone()).or_default() += n;
        }
    }
    let mut lost = 0;
    for (item, n) in &all.moved {
        let rows = found.balances_of(&Id::new(item).unwrap());
        let now: i64 = rows.map(|row| row.quantity.grains()).sum();
        let start = if item == "A" { 0 } else { STOCK };
        lost += (start + n - now).abs();
    }
    for (order, n) in &all.received {
        let order = &found.orders[&Id::new(order).unwrap()];
        lost += (order.received.good.grains() - n).abs();
    }
    Tally { lost, ..all.tally }
}

/// A store that forgets the version check: whatever was written since, rows are written over it, and the ledger is
/// bent so that it still adds up.
struct Careless<S>(S);

impl<S: Repository> ReadRecords for Careless<S> {
    fn read(&mut self, wants: &[Want]) -> Result<Rows, StoreError> {
        self.0.read(wants)
    }
}

impl<S: Repository> CommitChanges for Careless<S> {
    fn commit(&mut self, changes: &ChangeSet) -> Result<Commit, StoreError> {
        loop {
            let bent = self.bend(changes)?;
            match self.0.commit(&bent)? {
                Commit::Conflict { .. } => {}
                answer => return Ok(answer),
            }
        }
    }
}

impl<S: Repository> Careless<S> {
    /// The changeset as if its rows had been read just now.
    fn bend(&mut self, changes: &ChangeSet) -> Result<ChangeSet, StoreError> {
        let wants = |row: &Row| match row {
            Row::Order(row) => Some(Want::Order(row.id.clone())),
            Row::Balance(row) => Some(Want::Item(row.stock.item.clone())),
            _ => None,
        };
        let wants: Vec<Want> = changes.writes.iter().filter_map(wants).collect();
        let mut known = ExecutionSnapshot::default();
        for row in self.0.read(&wants)?.rows {
            known.put(row);
        }
        let mut bent = changes.clone();
        bent.reads.clear();
        for row in &mut bent.writes {
            let version = known.version(&row.key()) + 1;
            match row {
                Row::Order(row) => row.version = version,
                Row::Balance(row) => {
                    row.version = version;
                    let before = known.balance(&row.stock).map_or(Quantity::ZERO, |row| row.quantity);
                    for line in bent.movements.iter_mut().filter(|line| line.stock == row.stock) {
                        line.quantity = row.quantity.minus(before).unwrap_or_default();
                    }
                }
                _ => {}
            }
        }
        Ok(bent)
    }
}

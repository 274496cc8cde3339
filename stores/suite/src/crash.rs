//! A process that writes is killed at random points: what it acknowledged is there once, nothing is half done, and
//! the run that goes on with the same keys ends where one ends that was never killed.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use headstock::execution::Request;
use headstock::repository::{MemoryRepository, Repository};
use headstock::snapshot::ExecutionSnapshot;
use serde_json::{Value, json};

use crate::dice::Dice;
use crate::{Home, insist, now, records, request};

/// Rounds of work of a run.
pub const ROUNDS: usize = 8;

/// A is made of B (pieces) and D (one decimal); L is followed by lot, S by serial number.
#[must_use]
pub fn plant() -> ExecutionSnapshot {
    records(json!({
        "items": [{"item": "A"}, {"item": "B"}, {"item": "D", "scale": 1}, {"item": "L", "tracking": "lot"},
            {"item": "S", "tracking": "serial"}, {"item": "N"}],
        "substitutes": [{"item": "B", "substitute": "N", "ratio": "1.2"}],
        "places": [{"location": {"id": "W", "site": "P"}}]}))
}

/// One round of work: stock with a lot and pieces, an order, an issue, receipts with backflush, one undone, a hold.
fn round(n: usize) -> Vec<Value> {
    let at = |item: &str| json!({"item": item, "location": "W"});
    let lot = json!({"item": "L", "location": "W", "lot": format!("LOT{n}")});
    vec![
        json!({"do": "stock", "document": format!("IN{n}"), "kind": "stock_in", "lines": [
            {"stock": at("B"), "quantity": 20}, {"stock": at("D"), "quantity": "7.5"},
            {"stock": lot, "quantity": 3},
            {"stock": at("S"), "quantity": 2, "serials": [format!("S{n}a"), format!("S{n}b")]}]}),
        json!({"do": "create_order", "order": {"id": format!("MO{n}"), "item": "A", "good": 5, "plan": "released",
            "lines": [{"number": 1, "item": "B", "required": 10, "location": "W"},
                {"number": 2, "item": "D", "required": "2.5", "location": "W", "method": "backflush"}]}}),
        json!({"do": "issue", "document": format!("IS{n}"), "order": format!("MO{n}"),
            "what": {"scheme": "open"}}),
        json!({"do": "receive", "document": format!("RA{n}"), "order": format!("MO{n}"),
            "lines": [{"quantity": 3, "location": "W"}]}),
        json!({"do": "document", "document": format!("RA{n}"), "step": "reverse"}),
        json!({"do": "receive", "document": format!("RB{n}"), "order": format!("MO{n}"),
            "lines": [{"quantity": 5, "location": "W"}]}),
        json!({"do": "hold", "hold": format!("H{n}"), "stock": at("B"), "quantity": 2,
            "owner": {"for": "document", "line": {"document": format!("IN{n}"), "line": 1}}}),
        json!({"do": "order_step", "order": format!("MO{n}"), "step": "close"}),
    ]
}

/// The commands of so many rounds, all of which succeed, each with its key.
#[must_use]
pub fn commands(rounds: usize) -> Vec<Request> {
    let all = (0..rounds).flat_map(round).enumerate();
    all.map(|(number, command)| request(&format!("k{number}"), &command)).collect()
}

/// What the process that is killed does: runs all commands from the first and says each one that is acknowledged.
pub fn child(store: &mut dyn Repository) {
    let mut said = std::io::stderr();
    for request in commands(ROUNDS) {
        insist(store, &request, now()).unwrap();
        said.write_all(format!("ack {}\n", request.key).as_bytes()).unwrap();
    }
}

/// What was killed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Processes killed.
    pub kills: u64,
    /// Of them: killed with some commands stored and some not.
    pub within: u64,
    /// Commands acknowledged.
    pub acknowledged: usize,
}

/// Kills so many processes. `command` gives the process for a place: it opens the place and calls [`child`].
pub fn run<H: Home>(home: &H, kills: u64, seed: u64, command: impl Fn(&str) -> Command) -> Tally {
    let all = commands(ROUNDS);
    // What one that is never killed holds after each command.
    let mut memory = MemoryRepository::new(plant());
    let mut states: Vec<ExecutionSnapshot> = vec![memory.state().clone()];
    for request in &all {
        insist(&mut memory, request, now()).unwrap();
        states.push(memory.state().clone());
    }
    let mut dice = Dice(seed);
    let mut tally = Tally::default();
    while tally.kills < kills {
        let name = format!("crash-{seed}-{}", tally.kills);
        home.fill(&name, &plant());
        let mut highest = 0;
        // Killed once or more, the later times while it goes on.
        for _ in 0..=dice.below(3) {
            let after = dice.index(states.len());
            let pause = Duration::from_micros(u64::try_from(dice.below(3000)).unwrap());
            let said = killed(command(&name), after, pause);
            highest = said.max(highest);
            tally.acknowledged += said;
            tally.kills += 1;
            let mut store = home.open(&name);
            home.verify(&mut store);
            let found = home.everything(&mut store);
            let done = found.requests.len();
            assert!(done >= highest, "{highest} were acknowledged, {done} are there");
            assert_eq!(found, states[done], "{name}: half of a command is stored");
            tally.within += u64::from(done > 0 && done < all.len());
        }
        let mut store = home.open(&name);
        for request in &all {
            insist(&mut store, request, now()).unwrap();
        }
        home.verify(&mut store);
        assert_eq!(&home.everything(&mut store), memory.state());
        drop(store);
        home.drop_place(&name);
    }
    assert!(tally.within * 2 >= tally.kills, "the test must kill in the middle: {tally:?}");
    tally
}

/// Starts the child, kills it after so many acknowledgements and so long; gives what it acknowledged.
fn killed(mut command: Command, after: usize, pause: Duration) -> usize {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut acknowledged = 0;
    let mut line = String::new();
    let mut ended = false;
    while acknowledged < after && !ended {
        line.clear();
        ended = said.read_line(&mut line).unwrap() == 0;
        acknowledged += usize::from(line.starts_with("ack ") && line.ends_with('\n'));
        assert!(ended || line.starts_with("ack "), "the child said {line}");
    }
    std::thread::sleep(pause);
    // SIGKILL.
    child.kill().unwrap();
    child.wait().unwrap();
    let rest = said.lines().map_while(Result::ok);
    acknowledged + rest.filter(|line| line.starts_with("ack ")).count()
}

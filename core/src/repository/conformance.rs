//! What every store must do, ours and a host's: one function that runs against an empty store.

use super::{Commit, Repository, Retries, StoreError, execute, execute_all};
use crate::execution::{Request, decide};
use crate::finding::Code;
use crate::load::Loading;
use crate::snapshot::ExecutionSnapshot;
use crate::time::{Now, Timestamp};

/// What a store did that it must not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{step}: {what}")]
pub struct Fault {
    /// The step of the suite.
    pub step: &'static str,
    /// What happened.
    pub what: String,
}

/// Runs the suite. The store holds item `B` (scale 0), item `A`, and location `W` of site `S`, and nothing else.
///
/// Steps: a commit is read back as `apply` says; a key gives its earlier reply; a key with another command is
/// refused; a stale version changes nothing and names its rows; ledger sequences follow each other; what is not
/// there reads as nothing; a later command sees what an earlier one stored; commands in bulk come to what they come
/// to one by one.
///
/// # Errors
/// The first [`Fault`], such as a commit that answers `STALE_VERSION` where nothing was changed.
pub fn conformance(store: &mut dyn Repository) -> Result<(), Fault> {
    law(store)?;
    keys(store)?;
    conflict(store)?;
    orders(store)?;
    bulk(store)
}

fn now() -> Now {
    Now { at: Timestamp::from_micros(1_772_434_800_000_000), zone_minutes: 0 }
}

fn fault(step: &'static str) -> impl Fn(&dyn std::fmt::Debug) -> Fault {
    move |what| Fault { step, what: format!("{what:?}") }
}

fn stock(key: &str, document: &str, kind: &str, quantity: i64) -> Result<Request, Fault> {
    request(&format!(
        r#"{{"key": "{key}", "command": {{"do": "stock", "document": "{document}", "kind": "{kind}",
            "lines": [{{"stock": {{"item": "B", "location": "W"}}, "quantity": {quantity}}}]}}}}"#
    ))
}

fn request(text: &str) -> Result<Request, Fault> {
    serde_json::from_str(text).map_err(|error| fault("request")(&error))
}

fn load(store: &mut dyn Repository, request: &Request) -> Result<ExecutionSnapshot, StoreError> {
    let mut loading = Loading::new(request);
    while let Some(wants) = loading.next() {
        loading.give(store.read(&wants)?);
    }
    Ok(loading.finish())
}

/// `load(commit(c)) == apply(c)` on the rows that the command touches.
fn law(store: &mut dyn Repository) -> Result<(), Fault> {
    let step = "law";
    let request = stock("law", "LAW", "stock_in", 10)?;
    let before = load(store, &request).map_err(|e| fault(step)(&e))?;
    let outcome = decide(&before, &request, now()).map_err(|e| fault(step)(&e))?;
    let Some(changes) = outcome.changes else { return Err(fault(step)(&"a fresh key was known")) };
    match store.commit(&changes) {
        Ok(Commit::Committed { watermark }) if watermark == before.watermark + 1 => {}
        other => return Err(fault(step)(&other)),
    }
    let mut applied = before;
    applied.apply(&changes).map_err(|e| fault(step)(&e))?;
    // Loaded under another key, or the task would stop at the reply.
    let after = load(store, &stock("law2", "LAW", "stock_in", 10)?).map_err(|e| fault(step)(&e))?;
    for row in &changes.writes {
        if after.version(&row.key()) != row.version() {
            return Err(fault(step)(&row.key()));
        }
    }
    if after.balances != applied.balances || after.documents != applied.documents {
        return Err(fault(step)(&"what was loaded is not what apply made"));
    }
    if after.watermark == applied.watermark { Ok(()) } else { Err(fault(step)(&after.watermark)) }
}

fn keys(store: &mut dyn Repository) -> Result<(), Fault> {
    let step = "keys";
    let run =
        |store: &mut dyn Repository, request: &Request| execute(store, request, now(), Retries::default());
    let first = run(store, &stock("key", "K1", "stock_in", 5)?).map_err(|e| fault(step)(&e))?;
    let again = run(store, &stock("key", "K1", "stock_in", 5)?).map_err(|e| fault(step)(&e))?;
    if first.replayed || !again.replayed || again.reply.lines != first.reply.lines {
        return Err(fault(step)(&again));
    }
    match run(store, &stock("key", "K1", "stock_in", 6)?) {
        Err(error) if error.code() == Code::KeyReused => {}
        other => return Err(fault(step)(&other)),
    }
    // The store itself answers a key that it knows, whoever asks.
    let fresh = ExecutionSnapshot::default();
    let mut changes = {
        let known = load(store, &stock("key2", "K2", "stock_in", 1)?).map_err(|e| fault(step)(&e))?;
        let outcome = decide(&known, &stock("key2", "K2", "stock_in", 1)?, now());
        let outcome = outcome.map_err(|e| fault(step)(&e))?;
        outcome.changes.ok_or_else(|| fault(step)(&fresh.watermark))?
    };
    for expected in ["committed", "replayed"] {
        let answer = store.commit(&changes).map_err(|e| fault(step)(&e))?;
        let fits = match &answer {
            Commit::Committed { .. } => expected == "committed",
            Commit::Replayed { done } => expected == "replayed" && done.key == changes.key,
            _ => false,
        };
        if !fits {
            return Err(fault(step)(&answer));
        }
    }
    changes.digest.push('x');
    match store.commit(&changes) {
        Ok(Commit::KeyReused) => Ok(()),
        other => Err(fault(step)(&other)),
    }
}

fn conflict(store: &mut dyn Repository) -> Result<(), Fault> {
    let step = "conflict";
    let take = |key: &str, document: &str| stock(key, document, "stock_out", 10);
    let known = load(store, &take("c1", "C1")?).map_err(|e| fault(step)(&e))?;
    let mut decided = Vec::new();
    for (key, document) in [("c1", "C1"), ("c2", "C2")] {
        let outcome = decide(&known, &take(key, document)?, now()).map_err(|e| fault(step)(&e))?;
        decided.extend(outcome.changes);
    }
    let [one, two] = decided.as_slice() else { return Err(fault(step)(&decided.len())) };
    match store.commit(one) {
        Ok(Commit::Committed { .. }) => {}
        other => return Err(fault(step)(&other)),
    }
    match store.commit(two) {
        Ok(Commit::Conflict { rows }) if !rows.is_empty() => {}
        other => return Err(fault(step)(&other)),
    }
    // 16 were there and 10 are gone: nothing of the second one is stored, and decided anew it is refused.
    match execute(store, &take("c2", "C2")?, now(), Retries::default()) {
        Err(error) if error.code() == Code::StockShort => Ok(()),
        other => Err(fault(step)(&other)),
    }
}

/// Larger rows: an order with lines, a receipt that flushes, its reversal.
fn orders(store: &mut dyn Repository) -> Result<(), Fault> {
    let step = "orders";
    let commands = [
        r#"{"key": "o1", "command": {"do": "create_order", "order": {"id": "MO", "item": "A", "good": 3,
            "plan": "released", "lines": [{"number": 1, "item": "B", "required": 3, "location": "W",
            "method": "backflush"}]}}}"#,
        r#"{"key": "o2", "command": {"do": "receive", "document": "R1", "order": "MO",
            "lines": [{"quantity": 2, "location": "W"}]}}"#,
        r#"{"key": "o3", "command": {"do": "document", "document": "R1", "step": "reverse"}}"#,
        r#"{"key": "o4", "command": {"do": "receive", "document": "R2", "order": "MO",
            "lines": [{"quantity": 3, "location": "W"}]}}"#,
        r#"{"key": "o5", "command": {"do": "order_step", "order": "MO", "step": "close"}}"#,
    ];
    for text in commands {
        let request = request(text)?;
        let driven = execute(store, &request, now(), Retries::default()).map_err(|e| fault(step)(&e))?;
        if driven.replayed {
            return Err(fault(step)(&request.key));
        }
    }
    let state = load(store, &stock("o6", "O6", "stock_in", 1)?).map_err(|e| fault(step)(&e))?;
    let left = state.balances.values().flat_map(|rows| rows.values()).map(|row| row.quantity.to_string());
    let left: Vec<String> = left.collect();
    if left == ["3"] { Ok(()) } else { Err(fault(step)(&left)) }
}

/// Commands that follow each other in one commit; one is refused, one repeats a key; all of them again change nothing.
fn bulk(store: &mut dyn Repository) -> Result<(), Fault> {
    let step = "bulk";
    let requests = [
        stock("b1", "B1", "stock_in", 4)?,
        stock("b2", "B2", "stock_out", 9)?,
        stock("b1", "B1", "stock_in", 4)?,
        stock("b3", "B3", "stock_out", 7)?,
        request(
            r#"{"key": "b4", "command": {"do": "create_order", "order": {"id": "MB", "item": "A", "good": 1,
            "plan": "released", "lines": []}}}"#,
        )?,
        request(
            r#"{"key": "b5", "command": {"do": "receive", "document": "BR", "order": "MB",
            "lines": [{"quantity": 1, "location": "W"}]}}"#,
        )?,
    ];
    let run = |store: &mut dyn Repository| {
        execute_all(store, &requests, now(), Retries::default()).map_err(|e| fault(step)(&e))
    };
    let told = |each: &super::Each| {
        let word = |one: &Result<super::Driven, crate::execution::Refused>| match one {
            Ok(driven) if driven.replayed => "repeat".to_owned(),
            Ok(_) => "done".to_owned(),
            Err(refused) => refused.code().as_str().to_owned(),
        };
        each.iter().map(word).collect::<Vec<_>>()
    };
    // 3 were there: 4 come, 9 are too many, 7 go.
    let first = told(&run(store)?);
    if first != ["done", "STOCK_SHORT", "repeat", "done", "done", "done"] {
        return Err(fault(step)(&first));
    }
    let state = load(store, &stock("b6", "B6", "stock_in", 1)?).map_err(|e| fault(step)(&e))?;
    let again = told(&run(store)?);
    if again != ["repeat", "STOCK_SHORT", "repeat", "repeat", "repeat", "repeat"] {
        return Err(fault(step)(&again));
    }
    let after = load(store, &stock("b6", "B6", "stock_in", 1)?).map_err(|e| fault(step)(&e))?;
    if state != after {
        return Err(fault(step)(&"a repeat changed something"));
    }
    let left = after.balances.values().flat_map(|rows| rows.values()).map(|row| row.quantity.to_string());
    let left: Vec<String> = left.collect();
    if left == ["0"] { Ok(()) } else { Err(fault(step)(&left)) }
}

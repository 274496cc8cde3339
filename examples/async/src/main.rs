//! An asynchronous host. The kernel has no `async`: it says what to read ([`Loading`]), decides without any input or
//! output, and hands out a changeset. What lies between is the host's `await`.
//!
//! Here the database is a task at the other end of a channel, each answer takes a moment, and twenty clerks take the
//! same stock at the same time. A clerk who was too slow reads again and decides anew.
//!
//! `cargo run -p headstock-async`

use std::time::Duration;

use headstock::changeset::ChangeSet;
use headstock::execution::{Refused, Request, decide};
use headstock::load::{Loading, Rows, Want};
use headstock::repository::{Commit, CommitChanges, MemoryRepository, ReadRecords, StoreError};
use headstock::snapshot::{ExecutionSnapshot, ExecutionTables};
use headstock::time::{Now, Timestamp};
use serde_json::json;
use tokio::sync::{mpsc, oneshot};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What clerks ask the database.
enum Ask {
    Read(Vec<Want>, oneshot::Sender<Result<Rows, StoreError>>),
    Commit(Box<ChangeSet>, oneshot::Sender<Result<Commit, StoreError>>),
}

/// The way to the database.
#[derive(Clone)]
struct Database(mpsc::Sender<Ask>);

impl Database {
    async fn read(&self, wants: Vec<Want>) -> Result<Rows, Failure> {
        let (answer, answered) = oneshot::channel();
        self.0.send(Ask::Read(wants, answer)).await?;
        Ok(answered.await??)
    }

    async fn commit(&self, changes: ChangeSet) -> Result<Commit, Failure> {
        let (answer, answered) = oneshot::channel();
        self.0.send(Ask::Commit(Box::new(changes), answer)).await?;
        Ok(answered.await??)
    }
}

/// The database itself: any store would do.
async fn serve(mut store: MemoryRepository, mut asked: mpsc::Receiver<Ask>) -> MemoryRepository {
    while let Some(ask) = asked.recv().await {
        tokio::time::sleep(Duration::from_micros(200)).await;
        // A clerk who went away needs no answer.
        match ask {
            Ask::Read(wants, answer) => drop(answer.send(store.read(&wants))),
            Ask::Commit(changes, answer) => drop(answer.send(store.commit(&changes))),
        }
    }
    store
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Ended {
    /// Stored, after so many conflicts.
    Stored(u32),
    /// Refused, with its reason.
    Refused(String),
}

/// Runs one request: asks for what it needs, decides, stores; and again where someone else was faster.
async fn run(database: &Database, request: &Request, now: Now) -> Result<Ended, Failure> {
    let (mut conflicts, mut changed) = (0, Vec::new());
    loop {
        let mut loading = Loading::new(request);
        loading.also(&changed);
        while let Some(wants) = loading.next() {
            loading.give(database.read(wants).await?);
        }
        let outcome = match decide(&loading.finish(), request, now) {
            Ok(outcome) => outcome,
            Err(refused) => return Ok(Ended::Refused(reason(&refused))),
        };
        // No changes: the key was used before, and the reply is the earlier one.
        let Some(changes) = outcome.changes else { return Ok(Ended::Stored(conflicts)) };
        match database.commit(changes).await? {
            Commit::Committed { .. } | Commit::Replayed { .. } => return Ok(Ended::Stored(conflicts)),
            Commit::Conflict { rows } => (conflicts, changed) = (conflicts + 1, rows),
            Commit::KeyReused => return Err("the key belongs to another command".into()),
            // The same key again: stored or not, it is done once.
            Commit::Busy | Commit::Unknown => tokio::time::sleep(Duration::from_millis(1)).await,
        }
    }
}

fn reason(refused: &Refused) -> String {
    refused.finding().to_string()
}

/// Forty pieces of `B` in `W`.
fn stock() -> Result<ExecutionSnapshot, Failure> {
    let tables: ExecutionTables = serde_json::from_value(json!({
        "items": [{"item": "B"}], "places": [{"location": {"id": "W", "site": "S"}}],
        "balances": [{"stock": {"item": "B", "location": "W"}, "quantity": 40, "version": 1}]}))?;
    ExecutionSnapshot::from_tables(tables).map_err(|found| format!("{found:?}").into())
}

fn taking(clerk: u32) -> Result<Request, Failure> {
    let line = json!({"stock": {"item": "B", "location": "W"}, "quantity": 3});
    Ok(serde_json::from_value(json!({"key": format!("clerk {clerk}"), "command": {"do": "stock",
        "document": format!("OUT-{clerk}"), "kind": "stock_out", "lines": [line]}}))?)
}

/// Twenty clerks at once; gives how they ended and what is left.
async fn shop() -> Result<(Vec<Ended>, String), Failure> {
    let (ask, asked) = mpsc::channel(8);
    let database = Database(ask);
    let serving = tokio::spawn(serve(MemoryRepository::new(stock()?), asked));
    let now = Now { at: Timestamp::from_micros(1_772_434_800_000_000), zone_minutes: 0 };
    let clerk = |number: u32| {
        let database = database.clone();
        async move { run(&database, &taking(number)?, now).await }
    };
    let running: Vec<_> = (1..=20).map(|number| tokio::spawn(clerk(number))).collect();
    let mut ended = Vec::new();
    for clerk in running {
        ended.push(clerk.await??);
    }
    drop(database);
    let store = serving.await?;
    let left = store.state().to_tables().balances.first().map(|row| row.quantity.to_string());
    Ok((ended, left.unwrap_or_default()))
}

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, reason = "a command that says what happened")]
async fn main() -> Result<(), Failure> {
    let (ended, left) = shop().await?;
    for (clerk, ended) in (1..).zip(&ended) {
        println!("clerk {clerk}: {ended:?}");
    }
    println!("{left} pieces are left");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn promise_08_clerks_at_once_take_what_is_there_and_no_more() {
        let (ended, left) = shop().await.unwrap();
        let stored = ended.iter().filter(|ended| matches!(ended, Ended::Stored(_))).count();
        // Thirteen times three of forty.
        assert_eq!((stored, left.as_str()), (13, "1"));
        let conflicts: u32 =
            ended.iter().map(|ended| if let Ended::Stored(n) = ended { *n } else { 0 }).sum();
        assert!(conflicts > 0, "they must have met: {ended:?}");
        assert!(
            ended.iter().any(|ended| matches!(ended, Ended::Refused(why) if why.contains("B"))),
            "{ended:?}"
        );
    }
}

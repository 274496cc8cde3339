//! An asynchronous host: the loading task and the commit of the store do no input or output, so it runs them with its
//! own `await` over tokio-postgres. Questions of one wave go to the server together.
//!
//! `cargo run -p headstock-postgres --example async_host -- "host=127.0.0.1 user=plant password=secret dbname=plant"`
//! takes one piece of item `DEMO` into location `W` of site `P`, for a database of its own: both are put there first.

use std::error::Error;

use futures_util::future::try_join_all;
use headstock::changeset::{ChangeSet, Reply};
use headstock::execution::{Request, decide};
use headstock::load::{Loading, Rows, Want};
use headstock::repository::Commit;
use headstock::snapshot::{ExecutionSnapshot, ExecutionTables};
use headstock::time::{Now, Timestamp};
use headstock_postgres::{
    BEGIN, BEGIN_READ, Committing, PostgresRepository, Question, Reading, SESSION, Step,
};
use tokio_postgres::{Client, NoTls, Row};

/// What a host fails with.
pub type Fault = Box<dyn Error + Send + Sync>;

/// A connection of an asynchronous host.
#[derive(Debug)]
pub struct Host {
    client: Client,
}

impl Host {
    /// Connects. The schema is brought to its newest version by the synchronous store, once, where it may block.
    ///
    /// # Errors
    /// What the server or the store says.
    pub async fn open(address: &str) -> Result<Host, Fault> {
        let own = address.to_owned();
        // It is dropped there too: closing a connection may block as well.
        let migrate = move || {
            let store = PostgresRepository::new(postgres::Client::connect(&own, NoTls)?);
            store.map(drop).map_err(Fault::from)
        };
        tokio::task::spawn_blocking(migrate).await??;
        let (client, connection) = tokio_postgres::connect(address, NoTls).await?;
        tokio::spawn(connection);
        client.batch_execute(SESSION).await?;
        Ok(Host { client })
    }

    async fn ask(&self, question: &Question) -> Result<Vec<Row>, Fault> {
        match question.bytes() {
            None => Ok(self.client.query(question.sql(), &question.parameters()).await?),
            // One command has too few ledger lines for it.
            Some(_) => Err("a host that stores in bulk sends COPY here".into()),
        }
    }

    async fn read(&self, wants: &[Want]) -> Result<Rows, Fault> {
        let reading = Reading::new(wants);
        self.client.batch_execute(BEGIN_READ).await?;
        let answers = try_join_all(reading.questions().map(|question| self.ask(question))).await;
        self.client.batch_execute("ROLLBACK").await?;
        Ok(reading.rows(&answers?)?)
    }

    async fn commit(&self, changes: &ChangeSet) -> Result<Commit, Fault> {
        let mut committing = Committing::new(std::slice::from_ref(changes))?;
        self.client.batch_execute(BEGIN).await?;
        let step = self.steps(&mut committing).await;
        if let Ok(Step::Commit(answer)) = step {
            let sent = self.client.batch_execute("COMMIT").await;
            return Ok(if sent.is_ok() { answer } else { Commit::Unknown });
        }
        self.client.batch_execute("ROLLBACK").await?;
        match step? {
            Step::RollBack(answer) => Ok(answer),
            _ => Err("a question that nobody asked".into()),
        }
    }

    async fn steps(&self, committing: &mut Committing<'_>) -> Result<Step, Fault> {
        loop {
            match committing.next()? {
                Step::Ask(question) => {
                    let rows = self.ask(&question).await?;
                    committing.give(&rows)?;
                }
                step => return Ok(step),
            }
        }
    }

    /// Runs one request: what it needs is loaded in waves, it is decided, what it changes is committed; again where
    /// someone else was faster.
    ///
    /// # Errors
    /// The refusal of the command; what the server or the store says; an answer that was lost: ask with the same key.
    pub async fn execute(&self, request: &Request, now: Now) -> Result<Reply, Fault> {
        for _ in 0..100 {
            let mut loading = Loading::new(request);
            while let Some(wants) = loading.next() {
                loading.give(self.read(&wants).await?);
            }
            let outcome = decide(&loading.finish(), request, now)?;
            let Some(changes) = outcome.changes else { return Ok(outcome.reply) };
            match self.commit(&changes).await? {
                Commit::Committed { .. } => return Ok(outcome.reply),
                Commit::Replayed { done } => return Ok(done.reply),
                Commit::Conflict { .. } | Commit::Busy => {}
                Commit::KeyReused => return Err("KEY_REUSED".into()),
                Commit::Unknown => return Err("STORE_UNKNOWN".into()),
            }
        }
        Err("STALE_VERSION".into())
    }
}

/// One item and one location.
fn demo() -> Result<ExecutionSnapshot, Fault> {
    let tables = r#"{"items": [{"item": "DEMO"}], "places": [{"location": {"id": "W", "site": "P"}}]}"#;
    let tables: ExecutionTables = serde_json::from_str(tables)?;
    ExecutionSnapshot::from_tables(tables).map_err(|_| "the demo contradicts itself".into())
}

async fn run(address: &str, key: &str) -> Result<Reply, Fault> {
    let own = address.to_owned();
    let fill = move || {
        let mut store = PostgresRepository::new(postgres::Client::connect(&own, NoTls)?)?;
        if store.snapshot()?.items.is_empty() { store.import(&demo()?).map_err(Fault::from) } else { Ok(()) }
    };
    tokio::task::spawn_blocking(fill).await??;
    let host = Host::open(address).await?;
    let command = format!(
        r#"{{"key": "{key}", "command": {{"do": "stock", "document": "{key}", "kind": "stock_in",
        "lines": [{{"stock": {{"item": "DEMO", "location": "W"}}, "quantity": 1}}]}}}}"#
    );
    host.execute(&serde_json::from_str(&command)?, now()?).await
}

/// The clock of the host; the kernel has none.
fn now() -> Result<Now, Fault> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
    Ok(Now { at: Timestamp::from_micros(i64::try_from(since.as_micros())?), zone_minutes: 0 })
}

#[expect(clippy::print_stdout, reason = "it is what the example is for")]
#[cfg_attr(test, allow(dead_code, reason = "the test of the example runs the host"))]
fn main() -> Result<(), Fault> {
    let address = std::env::args().nth(1).ok_or("say where the database is")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let key = format!("demo-{}", now()?.at.micros());
    let reply = runtime.block_on(run(&address, &key))?;
    println!("{}", serde_json::to_string_pretty(&reply)?);
    Ok(())
}

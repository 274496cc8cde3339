//! Records of headstock in PostgreSQL: [`PostgresRepository`].
//!
//! The host supplies the connection. One transaction a commit: the key first, then rows in key order, each compared
//! with the version that was read under its lock, then the ledger. Quantities are whole grains (`bigint`), never
//! floating point; SQL does no sums. What is read is checked: a balance against the last line of its ledger and
//! against its holds, a body against its columns, a scale against its item's.
//!
//! What is asked is apart from who asks it: [`Reading`] and [`Committing`] do no input or output, so that an
//! asynchronous host runs the same statements with its own `await` (`examples/async_host.rs`).

mod ask;
mod audit;
mod batch;
mod cells;
mod commit;
mod errors;
mod import;
mod ledger;
mod migrations;
mod read;
mod reading;
mod rows;
mod session;
mod table;

pub use ask::{Question, Step};
pub use commit::{BEGIN, Committing};
pub use reading::{BEGIN_READ, Reading};
pub use session::SESSION;

use std::fmt;

use headstock::changeset::ChangeSet;
use headstock::inventory::StockItem;
use headstock::load::{Rows, Want};
use headstock::repository::{Commit, CommitChanges, ReadRecords, StoreError};
use headstock::snapshot::ExecutionSnapshot;
use postgres::Client;

use crate::errors::{Done, Fault, failed, leaves_open};
use crate::session::Session;

/// Makes a connection: at the start, and again when it was lost.
type Connect = Box<dyn FnMut() -> Result<Client, postgres::Error> + Send>;

/// A store in the schema `headstock` of one PostgreSQL database. Many may have it open and write at a time.
///
/// ```no_run
/// use headstock_postgres::PostgresRepository;
/// use postgres::{Client, NoTls};
///
/// let address = "host=127.0.0.1 user=plant password=secret dbname=plant";
/// let mut store = PostgresRepository::connect(move || Client::connect(address, NoTls)).unwrap();
/// store.verify().unwrap();
/// ```
pub struct PostgresRepository {
    session: Option<Session>,
    connect: Option<Connect>,
}

impl fmt::Debug for PostgresRepository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresRepository").field("session", &self.session).finish_non_exhaustive()
    }
}

impl PostgresRepository {
    /// Takes a connection and brings the schema to the newest version. Once the connection is lost every call
    /// fails: see [`connect`](PostgresRepository::connect).
    ///
    /// # Errors
    /// `FORMAT_VERSION` when a newer version wrote the records; `STORE_CORRUPT` when the schema `headstock` is one of
    /// something else; `STORE_BUSY`; `STORE_FAILED`, such as a database that is not encoded in UTF-8.
    pub fn new(client: Client) -> Result<PostgresRepository, StoreError> {
        let session = Session::new(client, migrations::newest()).map_err(Fault::store)?;
        Ok(PostgresRepository { session: Some(session), connect: None })
    }

    /// Makes its connection, and a new one when it was lost. What was being read is then read again; what was being
    /// committed is [unknown](Commit::Unknown) if its `COMMIT` was sent, and tried once more if it was not.
    ///
    /// # Errors
    /// Those of [`new`](PostgresRepository::new); `STORE_FAILED` when there is no connection to be had.
    pub fn connect(
        connect: impl FnMut() -> Result<Client, postgres::Error> + Send + 'static,
    ) -> Result<PostgresRepository, StoreError> {
        let mut store = PostgresRepository { session: None, connect: Some(Box::new(connect)) };
        store.session().map_err(Fault::store)?;
        Ok(store)
    }

    /// Fills an empty store, in one transaction, by `COPY`.
    ///
    /// # Errors
    /// `STORE_FAILED` when there are rows already, or a balance of an item that is not given; `STORE_BUSY`.
    pub fn import(&mut self, state: &ExecutionSnapshot) -> Result<(), StoreError> {
        self.with(|session| session.transaction(BEGIN, |session| import::import(session, state)))
    }

    /// Adds items or changes what is known of them.
    ///
    /// # Errors
    /// `STORE_FAILED` when stock of one has more decimals already; `STORE_BUSY`.
    pub fn put_items(&mut self, items: &[StockItem]) -> Result<(), StoreError> {
        self.with(|session| session.transaction(BEGIN, |session| import::put_items(session, items)))
    }

    /// Everything that is stored, as of one moment. Large: for reports, exports and tests.
    ///
    /// # Errors
    /// `STORE_CORRUPT` when it contradicts itself; `STORE_BUSY`; `STORE_FAILED`.
    pub fn snapshot(&mut self) -> Result<ExecutionSnapshot, StoreError> {
        self.with(|session| session.transaction(BEGIN_READ, audit::everything))
    }

    /// Checks all that is stored: the ledger line by line against every balance, holds against what is reserved,
    /// sequences without gaps.
    ///
    /// # Errors
    /// `STORE_CORRUPT` with the first contradiction; `STORE_BUSY`; `STORE_FAILED`.
    pub fn verify(&mut self) -> Result<(), StoreError> {
        self.with(|session| session.transaction(BEGIN_READ, audit::verify))
    }

    /// The connection, a new one where it was lost.
    fn session(&mut self) -> Done<&mut Session> {
        if self.session.as_ref().is_some_and(Session::is_closed) && self.connect.is_some() {
            self.session = None;
        }
        let session = match (self.session.take(), &mut self.connect) {
            (Some(session), _) => session,
            (None, Some(connect)) => Session::new(connect()?, migrations::newest())?,
            (None, None) => return Err(failed("the connection is gone")),
        };
        Ok(self.session.insert(session))
    }

    /// Runs something on the connection; once more on a new one where it turns out to be lost.
    fn with<T>(&mut self, mut run: impl FnMut(&mut Session) -> Done<T>) -> Result<T, StoreError> {
        let first = self.session().and_then(&mut run);
        match first {
            Err(Fault::Lost(_)) if self.connect.is_some() => {
                self.session = None;
                let again = self.session().and_then(run);
                if matches!(again, Err(Fault::Lost(_))) {
                    self.session = None;
                }
                again.map_err(Fault::store)
            }
            answer => answer.map_err(Fault::store),
        }
    }
}

impl ReadRecords for PostgresRepository {
    fn read(&mut self, wants: &[Want]) -> Result<Rows, StoreError> {
        let reading = Reading::new(wants);
        self.with(|session| {
            session.transaction(BEGIN_READ, |session| {
                let answers: Vec<_> =
                    reading.questions().map(|question| session.ask(question)).collect::<Done<_>>()?;
                reading.rows(&answers).map_err(Fault::Store)
            })
        })
    }
}

impl CommitChanges for PostgresRepository {
    fn commit(&mut self, changes: &ChangeSet) -> Result<Commit, StoreError> {
        self.commit_all(std::slice::from_ref(changes))
    }

    /// In one transaction: all of them or none. [`Replayed`](Commit::Replayed) names one key that was stored before.
    fn commit_all(&mut self, changes: &[ChangeSet]) -> Result<Commit, StoreError> {
        match self.with(|session| commit(session, changes)) {
            Err(StoreError::Busy) => Ok(Commit::Busy),
            answer => answer,
        }
    }
}

/// One transaction. When the connection is lost before `COMMIT` is sent, the server rolls back; after that only
/// asking again can tell.
fn commit(session: &mut Session, changes: &[ChangeSet]) -> Done<Commit> {
    let mut committing = Committing::new(changes)?;
    session.client().batch_execute(BEGIN)?;
    let step = steps(session, &mut committing);
    match step {
        Ok(Step::Commit(answer)) => match session.client().batch_execute("COMMIT") {
            Ok(()) => Ok(answer),
            Err(error) if leaves_open(&error) => Ok(Commit::Unknown),
            Err(error) => Err(error.into()),
        },
        Ok(Step::RollBack(answer)) => {
            session.roll_back();
            Ok(answer)
        }
        Ok(Step::Ask(_)) => Err(failed("a question that nobody asked")),
        Err(fault) => {
            session.roll_back();
            Err(fault)
        }
    }
}

/// Asks until there is nothing left but to commit or to roll back.
fn steps(session: &mut Session, committing: &mut Committing<'_>) -> Done<Step> {
    loop {
        match committing.next()? {
            Step::Ask(question) => {
                let rows = session.ask(&question)?;
                committing.give(&rows)?;
            }
            step => return Ok(step),
        }
    }
}

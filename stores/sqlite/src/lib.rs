//! Records of headstock in one SQLite file: [`SqliteRepository`].
//!
//! One transaction a commit, with the write lock from its start: the key first, then rows in key order, each only in
//! the place of the version that was read, then the ledger. Write-ahead log with full synchronisation: what was
//! acknowledged is on the disk. Quantities are whole grains (INTEGER), never floating point; SQL does no sums.
//! What is read is checked: a balance against the last line of its ledger and against its holds, a body against
//! its columns, a scale against its item's.

mod audit;
mod cells;
mod errors;
mod known;
mod migrations;
mod read;
mod rows;
mod table;
mod write;

use std::path::Path;
use std::time::Duration;

use headstock::changeset::{ChangeSet, Row};
use headstock::inventory::StockItem;
use headstock::load::{Rows, Want};
use headstock::repository::{Commit, CommitChanges, ReadRecords, StoreError};
use headstock::snapshot::ExecutionSnapshot;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior, params};

use crate::errors::{Done, Fault, failed};
use crate::known::Known;
use crate::write::Writer;

/// How long a statement waits for a lock of someone else where the host does not say.
pub const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// A store in one SQLite file. Several processes may have it open; one of them writes at a time.
///
/// ```
/// use headstock::snapshot::ExecutionSnapshot;
/// use headstock_sqlite::SqliteRepository;
///
/// let mut store = SqliteRepository::in_memory().unwrap();
/// assert_eq!(store.snapshot().unwrap(), ExecutionSnapshot::default());
/// ```
#[derive(Debug)]
pub struct SqliteRepository {
    connection: Connection,
    known: Known,
}

impl SqliteRepository {
    /// Opens a file, creates it where it is not there, and brings its schema to the newest version.
    ///
    /// # Errors
    /// `FORMAT_VERSION` when a newer version wrote it; `STORE_CORRUPT` when it is no database or one of something
    /// else; `STORE_BUSY`; `STORE_FAILED`, such as a folder that is not there.
    pub fn open(path: &Path) -> Result<SqliteRepository, StoreError> {
        SqliteRepository::open_waiting(path, BUSY_TIMEOUT)
    }

    /// As [`open`](SqliteRepository::open), waiting at most `busy` for a lock of someone else, then `STORE_BUSY`.
    ///
    /// # Errors
    /// Those of [`open`](SqliteRepository::open).
    pub fn open_waiting(path: &Path, busy: Duration) -> Result<SqliteRepository, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || set_up(Connection::open_with_flags(path, flags)?, busy);
        open().map_err(|fault| fault.0)
    }

    /// Opens a file that is there to read it only: a commit is refused with `STORE_FAILED`.
    ///
    /// # Errors
    /// Those of [`open`](SqliteRepository::open); `STORE_FAILED` when its schema would have to be changed.
    pub fn open_read_only(path: &Path) -> Result<SqliteRepository, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || set_up(Connection::open_with_flags(path, flags)?, BUSY_TIMEOUT);
        open().map_err(|fault| fault.0)
    }

    /// A store that is gone when it is dropped, for previews and tests.
    ///
    /// # Errors
    /// `STORE_FAILED`.
    pub fn in_memory() -> Result<SqliteRepository, StoreError> {
        let open = || set_up(Connection::open_in_memory()?, BUSY_TIMEOUT);
        open().map_err(|fault| fault.0)
    }

    /// Lets the file grow to so many pages of 4 KiB and no further; never below what it has.
    ///
    /// # Errors
    /// `STORE_FAILED`.
    pub fn limit_pages(&mut self, pages: u32) -> Result<(), StoreError> {
        let set = |connection: &Connection| -> Done<()> {
            let sql = format!("PRAGMA max_page_count = {pages}");
            Ok(connection.query_row(&sql, [], |row| row.get::<_, i64>(0)).map(drop)?)
        };
        set(&self.connection).map_err(|fault| fault.0)
    }

    /// Fills an empty store, in one transaction.
    ///
    /// # Errors
    /// `STORE_FAILED` when there are rows already, or a balance of an item that is not given; `STORE_BUSY`.
    pub fn import(&mut self, state: &ExecutionSnapshot) -> Result<(), StoreError> {
        self.write(|connection| import(connection, state))
    }

    /// Adds items or changes what is known of them.
    ///
    /// # Errors
    /// `STORE_FAILED` when stock of one has more decimals already; `STORE_BUSY`.
    pub fn put_items(&mut self, items: &[StockItem]) -> Result<(), StoreError> {
        self.write(|connection| items.iter().try_for_each(|row| rows::item(connection, row)))
    }

    /// Everything that is stored, as of one moment. Large: for reports, exports and tests.
    ///
    /// # Errors
    /// `STORE_CORRUPT` when it contradicts itself; `STORE_BUSY`; `STORE_FAILED`.
    pub fn snapshot(&mut self) -> Result<ExecutionSnapshot, StoreError> {
        self.reading(audit::everything)
    }

    /// Checks all that is stored: the file itself, the ledger line by line against every balance, holds against
    /// what is reserved, sequences without gaps.
    ///
    /// # Errors
    /// `STORE_CORRUPT` with the first contradiction; `STORE_BUSY`; `STORE_FAILED`.
    pub fn verify(&mut self) -> Result<(), StoreError> {
        self.reading(audit::verify)
    }

    /// All reads of `what` see one moment.
    fn reading<T>(&mut self, what: impl FnOnce(&Connection) -> Done<T>) -> Result<T, StoreError> {
        let run = |connection: &mut Connection| {
            let transaction = connection.transaction()?;
            what(&transaction)
        };
        run(&mut self.connection).map_err(|fault: Fault| fault.0)
    }

    fn write(&mut self, what: impl FnOnce(&Connection) -> Done<()>) -> Result<(), StoreError> {
        let run = |connection: &mut Connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            what(&transaction)?;
            Ok(transaction.commit()?)
        };
        self.known.forget();
        run(&mut self.connection).map_err(|fault: Fault| fault.0)
    }
}

fn set_up(mut connection: Connection, busy: Duration) -> Done<SqliteRepository> {
    connection.busy_timeout(busy)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update(None, "foreign_keys", true)?;
    // Else SQLite compiles a statement anew whenever a value is bound that its plan might depend on: ours do not.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // A file of something else is refused before anything is written to it.
    migrations::inspect(&connection)?;
    if !connection.is_readonly(rusqlite::MAIN_DB)? {
        connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0))?;
    }
    connection.pragma_update(None, "synchronous", "FULL")?;
    migrations::migrate(&mut connection)?;
    Ok(SqliteRepository { connection, known: Known::default() })
}

fn import(connection: &Connection, state: &ExecutionSnapshot) -> Done<()> {
    let sql = "SELECT EXISTS (SELECT 1 FROM item) OR EXISTS (SELECT 1 FROM place) OR EXISTS (SELECT 1 FROM request)";
    if connection.query_row(sql, [], |row| row.get(0))? {
        return Err(failed("only an empty store can be filled"));
    }
    let tables = state.to_tables();
    tables.items.iter().try_for_each(|row| rows::item(connection, row))?;
    for row in &tables.substitutes {
        let sql = "INSERT INTO substitute (item, body) VALUES (?1, ?2)";
        connection.prepare_cached(sql)?.execute(params![row.item.as_str(), cells::json(row)?])?;
    }
    let rows = tables.periods.into_iter().map(|row| Row::Period(Box::new(row)));
    let rows = rows.chain(tables.places.into_iter().map(|row| Row::Place(Box::new(row))));
    let rows = rows.chain(tables.orders.into_iter().map(|row| Row::Order(Box::new(row))));
    let rows = rows.chain(tables.documents.into_iter().map(|row| Row::Document(Box::new(row))));
    let rows = rows.chain(tables.lots.into_iter().map(|row| Row::Lot(Box::new(row))));
    let rows = rows.chain(tables.serials.into_iter().map(|row| Row::Serial(Box::new(row))));
    let rows = rows.chain(tables.holds.into_iter().map(|row| Row::Hold(Box::new(row))));
    for row in rows.chain(tables.balances.into_iter().map(|row| Row::Balance(Box::new(row)))) {
        if !rows::insert(connection, &row)? {
            return Err(failed(format!("{} stands twice", row.key().name())));
        }
    }
    write::import_lines(connection, &tables.ledger)?;
    for done in &tables.requests {
        if !rows::request(connection, done)? {
            return Err(failed(format!("the key {} stands twice", done.key)));
        }
    }
    Ok(())
}

impl ReadRecords for SqliteRepository {
    fn read(&mut self, wants: &[Want]) -> Result<Rows, StoreError> {
        let known = &mut self.known;
        let mut run = || -> Done<Rows> {
            let transaction = self.connection.transaction()?;
            known.refresh(&transaction)?;
            let mut out = Rows { watermark: read::watermark(&transaction)?, ..Rows::default() };
            for want in wants {
                if !known.give(want, &mut out) {
                    let mut found = Rows::default();
                    read::want(&transaction, want, &mut found)?;
                    known.keep(want, &found);
                    append(&mut out, found);
                }
            }
            Ok(out)
        };
        run().map_err(|fault| fault.0)
    }
}

fn append(out: &mut Rows, more: Rows) {
    out.rows.extend(more.rows);
    out.items.extend(more.items);
    out.substitutes.extend(more.substitutes);
    out.requests.extend(more.requests);
}

impl CommitChanges for SqliteRepository {
    fn commit(&mut self, changes: &ChangeSet) -> Result<Commit, StoreError> {
        self.commit_all(std::slice::from_ref(changes))
    }

    /// In one transaction: all of them or none.
    fn commit_all(&mut self, changes: &[ChangeSet]) -> Result<Commit, StoreError> {
        match commit(&mut self.connection, &mut self.known, changes) {
            Err(Fault(StoreError::Busy)) => Ok(Commit::Busy),
            answer => answer.map_err(|fault| fault.0),
        }
    }
}

fn commit(connection: &mut Connection, known: &mut Known, changes: &[ChangeSet]) -> Done<Commit> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    known.refresh(&transaction)?;
    let mut writer = Writer::new(&transaction, known)?;
    for changes in changes {
        if let Some(answer) = writer.add(changes)? {
            transaction.rollback()?;
            return Ok(answer);
        }
    }
    let written = writer.finish()?;
    match transaction.commit() {
        Ok(()) => {
            let watermark = written.watermark;
            known.learn(written.rows.into_iter().cloned(), written.numbers);
            Ok(Commit::Committed { watermark })
        }
        Err(error) => {
            known.forget();
            // The disk failed while the log was written: only reading it again can tell.
            let lost = error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure);
            if lost { Ok(Commit::Unknown) } else { Err(error.into()) }
        }
    }
}

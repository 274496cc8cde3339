//! The schema, forward only: numbered files, applied together in one transaction and recorded.

use headstock::repository::StoreError;
use rusqlite::{Connection, TransactionBehavior, params};

use crate::errors::{Done, corrupt};

/// The files in their order; the first is version 1. A file that was published is never edited.
const FILES: [(&str, &str); 1] = [("0001_records", include_str!("../migrations/0001_records.sql"))];

/// `hdst`: marks the file as ours.
const APPLICATION: i64 = 0x6864_7374;

const VERSIONS: &str = "CREATE TABLE schema_version (
    version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL) STRICT";

/// The version that a file is brought to.
pub(crate) fn newest() -> u32 {
    u32::try_from(FILES.len()).unwrap_or(u32::MAX)
}

/// The version of a file; 0 of an empty one.
fn found(connection: &Connection) -> Done<u32> {
    let application: i64 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if application == APPLICATION {
        let version: i64 =
            connection
                .query_row("SELECT coalesce(max(version), 0) FROM schema_version", [], |row| row.get(0))?;
        return u32::try_from(version).map_err(|_| corrupt(format!("schema version {version}")));
    }
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application == 0 && tables == 0 { Ok(0) } else { Err(corrupt("it is a database of something else")) }
}

/// Refuses a file that is no database, one of something else, or of a newer version; writes nothing.
pub(crate) fn inspect(connection: &Connection) -> Done<()> {
    check(found(connection)?).map(drop)
}

/// Brings the file to the newest version.
///
/// A file that is up to date is not written, so that it can be opened where writing is not possible.
pub(crate) fn migrate(connection: &mut Connection) -> Done<()> {
    if check(found(connection)?)? == newest() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Looked at again under the lock: someone else may have been faster.
    let from = check(found(&transaction)?)?;
    if from == 0 {
        transaction.execute_batch(VERSIONS)?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
    }
    for (version, (name, sql)) in (1_u32..).zip(FILES) {
        if version > from {
            transaction.execute_batch(sql)?;
            transaction.execute("INSERT INTO schema_version VALUES (?1, ?2)", params![version, name])?;
        }
    }
    Ok(transaction.commit()?)
}

fn check(found: u32) -> Done<u32> {
    let supported = newest();
    if found > supported { Err(StoreError::Newer { found, supported }.into()) } else { Ok(found) }
}

//! The schema, forward only: numbered files, applied together in one transaction and recorded.

use headstock::repository::StoreError;
use postgres::Client;

use crate::commit::{ALONE, AT_WORK};
use crate::errors::{Done, corrupt};

/// The files in their order; the first is version 1. A file that was published is never edited.
const FILES: [(&str, &str); 1] = [("0001_records", include_str!("../migrations/0001_records.sql"))];

const VERSIONS: &str = r#"CREATE SCHEMA IF NOT EXISTS headstock;
    CREATE TABLE headstock.schema_version (
        version integer NOT NULL PRIMARY KEY, name text COLLATE "C" NOT NULL)"#;

/// The version that a database is brought to.
pub(crate) fn newest() -> u32 {
    u32::try_from(FILES.len()).unwrap_or(u32::MAX)
}

/// The version of a database; 0 where there is nothing of ours.
fn found(client: &mut Client) -> Done<u32> {
    let sql = "SELECT to_regclass('headstock.schema_version') IS NOT NULL, EXISTS (SELECT 1 FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'headstock')";
    let row = client.query_one(sql, &[])?;
    let (ours, full): (bool, bool) = (row.try_get(0)?, row.try_get(1)?);
    if !ours {
        return if full { Err(corrupt("the schema headstock is one of something else")) } else { Ok(0) };
    }
    let sql = "SELECT coalesce(max(version), 0) FROM headstock.schema_version";
    let version: i32 = client.query_one(sql, &[])?.try_get(0)?;
    u32::try_from(version).map_err(|_| corrupt(format!("schema version {version}")))
}

/// Brings the database to version `to`, the newest for hosts.
///
/// A database that is up to date is not written, so that it can be opened where writing is not possible.
pub(crate) fn migrate(client: &mut Client, to: u32) -> Done<()> {
    if check(found(client)?)? >= to {
        return Ok(());
    }
    client.batch_execute("BEGIN ISOLATION LEVEL READ COMMITTED")?;
    let done = apply(client, to);
    client.batch_execute(if done.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    done
}

fn apply(client: &mut Client, to: u32) -> Done<()> {
    client.execute(ALONE, &[&AT_WORK])?;
    // Looked at again under the lock: someone else may have been faster.
    let from = check(found(client)?)?;
    if from == 0 {
        client.batch_execute(VERSIONS)?;
    }
    for (version, (name, sql)) in (1_u32..).zip(FILES) {
        if version > from && version <= to {
            client.batch_execute(sql)?;
            let number = i32::try_from(version).unwrap_or(i32::MAX);
            client.execute("INSERT INTO headstock.schema_version VALUES ($1, $2)", &[&number, &name])?;
        }
    }
    Ok(())
}

fn check(found: u32) -> Done<u32> {
    let supported = newest();
    if found > supported { Err(StoreError::Newer { found, supported }.into()) } else { Ok(found) }
}

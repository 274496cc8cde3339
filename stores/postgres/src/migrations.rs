//! The schema, forward only: numbered files, applied together in one transaction and recorded.

use headstock::repository::StoreError;
use postgres::Client;

use crate::commit::{ALONE, AT_WORK};
use crate::errors::{Done, corrupt};

/// The files in their order; the first is version 1. A file that was published is never edited.
const FILES: [(&str, &str); 2] = [
    ("0001_records", include_str!("../migrations/0001_records.sql")),
    ("0002_compression", include_str!("../migrations/0002_compression.sql")),
];

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

/// Every version is brought to the newest with records in it. `tests/versions` holds what a small plant looked like
/// in each version, as `pg_dump --data-only --column-inserts` wrote it when that version was the newest.
#[cfg(test)]
#[path = "../tests/shared/cluster.rs"]
mod cluster;

#[cfg(test)]
mod tests {
    use headstock::repository::{MemoryRepository, Retries, execute};
    use headstock_store_suite::crash::{commands, plant};
    use headstock_store_suite::now;

    use super::{cluster, newest};
    use crate::PostgresRepository;
    use crate::session::Session;

    /// Writes the records of a version, once its schema is final: `HEADSTOCK_VERSION=2 cargo test -p
    /// headstock-postgres --lib -- --ignored writes_the_records`.
    #[test]
    #[ignore = "writes into the repository"]
    fn writes_the_records_of_a_version() {
        let Some(cluster) = cluster::shared() else { return };
        let version = headstock_store_suite::setting("HEADSTOCK_VERSION", u64::from(newest()));
        cluster.create("records");
        let session = Session::new(cluster.client("records"), u32::try_from(version).unwrap()).unwrap();
        let mut store = PostgresRepository { session: Some(session), connect: None };
        store.import(&plant()).unwrap();
        for request in commands(2) {
            execute(&mut store, &request, now(), Retries::default()).unwrap();
        }
        let dump = cluster.dump("records");
        let kept = |line: &&str| line.starts_with("INSERT") || line.starts_with("SELECT pg_catalog.setval");
        let kept: Vec<&str> =
            dump.lines().filter(kept).filter(|line| !line.contains("schema_version")).collect();
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/versions");
        std::fs::write(folder.join(format!("{version:04}.sql")), kept.join("\n") + "\n").unwrap();
    }

    const VERSIONS: [&str; 1] = [include_str!("../tests/versions/0001.sql")];

    #[test]
    fn i08_every_earlier_version_is_brought_to_the_newest_with_its_records() {
        let Some(cluster) = cluster::shared() else { return };
        assert_eq!(VERSIONS.len() + 1, usize::try_from(newest()).unwrap(), "a version without its records");
        let mut memory = MemoryRepository::new(plant());
        for request in commands(2) {
            execute(&mut memory, &request, now(), Retries::default()).unwrap();
        }
        for (version, records) in (1_u32..).zip(VERSIONS) {
            let name = format!("version-{version}");
            cluster.create(&name);
            drop(Session::new(cluster.client(&name), version).unwrap());
            let mut client = cluster.client(&name);
            // The schema of that version and no later one, with its records.
            let found = client.query_one("SELECT max(version) FROM headstock.schema_version", &[]).unwrap();
            assert_eq!(found.get::<_, i32>(0), i32::try_from(version).unwrap());
            client.batch_execute("DELETE FROM headstock.ledger_end").unwrap();
            client.batch_execute(records).unwrap();
            let mut store = PostgresRepository::new(cluster.client(&name)).unwrap();
            let found = client.query_one("SELECT max(version) FROM headstock.schema_version", &[]).unwrap();
            assert_eq!(found.get::<_, i32>(0), i32::try_from(newest()).unwrap());
            store.verify().unwrap();
            assert_eq!(&store.snapshot().unwrap(), memory.state(), "version {version}");
            // And it is worked on.
            let mut other = MemoryRepository::new(memory.state().clone());
            for request in commands(3) {
                let one = execute(&mut store, &request, now(), Retries::default()).unwrap();
                assert_eq!(one, execute(&mut other, &request, now(), Retries::default()).unwrap());
            }
            assert_eq!(&store.snapshot().unwrap(), other.state());
        }
    }
}

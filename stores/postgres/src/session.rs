//! One connection with its prepared statements.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;

use postgres::{Client, Row, Statement};

use crate::ask::Question;
use crate::errors::{Done, Fault, failed};
use crate::migrations;

/// What a connection is set to before it is used. It belongs to the store then.
///
/// Every look-up is by key, so a plan that was made while a table was small must not read all of it when it is large;
/// what that setting makes of costs must not set the compiler to work on tables of one row.
/// A wait for someone else ends after five seconds where the host did not set `lock_timeout`, and what is
/// acknowledged is on the disk, whatever the server's default.
pub const SESSION: &str = "SET enable_seqscan = off;
    SET jit = off;
    SELECT set_config('lock_timeout', '5s', false) WHERE current_setting('lock_timeout') = '0';
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

pub(crate) struct Session {
    client: Client,
    statements: BTreeMap<&'static str, Statement>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("closed", &self.client.is_closed()).finish_non_exhaustive()
    }
}

impl Session {
    /// Sets a connection up and brings the schema to version `to`.
    pub(crate) fn new(mut client: Client, to: u32) -> Done<Session> {
        let encoding: String = client.query_one("SHOW server_encoding", &[])?.try_get(0)?;
        if encoding != "UTF8" {
            return Err(failed(format!("the database is encoded in {encoding}, it must be in UTF8")));
        }
        client.batch_execute(SESSION)?;
        migrations::migrate(&mut client, to)?;
        Ok(Session { client, statements: BTreeMap::new() })
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    pub(crate) fn client(&mut self) -> &mut Client {
        &mut self.client
    }

    /// Asks one question.
    pub(crate) fn ask(&mut self, question: &Question) -> Done<Vec<Row>> {
        if let Some(bytes) = question.bytes() {
            self.copy(question.sql(), bytes)?;
            return Ok(Vec::new());
        }
        let sql = question.sql();
        let statement = match self.statements.get(sql) {
            Some(statement) => statement.clone(),
            None => {
                let statement = self.client.prepare(sql)?;
                self.statements.insert(sql, statement.clone());
                statement
            }
        };
        Ok(self.client.query(&statement, &question.parameters())?)
    }

    fn copy(&mut self, sql: &'static str, bytes: &[u8]) -> Done<()> {
        let mut writer = self.client.copy_in(sql)?;
        writer.write_all(bytes).map_err(|error| Fault::Lost(error.to_string()))?;
        writer.finish().map(drop)?;
        Ok(())
    }

    /// Runs reads or writes in a transaction that ends in a commit, or in a roll-back after an error.
    pub(crate) fn transaction<T>(
        &mut self,
        begin: &str,
        run: impl FnOnce(&mut Session) -> Done<T>,
    ) -> Done<T> {
        self.client.batch_execute(begin)?;
        let done = run(self);
        if done.is_err() {
            self.roll_back();
            return done;
        }
        self.client.batch_execute("COMMIT")?;
        done
    }

    /// Where it fails the connection is gone, and the server rolls back on its own.
    pub(crate) fn roll_back(&mut self) {
        let _ = self.client.batch_execute("ROLLBACK");
    }
}

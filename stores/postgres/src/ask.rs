//! What is asked of PostgreSQL, apart from who asks it: statements with their parameters, and what comes next.
//!
//! The synchronous face runs them with the `postgres` crate; an asynchronous host runs the same with its own `await`.

use headstock::repository::Commit;
use postgres::types::private::BytesMut;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::cells::Cell;
use crate::errors::{Done, failed};

/// A parameter: one value, or a column of an `unnest`.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    One(Cell),
    Column(Vec<Cell>),
}

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::One(cell) => cell.to_sql_checked(kind, out),
            Value::Column(cells) => cells.to_sql_checked(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        // The cells themselves are asked when they are sent.
        true
    }

    to_sql_checked!();
}

/// One statement with its parameters, or the bytes of a `COPY … FROM STDIN`.
#[derive(Debug, Clone)]
pub struct Question {
    sql: &'static str,
    values: Vec<Value>,
    copy: Option<Vec<u8>>,
}

impl Question {
    pub(crate) fn new(sql: &'static str, values: Vec<Value>) -> Question {
        Question { sql, values, copy: None }
    }

    /// A question over columns made of rows; every row has as many cells as `width`.
    pub(crate) fn over(sql: &'static str, width: usize, rows: Vec<Vec<Cell>>) -> Question {
        Question::new(sql, columns(width, rows))
    }

    /// Rows as a binary `COPY` into columns of these types.
    pub(crate) fn copy(sql: &'static str, types: &[Type], rows: &[Vec<Cell>]) -> Done<Question> {
        let mut out = BytesMut::new();
        out.extend_from_slice(b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0");
        let wrong =
            |error: &dyn std::fmt::Display| failed(format!("a value does not fit its column: {error}"));
        let mut field = BytesMut::new();
        for row in rows {
            let width = i16::try_from(row.len()).map_err(|error| wrong(&error))?;
            out.extend_from_slice(&width.to_be_bytes());
            for (cell, kind) in row.iter().zip(types) {
                field.clear();
                let length = match cell.to_sql_checked(kind, &mut field).map_err(|error| wrong(&error))? {
                    IsNull::Yes => -1,
                    IsNull::No => i32::try_from(field.len()).map_err(|error| wrong(&error))?,
                };
                out.extend_from_slice(&length.to_be_bytes());
                out.extend_from_slice(&field);
            }
        }
        out.extend_from_slice(&(-1_i16).to_be_bytes());
        Ok(Question { sql, values: Vec::new(), copy: Some(out.to_vec()) })
    }

    /// The statement; one of a small closed set, so that it is worth preparing.
    #[must_use]
    pub const fn sql(&self) -> &'static str {
        self.sql
    }

    /// Its parameters.
    #[must_use]
    pub fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
    }

    /// What a `COPY … FROM STDIN` is sent, where the statement is one: it has no parameters and gives no rows.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        self.copy.as_deref()
    }
}

/// Rows turned into columns.
pub(crate) fn columns(width: usize, rows: Vec<Vec<Cell>>) -> Vec<Value> {
    let mut columns: Vec<Vec<Cell>> = (0..width).map(|_| Vec::with_capacity(rows.len())).collect();
    for row in rows {
        for (column, cell) in columns.iter_mut().zip(row) {
            column.push(cell);
        }
    }
    columns.into_iter().map(Value::Column).collect()
}

/// What comes next in a commit.
#[derive(Debug)]
pub enum Step {
    /// Ask this and give the rows of the answer.
    Ask(Question),
    /// Send `COMMIT`. When it succeeds this is the answer; when it is not known whether it did, [`Commit::Unknown`].
    Commit(Commit),
    /// Send `ROLLBACK`: nothing is stored, and this is the answer.
    RollBack(Commit),
}

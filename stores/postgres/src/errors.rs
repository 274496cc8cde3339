//! What PostgreSQL says, as the closed answers of a store.

use std::error::Error as _;

use headstock::repository::StoreError;
use postgres::Error;
use postgres::error::{Severity, SqlState};

/// What went wrong inside; `?` makes it of the errors of the crates used here.
#[derive(Debug)]
pub(crate) enum Fault {
    /// An answer of a store.
    Store(StoreError),
    /// The connection is gone: what was not committed is not stored.
    Lost(String),
}

pub(crate) type Done<T> = Result<T, Fault>;

pub(crate) fn corrupt(what: impl Into<String>) -> Fault {
    Fault::Store(StoreError::Corrupt { what: what.into() })
}

pub(crate) fn failed(what: impl Into<String>) -> Fault {
    Fault::Store(StoreError::Failed { what: what.into() })
}

impl Fault {
    pub(crate) fn store(self) -> StoreError {
        match self {
            Fault::Store(error) => error,
            Fault::Lost(what) => StoreError::Failed { what },
        }
    }
}

/// Someone else holds what is needed, or the server has no room for one more: nothing was done, and it may go later.
const BUSY: [SqlState; 7] = [
    SqlState::LOCK_NOT_AVAILABLE,
    SqlState::T_R_DEADLOCK_DETECTED,
    SqlState::T_R_SERIALIZATION_FAILURE,
    SqlState::QUERY_CANCELED,
    SqlState::TOO_MANY_CONNECTIONS,
    SqlState::CANNOT_CONNECT_NOW,
    SqlState::OBJECT_IN_USE,
];

/// The server found damage, or what the schema must hold is not there.
const CORRUPT: [SqlState; 6] = [
    SqlState::DATA_CORRUPTED,
    SqlState::INDEX_CORRUPTED,
    SqlState::UNDEFINED_TABLE,
    SqlState::UNDEFINED_COLUMN,
    SqlState::INVALID_SCHEMA_NAME,
    SqlState::DATATYPE_MISMATCH,
];

/// Severities with which the server ends the connection.
fn ends(error: &Error) -> bool {
    let severity = error.as_db_error().and_then(postgres::error::DbError::parsed_severity);
    matches!(severity, Some(Severity::Fatal | Severity::Panic))
}

/// What the server said, with its detail.
pub(crate) fn said(error: &Error) -> String {
    match error.as_db_error() {
        Some(said) => match said.detail() {
            Some(detail) => format!("{} ({}): {detail}", said.message(), said.code().code()),
            None => format!("{} ({})", said.message(), said.code().code()),
        },
        None => match error.source() {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        },
    }
}

/// Whether an answer to `COMMIT` leaves open if it is stored: all but an error after which the session goes on.
pub(crate) fn leaves_open(error: &Error) -> bool {
    let unclear = [SqlState::TRANSACTION_RESOLUTION_UNKNOWN, SqlState::T_R_STATEMENT_COMPLETION_UNKNOWN];
    match error.code() {
        Some(code) => ends(error) || unclear.contains(code),
        None => true,
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Fault {
        let what = said(&error);
        match error.code() {
            Some(code) if BUSY.contains(code) => Fault::Store(StoreError::Busy),
            Some(code) if CORRUPT.contains(code) => corrupt(what),
            Some(_) if ends(&error) => Fault::Lost(what),
            Some(_) => failed(what),
            None if error.is_closed() => Fault::Lost(what),
            None => match error.source() {
                Some(source) if source.is::<std::io::Error>() => Fault::Lost(what),
                // A column that is not of the type or range that it was written with.
                Some(source) if source.is::<postgres::types::WasNull>() => corrupt(what),
                Some(source) if source.is::<postgres::types::WrongType>() => corrupt(what),
                _ => failed(what),
            },
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Fault {
        Fault::Store(error)
    }
}

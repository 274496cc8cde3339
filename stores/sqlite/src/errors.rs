//! What SQLite says, as the closed answers of a store.

use headstock::repository::StoreError;
use rusqlite::{Error, ErrorCode};

/// A [`StoreError`] that `?` makes of the errors of the crates used here.
#[derive(Debug)]
pub(crate) struct Fault(pub(crate) StoreError);

pub(crate) type Done<T> = Result<T, Fault>;

pub(crate) fn corrupt(what: impl Into<String>) -> Fault {
    Fault(StoreError::Corrupt { what: what.into() })
}

pub(crate) fn failed(what: impl Into<String>) -> Fault {
    Fault(StoreError::Failed { what: what.into() })
}

impl From<Error> for Fault {
    fn from(error: Error) -> Fault {
        let what = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Fault(StoreError::Busy),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => corrupt(what),
            Some(_) => failed(what),
            // A column that is not of the type that it was written with.
            None => match error {
                Error::FromSqlConversionFailure(..)
                | Error::IntegralValueOutOfRange(..)
                | Error::Utf8Error(..)
                | Error::InvalidColumnType(..) => corrupt(what),
                _ => failed(what),
            },
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Fault {
        Fault(error)
    }
}

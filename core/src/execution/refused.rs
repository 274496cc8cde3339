//! Why a command was refused.

use crate::finding::{Code, Finding};
use crate::num::NumError;
use crate::time::DateError;

/// A refused command: at least one finding, each with its code and parameters. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{first}{}", if .more.is_empty() { String::new() } else { format!(" (and {} more)", .more.len()) })]
pub struct Refused {
    first: Box<Finding>,
    more: Vec<Finding>,
}

impl Refused {
    /// Refusal for several reasons, or none where nothing was found.
    pub(super) fn all(found: Vec<Finding>) -> Result<(), Refused> {
        let mut found = found.into_iter();
        match found.next() {
            Some(first) => Err(Refused { first: Box::new(first), more: found.collect() }),
            None => Ok(()),
        }
    }

    /// The code of the first reason.
    #[must_use]
    pub fn code(&self) -> Code {
        self.first.code()
    }

    /// The first reason.
    #[must_use]
    pub fn finding(&self) -> &Finding {
        &self.first
    }

    /// All reasons.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        std::iter::once(&*self.first).chain(&self.more)
    }
}

impl From<Finding> for Refused {
    fn from(finding: Finding) -> Refused {
        Refused { first: Box::new(finding), more: Vec::new() }
    }
}

impl From<NumError> for Refused {
    fn from(error: NumError) -> Refused {
        error.finding().into()
    }
}

impl From<DateError> for Refused {
    fn from(error: DateError) -> Refused {
        error.finding().into()
    }
}

/// Something that a command names and that is not there.
pub(super) fn unknown(id: &crate::id::Id, table: &str) -> Refused {
    Finding::new(Code::UnknownReference).with("id", id).with("table", table).into()
}

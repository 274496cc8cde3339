//! What can go wrong with bills of material.

use crate::bom::graph::abbreviated;
use crate::finding::{Code, Finding};
use crate::num::NumError;
use crate::run::{Cancelled, LimitExceeded};
use crate::time::Date;
use crate::unit::UnitError;

/// A question about bills of material that cannot be answered, or a structure that is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BomError {
    /// A row was refused when the tables were read; the finding says which and why.
    #[error("{0}")]
    Refused(Finding),
    /// The structure loops (`BOM_LOOP`): the items along the cycle, each once; the last uses the first.
    #[error("the bill of material loops: {}", loop_text(.path))]
    Loop {
        /// The whole path; the text of the error shows its ends only.
        path: Vec<Box<str>>,
    },
    /// The structure is deeper than the limit (`DEPTH_LIMIT`).
    #[error("the product tree is deeper than {n} levels")]
    DepthLimit {
        /// The limit in force.
        n: u32,
    },
    /// No version is in force (`BOM_NOT_FOUND`).
    #[error("{item} has no BOM valid on {date}")]
    NotFound {
        /// The item.
        item: Box<str>,
        /// The explosion date.
        date: Date,
    },
    /// The version asked for is a draft or not enabled (`BOM_NOT_APPROVED`).
    #[error("BOM {bom} is not approved")]
    NotApproved {
        /// The version.
        bom: Box<str>,
    },
    /// No such item, site or version (`UNKNOWN_REFERENCE`).
    #[error("{id} does not exist here")]
    Unknown {
        /// What was asked for.
        id: Box<str>,
    },
    /// More rows than allowed (`LIMIT_EXCEEDED`).
    #[error(transparent)]
    Limit(#[from] LimitExceeded),
    /// The host stopped the calculation (`CANCELLED`).
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// A quantity of an item cannot be represented exactly (`NUMBER_OVERFLOW`, `QTY_OUT_OF_RANGE`,
    /// `PRECISION_EXCEEDED`).
    #[error("{item}: {error}")]
    Number {
        /// The item.
        item: Box<str>,
        /// What is wrong with the number.
        error: NumError,
    },
    /// A unit cannot be converted (`UOM_NOT_CONVERTIBLE`).
    #[error(transparent)]
    Unit(#[from] UnitError),
}

fn loop_text(path: &[Box<str>]) -> String {
    // One longer than the path: it is shown closed.
    let closed: Vec<&str> = path.iter().chain(path.first()).map(AsRef::as_ref).collect();
    abbreviated(closed.into_iter())
}

impl BomError {
    pub(crate) fn number(item: &str, error: NumError) -> BomError {
        BomError::Number { item: item.into(), error }
    }

    /// The whole path of a cycle.
    pub(crate) fn into_path(self) -> Option<Vec<String>> {
        match self {
            BomError::Loop { path } => Some(path.into_iter().map(String::from).collect()),
            _ => None,
        }
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            BomError::Refused(finding) => finding.code(),
            BomError::Loop { .. } => Code::BomLoop,
            BomError::DepthLimit { .. } => Code::DepthLimit,
            BomError::NotFound { .. } => Code::BomNotFound,
            BomError::NotApproved { .. } => Code::BomNotApproved,
            BomError::Unknown { .. } => Code::UnknownReference,
            BomError::Limit(error) => error.code(),
            BomError::Cancelled(error) => error.code(),
            BomError::Number { error, .. } => error.code(),
            BomError::Unit(error) => error.code(),
        }
    }

    /// The finding with its parameters; the path of a long cycle is abbreviated there, with its `length`.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let finding = Finding::new(self.code());
        match self {
            BomError::Refused(finding) => finding.clone(),
            BomError::Loop { path } => finding.with("path", loop_text(path)).with("length", path.len()),
            BomError::DepthLimit { n } => finding.with("n", n),
            BomError::NotFound { item, date } => finding.with("item", item).with("date", date),
            BomError::NotApproved { bom } => finding.with("bom", bom),
            BomError::Unknown { id } => finding.with("id", id),
            BomError::Limit(error) => error.finding(),
            BomError::Cancelled(error) => error.finding(),
            BomError::Number { item, error } => number_fault(error, item),
            BomError::Unit(error) => error.finding(),
        }
    }
}

/// What is wrong with a number of an item; the item stands in for a value that has no form.
pub(super) fn number_fault(error: &NumError, item: impl std::fmt::Display) -> Finding {
    let finding = error.finding().with("item", &item);
    if error.code() == Code::QtyOutOfRange { finding.with("value", item) } else { finding }
}

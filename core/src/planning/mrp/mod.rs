//! The material requirements planning run (`P08`–`P19`, `P26`–`P28`).
//!
//! Owns how records become a plan; the rules are the page `docs/planning-rules.md`, section by section:
//! nodes and levels (`discover`, `compile`), what a node starts with (`supply`), gathering of requirements
//! (`gather`), netting (`state`, `net`), orders (`lots`, `cover`), alternatives (`group`), messages
//! (`messages`) and the run over all levels (`run`). It knows no repository, clock or file.

mod compile;
mod cover;
mod day_sums;
mod days;
mod discover;
pub(super) mod gather;
mod group;
mod lots;
mod marks;
mod messages;
mod model;
mod net;
mod order;
mod peg_names;
mod pegs;
mod plan;
mod reasons;
mod records;
mod replan;
mod run;
mod state;
mod supply;
mod terms;
mod wide;

pub use pegs::{DensePeg, NeedEnd, SupplyEnd};
pub use plan::Plan;
pub use reasons::{PegGraph, PegLink};
pub use replan::{Change, PlannedState, ReplanError, Replanned};
pub use run::plan;

use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::run::Cancelled;
use crate::time::BucketError;

/// A circle as text, abbreviated where it is long; the whole path is data of the error.
fn shown_path(path: &[String]) -> String {
    // One longer than the path: it is shown closed.
    let closed: Vec<&str> = path.iter().chain(path.first()).map(String::as_str).collect();
    crate::bom::graph::abbreviated(closed.into_iter())
}

/// Why a run was refused. Nothing was planned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// Items need each other, at a site (`BOM_LOOP`), or are moved in a circle (`TRANSFER_LOOP`).
    #[error("{} {}", if *transfer { "the transfers loop:" } else { "the bill of material loops:" }, shown_path(path))]
    Loop {
        /// Whether the circle goes over transfers.
        transfer: bool,
        /// Every node of the circle once, as `item@site`, in the order of the circle.
        path: Vec<String>,
    },
    /// A quantity left the range of exact arithmetic (`NUMBER_OVERFLOW`).
    #[error("a quantity of {item} at {site} is outside the range that can be computed")]
    Overflow {
        /// The item.
        item: String,
        /// The site.
        site: String,
    },
    /// The policy's buckets have no length (`BUCKET_INVALID`).
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// The policy's buckets follow a cycle that is not among the tables (`UNKNOWN_REFERENCE`).
    #[error("the cycle {id} of the policy's buckets does not exist here")]
    UnknownCycle {
        /// The cycle.
        id: Id,
    },
    /// Phantoms open more lines than one order may have (`LIMIT_EXCEEDED`).
    #[error("the lines of an order of {item} exceed the limit of {limit}")]
    Lines {
        /// The item that is ordered.
        item: String,
        /// The limit in force.
        limit: u32,
    },
    /// The host cancelled the run (`CANCELLED`).
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl PlanError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            PlanError::Loop { transfer: true, .. } => Code::TransferLoop,
            PlanError::Loop { .. } => Code::BomLoop,
            PlanError::Overflow { .. } => Code::NumberOverflow,
            PlanError::Bucket(error) => error.code(),
            PlanError::UnknownCycle { .. } => Code::UnknownReference,
            PlanError::Lines { .. } => Code::LimitExceeded,
            PlanError::Cancelled(_) => Code::Cancelled,
        }
    }

    /// The error as a finding with its parameters.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let finding = Finding::new(self.code());
        match self {
            PlanError::Loop { path, .. } => finding.with("path", shown_path(path)),
            PlanError::Overflow { item, site } => finding.with("item", item).with("site", site),
            PlanError::Bucket(error) => error.finding().with("field", "policy.buckets"),
            PlanError::UnknownCycle { id } => {
                finding.with("id", id).with("expected", "cycles").with("field", "policy.buckets")
            }
            PlanError::Lines { item, limit } => {
                finding.with("what", "lines of an order").with("limit", limit).with("item", item)
            }
            PlanError::Cancelled(_) => finding,
        }
    }
}

/// A fault inside the netting of one node that refuses the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A sum or product does not fit.
    Overflow,
}

/// Why a need cannot be planned (rules §8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Blocked {
    NoSource,
    NoSourceOn,
    SourceLotRange,
    BomNotFound,
    BomNotApproved,
    LeadtimeMissing,
    CalendarGap,
    LotParamConflict,
    ParamMissing,
    LimitExceeded,
}

impl Blocked {
    const ALL: [Blocked; 10] = [
        Blocked::NoSource,
        Blocked::NoSourceOn,
        Blocked::SourceLotRange,
        Blocked::BomNotFound,
        Blocked::BomNotApproved,
        Blocked::LeadtimeMissing,
        Blocked::CalendarGap,
        Blocked::LotParamConflict,
        Blocked::ParamMissing,
        Blocked::LimitExceeded,
    ];

    pub(crate) fn number(self) -> u16 {
        self as u16
    }

    pub(crate) fn from_number(number: u16) -> Blocked {
        Blocked::ALL.get(usize::from(number)).copied().unwrap_or(Blocked::NoSource)
    }

    pub(crate) fn code(self) -> Code {
        match self {
            Blocked::NoSource | Blocked::NoSourceOn => Code::NoSource,
            Blocked::SourceLotRange => Code::SourceLotRange,
            Blocked::BomNotFound => Code::BomNotFound,
            Blocked::BomNotApproved => Code::BomNotApproved,
            Blocked::LeadtimeMissing => Code::LeadtimeMissing,
            Blocked::CalendarGap => Code::CalendarGap,
            Blocked::LotParamConflict => Code::LotParamConflict,
            Blocked::ParamMissing => Code::ParamMissing,
            Blocked::LimitExceeded => Code::LimitExceeded,
        }
    }
}

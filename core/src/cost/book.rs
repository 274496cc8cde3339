//! Runs per period: what is posted, replaced and reopened (`C09`, `F06`).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::CostEvent;
use crate::document::{Period, PeriodState};
use crate::finding::{Code, Finding};
use crate::id::Id;

/// A run that is posted: its events are in force until another run of the same period replaces them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PostedRun {
    /// Id of the run.
    pub run: Id,
    /// Its events.
    pub events: Vec<CostEvent>,
}

/// The runs in force, one a period.
///
/// A run of an open period replaces the run of the same period; a closed period takes nothing until it is
/// reopened, which reverses its run first. Only the latest closed period can be reopened.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CostBook {
    /// Runs by period.
    pub runs: BTreeMap<Id, PostedRun>,
}

impl CostBook {
    /// Posts a run, in the place of the one of the same period, which is returned: the host reverses its events.
    ///
    /// # Errors
    /// `PERIOD_CLOSED {period, next}`.
    pub fn post(&mut self, period: &Period, run: PostedRun) -> Result<Option<PostedRun>, Finding> {
        if period.state == PeriodState::Closed {
            return Err(Finding::new(Code::PeriodClosed).with("period", &period.id).with("next", "–"));
        }
        Ok(self.runs.insert(period.id.clone(), run))
    }

    /// Reopens the latest closed of `periods`: its run is taken back and returned, the period is open again.
    ///
    /// # Errors
    /// `PERIOD_NOT_SEQUENTIAL {earlier}` when a later one is closed: that one is to be reopened first;
    /// `UNKNOWN_REFERENCE` for a period that is not there or not closed.
    pub fn reopen(&mut self, periods: &mut [Period], period: &Id) -> Result<Option<PostedRun>, Finding> {
        let closed = |row: &&Period| row.state == PeriodState::Closed;
        let latest = periods.iter().filter(closed).max_by_key(|row| row.from).map(|row| row.id.clone());
        let known = periods.iter_mut().find(|row| row.id == *period && row.state == PeriodState::Closed);
        let Some(row) = known else {
            return Err(Finding::new(Code::UnknownReference).with("id", period));
        };
        if let Some(latest) = latest.filter(|latest| latest != period) {
            return Err(Finding::new(Code::PeriodNotSequential).with("earlier", latest));
        }
        row.state = PeriodState::Open;
        row.version += 1;
        Ok(self.runs.remove(period))
    }
}

//! Accounting periods (`F06`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::time::Date;

/// State of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PeriodState {
    /// Takes everything (the default).
    #[default]
    Open,
    /// Locked for stock documents while its costs are computed.
    Costing,
    /// Takes nothing.
    Closed,
}

/// An accounting period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// Host id, such as `2026-03`.
    pub id: Id,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// State.
    #[serde(default)]
    pub state: PeriodState,
    /// The cost run that locks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<Id>,
    /// Row version.
    #[serde(default)]
    pub version: u64,
}

/// The period in which something of a business date is posted: `period(date)` while it is open.
///
/// A value-only correction (`value_only`) whose period is not open goes to the first open period after it.
/// Nothing is returned where no period covers the date, which is allowed: a host without periods.
///
/// # Errors
/// `PERIOD_CLOSED {period, next}`; `PERIOD_LOCKED_BY_COSTING {period, run}`.
pub fn posting_period<'a>(
    periods: impl Iterator<Item = &'a Period> + Clone,
    date: Date,
    value_only: bool,
) -> Result<Option<&'a Period>, Finding> {
    let Some(own) = periods.clone().find(|period| period.from <= date && date <= period.to) else {
        return Ok(None);
    };
    if own.state == PeriodState::Open {
        return Ok(Some(own));
    }
    let later = periods.filter(|period| period.state == PeriodState::Open && period.from > own.to);
    let next = later.min_by_key(|period| period.from);
    match own.state {
        PeriodState::Closed if value_only => match next {
            Some(next) => Ok(Some(next)),
            None => Err(closed(own, None)),
        },
        PeriodState::Costing => {
            let run = own.run.as_ref().map_or("", Id::as_str);
            Err(Finding::new(Code::PeriodLockedByCosting).with("period", &own.id).with("run", run))
        }
        _ => Err(closed(own, next)),
    }
}

fn closed(period: &Period, next: Option<&Period>) -> Finding {
    let finding = Finding::new(Code::PeriodClosed).with("period", &period.id);
    finding.with("next", next.map_or("–", |next| next.id.as_str()))
}

//! Run control: progress, cancellation, thread budget and limits, handed in by the host.
//!
//! The one named exception to invariant I1: a calculation may look at the flag and call the callback that the
//! host gave, and nothing else of the outside world.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::finding::{Code, Finding};

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Progress {
    /// The name of the stage, in English snake case, such as `low_level_codes`.
    pub stage: &'static str,
    /// Units of work done in this stage.
    pub done: u64,
    /// Units of work of this stage; 0 when it is not known.
    pub total: u64,
}

/// The most levels of a product structure that any setting allows.
pub const HARD_DEPTH_CAP: u32 = 1_000;

/// What hostile or mistaken input is measured against. Every limit can be set; exceeding one is a coded error
/// (`LIMIT_EXCEEDED` or `DEPTH_LIMIT`), never a crash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Levels of a product structure; values above [`HARD_DEPTH_CAP`] count as the cap.
    pub depth: u32,
    /// Lines of one bill of material.
    pub bom_lines: u32,
    /// Lines of one business document.
    pub document_lines: u32,
    /// Rows of one table of a snapshot.
    pub rows: u64,
    /// Bytes of a host id; values above [`crate::id::MAX_ID_BYTES`] count as that.
    pub id_bytes: usize,
    /// Rows that explosions and pegging may emit in one run.
    pub work: u64,
    /// Bytes that one run may hold.
    pub memory_bytes: u64,
    /// Errors listed one by one before the rest is only counted.
    pub errors_shown: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            depth: 100,
            bom_lines: 10_000,
            document_lines: 100_000,
            rows: 100_000_000,
            id_bytes: crate::id::MAX_ID_BYTES,
            work: 1_000_000_000,
            memory_bytes: 4 << 30,
            errors_shown: 20,
        }
    }
}

impl Limits {
    /// The depth limit in force: the one set, at most [`HARD_DEPTH_CAP`].
    #[must_use]
    pub const fn depth(&self) -> u32 {
        if self.depth < HARD_DEPTH_CAP { self.depth } else { HARD_DEPTH_CAP }
    }

    /// The longest host id in force, in bytes: the one set, at most [`crate::id::MAX_ID_BYTES`].
    #[must_use]
    pub const fn id_bytes(&self) -> usize {
        if self.id_bytes < crate::id::MAX_ID_BYTES { self.id_bytes } else { crate::id::MAX_ID_BYTES }
    }

    /// Whether `count` of `what` stays within `limit`.
    ///
    /// # Errors
    /// `LIMIT_EXCEEDED {what, limit}`.
    pub const fn check(what: &'static str, count: u64, limit: u64) -> Result<(), LimitExceeded> {
        if count > limit { Err(LimitExceeded { what, limit }) } else { Ok(()) }
    }
}

/// A limit of [`Limits`] was exceeded (`LIMIT_EXCEEDED`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{what} exceeds the limit of {limit}")]
pub struct LimitExceeded {
    /// What there was too much of, in English, such as `lines of a BOM`.
    pub what: &'static str,
    /// The limit in force.
    pub limit: u64,
}

impl LimitExceeded {
    /// `LIMIT_EXCEEDED`.
    #[must_use]
    pub const fn code(&self) -> Code {
        Code::LimitExceeded
    }

    /// The finding `LIMIT_EXCEEDED {what, limit}`.
    #[must_use]
    pub fn finding(&self) -> Finding {
        Finding::new(Code::LimitExceeded).with("what", self.what).with("limit", self.limit)
    }
}

/// The host asked the run to stop (`CANCELLED`); nothing was changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, thiserror::Error)]
#[error("the run was cancelled; nothing was changed")]
pub struct Cancelled;

impl Cancelled {
    /// `CANCELLED`.
    #[must_use]
    pub const fn code(&self) -> Code {
        Code::Cancelled
    }

    /// The finding `CANCELLED`.
    #[must_use]
    pub const fn finding(&self) -> Finding {
        Finding::new(Code::Cancelled)
    }
}

/// What the host hands to every long calculation. The default is serial, silent, cannot be cancelled and has
/// the default limits. Results never depend on it, except that a run may be refused or cancelled.
///
/// ```
/// use std::sync::atomic::AtomicBool;
/// use headstock::run::{Cancelled, RunControl};
///
/// let stop = AtomicBool::new(false);
/// let run = RunControl::new().with_cancel(&stop);
/// assert_eq!(run.check(), Ok(()));
/// stop.store(true, std::sync::atomic::Ordering::Relaxed);
/// assert_eq!(run.check(), Err(Cancelled));
/// ```
#[derive(Clone, Copy)]
pub struct RunControl<'a> {
    threads: NonZeroUsize,
    progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    cancel: Option<&'a AtomicBool>,
    limits: Limits,
}

impl<'a> RunControl<'a> {
    /// One thread, no callback, no cancellation, default limits.
    #[must_use]
    pub fn new() -> RunControl<'a> {
        RunControl { threads: NonZeroUsize::MIN, progress: None, cancel: None, limits: Limits::default() }
    }

    /// Allows `threads` threads at a time.
    #[must_use]
    pub const fn with_threads(mut self, threads: NonZeroUsize) -> RunControl<'a> {
        self.threads = threads;
        self
    }

    /// Calls `progress` now and then, from any of the threads.
    #[must_use]
    pub const fn with_progress(mut self, progress: &'a (dyn Fn(Progress) + Sync)) -> RunControl<'a> {
        self.progress = Some(progress);
        self
    }

    /// Stops soon after `cancel` becomes true.
    #[must_use]
    pub const fn with_cancel(mut self, cancel: &'a AtomicBool) -> RunControl<'a> {
        self.cancel = Some(cancel);
        self
    }

    /// Uses `limits` instead of the default ones.
    #[must_use]
    pub const fn with_limits(mut self, limits: Limits) -> RunControl<'a> {
        self.limits = limits;
        self
    }

    /// How many threads the run may use at a time.
    #[must_use]
    pub const fn threads(&self) -> NonZeroUsize {
        self.threads
    }

    /// The limits in force.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Tells the host how far the run has come.
    pub fn report(&self, stage: &'static str, done: u64, total: u64) {
        if let Some(progress) = self.progress {
            progress(Progress { stage, done, total });
        }
    }

    /// Whether the run may go on; cheap enough for every few thousand rows.
    ///
    /// # Errors
    /// `CANCELLED` once the host's flag is set.
    pub fn check(&self) -> Result<(), Cancelled> {
        match self.cancel {
            Some(flag) if flag.load(Ordering::Relaxed) => Err(Cancelled),
            _ => Ok(()),
        }
    }
}

impl Default for RunControl<'_> {
    fn default() -> Self {
        RunControl::new()
    }
}

impl fmt::Debug for RunControl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunControl")
            .field("threads", &self.threads)
            .field("progress", &self.progress.is_some())
            .field("cancel", &self.cancel)
            .field("limits", &self.limits)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::finding::Lang;

    #[test]
    fn i07_limits_are_those_of_the_design_and_can_be_set() {
        let limits = Limits::default();
        assert_eq!((limits.depth(), limits.bom_lines, limits.document_lines), (100, 10_000, 100_000));
        assert_eq!((limits.rows, limits.id_bytes(), limits.errors_shown), (100_000_000, 128, 20));
        let wide: Limits = serde_json::from_str(r#"{"depth": 4000000000, "id_bytes": 1000}"#).unwrap();
        assert_eq!((wide.depth(), wide.id_bytes()), (1_000, 128));
        assert!(serde_json::from_str::<Limits>(r#"{"deep": 5}"#).is_err());
        assert_eq!(Limits::check("rows", 5, 5), Ok(()));
        let exceeded = Limits::check("rows of items", 6, 5).unwrap_err();
        assert_eq!(exceeded.finding().text(Lang::En), "rows of items exceeds the limit of 5.");
    }

    #[test]
    fn run_control_reports_to_the_host_and_stops_when_asked() {
        let seen = Mutex::new(Vec::new());
        let progress = |step: Progress| seen.lock().unwrap().push(step);
        let stop = AtomicBool::new(false);
        let run = RunControl::new().with_progress(&progress).with_cancel(&stop);
        run.report("net", 1, 2);
        assert_eq!(*seen.lock().unwrap(), [Progress { stage: "net", done: 1, total: 2 }]);
        assert_eq!((run.check(), run.threads().get()), (Ok(()), 1));
        stop.store(true, Ordering::Relaxed);
        assert_eq!(run.check().map_err(|cancelled| cancelled.code()), Err(Code::Cancelled));
        RunControl::default().report("net", 0, 0);
    }
}

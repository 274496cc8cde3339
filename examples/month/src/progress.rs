//! A progress line for long runs: on a terminal only, and only once a second has passed.

use std::io::{IsTerminal, Write, stderr};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use headstock::run::Progress;

/// When to begin, and how often to redraw.
const QUIET: Duration = Duration::from_secs(1);
const EVERY: Duration = Duration::from_millis(200);

/// Shows how far the run has come.
#[derive(Debug)]
pub(crate) struct Line {
    start: Instant,
    shown: bool,
    drawn: Mutex<Option<Instant>>,
}

impl Line {
    pub(crate) fn new() -> Line {
        Line { start: Instant::now(), shown: stderr().is_terminal(), drawn: Mutex::new(None) }
    }

    /// Draws the line if it is time to.
    pub(crate) fn report(&self, progress: Progress) {
        if !self.shown || self.start.elapsed() < QUIET {
            return;
        }
        let Ok(mut drawn) = self.drawn.try_lock() else { return };
        if drawn.is_some_and(|at| at.elapsed() < EVERY) {
            return;
        }
        let stage = progress.stage.replace('_', " ");
        let of = if progress.total > 0 { format!(" of {}", progress.total) } else { String::new() };
        // A progress line that cannot be written is no reason to stop.
        let _ = write!(stderr(), "\r\x1b[K{stage}: {}{of}", progress.done);
        *drawn = Some(Instant::now());
    }

    /// Takes the line away.
    pub(crate) fn clear(&self) {
        if self.drawn.lock().is_ok_and(|drawn| drawn.is_some()) {
            let _ = write!(stderr(), "\r\x1b[K");
        }
    }
}

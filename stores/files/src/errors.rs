//! The errors of a read: the first ones in full, the rest only counted, so that a million bad rows cost neither
//! time nor memory.

use headstock::finding::{Code, Finding, Severity, abbreviate};

/// Where in the folder something is wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) table: &'a str,
    /// Line of the file, the header being 1; 0 when it is about the whole file.
    pub(crate) row: u64,
    pub(crate) column: &'a str,
}

impl Place<'_> {
    pub(crate) fn mark(self, mut finding: Finding) -> Finding {
        finding = finding.with("table", self.table);
        if self.row > 0 {
            finding = finding.with("row", self.row);
        }
        if !self.column.is_empty() {
            finding = finding.with("column", self.column);
        }
        finding
    }
}

/// A text in English and Chinese.
pub(crate) type Both = (String, String);

/// What was wrong with a cell, before its place is known.
#[derive(Debug)]
pub(crate) enum Fault {
    /// A finding of the kernel's catalogue.
    Found(Box<Finding>),
    /// A reason in both languages, for `IMPORT_ROW`.
    Said(Box<Both>),
}

impl Fault {
    pub(crate) fn say(en: impl Into<String>, zh: impl Into<String>) -> Fault {
        Fault::Said(Box::new((en.into(), zh.into())))
    }
}

impl From<Finding> for Fault {
    fn from(finding: Finding) -> Fault {
        Fault::Found(Box::new(finding))
    }
}

/// Collects errors up to a limit and counts all.
#[derive(Debug)]
pub(crate) struct Errors {
    shown: Vec<Finding>,
    count: u64,
    limit: usize,
}

impl Errors {
    pub(crate) fn new(limit: usize) -> Errors {
        Errors { shown: Vec::new(), count: 0, limit: limit.max(1) }
    }

    /// Errors so far.
    pub(crate) const fn count(&self) -> u64 {
        self.count
    }

    /// Whether further errors are only counted.
    pub(crate) fn full(&self) -> bool {
        self.shown.len() >= self.limit
    }

    /// Adds what `make` builds, or only counts it.
    pub(crate) fn add(&mut self, make: impl FnOnce() -> Finding) {
        self.count += 1;
        if !self.full() {
            self.shown.push(make());
        }
    }

    /// Adds a fault at its place.
    pub(crate) fn fault(&mut self, place: Place<'_>, fault: Fault) {
        self.add(|| {
            place.mark(match fault {
                Fault::Found(finding) => *finding,
                Fault::Said(both) => {
                    Finding::new(Code::ImportRow).with("reason", &both.0).with("reason_zh", &both.1)
                }
            })
        });
    }

    /// The findings, with `TOO_MANY_ERRORS` at the end when some were only counted.
    pub(crate) fn finish(mut self) -> Vec<Finding> {
        let shown = self.shown.len() as u64;
        if self.count > shown {
            let many = Finding::new(Code::TooManyErrors).with("count", self.count).with("shown", shown);
            self.shown.push(many);
        }
        debug_assert!(self.shown.iter().all(|f| f.severity() == Severity::Error));
        self.shown
    }
}

/// A fault that shows a piece of the input, cut and escaped.
pub(crate) fn shown(text: &str) -> String {
    format!("\"{}\"", abbreviate(text))
}

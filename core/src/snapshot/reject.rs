//! Refusing input: what was wrong, where, and what would be right; the first faults and their count.

use crate::finding::{Code, Finding};
use std::fmt;

/// Input that breaks the tables. Nothing of it was taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    findings: Vec<Finding>,
    count: u64,
    path: Vec<String>,
}

impl Rejected {
    /// The whole circle of a `BOM_LOOP`, each item once; empty for other faults.
    #[must_use]
    pub fn path(&self) -> &[String] {
        &self.path
    }

    pub(crate) fn with_path(mut self, path: Vec<String>) -> Self {
        self.path = path;
        self
    }

    /// The first faults, in the order of the tables; when there are more, the last one says how many.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How many faults were found in all.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The code of the first fault.
    #[must_use]
    pub fn code(&self) -> Code {
        self.findings.first().map_or(Code::Internal, Finding::code)
    }
}

impl From<Finding> for Rejected {
    fn from(finding: Finding) -> Self {
        Rejected { findings: vec![finding], count: 1, path: Vec::new() }
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, finding) in self.findings.iter().enumerate() {
            let line = if i == 0 { "" } else { "\n" };
            write!(f, "{line}{}: {}", finding.code(), finding.text(crate::finding::Lang::En))?;
        }
        Ok(())
    }
}

impl std::error::Error for Rejected {}

/// Collects faults up to the number that is shown, and counts the rest.
#[derive(Debug)]
pub(crate) struct Rejections {
    shown: usize,
    findings: Vec<Finding>,
    count: u64,
}

impl Rejections {
    pub(crate) fn new(shown: usize) -> Self {
        Rejections { shown, findings: Vec::new(), count: 0 }
    }

    pub(crate) fn push(&mut self, finding: Finding) {
        self.count += 1;
        if self.findings.len() < self.shown {
            self.findings.push(finding);
        }
    }

    /// Adds the place to a fault: the table and the row's id.
    pub(crate) fn at(&mut self, table: &'static str, id: &str, finding: Finding) {
        self.push(finding.with("table", table).with("row", crate::finding::abbreviate(id)));
    }

    /// Ends the collection: an error when anything was found.
    pub(crate) fn finish(&mut self) -> Result<(), Rejected> {
        if self.count == 0 {
            return Ok(());
        }
        let mut findings = std::mem::take(&mut self.findings);
        if self.count > findings.len() as u64 {
            let shown = findings.len();
            findings.push(Finding::new(Code::TooManyErrors).with("count", self.count).with("shown", shown));
        }
        Err(Rejected { findings, count: std::mem::take(&mut self.count), path: Vec::new() })
    }
}

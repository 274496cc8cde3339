//! Builds the book from records one by one, so that the records need not be kept.

use std::collections::{BTreeMap, HashMap};

use crate::bom::book::{BomBook, LineExtra, NO_SITE, NONE, Step, Version, days};
use crate::bom::check::check_structure;
use crate::bom::line::{read_line, read_output, unknown};
use crate::bom::{Bom, BomError, BomLine, BomStatus, ItemFacts, Names, to_u32};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::num::Ratio;
use crate::run::Limits;
use crate::time::reversed;

/// Takes bills of material one by one and keeps about 16 bytes of a plain line.
///
/// A bill that is refused leaves no trace: the caller may report its findings and go on.
#[derive(Debug, Clone, Default)]
pub struct BomBookBuilder {
    limits: Limits,
    book: BomBook,
    ids: String,
    id_ends: Vec<usize>,
    changes: BTreeMap<Id, u32>,
    /// Where an extra without steps stands already; only looked into, never walked.
    shared: HashMap<LineExtra, u32>,
}

/// The most extras that are compared with new ones; past that most differ anyway.
const SHARED: usize = 1 << 16;

impl BomBookBuilder {
    /// An empty builder; the limits bound the lines of one bill, all rows and the depth of the structure.
    #[must_use]
    pub fn new(limits: Limits) -> BomBookBuilder {
        BomBookBuilder { limits, ..BomBookBuilder::default() }
    }

    /// Checks one bill of material and takes it in.
    ///
    /// # Errors
    /// All that is wrong with it, each with the BOM and the line: `UNKNOWN_REFERENCE`, `DUPLICATE_ID`,
    /// `QTY_OUT_OF_RANGE`, `NUMBER_OVERFLOW`, `YIELD_OUT_OF_RANGE`, `SCRAP_OUT_OF_RANGE`, `UOM_NOT_CONVERTIBLE`,
    /// `CHANGE_OVERLAP`, `LIMIT_EXCEEDED`.
    pub fn add(&mut self, bom: &Bom, facts: &ItemFacts) -> Result<(), Vec<Finding>> {
        let mark = (self.book.lines.len(), self.book.extras.len(), self.book.steps.len());
        let (outputs, text) = (self.book.outputs.len(), self.book.line_ids.len());
        let result = self.take(bom, facts);
        if let Err(faults) = result {
            self.book.lines.truncate(mark.0);
            self.book.extras.truncate(mark.1);
            self.book.steps.truncate(mark.2);
            self.book.outputs.truncate(outputs);
            self.book.line_ids.truncate(text);
            return Err(faults.into_iter().map(|f| f.with("bom", &bom.id)).collect());
        }
        Ok(())
    }

    fn take(&mut self, bom: &Bom, facts: &ItemFacts) -> Result<(), Vec<Finding>> {
        let limits = [
            ("bom_lines", bom.lines.len() + bom.outputs.len(), u64::from(self.limits.bom_lines)),
            ("bom_line_rows", self.book.lines.len() + bom.lines.len(), self.rows()),
            ("bom_output_rows", self.book.outputs.len() + bom.outputs.len(), self.rows()),
            ("bom_rows", self.book.versions.len() + 1, self.rows()),
        ];
        for (what, count, limit) in limits {
            Limits::check(what, count as u64, limit).map_err(|error| vec![error.finding()])?;
        }
        let mut faults = Vec::new();
        let product = facts.find(&bom.product);
        if product.is_none() {
            faults.push(unknown("items", &bom.product));
        }
        let site = match &bom.site {
            None => NO_SITE,
            Some(site) => facts.sites.find(site.as_str()).unwrap_or_else(|| {
                faults.push(unknown("sites", site));
                NO_SITE
            }),
        };
        let yields = yield_parts(bom.yield_ratio);
        if yields.is_none() {
            faults.push(Finding::new(Code::YieldOutOfRange).with("value", bom.yield_ratio));
        }
        faults.extend(reversed(bom.valid_from, bom.valid_to));
        faults.extend(overlapping_changes(&bom.lines));
        let scale = product.map_or(0, |item| facts.row(item).scale);
        let (lines, outputs) = (to_u32(self.book.lines.len()), to_u32(self.book.outputs.len()));
        let text = self.book.line_ids.len() as u64;
        self.take_lines(bom, scale, facts, &mut faults);
        self.take_outputs(bom, scale, facts, &mut faults);
        let (Some(product), Some((yield_numer, yield_denom)), true) = (product, yields, faults.is_empty())
        else {
            return Err(faults);
        };
        let (from, to) = days(bom.valid_from, bom.valid_to);
        self.book.versions.push(Version {
            product,
            site,
            from,
            to,
            priority: bom.priority,
            yield_numer,
            yield_denom,
            usable: bom.status == BomStatus::Approved && bom.enabled,
            draft: bom.status == BomStatus::Draft,
            lines: (lines, to_u32(self.book.lines.len())),
            outputs: (outputs, to_u32(self.book.outputs.len())),
            id: 0,
            text,
        });
        self.ids.push_str(bom.id.as_str());
        self.id_ends.push(self.ids.len());
        Ok(())
    }

    /// Dense numbers are 32 bits wide, whatever the limit set.
    fn rows(&self) -> u64 {
        self.limits.rows.min(u64::from(u32::MAX - 2))
    }

    fn take_lines(&mut self, bom: &Bom, scale: u32, facts: &ItemFacts, faults: &mut Vec<Finding>) {
        let mut sorted: Vec<&BomLine> = bom.lines.iter().collect();
        if !sorted.is_sorted_by(|a, b| a.id < b.id) {
            sorted.sort_by(|a, b| a.id.cmp(&b.id));
            faults.extend(repeated("lines", sorted.iter().map(|line| &line.id)));
        }
        for line in sorted {
            let read = match read_line(line, scale, facts) {
                Ok(read) => read,
                Err(found) => {
                    faults.extend(found.into_iter().map(|fault| fault.with("line", &line.id)));
                    continue;
                }
            };
            let mut dense = read.line;
            if let Some((extra, steps)) = read.extra {
                dense.extra = self.push_extra(extra, steps, line.change.as_ref());
            }
            self.book.lines.push(dense);
            self.book.line_ids.push_str(line.id.as_str());
            self.book.line_ids.push('\n');
        }
    }

    fn push_extra(&mut self, mut extra: LineExtra, steps: Vec<Step>, change: Option<&Id>) -> u32 {
        if let Some(change) = change {
            let next = to_u32(self.changes.len());
            extra.change = match self.changes.get(change) {
                Some(&known) => known,
                None => *self.changes.entry(change.clone()).or_insert(next),
            };
        }
        let number = to_u32(self.book.extras.len()) + 1;
        if !steps.is_empty() {
            let start = to_u32(self.book.steps.len());
            self.book.steps.extend(steps);
            extra.steps = (start, to_u32(self.book.steps.len()));
        } else if let Some(&known) = self.shared.get(&extra).filter(|&&known| known < number) {
            // Numbers of a refused bill may be in the table; they are compared before they are believed.
            if self.book.extras.get(known as usize - 1) == Some(&extra) {
                return known;
            }
            self.shared.insert(extra, number);
        } else if self.shared.len() < SHARED {
            self.shared.insert(extra, number);
        }
        self.book.extras.push(extra);
        number
    }

    fn take_outputs(&mut self, bom: &Bom, scale: u32, facts: &ItemFacts, faults: &mut Vec<Finding>) {
        let mut sorted: Vec<_> = bom.outputs.iter().collect();
        sorted.sort_by(|a, b| a.id.cmp(&b.id));
        faults.extend(repeated("outputs", sorted.iter().map(|output| &output.id)));
        for output in sorted {
            match read_output(output, scale, facts) {
                Ok(read) => self.book.outputs.push(read),
                Err(fault) => faults.push(fault.with("output", &output.id)),
            }
        }
    }

    /// Puts everything in order and checks what concerns several bills.
    ///
    /// # Errors
    /// `DUPLICATE_ID`, `VERSION_OVERLAP`, `BOM_LOOP` (path abbreviated), `DEPTH_LIMIT`: all that were found.
    pub fn finish(self, facts: &ItemFacts) -> Result<BomBook, Vec<Finding>> {
        self.build(facts).map_err(|errors| errors.iter().map(BomError::finding).collect())
    }

    /// As [`finish`](BomBookBuilder::finish), with the whole path of a cycle as data.
    ///
    /// # Errors
    /// As `finish`; a cycle is [`BomError::Loop`].
    pub fn build(mut self, facts: &ItemFacts) -> Result<BomBook, Vec<BomError>> {
        let mut from = 0;
        let ids: Vec<&str> =
            self.id_ends.iter().map(|&end| &self.ids[std::mem::replace(&mut from, end)..end]).collect();
        let (names, twice, ranks) = Names::build(&ids);
        if !twice.is_empty() {
            let fault = |id| Finding::new(Code::DuplicateId).with("table", "boms").with("id", id);
            return Err(twice.into_iter().map(|id| BomError::Refused(fault(id))).collect());
        }
        for (version, rank) in self.book.versions.iter_mut().zip(ranks) {
            version.id = rank;
        }
        let mut book = settle(self.book, self.changes);
        book.by_name = vec![0; book.versions.len()];
        for (at, version) in book.versions.iter().enumerate() {
            book.by_name[version.id as usize] = to_u32(at);
        }
        book.names = names;
        book.product_start = starts(&book.versions, facts.len());
        let mut errors = overlapping_versions(&book);
        match check_structure(&book, facts, &self.limits) {
            Ok(levels) => book.levels = levels,
            Err(error) => errors.push(error),
        }
        if errors.is_empty() { Ok(book) } else { Err(errors) }
    }
}

/// The yield as two 64-bit parts, when it is above 0 and at most 1.
fn yield_parts(ratio: Ratio) -> Option<(i64, i64)> {
    if !ratio.is_positive() || ratio > Ratio::ONE {
        return None;
    }
    Some((i64::try_from(ratio.numer()).ok()?, i64::try_from(ratio.denom()).ok()?))
}

fn repeated<'a>(table: &str, sorted: impl Iterator<Item = &'a Id> + Clone) -> Vec<Finding> {
    let next = sorted.clone().skip(1);
    let same = sorted.zip(next).filter(|(a, b)| a == b);
    same.map(|(id, _)| Finding::new(Code::DuplicateId).with("table", table).with("id", id)).collect()
}

/// Two different changes that bring in the same component at the same operation on the same day (`P27`).
fn overlapping_changes(lines: &[BomLine]) -> Vec<Finding> {
    let mut changed: Vec<_> = lines.iter().filter(|line| line.change.is_some()).collect();
    changed.sort_by_key(|line| (&line.component, line.operation, line.valid_from, &line.id));
    let mut faults = Vec::new();
    let mut reaching: Option<&BomLine> = None;
    for line in changed {
        let (from, to) = days(line.valid_from, line.valid_to);
        if from > to {
            continue;
        }
        let place = |l: &BomLine| (l.component.clone(), l.operation);
        let before = reaching.filter(|last| place(last) == place(line));
        let reaches = |last: &&BomLine| days(last.valid_from, last.valid_to).1 >= from;
        if let Some(last) = before.filter(reaches).filter(|last| last.change != line.change) {
            let lines = format!("{}, {}", last.id, line.id);
            faults.push(Finding::new(Code::ChangeOverlap).with("lines", lines));
        }
        if before.is_none_or(|last| days(last.valid_from, last.valid_to).1 < to) {
            reaching = Some(line);
        }
    }
    faults
}

/// Sorts versions and lays lines, extras, steps and outputs in their order, so that equal rows give equal books.
fn settle(mut old: BomBook, changes: BTreeMap<Id, u32>) -> BomBook {
    let mut renumbered = vec![NONE; changes.len()];
    for (rank, &given) in changes.values().enumerate() {
        renumbered[given as usize] = to_u32(rank);
    }
    old.changes = changes.into_keys().collect();
    for extra in old.extras.iter_mut().filter(|extra| extra.change != NONE) {
        extra.change = renumbered[extra.change as usize];
    }
    let key = |v: &Version| (v.product, v.site, v.priority, v.from, v.id);
    if old.versions.is_sorted_by_key(key) {
        return old;
    }
    // 0: not laid down yet.
    let mut laid = vec![0u32; old.extras.len()];
    let mut versions = std::mem::take(&mut old.versions);
    versions.sort_unstable_by_key(key);
    let mut new = BomBook { changes: std::mem::take(&mut old.changes), ..BomBook::default() };
    new.lines.reserve_exact(old.lines.len());
    new.line_ids.reserve_exact(old.line_ids.len());
    for version in &mut versions {
        let from = to_u32(new.lines.len());
        for line in &old.lines[version.lines.0 as usize..version.lines.1 as usize] {
            let mut line = *line;
            if let Some(extra) = old.extra(&line) {
                let number = &mut laid[line.extra as usize - 1];
                if *number == 0 {
                    let steps = &old.steps[extra.steps.0 as usize..extra.steps.1 as usize];
                    new.extras.push(lay(*extra, steps, &mut new.steps));
                    *number = to_u32(new.extras.len());
                }
                line.extra = *number;
            }
            new.lines.push(line);
        }
        let text = usize::try_from(version.text).unwrap_or(usize::MAX);
        let count = (version.lines.1 - version.lines.0) as usize;
        version.text = new.line_ids.len() as u64;
        for id in old.line_ids.get(text..).unwrap_or_default().split_inclusive('\n').take(count) {
            new.line_ids.push_str(id);
        }
        version.lines = (from, to_u32(new.lines.len()));
        let from = to_u32(new.outputs.len());
        new.outputs.extend_from_slice(&old.outputs[version.outputs.0 as usize..version.outputs.1 as usize]);
        version.outputs = (from, to_u32(new.outputs.len()));
    }
    new.versions = versions;
    new
}

fn lay(mut extra: LineExtra, steps: &[Step], into: &mut Vec<Step>) -> LineExtra {
    if !steps.is_empty() {
        let start = to_u32(into.len());
        into.extend_from_slice(steps);
        extra.steps = (start, to_u32(into.len()));
    }
    extra
}

fn starts(versions: &[Version], items: u32) -> Vec<u32> {
    let mut starts = vec![0; items as usize + 1];
    for version in versions {
        starts[version.product as usize + 1] += 1;
    }
    for i in 0..items as usize {
        starts[i + 1] += starts[i];
    }
    starts
}

/// Usable versions of one product, site and priority that are in force on one day.
fn overlapping_versions(book: &BomBook) -> Vec<BomError> {
    let mut errors = Vec::new();
    let mut reaching: Option<&Version> = None;
    for version in book.versions.iter().filter(|v| v.usable && v.from <= v.to) {
        let place = |v: &Version| (v.product, v.site, v.priority);
        let before = reaching.filter(|last| place(last) == place(version));
        if let Some(last) = before.filter(|last| last.to >= version.from) {
            let lines = format!("{}, {}", book.names.get(last.id), book.names.get(version.id));
            errors.push(BomError::Refused(Finding::new(Code::VersionOverlap).with("lines", lines)));
        }
        if before.is_none_or(|last| last.to < version.to) {
            reaching = Some(version);
        }
    }
    errors
}

//! Overhead collected from lines of the general ledger by a mapping scheme (`C03`).
//!
//! It knows ledger lines and rules, not how the rows are shared out afterwards.

mod rows;

pub use rows::*;

use std::collections::{BTreeMap, BTreeSet};

use crate::document::posting_period;
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::num::{DecimalText, from_scaled_i128, to_scaled_i128};

impl CollectOverhead {
    /// Collects: each selected line becomes one row with the line's id, so that importing twice changes nothing.
    ///
    /// `amount = debit − credit` under [`Turnover::Net`], `debit` under [`Turnover::Debit`], where lines without a
    /// debit are left out. Carry-forwards, vouchers that costing itself posted and lines of other periods are left
    /// out with the reason said; the sum of the rows taken over is that of the lines selected, exactly. Rows present
    /// that are not allocated yet are replaced or, when their line is no longer selected, removed; an allocated row
    /// stays, and a line that says something else of it is refused.
    ///
    /// ```
    /// use headstock::costing::CollectOverhead;
    ///
    /// let request: CollectOverhead = serde_json::from_str(r#"{
    ///   "period": {"id": "2026-03", "from": "2026-03-01", "to": "2026-03-31"},
    ///   "scheme": [{"account": "5101", "dimension": "A", "centre": "A", "element": "overhead"}],
    ///   "lines": [
    ///     {"id": "V1-1", "date": "2026-03-05", "account": "5101", "dimension": "A", "debit": "6000"},
    ///     {"id": "V2-1", "date": "2026-03-20", "account": "5101", "dimension": "A", "credit": "400"},
    ///     {"id": "V9-1", "date": "2026-03-31", "account": "5101", "dimension": "A", "credit": "5600",
    ///      "kind": "carry_forward"}]
    /// }"#).unwrap();
    /// let collected = request.collect().unwrap();
    /// assert_eq!(collected.result.total.to_string(), "5600.00");
    /// ```
    ///
    /// # Errors
    /// `PERIOD_CLOSED`, `PERIOD_LOCKED_BY_COSTING`; `DUPLICATE_ID` of a line, row or rule; `PRECISION_EXCEEDED` and
    /// `QTY_OUT_OF_RANGE` of an amount; `GL_UNMAPPED {account, dimension}` of every line without a rule (a finding
    /// beside the rest under [`OnUnmapped::TakeRest`]); `ALREADY_ALLOCATED` with the line.
    pub fn collect(&self) -> Result<Collected, Vec<Finding>> {
        posting_period(std::iter::once(&self.period), self.period.from, false)
            .map_err(|closed| vec![closed])?;
        let mut errors = self.repeated();
        let (selected, left_out, unmapped) = self.select(&mut errors);
        let mut findings = unmapped;
        if self.on_unmapped == OnUnmapped::Refuse {
            errors.append(&mut findings);
        }
        let merged = self.merge(&selected, &mut errors);
        let units = |row: &OverheadLine| to_scaled_i128(row.amount.0, self.amount_scale).unwrap_or(0);
        let total = merged.rows.iter().map(units).fold(0i128, i128::saturating_add);
        if let Err(error) = from_scaled_i128(total, self.amount_scale) {
            errors.push(error.finding().with("table", "lines"));
        }
        if errors.is_empty() {
            Ok(Collected { result: self.result(merged, left_out), findings })
        } else {
            Err(errors)
        }
    }

    /// Ids that stand twice.
    fn repeated(&self) -> Vec<Finding> {
        let rules = self.scheme.iter().map(|rule| {
            let dimension = rule.dimension.as_ref().map_or("", Id::as_str);
            format!("{}/{dimension}", rule.account)
        });
        let mut found = Vec::new();
        let mut look = |table: &str, ids: &mut dyn Iterator<Item = String>| {
            let mut seen = BTreeSet::new();
            for id in ids {
                if seen.contains(&id) {
                    found.push(Finding::new(Code::DuplicateId).with("table", table).with("id", &id));
                }
                seen.insert(id);
            }
        };
        look("scheme", &mut { rules });
        look("lines", &mut self.lines.iter().map(|line| line.id.to_string()));
        look("present", &mut self.present.iter().map(|row| row.line.to_string()));
        found
    }

    /// Rows that the lines make, lines left out, and findings of lines that no rule fits.
    fn select(&self, errors: &mut Vec<Finding>) -> (BTreeMap<Id, OverheadLine>, Vec<LeftOut>, Vec<Finding>) {
        let rules: BTreeMap<(&Id, Option<&Id>), &MappingRule> =
            self.scheme.iter().map(|rule| ((&rule.account, rule.dimension.as_ref()), rule)).collect();
        let (mut rows, mut left_out, mut unmapped) = (BTreeMap::new(), Vec::new(), Vec::new());
        for line in &self.lines {
            if let Some(reason) = self.reason_to_leave(line) {
                left_out.push(LeftOut { line: line.id.clone(), reason });
                continue;
            }
            // A rule of the dimension comes before one of the whole account.
            let exact = rules.get(&(&line.account, line.dimension.as_ref()));
            let Some(rule) = exact.or_else(|| rules.get(&(&line.account, None))) else {
                unmapped.push(unmapped_line(line));
                continue;
            };
            let Some(element) = &rule.element else {
                left_out.push(LeftOut { line: line.id.clone(), reason: LeftOutReason::Rule });
                continue;
            };
            match self.amount(line) {
                Err(error) => errors.push(error),
                Ok(0) => left_out.push(LeftOut { line: line.id.clone(), reason: LeftOutReason::Nought }),
                Ok(units) => {
                    let row = OverheadLine {
                        line: line.id.clone(),
                        centre: rule.centre.clone(),
                        expense: rule.expense.clone(),
                        element: element.clone(),
                        amount: self.text(units),
                        state: OverheadState::Draft,
                    };
                    rows.insert(line.id.clone(), row);
                }
            }
        }
        left_out.sort_by(|a, b| a.line.cmp(&b.line));
        unmapped.sort_by(|a, b| a.params().cmp(b.params()));
        (rows, left_out, unmapped)
    }

    fn reason_to_leave(&self, line: &LedgerLine) -> Option<LeftOutReason> {
        if line.date < self.period.from || line.date > self.period.to {
            return Some(LeftOutReason::OtherPeriod);
        }
        match line.kind {
            LedgerLineKind::CarryForward => Some(LeftOutReason::CarryForward),
            LedgerLineKind::Own => Some(LeftOutReason::Own),
            LedgerLineKind::Ordinary if self.turnover == Turnover::Debit && line.debit.0.is_zero() => {
                Some(LeftOutReason::Credit)
            }
            LedgerLineKind::Ordinary => None,
        }
    }

    /// The amount of a line in units of the last place.
    fn amount(&self, line: &LedgerLine) -> Result<i128, Finding> {
        let units = |amount: &DecimalText| {
            to_scaled_i128(amount.0, self.amount_scale).map_err(|error| {
                error.finding().with("table", "lines").with("id", &line.id).with("value", amount)
            })
        };
        let (debit, credit) = (units(&line.debit)?, units(&line.credit)?);
        // Neither passes 97 bits, so the difference fits; it may have more digits than can be written.
        let amount = if self.turnover == Turnover::Net { debit - credit } else { debit };
        let written = from_scaled_i128(amount, self.amount_scale);
        written.map_err(|error| error.finding().with("table", "lines").with("id", &line.id))?;
        Ok(amount)
    }

    fn text(&self, units: i128) -> DecimalText {
        DecimalText(from_scaled_i128(units, self.amount_scale).unwrap_or_default())
    }

    /// What is there afterwards: selected lines replace rows that are not allocated.
    fn merge(&self, selected: &BTreeMap<Id, OverheadLine>, errors: &mut Vec<Finding>) -> Merged {
        let mut merged = Merged::default();
        let present: BTreeMap<&Id, &OverheadLine> = self.present.iter().map(|row| (&row.line, row)).collect();
        for (line, row) in &present {
            match (selected.get(*line), row.state) {
                (Some(new), _) if new.same_as(row) => {
                    merged.unchanged.push((*line).clone());
                    merged.rows.push((*row).clone());
                }
                (_, OverheadState::Allocated) => {
                    errors.push(Finding::new(Code::AlreadyAllocated).with("line", line));
                }
                (Some(new), _) => {
                    merged.replaced.push((*line).clone());
                    merged.rows.push(new.clone());
                }
                (None, _) => merged.removed.push((*line).clone()),
            }
        }
        for (line, row) in selected {
            if !present.contains_key(line) {
                merged.added.push(line.clone());
                merged.rows.push(row.clone());
            }
        }
        merged.rows.sort_by(|a, b| a.line.cmp(&b.line));
        merged
    }

    fn result(&self, merged: Merged, left_out: Vec<LeftOut>) -> CollectedOverhead {
        let units = |row: &OverheadLine| to_scaled_i128(row.amount.0, self.amount_scale).unwrap_or(0);
        let total = self.text(merged.rows.iter().map(units).sum());
        let Merged { rows, added, replaced, unchanged, removed } = merged;
        CollectedOverhead { rows, added, replaced, unchanged, removed, left_out, total }
    }
}

fn unmapped_line(line: &LedgerLine) -> Finding {
    let dimension = line.dimension.as_ref().map_or("–", Id::as_str);
    Finding::new(Code::GlUnmapped)
        .with("account", &line.account)
        .with("dimension", dimension)
        .with("line", &line.id)
}

/// Rows after an import and what became of each.
#[derive(Debug, Default)]
struct Merged {
    rows: Vec<OverheadLine>,
    added: Vec<Id>,
    replaced: Vec<Id>,
    unchanged: Vec<Id>,
    removed: Vec<Id>,
}

/// What was collected, and findings that do not stop it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collected {
    /// The rows.
    pub result: CollectedOverhead,
    /// `GL_UNMAPPED` under [`OnUnmapped::TakeRest`].
    pub findings: Vec<Finding>,
}

#[cfg(test)]
mod tests;

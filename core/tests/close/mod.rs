//! Helpers: tables from short JSON, and what is read from an outcome.

mod exact;
mod examples;
mod laws;
mod loops;
mod plants;
mod slow;

use headstock::cost::{CostRecords, CostTables};
use headstock::costing::{CloseError, ClosePolicy, PeriodOutcome, close_period};
use headstock::finding::Code;
use headstock::run::RunControl;
use serde_json::{Value, json};

/// Tables of March 2026 with four elements; `given` adds the rest.
pub(crate) fn tables(given: Value) -> CostTables {
    let mut all = json!({
        "period": "2026-03",
        "periods": [{"id": "2026-03", "from": "2026-03-01", "to": "2026-03-31"}],
        "elements": [{"id": "material"}, {"id": "labour", "kind": "labour"},
                     {"id": "overhead", "kind": "overhead"}, {"id": "fee", "kind": "subcontract"}],
        "items": [],
    });
    for (key, value) in given.as_object().unwrap() {
        let mut value = value.clone();
        // Rows are numbered and dated where that does not matter.
        for (at, row) in value.as_array_mut().into_iter().flatten().enumerate() {
            let row = row.as_object_mut().unwrap();
            if ["stock", "movements", "issues", "receipts", "charges", "overhead"].contains(&key.as_str()) {
                row.entry("id").or_insert_with(|| json!(format!("{key} {at:02}")));
            }
            if ["movements", "issues", "receipts"].contains(&key.as_str()) {
                row.entry("date").or_insert_with(|| json!("2026-03-10"));
            }
        }
        all[key] = value;
    }
    serde_json::from_value(all).unwrap()
}

pub(crate) fn records(given: Value) -> CostRecords {
    let built = CostRecords::new(tables(given), &RunControl::new());
    built.unwrap_or_else(|rejected| panic!("{rejected}"))
}

pub(crate) fn close<'a>(records: &'a CostRecords, policy: &'a ClosePolicy) -> PeriodOutcome<'a> {
    let done = close_period(records, policy, &RunControl::new());
    done.unwrap_or_else(|error| panic!("{:?}", error.findings()))
}

pub(crate) fn refused(records: &CostRecords, policy: &ClosePolicy) -> CloseError {
    close_period(records, policy, &RunControl::new()).map(|_| ()).unwrap_err()
}

pub(crate) fn policy(given: Value) -> ClosePolicy {
    serde_json::from_value(given).unwrap()
}

pub(crate) fn unit(outcome: &PeriodOutcome<'_>, item: &str) -> String {
    outcome.unit_cost(item).map_or_else(|| "none".into(), |cost| cost.to_string())
}

/// Opening, input, finished, closing, scrapped of an order, all elements together.
pub(crate) fn ledger(outcome: &PeriodOutcome<'_>, order: &str) -> [String; 5] {
    let mut sums = [rust_decimal::Decimal::ZERO; 5];
    for row in outcome.ledger().filter(|row| row.order == order) {
        let cells = [row.opening, row.input, row.finished, row.closing, row.scrapped];
        sums.iter_mut().zip(cells).for_each(|(sum, cell)| *sum += cell);
    }
    sums.map(|sum| sum.to_string())
}

/// The ledger of one element.
pub(crate) fn element(outcome: &PeriodOutcome<'_>, order: &str, element: &str) -> [String; 5] {
    let row = outcome.ledger().find(|row| row.order == order && row.element == element).unwrap();
    [row.opening, row.input, row.finished, row.closing, row.scrapped].map(|cell| cell.to_string())
}

pub(crate) fn codes(outcome: &PeriodOutcome<'_>) -> Vec<Code> {
    outcome.findings().iter().map(headstock::finding::Finding::code).collect()
}

/// Text pairs of a composition.
pub(crate) fn texts(parts: &[(&str, rust_decimal::Decimal)]) -> Vec<(String, String)> {
    parts.iter().map(|(name, value)| ((*name).to_owned(), value.to_string())).collect()
}

//! Overhead rows from an Excel workbook (`C03`): every bad cell is told with its row and column, and either all rows
//! are taken or only the good ones.

mod cells;
mod columns;
mod rows;
mod template;

pub(crate) use columns::BASES;
pub use template::overhead_template;

use std::collections::BTreeSet;

use headstock::cost::{Charge, OverheadRow};
use headstock::finding::{Code, Finding};
use headstock::run::{Limits, RunControl};
use headstock::time::Date;

use crate::errors::{Errors, Place};
use cells::Sheet;

/// What to do when some rows are bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BadRows {
    /// Nothing is taken (the default).
    #[default]
    RefuseAll,
    /// The good rows are taken, the bad ones are told.
    TakeGood,
}

/// How a workbook is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkbookOptions {
    /// Name of the sheet; absent: `overhead` or `制造费用`.
    pub sheet: Option<String>,
    /// Decimals of the currency.
    pub amount_scale: u32,
    /// First and last day of the period; dates outside are refused. Absent: dates are not compared.
    pub period: Option<(Date, Date)>,
    /// What to do when some rows are bad.
    pub bad_rows: BadRows,
}

impl Default for WorkbookOptions {
    fn default() -> WorkbookOptions {
        WorkbookOptions { sheet: None, amount_scale: 2, period: None, bad_rows: BadRows::RefuseAll }
    }
}

/// What a workbook holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OverheadSheet {
    /// Rows to be shared among orders.
    pub overhead: Vec<OverheadRow>,
    /// Rows that name their order: they are not shared.
    pub charges: Vec<Charge>,
    /// Bad cells under [`BadRows::TakeGood`].
    pub findings: Vec<Finding>,
}

/// Reads overhead rows from the bytes of an `.xlsx` workbook; [`overhead_template`] writes an empty one.
///
/// Amounts are read at the 15 significant digits that Excel itself keeps and shows: what a cell holds beyond them
/// is noise of its binary numbers. A cell with a formula is refused, because its stored value may be old.
///
/// ```
/// use headstock::run::RunControl;
/// use headstock_files::{WorkbookOptions, overhead_template, read_overhead};
///
/// let template = overhead_template().unwrap();
/// let empty = read_overhead(&template, &WorkbookOptions::default(), &RunControl::new());
/// assert!(empty.unwrap().overhead.is_empty());
/// ```
///
/// # Errors
/// With the row and column of each: `IMPORT_ROW` (formula, merged cells, an error value, a date outside the period,
/// a missing value, a word that is not known), `NUMBER_SYNTAX`, `QTY_OUT_OF_RANGE`, `PRECISION_EXCEEDED`,
/// `ID_INVALID`, `DATE_SYNTAX`, `DATE_OUT_OF_RANGE`, `DUPLICATE_ID`; the first ones in full, then `TOO_MANY_ERRORS`.
/// `HEADER_WRONG`; `TABLE_MISSING` for a sheet that is not there and for a file that is no workbook, is damaged or
/// encrypted; `LIMIT_EXCEEDED`; `CANCELLED`.
pub fn read_overhead(
    bytes: &[u8],
    options: &WorkbookOptions,
    run: &RunControl<'_>,
) -> Result<OverheadSheet, Vec<Finding>> {
    let mut errors = Errors::new(run.limits().errors_shown);
    let read = read_sheet(bytes, options, run, &mut errors).map_err(|refused| vec![refused])?;
    match (errors.count(), options.bad_rows) {
        (0, _) => Ok(read),
        (_, BadRows::TakeGood) => Ok(OverheadSheet { findings: errors.finish(), ..read }),
        (_, BadRows::RefuseAll) => Err(errors.finish()),
    }
}

/// Rows between two looks at the host's flag.
const PULSE: u64 = 4_096;

fn read_sheet(
    bytes: &[u8],
    options: &WorkbookOptions,
    run: &RunControl<'_>,
    errors: &mut Errors,
) -> Result<OverheadSheet, Finding> {
    let mut workbook = cells::open(bytes, options.sheet.as_deref())?;
    let mut sheet = Sheet::start(&mut workbook)?;
    let mut read = OverheadSheet::default();
    let (mut seen, mut count) = (BTreeSet::new(), 0u64);
    while let Some(row) = sheet.next_row()? {
        count += 1;
        Limits::check("rows of a table", count, run.limits().rows).map_err(|over| over.finding())?;
        if count.is_multiple_of(PULSE) {
            run.report("read", count, 0);
            run.check().map_err(|cancelled| cancelled.finding())?;
        }
        let before = errors.count();
        let made = rows::make(&row, options, errors);
        if errors.count() > before {
            continue;
        }
        let Some(made) = made else { continue };
        let id = made.id().clone();
        if !seen.insert(id.clone()) {
            errors.add(|| {
                let place = Place { table: columns::SHEET, row: row.number, column: "id" };
                place.mark(Finding::new(Code::DuplicateId).with("id", &id))
            });
            continue;
        }
        match made {
            rows::Made::Overhead(row) => read.overhead.push(row),
            rows::Made::Charge(charge) => read.charges.push(charge),
        }
    }
    Ok(read)
}

#[cfg(test)]
mod tests;

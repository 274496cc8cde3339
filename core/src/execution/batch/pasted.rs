//! Rows of goods as pasted text.

use crate::execution::GoodsRow;
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::Key;

/// The rows of a text, one a line that is not empty, columns apart by tabs: item, quantity, due, workshop, BOM,
/// remark. What cannot be read is `IMPORT_ROW {row, column, reason}`.
pub(super) fn rows(text: &str) -> impl Iterator<Item = Result<GoodsRow, Finding>> {
    let lines = text.lines().map(|line| line.trim_end_matches('\r'));
    lines.filter(|line| !line.trim().is_empty()).enumerate().map(|(at, line)| row(at + 1, line))
}

fn row(number: usize, line: &str) -> Result<GoodsRow, Finding> {
    let mut cells = line.split('\t').map(str::trim);
    let mut cell = || cells.next().unwrap_or_default();
    let bad = |column: &str, reason: String| {
        Finding::new(Code::ImportRow).with("row", number).with("column", column).with("reason", reason)
    };
    let id = |column: &str, text: &str| Id::new(text).map_err(|error| bad(column, error.to_string()));
    let maybe = |column: &str, text: &str| {
        if text.is_empty() { Ok(None) } else { id(column, text).map(Some) }
    };
    let item = id("item", cell())?;
    let quantity =
        cell().parse().map_err(|error: crate::num::NumError| bad("quantity", error.to_string()))?;
    let due = match cell() {
        "" => None,
        text => Some(crate::time::Date::parse(text).map_err(|error| bad("due", error.to_string()))?),
    };
    let (workshop, bom) = (maybe("workshop", cell())?, maybe("bom", cell())?);
    let remark = cell().to_owned();
    if let Some(more) = cells.next() {
        return Err(bad("7", format!("a row has six columns: {more:?}")));
    }
    Ok(GoodsRow { item, quantity, key: Key::default(), due, workshop, bom, remark, order: None })
}

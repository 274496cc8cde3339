//! The tables of a report as an Excel workbook, one sheet a section: figures as numbers, so that a reader can go on
//! computing with them.

use headstock::finding::{Code, Finding};
use rust_decimal::Decimal;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use crate::doc::{Align, Block, Doc, Table};

/// Longest name of a sheet, and what it may not hold.
const NAME: usize = 31;
const BANNED: [char; 7] = ['[', ']', ':', '*', '?', '/', '\\'];

/// The bytes of the workbook.
pub(crate) fn render(doc: &Doc) -> Result<Vec<u8>, Finding> {
    build(doc).map_err(|error| Finding::new(Code::StoreCorrupt).with("detail", error.to_string()))
}

fn build(doc: &Doc) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // The same report gives the same bytes, whenever it is written.
    let written = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&written));
    let bold = Format::new().set_bold();
    let sheet = workbook.add_worksheet().set_name(sheet_name(&doc.title, 0))?;
    sheet.write_with_format(0, 0, doc.title.as_str(), &bold)?;
    for (row, fact) in (2u32..).zip(&doc.facts) {
        sheet.write(row, 0, fact.as_str())?;
    }
    for (number, section) in (1usize..).zip(&doc.sections) {
        let tables: Vec<&Table> = section.blocks.iter().filter_map(table_of).collect();
        if tables.is_empty() {
            continue;
        }
        let sheet = workbook.add_worksheet().set_name(sheet_name(&section.heading, number))?;
        let mut row = 0;
        for table in tables {
            row = write(sheet, row, table, &bold)? + 1;
        }
        sheet.set_freeze_panes(1, 0)?;
        sheet.autofit();
    }
    workbook.save_to_buffer()
}

fn table_of(block: &Block) -> Option<&Table> {
    match block {
        Block::Table(table) => Some(table),
        _ => None,
    }
}

/// A name that Excel takes, and that no other sheet has.
fn sheet_name(heading: &str, number: usize) -> String {
    let plain: String = heading.chars().filter(|c| !BANNED.contains(c) && !c.is_control()).collect();
    let tail = if number == 0 { String::new() } else { format!(" {number}") };
    let head: String = plain.trim_matches(['\'', ' ']).chars().take(NAME - tail.chars().count()).collect();
    if head.is_empty() { format!("sheet{tail}") } else { head + &tail }
}

/// Writes a table and answers the row after it.
fn write(sheet: &mut Worksheet, mut row: u32, table: &Table, bold: &Format) -> Result<u32, XlsxError> {
    for (column, head) in (0u16..).zip(&table.heads) {
        sheet.write_with_format(row, column, head.text, bold)?;
    }
    for cells in &table.rows {
        row += 1;
        for ((column, cell), head) in (0u16..).zip(cells).zip(&table.heads) {
            match number(cell, head.align) {
                Some((value, places)) => {
                    let zeros = "0".repeat(places);
                    let form = if places == 0 { "#,##0".to_owned() } else { format!("#,##0.{zeros}") };
                    sheet.write_with_format(row, column, value, &Format::new().set_num_format(form))?;
                }
                None => {
                    sheet.write(row, column, cell.as_str())?;
                }
            }
        }
    }
    if let Some(more) = &table.more {
        row += 1;
        sheet.write(row, 0, more.as_str())?;
    }
    Ok(row + 1)
}

/// The number in a cell of a column of figures, and its decimals.
fn number(cell: &str, align: Align) -> Option<(Decimal, usize)> {
    if align == Align::Left {
        return None;
    }
    let plain = cell.replace(',', "");
    let value: Decimal = plain.parse().ok()?;
    Some((value, usize::try_from(value.scale()).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c11_sheet_names_are_what_excel_takes() {
        assert_eq!(sheet_name("a/b: [c]*?", 3), "ab c 3");
        assert_eq!(sheet_name("'", 2), "sheet 2");
        assert_eq!(sheet_name(&"合".repeat(40), 12).chars().count(), NAME);
    }

    #[test]
    fn c11_figures_are_numbers() {
        assert_eq!(number("1,234.50", Align::Right), Some((Decimal::new(123_450, 2), 2)));
        assert_eq!(number("1,234.50", Align::Left), None);
        assert_eq!(number("–", Align::Right), None);
    }
}

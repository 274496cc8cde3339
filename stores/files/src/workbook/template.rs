//! The empty workbook that users fill in.

use headstock::finding::{Code, Finding};
use rust_xlsxwriter::{Color, DataValidation, Format, Note, Workbook, XlsxError};

use super::columns::{BASES, COLUMNS, SHEET, at};

/// The rows that the list of bases is offered in.
const OFFERED: u32 = 5_000;

/// The bytes of an empty overhead workbook: the sheet to fill in, and one that says what each column means, in
/// English and Chinese.
///
/// # Errors
/// `STORE_CORRUPT` when the workbook cannot be written, which no input causes.
pub fn overhead_template() -> Result<Vec<u8>, Finding> {
    build().map_err(|error| Finding::new(Code::StoreCorrupt).with("detail", error.to_string()))
}

fn build() -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let head = Format::new().set_bold().set_background_color(Color::RGB(0x00DD_EBF7));
    let sheet = workbook.add_worksheet().set_name(SHEET)?;
    for (at, column) in (0u16..).zip(&COLUMNS) {
        sheet.write_with_format(0, at, column.name, &head)?;
        sheet.insert_note(0, at, &Note::new(format!("{}\n{}", column.en_help, column.zh_help)))?;
        sheet.set_column_width(at, 16)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    let base = u16::try_from(at::BASE).unwrap_or(u16::MAX);
    let list = DataValidation::new().allow_list_strings(&BASES)?;
    sheet.add_data_validation(1, base, OFFERED, base, &list)?;
    help(&mut workbook, &head)?;
    workbook.save_to_buffer()
}

fn help(workbook: &mut Workbook, head: &Format) -> Result<(), XlsxError> {
    let sheet = workbook.add_worksheet().set_name("help 说明")?;
    let titles = ["column", "列", "must be filled 必填", "meaning", "含义", "example 例"];
    for (at, title) in (0u16..).zip(titles) {
        sheet.write_with_format(0, at, title, head)?;
        sheet.set_column_width(at, if matches!(at, 3 | 4) { 60 } else { 18 })?;
    }
    for (row, column) in (1u32..).zip(&COLUMNS) {
        let must = if column.must { "yes 是" } else { "" };
        let texts = [column.name, column.zh, must, column.en_help, column.zh_help, column.example];
        for (at, text) in (0u16..).zip(texts) {
            sheet.write(row, at, text)?;
        }
    }
    let bases = u32::try_from(COLUMNS.len()).unwrap_or(u32::MAX) + 2;
    sheet.write(bases, 0, "base")?;
    sheet.write(bases, 3, BASES.join(", "))?;
    Ok(())
}

use headstock::cost::Base;
use headstock::finding::{Code, Lang};
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use super::*;

fn options() -> WorkbookOptions {
    WorkbookOptions {
        period: Some((Date::literal(2026, 3, 1), Date::literal(2026, 3, 31))),
        ..WorkbookOptions::default()
    }
}

fn read(bytes: &[u8]) -> Result<OverheadSheet, Vec<Finding>> {
    read_overhead(bytes, &options(), &RunControl::new())
}

/// A workbook with the English header, filled by `fill`.
fn workbook(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("overhead").unwrap();
    for (at, column) in (0u16..).zip(&columns::COLUMNS) {
        sheet.write(0, at, column.name).unwrap();
    }
    fill(sheet);
    workbook.save_to_buffer().unwrap()
}

/// The code and place of each error.
fn told(refused: &[Finding]) -> Vec<(Code, String, String)> {
    let param = |finding: &Finding, name: &str| {
        finding.params().find(|(key, _)| *key == name).map_or(String::new(), |(_, value)| value.to_owned())
    };
    refused.iter().map(|f| (f.code(), param(f, "row"), param(f, "column"))).collect()
}

fn one(code: Code, row: &str, column: &str) -> Vec<(Code, String, String)> {
    vec![(code, row.to_owned(), column.to_owned())]
}

#[test]
fn c03_rows_are_read_from_numbers_texts_and_dates() {
    let bytes = workbook(|sheet| {
        let date = Format::new().set_num_format("yyyy-mm-dd");
        sheet.write(1, 0, "A1").unwrap();
        sheet.write_with_format(1, 1, ExcelDateTime::from_ymd(2026, 3, 31).unwrap(), &date).unwrap();
        sheet.write(1, 2, "A").unwrap();
        sheet.write(1, 3, "power").unwrap();
        sheet.write(1, 4, "overhead").unwrap();
        sheet.write(1, 5, 5600).unwrap();
        sheet.write(1, 7, "Labour hours").unwrap();
        // Excel shows 0.3 for what three tenths add up to in binary.
        sheet.write(3, 4, "overhead").unwrap();
        sheet.write(3, 5, 0.300_000_000_000_000_04).unwrap();
        sheet.write(4, 1, "2026-03-02").unwrap();
        sheet.write(4, 4, "fee").unwrap();
        sheet.write(4, 5, "-12.34").unwrap();
        sheet.write(4, 6, "MO-1").unwrap();
    });
    let read = read(&bytes).unwrap();
    let amounts: Vec<(String, String)> =
        read.overhead.iter().map(|row| (row.id.to_string(), row.amount.to_string())).collect();
    assert_eq!(amounts, [("A1".into(), "5600".into()), ("R4".into(), "0.3".into())]);
    assert_eq!(read.overhead[0].base, Some(Base::LabourHours));
    let charge = &read.charges[0];
    assert_eq!(
        (charge.id.as_str(), charge.order.as_str(), charge.amount.to_string()),
        ("R5", "MO-1", "-12.34".into())
    );
}

#[test]
fn c03_chinese_headers_in_any_order_are_taken() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("制造费用").unwrap();
    for (at, text) in (0u16..).zip(["金额", "成本要素"]) {
        sheet.write(2, at, text).unwrap();
    }
    sheet.write(3, 0, "100.00").unwrap();
    sheet.write(3, 1, "overhead").unwrap();
    let read = read(&workbook.save_to_buffer().unwrap()).unwrap();
    assert_eq!((read.overhead[0].amount.to_string(), read.overhead[0].id.as_str()), ("100.00".into(), "R4"));
}

#[test]
fn c03_every_bad_cell_is_told_with_row_and_column() {
    let bytes = workbook(|sheet| {
        sheet.write(1, 0, "good").unwrap();
        sheet.write(1, 4, "overhead").unwrap();
        sheet.write(1, 5, 1).unwrap();
        sheet.write(2, 1, "31.3.2026").unwrap();
        sheet.write(2, 4, "overhead").unwrap();
        sheet.write(2, 5, "1,234").unwrap();
        sheet.write(3, 4, "overhead").unwrap();
        sheet.write(3, 5, Formula::new("=1+1").set_result("2")).unwrap();
        sheet.write(4, 1, "2026-04-01").unwrap();
        sheet.write(4, 5, 1.005).unwrap();
        sheet.merge_range(5, 4, 6, 4, "overhead", &Format::new()).unwrap();
        sheet.write(5, 5, 7).unwrap();
        sheet.write(6, 5, 7).unwrap();
        sheet.write(7, 0, "good").unwrap();
        sheet.write(7, 4, "overhead").unwrap();
        sheet.write(7, 5, 1).unwrap();
        sheet.write(8, 4, "overhead").unwrap();
        sheet.write(8, 5, true).unwrap();
        sheet.write(8, 6, "MO-1").unwrap();
        sheet.write(8, 7, "hours").unwrap();
    });
    let refused = read(&bytes).unwrap_err();
    let mut expected = Vec::new();
    for (code, row, column) in [
        (Code::DateSyntax, "3", "date"),
        (Code::NumberSyntax, "3", "amount"),
        (Code::ImportRow, "4", "amount"),
        (Code::ImportRow, "5", "date"),
        (Code::ImportRow, "5", "element"),
        (Code::PrecisionExceeded, "5", "amount"),
        (Code::ImportRow, "6", "element"),
        (Code::ImportRow, "7", "element"),
        (Code::DuplicateId, "8", "id"),
        (Code::ImportRow, "9", "amount"),
        (Code::ImportRow, "9", "base"),
    ] {
        expected.extend(one(code, row, column));
    }
    let mut found = told(&refused);
    found.sort_by(|a, b| a.1.cmp(&b.1));
    let mut wanted = expected;
    wanted.sort_by(|a, b| a.1.cmp(&b.1));
    assert_eq!(found, wanted);
    assert!(refused.iter().any(|f| f.text(Lang::En).contains("formula; paste its value")));
    let taken = WorkbookOptions { bad_rows: BadRows::TakeGood, ..options() };
    let taken = read_overhead(&bytes, &taken, &RunControl::new()).unwrap();
    assert_eq!((taken.overhead.len(), taken.findings.len()), (1, refused.len()));
}

#[test]
fn c03_wrong_sheets_headers_and_files_are_named() {
    let code = |refused: Result<OverheadSheet, Vec<Finding>>| {
        let refused = refused.unwrap_err();
        (refused[0].code(), refused[0].text(Lang::En))
    };
    let mut other = Workbook::new();
    other.add_worksheet().set_name("Tabelle1").unwrap().write(0, 0, "id").unwrap();
    let (missing, text) = code(read(&other.save_to_buffer().unwrap()));
    assert_eq!(missing, Code::TableMissing);
    assert!(text.contains("Tabelle1") && text.contains("制造费用"), "{text}");
    let header = workbook(|sheet| drop(sheet.write(0, 5, "Betrag")));
    assert_eq!(code(read(&header)).0, Code::HeaderWrong);
    assert!(code(read(b"id,amount\n")).1.contains("is none or is damaged"));
    assert!(code(read(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])).1.contains("encrypted"));
    // A cell at the far end of the sheet is as cheap as any other.
    let far = read(&workbook(|sheet| drop(sheet.write(1_048_575, 16_383, 1)))).unwrap();
    assert!(far.overhead.is_empty());
}

#[test]
fn c03_the_template_holds_every_column_and_no_row() {
    let read = read(&overhead_template().unwrap()).unwrap();
    assert_eq!((read.overhead.len(), read.charges.len()), (0, 0));
}

#[test]
fn c03_many_bad_rows_are_counted() {
    let bytes = workbook(|sheet| {
        for row in 1..20_000 {
            sheet.write(row, 5, "x").unwrap();
        }
    });
    let refused = read(&bytes).unwrap_err();
    assert_eq!((refused.len(), refused[20].code()), (21, Code::TooManyErrors));
    assert!(refused[20].text(Lang::En).starts_with("39998 errors"));
}

#[test]
fn c03_more_rows_than_the_limit_are_refused() {
    let bytes = workbook(|sheet| {
        for row in 1..=1_001 {
            sheet.write(row, 4, "overhead").unwrap();
            sheet.write(row, 5, 1).unwrap();
        }
    });
    let control = RunControl::new().with_limits(Limits { rows: 1_000, ..Limits::default() });
    let refused = read_overhead(&bytes, &options(), &control).unwrap_err();
    assert_eq!(refused[0].code(), Code::LimitExceeded);
    assert_eq!(read(&bytes).unwrap().overhead.len(), 1_001);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// A damaged file is refused or read, and never more than that.
    #[test]
    fn c03_damaged_files_do_no_harm(cut in 0usize..8_000, at in 0usize..8_000, byte in any::<u8>()) {
        let mut bytes = overhead_template().unwrap();
        let at = at % bytes.len();
        bytes[at] ^= byte;
        bytes.truncate((cut % bytes.len()).max(1));
        if let Err(refused) = read(&bytes) {
            prop_assert!(!refused.is_empty());
        }
        let mut whole = overhead_template().unwrap();
        whole[at] ^= byte;
        if let Err(refused) = read(&whole) {
            prop_assert!(!refused.is_empty());
        }
    }
}

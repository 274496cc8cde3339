//! What breaks the input is refused with code, place and what would be right, and nothing is taken.

use std::collections::BTreeMap;
use std::time::Instant;

use headstock::finding::{Code, Finding, Lang};
use headstock::run::RunControl;
use headstock_files::read_memory;
use proptest::strategy::Strategy;

fn folder(files: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
    files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
}

const ITEMS: (&str, &str) = ("items.csv", "id,unit\nA,pcs\nB,pcs\n");
const DEMANDS: (&str, &str) = ("demands.csv", "id,item,quantity,date\nD1,A,5,2026-03-09\n");

fn errors(files: &BTreeMap<String, Vec<u8>>) -> Vec<Finding> {
    read_memory(files, &RunControl::new()).err().unwrap_or_default()
}

/// One bad file beside good ones: its only error.
fn only(name: &str, text: &str) -> Finding {
    let mut files = folder(&[ITEMS, DEMANDS]);
    files.insert(name.to_owned(), text.as_bytes().to_vec());
    let found = errors(&files);
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

#[track_caller]
fn check(name: &str, text: &str, code: Code, params: &[(&str, &str)]) {
    let finding = only(name, text);
    assert_eq!(finding.code(), code, "{finding:?}");
    for (param, expected) in params {
        let value = finding.param(param).unwrap_or_default();
        assert!(value.contains(expected), "{param}={value:?} lacks {expected:?}: {finding:?}");
    }
}

#[test]
fn f09_smallest_folder_is_read() {
    let (tables, _) = read_memory(&folder(&[ITEMS, DEMANDS]), &RunControl::new()).unwrap();
    assert_eq!(tables.items.len(), 2);
    assert_eq!(tables.units.len(), 1);
    assert_eq!(tables.sites[0].id.as_str(), "main");
}

#[test]
fn f09_byte_order_mark_crlf_quotes_blank_rows_and_blanks_are_no_errors() {
    let items = "\u{feff}name,unit,id\r\n\"Bolt, \"\"M4\"\"\", pcs ,A\r\n,,\r\n\r\nNut,pcs,B\r\n";
    let (tables, _) = read_memory(&folder(&[("items.csv", items), DEMANDS]), &RunControl::new()).unwrap();
    assert_eq!(tables.items[0].name, "Bolt, \"M4\"");
    assert_eq!(tables.items[1].id.as_str(), "B");
}

#[test]
fn f09_unknown_files_and_columns_name_the_nearest() {
    check("item.csv", "id\n", Code::UnknownReference, &[("id", "item.csv"), ("expected", "items.csv")]);
    check("stock.csv", "id,itm,quantity\n", Code::HeaderWrong, &[("column", "itm"), ("expected", "item")]);
    check("stock.csv", "id,item,item,quantity\n", Code::HeaderWrong, &[("expected", "once")]);
    check("stock.csv", "id,quantity\n", Code::HeaderWrong, &[("expected", "column item")]);
    check("stock.csv", "id;item;quantity\nS;A;1\n", Code::HeaderWrong, &[("expected", "commas")]);
    check("stock.csv", "", Code::HeaderWrong, &[("expected", "column id")]);
}

#[test]
fn f09_missing_tables() {
    let none = errors(&BTreeMap::new());
    assert_eq!((none[0].code(), none[0].param("table")), (Code::TableMissing, Some("items")));
    let rest = [("stock.csv", "id,item,quantity\nS,A,1\n"), ("boms.csv", "id,product\nB,A\n")];
    let without_items = errors(&folder(&rest));
    assert_eq!(without_items.len(), 1, "the cause, and not what follows from it");
    assert_eq!(
        (without_items[0].code(), without_items[0].param("table")),
        (Code::TableMissing, Some("items"))
    );
    let nothing_to_plan = errors(&folder(&[ITEMS]));
    assert_eq!(nothing_to_plan[0].param("table"), Some("demands"));
}

#[test]
fn f09_cells_are_refused_with_file_row_and_column() {
    let row = |cell: &str| format!("id,item,quantity,date\nD1,A,5,2026-03-09\nD2,A,{cell}\n");
    let number = |cell: &str, code| {
        let text = row(&format!("{cell},2026-03-09"));
        check("demands.csv", &text, code, &[("table", "demands"), ("row", "3"), ("column", "quantity")]);
    };
    number("1e999", Code::QtyOutOfRange);
    number("9999999999999999999999999999", Code::QtyOutOfRange);
    number("0.0000000000000000000000000001", Code::PrecisionExceeded);
    number("1.5", Code::PrecisionExceeded);
    number("NaN", Code::NumberSyntax);
    number("\"1,5\"", Code::NumberSyntax);
    number("=1+1", Code::NumberSyntax);
    number(&"9".repeat(100_000), Code::ImportRow);
    let date = |cell: &str, code| {
        check("demands.csv", &row(&format!("5,{cell}")), code, &[("row", "3"), ("column", "date")]);
    };
    date("9.3.2026", Code::DateSyntax);
    date("2026-02-30", Code::DateOutOfRange);
    date("0000-01-01", Code::DateOutOfRange);
    check("demands.csv", "id,item,quantity\nD1,A\n", Code::ImportRow, &[("reason", "2 cells")]);
    check("demands.csv", "id,item,quantity\nD1,A,\n", Code::ImportRow, &[("column", "quantity")]);
    check("demands.csv", "id,item,quantity,kind\nD1,A,1,sale\n", Code::ImportRow, &[("reason", "sales?")]);
    check(
        "demands.csv",
        "id,item,quantity,priority\nD1,A,1,-1\n",
        Code::ImportRow,
        &[("column", "priority")],
    );
    check("demands.csv", "id,item,quantity\nD\u{202e}1,A,1\n", Code::IdInvalid, &[("column", "id")]);
}

#[test]
fn f09_unknown_and_repeated_ids() {
    check(
        "demands.csv",
        "id,item,quantity\nD1,a,1\n",
        Code::UnknownReference,
        &[("column", "item"), ("expected", "items.csv")],
    );
    check(
        "demands.csv",
        "id,item,quantity\nD1,A,1\nD1,B,2\n",
        Code::DuplicateId,
        &[("row", "3"), ("expected", "row 2")],
    );
    check("stock.csv", "id,item,site,quantity\nS,A,west,1\n", Code::UnknownReference, &[("column", "site")]);
    check(
        "bom_lines.csv",
        "product,line,component,quantity\nA,1,B,1\nA,1,B,2\n",
        Code::DuplicateId,
        &[("row", "3"), ("column", "line")],
    );
    check("bom_lines.csv", "component,quantity\nB,1\n", Code::ImportRow, &[("reason", "BOM")]);
}

#[test]
fn p11_a_rule_without_its_columns_or_with_others_is_refused() {
    check(
        "planning.csv",
        "item,lot_rule\nA,fixed\n",
        Code::ImportRow,
        &[("column", "order_quantity"), ("reason", "needs")],
    );
    check("planning.csv", "item,cover_days\nA,5\n", Code::ImportRow, &[("reason", "does not use")]);
}

#[test]
fn f09_bytes_that_are_no_text() {
    let mut files = folder(&[DEMANDS]);
    files.insert("items.csv".into(), b"id,unit\nA,pcs\nB\xff,pcs\n".to_vec());
    let found = errors(&files);
    assert_eq!((found[0].code(), found[0].param("row")), (Code::NotUtf8, Some("3")));
    assert_eq!(found.len(), 1, "no errors that only follow from it: {found:?}");
    files.insert("items.csv".into(), b"\xff\xfei\0d\0".to_vec());
    assert_eq!(errors(&files)[0].code(), Code::NotUtf8);
}

#[test]
fn f09_a_quote_that_never_closes_is_not_read_into_memory() {
    let mut text = String::from("id,unit\nA,\"pcs\n");
    text.extend(std::iter::repeat_n("B,pcs\n", 2_000_000));
    let found = errors(&folder(&[("items.csv", &text), DEMANDS]));
    assert!(found[0].param("reason").unwrap().contains("quotation mark"), "{found:?}");
}

#[test]
fn f09_a_million_bad_rows_give_the_first_errors_and_the_count() {
    let mut text = String::from("id,item,quantity,date\n");
    for i in 0..1_000_000 {
        text.push_str(&format!("D{i},A,x,2026-03-09\n"));
    }
    let files = folder(&[ITEMS, ("demands.csv", &text)]);
    let start = Instant::now();
    let found = errors(&files);
    let took = start.elapsed();
    assert_eq!(found.len(), 21);
    assert_eq!(found[20].code(), Code::TooManyErrors);
    assert_eq!((found[20].param("count"), found[20].param("shown")), (Some("1000000"), Some("20")));
    // Calm machines take half a second of the two; the bound leaves room for busy ones.
    assert!(took.as_secs() < 10, "{took:?}");
    println!("a million bad rows: {took:?}");
}

#[test]
fn f09_repeated_ids_and_unknown_references_by_the_hundred_thousand() {
    let twice = format!("id,unit\n{}", "A,pcs\n".repeat(100_000));
    let found = errors(&folder(&[("items.csv", &twice), DEMANDS]));
    assert_eq!(found[20].param("count"), Some("99999"));
    let unknown: String = (0..100_000).map(|i| format!("D{i},X{i},1\n")).collect();
    let found = errors(&folder(&[ITEMS, ("demands.csv", &format!("id,item,quantity\n{unknown}"))]));
    assert_eq!(found[20].param("count"), Some("100000"));
}

#[test]
fn f09_messages_are_bounded_and_exist_in_both_languages() {
    let finding = only("demands.csv", &format!("id,item,quantity,kind\nD1,A,1,{}\n", "x".repeat(4000)));
    assert!(finding.text(Lang::En).len() < 300, "{finding:?}");
    assert!(!finding.text(Lang::Zh).contains('{'));
}

#[test]
fn f09_cancelled_reads_leave_nothing() {
    let stop = std::sync::atomic::AtomicBool::new(true);
    let text: String = (0..10_000).map(|i| format!("I{i},pcs\n")).collect();
    let files = folder(&[("items.csv", &format!("id,unit\n{text}")), DEMANDS]);
    let found = read_memory(&files, &RunControl::new().with_cancel(&stop)).expect_err("cancelled");
    assert_eq!(found[0].code(), Code::Cancelled);
}

#[test]
fn f09_more_rows_than_the_limit_are_refused() {
    let limits = headstock::run::Limits { rows: 5, ..headstock::run::Limits::default() };
    let files = folder(&[
        ("items.csv", &format!("id,unit\n{}", "A,pcs\n".repeat(3) + &"B,pcs\n".repeat(9))),
        DEMANDS,
    ]);
    let found = read_memory(&files, &RunControl::new().with_limits(limits)).err().unwrap_or_default();
    assert!(found.iter().any(|finding| finding.code() == Code::LimitExceeded), "{found:?}");
}

proptest::proptest! {
    /// Whatever stands in a file, reading answers and every error can be told in both languages.
    #[test]
    fn f09_no_bytes_make_the_reader_panic(
        table in 0..headstock_files::columns::TABLES.len(),
        header in proptest::bool::ANY,
        body in proptest::collection::vec(
            proptest::prop_oneof![
                proptest::collection::vec(proptest::num::u8::ANY, 0..12),
                proptest::sample::select(vec![
                    &b"A"[..], b"B", b"1", b"-1", b"1e999", b"2026-03-02", b"yes", b"fixed", b"\"", b",", b"\n", b"\r\n", b"1/0",
                    b"9999999999999999999999999999", b"\xef\xbb\xbf", b"\0", b"'=1", b"stepped", b"100%", b"Mon Sun",
                ]).prop_map(<[u8]>::to_vec),
            ],
            0..40,
        ),
    ) {
        let table = headstock_files::columns::TABLES[table];
        let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
        let mut text = if header { format!("{}\n", names.join(",")).into_bytes() } else { Vec::new() };
        text.extend(body.join(&b","[..]));
        let mut files = folder(&[ITEMS, DEMANDS]);
        files.insert(format!("{}.csv", table.name), text);
        if let Err(found) = read_memory(&files, &RunControl::new()) {
            for finding in found {
                assert!(finding.text(Lang::En).len() < 2000 && !finding.text(Lang::Zh).is_empty());
            }
        }
    }
}

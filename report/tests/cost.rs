//! The cost report of a small period: three levels, a loss, work in process.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a test program: a fault in it is to panic"
)]

use headstock::cost::{CostRecords, CostTables};
use headstock::costing::{ClosePolicy, close_period};
use headstock::run::RunControl;
use headstock_report::{Lang, cost_html, cost_text, cost_workbook};

/// The row's example (`C09`): S from 200 R at 5.00 and 300 of labour; P subcontracted from S; F from both.
const TABLES: &str = r#"{
  "period": "2026-03",
  "periods": [{"id": "2026-03", "from": "2026-03-01", "to": "2026-03-31"}],
  "elements": [{"id": "material", "kind": "material"}, {"id": "overhead", "kind": "overhead"},
               {"id": "fee", "kind": "subcontract"}],
  "items": [{"id": "R"}, {"id": "S"}, {"id": "P"}, {"id": "F"}],
  "orders": [{"id": "MO-S"}, {"id": "SO-P"}, {"id": "MO-F"}],
  "outputs": [{"order": "MO-S", "item": "S"}, {"order": "SO-P", "item": "P"}, {"order": "MO-F", "item": "F"}],
  "movements": [{"id": "B1", "date": "2026-03-02", "kind": "purchase", "item": "R", "quantity": 200, "amount": "1000.00"}],
  "issues": [
    {"id": "I1", "date": "2026-03-03", "order": "MO-S", "item": "R", "quantity": 200},
    {"id": "I2", "date": "2026-03-10", "order": "SO-P", "item": "S", "quantity": 80},
    {"id": "I3", "date": "2026-03-20", "order": "MO-F", "item": "S", "quantity": 20},
    {"id": "I4", "date": "2026-03-20", "order": "MO-F", "item": "P", "quantity": 20}],
  "charges": [
    {"id": "C1", "order": "MO-S", "element": "overhead", "amount": "300.00"},
    {"id": "C2", "order": "SO-P", "element": "fee", "amount": "200.00"},
    {"id": "C3", "order": "MO-F", "element": "overhead", "amount": "150.00"}],
  "receipts": [
    {"id": "R1", "date": "2026-03-09", "order": "MO-S", "item": "S", "quantity": 100},
    {"id": "R2", "date": "2026-03-15", "order": "SO-P", "item": "P", "quantity": 80},
    {"id": "R3", "date": "2026-03-25", "order": "MO-F", "item": "F", "quantity": 20}]
}"#;

#[test]
fn c11_the_report_prints_every_balance_and_both_views() {
    let tables: CostTables = serde_json::from_str(TABLES).unwrap();
    let (control, policy) = (RunControl::new(), ClosePolicy::default());
    let records = CostRecords::new(tables, &control).unwrap();
    let outcome = close_period(&records, &policy, &control).unwrap();
    let text = cost_text(&outcome, "", Lang::En, 100, 160);
    println!("{text}");
    // 720 = P 310 + S 260 + overhead 150 = material 400 + overhead 270 + fee 50 (C12, for 20 pieces).
    for part in ["720.00", "36.0000", "material 400.00", "overhead 270.00", "fee 50.00", "15.5000", "13.0000"]
    {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let ledger = text.lines().filter(|line| line.contains("MO-") || line.contains("SO-P"));
    assert!(ledger.filter(|line| line.trim_end().ends_with(" 0.00")).count() >= 5, "{text}");
    assert!(cost_text(&outcome, "", Lang::Zh, 100, 160).contains("成本还原"));

    let page = cost_html(&outcome, "March <2026>", Lang::En, 100);
    assert!(page.contains("<svg class=\"fall\"") && page.contains("March &lt;2026&gt;"));
    let book = cost_workbook(&outcome, "", Lang::En, 100).unwrap();
    assert!(book.starts_with(b"PK"));
    if let Some(folder) = std::env::var_os("HEADSTOCK_SHOW") {
        let folder = std::path::Path::new(&folder);
        std::fs::write(folder.join("cost.html"), page).unwrap();
        std::fs::write(folder.join("cost.xlsx"), book).unwrap();
    }
}

#[test]
fn c11_long_tables_are_cut_and_counted() {
    let tables: CostTables = serde_json::from_str(TABLES).unwrap();
    let (control, policy) = (RunControl::new(), ClosePolicy::default());
    let records = CostRecords::new(tables, &control).unwrap();
    let outcome = close_period(&records, &policy, &control).unwrap();
    assert!(cost_text(&outcome, "", Lang::En, 1, 120).contains("3 rows more"));
}

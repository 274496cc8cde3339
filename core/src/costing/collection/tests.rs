use super::*;
use proptest::prelude::*;

/// The row's example: workshop A debits 6 000, a credit note 400 and the month-end transfer 5 600; B 2 400.
fn example() -> CollectOverhead {
    let text = r#"{
      "period": {"id": "2026-03", "from": "2026-03-01", "to": "2026-03-31"},
      "scheme": [{"account": "5101", "dimension": "A", "centre": "A", "expense": "power", "element": "overhead"},
                 {"account": "5101", "centre": "B", "expense": "power", "element": "overhead"},
                 {"account": "6601"}],
      "lines": [
        {"id": "1", "date": "2026-03-05", "account": "5101", "dimension": "A", "debit": "6000"},
        {"id": "2", "date": "2026-03-20", "account": "5101", "dimension": "A", "credit": "400"},
        {"id": "3", "date": "2026-03-31", "account": "5101", "dimension": "A", "credit": "5600", "kind": "carry_forward"},
        {"id": "4", "date": "2026-03-31", "account": "5101", "dimension": "B", "debit": "2400"},
        {"id": "5", "date": "2026-04-01", "account": "5101", "dimension": "B", "debit": "77"},
        {"id": "6", "date": "2026-03-31", "account": "5101", "dimension": "B", "debit": "9", "kind": "own"},
        {"id": "7", "date": "2026-03-31", "account": "6601", "debit": "11"}]}"#;
    serde_json::from_str(text).unwrap()
}

fn of_centre(collected: &CollectedOverhead, centre: &str) -> String {
    let rows = collected.rows.iter().filter(|row| row.centre.as_ref().is_some_and(|c| c.as_str() == centre));
    rows.map(|row| row.amount.0).sum::<rust_decimal::Decimal>().to_string()
}

fn codes(refused: Result<Collected, Vec<Finding>>) -> Vec<Code> {
    refused.unwrap_err().iter().map(Finding::code).collect()
}

#[test]
fn c03_net_turnover_leaves_the_transfer_out() {
    let net = example().collect().unwrap().result;
    assert_eq!((of_centre(&net, "A"), of_centre(&net, "B")), ("5600.00".into(), "2400.00".into()));
    assert_eq!(net.total.to_string(), "8000.00");
    let reasons: Vec<LeftOutReason> = net.left_out.iter().map(|left| left.reason).collect();
    use LeftOutReason::{CarryForward, OtherPeriod, Own, Rule};
    assert_eq!(reasons, [CarryForward, OtherPeriod, Own, Rule]);
}

#[test]
fn c03_debit_turnover_takes_debits_only() {
    let debit = CollectOverhead { turnover: Turnover::Debit, ..example() }.collect().unwrap().result;
    assert_eq!((of_centre(&debit, "A"), debit.total.to_string()), ("6000.00".into(), "8400.00".into()));
}

#[test]
fn c03_importing_twice_changes_nothing() {
    let first = example().collect().unwrap().result;
    let again = CollectOverhead { present: first.rows.clone(), ..example() }.collect().unwrap().result;
    assert_eq!((&again.rows, again.unchanged.len()), (&first.rows, 3));
    assert!(again.added.is_empty() && again.replaced.is_empty() && again.removed.is_empty());
}

#[test]
fn c03_rows_that_are_not_allocated_are_replaced_or_removed() {
    let mut request = example();
    request.present = request.collect().unwrap().result.rows;
    request.present[2].state = OverheadState::Approved;
    request.lines.retain(|line| line.id.as_str() != "1");
    request.lines[2].debit = DecimalText("2500".parse().unwrap());
    let collected = request.collect().unwrap().result;
    let ids = |ids: &[Id]| ids.iter().map(Id::to_string).collect::<Vec<_>>().join(" ");
    assert_eq!(
        (ids(&collected.removed), ids(&collected.replaced), ids(&collected.unchanged)),
        ("1".into(), "4".into(), "2".into())
    );
    assert_eq!(collected.rows[1].state, OverheadState::Draft);
}

#[test]
fn c03_an_allocated_row_stays_or_the_import_is_refused() {
    let mut request = example();
    request.present = request.collect().unwrap().result.rows;
    request.present.iter_mut().for_each(|row| row.state = OverheadState::Allocated);
    assert_eq!(request.collect().unwrap().result.rows, request.present);
    request.lines[0].debit = DecimalText("1".parse().unwrap());
    assert_eq!(codes(request.collect()), [Code::AlreadyAllocated]);
    request.lines.remove(0);
    assert_eq!(codes(request.collect()), [Code::AlreadyAllocated]);
}

#[test]
fn c03_lines_without_a_rule_are_refused_or_told() {
    let mut request = example();
    request.scheme.remove(1);
    let refused = request.collect().unwrap_err();
    assert_eq!(
        refused[0].text(crate::finding::Lang::En),
        "Ledger account 5101/B is not mapped to a cost centre or expense item."
    );
    request.on_unmapped = OnUnmapped::TakeRest;
    let taken = request.collect().unwrap();
    assert_eq!((taken.result.total.to_string(), taken.findings.len()), ("5600.00".into(), 1));
}

#[test]
fn c03_bad_input_is_named() {
    let closed = CollectOverhead {
        period: crate::document::Period { state: crate::document::PeriodState::Closed, ..example().period },
        ..example()
    };
    assert_eq!(codes(closed.collect()), [Code::PeriodClosed]);
    let mut twice = example();
    twice.lines.push(twice.lines[0].clone());
    twice.scheme.push(twice.scheme[0].clone());
    assert_eq!(codes(twice.collect()), [Code::DuplicateId, Code::DuplicateId]);
    let mut fine = example();
    fine.lines[0].debit = DecimalText("1.005".parse().unwrap());
    assert_eq!(codes(fine.collect()), [Code::PrecisionExceeded]);
}

proptest! {
    /// The sum of the rows is that of the lines selected, whatever their order (`C03`).
    #[test]
    fn c03_rows_add_up_to_the_lines_selected(
        amounts in prop::collection::vec((0i64..1_000_000, 0i64..1_000_000, 0usize..3), 0..30),
        turned in any::<bool>(),
    ) {
        let mut request = example();
        let kinds = [LedgerLineKind::Ordinary, LedgerLineKind::CarryForward, LedgerLineKind::Own];
        let template = request.lines[0].clone();
        let cents = |units: i64| DecimalText(rust_decimal::Decimal::new(units, 2));
        request.lines = amounts.iter().enumerate().map(|(number, &(debit, credit, kind))| LedgerLine {
            id: format!("L{number}").parse().unwrap(),
            debit: cents(debit),
            credit: cents(credit),
            kind: kinds[kind],
            ..template.clone()
        }).collect();
        let net: i64 = amounts.iter().filter(|a| a.2 == 0).map(|a| a.0 - a.1).sum();
        let forward = request.collect().unwrap().result;
        prop_assert_eq!(forward.total.0, rust_decimal::Decimal::new(net, 2));
        if turned {
            request.lines.reverse();
            prop_assert_eq!(request.collect().unwrap().result, forward);
        }
    }
}

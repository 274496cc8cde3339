use super::*;
use crate::id::Id;
use crate::num::Ratio;
use crate::order::{BusinessState, IssueState, TaskState};

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

fn q(text: &str) -> Quantity {
    text.parse().unwrap()
}

fn order(good: i64, lines: &[(&str, &str)]) -> ProductionOrder {
    let mut order = ProductionOrder::new(id("MO1"), id("A"), Quantity::whole(good));
    for (at, (item, required)) in lines.iter().enumerate() {
        order.lines.push(ComponentLine::new(u32::try_from(at).unwrap() + 1, id(item), q(required)));
    }
    order
}

fn needs(order: &ProductionOrder, f: impl Fn(&ComponentLine) -> Quantity) -> Vec<String> {
    order.lines.iter().map(|line| f(line).to_string()).collect()
}

#[test]
fn m02_fifty_kits_of_a_hundred() {
    let mut order = order(100, &[("B", "204"), ("C", "100"), ("G", "5")]);
    order.lines[2].fixed = true;
    let kit =
        |order: &ProductionOrder, mode| needs(order, |line| kit_need(order, line, q("50"), mode).unwrap());
    assert_eq!(kit(&order, KitMode::Cumulative), ["102", "50", "5"]);
    // One kit fifty times: the cumulative rule takes 102, the flat one 150.
    let (mut cumulative, mut flat) = (0, 0);
    for _ in 0..50 {
        let mut taken = Vec::new();
        for line in 0..3 {
            let take = kit_need(&order, &order.lines[line], q("1"), KitMode::Cumulative).unwrap();
            taken.push(take);
        }
        for (line, take) in order.lines.iter_mut().zip(taken) {
            line.issued = line.issued.plus(take).unwrap();
        }
        flat += kit_need(&order, &order.lines[0], q("1"), KitMode::Flat).unwrap().grains();
    }
    cumulative += order.lines[0].issued.grains();
    assert_eq!((cumulative, flat), (102, 150));
    assert_eq!(order.lines[2].issued, q("5"), "the fixed line goes with the first kit only");
    assert_eq!(open_sets(&order), Ok(q("50")));
}

#[test]
fn m03_top_up_to_fifty_sets() {
    let mut order = order(100, &[("B", "200"), ("C", "100")]);
    order.lines[0].issued = q("60");
    order.lines[1].issued = q("50");
    assert_eq!(needs(&order, |line| top_up(&order, line, q("50")).unwrap()), ["40", "0"]);
}

#[test]
fn m05_cumulative_incremental_and_with_scrap() {
    let mut order = order(100, &[("D", "50.0")]);
    order.lines[0].method = IssueMethod::Backflush;
    let take = |order: &ProductionOrder, base: &str| {
        backflush_need(order, &order.lines[0], (q(base), q(base)), false).unwrap()
    };
    order.policy.backflush.method = BackflushMethod::Incremental;
    order.lines[0].issued = q("5.0");
    assert_eq!(take(&order, "40"), q("20"));
    order.policy.backflush.method = BackflushMethod::Cumulative;
    assert_eq!(take(&order, "40"), q("15"));
    order.lines[0].issued = q("0.0");
    let totals = OutputTotals { good: q("40"), scrap_work: q("2"), ..OutputTotals::default() };
    let base = backflush_base(&totals, BackflushBasis::GoodAndScrap).unwrap();
    assert_eq!(take(&order, &base.to_string()), q("21"));
}

#[test]
fn m10_limits_by_mode() {
    let mut line = ComponentLine::new(1, id("B"), q("200"));
    assert_eq!(issue_limit(&line), Ok(Some(q("200"))));
    line.over_issue = OverIssue::Allow { cap: Some(Ratio::new(3, 100).unwrap()) };
    assert_eq!(issue_limit(&line), Ok(Some(q("206"))));
    line.over_issue = OverIssue::Allow { cap: None };
    assert_eq!(issue_limit(&line), Ok(None));
    line.required = q("204");
    line.over_issue = OverIssue::ByMinBatch { batch: q("50") };
    assert_eq!(issue_limit(&line), Ok(Some(q("250"))));
}

#[test]
fn m11_defective_returns_open_again_or_not() {
    let mut line = ComponentLine::new(1, id("B"), q("200"));
    line.issued = q("200");
    line.returned_good = q("10");
    assert_eq!(line.net_issued(), Ok(q("190")));
    line.returned_work = q("4");
    assert_eq!((line.open(true), line.open(false)), (Ok(q("14")), Ok(q("10"))));
}

#[test]
fn m13_kits_and_issue_state() {
    let mut order = order(100, &[("B", "200"), ("C", "100"), ("grease", "1")]);
    order.lines[2].method = IssueMethod::NoIssue;
    assert_eq!(order.issue(), Ok(IssueState::None));
    order.lines[0].issued = q("150");
    order.lines[1].issued = q("60");
    assert_eq!((order.kits_issued(), order.issue()), (Ok(Some(q("60"))), Ok(IssueState::Partial)));
    order.lines[0].issued = q("200");
    order.lines[1].issued = q("100");
    assert_eq!(order.issue(), Ok(IssueState::Full));
    order.lines[1].issued = q("101");
    assert_eq!(order.issue(), Ok(IssueState::Excess));
    order.lines.truncate(0);
    assert_eq!(order.kits_issued(), Ok(None), "not applicable, not nought");
}

#[test]
fn m06_a_no_issue_line_is_shown_and_never_open() {
    let mut order = order(100, &[("grease", "1.00")]);
    order.lines[0].method = IssueMethod::NoIssue;
    assert_eq!(order.lines[0].open(true), Ok(Quantity::ZERO));
    assert_eq!((order.lines[0].required.to_string(), order.kits_issued()), ("1.00".to_owned(), Ok(None)));
}

#[test]
fn x03_finished_within_the_tolerance_business_goes_on() {
    let mut order = order(100, &[]);
    order.policy.under_receipt = Ratio::new(2, 100).unwrap();
    order.received.good = q("60");
    assert_eq!(order.task(), Ok(TaskState::PartlyFinished));
    order.received.good = q("98");
    assert_eq!((order.task(), order.business), (Ok(TaskState::Finished), BusinessState::Normal));
    order.good = q("95");
    assert_eq!(order.finish_limit(), Ok(q("94")), "93.1 is reached from 94 pieces on");
}

#[test]
fn x04_the_requirement_follows_the_quantity() {
    let mut order = order(100, &[("B", "200")]);
    assert_eq!(required_for(&order, &order.lines[0], q("120")), Ok(q("240")));
    assert_eq!(required_for(&order, &order.lines[0], q("30")), Ok(q("60")));
    order.lines[0] = ComponentLine {
        per_unit: Some(Ratio::new(102, 50).unwrap()),
        fixed_loss: q("3"),
        ..ComponentLine::new(1, id("B"), q("207"))
    };
    assert_eq!(required_for(&order, &order.lines[0], q("50")), Ok(q("105")), "102 and the fixed loss");
}

#[test]
fn x05_over_receipt_limit() {
    let mut order = order(100, &[("B", "200"), ("C", "100")]);
    order.policy.over_receipt = Ratio::new(5, 100).unwrap();
    assert_eq!(order.receipt_limit(), Ok(q("105")));
    order.lines[0].issued = q("90");
    order.lines[1].issued = q("50");
    assert_eq!(order.kits_issued(), Ok(Some(q("45"))));
}

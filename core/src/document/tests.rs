use super::*;
use crate::id::Id;
use crate::inventory::LineRef;
use crate::num::Quantity;
use crate::time::Date;

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

fn period(month: i8, state: PeriodState) -> Period {
    let from = Date::literal(2026, month, 1);
    Period {
        id: id(&format!("2026-{month:02}")),
        from,
        to: from.last_of_month(),
        state,
        run: None,
        version: 0,
    }
}

#[test]
fn f04_drafts_count_as_consumed() {
    let mut line = DocumentLine::new(1, id("A"), Quantity::whole(100));
    let target = LineRef { document: id("D"), line: 1 };
    line.links.push(Link { target, quantity: Quantity::whole(60), approved: false });
    assert_eq!(line.remaining_to_push(false), Ok(Quantity::whole(40)));
    assert_eq!(line.remaining_to_push(true), Ok(Quantity::whole(100)));
}

#[test]
fn f06_a_correction_of_a_closed_period_goes_to_the_first_open_one() {
    let periods =
        [period(3, PeriodState::Closed), period(4, PeriodState::Open), period(5, PeriodState::Open)];
    let day = Date::literal(2026, 3, 31);
    let posted = posting_period(periods.iter(), day, true).unwrap().unwrap();
    assert_eq!(posted.from.to_string(), "2026-04-01");
    let refused = posting_period(periods.iter(), day, false).unwrap_err();
    assert_eq!(refused.to_string(), "PERIOD_CLOSED: 2026-03 is closed; the next open period is 2026-04.");
}

#[test]
fn f06_a_period_that_is_costed_takes_no_stock() {
    let mut locked = period(3, PeriodState::Costing);
    locked.run = Some(id("RUN1"));
    let refused = posting_period([locked].iter(), Date::literal(2026, 3, 2), false).unwrap_err();
    assert_eq!(refused.to_string(), "PERIOD_LOCKED_BY_COSTING: 2026-03 is locked by cost run RUN1.");
    assert_eq!(posting_period([].iter(), Date::literal(2026, 3, 2), false), Ok(None));
}

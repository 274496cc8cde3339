//! Published netting examples, the definition, and laws that must hold for all data.

use proptest::prelude::*;

use super::super::policy::{Consumption, ForecastPolicy};
use super::consume::Rest;
use super::{Booked, NetForecast, NetForecastResult, Netting, Row, net_needs};

fn solve(json: &str) -> NetForecastResult {
    serde_json::from_str::<NetForecast>(json).unwrap().solve().unwrap()
}

fn remaining(result: &NetForecastResult) -> Vec<String> {
    result.periods.iter().map(|period| period.remaining.to_string()).collect()
}

/// Buckets 1, 2, 3 … as days, so that the reach counts buckets.
fn buckets(forecast: &[i64], orders: &[i64], policy: ForecastPolicy) -> Vec<i64> {
    let rows: Vec<Row> = (0..)
        .zip(forecast)
        .map(|(day, quantity)| row(u32::try_from(day).unwrap(), day, day, *quantity))
        .collect();
    let orders: Vec<Booked> =
        (0..).zip(orders).map(|(day, q)| Booked { id: 0, date: day, quantity: *q }).collect();
    let mut netting = Netting::default();
    netting.run(&rows, &orders, policy);
    netting.left
}

fn row(id: u32, from: i32, to: i32, quantity: i64) -> Row {
    Row { id, from, to, quantity, spread_days: 0 }
}

const ALONE: ForecastPolicy =
    ForecastPolicy { direction: Consumption::BackwardForward, backward_days: 0, forward_days: 0 };

#[test]
fn p08_the_catalogue_example() {
    let forecast = r#"{"periods": [{"from": "2026-03-01", "to": "2026-03-31", "quantity": 100}], "orders": "#;
    for (ordered, left, over) in [(70, "30", "0"), (120, "0", "20"), (100, "0", "0"), (0, "100", "0")] {
        let result = solve(&format!(r#"{forecast}[{{"date": "2026-03-05", "quantity": {ordered}}}]}}"#));
        assert_eq!(remaining(&result), [left]);
        assert_eq!(result.overconsumption_total.to_string(), over);
    }
}

/// frePPLe, forecast netting: the square table without reach, and the round table of the test suite's page.
#[test]
fn case_mrp_e75_and_erp_suites_fc_008_netting_inside_the_bucket() {
    assert_eq!(buckets(&[350; 4], &[300, 500, 280, 0], ALONE), [50, 0, 70, 350]);
    assert_eq!(buckets(&[350; 3], &[130, 100, 80], ALONE), [220, 250, 270]);
}

/// The same page, one bucket of reach both ways, early before late.
#[test]
fn p08_frepple_netting_reaches_the_buckets_around() {
    let reach = ForecastPolicy { backward_days: 1, forward_days: 1, ..ALONE };
    assert_eq!(buckets(&[350; 4], &[300, 500, 280, 0], reach), [0, 0, 0, 320]);
    // With dates and 30 days: an order in the middle of a month reaches the months around.
    let period = |m: u8, last: u8| {
        format!(r#"{{"from": "2019-{m:02}-01", "to": "2019-{m:02}-{last}", "quantity": 350}}"#)
    };
    let result = solve(&format!(
        r#"{{"periods": [{}, {}, {}, {}],
            "orders": [{{"date": "2019-01-15", "quantity": 300}}, {{"date": "2019-02-15", "quantity": 500}},
                       {{"date": "2019-03-15", "quantity": 280}}],
            "policy": {{"backward_days": 30, "forward_days": 30}}}}"#,
        period(1, 31),
        period(2, 28),
        period(3, 31),
        period(4, 30),
    ));
    assert_eq!(remaining(&result), ["0", "0", "0", "320"]);
}

/// Dynamics 365, reduction keys: orders reduce their own month only.
#[test]
fn case_mrp_e78_reduction_by_transactions_is_not_carried() {
    assert_eq!(buckets(&[1000; 4], &[956, 1176, 451, 119], ALONE), [44, 0, 549, 881]);
}

/// The same page, by percentages.
#[test]
fn p08_reduction_by_percent() {
    let period = |month: u8, share: &str| {
        format!(
            r#"{{"from": "2026-{month:02}-01", "to": "2026-{month:02}-28", "quantity": 1000, "reduction": "{share}"}}"#
        )
    };
    let result = solve(&format!(
        r#"{{"periods": [{}, {}, {}, {}, {}]}}"#,
        period(1, "1"),
        period(2, "0.75"),
        period(3, "1/2"),
        period(4, "0.25"),
        period(5, "0")
    ));
    assert_eq!(remaining(&result), ["0", "250", "500", "750", "1000"]);
}

/// Dynamics 365, dynamic periods: each forecast lasts until the next.
#[test]
fn case_mrp_e79_and_e80_dynamic_periods() {
    let result = solve(
        r#"{"periods": [{"from": "2026-01-01", "quantity": 1000}, {"from": "2026-02-01", "quantity": 1000}],
            "orders": [{"date": "2026-01-15", "quantity": 200}, {"date": "2026-02-15", "quantity": 400}]}"#,
    );
    assert_eq!(remaining(&result), ["800", "600"]);
    let result = solve(
        r#"{"periods": [{"from": "2026-01-01", "quantity": 1000}, {"from": "2026-01-05", "quantity": 500},
                        {"from": "2026-01-12", "quantity": 1000}],
            "orders": [{"date": "2025-12-15", "quantity": 500}, {"date": "2026-01-03", "quantity": 100},
                       {"date": "2026-01-10", "quantity": 200}]}"#,
    );
    assert_eq!(remaining(&result), ["900", "300", "1000"]);
    assert_eq!(result.overconsumption.iter().map(ToString::to_string).collect::<Vec<_>>(), ["500", "0", "0"]);
}

/// Oracle MPS/MRP.
#[test]
fn case_mrp_e81_overconsumption() {
    let result = solve(
        r#"{"periods": [{"from": "2026-01-01", "quantity": 20}],
            "orders": [{"date": "2026-01-01", "quantity": 25}]}"#,
    );
    assert_eq!(remaining(&result), ["0"]);
    assert_eq!(result.overconsumption_total.to_string(), "5");
    let uses: Vec<(u32, u32)> = result.consumption.iter().map(|taken| (taken.order, taken.period)).collect();
    assert_eq!(uses, [(1, 1)]);
}

/// OCA's estimates: 210, 280 and 350 over a week each, three days of the first elapsed.
fn oca(spread_days: u32, run_date: i32, fence: u32) -> Vec<Rest> {
    let weeks = [row(0, -3, 3, 210), row(1, 4, 10, 280), row(2, 11, 17, 350)];
    let mut needs = Vec::new();
    for (index, week) in weeks.iter().enumerate() {
        let week = Row { spread_days, ..*week };
        net_needs(index, &week, week.quantity, run_date, fence, |need| needs.push(need));
    }
    needs
}

fn quantities(needs: &[Rest]) -> Vec<i64> {
    needs.iter().map(|need| need.quantity).collect()
}

#[test]
fn case_erp_suites_fc_001_and_fc_002_daily_needs_of_what_is_left() {
    let needs = oca(1, 0, 0);
    assert_eq!(needs.iter().map(|need| need.date).collect::<Vec<_>>(), (0..18).collect::<Vec<_>>());
    assert_eq!(quantities(&needs), [vec![30; 4], vec![40; 7], vec![50; 7]].concat());
    let weekly: Vec<i64> = needs.chunks(7).map(|week| quantities(week).iter().sum()).collect();
    assert_eq!(weekly, [240, 310, 200]);
}

#[test]
fn case_erp_suites_fc_003_batches_of_days_stay_inside_their_period() {
    for (days, expected) in
        [(7, vec![120, 280, 350]), (10, vec![120, 280, 350]), (5, vec![120, 200, 80, 250, 100])]
    {
        assert_eq!(quantities(&oca(days, 0, 0)), expected, "{days}");
    }
}

/// frePPLe's test model: an order of 10 on 2 January in a bucket of 100.
#[test]
fn case_erp_suites_fc_007_order_consumes_its_bucket() {
    let result = solve(
        r#"{"periods": [{"from": "2009-01-01", "to": "2009-01-31", "quantity": 100}],
            "orders": [{"date": "2009-01-02", "quantity": 10}]}"#,
    );
    assert_eq!(remaining(&result), ["90"]);
    assert_eq!(result.periods[0].consumed.to_string(), "10");
}

#[test]
fn p08_the_four_directions() {
    use Consumption::{Backward, BackwardForward, Forward, ForwardBackward};
    // Ten in each bucket, an order of 25 in the middle one.
    for (direction, expected) in [
        (BackwardForward, [5, 0, 0, 10, 10]),
        (Backward, [5, 0, 0, 10, 10]),
        (Forward, [10, 10, 0, 0, 5]),
        (ForwardBackward, [10, 10, 0, 0, 5]),
    ] {
        let policy = ForecastPolicy { direction, backward_days: 2, forward_days: 2 };
        assert_eq!(buckets(&[10; 5], &[0, 0, 25, 0, 0], policy), expected, "{direction:?}");
    }
    // 45 of 50: the first direction is used up before the second.
    for (direction, expected) in [
        (BackwardForward, [0, 0, 0, 0, 5]),
        (Backward, [0, 0, 0, 10, 10]),
        (Forward, [10, 10, 0, 0, 0]),
        (ForwardBackward, [5, 0, 0, 0, 0]),
    ] {
        let policy = ForecastPolicy { direction, backward_days: 2, forward_days: 2 };
        assert_eq!(buckets(&[10; 5], &[0, 0, 45, 0, 0], policy), expected, "{direction:?}");
    }
}

#[test]
fn p08_reach_counts_days_to_the_near_end_of_a_period() {
    let rows = [row(0, 0, 9, 100), row(1, 10, 19, 100), row(2, 20, 29, 100)];
    let order = [Booked { id: 0, date: 15, quantity: 400 }];
    for (back, forward, expected) in
        [(5, 4, [100, 0, 100]), (6, 4, [0, 0, 100]), (5, 5, [100, 0, 0]), (6, 5, [0, 0, 0])]
    {
        let policy = ForecastPolicy { backward_days: back, forward_days: forward, ..ALONE };
        let mut netting = Netting::default();
        netting.run(&rows, &order, policy);
        assert_eq!(netting.left, expected, "{back} {forward}");
    }
}

#[test]
fn p08_begun_and_elapsed_periods_and_the_demand_fence() {
    let need = |from, to, fence| {
        let mut needs = Vec::new();
        net_needs(0, &row(0, from, to, 10), 10, 0, fence, |need| needs.push((need.date, need.quantity)));
        needs
    };
    assert_eq!(need(5, 9, 0), [(5, 10)]);
    assert_eq!(need(-5, 0, 0), [(0, 10)]);
    assert_eq!(need(-5, -1, 0), []);
    assert_eq!(need(5, 9, 5), [(5, 10)]);
    assert_eq!(need(5, 9, 6), []);
    // The fence drops spread days one by one.
    assert_eq!(quantities(&oca(1, 0, 3)), [vec![30; 1], vec![40; 7], vec![50; 7]].concat());
}

#[test]
fn p08_wrong_rows_are_named() {
    for (json, code) in [
        (r#"{"periods": [{"from": "2026-01-02", "to": "2026-01-01", "quantity": 1}]}"#, "CALENDAR_RANGE"),
        (r#"{"periods": [{"from": "2026-01-02", "quantity": -1}]}"#, "QTY_NOT_POSITIVE"),
        (r#"{"periods": [{"from": "2026-01-02", "quantity": 1, "reduction": "1.1"}]}"#, "QTY_NOT_POSITIVE"),
        (r#"{"periods": [{"from": "2026-01-02", "quantity": 1, "spread_days": 1}]}"#, "PARAM_MISSING"),
        (
            r#"{"periods": [{"from": "0001-01-01", "to": "9999-01-01", "quantity": 1, "spread_days": 1}]}"#,
            "LIMIT_EXCEEDED",
        ),
    ] {
        let request: NetForecast = serde_json::from_str(json).unwrap();
        assert_eq!(request.solve().unwrap_err().finding().code().as_str(), code, "{json}");
    }
}

/// The rule as written, row by row.
fn by_definition(rows: &[Row], orders: &[Booked], policy: ForecastPolicy) -> (Vec<i64>, Vec<i64>) {
    let mut left: Vec<i64> = rows.iter().map(|row| row.quantity).collect();
    let mut over: Vec<i64> = orders.iter().map(|order| order.quantity).collect();
    let mut turns: Vec<usize> = (0..orders.len()).collect();
    turns.sort_by_key(|at| (orders[*at].date, orders[*at].id));
    for order in turns {
        let date = orders[order].date;
        let (back, ahead) =
            (i32::try_from(policy.backward_days).unwrap(), i32::try_from(policy.forward_days).unwrap());
        let mut inside: Vec<usize> = (0..rows.len()).collect();
        inside.retain(|at| rows[*at].from <= date && date <= rows[*at].to);
        inside.sort_by_key(|at| (rows[*at].from, rows[*at].id));
        let mut before: Vec<usize> = (0..rows.len()).collect();
        before.retain(|at| rows[*at].to < date && rows[*at].to >= date - back);
        before.sort_by_key(|at| (-rows[*at].to, rows[*at].from, rows[*at].id));
        let mut after: Vec<usize> = (0..rows.len()).collect();
        after.retain(|at| rows[*at].from > date && rows[*at].from <= date + ahead);
        after.sort_by_key(|at| (rows[*at].from, rows[*at].id));
        let wanted = match policy.direction {
            Consumption::Backward => [inside, before].concat(),
            Consumption::Forward => [inside, after].concat(),
            Consumption::BackwardForward => [inside, before, after].concat(),
            Consumption::ForwardBackward => [inside, after, before].concat(),
        };
        for at in wanted {
            let quantity = left[at].min(over[order]);
            left[at] -= quantity;
            over[order] -= quantity;
        }
    }
    (left, over)
}

fn policies() -> impl Strategy<Value = ForecastPolicy> {
    let direction = prop_oneof![
        Just(Consumption::BackwardForward),
        Just(Consumption::Backward),
        Just(Consumption::Forward),
        Just(Consumption::ForwardBackward),
    ];
    (direction, 0u32..25, 0u32..25).prop_map(|(direction, backward_days, forward_days)| ForecastPolicy {
        direction,
        backward_days,
        forward_days,
    })
}

fn booked() -> impl Strategy<Value = Vec<Booked>> {
    proptest::collection::vec((-5i32..60, 0i64..40), 0..12).prop_map(|orders| {
        (0..).zip(orders).map(|(id, (date, quantity))| Booked { id, date, quantity }).collect()
    })
}

fn any_rows() -> impl Strategy<Value = Vec<Row>> {
    proptest::collection::vec((0i32..50, 0i32..20, 0i64..60), 0..8).prop_map(|rows| {
        (0..).zip(rows).map(|(id, (from, days, quantity))| row(id, from, from + days, quantity)).collect()
    })
}

/// Rows one after the other, with gaps.
fn rows_in_line() -> impl Strategy<Value = Vec<Row>> {
    proptest::collection::vec((0i32..4, 0i32..10, 0i64..60), 0..8).prop_map(|rows| {
        let mut day = 0;
        let line = (0..).zip(rows).map(|(id, (gap, days, quantity))| {
            let from = day + gap;
            day = from + days + 1;
            row(id, from, from + days, quantity)
        });
        line.collect()
    })
}

fn netted(rows: &[Row], orders: &[Booked], policy: ForecastPolicy) -> Netting {
    let mut netting = Netting::default();
    netting.run(rows, orders, policy);
    netting
}

proptest! {
    #[test]
    fn p08_netting_equals_the_definition(rows in any_rows(), orders in booked(), policy in policies()) {
        let netting = netted(&rows, &orders, policy);
        prop_assert_eq!((netting.left, netting.over), by_definition(&rows, &orders, policy));
    }

    #[test]
    fn p08_nothing_is_lost(rows in any_rows(), orders in booked(), policy in policies()) {
        let netting = netted(&rows, &orders, policy);
        for (index, row) in rows.iter().enumerate() {
            let used: i64 = netting.consumed.iter().filter(|c| c.row == index).map(|c| c.quantity).sum();
            prop_assert!(used <= row.quantity);
            prop_assert_eq!(used + netting.left[index], row.quantity);
        }
        for (index, order) in orders.iter().enumerate() {
            let used: i64 = netting.consumed.iter().filter(|c| c.order == index).map(|c| c.quantity).sum();
            prop_assert_eq!(used + netting.over[index], order.quantity);
        }
    }

    #[test]
    fn p08_row_order_plays_no_part(
        rows in any_rows(), orders in booked(), policy in policies(), turn in 0usize..12,
    ) {
        let straight = netted(&rows, &orders, policy);
        let (mut rows, mut orders) = (rows, orders);
        let (by_rows, by_orders) = (turn % rows.len().max(1), turn % orders.len().max(1));
        rows.rotate_left(by_rows);
        orders.rotate_left(by_orders);
        let mut turned = netted(&rows, &orders, policy);
        turned.left.rotate_right(by_rows);
        turned.over.rotate_right(by_orders);
        prop_assert_eq!((straight.left, straight.over), (turned.left, turned.over));
    }

    #[test]
    fn p08_backward_is_forward_with_time_reversed(
        rows in rows_in_line(), date in -5i32..80, quantity in 0i64..200, policy in policies(),
    ) {
        let order = [Booked { id: 0, date, quantity }];
        let mirrored: Vec<Row> =
            rows.iter().map(|r| Row { from: -r.to, to: -r.from, ..*r }).collect();
        let other = ForecastPolicy {
            direction: match policy.direction {
                Consumption::Backward => Consumption::Forward,
                Consumption::Forward => Consumption::Backward,
                Consumption::BackwardForward => Consumption::ForwardBackward,
                Consumption::ForwardBackward => Consumption::BackwardForward,
            },
            backward_days: policy.forward_days,
            forward_days: policy.backward_days,
        };
        let straight = netted(&rows, &order, policy);
        let reversed = netted(&mirrored, &[Booked { date: -date, ..order[0] }], other);
        prop_assert_eq!((straight.left, straight.over), (reversed.left, reversed.over));
    }

    #[test]
    fn p08_spread_keeps_the_whole_of_the_days_left(
        from in -20i32..20, days in 0i32..30, left in 0i64..500, spread_days in 1u32..12,
    ) {
        let week = Row { spread_days, ..row(0, from, from + days, left) };
        // Day by day: the first `left mod days` days take one grain more.
        let length = i64::from(days) + 1;
        let of_day = |day: i64| left / length + i64::from(day < left % length);
        let mut expected: Vec<(i32, i64)> = Vec::new();
        let first = from.max(0);
        for day in first..=from + days {
            let run = (day - first) / i32::try_from(spread_days).unwrap();
            let start = first + run * i32::try_from(spread_days).unwrap();
            let grains = of_day(i64::from(day - from));
            match expected.last_mut().filter(|last| last.0 == start) {
                Some(last) => last.1 += grains,
                None => expected.push((start, grains)),
            }
        }
        expected.retain(|need| need.1 > 0);
        let mut needs = Vec::new();
        net_needs(0, &week, left, 0, 0, |need| needs.push((need.date, need.quantity)));
        prop_assert_eq!(needs, expected);
    }
}

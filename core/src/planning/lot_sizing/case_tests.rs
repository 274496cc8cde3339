//! Published lot-sizing examples, restated as plain numbers with their sources.

use super::{Eoq, LotSizing, LotSizingResult, MinMax};

/// Nahmias, Production and Operations Analysis, ch. 7: Harmon Music, valve casings; set-up 132, holding 0.60.
const HARMON: &str =
    r#""demand": [42, 42, 32, 12, 26, 112, 45, 14, 76, 38], "setup_cost": 132, "holding_cost": "0.6""#;
/// Orlicky, Material Requirements Planning (1975), ch. 8; set-up 100, holding 1.
const ORLICKY: &str = r#""demand": [35, 10, 0, 40, 0, 20, 5, 10, 30], "setup_cost": 100, "holding_cost": 1"#;
/// Jacobs & Chase, Operations and Supply Management, ch. MRP; set-up 47, holding 0.05.
const JACOBS: &str =
    r#""demand": [50, 60, 70, 60, 95, 75, 60, 55], "setup_cost": 47, "holding_cost": "0.05""#;
/// Heizer & Render, Operations Management, ch. 14; set-up 100, holding 1; after 35 on hand.
const HEIZER: &str =
    r#""demand": [0, 30, 40, 0, 10, 40, 30, 0, 30, 55], "setup_cost": 100, "holding_cost": 1"#;
/// A published worksheet of Silver–Meal with a unit cost of 2; set-up 160, holding 0.50.
const WORKSHEET: &str =
    r#""demand": [120, 150, 50, 120, 80, 40, 130, 115, 90, 80], "setup_cost": 160, "holding_cost": "0.5""#;
/// Nahmias, exercise; set-up 80, holding 2.
const EXERCISE: &str = r#""demand": [18, 30, 42, 5, 20], "setup_cost": 80, "holding_cost": 2"#;

fn solve(data: &str, lot: &str) -> LotSizingResult {
    let request: LotSizing = serde_json::from_str(&format!(r#"{{{data}, "lot": {{{lot}}}}}"#)).unwrap();
    request.solve().unwrap()
}

fn rule(name: &str) -> String {
    format!(r#""rule": "{name}""#)
}

fn lots(result: &LotSizingResult) -> Vec<i64> {
    result.lots.iter().map(|lot| lot.to_string().parse().unwrap()).collect()
}

fn cost(result: &LotSizingResult) -> String {
    result.cost.as_ref().unwrap().cost.round(2, crate::num::Rounding::HalfUp).unwrap().to_string()
}

#[track_caller]
fn check(data: &str, lot: &str, expected: &[i64], money: &str) {
    let result = solve(data, lot);
    if !expected.is_empty() {
        assert_eq!(lots(&result), expected, "{lot}");
    }
    if !money.is_empty() {
        assert_eq!(cost(&result), money, "{lot}");
    }
}

#[test]
fn case_mrp_e25_harmon_fixed_139() {
    check(HARMON, r#""rule": "fixed", "quantity": 139"#, &[], "919.80");
    // √(2 · 132 · 43.9 ÷ 0.6), with the source's own mean of 43.9.
    let result = solve(HARMON, r#""rule": "eoq", "demand_rate": "43.9""#);
    assert_eq!(result.lot_quantity.unwrap().to_string(), "139");
    assert_eq!(cost(&result), "919.80");
}

#[test]
fn case_mrp_e26_harmon_lot_for_lot() {
    check(HARMON, &rule("lot_for_lot"), &[42, 42, 32, 12, 26, 112, 45, 14, 76, 38], "1320.00");
}

#[test]
fn case_mrp_e27_harmon_silver_meal() {
    check(HARMON, &rule("silver_meal"), &[128, 0, 0, 0, 197, 0, 0, 0, 114, 0], "");
}

#[test]
fn case_mrp_e29_orlicky_eoq_58() {
    let expected = [58, 0, 0, 58, 0, 0, 0, 58, 0];
    check(ORLICKY, r#""rule": "fixed", "quantity": 58"#, &expected, "");
    // 200 a year at 12 a year to hold: 16 2/3 a month at 1 a month.
    let result = solve(ORLICKY, r#""rule": "eoq", "demand_rate": "50/3""#);
    assert_eq!(result.lot_quantity.unwrap().to_string(), "58");
    assert_eq!(lots(&result), expected);
}

#[test]
fn case_mrp_e30_orlicky_fixed_period_of_two() {
    check(ORLICKY, r#""rule": "periods", "counts": [2]"#, &[45, 0, 0, 40, 0, 25, 0, 40, 0], "");
}

#[test]
fn case_mrp_e31_orlicky_periods_alternate_four_and_three() {
    check(ORLICKY, r#""rule": "periods", "counts": [4, 3]"#, &[85, 0, 0, 0, 0, 35, 0, 0, 30], "");
}

#[test]
fn case_mrp_e32_orlicky_least_unit_cost() {
    check(ORLICKY, &rule("least_unit_cost"), &[45, 0, 0, 60, 0, 0, 45, 0, 0], "");
}

/// The same pages print the least-total-cost lots. Not above 100, by hand: 10, then 130 refused; 40, 55, 95,
/// then 245 refused.
#[test]
fn p28_orlicky_carrying_closest_to_and_not_above_the_setup() {
    check(ORLICKY, &rule("least_total_cost"), &[85, 0, 0, 0, 0, 65, 0, 0, 0], "");
    check(ORLICKY, r#""rule": "part_period", "balance": "closest""#, &[85, 0, 0, 0, 0, 65, 0, 0, 0], "");
    check(ORLICKY, &rule("part_period"), &[45, 0, 0, 75, 0, 0, 0, 0, 30], "");
}

#[track_caller]
fn check_part_period(demand: &str, expected: [&str; 3], next: u32) {
    let data = format!(r#""demand": {demand}, "setup_cost": 100, "holding_cost": 1"#);
    let result = solve(&data, r#""rule": "part_period", "look_ahead": true, "look_back": true"#);
    let steps = result.steps[0].part_period.clone().unwrap();
    let seen = [steps.initial, steps.after_look_ahead, steps.after_look_back].map(|q| q.to_string());
    assert_eq!(seen, expected);
    assert_eq!(steps.next_order_period, Some(next));
    assert_eq!(result.steps[1].period, next);
}

#[test]
fn case_mrp_e35_part_period_look_ahead() {
    check_part_period("[20, 40, 30, 10, 40, 30, 35, 20, 40]", ["90", "100", "100"], 5);
}

#[test]
fn case_mrp_e36_part_period_look_back() {
    check_part_period("[20, 40, 30, 15, 30, 25, 50, 20, 40]", ["90", "90", "60"], 3);
}

#[test]
fn case_mrp_e37_jacobs_lot_for_lot() {
    check(JACOBS, &rule("lot_for_lot"), &[], "376.00");
}

#[test]
fn case_mrp_e38_jacobs_eoq_351() {
    let expected = [351, 0, 0, 0, 0, 351, 0, 0];
    check(JACOBS, r#""rule": "fixed", "quantity": 351"#, &expected, "171.05");
    // 525 ÷ 8 a week.
    let result = solve(JACOBS, r#""rule": "eoq""#);
    assert_eq!(result.lot_quantity.unwrap().to_string(), "351");
    assert_eq!(lots(&result), expected);
}

/// The figures that the same chapter prints for the other two rules.
#[test]
fn p28_jacobs_least_total_and_least_unit_cost() {
    check(JACOBS, &rule("least_total_cost"), &[335, 0, 0, 0, 0, 190, 0, 0], "140.50");
    check(JACOBS, &rule("least_unit_cost"), &[410, 0, 0, 0, 0, 0, 115, 0], "153.50");
}

#[test]
fn case_mrp_e41_jacobs_wagner_whitin() {
    let result = solve(JACOBS, &rule("wagner_whitin"));
    assert_eq!(cost(&result), "131.00");
    assert_eq!(result.optimum.unwrap().cost, result.cost.unwrap());
}

#[test]
fn case_mrp_e42_heizer_lot_for_lot() {
    check(HEIZER, &rule("lot_for_lot"), &[0, 30, 40, 0, 10, 40, 30, 0, 30, 55], "700.00");
}

#[test]
fn case_mrp_e43_heizer_eoq_73() {
    check(HEIZER, r#""rule": "fixed", "quantity": 73"#, &[0, 73, 0, 0, 73, 0, 73, 0, 0, 73], "775.00");
    // The source takes the mean of the gross needs, 270 ÷ 10.
    let by_rate = r#""rule": "eoq", "demand_rate": 27"#;
    check(HEIZER, by_rate, &[0, 73, 0, 0, 73, 0, 73, 0, 0, 73], "775.00");
}

#[test]
fn case_mrp_e44_heizer_part_period_closest() {
    let expected = [0, 80, 0, 0, 0, 100, 0, 0, 0, 55];
    check(HEIZER, &rule("least_total_cost"), &expected, "490.00");
    check(HEIZER, r#""rule": "part_period", "balance": "closest""#, &expected, "490.00");
}

#[test]
fn case_mrp_e45_heizer_wagner_whitin() {
    check(HEIZER, &rule("wagner_whitin"), &[0, 80, 0, 0, 0, 70, 0, 0, 85, 0], "455.00");
}

#[test]
fn case_mrp_e48_silver_meal_with_unit_cost() {
    let data = format!(r#"{WORKSHEET}, "unit_cost": 2"#);
    let result = solve(&data, &rule("silver_meal"));
    assert_eq!(lots(&result), [320, 0, 0, 240, 0, 0, 415, 0, 0, 0]);
    let averages: Vec<Vec<String>> = result
        .steps
        .iter()
        .map(|step| {
            let rounded = step.averages.iter().map(|a| a.round(2, crate::num::Rounding::HalfUp).unwrap());
            rounded.map(|a| a.to_string()).collect()
        })
        .collect();
    assert_eq!(
        averages,
        [
            ["400.00", "387.50", "308.33", "336.25"],
            ["400.00", "300.00", "240.00", "293.75"],
            ["420.00", "353.75", "325.83", "314.38"],
        ]
    );
}

#[test]
fn case_mrp_e49_silver_meal_without_unit_cost() {
    check(WORKSHEET, &rule("silver_meal"), &[320, 0, 0, 240, 0, 0, 335, 0, 0, 80], "");
}

#[test]
fn case_mrp_e50_silver_meal() {
    check(EXERCISE, &rule("silver_meal"), &[48, 0, 47, 0, 20], "");
}

#[test]
fn case_mrp_e51_least_unit_cost() {
    check(EXERCISE, &rule("least_unit_cost"), &[48, 0, 42, 25, 0], "");
}

/// stockpyl's test data: two optima, the earliest orders are taken.
#[test]
fn case_mrp_e59_wagner_whitin_earliest_of_equal_optima() {
    let data = r#""demand": [200, 200, 200, 200, 200], "setup_cost": 100, "holding_cost": "0.1""#;
    check(data, &rule("wagner_whitin"), &[400, 0, 600, 0, 0], "280.00");
}

/// stockpyl's test data: the order is placed in a period without demand.
#[test]
fn case_mrp_e60_wagner_whitin_with_changing_setup() {
    let data =
        r#""demand": [0, 0, 0, 0, 0, 7], "setup_cost": [110, 108, 110, 120, 125, 134], "holding_cost": 1"#;
    check(data, &rule("wagner_whitin"), &[0, 0, 7, 0, 0, 0], "131.00");
}

/// stockpyl's test data.
#[test]
fn case_mrp_e62_eoq_to_ten_decimals() {
    let eoq: Eoq = serde_json::from_str(
        r#"{"setup_cost": "8", "holding_cost": "0.225", "demand": "1300", "places": 10}"#,
    )
    .unwrap();
    let result = eoq.solve().unwrap();
    assert_eq!(result.quantity.to_string(), "304.0467800264");
    assert_eq!(result.cost.to_string(), "68.4105255059");
}

#[track_caller]
fn check_min_max(request: &str, expected: &[&str]) {
    let request: MinMax = serde_json::from_str(request).unwrap();
    let orders: Vec<String> = request.solve().unwrap().orders.iter().map(ToString::to_string).collect();
    assert_eq!(orders, expected);
}

/// Dynamics 365 documents rounding down while the balance stays above the minimum.
#[test]
fn case_mrp_e87_min_max_rounds_down_above_the_minimum() {
    check_min_max(r#"{"balance": 10, "min": 15, "max": 22, "multiple": 5, "rounding": "down"}"#, &["10"]);
    check_min_max(r#"{"balance": 10, "min": 15, "max": 22, "multiple": 5}"#, &["15"]);
}

#[test]
fn case_mrp_e89_min_max() {
    check_min_max(r#"{"balance": 4, "min": 10, "max": 15}"#, &["11"]);
    check_min_max(r#"{"balance": 10, "min": 10, "max": 15}"#, &["5"]);
    check_min_max(r#"{"balance": 10, "min": 10, "max": 15, "trigger": "below"}"#, &[]);
    check_min_max(r#"{"balance": 11, "min": 10, "max": 15}"#, &[]);
}

#[test]
fn case_mrp_e90_maximum_order_quantity_splits() {
    let request: LotSizing = serde_json::from_str(r#"{"demand": [450], "max": 100}"#).unwrap();
    let orders: Vec<String> =
        request.solve().unwrap().orders.iter().map(|order| order.quantity.to_string()).collect();
    assert_eq!(orders, ["100", "100", "100", "100", "50"]);
}

/// Business Central's maximum quantity: 80 on hand, a sale of 70, later cut to 40.
#[test]
fn case_mrp_e91_maximum_quantity() {
    check_min_max(r#"{"balance": 10, "min": 50, "max": 100}"#, &["90"]);
    check_min_max(r#"{"balance": 40, "min": 50, "max": 100}"#, &["60"]);
}

/// OCA and ERPNext test suites: a minimum order quantity on one need.
#[test]
fn case_erp_suites_mrp_006_and_029_minimum_quantity() {
    for (need, min, expected) in [(16, 50, "50"), (10, 1000, "1000"), (3, 1000, "1000")] {
        let request: LotSizing =
            serde_json::from_str(&format!(r#"{{"demand": [{need}], "min": {min}, "multiple": 1}}"#)).unwrap();
        assert_eq!(request.solve().unwrap().lots[0].to_string(), expected);
    }
}

/// Half of a period's holding for each unit used: the averages differ, and here a lot too.
#[test]
fn p28_average_inventory_adds_half_a_period() {
    let data = format!(r#"{HEIZER}, "holding_basis": "average""#);
    let result = solve(&data, &rule("lot_for_lot"));
    // 235 units, each held half a period: 700 + 117.5.
    assert_eq!(cost(&result), "817.50");
    let result = solve(&data, &rule("wagner_whitin"));
    assert_eq!(cost(&result), "572.50");
    // 30 · ½ + 40 · 1½ = 75, and 10 · 3½ more would make 110: closer to 100 than 75, but above it.
    assert_eq!(lots(&solve(&data, &rule("least_total_cost")))[1], 80);
    assert_eq!(lots(&solve(&data, &rule("part_period")))[1], 70);
}

#[test]
fn p28_least_total_cost_tie_takes_the_shorter_lot() {
    // Carrying 80, then 120: both 20 away from 100.
    let data = r#""demand": [10, 80, 20], "setup_cost": 100, "holding_cost": 1"#;
    check(data, &rule("least_total_cost"), &[90, 0, 20], "");
}

#[test]
fn p28_missing_costs_are_named() {
    for (data, lot, code, field) in [
        (r#""demand": [1]"#, "silver_meal", "PARAM_MISSING", "setup_cost"),
        (r#""demand": [1], "setup_cost": 5"#, "wagner_whitin", "PARAM_MISSING", "holding_cost"),
        (r#""demand": [1], "setup_cost": [5, 6], "holding_cost": 1"#, "eoq", "PARAM_MISSING", "setup_cost"),
        (r#""demand": [1], "setup_cost": -5, "holding_cost": 1"#, "eoq", "QTY_NOT_POSITIVE", "setup_cost"),
        (r#""demand": [1, -1]"#, "lot_for_lot", "QTY_NOT_POSITIVE", "demand"),
    ] {
        let text = format!(r#"{{{data}, "lot": {{"rule": "{lot}"}}}}"#);
        let request: LotSizing = serde_json::from_str(&text).unwrap();
        let finding = request.solve().unwrap_err().finding();
        assert_eq!((finding.code().as_str(), finding.param("field")), (code, Some(field)), "{text}");
    }
}

#[test]
fn p11_modifiers_apply_to_each_lot_and_the_surplus_is_used() {
    let data = r#""demand": [130, 0, 20, 40], "min": 50, "max": 100, "multiple": 20"#;
    let result = solve(data, &rule("lot_for_lot"));
    assert_eq!(lots(&result), [160, 0, 0, 60]);
    let orders: Vec<(u32, String)> =
        result.orders.iter().map(|order| (order.period, order.quantity.to_string())).collect();
    assert_eq!(orders, [(1, "100".into()), (1, "60".into()), (4, "60".into())]);
    assert!(result.cost.is_none());
}

#[test]
fn p28_decimals_of_a_quantity_are_kept() {
    let data = r#""demand": ["1.25", "0", "0.5"], "setup_cost": 1, "holding_cost": "0.1""#;
    let result = solve(data, &rule("wagner_whitin"));
    let lots: Vec<String> = result.lots.iter().map(ToString::to_string).collect();
    assert_eq!(lots, ["1.75", "0.00", "0.00"]);
    assert_eq!(cost(&result), "1.10");
}

//! Row examples and laws of adjustments, accruals, landed cost, order outputs, roll-up and variances.

use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

use super::*;
use crate::finding::Code;
use crate::num::{Ratio, Rounding};

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

fn big(ratio: Ratio) -> BigRational {
    BigRational::new(BigInt::from(ratio.numer()), BigInt::from(ratio.denom()))
}

#[test]
fn s07_a_difference_is_split_by_what_became_of_the_goods() {
    let goods = Whereabouts { received: 200, on_hand: 60, uses: &[110, 30] };
    let parts = adjust(6_000, goods, AdjustmentRule::Proportional).unwrap();
    assert_eq!((parts.stock, parts.uses, parts.profit_and_loss), (1_800, vec![3_300, 900], 0));
    // An averaged item: more on hand than was received, so all of it is stock.
    let pool = Whereabouts { received: 50, on_hand: 80, uses: &[10, 20] };
    assert_eq!(adjust(5_000, pool, AdjustmentRule::Proportional).unwrap().stock, 5_000);
    // Nothing on hand and nothing known of the rest: cost of sales, never value on nothing.
    let gone = Whereabouts { received: 10, on_hand: 0, uses: &[] };
    for rule in [AdjustmentRule::Proportional, AdjustmentRule::Stock, AdjustmentRule::ProfitAndLoss] {
        let parts = adjust(-777, gone, rule).unwrap();
        assert_eq!((parts.stock, parts.profit_and_loss), (0, -777));
    }
    let none = Whereabouts { received: 0, on_hand: 0, uses: &[] };
    assert_eq!(adjust(1, none, AdjustmentRule::Proportional).unwrap_err().code(), Code::BaseZero);
    let negative = Whereabouts { received: 1, on_hand: 0, uses: &[2, -1] };
    assert_eq!(adjust(1, negative, AdjustmentRule::Proportional).unwrap_err().code(), Code::NegativeBase);
}

#[test]
fn s06_march_april_may_under_three_methods() {
    let receipt = AccruedReceipt { period: 3, quantity: 200, value: 110_000 };
    let invoice = |period, quantity, amount| AccrualInvoice { receipt: 0, period, quantity, amount };
    let invoices = [invoice(4, 150, 87_000), invoice(5, 50, 26_000)];
    let of = |method, period: i32| -> Vec<i128> {
        let settled = settle_accruals(&[receipt], &invoices, method, 5).unwrap();
        settled.entries.iter().filter(|entry| entry.period == period).map(|entry| entry.amount).collect()
    };
    assert_eq!(of(AccrualMethod::SettleDifference, 4), [4_500]);
    assert_eq!(of(AccrualMethod::ReverseOnArrival, 4), [-82_500, 87_000]);
    assert_eq!(of(AccrualMethod::ReverseAtMonthStart, 4), [-110_000, 27_500, 87_000]);
    assert_eq!(of(AccrualMethod::SettleDifference, 5), [-1_500]);
    // In the month of the receipt the invoice replaces the accrual under every method.
    let same = [invoice(3, 200, 100_000)];
    for method in
        [AccrualMethod::SettleDifference, AccrualMethod::ReverseOnArrival, AccrualMethod::ReverseAtMonthStart]
    {
        let settled = settle_accruals(&[receipt], &same, method, 3).unwrap();
        let amounts: Vec<i128> = settled.entries.iter().map(|entry| entry.amount).collect();
        assert_eq!(amounts, [-110_000, 110_000, 100_000]);
    }
}

#[test]
fn s06_what_cannot_be_settled() {
    let receipt = AccruedReceipt { period: 3, quantity: 10, value: 1_000 };
    let ask = |invoices: &[(usize, i32, i128)]| {
        let invoices: Vec<AccrualInvoice> = invoices
            .iter()
            .map(|&(receipt, period, quantity)| AccrualInvoice { receipt, period, quantity, amount: 1 })
            .collect();
        let refused = settle_accruals(&[receipt], &invoices, AccrualMethod::default(), 9).unwrap_err();
        refused.finding().code()
    };
    assert_eq!(ask(&[(0, 4, 10), (0, 5, 1)]), Code::AccrualClosed);
    assert_eq!(ask(&[(0, 4, 11)]), Code::OverSettle);
    assert_eq!(ask(&[(1, 4, 1)]), Code::UnknownReference);
    assert_eq!(ask(&[(0, 2, 1)]), Code::UnknownReference);
    assert_eq!(ask(&[(0, 4, 0)]), Code::QtyNotPositive);
}

#[test]
fn c20_bases_and_what_they_miss() {
    let line = |quantity, value, weight: Option<&str>| LandedLine {
        quantity: Ratio::from_int(quantity),
        value,
        weight: weight.map(ratio),
        volume: None,
        included: true,
    };
    let lines = [line(1, 10_000, Some("1.5")), line(3, 20_000, Some("0.5"))];
    assert_eq!(landed_cost(9_000, &lines, LandedBasis::Value).unwrap(), [3_000, 6_000]);
    assert_eq!(landed_cost(9_000, &lines, LandedBasis::Quantity).unwrap(), [2_250, 6_750]);
    assert_eq!(landed_cost(9_000, &lines, LandedBasis::Weight).unwrap(), [6_750, 2_250]);
    let missing = landed_cost(9_000, &lines, LandedBasis::Volume).unwrap_err();
    assert_eq!(missing.finding().code(), Code::BaseMissing);
    let nothing = landed_cost(9_000, &[line(0, 100, None)], LandedBasis::Value).unwrap_err();
    assert_eq!(nothing.finding().code(), Code::BaseZero);
}

#[test]
fn c14_r03_outputs_of_an_order() {
    let good = |quantity| OrderOutput::Good { quantity: Ratio::from_int(quantity), weight: Ratio::ONE };
    assert_eq!(order_outputs(89_000, &[good(9)]).unwrap(), [89_000]);
    assert_eq!(
        order_outputs(89_000, &[good(9), OrderOutput::Fixed { value: 2_000 }]).unwrap(),
        [87_000, 2_000]
    );
    assert_eq!(order_outputs(2_000, &[good(1), OrderOutput::Waste]).unwrap(), [2_000, 0]);
    assert_eq!(order_outputs(0, &[OrderOutput::Waste]).unwrap(), [0]);
    let code = |outputs: &[OrderOutput]| order_outputs(100, outputs).unwrap_err().finding().code();
    assert_eq!(code(&[OrderOutput::Waste]), Code::OutputAllZero);
    assert_eq!(code(&[good(1), OrderOutput::Fixed { value: 101 }]), Code::ByproductExceedsTotal);
    assert_eq!(code(&[good(1), good(-1)]), Code::NegativeBase);
}

#[test]
fn c18_price_and_usage_of_the_row() {
    let material = MaterialActual {
        standard_quantity: ratio("200"),
        standard_price: ratio("500"),
        actual_quantity: ratio("206"),
        actual_cost: 107_120,
        ..MaterialActual::default()
    };
    let found = variances(&OrderActual { materials: &[material], ..OrderActual::default() }).unwrap();
    let amounts: Vec<_> = found.variances.iter().map(|v| (v.kind, v.amount)).collect();
    assert_eq!(amounts, [(VarianceKind::Price, 4_120), (VarianceKind::Usage, 3_000)]);
    assert_eq!((found.actual, found.standard), (107_120, 100_000));
}

/// A textbook mix: 60 % of X at 4.00 and 40 % of Y at 6.00 should give 90 % of the input; 1 000 in (700, 300) gave 870.
#[test]
fn c18_mix_and_yield_are_the_usage() {
    let allowed = ratio("870/0.9".replace("0.9", "9").as_str()).checked_mul(Ratio::from_int(10)).unwrap();
    let part = |share: &str| allowed.checked_mul(ratio(share)).unwrap();
    let material = |share, price, used, cost| MaterialActual {
        standard_quantity: part(share),
        standard_price: ratio(price),
        actual_quantity: ratio(used),
        actual_cost: cost,
        mix: Some(1),
        stands_for: None,
    };
    let materials = [material("0.6", "400", "700", 280_000), material("0.4", "600", "300", 180_000)];
    let found = variances(&OrderActual { materials: &materials, ..OrderActual::default() }).unwrap();
    let sum = |kind| found.variances.iter().filter(|v| v.kind == kind).map(|v| v.amount).sum::<i128>();
    // Mix: 100 kg more of the cheap one instead of the dear one: −200.00. Yield: 33.33 kg too much at 4.80: 160.00.
    assert_eq!((sum(VarianceKind::Mix), sum(VarianceKind::Yield)), (-20_000, 16_000));
    assert_eq!(found.actual - found.standard, -4_000);
}

/// 100 units may take 100 of A at 5.00; 40 of A and 66 of B (1.1 for one A) at 4.00 were used.
#[test]
fn c18_a_substitute_is_told_apart() {
    let a = MaterialActual {
        standard_quantity: ratio("100"),
        standard_price: ratio("500"),
        actual_quantity: ratio("40"),
        actual_cost: 20_000,
        ..MaterialActual::default()
    };
    let b = MaterialActual {
        standard_price: ratio("400"),
        actual_quantity: ratio("66"),
        actual_cost: 27_000,
        stands_for: Some((0, ratio("1.1"))),
        ..MaterialActual::default()
    };
    let found = variances(&OrderActual { materials: &[a, b], ..OrderActual::default() }).unwrap();
    let amounts: Vec<_> = found.variances.iter().map(|v| (v.line, v.kind, v.amount)).collect();
    // 66 × 4.00 paid as 270.00; they stand for 60 of A, 300.00; so A's usage is even.
    assert_eq!(amounts, [(1, VarianceKind::Price, 600), (1, VarianceKind::Substitution, -3_600)]);
    let loose = MaterialActual { stands_for: Some((1, Ratio::ONE)), ..b };
    let refused = variances(&OrderActual { materials: &[a, loose], ..OrderActual::default() }).unwrap_err();
    assert_eq!(refused.finding().code(), Code::UnknownReference);
}

#[test]
fn c18_overhead_in_four_three_and_two() {
    // Actual 5 605 and 3 895 for 950 hours; 920 allowed; rates 6 and 4; budget 1 000 hours (case D15).
    let variable = OverheadActual {
        standard_hours: ratio("920"),
        standard_rate: ratio("600"),
        actual_hours: ratio("950"),
        actual_cost: 560_500,
        ..OverheadActual::default()
    };
    let fixed = OverheadActual {
        standard_rate: ratio("400"),
        actual_cost: 389_500,
        budget_hours: Some(ratio("1000")),
        ..variable
    };
    let found = variances(&OrderActual { overheads: &[variable, fixed], ..OrderActual::default() }).unwrap();
    let a = found.overhead;
    assert_eq!((a.variable_spending, a.variable_efficiency), (-9_500, 18_000));
    assert_eq!((a.fixed_spending, a.fixed_capacity, a.fixed_efficiency), (-10_500, 20_000, 12_000));
    let total = found.actual - found.standard;
    assert_eq!(a.variable_spending + a.variable_efficiency + a.fixed_spending + a.volume(), total);
    assert_eq!(a.spending() + a.variable_efficiency + a.volume(), total);
    assert_eq!(a.controllable() + a.volume(), total);
}

#[test]
fn c18_roll_up_refuses_loops_and_what_does_not_fit() {
    let mut builder = CostStructureBuilder::new(2, 1);
    builder.line(0, 1, Ratio::ONE).unwrap();
    builder.line(1, 0, Ratio::ONE).unwrap();
    let refused = builder.finish().unwrap_err();
    assert_eq!(refused.finding().code(), Code::BomLoop);
    assert!(CostStructureBuilder::new(1, 1).line(0, 1, Ratio::ONE).is_err());
    // A chain of thirds grows until it does not fit; rounded at each level it does.
    let chain = |items: u32| {
        let mut builder = CostStructureBuilder::new(items as usize, 1);
        builder.own(items - 1, &[Ratio::ONE]).unwrap();
        for item in 0..items - 1 {
            builder.line(item, item + 1, ratio("10/7")).unwrap();
        }
        builder.finish().unwrap()
    };
    let long = chain(200);
    assert_eq!(long.roll_up(None, Rounding::HalfUp).unwrap_err().finding().code(), Code::NumberOverflow);
    assert!(chain(40).roll_up(Some(6), Rounding::HalfUp).is_ok());
}

fn usages() -> impl Strategy<Value = Ratio> {
    (1i128..40, prop_oneof![Just(1i128), Just(3), Just(7), Just(8), Just(10), Just(1000)])
        .prop_map(|(numer, denom)| Ratio::new(numer, denom).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// The roll-up equals a slow one over rationals, whatever the numbers of the items.
    #[test]
    fn c18_roll_up_equals_a_reference_over_rationals(
        lines in proptest::collection::vec((0u32..12, 0u32..12, usages()), 0..24),
        own in proptest::collection::vec((usages(), usages()), 12),
        turn in any::<bool>(),
    ) {
        let number = |item: u32| if turn { 11 - item } else { item };
        let mut builder = CostStructureBuilder::new(12, 2);
        let mut slow: Vec<[BigRational; 2]> = Vec::new();
        for (item, (a, b)) in (0u32..).zip(&own) {
            builder.own(number(item), &[*a, *b]).unwrap();
            slow.push([big(*a), big(*b)]);
        }
        let lines: Vec<_> = lines.into_iter().filter(|(parent, child, _)| parent < child).collect();
        for (parent, child, usage) in &lines {
            builder.line(number(*parent), number(*child), *usage).unwrap();
        }
        for parent in (0..12u32).rev() {
            for (_, child, usage) in lines.iter().filter(|line| line.0 == parent) {
                let below = slow[*child as usize].clone();
                for (cost, part) in slow[parent as usize].iter_mut().zip(below) {
                    *cost += big(*usage) * part;
                }
            }
        }
        let structure = builder.finish().unwrap();
        // Twelve levels of sevenths may not fit; then it is refused, never rounded.
        let Ok(costs) = structure.roll_up(None, Rounding::HalfUp) else { return Ok(()) };
        for item in 0..12u32 {
            for (element, cost) in slow[item as usize].iter().enumerate() {
                prop_assert_eq!(&big(costs.cost(number(item), element)), cost);
            }
        }
    }

    /// A difference comes back exactly, each part with its sign (law 1).
    #[test]
    fn s07_parts_add_up(difference in -100_000i128..100_000, received in 1i128..500, on_hand in 0i128..500, uses in proptest::collection::vec(0i128..300, 0..5)) {
        let goods = Whereabouts { received, on_hand, uses: &uses };
        for rule in [AdjustmentRule::Proportional, AdjustmentRule::Stock, AdjustmentRule::ProfitAndLoss] {
            let parts = adjust(difference, goods, rule).unwrap();
            let all = parts.uses.iter().chain([&parts.stock, &parts.profit_and_loss]);
            prop_assert_eq!(all.clone().sum::<i128>(), difference);
            prop_assert!(all.clone().all(|part| part.signum() * difference.signum() >= 0));
            prop_assert!(on_hand > 0 || parts.stock == 0);
        }
    }

    /// The three methods give the same total of stock, work in process and cost of sales (law 6): every receipt costs
    /// what is invoiced and the accrual of the rest, and every difference is split alike.
    #[test]
    fn s06_three_methods_end_with_the_same_total(
        receipts in proptest::collection::vec((1i32..5, 1i128..100, 0i128..10_000), 1..4),
        invoices in proptest::collection::vec((0usize..4, 0i32..6, 1i128..60, 0i128..9_000), 0..8),
        on_hand in 0i128..50,
    ) {
        let receipts: Vec<AccruedReceipt> = receipts.into_iter().map(|(period, quantity, value)| AccruedReceipt { period, quantity, value }).collect();
        let mut left: Vec<i128> = receipts.iter().map(|receipt| receipt.quantity).collect();
        let invoices: Vec<AccrualInvoice> = invoices.into_iter().filter_map(|(receipt, later, quantity, amount)| {
            let receipt = receipt % receipts.len();
            let quantity = quantity.min(left[receipt]);
            left[receipt] -= quantity;
            (quantity > 0).then_some(AccrualInvoice { receipt, period: receipts[receipt].period + later, quantity, amount })
        }).collect();
        let mut seen: Option<(Vec<i128>, Vec<i128>, [i128; 3])> = None;
        for method in [AccrualMethod::SettleDifference, AccrualMethod::ReverseOnArrival, AccrualMethod::ReverseAtMonthStart] {
            let settled = settle_accruals(&receipts, &invoices, method, 12).unwrap();
            let mut of_receipt = vec![0; receipts.len()];
            for entry in &settled.entries {
                of_receipt[entry.receipt] += entry.amount;
            }
            for (at, sum) in of_receipt.iter().enumerate() {
                let invoiced: i128 = invoices.iter().filter(|invoice| invoice.receipt == at).map(|invoice| invoice.amount).sum();
                prop_assert_eq!(*sum, invoiced + settled.open[at]);
            }
            let mut split = [0; 3];
            for (invoice, difference) in invoices.iter().zip(&settled.differences) {
                let here = on_hand.min(invoice.quantity);
                let goods = Whereabouts { received: invoice.quantity, on_hand: here, uses: &[invoice.quantity - here] };
                let parts = adjust(*difference, goods, AdjustmentRule::Proportional).unwrap();
                split[0] += parts.stock;
                split[1] += parts.uses[0];
                split[2] += parts.profit_and_loss;
            }
            let now = (of_receipt, settled.open, split);
            if let Some(before) = &seen {
                prop_assert_eq!(before, &now);
            }
            seen = Some(now);
        }
    }

    /// Landed cost and outputs come back exactly (law 1), and a late share never changes another line's base.
    #[test]
    fn c20_c14_shares_add_up(charge in -9_999i128..99_999, lines in proptest::collection::vec((1i64..50, 0i128..9_999), 1..6)) {
        let lines: Vec<LandedLine> = lines.into_iter().map(|(quantity, value)| LandedLine { quantity: Ratio::from_int(quantity), value, included: true, ..LandedLine::default() }).collect();
        if let Ok(shares) = landed_cost(charge, &lines, LandedBasis::Value) {
            prop_assert_eq!(shares.iter().sum::<i128>(), charge);
        }
        let outputs: Vec<OrderOutput> = lines.iter().map(|line| OrderOutput::Good { quantity: line.quantity, weight: Ratio::new(2, 3).unwrap() }).collect();
        prop_assert_eq!(order_outputs(charge, &outputs).unwrap().iter().sum::<i128>(), charge);
    }

    /// Variances add up to exactly actual less standard, with any ratios, mixes and substitutes.
    #[test]
    fn c18_variances_add_up(
        materials in proptest::collection::vec((usages(), usages(), usages(), 0i128..99_999, 0u8..4), 0..6),
        operations in proptest::collection::vec((usages(), usages(), usages(), 0i128..99_999, usages()), 0..3),
        overheads in proptest::collection::vec((usages(), usages(), usages(), 0i128..99_999, proptest::option::of(usages())), 0..3),
        whole in proptest::option::of((0i128..999_999, 0i128..999_999)),
    ) {
        let materials: Vec<MaterialActual> = materials.iter().enumerate().map(|(at, &(standard_quantity, standard_price, actual_quantity, actual_cost, kind))| MaterialActual {
            standard_quantity, standard_price, actual_quantity, actual_cost,
            mix: (kind == 1 || at == 0).then_some(1),
            stands_for: (kind == 2 && at > 0).then_some((0, standard_quantity)),
        }).collect();
        let operations: Vec<OperationActual> = operations.iter().map(|&(standard_hours, standard_rate, actual_hours, actual_cost, setup)| OperationActual {
            standard_hours, standard_rate, actual_hours, actual_cost, setup_hours: setup, standard_setups: standard_hours, actual_setups: actual_hours,
        }).collect();
        let overheads: Vec<OverheadActual> = overheads.iter().map(|&(standard_hours, standard_rate, actual_hours, actual_cost, budget_hours)| OverheadActual {
            standard_hours, standard_rate, actual_hours, actual_cost, budget_hours, budget: None,
        }).collect();
        let order = OrderActual { materials: &materials, operations: &operations, overheads: &overheads, actual: whole.map(|w| w.0), standard: whole.map(|w| w.1) };
        let found = variances(&order).unwrap();
        let sum: i128 = found.variances.iter().map(|variance| variance.amount).sum();
        prop_assert_eq!(sum, found.actual - found.standard);
        if whole.is_none() {
            let spent: i128 = materials.iter().map(|m| m.actual_cost).chain(operations.iter().map(|o| o.actual_cost)).chain(overheads.iter().map(|o| o.actual_cost)).sum();
            prop_assert_eq!(found.actual, spent);
        }
        let four = found.overhead;
        let of_overheads: i128 = found.variances.iter().filter(|v| v.line >= materials.len() + operations.len() && v.kind != VarianceKind::Remainder).map(|v| v.amount).sum();
        prop_assert_eq!(four.controllable() + four.volume(), of_overheads);
    }
}

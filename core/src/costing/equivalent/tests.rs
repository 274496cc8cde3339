//! Examples of the rows, and laws against a slow reckoning over rationals.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;
use proptest::prelude::*;

use super::*;
use crate::finding::Code;
use crate::num::Ratio;

fn part(text: &str) -> Ratio {
    text.parse().unwrap()
}

fn share(flow: Flow, units: &Units, done: &Done, opening: i128, input: i128) -> ElementShare {
    element_share(
        flow,
        units,
        done,
        ElementCost { opening, input },
        &Spoilage::default(),
        Precision::default(),
    )
    .unwrap()
}

#[test]
fn c05_example_of_the_row_without_opening() {
    let units = Units { finished: part("80"), closing: part("20"), ..Units::default() };
    let half = Done { closing: part("0.5"), ..Done::ALL };
    let elements = [(Done::ALL, 1_000_000), (half, 180_000), (half, 90_000)];
    let shares = elements.map(|(done, input)| share(Flow::WeightedAverage, &units, &done, 0, input).balance);
    assert_eq!(shares.map(|balance| balance.finished), [800_000, 160_000, 80_000]);
    assert_eq!(shares.iter().map(|balance| balance.closing).sum::<i128>(), 230_000);
}

#[test]
fn c05_example_of_the_row_with_opening() {
    let units = Units { opening: part("30"), finished: part("90"), closing: part("10"), ..Units::default() };
    let done = Done { opening: part("0.6"), closing: part("0.4"), spoiled: Ratio::ONE };
    let sums = |flow| {
        let material = share(flow, &units, &Done::ALL, 300_000, 735_000).balance;
        let conversion = share(flow, &units, &done, 45_000, 190_000).balance;
        (material.finished + conversion.finished, material.closing + conversion.closing)
    };
    assert_eq!(sums(Flow::WeightedAverage), (1_156_500, 113_500));
    assert_eq!(sums(Flow::Fifo), (1_155_000, 115_000));
}

/// FIFO: 552 units at 62.5 % in process of 958.75 equivalent units for 9,234.00 are 3,322.795 → 3,322.80; what is
/// finished is the rest of 13,416.00.
#[test]
fn c05_fifo_closing_work_is_rounded_half_up() {
    let units =
        Units { opening: part("213"), finished: part("667"), closing: part("552"), ..Units::default() };
    let done = Done { opening: part("0.25"), closing: part("0.625"), spoiled: Ratio::ONE };
    let balance = share(Flow::Fifo, &units, &done, 418_200, 923_400).balance;
    assert_eq!((balance.closing, balance.finished), (332_280, 1_009_320));
}

/// 7,592.00 over 602 units: 51 abnormal ones are 643.176 → 643.18, 60 normal ones 756.678 → 756.68, and good ones
/// take what is left.
#[test]
fn c21_spoilage_is_rounded_half_up_and_good_units_take_the_residue() {
    let units = Units { finished: part("491"), normal: part("60"), abnormal: part("51"), ..Units::default() };
    let spoilage = Spoilage { finished: part("491"), ..Spoilage::default() };
    let cost = ElementCost { opening: 0, input: 759_200 };
    let share =
        element_share(Flow::WeightedAverage, &units, &Done::ALL, cost, &spoilage, Precision::default());
    let share = share.unwrap();
    assert_eq!((share.abnormal, share.normal_finished, share.good), (64_318, 75_668, 619_214));
}

#[test]
fn c05_refusals_name_their_codes() {
    let refused = |units: Units, done: Done, cost: i128| {
        let cost = ElementCost { opening: 0, input: cost };
        let share =
            element_share(Flow::Fifo, &units, &done, cost, &Spoilage::default(), Precision::default());
        share.unwrap_err().code()
    };
    let one = Units { finished: Ratio::ONE, closing: Ratio::ONE, ..Units::default() };
    assert_eq!(refused(Units::default(), Done::ALL, 1), Code::EquivalentZero);
    assert_eq!(refused(one, Done { closing: part("1.01"), ..Done::ALL }, 1), Code::CoeffRange);
    assert_eq!(refused(one, Done { opening: part("-0.1"), ..Done::ALL }, 1), Code::CoeffRange);
    assert_eq!(one.check(Some(Ratio::ONE)).unwrap_err().code(), Code::UnitsUnbalanced);
    let negative = Units { closing: part("-1"), ..one };
    assert_eq!(negative.check(None).unwrap_err().code(), Code::QtyNotPositive);
    assert_eq!(conversion_rates(&[Ratio::ZERO], Ratio::ONE).unwrap_err().code(), Code::CoeffMissing);
    assert_eq!(Added::Point(part("2")).coefficient(Ratio::ONE).unwrap_err().code(), Code::CoeffRange);
}

#[test]
fn c05_an_opening_that_is_not_finished_keeps_its_cost_in_process() {
    // 10 in process at 20 %, 4 finished, 6 still there at 70 %: 4 · 0.8 + 6 · 0.5 = 6.2 units of work.
    let units = Units { opening: part("10"), finished: part("4"), closing: part("6"), ..Units::default() };
    let done = Done { opening: part("0.2"), closing: part("0.7"), spoiled: Ratio::ONE };
    let share = share(Flow::Fifo, &units, &done, 1_000, 6_200);
    assert_eq!(share.units.total(), Ok(part("6.2")));
    assert_eq!((share.balance.finished, share.balance.closing), (400 + 3_200, 600 + 3_000));
}

#[test]
fn c05_rounded_unit_cost_leaves_the_rest_on_one_side() {
    // 100.00 over 3 units is 33.33 each: 66.66 in process and 33.34 finished, or the other way round.
    let units = Units { finished: Ratio::ONE, closing: part("2"), ..Units::default() };
    let cost = ElementCost { opening: 0, input: 10_000 };
    for (side, finished) in [(ResidueSide::Finished, 3_334), (ResidueSide::Closing, 3_333)] {
        let precision = Precision { unit_cost: Some((Ratio::ONE, side)), ..Precision::default() };
        let spoilage = Spoilage::default();
        let share =
            element_share(Flow::WeightedAverage, &units, &Done::ALL, cost, &spoilage, precision).unwrap();
        assert_eq!(share.balance.finished, finished);
        assert_eq!(share.balance.difference(), Ok(0));
        assert_eq!(share.unit_cost, Some(part("3333")));
    }
}

#[test]
fn c21_normal_spoilage_is_borne_by_what_passed_the_inspection() {
    // 100 started, 10 spoiled at 50 % (all normal), 60 finished, 30 in process at 80 %: borne 2 to 1.
    let units = Units { finished: part("60"), normal: part("10"), closing: part("30"), ..Units::default() };
    let (finished, closing) =
        bearers(Flow::WeightedAverage, &units, part("0.5"), (Ratio::ZERO, part("0.8"))).unwrap();
    assert_eq!((finished, closing), (part("60"), part("30")));
    let spoilage = Spoilage { finished, closing, ..Spoilage::default() };
    let cost = ElementCost { opening: 0, input: 100_000 };
    let share =
        element_share(Flow::WeightedAverage, &units, &Done::ALL, cost, &spoilage, Precision::default());
    let share = share.unwrap();
    assert_eq!((share.good, share.normal_finished, share.normal_closing), (60_000, 6_667, 3_333));
    assert_eq!((share.balance.finished, share.balance.closing), (66_667, 33_333));
    // Not there yet: everything on the finished units.
    let early = bearers(Flow::WeightedAverage, &units, part("0.9"), (Ratio::ZERO, part("0.8"))).unwrap();
    assert_eq!(early, (part("60"), Ratio::ZERO));
}

#[test]
fn c21_scrap_never_turns_a_cost_negative() {
    let units = Units { finished: part("9"), normal: Ratio::ONE, ..Units::default() };
    let cost = ElementCost { opening: 0, input: 1_000 };
    for (loss, most) in [(NormalLoss::Separate, 100), (NormalLoss::Absorbed, 1_000)] {
        let spoilage = Spoilage { loss, finished: part("9"), closing: Ratio::ZERO, scrap: most };
        let share =
            |spoilage| element_share(Flow::Fifo, &units, &Done::ALL, cost, &spoilage, Precision::default());
        assert_eq!(share(spoilage).unwrap().balance.finished, 1_000 - most);
        let error = share(Spoilage { scrap: most + 1, ..spoilage }).unwrap_err();
        assert_eq!(error.code(), Code::ByproductExceedsTotal);
    }
}

#[test]
fn c21_allowance_bases_and_refusals() {
    let ask = Allowance {
        opening: (Ratio::ZERO, Ratio::ZERO),
        started: part("100"),
        closing: (part("20"), part("0.4")),
        inspection: part("0.5"),
        spoiled: part("8"),
        rate: part("0.1"),
        base: AllowanceBase::Inspected,
    };
    let normal = |base| normal_and_abnormal(&Allowance { base, ..ask }).unwrap().allowance;
    assert_eq!(normal(AllowanceBase::Inspected), part("8"));
    assert_eq!(normal(AllowanceBase::Good), part("7.2"));
    assert_eq!(normal(AllowanceBase::Started), part("10"));
    let code = |ask: &Allowance| normal_and_abnormal(ask).unwrap_err().code();
    assert_eq!(code(&Allowance { rate: part("1.1"), ..ask }), Code::AllowanceRange);
    assert_eq!(code(&Allowance { inspection: part("-1"), ..ask }), Code::CoeffRange);
    assert_eq!(code(&Allowance { spoiled: part("81"), ..ask }), Code::QtyNotPositive);
}

// ---- laws ----

fn big(ratio: Ratio) -> BigRational {
    BigRational::new(BigInt::from(ratio.numer()), BigInt::from(ratio.denom()))
}

fn percent() -> impl Strategy<Value = Ratio> {
    (0i128..=1000).prop_map(|n| Ratio::new(n, 1000).unwrap())
}

fn count() -> impl Strategy<Value = Ratio> {
    prop_oneof![Just(Ratio::ZERO), (0i128..2_000_000).prop_map(|n| Ratio::new(n, 100).unwrap())]
}

fn any_units() -> impl Strategy<Value = Units> {
    (count(), count(), count(), count(), count()).prop_map(
        |(opening, finished, normal, abnormal, closing)| Units {
            opening,
            finished,
            normal,
            abnormal,
            closing,
        },
    )
}

/// The exact shares by the formulas of the rows, over rationals of any size: good, normal, abnormal, closing.
fn slowly(flow: Flow, units: &Units, done: &Done, cost: ElementCost) -> Option<[BigRational; 4]> {
    let one = BigRational::from(BigInt::from(1));
    let [opening, finished, normal, abnormal, closing] =
        [units.opening, units.finished, units.normal, units.abnormal, units.closing].map(big);
    let [before, spoiled, after] = [done.opening, done.spoiled, done.closing].map(big);
    let (old, new) =
        (BigRational::from(BigInt::from(cost.opening)), BigRational::from(BigInt::from(cost.input)));
    let (work, pool, carried, left) = match flow {
        Flow::WeightedAverage => (finished, old + new, BigRational::zero(), BigRational::zero()),
        Flow::Fifo => {
            let through = opening.clone().min(finished.clone());
            let left = &opening - &through;
            let share = if opening.is_zero() { one.clone() } else { &through / &opening };
            (&finished - &through + &through * (&one - &before), new, &old * share, left)
        }
    };
    let stays = &closing * &after - &left * &before;
    let total = &work + (&normal + &abnormal) * &spoiled + &stays;
    if total <= BigRational::zero() || stays < BigRational::zero() {
        return None;
    }
    let unit = &pool / &total;
    let opening = BigRational::from(BigInt::from(cost.opening));
    let kept = if flow == Flow::Fifo { opening - &carried } else { BigRational::zero() };
    Some([
        &work * &unit + carried,
        &normal * &spoiled * &unit,
        &abnormal * &spoiled * &unit,
        &stays * &unit + kept,
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Every element: opening + input = finished + closing + scrapped, and each part next to the exact one.
    #[test]
    fn c05_law_nothing_is_lost_and_every_part_is_next_to_exact(
        units in any_units(),
        (opening, spoiled, closing) in (percent(), percent(), percent()),
        cost in (0i128..100_000_000, 0i128..100_000_000),
        fifo in any::<bool>(),
    ) {
        let flow = if fifo { Flow::Fifo } else { Flow::WeightedAverage };
        let done = Done { opening, spoiled, closing };
        let cost = ElementCost { opening: cost.0, input: cost.1 };
        let (finished, passed) = (units.finished, units.closing);
        let spoilage = Spoilage { finished, closing: passed, ..Spoilage::default() };
        let got = element_share(flow, &units, &done, cost, &spoilage, Precision::default());
        let Some(exact) = slowly(flow, &units, &done, cost) else { return Ok(()) };
        let Ok(got) = got else {
            // Spoiled units without a good one to bear them.
            prop_assert!(units.finished.is_zero() && units.closing.is_zero());
            return Ok(());
        };
        prop_assert_eq!(got.balance.difference(), Ok(0));
        let parts = [
            got.good,
            got.normal_finished + got.normal_closing,
            got.abnormal,
            got.balance.closing - got.normal_closing,
        ];
        for (part, exact) in parts.into_iter().zip(exact) {
            let off = BigRational::from(BigInt::from(part)) - exact;
            // Good and closing are two or three rounded parts each.
            prop_assert!(off < BigRational::from(BigInt::from(3)) && off > BigRational::from(BigInt::from(-3)));
        }
    }

    /// An abnormal gain and scrap keep the sum as well, whatever is rounded on the way.
    #[test]
    fn c21_law_gain_scrap_and_rounding_keep_the_sum(
        units in any_units(),
        gain in 0i128..100,
        scrap in 0i128..1_000,
        cost in (0i128..100_000_000, 0i128..100_000_000),
        (fifo, absorbed, places, side) in (any::<bool>(), any::<bool>(), 0u32..4, any::<bool>()),
    ) {
        let units = Units { abnormal: Ratio::new(-gain, 10).unwrap(), ..units };
        let flow = if fifo { Flow::Fifo } else { Flow::WeightedAverage };
        let loss = if absorbed { NormalLoss::Absorbed } else { NormalLoss::Separate };
        let spoilage = Spoilage { loss, finished: units.finished, closing: units.closing, scrap };
        let side = if side { ResidueSide::Finished } else { ResidueSide::Closing };
        let unit_cost = (places > 0).then(|| (Ratio::new(1, 10i128.pow(places)).unwrap(), side));
        let precision = Precision { unit_places: Some(places), unit_cost };
        let cost = ElementCost { opening: cost.0, input: cost.1 };
        if let Ok(share) = element_share(flow, &units, &Done::ALL, cost, &spoilage, precision) {
            prop_assert_eq!(share.balance.difference(), Ok(0));
            prop_assert!(share.abnormal <= 0);
        }
    }

    /// Operations: rates rise along the routing and lie between 0 and 1; the mean lies between them.
    #[test]
    fn c05_law_rates_of_operations_rise(
        hours in proptest::collection::vec(0i128..1000, 1..8),
        within in percent(),
    ) {
        let hours: Vec<Ratio> = hours.into_iter().map(|n| Ratio::new(n, 10).unwrap()).collect();
        let Ok(rates) = conversion_rates(&hours, within) else {
            prop_assert!(hours.iter().all(|hours| hours.is_zero()));
            return Ok(());
        };
        prop_assert!(rates.windows(2).all(|pair| pair[0] <= pair[1]));
        prop_assert!(rates.iter().all(|rate| !rate.is_negative() && *rate <= Ratio::ONE));
        let mean = mean_completion(&hours, &rates).unwrap();
        prop_assert!(mean <= *rates.last().unwrap() && mean >= rates[0]);
    }
}

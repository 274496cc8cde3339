//! Numbers against their rows and against arbitrary-precision rationals.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::finding::{Code, Lang};

fn dec(text: &str) -> Decimal {
    parse_decimal(text).unwrap()
}

fn texts(values: &[Decimal]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

// ---- F01: the row's examples ----

#[test]
fn f01_three_equal_bases() {
    let shares = split_decimal(dec("10000.00"), 2, &[Decimal::ONE; 3], Residue::LargestRemainder).unwrap();
    assert_eq!(texts(&shares), ["3333.34", "3333.33", "3333.33"]);
}

#[test]
fn f01_a_hundred_over_thirty_thousand() {
    let shares = split(10_000, &vec![1; 30_000], Residue::LargestRemainder).unwrap();
    assert!(shares[..10_000].iter().all(|share| *share == 1));
    assert!(shares[10_000..].iter().all(|share| *share == 0));
}

#[test]
fn f01_five_cents_over_ten() {
    let shares = split(5, &[1; 10], Residue::LargestRemainder).unwrap();
    assert_eq!(shares, [1, 1, 1, 1, 1, 0, 0, 0, 0, 0]);
    // Half-up gives 0.01 to each of nine, so the last would get −0.04.
    assert_eq!(split(5, &[1; 10], Residue::Last), Err(NumError::AllocationSign { index: 9 }));
    assert_eq!(split(5, &[1; 10], Residue::First), Err(NumError::AllocationSign { index: 0 }));
    assert_eq!(split(-5, &[1; 10], Residue::Largest), Err(NumError::AllocationSign { index: 0 }));
}

#[test]
fn f01_the_residue_goes_where_the_rule_says() {
    // 10.00 over 1 : 1 : 4 → 1.67 / 1.67 / 6.67 half-up, 0.01 too much.
    assert_eq!(split(1000, &[1, 1, 4], Residue::Last), Ok(vec![167, 167, 666]));
    assert_eq!(split(1000, &[1, 1, 4], Residue::First), Ok(vec![166, 167, 667]));
    assert_eq!(split(1000, &[1, 4, 1], Residue::Largest), Ok(vec![167, 666, 167]));
    // A line without a base takes no residue.
    assert_eq!(split(1000, &[0, 1, 1, 4, 0], Residue::Last), Ok(vec![0, 167, 167, 666, 0]));
    assert_eq!(split(1000, &[0, 1, 1, 4, 0], Residue::First), Ok(vec![0, 166, 167, 667, 0]));
}

#[test]
fn f01_bases_that_cannot_share_are_refused() {
    for rule in [Residue::LargestRemainder, Residue::Last, Residue::Largest, Residue::First] {
        assert_eq!(split(1, &[], rule), Err(NumError::BaseZero));
        assert_eq!(split(0, &[0, 0], rule), Err(NumError::BaseZero));
        assert_eq!(split(1, &[1, -1, 5], rule), Err(NumError::NegativeBase { index: 1 }));
        assert_eq!(split(1, &[i128::MAX, 1], rule), Err(NumError::Overflow));
    }
    let too_fine = split_decimal(dec("1.005"), 2, &[Decimal::ONE], Residue::LargestRemainder);
    assert_eq!(too_fine.unwrap_err().code(), Code::PrecisionExceeded);
    // Bases at very different scales do not fit one integer: refused, not rounded.
    let bases = [dec("9999999999999999999999999999"), dec("0.0000000000000000000000000001")];
    assert_eq!(split_decimal(Decimal::ONE, 2, &bases, Residue::LargestRemainder), Err(NumError::Range));
}

#[test]
fn f01_precision_is_refused_not_rounded() {
    assert_eq!(to_scaled(dec("1.5"), 0), Err(NumError::Precision { value: dec("1.5"), scale: 0 }));
    assert_eq!(to_scaled(dec("1.50"), 1), Ok(15));
    assert_eq!(to_scaled(dec("9223372036.854775807"), 9), Ok(i64::MAX));
    assert_eq!(to_scaled(dec("9223372036.854775808"), 9), Err(NumError::Range));
    assert_eq!(to_scaled(dec("-9223372036.854775808"), 9), Ok(i64::MIN));
    assert_eq!(to_scaled(dec("1"), 10), Err(NumError::Range));
    assert_eq!(to_scaled(dec("9999999999999999999999999999"), 9), Err(NumError::Range));
    assert_eq!(from_scaled(i64::MIN, 9).to_string(), "-9223372036.854775808");
    assert_eq!(from_scaled(100, 2).to_string(), "1.00");
    let finding = to_scaled(dec("1.5"), 0).unwrap_err().finding().with("unit", "pcs");
    assert_eq!(finding.text(Lang::En), "1.5 has more decimals than pcs allows (0).");
    assert_eq!(POW10[18], 1_000_000_000_000_000_000);
}

#[test]
fn f01_rounding_modes_at_the_half() {
    let round = |text, mode| round_decimal(dec(text), 0, mode).unwrap().to_string();
    for (text, up, down, half_up, half_even) in [
        ("2.5", "3", "2", "3", "2"),
        ("3.5", "4", "3", "4", "4"),
        ("-2.5", "-3", "-2", "-3", "-2"),
        ("2.4", "3", "2", "2", "2"),
        ("-2.6", "-3", "-2", "-3", "-3"),
        ("2.0", "2", "2", "2", "2"),
        ("0.5", "1", "0", "1", "0"),
        ("-0.4", "-1", "0", "0", "0"),
    ] {
        assert_eq!(round(text, Rounding::Up), up, "{text}");
        assert_eq!(round(text, Rounding::Down), down, "{text}");
        assert_eq!(round(text, Rounding::HalfUp), half_up, "{text}");
        assert_eq!(round(text, Rounding::HalfEven), half_even, "{text}");
    }
    // C15: half a cent of labour, half-up; the default.
    assert_eq!(round_decimal(dec("0.005"), 2, Rounding::default()).unwrap().to_string(), "0.01");
    assert_eq!(round_decimal(dec("7"), 3, Rounding::Up).unwrap().to_string(), "7.000");
    assert_eq!(div_round(1, 0, Rounding::Up), Err(NumError::DivisionByZero));
    assert_eq!(div_round(i128::MIN, -1, Rounding::Up), Err(NumError::Overflow));
    assert_eq!(serde_json::to_string(&Rounding::HalfEven).unwrap(), "\"half_even\"");
}

#[test]
fn f02_promise_03_a_need_is_rounded_once_from_a_ratio() {
    // Row F02: input 100, 2 per 1; A: 200 / (1 − 0.02) + 3 = 207.0816… → 208; B: 200 · 1.02 + 3 = 207.
    let std = Ratio::from_int(200);
    let scrap = Ratio::from_decimal(dec("0.02"));
    let kept = Ratio::ONE.checked_sub(scrap).unwrap();
    let a = std.checked_div(kept).and_then(|need| need.checked_add(Ratio::from_int(3))).unwrap();
    assert_eq!(a.round(4, Rounding::HalfUp).unwrap().to_string(), "207.0816");
    assert_eq!(a.round(0, Rounding::Up).unwrap().to_string(), "208");
    let more = Ratio::ONE.checked_add(scrap).unwrap();
    let b = std.checked_mul(more).and_then(|need| need.checked_add(Ratio::from_int(3))).unwrap();
    assert_eq!(b.round(0, Rounding::Up).unwrap().to_string(), "207");
    // Promise 3: three of a third are one, not 0.99.
    let third = Ratio::new(1, 3).unwrap();
    assert_eq!(third.mul_scaled(3, Rounding::Up), Ok(1));
}

// ---- reading and writing ----

#[test]
fn i07_numbers_are_read_exactly_or_refused() {
    for (text, shown) in [
        ("0", "0"),
        ("-0", "0"),
        ("007", "7"),
        ("1.50", "1.50"),
        ("-0.000", "0.000"),
        ("1e4", "10000"),
        ("1.5E+1", "15"),
        ("1.25e1", "12.5"),
        ("5e-4", "0.0005"),
        ("9999999999999999999999999999", "9999999999999999999999999999"),
        ("0.0000000000000000000000000001", "0.0000000000000000000000000001"),
        ("-1234567890.123456789012345678", "-1234567890.123456789012345678"),
    ] {
        assert_eq!(parse_decimal(text).unwrap().to_string(), shown, "{text}");
    }
    for text in [
        "1e999",
        "1e5",
        "1e-5",
        "1e99999999999999999999",
        "10000000000000000000000000000",
        "1000000000000000000000000000e1",
        "0.00000000000000000000000000001",
        "0.00000000000000000000000000000",
        "1.0000000000000000000000000000",
    ] {
        assert_eq!(parse_decimal(text), Err(NumError::Range), "{text}");
    }
}

#[test]
fn i07_what_is_no_number_is_refused() {
    for text in [
        "",
        "-",
        "+1",
        "+",
        ".",
        "1.",
        ".5",
        "-.5",
        " 1",
        "1 ",
        "1 000",
        "1_000",
        "1,000",
        "1.2.3",
        "--1",
        "1-",
        "0x1f",
        "NaN",
        "nan",
        "inf",
        "-Infinity",
        "1e",
        "e1",
        "1e1.0",
        "1e1e1",
        "1e--1",
        "１２",
        "٣",
        "½",
        "−1",
        "1\0",
        "1\n",
        "1/2",
        "99999999999999999999999999999x",
    ] {
        assert!(matches!(parse_decimal(text), Err(NumError::Syntax { .. })), "{text}");
    }
    assert!(matches!(parse_decimal(&"1".repeat(65)), Err(NumError::TooLong { .. })));
    let error = parse_decimal(&"\u{202e}".repeat(1 << 20)).unwrap_err();
    assert!(error.to_string().len() < 400);
}

#[test]
fn promise_01_no_float_gets_in() {
    for wrong in ["1.5", "1e2", "null", "true", "[]", "\"1,5\"", "\"\"", "-1.0"] {
        assert!(serde_json::from_str::<DecimalText>(wrong).is_err(), "{wrong}");
        assert!(serde_json::from_str::<Ratio>(wrong).is_err(), "{wrong}");
    }
    let message = serde_json::from_str::<DecimalText>("1.5").unwrap_err().to_string();
    assert!(message.contains("\"12.50\"") && message.contains("floats are refused"), "{message}");
    assert_eq!(serde_json::from_str::<DecimalText>("-12").unwrap().0, dec("-12"));
    assert_eq!(
        serde_json::from_str::<DecimalText>("18446744073709551615").unwrap().0,
        dec("18446744073709551615")
    );
    assert_eq!(serde_json::to_string(&DecimalText(-Decimal::ZERO)).unwrap(), "\"0\"");
    // Promise 1: −0.66 + 0.72 − 0.06 is nought.
    let sum = dec("-0.66").checked_add(dec("0.72")).unwrap().checked_sub(dec("0.06")).unwrap();
    assert!(sum.is_zero());
}

#[test]
fn ratios_are_written_as_decimals_where_exact() {
    for (text, shown) in [
        ("3/4", "0.75"),
        ("6/8", "0.75"),
        ("0.250", "0.25"),
        ("2", "2"),
        ("-1/3", "-1/3"),
        ("0/7", "0"),
        ("-0/7", "0"),
        ("1000000000000/1", "1000000000000"),
        ("1/1000000000000000000000000000000", "1/1000000000000000000000000000000"),
    ] {
        let ratio: Ratio = text.parse().unwrap();
        assert_eq!(ratio.to_string(), shown, "{text}");
        let json = serde_json::to_string(&ratio).unwrap();
        assert_eq!(serde_json::from_str::<Ratio>(&json).unwrap(), ratio);
    }
    for wrong in ["1/0", "0/0", "1/-2", "1/2/3", "/2", "1/", "1.5/2", "+1/2", " 1/2", "1 /2", "1/２", "--1/2"]
    {
        assert!(wrong.parse::<Ratio>().is_err(), "{wrong}");
    }
    assert!(format!("1/{}", "9".repeat(1 << 20)).parse::<Ratio>().is_err());
    assert_eq!("1/0".parse::<Ratio>(), Err(NumError::DivisionByZero));
    assert!(Ratio::new(i128::MIN, 1).is_err() && Ratio::new(1, i128::MIN).is_err());
    assert_eq!(Ratio::new(i128::MIN, i128::MIN), Ok(Ratio::ONE));
    assert_eq!(Ratio::new(1, -2).unwrap().denom(), 2);
    assert_eq!(Ratio::ZERO.recip(), Err(NumError::DivisionByZero));
}

// ---- against num-rational ----

fn big(ratio: Ratio) -> BigRational {
    BigRational::new(BigInt::from(ratio.numer()), BigInt::from(ratio.denom()))
}

fn agrees(ours: Result<Ratio, NumError>, exact: &BigRational) -> bool {
    match ours {
        Ok(ratio) => {
            big(ratio) == *exact && ratio.denom() > 0 && *exact.denom() == BigInt::from(ratio.denom())
        }
        Err(NumError::Overflow) => true,
        Err(_) => false,
    }
}

/// Whether parts of this size must be computed: refusing them would be a defect, not a limit.
fn small(exact: &BigRational) -> bool {
    exact.numer().bits() < 60 && exact.denom().bits() < 60
}

/// The slow obvious rounding over big rationals.
fn round_slowly(exact: &BigRational, mode: Rounding) -> BigInt {
    let magnitude = exact.abs();
    let floor = magnitude.floor();
    let rest = &magnitude - &floor;
    let half = BigRational::new(1.into(), 2.into());
    let odd = &floor.to_integer() % 2 != BigInt::zero();
    let up = match mode {
        Rounding::Up => !rest.is_zero(),
        Rounding::Down => false,
        Rounding::HalfUp => rest >= half,
        Rounding::HalfEven => rest > half || (rest == half && odd),
    };
    let rounded = floor.to_integer() + i32::from(up);
    if exact.is_negative() { -rounded } else { rounded }
}

/// Integers of every size, small ones often.
fn any_int() -> impl Strategy<Value = i128> {
    prop_oneof![
        -20i128..20,
        any::<i32>().prop_map(i128::from),
        any::<i64>().prop_map(i128::from),
        any::<i128>().prop_filter("the one value without a negative", |n| *n != i128::MIN),
        (0u32..38, -3i128..4).prop_map(|(power, near)| 10i128.pow(power) + near),
    ]
}

fn any_ratio() -> impl Strategy<Value = Ratio> {
    (any_int(), any_int().prop_filter("no zero denominator", |n| *n != 0))
        .prop_map(|(n, d)| Ratio::new(n, d).unwrap())
}

/// The value of a continued fraction, where it fits.
fn continued(terms: &[i128]) -> Option<Ratio> {
    let (last, before) = terms.split_last()?;
    before.iter().rev().try_fold(Ratio::new(*last, 1).ok()?, |tail, term| {
        tail.recip().and_then(|tail| tail.checked_add(Ratio::new(*term, 1)?)).ok()
    })
}

fn any_mode() -> impl Strategy<Value = Rounding> {
    prop_oneof![Just(Rounding::Up), Just(Rounding::Down), Just(Rounding::HalfUp), Just(Rounding::HalfEven)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn f01_ratio_arithmetic_is_exact_or_refused(a in any_ratio(), b in any_ratio()) {
        let (x, y) = (big(a), big(b));
        prop_assert!(agrees(a.checked_add(b), &(&x + &y)));
        prop_assert!(agrees(a.checked_sub(b), &(&x - &y)));
        prop_assert!(agrees(a.checked_mul(b), &(&x * &y)));
        if !b.is_zero() {
            prop_assert!(agrees(a.checked_div(b), &(&x / &y)));
        }
        if small(&x) && small(&y) {
            prop_assert!(a.checked_add(b).is_ok() && a.checked_mul(b).is_ok());
        }
        prop_assert_eq!(a.cmp(&b), x.cmp(&y));
        prop_assert_eq!(a == b, x == y);
    }

    /// Neighbours whose cross products overflow: they agree in the first terms of their continued fractions.
    #[test]
    fn f01_close_ratios_are_told_apart(
        whole in -1_000_000i128..1_000_000,
        shared in proptest::collection::vec(1i128..1_000_000_000, 0..4),
        left in proptest::collection::vec(1i128..1_000_000_000_000, 0..3),
        right in proptest::collection::vec(1i128..1_000_000_000_000, 0..3),
    ) {
        let terms = |tail: &[i128]| [&[whole], &shared[..], tail].concat();
        let (Some(a), Some(b)) = (continued(&terms(&left)), continued(&terms(&right))) else { return Ok(()) };
        prop_assert_eq!(a.cmp(&b), big(a).cmp(&big(b)));
    }

    #[test]
    fn f01_products_are_never_refused_when_they_fit(a in any_ratio(), b in any_ratio()) {
        let exact = big(a) * big(b);
        let fits = exact.numer().bits() <= 127 && exact.denom().bits() <= 127;
        prop_assert_eq!(a.checked_mul(b).is_ok(), fits);
    }

    #[test]
    fn f01_rounding_agrees_with_the_slow_one(a in any_ratio(), factor in any_int(), scale in 0u32..10, mode in any_mode()) {
        let exact = round_slowly(&(big(a) * BigRational::from(BigInt::from(factor))), mode);
        let fits = exact.to_i128().filter(|n| *n != i128::MIN);
        prop_assert_eq!(a.mul_round(factor, mode).ok(), fits);
        if let Ok(quantity) = i64::try_from(factor) {
            prop_assert_eq!(a.mul_scaled(quantity, mode).ok(), exact.to_i64());
        }
        let places = BigRational::from(BigInt::from(10).pow(scale));
        let exact = round_slowly(&(big(a) * places), mode);
        match a.round(scale, mode) {
            Ok(decimal) => {
                prop_assert_eq!(BigInt::from(decimal.mantissa()), exact);
                prop_assert_eq!(decimal.scale(), scale);
            }
            // More than 28 digits, which could not be read back.
            Err(_) => prop_assert!(exact.abs() >= BigInt::from(10).pow(28)),
        }
    }

    #[test]
    fn wide_division_agrees_with_big_integers(
        a in any::<u128>(), b in any::<u128>(), d in any::<u128>(), cut in (0u32..128, 0u32..128, 0u32..128),
    ) {
        let (a, b, d) = (a >> cut.0, b >> cut.1, d >> cut.2);
        let found = super::wide::mul_div(a, b, d);
        if d == 0 {
            prop_assert_eq!(found, None);
            return Ok(());
        }
        let product = BigInt::from(a) * BigInt::from(b);
        let expected = (&product / d).to_u128().zip((&product % d).to_u128());
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn f01_div_round_agrees_with_the_slow_one(n in any_int(), d in any_int(), mode in any_mode()) {
        prop_assume!(d != 0);
        let exact = round_slowly(&BigRational::new(n.into(), d.into()), mode);
        prop_assert_eq!(div_round(n, d, mode).ok(), exact.to_i128());
    }

    #[test]
    fn f01_ratios_and_decimals_agree(units in (1 - 10i128.pow(28))..10i128.pow(28), scale in 0u32..=28) {
        let decimal = from_scaled_i128(units, scale).unwrap();
        let ratio = Ratio::from_decimal(decimal);
        let exact = BigRational::new(units.into(), BigInt::from(10).pow(scale));
        prop_assert_eq!(big(ratio), exact);
        prop_assert_eq!(ratio.to_decimal_exact(), Some(decimal));
        prop_assert_eq!(parse_decimal(&decimal.to_string()).ok(), Some(decimal));
        prop_assert_eq!(ratio.to_string().parse::<Ratio>(), Ok(ratio));
    }

    #[test]
    fn i07_any_text_is_read_or_refused(text in "\\PC{0,70}|[-+.eE0-9]{0,40}") {
        if let Ok(decimal) = parse_decimal(&text) {
            prop_assert!(text.is_ascii() && text.len() <= 64);
            prop_assert_eq!(Decimal::from_scientific(&text).ok().or_else(|| text.parse().ok()), Some(decimal));
        }
        let _ = text.parse::<Ratio>();
    }

    #[test]
    fn i3_split_returns_exactly_the_total(
        total in any_int(),
        weights in proptest::collection::vec(prop_oneof![0i128..5, 0..=u32::MAX as i128, 0..=(1i128 << 120)], 0..40),
    ) {
        let sum: i128 = weights.iter().sum();
        let shares = split(total, &weights, Residue::LargestRemainder);
        if sum == 0 {
            prop_assert_eq!(shares, Err(NumError::BaseZero));
            return Ok(());
        }
        let shares = shares.unwrap();
        prop_assert_eq!(shares.iter().sum::<i128>(), total);
        let mut remainders = Vec::new();
        for (weight, share) in weights.iter().zip(&shares) {
            let exact = BigRational::new(BigInt::from(total) * BigInt::from(*weight), sum.into());
            let off = BigRational::from(BigInt::from(*share)) - &exact;
            prop_assert!(off.abs() < BigRational::from(BigInt::from(1)));
            prop_assert!(share.signum() == 0 || share.signum() == total.signum());
            // How much the exact share exceeds its whole part, and whether it was raised.
            let rest = (&exact - exact.trunc()).abs();
            remainders.push((rest, *share != exact.trunc().to_integer().to_i128().unwrap()));
        }
        let smallest_raised = remainders.iter().filter(|r| r.1).map(|r| &r.0).min();
        let largest_left = remainders.iter().filter(|r| !r.1).map(|r| &r.0).max();
        if let (Some(raised), Some(left)) = (smallest_raised, largest_left) {
            prop_assert!(raised >= left);
        }
        prop_assert_eq!(split(-total, &weights, Residue::LargestRemainder), Ok(shares.iter().map(|s| -s).collect()));
    }

    #[test]
    fn i6_split_depends_on_the_weights_not_on_their_order(
        total in any::<i64>(),
        weights in proptest::collection::vec(0i128..1000, 1..20),
        turn in 0usize..20,
    ) {
        prop_assume!(weights.iter().any(|weight| *weight > 0));
        let mut turned = weights.clone();
        turned.rotate_left(turn % weights.len());
        let sum: i128 = weights.iter().sum();
        // Equal remainders are told apart by index alone, so what must agree is how each remainder was settled.
        let sorted = |weights: &[i128]| {
            let shares = split(total.into(), weights, Residue::LargestRemainder).unwrap();
            let settle = |(weight, share): (&i128, i128)| {
                let exact = i128::from(total) * weight;
                (exact % sum, share - exact / sum)
            };
            let mut settled: Vec<_> = weights.iter().zip(shares).map(settle).collect();
            settled.sort_unstable();
            settled
        };
        prop_assert_eq!(sorted(&weights), sorted(&turned));
    }

    #[test]
    fn i3_compatibility_rules_return_the_total_or_refuse(
        total in any_int(),
        weights in proptest::collection::vec(0i128..1000, 1..20),
        rule in prop_oneof![Just(Residue::Last), Just(Residue::Largest), Just(Residue::First)],
    ) {
        prop_assume!(weights.iter().any(|weight| *weight > 0));
        match split(total, &weights, rule) {
            Ok(shares) => {
                prop_assert_eq!(shares.iter().sum::<i128>(), total);
                prop_assert!(shares.iter().all(|share| *share == 0 || share.signum() == total.signum()));
            }
            Err(error) => prop_assert!([Code::AllocationSign, Code::NumberOverflow].contains(&error.code())),
        }
    }
}

#[test]
fn i3_a_million_bases_are_split_in_one_go() {
    let weights: Vec<i128> = (0..1_000_000).map(|n| 1 + (n * 7_919) % 1_000_003).collect();
    let total = 123_456_789_012_345_678;
    let shares = split(total, &weights, Residue::LargestRemainder).unwrap();
    assert_eq!(shares.iter().sum::<i128>(), total);
}

/// What can be written can be read: 96 bits hold some numbers of 29 digits, which no text may have.
#[test]
fn f01_a_decimal_of_twenty_nine_digits_is_never_made() {
    let most = 10i128.pow(28) - 1;
    for units in [most, -most] {
        let decimal = from_scaled_i128(units, 2).unwrap();
        assert_eq!(parse_decimal(&decimal.to_string()), Ok(decimal));
        assert_eq!(from_scaled_i128(units + units.signum(), 2), Err(NumError::Range));
    }
}

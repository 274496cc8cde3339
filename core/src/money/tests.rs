//! Amounts, rates and second quantities.

use super::*;
use crate::num::parse_decimal;

fn dec(text: &str) -> Decimal {
    parse_decimal(text).unwrap()
}

fn currency(code: &str) -> Currency {
    Currency::new(Id::new(code).unwrap(), 2).unwrap()
}

fn money(amount: &str, code: &str) -> Money {
    Money::new(dec(amount), currency(code)).unwrap()
}

fn at(amount: &str, rate: &str) -> TwoAmounts {
    let rate = Some(rate.parse().unwrap());
    TwoAmounts::convert(money(amount, "USD"), currency("CNY"), rate, Rounding::HalfUp).unwrap()
}

#[test]
fn f08_fee_and_invoice_at_two_rates() {
    let (fee, invoice) = (at("100.00", "7.1234"), at("100.00", "7.2000"));
    assert_eq!(fee.company().amount().to_string(), "712.34");
    assert_eq!(invoice.company().amount().to_string(), "720.00");
    let difference = invoice.difference_from(&fee).unwrap();
    assert_eq!((difference.amount().to_string().as_str(), difference.currency()), ("7.66", &currency("CNY")));
}

#[test]
fn f08_a_rate_is_given_or_it_is_missing() {
    let convert = |amount, rate| TwoAmounts::convert(amount, currency("CNY"), rate, Rounding::HalfUp);
    assert_eq!(convert(money("1", "USD"), None).unwrap_err().code(), Code::RateMissing);
    assert_eq!(convert(money("1", "USD"), Some(Ratio::ZERO)).unwrap_err().code(), Code::RateMissing);
    assert_eq!(convert(money("1", "USD"), Some(Ratio::from_int(-7))).unwrap_err().code(), Code::RateMissing);
    let own = convert(money("1", "CNY"), None).unwrap();
    assert_eq!(own.company(), own.transaction());
    assert_eq!(
        convert(money("1", "CNY"), Some(Ratio::from_int(2))).unwrap_err().code(),
        Code::CurrencyMismatch
    );
    let finding = convert(money("1", "USD"), None).unwrap_err().finding().with("date", "2026-03-02");
    assert_eq!(finding.text(crate::finding::Lang::En), "No rate for USD → CNY on 2026-03-02.");
}

#[test]
fn f08_currencies_do_not_mix() {
    let error = money("1", "USD").checked_add(&money("1", "CNY")).unwrap_err();
    assert_eq!(error.code(), Code::CurrencyMismatch);
    assert_eq!(money("1.50", "USD").checked_sub(&money("2", "USD")), Ok(money("-0.50", "USD")));
    assert_eq!(Money::new(dec("1.005"), currency("CNY")).unwrap_err().code(), Code::PrecisionExceeded);
    assert_eq!(Money::zero(currency("CNY")).amount().to_string(), "0.00");
    let most = Money::new(dec("99999999999999999999999999.99"), currency("CNY")).unwrap();
    let sum = (0..8).try_fold(most.clone(), |sum, _| sum.checked_add(&most));
    assert!(sum.is_err(), "past 96 bits it is refused, not rounded");
    let json = serde_json::to_string(&money("5", "USD")).unwrap();
    assert_eq!(json, r#"{"amount":"5.00","currency":{"code":"USD","scale":2}}"#);
}

#[test]
fn f11_hams_are_counted_and_weighed_apart() {
    let pair = |first: &str, second: &str| SecondQuantity::new(dec(first), Some(dec(second)), true).unwrap();
    let stock =
        SecondQuantity::ZERO.checked_add(pair("10", "81.4")).unwrap().checked_sub(pair("3", "24.9")).unwrap();
    assert_eq!((stock.first, stock.second), (dec("7"), Some(DecimalText(dec("56.5")))));
    let missing = SecondQuantity::new(dec("1"), None, true).unwrap_err();
    assert_eq!(missing.code(), Code::SecondQuantityMissing);
    assert_eq!(
        missing.finding().with("item", "ham").text(crate::finding::Lang::En),
        "ham needs its second quantity."
    );
    let single = SecondQuantity::new(dec("1"), None, false).unwrap();
    assert_eq!(stock.checked_add(single), Err(MoneyError::SecondQuantityMissing));
    assert_eq!(stock.checked_add(SecondQuantity::ZERO), Ok(stock));
}

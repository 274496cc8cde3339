//! Units and conversions.

use super::*;
use crate::num::parse_decimal;

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

fn table() -> Conversions {
    let mut table = Conversions::new();
    table.add(id("kg"), id("g"), ratio("1000")).unwrap();
    table.add(id("t"), id("kg"), ratio("1000")).unwrap();
    table.add(id("dozen"), id("pcs"), ratio("12")).unwrap();
    table.add(id("box"), id("pcs"), ratio("10")).unwrap();
    table.add_for_item(id("bolt"), id("box"), id("pcs"), ratio("250")).unwrap();
    table.add_for_item(id("bolt"), id("kg"), id("pcs"), ratio("40/3")).unwrap();
    table
}

#[test]
fn promise_02_there_and_back_is_where_it_started() {
    let table = table();
    for (a, b) in [
        ("kg", "g"),
        ("t", "g"),
        ("pcs", "dozen"),
        ("kg", "pcs"),
        ("g", "pcs"),
        ("box", "dozen"),
        ("pcs", "pcs"),
    ] {
        let quantity = parse_decimal("0.123456").unwrap();
        let there = table.convert(&id("bolt"), quantity, &id(a), &id(b)).unwrap();
        let back = table.convert(&id("bolt"), there, &id(b), &id(a)).unwrap();
        assert_eq!(back, Ratio::from_decimal(quantity), "{a} → {b}");
    }
}

#[test]
fn promise_02_rounding_happens_once_in_the_unit_of_the_document() {
    let table = table();
    // 1 piece through dozens is 1 piece, not 0.960; 0.2 l at a unit of 0 decimals does not vanish on the way.
    let piece = table.convert(&id("nut"), Decimal::ONE, &id("pcs"), &id("dozen")).unwrap();
    assert_eq!(piece, ratio("1/12"));
    let dozens = Unit::new(id("dozen"), 2).unwrap();
    assert_eq!(dozens.round(piece, Rounding::HalfUp).unwrap().to_string(), "0.08");
    let back = table.convert(&id("nut"), piece, &id("dozen"), &id("pcs")).unwrap();
    let pieces = Unit::new(id("pcs"), 0).unwrap();
    assert_eq!(pieces.round(back, Rounding::Up).unwrap().to_string(), "1");
    // 1 kg of an item kept in tons.
    let tons = table.convert(&id("steel"), Decimal::ONE, &id("kg"), &id("t")).unwrap();
    assert_eq!(tons, ratio("0.001"));
}

#[test]
fn item_factors_override_global_ones_either_way() {
    let table = table();
    assert_eq!(table.factor(&id("bolt"), &id("box"), &id("pcs")), Ok(ratio("250")));
    assert_eq!(table.factor(&id("bolt"), &id("pcs"), &id("box")), Ok(ratio("1/250")));
    assert_eq!(table.factor(&id("nut"), &id("box"), &id("pcs")), Ok(ratio("10")));
    // Over one unit in between: a global and an item factor.
    assert_eq!(table.factor(&id("bolt"), &id("g"), &id("pcs")), Ok(ratio("1/75")));
    assert_eq!(table.factor(&id("bolt"), &id("dozen"), &id("box")), Ok(ratio("12/250")));
}

#[test]
fn f02_uom_not_convertible_names_units_and_item() {
    let table = table();
    let error = table.factor(&id("nut"), &id("kg"), &id("pcs")).unwrap_err();
    assert_eq!(error.code(), Code::UomNotConvertible);
    let text = error.finding().text(crate::finding::Lang::En);
    assert_eq!(text, "No conversion from kg to pcs for nut.");
    // Two hops in between are not tried: t → kg → g is one, t → kg → pcs is one, t → kg → pcs → box is not.
    assert!(table.factor(&id("bolt"), &id("t"), &id("box")).is_err());
    assert_eq!(table.factor(&id("x"), &id("none"), &id("none")), Ok(Ratio::ONE));
}

#[test]
fn factors_that_contradict_or_vanish_are_refused() {
    let mut table = table();
    let mut add =
        |from: &str, to: &str, factor: &str| table.add(id(from), id(to), ratio(factor)).map_err(|e| e.code());
    assert_eq!(add("kg", "g", "999"), Err(Code::DuplicateId));
    assert_eq!(add("g", "kg", "0.001"), Err(Code::DuplicateId));
    assert_eq!(add("m", "m", "1"), Err(Code::DuplicateId));
    assert_eq!(add("m", "cm", "0"), Err(Code::QtyOutOfRange));
    assert_eq!(add("m", "cm", "-100"), Err(Code::QtyOutOfRange));
    assert!(Unit::new(id("x"), MAX_SCALE + 1).is_err());
    assert!(serde_json::from_str::<Unit>(r#"{"id":"kg","scale":12}"#).is_err());
    assert_eq!(serde_json::from_str::<Unit>(r#"{"id":"kg","scale":3}"#).unwrap().scale(), 3);
}

//! Small plants for tests: items, units and bills of material as short text.

use crate::bom::*;
use crate::id::Id;
use crate::item::{Item, ScrapFormula};
use crate::num::{Ratio, parse_decimal};
use crate::run::{Limits, RunControl};
use crate::time::Date;
use crate::unit::{Conversions, Unit};
use rust_decimal::Decimal;

pub(super) fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

pub(super) fn dec(text: &str) -> Decimal {
    parse_decimal(text).unwrap()
}

pub(super) fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

pub(super) fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// An item in pieces, or in the unit after `@`; `*` marks a phantom, `%` the dividing scrap formula.
pub(super) fn item(text: &str) -> Item {
    let (name, unit) = text.split_once('@').unwrap_or((text, "ea"));
    let bare = name.trim_end_matches(['*', '%']);
    let json = serde_json::json!({
        "id": bare, "unit": unit, "planned": true, "phantom": name.contains('*'),
    });
    let mut item: Item = serde_json::from_value(json).unwrap();
    if name.contains('%') {
        item.scrap_formula = ScrapFormula::Divide;
    }
    item
}

/// Units: `ea` 0, `kg` 3, `m` 2, `cm` 1 decimals; 1 m = 100 cm, 1 kg = 1000 g. Sites S1, S2; location W1.
pub(super) fn facts(items: &str) -> ItemFacts {
    let items: Vec<Item> = items.split_whitespace().map(item).collect();
    let units = [("ea", 0), ("kg", 3), ("m", 2), ("cm", 1), ("g", 0)];
    let units: Vec<Unit> = units.iter().map(|&(u, scale)| Unit::new(id(u), scale).unwrap()).collect();
    let mut conversions = Conversions::new();
    conversions.add(id("m"), id("cm"), Ratio::from_int(100)).unwrap();
    conversions.add(id("kg"), id("g"), Ratio::from_int(1000)).unwrap();
    ItemFacts::new(&items, &units, &[id("S1"), id("S2")], &[id("W1")], conversions).unwrap()
}

/// `P: A 2, B 1/3` with line ids 1, 2 …; the BOM's id is the product's.
pub(super) fn bom(text: &str) -> Bom {
    let (product, lines) = text.split_once(':').unwrap();
    let lines = lines.split(',').map(str::trim).filter(|l| !l.is_empty());
    Bom {
        id: id(product),
        product: id(product),
        site: None,
        status: BomStatus::Approved,
        enabled: true,
        valid_from: None,
        valid_to: None,
        priority: 0,
        yield_ratio: Ratio::ONE,
        lines: lines.enumerate().map(|(i, l)| line(&(i + 1).to_string(), l)).collect(),
        outputs: Vec::new(),
    }
}

/// `A 2` or `A 1/3` or `A 150/1 cm`.
pub(super) fn line(number: &str, text: &str) -> BomLine {
    let mut parts = text.split_whitespace();
    let component = parts.next().unwrap();
    let usage = parts.next().unwrap_or("1");
    let (numerator, denominator) = usage.split_once('/').unwrap_or((usage, "1"));
    let json = serde_json::json!({
        "id": number, "component": component, "numerator": numerator, "denominator": denominator,
    });
    let mut line: BomLine = serde_json::from_value(json).unwrap();
    line.unit = parts.next().map(id);
    line
}

pub(super) fn output(number: &str, text: &str) -> BomOutput {
    let line = line(number, text);
    BomOutput {
        id: line.id,
        item: line.component,
        numerator: line.numerator,
        denominator: line.denominator,
        kind: OutputKind::ByProduct,
    }
}

pub(super) fn try_book(facts: &ItemFacts, boms: &[Bom]) -> Result<BomBook, Vec<BomError>> {
    let mut builder = BomBookBuilder::new(Limits::default());
    for bom in boms {
        builder.add(bom, facts).map_err(|f| f.into_iter().map(BomError::Refused).collect::<Vec<_>>())?;
    }
    builder.build(facts)
}

pub(super) fn book(facts: &ItemFacts, boms: &[Bom]) -> BomBook {
    try_book(facts, boms).unwrap()
}

/// The codes of a refusal.
pub(super) fn codes(facts: &ItemFacts, boms: &[Bom]) -> Vec<&'static str> {
    try_book(facts, boms).unwrap_err().iter().map(|e| e.code().as_str()).collect()
}

/// `component required` of every line of an order's list on 2026-03-02.
pub(super) fn list(facts: &ItemFacts, book: &BomBook, product: &str, quantity: OrderQuantity) -> Vec<String> {
    let product = id(product);
    let ask = ExplosionRequest::new(&product, quantity, date("2026-03-02"));
    let list = book.component_list(facts, &ask, &RunControl::new()).unwrap();
    list.lines.iter().map(|l| format!("{} {}", l.component, l.required)).collect()
}

pub(super) fn input(quantity: &str) -> OrderQuantity {
    OrderQuantity::Input(dec(quantity))
}

pub(super) fn good(quantity: &str) -> OrderQuantity {
    OrderQuantity::Good(dec(quantity))
}

/// `component quantity` of a summarised explosion of input quantity on 2026-03-02, by component.
pub(super) fn totals(facts: &ItemFacts, book: &BomBook, product: &str, quantity: &str) -> Vec<String> {
    let product = id(product);
    let ask = ExplosionRequest::new(&product, input(quantity), date("2026-03-02"));
    let totals = book.totals(facts, &ask, &RunControl::new()).unwrap();
    let mut rows: Vec<_> = totals.rows.iter().map(|r| format!("{} {}", r.component, r.quantity)).collect();
    rows.sort();
    rows
}

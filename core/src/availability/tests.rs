use super::*;
use crate::snapshot::Tables;

const TABLES: &str = r#"{
  "units": [{"id": "pc"}], "items": [{"id": "A", "unit": "pc"}], "sites": [{"id": "S"}],
  "locations": [{"id": "main", "site": "S"}, {"id": "scrap", "site": "S", "in_planning": false}],
  "stock": [{"id": "1", "item": "A", "site": "S", "location": "main", "quantity": "100"}],
  "reservations": [{"id": "R", "demand": "SO1", "stock": "1", "quantity": "20"}],
  "supplies": [{"id": "PO", "item": "A", "site": "S", "quantity": "50", "due": "2026-03-10"}],
  "demands": [{"id": "SO1", "item": "A", "site": "S", "quantity": "20", "date": "2026-03-12"},
              {"id": "SO2", "item": "A", "site": "S", "quantity": "40", "date": "2026-03-12"}]}"#;

fn tables() -> Tables {
    serde_json::from_str(TABLES).unwrap()
}

fn query() -> AvailabilityQuery {
    AvailabilityQuery {
        item: Id::new("A").unwrap(),
        parts: KeyParts::default(),
        scale: 0,
        site: Id::new("S").unwrap(),
        key: None,
        locations: None,
        lot: None,
        date: Date::literal(2026, 3, 31),
        include_in_transit: true,
        include_unapproved: false,
    }
}

fn ask(tables: &Tables, query: &AvailabilityQuery) -> Availability {
    let records = AvailabilityRecords {
        locations: &tables.locations,
        stock: &tables.stock,
        reservations: &tables.reservations,
        supplies: &tables.supplies,
        demands: &tables.demands,
    };
    availability(&records, query).unwrap()
}

/// Unrestricted 100, allocated 20 → 80; with the purchase order 130; open 60, of which 20 allocated → 90.
#[test]
fn f03_available_and_projected() {
    let answer = ask(&tables(), &query());
    let seen = [answer.on_hand, answer.available, answer.scheduled_receipts, answer.projected];
    assert_eq!(seen.map(|q| q.to_string()), ["100", "80", "50", "90"]);
    let before = ask(&tables(), &AvailabilityQuery { date: Date::literal(2026, 3, 11), ..query() });
    assert_eq!(before.projected.to_string(), "130");
    let without = ask(&tables(), &AvailabilityQuery { include_in_transit: false, ..query() });
    assert_eq!((without.projected.to_string(), without.in_transit.to_string()), ("40".into(), "50".into()));
}

#[test]
fn f03_inspection_is_a_receipt_and_blocked_stock_is_neither() {
    let mut tables = tables();
    let row = |id: &str, status: StockStatus, quantity: i64| Stock {
        id: Id::new(id).unwrap(),
        quantity: Decimal::from(quantity),
        status,
        ..tables.stock[0].clone()
    };
    let (inspected, blocked) = (row("2", StockStatus::Inspection, 7), row("3", StockStatus::Blocked, 5));
    let elsewhere =
        Stock { location: Some(Id::new("scrap").unwrap()), ..row("4", StockStatus::Available, 99) };
    let expired =
        Stock { usable_until: Some(Date::literal(2026, 3, 30)), ..row("5", StockStatus::Available, 3) };
    tables.stock.extend([inspected, blocked, elsewhere, expired]);
    let answer = ask(&tables, &query());
    assert_eq!(answer.on_hand.to_string(), "115");
    assert_eq!((answer.inspection.to_string(), answer.blocked.to_string()), ("7".into(), "8".into()));
    assert_eq!((answer.available.to_string(), answer.projected.to_string()), ("80".into(), "97".into()));
}

#[test]
fn f03_negative_stock_is_found_where_it_is_forbidden() {
    let mut tables = tables();
    tables.stock[0].quantity = Decimal::from(-4);
    let finding = &ask(&tables, &query()).findings[0];
    assert_eq!(finding.code(), Code::StockNegative);
    assert_eq!((finding.param("warehouse"), finding.param("qty")), (Some("main"), Some("-4")));
    tables.locations[0].may_go_negative = true;
    assert!(ask(&tables, &query()).findings.is_empty());
}

#[test]
fn f07_only_records_with_an_equal_key_meet() {
    let mut tables = tables();
    let red = Key { attributes: Some(Id::new("colour=red").unwrap()), ..Key::default() };
    let row = Stock { id: Id::new("2").unwrap(), key: red.clone(), ..tables.stock[0].clone() };
    tables.stock.push(row);
    let parts = KeyParts { attributes: true, ..KeyParts::default() };
    let answer = ask(&tables, &AvailabilityQuery { parts, key: Some(red.clone()), ..query() });
    assert_eq!((answer.unrestricted.to_string(), answer.open_demand.to_string()), ("100".into(), "0".into()));
    let ignored = ask(&tables, &AvailabilityQuery { key: Some(red), ..query() });
    assert_eq!(ignored.unrestricted.to_string(), "200");
}

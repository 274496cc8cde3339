//! The column table against the records it fills.

use headstock::planning::PlanPolicy;
use schemars::{JsonSchema, schema_for};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::*;
use crate::cell::{Value, parse};
use crate::row::Row;

/// A row with the cells that must be there, or with every example.
fn example(table: &'static Table, whole: bool) -> Row<'static> {
    let cells = table.columns.iter().map(|column| {
        let fill = whole || matches!(column.need, Need::Must | Need::Site) || column.name == "line";
        let parsed = parse(column.kind, column.example);
        let value = parsed.unwrap_or_else(|fault| panic!("{}.{}: {fault:?}", table.name, column.name));
        if fill { value } else { Value::Empty }
    });
    Row { table, line: 2, cells: cells.collect() }
}

/// Every property of the record has a column or is named in `apart`; defaults agree; the examples build.
fn check<T: Serialize + DeserializeOwned + JsonSchema>(table: &'static Table, apart: &[&str]) {
    let row = example(table, false);
    let built: T = row.build().unwrap_or_else(|error| panic!("{}: {error}", table.name));
    let json = serde_json::to_value(&built).unwrap();
    for column in table.columns.iter().filter(|column| !column.path.is_empty()) {
        let Need::Or(default) = column.need else { continue };
        let told = column.path.split('.').try_fold(&json, |value, name| value.get(name));
        let told = match told {
            Some(Json::Bool(flag)) => if *flag { "yes" } else { "no" }.to_owned(),
            Some(Json::String(text)) => text.clone(),
            Some(Json::Array(days)) if column.kind == Kind::Week => {
                let days =
                    days.iter().zip(crate::cell::DAYS).filter(|(works, _)| **works == Json::Bool(true));
                days.map(|(_, day)| day).collect::<Vec<_>>().join(" ")
            }
            Some(value) => value.to_string(),
            None => continue,
        };
        assert_eq!(told, default, "{}.{}", table.name, column.name);
    }
    let schema = schema_for!(T);
    let properties = schema.get("properties").and_then(Json::as_object).unwrap();
    for name in properties.keys() {
        let has = table.columns.iter().any(|column| column.path.split('.').next() == Some(name.as_str()));
        assert!(has || apart.contains(&name.as_str()), "{} has no column for {name}", table.name);
    }
}

#[test]
fn f09_columns_cover_every_field_of_the_records_with_the_same_defaults() {
    use headstock::{bom, calendar, inventory, item, order, partner, routing, snapshot};
    check::<snapshot::UnitRow>(&UNITS, &[]);
    check::<snapshot::ConversionRow>(&CONVERSIONS, &[]);
    check::<item::Item>(&ITEMS, &[]);
    check::<item::Planning>(&PLANNING, &["safety_steps"]);
    check::<item::SafetyStep>(&SAFETY_STEPS, &[]);
    check::<item::CostStep>(&SETUP_STEPS, &[]);
    check::<item::Substitute>(&SUBSTITUTES, &[]);
    check::<partner::Site>(&SITES, &[]);
    check::<partner::Location>(&LOCATIONS, &[]);
    check::<partner::Supplier>(&SUPPLIERS, &[]);
    check::<partner::Source>(&SOURCES, &[]);
    check::<calendar::Calendar>(&CALENDARS, &["exceptions", "shifts"]);
    check::<calendar::Shift>(&CALENDAR_SHIFTS, &[]);
    check::<routing::WorkCentre>(&WORK_CENTRES, &["rates"]);
    check::<routing::Rate>(&RATES, &[]);
    check::<routing::Routing>(&ROUTINGS, &["operations"]);
    check::<routing::Operation>(&OPERATIONS, &[]);
    check::<bom::Bom>(&BOMS, &["lines", "outputs"]);
    check::<bom::BomLine>(&BOM_LINES, &["usage"]);
    check::<inventory::Stock>(&STOCK, &[]);
    check::<inventory::Reservation>(&RESERVATIONS, &[]);
    check::<order::Demand>(&DEMANDS, &[]);
    check::<order::Forecast>(&FORECASTS, &[]);
    check::<order::Supply>(&SUPPLIES, &[]);
    check::<headstock::cost::Element>(&COST_ELEMENTS, &[]);
    check::<headstock::costing::ItemCost>(&ITEM_COSTS, &[]);
    check::<headstock::costing::CostPrice>(&PRICES, &[]);
    check::<headstock::cost::StockOpening>(&OPENING_VALUES, &["composition"]);
    check::<headstock::cost::WipOpening>(&OPENING_WIP, &["composition"]);
    check::<headstock::cost::OverheadRow>(&OVERHEAD, &[]);
    check::<PlanPolicy>(&SETTING_KEYS, &[]);
}

#[test]
fn f09_every_example_can_be_read_and_every_reference_names_a_table() {
    for table in TABLES.into_iter().chain([&SETTING_KEYS]) {
        example(table, true);
        for column in table.columns {
            assert!(!column.en.is_empty() && !column.zh.is_empty(), "{}.{}", table.name, column.name);
            match column.kind {
                Kind::Ref(target) => {
                    let at = TABLES.iter().position(|other| other.name == target).unwrap();
                    let mine = TABLES.iter().position(|other| other.name == table.name).unwrap();
                    assert!(at < mine, "{} is read before {target}", table.name);
                }
                Kind::Quantity(owner) if !owner.is_empty() => assert!(table.at(owner).is_some()),
                _ => {}
            }
        }
        for key in table.key {
            assert!(table.at(key).is_some());
        }
    }
}

/// The words of a column are exactly the variants of the record's own choice.
#[test]
fn f09_every_word_of_a_choice_builds() {
    fn each(table: &'static Table, build: impl Fn(&Row<'_>) -> Result<(), serde::de::value::Error>) {
        for (at, column) in table.columns.iter().enumerate() {
            let Kind::Choice(words) = column.kind else { continue };
            // Rules with fields of their own are covered by the round trip.
            if column.path.is_empty() || column.path.contains('.') {
                continue;
            }
            for word in words {
                let mut row = example(table, false);
                row.cells[at] = Value::Text((*word).into());
                build(&row).unwrap_or_else(|error| panic!("{}.{} {word}: {error}", table.name, column.name));
            }
        }
    }
    each(&ITEMS, |row| row.build::<headstock::item::Item>().map(drop));
    each(&PLANNING, |row| row.build::<headstock::item::Planning>().map(drop));
    each(&SUBSTITUTES, |row| row.build::<headstock::item::Substitute>().map(drop));
    each(&LOCATIONS, |row| row.build::<headstock::partner::Location>().map(drop));
    each(&SOURCES, |row| row.build::<headstock::partner::Source>().map(drop));
    each(&BOMS, |row| row.build::<headstock::bom::Bom>().map(drop));
    each(&BOM_LINES, |row| row.build::<headstock::bom::BomLine>().map(drop));
    each(&STOCK, |row| row.build::<headstock::inventory::Stock>().map(drop));
    each(&DEMANDS, |row| row.build::<headstock::order::Demand>().map(drop));
    each(&FORECASTS, |row| row.build::<headstock::order::Forecast>().map(drop));
    each(&SUPPLIES, |row| row.build::<headstock::order::Supply>().map(drop));
    each(&COST_ELEMENTS, |row| row.build::<headstock::cost::Element>().map(drop));
    each(&ITEM_COSTS, |row| row.build::<headstock::costing::ItemCost>().map(drop));
    each(&OVERHEAD, |row| row.build::<headstock::cost::OverheadRow>().map(drop));
    each(&SETTING_KEYS, |row| row.build::<PlanPolicy>().map(drop));
}

//! What is there on the first morning: items, places, stock.

use std::collections::{BTreeMap, BTreeSet};

use headstock::finding::Finding;
use headstock::id::Id;
use headstock::inventory::{PickRule, Place, PlaceState, Stock, StockItem, StockStatus, Tracking};
use headstock::num::Quantity;
use headstock::partner::{Location, LocationKind};
use headstock::snapshot::{ExecutionSnapshot, ExecutionTables, Tables};
use serde_json::{Value, json};

use super::{Ask, Month, Trouble};

/// Items, places and substitutes as execution knows them.
pub(super) fn masters(tables: &Tables) -> Result<ExecutionSnapshot, Trouble> {
    let scales: BTreeMap<&Id, u32> = tables.units.iter().map(|unit| (&unit.id, unit.scale)).collect();
    // An item is followed by lot where all of its stock names one.
    let loose: BTreeSet<&Id> =
        tables.stock.iter().filter(|row| row.lot.is_none()).map(|row| &row.item).collect();
    let by_lot: BTreeSet<&Id> =
        tables.stock.iter().map(|row| &row.item).filter(|id| !loose.contains(id)).collect();
    let item = |row: &headstock::item::Item| StockItem {
        item: row.id.clone(),
        scale: scales.get(&row.unit).copied().unwrap_or(0),
        tracking: if by_lot.contains(&row.id) { Tracking::Lot } else { Tracking::None },
        pick: PickRule::Fefo,
        parts: row.key,
        second_quantity: row.second_quantity,
    };
    let place = |location: Location| Place { location, state: PlaceState::Enabled, version: 0 };
    let mut places: Vec<Place> = tables.locations.iter().cloned().map(place).collect();
    for site in &tables.sites {
        if main_place(tables, &site.id).is_none() {
            places.push(place(Location {
                id: site.id.clone(),
                site: site.id.clone(),
                kind: LocationKind::Normal,
                in_planning: true,
                in_costing: true,
                may_go_negative: false,
            }));
        }
    }
    let all = ExecutionTables {
        items: tables.items.iter().map(item).collect(),
        substitutes: tables.substitutes.clone(),
        places,
        ..ExecutionTables::default()
    };
    ExecutionSnapshot::from_tables(all).map_err(Trouble::Refused)
}

fn main_place<'t>(tables: &'t Tables, site: &Id) -> Option<&'t Id> {
    let mut places = tables.locations.iter().filter(|place| place.site == *site);
    places.find(|place| place.kind == LocationKind::Normal && place.in_planning).map(|place| &place.id)
}

/// Where an item lies at a site: where its stock is, else the main place.
pub(super) fn home<'t>(tables: &'t Tables, item: &Id, site: &'t Id) -> &'t Id {
    let rows = tables.stock.iter().filter(|row| row.item == *item && row.site == *site);
    let issues = |id: &&'t Id| {
        let mut places = tables.locations.iter().filter(|place| place.id == **id && place.in_planning);
        places.any(|place| matches!(place.kind, LocationKind::Normal | LocationKind::AtSubcontractor))
    };
    let known = rows.filter_map(|row| row.location.as_ref()).find(issues);
    known.or_else(|| main_place(tables, site)).unwrap_or(site)
}

/// The stock key of a row, as JSON.
fn stock_of(tables: &Tables, row: &Stock) -> Value {
    let place = row.location.as_ref().unwrap_or_else(|| home(tables, &row.item, &row.site));
    let mut stock = json!({"item": row.item, "location": place, "key": row.key, "status": row.status});
    if let Some(lot) = &row.lot {
        stock["lot"] = json!(lot);
    }
    stock
}

/// Opening balances, with their control total.
pub(super) fn open_stock(ask: &Ask<'_>, month: &mut Month) -> Result<(), Finding> {
    let tables = ask.tables;
    let eve = ask.run_date.add_days(-1).map_err(|error| error.finding())?;
    let (mut lines, mut lots, mut total) = (Vec::new(), Vec::new(), Quantity::ZERO);
    for row in tables.stock.iter().filter(|row| row.quantity.is_sign_positive() && !row.quantity.is_zero()) {
        let scale = month.state.items.get(&row.item).map_or(0, |item| item.scale);
        let quantity = Quantity::from_decimal(row.quantity, scale).map_err(|error| error.finding())?;
        total = total.plus(quantity).map_err(|error| error.finding())?;
        lines.push(json!({"stock": stock_of(tables, row), "quantity": quantity}));
        if let Some(lot) = &row.lot {
            lots.push(
                json!({"item": row.item, "lot": lot, "received": eve, "usable_until": row.usable_until}),
            );
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    let opening = json!({"do": "opening", "document": "OPENING", "date": eve, "lines": lines, "lots": lots,
        "control_quantity": total});
    month.must("OPENING", opening).map(drop)
}

/// Stock in inspection that is expected to be free today.
pub(super) fn free_today(ask: &Ask<'_>, month: &mut Month) -> Result<(), Finding> {
    let waits = |row: &&Stock| row.status == StockStatus::Inspection && row.available_on == Some(month.today);
    let rows: Vec<&Stock> = ask.tables.stock.iter().filter(waits).collect();
    for row in rows {
        let name = format!("{}/free", row.id);
        let line = json!({"stock": stock_of(ask.tables, row), "status": "available",
            "location": home(ask.tables, &row.item, &row.site), "quantity": row.quantity.to_string()});
        let command =
            json!({"do": "transfer", "document": name, "reason": "inspection passed", "lines": [line]});
        month.attempt(&name, command)?;
    }
    Ok(())
}

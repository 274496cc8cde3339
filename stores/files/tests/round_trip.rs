//! Tables written as CSV and read again are the same tables.

#![allow(clippy::unwrap_used, reason = "tables written down in a test are right or the test fails")]

use headstock::planning::PlanPolicy;
use headstock::run::RunControl;
use headstock::snapshot::Tables;
use headstock_files::{PlanSettings, read_memory, tables_as_csv, tables_page, write_templates};
use serde_json::json;

/// One row of every kind, with every lot rule and the texts that a spreadsheet would spoil.
fn everything() -> Tables {
    let key = json!({ "attributes": "colour=red", "owner": "C7", "project": "P1", "grade": "A" });
    let costs = json!({ "setup_cost": "50.00", "holding_cost": "0.02", "holding_basis": "average" });
    let with = |rule: &str, more: serde_json::Value| {
        let mut lot = json!({ "rule": rule });
        lot.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        lot
    };
    let lots = [
        with("lot_for_lot", json!({})),
        with("fixed", json!({ "quantity": "50" })),
        with("period_days", json!({ "days": 7 })),
        with("periods", json!({ "counts": [4, 3] })),
        with("cycle", json!({ "cycle": "TRUCK" })),
        with("order_up_to", json!({ "level": "90", "rounding": "down" })),
        with("reorder_point", json!({ "point": "10", "quantity": "40" })),
        with("min_max", json!({ "min": "1", "max": "5", "rounding": "up", "trigger": "below" })),
        with("eoq", costs.clone()),
        with("poq", costs.clone()),
        with("least_unit_cost", costs.clone()),
        with("least_total_cost", costs.clone()),
        with("part_period", json!({ "setup_cost": "5", "look_ahead": true, "look_back": true })),
        with("silver_meal", costs),
        with("wagner_whitin", json!({ "setup_steps": [{ "from": "2026-04-01", "cost": "80.5" }] })),
    ];
    let items: Vec<_> = (0..lots.len())
        .map(|n| json!({ "id": format!("I{n:02}"), "name": format!("=name {n}"), "unit": "kg", "planned": n > 0 }))
        .chain([json!({
            "id": "-5", "name": "'+49, \"x\"\u{4e2d}", "unit": "pcs", "phantom": true, "free_stock": true,
            "key": { "attributes": true, "owner": true, "project": true, "grade": true },
            "scrap_formula": "divide", "second_quantity": true, "substitution": "both",
        })])
        .collect();
    let planning: Vec<_> = lots
        .iter()
        .enumerate()
        .map(|(n, lot)| json!({ "item": format!("I{n:02}"), "site": "N", "lot": lot, "lot_min": "2.500", "safety_days": 2,
            "max_rule": "may_exceed", "safety_stock": "3.000", "safety_priority": "lowest", "planning_fence_days": 4,
            "safety_steps": [{ "from": "2026-03-09", "quantity": "4.000" }] }))
        .collect();
    let tables = json!({
        "units": [{ "id": "kg", "scale": 3 }, { "id": "pcs", "scale": 0 }],
        "conversions": [{ "item": "I00", "from": "pcs", "to": "kg", "ratio": "1/3" }, { "from": "kg", "to": "pcs", "ratio": "7" }],
        "items": items,
        "planning": planning,
        "sites": [{ "id": "N", "name": "North", "calendar": "CAL" }, { "id": "S" }],
        "locations": [{ "id": "L1", "site": "N", "kind": "line_side", "in_planning": false, "in_costing": false, "may_go_negative": true }],
        "suppliers": [{ "id": "@SUP", "name": "Ltd, Sons", "calendar": "CAL" }],
        "calendars": [{ "id": "CAL", "week": [true, false, true, true, true, true, false], "from": "2026-01-01", "to": "2026-12-31",
            "exceptions": [{ "date": "2026-05-01", "working": false }, { "date": "2026-05-02", "working": true }],
            "shifts": [{ "name": "early", "start_minute": 360, "minutes": 480 }] }],
        "cycles": [{ "id": "TRUCK", "starts": ["2026-03-02", "2026-03-09"] }],
        "boms": [
            { "id": "B1", "product": "I00", "site": "N", "status": "draft", "enabled": false, "valid_from": "2026-01-01", "priority": 3,
              "yield_ratio": "19/20", "lines": [
                { "id": "10", "component": "I01", "numerator": "2", "denominator": "3", "unit": "pcs", "scrap": "1/50", "fixed_loss": "0.500",
                  "offset_days": -2, "skip_level": true, "issue": "backflush", "key_part": true, "change": "E1", "operation": 10, "location": "L1" },
                { "id": "20", "component": "I02", "numerator": "5", "denominator": "1", "usage": { "type": "fixed" } },
                { "id": "30", "component": "I03", "numerator": "1", "denominator": "1", "usage": { "type": "stepped",
                  "steps": [{ "from": "0", "fixed": "1", "per_unit": "1/7" }, { "from": "100", "fixed": "0", "per_unit": "2" }] } }] },
            { "id": "B2", "product": "I00", "lines": [{ "id": "x", "component": "I01", "numerator": "1", "denominator": "1" }],
              "outputs": [{ "id": "o", "item": "I05", "numerator": "1", "denominator": "4", "kind": "by_product" }] }],
        "substitutes": [{ "item": "I01", "substitute": "I02", "ratio": "6/5", "priority": 2, "parent": "I00", "mode": "use_up_whole" },
            { "item": "I01", "substitute": "I03" }],
        "routings": [{ "id": "R", "product": "I00", "operations": [{ "sequence": 10, "work_centre": "W", "setup_hours": "0.5",
            "run_hours": "1/3", "batch": "100", "queue_hours": "2", "move_hours": "1", "overlap": "5", "outside": true, "yield_ratio": "0.9" }] }],
        "work_centres": [{ "id": "W", "site": "N", "capacity": 3, "calendar": "CAL",
            "rates": [{ "activity": "labour", "from": "2026-01-01", "per_hour": "40.00" }] }],
        "sources": [{ "id": "S1", "item": "I00", "site": "N", "kind": "subcontract", "priority": 1, "quota": "60", "quota_used": "1.000",
            "valid_from": "2026-01-01", "valid_to": "2027-01-01", "quantity_from": "1.000", "quantity_to": "9.000", "supplier": "@SUP",
            "bom": "B2", "routing": "R", "lead_days": 3, "days_per_batch": 1, "batch_quantity": "5.000", "lead_unit": "working",
            "inspection_days": 1, "lot_min": "1.000", "lot_max": "8.000", "lot_multiple": "0.500" },
            { "id": "S2", "item": "I01", "kind": "transfer", "from_site": "S" }],
        "stock": [{ "id": "ST", "item": "I01", "site": "N", "location": "L1", "key": key, "lot": "LOT", "quantity": "-1.500",
            "second_quantity": "81.4", "status": "inspection", "usable_until": "2026-04-01", "available_on": "2026-03-05" }],
        "reservations": [{ "id": "RES", "demand": "D1", "stock": "ST", "quantity": "1" }],
        "demands": [{ "id": "D1", "kind": "manual", "item": "I01", "site": "S", "key": key, "quantity": "4.000", "fulfilled": "1.000",
            "date": "2026-03-09", "priority": 5, "status": "quote", "abnormal": true, "minimum_life_days": 7, "order": "MO" },
            { "id": "D2", "item": "-5", "site": "N", "quantity": "1" }],
        "forecasts": [{ "id": "F1", "item": "I01", "site": "N", "key": key, "from": "2026-03-01", "to": "2026-03-31", "quantity": "100.000",
            "status": "draft", "spread_days": 7 }],
        "supplies": [{ "id": "PO", "kind": "production", "firmness": "firm", "item": "I00", "site": "N", "key": key, "quantity": "5.000",
            "input_quantity": "6.000", "accepted": "1.000", "rejected": "0.500", "due": "2026-03-20", "start": "2026-03-10", "source": "S1",
            "approved": false, "fixed": true }],
    });
    serde_json::from_value(tables).unwrap()
}

/// One row of every table of accounting.
fn costs() -> headstock_files::CostSheets {
    let rows = json!({
        "elements": [{ "id": "material" }, { "id": "wages", "kind": "labour", "parent": "cost" }],
        "activities": [{ "activity": "labour", "element": "wages" }],
        "items": [{ "item": "I01", "element": "material", "valuation": "fifo", "valued_by": "lot", "fixed_cost": "1.25",
            "joint_weight": "1.5" }],
        "prices": [{ "item": "I01", "document": "PO", "from": "2026-03-01", "price": "1.2345", "invoiced": true, "own_goods": true }],
        "stock": [{ "id": "V1", "item": "I01", "pool": "LOT", "quantity": "12.500", "amount": "33.10", "date": "2026-02-01" }],
        "wip": [{ "order": "MO", "element": "wages", "amount": "7.00" }],
        "overhead": [{ "id": "O1", "centre": "N", "expense": "power", "element": "wages", "amount": "100.00", "base": "machine_hours" }],
        "charges": [{ "id": "O2", "order": "MO", "element": "material", "amount": "-5.00" }],
    });
    let list = |name: &str| rows[name].clone();
    headstock_files::CostSheets {
        elements: serde_json::from_value(list("elements")).unwrap(),
        activities: serde_json::from_value(list("activities")).unwrap(),
        items: serde_json::from_value(list("items")).unwrap(),
        prices: serde_json::from_value(list("prices")).unwrap(),
        stock: serde_json::from_value(list("stock")).unwrap(),
        wip: serde_json::from_value(list("wip")).unwrap(),
        overhead: serde_json::from_value(list("overhead")).unwrap(),
        charges: serde_json::from_value(list("charges")).unwrap(),
        controls: serde_json::from_value(json!({ "stock": "33.10", "wip": "7.00" })).unwrap(),
    }
}

#[test]
fn f09_tables_survive_csv() {
    let tables = everything();
    let policy: PlanPolicy = serde_json::from_value(json!({
        "horizon": "2026-06-30", "buckets": { "bucket": "days", "days": 10, "origin": "2026-03-02" },
        "without_demand": ["manual", "transfer"], "use_forecast": false, "use_unapproved": true, "overdue_demand_days": 30,
        "overdue_supply": { "rule": "ignored_after", "days": 14 },
        "forecast": { "direction": "forward", "backward_days": 3, "forward_days": 4 },
        "reschedule": { "assume": "new_order", "tolerance_days": 2, "max_advance_days": 5, "change_quantity": false },
        "explosion": "due", "dependent": "feasible", "rounding": { "at": "item_bucket", "mode": "half_even" },
        "order_per_demand": true, "quota": "split", "substitute_stock": "short_first", "use_phantom_stock": false,
    }))
    .unwrap();
    let settings = PlanSettings {
        title: "=March, 三月".into(),
        run_date: "2026-03-02".parse().ok(),
        policy,
        costs: costs(),
    };
    let files = tables_as_csv(&tables, &settings).unwrap();
    for (name, text) in &files {
        let text = String::from_utf8(text.clone()).unwrap();
        assert!(!text.contains(",=") && !text.contains("\n=") && !text.contains("\n@"), "{name}: {text}");
    }
    let (back, said) = read_memory(&files, &RunControl::new()).unwrap_or_else(|found| panic!("{found:#?}"));
    assert_eq!(said, settings);
    assert_eq!(back, tables);
}

#[test]
fn f09_templates_are_headers_that_can_be_read() {
    let folder = std::env::temp_dir().join(format!("headstock-template-{}", std::process::id()));
    write_templates(&folder).unwrap();
    assert!(write_templates(&folder).is_err(), "an existing file is not overwritten");
    std::fs::write(folder.join("items.csv"), "id,unit\nA,pcs\n").unwrap();
    std::fs::write(folder.join("demands.csv"), "id,item,quantity\nD,A,1\n").unwrap();
    let read = headstock_files::read_folder(&folder, &RunControl::new());
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(read.unwrap().0.demands.len(), 1);
}

#[test]
fn f09_documentation_is_the_column_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/tables.md");
    if std::env::var_os("HEADSTOCK_WRITE_DOCS").is_some() {
        std::fs::write(path, tables_page()).unwrap();
    }
    let page = std::fs::read_to_string(path).unwrap();
    assert!(page == tables_page(), "run HEADSTOCK_WRITE_DOCS=1 cargo test -p headstock-files documentation");
}

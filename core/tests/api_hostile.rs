//! Hostile and mistaken requests: each is refused with what was wrong, where, and what would be right.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "a test program: a fault in it is to panic, and nobody imports it"
)]

use headstock::api::{call_text, call_within};
use headstock::run::{Limits, RunControl};
use serde_json::{Value, json};

#[track_caller]
fn refused(request: &str) -> Value {
    let (text, good) = call_text(request.as_bytes(), &RunControl::new());
    assert!(!good, "{}", &text[..text.len().min(500)]);
    let error: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(error["format"], 1);
    for text in [&error["error"]["message_en"], &error["error"]["message_zh"]] {
        assert!(text.as_str().unwrap().chars().count() < 3_000, "an unbounded message");
    }
    error["error"].clone()
}

/// `REQUEST_SYNTAX` at a place of the document, with words that say what is right.
#[track_caller]
fn syntax(request: &str, at: &str, right: &str) {
    let error = refused(request);
    assert_eq!(error["code"], "REQUEST_SYNTAX", "{error}");
    if !at.is_empty() {
        assert_eq!(error["params"]["at"], at, "{error}");
    }
    let reason = error["params"]["reason"].as_str().unwrap();
    assert!(reason.contains(right), "{reason}");
    assert!(error["params"]["line"].as_str().unwrap().parse::<u32>().unwrap() > 0);
}

fn round(value: &str) -> String {
    format!(r#"{{"format": 1, "kind": "round", "scale": 2, "value": {value}}}"#)
}

fn plan(tables: &Value) -> String {
    json!({"format": 1, "kind": "plan", "run_date": "2026-03-02", "tables": tables}).to_string()
}

fn items(id: &str) -> Value {
    json!({"units": [{"id": "pc"}], "sites": [{"id": "S"}], "items": [{"id": id, "unit": "pc"}]})
}

#[test]
fn i07_numbers_that_are_none() {
    syntax(&round("1e999"), "value", "number out of range");
    syntax(&round("1.5"), "value", "a number as text such as \"12.50\"");
    syntax(&round("true"), "value", "a number as text");
    syntax(&round("null"), "value", "a number as text");
    syntax(&round("\"1e999\""), "value", "outside the range");
    syntax(&round("\"NaN\""), "value", "not a decimal number such as 12.50");
    syntax(&round("\"1/0\""), "value", "zero as its denominator");
    syntax(&round(&format!("\"{}\"", "9".repeat(65))), "value", "more than 64 characters");
    syntax(&round(&format!("\"{}\"", "9".repeat(40))), "value", "outside the range");
}

#[test]
fn i07_numbers_at_the_edge_are_answered_or_refused_never_wrong() {
    let digits = format!("0.{}", "7".repeat(28));
    let (text, good) = call_text(round(&format!("\"{digits}\"")).as_bytes(), &RunControl::new());
    assert!(good && text.contains("\"0.78\""), "{text}");
    let mut tables = items("A");
    tables["stock"] = json!([{"id": "1", "item": "A", "site": "S", "quantity": digits}]);
    let error = refused(&plan(&tables));
    assert_eq!(error["code"], "PRECISION_EXCEEDED", "{error}");
    assert_eq!((&error["params"]["table"], &error["params"]["row"]), (&json!("stock"), &json!("1")));
    tables["stock"][0]["quantity"] = json!("9999999999999999999999999999");
    assert_eq!(refused(&plan(&tables))["code"], "QTY_OUT_OF_RANGE");
}

#[test]
fn i07_dates() {
    for (date, right) in [
        ("0000-01-01", "0001-01-01"),
        ("10000-01-01", "2026-03-02"),
        ("2026-02-30", "2026-02-30"),
        ("2026-3-2", "2026-03-02"),
        ("", "2026-03-02"),
    ] {
        let request = format!(r#"{{"format": 1, "kind": "plan", "tables": {{}}, "run_date": "{date}"}}"#);
        syntax(&request, "run_date", right);
    }
    let far = json!({"format": 1, "kind": "calendar", "questions": [
        {"ask": "add_days", "date": "9999-12-31", "days": 1}]});
    assert_eq!(refused(&far.to_string())["code"], "DATE_OUT_OF_RANGE");
    for days in [i32::MAX, i32::MIN] {
        let far = json!({"format": 1, "kind": "calendar", "questions": [
            {"ask": "add_working_days", "date": "2026-03-02", "days": days}]});
        assert_eq!(refused(&far.to_string())["code"], "CALENDAR_GAP");
    }
}

#[test]
fn i07_ids() {
    for (id, right) in [
        ("", "must not be empty"),
        (" A", "blank"),
        ("A\u{202e}B", "invisible or direction"),
        ("A\tB", "control"),
        ("e\u{301}", "NFC"),
    ] {
        syntax(&plan(&items(id)), "tables.items[0].id", right);
    }
    syntax(&plan(&items(&"x".repeat(129))), "tables.items[0].id", "at most 128 bytes");
    let (_, good) = call_text(plan(&items(&"x".repeat(128))).as_bytes(), &RunControl::new());
    assert!(good);
}

#[test]
fn i07_unknown_references_and_duplicates_name_their_row() {
    let mut tables = items("A");
    tables["demands"] = json!([
        {"id": "D1", "item": "B", "site": "S", "quantity": "1", "date": "2026-03-05"},
        {"id": "D2", "item": "A", "site": "T", "quantity": "1", "date": "2026-03-05"}]);
    let error = refused(&plan(&tables));
    assert_eq!((error["code"].as_str(), &error["count"]), (Some("UNKNOWN_REFERENCE"), &json!(2)));
    let shown = error["findings"].as_array().unwrap();
    assert_eq!((&shown[0]["params"]["id"], &shown[0]["params"]["row"]), (&json!("B"), &json!("D1")));
    assert_eq!((&shown[1]["params"]["id"], &shown[1]["params"]["table"]), (&json!("T"), &json!("demands")));
    let mut tables = items("A");
    tables["items"] = json!([{"id": "A", "unit": "pc"}, {"id": "A", "unit": "pc"}]);
    let error = refused(&plan(&tables));
    assert_eq!((error["code"].as_str(), &error["params"]["id"]), (Some("DUPLICATE_ID"), &json!("A")));
}

/// The first faults and how many there are in all.
#[test]
fn i07_many_faults_are_counted() {
    let mut tables = items("A");
    let rows: Vec<Value> = (0..5_000)
        .map(|row| json!({"id": format!("D{row:05}"), "item": "B", "site": "S", "quantity": "1"}))
        .collect();
    tables["demands"] = json!(rows);
    let error = refused(&plan(&tables));
    assert_eq!(error["count"], 5_000);
    assert_eq!(error["findings"].as_array().unwrap().len(), 21);
}

/// Tables of one item that is bought, with some rows besides.
fn bought(more: &Value) -> Value {
    let mut tables = items("A");
    tables["sources"] = json!([{"id": "buy", "item": "A", "kind": "buy", "lead_days": 1}]);
    tables["demands"] = json!([{"id": "D", "item": "A", "site": "S", "quantity": "5", "date": "2026-03-20"}]);
    for (table, rows) in more.as_object().unwrap() {
        tables[table] = rows.clone();
    }
    tables
}

/// The code of a refusal and one of its parameters.
#[track_caller]
fn refusal(more: &Value, code: &str, param: &str, value: &str) {
    let error = refused(&plan(&bought(more)));
    assert_eq!(
        (error["code"].as_str(), error["params"][param].as_str()),
        (Some(code), Some(value)),
        "{error}"
    );
}

#[test]
fn p19_buckets_of_a_plan_that_are_none_are_refused() {
    let ask = |buckets: Value| {
        json!({"format": 1, "kind": "plan", "run_date": "2026-03-02", "tables": bought(&json!({})),
            "policy": {"buckets": buckets}})
        .to_string()
    };
    let none = refused(&ask(json!({"bucket": "days", "days": 0, "origin": "2026-03-02"})));
    assert_eq!(none["code"], "BUCKET_INVALID");
    let unknown = refused(&ask(json!({"bucket": "cycle", "cycle": "no such cycle"})));
    assert_eq!(
        (&unknown["code"], &unknown["params"]["id"]),
        (&json!("UNKNOWN_REFERENCE"), &json!("no such cycle"))
    );
}

#[test]
fn promise_07_circles_of_transfers_of_any_length() {
    for length in [1, 2, 3, 1_000, 100_000] {
        let id = |at: usize| format!("S{:06}", at % length);
        let sites: Vec<Value> = (0..length).map(|at| json!({"id": id(at)})).collect();
        let sources: Vec<Value> = (0..length)
            .map(|at| {
                json!({"id": format!("T{at}"), "item": "A", "kind": "transfer", "lead_days": 1,
                    "site": id(at), "from_site": id(at + 1)})
            })
            .collect();
        let demand = json!([{"id": "D", "item": "A", "site": id(0), "quantity": 1, "date": "2026-03-20"}]);
        let more = json!({"sites": sites, "sources": sources, "demands": demand});
        let error = refused(&plan(&bought(&more)));
        assert_eq!(error["code"], "TRANSFER_LOOP", "{length}");
        assert_eq!(error["path"].as_array().unwrap().len(), length);
        assert!(error["message_en"].as_str().unwrap().len() < 250);
    }
}

#[test]
fn i07_a_validity_that_ends_before_it_starts_is_refused_in_every_table() {
    let dates = |row: Value| {
        let mut row = row;
        row["valid_from"] = json!("2026-05-01");
        row["valid_to"] = json!("2026-04-30");
        json!([row])
    };
    let more = json!({"items": [{"id": "A", "unit": "pc"}, {"id": "B", "unit": "pc"}]});
    let with = |table: &str, rows: Value| {
        let mut all = more.clone();
        all[table] = rows;
        refusal(&all, "DATES_REVERSED", "to", "2026-04-30");
    };
    with("sources", dates(json!({"id": "Q", "item": "A", "kind": "buy"})));
    with("boms", dates(json!({"id": "V", "product": "A"})));
    let lines = dates(json!({"id": "1", "component": "B", "numerator": 1}));
    with("boms", json!([{"id": "V", "product": "A", "lines": lines}]));
    with("substitutes", dates(json!({"item": "A", "substitute": "B", "ratio": "1"})));
    with("routings", dates(json!({"id": "R", "product": "A"})));
    let forecast = json!([{"id": "F", "item": "A", "site": "S", "from": "2026-05-01", "to": "2026-04-30",
        "quantity": 1}]);
    with("forecasts", forecast);
}

#[test]
fn i07_days_and_costs_out_of_range_are_refused() {
    let planning = |row: Value| {
        let mut row = row;
        row["item"] = json!("A");
        json!({"planning": [row]})
    };
    for field in ["safety_days", "demand_fence_days", "planning_fence_days"] {
        refusal(&planning(json!({field: 36_526})), "LIMIT_EXCEEDED", "what", field);
    }
    let costs = json!({"lot": {"rule": "eoq", "setup_cost": "-1", "holding_cost": "1"}});
    refusal(&planning(costs), "QTY_OUT_OF_RANGE", "field", "setup_cost");
    let twice = json!([{"from": "2026-03-10", "quantity": 3}, {"from": "2026-03-10", "quantity": 4}]);
    refusal(&planning(json!({"safety_steps": twice})), "DUPLICATE_ID", "id", "2026-03-10");
    let spread = json!([{"id": "F", "item": "A", "site": "S", "from": "0001-01-01", "to": "9999-12-31",
        "quantity": 1, "spread_days": 1}]);
    refusal(&json!({"forecasts": spread}), "LIMIT_EXCEEDED", "what", "days of a spread forecast");
    let line = json!({"id": "1", "component": "B", "numerator": 1, "offset_days": i32::MIN});
    let more = json!({"items": [{"id": "A", "unit": "pc"}, {"id": "B", "unit": "pc"}],
        "boms": [{"id": "V", "product": "A", "lines": [line]}]});
    refusal(&more, "LIMIT_EXCEEDED", "what", "offset_days");
}

#[test]
fn f02_a_quantity_below_zero_is_not_exploded() {
    let mut tables = items("A");
    tables["boms"] = json!([{"id": "V", "product": "A"}]);
    for kind in ["explode", "component_list"] {
        let ask = json!({"format": 1, "kind": kind, "tables": tables, "product": "A", "quantity": "-1",
            "date": "2026-03-02"});
        let error = refused(&ask.to_string());
        assert_eq!(
            (&error["code"], &error["params"]["field"]),
            (&json!("QTY_OUT_OF_RANGE"), &json!("quantity"))
        );
    }
}

#[test]
fn p09_a_supply_names_a_source_of_its_own_item() {
    let more = json!({"items": [{"id": "A", "unit": "pc"}, {"id": "B", "unit": "pc"}],
        "sources": [{"id": "for B", "item": "B", "kind": "make", "lead_days": 1}],
        "supplies": [{"id": "P", "kind": "production", "firmness": "firm", "item": "A", "site": "S",
            "quantity": 5, "due": "2026-03-10", "source": "for B"}]});
    refusal(&more, "UNKNOWN_REFERENCE", "id", "for B");
}

#[test]
fn i07_a_source_names_a_bom_and_a_routing_that_are_there() {
    let source = |field: &str| {
        let mut row = json!({"id": "m", "item": "A", "kind": "make", "lead_days": 1});
        row[field] = json!("nowhere");
        json!({"sources": [row], "boms": [{"id": "V", "product": "A"}]})
    };
    refusal(&source("bom"), "UNKNOWN_REFERENCE", "expected", "boms");
    refusal(&source("routing"), "UNKNOWN_REFERENCE", "expected", "routings");
    let centre = |more: Value| {
        let mut row = json!({"id": "W", "site": "S"});
        for (field, value) in more.as_object().unwrap() {
            row[field] = value.clone();
        }
        json!({"work_centres": [row]})
    };
    refusal(&centre(json!({"site": "nowhere"})), "UNKNOWN_REFERENCE", "expected", "sites");
    refusal(&centre(json!({"calendar": "nowhere"})), "UNKNOWN_REFERENCE", "expected", "calendars");
    let rate = |per_hour: &str| json!({"activity": "labour", "from": "2026-01-01", "per_hour": per_hour});
    refusal(&centre(json!({"rates": [rate("-1")]})), "QTY_OUT_OF_RANGE", "field", "per_hour");
    refusal(&centre(json!({"rates": [rate("1"), rate("2")]})), "DUPLICATE_ID", "id", "labour 2026-01-01");
}

/// Production versions may share priority where dates, quantities or quotas tell them apart (`F02`).
#[test]
fn f02_production_versions_may_not_overlap_at_equal_priority() {
    let tables = |one: Value, other: Value| {
        let row = |id: &str, more: Value| {
            let mut row = json!({"id": id, "item": "A", "kind": "make", "lead_days": 1, "bom": "V"});
            for (field, value) in more.as_object().unwrap() {
                row[field] = value.clone();
            }
            row
        };
        json!({"boms": [{"id": "V", "product": "A"}], "sources": [row("m1", one), row("m2", other)]})
    };
    let overlap =
        |one: Value, other: Value| refusal(&tables(one, other), "SOURCE_OVERLAP", "lines", "m1, m2");
    overlap(json!({}), json!({}));
    overlap(json!({"valid_to": "2026-03-10"}), json!({"valid_from": "2026-03-10"}));
    overlap(json!({"quantity_to": 10}), json!({"quantity_from": 10}));
    overlap(json!({"quantity_from": 5, "quantity_to": 10}), json!({"quantity_to": 7}));
    for (one, other) in [
        (json!({"valid_to": "2026-03-10"}), json!({"valid_from": "2026-03-11"})),
        (json!({"quantity_to": 10}), json!({"quantity_from": 11})),
        (json!({"quota": 1}), json!({"quota": 2})),
        (json!({}), json!({"priority": 1})),
        (json!({}), json!({"site": "S"})),
    ] {
        let (text, good) = call_text(plan(&bought(&tables(one, other))).as_bytes(), &RunControl::new());
        assert!(good, "{text}");
    }
}

/// A look-up of each supply's source through all sources would take minutes.
#[test]
fn i07_supplies_that_name_sources_are_read_in_linear_time() {
    let count = 20_000;
    let sources: Vec<Value> = (0..count)
        .map(|at| json!({"id": format!("s{at:06}"), "item": "A", "kind": "buy", "priority": at}))
        .collect();
    let supplies: Vec<Value> = (0..count)
        .map(|at| {
            json!({"id": format!("p{at}"), "item": "A", "site": "S", "quantity": 1, "due": "2026-03-10",
            "source": format!("s{:06}", count - 1)})
        })
        .collect();
    let tables = bought(&json!({"sources": sources, "supplies": supplies}));
    let started = std::time::Instant::now();
    assert!(call_text(plan(&tables).as_bytes(), &RunControl::new()).1);
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
}

fn ring(length: usize) -> Value {
    let id = |at: usize| format!("I{:06}", at % length);
    let items: Vec<Value> = (0..length).map(|at| json!({"id": id(at), "unit": "pc"})).collect();
    let boms: Vec<Value> = (0..length)
        .map(|at| {
            let line = json!({"id": "1", "component": id(at + 1), "numerator": 1});
            json!({"id": format!("B{at}"), "product": id(at), "lines": [line]})
        })
        .collect();
    json!({"units": [{"id": "pc"}], "sites": [{"id": "S"}], "items": items, "boms": boms})
}

/// Whole as data, abbreviated in the message.
#[test]
fn promise_07_cycles_of_any_length() {
    for length in [1, 2, 3, 10, 1_000, 100_000] {
        let error =
            refused(&json!({"format": 1, "kind": "low_level_codes", "tables": ring(length)}).to_string());
        assert_eq!(error["code"], "BOM_LOOP");
        let path = error["path"].as_array().unwrap();
        assert_eq!(path.len(), length);
        let number = |at: usize| path[at].as_str().unwrap()[1..].parse::<usize>().unwrap();
        assert!((0..length).all(|at| number((at + 1) % length) == (number(at) + 1) % length));
        assert!(error["message_en"].as_str().unwrap().len() < 200);
        assert_eq!(refused(&plan(&ring(length)))["code"], "BOM_LOOP");
    }
}

#[test]
fn i07_depth() {
    let mut chain = ring(2_000);
    chain["boms"].as_array_mut().unwrap().pop();
    assert_eq!(refused(&plan(&chain))["code"], "DEPTH_LIMIT");
}

/// Each phantom doubles the lines: sixty of them would open more than there are atoms in a grain of sand.
#[test]
fn promise_07_phantoms_that_multiply_are_refused() {
    let count = 60;
    let id = |at: usize| format!("I{at:02}");
    let items: Vec<Value> = (0..count)
        .map(|at| json!({"id": id(at), "unit": "pc", "phantom": at > 0 && at + 1 < count}))
        .collect();
    let line =
        |at: usize, line: u32| json!({"id": line.to_string(), "component": id(at + 1), "numerator": 1});
    let boms: Vec<Value> = (0..count - 1)
        .map(|at| json!({"id": format!("V{at}"), "product": id(at), "lines": [line(at, 1), line(at, 2)]}))
        .collect();
    let error = refused(&plan(&bought(&json!({"items": &items, "boms": &boms,
        "sources": [{"id": "m", "item": id(0), "kind": "make", "lead_days": 1}],
        "demands": [{"id": "D", "item": id(0), "site": "S", "quantity": 1, "date": "2026-03-20"}]}))));
    assert_eq!((&error["code"], &error["params"]["item"]), (&json!("LIMIT_EXCEEDED"), &json!("I00")));
    let tables = json!({"units": [{"id": "pc"}], "sites": [{"id": "S"}], "items": items, "boms": boms});
    for kind in ["explode", "component_list"] {
        let ask = json!({"format": 1, "kind": kind, "tables": tables, "product": id(0), "quantity": 1,
            "date": "2026-03-02"});
        assert_eq!(refused(&ask.to_string())["code"], "LIMIT_EXCEEDED", "{kind}");
    }
}

#[test]
fn i07_deep_documents() {
    let deep = |open: &str, close: &str| open.repeat(200_000) + "1" + &close.repeat(200_000);
    for nested in [deep("[", "]"), deep("{\"a\":", "}")] {
        refused(&nested);
        refused(&round(&nested));
        syntax(&format!(r#"{{"format": 1, "kind": "plan", "x": {nested}}}"#), "x", "unknown field `x`");
    }
    let deep =
        format!(r#"{{"format": 1, "kind": "plan", "run_date": "2026-03-02", "tables": {}}}"#, deep("[", "]"));
    refused(&deep);
    refused(&"[".repeat(1_000_000));
}

#[test]
fn i07_wrong_shapes() {
    syntax("", "", "EOF");
    syntax("{", "", "EOF");
    syntax("\u{feff}{}", "", "expected value");
    syntax("null", "", "expected a request document with `format` and `kind`");
    syntax("\"plan\"", "", "expected");
    syntax(r#"{"format": 1}"#, "", "missing field `kind`, expected one of `plan`");
    syntax(r#"{"format": 1, "kind": "planning"}"#, "", "expected one of `plan`");
    syntax(r#"{"format": 1, "kind": 1}"#, "", "");
    syntax(r#"{"format": "1", "kind": "plan"}"#, "", "expected u32");
    syntax(r#"{"format": 1, "kind": "plan", "kind": "plan"}"#, "", "duplicate field `kind`");
    syntax(r#"{"format": 1, "kind": "round"} {}"#, "", "trailing characters");
    syntax(r#"{"format": 1, "kind": "round", "value": "1"}"#, "", "missing field `scale`");
    syntax(r#"{"format": 1, "kind": "round", "value": "1", "scale": -1}"#, "scale", "expected u32");
    syntax(
        r#"{"format": 1, "kind": "round", "value": "1", "scale": 1, "scale": 1}"#,
        "",
        "duplicate field `scale`",
    );
    syntax(
        r#"{"format": 1, "kind": "plan", "tables": 5, "run_date": "2026-03-02"}"#,
        "tables",
        "expected struct Tables",
    );
    syntax(
        r#"{"format": 1, "kind": "plan", "tables": {"itens": []}, "run_date": "2026-03-02"}"#,
        "tables.itens",
        "expected one of `units`",
    );
    syntax(
        r#"{"format": 1, "kind": "plan", "tables": {}, "run_date": "2026-03-02", "policy": {"dependent": "now"}}"#,
        "policy.dependent",
        "expected `required` or `feasible`",
    );
    syntax(
        r#"{"format": 1, "kind": "plan", "tables": {}, "run_date": "2026-03-02", "show": {"records": "some"}}"#,
        "show.records",
        "expected `all` or `none`",
    );
}

/// A cost is one text or a list: a wrong one says so.
#[test]
fn i07_costs_by_period() {
    let request = |cost: &str| {
        format!(
            r#"{{"format": 1, "kind": "lot_size", "demand": ["5"], "lot": {{"rule": "lot_for_lot"}}, "setup_cost": {cost}}}"#
        )
    };
    for wrong in ["1.5", "true", "{}"] {
        syntax(&request(wrong), "setup_cost", "a decimal as text, or a list of them, one for each period");
    }
    syntax(&request(r#"["1", true]"#), "setup_cost[1]", "a number as text");
    syntax(&request(r#""x""#), "setup_cost", "not a decimal number such as 12.50");
}

#[test]
fn i08_format_versions() {
    for (request, found) in [
        (r#"{"kind": "round"}"#, "none"),
        (r#"{"format": 0, "kind": "round"}"#, "0"),
        (r#"{"format": 2, "kind": "a kind of version 2"}"#, "2"),
        (r#"{"format": 4294967295, "kind": "round"}"#, "4294967295"),
    ] {
        let error = refused(request);
        assert_eq!(error["code"], "FORMAT_VERSION");
        assert_eq!((&error["params"]["found"], &error["params"]["supported"]), (&json!(found), &json!("1")));
    }
}

/// Foreign text is repeated in bounds and without control characters.
#[test]
fn i07_messages_do_not_echo_without_bound() {
    let long = "y".repeat(100_000);
    let error = refused(&format!(r#"{{"format": 1, "kind": "round", "{long}": 1}}"#));
    assert!(error["params"]["reason"].as_str().unwrap().contains("expected one of `value`"));
    assert!(error.to_string().len() < 20_000);
    let error = refused(r#"{"format": 1, "kind": "round", "a\u0007\u202eb": 1}"#);
    assert!(!error["message_en"].as_str().unwrap().chars().any(|c| c.is_control() || c == '\u{202e}'));
}

#[test]
fn i07_size_of_a_request() {
    let request = round("\"1.5\"");
    let control = RunControl::new();
    assert!(call_within(request.as_bytes(), request.len(), &control).is_ok());
    let error = call_within(request.as_bytes(), request.len() - 1, &control).unwrap_err();
    assert_eq!(error.code().as_str(), "REQUEST_TOO_LARGE");
    assert_eq!(error.error.params["limit"], (request.len() - 1).to_string());
}

#[test]
fn i07_limits_of_the_host_hold() {
    let control = RunControl::new().with_limits(Limits { rows: 1, ..Limits::default() });
    let mut tables = items("A");
    tables["items"] = json!([{"id": "A", "unit": "pc"}, {"id": "B", "unit": "pc"}]);
    let (text, good) = call_text(plan(&tables).as_bytes(), &control);
    assert!(!good && text.contains("LIMIT_EXCEEDED"), "{text}");
    let control = RunControl::new().with_limits(Limits { id_bytes: 3, ..Limits::default() });
    for (tables, good) in [(items("ABC"), true), (items("ABCD"), false), (bought(&json!({})), true)] {
        assert_eq!(call_text(plan(&tables).as_bytes(), &control).1, good, "{tables}");
    }
    let long = json!({"stock": [{"id": "long", "item": "A", "site": "S", "quantity": 1}]});
    let (text, good) = call_text(plan(&bought(&long)).as_bytes(), &control);
    assert!(!good && text.contains("bytes of an id"), "{text}");
    let periods = json!({"format": 1, "kind": "plan", "tables": items("A"), "run_date": "2026-03-02",
        "show": {"records": "all", "periods": {"count": 10}}});
    assert!(call_text(periods.to_string().as_bytes(), &RunControl::new()).1);
}

/// Every prefix and every one-byte change of a request is answered or refused, never a panic.
#[test]
fn i07_broken_bytes() {
    let request = include_str!("api/plan.request.json");
    for end in (0..request.len()).step_by(7) {
        let _ = call_text(&request.as_bytes()[..end], &RunControl::new());
    }
    for at in (0..request.len()).step_by(5) {
        for byte in [0u8, b'"', b'9', b'-', b'}', 0xff] {
            let mut bytes = request.as_bytes().to_vec();
            bytes[at] = byte;
            let (text, _) = call_text(&bytes, &RunControl::new());
            assert!(serde_json::from_str::<Value>(&text).is_ok());
        }
    }
}

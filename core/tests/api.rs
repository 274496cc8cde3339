//! The face as a whole: one committed request and response per kind (the format of version 1), schemas without
//! drift that fit the documents, the page of cases.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "a test program: a fault in it is to panic, and nobody imports it"
)]

mod schema;

use std::fs;
use std::path::{Path, PathBuf};

use headstock::api::{FORMAT, Kind, call_text, request_schema, response_schema};
use headstock::run::RunControl;
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

fn fixture(name: &str) -> String {
    let path = root().join("tests/api").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn answer(request: &str) -> (String, bool) {
    call_text(request.as_bytes(), &RunControl::new())
}

fn names() -> impl Iterator<Item = &'static str> {
    Kind::ALL.iter().map(|kind| kind.as_str()).chain(["error"])
}

/// Documents of format 1 are answered with the same bytes by every later version.
#[test]
fn i08_every_kind_answers_its_committed_request_byte_for_byte() {
    assert_eq!(FORMAT, 1);
    for name in names().filter(|name| *name != "schema") {
        let (text, good) = answer(&fixture(&format!("{name}.request.json")));
        assert_eq!(good, name != "error", "{name}: {text}");
        assert_eq!(text, fixture(&format!("{name}.response.json")).trim_end(), "{name}");
    }
}

#[test]
fn i06_rows_in_another_order_give_the_same_bytes() {
    let mut request: Value = serde_json::from_str(&fixture("plan.request.json")).unwrap();
    for rows in request["tables"].as_object_mut().unwrap().values_mut() {
        rows.as_array_mut().unwrap().reverse();
    }
    assert_eq!(answer(&request.to_string()).0, fixture("plan.response.json").trim_end());
}

/// Equal to a plan request over the changed records.
#[test]
fn p10_a_followed_change_is_the_full_run() {
    let mut request: Value = serde_json::from_str(&fixture("replan.request.json")).unwrap();
    let changed: Value = serde_json::from_str(&answer(&request.to_string()).0).unwrap();
    assert_eq!(changed["result"]["followed"], true);
    request["kind"] = "plan".into();
    request["tables"]["demands"][0] = request["changes"][0]["row"].clone();
    request.as_object_mut().unwrap().remove("changes");
    let full: Value = serde_json::from_str(&answer(&request.to_string()).0).unwrap();
    assert_eq!(changed["result"]["plan"], full["result"]);
}

#[test]
fn schemas_are_those_of_the_docs_and_of_the_schema_request() {
    let (text, good) = answer(&fixture("schema.request.json"));
    assert!(good);
    let asked: Value = serde_json::from_str(&text).unwrap();
    for (name, schema) in [("request", request_schema()), ("response", response_schema())] {
        let path = root().join("../docs/schema").join(format!("{name}.schema.json"));
        let committed = fs::read_to_string(path).unwrap();
        assert_eq!(committed, format!("{schema:#}\n"), "run: cargo run --example schema docs/schema");
        assert_eq!(asked["result"][name], schema);
    }
}

/// A type whose name is taken by another would stand there with a number.
#[test]
fn i08_types_of_the_schemas_have_names_of_their_own() {
    for schema in [request_schema(), response_schema()] {
        let names = schema["$defs"].as_object().unwrap().keys();
        let numbered: Vec<_> = names.filter(|name| name.ends_with(|c: char| c.is_ascii_digit())).collect();
        assert!(numbered.is_empty(), "{numbered:?}");
    }
}

#[test]
fn schemas_fit_every_committed_document() {
    let (requests, responses) = (request_schema(), response_schema());
    for name in names() {
        let request: Value = serde_json::from_str(&fixture(&format!("{name}.request.json"))).unwrap();
        schema::check(&requests, &request).unwrap_or_else(|fault| panic!("{name} request: {fault}"));
        let response: Value = serde_json::from_str(&answer(&request.to_string()).0).unwrap();
        schema::check(&responses, &response).unwrap_or_else(|fault| panic!("{name} response: {fault}"));
    }
}

/// The check itself refuses what the face refuses.
#[test]
fn schemas_refuse_what_the_face_refuses() {
    let schema = request_schema();
    for wrong in [
        r#"{"format": 2, "kind": "round", "value": "1", "scale": 0}"#,
        r#"{"format": 1, "kind": "rounding", "value": "1", "scale": 0}"#,
        r#"{"format": 1, "kind": "round", "value": 1.5, "scale": 0}"#,
        r#"{"format": 1, "kind": "round", "value": "1", "scale": 0, "more": 1}"#,
        r#"{"format": 1, "kind": "round", "scale": 0}"#,
    ] {
        let document: Value = serde_json::from_str(wrong).unwrap();
        assert!(schema::check(&schema, &document).is_err(), "{wrong}");
        assert!(!answer(wrong).1, "{wrong}");
    }
}

/// Every example of the page runs: a request block is followed by the block of its answer.
#[test]
fn docs_cases_page_runs() {
    let page = fs::read_to_string(root().join("../docs/cases.md")).unwrap();
    let mut blocks = page.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let mut examples = 0;
    while let Some(request) = blocks.next() {
        let response: Value = serde_json::from_str(blocks.next().expect("a response block")).unwrap();
        let got: Value = serde_json::from_str(&answer(request).0).unwrap();
        assert_eq!(got, response, "{request}");
        examples += 1;
    }
    assert!(examples >= 8, "{examples}");
}

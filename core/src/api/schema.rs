//! The schemas of the documents, generated from their types.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::{ErrorBody, FORMAT, FindingDocument, Kind};

/// The schema of a request document (JSON Schema 2020-12): one alternative for each kind.
#[must_use]
pub fn request_schema() -> Value {
    let mut generator = generator();
    let alternatives: Vec<Value> = Kind::ALL
        .iter()
        .map(|kind| {
            let mut schema = kind.request_schema(&mut generator).to_value();
            if let Value::Object(fields) = &mut schema {
                add_head(fields, *kind);
            }
            schema
        })
        .collect();
    document(
        "headstock request",
        "One request: what is asked, with everything needed to answer it.",
        alternatives,
        &mut generator,
    )
}

/// The schema of an answer (JSON Schema 2020-12): one alternative for each kind, and the error document.
#[must_use]
pub fn response_schema() -> Value {
    let mut generator = generator();
    let findings = generator.subschema_for::<Vec<FindingDocument>>().to_value();
    let answer = |kind: &Kind| {
        json!({
            "type": "object",
            "properties": {
                "format": { "const": FORMAT },
                "kind": { "const": kind.as_str() },
                "result": kind.result_schema(&mut generator).to_value(),
                "findings": findings,
            },
            "required": ["format", "kind", "result", "findings"],
            "additionalProperties": false,
        })
    };
    let mut alternatives: Vec<Value> = Kind::ALL.iter().map(answer).collect();
    alternatives.push(json!({
        "type": "object",
        "properties": {
            "format": { "const": FORMAT },
            "error": generator.subschema_for::<ErrorBody>().to_value(),
        },
        "required": ["format", "error"],
        "additionalProperties": false,
    }));
    document(
        "headstock response",
        "The answer to a request, or why it was refused.",
        alternatives,
        &mut generator,
    )
}

fn generator() -> SchemaGenerator {
    SchemaSettings::draft2020_12().into_generator()
}

/// Adds `format` and `kind` to the fields of a request.
fn add_head(fields: &mut Map<String, Value>, kind: Kind) {
    let properties = fields.entry("properties").or_insert_with(|| json!({}));
    if let Value::Object(properties) = properties {
        properties.insert("format".into(), json!({ "const": FORMAT }));
        properties.insert("kind".into(), json!({ "const": kind.as_str() }));
    }
    let required = fields.entry("required").or_insert_with(|| json!([]));
    if let Value::Array(required) = required {
        required.splice(0..0, [json!("format"), json!("kind")]);
    }
}

fn document(
    title: &str,
    description: &str,
    alternatives: Vec<Value>,
    generator: &mut SchemaGenerator,
) -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": description,
        "oneOf": alternatives,
        "$defs": generator.take_definitions(true),
    })
}

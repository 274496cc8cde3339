//! As much of JSON Schema 2020-12 as the generated schemas use, so that the tests need no validator crate.

use serde_json::Value;

/// Checks a document against a schema.
///
/// Patterns and formats are annotations here: the texts themselves are read by the face.
pub(crate) fn check(root: &Value, document: &Value) -> Result<(), String> {
    fits(root, root, document, "$")
}

fn fits(root: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    if let Some(allowed) = schema.as_bool() {
        return if allowed { Ok(()) } else { Err(format!("{at} is not allowed")) };
    }
    for (keyword, rule) in schema.as_object().unwrap() {
        match keyword.as_str() {
            "$ref" => {
                let path = rule.as_str().unwrap().strip_prefix('#').unwrap();
                fits(root, root.pointer(path).ok_or(format!("{path} is not defined"))?, value, at)?;
            }
            "type" => of_type(rule, value, at)?,
            "const" if rule != value => return Err(format!("{at}: {value} is not {rule}")),
            "enum" if !rule.as_array().unwrap().contains(value) => {
                return Err(format!("{at}: {value} is none of {rule}"));
            }
            "oneOf" | "anyOf" => one_of(root, keyword == "oneOf", rule, value, at)?,
            "allOf" => rule.as_array().unwrap().iter().try_for_each(|part| fits(root, part, value, at))?,
            "required" => {
                let missing =
                    |name: &&Value| value.is_object() && value.get(name.as_str().unwrap()).is_none();
                if let Some(name) = rule.as_array().unwrap().iter().find(missing) {
                    return Err(format!("{at}: {name} is missing"));
                }
            }
            "properties" => {
                for (name, part) in rule.as_object().unwrap() {
                    if let Some(value) = value.get(name) {
                        fits(root, part, value, &format!("{at}.{name}"))?;
                    }
                }
            }
            "additionalProperties" => further(root, schema, rule, value, at)?,
            "items" => {
                for (number, item) in value.as_array().into_iter().flatten().enumerate() {
                    fits(root, rule, item, &format!("{at}[{number}]"))?;
                }
            }
            "minItems"
                if value.as_array().is_some_and(|list| (list.len() as u64) < rule.as_u64().unwrap()) =>
            {
                return Err(format!("{at}: too few items"));
            }
            "maxItems" if value.as_array().is_some_and(|list| list.len() as u64 > rule.as_u64().unwrap()) => {
                return Err(format!("{at}: too many items"));
            }
            "minimum" if value.as_i64().zip(rule.as_i64()).is_some_and(|(value, least)| value < least) => {
                return Err(format!("{at}: {value} is below {rule}"));
            }
            _ => {}
        }
    }
    Ok(())
}

fn of_type(rule: &Value, value: &Value, at: &str) -> Result<(), String> {
    let is = |name: &Value| match name.as_str().unwrap() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("type {other}"),
    };
    let good = rule.as_array().map_or_else(|| is(rule), |names| names.iter().any(is));
    if good { Ok(()) } else { Err(format!("{at}: {value} is no {rule}")) }
}

fn one_of(root: &Value, only: bool, rule: &Value, value: &Value, at: &str) -> Result<(), String> {
    let parts = rule.as_array().unwrap().iter();
    let results: Vec<Result<(), String>> = parts.map(|part| fits(root, part, value, at)).collect();
    match results.iter().filter(|result| result.is_ok()).count() {
        0 => {
            // The alternative that came furthest says most.
            let furthest = results.into_iter().filter_map(Result::err).max_by_key(String::len);
            Err(furthest.unwrap_or_default())
        }
        1 => Ok(()),
        _ if only => Err(format!("{at}: several alternatives fit")),
        _ => Ok(()),
    }
}

fn further(root: &Value, schema: &Value, rule: &Value, value: &Value, at: &str) -> Result<(), String> {
    for (name, value) in value.as_object().into_iter().flatten() {
        if schema["properties"].get(name).is_none() {
            fits(root, rule, value, &format!("{at}.{name}"))?;
        }
    }
    Ok(())
}

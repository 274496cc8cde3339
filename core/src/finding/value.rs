//! A finding: a code with its parameters as data.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, MapAccess, Visitor};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::phrase::localised;
use super::text::{abbreviate, fill, from_text, names};
use super::{Code, Lang, Severity};

impl Code {
    /// Every code, in the order of the catalogue.
    pub fn all() -> impl ExactSizeIterator<Item = Code> {
        Code::list().iter().copied()
    }

    /// The names of the parameters of the message, in the order of the English text.
    #[must_use]
    pub fn params(self) -> Vec<&'static str> {
        names(self.message(Lang::En))
    }
}

impl Ord for Code {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl PartialOrd for Code {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A text that is no code of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{shown:?} is not a code of the catalogue")]
pub struct UnknownCode {
    shown: String,
}

impl UnknownCode {
    pub(super) fn new(text: &str) -> UnknownCode {
        UnknownCode { shown: abbreviate(text) }
    }
}

impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Code, UnknownCode> {
        Code::lookup(text).ok_or_else(|| UnknownCode::new(text))
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Code, D::Error> {
        from_text(deserializer, "a code of the catalogue")
    }
}

impl JsonSchema for Code {
    fn schema_name() -> Cow<'static, str> {
        "Code".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[A-Z][A-Z0-9_]*$" })
    }
}

/// Parameters of a message, in the order given.
pub(super) type Params = Vec<(Cow<'static, str>, String)>;

/// What a calculation has to say beside its result: a code and its parameters as data.
///
/// ```
/// use headstock::finding::{Code, Finding, Lang, Severity};
///
/// let finding = Finding::new(Code::BomLoop).with("path", "A → B → A");
/// assert_eq!(finding.severity(), Severity::Error);
/// assert_eq!(finding.text(Lang::En), "The bill of material loops: A → B → A.");
/// assert_eq!(finding.text(Lang::Zh), "BOM循环:A → B → A。");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Finding {
    code: Code,
    params: Params,
}

impl Finding {
    /// A finding without parameters.
    #[must_use]
    pub const fn new(code: Code) -> Finding {
        Finding { code, params: Vec::new() }
    }

    /// The same finding with a parameter; a name given before is replaced.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl fmt::Display) -> Finding {
        let (name, value) = (name.into(), value.to_string());
        match self.params.iter_mut().find(|(known, _)| *known == name) {
            Some(slot) => slot.1 = value,
            None => self.params.push((name, value)),
        }
        self
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// How serious it is: the severity of its code.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// The parameters in the order given.
    pub fn params(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.params.iter().map(|(name, value)| (name.as_ref(), value.as_str()))
    }

    /// The value of one parameter.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The message in `lang`; a parameter that was not given stays as `{name}`, and a value that is a word of
    /// the catalogue (`id_blank` as a `reason`) is written out in that language.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        fill(self.code.message(lang), |name| self.param(name).map(|value| localised(name, value, lang)))
    }
}

impl fmt::Display for Finding {
    /// Writes `CODE: English text`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.text(Lang::En))
    }
}

/// Serialises parameters as a map in their own order.
pub(super) struct ParamMap<'a>(pub(super) &'a Params);

impl Serialize for ParamMap<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// Reads a map of parameters, keeping its order.
pub(super) struct OwnedParams(pub(super) Params);

impl<'de> Deserialize<'de> for OwnedParams {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<OwnedParams, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = OwnedParams;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map from parameter names to texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<OwnedParams, A::Error> {
                let mut params: Params = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, String>()? {
                    if params.iter().any(|(known, _)| *known == name) {
                        return Err(de::Error::custom("a parameter is given twice"));
                    }
                    if params.len() == MAX_PARAMS {
                        return Err(de::Error::custom("a finding has at most 16 parameters"));
                    }
                    params.push((Cow::Owned(name), value));
                }
                Ok(OwnedParams(params))
            }
        }

        deserializer.deserialize_map(Reader)
    }
}

/// More than any message of the catalogue takes; bounds what a hostile document can make us scan.
const MAX_PARAMS: usize = 16;

impl Serialize for Finding {
    /// Writes `{code, severity, params}`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Finding", 3)?;
        out.serialize_field("code", &self.code)?;
        out.serialize_field("severity", &self.severity())?;
        out.serialize_field("params", &ParamMap(&self.params))?;
        out.end()
    }
}

impl<'de> Deserialize<'de> for Finding {
    /// Reads what [`Serialize`] wrote; the severity is that of the code, whatever the document says.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Finding, D::Error> {
        #[derive(Deserialize)]
        struct Plain {
            code: Code,
            params: OwnedParams,
        }

        let plain = Plain::deserialize(deserializer)?;
        Ok(Finding { code: plain.code, params: plain.params.0 })
    }
}

impl JsonSchema for Finding {
    fn schema_name() -> Cow<'static, str> {
        "Finding".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let code = generator.subschema_for::<Code>();
        let severity = generator.subschema_for::<Severity>();
        json_schema!({
            "type": "object",
            "properties": {
                "code": code,
                "severity": severity,
                "params": { "type": "object", "additionalProperties": { "type": "string" }, "maxProperties": MAX_PARAMS },
            },
            "required": ["code", "severity", "params"],
        })
    }
}

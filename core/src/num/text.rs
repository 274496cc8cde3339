//! Decimals in documents: always text, so that no reader turns them into floats.
//!
//! Use [`DecimalText`] as a field's type, or `#[serde(with = "headstock::num::text")]` together with
//! `#[schemars(with = "DecimalText")]` on a `Decimal`.

use std::borrow::Cow;
use std::fmt;

use rust_decimal::Decimal;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::parse_decimal;

/// A decimal that is text in every document: written at its declared scale, read from text or from a plain
/// integer. A JSON float is refused, because it may have been rounded before we saw it.
///
/// ```
/// use headstock::num::DecimalText;
///
/// let price: DecimalText = serde_json::from_str("\"12.50\"").unwrap();
/// assert_eq!(serde_json::to_string(&price).unwrap(), "\"12.50\"");
/// assert!(serde_json::from_str::<DecimalText>("12").is_ok());
/// assert!(serde_json::from_str::<DecimalText>("12.5").is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DecimalText(pub Decimal);

impl From<Decimal> for DecimalText {
    fn from(value: Decimal) -> DecimalText {
        DecimalText(value)
    }
}

impl From<DecimalText> for Decimal {
    fn from(value: DecimalText) -> Decimal {
        value.0
    }
}

impl fmt::Display for DecimalText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Serialize for DecimalText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for DecimalText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<DecimalText, D::Error> {
        deserialize(deserializer).map(DecimalText)
    }
}

impl JsonSchema for DecimalText {
    fn schema_name() -> Cow<'static, str> {
        "Decimal".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "integer"],
            "description": "A decimal number as text, at most 28 digits.",
            "maxLength": 64,
            "pattern": "^-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?$",
        })
    }
}

/// Writes a decimal as text at its declared scale.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<S: Serializer>(value: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    // Minus nought and nought are equal, so they are written alike (I6).
    if value.is_zero() && value.is_sign_negative() {
        return serializer.collect_str(&-value);
    }
    serializer.collect_str(value)
}

/// Reads a decimal from text or from a plain integer.
///
/// # Errors
/// A float, and whatever [`parse_decimal`] refuses (`NUMBER_SYNTAX`, `QTY_OUT_OF_RANGE`).
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    parse_decimal(&number_text(deserializer)?).map_err(de::Error::custom)
}

/// The text of a number, which may stand as text or as an integer.
pub(super) fn number_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'de, str>, D::Error> {
    // Formats that do not describe themselves hold what we wrote: text.
    if deserializer.is_human_readable() {
        deserializer.deserialize_any(NumberVisitor)
    } else {
        deserializer.deserialize_str(NumberVisitor)
    }
}

/// Takes a number as text or integer, and hands on the text.
struct NumberVisitor;

impl<'de> de::Visitor<'de> for NumberVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number as text such as \"12.50\" (floats are refused, they may have been rounded)")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_string()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_string()))
    }
}

/// The same for an optional decimal: `#[serde(with = "headstock::num::text::option")]`.
pub mod option {
    use super::{Decimal, DecimalText, Deserialize, Deserializer, Serialize, Serializer};

    /// Writes the decimal as text, or nothing.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(value: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
        value.map(DecimalText).serialize(serializer)
    }

    /// Reads a decimal from text or from a plain integer, or nothing.
    ///
    /// # Errors
    /// A float, and whatever [`parse_decimal`](super::parse_decimal) refuses.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
        Ok(Option::<DecimalText>::deserialize(deserializer)?.map(|text| text.0))
    }
}

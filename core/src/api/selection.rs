//! Which of many a request wants.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer, SeqAccess, Visitor, value::SeqAccessDeserializer};
use serde::{Deserialize, Serialize, Serializer};

/// Nothing, everything, or a list of what is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Selection<T> {
    /// Nothing (the default): `"none"`.
    #[default]
    None,
    /// Everything: `"all"`.
    All,
    /// These: `[…]`.
    These(Vec<T>),
}

impl<T: Serialize> Serialize for Selection<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Selection::None => serializer.serialize_str("none"),
            Selection::All => serializer.serialize_str("all"),
            Selection::These(list) => list.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Selection<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Selection<T>, D::Error> {
        struct Reader<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Reader<T> {
            type Value = Selection<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"all\", \"none\" or a list")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Selection<T>, E> {
                match text {
                    "none" => Ok(Selection::None),
                    "all" => Ok(Selection::All),
                    other => Err(E::unknown_variant(other, &["all", "none"])),
                }
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Selection<T>, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(Selection::These)
            }
        }

        deserializer.deserialize_any(Reader(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Selection<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("SelectionOf{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let list = generator.subschema_for::<Vec<T>>();
        json_schema!({
            "description": "Nothing, everything, or a list of what is wanted.",
            "anyOf": [{ "enum": ["none", "all"] }, list],
        })
    }
}

//! Reading a request: size, format version, kind, then the fields of that kind; every fault with its place.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};

use super::{ErrorDocument, FORMAT, Kind, Request};
use crate::finding::{Code, Finding};

/// Reads a request document.
///
/// # Errors
/// `REQUEST_TOO_LARGE`, `FORMAT_VERSION`, `REQUEST_SYNTAX`.
pub(super) fn request(bytes: &[u8], max_bytes: usize) -> Result<Request, ErrorDocument> {
    if bytes.len() > max_bytes {
        return Err(Finding::new(Code::RequestTooLarge).with("limit", max_bytes).into());
    }
    let kind = kind_of(bytes)?;
    Request::read(kind, bytes)
}

/// What a document says of itself; the rest is passed over.
#[derive(Deserialize)]
#[serde(expecting = "a request document with `format` and `kind`")]
struct Head {
    format: Option<u32>,
    kind: Option<Kind>,
}

/// The same where the kind cannot be read: another version may know it.
#[derive(Deserialize)]
#[serde(expecting = "a request document with `format` and `kind`")]
struct FormatOnly {
    format: Option<u32>,
}

fn kind_of(bytes: &[u8]) -> Result<Kind, ErrorDocument> {
    let head = match serde_json::from_slice::<Head>(bytes) {
        Ok(head) => head,
        Err(error) => {
            if let Ok(FormatOnly { format: Some(found) }) = serde_json::from_slice(bytes) {
                check_format(Some(found))?;
            }
            return Err(syntax(&error, ""));
        }
    };
    check_format(head.format)?;
    head.kind.ok_or_else(|| {
        let missing = Finding::new(Code::RequestSyntax).with("line", 1).with("column", 1);
        missing.with("reason", format!("missing field `kind`, expected one of {}", Kind::names())).into()
    })
}

fn check_format(found: Option<u32>) -> Result<(), ErrorDocument> {
    if found == Some(FORMAT) {
        return Ok(());
    }
    let found = found.map_or_else(|| "none".into(), |found| found.to_string());
    Err(Finding::new(Code::FormatVersion).with("found", found).with("supported", FORMAT).into())
}

/// The fields of a request's own type.
pub(super) fn fields<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, ErrorDocument> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(Body(&mut json));
    read.map_err(|error| {
        let place = error.path().to_string();
        syntax(error.inner(), if place == "." { "" } else { &place })
    })
}

/// `REQUEST_SYNTAX {line, column, reason, at}`.
fn syntax(error: &serde_json::Error, place: &str) -> ErrorDocument {
    let text = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    let reason = bounded(text.strip_suffix(&position).unwrap_or(&text));
    let finding = Finding::new(Code::RequestSyntax).with("line", error.line()).with("column", error.column());
    if place.is_empty() {
        return finding.with("reason", reason).into();
    }
    let place = bounded(place);
    finding.with("reason", format!("{place}: {reason}")).with("at", place).into()
}

/// Characters kept of a reason that repeats foreign text: its start and, for what was expected, its end.
const KEPT: (usize, usize) = (120, 600);

/// A text fit for a message: control and invisible characters escaped, the middle left out where it is long.
fn bounded(text: &str) -> String {
    let total = text.chars().count();
    let mut out = String::new();
    for (at, c) in text.chars().enumerate() {
        if total > KEPT.0 + KEPT.1 && (KEPT.0..total - KEPT.1).contains(&at) {
            if at == KEPT.0 {
                out.push('…');
            }
        } else if c.is_control() || crate::id::is_invisible(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// The document without `format` and `kind`, so that the rest is read as the fields of one type.
struct Body<D>(D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Body<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(Rest(visitor, PhantomData))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct Rest<'de, V>(V, PhantomData<&'de ()>);

impl<'de, V: Visitor<'de>> Visitor<'de> for Rest<'de, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a request document")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(RestOf(map))
    }
}

struct RestOf<A>(A);

impl<'de, A: MapAccess<'de>> MapAccess<'de> for RestOf<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        while let Some(Key(name)) = self.0.next_key()? {
            if name != "format" && name != "kind" {
                return seed.deserialize(name.into_deserializer()).map(Some);
            }
            self.0.next_value::<IgnoredAny>()?;
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.0.next_value_seed(seed)
    }
}

/// A name in the document, borrowed where it has no escapes.
struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Key<'de>, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a field")
            }

            fn visit_borrowed_str<E: de::Error>(self, name: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(name)))
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(name.to_owned())))
            }
        }

        deserializer.deserialize_identifier(Reader)
    }
}

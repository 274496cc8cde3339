//! A checked row as a serde source: cells go into the fields that their columns name.
//!
//! A path with dots fills a field inside a field; columns of one inner record stand side by side. An empty cell
//! is not handed on, so that the record's own default applies: defaults have one home.

use serde::de::value::{Error, StrDeserializer};
use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use crate::cell::Value;
use crate::columns::Table;

/// The cells of one row, in the order of the table's columns.
#[derive(Debug)]
pub(crate) struct Row<'r> {
    pub(crate) table: &'static Table,
    /// Line of the file.
    pub(crate) line: u64,
    pub(crate) cells: Vec<Value<'r>>,
}

impl Row<'_> {
    /// The cell of a column.
    pub(crate) fn get(&self, column: &str) -> &Value<'_> {
        self.table.at(column).and_then(|at| self.cells.get(at)).unwrap_or(&Value::Empty)
    }

    /// The text of a column, where it has one.
    pub(crate) fn text(&self, column: &str) -> Option<&str> {
        self.get(column).text()
    }

    /// The record that the row describes.
    pub(crate) fn build<T: de::DeserializeOwned>(&self) -> Result<T, Error> {
        let cells = self.table.columns.iter().zip(&self.cells);
        let filled = cells.filter(|(column, value)| !column.path.is_empty() && **value != Value::Empty);
        let fields: Vec<Field<'_>> =
            filled.map(|(column, value)| Field { path: column.path, value }).collect();
        T::deserialize(Fields(&fields))
    }
}

/// A value with what is left of its path.
#[derive(Debug, Clone)]
struct Field<'a> {
    path: &'static str,
    value: &'a Value<'a>,
}

/// Fields of one record.
struct Fields<'a>(&'a [Field<'a>]);

impl<'de> Deserializer<'de> for Fields<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(Walk { rest: self.0, inner: Inner::None })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// What the key just given stands for.
enum Inner<'a> {
    None,
    One(&'a Value<'a>),
    Many(Vec<Field<'a>>),
}

struct Walk<'a> {
    rest: &'a [Field<'a>],
    inner: Inner<'a>,
}

impl<'de> MapAccess<'de> for Walk<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((first, tail)) = self.rest.split_first() else { return Ok(None) };
        let name = match first.path.split_once('.') {
            None => {
                self.inner = Inner::One(first.value);
                self.rest = tail;
                first.path
            }
            Some((name, _)) => {
                let below = |field: &Field<'_>| field.path.strip_prefix(name)?.strip_prefix('.');
                let group = self.rest.iter().take_while(|field| below(field).is_some()).count();
                let (inside, after) = self.rest.split_at(group);
                let inside = inside.iter().filter_map(|f| Some(Field { path: below(f)?, value: f.value }));
                self.inner = Inner::Many(inside.collect());
                self.rest = after;
                name
            }
        };
        let name: StrDeserializer<'_, Error> = name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        match std::mem::replace(&mut self.inner, Inner::None) {
            Inner::One(value) => seed.deserialize(Cell(value)),
            Inner::Many(fields) => seed.deserialize(Fields(&fields)),
            Inner::None => Err(de::Error::custom("a value without a key")),
        }
    }
}

/// One value.
struct Cell<'a>(&'a Value<'a>);

impl<'de> Deserializer<'de> for Cell<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Empty => visitor.visit_none(),
            Value::Text(text) => visitor.visit_str(text),
            Value::Int(n) => match u64::try_from(*n) {
                Ok(n) => visitor.visit_u64(n),
                Err(_) => visitor.visit_i64(*n),
            },
            Value::Flag(flag) => visitor.visit_bool(*flag),
            Value::Week(days) => visitor.visit_seq(List(days.iter().map(|day| Value::Flag(*day)))),
            Value::Counts(counts) => {
                visitor.visit_seq(List(counts.iter().map(|n| Value::Int(i64::from(*n)))))
            }
            Value::Words(words) => {
                visitor.visit_seq(List(words.iter().map(|word| Value::Text((*word).into()))))
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let word: StrDeserializer<'_, Error> = self.0.text().unwrap_or_default().into_deserializer();
        word.deserialize_enum(name, variants, visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}

struct List<I>(I);

impl<'de, 'a, I: Iterator<Item = Value<'a>>> SeqAccess<'de> for List<I> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.0.next().map(|value| seed.deserialize(Cell(&value))).transpose()
    }
}

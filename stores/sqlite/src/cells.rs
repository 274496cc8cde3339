//! Values to columns and back, with their ranges checked both ways.

use headstock::id::Id;
use headstock::inventory::{Key, StockKey};
use headstock::num::Quantity;
use rusqlite::Row;
use rusqlite::types::FromSql;
use rust_decimal::Decimal;
use serde::Serialize;
use serde::de::value::Error;
use serde::de::{DeserializeOwned, IntoDeserializer};

use crate::errors::{Done, corrupt, failed};

/// Whole grains and the number of decimals.
pub(crate) type Cells = (i64, i64);

/// A quantity for its two columns.
///
/// Errors when it has more decimals than `scale`, its item's.
pub(crate) fn cells(quantity: Quantity, scale: u32, what: &str) -> Done<Cells> {
    if quantity.scale() > scale {
        return Err(failed(format!("{what}: {quantity} has more than {scale} decimals")));
    }
    Ok((quantity.grains(), i64::from(quantity.scale())))
}

/// The quantity of two columns; more decimals than its item has were not written by us.
pub(crate) fn quantity(cells: Cells, scale: u32, what: &str) -> Done<Quantity> {
    let wrong = || corrupt(format!("{what}: {} grains at scale {} (of {scale})", cells.0, cells.1));
    let own = u32::try_from(cells.1).ok().filter(|own| *own <= scale).ok_or_else(wrong)?;
    let decimal = Decimal::try_new(cells.0, own).map_err(|_| wrong())?;
    Quantity::from_decimal(decimal, own).map_err(|_| wrong())
}

pub(crate) fn scale(value: i64, what: &str) -> Done<u32> {
    u32::try_from(value).map_err(|_| corrupt(format!("{what}: scale {value}")))
}

pub(crate) fn version(value: u64) -> Done<i64> {
    i64::try_from(value).map_err(|_| failed(format!("version or sequence {value} is out of range")))
}

pub(crate) fn count(value: i64, what: &str) -> Done<u64> {
    u64::try_from(value).map_err(|_| corrupt(format!("{what}: {value} is below nought")))
}

pub(crate) fn json<T: Serialize>(value: &T) -> Done<String> {
    serde_json::to_string(value).map_err(|error| failed(error.to_string()))
}

pub(crate) fn from_json<T: DeserializeOwned>(text: &str, what: &str) -> Done<T> {
    serde_json::from_str(text).map_err(|error| corrupt(format!("{what}: {error}")))
}

/// The stable word of a closed enum.
pub(crate) fn word<T: Serialize>(value: &T) -> Done<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(failed("not a word")),
    }
}

pub(crate) fn from_word<T: DeserializeOwned>(word: &str) -> Done<T> {
    let read: Result<T, Error> = T::deserialize(word.into_deserializer());
    read.map_err(|error| corrupt(error.to_string()))
}

pub(crate) fn id(text: &str) -> Done<Id> {
    Id::new(text).map_err(|error| corrupt(error.to_string()))
}

pub(crate) fn get<T: FromSql>(row: &Row<'_>, at: usize) -> Done<T> {
    Ok(row.get(at)?)
}

/// A text column, where it lies.
pub(crate) fn text<'r>(row: &'r Row<'_>, at: usize) -> Done<&'r str> {
    row.get_ref(at)?.as_str().map_err(|error| corrupt(format!("column {}: {error}", at + 1)))
}

/// An id column.
pub(crate) fn get_id(row: &Row<'_>, at: usize) -> Done<Id> {
    id(text(row, at)?)
}

fn part(row: &Row<'_>, at: usize) -> Done<Option<Id>> {
    let text = text(row, at)?;
    if text.is_empty() { Ok(None) } else { id(text).map(Some) }
}

/// The eight columns of a stock key: item, location, lot, attributes, owner, project, grade, status.
pub(crate) fn key_cells(stock: &StockKey) -> Done<[String; 8]> {
    let text = |part: &Option<Id>| part.as_ref().map_or_else(String::new, |id| id.as_str().to_owned());
    Ok([
        stock.item.as_str().to_owned(),
        stock.location.as_str().to_owned(),
        text(&stock.lot),
        text(&stock.key.attributes),
        text(&stock.key.owner),
        text(&stock.key.project),
        text(&stock.key.grade),
        word(&stock.status)?,
    ])
}

/// The stock key of eight columns from `at` on.
pub(crate) fn key(row: &Row<'_>, at: usize) -> Done<StockKey> {
    Ok(StockKey {
        item: get_id(row, at)?,
        location: get_id(row, at + 1)?,
        lot: part(row, at + 2)?,
        key: Key {
            attributes: part(row, at + 3)?,
            owner: part(row, at + 4)?,
            project: part(row, at + 5)?,
            grade: part(row, at + 6)?,
        },
        status: from_word(text(row, at + 7)?)?,
    })
}

/// The second quantity: its decimals are those of a unit that the ledger does not know.
pub(crate) fn second(row: &Row<'_>, at: usize) -> Done<Option<Quantity>> {
    let (grains, scale): (Option<i64>, Option<i64>) = (get(row, at)?, get(row, at + 1)?);
    let both = grains.zip(scale);
    both.map(|both| quantity(both, headstock::num::MAX_SCALE, "second quantity")).transpose()
}

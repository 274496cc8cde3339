//! Values to columns and back, with their ranges checked both ways.

use std::error::Error;

use headstock::id::Id;
use headstock::inventory::{Key, StockKey};
use headstock::num::{MAX_SCALE, Quantity};
use headstock::time::Date;
use postgres::Row;
use postgres::types::private::BytesMut;
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use rust_decimal::Decimal;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::errors::{Done, corrupt, failed};

/// What stands in one column of one row; the column's type decides how it is sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cell {
    Null,
    /// `text` and `json`.
    Text(Box<str>),
    /// `bigint`, `smallint`, and `date` in days since 1970-01-01.
    Number(i64),
    /// `boolean`.
    Flag(bool),
}

/// Days from 1970-01-01, where dates here start, to 2000-01-01, where those of PostgreSQL do.
const EPOCH_DAYS: i64 = 10_957;

impl ToSql for Cell {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match (self, kind) {
            (Cell::Null, _) => return Ok(IsNull::Yes),
            (Cell::Text(text), _) => out.extend_from_slice(text.as_bytes()),
            (Cell::Number(number), &Type::INT2) => {
                out.extend_from_slice(&i16::try_from(*number)?.to_be_bytes());
            }
            (Cell::Number(day), &Type::DATE) => {
                out.extend_from_slice(&i32::try_from(*day - EPOCH_DAYS)?.to_be_bytes());
            }
            (Cell::Number(number), _) => out.extend_from_slice(&number.to_be_bytes()),
            (Cell::Flag(flag), _) => out.extend_from_slice(&[u8::from(*flag)]),
        }
        Ok(IsNull::No)
    }

    fn accepts(kind: &Type) -> bool {
        [Type::TEXT, Type::JSON, Type::INT8, Type::INT2, Type::DATE, Type::BOOL].contains(kind)
    }

    to_sql_checked!();
}

/// A date column, in days since 1970-01-01.
pub(crate) struct Day(i64);

impl<'a> FromSql<'a> for Day {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Day, Box<dyn Error + Sync + Send>> {
        Ok(Day(i64::from(i32::from_be_bytes(raw.try_into()?)) + EPOCH_DAYS))
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::DATE
    }
}

impl Day {
    pub(crate) fn date(&self, what: &str) -> Done<Date> {
        let day = i32::try_from(self.0).map_err(|_| corrupt(format!("{what}: day {}", self.0)))?;
        Date::from_day_number(day).map_err(|error| corrupt(format!("{what}: {error}")))
    }
}

pub(crate) fn text(text: &str) -> Cell {
    Cell::Text(text.into())
}

/// A quantity for its two columns: whole grains and the number of decimals.
///
/// Errors when it has more decimals than `scale`, its item's.
pub(crate) fn cells(quantity: Quantity, scale: u32, what: &str) -> Done<[Cell; 2]> {
    if quantity.scale() > scale {
        return Err(failed(format!("{what}: {quantity} has more than {scale} decimals")));
    }
    Ok([Cell::Number(quantity.grains()), Cell::Number(i64::from(quantity.scale()))])
}

/// The second quantity: its decimals are those of a unit that the ledger does not know.
pub(crate) fn second_cells(quantity: Option<Quantity>) -> Done<[Cell; 2]> {
    match quantity {
        Some(quantity) => cells(quantity, MAX_SCALE, "second quantity"),
        None => Ok([Cell::Null, Cell::Null]),
    }
}

/// The quantity of two columns; more decimals than its item has were not written by us.
pub(crate) fn lying(grains: i64, decimals: i16, scale: u32, what: &str) -> Done<Quantity> {
    let wrong = || corrupt(format!("{what}: {grains} grains at scale {decimals} (of {scale})"));
    let own = u32::try_from(decimals).ok().filter(|own| *own <= scale).ok_or_else(wrong)?;
    let decimal = Decimal::try_new(grains, own).map_err(|_| wrong())?;
    Quantity::from_decimal(decimal, own).map_err(|_| wrong())
}

/// The quantity of two columns from `at` on.
pub(crate) fn quantity(row: &Row, at: usize, scale: u32, what: &str) -> Done<Quantity> {
    lying(get(row, at)?, get(row, at + 1)?, scale, what)
}

/// The quantity of two columns from `at` on that may be empty.
pub(crate) fn quantity_or_none(row: &Row, at: usize, scale: u32, what: &str) -> Done<Option<Quantity>> {
    let (grains, decimals): (Option<i64>, Option<i16>) = (get(row, at)?, get(row, at + 1)?);
    let both = grains.zip(decimals);
    both.map(|(grains, decimals)| lying(grains, decimals, scale, what)).transpose()
}

pub(crate) fn second(row: &Row, at: usize) -> Done<Option<Quantity>> {
    quantity_or_none(row, at, MAX_SCALE, "second quantity")
}

pub(crate) fn scale(value: i16, what: &str) -> Done<u32> {
    u32::try_from(value).map_err(|_| corrupt(format!("{what}: scale {value}")))
}

pub(crate) fn version(value: u64) -> Done<Cell> {
    let wrong = |_| failed(format!("version or sequence {value} is out of range"));
    i64::try_from(value).map(Cell::Number).map_err(wrong)
}

pub(crate) fn count(value: i64, what: &str) -> Done<u64> {
    u64::try_from(value).map_err(|_| corrupt(format!("{what}: {value} is below nought")))
}

pub(crate) fn json<T: Serialize>(value: &T) -> Done<Cell> {
    serde_json::to_string(value)
        .map(|text| Cell::Text(text.into()))
        .map_err(|error| failed(error.to_string()))
}

pub(crate) fn from_json<T: DeserializeOwned>(row: &Row, at: usize, what: &str) -> Done<T> {
    serde_json::from_str(get(row, at)?).map_err(|error| corrupt(format!("{what}: {error}")))
}

/// The stable word of a closed enum.
pub(crate) fn word<T: Serialize>(value: &T) -> Done<Cell> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(text(&word)),
        _ => Err(failed("not a word")),
    }
}

pub(crate) fn from_word<T: DeserializeOwned>(row: &Row, at: usize, what: &str) -> Done<T> {
    serde_json::from_value(serde_json::Value::String(get(row, at)?))
        .map_err(|error| corrupt(format!("{what}: {error}")))
}

pub(crate) fn id(text: &str) -> Done<Id> {
    Id::new(text).map_err(|error| corrupt(error.to_string()))
}

pub(crate) fn get<'r, T: FromSql<'r>>(row: &'r Row, at: usize) -> Done<T> {
    Ok(row.try_get(at)?)
}

/// An id column.
pub(crate) fn get_id(row: &Row, at: usize) -> Done<Id> {
    id(get(row, at)?)
}

fn part(row: &Row, at: usize) -> Done<Option<Id>> {
    let text: &str = get(row, at)?;
    if text.is_empty() { Ok(None) } else { id(text).map(Some) }
}

/// The eight columns of a stock key: item, location, lot, attributes, owner, project, grade, status.
pub(crate) fn key_cells(stock: &StockKey) -> Done<Vec<Cell>> {
    let part = |part: &Option<Id>| text(part.as_ref().map_or("", Id::as_str));
    let key = &stock.key;
    Ok(vec![
        text(stock.item.as_str()),
        text(stock.location.as_str()),
        part(&stock.lot),
        part(&key.attributes),
        part(&key.owner),
        part(&key.project),
        part(&key.grade),
        word(&stock.status)?,
    ])
}

/// The stock key of eight columns from `at` on.
pub(crate) fn key(row: &Row, at: usize) -> Done<StockKey> {
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
        status: from_word(row, at + 7, "status")?,
    })
}

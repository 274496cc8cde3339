//! Rows from the tables, each checked against what it must agree with.

use headstock::changeset::{Done as Used, Row};
use headstock::inventory::{Balance, Hold, LineRef, Movement, StockItem};
use headstock::item::Substitute;
use headstock::num::Quantity;
use headstock::repository::columns_agree;
use headstock::time::Timestamp;
use postgres::Row as Raw;
use serde::de::DeserializeOwned;

use crate::cells::{self, count, from_json, from_word, get, get_id, key, quantity, scale, second};
use crate::errors::{Done, corrupt};

pub(crate) const WATERMARK: &str = "SELECT last FROM headstock.ledger_end";
pub(crate) const REQUESTS: &str =
    "SELECT key, digest, at, reply::text FROM headstock.request WHERE key = ANY($1::text[]) ORDER BY key";

pub(crate) fn watermark(rows: &[Raw]) -> Done<u64> {
    let row = rows.first().ok_or_else(|| corrupt("the end of the ledger is not there"))?;
    count(get(row, 0)?, "watermark")
}

/// A row of item, id, version and body; the body must say the same as the columns.
pub(crate) fn body<T: DeserializeOwned>(row: &Raw, wrap: impl Fn(Box<T>) -> Row) -> Done<Row> {
    let (item, name): (&str, &str) = (get(row, 0)?, get(row, 1)?);
    let read = wrap(Box::new(from_json(row, 3, name)?));
    columns_agree(&read, item, name, count(get(row, 2)?, name)?)?;
    Ok(read)
}

/// A row of item, scale and body.
pub(crate) fn item(row: &Raw) -> Done<StockItem> {
    let (name, decimals): (&str, i16) = (get(row, 0)?, get(row, 1)?);
    let read: StockItem = from_json(row, 2, name)?;
    if read.item.as_str() == name && scale(decimals, name)? == read.scale {
        Ok(read)
    } else {
        Err(corrupt(format!("{name}: the row and its body differ")))
    }
}

pub(crate) fn substitute(row: &Raw) -> Done<Substitute> {
    from_json(row, 0, "substitute")
}

/// Columns of a balance with what the last ledger line of its key left.
macro_rules! balances {
    ($where:literal) => {
        concat!(
            "SELECT b.item, b.location, b.lot, b.attributes, b.owner, b.project, b.grade, b.status, b.version,
                b.quantity, b.quantity_scale, b.reserved, b.reserved_scale, b.second, b.second_scale, i.scale,
                l.after, l.after_scale
            FROM headstock.balance b JOIN headstock.item i ON i.item = b.item
            LEFT JOIN LATERAL (SELECT after, after_scale FROM headstock.ledger WHERE balance = b.number
                ORDER BY sequence DESC LIMIT 1) l ON true",
            $where
        )
    };
}
pub(crate) use balances;

pub(crate) fn balance(row: &Raw) -> Done<Balance> {
    let stock = key(row, 0)?;
    let name = format!("balance of {} in {}", stock.item, stock.location);
    let decimals = scale(get(row, 15)?, &name)?;
    let read = Balance {
        quantity: quantity(row, 9, decimals, &name)?,
        reserved: quantity(row, 11, decimals, &name)?,
        second: second(row, 13)?,
        version: count(get(row, 8)?, &name)?,
        stock,
    };
    match cells::quantity_or_none(row, 16, decimals, &name)? {
        Some(after) if after != read.quantity => {
            Err(corrupt(format!("{name}: {} is stored, the ledger says {after}", read.quantity)))
        }
        _ => Ok(read),
    }
}

/// Columns of a hold.
macro_rules! holds {
    ($where:literal) => {
        concat!(
            "SELECT h.item, h.location, h.lot, h.attributes, h.owner, h.project, h.grade, h.status, h.id,
                h.version, h.quantity, h.quantity_scale, h.held_for::text, i.scale
            FROM headstock.hold h JOIN headstock.item i ON i.item = h.item",
            $where
        )
    };
}
pub(crate) use holds;

pub(crate) fn hold(row: &Raw) -> Done<Hold> {
    let id = get_id(row, 8)?;
    let name = format!("hold {id}");
    Ok(Hold {
        owner: from_json(row, 12, &name)?,
        stock: key(row, 0)?,
        quantity: quantity(row, 10, scale(get(row, 13)?, &name)?, &name)?,
        version: count(get(row, 9)?, &name)?,
        id,
    })
}

/// A row of key, digest, time and reply.
pub(crate) fn request(row: &Raw) -> Done<Used> {
    let key = get_id(row, 0)?;
    let reply = from_json(row, 3, key.as_str())?;
    Ok(Used { key, digest: get(row, 1)?, at: Timestamp::from_micros(get(row, 2)?), reply })
}

pub(crate) const LEDGER: &str = "SELECT b.item, b.location, b.lot, b.attributes, b.owner, b.project, b.grade,
    b.status, l.sequence, l.document, l.line, l.reason, l.undo, l.quantity, l.quantity_scale, l.second,
    l.second_scale, l.order_id, l.order_line, l.serials::text, l.date, l.at, l.after, l.after_scale, i.scale
    FROM headstock.ledger l JOIN headstock.balance b ON b.number = l.balance
    JOIN headstock.item i ON i.item = b.item ORDER BY l.sequence";

/// A ledger line with the balance after it.
pub(crate) fn movement(row: &Raw) -> Done<(Movement, Quantity)> {
    let sequence = count(get(row, 8)?, "sequence")?;
    let name = format!("ledger line {sequence}");
    let decimals = scale(get(row, 24)?, &name)?;
    let line = |at: usize| {
        let line: i64 = get(row, at)?;
        u32::try_from(line).map_err(|_| corrupt(format!("{name}: line {line}")))
    };
    let order = match get::<Option<&str>>(row, 17)? {
        Some(document) => Some(LineRef { document: cells::id(document)?, line: line(18)? }),
        None => None,
    };
    let movement = Movement {
        sequence,
        document: get_id(row, 9)?,
        line: line(10)?,
        reason: from_word(row, 11, &name)?,
        undo: get(row, 12)?,
        stock: key(row, 0)?,
        quantity: quantity(row, 13, decimals, &name)?,
        second: second(row, 15)?,
        order,
        serials: from_json(row, 19, &name)?,
        date: get::<cells::Day>(row, 20)?.date(&name)?,
        at: Timestamp::from_micros(get(row, 21)?),
    };
    Ok((movement, quantity(row, 22, decimals, &name)?))
}

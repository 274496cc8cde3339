//! Rows from the file, each checked against what it must agree with.

use std::collections::BTreeMap;

use headstock::changeset::{Done as Used, Row};
use headstock::id::Id;
use headstock::inventory::{Balance, Hold, LineRef, Movement, StockItem, StockKey};
use headstock::load::{Rows, Want};
use headstock::num::Quantity;
use headstock::repository::{columns_agree, holds_agree};
use headstock::time::Timestamp;
use rusqlite::{Connection, Params};
use serde::de::DeserializeOwned;

use crate::cells::{count, from_json, from_word, get, get_id, id, key, quantity, scale, second, text};
use crate::errors::{Done, corrupt};

/// Runs a query and turns each row.
pub(crate) fn rows<T>(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
    mut turn: impl FnMut(&rusqlite::Row<'_>) -> Done<T>,
) -> Done<Vec<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut found = statement.query(parameters)?;
    let mut out = Vec::new();
    while let Some(row) = found.next()? {
        out.push(turn(row)?);
    }
    Ok(out)
}

pub(crate) fn watermark(connection: &Connection) -> Done<u64> {
    let found = rows(connection, "SELECT coalesce(max(sequence), 0) FROM ledger", [], |row| get(row, 0))?;
    count(found.first().copied().unwrap_or(0), "watermark")
}

/// A row kept as its version and its body; the body must say the same as the columns.
fn bodies<T: DeserializeOwned>(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
    wrap: impl Fn(Box<T>) -> Row,
) -> Done<Vec<Row>> {
    rows(connection, sql, parameters, |row| {
        let (item, name) = (text(row, 0)?, text(row, 1)?);
        let read = wrap(Box::new(from_json(text(row, 3)?, name)?));
        columns_agree(&read, item, name, count(get(row, 2)?, name)?)?;
        Ok(read)
    })
}

/// Which rows of a table.
#[derive(Clone, Copy)]
pub(crate) enum Which<'a> {
    All,
    /// The row of an id.
    One(&'a Id),
    /// The rows of an item.
    Of(&'a Id),
    /// The row of an item and an id.
    Both(&'a Id, &'a Id),
}

fn table<T: DeserializeOwned>(
    connection: &Connection,
    name: &str,
    which: Which<'_>,
    wrap: impl Fn(Box<T>) -> Row,
) -> Done<Vec<Row>> {
    let item = if matches!(name, "lot" | "serial") { "item" } else { "''" };
    let all = format!("SELECT {item}, id, version, body FROM {name}");
    let sql = |end: &str| format!("{all} {end} ORDER BY 1, 2");
    match which {
        // In no order: there may be millions.
        Which::All => bodies(connection, &all, [], wrap),
        Which::One(id) => bodies(connection, &sql("WHERE id = ?1"), [id.as_str()], wrap),
        Which::Of(item) => bodies(connection, &sql("WHERE item = ?1"), [item.as_str()], wrap),
        Which::Both(item, id) => {
            bodies(connection, &sql("WHERE item = ?1 AND id = ?2"), [item.as_str(), id.as_str()], wrap)
        }
    }
}

pub(crate) fn periods(connection: &Connection) -> Done<Vec<Row>> {
    table(connection, "period", Which::All, Row::Period)
}

pub(crate) fn places(connection: &Connection) -> Done<Vec<Row>> {
    table(connection, "place", Which::All, Row::Place)
}

pub(crate) fn documents(connection: &Connection, which: Which<'_>) -> Done<Vec<Row>> {
    table(connection, "document", which, Row::Document)
}

pub(crate) fn orders(connection: &Connection, which: Which<'_>) -> Done<Vec<Row>> {
    table(connection, "production_order", which, Row::Order)
}

pub(crate) fn lots(connection: &Connection, which: Which<'_>) -> Done<Vec<Row>> {
    table(connection, "lot", which, Row::Lot)
}

pub(crate) fn serials(connection: &Connection, which: Which<'_>) -> Done<Vec<Row>> {
    table(connection, "serial", which, Row::Serial)
}

/// Items; every item for none.
pub(crate) fn items(connection: &Connection, item: Option<&Id>) -> Done<Vec<StockItem>> {
    let sql = "SELECT item, scale, body FROM item WHERE ?1 IS NULL OR item = ?1 ORDER BY item";
    let turn = |row: &rusqlite::Row<'_>| {
        let (name, decimals): (&str, i64) = (text(row, 0)?, get(row, 1)?);
        let read: StockItem = from_json(text(row, 2)?, name)?;
        if read.item.as_str() == name && i64::from(read.scale) == decimals {
            Ok(read)
        } else {
            Err(corrupt(format!("{name}: the row and its body differ")))
        }
    };
    match item {
        Some(item) => {
            let sql = "SELECT item, scale, body FROM item WHERE item = ?1";
            rows(connection, sql, [item.as_str()], turn)
        }
        None => rows(connection, sql, [None::<&str>], turn),
    }
}

pub(crate) fn substitutes(
    connection: &Connection,
    item: Option<&Id>,
) -> Done<Vec<headstock::item::Substitute>> {
    let turn = |row: &rusqlite::Row<'_>| from_json(text(row, 0)?, "substitute");
    match item {
        Some(item) => {
            let sql = "SELECT body FROM substitute WHERE item = ?1 ORDER BY number";
            rows(connection, sql, [item.as_str()], turn)
        }
        None => rows(connection, "SELECT body FROM substitute ORDER BY number", [], turn),
    }
}

const BALANCE: &str = "SELECT b.item, b.location, b.lot, b.attributes, b.owner, b.project, b.grade, b.status,
    b.version, b.quantity, b.quantity_scale, b.reserved, b.reserved_scale, b.second, b.second_scale,
    i.scale, l.after, l.after_scale
    FROM balance b JOIN item i ON i.item = b.item
    LEFT JOIN ledger l ON l.sequence = (SELECT max(sequence) FROM ledger WHERE balance = b.number)";

/// Balances of an item or at a location, each compared with what the last ledger line of its key left.
pub(crate) fn balances(connection: &Connection, by: &str, id: &Id) -> Done<Vec<Balance>> {
    let turn = |row: &rusqlite::Row<'_>| {
        let decimals = scale(get(row, 15)?, "item")?;
        let read = balance(row, decimals)?;
        if get::<Option<i64>>(row, 16)?.is_some() {
            let name = read.stock.item.as_str();
            after(&read, quantity((get(row, 16)?, get(row, 17)?), decimals, name)?)?;
        }
        Ok(read)
    };
    rows(connection, &format!("{BALANCE} WHERE b.{by} = ?1"), [id.as_str()], turn)
}

/// A balance from its first fifteen columns.
fn balance(row: &rusqlite::Row<'_>, decimals: u32) -> Done<Balance> {
    let stock = key(row, 0)?;
    let name = stock.item.as_str();
    let quantity_of = |at: usize| quantity((get(row, at)?, get(row, at + 1)?), decimals, name);
    Ok(Balance {
        quantity: quantity_of(9)?,
        reserved: quantity_of(11)?,
        second: second(row, 13)?,
        version: count(get(row, 8)?, name)?,
        stock,
    })
}

/// A balance must be what the last ledger line of its key left.
pub(crate) fn after(balance: &Balance, after: Quantity) -> Done<()> {
    if balance.quantity == after {
        return Ok(());
    }
    let (stock, quantity) = (&balance.stock, balance.quantity);
    let name = format!("balance of {} in {}", stock.item, stock.location);
    Err(corrupt(format!("{name}: {quantity} is stored, the ledger says {after}")))
}

/// All balances with their row numbers.
pub(crate) fn all_balances(
    connection: &Connection,
    items: &BTreeMap<Id, StockItem>,
) -> Done<Vec<(i64, Balance)>> {
    let sql = "SELECT item, location, lot, attributes, owner, project, grade, status, version, quantity,
        quantity_scale, reserved, reserved_scale, second, second_scale, number FROM balance";
    rows(connection, sql, [], |row| {
        let item =
            items.get(text(row, 0)?).ok_or_else(|| corrupt("a balance of an item that is not there"))?;
        Ok((get(row, 15)?, balance(row, item.scale)?))
    })
}

const HOLD: &str = "SELECT h.item, h.location, h.lot, h.attributes, h.owner, h.project, h.grade, h.status,
    h.id, h.version, h.quantity, h.quantity_scale, h.held_for, i.scale
    FROM hold h JOIN item i ON i.item = h.item";

/// Holds: all of them, those of an item that still hold something, or one.
pub(crate) fn holds(connection: &Connection, which: Which<'_>) -> Done<Vec<Hold>> {
    let turn = |row: &rusqlite::Row<'_>| {
        let id = get_id(row, 8)?;
        let name = id.as_str();
        Ok(Hold {
            owner: from_json(text(row, 12)?, name)?,
            stock: key(row, 0)?,
            quantity: quantity((get(row, 10)?, get(row, 11)?), scale(get(row, 13)?, name)?, name)?,
            version: count(get(row, 9)?, name)?,
            id,
        })
    };
    match which {
        Which::Of(item) => {
            let sql = format!("{HOLD} WHERE h.item = ?1 AND h.quantity <> 0");
            rows(connection, &sql, [item.as_str()], turn)
        }
        Which::Both(item, id) => {
            let sql = format!("{HOLD} WHERE h.item = ?1 AND h.id = ?2");
            rows(connection, &sql, [item.as_str(), id.as_str()], turn)
        }
        Which::All | Which::One(_) => rows(connection, HOLD, [], turn),
    }
}

pub(crate) fn requests(connection: &Connection, which: Option<&Id>) -> Done<Vec<Used>> {
    let turn = |row: &rusqlite::Row<'_>| {
        let key = get_id(row, 0)?;
        let reply = from_json(text(row, 3)?, key.as_str())?;
        Ok(Used { key, digest: get(row, 1)?, at: Timestamp::from_micros(get(row, 2)?), reply })
    };
    match which {
        Some(key) => {
            let sql = "SELECT key, digest, at, reply FROM request WHERE key = ?1";
            rows(connection, sql, [key.as_str()], turn)
        }
        None => rows(connection, "SELECT key, digest, at, reply FROM request", [], turn),
    }
}

/// A ledger line as its table has it.
pub(crate) struct Line {
    /// Row number of its balance.
    pub(crate) balance: i64,
    pub(crate) movement: Movement,
    /// The balance after it.
    pub(crate) after: Quantity,
}

/// The ledger; `stock` gives the key of a balance by its row number, and the decimals of its item.
pub(crate) fn ledger<'s>(
    connection: &Connection,
    stock: impl Fn(i64) -> Option<(&'s StockKey, u32)>,
) -> Done<Vec<Line>> {
    let sql = "SELECT sequence, balance, document, line, reason, undo, quantity, quantity_scale, second,
        second_scale, order_id, order_line, serials, date, at, after, after_scale FROM ledger ORDER BY sequence";
    rows(connection, sql, [], |row| {
        let sequence = count(get(row, 0)?, "sequence")?;
        let balance = get(row, 1)?;
        let none = || corrupt(format!("ledger line {sequence}: its balance is not there"));
        let (stock, decimals) = stock(balance).ok_or_else(none)?;
        let name = stock.item.as_str();
        let order = match row.get_ref(10)?.as_str_or_null().map_err(|error| corrupt(error.to_string()))? {
            Some(document) => Some(LineRef { document: id(document)?, line: get(row, 11)? }),
            None => None,
        };
        let serials = text(row, 12)?;
        let movement = Movement {
            sequence,
            document: get_id(row, 2)?,
            line: get(row, 3)?,
            reason: from_word(text(row, 4)?)?,
            undo: get(row, 5)?,
            stock: stock.clone(),
            quantity: quantity((get(row, 6)?, get(row, 7)?), decimals, name)?,
            second: second(row, 8)?,
            order,
            serials: if serials == "[]" { Vec::new() } else { from_json(serials, name)? },
            date: from_word(text(row, 13)?)?,
            at: Timestamp::from_micros(get(row, 14)?),
        };
        let after = quantity((get(row, 15)?, get(row, 16)?), decimals, name)?;
        Ok(Line { balance, movement, after })
    })
}

/// The rows for one want.
pub(crate) fn want(connection: &Connection, want: &Want, out: &mut Rows) -> Done<()> {
    match want {
        Want::Request(key) => out.requests.extend(requests(connection, Some(key))?),
        Want::Periods => out.rows.extend(periods(connection)?),
        Want::Places => out.rows.extend(places(connection)?),
        Want::Document(id) => out.rows.extend(documents(connection, Which::One(id))?),
        Want::Order(id) => out.rows.extend(orders(connection, Which::One(id))?),
        Want::Serial(item, serial) => out.rows.extend(serials(connection, Which::Both(item, serial))?),
        Want::Hold(item, hold) => {
            let found = holds(connection, Which::Both(item, hold))?;
            out.rows.extend(found.into_iter().map(|row| Row::Hold(Box::new(row))));
        }
        Want::BalancesAt(location) => {
            let found = balances(connection, "location", location)?;
            out.rows.extend(found.into_iter().map(|row| Row::Balance(Box::new(row))));
        }
        Want::Item(item) => {
            out.items.extend(items(connection, Some(item))?);
            out.substitutes.extend(substitutes(connection, Some(item))?);
            let (lying, held_back) =
                (balances(connection, "item", item)?, holds(connection, Which::Of(item))?);
            holds_agree(&lying, &held_back)?;
            out.rows.extend(lying.into_iter().map(|row| Row::Balance(Box::new(row))));
            out.rows.extend(lots(connection, Which::Of(item))?);
            out.rows.extend(held_back.into_iter().map(|row| Row::Hold(Box::new(row))));
        }
    }
    Ok(())
}

//! Rows from the file, each checked against what it must agree with.

use headstock::changeset::{Done as Used, Row};
use headstock::id::Id;
use headstock::inventory::{Balance, Hold, LineRef, Movement, StockItem};
use headstock::load::{Rows, Want};
use headstock::num::Quantity;
use headstock::repository::{columns_agree, holds_agree};
use headstock::time::Timestamp;
use rusqlite::{Connection, Params, params};
use serde::de::DeserializeOwned;

use crate::cells::{count, from_json, from_word, get, get_id, key, quantity, scale, second};
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
        let (item, name): (String, String) = (get(row, 0)?, get(row, 1)?);
        let read = wrap(Box::new(from_json(&get::<String>(row, 3)?, &name)?));
        columns_agree(&read, &item, &name, count(get(row, 2)?, &name)?)?;
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
    let sql = |end: &str| format!("SELECT {item}, id, version, body FROM {name} {end} ORDER BY 1, 2");
    match which {
        Which::All => bodies(connection, &sql(""), [], wrap),
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
        let (name, decimals): (String, i64) = (get(row, 0)?, get(row, 1)?);
        let read: StockItem = from_json(&get::<String>(row, 2)?, &name)?;
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
    let turn = |row: &rusqlite::Row<'_>| from_json(&get::<String>(row, 0)?, "substitute");
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

/// Balances, each compared with what the last ledger line of its key left.
pub(crate) fn balances(
    connection: &Connection,
    item: Option<&Id>,
    location: Option<&Id>,
) -> Done<Vec<Balance>> {
    match (item, location) {
        (Some(item), _) => {
            rows(connection, &format!("{BALANCE} WHERE b.item = ?1"), [item.as_str()], balance)
        }
        (_, Some(location)) => {
            rows(connection, &format!("{BALANCE} WHERE b.location = ?1"), [location.as_str()], balance)
        }
        _ => rows(connection, BALANCE, [], balance),
    }
}

fn balance(row: &rusqlite::Row<'_>) -> Done<Balance> {
    let stock = key(row, 0)?;
    let name = format!("balance of {} in {}", stock.item, stock.location);
    let decimals = scale(get(row, 15)?, &name)?;
    let quantity_of = |at: usize| quantity((get(row, at)?, get(row, at + 1)?), decimals, &name);
    let read = Balance {
        quantity: quantity_of(9)?,
        reserved: quantity_of(11)?,
        second: second(row, 13)?,
        version: count(get(row, 8)?, &name)?,
        stock,
    };
    if get::<Option<i64>>(row, 16)?.is_some() && quantity_of(16)? != read.quantity {
        let after = quantity_of(16)?;
        return Err(corrupt(format!("{name}: {} is stored, the ledger says {after}", read.quantity)));
    }
    Ok(read)
}

const HOLD: &str = "SELECT h.item, h.location, h.lot, h.attributes, h.owner, h.project, h.grade, h.status,
    h.id, h.version, h.quantity, h.quantity_scale, h.held_for, i.scale
    FROM hold h JOIN item i ON i.item = h.item";

pub(crate) fn holds(connection: &Connection, item: Option<&Id>) -> Done<Vec<Hold>> {
    let turn = |row: &rusqlite::Row<'_>| {
        let id = get_id(row, 8)?;
        let name = format!("hold {id}");
        Ok(Hold {
            owner: from_json(&get::<String>(row, 12)?, &name)?,
            stock: key(row, 0)?,
            quantity: quantity((get(row, 10)?, get(row, 11)?), scale(get(row, 13)?, &name)?, &name)?,
            version: count(get(row, 9)?, &name)?,
            id,
        })
    };
    match item {
        Some(item) => rows(connection, &format!("{HOLD} WHERE h.item = ?1"), [item.as_str()], turn),
        None => rows(connection, HOLD, [], turn),
    }
}

pub(crate) fn requests(connection: &Connection, which: Option<&Id>) -> Done<Vec<Used>> {
    let turn = |row: &rusqlite::Row<'_>| {
        let key = get_id(row, 0)?;
        let reply = from_json(&get::<String>(row, 3)?, key.as_str())?;
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

const LEDGER: &str = "SELECT b.item, b.location, b.lot, b.attributes, b.owner, b.project, b.grade, b.status,
    l.sequence, l.document, l.line, l.reason, l.undo, l.quantity, l.quantity_scale, l.second, l.second_scale,
    l.order_id, l.order_line, l.serials, l.date, l.at, l.after, l.after_scale, i.scale
    FROM ledger l JOIN balance b ON b.number = l.balance JOIN item i ON i.item = b.item
    ORDER BY l.sequence";

/// The ledger, each line with the balance after it.
pub(crate) fn ledger(connection: &Connection) -> Done<Vec<(Movement, Quantity)>> {
    rows(connection, LEDGER, params![], |row| {
        let sequence = count(get(row, 8)?, "sequence")?;
        let name = format!("ledger line {sequence}");
        let decimals = scale(get(row, 24)?, &name)?;
        let order = match get::<Option<String>>(row, 17)? {
            Some(document) => Some(LineRef { document: crate::cells::id(&document)?, line: get(row, 18)? }),
            None => None,
        };
        let movement = Movement {
            sequence,
            document: get_id(row, 9)?,
            line: get(row, 10)?,
            reason: from_word(get(row, 11)?, &name)?,
            undo: get(row, 12)?,
            stock: key(row, 0)?,
            quantity: quantity((get(row, 13)?, get(row, 14)?), decimals, &name)?,
            second: second(row, 15)?,
            order,
            serials: from_json(&get::<String>(row, 19)?, &name)?,
            date: from_word(get(row, 20)?, &name)?,
            at: Timestamp::from_micros(get(row, 21)?),
        };
        Ok((movement, quantity((get(row, 22)?, get(row, 23)?), decimals, &name)?))
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
        Want::BalancesAt(location) => {
            let found = balances(connection, None, Some(location))?;
            out.rows.extend(found.into_iter().map(|row| Row::Balance(Box::new(row))));
        }
        Want::Item(item) => {
            out.items.extend(items(connection, Some(item))?);
            out.substitutes.extend(substitutes(connection, Some(item))?);
            let (lying, held_back) =
                (balances(connection, Some(item), None)?, holds(connection, Some(item))?);
            holds_agree(&lying, &held_back)?;
            out.rows.extend(lying.into_iter().map(|row| Row::Balance(Box::new(row))));
            out.rows.extend(lots(connection, Which::Of(item))?);
            out.rows.extend(held_back.into_iter().map(|row| Row::Hold(Box::new(row))));
        }
    }
    Ok(())
}

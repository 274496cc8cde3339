//! Single rows into their tables.

use headstock::changeset::{Done as Used, Row, RowKey};
use headstock::inventory::{Balance, Hold, Movement, StockItem, StockKey};
use headstock::num::{MAX_SCALE, Quantity};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

use crate::cells::{Cells, cells, count, json, key_cells, scale, version};
use crate::errors::{Done, failed};
use crate::table;

/// Takes a key; `false` when it was taken before.
pub(crate) fn request(connection: &Connection, done: &Used) -> Done<bool> {
    let sql = "INSERT INTO request (key, digest, at, reply) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
    let mut statement = connection.prepare_cached(sql)?;
    let reply = json(&done.reply)?;
    Ok(statement.execute(params![done.key.as_str(), done.digest, done.at.micros(), reply])? == 1)
}

/// The key columns of a row that is no balance.
pub(crate) fn key(key: &RowKey) -> impl Iterator<Item = &str> {
    let item = match key {
        RowKey::Lot { item, .. } | RowKey::Serial { item, .. } | RowKey::Hold { item, .. } => {
            Some(item.as_str())
        }
        _ => None,
    };
    item.into_iter().chain([key.name().as_str()])
}

/// Inserts a row; `false` when there is one.
pub(crate) fn insert(connection: &Connection, row: &Row) -> Done<bool> {
    let name = row.key();
    let all: Vec<Value> = match row {
        Row::Balance(row) => {
            let scale = scale_of(connection, &row.stock)?;
            key_cells(&row.stock)?.into_iter().map(Value::Text).chain(balance(row, scale)?).collect()
        }
        _ => key(&name).map(|part| Value::Text(part.to_owned())).chain(valued(connection, row)?).collect(),
    };
    Ok(connection.prepare_cached(table::of(&name).insert)?.execute(params_from_iter(all))? == 1)
}

/// Writes a row that is no balance in the place of the one that is there; `false` when there is none.
pub(crate) fn update(connection: &Connection, name: &RowKey, row: &Row) -> Done<bool> {
    let key = key(name).map(|part| Value::Text(part.to_owned()));
    let all = valued(connection, row)?.into_iter().chain(key);
    Ok(connection.prepare_cached(table::of(name).update)?.execute(params_from_iter(all))? == 1)
}

/// Writes a balance in the place of the one with this number.
pub(crate) fn update_balance(connection: &Connection, row: &Balance, number: i64, scale: u32) -> Done<bool> {
    let all = balance(row, scale)?.into_iter().chain([Value::Integer(number)]);
    Ok(connection.prepare_cached(table::of_balance().update)?.execute(params_from_iter(all))? == 1)
}

/// The version and the other columns of a row that is no balance.
fn valued(connection: &Connection, row: &Row) -> Done<Vec<Value>> {
    let body = match row {
        Row::Period(row) => json(row)?,
        Row::Place(row) => json(row)?,
        Row::Order(row) => json(row)?,
        Row::Document(row) => json(row)?,
        Row::Lot(row) => json(row)?,
        Row::Serial(row) => json(row)?,
        Row::Hold(row) => return hold(connection, row),
        Row::Balance(row) => return Ok(balance(row, scale_of(connection, &row.stock)?)?.into()),
    };
    Ok(vec![Value::Integer(version(row.version())?), Value::Text(body)])
}

fn hold(connection: &Connection, row: &Hold) -> Done<Vec<Value>> {
    let decimals = scale_of(connection, &row.stock)?;
    let (grains, scale) = cells(row.quantity, decimals, row.id.as_str())?;
    let mut values = vec![Value::Integer(version(row.version)?)];
    values.extend(key_cells(&row.stock)?.into_iter().skip(1).map(Value::Text));
    values.extend([Value::Integer(grains), Value::Integer(scale), Value::Text(json(&row.owner)?)]);
    Ok(values)
}

fn balance(row: &Balance, scale: u32) -> Done<[Value; 7]> {
    let name = row.stock.item.as_str();
    let (quantity, reserved) = (cells(row.quantity, scale, name)?, cells(row.reserved, scale, name)?);
    let [second, second_scale] = second(row.second)?;
    let whole = Value::Integer;
    let version = whole(version(row.version)?);
    let (quantity, decimals) = (whole(quantity.0), whole(quantity.1));
    Ok([version, quantity, decimals, whole(reserved.0), whole(reserved.1), second, second_scale])
}

fn second(quantity: Option<Quantity>) -> Done<[Value; 2]> {
    let found: Option<Cells> = quantity.map(|q| cells(q, MAX_SCALE, "second quantity")).transpose()?;
    Ok(found.map_or([Value::Null, Value::Null], |(grains, scale)| [grains.into(), scale.into()]))
}

/// The decimals of a key's item.
pub(crate) fn scale_of(connection: &Connection, stock: &StockKey) -> Done<u32> {
    let mut statement = connection.prepare_cached("SELECT scale FROM item WHERE item = ?1")?;
    let found: Option<i64> = statement.query_row([stock.item.as_str()], |row| row.get(0)).optional()?;
    scale(found.ok_or_else(|| failed(format!("item {} is not stored", stock.item)))?, "item")
}

/// Writes a ledger line of the balance with this number, which it leaves at `after`.
pub(crate) fn line(
    connection: &Connection,
    movement: &Movement,
    sequence: u64,
    number: i64,
    scale: u32,
    after: Quantity,
) -> Done<()> {
    let sql = "INSERT INTO ledger (sequence, balance, document, line, reason, undo, quantity, quantity_scale,
        second, second_scale, after, after_scale, order_id, order_line, serials, date, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
    let moved = cells(movement.quantity, scale, movement.stock.item.as_str())?;
    let after = cells(after, scale, movement.stock.item.as_str())?;
    let [second, second_scale] = second(movement.second)?;
    let serials = if movement.serials.is_empty() { "[]".to_owned() } else { json(&movement.serials)? };
    connection.prepare_cached(sql)?.execute(params![
        version(sequence)?,
        number,
        movement.document.as_str(),
        movement.line,
        movement.reason.as_str(),
        movement.undo,
        moved.0,
        moved.1,
        second,
        second_scale,
        after.0,
        after.1,
        movement.order.as_ref().map(|order| order.document.as_str()),
        movement.order.as_ref().map(|order| order.line),
        serials,
        movement.date.to_string(),
        movement.at.micros(),
    ])?;
    Ok(())
}

pub(crate) fn item(connection: &Connection, row: &StockItem) -> Done<()> {
    let sql = "INSERT INTO item (item, scale, body) VALUES (?1, ?2, ?3)
        ON CONFLICT (item) DO UPDATE SET scale = excluded.scale, body = excluded.body";
    connection.prepare_cached(sql)?.execute(params![row.item.as_str(), row.scale, json(row)?])?;
    let sql = "SELECT coalesce(max(max(quantity_scale, reserved_scale)), 0) FROM balance WHERE item = ?1";
    let used: i64 = connection.prepare_cached(sql)?.query_row([row.item.as_str()], |row| row.get(0))?;
    if count(used, "scale")? > u64::from(row.scale) {
        return Err(failed(format!("{}: stock of it has {used} decimals already", row.item)));
    }
    Ok(())
}

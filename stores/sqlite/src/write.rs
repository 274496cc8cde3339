//! One changeset into one transaction: the key first, then rows in key order, then the ledger.

use std::collections::BTreeMap;

use headstock::changeset::{CHANGESET_FORMAT, ChangeSet, Done as Used, Row, RowKey};
use headstock::inventory::{Balance, Hold, Movement, StockItem, StockKey};
use headstock::num::{MAX_SCALE, Quantity};
use headstock::repository::{Commit, StoreError};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

use crate::cells::{Cells, cells, count, json, key_cells, quantity, scale, version, word};
use crate::errors::{Done, failed};
use crate::read;

/// How a row was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Put {
    /// In the place of the version before, or as a new row.
    Done,
    /// The version before is not there.
    Stale,
}

/// A key whose balance the ledger lines must lead to.
struct Running {
    number: i64,
    scale: u32,
    /// What the ledger lines so far make of the balance before.
    quantity: Quantity,
    /// What the changeset says the balance is.
    end: Quantity,
}

/// Does everything up to the commit. An answer that is not [`Commit::Committed`] has to be rolled back.
pub(crate) fn store(connection: &Connection, changes: &ChangeSet) -> Done<Commit> {
    if changes.format > CHANGESET_FORMAT {
        let (found, supported) = (changes.format, CHANGESET_FORMAT);
        return Err(StoreError::Newer { found, supported }.into());
    }
    let done = changes.done();
    if !request(connection, &done)? {
        return known(connection, &done);
    }
    let mut stale = Vec::new();
    for read in &changes.reads {
        if stored_version(connection, &read.row)? != version(read.version)? {
            stale.push(read.row.clone());
        }
    }
    if !stale.is_empty() {
        stale.sort();
        return Ok(Commit::Conflict { rows: stale });
    }
    let mut writes: Vec<(RowKey, &Row)> = changes.writes.iter().map(|row| (row.key(), row)).collect();
    writes.sort_by(|a, b| a.0.cmp(&b.0));
    let mut running = BTreeMap::new();
    for (key, row) in writes {
        if let Row::Balance(row) = row {
            running.insert(&row.stock, start(connection, row)?);
        }
        if put(connection, row)? == Put::Stale {
            return Ok(Commit::Conflict { rows: vec![key] });
        }
        if let Row::Balance(row) = row
            && let Some(run) = running.get_mut(&row.stock)
        {
            run.number = number(connection, &row.stock)?.map_or(0, |found| found.0);
        }
    }
    let watermark = lines(connection, &changes.movements, running)?;
    Ok(Commit::Committed { watermark })
}

/// Takes the key; `false` when it was taken before.
pub(crate) fn request(connection: &Connection, done: &Used) -> Done<bool> {
    let sql = "INSERT INTO request (key, digest, at, reply) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
    let mut statement = connection.prepare_cached(sql)?;
    let reply = json(&done.reply)?;
    Ok(statement.execute(params![done.key.as_str(), done.digest, done.at.micros(), reply])? == 1)
}

fn known(connection: &Connection, asked: &Used) -> Done<Commit> {
    match read::requests(connection, Some(&asked.key))?.pop() {
        Some(done) if done.digest == asked.digest => Ok(Commit::Replayed { done: Box::new(done) }),
        _ => Ok(Commit::KeyReused),
    }
}

/// Table, item (for rows that have one) and id of a row; a balance has its own eight columns.
fn spot(key: &RowKey) -> (&'static str, Option<&str>, &str) {
    let (table, item) = match key {
        RowKey::Period { .. } => ("period", None),
        RowKey::Place { .. } => ("place", None),
        RowKey::Order { .. } => ("production_order", None),
        RowKey::Document { .. } => ("document", None),
        RowKey::Lot { item, .. } => ("lot", Some(item.as_str())),
        RowKey::Serial { item, .. } => ("serial", Some(item.as_str())),
        RowKey::Hold { item, .. } => ("hold", Some(item.as_str())),
        RowKey::Balance { .. } => ("balance", None),
    };
    (table, item, key.name().as_str())
}

const BALANCE_KEY: &str = "item = ? AND location = ? AND lot = ? AND attributes = ? AND owner = ?
    AND project = ? AND grade = ? AND status = ?";

/// The version of a row; 0 when it is not there.
fn stored_version(connection: &Connection, key: &RowKey) -> Done<i64> {
    if let RowKey::Balance { stock } = key {
        let sql = format!("SELECT version FROM balance WHERE {BALANCE_KEY}");
        let mut statement = connection.prepare_cached(&sql)?;
        let found = statement.query_row(params_from_iter(key_cells(stock)?), |row| row.get(0)).optional()?;
        return Ok(found.unwrap_or(0));
    }
    let found = match spot(key) {
        (table, Some(item), id) => {
            let sql = format!("SELECT version FROM {table} WHERE item = ?1 AND id = ?2");
            connection.prepare_cached(&sql)?.query_row([item, id], |row| row.get(0)).optional()?
        }
        (table, None, id) => {
            let sql = format!("SELECT version FROM {table} WHERE id = ?1");
            connection.prepare_cached(&sql)?.query_row([id], |row| row.get(0)).optional()?
        }
    };
    Ok(found.unwrap_or(0))
}

/// Writes a row in the place of the version before it, or as a new one.
fn put(connection: &Connection, row: &Row) -> Done<Put> {
    let key = row.key();
    let (table, _, _) = spot(&key);
    let (names, cells) = keyed(&key)?;
    let (columns, values) = valued(connection, row)?;
    let new = version(row.version())?;
    let sets: Vec<String> = columns.iter().map(|column| format!("{column} = ?")).collect();
    let wheres: Vec<String> = names.iter().map(|name| format!("{name} = ?")).collect();
    let sql = format!(
        "UPDATE {table} SET version = ?, {} WHERE {} AND version = ?",
        sets.join(", "),
        wheres.join(" AND ")
    );
    let all = [Value::Integer(new)].into_iter().chain(values.iter().cloned());
    let all = all.chain(cells.iter().cloned()).chain([Value::Integer(new.saturating_sub(1))]);
    if connection.prepare_cached(&sql)?.execute(params_from_iter(all))? == 1 {
        return Ok(Put::Done);
    }
    if new == 1 && insert(connection, row)? { Ok(Put::Done) } else { Ok(Put::Stale) }
}

/// Inserts a row; `false` when there is one.
pub(crate) fn insert(connection: &Connection, row: &Row) -> Done<bool> {
    let key = row.key();
    let (table, _, _) = spot(&key);
    let (names, cells) = keyed(&key)?;
    let (columns, values) = valued(connection, row)?;
    let marks = vec!["?"; 1 + names.len() + columns.len()].join(", ");
    let all: Vec<&str> = ["version"].into_iter().chain(names).chain(columns).collect();
    let all = all.join(", ");
    let sql = format!("INSERT INTO {table} ({all}) VALUES ({marks}) ON CONFLICT DO NOTHING");
    let row_version = [Value::Integer(version(row.version())?)];
    let all = row_version.into_iter().chain(cells).chain(values);
    Ok(connection.prepare_cached(&sql)?.execute(params_from_iter(all))? == 1)
}

const STOCK: [&str; 8] = ["item", "location", "lot", "attributes", "owner", "project", "grade", "status"];

/// Columns and values of the key.
fn keyed(key: &RowKey) -> Done<(Vec<&'static str>, Vec<Value>)> {
    if let RowKey::Balance { stock } = key {
        return Ok((STOCK.to_vec(), key_cells(stock)?.into_iter().map(Value::Text).collect()));
    }
    let text = |text: &str| Value::Text(text.to_owned());
    Ok(match spot(key) {
        (_, Some(item), id) => (vec!["item", "id"], vec![text(item), text(id)]),
        (_, None, id) => (vec!["id"], vec![text(id)]),
    })
}

/// Columns and values beside the key and the version.
fn valued(connection: &Connection, row: &Row) -> Done<(Vec<&'static str>, Vec<Value>)> {
    let body = |text: String| (vec!["body"], vec![Value::Text(text)]);
    Ok(match row {
        Row::Period(row) => body(json(row)?),
        Row::Place(row) => body(json(row)?),
        Row::Order(row) => body(json(row)?),
        Row::Document(row) => body(json(row)?),
        Row::Lot(row) => body(json(row)?),
        Row::Serial(row) => body(json(row)?),
        Row::Hold(row) => hold(connection, row)?,
        Row::Balance(row) => balance(connection, row)?,
    })
}

fn hold(connection: &Connection, row: &Hold) -> Done<(Vec<&'static str>, Vec<Value>)> {
    let decimals = scale_of(connection, &row.stock)?;
    let (grains, scale) = cells(row.quantity, decimals, row.id.as_str())?;
    let mut columns = STOCK[1..].to_vec();
    columns.extend(["quantity", "quantity_scale", "held_for"]);
    let mut values: Vec<Value> = key_cells(&row.stock)?.into_iter().skip(1).map(Value::Text).collect();
    values.extend([Value::Integer(grains), Value::Integer(scale), Value::Text(json(&row.owner)?)]);
    Ok((columns, values))
}

fn balance(connection: &Connection, row: &Balance) -> Done<(Vec<&'static str>, Vec<Value>)> {
    let decimals = scale_of(connection, &row.stock)?;
    let name = row.stock.item.as_str();
    let (quantity, reserved) = (cells(row.quantity, decimals, name)?, cells(row.reserved, decimals, name)?);
    let columns = vec!["quantity", "quantity_scale", "reserved", "reserved_scale", "second", "second_scale"];
    let mut values: Vec<Value> =
        [quantity.0, quantity.1, reserved.0, reserved.1].into_iter().map(Value::Integer).collect();
    values.extend(second(row.second)?);
    Ok((columns, values))
}

fn second(quantity: Option<Quantity>) -> Done<[Value; 2]> {
    let found: Option<Cells> = quantity.map(|q| cells(q, MAX_SCALE, "second quantity")).transpose()?;
    Ok(found.map_or([Value::Null, Value::Null], |(grains, scale)| [grains.into(), scale.into()]))
}

/// The decimals of a key's item.
fn scale_of(connection: &Connection, stock: &StockKey) -> Done<u32> {
    let mut statement = connection.prepare_cached("SELECT scale FROM item WHERE item = ?1")?;
    let found: Option<i64> = statement.query_row([stock.item.as_str()], |row| row.get(0)).optional()?;
    scale(found.ok_or_else(|| failed(format!("item {} is not stored", stock.item)))?, "item")
}

/// Number and quantity of a balance.
fn number(connection: &Connection, stock: &StockKey) -> Done<Option<(i64, Cells)>> {
    let sql = format!("SELECT number, quantity, quantity_scale FROM balance WHERE {BALANCE_KEY}");
    let mut statement = connection.prepare_cached(&sql)?;
    let cells = params_from_iter(key_cells(stock)?);
    let turn = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)));
    Ok(statement.query_row(cells, turn).optional()?)
}

fn start(connection: &Connection, row: &Balance) -> Done<Running> {
    let scale = scale_of(connection, &row.stock)?;
    let before = match number(connection, &row.stock)? {
        Some((_, cells)) => quantity(cells, scale, row.stock.item.as_str())?,
        None => Quantity::ZERO,
    };
    Ok(Running { number: 0, scale, quantity: before, end: row.quantity })
}

/// Appends ledger lines and gives the last sequence; they must lead from each balance before to the one after.
fn lines<'c>(
    connection: &Connection,
    movements: &'c [Movement],
    mut running: BTreeMap<&'c StockKey, Running>,
) -> Done<u64> {
    let mut last = read::watermark(connection)?;
    for movement in movements {
        if !running.contains_key(&movement.stock) {
            let none = || failed(format!("ledger line of {} without a balance", movement.stock.item));
            let (number, cells) = number(connection, &movement.stock)?.ok_or_else(none)?;
            let scale = scale_of(connection, &movement.stock)?;
            let now = quantity(cells, scale, movement.stock.item.as_str())?;
            running.insert(&movement.stock, Running { number, scale, quantity: now, end: now });
        }
        let Some(run) = running.get_mut(&movement.stock) else { continue };
        let range = |error: headstock::num::NumError| failed(format!("{}: {error}", movement.stock.item));
        run.quantity = run.quantity.plus(movement.quantity).map_err(range)?;
        last += 1;
        line(connection, movement, last, run)?;
    }
    match running.iter().find(|(_, run)| run.quantity != run.end) {
        None => Ok(last),
        Some((stock, run)) => Err(failed(format!(
            "the ledger lines of {} in {} add up to {}, its balance is {}",
            stock.item, stock.location, run.quantity, run.end
        ))),
    }
}

fn line(connection: &Connection, movement: &Movement, sequence: u64, run: &Running) -> Done<()> {
    let sql = "INSERT INTO ledger (sequence, balance, document, line, reason, undo, quantity, quantity_scale,
        second, second_scale, after, after_scale, order_id, order_line, serials, date, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
    let moved = cells(movement.quantity, run.scale, movement.stock.item.as_str())?;
    let after = cells(run.quantity, run.scale, movement.stock.item.as_str())?;
    let [second, second_scale] = second(movement.second)?;
    connection.prepare_cached(sql)?.execute(params![
        version(sequence)?,
        run.number,
        movement.document.as_str(),
        movement.line,
        word(&movement.reason)?,
        movement.undo,
        moved.0,
        moved.1,
        second,
        second_scale,
        after.0,
        after.1,
        movement.order.as_ref().map(|order| order.document.as_str()),
        movement.order.as_ref().map(|order| order.line),
        json(&movement.serials)?,
        word(&movement.date)?,
        movement.at.micros(),
    ])?;
    Ok(())
}

/// Ledger lines of an import: a key's lines end at its balance, whatever was before the first of them.
pub(crate) fn import_lines(connection: &Connection, movements: &[Movement]) -> Done<()> {
    let mut sums: BTreeMap<&StockKey, Quantity> = BTreeMap::new();
    let range = |error: headstock::num::NumError| failed(error.to_string());
    for movement in movements {
        let sum = sums.entry(&movement.stock).or_default();
        *sum = sum.plus(movement.quantity).map_err(range)?;
    }
    let mut running = BTreeMap::new();
    for (stock, sum) in sums {
        let none = || failed(format!("ledger line of {} without a balance", stock.item));
        let (number, cells) = number(connection, stock)?.ok_or_else(none)?;
        let scale = scale_of(connection, stock)?;
        let end = quantity(cells, scale, stock.item.as_str())?;
        running.insert(stock, Running { number, scale, quantity: end.minus(sum).map_err(range)?, end });
    }
    for movement in movements {
        let Some(run) = running.get_mut(&movement.stock) else { continue };
        run.quantity = run.quantity.plus(movement.quantity).map_err(range)?;
        line(connection, movement, movement.sequence, run)?;
    }
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

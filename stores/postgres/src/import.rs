//! Filling a store: whole tables by `COPY`; items.

use std::collections::BTreeMap;

use headstock::changeset::Row;
use headstock::inventory::{Movement, StockItem, StockKey};
use headstock::num::{NumError, Quantity};
use headstock::snapshot::{ExecutionSnapshot, ExecutionTables};
use postgres::types::Type;

use crate::ask::{Question, Value};
use crate::cells::{self, Cell, get, json, text, version};
use crate::commit::{ALONE, AT_WORK, chunks};
use crate::errors::{Done, Fault, failed};
use crate::ledger;
use crate::rows::{self, Scales, cells_of, scale_of};
use crate::session::Session;
use crate::table::{Kind, spot};

const ITEM: &str = "COPY headstock.item (item, scale, body) FROM STDIN (FORMAT binary)";
const SUBSTITUTE: &str = "COPY headstock.substitute (item, body) FROM STDIN (FORMAT binary)";
const REQUEST: &str = "COPY headstock.request (key, digest, at, reply) FROM STDIN (FORMAT binary)";
static ITEM_TYPES: [Type; 3] = [Type::TEXT, Type::INT2, Type::JSON];
static SUBSTITUTE_TYPES: [Type; 2] = [Type::TEXT, Type::JSON];
static REQUEST_TYPES: [Type; 4] = [Type::TEXT, Type::TEXT, Type::INT8, Type::JSON];

fn alone(session: &mut Session) -> Done<()> {
    session.ask(&Question::new(ALONE, vec![Value::One(Cell::Number(AT_WORK))])).map(drop)
}

fn copy(session: &mut Session, sql: &'static str, types: &'static [Type], all: Vec<Vec<Cell>>) -> Done<()> {
    for rows in chunks(all) {
        session.ask(&Question::copy(sql, types, &rows)?)?;
    }
    Ok(())
}

pub(crate) fn import(session: &mut Session, state: &ExecutionSnapshot) -> Done<()> {
    alone(session)?;
    let empty = "SELECT EXISTS (SELECT 1 FROM headstock.item) OR EXISTS (SELECT 1 FROM headstock.place)
        OR EXISTS (SELECT 1 FROM headstock.request)";
    if session.client().query_one(empty, &[])?.try_get(0)? {
        return Err(failed("only an empty store can be filled"));
    }
    let tables = state.to_tables();
    let scales: Scales = tables.items.iter().map(|row| (row.item.clone(), row.scale)).collect();
    let items = tables.items.iter().map(rows::item).collect::<Done<_>>()?;
    copy(session, ITEM, &ITEM_TYPES, items)?;
    let substitutes = tables.substitutes.iter().map(|row| Ok(vec![text(row.item.as_str()), json(row)?]));
    copy(session, SUBSTITUTE, &SUBSTITUTE_TYPES, substitutes.collect::<Done<_>>()?)?;
    let requests = tables.requests.iter().map(rows::request).collect::<Done<_>>()?;
    copy(session, REQUEST, &REQUEST_TYPES, requests)?;
    let movements = versioned(session, tables, &scales)?;
    lines(session, &movements, state, &scales)?;
    let watermark = version(state.watermark)?;
    let end = "UPDATE headstock.ledger_end SET last = $1::bigint RETURNING last";
    session.ask(&Question::new(end, vec![Value::One(watermark)])).map(drop)
}

/// Rows with versions, table by table; gives back the ledger.
fn versioned(session: &mut Session, tables: ExecutionTables, scales: &Scales) -> Done<Vec<Movement>> {
    let mut all: Vec<Row> = Vec::new();
    all.extend(tables.periods.into_iter().map(|row| Row::Period(Box::new(row))));
    all.extend(tables.places.into_iter().map(|row| Row::Place(Box::new(row))));
    all.extend(tables.orders.into_iter().map(|row| Row::Order(Box::new(row))));
    all.extend(tables.documents.into_iter().map(|row| Row::Document(Box::new(row))));
    all.extend(tables.lots.into_iter().map(|row| Row::Lot(Box::new(row))));
    all.extend(tables.serials.into_iter().map(|row| Row::Serial(Box::new(row))));
    all.extend(tables.holds.into_iter().map(|row| Row::Hold(Box::new(row))));
    all.extend(tables.balances.into_iter().map(|row| Row::Balance(Box::new(row))));
    let mut cells: BTreeMap<Kind, Vec<Vec<Cell>>> = BTreeMap::new();
    for row in &all {
        let (kind, key) = spot(&row.key())?;
        cells.entry(kind).or_default().push(cells_of(&key, row, scales)?);
    }
    for (kind, rows) in cells {
        copy(session, kind.table().copy, kind.table().types, rows)?;
    }
    Ok(tables.ledger)
}

/// Ledger lines of an import: a key's lines end at its balance, whatever was before the first of them.
fn lines(
    session: &mut Session,
    movements: &[Movement],
    state: &ExecutionSnapshot,
    scales: &Scales,
) -> Done<()> {
    let numbers = numbers(session)?;
    let range = |error: NumError| failed(error.to_string());
    let mut running: BTreeMap<&StockKey, Quantity> = BTreeMap::new();
    for movement in movements {
        let sum = running.entry(&movement.stock).or_default();
        *sum = sum.plus(movement.quantity).map_err(range)?;
    }
    for (stock, sum) in &mut running {
        let end = state.balance(stock).ok_or_else(|| without(stock))?.quantity;
        *sum = end.minus(*sum).map_err(range)?;
    }
    let mut all = Vec::with_capacity(movements.len());
    for movement in movements {
        let stock = &movement.stock;
        let number = numbers.get(stock).copied().ok_or_else(|| without(stock))?;
        let run = running.entry(stock).or_default();
        *run = run.plus(movement.quantity).map_err(range)?;
        let mut line = ledger::line(movement, number, scale_of(scales, stock)?, *run)?;
        line.insert(0, version(movement.sequence)?);
        all.push(line);
    }
    copy(session, ledger::COPY, &ledger::TYPES, all)
}

fn without(stock: &StockKey) -> Fault {
    failed(format!("ledger line of {} without a balance", stock.item))
}

/// Numbers of all balances.
fn numbers(session: &mut Session) -> Done<BTreeMap<StockKey, i64>> {
    let sql = "SELECT item, location, lot, attributes, owner, project, grade, status, number FROM headstock.balance";
    let rows = session.client().query(sql, &[])?;
    rows.iter().map(|row| Ok((cells::key(row, 0)?, get(row, 8)?))).collect()
}

pub(crate) fn put_items(session: &mut Session, items: &[StockItem]) -> Done<()> {
    alone(session)?;
    let put = "INSERT INTO headstock.item (item, scale, body)
        SELECT item, scale, body FROM unnest($1::text[], $2::smallint[], $3::json[]) AS n (item, scale, body)
        ON CONFLICT (item) DO UPDATE SET scale = excluded.scale, body = excluded.body";
    let used = "SELECT b.item, max(greatest(b.quantity_scale, b.reserved_scale)) FROM headstock.balance b
        JOIN headstock.item i ON i.item = b.item WHERE b.item = ANY($1::text[])
        AND greatest(b.quantity_scale, b.reserved_scale) > i.scale GROUP BY b.item ORDER BY b.item LIMIT 1";
    for rows in chunks(items.iter().map(rows::item).collect::<Done<Vec<_>>>()?) {
        let names = rows.iter().filter_map(|row| row.first().cloned()).collect();
        session.ask(&Question::over(put, 3, rows))?;
        let found = session.ask(&Question::new(used, vec![Value::Column(names)]))?;
        if let Some(row) = found.first() {
            let (item, decimals): (&str, i16) = (get(row, 0)?, get(row, 1)?);
            return Err(failed(format!("{item}: stock of it has {decimals} decimals already")));
        }
    }
    Ok(())
}

//! Everything at once: for reports, exports, and to check that nothing stored contradicts anything else.

use std::collections::BTreeMap;

use headstock::changeset::Row;
use headstock::inventory::{Balance, Hold, StockKey};
use headstock::num::Quantity;
use headstock::repository::holds_agree;
use headstock::snapshot::ExecutionSnapshot;

use crate::errors::{Done, corrupt};
use crate::read::{self, balances, body, holds};
use crate::session::Session;

/// Whole tables are read here: by their pages, not by their keys.
const WHOLE: &str = "SET LOCAL enable_seqscan = on";

/// Rows of a query that is asked rarely and so not kept prepared.
fn rows<T>(session: &mut Session, sql: &str, turn: impl Fn(&postgres::Row) -> Done<T>) -> Done<Vec<T>> {
    session.client().query(sql, &[])?.iter().map(turn).collect()
}

/// All tables as a snapshot.
pub(crate) fn everything(session: &mut Session) -> Done<ExecutionSnapshot> {
    session.client().batch_execute(WHOLE)?;
    let substitutes = "SELECT body::text FROM headstock.substitute ORDER BY number";
    let mut state = ExecutionSnapshot {
        substitutes: rows(session, substitutes, read::substitute)?,
        watermark: read::watermark(&session.client().query(read::WATERMARK, &[])?)?,
        ..ExecutionSnapshot::default()
    };
    for item in rows(session, "SELECT item, scale, body::text FROM headstock.item", read::item)? {
        state.items.insert(item.item.clone(), item);
    }
    for row in bodies(session)? {
        state.put(row);
    }
    let lying: Vec<Balance> = rows(session, balances!(""), read::balance)?;
    let held: Vec<Hold> = rows(session, holds!(""), read::hold)?;
    holds_agree(&lying, &held)?;
    lying.into_iter().for_each(|row| state.put(Row::Balance(Box::new(row))));
    held.into_iter().for_each(|row| state.put(Row::Hold(Box::new(row))));
    let requests = "SELECT key, digest, at, reply::text FROM headstock.request";
    for done in rows(session, requests, read::request)? {
        state.requests.insert(done.key.clone(), done);
    }
    state.ledger = rows(session, read::LEDGER, read::movement)?.into_iter().map(|line| line.0).collect();
    Ok(state)
}

/// Rows that are kept as their version and their body.
fn bodies(session: &mut Session) -> Done<Vec<Row>> {
    let named = |table: &str| format!("SELECT '', id, version, body::text FROM headstock.{table}");
    let of_items = |table: &str| format!("SELECT item, id, version, body::text FROM headstock.{table}");
    let mut all = rows(session, &named("period"), |row| body(row, Row::Period))?;
    all.extend(rows(session, &named("place"), |row| body(row, Row::Place))?);
    all.extend(rows(session, &named("production_order"), |row| body(row, Row::Order))?);
    all.extend(rows(session, &named("document"), |row| body(row, Row::Document))?);
    all.extend(rows(session, &of_items("lot"), |row| body(row, Row::Lot))?);
    all.extend(rows(session, &of_items("serial"), |row| body(row, Row::Serial))?);
    Ok(all)
}

/// Rows that refer to one that is not there, which the joins would leave out.
const LOST: &str = "SELECT 'balance' FROM headstock.balance b
        WHERE NOT EXISTS (SELECT 1 FROM headstock.item i WHERE i.item = b.item)
    UNION ALL SELECT 'hold' FROM headstock.hold h
        WHERE NOT EXISTS (SELECT 1 FROM headstock.item i WHERE i.item = h.item)
    UNION ALL SELECT 'ledger' FROM headstock.ledger l
        WHERE NOT EXISTS (SELECT 1 FROM headstock.balance b WHERE b.number = l.balance)
    LIMIT 1";

/// Finds the first contradiction.
pub(crate) fn verify(session: &mut Session) -> Done<()> {
    session.client().batch_execute(WHOLE)?;
    if let Some(row) = session.client().query(LOST, &[])?.first() {
        let table: &str = row.try_get(0)?;
        return Err(corrupt(format!("{table}: a row refers to one that is not there")));
    }
    let state = everything(session)?;
    chain(session, state.watermark)
}

/// Every line leads from the balance after the line before it to its own; sequences have no gap and end at the end.
fn chain(session: &mut Session, watermark: u64) -> Done<()> {
    let mut left: BTreeMap<StockKey, Quantity> = BTreeMap::new();
    let mut last: Option<u64> = None;
    for (movement, after) in rows(session, read::LEDGER, read::movement)? {
        let sequence = movement.sequence;
        if last.is_some_and(|last| last + 1 != sequence) {
            return Err(corrupt(format!("the ledger has a gap before line {sequence}")));
        }
        last = Some(sequence);
        let before = left.insert(movement.stock, after);
        let sum = before.map(|before| before.plus(movement.quantity));
        if sum.is_some_and(|sum| sum != Ok(after)) {
            return Err(corrupt(format!("ledger line {sequence} does not lead to {after}")));
        }
    }
    match last {
        Some(last) if last != watermark => {
            Err(corrupt(format!("the ledger ends at line {last}, it should at {watermark}")))
        }
        _ => Ok(()),
    }
}

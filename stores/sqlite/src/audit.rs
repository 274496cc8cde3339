//! Everything at once: for reports, exports, and to check that nothing stored contradicts anything else.

use std::collections::BTreeMap;

use headstock::changeset::Row;
use headstock::inventory::{Balance, StockKey};
use headstock::num::Quantity;
use headstock::repository::holds_agree;
use headstock::snapshot::ExecutionSnapshot;
use rusqlite::Connection;

use crate::errors::{Done, corrupt};
use crate::read::{self, Which};

/// All tables as a snapshot.
pub(crate) fn everything(connection: &Connection) -> Done<ExecutionSnapshot> {
    Ok(read_all(connection)?.0)
}

/// All tables, and the balance after each ledger line. Every balance is compared with the last line of its key.
fn read_all(connection: &Connection) -> Done<(ExecutionSnapshot, Vec<Quantity>)> {
    let mut state = ExecutionSnapshot {
        substitutes: read::substitutes(connection, None)?,
        watermark: read::watermark(connection)?,
        ..ExecutionSnapshot::default()
    };
    for item in read::items(connection, None)? {
        state.items.insert(item.item.clone(), item);
    }
    let numbered = read::all_balances(connection, &state.items)?;
    let after = ledger(connection, &mut state, &numbered)?;
    let balances: Vec<Balance> = numbered.into_iter().map(|(_, row)| row).collect();
    let holds = read::holds(connection, Which::All)?;
    holds_agree(&balances, &holds)?;
    for row in balances {
        let rows = state.balances.entry(row.stock.item.clone()).or_default();
        rows.insert(row.stock.clone(), row);
    }
    let rows = read::periods(connection)?.into_iter().chain(read::places(connection)?);
    let rows = rows.chain(holds.into_iter().map(|row| Row::Hold(Box::new(row))));
    rows.for_each(|row| state.put(row));
    read::orders(connection, Which::All)?.into_iter().for_each(|row| state.put(row));
    read::documents(connection, Which::All)?.into_iter().for_each(|row| state.put(row));
    read::lots(connection, Which::All)?.into_iter().for_each(|row| state.put(row));
    read::serials(connection, Which::All)?.into_iter().for_each(|row| state.put(row));
    for done in read::requests(connection, None)? {
        state.requests.insert(done.key.clone(), done);
    }
    Ok((state, after))
}

fn ledger(
    connection: &Connection,
    state: &mut ExecutionSnapshot,
    numbered: &[(i64, Balance)],
) -> Done<Vec<Quantity>> {
    let rows: BTreeMap<i64, &Balance> = numbered.iter().map(|(number, row)| (*number, row)).collect();
    let items = &state.items;
    let stock = |number: i64| {
        let stock = &rows.get(&number)?.stock;
        Some((stock, items.get(&stock.item)?.scale))
    };
    let lines = read::ledger(connection, stock)?;
    let mut last: BTreeMap<i64, Quantity> = BTreeMap::new();
    let (mut movements, mut after) = (Vec::with_capacity(lines.len()), Vec::with_capacity(lines.len()));
    for line in lines {
        last.insert(line.balance, line.after);
        movements.push(line.movement);
        after.push(line.after);
    }
    state.ledger = movements;
    for (number, left) in last {
        rows.get(&number).map_or(Ok(()), |row| read::after(row, left))?;
    }
    Ok(after)
}

/// Finds the first contradiction.
pub(crate) fn verify(connection: &Connection) -> Done<()> {
    let check: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if check != "ok" {
        return Err(corrupt(check));
    }
    let lost = read::rows(connection, "PRAGMA foreign_key_check", [], |row| Ok(row.get::<_, String>(0)?))?;
    if let Some(table) = lost.first() {
        return Err(corrupt(format!("{table}: a row refers to one that is not there")));
    }
    let (state, after) = read_all(connection)?;
    chain(&state, &after)
}

/// Every line leads from the balance after the line before it to its own; sequences have no gap.
fn chain(state: &ExecutionSnapshot, after: &[Quantity]) -> Done<()> {
    let mut left: BTreeMap<&StockKey, Quantity> = BTreeMap::new();
    let mut last: Option<u64> = None;
    for (movement, after) in state.ledger.iter().zip(after) {
        let sequence = movement.sequence;
        if last.is_some_and(|last| last + 1 != sequence) {
            return Err(corrupt(format!("the ledger has a gap before line {sequence}")));
        }
        last = Some(sequence);
        let before = left.insert(&movement.stock, *after);
        let sum = before.map(|before| before.plus(movement.quantity));
        if sum.is_some_and(|sum| sum != Ok(*after)) {
            return Err(corrupt(format!("ledger line {sequence} does not lead to {after}")));
        }
    }
    Ok(())
}

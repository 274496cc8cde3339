//! Everything at once: for reports, exports, and to check that nothing stored contradicts anything else.

use std::collections::BTreeMap;

use headstock::inventory::StockKey;
use headstock::num::Quantity;
use headstock::repository::holds_agree;
use headstock::snapshot::ExecutionSnapshot;
use rusqlite::Connection;

use crate::errors::{Done, corrupt};
use crate::read::{self, Which};

/// All tables as a snapshot.
pub(crate) fn everything(connection: &Connection) -> Done<ExecutionSnapshot> {
    let mut state = ExecutionSnapshot {
        substitutes: read::substitutes(connection, None)?,
        watermark: read::watermark(connection)?,
        ..ExecutionSnapshot::default()
    };
    for item in read::items(connection, None)? {
        state.items.insert(item.item.clone(), item);
    }
    let balances = read::balances(connection, None, None)?;
    let holds = read::holds(connection, None)?;
    holds_agree(&balances, &holds)?;
    let mut rows = read::periods(connection)?;
    rows.extend(read::places(connection)?);
    rows.extend(read::orders(connection, Which::All)?);
    rows.extend(read::documents(connection, Which::All)?);
    rows.extend(read::lots(connection, Which::All)?);
    rows.extend(read::serials(connection, Which::All)?);
    rows.extend(holds.into_iter().map(|row| headstock::changeset::Row::Hold(Box::new(row))));
    rows.extend(balances.into_iter().map(|row| headstock::changeset::Row::Balance(Box::new(row))));
    for row in rows {
        state.put(row);
    }
    for done in read::requests(connection, None)? {
        state.requests.insert(done.key.clone(), done);
    }
    state.ledger = read::ledger(connection)?.into_iter().map(|(movement, _)| movement).collect();
    Ok(state)
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
    everything(connection)?;
    chain(connection)
}

/// Every line leads from the balance after the line before it to its own; sequences have no gap.
fn chain(connection: &Connection) -> Done<()> {
    let mut left: BTreeMap<StockKey, Quantity> = BTreeMap::new();
    let mut last: Option<u64> = None;
    for (movement, after) in read::ledger(connection)? {
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
    Ok(())
}

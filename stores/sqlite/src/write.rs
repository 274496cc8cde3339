//! Changesets into one transaction: keys and ledger lines as they come, each row once, in the end, in key order.

use std::collections::BTreeMap;

use headstock::changeset::{CHANGESET_FORMAT, ChangeSet, Done as Used, Row, RowKey};
use headstock::inventory::{Movement, StockKey};
use headstock::num::{NumError, Quantity};
use headstock::repository::{Commit, StoreError};
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use crate::cells::{count, key_cells, quantity, scale};
use crate::errors::{Done, Fault, failed};
use crate::known::Known;
use crate::rows::{self, line, request, scale_of};
use crate::{read, table};

/// A row that changesets read or write.
struct Slot<'c> {
    /// Its version as the changesets so far leave it; 0 when it is not there.
    version: u64,
    stored: bool,
    /// The row in the end, where it is written.
    write: Option<&'c Row>,
}

/// A balance that changesets read, write or move.
struct Lying<'c> {
    slot: Slot<'c>,
    number: i64,
    scale: u32,
    /// What the ledger lines so far make of it.
    quantity: Quantity,
    /// What the changesets so far say that it is.
    end: Quantity,
}

/// Writes changesets of which each was decided on what the one before left.
pub(crate) struct Writer<'w, 'c> {
    connection: &'w Connection,
    known: &'w Known,
    rows: BTreeMap<RowKey, Slot<'c>>,
    balances: BTreeMap<&'c StockKey, Lying<'c>>,
    last: u64,
}

/// What was written.
pub(crate) struct Written<'c> {
    /// The last sequence.
    pub(crate) watermark: u64,
    pub(crate) rows: Vec<&'c Row>,
    /// Row numbers of balances.
    pub(crate) numbers: Vec<(StockKey, i64)>,
}

impl<'w, 'c> Writer<'w, 'c> {
    pub(crate) fn new(connection: &'w Connection, known: &'w Known) -> Done<Writer<'w, 'c>> {
        let last = read::watermark(connection)?;
        Ok(Writer { connection, known, rows: BTreeMap::new(), balances: BTreeMap::new(), last })
    }

    /// Takes one changeset; an answer instead when it cannot be stored: then everything has to be rolled back.
    pub(crate) fn add(&mut self, changes: &'c ChangeSet) -> Done<Option<Commit>> {
        if changes.format > CHANGESET_FORMAT {
            let (found, supported) = (changes.format, CHANGESET_FORMAT);
            return Err(StoreError::Newer { found, supported }.into());
        }
        let done = changes.done();
        if !request(self.connection, &done)? {
            return known(self.connection, &done).map(Some);
        }
        let mut stale = Vec::new();
        for read in &changes.reads {
            if self.version(&read.row)? != read.version {
                stale.push(read.row.clone());
            }
        }
        if !stale.is_empty() {
            stale.sort();
            return Ok(Some(Commit::Conflict { rows: stale }));
        }
        for row in &changes.writes {
            if !self.put(row)? {
                return Ok(Some(Commit::Conflict { rows: vec![row.key()] }));
            }
        }
        changes.movements.iter().try_for_each(|movement| self.append(movement))?;
        self.check(changes)?;
        Ok(None)
    }

    fn version(&mut self, key: &'c RowKey) -> Done<u64> {
        match key {
            RowKey::Balance { stock } => Ok(self.lying(stock)?.map_or(0, |lying| lying.slot.version)),
            key => Ok(self.slot(key.clone())?.version),
        }
    }

    /// A row that is no balance, looked at under the write lock.
    fn slot(&mut self, key: RowKey) -> Done<&mut Slot<'c>> {
        if !self.rows.contains_key(&key) {
            let mut statement = self.connection.prepare_cached(table::of(&key).look)?;
            let found: Option<i64> =
                statement.query_row(params_from_iter(rows::key(&key)), |row| row.get(0)).optional()?;
            let version = count(found.unwrap_or(0), key.name().as_str())?;
            self.rows.insert(key.clone(), Slot { version, stored: found.is_some(), write: None });
        }
        self.rows.get_mut(&key).ok_or_else(|| failed("a row was lost"))
    }

    /// A balance, where there is one.
    fn lying(&mut self, stock: &'c StockKey) -> Done<Option<&mut Lying<'c>>> {
        if !self.balances.contains_key(stock) {
            let Some(found) = self.look(stock)? else { return Ok(None) };
            self.balances.insert(stock, found);
        }
        Ok(self.balances.get_mut(stock))
    }

    fn look(&self, stock: &StockKey) -> Done<Option<Lying<'c>>> {
        let lying = |number, version, scale, quantity| {
            let slot = Slot { version, stored: true, write: None };
            Lying { slot, number, scale, quantity, end: quantity }
        };
        if let Some(known) = self.known.balance(stock) {
            return Ok(Some(lying(known.number, known.row.version, known.scale, known.row.quantity)));
        }
        let mut statement = self.connection.prepare_cached(table::of_balance().look)?;
        let mut found = statement.query(params_from_iter(key_cells(stock)?))?;
        let Some(row) = found.next()? else { return Ok(None) };
        let name = stock.item.as_str();
        let decimals = scale(row.get(4)?, name)?;
        let quantity = quantity((row.get(2)?, row.get(3)?), decimals, name)?;
        Ok(Some(lying(row.get(0)?, count(row.get(1)?, name)?, decimals, quantity)))
    }

    /// Notes a row in the place of the version before it, or as a new one; `false` when that is not there.
    fn put(&mut self, row: &'c Row) -> Done<bool> {
        let Row::Balance(balance) = row else {
            let slot = self.slot(row.key())?;
            let follows = slot.version + 1 == row.version();
            (slot.version, slot.write) = (row.version(), Some(row));
            return Ok(follows);
        };
        if let Some(lying) = self.lying(&balance.stock)? {
            let follows = lying.slot.version + 1 == balance.version;
            (lying.slot.version, lying.slot.write, lying.end) =
                (balance.version, Some(row), balance.quantity);
            return Ok(follows);
        }
        // Ledger lines refer to its number, so it is written at once.
        let scale = match self.known.scale(&balance.stock.item) {
            Some(scale) => scale,
            None => scale_of(self.connection, &balance.stock)?,
        };
        if balance.version != 1 || !rows::insert(self.connection, row)? {
            return Ok(false);
        }
        let slot = Slot { version: 1, stored: true, write: Some(row) };
        let number = self.connection.last_insert_rowid();
        let (quantity, end) = (Quantity::ZERO, balance.quantity);
        self.balances.insert(&balance.stock, Lying { slot, number, scale, quantity, end });
        Ok(true)
    }

    fn append(&mut self, movement: &'c Movement) -> Done<()> {
        let sequence = self.last + 1;
        let connection = self.connection;
        let stock = &movement.stock;
        let none = || failed(format!("ledger line of {} without a balance", stock.item));
        let lying = self.lying(stock)?.ok_or_else(none)?;
        lying.quantity = lying.quantity.plus(movement.quantity).map_err(|error| range(stock, &error))?;
        line(connection, movement, sequence, lying.number, lying.scale, lying.quantity)?;
        self.last = sequence;
        Ok(())
    }

    /// Ledger lines must lead from each balance before to the one after.
    fn check(&self, changes: &ChangeSet) -> Done<()> {
        let written = changes.writes.iter().filter_map(|row| match row {
            Row::Balance(row) => Some(&row.stock),
            _ => None,
        });
        for stock in written.chain(changes.movements.iter().map(|movement| &movement.stock)) {
            let Some(lying) = self.balances.get(stock) else { continue };
            if lying.quantity != lying.end {
                let (item, place) = (&stock.item, &stock.location);
                let (sum, end) = (lying.quantity, lying.end);
                return Err(failed(format!(
                    "the ledger lines of {item} in {place} add up to {sum}, its balance is {end}"
                )));
            }
        }
        Ok(())
    }

    /// Writes every row that is not written yet, in key order.
    pub(crate) fn finish(self) -> Done<Written<'c>> {
        let mut written = Written { watermark: self.last, rows: Vec::new(), numbers: Vec::new() };
        for (key, slot) in &self.rows {
            let Some(row) = slot.write else { continue };
            let done = if slot.stored {
                rows::update(self.connection, key, row)?
            } else {
                rows::insert(self.connection, row)?
            };
            if !done {
                return Err(failed(format!("{} was not written", key.name())));
            }
            written.rows.push(row);
        }
        for (stock, lying) in self.balances {
            written.numbers.push((stock.clone(), lying.number));
            let Some(row) = lying.slot.write else { continue };
            if let Row::Balance(balance) = row
                && !rows::update_balance(self.connection, balance, lying.number, lying.scale)?
            {
                return Err(failed(format!("the balance of {} was not written", stock.item)));
            }
            written.rows.push(row);
        }
        Ok(written)
    }
}

fn range(stock: &StockKey, error: &NumError) -> Fault {
    failed(format!("{}: {error}", stock.item))
}

fn known(connection: &Connection, asked: &Used) -> Done<Commit> {
    match read::requests(connection, Some(&asked.key))?.pop() {
        Some(done) if done.digest == asked.digest => Ok(Commit::Replayed { done: Box::new(done) }),
        _ => Ok(Commit::KeyReused),
    }
}

/// Ledger lines of an import: a key's lines end at its balance, whatever was before the first of them.
pub(crate) fn import_lines(connection: &Connection, movements: &[Movement]) -> Done<()> {
    let nothing = Known::default();
    let mut writer = Writer::new(connection, &nothing)?;
    let mut sums: BTreeMap<&StockKey, Quantity> = BTreeMap::new();
    for movement in movements {
        let sum = sums.entry(&movement.stock).or_default();
        *sum = sum.plus(movement.quantity).map_err(|error| range(&movement.stock, &error))?;
    }
    for (stock, sum) in sums {
        let none = || failed(format!("ledger line of {} without a balance", stock.item));
        let lying = writer.lying(stock)?.ok_or_else(none)?;
        lying.quantity = lying.end.minus(sum).map_err(|error| range(stock, &error))?;
    }
    for movement in movements {
        let Some(lying) = writer.balances.get_mut(&movement.stock) else { continue };
        let after = lying.quantity.plus(movement.quantity);
        lying.quantity = after.map_err(|error| range(&movement.stock, &error))?;
        line(connection, movement, movement.sequence, lying.number, lying.scale, lying.quantity)?;
    }
    Ok(())
}

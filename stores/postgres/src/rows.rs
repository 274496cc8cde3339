//! Rows as the cells of their tables.

use std::collections::BTreeMap;

use headstock::changeset::{Done as Used, Row};
use headstock::id::Id;
use headstock::inventory::{Balance, Hold, StockItem, StockKey};

use crate::cells::{Cell, cells, json, key_cells, second_cells, text, version};
use crate::errors::{Done, failed};

/// Decimals of items.
pub(crate) type Scales = BTreeMap<Id, u32>;

/// The decimals of a key's item.
pub(crate) fn scale_of(scales: &Scales, stock: &StockKey) -> Done<u32> {
    let none = || failed(format!("item {} is not stored", stock.item));
    scales.get(&stock.item).copied().ok_or_else(none)
}

/// All cells of a row: those of its key, its version, the others.
pub(crate) fn cells_of(key: &[Cell], row: &Row, scales: &Scales) -> Done<Vec<Cell>> {
    let mut all = key.to_vec();
    all.push(version(row.version())?);
    match row {
        Row::Period(row) => all.push(json(row)?),
        Row::Place(row) => all.push(json(row)?),
        Row::Order(row) => all.push(json(row)?),
        Row::Document(row) => all.push(json(row)?),
        Row::Lot(row) => all.push(json(row)?),
        Row::Serial(row) => all.push(json(row)?),
        Row::Hold(row) => hold(row, scales, &mut all)?,
        Row::Balance(row) => balance(row, scales, &mut all)?,
    }
    Ok(all)
}

fn hold(row: &Hold, scales: &Scales, all: &mut Vec<Cell>) -> Done<()> {
    all.extend(key_cells(&row.stock)?.into_iter().skip(1));
    all.extend(cells(row.quantity, scale_of(scales, &row.stock)?, row.id.as_str())?);
    all.push(json(&row.owner)?);
    Ok(())
}

fn balance(row: &Balance, scales: &Scales, all: &mut Vec<Cell>) -> Done<()> {
    let (decimals, name) = (scale_of(scales, &row.stock)?, row.stock.item.as_str());
    all.extend(cells(row.quantity, decimals, name)?);
    all.extend(cells(row.reserved, decimals, name)?);
    all.extend(second_cells(row.second)?);
    Ok(())
}

/// Key, digest, time and reply.
pub(crate) fn request(done: &Used) -> Done<Vec<Cell>> {
    let (key, digest) = (text(done.key.as_str()), text(&done.digest));
    Ok(vec![key, digest, Cell::Number(done.at.micros()), json(&done.reply)?])
}

/// Item, scale and body.
pub(crate) fn item(row: &StockItem) -> Done<Vec<Cell>> {
    Ok(vec![text(row.item.as_str()), Cell::Number(i64::from(row.scale)), json(row)?])
}

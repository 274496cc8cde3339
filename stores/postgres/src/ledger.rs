//! Ledger lines: each with the balance after it, from the balance before the commit to the one that it stores.

use std::collections::BTreeMap;

use headstock::changeset::Row;
use headstock::inventory::{Movement, StockKey};
use headstock::num::{NumError, Quantity};
use postgres::types::Type;

use crate::ask::{Question, Value, columns};
use crate::batch::{Batch, Held};
use crate::cells::{Cell, cells, json, lying, second_cells, text, version};
use crate::commit::chunks;
use crate::errors::{Done, Fault, failed};
use crate::rows::{Scales, scale_of};

/// Above so many lines they are sent by `COPY`.
pub(crate) const COPY_FROM: usize = 512;

const END: &str = "UPDATE headstock.ledger_end SET last = last + $1::bigint RETURNING last";
const LAST: &str = "SELECT last FROM headstock.ledger_end";

/// Takes the next sequences and appends in one statement: the end of the ledger is held as shortly as it can be.
const APPEND: &str = "WITH mark AS (
        UPDATE headstock.ledger_end SET last = last + $17::bigint RETURNING last
    ), lines AS (
        INSERT INTO headstock.ledger (sequence, balance, document, line, reason, undo, quantity, quantity_scale,
            second, second_scale, after, after_scale, order_id, order_line, serials, date, at)
        SELECT mark.last - $17::bigint + n.place, n.balance, n.document, n.line, n.reason, n.undo, n.quantity,
            n.quantity_scale, n.second, n.second_scale, n.after, n.after_scale, n.order_id, n.order_line,
            n.serials, n.date, n.at
        FROM mark, unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::boolean[], $6::bigint[],
            $7::smallint[], $8::bigint[], $9::smallint[], $10::bigint[], $11::smallint[], $12::text[],
            $13::bigint[], $14::json[], $15::date[], $16::bigint[]) WITH ORDINALITY
            AS n (balance, document, line, reason, undo, quantity, quantity_scale, second, second_scale, after,
            after_scale, order_id, order_line, serials, date, at, place)
        RETURNING 1
    ) SELECT mark.last, (SELECT count(*) FROM lines) FROM mark";

pub(crate) const COPY: &str =
    "COPY headstock.ledger (sequence, balance, document, line, reason, undo, quantity,
    quantity_scale, second, second_scale, after, after_scale, order_id, order_line, serials, date, at)
    FROM STDIN (FORMAT binary)";

const NUMBER: Type = Type::INT8;
const SCALE: Type = Type::INT2;
const TEXT: Type = Type::TEXT;
pub(crate) static TYPES: [Type; 17] = [
    NUMBER,
    NUMBER,
    TEXT,
    NUMBER,
    TEXT,
    Type::BOOL,
    NUMBER,
    SCALE,
    NUMBER,
    SCALE,
    NUMBER,
    SCALE,
    TEXT,
    NUMBER,
    Type::JSON,
    Type::DATE,
    NUMBER,
];

/// A key whose balance the ledger lines must lead to.
struct Running {
    number: i64,
    scale: u32,
    /// What the ledger lines so far make of the balance before.
    quantity: Quantity,
    /// What the changesets say the balance is.
    end: Quantity,
}

/// The cells of all lines of a batch, without their sequences.
pub(crate) fn lines(batch: &Batch<'_>, scales: &Scales) -> Done<Vec<Vec<Cell>>> {
    let mut running: BTreeMap<&StockKey, Running> = BTreeMap::new();
    for held in batch.rows.values() {
        if let Some(stock) = held.stock {
            running.insert(stock, start(stock, held, scales)?);
        }
    }
    let mut lines = Vec::with_capacity(batch.movements.len());
    for movement in &batch.movements {
        let Some(run) = running.get_mut(&movement.stock) else { continue };
        run.quantity = run.quantity.plus(movement.quantity).map_err(|error| range(&movement.stock, error))?;
        lines.push(line(movement, run.number, run.scale, run.quantity)?);
    }
    match running.iter().find(|(_, run)| run.quantity != run.end) {
        None => Ok(lines),
        Some((stock, run)) => Err(failed(format!(
            "the ledger lines of {} in {} add up to {}, its balance is {}",
            stock.item, stock.location, run.quantity, run.end
        ))),
    }
}

fn range(stock: &StockKey, error: NumError) -> Fault {
    failed(format!("{}: {error}", stock.item))
}

fn start(stock: &StockKey, held: &Held<'_>, scales: &Scales) -> Done<Running> {
    let scale = scale_of(scales, stock)?;
    let none = || failed(format!("ledger line of {} without a balance", stock.item));
    let there = held.lying.ok_or_else(none)?;
    let before = lying(there.grains, there.decimals, scale, stock.item.as_str())?;
    let end = match held.write {
        Some(Row::Balance(row)) => row.quantity,
        _ => before,
    };
    Ok(Running { number: there.number, scale, quantity: before, end })
}

/// One line without its sequence.
pub(crate) fn line(movement: &Movement, balance: i64, scale: u32, after: Quantity) -> Done<Vec<Cell>> {
    let name = movement.stock.item.as_str();
    let mut all = Vec::with_capacity(TYPES.len());
    all.extend([
        Cell::Number(balance),
        text(movement.document.as_str()),
        Cell::Number(i64::from(movement.line)),
        text(movement.reason.as_str()),
        Cell::Flag(movement.undo),
    ]);
    all.extend(cells(movement.quantity, scale, name)?);
    all.extend(second_cells(movement.second)?);
    all.extend(cells(after, scale, name)?);
    match &movement.order {
        Some(order) => all.extend([text(order.document.as_str()), Cell::Number(i64::from(order.line))]),
        None => all.extend([Cell::Null, Cell::Null]),
    }
    all.push(json(&movement.serials)?);
    all.push(Cell::Number(i64::from(movement.date.day_number())));
    all.push(Cell::Number(movement.at.micros()));
    Ok(all)
}

/// Appends lines; gives the last sequence.
pub(crate) fn append(lines: Vec<Vec<Cell>>) -> Done<Question> {
    if lines.is_empty() {
        return Ok(Question::new(LAST, Vec::new()));
    }
    let count = length(lines.len())?;
    let mut values = columns(TYPES.len() - 1, lines);
    values.push(Value::One(Cell::Number(count)));
    Ok(Question::new(APPEND, values))
}

/// Takes the next sequences; gives the last of them.
pub(crate) fn end(lines: usize) -> Done<Question> {
    Ok(Question::new(END, vec![Value::One(Cell::Number(length(lines)?))]))
}

fn length(lines: usize) -> Done<i64> {
    i64::try_from(lines).map_err(|_| failed(format!("{lines} ledger lines")))
}

/// Copies lines whose last sequence is `last`.
pub(crate) fn copies(lines: Vec<Vec<Cell>>, last: u64) -> Done<Vec<Question>> {
    let mut sequence = last - lines.len() as u64;
    let mut questions = Vec::new();
    for chunk in chunks(lines) {
        let mut rows = Vec::with_capacity(chunk.len());
        for mut line in chunk {
            sequence += 1;
            line.insert(0, version(sequence)?);
            rows.push(line);
        }
        questions.push(Question::copy(COPY, &TYPES, &rows)?);
    }
    Ok(questions)
}

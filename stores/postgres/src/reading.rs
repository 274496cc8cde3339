//! What wants ask of PostgreSQL, and the rows that the answers make: one question a table, whatever the wants.

use std::collections::BTreeSet;

use headstock::changeset::Row;
use headstock::id::Id;
use headstock::inventory::{Balance, Hold};
use headstock::load::{Rows, Want};
use headstock::repository::{StoreError, holds_agree};
use postgres::Row as Raw;

use crate::ask::{Question, Value};
use crate::cells::text;
use crate::errors::{Done, Fault};
use crate::read::{self, balances, body, holds};

/// Starts a transaction whose reads are all as of one moment.
pub const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Which table an answer is of.
#[derive(Debug, Clone, Copy)]
enum Of {
    Watermark,
    Requests,
    Periods,
    Places,
    Orders,
    Documents,
    Serials,
    Items,
    Substitutes,
    Lots,
    Holds,
    OneHold,
    Balances,
    BalancesAt,
}

/// Reads the rows for wants.
///
/// The questions have to be asked in one transaction that was started with [`BEGIN_READ`]; they do not depend on
/// each other and may be sent at once.
#[derive(Debug)]
pub struct Reading {
    asked: Vec<(Of, Question)>,
}

impl Reading {
    /// What is to be asked for wants.
    #[must_use]
    pub fn new(wants: &[Want]) -> Reading {
        let mut reading =
            Reading { asked: vec![(Of::Watermark, Question::new(read::WATERMARK, Vec::new()))] };
        let ids = |pick: fn(&Want) -> Option<&Id>| column(wants.iter().filter_map(pick));
        reading.by(Of::Requests, read::REQUESTS, ids(request));
        if wants.contains(&Want::Periods) {
            reading.ask(Of::Periods, PERIODS, Vec::new());
        }
        if wants.contains(&Want::Places) {
            reading.ask(Of::Places, PLACES, Vec::new());
        }
        reading.by(Of::Orders, ORDERS, ids(order));
        reading.by(Of::Documents, DOCUMENTS, ids(document));
        reading.by_both(Of::Serials, SERIALS, wants.iter().filter_map(serial));
        for (of, sql) in ITEMS {
            reading.by(of, sql, ids(item));
        }
        reading.by_both(Of::OneHold, ONE_HOLD, wants.iter().filter_map(hold));
        reading.by(Of::BalancesAt, BALANCES_AT, ids(location));
        reading
    }

    fn ask(&mut self, of: Of, sql: &'static str, values: Vec<Value>) {
        self.asked.push((of, Question::new(sql, values)));
    }

    fn by(&mut self, of: Of, sql: &'static str, ids: Option<Value>) {
        if let Some(ids) = ids {
            self.ask(of, sql, vec![ids]);
        }
    }

    /// By item and id.
    fn by_both<'w>(&mut self, of: Of, sql: &'static str, pairs: impl Iterator<Item = (&'w Id, &'w Id)>) {
        let pairs: BTreeSet<(&Id, &Id)> = pairs.collect();
        let items = column(pairs.iter().map(|pair| pair.0));
        let ids = column(pairs.iter().map(|pair| pair.1));
        if let (Some(items), Some(ids)) = (items, ids) {
            self.ask(of, sql, vec![items, ids]);
        }
    }

    /// The questions.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        self.asked.iter().map(|(_, question)| question)
    }

    /// The rows that the answers make, one answer a question.
    ///
    /// # Errors
    /// `STORE_CORRUPT` when they contradict each other: a row altered by hand.
    pub fn rows(&self, answers: &[Vec<Raw>]) -> Result<Rows, StoreError> {
        self.made(answers).map_err(Fault::store)
    }

    fn made(&self, answers: &[Vec<Raw>]) -> Done<Rows> {
        let mut out = Rows::default();
        let (mut lying, mut held): (Vec<Balance>, Vec<Hold>) = (Vec::new(), Vec::new());
        for ((of, _), rows) in self.asked.iter().zip(answers) {
            match of {
                Of::Watermark => out.watermark = read::watermark(rows)?,
                Of::Requests => out.requests = all(rows, read::request)?,
                Of::Periods => out.rows.extend(all(rows, |row| body(row, Row::Period))?),
                Of::Places => out.rows.extend(all(rows, |row| body(row, Row::Place))?),
                Of::Orders => out.rows.extend(all(rows, |row| body(row, Row::Order))?),
                Of::Documents => out.rows.extend(all(rows, |row| body(row, Row::Document))?),
                Of::Serials => out.rows.extend(all(rows, |row| body(row, Row::Serial))?),
                Of::Items => out.items = all(rows, read::item)?,
                Of::Substitutes => out.substitutes = all(rows, read::substitute)?,
                Of::Lots => out.rows.extend(all(rows, |row| body(row, Row::Lot))?),
                Of::Holds => held = all(rows, read::hold)?,
                Of::OneHold => out.rows.extend(all(rows, read::hold)?.into_iter().map(held_row)),
                Of::Balances => lying = all(rows, read::balance)?,
                Of::BalancesAt => out.rows.extend(all(rows, read::balance)?.into_iter().map(balance)),
            }
        }
        holds_agree(&lying, &held)?;
        out.rows.extend(lying.into_iter().map(balance));
        out.rows.extend(held.into_iter().map(held_row));
        Ok(out)
    }
}

pub(crate) fn all<T>(rows: &[Raw], turn: impl Fn(&Raw) -> Done<T>) -> Done<Vec<T>> {
    rows.iter().map(turn).collect()
}

fn balance(row: Balance) -> Row {
    Row::Balance(Box::new(row))
}

fn held_row(row: Hold) -> Row {
    Row::Hold(Box::new(row))
}

fn column<'a>(ids: impl Iterator<Item = &'a Id>) -> Option<Value> {
    let cells: Vec<_> = ids.map(|id| text(id.as_str())).collect();
    (!cells.is_empty()).then_some(Value::Column(cells))
}

fn request(want: &Want) -> Option<&Id> {
    if let Want::Request(key) = want { Some(key) } else { None }
}

fn order(want: &Want) -> Option<&Id> {
    if let Want::Order(id) = want { Some(id) } else { None }
}

fn document(want: &Want) -> Option<&Id> {
    if let Want::Document(id) = want { Some(id) } else { None }
}

fn item(want: &Want) -> Option<&Id> {
    if let Want::Item(id) = want { Some(id) } else { None }
}

fn serial(want: &Want) -> Option<(&Id, &Id)> {
    if let Want::Serial(item, serial) = want { Some((item, serial)) } else { None }
}

fn hold(want: &Want) -> Option<(&Id, &Id)> {
    if let Want::Hold(item, hold) = want { Some((item, hold)) } else { None }
}

fn location(want: &Want) -> Option<&Id> {
    if let Want::BalancesAt(id) = want { Some(id) } else { None }
}

const PERIODS: &str = "SELECT '', id, version, body::text FROM headstock.period ORDER BY id";
const PLACES: &str = "SELECT '', id, version, body::text FROM headstock.place ORDER BY id";
const ORDERS: &str = "SELECT '', id, version, body::text FROM headstock.production_order WHERE id = ANY($1::text[]) ORDER BY id";
const DOCUMENTS: &str =
    "SELECT '', id, version, body::text FROM headstock.document WHERE id = ANY($1::text[]) ORDER BY id";
const SERIALS: &str = "SELECT t.item, t.id, t.version, t.body::text FROM unnest($1::text[], $2::text[])
    AS n (item, id) JOIN headstock.serial t ON t.item = n.item AND t.id = n.id";
const ONE_HOLD: &str =
    holds!(" JOIN unnest($1::text[], $2::text[]) AS n (item, id) ON n.item = h.item AND n.id = h.id");
const BALANCES_AT: &str = balances!(" WHERE b.location = ANY($1::text[])");

/// What an item is asked with.
const ITEMS: [(Of, &str); 5] = [
    (Of::Items, "SELECT item, scale, body::text FROM headstock.item WHERE item = ANY($1::text[])"),
    (
        Of::Substitutes,
        "SELECT body::text FROM headstock.substitute WHERE item = ANY($1::text[]) ORDER BY number",
    ),
    (Of::Lots, "SELECT item, id, version, body::text FROM headstock.lot WHERE item = ANY($1::text[])"),
    (Of::Holds, holds!(" WHERE h.item = ANY($1::text[]) AND h.quantity <> 0")),
    (Of::Balances, balances!(" WHERE b.item = ANY($1::text[])")),
];

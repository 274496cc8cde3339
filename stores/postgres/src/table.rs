//! The tables of rows with versions, in the order in which their rows are locked, and their statements.

use headstock::changeset::RowKey;
use postgres::types::Type;

use crate::cells::{Cell, key_cells, text};
use crate::errors::Done;

/// A table of rows with versions. Its order is that of [`RowKey`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Period,
    Place,
    Order,
    Document,
    Lot,
    Serial,
    Hold,
    Balance,
}

/// How rows are locked when they are looked at. In key order, so that two commits never wait for each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lock {
    /// Not: another lock covers them.
    None,
    /// Nobody may change them.
    Share,
    /// Nobody may change or share them.
    Write,
}

/// Columns stand in this order everywhere: those of the key, `version`, the others.
#[derive(Debug)]
pub(crate) struct Table {
    /// Number of key columns.
    pub(crate) keys: usize,
    /// Types of all columns.
    pub(crate) types: &'static [Type],
    /// By keys: the key columns, the version, and of a balance its number and quantity. Plain, shared, for writing.
    look: [&'static str; 3],
    /// Changes rows by key; gives their number.
    pub(crate) update: &'static str,
    /// Adds rows; gives the keys of those that were not there.
    pub(crate) insert: &'static str,
    pub(crate) copy: &'static str,
}

impl Table {
    pub(crate) fn look(&self, lock: Lock) -> &'static str {
        match lock {
            Lock::None => self.look[0],
            Lock::Share => self.look[1],
            Lock::Write => self.look[2],
        }
    }
}

/// Looks at rows by their keys, in key order, with a lock on them or none.
macro_rules! look {
    ($name:literal, $key:literal, $of:literal, $arrays:literal, $on:literal, $found:literal, $lock:literal) => {
        concat!(
            "SELECT ",
            $of,
            $found,
            " FROM unnest(",
            $arrays,
            ") AS n (",
            $key,
            ") JOIN headstock.",
            $name,
            " t ON ",
            $on,
            " ORDER BY ",
            $of,
            $lock
        )
    };
}

/// The statements of one table. `on` joins its key with that of `k` or `n`.
macro_rules! table {
    ($name:literal, $keys:literal, key: $key:literal, of: $of:literal, arrays: $arrays:literal, on: $on:literal,
     found: $found:literal, all: $all:literal, columns: $columns:literal, set: $set:literal, given: $given:literal,
     types: $types:expr) => {
        Table {
            keys: $keys,
            types: &$types,
            look: [
                look!($name, $key, $of, $arrays, $on, $found, ""),
                look!($name, $key, $of, $arrays, $on, $found, " FOR SHARE OF t"),
                look!($name, $key, $of, $arrays, $on, $found, " FOR NO KEY UPDATE OF t"),
            ],
            update: concat!(
                "WITH done AS (UPDATE headstock.",
                $name,
                " t SET ",
                $set,
                " FROM unnest(",
                $given,
                ") AS n (",
                $columns,
                ") WHERE ",
                $on,
                " RETURNING 1) SELECT count(*) FROM done"
            ),
            insert: concat!(
                "INSERT INTO headstock.",
                $name,
                " (",
                $columns,
                ") SELECT ",
                $columns,
                " FROM unnest(",
                $given,
                ") AS n (",
                $columns,
                ") ON CONFLICT DO NOTHING RETURNING ",
                $all
            ),
            copy: concat!("COPY headstock.", $name, " (", $columns, ") FROM STDIN (FORMAT binary)"),
        }
    };
}

macro_rules! by_id {
    ($name:literal) => {
        table!($name, 1, key: "id", of: "t.id", arrays: "$1::text[]", on: "t.id = n.id", found: ", t.version",
            all: "id", columns: "id, version, body", set: "version = n.version, body = n.body",
            given: "$1::text[], $2::bigint[], $3::json[]", types: [Type::TEXT, Type::INT8, Type::JSON])
    };
}

macro_rules! by_item {
    ($name:literal) => {
        table!($name, 2, key: "item, id", of: "t.item, t.id", arrays: "$1::text[], $2::text[]",
            on: "t.item = n.item AND t.id = n.id", found: ", t.version", all: "item, id",
            columns: "item, id, version, body", set: "version = n.version, body = n.body",
            given: "$1::text[], $2::text[], $3::bigint[], $4::json[]",
            types: [Type::TEXT, Type::TEXT, Type::INT8, Type::JSON])
    };
}

const TEXT: Type = Type::TEXT;
const NUMBER: Type = Type::INT8;
const SCALE: Type = Type::INT2;

static TABLES: [Table; 8] = [
    by_id!("period"),
    by_id!("place"),
    by_id!("production_order"),
    by_id!("document"),
    by_item!("lot"),
    by_item!("serial"),
    table!("hold", 2, key: "item, id", of: "t.item, t.id", arrays: "$1::text[], $2::text[]",
        on: "t.item = n.item AND t.id = n.id", found: ", t.version", all: "item, id",
        columns: "item, id, version, location, lot, attributes, owner, project, grade, status, quantity,
            quantity_scale, held_for",
        set: "version = n.version, location = n.location, lot = n.lot, attributes = n.attributes, owner = n.owner,
            project = n.project, grade = n.grade, status = n.status, quantity = n.quantity,
            quantity_scale = n.quantity_scale, held_for = n.held_for",
        given: "$1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
            $9::text[], $10::text[], $11::bigint[], $12::smallint[], $13::json[]",
        types: [TEXT, TEXT, NUMBER, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, NUMBER, SCALE, Type::JSON]),
    table!("balance", 8, key: "item, location, lot, attributes, owner, project, grade, status",
        of: "t.item, t.location, t.lot, t.attributes, t.owner, t.project, t.grade, t.status",
        arrays: "$1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[]",
        on: "t.item = n.item AND t.location = n.location AND t.lot = n.lot AND t.attributes = n.attributes
            AND t.owner = n.owner AND t.project = n.project AND t.grade = n.grade AND t.status = n.status",
        found: ", t.version, t.number, t.quantity, t.quantity_scale",
        all: "item, location, lot, attributes, owner, project, grade, status, number",
        columns: "item, location, lot, attributes, owner, project, grade, status, version, quantity,
            quantity_scale, reserved, reserved_scale, second, second_scale",
        set: "version = n.version, quantity = n.quantity, quantity_scale = n.quantity_scale,
            reserved = n.reserved, reserved_scale = n.reserved_scale, second = n.second,
            second_scale = n.second_scale",
        given: "$1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
            $9::bigint[], $10::bigint[], $11::smallint[], $12::bigint[], $13::smallint[], $14::bigint[],
            $15::smallint[]",
        types: [TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, NUMBER, NUMBER, SCALE, NUMBER, SCALE, NUMBER, SCALE]),
];

impl Kind {
    pub(crate) fn table(self) -> &'static Table {
        &TABLES[self as usize]
    }
}

/// Where a row stands: its table and its key columns. Its order is the order of locks.
pub(crate) type Spot = (Kind, Vec<Cell>);

pub(crate) fn spot(key: &RowKey) -> Done<Spot> {
    let one = |id: &headstock::id::Id| vec![text(id.as_str())];
    let two = |item: &headstock::id::Id, id: &headstock::id::Id| vec![text(item.as_str()), text(id.as_str())];
    Ok(match key {
        RowKey::Period { id } => (Kind::Period, one(id)),
        RowKey::Place { id } => (Kind::Place, one(id)),
        RowKey::Order { id } => (Kind::Order, one(id)),
        RowKey::Document { id } => (Kind::Document, one(id)),
        RowKey::Lot { item, lot } => (Kind::Lot, two(item, lot)),
        RowKey::Serial { item, serial } => (Kind::Serial, two(item, serial)),
        RowKey::Hold { item, hold } => (Kind::Hold, two(item, hold)),
        RowKey::Balance { stock } => (Kind::Balance, key_cells(stock)?),
    })
}

//! The tables of rows with versions and their statements.

use headstock::changeset::RowKey;

/// The statements of one table that holds rows with versions; balances have their own.
pub(crate) struct Table {
    /// By key: the version; of a balance number, version, quantity with its decimals, and the decimals of its item.
    pub(crate) look: &'static str,
    /// Version and other columns, then the key; of a balance its number.
    pub(crate) update: &'static str,
    /// The key, version and other columns.
    pub(crate) insert: &'static str,
}

macro_rules! by_id {
    ($name:literal) => {
        Table {
            look: concat!("SELECT version FROM ", $name, " WHERE id = ?"),
            update: concat!("UPDATE ", $name, " SET version = ?, body = ? WHERE id = ?"),
            insert: concat!(
                "INSERT INTO ",
                $name,
                " (id, version, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
            ),
        }
    };
}

macro_rules! by_item {
    ($name:literal) => {
        Table {
            look: concat!("SELECT version FROM ", $name, " WHERE item = ? AND id = ?"),
            update: concat!("UPDATE ", $name, " SET version = ?, body = ? WHERE item = ? AND id = ?"),
            insert: concat!(
                "INSERT INTO ",
                $name,
                " (item, id, version, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
            ),
        }
    };
}

static PERIOD: Table = by_id!("period");
static PLACE: Table = by_id!("place");
static ORDER: Table = by_id!("production_order");
static DOCUMENT: Table = by_id!("document");
static LOT: Table = by_item!("lot");
static SERIAL: Table = by_item!("serial");
static HOLD: Table = Table {
    look: "SELECT version FROM hold WHERE item = ? AND id = ?",
    update: "UPDATE hold SET version = ?, location = ?, lot = ?, attributes = ?, owner = ?, project = ?, grade = ?,
        status = ?, quantity = ?, quantity_scale = ?, held_for = ? WHERE item = ? AND id = ?",
    insert: "INSERT INTO hold (item, id, version, location, lot, attributes, owner, project, grade, status,
        quantity, quantity_scale, held_for) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
};
static BALANCE: Table = Table {
    look: "SELECT b.number, b.version, b.quantity, b.quantity_scale, i.scale
        FROM balance b JOIN item i ON i.item = b.item
        WHERE b.item = ? AND b.location = ? AND b.lot = ? AND b.attributes = ? AND b.owner = ? AND b.project = ?
        AND b.grade = ? AND b.status = ?",
    update: "UPDATE balance SET version = ?, quantity = ?, quantity_scale = ?, reserved = ?, reserved_scale = ?,
        second = ?, second_scale = ? WHERE number = ?",
    insert: "INSERT INTO balance (item, location, lot, attributes, owner, project, grade, status, version,
        quantity, quantity_scale, reserved, reserved_scale, second, second_scale)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
};

/// The table of a row.
pub(crate) const fn of(key: &RowKey) -> &'static Table {
    match key {
        RowKey::Period { .. } => &PERIOD,
        RowKey::Place { .. } => &PLACE,
        RowKey::Order { .. } => &ORDER,
        RowKey::Document { .. } => &DOCUMENT,
        RowKey::Lot { .. } => &LOT,
        RowKey::Serial { .. } => &SERIAL,
        RowKey::Hold { .. } => &HOLD,
        RowKey::Balance { .. } => &BALANCE,
    }
}

/// The table of balances.
pub(crate) const fn of_balance() -> &'static Table {
    &BALANCE
}

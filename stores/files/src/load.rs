//! Reading one table: header, cells, references, repeated keys. What is left over is checked rows.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use csv::ByteRecord;
use headstock::finding::{Code, Finding, abbreviate};
use headstock::num::{parse_decimal, to_scaled};
use headstock::run::{Limits, RunControl};

use crate::cell::{Value, bad_number, parse};
use crate::columns::{Column, Kind, Need, TABLES, Table};
use crate::errors::{Errors, Fault, Place, shown};
use crate::nearest::nearest;
use crate::open::{Broken, Folder, Rows};
use crate::row::Row;

/// The ids of a table that others refer to.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) ids: HashSet<Box<str>>,
    /// The file is not there.
    pub(crate) absent: bool,
    /// Rows were refused, so that a missing id may be one of them: references are not checked.
    pub(crate) broken: bool,
}

/// A fault with the column it is in.
pub(crate) type At = (&'static str, Fault);

/// What all tables of one read share.
pub(crate) struct Loader<'a> {
    pub(crate) folder: Folder<'a>,
    pub(crate) run: &'a RunControl<'a>,
    pub(crate) errors: Errors,
    pub(crate) known: BTreeMap<&'static str, Known>,
    /// Stock unit of each item.
    pub(crate) item_unit: HashMap<Box<str>, Box<str>>,
    /// Decimals of each unit; empty when there is no file of units.
    pub(crate) unit_scale: HashMap<Box<str>, u32>,
    /// The site that an empty cell means.
    pub(crate) only_site: Option<Box<str>>,
}

/// Progress and cancellation are looked at this often.
const PULSE: u64 = 4096;

impl<'a> Loader<'a> {
    /// Reads a table row by row; `make` turns a checked row into what is kept. Nothing is kept any more once
    /// the list of errors is full.
    ///
    /// The outer error ends the whole read: it was cancelled.
    pub(crate) fn load<T>(
        &mut self,
        table: &'static Table,
        mut make: impl FnMut(&mut Row<'_>) -> Result<T, At>,
    ) -> Result<Vec<T>, Finding> {
        let before = self.errors.count();
        let mut kept = Vec::new();
        self.known.entry(table.name).or_default();
        let file = format!("{}.csv", table.name);
        let mut rows = match Rows::open(self.folder, &file) {
            Ok(rows) => rows,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                self.mark(table, |known| known.absent = true);
                return Ok(kept);
            }
            Err(error) => {
                self.unreadable(table, &error);
                return Ok(kept);
            }
        };
        let Some(order) = self.header(table, &mut rows) else {
            self.mark(table, |known| known.broken = true);
            return Ok(kept);
        };
        let mut keys = Keys::new(table);
        let mut count = 0u64;
        loop {
            let (line, record) = match rows.next() {
                Ok(Some(next)) => next,
                Ok(None) => break,
                Err(broken) => {
                    self.torn(table, &broken);
                    break;
                }
            };
            count += 1;
            if let Err(over) = Limits::check("rows of a table", count, self.run.limits().rows) {
                self.errors.add(|| over.finding().with("table", table.name));
                break;
            }
            if count.is_multiple_of(PULSE) {
                self.run.report("read", count, 0);
                self.run.check().map_err(|cancelled| cancelled.finding())?;
            }
            if let Some(mut row) = self.check(table, &order, line, record, &mut keys)
                && !self.errors.full()
            {
                match make(&mut row) {
                    Ok(record) => kept.push(record),
                    Err((column, fault)) => {
                        self.errors.fault(Place { table: table.name, row: line, column }, fault);
                    }
                }
            }
        }
        if self.errors.count() > before {
            self.mark(table, |known| known.broken = true);
        } else if kept.is_empty() {
            // A header without rows, as in a template, says as little as no file.
            self.mark(table, |known| known.absent = true);
        }
        Ok(kept)
    }

    pub(crate) fn mark(&mut self, table: &Table, change: impl FnOnce(&mut Known)) {
        change(self.known.entry(table.name).or_default());
    }

    fn unreadable(&mut self, table: &Table, error: &std::io::Error) {
        self.mark(table, |known| known.broken = true);
        self.errors.add(|| {
            Finding::new(Code::TableMissing)
                .with("table", table.name)
                .with("expected", format_args!("a readable file {}.csv ({error})", table.name))
        });
    }

    fn torn(&mut self, table: &Table, broken: &Broken) {
        let place = Place { table: table.name, row: 0, column: "" };
        match broken {
            Broken::RowTooLong => self.errors.fault(
                place,
                Fault::say(
                    "a row is longer than 1 MiB; a quotation mark may not be closed",
                    "某行超过1 MiB,可能引号未闭合",
                ),
            ),
            Broken::Io(error) => self.unreadable(table, error),
        }
    }

    /// The place in `table.columns` of each column of the file; nothing when the header cannot be used.
    fn header(&mut self, table: &'static Table, rows: &mut Rows<'_>) -> Option<Vec<usize>> {
        let before = self.errors.count();
        let record = match rows.next() {
            Ok(Some((_, record))) => record.clone(),
            Ok(None) => ByteRecord::new(),
            Err(broken) => {
                self.torn(table, &broken);
                return None;
            }
        };
        let mut order: Vec<usize> = Vec::with_capacity(record.len());
        for (i, cell) in record.iter().enumerate() {
            let cell = if i == 0 { cell.strip_prefix(b"\xef\xbb\xbf").unwrap_or(cell) } else { cell };
            let Ok(name) = std::str::from_utf8(cell) else {
                self.errors.add(|| Finding::new(Code::NotUtf8).with("table", table.name).with("row", 1));
                return None;
            };
            let name = name.trim();
            match table.at(name) {
                Some(at) if !order.contains(&at) => order.push(at),
                Some(_) => self.wrong_header(table, name, "each column once"),
                None => self.unknown_column(table, name),
            }
        }
        for (at, column) in table.columns.iter().enumerate() {
            let site = column.need == Need::Site && self.only_site.is_none();
            if (column.need == Need::Must || site) && !order.contains(&at) && self.errors.count() == before {
                self.wrong_header(table, "", &format!("the column {} as well", column.name));
            }
        }
        (self.errors.count() == before).then_some(order)
    }

    fn wrong_header(&mut self, table: &Table, name: &str, expected: &str) {
        self.errors.add(|| {
            Finding::new(Code::HeaderWrong)
                .with("table", table.name)
                .with("column", shown(name))
                .with("expected", expected)
                .with("row", 1)
        });
    }

    fn unknown_column(&mut self, table: &Table, name: &str) {
        let names = || table.columns.iter().map(|column| column.name);
        let all = names().collect::<Vec<_>>().join(",");
        let expected = match nearest(name, names()) {
            _ if name.contains([';', '\t']) => format!("columns with commas between them: {all}"),
            Some(near) => near.to_owned(),
            None => format!("one of {all}"),
        };
        self.wrong_header(table, name, &expected);
    }

    /// Checks one row; nothing when it is blank or was refused.
    fn check<'r>(
        &mut self,
        table: &'static Table,
        order: &[usize],
        line: u64,
        record: &'r ByteRecord,
        keys: &mut Keys,
    ) -> Option<Row<'r>> {
        if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
            return None;
        }
        let before = self.errors.count();
        let place = |column| Place { table: table.name, row: line, column };
        if record.len() != order.len() {
            let (has, wants) = (record.len(), order.len());
            let fault = || {
                Fault::say(
                    format!("the row has {has} cells, the header {wants}"),
                    format!("该行有{has}格,表头有{wants}格"),
                )
            };
            self.errors.fault(place(""), fault());
            return None;
        }
        let mut cells = vec![Value::Empty; table.columns.len()];
        for (cell, &at) in record.iter().zip(order) {
            let column = &table.columns[at];
            let Ok(text) = std::str::from_utf8(cell) else {
                self.errors.add(|| {
                    Finding::new(Code::NotUtf8)
                        .with("table", table.name)
                        .with("row", line)
                        .with("column", column.name)
                });
                return None;
            };
            let text = crate::text::plain(text.trim());
            if text.is_empty() {
                continue;
            }
            match parse(column.kind, text) {
                Ok(value) => cells[at] = value,
                Err(fault) => self.errors.fault(place(column.name), fault),
            }
        }
        let mut row = Row { table, line, cells };
        if self.errors.count() == before {
            self.check_needs(&mut row);
            self.check_references(&row);
            self.check_quantities(&row);
            self.check_keys(&row, keys);
        }
        (self.errors.count() == before).then_some(row)
    }

    fn check_needs(&mut self, row: &mut Row<'_>) {
        for (at, column) in row.table.columns.iter().enumerate() {
            if row.cells[at] != Value::Empty {
                continue;
            }
            let fault = match column.need {
                Need::Must => Fault::say("the cell must not be empty", "不可为空"),
                Need::Site => match &self.only_site {
                    Some(site) => {
                        row.cells[at] = Value::Text(Cow::Owned(site.to_string()));
                        continue;
                    }
                    None => Fault::say("there are several sites; say which", "有多个地点,请注明"),
                },
                Need::May | Need::Or(_) => continue,
            };
            self.errors.fault(Place { table: row.table.name, row: row.line, column: column.name }, fault);
        }
    }

    fn check_references(&mut self, row: &Row<'_>) {
        for (at, column) in row.table.columns.iter().enumerate() {
            let (Kind::Ref(target), Some(id)) = (column.kind, row.cells[at].text()) else { continue };
            if let Some(fault) = self.unknown(target, id) {
                self.errors.fault(Place { table: row.table.name, row: row.line, column: column.name }, fault);
            }
        }
    }

    /// What is wrong with a reference. Without a file of units or of suppliers a name brings itself in.
    pub(crate) fn unknown(&mut self, target: &'static str, id: &str) -> Option<Fault> {
        let known = self.known.entry(target).or_default();
        if known.broken || known.ids.contains(id) {
            return None;
        }
        if known.absent && matches!(target, "units" | "suppliers") {
            known.ids.insert(id.into());
            return None;
        }
        let expected = if known.absent {
            format!("a file {target}.csv that has it")
        } else if known.ids.len() > MANY {
            format!("an id of {target}.csv")
        } else {
            // Sorted, so that what is proposed does not depend on the order of a hash table.
            let mut ids: Vec<&str> = known.ids.iter().map(|id| &**id).collect();
            ids.sort_unstable();
            match nearest(id, ids) {
                Some(near) => format!("{near} (in {target}.csv)"),
                None => format!("an id of {target}.csv"),
            }
        };
        let finding = Finding::new(Code::UnknownReference).with("id", shown(id)).with("expected", expected);
        Some(finding.into())
    }

    /// Quantities fit the decimals of the item's stock unit; said here because here the row is known.
    fn check_quantities(&mut self, row: &Row<'_>) {
        for (at, column) in row.table.columns.iter().enumerate() {
            let (Kind::Quantity(owner), Some(text)) = (column.kind, row.cells[at].text()) else { continue };
            let Some(unit) = row.text(owner).and_then(|item| self.item_unit.get(item)) else { continue };
            let implied = self.known.get("units").is_some_and(|known| known.absent);
            let scale = match self.unit_scale.get(unit) {
                Some(scale) => *scale,
                None if implied => 0,
                None => continue,
            };
            let fits = parse_decimal(text).and_then(|value| to_scaled(value, scale));
            if let Err(error) = fits {
                let fault = match bad_number(text, &error) {
                    Fault::Found(finding) if implied => {
                        Fault::from(finding.with("unit", unit).with("expected", "decimals set in units.csv"))
                    }
                    Fault::Found(finding) => Fault::from(finding.with("unit", unit)),
                    said @ Fault::Said(_) => said,
                };
                self.errors.fault(Place { table: row.table.name, row: row.line, column: column.name }, fault);
            }
        }
    }

    fn check_keys(&mut self, row: &Row<'_>, keys: &mut Keys) {
        if keys.columns.is_empty() {
            return;
        }
        let key: Vec<&str> =
            keys.columns.iter().map(|at| row.cells[*at].text().unwrap_or_default()).collect();
        let joined = key.join("\u{1f}");
        if self.errors.full() {
            // Nothing is kept any more; what is known to be twice still counts.
            if keys.seen.contains_key(joined.as_str()) {
                self.errors.add(|| Finding::new(Code::DuplicateId));
            }
            return;
        }
        if keys.brings_id
            && let Some(known) = self.known.get_mut(row.table.name)
        {
            let at = row.table.columns.iter().position(|column| column.kind == Kind::Id);
            known.ids.extend(at.and_then(|at| row.cells[at].text()).map(Into::into));
        }
        match keys.seen.entry(joined.into()) {
            std::collections::hash_map::Entry::Vacant(slot) => {
                slot.insert(row.line);
            }
            std::collections::hash_map::Entry::Occupied(slot) => {
                let finding = Finding::new(Code::DuplicateId)
                    .with("id", shown(&key.join(" ")))
                    .with("first_row", slot.get())
                    .with("expected", format_args!("each once; row {} has it already", slot.get()));
                let column = row.table.columns[keys.columns[0]].name;
                let place = Place { table: row.table.name, row: row.line, column };
                self.errors.fault(place, finding.into());
            }
        }
    }

    /// Files that are no table are refused: a misspelt name would silently leave out what it holds.
    pub(crate) fn check_names(&mut self) {
        let names = match self.folder.csv_names() {
            Ok(names) => names,
            Err(error) => {
                self.errors.add(|| {
                    Finding::new(Code::TableMissing)
                        .with("table", "items")
                        .with("expected", format_args!("a readable folder with items.csv ({error})"))
                });
                return;
            }
        };
        for name in names {
            let stem = name.get(..name.len().saturating_sub(4)).unwrap_or_default();
            if name.ends_with(".csv") && TABLES.iter().any(|table| table.name == stem) {
                continue;
            }
            self.errors.add(|| {
                let near = nearest(stem, TABLES.iter().map(|table| table.name));
                let expected = match near {
                    Some(near) => format!("{near}.csv"),
                    None => TABLES.map(|table| table.name).join(", "),
                };
                Finding::new(Code::UnknownReference).with("id", abbreviate(&name)).with("expected", expected)
            });
        }
    }
}

/// Above so many ids no closest one is looked for.
const MANY: usize = 10_000;

/// Keys met so far, with the line they stood on.
struct Keys {
    columns: Vec<usize>,
    brings_id: bool,
    seen: HashMap<Box<str>, u64>,
}

impl Keys {
    fn new(table: &'static Table) -> Keys {
        let brings_id = table.columns.iter().any(|column: &Column| column.kind == Kind::Id);
        Keys {
            columns: table.key.iter().filter_map(|name| table.at(name)).collect(),
            brings_id,
            seen: HashMap::new(),
        }
    }
}

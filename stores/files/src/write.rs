//! Tables written as a folder of CSV files: the other way round of reading, by the same column table.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use headstock::snapshot::Tables;
use serde::Serialize;
use serde_json::Value;

use crate::cell::DAYS;
use crate::columns::{self, Column, Kind, Need, SETTING_KEYS, TABLES, Table};
use crate::text::guarded;
use crate::{CostSheets, PlanSettings, overhead_template};

/// Text cells of one row, by column.
type Cells = Vec<String>;

/// Writes every table that has a row, one file each, into `folder`, which is made when it is not there. What
/// [`read_folder`](crate::read_folder) reads from it equals what was written, up to the order of rows and of
/// implied names.
///
/// # Errors
/// Those of the disk.
pub fn write_tables(folder: &Path, tables: &Tables, settings: &PlanSettings) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for (name, text) in tables_as_csv(tables, settings)? {
        std::fs::write(folder.join(name), text)?;
    }
    Ok(())
}

/// As [`write_tables`], in memory: file names and their content.
///
/// # Errors
/// None in practice; those of the CSV writer.
pub fn tables_as_csv(tables: &Tables, settings: &PlanSettings) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for (table, rows) in all_rows(tables, settings) {
        if !rows.is_empty() {
            files.insert(format!("{}.csv", table.name), to_csv(table, &rows)?);
        }
    }
    Ok(files)
}

/// Writes a file with nothing but its header for every table, and the workbook of expenses to fill in.
///
/// # Errors
/// Those of the disk; a file that is there already is not overwritten.
pub fn write_templates(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for table in TABLES {
        let file = File::create_new(folder.join(format!("{}.csv", table.name)))?;
        let mut csv = csv::Writer::from_writer(file);
        csv.write_record(table.columns.iter().map(|column| column.name))?;
        csv.flush()?;
    }
    let workbook = overhead_template().map_err(|error| io::Error::other(error.to_string()))?;
    File::create_new(folder.join(crate::costs::WORKBOOK))?.write_all(&workbook)
}

/// Columns that hold something, or that a file must have.
fn to_csv(table: &Table, rows: &[Cells]) -> io::Result<Vec<u8>> {
    let used: Vec<usize> = (0..table.columns.len())
        .filter(|at| table.columns[*at].need == Need::Must || rows.iter().any(|row| !row[*at].is_empty()))
        .collect();
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(used.iter().map(|at| table.columns[*at].name))?;
    for row in rows {
        csv.write_record(used.iter().map(|at| row[*at].as_str()))?;
    }
    csv.into_inner().map_err(csv::IntoInnerError::into_error)
}

/// The cells of a record; cells of parent columns stay empty.
fn cells<T: Serialize>(table: &Table, record: &T) -> Cells {
    let json = serde_json::to_value(record).unwrap_or_default();
    table.columns.iter().map(|column| text_of(column, &json)).collect()
}

fn text_of(column: &Column, json: &Value) -> String {
    if column.path.is_empty() {
        return String::new();
    }
    let value = column.path.split('.').try_fold(json, |value, name| value.get(name));
    let text = match value {
        None | Some(Value::Null | Value::Object(_)) => String::new(),
        Some(Value::Bool(flag)) => if *flag { "yes" } else { "no" }.to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(list)) => list_text(column.kind, list),
    };
    if matches!(column.need, Need::Or(default) if default == text) {
        return String::new();
    }
    match column.kind {
        Kind::Id | Kind::Ref(_) | Kind::OutsideId | Kind::Name => guarded(&text).into_owned(),
        _ => text,
    }
}

fn list_text(kind: Kind, list: &[Value]) -> String {
    let words = list.iter().enumerate().filter_map(|(at, value)| match (kind, value) {
        (Kind::Week, Value::Bool(true)) => DAYS.get(at).map(|day| (*day).to_owned()),
        (Kind::Week, _) => None,
        (_, Value::String(word)) => Some(word.clone()),
        (_, value) => Some(value.to_string()),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Rows of a child table: the parent's cells are put in by name.
fn children<'a, T: Serialize + 'a>(
    table: &Table,
    parent: &[(&str, &str)],
    records: impl IntoIterator<Item = &'a T>,
) -> Vec<Cells> {
    let put = |record| {
        let mut cells = cells(table, record);
        for (column, text) in parent {
            if let Some(at) = table.at(column) {
                cells[at] = guarded(text).into_owned();
            }
        }
        cells
    };
    records.into_iter().map(put).collect()
}

fn flat<T: Serialize>(table: &'static Table, records: &[T]) -> (&'static Table, Vec<Cells>) {
    (table, records.iter().map(|record| cells(table, record)).collect())
}

fn all_rows(tables: &Tables, settings: &PlanSettings) -> Vec<(&'static Table, Vec<Cells>)> {
    let mut all = vec![
        flat(&columns::UNITS, &tables.units),
        flat(&columns::CONVERSIONS, &tables.conversions),
        flat(&columns::ITEMS, &tables.items),
        flat(&columns::PLANNING, &tables.planning),
        flat(&columns::SITES, &tables.sites),
        flat(&columns::LOCATIONS, &tables.locations),
        flat(&columns::SUPPLIERS, &tables.suppliers),
        flat(&columns::CALENDARS, &tables.calendars),
        flat(&columns::BOMS, &tables.boms),
        flat(&columns::SUBSTITUTES, &tables.substitutes),
        flat(&columns::ROUTINGS, &tables.routings),
        flat(&columns::WORK_CENTRES, &tables.work_centres),
        flat(&columns::SOURCES, &tables.sources),
        flat(&columns::STOCK, &tables.stock),
        flat(&columns::RESERVATIONS, &tables.reservations),
        flat(&columns::DEMANDS, &tables.demands),
        flat(&columns::FORECASTS, &tables.forecasts),
        flat(&columns::SUPPLIES, &tables.supplies),
        flat(&columns::ITEM_COSTS, &settings.costs.items),
        flat(&columns::PRICES, &settings.costs.prices),
        flat(&columns::OPENING_VALUES, &settings.costs.stock),
        flat(&columns::OPENING_WIP, &settings.costs.wip),
        (&columns::COST_ELEMENTS, element_rows(&settings.costs)),
        (&columns::OVERHEAD, overhead_rows(&settings.costs)),
        (&columns::SETTINGS, setting_rows(settings)),
    ];
    all.extend(child_rows(tables));
    all
}

fn child_rows(tables: &Tables) -> Vec<(&'static Table, Vec<Cells>)> {
    use columns as c;
    let mut days = Vec::new();
    let mut shifts = Vec::new();
    for calendar in &tables.calendars {
        let parent = [("calendar", calendar.id.as_str())];
        days.extend(children(&c::CALENDAR_EXCEPTIONS, &parent, &calendar.exceptions));
        shifts.extend(children(&c::CALENDAR_SHIFTS, &parent, &calendar.shifts));
    }
    let starts = |cycle: &headstock::calendar::Cycle| {
        let id = guarded(cycle.id.as_str()).into_owned();
        cycle.starts.iter().map(|start| vec![id.clone(), start.to_string()]).collect::<Vec<_>>()
    };
    let rates = tables.work_centres.iter();
    let rates =
        rates.flat_map(|centre| children(&c::RATES, &[("work_centre", centre.id.as_str())], &centre.rates));
    let operations = tables.routings.iter();
    let operations = operations.flat_map(|routing| {
        children(&c::OPERATIONS, &[("routing", routing.id.as_str())], &routing.operations)
    });
    let (lines, steps, outputs) = bom_rows(tables);
    let (levels, costs) = planning_rows(tables);
    vec![
        (&c::CALENDAR_EXCEPTIONS, days),
        (&c::CALENDAR_SHIFTS, shifts),
        (&c::CYCLES, tables.cycles.iter().flat_map(starts).collect()),
        (&c::RATES, rates.collect()),
        (&c::OPERATIONS, operations.collect()),
        (&c::BOM_LINES, lines),
        (&c::BOM_STEPS, steps),
        (&c::BOM_OUTPUTS, outputs),
        (&c::SAFETY_STEPS, levels),
        (&c::SETUP_STEPS, costs),
    ]
}

fn bom_rows(tables: &Tables) -> (Vec<Cells>, Vec<Cells>, Vec<Cells>) {
    use headstock::bom::Usage;
    let (mut lines, mut steps, mut outputs) = (Vec::new(), Vec::new(), Vec::new());
    for bom in &tables.boms {
        let parent = ("bom", bom.id.as_str());
        outputs.extend(children(&columns::BOM_OUTPUTS, &[parent], &bom.outputs));
        for line in &bom.lines {
            let usage = match &line.usage {
                Usage::Variable => "",
                Usage::Fixed => "fixed",
                Usage::Stepped { steps: given } => {
                    let place = [parent, ("line", line.id.as_str())];
                    steps.extend(children(&columns::BOM_STEPS, &place, given));
                    "stepped"
                }
            };
            lines.extend(children(&columns::BOM_LINES, &[parent, ("usage", usage)], [line]));
        }
    }
    (lines, steps, outputs)
}

fn planning_rows(tables: &Tables) -> (Vec<Cells>, Vec<Cells>) {
    use headstock::item::LotRule;
    let (mut levels, mut costs) = (Vec::new(), Vec::new());
    for row in &tables.planning {
        let site = row.site.as_ref().map_or("", |site| site.as_str());
        let parent = [("item", row.item.as_str()), ("site", site)];
        levels.extend(children(&columns::SAFETY_STEPS, &parent, &row.safety_steps));
        if let LotRule::WagnerWhitin(rule) = &row.lot {
            costs.extend(children(&columns::SETUP_STEPS, &parent, &rule.setup_steps));
        }
    }
    (levels, costs)
}

/// Elements with the activity whose hours fall in each.
fn element_rows(costs: &CostSheets) -> Vec<Cells> {
    let row = |element: &headstock::cost::Element| {
        let mut activities = costs.activities.iter();
        let activity = activities.find(|row| row.element == element.id);
        let activity = activity.map_or("", |row| row.activity.as_str());
        children(&columns::COST_ELEMENTS, &[("activity", activity)], [element])
    };
    costs.elements.iter().flat_map(row).collect()
}

/// Expenses to be shared, and those of single orders.
fn overhead_rows(costs: &CostSheets) -> Vec<Cells> {
    let mut rows = flat(&columns::OVERHEAD, &costs.overhead).1;
    for charge in &costs.charges {
        rows.extend(children(&columns::OVERHEAD, &[("order", charge.order.as_str())], [charge]));
    }
    rows
}

fn setting_rows(settings: &PlanSettings) -> Vec<Cells> {
    let mut values = cells(&SETTING_KEYS, &settings.policy);
    let mut put = |key, text: String| {
        if let Some(at) = SETTING_KEYS.at(key) {
            values[at] = text;
        }
    };
    put("title", guarded(&settings.title).into_owned());
    let total = |control: Option<headstock::num::DecimalText>| control.map(|total| total.to_string());
    put("control_stock", total(settings.costs.controls.stock).unwrap_or_default());
    put("control_wip", total(settings.costs.controls.wip).unwrap_or_default());
    put("run_date", settings.run_date.map(|date| date.to_string()).unwrap_or_default());
    let named = SETTING_KEYS.columns.iter().zip(values);
    named
        .filter(|(_, text)| !text.is_empty())
        .map(|(column, text)| vec![column.name.to_owned(), text])
        .collect()
}

//! A plan written as files: orders, messages, shortages, pegs and findings as CSV, all of it as `plan.json`.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use headstock::finding::{Finding, Lang};
use headstock::id::Id;
use headstock::inventory::Key;
use headstock::planning::{Message, Peg, PlanPolicy, PlannedOrder, Shortage};
use headstock::snapshot::Tables;
use headstock::time::Date;
use serde::Serialize;

use crate::text::guarded;

/// What is written of a plan.
#[derive(Debug, Clone, Copy)]
pub struct PlanFiles<'a> {
    /// The tables planned, for names and units.
    pub tables: &'a Tables,
    /// Title of the run; may be empty.
    pub title: &'a str,
    /// Date the run was for.
    pub run_date: Date,
    /// The choices of the run.
    pub policy: &'a PlanPolicy,
    /// Planned orders.
    pub orders: &'a [PlannedOrder],
    /// Action messages.
    pub messages: &'a [Message],
    /// Shortages.
    pub shortages: &'a [Shortage],
    /// Pegs: which supply serves which need.
    pub pegs: &'a [Peg],
    /// Findings.
    pub findings: &'a [Finding],
    /// Further pages to write beside them, such as a report: file name and text.
    pub pages: &'a [(&'a str, &'a str)],
}

/// Format of `plan.json`; a change that an old reader would misread raises it.
const FORMAT: u32 = 1;

/// Every file that [`write_plan`] writes.
pub const PLAN_FILES: [&str; 5] =
    ["findings.csv", "messages.csv", "orders.csv", "plan.json", "shortages.csv"];

/// A column of a written table: name and text of a row.
type Out<'c, R> = (&'static str, &'c dyn Fn(&R) -> String);

/// Writes the plan into `folder`, all of it or nothing: the files are written beside it first and then moved.
/// Ids and names that a spreadsheet would take for a formula get an apostrophe; numbers stay numbers.
///
/// # Errors
/// Those of the disk.
pub fn write_plan(folder: &Path, plan: &PlanFiles<'_>) -> io::Result<()> {
    let part = beside(folder);
    fs::create_dir_all(&part)?;
    let done = write_into(&part, plan).and_then(|()| move_all(&part, folder, plan.pages));
    if part.exists() {
        fs::remove_dir_all(&part)?;
    }
    done
}

/// The folder in which files wait until all are written.
fn beside(folder: &Path) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".part-{}", std::process::id()));
    folder.with_file_name(name)
}

fn move_all(part: &Path, folder: &Path, pages: &[(&str, &str)]) -> io::Result<()> {
    if !folder.exists() {
        return fs::rename(part, folder);
    }
    for file in PLAN_FILES.into_iter().chain(pages.iter().map(|(name, _)| *name)) {
        fs::rename(part.join(file), folder.join(file))?;
    }
    Ok(())
}

fn write_into(folder: &Path, plan: &PlanFiles<'_>) -> io::Result<()> {
    let names = Names::of(plan.tables);
    orders(&folder.join("orders.csv"), plan.orders, &names)?;
    messages(&folder.join("messages.csv"), plan.messages, &names)?;
    shortages(&folder.join("shortages.csv"), plan.shortages, &names)?;
    pegs(&folder.join("pegs.csv"), plan.pegs)?;
    findings(&folder.join("findings.csv"), plan.findings)?;
    for (name, page) in plan.pages {
        fs::write(folder.join(name), page)?;
    }
    json(&folder.join("plan.json"), plan)
}

/// Names and units for people.
struct Names<'a> {
    items: BTreeMap<&'a str, (&'a str, &'a str)>,
    suppliers: BTreeMap<&'a str, &'a str>,
}

impl<'a> Names<'a> {
    fn of(tables: &'a Tables) -> Names<'a> {
        let items = tables.items.iter();
        let items = items.map(|item| (item.id.as_str(), (item.name.as_str(), item.unit.as_str())));
        let suppliers = tables.suppliers.iter().map(|row| (row.id.as_str(), row.name.as_str()));
        Names { items: items.collect(), suppliers: suppliers.collect() }
    }

    fn item(&self, id: &Id) -> String {
        text(self.items.get(id.as_str()).map_or("", |item| item.0))
    }

    fn unit(&self, id: &Id) -> String {
        text(self.items.get(id.as_str()).map_or("", |item| item.1))
    }

    fn supplier(&self, id: Option<&Id>) -> String {
        text(id.and_then(|id| self.suppliers.get(id.as_str())).copied().unwrap_or_default())
    }
}

fn text(text: &str) -> String {
    guarded(text).into_owned()
}

fn id(id: &Id) -> String {
    text(id.as_str())
}

fn maybe(id: Option<&Id>) -> String {
    text(id.map_or("", Id::as_str))
}

fn shown<T: ToString>(value: Option<&T>) -> String {
    value.map(T::to_string).unwrap_or_default()
}

/// The word that a record's JSON uses for a choice.
fn word<T: Serialize>(choice: &T) -> String {
    match serde_json::to_value(choice) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn table<R>(path: &Path, columns: &[Out<'_, R>], rows: &[R]) -> io::Result<()> {
    let mut csv = csv::Writer::from_path(path)?;
    csv.write_record(columns.iter().map(|(name, _)| *name))?;
    for row in rows {
        csv.write_record(columns.iter().map(|(_, cell)| cell(row)))?;
    }
    csv.flush()
}

/// A part of the key.
fn part(key: &Key, name: &str) -> String {
    maybe(match name {
        "attributes" => key.attributes.as_ref(),
        "owner" => key.owner.as_ref(),
        "project" => key.project.as_ref(),
        _ => key.grade.as_ref(),
    })
}

fn orders(path: &Path, rows: &[PlannedOrder], names: &Names<'_>) -> io::Result<()> {
    let columns: &[Out<'_, PlannedOrder>] = &[
        ("order", &|o| text(&o.id)),
        ("kind", &|o| word(&o.kind)),
        ("item", &|o| id(&o.item)),
        ("name", &|o| names.item(&o.item)),
        ("site", &|o| id(&o.site)),
        ("attributes", &|o| part(&o.key, "attributes")),
        ("owner", &|o| part(&o.key, "owner")),
        ("project", &|o| part(&o.key, "project")),
        ("grade", &|o| part(&o.key, "grade")),
        ("quantity", &|o| o.quantity.to_string()),
        ("good", &|o| o.good.to_string()),
        ("unit", &|o| names.unit(&o.item)),
        ("supplier", &|o| maybe(o.supplier.as_ref())),
        ("supplier_name", &|o| names.supplier(o.supplier.as_ref())),
        ("from_site", &|o| maybe(o.from_site.as_ref())),
        ("source", &|o| id(&o.source)),
        ("bom", &|o| maybe(o.bom.as_ref())),
        ("start", &|o| o.start.to_string()),
        ("dock", &|o| shown(o.dock.as_ref())),
        ("due", &|o| o.due.to_string()),
        ("available", &|o| o.available.to_string()),
        ("feasible_start", &|o| o.feasible_start.to_string()),
        ("feasible_available", &|o| o.feasible_available.to_string()),
        ("days_late", &|o| o.days_late.to_string()),
        ("action", &|o| word(&o.action)),
    ];
    table(path, columns, rows)
}

fn messages(path: &Path, rows: &[Message], names: &Names<'_>) -> io::Result<()> {
    let columns: &[Out<'_, Message>] = &[
        ("message", &|m| word(&m.kind)),
        ("document", &|m| text(m.document.as_deref().unwrap_or_default())),
        ("item", &|m| id(&m.item)),
        ("name", &|m| names.item(&m.item)),
        ("site", &|m| id(&m.site)),
        ("attributes", &|m| part(&m.key, "attributes")),
        ("owner", &|m| part(&m.key, "owner")),
        ("project", &|m| part(&m.key, "project")),
        ("grade", &|m| part(&m.key, "grade")),
        ("from_date", &|m| m.from_date.to_string()),
        ("to_date", &|m| shown(m.to_date.as_ref())),
        ("from_quantity", &|m| m.from_quantity.to_string()),
        ("to_quantity", &|m| shown(m.to_quantity.as_ref())),
        ("unit", &|m| names.unit(&m.item)),
    ];
    table(path, columns, rows)
}

fn shortages(path: &Path, rows: &[Shortage], names: &Names<'_>) -> io::Result<()> {
    let columns: &[Out<'_, Shortage>] = &[
        ("item", &|s| id(&s.item)),
        ("name", &|s| names.item(&s.item)),
        ("site", &|s| id(&s.site)),
        ("attributes", &|s| part(&s.key, "attributes")),
        ("owner", &|s| part(&s.key, "owner")),
        ("project", &|s| part(&s.key, "project")),
        ("grade", &|s| part(&s.key, "grade")),
        ("date", &|s| shown(s.date.as_ref())),
        ("quantity", &|s| s.quantity.to_string()),
        ("unit", &|s| names.unit(&s.item)),
        ("code", &|s| s.code.to_string()),
    ];
    table(path, columns, rows)
}

fn pegs(path: &Path, rows: &[Peg]) -> io::Result<()> {
    let columns: &[Out<'_, Peg>] = &[
        ("supply_kind", &|p| word(&p.supply_kind)),
        ("supply", &|p| text(&p.supply)),
        ("supply_date", &|p| shown(p.supply_date.as_ref())),
        ("demand_kind", &|p| word(&p.demand_kind)),
        ("demand", &|p| text(&p.demand)),
        ("demand_date", &|p| shown(p.demand_date.as_ref())),
        ("quantity", &|p| p.quantity.to_string()),
        ("hard", &|p| if p.hard { "yes" } else { "no" }.to_owned()),
    ];
    table(path, columns, rows)
}

fn findings(path: &Path, rows: &[Finding]) -> io::Result<()> {
    let columns: &[Out<'_, Finding>] = &[
        ("severity", &|f| word(&f.severity())),
        ("code", &|f| f.code().to_string()),
        ("text", &|f| text(&f.text(Lang::En))),
        ("text_zh", &|f| text(&f.text(Lang::Zh))),
    ];
    table(path, columns, rows)
}

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    version: u32,
    title: &'a str,
    run_date: Date,
    policy: &'a PlanPolicy,
    orders: &'a [PlannedOrder],
    messages: &'a [Message],
    shortages: &'a [Shortage],
    pegs: &'a [Peg],
    findings: &'a [Finding],
}

fn json(path: &Path, plan: &PlanFiles<'_>) -> io::Result<()> {
    let mut file = BufWriter::new(File::create_new(path)?);
    let document = Document {
        format: "headstock.plan",
        version: FORMAT,
        title: plan.title,
        run_date: plan.run_date,
        policy: plan.policy,
        orders: plan.orders,
        messages: plan.messages,
        shortages: plan.shortages,
        pegs: plan.pegs,
        findings: plan.findings,
    };
    serde_json::to_writer_pretty(&mut file, &document)?;
    file.write_all(b"\n")?;
    file.flush()
}

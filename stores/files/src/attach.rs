//! Tables whose rows belong into a row of another table: holidays, operations, BOM lines, steps.

use std::collections::{HashMap, HashSet};

use headstock::bom::{Bom, BomLine, BomOutput, Usage, UsageStep};
use headstock::calendar::{CalendarException, Cycle, Shift};
use headstock::finding::{Code, Finding};
use headstock::id::Id;
use headstock::item::{CostStep, LotRule, Planning, SafetyStep};
use headstock::num::Ratio;
use headstock::routing::{Operation, Rate};
use headstock::snapshot::Tables;
use headstock::time::Date;

use crate::cell::Value;
use crate::columns::{self, Table};
use crate::errors::{Fault, shown};
use crate::load::{At, Loader};
use crate::read::plain;
use crate::row::Row;
use crate::rules;

type Stop = Finding;

/// A row that belongs into another: the parent's id, the line of the file, the record.
type Child<T> = (Id, u64, T);

fn id_of(row: &Row<'_>, column: &'static str) -> Result<Id, At> {
    let text = row.text(column).unwrap_or_default();
    Id::new(text).map_err(|error| (column, Fault::from(error.finding())))
}

fn child<T: serde::de::DeserializeOwned>(row: &mut Row<'_>, parent: &'static str) -> Result<Child<T>, At> {
    Ok((id_of(row, parent)?, row.line, plain(row)?))
}

/// The place of each id.
fn places<'a>(ids: impl Iterator<Item = &'a Id>) -> HashMap<Id, usize> {
    ids.enumerate().map(|(at, id)| (id.clone(), at)).collect()
}

/// Gives each child to its parent. A parent that is not there was refused itself, or the reference was.
fn hand_out<P, T>(
    parents: &mut [P],
    at: &HashMap<Id, usize>,
    children: Vec<Child<T>>,
    give: impl Fn(&mut P, T),
) {
    for (id, _, child) in children {
        if let Some(parent) = at.get(&id).and_then(|at| parents.get_mut(*at)) {
            give(parent, child);
        }
    }
}

pub(crate) fn calendars(loader: &mut Loader<'_>, tables: &mut Tables) -> Result<(), Stop> {
    tables.calendars = loader.load(&columns::CALENDARS, plain)?;
    let at = places(tables.calendars.iter().map(|calendar| &calendar.id));
    let days: Vec<Child<CalendarException>> = loader.load(&columns::CALENDAR_EXCEPTIONS, |row| {
        if *row.get("working") == Value::Empty {
            set(row, "working", Value::Flag(false));
        }
        child(row, "calendar")
    })?;
    hand_out(&mut tables.calendars, &at, days, |calendar, day| calendar.exceptions.push(day));
    let shifts: Vec<Child<Shift>> = loader.load(&columns::CALENDAR_SHIFTS, |row| child(row, "calendar"))?;
    hand_out(&mut tables.calendars, &at, shifts, |calendar, shift| calendar.shifts.push(shift));

    let starts: Vec<(Id, Date)> = loader.load(&columns::CYCLES, |row| {
        let start = Date::parse(row.text("start").unwrap_or_default());
        Ok((id_of(row, "cycle")?, start.map_err(|error| ("start", Fault::from(error.finding())))?))
    })?;
    let mut cycles: std::collections::BTreeMap<Id, Vec<Date>> = std::collections::BTreeMap::new();
    for (cycle, start) in starts {
        cycles.entry(cycle).or_default().push(start);
    }
    tables.cycles = cycles
        .into_iter()
        .map(|(id, mut starts)| {
            starts.sort_unstable();
            Cycle { id, starts }
        })
        .collect();
    Ok(())
}

pub(crate) fn routings(loader: &mut Loader<'_>, tables: &mut Tables) -> Result<(), Stop> {
    tables.work_centres = loader.load(&columns::WORK_CENTRES, plain)?;
    let at = places(tables.work_centres.iter().map(|centre| &centre.id));
    let rates: Vec<Child<Rate>> = loader.load(&columns::RATES, |row| child(row, "work_centre"))?;
    hand_out(&mut tables.work_centres, &at, rates, |centre, rate| centre.rates.push(rate));

    tables.routings = loader.load(&columns::ROUTINGS, plain)?;
    let at = places(tables.routings.iter().map(|routing| &routing.id));
    let operations: Vec<Child<Operation>> = loader.load(&columns::OPERATIONS, |row| child(row, "routing"))?;
    hand_out(&mut tables.routings, &at, operations, |routing, operation| routing.operations.push(operation));
    Ok(())
}

fn set(row: &mut Row<'_>, column: &str, value: Value<'static>) {
    if let Some(at) = row.table.at(column) {
        row.cells[at] = value;
    }
}

/// Which BOM a row of a child table belongs to: named by its id or by its product.
struct BomRef {
    bom: Option<Id>,
    product: Option<Id>,
    line: u64,
}

impl BomRef {
    fn of(row: &Row<'_>) -> Result<BomRef, At> {
        let id = |column| row.text(column).map(|_| id_of(row, column)).transpose();
        let named = BomRef { bom: id("bom")?, product: id("product")?, line: row.line };
        if named.bom.is_none() && named.product.is_none() {
            return Err((
                "bom",
                Fault::say("give the BOM, or the product of its only BOM", "请填写BOM或产品"),
            ));
        }
        Ok(named)
    }
}

/// The BOMs being put together.
struct Boms<'t> {
    boms: &'t mut Vec<Bom>,
    at: HashMap<Id, usize>,
    by_product: HashMap<Id, Vec<usize>>,
    broken: bool,
}

impl<'t> Boms<'t> {
    fn new(boms: &'t mut Vec<Bom>, broken: bool) -> Boms<'t> {
        let at = places(boms.iter().map(|bom| &bom.id));
        let mut by_product: HashMap<Id, Vec<usize>> = HashMap::new();
        for (at, bom) in boms.iter().enumerate() {
            by_product.entry(bom.product.clone()).or_default().push(at);
        }
        Boms { boms, at, by_product, broken }
    }

    /// The BOM meant; a product without one gets a plain BOM of its own name when `create` says so.
    fn find(&mut self, named: &BomRef, create: bool) -> Result<Option<&mut Bom>, At> {
        let at = match (&named.bom, &named.product) {
            (Some(bom), product) => {
                let Some(at) = self.at.get(bom).copied() else { return Ok(None) };
                let made = &self.boms[at].product;
                if product.as_ref().is_some_and(|product| product != made) {
                    let (bom, made) = (shown(bom.as_str()), shown(made.as_str()));
                    return Err((
                        "product",
                        Fault::say(format!("BOM {bom} makes {made}"), format!("BOM {bom}的产品是{made}")),
                    ));
                }
                at
            }
            (None, Some(product)) => match self.by_product.get(product).map(Vec::as_slice) {
                Some([only]) => *only,
                Some(_) => {
                    return Err((
                        "bom",
                        Fault::say("the product has several BOMs; say which", "产品有多个BOM,请注明"),
                    ));
                }
                None if self.broken => return Ok(None),
                None if create => self.add(product)?,
                None => {
                    return Err(("product", Fault::say("the product has no BOM line", "产品没有BOM行")));
                }
            },
            (None, None) => return Ok(None),
        };
        Ok(self.boms.get_mut(at))
    }

    fn add(&mut self, product: &Id) -> Result<usize, At> {
        if self.at.contains_key(product) {
            return Err((
                "bom",
                Fault::say(
                    "another product's BOM has this id; name the BOM",
                    "该编码已是其他产品的BOM,请注明",
                ),
            ));
        }
        let at = self.boms.len();
        self.boms.push(Bom {
            id: product.clone(),
            product: product.clone(),
            site: None,
            status: headstock::bom::BomStatus::default(),
            enabled: true,
            valid_from: None,
            valid_to: None,
            priority: 0,
            yield_ratio: Ratio::ONE,
            lines: Vec::new(),
            outputs: Vec::new(),
        });
        self.at.insert(product.clone(), at);
        self.by_product.insert(product.clone(), vec![at]);
        Ok(at)
    }
}

fn twice(id: &Id) -> Fault {
    Fault::from(
        Finding::new(Code::DuplicateId).with("id", id).with("expected", "an id of its own in the BOM"),
    )
}

/// Gives rows to their BOMs and reports those that have none.
fn into_boms<T>(
    loader: &mut Loader<'_>,
    table: &'static Table,
    boms: &mut Boms<'_>,
    rows: Vec<(BomRef, T)>,
    create: bool,
    mut give: impl FnMut(&mut Bom, T) -> Result<(), At>,
) {
    for (named, row) in rows {
        let given = boms.find(&named, create).and_then(|bom| match bom {
            Some(bom) => give(bom, row),
            None => Ok(()),
        });
        if let Err(at) = given {
            loader.late_fault(table, named.line, at);
        }
    }
}

pub(crate) fn boms(loader: &mut Loader<'_>, tables: &mut Tables) -> Result<(), Stop> {
    tables.boms = loader.load(&columns::BOMS, plain)?;
    let broken = loader.known.get(columns::BOMS.name).is_some_and(|known| known.broken);
    let lines: Vec<(BomRef, BomLine)> = loader.load(&columns::BOM_LINES, bom_line)?;
    let steps: Vec<(BomRef, (Id, UsageStep))> = loader.load(&columns::BOM_STEPS, |row| {
        for column in ["fixed", "per_unit"] {
            if *row.get(column) == Value::Empty {
                set(row, column, Value::Text("0".into()));
            }
        }
        Ok((BomRef::of(row)?, (id_of(row, "line")?, plain(row)?)))
    })?;
    let outputs: Vec<(BomRef, BomOutput)> = loader.load(&columns::BOM_OUTPUTS, |row| {
        if *row.get("output") == Value::Empty {
            let item = row.text("item").unwrap_or_default().to_owned();
            set(row, "output", Value::Text(item.into()));
        }
        Ok((BomRef::of(row)?, plain(row)?))
    })?;

    let mut boms = Boms::new(&mut tables.boms, broken);
    let mut seen: HashSet<(Id, Id)> = HashSet::new();
    into_boms(loader, &columns::BOM_LINES, &mut boms, lines, true, |bom, line| {
        if !seen.insert((bom.id.clone(), line.id.clone())) {
            return Err(("line", twice(&line.id)));
        }
        bom.lines.push(line);
        Ok(())
    });
    let mut seen: HashSet<(Id, Id)> = HashSet::new();
    into_boms(loader, &columns::BOM_OUTPUTS, &mut boms, outputs, true, |bom, output| {
        if !seen.insert((bom.id.clone(), output.id.clone())) {
            return Err(("output", twice(&output.id)));
        }
        bom.outputs.push(output);
        Ok(())
    });
    into_boms(loader, &columns::BOM_STEPS, &mut boms, steps, false, |bom, (id, step)| {
        match bom.lines.iter_mut().find(|line| line.id == id).map(|line| &mut line.usage) {
            Some(Usage::Stepped { steps }) => {
                steps.push(step);
                Ok(())
            }
            _ => Err(("line", Fault::say("no line of this id with usage stepped", "无此阶梯用量行"))),
        }
    });
    let names: Vec<Box<str>> = tables.boms.iter().map(|bom| bom.id.as_str().into()).collect();
    loader.mark(&columns::BOMS, |known| {
        known.absent = false;
        known.ids.extend(names);
    });
    Ok(())
}

fn bom_line(row: &mut Row<'_>) -> Result<(BomRef, BomLine), At> {
    let named = BomRef::of(row)?;
    if *row.get("line") == Value::Empty {
        let component = row.text("component").unwrap_or_default().to_owned();
        set(row, "line", Value::Text(component.into()));
    }
    let mut line: BomLine = plain(row)?;
    line.usage = match row.text("usage") {
        Some("fixed") => Usage::Fixed,
        Some("stepped") => Usage::Stepped { steps: Vec::new() },
        _ => Usage::Variable,
    };
    Ok((named, line))
}

pub(crate) fn planning(loader: &mut Loader<'_>, tables: &mut Tables) -> Result<(), Stop> {
    type Key = (Id, Option<Id>);
    fn key(row: &Row<'_>) -> Result<Key, At> {
        let site = row.text("site").map(|_| id_of(row, "site")).transpose()?;
        Ok((id_of(row, "item")?, site))
    }
    tables.planning = loader.load(&columns::PLANNING, |row| {
        rules::check(row)?;
        plain(row)
    })?;
    let places = tables.planning.iter().enumerate();
    let at: HashMap<Key, usize> =
        places.map(|(at, row): (usize, &Planning)| ((row.item.clone(), row.site.clone()), at)).collect();
    let broken = loader.known.get(columns::PLANNING.name).is_some_and(|known| known.broken);
    let missing =
        || ("item", Fault::say("no row of planning.csv has this item and site", "计划参数中无此物料与地点"));

    let levels: Vec<(Key, u64, SafetyStep)> =
        loader.load(&columns::SAFETY_STEPS, |row| Ok((key(row)?, row.line, plain(row)?)))?;
    for (key, line, step) in levels {
        match at.get(&key).and_then(|at| tables.planning.get_mut(*at)) {
            Some(planning) => planning.safety_steps.push(step),
            None if broken => {}
            None => loader.late_fault(&columns::SAFETY_STEPS, line, missing()),
        }
    }
    let costs: Vec<(Key, u64, CostStep)> =
        loader.load(&columns::SETUP_STEPS, |row| Ok((key(row)?, row.line, plain(row)?)))?;
    for (key, line, step) in costs {
        match at.get(&key).and_then(|at| tables.planning.get_mut(*at)).map(|planning| &mut planning.lot) {
            Some(LotRule::WagnerWhitin(costs)) => costs.setup_steps.push(step),
            None if broken => {}
            None => loader.late_fault(&columns::SETUP_STEPS, line, missing()),
            Some(_) => {
                let fault = Fault::say("only lot_rule wagner_whitin takes these", "仅用于wagner_whitin");
                loader.late_fault(&columns::SETUP_STEPS, line, ("item", fault));
            }
        }
    }
    for planning in &mut tables.planning {
        planning.safety_steps.sort_by_key(|step| step.from);
    }
    Ok(())
}

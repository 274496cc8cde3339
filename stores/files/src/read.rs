//! Reading a folder into tables.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use headstock::finding::{Code, Finding};
use headstock::id::Id;
use headstock::planning::PlanPolicy;
use headstock::run::RunControl;
use headstock::snapshot::{Tables, UnitRow};
use headstock::time::Date;
use serde::de::DeserializeOwned;

use crate::columns::{self, Table};
use crate::errors::{Errors, Fault, Place};
use crate::load::{At, Loader};
use crate::open::Folder;
use crate::row::Row;
use crate::{CostSheets, attach, costs, settings};

/// What a folder says about the run itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanSettings {
    /// Title of the report; may be empty.
    pub title: String,
    /// Date the run is for.
    pub run_date: Option<Date>,
    /// The choices of the run.
    pub policy: PlanPolicy,
    /// What it says about costs.
    pub costs: CostSheets,
}

/// Reads the CSV files of a folder: one file a table, as `docs/tables.md` describes them.
///
/// Everything is checked against the column table: headers, kinds of cells, ids that must exist, ids that stand
/// twice, quantities against the decimals of their unit. Nothing is returned unless all of it is right.
///
/// # Errors
/// The first errors ([`Limits::errors_shown`](headstock::run::Limits)) with their place in `table`, `row` (the
/// line of the file) and `column`: `TABLE_MISSING`, `HEADER_WRONG`, `NOT_UTF8`, `IMPORT_ROW`, `ID_INVALID`,
/// `NUMBER_SYNTAX`, `QTY_OUT_OF_RANGE`, `PRECISION_EXCEEDED`, `DATE_SYNTAX`, `DATE_OUT_OF_RANGE`,
/// `UNKNOWN_REFERENCE`, `DUPLICATE_ID`, `LIMIT_EXCEEDED`; then `TOO_MANY_ERRORS` with the count. `CANCELLED`.
pub fn read_folder(path: &Path, run: &RunControl<'_>) -> Result<(Tables, PlanSettings), Vec<Finding>> {
    read(Folder::Disk(path), run)
}

/// As [`read_folder`], for files that are in memory already, by their names.
///
/// ```
/// use std::collections::BTreeMap;
/// use headstock::run::RunControl;
///
/// let files = BTreeMap::from([
///     ("items.csv".to_owned(), b"id,unit\nSCREW,pcs\n".to_vec()),
///     ("demands.csv".to_owned(), b"id,item,quantity,date\nSO-1,SCREW,100,2026-03-09\n".to_vec()),
/// ]);
/// let (tables, _) = headstock_files::read_memory(&files, &RunControl::new()).unwrap();
/// assert_eq!(tables.demands[0].site.as_str(), "main");
/// ```
///
/// # Errors
/// As [`read_folder`].
pub fn read_memory(
    files: &BTreeMap<String, Vec<u8>>,
    run: &RunControl<'_>,
) -> Result<(Tables, PlanSettings), Vec<Finding>> {
    read(Folder::Memory(files), run)
}

fn read(folder: Folder<'_>, run: &RunControl<'_>) -> Result<(Tables, PlanSettings), Vec<Finding>> {
    let mut loader = Loader {
        folder,
        run,
        errors: Errors::new(run.limits().errors_shown),
        known: BTreeMap::new(),
        item_unit: HashMap::new(),
        unit_scale: HashMap::new(),
        only_site: None,
    };
    loader.check_names();
    if loader.errors.count() > 0 {
        return Err(loader.errors.finish());
    }
    let outcome = read_all(&mut loader).map_err(|stopped| vec![stopped])?;
    loader.check_enough(&outcome.0);
    if loader.errors.count() > 0 { Err(loader.errors.finish()) } else { Ok(outcome) }
}

/// A row of a flat table.
pub(crate) fn plain<T: DeserializeOwned>(row: &mut Row<'_>) -> Result<T, At> {
    row.build().map_err(|error| ("", Fault::say(error.to_string(), error.to_string())))
}

fn read_all(loader: &mut Loader<'_>) -> Result<(Tables, PlanSettings), Finding> {
    let mut tables = Tables { units: loader.load(&columns::UNITS, plain)?, ..Tables::default() };
    let scales = tables.units.iter().map(|unit| (unit.id.as_str().into(), unit.scale));
    loader.unit_scale = scales.collect();
    tables.items = loader.load(&columns::ITEMS, plain)?;
    if loader.known.get(columns::ITEMS.name).is_none_or(|known| known.absent) {
        // Every other table would only say that its items are unknown.
        let expected = "a file items.csv with the columns id and unit at least";
        return Err(Finding::new(Code::TableMissing).with("table", "items").with("expected", expected));
    }
    let units = tables.items.iter().map(|item| (item.id.as_str().into(), item.unit.as_str().into()));
    loader.item_unit = units.collect();
    tables.conversions = loader.load(&columns::CONVERSIONS, plain)?;
    attach::calendars(loader, &mut tables)?;
    tables.sites = loader.load(&columns::SITES, plain)?;
    loader.settle_sites(&mut tables);
    tables.locations = loader.load(&columns::LOCATIONS, plain)?;
    tables.suppliers = loader.load(&columns::SUPPLIERS, plain)?;
    attach::routings(loader, &mut tables)?;
    attach::boms(loader, &mut tables)?;
    tables.sources = loader.load(&columns::SOURCES, plain)?;
    attach::planning(loader, &mut tables)?;
    tables.substitutes = loader.load(&columns::SUBSTITUTES, plain)?;
    tables.stock = loader.load(&columns::STOCK, plain)?;
    tables.supplies = loader.load(&columns::SUPPLIES, plain)?;
    tables.demands = loader.load(&columns::DEMANDS, plain)?;
    tables.forecasts = loader.load(&columns::FORECASTS, plain)?;
    tables.reservations = loader.load(&columns::RESERVATIONS, plain)?;
    let sheets = costs::read(loader)?;
    let mut settings = settings::read(loader)?;
    settings.costs = CostSheets { controls: settings.costs.controls, ..sheets };
    loader.add_implied(&mut tables);
    Ok((tables, settings))
}

impl Loader<'_> {
    /// Without a file of sites there is one site, `main`.
    fn settle_sites(&mut self, tables: &mut Tables) {
        let known = self.known.entry(columns::SITES.name).or_default();
        if known.absent {
            known.ids.insert("main".into());
            known.absent = false;
            let main: Result<Id, _> = Id::new("main");
            tables.sites.extend(main.ok().map(|id| headstock::partner::Site {
                id,
                name: String::new(),
                calendar: None,
            }));
        }
        if let [only] = tables.sites.as_slice() {
            self.only_site = Some(only.id.as_str().into());
        }
    }

    /// Units and suppliers that were named without a file of them.
    fn add_implied(&self, tables: &mut Tables) {
        let named = |table: &Table| {
            let known = self.known.get(table.name).filter(|known| known.absent);
            let ids = known.into_iter().flat_map(|known| &known.ids);
            let mut ids: Vec<Id> = ids.filter_map(|id| Id::new(id).ok()).collect();
            ids.sort();
            ids
        };
        tables.units.extend(named(&columns::UNITS).into_iter().map(|id| UnitRow { id, scale: 0 }));
        let suppliers = named(&columns::SUPPLIERS).into_iter();
        tables.suppliers.extend(suppliers.map(|id| headstock::partner::Supplier {
            id,
            name: String::new(),
            calendar: None,
        }));
    }

    /// A folder holds something to plan.
    fn check_enough(&mut self, tables: &Tables) {
        if self.errors.count() == 0
            && tables.demands.is_empty()
            && tables.forecasts.is_empty()
            && tables.planning.is_empty()
            && tables.supplies.is_empty()
        {
            self.errors.add(|| {
                Finding::new(Code::TableMissing).with("table", "demands").with(
                    "expected",
                    "something to plan in demands.csv, forecasts.csv, planning.csv or supplies.csv",
                )
            });
        }
    }

    /// A fault of a row that was read before.
    pub(crate) fn late_fault(&mut self, table: &Table, line: u64, (column, fault): At) {
        self.errors.fault(Place { table: table.name, row: line, column }, fault);
    }
}

//! From plain tables to a checked, dense snapshot: everything is looked up and converted once.

use super::items::{ItemTable, duplicate, unknown};
use super::params::ParamTable;
use super::places::{NONE, Places};
use super::records::{Definitions, Records};
use super::reject::{Rejected, Rejections};
use super::sources::SourceTable;
use super::substitutes::{self, SubstituteRow};
use super::{Names, Tables};
use crate::bom::{Bom, BomBook, BomBookBuilder, BomError, ItemFact, ItemFacts};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::Stock;
use crate::item::Planning;
use crate::order::{Demand, Supply};
use crate::partner::Source;
use crate::routing::{Routing, WorkCentre};
use crate::run::RunControl;
use crate::time::reversed;
use crate::unit::Conversions;
use std::collections::HashMap;
use std::sync::Arc;

/// The records that a plan reads, checked and dense. Immutable, and cheap to clone: clones share the rows.
#[derive(Debug, Clone)]
pub struct Snapshot(pub(crate) Arc<Dense>);

/// The rows behind a [`Snapshot`].
#[derive(Debug, Clone)]
pub(crate) struct Dense {
    pub(crate) items: ItemTable,
    pub(crate) places: Places,
    pub(crate) params: ParamTable,
    pub(crate) sources: SourceTable,
    pub(crate) bom: BomBook,
    pub(crate) substitutes: Vec<SubstituteRow>,
    pub(crate) records: Records,
}

impl Snapshot {
    /// Checks the tables and makes them dense. Row order does not matter.
    ///
    /// # Errors
    /// [`Rejected`] with the first faults and their count: `UNKNOWN_REFERENCE`, `DUPLICATE_ID`,
    /// `PRECISION_EXCEEDED`, `QTY_OUT_OF_RANGE`, `BOM_LOOP`, `LIMIT_EXCEEDED` and what the records name.
    /// Nothing is taken over in part.
    pub fn from_tables(mut tables: Tables, control: &RunControl<'_>) -> Result<Snapshot, Rejected> {
        let planning = std::mem::take(&mut tables.planning);
        let sources = std::mem::take(&mut tables.sources);
        let boms = std::mem::take(&mut tables.boms);
        let (stock, supplies) = (std::mem::take(&mut tables.stock), std::mem::take(&mut tables.supplies));
        let demands = std::mem::take(&mut tables.demands);
        let mut builder = SnapshotBuilder::new(tables, control)?;
        planning.iter().for_each(|row| builder.planning(row));
        sources.iter().for_each(|row| builder.source(row));
        boms.iter().for_each(|row| builder.bom(row));
        stock.iter().for_each(|row| builder.stock(row));
        demands.iter().for_each(|row| builder.demand(row));
        // Supplies name sources by id, so they come after them.
        supplies.into_iter().for_each(|row| builder.supply(row));
        builder.finish()
    }
}

/// Builds a [`Snapshot`] from rows that come one by one, so that millions need not stand in memory twice.
///
/// The definitions that others refer to (units, items, sites, suppliers, calendars …) are given at the start;
/// planning rows, sources, BOMs, stock, demands and supplies follow in any order.
#[derive(Debug)]
pub struct SnapshotBuilder {
    items: ItemTable,
    places: Places,
    facts: ItemFacts,
    params: ParamTable,
    sources: SourceTable,
    bom: BomBookBuilder,
    substitutes: Vec<SubstituteRow>,
    records: Records,
    supplies: Vec<Supply>,
    rest: Tables,
    rejections: Rejections,
    rows_left: u64,
    rows_limit: u64,
    id_bytes: usize,
}

impl SnapshotBuilder {
    /// Starts from the definitions in `tables`; rows of the other tables are read as well.
    ///
    /// # Errors
    /// [`Rejected`] when a table has more rows than the limit.
    pub fn new(mut tables: Tables, control: &RunControl<'_>) -> Result<SnapshotBuilder, Rejected> {
        let limits = *control.limits();
        let mut rejections = Rejections::new(limits.errors_shown);
        for (table, rows) in tables.row_counts() {
            if rows as u64 > limits.rows {
                let fault = Finding::new(Code::LimitExceeded).with("what", format_args!("rows of {table}"));
                return Err(fault.with("limit", limits.rows).into());
            }
        }
        check_ids(&tables, limits.id_bytes(), &mut rejections);
        let items = ItemTable::build(std::mem::take(&mut tables.units), &tables.items, &mut rejections);
        tables.items = Vec::new();
        let places = Places::build(
            &tables.sites,
            &tables.locations,
            &tables.suppliers,
            &tables.calendars,
            &tables.cycles,
            &mut rejections,
        );
        // Everything else looks rows up by these ids: with a fault here the rest would only repeat it.
        rejections.finish()?;
        let facts = facts(&items, &places, conversions(&tables, &items, &mut rejections));
        let mut builder = SnapshotBuilder {
            params: ParamTable::new(),
            sources: SourceTable::default(),
            bom: BomBookBuilder::new(limits),
            substitutes: Vec::new(),
            records: Records::new(),
            supplies: Vec::new(),
            rest: Tables::default(),
            rows_left: limits.rows,
            rows_limit: limits.rows,
            id_bytes: limits.id_bytes(),
            items,
            places,
            facts,
            rejections,
        };
        builder.take_rows(&mut tables);
        builder.rest = tables;
        Ok(builder)
    }

    fn take_rows(&mut self, tables: &mut Tables) {
        std::mem::take(&mut tables.planning).iter().for_each(|row| self.planning(row));
        std::mem::take(&mut tables.sources).iter().for_each(|row| self.source(row));
        std::mem::take(&mut tables.boms).iter().for_each(|row| self.bom(row));
        std::mem::take(&mut tables.stock).iter().for_each(|row| self.stock(row));
        std::mem::take(&mut tables.demands).iter().for_each(|row| self.demand(row));
        std::mem::take(&mut tables.supplies).into_iter().for_each(|row| self.supply(row));
    }

    fn definitions(&self) -> Definitions<'_> {
        Definitions { items: &self.items, places: &self.places }
    }

    /// Whether there is room for one more row; past the limit rows are counted as faults and dropped.
    fn room(&mut self, table: &'static str, id: &Id) -> bool {
        if self.rows_left == 0 {
            let fault = Finding::new(Code::LimitExceeded).with("what", "rows").with("limit", self.rows_limit);
            self.rejections.at(table, id.as_str(), fault);
            return false;
        }
        self.rows_left -= 1;
        if id.as_str().len() > self.id_bytes {
            self.rejections.at(table, id.as_str(), long_id(self.id_bytes));
            return false;
        }
        true
    }

    /// Adds planning parameters.
    pub fn planning(&mut self, row: &Planning) {
        if self.room("planning", &row.item) {
            self.params.add(row, &self.items, &self.places, &mut self.rejections);
        }
    }

    /// Adds a source.
    pub fn source(&mut self, row: &Source) {
        if self.room("sources", &row.id) {
            self.sources.add(row, &self.items, &self.places, &mut self.rejections);
        }
    }

    /// Adds a bill of material.
    pub fn bom(&mut self, row: &Bom) {
        if !self.room("boms", &row.id) {
            return;
        }
        if let Err(faults) = self.bom.add(row, &self.facts) {
            faults.into_iter().for_each(|fault| self.rejections.push(fault));
        }
    }

    /// Adds a stock row.
    pub fn stock(&mut self, row: &Stock) {
        if self.room("stock", &row.id) {
            let d = Definitions { items: &self.items, places: &self.places };
            if let Err(fault) = self.records.stock(row, d) {
                self.rejections.at("stock", row.id.as_str(), fault);
            }
        }
    }

    /// Adds a demand.
    pub fn demand(&mut self, row: &Demand) {
        if self.room("demands", &row.id) {
            let d = Definitions { items: &self.items, places: &self.places };
            if let Err(fault) = self.records.demand(row, d) {
                self.rejections.at("demands", row.id.as_str(), fault);
            }
        }
    }

    /// Adds a supply.
    pub fn supply(&mut self, row: Supply) {
        if self.room("supplies", &row.id) {
            self.supplies.push(row);
        }
    }

    /// Checks what needs all rows and ends the snapshot.
    ///
    /// # Errors
    /// [`Rejected`] as [`Snapshot::from_tables`].
    pub fn finish(mut self) -> Result<Snapshot, Rejected> {
        let rest = std::mem::take(&mut self.rest);
        self.params.finish(&self.items, &mut self.rejections);
        self.sources.finish(self.items.len(), &mut self.rejections);
        self.add_supplies();
        for row in &rest.forecasts {
            let d = Definitions { items: &self.items, places: &self.places };
            if let Err(fault) = self.records.forecast(row, d) {
                self.rejections.at("forecasts", row.id.as_str(), fault);
            }
        }
        for row in &rest.substitutes {
            match substitutes::dense(row, self.definitions()) {
                Ok(dense) => self.substitutes.push(dense),
                Err(fault) => self.rejections.at("substitutes", row.item.as_str(), fault),
            }
        }
        substitutes::sort(&mut self.substitutes);
        let routings = check_routings(&rest, &self.items, &self.places, &mut self.rejections);
        self.records.rank(&mut self.rejections);
        let d = Definitions { items: &self.items, places: &self.places };
        self.records.reserve(&rest.reservations, d, &mut self.rejections);
        let bom = match self.bom.build(&self.facts) {
            Ok(bom) => bom,
            Err(errors) => {
                errors.iter().for_each(|error| self.rejections.push(error.finding()));
                let path = errors.into_iter().find_map(BomError::into_path).unwrap_or_default();
                let rejected = self.rejections.finish().err();
                return Err(rejected.unwrap_or_else(|| Finding::new(Code::Internal).into()).with_path(path));
            }
        };
        self.sources.check_versions(&bom, &routings, &mut self.rejections);
        self.rejections.finish()?;
        Ok(Snapshot(Arc::new(Dense {
            items: self.items,
            places: self.places,
            params: self.params,
            sources: self.sources,
            bom,
            substitutes: self.substitutes,
            records: self.records,
        })))
    }

    fn add_supplies(&mut self) {
        let supplies = std::mem::take(&mut self.supplies);
        // A look-up through all sources for each supply would be quadratic.
        let named = supplies.iter().any(|row| row.source.is_some());
        let by_id = if named { self.sources.by_id() } else { HashMap::new() };
        for row in supplies {
            let source = match &row.source {
                None => Ok(NONE),
                Some(id) => by_id.get(id.as_str()).copied().ok_or_else(|| unknown("sources", id)),
            };
            let source = source.and_then(|source| {
                self.sources.check_item(source, &row, &self.items)?;
                Ok(source)
            });
            let d = Definitions { items: &self.items, places: &self.places };
            let done = source.and_then(|source| self.records.supply(&row, source, d));
            if let Err(fault) = done {
                self.rejections.at("supplies", row.id.as_str(), fault);
            }
        }
    }
}

fn long_id(limit: usize) -> Finding {
    Finding::new(Code::LimitExceeded).with("what", "bytes of an id").with("limit", limit)
}

/// Ids of definitions and of the tables that are read at the end; the others are looked at row by row.
fn check_ids(tables: &Tables, limit: usize, rejections: &mut Rejections) {
    if limit >= crate::id::MAX_ID_BYTES {
        return;
    }
    let mut check = |table: &'static str, id: &Id| {
        if id.as_str().len() > limit {
            rejections.at(table, id.as_str(), long_id(limit));
        }
    };
    tables.units.iter().for_each(|row| check("units", &row.id));
    tables.items.iter().for_each(|row| check("items", &row.id));
    tables.sites.iter().for_each(|row| check("sites", &row.id));
    tables.locations.iter().for_each(|row| check("locations", &row.id));
    tables.suppliers.iter().for_each(|row| check("suppliers", &row.id));
    tables.calendars.iter().for_each(|row| check("calendars", &row.id));
    tables.cycles.iter().for_each(|row| check("cycles", &row.id));
    tables.routings.iter().for_each(|row| check("routings", &row.id));
    tables.work_centres.iter().for_each(|row| check("work_centres", &row.id));
    tables.forecasts.iter().for_each(|row| check("forecasts", &row.id));
    tables.reservations.iter().for_each(|row| check("reservations", &row.id));
}

/// What bills of material need of items, sharing their names.
fn facts(items: &ItemTable, places: &Places, conversions: Conversions) -> ItemFacts {
    let row = |fact: &super::items::ItemFact| ItemFact {
        unit: fact.unit,
        scale: u32::from(fact.scale),
        formula: fact.scrap_formula,
        phantom: fact.phantom,
    };
    ItemFacts {
        items: items.names.clone(),
        sites: places.sites.clone(),
        locations: places.locations.clone(),
        rows: items.facts.iter().map(row).collect(),
        units: items.units.iter().map(|unit| unit.id.clone()).collect(),
        conversions,
    }
}

fn conversions(tables: &Tables, items: &ItemTable, rejections: &mut Rejections) -> Conversions {
    let mut conversions = Conversions::new();
    for row in &tables.conversions {
        for unit in [&row.from, &row.to] {
            if items.unit(unit.as_str()).is_none() {
                rejections.at("conversions", row.from.as_str(), unknown("units", unit));
            }
        }
        let done = match &row.item {
            None => conversions.add(row.from.clone(), row.to.clone(), row.ratio),
            Some(item) if items.names.find(item.as_str()).is_none() => {
                rejections.at("conversions", row.from.as_str(), unknown("items", item));
                Ok(())
            }
            Some(item) => conversions.add_for_item(item.clone(), row.from.clone(), row.to.clone(), row.ratio),
        };
        if let Err(error) = done {
            rejections.at("conversions", row.from.as_str(), error.finding());
        }
    }
    conversions
}

/// Checks routings and work centres; the answer is the names of the routings.
fn check_routings(tables: &Tables, items: &ItemTable, places: &Places, rejections: &mut Rejections) -> Names {
    for centre in &tables.work_centres {
        if let Err(fault) = check_centre(centre, places) {
            rejections.at("work_centres", centre.id.as_str(), fault);
        }
    }
    let centres: Vec<&str> = tables.work_centres.iter().map(|c| c.id.as_str()).collect();
    let (centres, twice, _) = Names::build(&centres);
    twice.iter().for_each(|id| rejections.push(duplicate("work_centres", id)));
    let ids: Vec<&str> = tables.routings.iter().map(|r| r.id.as_str()).collect();
    let (names, twice, _) = Names::build(&ids);
    twice.iter().for_each(|id| rejections.push(duplicate("routings", id)));
    for routing in &tables.routings {
        check_routing(routing, &centres, items, rejections);
    }
    names
}

/// A work centre stands at a site, works by a calendar, and has one rate for an activity on a day.
fn check_centre(centre: &WorkCentre, places: &Places) -> Result<(), Finding> {
    if places.sites.find(centre.site.as_str()).is_none() {
        return Err(unknown("sites", &centre.site));
    }
    if let Some(calendar) = centre.calendar.as_ref().filter(|id| !places.has_calendar(id)) {
        return Err(unknown("calendars", calendar));
    }
    let mut rates: Vec<_> = centre.rates.iter().map(|rate| (&rate.activity, rate.from)).collect();
    rates.sort_unstable();
    if let Some(pair) = rates.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(duplicate("rates", &format!("{} {}", pair[0].0, pair[0].1)));
    }
    match centre.rates.iter().find(|rate| rate.per_hour.is_sign_negative() && !rate.per_hour.is_zero()) {
        None => Ok(()),
        Some(rate) => {
            let fault = Finding::new(Code::QtyOutOfRange).with("value", rate.per_hour).with("limit", "≥ 0");
            Err(fault.with("field", "per_hour"))
        }
    }
}

fn check_routing(routing: &Routing, centres: &Names, items: &ItemTable, rejections: &mut Rejections) {
    let id = routing.id.as_str();
    if items.names.find(routing.product.as_str()).is_none() {
        rejections.at("routings", id, unknown("items", &routing.product));
    }
    if let Some(fault) = reversed(routing.valid_from, routing.valid_to) {
        rejections.at("routings", id, fault);
    }
    if let Err(error) = routing.check() {
        rejections.at("routings", id, error.finding());
    }
    for operation in &routing.operations {
        if centres.find(operation.work_centre.as_str()).is_none() {
            rejections.at("routings", id, unknown("work_centres", &operation.work_centre));
        }
    }
}

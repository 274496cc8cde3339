//! Sites, locations, suppliers, calendars and cycles as dense rows.

use super::items::{duplicate, unknown};
use super::{Names, Rejections};
use crate::calendar::{Calendar, Cycle};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::partner::{Location, Site, Supplier};
use crate::time::{Date, WorkCalendar};
use std::sync::Arc;

/// No index: an optional reference that is absent.
pub(crate) const NONE: u32 = u32::MAX;

/// Places and their working days.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    pub(crate) sites: Arc<Names>,
    pub(crate) site_calendar: Vec<u32>,
    pub(crate) suppliers: Names,
    pub(crate) supplier_calendar: Vec<u32>,
    pub(crate) calendars: Vec<WorkCalendar>,
    calendar_names: Names,
    pub(crate) cycles: Vec<Vec<i32>>,
    cycle_names: Names,
    pub(crate) locations: Arc<Names>,
    /// Site and whether the stock counts in planning, per location.
    pub(crate) location_facts: Vec<(u32, bool, bool)>,
}

impl Places {
    pub(crate) fn build(
        sites: &[Site],
        locations: &[Location],
        suppliers: &[Supplier],
        calendars: &[Calendar],
        cycles: &[Cycle],
        rejections: &mut Rejections,
    ) -> Self {
        let (calendar_names, order) = ranked("calendars", calendars, |c| &c.id, rejections);
        let mut places = Places { calendar_names, ..Places::default() };
        for &i in &order {
            places.calendars.push(work_calendar(&calendars[i as usize], rejections));
        }
        let (names, order) = ranked("cycles", cycles, |c| &c.id, rejections);
        places.cycle_names = names;
        places.cycles = order.iter().map(|&i| cycle_days(&cycles[i as usize], rejections)).collect();
        let (names, order) = ranked("sites", sites, |s| &s.id, rejections);
        places.sites = Arc::new(names);
        for &i in &order {
            let site = &sites[i as usize];
            let calendar = places.calendar(site.calendar.as_ref(), "sites", &site.id, rejections);
            places.site_calendar.push(calendar);
        }
        let (names, order) = ranked("suppliers", suppliers, |s| &s.id, rejections);
        places.suppliers = names;
        for &i in &order {
            let supplier = &suppliers[i as usize];
            let calendar = places.calendar(supplier.calendar.as_ref(), "suppliers", &supplier.id, rejections);
            places.supplier_calendar.push(calendar);
        }
        let (names, order) = ranked("locations", locations, |l| &l.id, rejections);
        places.locations = Arc::new(names);
        for &i in &order {
            let location = &locations[i as usize];
            let site = places.sites.find(location.site.as_str()).unwrap_or_else(|| {
                rejections.at("locations", location.id.as_str(), unknown("sites", &location.site));
                0
            });
            let owned = location.supplies(Some(&location.id));
            places.location_facts.push((site, location.supplies(None), owned));
        }
        places
    }

    fn calendar(&self, id: Option<&Id>, table: &'static str, row: &Id, rejections: &mut Rejections) -> u32 {
        let Some(id) = id else { return NONE };
        self.calendar_names.find(id.as_str()).unwrap_or_else(|| {
            rejections.at(table, row.as_str(), unknown("calendars", id));
            NONE
        })
    }

    pub(crate) fn has_calendar(&self, id: &Id) -> bool {
        self.calendar_names.find(id.as_str()).is_some()
    }

    pub(crate) fn cycle(&self, id: &Id) -> Option<u32> {
        self.cycle_names.find(id.as_str())
    }
}

/// Ranks rows by id: the names, and the row number for each rank (the first of a repeated id).
fn ranked<'a, T>(
    table: &'static str,
    rows: &'a [T],
    id: impl Fn(&'a T) -> &'a Id,
    rejections: &mut Rejections,
) -> (Names, Vec<u32>) {
    let ids: Vec<&str> = rows.iter().map(|row| id(row).as_str()).collect();
    let (names, twice, ranks) = Names::build(&ids);
    twice.iter().for_each(|id| rejections.push(duplicate(table, id)));
    let mut order = vec![NONE; names.len()];
    for (i, &rank) in ranks.iter().enumerate() {
        if order[rank as usize] == NONE {
            order[rank as usize] = super::to_u32(i);
        }
    }
    (names, order)
}

fn work_calendar(row: &Calendar, rejections: &mut Rejections) -> WorkCalendar {
    let exceptions = row.exceptions.iter().map(|e| (e.date, e.working)).collect();
    let (from, to) = (row.from.unwrap_or(Date::MIN), row.to.unwrap_or(Date::MAX));
    WorkCalendar::new(row.week, exceptions, from, to).unwrap_or_else(|error| {
        rejections.at("calendars", row.id.as_str(), error.finding());
        WorkCalendar::every_day()
    })
}

fn cycle_days(cycle: &Cycle, rejections: &mut Rejections) -> Vec<i32> {
    let days: Vec<i32> = cycle.starts.iter().map(|d| d.day_number()).collect();
    if days.is_empty() || !days.is_sorted_by(|a, b| a < b) {
        let fault = Finding::new(Code::CycleInvalid).with("expected", "start dates, ascending, at least one");
        rejections.at("cycles", cycle.id.as_str(), fault);
    }
    days
}

//! Changes of single records in a dense snapshot (net change): rows are put in, taken out or rewritten in place.

use super::records::{
    Definitions, DemandRow, ForecastRow, Records, Rows, Spot, StockRow, SupplyRow, check_period, demand_row,
    stock_row, supply_row, used_key,
};
use super::{Dense, NONE, to_u32, unknown};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::{Key, Stock};
use crate::order::{Demand, Forecast, ForecastStatus, Supply};

/// One record to put in the place of the one with the same id, or to take out.
#[derive(Debug, Clone)]
pub(crate) enum Edit {
    Demand(String, Option<(DemandRow, u32)>),
    Stock(String, Option<StockRow>),
    Supply(String, Option<SupplyRow>),
    Forecast(String, Option<ForecastRow>),
    /// Item, site or `NONE`, parameter set; no set takes the row out.
    Params(u32, u32, Option<u32>),
}

/// Why an edit was not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EditStop {
    /// The record is faulty: refused.
    Fault(Finding),
    /// The records know no such item, site and key yet: only a full run can plan it.
    NewSpot,
}

impl From<Finding> for EditStop {
    fn from(finding: Finding) -> Self {
        EditStop::Fault(finding)
    }
}

impl Dense {
    fn definitions(&self) -> Definitions<'_> {
        Definitions { items: &self.items, places: &self.places }
    }

    fn known_spot(&self, item: &Id, site: &Id, key: &Key) -> Result<u32, EditStop> {
        let found = self.items.names.find(item.as_str()).ok_or_else(|| unknown("items", item))?;
        let site = self.places.sites.find(site.as_str()).ok_or_else(|| unknown("sites", site))?;
        let key = self.records.spots.find_key(&used_key(key, &self.items, found)).ok_or(EditStop::NewSpot)?;
        self.records.spots.find(Spot { item: found, site, key }).ok_or(EditStop::NewSpot)
    }

    /// What a demand would become, without changing anything.
    pub(crate) fn read_demand(&self, row: &Demand) -> Result<(DemandRow, u32), EditStop> {
        let dense = demand_row(row, self.definitions())?;
        Ok((dense, self.known_spot(&row.item, &row.site, &row.key)?))
    }

    pub(crate) fn read_stock(&self, row: &Stock) -> Result<StockRow, EditStop> {
        let dense = stock_row(row, self.definitions())?;
        Ok(StockRow { spot: self.known_spot(&row.item, &row.site, &row.key)?, ..dense })
    }

    pub(crate) fn read_supply(&self, row: &Supply) -> Result<SupplyRow, EditStop> {
        let source = match &row.source {
            None => NONE,
            Some(id) => self.sources.find(id.as_str()).ok_or_else(|| unknown("sources", id))?,
        };
        self.sources.check_item(source, row, &self.items)?;
        let dense = supply_row(row, source, self.definitions())?;
        Ok(SupplyRow { spot: self.known_spot(&row.item, &row.site, &row.key)?, ..dense })
    }

    /// What a forecast would become; nothing for one that is not active.
    pub(crate) fn read_forecast(&self, row: &Forecast) -> Result<Option<ForecastRow>, EditStop> {
        check_period(row)?;
        let item = self.items.names.find(row.item.as_str()).ok_or_else(|| unknown("items", &row.item))?;
        let quantity = self.items.grains(item, row.quantity)?;
        if quantity < 0 {
            let fault = Finding::new(Code::QtyOutOfRange).with("value", row.quantity).with("limit", "≥ 0");
            return Err(fault.into());
        }
        let spot = self.known_spot(&row.item, &row.site, &row.key)?;
        let (from, to) = (row.from.day_number(), row.to.day_number());
        let dense = ForecastRow { spot, from, to, quantity, spread: row.spread_days.unwrap_or(0) };
        Ok((row.status == ForecastStatus::Active).then_some(dense))
    }
}

impl Dense {
    /// Makes an edit; `spot_of` is where a demand with the id stands. The answer undoes it.
    pub(crate) fn apply(&mut self, edit: Edit, spot_of: Option<u32>) -> Edit {
        let records = &mut self.records;
        match edit {
            Edit::Demand(id, put) => {
                let old = spot_of.and_then(|spot| Some((records.demand_at(spot, &id)?, spot)));
                match (old, put) {
                    (Some((_, from)), Some((row, to))) if from == to => {
                        records.rewrite_demands(to, &id, Some(row))
                    }
                    (old, put) => {
                        if let Some((_, from)) = old {
                            records.rewrite_demands(from, &id, None);
                        }
                        if let Some((row, to)) = put {
                            records.rewrite_demands(to, &id, Some(row));
                        }
                    }
                }
                Edit::Demand(id, old)
            }
            Edit::Stock(id, put) => {
                let old = records.stock.exchange(&id, put, |r| (r.spot, r.until));
                Edit::Stock(id, old)
            }
            Edit::Supply(id, put) => {
                let old = records.supplies.exchange(&id, put, |r| (r.spot, r.due));
                Edit::Supply(id, old)
            }
            Edit::Forecast(id, put) => {
                let old = records.forecasts.exchange(&id, put, |r| (r.spot, r.from));
                Edit::Forecast(id, old)
            }
            Edit::Params(item, site, set) => Edit::Params(item, site, self.params.exchange(item, site, set)),
        }
    }

    /// Adds a spot that the records did not have, with its key. Numbers of later spots and keys move up.
    pub(crate) fn add_spot(&mut self, item: &Id, site: &Id, key: &Key) -> Option<()> {
        let item = self.items.names.find(item.as_str())?;
        let site = self.places.sites.find(site.as_str())?;
        let key = used_key(key, &self.items, item);
        self.records.add_spot(item, site, key);
        Some(())
    }
}

impl<T: Copy> Rows<T> {
    fn exchange<K: Ord>(&mut self, id: &str, put: Option<T>, key: impl Fn(&T) -> K) -> Option<T> {
        let old = self.take_out(id);
        if let Some(row) = put {
            self.put_in(row, id, key);
        }
        old
    }

    fn take_out(&mut self, id: &str) -> Option<T> {
        let row = self.find(id)? as usize;
        self.ids.splice(row, row + 1, &[]);
        Some(self.rows.remove(row))
    }

    fn put_in<K: Ord>(&mut self, row: T, id: &str, key: impl Fn(&T) -> K) {
        let mine = (key(&row), id);
        let (mut at, mut end) = (0, self.rows.len());
        while at < end {
            let middle = usize::midpoint(at, end);
            match (key(&self.rows[middle]), self.ids.get(to_u32(middle))) < mine {
                true => at = middle + 1,
                false => end = middle,
            }
        }
        self.rows.insert(at, row);
        self.ids.splice(at, at, &[id.to_owned()]);
    }
}

impl Records {
    fn demand_at(&self, spot: u32, id: &str) -> Option<DemandRow> {
        let mut rows = self.demands.of(spot as usize);
        rows.find(|&row| self.demands.ids.get(row) == id).map(|row| self.demands.row(row))
    }

    /// Rewrites the demands of a spot with one of them changed, added or taken out. The order stays (day,
    /// priority, kind, id).
    fn rewrite_demands(&mut self, spot: u32, id: &str, put: Option<DemandRow>) {
        let range = self.demands.of(spot as usize);
        let (from, to) = (range.start, range.end);
        let mut rows: Vec<(DemandRow, String)> = (from..to)
            .filter(|&row| self.demands.ids.get(row) != id)
            .map(|row| (self.demands.row(row), self.demands.ids.get(row).to_owned()))
            .collect();
        if let Some(row) = put {
            rows.push((row, id.to_owned()));
        }
        let key = |row: &DemandRow| (row.day, row.priority, row.flags & super::flag::KIND);
        rows.sort_by(|a, b| key(&a.0).cmp(&key(&b.0)).then_with(|| a.1.cmp(&b.1)));
        self.demands.splice(from as usize, to as usize, &rows);
        let (old, new) = ((to - from), to_u32(rows.len()));
        if old != new {
            for offset in &mut self.demands.offsets[spot as usize + 1..] {
                *offset = *offset + new - old;
            }
        }
    }
}

//! Demands, stock, supplies, forecasts and reservations as columns, grouped by what they are netted with.

use super::grains::Grains;
use super::items::{ItemTable, duplicate, unknown};
use super::places::{NONE, Places};
use super::{Names, Rejections, TextRows, to_u32};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::{Key, Reservation, Stock, StockStatus};
use crate::order::{
    Demand, DemandKind, DemandStatus, Firmness, Forecast, ForecastStatus, Supply, SupplyKind,
};
use crate::snapshot::sources::{EARLIEST, LATEST, MAX_DAYS};
use crate::time::reversed;
use rust_decimal::Decimal;
use std::collections::HashMap;

/// What records meet at: item, site and the key parts the item uses, all as ranks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Spot {
    pub(crate) item: u32,
    pub(crate) site: u32,
    /// Rank of the key; 0 is the empty key.
    pub(crate) key: u32,
}

/// Demand rows that do not have a date.
pub(crate) const NO_DATE: i32 = i32::MIN;

/// Bits of a demand row's flags.
pub(crate) mod flag {
    pub(crate) const KIND: u8 = 0b0000_0111;
    pub(crate) const STATUS: u8 = 0b0001_1000;
    pub(crate) const ABNORMAL: u8 = 0b0010_0000;
    pub(crate) const OPEN: u8 = 0;
    pub(crate) const QUOTE: u8 = 0b0000_1000;
    pub(crate) const INQUIRY: u8 = 0b0001_0000;
    pub(crate) const CLOSED: u8 = 0b0001_1000;
}

/// One demand in dense form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DemandRow {
    pub(crate) day: i32,
    pub(crate) open: i64,
    pub(crate) ordered: i64,
    pub(crate) flags: u8,
    pub(crate) priority: u32,
    pub(crate) life: u32,
}

/// Demands in columns. A column that is the same for every row is empty.
#[derive(Debug, Clone, Default)]
pub(crate) struct DemandTable {
    /// First row of each spot, and the end.
    pub(crate) offsets: Vec<u32>,
    pub(crate) day: Vec<i32>,
    pub(crate) open: Grains,
    pub(crate) flags: Vec<u8>,
    ordered: Grains,
    priority: Vec<u32>,
    life: Vec<u32>,
    pub(crate) ids: TextRows,
}

impl DemandTable {
    pub(crate) fn row(&self, row: u32) -> DemandRow {
        let i = row as usize;
        let open = self.open.get(i);
        DemandRow {
            day: self.day[i],
            open,
            ordered: self.ordered.find(i).unwrap_or(open),
            flags: self.flags[i],
            priority: self.priority.get(i).copied().unwrap_or(0),
            life: self.life.get(i).copied().unwrap_or(0),
        }
    }

    pub(crate) fn of(&self, spot: usize) -> std::ops::Range<u32> {
        self.offsets[spot]..self.offsets[spot + 1]
    }

    /// Whether any row asks for a remaining life.
    pub(crate) fn with_life(&self) -> bool {
        !self.life.is_empty()
    }

    /// Puts other rows in the place of some. A column that was the same for all stays so when they agree.
    pub(crate) fn splice(&mut self, from: usize, to: usize, rows: &[(DemandRow, String)]) {
        let n = self.day.len();
        if self.priority.is_empty() && rows.iter().any(|r| r.0.priority != 0) {
            self.priority = vec![0; n];
        }
        if self.life.is_empty() && rows.iter().any(|r| r.0.life != 0) {
            self.life = vec![0; n];
        }
        if self.ordered.is_empty() && rows.iter().any(|r| r.0.ordered != r.0.open) {
            self.ordered.clone_from(&self.open);
        }
        self.day.splice(from..to, rows.iter().map(|r| r.0.day));
        self.open.splice(from, to, rows.iter().map(|r| r.0.open));
        self.flags.splice(from..to, rows.iter().map(|r| r.0.flags));
        if !self.ordered.is_empty() {
            self.ordered.splice(from, to, rows.iter().map(|r| r.0.ordered));
        }
        if !self.priority.is_empty() {
            self.priority.splice(from..to, rows.iter().map(|r| r.0.priority));
        }
        if !self.life.is_empty() {
            self.life.splice(from..to, rows.iter().map(|r| r.0.life));
        }
        let texts: Vec<String> = rows.iter().map(|r| r.1.clone()).collect();
        self.ids.splice(from, to, &texts);
    }

    fn push(&mut self, row: DemandRow, id: &str) {
        let n = self.day.len();
        let late_column = |column: &mut Vec<u32>, value: u32| {
            if value != 0 && column.is_empty() {
                column.resize(n, 0);
            }
            if value != 0 || !column.is_empty() {
                column.push(value);
            }
        };
        late_column(&mut self.priority, row.priority);
        late_column(&mut self.life, row.life);
        if row.ordered != row.open && self.ordered.is_empty() {
            self.ordered = self.open.clone();
        }
        if row.ordered != row.open || !self.ordered.is_empty() {
            self.ordered.push(row.ordered);
        }
        self.day.push(row.day);
        self.open.push(row.open);
        self.flags.push(row.flags);
        self.ids.push(id);
    }
}

/// One stock row in dense form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StockRow {
    pub(crate) spot: u32,
    pub(crate) quantity: i64,
    /// Last usable day, `LATEST` for none.
    pub(crate) until: i32,
    /// Day it becomes available when in inspection, else `EARLIEST`.
    pub(crate) from: i32,
    pub(crate) status: StockStatus,
    pub(crate) in_planning: bool,
}

/// One supply in dense form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SupplyRow {
    pub(crate) spot: u32,
    pub(crate) kind: SupplyKind,
    pub(crate) firmness: Firmness,
    pub(crate) quantity: i64,
    pub(crate) remaining: i64,
    /// -1: not given.
    pub(crate) input: i64,
    pub(crate) due: i32,
    /// `NO_DATE`: by the lead time.
    pub(crate) start: i32,
    /// `NONE`: the preferred one.
    pub(crate) source: u32,
    pub(crate) approved: bool,
    pub(crate) fixed: bool,
}

/// One forecast in dense form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ForecastRow {
    pub(crate) spot: u32,
    pub(crate) from: i32,
    pub(crate) to: i32,
    pub(crate) quantity: i64,
    /// 0: one need on the first day.
    pub(crate) spread: u32,
}

/// One reservation in dense form; exactly one of stock and supply is not `NONE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReservationRow {
    pub(crate) demand: u32,
    pub(crate) stock: u32,
    pub(crate) supply: u32,
    pub(crate) quantity: i64,
}

/// Rows with their ids, sorted by spot and by what else orders them.
#[derive(Debug, Clone)]
pub(crate) struct Rows<T> {
    pub(crate) rows: Vec<T>,
    pub(crate) ids: TextRows,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Rows { rows: Vec::new(), ids: TextRows::default() }
    }
}

impl<T: Copy> Rows<T> {
    pub(crate) fn push(&mut self, row: T, id: &str) {
        self.rows.push(row);
        self.ids.push(id);
    }

    /// Checks that ids are unique and sorts by a key, then by id.
    pub(crate) fn sort<K: Ord>(
        &mut self,
        table: &'static str,
        key: impl Fn(&T) -> K,
        rejections: &mut Rejections,
    ) {
        for row in self.ids.repeated() {
            rejections.push(duplicate(table, self.ids.get(row)));
        }
        let mut order: Vec<u32> = (0..to_u32(self.rows.len())).collect();
        order.sort_by(|&a, &b| {
            let by_key = key(&self.rows[a as usize]).cmp(&key(&self.rows[b as usize]));
            by_key.then_with(|| self.ids.get(a).cmp(self.ids.get(b)))
        });
        self.ids = self.ids.reordered(&order);
        self.rows = order.iter().map(|&i| self.rows[i as usize]).collect();
    }

    pub(crate) fn find(&self, id: &str) -> Option<u32> {
        (0..to_u32(self.rows.len())).find(|&row| self.ids.get(row) == id)
    }
}

/// Spots and keys, first in the order of arrival, later by rank.
#[derive(Debug, Clone, Default)]
pub(crate) struct SpotTable {
    pub(crate) spots: Vec<Spot>,
    pub(crate) keys: Vec<Key>,
    /// Numbers of spots while they come; after ranking they are found among the sorted spots.
    spot_of: HashMap<Spot, u32>,
    /// The last one asked for: rows of a spot mostly come together.
    last: Option<(Spot, u32)>,
    key_of: HashMap<Key, u32>,
}

impl SpotTable {
    pub(crate) fn new() -> Self {
        let mut table = SpotTable::default();
        table.key(Key::default());
        table
    }

    pub(crate) fn key(&mut self, key: Key) -> u32 {
        if let Some(&index) = self.key_of.get(&key) {
            return index;
        }
        let index = to_u32(self.keys.len());
        self.keys.push(key.clone());
        self.key_of.insert(key, index);
        index
    }

    pub(crate) fn find_key(&self, key: &Key) -> Option<u32> {
        self.key_of.get(key).copied()
    }

    fn spot(&mut self, spot: Spot) -> u32 {
        if let Some((last, number)) = self.last
            && last == spot
        {
            return number;
        }
        let next = to_u32(self.spots.len());
        let number = *self.spot_of.entry(spot).or_insert_with(|| {
            self.spots.push(spot);
            next
        });
        self.last = Some((spot, number));
        number
    }

    /// The number of a spot; only after ranking.
    pub(crate) fn find(&self, spot: Spot) -> Option<u32> {
        self.spots.binary_search(&spot).ok().map(to_u32)
    }

    /// Puts keys and spots in rank order; the answer maps old spot numbers to new ones.
    fn rank(&mut self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..to_u32(self.keys.len())).collect();
        order.sort_by(|&a, &b| self.keys[a as usize].cmp(&self.keys[b as usize]));
        let mut rank = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            rank[old as usize] = to_u32(new);
        }
        self.keys = order.iter().map(|&i| self.keys[i as usize].clone()).collect();
        self.key_of = self.keys.iter().cloned().zip(0..).collect();
        for spot in &mut self.spots {
            spot.key = rank[spot.key as usize];
        }
        let mut order: Vec<u32> = (0..to_u32(self.spots.len())).collect();
        order.sort_unstable_by_key(|&i| self.spots[i as usize]);
        let mut rank = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            rank[old as usize] = to_u32(new);
        }
        self.spots = order.iter().map(|&i| self.spots[i as usize]).collect();
        self.spot_of = HashMap::new();
        self.last = None;
        rank
    }
}

/// The key parts an item uses; the others are dropped.
pub(crate) fn used_key(key: &Key, items: &ItemTable, item: u32) -> Key {
    if key.is_empty() {
        return Key::default();
    }
    let parts = items.fact(item).key;
    let keep = |on: bool, part: &Option<Id>| if on { part.clone() } else { None };
    Key {
        attributes: keep(parts.attributes, &key.attributes),
        owner: keep(parts.owner, &key.owner),
        project: keep(parts.project, &key.project),
        grade: keep(parts.grade, &key.grade),
    }
}

/// The record tables while they are filled.
#[derive(Debug, Clone, Default)]
pub(crate) struct Records {
    pub(crate) spots: SpotTable,
    pub(crate) demands: DemandTable,
    demand_spot: Vec<u32>,
    pub(crate) stock: Rows<StockRow>,
    pub(crate) supplies: Rows<SupplyRow>,
    pub(crate) forecasts: Rows<ForecastRow>,
    pub(crate) reservations: Rows<ReservationRow>,
}

/// What the records are read against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Definitions<'a> {
    pub(crate) items: &'a ItemTable,
    pub(crate) places: &'a Places,
}

impl Definitions<'_> {
    fn site(&self, site: &Id) -> Result<u32, Finding> {
        self.places.sites.find(site.as_str()).ok_or_else(|| unknown("sites", site))
    }

    fn item(&self, item: &Id) -> Result<u32, Finding> {
        self.items.names.find(item.as_str()).ok_or_else(|| unknown("items", item))
    }

    /// A quantity that may not be below zero; absent is zero.
    fn amount(&self, item: u32, field: &'static str, value: Option<Decimal>) -> Result<i64, Finding> {
        let Some(value) = value else { return Ok(0) };
        let grains = self.items.grains(item, value).map_err(|fault| fault.with("field", field))?;
        if grains < 0 {
            let fault = Finding::new(Code::QtyOutOfRange).with("value", value).with("limit", "≥ 0");
            return Err(fault.with("field", field));
        }
        Ok(grains)
    }
}

impl Records {
    pub(crate) fn new() -> Self {
        Records { spots: SpotTable::new(), ..Records::default() }
    }

    fn spot(&mut self, d: Definitions<'_>, item: &Id, site: &Id, key: &Key) -> Result<u32, Finding> {
        let (item, site) = (d.item(item)?, d.site(site)?);
        let key = if key.is_empty() { 0 } else { self.spots.key(used_key(key, d.items, item)) };
        Ok(self.spots.spot(Spot { item, site, key }))
    }

    pub(crate) fn demand(&mut self, row: &Demand, d: Definitions<'_>) -> Result<(), Finding> {
        let dense = demand_row(row, d)?;
        let spot = self.spot(d, &row.item, &row.site, &row.key)?;
        self.demand_spot.push(spot);
        self.demands.push(dense, row.id.as_str());
        Ok(())
    }

    pub(crate) fn stock(&mut self, row: &Stock, d: Definitions<'_>) -> Result<(), Finding> {
        let dense = stock_row(row, d)?;
        let spot = self.spot(d, &row.item, &row.site, &row.key)?;
        self.stock.push(StockRow { spot, ..dense }, row.id.as_str());
        Ok(())
    }

    pub(crate) fn supply(&mut self, row: &Supply, source: u32, d: Definitions<'_>) -> Result<(), Finding> {
        let dense = supply_row(row, source, d)?;
        let spot = self.spot(d, &row.item, &row.site, &row.key)?;
        self.supplies.push(SupplyRow { spot, ..dense }, row.id.as_str());
        Ok(())
    }

    pub(crate) fn forecast(&mut self, row: &Forecast, d: Definitions<'_>) -> Result<(), Finding> {
        check_period(row)?;
        let item = d.item(&row.item)?;
        let quantity = d.amount(item, "quantity", Some(row.quantity))?;
        let spot = self.spot(d, &row.item, &row.site, &row.key)?;
        if row.status == ForecastStatus::Active {
            let (from, to) = (row.from.day_number(), row.to.day_number());
            let dense = ForecastRow { spot, from, to, quantity, spread: row.spread_days.unwrap_or(0) };
            self.forecasts.push(dense, row.id.as_str());
        }
        Ok(())
    }

    /// Sorts everything by spot; after this, row numbers stay.
    pub(crate) fn rank(&mut self, rejections: &mut Rejections) {
        for row in self.demands.ids.repeated() {
            rejections.push(duplicate("demands", self.demands.ids.get(row)));
        }
        let rank = self.spots.rank();
        self.demand_spot.iter_mut().for_each(|spot| *spot = rank[*spot as usize]);
        self.stock.rows.iter_mut().for_each(|row| row.spot = rank[row.spot as usize]);
        self.supplies.rows.iter_mut().for_each(|row| row.spot = rank[row.spot as usize]);
        self.forecasts.rows.iter_mut().for_each(|row| row.spot = rank[row.spot as usize]);
        self.sort_demands();
        self.stock.sort("stock", |r| (r.spot, r.until), rejections);
        self.supplies.sort("supplies", |r| (r.spot, r.due), rejections);
        self.forecasts.sort("forecasts", |r| (r.spot, r.from), rejections);
    }

    fn sort_demands(&mut self) {
        let spots = self.spots.spots.len();
        let mut offsets = vec![0u32; spots + 1];
        self.demand_spot.iter().for_each(|&s| offsets[s as usize + 1] += 1);
        for i in 0..spots {
            offsets[i + 1] += offsets[i];
        }
        let mut next = offsets.clone();
        let mut order = vec![0u32; self.demand_spot.len()];
        for (row, &spot) in self.demand_spot.iter().enumerate() {
            order[next[spot as usize] as usize] = to_u32(row);
            next[spot as usize] += 1;
        }
        let old = std::mem::take(&mut self.demands);
        for spot in 0..spots {
            let part = &mut order[offsets[spot] as usize..offsets[spot + 1] as usize];
            part.sort_by(|&a, &b| {
                let key = |i: u32| {
                    let r = old.row(i);
                    (r.day, r.priority, r.flags & flag::KIND)
                };
                key(a).cmp(&key(b)).then_with(|| old.ids.get(a).cmp(old.ids.get(b)))
            });
        }
        let pick = |column: &Vec<u32>| match column.is_empty() {
            true => Vec::new(),
            false => order.iter().map(|&i| column[i as usize]).collect(),
        };
        self.demands = DemandTable {
            day: order.iter().map(|&i| old.day[i as usize]).collect(),
            open: old.open.reordered(&order),
            flags: order.iter().map(|&i| old.flags[i as usize]).collect(),
            ordered: old.ordered.reordered(&order),
            priority: pick(&old.priority),
            life: pick(&old.life),
            ids: old.ids.reordered(&order),
            offsets,
        };
        self.demand_spot = Vec::new();
    }

    /// Adds a spot; see [`Dense::add_spot`](super::Dense::add_spot).
    pub(crate) fn add_spot(&mut self, item: u32, site: u32, key: Key) {
        let rank = self.spots.keys.partition_point(|known| *known < key);
        if self.spots.keys.get(rank) != Some(&key) {
            let new = to_u32(rank);
            self.spots.spots.iter_mut().filter(|spot| spot.key >= new).for_each(|spot| spot.key += 1);
            self.spots.keys.insert(rank, key);
            self.spots.key_of = self.spots.keys.iter().cloned().zip(0..).collect();
        }
        let spot = Spot { item, site, key: to_u32(rank) };
        let at = self.spots.spots.partition_point(|known| *known < spot);
        if self.spots.spots.get(at) != Some(&spot) {
            self.spots.spots.insert(at, spot);
            let new = to_u32(at);
            let shift = |spot: &mut u32| *spot += u32::from(*spot >= new);
            self.stock.rows.iter_mut().for_each(|row| shift(&mut row.spot));
            self.supplies.rows.iter_mut().for_each(|row| shift(&mut row.spot));
            self.forecasts.rows.iter_mut().for_each(|row| shift(&mut row.spot));
            self.demands.offsets.insert(at, self.demands.offsets[at]);
        }
    }

    /// Whether any row stands at each spot: edits may have taken the last one away.
    pub(crate) fn in_use(&self) -> Vec<bool> {
        let mut used: Vec<bool> = self.demands.offsets.windows(2).map(|pair| pair[0] < pair[1]).collect();
        used.resize(self.spots.spots.len(), false);
        let stock = self.stock.rows.iter().map(|row| row.spot);
        let supplies = self.supplies.rows.iter().map(|row| row.spot);
        let forecasts = self.forecasts.rows.iter().map(|row| row.spot);
        for spot in stock.chain(supplies).chain(forecasts) {
            used[spot as usize] = true;
        }
        used
    }

    /// Whether any row stands at one spot.
    pub(crate) fn stands_at(&self, spot: u32) -> bool {
        !self.demands.of(spot as usize).is_empty()
            || self.stock.rows.iter().any(|row| row.spot == spot)
            || self.supplies.rows.iter().any(|row| row.spot == spot)
            || self.forecasts.rows.iter().any(|row| row.spot == spot)
    }

    /// Reservations name rows by id, so they are read last.
    pub(crate) fn reserve(&mut self, rows: &[Reservation], d: Definitions<'_>, rejections: &mut Rejections) {
        if rows.is_empty() {
            return;
        }
        let index = |ids: &TextRows| -> (Names, Vec<u32>) {
            let texts: Vec<&str> = (0..to_u32(ids.len())).map(|i| ids.get(i)).collect();
            let (names, _, ranks) = Names::build(&texts);
            let mut rows = vec![NONE; names.len()];
            for (row, &rank) in ranks.iter().enumerate() {
                rows[rank as usize] = to_u32(row);
            }
            (names, rows)
        };
        let demands = index(&self.demands.ids);
        let (stock, supplies) = (index(&self.stock.ids), index(&self.supplies.ids));
        let look = |table: &'static str, index: &(Names, Vec<u32>), id: Option<&Id>| match id {
            None => Ok(NONE),
            Some(id) => {
                index.0.find(id.as_str()).map(|r| index.1[r as usize]).ok_or_else(|| unknown(table, id))
            }
        };
        for row in rows {
            let dense = (|| {
                let demand = look("demands", &demands, Some(&row.demand))?;
                let stock = look("stock", &stock, row.stock.as_ref())?;
                let supply = look("supplies", &supplies, row.supply.as_ref())?;
                if (stock == NONE) == (supply == NONE) {
                    let fault = Finding::new(Code::ParamMissing).with("item", &row.id);
                    return Err(fault.with("field", "exactly one of stock and supply"));
                }
                let spot = self.spot_of_demand(demand);
                let item = self.spots.spots[spot as usize].item;
                let theirs = if stock == NONE {
                    self.supplies.rows[supply as usize].spot
                } else {
                    self.stock.rows[stock as usize].spot
                };
                if self.spots.spots[theirs as usize].item != item {
                    return Err(unknown("demands of the same item", &row.demand));
                }
                let quantity = d.amount(item, "quantity", Some(row.quantity))?;
                Ok(ReservationRow { demand, stock, supply, quantity })
            })();
            match dense {
                Ok(dense) => self.reservations.push(dense, row.id.as_str()),
                Err(fault) => rejections.at("reservations", row.id.as_str(), fault),
            }
        }
        self.reservations.sort("reservations", |_| (), rejections);
    }

    pub(crate) fn spot_of_demand(&self, row: u32) -> u32 {
        to_u32(self.demands.offsets.partition_point(|&first| first <= row)) - 1
    }
}

/// The dates of a forecast; one that is spread is a need for each few days, and so may not span centuries.
pub(crate) fn check_period(row: &Forecast) -> Result<(), Finding> {
    if let Some(fault) = reversed(Some(row.from), Some(row.to)) {
        return Err(fault);
    }
    let days = i64::from(row.to.day_number()) - i64::from(row.from.day_number());
    if row.spread_days.is_some_and(|every| every > 0) && days > i64::from(MAX_DAYS) {
        let fault = Finding::new(Code::LimitExceeded).with("what", "days of a spread forecast");
        return Err(fault.with("limit", MAX_DAYS));
    }
    Ok(())
}

pub(crate) fn demand_row(row: &Demand, d: Definitions<'_>) -> Result<DemandRow, Finding> {
    let item = d.item(&row.item)?;
    let ordered = d.amount(item, "quantity", Some(row.quantity))?;
    let fulfilled = d.amount(item, "fulfilled", row.fulfilled)?;
    let kind = match row.kind {
        DemandKind::Sales => 0,
        DemandKind::Production => 1,
        DemandKind::Subcontract => 2,
        DemandKind::Transfer => 3,
        DemandKind::Manual => 4,
    };
    let status = match row.status {
        DemandStatus::Open => flag::OPEN,
        DemandStatus::Quote => flag::QUOTE,
        DemandStatus::Inquiry => flag::INQUIRY,
        DemandStatus::Closed => flag::CLOSED,
    };
    Ok(DemandRow {
        day: row.date.map_or(NO_DATE, |date| date.day_number()),
        open: (ordered - fulfilled).max(0),
        ordered,
        flags: kind | status | if row.abnormal { flag::ABNORMAL } else { 0 },
        priority: row.priority,
        life: row.minimum_life_days,
    })
}

pub(crate) fn stock_row(row: &Stock, d: Definitions<'_>) -> Result<StockRow, Finding> {
    let item = d.item(&row.item)?;
    if d.items.fact(item).second_quantity && row.second_quantity.is_none() {
        return Err(Finding::new(Code::SecondQuantityMissing).with("item", &row.item));
    }
    let site = d.site(&row.site)?;
    let owner = row.key.owner.as_ref();
    // Without that part of the key another's stock could not be told from the company's: it serves nobody here.
    let mut in_planning = owner.is_none() || d.items.fact(item).key.owner;
    if let Some(location) = &row.location {
        let index =
            d.places.locations.find(location.as_str()).ok_or_else(|| unknown("locations", location))?;
        let (of_site, ours, owned) = d.places.location_facts[index as usize];
        if of_site != site {
            return Err(unknown("locations of the site", location));
        }
        in_planning &= if owner.is_some() { owned } else { ours };
    }
    Ok(StockRow {
        spot: 0,
        quantity: d.items.grains(item, row.quantity)?,
        until: row.usable_until.map_or(LATEST, |date| date.day_number()),
        from: match row.status {
            StockStatus::Inspection => row.available_on.map_or(EARLIEST, |date| date.day_number()),
            _ => EARLIEST,
        },
        status: row.status,
        in_planning,
    })
}

pub(crate) fn supply_row(row: &Supply, source: u32, d: Definitions<'_>) -> Result<SupplyRow, Finding> {
    let item = d.item(&row.item)?;
    let quantity = d.amount(item, "quantity", Some(row.quantity))?;
    let accepted = d.amount(item, "accepted", row.accepted)?;
    let rejected = d.amount(item, "rejected", row.rejected)?;
    Ok(SupplyRow {
        spot: 0,
        kind: row.kind,
        firmness: row.firmness,
        quantity,
        remaining: (quantity - accepted - rejected).max(0),
        input: if row.input_quantity.is_some() {
            d.amount(item, "input_quantity", row.input_quantity)?
        } else {
            -1
        },
        due: row.due.day_number(),
        start: row.start.map_or(NO_DATE, |date| date.day_number()),
        source,
        approved: row.approved,
        fixed: row.fixed,
    })
}

//! Sources in dense form: a small record for every source, the rare parts beside it.

use super::items::{ItemTable, unknown};
use super::params::find_site;
use super::places::{NONE, Places};
use super::{Names, Rejections, TextRows};
use crate::bom::BomBook;
use crate::finding::{Code, Finding};
use crate::order::Supply;
use crate::partner::{DayUnit, Source, SourceKind};
use crate::time::reversed;
use rust_decimal::Decimal;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

/// Day numbers that mean "open".
pub(crate) const EARLIEST: i32 = i32::MIN;
pub(crate) const LATEST: i32 = i32::MAX;

/// The parts of a source that most do not have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SourceExtra {
    /// Quota and what is used of it, as grains of a common scale.
    pub(crate) quota: i64,
    pub(crate) quota_used: i64,
    pub(crate) quantity_from: i64,
    /// 0 is none.
    pub(crate) quantity_to: i64,
    pub(crate) valid_from: i32,
    pub(crate) valid_to: i32,
    pub(crate) days_per_batch: u32,
    pub(crate) batch: i64,
    pub(crate) inspection: u32,
    /// -1: the item's.
    pub(crate) min: i64,
    pub(crate) max: i64,
    pub(crate) multiple: i64,
    pub(crate) bom: Option<Box<str>>,
    pub(crate) routing: Option<Box<str>>,
}

/// One source. Without extras: always valid, any quantity, no quota, no inspection, the item's own lot sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SourceRow {
    pub(crate) item: u32,
    pub(crate) site: u32,
    pub(crate) priority: u32,
    /// -1: no lead time.
    pub(crate) lead: i32,
    /// Supplier of buy and subcontract, sending site of a transfer, else `NONE`.
    pub(crate) partner: u32,
    /// Index of the extras + 1, 0 for none.
    pub(crate) extra: u32,
    pub(crate) kind: SourceKind,
    pub(crate) working: bool,
}

/// Dates and quantities of a production version.
#[derive(Debug, Clone, Copy)]
struct Version {
    from: i32,
    to: i32,
    least: i64,
    most: i64,
    row: u32,
}

/// All sources, ascending by (item, site with `NONE` last, priority, id).
#[derive(Debug, Clone, Default)]
pub(crate) struct SourceTable {
    pub(crate) rows: Vec<SourceRow>,
    pub(crate) extras: Vec<SourceExtra>,
    pub(crate) ids: TextRows,
    /// First row of each item, and the end.
    pub(crate) of_item: Vec<u32>,
}

impl SourceTable {
    pub(crate) fn add(
        &mut self,
        row: &Source,
        items: &ItemTable,
        places: &Places,
        rejections: &mut Rejections,
    ) {
        match dense(row, items, places) {
            Ok((mut source, extra)) => {
                let plain = SourceExtra {
                    valid_from: EARLIEST,
                    valid_to: LATEST,
                    min: -1,
                    max: -1,
                    multiple: -1,
                    ..SourceExtra::default()
                };
                if extra != plain {
                    self.extras.push(extra);
                    source.extra = super::to_u32(self.extras.len());
                }
                self.rows.push(source);
                self.ids.push(row.id.as_str());
            }
            Err(fault) => rejections.at("sources", row.id.as_str(), fault),
        }
    }

    pub(crate) fn finish(&mut self, items: usize, rejections: &mut Rejections) {
        for row in self.ids.repeated() {
            rejections.push(super::items::duplicate("sources", self.ids.get(row)));
        }
        let mut order: Vec<u32> = (0..super::to_u32(self.rows.len())).collect();
        order.sort_by(|&a, &b| {
            let key = |i: u32| {
                let r = &self.rows[i as usize];
                (r.item, r.site, r.priority)
            };
            key(a).cmp(&key(b)).then_with(|| self.ids.get(a).cmp(self.ids.get(b)))
        });
        self.ids = self.ids.reordered(&order);
        self.rows = order.iter().map(|&i| self.rows[i as usize]).collect();
        self.overlapping_versions(rejections);
        self.of_item = vec![0; items + 1];
        for row in &self.rows {
            self.of_item[row.item as usize + 1] += 1;
        }
        for i in 0..items {
            self.of_item[i + 1] += self.of_item[i];
        }
    }

    /// Production versions (sources that name a BOM or a routing) of equal priority and without a quota that hold
    /// for one quantity on one day: which is meant? (`F02`)
    fn overlapping_versions(&self, rejections: &mut Rejections) {
        let place = |r: &SourceRow| (r.item, r.site, r.priority);
        let mut first = 0;
        for rows in self.rows.chunk_by(|a, b| place(a) == place(b)) {
            let numbered = rows.iter().zip(super::to_u32(first)..);
            let mut versions: Vec<Version> =
                numbered.filter_map(|(row, number)| self.version(row, number)).collect();
            first += rows.len();
            versions.sort_unstable_by_key(|v| (v.from, v.row));
            let mut ends: BinaryHeap<Reverse<(i32, i64)>> = BinaryHeap::new();
            // Ranges that hold on the day looked at, by their least quantity; they do not overlap.
            let mut holding: BTreeMap<i64, (i64, i32, u32)> = BTreeMap::new();
            for v in versions {
                while let Some(&Reverse((to, least))) = ends.peek().filter(|end| end.0.0 < v.from) {
                    ends.pop();
                    if holding.get(&least).is_some_and(|held| held.1 == to) {
                        holding.remove(&least);
                    }
                }
                let below = holding.range(..=v.most).next_back().filter(|(_, held)| held.0 >= v.least);
                if let Some((_, &(.., other))) = below {
                    let lines = format!("{}, {}", self.ids.get(other), self.ids.get(v.row));
                    let fault = Finding::new(Code::SourceOverlap).with("lines", lines);
                    rejections.at("sources", self.ids.get(v.row), fault);
                    continue;
                }
                holding.insert(v.least, (v.most, v.to, v.row));
                ends.push(Reverse((v.to, v.least)));
            }
        }
    }

    /// BOMs and routings that sources name are there.
    pub(crate) fn check_versions(&self, bom: &BomBook, routings: &Names, rejections: &mut Rejections) {
        for (row, number) in self.rows.iter().zip(0u32..) {
            let Some(extra) = self.extra(row) else { continue };
            let id = self.ids.get(number);
            let mut refuse = |table: &'static str, name: &str| {
                let fault = Finding::new(Code::UnknownReference).with("id", name).with("expected", table);
                rejections.at("sources", id, fault);
            };
            if let Some(name) = extra.bom.as_deref().filter(|name| bom.find_version(name).is_none()) {
                refuse("boms", name);
            }
            if let Some(name) = extra.routing.as_deref().filter(|name| routings.find(name).is_none()) {
                refuse("routings", name);
            }
        }
    }

    fn version(&self, row: &SourceRow, number: u32) -> Option<Version> {
        let extra = self.extra(row).filter(|extra| extra.quota == 0)?;
        let named = extra.bom.is_some() || extra.routing.is_some();
        let most = if extra.quantity_to == 0 { i64::MAX } else { extra.quantity_to };
        let makes = matches!(row.kind, SourceKind::Make | SourceKind::Subcontract);
        (named && makes && most >= extra.quantity_from).then_some(Version {
            from: extra.valid_from,
            to: extra.valid_to,
            least: extra.quantity_from,
            most,
            row: number,
        })
    }

    /// Row numbers of an item's sources at a site: the site's own, then those for every site.
    pub(crate) fn at(&self, item: u32, site: u32) -> impl Iterator<Item = u32> + use<> {
        let (from, to) = (self.of_item[item as usize] as usize, self.of_item[item as usize + 1] as usize);
        let rows = &self.rows[from..to];
        let of = |site: u32| {
            let first = rows.partition_point(|r| r.site < site);
            let end = rows.partition_point(|r| r.site <= site);
            super::to_u32(from + first)..super::to_u32(from + end)
        };
        of(site).chain(of(NONE))
    }

    pub(crate) fn extra(&self, row: &SourceRow) -> Option<&SourceExtra> {
        (row.extra != 0).then(|| &self.extras[row.extra as usize - 1])
    }

    /// Every row by its id, for many look-ups.
    pub(crate) fn by_id(&self) -> HashMap<&str, u32> {
        (0..super::to_u32(self.rows.len())).map(|row| (self.ids.get(row), row)).collect()
    }

    /// A supply may name sources of its own item only.
    ///
    /// # Errors
    /// `UNKNOWN_REFERENCE`.
    pub(crate) fn check_item(&self, source: u32, row: &Supply, items: &ItemTable) -> Result<(), Finding> {
        let Some(of) = self.rows.get(source as usize) else { return Ok(()) };
        let known = items.names.find(row.item.as_str()).is_none_or(|item| item == of.item);
        let id = row.source.as_ref().filter(|_| !known);
        id.map_or(Ok(()), |id| Err(unknown("sources of the same item", id)))
    }

    /// The row of one id; it walks over all of them.
    pub(crate) fn find(&self, id: &str) -> Option<u32> {
        (0..super::to_u32(self.rows.len())).find(|&row| self.ids.get(row) == id)
    }
}

fn dense(row: &Source, items: &ItemTable, places: &Places) -> Result<(SourceRow, SourceExtra), Finding> {
    let item = items.names.find(row.item.as_str()).ok_or_else(|| unknown("items", &row.item))?;
    let mut fault = None;
    let site = find_site(row.site.as_ref(), &places.sites, |f| fault = Some(f));
    let Some(site) = site else { return Err(fault.unwrap_or_else(|| Finding::new(Code::UnknownReference))) };
    let number = |field: &'static str, value: Option<Decimal>, absent: i64| match value {
        None => Ok(absent),
        Some(value) => match items.grains(item, value) {
            Ok(grains) if grains >= 0 => Ok(grains),
            Ok(_) => Err(below_zero(field, value)),
            Err(fault) => Err(fault.with("field", field)),
        },
    };
    let quota = |field: &'static str, value: Option<Decimal>| match value {
        None => Ok(0),
        Some(value) if value.is_sign_negative() => Err(below_zero(field, value)),
        Some(value) => crate::num::to_scaled(value, 6).map_err(|e| e.finding().with("field", field)),
    };
    if let Some(fault) = reversed(row.valid_from, row.valid_to) {
        return Err(fault);
    }
    let partner = partner_of(row, places)?;
    let working = match row.lead_unit {
        Some(unit) => unit == DayUnit::Working,
        None => matches!(row.kind, SourceKind::Make | SourceKind::Subcontract),
    };
    let lead = match row.lead_days {
        None => -1,
        Some(days) => i32::try_from(days).ok().filter(|&d| d <= MAX_DAYS).ok_or_else(too_long)?,
    };
    if row.days_per_batch > 0 && row.batch_quantity.is_none() {
        let fault = Finding::new(Code::ParamMissing).with("item", &row.item);
        return Err(fault.with("field", "batch_quantity"));
    }
    if i64::from(row.inspection_days) > i64::from(MAX_DAYS)
        || i64::from(row.days_per_batch) > i64::from(MAX_DAYS)
    {
        return Err(too_long());
    }
    let extra = SourceExtra {
        quota: quota("quota", row.quota)?,
        quota_used: number("quota_used", row.quota_used, 0)?,
        quantity_from: number("quantity_from", row.quantity_from, 0)?,
        quantity_to: number("quantity_to", row.quantity_to, 0)?,
        valid_from: row.valid_from.map_or(EARLIEST, |d| d.day_number()),
        valid_to: row.valid_to.map_or(LATEST, |d| d.day_number()),
        days_per_batch: row.days_per_batch,
        batch: number("batch_quantity", row.batch_quantity, 0)?,
        inspection: row.inspection_days,
        min: number("lot_min", row.lot_min, -1)?,
        max: number("lot_max", row.lot_max, -1)?,
        multiple: number("lot_multiple", row.lot_multiple, -1)?,
        bom: row.bom.as_ref().map(|id| id.as_str().into()),
        routing: row.routing.as_ref().map(|id| id.as_str().into()),
    };
    if extra.days_per_batch > 0 && extra.batch == 0 {
        return Err(below_zero("batch_quantity", Decimal::ZERO));
    }
    let dense =
        SourceRow { item, site, priority: row.priority, lead, partner, extra: 0, kind: row.kind, working };
    Ok((dense, extra))
}

/// Longest lead time: a hundred years.
pub(crate) const MAX_DAYS: i32 = 36_525;

fn too_long() -> Finding {
    Finding::new(Code::LimitExceeded).with("what", "days of a lead time").with("limit", MAX_DAYS)
}

fn below_zero(field: &'static str, value: Decimal) -> Finding {
    Finding::new(Code::QtyOutOfRange).with("value", value).with("limit", "≥ 0").with("field", field)
}

fn partner_of(row: &Source, places: &Places) -> Result<u32, Finding> {
    let look = |names: &Names, table, id: &Option<crate::id::Id>| match id {
        None => Ok(NONE),
        Some(id) => names.find(id.as_str()).ok_or_else(|| unknown(table, id)),
    };
    match row.kind {
        SourceKind::Make => Ok(NONE),
        SourceKind::Buy | SourceKind::Subcontract => look(&places.suppliers, "suppliers", &row.supplier),
        SourceKind::Transfer => match look(&places.sites, "sites", &row.from_site)? {
            NONE => Err(Finding::new(Code::ParamMissing).with("item", &row.item).with("field", "from_site")),
            site => Ok(site),
        },
    }
}

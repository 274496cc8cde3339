//! What bills of material need to know of items, sites, locations and units: names as dense numbers, and per
//! item its scale, scrap formula and phantom flag. It does not know how items are planned.

use std::sync::Arc;

use crate::bom::{BomError, Names, to_u32};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::item::{Item, ScrapFormula};
use crate::num::POW10;
use crate::unit::{Conversions, Unit};

/// One item as bills of material see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ItemFact {
    /// Index into the units.
    pub(crate) unit: u32,
    /// Decimals of the stock unit: one grain is 10^−scale.
    pub(crate) scale: u32,
    pub(crate) formula: ScrapFormula,
    pub(crate) phantom: bool,
}

/// Items, sites and locations by name, with what a bill of material needs of each.
///
/// An item's number is its rank by the bytes of its id, so that results do not depend on row order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemFacts {
    pub(crate) items: Arc<Names>,
    pub(crate) sites: Arc<Names>,
    pub(crate) locations: Arc<Names>,
    /// By item number.
    pub(crate) rows: Vec<ItemFact>,
    /// By unit number.
    pub(crate) units: Vec<Id>,
    pub(crate) conversions: Conversions,
}

impl ItemFacts {
    /// Reads items, units, sites and locations.
    ///
    /// # Errors
    /// `DUPLICATE_ID` for an id that stands twice in its table, `UNKNOWN_REFERENCE` for an item's unit; all of
    /// them.
    pub fn new(
        items: &[Item],
        units: &[Unit],
        sites: &[Id],
        locations: &[Id],
        conversions: Conversions,
    ) -> Result<ItemFacts, Vec<Finding>> {
        let mut faults = Vec::new();
        let mut named = |table: &str, given: &[&str]| {
            let (names, twice, ranks) = Names::build(given);
            let fault = |id| Finding::new(Code::DuplicateId).with("table", table).with("id", id);
            faults.extend(twice.into_iter().map(fault));
            (Arc::new(names), ranks)
        };
        let (item_names, ranks) = named("items", &items.iter().map(|i| i.id.as_str()).collect::<Vec<_>>());
        let (unit_names, unit_ranks) =
            named("units", &units.iter().map(|u| u.id().as_str()).collect::<Vec<_>>());
        let (sites, _) = named("sites", &sites.iter().map(Id::as_str).collect::<Vec<_>>());
        let (locations, _) = named("locations", &locations.iter().map(Id::as_str).collect::<Vec<_>>());
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut sorted_units: Vec<(u32, &Unit)> = unit_ranks.into_iter().zip(units).collect();
        sorted_units.sort_unstable_by_key(|&(rank, _)| rank);
        let mut rows = vec![None; items.len()];
        for (item, &rank) in items.iter().zip(&ranks) {
            rows[rank as usize] = unit_names.find(item.unit.as_str()).map(|unit| ItemFact {
                unit,
                scale: sorted_units[unit as usize].1.scale(),
                formula: item.scrap_formula,
                phantom: item.phantom,
            });
            if rows[rank as usize].is_none() {
                let place = Finding::new(Code::UnknownReference).with("id", &item.unit);
                faults.push(place.with("table", "items").with("row", &item.id));
            }
        }
        if !faults.is_empty() {
            faults.sort_unstable();
            return Err(faults);
        }
        let units = sorted_units.into_iter().map(|(_, unit)| unit.id().clone()).collect();
        Ok(ItemFacts {
            items: item_names,
            sites,
            locations,
            rows: rows.into_iter().flatten().collect(),
            units,
            conversions,
        })
    }

    /// How many items there are; item numbers run from 0.
    #[must_use]
    pub fn len(&self) -> u32 {
        to_u32(self.rows.len())
    }

    /// Whether there is no item.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The id of the item with a number below [`ItemFacts::len`].
    #[must_use]
    pub fn name(&self, item: u32) -> &str {
        self.items.get(item)
    }

    /// The number of an item.
    #[must_use]
    pub fn find(&self, item: &Id) -> Option<u32> {
        self.items.find(item.as_str())
    }

    pub(crate) fn row(&self, item: u32) -> ItemFact {
        self.rows[item as usize]
    }

    /// Grains in one stock unit of an item.
    pub(crate) fn grains(&self, item: u32) -> i64 {
        POW10[self.row(item).scale as usize]
    }

    pub(crate) fn item(&self, id: &Id) -> Result<u32, BomError> {
        self.find(id).ok_or_else(|| BomError::Unknown { id: id.as_str().into() })
    }

    pub(crate) fn site(&self, id: &Id) -> Result<u32, BomError> {
        self.sites.find(id.as_str()).ok_or_else(|| BomError::Unknown { id: id.as_str().into() })
    }
}

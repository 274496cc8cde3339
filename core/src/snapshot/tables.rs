//! The records that a decision reads, as plain tables.

use crate::bom::Bom;
use crate::calendar::{Calendar, Cycle};
use crate::id::Id;
use crate::inventory::{Reservation, Stock};
use crate::item::{Item, Planning, Substitute};
use crate::num::Ratio;
use crate::order::{Demand, Forecast, Supply};
use crate::partner::{Location, Site, Source, Supplier};
use crate::routing::{Routing, WorkCentre};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A unit of measure with the number of decimals its quantities may have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitRow {
    /// Host id, unique among units.
    pub id: Id,
    /// Decimals a quantity may have, 0 to 9.
    #[serde(default)]
    pub scale: u32,
}

/// An exact conversion: one `from` is `ratio` times one `to`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConversionRow {
    /// The item it holds for; absent: every item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<Id>,
    /// Unit converted from.
    pub from: Id,
    /// Unit converted to.
    pub to: Id,
    /// Units of `to` in one `from`.
    pub ratio: Ratio,
}

/// Every table a planning run reads. Row order does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Tables {
    /// Units of measure.
    pub units: Vec<UnitRow>,
    /// Unit conversions.
    pub conversions: Vec<ConversionRow>,
    /// Items.
    pub items: Vec<Item>,
    /// Planning parameters.
    pub planning: Vec<Planning>,
    /// Sites.
    pub sites: Vec<Site>,
    /// Locations.
    pub locations: Vec<Location>,
    /// Suppliers.
    pub suppliers: Vec<Supplier>,
    /// Working calendars.
    pub calendars: Vec<Calendar>,
    /// Named cycles.
    pub cycles: Vec<Cycle>,
    /// Bills of material.
    pub boms: Vec<Bom>,
    /// Substitutes, replacements and use-ups.
    pub substitutes: Vec<Substitute>,
    /// Routings.
    pub routings: Vec<Routing>,
    /// Work centres.
    pub work_centres: Vec<WorkCentre>,
    /// Sources.
    pub sources: Vec<Source>,
    /// Stock.
    pub stock: Vec<Stock>,
    /// Reservations.
    pub reservations: Vec<Reservation>,
    /// Demands.
    pub demands: Vec<Demand>,
    /// Forecasts.
    pub forecasts: Vec<Forecast>,
    /// Supplies.
    pub supplies: Vec<Supply>,
}

impl Tables {
    /// Every table's name and number of rows.
    pub(crate) fn row_counts(&self) -> [(&'static str, usize); 19] {
        [
            ("units", self.units.len()),
            ("conversions", self.conversions.len()),
            ("items", self.items.len()),
            ("planning", self.planning.len()),
            ("sites", self.sites.len()),
            ("locations", self.locations.len()),
            ("suppliers", self.suppliers.len()),
            ("calendars", self.calendars.len()),
            ("cycles", self.cycles.len()),
            ("boms", self.boms.len()),
            ("substitutes", self.substitutes.len()),
            ("routings", self.routings.len()),
            ("work_centres", self.work_centres.len()),
            ("sources", self.sources.len()),
            ("stock", self.stock.len()),
            ("reservations", self.reservations.len()),
            ("demands", self.demands.len()),
            ("forecasts", self.forecasts.len()),
            ("supplies", self.supplies.len()),
        ]
    }
}

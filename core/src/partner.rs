//! Sites, locations, suppliers and sources: where an item is and where it comes from.

use crate::id::Id;
use crate::num;
use crate::time::Date;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A plant or warehouse site; MRP plans each item per site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Host id, unique among sites.
    pub id: Id,
    /// Name for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Working calendar; absent means that every day works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Id>,
}

/// What kind of place a location is (`F05`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LocationKind {
    /// An ordinary warehouse (the default).
    #[default]
    Normal,
    /// Line-side stock.
    LineSide,
    /// Our material at a subcontractor.
    AtSubcontractor,
    /// Virtual warehouse for customer-owned stock.
    CustomerOwned,
    /// Goods in inspection.
    Inspection,
    /// Defective goods.
    Defective,
    /// Scrap.
    Scrap,
}

/// A warehouse or bin group at a site, with its flags (`F05`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// Host id, unique among locations.
    pub id: Id,
    /// The site it belongs to.
    pub site: Id,
    /// Kind of place.
    #[serde(default)]
    pub kind: LocationKind,
    /// Whether its stock counts in planning.
    #[serde(default = "crate::item::yes")]
    pub in_planning: bool,
    /// Whether its stock carries value.
    #[serde(default = "crate::item::yes")]
    pub in_costing: bool,
    /// Whether its stock may go below zero.
    #[serde(default)]
    pub may_go_negative: bool,
}

impl Location {
    /// Whether usable stock of an owner (none: the company) counts in planning here (`F03`, `F05`): the place is
    /// in planning, does not hold defective goods or scrap, and a customer's place holds nothing of the company's.
    pub(crate) fn supplies(&self, owner: Option<&Id>) -> bool {
        let fit = match self.kind {
            LocationKind::Defective | LocationKind::Scrap => false,
            LocationKind::CustomerOwned => owner.is_some(),
            LocationKind::Normal
            | LocationKind::LineSide
            | LocationKind::AtSubcontractor
            | LocationKind::Inspection => true,
        };
        self.in_planning && fit
    }
}

/// A supplier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Supplier {
    /// Host id, unique among suppliers.
    pub id: Id,
    /// Name for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Working calendar of the supplier; absent means the site's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Id>,
}

/// How a source provides an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Made at the site.
    Make,
    /// Bought from a supplier.
    Buy,
    /// Made by a supplier from our material.
    Subcontract,
    /// Moved from another site.
    Transfer,
}

/// In which days a lead time is counted (`P13`). The default depends on the part it is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayUnit {
    /// Calendar days, then back to a working day.
    Calendar,
    /// Working days of the calendar in charge.
    Working,
}

/// One way to get an item at a site: priority, quota, validity, lead times and lot limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Host id, unique among sources.
    pub id: Id,
    /// The item provided.
    pub item: Id,
    /// The site supplied, or absent for every site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<Id>,
    /// How it is provided.
    pub kind: SourceKind,
    /// Smaller is preferred.
    #[serde(default)]
    pub priority: u32,
    /// Share among valid sources of the same priority; absent means no share is kept.
    #[serde(default, with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub quota: Option<Decimal>,
    /// Quantity already given to this source under its quota.
    #[serde(default, with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub quota_used: Option<Decimal>,
    /// First need date served, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// Last need date served, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// Smallest quantity this source (production version) is used for.
    #[serde(default, with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub quantity_from: Option<Decimal>,
    /// Largest quantity this source (production version) is used for.
    #[serde(default, with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub quantity_to: Option<Decimal>,
    /// Supplier of a buy or subcontract source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier: Option<Id>,
    /// Supplying site of a transfer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_site: Option<Id>,
    /// BOM (its id) of a make or subcontract source; absent means the item's BOM in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bom: Option<Id>,
    /// Routing of a make source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routing: Option<Id>,
    /// Fixed lead time in days; absent is `LEADTIME_MISSING`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_days: Option<u32>,
    /// Further days per batch of `batch_quantity`.
    #[serde(default)]
    pub days_per_batch: u32,
    /// Size of a batch for `days_per_batch`.
    #[serde(default, with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub batch_quantity: Option<Decimal>,
    /// Days the lead time is counted in; absent: working days to make or subcontract, calendar days to buy or move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_unit: Option<DayUnit>,
    /// Inspection time in working days, after receipt and before use.
    #[serde(default)]
    pub inspection_days: u32,
    /// Minimum of one order from this source; replaces the item's.
    #[serde(default, with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub lot_min: Option<Decimal>,
    /// Maximum of one order from this source; replaces the item's.
    #[serde(default, with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub lot_max: Option<Decimal>,
    /// Multiple for orders from this source; replaces the item's.
    #[serde(default, with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub lot_multiple: Option<Decimal>,
}

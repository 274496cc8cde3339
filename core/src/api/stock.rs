//! Requests about stock.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Answer, Decided};
use crate::availability::{AvailabilityQuery, AvailabilityRecords};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::Key;
use crate::num::DecimalText;
use crate::run::RunControl;
use crate::snapshot::{Snapshot, Tables};
use crate::time::Date;

/// Asks what is available of an item at a site on a date (`F03`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AvailabilityRequest {
    /// Units, items, sites, locations, stock, reservations, supplies and demands.
    pub tables: Tables,
    /// The item.
    pub item: Id,
    /// The site.
    pub site: Id,
    /// Only this key; absent: all keys together. Parts that the item does not use are ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
    /// Only these locations; absent: every location of the site that counts in planning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locations: Option<BTreeSet<Id>>,
    /// Only this lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<Id>,
    /// Receipts and demands up to this date, inclusive.
    pub date: Date,
    /// Whether goods on the way (purchase and transfer) count ★.
    #[serde(default = "yes")]
    pub include_in_transit: bool,
    /// Whether supplies that are not approved count.
    #[serde(default)]
    pub include_unapproved: bool,
}

fn yes() -> bool {
    true
}

/// An availability, in the item's stock unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AvailabilityResult {
    /// `unrestricted + inspection + blocked`.
    pub on_hand: DecimalText,
    /// Usable stock.
    pub unrestricted: DecimalText,
    /// Stock in inspection: a scheduled receipt, not available.
    pub inspection: DecimalText,
    /// Blocked stock, scrap, and lots past their last day.
    pub blocked: DecimalText,
    /// Unrestricted stock that is reserved for demands.
    pub allocated: DecimalText,
    /// `unrestricted − allocated`.
    pub available: DecimalText,
    /// Remaining purchase and transfer supplies up to the date, whether they count or not.
    pub in_transit: DecimalText,
    /// Scheduled receipts up to the date that count, stock in inspection included.
    pub scheduled_receipts: DecimalText,
    /// Open demand up to the date.
    pub open_demand: DecimalText,
    /// The part of the open demand that stock is reserved for.
    pub open_allocated: DecimalText,
    /// `available + scheduled receipts − open demand that is not allocated`.
    pub projected: DecimalText,
}

/// Answers an [`AvailabilityRequest`].
pub(super) fn availability(
    request: AvailabilityRequest,
    control: &RunControl<'_>,
) -> Decided<AvailabilityResult> {
    let tables = &request.tables;
    // Refuses rows that contradict each other, and unknown names.
    Snapshot::from_tables(tables.clone(), control)?;
    let unknown =
        |id: &Id, table: &str| Finding::new(Code::UnknownReference).with("id", id).with("table", table);
    let item = tables.items.iter().find(|item| item.id == request.item);
    let item = item.ok_or_else(|| unknown(&request.item, "items"))?;
    if !tables.sites.iter().any(|site| site.id == request.site) {
        return Err(unknown(&request.site, "sites").into());
    }
    for place in request.locations.iter().flatten() {
        if !tables.locations.iter().any(|known| known.id == *place) {
            return Err(unknown(place, "locations").into());
        }
    }
    let unit = tables.units.iter().find(|unit| unit.id == item.unit);
    let query = AvailabilityQuery {
        item: request.item,
        parts: item.key,
        scale: unit.map_or(0, |unit| unit.scale),
        site: request.site,
        key: request.key,
        locations: request.locations,
        lot: request.lot,
        date: request.date,
        include_in_transit: request.include_in_transit,
        include_unapproved: request.include_unapproved,
    };
    let records = AvailabilityRecords {
        locations: &tables.locations,
        stock: &tables.stock,
        reservations: &tables.reservations,
        supplies: &tables.supplies,
        demands: &tables.demands,
    };
    let found = crate::availability::availability(&records, &query)?;
    let result = AvailabilityResult {
        on_hand: found.on_hand.into(),
        unrestricted: found.unrestricted.into(),
        inspection: found.inspection.into(),
        blocked: found.blocked.into(),
        allocated: found.allocated.into(),
        available: found.available.into(),
        in_transit: found.in_transit.into(),
        scheduled_receipts: found.scheduled_receipts.into(),
        open_demand: found.open_demand.into(),
        open_allocated: found.open_allocated.into(),
        projected: found.projected.into(),
    };
    Ok(Answer { result, findings: found.findings })
}

//! What is available of an item at a site on a date (`F03`): a pure sum over records, exact.
//!
//! Knows stock, reservations, supplies and demands. It nets nothing and proposes nothing; that is planning.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::{Key, Reservation, Stock, StockStatus};
use crate::item::KeyParts;
use crate::num::{MAX_SCALE, NumError, from_scaled_i128, to_scaled_i128};
use crate::order::{Demand, DemandStatus, Firmness, Supply, SupplyKind};
use crate::partner::Location;
use crate::time::Date;

/// The records that an availability is read from. Rows of other items and sites are passed over.
#[derive(Debug, Clone, Copy)]
pub struct AvailabilityRecords<'a> {
    /// Locations, for their planning flags.
    pub locations: &'a [Location],
    /// Stock rows.
    pub stock: &'a [Stock],
    /// Hard pegs.
    pub reservations: &'a [Reservation],
    /// Supplies on order.
    pub supplies: &'a [Supply],
    /// Demands.
    pub demands: &'a [Demand],
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct AvailabilityQuery {
    /// The item.
    pub item: Id,
    /// Parts of the key that the item uses; the others are ignored (`F07`).
    pub parts: KeyParts,
    /// Decimals of the item's stock unit.
    pub scale: u32,
    /// The site.
    pub site: Id,
    /// Only this key; absent: all keys together.
    pub key: Option<Key>,
    /// Only these locations; absent: every location of the site that counts in planning.
    pub locations: Option<BTreeSet<Id>>,
    /// Only this lot; absent: all lots.
    pub lot: Option<Id>,
    /// Receipts and demands up to this date, inclusive; lots that may no longer be used on it are left out.
    pub date: Date,
    /// Whether goods on the way (purchase and transfer) count as receipts ★.
    pub include_in_transit: bool,
    /// Whether supplies that are not approved count as receipts.
    pub include_unapproved: bool,
}

/// An availability, in the item's stock unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Availability {
    /// `unrestricted + inspection + blocked`.
    pub on_hand: Decimal,
    /// Usable stock.
    pub unrestricted: Decimal,
    /// Stock in inspection: a scheduled receipt, not available.
    pub inspection: Decimal,
    /// Blocked stock and scrap.
    pub blocked: Decimal,
    /// Unrestricted stock that is reserved for demands.
    pub allocated: Decimal,
    /// `unrestricted − allocated`.
    pub available: Decimal,
    /// Remaining purchase and transfer supplies up to the date, whether they count or not.
    pub in_transit: Decimal,
    /// Scheduled receipts up to the date that count, stock in inspection included.
    pub scheduled_receipts: Decimal,
    /// Open demand up to the date.
    pub open_demand: Decimal,
    /// The part of the open demand that stock is reserved for.
    pub open_allocated: Decimal,
    /// `available + scheduled receipts − open demand that is not allocated`.
    pub projected: Decimal,
    /// `STOCK_NEGATIVE` for each location that forbids negative stock and has it.
    pub findings: Vec<Finding>,
}

/// Sums in units of the last place.
#[derive(Debug, Default)]
struct Sums {
    unrestricted: i128,
    inspection: i128,
    inspection_due: i128,
    blocked: i128,
    allocated: i128,
    in_transit: i128,
    made: i128,
    open_demand: i128,
    open_allocated: i128,
}

/// Adds up what is available (`F03`):
///
/// `on_hand = unrestricted + inspection + blocked`, `available = unrestricted − allocated`,
/// `projected = available + scheduled_receipts(≤ date) − open demand not yet allocated(≤ date)`.
///
/// # Errors
/// `PRECISION_EXCEEDED` for a quantity with more decimals than the scale; `QTY_OUT_OF_RANGE`,
/// `NUMBER_OVERFLOW` when a sum does not fit.
pub fn availability(
    records: &AvailabilityRecords<'_>,
    query: &AvailabilityQuery,
) -> Result<Availability, NumError> {
    if query.scale > MAX_SCALE {
        return Err(NumError::Range);
    }
    let mut sums = Sums::default();
    let (rows, findings) = stock(records, query, &mut sums)?;
    let reserved = reservations(records, query, &rows, &mut sums)?;
    supplies(records, query, &mut sums)?;
    demands(records, query, &reserved, &mut sums)?;
    sums.answer(query, findings)
}

impl Sums {
    fn answer(&self, query: &AvailabilityQuery, findings: Vec<Finding>) -> Result<Availability, NumError> {
        let write = |units: i128| from_scaled_i128(units, query.scale);
        let transit = if query.include_in_transit { self.in_transit } else { 0 };
        // Each is a sum of few 96-bit numbers: no addition of two of them passes 127 bits.
        let receipts = transit + self.made + self.inspection_due;
        let available = self.unrestricted - self.allocated;
        Ok(Availability {
            on_hand: write(self.unrestricted + self.inspection + self.blocked)?,
            unrestricted: write(self.unrestricted)?,
            inspection: write(self.inspection)?,
            blocked: write(self.blocked)?,
            allocated: write(self.allocated)?,
            available: write(available)?,
            in_transit: write(self.in_transit)?,
            scheduled_receipts: write(receipts)?,
            open_demand: write(self.open_demand)?,
            open_allocated: write(self.open_allocated)?,
            projected: write(available + receipts - (self.open_demand - self.open_allocated))?,
            findings,
        })
    }
}

/// Adds a quantity of a row to a sum. A sum stays within 100 bits, so that few of them can be added freely.
fn add(sum: &mut i128, units: i128) -> Result<(), NumError> {
    *sum = sum.checked_add(units).filter(|sum| sum.unsigned_abs() < 1 << 100).ok_or(NumError::Overflow)?;
    Ok(())
}

/// The units of the stock rows that count, by id, and the findings.
type StockRows<'a> = (BTreeMap<&'a Id, i128>, Vec<Finding>);

fn stock<'a>(
    records: &AvailabilityRecords<'a>,
    query: &AvailabilityQuery,
    sums: &mut Sums,
) -> Result<StockRows<'a>, NumError> {
    let places: BTreeMap<&Id, &Location> = records.locations.iter().map(|place| (&place.id, place)).collect();
    let mut counted = BTreeMap::new();
    let mut by_place: BTreeMap<&Id, i128> = BTreeMap::new();
    for row in records.stock {
        let place = row.location.as_ref().and_then(|id| places.get(id));
        let apart = row.key.owner.is_none() || query.parts.owner;
        let here = row.item == query.item && row.site == query.site && query.meets(&row.key) && apart;
        let wanted = match &query.locations {
            Some(chosen) => row.location.as_ref().is_some_and(|id| chosen.contains(id)),
            None => place.is_none_or(|place| place.supplies(row.key.owner.as_ref())),
        };
        if !here || !wanted || query.lot.as_ref().is_some_and(|lot| row.lot.as_ref() != Some(lot)) {
            continue;
        }
        let units = to_scaled_i128(row.quantity, query.scale)?;
        if let Some(place) = place.filter(|place| !place.may_go_negative) {
            add(by_place.entry(&place.id).or_default(), units)?;
        }
        match row.status {
            StockStatus::Available if row.usable_until.is_none_or(|until| until >= query.date) => {
                add(&mut sums.unrestricted, units)?;
                counted.insert(&row.id, units);
            }
            // It left supply on its last day (`P26`); it is still there.
            StockStatus::Available | StockStatus::Blocked | StockStatus::Scrap => {
                add(&mut sums.blocked, units)?;
            }
            StockStatus::Inspection => {
                add(&mut sums.inspection, units)?;
                if row.available_on.is_none_or(|on| on <= query.date) {
                    add(&mut sums.inspection_due, units)?;
                }
            }
        }
    }
    let negative = by_place.into_iter().filter(|(_, units)| *units < 0);
    let findings = negative.map(|(place, units)| {
        let finding = Finding::new(Code::StockNegative).with("item", &query.item).with("warehouse", place);
        Ok(finding.with("qty", from_scaled_i128(units, query.scale)?))
    });
    Ok((counted, findings.collect::<Result<_, NumError>>()?))
}

/// Stock reserved by demand.
fn reservations<'a>(
    records: &AvailabilityRecords<'a>,
    query: &AvailabilityQuery,
    rows: &BTreeMap<&Id, i128>,
    sums: &mut Sums,
) -> Result<BTreeMap<&'a Id, i128>, NumError> {
    let mut by_demand: BTreeMap<&Id, i128> = BTreeMap::new();
    for row in records.reservations {
        if row.stock.as_ref().is_some_and(|stock| rows.contains_key(stock)) {
            let units = to_scaled_i128(row.quantity, query.scale)?;
            add(&mut sums.allocated, units)?;
            add(by_demand.entry(&row.demand).or_default(), units)?;
        }
    }
    Ok(by_demand)
}

fn supplies(
    records: &AvailabilityRecords<'_>,
    query: &AvailabilityQuery,
    sums: &mut Sums,
) -> Result<(), NumError> {
    for row in records.supplies {
        let here = row.item == query.item && row.site == query.site && query.meets(&row.key);
        let counts = row.firmness != Firmness::Planned && (row.approved || query.include_unapproved);
        if !here || !counts || row.due > query.date {
            continue;
        }
        let part = |quantity: Option<Decimal>| to_scaled_i128(quantity.unwrap_or_default(), query.scale);
        let gone = part(row.accepted)?.checked_add(part(row.rejected)?).ok_or(NumError::Overflow)?;
        let left = to_scaled_i128(row.quantity, query.scale)?.checked_sub(gone).ok_or(NumError::Overflow)?;
        let sum = match row.kind {
            SupplyKind::Purchase | SupplyKind::Transfer => &mut sums.in_transit,
            SupplyKind::Production | SupplyKind::Subcontract => &mut sums.made,
        };
        add(sum, left.max(0))?;
    }
    Ok(())
}

fn demands(
    records: &AvailabilityRecords<'_>,
    query: &AvailabilityQuery,
    reserved: &BTreeMap<&Id, i128>,
    sums: &mut Sums,
) -> Result<(), NumError> {
    for row in records.demands {
        let here = row.item == query.item && row.site == query.site && query.meets(&row.key);
        let open = matches!(row.status, DemandStatus::Open | DemandStatus::Quote);
        if !here || !open || row.date.is_none_or(|date| date > query.date) {
            continue;
        }
        let gone = to_scaled_i128(row.fulfilled.unwrap_or_default(), query.scale)?;
        let need = to_scaled_i128(row.quantity, query.scale)?.checked_sub(gone).ok_or(NumError::Overflow)?;
        let need = need.max(0);
        add(&mut sums.open_demand, need)?;
        add(&mut sums.open_allocated, reserved.get(&row.id).copied().unwrap_or(0).clamp(0, need))?;
    }
    Ok(())
}

impl AvailabilityQuery {
    /// Whether a record's key meets the one asked for: every part that the item uses is equal (`F07`).
    fn meets(&self, key: &Key) -> bool {
        self.key.as_ref().is_none_or(|wanted| {
            let p = self.parts;
            (!p.attributes || wanted.attributes == key.attributes)
                && (!p.owner || wanted.owner == key.owner)
                && (!p.project || wanted.project == key.project)
                && (!p.grade || wanted.grade == key.grade)
        })
    }
}

#[cfg(test)]
mod tests;

//! Finding stock for a line: the lot or the pieces that are named, or by the item's rule.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::post::short;
use super::refused::{Refused, unknown};
use super::work::Work;
use crate::changeset::RowKey;
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::{
    Balance, HoldFor, Key, LineRef, Lot, PickRule, SerialPlace, StockItem, StockKey, StockStatus, Tracking,
};
use crate::num::Quantity;
use crate::picking::{Candidate, Pick, pick};
use crate::time::Date;

/// What is looked for.
pub(super) struct Want<'w> {
    pub(super) item: &'w Id,
    pub(super) key: &'w Key,
    /// Absent: any location that issues.
    pub(super) location: Option<&'w Id>,
    pub(super) lot: Option<&'w Id>,
    pub(super) serials: &'w [Id],
    pub(super) quantity: Quantity,
    pub(super) date: Date,
    /// For whom: its holds may be used.
    pub(super) order: Option<LineRef>,
    /// Defective stock may be taken.
    pub(super) rework: bool,
    /// What earlier lines of the same document take.
    pub(super) taken: &'w [(StockKey, Quantity)],
}

/// Stock for a line, and what could not be had.
pub(super) struct Allotted {
    pub(super) picks: Vec<(Pick, Vec<Id>)>,
    pub(super) short: Quantity,
}

/// Finds stock; nothing is taken yet.
pub(super) fn allot(work: &mut Work<'_>, want: &Want<'_>) -> Result<Allotted, Refused> {
    let item = work.item(want.item)?;
    let quantity = want.quantity.at_scale(item.scale)?;
    if let Some(location) = want.location {
        let place = work.place(location)?;
        if !place.issues(want.rework) {
            let finding = Finding::new(Code::WhKindMismatch).with("warehouse", location);
            let doc = want.order.as_ref().map_or("", |at| at.document.as_str());
            return Err(finding.with("doc", doc).into());
        }
    }
    if item.tracking == Tracking::Serial && !want.serials.is_empty() {
        return pieces(work, want, quantity);
    }
    if item.tracking == Tracking::Lot && want.lot.is_none() && item.pick == PickRule::Lot {
        return Err(Finding::new(Code::LotRequired).with("item", want.item).into());
    }
    let found = usable(work, item, want)?;
    if want.lot.is_some() && found.iter().all(|(row, _)| !row.quantity.is_positive()) {
        why_no_lot(work, want)?;
    }
    check_expiry(work, want)?;
    check_owner(work, want, &found)?;
    let lots: Vec<Lot> = found.iter().filter_map(|(row, _)| work.lot_of(&row.stock)).collect();
    let lot_of = |stock: &StockKey| lots.iter().find(|lot| Some(&lot.lot) == stock.lot.as_ref());
    let candidates = found.iter();
    let candidates = candidates
        .map(|(balance, free)| Candidate { balance, free: *free, lot: lot_of(&balance.stock) })
        .collect();
    let (mut picks, mut short) = pick(candidates, item.pick, want.date, quantity)?;
    // A location that may go below nought gives what is asked, where no lot has to be named.
    if short.is_positive() && item.tracking == Tracking::None {
        short = below_nought(work, want, &mut picks, short)?;
    }
    Ok(Allotted { picks: picks.into_iter().map(|pick| (pick, Vec::new())).collect(), short })
}

/// Takes what is missing from a named location that may go below nought; returns what is still missing.
fn below_nought(
    work: &mut Work<'_>,
    want: &Want<'_>,
    picks: &mut Vec<Pick>,
    short: Quantity,
) -> Result<Quantity, Refused> {
    let Some(location) = want.location else { return Ok(short) };
    if !work.place(location)?.location.may_go_negative {
        return Ok(short);
    }
    let stock = StockKey { key: want.key.clone(), ..StockKey::new(want.item.clone(), location.clone()) };
    match picks.iter_mut().find(|pick| pick.stock == stock) {
        Some(known) => known.quantity = known.quantity.plus(short)?,
        None => picks.push(Pick { stock, quantity: short }),
    }
    Ok(Quantity::ZERO)
}

impl Work<'_> {
    fn lot_of(&mut self, stock: &StockKey) -> Option<Lot> {
        let lot = stock.lot.clone()?;
        self.lot(&stock.item, &lot).cloned()
    }
}

/// Balances that may be taken, with what is free of each.
fn usable<'a>(
    work: &mut Work<'a>,
    item: &StockItem,
    want: &Want<'_>,
) -> Result<Vec<(Cow<'a, Balance>, Quantity)>, Refused> {
    let base = work.base;
    let mut rows: Vec<Cow<'a, Balance>> = base.balances_of(&item.item).map(Cow::Borrowed).collect();
    if work.fresh.contains(&item.item) {
        let new = work.balances.values();
        let new = new.filter(|row| row.stock.item == item.item && base.balance(&row.stock).is_none());
        rows.extend(new.map(|row| Cow::Owned(Balance::clone(row))));
    }
    let mut found = Vec::new();
    for row in rows {
        let stock = &row.stock;
        let here = want.location.is_none_or(|location| *location == stock.location)
            && want.lot.is_none_or(|lot| stock.lot.as_ref() == Some(lot));
        if !here || stock.status != StockStatus::Available || stock.key != *want.key {
            continue;
        }
        if want.location.is_none() && !work.place(&stock.location)?.issues(want.rework) {
            continue;
        }
        let row = work.balance_now(row);
        let stock = &row.stock;
        let mine = if row.reserved.is_zero() { Quantity::ZERO } else { held_for(work, want, stock)? };
        let mut free = row.quantity.minus(row.reserved)?.plus(mine)?;
        for (_, quantity) in want.taken.iter().filter(|(key, _)| key == stock) {
            free = free.minus(*quantity)?;
        }
        found.push((row, free));
    }
    Ok(found)
}

/// What is held of this stock for the line.
fn held_for(work: &mut Work<'_>, want: &Want<'_>, stock: &StockKey) -> Result<Quantity, Refused> {
    let Some(at) = &want.order else { return Ok(Quantity::ZERO) };
    let mut sum = Quantity::ZERO;
    for id in work.open_holds(&stock.item) {
        let Some(hold) = work.hold(&stock.item, &id) else { continue };
        let owner = matches!(&hold.owner, HoldFor::Order { line } if line == at);
        if owner && hold.stock == *stock {
            sum = sum.plus(hold.quantity)?;
        }
    }
    Ok(sum)
}

/// Why a lot that was named cannot be taken: held, past its last day, or not there.
fn why_no_lot(work: &mut Work<'_>, want: &Want<'_>) -> Result<(), Refused> {
    let Some(name) = want.lot else { return Ok(()) };
    let row = work.lot(want.item, name).cloned();
    let base = work.base;
    let held = base.balances_of(want.item).find(|row| {
        row.stock.lot.as_ref() == Some(name)
            && row.stock.status != StockStatus::Available
            && row.quantity.is_positive()
    });
    if held.is_some() {
        let by = row.and_then(|row| row.inspection).map_or_else(|| "blocked".to_owned(), |id| id.to_string());
        return Err(Finding::new(Code::LotBlocked).with("lot", name).with("inspection", by).into());
    }
    Ok(())
}

/// `LOT_EXPIRED` for a lot that was named and is past its last day.
fn check_expiry(work: &mut Work<'_>, want: &Want<'_>) -> Result<(), Refused> {
    let Some(name) = want.lot else { return Ok(()) };
    match work.lot(want.item, name).and_then(|lot| lot.usable_until) {
        Some(until) if until < want.date => {
            Err(Finding::new(Code::LotExpired).with("lot", name).with("date", until).into())
        }
        _ => Ok(()),
    }
}

/// Stock of another owner does not serve the line.
fn check_owner(
    work: &Work<'_>,
    want: &Want<'_>,
    found: &[(Cow<'_, Balance>, Quantity)],
) -> Result<(), Refused> {
    let named = want.lot.is_some() || want.location.is_some();
    if !named || found.iter().any(|(row, _)| row.quantity.is_positive()) {
        return Ok(());
    }
    let other = work.base.balances_of(want.item).find(|row| {
        want.location.is_none_or(|location| *location == row.stock.location)
            && want.lot.is_none_or(|lot| row.stock.lot.as_ref() == Some(lot))
            && row.stock.key.owner != want.key.owner
            && row.quantity.is_positive()
    });
    let name = |owner: &Option<Id>| owner.as_ref().map_or_else(|| "–".to_owned(), Id::to_string);
    match other {
        Some(row) => Err(Finding::new(Code::OwnerMismatch)
            .with("owner", name(&row.stock.key.owner))
            .with("other", name(&want.key.owner))
            .into()),
        None => Ok(()),
    }
}

/// The pieces that are named, by where they lie.
fn pieces(work: &mut Work<'_>, want: &Want<'_>, quantity: Quantity) -> Result<Allotted, Refused> {
    let mut by_stock: BTreeMap<StockKey, Vec<Id>> = BTreeMap::new();
    for serial in want.serials {
        work.read(RowKey::Serial { item: want.item.clone(), serial: serial.clone() });
        let key = (want.item.clone(), serial.clone());
        let row = work.serials.get(&key).or_else(|| work.base.serial(want.item, serial));
        let Some(SerialPlace::Stock { stock }) = row.map(|row| &row.place) else {
            return Err(unknown(serial, "serials"));
        };
        if want.location.is_some_and(|location| *location != stock.location) {
            return Err(short(stock, quantity, Quantity::ZERO).into());
        }
        by_stock.entry(stock.clone()).or_default().push(serial.clone());
    }
    let mut left = quantity;
    let mut picks = Vec::new();
    for (stock, serials) in by_stock {
        let quantity = Quantity::whole(i64::try_from(serials.len()).unwrap_or(i64::MAX));
        left = left.minus(quantity)?;
        picks.push((Pick { stock, quantity }, serials));
    }
    if left.is_zero() {
        return Ok(Allotted { picks, short: left });
    }
    Err(Finding::new(Code::BackflushSerialRequired).with("item", want.item).into())
}

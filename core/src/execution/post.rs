//! One line against the stock: balance, lot, serial numbers, holds, and the line of the ledger.

use std::borrow::Cow;

use super::Refused;
use super::work::Work;
use crate::changeset::RowKey;
use crate::document::{Document, DocumentLine, HoldUse};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::{
    Balance, HoldFor, Movement, PlaceState, Reason, SerialPlace, StockItem, StockKey, StockStatus, Tracking,
};
use crate::num::Quantity;
use crate::partner::LocationKind;

/// What a line does to one stock key.
#[derive(Clone, Copy)]
pub(super) struct Posting<'p> {
    pub(super) document: &'p Document,
    pub(super) line: &'p DocumentLine,
    pub(super) reason: Reason,
    pub(super) stock: &'p StockKey,
    /// Signed.
    pub(super) quantity: Quantity,
    pub(super) undo: bool,
    /// The stock may go below nought whatever its location says.
    pub(super) negative: bool,
}

impl<'a> Work<'a> {
    /// A balance as it is now.
    pub(super) fn balance(&mut self, stock: &StockKey) -> Balance {
        if let Some(row) = self.balances.get(stock) {
            return Balance::clone(row);
        }
        self.read(RowKey::Balance { stock: stock.clone() });
        self.base.balance(stock).cloned().unwrap_or_else(|| Balance::empty(stock.clone()))
    }

    /// A row of the snapshot as it is now; it is noted that it was looked at.
    pub(super) fn balance_now(&mut self, row: Cow<'a, Balance>) -> Cow<'a, Balance> {
        let Cow::Borrowed(stored) = row else { return row };
        self.balances_read.push(stored);
        match self.balances.get(&stored.stock) {
            Some(changed) => Cow::Owned(Balance::clone(changed)),
            None => row,
        }
    }

    /// A balance that is put back changed: writing it says that it was read.
    fn take_balance(&mut self, stock: &StockKey) -> Box<Balance> {
        if let Some(row) = self.balances.get(stock) {
            return row.clone();
        }
        let known = self.base.balance(stock).cloned();
        Box::new(known.unwrap_or_else(|| Balance::empty(stock.clone())))
    }

    pub(super) fn put_balance(&mut self, row: Box<Balance>) {
        if row.version == 0 && !self.fresh.contains(&row.stock.item) {
            self.fresh.insert(row.stock.item.clone());
        }
        self.balances.insert(row.stock.clone(), row);
    }

    /// Posts a line to one stock key; the holds that it used are returned.
    pub(super) fn post(&mut self, p: &Posting<'_>) -> Result<Vec<HoldUse>, Refused> {
        let item = self.item(&p.stock.item)?;
        let quantity = p.quantity.at_scale(item.scale)?;
        self.check_place(p)?;
        check_key(item, p)?;
        if p.quantity.is_negative() && !p.undo {
            self.check_usable(p)?;
        }
        let mut balance = self.take_balance(p.stock);
        let used = if p.undo {
            self.give_back(p, &mut balance)?;
            Vec::new()
        } else {
            self.take_holds(p, &mut balance)?
        };
        self.check_enough(p, &balance, quantity)?;
        balance.quantity = balance.quantity.plus(quantity)?;
        let second = signed(p.line.second, p.quantity)?;
        if let Some(second) = second {
            balance.second = Some(balance.second.unwrap_or(Quantity::ZERO).plus(second)?);
        }
        self.put_balance(balance);
        self.move_serials(item, p)?;
        self.movements.push(Movement {
            sequence: 0,
            document: p.document.id.clone(),
            line: p.line.number,
            reason: p.reason,
            undo: p.undo,
            stock: p.stock.clone(),
            quantity,
            second,
            order: p.line.order.clone(),
            serials: p.line.serials.clone(),
            date: p.document.date,
            at: self.now.at,
        });
        Ok(used)
    }

    fn check_place(&mut self, p: &Posting<'_>) -> Result<(), Refused> {
        let place = self.place(&p.stock.location)?;
        let id = &place.location.id;
        let mismatch =
            || Finding::new(Code::WhKindMismatch).with("warehouse", id).with("doc", &p.document.id);
        match place.state {
            PlaceState::Counting if p.reason != Reason::Count => {
                return Err(Finding::new(Code::CountInProgress).with("warehouse", id).into());
            }
            PlaceState::Frozen | PlaceState::Disabled => return Err(mismatch().into()),
            PlaceState::Enabled | PlaceState::Counting => {}
        }
        let customers = p.stock.key.owner.is_some();
        let comes_in = p.quantity.is_positive() && !p.undo;
        let wrong = match place.location.kind {
            // A customer's virtual warehouse holds no stock of ours (`F05`).
            LocationKind::CustomerOwned => !customers,
            LocationKind::Scrap | LocationKind::Defective => {
                comes_in
                    && matches!(p.reason, Reason::Receipt | Reason::ReturnGood)
                    && p.stock.status == StockStatus::Available
            }
            _ => false,
        };
        if wrong { Err(mismatch().into()) } else { Ok(()) }
    }

    /// Material that goes into orders or out of the house is available, and its lot is not past its last day.
    fn check_usable(&mut self, p: &Posting<'_>) -> Result<(), Refused> {
        if !p.reason.is_consumption() {
            return Ok(());
        }
        let Some(lot) = &p.stock.lot else {
            if p.stock.status == StockStatus::Available {
                return Ok(());
            }
            return Err(short(p.stock, p.line.quantity, Quantity::ZERO).into());
        };
        let date = p.document.date;
        let row = self.lot(&p.stock.item, lot);
        let inspection = row.and_then(|row| row.inspection.clone());
        if p.stock.status != StockStatus::Available {
            let by = inspection.as_ref().map_or_else(|| status_word(p.stock.status), Id::as_str);
            return Err(Finding::new(Code::LotBlocked).with("lot", lot).with("inspection", by).into());
        }
        match row.and_then(|row| row.usable_until) {
            Some(until) if until < date => {
                Err(Finding::new(Code::LotExpired).with("lot", lot).with("date", until).into())
            }
            _ => Ok(()),
        }
    }

    fn check_enough(
        &mut self,
        p: &Posting<'_>,
        balance: &Balance,
        quantity: Quantity,
    ) -> Result<(), Refused> {
        if !quantity.is_negative() || p.negative {
            return Ok(());
        }
        let after = balance.quantity.plus(quantity)?;
        let free_after = after.minus(balance.reserved)?;
        let place = self.place(&p.stock.location)?;
        if !free_after.is_negative() || (place.location.may_go_negative && balance.reserved.is_zero()) {
            return Ok(());
        }
        let free = balance.quantity.minus(balance.reserved)?;
        let place = &place.location.id;
        let finding = match p.reason {
            Reason::Receipt | Reason::ReceiptRework if p.undo => {
                Finding::new(Code::ReceiptReversalConsumed).with("qty", free_after.negated()?)
            }
            Reason::Backflush => Finding::new(Code::BackflushShort)
                .with("need", quantity.negated()?)
                .with("item", &p.stock.item)
                .with("available", free)
                .with("warehouse", place),
            reason if reason.is_consumption() && !p.undo => short(p.stock, quantity.negated()?, free),
            _ => Finding::new(Code::StockNegative)
                .with("item", &p.stock.item)
                .with("warehouse", place)
                .with("qty", after),
        };
        Err(finding.into())
    }

    /// What a line takes of stock that is held for it is no longer held.
    fn take_holds(&mut self, p: &Posting<'_>, balance: &mut Balance) -> Result<Vec<HoldUse>, Refused> {
        let mut used = Vec::new();
        if !p.quantity.is_negative() || !balance.reserved.is_positive() {
            return Ok(used);
        }
        let mut left = p.quantity.negated()?;
        for id in self.open_holds(&p.stock.item) {
            let Some(hold) = self.hold(&p.stock.item, &id) else { continue };
            let owner = match &hold.owner {
                HoldFor::Order { line } => p.line.order.as_ref() == Some(line),
                HoldFor::Document { line } => p.line.source.as_ref() == Some(line),
            };
            if !owner || hold.stock != *p.stock || !left.is_positive() || !hold.quantity.is_positive() {
                continue;
            }
            let mut hold = hold;
            let quantity = left.min(hold.quantity);
            left = left.minus(quantity)?;
            hold.quantity = hold.quantity.minus(quantity)?;
            balance.reserved = balance.reserved.minus(quantity)?;
            self.holds.insert((p.stock.item.clone(), id.clone()), hold);
            used.push(HoldUse { hold: id, quantity });
        }
        Ok(used)
    }

    /// Ids of the holds of an item that hold anything, in this command or before it.
    pub(super) fn open_holds(&self, item: &Id) -> Vec<Id> {
        let rows = self.base.holds.get(item).into_iter().flatten();
        let open = rows.filter(|(id, row)| {
            row.quantity.is_positive() || self.holds.contains_key(&(item.clone(), (*id).clone()))
        });
        open.map(|(id, _)| id.clone()).collect()
    }

    pub(super) fn hold(&mut self, item: &Id, id: &Id) -> Option<crate::inventory::Hold> {
        self.read(RowKey::Hold { item: item.clone(), hold: id.clone() });
        let base = self.base;
        self.holds.get(&(item.clone(), id.clone())).or_else(|| base.hold(item, id)).cloned()
    }

    fn give_back(&mut self, p: &Posting<'_>, balance: &mut Balance) -> Result<(), Refused> {
        if !p.quantity.is_positive() {
            return Ok(());
        }
        for used in &p.line.holds {
            let Some(mut hold) = self.hold(&p.stock.item, &used.hold) else { continue };
            hold.quantity = hold.quantity.plus(used.quantity)?;
            balance.reserved = balance.reserved.plus(used.quantity)?;
            self.holds.insert((p.stock.item.clone(), used.hold.clone()), hold);
        }
        Ok(())
    }

    /// Pieces follow the line: into stock, into the order, or away.
    fn move_serials(&mut self, item: &StockItem, p: &Posting<'_>) -> Result<(), Refused> {
        if item.tracking != Tracking::Serial {
            return Ok(());
        }
        for serial in &p.line.serials {
            self.read(RowKey::Serial { item: item.item.clone(), serial: serial.clone() });
            let key = (item.item.clone(), serial.clone());
            let now = self.serials.get(&key).or_else(|| self.base.serial(&item.item, serial));
            let here = SerialPlace::Stock { stock: p.stock.clone() };
            let wrong = if p.quantity.is_negative() {
                now.is_none_or(|row| row.place != here)
            } else {
                now.is_some_and(|row| matches!(row.place, SerialPlace::Stock { .. }))
            };
            if wrong {
                return Err(super::refused::unknown(serial, "serials"));
            }
            let place = if p.quantity.is_positive() {
                here
            } else {
                match &p.line.order {
                    Some(order) if p.reason.is_consumption() && !p.undo => {
                        SerialPlace::Order { order: order.clone() }
                    }
                    Some(order) if p.undo && !p.reason.is_receipt() => {
                        SerialPlace::Order { order: order.clone() }
                    }
                    _ => SerialPlace::Gone,
                }
            };
            let row = crate::inventory::Serial {
                item: item.item.clone(),
                serial: serial.clone(),
                place,
                version: 0,
            };
            self.serials.insert(key, row);
        }
        Ok(())
    }
}

/// What every line of the item must name (`F07`, `F11`).
fn check_key(item: &StockItem, p: &Posting<'_>) -> Result<(), Refused> {
    let key = &p.stock.key;
    let parts = [
        (item.parts.attributes, &key.attributes, "attributes"),
        (item.parts.project, &key.project, "project"),
        (item.parts.grade, &key.grade, "grade"),
    ];
    if let Some((_, _, part)) = parts.iter().find(|(used, given, _)| *used && given.is_none()) {
        return Err(Finding::new(Code::KeyIncomplete).with("item", &item.item).with("part", part).into());
    }
    if item.tracking == Tracking::Lot && p.stock.lot.is_none() {
        return Err(Finding::new(Code::LotRequired).with("item", &item.item).into());
    }
    if item.second_quantity && p.line.second.is_none() {
        return Err(Finding::new(Code::SecondQuantityMissing).with("item", &item.item).into());
    }
    let pieces = Quantity::whole(i64::try_from(p.line.serials.len()).unwrap_or(i64::MAX));
    let magnitude = if p.quantity.is_negative() { p.quantity.negated()? } else { p.quantity };
    if item.tracking == Tracking::Serial && pieces != magnitude {
        return Err(Finding::new(Code::BackflushSerialRequired).with("item", &item.item).into());
    }
    Ok(())
}

/// A second quantity with the sign of the first.
fn signed(second: Option<Quantity>, first: Quantity) -> Result<Option<Quantity>, Refused> {
    match second {
        Some(second) if first.is_negative() => Ok(Some(second.negated()?)),
        second => Ok(second),
    }
}

/// `STOCK_SHORT`.
pub(super) fn short(stock: &StockKey, need: Quantity, available: Quantity) -> Finding {
    Finding::new(Code::StockShort)
        .with("item", &stock.item)
        .with("warehouse", &stock.location)
        .with("need", need)
        .with("available", available)
}

const fn status_word(status: StockStatus) -> &'static str {
    match status {
        StockStatus::Available => "available",
        StockStatus::Inspection => "inspection",
        StockStatus::Blocked => "blocked",
        StockStatus::Scrap => "scrap",
    }
}

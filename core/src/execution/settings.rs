//! Holds, locations and periods (`F05`, `F06`).

use super::refused::{Refused, unknown};
use super::work::Work;
use super::{NewHold, PeriodAsk, PeriodStep, ReleaseHold, SetPlace, post, stock};
use crate::changeset::RowKey;
use crate::document::{Period, PeriodState};
use crate::finding::{Code, Finding};
use crate::inventory::{Hold, Place};
use crate::num::Quantity;

/// Answers a [`NewHold`].
pub(super) fn hold(work: &mut Work<'_>, ask: &NewHold) -> Result<(), Refused> {
    let item = &ask.stock.item;
    if work.hold(item, &ask.hold).is_some() {
        return Err(Finding::new(Code::DuplicateId).with("table", "holds").with("id", &ask.hold).into());
    }
    let quantity = ask.quantity.at_scale(work.item(item)?.scale)?;
    if !quantity.is_positive() {
        let finding = Finding::new(Code::QtyNotPositive).with("row", 1).with("item", item);
        return Err(finding.with("value", quantity).into());
    }
    let mut balance = work.balance(&ask.stock);
    let free = balance.quantity.minus(balance.reserved)?;
    if quantity > free {
        return Err(post::short(&ask.stock, quantity, free).into());
    }
    balance.reserved = balance.reserved.plus(quantity)?;
    work.put_balance(Box::new(balance));
    let row = Hold {
        id: ask.hold.clone(),
        owner: ask.owner.clone(),
        stock: ask.stock.clone(),
        quantity,
        version: 0,
    };
    work.holds.insert((item.clone(), ask.hold.clone()), row);
    Ok(())
}

/// Answers a [`ReleaseHold`].
pub(super) fn release(work: &mut Work<'_>, ask: &ReleaseHold) -> Result<(), Refused> {
    let hold = work.hold(&ask.item, &ask.hold).ok_or_else(|| unknown(&ask.hold, "holds"))?;
    free(work, hold)
}

/// Ends a hold: what it held is free again.
pub(super) fn free(work: &mut Work<'_>, mut hold: Hold) -> Result<(), Refused> {
    if hold.quantity.is_zero() {
        return Ok(());
    }
    let mut balance = work.balance(&hold.stock);
    balance.reserved = balance.reserved.minus(hold.quantity)?;
    work.put_balance(Box::new(balance));
    hold.quantity = Quantity::ZERO;
    work.holds.insert((hold.stock.item.clone(), hold.id.clone()), hold);
    Ok(())
}

/// Answers a [`SetPlace`].
pub(super) fn place(work: &mut Work<'_>, ask: &SetPlace) -> Result<(), Refused> {
    let id = &ask.location.id;
    work.read(RowKey::Place { id: id.clone() });
    let stocked = stock::stock_at(work, id);
    let old = work.base.places.get(id);
    let costing = old.is_some_and(|old| old.location.in_costing != ask.location.in_costing);
    if costing && stocked {
        return Err(Finding::new(Code::WhCostingChange).with("warehouse", id).into());
    }
    let kind = old.is_some_and(|old| old.location.kind != ask.location.kind);
    if stocked && (kind || stock::needs_empty(ask.state)) {
        return Err(Finding::new(Code::WhKindMismatch).with("warehouse", id).with("doc", "–").into());
    }
    // Every balance there was looked at: none may appear before this is stored.
    let keys: Vec<RowKey> = work
        .base
        .balances
        .values()
        .flat_map(|rows| rows.keys())
        .filter(|stock| stock.location == *id)
        .map(|stock| RowKey::Balance { stock: stock.clone() })
        .collect();
    keys.into_iter().for_each(|key| work.read(key));
    let row = Place { location: ask.location.clone(), state: ask.state, version: 0 };
    work.places.insert(id.clone(), row);
    Ok(())
}

/// Answers a [`PeriodAsk`].
pub(super) fn period(work: &mut Work<'_>, ask: &PeriodAsk) -> Result<(), Refused> {
    work.read(RowKey::Period { id: ask.period.clone() });
    if ask.step == PeriodStep::Open {
        return new_period(work, ask);
    }
    let base = work.base;
    let old = base.periods.get(&ask.period).ok_or_else(|| unknown(&ask.period, "periods"))?;
    let mut row = old.clone();
    let illegal = |step: &str| {
        let finding = Finding::new(Code::IllegalCommand).with("command", step);
        finding.with("state", format!("{:?}", old.state).to_lowercase())
    };
    match (ask.step, old.state) {
        (PeriodStep::Lock, PeriodState::Open) => {
            row.state = PeriodState::Costing;
            row.run = ask.run.clone();
        }
        (PeriodStep::Unlock, PeriodState::Costing) => {
            row.state = PeriodState::Open;
            row.run = None;
        }
        (PeriodStep::Close, PeriodState::Open | PeriodState::Costing) => {
            let earlier = base.periods.values().filter(|period| period.to < old.from);
            let mut earlier = earlier.filter(|period| period.state != PeriodState::Closed);
            if let Some(first) = earlier.next() {
                return Err(Finding::new(Code::PeriodNotSequential).with("earlier", &first.id).into());
            }
            row.state = PeriodState::Closed;
        }
        (PeriodStep::Reopen, PeriodState::Closed) => {
            let closed = base.periods.values().filter(|period| period.state == PeriodState::Closed);
            let last = closed.max_by_key(|period| period.from);
            if let Some(last) = last.filter(|last| last.id != old.id) {
                return Err(Finding::new(Code::PeriodNotSequential).with("earlier", &last.id).into());
            }
            row.state = PeriodState::Open;
            row.run = None;
        }
        (step, _) => return Err(illegal(&format!("{step:?}").to_lowercase()).into()),
    }
    work.periods.insert(row.id.clone(), row);
    Ok(())
}

fn new_period(work: &mut Work<'_>, ask: &PeriodAsk) -> Result<(), Refused> {
    if work.base.periods.contains_key(&ask.period) {
        return Err(Finding::new(Code::DuplicateId).with("table", "periods").with("id", &ask.period).into());
    }
    let Some((from, to)) = ask.days.filter(|(from, to)| from <= to) else {
        return Err(Finding::new(Code::ParamMissing).with("item", &ask.period).with("field", "days").into());
    };
    let clash = work.base.periods.values().find(|period| period.from <= to && from <= period.to);
    if let Some(clash) = clash {
        let finding = Finding::new(Code::ChangeOverlap);
        return Err(finding.with("lines", format!("{}, {}", clash.id, ask.period)).into());
    }
    let row = Period { id: ask.period.clone(), from, to, state: PeriodState::Open, run: None, version: 0 };
    work.periods.insert(row.id.clone(), row);
    Ok(())
}

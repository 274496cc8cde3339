//! What a period starts with: control totals, the lock after the first close, accruals until their invoices (`F09`,
//! `S06`).

use std::collections::BTreeMap;

use super::stock::{Ledger, pool_of};
use super::{AccrualSettlement, CostSources, Desk, ValuedBy};
use crate::cost::{Charge, Movement, MovementKind, StockOpening};
use crate::document::{DocState, Document, OpeningAccrual, Period, PeriodState};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::num::{DecimalText, NumError, Quantity, Rounding, from_scaled_i128, to_scaled_i128};
use crate::snapshot::{ExecutionSnapshot, Rejections};

/// Whether opening values may be typed in, and add up to their controls; nothing is taken unless all of them do.
pub(super) fn check(sources: &CostSources, faults: &mut Rejections) {
    let closed = sources.periods.iter().any(|row| row.state == PeriodState::Closed);
    if sources.go_live && closed {
        faults.push(Finding::new(Code::OpeningLocked));
    }
    let scale = sources.amount_scale;
    let controls = &sources.controls;
    let stock = sources.stock.iter().map(|row| row.amount);
    let wip = sources.wip.iter().map(|row| row.amount);
    let accruals = sources.accruals.iter().map(|row| row.amount);
    for (table, control, sum) in [
        ("stock", controls.stock, total(stock, scale)),
        ("wip", controls.wip, total(wip, scale)),
        ("accruals", controls.accruals, total(accruals, scale)),
    ] {
        match sum {
            // Amounts with too many decimals are told with their rows when the tables are checked.
            Err(NumError::Precision { .. }) => {}
            Err(error) => faults.push(error.finding().with("table", table)),
            Ok(sum) => {
                if let Some(control) = control.filter(|control| control.0 != sum.0) {
                    faults.push(off(table, sum, control));
                }
            }
        }
    }
}

fn off(table: &str, sum: impl std::fmt::Display, control: impl std::fmt::Display) -> Finding {
    Finding::new(Code::OpeningTotal).with("table", table).with("sum", sum).with("control", control)
}

fn total(amounts: impl Iterator<Item = DecimalText>, scale: u32) -> Result<DecimalText, NumError> {
    let mut sum = 0i128;
    for amount in amounts {
        sum = sum.checked_add(to_scaled_i128(amount.0, scale)?).ok_or(NumError::Overflow)?;
    }
    from_scaled_i128(sum, scale).map(DecimalText)
}

impl Desk<'_> {
    /// Opening stock has the quantities of the ledger, part by part.
    pub(super) fn check_stock(&mut self, ledger: &Ledger) {
        let mut given: BTreeMap<(&Id, Option<&Id>), Quantity> = BTreeMap::new();
        for row in &self.sources.stock {
            let slot = given.entry((&row.item, row.pool.as_ref())).or_default();
            match slot.plus(row.quantity) {
                Ok(sum) => *slot = sum,
                Err(error) => self.faults.at("stock", row.id.as_str(), error.finding()),
            }
        }
        let keys = ledger.opening.keys().map(|(item, pool)| (item, pool.as_ref()));
        let mut keys: Vec<_> = keys.chain(given.keys().copied()).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            let sum = given.get(&key).copied().unwrap_or_default();
            let own = (key.0.clone(), key.1.cloned());
            let there = ledger.opening.get(&own).copied().unwrap_or_default();
            if sum != there {
                let item = key.1.map_or_else(|| key.0.to_string(), |pool| format!("{} / {pool}", key.0));
                self.faults.push(off("stock", sum, there).with("item", item));
            }
        }
    }

    /// Invoices for what was accrued before; what is not invoiced stays open, and so does what was accrued in the
    /// period.
    pub(super) fn settle_accruals(&mut self, sources: &CostSources) {
        let scale = sources.amount_scale;
        let mut open: BTreeMap<&Id, (&OpeningAccrual, Quantity, i128)> = BTreeMap::new();
        for row in &sources.accruals {
            match to_scaled_i128(row.amount.0, scale) {
                Err(error) => self.faults.at("accruals", row.id.as_str(), error.finding()),
                Ok(units) => {
                    if open.insert(&row.id, (row, row.quantity, units)).is_some() {
                        let twice = Finding::new(Code::DuplicateId).with("id", &row.id);
                        self.faults.at("accruals", row.id.as_str(), twice);
                    }
                }
            }
        }
        let mut invoices: Vec<_> = sources.settlements.iter().collect();
        invoices.sort_by(|a, b| a.id.cmp(&b.id));
        for invoice in invoices {
            let settled = match open.get_mut(&invoice.accrual) {
                None => Err(Finding::new(Code::UnknownReference).with("id", &invoice.accrual)),
                Some(accrual) => settle(accrual, invoice, scale).map(|difference| (accrual.0, difference)),
            };
            match settled {
                Err(fault) => self.faults.at("settlements", invoice.id.as_str(), fault),
                Ok((_, difference)) if difference.0.is_zero() => {}
                Ok((accrual, difference)) => self.difference(accrual, invoice, difference),
            }
        }
        let still = open.into_values().filter(|(_, left, _)| left.is_positive());
        let still = still.map(|(row, quantity, units)| OpeningAccrual {
            quantity,
            amount: DecimalText(from_scaled_i128(units, scale).unwrap_or_default()),
            ..row.clone()
        });
        self.accruals.extend(still);
        self.accruals.sort_by(|a, b| a.id.cmp(&b.id));
    }

    /// A fee is a cost of its order; a price changes the value of the stock.
    fn difference(&mut self, accrual: &OpeningAccrual, invoice: &AccrualSettlement, amount: DecimalText) {
        let id = invoice.id.clone();
        match (&accrual.order, &accrual.item) {
            (Some(order), _) => {
                let Some(element) = self.fee_element() else {
                    let missing = Finding::new(Code::ParamMissing).with("item", order);
                    self.faults.at("settlements", id.as_str(), missing.with("field", "element"));
                    return;
                };
                self.rows.charges.push(Charge { id, order: order.clone(), element, amount, accrued: false });
            }
            (None, Some(item)) => self.rows.movements.push(Movement {
                id,
                date: invoice.date,
                kind: MovementKind::Revalue,
                item: item.clone(),
                pool: invoice.pool.clone(),
                to: None,
                quantity: Quantity::ZERO,
                amount: Some(amount),
                provisional: None,
                accrued: false,
                element: None,
            }),
            (None, None) => {
                let missing = Finding::new(Code::ParamMissing).with("item", &accrual.id);
                self.faults.at("settlements", id.as_str(), missing.with("field", "item"));
            }
        }
    }
}

/// Takes an invoice from an open accrual and answers what it differs by.
fn settle(
    (_, left, units): &mut (&OpeningAccrual, Quantity, i128),
    invoice: &AccrualSettlement,
    scale: u32,
) -> Result<DecimalText, Finding> {
    let wrong = |error: NumError| error.finding();
    if !invoice.quantity.is_positive() {
        return Err(Finding::new(Code::QtyNotPositive).with("row", &invoice.id));
    }
    if invoice.quantity > *left {
        return Err(Finding::new(Code::OverSettle).with("open", *left));
    }
    let part = invoice.quantity.ratio().checked_div(left.ratio()).map_err(wrong)?;
    let accrued = part.mul_round(*units, Rounding::HalfUp).map_err(wrong)?;
    let amount = to_scaled_i128(invoice.amount.0, scale).map_err(wrong)?;
    *left = left.minus(invoice.quantity).map_err(wrong)?;
    *units -= accrued;
    // Neither passes 97 bits, so the difference fits.
    from_scaled_i128(amount - accrued, scale).map(DecimalText).map_err(wrong)
}

/// Adds the values of opening documents: those of a plant that goes live, until its first close.
pub(super) fn add_documents(state: &ExecutionSnapshot, sources: &mut CostSources, period: &Period) {
    if sources.periods.iter().any(|row| row.state == PeriodState::Closed) {
        return;
    }
    let parts: BTreeMap<Id, ValuedBy> =
        sources.items.iter().map(|row| (row.item.clone(), row.valued_by)).collect();
    let counts = |document: &&Document| document.state == DocState::Approved && document.date <= period.to;
    for document in state.documents.values().filter(counts) {
        let Some(values) = &document.opening else { continue };
        for layer in &values.layers {
            let line = document.line(layer.line);
            let Some((line, stock)) = line.and_then(|line| Some((line, line.stock.as_ref()?))) else {
                continue;
            };
            // Names are as long as ids may be; a long one keeps its place in the list.
            let name = Id::new(&format!("{}/{}", document.id, line.number));
            let id = name.unwrap_or_else(|_| Id::known(&format!("layer {}", sources.stock.len() + 1)));
            sources.stock.push(StockOpening {
                id,
                item: line.item.clone(),
                pool: pool_of(parts.get(&line.item).copied().unwrap_or_default(), stock),
                quantity: line.quantity,
                amount: layer.amount,
                date: layer.received,
                composition: layer.composition.clone(),
            });
        }
        sources.wip.extend(values.wip.iter().cloned());
        sources.accruals.extend(values.accruals.iter().cloned());
    }
}

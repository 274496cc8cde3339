//! Genealogy of lots, both ways: which supplier lot is in which product lot and shipment.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::Id;
use crate::inventory::{Movement, Reason};
use crate::num::{NumError, Quantity};

/// A lot to start from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TraceFrom {
    /// The item.
    pub item: Id,
    /// The lot.
    pub lot: Id,
}

/// A lot that is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TraceLine {
    /// The lot.
    pub lot: TraceFrom,
    /// Steps from the first lot.
    pub level: u32,
    /// The order through which it is reached.
    pub order: Id,
}

/// Everything that is reached.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Trace {
    /// Lots, nearest first.
    pub lots: Vec<TraceLine>,
    /// Documents that shipped the first lot or a lot reached (forward only).
    pub shipments: Vec<Id>,
}

/// Net quantity of a lot in an order: issued above nought, made below.
type Flows<'m> = BTreeMap<(&'m Id, &'m Id), BTreeMap<&'m Id, Quantity>>;

/// Traces a lot forward (into what it went, and where that was shipped) or back (what went into it), over the net
/// of issues, returns and receipts; an order connects what it used with what it made.
///
/// # Errors
/// `QTY_OUT_OF_RANGE`.
pub fn trace(ledger: &[Movement], from: &TraceFrom, forward: bool) -> Result<Trace, NumError> {
    let (used, made) = flows(ledger)?;
    let (near, far) = if forward { (&used, &made) } else { (&made, &used) };
    let mut by_order: BTreeMap<&Id, Vec<(&Id, &Id)>> = BTreeMap::new();
    for (lot, orders) in far {
        for (order, quantity) in orders {
            if quantity.is_positive() {
                by_order.entry(order).or_default().push(*lot);
            }
        }
    }
    let mut seen: BTreeSet<(&Id, &Id)> = BTreeSet::from([(&from.item, &from.lot)]);
    let mut wave: Vec<(&Id, &Id)> = vec![(&from.item, &from.lot)];
    let (mut trace, mut level) = (Trace::default(), 0);
    while !wave.is_empty() {
        level += 1;
        let mut next = Vec::new();
        for lot in wave {
            let orders = near.get(&lot).into_iter().flatten();
            for (order, _) in orders.filter(|(_, quantity)| quantity.is_positive()) {
                for (item, lot) in by_order.get(order).into_iter().flatten() {
                    if seen.insert((item, lot)) {
                        let lot_reached = TraceFrom { item: (*item).clone(), lot: (*lot).clone() };
                        trace.lots.push(TraceLine { lot: lot_reached, level, order: (*order).clone() });
                        next.push((*item, *lot));
                    }
                }
            }
        }
        wave = next;
    }
    if forward {
        trace.shipments = shipments(ledger, &seen)?;
    }
    Ok(trace)
}

fn flows(ledger: &[Movement]) -> Result<(Flows<'_>, Flows<'_>), NumError> {
    let (mut used, mut made): (Flows<'_>, Flows<'_>) = (BTreeMap::new(), BTreeMap::new());
    for movement in ledger {
        let (Some(order), Some(lot)) = (&movement.order, &movement.stock.lot) else { continue };
        let product = matches!(movement.reason, Reason::Receipt | Reason::ReceiptRework);
        if matches!(movement.reason, Reason::Stage | Reason::Transfer) {
            continue;
        }
        let flow = if product { &mut made } else { &mut used };
        let sum = flow.entry((&movement.stock.item, lot)).or_default().entry(&order.document).or_default();
        *sum = if product { sum.plus(movement.quantity)? } else { sum.minus(movement.quantity)? };
    }
    Ok((used, made))
}

fn shipments(ledger: &[Movement], lots: &BTreeSet<(&Id, &Id)>) -> Result<Vec<Id>, NumError> {
    let mut shipped: BTreeMap<&Id, Quantity> = BTreeMap::new();
    for movement in ledger.iter().filter(|movement| movement.reason == Reason::Shipment) {
        let Some(lot) = &movement.stock.lot else { continue };
        if lots.contains(&(&movement.stock.item, lot)) {
            let sum = shipped.entry(&movement.document).or_default();
            *sum = sum.minus(movement.quantity)?;
        }
    }
    let left = shipped.into_iter().filter(|(_, quantity)| quantity.is_positive());
    Ok(left.map(|(document, _)| document.clone()).collect())
}

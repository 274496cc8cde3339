//! From provisional to final (`C14`, `S07`): what each line was booked at and what it is worth now.

use super::outcome::PeriodOutcome;
use crate::cost::MovementKind;
use crate::id::Id;
use crate::num::DecimalText;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The correction of a line that was booked at a provisional value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Adjustment {
    /// The document line.
    pub document: Id,
    /// Item.
    pub item: Id,
    /// Order of an issue or a receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Id>,
    /// Booked so far.
    pub provisional: DecimalText,
    /// Now.
    pub r#final: DecimalText,
    /// What stock changes by.
    pub stock: DecimalText,
    /// What work in process changes by.
    pub wip: DecimalText,
    /// What cost of sales changes by.
    pub sales: DecimalText,
    /// What other expense changes by; suppliers and expense when stock came in at another value.
    pub other: DecimalText,
}

/// What the four places change by: stock, work in process, cost of sales, other.
type Places = [i64; 4];

impl PeriodOutcome<'_> {
    /// Lines whose final value differs from the provisional one. The places of each add up to nought, so that stock,
    /// work in process and cost of sales together change by what came in differently.
    #[must_use]
    pub fn adjustments(&self) -> Vec<Adjustment> {
        let records = self.records();
        let tables = records.tables();
        let mut found = Vec::new();
        for (row, (line, movement)) in records.movements.iter().zip(&tables.movements).enumerate() {
            let Some(provisional) = movement.provisional else { continue };
            let delta = self.state.movement_value[row] - records.units(provisional.0);
            let places: Places = match movement.kind {
                MovementKind::Sale => [-delta, 0, delta, 0],
                MovementKind::OtherOut => [-delta, 0, 0, delta],
                MovementKind::Transfer => [0; 4],
                MovementKind::Purchase | MovementKind::OtherIn | MovementKind::Revalue => {
                    [delta, 0, 0, -delta]
                }
            };
            let value = self.state.movement_value[row];
            found.extend(self.adjustment(&movement.id, line.pool, None, (provisional, value), places));
        }
        for (row, (line, issue)) in records.issues.iter().zip(&tables.issues).enumerate() {
            let Some(provisional) = issue.provisional else { continue };
            let value = self.state.issue_value[row];
            let delta = value - records.units(provisional.0);
            let places = [-delta, delta, 0, 0];
            found.extend(self.adjustment(
                &issue.id,
                line.pool,
                Some(&issue.order),
                (provisional, value),
                places,
            ));
        }
        for (row, (line, receipt)) in records.receipts.iter().zip(&tables.receipts).enumerate() {
            let Some(provisional) = receipt.provisional else { continue };
            let value = self.state.receipt_value[row];
            let delta = value - records.units(provisional.0);
            let places = [delta, -delta, 0, 0];
            let order = Some(&receipt.order);
            found.extend(self.adjustment(&receipt.id, line.pool, order, (provisional, value), places));
        }
        found
    }

    fn adjustment(
        &self,
        document: &Id,
        pool: u32,
        order: Option<&Id>,
        (provisional, value): (DecimalText, i64),
        places: Places,
    ) -> Option<Adjustment> {
        let records = self.records();
        if value == records.units(provisional.0) {
            return None;
        }
        let [stock, wip, sales, other] = places.map(|units| DecimalText(self.money(units)));
        Some(Adjustment {
            document: document.clone(),
            item: records.tables().items[records.item_of(pool as usize)].id.clone(),
            order: order.cloned(),
            provisional,
            r#final: self.money(value).into(),
            stock,
            wip,
            sales,
            other,
        })
    }
}

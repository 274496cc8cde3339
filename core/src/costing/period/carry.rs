//! What the next period starts with, and the records with the values of a run booked in them.

use super::outcome::PeriodOutcome;
use super::share::total;
use crate::cost::{CostTables, ElementAmount, StockOpening, WipOpening};
use crate::id::Id;
use crate::num::Quantity;

impl PeriodOutcome<'_> {
    fn composition(&self, row: &[i64]) -> Vec<ElementAmount> {
        let cells = row.iter().enumerate().filter(|(_, cell)| **cell != 0);
        let elements = &self.records().tables().elements;
        let amount = |(at, cell): (usize, &i64)| ElementAmount {
            element: elements[at].id.clone(),
            amount: self.money(*cell).into(),
        };
        cells.map(amount).collect()
    }

    /// Stock at the end with its composition: the opening stock of the next period. Rows of neither quantity nor
    /// value are left out.
    #[must_use]
    pub fn closing_stock(&self) -> Vec<StockOpening> {
        let (state, records) = (&self.state, self.records());
        let mut rows = Vec::new();
        for pool in 0..state.plant.pools {
            let grains = state.plant.closing(pool);
            if grains == 0 && state.value[pool] == 0 {
                continue;
            }
            let item = &records.tables().items[records.item_of(pool)].id;
            let part = records.part_of(pool).and_then(|part| Id::new(part).ok());
            // Names are as long as ids may be; the number alone is unique.
            let Ok(id) = Id::new(&format!("stock {pool}")) else { continue };
            let quantity = self.quantity(pool, grains);
            rows.push(StockOpening {
                id,
                item: item.clone(),
                pool: part,
                quantity: Quantity::from_decimal(quantity, quantity.scale()).unwrap_or_default(),
                amount: self.money(state.value[pool]).into(),
                date: None,
                composition: self.composition(state.parts.row(pool)),
            });
        }
        rows
    }

    /// Work in process at the end by order and element: the opening of the next period.
    #[must_use]
    pub fn closing_wip(&self) -> Vec<WipOpening> {
        let (state, records) = (&self.state, self.records());
        let mut rows = Vec::new();
        for (order, row) in records.tables().orders.iter().enumerate() {
            for (element, amount) in state.closing.row(order).iter().enumerate() {
                let origins = state.origin_row(order, element).map(|at| state.origins.row(at));
                let none = origins.is_none_or(|row| row.iter().all(|part| *part == 0));
                if *amount == 0 && none {
                    continue;
                }
                let composition = origins.filter(|row| total(row) == *amount);
                rows.push(WipOpening {
                    order: row.id.clone(),
                    element: records.tables().elements[element].id.clone(),
                    amount: self.money(*amount).into(),
                    composition: composition.map(|row| self.composition(row)).unwrap_or_default(),
                });
            }
        }
        rows
    }

    /// The tables of the period with the values of this run as what is booked: another run over them finds nothing
    /// to adjust.
    #[must_use]
    pub fn booked(&self) -> CostTables {
        let mut tables = self.records().tables().clone();
        for (row, value) in tables.movements.iter_mut().zip(&self.state.movement_value) {
            row.provisional = Some(self.money(*value).into());
        }
        for (row, value) in tables.issues.iter_mut().zip(&self.state.issue_value) {
            row.provisional = Some(self.money(*value).into());
        }
        for (row, value) in tables.receipts.iter_mut().zip(&self.state.receipt_value) {
            row.provisional = Some(self.money(*value).into());
        }
        tables
    }
}

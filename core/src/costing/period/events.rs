//! Cost events of an outcome (`C16`): every value movement once, the same amount on both sides.

use super::outcome::PeriodOutcome;
use super::share::take;
use crate::cost::{CostEvent, CostKey, EventKind, MovementKind};
use crate::id::Id;

impl<'a> PeriodOutcome<'a> {
    /// Every cost event, table by table in the order of ids. Those of nought amount are left out.
    pub fn events(&self) -> impl Iterator<Item = CostEvent> + '_ {
        let movements = (0..self.records().movements.len()).filter_map(|row| self.movement_event(row));
        let issues = (0..self.records().issues.len()).filter_map(|row| self.issue_event(row));
        let charges = self.charge_events();
        let overhead = self.overhead_events();
        let receipts = (0..self.state.plant.made.len()).flat_map(|at| self.receipt_events(at));
        let losses = (0..self.state.plant.orders).flat_map(|order| self.loss_events(order));
        let late = self.late_events();
        let differences = self.difference_events();
        let all = movements.chain(issues).chain(charges).chain(overhead).chain(receipts).chain(losses);
        all.chain(late).chain(differences).filter(|event| !event.amount.0.is_zero())
    }

    fn element_id(&self, element: usize) -> Id {
        self.records().tables().elements[element].id.clone()
    }

    fn item_id(&self, pool: usize) -> Id {
        self.records().tables().items[self.records().item_of(pool)].id.clone()
    }

    fn order_id(&self, order: usize) -> Id {
        self.records().tables().orders[order].id.clone()
    }

    fn stock_key(&self, pool: usize) -> CostKey {
        CostKey::Stock { item: self.item_id(pool) }
    }

    fn wip_key(&self, order: usize) -> CostKey {
        CostKey::Wip { order: self.order_id(order) }
    }

    fn movement_event(&self, row: usize) -> Option<CostEvent> {
        let records = self.records();
        let (line, movement) = (records.movements[row], &records.tables().movements[row]);
        let pool = line.pool as usize;
        let stock = self.stock_key(pool);
        let item = self.item_id(pool);
        let (kind, debit, credit) = match movement.kind {
            MovementKind::Purchase => {
                (EventKind::Purchase, stock, CostKey::Supplier { accrued: movement.accrued })
            }
            MovementKind::OtherIn => (EventKind::OtherIn, stock, CostKey::Other { item }),
            MovementKind::Revalue => (EventKind::Revalue, stock, CostKey::Other { item }),
            MovementKind::Sale => (EventKind::Sale, CostKey::CostOfSales { item }, stock),
            MovementKind::OtherOut => (EventKind::OtherOut, CostKey::Other { item }, stock),
            MovementKind::Transfer => (EventKind::Transfer, self.stock_key(line.other as usize), stock),
        };
        let own = self.element_id(self.state.plant.element_of(pool));
        let element = movement.element.clone().unwrap_or(own);
        let amount = self.money(self.state.movement_value[row]).into();
        Some(CostEvent { kind, document: movement.id.clone(), debit, credit, element, amount })
    }

    fn issue_event(&self, row: usize) -> Option<CostEvent> {
        let (line, issue) = (self.records().issues[row], &self.records().tables().issues[row]);
        let pool = line.pool as usize;
        Some(CostEvent {
            kind: EventKind::Issue,
            document: issue.id.clone(),
            debit: self.wip_key(line.other as usize),
            credit: self.stock_key(pool),
            element: self.element_id(self.state.plant.element_of(pool)),
            amount: self.money(self.state.issue_value[row]).into(),
        })
    }

    fn charge_events(&self) -> impl Iterator<Item = CostEvent> + '_ {
        self.records().tables().charges.iter().map(|charge| CostEvent {
            kind: EventKind::Charge,
            document: charge.id.clone(),
            debit: CostKey::Wip { order: charge.order.clone() },
            credit: CostKey::Collected { element: charge.element.clone(), accrued: charge.accrued },
            element: charge.element.clone(),
            amount: self.money(self.records().units(charge.amount.0)).into(),
        })
    }

    fn overhead_events(&self) -> impl Iterator<Item = CostEvent> + '_ {
        self.state.allocated.iter().map(|share| {
            let row = &self.records().tables().overhead[share.row as usize];
            CostEvent {
                kind: EventKind::Overhead,
                document: row.id.clone(),
                debit: self.wip_key(share.order as usize),
                credit: CostKey::Expense { centre: row.centre.clone(), expense: row.expense.clone() },
                element: row.element.clone(),
                amount: self.money(share.amount).into(),
            }
        })
    }

    /// What an order gave into a stock: each receipt by element.
    fn receipt_events(&self, at: usize) -> Vec<CostEvent> {
        let made = self.state.plant.made[at];
        let records = self.records();
        let mut events = Vec::new();
        let mut rest = self.state.made_elements.row(at).to_vec();
        let rows = self.state.plant.receipts.of(made.order as usize).iter().map(|row| *row as usize);
        for row in rows.filter(|row| records.receipts[*row].pool == made.pool) {
            let mut sink = vec![0; rest.len()];
            // Parts of a whole that is there: cannot fail.
            if take(&mut rest, self.state.receipt_value[row], 0, &mut sink).is_err() {
                continue;
            }
            for (element, amount) in sink.into_iter().enumerate().filter(|(_, amount)| *amount != 0) {
                events.push(CostEvent {
                    kind: EventKind::Receipt,
                    document: records.tables().receipts[row].id.clone(),
                    debit: self.stock_key(made.pool as usize),
                    credit: self.wip_key(made.order as usize),
                    element: self.element_id(element),
                    amount: self.money(amount).into(),
                });
            }
        }
        events
    }

    fn loss_events(&self, order: usize) -> Vec<CostEvent> {
        let cells = self.state.scrapped.row(order).iter().enumerate().filter(|(_, cell)| **cell != 0);
        let events = cells.map(|(element, amount)| CostEvent {
            kind: EventKind::Scrap,
            document: self.order_id(order),
            debit: CostKey::Loss { order: self.order_id(order) },
            credit: self.wip_key(order),
            element: self.element_id(element),
            amount: self.money(*amount).into(),
        });
        events.collect()
    }

    /// Late cost by element: the part that goes to stock and the part that goes to cost of sales.
    fn late_events(&self) -> impl Iterator<Item = CostEvent> + '_ {
        self.state.late_gone.iter().flat_map(|(at, gone)| {
            let at = *at as usize;
            let made = self.state.plant.made[at];
            let (pool, order) = (made.pool as usize, made.order as usize);
            let mut rest = self.state.finished.row(order).to_vec();
            let sold = CostKey::CostOfSales { item: self.item_id(pool) };
            let shares = [(self.stock_key(pool), self.state.made_value[at]), (sold, *gone)];
            let mut events = Vec::new();
            for (debit, value) in shares {
                let mut sink = vec![0; rest.len()];
                if take(&mut rest, value, 0, &mut sink).is_err() {
                    continue;
                }
                for (element, amount) in sink.into_iter().enumerate().filter(|(_, amount)| *amount != 0) {
                    events.push(CostEvent {
                        kind: EventKind::LateCost,
                        document: self.order_id(order),
                        debit: debit.clone(),
                        credit: self.wip_key(order),
                        element: self.element_id(element),
                        amount: self.money(amount).into(),
                    });
                }
            }
            events
        })
    }

    fn difference_events(&self) -> impl Iterator<Item = CostEvent> + '_ {
        self.state.differences.iter().map(|(pool, amount)| {
            let pool = *pool as usize;
            CostEvent {
                kind: EventKind::Difference,
                document: self.records().period().id.clone(),
                debit: CostKey::Difference { item: self.item_id(pool) },
                credit: self.stock_key(pool),
                element: self.element_id(self.state.plant.element_of(pool)),
                amount: self.money(*amount).into(),
            }
        })
    }
}

//! Checks before a run (`C13`): what blocks it, what is only worth a look.

use super::policy::{ClosePolicy, LoopRule};
use super::state::{State, Step};
use crate::cost::{CostRecords, ElementKind, ItemValuation, MovementKind, OrderKind};
use crate::document::PeriodState;
use crate::finding::{Code, Finding, Severity};
use crate::id::Id;

/// Findings of the checks: those that block, those that do not, those that were waived.
#[derive(Debug, Default)]
pub(super) struct Checks {
    pub(super) blocking: Vec<Finding>,
    pub(super) warnings: Vec<Finding>,
    pub(super) waived: Vec<Finding>,
}

/// Whether the period takes a run at all (`F06`).
pub(super) fn period_open(records: &CostRecords) -> Step<()> {
    let (tables, period) = (records.tables(), records.period());
    match period.state {
        PeriodState::Closed => {
            let mut later = tables.periods.iter().filter(|row| row.state == PeriodState::Open);
            let next = later.find(|row| row.from > period.to).map_or("–", |row| row.id.as_str());
            Err(Finding::new(Code::PeriodClosed).with("period", &period.id).with("next", next))
        }
        PeriodState::Costing => {
            let by = period.run.as_ref().map_or("", Id::as_str);
            Err(Finding::new(Code::RunInProgress).with("by", by).with("period", &period.id))
        }
        PeriodState::Open => Ok(()),
    }
}

impl State<'_> {
    /// Everything that can be said before a price is known.
    pub(super) fn check(&self, loops: bool) -> Checks {
        let mut checks = Checks::default();
        self.check_documents(&mut checks);
        self.check_stock(&mut checks);
        self.check_orders(&mut checks);
        if loops && self.policy.loops == LoopRule::Opening {
            // A price that is missing shows when the loop is opened.
        }
        checks.waive(self.policy);
        checks
    }

    fn check_documents(&self, checks: &mut Checks) {
        let tables = self.records().tables();
        let period = self.records().period();
        for earlier in tables.periods.iter().filter(|row| row.from < period.from) {
            if earlier.state != PeriodState::Closed {
                checks.blocking.push(Finding::new(Code::PeriodNotSequential).with("earlier", &earlier.id));
            }
        }
        for draft in &tables.drafts {
            checks.blocking.push(Finding::new(Code::DraftInPeriod).with("doc", &draft.id));
        }
        for (line, row) in self.records().movements.iter().zip(&tables.movements) {
            let comes = matches!(row.kind, MovementKind::Purchase | MovementKind::OtherIn);
            let theirs = tables.items[self.records().item_of(line.pool as usize)].customer_owned;
            if comes && !theirs && line.grains > 0 && line.fixed.unwrap_or(0) == 0 {
                let finding = Finding::new(Code::ZeroPriceReceipt).with("doc", &row.id);
                checks.warnings.push(finding.with("item", &row.item));
            }
        }
    }

    fn check_stock(&self, checks: &mut Checks) {
        for pool in 0..self.plant.pools {
            let closing = self.plant.closing(pool);
            if closing < 0 {
                checks.blocking.push(self.negative_stock(pool, closing));
            }
            let used = closing != 0 || !self.plant.outs.of(pool).is_empty();
            if used && self.plant.valuation(pool) == ItemValuation::Standard {
                checks.blocking.extend(self.fixed_cost(pool).err());
            }
        }
    }

    /// A stock below nought (`NEGATIVE_STOCK_AT_COSTING`).
    pub(super) fn negative_stock(&self, pool: usize, grains: i64) -> Finding {
        let records = self.records();
        let scale = u32::from(records.scales[records.item_of(pool)]);
        let finding = Finding::new(Code::NegativeStockAtCosting).with("item", self.item_name(pool));
        let finding = finding.with("warehouse", records.part_of(pool).unwrap_or("–"));
        finding.with("qty", crate::num::from_scaled(grains, scale))
    }

    fn check_orders(&self, checks: &mut Checks) {
        let tables = self.records().tables();
        let mut charged = vec![false; self.plant.orders];
        for charge in &self.records().charges {
            if tables.elements[charge.element as usize].kind == ElementKind::Subcontract {
                charged[charge.order as usize] = true;
            }
        }
        for (order, row) in tables.orders.iter().enumerate() {
            let made = self.made_of(order);
            let units = self.physical(order);
            for element in (0..self.plant.elements).filter(|_| !units.all_finished()) {
                let there = self.opening.row(order)[element] != 0 || self.input.row(order)[element] != 0;
                if there {
                    checks.blocking.extend(self.completion(order, element, &units).err());
                }
            }
            for (_, made) in &made {
                checks.blocking.extend(self.unit_cost_of(*made).err());
            }
            let received = made.iter().any(|(_, made)| made.grains > 0);
            let issued = !self.plant.issues.of(order).is_empty();
            let known = self.opening.row(order).iter().chain(self.input.row(order)).any(|cell| *cell != 0);
            if received && !issued && !known {
                checks.warnings.push(Finding::new(Code::CostWithoutInput).with("order", &row.id));
            }
            if received && row.kind == OrderKind::Subcontract && !charged[order] {
                checks.warnings.push(Finding::new(Code::NoAccrual).with("doc", &row.id));
            }
        }
    }
}

impl Checks {
    /// Takes out the warnings that were accepted; what blocks cannot be waived.
    fn waive(&mut self, policy: &ClosePolicy) {
        let (waived, rest) = split(std::mem::take(&mut self.warnings), policy);
        self.warnings = rest;
        self.waived = waived;
    }
}

/// Warnings that were accepted, and the others.
pub(super) fn split(findings: Vec<Finding>, policy: &ClosePolicy) -> (Vec<Finding>, Vec<Finding>) {
    findings.into_iter().partition(|finding| {
        finding.severity() != Severity::Error
            && policy.waived.iter().any(|waiver| {
                let subject = waiver.subject.as_ref().map(Id::as_str);
                waiver.check == finding.code()
                    && subject.is_none_or(|subject| finding.params().any(|(_, value)| value == subject))
            })
    })
}

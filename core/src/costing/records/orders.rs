//! Orders as they were at the end of the period: what is in process, what was lost, how products take cost.

use std::collections::{BTreeMap, BTreeSet};

use super::stock::Ledger;
use super::{Desk, ScrapRule};
use crate::bom::IssueMethod;
use crate::cost::{CostOrder, OrderKind, OrderOutput, OutputKind, WipComponent, WipRule};
use crate::document::{DocState, DocumentKind};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::Reason;
use crate::num::{NumError, Quantity, Ratio, Rounding};
use crate::order::{BusinessState, ComponentLine, OrderType, ProductionOrder};

/// What orders add to the tables.
#[derive(Debug, Default)]
pub(super) struct Orders {
    pub(super) orders: Vec<CostOrder>,
    pub(super) outputs: Vec<OrderOutput>,
    pub(super) components: Vec<WipComponent>,
}

/// Scrap of an order that did not come into stock, cumulative.
#[derive(Debug, Clone, Copy, Default)]
struct Scrap {
    before: Quantity,
    by_end: Quantity,
}

impl Desk<'_> {
    /// The orders that a row of the period names.
    pub(super) fn orders(&mut self, ledger: &Ledger) -> Orders {
        let scrap = self.scrap();
        let mut named: BTreeSet<Id> = scrap
            .iter()
            .filter(|(_, scrap)| scrap.by_end != scrap.before)
            .map(|(order, _)| order.clone())
            .collect();
        named.extend(self.rows.issues.iter().map(|row| row.order.clone()));
        named.extend(self.rows.receipts.iter().map(|row| row.order.clone()));
        named.extend(self.rows.charges.iter().map(|row| row.order.clone()));
        named.extend(self.sources.wip.iter().map(|row| row.order.clone()));
        named.extend(self.sources.charges.iter().map(|row| row.order.clone()));
        let mut found = Orders::default();
        for id in named {
            let Some(order) = self.state.orders.get(&id) else {
                let unknown = Finding::new(Code::UnknownReference).with("id", &id);
                self.faults.at("orders", id.as_str(), unknown);
                continue;
            };
            let scrap = scrap.get(&id).copied().unwrap_or_default();
            if let Err(error) = self.order(order, scrap, ledger, &mut found) {
                self.faults.at("orders", id.as_str(), error.finding());
            }
        }
        found
    }

    /// Scrap and samples of receipts in force, by order, as far as they did not come into stock that has a value.
    fn scrap(&mut self) -> BTreeMap<Id, Scrap> {
        let mut found: BTreeMap<Id, Scrap> = BTreeMap::new();
        let documents = self.state.documents.values().filter(|document| {
            document.kind == DocumentKind::Receipt
                && document.state == DocState::Approved
                && document.date <= self.period.to
        });
        for document in documents {
            for line in &document.lines {
                let lost = [Reason::ScrapMaterial, Reason::ScrapWork, Reason::Sample];
                let Some(at) = line.order.as_ref().filter(|at| at.line == 0) else { continue };
                if !line.reason.is_some_and(|reason| lost.contains(&reason)) || line.stock.is_some() {
                    continue;
                }
                let scrap = found.entry(at.document.clone()).or_default();
                let added = scrap.by_end.plus(line.quantity);
                match added {
                    Ok(sum) => scrap.by_end = sum,
                    Err(error) => self.faults.at("documents", document.id.as_str(), error.finding()),
                }
                if document.date < self.period.from {
                    scrap.before = scrap.before.plus(line.quantity).unwrap_or_default();
                }
            }
        }
        found
    }

    fn order(
        &mut self,
        order: &ProductionOrder,
        scrap: Scrap,
        ledger: &Ledger,
        found: &mut Orders,
    ) -> Result<(), NumError> {
        let output = ledger.outputs.get(&order.id).copied().unwrap_or_default();
        let ended = matches!(order.business, BusinessState::Closed | BusinessState::Settled);
        let closed = ended && order.closing.as_ref().is_none_or(|closing| closing.date <= self.period.to);
        let wip = self.sources.wip_rule;
        let mut in_process = Quantity::ZERO;
        if !closed && wip == WipRule::Components {
            let fraction = consumed(order, output.by_end, scrap.by_end)?;
            for line in &order.lines {
                self.components(order, line, fraction, ledger, &mut found.components)?;
            }
        } else if !closed {
            let kits = kits(order, ledger)?.unwrap_or(output.by_end);
            in_process = kits.minus(output.by_end)?.minus(scrap.by_end)?.or_zero();
        }
        let lost = self.abnormal(order, output.by_end, scrap.by_end)?;
        let lost = lost.minus(self.abnormal(order, output.before, scrap.before)?)?;
        found.orders.push(CostOrder {
            id: order.id.clone(),
            kind: match order.kind {
                OrderType::Normal | OrderType::Tolling => OrderKind::Make,
                OrderType::Rework => OrderKind::Rework,
                OrderType::Subcontract => OrderKind::Subcontract,
            },
            centre: order.workshop.clone(),
            closed,
            wip,
            in_process,
            done: self.sources.done,
            completion: Vec::new(),
            opening_units: Quantity::ZERO,
            opening_done: None,
            opening_completion: Vec::new(),
            scrapped: lost.or_zero(),
            share: crate::cost::ShareMode::Weight,
            received_before: output.before.or_zero(),
            product: Some(order.item.clone()),
            charge_period: false,
        });
        self.outputs(order, found);
        Ok(())
    }

    /// Abnormal loss so far: what is lost beyond what the order planned to lose (`C21`).
    fn abnormal(
        &self,
        order: &ProductionOrder,
        good: Quantity,
        scrap: Quantity,
    ) -> Result<Quantity, NumError> {
        match self.sources.scrap {
            ScrapRule::Normal => Ok(Quantity::ZERO),
            ScrapRule::Abnormal => Ok(scrap),
            ScrapRule::Planned if !order.input.is_positive() => Ok(scrap),
            ScrapRule::Planned => {
                let planned = order.input.minus(order.good)?.or_zero();
                let out = good.plus(scrap)?;
                Ok(scrap.minus(out.share(planned, order.input, Rounding::HalfUp)?)?.or_zero())
            }
        }
    }

    /// Material of a line that is issued and not consumed (`C06`): of every item in the same part. What the system
    /// issues for a receipt is consumed by it.
    fn components(
        &self,
        order: &ProductionOrder,
        line: &ComponentLine,
        fraction: Ratio,
        ledger: &Ledger,
        found: &mut Vec<WipComponent>,
    ) -> Result<(), NumError> {
        let Some(used) = ledger.used.get(&(order.id.clone(), line.number)) else { return Ok(()) };
        if line.method == IssueMethod::Backflush {
            return Ok(());
        }
        let in_all = used.values().map(|(_, clears)| *clears).try_fold(Quantity::ZERO, Quantity::plus)?;
        if !in_all.is_positive() {
            return Ok(());
        }
        // A fixed quantity is consumed with the first unit.
        let part = if line.fixed && fraction != Ratio::ZERO { Ratio::ONE } else { fraction };
        let consumed = line.required.ratio().checked_mul(part)?;
        let left = in_all.ratio().checked_sub(consumed)?;
        if !left.is_positive() {
            return Ok(());
        }
        let left = left.checked_div(in_all.ratio())?;
        for ((item, pool), (net, _)) in used {
            let quantity = net.times(left, net.scale(), Rounding::HalfUp)?;
            if quantity.is_positive() {
                let (order, item, pool) = (order.id.clone(), item.clone(), pool.clone());
                found.push(WipComponent { order, item, pool, quantity });
            }
        }
        Ok(())
    }

    /// How products take cost: as given, with the weights of their items; beside co-products the main product too.
    fn outputs(&self, order: &ProductionOrder, found: &mut Orders) {
        let given: Vec<&OrderOutput> =
            self.sources.outputs.iter().filter(|row| row.order == order.id).collect();
        let weight = |item: &Id| self.items.get(item).and_then(|row| row.joint_weight);
        if given.is_empty() {
            return;
        }
        if !given.iter().any(|row| row.item == order.item) {
            found.outputs.push(OrderOutput {
                order: order.id.clone(),
                item: order.item.clone(),
                kind: OutputKind::Main,
                weight: weight(&order.item),
                unit_cost: None,
            });
        }
        let rows = given.into_iter();
        found.outputs.extend(
            rows.map(|row| OrderOutput { weight: row.weight.or_else(|| weight(&row.item)), ..row.clone() }),
        );
    }
}

/// How much of the order's material is used up: by good units, or by everything that came out where that is more.
fn consumed(order: &ProductionOrder, good: Quantity, scrap: Quantity) -> Result<Ratio, NumError> {
    let part = |done: Quantity, of: Quantity| match of.is_positive() {
        true => done.or_zero().ratio().checked_div(of.ratio()),
        false => Ok(Ratio::ONE),
    };
    let all = part(good.plus(scrap)?, order.input)?;
    Ok(part(good, order.good)?.max(all).min(Ratio::ONE))
}

/// Sets whose material was issued by the end of the period.
fn kits(order: &ProductionOrder, ledger: &Ledger) -> Result<Option<Quantity>, NumError> {
    let mut kits: Option<Quantity> = None;
    for line in order.lines.iter().filter(|line| line.counts_for_kits()) {
        let used = ledger.used.get(&(order.id.clone(), line.number));
        let clears = used.into_iter().flatten().map(|(_, (_, clears))| *clears);
        let net = clears.into_iter().try_fold(Quantity::ZERO, Quantity::plus)?;
        let sets = net.or_zero().whole_times(order.good, line.required)?;
        kits = Some(kits.map_or(sets, |least| least.min(sets)));
    }
    Ok(kits)
}

//! Labour and machine hours: what they cost, and what overhead is shared by (`C15`, `F10`).

use std::collections::{BTreeMap, BTreeSet};

use super::{Desk, WorkHours};
use crate::bom::BomStatus;
use crate::cost::{Charge, Driver, ElementKind};
use crate::document::{DocState, Document, DocumentKind, Period};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::num::{NumError, Quantity, Ratio, Rounding};
use crate::order::{OrderType, ProductionOrder};
use crate::routing::{Routing, RoutingError, WorkCentre};
use crate::snapshot::ExecutionSnapshot;
use crate::time::Date;

/// Decimals of hours where overhead is shared by them.
const HOUR_PLACES: u32 = 6;

/// Hours of what orders reported in a period, at the standard of their routing (`F10`, backflushed hours).
///
/// Every unit that came out, good or not, took its time: `set_up` once an order, `run × ⌈quantity ÷ batch⌉` or
/// `run × quantity`, less what reports of earlier days took. Reports count where an order has any, else receipts.
/// One row a document, operation and activity that the work centre has a rate for; operations done outside have
/// none. An order without a routing has no hours.
///
/// # Errors
/// `UNKNOWN_REFERENCE` for a work centre that is not there; `NUMBER_OVERFLOW`, `QTY_OUT_OF_RANGE`.
pub fn standard_hours(
    state: &ExecutionSnapshot,
    routings: &[Routing],
    work_centres: &[WorkCentre],
    period: &Period,
) -> Result<Vec<WorkHours>, Finding> {
    let centres: BTreeMap<&Id, &WorkCentre> = work_centres.iter().map(|row| (&row.id, row)).collect();
    let mut rows = Vec::new();
    for (order, documents) in documents_of(state, period.to) {
        let Some(order) = state.orders.get(order) else { continue };
        let start = order.start.or_else(|| documents.first().map(|row| row.date)).unwrap_or(period.from);
        let Some(routing) = routing_of(routings, order, start) else { continue };
        for operation in routing.operations.iter().filter(|operation| !operation.outside) {
            let centre = centres
                .get(&operation.work_centre)
                .ok_or_else(|| Finding::new(Code::UnknownReference).with("id", &operation.work_centre))?;
            let activities: BTreeSet<&Id> = centre.rates.iter().map(|rate| &rate.activity).collect();
            let (mut done, mut before) = (Quantity::ZERO, Ratio::ZERO);
            for document in &documents {
                done = done.plus(output_of(document, &order.id)?).map_err(|error| error.finding())?;
                let hours = operation.hours(done.ratio()).map_err(|error| error.finding())?;
                let own = hours.checked_sub(before).map_err(|error| error.finding())?;
                before = hours;
                if own == Ratio::ZERO || document.date < period.from {
                    continue;
                }
                rows.extend(activities.iter().filter_map(|activity| {
                    let id = format!("{}:{}:{activity}", document.id, operation.sequence);
                    Some(WorkHours {
                        id: Id::new(&id).ok()?,
                        order: order.id.clone(),
                        work_centre: centre.id.clone(),
                        activity: (*activity).clone(),
                        date: document.date,
                        hours: own,
                    })
                }));
            }
        }
    }
    Ok(rows)
}

/// Reports of each order up to a day, receipts where it has none; earlier ones first.
fn documents_of(state: &ExecutionSnapshot, to: Date) -> BTreeMap<&Id, Vec<&Document>> {
    let mut found: BTreeMap<&Id, (Vec<&Document>, Vec<&Document>)> = BTreeMap::new();
    let counts = |document: &&Document| document.state == DocState::Approved && document.date <= to;
    for document in state.documents.values().filter(counts) {
        let report = match document.kind {
            DocumentKind::Report => true,
            DocumentKind::Receipt => false,
            _ => continue,
        };
        let orders = document.lines.iter().filter_map(|line| line.order.as_ref());
        let orders: BTreeSet<&Id> = orders.filter(|at| at.line == 0).map(|at| &at.document).collect();
        for order in orders {
            let lists = found.entry(order).or_default();
            if report { lists.0.push(document) } else { lists.1.push(document) }
        }
    }
    let lists = found.into_iter().map(|(order, (reports, receipts))| {
        let mut list = if reports.is_empty() { receipts } else { reports };
        list.sort_by(|a, b| (a.date, &a.id).cmp(&(b.date, &b.id)));
        (order, list)
    });
    lists.collect()
}

fn output_of(document: &Document, order: &Id) -> Result<Quantity, Finding> {
    let own = |at: &crate::inventory::LineRef| at.document == *order && at.line == 0;
    let lines = document.lines.iter().filter(|line| line.order.as_ref().is_some_and(own));
    let sum = lines.map(|line| line.quantity).try_fold(Quantity::ZERO, Quantity::plus);
    sum.map_err(|error: NumError| error.finding())
}

/// The approved routing of an order's product in force on a day; of several the first by id.
fn routing_of<'a>(routings: &'a [Routing], order: &ProductionOrder, day: Date) -> Option<&'a Routing> {
    let fits = |row: &&Routing| {
        row.product == order.item
            && row.status == BomStatus::Approved
            && row.valid_from.is_none_or(|from| from <= day)
            && row.valid_to.is_none_or(|to| day <= to)
    };
    routings.iter().filter(fits).min_by(|a, b| a.id.cmp(&b.id))
}

impl Desk<'_> {
    /// Hours at the rate of their day become costs of their orders and values of bases.
    pub(super) fn hours(&mut self) {
        let centres: BTreeMap<&Id, &WorkCentre> =
            self.sources.work_centres.iter().map(|row| (&row.id, row)).collect();
        for row in &self.sources.hours {
            if row.date < self.period.from || self.period.to < row.date {
                let outside = Finding::new(Code::DateOutOfPeriod).with("date", row.date);
                self.faults.at("hours", row.id.as_str(), outside.with("period", &self.period.id));
                continue;
            }
            let mut activities = self.sources.activities.iter();
            let Some(activity) = activities.find(|known| known.activity == row.activity) else {
                let missing = Finding::new(Code::ParamMissing).with("item", &row.activity);
                self.faults.at("hours", row.id.as_str(), missing.with("field", "element"));
                continue;
            };
            let rate = match centres.get(&row.work_centre) {
                None => Err(RoutingError::RateMissing { centre: row.work_centre.clone(), date: row.date }),
                Some(centre) => centre.rate(&row.activity, row.date),
            };
            let rate = match rate {
                Ok(rate) => rate,
                Err(error) => {
                    self.faults.at("hours", row.id.as_str(), error.finding());
                    continue;
                }
            };
            let amount = self.product(row.hours, Ratio::from_decimal(rate), &row.id);
            let (id, order, element) = (row.id.clone(), row.order.clone(), activity.element.clone());
            let base = self.sources.base_of(&element);
            self.rows.charges.push(Charge { id, order: order.clone(), element, amount, accrued: false });
            let value = row.hours.round(HOUR_PLACES, Rounding::HalfUp);
            match value.and_then(|value| Quantity::from_decimal(value, HOUR_PLACES)) {
                Ok(value) => self.rows.drivers.push(Driver { order, base, centre: None, value }),
                Err(error) => self.faults.at("hours", row.id.as_str(), error.finding()),
            }
        }
    }

    /// The fee of a subcontractor for what it made, an accrual until its invoice comes (`S06`).
    pub(super) fn fee(&mut self, date: Date, id: &Id, item: &Id, quantity: Quantity, order: &Id) {
        let kind = self.state.orders.get(order).map(|row| row.kind);
        if kind != Some(OrderType::Subcontract) {
            return;
        }
        let Some(price) = self.price(item, &[order], date) else { return };
        let Some(element) = self.fee_element() else {
            let missing = Finding::new(Code::ParamMissing).with("item", item);
            self.faults.at("prices", order.as_str(), missing.with("field", "element"));
            return;
        };
        let accrued = !price.invoiced;
        let amount = self.worth(quantity, price.price, id);
        if accrued {
            self.accrue(id, None, (None, Some(order)), quantity, amount, date);
        }
        self.rows.charges.push(Charge { id: id.clone(), order: order.clone(), element, amount, accrued });
    }

    /// The element of fees: the first of kind subcontract.
    pub(super) fn fee_element(&self) -> Option<Id> {
        let mut elements = self.sources.elements.iter();
        elements.find(|row| row.kind == ElementKind::Subcontract).map(|row| row.id.clone())
    }
}

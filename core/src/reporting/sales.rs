//! Sales orders from order to shipment (`N03`).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::document::{DocState, Document, DocumentKind, DocumentLine};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::{HoldFor, LineRef};
use crate::num::{NumError, Quantity, Ratio};
use crate::order::{BusinessState, PlanState, ProductionOrder};
use crate::snapshot::ExecutionSnapshot;
use crate::time::Date;

/// How far a sales line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SalesStage {
    /// No production order serves it.
    NotPlanned,
    /// Orders are planned.
    Planned,
    /// Orders are released.
    InProduction,
    /// All that is planned for it is received.
    Produced,
    /// Something is shipped.
    PartlyShipped,
    /// All is shipped.
    Shipped,
    /// The sales order is no longer in effect.
    Closed,
}

/// One sales line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SalesFlow {
    /// The line.
    pub line: LineRef,
    /// Customer.
    pub customer: Option<Id>,
    /// Item.
    pub item: Id,
    /// Ordered.
    pub ordered: Quantity,
    /// Promised date.
    pub promised: Option<Date>,
    /// Planned on orders that serve it.
    pub planned: Quantity,
    /// Orders that serve it.
    pub orders: Vec<Id>,
    /// Received of what is planned for it, each order's receipts shared out by its pegs in their order.
    pub received: Quantity,
    /// Held for it.
    pub reserved: Quantity,
    /// Shipped.
    pub shipped: Quantity,
    /// Ordered − shipped, not below nought.
    pub to_ship: Quantity,
    /// Received ÷ ordered, exact; absent for a line of nought.
    pub production_ratio: Option<Ratio>,
    /// Shipped ÷ ordered, exact; absent for a line of nought.
    pub shipment_ratio: Option<Ratio>,
    /// How production stands.
    pub production: SalesStage,
    /// How the line stands.
    pub stage: SalesStage,
    /// Past its promised date and not shipped whole.
    pub late: bool,
}

/// Follows every approved sales line; `PEG_BROKEN` where an order serves a line that is not there.
///
/// # Errors
/// `NUMBER_OVERFLOW`, `QTY_OUT_OF_RANGE`.
pub fn sales_flow(
    snapshot: &ExecutionSnapshot,
    today: Date,
) -> Result<(Vec<SalesFlow>, Vec<Finding>), NumError> {
    let (served, findings) = pegs(snapshot)?;
    let mut held: BTreeMap<&LineRef, Quantity> = BTreeMap::new();
    for hold in snapshot.holds.values().flat_map(|rows| rows.values()) {
        if let HoldFor::Document { line } = &hold.owner {
            let sum = held.entry(line).or_default();
            *sum = sum.plus(hold.quantity)?;
        }
    }
    let mut rows = Vec::new();
    let sales = snapshot.documents.values().filter(|document| document.kind == DocumentKind::Sales);
    for document in sales.filter(|document| document.state != DocState::Draft) {
        for line in &document.lines {
            let at = LineRef { document: document.id.clone(), line: line.number };
            let reserved = held.get(&at).copied().unwrap_or_default();
            rows.push(follow(snapshot, (document, line), served.get(&at), reserved, today)?);
        }
    }
    Ok((rows, findings))
}

/// What serves one line.
#[derive(Default)]
struct Served {
    planned: Quantity,
    received: Quantity,
    orders: Vec<Id>,
    released: bool,
}

type Pegs = (BTreeMap<LineRef, Served>, Vec<Finding>);

fn pegs(snapshot: &ExecutionSnapshot) -> Result<Pegs, NumError> {
    let (mut served, mut findings) = (BTreeMap::<LineRef, Served>::new(), Vec::new());
    for order in snapshot.orders.values() {
        for (peg, received) in order.received_by_peg()? {
            let known = snapshot.documents.get(&peg.demand.document);
            if known.and_then(|document| document.line(peg.demand.line)).is_none() {
                findings.push(Finding::new(Code::PegBroken).with("order", &order.id));
                continue;
            }
            let row = served.entry(peg.demand.clone()).or_default();
            // What a closed order did not make is no longer planned.
            let planned = if ended(order) { received } else { peg.quantity };
            row.planned = row.planned.plus(planned)?;
            row.received = row.received.plus(received)?;
            row.orders.push(order.id.clone());
            row.released |= order.plan == PlanState::Released;
        }
    }
    Ok((served, findings))
}

fn ended(order: &ProductionOrder) -> bool {
    matches!(order.business, BusinessState::Closed | BusinessState::Settled)
}

fn follow(
    snapshot: &ExecutionSnapshot,
    (document, line): (&Document, &DocumentLine),
    served: Option<&Served>,
    reserved: Quantity,
    today: Date,
) -> Result<SalesFlow, NumError> {
    let none = Served::default();
    let served = served.unwrap_or(&none);
    let mut shipped = Quantity::ZERO;
    // A link to line 0 is one to a production order.
    for link in line.links.iter().filter(|link| link.approved && link.target.line != 0) {
        let target = snapshot.documents.get(&link.target.document);
        if target.is_none_or(|target| target.kind == DocumentKind::StockOut) {
            shipped = shipped.plus(link.quantity)?;
        }
    }
    let ordered = line.quantity;
    let production = if served.orders.is_empty() {
        SalesStage::NotPlanned
    } else if served.received >= served.planned && served.received.is_positive() {
        SalesStage::Produced
    } else if served.released {
        SalesStage::InProduction
    } else {
        SalesStage::Planned
    };
    let stage = if document.state != DocState::Approved {
        SalesStage::Closed
    } else if shipped >= ordered {
        SalesStage::Shipped
    } else if shipped.is_positive() {
        SalesStage::PartlyShipped
    } else {
        production
    };
    let ratio = |part: Quantity| -> Result<Option<Ratio>, NumError> {
        if ordered.is_zero() { Ok(None) } else { part.ratio().checked_div(ordered.ratio()).map(Some) }
    };
    Ok(SalesFlow {
        line: LineRef { document: document.id.clone(), line: line.number },
        customer: document.partner.clone(),
        item: line.item.clone(),
        ordered,
        promised: line.date,
        planned: served.planned,
        orders: served.orders.clone(),
        received: served.received,
        reserved,
        shipped,
        to_ship: ordered.minus(shipped)?.or_zero(),
        production_ratio: ratio(served.received)?,
        shipment_ratio: ratio(shipped)?,
        production,
        stage,
        late: line.date.is_some_and(|date| date < today) && shipped < ordered,
    })
}

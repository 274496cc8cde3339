//! One issue for several orders, with its detail per order (`M04`).

use super::issue::{Take, find, write};
use super::lifecycle::check_released;
use super::post::short;
use super::propose::open_of;
use super::refused::Refused;
use super::work::Work;
use super::{MergedIssue, Picked, ShareRule};
use crate::component_list::issued_by_hand;
use crate::document::{DocumentKind, DocumentLine};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::{LineRef, Reason, StockKey};
use crate::num::{Quantity, Residue, split};
use crate::order::{ComponentLine, ProductionOrder};

/// A line of one order that takes its part of a total.
struct Part<'p> {
    order: &'p ProductionOrder,
    line: &'p ComponentLine,
    open: Quantity,
}

/// Answers a [`MergedIssue`].
pub(super) fn issue(work: &mut Work<'_>, ask: &MergedIssue) -> Result<(), Refused> {
    let mut orders = Vec::new();
    for id in &ask.orders {
        let order = work.order(id)?.clone();
        check_released(&order)?;
        orders.push(order);
    }
    if let Some(pair) = orders.windows(2).find(|pair| pair[0].workshop != pair[1].workshop) {
        let finding = Finding::new(Code::MergeOrderMismatch).with("field", "workshop");
        return Err(finding.with("order", &pair[1].id).into());
    }
    // By priority, due date and id: whoever is asked first is served first.
    orders.sort_by(|a, b| {
        let due = |order: &ProductionOrder| (order.due.is_none(), order.due);
        (a.priority, due(a), &a.id).cmp(&(b.priority, due(b), &b.id))
    });
    let picked = if ask.picked.is_empty() { everything(&orders) } else { ask.picked.clone() };
    let date = ask.date.unwrap_or(work.today);
    let mut lines: Vec<DocumentLine> = Vec::new();
    for total in &picked {
        for (part, quantity) in shares(work, &orders, total, &ask.share)? {
            if !quantity.is_positive() {
                continue;
            }
            let take = Take {
                line: part.line,
                item: &part.line.item,
                quantity,
                ratio: None,
                location: total.location.as_ref().or(part.line.location.as_ref()),
                lot: total.lot.as_ref(),
                serials: &[],
                second: None,
            };
            let missing = find(work, part.order, &take, Reason::Issue, date, &mut lines)?;
            if missing.is_positive() {
                let place = take.location.cloned().unwrap_or_else(|| Id::known("–"));
                let stock = StockKey::new(take.item.clone(), place);
                return Err(short(&stock, quantity, quantity.minus(missing)?).into());
            }
        }
    }
    write(work, &ask.document, DocumentKind::Issue, date, "", lines, ask.draft)
}

/// Every item that is issued by hand, once.
fn everything(orders: &[ProductionOrder]) -> Vec<Picked> {
    let mut items: Vec<&Id> = orders.iter().flat_map(issued_by_hand).map(|line| &line.item).collect();
    items.sort_unstable();
    items.dedup();
    let of = |item: &Id| Picked { item: item.clone(), quantity: None, location: None, lot: None };
    items.into_iter().map(of).collect()
}

/// What each order's line gets of a total: never more than is picked, all of what is picked.
fn shares<'o>(
    work: &Work<'_>,
    orders: &'o [ProductionOrder],
    total: &Picked,
    rule: &ShareRule,
) -> Result<Vec<(Part<'o>, Quantity)>, Refused> {
    let scale = work.item(&total.item)?.scale;
    let mut parts = Vec::new();
    for order in orders {
        for line in issued_by_hand(order).filter(|line| line.item == total.item) {
            parts.push(Part { order, line, open: open_of(order, line)?.at_scale(scale)? });
        }
    }
    if parts.windows(2).any(|pair| pair[0].line.key.owner != pair[1].line.key.owner) {
        return Err(Finding::new(Code::MergeOwnerMix).into());
    }
    let open = parts.iter().map(|part| part.open).try_fold(Quantity::ZERO, Quantity::plus)?;
    let picked = total.quantity.unwrap_or(open).at_scale(scale)?;
    let quantities = match rule {
        ShareRule::Priority => by_priority(&parts, picked)?,
        ShareRule::Proportional => {
            let weights: Vec<i128> = parts.iter().map(|part| i128::from(part.open.grains())).collect();
            let grains = split(i128::from(picked.grains()), &weights, Residue::LargestRemainder)?;
            let read = |grains: i128| -> Result<Quantity, Refused> {
                let decimal = crate::num::from_scaled_i128(grains, scale)?;
                Ok(Quantity::from_decimal(decimal, scale)?)
            };
            grains.into_iter().map(read).collect::<Result<_, _>>()?
        }
        ShareRule::ByHand { details } => {
            let of = |part: &Part<'_>| {
                let at = LineRef { document: part.order.id.clone(), line: part.line.number };
                details.iter().find(|detail| detail.order == at).map_or(Quantity::ZERO, |d| d.quantity)
            };
            parts.iter().map(of).collect::<Vec<_>>()
        }
    };
    let sum = quantities.iter().copied().try_fold(Quantity::ZERO, Quantity::plus)?;
    if sum != picked {
        return Err(Finding::new(Code::MergeIssueSum).with("sum", sum).with("picked", picked).into());
    }
    for (part, quantity) in parts.iter().zip(&quantities) {
        check_limit(part, *quantity)?;
    }
    Ok(parts.into_iter().zip(quantities).collect())
}

fn by_priority(parts: &[Part<'_>], picked: Quantity) -> Result<Vec<Quantity>, Refused> {
    let (mut left, mut out) = (picked, Vec::new());
    for part in parts {
        let quantity = left.min(part.open);
        left = left.minus(quantity)?;
        out.push(quantity);
    }
    // More than is open goes to the first: the over-issue rule of its line decides.
    if let Some(first) = out.first_mut().filter(|_| left.is_positive()) {
        *first = first.plus(left)?;
    }
    Ok(out)
}

fn check_limit(part: &Part<'_>, quantity: Quantity) -> Result<(), Refused> {
    let issued = part.line.net_issued()?.plus(part.line.linked)?;
    match crate::component_list::issue_limit(part.line)? {
        Some(limit) if quantity > part.open && issued.plus(quantity)? > limit => {
            Err(Finding::new(Code::OverIssue)
                .with("item", &part.line.item)
                .with("required", part.line.required)
                .with("issued", issued)
                .with("asked", quantity)
                .with("mode", part.line.over_issue.as_str())
                .into())
        }
        _ => Ok(()),
    }
}

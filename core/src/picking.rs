//! Which stock is taken first: by expiry, by arrival, or the lot that is named (`M05`, `P26`).
//!
//! Pure: it orders and takes; it does not know what the stock is taken for.

use crate::inventory::{Balance, Lot, PickRule, StockKey};
use crate::num::{NumError, Quantity};
use crate::time::Date;

/// Stock that may be taken.
#[derive(Debug, Clone)]
pub struct Candidate<'a> {
    /// The balance.
    pub balance: &'a Balance,
    /// What may be taken of it.
    pub free: Quantity,
    /// Its lot.
    pub lot: Option<&'a Lot>,
}

/// A quantity taken from one stock key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// The stock.
    pub stock: StockKey,
    /// How much.
    pub quantity: Quantity,
}

/// Takes `wanted` from the candidates by a rule; the second value is what could not be had.
///
/// First expired first: by last day of use, without one last, then as first in; first in: by the day of arrival;
/// ties by location and lot. A lot past its last day on `date` is passed over.
///
/// # Errors
/// `QTY_OUT_OF_RANGE`.
pub fn pick(
    mut candidates: Vec<Candidate<'_>>,
    rule: PickRule,
    date: Date,
    wanted: Quantity,
) -> Result<(Vec<Pick>, Quantity), NumError> {
    let expired = |lot: Option<&Lot>| lot.and_then(|lot| lot.usable_until).is_some_and(|until| until < date);
    candidates.retain(|candidate| candidate.free.is_positive() && !expired(candidate.lot));
    if candidates.len() > 1 {
        let arrival = |c: &Candidate<'_>| c.lot.map_or(Date::MIN, |lot| lot.received);
        let expiry = |c: &Candidate<'_>| match rule {
            PickRule::Fefo => c.lot.and_then(|lot| lot.usable_until).unwrap_or(Date::MAX),
            PickRule::Fifo | PickRule::Lot => Date::MAX,
        };
        candidates.sort_by(|a, b| {
            (expiry(a), arrival(a), &a.balance.stock).cmp(&(expiry(b), arrival(b), &b.balance.stock))
        });
    }
    let (mut left, mut picks) = (wanted, Vec::new());
    for candidate in candidates {
        if !left.is_positive() {
            break;
        }
        let quantity = left.min(candidate.free);
        left = left.minus(quantity)?;
        picks.push(Pick { stock: candidate.balance.stock.clone(), quantity });
    }
    Ok((picks, left.or_zero()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id;

    fn id(text: &str) -> Id {
        Id::new(text).unwrap()
    }

    fn lot(name: &str, received: i8, until: Option<i8>) -> Lot {
        Lot {
            item: id("B"),
            lot: id(name),
            usable_until: until.map(|month| Date::literal(2026, month, 1)),
            received: Date::literal(2026, 1, received),
            supplier_lot: None,
            supplier: None,
            inspection: None,
            version: 1,
        }
    }

    fn taken(rule: PickRule, wanted: i64) -> (Vec<(String, String)>, String) {
        let lots = [lot("L1", 1, None), lot("L2", 2, Some(9)), lot("L3", 3, Some(6)), lot("L4", 4, Some(2))];
        let balances: Vec<Balance> = lots
            .iter()
            .map(|lot| {
                let stock = StockKey { lot: Some(lot.lot.clone()), ..StockKey::new(id("B"), id("W")) };
                Balance { quantity: Quantity::whole(10), ..Balance::empty(stock) }
            })
            .collect();
        let candidates = balances.iter().zip(&lots);
        let candidates = candidates
            .map(|(balance, lot)| Candidate { balance, free: balance.quantity, lot: Some(lot) })
            .collect();
        let day = Date::literal(2026, 3, 2);
        let (picks, left) = pick(candidates, rule, day, Quantity::whole(wanted)).unwrap();
        let show = |pick: Pick| (pick.stock.lot.unwrap().to_string(), pick.quantity.to_string());
        (picks.into_iter().map(show).collect(), left.to_string())
    }

    #[test]
    fn m05_lots_by_expiry_and_by_arrival() {
        let pair = |lot: &str, quantity: &str| (lot.to_owned(), quantity.to_owned());
        assert_eq!(taken(PickRule::Fefo, 15).0, [pair("L3", "10"), pair("L2", "5")]);
        assert_eq!(taken(PickRule::Fifo, 15).0, [pair("L1", "10"), pair("L2", "5")]);
    }

    #[test]
    fn p26_an_expired_lot_is_passed_over() {
        let (picks, left) = taken(PickRule::Fefo, 35);
        assert_eq!((picks.len(), left.as_str()), (3, "5"), "L4 was usable until 1 February");
    }
}

//! What must hold of records whatever was done to them.

use std::collections::BTreeMap;

use headstock::inventory::{LineRef, Reason, StockKey};
use headstock::num::Quantity;
use headstock::order::ShortPolicy;
use headstock::snapshot::ExecutionSnapshot;

type Sums<'s, K> = BTreeMap<&'s K, Quantity>;

fn add<'s, K: Ord>(sums: &mut Sums<'s, K>, key: &'s K, quantity: Quantity) {
    let sum = sums.entry(key).or_default();
    *sum = sum.plus(quantity).unwrap();
}

/// Ledger sums equal balances; nothing negative where it is forbidden; holds add up to what is reserved; order
/// counters equal ledger sums; sequences have no gap.
pub fn check(state: &ExecutionSnapshot) {
    let (mut moved, mut held) = (Sums::<StockKey>::new(), Sums::<StockKey>::new());
    for movement in &state.ledger {
        add(&mut moved, &movement.stock, movement.quantity);
    }
    for hold in state.holds.values().flat_map(BTreeMap::values) {
        add(&mut held, &hold.stock, hold.quantity);
    }
    let forced = state.orders.values().any(|order| order.policy.backflush.short == ShortPolicy::Negative);
    for row in state.balances.values().flat_map(BTreeMap::values) {
        let sum = moved.remove(&row.stock).unwrap_or_default();
        assert_eq!(sum, row.quantity, "ledger against balance of {:?}", row.stock);
        let place = &state.places[&row.stock.location].location;
        assert!(place.may_go_negative || forced || !row.quantity.is_negative(), "negative {:?}", row.stock);
        assert!(row.reserved <= row.quantity || row.quantity.is_negative(), "held {:?}", row.stock);
        let sum = held.remove(&row.stock).unwrap_or_default();
        assert_eq!(sum, row.reserved, "holds of {:?}", row.stock);
    }
    assert!(moved.values().all(|sum| sum.is_zero()), "ledger lines without a balance");
    assert!(held.values().all(|sum| sum.is_zero()), "holds without a balance");
    orders(state);
    let sequences = state.ledger.iter().map(|movement| movement.sequence);
    assert!(sequences.eq(1..=state.ledger.len() as u64), "the ledger has no gaps");
}

fn orders(state: &ExecutionSnapshot) {
    let (mut net, mut made) = (Sums::<LineRef>::new(), Sums::<LineRef>::new());
    for movement in &state.ledger {
        let Some(order) = &movement.order else { continue };
        if order.line == 0 && matches!(movement.reason, Reason::Receipt | Reason::OpeningReceipt) {
            add(&mut made, order, movement.quantity);
        }
        if !matches!(movement.reason, Reason::Stage | Reason::Transfer) {
            add(&mut net, order, movement.quantity.negated().unwrap());
        }
    }
    for order in state.orders.values() {
        let at = |line: u32| LineRef { document: order.id.clone(), line };
        let ledger = made.get(&at(0)).copied().unwrap_or_default();
        assert_eq!(order.received.good, ledger, "{}: received", order.id);
        for line in &order.lines {
            let ledger = net.get(&at(line.number)).copied().unwrap_or_default();
            let sum = |of: fn(&headstock::order::Used) -> Quantity| {
                line.used.iter().map(of).try_fold(Quantity::ZERO, Quantity::plus).unwrap()
            };
            assert_eq!(sum(|used| used.quantity), ledger, "{} line {}: used", order.id, line.number);
            let net = line.net_issued().unwrap();
            assert_eq!(sum(|used| used.clears), net, "{} line {}: net issued", order.id, line.number);
        }
    }
}

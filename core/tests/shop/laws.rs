//! What must hold after every command.

use std::collections::BTreeMap;

use headstock::inventory::HoldFor;
use headstock::num::Quantity;
use headstock::snapshot::ExecutionSnapshot;

/// Ledger sums equal balances; no negative where forbidden; order counters equal ledger sums; holds add up.
pub fn check(state: &ExecutionSnapshot) {
    let sums = super::ledger_sums(state);
    for row in state.balances.values().flat_map(BTreeMap::values) {
        let sum = sums.get(&row.stock).copied().unwrap_or_default();
        assert_eq!(sum, row.quantity, "ledger against balance of {:?}", row.stock);
        let place = &state.places[&row.stock.location].location;
        let forced = state
            .orders
            .values()
            .any(|order| order.policy.backflush.short == headstock::order::ShortPolicy::Negative);
        assert!(place.may_go_negative || forced || !row.quantity.is_negative(), "negative {:?}", row.stock);
        assert!(row.reserved <= row.quantity || row.quantity.is_negative(), "held {:?}", row.stock);
    }
    let held = holds(state);
    for row in state.balances.values().flat_map(BTreeMap::values) {
        assert_eq!(
            held.get(&row.stock).copied().unwrap_or_default(),
            row.reserved,
            "holds of {:?}",
            row.stock
        );
    }
    let by_order = super::ledger_by_order(state);
    for order in state.orders.values() {
        for line in &order.lines {
            let at = headstock::inventory::LineRef { document: order.id.clone(), line: line.number };
            let ledger = by_order.get(&at).copied().unwrap_or_default();
            let used = line.used.iter().map(|u| u.quantity).try_fold(Quantity::ZERO, Quantity::plus).unwrap();
            assert_eq!(used, ledger, "{} line {}: used", order.id, line.number);
            let clears = line.used.iter().map(|u| u.clears).try_fold(Quantity::ZERO, Quantity::plus).unwrap();
            assert_eq!(clears, line.net_issued().unwrap(), "{} line {}: net issued", order.id, line.number);
        }
    }
    let sequences: Vec<u64> = state.ledger.iter().map(|movement| movement.sequence).collect();
    assert!(sequences.iter().copied().eq(1..=state.ledger.len() as u64), "the ledger has no gaps");
}

fn holds(state: &ExecutionSnapshot) -> BTreeMap<&headstock::inventory::StockKey, Quantity> {
    let mut sums: BTreeMap<_, Quantity> = BTreeMap::new();
    for hold in state.holds.values().flat_map(BTreeMap::values) {
        assert!(matches!(&hold.owner, HoldFor::Order { .. } | HoldFor::Document { .. }));
        let sum = sums.entry(&hold.stock).or_default();
        *sum = sum.plus(hold.quantity).unwrap();
    }
    sums
}

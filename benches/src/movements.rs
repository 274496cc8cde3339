//! Movements of one item, for the valuation benches: receipts and issues in turn over two years of days, priced by
//! the generator of recipe B.

use headstock::costing::valuation::{Movement, MovementKind};
use headstock::time::Date;

/// So many movements in order of date: every other one a receipt, the issues between taking less than came in, so
/// that the stock neither runs out nor grows without end.
///
/// # Panics
/// Never: the dates are valid.
#[must_use]
pub fn movements(count: usize) -> Vec<Movement> {
    let mut state = 20_240_229u64;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let first = Date::literal(2024, 1, 1);
    let (mut list, mut stock) = (Vec::with_capacity(count), 0u64);
    for at in 0..count as u64 {
        let day = i32::try_from(at * 730 / count as u64).unwrap_or(0);
        let date = first.add_days(day).unwrap_or_else(|error| unreachable!("{error}"));
        let quantity = if at % 2 == 0 { 10_000 + draw(90_000) } else { 1 + draw(stock.min(120_000)) };
        let grains = i64::try_from(quantity).unwrap_or(0);
        list.push(if at % 2 == 0 {
            stock += quantity;
            // Cents: a price of 5.00 to 15.00 for a unit of a thousand grains.
            let value = i128::from(quantity) * i128::from(500 + draw(1_000)) / 1_000;
            Movement::new(date, at, MovementKind::Receipt, grains, Some(value))
        } else {
            stock -= quantity;
            Movement::new(date, at, MovementKind::Issue, grains, None)
        });
    }
    list
}

/// A receipt that comes late, so many movements before the end.
#[must_use]
pub fn late(movements: &[Movement], before_end: usize) -> Movement {
    let at = movements.len().saturating_sub(before_end);
    let place = movements.get(at).or(movements.first());
    let (date, sequence) = place.map_or((Date::MIN, 0), |place| (place.date, place.sequence));
    Movement::new(date, sequence, MovementKind::Receipt, 5_000, Some(7_777))
}

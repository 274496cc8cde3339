//! Wagner–Whitin: the orders of least total cost, among equal costs the earliest (`P28`).

use super::{Costs, Lot, Need};
use crate::num::NumError;

/// What the recursion needs of one need.
#[derive(Debug, Clone, Copy)]
struct Row {
    /// Grains of the needs before this one.
    before: i128,
    /// Cost of holding the needs before this one from the origin to where they are used.
    held_before: i128,
    /// Value of a grain on hand when its period starts: held until then, less its cost if bought only then.
    worth: i128,
    setup: i128,
    quantity: i128,
}

/// The table of the recursion over the needs from the last to the first.
///
/// `least[i]`: the least cost of covering needs `i` and later, with nothing left over from before;
/// `lots[i]`: the first order that reaches it.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<Row>,
    least: Vec<i128>,
    lots: Vec<Lot>,
}

impl Table {
    /// The order that starts at need `at` in the solved series.
    pub(super) fn lot(&self, at: usize) -> Lot {
        self.lots[at]
    }

    /// Fills the table. An order for need `i` is placed after need `i − 1` (the first: from `earliest` on),
    /// since an order placed before would better cover that need too.
    pub(super) fn solve(&mut self, needs: &[Need], earliest: i32, costs: &Costs) -> Result<(), NumError> {
        let Some(first) = needs.first() else { return Ok(()) };
        let earliest = earliest.min(first.period);
        let origin = costs.held_until(earliest);
        self.prepare(needs, origin, costs)?;
        self.least.clear();
        self.least.resize(needs.len() + 1, 0);
        self.lots.clear();
        self.lots.resize(needs.len(), Lot { period: first.period, count: 1 });
        for at in (0..needs.len()).rev() {
            let (period, after) = match at.checked_sub(1) {
                None => (first.period, i64::from(earliest) - 1),
                Some(previous) => (needs[at].period, i64::from(needs[previous].period)),
            };
            // `earliest − 1` may lie below the range only when nothing can precede it.
            let after = i32::try_from(after).unwrap_or(i32::MIN);
            let mut best = i128::MAX;
            for order in costs.stretch_ends(after, period).chain([period]) {
                let per_grain = costs.buying(order) - (costs.held_until(order) - origin);
                self.place(at, order, costs.setup(order), per_grain, &mut best);
            }
            self.least[at] = best;
        }
        Ok(())
    }

    /// Tries every number of needs for an order in `order` that starts with need `at`.
    fn place(&mut self, at: usize, order: i32, setup: i128, per_grain: i128, best: &mut i128) {
        let start = self.rows[at];
        for last in at..self.lots.len() {
            let row = self.rows[last];
            // Carrying this need costs more than a set-up of its own would: no optimum reaches so far.
            if last > at && (row.worth + per_grain) * row.quantity > row.setup {
                break;
            }
            let end = self.rows[last + 1];
            let held = end.held_before - start.held_before + per_grain * (end.before - start.before);
            let cost = setup + held + self.least[last + 1];
            if cost < *best {
                *best = cost;
                self.lots[at] = Lot { period: order, count: last + 1 - at };
            }
        }
    }

    /// Sums from the first need on, with proof that no cost of the recursion passes 127 bits.
    fn prepare(&mut self, needs: &[Need], origin: i128, costs: &Costs) -> Result<(), NumError> {
        self.rows.clear();
        let (mut before, mut held_before) = (0i128, 0i128);
        let mut span = 0i128;
        for need in needs {
            let quantity = i128::from(need.quantity);
            let held = costs.held_until(need.period) - origin;
            span = span.max(held + costs.used(need.period));
            self.rows.push(Row {
                before,
                held_before,
                worth: held - costs.buying(need.period),
                setup: costs.setup(need.period),
                quantity,
            });
            let more = (held + costs.used(need.period)).checked_mul(quantity).ok_or(NumError::Overflow)?;
            held_before = held_before.checked_add(more).ok_or(NumError::Overflow)?;
            before += quantity;
        }
        self.rows.push(Row { before, held_before, worth: 0, setup: 0, quantity: 0 });
        let orders = i128::try_from(needs.len()).map_err(|_| NumError::Overflow)?;
        let setups = costs.largest_setup().checked_mul(orders);
        let grains = (span + costs.largest_buying()).checked_mul(before);
        let most = setups.zip(grains).and_then(|(setups, grains)| setups.checked_add(grains));
        match most {
            Some(most) if most < i128::MAX / 8 => Ok(()),
            _ => Err(NumError::Overflow),
        }
    }
}

//! How much one order covers: economic lot-sizing rules, EOQ, and the modifiers of an order (`P11`, `P28`).
//!
//! Works on one dated series of needs in whole grains and whole period numbers. It does not know items, sites,
//! calendars or where the needs come from; the planning run and the request [`LotSizing`] both stand on it.
//!
//! All costs are exact integers of one common unit ([`Costs`]), so that every comparison is exact.
//!
//! | rule | a lot grows while … | ties |
//! |---|---|---|
//! | least unit cost | the cost per unit does not rise | an equal cost extends |
//! | least total cost | carrying ≤ set-up; then the first carrying above is taken when it is *closer* | the shorter lot |
//! | part-period balancing | carrying ≤ set-up, or as least total cost; then look-ahead, else look-back | see [`balance`] |
//! | Silver–Meal | the cost per period does not rise; a period without need counts | an equal cost extends |
//! | Wagner–Whitin | optimum over the whole series | the earliest orders |

mod assess;
mod balance;
mod costs;
mod eoq;
mod error;
mod grains;
mod heuristic;
mod modifiers;
mod request;
mod sizing;
mod solve;
mod up_to;
mod wagner_whitin;

#[cfg(test)]
mod case_tests;
#[cfg(test)]
mod oracle_tests;

use crate::num::NumError;

pub use balance::Balance;
pub(crate) use costs::Costs;
pub use eoq::{Eoq, EoqResult};
pub(crate) use eoq::{eoq, poq_periods};
pub use error::LotSizingError;
pub(crate) use modifiers::{Modifiers, Pieces, pieces};
pub use request::{
    LotChoice, LotCosts, LotOrder, LotSizing, LotSizingResult, LotSteps, OptimalLots, PartPeriodSteps,
    PerPeriod,
};
pub use up_to::{MinMax, MinMaxResult};

/// A net need: more than nought grains in a period. A series ascends by period, each period once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Need {
    /// Number of the period (bucket of the plan); gaps are periods without need.
    pub(crate) period: i32,
    /// Grains, above nought.
    pub(crate) quantity: i64,
}

/// A rule that says how many needs of a series one order covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EconomicRule {
    /// The period of the first need and those after it, so many together (at least one).
    Periods(u32),
    /// Least unit cost.
    LeastUnitCost,
    /// Least total cost.
    LeastTotalCost,
    /// Part-period balancing.
    PartPeriod {
        /// Where the balance stops.
        balance: Balance,
        /// Whether a next need that is cheap to carry is taken along.
        look_ahead: bool,
        /// Whether a last need that is dear to carry is left to the next order.
        look_back: bool,
    },
    /// Silver–Meal.
    SilverMeal,
    /// Wagner–Whitin.
    WagnerWhitin,
}

/// One order: where it is placed and how many needs of the series it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lot {
    /// The period in which the order is available: that of its first need, or an earlier one where
    /// Wagner–Whitin finds a cheaper set-up.
    pub(crate) period: i32,
    /// Needs covered, at least one of a series that is not empty.
    pub(crate) count: usize,
}

/// Buffers of Wagner–Whitin, kept by the caller so that a run allocates once.
#[derive(Debug, Default)]
pub(crate) struct Scratch(wagner_whitin::Table);

/// The first order of a series, with the needs that it covers.
///
/// `earliest` is the first period in which Wagner–Whitin may place an order. The other rules look at the needs
/// up to the first that they leave out; Wagner–Whitin at all of them, within `O(n · w)` steps where `w` needs
/// can be carried for less than a set-up: `O(n²)` at worst, so a caller caps `n`.
///
/// # Errors
/// `QTY_OUT_OF_RANGE` when a cost does not fit 127 bits.
pub(crate) fn first_lot(
    rule: EconomicRule,
    needs: &[Need],
    earliest: i32,
    costs: &Costs,
    scratch: &mut Scratch,
) -> Result<Lot, NumError> {
    let Some(first) = needs.first() else { return Ok(Lot { period: earliest, count: 0 }) };
    if rule == EconomicRule::WagnerWhitin {
        scratch.0.solve(needs, earliest, costs)?;
        return Ok(scratch.0.lot(0));
    }
    Ok(Lot { period: first.period, count: covered(rule, needs, costs)? })
}

/// Every order of a series in turn; Wagner–Whitin solves its table once.
///
/// # Errors
/// `QTY_OUT_OF_RANGE` when a cost does not fit 127 bits.
pub(crate) fn all_lots(
    rule: EconomicRule,
    needs: &[Need],
    earliest: i32,
    costs: &Costs,
    scratch: &mut Scratch,
    mut out: impl FnMut(Lot),
) -> Result<(), NumError> {
    let whole = rule == EconomicRule::WagnerWhitin;
    if whole {
        scratch.0.solve(needs, earliest, costs)?;
    }
    let mut at = 0;
    while at < needs.len() {
        let lot =
            if whole { scratch.0.lot(at) } else { first_lot(rule, &needs[at..], earliest, costs, scratch)? };
        out(lot);
        at += lot.count;
    }
    Ok(())
}

fn covered(rule: EconomicRule, needs: &[Need], costs: &Costs) -> Result<usize, NumError> {
    match rule {
        EconomicRule::Periods(periods) => Ok(within(needs, periods)),
        EconomicRule::LeastUnitCost => heuristic::least_unit_cost(needs, costs, &mut |_, _| {}),
        EconomicRule::SilverMeal => heuristic::silver_meal(needs, costs, &mut |_, _| {}),
        EconomicRule::LeastTotalCost => balance::initial(needs, costs, Balance::Closest, &mut |_| {}),
        EconomicRule::PartPeriod { balance, look_ahead, look_back } => {
            let initial = balance::initial(needs, costs, balance, &mut |_| {})?;
            Ok(balance::adjust(needs, costs, initial, look_ahead, look_back)?.after_look_back)
        }
        // Solved over the whole series by the callers.
        EconomicRule::WagnerWhitin => Ok(needs.len()),
    }
}

/// Needs in the period of the first and the `periods − 1` after it.
fn within(needs: &[Need], periods: u32) -> usize {
    let Some(first) = needs.first() else { return 0 };
    let end = i64::from(first.period) + i64::from(periods.max(1));
    needs.iter().take_while(|need| i64::from(need.period) < end).count()
}

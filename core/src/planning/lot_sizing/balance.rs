//! Least total cost and part-period balancing: carrying cost against one set-up (`P28`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Costs, Need};
use crate::num::NumError;

/// Where part-period balancing stops, before look-ahead and look-back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "PartPeriodBalance")]
pub enum Balance {
    /// Carrying cost not above the set-up cost (the default).
    #[default]
    NotAbove,
    /// Carrying cost closest to the set-up cost, the shorter lot on a tie: least total cost.
    Closest,
}

/// The needs that a lot covers after each step of part-period balancing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Adjusted {
    /// By the balance alone.
    pub(super) initial: usize,
    /// After look-ahead.
    pub(super) after_look_ahead: usize,
    /// After look-back: the lot.
    pub(super) after_look_back: usize,
}

/// Needs covered by the balance alone; `observe` sees every carrying cost compared.
pub(super) fn initial(
    needs: &[Need],
    costs: &Costs,
    balance: Balance,
    observe: &mut impl FnMut(i128),
) -> Result<usize, NumError> {
    let Some(first) = needs.first() else { return Ok(0) };
    let setup = costs.setup(first.period);
    let mut carrying = 0i128;
    for (count, need) in needs.iter().enumerate() {
        let used = costs.used(need.period).checked_mul(i128::from(need.quantity));
        let carried = costs.carry(first.period, *need)?;
        let more = used.and_then(|used| used.checked_add(carried));
        let next = more.and_then(|more| carrying.checked_add(more)).ok_or(NumError::Overflow)?;
        observe(next);
        if count > 0 && next > setup {
            let closer = balance == Balance::Closest && next - setup < setup - carrying;
            return Ok(count + usize::from(closer));
        }
        carrying = next;
    }
    Ok(needs.len())
}

/// Look-ahead and look-back (DeMatteis; Orlicky, chapter 8), by part-periods on ending inventory.
///
/// *Look-ahead*: the next order would start with need `k` and carry need `k + 1`. When carrying `k` in this lot
/// costs less than carrying `k + 1` from `k`, and less than a set-up, `k` joins this lot; repeated until the
/// test fails. *Look-back*, only when look-ahead added nothing, and once: when carrying this lot's last need
/// costs more than carrying need `k` from it, the last need is left to the next order. Neither test is made
/// where the needs that it compares do not exist.
pub(super) fn adjust(
    needs: &[Need],
    costs: &Costs,
    initial: usize,
    look_ahead: bool,
    look_back: bool,
) -> Result<Adjusted, NumError> {
    let mut adjusted = Adjusted { initial, after_look_ahead: initial, after_look_back: initial };
    let Some(first) = needs.first() else { return Ok(adjusted) };
    if look_ahead {
        adjusted.after_look_ahead = ahead(needs, costs, initial)?;
        adjusted.after_look_back = adjusted.after_look_ahead;
    }
    if look_back && adjusted.after_look_ahead == initial && initial > 1 && initial < needs.len() {
        let (last, next) = (needs[initial - 1], needs[initial]);
        if costs.carry(first.period, last)? > costs.carry(last.period, next)? {
            adjusted.after_look_back = initial - 1;
        }
    }
    Ok(adjusted)
}

fn ahead(needs: &[Need], costs: &Costs, initial: usize) -> Result<usize, NumError> {
    let start = needs[0].period;
    let mut count = initial;
    while let Some([next, after]) = needs.get(count..count + 2) {
        let joined = costs.carry(start, *next)?;
        if joined >= costs.carry(next.period, *after)? || joined >= costs.setup(start) {
            break;
        }
        count += 1;
    }
    Ok(count)
}

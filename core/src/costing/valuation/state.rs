//! The stock after a movement: what the next one is valued from.

use std::collections::{BTreeMap, VecDeque};

use crate::num::{NumError, Ratio, Rounding, div_round};

/// What is left of one receipt. `unit` is its rounded unit cost where the policy rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layer {
    pub(super) row: u32,
    pub(super) quantity: i64,
    pub(super) value: i64,
    pub(super) unit: i128,
}

/// What an issue took that was not there, and what it was reckoned at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Owed {
    pub(super) row: u32,
    pub(super) quantity: i64,
    pub(super) value: i64,
}

/// Everything that later movements depend on; two equal states value them alike.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    /// Grains and value, what is owed included.
    pub(super) quantity: i64,
    pub(super) value: i64,
    /// Layers in order of arrival; empty ones may stand between.
    pub(super) layers: VecDeque<Layer>,
    pub(super) owed: VecDeque<Owed>,
    /// The last price, as value and grains.
    pub(super) last: (i64, i64),
    /// Rounded unit cost of the pool until something comes in.
    pub(super) unit: Option<i128>,
    /// The period that `unit` and `last_issue` belong to.
    pub(super) period: i32,
    pub(super) last_issue: Option<u32>,
    /// Receipts without an invoice that are kept apart.
    pub(super) aside: (i64, i64),
    /// What came back so far of an original: grains and value.
    pub(super) returned: BTreeMap<u32, (i64, i64)>,
    /// Standard cost of one grain in the smallest unit of the currency.
    pub(super) standard: Option<Ratio>,
}

impl State {
    /// How much there is to copy.
    pub(super) fn size(&self) -> usize {
        self.layers.len() + self.owed.len() + self.returned.len()
    }

    /// Removes layers without quantity where they cost nothing to remove, or when they are the most.
    pub(super) fn trim(&mut self) {
        while self.layers.front().is_some_and(|layer| layer.quantity == 0) {
            self.layers.pop_front();
        }
        while self.layers.back().is_some_and(|layer| layer.quantity == 0) {
            self.layers.pop_back();
        }
    }
}

/// `value × part ÷ whole` rounded; all of it for all, nothing of nothing.
pub(super) fn portion(value: i64, part: i64, whole: i64, mode: Rounding) -> Result<i64, NumError> {
    if part == whole {
        return Ok(value);
    }
    if mode == Rounding::HalfUp && value >= 0 && part >= 0 && whole > 0 {
        // Nearly every issue: the product fits 64 bits, where a division is several times faster.
        if let Some(product) = value.checked_mul(part) {
            let (quotient, rest) = (product / whole, product % whole);
            return Ok(quotient + i64::from(rest >= whole - rest));
        }
    }
    if part == 0 {
        return Ok(0);
    }
    let product = i128::from(value).checked_mul(i128::from(part)).ok_or(NumError::Overflow)?;
    small(div_round(product, i128::from(whole), mode)?)
}

/// An amount that fits what rows hold.
pub(super) fn small(value: i128) -> Result<i64, NumError> {
    i64::try_from(value).map_err(|_| NumError::Range)
}

/// `a + b`.
pub(super) fn plus(a: i64, b: i64) -> Result<i64, NumError> {
    a.checked_add(b).ok_or(NumError::Range)
}

/// `a − b`.
pub(super) fn minus(a: i64, b: i64) -> Result<i64, NumError> {
    a.checked_sub(b).ok_or(NumError::Range)
}

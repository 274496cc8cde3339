//! Requests about costs. Amounts are decimals of the currency here and whole smallest units inside.

mod allocation;
mod joint;
mod process;
mod service;
mod wip;

pub use allocation::*;
pub use joint::*;
pub use process::*;
pub use service::*;
pub use wip::*;

use crate::costing::CostError;
use crate::finding::Finding;
use crate::num::{DecimalText, MAX_SCALE, NumError, Ratio, from_scaled_i128, to_scaled_i128};
use crate::run::{Limits, RunControl};

/// Decimals of an amount where the request says nothing.
pub(super) const fn two() -> u32 {
    2
}

/// The decimals of the currency of a request.
#[derive(Clone, Copy)]
pub(super) struct Cents(u32);

impl Cents {
    /// At most nine decimals.
    pub(super) fn new(scale: u32) -> Result<Cents, Finding> {
        if scale > MAX_SCALE {
            Err(NumError::Range.finding().with("field", "scale"))
        } else {
            Ok(Cents(scale))
        }
    }

    /// An amount in smallest units; `place` says where it stands in the request.
    pub(super) fn units(self, amount: DecimalText, place: impl std::fmt::Display) -> Result<i128, Finding> {
        to_scaled_i128(amount.0, self.0).map_err(|error| error.finding().with("unit", place))
    }

    /// Smallest units as an amount that can be read again: at most 28 digits.
    pub(super) fn text(self, units: i128) -> Result<DecimalText, NumError> {
        if units.unsigned_abs() >= 10u128.pow(28) {
            return Err(NumError::Range);
        }
        from_scaled_i128(units, self.0).map(DecimalText)
    }

    /// A price or value in whole units of the currency as one in smallest units.
    pub(super) fn small(self, price: Ratio) -> Result<Ratio, NumError> {
        price.checked_mul(self.one()?)
    }

    /// A price in smallest units as one in whole units of the currency.
    pub(super) fn whole(self, price: Ratio) -> Result<Ratio, NumError> {
        price.checked_div(self.one()?)
    }

    fn one(self) -> Result<Ratio, NumError> {
        Ratio::new(10i128.pow(self.0.min(MAX_SCALE)), 1)
    }

    /// A refusal with its amounts in whole units of the currency.
    pub(super) fn refusal(self, error: &CostError) -> Finding {
        let text =
            |units: &i128| self.text(*units).map_or_else(|_| units.to_string(), |text| text.to_string());
        let finding = error.finding();
        match error {
            CostError::EquivalentZero { cost } => finding.with("cost", text(cost)),
            CostError::WipExceedsTotal { wip, total } => {
                finding.with("wip", text(wip)).with("total", text(total))
            }
            CostError::ByproductExceedsTotal { value, total } => {
                finding.with("value", text(value)).with("total", text(total))
            }
            _ => finding,
        }
    }
}

/// The most cost elements of one request.
const MAX_ELEMENTS: usize = 1_000;

/// The most joint products of one request.
const MAX_PRODUCTS: usize = 10_000;

/// Refuses more cost elements than a company has.
fn few_elements(count: usize) -> Result<(), Finding> {
    Limits::check("cost elements", count as u64, MAX_ELEMENTS as u64).map_err(|error| error.finding())
}

/// Refuses a list that is longer than a document may be.
pub(super) fn bounded(count: usize, control: &RunControl<'_>) -> Result<(), Finding> {
    let limit = u64::from(control.limits().document_lines);
    Limits::check("lines", count as u64, limit).map_err(|error| error.finding())
}

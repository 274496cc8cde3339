//! The ledger of one cost element of one cost object in one period (`C01`).

use crate::num::NumError;

/// What one cost element of one order holds in one period, in the smallest unit of the currency (`C01`):
/// `opening + input = finished + closing + scrapped`.
///
/// ```
/// use headstock::costing::ElementBalance;
///
/// // Opening 1,135 and input 5,000 are finished goods of 5,500 and work in process of 635.
/// let ledger = ElementBalance { opening: 113_500, input: 500_000, finished: 550_000, closing: 63_500, scrapped: 0 };
/// assert_eq!(ledger.difference(), Ok(0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ElementBalance {
    /// In process at the start of the period.
    pub opening: i128,
    /// Added in the period.
    pub input: i128,
    /// Passed on with what was finished.
    pub finished: i128,
    /// In process at the end of the period.
    pub closing: i128,
    /// Taken out otherwise: abnormal spoilage, what scrap is worth, by-products. Below nought for an abnormal gain.
    pub scrapped: i128,
}

impl ElementBalance {
    /// `opening + input`.
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW` when the sum does not fit.
    pub fn total(&self) -> Result<i128, NumError> {
        self.opening.checked_add(self.input).ok_or(NumError::Overflow)
    }

    /// `opening + input − finished − closing − scrapped`; nought for every result of this module.
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW` when a sum does not fit.
    pub fn difference(&self) -> Result<i128, NumError> {
        let out = self.finished.checked_add(self.closing).and_then(|sum| sum.checked_add(self.scrapped));
        self.total()?.checked_sub(out.ok_or(NumError::Overflow)?).ok_or(NumError::Overflow)
    }

    /// Both ledgers added part by part.
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW` when a sum does not fit.
    pub fn checked_add(self, other: ElementBalance) -> Result<ElementBalance, NumError> {
        let add = |a: i128, b: i128| a.checked_add(b).ok_or(NumError::Overflow);
        Ok(ElementBalance {
            opening: add(self.opening, other.opening)?,
            input: add(self.input, other.input)?,
            finished: add(self.finished, other.finished)?,
            closing: add(self.closing, other.closing)?,
            scrapped: add(self.scrapped, other.scrapped)?,
        })
    }
}

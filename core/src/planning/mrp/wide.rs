//! Exact requirements by day over a common denominator, for the rounding once per item and bucket (`P19`).

use super::Fault;
use super::day_sums::Days;
use super::gather::gcd;
use crate::num::{Ratio, div_round};
use crate::planning::RequirementRounding;

/// Requirements of one node, not rounded yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct WideDays {
    /// Sums of numerators by day, as long as they fit 64 bits.
    sums: Days,
    /// Day and numerator of what does not.
    rows: Vec<(i32, i128)>,
    /// The common denominator; 0 before the first requirement.
    denom: i128,
}

impl WideDays {
    /// Adds `(numer × input + fixed) ÷ denom`.
    #[inline]
    pub(crate) fn add(
        &mut self,
        day: i32,
        numer: i128,
        fixed: i128,
        denom: i128,
        input: i64,
    ) -> Result<(), Fault> {
        let total =
            numer.checked_mul(i128::from(input)).and_then(|p| p.checked_add(fixed)).ok_or(Fault::Overflow)?;
        self.push(day, total, denom)
    }

    pub(crate) fn add_ratio(&mut self, day: i32, ratio: Ratio) -> Result<(), Fault> {
        self.push(day, ratio.numer(), ratio.denom())
    }

    #[inline]
    fn push(&mut self, day: i32, numer: i128, denom: i128) -> Result<(), Fault> {
        if self.denom == 0 {
            self.denom = denom;
        }
        if denom == self.denom
            && let Ok(small) = i64::try_from(numer)
            && self.sums.add_anywhere(day, small).is_ok()
        {
            return Ok(());
        }
        self.push_wide(day, numer, denom)
    }

    fn push_wide(&mut self, day: i32, numer: i128, denom: i128) -> Result<(), Fault> {
        if self.denom % denom != 0 {
            self.widen();
            let factor = denom / gcd(self.denom, denom);
            self.denom = self.denom.checked_mul(factor).ok_or(Fault::Overflow)?;
            for row in &mut self.rows {
                row.1 = row.1.checked_mul(factor).ok_or(Fault::Overflow)?;
            }
        }
        let scaled = numer.checked_mul(self.denom / denom).ok_or(Fault::Overflow)?;
        match i64::try_from(scaled) {
            Ok(small) if self.sums.add_anywhere(day, small).is_ok() => {}
            _ => self.rows.push((day, scaled)),
        }
        Ok(())
    }

    /// Puts the sums among the rows.
    fn widen(&mut self) {
        let mut next = self.sums.first_event();
        while let Some(day) = next {
            self.rows.push((day, i128::from(self.sums.on(day))));
            next = self.sums.event_from(day.saturating_add(1));
        }
        self.sums.clear();
    }

    /// Rounds the sum of each day once and adds it; empties itself.
    pub(crate) fn round_into(&mut self, rule: RequirementRounding, acc: &mut Days) -> Result<(), Fault> {
        let done = self.rounded(rule, acc);
        self.sums.clear();
        self.rows.clear();
        self.denom = 0;
        done
    }

    fn rounded(&mut self, rule: RequirementRounding, acc: &mut Days) -> Result<(), Fault> {
        let RequirementRounding::ItemBucket { mode } = rule else { return Ok(()) };
        let round = |sum: i128| {
            let rounded = div_round(sum, self.denom, mode).map_err(|_| Fault::Overflow)?;
            i64::try_from(rounded).map_err(|_| Fault::Overflow)
        };
        if self.rows.is_empty() {
            let mut next = self.sums.first_event();
            while let Some(day) = next {
                add_some(acc, day, round(i128::from(self.sums.on(day)))?)?;
                next = self.sums.event_from(day.saturating_add(1));
            }
            return Ok(());
        }
        self.widen();
        self.rows.sort_unstable_by_key(|row| row.0);
        for part in self.rows.chunk_by(|a, b| a.0 == b.0) {
            let mut sum: i128 = 0;
            for row in part {
                sum = sum.checked_add(row.1).ok_or(Fault::Overflow)?;
            }
            let rounded = div_round(sum, self.denom, mode).map_err(|_| Fault::Overflow)?;
            add_some(acc, part[0].0, i64::try_from(rounded).map_err(|_| Fault::Overflow)?)?;
        }
        Ok(())
    }
}

/// A requirement of nothing is no event (rules §2).
fn add_some(acc: &mut Days, day: i32, quantity: i64) -> Result<(), Fault> {
    if quantity == 0 { Ok(()) } else { acc.add_anywhere(day, quantity) }
}

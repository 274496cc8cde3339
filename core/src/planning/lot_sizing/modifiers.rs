//! Minimum, maximum and multiple of an order (`P11`).

use crate::item::MaxRule;
use crate::num::NumError;

/// What an order's quantity must respect, in grains; 0 where there is no such rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Modifiers {
    /// Least quantity.
    pub(crate) min: i64,
    /// Greatest quantity.
    pub(crate) max: i64,
    /// Every quantity is a whole multiple of this.
    pub(crate) multiple: i64,
    /// Whether the multiple may exceed the maximum.
    pub(crate) max_rule: MaxRule,
}

/// Minimum, maximum and multiple that no quantity can meet: `LOT_PARAM_CONFLICT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ModifierConflict;

impl Modifiers {
    /// Refuses a minimum above the cap, and a cap of nought.
    pub(crate) fn check(&self) -> Result<(), ModifierConflict> {
        match self.cap() {
            Some(cap) if cap <= 0 || self.min > cap => Err(ModifierConflict),
            _ => Ok(()),
        }
    }

    /// The largest quantity the modifiers aim at: the largest multiple within the maximum, or the maximum
    /// itself where the multiple may exceed it. None: no maximum.
    #[inline]
    fn cap(&self) -> Option<i64> {
        let step = self.multiple.max(1);
        match (self.max, self.max_rule) {
            (max, _) if max <= 0 => None,
            (max, MaxRule::MayExceed) => Some(max),
            (max, MaxRule::Physical) => Some(max / step * step),
        }
    }

    /// `⌈max(quantity, min) ÷ multiple⌉ × multiple`.
    #[inline]
    fn raise(&self, quantity: i64) -> Result<i64, NumError> {
        up_to_multiple(quantity.max(self.min), self.multiple)
    }
}

/// The least multiple not below `quantity` (at least nought); a multiple of 0 changes nothing.
#[inline]
pub(super) fn up_to_multiple(quantity: i64, multiple: i64) -> Result<i64, NumError> {
    if multiple <= 1 {
        return Ok(quantity);
    }
    let steps = quantity / multiple + i64::from(quantity % multiple > 0);
    steps.checked_mul(multiple).ok_or(NumError::Overflow)
}

/// Orders that together cover a need: so many of one quantity, then possibly one of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Pieces {
    /// Quantity of the full orders.
    pub(crate) full: i64,
    /// How many full orders.
    pub(crate) full_count: i64,
    /// Quantity of the last order; 0: none.
    pub(crate) last: i64,
}

impl Pieces {
    /// How many orders: known before any is made, so that a caller can refuse too many.
    #[inline]
    pub(crate) fn count(&self) -> i64 {
        self.full_count.saturating_add(i64::from(self.last > 0))
    }

    /// The quantity of an order by its number, below [`count`](Pieces::count).
    #[inline]
    pub(crate) fn piece(&self, number: i64) -> i64 {
        if number < self.full_count { self.full } else { self.last }
    }

    /// The quantities in the order in which the rule makes them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = i64> {
        let full = self.full;
        (0..self.full_count).map(move |_| full).chain((self.last > 0).then_some(self.last))
    }

    /// Sum of the quantities.
    pub(crate) fn total(&self) -> Result<i64, NumError> {
        let full = self.full.checked_mul(self.full_count);
        full.and_then(|full| full.checked_add(self.last)).ok_or(NumError::Overflow)
    }
}

/// The orders for a need of `need` grains: of the quantity `fixed`, unmodified, or cut to the cap, raised to
/// the minimum and to the multiple, repeated on the rest (`P11`, BC's order). Constant time.
///
/// The modifiers were checked, `fixed` is above nought.
///
/// # Errors
/// `QTY_OUT_OF_RANGE` when a raised quantity does not fit.
#[inline(always)]
pub(crate) fn pieces(need: i64, modifiers: &Modifiers, fixed: Option<i64>) -> Result<Pieces, NumError> {
    if need <= 0 {
        return Ok(Pieces::default());
    }
    if let Some(full) = fixed {
        let full = full.max(1);
        return Ok(Pieces { full, full_count: need / full + i64::from(need % full > 0), last: 0 });
    }
    let Some(cap) = modifiers.cap().map(|cap| cap.max(1)).filter(|cap| need >= *cap) else {
        return Ok(Pieces { full: 0, full_count: 0, last: modifiers.raise(need)? });
    };
    // A rest of at least the cap makes a full order; what it leaves behind is below the cap in the end.
    let full = modifiers.raise(cap)?;
    let full_count = (need - cap) / full + 1;
    let rest = need.saturating_sub(full.saturating_mul(full_count));
    let last = if rest > 0 { modifiers.raise(rest)? } else { 0 };
    Ok(Pieces { full, full_count, last })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn made(need: i64, min: i64, max: i64, multiple: i64, max_rule: MaxRule) -> Vec<i64> {
        let modifiers = Modifiers { min, max, multiple, max_rule };
        modifiers.check().unwrap();
        pieces(need, &modifiers, None).unwrap().iter().collect()
    }

    #[test]
    fn p11_the_catalogue_examples() {
        assert_eq!(made(130, 50, 100, 20, MaxRule::Physical), [100, 60]);
        let fixed = pieces(130, &Modifiers::default(), Some(50)).unwrap();
        assert_eq!(fixed.iter().collect::<Vec<_>>(), [50, 50, 50]);
        assert_eq!(made(40 + 50 + 40, 0, 0, 0, MaxRule::Physical), [130]);
    }

    #[test]
    fn p11_table_of_modifiers() {
        let physical = MaxRule::Physical;
        for (need, min, max, multiple, rule, expected) in [
            (1, 0, 0, 0, physical, vec![1]),
            (1, 50, 0, 0, physical, vec![50]),
            (51, 50, 0, 0, physical, vec![51]),
            (51, 50, 0, 20, physical, vec![60]),
            (1, 50, 0, 20, physical, vec![60]),
            (100, 0, 100, 0, physical, vec![100]),
            (101, 0, 100, 0, physical, vec![100, 1]),
            // The cap is 80, the largest multiple of 40 within 100.
            (101, 0, 100, 40, physical, vec![80, 40]),
            (101, 0, 100, 40, MaxRule::MayExceed, vec![120]),
            (230, 0, 100, 40, MaxRule::MayExceed, vec![120, 120]),
            (260, 0, 100, 40, MaxRule::MayExceed, vec![120, 120, 40]),
            (0, 50, 100, 20, physical, vec![]),
        ] {
            assert_eq!(made(need, min, max, multiple, rule), expected, "{need} {min} {max} {multiple}");
        }
    }

    #[test]
    fn p11_conflicts_are_refused() {
        for (min, max, multiple, rule, ok) in [
            (60, 50, 0, MaxRule::Physical, false),
            (50, 50, 0, MaxRule::Physical, true),
            // The cap is 40.
            (50, 50, 40, MaxRule::Physical, false),
            (50, 50, 40, MaxRule::MayExceed, true),
            (0, 30, 40, MaxRule::Physical, false),
            (0, 30, 40, MaxRule::MayExceed, true),
            (60, 0, 40, MaxRule::Physical, true),
        ] {
            let modifiers = Modifiers { min, max, multiple, max_rule: rule };
            assert_eq!(modifiers.check().is_ok(), ok, "{modifiers:?}");
        }
    }

    #[test]
    fn p11_a_huge_count_is_known_without_making_the_orders() {
        let one = Modifiers { max: 1, ..Modifiers::default() };
        assert_eq!(pieces(i64::MAX, &one, None).unwrap().count(), i64::MAX);
        assert_eq!(pieces(i64::MAX, &Modifiers::default(), Some(1)).unwrap().count(), i64::MAX);
        let raised = Modifiers { multiple: i64::MAX - 1, ..Modifiers::default() };
        assert_eq!(pieces(i64::MAX, &raised, None), Err(NumError::Overflow));
    }

    /// The rule as written: cap, minimum, multiple, repeat on the rest.
    fn by_definition(need: i64, m: &Modifiers) -> Vec<i64> {
        let (mut rest, mut made) = (need, Vec::new());
        let step = m.multiple.max(1);
        while rest > 0 {
            let cap = match (m.max, m.max_rule) {
                (0, _) => i64::MAX,
                (max, MaxRule::MayExceed) => max,
                (max, MaxRule::Physical) => max / step * step,
            };
            let wanted = rest.min(cap).max(m.min);
            let quantity = (wanted + step - 1) / step * step;
            made.push(quantity);
            rest -= quantity;
        }
        made
    }

    proptest! {
        #[test]
        fn p11_pieces_equal_the_definition(
            need in 0i64..2000, min in 0i64..100, max in 0i64..200, multiple in 0i64..60, exceed: bool,
        ) {
            let max_rule = if exceed { MaxRule::MayExceed } else { MaxRule::Physical };
            let modifiers = Modifiers { min, max, multiple, max_rule };
            prop_assume!(modifiers.check().is_ok());
            let pieces = pieces(need, &modifiers, None).unwrap();
            let made: Vec<i64> = pieces.iter().collect();
            prop_assert_eq!(pieces.count(), i64::try_from(made.len()).unwrap());
            prop_assert_eq!(pieces.total().unwrap(), made.iter().sum::<i64>());
            prop_assert_eq!(made, by_definition(need, &modifiers));
        }
    }
}

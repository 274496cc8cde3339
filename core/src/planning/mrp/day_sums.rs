//! Sums by day without sorting: one cell for every day of the span in use, and a bit for every day that counts.

use super::Fault;

/// Days of a block: as many as a word has bits.
const BLOCK: usize = 64;

#[derive(Debug, Clone)]
struct Block {
    bits: u64,
    cells: [i64; BLOCK],
}

/// Net flow by day: needs are positive, outputs of parents negative. Grows to the days that are used.
#[derive(Debug, Clone, Default)]
pub(crate) struct Days {
    /// Day of the first cell, a multiple of 64.
    base: i32,
    blocks: Vec<Block>,
    /// Blocks in use, from `low` to before `high`; a day far away costs only the node that it belongs to.
    low: usize,
    high: usize,
    /// The sum of all absolute amounts: as long as it fits, no cell can overflow.
    weight: i64,
}

impl Days {
    /// Makes room for days `low` to `high` and takes their blocks into use.
    #[inline]
    pub(crate) fn reserve(&mut self, low: i32, high: i32) {
        if low > high {
            return;
        }
        if low < self.base || self.index(high) >= self.blocks.len() * BLOCK {
            self.grow(low, high);
        }
        let (low, high) = (self.index(low) / BLOCK, self.index(high) / BLOCK + 1);
        if self.low == self.high {
            (self.low, self.high) = (low, high);
        } else {
            (self.low, self.high) = (self.low.min(low), self.high.max(high));
        }
    }

    #[cold]
    fn grow(&mut self, low: i32, high: i32) {
        // Whole blocks, with a quarter more on each side that grows.
        let days = |blocks: usize| i64::try_from(blocks * BLOCK).unwrap_or(i64::MAX);
        let (mut from, mut to) = (i64::from(low), i64::from(high) + 1);
        let end = i64::from(self.base) + days(self.blocks.len());
        if !self.blocks.is_empty() {
            (from, to) = (from.min(i64::from(self.base)), to.max(end));
        }
        let spare = (to - from) / 4 + days(1);
        if self.blocks.is_empty() || i64::from(low) < i64::from(self.base) {
            from -= spare;
        }
        to += spare;
        let from = from.div_euclid(days(1)) * days(1);
        let size = usize::try_from((to - from).div_euclid(days(1)) + 1).unwrap_or(0);
        let mut blocks = vec![Block { bits: 0, cells: [0; BLOCK] }; size];
        // The base is a whole number of blocks too, so that blocks move as they are.
        let shift = usize::try_from((i64::from(self.base) - from) / days(1)).unwrap_or(0);
        for (new, old) in blocks.iter_mut().skip(shift).zip(self.blocks.drain(..)) {
            *new = old;
        }
        if self.low < self.high {
            (self.low, self.high) = (self.low + shift, self.high + shift);
        }
        self.base = i32::try_from(from).unwrap_or(i32::MIN);
        self.blocks = blocks;
    }

    /// Cell of a day; of a day before the first one, far beyond the last.
    #[inline]
    fn index(&self, day: i32) -> usize {
        day.wrapping_sub(self.base).cast_unsigned() as usize
    }

    /// Adds to a day that room was made for.
    #[inline]
    pub(crate) fn add(&mut self, day: i32, quantity: i64) {
        let i = self.index(day);
        let block = &mut self.blocks[i / BLOCK];
        block.cells[i % BLOCK] = block.cells[i % BLOCK].wrapping_add(quantity);
        block.bits |= 1 << (i % BLOCK);
    }

    /// Adds input × `numer` of every order so many days after `from`. Room was made for all days, and the weight
    /// checked.
    #[inline]
    pub(crate) fn add_orders(&mut self, from: i32, orders: impl Iterator<Item = (usize, i64)>, numer: i64) {
        let base = self.index(from);
        for (after, input) in orders {
            let i = base + after;
            let block = &mut self.blocks[i / BLOCK];
            // The weight bounds every sum, so nothing can wrap.
            let cell = &mut block.cells[i % BLOCK];
            *cell = cell.wrapping_add(input.wrapping_mul(numer));
            block.bits |= 1 << (i % BLOCK);
        }
    }

    /// Adds to any day, and its weight.
    pub(crate) fn add_anywhere(&mut self, day: i32, quantity: i64) -> Result<(), Fault> {
        self.reserve(day, day);
        self.weigh(quantity.checked_abs().ok_or(Fault::Overflow)?)?;
        self.add(day, quantity);
        Ok(())
    }

    #[inline]
    pub(crate) fn weigh(&mut self, weight: i64) -> Result<(), Fault> {
        self.weight = self.weight.checked_add(weight).ok_or(Fault::Overflow)?;
        Ok(())
    }

    /// Makes a day an event without an amount.
    pub(crate) fn mark(&mut self, day: i32) {
        self.reserve(day, day);
        let i = self.index(day);
        self.blocks[i / BLOCK].bits |= 1 << (i % BLOCK);
    }

    /// The amount of a day.
    #[inline]
    pub(crate) fn on(&self, day: i32) -> i64 {
        let i = self.index(day);
        self.blocks.get(i / BLOCK).map_or(0, |block| block.cells[i % BLOCK])
    }

    /// The first event on or after a day.
    #[inline]
    pub(crate) fn event_from(&self, day: i32) -> Option<i32> {
        let i = if day <= self.base { 0 } else { self.index(day) };
        let (mut at, mut mask) = (i / BLOCK, u64::MAX << (i % BLOCK));
        if at < self.low {
            (at, mask) = (self.low, u64::MAX);
        }
        let mut bits = 0;
        while at < self.high {
            bits = self.blocks.get(at)?.bits & mask;
            if bits != 0 {
                break;
            }
            (at, mask) = (at + 1, u64::MAX);
        }
        if bits == 0 {
            return None;
        }
        let day = at * BLOCK + bits.trailing_zeros() as usize;
        Some(self.base + i32::try_from(day).unwrap_or(i32::MAX))
    }

    /// The earliest event.
    pub(crate) fn first_event(&self) -> Option<i32> {
        self.event_from(self.base)
    }

    /// Empties the days that are in use.
    pub(crate) fn clear(&mut self) {
        for block in &mut self.blocks[self.low..self.high] {
            if block.bits != 0 {
                *block = Block { bits: 0, cells: [0; BLOCK] };
            }
        }
        (self.low, self.high, self.weight) = (0, 0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn p08_sums_by_day_are_those_of_a_map(
            rounds in prop::collection::vec(prop::collection::vec((-900i32..900, -5i64..5), 0..40), 1..4),
        ) {
            let mut days = Days::default();
            for rows in rounds {
                let mut map: BTreeMap<i32, i64> = BTreeMap::new();
                for (day, quantity) in rows {
                    *map.entry(day).or_default() += quantity;
                    days.add_anywhere(day, quantity).unwrap();
                    prop_assert_eq!(days.on(day), map[&day]);
                }
                let mut next = days.first_event();
                for (&day, &quantity) in &map {
                    prop_assert_eq!((next, days.on(day)), (Some(day), quantity));
                    next = days.event_from(day + 1);
                }
                prop_assert_eq!(next, None);
                for day in -1_000..1_000 {
                    prop_assert_eq!(days.event_from(day), map.range(day..).next().map(|entry| *entry.0));
                }
                days.clear();
                prop_assert_eq!(days.first_event(), None);
            }
        }
    }
}

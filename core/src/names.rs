//! Many ids in one block of text: a name's index is its rank by bytes, so that nothing depends on row order.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Ids in ascending byte order, stored end to end.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    text: String,
    ends: Vec<u64>,
    /// Open-addressing table of indices + 1, a power of two at most half full; made when a name is first looked
    /// for, which for many tables is never.
    slots: OnceLock<Vec<u32>>,
    /// Rank of the name found last. Rows mostly come in the order of what they name, so it, or the one after it,
    /// is asked for next. Only how fast a name is found depends on it.
    last: Hint,
}

/// A rank that may be out of date.
#[derive(Debug, Default)]
struct Hint(AtomicU32);

impl Clone for Hint {
    fn clone(&self) -> Self {
        Hint(AtomicU32::new(self.0.load(Ordering::Relaxed)))
    }
}

/// Names are the same when their texts are: the table only says where a text stands.
impl PartialEq for Names {
    fn eq(&self, other: &Self) -> bool {
        (&self.text, &self.ends) == (&other.text, &other.ends)
    }
}

impl Eq for Names {}

impl Names {
    /// Sorts names and keeps them; the second value lists each name that stood twice.
    ///
    /// `order[i]` of the third value is the rank of the i-th name given.
    pub(crate) fn build<'a>(given: &[&'a str]) -> (Names, Vec<&'a str>, Vec<u32>) {
        let mut sorted: Vec<u32> = (0..to_u32(given.len())).collect();
        // Rows mostly come in the order of their ids.
        if !given.is_sorted() {
            sorted.sort_unstable_by_key(|&i| given[i as usize]);
        }
        let mut names =
            Names { text: String::with_capacity(given.iter().map(|n| n.len()).sum()), ..Names::default() };
        let (mut repeated, mut ranks) = (Vec::new(), vec![0; given.len()]);
        let mut last: Option<&str> = None;
        for &i in &sorted {
            let name = given[i as usize];
            if last == Some(name) {
                repeated.push(name);
            } else {
                names.text.push_str(name);
                names.ends.push(names.text.len() as u64);
                last = Some(name);
            }
            ranks[i as usize] = to_u32(names.ends.len()) - 1;
        }
        repeated.dedup();
        (names, repeated, ranks)
    }

    fn slots(&self) -> &[u32] {
        self.slots.get_or_init(|| {
            let size = (self.len() * 2).next_power_of_two().max(2);
            let mut slots = vec![0; size];
            for i in 0..to_u32(self.len()) {
                let mut at = slot_of(self.get(i), size);
                while slots[at] != 0 {
                    at = (at + 1) & (size - 1);
                }
                slots[at] = i + 1;
            }
            slots
        })
    }

    /// How many names there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The name with a rank.
    pub(crate) fn get(&self, index: u32) -> &str {
        let i = index as usize;
        let from = if i == 0 { 0 } else { usize::try_from(self.ends[i - 1]).unwrap_or(usize::MAX) };
        &self.text[from..usize::try_from(self.ends[i]).unwrap_or(usize::MAX)]
    }

    /// The rank of a name.
    pub(crate) fn find(&self, name: &str) -> Option<u32> {
        let last = self.last.0.load(Ordering::Relaxed);
        for near in [last, last.saturating_add(1)] {
            if (near as usize) < self.len() && self.get(near) == name {
                self.last.0.store(near, Ordering::Relaxed);
                return Some(near);
            }
        }
        let slots = self.slots();
        let size = slots.len();
        let mut at = slot_of(name, size);
        loop {
            match slots[at] {
                0 => return None,
                i if self.get(i - 1) == name => {
                    self.last.0.store(i - 1, Ordering::Relaxed);
                    return Some(i - 1);
                }
                _ => at = (at + 1) & (size - 1),
            }
        }
    }
}

/// The default hasher with fixed keys: only where a name is looked for depends on it, never a result.
pub(crate) fn hash_of(name: &str) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(name)
}

fn slot_of(name: &str, size: usize) -> usize {
    usize::try_from(hash_of(name) & (size as u64 - 1)).unwrap_or(0)
}

/// Row counts are limited far below 2³² before anything is built, so an index always fits.
pub(crate) fn to_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f07_index_is_the_rank_whatever_the_row_order() {
        let (a, twice, ranks) = Names::build(&["nut", "bolt", "axle", "nut"]);
        assert_eq!(twice, ["nut"]);
        assert_eq!(ranks, [2, 1, 0, 2]);
        let (b, _, _) = Names::build(&["axle", "nut", "nut", "bolt"]);
        assert_eq!(a, b);
        assert_eq!(
            (a.find("axle"), a.find("bolt"), a.find("nut"), a.find("x")),
            (Some(0), Some(1), Some(2), None)
        );
        assert_eq!(a.get(1), "bolt");
    }
}

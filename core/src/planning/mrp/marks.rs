//! A set of node numbers that is emptied from the lowest on: one bit a node.

/// Marked nodes.
#[derive(Debug, Clone)]
pub(crate) struct Marks {
    words: Vec<u64>,
    /// No word before this one has a bit.
    first: usize,
}

impl Marks {
    /// An empty set of numbers below `nodes`.
    pub(crate) fn new(nodes: usize) -> Marks {
        Marks { words: vec![0; nodes.div_ceil(64)], first: 0 }
    }

    /// Adds nodes.
    pub(crate) fn extend<'n>(&mut self, nodes: impl IntoIterator<Item = &'n u32>) {
        for &node in nodes {
            let word = node as usize / 64;
            self.words[word] |= 1u64 << (node % 64);
            self.first = self.first.min(word);
        }
    }

    /// Whether a node is in the set.
    pub(crate) fn has(&self, node: u32) -> bool {
        self.words.get(node as usize / 64).is_some_and(|word| word >> (node % 64) & 1 == 1)
    }

    /// The lowest node from a number on.
    pub(crate) fn from(&self, node: u32) -> Option<u32> {
        let mut at = node as usize / 64;
        let mut bits = self.words.get(at)? & (u64::MAX << (node % 64));
        while bits == 0 {
            at += 1;
            bits = *self.words.get(at)?;
        }
        u32::try_from(at * 64 + bits.trailing_zeros() as usize).ok()
    }

    /// Takes the lowest node out.
    pub(crate) fn pop_first(&mut self) -> Option<u32> {
        let node = self.from(u32::try_from(self.first * 64).ok()?)?;
        self.first = node as usize / 64;
        self.words[self.first] &= !(1u64 << (node % 64));
        Some(node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn p26_marks_come_out_in_order(steps in prop::collection::vec((0u32..300, any::<bool>()), 0..200)) {
            let (mut marks, mut set) = (Marks::new(300), BTreeSet::new());
            for (node, pop) in steps {
                if pop {
                    prop_assert_eq!(marks.pop_first(), set.pop_first());
                } else {
                    marks.extend(&[node]);
                    set.insert(node);
                }
                prop_assert_eq!(marks.has(node), set.contains(&node));
                prop_assert_eq!(marks.from(node), set.range(node..).next().copied());
            }
        }
    }
}

//! Ids of many rows in the rows' own order, end to end: one byte of text and four of offset overhead per row.

/// Rows per block; ids have at most 128 bytes, so an offset within a block fits 32 bits.
const BLOCK: usize = 1 << 16;

/// Texts by row number.
#[derive(Debug, Clone, Default)]
pub(crate) struct TextRows {
    text: String,
    blocks: Vec<u64>,
    ends: Vec<u32>,
}

impl TextRows {
    pub(crate) fn with_capacity(rows: usize, bytes: usize) -> Self {
        TextRows { text: String::with_capacity(bytes), blocks: Vec::new(), ends: Vec::with_capacity(rows) }
    }

    pub(crate) fn push(&mut self, text: &str) {
        if self.ends.len() % BLOCK == 0 {
            self.blocks.push(self.text.len() as u64);
        }
        self.text.push_str(text);
        let start = self.blocks.last().copied().unwrap_or(0);
        self.ends.push(u32::try_from(self.text.len() as u64 - start).unwrap_or(u32::MAX));
    }

    pub(crate) fn get(&self, row: u32) -> &str {
        let row = row as usize;
        let block = self.blocks[row / BLOCK];
        let from = if row % BLOCK == 0 { 0 } else { self.ends[row - 1] };
        let at = |offset: u32| usize::try_from(block + u64::from(offset)).unwrap_or(usize::MAX);
        &self.text[at(from)..at(self.ends[row])]
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// The same texts in another order: row `i` of the result is row `order[i]`.
    pub(crate) fn reordered(&self, order: &[u32]) -> Self {
        let mut rows = TextRows::with_capacity(order.len(), self.bytes());
        for &row in order {
            rows.push(self.get(row));
        }
        rows
    }

    /// Row numbers whose text also stands in another row, each text once, ascending by text.
    pub(crate) fn repeated(&self) -> Vec<u32> {
        // Sorted by a hash first: eight bytes a row instead of a text comparison for each step of the sort.
        let mut hashes: Vec<(u64, u32)> =
            (0..super::to_u32(self.len())).map(|row| (super::names::hash_of(self.get(row)), row)).collect();
        hashes.sort_unstable();
        let mut repeated: Vec<u32> = hashes
            .windows(2)
            .filter(|pair| pair[0].0 == pair[1].0 && self.get(pair[0].1) == self.get(pair[1].1))
            .map(|pair| pair[1].1)
            .collect();
        repeated.sort_unstable_by_key(|&row| self.get(row));
        repeated.dedup_by_key(|row| self.get(*row));
        repeated
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_text_over_block_borders() {
        let mut rows = TextRows::default();
        for i in 0..BLOCK + 10 {
            rows.push(&format!("D{i}"));
        }
        for i in [0, 1, BLOCK - 1, BLOCK, BLOCK + 9] {
            assert_eq!(rows.get(u32::try_from(i).unwrap()), format!("D{i}"));
        }
        assert!(rows.repeated().is_empty());
        rows.push("D7");
        assert_eq!(rows.repeated().iter().map(|&r| rows.get(r)).collect::<Vec<_>>(), ["D7"]);
        assert_eq!(rows.reordered(&[2, 1]).get(0), "D2");
    }
}

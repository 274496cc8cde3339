//! Ids of many rows in the rows' own order, end to end: four bytes a row besides the text itself.

/// Texts by row number. The text of one table stays below 4 GiB; more rows than that are refused by the limits.
#[derive(Debug, Clone, Default)]
pub(crate) struct TextRows {
    text: String,
    ends: Vec<u32>,
}

impl TextRows {
    pub(crate) fn with_capacity(rows: usize, bytes: usize) -> Self {
        TextRows { text: String::with_capacity(bytes), ends: Vec::with_capacity(rows) }
    }

    /// Adds a text; false when the table would pass 4 GiB.
    pub(crate) fn push(&mut self, text: &str) -> bool {
        let Ok(end) = u32::try_from(self.text.len() + text.len()) else { return false };
        self.text.push_str(text);
        self.ends.push(end);
        true
    }

    pub(crate) fn get(&self, row: u32) -> &str {
        &self.text[self.start(row as usize)..self.ends[row as usize] as usize]
    }

    fn start(&self, row: usize) -> usize {
        row.checked_sub(1).map_or(0, |before| self.ends[before] as usize)
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

    /// Puts other texts in the place of some rows. Where their number and length stay, nothing else moves.
    pub(crate) fn splice(&mut self, from: usize, to: usize, texts: &[String]) {
        let (start, end) = (self.start(from), self.start(to));
        let new: String = texts.concat();
        let old_len = end - start;
        self.text.replace_range(start..end, &new);
        let mut at = crate::names::to_u32(start);
        let ends = texts.iter().map(|text| {
            at += crate::names::to_u32(text.len());
            at
        });
        let ends: Vec<u32> = ends.collect();
        self.ends.splice(from..to, ends);
        if new.len() != old_len {
            let (grown, shrunk) = (new.len().saturating_sub(old_len), old_len.saturating_sub(new.len()));
            let (grown, shrunk) = (crate::names::to_u32(grown), crate::names::to_u32(shrunk));
            self.ends[from + texts.len()..].iter_mut().for_each(|end| *end = *end + grown - shrunk);
        }
    }

    /// Row numbers whose text also stands in another row, each text once, ascending by text.
    pub(crate) fn repeated(&self) -> Vec<u32> {
        // Sorted by a hash first: eight bytes a row instead of a text comparison for each step of the sort.
        let mut hashes: Vec<(u64, u32)> = (0..crate::names::to_u32(self.len()))
            .map(|row| (crate::names::hash_of(self.get(row)), row))
            .collect();
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
    fn rows_keep_their_text_when_others_are_put_in_or_taken_out() {
        let mut rows = TextRows::default();
        for text in ["D0", "D11", "D2", "D3"] {
            assert!(rows.push(text));
        }
        let all = |rows: &TextRows| {
            (0..rows.len()).map(|r| rows.get(u32::try_from(r).unwrap()).to_owned()).collect::<Vec<_>>()
        };
        rows.splice(1, 3, &["D2".into(), "D11".into()]);
        assert_eq!(all(&rows), ["D0", "D2", "D11", "D3"]);
        rows.splice(1, 1, &["NEW".into()]);
        assert_eq!(all(&rows), ["D0", "NEW", "D2", "D11", "D3"]);
        rows.splice(0, 2, &[]);
        assert_eq!(all(&rows), ["D2", "D11", "D3"]);
        rows.push("D3");
        assert_eq!(rows.repeated().iter().map(|&r| rows.get(r)).collect::<Vec<_>>(), ["D3"]);
        assert_eq!(all(&rows.reordered(&[2, 0])), ["D3", "D2"]);
    }
}

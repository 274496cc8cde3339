//! Quantities of many rows as one column: four bytes a row as long as every one of them fits, else eight.

/// Grains by row number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Grains {
    Small(Vec<i32>),
    Large(Vec<i64>),
}

impl Default for Grains {
    fn default() -> Self {
        Grains::Small(Vec::new())
    }
}

impl Grains {
    #[inline]
    pub(crate) fn get(&self, row: usize) -> i64 {
        match self {
            Grains::Small(rows) => i64::from(rows[row]),
            Grains::Large(rows) => rows[row],
        }
    }

    /// Nothing where the column is empty because all its rows are what another column says.
    pub(crate) fn find(&self, row: usize) -> Option<i64> {
        if self.is_empty() { None } else { Some(self.get(row)) }
    }

    fn len(&self) -> usize {
        match self {
            Grains::Small(rows) => rows.len(),
            Grains::Large(rows) => rows.len(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn push(&mut self, grains: i64) {
        let end = self.len();
        match (&mut *self, i32::try_from(grains)) {
            (Grains::Small(rows), Ok(small)) => rows.push(small),
            _ => self.splice(end, end, std::iter::once(grains)),
        }
    }

    /// Puts other quantities in the place of some rows.
    pub(crate) fn splice(&mut self, from: usize, to: usize, new: impl Iterator<Item = i64>) {
        let new: Vec<i64> = new.collect();
        let small: Result<Vec<i32>, _> = new.iter().map(|&grains| i32::try_from(grains)).collect();
        match (self, small) {
            (Grains::Small(rows), Ok(small)) => drop(rows.splice(from..to, small)),
            (Grains::Large(rows), _) => drop(rows.splice(from..to, new)),
            (column, Err(_)) => {
                let mut rows: Vec<i64> = (0..column.len()).map(|row| column.get(row)).collect();
                drop(rows.splice(from..to, new));
                *column = Grains::Large(rows);
            }
        }
    }

    /// The same rows in another order.
    pub(crate) fn reordered(&self, order: &[u32]) -> Grains {
        match self {
            _ if self.is_empty() => Grains::default(),
            Grains::Small(rows) => Grains::Small(order.iter().map(|&row| rows[row as usize]).collect()),
            Grains::Large(rows) => Grains::Large(order.iter().map(|&row| rows[row as usize]).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn f01_a_column_keeps_what_was_put_in(
            rows in prop::collection::vec(prop_oneof![-9i64..9, any::<i64>()], 0..20),
            new in prop::collection::vec(prop_oneof![-9i64..9, any::<i64>()], 0..5),
        ) {
            let (mut column, mut list) = (Grains::default(), rows.clone());
            rows.iter().for_each(|&grains| column.push(grains));
            let middle = list.len() / 2;
            column.splice(middle, list.len(), new.iter().copied());
            list.splice(middle.., new);
            prop_assert_eq!((0..list.len()).map(|row| column.get(row)).collect::<Vec<_>>(), list);
        }
    }
}

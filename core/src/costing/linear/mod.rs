//! Exact solution of a small system of linear equations over whole numbers.
//!
//! Elimination without fractions (Bareiss 1968): every entry stays a minor of the matrix, so numbers grow with the
//! number of equations only, and each division comes out even.

mod big;

pub(crate) use big::Big;

/// The solution of `matrix · x = right`: numerators over one denominator above nought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Solution {
    pub(crate) numerators: Vec<Big>,
    pub(crate) denominator: Big,
}

/// Solves as many equations as there are unknowns; nothing when they do not determine them.
///
/// Work grows with the fourth to fifth power of the number of equations; the caller bounds it.
pub(crate) fn solve(matrix: &[Vec<i128>], right: &[i128]) -> Option<Solution> {
    let n = right.len();
    let big = |row: &Vec<i128>| -> Vec<Big> { row.iter().copied().map(Big::from).collect() };
    let mut rows: Vec<Vec<Big>> = matrix.iter().map(big).collect();
    for (row, right) in rows.iter_mut().zip(right) {
        row.push(Big::from(*right));
    }
    let mut before = Big::from(1i128);
    for step in 0..n {
        let found = (step..n).find(|at| !rows[*at][step].is_zero())?;
        rows.swap(step, found);
        let pivot_row = rows[step].clone();
        let pivot = pivot_row[step].clone();
        for (at, row) in rows.iter_mut().enumerate() {
            if at != step {
                eliminate(row, &pivot_row, step, &before);
            }
        }
        before = pivot;
    }
    // Every row now reads `determinant · x = numerator`, up to the sign of the swaps, which both sides share.
    let negative = before.is_negative();
    let numerators = rows.into_iter().map(|mut row| {
        let value = row.pop().unwrap_or_default();
        if negative { value.negated() } else { value }
    });
    let numerators = numerators.collect();
    Some(Solution { numerators, denominator: if negative { before.negated() } else { before } })
}

/// `row = (pivot · row − row[step] · pivot row) ÷ previous pivot`, which comes out even.
fn eliminate(row: &mut [Big], pivot_row: &[Big], step: usize, before: &Big) {
    let factor = row[step].clone();
    let pivot = &pivot_row[step];
    for (slot, from) in row.iter_mut().zip(pivot_row) {
        let value = match factor.is_zero() {
            true => pivot.mul(slot),
            false => pivot.mul(slot).sub(&factor.mul(from)),
        };
        *slot = value.div_floor(before).0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigInt;
    use num_rational::BigRational;
    use num_traits::Zero;
    use proptest::prelude::*;

    /// Plain elimination with fractions of any size.
    fn slowly(matrix: &[Vec<i128>], right: &[i128]) -> Option<Vec<BigRational>> {
        let number = |n: &i128| BigRational::from(BigInt::from(*n));
        let mut rows: Vec<Vec<BigRational>> =
            matrix.iter().zip(right).map(|(row, r)| row.iter().chain([r]).map(number).collect()).collect();
        let n = rows.len();
        for step in 0..n {
            let found = (step..n).find(|at| !rows[*at][step].is_zero())?;
            rows.swap(step, found);
            let pivot = rows[step].clone();
            for at in (0..n).filter(|at| *at != step) {
                let factor = &rows[at][step] / &pivot[step];
                for k in 0..=n {
                    let part = &factor * &pivot[k];
                    rows[at][k] -= part;
                }
            }
        }
        Some((0..n).map(|at| &rows[at][n] / &rows[at][at]).collect())
    }

    fn number(big: &Big) -> BigInt {
        let (mut value, mut rest) = (BigInt::zero(), big.clone());
        let mut place = BigInt::from(1);
        let base = Big::from(1i128 << 64);
        while !rest.is_zero() && rest != Big::from(-1i128) {
            let (next, digit) = rest.div_floor(&base);
            value += BigInt::from(digit.to_i128().unwrap()) * &place;
            place <<= 64;
            rest = next;
        }
        if rest.is_zero() { value } else { value - place }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn c19_equations_are_solved_exactly(
            n in 1usize..7,
            entries in proptest::collection::vec(prop_oneof![-3i128..3, any::<i64>().prop_map(i128::from)], 42),
        ) {
            let matrix: Vec<Vec<i128>> = (0..n).map(|row| entries[row * 6..row * 6 + n].to_vec()).collect();
            let right: Vec<i128> = entries[36..36 + n].to_vec();
            let (fast, slow) = (solve(&matrix, &right), slowly(&matrix, &right));
            prop_assert_eq!(fast.is_some(), slow.is_some());
            if let (Some(fast), Some(slow)) = (fast, slow) {
                prop_assert!(!fast.denominator.is_negative());
                for (numerator, exact) in fast.numerators.iter().zip(slow) {
                    prop_assert_eq!(BigRational::new(number(numerator), number(&fast.denominator)), exact);
                }
            }
        }
    }
}

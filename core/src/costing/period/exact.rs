//! The exact solution of a linear system of whole numbers, by p-adic lifting.
//!
//! The matrix is inverted once modulo a prime of 31 bits; each further digit of the solution costs one product with
//! that inverse and one exact residual. Hadamard's bound says how many digits are enough; the fractions read off
//! them are put into the equations and must fulfil them exactly, so that a result is proved, not trusted.

use super::system::Row;
use crate::num::NumError;
use num_bigint::{BigInt, BigUint, Sign};
use std::collections::BTreeMap;

/// Primes of 31 bits. A system that is singular modulo each of them is taken for singular.
const PRIMES: [u64; 4] = [2_147_483_647, 2_147_483_629, 2_147_483_587, 2_147_483_579];

/// The most unknowns: the inverse is dense.
pub(super) const MOST: usize = 1_500;

/// Sums of a row's coefficients stay below this, so that residuals fit 127 bits.
const LARGEST: u128 = 1 << 90;

/// Unknowns as fractions over one denominator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Solution {
    numerators: Vec<BigInt>,
    denominator: BigInt,
}

impl Solution {
    /// The value of an unknown times a whole number, half up.
    pub(super) fn times(&self, at: usize, factor: i64) -> Result<i64, NumError> {
        let product = &self.numerators[at] * BigInt::from(factor);
        let negative = (product.sign() == Sign::Minus) != (self.denominator.sign() == Sign::Minus);
        let (twice, divisor) = (product.magnitude() * 2u32, self.denominator.magnitude());
        let rounded = BigInt::from((twice + divisor) / (divisor * 2u32));
        let value = i64::try_from(&rounded).map_err(|_| NumError::Overflow)?;
        Ok(if negative { -value } else { value })
    }

    /// Numerator and denominator of an unknown, for tests.
    #[cfg(test)]
    pub(super) fn fraction(&self, at: usize) -> (BigInt, BigInt) {
        (self.numerators[at].clone(), self.denominator.clone())
    }
}

/// Solves `rows` for as many unknowns; nothing when they do not determine them.
pub(super) fn solve(rows: &[Row]) -> Result<Option<Solution>, NumError> {
    let n = rows.len();
    if n > MOST {
        return Err(NumError::Range);
    }
    let rows: Vec<Row> = rows.iter().map(reduced).collect();
    for row in &rows {
        let sum = row.cells.values().try_fold(0u128, |sum, value| sum.checked_add(value.unsigned_abs()));
        if sum.is_none_or(|sum| sum >= LARGEST) || row.constant.unsigned_abs() >= 1 << 120 {
            return Err(NumError::Overflow);
        }
    }
    for prime in PRIMES {
        if let Some(inverse) = inverse(&rows, prime) {
            return Ok(lift(&rows, &inverse, prime));
        }
    }
    Ok(None)
}

/// A row without the common factor of its numbers.
fn reduced(row: &Row) -> Row {
    let mut common = row.constant.unsigned_abs();
    for value in row.cells.values() {
        let (mut a, mut b) = (value.unsigned_abs(), common);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        common = a;
    }
    let common = i128::try_from(common.max(1)).unwrap_or(1);
    let cells: BTreeMap<usize, i128> = row.cells.iter().map(|(at, value)| (*at, value / common)).collect();
    Row { cells, constant: row.constant / common }
}

fn residue(value: i128, prime: u64) -> u64 {
    u64::try_from(value.rem_euclid(i128::from(prime))).unwrap_or(0)
}

fn power(mut base: u64, mut exponent: u64, prime: u64) -> u64 {
    let mut result = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % prime;
        }
        base = base * base % prime;
        exponent >>= 1;
    }
    result
}

/// The inverse of the matrix modulo a prime, row by row; nothing when it is singular there.
fn inverse(rows: &[Row], prime: u64) -> Option<Vec<u64>> {
    let n = rows.len();
    let wide = 2 * n;
    let mut matrix = vec![0u64; n * wide];
    for (at, row) in rows.iter().enumerate() {
        for (column, value) in &row.cells {
            matrix[at * wide + column] = residue(*value, prime);
        }
        matrix[at * wide + n + at] = 1;
    }
    let mut pivot_row = vec![0u64; wide];
    for column in 0..n {
        let pivot = (column..n).find(|row| matrix[row * wide + column] != 0)?;
        if pivot != column {
            for at in 0..wide {
                matrix.swap(pivot * wide + at, column * wide + at);
            }
        }
        let by = power(matrix[column * wide + column], prime - 2, prime);
        for cell in &mut matrix[column * wide..(column + 1) * wide] {
            *cell = *cell * by % prime;
        }
        pivot_row.copy_from_slice(&matrix[column * wide..(column + 1) * wide]);
        for (row, cells) in matrix.chunks_exact_mut(wide).enumerate() {
            let factor = cells[column];
            if row == column || factor == 0 {
                continue;
            }
            let factor = prime - factor;
            // Columns before this one are those of the unit matrix already.
            for (cell, pivot) in cells[column..].iter_mut().zip(&pivot_row[column..]) {
                *cell = (*cell + factor * pivot) % prime;
            }
        }
    }
    let mut inverse = Vec::with_capacity(n * n);
    for row in matrix.chunks_exact(wide) {
        inverse.extend_from_slice(&row[n..]);
    }
    Some(inverse)
}

/// Bits of the largest determinant of the matrix, and of the largest with a column replaced by the constants.
fn bounds(rows: &[Row]) -> (u64, u64) {
    let bits = |value: u128| u64::from(128 - value.leading_zeros());
    let sum = |row: &Row| row.cells.values().map(|value| value.unsigned_abs()).sum::<u128>();
    let matrix = rows.iter().map(|row| bits(sum(row))).sum::<u64>() + 1;
    let extended = |row: &Row| bits(sum(row).saturating_add(row.constant.unsigned_abs()));
    (matrix, rows.iter().map(extended).sum::<u64>() + 1)
}

fn lift(rows: &[Row], inverse: &[u64], prime: u64) -> Option<Solution> {
    let n = rows.len();
    let (denominator_bits, numerator_bits) = bounds(rows);
    // A prime of 31 bits is above 2^30.
    let digits = usize::try_from((denominator_bits + numerator_bits + 2) / 30 + 1).ok()?;
    let mut residual: Vec<i128> = rows.iter().map(|row| row.constant).collect();
    let mut found: Vec<Vec<u32>> = vec![Vec::with_capacity(digits); n];
    let square = prime * prime;
    let mut small = vec![0u64; n];
    let mut digit = vec![0u64; n];
    for _ in 0..digits {
        small.iter_mut().zip(&residual).for_each(|(small, value)| *small = residue(*value, prime));
        for (digit, row) in digit.iter_mut().zip(inverse.chunks_exact(n)) {
            let mut sum = 0u64;
            for (a, b) in row.iter().zip(&small) {
                sum += a * b;
                sum -= if sum >= square { square } else { 0 };
            }
            *digit = sum % prime;
        }
        for (value, row) in residual.iter_mut().zip(rows) {
            let known = row.cells.iter().map(|(column, cell)| cell * i128::from(digit[*column]));
            *value = (*value - known.sum::<i128>()) / i128::from(prime);
        }
        for (list, digit) in found.iter_mut().zip(&digit) {
            list.push(u32::try_from(*digit).unwrap_or(0));
        }
    }
    let modulus = BigInt::from(BigUint::from(prime).pow(u32::try_from(digits).ok()?));
    let most = BigInt::from(BigUint::from(1u32) << numerator_bits);
    let solution = fractions(&found, prime, &modulus, &most)?;
    fulfils(rows, &solution).then_some(solution)
}

/// Reads fractions off their digits; most unknowns share the denominator of those before.
fn fractions(found: &[Vec<u32>], prime: u64, modulus: &BigInt, most: &BigInt) -> Option<Solution> {
    let mut solution = Solution { numerators: Vec::new(), denominator: BigInt::from(1) };
    for digits in found {
        let mut value = BigUint::default();
        for digit in digits.iter().rev() {
            value = value * prime + *digit;
        }
        let scaled = BigInt::from(value) * &solution.denominator % modulus;
        let near = nearest(scaled.clone(), modulus);
        if near.magnitude() <= most.magnitude() {
            solution.numerators.push(near);
            continue;
        }
        let (numerator, by) = reconstruct(scaled, modulus, most)?;
        for earlier in &mut solution.numerators {
            *earlier *= &by;
        }
        solution.denominator *= by;
        solution.numerators.push(numerator);
    }
    Some(solution)
}

/// The residue nearest to nought.
fn nearest(value: BigInt, modulus: &BigInt) -> BigInt {
    if &value * 2 > *modulus { value - modulus } else { value }
}

/// The fraction with a small numerator that a residue stands for (half of Euclid's algorithm).
fn reconstruct(value: BigInt, modulus: &BigInt, most: &BigInt) -> Option<(BigInt, BigInt)> {
    let (mut before, mut rest) = (modulus.clone(), value);
    let (mut left, mut by) = (BigInt::from(0), BigInt::from(1));
    while rest > *most {
        let quotient = &before / &rest;
        (before, rest) = (rest.clone(), before - &quotient * &rest);
        (left, by) = (by.clone(), left - quotient * &by);
    }
    match by.sign() {
        Sign::NoSign => None,
        Sign::Minus => Some((-rest, -by)),
        Sign::Plus => Some((rest, by)),
    }
}

/// Whether every equation holds exactly.
fn fulfils(rows: &[Row], solution: &Solution) -> bool {
    rows.iter().all(|row| {
        let terms =
            row.cells.iter().map(|(column, value)| &solution.numerators[*column] * BigInt::from(*value));
        terms.sum::<BigInt>() == &solution.denominator * BigInt::from(row.constant)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_rational::BigRational;

    fn row(cells: &[(usize, i128)], constant: i128) -> Row {
        Row { cells: cells.iter().copied().collect(), constant }
    }

    #[test]
    fn c10_small_systems_are_solved_exactly() {
        // 120 u = 1,000.00 + 20 u + 40.00.
        let solved = solve(&[row(&[(0, 100)], 104_000)]).unwrap().unwrap();
        assert_eq!(solved.times(0, 20), Ok(20_800));
        let third = solve(&[row(&[(0, 3)], 100)]).unwrap().unwrap();
        assert_eq!((third.times(0, 1), third.times(0, 2), third.times(0, -2)), (Ok(33), Ok(67), Ok(-67)));
        // Exactly a half goes away from nought.
        let half = solve(&[row(&[(0, 2)], 5)]).unwrap().unwrap();
        assert_eq!((half.times(0, 1), half.times(0, -1)), (Ok(3), Ok(-3)));
        assert_eq!(solve(&[row(&[(0, 1), (1, -1)], 1), row(&[(0, -1), (1, 1)], 1)]), Ok(None));
    }

    /// Gauss over rationals, slow and plain.
    fn oracle(rows: &[Row]) -> Option<Vec<BigRational>> {
        let n = rows.len();
        let int = |value: i128| BigRational::from_integer(value.into());
        let mut matrix: Vec<Vec<BigRational>> = rows
            .iter()
            .map(|row| {
                let mut cells = vec![int(0); n + 1];
                row.cells.iter().for_each(|(at, value)| cells[*at] = int(*value));
                cells[n] = int(row.constant);
                cells
            })
            .collect();
        for column in 0..n {
            let pivot = (column..n).find(|at| matrix[*at][column] != int(0))?;
            matrix.swap(pivot, column);
            let by = matrix[column][column].clone();
            matrix[column].iter_mut().for_each(|cell| *cell = cell.clone() / by.clone());
            let own = matrix[column].clone();
            for (at, cells) in matrix.iter_mut().enumerate().filter(|(at, _)| *at != column) {
                let factor = cells[column].clone();
                let _ = at;
                cells.iter_mut().zip(&own).for_each(|(cell, own)| *cell -= factor.clone() * own);
            }
        }
        Some(matrix.into_iter().map(|row| row[n].clone()).collect())
    }

    #[test]
    fn c10_up_to_20_unknowns_equal_rational_elimination() {
        let mut seed = 7u64;
        let mut draw = |most: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i128::from((seed >> 33) % most)
        };
        for round in 0..40 {
            let n = 1 + round % 20;
            let rows: Vec<Row> = (0..n)
                .map(|at| {
                    let mut cells: BTreeMap<usize, i128> = BTreeMap::new();
                    for other in 0..n {
                        if other != at && draw(3) == 0 {
                            cells.insert(other, -draw(1_000_000));
                        }
                    }
                    let sum: i128 = cells.values().sum();
                    cells.insert(at, -sum + draw(1_000_000) - 300_000);
                    Row { cells, constant: draw(1_000_000_000) - 1_000_000 }
                })
                .collect();
            let (fast, slow) = (solve(&rows).unwrap(), oracle(&rows));
            assert_eq!(fast.is_some(), slow.is_some());
            let (Some(fast), Some(slow)) = (fast, slow) else { continue };
            for (at, slow) in slow.iter().enumerate() {
                let (numerator, denominator) = fast.fraction(at);
                assert_eq!(BigRational::new(numerator, denominator), *slow);
            }
        }
    }
}

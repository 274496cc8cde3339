//! Sharing out whole amounts: lines of a stock, elements of an amount. Every share adds up to its total.

use super::policy::IssueResidue;
use crate::num::{NumError, Residue, Rounding, div_round, split};

/// Rows of equal width in one block.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Grid {
    width: usize,
    cells: Vec<i64>,
}

impl Grid {
    pub(super) fn new(rows: usize, width: usize) -> Grid {
        Grid { width, cells: vec![0; rows * width] }
    }

    pub(super) fn row(&self, row: usize) -> &[i64] {
        &self.cells[row * self.width..(row + 1) * self.width]
    }

    pub(super) fn row_mut(&mut self, row: usize) -> &mut [i64] {
        &mut self.cells[row * self.width..(row + 1) * self.width]
    }

    pub(super) fn cells(&self) -> &[i64] {
        &self.cells
    }
}

/// The sum of a row of amounts.
pub(super) fn total(row: &[i64]) -> i64 {
    // The sum of all amounts of a run is checked to fit before anything is computed.
    row.iter().sum()
}

/// `a + b` that fits.
pub(super) fn plus(a: i64, b: i64) -> Result<i64, NumError> {
    a.checked_add(b).ok_or(NumError::Overflow)
}

/// An amount that fits 64 bits.
pub(super) fn fit(value: i128) -> Result<i64, NumError> {
    i64::try_from(value).map_err(|_| NumError::Overflow)
}

/// Takes `value` out of `rest` in the proportions of `rest` and gives it to `sink`.
///
/// Each part is within one unit of the exact one; parts of a whole taken one after the other end at nought. An
/// amount taken where there is nothing stands in `other`.
pub(super) fn take(rest: &mut [i64], value: i64, other: usize, sink: &mut [i64]) -> Result<(), NumError> {
    if value == 0 {
        return Ok(());
    }
    let sum = total(rest);
    let single = only(rest);
    if sum == 0 || single.is_some() || rest.is_empty() {
        let at = single.unwrap_or(other);
        rest[at] = rest[at].checked_sub(value).ok_or(NumError::Overflow)?;
        sink[at] = plus(sink[at], value)?;
        return Ok(());
    }
    if value == sum {
        for (from, to) in rest.iter_mut().zip(sink) {
            *to = plus(*to, *from)?;
            *from = 0;
        }
        return Ok(());
    }
    // Nearly every run has few elements: nothing is allocated for those.
    let (mut few, mut many) = ([Portion::default(); 16], Vec::new());
    let portions = if rest.len() <= few.len() {
        &mut few[..rest.len()]
    } else {
        many.resize(rest.len(), Portion::default());
        &mut many[..]
    };
    // A divisor above nought: both signs are turned.
    let (value_of, divisor) =
        if sum < 0 { (-i128::from(value), -i128::from(sum)) } else { (i128::from(value), i128::from(sum)) };
    let mut given = 0i128;
    for (portion, part) in portions.iter_mut().zip(&*rest).filter(|(_, part)| **part != 0) {
        let product = value_of * i128::from(*part);
        let (share, remainder) = match (i64::try_from(product), i64::try_from(divisor)) {
            (Ok(product), Ok(divisor)) => {
                (i128::from(product.div_euclid(divisor)), i128::from(product.rem_euclid(divisor)))
            }
            _ => (product.div_euclid(divisor), product.rem_euclid(divisor)),
        };
        given += share;
        *portion = Portion { share: fit(share)?, remainder };
    }
    // The floors fall short by less than one unit a remainder: the largest get one each, ties to the smaller index.
    for _ in 0..usize::try_from(i128::from(value) - given).unwrap_or(0) {
        let mut largest = 0;
        for at in 1..portions.len() {
            if portions[at].remainder > portions[largest].remainder {
                largest = at;
            }
        }
        portions[largest].share += 1;
        portions[largest].remainder = 0;
    }
    for ((from, to), portion) in rest.iter_mut().zip(sink).zip(portions) {
        *from = from.checked_sub(portion.share).ok_or(NumError::Overflow)?;
        *to = plus(*to, portion.share)?;
    }
    Ok(())
}

/// A part of an amount, and what its rounding down left.
#[derive(Debug, Clone, Copy, Default)]
struct Portion {
    share: i64,
    remainder: i128,
}

/// The index of the only part that is not nought.
fn only(row: &[i64]) -> Option<usize> {
    let mut found = row.iter().enumerate().filter(|(_, part)| **part != 0).map(|(at, _)| at);
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// What lines of a total are worth: `values[i]` for `grains[i]`, and what stays for `closing` grains.
///
/// Lines below nought go back at the average `value ÷ (Σ grains + closing)`, both of which may be below nought after
/// lines of a typed value; the others and the closing quantity share what there is then.
pub(super) fn spread(
    value: i64,
    grains: &[i64],
    closing: i64,
    residue: IssueResidue,
) -> Result<(Vec<i64>, i64), NumError> {
    let whole: i128 = grains.iter().map(|grains| i128::from(*grains)).sum::<i128>() + i128::from(closing);
    let mut values = vec![0i64; grains.len()];
    let mut pool = i128::from(value);
    for (line, grains) in values.iter_mut().zip(grains).filter(|(_, grains)| **grains < 0) {
        if whole != 0 {
            // A divisor above nought: both signs are turned.
            let (grains, whole) = if whole < 0 { (-*grains, -whole) } else { (*grains, whole) };
            *line = fit(scaled(value, grains, whole)?)?;
            pool -= i128::from(*line);
        }
    }
    let positive: i128 = grains.iter().filter(|grains| **grains > 0).map(|grains| i128::from(*grains)).sum();
    let divisor = positive + i128::from(closing.max(0));
    if divisor == 0 {
        return Ok((values, fit(pool)?));
    }
    match residue {
        IssueResidue::LargestRemainder => {
            let mut weights: Vec<i128> = grains.iter().map(|grains| i128::from((*grains).max(0))).collect();
            weights.push(i128::from(closing.max(0)));
            let shares = split(pool, &weights, Residue::LargestRemainder)?;
            let rest = shares.last().copied().unwrap_or(0);
            for ((line, grains), share) in values.iter_mut().zip(grains).zip(shares) {
                if *grains > 0 {
                    *line = fit(share)?;
                }
            }
            Ok((values, fit(rest)?))
        }
        IssueResidue::EndingStock => {
            let all = fit(pool)?;
            let mut rest = pool;
            let mut last = None;
            for (at, (line, grains)) in values.iter_mut().zip(grains).enumerate() {
                if *grains > 0 {
                    *line = fit(scaled(all, *grains, divisor)?)?;
                    rest -= i128::from(*line);
                    last = Some(at);
                }
            }
            if let Some(last) = last.filter(|_| closing <= 0) {
                values[last] = fit(i128::from(values[last]) + rest)?;
                rest = 0;
            }
            Ok((values, fit(rest)?))
        }
    }
}

/// `value · part ÷ whole`, half up.
pub(super) fn scaled(value: i64, part: i64, whole: i128) -> Result<i128, NumError> {
    // Two factors of 64 bits always fit 128.
    div_round(i128::from(value) * i128::from(part), whole, Rounding::HalfUp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f01_elements_taken_one_after_the_other_end_at_nought() {
        let mut rest = [60, 40, 0];
        let mut all = [0; 3];
        for _ in 0..100 {
            let mut sink = [0; 3];
            take(&mut rest, 1, 0, &mut sink).unwrap();
            assert_eq!(sink.iter().sum::<i64>(), 1);
            assert!(rest.iter().all(|part| *part >= 0));
            all.iter_mut().zip(sink).for_each(|(all, part)| *all += part);
        }
        assert_eq!((rest, all), ([0; 3], [60, 40, 0]));
        let (mut rest, mut sink) = ([5, -3], [0; 2]);
        take(&mut rest, 1, 0, &mut sink).unwrap();
        assert_eq!(sink.iter().sum::<i64>(), 1);
        take(&mut rest, 1, 0, &mut sink).unwrap();
        assert_eq!((rest, sink), ([0; 2], [5, -3]));
    }

    #[test]
    fn f01_lines_and_what_stays_add_up_to_the_value() {
        let (lines, rest) = spread(1_000_000, &[1, 1, 1], 0, IssueResidue::LargestRemainder).unwrap();
        assert_eq!((lines, rest), (vec![333_334, 333_333, 333_333], 0));
        let (lines, rest) = spread(1_000, &[1], 2, IssueResidue::EndingStock).unwrap();
        assert_eq!((lines, rest), (vec![333], 667));
        // A return at the average of the period: 10 of 100 come back, 60 go out.
        let (lines, rest) = spread(900, &[60, -10], 40, IssueResidue::LargestRemainder).unwrap();
        assert_eq!((lines, rest), (vec![600, -100], 400));
        // The same price of 10 where less than nothing is averaged: 30 come back, 5 go out, 5 stay.
        let (lines, rest) = spread(-200, &[5, -30], 5, IssueResidue::LargestRemainder).unwrap();
        assert_eq!((lines, rest), (vec![50, -300], 50));
    }
}

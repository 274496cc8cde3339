//! CPU time inside criterion, which by itself reads the clock: on a shared machine the clock says little.

use std::hint::black_box;
use std::time::Duration;

/// CPU time of so many rounds of the same work; results are dropped outside of what is timed.
pub fn cpu_of<T>(rounds: u64, mut work: impl FnMut() -> T) -> Duration {
    (0..rounds)
        .map(|_| {
            let (result, took) = crate::measure::took(&mut work);
            drop(black_box(result));
            took.cpu
        })
        .sum()
}

/// Sizes of the benches: 1 000 and 10 000, and 100 000 when `HEADSTOCK_BENCH_LARGE` is set.
#[must_use]
pub fn sizes() -> Vec<usize> {
    let mut sizes = vec![1_000, 10_000];
    if std::env::var_os("HEADSTOCK_BENCH_LARGE").is_some() {
        sizes.push(100_000);
    }
    sizes
}

//! CPU time and peak memory of this process, medians, and how figures are printed.

use cpu_time::ProcessTime;
use std::time::{Duration, Instant};

/// What some work took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Took {
    /// CPU time of all threads, ended ones included.
    pub cpu: Duration,
    /// Time on the clock.
    pub wall: Duration,
}

/// Does some work and says what it took.
pub fn took<T>(work: impl FnOnce() -> T) -> (T, Took) {
    let (cpu, wall) = (ProcessTime::now(), Instant::now());
    let result = work();
    (result, Took { cpu: cpu.elapsed(), wall: wall.elapsed() })
}

/// Highest resident memory so far, in kilobytes; 0 where the system does not say.
#[must_use]
pub fn peak_kilobytes() -> u64 {
    status("VmHWM:")
}

/// Resident memory now, in kilobytes; 0 where the system does not say.
#[must_use]
pub fn resident_kilobytes() -> u64 {
    status("VmRSS:")
}

fn status(field: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(field));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}

/// The value at `hundredths` of a list: 50 is the median, 95 the value that 95 of 100 do not pass.
///
/// # Panics
/// On an empty list.
#[must_use]
pub fn at<T: Copy + Ord>(mut values: Vec<T>, hundredths: usize) -> T {
    values.sort_unstable();
    values[(values.len() - 1) * hundredths / 100]
}

/// The median.
///
/// # Panics
/// On an empty list.
#[must_use]
pub fn median<T: Copy + Ord>(values: Vec<T>) -> T {
    at(values, 50)
}

/// One figure: printed as `figure <name> <value> <unit>`, and kept for the table at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Figure {
    name: String,
    value: String,
    unit: &'static str,
}

/// Figures of one run of the command.
#[derive(Debug, Default)]
pub struct Figures(Vec<Figure>);

impl Figures {
    /// Prints one figure and keeps it.
    #[expect(clippy::print_stdout, reason = "figures are what the command is for")]
    pub fn tell(&mut self, name: &str, value: impl std::fmt::Display, unit: &'static str) {
        let figure = Figure { name: name.to_owned(), value: value.to_string(), unit };
        println!("figure {} {} {}", figure.name, figure.value, figure.unit);
        self.0.push(figure);
    }

    /// Seconds with three decimals.
    pub fn seconds(&mut self, name: &str, time: Duration) {
        self.tell(name, format_args!("{}.{:03}", time.as_secs(), time.subsec_millis()), "s");
    }

    /// Microseconds with one decimal.
    pub fn micros(&mut self, name: &str, time: Duration) {
        let tenths = time.as_nanos() / 100;
        self.tell(name, format_args!("{}.{}", tenths / 10, tenths % 10), "us");
    }

    /// Nanoseconds of a time for each of `count` things.
    pub fn nanos_each(&mut self, name: &str, time: Duration, count: u64) {
        let tenths = time.as_nanos() * 10 / u128::from(count.max(1));
        self.tell(name, format_args!("{}.{}", tenths / 10, tenths % 10), "ns");
    }

    /// Resident memory now, in megabytes of a million bytes.
    pub fn resident(&mut self, name: &str) {
        self.tell(name, resident_kilobytes() * 1_024 / 1_000_000, "MB");
    }

    /// Peak memory so far, in megabytes of a million bytes, and its bytes for each of `count` things.
    pub fn peak(&mut self, name: &str, each: &[(&str, u64)]) {
        let kilobytes = peak_kilobytes();
        self.tell(name, kilobytes * 1_024 / 1_000_000, "MB");
        for (what, count) in each {
            self.tell(&format!("{name}_per_{what}"), kilobytes * 1_024 / (*count).max(1), "bytes");
        }
    }

    /// The table for people.
    #[expect(clippy::print_stdout, reason = "figures are what the command is for")]
    pub fn table(&self) {
        let wide = self.0.iter().map(|figure| figure.name.len()).max().unwrap_or(0);
        println!();
        for figure in &self.0 {
            println!("{:wide$}  {:>16} {}", figure.name, figure.value, figure.unit);
        }
    }
}

/// A quotient with two decimals, for ratios of times and counts.
#[must_use]
pub fn ratio(numerator: u128, denominator: u128) -> String {
    let hundredths = numerator * 100 / denominator.max(1);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

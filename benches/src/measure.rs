//! CPU seconds and peak memory of this process, from the kernel's own counters.

/// CPU seconds of all threads so far, in thousandths.
#[must_use]
pub fn cpu_seconds() -> Thousandths {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let own = text.split_whitespace().next().and_then(|n| n.parse::<u64>().ok()).unwrap_or(0);
    // schedstat counts the main thread; the others are added from their tasks.
    let tasks = std::fs::read_dir("/proc/self/task").map(|dir| {
        dir.flatten()
            .filter_map(|task| std::fs::read_to_string(task.path().join("schedstat")).ok())
            .filter_map(|text| text.split_whitespace().next()?.parse::<u64>().ok())
            .sum::<u64>()
    });
    Thousandths(tasks.unwrap_or(own) / 1_000_000)
}

/// Highest resident memory so far, in megabytes.
#[must_use]
pub fn peak_megabytes() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).unwrap_or(0) / 1_024
}

/// A number of thousandths, printed as a decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Thousandths(pub u64);

impl std::ops::Sub for Thousandths {
    type Output = Thousandths;

    fn sub(self, other: Thousandths) -> Thousandths {
        Thousandths(self.0.saturating_sub(other.0))
    }
}

impl std::fmt::Display for Thousandths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:03}", self.0 / 1_000, self.0 % 1_000)
    }
}

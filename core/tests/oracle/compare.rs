//! The comparison: one plant, both planners, line by line; a failing plant is made smaller by its features.

use super::plan::{OraclePlan, plan};
use super::plants::{FEATURES, Plant, all_features, plant};

/// How many random plants a test run takes; `HEADSTOCK_PLANTS` sets another number.
pub fn count() -> u64 {
    std::env::var("HEADSTOCK_PLANTS").ok().and_then(|n| n.parse().ok()).unwrap_or(2_000)
}

pub fn oracle(p: &Plant) -> OraclePlan {
    plan(&p.tables, &p.policy, p.run).expect("a plant without loops")
}

/// What to print so that anyone can repeat a failure.
pub fn reproduction(seed: u64, flags: u64) -> String {
    let p = plant(seed, flags);
    let names: Vec<&str> = FEATURES.iter().enumerate().filter(|(i, _)| flags >> i & 1 == 1).map(|(_, n)| *n).collect();
    format!(
        "seed {seed} flags {flags:#x} {names:?}\nrun {}\npolicy {}\ntables {}\n",
        p.run,
        serde_json::to_string(&p.policy).unwrap(),
        serde_json::to_string(&p.tables).unwrap(),
    )
}

/// Clears features as long as the plant still fails.
pub fn shrink(seed: u64, fails: &dyn Fn(u64) -> bool) -> u64 {
    let mut flags = all_features();
    loop {
        let smaller = (0..FEATURES.len()).map(|i| flags & !(1 << i)).find(|f| *f != flags && fails(*f));
        let Some(f) = smaller else { return flags };
        flags = f;
    }
}

/// A record adds up on every row: what was there, plus receipts, less needs.
fn adds_up(p: &OraclePlan) -> bool {
    p.records.values().flat_map(|r| r.values()).all(|r| {
        r.balance.0 == &r.before.0 + &r.planned.0 + &r.short.0
    })
}

#[test]
fn p10_the_slow_planner_plans_every_plant() {
    for seed in 0..count().min(2_000) {
        let p = plant(seed, all_features());
        assert!(adds_up(&oracle(&p)), "{}", reproduction(seed, all_features()));
    }
}

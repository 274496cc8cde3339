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
    let names: Vec<&str> =
        FEATURES.iter().enumerate().filter(|(i, _)| flags >> i & 1 == 1).map(|(_, n)| *n).collect();
    format!(
        "seed {seed} flags {flags:#x} {names:?}\nrun {}\npolicy {}\ntables {}\n",
        p.run,
        serde_json::to_string(&p.policy).unwrap(),
        serde_json::to_string(&p.tables).unwrap(),
    )
}

/// Clears features as long as the plant still fails.
pub fn shrink(_seed: u64, fails: &dyn Fn(u64) -> bool) -> u64 {
    let mut flags = all_features();
    loop {
        let smaller = (0..FEATURES.len()).map(|i| flags & !(1 << i)).find(|f| *f != flags && fails(*f));
        let Some(f) = smaller else { return flags };
        flags = f;
    }
}

/// A record adds up on every row: what was there, plus receipts, less needs.
fn adds_up(p: &OraclePlan) -> bool {
    p.records
        .values()
        .flat_map(|r| r.values())
        .all(|r| r.balance.0 == &r.before.0 + &r.planned.0 + &r.short.0)
}

/// Runs a check on every seed; a failing one is made small and printed.
pub fn sweep(name: &str, check: &dyn Fn(&Plant) -> Result<(), String>) {
    let run = |seed: u64, flags: u64| {
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(&plant(seed, flags))));
        caught.unwrap_or_else(|p| {
            let text = p.downcast_ref::<String>().cloned();
            Err(text.or_else(|| p.downcast_ref::<&str>().map(|s| (*s).to_string())).unwrap_or_default())
        })
    };
    let first = first_seed();
    for seed in first..first + count() {
        if run(seed, all_features()).is_err() {
            let flags = shrink(seed, &|f| run(seed, f).is_err());
            panic!("{name}\n{}\n{}", reproduction(seed, flags), run(seed, flags).unwrap_err());
        }
    }
}

/// The first seed; `HEADSTOCK_SEED` sets another.
fn first_seed() -> u64 {
    std::env::var("HEADSTOCK_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// Every need is covered to the last grain by what was there, what was ordered, or the report (invariant 3).
fn all_pegged(p: &OraclePlan) -> bool {
    p.pegs.values().flat_map(|pegs| pegs.keys()).all(|(supply, _)| supply != "nothing")
}

#[test]
fn p10_the_slow_planner_plans_every_plant() {
    sweep("the slow planner", &|p| {
        let plan = oracle(p);
        match (adds_up(&plan), all_pegged(&plan)) {
            (true, true) => Ok(()),
            (false, _) => Err("does not add up".into()),
            (_, false) => Err(format!("not all pegged: {:?}", plan.pegs)),
        }
    });
}

/// Every kind of line has to turn up, else the plants do not test it.
#[test]
fn p10_plants_reach_every_kind_of_answer() {
    let mut seen: std::collections::BTreeMap<String, u64> = std::collections::BTreeMap::new();
    for seed in 0..2_000 {
        let p = plant(seed, all_features());
        for l in oracle(&p).canonical() {
            let words: Vec<&str> = l.split(' ').collect();
            let kind = match words[0] {
                "S" => format!("S {}", words[words.len() - 1]),
                "M" | "F" => format!("{} {}", words[0], words[1]),
                other => other.into(),
            };
            *seen.entry(kind).or_default() += 1;
        }
    }
    for kind in [
        "O",
        "R",
        "M cancel",
        "M defer",
        "M expedite",
        "M increase",
        "M decrease",
        "M below_safety",
        "M inside_fence",
    ] {
        assert!(seen.get(kind).is_some_and(|n| *n >= 100), "{kind}: {seen:#?}");
    }
    for code in [
        "BOM_NOT_FOUND",
        "CALENDAR_GAP",
        "LEADTIME_MISSING",
        "NO_SOURCE",
        "PARAM_MISSING",
        "SOURCE_LOT_RANGE",
    ] {
        assert!(seen.get(&format!("S {code}")).is_some_and(|n| *n >= 50), "{code}: {seen:#?}");
    }
}

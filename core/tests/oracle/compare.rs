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
pub fn shrink(most: u64, fails: &dyn Fn(u64) -> bool) -> u64 {
    let mut flags = most;
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
pub fn sweep(name: &str, most: u64, check: &dyn Fn(&Plant) -> Result<(), String>) {
    let run = |seed: u64, flags: u64| {
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(&plant(seed, flags))));
        caught.unwrap_or_else(|p| {
            let text = p.downcast_ref::<String>().cloned();
            Err(text.or_else(|| p.downcast_ref::<&str>().map(|s| (*s).to_string())).unwrap_or_default())
        })
    };
    let first = first_seed();
    for seed in first..first + count() {
        if run(seed, most).is_err() {
            let flags = shrink(most, &|f| run(seed, f).is_err());
            panic!("{name}\n{}\n{}", reproduction(seed, flags), run(seed, flags).unwrap_err());
        }
    }
}

/// The first seed; `HEADSTOCK_SEED` sets another.
fn first_seed() -> u64 {
    std::env::var("HEADSTOCK_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// All features; `HEADSTOCK_FLAGS` sets others.
fn chosen_features() -> u64 {
    std::env::var("HEADSTOCK_FLAGS").map_or(all_features(), |f| f.parse().unwrap())
}

/// Every need is covered to the last grain by what was there, what was ordered, or the report (invariant 3).
fn all_pegged(p: &OraclePlan) -> bool {
    p.pegs.values().flat_map(|pegs| pegs.keys()).all(|(supply, _)| supply != "nothing")
}

#[test]
fn p10_the_slow_planner_plans_every_plant() {
    sweep("the slow planner", all_features(), &|p| {
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
    for code in ["GROUP_DISSOLVED", "OUTPUT_NOT_COUNTED", "SUBST_RATIO_MISSING", "SUBSTITUTE_MANUAL"] {
        assert!(seen.get(&format!("F {code}")).is_some_and(|n| *n >= 20), "{code}: {seen:#?}");
    }
}

/// Kinds of lines that are compared: all that the engine answers.
const COMPARED: [&str; 6] = ["O ", "S ", "M ", "R ", "F ", "P "];

/// What the two planners say differently about a plant: `-` only the slow one, `+` only the engine.
fn differences(p: &Plant) -> Result<(), String> {
    // `HEADSTOCK_LINES=RF` looks at some kinds only.
    let wanted = std::env::var("HEADSTOCK_LINES").ok();
    let compared = |l: &String| match &wanted {
        Some(kinds) => kinds.contains(&l[..1]),
        None => COMPARED.iter().any(|c| l.starts_with(c)),
    };
    let slow = oracle(p).canonical().into_iter().filter(compared);
    let fast = super::engine::canonical(&super::engine::engine(p, 1)?).into_iter().filter(compared);
    let mut count: std::collections::BTreeMap<String, i64> = std::collections::BTreeMap::new();
    slow.for_each(|l| *count.entry(l).or_default() += 1);
    fast.for_each(|l| *count.entry(l).or_default() -= 1);
    count.retain(|_, n| *n != 0);
    if count.is_empty() {
        return Ok(());
    }
    let sign = |n: i64| if n > 0 { "-" } else { "+" };
    Err(count
        .into_iter()
        .map(|(l, n)| format!("{} {l}\n", sign(n).repeat(n.unsigned_abs() as usize)))
        .collect())
}

#[test]
fn p10_the_engine_equals_the_slow_planner() {
    sweep("the engine", all_features(), &differences);
}

/// Prints failing plants by their smallest sets of features: `HEADSTOCK_PLANTS=2000 cargo test … -- --ignored`.
#[test]
#[ignore = "one plant for people: HEADSTOCK_SEED and HEADSTOCK_FLAGS"]
fn one() {
    let flags = chosen_features();
    let p = plant(first_seed(), flags);
    if std::env::var("HEADSTOCK_VERBOSE").is_ok() {
        println!("{}", reproduction(first_seed(), flags));
        oracle(&p).canonical().iter().for_each(|l| println!("{l}"));
    }
    if let Err(e) = differences(&p) {
        println!("DIFFERENT\n{e}");
        std::process::exit(3);
    }
}

#[test]
#[ignore = "a survey for people"]
fn survey() {
    let mut kinds: std::collections::BTreeMap<u64, Vec<u64>> = std::collections::BTreeMap::new();
    // `HEADSTOCK_WITHOUT=firm,lots` leaves features out.
    let without = std::env::var("HEADSTOCK_WITHOUT").unwrap_or_default();
    let most = without
        .split(',')
        .filter(|f| !f.is_empty())
        .fold(chosen_features(), |all, f| all & !super::plants::bit(f));
    let fails = |seed: u64, flags: u64| {
        std::panic::catch_unwind(|| differences(&plant(seed, flags))).map_or(true, |r| r.is_err())
    };
    std::panic::set_hook(Box::new(|_| {}));
    let mut failing = 0;
    for seed in first_seed()..first_seed() + count() {
        if std::env::var("HEADSTOCK_VERBOSE").is_ok() {
            println!("seed {seed}");
        }
        if fails(seed, most) {
            failing += 1;
            kinds.entry(shrink(most, &|f| fails(seed, f))).or_default().push(seed);
        }
    }
    println!("{failing} of {} differ", count());
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(flags, seeds)| (flags.count_ones(), std::cmp::Reverse(seeds.len())));
    for (flags, seeds) in kinds.iter().take(40) {
        let names: Vec<&str> =
            FEATURES.iter().enumerate().filter(|(i, _)| flags >> i & 1 == 1).map(|(_, n)| *n).collect();
        let seed = seeds.iter().min_by_key(|s| plant(**s, *flags).tables.demands.len()).unwrap();
        let diff = std::panic::catch_unwind(|| differences(&plant(*seed, *flags)));
        let text = match diff {
            Ok(Err(e)) => e,
            Ok(Ok(())) => String::new(),
            Err(p) => format!("panic {:?}", p.downcast_ref::<String>()),
        };
        println!("== {}x {names:?} seed {seed} flags {flags:#x}\n{text}", seeds.len());
    }
}

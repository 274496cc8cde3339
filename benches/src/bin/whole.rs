//! Whole-process runner: makes a plant, plans it, checks the answer, prints CPU seconds and peak memory.
#![allow(clippy::print_stdout, reason = "a command that prints figures")]

use headstock::planning::{PlanPolicy, plan};
use headstock::run::RunControl;
use headstock_benches::{measure, plants};
use std::num::NonZeroUsize;

fn main() {
    let mut args = std::env::args().skip(1);
    let items: usize = args.next().and_then(|a| a.parse().ok()).unwrap_or(10_000);
    let daily = args.next().as_deref() == Some("daily");
    let threads =
        args.next().and_then(|a| a.parse().ok()).and_then(NonZeroUsize::new).unwrap_or(NonZeroUsize::MIN);
    let started = measure::cpu_seconds();
    let (snapshot, sums) = plants::recipe_a(items, daily);
    println!("{sums:?}");
    println!("load {} CPU s, {} MB", measure::cpu_seconds() - started, measure::peak_megabytes());
    let control = RunControl::new().with_threads(threads);
    for _ in 0..args.next().and_then(|a| a.parse().ok()).unwrap_or(1) {
        let (cpu, wall) = (measure::cpu_seconds(), std::time::Instant::now());
        let plan = plan(&snapshot, &PlanPolicy::default(), plants::plan_date(), &control)
            .unwrap_or_else(|error| unreachable!("{error}"));
        let (cpu, wall) = (measure::cpu_seconds() - cpu, wall.elapsed());
        println!(
            "plan {cpu} CPU s, {wall:?} wall, {} orders, {} MB",
            plan.order_count(),
            measure::peak_megabytes()
        );
        if std::env::var_os("HEADSTOCK_UNCHECKED").is_none() {
            println!("{:?}", plants::check(&plan, items));
        }
    }
}

//! Plans from the snapshot to the finished plan: recipes A and C.

use crate::{Ask, Outcome, expect};
use headstock::planning::{Plan, PlanPolicy, plan};
use headstock::run::RunControl;
use headstock::snapshot::Snapshot;
use headstock_benches::measure::{Figures, Took, at, median, ratio, took};
use headstock_benches::recipe_a::{self, Check, Generated, plan_date};
use headstock_benches::recipe_c;

/// A plan of the snapshot.
pub(crate) fn planned(snapshot: &Snapshot, policy: &PlanPolicy, control: &RunControl<'_>) -> Plan {
    plan(snapshot, policy, plan_date(), control).unwrap_or_else(|error| unreachable!("{error}"))
}

/// Plans again and again; the first plan is checked and told of, all of them are timed.
fn timed(
    ask: &Ask,
    snapshot: &Snapshot,
    policy: &PlanPolicy,
    mut first: impl FnMut(&Plan) -> Outcome,
) -> Result<Vec<Took>, String> {
    let control = RunControl::new().with_threads(ask.threads);
    let mut times = Vec::new();
    for round in 0..ask.rounds {
        let (plan, time) = took(|| planned(snapshot, policy, &control));
        times.push(time);
        if round == 0 {
            first(&plan)?;
        }
    }
    Ok(times)
}

fn tell_times(name: &str, times: &[Took], figures: &mut Figures) -> std::time::Duration {
    let cpu = |time: &Took| time.cpu;
    let middle = median(times.iter().map(cpu).collect());
    figures.seconds(&format!("{name}.plan_cpu"), middle);
    figures.seconds(&format!("{name}.plan_cpu_least"), at(times.iter().map(cpu).collect(), 0));
    figures.seconds(&format!("{name}.plan_wall"), median(times.iter().map(|time| time.wall).collect()));
    middle
}

/// `mrp_weekly` and `mrp_daily`.
pub(crate) fn recipe_a(ask: &Ask, daily: bool, figures: &mut Figures) -> Outcome {
    let Ask { items, name, .. } = ask;
    let ((snapshot, sums), load) = took(|| recipe_a::snapshot(*items, daily));
    expect("the generator", Generated::published(*items, daily), &sums)?;
    figures.seconds(&format!("{name}.load_cpu"), load.cpu);
    figures.peak(&format!("{name}.load_peak"), &[]);
    figures.resident(&format!("{name}.load_resident"));
    let mut check = Check::default();
    let times = timed(ask, &snapshot, &PlanPolicy::default(), |plan| {
        let orders = plan.order_count() as u64;
        let each = [("item", *items as u64), ("bom_line", sums.bom_lines), ("order", orders)];
        figures.peak(&format!("{name}.peak"), &each);
        figures.resident(&format!("{name}.resident"));
        check = Check::of(plan, *items);
        expect("orders, quantities and check sums", Check::published(*items, daily), &check)
    })?;
    let middle = tell_times(name, &times, figures);
    figures.tell(&format!("{name}.orders"), check.count(), "orders");
    figures.nanos_each(&format!("{name}.per_order"), middle, check.count());
    figures.nanos_each(&format!("{name}.per_movement"), middle, check.movements(&sums));
    Ok(())
}

/// `mrp_real`, and what recipe A takes in the same session.
pub(crate) fn recipe_c(ask: &Ask, figures: &mut Figures) -> Outcome {
    let Ask { items, name, .. } = ask;
    let ((snapshot, sums), load) = took(|| recipe_c::snapshot(*items));
    expect("the generator", Generated::published(*items, false), &sums)?;
    figures.seconds(&format!("{name}.load_cpu"), load.cpu);
    figures.peak(&format!("{name}.load_peak"), &[]);
    figures.resident(&format!("{name}.load_resident"));
    let mut orders = 0;
    let times = timed(ask, &snapshot, &recipe_c::policy(), |plan| {
        orders = plan.order_count() as u64;
        figures.peak(&format!("{name}.peak"), &[("item", *items as u64), ("order", orders)]);
        figures.tell(&format!("{name}.nodes"), plan.node_count(), "nodes");
        let check = recipe_c::Check::of(plan);
        expect("orders, messages and check sums", recipe_c::Check::known(*items), &check)
    })?;
    let real = tell_times(name, &times, figures);
    figures.tell(&format!("{name}.orders"), orders, "orders");
    figures.nanos_each(&format!("{name}.per_order"), real, orders);
    drop(snapshot);
    let (snapshot, _) = recipe_a::snapshot(*items, false);
    let mut plain_orders = 0;
    let times = timed(ask, &snapshot, &PlanPolicy::default(), |plan| {
        plain_orders = plan.order_count() as u64;
        Ok(())
    })?;
    let plain = median(times.iter().map(|time| time.cpu).collect());
    figures.nanos_each(&format!("{name}.weekly_per_order"), plain, plain_orders);
    let times =
        ratio(real.as_nanos() * u128::from(plain_orders), plain.as_nanos().max(1) * u128::from(orders));
    figures.tell(&format!("{name}.times_weekly_per_order"), times, "times");
    Ok(())
}

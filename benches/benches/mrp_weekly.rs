//! Time-phased MRP by weeks: recipe A, from the snapshot to the finished plan, in CPU time.
#![allow(missing_docs, reason = "the macros of criterion make public functions")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use headstock::planning::{PlanPolicy, plan};
use headstock::run::RunControl;
use headstock_benches::recipe_a::{Check, Generated, plan_date, snapshot};
use headstock_benches::timed::{cpu_of, sizes};

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("mrp_weekly");
    group.sample_size(10);
    for items in sizes() {
        let (snapshot, sums) = snapshot(items, false);
        assert!(
            Generated::published(items, false).is_none_or(|known| known == sums),
            "the generator is wrong"
        );
        let (policy, control) = (PlanPolicy::default(), RunControl::new());
        let run = || plan(&snapshot, &policy, plan_date(), &control).unwrap_or_else(|e| unreachable!("{e}"));
        let check = Check::of(&run(), items);
        assert!(Check::published(items, false).is_none_or(|known| known == check), "the plan is wrong");
        group.throughput(Throughput::Elements(check.count()));
        group.bench_function(BenchmarkId::from_parameter(items), |b| {
            b.iter_custom(|rounds| cpu_of(rounds, run))
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);

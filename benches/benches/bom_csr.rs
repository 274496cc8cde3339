//! Structure, explosion and bucketed netting: recipe B, in CPU time.
#![allow(missing_docs, reason = "the macros of criterion make public functions")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use headstock::planning::plan;
use headstock::run::RunControl;
use headstock_benches::recipe_a::plan_date;
use headstock_benches::recipe_b::{
    Netted, Structure, bills, leaves, policy, published_leaves, root_numbers, roots, snapshot,
};
use headstock_benches::timed::{cpu_of, sizes};

fn structure(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("bom_csr");
    group.sample_size(10);
    for items in sizes() {
        let (facts, builder, structure) = bills(items);
        assert_eq!(Some(structure), Structure::published(items), "the generator is wrong");
        let finish = || builder.clone().finish(&facts).unwrap_or_else(|e| unreachable!("{e:?}"));
        let book = finish();
        let tops = root_numbers(roots(items));
        let (_, total) = leaves(&facts, &book, &tops, true);
        assert_eq!(Some(total.as_str()), published_leaves(items), "the leaf requirements are wrong");
        group.throughput(Throughput::Elements(structure.lines));
        group.bench_function(BenchmarkId::new("book", items), |b| {
            b.iter_custom(|rounds| cpu_of(rounds, finish))
        });
        let all = || leaves(&facts, &book, &tops, false);
        group.bench_function(BenchmarkId::new("leaves", items), |b| {
            b.iter_custom(|rounds| cpu_of(rounds, all))
        });
    }
    group.finish();
}

fn netting(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("bom_csr");
    group.sample_size(10);
    for items in sizes() {
        let (snapshot, _) = snapshot(items);
        let (policy, control) = (policy(), RunControl::new());
        let run = || plan(&snapshot, &policy, plan_date(), &control).unwrap_or_else(|e| unreachable!("{e}"));
        let netted = Netted::of(&run());
        assert_eq!(Some(netted), Netted::published(items), "the plan is wrong");
        group.throughput(Throughput::Elements(netted.orders));
        group.bench_function(BenchmarkId::new("netting", items), |b| {
            b.iter_custom(|rounds| cpu_of(rounds, run))
        });
    }
    group.finish();
}

criterion_group!(benches, structure, netting);
criterion_main!(benches);

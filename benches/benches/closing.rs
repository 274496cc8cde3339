//! Closing a period and solving a cost loop exactly, in CPU time.
#![allow(missing_docs, reason = "the macros of criterion make public functions")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use headstock::cost::{CostRecords, CostTables};
use headstock::costing::{ClosePolicy, LoopRule, close_period};
use headstock::run::RunControl;
use headstock_benches::closing;
use headstock_benches::timed::{cpu_of, sizes};

fn records(tables: CostTables) -> CostRecords {
    CostRecords::new(tables, &RunControl::new()).unwrap_or_else(|rejected| unreachable!("{rejected}"))
}

fn close(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("close");
    group.sample_size(10);
    let control = RunControl::new();
    for orders in sizes() {
        let records = records(closing::period(orders));
        let policy = ClosePolicy::default();
        let run = || {
            close_period(&records, &policy, &control).unwrap_or_else(|e| unreachable!("{:?}", e.findings()))
        };
        assert!(run().totals().iter().all(|total| total.difference.0.is_zero()));
        group.throughput(Throughput::Elements(records.tables().issues.len() as u64));
        group.bench_function(BenchmarkId::new("period", orders), |b| {
            b.iter_custom(|rounds| cpu_of(rounds, run))
        });
    }
    let policy = ClosePolicy { loops: LoopRule::Exact, ..ClosePolicy::default() };
    for items in [50, 200] {
        let records = records(closing::cost_loop(items));
        let run = || {
            close_period(&records, &policy, &control).unwrap_or_else(|e| unreachable!("{:?}", e.findings()))
        };
        assert_eq!(run().loops().count(), 1);
        group.throughput(Throughput::Elements(items as u64));
        group
            .bench_function(BenchmarkId::new("loop", items), |b| b.iter_custom(|rounds| cpu_of(rounds, run)));
    }
    group.finish();
}

criterion_group!(benches, close);
criterion_main!(benches);

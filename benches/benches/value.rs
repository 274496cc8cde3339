//! Valuation and standard cost, in CPU time: a ledger of many movements of one item, a receipt that comes late among
//! them, and the roll-up of recipe B by one and by eight elements.
#![allow(missing_docs, reason = "the macros of criterion make public functions")]

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use headstock::costing::valuation::{DayOrder, Method, Policy, Scales, ValueLedger};
use headstock::num::Rounding;
use headstock_benches::movements::{late, movements};
use headstock_benches::recipe_b::{Structure, cost_structure};
use headstock_benches::timed::{cpu_of, sizes};

const SCALES: Scales = Scales { amount: 2, quantity: 3 };

fn policy(method: Method) -> Policy {
    // Receipts and issues of a day in turn: the harder order, in which no day is one block.
    Policy { method, day_order: DayOrder::Sequence, ..Policy::default() }
}

fn ledger(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("value");
    group.sample_size(10);
    let counts = if std::env::var_os("HEADSTOCK_BENCH_LARGE").is_some() {
        vec![100_000, 1_000_000]
    } else {
        vec![10_000]
    };
    for count in counts {
        let list = movements(count);
        group.throughput(Throughput::Elements(count as u64));
        for method in [Method::MovingAverage, Method::Fifo, Method::Lifo] {
            let build = || {
                ValueLedger::new(policy(method), SCALES, None, &list).unwrap_or_else(|e| unreachable!("{e}"))
            };
            let name = format!("{method:?}");
            group.bench_function(BenchmarkId::new(format!("ledger {name}"), count), |b| {
                b.iter_custom(|rounds| cpu_of(rounds, build))
            });
            let valued = build();
            for (place, before_end) in [("start", count), ("middle", count / 2), ("end", 1_000)] {
                let document = late(&list, before_end);
                check(&list, &document, &valued, method);
                let id = BenchmarkId::new(format!("late {name} {place}"), count);
                group.bench_function(id, |b| {
                    b.iter_batched_ref(build, |ledger| ledger.late(&[document]), BatchSize::PerIteration)
                });
            }
        }
    }
    group.finish();
}

/// The late document gives what a ledger with all movements gives, before it is timed.
fn check(
    list: &[headstock::costing::valuation::Movement],
    document: &headstock::costing::valuation::Movement,
    valued: &ValueLedger,
    method: Method,
) {
    let mut ledger = valued.clone();
    let changes = ledger.late(std::slice::from_ref(document)).unwrap_or_else(|e| unreachable!("{e}"));
    let all: Vec<_> = list.iter().chain([document]).copied().collect();
    let full = ValueLedger::new(policy(method), SCALES, None, &all).unwrap_or_else(|e| unreachable!("{e}"));
    let rows = 0..u32::try_from(all.len()).unwrap_or(0);
    assert!(rows.clone().all(|row| ledger.value_of(row) == full.value_of(row)), "late is not a replay");
    let differ = rows.take(list.len()).filter(|row| full.value_of(*row) != valued.value_of(*row)).count();
    assert_eq!(differ, changes.len());
}

fn roll_up(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("value");
    group.sample_size(10);
    let mut items = sizes();
    if std::env::var_os("HEADSTOCK_BENCH_LARGE").is_some() {
        items.push(1_000_000);
    }
    for items in items {
        let mut totals = Vec::new();
        for elements in [1, 8] {
            let (builder, structure) = cost_structure(items, elements);
            assert_eq!(Some(structure), Structure::published(items), "the generator is wrong");
            let finish = || builder.clone().finish().unwrap_or_else(|e| unreachable!("{e}"));
            let ready = finish();
            let run = || ready.roll_up(None, Rounding::HalfUp).unwrap_or_else(|e| unreachable!("{e}"));
            let costs = run();
            totals.push((0..100).map(|root| costs.total(root).unwrap_or_default()).collect::<Vec<_>>());
            group.throughput(Throughput::Elements(structure.lines));
            group.bench_function(BenchmarkId::new(format!("roll-up {elements}"), items), |b| {
                b.iter_custom(|rounds| cpu_of(rounds, run))
            });
            if elements == 1 {
                group.bench_function(BenchmarkId::new("structure", items), |b| {
                    b.iter_custom(|rounds| cpu_of(rounds, finish))
                });
            }
        }
        assert_eq!(totals[0], totals[1], "eight elements are not one");
    }
    group.finish();
}

criterion_group!(benches, ledger, roll_up);
criterion_main!(benches);

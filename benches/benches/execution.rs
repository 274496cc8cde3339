//! Posting a million ledger lines, and one backflush decision on an order of fifty lines, in CPU time.
#![allow(missing_docs, reason = "the macros of criterion make public functions")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use headstock::execution::{Request, decide};
use headstock::snapshot::{ExecutionSnapshot, ExecutionTables};
use headstock::time::Now;
use headstock_benches::timed::cpu_of;
use serde_json::{Value, json};

const DOCUMENTS: usize = 1_000;
const LINES: usize = 1_000;
const ITEMS: usize = 2_000;

fn records(items: usize, orders: Value, balances: Value) -> ExecutionSnapshot {
    let items: Vec<Value> = (0..items).map(|n| json!({"item": format!("I{n:05}")})).collect();
    let tables = json!({"items": items, "places": [{"location": {"id": "W", "site": "S"}}],
        "orders": orders, "balances": balances});
    let tables: ExecutionTables = serde_json::from_value(tables).unwrap_or_else(|e| unreachable!("{e}"));
    ExecutionSnapshot::from_tables(tables).unwrap_or_else(|e| unreachable!("{e:?}"))
}

fn request(key: &str, command: Value) -> Request {
    let request = json!({"key": key, "command": command});
    serde_json::from_value(request).unwrap_or_else(|e| unreachable!("{e}"))
}

/// A thousand receipts of a thousand lines each, over two thousand items.
fn receipts() -> Vec<Request> {
    let line =
        |n: usize| json!({"stock": {"item": format!("I{:05}", n % ITEMS), "location": "W"}, "quantity": 1});
    let receipt = |d: usize| {
        let lines: Vec<Value> = (0..LINES).map(|n| line(d * LINES + n)).collect();
        let name = format!("D{d}");
        request(&name, json!({"do": "stock", "document": name, "kind": "stock_in", "lines": lines}))
    };
    (0..DOCUMENTS).map(receipt).collect()
}

fn post(requests: &[Request]) -> ExecutionSnapshot {
    let mut snapshot = records(ITEMS, json!([]), json!([]));
    for request in requests {
        let outcome = decide(&snapshot, request, Now::default()).unwrap_or_else(|e| unreachable!("{e}"));
        let changes = outcome.changes.unwrap_or_else(|| unreachable!());
        snapshot.apply_owned(changes).unwrap_or_else(|e| unreachable!("{e}"));
    }
    snapshot
}

fn posting(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("execution");
    group.sample_size(10).throughput(Throughput::Elements((DOCUMENTS * LINES) as u64));
    let requests = receipts();
    assert_eq!(post(&requests).ledger.len(), DOCUMENTS * LINES);
    group.bench_function("post_1m_movements", |b| b.iter_custom(|rounds| cpu_of(rounds, || post(&requests))));
    group.finish();
}

fn backflush(criterion: &mut Criterion) {
    let lines: Vec<Value> = (0..50)
        .map(|n| {
            json!({"number": n + 1, "item": format!("I{n:05}"), "required": 200, "location": "W",
                "method": "backflush"})
        })
        .collect();
    let stock: Vec<Value> = (0..50)
        .map(|n| json!({"stock": {"item": format!("I{n:05}"), "location": "W"}, "quantity": 1000}))
        .collect();
    let orders = json!([{"id": "MO", "item": "I00099", "good": 100, "plan": "released", "lines": lines}]);
    let snapshot = records(100, orders, json!(stock));
    let ask = request(
        "R",
        json!({"do": "receive", "document": "R", "order": "MO",
        "lines": [{"quantity": 40, "location": "W"}]}),
    );
    let decided = || decide(&snapshot, &ask, Now::default()).unwrap_or_else(|e| unreachable!("{e}"));
    assert_eq!(decided().changes.map(|changes| changes.movements.len()), Some(51));
    criterion
        .bench_function("execution/backflush_50_lines", |b| b.iter_custom(|rounds| cpu_of(rounds, decided)));
}

criterion_group!(benches, posting, backflush);
criterion_main!(benches);

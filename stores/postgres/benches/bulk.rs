//! 100 000 orders of five components each, issued and received in bulk, beside the same in plain SQL.
//!
//! `cargo bench -p headstock-postgres --bench bulk` starts a server of its own with full durability;
//! `HEADSTOCK_ORDERS=10000` for fewer orders, `HEADSTOCK_BATCH=1000` for other batches.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    dead_code,
    unused_imports,
    reason = "a bench: a fault in it is to panic, and nobody imports it"
)]

#[path = "../tests/shared/cluster.rs"]
mod cluster;

use std::time::Instant;

use cluster::Cluster;
use headstock::execution::Request;
use headstock::repository::{Retries, execute_all};
use headstock::snapshot::ExecutionSnapshot;
use headstock_postgres::PostgresRepository;
use headstock_store_suite::timed::Timed;
use headstock_store_suite::{now, records, request, setting};
use serde_json::{Value, json};

const COMPONENTS: usize = 1_000;
const LINES: usize = 5;

/// Component items of an order: neighbours share some.
fn component(order: usize, line: usize) -> String {
    format!("C{:04}", (order * 7 + line * 131) % COMPONENTS)
}

fn plant(orders: usize) -> ExecutionSnapshot {
    let mut items: Vec<Value> = (0..COMPONENTS).map(|n| json!({"item": format!("C{n:04}")})).collect();
    items.push(json!({"item": "A"}));
    let lines = |order: usize| -> Vec<Value> {
        let line =
            |n: usize| json!({"number": n + 1, "item": component(order, n), "required": 20, "location": "W"});
        (0..LINES).map(line).collect()
    };
    let order = |n: usize| {
        json!({"id": format!("MO{n:06}"), "item": "A", "good": 10, "plan": "released", "lines": lines(n),
            "version": 1})
    };
    let stock = 20 * orders * LINES;
    let at = |n: usize| json!({"item": format!("C{n:04}"), "location": "W"});
    let balances: Vec<Value> =
        (0..COMPONENTS).map(|n| json!({"stock": at(n), "quantity": stock, "version": 1})).collect();
    let opening = |n: usize| {
        json!({"document": "OPEN", "line": n + 1, "reason": "opening", "date": "2026-03-01",
            "at": "2026-03-01T08:00:00Z", "stock": at(n), "quantity": stock})
    };
    records(json!({"items": items, "places": [{"location": {"id": "W", "site": "P"}}],
        "orders": (0..orders).map(order).collect::<Vec<_>>(), "balances": balances,
        "ledger": (0..COMPONENTS).map(opening).collect::<Vec<_>>()}))
}

/// Issue and receipt of one order.
fn work(order: usize) -> [Request; 2] {
    let name = format!("MO{order:06}");
    let (issue, receipt) = (format!("IS{order:06}"), format!("RC{order:06}"));
    [
        request(
            &issue,
            &json!({"do": "issue", "document": issue, "order": name, "what": {"scheme": "open"}}),
        ),
        request(
            &receipt,
            &json!({"do": "receive", "document": receipt, "order": name,
            "lines": [{"quantity": 10, "location": "W"}]}),
        ),
    ]
}

fn ours(cluster: &Cluster, orders: usize, batch: usize) {
    cluster.create("bulk");
    let mut store = PostgresRepository::new(cluster.client("bulk")).unwrap();
    let state = plant(orders);
    let start = Instant::now();
    store.import(&state).unwrap();
    println!("import of {orders} orders by COPY: {:.2?}", start.elapsed());
    let requests: Vec<Request> = (0..orders).flat_map(work).collect();
    let start = Instant::now();
    let mut timed = Timed::new(&mut store);
    for some in requests.chunks(2 * batch) {
        for answer in execute_all(&mut timed, some, now(), Retries::default()).unwrap() {
            assert!(!answer.unwrap().replayed);
        }
    }
    println!(
        "{orders} orders of {LINES} components issued and received, {batch} orders a transaction: {:.2?}, \
         of it reading {:.2?}, storing {:.2?}",
        start.elapsed(),
        timed.read,
        timed.commit
    );
    println!("peak memory of the client: {} kB", peak());
    let mut client = cluster.client("bulk");
    let row = client.query_one("SELECT count(*) FROM headstock.ledger", &[]).unwrap();
    let expected = COMPONENTS + orders * (LINES + 1);
    assert_eq!(row.get::<_, i64>(0), i64::try_from(expected).unwrap());
    if orders <= 10_000 {
        store.verify().unwrap();
    }
}

/// Highest resident memory of this process so far, in kilobytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}

const PLAIN: &str = "
    CREATE TABLE orders (id text PRIMARY KEY, item text NOT NULL, good bigint NOT NULL, received bigint NOT NULL);
    CREATE TABLE component (order_id text NOT NULL, line integer NOT NULL, item text NOT NULL,
        required bigint NOT NULL, issued bigint NOT NULL, PRIMARY KEY (order_id, line));
    CREATE TABLE balance (item text NOT NULL, location text NOT NULL, quantity bigint NOT NULL CHECK (quantity >= 0),
        PRIMARY KEY (item, location));
    CREATE TABLE document (id text PRIMARY KEY, order_id text NOT NULL, kind text NOT NULL);
    CREATE TABLE document_line (document text NOT NULL, line integer NOT NULL, item text NOT NULL,
        quantity bigint NOT NULL, PRIMARY KEY (document, line));
    CREATE TABLE ledger (sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, document text NOT NULL,
        line integer NOT NULL, item text NOT NULL, location text NOT NULL, quantity bigint NOT NULL,
        at timestamptz NOT NULL);
    CREATE INDEX ledger_balance ON ledger (item, location, sequence);
    INSERT INTO balance SELECT 'C' || lpad(n::text, 4, '0'), 'W', 10000000000 FROM generate_series(0, 999) n;
    INSERT INTO balance VALUES ('A', 'W', 0)";

/// What a user would write instead: sets of rows, no keys against repeats, no versions, no rules.
const ISSUE: &str = "
    INSERT INTO document SELECT 'IS' || id, id, 'issue' FROM orders WHERE id BETWEEN $1 AND $2;
    INSERT INTO document_line SELECT 'IS' || order_id, line, item, required - issued FROM component
        WHERE order_id BETWEEN $1 AND $2;
    INSERT INTO ledger (document, line, item, location, quantity, at)
        SELECT 'IS' || order_id, line, item, 'W', issued - required, now() FROM component
        WHERE order_id BETWEEN $1 AND $2;
    UPDATE balance b SET quantity = b.quantity - s.sum FROM (SELECT item, sum(required - issued) FROM component
        WHERE order_id BETWEEN $1 AND $2 GROUP BY item) s WHERE b.item = s.item AND b.location = 'W';
    UPDATE component SET issued = required WHERE order_id BETWEEN $1 AND $2;
    INSERT INTO document SELECT 'RC' || id, id, 'receipt' FROM orders WHERE id BETWEEN $1 AND $2;
    INSERT INTO document_line SELECT 'RC' || id, 1, item, good FROM orders WHERE id BETWEEN $1 AND $2;
    INSERT INTO ledger (document, line, item, location, quantity, at)
        SELECT 'RC' || id, 1, item, 'W', good, now() FROM orders WHERE id BETWEEN $1 AND $2;
    UPDATE balance b SET quantity = b.quantity + s.sum FROM (SELECT item, sum(good) FROM orders
        WHERE id BETWEEN $1 AND $2 GROUP BY item) s WHERE b.item = s.item AND b.location = 'W';
    UPDATE orders SET received = good WHERE id BETWEEN $1 AND $2";

fn plain(cluster: &Cluster, orders: usize, batch: usize) {
    cluster.create("plain");
    let mut client = cluster.client("plain");
    client.batch_execute(PLAIN).unwrap();
    let fill = format!(
        "INSERT INTO orders SELECT 'MO' || lpad(n::text, 6, '0'), 'A', 10, 0 FROM generate_series(0, {last}) n;
        INSERT INTO component SELECT 'MO' || lpad(n::text, 6, '0'), l + 1,
            'C' || lpad(((n * 7 + l * 131) % 1000)::text, 4, '0'), 20, 0
        FROM generate_series(0, {last}) n, generate_series(0, 4) l; ANALYZE",
        last = orders - 1
    );
    client.batch_execute(&fill).unwrap();
    let start = Instant::now();
    for from in (0..orders).step_by(batch) {
        let (first, last) = (format!("'MO{from:06}'"), format!("'MO{:06}'", from + batch - 1));
        let sql = ISSUE.replace("$1", &first).replace("$2", &last);
        client.batch_execute(&format!("BEGIN; {sql}; COMMIT")).unwrap();
    }
    println!("the same rows in plain SQL, {batch} orders a transaction: {:.2?}", start.elapsed());
    let row = client.query_one("SELECT count(*) FROM ledger", &[]).unwrap();
    assert_eq!(row.get::<_, i64>(0), i64::try_from(orders * (LINES + 1)).unwrap());
}

fn main() {
    let orders = usize::try_from(setting("HEADSTOCK_ORDERS", 100_000)).unwrap();
    let batch = usize::try_from(setting("HEADSTOCK_BATCH", 1_000)).unwrap();
    let Some(cluster) = Cluster::start("on") else { return };
    plain(&cluster, orders, batch);
    ours(&cluster, orders, batch);
}

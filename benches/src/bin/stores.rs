//! Execution through SQLite, beside the same work in plain SQL.
//!
//! ```text
//! stores bulk N      N orders of five components issued and received, a thousand commands at a time
//! stores single N    N receipts that backflush fifty lines each, one durable commit each
//! stores load N      N balances of N/10 items in ten locations each, and N orders, read into memory
//! stores past N      stock at a past date over N movements of 20 000 items, by the index in memory and in plain SQL
//! ```
//!
//! Every figure is one line `figure <name> <value> <unit>`. Plain SQL writes the same rows with the same bodies into
//! the same schema in the same transactions, and decides nothing: it takes them from what the kernel has stored.
#![expect(clippy::print_stderr, clippy::print_stdout, reason = "a command that prints its figures")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use headstock::bom::IssueMethod;
use headstock::execution::Request;
use headstock::id::Id;
use headstock::inventory::{Balance, Movement, Reason, StockKey};
use headstock::num::Quantity;
use headstock::order::{ComponentLine, PlanState, ProductionOrder};
use headstock::reporting::StockHistory;
use headstock::repository::{Retries, execute, execute_all};
use headstock::snapshot::{ExecutionSnapshot, ExecutionTables};
use headstock::time::{Date, Now, Timestamp};
use headstock_benches::measure::{Figures, Took, peak_kilobytes, took};
use headstock_sqlite::SqliteRepository;
use headstock_store_suite::timed::Timed;
use rusqlite::Connection;
use rusqlite::types::Value as Cell;
use serde_json::json;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Requests that are decided and stored together.
const BATCH: usize = 1_000;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    let count = args.next().and_then(|text| text.parse().ok()).unwrap_or(1_000);
    let done = match command.as_str() {
        "bulk" => bulk(count),
        "single" => single(count),
        "load" => load(count),
        "past" => past(count),
        _ => Err("stores bulk|single|load|past N".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(wrong) => {
            eprintln!("wrong: {wrong}");
            ExitCode::FAILURE
        }
    }
}

fn figure(name: &str, took: Took, count: usize) {
    let mut figures = Figures::default();
    figures.seconds(name, took.cpu);
    figures.seconds(&format!("{name}.wall"), took.wall);
    figures.micros(&format!("{name}.each"), took.cpu / u32::try_from(count.max(1)).unwrap_or(u32::MAX));
}

/// Reading and storing apart: what is left is deciding.
fn parts<S>(name: &str, timed: &Timed<'_, S>) {
    let mut figures = Figures::default();
    figures.seconds(&format!("{name}.kernel.reading.wall"), timed.read);
    figures.seconds(&format!("{name}.kernel.storing.wall"), timed.commit);
}

/// A file of its own that is gone at the end.
struct File(PathBuf);

impl File {
    fn new(name: &str) -> File {
        let file = File(std::env::temp_dir().join(format!("headstock-{name}-{}.db", std::process::id())));
        file.remove();
        file
    }

    fn remove(&self) {
        for tail in ["", "-wal", "-shm"] {
            let mut name = self.0.clone().into_os_string();
            name.push(tail);
            let _ = std::fs::remove_file(name);
        }
    }
}

impl Drop for File {
    fn drop(&mut self) {
        self.remove();
    }
}

fn now() -> Now {
    Now { at: Timestamp::from_micros(1_772_434_800_000_000), zone_minutes: 0 }
}

fn id(text: &str) -> Outcome<Id> {
    Ok(Id::new(text)?)
}

/// Components, their stock, and so many released orders that need them.
fn plant(orders: usize, components: u32, method: IssueMethod) -> Outcome<ExecutionSnapshot> {
    let items: Vec<_> = (0..=components).map(|n| json!({"item": format!("C{n:03}")})).collect();
    let balance = |n: u32| json!({"stock": {"item": format!("C{n:03}"), "location": "W"}, "quantity": 1_000_000_000, "version": 1});
    let balances: Vec<_> = (1..=components).map(balance).collect();
    let tables =
        json!({"items": items, "balances": balances, "places": [{"location": {"id": "W", "site": "S"}}]});
    let mut tables: ExecutionTables = serde_json::from_value(tables)?;
    for order in 0..orders {
        let mut row = ProductionOrder::new(id(&format!("MO{order:07}"))?, id("C000")?, Quantity::whole(10));
        row.plan = PlanState::Released;
        row.version = 1;
        for n in 1..=components {
            let mut line = ComponentLine::new(n, id(&format!("C{n:03}"))?, Quantity::whole(20));
            line.method = method;
            line.location = Some(id("W")?);
            row.lines.push(line);
        }
        tables.orders.push(row);
    }
    ExecutionSnapshot::from_tables(tables).map_err(|found| format!("{found:?}").into())
}

fn request(key: &str, command: serde_json::Value) -> Outcome<Request> {
    Ok(serde_json::from_value(json!({"key": key, "command": command}))?)
}

fn issue(order: usize) -> Outcome<Request> {
    let command =
        json!({"do": "issue", "document": format!("I{order:07}"), "order": format!("MO{order:07}")});
    request(&format!("I{order:07}"), command)
}

fn receipt(order: usize) -> Outcome<Request> {
    let command = json!({"do": "receive", "document": format!("R{order:07}"), "order": format!("MO{order:07}"),
        "lines": [{"quantity": 10, "location": "W"}]});
    request(&format!("R{order:07}"), command)
}

fn bulk(orders: usize) -> Outcome<()> {
    let file = File::new("bulk");
    let plant = plant(orders, 5, IssueMethod::Direct)?;
    let mut store = SqliteRepository::open(&file.0)?;
    let ((), filled) = took(|| store.import(&plant).unwrap_or_else(|error| eprintln!("{error}")));
    drop(plant);
    figure("bulk.import", filled, orders);
    let mut requests = Vec::with_capacity(2 * orders);
    for order in 0..orders {
        requests.extend([issue(order)?, receipt(order)?]);
    }
    let mut timed = Timed::new(&mut store);
    let (done, worked) = took(|| -> Outcome<usize> {
        let mut done = 0;
        for batch in requests.chunks(BATCH) {
            let answers = execute_all(&mut timed, batch, now(), Retries::default())?;
            done += answers.iter().filter(|answer| answer.is_ok()).count();
        }
        Ok(done)
    });
    parts("bulk", &timed);
    if done? != 2 * orders {
        return Err("a command was refused".into());
    }
    figure("bulk.kernel", worked, orders);
    let ledger: i64 =
        Connection::open(&file.0)?.query_row("SELECT count(*) FROM ledger", [], |row| row.get(0))?;
    if usize::try_from(ledger) != Ok(6 * orders) {
        return Err(format!("{ledger} ledger lines instead of {}", 6 * orders).into());
    }
    store.verify()?;
    drop(store);
    plain(&file.0, "bulk.plain", orders, BATCH)?;
    println!("figure bulk.peak {} kB", peak_kilobytes());
    Ok(())
}

/// Rows of a query with all their columns.
fn rows(connection: &Connection, sql: &str) -> Outcome<Vec<Vec<Cell>>> {
    let mut statement = connection.prepare(sql)?;
    let columns = statement.column_count();
    let read = |row: &rusqlite::Row<'_>| (0..columns).map(|at| row.get(at)).collect::<Result<Vec<Cell>, _>>();
    Ok(statement.query_map([], read)?.collect::<Result<_, _>>()?)
}

/// What one command wrote.
struct Step {
    request: Vec<Cell>,
    documents: Vec<Vec<Cell>>,
    lines: Vec<Vec<Cell>>,
    order: Vec<Cell>,
}

/// What every command wrote, in the order of their keys' numbers.
fn steps(source: &Connection) -> Outcome<Vec<Step>> {
    let mut lines = rows(source, "SELECT * FROM ledger ORDER BY sequence")?.into_iter().peekable();
    let orders = rows(source, "SELECT version, body, id FROM production_order ORDER BY id")?;
    // A document bears the name of its request, its backflush that name with a tail.
    let sql = "SELECT id, version, body FROM document WHERE id = ?1 OR id = ?1 || '.backflush' ORDER BY id";
    let mut documents = source.prepare(sql)?;
    let requests = "SELECT key, digest, at, reply FROM request ORDER BY substr(key, 2), key";
    let mut out = Vec::new();
    for request in rows(source, requests)? {
        let Some(Cell::Text(key)) = request.first().cloned() else { continue };
        let read = |row: &rusqlite::Row<'_>| (0..3).map(|at| row.get(at)).collect::<Result<Vec<Cell>, _>>();
        let own: Vec<Vec<Cell>> = documents.query_map([&key], read)?.collect::<Result<_, _>>()?;
        let mine = |line: &Vec<Cell>| own.iter().any(|document| document.first() == line.get(2));
        let mut moved = Vec::new();
        while let Some(line) = lines.next_if(mine) {
            moved.push(line);
        }
        let number: usize = key.get(1..).unwrap_or_default().parse()?;
        let order = orders.get(number).cloned().unwrap_or_default();
        out.push(Step { request, documents: own, lines: moved, order });
    }
    Ok(out)
}

fn copy(source: &Connection, target: &Connection, from: &str, to: &str) -> Outcome<()> {
    for row in rows(source, from)? {
        target.prepare_cached(to)?.execute(rusqlite::params_from_iter(row))?;
    }
    Ok(())
}

/// The same rows into a second file with the same schema, in transactions of so many commands: what the writing
/// alone costs.
fn plain(from: &Path, name: &str, count: usize, batch: usize) -> Outcome<Took> {
    let source = Connection::open(from)?;
    let steps = steps(&source)?;
    let file = File::new("plain");
    drop(SqliteRepository::open(&file.0)?);
    let mut target = Connection::open(&file.0)?;
    target.execute_batch("PRAGMA synchronous = FULL; BEGIN")?;
    copy(&source, &target, "SELECT * FROM item", "INSERT INTO item VALUES (?, ?, ?)")?;
    let orders = "INSERT INTO production_order VALUES (?, ?, ?)";
    copy(&source, &target, "SELECT id, 1, body FROM production_order", orders)?;
    let balances = "INSERT INTO balance VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    copy(&source, &target, "SELECT * FROM balance", balances)?;
    target.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")?;
    let (done, took) = took(|| -> Outcome<()> {
        for batch in steps.chunks(batch) {
            let work = target.transaction()?;
            batch.iter().try_for_each(|step| write(&work, step))?;
            work.commit()?;
        }
        Ok(())
    });
    done?;
    figure(name, took, count);
    Ok(took)
}

fn write(work: &Connection, step: &Step) -> Outcome<()> {
    let run = |sql: &str, cells: &[Cell]| -> Outcome<()> {
        work.prepare_cached(sql)?.execute(rusqlite::params_from_iter(cells))?;
        Ok(())
    };
    run("INSERT INTO request VALUES (?, ?, ?, ?)", &step.request)?;
    run("UPDATE production_order SET version = ?, body = ? WHERE id = ?", &step.order)?;
    for document in &step.documents {
        run("INSERT INTO document VALUES (?, ?, ?)", document)?;
    }
    for line in &step.lines {
        run("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", line)?;
        let (Some(after), Some(number)) = (line.get(10), line.get(1)) else { continue };
        let sql = "UPDATE balance SET quantity = ?, version = version + 1 WHERE number = ?";
        run(sql, &[after.clone(), number.clone()])?;
    }
    Ok(())
}

fn single(count: usize) -> Outcome<()> {
    let file = File::new("single");
    let mut store = SqliteRepository::open(&file.0)?;
    store.import(&plant(count, 50, IssueMethod::Backflush)?)?;
    let requests: Vec<Request> = (0..count).map(receipt).collect::<Outcome<_>>()?;
    let mut timed = Timed::new(&mut store);
    let (done, worked) = took(|| -> Outcome<()> {
        for request in &requests {
            execute(&mut timed, request, now(), Retries::default())?;
        }
        Ok(())
    });
    done?;
    parts("single", &timed);
    figure("single.kernel", worked, count);
    store.verify()?;
    drop(store);
    let bare = plain(&file.0, "single.plain", count, 1)?;
    let ratio = |one: std::time::Duration, two: std::time::Duration| {
        headstock_benches::measure::ratio(one.as_nanos(), two.as_nanos())
    };
    println!("figure single.ratio {} of_cpu", ratio(worked.cpu, bare.cpu));
    println!("figure single.ratio.wall {} of_wall", ratio(worked.wall, bare.wall));
    println!("figure single.peak {} kB", peak_kilobytes());
    Ok(())
}

fn load(count: usize) -> Outcome<()> {
    let file = File::new("load");
    let places: Vec<_> = (0..10).map(|n| json!({"location": {"id": format!("W{n}"), "site": "S"}})).collect();
    let mut tables: ExecutionTables = serde_json::from_value(json!({"places": places}))?;
    for number in 0..count {
        let item = id(&format!("C{:07}", number / 10))?;
        if number % 10 == 0 {
            tables.items.push(serde_json::from_value(json!({"item": item.as_str()}))?);
        }
        let mut balance = Balance::empty(StockKey::new(item.clone(), id(&format!("W{}", number % 10))?));
        (balance.quantity, balance.version) = (Quantity::whole(40), 1);
        tables.balances.push(balance);
        let mut order =
            ProductionOrder::new(id(&format!("MO{number:07}"))?, item.clone(), Quantity::whole(10));
        order.version = 1;
        order.lines.push(ComponentLine::new(1, item, Quantity::whole(20)));
        tables.orders.push(order);
    }
    let plant = ExecutionSnapshot::from_tables(tables).map_err(|found| format!("{found:?}"))?;
    let mut store = SqliteRepository::open(&file.0)?;
    let (stored, filled) = took(|| store.import(&plant));
    stored?;
    figure("load.import", filled, count);
    let (read, took_read) = took(|| store.snapshot());
    let read = read?;
    figure("load.kernel", took_read, count);
    if read.balances != plant.balances || read.orders != plant.orders {
        return Err("what was read is not what was stored".into());
    }
    drop((read, plant));
    let plain = Connection::open(&file.0)?;
    let (all, took_plain) = took(|| -> Outcome<usize> {
        let mut cells = 0;
        for sql in ["SELECT * FROM balance", "SELECT * FROM production_order", "SELECT * FROM item"] {
            cells += rows(&plain, sql)?.len();
        }
        Ok(cells)
    });
    if all? != 2 * count + count.div_ceil(10) {
        return Err("plain SQL read something else".into());
    }
    figure("load.plain", took_plain, count);
    println!("figure load.peak {} kB", peak_kilobytes());
    Ok(())
}

const KEYS: u64 = 20_000;
const DAYS: u64 = 730;

/// Ledger lines over two years: item, day and whole units, drawn by the generator of recipe A.
fn drawn(count: usize) -> impl Iterator<Item = (u64, i32, i64)> {
    let mut state = 12_345_u64;
    let mut draw = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    (0..count as u64).map(move |at| {
        // One line in fifty is posted late, up to a month.
        let day = at * DAYS / count as u64;
        let late = if draw(50) == 0 { draw(30) } else { 0 };
        let day = i32::try_from(day.saturating_sub(late)).unwrap_or(0);
        (draw(KEYS), day, i64::try_from(draw(40)).unwrap_or(0) - 18)
    })
}

fn past(count: usize) -> Outcome<()> {
    let first = Date::literal(2024, 1, 1);
    let stock = |key: u64| -> Outcome<StockKey> { Ok(StockKey::new(id(&format!("C{key:05}"))?, id("W")?)) };
    let keys: Vec<StockKey> = (0..KEYS).map(stock).collect::<Outcome<_>>()?;
    let mut line = Movement {
        sequence: 0,
        document: id("D")?,
        line: 1,
        reason: Reason::Purchase,
        undo: false,
        stock: stock(0)?,
        quantity: Quantity::ZERO,
        second: None,
        order: None,
        serials: Vec::new(),
        date: first,
        at: now().at,
    };
    let (history, built) = took(|| -> Outcome<StockHistory> {
        let mut history = StockHistory::default();
        for (key, day, units) in drawn(count) {
            let key = keys.get(usize::try_from(key)?).ok_or("a key that is not there")?;
            line.stock.clone_from(key);
            (line.date, line.quantity) = (first.add_days(day)?, Quantity::whole(units));
            history.add(&line)?;
        }
        Ok(history)
    });
    let history = history?;
    figure("past.index", built, count);
    let asked = first.add_days(365)?;
    let (all, took_all) = took(|| history.all_at(asked));
    figure("past.kernel.all_items", took_all, 1);
    let (one, took_one) = took(|| keys.iter().map(|key| history.at(&key.item, asked).len()).sum::<usize>());
    figure("past.kernel.every_item_by_itself", took_one, keys.len());
    println!("figure past.peak {} kB", peak_kilobytes());
    let sum: i64 = all.iter().map(|(_, quantity)| quantity.grains()).sum();
    let (plain, found) = (past_in_sql(count)?, all.len());
    if one != found || plain != (found, sum) {
        return Err(format!("{found} keys with {sum}, in plain SQL {plain:?}").into());
    }
    Ok(())
}

/// The same lines as a table with the index that covers the question; how many keys have stock, and how much.
fn past_in_sql(count: usize) -> Outcome<(usize, i64)> {
    let file = File::new("past");
    let mut connection = Connection::open(&file.0)?;
    connection.execute_batch("CREATE TABLE line (key INTEGER, day INTEGER, units INTEGER) STRICT")?;
    let work = connection.transaction()?;
    for (key, day, units) in drawn(count) {
        let key = i64::try_from(key)?;
        work.prepare_cached("INSERT INTO line VALUES (?, ?, ?)")?.execute((key, day, units))?;
    }
    work.commit()?;
    let index = "CREATE INDEX line_day ON line (key, day, units)";
    let (indexed, took_index) = took(|| connection.execute_batch(index));
    indexed?;
    figure("past.plain.index", took_index, count);
    let (found, took_all) = took(|| -> Outcome<Vec<Vec<Cell>>> {
        let sum = "SELECT sum(units) AS n FROM line WHERE day <= 365 GROUP BY key HAVING n <> 0";
        rows(&connection, &format!("SELECT count(*), sum(n) FROM ({sum})"))
    });
    figure("past.plain.all_items", took_all, 1);
    let (one, took_one) = took(|| -> Outcome<Vec<Vec<Cell>>> {
        rows(&connection, "SELECT sum(units) FROM line WHERE key = 77 AND day <= 365")
    });
    one?;
    figure("past.plain.one_item", took_one, 1);
    match found?.first().map(Vec::as_slice) {
        Some([Cell::Integer(keys), Cell::Integer(sum)]) => Ok((usize::try_from(*keys)?, *sum)),
        _ => Err("no answer".into()),
    }
}

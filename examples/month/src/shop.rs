//! The month: planned orders become documents, documents become stock, and all of it is stored in one SQLite file.
//!
//! The month is first worked out in memory, day by day, from the plan alone: what a shop would do that follows it.
//! Every step is a request with a key made of what it does. Then the requests are stored one by one; a key that is
//! there already changes nothing, so the same month can be run again, also after it was interrupted.

mod costs;
mod days;
mod orders;
mod start;

use std::path::{Path, PathBuf};

use headstock::changeset::Reply;
use headstock::execution::{Request, decide};
use headstock::finding::{Code, Finding, Lang};
use headstock::repository::{DriverError, Retries, execute};
use headstock::run::Progress;
use headstock::snapshot::{ExecutionSnapshot, Tables};
use headstock::time::{Date, Now, Timestamp};
use headstock_files::CostSheets;
use headstock_report::{ShopView, shop_text};
use headstock_sqlite::SqliteRepository;
use serde_json::{Value, json};

pub(crate) use costs::Closed;

use crate::engine::Planned;
use crate::progress::Line;

/// What the month needs to know.
pub(crate) struct Ask<'a> {
    pub(crate) tables: &'a Tables,
    pub(crate) costs: &'a CostSheets,
    pub(crate) title: &'a str,
    /// Whether files are asked for.
    pub(crate) files: bool,
    pub(crate) planned: &'a Planned,
    pub(crate) run_date: Date,
    /// The last day.
    pub(crate) until: Date,
    pub(crate) store: &'a Path,
    pub(crate) lang: Lang,
    pub(crate) rows: usize,
    pub(crate) width: usize,
}

/// What there is to tell of the month.
pub(crate) struct Told {
    /// How the shop stands.
    pub(crate) shop: String,
    /// What it cost; absent: there was nothing to cost.
    pub(crate) closed: Option<Closed>,
}

/// Why there is no month.
pub(crate) enum Trouble {
    /// The plan or its tables do not make one.
    Refused(Vec<Finding>),
    /// The file holds something else: another plan, or a part of one.
    OtherMonth(PathBuf),
    /// The file cannot be used.
    Store(PathBuf, Finding),
}

impl From<Finding> for Trouble {
    fn from(finding: Finding) -> Trouble {
        Trouble::Refused(vec![finding])
    }
}

/// Works the month out, stores it and tells how it stands.
pub(crate) fn run(ask: &Ask<'_>, line: &Line) -> Result<Told, Trouble> {
    let mut month = Month::new(start::masters(ask.tables)?, ask.run_date);
    if costs::wanted(ask.costs) {
        costs::open(ask, &mut month)?;
    }
    let jobs = orders::push_down(ask, &mut month)?;
    days::walk(ask, &mut month, jobs, line)?;
    let closed = if costs::wanted(ask.costs) { Some(costs::close(ask, &mut month)?) } else { None };
    let mut store = open(ask.store, &month)?;
    let applied = keep(ask.store, &mut store, &month, line)?;
    line.clear();
    let state = store.snapshot().map_err(|error| Trouble::Store(ask.store.into(), error.finding()))?;
    let calendar = days::calendar(ask.tables);
    let view = ShopView {
        tables: ask.tables,
        state: &state,
        calendar: &calendar,
        from: ask.run_date,
        today: ask.until,
        applied,
        known: month.requests.len() - applied,
        rows: ask.rows,
    };
    Ok(Told { shop: shop_text(&view, ask.lang, ask.width)?, closed })
}

/// The month as it is worked out: records, and the requests that led to them.
struct Month {
    first: ExecutionSnapshot,
    state: ExecutionSnapshot,
    requests: Vec<(Request, Now)>,
    today: Date,
}

impl Month {
    fn new(first: ExecutionSnapshot, today: Date) -> Month {
        Month { state: first.clone(), first, requests: Vec::new(), today }
    }

    /// Does what a shop would try; nothing happens where the kernel refuses it or where nothing comes of it.
    fn attempt(&mut self, key: &str, command: Value) -> Result<Option<Reply>, Finding> {
        let request = json!({"key": key, "command": command});
        let wrong = |error: serde_json::Error| {
            Finding::new(Code::Internal).with("place", format!("the month, {key}: {error}"))
        };
        let request: Request = serde_json::from_value(request).map_err(wrong)?;
        let now = morning(self.today)?;
        let Ok(outcome) = decide(&self.state, &request, now) else { return Ok(None) };
        let Some(changes) = outcome.changes.filter(|changes| !changes.writes.is_empty()) else {
            return Ok(None);
        };
        self.state.apply_owned(changes).map_err(|conflict| conflict.finding())?;
        self.requests.push((request, now));
        Ok(Some(outcome.reply))
    }

    /// Does what must work out.
    fn must(&mut self, key: &str, command: Value) -> Result<Reply, Finding> {
        let request: Result<Request, _> =
            serde_json::from_value(json!({"key": key, "command": command.clone()}));
        if let Ok(request) = &request
            && let Err(refused) = decide(&self.state, request, morning(self.today)?)
        {
            return Err(refused.finding().clone());
        }
        let done = self.attempt(key, command)?;
        done.ok_or_else(|| Finding::new(Code::Internal).with("place", format!("the month, {key}")))
    }
}

/// Eight in the morning at the plant; the host would ask its clock.
fn morning(day: Date) -> Result<Now, Finding> {
    let epoch = Date::new(1970, 1, 1).map_err(|error| error.finding())?;
    let micros = (i64::from(day.days_since(epoch)) * 24 + 8) * 3_600_000_000;
    Ok(Now { at: Timestamp::from_micros(micros), zone_minutes: 0 })
}

/// Opens the file, and fills it where it is new.
fn open(path: &Path, month: &Month) -> Result<SqliteRepository, Trouble> {
    let trouble = |error: headstock::repository::StoreError| Trouble::Store(path.into(), error.finding());
    let mut store = SqliteRepository::open(path).map_err(trouble)?;
    let there = store.snapshot().map_err(trouble)?;
    if there.items.is_empty() && there.places.is_empty() {
        store.import(&month.first).map_err(trouble)?;
    } else if there.items != month.first.items {
        return Err(Trouble::OtherMonth(path.into()));
    }
    Ok(store)
}

/// Stores what is not stored yet; gives how many requests that were.
fn keep(path: &Path, store: &mut SqliteRepository, month: &Month, line: &Line) -> Result<usize, Trouble> {
    let mut applied = 0;
    let total = month.requests.len();
    for (number, (request, now)) in month.requests.iter().enumerate() {
        line.report(Progress { stage: "storing", done: number as u64, total: total as u64 });
        match execute(store, request, *now, Retries::default()) {
            Ok(driven) => applied += usize::from(!driven.replayed),
            // What is stored was decided on other records: the plan has changed since.
            Err(DriverError::Refused(_)) => return Err(Trouble::OtherMonth(path.into())),
            Err(DriverError::Store(error)) => return Err(Trouble::Store(path.into(), error.finding())),
            Err(other) => {
                let finding = Finding::new(other.code()).with("detail", &other);
                return Err(Trouble::Store(path.into(), finding));
            }
        }
    }
    let stored = store.snapshot().map_err(|error| Trouble::Store(path.into(), error.finding()))?;
    // What is stored is what was worked out, or more of it: an earlier run may have gone on for longer.
    let known = month.requests.iter().all(|(request, _)| stored.requests.contains_key(&request.key));
    let same = stored.requests.len() > total || stored == month.state;
    if known && same { Ok(applied) } else { Err(Trouble::OtherMonth(path.into())) }
}

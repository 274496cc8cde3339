//! Day by day: what arrives, what is issued by several schemes, what is reported and received, shipped and counted.

use std::collections::BTreeSet;

use headstock::component_list::issued_by_hand;
use headstock::finding::Finding;
use headstock::id::Id;
use headstock::inventory::{Balance, StockStatus, Tracking};
use headstock::num::{Quantity, Ratio, Rounding};
use headstock::order::ProductionOrder;
use headstock::partner::LocationKind;
use headstock::run::Progress;
use headstock::snapshot::Tables;
use headstock::time::{Date, Weekday, WorkCalendar};
use serde_json::{Value, json};

use super::orders::{Job, Kind};
use super::start::{free_today, home};
use super::{Ask, Month, Trouble};
use crate::progress::Line;

/// Goes through the month.
pub(super) fn walk(ask: &Ask<'_>, month: &mut Month, jobs: Vec<Job>, line: &Line) -> Result<(), Trouble> {
    let calendar = calendar(ask.tables);
    let mut open: Vec<Job> = jobs;
    // Goods come in before work begins, and leave when it is done; the most urgent first.
    open.sort_by_key(|job| (job.kind as u8, job.ready));
    let total = u64::try_from(ask.until.days_since(ask.run_date)).unwrap_or(0);
    let mut day = ask.run_date;
    while day <= ask.until {
        month.today = day;
        let done = u64::try_from(day.days_since(ask.run_date)).unwrap_or(0);
        line.report(Progress { stage: "month", done, total });
        if calendar.is_working(day).unwrap_or(true) {
            free_today(ask, month)?;
            let mut left = Vec::with_capacity(open.len());
            for kind in [Kind::Arrive, Kind::Move, Kind::Make, Kind::Ship] {
                for job in open.iter().filter(|job| job.kind == kind) {
                    if !work(ask, month, job)? {
                        left.push(job.clone());
                    }
                }
            }
            open = left;
            if day.weekday() == Weekday::Friday {
                count(ask, month)?;
            }
        }
        day = day.add_days(1).map_err(|error| error.finding())?;
    }
    Ok(())
}

/// The working days of the plant: those of its first calendar.
pub(super) fn calendar(tables: &Tables) -> WorkCalendar {
    let Some(row) = tables.calendars.first() else { return WorkCalendar::weekdays() };
    let exceptions = row.exceptions.iter().map(|day| (day.date, day.working)).collect();
    let (from, to) = (row.from.unwrap_or(Date::MIN), row.to.unwrap_or(Date::MAX));
    WorkCalendar::new(row.week, exceptions, from, to).unwrap_or_else(|_| WorkCalendar::weekdays())
}

/// Does what can be done for a document today; gives whether it is finished.
fn work(ask: &Ask<'_>, month: &mut Month, job: &Job) -> Result<bool, Finding> {
    match job.kind {
        Kind::Make if job.start <= month.today => make(ask, month, job),
        Kind::Arrive if job.ready <= month.today => arrive(ask, month, job),
        Kind::Move if job.ready <= month.today => carry(ask, month, job),
        Kind::Ship if job.start <= month.today => ship(month, job),
        _ => Ok(false),
    }
}

/// Goods in: the purchase is pushed down to a receipt, which is approved.
fn arrive(ask: &Ask<'_>, month: &mut Month, job: &Job) -> Result<bool, Finding> {
    let stock = stock(ask, month, job, &job.item);
    let name = format!("{}/in", job.id);
    let line = json!({"source": {"document": job.id, "line": 1}, "stock": stock});
    push(month, &name, "stock_in", vec![line])
}

fn push(month: &mut Month, name: &str, kind: &str, lines: Vec<Value>) -> Result<bool, Finding> {
    let pushed = json!({"do": "push", "document": name, "kind": kind, "lines": lines});
    if month.attempt(name, pushed)?.is_none() {
        return Ok(false);
    }
    let approve = json!({"do": "document", "document": name, "step": "approve"});
    Ok(month.attempt(&format!("{name}/approve"), approve)?.is_some())
}

/// Where something goes that comes in for a document.
fn stock(ask: &Ask<'_>, month: &Month, job: &Job, item: &Id) -> Value {
    let mut stock = json!({"item": item, "location": home(ask.tables, item, &job.site), "key": job.key});
    if month.state.items.get(item).is_some_and(|row| row.tracking == Tracking::Lot) {
        stock["lot"] = json!(job.id);
    }
    stock
}

/// What of an item can be taken at a site today, the lot that expires first in front.
fn free(month: &Month, job: &Job, site: &Id) -> Result<Vec<(Balance, Quantity)>, Finding> {
    let mut found = Vec::new();
    for row in month.state.balances_of(&job.item) {
        let place = month.state.places.get(&row.stock.location).map(|place| &place.location);
        let here = place.is_some_and(|place| {
            place.site == *site && place.kind == LocationKind::Normal && place.in_planning
        });
        let lot = row.stock.lot.as_ref().and_then(|lot| month.state.lot(&job.item, lot));
        let until = lot.and_then(|lot| lot.usable_until).unwrap_or(Date::MAX);
        let free = row.quantity.minus(row.reserved).map_err(|error| error.finding())?;
        let fits = row.stock.status == StockStatus::Available && row.stock.key == job.key;
        if here && fits && free.is_positive() && until >= month.today {
            found.push((until, row.clone(), free));
        }
    }
    found.sort_by(|a, b| (a.0, &a.1.stock).cmp(&(b.0, &b.1.stock)));
    Ok(found.into_iter().map(|(_, row, free)| (row, free)).collect())
}

/// Stock moves between sites once it arrives.
fn carry(ask: &Ask<'_>, month: &mut Month, job: &Job) -> Result<bool, Finding> {
    let Some(from) = &job.from else { return Ok(true) };
    let (mut left, mut lines) = (job.quantity, Vec::new());
    for (row, free) in free(month, job, from)? {
        let quantity = left.min(free);
        if quantity.is_positive() {
            lines.push(json!({"stock": row.stock, "quantity": quantity,
                "location": home(ask.tables, &job.item, &job.site)}));
            left = left.minus(quantity).map_err(|error| error.finding())?;
        }
    }
    // A lorry goes when it is full.
    if left.is_positive() {
        return Ok(false);
    }
    let command = json!({"do": "transfer", "document": job.id, "lines": lines});
    Ok(month.attempt(&job.id, command)?.is_some())
}

/// A sales line is shipped on its day as far as there is stock, the rest later.
fn ship(month: &mut Month, job: &Job) -> Result<bool, Finding> {
    let Ok(id) = Id::new(&job.id) else { return Ok(true) };
    let Some(line) = month.state.documents.get(&id).and_then(|document| document.lines.first()) else {
        return Ok(true);
    };
    let number = line.links.len() + 1;
    let mut left = line.remaining_to_push(false).map_err(|error| error.finding())?;
    let mut lines = Vec::new();
    for (row, free) in free(month, job, &job.site)? {
        let quantity = left.min(free);
        if quantity.is_positive() {
            lines.push(json!({"source": {"document": job.id, "line": 1}, "quantity": quantity,
                "stock": row.stock}));
            left = left.minus(quantity).map_err(|error| error.finding())?;
        }
    }
    let shipped = !lines.is_empty() && push(month, &format!("{}/{number}", job.id), "stock_out", lines)?;
    Ok(shipped && left.is_zero())
}

/// Issues, reports and receives for a production order.
fn make(ask: &Ask<'_>, month: &mut Month, job: &Job) -> Result<bool, Finding> {
    let Ok(id) = Id::new(&job.id) else { return Ok(true) };
    if month.today == job.start || !month.state.requests.contains_key(format!("{}/release", job.id).as_str())
    {
        let release = json!({"do": "order_step", "order": job.id, "step": "release"});
        month.attempt(&format!("{}/release", job.id), release)?;
    }
    issue(month, job, &id)?;
    if month.today < job.ready {
        return Ok(false);
    }
    receive(ask, month, job, &id)
}

/// The schemes take turns: per order, by kits, topped up.
fn scheme(order: &ProductionOrder, turn: usize, first: bool) -> Result<Value, Finding> {
    let half = order.good.times(Ratio::new(1, 2).map_err(|e| e.finding())?, order.good.scale(), Rounding::Up);
    let half = half.map_err(|error| error.finding())?;
    Ok(match (turn % 3, first) {
        (0, _) => json!({"scheme": "open"}),
        (1, true) => json!({"scheme": "sets", "sets": half}),
        (1, false) => json!({"scheme": "sets", "partial": true}),
        (_, true) => json!({"scheme": "top_up", "sets": half}),
        (_, false) => json!({"scheme": "top_up", "sets": order.good}),
    })
}

fn issue(month: &mut Month, job: &Job, id: &Id) -> Result<(), Finding> {
    let Some(order) = month.state.orders.get(id) else { return Ok(()) };
    let mut open = false;
    for line in issued_by_hand(order) {
        open |= line.open(false).map_err(|error| error.finding())?.is_positive();
    }
    if !open {
        return Ok(());
    }
    let turn: usize = job.id.bytes().map(usize::from).sum();
    let done = (1..).find(|n| !month.state.documents.contains_key(format!("{}/I{n}", job.id).as_str()));
    let number = done.unwrap_or(1);
    let command = json!({"do": "issue", "document": format!("{}/I{number}", job.id), "order": job.id,
        "what": scheme(order, turn, number == 1)?, "short": "limit"});
    month.attempt(&format!("{}/I{number}", job.id), command).map(drop)
}

/// What the material that is there allows is reported and received; what is backflushed goes with it.
fn receive(ask: &Ask<'_>, month: &mut Month, job: &Job, id: &Id) -> Result<bool, Finding> {
    let number = |error: headstock::num::NumError| error.finding();
    let Some(order) = month.state.orders.get(id) else { return Ok(true) };
    let open = order.open().map_err(number)?;
    let kits = match order.kits_issued().map_err(number)? {
        Some(kits) => kits.minus(order.received.good).map_err(number)?.or_zero(),
        None => open,
    };
    let quantity = open.min(kits);
    if !quantity.is_positive() {
        return Ok(open.is_zero());
    }
    let last = quantity == open;
    let turn = (1..).find(|n| !month.state.documents.contains_key(format!("{}/R{n}", job.id).as_str()));
    let name = format!("{}/R{}", job.id, turn.unwrap_or(1));
    let to = stock(ask, month, job, &job.item);
    let mut line = json!({"quantity": quantity, "location": to["location"]});
    if let Some(lot) = to.get("lot") {
        line["lot"] = lot.clone();
    }
    let mut lines = vec![line];
    if last && job.scrap.is_positive() {
        lines.push(json!({"class": "scrap_work", "quantity": job.scrap}));
    }
    let received = json!({"do": "receive", "document": name, "order": job.id, "lines": lines.clone()});
    // Received first: what is short for the backflush stops it, and then there is nothing to report either.
    if month.attempt(&name, received)?.is_none() {
        return Ok(false);
    }
    let report = name.replace("/R", "/P");
    let told = json!({"do": "receive", "document": report, "order": job.id, "lines": lines, "report": true});
    month.attempt(&report, told)?;
    if last {
        outputs(ask, month, job)?;
        let close = json!({"do": "order_step", "order": job.id, "step": "close"});
        month.attempt(&format!("{}/close", job.id), close)?;
    }
    Ok(last)
}

/// What comes out beside the product. Execution has no co-products yet: they come in by a correction that says so.
fn outputs(ask: &Ask<'_>, month: &mut Month, job: &Job) -> Result<(), Finding> {
    let positive =
        job.outputs.iter().filter(|(_, quantity)| quantity.is_sign_positive() && !quantity.is_zero());
    let lines: Vec<Value> = positive
        .map(|(item, quantity)| json!({"stock": stock(ask, month, job, item), "quantity": quantity.to_string()}))
        .collect();
    if lines.is_empty() {
        return Ok(());
    }
    let name = format!("{}/co", job.id);
    let reason = format!("co-product of {}", job.id);
    let command =
        json!({"do": "stock", "document": name, "kind": "adjustment", "reason": reason, "lines": lines});
    month.attempt(&name, command).map(drop)
}

/// On Fridays three items are counted in turn; the first of them is one short.
fn count(ask: &Ask<'_>, month: &mut Month) -> Result<(), Finding> {
    let rows: Vec<&Balance> = month.state.balances.values().flat_map(|rows| rows.values()).collect();
    let ten = Quantity::whole(10);
    let fits = |row: &&&Balance| {
        row.quantity >= ten && row.reserved.is_zero() && row.stock.status == StockStatus::Available
    };
    let fits: Vec<&Balance> = rows.iter().filter(fits).copied().collect();
    let week = usize::try_from(month.today.days_since(ask.run_date) / 7).unwrap_or(0);
    let mut lines = Vec::new();
    let mut seen = BTreeSet::new();
    for row in fits.iter().cycle().skip(3 * week).take(3.min(fits.len())) {
        if seen.insert(&row.stock) {
            let short = if lines.is_empty() { Quantity::whole(1) } else { Quantity::ZERO };
            let counted = row.quantity.minus(short).map_err(|error| error.finding())?;
            lines.push(json!({"stock": row.stock, "counted": counted}));
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    let name = format!("COUNT-{}", month.today);
    month.attempt(&name, json!({"do": "count", "document": name, "lines": lines})).map(drop)
}

//! Progress and its alerts (`N02`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::num::{NumError, Quantity, Ratio, Rounding};
use crate::order::{BusinessState, IssueState, PlanState, ProductionOrder, TaskState};
use crate::snapshot::ExecutionSnapshot;
use crate::time::{Date, WorkCalendar};

/// How far an order is against its dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// Working days from the start to the day before today.
    pub elapsed_days: i64,
    /// Working days from the start to the due date, both included.
    pub total_days: i64,
    /// `elapsed ÷ total`, at most 1.
    pub expected: Ratio,
    /// `received ÷ good`.
    pub actual: Ratio,
    /// `expected − actual`, in points of a hundred; below nought: ahead.
    pub lag: Ratio,
    /// Received on an elapsed working day, exact; absent before anything is received.
    pub rate: Option<Ratio>,
    /// Last day of what remains at that rate, today being the first; absent without a rate.
    pub finish: Option<Date>,
    /// Working days by which that is after the due date.
    pub late_days: i64,
}

/// Progress of an order on the morning of a day; nothing where it has no dates (`NO_DATES`).
///
/// # Errors
/// `NUMBER_OVERFLOW`; `DATE_OUT_OF_RANGE` and `CALENDAR_GAP` count as no projected finish.
pub fn progress(
    order: &ProductionOrder,
    calendar: &WorkCalendar,
    today: Date,
) -> Result<Option<Progress>, NumError> {
    let (Some(start), Some(due)) = (order.start, order.due) else { return Ok(None) };
    let total_days = working_days(calendar, start, due).max(1);
    let elapsed_days = match today.add_days(-1) {
        Ok(yesterday) if yesterday >= start => working_days(calendar, start, yesterday),
        _ => 0,
    };
    let expected = Ratio::new(i128::from(elapsed_days.min(total_days)), i128::from(total_days))?;
    let actual = order.received.good.ratio().checked_div(order.good.ratio())?;
    let lag = expected.checked_sub(actual)?.checked_mul(Ratio::from_int(100))?;
    let rate = match elapsed_days {
        0 => None,
        days => Some(order.received.good.ratio().checked_div(Ratio::from_int(days))?),
    }
    .filter(|rate| rate.is_positive());
    let remaining = order.open()?;
    let finish = match rate {
        Some(rate) if remaining.is_positive() => {
            let days = remaining.ratio().checked_div(rate)?.round_units(0, Rounding::Up)?;
            i32::try_from(days).ok().and_then(|days| last_of(calendar, today, days))
        }
        _ => None,
    };
    let late_days = finish
        .filter(|finish| *finish > due)
        .map_or(0, |finish| due.add_days(1).map_or(0, |after| working_days(calendar, after, finish)));
    Ok(Some(Progress { elapsed_days, total_days, expected, actual, lag, rate, finish, late_days }))
}

/// Working days of a span, both ends included.
fn working_days(calendar: &WorkCalendar, from: Date, to: Date) -> i64 {
    if from > to {
        return 0;
    }
    let first = i64::from(calendar.is_working(from).unwrap_or(false));
    first + i64::from(calendar.working_days_between(from, to).unwrap_or(0))
}

/// The n-th working day from today on, today being the first where it works.
fn last_of(calendar: &WorkCalendar, today: Date, days: i32) -> Option<Date> {
    let before = today.add_days(-1).ok()?;
    calendar.add_working_days(before, days).ok()
}

/// Which rule an alert comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertRule {
    /// Past its planned start and not started.
    NotStarted,
    /// Material incomplete shortly before the start.
    MaterialIncomplete,
    /// Behind what is expected.
    Lag,
    /// Due soon and not finished.
    DueSoon,
    /// Past the due date and not finished.
    Overdue,
    /// More issued than required.
    OverIssue,
    /// More received than planned.
    OverReceipt,
    /// Nothing moved for some time.
    Stalled,
}

/// How serious it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertLevel {
    /// Look at it.
    Yellow,
    /// Act.
    Orange,
    /// Too late already.
    Red,
}

/// Thresholds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AlertRules {
    /// Days before the start on which material must be complete.
    pub material_days: i32,
    /// Points of lag that are tolerated.
    pub lag_points: Ratio,
    /// Days before the due date that count as soon.
    pub due_days: i32,
    /// Days without a movement that count as stalled.
    pub stalled_days: i32,
}

impl Default for AlertRules {
    fn default() -> AlertRules {
        AlertRules { material_days: 2, lag_points: Ratio::from_int(10), due_days: 3, stalled_days: 7 }
    }
}

/// One alert with its figure: days, points or a quantity, as the rule says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Alert {
    /// The order.
    pub order: Id,
    /// The rule.
    pub rule: AlertRule,
    /// Level.
    pub level: AlertLevel,
    /// Days, points or quantity.
    pub figure: Ratio,
}

/// Alerts of all orders that go on, by order and rule; `NO_DATES` for orders that cannot be judged.
///
/// # Errors
/// `NUMBER_OVERFLOW`, `QTY_OUT_OF_RANGE`.
pub fn alerts(
    snapshot: &ExecutionSnapshot,
    rules: &AlertRules,
    calendar: &WorkCalendar,
    today: Date,
) -> Result<(Vec<Alert>, Vec<Finding>), NumError> {
    let (mut found, mut findings) = (Vec::new(), Vec::new());
    let last = last_movements(snapshot);
    let goes_on = |order: &&ProductionOrder| {
        order.business == BusinessState::Normal && order.plan != PlanState::Planned
    };
    for order in snapshot.orders.values().filter(goes_on) {
        let progress = progress(order, calendar, today)?;
        if progress.is_none() {
            findings.push(Finding::new(Code::NoDates).with("order", &order.id));
        }
        let mut add = |rule, level, figure| {
            found.push(Alert { order: order.id.clone(), rule, level, figure });
        };
        quantities(order, &mut add)?;
        let task = order.task()?;
        if task == TaskState::Finished {
            continue;
        }
        dates(order, (rules, task, today), progress.as_ref(), &mut add)?;
        let quiet = last.get(&order.id).map_or(0, |date| today.days_since(*date));
        if quiet >= rules.stalled_days {
            add(AlertRule::Stalled, AlertLevel::Yellow, Ratio::from_int(i64::from(quiet)));
        }
    }
    found.sort_by(|a, b| (&a.order, a.rule).cmp(&(&b.order, b.rule)));
    Ok((found, findings))
}

type Add<'a> = dyn FnMut(AlertRule, AlertLevel, Ratio) + 'a;

fn quantities(order: &ProductionOrder, add: &mut Add<'_>) -> Result<(), NumError> {
    let mut over = Quantity::ZERO;
    for line in &order.lines {
        over = over.plus(line.net_issued()?.minus(line.required)?.or_zero())?;
    }
    if over.is_positive() {
        add(AlertRule::OverIssue, AlertLevel::Yellow, over.ratio());
    }
    let above = order.received.good.minus(order.good)?;
    if above.is_positive() {
        add(AlertRule::OverReceipt, AlertLevel::Yellow, above.ratio());
    }
    Ok(())
}

fn dates(
    order: &ProductionOrder,
    (rules, task, today): (&AlertRules, TaskState, Date),
    progress: Option<&Progress>,
    add: &mut Add<'_>,
) -> Result<(), NumError> {
    let days = |n: i32| Ratio::from_int(i64::from(n));
    if let Some(start) = order.start {
        let left = start.days_since(today);
        if left < 0 && task == TaskState::NotStarted {
            add(AlertRule::NotStarted, AlertLevel::Orange, days(-left));
        }
        let complete = matches!(order.issue()?, IssueState::Full | IssueState::Excess)
            || !order.lines.iter().any(crate::order::ComponentLine::counts_for_kits);
        if task == TaskState::NotStarted && left <= rules.material_days && !complete {
            add(AlertRule::MaterialIncomplete, AlertLevel::Yellow, days(left));
        }
    }
    if let Some(progress) = progress.filter(|progress| progress.lag > rules.lag_points) {
        let twice = rules.lag_points.checked_mul(Ratio::from_int(2))?;
        let level = if progress.lag > twice { AlertLevel::Orange } else { AlertLevel::Yellow };
        add(AlertRule::Lag, level, progress.lag);
    }
    if let Some(due) = order.due {
        let left = due.days_since(today);
        if left < 0 {
            add(AlertRule::Overdue, AlertLevel::Red, days(-left));
        } else if left <= rules.due_days {
            add(AlertRule::DueSoon, AlertLevel::Orange, days(left));
        }
    }
    Ok(())
}

fn last_movements(snapshot: &ExecutionSnapshot) -> std::collections::BTreeMap<Id, Date> {
    let mut last = std::collections::BTreeMap::new();
    for movement in &snapshot.ledger {
        if let Some(order) = &movement.order {
            let date = last.entry(order.document.clone()).or_insert(movement.date);
            *date = (*date).max(movement.date);
        }
    }
    last
}

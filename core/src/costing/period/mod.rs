//! Closing a period: one call from records to unit costs of every item and order, through all levels (`C09`–`C14`).
//!
//! `records + policy + run control → outcome`. Checks come first; then known expenses are shared; then stocks and
//! orders are computed in the order that their own transactions give, loops included; then everything is proved to
//! balance, by order and element and by original element over the whole plant. A run that is refused gives nothing.
//! It knows records of costing only, and posts nothing: events, ledger and report are read from the outcome.
//!
//! The run is serial: the thread budget of the run control changes nothing.

mod adjust;
mod carry;
mod checks;
mod compose;
mod events;
mod exact;
mod explain;
mod layers;
mod loops;
mod orders;
mod outcome;
mod overhead;
mod plant;
mod policy;
mod pools;
mod sequence;
mod share;
mod state;
mod system;

pub use adjust::Adjustment;
pub use compose::CostPart;
pub use explain::Explain;
pub use outcome::{CloseError, ControlTotal, OrderCost, PeriodOutcome, ProductCost, ReportStep, StockCost};
pub use policy::{BaseRule, ByProductFrom, ClosePolicy, IssueResidue, LoopRule, Waiver, ZeroOutput};

use crate::cost::CostRecords;
use crate::num::DecimalText;
use crate::run::RunControl;
use plant::Plant;
use sequence::Sequence;
use state::State;

/// Closes a period: every issue priced, every order costed by element, every product and stock valued.
///
/// Amounts are whole in the smallest unit of the currency; what is shared adds up to what was there. For every
/// order and element `opening + input = finished + closing + scrapped`; over the plant, by original element, what
/// came in equals what left and what is still there. The order of rows does not matter.
///
/// ```
/// use headstock::cost::{CostRecords, CostTables};
/// use headstock::costing::{ClosePolicy, close_period};
/// use headstock::run::RunControl;
///
/// // R is bought at 5.00; 200 R and labour of 300.00 make 100 S.
/// let tables: CostTables = serde_json::from_str(r#"{
///   "period": "2026-03", "periods": [{"id": "2026-03", "from": "2026-03-01", "to": "2026-03-31"}],
///   "elements": [{"id": "material"}, {"id": "labour", "kind": "labour"}],
///   "items": [{"id": "R"}, {"id": "S"}], "orders": [{"id": "O1", "closed": true}],
///   "movements": [{"id": "m1", "date": "2026-03-02", "kind": "purchase", "item": "R", "quantity": 400,
///                  "amount": "2000.00"}],
///   "issues": [{"id": "i1", "date": "2026-03-03", "order": "O1", "item": "R", "quantity": 200}],
///   "charges": [{"id": "c1", "order": "O1", "element": "labour", "amount": "300.00"}],
///   "receipts": [{"id": "r1", "date": "2026-03-09", "order": "O1", "item": "S", "quantity": 100}]
/// }"#).unwrap();
/// let control = RunControl::new();
/// let records = CostRecords::new(tables, &control).unwrap();
/// let policy = ClosePolicy::default();
/// let outcome = close_period(&records, &policy, &control).unwrap();
/// assert_eq!(outcome.unit_cost("S").unwrap().to_string(), "13");
/// ```
///
/// # Errors
/// `PERIOD_CLOSED`; `RUN_IN_PROGRESS`; `CHECK_BLOCKED {n}` with what blocks: `PERIOD_NOT_SEQUENTIAL`,
/// `DRAFT_IN_PERIOD`, `NEGATIVE_STOCK_AT_COSTING`, `COEFF_MISSING`, `FIXED_COST_MISSING`, `BASE_ZERO`;
/// `COST_LOOP`; `COST_LOOP_DIVERGES`; `RATIO_SUM`; `COPRODUCT_NO_OUTPUT`; `OUTPUT_ALL_ZERO`;
/// `BYPRODUCT_EXCEEDS_TOTAL`; `WIP_EXCEEDS_TOTAL`; `EQUIVALENT_ZERO`; `NEGATIVE_BASE`; `REPORT_UNBALANCED`;
/// `COMPOSITION_BROKEN`; `NUMBER_OVERFLOW`; `QTY_OUT_OF_RANGE`; `CANCELLED`; `LIMIT_EXCEEDED`.
pub fn close_period<'a>(
    records: &'a CostRecords,
    policy: &'a ClosePolicy,
    control: &RunControl<'_>,
) -> Result<PeriodOutcome<'a>, CloseError> {
    checks::period_open(records)?;
    control.report("costing_collect", 0, 1);
    let mut state = State::new(Plant::new(records), policy)?;
    let expenses = state.expenses()?;
    let sequence = state.plant.sequence(&expenses.groups);
    let loops = sequence.sets().any(|set| set.len() > 1);
    let mut checks = state.check(loops);
    checks.blocking.extend(expenses.blocked.iter().cloned());
    if !checks.blocking.is_empty() {
        return Err(CloseError::blocked(checks.blocking));
    }
    for pool in 0..state.plant.pools {
        state.give_fixed(pool)?;
    }
    let mut found = Vec::new();
    let total = sequence.sets().len() as u64;
    for (set, done) in sequence.sets().zip(0u64..) {
        if done.is_multiple_of(4_096) {
            control.check().map_err(|cancelled| cancelled.finding())?;
            control.report("costing_levels", done, total);
        }
        found.extend(state.run_set(set, &sequence, &expenses, control)?);
    }
    state.standard_differences()?;
    state.findings.extend(std::mem::take(&mut checks.warnings));
    let (waived, mut rest) = checks::split(std::mem::take(&mut state.findings), policy);
    rest.sort();
    state.findings = rest;
    checks.waived.extend(waived);
    let steps = steps(&state, &sequence, found.len());
    let count = state.plant.pools + state.plant.orders;
    let levels = (0..crate::names::to_u32(count)).map(|node| sequence.level(node)).collect();
    let outcome = PeriodOutcome { state, levels, loops: found, steps, waived: checks.waived };
    outcome.proof()?;
    Ok(outcome)
}

/// What the run did, step by step (`C11`).
fn steps(state: &State<'_>, sequence: &Sequence, loops: usize) -> Vec<ReportStep> {
    let money = |units: i64| DecimalText(state.amount(units));
    let tables = state.records().tables();
    let step = |name: &str, level, count: usize, amount: i64| ReportStep {
        step: name.to_owned(),
        level,
        count: count as u64,
        amount: money(amount),
    };
    let came: i64 = state.opening_value.iter().sum();
    let wip: i64 = state.opening.cells().iter().sum();
    let charges: i64 = state.records().charges.iter().map(|row| row.units).sum();
    let shared: i64 = state.allocated.iter().map(|row| row.amount).sum();
    let mut steps = vec![
        step("opening_stock", None, tables.stock.len(), came),
        step("opening_wip", None, tables.wip.len(), wip),
        step("charges", None, tables.charges.len(), charges),
        step("overhead", None, state.overhead_rows() as usize, shared),
        step("loops", None, loops, 0),
    ];
    let mut levels = vec![(0usize, 0i64); sequence.levels() as usize + 1];
    for order in 0..state.plant.orders {
        let node = crate::names::to_u32(state.plant.pools + order);
        let slot = &mut levels[sequence.level(node) as usize];
        slot.0 += 1;
        slot.1 += state.finished.row(order).iter().sum::<i64>();
    }
    for (level, (count, amount)) in (0u32..).zip(levels).filter(|(_, level)| level.0 > 0) {
        steps.push(step("orders", Some(level), count, amount));
    }
    steps
}

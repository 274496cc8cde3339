//! The movements of one item in compact rows, with the values found so far.

use std::collections::BTreeMap;

use super::error::ValuationError;
use super::movement::{Change, Movement, MovementKind};
use super::plain::is_plain;
use super::policy::{AveragePeriod, DayOrder, Method, Policy, Uninvoiced};
use super::state::small;
use crate::num::{NumError, Ratio, div_round};
use crate::time::Date;

/// No link.
pub(super) const NONE: u32 = u32::MAX;

/// Decimals of amounts and quantities of the item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scales {
    /// Decimals of the currency, at most 9.
    pub amount: u32,
    /// Decimals of the stock unit, at most 9.
    pub quantity: u32,
}

/// [`MovementKind`] without its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Opening,
    Receipt,
    Issue,
    ReturnIn,
    ReturnOut,
    Charge,
    Revalue,
    RevalueTo,
}

/// One movement as the hot loop reads it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) quantity: i64,
    /// What the document says, with the charges that count with it.
    pub(super) given: i64,
    /// What the valuation says: into stock of what comes in, out of stock of what goes out.
    pub(super) value: i64,
    pub(super) link: u32,
    pub(super) kind: Kind,
    pub(super) has_value: bool,
    pub(super) invoiced: bool,
    /// Whether a later movement takes its cost from this one.
    pub(super) linked: bool,
    /// The period that it lies in.
    pub(super) period: i32,
    /// The last replay that touched it.
    stamp: u32,
}

/// Where a movement stands in the order of valuation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) period: i32,
    first: i32,
    second: i32,
    sequence: u64,
    pub(super) row: u32,
}

/// Movements, their order and what is known of them.
#[derive(Clone, Debug)]
pub(super) struct Book {
    pub(super) policy: Policy,
    /// Whether most movements need no detour.
    pub(super) plain: bool,
    pub(super) scales: Scales,
    pub(super) rows: Vec<Row>,
    pub(super) keys: Vec<Key>,
    /// Dates by row, for what is told of a row.
    pub(super) dates: Vec<Date>,
    pub(super) targets: BTreeMap<u32, Ratio>,
    /// Movements that refer to a movement.
    pub(super) dependents: BTreeMap<u32, Vec<u32>>,
    /// What issues cost more than they were reckoned at.
    pub(super) corrections: BTreeMap<u32, i64>,
    /// Number of the replay; 0 while the ledger is built, when nothing is compared.
    pub(super) epoch: u32,
    pub(super) changes: Vec<Change>,
}

impl Book {
    pub(super) fn new(policy: Policy, scales: Scales) -> Book {
        Book {
            policy,
            plain: is_plain(&policy),
            scales,
            rows: Vec::new(),
            keys: Vec::new(),
            dates: Vec::new(),
            targets: BTreeMap::new(),
            dependents: BTreeMap::new(),
            corrections: BTreeMap::new(),
            epoch: 0,
            changes: Vec::new(),
        }
    }

    /// Reads movements behind those that are there. Links may name any movement that is there afterwards.
    pub(super) fn extend(&mut self, movements: &[Movement]) -> Result<(), ValuationError> {
        let start = self.rows.len();
        let all = u32::try_from(start + movements.len()).unwrap_or(NONE);
        for (row, movement) in (u32::try_from(start).unwrap_or(NONE)..).zip(movements) {
            let link = movement.link.unwrap_or(NONE);
            if all == NONE || (link != NONE && (link >= all || link == row)) {
                return Err(ValuationError::Link { row });
            }
            let read = read(row, link, movement)?;
            self.rows.push(read);
            self.dates.push(movement.date);
            if let MovementKind::RevalueTo(unit) = movement.kind {
                self.targets.insert(row, unit);
            }
        }
        for at in start..self.rows.len() {
            let row = u32::try_from(at).unwrap_or(NONE);
            self.check_link(row)?;
            let sequence = movements[at - start].sequence;
            let key = self.key(row, sequence);
            self.rows[at].period = key.period;
            self.keys.push(key);
            let Row { link, kind, given, .. } = self.rows[at];
            if link == NONE {
                continue;
            }
            if kind != Kind::Issue && kind != Kind::Revalue && kind != Kind::RevalueTo {
                self.rows[link as usize].linked = true;
                self.dependents.entry(link).or_default().push(row);
            }
            if kind == Kind::Charge && self.recosts() {
                let target = &mut self.rows[link as usize].given;
                *target = target.checked_add(given).ok_or(number(row, NumError::Range))?;
            }
        }
        Ok(())
    }

    /// Forgets the movements behind the first `known`.
    pub(super) fn truncate(&mut self, known: usize) {
        self.rows.truncate(known);
        self.keys.truncate(known);
        self.dates.truncate(known);
        let first = u32::try_from(known).unwrap_or(NONE);
        self.targets.split_off(&first);
        self.corrections.split_off(&first);
        for list in self.dependents.values_mut() {
            list.retain(|row| *row < first);
        }
        self.dependents.retain(|row, list| *row < first && !list.is_empty());
    }

    /// Where the last movement stands that takes its cost from this one; where it stands itself when none does.
    pub(super) fn last_dependent(&self, row: u32) -> Key {
        let own = self.keys[row as usize];
        if !self.rows[row as usize].linked {
            return own;
        }
        let list = self.dependents.get(&row);
        list.into_iter().flatten().map(|row| self.keys[*row as usize]).max().map_or(own, |last| last.max(own))
    }

    /// Whether a charge counts with its receipt.
    pub(super) fn recosts(&self) -> bool {
        self.policy.charges == super::ChargeRule::Recost && self.policy.method != Method::Standard
    }

    /// Whether a receipt is kept apart until it is invoiced.
    pub(super) fn is_aside(&self, row: &Row) -> bool {
        self.policy.uninvoiced == Uninvoiced::Exclude && !row.invoiced
    }

    fn check_link(&self, row: u32) -> Result<(), ValuationError> {
        let Row { kind, link, .. } = self.rows[row as usize];
        let fault = Err(ValuationError::Link { row });
        if link == NONE {
            return if kind == Kind::Charge { fault } else { Ok(()) };
        }
        let target = self.rows[link as usize].kind;
        let came_in = matches!(target, Kind::Opening | Kind::Receipt | Kind::ReturnIn);
        let fits = match kind {
            Kind::Opening | Kind::Receipt => false,
            Kind::ReturnIn => target == Kind::Issue,
            Kind::Issue | Kind::ReturnOut | Kind::Charge | Kind::Revalue | Kind::RevalueTo => came_in,
        };
        if fits { Ok(()) } else { fault }
    }

    fn key(&self, row: u32, sequence: u64) -> Key {
        let date = self.dates[row as usize];
        let Row { kind, .. } = self.rows[row as usize];
        let (period, day) = (self.period(date), date.day_number());
        let class = self.class(row, period);
        let (first, second) = match (kind, self.policy.method.is_periodic(), self.policy.day_order) {
            (Kind::Opening, ..) => {
                return Key { period: i32::MIN, first: day, second: 0, sequence, row };
            }
            (_, true, _) => (class, day),
            (_, false, DayOrder::InsFirst) => (day, class),
            (_, false, DayOrder::Sequence) => (day, 0),
        };
        Key { period, first, second, sequence, row }
    }

    /// 0 for what counts before issues, 1 for issues and what depends on an issue of the same period.
    fn class(&self, row: u32, period: i32) -> i32 {
        let Row { kind, link, .. } = self.rows[row as usize];
        let same = |link: u32| match self.policy.method.is_periodic() {
            true => self.period(self.dates[link as usize]) == period,
            false => self.dates[link as usize] == self.dates[row as usize],
        };
        match kind {
            Kind::Opening | Kind::Receipt | Kind::Charge | Kind::Revalue | Kind::RevalueTo => 0,
            Kind::Issue => 1,
            Kind::ReturnIn => i32::from(link == NONE || same(link)),
            Kind::ReturnOut => i32::from(link == NONE || !self.policy.method.is_average()),
        }
    }

    /// Number of the month, or of the day where the policy averages by day.
    fn period(&self, date: Date) -> i32 {
        match (self.policy.method.is_periodic(), self.policy.period) {
            (true, AveragePeriod::Day) => date.day_number(),
            _ => i32::from(date.year()) * 12 + i32::from(date.month()),
        }
    }

    /// The value of a movement with its corrections.
    pub(super) fn final_value(&self, row: u32) -> i64 {
        let own = self.rows[row as usize].value;
        if self.corrections.is_empty() {
            return own;
        }
        // Both were checked when the correction was made.
        own.saturating_add(self.corrections.get(&row).copied().unwrap_or(0))
    }

    /// Sets the value found for a movement.
    pub(super) fn set(&mut self, row: u32, value: i64) {
        if self.rows[row as usize].value != value {
            self.touch(row);
            self.rows[row as usize].value = value;
        }
    }

    /// Adds to what an issue costs.
    pub(super) fn correct(&mut self, row: u32, amount: i64) -> Result<(), NumError> {
        if amount == 0 {
            return Ok(());
        }
        self.touch(row);
        let value = self.rows[row as usize].value;
        let slot = self.corrections.entry(row).or_default();
        let sum = slot.checked_add(amount).filter(|sum| value.checked_add(*sum).is_some());
        *slot = sum.ok_or(NumError::Range)?;
        if *slot == 0 {
            self.corrections.remove(&row);
        }
        Ok(())
    }

    /// Remembers what a movement was worth before the replay under way.
    fn touch(&mut self, row: u32) {
        if self.epoch == 0 || self.rows[row as usize].stamp == self.epoch {
            return;
        }
        let before = self.final_value(row);
        self.rows[row as usize].stamp = self.epoch;
        self.changes.push(Change { row, before, after: before });
    }

    /// Unit cost of the pool, rounded as the policy says: units of its last decimal for one stock unit.
    pub(super) fn unit_cost(&self, value: i64, quantity: i64, decimals: u32) -> Result<i128, NumError> {
        let up = pow10(self.scales.quantity + decimals)?;
        let numerator = i128::from(value).checked_mul(up).ok_or(NumError::Overflow)?;
        let denominator =
            i128::from(quantity).checked_mul(pow10(self.scales.amount)?).ok_or(NumError::Overflow)?;
        div_round(numerator, denominator, self.policy.rounding)
    }

    /// `quantity × unit cost` in the smallest unit of the currency.
    pub(super) fn extended(&self, unit: i128, quantity: i64, decimals: u32) -> Result<i64, NumError> {
        let up = pow10(self.scales.amount)?;
        let product = unit.checked_mul(i128::from(quantity)).and_then(|product| product.checked_mul(up));
        let down = pow10(self.scales.quantity + decimals)?;
        small(div_round(product.ok_or(NumError::Overflow)?, down, self.policy.rounding)?)
    }

    /// A unit cost in the currency as the cost of one grain in its smallest unit.
    pub(super) fn per_grain(&self, unit: Ratio) -> Result<Ratio, NumError> {
        unit.checked_mul(Ratio::new(pow10(self.scales.amount)?, pow10(self.scales.quantity)?)?)
    }
}

/// `10^n`.
fn pow10(n: u32) -> Result<i128, NumError> {
    10i128.checked_pow(n).ok_or(NumError::Overflow)
}

/// A number error with the movement it happened at.
pub(super) fn number(row: u32, error: NumError) -> ValuationError {
    ValuationError::Number { row, error }
}

fn read(row: u32, link: u32, movement: &Movement) -> Result<Row, ValuationError> {
    let kind = match movement.kind {
        MovementKind::Opening => Kind::Opening,
        MovementKind::Receipt => Kind::Receipt,
        MovementKind::Issue => Kind::Issue,
        MovementKind::ReturnIn => Kind::ReturnIn,
        MovementKind::ReturnOut => Kind::ReturnOut,
        MovementKind::Charge => Kind::Charge,
        MovementKind::Revalue => Kind::Revalue,
        MovementKind::RevalueTo(_) => Kind::RevalueTo,
    };
    let value_only = matches!(kind, Kind::Charge | Kind::Revalue | Kind::RevalueTo);
    let quantity = movement.quantity;
    // Nought is worth nought (promise 12): a value without a quantity has kinds of its own.
    let empty = quantity == 0 && movement.value.is_some_and(|value| value != 0);
    let wrong = match kind {
        Kind::Opening => quantity == i64::MIN || empty,
        Kind::Receipt => quantity < 0 || empty,
        _ if value_only => quantity != 0,
        _ => quantity < 0,
    };
    if wrong {
        return Err(ValuationError::NotPositive { row });
    }
    let needs = matches!(kind, Kind::Opening | Kind::Receipt | Kind::Charge | Kind::Revalue);
    if needs && movement.value.is_none() {
        return Err(ValuationError::NoValue { row });
    }
    let given = small(movement.value.unwrap_or(0)).map_err(|error| number(row, error))?;
    Ok(Row {
        quantity,
        given,
        value: 0,
        link,
        kind,
        has_value: movement.value.is_some(),
        invoiced: movement.invoiced,
        linked: false,
        period: 0,
        stamp: 0,
    })
}

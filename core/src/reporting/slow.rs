//! Slow-moving stock by four clocks, and age bands (`N04`).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::{Movement, Reason, StockKey};
use crate::num::{NumError, Quantity, Ratio};
use crate::snapshot::ExecutionSnapshot;
use crate::time::Date;

/// What counts as movement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SlowClock {
    /// Days since the last use; never used: since the first receipt (the default).
    #[default]
    Outbound,
    /// Days since anything moved.
    Any,
    /// The age of what is left, first in first out: only the old part is slow.
    FifoLayers,
    /// Use of a year before today ÷ stock: slow below a rate.
    Rate,
}

/// How stock is judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SlowPolicy {
    /// The clock.
    pub clock: SlowClock,
    /// Idle days from which stock is slow.
    pub slow_days: i32,
    /// Idle days from which stock is dead.
    pub dead_days: i32,
    /// Movement rate below which stock is slow, with the clock `rate`.
    pub slow_rate: Ratio,
    /// Days over which use is counted for the rate.
    pub rate_days: i32,
    /// Upper ends of the age bands, in days, rising; the last band is open.
    pub bands: Vec<i32>,
}

impl Default for SlowPolicy {
    fn default() -> SlowPolicy {
        SlowPolicy {
            clock: SlowClock::Outbound,
            slow_days: 180,
            dead_days: 365,
            slow_rate: Ratio::ONE,
            rate_days: 365,
            bands: vec![30, 90, 180, 365],
        }
    }
}

/// Judgement of an item's stock at a location.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SlowFlag {
    /// It moves.
    Normal,
    /// Slow.
    Slow,
    /// Dead.
    Dead,
}

/// Quantity of an age.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgeBand {
    /// Last day of the band, from 0; absent: open.
    pub to: Option<i32>,
    /// Quantity.
    pub quantity: Quantity,
}

/// Stock of an item at a location, judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SlowStock {
    /// The item.
    pub item: Id,
    /// The location.
    pub location: Id,
    /// Quantity.
    pub quantity: Quantity,
    /// Last receipt.
    pub last_in: Option<Date>,
    /// Last use.
    pub last_out: Option<Date>,
    /// Days idle by the clock; with layers: the age of the oldest.
    pub idle_days: i32,
    /// The slow part of the quantity.
    pub slow_quantity: Quantity,
    /// Use ÷ stock over the days of the rate, exact; absent without stock.
    pub rate: Option<Ratio>,
    /// Age of the quantity, first in first out.
    pub bands: Vec<AgeBand>,
    /// Judgement.
    pub flag: SlowFlag,
}

/// What the ledger says of an item at a location.
#[derive(Default)]
struct Clockwork {
    quantity: Quantity,
    used: Quantity,
    last_in: Option<Date>,
    last_out: Option<Date>,
    last_any: Option<Date>,
    first: Option<Date>,
    opening: Option<Date>,
    /// Receipts in order of time: what is left lies in the last of them.
    layers: Vec<(Date, Quantity)>,
}

/// Judges all stock on a day. Transfers, counts, corrections and returns do not reset the clock of use; stock
/// that came in by transfer or return keeps the age it arrived with at the location. `NO_MOVEMENT_HISTORY` marks
/// stock of which only the opening is known.
///
/// # Errors
/// `NUMBER_OVERFLOW`, `QTY_OUT_OF_RANGE`.
pub fn slow_stock(
    snapshot: &ExecutionSnapshot,
    policy: &SlowPolicy,
    today: Date,
) -> Result<(Vec<SlowStock>, Vec<Finding>), NumError> {
    let mut works: BTreeMap<(&Id, &Id), Clockwork> = BTreeMap::new();
    for (movement, quantity) in lasting(snapshot, today)? {
        let work = works.entry((&movement.stock.item, &movement.stock.location)).or_default();
        work.take(movement, quantity, policy, today)?;
    }
    let (mut rows, mut findings) = (Vec::new(), Vec::new());
    for ((item, location), work) in works {
        if !work.quantity.is_positive() {
            continue;
        }
        let only_opening = work.opening.is_some() && work.last_any == work.opening && work.last_out.is_none();
        if only_opening {
            findings
                .push(Finding::new(Code::NoMovementHistory).with("item", item).with("location", location));
        }
        rows.push(work.judge((item, location), policy, today)?);
    }
    Ok((rows, findings))
}

/// Ledger lines up to a day with what is left of each: one that was undone never happened to the clocks.
fn lasting(snapshot: &ExecutionSnapshot, today: Date) -> Result<Vec<(&Movement, Quantity)>, NumError> {
    let mut net: BTreeMap<(&Id, u32, &StockKey), (&Movement, Quantity)> = BTreeMap::new();
    for movement in snapshot.ledger.iter().filter(|movement| movement.date <= today) {
        let key = (&movement.document, movement.line, &movement.stock);
        let entry = net.entry(key).or_insert((movement, Quantity::ZERO));
        entry.1 = entry.1.plus(movement.quantity)?;
    }
    Ok(net.into_values().filter(|(_, quantity)| !quantity.is_zero()).collect())
}

impl Clockwork {
    fn take(
        &mut self,
        movement: &Movement,
        quantity: Quantity,
        policy: &SlowPolicy,
        today: Date,
    ) -> Result<(), NumError> {
        let (date, reason) = (movement.date, movement.reason);
        self.quantity = self.quantity.plus(quantity)?;
        let later = |old: Option<Date>| Some(old.map_or(date, |old| old.max(date)));
        self.last_any = later(self.last_any);
        self.first = Some(self.first.map_or(date, |first| first.min(date)));
        if reason.is_receipt() {
            self.last_in = later(self.last_in);
        }
        if reason == Reason::Opening {
            self.opening = later(self.opening);
        }
        if reason.is_consumption() {
            self.last_out = later(self.last_out);
            if today.days_since(date) < policy.rate_days {
                self.used = self.used.minus(quantity)?;
            }
        }
        self.take_layer(date, quantity)
    }

    /// Layers hold receipts only: what left is worked out at the end, from the oldest on.
    fn take_layer(&mut self, date: Date, quantity: Quantity) -> Result<(), NumError> {
        if !quantity.is_positive() {
            return Ok(());
        }
        match self.layers.iter_mut().find(|(day, _)| *day == date) {
            Some((_, sum)) => *sum = sum.plus(quantity)?,
            None => self.layers.push((date, quantity)),
        }
        Ok(())
    }

    /// What is left by layer, the oldest first: the last receipts that add up to the stock.
    fn left(&self) -> Result<Vec<(Date, Quantity)>, NumError> {
        let mut layers = self.layers.clone();
        layers.sort_by_key(|(date, _)| *date);
        let (mut rest, mut left) = (self.quantity, Vec::new());
        for (date, quantity) in layers.into_iter().rev() {
            let part = rest.min(quantity);
            if part.is_positive() {
                rest = rest.minus(part)?;
                left.push((date, part));
            }
        }
        left.reverse();
        Ok(left)
    }

    fn judge(
        &self,
        (item, location): (&Id, &Id),
        policy: &SlowPolicy,
        today: Date,
    ) -> Result<SlowStock, NumError> {
        let left = self.left()?;
        let age = |date: Date| today.days_since(date);
        let start = self.first.unwrap_or(today);
        let rate = Some(self.used.ratio().checked_div(self.quantity.ratio())?);
        let mut slow_quantity = Quantity::ZERO;
        for (date, quantity) in &left {
            if age(*date) >= policy.slow_days {
                slow_quantity = slow_quantity.plus(*quantity)?;
            }
        }
        let idle_days = match policy.clock {
            SlowClock::Outbound | SlowClock::Rate => age(self.last_out.unwrap_or(start)),
            SlowClock::Any => age(self.last_any.unwrap_or(start)),
            SlowClock::FifoLayers => left.first().map_or(0, |(date, _)| age(*date)),
        };
        let flag = match policy.clock {
            SlowClock::Rate => {
                let slow = rate.is_some_and(|rate| rate < policy.slow_rate);
                let dead = self.used.is_zero();
                if slow && dead {
                    SlowFlag::Dead
                } else if slow {
                    SlowFlag::Slow
                } else {
                    SlowFlag::Normal
                }
            }
            _ if idle_days >= policy.dead_days => SlowFlag::Dead,
            _ if idle_days >= policy.slow_days => SlowFlag::Slow,
            _ => SlowFlag::Normal,
        };
        if policy.clock != SlowClock::FifoLayers {
            slow_quantity = if flag == SlowFlag::Normal { Quantity::ZERO } else { self.quantity };
        }
        Ok(SlowStock {
            item: item.clone(),
            location: location.clone(),
            quantity: self.quantity,
            last_in: self.last_in,
            last_out: self.last_out,
            idle_days,
            slow_quantity,
            rate,
            bands: bands(&left, policy, today)?,
            flag,
        })
    }
}

fn bands(left: &[(Date, Quantity)], policy: &SlowPolicy, today: Date) -> Result<Vec<AgeBand>, NumError> {
    let ends = policy.bands.iter().map(|end| Some(*end)).chain([None]);
    let mut bands: Vec<AgeBand> = ends.map(|to| AgeBand { to, quantity: Quantity::ZERO }).collect();
    for (date, quantity) in left {
        let age = today.days_since(*date);
        if let Some(band) = bands.iter_mut().find(|band| band.to.is_none_or(|to| age <= to)) {
            band.quantity = band.quantity.plus(*quantity)?;
        }
    }
    Ok(bands)
}

//! Set-up, holding and unit costs as exact integers of one common unit.

use rust_decimal::Decimal;

use super::{LotSizingError, Need};
use crate::item::{Economic, HoldingBasis};
use crate::num::{MAX_SCALE, NumError, Ratio};

/// The largest integer of a cost: with 2^32 periods a sum over time still fits 127 bits unchecked.
const LARGEST: i128 = 1 << 90;

/// A cost that changes by period: `base` up to the first step, then each step's value.
#[derive(Debug, Clone)]
struct Series {
    base: i128,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, Copy)]
struct Step {
    from: i32,
    value: i128,
    /// Sum of the values of the periods from 0 to `from − 1` (negative before period 0).
    sum: i128,
}

impl Series {
    fn new(base: i128, values: impl Iterator<Item = (i32, i128)>) -> Series {
        let mut series = Series { base, steps: Vec::new() };
        for (from, value) in values {
            if series.at(from) != value {
                let sum = series.sum_before(from);
                series.steps.push(Step { from, value, sum });
            }
        }
        series
    }

    fn step(&self, period: i32) -> Option<&Step> {
        let after = self.steps.partition_point(|step| step.from <= period);
        after.checked_sub(1).map(|index| &self.steps[index])
    }

    fn at(&self, period: i32) -> i128 {
        self.step(period).map_or(self.base, |step| step.value)
    }

    /// Sum over the periods 0 to `period − 1`.
    fn sum_before(&self, period: i32) -> i128 {
        match self.step(period) {
            None => self.base * i128::from(period),
            Some(step) => step.sum + step.value * (i128::from(period) - i128::from(step.from)),
        }
    }
}

/// Costs of a node, prepared once: whole numbers of one unit that makes all of them integers.
///
/// A unit held from period `a` to period `b` costs the holding costs of the periods `a` to `b − 1`; on
/// average inventory half of that of `b` as well, where it is used.
#[derive(Debug, Clone)]
pub(crate) struct Costs {
    setup: Series,
    holding: Series,
    buying: Series,
    average: bool,
    /// Periods before which a set-up or unit cost steps, ascending.
    breaks: Vec<i32>,
    /// Money of one integer unit.
    unit: Ratio,
}

/// What [`Costs`] are made of: values from a period on, ascending by period, each period once.
#[derive(Debug, Clone, Default)]
pub(super) struct CostTable {
    pub(super) setup: Vec<(i32, Decimal)>,
    pub(super) holding: Vec<(i32, Decimal)>,
    pub(super) buying: Vec<(i32, Decimal)>,
}

impl Costs {
    /// The costs of a planning row; a quantity has `scale` decimals. `setup_steps` are the row's steps by
    /// period, for Wagner–Whitin only; of several for one period the last counts.
    ///
    /// # Errors
    /// `PARAM_MISSING` for a set-up or holding cost that is not there, `QTY_NOT_POSITIVE` for a negative one,
    /// `QTY_OUT_OF_RANGE` when they have no common unit that fits.
    pub(crate) fn new(
        economic: &Economic,
        scale: u32,
        setup_steps: impl IntoIterator<Item = (i32, Decimal)>,
    ) -> Result<Costs, LotSizingError> {
        let setup = economic.setup_cost.ok_or(LotSizingError::ParamMissing { field: "setup_cost" })?;
        let holding = economic.holding_cost.ok_or(LotSizingError::ParamMissing { field: "holding_cost" })?;
        let mut steps: Vec<(i32, Decimal)> = setup_steps.into_iter().collect();
        steps.sort_by_key(|(from, _)| *from);
        let mut table = CostTable {
            setup: vec![(i32::MIN, setup)],
            holding: vec![(i32::MIN, holding)],
            buying: economic.unit_cost.map(|cost| (i32::MIN, cost)).into_iter().collect(),
        };
        for (from, cost) in steps {
            match table.setup.last_mut().filter(|last| last.0 == from) {
                Some(last) => last.1 = cost,
                None => table.setup.push((from, cost)),
            }
        }
        Costs::from_table(&table, scale, economic.holding_basis)
    }

    pub(super) fn from_table(
        table: &CostTable,
        scale: u32,
        basis: HoldingBasis,
    ) -> Result<Costs, LotSizingError> {
        if scale > MAX_SCALE {
            return Err(NumError::Range.into());
        }
        let fields =
            [("setup_cost", &table.setup), ("holding_cost", &table.holding), ("unit_cost", &table.buying)];
        for (field, values) in fields {
            if let Some(at) = values.iter().position(|(_, cost)| cost.is_sign_negative() && !cost.is_zero()) {
                return Err(LotSizingError::NotPositive { field, row: at + 1 });
            }
        }
        let average = basis == HoldingBasis::Average;
        let unit = common_unit(table, scale, average)?;
        let setup = series(&table.setup, unit, 0)?;
        let holding = series(&table.holding, unit, scale)?;
        let buying = series(&table.buying, unit, scale)?;
        let mut breaks: Vec<i32> = setup.steps.iter().chain(&buying.steps).map(|step| step.from).collect();
        breaks.sort_unstable();
        breaks.dedup();
        Ok(Costs { setup, holding, buying, average, breaks, unit })
    }

    /// Cost of a set-up in a period.
    pub(super) fn setup(&self, period: i32) -> i128 {
        self.setup.at(period)
    }

    /// Cost of buying a grain in a period.
    pub(super) fn buying(&self, period: i32) -> i128 {
        self.buying.at(period)
    }

    /// Cost of holding a grain at the end of a period.
    pub(super) fn holding(&self, period: i32) -> i128 {
        self.holding.at(period)
    }

    /// Cost of holding a grain from period 0 to the start of `period`; differences are what counts.
    pub(super) fn held_until(&self, period: i32) -> i128 {
        self.holding.sum_before(period)
    }

    /// What the average basis adds for a grain used in a period.
    pub(super) fn used(&self, period: i32) -> i128 {
        if self.average { self.holding.at(period) / 2 } else { 0 }
    }

    /// Cost of carrying a need from the order's period to its own, on ending inventory.
    pub(super) fn carry(&self, from: i32, need: Need) -> Result<i128, NumError> {
        let per_grain = self.held_until(need.period) - self.held_until(from);
        per_grain.checked_mul(i128::from(need.quantity)).ok_or(NumError::Overflow)
    }

    /// Periods in `(after, until)` that end a stretch of equal set-up and unit cost, ascending: within a
    /// stretch a later order holds less, so only its last period can be best.
    pub(super) fn stretch_ends(&self, after: i32, until: i32) -> impl Iterator<Item = i32> {
        let first = self.breaks.partition_point(|at| i64::from(*at) - 1 <= i64::from(after));
        self.breaks[first..].iter().map(|at| at - 1).take_while(move |end| *end < until)
    }

    /// The largest set-up cost of any period.
    pub(super) fn largest_setup(&self) -> i128 {
        self.setup.steps.iter().map(|step| step.value).fold(self.setup.base, i128::max)
    }

    /// The largest unit cost of any period.
    pub(super) fn largest_buying(&self) -> i128 {
        self.buying.steps.iter().map(|step| step.value).fold(self.buying.base, i128::max)
    }

    /// An integer cost in money.
    ///
    /// # Errors
    /// `QTY_OUT_OF_RANGE` when it does not fit.
    pub(super) fn money(&self, cost: i128) -> Result<Ratio, NumError> {
        Ratio::new(cost, 1)?.checked_mul(self.unit)
    }
}

/// The greatest unit of which every cost (of a set-up, of a grain for a period, of a grain) is a multiple.
fn common_unit(table: &CostTable, scale: u32, average: bool) -> Result<Ratio, NumError> {
    let setups = table.setup.iter().map(|(_, cost)| (cost, 0));
    let per_unit = table.holding.iter().chain(&table.buying).map(|(_, cost)| (cost, scale));
    let mut unit = Ratio::ZERO;
    for (cost, scale) in setups.chain(per_unit) {
        unit = common_measure(unit, per_grain(*cost, scale)?)?;
    }
    if unit.is_zero() {
        unit = Ratio::ONE;
    }
    // On average inventory a holding cost is halved.
    if average { unit.checked_div(Ratio::from_int(2)) } else { Ok(unit) }
}

/// The greatest rational of which both are whole multiples; nought is a multiple of anything.
fn common_measure(a: Ratio, b: Ratio) -> Result<Ratio, NumError> {
    let (mut a, mut b) = (a, b);
    while !b.is_zero() {
        let whole = Ratio::new(a.checked_div(b)?.round_units(0, crate::num::Rounding::Down)?, 1)?;
        (a, b) = (b, a.checked_sub(whole.checked_mul(b)?)?);
    }
    Ok(a)
}

fn per_grain(cost: Decimal, scale: u32) -> Result<Ratio, NumError> {
    Ratio::from_decimal(cost).checked_div(Ratio::new(10i128.pow(scale.min(MAX_SCALE)), 1)?)
}

fn series(values: &[(i32, Decimal)], unit: Ratio, scale: u32) -> Result<Series, NumError> {
    let mut integers = Vec::with_capacity(values.len());
    for (from, cost) in values {
        let value = per_grain(*cost, scale)?.checked_div(unit)?.numer();
        if value > LARGEST {
            return Err(NumError::Overflow);
        }
        integers.push((*from, value));
    }
    let base = integers.first().map_or(0, |(_, value)| *value);
    Ok(Series::new(base, integers.into_iter().skip(1)))
}

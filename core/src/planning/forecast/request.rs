//! The request of forecast netting over one item's periods and orders.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Booked, Netting, Row, net_needs};
use crate::finding::{Code, Finding};
use crate::num::{
    DecimalText, MAX_SCALE, NumError, Ratio, Rounding, from_scaled, from_scaled_i128, to_scaled,
};
use crate::planning::ForecastPolicy;
use crate::time::Date;

/// The most periods, and the most orders, of one request.
const MAX_ROWS: usize = 10_000;
/// The most needs of one answer.
const MAX_NEEDS: i64 = 100_000;

/// Asks what is left of a forecast after its orders (`P08`).
///
/// Each order, by (date, position), consumes the period that contains its date, then others by the direction and
/// reach of the policy; what is left of it after that is over-consumption and consumes nothing.
///
/// Buckets without dates (months 1, 2, 3 …) are written as single days; the reach then counts buckets.
///
/// ```
/// use headstock::planning::NetForecast;
///
/// let request: NetForecast = serde_json::from_str(
///     r#"{"periods": [{"from": "2026-03-01", "to": "2026-03-31", "quantity": 100}],
///         "orders": [{"date": "2026-03-10", "quantity": 70}]}"#,
/// ).unwrap();
/// assert_eq!(request.solve().unwrap().periods[0].remaining.to_string(), "30");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NetForecast {
    /// Forecast periods, in any order; at most 10 000. Of periods that start on one day the first given is
    /// consumed first.
    pub periods: Vec<ForecastPeriod>,
    /// Orders that consume, in any order; at most 10 000. Of orders of one day the first given goes first.
    pub orders: Vec<ForecastOrder>,
    /// Direction and reach.
    pub policy: ForecastPolicy,
    /// Day that elapsed days are counted to; absent: nothing has elapsed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_date: Option<Date>,
    /// Needs before the run date plus so many days are left out; only with a run date.
    pub demand_fence_days: u32,
}

/// A forecast period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ForecastPeriod {
    /// First day.
    pub from: Date,
    /// Last day, inclusive; absent: up to the day before the next period that starts later, the last one
    /// without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// Quantity of the whole period.
    pub quantity: DecimalText,
    /// Share of the quantity that is given up beforehand (a reduction key), 0 to 1; what is left is rounded half
    /// up to the decimals of the request's quantities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reduction: Option<Ratio>,
    /// Days of one need when the rest is spread over the period; absent: one need.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread_days: Option<u32>,
}

/// An order that consumes forecast.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ForecastOrder {
    /// Date on which it counts.
    pub date: Date,
    /// Ordered quantity, shipped or not.
    pub quantity: DecimalText,
}

/// What is left of the forecast. Periods and orders are in the order of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NetForecastResult {
    /// Each period.
    pub periods: Vec<PeriodRest>,
    /// Who consumed what, in the order in which it happened.
    pub consumption: Vec<OrderUse>,
    /// What no period could take of each order.
    pub overconsumption: Vec<DecimalText>,
    /// Sum of the over-consumption.
    pub overconsumption_total: DecimalText,
    /// The rest as dated needs, by date, then period.
    pub needs: Vec<ForecastNeed>,
}

/// What is left of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeriodRest {
    /// First day.
    pub from: Date,
    /// Last day; absent: without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// Consumed by orders.
    pub consumed: DecimalText,
    /// What is left.
    pub remaining: DecimalText,
}

/// One order's use of one period; both are counted from 1 as in the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderUse {
    /// The order.
    pub order: u32,
    /// The period.
    pub period: u32,
    /// The quantity.
    pub quantity: DecimalText,
}

/// A need that is left of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ForecastNeed {
    /// Its day.
    pub date: Date,
    /// The quantity.
    pub quantity: DecimalText,
    /// The period, counted from 1 as in the request.
    pub period: u32,
}

/// What can be wrong with a forecast to be netted. Rows are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NetForecastError {
    /// A period ends before it starts (`CALENDAR_RANGE`).
    #[error("period {row} starts on {from}, after its end {to}")]
    PeriodRange {
        /// Row of the period.
        row: usize,
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
    },
    /// A negative quantity, a share outside 0 to 1, or a spread of nought days (`QTY_NOT_POSITIVE`).
    #[error("{field} of row {row} is out of range")]
    NotPositive {
        /// Name of the field.
        field: &'static str,
        /// The row.
        row: usize,
    },
    /// A spread without an end to spread to (`PARAM_MISSING`).
    #[error("period {row} is spread but has no end")]
    EndMissing {
        /// The row.
        row: usize,
    },
    /// Too many rows or needs (`LIMIT_EXCEEDED`).
    #[error("{what} exceeds the limit of {limit}")]
    Limit {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: i64,
    },
    /// A number that does not fit (`QTY_OUT_OF_RANGE`, `PRECISION_EXCEEDED`).
    #[error(transparent)]
    Number(#[from] NumError),
}

impl NetForecastError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            NetForecastError::PeriodRange { .. } => Code::CalendarRange,
            NetForecastError::NotPositive { .. } => Code::QtyNotPositive,
            NetForecastError::EndMissing { .. } => Code::ParamMissing,
            NetForecastError::Limit { .. } => Code::LimitExceeded,
            NetForecastError::Number(error) => error.code(),
        }
    }

    /// The finding.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let finding = Finding::new(self.code());
        match self {
            NetForecastError::PeriodRange { row, from, to } => {
                finding.with("from", from).with("to", to).with("row", row)
            }
            NetForecastError::NotPositive { field, row } => finding.with("row", row).with("field", field),
            NetForecastError::EndMissing { row } => finding.with("item", row).with("field", "to"),
            NetForecastError::Limit { what, limit } => finding.with("what", what).with("limit", limit),
            NetForecastError::Number(error) => error.finding(),
        }
    }
}

impl NetForecast {
    /// Nets the forecast.
    ///
    /// # Errors
    /// `CALENDAR_RANGE` for a period that ends before it starts, `QTY_NOT_POSITIVE` for a negative quantity, a
    /// reduction outside 0 to 1 or a spread of nought days, `PARAM_MISSING` for a spread without end,
    /// `LIMIT_EXCEEDED` (10 000 periods or orders, 100 000 needs), `QTY_OUT_OF_RANGE`.
    pub fn solve(&self) -> Result<NetForecastResult, NetForecastError> {
        for (what, count) in [("periods", self.periods.len()), ("orders", self.orders.len())] {
            if count > MAX_ROWS {
                return Err(NetForecastError::Limit { what, limit: 10_000 });
            }
        }
        let scale = self.scale()?;
        let ends = self.ends();
        let rows = self.rows(scale, &ends)?;
        let orders = self.booked(scale)?;
        let mut netting = Netting::default();
        netting.run(&rows, &orders, self.policy);
        let needs = self.rest(scale, &rows, &netting.left)?;
        let write = |grains: i64| DecimalText(from_scaled(grains, scale));
        let periods = self.periods.iter().zip(&ends).zip(rows.iter().zip(&netting.left));
        let total: i128 = netting.over.iter().map(|over| i128::from(*over)).sum();
        Ok(NetForecastResult {
            periods: periods
                .map(|((period, to), (row, left))| PeriodRest {
                    from: period.from,
                    to: *to,
                    consumed: write(row.quantity - left),
                    remaining: write(*left),
                })
                .collect(),
            consumption: netting
                .consumed
                .iter()
                .map(|taken| OrderUse {
                    order: position(taken.order) + 1,
                    period: position(taken.row) + 1,
                    quantity: write(taken.quantity),
                })
                .collect(),
            overconsumption: netting.over.iter().map(|over| write(*over)).collect(),
            overconsumption_total: from_scaled_i128(total, scale)?.into(),
            needs,
        })
    }

    /// As many decimals as the quantities have.
    fn scale(&self) -> Result<u32, NumError> {
        let periods = self.periods.iter().map(|period| period.quantity.0);
        let orders = self.orders.iter().map(|order| order.quantity.0);
        let scale = periods.chain(orders).map(|q: Decimal| q.normalize().scale()).max().unwrap_or(0);
        if scale > MAX_SCALE { Err(NumError::Range) } else { Ok(scale) }
    }

    /// The last day of each period: its own, or the day before the next start.
    fn ends(&self) -> Vec<Option<Date>> {
        let mut starts: Vec<Date> = self.periods.iter().map(|period| period.from).collect();
        starts.sort_unstable();
        let next = |from: Date| starts.get(starts.partition_point(|start| *start <= from)).copied();
        let before = |day: Date| Date::from_day_number(day.day_number() - 1).ok();
        self.periods.iter().map(|period| period.to.or_else(|| next(period.from).and_then(before))).collect()
    }

    fn rows(&self, scale: u32, ends: &[Option<Date>]) -> Result<Vec<Row>, NetForecastError> {
        let mut rows = Vec::with_capacity(self.periods.len());
        for (index, (period, to)) in self.periods.iter().zip(ends).enumerate() {
            let row = index + 1;
            let quantity = positive(period.quantity, scale, row)?;
            if let Some(to) = to.filter(|to| *to < period.from) {
                return Err(NetForecastError::PeriodRange { row, from: period.from, to });
            }
            if period.spread_days == Some(0) {
                return Err(NetForecastError::NotPositive { field: "spread_days", row });
            }
            if period.spread_days.is_some() && to.is_none() {
                return Err(NetForecastError::EndMissing { row });
            }
            let share = period.reduction.unwrap_or(Ratio::ZERO);
            if share.is_negative() || share > Ratio::ONE {
                return Err(NetForecastError::NotPositive { field: "reduction", row });
            }
            rows.push(Row {
                id: position(index),
                from: period.from.day_number(),
                to: to.map_or(i32::MAX, Date::day_number),
                quantity: Ratio::ONE.checked_sub(share)?.mul_scaled(quantity, Rounding::HalfUp)?,
                spread_days: period.spread_days.unwrap_or(0),
            });
        }
        Ok(rows)
    }

    fn booked(&self, scale: u32) -> Result<Vec<Booked>, NetForecastError> {
        let orders = self.orders.iter().enumerate();
        let booked = orders.map(|(index, order)| {
            let quantity = positive(order.quantity, scale, index + 1)?;
            Ok(Booked { id: position(index), date: order.date.day_number(), quantity })
        });
        booked.collect()
    }

    fn rest(&self, scale: u32, rows: &[Row], left: &[i64]) -> Result<Vec<ForecastNeed>, NetForecastError> {
        let run_date = self.run_date.unwrap_or(Date::MIN);
        let fence = if self.run_date.is_some() { self.demand_fence_days } else { 0 };
        let most: i64 = rows.iter().map(most_needs).sum();
        if most > MAX_NEEDS {
            return Err(NetForecastError::Limit { what: "needs", limit: MAX_NEEDS });
        }
        let mut needs = Vec::new();
        for (index, (row, left)) in rows.iter().zip(left).enumerate() {
            net_needs(index, row, *left, run_date.day_number(), fence, |rest| needs.push(rest));
        }
        needs.sort_by_key(|rest| (rest.date, rest.row));
        let needs = needs.into_iter().map(|rest| ForecastNeed {
            // A day between the first and the last of a period of dates is a date.
            date: Date::from_day_number(rest.date).unwrap_or(Date::MAX),
            quantity: from_scaled(rest.quantity, scale).into(),
            period: position(rest.row) + 1,
        });
        Ok(needs.collect())
    }
}

fn most_needs(row: &Row) -> i64 {
    match i64::from(row.spread_days) {
        0 => 1,
        days => (i64::from(row.to) - i64::from(row.from)) / days + 1,
    }
}

fn positive(quantity: DecimalText, scale: u32, row: usize) -> Result<i64, NetForecastError> {
    let grains = to_scaled(quantity.0, scale)?;
    if grains < 0 { Err(NetForecastError::NotPositive { field: "quantity", row }) } else { Ok(grains) }
}

/// Positions are below the limit of rows.
fn position(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

//! An MRP record summed in periods of equal length, as textbooks and planning tables show it.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ErrorDocument;
use crate::finding::{Code, Finding};
use crate::num::{DecimalText, NumError, Ratio, from_scaled_i128, to_scaled_i128};
use crate::planning::RecordRow;
use crate::time::{BucketError, Date};

/// Periods of one record.
const MOST_PERIODS: u32 = 10_000;

/// Periods of equal length that follow each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Periods {
    /// How many, at most 10 000.
    pub count: u32,
    /// Length of one in days.
    #[serde(default = "one_day")]
    pub days: u32,
    /// First day of the first; absent: the run date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
}

fn one_day() -> u32 {
    1
}

/// An MRP record in periods. Every list has one figure for each period.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeriodRecord {
    /// First day of each period.
    pub from: Vec<Date>,
    /// Gross requirements.
    pub gross: Vec<DecimalText>,
    /// Scheduled receipts.
    pub receipts: Vec<DecimalText>,
    /// Net requirements.
    pub net: Vec<DecimalText>,
    /// Planned receipts: good quantity of planned orders available in the period.
    pub planned: Vec<DecimalText>,
    /// Planned releases: quantity of planned orders that start in the period.
    pub released: Vec<DecimalText>,
    /// Projected available balance at the end of the period.
    pub balance: Vec<DecimalText>,
    /// The same without any planned order of the item itself.
    pub balance_without_planned: Vec<DecimalText>,
    /// Mean of `balance`, exact.
    pub average_balance: Ratio,
}

/// A record summed in periods. Rows before the first period count in its opening balance only.
pub(super) fn period_record(
    rows: &[RecordRow],
    opening: Decimal,
    periods: &Periods,
    run_date: Date,
) -> Result<PeriodRecord, ErrorDocument> {
    if periods.days == 0 {
        return Err(BucketError::ZeroLength.into());
    }
    if periods.count > MOST_PERIODS {
        let limit = Finding::new(Code::LimitExceeded).with("what", "periods");
        return Err(limit.with("limit", MOST_PERIODS).into());
    }
    let scale = rows.first().map_or(opening.scale(), |row| row.balance.scale());
    let units = |value: Decimal| to_scaled_i128(value, scale);
    let write = |units: i128| from_scaled_i128(units, scale).map(DecimalText);
    let opening = match rows.first() {
        Some(row) => units(row.before)? - units(row.receipts)? + units(row.gross)?,
        None => units(opening)?,
    };
    let (mut balance, mut without) = (opening, opening);
    let mut record = PeriodRecord::default();
    let mut total = 0i128;
    let mut rest = rows.iter().peekable();
    let mut from = periods.from.unwrap_or(run_date);
    let days = i32::try_from(periods.days).unwrap_or(i32::MAX);
    let mut take = |before: Option<Date>, sums: &mut [i128; 5]| -> Result<(i128, i128), NumError> {
        while let Some(row) = rest.next_if(|row| before.is_none_or(|day| row.date < day)) {
            // What the day brings before anything new is planned on it.
            without += units(row.before)? - balance;
            balance = units(row.balance)?;
            let figures = [row.gross, row.receipts, row.net, row.planned, row.released];
            for (sum, figure) in sums.iter_mut().zip(figures) {
                *sum += units(figure)?;
            }
        }
        Ok((balance, without))
    };
    take(Some(from), &mut [0; 5])?;
    for _ in 0..periods.count {
        let next = from.add_days(days).ok();
        let mut sums = [0; 5];
        let (balance, without) = take(next, &mut sums)?;
        record.from.push(from);
        let lists = [
            &mut record.gross,
            &mut record.receipts,
            &mut record.net,
            &mut record.planned,
            &mut record.released,
        ];
        for (list, sum) in lists.into_iter().zip(sums) {
            list.push(write(sum)?);
        }
        record.balance.push(write(balance)?);
        record.balance_without_planned.push(write(without)?);
        total += balance;
        let Some(next) = next else { break };
        from = next;
    }
    if !record.balance.is_empty() {
        let mean = Ratio::new(total, record.balance.len() as i128)?;
        record.average_balance =
            mean.checked_div(Ratio::from_decimal(from_scaled_i128(1, scale)?).recip()?)?;
    }
    Ok(record)
}

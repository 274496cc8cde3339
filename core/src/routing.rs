//! Routings, work centres and rates as records, and the hours and cost of operations (`F10`).

use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::num;
use crate::num::Ratio;
use crate::time::Date;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A routing version of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Routing {
    /// Host id of the version, unique among routings.
    pub id: Id,
    /// The product.
    pub product: Id,
    /// Approval, as for BOMs.
    #[serde(default)]
    pub status: crate::bom::BomStatus,
    /// First date of validity, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// Last date of validity, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// Operations; a repeated sequence is `SEQUENCE_DUPLICATE`.
    #[serde(default)]
    pub operations: Vec<Operation>,
}

/// One operation. Times are exact hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// Number that orders the operations.
    pub sequence: u32,
    /// Where it is done.
    pub work_centre: Id,
    /// Set-up time in hours, once per order.
    #[serde(default = "zero")]
    pub setup_hours: Ratio,
    /// Run time in hours, per unit or per batch.
    #[serde(default = "zero")]
    pub run_hours: Ratio,
    /// Batch: `run_hours` is per started batch of this quantity; absent: per unit.
    #[serde(default, with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub batch: Option<Decimal>,
    /// Queue time before it, in hours.
    #[serde(default = "zero")]
    pub queue_hours: Ratio,
    /// Move time after it, in hours.
    #[serde(default = "zero")]
    pub move_hours: Ratio,
    /// Quantity after which the next operation may start.
    #[serde(default, with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub overlap: Option<Decimal>,
    /// Done outside, by a supplier.
    #[serde(default)]
    pub outside: bool,
    /// Yield of the operation.
    #[serde(default = "one")]
    pub yield_ratio: Ratio,
}

fn zero() -> Ratio {
    Ratio::ZERO
}

fn one() -> Ratio {
    Ratio::ONE
}

/// A work centre with its cost rates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkCentre {
    /// Host id, unique among work centres.
    pub id: Id,
    /// The site.
    pub site: Id,
    /// Parallel machines or people.
    #[serde(default = "capacity_one")]
    pub capacity: u32,
    /// Working calendar; absent: the site's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Id>,
    /// Cost per hour by activity and date.
    #[serde(default)]
    pub rates: Vec<Rate>,
}

fn capacity_one() -> u32 {
    1
}

/// Cost per hour of an activity from a date on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Activity such as `labour` or `machine`.
    pub activity: Id,
    /// First date of validity.
    pub from: Date,
    /// Cost per hour in company currency.
    #[serde(with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub per_hour: Decimal,
}

/// What is wrong with a routing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RoutingError {
    /// An operation number stands twice (`SEQUENCE_DUPLICATE`).
    #[error("operation number {sequence} is used twice")]
    SequenceDuplicate {
        /// The number.
        sequence: u32,
    },
    /// A time, batch or yield is out of range (`QTY_OUT_OF_RANGE`).
    #[error("{field} of operation {sequence} is out of range")]
    Range {
        /// The operation.
        sequence: u32,
        /// The field.
        field: &'static str,
    },
    /// No rate for an activity on a date (`RATE_MISSING`).
    #[error("no rate for {centre} on {date}")]
    RateMissing {
        /// The work centre.
        centre: Id,
        /// The date.
        date: Date,
    },
    /// A number does not fit.
    #[error(transparent)]
    Number(#[from] num::NumError),
}

impl RoutingError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            RoutingError::SequenceDuplicate { .. } => Code::SequenceDuplicate,
            RoutingError::Range { .. } => Code::QtyOutOfRange,
            RoutingError::RateMissing { .. } => Code::RateMissing,
            RoutingError::Number(error) => error.code(),
        }
    }

    /// The error as a finding with its parameters.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let finding = Finding::new(self.code());
        match self {
            RoutingError::SequenceDuplicate { sequence } => finding.with("sequence", sequence),
            RoutingError::Range { sequence, field } => {
                finding.with("value", field).with("limit", "≥ 0").with("sequence", sequence)
            }
            RoutingError::RateMissing { centre, date } => finding.with("centre", centre).with("date", date),
            RoutingError::Number(error) => error.finding(),
        }
    }
}

impl Routing {
    /// Checks the operations: numbers once, times not negative, batches above 0, yields above 0 and at most 1.
    ///
    /// # Errors
    /// `SEQUENCE_DUPLICATE`, `QTY_OUT_OF_RANGE`.
    pub fn check(&self) -> Result<(), RoutingError> {
        let mut sequences: Vec<u32> = self.operations.iter().map(|o| o.sequence).collect();
        sequences.sort_unstable();
        if let Some(pair) = sequences.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(RoutingError::SequenceDuplicate { sequence: pair[0] });
        }
        self.operations.iter().try_for_each(Operation::check)
    }
}

impl Operation {
    fn check(&self) -> Result<(), RoutingError> {
        let times = [
            ("setup_hours", self.setup_hours),
            ("run_hours", self.run_hours),
            ("queue_hours", self.queue_hours),
            ("move_hours", self.move_hours),
        ];
        let range = |field| Err(RoutingError::Range { sequence: self.sequence, field });
        if let Some((field, _)) = times.iter().find(|(_, hours)| hours.is_negative()) {
            return range(field);
        }
        if self.batch.is_some_and(|batch| batch <= Decimal::ZERO) {
            return range("batch");
        }
        if !self.yield_ratio.is_positive() || self.yield_ratio > Ratio::ONE {
            return range("yield_ratio");
        }
        Ok(())
    }

    /// Hours for a quantity (`F10`): `set_up + run × ⌈quantity ÷ batch⌉`, or `set_up + run × quantity` without
    /// a batch. Exact.
    ///
    /// ```
    /// use headstock::num::Ratio;
    /// use headstock::routing::Operation;
    ///
    /// let text = r#"{"sequence": 10, "work_centre": "W", "setup_hours": "0.5", "run_hours": "0.02"}"#;
    /// let operation: Operation = serde_json::from_str(text).unwrap();
    /// let hours = operation.hours(Ratio::from_int(200)).unwrap();
    /// assert_eq!(hours.to_string(), "4.5");
    /// ```
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW` when the exact value does not fit.
    pub fn hours(&self, quantity: Ratio) -> Result<Ratio, RoutingError> {
        let times = match self.batch {
            None => quantity,
            Some(batch) => {
                let batches = quantity.checked_div(Ratio::from_decimal(batch))?;
                Ratio::new(batches.round_units(0, num::Rounding::Up)?, 1)?
            }
        };
        Ok(self.run_hours.checked_mul(times)?.checked_add(self.setup_hours)?)
    }
}

impl WorkCentre {
    /// The rate of an activity in force on a date: the last one that starts on or before it.
    ///
    /// # Errors
    /// `RATE_MISSING`.
    pub fn rate(&self, activity: &Id, date: Date) -> Result<Decimal, RoutingError> {
        let valid = self.rates.iter().filter(|rate| rate.activity == *activity && rate.from <= date);
        let rate = valid.max_by_key(|rate| rate.from).map(|rate| rate.per_hour);
        rate.ok_or_else(|| RoutingError::RateMissing { centre: self.id.clone(), date })
    }

    /// Cost of hours (`F10`): `hours × rate`, exact.
    ///
    /// # Errors
    /// `RATE_MISSING`, `NUMBER_OVERFLOW`.
    pub fn cost(&self, activity: &Id, date: Date, hours: Ratio) -> Result<Ratio, RoutingError> {
        Ok(hours.checked_mul(Ratio::from_decimal(self.rate(activity, date)?))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(batch: Option<i64>) -> Operation {
        let text = r#"{"sequence": 10, "work_centre": "W", "setup_hours": "0.5", "run_hours": "0.02"}"#;
        Operation { batch: batch.map(Decimal::from), ..serde_json::from_str(text).unwrap() }
    }

    #[test]
    fn f10_hours_and_cost_of_two_hundred_pieces() {
        let text = r#"{"id": "W", "site": "S", "rates": [
            {"activity": "labour", "from": "2026-01-01", "per_hour": "40.00"},
            {"activity": "labour", "from": "2027-01-01", "per_hour": "44.00"}]}"#;
        let centre: WorkCentre = serde_json::from_str(text).unwrap();
        let (labour, date) = (Id::new("labour").unwrap(), Date::literal(2026, 3, 2));
        let hours = operation(None).hours(Ratio::from_int(200)).unwrap();
        assert_eq!(hours.to_string(), "4.5");
        assert_eq!(centre.cost(&labour, date, hours).unwrap().to_string(), "180");
        let before = centre.rate(&labour, Date::literal(2025, 12, 31));
        assert_eq!(before.unwrap_err().code(), Code::RateMissing);
    }

    #[test]
    fn f10_a_started_batch_takes_its_whole_time() {
        let hours = |quantity| operation(Some(50)).hours(Ratio::from_int(quantity)).unwrap().to_string();
        assert_eq!((hours(100), hours(101)), ("0.54".into(), "0.56".into()));
    }

    #[test]
    fn f10_a_repeated_operation_number_is_refused() {
        let routing = Routing {
            id: Id::new("R").unwrap(),
            product: Id::new("A").unwrap(),
            status: crate::bom::BomStatus::Approved,
            valid_from: None,
            valid_to: None,
            operations: vec![operation(None), operation(None)],
        };
        assert_eq!(routing.check().unwrap_err().code(), Code::SequenceDuplicate);
    }
}

//! Forecast consumption: what is left of a forecast once orders have come in (`P08`).
//!
//! Works on the rows and orders of one node, in whole grains and day numbers. It does not know documents,
//! statuses or items; the planning run and the request [`NetForecast`] both stand on it.

mod consume;
mod request;

#[cfg(test)]
mod tests;

pub(crate) use consume::{Booked, Netting, Row, net_needs};
pub use request::{
    ForecastNeed, ForecastOrder, ForecastPeriod, NetForecast, NetForecastError, NetForecastResult, OrderUse,
    PeriodRest,
};

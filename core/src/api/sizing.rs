//! Requests of lot sizing and forecasts; most of their documents are those of the planning decisions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Decided;
use crate::num::Ratio;
use crate::planning::{
    Eoq, EoqResult, LotSizing, LotSizingResult, MinMax, MinMaxResult, NetForecast, NetForecastResult,
};
use crate::run::RunControl;

/// Answers a [`LotSizing`] request.
pub(super) fn lot_size(request: LotSizing, _: &RunControl<'_>) -> Decided<LotSizingResult> {
    Ok(request.solve()?.into())
}

/// Answers an [`Eoq`] request.
pub(super) fn eoq(request: Eoq, _: &RunControl<'_>) -> Decided<EoqResult> {
    Ok(request.solve()?.into())
}

/// Answers a [`MinMax`] request.
pub(super) fn min_max(request: MinMax, _: &RunControl<'_>) -> Decided<MinMaxResult> {
    Ok(request.solve()?.into())
}

/// Answers a [`NetForecast`] request.
pub(super) fn net_forecast(request: NetForecast, _: &RunControl<'_>) -> Decided<NetForecastResult> {
    Ok(request.solve()?.into())
}

/// Asks for the order point of a steady demand: `demand × lead time + safety stock` (`P02`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderPointRequest {
    /// Units needed per period.
    pub demand: Ratio,
    /// Periods from the order to its receipt.
    pub lead_time: Ratio,
    /// Safety stock.
    #[serde(default)]
    pub safety_stock: Ratio,
}

/// An order point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderPointResult {
    /// The balance at which an order is placed, exact.
    pub order_point: Ratio,
}

/// Answers an [`OrderPointRequest`].
pub(super) fn order_point(request: OrderPointRequest, _: &RunControl<'_>) -> Decided<OrderPointResult> {
    let order_point = request.demand.checked_mul(request.lead_time)?.checked_add(request.safety_stock)?;
    Ok(OrderPointResult { order_point }.into())
}

//! Requests whose documents the planning decisions define themselves.

use super::Decided;
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

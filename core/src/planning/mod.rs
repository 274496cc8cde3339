//! Decisions of planning: material requirements planning and what belongs to it.
//!
//! The rules, in the order in which they apply, are the page `docs/planning-rules.md`.

mod forecast;
mod lot_sizing;
mod mrp;
mod outcome;
mod policy;

pub use forecast::{
    ForecastNeed, ForecastOrder, ForecastPeriod, NetForecast, NetForecastError, NetForecastResult, OrderUse,
    PeriodRest,
};
pub use lot_sizing::{
    Balance, Eoq, EoqResult, LotChoice, LotCosts, LotOrder, LotSizing, LotSizingError, LotSizingResult,
    LotSteps, MinMax, MinMaxResult, OptimalLots, PartPeriodSteps, PerPeriod,
};
pub use mrp::{
    Change, DensePeg, NeedEnd, PegGraph, PegLink, Plan, PlanError, PlannedState, ReplanError, Replanned,
    SupplyEnd, plan,
};
pub use outcome::*;
pub use policy::*;

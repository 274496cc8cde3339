//! Reports read from the records, never from copies: tracking, alerts, sales flow, slow stock, past stock, traces.
//!
//! It decides nothing and stores nothing. Rows beyond a page are counted and reported by `FILTER_TOO_WIDE`.

mod alerts;
mod analysis;
mod history;
mod sales;
mod slow;
mod trace;
mod tracking;

pub use alerts::{Alert, AlertLevel, AlertRule, AlertRules, Progress, alerts, progress};
pub use analysis::{AbcClass, AbcRow, CountClass, CountRounding, CoverRow, abc, counts_per_day, cover};
pub use history::{StockHistory, stock_at};
pub use sales::{SalesFlow, SalesStage, sales_flow};
pub use slow::{AgeBand, SlowClock, SlowFlag, SlowPolicy, SlowStock, slow_stock};
pub use trace::{Trace, TraceFrom, TraceLine, trace};
pub use tracking::{IssueMeasure, Tracked, TrackedLine, TrackingQuery, tracking};

//! What headstock computed, for people: the planner's report and the reasons of one order, as text for a
//! terminal and as HTML that opens offline, in English and Chinese.
//!
//! A report is first built as a document of headings, lines and tables, and then rendered; so both forms say the
//! same. Nothing is planned here: dates and quantities are those of the plan. The one thing worked out is how a
//! delay travels up along the pegs to the customer's order ([`late`]).

mod doc;
mod html;
pub mod late;
mod planner;
mod reason;
mod text;
mod words;

use headstock::finding::Finding;
use headstock::planning::{Message, Peg, PlannedOrder, Shortage};
use headstock::snapshot::Tables;
use headstock::time::Date;

pub use headstock::finding::Lang;
pub use reason::render_reason;
pub use words::finding_text;

/// What a report is made from.
#[derive(Clone, Copy)]
pub struct PlanView<'a> {
    /// Title; may be empty.
    pub title: &'a str,
    /// Date of the run.
    pub run_date: Date,
    /// The tables that were planned.
    pub tables: &'a Tables,
    /// Planned orders.
    pub orders: &'a [PlannedOrder],
    /// Action messages.
    pub messages: &'a [Message],
    /// Shortages.
    pub shortages: &'a [Shortage],
    /// Findings.
    pub findings: &'a [Finding],
    /// Pegs.
    pub pegs: &'a [Peg],
    /// Most rows shown of one table; the rest is counted.
    pub rows: usize,
}

impl std::fmt::Debug for PlanView<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlanView").field("run_date", &self.run_date).finish_non_exhaustive()
    }
}

/// The planner's report as text, `width` columns wide where that can be kept (at least 60).
#[must_use]
pub fn report_text(view: &PlanView<'_>, lang: Lang, width: usize) -> String {
    text::render(&planner::report(view, lang), width.max(60))
}

/// The planner's report as one HTML file in both languages, with nothing to load from elsewhere.
#[must_use]
pub fn report_html(view: &PlanView<'_>, first: Lang) -> String {
    let documents =
        [(Lang::En, planner::report(view, Lang::En)), (Lang::Zh, planner::report(view, Lang::Zh))];
    html::render(&documents, first)
}

//! What headstock computed, for people: the planner's report, the cost report and the reasons of one order, as text
//! for a terminal, as HTML that opens offline and, for costs, as an Excel workbook, in English and Chinese.
//!
//! A report is first built as a document of headings, lines and tables, and then rendered; so both forms say the
//! same. Nothing is planned here: dates and quantities are those of the plan. The one thing worked out is how a
//! delay travels up along the pegs to the customer's order ([`late`]).

mod cost;
mod doc;
mod html;
pub mod late;
mod planner;
mod reason;
mod shop;
mod text;
mod waterfall;
mod words;
mod workbook;

use headstock::costing::PeriodOutcome;
use headstock::finding::Finding;
use headstock::planning::{Message, Peg, PlannedOrder, Shortage};
use headstock::snapshot::Tables;
use headstock::time::Date;

pub use headstock::finding::Lang;
pub use reason::render_reason;
pub use shop::ShopView;
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

/// The cost report of a closed period as text, `width` columns wide where that can be kept (at least 60); at most
/// `rows` rows of a table, the rest is counted.
#[must_use]
pub fn cost_text(outcome: &PeriodOutcome<'_>, title: &str, lang: Lang, rows: usize, width: usize) -> String {
    text::render(&cost::report(outcome, title, lang, rows), width.max(60))
}

/// The cost report as one HTML file in both languages, with waterfalls and the derivation of the largest products.
#[must_use]
pub fn cost_html(outcome: &PeriodOutcome<'_>, title: &str, first: Lang, rows: usize) -> String {
    let documents = [Lang::En, Lang::Zh].map(|lang| (lang, cost::report(outcome, title, lang, rows)));
    html::render(&documents, first)
}

/// The tables of the cost report as the bytes of an Excel workbook, figures as numbers.
///
/// # Errors
/// `STORE_CORRUPT` when the workbook cannot be written.
pub fn cost_workbook(
    outcome: &PeriodOutcome<'_>,
    title: &str,
    lang: Lang,
    rows: usize,
) -> Result<Vec<u8>, Finding> {
    workbook::render(&cost::report(outcome, title, lang, rows))
}

/// How the shop stands, as text: what needs attention, production orders, sales lines, slow stock (`N01` to
/// `N04`), and what this run stored.
///
/// # Errors
/// `NUMBER_OVERFLOW`, `QTY_OUT_OF_RANGE`.
pub fn shop_text(view: &ShopView<'_>, lang: Lang, width: usize) -> Result<String, Finding> {
    let mut text = text::render(&shop::report(view, lang)?, width.max(60));
    text.push('\n');
    text.push_str(&shop::applied(view, lang));
    text.push('\n');
    Ok(text)
}

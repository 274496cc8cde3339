//! Closing the month: records of the shop and the tables of accounting become costs.

use headstock::bom::OutputKind as Kind;
use headstock::cost::{CostRecords, OrderOutput, OutputKind};
use headstock::costing::{
    ClosePolicy, CollectedCosts, CostSources, PeriodOutcome, ProductDocument, close_period, collect_costs,
    standard_hours,
};
use headstock::document::{Period, PeriodState};
use headstock::finding::{Finding, Lang};
use headstock::id::Id;
use headstock::run::RunControl;
use headstock::snapshot::{ExecutionSnapshot, Tables};
use headstock_files::CostSheets;
use headstock_report::{cost_html, cost_text, cost_workbook};
use serde_json::json;

use super::{Ask, Month};

/// Rows of each table in the HTML page and in the workbook.
const PAGE_ROWS: usize = 2_000;
const BOOK_ROWS: usize = 100_000;

/// What closing the month gave.
#[derive(Default)]
pub(crate) struct Closed {
    /// The cost report, or why there is none.
    pub(crate) text: String,
    /// Files for `--out`.
    pub(crate) files: Vec<(&'static str, Vec<u8>)>,
    /// Why the month could not be closed.
    pub(crate) refused: Vec<Finding>,
}

/// The month of the run, open.
pub(super) fn period(ask: &Ask<'_>) -> Result<Period, Finding> {
    let day = ask.run_date.to_string();
    let name = day.get(..7).unwrap_or(&day);
    let from = headstock::time::Date::parse(&format!("{name}-01")).map_err(|error| error.finding())?;
    let id = Id::new(name).map_err(|error| error.finding())?;
    let to = ask.run_date.last_of_month();
    Ok(Period { id, from, to, state: PeriodState::Open, run: None, version: 0 })
}

/// Whether there is something to cost.
pub(super) fn wanted(costs: &CostSheets) -> bool {
    !costs.elements.is_empty()
}

/// Opens the period in the books before anything happens in it.
pub(super) fn open(ask: &Ask<'_>, month: &mut Month) -> Result<(), Finding> {
    let period = period(ask)?;
    let command =
        json!({"do": "period", "period": period.id, "step": "open", "days": [period.from, period.to]});
    month.must(&format!("{}/open", period.id), command).map(drop)
}

/// Costs the month, and closes its period where the month is over.
pub(super) fn close(ask: &Ask<'_>, month: &mut Month) -> Result<Closed, Finding> {
    let period = period(ask)?;
    let collected = match collect(ask, &month.state, &period) {
        Ok(collected) => collected,
        Err(refused) => return Ok(Closed { refused, ..Closed::default() }),
    };
    let control = RunControl::new();
    let records = match CostRecords::new(collected.tables, &control) {
        Ok(records) => records,
        Err(wrong) => return Ok(Closed { refused: wrong.findings().to_vec(), ..Closed::default() }),
    };
    let policy = ClosePolicy::default();
    let outcome = match close_period(&records, &policy, &control) {
        Ok(outcome) => outcome,
        Err(wrong) => return Ok(Closed { refused: wrong.findings().to_vec(), ..Closed::default() }),
    };
    if ask.until >= period.to {
        let step = |step: &str| {
            let run = format!("{}/costs", period.id);
            (
                format!("{}/{step}", period.id),
                json!({"do": "period", "period": period.id, "step": step, "run": run}),
            )
        };
        for (key, command) in ["lock", "close"].map(step) {
            month.must(&key, command)?;
        }
    }
    tell(ask, &outcome, &collected.findings)
}

/// The cost records of the month.
fn collect(
    ask: &Ask<'_>,
    state: &ExecutionSnapshot,
    period: &Period,
) -> Result<CollectedCosts, Vec<Finding>> {
    let (tables, costs) = (ask.tables, ask.costs);
    let hours = standard_hours(state, &tables.routings, &tables.work_centres, period);
    let (outputs, product_documents) = outputs(tables, state);
    let sources = CostSources {
        period: period.id.clone(),
        amount_scale: 2,
        periods: vec![period.clone()],
        elements: costs.elements.clone(),
        activities: costs.activities.clone(),
        items: costs.items.clone(),
        stock: costs.stock.clone(),
        wip: costs.wip.clone(),
        accruals: Vec::new(),
        settlements: Vec::new(),
        controls: costs.controls,
        go_live: true,
        prices: costs.prices.clone(),
        outputs,
        product_documents,
        work_centres: tables.work_centres.clone(),
        hours: hours.map_err(|wrong| vec![wrong])?,
        charges: costs.charges.clone(),
        overhead: costs.overhead.clone(),
        drivers: Vec::new(),
        wip_rule: headstock::cost::WipRule::Components,
        done: None,
        scrap: headstock::costing::ScrapRule::Planned,
    };
    collect_costs(state, sources, &RunControl::new()).map_err(|wrong| wrong.findings().to_vec())
}

/// What comes out of orders beside their products, and the documents that say so.
fn outputs(tables: &Tables, state: &ExecutionSnapshot) -> (Vec<OrderOutput>, Vec<ProductDocument>) {
    let (mut rows, mut documents) = (Vec::new(), Vec::new());
    for order in state.orders.values() {
        let Ok(document) = Id::new(&format!("{}/co", order.id)) else { continue };
        let Some(known) = state.documents.get(&document) else { continue };
        for line in &known.lines {
            let boms = tables.boms.iter().filter(|bom| bom.product == order.item);
            let mut own = boms.flat_map(|bom| &bom.outputs).filter(|output| output.item == line.item);
            let by = own.next().is_some_and(|output| output.kind == Kind::ByProduct);
            rows.push(OrderOutput {
                order: order.id.clone(),
                item: line.item.clone(),
                kind: if by { OutputKind::By } else { OutputKind::Co },
                weight: None,
                unit_cost: None,
            });
        }
        documents.push(ProductDocument { document, order: order.id.clone() });
    }
    (rows, documents)
}

/// The report as text, and its files.
fn tell(ask: &Ask<'_>, outcome: &PeriodOutcome<'_>, found: &[Finding]) -> Result<Closed, Finding> {
    let title = &match ask.lang {
        Lang::En => format!("{}: what it cost", ask.title),
        Lang::Zh => format!("{}:成本", ask.title),
    };
    let mut text = cost_text(outcome, title, ask.lang, ask.rows, ask.width);
    for finding in found {
        text.push_str(&format!("{}\n", headstock_report::finding_text(finding, ask.lang)));
    }
    let mut files = Vec::new();
    if ask.files {
        files.push(("costs.html", cost_html(outcome, title, ask.lang, PAGE_ROWS).into_bytes()));
        files.push(("costs.xlsx", cost_workbook(outcome, title, ask.lang, BOOK_ROWS)?));
    }
    Ok(Closed { text, files, refused: Vec::new() })
}

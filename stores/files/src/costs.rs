//! The tables of accounting in a folder, and the workbook of expenses beside them.

use headstock::cost::{Charge, Element, OverheadRow, StockOpening, WipOpening};
use headstock::costing::{CostActivity, CostPrice, ItemCost, OpeningControls};
use headstock::finding::{Code, Finding};
use headstock::id::Id;
use headstock::num::DecimalText;

use crate::columns;
use crate::errors::Fault;
use crate::load::Loader;
use crate::read::plain;
use crate::row::Row;
use crate::workbook::{WorkbookOptions, read_overhead};

/// File name of the workbook of expenses.
pub(crate) const WORKBOOK: &str = "overhead.xlsx";

/// What a folder says about costs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CostSheets {
    /// Cost elements; none: there is nothing to cost.
    pub elements: Vec<Element>,
    /// Elements of activities.
    pub activities: Vec<CostActivity>,
    /// How items are costed.
    pub items: Vec<ItemCost>,
    /// Prices and fees.
    pub prices: Vec<CostPrice>,
    /// Opening stock by value.
    pub stock: Vec<StockOpening>,
    /// Opening work in process.
    pub wip: Vec<WipOpening>,
    /// Expenses to be shared, those of the workbook included.
    pub overhead: Vec<OverheadRow>,
    /// Costs of single orders.
    pub charges: Vec<Charge>,
    /// What opening values must add up to.
    pub controls: OpeningControls,
}

pub(crate) fn read(loader: &mut Loader<'_>) -> Result<CostSheets, Finding> {
    let mut sheets = CostSheets::default();
    let activities = &mut sheets.activities;
    sheets.elements = loader.load(&columns::COST_ELEMENTS, |row| {
        let element: Element = plain(row)?;
        if let Some(activity) = id(row, "activity") {
            activities.push(CostActivity { activity, element: element.id.clone() });
        }
        Ok(element)
    })?;
    sheets.items = loader.load(&columns::ITEM_COSTS, plain)?;
    sheets.prices = loader.load(&columns::PRICES, plain)?;
    sheets.stock = loader.load(&columns::OPENING_VALUES, plain)?;
    sheets.wip = loader.load(&columns::OPENING_WIP, plain)?;
    let charges = &mut sheets.charges;
    let rows = loader.load(&columns::OVERHEAD, |row| {
        let shared: OverheadRow = plain(row)?;
        let Some(order) = id(row, "order") else { return Ok(Some(shared)) };
        if shared.base.is_some() {
            let fault = Fault::say(
                "a row with an order is not shared: leave base empty",
                "已指定任务单,不参与分配,分配标准应为空",
            );
            return Err(("base", fault));
        }
        let OverheadRow { id, element, amount, .. } = shared;
        charges.push(Charge { id, order, element, amount, accrued: false });
        Ok(None)
    })?;
    sheets.overhead = rows.into_iter().flatten().collect();
    workbook(loader, &mut sheets);
    Ok(sheets)
}

fn id(row: &Row<'_>, column: &str) -> Option<Id> {
    row.text(column).and_then(|text| Id::new(text).ok())
}

/// The expenses of the workbook, where there is one.
fn workbook(loader: &mut Loader<'_>, sheets: &mut CostSheets) {
    let bytes = match loader.folder.bytes(WORKBOOK) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
        Err(error) => {
            loader.errors.add(|| {
                Finding::new(Code::TableMissing)
                    .with("table", WORKBOOK)
                    .with("expected", format_args!("a readable workbook ({error})"))
            });
            return;
        }
    };
    match read_overhead(&bytes, &WorkbookOptions::default(), loader.run) {
        Ok(read) => {
            sheets.overhead.extend(read.overhead);
            sheets.charges.extend(read.charges);
        }
        Err(findings) => findings.into_iter().for_each(|finding| {
            loader.errors.add(|| finding.clone());
        }),
    }
}

/// Control totals among the settings.
pub(crate) fn controls(row: &Row<'_>) -> OpeningControls {
    let total =
        |key| row.text(key).and_then(|text| headstock::num::parse_decimal(text).ok()).map(DecimalText);
    OpeningControls { stock: total("control_stock"), wip: total("control_wip"), accruals: None }
}

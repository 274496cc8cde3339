//! What a plant goes live with that no stock line carries: values of layers, work in process, open accruals (`F09`).
//!
//! The rows stand in the opening document and are in force while it is approved. The first cost period reads them;
//! nothing is reckoned here.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{DocState, Document};
use crate::cost::{ElementAmount, StockOpening, WipOpening};
use crate::id::{Id, IdError};
use crate::num::{DecimalText, Quantity};
use crate::time::Date;

/// The value of one line of opening stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningLayer {
    /// The line of the document.
    pub line: u32,
    /// Value in the currency of the company.
    pub amount: DecimalText,
    /// Day on which the layer came in; absent: before the opening.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<Date>,
    /// The value by original element; absent: all of it in the item's element.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub composition: Vec<ElementAmount>,
}

/// Goods or work received before the opening of which the invoice is still to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningAccrual {
    /// Host id of the receipt line, unique among the accruals of a document.
    pub id: Id,
    /// The supplier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier: Option<Id>,
    /// The item received; absent: work, such as a subcontractor's fee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<Id>,
    /// The order that a fee belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Id>,
    /// Quantity that is not invoiced.
    pub quantity: Quantity,
    /// What is accrued for it, in the currency of the company.
    pub amount: DecimalText,
    /// Day of the receipt; absent: before the opening.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
}

/// Values of an opening document.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OpeningValues {
    /// Values of stock lines; a line without one carries none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<OpeningLayer>,
    /// Work in process by order and element.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wip: Vec<WipOpening>,
    /// Receipts that are not invoiced.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accruals: Vec<OpeningAccrual>,
}

impl OpeningValues {
    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.layers.is_empty() && self.wip.is_empty() && self.accruals.is_empty()
    }
}

/// What a cost period starts with, of all opening documents in force.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OpeningRows {
    /// Stock of the company by layer: [`CostTables::stock`](crate::cost::CostTables::stock). Every layer is of the
    /// item as a whole; a host that values parts apart puts them in by the location or lot of the line.
    pub stock: Vec<StockOpening>,
    /// Work in process: [`CostTables::wip`](crate::cost::CostTables::wip).
    pub wip: Vec<WipOpening>,
    /// Receipts that are not invoiced.
    pub accruals: Vec<OpeningAccrual>,
}

/// The rows of all approved opening documents, in the order given. A layer is named `DOCUMENT/LINE`; stock lines
/// without a value are left out, and so is what orders had taken and given.
///
/// # Errors
/// `ID_INVALID` where the name of a layer would be longer than ids may be.
pub fn opening_rows<'d>(documents: impl IntoIterator<Item = &'d Document>) -> Result<OpeningRows, IdError> {
    let mut rows = OpeningRows::default();
    for document in documents {
        let approved = document.state == DocState::Approved;
        let Some(values) = document.opening.as_ref().filter(|_| approved) else { continue };
        for layer in &values.layers {
            let Some(line) = document.line(layer.line) else { continue };
            rows.stock.push(StockOpening {
                id: Id::new(&format!("{}/{}", document.id, line.number))?,
                item: line.item.clone(),
                pool: None,
                quantity: line.quantity,
                amount: layer.amount,
                date: layer.received,
                composition: layer.composition.clone(),
            });
        }
        rows.wip.extend(values.wip.iter().cloned());
        rows.accruals.extend(values.accruals.iter().cloned());
    }
    Ok(rows)
}

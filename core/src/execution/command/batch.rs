//! What is asked where many production orders are written at once (`X01`, `X02`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::Id;
use crate::inventory::{Key, LineRef};
use crate::num::Quantity;
use crate::order::{ComponentLine, OrderPolicy};
use crate::time::Date;

/// What an order of a product looks like: whether it may be made, and its BOM in force as a list that is scaled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderTemplate {
    /// The product.
    pub item: Id,
    /// Whether it is manufactured; else `ITEM_NOT_MAKE`.
    #[serde(default = "crate::item::yes")]
    pub made: bool,
    /// Whether it is out of use: `ITEM_DISABLED`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
    /// BOM version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bom: Option<Id>,
    /// First day on which the version is in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// Last day on which the version is in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// Good quantity that `input` and `lines` are for.
    #[serde(default = "one")]
    pub good: Quantity,
    /// Input quantity for it; absent: the good quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<Quantity>,
    /// Component list for it: requirements follow the quantity by `per_unit`, else in proportion, rounded up once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<ComponentLine>,
    /// Workshop where the row names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workshop: Option<Id>,
    /// Choices of the order.
    #[serde(default)]
    pub policy: OrderPolicy,
}

const fn one() -> Quantity {
    Quantity::whole(1)
}

/// A row of goods: what is to be made (`X02`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GoodsRow {
    /// The product.
    pub item: Id,
    /// Good quantity.
    pub quantity: Quantity,
    /// Parts of the product's stock key.
    #[serde(default, skip_serializing_if = "Key::is_empty")]
    pub key: Key,
    /// Due date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// Workshop; absent: that of the template.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workshop: Option<Id>,
    /// BOM version; absent: the one in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bom: Option<Id>,
    /// Remark.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remark: String,
    /// Id of the order; absent: `NAME.ROW`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Id>,
}

/// A sales line that is to be made (`X01`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SalesPick {
    /// The sales line.
    pub line: LineRef,
    /// Quantity; absent: all that is still to be produced for it (`P01`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// Due date; absent: the line's date less the buffer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// Workshop; absent: that of the template.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workshop: Option<Id>,
    /// BOM version; absent: the one in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bom: Option<Id>,
}

/// How sales lines become orders (`X01`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SalesGroup {
    /// One order a sales line (the default).
    #[default]
    Line,
    /// One order a product, workshop and BOM version; the earliest date counts.
    Product,
    /// The orders of one sales order under one document with a line for each.
    SalesOrder,
}

/// Where the orders come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "source", deny_unknown_fields)]
pub enum OrdersFrom {
    /// Sales lines (`X01`).
    Sales {
        /// The lines.
        lines: Vec<SalesPick>,
        /// How they become orders.
        #[serde(default)]
        group: SalesGroup,
        /// Days between the due date of an order and the date of its sales line.
        #[serde(default)]
        buffer_days: u16,
        /// Whether free stock is counted against what is to be produced (`P01`).
        #[serde(default)]
        use_stock: bool,
    },
    /// A list of goods (`X02`).
    List {
        /// The rows.
        rows: Vec<GoodsRow>,
    },
    /// The same as pasted text: a line a row, columns apart by tabs: item, quantity, due, workshop, BOM, remark.
    Pasted {
        /// The text.
        text: String,
    },
}

/// Many production orders at once (`X01`, `X02`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateOrders {
    /// What orders are named after: `NAME.1`, `NAME.2` … by row.
    pub name: Id,
    /// Where they come from.
    pub from: OrdersFrom,
    /// What orders of each product look like; of several that fit, the first one.
    pub templates: Vec<OrderTemplate>,
    /// One bad row refuses all of them; else good rows are created and bad ones told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub atomic: bool,
    /// Orders are confirmed at once; else they are planned.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confirm: bool,
    /// Business date, on which BOM versions must be in force; absent: today at the plant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
}

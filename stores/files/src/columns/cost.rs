//! Tables of accounting: cost elements, prices, opening values, expenses.

use super::Kind::{Choice, Date, Decimal, Flag, Id, OutsideId, Quantity, Ref};
use super::Measure::{Money, MoneyPerUnit, Plain, Stock};
use super::Need::{May, Must, Or};

const ELEMENT_KINDS: &[&str] = &["material", "labour", "overhead", "subcontract", "other"];
const VALUATIONS: &[&str] = &["period_average", "moving_average", "fifo", "lifo", "standard"];
const PARTS: &[&str] = &["item", "location", "project", "lot"];
const BASES: &[&str] = &crate::workbook::BASES;

super::table! {
    /// Cost elements.
    COST_ELEMENTS = "cost_elements" ["id"],
    "A cost element (C01). With this file the month is closed and its cost report printed; without it there is nothing to cost.",
    "成本要素。有此文件时月末结账并打印成本报告。" {
        id: Id, Must, Plain, "The element", "成本要素", "material";
        kind: Choice(ELEMENT_KINDS), Or("material"), Plain, "What it is about; items without an element of their own take the first of kind `material`, fees of subcontractors the first of kind `subcontract`", "类别", "material";
        parent: OutsideId, May, Plain, "The element that this one is a part of in reports", "上级要素", "material";
        activity @ "": OutsideId, May, Plain, "Activity of work centres (`rates`) whose hours at their rate fall in it (C15)", "对应作业活动", "labour";
    }

    /// How items are costed.
    ITEM_COSTS = "item_costs" ["item"],
    "How an item is costed (C17). An item without a row is valued by the average of the period.",
    "物料的计价方式。无此行的物料按全月平均计价。" {
        item: Ref("items"), Must, Plain, "The item", "物料", "STRIP-2";
        element: Ref("cost_elements"), May, Plain, "Element under which it is bought and issued; empty: the first of kind `material`", "成本要素", "packaging";
        valuation: Choice(VALUATIONS), Or("period_average"), Plain, "How its stock is valued", "计价方法", "fifo";
        valued_by: Choice(PARTS), Or("item"), Plain, "Which part of its stock has a value of its own; `lot`: the cost of the specific lot", "计价范围", "lot";
        fixed_cost: Decimal, May, MoneyPerUnit, "Fixed cost of a unit: standard valuation, cost loops, by-products", "定额成本", "0.45";
        joint_weight: Decimal, May, Plain, "Weight of a unit where it shares joint cost (C07); empty: 1", "联产品权重", "1.5";
    }

    /// Prices and fees.
    PRICES = "prices" ["item", "document", "from"],
    "What a unit costs from outside: the price of what is bought, the fee of what a subcontractor makes. In company currency.",
    "外部单价:采购价或委外加工费,本位币。" {
        item: Ref("items"), Must, Plain, "The item", "物料", "STRIP-2";
        document: OutsideId, May, Plain, "The purchase order, receipt or subcontract order it is the price of; empty: all without one of their own", "单据,空为通用", "PO-7004";
        from: Date, May, Plain, "First day on which it holds; empty: always", "生效日", "2026-01-01";
        price: Decimal, Must, MoneyPerUnit, "The price of one stock unit", "单价", "1.85";
        invoiced: Flag, Or("no"), Plain, "Whether it is that of an invoice; else it is an accrual until the invoice comes (S06)", "是否已开票", "yes";
        own_goods: Flag, Or("no"), Plain, "Whether the goods were ours before, such as a transfer on its way at the start", "是否自有在途", "no";
    }

    /// Opening stock by value.
    OPENING_VALUES = "opening_values" ["id"],
    "Value of the stock at the start of the month (F09). The quantities of an item must add up to its stock.",
    "期初存货金额,数量须与期初库存一致。" {
        id: Id, Must, Plain, "The row; the name of a layer", "行", "V-001";
        item: Ref("items"), Must, Plain, "The item", "物料", "STRIP-2";
        pool: OutsideId, May, Plain, "The location, project or lot, where `item_costs` values them apart", "仓库、项目或批次", "H-881";
        quantity: Quantity("item"), Must, Stock, "Quantity", "数量", "835.250";
        amount: Decimal, Must, Money, "Its value", "金额", "1503.45";
        date: Date, May, Plain, "Day it came in, for layers; empty: before the month", "入库日", "2026-02-20";
    }

    /// Opening work in process.
    OPENING_WIP = "opening_wip" ["order", "element"],
    "Work in process of an order at the start of the month, by element (F09).",
    "任务单期初在产品成本,按成本要素。" {
        order: OutsideId, Must, Plain, "The order", "任务单", "SC-52";
        element: Ref("cost_elements"), Must, Plain, "The element", "成本要素", "material";
        amount: Decimal, Must, Money, "The amount", "金额", "187.86";
    }

    /// Overhead.
    OVERHEAD = "overhead" ["id"],
    "An expense of the month (C03): shared among the orders of a centre, or borne by one order. Rows of a workbook `overhead.xlsx` count as well.",
    "本月费用:按成本中心分配,或直接归属任务单;亦可用工作簿`overhead.xlsx`。" {
        id: Id, Must, Plain, "The row", "行", "OH-001";
        centre: OutsideId, May, Plain, "Workshop or cost centre, in the month of `./run` the site; empty: every order", "成本中心", "NORTH";
        expense: OutsideId, May, Plain, "Expense item", "费用项目", "power";
        element: Ref("cost_elements"), Must, Plain, "The element", "成本要素", "overhead";
        amount: Decimal, Must, Money, "The amount; a credit is negative", "金额", "5600.00";
        base: Choice(BASES), May, Plain, "What it is shared by; empty: finished quantity", "分配标准", "machine_hours";
        order @ "": OutsideId, May, Plain, "The order that bears all of it; empty: it is shared", "直接归属任务单", "M-0007";
    }
}

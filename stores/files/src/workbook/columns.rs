//! The columns of the overhead sheet as data: reading, the messages and the template follow it.

/// Name of the sheet and of the table in messages.
pub(super) const SHEET: &str = "overhead";
/// The Chinese name that a sheet may have instead.
pub(super) const SHEET_ZH: &str = "制造费用";

/// One column.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SheetColumn {
    pub(super) name: &'static str,
    /// The Chinese header that is taken too.
    pub(super) zh: &'static str,
    pub(super) must: bool,
    pub(super) en_help: &'static str,
    pub(super) zh_help: &'static str,
    pub(super) example: &'static str,
}

/// Places of the columns in [`COLUMNS`].
pub(super) mod at {
    pub(in super::super) const ID: usize = 0;
    pub(in super::super) const DATE: usize = 1;
    pub(in super::super) const CENTRE: usize = 2;
    pub(in super::super) const EXPENSE: usize = 3;
    pub(in super::super) const ELEMENT: usize = 4;
    pub(in super::super) const AMOUNT: usize = 5;
    pub(in super::super) const ORDER: usize = 6;
    pub(in super::super) const BASE: usize = 7;
}

/// The columns in the order of the template; a sheet may have them in any order.
pub(super) static COLUMNS: [SheetColumn; 8] = [
    SheetColumn {
        name: "id",
        zh: "编号",
        must: false,
        en_help: "Id of the row, once in the sheet; empty: R and the row number.",
        zh_help: "行编号,不得重复;为空时取R加行号。",
        example: "OH-001",
    },
    SheetColumn {
        name: "date",
        zh: "日期",
        must: false,
        en_help: "Day, as a date cell or as text like 2026-03-31; it must lie in the period.",
        zh_help: "日期,日期格式或2026-03-31形式的文本,须在本期间内。",
        example: "2026-03-31",
    },
    SheetColumn {
        name: "centre",
        zh: "成本中心",
        must: false,
        en_help: "Workshop or cost centre; empty: every order.",
        zh_help: "车间或成本中心;为空时为全部任务单。",
        example: "ASSEMBLY",
    },
    SheetColumn {
        name: "expense",
        zh: "费用项目",
        must: false,
        en_help: "Expense item.",
        zh_help: "费用项目。",
        example: "power",
    },
    SheetColumn {
        name: "element",
        zh: "成本要素",
        must: true,
        en_help: "Cost element.",
        zh_help: "成本要素。",
        example: "overhead",
    },
    SheetColumn {
        name: "amount",
        zh: "金额",
        must: true,
        en_help: "Amount in company currency; a credit is negative.",
        zh_help: "本位币金额;红字为负数。",
        example: "5600.00",
    },
    SheetColumn {
        name: "order",
        zh: "任务单",
        must: false,
        en_help: "The order that bears all of it; empty: it is shared.",
        zh_help: "直接归属的任务单;为空时参与分配。",
        example: "",
    },
    SheetColumn {
        name: "base",
        zh: "分配标准",
        must: false,
        en_help: "What it is shared by; empty: as the run's policy says.",
        zh_help: "分配标准;为空时按核算参数。",
        example: "labour_hours",
    },
];

/// Words of the column `base`.
pub(crate) const BASES: [&str; 10] = [
    "quantity",
    "finished_quantity",
    "purchased_material",
    "all_material",
    "labour_hours",
    "machine_hours",
    "standard_hours",
    "coefficient",
    "input_quantity",
    "manual",
];

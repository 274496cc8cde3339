//! The tables and columns of a folder as data: what a file may hold, what each column means.
//!
//! Reading, checking, writing, the page `docs/tables.md` and the empty templates all follow this one
//! description. It does not know how a record is built; a column's `path` names the field it fills.

mod cost;
mod master;
mod movement;
mod structure;

pub(crate) use cost::*;
pub(crate) use master::*;
pub(crate) use movement::*;
pub(crate) use structure::*;

/// What a cell of a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An id that the row brings in.
    Id,
    /// The id of a row of the named table.
    Ref(&'static str),
    /// An id that stands for something outside these tables.
    OutsideId,
    /// Text for people, at most 200 characters.
    Name,
    /// A decimal in the stock unit of the item that the named column holds.
    Quantity(&'static str),
    /// A decimal number.
    Decimal,
    /// An exact ratio: `0.95`, `1/3` or `2%`.
    Ratio,
    /// A date such as `2026-03-02`.
    Date,
    /// A whole number from 0 to the limit given.
    Count(u32),
    /// A whole number that may be negative.
    Whole,
    /// `yes` or `no`.
    Flag,
    /// One word of a list.
    Choice(&'static [&'static str]),
    /// Several words of a list, with blanks between them.
    Choices(&'static [&'static str]),
    /// Working days such as `Mon Tue Wed Thu Fri`.
    Week,
    /// Whole numbers with blanks between them, such as `4 3`.
    Counts,
}

/// Whether a cell may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It must be filled.
    Must,
    /// It may be empty, which means that nothing is said.
    May,
    /// It may be empty, which means this value.
    Or(&'static str),
    /// It may be empty while there is only one site.
    Site,
}

/// The unit of a column's values, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// None.
    Plain,
    /// The stock unit of the item.
    Stock,
    /// The unit that another column of the row names, else the stock unit.
    LineUnit,
    /// Calendar days.
    Days,
    /// Working days.
    WorkingDays,
    /// Hours.
    Hours,
    /// Minutes.
    Minutes,
    /// Company currency.
    Money,
    /// Company currency per unit and period.
    MoneyPerUnit,
    /// Periods of the plan's bucket.
    Periods,
}

impl Measure {
    /// English and Chinese names.
    #[must_use]
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Measure::Plain => ("", ""),
            Measure::Stock => ("stock unit", "库存单位"),
            Measure::LineUnit => ("line unit", "行单位"),
            Measure::Days => ("calendar days", "日历天"),
            Measure::WorkingDays => ("working days", "工作日"),
            Measure::Hours => ("hours", "小时"),
            Measure::Minutes => ("minutes", "分钟"),
            Measure::Money => ("money", "金额"),
            Measure::MoneyPerUnit => ("money per stock unit", "每库存单位金额"),
            Measure::Periods => ("periods", "期间"),
        }
    }
}

/// One column.
#[derive(Debug)]
pub struct Column {
    /// Name in the header.
    pub name: &'static str,
    /// Field that it fills, with dots for fields inside fields; empty: it finds the parent row or is read apart.
    pub path: &'static str,
    /// What a cell holds.
    pub kind: Kind,
    /// Whether a cell may be empty.
    pub need: Need,
    /// Unit of the values.
    pub unit: Measure,
    /// Meaning in English.
    pub en: &'static str,
    /// Meaning in Chinese.
    pub zh: &'static str,
    /// An example.
    pub example: &'static str,
}

/// One table: the file `<name>.csv`.
#[derive(Debug)]
pub struct Table {
    /// Name, that of the file without `.csv`.
    pub name: &'static str,
    /// Columns that no two rows may agree in; none: every row may repeat.
    pub key: &'static [&'static str],
    /// What a row is, in English.
    pub en: &'static str,
    /// What a row is, in Chinese.
    pub zh: &'static str,
    /// The columns in the order of a template.
    pub columns: &'static [Column],
}

impl Table {
    /// The place of a column in [`Table::columns`].
    pub(crate) fn at(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}

/// Writes a table as rows of `name @ "path": kind, need, unit, "English", "中文", "example";`. Without a path
/// the column fills the field of its own name.
macro_rules! table {
    ($($(#[$doc:meta])* $stat:ident = $file:literal $key:expr, $en:literal, $zh:literal {
        $($name:ident $(@ $path:literal)?: $kind:expr, $need:expr, $unit:expr, $cen:literal, $czh:literal, $eg:literal;)*
    })*) => {
        $($(#[$doc])* pub(crate) static $stat: super::Table = super::Table {
            name: $file, key: &$key, en: $en, zh: $zh,
            columns: &[$(super::Column {
                name: stringify!($name), path: super::table!(@path $name $($path)?), kind: $kind, need: $need,
                unit: $unit, en: $cen, zh: $czh, example: $eg,
            },)*],
        };)*
    };
    (@path $name:ident) => { stringify!($name) };
    (@path $name:ident $path:literal) => { $path };
}
pub(crate) use table;

/// Every table, in the order in which they are read: a table comes after those it refers to.
pub static TABLES: [&Table; 35] = [
    &UNITS,
    &ITEMS,
    &CONVERSIONS,
    &CALENDARS,
    &CALENDAR_EXCEPTIONS,
    &CALENDAR_SHIFTS,
    &CYCLES,
    &SITES,
    &LOCATIONS,
    &SUPPLIERS,
    &WORK_CENTRES,
    &RATES,
    &ROUTINGS,
    &OPERATIONS,
    &BOMS,
    &BOM_LINES,
    &BOM_STEPS,
    &BOM_OUTPUTS,
    &SOURCES,
    &PLANNING,
    &SAFETY_STEPS,
    &SETUP_STEPS,
    &SUBSTITUTES,
    &STOCK,
    &SUPPLIES,
    &DEMANDS,
    &FORECASTS,
    &RESERVATIONS,
    &COST_ELEMENTS,
    &ITEM_COSTS,
    &PRICES,
    &OPENING_VALUES,
    &OPENING_WIP,
    &OVERHEAD,
    &SETTINGS,
];

#[cfg(test)]
mod tests;

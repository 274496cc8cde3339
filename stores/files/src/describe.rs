//! The column table as a page for people: `docs/tables.md`.

use std::fmt::Write;

use crate::columns::{Column, Kind, Need, SETTING_KEYS, TABLES, Table};

/// The page `docs/tables.md`, from the column table. A test compares the page with it.
#[must_use]
pub fn tables_page() -> String {
    let mut page = String::from(HEAD);
    for table in TABLES {
        section(&mut page, &format!("{}.csv", table.name), table);
        if table.name == SETTING_KEYS.name {
            section(&mut page, "Keys of settings.csv", &SETTING_KEYS);
        }
    }
    page.push_str(TAIL);
    page
}

fn section(page: &mut String, title: &str, table: &Table) {
    // Writing to a string cannot fail.
    let _ = write!(page, "\n## {title}\n\n{}\n\n{}\n", table.en, table.zh);
    if !table.key.is_empty() {
        let _ = write!(page, "\nNo two rows agree in `{}`.\n", table.key.join("`, `"));
    }
    page.push_str(
        "\n| column | holds | unit | if empty | meaning | 含义 | example |\n|---|---|---|---|---|---|---|\n",
    );
    for column in table.columns {
        row(page, column);
    }
}

fn row(page: &mut String, column: &Column) {
    let need = match column.need {
        Need::Must => "must be filled".to_owned(),
        Need::May => "nothing said".to_owned(),
        Need::Or(default) => format!("`{default}`"),
        Need::Site => "the only site".to_owned(),
    };
    let _ = writeln!(
        page,
        "| `{}` | {} | {} | {} | {} | {} | `{}` |",
        column.name,
        holds(column.kind),
        column.unit.names().0,
        need,
        column.en,
        column.zh,
        column.example,
    );
}

fn holds(kind: Kind) -> String {
    match kind {
        Kind::Id => "id, its own".to_owned(),
        Kind::Ref(table) => format!("id in `{table}`"),
        Kind::OutsideId => "id".to_owned(),
        Kind::Name => "text".to_owned(),
        Kind::Quantity(_) | Kind::Decimal => "decimal".to_owned(),
        Kind::Ratio => "ratio".to_owned(),
        Kind::Date => "date".to_owned(),
        Kind::Count(_) | Kind::Whole => "whole number".to_owned(),
        Kind::Flag => "yes/no".to_owned(),
        Kind::Choice(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" "),
        Kind::Choices(words) => {
            format!("some of {}", words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" "))
        }
        Kind::Week => "days `Mon` … `Sun`".to_owned(),
        Kind::Counts => "whole numbers".to_owned(),
    }
}

const HEAD: &str = "\
# The tables of a folder

`./run <folder>` reads a folder of CSV files, one a table. This page is generated from the column table of \
`headstock-files` (`stores/files/src/columns`), and a test compares the two. `./run --template <folder>` writes \
all files with their headers and nothing else, and the workbook `overhead.xlsx` to fill in.

- Only `items.csv` must be there, and something to plan: demands, forecasts, planning parameters or supplies.
- The first row names the columns, in any order. Columns that are not needed may be left out. An unknown file or \
column is refused, so that a misspelt one is not silently left out. Other kinds of files are left alone.
- UTF-8, with or without a byte order mark; commas; line ends LF or CRLF; cells may be quoted with `\"`. Blanks at \
both ends of a cell do not count. Blank rows are skipped. A cell has at most 4096 bytes, a row 1 MiB.
- A decimal is written `1250.5`: a point, no thousands separators. At most 28 digits; a quantity has at most the \
decimals of its unit. A ratio is `0.95`, `1/3` or `5%`. A date is `2026-03-02`. A flag is `yes` or `no` \
(also `true`/`false`, `1`/`0`, `是`/`否`). Ids have 1 to 128 bytes.
- An id or a name that starts with `=`, `+`, `-` or `@` is written with an apostrophe before it, so that no \
spreadsheet takes it for a formula, and read without it. Numbers are written as they are.
- If anything is wrong, nothing is planned: the first 20 errors are listed with file, row (line of the file), \
column and what would be right, and the rest are counted.
";

const TAIL: &str = "
# What is written

`./run <folder> --out <out>` writes, all or nothing:

| file | a row is | columns |
|---|---|---|
| `orders.csv` | a planned order | `order` `kind` `item` `name` `site` key parts `quantity` (what goes in) `good` (what comes out) `unit` `supplier` `supplier_name` `from_site` `source` `bom` `start` (order, start or shipping date) `dock` (arrival before inspection) `due` `available` `feasible_start` `feasible_available` `days_late` `action` |
| `messages.csv` | an action message for an open document or a planned order | `message` `document` `item` `name` `site` key parts `from_date` `to_date` `from_quantity` `to_quantity` `unit` |
| `shortages.csv` | a need that nothing can cover | `item` `name` `site` key parts `date` `quantity` `unit` `code` |
| `pegs.csv` | a quantity of one supply that serves one need | `supply_kind` `supply` `supply_date` `demand_kind` `demand` `demand_date` `quantity` `hard` |
| `findings.csv` | something worth knowing | `severity` `code` `text` `text_zh` |
| `plan.json` | all of it, with the policy of the run | `format` is `headstock.plan`, `version` is 1; decimals are text |
| `report.html` | the report, in both languages | opens offline |
| `costs.html` | the cost report of the month, in both languages, with the derivation of the largest products; where the folder has cost tables and the month is run | opens offline |
| `costs.xlsx` | the tables of the cost report, figures as numbers | one sheet a table |
";

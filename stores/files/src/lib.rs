//! CSV folders and workbooks in, tables for headstock out; and plans written as CSV and JSON.
//!
//! One file a table, flat and friendly for spreadsheets. What a file may hold is data ([`columns`]): reading,
//! checking, writing, the documentation page and the empty templates follow it. This crate decides nothing about
//! planning: it hands [`Tables`](headstock::snapshot::Tables) to the kernel.

pub mod columns;

mod attach;
mod cell;
mod costs;
mod describe;
mod errors;
mod load;
mod nearest;
mod open;
mod plan;
mod read;
mod row;
mod rules;
mod settings;
mod text;
mod workbook;
mod write;

pub use costs::CostSheets;
pub use describe::tables_page;
pub use plan::{PLAN_FILES, PlanFiles, write_plan};
pub use read::{PlanSettings, read_folder, read_memory};
pub use workbook::{BadRows, OverheadSheet, WorkbookOptions, overhead_template, read_overhead};
pub use write::{tables_as_csv, write_tables, write_templates};

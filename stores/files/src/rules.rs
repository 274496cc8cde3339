//! Which columns of `planning` each lot-sizing rule takes: said here, so that a value in the wrong column is
//! named and not silently left out.

use crate::cell::Value;
use crate::errors::Fault;
use crate::load::At;
use crate::row::Row;

const COSTS: &[&str] = &["setup_cost", "holding_cost", "unit_cost", "demand_rate", "holding_basis"];
const PART_PERIOD: &[&str] =
    &["setup_cost", "holding_cost", "unit_cost", "demand_rate", "holding_basis", "look_ahead", "look_back"];

/// Columns that a rule must have, and those that it may have.
fn columns_of(rule: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match rule {
        "fixed" => (&["order_quantity"], &[]),
        "period_days" => (&["cover_days"], &[]),
        "periods" => (&["cover_periods"], &[]),
        "cycle" => (&["cycle"], &[]),
        "order_up_to" => (&["order_up_to"], &["up_to_rounding"]),
        "reorder_point" => (&["reorder_point", "order_quantity"], &[]),
        "min_max" => (&["stock_min", "stock_max"], &["up_to_rounding", "trigger"]),
        "part_period" => (&[], PART_PERIOD),
        "lot_for_lot" => (&[], &[]),
        _ => (&[], COSTS),
    }
}

/// Refuses a row whose rule lacks a column or does not use one.
pub(crate) fn check(row: &Row<'_>) -> Result<(), At> {
    let rule = row.text("lot_rule").unwrap_or("lot_for_lot");
    let (must, may) = columns_of(rule);
    for (column, cell) in row.table.columns.iter().zip(&row.cells) {
        let (name, filled) = (column.name, *cell != Value::Empty);
        if must.contains(&name) && !filled {
            return Err((
                name,
                Fault::say(format!("lot_rule {rule} needs it"), format!("批量政策{rule}需要此列")),
            ));
        }
        let of_a_rule = column.path.starts_with("lot.") && name != "lot_rule";
        if of_a_rule && filled && !must.contains(&name) && !may.contains(&name) {
            return Err((
                name,
                Fault::say(format!("lot_rule {rule} does not use it"), format!("批量政策{rule}不使用此列")),
            ));
        }
    }
    Ok(())
}

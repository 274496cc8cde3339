//! Substitutes, replacements and use-ups in dense form.

use super::items::unknown;
use super::places::NONE;
use super::records::Definitions;
use super::sources::{EARLIEST, LATEST};
use crate::finding::{Code, Finding};
use crate::item::{Substitute, SubstituteMode};
use crate::num::Ratio;
use crate::time::reversed;

/// One row. The ratio is grains of the substitute for one grain of the main item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SubstituteRow {
    pub(crate) item: u32,
    pub(crate) substitute: u32,
    pub(crate) ratio: Option<Ratio>,
    pub(crate) priority: u32,
    pub(crate) valid_from: i32,
    pub(crate) valid_to: i32,
    /// `NONE`: under any parent.
    pub(crate) parent: u32,
    pub(crate) mode: SubstituteMode,
}

/// Ascending by (item, priority, substitute, parent, start).
pub(crate) fn sort(rows: &mut [SubstituteRow]) {
    rows.sort_by_key(|r| (r.item, r.priority, r.substitute, r.parent, r.valid_from, r.valid_to));
}

pub(crate) fn dense(row: &Substitute, d: Definitions<'_>) -> Result<SubstituteRow, Finding> {
    let find = |id: &crate::id::Id| d.items.names.find(id.as_str()).ok_or_else(|| unknown("items", id));
    let (item, substitute) = (find(&row.item)?, find(&row.substitute)?);
    if item == substitute {
        let fault = Finding::new(Code::SubstNotAllowed).with("substitute", &row.substitute);
        return Err(fault.with("item", &row.item));
    }
    if let Some(fault) = reversed(row.valid_from, row.valid_to) {
        return Err(fault);
    }
    let ratio = match row.ratio {
        Some(ratio) if !ratio.is_positive() => {
            let fault = Finding::new(Code::QtyOutOfRange).with("value", ratio).with("limit", "> 0");
            return Err(fault.with("field", "ratio"));
        }
        Some(ratio) => Some(in_grains(ratio, d.items.scale(item), d.items.scale(substitute))?),
        None => None,
    };
    Ok(SubstituteRow {
        item,
        substitute,
        ratio,
        priority: row.priority,
        valid_from: row.valid_from.map_or(EARLIEST, |date| date.day_number()),
        valid_to: row.valid_to.map_or(LATEST, |date| date.day_number()),
        parent: row.parent.as_ref().map_or(Ok(NONE), find)?,
        mode: row.mode,
    })
}

/// A ratio between units as a ratio between grains.
fn in_grains(ratio: Ratio, from_scale: u32, to_scale: u32) -> Result<Ratio, Finding> {
    let power = |scale: u32| Ratio::from_int(crate::num::POW10[scale as usize]);
    let scaled = ratio.checked_mul(power(to_scale)).and_then(|r| r.checked_div(power(from_scale)));
    scaled.map_err(|error| error.finding())
}

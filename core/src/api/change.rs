//! Requests about changes of bills of material: comparison, mass replacement, use-up (`P27`).

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Decided;
use super::structure::book_of;
use crate::bom::{self, Bom, BomLine, DatedQuantity, LineField, Replacement};
use crate::id::Id;
use crate::num::{DecimalText, Ratio};
use crate::run::RunControl;
use crate::snapshot::Tables;
use crate::time::Date;

/// Asks how two BOM versions differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CompareBomsRequest {
    /// The one version.
    pub before: Bom,
    /// The other.
    pub after: Bom,
}

/// What turns one version's lines into the other's, by component and line id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CompareBomsResult {
    /// Lines of the second only.
    pub added: Vec<BomLine>,
    /// Lines of the first only.
    pub removed: Vec<BomLine>,
    /// Lines of both that differ.
    pub changed: Vec<LineChange>,
}

/// A line that stands in both versions and differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineChange {
    /// In the first version.
    pub before: BomLine,
    /// In the second.
    pub after: BomLine,
    /// Names of the fields that differ; `quantity` is numerator over denominator, `validity` both dates.
    pub fields: Vec<String>,
}

/// Answers a [`CompareBomsRequest`].
pub(super) fn compare_boms(request: CompareBomsRequest, _: &RunControl<'_>) -> Decided<CompareBomsResult> {
    let difference = bom::compare(&request.before, &request.after);
    let own = |lines: &[&BomLine]| lines.iter().map(|&line| line.clone()).collect();
    let changed = difference.changed.iter().map(|line| LineChange {
        before: line.before.clone(),
        after: line.after.clone(),
        fields: line.fields.iter().map(|field| field_name(*field).to_owned()).collect(),
    });
    let result = CompareBomsResult {
        added: own(&difference.added),
        removed: own(&difference.removed),
        changed: changed.collect(),
    };
    Ok(result.into())
}

fn field_name(field: LineField) -> &'static str {
    match field {
        LineField::Id => "id",
        LineField::Quantity => "quantity",
        LineField::Unit => "unit",
        LineField::Usage => "usage",
        LineField::Scrap => "scrap",
        LineField::FixedLoss => "fixed_loss",
        LineField::Validity => "validity",
        LineField::OffsetDays => "offset_days",
        LineField::SkipLevel => "skip_level",
        LineField::Issue => "issue",
        LineField::KeyPart => "key_part",
        LineField::Change => "change",
        LineField::Operation => "operation",
        LineField::Location => "location",
    }
}

/// Asks which lines would change if one component stood in for another. Nothing is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceComponentRequest {
    /// Units, conversions, items, sites, locations and BOMs; other tables are not looked at.
    pub tables: Tables,
    /// The component that goes.
    pub old: Id,
    /// The component that comes.
    pub new: Id,
    /// Stock units of the new one for one stock unit of the old; absent: one.
    #[serde(default = "one")]
    pub ratio: Ratio,
    /// BOMs to change; absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boms: Option<BTreeSet<Id>>,
}

fn one() -> Ratio {
    Ratio::ONE
}

/// The lines that would change, in the order of the BOMs and their lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceComponentResult {
    /// The lines.
    pub lines: Vec<ReplacedRow>,
}

/// A line that would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplacedRow {
    /// The BOM.
    pub bom: Id,
    /// The line as it is.
    pub before: BomLine,
    /// The line as it would be.
    pub after: BomLine,
}

/// Answers a [`ReplaceComponentRequest`].
pub(super) fn replace_component(
    request: ReplaceComponentRequest,
    control: &RunControl<'_>,
) -> Decided<ReplaceComponentResult> {
    let (facts, _) = book_of(&request.tables, control)?;
    let ReplaceComponentRequest { tables, old, new, ratio, boms } = request;
    let lines = Replacement { old, new, ratio, boms }.preview(&tables.boms, &facts)?;
    let lines = lines.into_iter().map(|row| ReplacedRow {
        bom: row.bom.clone(),
        before: row.before.clone(),
        after: row.after,
    });
    Ok(ReplaceComponentResult { lines: lines.collect() }.into())
}

/// Asks how the needs of an old part are met by it and, once it is used up, by a new one (`P27`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UseUpRequest {
    /// Stock of the old part.
    pub on_hand: DecimalText,
    /// Receipts of the old part, in any order.
    #[serde(default)]
    pub receipts: Vec<DatedAmount>,
    /// Needs of the old part, in any order.
    pub needs: Vec<DatedAmount>,
    /// Units of the new part for one unit of the old; absent: one.
    #[serde(default = "one")]
    pub ratio: Ratio,
    /// Decimals of the new part's stock unit.
    #[serde(default)]
    pub new_scale: u32,
    /// Whether one day's need may be met by both parts ★; if not, the first need that the old part does not
    /// cover goes to the new part whole, and so do all later ones.
    #[serde(default = "yes")]
    pub split: bool,
}

fn yes() -> bool {
    true
}

/// A quantity on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DatedAmount {
    /// The day.
    pub date: Date,
    /// The quantity.
    pub quantity: DecimalText,
}

/// A use-up worked out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UseUpResult {
    /// Every day with a need, in order.
    pub needs: Vec<UseUpRow>,
    /// The first day on which the old part's projected balance would fall below zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub switch: Option<Date>,
    /// What is left of the old part in the end.
    pub left: DecimalText,
}

/// One day's need and what meets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UseUpRow {
    /// The day.
    pub date: Date,
    /// Met by the old part.
    pub old: DecimalText,
    /// Met by the new part, rounded up to its stock unit.
    pub new: DecimalText,
}

/// Answers a [`UseUpRequest`].
pub(super) fn use_up(request: UseUpRequest, _: &RunControl<'_>) -> Decided<UseUpResult> {
    let dated = |rows: &[DatedAmount]| -> Vec<DatedQuantity> {
        rows.iter().map(|row| DatedQuantity { date: row.date, quantity: row.quantity.0 }).collect()
    };
    let use_up = bom::UseUp { ratio: request.ratio, new_scale: request.new_scale, split: request.split };
    let plan = use_up.plan(request.on_hand.0, &dated(&request.receipts), &dated(&request.needs))?;
    let needs =
        plan.needs.iter().map(|row| UseUpRow { date: row.date, old: row.old.into(), new: row.new.into() });
    Ok(UseUpResult { needs: needs.collect(), switch: plan.switch, left: plan.left.into() }.into())
}

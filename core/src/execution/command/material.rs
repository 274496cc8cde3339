//! What is asked of material and of what orders make.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component_list::KitMode;
use crate::id::Id;
use crate::inventory::LineRef;
use crate::num::Quantity;
use crate::time::Date;

/// One line of an issue that is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IssueLine {
    /// The order line.
    pub line: u32,
    /// Quantity; absent: what is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// A substitute to issue instead (`M09`); the quantity is its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub substitute: Option<Id>,
    /// The location; absent: the line's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Id>,
    /// The lot; absent: by the item's rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<Id>,
    /// Serial numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serials: Vec<Id>,
    /// Second quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<Quantity>,
}

/// What is issued.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "scheme", deny_unknown_fields)]
pub enum IssueWhat {
    /// Everything open (`M01`, the default).
    #[default]
    Open,
    /// Further sets (`M02`).
    Sets {
        /// How many; absent: everything open.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sets: Option<Quantity>,
        /// How they are counted.
        #[serde(default)]
        mode: KitMode,
        /// Whether a set may be incomplete.
        #[serde(default)]
        partial: bool,
    },
    /// Up to so many sets in all (`M03`).
    TopUp {
        /// The target.
        sets: Quantity,
    },
    /// What backflush lines need for what has been received (`M05`), issued by hand.
    Received,
    /// Named lines.
    Lines {
        /// The lines.
        lines: Vec<IssueLine>,
    },
}

/// What happens to an issue when stock is short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IssueShort {
    /// It is refused (the default).
    #[default]
    Refuse,
    /// What is there is issued, with a list of what is short.
    Limit,
}

/// Why extra material is needed (`M10`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SupplementReason {
    /// The material came in defective.
    IncomingDefect,
    /// It was spoilt at work.
    WorkDefect,
    /// It was lost.
    Loss,
    /// Something else.
    Other,
}

impl SupplementReason {
    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            SupplementReason::IncomingDefect => "incoming_defect",
            SupplementReason::WorkDefect => "work_defect",
            SupplementReason::Loss => "loss",
            SupplementReason::Other => "other",
        }
    }
}

/// Material issued to an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Issue {
    /// Id of the issue document.
    pub document: Id,
    /// The order.
    pub order: Id,
    /// What.
    #[serde(default)]
    pub what: IssueWhat,
    /// Business date; absent: today at the plant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Without enough stock.
    #[serde(default)]
    pub short: IssueShort,
    /// A supplement above the requirement, with its reason (`M10`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplement: Option<SupplementReason>,
    /// Whether the document is a supplement, for which a reason is asked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_supplement: bool,
    /// Leave it as a draft.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
}

/// How a picked total is shared among orders (`M04`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "rule", deny_unknown_fields)]
pub enum ShareRule {
    /// By priority, due date and id (the default).
    #[default]
    Priority,
    /// In proportion to what is open, by largest remainder.
    Proportional,
    /// As the picker says.
    ByHand {
        /// The shares.
        details: Vec<ShareDetail>,
    },
}

/// A share given by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShareDetail {
    /// The order line.
    pub order: LineRef,
    /// Its quantity.
    pub quantity: Quantity,
}

/// What was picked of one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Picked {
    /// The item.
    pub item: Id,
    /// Total; absent: all that is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// The location; absent: that of the lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Id>,
    /// The lot; absent: by the item's rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<Id>,
}

/// One issue for several orders (`M04`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MergedIssue {
    /// Id of the issue document.
    pub document: Id,
    /// The orders.
    pub orders: Vec<Id>,
    /// What was picked; absent: everything open of every item.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub picked: Vec<Picked>,
    /// How it is shared.
    #[serde(default)]
    pub share: ShareRule,
    /// Business date; absent: today at the plant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Leave it as a draft.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
}

/// Why material comes back (`M11`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReturnKind {
    /// Good material (the default).
    #[default]
    Good,
    /// Defective as it came in.
    IncomingDefect,
    /// Spoilt at work.
    WorkDefect,
}

/// One line of a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnLine {
    /// The order line.
    pub line: u32,
    /// Quantity, in the unit of what comes back.
    pub quantity: Quantity,
    /// A substitute that was issued; absent: the line's own item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<Id>,
    /// The lot that was issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<Id>,
    /// Where it goes; absent: the line's location.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Id>,
    /// Serial numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serials: Vec<Id>,
    /// Second quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<Quantity>,
}

/// Material that comes back from an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Return {
    /// Id of the return document.
    pub document: Id,
    /// The order.
    pub order: Id,
    /// Why.
    #[serde(default)]
    pub kind: ReturnKind,
    /// Lines.
    pub lines: Vec<ReturnLine>,
    /// Business date; absent: today at the plant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Leave it as a draft.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
}

/// Material moved from one order to another (`M12`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveMaterial {
    /// Id of the document.
    pub document: Id,
    /// The line that gives.
    pub from: LineRef,
    /// The line that takes.
    pub to: LineRef,
    /// Quantity.
    pub quantity: Quantity,
    /// The lot that was issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<Id>,
    /// The location in whose name it moves; absent: that of the giving line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Id>,
    /// Business date; absent: today at the plant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
}

/// A line that is staged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StageLine {
    /// The order line.
    pub line: u32,
    /// Quantity; absent: `need − line-side balance`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// The lot; absent: by the item's rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<Id>,
}

/// Stock brought to the line for an order (`M07`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Id of the transfer document.
    pub document: Id,
    /// The order.
    pub order: Id,
    /// Where it comes from; absent: any location that issues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Id>,
    /// The line-side location.
    pub to: Id,
    /// For so many sets; absent: what is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sets: Option<Quantity>,
    /// Named lines; absent: all lines that are issued.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<StageLine>,
    /// Business date; absent: today at the plant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
}

/// Class of what an order made (`X05`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutputClass {
    /// Good (the default).
    #[default]
    Good,
    /// To be reworked.
    Rework,
    /// Scrap because of the material.
    ScrapMaterial,
    /// Scrap because of the work.
    ScrapWork,
    /// Sample destroyed by a test.
    Sample,
}

/// One line of a receipt or a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiptLine {
    /// Class.
    #[serde(default)]
    pub class: OutputClass,
    /// Quantity.
    pub quantity: Quantity,
    /// Where it goes; needed for what is received good or for rework.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Id>,
    /// Stock status it gets.
    #[serde(default)]
    pub status: crate::inventory::StockStatus,
    /// Product lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<Id>,
    /// Last day of use of a new lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usable_until: Option<Date>,
    /// Serial numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serials: Vec<Id>,
    /// Second quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<Quantity>,
}

/// Serial numbers that a backflush uses up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FlushSerials {
    /// The order line.
    pub line: u32,
    /// The serial numbers.
    pub serials: Vec<Id>,
}

/// What an order made, reported or received (`X05`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Receive {
    /// Id of the document.
    pub document: Id,
    /// The order.
    pub order: Id,
    /// Lines.
    pub lines: Vec<ReceiptLine>,
    /// Only a report of the shop: no stock moves.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub report: bool,
    /// Id of the backflush document; absent: `DOCUMENT.backflush`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backflush: Option<Id>,
    /// Serial numbers used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serials: Vec<FlushSerials>,
    /// Business date; absent: today at the plant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Leave it as a draft.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
}

/// A backflush that is asked for: of one receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Backflush {
    /// Id of the backflush document.
    pub document: Id,
    /// The receipt.
    pub receipt: Id,
    /// Serial numbers used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serials: Vec<FlushSerials>,
}

/// Issues what waits from an earlier backflush, as far as there is stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PostPending {
    /// Id of the document.
    pub document: Id,
    /// The backflush document with waiting lines.
    pub backflush: Id,
    /// Business date; absent: today at the plant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
}

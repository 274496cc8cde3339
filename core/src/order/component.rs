//! One line of an order's component list: a snapshot of the BOM, and what happened to it (`X04`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::OverIssue;
use crate::bom::IssueMethod;
use crate::id::Id;
use crate::inventory::Key;
use crate::num::{NumError, Quantity, Ratio};

/// Where a line comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineOrigin {
    /// From the BOM (the default).
    #[default]
    Normal,
    /// Added while the order runs.
    Supplement,
}

/// Whether a line is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineState {
    /// In force (the default).
    #[default]
    Active,
    /// Another line took its place.
    Replaced,
    /// Taken off the list.
    Cancelled,
}

/// What of one item and lot is in the order now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Used {
    /// The item: the line's own or a substitute.
    pub item: Id,
    /// The lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<Id>,
    /// Net quantity in the item's stock unit.
    pub quantity: Quantity,
    /// How much of the line's own item it stands for.
    pub clears: Quantity,
}

/// One line of the component list. Counters are in the stock unit of the line's item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComponentLine {
    /// Number, unique in the order, from 1.
    pub number: u32,
    /// The component.
    pub item: Id,
    /// How it reaches the order.
    #[serde(default)]
    pub method: IssueMethod,
    /// Whether the requirement is the same for every order quantity: taken once, with the first set.
    #[serde(default)]
    pub fixed: bool,
    /// Where it is issued from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Id>,
    /// Parts of the stock key; an owner means that the customer supplies it.
    #[serde(default, skip_serializing_if = "Key::is_empty")]
    pub key: Key,
    /// Routing operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<u32>,
    /// Over-issue.
    #[serde(default)]
    pub over_issue: OverIssue,
    /// Where the line comes from.
    #[serde(default)]
    pub origin: LineOrigin,
    /// Whether it is in force.
    #[serde(default)]
    pub state: LineState,
    /// Requirement without scrap; absent in documents: the requirement.
    #[serde(default)]
    pub standard: Quantity,
    /// Requirement, rounded up once to the item's unit.
    pub required: Quantity,
    /// Exact requirement of one good unit, for changes of quantity; absent: `required ÷ good`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_unit: Option<Ratio>,
    /// Part of the requirement that does not follow the quantity (fixed loss).
    #[serde(default)]
    pub fixed_loss: Quantity,
    /// In draft issues.
    #[serde(default)]
    pub linked: Quantity,
    /// Brought to the line for this order (`M07`).
    #[serde(default)]
    pub staged: Quantity,
    /// Issued, backflush, supplements and substitutes included.
    #[serde(default)]
    pub issued: Quantity,
    /// Of the issued quantity: by supplement (`M10`).
    #[serde(default)]
    pub supplemented: Quantity,
    /// Of the issued quantity: by backflush (`M05`).
    #[serde(default)]
    pub backflushed: Quantity,
    /// Backflush that waits for stock.
    #[serde(default)]
    pub pending: Quantity,
    /// Good material returned.
    #[serde(default)]
    pub returned_good: Quantity,
    /// Returned, defective as it came in.
    #[serde(default)]
    pub returned_incoming: Quantity,
    /// Returned, spoilt at work.
    #[serde(default)]
    pub returned_work: Quantity,
    /// What is in the order now, by item and lot.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub used: Vec<Used>,
}

impl ComponentLine {
    /// A line of which nothing was issued.
    #[must_use]
    pub fn new(number: u32, item: Id, required: Quantity) -> ComponentLine {
        let zero = Quantity::ZERO;
        ComponentLine {
            number,
            item,
            method: IssueMethod::Direct,
            fixed: false,
            location: None,
            key: Key::default(),
            operation: None,
            over_issue: OverIssue::Forbid,
            origin: LineOrigin::Normal,
            state: LineState::Active,
            standard: required,
            required,
            per_unit: None,
            fixed_loss: zero,
            linked: zero,
            staged: zero,
            issued: zero,
            supplemented: zero,
            backflushed: zero,
            pending: zero,
            returned_good: zero,
            returned_incoming: zero,
            returned_work: zero,
            used: Vec::new(),
        }
    }

    /// Returned in all ways.
    ///
    /// # Errors
    /// `QTY_OUT_OF_RANGE`.
    pub fn returned(&self) -> Result<Quantity, NumError> {
        self.returned_good.plus(self.returned_incoming)?.plus(self.returned_work)
    }

    /// `issued − returned`.
    ///
    /// # Errors
    /// `QTY_OUT_OF_RANGE`.
    pub fn net_issued(&self) -> Result<Quantity, NumError> {
        self.issued.minus(self.returned()?)
    }

    /// `required − net issued`, not below nought and nothing for a line that is not issued (`M06`).
    ///
    /// With `defect_reopens` every return opens its quantity again, else only good material does (`M11`).
    ///
    /// # Errors
    /// `QTY_OUT_OF_RANGE`.
    pub fn open(&self, defect_reopens: bool) -> Result<Quantity, NumError> {
        if !self.is_issuable() {
            return Ok(Quantity::ZERO);
        }
        let counted =
            if defect_reopens { self.net_issued()? } else { self.issued.minus(self.returned_good)? };
        Ok(self.required.minus(counted)?.or_zero())
    }

    /// Whether material is ever issued for the line.
    #[must_use]
    pub fn is_issuable(&self) -> bool {
        self.state == LineState::Active && self.method != IssueMethod::NoIssue
    }

    /// Whether kits are counted by the line (`M13`): variable, issuable, not backflushed, needed at all.
    #[must_use]
    pub fn counts_for_kits(&self) -> bool {
        self.is_issuable()
            && !self.fixed
            && self.method != IssueMethod::Backflush
            && self.required.is_positive()
    }

    /// What is in the order of one item and lot.
    #[must_use]
    pub fn used_of(&self, item: &Id, lot: Option<&Id>) -> Option<&Used> {
        self.used.iter().find(|used| used.item == *item && used.lot.as_ref() == lot)
    }
}

//! Production orders: independent axes of state, quantities, component list (`X03`–`X06`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ComponentLine, OrderPolicy};
use crate::id::Id;
use crate::inventory::{Key, LineRef};
use crate::num::{NumError, Quantity, Ratio, Rounding};
use crate::time::Date;

/// What kind of order it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderType {
    /// Makes a product from components (the default).
    #[default]
    Normal,
    /// Reworks its own product (`R01`).
    Rework,
    /// Works for a customer with the customer's material (`T01`).
    Tolling,
    /// Made by a supplier from our material (`S01`).
    Subcontract,
}

/// How far it is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlanState {
    /// A proposal (the default).
    #[default]
    Planned,
    /// Approved: the component list is fixed.
    Confirmed,
    /// May be issued and received.
    Released,
}

/// How far the work is. It follows from the counters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// Nothing issued, reported or received, and not started by hand.
    NotStarted,
    /// Started.
    Started,
    /// Something is received.
    PartlyFinished,
    /// Received up to the lower tolerance, or finished by hand.
    Finished,
}

/// Whether business goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BusinessState {
    /// It goes on (the default).
    #[default]
    Normal,
    /// Held.
    Suspended,
    /// Ended.
    Closed,
    /// Ended and settled by costing.
    Settled,
}

/// How an order was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CloseKind {
    /// It had received enough.
    Auto,
    /// By hand, with a reason.
    Manual,
    /// Everything open was split off.
    Split,
    /// It was merged into another.
    Merge,
}

/// The closing of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Closing {
    /// How.
    pub how: CloseKind,
    /// When.
    pub date: Date,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// What has been issued of the list (`M13`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IssueState {
    /// Nothing.
    None,
    /// Some of it.
    Partial,
    /// All lines.
    Full,
    /// More than required on a line, and all lines.
    Excess,
}

/// What the last material check said (`P04`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KitState {
    /// Not checked (the default).
    #[default]
    Unchecked,
    /// Something is short.
    Short,
    /// Complete.
    Available,
}

/// Quantities that came out, by class (`X05`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OutputTotals {
    /// Good.
    pub good: Quantity,
    /// To be reworked.
    pub rework: Quantity,
    /// Scrap because of the material.
    pub scrap_material: Quantity,
    /// Scrap because of the work.
    pub scrap_work: Quantity,
    /// Samples destroyed by tests.
    pub samples: Quantity,
}

impl OutputTotals {
    /// Both kinds of scrap and destroyed samples.
    ///
    /// # Errors
    /// `QTY_OUT_OF_RANGE`.
    pub fn scrap(&self) -> Result<Quantity, NumError> {
        self.scrap_material.plus(self.scrap_work)?.plus(self.samples)
    }

    /// Everything that came out.
    ///
    /// # Errors
    /// `QTY_OUT_OF_RANGE`.
    pub fn total(&self) -> Result<Quantity, NumError> {
        self.good.plus(self.rework)?.plus(self.scrap()?)
    }
}

/// A demand that the order serves (`X01`, `N03`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderPeg {
    /// The line, such as a sales order line.
    pub demand: LineRef,
    /// How much of the good quantity is for it.
    pub quantity: Quantity,
}

/// A production order. Input quantity (what goes in) and good quantity (what must come out) stand apart; a set is
/// the material for one good unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductionOrder {
    /// Host id, unique among documents and production orders.
    pub id: Id,
    /// Kind.
    #[serde(default)]
    pub kind: OrderType,
    /// The product.
    pub item: Id,
    /// Parts of the product's stock key; an owner is the customer of a tolling order.
    #[serde(default, skip_serializing_if = "Key::is_empty")]
    pub key: Key,
    /// BOM version of the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bom: Option<Id>,
    /// Workshop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workshop: Option<Id>,
    /// Input quantity; nought in documents means the good quantity.
    #[serde(default)]
    pub input: Quantity,
    /// Good quantity.
    pub good: Quantity,
    /// Planned start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Date>,
    /// Due date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// Smaller is served first.
    #[serde(default)]
    pub priority: u32,
    /// Plan axis.
    #[serde(default)]
    pub plan: PlanState,
    /// Business axis.
    #[serde(default)]
    pub business: BusinessState,
    /// Kit axis.
    #[serde(default)]
    pub kit: KitState,
    /// Started by hand.
    #[serde(default)]
    pub started: bool,
    /// Finished by hand.
    #[serde(default)]
    pub finished: bool,
    /// How it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing: Option<Closing>,
    /// Choices.
    #[serde(default)]
    pub policy: OrderPolicy,
    /// Reported by the shop.
    #[serde(default)]
    pub reported: OutputTotals,
    /// Received.
    #[serde(default)]
    pub received: OutputTotals,
    /// Good quantity in draft receipts.
    #[serde(default)]
    pub draft_received: Quantity,
    /// Component list.
    #[serde(default)]
    pub lines: Vec<ComponentLine>,
    /// Demands served.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pegs: Vec<OrderPeg>,
    /// Remark.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remark: String,
    /// Orders that it was split from or merged of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<Id>,
    /// Documents of the order that are drafts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drafts: Vec<Id>,
    /// Row version.
    #[serde(default)]
    pub version: u64,
}

impl ProductionOrder {
    /// A planned order without lines whose input equals its good quantity.
    #[must_use]
    pub fn new(id: Id, item: Id, good: Quantity) -> ProductionOrder {
        ProductionOrder {
            id,
            kind: OrderType::Normal,
            item,
            key: Key::default(),
            bom: None,
            workshop: None,
            input: good,
            good,
            start: None,
            due: None,
            priority: 0,
            plan: PlanState::Planned,
            business: BusinessState::Normal,
            kit: KitState::Unchecked,
            started: false,
            finished: false,
            closing: None,
            policy: OrderPolicy::default(),
            reported: OutputTotals::default(),
            received: OutputTotals::default(),
            draft_received: Quantity::ZERO,
            lines: Vec::new(),
            pegs: Vec::new(),
            remark: String::new(),
            origins: Vec::new(),
            drafts: Vec::new(),
            version: 0,
        }
    }

    /// The line with a number.
    #[must_use]
    pub fn line(&self, number: u32) -> Option<&ComponentLine> {
        self.lines.get(self.position(number)?)
    }

    /// Where the line with a number stands: nearly always in its own place.
    pub(crate) fn position(&self, number: u32) -> Option<usize> {
        let own = usize::try_from(number).ok()?.checked_sub(1)?;
        match self.lines.get(own) {
            Some(line) if line.number == number => Some(own),
            _ => self.lines.iter().position(|line| line.number == number),
        }
    }

    /// `good × (1 + over)`, rounded down to the product's unit (`X05`).
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW`, `QTY_OUT_OF_RANGE`.
    pub fn receipt_limit(&self) -> Result<Quantity, NumError> {
        let factor = Ratio::ONE.checked_add(self.policy.over_receipt)?;
        self.good.times(factor, self.good.scale(), Rounding::Down)
    }

    /// `good × (1 − under)`, rounded up to the product's unit (`X03`).
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW`, `QTY_OUT_OF_RANGE`.
    pub fn finish_limit(&self) -> Result<Quantity, NumError> {
        let factor = Ratio::ONE.checked_sub(self.policy.under_receipt)?;
        self.good.times(factor, self.good.scale(), Rounding::Up)
    }

    /// The task axis.
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW`, `QTY_OUT_OF_RANGE`.
    pub fn task(&self) -> Result<TaskState, NumError> {
        let enough = self.good.is_positive() && self.received.good >= self.finish_limit()?;
        if self.finished || enough {
            return Ok(TaskState::Finished);
        }
        if self.received.good.is_positive() {
            return Ok(TaskState::PartlyFinished);
        }
        let moved = self.lines.iter().any(|line| line.issued.is_positive());
        let begun = self.started || moved || !self.reported.total()?.is_zero();
        Ok(if begun { TaskState::Started } else { TaskState::NotStarted })
    }

    /// The issue axis over the lines that are issued, backflush included (`M13`).
    ///
    /// # Errors
    /// `QTY_OUT_OF_RANGE`.
    pub fn issue(&self) -> Result<IssueState, NumError> {
        let (mut any, mut all, mut above) = (false, true, false);
        for line in self.lines.iter().filter(|line| line.is_issuable()) {
            let net = line.net_issued()?;
            any |= net.is_positive();
            all &= net >= line.required;
            above |= net > line.required;
        }
        Ok(match (any, all, above) {
            (false, ..) => IssueState::None,
            (true, false, _) => IssueState::Partial,
            (true, true, false) => IssueState::Full,
            (true, true, true) => IssueState::Excess,
        })
    }

    /// Sets whose material is issued: `min ⌊net issued ÷ per set⌋` over the lines that count; nothing when none
    /// does (`NO_KIT_LINES`).
    ///
    /// # Errors
    /// `DIVISION_BY_ZERO`, `NUMBER_OVERFLOW`.
    pub fn kits_issued(&self) -> Result<Option<Quantity>, NumError> {
        let mut kits: Option<Quantity> = None;
        for line in self.lines.iter().filter(|line| line.counts_for_kits()) {
            let sets = line.net_issued()?.whole_times(self.good, line.required)?;
            kits = Some(kits.map_or(sets, |least| least.min(sets)));
        }
        Ok(kits)
    }

    /// `good − received`, not below nought.
    ///
    /// # Errors
    /// `QTY_OUT_OF_RANGE`.
    pub fn open(&self) -> Result<Quantity, NumError> {
        Ok(self.good.minus(self.received.good)?.or_zero())
    }

    /// What was received for each peg: receipts are shared out by the pegs in their order.
    ///
    /// # Errors
    /// `QTY_OUT_OF_RANGE`.
    pub fn received_by_peg(&self) -> Result<Vec<(&OrderPeg, Quantity)>, NumError> {
        let mut left = self.received.good;
        let mut parts = Vec::with_capacity(self.pegs.len());
        for peg in &self.pegs {
            let received = left.min(peg.quantity);
            left = left.minus(received)?;
            parts.push((peg, received));
        }
        Ok(parts)
    }

    /// Whether anything was issued, reported or received, drafts included.
    #[must_use]
    pub fn has_movement(&self) -> bool {
        let came_out = |totals: &OutputTotals| *totals != OutputTotals::default();
        came_out(&self.received)
            || came_out(&self.reported)
            || !self.drafts.is_empty()
            || self.lines.iter().any(|line| !line.issued.is_zero() || !line.staged.is_zero())
    }
}

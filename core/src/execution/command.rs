//! Requests and commands as plain data.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component_list::KitMode;
use crate::document::{DocStep, Document, DocumentKind};
use crate::id::Id;
use crate::inventory::{HoldFor, LineRef, Lot, PlaceState, Reason, StockKey};
use crate::num::Quantity;
use crate::order::{ComponentLine, ProductionOrder};
use crate::partner::Location;
use crate::time::Date;

/// A command with its idempotency key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The host's key, used once: the same key gives the earlier reply.
    pub key: Id,
    /// What is to be done.
    pub command: Command,
}

/// Everything that execution can be asked to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "do")]
pub enum Command {
    /// A new production order (`X03`, `X04`).
    CreateOrder(Box<CreateOrder>),
    /// A step of a production order (`X03`, `X06`).
    OrderStep(OrderStepAsk),
    /// A change of a production order (`X04`).
    ChangeOrder(ChangeOrder),
    /// A split of a production order (`X06`).
    SplitOrder(SplitOrder),
    /// A merge of production orders (`X06`).
    MergeOrders(MergeOrders),
    /// Material issued to an order (`M01`–`M03`, `M09`, `M10`).
    Issue(Issue),
    /// One issue for several orders (`M04`).
    MergedIssue(MergedIssue),
    /// Material that comes back (`M11`).
    Return(Return),
    /// Material moved between orders (`M12`).
    Move(MoveMaterial),
    /// Stock brought to the line (`M07`).
    Stage(Stage),
    /// A receipt or a report of what an order made (`X05`), with its backflush (`M05`).
    Receive(Receive),
    /// A backflush that is asked for (`M05`).
    Backflush(Backflush),
    /// Waiting backflush lines of an order (`M05`).
    PostPending(PostPending),
    /// A step of a document (`F04`): approval, reversal and so on.
    Document(DocumentStep),
    /// A document that moves no stock, such as a sales order (`F04`).
    CreateDocument(CreateDocument),
    /// A push-down (`F04`).
    Push(Push),
    /// Stock in or out, corrections.
    Stock(StockPosting),
    /// Stock between locations, or from one status to another (`Q06`).
    Transfer(Transfer),
    /// A count.
    Count(Count),
    /// Opening balances (`F09`).
    Opening(Opening),
    /// A hold of stock.
    Hold(NewHold),
    /// The end of a hold.
    ReleaseHold(ReleaseHold),
    /// A location's flags and state (`F05`).
    SetPlace(SetPlace),
    /// A step of a period (`F06`).
    Period(PeriodAsk),
}

/// A new production order. Its counters must be nought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateOrder {
    /// The order.
    pub order: ProductionOrder,
}

/// A step of a production order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderStep {
    /// Planned to confirmed.
    Confirm,
    /// To released.
    Release,
    /// Started by hand.
    Start,
    /// Finished by hand.
    Finish,
    /// Held.
    Suspend,
    /// No longer held.
    Resume,
    /// Closed.
    Close,
    /// Opened again.
    Reopen,
    /// Settled by costing.
    Settle,
}

/// Asks for a step of a production order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderStepAsk {
    /// The order.
    pub order: Id,
    /// The step.
    pub step: OrderStep,
    /// Why; asked for where an order is closed before it received enough.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// A change of one component line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "change", deny_unknown_fields)]
pub enum LineChange {
    /// A new requirement.
    Require {
        /// The line.
        line: u32,
        /// Its requirement.
        required: Quantity,
    },
    /// A further line.
    Add {
        /// The line.
        line: Box<ComponentLine>,
    },
    /// The line is taken off; nothing may be issued on it.
    Cancel {
        /// The line.
        line: u32,
    },
    /// Another line takes its place for what is not issued.
    Replace {
        /// The line.
        line: u32,
        /// The new line.
        by: Box<ComponentLine>,
    },
    /// The whole list anew from the BOM; nothing may be issued.
    Explode {
        /// The lines.
        lines: Vec<ComponentLine>,
    },
}

/// A change document of a production order (`X04`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeOrder {
    /// Id of the change document.
    pub document: Id,
    /// The order.
    pub order: Id,
    /// New good quantity; the requirements follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub good: Option<Quantity>,
    /// New due date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// Changes of lines, after the quantity.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<LineChange>,
    /// Why; must be given once the order is confirmed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// A new order of a split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SplitPart {
    /// Id of the new order.
    pub order: Id,
    /// Its good quantity.
    pub quantity: Quantity,
}

/// How an order is split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "by", deny_unknown_fields)]
pub enum SplitBy {
    /// Into named parts; the rest stays.
    Parts {
        /// The new orders.
        parts: Vec<SplitPart>,
    },
    /// Into batches of this size; the first one stays, the others are named `ORDER.2`, `ORDER.3` …
    Batch {
        /// Size of a batch.
        size: Quantity,
    },
}

/// A split of a production order (`X06`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SplitOrder {
    /// The order.
    pub order: Id,
    /// How.
    pub split: SplitBy,
}

/// A merge of production orders (`X06`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeOrders {
    /// Id of the new order.
    pub order: Id,
    /// The orders that go into it.
    pub orders: Vec<Id>,
}

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

/// A step of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentStep {
    /// The document.
    pub document: Id,
    /// The step.
    pub step: DocStep,
}

/// A document that moves no stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateDocument {
    /// The document; a draft.
    pub document: Document,
    /// Approve it at once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub approve: bool,
}

/// A line that is pushed down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PushLine {
    /// The source line.
    pub source: LineRef,
    /// How much; absent: all that remains.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// The stock it moves, where the new document moves stock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<StockKey>,
}

/// A new document from the lines of others (`F04`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Push {
    /// Id of the new document; a draft.
    pub document: Id,
    /// What it is.
    pub kind: DocumentKind,
    /// Lines.
    pub lines: Vec<PushLine>,
    /// Count only approved documents as consumed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub approved_only: bool,
    /// Business date; absent: today at the plant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
}

/// One line of stock in or out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StockLine {
    /// The stock.
    pub stock: StockKey,
    /// Quantity above nought; an adjustment may be below.
    pub quantity: Quantity,
    /// Second quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<Quantity>,
    /// Serial numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serials: Vec<Id>,
}

/// Stock in, out or adjusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StockPosting {
    /// Id of the document.
    pub document: Id,
    /// `stock_in`, `stock_out` or `adjustment`.
    pub kind: DocumentKind,
    /// Lines.
    pub lines: Vec<StockLine>,
    /// New lots that come in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lots: Vec<Lot>,
    /// Customer or supplier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<Id>,
    /// Why; asked for in an adjustment.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Business date; absent: today at the plant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Leave it as a draft.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
}

/// One line of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferLine {
    /// The stock it leaves.
    pub stock: StockKey,
    /// Location it reaches; absent: the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Id>,
    /// Status it gets; absent: the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<crate::inventory::StockStatus>,
    /// Owner it would get; a transfer cannot change it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Id>,
    /// Quantity.
    pub quantity: Quantity,
    /// Second quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<Quantity>,
    /// Serial numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serials: Vec<Id>,
}

/// Stock between locations, or from one status to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// Id of the document.
    pub document: Id,
    /// Lines.
    pub lines: Vec<TransferLine>,
    /// Why; asked for where a status changes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Business date; absent: today at the plant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Leave it as a draft.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
}

/// What was counted under one key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// The stock.
    pub stock: StockKey,
    /// What is there.
    pub counted: Quantity,
}

/// A count: the differences are posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// Id of the document.
    pub document: Id,
    /// What was counted.
    pub lines: Vec<Counted>,
    /// Business date; absent: today at the plant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
}

/// One opening line: a layer of stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningLine {
    /// The stock.
    pub stock: StockKey,
    /// Quantity.
    pub quantity: Quantity,
    /// Cost of one unit, for the control total; the value ledger is costing's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<Quantity>,
    /// Second quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<Quantity>,
    /// Serial numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serials: Vec<Id>,
}

/// Opening balances with control totals (`F09`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// Id of the document.
    pub document: Id,
    /// Lines.
    pub lines: Vec<OpeningLine>,
    /// New lots.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lots: Vec<Lot>,
    /// What the quantities must add up to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control_quantity: Option<Quantity>,
    /// What quantity × cost must add up to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control_amount: Option<Quantity>,
    /// Opening date.
    pub date: Date,
}

/// A hold of stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHold {
    /// Id of the hold.
    pub hold: Id,
    /// For whom.
    pub owner: HoldFor,
    /// The stock.
    pub stock: StockKey,
    /// Quantity.
    pub quantity: Quantity,
}

/// The end of a hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseHold {
    /// The item held.
    pub item: Id,
    /// The hold.
    pub hold: Id,
}

/// A location's flags and state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPlace {
    /// The location and its flags.
    pub location: Location,
    /// State.
    #[serde(default)]
    pub state: PlaceState,
}

/// A step of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PeriodStep {
    /// A new period, open.
    Open,
    /// Locked for costing.
    Lock,
    /// Open again after costing.
    Unlock,
    /// Closed.
    Close,
    /// The latest closed one opened again.
    Reopen,
}

/// Asks for a step of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeriodAsk {
    /// The period.
    pub period: Id,
    /// The step.
    pub step: PeriodStep,
    /// First and last day of a new period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<(Date, Date)>,
    /// The cost run that locks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<Id>,
}

impl StockPosting {
    /// The reason that stands in the ledger.
    #[must_use]
    pub const fn ledger_reason(&self) -> Option<Reason> {
        match self.kind {
            DocumentKind::StockIn => Some(Reason::Purchase),
            DocumentKind::StockOut => Some(Reason::Shipment),
            DocumentKind::Adjustment => Some(Reason::Adjustment),
            _ => None,
        }
    }
}

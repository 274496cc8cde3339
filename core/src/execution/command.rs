//! Requests and commands as plain data.

mod batch;
mod material;
mod opening;
mod orders;
mod records;

pub use batch::*;
pub use material::*;
pub use opening::*;
pub use orders::*;
pub use records::*;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::Id;

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
    /// Many production orders, from sales lines or a list of goods (`X01`, `X02`).
    CreateOrders(Box<CreateOrders>),
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

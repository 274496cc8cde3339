//! Commands: what happened, and what may happen next.
//!
//! One shape for all of them: `decide(snapshot, request, now) → outcome`. The outcome carries a reply and the
//! changeset that stores it; deciding without storing is the preview. Every request has an idempotency key: the
//! same key gives back the earlier reply and changes nothing.
//!
//! It reads and writes records of ring 2 and nothing else: no repository, no clock, no values.

mod allot;
mod backflush;
mod batch;
mod change;
mod command;
mod documents;
mod effect;
mod issue;
mod lifecycle;
mod merged;
mod opening;
mod orders;
mod post;
mod propose;
mod receive;
mod refused;
mod returns;
mod settings;
mod split;
mod stage;
mod stock;
mod work;

pub use command::*;
pub use propose::{Proposal, ProposalLine, propose};
pub use refused::Refused;

use crate::changeset::{ChangeSet, Reply};
use crate::finding::{Code, Finding};
use crate::snapshot::ExecutionSnapshot;
use crate::time::Now;
use work::Work;

/// What a request leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The answer.
    pub reply: Reply,
    /// What is to be stored; nothing when the key was used before and the reply is the earlier one.
    pub changes: Option<ChangeSet>,
}

/// Decides one request against a snapshot. Nothing is stored and nothing is changed.
///
/// A key that was used for the same command gives the earlier reply with the finding `DUPLICATE_REQUEST`.
///
/// ```
/// use headstock::execution::{Command, Request, decide};
/// use headstock::snapshot::{ExecutionSnapshot, ExecutionTables};
/// use headstock::time::Now;
///
/// let tables: ExecutionTables = serde_json::from_str(
///     r#"{"items": [{"item": "B"}], "places": [{"location": {"id": "W", "site": "S"}}]}"#).unwrap();
/// let mut snapshot = ExecutionSnapshot::from_tables(tables).unwrap();
/// let request: Request = serde_json::from_str(
///     r#"{"key": "r1", "command": {"do": "stock", "document": "D1", "kind": "stock_in",
///         "lines": [{"stock": {"item": "B", "location": "W"}, "quantity": 40}]}}"#).unwrap();
/// let outcome = decide(&snapshot, &request, Now::default()).unwrap();
/// snapshot.apply(&outcome.changes.unwrap()).unwrap();
/// assert_eq!(snapshot.to_tables().balances[0].quantity.to_string(), "40");
/// ```
///
/// # Errors
/// `KEY_REUSED` when the key was used for another command; whatever the command refuses, each with the code of
/// its row in the catalogue.
pub fn decide(snapshot: &ExecutionSnapshot, request: &Request, now: Now) -> Result<Outcome, Refused> {
    let digest = digest(&request.command);
    if let Some(done) = snapshot.requests.get(&request.key) {
        if done.digest != digest {
            return Err(Finding::new(Code::KeyReused).with("key", &request.key).into());
        }
        let mut reply = done.reply.clone();
        reply.findings.push(Finding::new(Code::DuplicateRequest));
        return Ok(Outcome { reply, changes: None });
    }
    let mut work = Work::new(snapshot, now)?;
    run(&mut work, &request.command)?;
    let changes = work.finish(request.key.clone(), digest);
    Ok(Outcome { reply: changes.reply.clone(), changes: Some(changes) })
}

fn run(work: &mut Work<'_>, command: &Command) -> Result<(), Refused> {
    match command {
        Command::CreateOrder(ask) => orders::create(work, ask),
        Command::CreateOrders(ask) => batch::create_all(work, ask),
        Command::OrderStep(ask) => orders::step(work, ask),
        Command::ChangeOrder(ask) => change::change(work, ask),
        Command::SplitOrder(ask) => split::split(work, ask),
        Command::MergeOrders(ask) => split::merge(work, ask),
        Command::Issue(ask) => issue::issue(work, ask),
        Command::MergedIssue(ask) => merged::issue(work, ask),
        Command::Return(ask) => returns::give_back(work, ask),
        Command::Move(ask) => returns::move_between(work, ask),
        Command::Stage(ask) => stage::stage(work, ask),
        Command::Receive(ask) => receive::receive(work, ask),
        Command::Backflush(ask) => backflush::by_hand(work, ask),
        Command::PostPending(ask) => backflush::post_pending(work, ask),
        Command::Document(ask) => lifecycle::step(work, &ask.document, ask.step),
        Command::CreateDocument(ask) => documents::create(work, ask),
        Command::Push(ask) => documents::push(work, ask),
        Command::Stock(ask) => stock::post(work, ask),
        Command::Transfer(ask) => stock::transfer(work, ask),
        Command::Count(ask) => stock::count(work, ask),
        Command::Opening(ask) => opening::open(work, ask),
        Command::Hold(ask) => settings::hold(work, ask),
        Command::ReleaseHold(ask) => settings::release(work, ask),
        Command::SetPlace(ask) => settings::place(work, ask),
        Command::Period(ask) => settings::period(work, ask),
    }
}

/// FNV-1a over the command's document, 128 bits: tells a repeat from another command under the same key.
fn digest(command: &Command) -> String {
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let text = serde_json::to_vec(command).unwrap_or_default();
    let start = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128;
    let hash = text.iter().fold(start, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(PRIME));
    format!("{hash:032x}")
}

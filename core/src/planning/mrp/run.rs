//! The run: level by level, the units of a level on as many threads as the host allows.

use super::compile::compile;
use super::gather::Ctx;
use super::messages::Proposal;
use super::model::{Model, flag};
use super::net::{Scratch, net_unit};
use super::order::{Orders, Planned};
use super::plan::Plan;
use super::state::Note;
use super::{Fault, PlanError};
use crate::planning::PlanPolicy;
use crate::run::RunControl;
use crate::snapshot::{Dense, NONE, Snapshot, to_u32};
use crate::time::Date;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Nodes planned between two looks at the cancel flag, and the grain in which threads share a level.
const CHUNK: usize = 2_048;

/// How many nodes ahead the memory of parents is asked for.
const AHEAD: u32 = 8;

/// What netting says about a node besides its orders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) notes: Vec<(u32, Note)>,
    pub(crate) proposals: Vec<(u32, Proposal)>,
    /// Node, first day below safety stock, deepest shortage.
    pub(crate) below: Vec<(u32, i32, i64)>,
}

/// What one chunk of a level comes to.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    pub(crate) orders: Vec<u64>,
    /// Each node and where its words stand in `orders`; the arena is given when the chunk is kept.
    pub(crate) nodes: Vec<(u32, Planned)>,
    pub(crate) told: Told,
}

/// Plans: what to make, buy, subcontract and move, when, with everything on order taken into account.
///
/// Rules: `docs/planning-rules.md`. The result is the same, byte for byte, whatever the order of rows and the
/// number of threads.
///
/// ```
/// use headstock::planning::{PlanPolicy, plan};
/// use headstock::run::RunControl;
/// use headstock::snapshot::{Snapshot, Tables};
/// use headstock::time::Date;
///
/// let tables: Tables = serde_json::from_str(r#"{
///   "units": [{"id": "pc"}], "sites": [{"id": "S"}],
///   "items": [{"id": "chair", "unit": "pc"}, {"id": "leg", "unit": "pc"}],
///   "boms": [{"id": "B", "product": "chair", "lines": [{"id": "1", "component": "leg", "numerator": "4"}]}],
///   "sources": [{"id": "make", "item": "chair", "kind": "make", "lead_days": 2},
///               {"id": "buy", "item": "leg", "kind": "buy", "lead_days": 5}],
///   "demands": [{"id": "SO1", "item": "chair", "site": "S", "quantity": "10", "date": "2026-03-20"}]
/// }"#).unwrap();
/// let control = RunControl::new();
/// let snapshot = Snapshot::from_tables(tables, &control).unwrap();
/// let plan = plan(&snapshot, &PlanPolicy::default(), Date::literal(2026, 3, 2), &control).unwrap();
/// let legs = plan.orders().find(|order| order.item.as_str() == "leg").unwrap();
/// assert_eq!((legs.quantity.to_string(), legs.start.to_string()), ("40".into(), "2026-03-13".into()));
/// ```
///
/// # Errors
/// `BUCKET_INVALID` and `UNKNOWN_REFERENCE` for buckets that are none, `BOM_LOOP`, `TRANSFER_LOOP`,
/// `LIMIT_EXCEEDED` for more lines of an order than allowed, `NUMBER_OVERFLOW` and `CANCELLED`; what single items lack is in the plan's
/// findings instead.
pub fn plan(
    snapshot: &Snapshot,
    policy: &PlanPolicy,
    run_date: Date,
    control: &RunControl<'_>,
) -> Result<Plan, PlanError> {
    let s = &*snapshot.0;
    let model = compile(s, policy, run_date, control)?;
    let nodes = model.nodes.len();
    let mut orders = Orders { arenas: Vec::new(), nodes: vec![Planned::EMPTY; nodes] };
    let mut told = Told::default();
    for level in 0..model.levels.len().saturating_sub(1) {
        let units = units_of(model.levels[level], model.levels[level + 1]);
        let chunks = net_level(s, policy, &model, &orders, &units, control)?;
        for chunk in chunks {
            keep(&mut orders, &mut told, chunk);
        }
        control.report("plan", u64::from(model.levels[level + 1]), nodes as u64);
    }
    Ok(Plan { snapshot: snapshot.clone(), policy: policy.clone(), model, orders, told })
}

/// A level's stretches of nodes.
fn units_of(from: u32, to: u32) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut start = from;
    while start < to {
        let end = to.min(start + to_u32(CHUNK));
        units.push(Unit { from: start, to: end });
        start = end;
    }
    units
}

/// A stretch of a level's nodes; a group is netted in the stretch of its lowest member.
#[derive(Debug, Clone, Copy)]
struct Unit {
    from: u32,
    to: u32,
}

fn net_level(
    s: &Dense,
    policy: &PlanPolicy,
    model: &Model,
    orders: &Orders,
    units: &[Unit],
    control: &RunControl<'_>,
) -> Result<Vec<Chunk>, PlanError> {
    let ctx = Ctx { s, model, policy, orders };
    let threads = control.threads().get().min(units.len()).max(1);
    if threads == 1 {
        let mut scratch = Scratch::default();
        return units.iter().map(|unit| net_chunk(&ctx, *unit, &mut scratch, control)).collect();
    }
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Result<Chunk, PlanError>)>> = Mutex::new(Vec::with_capacity(units.len()));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut scratch = Scratch::default();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(unit) = units.get(number) else { break };
                    let chunk = net_chunk(&ctx, *unit, &mut scratch, control);
                    let mut list = done.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    list.push((number, chunk));
                }
            });
        }
    });
    let mut list = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    list.sort_by_key(|entry| entry.0);
    list.into_iter().map(|entry| entry.1).collect()
}

fn net_chunk(
    ctx: &Ctx<'_>,
    unit: Unit,
    scratch: &mut Scratch,
    control: &RunControl<'_>,
) -> Result<Chunk, PlanError> {
    control.check()?;
    // Orders come together in space that is used again, and leave it in a block of just their size.
    let mut chunk = Chunk { orders: std::mem::take(&mut scratch.orders), ..Chunk::default() };
    chunk.orders.clear();
    let mut touched: i64 = 0;
    for number in unit.from..unit.to {
        if number + 2 * AHEAD < unit.to {
            touched = touched.wrapping_add(ctx.touch_parents(number + 2 * AHEAD));
        }
        if number + AHEAD < unit.to {
            touched = touched.wrapping_add(ctx.touch(number + AHEAD));
        }
        let node = ctx.model.node(number);
        if node.flags & flag::UNPLANNED != 0 {
            continue;
        }
        let one = [number];
        let members = if node.group == NONE { &one[..] } else { &ctx.model.groups[node.group as usize] };
        if members.iter().min() == Some(&number) {
            net_into(ctx, members, scratch, &mut chunk)?;
        }
    }
    std::hint::black_box(touched);
    let exact = chunk.orders.as_slice().to_vec();
    scratch.orders = std::mem::replace(&mut chunk.orders, exact);
    Ok(chunk)
}

/// Nets one unit and takes what it comes to over into a chunk.
pub(crate) fn net_into(
    ctx: &Ctx<'_>,
    members: &[u32],
    scratch: &mut Scratch,
    chunk: &mut Chunk,
) -> Result<(), PlanError> {
    net_unit(ctx, members, scratch).map_err(|(node, Fault::Overflow)| overflow(ctx.s, ctx.model, node))?;
    for (at, &node) in members.iter().enumerate() {
        let member = &scratch.members[at];
        let planned = Planned::write(&member.orders, &mut chunk.orders);
        chunk.nodes.push((node, planned.ok_or_else(|| overflow(ctx.s, ctx.model, node))?));
        chunk.told.notes.extend(member.notes.iter().map(|note| (node, *note)));
        if let Some((day, depth)) = member.below {
            chunk.told.below.push((node, day, depth));
        }
    }
    for proposal in &scratch.messages {
        chunk.told.proposals.push((members[proposal.member as usize], *proposal));
    }
    Ok(())
}

pub(crate) fn overflow(s: &Dense, model: &Model, node: u32) -> PlanError {
    let spot = model.node(node).spot;
    PlanError::Overflow {
        item: s.items.names.get(spot.item).to_owned(),
        site: s.places.sites.get(spot.site).to_owned(),
    }
}

/// Adds a chunk to the plan.
fn keep(orders: &mut Orders, told: &mut Told, chunk: Chunk) {
    let arena = to_u32(orders.arenas.len());
    for (node, planned) in chunk.nodes {
        orders.nodes[node as usize] = if planned.len == 0 { planned } else { Planned { arena, ..planned } };
    }
    orders.arenas.push(chunk.orders);
    told.notes.extend(chunk.told.notes);
    told.proposals.extend(chunk.told.proposals);
    told.below.extend(chunk.told.below);
}

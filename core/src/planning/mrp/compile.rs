//! From records to the plan's model: levels, final node order, stock, receipts and needs per node.

use super::days::DayTable;
use super::discover::{Arc, Discovery};
use super::model::{Model, Node, PerNode, Row, RowKind, flag};
use super::{PlanError, supply};
use crate::bom::graph;
use crate::finding::{Code, Finding};
use crate::item::{SubstituteMode, Substitution};
use crate::planning::{BucketRule, PlanPolicy, RequirementRounding};
use crate::run::RunControl;
use crate::snapshot::{Dense, EARLIEST, LATEST, NONE, to_u32};
use crate::time::{BucketError, Date};

/// Days around the independent needs for which calendars are laid out as arrays: more than the longest chain
/// of lead times that is common; beyond it the calendar itself is asked.
const CALENDAR_MARGIN: i32 = 800;

/// Compiles the model.
///
/// # Errors
/// `BUCKET_INVALID`, `UNKNOWN_REFERENCE`, `LIMIT_EXCEEDED`, `BOM_LOOP`, `TRANSFER_LOOP`, `CANCELLED`.
pub(crate) fn compile(
    s: &Dense,
    policy: &PlanPolicy,
    run: Date,
    control: &RunControl<'_>,
) -> Result<Model, PlanError> {
    control.check()?;
    check_buckets(s, &policy.buckets)?;
    let mut found = Discovery::run(s, policy, run.day_number(), control)?;
    control.check()?;
    let levels = Levelled::build(s, &mut found)?;
    control.check()?;
    let order = Order::build(&found, &levels);
    let (row_offsets, rows) = rows_by_child(&found, &levels, &order);
    let run_day = run.day_number();
    let horizon = policy.horizon.map_or(i32::MAX, Date::day_number);
    let span = span_of(s, run_day, horizon);
    let groups = groups(&found, &levels, &order);
    let mut model = Model {
        run: run_day,
        horizon,
        nodes: nodes(s, policy, &found, &order),
        levels: order.level_starts.clone(),
        row_offsets,
        rows,
        receipts: PerNode::default(),
        needs: PerNode::default(),
        lots: PerNode::default(),
        alternatives: PerNode::default(),
        loop_outputs: Vec::new(),
        calendars: calendars(s, span),
        hard: supply::HardPegs::default(),
        buckets: supply::Buckets::new(s, &policy.buckets, run_day),
        filter: supply::DemandFilter::new(policy, run_day, horizon),
        findings: Vec::new(),
        sources: std::mem::take(&mut found.sources),
        forces: std::mem::take(&mut found.forces),
        extras: std::mem::take(&mut found.extras),
        keys: std::mem::take(&mut found.keys),
        span,
        groups,
    };
    renumber(&mut model, &mut found, &levels, &order);
    drop(found);
    supply::fill(s, policy, &mut model);
    mark_singly(s, policy, &mut model);
    Ok(model)
}

/// Fills what comes from stock, supplies, demands, forecasts and parameters again (net change); nodes and rows
/// stay.
pub(crate) fn refill(s: &Dense, policy: &PlanPolicy, mut model: Model) -> Model {
    for node in &mut model.nodes {
        node.flags &= !(flag::LOTS | flag::SINGLY);
        node.opening = 0;
        if node.flags & flag::PASS == 0 {
            node.params = s.params.find(node.spot.item, node.spot.site);
        }
    }
    supply::fill(s, policy, &mut model);
    mark_singly(s, policy, &mut model);
    model
}

/// Levels of the discovered nodes, groups taken together.
struct Levelled {
    level: Vec<u32>,
    /// Representative of each node's group.
    group: Vec<u32>,
    /// Arcs that are left out: outputs that recycle.
    dropped: Vec<bool>,
}

impl Levelled {
    fn build(s: &Dense, found: &mut Discovery<'_>) -> Result<Levelled, PlanError> {
        let nodes = found.nodes.len();
        let mut group = unions(nodes, &found.unions);
        let mut dropped = Vec::new();
        if let Some(level) = try_levels(found, &group, &dropped) {
            return Ok(Levelled { level, group, dropped });
        }
        dropped = vec![false; found.arcs.len()];
        drop_recycled(found, &group, &mut dropped);
        if let Some(level) = try_levels(found, &group, &dropped) {
            return Ok(Levelled { level, group, dropped });
        }
        dissolve(found, &mut group, &dropped);
        // An output inside a group that is none any more may be recycled after all.
        drop_recycled(found, &group, &mut dropped);
        let csr = contracted(found, &group, &dropped);
        match graph::levels(&csr) {
            Ok(level) => Ok(Levelled { level: spread(&level, &group), group, dropped }),
            Err(path) => Err(loop_error(s, found, path.nodes())),
        }
    }
}

fn spread(level: &[u32], group: &[u32]) -> Vec<u32> {
    group.iter().map(|&rep| level[rep as usize]).collect()
}

fn try_levels(found: &Discovery<'_>, group: &[u32], dropped: &[bool]) -> Option<Vec<u32>> {
    let csr = contracted(found, group, dropped);
    graph::levels(&csr).ok().map(|level| spread(&level, group))
}

/// Union-find with the smallest spot as representative, so that row order does not matter.
fn unions(nodes: usize, pairs: &[(u32, u32)]) -> Vec<u32> {
    let mut parent: Vec<u32> = (0..to_u32(nodes)).collect();
    for &(a, b) in pairs {
        let (a, b) = (root(&mut parent, a), root(&mut parent, b));
        parent[a.max(b) as usize] = a.min(b);
    }
    for node in 0..to_u32(nodes) {
        let top = root(&mut parent, node);
        parent[node as usize] = top;
    }
    parent
}

fn root(parent: &mut [u32], mut node: u32) -> u32 {
    while parent[node as usize] != node {
        let up = parent[node as usize];
        parent[node as usize] = parent[up as usize];
        node = up;
    }
    node
}

/// Whether an arc is an output inside a group: its supply is handed over while the group is netted.
fn inner_output(found: &Discovery<'_>, arc: &Arc, group: &[u32]) -> bool {
    group[arc.parent as usize] == group[arc.child as usize]
        && arc.extra != 0
        && found.extras[arc.extra as usize - 1].kind == RowKind::Output
}

fn contracted(found: &Discovery<'_>, group: &[u32], dropped: &[bool]) -> graph::Csr {
    let arcs = || {
        found.arcs.iter().enumerate().filter_map(move |(i, arc)| {
            let out = !dropped.is_empty() && dropped[i];
            let skip = out || inner_output(found, arc, group);
            (!skip).then(|| (group[arc.parent as usize], group[arc.child as usize]))
        })
    };
    graph::Csr::from_arcs(group.len(), arcs)
}

/// Leaves out output arcs inside strongly connected sets (a by-product that is recycled).
fn drop_recycled(found: &mut Discovery<'_>, group: &[u32], dropped: &mut [bool]) {
    let csr = contracted(found, group, dropped);
    let mut set = vec![NONE; group.len()];
    for (number, members) in graph::loops(&csr).iter().enumerate() {
        members.iter().for_each(|&node| set[node as usize] = to_u32(number));
    }
    for (i, arc) in found.arcs.iter().enumerate() {
        let (p, c) = (set[group[arc.parent as usize] as usize], set[group[arc.child as usize] as usize]);
        let output = arc.extra != 0 && found.extras[arc.extra as usize - 1].kind == RowKind::Output;
        if output && !dropped[i] && p != NONE && p == c && !inner_output(found, arc, group) {
            dropped[i] = true;
            found.findings.push((arc.child, Finding::new(Code::OutputNotCounted)));
        }
    }
}

/// Takes groups apart that stand in a cycle only because they are groups.
fn dissolve(found: &mut Discovery<'_>, group: &mut [u32], dropped: &[bool]) {
    let csr = contracted(found, group, dropped);
    let mut looped = vec![false; group.len()];
    for members in graph::loops(&csr) {
        members.iter().for_each(|&node| looped[node as usize] = true);
    }
    // An arc from a group to itself is a cycle too.
    for arc in &found.arcs {
        let rep = group[arc.parent as usize];
        if rep == group[arc.child as usize] && !inner_output(found, arc, group) {
            looped[rep as usize] = true;
        }
    }
    let sizes = group.iter().fold(vec![0u32; group.len()], |mut sizes, &rep| {
        sizes[rep as usize] += 1;
        sizes
    });
    for node in 0..to_u32(group.len()) {
        let rep = group[node as usize];
        if looped[rep as usize] && sizes[rep as usize] > 1 {
            group[node as usize] = node;
            found.findings.push((node, Finding::new(Code::GroupDissolved)));
        }
    }
    let together = |a: u32, b: u32| group[a as usize] == group[b as usize];
    found.alternatives.retain(|(node, a)| a.mode != SubstituteMode::Alternative || together(*node, a.target));
    found.loop_outputs.retain(|o| together(o.lead, o.output));
}

/// Buckets of a length of nothing or of a cycle that is not there are none.
fn check_buckets(s: &Dense, rule: &BucketRule) -> Result<(), PlanError> {
    match rule {
        BucketRule::Days { days: 0, .. } => Err(PlanError::Bucket(BucketError::ZeroLength)),
        BucketRule::Cycle { cycle } if s.places.cycle(cycle).is_none() => {
            Err(PlanError::UnknownCycle { id: cycle.clone() })
        }
        _ => Ok(()),
    }
}

fn loop_error(s: &Dense, found: &Discovery<'_>, path: &[u32]) -> PlanError {
    let names: Vec<String> = path
        .iter()
        .map(|&node| {
            let spot = found.nodes[node as usize].spot;
            format!("{}@{}", s.items.names.get(spot.item), s.places.sites.get(spot.site))
        })
        .collect();
    let sites = path.windows(2).any(|pair| {
        let (a, b) = (found.nodes[pair[0] as usize].spot, found.nodes[pair[1] as usize].spot);
        a.item == b.item && a.site != b.site
    });
    // A BOM that needs its own product was refused before: an item that needs itself is moved to where it is.
    PlanError::Loop { transfer: sites || path.len() == 1, path: names }
}

/// The final order of nodes.
struct Order {
    /// Discovered node by final number.
    from: Vec<u32>,
    /// Final number by discovered node.
    to: Vec<u32>,
    level_starts: Vec<u32>,
}

impl Order {
    fn build(found: &Discovery<'_>, levels: &Levelled) -> Order {
        let rank = key_ranks(&found.keys);
        let sorted_by = |&node: &u32| {
            let spot = found.nodes[node as usize].spot;
            (levels.level[node as usize], spot.item, spot.site, rank[spot.key as usize])
        };
        let mut from: Vec<u32> = (0..to_u32(found.nodes.len())).collect();
        from.sort_unstable_by_key(sorted_by);
        let mut to = vec![0; from.len()];
        let mut level_starts = Vec::new();
        for (new, &old) in from.iter().enumerate() {
            to[old as usize] = to_u32(new);
            while level_starts.len() <= levels.level[old as usize] as usize {
                level_starts.push(to_u32(new));
            }
        }
        level_starts.push(to_u32(from.len()));
        Order { from, to, level_starts }
    }
}

/// Rank of each key by content: keys made during discovery stand at the end of the list.
fn key_ranks(keys: &[crate::inventory::Key]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..to_u32(keys.len())).collect();
    order.sort_by(|&a, &b| keys[a as usize].cmp(&keys[b as usize]));
    let mut rank = vec![0; keys.len()];
    order.iter().enumerate().for_each(|(new, &old)| rank[old as usize] = to_u32(new));
    rank
}

fn nodes(s: &Dense, policy: &PlanPolicy, found: &Discovery<'_>, order: &Order) -> Vec<Node> {
    let bucket = matches!(policy.rounding, RequirementRounding::ItemBucket { .. });
    let rounding = if bucket { flag::BUCKET_ROUNDING } else { 0 };
    let make = |&old: &u32| {
        let node = &found.nodes[old as usize];
        let fact = s.items.fact(node.spot.item);
        let mut flags = rounding;
        if fact.phantom {
            flags |= flag::PASS;
        }
        if !fact.planned {
            flags |= flag::UNPLANNED;
        }
        Node {
            spot: node.spot,
            records: node.records,
            params: if fact.phantom { 0 } else { s.params.find(node.spot.item, node.spot.site) },
            source: node.source,
            sources: node.sources,
            flags,
            group: NONE,
            opening: 0,
        }
    };
    order.from.iter().map(make).collect()
}

fn rows_by_child(found: &Discovery<'_>, levels: &Levelled, order: &Order) -> (Vec<u32>, Vec<Row>) {
    let kept = |i: usize, arc: &Arc| {
        let dropped = !levels.dropped.is_empty() && levels.dropped[i];
        !dropped && !inner_output(found, arc, &levels.group)
    };
    let mut offsets = vec![0u32; found.nodes.len() + 1];
    for (i, arc) in found.arcs.iter().enumerate() {
        if kept(i, arc) {
            offsets[order.to[arc.child as usize] as usize + 1] += 1;
        }
    }
    for i in 0..found.nodes.len() {
        offsets[i + 1] += offsets[i];
    }
    let mut next = offsets.clone();
    let none = Row { parent: 0, extra: 0, numer: 0 };
    let mut rows = vec![none; offsets[found.nodes.len()] as usize];
    for (i, arc) in found.arcs.iter().enumerate() {
        if kept(i, arc) {
            let at = &mut next[order.to[arc.child as usize] as usize];
            rows[*at as usize] =
                Row { parent: order.to[arc.parent as usize], extra: arc.extra, numer: arc.numer };
            *at += 1;
        }
    }
    (offsets, rows)
}

/// Groups with more than one member, members by final number, leads before their outputs.
fn groups(found: &Discovery<'_>, levels: &Levelled, order: &Order) -> Vec<Vec<u32>> {
    let mut members: Vec<(u32, u32)> = Vec::new();
    let mut size = vec![0u32; levels.group.len()];
    levels.group.iter().for_each(|&rep| size[rep as usize] += 1);
    for (node, &rep) in levels.group.iter().enumerate() {
        if size[rep as usize] > 1 {
            members.push((order.to[rep as usize], order.to[node]));
        }
    }
    members.sort_unstable();
    let lead: std::collections::BTreeSet<u32> =
        found.loop_outputs.iter().map(|o| order.to[o.lead as usize]).collect();
    let mut groups: Vec<Vec<u32>> =
        members.chunk_by(|a, b| a.0 == b.0).map(|part| part.iter().map(|m| m.1).collect()).collect();
    groups.iter_mut().for_each(|group| group.sort_by_key(|node| (!lead.contains(node), *node)));
    groups
}

/// Puts final numbers wherever discovered ones stand.
fn renumber(model: &mut Model, found: &mut Discovery<'_>, levels: &Levelled, order: &Order) {
    let to = |node: u32| order.to[node as usize];
    for (group, members) in model.groups.iter().enumerate() {
        members.iter().for_each(|&node| model.nodes[node as usize].group = to_u32(group));
    }
    for source in &mut model.sources {
        if source.lead != NONE {
            source.lead = to(source.lead);
        }
    }
    let together = |a: u32, b: u32| levels.group[a as usize] == levels.group[b as usize];
    let mut alternatives = Vec::new();
    for (node, mut alternative) in std::mem::take(&mut found.alternatives) {
        // Its group was dissolved: it is never in force, but keeps its place in the list.
        if alternative.mode == SubstituteMode::Alternative && !together(node, alternative.target) {
            (alternative.from, alternative.to) = (LATEST, EARLIEST);
        }
        alternative.target = to(alternative.target);
        alternatives.push((to(node), alternative));
        model.nodes[to(node) as usize].flags |= flag::ALTERNATIVES;
    }
    model.alternatives = PerNode::build(alternatives, model.nodes.len());
    model.loop_outputs = std::mem::take(&mut found.loop_outputs);
    model.loop_outputs.iter_mut().for_each(|o| (o.lead, o.output) = (to(o.lead), to(o.output)));
    model.findings = found.findings.drain(..).map(|(node, finding)| (to(node), finding)).collect();
}

/// Nodes whose needs have to be told apart.
fn mark_singly(s: &Dense, policy: &PlanPolicy, model: &mut Model) {
    for number in 0..to_u32(model.nodes.len()) {
        let node = &model.nodes[number as usize];
        let limited = model.alternatives.of(number).iter().any(|a| a.parent != NONE);
        let mode = s.items.fact(node.spot.item).substitution;
        let whole = |a: &super::model::Alternative| match a.mode {
            SubstituteMode::Replace | SubstituteMode::UseUpWhole => true,
            SubstituteMode::Alternative => {
                !a.free && matches!(mode, Substitution::Whole | Substitution::Both)
            }
            SubstituteMode::UseUp => false,
        };
        let limited = limited || model.alternatives.of(number).iter().any(whole);
        // Outputs that come on the day of a need do not spare a lot that expires.
        let output = |row: &Row| model.extra(row).is_some_and(|extra| extra.kind == RowKind::Output);
        let outputs = || model.rows_of(number).iter().any(output);
        let lots = node.flags & flag::LOTS != 0 && (s.records.demands.with_life() || outputs());
        if limited || lots || policy.order_per_demand {
            model.nodes[number as usize].flags |= flag::SINGLY;
        }
    }
}

/// First and last day on which something independent happens.
fn span_of(s: &Dense, run: i32, horizon: i32) -> (i32, i32) {
    let (mut low, mut high) = (run, run);
    let days = s.records.demands.day.iter().copied().filter(|&d| d != crate::snapshot::NO_DATE);
    let supplies = s.records.supplies.rows.iter().map(|r| r.due);
    let forecasts = s.records.forecasts.rows.iter().flat_map(|r| [r.from, r.to]);
    for day in days.chain(supplies).chain(forecasts) {
        (low, high) = (low.min(day), high.max(day));
    }
    (low, high.min(horizon.max(run)))
}

fn calendars(s: &Dense, span: (i32, i32)) -> Vec<DayTable> {
    let (low, high) = (span.0.saturating_sub(CALENDAR_MARGIN), span.1.saturating_add(CALENDAR_MARGIN));
    // A century at most: one demand in the year 9999 must not lay out millions of days.
    let (low, high) = (low.max(high.saturating_sub(36_525)), high);
    s.places.calendars.iter().map(|calendar| DayTable::new(calendar, low, high)).collect()
}

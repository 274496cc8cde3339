//! Net change: a planned state that is kept, and only what a change reaches is planned again (rules §11).

use super::gather::Ctx;
use super::marks::Marks;
use super::model::{PerNode, flag};
use super::net::Scratch;
use super::order::Planned;
use super::run::{Chunk, net_into};
use super::{Plan, PlanError, compile, plan, supply};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::{Key, Stock};
use crate::item::Planning;
use crate::order::{Demand, Forecast, Supply};
use crate::planning::PlanPolicy;
use crate::run::RunControl;
use crate::snapshot::{Dense, Edit, EditStop, NONE, Rejected, Snapshot, to_u32};
use crate::time::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;

/// A change of one record. A record takes the place of the one with its id, or is new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "change", content = "row")]
pub enum Change {
    /// A demand.
    Demand(Demand),
    /// A demand is gone.
    RemoveDemand(Id),
    /// A supply.
    Supply(Supply),
    /// A supply is gone.
    RemoveSupply(Id),
    /// A stock row.
    Stock(Stock),
    /// A stock row is gone.
    RemoveStock(Id),
    /// A forecast.
    Forecast(Forecast),
    /// A forecast is gone.
    RemoveForecast(Id),
    /// Planning parameters of an item, at a site or everywhere.
    Planning(Planning),
}

/// What a net change did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replanned {
    /// Nodes that were netted again.
    pub nodes: usize,
    /// Nodes whose orders are not what they were.
    pub changed: usize,
    /// `FULL_REPLAN` with the reason, where the change could not be followed.
    pub full: Option<Finding>,
}

/// Why a net change was refused. The state is what it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplanError {
    /// A record is faulty.
    #[error(transparent)]
    Rejected(#[from] Rejected),
    /// The run itself was refused.
    #[error(transparent)]
    Plan(#[from] PlanError),
}

impl ReplanError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            ReplanError::Rejected(rejected) => rejected.code(),
            ReplanError::Plan(error) => error.code(),
        }
    }
}

/// A plan with what is needed to follow changes. Opaque; it can always be made anew from the records.
#[derive(Debug, Clone)]
pub struct PlannedState {
    plan: Plan,
    /// Children of each node: offsets and nodes.
    child_offsets: Vec<u32>,
    children: Vec<u32>,
    /// Spot of each demand by the hash of its id.
    demand_spot: HashMap<u64, u32, BuildHasherDefault<DefaultHasher>>,
    /// Node of each spot.
    node_of_spot: Vec<u32>,
    /// Orders in the arenas that no node has any more.
    dead: usize,
}

/// Dirty nodes ahead of the one being netted whose memory is asked for.
const AHEAD: usize = 3;

/// Patches kept before the arenas are written anew.
const MOST_PATCHES: usize = 4_096;

impl PlannedState {
    /// Plans, and keeps the plan for changes.
    ///
    /// # Errors
    /// As [`plan`].
    pub fn new(
        snapshot: &Snapshot,
        policy: &PlanPolicy,
        run_date: Date,
        control: &RunControl<'_>,
    ) -> Result<PlannedState, PlanError> {
        // The state changes its records in place, so it has its own copy of them.
        let own = Snapshot(Arc::new(Dense::clone(&snapshot.0)));
        let plan = plan(&own, policy, run_date, control)?;
        drop(own);
        let mut state = PlannedState {
            plan,
            child_offsets: Vec::new(),
            children: Vec::new(),
            demand_spot: HashMap::default(),
            node_of_spot: Vec::new(),
            dead: 0,
        };
        state.index();
        Ok(state)
    }

    /// The plan as it stands.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    fn index(&mut self) {
        let model = &self.plan.model;
        let records = &self.plan.snapshot.0.records;
        let mut offsets = vec![0u32; model.nodes.len() + 1];
        model.rows.iter().for_each(|row| offsets[row.parent as usize + 1] += 1);
        for i in 0..model.nodes.len() {
            offsets[i + 1] += offsets[i];
        }
        let mut next = offsets.clone();
        let mut children = vec![0; model.rows.len()];
        for node in 0..to_u32(model.nodes.len()) {
            for row in model.rows_of(node) {
                children[next[row.parent as usize] as usize] = node;
                next[row.parent as usize] += 1;
            }
        }
        (self.child_offsets, self.children) = (offsets, children);
        self.node_of_spot = supply::node_of_spot(model, records.spots.spots.len());
        self.demand_spot.clear();
        for spot in 0..to_u32(records.spots.spots.len()) {
            for row in records.demands.of(spot as usize) {
                self.demand_spot.insert(hash(records.demands.ids.get(row)), spot);
            }
        }
    }

    /// Follows changes: the plan is then what a full run over the changed records would be.
    ///
    /// # Errors
    /// [`ReplanError`]; nothing is changed then.
    pub fn replan(&mut self, changes: &[Change], control: &RunControl<'_>) -> Result<Replanned, ReplanError> {
        control.check().map_err(PlanError::from)?;
        let mut full = self.first_reason(changes)?;
        if !self.plan.dense().records.reservations.rows.is_empty() {
            // Reservations name rows by number and bind several nodes at once: the run is a full one.
            full = full.or(Some("reservations"));
        }
        if let Some(reason) = full {
            return self.run_again(reason, changes, control);
        }
        let mut undo: Vec<Edit> = Vec::new();
        let mut touched = BTreeSet::new();
        let demands_only = changes.iter().all(|c| matches!(c, Change::Demand(_) | Change::RemoveDemand(_)));
        // Only supplies and stock have rows that notes and messages name.
        let before = (!demands_only).then(|| self.supply_names());
        for change in changes {
            if let Err(error) = self.take(change, &mut undo, &mut touched) {
                self.put_back(undo);
                return Err(error);
            }
        }
        if touched.iter().any(|&node| self.deserted(node)) {
            self.put_back(undo);
            return self.run_again("place_gone", changes, control);
        }
        let done = self.follow(&touched, before.as_ref(), control);
        if done.is_err() {
            self.put_back(undo);
        }
        Ok(done?)
    }

    /// Whether a node lost its last row and nothing else may reach it: then it, and what only it reaches, is gone.
    /// Where a way back was left out (a recycled output, a dissolved group), what leads to the node may itself be
    /// there because of it.
    fn deserted(&self, node: u32) -> bool {
        let model = &self.plan.model;
        let Some(n) = model.nodes.get(node as usize) else { return false };
        let way_back = |code| matches!(code, Code::OutputNotCounted | Code::GroupDissolved);
        n.records != NONE
            && !self.plan.dense().records.stands_at(n.records)
            && (model.rows_of(node).is_empty() || model.findings.iter().any(|(_, f)| way_back(f.code())))
    }

    /// Why the changes cannot be followed, if so. Faulty records are found here, before anything is changed.
    fn first_reason(&self, changes: &[Change]) -> Result<Option<&'static str>, ReplanError> {
        let s = self.plan.dense();
        let mut reason = None;
        for change in changes {
            let new = match change {
                Change::Demand(row) => s.read_demand(row).map(|(_, spot)| Some(spot)),
                Change::Stock(row) => s.read_stock(row).map(|row| Some(row.spot)),
                Change::Supply(row) => s.read_supply(row).map(|row| {
                    if supply::without_source(s, &row) {
                        reason = reason.or(Some("firm_start"));
                    }
                    Some(row.spot)
                }),
                Change::Forecast(row) => s.read_forecast(row).map(|row| row.map(|row| row.spot)),
                Change::Planning(row) if row.site.is_some() => {
                    reason = reason.or(Some("planning_site"));
                    Ok(None)
                }
                _ => Ok(None),
            };
            let new = match new {
                Ok(spot) => spot,
                Err(EditStop::Fault(finding)) => return Err(Rejected::from(finding).into()),
                Err(EditStop::NewSpot) => {
                    reason = reason.or(Some("new_place"));
                    None
                }
            };
            // A place that lost its last row before, and that nothing else reached.
            if new.is_some_and(|spot| self.node(spot) == NONE) {
                reason = reason.or(Some("new_place"));
            }
            let phantom = |spot: u32| s.items.fact(s.records.spots.spots[spot as usize].item).phantom;
            if new.into_iter().chain(self.old_spot(change)).any(phantom) {
                reason = reason.or(Some("phantom"));
            }
        }
        Ok(reason)
    }

    /// Where the record that a change replaces stands.
    fn old_spot(&self, change: &Change) -> Option<u32> {
        let records = &self.plan.dense().records;
        match change {
            Change::Demand(Demand { id, .. }) | Change::RemoveDemand(id) => self.spot_of(id.as_str()),
            Change::Stock(Stock { id, .. }) | Change::RemoveStock(id) => {
                records.stock.find(id.as_str()).map(|row| records.stock.rows[row as usize].spot)
            }
            Change::Supply(Supply { id, .. }) | Change::RemoveSupply(id) => {
                records.supplies.find(id.as_str()).map(|row| records.supplies.rows[row as usize].spot)
            }
            Change::Forecast(Forecast { id, .. }) | Change::RemoveForecast(id) => {
                records.forecasts.find(id.as_str()).map(|row| records.forecasts.rows[row as usize].spot)
            }
            Change::Planning(_) => None,
        }
    }

    /// Makes one change in the records.
    fn take(
        &mut self,
        change: &Change,
        undo: &mut Vec<Edit>,
        touched: &mut BTreeSet<u32>,
    ) -> Result<(), ReplanError> {
        let edit = self.edit_of(change)?;
        let inverse = self.apply(edit.clone());
        for side in [&edit, &inverse] {
            match side {
                Edit::Demand(_, Some((_, spot))) => drop(touched.insert(self.node(*spot))),
                Edit::Stock(_, Some(row)) => drop(touched.insert(self.node(row.spot))),
                Edit::Supply(_, Some(row)) => drop(touched.insert(self.node(row.spot))),
                Edit::Forecast(_, Some(row)) => drop(touched.insert(self.node(row.spot))),
                Edit::Params(item, _, _) => touched.extend(self.plan.nodes_of_item(*item)),
                _ => {}
            }
        }
        undo.push(inverse);
        Ok(())
    }

    fn node(&self, spot: u32) -> u32 {
        self.node_of_spot.get(spot as usize).copied().unwrap_or(NONE)
    }

    fn dense_mut(&mut self) -> &mut Dense {
        Arc::make_mut(&mut self.plan.snapshot.0)
    }

    fn add_spot(&mut self, change: &Change) {
        let place: Option<(&Id, &Id, &Key)> = match change {
            Change::Demand(row) => Some((&row.item, &row.site, &row.key)),
            Change::Stock(row) => Some((&row.item, &row.site, &row.key)),
            Change::Supply(row) => Some((&row.item, &row.site, &row.key)),
            Change::Forecast(row) => Some((&row.item, &row.site, &row.key)),
            _ => None,
        };
        if let Some((item, site, key)) = place {
            self.dense_mut().add_spot(item, site, key);
            // Spots have moved; demands are looked for anew.
            self.demand_spot.clear();
        }
    }

    fn edit_of(&mut self, change: &Change) -> Result<Edit, ReplanError> {
        let fault = |stop: EditStop| match stop {
            EditStop::Fault(finding) => ReplanError::from(Rejected::from(finding)),
            EditStop::NewSpot => {
                ReplanError::from(Rejected::from(Finding::new(Code::Internal).with("place", "spot")))
            }
        };
        let s = self.plan.dense();
        Ok(match change {
            Change::Demand(row) => Edit::Demand(row.id.to_string(), Some(s.read_demand(row).map_err(fault)?)),
            Change::RemoveDemand(id) => Edit::Demand(id.to_string(), None),
            Change::Stock(row) => Edit::Stock(row.id.to_string(), Some(s.read_stock(row).map_err(fault)?)),
            Change::RemoveStock(id) => Edit::Stock(id.to_string(), None),
            Change::Supply(row) => Edit::Supply(row.id.to_string(), Some(s.read_supply(row).map_err(fault)?)),
            Change::RemoveSupply(id) => Edit::Supply(id.to_string(), None),
            Change::Forecast(row) => Edit::Forecast(row.id.to_string(), s.read_forecast(row).map_err(fault)?),
            Change::RemoveForecast(id) => Edit::Forecast(id.to_string(), None),
            Change::Planning(row) => {
                let dense = self.dense_mut();
                let read = dense.params.read(row, &dense.items, &dense.places);
                let (item, site, set) = read.map_err(|finding| ReplanError::from(Rejected::from(finding)))?;
                Edit::Params(item, site, Some(set))
            }
        })
    }

    /// Makes an edit and keeps the index of demands.
    fn apply(&mut self, edit: Edit) -> Edit {
        let spot_of = match &edit {
            Edit::Demand(id, _) => self.spot_of(id),
            _ => None,
        };
        if let Edit::Demand(id, put) = &edit {
            match put {
                Some((_, spot)) => drop(self.demand_spot.insert(hash(id), *spot)),
                None => drop(self.demand_spot.remove(&hash(id))),
            }
        }
        self.dense_mut().apply(edit, spot_of)
    }

    fn spot_of(&self, id: &str) -> Option<u32> {
        let records = &self.plan.dense().records;
        let stands =
            |spot: u32| records.demands.of(spot as usize).any(|row| records.demands.ids.get(row) == id);
        let quick = self.demand_spot.get(&hash(id)).copied();
        quick.filter(|&spot| stands(spot)).or_else(|| {
            let rows = to_u32(records.demands.ids.len());
            let row = (0..rows).find(|&row| records.demands.ids.get(row) == id)?;
            Some(records.spot_of_demand(row))
        })
    }

    fn put_back(&mut self, undo: Vec<Edit>) {
        for edit in undo.into_iter().rev() {
            self.apply(edit);
        }
        let model = compile::refill(self.plan.dense(), &self.plan.policy, self.plan.model.clone());
        self.plan.model = model;
    }

    /// A full run over the changed records; the old ones are kept until it has succeeded.
    fn run_again(
        &mut self,
        reason: &'static str,
        changes: &[Change],
        control: &RunControl<'_>,
    ) -> Result<Replanned, ReplanError> {
        let old = self.plan.snapshot.clone();
        let done = self.change_and_run(changes, control);
        if done.is_err() {
            self.plan.snapshot = old;
            self.index();
        }
        done?;
        let nodes = self.plan.model.nodes.len();
        let full = Finding::new(Code::FullReplan).with("reason", reason);
        Ok(Replanned { nodes, changed: nodes, full: Some(full) })
    }

    fn change_and_run(&mut self, changes: &[Change], control: &RunControl<'_>) -> Result<(), ReplanError> {
        let ids = self.reserved_ids();
        for change in changes {
            self.add_spot(change);
            let edit = self.edit_of(change)?;
            self.apply(edit);
        }
        self.relink(&ids)?;
        let (run_date, policy) = (self.plan.run_date(), self.plan.policy.clone());
        self.plan = plan(&self.plan.snapshot, &policy, run_date, control)?;
        self.dead = 0;
        self.index();
        Ok(())
    }

    /// Ids of the rows that reservations name by number: demand, stock, supply.
    fn reserved_ids(&self) -> Vec<[Option<String>; 3]> {
        let records = &self.plan.dense().records;
        let name = |ids: &crate::snapshot::TextRows, row: u32| (row != NONE).then(|| ids.get(row).to_owned());
        let rows = records.reservations.rows.iter();
        rows.map(|row| {
            [
                name(&records.demands.ids, row.demand),
                name(&records.stock.ids, row.stock),
                name(&records.supplies.ids, row.supply),
            ]
        })
        .collect()
    }

    /// Gives reservations the row numbers of today.
    fn relink(&mut self, ids: &[[Option<String>; 3]]) -> Result<(), ReplanError> {
        let records = &mut self.dense_mut().records;
        let index = |ids: &crate::snapshot::TextRows| -> BTreeMap<String, u32> {
            (0..to_u32(ids.len())).map(|row| (ids.get(row).to_owned(), row)).collect()
        };
        if ids.is_empty() {
            return Ok(());
        }
        let (demands, stock) = (index(&records.demands.ids), index(&records.stock.ids));
        let supplies = index(&records.supplies.ids);
        let find = |index: &BTreeMap<String, u32>, id: &Option<String>| match id {
            None => Ok(NONE),
            Some(id) => index.get(id).copied().ok_or_else(|| {
                Rejected::from(
                    Finding::new(Code::UnknownReference).with("id", id).with("table", "reservations"),
                )
            }),
        };
        for (row, ids) in records.reservations.rows.iter_mut().zip(ids) {
            row.demand = find(&demands, &ids[0])?;
            row.stock = find(&stock, &ids[1])?;
            row.supply = find(&supplies, &ids[2])?;
        }
        Ok(())
    }

    /// Ids behind the supply and stock rows that notes and messages name, before rows move.
    fn supply_names(&self) -> (Vec<String>, Vec<String>) {
        let records = &self.plan.dense().records;
        let supplies =
            self.plan.told.proposals.iter().map(|(_, p)| records.supplies.ids.get(p.supply).to_owned());
        let lots = self.plan.told.notes.iter().filter_map(|(_, note)| match note {
            super::state::Note::Expired { lot, .. } => Some(records.stock.ids.get(*lot).to_owned()),
            _ => None,
        });
        (supplies.collect(), lots.collect())
    }

    /// Gives notes and messages the row numbers of today.
    fn rename(&mut self, before: &(Vec<String>, Vec<String>)) {
        let records = &self.plan.snapshot.0.records;
        let rows = |ids: &crate::snapshot::TextRows| -> BTreeMap<String, u32> {
            (0..to_u32(ids.len())).map(|row| (ids.get(row).to_owned(), row)).collect()
        };
        let supplies = rows(&records.supplies.ids);
        for ((_, proposal), id) in self.plan.told.proposals.iter_mut().zip(&before.0) {
            proposal.supply = supplies.get(id).copied().unwrap_or(proposal.supply);
        }
        let stock = rows(&records.stock.ids);
        let mut names = before.1.iter();
        for (_, note) in &mut self.plan.told.notes {
            if let super::state::Note::Expired { lot, .. } = note
                && let Some(row) = names.next().and_then(|id| stock.get(id))
            {
                *lot = *row;
            }
        }
    }

    fn follow(
        &mut self,
        touched: &BTreeSet<u32>,
        moved: Option<&(Vec<String>, Vec<String>)>,
        control: &RunControl<'_>,
    ) -> Result<Replanned, PlanError> {
        let forecast = touched.iter().any(|&node| node != NONE && !self.plan.model.needs.of(node).is_empty());
        let lives = self.plan.dense().records.demands.with_life();
        let forecasts = !self.plan.dense().records.forecasts.rows.is_empty();
        // Reservations name demands by their rows.
        let hard = !self.plan.model.hard.demand.is_empty();
        if moved.is_some() || forecast || forecasts || lives || hard {
            let run = self.plan.model.run;
            let model = std::mem::replace(&mut self.plan.model, empty_model(run));
            self.plan.model = compile::refill(&self.plan.snapshot.0, &self.plan.policy, model);
        }
        if let Some(before) = moved {
            self.rename(before);
        }
        let arenas = self.plan.orders.arenas.len();
        let mut undo = Vec::new();
        let done = self.sweep(touched, &mut undo, control);
        if done.is_err() {
            undo.into_iter()
                .rev()
                .for_each(|(node, planned)| self.plan.orders.nodes[node as usize] = planned);
            self.plan.orders.arenas.truncate(arenas);
        }
        done
    }

    /// Nets what is dirty, top down; nodes are numbered by level, so the lowest number is always next. Nothing
    /// but orders is changed before all of it has succeeded, and `undo` says what they were.
    fn sweep(
        &mut self,
        touched: &BTreeSet<u32>,
        undo: &mut Vec<(u32, Planned)>,
        control: &RunControl<'_>,
    ) -> Result<Replanned, PlanError> {
        let all = self.plan.model.nodes.len();
        let (mut dirty, mut netted) = (Marks::new(all), Marks::new(all));
        dirty.extend(touched.iter().filter(|&&node| node != NONE));
        let (mut scratch, mut chunk) = (Scratch::default(), Chunk::default());
        let mut unit = Vec::new();
        let (mut nodes, mut ahead) = (0, 0);
        let mut told = super::run::Told::default();
        self.plan.orders.arenas.push(Vec::new());
        while let Some(node) = dirty.pop_first() {
            control.check()?;
            if self.plan.model.node(node).flags & flag::UNPLANNED != 0 || netted.has(node) {
                continue;
            }
            unit.clear();
            match self.plan.model.node(node).group {
                NONE => unit.push(node),
                group => unit.extend_from_slice(&self.plan.model.groups[group as usize]),
            }
            netted.extend(&unit);
            let ctx = self.plan.ctx();
            ahead = touch_ahead(&ctx, &dirty, node, ahead);
            chunk.orders.clear();
            chunk.nodes.clear();
            net_into(&ctx, &unit, &mut scratch, &mut chunk)?;
            nodes += unit.len();
            for &(node, planned) in &chunk.nodes {
                let first = planned.first as usize;
                let new = &chunk.orders[first..first + planned.words()];
                if let Some(old) = self.keep(node, planned, new) {
                    undo.push((node, old));
                    let (from, to) =
                        (self.child_offsets[node as usize], self.child_offsets[node as usize + 1]);
                    dirty.extend(&self.children[from as usize..to as usize]);
                }
            }
            let said = std::mem::take(&mut chunk.told);
            told.notes.extend(said.notes);
            told.proposals.extend(said.proposals);
            told.below.extend(said.below);
        }
        self.tell(&netted, told);
        self.compact(undo);
        Ok(Replanned { nodes, changed: undo.len(), full: None })
    }

    /// Takes a node's new orders over; answers where the old ones are when they differ.
    fn keep(&mut self, node: u32, planned: Planned, new: &[u64]) -> Option<Planned> {
        if self.plan.orders.of(node) == planned.read(new) {
            return None;
        }
        let arena = self.plan.orders.arenas.len() - 1;
        let patch = &mut self.plan.orders.arenas[arena];
        let first = to_u32(patch.len());
        patch.extend_from_slice(new);
        let planned = Planned { arena: to_u32(arena), first, ..planned };
        let planned = if new.is_empty() { Planned::EMPTY } else { planned };
        Some(std::mem::replace(&mut self.plan.orders.nodes[node as usize], planned))
    }

    /// Replaces what was said about the nodes that were netted.
    fn tell(&mut self, netted: &Marks, new: super::run::Told) {
        let told = &mut self.plan.told;
        told.notes.retain(|entry| !netted.has(entry.0));
        told.proposals.retain(|entry| !netted.has(entry.0));
        told.below.retain(|entry| !netted.has(entry.0));
        told.notes.extend(new.notes);
        told.proposals.extend(new.proposals);
        told.below.extend(new.below);
    }

    /// Writes the arenas anew when more words are dead than alive, or many patches have come together.
    fn compact(&mut self, undo: &[(u32, Planned)]) {
        self.dead += undo.iter().map(|(_, old)| old.words()).sum::<usize>();
        let kept: usize = self.plan.orders.arenas.iter().map(Vec::len).sum();
        let alive = kept.saturating_sub(self.dead);
        if self.plan.orders.arenas.len() < MOST_PATCHES && self.dead <= alive {
            return;
        }
        self.dead = 0;
        let mut arena = Vec::with_capacity(alive);
        for node in 0..to_u32(self.plan.orders.nodes.len()) {
            let first = to_u32(arena.len());
            arena.extend_from_slice(self.plan.orders.of(node).words());
            let planned = &mut self.plan.orders.nodes[node as usize];
            if planned.len > 0 {
                (planned.arena, planned.first) = (0, first);
            }
        }
        self.plan.orders.arenas = vec![arena];
    }
}

/// Asks for the orders that the next dirty nodes will gather; answers up to which node that is done.
fn touch_ahead(ctx: &Ctx<'_>, dirty: &Marks, node: u32, done: u32) -> u32 {
    let mut next = node;
    let mut sum: i64 = 0;
    for _ in 0..AHEAD {
        let Some(found) = dirty.from(next) else { break };
        if found >= done {
            sum = sum.wrapping_add(ctx.touch(found));
        }
        next = found.saturating_add(1);
    }
    std::hint::black_box(sum);
    next.max(done)
}

fn hash(id: &str) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(id)
}

/// Stands for the model while it is refilled.
fn empty_model(run: i32) -> super::model::Model {
    super::model::Model {
        run,
        horizon: run,
        nodes: Vec::new(),
        levels: Vec::new(),
        sources: Vec::new(),
        forces: Vec::new(),
        row_offsets: Vec::new(),
        rows: Vec::new(),
        extras: Vec::new(),
        receipts: PerNode::default(),
        needs: PerNode::default(),
        lots: PerNode::default(),
        alternatives: PerNode::default(),
        loop_outputs: Vec::new(),
        groups: Vec::new(),
        calendars: Vec::new(),
        hard: supply::HardPegs::default(),
        buckets: supply::Buckets::day(run),
        filter: supply::DemandFilter::none(),
        findings: Vec::new(),
        keys: Vec::new(),
        span: (run, run),
    }
}

//! Which nodes there are, and which rows lead from one to another (rules §1, §4).

use super::PlanError;
use super::model::{
    ANY_SOURCE, Alternative, Amount, InForce, LoopOutput, NodeSource, RowExtra, RowKind, Stage,
};
use crate::finding::{Code, Finding};
use crate::inventory::Key;
use crate::item::SubstituteMode;
use crate::num::Ratio;
use crate::partner::SourceKind;
use crate::planning::PlanPolicy;
use crate::run::RunControl;
use crate::snapshot::{Dense, EARLIEST, LATEST, NONE, Spot, to_u32, used_key};
use std::collections::{BTreeSet, HashMap};

/// A row before the nodes have their final order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arc {
    pub(crate) parent: u32,
    pub(crate) child: u32,
    pub(crate) extra: u32,
    pub(crate) numer: i64,
}

/// What discovery knows of a node besides its spot.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) spot: Spot,
    pub(crate) records: u32,
    pub(crate) source: u32,
    pub(crate) sources: u16,
}

/// Nodes in the order of discovery, with everything that hangs on them.
#[derive(Debug)]
pub(crate) struct Discovery<'a> {
    s: &'a Dense,
    policy: &'a PlanPolicy,
    pub(crate) keys: Vec<Key>,
    key_of: HashMap<Key, u32>,
    pub(crate) nodes: Vec<Found>,
    /// Node by item and site for the empty key; empty when that would be too large.
    dense: Vec<u32>,
    sparse: HashMap<Spot, u32>,
    pub(crate) arcs: Vec<Arc>,
    pub(crate) extras: Vec<RowExtra>,
    pub(crate) sources: Vec<NodeSource>,
    pub(crate) forces: Vec<InForce>,
    pub(crate) alternatives: Vec<(u32, Alternative)>,
    pub(crate) loop_outputs: Vec<LoopOutput>,
    /// Pairs of nodes that share supply.
    pub(crate) unions: Vec<(u32, u32)>,
    pub(crate) findings: Vec<(u32, Finding)>,
    /// Spots of phantoms that have stock, supplies or needs of their own.
    active: BTreeSet<u32>,
    /// Spots of firm orders that have a start but no source of their kind.
    bare: BTreeSet<u32>,
    /// Range of the substitutes of each item, empty when there are none at all.
    substitutes_of: Vec<u32>,
    control: &'a RunControl<'a>,
    /// Lines looked at for the order of the version that is opened: phantoms may multiply them without bound.
    opened: u32,
    /// Why nothing more is opened.
    stop: Option<PlanError>,
}

/// A phantom is opened at most this many times along one line; the BOM book refuses deeper trees.
const CHAIN_LIMIT: usize = 1_000;

impl<'a> Discovery<'a> {
    /// # Errors
    /// `LIMIT_EXCEEDED` where phantoms open more lines than one order may have; `CANCELLED`.
    pub(crate) fn run(
        s: &'a Dense,
        policy: &'a PlanPolicy,
        run: i32,
        control: &'a RunControl<'a>,
    ) -> Result<Discovery<'a>, PlanError> {
        let (items, sites) = (s.items.len(), s.places.sites.len().max(1));
        let dense =
            if items.saturating_mul(sites) <= 1 << 26 { vec![NONE; items * sites] } else { Vec::new() };
        let mut found = Discovery {
            s,
            policy,
            keys: s.records.spots.keys.clone(),
            key_of: s.records.spots.keys.iter().cloned().zip(0..).collect(),
            nodes: Vec::with_capacity(s.records.spots.spots.len()),
            dense,
            sparse: HashMap::new(),
            arcs: Vec::with_capacity(s.bom.line_count()),
            extras: Vec::new(),
            sources: Vec::with_capacity(s.sources.rows.len()),
            forces: Vec::new(),
            alternatives: Vec::new(),
            loop_outputs: Vec::new(),
            unions: Vec::new(),
            findings: Vec::new(),
            substitutes_of: substitutes_of(s),
            active: super::supply::active_phantoms(s, policy, run),
            bare: super::supply::bare_spots(s),
            control,
            opened: 0,
            stop: None,
        };
        for (records, (&spot, used)) in s.records.spots.spots.iter().zip(s.records.in_use()).enumerate() {
            if used {
                let node = found.node(spot);
                found.nodes[node as usize].records = to_u32(records);
            }
        }
        for (item, site, set) in s.params.site_rows() {
            let params = s.params.set(set);
            if params.safety > 0 || !params.steps.is_empty() || params.rule.orders_by_itself() {
                found.node(Spot { item, site, key: 0 });
            }
        }
        let mut next = 0;
        while next < found.nodes.len() {
            found.open(to_u32(next));
            if let Some(stop) = found.stop.take() {
                return Err(stop);
            }
            next += 1;
        }
        found.free_stock();
        Ok(found)
    }

    /// Counts a line looked at; whether there is room for it.
    fn spend(&mut self, node: u32) -> bool {
        self.opened = self.opened.saturating_add(1);
        let limit = self.control.limits().document_lines;
        if self.opened > limit {
            let item = self.s.items.names.get(self.nodes[node as usize].spot.item).to_owned();
            self.stop.get_or_insert(PlanError::Lines { item, limit });
        } else if self.opened.is_multiple_of(4_096)
            && let Err(cancelled) = self.control.check()
        {
            self.stop = Some(cancelled.into());
        }
        self.stop.is_none()
    }

    /// The node at a spot, made when it is new.
    fn node(&mut self, spot: Spot) -> u32 {
        let new = to_u32(self.nodes.len());
        let slot = if spot.key == 0 && !self.dense.is_empty() {
            let sites = self.s.places.sites.len().max(1);
            &mut self.dense[spot.item as usize * sites + spot.site as usize]
        } else {
            self.sparse.entry(spot).or_insert(NONE)
        };
        if *slot == NONE {
            *slot = new;
            self.nodes.push(Found { spot, records: NONE, source: 0, sources: 0 });
        }
        *slot
    }

    /// The key that a need of an item takes over from its parent: the project, where the item uses it.
    fn passed_key(&mut self, from: u32, item: u32) -> u32 {
        if from == 0 || !self.s.items.fact(item).key.project {
            return 0;
        }
        let Some(project) = self.keys[from as usize].project.clone() else { return 0 };
        let key = Key { project: Some(project), ..Key::default() };
        self.key(key)
    }

    /// The parts of a key that another item uses too.
    fn restricted_key(&mut self, from: u32, item: u32) -> u32 {
        if from == 0 {
            return 0;
        }
        let key = used_key(&self.keys[from as usize], &self.s.items, item);
        self.key(key)
    }

    fn key(&mut self, key: Key) -> u32 {
        if let Some(&found) = self.key_of.get(&key) {
            return found;
        }
        let new = to_u32(self.keys.len());
        self.keys.push(key.clone());
        self.key_of.insert(key, new);
        new
    }

    /// Finds what a node is made of, bought or moved from, and what may stand in for it.
    fn open(&mut self, node: u32) {
        let spot = self.nodes[node as usize].spot;
        let fact = *self.s.items.fact(spot.item);
        self.nodes[node as usize].source = to_u32(self.sources.len());
        if !fact.planned {
            return;
        }
        if fact.phantom {
            let forces = self.in_force(spot.item, spot.site, None);
            let (force, forces) = self.push_forces(&forces);
            self.sources.push(NodeSource { row: NONE, force, forces, lead: NONE });
            self.explode(node, ANY_SOURCE, force, forces);
        } else {
            let rows = self.s.sources.at(spot.item, spot.site);
            let without = self.bare.contains(&self.nodes[node as usize].records);
            let single = self.s.sources.at(spot.item, spot.site).nth(1).is_none() && !without;
            for row in rows {
                self.source(node, row, single);
            }
            if without {
                self.bare_source(node);
            }
            self.take_alternatives(node);
        }
        let from = self.nodes[node as usize].source;
        let count = self.sources.len() - from as usize;
        self.nodes[node as usize].sources =
            u16::try_from(count.min(super::order::MAX_SOURCES)).unwrap_or(u16::MAX);
        if count > super::order::MAX_SOURCES {
            let fault = Finding::new(Code::LimitExceeded).with("what", "sources of an item");
            self.findings.push((node, fault.with("limit", super::order::MAX_SOURCES)));
        }
    }

    fn source(&mut self, node: u32, row: u32, single: bool) {
        let source = self.s.sources.rows[row as usize];
        let spot = self.nodes[node as usize].spot;
        let number = to_u32(self.sources.len()) - self.nodes[node as usize].source;
        let number = if single { ANY_SOURCE } else { number };
        match source.kind {
            SourceKind::Buy => self.sources.push(NodeSource { row, force: 0, forces: 0, lead: NONE }),
            SourceKind::Transfer => {
                self.sources.push(NodeSource { row, force: 0, forces: 0, lead: NONE });
                let child = self.node(Spot { site: source.partner, ..spot });
                let one = Amount::Affine { numer: 1, fixed: 0, denom: 1 };
                self.push_extra(node, child, RowExtra { kind: RowKind::Transfer, ..whole(one, number) });
            }
            SourceKind::Make | SourceKind::Subcontract => {
                let bom = self.s.sources.extra(&source).and_then(|extra| extra.bom.as_deref());
                let version = bom.and_then(|id| self.s.bom.find_version(id));
                if let Some(version) = version
                    && self.s.bom.version(version).product != spot.item
                {
                    return self.co_product(node, row, version);
                }
                let forces = match (bom, version) {
                    (Some(_), None) => Vec::new(),
                    _ => self.in_force(spot.item, spot.site, version),
                };
                let (force, forces) = self.push_forces(&forces);
                self.sources.push(NodeSource { row, force, forces, lead: NONE });
                self.explode(node, number, force, forces);
            }
        }
    }

    /// The BOM in force without a source row: for firm orders only, never chosen for a new one.
    fn bare_source(&mut self, node: u32) {
        let spot = self.nodes[node as usize].spot;
        let number = to_u32(self.sources.len()) - self.nodes[node as usize].source;
        let forces = self.in_force(spot.item, spot.site, None);
        let (force, forces) = self.push_forces(&forces);
        self.sources.push(NodeSource { row: NONE, force, forces, lead: NONE });
        self.explode(node, number, force, forces);
    }

    /// A source that makes the item as a further output of another item's process (rules §4).
    fn co_product(&mut self, node: u32, row: u32, version: u32) {
        let spot = self.nodes[node as usize].spot;
        let process = self.s.bom.version(version);
        let output = self.s.bom.outputs_of(process).iter().find(|o| o.item == spot.item);
        let Some(output) = output.filter(|o| o.coefficient.is_positive()) else {
            self.sources.push(NodeSource { row, force: 0, forces: 0, lead: NONE });
            return;
        };
        let ratio = output.coefficient;
        let lead = self.node(Spot { item: process.product, ..spot });
        self.sources.push(NodeSource { row, force: 0, forces: 0, lead });
        self.loop_outputs.push(LoopOutput { lead, output: node, ratio, version });
        self.unions.push((lead, node));
    }

    fn push_forces(&mut self, forces: &[InForce]) -> (u32, u32) {
        let first = to_u32(self.forces.len());
        self.forces.extend_from_slice(forces);
        (first, to_u32(forces.len()))
    }

    /// The BOM versions in force by explosion day: of one version, or of the product at the site.
    fn in_force(&self, item: u32, site: u32, version: Option<u32>) -> Vec<InForce> {
        let book = &self.s.bom;
        let part = |version: u32, from: i32, to: i32| {
            let v = book.version(version);
            InForce { from, to, version, yield_numer: v.yield_numer, yield_denom: v.yield_denom }
        };
        if let Some(version) = version {
            let v = book.version(version);
            return if v.usable { vec![part(version, v.from, v.to)] } else { Vec::new() };
        }
        let of = book.of_product(item);
        let usable = |v: usize| {
            let v = &book.versions[v];
            v.usable && (v.site == site || v.site == NONE)
        };
        let mut candidates = of.filter(|&v| usable(v));
        let (first, second) = (candidates.next(), candidates.next());
        match (first, second) {
            (None, _) => Vec::new(),
            (Some(only), None) => {
                let v = &book.versions[only];
                vec![part(to_u32(only), v.from, v.to)]
            }
            (Some(_), Some(_)) => self.merged_force(item, site, part),
        }
    }

    /// Several versions: between the borders of their validities one of them is in force, or none.
    fn merged_force(&self, item: u32, site: u32, part: impl Fn(u32, i32, i32) -> InForce) -> Vec<InForce> {
        let book = &self.s.bom;
        let mut starts = vec![EARLIEST];
        for v in book.of_product(item).map(|v| &book.versions[v]).filter(|v| v.usable) {
            starts.push(v.from);
            starts.extend(v.to.checked_add(1));
        }
        starts.sort_unstable();
        starts.dedup();
        let mut forces: Vec<InForce> = Vec::new();
        for (i, &from) in starts.iter().enumerate() {
            let to = starts.get(i + 1).map_or(LATEST, |next| next - 1);
            let Some(version) = book.in_force(item, site, from) else { continue };
            match forces.last_mut() {
                Some(last) if last.version == version && last.to.checked_add(1) == Some(from) => last.to = to,
                _ => forces.push(part(version, from, to)),
            }
        }
        forces
    }

    fn push_extra(&mut self, parent: u32, child: u32, extra: RowExtra) {
        self.extras.push(extra);
        self.arcs.push(Arc { parent, child, extra: to_u32(self.extras.len()), numer: 0 });
    }

    /// Rows from a node to the components and outputs of its BOM versions.
    fn explode(&mut self, node: u32, source: u32, force: u32, forces: u32) {
        let s = self.s;
        let phantom_node = s.items.fact(self.nodes[node as usize].spot.item).phantom;
        for i in force..force + forces {
            let force = self.forces[i as usize];
            let version = s.bom.version(force.version);
            let always = force.from == EARLIEST && force.to == LATEST;
            self.opened = 0;
            for number in version.lines.0..version.lines.1 {
                let line = s.bom.line(number);
                let phantom = s.items.fact(line.component).phantom;
                if line.extra == 0 && !phantom && always && source == ANY_SOURCE {
                    let child = self.component(node, line.component);
                    self.arcs.push(Arc { parent: node, child, extra: 0, numer: line.numer });
                } else {
                    self.general_line(node, source, force, number);
                }
            }
            for output in s.bom.outputs_of(version) {
                // By-products of a phantom's own BOM are nobody's: a phantom is never run.
                if !self.policy.use_co_products || phantom_node {
                    continue;
                }
                let child = self.component(node, output.item);
                let (numer, denom) = (output.coefficient.numer(), output.coefficient.denom());
                let amount = Amount::Affine { numer, fixed: 0, denom };
                let extra = RowExtra { from: force.from, to: force.to, ..whole(amount, source) };
                self.push_extra(node, child, RowExtra { kind: RowKind::Output, ..extra });
            }
        }
    }

    /// The node of a component under a parent.
    fn component(&mut self, parent: u32, item: u32) -> u32 {
        let spot = self.nodes[parent as usize].spot;
        let key = self.passed_key(spot.key, item);
        self.node(Spot { item, site: spot.site, key })
    }

    /// Whether a phantom is netted as a node of its own (rules §4).
    fn netted(&mut self, parent: u32, item: u32) -> bool {
        let spot = self.nodes[parent as usize].spot;
        let key = self.passed_key(spot.key, item);
        // Keys made here are unknown to the records, so a spot with one has none.
        if !self.policy.use_phantom_stock || key as usize >= self.s.records.spots.keys.len() {
            return false;
        }
        let spot = self.s.records.spots.find(Spot { item, site: spot.site, key });
        spot.is_some_and(|spot| self.active.contains(&spot))
    }

    /// A line with its phantoms and skipped levels opened, by explicit stack (rules §4).
    fn general_line(&mut self, node: u32, source: u32, force: InForce, line: u32) {
        let s = self.s;
        let site = self.nodes[node as usize].spot.site;
        let mut stack =
            vec![Opened { chain: vec![(line, Ratio::ONE)], from: force.from, to: force.to, offset: 0 }];
        while let Some(mut at) = stack.pop() {
            if !self.spend(node) {
                return;
            }
            let Some(&(number, _)) = at.chain.last() else { continue };
            let line = s.bom.line(number);
            let extra = s.bom.extra(line);
            at.from = at.from.max(extra.map_or(EARLIEST, |e| e.from));
            at.to = at.to.min(extra.map_or(LATEST, |e| e.to));
            at.offset = at.offset.saturating_add(extra.map_or(0, |e| e.offset_days));
            if at.from > at.to {
                continue;
            }
            let skip = extra.is_some_and(|e| e.skip_level);
            let phantom = s.items.fact(line.component).phantom;
            let open = skip || (phantom && !self.netted(node, line.component));
            if !open || at.chain.len() > CHAIN_LIMIT {
                self.component_row(node, source, &at, line.component);
                continue;
            }
            self.open_phantom(node, source, site, &at, line.component, &mut stack);
        }
    }

    /// The lines of a phantom or skipped item take the place of the line that names it.
    fn open_phantom(
        &mut self,
        node: u32,
        source: u32,
        site: u32,
        at: &Opened,
        item: u32,
        stack: &mut Vec<Opened>,
    ) {
        // First day that no version covers yet; none when the last version has no end.
        let mut covered = Some(at.from);
        for force in self.in_force(item, site, None) {
            let (from, to) = (force.from.max(at.from), force.to.min(at.to));
            if from > to {
                continue;
            }
            if let Some(gap) = covered.filter(|&gap| gap < from) {
                self.component_row(node, source, &Opened { from: gap, to: from - 1, ..at.clone() }, item);
            }
            covered = to.checked_add(1);
            let ratio = Ratio::new(i128::from(force.yield_denom), i128::from(force.yield_numer));
            let (first, end) = self.s.bom.version(force.version).lines;
            for number in first..end {
                let mut chain = at.chain.clone();
                if let Some(last) = chain.last_mut() {
                    last.1 = ratio.clone().unwrap_or(Ratio::ONE);
                }
                chain.push((number, Ratio::ONE));
                stack.push(Opened { chain, from, to, offset: at.offset });
            }
        }
        // Days on which the phantom has no BOM: the need stays with the phantom and is reported there.
        if let Some(from) = covered.filter(|&day| day <= at.to) {
            self.component_row(node, source, &Opened { from, ..at.clone() }, item);
        }
    }

    fn component_row(&mut self, node: u32, source: u32, at: &Opened, item: u32) {
        let child = self.component(node, item);
        let amount = self.amount(&at.chain);
        let extra = RowExtra {
            kind: RowKind::Component,
            amount,
            from: at.from,
            to: at.to,
            offset: at.offset,
            source,
        };
        self.push_extra(node, child, extra);
    }

    /// A chain as one affine map where no steps are in it and it fits, else stage by stage.
    fn amount(&self, chain: &[(u32, Ratio)]) -> Amount {
        affine(self.s, chain).unwrap_or_else(|| Amount::Chain(stages(self.s, chain)))
    }

    /// Couples project nodes with free stock of the same item, where both are there for reasons of their own.
    fn free_stock(&mut self) {
        for node in 0..to_u32(self.nodes.len()) {
            let spot = self.nodes[node as usize].spot;
            let fact = self.s.items.fact(spot.item);
            if spot.key == 0 || !fact.free_stock || !fact.planned {
                continue;
            }
            let key = &self.keys[spot.key as usize];
            let free = Key { project: None, ..key.clone() };
            let Some(&key) = self.key_of.get(&free).filter(|_| key.project.is_some()) else { continue };
            let Some(target) = self.found(Spot { key, ..spot }) else { continue };
            self.unions.push((node, target));
            let free = Alternative {
                target,
                mode: SubstituteMode::Alternative,
                ratio: Some(Ratio::ONE),
                from: EARLIEST,
                to: LATEST,
                parent: NONE,
                free: true,
            };
            self.alternatives.push((node, free));
        }
    }

    /// The node at a spot, where there is one.
    fn found(&self, spot: Spot) -> Option<u32> {
        if spot.key == 0 && !self.dense.is_empty() {
            let sites = self.s.places.sites.len().max(1);
            let node = self.dense[spot.item as usize * sites + spot.site as usize];
            return (node != NONE).then_some(node);
        }
        self.sparse.get(&spot).copied()
    }

    fn take_alternatives(&mut self, node: u32) {
        if self.substitutes_of.is_empty() {
            return;
        }
        let spot = self.nodes[node as usize].spot;
        let (from, to) = (
            self.substitutes_of[spot.item as usize] as usize,
            self.substitutes_of[spot.item as usize + 1] as usize,
        );
        for (i, row) in self.s.substitutes[from..to].iter().enumerate() {
            let key = self.restricted_key(spot.key, row.substitute);
            let target = self.node(Spot { item: row.substitute, site: spot.site, key });
            let (mode, ratio) = (row.mode, row.ratio);
            let alternative = Alternative {
                target,
                mode,
                ratio,
                from: row.valid_from,
                to: row.valid_to,
                parent: row.parent,
                free: false,
            };
            self.alternatives.push((node, alternative));
            match mode {
                SubstituteMode::Alternative => self.unions.push((node, target)),
                _ => self.passed_row(node, target, i, ratio),
            }
        }
    }

    fn passed_row(&mut self, node: u32, target: u32, number: usize, ratio: Option<Ratio>) {
        let Some(ratio) = ratio else { return };
        let amount = Amount::Affine { numer: ratio.numer(), fixed: 0, denom: ratio.denom() };
        let kind = RowKind::Passed(u16::try_from(number).unwrap_or(u16::MAX));
        self.push_extra(node, target, RowExtra { kind, ..whole(amount, ANY_SOURCE) });
    }
}

/// A line under way through phantoms: the lines so far, each with what it is divided by for the next.
#[derive(Debug, Clone)]
struct Opened {
    chain: Vec<(u32, Ratio)>,
    from: i32,
    to: i32,
    offset: i32,
}

fn whole(amount: Amount, source: u32) -> RowExtra {
    RowExtra { kind: RowKind::Component, amount, from: EARLIEST, to: LATEST, offset: 0, source }
}

fn affine(s: &Dense, chain: &[(u32, Ratio)]) -> Option<Amount> {
    let (mut rate, mut fixed) = (Ratio::ONE, Ratio::ZERO);
    for &(number, over) in chain {
        let line = s.bom.line(number);
        let (per, extra_fixed) = match s.bom.extra(line) {
            None => (Ratio::ONE, Ratio::ZERO),
            Some(extra) if extra.steps.0 == extra.steps.1 => (extra.per, extra.fixed),
            Some(_) => return None,
        };
        let per = per.checked_mul(Ratio::from_int(line.numer)).ok()?;
        rate = rate.checked_mul(per).ok()?.checked_mul(over).ok()?;
        fixed = fixed.checked_mul(per).ok()?.checked_add(extra_fixed).ok()?.checked_mul(over).ok()?;
    }
    // One common denominator, so that a requirement is one product, one sum and one division.
    let common = crate::planning::mrp::gather::gcd(rate.denom(), fixed.denom());
    let denom = rate.denom().checked_mul(fixed.denom() / common)?;
    let numer = rate.numer().checked_mul(denom / rate.denom())?;
    let fixed = fixed.numer().checked_mul(denom / fixed.denom())?;
    let small = |n: i128| n.unsigned_abs() < 1 << 62;
    (small(numer) && small(denom) && fixed.unsigned_abs() < 1 << 120).then_some(Amount::Affine {
        numer,
        fixed,
        denom,
    })
}

fn stages(s: &Dense, chain: &[(u32, Ratio)]) -> Vec<Stage> {
    chain
        .iter()
        .map(|&(line, over)| Stage { line, over })
        .filter(|stage| (stage.line as usize) < s.bom.lines.len())
        .collect()
}

fn substitutes_of(s: &Dense) -> Vec<u32> {
    if s.substitutes.is_empty() {
        return Vec::new();
    }
    let mut offsets = vec![0u32; s.items.len() + 1];
    s.substitutes.iter().for_each(|row| offsets[row.item as usize + 1] += 1);
    for i in 0..s.items.len() {
        offsets[i + 1] += offsets[i];
    }
    offsets
}

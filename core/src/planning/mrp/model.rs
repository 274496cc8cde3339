//! The plan's own view of the records: one node per item, site and key, in the order in which they are netted.

use super::days::DayTable;
use crate::finding::Finding;
use crate::inventory::Key;
use crate::item::SubstituteMode;
use crate::num::Ratio;
use crate::snapshot::{NONE, Spot, to_u32};

/// Flags of a node.
pub(crate) mod flag {
    /// A phantom: what its stock does not cover passes on to its components.
    pub(crate) const PASS: u8 = 1;
    /// Not planned: its needs are reported, nothing is netted.
    pub(crate) const UNPLANNED: u8 = 2;
    /// Needs are looked at one by one (lots with a minimum life, limited substitutes, one order per demand).
    pub(crate) const SINGLY: u8 = 4;
    /// Has lots with an expiry.
    pub(crate) const LOTS: u8 = 8;
    /// Has alternatives, free stock or a new item.
    pub(crate) const ALTERNATIVES: u8 = 16;
    /// A dependent requirement is rounded once per bucket.
    pub(crate) const BUCKET_ROUNDING: u8 = 32;
}

/// One node (rules §1). Everything a plain node needs is here or one step away.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub(crate) spot: Spot,
    /// Spot of the records, `NONE` when nothing is recorded there.
    pub(crate) records: u32,
    pub(crate) params: u32,
    /// First source row, and how many.
    pub(crate) source: u32,
    pub(crate) sources: u16,
    pub(crate) flags: u8,
    pub(crate) group: u32,
    /// Stock that counts, lots with expiry included, hard pegs taken off.
    pub(crate) opening: i64,
}

/// A source as a node uses it: the row and the BOM versions in force.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NodeSource {
    pub(crate) row: u32,
    /// First version in force and how many; 0 for bought or moved goods.
    pub(crate) force: u32,
    pub(crate) forces: u32,
    /// For a co-product source: the lead's node; else `NONE`.
    pub(crate) lead: u32,
}

/// A BOM version in force from one explosion day to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InForce {
    pub(crate) from: i32,
    pub(crate) to: i32,
    pub(crate) version: u32,
    /// Yield; 1/1 for none.
    pub(crate) yield_numer: i64,
    pub(crate) yield_denom: i64,
}

/// A row by which a node gathers from a parent: requirement = input × `numer`, at the order's start, of every
/// order of the parent; or what the extra says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) parent: u32,
    /// Index of the extra + 1, 0 for a plain row.
    pub(crate) extra: u32,
    pub(crate) numer: i64,
}

/// What a row that is not plain gathers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowKind {
    /// A component requirement, rounded up, at the order's start plus the offset.
    Component,
    /// A further output, rounded down, on the order's day.
    Output,
    /// A transfer: the order's quantity at its start.
    Transfer,
    /// A need passed on to a new item (the index of the alternative), rounded up, on the order's day.
    Passed(u16),
}

/// How much an order of input Q needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Amount {
    /// `(numer × Q + fixed) ÷ denom`.
    Affine { numer: i128, fixed: i128, denom: i128 },
    /// A chain of phantom stages with steps among them: each stage takes the amount before it.
    Chain(Vec<Stage>),
}

/// One stage of a chain: a BOM line, and what its exact requirement is multiplied by for the next stage (the
/// inverse yield of the phantom it names).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stage {
    pub(crate) line: u32,
    pub(crate) over: Ratio,
}

/// The general part of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowExtra {
    pub(crate) kind: RowKind,
    pub(crate) amount: Amount,
    /// Explosion days, both included.
    pub(crate) from: i32,
    pub(crate) to: i32,
    /// Working days after the start.
    pub(crate) offset: i32,
    /// The parent's source it belongs to, or `ANY_SOURCE`.
    pub(crate) source: u32,
}

/// A row for every source of its parent.
pub(crate) const ANY_SOURCE: u32 = NONE;

/// A supply on order as netting sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Receipt {
    /// Day it counts, after the overdue rule and buckets.
    pub(crate) day: i32,
    /// Its own due day.
    pub(crate) due: i32,
    /// What remains, hard pegs taken off.
    pub(crate) quantity: i64,
    /// The supply's row, or stock in inspection: its stock row with `from_stock`.
    pub(crate) row: u32,
    pub(crate) from_stock: bool,
    /// Number of the node's lot that comes with it, `NONE` for none.
    pub(crate) lot: u32,
    /// Fixed or hard-pegged: never moved, changed or spoken of.
    pub(crate) fixed: bool,
    /// A firm order whose start was typed in: never moved or raised.
    pub(crate) typed: bool,
    /// Inside the planning fence.
    pub(crate) fenced: bool,
    /// A firm planned order: source number of the node and input quantity.
    pub(crate) firm: Option<Firm>,
}

/// The order behind a firm planned supply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Firm {
    pub(crate) source: u16,
    pub(crate) input: i64,
    /// Start as typed in, or `NO_DATE`.
    pub(crate) start: i32,
}

/// A need that is not a demand row: what orders left of a forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ExtraNeed {
    pub(crate) day: i32,
    pub(crate) quantity: i64,
    /// The forecast row.
    pub(crate) row: u32,
}

/// Where a need comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NeedRef {
    /// A demand row.
    Demand(u32),
    /// A forecast row.
    Forecast(u32),
}

/// A lot with an expiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lot {
    pub(crate) until: i32,
    /// Quantity at the start; one in inspection comes with its receipt.
    pub(crate) quantity: i64,
    pub(crate) inspected: bool,
    pub(crate) row: u32,
}

/// A way to serve a need from another node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Alternative {
    pub(crate) target: u32,
    pub(crate) mode: SubstituteMode,
    /// Grains of the target for one grain of the node; absent: `SUBST_RATIO_MISSING`.
    pub(crate) ratio: Option<Ratio>,
    pub(crate) from: i32,
    pub(crate) to: i32,
    /// Only needs from orders of this item, or `NONE`.
    pub(crate) parent: u32,
    /// Free stock of the same item.
    pub(crate) free: bool,
}

/// A further output of a lead's process that can call for orders of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LoopOutput {
    pub(crate) lead: u32,
    pub(crate) output: u32,
    /// Grains of output for one grain of input.
    pub(crate) ratio: Ratio,
    pub(crate) version: u32,
}

/// Lists per node, only where some node has any.
#[derive(Debug, Clone)]
pub(crate) struct PerNode<T> {
    offsets: Vec<u32>,
    rows: Vec<T>,
}

impl<T> Default for PerNode<T> {
    fn default() -> Self {
        PerNode { offsets: Vec::new(), rows: Vec::new() }
    }
}

impl<T> PerNode<T> {
    /// From (node, row) pairs in any node order; rows of one node keep their order.
    pub(crate) fn build(mut pairs: Vec<(u32, T)>, nodes: usize) -> Self {
        if pairs.is_empty() {
            return PerNode::default();
        }
        pairs.sort_by_key(|pair| pair.0);
        let mut offsets = vec![0u32; nodes + 1];
        pairs.iter().for_each(|pair| offsets[pair.0 as usize + 1] += 1);
        for i in 0..nodes {
            offsets[i + 1] += offsets[i];
        }
        PerNode { offsets, rows: pairs.into_iter().map(|pair| pair.1).collect() }
    }

    pub(crate) fn of(&self, node: u32) -> &[T] {
        match self.offsets.is_empty() {
            true => &[],
            false => {
                &self.rows[self.offsets[node as usize] as usize..self.offsets[node as usize + 1] as usize]
            }
        }
    }
}

/// The compiled plan input.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    /// Run date as a day number.
    pub(crate) run: i32,
    /// Last day planned.
    pub(crate) horizon: i32,
    /// Nodes by (level, spot).
    pub(crate) nodes: Vec<Node>,
    /// First node of each level, and the end.
    pub(crate) levels: Vec<u32>,
    pub(crate) sources: Vec<NodeSource>,
    pub(crate) forces: Vec<InForce>,
    pub(crate) row_offsets: Vec<u32>,
    pub(crate) rows: Vec<Row>,
    pub(crate) extras: Vec<RowExtra>,
    pub(crate) receipts: PerNode<Receipt>,
    pub(crate) needs: PerNode<ExtraNeed>,
    pub(crate) lots: PerNode<Lot>,
    pub(crate) alternatives: PerNode<Alternative>,
    pub(crate) loop_outputs: Vec<LoopOutput>,
    /// Members of each group, ascending, leads first.
    pub(crate) groups: Vec<Vec<u32>>,
    pub(crate) calendars: Vec<DayTable>,
    pub(crate) hard: super::supply::HardPegs,
    pub(crate) buckets: super::supply::Buckets,
    pub(crate) filter: super::supply::DemandFilter,
    /// Findings of the compilation: nodes that cannot be planned, unused couplings, overdue supplies.
    pub(crate) findings: Vec<(u32, Finding)>,
    /// Keys by number; those made for this plan stand after the records' own.
    pub(crate) keys: Vec<Key>,
    /// First and last day of independent needs, for the first size of the accumulators.
    pub(crate) span: (i32, i32),
}

impl Model {
    pub(crate) fn node(&self, node: u32) -> &Node {
        &self.nodes[node as usize]
    }

    pub(crate) fn rows_of(&self, node: u32) -> &[Row] {
        &self.rows[self.row_offsets[node as usize] as usize..self.row_offsets[node as usize + 1] as usize]
    }

    pub(crate) fn extra(&self, row: &Row) -> Option<&RowExtra> {
        (row.extra != 0).then(|| &self.extras[row.extra as usize - 1])
    }

    pub(crate) fn sources_of(&self, node: &Node) -> &[NodeSource] {
        &self.sources[node.source as usize..node.source as usize + usize::from(node.sources)]
    }

    pub(crate) fn forces_of(&self, source: &NodeSource) -> &[InForce] {
        &self.forces[source.force as usize..(source.force + source.forces) as usize]
    }

    /// The node at a spot: looked for level by level, where nodes stand by item and site.
    pub(crate) fn find(&self, spot: Spot) -> Option<u32> {
        self.levels.windows(2).find_map(|level| {
            let nodes = &self.nodes[level[0] as usize..level[1] as usize];
            let first = nodes.partition_point(|n| (n.spot.item, n.spot.site) < (spot.item, spot.site));
            let same =
                nodes[first..].iter().take_while(|n| (n.spot.item, n.spot.site) == (spot.item, spot.site));
            let at = same.into_iter().position(|n| n.spot.key == spot.key)?;
            Some(level[0] + to_u32(first + at))
        })
    }
}

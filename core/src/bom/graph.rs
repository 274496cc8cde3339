//! Product structure as compressed rows: low-level codes, cycles with their path, strongly connected sets.
//!
//! Node numbers mean nothing here: items for the book, (item, site, key) for a plan. Nothing recurses, so a
//! chain of millions of items is only long (promise 7). petgraph's iterative `kosaraju_scc` runs on these rows
//! through its visit traits; its recursive algorithms are banned by a test below.

use std::fmt::Write as _;
use std::iter::Copied;
use std::ops::Range;
use std::slice::Iter;

use petgraph::Direction;
use petgraph::algo::kosaraju_scc;
use petgraph::visit::{
    GraphBase, GraphRef, IntoNeighbors, IntoNeighborsDirected, IntoNodeIdentifiers, VisitMap, Visitable,
};

/// Arcs grouped by their start: the arcs of node `n` are `targets[offsets[n]..offsets[n + 1]]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Csr {
    offsets: Vec<u32>,
    targets: Vec<u32>,
}

impl Csr {
    /// Groups arcs `(from, to)` by `from`, keeping their order; `arcs` is walked twice.
    ///
    /// Every end is below `nodes`, and there are fewer than 2³² arcs: rows are limited before this is built.
    pub(crate) fn from_arcs<I: Iterator<Item = (u32, u32)>>(nodes: usize, arcs: impl Fn() -> I) -> Csr {
        let mut offsets = vec![0u32; nodes + 1];
        for (from, _) in arcs() {
            offsets[from as usize + 1] += 1;
        }
        for n in 0..nodes {
            offsets[n + 1] += offsets[n];
        }
        let mut next = offsets.clone();
        let mut targets = vec![0; offsets[nodes] as usize];
        for (from, to) in arcs() {
            let at = &mut next[from as usize];
            targets[*at as usize] = to;
            *at += 1;
        }
        Csr { offsets, targets }
    }

    /// How many nodes there are.
    pub(crate) fn nodes(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// The ends of the arcs of a node, in the order given.
    pub(crate) fn row(&self, node: u32) -> &[u32] {
        &self.targets[self.span(node)]
    }

    /// Where the arcs of a node stand among all arcs.
    pub(crate) fn span(&self, node: u32) -> Range<usize> {
        self.offsets[node as usize] as usize..self.offsets[node as usize + 1] as usize
    }

    /// Every arc the other way round; rows in ascending order.
    pub(crate) fn reversed(&self) -> Csr {
        Csr::from_arcs(self.nodes(), || {
            self.ids().flat_map(|from| self.row(from).iter().map(move |&to| (to, from)))
        })
    }

    fn ids(&self) -> Range<u32> {
        0..u32::try_from(self.nodes()).unwrap_or(u32::MAX)
    }
}

/// The low-level code of every node (`P10`): the length of the longest way to it, 0 for what nothing uses.
///
/// Round by round from the nodes that nothing uses; a node's round is the one after that of its last user.
///
/// # Errors
/// A cycle, when there is one.
pub(crate) fn levels(graph: &Csr) -> Result<Vec<u32>, CyclePath> {
    let nodes = graph.nodes();
    let mut waiting = vec![0u32; nodes];
    for &to in &graph.targets {
        waiting[to as usize] += 1;
    }
    let mut level = vec![0u32; nodes];
    let mut round: Vec<u32> = graph.ids().filter(|&n| waiting[n as usize] == 0).collect();
    let (mut next, mut done, mut depth) = (Vec::new(), 0, 0);
    while !round.is_empty() {
        done += round.len();
        for &node in &round {
            level[node as usize] = depth;
            for &to in graph.row(node) {
                waiting[to as usize] -= 1;
                if waiting[to as usize] == 0 {
                    next.push(to);
                }
            }
        }
        depth += 1;
        std::mem::swap(&mut round, &mut next);
        next.clear();
    }
    if done < nodes { Err(CyclePath::find(graph, &waiting)) } else { Ok(level) }
}

/// A cycle as the nodes along it, each once, starting with the smallest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CyclePath(Vec<u32>);

impl CyclePath {
    /// The nodes in the order of the arcs; the last one leads back to the first.
    pub(crate) fn nodes(&self) -> &[u32] {
        &self.0
    }

    /// The shortest cycle through the smallest node of the first cycle that a walk over the nodes with
    /// `waiting > 0` meets. Those nodes hold every cycle.
    fn find(graph: &Csr, waiting: &[u32]) -> CyclePath {
        let first = any_cycle(graph, waiting);
        let start = first.iter().copied().min();
        let mut path = start.and_then(|node| shortest_cycle(graph, waiting, node)).unwrap_or(first);
        let smallest = (0..path.len()).min_by_key(|&i| path[i]).unwrap_or(0);
        path.rotate_left(smallest);
        CyclePath(path)
    }
}

/// The first cycle met by a depth-first walk in order of node numbers.
fn any_cycle(graph: &Csr, waiting: &[u32]) -> Vec<u32> {
    const NEW: u8 = 0;
    const OPEN: u8 = 1;
    const DONE: u8 = 2;
    let mut state = vec![NEW; graph.nodes()];
    for root in graph.ids().filter(|&n| waiting[n as usize] > 0) {
        if state[root as usize] != NEW {
            continue;
        }
        state[root as usize] = OPEN;
        let mut stack = vec![(root, graph.span(root).start)];
        while let Some(top) = stack.last_mut() {
            let (node, at) = *top;
            if at == graph.span(node).end {
                state[node as usize] = DONE;
                stack.pop();
                continue;
            }
            top.1 += 1;
            let to = graph.targets[at];
            match state[to as usize] {
                NEW => {
                    state[to as usize] = OPEN;
                    stack.push((to, graph.span(to).start));
                }
                OPEN => {
                    let from = stack.iter().position(|&(n, _)| n == to).unwrap_or(0);
                    return stack[from..].iter().map(|&(n, _)| n).collect();
                }
                _ => {}
            }
        }
    }
    Vec::new()
}

/// Breadth first from `start` until an arc leads back to it.
fn shortest_cycle(graph: &Csr, waiting: &[u32], start: u32) -> Option<Vec<u32>> {
    const UNSEEN: u32 = u32::MAX;
    let mut came_from = vec![UNSEEN; graph.nodes()];
    let mut queue = vec![start];
    let mut at = 0;
    while let Some(&node) = queue.get(at) {
        at += 1;
        for &to in graph.row(node) {
            if to == start {
                let mut path = vec![node];
                let mut back = node;
                while back != start {
                    back = came_from[back as usize];
                    path.push(back);
                }
                path.reverse();
                return Some(path);
            }
            if waiting[to as usize] > 0 && came_from[to as usize] == UNSEEN {
                came_from[to as usize] = node;
                queue.push(to);
            }
        }
    }
    None
}

/// A path for a message: the first five and the last two of a long one, with its length.
pub(crate) fn abbreviated<'n>(path: impl ExactSizeIterator<Item = &'n str>) -> String {
    const HEAD: usize = 5;
    const TAIL: usize = 2;
    let length = path.len();
    let mut out = String::new();
    for (i, name) in path.enumerate() {
        if length > HEAD + TAIL && (HEAD..length - TAIL).contains(&i) {
            if i == HEAD {
                out.push_str(" → …");
            }
            continue;
        }
        if i > 0 {
            out.push_str(" → ");
        }
        out.push_str(name);
    }
    if length > HEAD + TAIL {
        // Writing to a String cannot fail. The path ends where it began, so arcs are one fewer than names.
        let _ = write!(out, " ({} items)", length - 1);
    }
    out
}

/// Sets of nodes that all reach each other and are more than one node or one with an arc to itself: what a
/// cycle of co-products or of service departments consists of. Each set ascending, sets by their smallest node.
pub(crate) fn loops(graph: &Csr) -> Vec<Vec<u32>> {
    let up = graph.reversed();
    let mut found: Vec<Vec<u32>> = kosaraju_scc(TwoWay { down: graph, up: &up })
        .into_iter()
        .filter(|set| set.len() > 1 || graph.row(set[0]).contains(&set[0]))
        .collect();
    for set in &mut found {
        set.sort_unstable();
    }
    found.sort_unstable();
    found
}

/// One bit a node: which nodes a walk has seen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen(Vec<u64>);

impl VisitMap<u32> for Seen {
    fn visit(&mut self, node: u32) -> bool {
        let (word, bit) = (&mut self.0[node as usize / 64], 1u64 << (node % 64));
        let first = *word & bit == 0;
        *word |= bit;
        first
    }

    fn is_visited(&self, node: &u32) -> bool {
        self.0[*node as usize / 64] >> (node % 64) & 1 == 1
    }

    fn unvisit(&mut self, node: u32) -> bool {
        let was = self.is_visited(&node);
        self.0[node as usize / 64] &= !(1u64 << (node % 64));
        was
    }
}

/// Rows down and up together.
#[derive(Debug, Clone, Copy)]
struct TwoWay<'a> {
    down: &'a Csr,
    up: &'a Csr,
}

impl GraphBase for TwoWay<'_> {
    type NodeId = u32;
    type EdgeId = u32;
}

impl GraphRef for TwoWay<'_> {}

impl Visitable for TwoWay<'_> {
    type Map = Seen;

    fn visit_map(&self) -> Seen {
        Seen(vec![0; self.down.nodes().div_ceil(64)])
    }

    fn reset_map(&self, map: &mut Seen) {
        *map = self.visit_map();
    }
}

impl IntoNodeIdentifiers for TwoWay<'_> {
    type NodeIdentifiers = Range<u32>;

    fn node_identifiers(self) -> Range<u32> {
        self.down.ids()
    }
}

impl<'a> IntoNeighbors for TwoWay<'a> {
    type Neighbors = Copied<Iter<'a, u32>>;

    fn neighbors(self, node: u32) -> Self::Neighbors {
        self.down.row(node).iter().copied()
    }
}

impl<'a> IntoNeighborsDirected for TwoWay<'a> {
    type NeighborsDirected = Copied<Iter<'a, u32>>;

    fn neighbors_directed(self, node: u32, direction: Direction) -> Self::NeighborsDirected {
        match direction {
            Direction::Outgoing => self.down.row(node).iter().copied(),
            Direction::Incoming => self.up.row(node).iter().copied(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use petgraph::algo::{has_path_connecting, toposort};
    use proptest::prelude::*;

    fn graph(nodes: usize, arcs: &[(u32, u32)]) -> Csr {
        Csr::from_arcs(nodes, || arcs.iter().copied())
    }

    /// The longest way to each node, by repeating over all arcs until nothing changes.
    fn naive_levels(nodes: usize, arcs: &[(u32, u32)]) -> Vec<u32> {
        let mut level = vec![0; nodes];
        for _ in 0..nodes {
            for &(from, to) in arcs {
                level[to as usize] = level[to as usize].max(level[from as usize] + 1);
            }
        }
        level
    }

    fn is_cycle(graph: &Csr, path: &CyclePath) -> bool {
        let nodes = path.nodes();
        let each = |i: usize| graph.row(nodes[i]).contains(&nodes[(i + 1) % nodes.len()]);
        !nodes.is_empty() && (0..nodes.len()).all(each)
    }

    proptest! {
        #[test]
        fn p10_levels_are_the_longest_ways(arcs in prop::collection::vec((0u32..30, 0u32..30), 0..80)) {
            let down: Vec<_> = arcs.iter().filter(|(a, b)| a != b).map(|&(a, b)| (a.min(b), a.max(b))).collect();
            prop_assert_eq!(levels(&graph(30, &down)), Ok(naive_levels(30, &down)));
        }

        #[test]
        fn promise_07_a_cycle_is_found_exactly_when_there_is_one(
            arcs in prop::collection::vec((0u32..12, 0u32..12), 0..30),
        ) {
            let graph = graph(12, &arcs);
            let up = graph.reversed();
            let both = TwoWay { down: &graph, up: &up };
            let peer = toposort(both, None);
            match levels(&graph) {
                Ok(_) => prop_assert!(peer.is_ok() && loops(&graph).is_empty()),
                Err(path) => {
                    prop_assert!(peer.is_err() && is_cycle(&graph, &path));
                    prop_assert_eq!(path.nodes().iter().min(), path.nodes().first());
                    let sets = loops(&graph);
                    prop_assert!(sets.iter().any(|set| path.nodes().iter().all(|n| set.contains(n))));
                    for set in sets {
                        prop_assert!(set.iter().all(|&a| set.iter().all(|&b| has_path_connecting(both, a, b, None))));
                    }
                }
            }
        }
    }

    #[test]
    fn promise_07_the_path_is_whole_short_and_starts_with_the_smallest() {
        // 0 leads into a long cycle 1-2-3-4-5-1 with a shortcut 3-1.
        let graph = graph(7, &[(0, 3), (1, 2), (2, 3), (3, 4), (4, 5), (5, 1), (3, 1), (5, 6)]);
        assert_eq!(levels(&graph), Err(CyclePath(vec![1, 2, 3])));
        assert_eq!(loops(&graph), [[1, 2, 3, 4, 5]]);
    }

    #[test]
    fn promise_07_millions_in_a_chain_or_a_ring_do_not_hurt() {
        let n: u32 = if cfg!(debug_assertions) { 200_000 } else { 5_000_000 };
        let chain = Csr::from_arcs(n as usize, || (1..n).map(|i| (i - 1, i)));
        assert_eq!(levels(&chain).unwrap().last(), Some(&(n - 1)));
        let ring = Csr::from_arcs(n as usize, || (0..n).map(|i| (i, (i + 1) % n)));
        assert_eq!(levels(&ring).unwrap_err().nodes().len(), n as usize);
        assert_eq!(loops(&ring).len(), 1);
    }

    #[test]
    fn promise_07_long_paths_are_abbreviated_in_texts() {
        let names: Vec<String> = (0..100).map(|i| format!("I{i}")).chain(["I0".into()]).collect();
        let text = abbreviated(names.iter().map(String::as_str));
        assert_eq!(text, "I0 → I1 → I2 → I3 → I4 → … → I99 → I0 (100 items)");
        assert_eq!(abbreviated(["A", "B", "A"].into_iter()), "A → B → A");
    }

    #[test]
    fn promise_07_recursive_graph_algorithms_are_not_named_in_this_module() {
        let banned = [concat!("tarjan", "_scc"), concat!("is_cyclic", "_directed")];
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/bom");
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let text = std::fs::read_to_string(&path).unwrap();
                assert!(banned.iter().all(|name| !text.contains(name)), "{path:?}");
            }
        }
    }
}

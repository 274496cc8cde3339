//! Leaf requirements of every root: one vector per root, exact, without a row per occurrence.
//!
//! A plan is prepared once for a day and a site: every item gets a common denominator of all its requirements,
//! so that each line is one whole factor and a root is one pass of integer multiplications, level by level.
//! Where no such integers exist (fixed or stepped usage, denominators that do not fit) a root is exploded by
//! [`BomBook::totals`]'s way, with the same result.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::ops::Range;

use crate::bom::book::{BomBook, Line, Moment, NO_SITE, NONE, not_found};
use crate::bom::graph::Csr;
use crate::bom::walk::{Budget, Flow};
use crate::bom::{BomError, ItemFacts, to_u32};
use crate::id::Id;
use crate::num::{NumError, Ratio};
use crate::run::RunControl;
use crate::time::Date;

/// The level of an item that is not exploded further.
const LEAF: u32 = u32::MAX;

/// A line in force: `units of the child += units of the parent · factor`.
#[derive(Debug, Clone, Copy)]
struct Edge {
    /// Item number while the plan is made; then the child's place among the leaves or the items made.
    child: u32,
    /// Low-level code of the child, or [`LEAF`].
    level: u32,
    factor: i64,
}

/// Everything prepared to explode any root on one day at one site.
#[derive(Debug)]
pub struct LeafPlan<'a> {
    book: &'a BomBook,
    facts: &'a ItemFacts,
    at: Moment,
    codes: Vec<u32>,
    /// Version in force by item, or [`NONE`].
    makers: Vec<u32>,
    /// Edges of item `i`: `starts[i]..starts[i + 1]`.
    starts: Vec<u32>,
    edges: Vec<Edge>,
    /// An item's requirement is `units ÷ denominator` grains.
    denominators: Vec<i128>,
    /// Items that, or something below which, cannot be exploded in whole units.
    inexact: Vec<bool>,
    roots: Vec<u32>,
    /// Item numbers by low-level code: what is touched together lies together.
    order: Vec<u32>,
    /// Item number → its place among the leaves, or among the items made, both in `order`.
    places: Vec<u32>,
    /// Place among the leaves → item number.
    leaves: Vec<u32>,
    /// Place among the leaves → index into `parts`.
    leaf_parts: Vec<u32>,
    /// The different (denominator, grains per stock unit) of leaves; mostly a handful.
    parts: Vec<(i128, i64)>,
}

/// What one root needs of the items that are not made.
#[derive(Debug)]
pub struct RootLeaves<'p> {
    plan: &'p LeafPlan<'p>,
    root: u32,
    rows: Rows<'p>,
}

#[derive(Debug)]
enum Rows<'p> {
    /// Places of the leaves reached, and the units of all leaves.
    Units(&'p [u32], &'p [i128]),
    Grains(&'p [(u32, Ratio)]),
}

impl RootLeaves<'_> {
    /// The root's id.
    #[must_use]
    pub fn root(&self) -> &str {
        self.plan.facts.name(self.root)
    }

    /// How many leaves it needs.
    #[must_use]
    pub fn len(&self) -> usize {
        match self.rows {
            Rows::Units(reached, _) => reached.len(),
            Rows::Grains(rows) => rows.len(),
        }
    }

    /// Whether it needs none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Item number and exact requirement in stock units of the leaf at a position, in no particular but always
    /// the same order; leaves of which nothing is needed are left out.
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW`.
    pub fn get(&self, position: usize) -> Option<Result<(u32, Ratio), BomError>> {
        let plan = self.plan;
        let (item, grains) = match self.rows {
            Rows::Units(reached, units) => {
                let &leaf = reached.get(position)?;
                let item = plan.leaves[leaf as usize];
                (item, Ratio::new(units[leaf as usize], plan.denominators[item as usize]))
            }
            Rows::Grains(rows) => rows.get(position).map(|&(item, grains)| (item, Ok(grains)))?,
        };
        let units = grains.and_then(|g| g.checked_div(Ratio::from_int(plan.facts.grains(item))));
        Some(units.map(|u| (item, u)).map_err(|error| BomError::number(plan.facts.name(item), error)))
    }

    /// The sum over all leaves in their stock units, exactly: a check figure.
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW`.
    pub fn sum(&self) -> Result<Ratio, BomError> {
        let wrong = |error: NumError| BomError::number(self.root(), error);
        let mut total = Ratio::ZERO;
        match self.rows {
            Rows::Units(reached, units) => {
                // Whole units first; then one ratio for each part that occurs.
                let mut sums = vec![0i128; self.plan.parts.len().min(reached.len())];
                let mut rare: BTreeMap<u32, i128> = BTreeMap::new();
                for &leaf in reached {
                    let part = self.plan.leaf_parts[leaf as usize];
                    let sum = match sums.get_mut(part as usize) {
                        Some(sum) => sum,
                        None => rare.entry(part).or_default(),
                    };
                    *sum = sum.checked_add(units[leaf as usize]).ok_or(NumError::Overflow).map_err(wrong)?;
                }
                for (part, units) in (0u32..).zip(sums).chain(rare) {
                    let (denominator, grains) = self.plan.parts[part as usize];
                    let part =
                        Ratio::new(units, denominator).and_then(|r| r.checked_div(Ratio::from_int(grains)));
                    total = part.and_then(|part| total.checked_add(part)).map_err(wrong)?;
                }
            }
            Rows::Grains(_) => {
                for position in 0..self.len() {
                    if let Some(row) = self.get(position) {
                        total = total.checked_add(row?.1).map_err(wrong)?;
                    }
                }
            }
        }
        Ok(total)
    }
}

impl BomBook {
    /// Prepares the leaf requirements of every root: an item with a version in force that no version in force
    /// uses.
    ///
    /// # Errors
    /// `UNKNOWN_REFERENCE` for the site; `BOM_NOT_FOUND` for a phantom or skipped item without a version in
    /// force.
    pub fn leaf_plan<'a>(
        &'a self,
        facts: &'a ItemFacts,
        date: Date,
        site: Option<&Id>,
    ) -> Result<LeafPlan<'a>, BomError> {
        let site = site.map_or(Ok(NO_SITE), |site| facts.site(site))?;
        let at = Moment { site, day: date.day_number() };
        let codes = self.levels_at(facts, site)?.into_owned();
        let makers = (0..facts.len()).map(|item| self.in_force(item, site, at.day).unwrap_or(NONE)).collect();
        let items = facts.len() as usize;
        let mut plan = LeafPlan {
            book: self,
            facts,
            at,
            codes,
            makers,
            starts: vec![0; items + 1],
            edges: Vec::new(),
            denominators: vec![1; items],
            inexact: vec![false; items],
            roots: Vec::new(),
            order: Vec::new(),
            places: vec![0; items],
            leaves: Vec::new(),
            leaf_parts: Vec::new(),
            parts: Vec::new(),
        };
        let divisors = plan.read_edges()?;
        plan.order = by_level(&plan.codes);
        plan.find_denominators(&divisors);
        plan.find_inexact();
        plan.place();
        Ok(plan)
    }
}

impl<'a> LeafPlan<'a> {
    /// The lines of an item that hold on the day.
    fn lines(&self, item: u32) -> impl Iterator<Item = &'a Line> + use<'a> {
        let (book, day) = (self.book, self.at.day);
        let version = self.makers.get(item as usize).and_then(|&v| book.versions.get(v as usize));
        let lines = version.map_or(&[][..], |v| book.lines_of(v));
        lines.iter().filter(move |line| book.line_covers(line, day))
    }

    /// Edges with their numerators; returns their denominators. Also finds the roots.
    fn read_edges(&mut self) -> Result<Vec<i64>, BomError> {
        let mut used = vec![false; self.facts.len() as usize];
        let mut divisors = Vec::new();
        for item in 0..self.facts.len() {
            for line in self.lines(item) {
                let child = line.component;
                used[child as usize] = true;
                let made = self.makers[child as usize] != NONE;
                let flattened =
                    self.facts.row(child).phantom || self.book.extra(line).is_some_and(|e| e.skip_level);
                if flattened && !made {
                    return Err(not_found(self.facts, child, self.at));
                }
                let Some((numer, denom)) = self.coefficient(item, line) else {
                    self.inexact[item as usize] = true;
                    continue;
                };
                if numer > 0 {
                    let level = if made { self.codes[child as usize] } else { LEAF };
                    self.edges.push(Edge { child, level, factor: numer });
                    divisors.push(denom);
                }
            }
            self.starts[item as usize + 1] = to_u32(self.edges.len());
        }
        self.roots =
            (0..self.facts.len()).filter(|&i| !used[i as usize] && self.makers[i as usize] != NONE).collect();
        Ok(divisors)
    }

    /// Child grains per good grain of the parent as two 64-bit parts, if it is in proportion and they fit.
    fn coefficient(&self, parent: u32, line: &Line) -> Option<(i64, i64)> {
        let maker = self.makers[parent as usize];
        if line.extra == 0 && !self.book.version(maker).has_yield() {
            return Some((line.numer, 1));
        }
        if let Some(extra) = self.book.extra(line).filter(|e| e.is_linear() && e.per.numer() == 1) {
            // The numbers of a line are reduced already.
            if !self.book.version(maker).has_yield() {
                return Some((line.numer, i64::try_from(extra.per.denom()).ok()?));
            }
        }
        let per_good = self.book.coefficient(line)?.and_then(|c| self.book.exact_input(maker, c)).ok()?;
        Some((i64::try_from(per_good.numer()).ok()?, i64::try_from(per_good.denom()).ok()?))
    }

    /// Level by level, the least common denominator of what each item's users ask of it; then whole factors.
    fn find_denominators(&mut self, divisors: &[i64]) {
        for &item in &self.order {
            let mine = self.denominators[item as usize];
            let span = span(&self.starts, item);
            for (edge, &divisor) in self.edges[span.clone()].iter().zip(&divisors[span]) {
                let theirs = &mut self.denominators[edge.child as usize];
                match mine.checked_mul(i128::from(divisor)).and_then(|d| common_multiple(*theirs, d)) {
                    Some(denominator) => *theirs = denominator,
                    None => self.inexact[item as usize] = true,
                }
            }
        }
        for &item in &self.order {
            let mine = self.denominators[item as usize];
            let span = span(&self.starts, item);
            for (edge, &divisor) in self.edges[span.clone()].iter_mut().zip(&divisors[span]) {
                let whole = mine.checked_mul(i128::from(divisor));
                let times = whole.map(|whole| self.denominators[edge.child as usize] / whole);
                match times.and_then(|t| t.checked_mul(i128::from(edge.factor))).map(i64::try_from) {
                    Some(Ok(factor)) => edge.factor = factor,
                    _ => self.inexact[item as usize] = true,
                }
            }
        }
    }

    /// From the bottom up: what uses something inexact is inexact.
    fn find_inexact(&mut self) {
        for &item in self.order.iter().rev() {
            // Every line counts here, those of nought too: an edge may have been left out.
            let below = self.lines(item).any(|line| self.inexact[line.component as usize]);
            if below {
                self.inexact[item as usize] = true;
            }
        }
    }

    /// Gives every item its place and every edge that of its child.
    fn place(&mut self) {
        let mut made = 0;
        let mut parts: BTreeMap<(i128, i64), u32> = BTreeMap::new();
        for &item in &self.order {
            if self.makers[item as usize] == NONE {
                let next = to_u32(parts.len());
                let part = (self.denominators[item as usize], self.facts.grains(item));
                let number = *parts.entry(part).or_insert(next);
                if number == next {
                    self.parts.push(part);
                }
                self.leaf_parts.push(number);
                self.places[item as usize] = to_u32(self.leaves.len());
                self.leaves.push(item);
            } else {
                self.places[item as usize] = made;
                made += 1;
            }
        }
        for edge in &mut self.edges {
            edge.child = self.places[edge.child as usize];
        }
    }

    /// Numbers of the roots, in order of their ids: made, and used by nothing in force.
    #[must_use]
    pub fn roots(&self) -> &[u32] {
        &self.roots
    }

    /// Calls `each` with what one good stock unit of every item given (by number, such as
    /// [`roots`](LeafPlan::roots)) needs of the items that are not made.
    ///
    /// # Errors
    /// `BOM_NOT_FOUND` for an item without a version in force, `NUMBER_OVERFLOW` for one whose exact
    /// requirements do not fit, `LIMIT_EXCEEDED` (lines followed), `CANCELLED`, and what `each` returns.
    pub fn each(
        &self,
        items: &[u32],
        control: &RunControl<'_>,
        mut each: impl FnMut(&RootLeaves<'_>) -> Result<(), BomError>,
    ) -> Result<(), BomError> {
        let mut scratch = Scratch::new(self);
        let mut budget = Budget::new(control);
        for (done, &root) in items.iter().enumerate() {
            if done % 1024 == 0 {
                control.report("leaf_requirements", done as u64, items.len() as u64);
            }
            match self.makers.get(root as usize) {
                Some(&maker) if maker != NONE => {}
                Some(_) => return Err(not_found(self.facts, root, self.at)),
                None => return Err(BomError::Unknown { id: format!("item number {root}").into() }),
            }
            if !self.inexact[root as usize] && scratch.explode(self, root, &mut budget)? {
                let rows = Rows::Units(&scratch.reached_leaves, &scratch.leaves);
                each(&RootLeaves { plan: self, root, rows })?;
                scratch.clear_leaves();
            } else {
                let rows = self.explode_slowly(root, &mut budget)?;
                each(&RootLeaves { plan: self, root, rows: Rows::Grains(&rows) })?;
            }
        }
        Ok(())
    }

    /// Level by level in exact ratios, phantoms flattened order by order.
    fn explode_slowly(&self, root: u32, budget: &mut Budget<'_>) -> Result<Vec<(u32, Ratio)>, BomError> {
        let (book, facts) = (self.book, self.facts);
        let mut rows = Vec::new();
        let start = Ratio::from_int(facts.grains(root));
        let mut waiting = BTreeMap::from([((self.codes[root as usize], root), start)]);
        while let Some(((_, item), good)) = waiting.pop_first() {
            let maker = self.makers[item as usize];
            if maker == NONE {
                if !good.is_zero() {
                    rows.push((item, good));
                }
                continue;
            }
            let input =
                book.exact_input(maker, good).map_err(|error| BomError::number(facts.name(item), error))?;
            book.walk_order(facts, (maker, input), self.at, budget, &|_| true, &mut |flow, _| {
                if let Flow::Need { line, quantity, .. } = flow {
                    let child = book.line(line).component;
                    let sum = waiting.entry((self.codes[child as usize], child)).or_default();
                    let more = sum.checked_add(quantity);
                    *sum = more.map_err(|error| BomError::number(facts.name(child), error))?;
                }
                Ok(())
            })?;
        }
        Ok(rows)
    }
}

/// Item numbers by low-level code, then number.
fn by_level(codes: &[u32]) -> Vec<u32> {
    let levels = codes.iter().max().map_or(0, |&code| code as usize + 1);
    let rows = Csr::from_arcs(levels, || codes.iter().enumerate().map(|(item, &code)| (code, to_u32(item))));
    (0..to_u32(levels)).flat_map(|level| rows.row(level).iter().copied()).collect()
}

fn common_multiple(a: i128, b: i128) -> Option<i128> {
    if a == b || b == 1 {
        return Some(a);
    }
    // Most denominators are powers of the same number.
    if a % b == 0 {
        return Some(a);
    }
    if b % a == 0 {
        return Some(b);
    }
    // b ÷ gcd(a, b) is the denominator of a ÷ b.
    a.checked_mul(Ratio::new(a, b).ok()?.denom())
}

/// The edges of an item.
fn span(starts: &[u32], item: u32) -> Range<usize> {
    starts[item as usize] as usize..starts[item as usize + 1] as usize
}

/// An item made: what it is needed in, and its edges beside it, so that one look at memory brings both.
#[derive(Clone, Copy)]
struct Node {
    units: i128,
    start: u32,
    end: u32,
}

/// Items whose memory is asked for together.
const AHEAD: usize = 32;

/// Accumulators that are all nought between two roots.
struct Scratch {
    nodes: Vec<Node>,
    leaves: Vec<i128>,
    /// Places of the items reached, by low-level code.
    reached: Vec<Vec<u32>>,
    reached_leaves: Vec<u32>,
}

impl Scratch {
    fn new(plan: &LeafPlan<'_>) -> Scratch {
        let deepest = plan.codes.iter().copied().max().unwrap_or(0) as usize;
        let made = plan.order.iter().filter(|&&item| plan.makers[item as usize] != NONE);
        let node = |&item: &u32| {
            let edges = span(&plan.starts, item);
            Node { units: 0, start: to_u32(edges.start), end: to_u32(edges.end) }
        };
        Scratch {
            nodes: made.map(node).collect(),
            leaves: vec![0; plan.leaves.len()],
            reached: vec![Vec::new(); deepest + 1],
            reached_leaves: Vec::new(),
        }
    }

    fn clear_leaves(&mut self) {
        for leaf in self.reached_leaves.drain(..) {
            self.leaves[leaf as usize] = 0;
        }
    }

    /// Fills `leaves`; `false` when a number did not fit, with nothing left behind.
    fn explode(&mut self, plan: &LeafPlan<'_>, root: u32, budget: &mut Budget<'_>) -> Result<bool, BomError> {
        let denominator = plan.denominators[root as usize];
        let Some(units) = denominator.checked_mul(i128::from(plan.facts.grains(root))) else {
            return Ok(false);
        };
        let (start, place) = (plan.codes[root as usize] as usize, plan.places[root as usize]);
        self.nodes[place as usize].units = units;
        self.reached[start].push(place);
        let mut fits = true;
        for level in start..self.reached.len() {
            // Arcs lead to higher levels only, so this level's list is complete.
            let mut places = std::mem::take(&mut self.reached[level]);
            for block in places.chunks(AHEAD) {
                self.touch(plan, block);
                for &place in block {
                    let node = &mut self.nodes[place as usize];
                    let units = std::mem::take(&mut node.units);
                    let edges = &plan.edges[node.start as usize..node.end as usize];
                    budget.spend(edges.len() as u64)?;
                    fits = fits && self.spread(edges, units);
                }
            }
            places.clear();
            self.reached[level] = places;
        }
        if !fits {
            self.clear_leaves();
        }
        Ok(fits)
    }

    /// Looks at everything that a few items will need, so that memory is asked for all of it at once.
    fn touch(&self, plan: &LeafPlan<'_>, places: &[u32]) {
        let mut seen = 0;
        for &place in places {
            let node = &self.nodes[place as usize];
            for edge in &plan.edges[node.start as usize..node.end as usize] {
                let units = if edge.level == LEAF {
                    self.leaves[edge.child as usize]
                } else {
                    self.nodes[edge.child as usize].units
                };
                seen ^= units;
            }
        }
        black_box(seen);
    }

    fn spread(&mut self, edges: &[Edge], units: i128) -> bool {
        let small = i64::try_from(units).ok();
        for edge in edges {
            let product = match small {
                Some(units) => i128::from(units) * i128::from(edge.factor),
                None => match units.checked_mul(i128::from(edge.factor)) {
                    Some(product) => product,
                    None => return false,
                },
            };
            let (sum, list) = if edge.level == LEAF {
                (&mut self.leaves[edge.child as usize], &mut self.reached_leaves)
            } else {
                (&mut self.nodes[edge.child as usize].units, &mut self.reached[edge.level as usize])
            };
            if *sum == 0 {
                list.push(edge.child);
            }
            match sum.checked_add(product) {
                Some(more) => *sum = more,
                None => return false,
            }
        }
        true
    }
}

//! Recipe B: six levels of items in thousandths of a unit (`bom_csr`): structure, explosion and bucketed netting.
//!
//! The recipe is written out in `docs/benchmarks.md`; [`Structure`] and [`Netted`] hold its published figures.

use crate::recipe_a::plan_date;
use crate::rows::{self, Sink, id, item_id};
use headstock::bom::{Bom, BomBook, BomBookBuilder, ItemFacts};
use headstock::costing::CostStructureBuilder;
use headstock::num::{Ratio, Rounding};
use headstock::partner::{Site, SourceKind};
use headstock::planning::{BucketRule, DependentDate, Plan, PlanPolicy, RequirementRounding};
use headstock::run::{Limits, RunControl};
use headstock::snapshot::{Snapshot, SnapshotBuilder, Tables, UnitRow};
use headstock::unit::{Conversions, Unit};
use rust_decimal::Decimal;

/// Levels of recipe B.
pub const LEVELS: usize = 6;

/// Weekly buckets of the netting.
pub const WEEKS: u64 = 52;

/// Decimals of every quantity.
const SCALE: u32 = 3;

/// Lines and their check sum: Σ (parent + 1) · (child + 7) · quantity, modulo 2⁶⁴.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Structure {
    /// BOM lines.
    pub lines: u64,
    /// The check sum.
    pub check: u64,
}

impl Structure {
    /// The published figures.
    #[must_use]
    pub fn published(items: usize) -> Option<Structure> {
        let (lines, check) = match items {
            1_000 => (3_029, 2_029_462_776_659),
            10_000 => (30_102, 2_005_879_924_641_945),
            100_000 => (299_599, 1_996_687_531_535_108_569),
            1_000_000 => (3_000_819, 8_150_809_521_750_727_281),
            _ => return None,
        };
        Some(Structure { lines, check })
    }

    fn count(&mut self, parent: usize, child: usize, quantity: u64) {
        let (parent, child) = (parent as u64 + 1, child as u64 + 7);
        self.lines += 1;
        self.check = self.check.wrapping_add(parent.wrapping_mul(child).wrapping_mul(quantity));
    }
}

/// The sum of leaf requirements over all roots, one unit of each.
#[must_use]
pub fn published_leaves(items: usize) -> Option<&'static str> {
    match items {
        1_000 => Some("8694027.823759165981565"),
        10_000 => Some("87700924.646975082566798"),
        100_000 => Some("903302400.881887411908106"),
        1_000_000 => Some("9039523930.810284403378715"),
        _ => None,
    }
}

/// Orders and units released by the netting, in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Netted {
    /// Orders.
    pub orders: u64,
    /// Thousandths of a unit.
    pub thousandths: u128,
}

impl Netted {
    /// The published figures.
    #[must_use]
    pub fn published(items: usize) -> Option<Netted> {
        let (orders, thousandths) = match items {
            1_000 => (39_618, 9_249_049_974_790),
            10_000 => (411_057, 93_209_503_997_366),
            100_000 => (4_121_473, 954_260_232_273_848),
            1_000_000 => (41_122_580, 9_492_733_344_841_401),
            _ => return None,
        };
        Some(Netted { orders, thousandths })
    }

    /// Reads orders and units off a plan.
    #[must_use]
    pub fn of(plan: &Plan) -> Netted {
        let mut netted = Netted::default();
        for order in plan.orders() {
            let mut quantity = order.quantity;
            quantity.rescale(SCALE);
            netted.orders += 1;
            netted.thousandths += quantity.mantissa().unsigned_abs();
        }
        netted
    }
}

/// Where the levels start, and the end.
fn starts(items: usize) -> [usize; LEVELS + 1] {
    [0, 2, 6, 14, 30, 60, 100].map(|share| items * share / 100)
}

/// How many items are roots: the first level. Items below that nothing uses do not count.
#[must_use]
pub fn roots(items: usize) -> usize {
    starts(items)[1]
}

/// The generator of recipe B.
#[derive(Debug, Clone)]
struct Draws(u64);

impl Draws {
    fn start() -> Draws {
        Draws(20_240_229)
    }

    fn step(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, m: usize) -> usize {
        usize::try_from(self.step() % m as u64).unwrap_or(0)
    }
}

/// Calls `each` with parent and lines (child, thousandths) of every made item, by number.
fn draw_lines(items: usize, draws: &mut Draws, mut each: impl FnMut(usize, &[(usize, u64)])) -> Structure {
    let starts = starts(items);
    let mut structure = Structure::default();
    let mut lines = Vec::new();
    for level in 0..LEVELS - 1 {
        for parent in starts[level]..starts[level + 1] {
            lines.clear();
            for _ in 0..3 + draws.step() % 5 {
                let skips = draws.step().is_multiple_of(4);
                let below = level + 1 + if skips { draws.below(5 - level) } else { 0 };
                let child = starts[below] + draws.below(starts[below + 1] - starts[below]);
                let rational = draws.step().is_multiple_of(4);
                let quantity =
                    if rational { 1 + draws.step() % 9_999 } else { 1_000 * (1 + draws.step() % 4) };
                structure.count(parent, child, quantity);
                lines.push((child, quantity));
            }
            each(parent, &lines);
        }
    }
    structure
}

fn thousandths(quantity: u64) -> Decimal {
    Decimal::new(i64::try_from(quantity).unwrap_or(i64::MAX), SCALE)
}

fn bill(parent: usize, lines: &[(usize, u64)]) -> Bom {
    // A component may repeat under one parent: every line has its own id, and they add up.
    let lines = (1..).zip(lines);
    let lines = lines.map(|(at, &(child, quantity))| rows::line(at, item_id(child), thousandths(quantity)));
    rows::bom(id(&format!("B{parent:07}")), item_id(parent), lines.collect())
}

/// Items and bills as the structure alone needs them; the builder is ready to be finished.
///
/// # Panics
/// Never: the generated bills are valid.
#[must_use]
pub fn bills(items: usize) -> (ItemFacts, BomBookBuilder, Structure) {
    let unit = Unit::new(id("kg"), SCALE).unwrap_or_else(|error| unreachable!("{error}"));
    let facts = ItemFacts::new(&rows::items(items, "kg"), &[unit], &[], &[], Conversions::new())
        .unwrap_or_else(|faults| unreachable!("{faults:?}"));
    let mut builder = BomBookBuilder::new(Limits::default());
    let structure = draw_lines(items, &mut Draws::start(), |parent, lines| {
        builder.add(&bill(parent, lines), &facts).unwrap_or_else(|faults| unreachable!("{faults:?}"));
    });
    (facts, builder, structure)
}

/// Leaf requirements of one unit of every root: how many rows, and their sum as text where it is asked for.
///
/// # Panics
/// Never: the generated bills can be exploded.
#[must_use]
pub fn leaves(facts: &ItemFacts, book: &BomBook, roots: &[u32], sum: bool) -> (u64, String) {
    let plan = book.leaf_plan(facts, plan_date(), None).unwrap_or_else(|error| unreachable!("{error}"));
    let (mut rows, mut total) = (0, Ratio::ZERO);
    let done = plan.each(roots, &RunControl::new(), |leaves| {
        rows += leaves.len() as u64;
        if sum {
            let more = total.checked_add(leaves.sum()?);
            total = more.unwrap_or_else(|error| unreachable!("{error}"));
        }
        Ok(())
    });
    done.unwrap_or_else(|error| unreachable!("{error}"));
    (rows, total.to_string())
}

/// The numbers of the first `count` items, which are the roots.
#[must_use]
pub fn root_numbers(count: usize) -> Vec<u32> {
    (0..u32::try_from(count).unwrap_or(0)).collect()
}

/// The choices that make the planning run net as the recipe says: weekly buckets, one rounding per item and
/// week, and a release before week 0 goes to week 0.
#[must_use]
pub fn policy() -> PlanPolicy {
    PlanPolicy {
        buckets: BucketRule::Week,
        rounding: RequirementRounding::ItemBucket { mode: Rounding::HalfUp },
        dependent: DependentDate::Feasible,
        ..PlanPolicy::default()
    }
}

/// Demand of a root in a week.
fn demand(root: usize, week: u64) -> u64 {
    let mixed = (root as u64 * WEEKS + week).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 40) % 40
}

/// Builds the plant of recipe B.
///
/// # Panics
/// Never: the generated plant is valid.
#[must_use]
pub fn snapshot(items: usize) -> (Snapshot, Structure) {
    let head = Tables {
        units: vec![UnitRow { id: id("kg"), scale: SCALE }],
        sites: vec![Site { id: id("S"), name: String::new(), calendar: None }],
        items: rows::items(items, "kg"),
        ..Tables::default()
    };
    let mut builder =
        SnapshotBuilder::new(head, &RunControl::new()).unwrap_or_else(|error| unreachable!("{error}"));
    let mut draws = Draws::start();
    let structure =
        draw_lines(items, &mut draws, |parent, lines| Sink::bom(&mut builder, bill(parent, lines)));
    for number in 0..items {
        put_item(number, number >= starts(items)[LEVELS - 1], &mut draws, &mut builder);
    }
    for root in 0..roots(items) {
        for week in 0..WEEKS {
            let quantity = demand(root, week);
            if quantity > 0 {
                let date = crate::recipe_a::day(7 * week);
                builder.demand(&rows::demand(
                    id(&format!("{root}-{week}")),
                    item_id(root),
                    id("S"),
                    quantity,
                    date,
                ));
            }
        }
    }
    (builder.finish().unwrap_or_else(|error| unreachable!("{error}")), structure)
}

fn put_item(number: usize, leaf: bool, draws: &mut Draws, sink: &mut impl Sink) {
    // Cost is drawn for the roll-up, which planning does not read.
    let _cost = draws.step();
    let on_hand = 1_000 * (draws.step() % 200);
    let safety = 1_000 * (draws.step() % 20);
    let lot = if number.is_multiple_of(2) { 0 } else { 1_000 * (10 + draws.step() % 491) };
    let weeks = if leaf { 1 + draws.step() % 8 } else { draws.step() % 3 };
    let own = item_id(number);
    let mut planning = rows::planning(own.clone());
    // With its site: an item that nothing uses and nobody has in stock is still kept at its safety stock.
    planning.site = Some(id("S"));
    planning.safety_stock = Some(thousandths(safety));
    planning.lot_multiple = (lot > 0).then(|| thousandths(lot));
    sink.planning(planning);
    let kind = if leaf { SourceKind::Buy } else { SourceKind::Make };
    let lead = u32::try_from(7 * weeks).unwrap_or(0);
    sink.source(rows::source(id(&format!("Q{number:07}")), own.clone(), kind, lead));
    if on_hand > 0 {
        sink.stock(rows::stock(id(&format!("L{number:07}")), own, id("S"), thousandths(on_hand)));
    }
}

/// Items with their own cost and lines, to be rolled up: the recipe's cost, shared among the elements to the last
/// ten-thousandth.
///
/// # Panics
/// Never: the generated structure is valid.
#[must_use]
pub fn cost_structure(items: usize, elements: usize) -> (CostStructureBuilder, Structure) {
    let mut builder = CostStructureBuilder::new(items, elements);
    let mut draws = Draws::start();
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let structure = draw_lines(items, &mut draws, |parent, lines| {
        for &(child, quantity) in lines {
            let usage =
                Ratio::new(i128::from(quantity), 1_000).unwrap_or_else(|error| unreachable!("{error}"));
            let line = builder.line(number(parent), number(child), usage);
            line.unwrap_or_else(|error| unreachable!("{error}"));
        }
    });
    own_costs(&mut builder, items, elements, &mut draws);
    (builder, structure)
}

/// The same over a book of bills of material, whose low-level codes are known.
///
/// # Panics
/// Never: the generated structure is valid.
#[must_use]
pub fn cost_structure_of(
    book: &BomBook,
    facts: &ItemFacts,
    items: usize,
    elements: usize,
) -> CostStructureBuilder {
    let builder = CostStructureBuilder::from_bom(book, facts, None, plan_date(), elements, &[]);
    let mut builder = builder.unwrap_or_else(|error| unreachable!("{error}"));
    let mut draws = Draws::start();
    draw_lines(items, &mut draws, |_, _| ());
    own_costs(&mut builder, items, elements, &mut draws);
    builder
}

fn own_costs(builder: &mut CostStructureBuilder, items: usize, elements: usize, draws: &mut Draws) {
    for item in 0..items {
        let cost = item_cost(item, item >= starts(items)[LEVELS - 1], draws);
        let own = (0..elements as u64).map(|element| {
            let share = cost / elements as u64 + u64::from(element < cost % elements as u64);
            Ratio::new(i128::from(share), 10_000).unwrap_or_else(|error| unreachable!("{error}"))
        });
        let own: Vec<Ratio> = own.collect();
        let number = u32::try_from(item).unwrap_or(u32::MAX);
        builder.own(number, &own).unwrap_or_else(|error| unreachable!("{error}"));
    }
}

/// The cost of an item in ten-thousandths; what is drawn beside it is passed over.
fn item_cost(number: usize, leaf: bool, draws: &mut Draws) -> u64 {
    let cost = if leaf { 100 + draws.step() % 1_000_000 } else { draws.step() % 100_000 };
    // On hand, safety stock, the lot of odd items, lead time.
    for _ in 0..3 + number % 2 {
        draws.step();
    }
    cost
}

/// Bills of a chain of so many items, or of a ring: the one is deeper than any limit, the other has no level.
///
/// # Panics
/// Never: each bill by itself is valid.
#[must_use]
pub fn chain(items: usize, ring: bool) -> (ItemFacts, BomBookBuilder) {
    let unit = Unit::new(id("kg"), SCALE).unwrap_or_else(|error| unreachable!("{error}"));
    let facts = ItemFacts::new(&rows::items(items, "kg"), &[unit], &[], &[], Conversions::new())
        .unwrap_or_else(|faults| unreachable!("{faults:?}"));
    let mut builder = BomBookBuilder::new(Limits::default());
    for parent in 0..items - usize::from(!ring) {
        let bill = bill(parent, &[((parent + 1) % items, 1_000)]);
        builder.add(&bill, &facts).unwrap_or_else(|faults| unreachable!("{faults:?}"));
    }
    (facts, builder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_items_have_the_published_figures() {
        let (facts, builder, structure) = bills(1_000);
        assert_eq!(Some(structure), Structure::published(1_000));
        let book = builder.finish(&facts).unwrap();
        let (_, total) = leaves(&facts, &book, &root_numbers(roots(1_000)), true);
        assert_eq!(Some(total.as_str()), published_leaves(1_000));
    }

    /// A roll-up by hand over rationals, from the last item up: components have higher numbers.
    #[test]
    fn a_thousand_items_cost_what_rationals_say() {
        use num_bigint::BigInt;
        use num_rational::BigRational;

        let (items, mut draws) = (1_000, Draws::start());
        let mut bills = vec![Vec::new(); items];
        draw_lines(items, &mut draws, |parent, lines| bills[parent] = lines.to_vec());
        let own: Vec<u64> =
            (0..items).map(|item| item_cost(item, item >= starts(items)[5], &mut draws)).collect();
        let ratio = |n: u64, d: u64| BigRational::new(BigInt::from(n), BigInt::from(d));
        let mut cost: Vec<BigRational> = own.iter().map(|own| ratio(*own, 10_000)).collect();
        for parent in (0..items).rev() {
            for (child, quantity) in &bills[parent] {
                let more = ratio(*quantity, 1_000) * &cost[*child];
                cost[parent] += more;
            }
        }
        let (facts, bills, _) = super::bills(items);
        let book = bills.finish(&facts).unwrap();
        for elements in [1, 8] {
            let (builder, structure) = cost_structure(items, elements);
            assert_eq!(Some(structure), Structure::published(items));
            let costs = builder.finish().unwrap().roll_up(None, Rounding::HalfUp).unwrap();
            let shared = cost_structure_of(&book, &facts, items, elements).finish().unwrap();
            let shared = shared.roll_up(None, Rounding::HalfUp).unwrap();
            let all = (0..1_000).flat_map(|item| (0..elements).map(move |element| (item, element)));
            assert!(all.clone().all(|(item, at)| costs.cost(item, at) == shared.cost(item, at)));
            for (item, wanted) in (0u32..).zip(&cost) {
                let total = costs.total(item).unwrap();
                let got = BigRational::new(BigInt::from(total.numer()), BigInt::from(total.denom()));
                assert_eq!(&got, wanted, "{item}");
            }
        }
    }

    #[test]
    fn the_planning_run_nets_a_thousand_items_as_published() {
        let (snapshot, structure) = snapshot(1_000);
        assert_eq!(Some(structure), Structure::published(1_000));
        let control = RunControl::new();
        let plan = headstock::planning::plan(&snapshot, &policy(), plan_date(), &control).unwrap();
        assert_eq!(Some(Netted::of(&plan)), Netted::published(1_000));
    }
}

//! Recipe A: time-phased MRP over five levels (`mrp_weekly`, `mrp_daily`).
//!
//! `N` items in 5 levels of `n = N/5`; level 0 is sold, levels 1 to 3 are made, level 4 is bought. The recipe is
//! written out in `docs/benchmarks.md`; [`Generated`] and [`Check`] hold its published figures.

use crate::rows::{self, Sink, id, item_id, item_number};
use headstock::order::Demand;
use headstock::partner::{Site, SourceKind};
use headstock::planning::Plan;
use headstock::run::RunControl;
use headstock::snapshot::{Snapshot, SnapshotBuilder, Tables, UnitRow};
use headstock::time::Date;
use rust_decimal::Decimal;

/// Levels of recipe A.
pub const LEVELS: usize = 5;

/// Weeks of demand.
pub const WEEKS: usize = 52;

/// The plan date, day 0.
#[must_use]
pub fn plan_date() -> Date {
    Date::literal(2025, 1, 6)
}

/// A day of the recipe as a date.
#[must_use]
pub fn day(number: u64) -> Date {
    let days = i32::try_from(number).unwrap_or(i32::MAX);
    plan_date().add_days(days).unwrap_or(Date::MAX)
}

/// The generator: one for everything.
#[derive(Debug, Clone)]
pub struct Draws(pub u64);

impl Draws {
    /// The generator at the start of recipe A.
    #[must_use]
    pub fn start() -> Draws {
        Draws(12_345)
    }

    /// The next number.
    pub fn step(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    /// The next number below `m`.
    pub fn draw(&mut self, m: u64) -> u64 {
        self.step() % m
    }

    /// The next number below `m`, as an index.
    pub fn index(&mut self, m: usize) -> usize {
        usize::try_from(self.draw(m as u64)).unwrap_or(0)
    }
}

/// Sums that prove the generator right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Generated {
    /// Demand lines.
    pub demand_lines: u64,
    /// BOM lines.
    pub bom_lines: u64,
    /// Sum of stock.
    pub on_hand: u64,
    /// Sum of lead days.
    pub lead_days: u64,
    /// Sum of demand.
    pub demand: u64,
    /// Sum of quantity-per.
    pub quantity_per: u64,
    /// The generator's last state.
    pub last: u64,
}

impl Generated {
    /// The published sums of the weekly plants.
    #[must_use]
    pub fn published(items: usize, daily: bool) -> Option<Generated> {
        let row = |demand_lines, bom_lines, on_hand, lead_days, demand, quantity_per, last| {
            Some(Generated { demand_lines, bom_lines, on_hand, lead_days, demand, quantity_per, last })
        };
        match (items, daily) {
            (100, false) => row(1_040, 400, 5_274, 1_169, 10_879, 790, 10_215_268_825_917_120_399),
            (1_000, false) => row(10_400, 4_000, 52_475, 12_285, 110_335, 7_964, 12_559_149_589_912_920_401),
            (10_000, false) => {
                row(104_000, 40_000, 522_262, 119_497, 1_084_467, 79_957, 14_438_778_309_498_876_029)
            }
            (100_000, false) => {
                row(1_040_000, 400_000, 5_262_702, 1_188_943, 10_918_523, 799_951, 9_287_348_639_654_363_186)
            }
            (1_000_000, false) => row(
                10_400_000,
                4_000_000,
                52_497_030,
                11_903_822,
                109_179_540,
                7_998_371,
                18_231_454_562_961_349_149,
            ),
            _ => None,
        }
    }
}

/// Planned orders and quantities by level, and the two check sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Check {
    /// Orders by level.
    pub orders: [u64; LEVELS],
    /// Quantities by level.
    pub quantities: [u64; LEVELS],
    /// Σ quantity · due day, modulo 2⁶⁴.
    pub a: u64,
    /// Σ (item number + 1) · (quantity + due day), modulo 2⁶⁴.
    pub b: u64,
}

impl Check {
    /// Reads the check sums off a plan.
    #[must_use]
    pub fn of(plan: &Plan, items: usize) -> Check {
        let n = (items / LEVELS) as u64;
        let mut check = Check::default();
        for order in plan.orders() {
            let number = item_number(&order.item);
            let level = usize::try_from(number / n).unwrap_or(0);
            let quantity = u64::try_from(order.quantity.mantissa()).unwrap_or(0);
            let day = u64::try_from(order.available.days_since(plan_date())).unwrap_or(0);
            check.orders[level] += 1;
            check.quantities[level] += quantity;
            check.a = check.a.wrapping_add(quantity.wrapping_mul(day));
            check.b = check.b.wrapping_add((number + 1).wrapping_mul(quantity.wrapping_add(day)));
        }
        check
    }

    /// The published answers.
    #[must_use]
    pub fn published(items: usize, daily: bool) -> Option<Check> {
        let row = |orders, quantities, a, b| Some(Check { orders, quantities, a, b });
        match (items, daily) {
            (100, false) => row(
                [612, 990, 1_051, 1_083, 1_101],
                [10_316, 103_396, 1_060_332, 10_175_016, 97_634_477],
                29_279_965_533,
                9_600_675_883,
            ),
            (1_000, false) => row(
                [6_070, 9_355, 10_234, 10_669, 10_904],
                [102_430, 1_002_757, 9_795_819, 100_558_738, 1_016_359_050],
                305_932_657_751,
                997_880_482_289,
            ),
            (10_000, false) => row(
                [59_807, 92_962, 103_074, 106_652, 109_747],
                [1_002_894, 9_956_488, 99_627_492, 989_994_211, 9_936_783_077],
                2_995_941_991_959,
                97_555_174_162_304,
            ),
            (100_000, false) => row(
                [600_635, 931_540, 1_031_896, 1_069_742, 1_098_000],
                [10_096_099, 99_978_491, 997_581_450, 10_002_126_296, 99_949_808_815],
                30_175_093_458_391,
                9_817_392_995_494_157,
            ),
            (1_000_000, false) => row(
                [6_010_445, 9_327_404, 10_330_197, 10_707_217, 10_984_601],
                [101_093_097, 1_002_365_155, 10_010_371_768, 100_063_421_486, 1_000_034_179_227],
                301_490_951_955_529,
                982_413_118_778_293_137,
            ),
            (1_000, true) => row(
                [6_070, 20_778, 52_825, 70_265, 72_205],
                [102_430, 1_003_100, 9_799_720, 100_598_754, 1_016_757_636],
                338_964_333_953,
                1_034_544_562_594,
            ),
            (10_000, true) => row(
                [59_807, 202_155, 523_833, 698_409, 728_638],
                [1_002_894, 9_961_133, 99_675_526, 990_471_654, 9_941_584_440],
                3_318_939_922_318,
                101_216_763_028_624,
            ),
            (100_000, true) => row(
                [600_635, 2_034_008, 5_265_723, 6_993_080, 7_289_018],
                [10_096_099, 100_016_573, 997_979_347, 10_006_119_190, 99_989_700_176],
                33_394_466_306_364,
                10_183_112_891_498_598,
            ),
            _ => None,
        }
    }

    /// All orders.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.orders.iter().sum()
    }

    /// Movements of the plan: planned orders, independent needs, and requirements (an order times its lines).
    #[must_use]
    pub fn movements(&self, sums: &Generated) -> u64 {
        self.count() + sums.demand_lines + 5 * self.orders[..LEVELS - 1].iter().sum::<u64>()
    }
}

/// One item as it is drawn.
#[derive(Debug, Clone, Copy)]
pub struct DrawnItem {
    /// Level · n + index.
    pub number: usize,
    /// Level, from 0.
    pub level: usize,
    /// Index within the level.
    pub index: usize,
    /// Lead time in calendar days.
    pub lead_days: u32,
    /// Safety stock.
    pub safety: u64,
    /// Stock.
    pub on_hand: u64,
    /// Component number and quantity-per; nothing at the last level.
    pub lines: [(u32, u8); 5],
}

impl DrawnItem {
    /// Whether it is made.
    #[must_use]
    pub fn made(&self) -> bool {
        self.level < LEVELS - 1
    }

    /// Minimum and multiple of an order.
    #[must_use]
    pub fn lot(&self) -> (u64, u64) {
        [(1, 1), (50, 1), (1, 10), (20, 5)][self.index % 4]
    }
}

/// Pass 1: calls `each` with every item, by number.
pub fn draw_items(
    items: usize,
    daily: bool,
    draws: &mut Draws,
    sums: &mut Generated,
    mut each: impl FnMut(DrawnItem),
) {
    let n = items / LEVELS;
    for number in 0..n * LEVELS {
        each(draw_item(number, n, daily, draws, sums));
    }
}

fn draw_item(number: usize, n: usize, daily: bool, draws: &mut Draws, sums: &mut Generated) -> DrawnItem {
    let (level, index) = (number / n, number % n);
    let made = level < LEVELS - 1;
    let lead = match (daily, made) {
        (false, true) => 7 * (1 + draws.draw(2)),
        (false, false) => 7 * (1 + draws.draw(4)),
        (true, true) => 1 + draws.draw(5),
        (true, false) => 7 + draws.draw(22),
    };
    let safety = if index % 10 == 0 { 25 } else { 0 };
    let on_hand = safety + draws.draw(101);
    sums.lead_days += lead;
    sums.on_hand += on_hand;
    let mut lines = [(u32::MAX, 0); 5];
    let mut taken = 0;
    while made && taken < 5 {
        let component = u32::try_from((level + 1) * n + draws.index(n)).unwrap_or(u32::MAX);
        if lines.iter().any(|line| line.0 == component) {
            continue;
        }
        let quantity = 1 + draws.draw(3);
        lines[taken] = (component, u8::try_from(quantity).unwrap_or(0));
        taken += 1;
        sums.quantity_per += quantity;
        sums.bom_lines += 1;
    }
    let lead_days = u32::try_from(lead).unwrap_or(0);
    DrawnItem { number, level, index, lead_days, safety, on_hand, lines }
}

/// Pass 2: calls `each` with end item, week and quantity of every demand.
pub fn draw_demands(
    items: usize,
    draws: &mut Draws,
    sums: &mut Generated,
    mut each: impl FnMut(usize, usize, u64),
) {
    for index in 0..items / LEVELS {
        for week in 0..WEEKS {
            let quantity = 1 + draws.draw(20);
            sums.demand += quantity;
            sums.demand_lines += 1;
            each(index, week, quantity);
        }
    }
}

/// The due day of a week's demand.
#[must_use]
pub fn due(week: usize) -> Date {
    day(119 + 7 * week as u64)
}

/// The demand of an end item in a week.
#[must_use]
pub fn demand(index: usize, week: usize, quantity: u64) -> Demand {
    rows::demand(id(&format!("{index}-{week}")), item_id(index), id("S"), quantity, due(week))
}

/// Puts a plant of recipe A into a sink that has the items already; `change` may alter each demand.
pub fn fill(
    items: usize,
    daily: bool,
    sink: &mut impl Sink,
    mut change: impl FnMut(&mut Demand),
) -> Generated {
    let mut draws = Draws::start();
    let mut sums = Generated::default();
    draw_items(items, daily, &mut draws, &mut sums, |item| put_item(&item, sink));
    draw_demands(items, &mut draws, &mut sums, |index, week, quantity| {
        let mut row = demand(index, week, quantity);
        change(&mut row);
        sink.demand(row);
    });
    sums.last = draws.0;
    sums
}

fn put_item(item: &DrawnItem, sink: &mut impl Sink) {
    let (own, number) = (item_id(item.number), item.number);
    let (min, multiple) = item.lot();
    let mut planning = rows::planning(own.clone());
    planning.lot_min = Some(Decimal::from(min));
    planning.lot_multiple = Some(Decimal::from(multiple));
    planning.safety_stock = Some(Decimal::from(item.safety));
    sink.planning(planning);
    // Recipe A counts calendar days; without a calendar working days are the same.
    let kind = if item.made() { SourceKind::Make } else { SourceKind::Buy };
    sink.source(rows::source(id(&format!("Q{number:07}")), own.clone(), kind, item.lead_days));
    if item.on_hand > 0 {
        let quantity = Decimal::from(item.on_hand);
        sink.stock(rows::stock(id(&format!("L{number:07}")), own.clone(), id("S"), quantity));
    }
    if item.made() {
        let lines = (1..).zip(&item.lines).map(|(at, &(component, quantity))| {
            rows::line(at, item_id(component as usize), Decimal::from(quantity))
        });
        sink.bom(rows::bom(id(&format!("B{number:07}")), own, lines.collect()));
    }
}

/// Unit, site and items of a plant.
#[must_use]
pub fn head(items: usize) -> Tables {
    Tables {
        units: vec![UnitRow { id: id("pc"), scale: 0 }],
        sites: vec![Site { id: id("S"), name: String::new(), calendar: None }],
        items: rows::items(items, "pc"),
        ..Tables::default()
    }
}

/// Builds the plant of recipe A, row by row.
#[must_use]
pub fn snapshot(items: usize, daily: bool) -> (Snapshot, Generated) {
    snapshot_with(items, daily, |_| {})
}

/// Builds the plant with some demands altered.
///
/// # Panics
/// Never: the generated plant is valid.
#[must_use]
pub fn snapshot_with(items: usize, daily: bool, change: impl FnMut(&mut Demand)) -> (Snapshot, Generated) {
    let mut builder =
        SnapshotBuilder::new(head(items), &RunControl::new()).unwrap_or_else(|error| unreachable!("{error}"));
    let sums = fill(items, daily, &mut builder, change);
    (builder.finish().unwrap_or_else(|error| unreachable!("{error}")), sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_starts_with_the_published_numbers() {
        let mut draws = Draws::start();
        let first: Vec<u64> = (0..4).map(|_| draws.step()).collect();
        assert_eq!(first, [235_318_264, 569_910_583, 1_901_863_042, 1_794_732_421]);
    }

    #[test]
    fn small_plants_have_the_published_sums_and_answers() {
        for (items, daily) in [(100, false), (1_000, false), (1_000, true)] {
            let (snapshot, sums) = snapshot(items, daily);
            assert!(Generated::published(items, daily).is_none_or(|known| known == sums));
            let control = RunControl::new();
            let plan =
                headstock::planning::plan(&snapshot, &Default::default(), plan_date(), &control).unwrap();
            assert_eq!(Check::of(&plan, items), Check::published(items, daily).unwrap());
        }
    }
}

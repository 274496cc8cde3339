//! Recipe A: time-phased MRP over five levels (`mrp_weekly`, `mrp_daily`).

use headstock::bom::{Bom, BomLine};
use headstock::id::Id;
use headstock::item::{Item, LotRule, Planning};
use headstock::order::Demand;
use headstock::partner::{Site, Source, SourceKind};
use headstock::run::RunControl;
use headstock::snapshot::{Snapshot, SnapshotBuilder, Tables, UnitRow};
use headstock::time::Date;
use rust_decimal::Decimal;

/// Levels of recipe A.
pub const LEVELS: usize = 5;

/// The plan date of recipe A, day 0.
#[must_use]
pub fn plan_date() -> Date {
    Date::literal(2025, 1, 6)
}

/// The generator: one for everything.
#[derive(Debug, Clone)]
pub struct Draws(pub u64);

impl Draws {
    /// The next number below `m`.
    pub fn draw(&mut self, m: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % m
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

/// Item id of a number; ids sort as the numbers do.
#[must_use]
pub fn item_id(number: usize) -> Id {
    id(&format!("I{number:07}"))
}

/// The number behind an item id.
#[must_use]
pub fn item_number(id: &Id) -> u64 {
    id.as_str()[1..].parse().unwrap_or(u64::MAX)
}

fn id(text: &str) -> Id {
    Id::new(text).unwrap_or_else(|error| unreachable!("{error}"))
}

fn item(number: usize) -> Item {
    Item {
        id: item_id(number),
        name: String::new(),
        unit: id("pc"),
        planned: true,
        phantom: false,
        key: headstock::item::KeyParts::default(),
        free_stock: false,
        scrap_formula: headstock::item::ScrapFormula::default(),
        second_quantity: false,
        substitution: headstock::item::Substitution::default(),
    }
}

fn planning(number: usize, index: usize, safety: u64) -> Planning {
    let (min, multiple) = [(1, 1), (50, 1), (1, 10), (20, 5)][index % 4];
    Planning {
        item: item_id(number),
        site: None,
        lot: LotRule::LotForLot,
        lot_min: Some(Decimal::from(min)),
        lot_max: None,
        lot_multiple: Some(Decimal::from(multiple)),
        max_rule: headstock::item::MaxRule::default(),
        safety_stock: Some(Decimal::from(safety)),
        safety_steps: Vec::new(),
        safety_priority: headstock::item::SafetyPriority::default(),
        safety_days: 0,
        demand_fence_days: 0,
        planning_fence_days: 0,
    }
}

fn source(number: usize, made: bool, lead: u64) -> Source {
    Source {
        id: id(&format!("Q{number:07}")),
        item: item_id(number),
        site: None,
        kind: if made { SourceKind::Make } else { SourceKind::Buy },
        priority: 0,
        quota: None,
        quota_used: None,
        valid_from: None,
        valid_to: None,
        quantity_from: None,
        quantity_to: None,
        supplier: None,
        from_site: None,
        bom: None,
        routing: None,
        lead_days: u32::try_from(lead).ok(),
        days_per_batch: 0,
        batch_quantity: None,
        lead_unit: None,
        inspection_days: 0,
        lot_min: None,
        lot_max: None,
        lot_multiple: None,
    }
}

fn line(number: usize, component: usize, quantity: u64) -> BomLine {
    BomLine {
        id: id(&number.to_string()),
        component: item_id(component),
        numerator: Decimal::from(quantity),
        denominator: Decimal::ONE,
        unit: None,
        usage: headstock::bom::Usage::default(),
        scrap: headstock::num::Ratio::ZERO,
        fixed_loss: None,
        valid_from: None,
        valid_to: None,
        offset_days: 0,
        skip_level: false,
        issue: headstock::bom::IssueMethod::default(),
        key_part: false,
        change: None,
        operation: None,
        location: None,
    }
}

fn bom(number: usize, lines: Vec<BomLine>) -> Bom {
    Bom {
        id: id(&format!("B{number:07}")),
        product: item_id(number),
        site: None,
        status: headstock::bom::BomStatus::default(),
        enabled: true,
        valid_from: None,
        valid_to: None,
        priority: 0,
        yield_ratio: headstock::num::Ratio::ONE,
        lines,
        outputs: Vec::new(),
    }
}

fn stock(number: usize, quantity: u64) -> headstock::inventory::Stock {
    headstock::inventory::Stock {
        id: id(&format!("L{number:07}")),
        item: item_id(number),
        site: id("S"),
        location: None,
        key: headstock::inventory::Key::default(),
        lot: None,
        quantity: Decimal::from(quantity),
        second_quantity: None,
        status: headstock::inventory::StockStatus::default(),
        usable_until: None,
        available_on: None,
    }
}

fn demand(number: usize, week: usize, quantity: u64) -> Demand {
    let day = i32::try_from(119 + 7 * week).unwrap_or(0);
    Demand {
        id: id(&format!("{number}-{week}")),
        kind: headstock::order::DemandKind::Sales,
        item: item_id(number),
        site: id("S"),
        key: headstock::inventory::Key::default(),
        quantity: Decimal::from(quantity),
        fulfilled: None,
        date: plan_date().add_days(day).ok(),
        priority: 0,
        status: headstock::order::DemandStatus::default(),
        abnormal: false,
        minimum_life_days: 0,
        order: None,
    }
}

/// Tables with the items alone, for a plant of `items` items.
fn head(items: usize) -> Tables {
    Tables {
        units: vec![UnitRow { id: id("pc"), scale: 0 }],
        sites: vec![Site { id: id("S"), name: String::new(), calendar: None }],
        items: (0..items).map(item).collect(),
        ..Tables::default()
    }
}

/// Builds the plant of recipe A.
///
/// # Panics
/// Never: the generated plant is valid.
#[must_use]
pub fn recipe_a(items: usize, daily: bool) -> (Snapshot, Generated) {
    let control = RunControl::new();
    let Ok(mut builder) = SnapshotBuilder::new(head(items), &control) else {
        unreachable!("the items are valid")
    };
    let mut draws = Draws(12_345);
    let mut sums = Generated::default();
    let n = items / LEVELS;
    for level in 0..LEVELS {
        for index in 0..n {
            one_item(level, index, n, daily, &mut draws, &mut sums, &mut builder);
        }
    }
    for index in 0..n {
        for week in 0..52 {
            let quantity = 1 + draws.draw(20);
            sums.demand += quantity;
            sums.demand_lines += 1;
            builder.demand(&demand(index, week, quantity));
        }
    }
    sums.last = draws.0;
    let snapshot = builder.finish().unwrap_or_else(|error| unreachable!("{error}"));
    (snapshot, sums)
}

fn one_item(
    level: usize,
    index: usize,
    n: usize,
    daily: bool,
    draws: &mut Draws,
    sums: &mut Generated,
    builder: &mut SnapshotBuilder,
) {
    let number = level * n + index;
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
    builder.planning(&planning(number, index, safety));
    // Recipe A counts calendar days; without a calendar working days are the same.
    builder.source(&source(number, made, lead));
    if on_hand > 0 {
        builder.stock(&stock(number, on_hand));
    }
    if !made {
        return;
    }
    let mut taken: Vec<u64> = Vec::with_capacity(5);
    let mut lines = Vec::with_capacity(5);
    while taken.len() < 5 {
        let component = draws.draw(n as u64);
        if taken.contains(&component) {
            continue;
        }
        taken.push(component);
        let quantity = 1 + draws.draw(3);
        sums.quantity_per += quantity;
        sums.bom_lines += 1;
        let below = (level + 1) * n + usize::try_from(component).unwrap_or(0);
        lines.push(line(taken.len(), below, quantity));
    }
    builder.bom(&bom(number, lines));
}

/// Planned orders and quantities by level, and the two check sums of `docs/benchmarks.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Check {
    /// Orders by level.
    pub orders: [u64; LEVELS],
    /// Quantities by level.
    pub quantities: [u64; LEVELS],
    /// Σ quantity · due day.
    pub a: u64,
    /// Σ (item number + 1) · (quantity + due day).
    pub b: u64,
}

/// Reads the check sums off a plan.
#[must_use]
pub fn check(plan: &headstock::planning::Plan, items: usize) -> Check {
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
        check.b = check.b.wrapping_add((number + 1).wrapping_mul(quantity + day));
    }
    check
}

//! Recipe C: recipe A with everything a plant has switched on (`mrp_real`).
//!
//! Passes 1 and 2 are those of recipe A (weekly), with their draws and sums; pass 3 draws on, item by item and
//! in this order. `i` is the index of the item in its level, `l` its level, S1 and S2 are the sites.
//!
//! | what | which items | how |
//! |---|---|---|
//! | calendars | both sites | Monday to Friday, ten holidays a year, other ones at each site |
//! | lead times | all | made: 5 working days for every 7 of recipe A; bought: calendar days, back to a working day |
//! | transfers | `i mod 10 = 3` | made or bought at S2 only; S1 is supplied from S2 in 2 calendar days |
//! | second site | `i mod 10 = 4` | stock at S2, and end items are sold there |
//! | open receipts | `i mod 3 = 0` | where the stock is: quantity `(20 + draw(200)) · 10^l`, due on day `draw(300)` |
//! | yield | `i mod 5 = 1`, made | `(90 + draw(10)) %` |
//! | scrap | `i mod 5 = 1`, made | `(1 + draw(5)) %` on the first line |
//! | two BOM periods | `i mod 10 = 7`, made | from day 250 on the last line has another component: `draw(n)` until it is new, quantity `1 + draw(3)` |
//! | substitute | `i mod 20 = 9` | item `i + 1` (round the level) stands in, one for one |
//! | lot maximum | `i mod 8 = 4` | `20 · 10^l`, or `25 · 10^l` where `i mod 16 = 12` |
//! | safety stock, minimum, multiple | as recipe A | at both sites |
//! | forecast | end items with even `i` | 13 periods of 28 days from day 119: `30 + draw(40)` each; spread by weeks where `i mod 4 = 0`; consumed by the orders, 7 days back and 7 forward |
//!
//! There is no published answer. Small plants are compared order for order with the slow planner of the core's
//! tests (`benches/tests/real.rs`); the totals of larger ones are what the same engine gave then, and guard
//! against change only.

use crate::recipe_a::{self, DrawnItem, Draws, Generated, LEVELS, day, due, plan_date};
use crate::rows::{self, Sink, id, item_id, item_number};
use headstock::bom::BomLine;
use headstock::calendar::{Calendar, CalendarException};
use headstock::id::Id;
use headstock::item::{Substitute, SubstituteMode};
use headstock::num::Ratio;
use headstock::order::{Forecast, ForecastStatus, SupplyKind};
use headstock::partner::{Site, SourceKind};
use headstock::planning::{Consumption, ForecastPolicy, Plan, PlanPolicy};
use headstock::run::RunControl;
use headstock::snapshot::{Snapshot, SnapshotBuilder, Tables, UnitRow};
use headstock::time::Date;
use rust_decimal::Decimal;

/// The day from which the second BOM period holds.
const SECOND_PERIOD: u64 = 250;

/// Planned orders, messages and check sums of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Check {
    /// Planned orders.
    pub orders: u64,
    /// Their input quantities.
    pub quantity: u64,
    /// Action messages.
    pub messages: u64,
    /// Σ quantity · day available, modulo 2⁶⁴.
    pub a: u64,
    /// Σ (item number + 1) · (quantity + day available + 3 · start day), modulo 2⁶⁴; at S2 twice.
    pub b: u64,
}

impl Check {
    /// Reads the check sums off a plan.
    #[must_use]
    pub fn of(plan: &Plan) -> Check {
        let mut check = Check { messages: plan.messages().len() as u64, ..Check::default() };
        for order in plan.orders() {
            let day = |date: Date| i64::from(date.days_since(plan_date())).cast_unsigned();
            let quantity = u64::try_from(order.quantity.mantissa()).unwrap_or(0);
            let dates = day(order.available).wrapping_add(day(order.start).wrapping_mul(3));
            let weight = (item_number(&order.item) + 1) * if order.site.as_str() == "S2" { 2 } else { 1 };
            check.orders += 1;
            check.quantity += quantity;
            check.a = check.a.wrapping_add(quantity.wrapping_mul(day(order.available)));
            check.b = check.b.wrapping_add(weight.wrapping_mul(quantity.wrapping_add(dates)));
        }
        check
    }

    /// What the engine gave when plants of 100 and 1 000 items agreed with the slow planner; a guard against
    /// change.
    #[must_use]
    pub fn known(items: usize) -> Option<Check> {
        let row = |orders, quantity, messages, a, b| Some(Check { orders, quantity, messages, a, b });
        match items {
            1_000 => row(117_126, 970_083_721, 345, 291_833_202_737, 1_404_317_766_749),
            10_000 => row(1_160_508, 9_578_087_156, 3_502, 2_869_672_196_663, 138_108_407_495_922),
            100_000 => row(11_591_717, 96_879_494_567, 35_033, 28_966_161_032_374, 13_951_706_046_003_722),
            _ => None,
        }
    }
}

/// The choices of recipe C: the defaults, and a forecast that orders of a week around consume.
#[must_use]
pub fn policy() -> PlanPolicy {
    let direction = Consumption::BackwardForward;
    let forecast = ForecastPolicy { direction, backward_days: 7, forward_days: 7 };
    PlanPolicy { forecast, ..PlanPolicy::default() }
}

/// What pass 3 draws for an item, before any row is made.
#[derive(Debug, Clone, Copy, Default)]
struct Drawn {
    receipt: Option<(u64, u64)>,
    /// Yield and scrap, in hundredths.
    losses: Option<(u32, u32)>,
    /// The component of the last line in the second period.
    second: Option<(u32, u8)>,
    forecasts: [u8; 13],
}

fn draw(item: &DrawnItem, n: usize, draws: &mut Draws) -> Drawn {
    let mut drawn = Drawn::default();
    let small = |number: u64| u8::try_from(number).unwrap_or(0);
    if item.index.is_multiple_of(3) {
        drawn.receipt = Some(((20 + draws.draw(200)) * tens(item.level), draws.draw(300)));
    }
    if item.made() && item.index % 5 == 1 {
        let mut hundredths = |m, least| least + u32::from(small(draws.draw(m)));
        drawn.losses = Some((hundredths(10, 90), hundredths(5, 1)));
    }
    if item.made() && item.index % 10 == 7 {
        let mut component = item.lines[0].0;
        while item.lines.iter().any(|line| line.0 == component) {
            component = u32::try_from((item.level + 1) * n + draws.index(n)).unwrap_or(0);
        }
        drawn.second = Some((component, small(1 + draws.draw(3))));
    }
    if item.level == 0 && item.index.is_multiple_of(2) {
        drawn.forecasts = std::array::from_fn(|_| small(30 + draws.draw(40)));
    }
    drawn
}

fn tens(level: usize) -> u64 {
    10u64.pow(u32::try_from(level).unwrap_or(0))
}

fn site(item: &DrawnItem) -> Id {
    id(if matches!(item.index % 10, 3 | 4) { "S2" } else { "S1" })
}

/// Tables that others refer to, forecasts and substitutes, and what is left to put in row by row.
struct Plant {
    head: Tables,
    items: Vec<(DrawnItem, Drawn)>,
    /// Quantities of pass 2, by end item and week.
    demands: Vec<u8>,
    sums: Generated,
}

fn generate(items: usize) -> Plant {
    let mut draws = Draws::start();
    let mut sums = Generated::default();
    let mut plant = Plant { head: head(items), items: Vec::new(), demands: Vec::new(), sums };
    recipe_a::draw_items(items, false, &mut draws, &mut sums, |item| {
        plant.items.push((item, Drawn::default()));
    });
    recipe_a::draw_demands(items, &mut draws, &mut sums, |_, _, quantity| {
        plant.demands.push(u8::try_from(quantity).unwrap_or(0));
    });
    sums.last = draws.0;
    let n = items / LEVELS;
    for (item, drawn) in &mut plant.items {
        *drawn = draw(item, n, &mut draws);
        put_head(item, drawn, n, &mut plant.head);
    }
    plant.sums = sums;
    plant
}

fn head(items: usize) -> Tables {
    let site = |name, calendar| Site { id: id(name), name: String::new(), calendar: Some(id(calendar)) };
    Tables {
        units: vec![UnitRow { id: id("pc"), scale: 0 }],
        sites: vec![site("S1", "C1"), site("S2", "C2")],
        calendars: vec![
            calendar(
                "C1",
                [(1, 1), (2, 3), (4, 18), (5, 1), (5, 29), (6, 9), (8, 15), (10, 3), (12, 25), (12, 26)],
            ),
            calendar(
                "C2",
                [(1, 1), (1, 28), (1, 29), (4, 4), (5, 1), (5, 2), (6, 2), (10, 1), (10, 2), (10, 6)],
            ),
        ],
        items: rows::items(items, "pc"),
        ..Tables::default()
    }
}

fn calendar(name: &str, holidays: [(i8, i8); 10]) -> Calendar {
    let years = 2024..=2027;
    let exceptions = years.flat_map(|year| {
        holidays
            .map(|(month, day)| CalendarException { date: Date::literal(year, month, day), working: false })
    });
    Calendar {
        id: id(name),
        week: [true, true, true, true, true, false, false],
        from: None,
        to: None,
        exceptions: exceptions.collect(),
        shifts: Vec::new(),
    }
}

fn put_head(item: &DrawnItem, drawn: &Drawn, n: usize, head: &mut Tables) {
    if item.index % 20 == 9 {
        head.substitutes.push(Substitute {
            item: item_id(item.number),
            substitute: item_id(item.level * n + (item.index + 1) % n),
            ratio: Some(Ratio::ONE),
            priority: 0,
            valid_from: None,
            valid_to: None,
            parent: None,
            mode: SubstituteMode::Alternative,
        });
    }
    for (period, &quantity) in (0..).zip(&drawn.forecasts).filter(|(_, quantity)| **quantity > 0) {
        let from = 119 + 28 * period;
        head.forecasts.push(Forecast {
            id: id(&format!("F{}-{period}", item.number)),
            item: item_id(item.number),
            site: site(item),
            key: Default::default(),
            from: day(from),
            to: day(from + 27),
            quantity: Decimal::from(quantity),
            status: ForecastStatus::Active,
            spread_days: (item.index.is_multiple_of(4)).then_some(7),
        });
    }
}

fn fill(plant: &Plant, sink: &mut impl Sink) {
    for (item, drawn) in &plant.items {
        put_planning(item, sink);
        put_sources(item, sink);
        put_stock(item, drawn, sink);
        if item.made() {
            put_boms(item, drawn, sink);
        }
    }
    for (at, &quantity) in plant.demands.iter().enumerate() {
        let (index, week) = (at / recipe_a::WEEKS, at % recipe_a::WEEKS);
        let name = id(&format!("{index}-{week}"));
        let site = site(&plant.items[index].0);
        sink.demand(rows::demand(name, item_id(index), site, u64::from(quantity), due(week)));
    }
}

fn put_planning(item: &DrawnItem, sink: &mut impl Sink) {
    let (min, multiple) = item.lot();
    let mut row = rows::planning(item_id(item.number));
    row.lot_min = Some(Decimal::from(min));
    row.lot_multiple = Some(Decimal::from(multiple));
    row.safety_stock = Some(Decimal::from(item.safety));
    if item.index % 8 == 4 {
        let most = if item.index % 16 == 12 { 25 } else { 20 };
        row.lot_max = Some(Decimal::from(most * tens(item.level)));
    }
    sink.planning(row);
}

fn put_sources(item: &DrawnItem, sink: &mut impl Sink) {
    let (number, own) = (item.number, item_id(item.number));
    let moved = item.index % 10 == 3;
    let (kind, lead) = match item.made() {
        true => (SourceKind::Make, item.lead_days / 7 * 5),
        false => (SourceKind::Buy, item.lead_days),
    };
    let mut row = rows::source(id(&format!("Q{number:07}")), own.clone(), kind, lead);
    row.site = moved.then(|| id("S2"));
    sink.source(row);
    if moved {
        let mut row = rows::source(id(&format!("T{number:07}")), own, SourceKind::Transfer, 2);
        row.site = Some(id("S1"));
        row.from_site = Some(id("S2"));
        sink.source(row);
    }
}

fn put_stock(item: &DrawnItem, drawn: &Drawn, sink: &mut impl Sink) {
    let (number, own) = (item.number, item_id(item.number));
    if item.on_hand > 0 {
        let quantity = Decimal::from(item.on_hand);
        sink.stock(rows::stock(id(&format!("L{number:07}")), own.clone(), site(item), quantity));
    }
    if let Some((quantity, on)) = drawn.receipt {
        let kind = if item.made() { SupplyKind::Production } else { SupplyKind::Purchase };
        let name = id(&format!("P{number:07}"));
        sink.supply(rows::supply(name, own, site(item), kind, quantity, day(on)));
    }
}

fn put_boms(item: &DrawnItem, drawn: &Drawn, sink: &mut impl Sink) {
    let hundredths = |number: u32| Ratio::from_decimal(Decimal::new(i64::from(number), 2));
    let mut bom = rows::bom(id(&format!("B{:07}", item.number)), item_id(item.number), lines(&item.lines));
    if let Some((yields, scrap)) = drawn.losses {
        bom.yield_ratio = hundredths(yields);
        bom.lines[0].scrap = hundredths(scrap);
    }
    if let Some(other) = drawn.second {
        let mut changed = item.lines;
        changed[4] = other;
        let mut next = rows::bom(id(&format!("B{:07}b", item.number)), bom.product.clone(), lines(&changed));
        next.valid_from = Some(day(SECOND_PERIOD));
        bom.valid_to = Some(day(SECOND_PERIOD - 1));
        sink.bom(next);
    }
    sink.bom(bom);
}

fn lines(drawn: &[(u32, u8); 5]) -> Vec<BomLine> {
    let line = |(at, &(component, quantity)): (usize, &(u32, u8))| {
        rows::line(at, item_id(component as usize), Decimal::from(quantity))
    };
    (1..).zip(drawn).map(line).collect()
}

/// The plant as plain tables, with the sums of passes 1 and 2.
#[must_use]
pub fn tables(items: usize) -> (Tables, Generated) {
    let mut plant = generate(items);
    let mut tables = std::mem::take(&mut plant.head);
    fill(&plant, &mut tables);
    (tables, plant.sums)
}

/// The plant as a snapshot, row by row.
///
/// # Panics
/// Never: the generated plant is valid.
#[must_use]
pub fn snapshot(items: usize) -> (Snapshot, Generated) {
    let mut plant = generate(items);
    let head = std::mem::take(&mut plant.head);
    let mut builder =
        SnapshotBuilder::new(head, &RunControl::new()).unwrap_or_else(|error| unreachable!("{error}"));
    fill(&plant, &mut builder);
    let sums = plant.sums;
    drop(plant);
    (builder.finish().unwrap_or_else(|error| unreachable!("{error}")), sums)
}

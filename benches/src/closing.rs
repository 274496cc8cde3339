//! Recipe D: a period of a plant, and a cost loop, made by the generator of recipe A.
//!
//! `N` orders on five made levels over bought items, ten issue lines an order, eight elements: labour and machine
//! charges on every order, fees on a tenth, overhead of 100 centres on hours, quantity and bought material, work in
//! process on a fifth, co-products on a twentieth. Stock covers what the period does not make.

use crate::recipe_a::Draws;
use headstock::cost::CostTables;
use headstock::cost::{
    Base, Charge, CostItem, CostOrder, Driver, Element, ElementKind, Issue, Movement, MovementKind,
    OrderOutput, OrderReceipt, OutputKind, OverheadRow, StockOpening,
};
use headstock::document::Period;
use headstock::id::Id;
use headstock::num::{DecimalText, Quantity, Ratio};
use headstock::time::Date;
use rust_decimal::Decimal;

/// Made levels.
const LEVELS: usize = 5;
/// Issue lines of an order.
pub const LINES: usize = 10;
/// Centres.
const CENTRES: usize = 100;

fn id(prefix: &str, number: usize) -> Id {
    // Ranks follow numbers.
    Id::new(&format!("{prefix}{number:07}")).unwrap_or_else(|_| unreachable!("a short plain name"))
}

fn money(cents: u64) -> DecimalText {
    DecimalText(Decimal::new(i64::try_from(cents).unwrap_or(i64::MAX), 2))
}

fn day(draws: &mut Draws) -> Date {
    Date::literal(2026, 3, 1 + i8::try_from(draws.draw(28)).unwrap_or(0))
}

fn whole(count: i64) -> Quantity {
    Quantity::whole(count)
}

/// Tables of an empty period with eight elements.
fn empty() -> CostTables {
    let period = Period {
        id: id("p", 3),
        from: Date::literal(2026, 3, 1),
        to: Date::literal(2026, 3, 31),
        state: headstock::document::PeriodState::Open,
        run: None,
        version: 0,
    };
    let kinds = [
        ("e1 material", ElementKind::Material),
        ("e2 semi-finished", ElementKind::Material),
        ("e3 labour", ElementKind::Labour),
        ("e4 machine", ElementKind::Overhead),
        ("e5 energy", ElementKind::Overhead),
        ("e6 overhead", ElementKind::Overhead),
        ("e7 fee", ElementKind::Subcontract),
        ("e8 other", ElementKind::Other),
    ];
    let element = |(name, kind): (&str, ElementKind)| Element { id: element_id(name), kind, parent: None };
    CostTables {
        period: period.id.clone(),
        amount_scale: 2,
        periods: vec![period],
        elements: kinds.into_iter().map(element).collect(),
        items: Vec::new(),
        stock: Vec::new(),
        orders: Vec::new(),
        outputs: Vec::new(),
        wip: Vec::new(),
        wip_components: Vec::new(),
        wip_amounts: Vec::new(),
        movements: Vec::new(),
        issues: Vec::new(),
        receipts: Vec::new(),
        charges: Vec::new(),
        overhead: Vec::new(),
        drivers: Vec::new(),
        drafts: Vec::new(),
    }
}

fn element_id(name: &str) -> Id {
    Id::new(name).unwrap_or_else(|_| unreachable!("a plain name"))
}

fn item(number: usize, element: &str) -> CostItem {
    CostItem {
        id: id("i", number),
        element: Some(element_id(element)),
        valuation: headstock::cost::ItemValuation::PeriodAverage,
        fixed_cost: None,
        customer_owned: false,
    }
}

fn order(number: usize) -> CostOrder {
    CostOrder {
        id: id("o", number),
        kind: headstock::cost::OrderKind::Make,
        centre: Some(id("c", number % CENTRES)),
        closed: true,
        wip: headstock::cost::WipRule::Equivalent,
        in_process: whole(0),
        done: None,
        completion: Vec::new(),
        opening_units: whole(0),
        opening_done: None,
        opening_completion: Vec::new(),
        scrapped: whole(0),
        share: headstock::cost::ShareMode::Weight,
        received_before: whole(0),
        product: None,
        charge_period: false,
    }
}

/// What one order makes and takes.
struct Maker {
    draws: Draws,
    tables: CostTables,
    bought: usize,
    made: usize,
    /// Net quantity that leaves each item.
    short: Vec<i64>,
}

impl Maker {
    fn charge(&mut self, at: usize, element: &str, cents: u64) {
        let number = self.tables.charges.len();
        self.tables.charges.push(Charge {
            id: id("h", number),
            order: id("o", at),
            element: element_id(element),
            amount: money(cents),
            accrued: false,
        });
    }

    fn receive(&mut self, at: usize, of: usize, quantity: i64) {
        let number = self.tables.receipts.len();
        let date = day(&mut self.draws);
        self.short[of] -= quantity;
        self.tables.receipts.push(OrderReceipt {
            id: id("r", number),
            date,
            order: id("o", at),
            item: id("i", of),
            pool: None,
            quantity: whole(quantity),
            provisional: None,
        });
    }

    fn issue(&mut self, at: usize, of: usize, quantity: i64) {
        let number = self.tables.issues.len();
        let date = day(&mut self.draws);
        self.short[of] += quantity;
        self.tables.issues.push(Issue {
            id: id("u", number),
            date,
            order: id("o", at),
            item: id("i", of),
            pool: None,
            quantity: whole(quantity),
            amount: None,
            provisional: None,
        });
    }

    fn order(&mut self, at: usize) {
        // Orders are numbered from the top: suppliers come last.
        let level = LEVELS - 1 - at % LEVELS;
        let product = self.bought + level * self.made + self.draws.index(self.made);
        let quantity = 1 + self.draws.index(50) as i64;
        let mut row = order(at);
        if self.draws.draw(5) == 0 {
            row.closed = false;
            row.in_process = whole(1 + self.draws.index(10) as i64);
            row.done = Ratio::new(1, 2).ok();
        }
        self.tables.orders.push(row);
        self.receive(at, product, quantity);
        if self.draws.draw(20) == 0 && product + 1 < self.bought + (level + 1) * self.made {
            self.tables.outputs.push(OrderOutput {
                order: id("o", at),
                item: id("i", product + 1),
                kind: OutputKind::Co,
                weight: Some(DecimalText(Decimal::new(15, 1))),
                unit_cost: None,
            });
            self.receive(at, product + 1, 1 + quantity / 3);
        }
        for _ in 0..LINES {
            let of = match self.draws.draw(3) {
                0 if level > 0 => self.bought + (level - 1) * self.made + self.draws.index(self.made),
                _ => self.draws.index(self.bought),
            };
            let per = 1 + self.draws.index(3) as i64;
            self.issue(at, of, quantity * per);
        }
        let hours = 1 + self.draws.draw(40);
        self.charge(at, "e3 labour", hours as u64 * 4_512);
        self.charge(at, "e4 machine", 1 + self.draws.draw(90_000) as u64);
        if self.draws.draw(10) == 0 {
            self.charge(at, "e7 fee", 1 + self.draws.draw(50_000) as u64);
        }
        self.tables.drivers.push(Driver {
            order: id("o", at),
            base: Base::LabourHours,
            centre: None,
            value: whole(hours as i64),
        });
    }

    fn cover(&mut self, of: usize) {
        let need = self.short[of].max(0) + self.draws.index(50) as i64;
        if need == 0 {
            return;
        }
        let price = 101 + self.draws.draw(9_000) as u64;
        let amount = money(need as u64 * price / 7 + 1);
        if of >= self.bought {
            let stock = StockOpening {
                id: id("s", of),
                item: id("i", of),
                pool: None,
                quantity: whole(need),
                amount,
                date: None,
                composition: Vec::new(),
            };
            self.tables.stock.push(stock);
            return;
        }
        let date = day(&mut self.draws);
        self.tables.movements.push(Movement {
            id: id("m", of),
            date,
            kind: MovementKind::Purchase,
            item: id("i", of),
            pool: None,
            to: None,
            quantity: whole(need),
            amount: Some(amount),
            provisional: None,
            accrued: false,
            element: None,
        });
    }

    fn overhead(&mut self) {
        let bases = [
            ("e5 energy", Base::LabourHours),
            ("e6 overhead", Base::Quantity),
            ("e8 other", Base::PurchasedMaterial),
        ];
        for centre in 0..CENTRES {
            for (element, base) in bases {
                let number = self.tables.overhead.len();
                let amount = money(1_000_000 + self.draws.draw(9_000_000) as u64);
                self.tables.overhead.push(OverheadRow {
                    id: id("v", number),
                    centre: Some(id("c", centre)),
                    expense: None,
                    element: element_id(element),
                    amount,
                    base: Some(base),
                });
            }
        }
    }
}

/// A period of `orders` orders.
#[must_use]
pub fn period(orders: usize) -> CostTables {
    let made = (orders / 25).max(2);
    let bought = (orders / 10).max(10);
    let items = bought + LEVELS * made;
    let mut maker = Maker { draws: Draws(12_345), tables: empty(), bought, made, short: vec![0; items] };
    for at in 0..items {
        let element = if at < bought { "e1 material" } else { "e2 semi-finished" };
        maker.tables.items.push(item(at, element));
    }
    for at in 0..orders {
        maker.order(at);
    }
    for at in 0..items {
        maker.cover(at);
    }
    maker.overhead();
    maker.tables
}

/// A loop of `items` items, each made by one order; one pair in twenty is linked.
#[must_use]
pub fn cost_loop(items: usize) -> CostTables {
    let mut maker =
        Maker { draws: Draws(54_321), tables: empty(), bought: 1, made: items, short: vec![0; items + 1] };
    for at in 0..=items {
        maker.tables.items.push(item(at, if at == 0 { "e1 material" } else { "e2 semi-finished" }));
    }
    for at in 0..items {
        maker.tables.orders.push(order(at));
        maker.issue(at, 0, 1 + maker_draw(&mut maker.draws));
        // The circle itself, so that the set is one; then pairs by chance.
        maker.issue(at, 1 + (at + 1) % items, 1 + maker_draw(&mut maker.draws));
        for other in 0..items {
            if other != at && maker.draws.draw(20) == 0 {
                let quantity = 1 + maker_draw(&mut maker.draws);
                maker.issue(at, 1 + other, quantity);
            }
        }
        maker.charge(at, "e3 labour", 1_000 + maker.draws.draw(90_000) as u64);
    }
    for at in 0..items {
        // What the others take, and a part that stays: every loop loses something.
        let quantity = maker.short[at + 1] + 1 + maker_draw(&mut maker.draws);
        maker.receive(at, at + 1, quantity);
    }
    maker.cover(0);
    maker.tables
}

fn maker_draw(draws: &mut Draws) -> i64 {
    draws.index(100) as i64
}

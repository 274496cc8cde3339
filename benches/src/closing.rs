//! Recipe D: a period of a plant, and a cost loop, made by the generator of recipe A.
//!
//! `N` orders on five made levels over bought items, ten issue lines an order, eight elements: labour and machine
//! charges on every order, fees on a tenth, overhead of 100 centres on hours, quantity and bought material, work in
//! process on a fifth, co-products on a twentieth. Stock and purchases cover what the period does not make; half of what
//! nothing takes is sold.

use crate::recipe_a::Draws;
use crate::rows;
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
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Made levels.
const LEVELS: usize = 5;
/// Issue lines of an order.
pub const LINES: usize = 10;
/// Centres.
const CENTRES: usize = 100;

fn id(prefix: &str, number: usize) -> Id {
    // Ids sort as the numbers do.
    rows::id(&format!("{prefix}{number:07}"))
}

fn money(cents: u64) -> DecimalText {
    DecimalText(Decimal::new(i64::try_from(cents).unwrap_or(i64::MAX), 2))
}

fn day(draws: &mut Draws) -> Date {
    Date::literal(2026, 3, 1 + i8::try_from(draws.draw(28)).unwrap_or(0))
}

fn whole(count: u64) -> Quantity {
    Quantity::whole(i64::try_from(count).unwrap_or(i64::MAX))
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
    let element = |(name, kind): (&str, ElementKind)| Element { id: rows::id(name), kind, parent: None };
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

fn item(number: usize, element: &str) -> CostItem {
    CostItem {
        id: id("i", number),
        element: Some(rows::id(element)),
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
            element: rows::id(element),
            amount: money(cents),
            accrued: false,
        });
    }

    fn receive(&mut self, at: usize, of: usize, quantity: u64) {
        let number = self.tables.receipts.len();
        let date = day(&mut self.draws);
        self.short[of] -= signed(quantity);
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

    fn issue(&mut self, at: usize, of: usize, quantity: u64) {
        let number = self.tables.issues.len();
        let date = day(&mut self.draws);
        self.short[of] += signed(quantity);
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

    /// One to a hundred of an item go to an order.
    fn some(&mut self, at: usize, of: usize) {
        let quantity = 1 + self.draws.draw(100);
        self.issue(at, of, quantity);
    }

    fn order(&mut self, at: usize) {
        // Orders are numbered from the top: suppliers come last.
        let level = LEVELS - 1 - at % LEVELS;
        let product = self.bought + level * self.made + self.draws.index(self.made);
        let quantity = 1 + self.draws.draw(50);
        let mut row = order(at);
        if self.draws.draw(5) == 0 {
            row.closed = false;
            row.in_process = whole(1 + self.draws.draw(10));
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
            let per = 1 + self.draws.draw(3);
            self.issue(at, of, quantity * per);
        }
        let (hours, machine) = (1 + self.draws.draw(40), 1 + self.draws.draw(90_000));
        self.charge(at, "e3 labour", hours * 4_512);
        self.charge(at, "e4 machine", machine);
        if self.draws.draw(10) == 0 {
            let fee = 1 + self.draws.draw(50_000);
            self.charge(at, "e7 fee", fee);
        }
        self.tables.drivers.push(Driver {
            order: id("o", at),
            base: Base::LabourHours,
            centre: None,
            value: whole(hours),
        });
    }

    /// Half of what nothing takes is sold; what the period lacks is bought or was there.
    fn cover(&mut self, of: usize) {
        let over = self.short[of].min(0).unsigned_abs();
        if over > 1 {
            self.movement(of, MovementKind::Sale, over / 2, None);
        }
        let need = self.short[of].max(0).unsigned_abs() + self.draws.draw(50);
        if need == 0 {
            return;
        }
        let price = 101 + self.draws.draw(9_000);
        let amount = money(need * price / 7 + 1);
        if of < self.bought {
            return self.movement(of, MovementKind::Purchase, need, Some(amount));
        }
        self.tables.stock.push(StockOpening {
            id: id("s", of),
            item: id("i", of),
            pool: None,
            quantity: whole(need),
            amount,
            date: None,
            composition: Vec::new(),
        });
    }

    fn movement(&mut self, of: usize, kind: MovementKind, quantity: u64, amount: Option<DecimalText>) {
        let (number, date) = (self.tables.movements.len(), day(&mut self.draws));
        self.tables.movements.push(Movement {
            id: id("m", number),
            date,
            kind,
            item: id("i", of),
            pool: None,
            to: None,
            quantity: whole(quantity),
            amount,
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
                let amount = money(1_000_000 + self.draws.draw(9_000_000));
                self.tables.overhead.push(OverheadRow {
                    id: id("v", number),
                    centre: Some(id("c", centre)),
                    expense: None,
                    element: rows::id(element),
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
        maker.some(at, 0);
        // The circle itself, so that the set is one; then pairs by chance.
        maker.some(at, 1 + (at + 1) % items);
        for other in 0..items {
            if other != at && maker.draws.draw(20) == 0 {
                maker.some(at, 1 + other);
            }
        }
        let labour = 1_000 + maker.draws.draw(90_000);
        maker.charge(at, "e3 labour", labour);
    }
    for at in 0..items {
        // What the others take, and a part that stays: every loop loses something.
        let quantity = maker.short[at + 1].unsigned_abs() + 1 + maker.draws.draw(100);
        maker.receive(at, at + 1, quantity);
    }
    maker.cover(0);
    maker.tables
}

fn signed(quantity: u64) -> i64 {
    i64::try_from(quantity).unwrap_or(i64::MAX)
}

/// Writes the rows that a period is computed from, one text of comma-separated values a table.
///
/// # Errors
/// When the directory cannot be written to.
pub fn write(tables: &CostTables, directory: &Path) -> std::io::Result<()> {
    let table = |name: &str, head: &str, rows: &mut dyn Iterator<Item = String>| -> std::io::Result<()> {
        let mut file = BufWriter::new(File::create(directory.join(format!("{name}.csv")))?);
        writeln!(file, "{head}")?;
        for row in rows {
            writeln!(file, "{row}")?;
        }
        file.flush()
    };
    let element = |id: &Option<Id>| id.as_ref().map_or(String::new(), Id::to_string);
    let items = tables.items.iter().map(|row| format!("{},{}", row.id, element(&row.element)));
    table("items", "item,element", &mut { items })?;
    let orders = tables.orders.iter().map(|row| {
        let done = row.done.map_or(0, |done| 100 * done.numer() / done.denom());
        format!("{},{},{},{done}", row.id, element(&row.centre), row.in_process)
    });
    table("orders", "order_id,centre,in_process,done_percent", &mut { orders })?;
    let outputs = tables.outputs.iter().map(|row| {
        let weight = row.weight.map_or_else(|| "1".to_owned(), |weight| weight.to_string());
        format!("{},{},{weight}", row.order, row.item)
    });
    table("outputs", "order_id,item,weight", &mut { outputs })?;
    let stock = tables.stock.iter().map(|row| format!("{},{},{}", row.item, row.quantity, row.amount));
    table("stock", "item,quantity,amount", &mut { stock })?;
    let moves = tables.movements.iter().map(|row| {
        let amount = row.amount.map_or_else(|| "0".to_owned(), |amount| amount.to_string());
        let kind = if row.kind == MovementKind::Sale { "sale" } else { "purchase" };
        format!("{},{kind},{},{},{amount}", row.id, row.item, row.quantity)
    });
    table("movements", "id,kind,item,quantity,amount", &mut { moves })?;
    let issues = tables.issues.iter();
    let issues = issues.map(|row| format!("{},{},{},{}", row.id, row.order, row.item, row.quantity));
    table("issues", "id,order_id,item,quantity", &mut { issues })?;
    let receipts = tables.receipts.iter();
    let receipts = receipts.map(|row| format!("{},{},{},{}", row.id, row.order, row.item, row.quantity));
    table("receipts", "id,order_id,item,quantity", &mut { receipts })?;
    let charges = tables.charges.iter().map(|row| format!("{},{},{}", row.order, row.element, row.amount));
    table("charges", "order_id,element,amount", &mut { charges })?;
    let overhead = tables.overhead.iter().map(|row| {
        let base = row.base.map_or("", Base::as_str);
        format!("{},{},{base},{}", element(&row.centre), row.element, row.amount)
    });
    table("overhead", "centre,element,base,amount", &mut { overhead })?;
    let drivers = tables.drivers.iter().map(|row| format!("{},{}", row.order, row.value));
    table("drivers", "order_id,hours", &mut { drivers })
}

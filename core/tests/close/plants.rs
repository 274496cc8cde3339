//! Random plants: several levels, loops, co- and by-products, work in process, loss, returns, overhead, transfers.

use headstock::cost::CostTables;
use serde_json::{Value, json};

/// A small generator, so that a plant follows from one number.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66)
    }

    pub(crate) fn roll(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most.max(1)
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.roll(100) < percent
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[usize::try_from(self.roll(of.len() as u64)).unwrap()]
    }
}

/// What a plant may have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) loops: bool,
    /// Stocks valued by other methods than the average of the period.
    pub(crate) methods: bool,
    /// Lines whose value is fixed beforehand.
    pub(crate) fixed: bool,
    /// Transfers, work in process by component lists and as given, first in first out equivalents, late cost, stock
    /// of customers, overhead on all material.
    pub(crate) more: bool,
}

fn money(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// Thousandths as a quantity.
fn text(quantity: u64) -> String {
    format!("{}.{:03}", quantity / 1_000, quantity % 1_000)
}

fn item(at: usize) -> String {
    format!("item {at:02}")
}

fn order(at: usize) -> String {
    format!("order {at:02}")
}

struct Maker {
    dice: Dice,
    shape: Shape,
    bought: usize,
    items: usize,
    orders: usize,
    /// Net quantity that leaves each item, in thousandths, what comes in deducted.
    short: Vec<i64>,
    tables: Value,
}

impl Maker {
    fn row(&mut self, table: &str, row: Value) {
        self.tables[table].as_array_mut().unwrap().push(row);
    }

    fn id(&self, table: &str) -> String {
        format!("{table} {:03}", self.tables[table].as_array().unwrap().len())
    }

    fn day(&mut self) -> String {
        format!("2026-03-{:02}", 1 + self.dice.roll(28))
    }

    fn quantity(&mut self) -> u64 {
        // Mostly whole, sometimes with decimals.
        if self.dice.chance(70) { 1_000 * (1 + self.dice.roll(40)) } else { 1 + self.dice.roll(20_000) }
    }

    fn one_order(&mut self, at: usize) {
        let closed = self.dice.chance(50);
        let rules: &[&str] = match self.shape.more {
            true => &["equivalent", "equivalent_fifo", "components", "given", "material", "none"],
            false => &["equivalent", "equivalent", "material", "none"],
        };
        let wip = if closed { "none" } else { self.dice.pick(rules) };
        let process = if wip == "none" { 0 } else { self.dice.roll(3) * 2 };
        let mut row = json!({"id": order(at), "closed": closed, "wip": wip, "in_process": process,
                             "done": self.dice.pick(&["0.5", "0.25", "1"])});
        if wip == "equivalent_fifo" {
            row["opening_units"] = json!(self.dice.roll(6));
            row["opening_done"] = json!(self.dice.pick(&["0.5", "0.2", "1"]));
        }
        if wip == "given" {
            let whole = self.dice.roll(9_000);
            self.charge(at, "labour", whole);
            let part =
                json!({"order": order(at), "element": "labour", "amount": money(self.dice.roll(whole))});
            self.row("wip_amounts", part);
        }
        if self.dice.chance(60) {
            row["centre"] = json!(self.dice.pick(&["north", "south"]));
        }
        if self.dice.chance(15) {
            row["scrapped"] = json!(1 + self.dice.roll(3));
        }
        self.row("orders", row);
        for _ in 0..self.dice.roll(3) {
            let element = self.dice.pick(&["labour", "fee", "material"]);
            let amount = 1 + self.dice.roll(50_000);
            self.charge(at, element, amount);
        }
        if !closed && self.dice.chance(30) {
            let wip = json!({"order": order(at), "element": self.dice.pick(&["labour", "material"]),
                             "amount": money(self.dice.roll(9_000))});
            self.row("wip", wip);
        }
        let hours = json!({"order": order(at), "base": "labour_hours", "value": 1 + self.dice.roll(30)});
        self.row("drivers", hours);
    }

    fn charge(&mut self, at: usize, element: &str, cents: u64) {
        let id = self.id("charges");
        let row = json!({"id": id, "order": order(at), "element": element, "amount": money(cents)});
        self.row("charges", row);
    }

    /// An order whose products came in before the period, and whose cost comes now.
    fn late_order(&mut self, at: usize) {
        let made = self.items - self.bought;
        let before = 1 + self.dice.roll(20);
        let row = json!({"id": order(at), "closed": true, "wip": "none", "received_before": before,
                         "product": item(self.bought + at % made)});
        self.row("orders", row);
        for element in ["labour", "fee"] {
            let amount = 1 + self.dice.roll(20_000);
            self.charge(at, element, amount);
        }
        let hours = json!({"order": order(at), "base": "labour_hours", "value": 1 + self.dice.roll(30)});
        self.row("drivers", hours);
    }

    /// Some of an item lies elsewhere and is issued from there; where there may be loops some comes back.
    fn transfer(&mut self, of: usize) {
        let takers: Vec<usize> =
            (0..self.orders).filter(|at| self.shape.loops || self.main_of(*at) > of).collect();
        let quantity = self.quantity();
        self.moved(of, None, Some("far"), quantity);
        self.short[of] += i64::try_from(quantity).unwrap();
        let issued = self.dice.roll(quantity);
        let taker = usize::try_from(self.dice.roll(takers.len() as u64)).unwrap();
        if let (Some(at), 1..) = (takers.get(taker), issued) {
            let (id, date) = (self.id("issues"), self.day());
            let row = json!({"id": id, "date": date, "order": order(*at), "item": item(of), "pool": "far",
                             "quantity": text(issued)});
            self.row("issues", row);
        }
        if self.shape.loops && self.dice.chance(50) {
            let back = 1 + self.dice.roll(quantity - issued);
            self.moved(of, Some("far"), None, back);
            self.short[of] -= i64::try_from(back).unwrap();
        }
    }

    fn moved(&mut self, of: usize, from: Option<&str>, to: Option<&str>, quantity: u64) {
        let (id, date) = (self.id("movements"), self.day());
        let mut row =
            json!({"id": id, "date": date, "kind": "transfer", "item": item(of), "quantity": text(quantity)});
        if let Some(from) = from {
            row["pool"] = json!(from);
        }
        if let Some(to) = to {
            row["to"] = json!(to);
        }
        self.row("movements", row);
    }

    /// Stock of a customer goes into an order, at no value.
    fn theirs(&mut self, at: usize) {
        let (id, date) = (self.id("issues"), self.day());
        let quantity = 1 + self.dice.roll(9);
        let row = json!({"id": id, "date": date, "order": order(at), "item": "theirs", "quantity": quantity});
        self.row("issues", row);
    }

    fn main_of(&self, at: usize) -> usize {
        self.bought + at % (self.items - self.bought)
    }

    fn products(&mut self, at: usize) -> usize {
        let made = self.items - self.bought;
        let main = self.bought + at % made;
        let mut kinds = vec![(main, "main")];
        if self.dice.chance(25) && main + 1 < self.items {
            kinds.push((main + 1, "co"));
        }
        for (item_at, kind) in kinds {
            let weight = format!("{}.{}", 1 + self.dice.roll(3), self.dice.roll(10));
            let output = json!({"order": order(at), "item": item(item_at), "kind": kind, "weight": weight});
            self.row("outputs", output);
            for _ in 0..1 + self.dice.roll(2) {
                let quantity = self.quantity();
                self.receipt(at, item_at, quantity);
            }
        }
        if self.dice.chance(20) {
            let output = json!({"order": order(at), "item": "waste", "kind": "by", "unit_cost": "0.01"});
            self.row("outputs", output);
            let (id, date) = (self.id("receipts"), self.day());
            let quantity = 1 + self.dice.roll(9);
            let receipt =
                json!({"id": id, "date": date, "order": order(at), "item": "waste", "quantity": quantity});
            self.row("receipts", receipt);
        }
        main
    }

    fn receipt(&mut self, at: usize, of: usize, quantity: u64) {
        let (id, date) = (self.id("receipts"), self.day());
        let row = json!({"id": id, "date": date, "order": order(at), "item": item(of),
                         "quantity": format!("{}.{:03}", quantity / 1_000, quantity % 1_000)});
        self.row("receipts", row);
        self.short[of] -= i64::try_from(quantity).unwrap();
    }

    fn issues(&mut self, at: usize, main: usize) {
        for _ in 0..1 + self.dice.roll(4) {
            let most = if self.shape.loops { self.items } else { main };
            let of = usize::try_from(self.dice.roll(most as u64)).unwrap();
            let quantity = self.quantity();
            self.issue(at, of, i64::try_from(quantity).unwrap());
            if self.shape.more && self.dice.chance(30) {
                let held = text(self.dice.roll(quantity));
                let row = json!({"order": order(at), "item": item(of), "quantity": held});
                self.row("wip_components", row);
            }
            if self.dice.chance(20) {
                let back = 1 + self.dice.roll(quantity);
                self.issue(at, of, -i64::try_from(back).unwrap());
            }
        }
    }

    fn issue(&mut self, at: usize, of: usize, thousandths: i64) {
        let (id, date) = (self.id("issues"), self.day());
        let sign = if thousandths < 0 { "-" } else { "" };
        let magnitude = thousandths.unsigned_abs();
        let mut row = json!({"id": id, "date": date, "order": order(at), "item": item(of),
                             "quantity": format!("{sign}{}.{:03}", magnitude / 1_000, magnitude % 1_000)});
        if self.shape.fixed && self.dice.chance(10) {
            let cents = money(self.dice.roll(500));
            row["amount"] = json!(if cents == "0.00" { cents } else { format!("{sign}{cents}") });
        }
        self.row("issues", row);
        self.short[of] += thousandths;
    }

    fn sell(&mut self, of: usize) {
        let quantity = self.quantity();
        let kind = self.dice.pick(&["sale", "sale", "other_out"]);
        let (id, date) = (self.id("movements"), self.day());
        let row = json!({"id": id, "date": date, "kind": kind, "item": item(of),
                         "quantity": format!("{}.{:03}", quantity / 1_000, quantity % 1_000)});
        self.row("movements", row);
        self.short[of] += i64::try_from(quantity).unwrap();
    }

    /// Stock and purchases that cover what leaves, and often some more.
    fn cover(&mut self, of: usize) {
        let more = if self.dice.chance(60) { self.quantity() } else { 0 };
        let need = u64::try_from(self.short[of].max(0)).unwrap() + more;
        if need == 0 {
            return;
        }
        let stock = if of < self.bought { self.dice.roll(need) } else { need };
        if stock > 0 {
            let row = json!({"id": self.id("stock"), "item": item(of), "quantity": text(stock),
                             "amount": money(stock / 10 + self.dice.roll(30_000))});
            self.row("stock", row);
        }
        if need > stock {
            let (id, date) = (self.id("movements"), self.day());
            let row = json!({"id": id, "date": date, "kind": "purchase", "item": item(of),
                             "quantity": text(need - stock),
                             "amount": money((need - stock) / 7 + self.dice.roll(50_000))});
            self.row("movements", row);
        }
    }
}

/// A plant from a number.
pub(crate) fn plant(seed: u64, shape: Shape) -> CostTables {
    let mut dice = Dice::new(seed);
    let bought = 1 + usize::try_from(dice.roll(3)).unwrap();
    let items = bought + 1 + usize::try_from(dice.roll(5)).unwrap();
    let orders = 1 + usize::try_from(dice.roll(7)).unwrap();
    let tables = json!({
        "period": "2026-03",
        "periods": [{"id": "2026-03", "from": "2026-03-01", "to": "2026-03-31"}],
        "elements": [{"id": "material"}, {"id": "semi"}, {"id": "labour", "kind": "labour"},
                     {"id": "overhead", "kind": "overhead"}, {"id": "fee", "kind": "subcontract"}],
        "items": [{"id": "waste"}], "stock": [], "orders": [], "outputs": [], "wip": [], "movements": [],
        "issues": [], "receipts": [], "charges": [], "overhead": [], "drivers": [], "wip_amounts": [],
        "wip_components": [],
    });
    let mut maker = Maker { dice, shape, bought, items, orders, short: vec![0; items], tables };
    for at in 0..items {
        let methods = ["period_average", "moving_average", "fifo", "lifo", "standard"];
        let method = if shape.methods { maker.dice.pick(&methods) } else { "period_average" };
        let cost = money(1 + maker.dice.roll(2_000));
        let element = if at < bought { "material" } else { "semi" };
        let row = json!({"id": item(at), "valuation": method, "fixed_cost": cost, "element": element});
        maker.row("items", row);
    }
    if shape.more {
        maker.row("items", json!({"id": "theirs", "customer_owned": true, "element": "material"}));
        maker.row("stock", json!({"id": "stock 000", "item": "theirs", "quantity": 100, "amount": "0"}));
    }
    for at in 0..maker.orders {
        if shape.more && maker.dice.chance(15) {
            maker.late_order(at);
            continue;
        }
        maker.one_order(at);
        let main = maker.products(at);
        maker.issues(at, main);
        if shape.more && maker.dice.chance(20) {
            maker.theirs(at);
        }
    }
    for at in 0..items {
        if shape.more && maker.dice.chance(25) {
            maker.transfer(at);
        }
    }
    for at in 0..items {
        if maker.dice.chance(50) {
            maker.sell(at);
        }
    }
    for at in 0..items {
        maker.cover(at);
    }
    for _ in 0..maker.dice.roll(3) {
        let bases = ["quantity", "finished_quantity", "purchased_material", "labour_hours", "all_material"];
        let base = maker.dice.pick(if shape.more { &bases } else { &bases[..4] });
        let amount = money(1 + maker.dice.roll(90_000));
        let row = json!({"id": maker.id("overhead"), "element": "overhead", "amount": amount, "base": base});
        maker.row("overhead", row);
    }
    serde_json::from_value(maker.tables).unwrap()
}

//! Records with everything left at its default, to be completed by the recipes, and the two ways to keep them.

use headstock::bom::{Bom, BomLine, BomStatus, IssueMethod, Usage};
use headstock::id::Id;
use headstock::inventory::{Key, Stock, StockStatus};
use headstock::item::{
    Item, KeyParts, LotRule, MaxRule, Planning, SafetyPriority, ScrapFormula, Substitution,
};
use headstock::num::Ratio;
use headstock::order::{Demand, DemandKind, DemandStatus, Firmness, Supply, SupplyKind};
use headstock::partner::{Source, SourceKind};
use headstock::snapshot::{SnapshotBuilder, Tables};
use headstock::time::Date;
use rust_decimal::Decimal;

/// A text as an id.
///
/// # Panics
/// When it is none; the recipes only make good ones.
#[must_use]
pub fn id(text: &str) -> Id {
    Id::new(text).unwrap_or_else(|error| unreachable!("{error}"))
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

/// The items of a plant, all in one unit.
#[must_use]
pub fn items(count: usize, unit: &str) -> Vec<Item> {
    let unit = id(unit);
    let item = |number| Item {
        id: item_id(number),
        name: String::new(),
        unit: unit.clone(),
        planned: true,
        phantom: false,
        key: KeyParts::default(),
        free_stock: false,
        scrap_formula: ScrapFormula::default(),
        second_quantity: false,
        substitution: Substitution::default(),
    };
    (0..count).map(item).collect()
}

/// Planning parameters: lot for lot, no safety stock.
#[must_use]
pub fn planning(item: Id) -> Planning {
    Planning {
        item,
        site: None,
        lot: LotRule::LotForLot,
        lot_min: None,
        lot_max: None,
        lot_multiple: None,
        max_rule: MaxRule::default(),
        safety_stock: None,
        safety_steps: Vec::new(),
        safety_priority: SafetyPriority::default(),
        safety_days: 0,
        demand_fence_days: 0,
        planning_fence_days: 0,
    }
}

/// A source with a lead time in its kind's own days.
#[must_use]
pub fn source(id: Id, item: Id, kind: SourceKind, lead_days: u32) -> Source {
    Source {
        id,
        item,
        site: None,
        kind,
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
        lead_days: Some(lead_days),
        days_per_batch: 0,
        batch_quantity: None,
        lead_unit: None,
        inspection_days: 0,
        lot_min: None,
        lot_max: None,
        lot_multiple: None,
    }
}

/// A BOM line in proportion to the input.
#[must_use]
pub fn line(number: usize, component: Id, quantity: Decimal) -> BomLine {
    BomLine {
        id: id(&number.to_string()),
        component,
        numerator: quantity,
        denominator: Decimal::ONE,
        unit: None,
        usage: Usage::default(),
        scrap: Ratio::ZERO,
        fixed_loss: None,
        valid_from: None,
        valid_to: None,
        offset_days: 0,
        skip_level: false,
        issue: IssueMethod::default(),
        key_part: false,
        change: None,
        operation: None,
        location: None,
    }
}

/// An approved BOM without an end.
#[must_use]
pub fn bom(id: Id, product: Id, lines: Vec<BomLine>) -> Bom {
    Bom {
        id,
        product,
        site: None,
        status: BomStatus::default(),
        enabled: true,
        valid_from: None,
        valid_to: None,
        priority: 0,
        yield_ratio: Ratio::ONE,
        lines,
        outputs: Vec::new(),
    }
}

/// Usable stock.
#[must_use]
pub fn stock(id: Id, item: Id, site: Id, quantity: Decimal) -> Stock {
    Stock {
        id,
        item,
        site,
        location: None,
        key: Key::default(),
        lot: None,
        quantity,
        second_quantity: None,
        status: StockStatus::default(),
        usable_until: None,
        available_on: None,
    }
}

/// A sales order line.
#[must_use]
pub fn demand(id: Id, item: Id, site: Id, quantity: u64, date: Date) -> Demand {
    Demand {
        id,
        kind: DemandKind::Sales,
        item,
        site,
        key: Key::default(),
        quantity: Decimal::from(quantity),
        fulfilled: None,
        date: Some(date),
        priority: 0,
        status: DemandStatus::default(),
        abnormal: false,
        minimum_life_days: 0,
        order: None,
    }
}

/// A released document on order.
#[must_use]
pub fn supply(id: Id, item: Id, site: Id, kind: SupplyKind, quantity: u64, due: Date) -> Supply {
    Supply {
        id,
        kind,
        firmness: Firmness::Released,
        item,
        site,
        key: Key::default(),
        quantity: Decimal::from(quantity),
        input_quantity: None,
        accepted: None,
        rejected: None,
        due,
        start: None,
        source: None,
        approved: true,
        fixed: false,
    }
}

/// Where a recipe puts its rows: plain tables, or a builder that keeps only dense rows.
pub trait Sink {
    /// Takes planning parameters.
    fn planning(&mut self, row: Planning);
    /// Takes a source.
    fn source(&mut self, row: Source);
    /// Takes a bill of material.
    fn bom(&mut self, row: Bom);
    /// Takes a stock row.
    fn stock(&mut self, row: Stock);
    /// Takes a demand.
    fn demand(&mut self, row: Demand);
    /// Takes a supply.
    fn supply(&mut self, row: Supply);
}

impl Sink for SnapshotBuilder {
    fn planning(&mut self, row: Planning) {
        SnapshotBuilder::planning(self, &row);
    }
    fn source(&mut self, row: Source) {
        SnapshotBuilder::source(self, &row);
    }
    fn bom(&mut self, row: Bom) {
        SnapshotBuilder::bom(self, &row);
    }
    fn stock(&mut self, row: Stock) {
        SnapshotBuilder::stock(self, &row);
    }
    fn demand(&mut self, row: Demand) {
        SnapshotBuilder::demand(self, &row);
    }
    fn supply(&mut self, row: Supply) {
        SnapshotBuilder::supply(self, row);
    }
}

impl Sink for Tables {
    fn planning(&mut self, row: Planning) {
        self.planning.push(row);
    }
    fn source(&mut self, row: Source) {
        self.sources.push(row);
    }
    fn bom(&mut self, row: Bom) {
        self.boms.push(row);
    }
    fn stock(&mut self, row: Stock) {
        self.stock.push(row);
    }
    fn demand(&mut self, row: Demand) {
        self.demands.push(row);
    }
    fn supply(&mut self, row: Supply) {
        self.supplies.push(row);
    }
}

//! Cost tables checked and in dense form: what a run reads.

use super::{CostTables, MovementKind};
use crate::document::Period;
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::names::{Names, to_u32};
use crate::num::{MAX_SCALE, NumError, Quantity, Ratio, to_scaled_i128};
use crate::run::{Limits, RunControl};
use crate::snapshot::{Rejected, Rejections};
use crate::time::Date;
use rust_decimal::Decimal;

/// The part of an item's stock that is the item as a whole.
const IN_NO_POOL: u32 = 0;

/// A row of quantity in dense form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// Rank of the order; of a transfer the pool it goes to.
    pub(crate) other: u32,
    pub(crate) pool: u32,
    /// Quantity in grains of the item.
    pub(crate) grains: i64,
    /// Value that is fixed, in the smallest unit of the currency.
    pub(crate) fixed: Option<i64>,
}

/// A charge in dense form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Charged {
    pub(crate) order: u32,
    pub(crate) element: u32,
    /// In the smallest unit of the currency.
    pub(crate) units: i64,
}

/// The records of a period, checked: every reference leads somewhere, every amount has the decimals of the
/// currency, rows are in the order of their ids.
///
/// ```
/// use headstock::cost::{CostRecords, CostTables};
/// use headstock::run::RunControl;
///
/// let tables: CostTables = serde_json::from_str(r#"{
///   "period": "2026-03", "periods": [{"id": "2026-03", "from": "2026-03-01", "to": "2026-03-31"}],
///   "elements": [{"id": "material"}], "items": [{"id": "bolt"}],
///   "stock": [{"id": "s1", "item": "bolt", "quantity": "100", "amount": "1000.00"}]
/// }"#).unwrap();
/// let records = CostRecords::new(tables, &RunControl::new()).unwrap();
/// assert_eq!(records.tables().items.len(), 1);
/// ```
#[derive(Debug, Clone)]
pub struct CostRecords {
    tables: CostTables,
    period: usize,
    pub(crate) items: Names,
    pub(crate) orders: Names,
    pub(crate) elements: Names,
    parts: Names,
    /// Decimals of the quantities of each item: the most that a row has.
    pub(crate) scales: Vec<u8>,
    /// Element of each item.
    pub(crate) item_element: Vec<u32>,
    /// `item << 32 | part`, ascending; part is `IN_NO_POOL` or the rank of its name and one.
    pub(crate) pools: Vec<u64>,
    pub(crate) issues: Vec<Line>,
    pub(crate) receipts: Vec<Line>,
    pub(crate) movements: Vec<Line>,
    pub(crate) stock: Vec<Line>,
    pub(crate) wip_components: Vec<Line>,
    pub(crate) charges: Vec<Charged>,
}

/// Where a row stands, for its faults.
#[derive(Clone, Copy)]
struct Place<'a>(&'static str, &'a str);

/// What is known while rows are read.
struct Reader<'a> {
    items: &'a Names,
    orders: &'a Names,
    parts: &'a Names,
    scales: &'a [u8],
    pools: &'a [u64],
    amount_scale: u32,
    faults: Rejections,
}

impl CostRecords {
    /// Checks the tables and brings them into dense form.
    ///
    /// # Errors
    /// `UNKNOWN_REFERENCE {id}`; `COST_OBJECT_MISSING {doc}` for an order that is not there; `DUPLICATE_ID`;
    /// `PRECISION_EXCEEDED`; `QTY_OUT_OF_RANGE`; `COEFF_RANGE`; `COMPOSITION_BROKEN {sum, cost}`;
    /// `MIXED_OWNER_COST {line}`; `PARAM_MISSING {item, field}`; `LIMIT_EXCEEDED`; `CANCELLED`.
    pub fn new(mut tables: CostTables, control: &RunControl<'_>) -> Result<CostRecords, Rejected> {
        within_limits(&tables, control.limits())?;
        sort_rows(&mut tables);
        control.check().map_err(|cancelled| cancelled.finding())?;
        let mut faults = Rejections::new(control.limits().errors_shown);
        let period = tables.periods.iter().position(|row| row.id == tables.period);
        if period.is_none() {
            faults.push(Finding::new(Code::UnknownReference).with("id", &tables.period));
        }
        duplicates(&tables, &mut faults);
        faults.finish()?;
        let items = names(tables.items.iter().map(|row| &row.id));
        let orders = names(tables.orders.iter().map(|row| &row.id));
        let elements = names(tables.elements.iter().map(|row| &row.id));
        super::tables::check(&tables, &elements, &orders, &items, &mut faults);
        faults.finish()?;
        let parts = names(part_ids(&tables));
        let item_element = elements_of_items(&tables, &elements, &mut faults);
        let (scales, pools) = scales_and_pools(&tables, &items, &parts, &mut faults);
        faults.finish()?;
        control.check().map_err(|cancelled| cancelled.finding())?;
        let mut read = Reader {
            items: &items,
            orders: &orders,
            parts: &parts,
            scales: &scales,
            pools: &pools,
            amount_scale: tables.amount_scale,
            faults,
        };
        let issues = read.issues(&tables);
        let receipts = read.receipts(&tables);
        let movements = read.movements(&tables);
        let stock = read.stock(&tables);
        let wip_components = read.wip_components(&tables);
        read.faults.finish()?;
        let period = period.unwrap_or(0);
        let charges = charges(&tables, &orders, &elements);
        Ok(CostRecords {
            tables,
            period,
            items,
            orders,
            elements,
            parts,
            scales,
            item_element,
            pools,
            issues,
            receipts,
            movements,
            stock,
            wip_components,
            charges,
        })
    }

    /// The rows, in the order of their ids.
    #[must_use]
    pub const fn tables(&self) -> &CostTables {
        &self.tables
    }

    /// The period to close.
    #[must_use]
    pub fn period(&self) -> &Period {
        &self.tables.periods[self.period]
    }

    /// Rank of the item of a pool.
    pub(crate) fn item_of(&self, pool: usize) -> usize {
        (self.pools[pool] >> 32) as usize
    }

    /// The pool of an item and a part of it, if rows name it.
    pub(crate) fn pool_named(&self, item: &str, part: Option<&str>) -> Option<usize> {
        let item = u64::from(self.items.find(item)?);
        let first = self.pools.partition_point(|pool| pool >> 32 < item);
        let mut of_item = (first..self.pools.len()).take_while(|at| self.pools[*at] >> 32 == item);
        of_item.find(|at| self.part_of(*at) == part)
    }

    /// The part of the item that a pool is; nothing for the item as a whole.
    pub(crate) fn part_of(&self, pool: usize) -> Option<&str> {
        let part = u32::try_from(self.pools[pool] & u64::from(u32::MAX)).unwrap_or(IN_NO_POOL);
        part.checked_sub(1).map(|rank| self.parts.get(rank))
    }

    /// An amount of the tables in the smallest unit of the currency; checked when the records were built.
    pub(crate) fn units(&self, amount: Decimal) -> i64 {
        units(amount, self.tables.amount_scale)
    }
}

fn units(amount: Decimal, scale: u32) -> i64 {
    to_scaled_i128(amount, scale).ok().and_then(|units| i64::try_from(units).ok()).unwrap_or(0)
}

/// Charges, whose references and amounts are checked.
fn charges(tables: &CostTables, orders: &Names, elements: &Names) -> Vec<Charged> {
    let find = |names: &Names, id: &Id| names.find(id.as_str()).unwrap_or(0);
    let dense = |row: &super::Charge| Charged {
        order: find(orders, &row.order),
        element: find(elements, &row.element),
        units: units(row.amount.0, tables.amount_scale),
    };
    tables.charges.iter().map(dense).collect()
}

impl Reader<'_> {
    fn order(&mut self, id: &Id, at: Place<'_>) -> u32 {
        self.orders.find(id.as_str()).unwrap_or_else(|| {
            let missing = Finding::new(Code::CostObjectMissing).with("doc", at.1).with("id", id);
            self.faults.at(at.0, at.1, missing);
            0
        })
    }

    fn pool(&mut self, item: &Id, part: Option<&Id>, at: Place<'_>) -> u32 {
        let Some(rank) = self.items.find(item.as_str()) else {
            self.faults.at(at.0, at.1, Finding::new(Code::UnknownReference).with("id", item));
            return 0;
        };
        let part = part.and_then(|part| self.parts.find(part.as_str())).map_or(IN_NO_POOL, |rank| rank + 1);
        to_u32(self.pools.binary_search(&(u64::from(rank) << 32 | u64::from(part))).unwrap_or(0))
    }

    fn grains(&mut self, pool: u32, quantity: Quantity, at: Place<'_>) -> i64 {
        let item = self.pools.get(pool as usize).map_or(0, |pool| (pool >> 32) as usize);
        let scale = u32::from(self.scales.get(item).copied().unwrap_or(0));
        match quantity.at_scale(scale) {
            Ok(quantity) => quantity.grains(),
            Err(error) => self.number(error, at),
        }
    }

    fn number(&mut self, error: NumError, at: Place<'_>) -> i64 {
        self.faults.at(at.0, at.1, error.finding());
        0
    }

    fn amount(&mut self, amount: Decimal, at: Place<'_>) -> i64 {
        let units = to_scaled_i128(amount, self.amount_scale);
        let units = units.and_then(|units| i64::try_from(units).map_err(|_| NumError::Range));
        match units {
            // Sums of ten million rows stay within 64 bits.
            Ok(units) if units.unsigned_abs() < 1 << 40 << 14 => units,
            Ok(_) => self.number(NumError::Range, at),
            Err(error) => self.number(error, at),
        }
    }

    fn issues(&mut self, tables: &CostTables) -> Vec<Line> {
        let rows = tables.issues.iter().map(|row| {
            let at = Place("issues", row.id.as_str());
            let other = self.order(&row.order, at);
            let pool = self.pool(&row.item, row.pool.as_ref(), at);
            let grains = self.grains(pool, row.quantity, at);
            let fixed = row.amount.map(|amount| self.amount(amount.0, at));
            row.provisional.map(|amount| self.amount(amount.0, at));
            if fixed.is_some_and(|fixed| fixed != 0 && (fixed < 0) != (grains < 0)) {
                self.faults.at(at.0, at.1, Finding::new(Code::QtyNotPositive).with("row", &row.id));
            }
            self.owned(tables, pool, fixed, at);
            Line { other, pool, grains, fixed }
        });
        rows.collect()
    }

    fn receipts(&mut self, tables: &CostTables) -> Vec<Line> {
        let rows = tables.receipts.iter().map(|row| {
            let at = Place("receipts", row.id.as_str());
            let other = self.order(&row.order, at);
            let pool = self.pool(&row.item, row.pool.as_ref(), at);
            let grains = self.grains(pool, row.quantity, at);
            row.provisional.map(|amount| self.amount(amount.0, at));
            Line { other, pool, grains, fixed: None }
        });
        rows.collect()
    }

    fn movements(&mut self, tables: &CostTables) -> Vec<Line> {
        let rows = tables.movements.iter().map(|row| {
            let at = Place("movements", row.id.as_str());
            let pool = self.pool(&row.item, row.pool.as_ref(), at);
            let transfer = row.kind == MovementKind::Transfer;
            let other = if transfer { self.pool(&row.item, row.to.as_ref(), at) } else { u32::MAX };
            if transfer && other == pool {
                let missing = Finding::new(Code::ParamMissing).with("item", &row.item).with("field", "to");
                self.faults.at(at.0, at.1, missing);
            }
            let grains = self.grains(pool, row.quantity, at);
            let fixed = row.amount.map(|amount| self.amount(amount.0, at));
            row.provisional.map(|amount| self.amount(amount.0, at));
            if row.kind == MovementKind::Revalue && grains != 0 {
                self.faults.at(at.0, at.1, NumError::Range.finding());
            }
            self.owned(tables, pool, fixed, at);
            Line { other, pool, grains, fixed }
        });
        rows.collect()
    }

    fn stock(&mut self, tables: &CostTables) -> Vec<Line> {
        let rows = tables.stock.iter().map(|row| {
            let at = Place("stock", row.id.as_str());
            let pool = self.pool(&row.item, row.pool.as_ref(), at);
            let grains = self.grains(pool, row.quantity, at);
            let amount = self.amount(row.amount.0, at);
            self.owned(tables, pool, Some(amount), at);
            Line { other: u32::MAX, pool, grains, fixed: Some(amount) }
        });
        rows.collect()
    }

    fn wip_components(&mut self, tables: &CostTables) -> Vec<Line> {
        let rows = tables.wip_components.iter().map(|row| {
            let at = Place("wip_components", row.order.as_str());
            let other = self.order(&row.order, at);
            let pool = self.pool(&row.item, row.pool.as_ref(), at);
            let grains = self.grains(pool, row.quantity, at);
            Line { other, pool, grains, fixed: None }
        });
        rows.collect()
    }

    /// Stock of a customer carries no value (`T02`).
    fn owned(&mut self, tables: &CostTables, pool: u32, amount: Option<i64>, at: Place<'_>) {
        let item = self.pools.get(pool as usize).map_or(0, |pool| (pool >> 32) as usize);
        let theirs = tables.items.get(item).is_some_and(|item| item.customer_owned);
        if theirs && amount.is_some_and(|amount| amount != 0) {
            self.faults.at(at.0, at.1, Finding::new(Code::MixedOwnerCost).with("line", at.1));
        }
    }
}

/// Names of ids that are sorted or nearly so.
fn names<'a>(ids: impl Iterator<Item = &'a Id>) -> Names {
    let ids: Vec<&str> = ids.map(Id::as_str).collect();
    Names::build(&ids).0
}

fn part_ids(tables: &CostTables) -> impl Iterator<Item = &Id> {
    let stock = tables.stock.iter().filter_map(|row| row.pool.as_ref());
    let moves = tables.movements.iter().flat_map(|row| row.pool.iter().chain(&row.to));
    let issues = tables.issues.iter().filter_map(|row| row.pool.as_ref());
    let receipts = tables.receipts.iter().filter_map(|row| row.pool.as_ref());
    let wip = tables.wip_components.iter().filter_map(|row| row.pool.as_ref());
    stock.chain(moves).chain(issues).chain(receipts).chain(wip)
}

/// Element of each item: its own, else the first of kind material.
fn elements_of_items(tables: &CostTables, elements: &Names, faults: &mut Rejections) -> Vec<u32> {
    let material = |row: &&super::Element| row.kind == super::ElementKind::Material;
    let first = tables.elements.iter().find(material).and_then(|row| elements.find(row.id.as_str()));
    let rows = tables.items.iter().map(|row| {
        let own = match &row.element {
            Some(id) => elements.find(id.as_str()),
            None => first,
        };
        own.unwrap_or_else(|| {
            let missing = Finding::new(Code::ParamMissing).with("item", &row.id).with("field", "element");
            faults.at("items", row.id.as_str(), missing);
            0
        })
    });
    rows.collect()
}

/// Decimals of each item's quantities, and every pool that a row names.
fn scales_and_pools(
    tables: &CostTables,
    items: &Names,
    parts: &Names,
    faults: &mut Rejections,
) -> (Vec<u8>, Vec<u64>) {
    let mut scales = vec![0u8; items.len()];
    let mut pools: Vec<u64> = (0..items.len() as u64).map(|item| item << 32).collect();
    let mut see = |item: &Id, part: Option<&Id>, quantity: Quantity, at: Place<'_>| {
        let Some(rank) = items.find(item.as_str()) else { return };
        let scale = u8::try_from(quantity.scale().min(MAX_SCALE)).unwrap_or(0);
        let slot = &mut scales[rank as usize];
        *slot = scale.max(*slot);
        if let Some(part) = part.and_then(|part| parts.find(part.as_str())) {
            pools.push(u64::from(rank) << 32 | u64::from(part + 1));
        }
        // Sums of ten million rows stay within 64 bits.
        if quantity.grains().unsigned_abs() >= 1 << 40 << 14 {
            faults.at(at.0, at.1, NumError::Range.finding());
        }
    };
    for row in &tables.stock {
        see(&row.item, row.pool.as_ref(), row.quantity, Place("stock", row.id.as_str()));
    }
    for row in &tables.movements {
        let at = Place("movements", row.id.as_str());
        see(&row.item, row.pool.as_ref(), row.quantity, at);
        if row.kind == MovementKind::Transfer {
            see(&row.item, row.to.as_ref(), row.quantity, at);
        }
    }
    for row in &tables.issues {
        see(&row.item, row.pool.as_ref(), row.quantity, Place("issues", row.id.as_str()));
    }
    for row in &tables.receipts {
        see(&row.item, row.pool.as_ref(), row.quantity, Place("receipts", row.id.as_str()));
    }
    for row in &tables.wip_components {
        see(&row.item, row.pool.as_ref(), row.quantity, Place("wip_components", row.order.as_str()));
    }
    pools.sort_unstable();
    pools.dedup();
    (scales, pools)
}

fn within_limits(tables: &CostTables, limits: &Limits) -> Result<(), Finding> {
    let rows = [
        tables.elements.len(),
        tables.items.len(),
        tables.stock.len(),
        tables.orders.len(),
        tables.outputs.len(),
        tables.wip.len(),
        tables.movements.len(),
        tables.issues.len(),
        tables.receipts.len(),
        tables.charges.len(),
        tables.overhead.len(),
        tables.drivers.len(),
    ];
    let most = rows.iter().max().copied().unwrap_or(0) as u64;
    // Ranks are 32 bits; pools and orders share one numbering.
    Limits::check("rows", most, limits.rows.min(1 << 30)).map_err(|error| error.finding())?;
    let elements = tables.elements.len() as u64;
    let cells = elements * elements * tables.orders.len() as u64 * 8;
    Limits::check("memory", cells, limits.memory_bytes).map_err(|error| error.finding())?;
    if tables.amount_scale > MAX_SCALE {
        return Err(NumError::Range.finding());
    }
    Ok(())
}

/// Rows in the order of their ids, so that nothing depends on the order they came in.
fn sort_rows(tables: &mut CostTables) {
    tables.periods.sort_by(|a, b| (a.from, &a.id).cmp(&(b.from, &b.id)));
    tables.elements.sort_by(|a, b| a.id.cmp(&b.id));
    tables.items.sort_by(|a, b| a.id.cmp(&b.id));
    tables.orders.sort_by(|a, b| a.id.cmp(&b.id));
    tables.stock.sort_by(|a, b| a.id.cmp(&b.id));
    tables.movements.sort_by(|a, b| a.id.cmp(&b.id));
    tables.issues.sort_by(|a, b| a.id.cmp(&b.id));
    tables.receipts.sort_by(|a, b| a.id.cmp(&b.id));
    tables.charges.sort_by(|a, b| a.id.cmp(&b.id));
    tables.overhead.sort_by(|a, b| a.id.cmp(&b.id));
    tables.drafts.sort_by(|a, b| a.id.cmp(&b.id));
    tables.outputs.sort_by(|a, b| (&a.order, &a.item).cmp(&(&b.order, &b.item)));
    tables.wip.sort_by(|a, b| (&a.order, &a.element).cmp(&(&b.order, &b.element)));
    tables.wip_amounts.sort_by(|a, b| (&a.order, &a.element).cmp(&(&b.order, &b.element)));
    tables.wip_components.sort_by(|a, b| {
        let key = |row: &super::WipComponent| (row.order.clone(), row.item.clone(), row.pool.clone());
        key(a).cmp(&key(b)).then(a.quantity.cmp(&b.quantity))
    });
    tables
        .drivers
        .sort_by(|a, b| (&a.order, a.base, &a.centre, a.value).cmp(&(&b.order, b.base, &b.centre, b.value)));
}

/// Ids that stand twice in a table; rows are sorted.
fn duplicates(tables: &CostTables, faults: &mut Rejections) {
    let mut twice = |table: &'static str, ids: &mut dyn Iterator<Item = &Id>| {
        let mut last: Option<&Id> = None;
        for id in ids {
            if last == Some(id) {
                faults.push(Finding::new(Code::DuplicateId).with("table", table).with("id", id));
            }
            last = Some(id);
        }
    };
    let mut periods: Vec<&Id> = tables.periods.iter().map(|row| &row.id).collect();
    periods.sort_unstable();
    twice("periods", &mut periods.into_iter());
    twice("elements", &mut tables.elements.iter().map(|row| &row.id));
    twice("items", &mut tables.items.iter().map(|row| &row.id));
    twice("orders", &mut tables.orders.iter().map(|row| &row.id));
    twice("stock", &mut tables.stock.iter().map(|row| &row.id));
    twice("movements", &mut tables.movements.iter().map(|row| &row.id));
    twice("issues", &mut tables.issues.iter().map(|row| &row.id));
    twice("receipts", &mut tables.receipts.iter().map(|row| &row.id));
    twice("charges", &mut tables.charges.iter().map(|row| &row.id));
    twice("overhead", &mut tables.overhead.iter().map(|row| &row.id));
    let mut last = None;
    for row in &tables.outputs {
        if last == Some((&row.order, &row.item)) {
            let twice = Finding::new(Code::DuplicateId).with("table", "outputs").with("id", &row.item);
            faults.push(twice.with("order", &row.order));
        }
        last = Some((&row.order, &row.item));
    }
}

/// Whether a coefficient of completion is one.
pub(super) fn is_part(done: Ratio) -> bool {
    !done.is_negative() && done <= Ratio::ONE
}

/// Whether a day lies in a period.
pub(super) fn in_period(period: &Period, day: Date) -> bool {
    period.from <= day && day <= period.to
}

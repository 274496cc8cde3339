//! Items as dense rows.

use super::{Names, Rejections};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::item::{Item, KeyParts, ScrapFormula, Substitution};
use crate::num::{MAX_SCALE, NumError, from_scaled, to_scaled};
use crate::snapshot::UnitRow;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Largest quantity of one record, in units of the last place: sums of a node stay far inside 64 bits or are
/// found out by checked arithmetic.
pub(crate) const MAX_QUANTITY: i64 = 1_000_000_000_000_000_000;

/// What a plan needs of one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ItemFact {
    pub(crate) unit: u32,
    pub(crate) scale: u8,
    pub(crate) planned: bool,
    pub(crate) phantom: bool,
    pub(crate) free_stock: bool,
    pub(crate) second_quantity: bool,
    pub(crate) key: KeyParts,
    pub(crate) scrap_formula: ScrapFormula,
    pub(crate) substitution: Substitution,
}

/// Items by rank of their id.
#[derive(Debug, Clone)]
pub(crate) struct ItemTable {
    pub(crate) names: Arc<Names>,
    pub(crate) facts: Vec<ItemFact>,
    pub(crate) units: Vec<UnitRow>,
    unit_names: Names,
}

impl ItemTable {
    pub(crate) fn build(units: Vec<UnitRow>, items: &[Item], rejections: &mut Rejections) -> Self {
        let unit_ids: Vec<&str> = units.iter().map(|u| u.id.as_str()).collect();
        let (unit_names, twice, ranks) = Names::build(&unit_ids);
        twice.iter().for_each(|id| rejections.push(duplicate("units", id)));
        let mut sorted: Vec<Option<UnitRow>> = vec![None; unit_names.len()];
        for (unit, rank) in units.iter().zip(ranks) {
            if unit.scale > MAX_SCALE {
                let limit = format_args!("scale 0 to {MAX_SCALE}").to_string();
                let fault = Finding::new(Code::QtyOutOfRange).with("value", unit.scale).with("limit", limit);
                rejections.at("units", unit.id.as_str(), fault);
            }
            sorted[rank as usize] = Some(unit.clone());
        }
        let units: Vec<UnitRow> = sorted.into_iter().flatten().collect();
        let ids: Vec<&str> = items.iter().map(|i| i.id.as_str()).collect();
        let (names, twice, ranks) = Names::build(&ids);
        twice.iter().for_each(|id| rejections.push(duplicate("items", id)));
        let mut facts = vec![None; names.len()];
        for (item, rank) in items.iter().zip(ranks) {
            let unit = unit_names.find(item.unit.as_str()).unwrap_or_else(|| {
                rejections.at("items", item.id.as_str(), unknown("units", &item.unit));
                0
            });
            let scale = units.get(unit as usize).map_or(0, |u| u.scale.min(MAX_SCALE));
            facts[rank as usize] = Some(ItemFact {
                unit,
                scale: u8::try_from(scale).unwrap_or(0),
                planned: item.planned,
                phantom: item.phantom,
                free_stock: item.free_stock,
                second_quantity: item.second_quantity,
                key: item.key,
                scrap_formula: item.scrap_formula,
                substitution: item.substitution,
            });
        }
        ItemTable { names: Arc::new(names), facts: facts.into_iter().flatten().collect(), units, unit_names }
    }

    pub(crate) fn len(&self) -> usize {
        self.facts.len()
    }

    pub(crate) fn fact(&self, item: u32) -> &ItemFact {
        &self.facts[item as usize]
    }

    pub(crate) fn unit(&self, id: &str) -> Option<u32> {
        self.unit_names.find(id)
    }

    pub(crate) fn scale(&self, item: u32) -> u32 {
        u32::from(self.fact(item).scale)
    }

    /// A quantity of the item in grains.
    pub(crate) fn grains(&self, item: u32, quantity: Decimal) -> Result<i64, Finding> {
        let grains =
            to_scaled(quantity, self.scale(item)).map_err(|error| self.refusal(item, quantity, &error))?;
        if grains.unsigned_abs() > MAX_QUANTITY.unsigned_abs() {
            return Err(self.refusal(item, quantity, &NumError::Range));
        }
        Ok(grains)
    }

    fn refusal(&self, item: u32, quantity: Decimal, error: &NumError) -> Finding {
        let unit = &self.units[self.fact(item).unit as usize];
        let finding = match error.code() {
            Code::PrecisionExceeded => Finding::new(Code::PrecisionExceeded)
                .with("value", quantity)
                .with("unit", &unit.id)
                .with("n", unit.scale),
            _ => Finding::new(Code::QtyOutOfRange)
                .with("value", quantity)
                .with("limit", from_scaled(MAX_QUANTITY, unit.scale)),
        };
        finding.with("item", self.names.get(item))
    }

    /// A number of grains as a decimal at the item's scale.
    pub(crate) fn decimal(&self, item: u32, grains: i64) -> Decimal {
        from_scaled(grains, self.scale(item))
    }
}

/// `DUPLICATE_ID`: a row id stands twice in a table.
pub(crate) fn duplicate(table: &'static str, id: &str) -> Finding {
    Finding::new(Code::DuplicateId).with("table", table).with("id", id)
}

/// `UNKNOWN_REFERENCE`: an id that its table does not have.
pub(crate) fn unknown(table: &'static str, id: &Id) -> Finding {
    Finding::new(Code::UnknownReference).with("id", id).with("expected", table)
}

//! What a cost consists of (`C12`): one level down, or by original element through all levels (成本还原).

use super::outcome::PeriodOutcome;
use crate::num::{Residue, split};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// One part of a product's cost, one level down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CostPart<'a> {
    /// Element under which it stands.
    pub element: &'a str,
    /// The component; absent: a cost of the order's own, or work in process of earlier periods.
    pub item: Option<&'a str>,
    /// Quantity of the component that was issued in the period.
    pub quantity: Option<Decimal>,
    /// Its part of the product's cost.
    pub value: Decimal,
}

impl<'a> PeriodOutcome<'a> {
    /// The cost of what an order gave, one level down: components by item, own costs by element. The parts add up
    /// to the cost; where an element is only partly finished, each part is in proportion.
    pub fn parts_of(&self, order: &str, item: &str) -> Vec<CostPart<'a>> {
        let records = self.records();
        let Some(order) = records.orders.find(order).map(|order| order as usize) else { return Vec::new() };
        let made = self.state.plant.made_by.of(order).iter().map(|at| *at as usize);
        let named = |at: &usize| self.state.item_name(self.state.plant.made[*at].pool as usize) == item;
        let mut parts = Vec::new();
        for at in made.filter(named) {
            let elements = self.state.made_elements.row(at);
            for (element, value) in elements.iter().enumerate().filter(|(_, value)| **value != 0) {
                self.split_element(order, element, *value, &mut parts);
            }
        }
        parts
    }

    fn split_element(&self, order: usize, element: usize, value: i64, parts: &mut Vec<CostPart<'a>>) {
        let records = self.records();
        let mut items: BTreeMap<usize, (i64, i64)> = BTreeMap::new();
        for row in self.state.plant.issues.of(order) {
            let line = records.issues[*row as usize];
            let pool = line.pool as usize;
            if self.state.plant.element_of(pool) == element {
                let slot = items.entry(records.item_of(pool)).or_default();
                *slot = (slot.0 + line.grains, slot.1 + self.state.issue_value[*row as usize]);
            }
        }
        let whole = self.state.opening.row(order)[element] + self.state.input.row(order)[element];
        let issued: i64 = items.values().map(|item| item.1).sum();
        let mut weights: Vec<i128> = items.values().map(|item| i128::from(item.1)).collect();
        weights.push(i128::from(whole - issued));
        let name = self.element(element);
        let all = CostPart { element: name, item: None, quantity: None, value: self.money(value) };
        let Ok(shares) = split(i128::from(value), &weights, Residue::LargestRemainder) else {
            parts.push(all);
            return;
        };
        let own = shares.last().copied().unwrap_or(0);
        for ((item, (grains, _)), share) in items.into_iter().zip(&shares) {
            let scale = u32::from(records.scales[item]);
            let quantity = Some(crate::num::from_scaled(grains, scale));
            let name = records.tables().items[item].id.as_str();
            let value = self.money(i64::try_from(*share).unwrap_or(0));
            parts.push(CostPart { item: Some(name), quantity, value, ..all });
        }
        if own != 0 {
            parts.push(CostPart { value: self.money(i64::try_from(own).unwrap_or(0)), ..all });
        }
    }

    /// The stock of an item by original element, at the price of the period: what was there and came in, less what
    /// left, by element; the elements add up to the value at the end.
    pub fn closing_composition(&self, item: &str, part: Option<&str>) -> Vec<(&'a str, Decimal)> {
        let Some(pool) = self.records().pool_named(item, part) else { return Vec::new() };
        self.by_element(self.state.parts.row(pool))
    }
}

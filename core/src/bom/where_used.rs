//! Where an item is used: directly, and upwards through all levels with the accumulated usage.

use std::collections::BTreeMap;

use crate::bom::book::{BomBook, Moment, NO_SITE};
use crate::bom::graph::Csr;
use crate::bom::list::units;
use crate::bom::walk::Budget;
use crate::bom::{BomError, ItemFacts, to_u32};
use crate::id::Id;
use crate::num::{NumError, Ratio};
use crate::run::RunControl;
use crate::time::Date;

/// A line that uses an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedIn<'a> {
    /// The product that uses it.
    pub product: &'a str,
    /// The BOM version.
    pub bom: &'a str,
    /// Line id.
    pub line: &'a str,
    /// Whether the version is approved and enabled.
    pub usable: bool,
    /// First day on which version and line both hold; absent when open.
    pub valid_from: Option<Date>,
    /// Last day on which version and line both hold; absent when open.
    pub valid_to: Option<Date>,
    /// Stock units of the item per stock unit of input, scrap included; absent when fixed or stepped.
    pub usage: Option<Ratio>,
}

/// An item made from the item asked for, at whatever distance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedBy<'a> {
    /// The item.
    pub product: &'a str,
    /// Its low-level code.
    pub low_level_code: u32,
    /// Stock units of the item asked for in one good stock unit of this one, over all ways, exact.
    pub usage: Ratio,
    /// Whether that is all: `false` when a fixed or stepped usage lies on a way and is left out of `usage`.
    pub proportional: bool,
    /// Whether nothing in force uses it.
    pub end_item: bool,
}

/// Lines by the component that they name. Build once, ask often.
#[derive(Debug)]
pub struct WhereUsed<'a> {
    book: &'a BomBook,
    facts: &'a ItemFacts,
    /// Component → numbers of the lines.
    lines: Csr,
}

impl BomBook {
    /// The index that answers where-used questions; costs about as much as reading all lines twice.
    #[must_use]
    pub fn where_used<'a>(&'a self, facts: &'a ItemFacts) -> WhereUsed<'a> {
        let lines = Csr::from_arcs(facts.len() as usize, || {
            self.lines.iter().enumerate().map(|(number, line)| (line.component, to_u32(number)))
        });
        WhereUsed { book: self, facts, lines }
    }
}

impl<'a> WhereUsed<'a> {
    /// Every line of every version that names an item, in force or not, by product, version and line.
    ///
    /// # Errors
    /// `UNKNOWN_REFERENCE`, `NUMBER_OVERFLOW`.
    pub fn direct(&self, item: &Id) -> Result<Vec<UsedIn<'a>>, BomError> {
        let item = self.facts.item(item)?;
        self.lines.row(item).iter().map(|&number| self.used_in(item, number)).collect()
    }

    fn used_in(&self, item: u32, number: u32) -> Result<UsedIn<'a>, BomError> {
        let (book, facts) = (self.book, self.facts);
        let (owner, line) = (book.owner(number), book.line(number));
        let version = book.version(owner);
        let (from, to) = book.extra(line).map_or((i32::MIN, i32::MAX), |e| (e.from, e.to));
        let day = |day: i32| Date::from_day_number(day).ok();
        let usage = match book.coefficient(line) {
            Some(grains) => Some(self.per_unit(item, version.product, grains)?),
            None => None,
        };
        Ok(UsedIn {
            product: facts.name(version.product),
            bom: book.version_name(owner),
            line: book.line_name(number),
            usable: version.usable,
            valid_from: day(version.from.max(from)),
            valid_to: day(version.to.min(to)),
            usage,
        })
    }

    /// Grains of an item per grain of a product as stock units per stock unit.
    fn per_unit(&self, item: u32, product: u32, grains: Result<Ratio, NumError>) -> Result<Ratio, BomError> {
        let scaled = grains.and_then(|g| g.checked_mul(Ratio::from_int(self.facts.grains(product))));
        let scaled = scaled.map_err(|error| BomError::number(self.facts.name(product), error))?;
        units(self.facts, item, scaled)
    }

    /// Every item that an item goes into on a day, at all levels, from the nearest to the end items
    /// (by falling low-level code, then id), with the accumulated usage.
    ///
    /// # Errors
    /// `UNKNOWN_REFERENCE`, `NUMBER_OVERFLOW`, `LIMIT_EXCEEDED`, `CANCELLED`.
    pub fn all_levels(
        &self,
        item: &Id,
        date: Date,
        site: Option<&Id>,
        control: &RunControl<'_>,
    ) -> Result<Vec<UsedBy<'a>>, BomError> {
        let (book, facts) = (self.book, self.facts);
        let target = facts.item(item)?;
        let site = site.map_or(Ok(NO_SITE), |site| facts.site(site))?;
        let at = Moment { site, day: date.day_number() };
        let codes = book.levels_at(facts, site)?;
        let mut budget = Budget::new(control);
        // By (code, item): everything that an item goes into has a smaller code.
        let mut waiting = BTreeMap::from([((codes[target as usize], target), (Ratio::ONE, true))]);
        let mut rows = Vec::new();
        while let Some(((low_level_code, below), (usage, proportional))) = waiting.pop_last() {
            let mut end_item = true;
            for &number in self.lines.row(below) {
                budget.spend(1)?;
                let Some(product) = self.maker(number, at) else { continue };
                end_item = false;
                let (more, whole) = self.step(number, usage)?;
                let sum = waiting.entry((codes[product as usize], product)).or_insert((Ratio::ZERO, true));
                let added = sum.0.checked_add(more);
                sum.0 = added.map_err(|error| BomError::number(facts.name(product), error))?;
                sum.1 &= whole && proportional;
            }
            if below != target {
                let (product, usage) = (facts.name(below), self.per_unit(target, below, Ok(usage))?);
                budget.holds(&rows, 0)?;
                rows.push(UsedBy { product, low_level_code, usage, proportional, end_item });
            }
        }
        rows.sort_by(|a, b| (b.low_level_code, a.product).cmp(&(a.low_level_code, b.product)));
        Ok(rows)
    }

    /// The end items only (`UsedBy::end_item`), by id.
    ///
    /// # Errors
    /// As [`WhereUsed::all_levels`].
    pub fn end_items(
        &self,
        item: &Id,
        date: Date,
        site: Option<&Id>,
        control: &RunControl<'_>,
    ) -> Result<Vec<UsedBy<'a>>, BomError> {
        let mut rows = self.all_levels(item, date, site, control)?;
        rows.retain(|row| row.end_item);
        rows.sort_by_key(|row| row.product);
        Ok(rows)
    }

    /// The product of a line, if its version and the line are in force.
    fn maker(&self, number: u32, at: Moment) -> Option<u32> {
        let owner = self.book.owner(number);
        let product = self.book.version(owner).product;
        let holds = self.book.line_covers(self.book.line(number), at.day);
        (holds && self.book.in_force(product, at.site, at.day) == Some(owner)).then_some(product)
    }

    /// Usage per good grain of the line's product, and whether that is all.
    fn step(&self, number: u32, usage: Ratio) -> Result<(Ratio, bool), BomError> {
        let line = self.book.line(number);
        let owner = self.book.owner(number);
        let exact = || -> Result<(Ratio, bool), NumError> {
            match self.book.coefficient(line) {
                Some(grains) => Ok((self.book.exact_input(owner, usage.checked_mul(grains?)?)?, true)),
                None => {
                    let per = self.book.extra(line).map_or(Ratio::ZERO, |e| e.per);
                    let part = per.checked_mul(Ratio::from_int(line.numer))?.checked_mul(usage)?;
                    Ok((self.book.exact_input(owner, part)?, false))
                }
            }
        };
        exact().map_err(|error| BomError::number(self.facts.name(line.component), error))
    }
}

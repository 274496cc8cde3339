//! Explosions of a product through all levels, exact and never rounded (`F02`, promise 3).
//!
//! An indented explosion shows every occurrence with an order of its own; totals add what is needed of an item
//! first and make it in one order. The two differ only where a usage is fixed or stepped.

use std::collections::{BTreeMap, BTreeSet};

use crate::bom::book::{BomBook, Moment, not_found};
use crate::bom::list::{OrderQuantity, Resolved, units};
use crate::bom::walk::{Budget, Flow};
use crate::bom::{BomError, ExplosionRequest, ItemFacts, OutputKind};
use crate::finding::Finding;
use crate::num::{NumError, Ratio};
use crate::run::RunControl;

/// One occurrence of a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplosionRow<'a> {
    /// 1 for a component of the product; phantoms and skipped items do not count.
    pub level: u32,
    /// The component.
    pub component: &'a str,
    /// The BOM that the line stands in.
    pub bom: &'a str,
    /// Line id.
    pub line: &'a str,
    /// Phantoms and skipped items between the maker and the component, from the top.
    pub through: Vec<&'a str>,
    /// Exact requirement in the component's stock units.
    pub quantity: Ratio,
    /// Whether the component has a BOM in force itself.
    pub made: bool,
}

/// An item that comes out beside the products, summed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GainRow<'a> {
    /// The item.
    pub item: &'a str,
    /// Co-product or by-product.
    pub kind: OutputKind,
    /// Exact quantity in stock units.
    pub quantity: Ratio,
}

/// An indented explosion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explosion<'a> {
    /// The BOM version of the product.
    pub bom: &'a str,
    /// Exact input quantity of the product in stock units.
    pub input: Ratio,
    /// Every occurrence, each before its own components.
    pub rows: Vec<ExplosionRow<'a>>,
    /// Further outputs of all items made, by item and kind.
    pub outputs: Vec<GainRow<'a>>,
    /// `BOM_NOT_FOUND` for each component that has versions, but none in force: it was taken as bought.
    pub findings: Vec<Finding>,
}

/// What is needed of an item in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TotalRow<'a> {
    /// The item.
    pub component: &'a str,
    /// Its low-level code over all usable versions.
    pub low_level_code: u32,
    /// Exact requirement in stock units.
    pub quantity: Ratio,
    /// Whether it has a BOM in force itself.
    pub made: bool,
}

/// A summarised explosion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals<'a> {
    /// The BOM version of the product.
    pub bom: &'a str,
    /// Exact input quantity of the product in stock units.
    pub input: Ratio,
    /// Every item needed, by low-level code and id.
    pub rows: Vec<TotalRow<'a>>,
    /// Further outputs, by item and kind.
    pub outputs: Vec<GainRow<'a>>,
    /// `BOM_NOT_FOUND` for each component that has versions, but none in force: it was taken as bought.
    pub findings: Vec<Finding>,
}

/// A need of one order, with the phantoms above it.
struct Need {
    line: u32,
    grains: Ratio,
    through: Vec<u32>,
}

/// What an explosion gathers beside its rows.
struct Gathered<'b, 'c> {
    book: &'b BomBook,
    facts: &'b ItemFacts,
    at: Moment,
    budget: Budget<'c>,
    gains: BTreeMap<(u32, OutputKind), Ratio>,
    missing: BTreeSet<u32>,
}

impl<'b, 'c> Gathered<'b, 'c> {
    fn new(book: &'b BomBook, facts: &'b ItemFacts, at: Moment, control: &'c RunControl<'c>) -> Self {
        let (gains, missing) = (BTreeMap::new(), BTreeSet::new());
        Gathered { book, facts, at, budget: Budget::new(control), gains, missing }
    }

    /// The flattened needs of one order; its outputs are added up.
    fn order(&mut self, version: u32, input: Ratio) -> Result<Vec<Need>, BomError> {
        let (facts, gains) = (self.facts, &mut self.gains);
        let outputs = &self.book.outputs;
        let mut needs = Vec::new();
        self.book.walk_order(
            facts,
            (version, input),
            self.at,
            &mut self.budget,
            &|_| true,
            &mut |flow, path| {
                match flow {
                    Flow::Need { line, quantity, .. } => {
                        needs.push(Need { line, grains: quantity, through: path.to_vec() });
                    }
                    Flow::Gain { output, item, quantity } => {
                        let sum = gains.entry((item, outputs[output as usize].kind)).or_default();
                        let more = sum.checked_add(quantity);
                        *sum = more.map_err(|error| BomError::number(facts.name(item), error))?;
                    }
                }
                Ok(())
            },
        )?;
        Ok(needs)
    }

    /// The version that makes a component, if any; one that has versions but none in force is noted.
    fn maker(&mut self, item: u32) -> Option<u32> {
        let version = self.book.in_force(item, self.at.site, self.at.day);
        if version.is_none() && !self.book.of_product(item).is_empty() {
            self.missing.insert(item);
        }
        version
    }

    fn input(&self, version: u32, item: u32, good: Ratio) -> Result<Ratio, BomError> {
        let input = self.book.exact_input(version, good);
        input.map_err(|error| BomError::number(self.facts.name(item), error))
    }

    fn outputs(&self) -> Result<Vec<GainRow<'b>>, BomError> {
        let row = |(&(item, kind), &grains): (&(u32, OutputKind), &Ratio)| {
            Ok(GainRow { item: self.facts.name(item), kind, quantity: units(self.facts, item, grains)? })
        };
        self.gains.iter().map(row).collect()
    }

    fn findings(&self) -> Vec<Finding> {
        self.missing.iter().map(|&item| not_found(self.facts, item, self.at).finding()).collect()
    }
}

impl BomBook {
    /// The exact input in grains that a request asks for; any number of decimals.
    fn asked_input(
        &self,
        facts: &ItemFacts,
        ask: &ExplosionRequest<'_>,
        of: &Resolved,
    ) -> Result<Ratio, BomError> {
        let grains = Ratio::from_int(facts.grains(of.product));
        let input = match ask.quantity {
            OrderQuantity::Input(quantity) => Ratio::from_decimal(quantity).checked_mul(grains),
            OrderQuantity::Good(quantity) => {
                let good = Ratio::from_decimal(quantity).checked_mul(grains);
                good.and_then(|good| self.exact_input(of.version, good))
            }
        };
        input.map_err(|error: NumError| BomError::number(facts.name(of.product), error))
    }

    /// An explosion with one row per occurrence, `levels` deep (1: single-level; [`u32::MAX`]: all), phantoms and
    /// skip-level lines flattened. Nothing is rounded.
    ///
    /// # Errors
    /// `BOM_NOT_FOUND` for the product or a phantom, `BOM_NOT_APPROVED`, `UNKNOWN_REFERENCE`,
    /// `NUMBER_OVERFLOW`, `LIMIT_EXCEEDED` (rows or memory), `CANCELLED`.
    pub fn explode<'a>(
        &'a self,
        facts: &'a ItemFacts,
        ask: &ExplosionRequest<'_>,
        levels: u32,
        control: &RunControl<'_>,
    ) -> Result<Explosion<'a>, BomError> {
        let of = self.resolve(facts, ask)?;
        let input = self.asked_input(facts, ask, &of)?;
        let mut gathered = Gathered::new(self, facts, of.at, control);
        // A name takes four times the room of a line's number.
        let (mut rows, mut besides) = (Vec::new(), 0usize);
        let mut stack = vec![gathered.order(of.version, input)?.into_iter()];
        while let Some(top) = stack.last_mut() {
            let Some(need) = top.next() else {
                stack.pop();
                continue;
            };
            let component = self.line(need.line).component;
            let maker = gathered.maker(component);
            besides += std::mem::size_of_val(need.through.as_slice()) * 4;
            gathered.budget.holds(&rows, besides)?;
            rows.push(ExplosionRow {
                level: super::to_u32(stack.len()),
                component: facts.name(component),
                bom: self.version_name(self.owner(need.line)),
                line: self.line_name(need.line),
                through: need.through.iter().map(|&l| facts.name(self.line(l).component)).collect(),
                quantity: units(facts, component, need.grains)?,
                made: maker.is_some(),
            });
            if let Some(version) = maker.filter(|_| stack.len() < levels as usize) {
                gathered.budget.depth(stack.len())?;
                let input = gathered.input(version, component, need.grains)?;
                stack.push(gathered.order(version, input)?.into_iter());
            }
        }
        let (outputs, findings) = (gathered.outputs()?, gathered.findings());
        let input = units(facts, of.product, input)?;
        Ok(Explosion { bom: self.version_name(of.version), input, rows, outputs, findings })
    }

    /// What is needed of every item in all, level by level: an item is exploded once, for its whole need.
    /// Nothing is rounded.
    ///
    /// # Errors
    /// As [`BomBook::explode`].
    pub fn totals<'a>(
        &'a self,
        facts: &'a ItemFacts,
        ask: &ExplosionRequest<'_>,
        control: &RunControl<'_>,
    ) -> Result<Totals<'a>, BomError> {
        let of = self.resolve(facts, ask)?;
        let input = self.asked_input(facts, ask, &of)?;
        let codes = self.levels_at(facts, of.at.site)?;
        let mut gathered = Gathered::new(self, facts, of.at, control);
        let mut waiting: BTreeMap<(u32, u32), Ratio> = BTreeMap::new();
        let mut rows = Vec::new();
        let mut order = Some((of.version, input));
        loop {
            if let Some((version, input)) = order.take() {
                for need in gathered.order(version, input)? {
                    let component = self.line(need.line).component;
                    let sum = waiting.entry((codes[component as usize], component)).or_default();
                    let more = sum.checked_add(need.grains);
                    *sum = more.map_err(|error| BomError::number(facts.name(component), error))?;
                }
            }
            let Some(((low_level_code, item), grains)) = waiting.pop_first() else { break };
            let maker = gathered.maker(item);
            gathered.budget.holds(&rows, 0)?;
            let quantity = units(facts, item, grains)?;
            rows.push(TotalRow {
                component: facts.name(item),
                low_level_code,
                quantity,
                made: maker.is_some(),
            });
            if let Some(version) = maker {
                order = Some((version, gathered.input(version, item, grains)?));
            }
        }
        let (outputs, findings) = (gathered.outputs()?, gathered.findings());
        let input = units(facts, of.product, input)?;
        Ok(Totals { bom: self.version_name(of.version), input, rows, outputs, findings })
    }
}

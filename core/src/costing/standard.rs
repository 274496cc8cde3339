//! Standard cost: the roll-up through all levels, by cost element, exactly (`C18`).
//!
//! Owns a dense structure of items, lines and own costs, and its arithmetic. It does not know bills of material or
//! routings: the caller says what one unit of an item takes of its components ([`usage`]) and what it adds itself.

use std::ops::Range;

use crate::bom::graph::{Csr, levels};
use crate::bom::{BomBook, BomError, ItemFacts, NO_SITE};
use crate::id::Id;
use crate::num::{NumError, Ratio, Rounding, div_round};
use crate::time::Date;

/// Powers of ten that fit an `i128`.
const TENS: [i128; 39] = {
    let mut table = [1i128; 39];
    let mut n = 1;
    while n < table.len() {
        table[n] = table[n - 1] * 10;
        n += 1;
    }
    table
};

fn ten(exponent: u8) -> Result<i128, NumError> {
    TENS.get(usize::from(exponent)).copied().ok_or(NumError::Overflow)
}

/// What one good unit of a product takes of a component, per lot (`F02`, `C18`):
/// `(quantity ÷ yield × scrap + fixed ÷ lot)`, where scrap is `1 + s` or `1 ÷ (1 − s)`.
///
/// ```
/// use headstock::costing::{Scrap, usage};
/// use headstock::num::Ratio;
///
/// // F02: 2 per unit, yield 95 %, scrap 2 %, a fixed loss of 3 a lot of 95: 207 for 95.
/// let ratio = |text: &str| text.parse::<Ratio>().unwrap();
/// let per_unit = usage(ratio("2"), ratio("0.95"), Scrap::Multiply(ratio("0.02")), ratio("3"), ratio("95")).unwrap();
/// assert_eq!(per_unit.checked_mul(ratio("95")).unwrap(), ratio("207"));
/// ```
///
/// # Errors
/// `DIVISION_BY_ZERO` for a yield, a lot or `1 − s` of nought; `NUMBER_OVERFLOW`.
pub fn usage(
    quantity: Ratio,
    yield_ratio: Ratio,
    scrap: Scrap,
    fixed: Ratio,
    lot: Ratio,
) -> Result<Ratio, NumError> {
    let input = quantity.checked_div(yield_ratio)?;
    let gross = match scrap {
        Scrap::Multiply(scrap) => input.checked_mul(Ratio::ONE.checked_add(scrap)?)?,
        Scrap::Divide(scrap) => input.checked_div(Ratio::ONE.checked_sub(scrap)?)?,
    };
    gross.checked_add(fixed.checked_div(lot)?)
}

/// A scrap rate with its formula (`F02`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scrap {
    /// `× (1 + s)` ★.
    Multiply(Ratio),
    /// `÷ (1 − s)`.
    Divide(Ratio),
}

/// One line: numerator × 10^−exponent ÷ odd units of the child for one unit of the parent. The odd part of a
/// denominator is rarely anything but one, and stands apart.
#[derive(Clone, Copy, Debug)]
struct Line {
    child: u32,
    exponent: u8,
    numerator: i64,
}

/// Odd parts of denominators by number; empty while every one is 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Odds(Vec<i128>);

impl Odds {
    fn of(&self, at: usize) -> i128 {
        self.0.get(at).copied().unwrap_or(1)
    }

    fn set(&mut self, at: usize, odd: i128) {
        if self.0.len() <= at && odd != 1 {
            self.0.resize(at + 1, 1);
        }
        if let Some(place) = self.0.get_mut(at) {
            *place = odd;
        }
    }
}

/// Items with their lines and own costs, ready to be rolled up.
#[derive(Clone, Debug)]
pub struct CostStructure {
    elements: usize,
    /// Lines of item `i`: `starts[i]..starts[i + 1]`.
    starts: Vec<u32>,
    lines: Vec<Line>,
    line_odds: Odds,
    /// Every item after all of its components.
    order: Vec<u32>,
    own: Costs,
}

/// Costs of items by element: `units × 10^−exponent ÷ odd`, one denominator for all elements of an item.
#[derive(Clone, Debug)]
struct Costs {
    units: Vec<i128>,
    exponents: Vec<u8>,
    odds: Odds,
}

/// Collects items, own costs and lines.
#[derive(Clone, Debug)]
pub struct CostStructureBuilder {
    elements: usize,
    own: Costs,
    parents: Vec<u32>,
    lines: Vec<Line>,
    line_odds: Odds,
    /// Low-level codes where the structure is known to have some.
    levels: Option<Vec<u32>>,
}

/// Why costs cannot be rolled up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RollUpError {
    /// Items that go into each other (`BOM_LOOP`).
    #[error("the structure loops through {path:?}")]
    Loop {
        /// The items along the loop; the last one leads to the first.
        path: Vec<u32>,
    },
    /// The exact cost of an item does not fit (`NUMBER_OVERFLOW`): round unit costs.
    #[error("the exact cost of the item at index {item} does not fit; round unit costs: {error}")]
    Number {
        /// The item.
        item: u32,
        /// Why.
        error: NumError,
    },
}

impl RollUpError {
    /// The finding with the parameters known here; the caller replaces indices by ids.
    #[must_use]
    pub fn finding(&self) -> crate::finding::Finding {
        use crate::finding::{Code, Finding};
        match self {
            RollUpError::Loop { path } => {
                let path: Vec<String> = path.iter().map(u32::to_string).collect();
                Finding::new(Code::BomLoop).with("path", path.join(" → "))
            }
            RollUpError::Number { item, error } => error.finding().with("item", item),
        }
    }
}

/// `10^exponent × odd` of a denominator, with the factor that its numerator takes.
fn decimal_part(denominator: i128) -> Result<(u8, i128, i128), NumError> {
    let (mut rest, mut twos, mut fives) = (denominator, 0u8, 0u8);
    while rest % 2 == 0 {
        rest /= 2;
        twos += 1;
    }
    while rest % 5 == 0 {
        rest /= 5;
        fives += 1;
    }
    let exponent = twos.max(fives);
    let factor = ten(exponent)?.checked_div(denominator / rest).ok_or(NumError::Overflow)?;
    Ok((exponent, rest, factor))
}

impl CostStructureBuilder {
    /// A structure of `items` items, numbered from 0, and `elements` cost elements, without any cost.
    #[must_use]
    pub fn new(items: usize, elements: usize) -> CostStructureBuilder {
        CostStructureBuilder {
            elements,
            own: Costs {
                units: vec![0; items.saturating_mul(elements)],
                exponents: vec![0; items],
                odds: Odds::default(),
            },
            parents: Vec::new(),
            lines: Vec::new(),
            line_odds: Odds::default(),
            levels: None,
        }
    }

    /// The structure of a book of bills of material, as it is in force on a day: one line for every component of
    /// every item, scrap, yield, fixed usage and steps included, per good unit of the standard lot. Own costs are
    /// still to be given ([`own`](Self::own)); items are numbered as in `facts`. The low-level codes of the book
    /// are the order of calculation: nothing is sorted or searched for circles again.
    ///
    /// `lots` holds the standard lot of each item in stock units; an item beyond its end has a lot of one.
    ///
    /// # Errors
    /// `UNKNOWN_REFERENCE` for the site; `BOM_LOOP` where the sites taken together loop; `NUMBER_OVERFLOW`;
    /// `DIVISION_BY_ZERO` for a lot of nought.
    pub fn from_bom(
        book: &BomBook,
        facts: &ItemFacts,
        site: Option<&Id>,
        date: Date,
        elements: usize,
        lots: &[Ratio],
    ) -> Result<CostStructureBuilder, BomError> {
        let site = site.map_or(Ok(NO_SITE), |site| facts.site(site))?;
        let day = date.day_number();
        let mut builder = CostStructureBuilder::new(facts.len() as usize, elements);
        builder.levels = Some(book.levels_at(facts, site)?.into_owned());
        for parent in 0..facts.len() {
            let Some(version) = book.in_force(parent, site, day) else { continue };
            let version = book.version(version);
            let fault = |error| BomError::Number { item: facts.name(parent).into(), error };
            let lot = lots.get(parent as usize).copied().unwrap_or(Ratio::ONE);
            let grains = Ratio::from_int(facts.grains(parent));
            let input = version.yield_ratio().and_then(|part| lot.checked_mul(grains)?.checked_div(part));
            let input = input.map_err(fault)?;
            for line in book.lines_of(version).iter().filter(|line| book.line_covers(line, day)) {
                let of = Ratio::from_int(facts.grains(line.component));
                let usage = book.gross(line, input).and_then(|need| need.checked_div(of)?.checked_div(lot));
                let done = usage.map_err(fault)?;
                builder.line(parent, line.component, done).map_err(|_| fault(NumError::Overflow))?;
            }
        }
        Ok(builder)
    }

    /// What an item adds itself, by element: the price of what is bought, conversion of what is made.
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW` with the item, for one that is not there too.
    pub fn own(&mut self, item: u32, costs: &[Ratio]) -> Result<(), RollUpError> {
        let fault = |error| RollUpError::Number { item, error };
        if item as usize >= self.own.exponents.len() || costs.len() != self.elements {
            return Err(fault(NumError::Range));
        }
        let whole = super::landed::whole(costs).map_err(fault)?;
        // All share the least common denominator, which `whole` multiplied with.
        let mut common = Ratio::ONE;
        for (cost, units) in costs.iter().zip(&whole) {
            if !cost.is_zero() {
                common = Ratio::new(*units, 1).and_then(|units| units.checked_div(*cost)).map_err(fault)?;
            }
        }
        let (exponent, odd, factor) = decimal_part(common.numer()).map_err(fault)?;
        let start = item as usize * self.elements;
        for (place, units) in self.own.units[start..].iter_mut().zip(whole) {
            *place = units.checked_mul(factor).ok_or(fault(NumError::Overflow))?;
        }
        self.own.exponents[item as usize] = exponent;
        self.own.odds.set(item as usize, odd);
        Ok(())
    }

    /// One unit of `parent` takes `usage` units of `child`. Lines of the same two add up.
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW` with the parent, for a usage past 63 bits or an item that is not there.
    pub fn line(&mut self, parent: u32, child: u32, usage: Ratio) -> Result<(), RollUpError> {
        let fault = |error| RollUpError::Number { item: parent, error };
        let items = self.own.exponents.len();
        if parent as usize >= items || child as usize >= items {
            return Err(fault(NumError::Range));
        }
        let (exponent, odd, factor) = decimal_part(usage.denom()).map_err(fault)?;
        let numerator = usage.numer().checked_mul(factor).ok_or(fault(NumError::Overflow))?;
        let small = |value: i128| i64::try_from(value).map_err(|_| fault(NumError::Overflow));
        self.line_odds.set(self.lines.len(), i128::from(small(odd)?));
        self.lines.push(Line { child, exponent, numerator: small(numerator)? });
        self.parents.push(parent);
        Ok(())
    }

    /// Puts the lines of every item together and finds the order of calculation.
    ///
    /// # Errors
    /// `BOM_LOOP` with its items.
    pub fn finish(self) -> Result<CostStructure, RollUpError> {
        let items = self.own.exponents.len();
        let codes = match self.levels {
            Some(codes) => codes,
            None => {
                let arcs = || self.parents.iter().copied().zip(self.lines.iter().map(|line| line.child));
                let graph = Csr::from_arcs(items, arcs);
                levels(&graph).map_err(|cycle| RollUpError::Loop { path: cycle.nodes().to_vec() })?
            }
        };
        let order = by_level(&codes);
        let mut starts = vec![0u32; items + 1];
        for parent in &self.parents {
            starts[*parent as usize + 1] += 1;
        }
        for item in 0..items {
            starts[item + 1] += starts[item];
        }
        let (mut lines, mut line_odds) = (self.lines, self.line_odds);
        if !self.parents.is_sorted() {
            let mut next = starts.clone();
            let (given, odds) = (lines.clone(), std::mem::take(&mut line_odds));
            for (at, (parent, line)) in self.parents.iter().zip(given).enumerate() {
                let place = &mut next[*parent as usize];
                lines[*place as usize] = line;
                line_odds.set(*place as usize, odds.of(at));
                *place += 1;
            }
        }
        Ok(CostStructure { elements: self.elements, starts, lines, line_odds, order, own: self.own })
    }
}

/// Items by falling low-level code, by number within a code.
fn by_level(codes: &[u32]) -> Vec<u32> {
    let depth = codes.iter().max().map_or(0, |deepest| *deepest as usize + 1);
    let mut starts = vec![0u32; depth + 1];
    for code in codes {
        starts[depth - *code as usize] += 1;
    }
    for at in 0..depth {
        starts[at + 1] += starts[at];
    }
    let mut order = vec![0u32; codes.len()];
    for (item, code) in (0u32..).zip(codes) {
        let place = &mut starts[depth - 1 - *code as usize];
        order[*place as usize] = item;
        *place += 1;
    }
    order
}

impl CostStructure {
    /// How many items there are.
    #[must_use]
    pub fn items(&self) -> usize {
        self.own.exponents.len()
    }

    fn span(&self, item: u32) -> Range<usize> {
        self.starts[item as usize] as usize..self.starts[item as usize + 1] as usize
    }

    /// The standard cost of every item by element: its own, and that of its components × usage, through all levels.
    ///
    /// Exact ★ (`decimals` absent), or every element of every item rounded to so many decimals once, before it goes
    /// into the next level: the cost that is published is then the cost that is used.
    ///
    /// ```
    /// use headstock::costing::CostStructureBuilder;
    /// use headstock::num::{Ratio, Rounding};
    ///
    /// // F takes 2 of S; S takes 3 of the bought R at 5.00 and adds labour of 1.50; F adds labour of 4.00.
    /// let ratio = |text: &str| text.parse::<Ratio>().unwrap();
    /// let mut structure = CostStructureBuilder::new(3, 2);
    /// structure.own(2, &[ratio("5"), ratio("0")]).unwrap();
    /// structure.own(1, &[ratio("0"), ratio("1.5")]).unwrap();
    /// structure.own(0, &[ratio("0"), ratio("4")]).unwrap();
    /// structure.line(1, 2, ratio("3")).unwrap();
    /// structure.line(0, 1, ratio("2")).unwrap();
    /// let costs = structure.finish().unwrap().roll_up(None, Rounding::HalfUp).unwrap();
    /// assert_eq!((costs.cost(0, 0), costs.cost(0, 1)), (ratio("30"), ratio("7")));
    /// ```
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW` with the item whose exact cost passes 127 bits.
    pub fn roll_up(&self, decimals: Option<u8>, rounding: Rounding) -> Result<StandardCosts, RollUpError> {
        let mut costs = self.own.clone();
        let mut sums = vec![0i128; self.elements];
        for &item in &self.order {
            let done = costs.gather(item, self, &mut sums);
            let done = done.and_then(|()| match decimals {
                Some(decimals) => costs.round(item, self.elements, decimals, rounding),
                None => Ok(()),
            });
            done.map_err(|error| RollUpError::Number { item, error })?;
        }
        Ok(StandardCosts { elements: self.elements, costs })
    }

    fn line_odd(&self, line: usize) -> i128 {
        self.line_odds.of(line)
    }
}

impl Costs {
    /// Adds what the lines of an item bring to its own cost.
    fn gather(&mut self, item: u32, structure: &CostStructure, sums: &mut [i128]) -> Result<(), NumError> {
        let span = structure.span(item);
        if span.is_empty() {
            return Ok(());
        }
        let (at, elements) = (item as usize, structure.elements);
        let lines = &structure.lines[span.clone()];
        let mut exponent = self.exponents[at];
        for line in lines {
            let below = self.exponents[line.child as usize].checked_add(line.exponent);
            exponent = exponent.max(below.ok_or(NumError::Overflow)?);
        }
        let odd = self.common_odd(at, structure, span.clone())?;
        let lift = exponent - self.exponents[at];
        let own = ten(lift)?.checked_mul(odd / self.odds.of(at)).ok_or(NumError::Overflow)?;
        let start = at * elements;
        for (sum, units) in sums.iter_mut().zip(&self.units[start..start + elements]) {
            *sum = units.checked_mul(own).ok_or(NumError::Overflow)?;
        }
        for (number, line) in span.zip(lines) {
            let child = line.child as usize;
            let mut factor = i128::from(line.numerator);
            let lift = exponent - self.exponents[child] - line.exponent;
            if lift > 0 {
                factor = factor.checked_mul(ten(lift)?).ok_or(NumError::Overflow)?;
            }
            if odd != 1 {
                let part = odd / self.odd_of(child, structure, number)?;
                factor = factor.checked_mul(part).ok_or(NumError::Overflow)?;
            }
            let from = child * elements;
            add(sums, &self.units[from..from + elements], factor)?;
        }
        self.units[start..start + elements].copy_from_slice(sums);
        self.exponents[at] = exponent;
        self.odds.set(at, odd);
        Ok(())
    }

    /// The least common odd part of the denominators that meet in an item; 1 at once where there is no other.
    fn common_odd(&self, at: usize, structure: &CostStructure, span: Range<usize>) -> Result<i128, NumError> {
        let mut odd = self.odds.of(at);
        if self.odds.0.is_empty() && structure.line_odds.0.is_empty() {
            return Ok(odd);
        }
        for line in span {
            let child = structure.lines[line].child as usize;
            let more = Ratio::new(self.odd_of(child, structure, line)?, odd)?.numer();
            odd = odd.checked_mul(more).ok_or(NumError::Overflow)?;
        }
        Ok(odd)
    }

    fn odd_of(&self, child: usize, structure: &CostStructure, line: usize) -> Result<i128, NumError> {
        self.odds.of(child).checked_mul(structure.line_odd(line)).ok_or(NumError::Overflow)
    }

    fn round(
        &mut self,
        item: u32,
        elements: usize,
        decimals: u8,
        rounding: Rounding,
    ) -> Result<(), NumError> {
        let at = item as usize;
        let down = ten(self.exponents[at])?.checked_mul(self.odds.of(at)).ok_or(NumError::Overflow)?;
        let up = ten(decimals)?;
        let start = at * elements;
        for units in &mut self.units[start..start + elements] {
            // Reduced first, so that a fine exact value does not overflow on its way to a coarse one.
            *units = match units.checked_mul(up) {
                Some(product) => div_round(product, down, rounding)?,
                None => Ratio::new(*units, down)?.mul_round(up, rounding)?,
            };
        }
        self.exponents[at] = decimals;
        self.odds.set(at, 1);
        Ok(())
    }
}

/// `sums += units × factor`.
fn add(sums: &mut [i128], units: &[i128], factor: i128) -> Result<(), NumError> {
    let small = i64::try_from(factor);
    for (sum, units) in sums.iter_mut().zip(units) {
        // A product of two 64-bit numbers always fits; that of two long ones is checked.
        let product = match (i64::try_from(*units), small) {
            (Ok(units), Ok(factor)) => i128::from(units) * i128::from(factor),
            _ => units.checked_mul(factor).ok_or(NumError::Overflow)?,
        };
        *sum = sum.checked_add(product).ok_or(NumError::Overflow)?;
    }
    Ok(())
}

/// Standard costs of one unit of every item, by element.
#[derive(Clone, Debug)]
pub struct StandardCosts {
    elements: usize,
    costs: Costs,
}

impl StandardCosts {
    /// Cost of an element in one unit of an item; nought for what is not there, or does not fit a ratio
    /// ([`total`](Self::total) says so).
    #[must_use]
    pub fn cost(&self, item: u32, element: usize) -> Ratio {
        self.exact(item, element).unwrap_or(Ratio::ZERO)
    }

    fn exact(&self, item: u32, element: usize) -> Result<Ratio, NumError> {
        let at = (item as usize).saturating_mul(self.elements).saturating_add(element);
        let there = (self.costs.units.get(at), self.costs.exponents.get(item as usize));
        let ((Some(units), Some(exponent)), true) = (there, element < self.elements) else {
            return Ok(Ratio::ZERO);
        };
        // Reduced by one part of the denominator after the other: together they may not fit.
        let odd = Ratio::new(self.costs.odds.of(item as usize), 1)?;
        Ratio::new(*units, ten(*exponent)?)?.checked_div(odd)
    }

    /// Cost of one unit of an item.
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW` when an element or the sum does not fit.
    pub fn total(&self, item: u32) -> Result<Ratio, NumError> {
        (0..self.elements).try_fold(Ratio::ZERO, |sum, element| sum.checked_add(self.exact(item, element)?))
    }
}

//! Standard cost: the roll-up through all levels, by cost element, exactly (`C18`).
//!
//! Owns a dense structure of items, lines and own costs, and its arithmetic. It does not know bills of material or
//! routings: the caller says what one unit of an item takes of its components ([`usage`]) and what it adds itself.

use std::ops::Range;

use crate::bom::graph::{Csr, levels};
use crate::num::{NumError, Ratio, Rounding, div_round};

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

/// One line: numerator × 10^−exponent ÷ odd units of the child for one unit of the parent.
#[derive(Clone, Copy, Debug)]
struct Line {
    child: u32,
    exponent: u8,
    numerator: i64,
    odd: i64,
}

/// Items with their lines and own costs, ready to be rolled up.
#[derive(Clone, Debug)]
pub struct CostStructure {
    elements: usize,
    /// Lines of item `i`: `starts[i]..starts[i + 1]`.
    starts: Vec<u32>,
    lines: Vec<Line>,
    /// Every item after all of its components.
    order: Vec<u32>,
    own: Costs,
}

/// Costs of items by element: `units × 10^−exponent ÷ odd`, one denominator for all elements of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Costs {
    units: Vec<i128>,
    exponents: Vec<u8>,
    odds: Vec<i128>,
}

/// Collects items, own costs and lines.
#[derive(Clone, Debug)]
pub struct CostStructureBuilder {
    elements: usize,
    own: Costs,
    parents: Vec<u32>,
    lines: Vec<Line>,
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
                odds: vec![1; items],
            },
            parents: Vec::new(),
            lines: Vec::new(),
        }
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
        (self.own.exponents[item as usize], self.own.odds[item as usize]) = (exponent, odd);
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
        let line = Line { child, exponent, numerator: small(numerator)?, odd: small(odd)? };
        self.parents.push(parent);
        self.lines.push(line);
        Ok(())
    }

    /// Puts the lines of every item together and finds the order of calculation.
    ///
    /// # Errors
    /// `BOM_LOOP` with its items.
    pub fn finish(self) -> Result<CostStructure, RollUpError> {
        let items = self.own.exponents.len();
        let arcs = || self.parents.iter().copied().zip(self.lines.iter().map(|line| line.child));
        let graph = Csr::from_arcs(items, arcs);
        let codes = levels(&graph).map_err(|cycle| RollUpError::Loop { path: cycle.nodes().to_vec() })?;
        let mut starts = vec![0u32; items + 1];
        for parent in &self.parents {
            starts[*parent as usize + 1] += 1;
        }
        for item in 0..items {
            starts[item + 1] += starts[item];
        }
        let mut next = starts.clone();
        let mut lines = self.lines.clone();
        for (parent, line) in self.parents.iter().zip(&self.lines) {
            let place = &mut next[*parent as usize];
            lines[*place as usize] = *line;
            *place += 1;
        }
        Ok(CostStructure { elements: self.elements, starts, lines, order: by_level(&codes), own: self.own })
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
            let lines = &self.lines[self.span(item)];
            let done = costs.gather(item, lines, &mut sums, self.elements);
            let done = done.and_then(|()| match decimals {
                Some(decimals) => costs.round(item, self.elements, decimals, rounding),
                None => Ok(()),
            });
            done.map_err(|error| RollUpError::Number { item, error })?;
        }
        Ok(StandardCosts { elements: self.elements, costs })
    }
}

impl Costs {
    /// Adds what the lines of an item bring to its own cost.
    fn gather(
        &mut self,
        item: u32,
        lines: &[Line],
        sums: &mut [i128],
        elements: usize,
    ) -> Result<(), NumError> {
        if lines.is_empty() {
            return Ok(());
        }
        let at = item as usize;
        let (mut exponent, mut odd) = (self.exponents[at], self.odds[at]);
        for line in lines {
            let child = line.child as usize;
            exponent =
                exponent.max(self.exponents[child].checked_add(line.exponent).ok_or(NumError::Overflow)?);
            if self.odds[child] != 1 || line.odd != 1 {
                let more = Ratio::new(self.line_odd(line)?, odd)?.numer();
                odd = odd.checked_mul(more).ok_or(NumError::Overflow)?;
            }
        }
        let own =
            ten(exponent - self.exponents[at])?.checked_mul(odd / self.odds[at]).ok_or(NumError::Overflow)?;
        let start = at * elements;
        for (sum, units) in sums.iter_mut().zip(&self.units[start..start + elements]) {
            *sum = units.checked_mul(own).ok_or(NumError::Overflow)?;
        }
        for line in lines {
            let child = line.child as usize;
            let mut factor = i128::from(line.numerator);
            let lift = exponent - self.exponents[child] - line.exponent;
            if lift > 0 {
                factor = factor.checked_mul(ten(lift)?).ok_or(NumError::Overflow)?;
            }
            if odd != 1 {
                factor = factor.checked_mul(odd / self.line_odd(line)?).ok_or(NumError::Overflow)?;
            }
            let from = child * elements;
            add(sums, &self.units[from..from + elements], factor)?;
        }
        self.units[start..start + elements].copy_from_slice(sums);
        (self.exponents[at], self.odds[at]) = (exponent, odd);
        Ok(())
    }

    fn line_odd(&self, line: &Line) -> Result<i128, NumError> {
        self.odds[line.child as usize].checked_mul(i128::from(line.odd)).ok_or(NumError::Overflow)
    }

    fn round(
        &mut self,
        item: u32,
        elements: usize,
        decimals: u8,
        rounding: Rounding,
    ) -> Result<(), NumError> {
        let at = item as usize;
        let down = ten(self.exponents[at])?.checked_mul(self.odds[at]).ok_or(NumError::Overflow)?;
        let up = ten(decimals)?;
        let start = at * elements;
        for units in &mut self.units[start..start + elements] {
            // Reduced first, so that a fine exact value does not overflow on its way to a coarse one.
            *units = match units.checked_mul(up) {
                Some(product) => div_round(product, down, rounding)?,
                None => Ratio::new(*units, down)?.mul_round(up, rounding)?,
            };
        }
        (self.exponents[at], self.odds[at]) = (decimals, 1);
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandardCosts {
    elements: usize,
    costs: Costs,
}

impl StandardCosts {
    /// Cost of an element in one unit of an item; nought for what is not there, or does not fit a ratio.
    #[must_use]
    pub fn cost(&self, item: u32, element: usize) -> Ratio {
        let at = (item as usize).saturating_mul(self.elements).saturating_add(element);
        let (Some(units), Some(exponent)) =
            (self.costs.units.get(at), self.costs.exponents.get(item as usize))
        else {
            return Ratio::ZERO;
        };
        if element >= self.elements {
            return Ratio::ZERO;
        }
        let odd = self.costs.odds[item as usize];
        let denominator = ten(*exponent).ok().and_then(|ten| ten.checked_mul(odd));
        denominator.and_then(|of| Ratio::new(*units, of).ok()).unwrap_or(Ratio::ZERO)
    }

    /// Cost of one unit of an item.
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW` when the sum does not fit.
    pub fn total(&self, item: u32) -> Result<Ratio, NumError> {
        (0..self.elements).try_fold(Ratio::ZERO, |sum, element| sum.checked_add(self.cost(item, element)))
    }
}

//! Mass replacement: what would change if one component stood in for another. Only a preview; the host stores
//! what it likes of it.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::bom::check::loop_of;
use crate::bom::graph::{Csr, levels};
use crate::bom::{Bom, BomError, BomLine, BomStatus, ItemFacts, Usage};
use crate::id::Id;
use crate::num::{NumError, Ratio, from_scaled_i128};

/// A replacement of one component by another in many bills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// The component that goes.
    pub old: Id,
    /// The component that comes.
    pub new: Id,
    /// Stock units of the new one for one stock unit of the old; above 0.
    pub ratio: Ratio,
    /// The bills to change; absent: all.
    pub boms: Option<BTreeSet<Id>>,
}

/// A line that would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplacedLine<'a> {
    /// The bill.
    pub bom: &'a Id,
    /// The line as it is.
    pub before: &'a BomLine,
    /// The line as it would be: in the new component's stock unit, with the same requirement times the ratio.
    pub after: BomLine,
}

impl Replacement {
    /// The lines that would change, in the order of the bills and their lines.
    ///
    /// # Errors
    /// `UNKNOWN_REFERENCE` for an item, `QTY_OUT_OF_RANGE` for a ratio not above 0, `NUMBER_OVERFLOW` for a quantity that would
    /// not fit, `PRECISION_EXCEEDED` for a fixed loss that would not be a decimal, `UOM_NOT_CONVERTIBLE`,
    /// `BOM_LOOP` with the path when the new structure would loop.
    pub fn preview<'a>(&self, boms: &'a [Bom], facts: &ItemFacts) -> Result<Vec<ReplacedLine<'a>>, BomError> {
        let (old, new) = (facts.item(&self.old)?, facts.item(&self.new)?);
        if !self.ratio.is_positive() {
            return Err(BomError::number(self.new.as_str(), NumError::Range));
        }
        let mut rows = Vec::new();
        for bom in boms.iter().filter(|bom| self.concerns(bom)) {
            for line in bom.lines.iter().filter(|line| line.component == self.old) {
                rows.push(ReplacedLine {
                    bom: &bom.id,
                    before: line,
                    after: self.replaced(line, old, facts)?,
                });
            }
        }
        if !rows.is_empty() {
            self.check_loops(boms, facts, new)?;
        }
        Ok(rows)
    }

    fn concerns(&self, bom: &Bom) -> bool {
        self.boms.as_ref().is_none_or(|chosen| chosen.contains(&bom.id))
    }

    fn replaced(&self, line: &BomLine, old: u32, facts: &ItemFacts) -> Result<BomLine, BomError> {
        let stock_unit = &facts.units[facts.row(old).unit as usize];
        let to_stock = match &line.unit {
            Some(unit) => facts.conversions.factor(&self.old, unit, stock_unit)?,
            None => Ratio::ONE,
        };
        let wrong = |error: NumError| BomError::number(self.new.as_str(), error);
        let factor = to_stock.checked_mul(self.ratio).map_err(wrong)?;
        let (numerator, denominator) = scaled(line, factor).map_err(wrong)?;
        let mut after =
            BomLine { component: self.new.clone(), numerator, denominator, unit: None, ..line.clone() };
        if let Usage::Stepped { steps } = &mut after.usage {
            for step in steps {
                step.fixed = step.fixed.checked_mul(factor).map_err(wrong)?;
                step.per_unit = step.per_unit.checked_mul(factor).map_err(wrong)?;
            }
        }
        if let Some(loss) = &mut after.fixed_loss {
            // A loss is in stock units already.
            let exact = Ratio::from_decimal(*loss).checked_mul(self.ratio).map_err(wrong)?;
            let inexact = NumError::Precision { value: *loss, scale: 28 };
            *loss = exact.to_decimal_exact().ok_or(wrong(inexact))?;
        }
        Ok(after)
    }

    /// The structure as it would be, over all usable bills.
    fn check_loops(&self, boms: &[Bom], facts: &ItemFacts, new: u32) -> Result<(), BomError> {
        let usable = || boms.iter().filter(|bom| bom.status == BomStatus::Approved && bom.enabled);
        let mut arcs = Vec::new();
        for bom in usable() {
            let product = facts.item(&bom.product)?;
            for line in &bom.lines {
                let replaced = line.component == self.old && self.concerns(bom);
                arcs.push((product, if replaced { new } else { facts.item(&line.component)? }));
            }
        }
        let graph = Csr::from_arcs(facts.len() as usize, || arcs.iter().copied());
        levels(&graph).map(|_| ()).map_err(|path| loop_of(facts, &path))
    }
}

/// Numerator and denominator times a factor, written as decimals again.
fn scaled(line: &BomLine, factor: Ratio) -> Result<(Decimal, Decimal), NumError> {
    let usage = Ratio::from_decimal(line.numerator).checked_div(Ratio::from_decimal(line.denominator))?;
    let exact = usage.checked_mul(factor)?;
    match exact.to_decimal_exact() {
        Some(decimal) => Ok((decimal, Decimal::ONE)),
        None => Ok((from_scaled_i128(exact.numer(), 0)?, from_scaled_i128(exact.denom(), 0)?)),
    }
}

//! The component list of one order (`F02`, `X04`): every line rounded up once, outputs rounded down.

use rust_decimal::Decimal;

use crate::bom::book::{BomBook, Moment, NO_SITE, NONE, not_found};
use crate::bom::walk::{Budget, Flow};
use crate::bom::{BomError, IssueMethod, ItemFacts, OutputKind};
use crate::id::Id;
use crate::num::{NumError, Ratio, Rounding, from_scaled, to_scaled};
use crate::run::RunControl;
use crate::time::Date;

/// How much is to be made: what goes in, or what good product must come out (`P12`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderQuantity {
    /// Input quantity in stock units.
    Input(Decimal),
    /// Good quantity in stock units; the input is `good ÷ yield`.
    Good(Decimal),
}

/// What is to be exploded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExplosionRequest<'a> {
    /// The product.
    pub product: &'a Id,
    /// How much of it.
    pub quantity: OrderQuantity,
    /// The explosion date, on which versions and lines must be in force.
    pub date: Date,
    /// The site; absent: only versions that hold everywhere.
    pub site: Option<&'a Id>,
    /// A version to use for the product instead of the one in force.
    pub bom: Option<&'a Id>,
}

impl<'a> ExplosionRequest<'a> {
    /// A request at no site with the version in force.
    #[must_use]
    pub const fn new(product: &'a Id, quantity: OrderQuantity, date: Date) -> ExplosionRequest<'a> {
        ExplosionRequest { product, quantity, date, site: None, bom: None }
    }
}

/// One line of a component list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComponentLine<'a> {
    /// The BOM that the line stands in: the order's, or that of the last phantom on the way.
    pub bom: &'a str,
    /// Line id.
    pub line: &'a str,
    /// The component.
    pub component: &'a str,
    /// Exact requirement in the component's stock units.
    pub exact: Ratio,
    /// Requirement: the exact one rounded up to the stock unit's decimals.
    pub required: Decimal,
    /// Working days after the order's start, summed along the way.
    pub offset_days: i32,
    /// How it is issued.
    pub issue: IssueMethod,
    /// Key part.
    pub key_part: bool,
    /// Routing operation.
    pub operation: Option<u32>,
    /// Location it is issued from.
    pub location: Option<&'a str>,
    /// Engineering change that brought the line in.
    pub change: Option<&'a str>,
    /// Phantoms and skipped items between the product and the component, from the top.
    pub through: Vec<&'a str>,
}

/// One further output of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputLine<'a> {
    /// Output id.
    pub id: &'a str,
    /// The item that comes out.
    pub item: &'a str,
    /// Co-product or by-product.
    pub kind: OutputKind,
    /// Exact quantity in stock units.
    pub exact: Ratio,
    /// The exact quantity rounded down to the stock unit's decimals.
    pub quantity: Decimal,
}

/// What one order of a product takes in and gives out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComponentList<'a> {
    /// The BOM version used.
    pub bom: &'a str,
    /// Input quantity: `good ÷ yield`, rounded up.
    pub input: Decimal,
    /// Good quantity: `input · yield`, rounded down.
    pub good: Decimal,
    /// Components in order of line ids, those of a phantom in the place of its line. A component may stand on
    /// several lines; nothing is merged.
    pub lines: Vec<ComponentLine<'a>>,
    /// Further outputs.
    pub outputs: Vec<OutputLine<'a>>,
}

/// A request with its names looked up.
pub(super) struct Resolved {
    pub(super) product: u32,
    pub(super) version: u32,
    pub(super) at: Moment,
}

impl BomBook {
    pub(super) fn resolve(
        &self,
        facts: &ItemFacts,
        ask: &ExplosionRequest<'_>,
    ) -> Result<Resolved, BomError> {
        let product = facts.item(ask.product)?;
        let site = ask.site.map_or(Ok(NO_SITE), |site| facts.site(site))?;
        let at = Moment { site, day: ask.date.day_number() };
        let version = match ask.bom {
            None => self.in_force(product, site, at.day).ok_or_else(|| self.why_none(facts, product, at))?,
            Some(id) => {
                let known = self.find_version(id.as_str()).filter(|&v| self.version(v).product == product);
                known.ok_or_else(|| BomError::Unknown { id: id.as_str().into() })?
            }
        };
        if !self.version(version).usable {
            return Err(BomError::NotApproved { bom: self.version_name(version).into() });
        }
        Ok(Resolved { product, version, at })
    }

    /// `BOM_NOT_APPROVED` when only drafts are valid on the day, else `BOM_NOT_FOUND`.
    fn why_none(&self, facts: &ItemFacts, product: u32, at: Moment) -> BomError {
        let here =
            |v: u32| [at.site, NO_SITE].contains(&self.version(v).site) && self.version(v).covers(at.day);
        let draft = self.of_product(product).map(super::to_u32).find(|&v| here(v));
        match draft {
            Some(version) => BomError::NotApproved { bom: self.version_name(version).into() },
            None => not_found(facts, product, at),
        }
    }

    /// The component list of one order (`F02`, `X04`): phantoms and skip-level lines flattened, each requirement
    /// rounded up once, further outputs rounded down.
    ///
    /// # Errors
    /// `BOM_NOT_FOUND` for the product or a phantom, `BOM_NOT_APPROVED`, `UNKNOWN_REFERENCE`,
    /// `PRECISION_EXCEEDED` for a quantity with too many decimals, `NUMBER_OVERFLOW`, `LIMIT_EXCEEDED`,
    /// `CANCELLED`.
    pub fn component_list<'a>(
        &'a self,
        facts: &'a ItemFacts,
        ask: &ExplosionRequest<'_>,
        control: &RunControl<'_>,
    ) -> Result<ComponentList<'a>, BomError> {
        let Resolved { product, version, at } = self.resolve(facts, ask)?;
        let scale = facts.row(product).scale;
        let wrong = |error: NumError| BomError::number(facts.name(product), error);
        let header = self.version(version);
        let input = match ask.quantity {
            OrderQuantity::Input(quantity) => to_scaled(quantity, scale),
            OrderQuantity::Good(quantity) => {
                to_scaled(quantity, scale).and_then(|n| self.input_for(header, n))
            }
        };
        let input = input.map_err(wrong)?;
        let mut list = ComponentList {
            bom: self.version_name(version),
            input: from_scaled(input, scale),
            good: from_scaled(self.good_of(header, input).map_err(wrong)?, scale),
            lines: Vec::new(),
            outputs: Vec::new(),
        };
        let mut budget = Budget::new(control);
        let start = (version, Ratio::from_int(input));
        self.walk_order(facts, start, at, &mut budget, &|_| true, &mut |flow, path| {
            match flow {
                Flow::Need { line, quantity, offset_days } => {
                    list.lines.push(self.component_line(facts, line, quantity, offset_days, path)?);
                }
                Flow::Gain { output, item, quantity } => {
                    list.outputs.push(self.output_line(facts, output, item, quantity)?);
                }
            }
            Ok(())
        })?;
        Ok(list)
    }

    fn component_line<'a>(
        &'a self,
        facts: &'a ItemFacts,
        number: u32,
        grains: Ratio,
        offset_days: i32,
        path: &[u32],
    ) -> Result<ComponentLine<'a>, BomError> {
        let line = self.line(number);
        let (exact, required) = rounded(facts, line.component, grains, Rounding::Up)?;
        let extra = self.extra(line);
        let known = |number: u32| (number != NONE).then_some(number);
        Ok(ComponentLine {
            bom: self.version_name(self.owner(number)),
            line: self.line_name(number),
            component: facts.name(line.component),
            exact,
            required,
            offset_days,
            issue: extra.map_or(IssueMethod::Direct, |e| e.issue),
            key_part: extra.is_some_and(|e| e.key_part),
            operation: extra.and_then(|e| known(e.operation)),
            location: extra.and_then(|e| known(e.location)).map(|l| facts.locations.get(l)),
            change: extra.and_then(|e| self.changes.get(e.change as usize)).map(Id::as_str),
            through: path.iter().map(|&l| facts.name(self.line(l).component)).collect(),
        })
    }

    fn output_line<'a>(
        &'a self,
        facts: &'a ItemFacts,
        output: u32,
        item: u32,
        grains: Ratio,
    ) -> Result<OutputLine<'a>, BomError> {
        let (exact, quantity) = rounded(facts, item, grains, Rounding::Down)?;
        let output = &self.outputs[output as usize];
        Ok(OutputLine { id: output.id.as_str(), item: facts.name(item), kind: output.kind, exact, quantity })
    }
}

/// Grains as exact stock units, and rounded to whole grains.
fn rounded(
    facts: &ItemFacts,
    item: u32,
    grains: Ratio,
    mode: Rounding,
) -> Result<(Ratio, Decimal), BomError> {
    let wrong = |error: NumError| BomError::number(facts.name(item), error);
    let whole = grains.round_units(0, mode).and_then(|n| i64::try_from(n).map_err(|_| NumError::Overflow));
    let whole = whole.map_err(wrong)?;
    Ok((units(facts, item, grains)?, from_scaled(whole, facts.row(item).scale)))
}

/// Grains of an item as stock units, exactly.
pub(super) fn units(facts: &ItemFacts, item: u32, grains: Ratio) -> Result<Ratio, BomError> {
    let exact = grains.checked_div(Ratio::from_int(facts.grains(item)));
    exact.map_err(|error| BomError::number(facts.name(item), error))
}

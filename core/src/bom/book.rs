//! The book: every version, line and output of every bill of material, checked and dense (`F02`).
//!
//! Plain lines (in proportion, always valid, nothing else) take 16 bytes; what else a line may say stands in a
//! side table. Quantities are in grains: whole numbers of the last place of the item's stock unit.

use std::ops::Range;

use crate::bom::{BomError, BomLine, IssueMethod, ItemFacts, Names, OutputKind, to_u32};
use crate::id::Id;
use crate::num::{NumError, Ratio, Rounding};
use crate::time::Date;

/// The site of a version that holds everywhere.
pub(crate) const NO_SITE: u32 = u32::MAX;
/// No operation, location or change.
pub(crate) const NONE: u32 = u32::MAX;

/// A version: what one order of a product takes in and gives out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) product: u32,
    /// [`NO_SITE`]: every site.
    pub(crate) site: u32,
    /// First day in force; `i32::MIN` is open.
    pub(crate) from: i32,
    /// Last day in force, inclusive; `i32::MAX` is open.
    pub(crate) to: i32,
    pub(crate) priority: u32,
    /// `input = good · yield_denom / yield_numer`.
    pub(crate) yield_numer: i64,
    pub(crate) yield_denom: i64,
    /// Approved and enabled.
    pub(crate) usable: bool,
    /// Not approved.
    pub(crate) draft: bool,
    /// Range in `lines`.
    pub(crate) lines: (u32, u32),
    /// Range in `outputs`.
    pub(crate) outputs: (u32, u32),
    /// Rank of its id among the ids of all versions.
    pub(crate) id: u32,
    /// Where the ids of its lines start in `line_ids`.
    pub(crate) text: u64,
}

impl Version {
    pub(crate) fn covers(&self, day: i32) -> bool {
        self.from <= day && day <= self.to
    }

    pub(crate) fn yield_ratio(&self) -> Result<Ratio, NumError> {
        Ratio::new(i128::from(self.yield_numer), i128::from(self.yield_denom))
    }

    pub(crate) fn has_yield(&self) -> bool {
        self.yield_numer != self.yield_denom
    }
}

/// A component line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) component: u32,
    /// 0: the line is plain, `requirement = input · numer`. Else its number in the side table, plus one.
    pub(crate) extra: u32,
    /// Component grains per grain of input, to be multiplied by `per` of the extra when there is one.
    pub(crate) numer: i64,
}

/// What a line says that is not plain. Lines that say the same share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct LineExtra {
    /// Component grains per parent grain of input are `numer · per`, scrap and unit conversion included:
    /// `1/denominator`, unless the numerator passes 64 bits. Nought for steps and fixed usage.
    pub(crate) per: Ratio,
    /// Component grains per order: fixed usage with its scrap, and the fixed loss.
    pub(crate) fixed: Ratio,
    /// Range in the table of steps; empty unless the usage is stepped.
    pub(crate) steps: (u32, u32),
    pub(crate) from: i32,
    pub(crate) to: i32,
    pub(crate) offset_days: i32,
    pub(crate) operation: u32,
    pub(crate) location: u32,
    /// Index in the table of changes.
    pub(crate) change: u32,
    pub(crate) skip_level: bool,
    pub(crate) issue: IssueMethod,
    pub(crate) key_part: bool,
}

impl LineExtra {
    pub(crate) fn covers(&self, day: i32) -> bool {
        self.from <= day && day <= self.to
    }

    /// Whether the requirement is in proportion to the quantity.
    pub(crate) fn is_linear(&self) -> bool {
        self.steps.0 == self.steps.1 && self.fixed.is_zero()
    }
}

/// One step of a stepped usage, in grains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    /// Smallest input, in parent grains.
    pub(crate) from: Ratio,
    pub(crate) fixed: Ratio,
    /// Component grains per parent grain.
    pub(crate) per: Ratio,
}

/// A further output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) item: u32,
    /// Output grains per grain of input; rounded down.
    pub(crate) coefficient: Ratio,
    pub(crate) kind: OutputKind,
    pub(crate) id: Id,
}

/// All bills of material, checked: ids known, numbers in range, no two versions in force at equal priority, no
/// cycle and not too deep. Built by [`BomBookBuilder`](crate::bom::BomBookBuilder).
///
/// Equal for equal rows, whatever their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BomBook {
    /// By (product, site with [`NO_SITE`] last, priority, first day, id).
    pub(crate) versions: Vec<Version>,
    /// Versions of item `i`: `product_start[i]..product_start[i + 1]`.
    pub(crate) product_start: Vec<u32>,
    /// In order of versions, within one by line id.
    pub(crate) lines: Vec<Line>,
    pub(crate) extras: Vec<LineExtra>,
    pub(crate) steps: Vec<Step>,
    pub(crate) outputs: Vec<Output>,
    pub(crate) changes: Vec<Id>,
    pub(crate) names: Names,
    /// Version by the rank of its id.
    pub(crate) by_name: Vec<u32>,
    /// Line ids, each followed by a line end (which no id holds).
    pub(crate) line_ids: String,
    /// Low-level code of each item over all usable versions; nothing when only the sites taken one by one are
    /// free of cycles.
    pub(crate) levels: Option<Vec<u32>>,
}

impl BomBook {
    /// How many versions there are.
    #[must_use]
    pub fn version_count(&self) -> usize {
        self.versions.len()
    }

    /// How many lines there are.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.lines.len()
    }

    /// Numbers of the versions of a product.
    pub(crate) fn of_product(&self, item: u32) -> Range<usize> {
        let start = |i: usize| self.product_start.get(i).map_or(self.versions.len(), |&v| v as usize);
        start(item as usize)..start(item as usize + 1)
    }

    /// The version in force (`F02`): usable, valid on the day, the site's own before those of every site, then
    /// the smallest priority.
    pub(crate) fn in_force(&self, product: u32, site: u32, day: i32) -> Option<u32> {
        let of = self.of_product(product);
        let first = |wanted: u32| {
            let fits = |v: &Version| v.site == wanted && v.usable && v.covers(day);
            of.clone().find(|&v| fits(&self.versions[v]))
        };
        let own = if site == NO_SITE { None } else { first(site) };
        own.or_else(|| first(NO_SITE)).map(to_u32)
    }

    /// The version with an id, whether usable or not.
    pub(crate) fn find_version(&self, id: &str) -> Option<u32> {
        self.names.find(id).map(|rank| self.by_name[rank as usize])
    }

    pub(crate) fn version(&self, version: u32) -> &Version {
        &self.versions[version as usize]
    }

    pub(crate) fn version_name(&self, version: u32) -> &str {
        self.names.get(self.version(version).id)
    }

    pub(crate) fn line(&self, line: u32) -> &Line {
        &self.lines[line as usize]
    }

    pub(crate) fn lines_of(&self, version: &Version) -> &[Line] {
        &self.lines[version.lines.0 as usize..version.lines.1 as usize]
    }

    pub(crate) fn outputs_of(&self, version: &Version) -> &[Output] {
        &self.outputs[version.outputs.0 as usize..version.outputs.1 as usize]
    }

    /// What a line says beyond component and coefficient; nothing for a plain line.
    pub(crate) fn extra(&self, line: &Line) -> Option<&LineExtra> {
        self.extras.get((line.extra as usize).checked_sub(1)?)
    }

    /// The version that a line belongs to.
    pub(crate) fn owner(&self, line: u32) -> u32 {
        to_u32(self.versions.partition_point(|v| v.lines.0 <= line)).saturating_sub(1)
    }

    /// The id of a line.
    pub(crate) fn line_name(&self, line: u32) -> &str {
        let version = self.version(self.owner(line));
        let from = usize::try_from(version.text).unwrap_or(usize::MAX);
        let texts = self.line_ids.get(from..).unwrap_or_default();
        texts.split('\n').nth((line - version.lines.0) as usize).unwrap_or_default()
    }

    /// Whether a line holds on a day.
    pub(crate) fn line_covers(&self, line: &Line, day: i32) -> bool {
        self.extra(line).is_none_or(|extra| extra.covers(day))
    }

    /// Component grains per grain of input; nothing when the requirement is not in proportion.
    pub(crate) fn coefficient(&self, line: &Line) -> Option<Result<Ratio, NumError>> {
        match self.extra(line) {
            None => Some(Ok(Ratio::from_int(line.numer))),
            Some(extra) if extra.is_linear() => Some(extra.per.checked_mul(Ratio::from_int(line.numer))),
            Some(_) => None,
        }
    }

    /// Component grains for an exact input in parent grains, unrounded.
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW` when the exact value does not fit.
    pub(crate) fn gross(&self, line: &Line, input: Ratio) -> Result<Ratio, NumError> {
        let Some(extra) = self.extra(line) else {
            return input.checked_mul(Ratio::from_int(line.numer));
        };
        let steps = &self.steps[extra.steps.0 as usize..extra.steps.1 as usize];
        let std = if steps.is_empty() {
            extra.per.checked_mul(Ratio::from_int(line.numer))?.checked_mul(input)?
        } else {
            match steps.partition_point(|step| step.from <= input).checked_sub(1) {
                Some(at) => steps[at].per.checked_mul(input)?.checked_add(steps[at].fixed)?,
                None => Ratio::ZERO,
            }
        };
        if extra.fixed.is_zero() { Ok(std) } else { std.checked_add(extra.fixed) }
    }

    /// Component grains that an order with an input of so many parent grains needs, rounded up once (`F02`).
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW`.
    #[cfg_attr(not(test), allow(dead_code, reason = "the planning run calls it"))]
    pub(crate) fn requirement(&self, line: &Line, input: i64) -> Result<i64, NumError> {
        match self.extra(line) {
            None => input.checked_mul(line.numer).ok_or(NumError::Overflow),
            Some(extra) if extra.is_linear() => {
                // Two 64-bit factors fit 127 bits.
                let grains = extra.per.mul_round(i128::from(input) * i128::from(line.numer), Rounding::Up)?;
                i64::try_from(grains).map_err(|_| NumError::Overflow)
            }
            Some(_) => {
                let grains = self.gross(line, Ratio::from_int(input))?.round_units(0, Rounding::Up)?;
                i64::try_from(grains).map_err(|_| NumError::Overflow)
            }
        }
    }

    /// Output grains that an input of so many parent grains gives, rounded down.
    ///
    /// # Errors
    /// `NUMBER_OVERFLOW`.
    #[cfg_attr(not(test), allow(dead_code, reason = "the planning run calls it"))]
    pub(crate) fn output(&self, output: &Output, input: i64) -> Result<i64, NumError> {
        output.coefficient.mul_scaled(input, Rounding::Down)
    }

    /// Input grains for so many good grains (`P12`): `good ÷ yield`, rounded up.
    pub(crate) fn input_for(&self, version: &Version, good: i64) -> Result<i64, NumError> {
        if !version.has_yield() {
            return Ok(good);
        }
        version.yield_ratio()?.recip()?.mul_scaled(good, Rounding::Up)
    }

    /// Good grains out of so many input grains: `input · yield`, rounded down.
    pub(crate) fn good_of(&self, version: &Version, input: i64) -> Result<i64, NumError> {
        if !version.has_yield() {
            return Ok(input);
        }
        version.yield_ratio()?.mul_scaled(input, Rounding::Down)
    }
}

/// The version, site and day that an explosion looks at, as numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) site: u32,
    pub(crate) day: i32,
}

impl Moment {
    pub(crate) fn date(self) -> Date {
        Date::from_day_number(self.day).unwrap_or(Date::MIN)
    }
}

/// Day numbers of an inclusive validity; open ends are the ends of the type.
pub(crate) fn days(from: Option<Date>, to: Option<Date>) -> (i32, i32) {
    (from.map_or(i32::MIN, Date::day_number), to.map_or(i32::MAX, Date::day_number))
}

/// Whether a line of a record says nothing that needs the side table, apart from its coefficient.
pub(crate) fn is_plain(line: &BomLine) -> bool {
    line.usage == super::Usage::Variable
        && line.fixed_loss.is_none()
        && line.valid_from.is_none()
        && line.valid_to.is_none()
        && line.offset_days == 0
        && !line.skip_level
        && line.issue == IssueMethod::Direct
        && !line.key_part
        && line.change.is_none()
        && line.operation.is_none()
        && line.location.is_none()
}

/// The item's id for an error text.
pub(crate) fn not_found(facts: &ItemFacts, item: u32, at: Moment) -> BomError {
    BomError::NotFound { item: facts.name(item).into(), date: at.date() }
}

//! Two versions side by side: lines added, removed and changed, with the fields that differ.

use crate::bom::{Bom, BomLine};
use crate::num::Ratio;

/// A field of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum LineField {
    /// Line id.
    Id,
    /// Numerator over denominator: 2/4 equals 1/2.
    Quantity,
    /// Unit of the numerator.
    Unit,
    /// How the requirement depends on the quantity.
    Usage,
    /// Scrap rate.
    Scrap,
    /// Fixed loss.
    FixedLoss,
    /// First or last date.
    Validity,
    /// Offset in days.
    OffsetDays,
    /// Skip-level.
    SkipLevel,
    /// Issue method.
    Issue,
    /// Key part.
    KeyPart,
    /// Engineering change.
    Change,
    /// Operation.
    Operation,
    /// Location.
    Location,
}

/// A line that stands in both versions and differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedLine<'a> {
    /// In the first version.
    pub before: &'a BomLine,
    /// In the second version.
    pub after: &'a BomLine,
    /// What differs, at least one.
    pub fields: Vec<LineField>,
}

/// What turns one version's lines into the other's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BomDifference<'a> {
    /// Lines of the second only, by component and id.
    pub added: Vec<&'a BomLine>,
    /// Lines of the first only, by component and id.
    pub removed: Vec<&'a BomLine>,
    /// Lines of both that differ, by component and id of the first.
    pub changed: Vec<ChangedLine<'a>>,
}

/// Compares the lines of two versions. Lines with the same component and id belong together; the others of a
/// component are paired in order of their ids.
#[must_use]
pub fn compare<'a>(before: &'a Bom, after: &'a Bom) -> BomDifference<'a> {
    let sorted = |bom: &'a Bom| {
        let mut lines: Vec<&BomLine> = bom.lines.iter().collect();
        lines.sort_by_key(|line| (&line.component, &line.id));
        lines
    };
    let (old, mut new) = (sorted(before), sorted(after));
    let (mut pairs, mut rest) = (Vec::new(), Vec::new());
    for line in old {
        match new.binary_search_by_key(&(&line.component, &line.id), |l| (&l.component, &l.id)) {
            Ok(at) => pairs.push((line, new.remove(at))),
            Err(_) => rest.push(line),
        }
    }
    let mut removed = Vec::new();
    for line in rest {
        let from = new.partition_point(|l| l.component < line.component);
        match new.get(from).filter(|l| l.component == line.component) {
            Some(_) => pairs.push((line, new.remove(from))),
            None => removed.push(line),
        }
    }
    pairs.sort_by_key(|(line, _)| (&line.component, &line.id));
    let changed =
        pairs.into_iter().map(|(before, after)| ChangedLine { before, after, fields: fields(before, after) });
    BomDifference { added: new, removed, changed: changed.filter(|line| !line.fields.is_empty()).collect() }
}

fn fields(a: &BomLine, b: &BomLine) -> Vec<LineField> {
    let quantity = |line: &BomLine| {
        Ratio::from_decimal(line.numerator).checked_div(Ratio::from_decimal(line.denominator)).ok()
    };
    let same_quantity = (a.numerator, a.denominator) == (b.numerator, b.denominator)
        || quantity(a).is_some_and(|value| quantity(b) == Some(value));
    [
        (LineField::Id, a.id == b.id),
        (LineField::Quantity, same_quantity),
        (LineField::Unit, a.unit == b.unit),
        (LineField::Usage, a.usage == b.usage),
        (LineField::Scrap, a.scrap == b.scrap),
        (LineField::FixedLoss, a.fixed_loss == b.fixed_loss),
        (LineField::Validity, (a.valid_from, a.valid_to) == (b.valid_from, b.valid_to)),
        (LineField::OffsetDays, a.offset_days == b.offset_days),
        (LineField::SkipLevel, a.skip_level == b.skip_level),
        (LineField::Issue, a.issue == b.issue),
        (LineField::KeyPart, a.key_part == b.key_part),
        (LineField::Change, a.change == b.change),
        (LineField::Operation, a.operation == b.operation),
        (LineField::Location, a.location == b.location),
    ]
    .into_iter()
    .filter(|&(_, same)| !same)
    .map(|(field, _)| field)
    .collect()
}

//! Material issued to one order (`M01`–`M03`, `M09`, `M10`).

use super::allot::{Want, allot};
use super::lifecycle::{check_released, enter};
use super::post::short;
use super::propose::propose;
use super::refused::{Refused, unknown};
use super::work::Work;
use super::{Issue, IssueLine, IssueShort, IssueWhat, ProposalLine, SupplementReason};
use crate::changeset::ReplyLine;
use crate::component_list::issue_limit;
use crate::document::{Document, DocumentKind, DocumentLine};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::{LineRef, Reason, StockKey};
use crate::num::{Quantity, Ratio, Rounding};
use crate::order::{ComponentLine, OrderType, ProductionOrder};
use crate::time::Date;

/// What is to be taken for one order line.
pub(super) struct Take<'t> {
    pub(super) line: &'t ComponentLine,
    /// The item issued: the line's own or a substitute.
    pub(super) item: &'t Id,
    /// In the unit of the item issued.
    pub(super) quantity: Quantity,
    /// Units of the substitute for one of the line's item.
    pub(super) ratio: Option<Ratio>,
    pub(super) location: Option<&'t Id>,
    pub(super) lot: Option<&'t Id>,
    pub(super) serials: &'t [Id],
    pub(super) second: Option<Quantity>,
}

/// Answers an [`Issue`].
pub(super) fn issue(work: &mut Work<'_>, ask: &Issue) -> Result<(), Refused> {
    let order = work.order(&ask.order)?.clone();
    check_released(&order)?;
    if ask.is_supplement && ask.supplement.is_none() {
        return Err(Finding::new(Code::SupplementReasonRequired).into());
    }
    let proposal = propose(&order, &ask.what)?;
    proposal.findings.into_iter().for_each(|finding| work.warn(finding));
    let date = ask.date.unwrap_or(work.today);
    let named: &[IssueLine] = if let IssueWhat::Lines { lines } = &ask.what { lines } else { &[] };
    let supplement = ask.supplement.is_some();
    let (mut lines, mut missing) = (Vec::new(), Vec::new());
    let mut asked: Vec<(u32, Quantity)> = Vec::new();
    for (at, proposed) in proposal.lines.iter().enumerate() {
        let take = take_of(work, &order, proposed, named.get(at), date)?;
        if !take.quantity.is_positive() {
            refuse_nought(&take, named.get(at), at)?;
            continue;
        }
        if !named.is_empty() && !supplement {
            check_over_issue(&take, &mut asked)?;
        }
        let reason = if supplement { Reason::Supplement } else { Reason::Issue };
        let short = find(work, &order, &take, reason, date, &mut lines)?;
        if short.is_positive() {
            let item = take.item.clone();
            missing.push((take.line.number, item, take.location.cloned(), take.quantity, short));
        }
    }
    refuse_short(work, ask, &missing)?;
    let reason = ask.supplement.map_or("", SupplementReason::as_str);
    for (item, number, short) in missing.into_iter().map(|(number, item, _, _, short)| (item, number, short))
    {
        let order = Some(LineRef { document: ask.order.clone(), line: number });
        work.reply.lines.push(ReplyLine {
            document: None,
            order,
            item,
            quantity: Quantity::ZERO,
            stock: None,
            short: Some(short),
        });
    }
    write(work, &ask.document, DocumentKind::Issue, date, reason, lines, ask.draft)
}

/// Writes issue documents, one a location: the first gets the id, the others `ID.2`, `ID.3` …
pub(super) fn write(
    work: &mut Work<'_>,
    id: &Id,
    kind: DocumentKind,
    date: Date,
    reason: &str,
    lines: Vec<DocumentLine>,
    draft: bool,
) -> Result<(), Refused> {
    let place = |line: &DocumentLine| line.stock.as_ref().map(|stock| stock.location.clone());
    let mut places: Vec<Option<Id>> = Vec::new();
    for line in &lines {
        if !places.contains(&place(line)) {
            places.push(place(line));
        }
    }
    for (at, here) in places.iter().enumerate() {
        let name = if at == 0 { id.clone() } else { derived(id, &format!("{}", at + 1))? };
        let mut document = Document::draft(name, kind, date);
        document.reason = reason.to_owned();
        for line in lines.iter().filter(|line| place(line) == *here) {
            let number = u32::try_from(document.lines.len() + 1).unwrap_or(u32::MAX);
            document.lines.push(DocumentLine { number, ..line.clone() });
            work.reply.lines.push(ReplyLine::of(&document.id, line));
        }
        enter(work, document, draft)?;
    }
    Ok(())
}

/// An id made of another one, such as `D1.2`.
pub(super) fn derived(id: &Id, tail: &str) -> Result<Id, Refused> {
    Id::new(&format!("{id}.{tail}")).map_err(|error| error.finding().into())
}

fn take_of<'t>(
    work: &Work<'_>,
    order: &'t ProductionOrder,
    proposed: &ProposalLine,
    named: Option<&'t IssueLine>,
    date: Date,
) -> Result<Take<'t>, Refused> {
    let line =
        order.line(proposed.line).ok_or_else(|| unknown(&order.id, &format!("line {}", proposed.line)))?;
    let mut take = Take {
        line,
        item: &line.item,
        quantity: proposed.quantity,
        ratio: None,
        location: line.location.as_ref(),
        lot: None,
        serials: &[],
        second: None,
    };
    let Some(named) = named else { return Ok(take) };
    take.location = named.location.as_ref().or(take.location);
    take.lot = named.lot.as_ref();
    take.serials = &named.serials;
    take.second = named.second;
    if let Some(substitute) = &named.substitute {
        let ratio = ratio_of(work, &line.item, substitute, order, date)?;
        let scale = work.item(substitute)?.scale;
        take.item = substitute;
        take.ratio = Some(ratio);
        take.quantity = match named.quantity {
            Some(quantity) => quantity.at_scale(scale)?,
            None => proposed.quantity.times(ratio, scale, Rounding::Up)?,
        };
    } else {
        take.quantity = take.quantity.at_scale(work.item(&line.item)?.scale)?;
    }
    Ok(take)
}

/// The ratio of a substitute that is allowed and valid (`M09`).
fn ratio_of(
    work: &Work<'_>,
    item: &Id,
    substitute: &Id,
    order: &ProductionOrder,
    date: Date,
) -> Result<Ratio, Refused> {
    let rows = work.base.substitutes.iter().filter(|row| row.item == *item && row.substitute == *substitute);
    let mut rows =
        rows.filter(|row| row.parent.as_ref().is_none_or(|parent| *parent == order.item)).peekable();
    if rows.peek().is_none() {
        let finding = Finding::new(Code::SubstNotAllowed).with("substitute", substitute);
        return Err(finding.with("item", item).into());
    }
    let valid = |row: &&crate::item::Substitute| {
        row.valid_from.is_none_or(|from| from <= date) && row.valid_to.is_none_or(|to| date <= to)
    };
    let Some(row) = rows.find(valid) else {
        let finding = Finding::new(Code::SubstNotValid).with("substitute", substitute);
        return Err(finding.with("date", date).into());
    };
    row.ratio.filter(|ratio| ratio.is_positive()).ok_or_else(|| {
        Finding::new(Code::SubstRatioMissing).with("item", item).with("substitute", substitute).into()
    })
}

impl Take<'_> {
    /// How much of the line's own item a quantity stands for: `quantity ÷ ratio`, rounded down.
    pub(super) fn clears(&self, quantity: Quantity) -> Result<Option<Quantity>, Refused> {
        let Some(ratio) = self.ratio else { return Ok(None) };
        Ok(Some(quantity.times(ratio.recip()?, self.line.required.scale(), Rounding::Down)?))
    }
}

/// A line of nought that was asked for by name is refused; one that a scheme left empty is passed over.
fn refuse_nought(take: &Take<'_>, named: Option<&IssueLine>, at: usize) -> Result<(), Refused> {
    let asked = named.and_then(|named| named.quantity);
    match asked {
        Some(quantity) => Err(Finding::new(Code::QtyNotPositive)
            .with("row", at + 1)
            .with("item", take.item)
            .with("value", quantity)
            .into()),
        None => Ok(()),
    }
}

/// `OVER_ISSUE` (`M10`); lines of one request that name the same order line add up.
fn check_over_issue(take: &Take<'_>, asked: &mut Vec<(u32, Quantity)>) -> Result<(), Refused> {
    let line = take.line;
    let more = take.clears(take.quantity)?.unwrap_or(take.quantity);
    let before = asked.iter().filter(|(number, _)| *number == line.number);
    let before = before.map(|(_, quantity)| *quantity).try_fold(Quantity::ZERO, Quantity::plus)?;
    asked.push((line.number, more));
    let issued = line.net_issued()?.plus(line.linked)?;
    let after = issued.plus(before)?.plus(more)?;
    match issue_limit(line)? {
        Some(limit) if after > limit => Err(Finding::new(Code::OverIssue)
            .with("item", &line.item)
            .with("required", line.required)
            .with("issued", issued)
            .with("asked", before.plus(more)?)
            .with("mode", line.over_issue.as_str())
            .into()),
        _ => Ok(()),
    }
}

/// Finds stock for a line and adds its document lines; returns what is short.
pub(super) fn find(
    work: &mut Work<'_>,
    order: &ProductionOrder,
    take: &Take<'_>,
    reason: Reason,
    date: Date,
    lines: &mut Vec<DocumentLine>,
) -> Result<Quantity, Refused> {
    let at = LineRef { document: order.id.clone(), line: take.line.number };
    let taken = reserve_in_lines(lines, take.item);
    let want = Want {
        item: take.item,
        key: &take.line.key,
        location: take.location,
        lot: take.lot,
        serials: take.serials,
        quantity: take.quantity,
        date,
        order: Some(at.clone()),
        rework: order.kind == OrderType::Rework,
        taken: &taken,
    };
    let found = allot(work, &want)?;
    for (pick, serials) in found.picks {
        lines.push(DocumentLine {
            second: take.second,
            reason: Some(reason),
            stock: Some(pick.stock),
            order: Some(at.clone()),
            clears: take.clears(pick.quantity)?,
            serials,
            ..DocumentLine::new(0, take.item.clone(), pick.quantity)
        });
    }
    Ok(found.short)
}

/// What earlier lines of the same document take of the item, so that no stock is found twice.
fn reserve_in_lines(lines: &[DocumentLine], item: &Id) -> Vec<(StockKey, Quantity)> {
    let same = lines.iter().filter(|line| line.item == *item);
    same.filter_map(|line| Some((line.stock.clone()?, line.quantity))).collect()
}

type Missing = (u32, Id, Option<Id>, Quantity, Quantity);

fn refuse_short(work: &mut Work<'_>, ask: &Issue, missing: &[Missing]) -> Result<(), Refused> {
    if missing.is_empty() {
        return Ok(());
    }
    let numbers: Vec<String> = missing.iter().map(|(number, ..)| number.to_string()).collect();
    let incomplete = Finding::new(Code::KitIncomplete).with("lines", numbers.join(", "));
    match &ask.what {
        IssueWhat::Sets { partial: true, .. } => {
            work.warn(incomplete);
            Ok(())
        }
        _ if ask.short == IssueShort::Limit => Ok(()),
        IssueWhat::Sets { sets: Some(_), .. } => Err(incomplete.into()),
        _ => {
            let mut found = Vec::new();
            for (_, item, location, need, short_of) in missing {
                let any = Id::known("–");
                let stock = StockKey::new(item.clone(), location.clone().unwrap_or(any));
                found.push(short(&stock, *need, need.minus(*short_of)?));
            }
            Refused::all(found)
        }
    }
}

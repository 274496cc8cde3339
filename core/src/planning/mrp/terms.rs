//! The terms of a source at a node: what all orders from it have in common, looked up once a node and not once
//! an order. Lead time, calendars, lot sizes, and the dates they give (rules §6, dates).

use super::cover::Stop;
use super::days::{self, Gap};
use super::gather::{Ctx, good_of, input_for};
use super::model::{InForce, NodeSource};
use super::{Blocked, Fault};
use crate::item::MaxRule;
use crate::partner::SourceKind;
use crate::planning::ExplosionDate;
use crate::planning::lot_sizing::Modifiers;
use crate::snapshot::{EARLIEST, LATEST, NONE, Params, SourceRow};

/// The dates of an order, as day numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dates {
    pub(crate) due: i32,
    pub(crate) dock: i32,
    pub(crate) start: i32,
}

/// A source of a node, ready for orders.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms {
    /// Number among the node's sources.
    pub(crate) number: u16,
    pub(crate) source: NodeSource,
    /// Whether orders explode: made or subcontracted, or a phantom's.
    pub(crate) makes: bool,
    /// None for the BOM of a phantom.
    kind: Option<SourceKind>,
    working: bool,
    /// -1: no lead time.
    lead: i32,
    /// Days for each batch begun, 0 for none.
    days_per_batch: u32,
    batch: i64,
    inspection: u32,
    safety_days: u32,
    /// Calendars by number, `NONE` where every day works: the site's, and the one in which starts are counted.
    calendar: u32,
    starts: u32,
    pub(crate) modifiers: Modifiers,
    /// Whether minimum, maximum and multiple can be met together.
    pub(crate) sound: bool,
    /// The only BOM version, in force on every day.
    always: Option<InForce>,
    /// Days from the start of every order to its being available, where every day works and quantities do not
    /// matter.
    span: Option<i32>,
}

impl Terms {
    /// Looks the terms of a source up; none for a number that the node does not have.
    pub(crate) fn of(ctx: &Ctx<'_>, node: u32, number: usize) -> Option<Terms> {
        let n = ctx.model.node(node);
        let source = *ctx.model.sources_of(n).get(number)?;
        let row = (source.row != NONE).then(|| &ctx.s.sources.rows[source.row as usize]);
        let extra = row.and_then(|row| ctx.s.sources.extra(row));
        let params = ctx.s.params.set(n.params);
        let modifiers = modifiers(ctx, row, params);
        let site = n.spot.site;
        let mut terms = Terms {
            number: super::net::number(number),
            source,
            makes: row.is_none_or(|row| matches!(row.kind, SourceKind::Make | SourceKind::Subcontract)),
            kind: row.map(|row| row.kind),
            working: row.is_some_and(|row| row.working),
            lead: row.map_or(-1, |row| row.lead),
            days_per_batch: extra.map_or(0, |extra| extra.days_per_batch),
            batch: extra.map_or(1, |extra| extra.batch.max(1)),
            inspection: extra.map_or(0, |extra| extra.inspection),
            safety_days: params.safety_days,
            calendar: ctx.s.places.site_calendar[site as usize],
            starts: row.map_or(NONE, |row| start_calendar(ctx, site, row)),
            modifiers,
            sound: modifiers.check().is_ok(),
            always: match ctx.model.forces_of(&source) {
                [only] if only.from == EARLIEST && only.to == LATEST => Some(*only),
                _ => None,
            },
            span: None,
        };
        terms.span = terms.plain_span();
        Some(terms)
    }

    fn plain_span(&self) -> Option<i32> {
        let kind = self.kind?;
        if self.calendar != NONE || self.starts != NONE || self.days_per_batch > 0 || self.lead < 0 {
            return None;
        }
        let inspection = if kind == SourceKind::Make { 0 } else { self.inspection };
        let waits = i32::try_from(u64::from(inspection) + u64::from(self.safety_days)).ok()?;
        self.lead.checked_add(waits)
    }

    /// What has to go in so that a need comes out good of an order that is available on a day.
    #[inline(always)]
    pub(crate) fn input_of(&self, ctx: &Ctx<'_>, need: i64, day: i32) -> Result<i64, Stop> {
        match self.provisional(ctx, need, day)? {
            Some(force) => input_for(need, &force).ok_or(Stop::Fault(Fault::Overflow)),
            None => Ok(need),
        }
    }

    /// The BOM version whose yield counts for a need of a day; none for what is bought or moved.
    #[inline]
    pub(crate) fn provisional(&self, ctx: &Ctx<'_>, need: i64, day: i32) -> Result<Option<InForce>, Stop> {
        if !self.makes {
            return Ok(None);
        }
        // One version without an end: no date is needed to know the yield.
        if self.always.is_some() {
            return Ok(self.always);
        }
        let (_, explosion) = self.planned(ctx, need, day)?;
        Ok(Some(self.found_force(ctx, explosion)?))
    }

    /// The BOM version in force on a day, for a source that makes.
    #[inline]
    pub(crate) fn force_on(&self, ctx: &Ctx<'_>, day: i32) -> Result<InForce, Blocked> {
        match self.always {
            Some(always) => Ok(always),
            None => self.found_force(ctx, day),
        }
    }

    #[inline(never)]
    fn found_force(&self, ctx: &Ctx<'_>, day: i32) -> Result<InForce, Blocked> {
        let forces = ctx.model.forces_of(&self.source);
        if let Some(force) = forces.iter().find(|f| f.from <= day && day <= f.to) {
            return Ok(*force);
        }
        // A source that names a draft is told so; everything else has no BOM on that day.
        let row = (self.source.row != NONE).then(|| &ctx.s.sources.rows[self.source.row as usize]);
        let named = row.and_then(|row| ctx.s.sources.extra(row)).and_then(|extra| extra.bom.as_deref());
        let draft =
            named.and_then(|id| ctx.s.bom.find_version(id)).is_some_and(|v| ctx.s.bom.version(v).draft);
        Err(if draft { Blocked::BomNotApproved } else { Blocked::BomNotFound })
    }

    /// Days that a quantity takes.
    fn lead_days(&self, quantity: i64) -> Result<i32, Stop> {
        if self.lead < 0 {
            return Err(Blocked::LeadtimeMissing.into());
        }
        if self.days_per_batch == 0 {
            return Ok(self.lead);
        }
        let batches = quantity / self.batch + i64::from(quantity % self.batch != 0);
        let days = i64::from(self.days_per_batch)
            .checked_mul(batches)
            .and_then(|d| d.checked_add(i64::from(self.lead)));
        days.and_then(|d| i32::try_from(d).ok()).ok_or(Stop::Blocked(Blocked::CalendarGap))
    }

    /// Start, and the day that decides the BOM, of an order that is to be available on a day.
    #[inline(always)]
    fn planned(&self, ctx: &Ctx<'_>, quantity: i64, available: i32) -> Result<(i32, i32), Stop> {
        let due_explodes = ctx.policy.explosion == ExplosionDate::Due;
        match self.span {
            Some(span) if !due_explodes || self.safety_days == 0 => {
                let start = days::in_range(available.checked_sub(span))?;
                Ok((start, if due_explodes { available } else { start }))
            }
            _ => {
                let dates = self.schedule(ctx, quantity, available)?;
                Ok((dates.start, if due_explodes { dates.due } else { dates.start }))
            }
        }
    }

    /// Start, good quantity and BOM version of an order that is to be available on a day.
    #[inline(always)]
    pub(crate) fn settle(
        &self,
        ctx: &Ctx<'_>,
        input: i64,
        day: i32,
    ) -> Result<(i32, i64, Option<u32>), Stop> {
        let (start, explosion) = self.planned(ctx, input, day)?;
        if !self.makes {
            return Ok((start, input, None));
        }
        if let Some(always) = &self.always {
            return Ok((start, good_of(input, always), Some(always.version)));
        }
        let force = self.found_force(ctx, explosion)?;
        Ok((start, good_of(input, &force), Some(force.version)))
    }

    /// Due, dock and start of an order that is to be available on a day.
    pub(crate) fn schedule(&self, ctx: &Ctx<'_>, quantity: i64, available: i32) -> Result<Dates, Stop> {
        let kind = self.kind.ok_or(Blocked::NoSource)?;
        let lead = self.lead_days(quantity)?;
        let calendar = ctx.calendar(self.calendar);
        let safety = i32::try_from(self.safety_days).map_err(|_| Gap)?;
        let due = days::back(calendar, available, safety)?;
        if kind == SourceKind::Make {
            let start = backward(calendar, due, lead, self.working)?;
            return Ok(Dates { due, dock: due, start });
        }
        let inspection = i32::try_from(self.inspection).map_err(|_| Gap)?;
        let dock = days::back(calendar, due, inspection)?;
        let start = backward(ctx.calendar(self.starts), dock, lead, self.working)?;
        Ok(Dates { due, dock, start })
    }

    /// The start that is still possible and the day the order can be available if it starts then.
    pub(crate) fn feasible(&self, ctx: &Ctx<'_>, quantity: i64, start: i32) -> Result<(i32, i32), Stop> {
        let kind = self.kind.ok_or(Blocked::NoSource)?;
        let lead = self.lead_days(quantity)?;
        let calendar = ctx.calendar(self.calendar);
        let starts = ctx.calendar(self.starts);
        let start = days::forward_to(starts, start.max(ctx.model.run))?;
        let done = match self.working {
            true => days::add(starts, start, lead)?,
            false => days::in_range(start.checked_add(lead))?,
        };
        let inspection = if kind == SourceKind::Make { 0 } else { self.inspection };
        let wait = i32::try_from(u64::from(inspection) + u64::from(self.safety_days)).map_err(|_| Gap)?;
        let dock = days::forward_to(calendar, done)?;
        Ok((start, days::add(calendar, dock, wait)?))
    }
}

/// Minimum, maximum and multiple: the source's before the item's.
pub(crate) fn modifiers(ctx: &Ctx<'_>, row: Option<&SourceRow>, params: &Params) -> Modifiers {
    let extra = row.and_then(|row| ctx.s.sources.extra(row));
    let pick = |own: Option<i64>, item: i64| own.filter(|&n| n >= 0).unwrap_or(item);
    Modifiers {
        min: pick(extra.map(|e| e.min), params.min),
        max: pick(extra.map(|e| e.max), params.max),
        multiple: pick(extra.map(|e| e.multiple), params.multiple),
        max_rule: if params.may_exceed { MaxRule::MayExceed } else { MaxRule::Physical },
    }
}

/// The calendar in which the start of an order from a source is counted.
fn start_calendar(ctx: &Ctx<'_>, site: u32, row: &SourceRow) -> u32 {
    let places = &ctx.s.places;
    match row.kind {
        SourceKind::Make => places.site_calendar[site as usize],
        SourceKind::Transfer => places.site_calendar[row.partner as usize],
        SourceKind::Buy | SourceKind::Subcontract => {
            let own = if row.partner == NONE { NONE } else { places.supplier_calendar[row.partner as usize] };
            if own == NONE { places.site_calendar[site as usize] } else { own }
        }
    }
}

#[inline]
fn backward(calendar: Option<&days::DayTable>, day: i32, n: i32, working: bool) -> Result<i32, Gap> {
    match working {
        true => days::back(calendar, day, n),
        false => days::back(calendar, days::in_range(day.checked_sub(n))?, 0),
    }
}

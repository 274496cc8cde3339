//! Components, outputs and shipments of orders (§4 of the page), also of firm ones.

use super::days::Day;
use super::demand::{Asker, Need, Receipt, Sup};
use super::net::{Got, Net};
use super::num::{Q, ceil_to, floor_to, int, of, opt, ratio, zero};
use super::world::{Code, NodeKey};
use headstock::bom::{Bom, Usage};
use headstock::id::Id;
use headstock::item::ScrapFormula;
use headstock::order::{Firmness, SupplyKind};
use headstock::partner::SourceKind;
use headstock::planning::{ExplosionDate, RequirementRounding};

impl<'a> Net<'a, '_> {
    pub fn emit(&mut self, to: NodeKey, day: Day, need: Need) {
        if self.w.item(&to.item).planned {
            self.out.needs.push((to, day, need));
        }
    }

    pub fn ship(&mut self, at: &NodeKey, from: &Id, q: &Q, start: Day, asker: &Asker) {
        if self.trial.is_some() {
            return;
        }
        let to = NodeKey { site: from.clone(), ..at.clone() };
        let need = Need::of_order(asker, q.clone());
        let day = self.w.need_day(start);
        self.emit(to, day, need);
    }

    /// Shares of the other outputs: at once inside the group, else a receipt below.
    pub fn outputs(&mut self, at: &NodeKey, b: &Bom, q: &Q, day: Day, available: Day) {
        if !self.w.p.use_co_products {
            return;
        }
        for o in &b.outputs {
            let to = self.w.below(&o.item, at);
            let qty = floor_to(&(q * of(o.numerator) / of(o.denominator)), self.w.scale(&o.item));
            if self.w.dropped.contains(&(at.clone(), to.clone())) {
                continue;
            }
            if qty <= zero() || !self.w.item(&o.item).planned {
                continue;
            }
            if self.group.contains_key(&to) {
                if self.group[&to].done >= day {
                    self.credit_late(&to, (day, available), &qty, Got::Output);
                    // What is given makes the day one of its own.
                    self.group.get_mut(&to).unwrap().touched = Some(day);
                }
            } else if self.trial.is_none() {
                let id = format!("{} {}", at.item, available);
                let day = self.w.buckets.place(available, self.w.run);
                self.out.receipts.push((to, Receipt { day, id, qty, until: None, output: true }));
            }
        }
    }

    pub fn explode(&mut self, at: &NodeKey, b: &'a Bom, q: &Q, start: Day, explosion: Day, asker: &Asker) {
        if self.trial.is_none() {
            self.lines(at, b, q, start, 0, explosion, asker);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the path of an explosion")]
    pub fn lines(
        &mut self,
        at: &NodeKey,
        b: &'a Bom,
        q: &Q,
        start: Day,
        offset: i32,
        explosion: Day,
        asker: &Asker,
    ) {
        let w = self.w;
        for l in &b.lines {
            if !super::world::within(l.valid_from, l.valid_to, explosion) {
                continue;
            }
            let each = w.conversion(&l.component, l.unit.as_ref());
            let std = each
                * match &l.usage {
                    Usage::Variable => q * of(l.numerator) / of(l.denominator),
                    Usage::Fixed => of(l.numerator) / of(l.denominator),
                    Usage::Stepped { steps } => {
                        let step = steps.iter().filter(|s| of(s.from) <= *q).max_by_key(|s| s.from);
                        step.map_or_else(zero, |s| ratio(s.fixed) + ratio(s.per_unit) * q)
                    }
                };
            let item = w.item(&l.component);
            let scrap = ratio(l.scrap);
            let mut gross = match item.scrap_formula {
                ScrapFormula::Divide => std / (int(1) - scrap),
                ScrapFormula::Multiply => std * (int(1) + scrap),
            };
            gross += opt(l.fixed_loss).unwrap_or_else(zero);
            let to = w.below(&l.component, at);
            let offset = offset + l.offset_days;
            let netted = item.phantom && !l.skip_level && self.live.contains(&to);
            // Without a BOM in force it is a line like any other.
            if (item.phantom || l.skip_level)
                && !netted
                && let Ok(below) = w.bom(&l.component, &at.site, None, explosion)
            {
                let q = gross / ratio(below.yield_ratio);
                self.lines(at, below, &q, start, offset, explosion, asker);
                continue;
            }
            let Ok(day) = w.site_calendar(&at.site).shift(start, offset) else {
                panic!("offset beyond the calendar");
            };
            self.require(to, w.need_day(day), gross, asker);
        }
    }

    pub fn require(&mut self, to: NodeKey, day: Day, exact: Q, asker: &Asker) {
        if exact <= zero() || !self.w.item(&to.item).planned {
            return;
        }
        if self.w.p.rounding != RequirementRounding::OrderLine {
            self.out.exact.push((to, day, asker.clone(), exact));
            return;
        }
        let qty = ceil_to(&exact, self.w.scale(&to.item));
        self.emit(to, day, Need::of_order(asker, qty));
    }

    /// Components, outputs and shipments of firm orders, once their dates are known (§2).
    pub fn firm(&mut self) {
        let firm: Vec<(NodeKey, Sup)> = self
            .group
            .iter()
            .flat_map(|(k, n)| n.supplies.iter().map(move |s| (k.clone(), s.clone())))
            .filter(|(_, s)| s.row.firmness == Firmness::Firm && s.row.kind != SupplyKind::Purchase)
            .collect();
        for (k, s) in firm {
            if let Err(code) = self.firm_one(&k, &s) {
                self.out.blocked.push((k.clone(), code, s.day, zero()));
            }
        }
    }

    pub fn firm_one(&mut self, k: &NodeKey, s: &Sup<'a>) -> Result<(), Code> {
        let w = self.w;
        let kind = match s.row.kind {
            SupplyKind::Production => SourceKind::Make,
            SupplyKind::Subcontract => SourceKind::Subcontract,
            SupplyKind::Transfer | SupplyKind::Purchase => SourceKind::Transfer,
        };
        let named = s.row.source.as_ref().and_then(|id| w.t.sources.iter().find(|x| x.id == *id));
        let source = match named {
            Some(x) => Ok(x),
            None => w.firm_source(&k.item, &k.site, kind),
        };
        let id = s.row.id.to_string();
        let firm = (s.from, s.row.due.day_number(), id.clone());
        let asker = Asker { firm, ..Asker::new(k, s.day, s.day, 0, id) };
        let typed = s.row.start.map(|d| d.day_number());
        let safety = w.planning(&k.item, &k.site).map_or(0, |r| r.safety_days);
        let dates_for = |q: &Q| match (typed, &source) {
            (Some(start), x) => Ok(super::world::Dates {
                due: w.site_calendar(&k.site).minus(s.day, safety).unwrap_or(s.day),
                dock: None,
                start,
                feasible: w.typed_start(x.as_ref().ok().copied(), k, start),
            }),
            (None, Ok(x)) => w.dates(x, k, q, s.day),
            (None, Err(code)) => Err(*code),
        };
        if kind == SourceKind::Transfer {
            let from = source?.from_site.clone().ok_or("NO_SOURCE")?;
            let follow = w.follow(&dates_for(&s.total)?);
            self.ship(k, &from, &s.total, follow, &asker);
            return Ok(());
        }
        // An order for a further output says nothing of its process: that is planned at the lead.
        let scale = w.scale(&k.item);
        let typed_input =
            opt(s.row.input_quantity).map(|input| ceil_to(&(input * &s.total / of(s.row.quantity)), scale));
        if source.is_ok_and(|x| self.w.process(x).is_some()) {
            dates_for(typed_input.as_ref().unwrap_or(&s.total))?;
            return Err("BOM_NOT_FOUND");
        }
        let bom_id = source.ok().and_then(|x| x.bom.as_ref());
        let explosion =
            |d: &super::world::Dates| if w.p.explosion == ExplosionDate::Start { d.start } else { d.due };
        let q = match typed_input {
            Some(input) => input,
            None => {
                let bom = w.bom(&k.item, &k.site, bom_id, explosion(&dates_for(&s.total)?))?;
                ceil_to(&(&s.total / ratio(bom.yield_ratio)), scale)
            }
        };
        let dates = dates_for(&q)?;
        let bom = w.bom(&k.item, &k.site, bom_id, explosion(&dates))?;
        self.explode(k, bom, &q, w.follow(&dates), explosion(&dates), &asker);
        self.outputs(k, bom, &q, Day::MAX, s.day);
        Ok(())
    }
}

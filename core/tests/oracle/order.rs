//! New orders: parts, sources, lot sizes, dates (§6 of the page).

use super::days::{Day, date};
use super::demand::{Asker, Start};
use super::found::Found;
use super::lots::{self};
use super::net::{Got, Net, Node, Order};
use super::num::{Q, ceil_to, floor_to, int, min, of, opt, pos, ratio, zero};
use super::world::{Code, NodeKey};
use headstock::bom::Bom;
use headstock::id::Id;
use headstock::item::{LotRule, MaxRule, SafetyPriority, UpToRounding};
use headstock::partner::{Source, SourceKind};
use headstock::planning::{DependentDate, ExplosionDate, QuotaRule};

/// Whether a rule prefers the lower multiple.
fn rounds_down(rule: &LotRule) -> bool {
    let (LotRule::MinMax { rounding, .. } | LotRule::OrderUpTo { rounding, .. }) = rule else { return false };
    *rounding == UpToRounding::Down
}

impl<'a> Net<'a, '_> {
    pub fn refill(&mut self, k: &NodeKey, day: Day) {
        let n = &self.group[k];
        let missing = self.w.safety(&k.item, &k.site, day) - n.balance() - n.pending();
        // Where the item is used up, no safety stock is kept and none refilled.
        if missing <= zero() || self.w.safety(&k.item, &k.site, day) <= zero() {
            return;
        }
        self.group.get_mut(k).unwrap().row(day).net.0 += &missing;
        let result = self.w.valid_sources(&k.item, &k.site, &missing, day).and_then(|rows| {
            let s = self.preferred(k, &rows);
            let due = self.w.earliest(s, k, &missing)?.max(day);
            let due = if due > day { self.w.buckets.next_first(due) } else { due };
            self.order_from(k, s, &missing, day, due, true)
        });
        if let Err(code) = result {
            self.out.blocked.push((k.clone(), code, day, zero()));
        }
    }

    /// A new order for `n` on a day; an error when (the rest of) it cannot be planned.
    pub fn order(&mut self, k: &NodeKey, day: Day, n: &Q) -> Result<(), Code> {
        if let Some((node, series)) = &mut self.trial
            && node == k
        {
            series.push((day, n.clone()));
            self.credit(k, day, n, Got::Planned);
            return Ok(());
        }
        if self.w.p.order_per_demand {
            self.singly(k, day)?;
        }
        let rest = min(n.clone(), pos(self.short(k, day)));
        if rest > zero() { self.one(k, day, &rest) } else { Ok(()) }
    }

    /// An order for one need or the sum of them.
    fn one(&mut self, k: &NodeKey, day: Day, n: &Q) -> Result<(), Code> {
        if self.w.item(&k.item).phantom {
            return self.pass_through(k, day, n);
        }
        let (total, available) = self.covered(k, day, n)?;
        self.place(k, day, available, &total)?;
        self.group.get_mut(k).unwrap().periods += 1;
        Ok(())
    }

    /// The uncovered part of each need of the day, in the order of service, by an order of its own.
    fn singly(&mut self, k: &NodeKey, day: Day) -> Result<(), Code> {
        let n = &self.group[k];
        if n.singly == Some(day) {
            return Ok(());
        }
        let highest = self.params(k).is_some_and(|p| p.safety_priority == SafetyPriority::Highest);
        let aside = if highest { self.target(k, day) } else { zero() };
        // Lines of one order are needs of their own, the smaller first; parts of one forecast by their own dates.
        let mut needs = self.staying(n, day);
        needs.sort_by_key(|x| (x.turn(), if x.asker.is_some() { x.qty.clone() } else { zero() }));
        let mut free = pos(n.balance() + needs.iter().map(|x| &x.qty).sum::<Q>() - aside);
        self.group.get_mut(k).unwrap().singly = Some(day);
        for x in needs {
            let part = pos(&x.qty - &free);
            free = pos(free - &x.qty);
            if part > zero() {
                let before = self.group[k].balance();
                self.one(k, day, &part)?;
                free += pos(self.group[k].balance() - before - part);
            }
        }
        Ok(())
    }

    pub fn place(&mut self, k: &NodeKey, day: Day, available: Day, n: &Q) -> Result<(), Code> {
        let rows = self.w.valid_sources(&k.item, &k.site, n, day)?;
        let quotas: Vec<&Source> = rows.iter().copied().filter(|s| s.quota.is_some()).collect();
        if self.w.p.quota == QuotaRule::Split && quotas.len() > 1 {
            let weights: Vec<Q> = quotas.iter().map(|s| of(s.quota.unwrap())).collect();
            let parts = super::num::split(n, &weights, self.w.scale(&k.item));
            let mut failed = Ok(());
            for (s, part) in quotas.into_iter().zip(parts) {
                if part > zero() {
                    let result = self.order_from(k, s, &part, day, available, false);
                    failed = failed.and(result);
                }
            }
            return failed;
        }
        let s = self.preferred(k, &rows);
        self.order_from(k, s, n, day, available, false)
    }

    /// Among sources of equal priority the one furthest behind its quota, else the first by id.
    pub fn preferred(&self, k: &NodeKey, rows: &[&'a Source]) -> &'a Source {
        let n = &self.group[k];
        let behind = |s: &&&'a Source| {
            let given = n.given.get(s.id.as_str()).cloned().unwrap_or_else(zero);
            ((opt(s.quota_used).unwrap_or_else(zero) + given) / of(s.quota.unwrap()), s.id.clone())
        };
        rows.iter().filter(|s| s.quota.is_some()).min_by_key(behind).copied().unwrap_or(rows[0])
    }

    pub fn order_from(
        &mut self,
        k: &NodeKey,
        s: &'a Source,
        n: &Q,
        day: Day,
        available: Day,
        refill: bool,
    ) -> Result<(), Code> {
        if let Some(bom) = self.w.process(s) {
            return self.order_process(k, bom, n, day);
        }
        let available = match self.w.fence_end(&k.item, &k.site) {
            Some(f) if available < f => self.behind(k, f),
            _ => available,
        };
        self.sound(k, s, refill)?;
        let mut rest = n.clone();
        while rest > zero() {
            let (_, y) = self.bom_of(k, s, &rest, available)?;
            let mut need = ceil_to(&(&rest / &y), self.w.scale(&k.item));
            let (list, rounded_down) = self.lot_list(k, s, &mut need, &y, day, refill)?;
            let mut got = zero();
            for q in list {
                let good = self.create(k, k, s, &q, day, available, refill, s.bom.as_ref())?;
                got += good;
            }
            if got <= zero() {
                return Err("LOT_PARAM_CONFLICT");
            }
            rest -= got;
            if rounded_down {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The first day behind a fence: an order is put there.
    fn behind(&mut self, k: &NodeKey, fence: Day) -> Day {
        let day = self.w.buckets.next_first(fence);
        if self.trial.is_none() {
            let about = [("doc", k.item.to_string()), ("fence", date(day).to_string())];
            self.out.findings.push(Found::new("INSIDE_FENCE", k.clone(), &about));
        }
        day
    }

    /// Lot parameters that conflict are told before anything else.
    fn sound(&self, k: &NodeKey, s: &Source, refill: bool) -> Result<(), Code> {
        let fixed = match self.w.rule(&k.item, &k.site) {
            LotRule::Fixed { .. } | LotRule::ReorderPoint { .. } => true,
            LotRule::Eoq(_) => !refill,
            _ => false,
        };
        let (low, top, multiple) = self.modifiers(k, Some(s));
        let physical = self.params(k).is_none_or(|p| p.max_rule == MaxRule::Physical);
        let one =
            lots::modify(&super::num::grain(9), low.as_ref(), top.as_ref(), multiple.as_ref(), physical);
        if fixed || one.is_some() { Ok(()) } else { Err("LOT_PARAM_CONFLICT") }
    }

    /// The BOM and yield of an order of `q`; none for what is bought or moved.
    pub fn bom_of(
        &self,
        k: &NodeKey,
        s: &Source,
        q: &Q,
        available: Day,
    ) -> Result<(Option<&'a Bom>, Q), Code> {
        if !matches!(s.kind, SourceKind::Make | SourceKind::Subcontract) {
            return Ok((None, int(1)));
        }
        if let Some(bom) = self.w.bom_always(&k.item, &k.site, s.bom.as_ref()) {
            return Ok((Some(bom), ratio(bom.yield_ratio)));
        }
        let dates = self.w.dates(s, k, q, available)?;
        let day = if self.w.p.explosion == ExplosionDate::Start { dates.start } else { dates.due };
        let bom = self.w.bom(&k.item, &k.site, s.bom.as_ref(), day)?;
        Ok((Some(bom), ratio(bom.yield_ratio)))
    }

    /// Input quantities of the orders for `need` by rule and modifiers.
    pub fn lot_list(
        &self,
        k: &NodeKey,
        s: &Source,
        need: &mut Q,
        y: &Q,
        day: Day,
        refill: bool,
    ) -> Result<(Vec<Q>, bool), Code> {
        let rule = self.w.rule(&k.item, &k.site);
        let fixed = match &rule {
            LotRule::Fixed { quantity } | LotRule::ReorderPoint { quantity, .. } => Some(of(*quantity)),
            // A refill knows no demand rate.
            LotRule::Eoq(_) if !refill => self.group[k].eoq.clone(),
            _ => None,
        };
        if let Some(q) = fixed {
            let count: u64 = (&*need / &q).ceil().to_integer().try_into().unwrap_or(u64::MAX);
            return if count > 10_000 { Err("LIMIT_EXCEEDED") } else { Ok((vec![q; count as usize], false)) };
        }
        let (low, top, multiple) = self.modifiers(k, Some(s));
        let physical = self.params(k).is_none_or(|p| p.max_rule == MaxRule::Physical);
        let mut down = false;
        // What is missing to the safety stock is refilled to the full.
        if let (Some(m), true) = (&multiple, rounds_down(&rule) && !refill) {
            let q = (&*need / m).floor() * m;
            let good = floor_to(&(&q * y), self.w.scale(&k.item));
            if q > zero() && q < *need && self.short_after(k, day, &good) <= zero() {
                *need = q;
                down = true;
            }
        }
        let cap = top.as_ref().filter(|t| **t > zero());
        if cap.is_some_and(|t| &*need / t > int(10_000)) {
            return Err("LIMIT_EXCEEDED");
        }
        let list = lots::modify(need, low.as_ref(), top.as_ref(), multiple.as_ref(), physical);
        Ok((list.ok_or("LOT_PARAM_CONFLICT")?, down))
    }

    /// What would still be short if `good` came in.
    pub fn short_after(&self, k: &NodeKey, day: Day, good: &Q) -> Q {
        let mut n = self.group[k].clone();
        n.plain += good;
        self.short_of(&n, day)
    }

    /// One order of input `q` at `at`, for the need of `k`; answers its good quantity.
    #[expect(clippy::too_many_arguments, reason = "one order has that many facts")]
    pub fn create(
        &mut self,
        k: &NodeKey,
        at: &NodeKey,
        s: &'a Source,
        q: &Q,
        day: Day,
        available: Day,
        refill: bool,
        named: Option<&Id>,
    ) -> Result<Q, Code> {
        let dates = self.w.dates(s, at, q, available)?;
        let makes = matches!(s.kind, SourceKind::Make | SourceKind::Subcontract);
        let explosion = if self.w.p.explosion == ExplosionDate::Start { dates.start } else { dates.due };
        let bom = if makes { Some(self.w.bom(&at.item, &at.site, named, explosion)?) } else { None };
        let good = match bom {
            Some(b) => floor_to(&(q * ratio(b.yield_ratio)), self.w.scale(&at.item)),
            None => q.clone(),
        };
        if good <= zero() && k == at {
            return Ok(good);
        }
        if self.trial.is_none() {
            let arrives = self.w.arrival(s, at, q, dates.start).unwrap_or(self.w.run).max(available);
            let order = Order {
                node: at.clone(),
                source: s.id.to_string(),
                bom: bom.map(|b| b.id.to_string()),
                q: q.clone(),
                good: good.clone(),
                available,
                due: dates.due,
                dock: dates.dock,
                start: dates.start,
                feasible: dates.feasible,
                arrives,
            };
            self.group.get_mut(at).unwrap().orders.push(order);
        }
        let n = self.group.get_mut(at).unwrap();
        *n.given.entry(s.id.to_string()).or_insert_with(zero) += q;
        if refill && available > day {
            *n.pending.entry(available).or_insert_with(zero) += &good;
            n.got.push((available, Got::Planned, good.clone()));
        } else {
            self.credit_late(at, (day, available), &good, Got::Planned);
        }
        let asker = Asker::planned(at, available, day, self.group[at].orders.len());
        let follow = self.w.follow(&dates);
        match (bom, &s.from_site) {
            (Some(b), _) => {
                self.explode(at, b, q, follow, explosion, &asker);
                self.outputs(at, b, q, day, available);
            }
            (None, Some(from)) if s.kind == SourceKind::Transfer => self.ship(at, from, q, follow, &asker),
            _ => {}
        }
        Ok(good)
    }

    /// Co-product source: an order of the process at the node of its lead.
    pub fn order_process(&mut self, k: &NodeKey, bom: &'a Bom, n: &Q, day: Day) -> Result<(), Code> {
        let w = self.w;
        let lead = w.below(&bom.product, k);
        // The order is one of the lead: its fence holds.
        let fence = w.fence_end(&lead.item, &lead.site).filter(|f| day < *f);
        let out = bom.outputs.iter().find(|o| o.item == k.item).ok_or("NO_SOURCE")?;
        if w.below(&k.item, &lead) != *k {
            return Err("NO_SOURCE");
        }
        let here = |s: &&Source| {
            s.item == lead.item
                && s.bom.as_ref() == Some(&bom.id)
                && s.kind == SourceKind::Make
                && s.site.as_ref().is_none_or(|x| *x == k.site)
                && super::world::within(s.valid_from, s.valid_to, day)
        };
        let found =
            w.t.sources.iter().filter(here).min_by_key(|s| (s.site.is_none(), s.priority, s.id.clone()));
        let s = found.ok_or("NO_SOURCE")?;
        self.group.entry(lead.clone()).or_insert_with(|| Node::new(lead.clone(), Start::default()));
        if !w.p.use_co_products {
            return Err("NO_SOURCE");
        }
        let need = ceil_to(&(n * of(out.denominator) / of(out.numerator)), w.scale(&lead.item));
        let (low, top, multiple) = self.modifiers(&lead, Some(s));
        let physical = self.params(&lead).is_none_or(|p| p.max_rule == MaxRule::Physical);
        let list = lots::modify(&need, low.as_ref(), top.as_ref(), multiple.as_ref(), physical);
        let list = list.ok_or("LOT_PARAM_CONFLICT")?;
        let available = fence.map_or(day, |f| self.behind(&lead, f));
        for q in list {
            self.create(k, &lead, s, &q, day, available, false, Some(&bom.id))?;
        }
        Ok(())
    }

    pub fn pass_through(&mut self, k: &NodeKey, day: Day, n: &Q) -> Result<(), Code> {
        let bom = self.w.bom(&k.item, &k.site, None, day)?;
        let scale = self.w.scale(&k.item);
        let y = ratio(bom.yield_ratio);
        let q = ceil_to(&(n / &y), scale);
        let good = floor_to(&(&q * y), scale);
        self.credit(k, day, &good, Got::Pass);
        let number = self.group[k].got.len();
        let asker = Asker { number, ..Asker::new(k, day, day, 2, k.item.to_string()) };
        let start = match self.w.p.dependent {
            DependentDate::Required => day,
            DependentDate::Feasible => day.max(self.w.run),
        };
        self.explode(k, bom, &q, start, day, &asker);
        Ok(())
    }
}

//! Gathering: what a node needs on each day, summed in an accumulator without sorting.

use super::Fault;
pub(crate) use super::day_sums::Days;
use super::days;
use super::model::{ANY_SOURCE, Amount, InForce, Model, NeedRef, Row, RowExtra, RowKind, flag};
use super::order::{Kind, Order, Orders};
pub(crate) use super::wide::WideDays;
use crate::num::{Ratio, Rounding};
use crate::planning::{DependentDate, ExplosionDate, PlanPolicy, RequirementRounding};
use crate::snapshot::{Dense, NONE};

/// A need by itself, where days are not enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Single {
    pub(crate) day: i32,
    pub(crate) quantity: i64,
    pub(crate) priority: u32,
    /// Days a lot must still be usable.
    pub(crate) life: u32,
    pub(crate) what: SingleRef,
}

/// What a single need is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SingleRef {
    /// A demand or a forecast.
    Own(NeedRef),
    /// An order of a parent node, by the node's row.
    Parent { row: u32, parent: u32, order: u32 },
    /// An output of an order of a parent: supply, the quantity is positive.
    Output { row: u32, parent: u32, order: u32 },
}

impl SingleRef {
    /// Whether two are lines of one order.
    pub(crate) fn same_order(self, other: SingleRef) -> bool {
        match (self, other) {
            (
                SingleRef::Parent { parent: a, order: m, .. },
                SingleRef::Parent { parent: b, order: n, .. },
            ) => (a, m) == (b, n),
            _ => false,
        }
    }

    /// The number of the parent's order.
    fn of_order(self) -> u32 {
        match self {
            SingleRef::Own(_) => 0,
            SingleRef::Parent { order, .. } | SingleRef::Output { order, .. } => order,
        }
    }
}

/// Words from one touch to the next: a line of cache.
const TOUCHED: usize = 8;

/// What gathering reads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ctx<'a> {
    pub(crate) s: &'a Dense,
    pub(crate) model: &'a Model,
    pub(crate) policy: &'a PlanPolicy,
    pub(crate) orders: &'a Orders,
}

impl<'a> Ctx<'a> {
    /// The version in force for an order, by its explosion day; none for sources without a BOM.
    pub(crate) fn force(&self, node: u32, order: &Order) -> Option<&'a InForce> {
        let n = self.model.node(node);
        let source = self.model.sources_of(n).get(usize::from(order.source()))?;
        let forces = self.model.forces_of(source);
        // One version without an end is the common case and needs no date.
        match forces {
            [only] if only.from == i32::MIN && only.to == i32::MAX => Some(only),
            [] => None,
            _ => {
                let day = self.explosion_day(node, order);
                forces.iter().find(|f| f.from <= day && day <= f.to)
            }
        }
    }

    /// The day that decides which BOM an order uses.
    pub(crate) fn explosion_day(&self, node: u32, order: &Order) -> i32 {
        if order.kind() == Kind::Pass {
            return order.start();
        }
        match self.policy.explosion {
            ExplosionDate::Start => order.start(),
            ExplosionDate::Due => {
                let n = self.model.node(node);
                let safety = i32::try_from(self.s.params.set(n.params).safety_days).unwrap_or(i32::MAX);
                let calendar = self.site_calendar(n.spot.site);
                days::back(calendar, order.day(), safety).unwrap_or_else(|_| order.day())
            }
        }
    }

    pub(crate) fn site_calendar(&self, site: u32) -> Option<&'a days::DayTable> {
        self.calendar(self.s.places.site_calendar[site as usize])
    }

    pub(crate) fn calendar(&self, calendar: u32) -> Option<&'a days::DayTable> {
        (calendar != NONE).then(|| &self.model.calendars[calendar as usize])
    }

    /// The good quantity of an order.
    pub(crate) fn good(&self, node: u32, order: &Order) -> i64 {
        match order.kind() {
            Kind::Planned | Kind::Refill | Kind::Pass | Kind::Firm => match self.force(node, order) {
                Some(f) => good_of(order.input, f),
                None => order.input,
            },
            _ => order.input,
        }
    }

    /// Reads here and there in the orders of every parent, so that the memory is on its way when the node's turn comes: a
    /// node's parents lie anywhere, and there is no safe prefetch.
    #[inline]
    pub(crate) fn touch(&self, node: u32) -> i64 {
        let rows = self.model.rows_of(node);
        rows.iter().fold(0, |sum: i64, row| {
            let words = self.orders.of(row.parent).words();
            words.iter().step_by(TOUCHED).fold(sum, |sum, word| sum.wrapping_add(word.cast_signed()))
        })
    }

    /// Reads where the orders of every parent are, so that [`touch`](Ctx::touch) finds that at hand later.
    #[inline]
    pub(crate) fn touch_parents(&self, node: u32) -> i64 {
        let rows = self.model.rows_of(node);
        rows.iter().fold(0, |sum: i64, row| sum.wrapping_add(self.orders.nodes[row.parent as usize].total))
    }

    /// Adds everything a node needs, by day.
    pub(crate) fn gather(&self, node: u32, acc: &mut Days, wide: &mut WideDays) -> Result<(), Fault> {
        let n = self.model.node(node);
        if n.records != NONE {
            self.gather_demands(n.records, acc)?;
        }
        for need in self.model.needs.of(node) {
            acc.add_anywhere(need.day, need.quantity)?;
        }
        let exact = n.flags & flag::BUCKET_ROUNDING != 0;
        for row in self.model.rows_of(node) {
            if row.extra == 0 && !exact {
                self.gather_plain(row, acc)?;
            } else if exact && self.is_component(row) {
                self.gather_exact(n.spot.site, row, wide)?;
            } else {
                self.gather_general(n.spot.site, row, acc)?;
            }
        }
        if exact {
            wide.round_into(self.policy.rounding, acc)?;
        }
        Ok(())
    }

    fn gather_demands(&self, spot: u32, acc: &mut Days) -> Result<(), Fault> {
        let demands = &self.s.records.demands;
        let range = demands.of(spot as usize);
        let (from, to) = (range.start as usize, range.end as usize);
        let (filter, buckets, hard) = (&self.model.filter, &self.model.buckets, &self.model.hard.demand);
        let mut weight: i64 = 0;
        for i in from..to {
            let mut open = demands.open.get(i);
            if !hard.is_empty() {
                // A demand that is reserved to the last piece is no event either.
                open -= super::supply::taken(hard, crate::snapshot::to_u32(i));
            }
            if open == 0 || !filter.passes(demands.flags[i], demands.day[i]) {
                continue;
            }
            let day = if buckets.none() { demands.day[i] } else { buckets.start(demands.day[i]) };
            acc.reserve(day, day);
            acc.add(day, open);
            weight = weight.checked_add(open).ok_or(Fault::Overflow)?;
        }
        acc.weigh(weight)
    }

    /// A plain row: every order of the parent, input × numerator, at its start.
    fn gather_plain(&self, row: &Row, acc: &mut Days) -> Result<(), Fault> {
        let planned = &self.orders.nodes[row.parent as usize];
        if planned.len == 0 || row.numer == 0 {
            return Ok(());
        }
        acc.weigh(planned.total.checked_mul(row.numer).ok_or(Fault::Overflow)?)?;
        let orders = self.orders.of(row.parent);
        if self.model.buckets.none()
            && self.policy.dependent == DependentDate::Required
            && planned.all_explode
            && let Some(narrow) = orders.narrow()
        {
            acc.reserve(planned.min_start, planned.max_start);
            acc.add_orders(planned.min_start, narrow, row.numer);
            return Ok(());
        }
        for order in orders.iter().filter(|order| order.explodes()) {
            let day = self.dependent_day(order.start());
            acc.reserve(day, day);
            acc.add(day, order.input.wrapping_mul(row.numer));
        }
        Ok(())
    }

    /// The day a dependent need counts on: its bucket's first, and not before the run date when feasible.
    fn dependent_day(&self, day: i32) -> i32 {
        let day = match self.policy.dependent {
            DependentDate::Required => day,
            DependentDate::Feasible => day.max(self.model.run),
        };
        if self.model.buckets.none() { day } else { self.model.buckets.start(day) }
    }

    fn gather_general(&self, site: u32, row: &Row, acc: &mut Days) -> Result<(), Fault> {
        for order in self.orders.of(row.parent).iter() {
            if let Some((day, quantity)) = self.requirement(site, row, &order)?.filter(|need| need.1 != 0) {
                acc.add_anywhere(day, quantity)?;
            }
        }
        Ok(())
    }

    fn is_component(&self, row: &Row) -> bool {
        self.model.extra(row).is_none_or(|extra| extra.kind == RowKind::Component)
    }

    /// What a row needs for one order: day and quantity (negative for an output); none when it does not apply.
    pub(crate) fn requirement(
        &self,
        site: u32,
        row: &Row,
        order: &Order,
    ) -> Result<Option<(i32, i64)>, Fault> {
        let Some(extra) = self.model.extra(row) else {
            if !order.explodes() {
                return Ok(None);
            }
            let quantity = order.input.checked_mul(row.numer).ok_or(Fault::Overflow)?;
            return Ok(Some((self.dependent_day(order.start()), quantity)));
        };
        if !self.applies(row.parent, extra, order) {
            return Ok(None);
        }
        let quantity = match extra.kind {
            RowKind::Output => -self.amount(&extra.amount, order.input, Rounding::Down)?,
            _ => self.amount(&extra.amount, order.input, Rounding::Up)?,
        };
        Ok(Some((self.need_day(site, extra, order), quantity)))
    }

    fn need_day(&self, site: u32, extra: &RowExtra, order: &Order) -> i32 {
        match extra.kind {
            RowKind::Output | RowKind::Passed(_) => order.day(),
            RowKind::Transfer => self.dependent_day(order.start()),
            RowKind::Component if extra.offset == 0 => self.dependent_day(order.start()),
            RowKind::Component => {
                let start = self.started(order.start());
                // A gap in the calendar leaves the start: the order itself stands, and its own dates were found.
                let day = days::add(self.site_calendar(site), start, extra.offset).unwrap_or(start);
                self.dependent_day(day)
            }
        }
    }

    fn started(&self, start: i32) -> i32 {
        match self.policy.dependent {
            DependentDate::Required => start,
            DependentDate::Feasible => start.max(self.model.run),
        }
    }

    fn applies(&self, parent: u32, extra: &RowExtra, order: &Order) -> bool {
        match extra.kind {
            RowKind::Passed(number) => order.kind() == Kind::Switched && order.source() == number,
            _ => {
                order.explodes()
                    && (extra.source == ANY_SOURCE || extra.source == u32::from(order.source()))
                    && ((extra.from == i32::MIN && extra.to == i32::MAX) || {
                        let day = self.explosion_day(parent, order);
                        extra.from <= day && day <= extra.to
                    })
            }
        }
    }

    fn amount(&self, amount: &Amount, input: i64, rounding: Rounding) -> Result<i64, Fault> {
        match amount {
            Amount::Affine { numer, fixed, denom } => affine(*numer, *fixed, *denom, input, rounding),
            Amount::Chain(_) => {
                let exact = self.exact(amount, input)?;
                let grains = exact.round_units(0, rounding).map_err(|_| Fault::Overflow)?;
                i64::try_from(grains).map_err(|_| Fault::Overflow)
            }
        }
    }

    /// The exact requirement of an order.
    pub(crate) fn exact(&self, amount: &Amount, input: i64) -> Result<Ratio, Fault> {
        let overflow = |_| Fault::Overflow;
        match amount {
            Amount::Affine { numer, fixed, denom } => {
                let product = numer.checked_mul(i128::from(input)).and_then(|p| p.checked_add(*fixed));
                Ratio::new(product.ok_or(Fault::Overflow)?, *denom).map_err(overflow)
            }
            Amount::Chain(stages) => {
                let mut exact = Ratio::from_int(input);
                for stage in stages {
                    let line = self.s.bom.line(stage.line);
                    exact = self
                        .s
                        .bom
                        .gross(line, exact)
                        .and_then(|r| r.checked_mul(stage.over))
                        .map_err(overflow)?;
                }
                Ok(exact)
            }
        }
    }

    /// Adds exact requirements, to be rounded once per bucket.
    fn gather_exact(&self, site: u32, row: &Row, wide: &mut WideDays) -> Result<(), Fault> {
        let plain = Amount::Affine { numer: i128::from(row.numer), fixed: 0, denom: 1 };
        let extra = self.model.extra(row);
        let amount = extra.map_or(&plain, |extra| &extra.amount);
        for order in self.orders.of(row.parent).iter() {
            if !extra.map_or_else(|| order.explodes(), |extra| self.applies(row.parent, extra, &order)) {
                continue;
            }
            let day = extra.map_or_else(
                || self.dependent_day(order.start()),
                |extra| self.need_day(site, extra, &order),
            );
            match amount {
                Amount::Affine { numer, fixed, denom } => {
                    wide.add(day, *numer, *fixed, *denom, order.input)?
                }
                Amount::Chain(_) => wide.add_ratio(day, self.exact(amount, order.input)?)?,
            }
        }
        Ok(())
    }

    /// Every need of a node by itself, outputs of parents too, in the order of service (rules §5): by day, then
    /// demands by (priority, kind, id), forecasts by id, needs of orders by the parent's item, site and key.
    pub(crate) fn singles(&self, node: u32, out: &mut Vec<Single>) -> Result<(), Fault> {
        out.clear();
        let n = self.model.node(node);
        if n.records != NONE {
            self.demand_singles(n.records, out);
        }
        self.forecast_singles(node, out);
        let rows = self.model.rows_of(node);
        let mut order: Vec<u32> = (0..crate::snapshot::to_u32(rows.len())).collect();
        order.sort_by(|&a, &b| self.by_spot(rows[a as usize].parent, rows[b as usize].parent));
        let (mut exact, dependent) = (Vec::new(), out.len());
        for parent in order.chunk_by(|&a, &b| rows[a as usize].parent == rows[b as usize].parent) {
            let (from, from_exact) = (out.len(), exact.len());
            for &number in parent {
                let row = &rows[number as usize];
                if n.flags & flag::BUCKET_ROUNDING != 0 && self.is_component(row) {
                    self.exact_singles(n.spot.site, number, row, &mut exact)?;
                } else {
                    self.row_singles(n.spot.site, number, row, out)?;
                }
            }
            if parent.len() > 1 {
                // Several lines of one parent: its orders come one after the other.
                out[from..].sort_by_key(|single| single.what.of_order());
                exact[from_exact..].sort_by_key(|need: &(i32, SingleRef, Ratio)| need.1.of_order());
            }
        }
        if !exact.is_empty() {
            self.round_singles(exact, out)?;
            let parent = |single: &Single| match single.what {
                SingleRef::Parent { parent, .. } | SingleRef::Output { parent, .. } => parent,
                SingleRef::Own(_) => NONE,
            };
            out[dependent..].sort_by(|a, b| self.by_spot(parent(a), parent(b)));
        }
        // Each source of needs is in date order by itself: a stable sort only merges a few runs.
        out.sort_by_key(|single| single.day);
        Ok(())
    }

    fn demand_singles(&self, spot: u32, out: &mut Vec<Single>) {
        let demands = &self.s.records.demands;
        for row in demands.of(spot as usize) {
            let demand = demands.row(row);
            let quantity = demand.open - super::supply::taken(&self.model.hard.demand, row);
            if self.model.filter.passes(demand.flags, demand.day) && quantity > 0 {
                let day = self.model.buckets.start(demand.day);
                let what = SingleRef::Own(NeedRef::Demand(row));
                out.push(Single { day, quantity, priority: demand.priority, life: demand.life, what });
            }
        }
        if !self.model.buckets.none() {
            // Rows stand by their own dates; within a bucket those no longer count.
            let key = |single: &Single| match single.what {
                SingleRef::Own(NeedRef::Demand(row)) => {
                    let kind = demands.flags[row as usize] & crate::snapshot::flag::KIND;
                    (single.day, single.priority, kind, demands.ids.get(row))
                }
                _ => (single.day, single.priority, 0, ""),
            };
            out.sort_by(|a, b| key(a).cmp(&key(b)));
        }
    }

    fn forecast_singles(&self, node: u32, out: &mut Vec<Single>) {
        let needs = self.model.needs.of(node);
        let mut order: Vec<usize> = (0..needs.len()).collect();
        let ids = &self.s.records.forecasts.ids;
        order.sort_by(|&a, &b| {
            let (a, b) = (&needs[a], &needs[b]);
            a.day.cmp(&b.day).then_with(|| ids.get(a.row).cmp(ids.get(b.row)))
        });
        out.extend(order.into_iter().map(|at| Single {
            day: needs[at].day,
            quantity: needs[at].quantity,
            priority: 0,
            life: 0,
            what: SingleRef::Own(NeedRef::Forecast(needs[at].row)),
        }));
    }

    fn row_singles(&self, site: u32, number: u32, row: &Row, out: &mut Vec<Single>) -> Result<(), Fault> {
        for (order, at) in (0u32..).zip(self.orders.of(row.parent).iter()) {
            let Some((day, quantity)) = self.requirement(site, row, &at)? else { continue };
            let what = match quantity {
                0 => continue,
                1.. => SingleRef::Parent { row: number, parent: row.parent, order },
                _ => SingleRef::Output { row: number, parent: row.parent, order },
            };
            out.push(Single { day, quantity: quantity.abs(), priority: 0, life: 0, what });
        }
        Ok(())
    }

    /// The same before it is rounded.
    fn exact_singles(
        &self,
        site: u32,
        number: u32,
        row: &Row,
        out: &mut Vec<(i32, SingleRef, Ratio)>,
    ) -> Result<(), Fault> {
        let plain = Amount::Affine { numer: i128::from(row.numer), fixed: 0, denom: 1 };
        let amount = self.model.extra(row).map_or(&plain, |extra| &extra.amount);
        for (order, at) in (0u32..).zip(self.orders.of(row.parent).iter()) {
            let Some((day, _)) = self.requirement(site, row, &at)? else { continue };
            let what = SingleRef::Parent { row: number, parent: row.parent, order };
            out.push((day, what, self.exact(amount, at.input)?));
        }
        Ok(())
    }

    /// A bucket is rounded once: each need is what the rounded running sum grows by, so that they add up to it.
    fn round_singles(
        &self,
        mut exact: Vec<(i32, SingleRef, Ratio)>,
        out: &mut Vec<Single>,
    ) -> Result<(), Fault> {
        let RequirementRounding::ItemBucket { mode } = self.policy.rounding else { return Ok(()) };
        exact.sort_by_key(|need| need.0);
        for bucket in exact.chunk_by(|a, b| a.0 == b.0) {
            let (mut sum, mut given) = (Ratio::ZERO, 0);
            for lines in bucket.chunk_by(|a, b| a.1.same_order(b.1)) {
                let (day, what, _) = &lines[0];
                for (_, _, ratio) in lines {
                    sum = sum.checked_add(*ratio).map_err(|_| Fault::Overflow)?;
                }
                let grains = sum.round_units(0, mode).map_err(|_| Fault::Overflow)?;
                let quantity = i64::try_from(grains).map_err(|_| Fault::Overflow)? - given;
                given += quantity;
                if quantity > 0 {
                    out.push(Single { day: *day, quantity, priority: 0, life: 0, what: *what });
                }
            }
        }
        Ok(())
    }

    fn by_spot(&self, a: u32, b: u32) -> std::cmp::Ordering {
        let spot = |node: u32| {
            let spot = self.model.node(node).spot;
            (spot.item, spot.site, &self.model.keys[spot.key as usize])
        };
        spot(a).cmp(&spot(b))
    }
}

/// `(numer × input + fixed) ÷ denom`, rounded once.
#[inline]
pub(crate) fn affine(
    numer: i128,
    fixed: i128,
    denom: i128,
    input: i64,
    rounding: Rounding,
) -> Result<i64, Fault> {
    // Three quarters of all rows have small factors: then 64 bits do, and a division is five times cheaper.
    if let (Ok(n), Ok(f), Ok(d)) = (i64::try_from(numer), i64::try_from(fixed), i64::try_from(denom))
        && let Some(total) = n.checked_mul(input).and_then(|p| p.checked_add(f))
        && total >= 0
    {
        let quotient = total / d;
        let up = rounding == Rounding::Up && quotient * d != total;
        return Ok(quotient + i64::from(up));
    }
    let total =
        numer.checked_mul(i128::from(input)).and_then(|p| p.checked_add(fixed)).ok_or(Fault::Overflow)?;
    let quotient = crate::num::div_round(total, denom, rounding).map_err(|_| Fault::Overflow)?;
    i64::try_from(quotient).map_err(|_| Fault::Overflow)
}

/// `floor(input × yield)`.
#[inline]
pub(crate) fn good_of(input: i64, force: &InForce) -> i64 {
    if force.yield_numer == force.yield_denom {
        return input;
    }
    let product = i128::from(input) * i128::from(force.yield_numer);
    i64::try_from(product.div_euclid(i128::from(force.yield_denom))).unwrap_or(i64::MAX)
}

/// `ceil(good ÷ yield)`.
#[inline]
pub(crate) fn input_for(good: i64, force: &InForce) -> Option<i64> {
    if force.yield_numer == force.yield_denom {
        return Some(good);
    }
    let numer = i128::from(force.yield_numer);
    let product = i128::from(good) * i128::from(force.yield_denom);
    i64::try_from((product + numer - 1).div_euclid(numer)).ok()
}

/// Greatest common divisor of two positive numbers.
pub(crate) fn gcd(mut a: i128, mut b: i128) -> i128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

//! How much one order covers under period and economic rules.

use super::days::Day;
use super::lots::{self, Costs};
use super::net::{Got, Net, Out};
use super::num::{Q, grain, int, max, of, opt, round_to, sqrt_half_up, zero};
use super::world::{Code, NodeKey};
use headstock::item::{Economic, LotRule};

impl<'a> Net<'a, '_> {
    /// What one order for `n` on `day` is to cover, and the day on which it is to be available.
    pub fn covered(&mut self, k: &NodeKey, day: Day, n: &Q) -> Result<(Q, Day), Code> {
        let w = self.w;
        let rule = w.rule(&k.item, &k.site);
        let is_plain = matches!(
            rule,
            LotRule::LotForLot
                | LotRule::Fixed { .. }
                | LotRule::OrderUpTo { .. }
                | LotRule::ReorderPoint { .. }
                | LotRule::MinMax { .. }
        );
        let is_eoq = matches!(rule, LotRule::Eoq(_));
        if is_plain || (is_eoq && self.group[k].eoq.is_some()) {
            return Ok((n.clone(), day));
        }
        let mut series = self.series(k, day, n);
        let index = |d: Day| w.buckets.index(d);
        if !matches!(rule, LotRule::PeriodDays { .. } | LotRule::Cycle { .. }) {
            // Several days of one period are one need of it: before the run date and on it.
            series = series.into_iter().fold(Vec::new(), |mut merged: Vec<(Day, Q)>, (d, q)| {
                match merged.last_mut() {
                    Some(last) if index(last.0) == index(d) => last.1 += q,
                    _ => merged.push((d, q)),
                }
                merged
            });
        }
        let numbered: Vec<(i64, Q)> = series.iter().map(|(d, q)| (index(*d), q.clone())).collect();
        let buckets = |count: i64| numbered.iter().take_while(|(b, _)| *b < index(day) + count).count();
        let turn = self.group[k].periods;
        let mut available = day;
        let upto = match &rule {
            LotRule::PeriodDays { days } => {
                series.iter().take_while(|(d, _)| *d < day + *days as i32).count()
            }
            LotRule::Periods { counts } => buckets(i64::from(counts[turn % counts.len()])),
            LotRule::Cycle { cycle } => {
                let row = w.t.cycles.iter().find(|c| c.id == *cycle).unwrap();
                let next = row.starts.iter().map(|s| s.day_number()).filter(|s| *s > day).min();
                series.iter().take_while(|(d, _)| next.is_none_or(|x| *d < x)).count()
            }
            LotRule::Eoq(e) | LotRule::Poq(e) => {
                let (q, rate) = self.eoq(k, e, &numbered)?;
                if is_eoq {
                    self.group.get_mut(k).unwrap().eoq = Some(q);
                    return Ok((n.clone(), day));
                }
                let n = self.group.get_mut(k).unwrap();
                let (q, rate) = n.poq.get_or_insert((q, rate)).clone();
                let periods = round_to(&(q / rate), 0, headstock::num::Rounding::HalfUp);
                buckets(max(periods, int(1)).to_integer().try_into().unwrap())
            }
            LotRule::LeastUnitCost(e) => lots::least_unit_cost(&numbered, &costs(e)?),
            LotRule::LeastTotalCost(e) => lots::least_total_cost(&numbered, &costs(e)?),
            LotRule::PartPeriod { costs: e, look_ahead, look_back } => {
                lots::part_period(&numbered, &costs(e)?, *look_ahead, *look_back)
            }
            LotRule::SilverMeal(e) => lots::silver_meal(&numbered, &costs(e)?),
            LotRule::WagnerWhitin(e) => {
                let (count, early) = self.dated(k, e, day, &numbered)?;
                available = early;
                count
            }
            _ => 1,
        };
        Ok((series.iter().take(upto.max(1)).map(|(_, q)| q).sum(), available))
    }

    /// Wagner–Whitin with dated set-up costs: how many needs the order covers, and the day it is available.
    fn dated(
        &mut self,
        k: &NodeKey,
        e: &Economic,
        day: Day,
        series: &[(i64, Q)],
    ) -> Result<(usize, Day), Code> {
        let w = self.w;
        let c = costs(e)?;
        let n = self.group.get_mut(k).unwrap();
        let mut available = day;
        let earliest = n.covered.map_or(w.buckets.index(w.run), |p| (p + 1).max(w.buckets.index(w.run)));
        let at = |p: i64| setup_in(e, &|d| w.buckets.index(d), p);
        let (period, count) = lots::wagner_whitin(series, &c, earliest, &at);
        n.covered = Some(series[count - 1].0);
        while w.buckets.index(available - 1) >= period && available > w.run {
            available -= 1;
        }
        // In its own period the need keeps its day.
        if period == series[0].0 {
            available = day;
        }
        Ok((count, available))
    }

    /// EOQ and the need per period it is taken from.
    pub fn eoq(&mut self, k: &NodeKey, e: &Economic, series: &[(i64, Q)]) -> Result<(Q, Q), Code> {
        let c = costs(e)?;
        if c.hold <= zero() {
            return Err("PARAM_MISSING");
        }
        let rate = opt(e.demand_rate).unwrap_or_else(|| {
            let first = self.w.buckets.index(self.w.run).min(series[0].0);
            let last = series[series.len() - 1].0;
            series.iter().map(|(_, q)| q).sum::<Q>() / int(last - first + 1)
        });
        if rate <= zero() {
            return Err("PARAM_MISSING");
        }
        let scale = self.w.scale(&k.item);
        let q = sqrt_half_up(&(int(2) * &rate * c.setup / c.hold), scale);
        Ok((max(q, grain(scale)), rate))
    }

    /// The net series from a day on: the run goes on with every short covered lot-for-lot.
    pub fn series(&self, k: &NodeKey, day: Day, n: &Q) -> Vec<(Day, Q)> {
        let mut t = Net {
            w: self.w,
            group: self.group.clone(),
            live: self.live,
            out: Out::default(),
            trial: Some((k.clone(), vec![(day, n.clone())])),
        };
        t.credit(k, day, n, Got::Planned);
        let mut now = day;
        while let Some(next) = t.next_event(&t.group[k], now) {
            t.flows(k, next);
            t.shorts(k, next);
            now = next;
        }
        t.trial.unwrap().1
    }
}

fn costs(e: &Economic) -> Result<Costs, Code> {
    Ok(Costs {
        setup: opt(e.setup_cost).ok_or("PARAM_MISSING")?,
        hold: opt(e.holding_cost).ok_or("PARAM_MISSING")?,
        unit: opt(e.unit_cost).unwrap_or_else(zero),
        basis: e.holding_basis,
    })
}

/// The cost of a set-up in a period: a step counts from the period of its date.
fn setup_in(e: &Economic, index: &dyn Fn(Day) -> i64, period: i64) -> Q {
    let step = e.setup_steps.iter().filter(|s| index(s.from.day_number()) <= period).max_by_key(|s| s.from);
    step.map_or_else(|| opt(e.setup_cost).unwrap_or_else(zero), |s| of(s.cost))
}

//! Lot-sizing rules over a net series, from their textbook definitions (`P11`, `P28`).
//!
//! A series is `(bucket, need)` with rising buckets, the first one being the need to cover now. Each rule
//! answers how many entries, at least one, the order covers.

use super::num::{Q, int, zero};
use headstock::item::HoldingBasis;
use num_traits::Zero;

pub struct Costs {
    pub setup: Q,
    pub hold: Q,
    pub unit: Q,
    pub basis: HoldingBasis,
}

impl Costs {
    /// Cost of carrying `need` over `distance` periods.
    fn carry(&self, distance: i64, need: &Q) -> Q {
        let periods = match self.basis {
            HoldingBasis::Ending => int(distance),
            HoldingBasis::Average => int(distance) + int(1) / int(2),
        };
        &self.hold * periods * need
    }
}

fn dist(series: &[(i64, Q)], i: usize) -> i64 {
    series[i].0 - series[0].0
}

/// Least unit cost: extend while cost per unit does not rise.
pub fn least_unit_cost(series: &[(i64, Q)], c: &Costs) -> usize {
    let (mut carry, mut units) = (zero(), zero());
    let mut best: Option<Q> = None;
    for (i, (_, need)) in series.iter().enumerate() {
        carry += c.carry(dist(series, i), need);
        units += need;
        let each = (&c.setup + &carry + &c.unit * &units) / &units;
        if best.as_ref().is_some_and(|b| each > *b) {
            return i;
        }
        best = Some(each);
    }
    series.len()
}

/// Least total cost: the carrying cost closest to the set-up cost; of two equally close the shorter.
pub fn least_total_cost(series: &[(i64, Q)], c: &Costs) -> usize {
    let mut carry = zero();
    for (i, (_, need)) in series.iter().enumerate() {
        let before = carry.clone();
        carry += c.carry(dist(series, i), need);
        if carry > c.setup && i > 0 {
            let (over, under) = (&carry - &c.setup, &c.setup - before);
            // Even the first need alone may carry more than a set-up costs (average basis).
            return if under < zero() || over >= under { i } else { i + 1 };
        }
    }
    series.len()
}

/// Part-period balancing: carrying not above the set-up cost, then the two looks.
pub fn part_period(series: &[(i64, Q)], c: &Costs, ahead: bool, back: bool) -> usize {
    let mut carry = zero();
    let mut n = series.len();
    for (i, (_, need)) in series.iter().enumerate() {
        carry += c.carry(dist(series, i), need);
        if carry > c.setup && i > 0 {
            n = i;
            break;
        }
    }
    let first = n;
    while ahead && n + 1 < series.len() {
        let now = int(dist(series, n)) * &series[n].1;
        let later = int(series[n + 1].0 - series[n].0) * &series[n + 1].1;
        // Carrying it must also be cheaper than one more set-up.
        if now >= later || &c.hold * &now >= c.setup {
            break;
        }
        n += 1;
    }
    // Ordering the last covered need with the next one instead: it is not carried, the next one is.
    if back && n == first && n > 1 && n < series.len() {
        let last = int(dist(series, n - 1)) * &series[n - 1].1;
        let instead = int(series[n].0 - series[n - 1].0) * &series[n].1;
        if last > instead {
            n -= 1;
        }
    }
    n
}

/// Silver–Meal: periods one by one, those without a need too, while cost per period does not rise.
pub fn silver_meal(series: &[(i64, Q)], c: &Costs) -> usize {
    let last = dist(series, series.len() - 1);
    let (mut cost, mut covered) = (c.setup.clone(), 0);
    let mut best: Option<Q> = None;
    for period in 0..=last {
        let mut now = covered;
        while now < series.len() && dist(series, now) == period {
            cost += c.carry(period, &series[now].1) + &c.unit * &series[now].1;
            now += 1;
        }
        let average = &cost / int(period + 1);
        if best.as_ref().is_some_and(|b| average > *b) {
            return covered;
        }
        best = Some(average);
        covered = now;
    }
    covered
}

/// Wagner–Whitin: the cheapest way to the end; among equal costs the earliest orders. Every order is tried in
/// every period from the one after the need before it (the first: from `earliest`) to its own first need. Answers
/// the period of the first order and how many needs it covers.
pub fn wagner_whitin(
    series: &[(i64, Q)],
    c: &Costs,
    earliest: i64,
    setup_in: &dyn Fn(i64) -> Q,
) -> (i64, usize) {
    let n = series.len();
    let mut cost_from = vec![Q::zero(); n + 1];
    let mut first = (series[0].0, n);
    for i in (0..n).rev() {
        let mut best: Option<Q> = None;
        let after = if i == 0 { earliest.min(series[0].0) } else { series[i - 1].0 + 1 };
        for period in after..=series[i].0 {
            let mut carry = zero();
            for k in i..n {
                carry += c.carry(series[k].0 - period, &series[k].1);
                let cost = setup_in(period) + &carry + &cost_from[k + 1];
                if best.as_ref().is_none_or(|b| cost < *b) {
                    best = Some(cost);
                    first = (period, k + 1 - i);
                }
            }
        }
        cost_from[i] = best.unwrap();
    }
    first
}

/// `ceil(max(min(rest, cap), min) ÷ multiple) × multiple`, repeated; `None`: the parameters conflict.
pub fn modify(
    need: &Q,
    min: Option<&Q>,
    max: Option<&Q>,
    multiple: Option<&Q>,
    physical: bool,
) -> Option<Vec<Q>> {
    let cap = max.map(|m| match multiple {
        Some(k) if physical => (m / k).floor() * k,
        _ => m.clone(),
    });
    if cap.as_ref().is_some_and(|c| *c <= zero() || min.is_some_and(|m| m > c)) {
        return None;
    }
    let (mut rest, mut lots) = (need.clone(), Vec::new());
    while rest > zero() {
        let mut q = rest.clone();
        if let Some(c) = &cap {
            q = super::num::min(q, c.clone());
        }
        if let Some(m) = min {
            q = super::num::max(q, m.clone());
        }
        if let Some(k) = multiple {
            q = (q / k).ceil() * k;
        }
        rest -= &q;
        lots.push(q);
    }
    Some(lots)
}

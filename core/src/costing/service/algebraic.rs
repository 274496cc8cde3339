//! Simultaneous equations: every department's cost and what it receives, in proportion to all its services.
//!
//! With the rate `y` of each department, `y · services = own cost + Σ y of others · services received`. The system is
//! solved exactly; only then are charges rounded, so that every department's account closes at nought:
//!
//! 1. services between departments are rounded half up, except one per department that reaches nobody outside directly:
//!    that one takes what is left, department by department, the farthest from outside first;
//! 2. what is then left of a department goes to those outside in proportion, by largest remainder.

use std::collections::{BTreeMap, VecDeque};

use super::book::Book;
use super::methods::named;
use super::{MAX_SIMULTANEOUS, ServiceRequest};
use crate::costing::linear::{Big, Solution, solve};
use crate::costing::share::{sum, sum_ratios};
use crate::costing::{CostError, RateRounding, Tail, at_rate};
use crate::num::{NumError, Ratio};
use crate::run::Limits;

pub(super) fn pass_on(request: &ServiceRequest, book: &mut Book) -> Result<(), CostError> {
    Limits::check("simultaneous departments", book.len() as u64, MAX_SIMULTANEOUS as u64)?;
    let ways = ways_outside(request, book)?;
    let quantities = (0..book.len()).map(|at| whole(book, at)).collect::<Result<Vec<_>, _>>()?;
    let solution = rates(request, book, &quantities)?;
    for (at, rate) in exact_rates(request, &quantities, &solution).into_iter().enumerate() {
        if let Some(rate) = rate {
            book.set_rate(at, rate);
        }
    }
    for (from, (inside, _)) in quantities.iter().enumerate() {
        for (to, quantity) in inside.iter().filter(|(to, _)| ways[from].next != Some(**to)) {
            let exact = solution.numerators[from].mul(&Big::from(*quantity));
            book.charge_inside(from, *to, half_up(&exact, &solution.denominator)?)?;
        }
    }
    let mut order: Vec<usize> = (0..book.len()).collect();
    order.sort_by(|a, b| ways[*b].steps.cmp(&ways[*a].steps).then(a.cmp(b)));
    for at in order {
        match ways[at].next {
            Some(next) => {
                let left = book.external(at)?;
                book.charge_inside(at, next, left)?;
            }
            None => pass_outside(request, book, at)?,
        }
    }
    Ok(())
}

/// How far a department is from those outside, and its first step there when that leads through another department.
#[derive(Clone, Copy)]
struct Way {
    steps: usize,
    next: Option<usize>,
}

/// Finds the way of every department; those without one serve only each other.
fn ways_outside(request: &ServiceRequest, book: &Book) -> Result<Vec<Way>, CostError> {
    let mut ways: Vec<Option<Way>> = vec![None; book.len()];
    let mut queue = VecDeque::new();
    for (at, services) in book.services.iter().enumerate() {
        let idle = services.inside.is_empty() && services.outside.is_empty();
        if idle && (book.own(at) != 0 || is_served(book, at)) {
            return Err(named(request, at, NumError::BaseZero.into()));
        }
        if idle || !services.outside.is_empty() {
            ways[at] = Some(Way { steps: 0, next: None });
            queue.push_back(at);
        }
    }
    while let Some(reached) = queue.pop_front() {
        let steps = ways[reached].map_or(0, |way| way.steps) + 1;
        for (at, services) in book.services.iter().enumerate() {
            if ways[at].is_none() && services.inside.contains_key(&reached) {
                ways[at] = Some(Way { steps, next: Some(reached) });
                queue.push_back(at);
            }
        }
    }
    let lost = ways.iter().zip(&request.departments).filter(|(way, _)| way.is_none());
    let mut departments: Vec<_> = lost.map(|(_, department)| department.id.clone()).collect();
    departments.sort();
    if departments.is_empty() {
        Ok(ways.into_iter().flatten().collect())
    } else {
        Err(CostError::Singular { departments })
    }
}

fn is_served(book: &Book, at: usize) -> bool {
    book.services.iter().any(|services| services.inside.contains_key(&at))
}

/// Services of a department as whole numbers in the same proportion: inside by department, and all together.
type Whole = (BTreeMap<usize, i128>, i128);

fn whole(book: &Book, at: usize) -> Result<Whole, CostError> {
    let services = &book.services[at];
    let mut common = 1i128;
    for quantity in services.inside.values().chain(services.outside.values()) {
        let factor = Ratio::new(common, quantity.denom())?.denom();
        common = common.checked_mul(factor).ok_or(NumError::Overflow)?;
    }
    let scaled =
        |quantity: &Ratio| quantity.numer().checked_mul(common / quantity.denom()).ok_or(NumError::Overflow);
    let mut inside = BTreeMap::new();
    for (to, quantity) in &services.inside {
        inside.insert(*to, scaled(quantity)?);
    }
    let mut total = sum(inside.values().copied())?;
    for quantity in services.outside.values() {
        total = total.checked_add(scaled(quantity)?).ok_or(NumError::Overflow)?;
    }
    Ok((inside, total))
}

/// The rate of every department in smallest units per whole service of [`whole`].
fn rates(request: &ServiceRequest, book: &Book, quantities: &[Whole]) -> Result<Solution, CostError> {
    let n = book.len();
    let mut matrix = vec![vec![0i128; n]; n];
    for (at, (inside, total)) in quantities.iter().enumerate() {
        // A department without any service and without cost: its rate is nought.
        matrix[at][at] = if *total == 0 { 1 } else { *total };
        for (to, quantity) in inside {
            matrix[*to][at] = -quantity;
        }
    }
    let own: Vec<i128> = (0..n).map(|at| book.own(at)).collect();
    let all = || request.departments.iter().map(|department| department.id.clone()).collect();
    solve(&matrix, &own).ok_or_else(|| CostError::Singular { departments: all() })
}

/// Rates in whole units of the currency for one unit of service, where they fit; the rest is not reported.
fn exact_rates(request: &ServiceRequest, quantities: &[Whole], solution: &Solution) -> Vec<Option<Ratio>> {
    let rate = |(at, (_, total)): (usize, &Whole)| {
        if *total == 0 {
            return None;
        }
        let numerator = solution.numerators.get(at)?;
        let common = numerator.gcd(&solution.denominator);
        let (numerator, denominator) =
            (numerator.div_floor(&common).0, solution.denominator.div_floor(&common).0);
        let rate = Ratio::new(numerator.to_i128()?, denominator.to_i128()?).ok()?;
        // Whole services were scaled by one factor per department: the first service tells it.
        let department = request.departments.get(at)?;
        let quantity = department.serves.iter().filter(|row| row.to != department.id);
        let served = sum_ratios(quantity.map(|row| row.quantity)).ok()?;
        let factor = Ratio::new(*total, 1).ok()?.checked_div(served).ok()?;
        let scale = Ratio::new(10i128.checked_pow(request.scale)?, 1).ok()?;
        rate.checked_mul(factor).ok()?.checked_div(scale).ok()
    };
    quantities.iter().enumerate().map(rate).collect()
}

/// `round(numerator ÷ denominator)`, a half away from nought.
fn half_up(numerator: &Big, denominator: &Big) -> Result<i128, NumError> {
    let magnitude = if numerator.is_negative() { numerator.negated() } else { numerator.clone() };
    let (down, rest) = magnitude.div_floor(denominator);
    let rounded = if rest.add(&rest) >= *denominator { down.add(&Big::from(1i128)) } else { down };
    let value = rounded.to_i128().ok_or(NumError::Overflow)?;
    Ok(if numerator.is_negative() { -value } else { value })
}

fn pass_outside(request: &ServiceRequest, book: &mut Book, at: usize) -> Result<(), CostError> {
    let outside: Vec<(usize, Ratio)> = book.services[at].outside.iter().map(|(to, q)| (*to, *q)).collect();
    let uses: Vec<Ratio> = outside.iter().map(|(_, quantity)| *quantity).collect();
    let tail = outside.iter().position(|(to, _)| {
        request.residue_to.is_some() && book.outside.get(*to) == request.residue_to.as_ref()
    });
    let rounding = RateRounding { step: None, tail: tail.map_or(Tail::Rule(request.residue), Tail::At) };
    let (_, shares) =
        at_rate(book.external(at)?, &uses, rounding).map_err(|error| named(request, at, error))?;
    for ((to, _), share) in outside.into_iter().zip(shares) {
        book.charge_outside(at, to, share);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c19_halves_go_away_from_nought() {
        let half_up = |n: i128, d: i128| half_up(&Big::from(n), &Big::from(d)).unwrap();
        assert_eq!([half_up(5, 2), half_up(-5, 2), half_up(4, 3), half_up(-4, 3)], [3, -3, 1, -1]);
    }
}

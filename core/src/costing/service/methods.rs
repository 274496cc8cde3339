//! The methods that need no equations: direct, step-down, mutual in two steps, planned price.

use super::ServiceRequest;
use super::book::Book;
use crate::costing::share::{exact, sum};
use crate::costing::{CostError, RateRounding, Tail, at_rate};
use crate::num::{NumError, Ratio, Rounding};

/// Services to other departments are ignored.
pub(super) fn direct(request: &ServiceRequest, book: &mut Book) -> Result<(), CostError> {
    (0..book.len()).try_for_each(|at| pass_outside(request, book, at))
}

/// One after the other; a closed department receives nothing more.
pub(super) fn step_down(request: &ServiceRequest, book: &mut Book) -> Result<(), CostError> {
    for at in 0..book.len() {
        let open: Vec<(bool, usize, Ratio)> = {
            let services = &book.services[at];
            let inside = services.inside.range(at + 1..).map(|(to, quantity)| (true, *to, *quantity));
            let outside = services.outside.iter().map(|(to, quantity)| (false, *to, *quantity));
            inside.chain(outside).collect()
        };
        let uses: Vec<Ratio> = open.iter().map(|(_, _, quantity)| *quantity).collect();
        let tail = open.iter().position(|(inside, to, _)| !inside && is_tail(request, book, *to));
        let amount = book.external(at)?;
        let (rate, shares) =
            at_rate(amount, &uses, rounding(request, tail)?).map_err(|e| named(request, at, e))?;
        book.set_rate(at, in_currency(request, rate)?);
        for ((inside, to, _), share) in open.into_iter().zip(shares) {
            if inside {
                book.charge_inside(at, to, share)?;
            } else {
                book.charge_outside(at, to, share);
            }
        }
    }
    Ok(())
}

/// Among the departments at `cost ÷ all services`, then outside at `what is left ÷ services outside`.
pub(super) fn mutual(request: &ServiceRequest, book: &mut Book) -> Result<(), CostError> {
    for at in 0..book.len() {
        let total = book.services[at].total()?;
        if total.is_zero() {
            continue;
        }
        let rate = exact_rate(request, book.own(at), total)?;
        let rate = match request.rate_places {
            Some(places) => Ratio::from_decimal(rate.round(places, Rounding::HalfUp)?),
            None => rate,
        };
        book.set_first_rate(at, rate);
        let inside: Vec<(usize, Ratio)> = book.services[at].inside.iter().map(|(to, q)| (*to, *q)).collect();
        for (to, quantity) in inside {
            let amount = rate.checked_mul(quantity)?.round_units(request.scale, Rounding::HalfUp)?;
            book.charge_inside(at, to, amount)?;
        }
    }
    (0..book.len()).try_for_each(|at| pass_outside(request, book, at))
}

/// At the planned rate to everyone; what that leaves goes to one receiver by name.
pub(super) fn planned(request: &ServiceRequest, book: &mut Book) -> Result<(), CostError> {
    for (at, department) in request.departments.iter().enumerate() {
        let missing =
            || CostError::ParamMissing { item: department.id.as_str().into(), field: "planned_rate" };
        let rate = department.planned_rate.ok_or_else(missing)?;
        book.set_rate(at, rate);
        let amount =
            |quantity: Ratio| rate.checked_mul(quantity)?.round_units(request.scale, Rounding::HalfUp);
        let mut planned = 0i128;
        let inside: Vec<(usize, Ratio)> = book.services[at].inside.iter().map(|(to, q)| (*to, *q)).collect();
        for (to, quantity) in inside {
            let amount = amount(quantity)?;
            planned = planned.checked_add(amount).ok_or(NumError::Overflow)?;
            book.charge_inside(at, to, amount)?;
        }
        let outside: Vec<(usize, Ratio)> =
            book.services[at].outside.iter().map(|(to, q)| (*to, *q)).collect();
        for (to, quantity) in outside {
            let amount = amount(quantity)?;
            planned = planned.checked_add(amount).ok_or(NumError::Overflow)?;
            book.charge_outside(at, to, amount);
        }
        book.set_planned(at, planned);
    }
    for (at, department) in request.departments.iter().enumerate() {
        let outside = sum(book.outside_of(at))?;
        let left = book.external(at)?.checked_sub(outside).ok_or(NumError::Overflow)?;
        if left == 0 {
            continue;
        }
        let to = request.difference_to.as_ref().and_then(|id| book.outside_at(id));
        let missing =
            || CostError::ParamMissing { item: department.id.as_str().into(), field: "difference_to" };
        book.difference(at, to.ok_or_else(missing)?, left);
    }
    Ok(())
}

/// What is left of a department onto those outside.
fn pass_outside(request: &ServiceRequest, book: &mut Book, at: usize) -> Result<(), CostError> {
    let outside: Vec<(usize, Ratio)> = book.services[at].outside.iter().map(|(to, q)| (*to, *q)).collect();
    let uses: Vec<Ratio> = outside.iter().map(|(_, quantity)| *quantity).collect();
    let tail = outside.iter().position(|(to, _)| is_tail(request, book, *to));
    let amount = book.external(at)?;
    let (rate, shares) =
        at_rate(amount, &uses, rounding(request, tail)?).map_err(|e| named(request, at, e))?;
    if !uses.is_empty() {
        book.set_rate(at, in_currency(request, rate)?);
    }
    for ((to, _), share) in outside.into_iter().zip(shares) {
        book.charge_outside(at, to, share);
    }
    Ok(())
}

fn is_tail(request: &ServiceRequest, book: &Book, to: usize) -> bool {
    request.residue_to.is_some() && book.outside.get(to) == request.residue_to.as_ref()
}

/// Rounding of amounts in the smallest unit: one place of the rate is `10^(scale − places)` of these.
fn rounding(request: &ServiceRequest, tail: Option<usize>) -> Result<RateRounding, CostError> {
    let step = match request.rate_places {
        Some(places) => Some(power(request.scale)?.checked_div(power(places)?)?),
        None => None,
    };
    Ok(RateRounding { step, tail: tail.map_or(Tail::Rule(request.residue), Tail::At) })
}

fn power(places: u32) -> Result<Ratio, NumError> {
    Ratio::new(10i128.checked_pow(places).ok_or(NumError::Range)?, 1)
}

/// A rate in smallest units as one in whole units of the currency.
fn in_currency(request: &ServiceRequest, rate: Ratio) -> Result<Ratio, NumError> {
    rate.checked_div(power(request.scale)?)
}

/// `amount ÷ quantity` in whole units of the currency.
fn exact_rate(request: &ServiceRequest, amount: i128, quantity: Ratio) -> Result<Ratio, NumError> {
    in_currency(request, exact(amount)?.checked_div(quantity)?)
}

/// An error of a share-out with the department it is about.
pub(super) fn named(request: &ServiceRequest, at: usize, error: CostError) -> CostError {
    match (error, request.departments.get(at)) {
        (CostError::Number(NumError::BaseZero), Some(department)) => {
            CostError::BaseZero { workshop: department.id.as_str().into(), expense: "services".into() }
        }
        (error, _) => error,
    }
}

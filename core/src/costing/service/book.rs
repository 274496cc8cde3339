//! The account of every department while it is passed on: what came in, what went out.

use std::collections::{BTreeMap, BTreeSet};

use super::{ServiceCharge, ServicePassed, ServiceRequest, ServiceResult};
use crate::costing::CostError;
use crate::costing::share::{sum, sum_ratios};
use crate::id::Id;
use crate::num::{NumError, Ratio};

/// Services of one department, own use left out: quantities by position of the receiver.
pub(super) struct Services {
    /// Other departments by their position.
    pub(super) inside: BTreeMap<usize, Ratio>,
    /// Receivers outside by their position among the ids.
    pub(super) outside: BTreeMap<usize, Ratio>,
}

impl Services {
    /// All quantities together.
    pub(super) fn total(&self) -> Result<Ratio, NumError> {
        sum_ratios(self.inside.values().chain(self.outside.values()).copied())
    }
}

/// The accounts.
pub(super) struct Book {
    pub(super) services: Vec<Services>,
    /// Ids of the receivers outside, ascending.
    pub(super) outside: Vec<Id>,
    own: Vec<i128>,
    received: Vec<i128>,
    first_rate: Vec<Option<Ratio>>,
    rate: Vec<Option<Ratio>>,
    planned: Vec<Option<i128>>,
    inside_charges: BTreeMap<(usize, usize), i128>,
    outside_charges: BTreeMap<(usize, usize), i128>,
    /// Differences of the planned-price method: department to receiver.
    differences: BTreeMap<(usize, usize), i128>,
}

impl Book {
    /// Checks the request and sorts its services.
    pub(super) fn open(request: &ServiceRequest) -> Result<Book, CostError> {
        let mut position = BTreeMap::new();
        for (at, department) in request.departments.iter().enumerate() {
            if position.insert(&department.id, at).is_some() {
                return Err(CostError::Duplicate { table: "departments", id: department.id.clone() });
            }
        }
        let mut outside = BTreeSet::new();
        for receiver in &request.receivers {
            if position.contains_key(&receiver.id) || !outside.insert(&receiver.id) {
                return Err(CostError::Duplicate { table: "receivers", id: receiver.id.clone() });
            }
        }
        let used = request.departments.iter().flat_map(|department| &department.serves).map(|row| &row.to);
        outside.extend(used.chain(&request.difference_to).filter(|id| !position.contains_key(*id)));
        let outside: Vec<Id> = outside.into_iter().cloned().collect();
        let services = (0..request.departments.len())
            .map(|at| services(request, at, &position, &outside))
            .collect::<Result<_, _>>()?;
        let n = request.departments.len();
        Ok(Book {
            services,
            outside,
            own: request.departments.iter().map(|department| department.cost).collect(),
            received: vec![0; n],
            first_rate: vec![None; n],
            rate: vec![None; n],
            planned: vec![None; n],
            inside_charges: BTreeMap::new(),
            outside_charges: BTreeMap::new(),
            differences: BTreeMap::new(),
        })
    }

    pub(super) const fn len(&self) -> usize {
        self.own.len()
    }

    pub(super) fn own(&self, at: usize) -> i128 {
        self.own.get(at).copied().unwrap_or(0)
    }

    pub(super) fn set_first_rate(&mut self, at: usize, rate: Ratio) {
        self.first_rate[at] = Some(rate);
    }

    pub(super) fn set_rate(&mut self, at: usize, rate: Ratio) {
        self.rate[at] = Some(rate);
    }

    pub(super) fn set_planned(&mut self, at: usize, amount: i128) {
        self.planned[at] = Some(amount);
    }

    /// Charges another department; once for each pair.
    pub(super) fn charge_inside(&mut self, from: usize, to: usize, amount: i128) -> Result<(), NumError> {
        self.received[to] = self.received[to].checked_add(amount).ok_or(NumError::Overflow)?;
        self.inside_charges.insert((from, to), amount);
        Ok(())
    }

    pub(super) fn charge_outside(&mut self, from: usize, to: usize, amount: i128) {
        self.outside_charges.insert((from, to), amount);
    }

    /// The position of a receiver outside.
    pub(super) fn outside_at(&self, id: &Id) -> Option<usize> {
        self.outside.binary_search(id).ok()
    }

    pub(super) fn difference(&mut self, from: usize, to: usize, amount: i128) {
        self.differences.insert((from, to), amount);
    }

    /// What was charged to those outside.
    pub(super) fn outside_of(&self, at: usize) -> impl Iterator<Item = i128> {
        self.outside_charges.range((at, 0)..=(at, usize::MAX)).map(|(_, amount)| *amount)
    }

    /// Received from other departments.
    pub(super) fn received(&self, at: usize) -> i128 {
        self.received[at]
    }

    /// Passed on to other departments.
    pub(super) fn given(&self, at: usize) -> Result<i128, NumError> {
        sum(self.inside_charges.range((at, 0)..=(at, usize::MAX)).map(|(_, amount)| *amount))
    }

    /// What is left to be passed on outside: own + received − passed on to departments.
    pub(super) fn external(&self, at: usize) -> Result<i128, NumError> {
        let total = self.own(at).checked_add(self.received(at)).ok_or(NumError::Overflow)?;
        total.checked_sub(self.given(at)?).ok_or(NumError::Overflow)
    }

    /// The answer; every account is closed by construction, which is checked.
    pub(super) fn close(self, request: &ServiceRequest) -> Result<ServiceResult, CostError> {
        let mut departments = Vec::with_capacity(self.len());
        for (at, department) in request.departments.iter().enumerate() {
            let received = self.received(at);
            let total = self.own(at).checked_add(received).ok_or(NumError::Overflow)?;
            let planned = self.planned[at];
            let difference = match planned {
                Some(planned) => Some(total.checked_sub(planned).ok_or(NumError::Overflow)?),
                None => None,
            };
            departments.push(ServicePassed {
                id: department.id.clone(),
                cost: self.own(at),
                received,
                total,
                to_departments: self.given(at)?,
                external: self.external(at)?,
                first_rate: self.first_rate[at],
                rate: self.rate[at],
                planned,
                difference,
            });
        }
        let receivers = self.receivers(request)?;
        Ok(ServiceResult { departments, charges: self.charges(request), receivers })
    }

    fn receivers(&self, request: &ServiceRequest) -> Result<Vec<(Id, i128, i128, i128)>, NumError> {
        let own: BTreeMap<&Id, i128> = request.receivers.iter().map(|row| (&row.id, row.cost)).collect();
        let mut received = vec![0i128; self.outside.len()];
        for ((_, to), amount) in self.outside_charges.iter().chain(&self.differences) {
            received[*to] = received[*to].checked_add(*amount).ok_or(NumError::Overflow)?;
        }
        let row = |(id, received): (&Id, i128)| {
            let own = own.get(id).copied().unwrap_or(0);
            Ok((id.clone(), own, received, own.checked_add(received).ok_or(NumError::Overflow)?))
        };
        self.outside.iter().zip(received).map(row).collect()
    }

    fn charges(&self, request: &ServiceRequest) -> Vec<ServiceCharge> {
        let mut charges = Vec::new();
        for (at, department) in request.departments.iter().enumerate() {
            let services = &self.services[at];
            let mut of_one = Vec::new();
            for ((_, to), amount) in self.inside_charges.range((at, 0)..=(at, usize::MAX)) {
                let quantity = services.inside.get(to).copied().unwrap_or_default();
                of_one.push((&request.departments[*to].id, quantity, *amount));
            }
            for ((_, to), amount) in self.outside_charges.range((at, 0)..=(at, usize::MAX)) {
                let quantity = services.outside.get(to).copied().unwrap_or_default();
                of_one.push((&self.outside[*to], quantity, *amount));
            }
            for ((_, to), amount) in self.differences.range((at, 0)..=(at, usize::MAX)) {
                of_one.push((&self.outside[*to], Ratio::ZERO, *amount));
            }
            of_one.retain(|(_, quantity, amount)| *amount != 0 || !quantity.is_zero());
            of_one.sort_by(|a, b| a.0.cmp(b.0));
            charges.extend(of_one.into_iter().map(|(to, quantity, amount)| ServiceCharge {
                from: department.id.clone(),
                to: to.clone(),
                quantity,
                amount,
            }));
        }
        charges
    }
}

/// The services of one department by position; own use does not count.
fn services(
    request: &ServiceRequest,
    at: usize,
    position: &BTreeMap<&Id, usize>,
    outside: &[Id],
) -> Result<Services, CostError> {
    let mut services = Services { inside: BTreeMap::new(), outside: BTreeMap::new() };
    let rows = request.departments.get(at).map(|department| department.serves.as_slice());
    for row in rows.unwrap_or_default() {
        if row.quantity.is_negative() {
            return Err(CostError::NegativeBase { order: row.to.clone() });
        }
        let slot = match position.get(&row.to) {
            Some(to) if *to == at => continue,
            Some(to) => services.inside.entry(*to).or_default(),
            None => services.outside.entry(outside.partition_point(|id| *id < row.to)).or_default(),
        };
        *slot = slot.checked_add(row.quantity)?;
    }
    services.inside.retain(|_, quantity| !quantity.is_zero());
    services.outside.retain(|_, quantity| !quantity.is_zero());
    Ok(services)
}

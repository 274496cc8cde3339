//! What is asked and answered about service departments.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::book::Book;
use super::{algebraic, methods};
use crate::costing::CostError;
use crate::id::Id;
use crate::num::{Ratio, Residue};

/// The most departments that [`ServiceMethod::Algebraic`] solves at once; more are refused with `LIMIT_EXCEEDED`.
pub const MAX_SIMULTANEOUS: usize = 40;

/// How service departments are passed on (`C19`).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ServiceMethod {
    /// Only to those outside; services among the departments are ignored.
    #[default]
    Direct,
    /// One after the other in the order given; a closed department receives nothing more.
    StepDown,
    /// Two steps: among the departments at the rate before, then outside at the rate after (交互分配法).
    Mutual,
    /// Simultaneous equations, solved exactly (代数分配法, reciprocal).
    Algebraic,
    /// At planned rates; what that leaves goes to one receiver by name (计划成本分配法).
    Planned,
}

/// A department that serves others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceDepartment {
    /// Id, unique.
    pub id: Id,
    /// Its own cost in the smallest unit of the currency.
    pub cost: i128,
    /// Its planned rate, in whole units of the currency for one unit of service.
    pub planned_rate: Option<Ratio>,
    /// Whom it serves and with how much; rows of the same receiver add up.
    pub serves: Vec<ServiceUse>,
}

/// A service rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceUse {
    /// The receiver: another department, or anyone else.
    pub to: Id,
    /// Quantity, or share.
    pub quantity: Ratio,
}

/// A receiver outside the departments with a cost of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceReceiver {
    /// Id, unique.
    pub id: Id,
    /// Its own cost in the smallest unit of the currency.
    pub cost: i128,
}

/// Departments to be passed on, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceRequest {
    /// The method.
    pub method: ServiceMethod,
    /// Decimals of the currency: the smallest unit of the amounts.
    pub scale: u32,
    /// The departments; for step-down in the order of closing.
    pub departments: Vec<ServiceDepartment>,
    /// Receivers with a cost of their own; others need not be listed.
    pub receivers: Vec<ServiceReceiver>,
    /// Decimals that rates are rounded to before they are multiplied; absent: exact. Not for the algebraic method.
    pub rate_places: Option<u32>,
    /// Where the residue goes, by the order of the receivers' ids.
    pub residue: Residue,
    /// A receiver that takes the residue of every department that serves it.
    pub residue_to: Option<Id>,
    /// Who takes the difference of the planned-price method.
    pub difference_to: Option<Id>,
}

/// What one department passed on to one receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceCharge {
    /// The department.
    pub from: Id,
    /// The receiver.
    pub to: Id,
    /// Quantity of service.
    pub quantity: Ratio,
    /// Amount in the smallest unit of the currency.
    pub amount: i128,
}

/// How one department came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServicePassed {
    /// The department.
    pub id: Id,
    /// Its own cost.
    pub cost: i128,
    /// Received from other departments.
    pub received: i128,
    /// Own cost and received together: what the department cost in all.
    pub total: i128,
    /// Passed on to other departments.
    pub to_departments: i128,
    /// `total − passed on to departments`: what the rest bears.
    pub external: i128,
    /// Whole units of the currency for one unit of service among departments (mutual: the first step).
    pub first_rate: Option<Ratio>,
    /// The rate towards those outside; for step-down that of its step, for planned price the planned one.
    pub rate: Option<Ratio>,
    /// Services at the planned rate (planned price).
    pub planned: Option<i128>,
    /// `total − planned` (planned price).
    pub difference: Option<i128>,
}

/// Departments passed on. `Σ departments' cost + Σ receivers' cost = Σ receivers' total`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceResult {
    /// One a department, in the order given.
    pub departments: Vec<ServicePassed>,
    /// Charges, by department as given and receiver by id; charges of nothing are left out.
    pub charges: Vec<ServiceCharge>,
    /// Receivers outside, by id: own cost, received, both together.
    pub receivers: Vec<(Id, i128, i128, i128)>,
}

/// Passes service departments on (`C19`).
///
/// ```
/// use headstock::costing::*;
/// use headstock::id::Id;
/// use headstock::num::{Ratio, Residue};
///
/// // A serves M with a fifth of its work, M serves A with a sixth; both cost 600.00.
/// let id = |text| Id::new(text).unwrap();
/// let serves = |to: &str, n, d| ServiceUse { to: Id::new(to).unwrap(), quantity: Ratio::new(n, d).unwrap() };
/// let department =
///     |name, serves| ServiceDepartment { id: id(name), cost: 60_000, planned_rate: None, serves };
/// let request = ServiceRequest {
///     method: ServiceMethod::Algebraic,
///     scale: 2,
///     departments: vec![
///         department("A", vec![serves("M", 1, 5), serves("plant", 4, 5)]),
///         department("M", vec![serves("A", 1, 6), serves("office", 5, 6)]),
///     ],
///     receivers: vec![],
///     rate_places: None,
///     residue: Residue::LargestRemainder,
///     residue_to: None,
///     difference_to: None,
/// };
/// let result = service_departments(&request).unwrap();
/// // A = 600 + M ÷ 6, M = 600 + A ÷ 5: A = 724.137…, M = 744.827…
/// assert_eq!(result.departments.iter().map(|d| d.total).collect::<Vec<_>>(), [72_414, 74_483]);
/// assert_eq!(result.receivers.iter().map(|r| r.3).sum::<i128>(), 120_000);
/// ```
///
/// # Errors
/// `BASE_ZERO` for a department with a cost that serves nobody outside it; `NEGATIVE_BASE` for a negative service;
/// `SYSTEM_SINGULAR` for departments that serve only each other; `PARAM_MISSING` for a department without planned rate or a
/// difference without receiver; `ALLOCATION_SIGN` when a named residue turns a charge's sign; `DUPLICATE_ID`;
/// `LIMIT_EXCEEDED` past [`MAX_SIMULTANEOUS`]; `NUMBER_OVERFLOW`.
pub fn service_departments(request: &ServiceRequest) -> Result<ServiceResult, CostError> {
    let mut book = Book::open(request)?;
    match request.method {
        ServiceMethod::Direct => methods::direct(request, &mut book)?,
        ServiceMethod::StepDown => methods::step_down(request, &mut book)?,
        ServiceMethod::Mutual => methods::mutual(request, &mut book)?,
        ServiceMethod::Planned => methods::planned(request, &mut book)?,
        ServiceMethod::Algebraic => algebraic::pass_on(request, &mut book)?,
    }
    book.close(request)
}

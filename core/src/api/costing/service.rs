//! Requests about service departments.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::Decided;
use super::{Cents, bounded, two};
use crate::costing::{
    ServiceDepartment, ServiceMethod, ServicePassed, ServiceReceiver, ServiceRequest, ServiceUse,
    service_departments as pass_on,
};
use crate::finding::Finding;
use crate::id::Id;
use crate::num::{DecimalText, NumError, Ratio, Residue};
use crate::run::RunControl;

/// Asks for service departments to be passed on to those they serve (`C19`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceDepartmentsRequest {
    /// Decimals of the currency, at most 9.
    #[serde(default = "two")]
    pub scale: u32,
    /// The method.
    #[serde(default)]
    pub method: ServiceMethod,
    /// The departments; for `step_down` in the order of closing.
    pub departments: Vec<DepartmentRow>,
    /// Receivers outside with a cost of their own; others need not be listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub receivers: Vec<ReceiverRow>,
    /// Decimals that rates are rounded to, half up, before they are multiplied; absent: exact. Not for `algebraic`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_places: Option<u32>,
    /// Where the residue goes, by the receivers' ids.
    #[serde(default)]
    pub residue: Residue,
    /// A receiver that takes the residue of every department that serves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub residue_to: Option<Id>,
    /// Who takes the differences of `planned`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference_to: Option<Id>,
}

/// A department that serves others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DepartmentRow {
    /// Id, unique.
    pub id: Id,
    /// Its own cost.
    pub cost: DecimalText,
    /// Its planned rate (`planned`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_rate: Option<Ratio>,
    /// Whom it serves and with how much; its own use does not count.
    pub serves: Vec<ServiceRow>,
}

/// A service rendered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceRow {
    /// The receiver: another department, or anyone else.
    pub to: Id,
    /// Quantity, or share.
    pub quantity: Ratio,
}

/// A receiver outside the departments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiverRow {
    /// Id, unique.
    pub id: Id,
    /// Its own cost.
    pub cost: DecimalText,
}

/// Departments passed on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceDepartmentsResult {
    /// One a department, in the order given.
    pub departments: Vec<DepartmentResult>,
    /// Charges, by department as given and receiver by id. A charge without quantity is a difference.
    pub charges: Vec<ChargeRow>,
    /// Receivers outside, by id.
    pub receivers: Vec<ReceiverResult>,
}

/// How one department came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DepartmentResult {
    /// The department.
    pub id: Id,
    /// Its own cost.
    pub cost: DecimalText,
    /// Received from other departments.
    pub received: DecimalText,
    /// Own cost and received together (the complete cost).
    pub total: DecimalText,
    /// Passed on to other departments.
    pub to_departments: DecimalText,
    /// What those outside bear.
    pub external: DecimalText,
    /// Rate among departments (`mutual`: first step).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_rate: Option<Ratio>,
    /// Rate towards those outside; of its step (`step_down`); for all (`algebraic`, `planned`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Ratio>,
    /// Services at the planned rate (`planned`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned: Option<DecimalText>,
    /// `total − planned` (`planned`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<DecimalText>,
}

/// What one department passed on to one receiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChargeRow {
    /// The department.
    pub from: Id,
    /// The receiver.
    pub to: Id,
    /// Quantity of service.
    pub quantity: Ratio,
    /// Amount.
    pub amount: DecimalText,
}

/// A receiver outside and what it bears.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiverResult {
    /// The receiver.
    pub id: Id,
    /// Its own cost.
    pub cost: DecimalText,
    /// Received from departments.
    pub received: DecimalText,
    /// Both together.
    pub total: DecimalText,
}

/// Answers a [`ServiceDepartmentsRequest`].
pub(in crate::api) fn service_departments(
    request: ServiceDepartmentsRequest,
    control: &RunControl<'_>,
) -> Decided<ServiceDepartmentsResult> {
    let services: usize = request.departments.iter().map(|department| department.serves.len()).sum();
    bounded(services.max(request.departments.len()).max(request.receivers.len()), control)?;
    let cents = Cents::new(request.scale)?;
    if request.rate_places.is_some_and(|places| places > 28) {
        return Err(NumError::Range.finding().with("field", "rate_places").into());
    }
    let department = |row: DepartmentRow| {
        Ok(ServiceDepartment {
            cost: cents.units(row.cost, format_args!("departments/{}/cost", row.id))?,
            id: row.id,
            planned_rate: row.planned_rate,
            serves: row
                .serves
                .into_iter()
                .map(|row| ServiceUse { to: row.to, quantity: row.quantity })
                .collect(),
        })
    };
    let receiver = |row: ReceiverRow| {
        let cost = cents.units(row.cost, format_args!("receivers/{}/cost", row.id))?;
        Ok(ServiceReceiver { id: row.id, cost })
    };
    let asked = ServiceRequest {
        method: request.method,
        scale: request.scale,
        departments: request.departments.into_iter().map(department).collect::<Result<_, Finding>>()?,
        receivers: request.receivers.into_iter().map(receiver).collect::<Result<_, Finding>>()?,
        rate_places: request.rate_places,
        residue: request.residue,
        residue_to: request.residue_to,
        difference_to: request.difference_to,
    };
    let passed = pass_on(&asked).map_err(|error| cents.refusal(&error))?;
    let charges = passed.charges.into_iter().map(|row| {
        Ok(ChargeRow { from: row.from, to: row.to, quantity: row.quantity, amount: cents.text(row.amount)? })
    });
    let receivers = passed.receivers.into_iter().map(|(id, cost, received, total)| {
        Ok(ReceiverResult {
            id,
            cost: cents.text(cost)?,
            received: cents.text(received)?,
            total: cents.text(total)?,
        })
    });
    let departments = passed.departments.into_iter().map(|row| department_result(row, cents));
    Ok(ServiceDepartmentsResult {
        departments: departments.collect::<Result<_, NumError>>()?,
        charges: charges.collect::<Result<_, NumError>>()?,
        receivers: receivers.collect::<Result<_, NumError>>()?,
    }
    .into())
}

fn department_result(row: ServicePassed, cents: Cents) -> Result<DepartmentResult, NumError> {
    Ok(DepartmentResult {
        id: row.id,
        cost: cents.text(row.cost)?,
        received: cents.text(row.received)?,
        total: cents.text(row.total)?,
        to_departments: cents.text(row.to_departments)?,
        external: cents.text(row.external)?,
        first_rate: row.first_rate,
        rate: row.rate,
        planned: row.planned.map(|amount| cents.text(amount)).transpose()?,
        difference: row.difference.map(|amount| cents.text(amount)).transpose()?,
    })
}

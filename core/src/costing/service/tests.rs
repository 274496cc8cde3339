//! Refusals and laws of service departments; the textbook figures are cases of the face.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};
use proptest::prelude::*;

use super::*;
use crate::costing::CostError;
use crate::finding::Code;
use crate::id::Id;
use crate::num::{Ratio, Residue};

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

fn department(name: &str, cost: i128, uses: &[(&str, i64)]) -> ServiceDepartment {
    ServiceDepartment {
        id: id(name),
        cost,
        planned_rate: Some(Ratio::ONE),
        serves: uses.iter().map(|(to, n)| ServiceUse { to: id(to), quantity: Ratio::from_int(*n) }).collect(),
    }
}

fn request(method: ServiceMethod, departments: Vec<ServiceDepartment>) -> ServiceRequest {
    ServiceRequest {
        method,
        scale: 2,
        departments,
        receivers: vec![ServiceReceiver { id: id("plant"), cost: 1_000 }],
        rate_places: None,
        residue: Residue::LargestRemainder,
        residue_to: None,
        difference_to: Some(id("office")),
    }
}

const METHODS: [ServiceMethod; 5] = [
    ServiceMethod::Direct,
    ServiceMethod::StepDown,
    ServiceMethod::Mutual,
    ServiceMethod::Algebraic,
    ServiceMethod::Planned,
];

fn error(method: ServiceMethod, departments: Vec<ServiceDepartment>) -> CostError {
    service_departments(&request(method, departments)).unwrap_err()
}

#[test]
fn c19_departments_that_serve_only_each_other_are_named() {
    let closed = || {
        vec![
            department("B", 100, &[("A", 1)]),
            department("A", 100, &[("B", 1), ("A", 5)]),
            department("C", 100, &[("A", 1), ("plant", 1)]),
        ]
    };
    let singular = error(ServiceMethod::Algebraic, closed());
    assert_eq!(singular, CostError::Singular { departments: vec![id("A"), id("B")] });
    assert_eq!(singular.finding().param("departments"), Some("A, B"));
    for method in [ServiceMethod::Direct, ServiceMethod::StepDown, ServiceMethod::Mutual] {
        assert_eq!(error(method, closed()).code(), Code::BaseZero, "{method:?}");
    }
}

#[test]
fn c19_refusals_name_their_codes() {
    let direct = ServiceMethod::Direct;
    let idle = error(direct, vec![department("A", 1, &[])]);
    assert_eq!((idle.code(), idle.finding().param("workshop")), (Code::BaseZero, Some("A")));
    assert_eq!(error(ServiceMethod::Algebraic, vec![department("A", 1, &[])]).code(), Code::BaseZero);
    assert_eq!(error(direct, vec![department("A", 1, &[("plant", -1)])]).code(), Code::NegativeBase);
    let twice = vec![department("A", 1, &[("plant", 1)]), department("A", 1, &[("plant", 1)])];
    assert_eq!(error(direct, twice).code(), Code::DuplicateId);
    let mut planned = request(ServiceMethod::Planned, vec![department("A", 500, &[("plant", 1)])]);
    planned.difference_to = None;
    let left = service_departments(&planned).unwrap_err();
    assert_eq!(left.finding().param("field"), Some("difference_to"));
    planned.departments[0].planned_rate = None;
    let rate = service_departments(&planned).unwrap_err();
    assert_eq!(rate.finding().param("field"), Some("planned_rate"));
    let many = (0..=MAX_SIMULTANEOUS).map(|at| department(&format!("D{at}"), 1, &[("plant", 1)])).collect();
    assert_eq!(error(ServiceMethod::Algebraic, many).code(), Code::LimitExceeded);
    // Nothing to pass on and nobody to pass it to is no fault.
    for method in METHODS {
        assert!(service_departments(&request(method, vec![department("A", 0, &[])])).is_ok(), "{method:?}");
    }
}

#[test]
fn c19_largest_system_is_solved_at_once() {
    // Everyone serves everyone with prime-like quantities: the determinant has hundreds of digits.
    let n = MAX_SIMULTANEOUS;
    let departments = (0..n).map(|at| {
        let mut uses: Vec<(String, i64)> = (0..n)
            .map(|to| {
                (format!("D{to:02}"), 1_000_003 + i64::try_from((at * 7919 + to * 104_729) % 9973).unwrap())
            })
            .collect();
        uses.push(("plant".to_owned(), 17));
        let uses: Vec<(&str, i64)> = uses.iter().map(|(to, n)| (to.as_str(), *n)).collect();
        department(&format!("D{at:02}"), 1_000_000 + i128::try_from(at).unwrap(), &uses)
    });
    let request = request(ServiceMethod::Algebraic, departments.collect());
    let result = service_departments(&request).unwrap();
    let own: i128 = request.departments.iter().map(|department| department.cost).sum();
    let plant = result.receivers.iter().find(|row| row.0 == id("plant")).unwrap();
    assert_eq!(plant.2, own);
}

/// Complete costs by plain elimination over fractions of any size.
fn complete(departments: &[ServiceDepartment]) -> Option<Vec<BigRational>> {
    let big = |ratio: Ratio| BigRational::new(BigInt::from(ratio.numer()), BigInt::from(ratio.denom()));
    let n = departments.len();
    let mut rows = vec![vec![BigRational::zero(); n + 1]; n];
    for (at, department) in departments.iter().enumerate() {
        let uses = department.serves.iter().filter(|row| row.to != department.id);
        let total: BigRational = uses.clone().map(|row| big(row.quantity)).sum();
        rows[at][at] += BigRational::one();
        rows[at][n] = BigRational::from(BigInt::from(department.cost));
        for row in uses {
            if let Some(to) = departments.iter().position(|other| other.id == row.to) {
                rows[to][at] -= big(row.quantity) / &total;
            }
        }
    }
    for step in 0..n {
        let found = (step..n).find(|at| !rows[*at][step].is_zero())?;
        rows.swap(step, found);
        let pivot = rows[step].clone();
        for at in (0..n).filter(|at| *at != step) {
            let factor = &rows[at][step] / &pivot[step];
            for k in 0..=n {
                let part = &factor * &pivot[k];
                rows[at][k] -= part;
            }
        }
    }
    Some((0..n).map(|at| &rows[at][n] / &rows[at][at]).collect())
}

fn any_departments() -> impl Strategy<Value = Vec<ServiceDepartment>> {
    let names = ["A", "B", "C", "D", "plant", "office", "shop"];
    let quantity = prop_oneof![Just(0i64), 0i64..1_000];
    let one = (0i128..1_000_000, proptest::collection::vec(quantity, 7));
    proptest::collection::vec(one, 1..5).prop_map(move |rows| {
        let build = |(at, (cost, quantities)): (usize, (i128, Vec<i64>))| {
            let uses: Vec<(&str, i64)> = names.into_iter().zip(quantities).collect();
            department(names[at], cost, &uses)
        };
        rows.into_iter().enumerate().map(build).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Whatever the method: all cost arrives outside, every account closes, and the order of rows does not matter.
    #[test]
    fn c19_law_everything_is_passed_on(
        departments in any_departments(),
        method in 0usize..5,
        (places, scale) in (proptest::option::of(0u32..4), 0u32..3),
    ) {
        let mut request = ServiceRequest { rate_places: places, scale, ..request(METHODS[method], departments) };
        let Ok(result) = service_departments(&request) else { return Ok(()) };
        let own: i128 = request.departments.iter().map(|department| department.cost).sum();
        prop_assert_eq!(result.receivers.iter().map(|row| row.2).sum::<i128>(), own);
        prop_assert_eq!(result.receivers.iter().map(|row| row.3).sum::<i128>(), own + 1_000);
        for department in &result.departments {
            let out: i128 = result.charges.iter().filter(|c| c.from == department.id).map(|c| c.amount).sum();
            let received: i128 = result.charges.iter().filter(|c| c.to == department.id).map(|c| c.amount).sum();
            prop_assert_eq!(department.cost + received, out);
            prop_assert_eq!((department.received, department.total), (received, out));
        }
        for department in &mut request.departments {
            department.serves.reverse();
        }
        prop_assert_eq!(&service_departments(&request).unwrap(), &result);
        if method != 1 {
            request.departments.reverse();
            let turned = service_departments(&request).unwrap();
            prop_assert_eq!(turned.receivers.iter().map(|row| row.3).sum::<i128>(), own + 1_000);
        }
    }

    /// Complete costs of the algebraic method are the exact ones, to the cents that charges between departments round.
    #[test]
    fn c19_law_algebraic_is_the_exact_solution(departments in any_departments()) {
        let request = request(ServiceMethod::Algebraic, departments);
        let Ok(result) = service_departments(&request) else { return Ok(()) };
        let Some(exact) = complete(&request.departments) else { return Ok(()) };
        for (department, exact) in result.departments.iter().zip(exact) {
            let off = BigRational::from(BigInt::from(department.total)) - exact;
            prop_assert!(off < BigRational::from(BigInt::from(4)) && off > BigRational::from(BigInt::from(-4)));
        }
    }
}

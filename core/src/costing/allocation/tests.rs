//! Examples of the rows and laws of allocation.

use proptest::prelude::*;

use super::*;
use crate::costing::CostError;
use crate::finding::Code;
use crate::id::Id;
use crate::num::{Ratio, Residue};

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

fn order(name: &str, figures: BaseFigures) -> AllocationOrder {
    AllocationOrder { id: id(name), workshop: Some(id("W")), figures }
}

fn row(amount: i128, base: AllocationBase) -> OverheadRow {
    OverheadRow {
        id: id("R"),
        workshop: Some(id("W")),
        expense: Some(id("power")),
        amount,
        base,
        scope: BaseScope::FinishedAndWip,
        order: None,
        manual: Vec::new(),
        normal_capacity: None,
    }
}

fn whole(n: i64) -> Option<Ratio> {
    Some(Ratio::from_int(n))
}

fn three() -> [AllocationOrder; 3] {
    let figures = |finished, material, hours| BaseFigures {
        finished: whole(finished),
        material: whole(material),
        labour_hours: whole(hours),
        ..BaseFigures::default()
    };
    [
        order("O1", figures(100, 5_000, 40)),
        order("O2", figures(200, 10_000, 60)),
        order("O3", figures(100, 3_000, 20)),
    ]
}

fn amounts(allocation: &Allocation) -> Vec<i128> {
    allocation.lines.iter().map(|line| line.amount).collect()
}

fn shared(row: OverheadRow, orders: &[AllocationOrder]) -> Allocation {
    allocate_rows(&[row], orders, Residue::LargestRemainder).unwrap()
}

#[test]
fn c04_example_of_the_row() {
    let bases = [
        (AllocationBase::FinishedQuantity, [225_000, 450_000, 225_000]),
        (AllocationBase::MaterialCost, [250_000, 500_000, 150_000]),
        (AllocationBase::LabourHours, [300_000, 450_000, 150_000]),
    ];
    for (base, expected) in bases {
        assert_eq!(amounts(&shared(row(900_000, base), &three())), expected, "{base:?}");
    }
}

#[test]
fn c04_scope_counts_work_in_process() {
    let figures = |finished, wip| BaseFigures {
        finished: whole(finished),
        wip_equivalents: whole(wip),
        coefficient: Some(Ratio::new(3, 2).unwrap()),
        ..BaseFigures::default()
    };
    let orders = [order("O1", figures(80, 20)), order("O2", figures(100, 0))];
    for base in [AllocationBase::FinishedQuantity, AllocationBase::Coefficient] {
        assert_eq!(amounts(&shared(row(18_000, base), &orders)), [9_000, 9_000]);
        let finished = OverheadRow { scope: BaseScope::Finished, ..row(18_000, base) };
        assert_eq!(amounts(&shared(finished, &orders)), [8_000, 10_000]);
    }
}

#[test]
fn c04_a_row_without_base_stays() {
    let why = |row: OverheadRow, orders: &[AllocationOrder]| {
        let allocation = shared(row, orders);
        assert!(allocation.lines.is_empty());
        allocation.findings().remove(0)
    };
    let zero = [order("O1", BaseFigures { machine_hours: whole(0), ..BaseFigures::default() })];
    let finding = why(row(1, AllocationBase::MachineHours), &zero);
    assert_eq!(
        (finding.code(), finding.param("workshop"), finding.param("expense")),
        (Code::BaseZero, Some("W"), Some("power"))
    );
    let finding = why(row(1, AllocationBase::MachineHours), &three());
    assert_eq!((finding.code(), finding.param("orders")), (Code::BaseMissing, Some("O1, O2, O3")));
    assert_eq!(finding.param("base"), Some("machine_hours"));
    let negative = [order("O9", BaseFigures { input: whole(-1), ..BaseFigures::default() })];
    let finding = why(row(1, AllocationBase::InputQuantity), &negative);
    assert_eq!((finding.code(), finding.param("order")), (Code::NegativeBase, Some("O9")));
    assert_eq!(why(row(1, AllocationBase::Direct), &three()).code(), Code::ParamMissing);
    let unknown = OverheadRow { order: Some(id("O7")), ..row(1, AllocationBase::Direct) };
    assert_eq!(why(unknown, &three()).param("id"), Some("O7"));
    // Nothing to share is no fault, and another workshop has no base here.
    assert!(shared(row(0, AllocationBase::MachineHours), &zero).unallocated.is_empty());
    let other = OverheadRow { workshop: Some(id("V")), ..row(1, AllocationBase::LabourHours) };
    assert_eq!(why(other, &three()).code(), Code::BaseZero);
}

#[test]
fn c04_direct_and_manual() {
    let direct = OverheadRow { order: Some(id("O2")), ..row(700, AllocationBase::Direct) };
    let lines = shared(direct, &three()).lines;
    assert_eq!((lines.len(), lines[0].order.as_str(), lines[0].amount), (1, "O2", 700));
    let manual = vec![(id("O3"), Ratio::from_int(500)), (id("O1"), Ratio::from_int(200))];
    let typed = OverheadRow { manual, ..row(700, AllocationBase::Manual) };
    assert_eq!(amounts(&shared(typed, &three())), [200, 500]);
}

#[test]
fn c19_fixed_overhead_of_unused_capacity_is_expensed() {
    let fixed =
        |normal| OverheadRow { normal_capacity: whole(normal), ..row(900_000, AllocationBase::LabourHours) };
    let below = shared(fixed(200), &three());
    assert_eq!(amounts(&below), [180_000, 270_000, 90_000]);
    assert_eq!(below.expensed[0].amount, 360_000);
    let above = shared(fixed(100), &three());
    assert_eq!(amounts(&above), [300_000, 450_000, 150_000]);
    assert!(above.expensed.is_empty());
    // Nothing was made: all of it is expensed.
    let still = shared(fixed(100), &[]);
    assert_eq!((still.expensed[0].amount, still.unallocated.len()), (900_000, 0));
    assert_eq!(shared(fixed(0), &three()).findings()[0].code(), Code::BaseZero);
}

#[test]
fn c04_predetermined_rate_and_what_is_under_applied() {
    // Budget 209,250 is spent; 6,240 hours at 33.50 were applied.
    let uses = [Ratio::from_int(6_240)];
    let rate = overhead_rate(3_350, Ratio::ONE, &uses, RateRounding::default()).unwrap();
    assert_eq!(20_925_000 - rate.applied_total, 21_000);
    // 7,456 over 43,560: 7,883 hours are 1,349.303…, 3,339 hours 571.523…: each figure by itself.
    let uses = [Ratio::from_int(7_883), Ratio::from_int(3_339)];
    let part = overhead_rate(745_600, Ratio::from_int(43_560), &uses, RateRounding::default()).unwrap();
    assert_eq!((part.applied, part.applied_total), (vec![134_930, 57_152], 192_082));
    let none = overhead_rate(1, Ratio::ZERO, &[], RateRounding::default()).unwrap_err();
    assert_eq!(none.code(), Code::BaseZero);
    let turned = at_rate(5, &[Ratio::ONE; 10], RateRounding { step: None, tail: Tail::At(9) });
    assert_eq!(turned.unwrap_err().code(), Code::AllocationSign);
}

#[test]
fn c04_twice_the_same_order_is_refused() {
    let mut orders = three().to_vec();
    orders.push(orders[0].clone());
    let error = allocate_rows(&[], &orders, Residue::LargestRemainder).unwrap_err();
    assert_eq!(error, CostError::Duplicate { table: "orders", id: id("O1") });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// `Σ rows = Σ lines + Σ expensed + Σ unallocated`, and the order of rows and orders is irrelevant.
    #[test]
    fn c04_law_every_row_comes_back_exactly(
        rows in proptest::collection::vec((-1_000_000i128..1_000_000, 0usize..9, any::<bool>(), proptest::option::of(0i64..2_000)), 0..6),
        orders in proptest::collection::vec((-1i64..500, 0i64..500, proptest::option::of(0i64..500), 0usize..3), 0..8),
    ) {
        let bases = [
            AllocationBase::FinishedQuantity, AllocationBase::MaterialCost, AllocationBase::LabourHours,
            AllocationBase::MachineHours, AllocationBase::StandardHours, AllocationBase::Coefficient,
            AllocationBase::InputQuantity, AllocationBase::Direct, AllocationBase::Manual,
        ];
        let workshop = |at: usize| (at > 0).then(|| id(&format!("W{at}")));
        let orders: Vec<AllocationOrder> = orders.iter().enumerate().map(|(at, (a, b, c, w))| AllocationOrder {
            id: id(&format!("O{at}")),
            workshop: workshop(*w),
            figures: BaseFigures {
                finished: whole(*b), wip_equivalents: c.and_then(whole), material: whole(*a), wip_material: whole(*b),
                labour_hours: whole(*b), machine_hours: c.and_then(whole), standard_hours: Ratio::new(i128::from(*b), 7).ok(),
                coefficient: Ratio::new(i128::from(*b), 3).ok(), input: whole(*a),
            },
        }).collect();
        let rows: Vec<OverheadRow> = rows.iter().enumerate().map(|(at, (amount, base, wip, normal))| OverheadRow {
            id: id(&format!("R{at}")),
            workshop: workshop(at % 3),
            expense: None,
            amount: *amount,
            base: bases[*base],
            scope: if *wip { BaseScope::FinishedAndWip } else { BaseScope::Finished },
            order: orders.first().map(|order| order.id.clone()),
            manual: orders.iter().map(|order| (order.id.clone(), order.figures.labour_hours.unwrap())).collect(),
            normal_capacity: normal.and_then(whole),
        }).collect();
        let got = allocate_rows(&rows, &orders, Residue::LargestRemainder).unwrap();
        for row in &rows {
            let lines: i128 = got.lines.iter().filter(|line| line.row == row.id).map(|line| line.amount).sum();
            let expensed: i128 = got.expensed.iter().filter(|line| line.row == row.id).map(|line| line.amount).sum();
            let stays: i128 = got.unallocated.iter().filter(|line| line.row == row.id).map(|line| line.amount).sum();
            prop_assert_eq!(lines + expensed + stays, row.amount);
            prop_assert!(got.lines.iter().all(|line| line.row != row.id || line.amount.signum() * row.amount.signum() >= 0));
        }
        let turned = (rows.into_iter().rev().collect::<Vec<_>>(), orders.into_iter().rev().collect::<Vec<_>>());
        prop_assert_eq!(got, allocate_rows(&turned.0, &turned.1, Residue::LargestRemainder).unwrap());
    }

    /// A rounded rate still returns exactly the amount, and every share but the tail is its rounded product.
    #[test]
    fn c04_law_rounded_rates_return_the_amount(
        amount in 0i128..10_000_000,
        uses in proptest::collection::vec(0i64..10_000, 1..8),
        places in 0u32..5,
        tail in 0usize..8,
    ) {
        let uses: Vec<Ratio> = uses.into_iter().map(Ratio::from_int).collect();
        let step = Ratio::new(1, 10i128.pow(places)).ok();
        let tail = Tail::At(tail % uses.len());
        if let Ok((_, shares)) = at_rate(amount, &uses, RateRounding { step, tail }) {
            prop_assert_eq!(shares.iter().sum::<i128>(), amount);
        }
    }
}

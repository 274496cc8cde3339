//! Textbook figures, the laws over random movements, and a slow reference over rationals.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};
use proptest::prelude::*;

use super::*;
use crate::finding::Code;
use crate::num::{Ratio, Rounding};
use crate::time::Date;

const SCALES: Scales = Scales { amount: 2, quantity: 0 };

fn day(number: u32) -> Date {
    Date::literal(2026, 1, 1).add_days(i32::try_from(number).unwrap()).unwrap()
}

fn input(at: u32, quantity: i64, cents: i128) -> Movement {
    Movement::new(day(at), u64::from(at), MovementKind::Receipt, quantity, Some(cents))
}

fn out(at: u32, quantity: i64) -> Movement {
    Movement::new(day(at), u64::from(at), MovementKind::Issue, quantity, None)
}

fn ledger(policy: Policy, movements: &[Movement]) -> ValueLedger {
    ValueLedger::new(policy, SCALES, Some(Ratio::from_int(15)), movements).unwrap()
}

fn by(method: Method) -> Policy {
    Policy { method, ..Policy::default() }
}

fn issues(ledger: &ValueLedger, rows: &[u32]) -> Vec<i128> {
    rows.iter().map(|row| ledger.value_of(*row)).collect()
}

#[test]
fn c17_three_receipts_by_every_method() {
    let movements =
        [input(1, 1, 1000), input(2, 1, 2000), input(3, 1, 3000), out(4, 1), out(5, 1), out(6, 1)];
    let of = |method| issues(&ledger(by(method), &movements), &[3, 4, 5]);
    assert_eq!(of(Method::Fifo), [1000, 2000, 3000]);
    assert_eq!(of(Method::Lifo), [3000, 2000, 1000]);
    assert_eq!(of(Method::MovingAverage), [2000, 2000, 2000]);
    assert_eq!(of(Method::PeriodAverage), [2000, 2000, 2000]);
    assert_eq!(of(Method::Standard), [1500, 1500, 1500]);
    let mut picked = movements;
    for (issue, receipt) in [(3, 1), (4, 0), (5, 2)] {
        picked[issue] = picked[issue].of(receipt);
    }
    assert_eq!(issues(&ledger(by(Method::Specific), &picked), &[3, 4, 5]), [2000, 1000, 3000]);
    let none = ValueLedger::new(by(Method::Specific), SCALES, None, &movements).unwrap_err();
    assert_eq!((none.code(), none.row()), (Code::LayerMissing, 3));
}

#[test]
fn c17_negative_stock_is_corrected_when_it_is_covered() {
    let movements = [input(1, 1, 1000), out(2, 5), input(3, 10, 12_000)];
    let average = ledger(Policy::default(), &movements);
    // 1 at 10.00, 4 reckoned at 10.00 and covered at 12.00.
    assert_eq!((average.reckoned(1), average.value_of(1)), (5000, 5800));
    assert_eq!((average.balance().quantity, average.balance().value), (6, 7200));
    let correction = Note::Correction { row: 1, by: 2, quantity: 4, amount: 800 };
    assert_eq!(average.notes().copied().collect::<Vec<_>>(), [correction]);
    let refuse = Policy { negative: NegativeStock::Refuse, ..Policy::default() };
    let refused = ValueLedger::new(refuse, SCALES, None, &movements).unwrap_err();
    assert_eq!(refused.code(), Code::NegativeStockAtCosting);
    let pool = Policy { negative: NegativeStock::KeepInPool, ..Policy::default() };
    assert_eq!(ledger(pool, &movements).balance().value, 8000);
    let open = ledger(Policy::default(), &movements[..2]);
    assert_eq!((open.owed()[0].quantity, open.owed()[0].value), (4, 4000));
}

#[test]
fn c17_returns_at_original_and_at_current_cost() {
    let mut back = Movement::new(day(4), 4, MovementKind::ReturnIn, 1, None);
    let movements = [input(1, 2, 2000), out(2, 2), input(3, 2, 6000), back];
    assert_eq!(ledger(Policy::default(), &movements).value_of(3), 3000);
    back.link = Some(1);
    let movements = [movements[0], movements[1], movements[2], back];
    let original = ledger(Policy::default(), &movements);
    assert_eq!((original.value_of(3), original.balance().value), (1000, 7000));
    let more = Movement { quantity: 2, sequence: 5, ..back };
    let refused =
        ValueLedger::new(Policy::default(), SCALES, None, &[movements.as_slice(), &[more]].concat());
    assert_eq!(refused.unwrap_err().code(), Code::ReturnExceedsIssued);
    let supplier = Movement::new(day(5), 5, MovementKind::ReturnOut, 1, None).of(2);
    let all = [movements.as_slice(), &[supplier]].concat();
    assert_eq!(ledger(Policy::default(), &all).value_of(4), 3000);
    assert_eq!(ledger(by(Method::Fifo), &all).value_of(4), 3000);
}

#[test]
fn c17_a_charge_goes_with_its_receipt_or_is_split() {
    let charge = Movement::new(day(9), 9, MovementKind::Charge, 0, Some(400)).of(0);
    let movements = [input(1, 4, 4000), out(2, 3), charge];
    let fifo = ledger(by(Method::Fifo), &movements);
    assert_eq!((fifo.value_of(1), fifo.balance().value), (3300, 1100));
    let split = Policy { charges: ChargeRule::Split, ..by(Method::Fifo) };
    let split = ledger(split, &movements);
    assert_eq!((split.value_of(1), split.value_of(2), split.balance().value), (3000, 100, 1100));
    assert_eq!(split.notes().copied().collect::<Vec<_>>(), [Note::Consumed { row: 2, amount: 300 }]);
    let standard = ledger(by(Method::Standard), &movements);
    let amounts: i64 =
        standard.notes().map(|note| if let Note::Variance { amount, .. } = note { *amount } else { 0 }).sum();
    // 4 × (10.00 − 15.00) bought below the standard, and the charge.
    assert_eq!((amounts, standard.balance().value), (-2000 + 400, 1500));
}

#[test]
fn c17_value_is_never_made_on_nothing() {
    let more = Movement::new(day(3), 3, MovementKind::Revalue, 0, Some(100));
    let gone = ledger(by(Method::Fifo), &[input(1, 1, 1000), out(2, 1), more]);
    assert_eq!(gone.balance(), Balance::default());
    assert_eq!(gone.notes().copied().collect::<Vec<_>>(), [Note::Consumed { row: 2, amount: 100 }]);
    let less = Movement::new(day(3), 3, MovementKind::Revalue, 0, Some(-1100));
    let refused = ValueLedger::new(by(Method::Fifo), SCALES, None, &[input(1, 1, 1000), less]).unwrap_err();
    assert_eq!(refused.code(), Code::AdjustNegativeValue);
    let empty = ValueLedger::new(by(Method::Fifo), SCALES, None, &[input(1, 0, 1000)]).unwrap_err();
    assert_eq!(empty.code(), Code::QtyNotPositive);
    let missing = ValueLedger::new(by(Method::Standard), SCALES, None, &[input(1, 1, 1000)]).unwrap_err();
    assert_eq!(missing.code(), Code::StandardMissing);
}

#[test]
fn c17_places_of_the_residue() {
    let movements = [input(1, 3, 1000), out(2, 1), out(3, 1), out(4, 1)];
    let with = |residue| Policy { unit_decimals: Some(2), residue, ..by(Method::Fifo) };
    assert_eq!(issues(&ledger(by(Method::Fifo), &movements), &[1, 2, 3]), [333, 334, 333]);
    assert_eq!(issues(&ledger(with(ResiduePlace::Stock), &movements), &[1, 2, 3]), [333, 333, 334]);
    let own = ledger(with(ResiduePlace::OwnEntry), &movements);
    assert_eq!(issues(&own, &[1, 2, 3]), [333, 333, 333]);
    assert_eq!(own.notes().copied().collect::<Vec<_>>(), [Note::Rounding { row: 3, amount: 1 }]);
    assert_eq!(own.balance(), Balance::default());
    let average = Policy { method: Method::PeriodAverage, ..with(ResiduePlace::LastReceiver) };
    let last = ledger(average, &movements[..3]);
    // 10.00 over three: 3.33 each, and the last issue of the month takes what is not 3.33 of the ending stock.
    assert_eq!((issues(&last, &[1, 2]), last.balance().value), (vec![333, 334], 333));
}

fn policies() -> impl Strategy<Value = Policy> {
    let methods = prop_oneof![
        Just(Method::MovingAverage),
        Just(Method::PeriodAverage),
        Just(Method::Fifo),
        Just(Method::Lifo),
        Just(Method::LifoPeriodic),
        Just(Method::Standard)
    ];
    let residues = prop_oneof![
        Just(ResiduePlace::Stock),
        Just(ResiduePlace::Issue),
        Just(ResiduePlace::LastReceiver),
        Just(ResiduePlace::OwnEntry)
    ];
    let flags = proptest::array::uniform6(any::<bool>());
    (methods, residues, flags, proptest::option::of(0u32..4)).prop_map(
        |(method, residue, flags, unit_decimals)| Policy {
            method,
            period: if flags[0] { AveragePeriod::Day } else { AveragePeriod::Month },
            day_order: if flags[1] { DayOrder::Sequence } else { DayOrder::InsFirst },
            negative: if flags[2] { NegativeStock::KeepInPool } else { NegativeStock::LastPrice },
            uninvoiced: if flags[3] { Uninvoiced::Exclude } else { Uninvoiced::Include },
            charges: if flags[4] { ChargeRule::Split } else { ChargeRule::Recost },
            unit_decimals,
            residue,
            rounding: if flags[5] { Rounding::HalfEven } else { Rounding::HalfUp },
        },
    )
}

/// Random movements; each names only earlier ones of the list.
fn movements() -> impl Strategy<Value = Vec<Movement>> {
    let one = (0u8..16, 0u32..70, 1i64..9, 0i128..3000, any::<u16>(), 0u64..4, any::<bool>());
    proptest::collection::vec(one, 1..40).prop_map(|list| {
        let mut made: Vec<Movement> = Vec::new();
        for (kind, at, quantity, value, pick, sequence, invoiced) in list {
            let find = |wanted: &[MovementKind]| {
                let fit: Vec<u32> =
                    (0u32..).zip(&made).filter(|(_, m)| wanted.contains(&m.kind)).map(|(i, _)| i).collect();
                if fit.is_empty() { None } else { Some(fit[pick as usize % fit.len()]) }
            };
            use MovementKind::{Charge, Issue, Receipt, ReturnIn, ReturnOut, Revalue};
            let (kind, quantity, value, link) = match kind {
                0..6 => (Receipt, quantity, Some(value), None),
                6..11 => (
                    Issue,
                    quantity,
                    (value % 7 == 0).then_some(value),
                    find(&[Receipt]).filter(|_| pick % 3 == 0),
                ),
                11 => (ReturnIn, quantity % 3, None, find(&[Issue]).filter(|_| pick % 4 != 0)),
                12 => (ReturnOut, quantity % 3, None, find(&[Receipt]).filter(|_| pick % 4 != 0)),
                13 | 14 => match find(&[Receipt]) {
                    Some(receipt) => (Charge, 0, Some(value % 300 - 20), Some(receipt)),
                    None => (Issue, quantity, None, None),
                },
                _ => (Revalue, 0, Some(value % 300 - 20), None),
            };
            // A return or a charge comes after what it names, mostly.
            let at = link.map_or(at, |link| {
                at.max(u32::try_from(made[link as usize].date.days_since(day(0))).unwrap())
            });
            let movement = Movement {
                date: day(at),
                sequence,
                kind,
                quantity,
                value,
                link,
                invoiced: invoiced || at % 5 > 0,
            };
            made.push(movement);
        }
        made
    })
}

/// Everything that a ledger says, to be compared.
fn all_of(
    ledger: &ValueLedger,
    rows: usize,
) -> (Vec<i128>, Balance, Vec<LayerLeft>, Vec<LayerLeft>, Vec<Note>) {
    let rows = u32::try_from(rows).unwrap();
    let mut notes: Vec<Note> = ledger.notes().copied().collect();
    notes.sort_unstable();
    let values = (0..rows).map(|row| ledger.value_of(row)).collect();
    (values, ledger.balance(), ledger.layers(), ledger.owed(), notes)
}

fn signed(movement: &Movement, value: i128) -> i128 {
    if matches!(movement.kind, MovementKind::Issue | MovementKind::ReturnOut) { -value } else { value }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// The short way of receipts and issues under the usual choices is the general one.
    #[test]
    fn c17_short_ways_are_the_general_one(method in 0usize..3, sequence in any::<bool>(), movements in movements()) {
        let method = [Method::MovingAverage, Method::Fifo, Method::Lifo][method];
        let day_order = if sequence { DayOrder::Sequence } else { DayOrder::InsFirst };
        let policy = Policy { method, day_order, ..Policy::default() };
        let Ok(ledger) = ValueLedger::new(policy, SCALES, None, &movements) else { return Ok(()) };
        prop_assert!(ledger.has_no_short_cuts());
    }

    /// Promise 13: late documents give what a ledger with all of them gives, and the list is what changed.
    #[test]
    fn promise_13_late_is_replay(policy in policies(), movements in movements(), late in 1usize..6, rounds in 1usize..4) {
        let cut = movements.len().saturating_sub(late * rounds);
        let Ok(mut ledger) = ValueLedger::new(policy, SCALES, Some(Ratio::from_int(9)), &movements[..cut]) else { return Ok(()) };
        let mut known = cut;
        for part in movements[cut..].chunks(late) {
            let before = all_of(&ledger, known);
            let full = ValueLedger::new(policy, SCALES, Some(Ratio::from_int(9)), &movements[..known + part.len()]);
            match (ledger.late(part), full) {
                (Ok(changes), Ok(full)) => {
                    let now = all_of(&ledger, known + part.len());
                    prop_assert_eq!(&now, &all_of(&full, known + part.len()));
                    let differ = before.0.iter().zip(&now.0).filter(|(a, b)| a != b).count();
                    prop_assert_eq!(differ, changes.len());
                    for change in changes {
                        prop_assert_eq!(before.0[change.row as usize], i128::from(change.before));
                        prop_assert_eq!(now.0[change.row as usize], i128::from(change.after));
                    }
                }
                (Err(error), Err(full)) => {
                    prop_assert_eq!(error.code(), full.code());
                    prop_assert_eq!(&before, &all_of(&ledger, known));
                    return Ok(());
                }
                (late, full) => prop_assert!(false, "{late:?} {:?}", full.map(|full| full.balance())),
            }
            known += part.len();
        }
    }

    /// Value in = value out, and nothing in stock is worth nothing (promises 1, 12).
    #[test]
    fn promise_12_value_in_is_value_out(policy in policies(), movements in movements()) {
        let Ok(ledger) = ValueLedger::new(policy, SCALES, Some(Ratio::from_int(9)), &movements) else { return Ok(()) };
        let moved: i128 = (0u32..).zip(&movements).map(|(row, m)| signed(m, ledger.value_of(row))).sum();
        let rounded: i128 = ledger.notes().map(|note| if let Note::Rounding { amount, .. } = note { i128::from(*amount) } else { 0 }).sum();
        let balance = ledger.balance();
        prop_assert_eq!(moved - rounded, i128::from(balance.value) + i128::from(balance.aside_value));
        let documents: i128 = movements.iter().filter(|m| matches!(m.kind, MovementKind::Receipt | MovementKind::Charge | MovementKind::Revalue)).filter_map(|m| m.value).sum();
        let valued: i128 = (0u32..).zip(&movements).filter(|(_, m)| matches!(m.kind, MovementKind::Receipt | MovementKind::Charge | MovementKind::Revalue)).map(|(row, _)| ledger.value_of(row)).sum();
        let named: i128 = ledger.notes().map(|note| match note {
            Note::Consumed { amount, .. } => i128::from(*amount),
            Note::Variance { row, amount } if movements[*row as usize].kind != MovementKind::ReturnOut => i128::from(*amount),
            _ => 0,
        }).sum();
        prop_assert_eq!(documents, valued + named);
        if balance.quantity == 0 && policy.negative == NegativeStock::LastPrice {
            prop_assert_eq!(balance.value, 0);
        }
        let (layers, owed) = (ledger.layers(), ledger.owed());
        if policy.method.is_layered() && policy.negative == NegativeStock::LastPrice {
            let sum = layers.iter().map(|l| l.value).sum::<i64>() - owed.iter().map(|l| l.value).sum::<i64>();
            prop_assert_eq!(sum, balance.value);
        }
        let last = ledger.steps().unwrap();
        prop_assert_eq!(last.last().map(|(_, b)| b.quantity), Some(balance.quantity));
    }

    /// Order of the rows is irrelevant as long as the order of the movements is given (I6).
    #[test]
    fn i06_order_of_rows_is_irrelevant(policy in policies(), mut list in movements()) {
        for (at, movement) in (0u64..).zip(&mut list) {
            movement.sequence = at;
        }
        let count = u32::try_from(list.len()).unwrap();
        let turned: Vec<Movement> = list.iter().rev().map(|m| Movement { link: m.link.map(|l| count - 1 - l), ..*m }).collect();
        let one = ValueLedger::new(policy, SCALES, Some(Ratio::from_int(9)), &list);
        let two = ValueLedger::new(policy, SCALES, Some(Ratio::from_int(9)), &turned);
        if let (Ok(one), Ok(two)) = (&one, &two) {
            for row in 0..count {
                prop_assert_eq!(one.value_of(row), two.value_of(count - 1 - row));
            }
        }
        prop_assert_eq!(one.is_ok(), two.is_ok());
    }

    /// Averages, FIFO and LIFO equal a slow reference over rationals, to the cent.
    #[test]
    fn c17_equals_a_reference_over_rationals(method in 0usize..4, list in proptest::collection::vec((any::<bool>(), 0u32..40, 1i64..900_000, 0i128..900_000_000), 1..40)) {
        let method = [Method::MovingAverage, Method::PeriodAverage, Method::Fifo, Method::Lifo][method];
        let movements: Vec<Movement> = (0u64..).zip(&list).map(|(at, (receipt, date, quantity, value))| {
            let kind = if *receipt || at == 0 { MovementKind::Receipt } else { MovementKind::Issue };
            Movement::new(day(*date), at, kind, *quantity, receipt.then_some(*value).or((at == 0).then_some(*value)))
        }).collect();
        let policy = Policy { negative: NegativeStock::Refuse, ..by(method) };
        let Ok(ledger) = ValueLedger::new(policy, SCALES, None, &movements) else { return Ok(()) };
        for (row, value) in slow(method, &movements) {
            prop_assert_eq!(ledger.value_of(row), value);
        }
    }
}

/// The methods as a textbook says them: layers of quantity and value, rationals, one rounding for each layer used.
fn slow(method: Method, movements: &[Movement]) -> Vec<(u32, i128)> {
    let mut order: Vec<(u32, &Movement)> = (0u32..).zip(movements).collect();
    order.sort_by_key(|(_, m)| {
        let month = i32::from(m.date.year()) * 12 + i32::from(m.date.month());
        let out = m.kind == MovementKind::Issue;
        if method == Method::PeriodAverage {
            (month, i32::from(out), m.date, m.sequence)
        } else {
            (0, 0, m.date, m.sequence + if out { 1000 } else { 0 })
        }
    });
    let big = |value: i128| BigRational::from_integer(BigInt::from(value));
    let mut layers: Vec<(BigRational, BigRational)> = Vec::new();
    let mut found = Vec::new();
    for (row, movement) in order {
        let mut left = big(i128::from(movement.quantity));
        if movement.kind == MovementKind::Receipt {
            let value = big(movement.value.unwrap());
            match layers.last_mut().filter(|_| method.is_average()) {
                Some(pool) => *pool = (&pool.0 + &left, &pool.1 + &value),
                None => layers.push((left, value)),
            }
            continue;
        }
        let mut cost = BigRational::zero();
        while left > BigRational::zero() {
            let at = if method == Method::Lifo { layers.len() - 1 } else { 0 };
            let (quantity, value) = layers[at].clone();
            let taken = left.clone().min(quantity.clone());
            let half = BigRational::new(1.into(), 2.into());
            let part = (&value * &taken / &quantity + half).floor();
            layers[at] = (&quantity - &taken, &value - &part);
            if quantity == taken && !method.is_average() {
                layers.remove(at);
            }
            cost += part;
            left -= taken;
        }
        found.push((row, cost.to_integer().to_i128().unwrap()));
    }
    found
}

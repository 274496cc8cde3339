//! The rules against their definitions, tried out without any shortcut, and laws that must hold for all data.

use proptest::prelude::*;

use super::{Balance, Costs, EconomicRule, Lot, Need, Scratch, all_lots, first_lot};
use crate::item::HoldingBasis;
use crate::num::Ratio;

/// Costs of a few periods, all whole.
#[derive(Debug, Clone)]
struct Plant {
    demand: Vec<i64>,
    setup: Vec<i64>,
    holding: Vec<i64>,
    buying: Vec<i64>,
    average: bool,
}

impl Plant {
    fn needs(&self) -> Vec<Need> {
        let needs = (0..).zip(&self.demand).map(|(period, quantity)| Need { period, quantity: *quantity });
        needs.filter(|need| need.quantity > 0).collect()
    }

    fn costs(&self) -> Costs {
        let list = |values: &[i64]| (0..).zip(values).map(|(p, v)| (p, (*v).into())).collect();
        let table = super::costs::CostTable {
            setup: list(&self.setup),
            holding: list(&self.holding),
            buying: list(&self.buying),
        };
        let basis = if self.average { HoldingBasis::Average } else { HoldingBasis::Ending };
        Costs::from_table(&table, 0, basis).unwrap()
    }

    /// Twice the cost of lots by period, by walking through the inventory.
    fn doubled_cost(&self, lots: &[i64]) -> i64 {
        let (mut inventory, mut cost) = (0, 0);
        for (t, lot) in lots.iter().enumerate() {
            let opening = inventory + lot;
            inventory = opening - self.demand[t];
            assert!(inventory >= 0, "a need is not covered");
            cost += 2 * (i64::from(*lot > 0) * self.setup[t] + lot * self.buying[t]);
            let held = if self.average { opening + inventory } else { 2 * inventory };
            cost += held * self.holding[t];
        }
        cost
    }

    fn lots(&self, rule: EconomicRule) -> Vec<i64> {
        let needs = self.needs();
        let mut lots = vec![0; self.demand.len()];
        let mut at = 0;
        all_lots(rule, &needs, 0, &self.costs(), &mut Scratch::default(), |lot| {
            lots[usize::try_from(lot.period).unwrap()] +=
                needs[at..at + lot.count].iter().map(|need| need.quantity).sum::<i64>();
            at += lot.count;
        })
        .unwrap();
        assert_eq!(at, needs.len());
        lots
    }

    /// Every way to choose the periods with an order, each order lasting until the next.
    fn best_of_all(&self) -> (i64, Vec<i64>) {
        let n = self.demand.len();
        let mut best: Option<(i64, Vec<i64>)> = None;
        for mask in 0u32..1 << n {
            let mut lots = vec![0; n];
            let mut order = None;
            let mut covered = true;
            for t in 0..n {
                if mask >> t & 1 == 1 {
                    order = Some(t);
                }
                match order {
                    Some(order) => lots[order] += self.demand[t],
                    None => covered &= self.demand[t] == 0,
                }
            }
            if covered {
                let cost = self.doubled_cost(&lots);
                if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                    best = Some((cost, lots));
                }
            }
        }
        best.unwrap()
    }

    /// Twice the cost of one order for the needs `[0, count)`, without unit cost: (set-up, holding, units).
    fn parts(&self, needs: &[Need], count: usize) -> (i64, i64, i64) {
        let start = usize::try_from(needs[0].period).unwrap();
        let (mut holding, mut units) = (0, 0);
        for need in &needs[..count] {
            let used = usize::try_from(need.period).unwrap();
            for t in start..used {
                holding += 2 * self.holding[t] * need.quantity;
            }
            holding += i64::from(self.average) * self.holding[used] * need.quantity;
            units += need.quantity;
        }
        (2 * self.setup[start], holding, units)
    }
}

fn ratio(n: i64, d: i64) -> Ratio {
    Ratio::new(n.into(), d.into()).unwrap()
}

/// Least unit cost, from the definition: all averages, then the first that is above the one before.
fn naive_unit(plant: &Plant, needs: &[Need]) -> usize {
    let averages: Vec<Ratio> = (1..=needs.len())
        .map(|count| {
            let (setup, holding, units) = plant.parts(needs, count);
            ratio(setup + holding, units)
        })
        .collect();
    1 + averages.windows(2).take_while(|pair| pair[1] <= pair[0]).count()
}

/// Silver–Meal period by period, noughts included.
fn naive_periods(plant: &Plant, needs: &[Need]) -> usize {
    let first = needs[0].period;
    let buying = plant.buying[usize::try_from(first).unwrap()];
    let last = needs[needs.len() - 1].period;
    let mut before = None;
    for end in first..=last {
        let count = needs.iter().filter(|need| need.period <= end).count();
        let (setup, holding, units) = plant.parts(needs, count);
        let average = ratio(setup + holding + 2 * buying * units, (end - first + 1).into());
        if before.is_some_and(|before| average > before) {
            return needs.iter().filter(|need| need.period < end).count();
        }
        before = Some(average);
    }
    needs.len()
}

/// The count whose carrying is closest to the set-up; the first of equals.
fn naive_closest(plant: &Plant, needs: &[Need]) -> usize {
    (1..=needs.len())
        .min_by_key(|count| {
            let (setup, holding, _) = plant.parts(needs, *count);
            (holding - setup).abs()
        })
        .unwrap()
}

/// The most needs whose carrying is not above the set-up, at least one.
fn naive_not_above(plant: &Plant, needs: &[Need]) -> usize {
    let fits = (1..=needs.len()).filter(|count| {
        let (setup, holding, _) = plant.parts(needs, *count);
        holding <= setup
    });
    fits.max().unwrap_or(1)
}

/// Look-ahead and look-back in part-periods, one pair of needs at a time.
fn naive_adjusted(plant: &Plant, needs: &[Need], initial: usize) -> usize {
    let days = |from: &Need, to: &Need| i64::from(to.period - from.period) * to.quantity;
    let epp = ratio(plant.setup[0], plant.holding[0]);
    let joins = |count: usize| {
        count + 1 < needs.len()
            && days(&needs[0], &needs[count]) < days(&needs[count], &needs[count + 1])
            && Ratio::from_int(days(&needs[0], &needs[count])) < epp
    };
    let ahead = (initial..).find(|count| !joins(*count)).unwrap();
    let back = ahead == initial
        && (2..needs.len()).contains(&initial)
        && days(&needs[0], &needs[initial - 1]) > days(&needs[initial - 1], &needs[initial]);
    ahead - usize::from(back)
}

fn constant(holding: std::ops::Range<i64>) -> impl Strategy<Value = Plant> {
    (
        proptest::collection::vec(prop_oneof![Just(0i64), 0i64..60], 1..10),
        0i64..150,
        holding,
        0i64..4,
        any::<bool>(),
    )
        .prop_map(|(demand, setup, holding, buying, average)| {
            let n = demand.len();
            Plant {
                demand,
                setup: vec![setup; n],
                holding: vec![holding; n],
                buying: vec![buying; n],
                average,
            }
        })
}

fn changing() -> impl Strategy<Value = Plant> {
    (1usize..10).prop_flat_map(|n| {
        let list = |most: i64| proptest::collection::vec(0..most, n);
        let demand = proptest::collection::vec(prop_oneof![Just(0i64), 0i64..40], n);
        // Few different values, so that stretches and ties occur.
        let coarse = |most: i64| list(most).prop_map(|v| v.into_iter().map(|x| x / 3 * 20).collect());
        (demand, prop_oneof![list(120), coarse(9)], list(4), list(5), any::<bool>()).prop_map(
            |(demand, setup, holding, buying, average): (_, Vec<i64>, _, _, _)| Plant {
                demand,
                setup,
                holding,
                buying,
                average,
            },
        )
    })
}

const RULES: [EconomicRule; 9] = [
    EconomicRule::Periods(1),
    EconomicRule::Periods(3),
    EconomicRule::LeastUnitCost,
    EconomicRule::LeastTotalCost,
    EconomicRule::PartPeriod { balance: Balance::NotAbove, look_ahead: false, look_back: false },
    EconomicRule::PartPeriod { balance: Balance::NotAbove, look_ahead: true, look_back: true },
    EconomicRule::PartPeriod { balance: Balance::Closest, look_ahead: true, look_back: true },
    EconomicRule::SilverMeal,
    EconomicRule::WagnerWhitin,
];

proptest! {
    #[test]
    fn p28_wagner_whitin_is_the_best_of_all_partitions(plant in prop_oneof![constant(0..5), changing()]) {
        let lots = plant.lots(EconomicRule::WagnerWhitin);
        prop_assert_eq!(plant.doubled_cost(&lots), plant.best_of_all().0, "{:?}", lots);
    }

    #[test]
    fn p28_wagner_whitin_among_equal_costs_orders_earliest(plant in constant(1..4)) {
        // Periods of the orders as text: the smallest sequence of all optima over needs.
        let periods = |lots: &[i64]| -> Vec<usize> {
            (0..lots.len()).filter(|t| lots[*t] > 0).collect()
        };
        let needs = plant.needs();
        let least = plant.best_of_all().0;
        let mut earliest: Option<Vec<usize>> = None;
        for mask in 0u32..1 << needs.len().saturating_sub(1) {
            let mut lots = vec![0; plant.demand.len()];
            let mut order = 0;
            for (index, need) in needs.iter().enumerate() {
                if index == 0 || mask >> (index - 1) & 1 == 1 {
                    order = usize::try_from(need.period).unwrap();
                }
                lots[order] += need.quantity;
            }
            if plant.doubled_cost(&lots) == least {
                let mut found = periods(&lots);
                // An order more at the end is earlier than none.
                found.push(usize::MAX);
                earliest = Some(earliest.map_or(found.clone(), |best| best.min(found)));
            }
        }
        let mut got = periods(&plant.lots(EconomicRule::WagnerWhitin));
        got.push(usize::MAX);
        prop_assert_eq!(Some(got), earliest);
    }

    #[test]
    fn p28_heuristics_equal_their_definitions(plant in constant(1..5)) {
        let needs = plant.needs();
        prop_assume!(!needs.is_empty());
        let first = |rule| first_lot(rule, &needs, 0, &plant.costs(), &mut Scratch::default()).unwrap();
        let lot = |count| Lot { period: needs[0].period, count };
        prop_assert_eq!(first(EconomicRule::LeastUnitCost), lot(naive_unit(&plant, &needs)));
        prop_assert_eq!(first(EconomicRule::SilverMeal), lot(naive_periods(&plant, &needs)));
        prop_assert_eq!(first(EconomicRule::LeastTotalCost), lot(naive_closest(&plant, &needs)));
        let (not_above, closest) = (naive_not_above(&plant, &needs), naive_closest(&plant, &needs));
        prop_assert_eq!(first(RULES[4]), lot(not_above));
        prop_assert_eq!(first(RULES[5]), lot(naive_adjusted(&plant, &needs, not_above)));
        prop_assert_eq!(first(RULES[6]), lot(naive_adjusted(&plant, &needs, closest)));
    }

    #[test]
    fn p28_every_rule_covers_every_need_and_none_beats_the_optimum(
        plant in prop_oneof![constant(0..5), changing()],
    ) {
        let optimum = plant.doubled_cost(&plant.lots(EconomicRule::WagnerWhitin));
        for rule in RULES {
            let lots = plant.lots(rule);
            prop_assert_eq!(lots.iter().sum::<i64>(), plant.demand.iter().sum::<i64>());
            prop_assert!(plant.doubled_cost(&lots) >= optimum, "{:?}", rule);
        }
    }

    #[test]
    fn p28_planning_again_after_each_lot_costs_the_same(plant in constant(1..5)) {
        let (needs, costs) = (plant.needs(), plant.costs());
        let mut scratch = Scratch::default();
        for rule in RULES {
            let mut whole = Vec::new();
            all_lots(rule, &needs, 0, &costs, &mut scratch, |lot| whole.push(lot)).unwrap();
            let mut at = 0;
            for lot in whole {
                prop_assert_eq!(first_lot(rule, &needs[at..], 0, &costs, &mut scratch).unwrap(), lot);
                at += lot.count;
            }
        }
    }

    #[test]
    fn p28_a_larger_unit_of_money_changes_no_lot(plant in changing(), factor in 1i64..1000) {
        let mut scaled = plant.clone();
        for cost in scaled.setup.iter_mut().chain(&mut scaled.holding).chain(&mut scaled.buying) {
            *cost *= factor;
        }
        for rule in RULES {
            prop_assert_eq!(plant.lots(rule), scaled.lots(rule));
        }
    }
}

#[test]
fn p28_large_numbers_are_computed_or_refused_never_wrapped() {
    let economic = |setup: &str, holding: &str| crate::item::Economic {
        setup_cost: Some(setup.parse().unwrap()),
        holding_cost: Some(holding.parse().unwrap()),
        ..crate::item::Economic::default()
    };
    let needs: Vec<Need> =
        (0..40).map(|period| Need { period: period * 50_000_000, quantity: i64::MAX }).collect();
    let near = Costs::new(&economic("1000000", "0.000001"), 9, []).unwrap();
    // A difference of no more than nine decimals fits; the set-up needs more than 90 bits here.
    assert!(Costs::new(&economic("9999999999999999999999999999", "0.0000000000000001"), 9, []).is_err());
    for rule in RULES {
        let lot = first_lot(rule, &needs, 0, &near, &mut Scratch::default());
        assert!(matches!(lot, Err(crate::num::NumError::Overflow) | Ok(Lot { count: 1.., .. })), "{rule:?}");
    }
}

#[test]
fn p28_thousands_of_needs_are_solved_within_the_square() {
    let needs: Vec<Need> =
        (0..3_000).map(|period| Need { period, quantity: 1 + i64::from(period % 7) }).collect();
    let economic = crate::item::Economic {
        setup_cost: Some(1_000_000.into()),
        holding_cost: Some("0.001".parse().unwrap()),
        ..crate::item::Economic::default()
    };
    let costs = Costs::new(&economic, 0, []).unwrap();
    let lot = first_lot(EconomicRule::WagnerWhitin, &needs, 0, &costs, &mut Scratch::default()).unwrap();
    assert_eq!(lot, Lot { period: 0, count: 3_000 });
}

#[test]
fn p28_setup_steps_by_period_reach_before_the_first_need() {
    let economic = crate::item::Economic {
        setup_cost: Some(10.into()),
        holding_cost: Some(1.into()),
        ..crate::item::Economic::default()
    };
    // 10 until period 4, then 50: for 7 units of period 6, ordering in period 4 costs 10 + 14.
    let costs = Costs::new(&economic, 0, [(5, 50.into())]).unwrap();
    let needs = [Need { period: 6, quantity: 7 }];
    let order = |earliest| {
        first_lot(EconomicRule::WagnerWhitin, &needs, earliest, &costs, &mut Scratch::default()).unwrap()
    };
    assert_eq!(order(0), Lot { period: 4, count: 1 });
    assert_eq!(order(4), Lot { period: 4, count: 1 });
    assert_eq!(order(5), Lot { period: 6, count: 1 });
    assert_eq!(order(9), Lot { period: 6, count: 1 });
}

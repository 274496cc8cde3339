//! Examples of the rows and laws of joint products.

use proptest::prelude::*;

use super::*;
use crate::finding::Code;
use crate::id::Id;
use crate::num::Ratio;

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

fn part(text: &str) -> Ratio {
    text.parse().unwrap()
}

fn output(item: &str, quantity: i64, ratio: &str) -> JointOutput {
    JointOutput {
        item: id(item),
        quantity: Ratio::from_int(quantity),
        ratio: Some(part(ratio)),
        sales: None,
        separable: 0,
    }
}

fn costs(shares: &JointShares) -> Vec<i128> {
    shares.shares.iter().map(|share| share.joint).collect()
}

#[test]
fn c07_example_of_the_row_by_weight_and_by_share() {
    for (method, ratios) in [(JointMethod::Share, ["0.7", "0.3"]), (JointMethod::Weight, ["1.0", "1.5"])] {
        let outputs = [output("main", 700, ratios[0]), output("other", 200, ratios[1])];
        let shares = joint_cost(method, NoOutputRule::Spread, &[1_000_000], &outputs).unwrap();
        let units: Vec<_> = shares.shares.iter().map(|share| share.unit_cost.unwrap()).collect();
        assert_eq!(units, [part("1000"), part("1500")], "{method:?}");
    }
}

#[test]
fn c07_a_product_without_output() {
    let outputs = [output("main", 700, "0.7"), output("other", 0, "0.3")];
    let shares = joint_cost(JointMethod::Share, NoOutputRule::Spread, &[1_000_000], &outputs).unwrap();
    assert_eq!((costs(&shares), shares.no_output), (vec![1_000_000, 0], vec![id("other")]));
    assert_eq!(shares.shares[0].unit_cost, Some(Ratio::new(1_000_000, 700).unwrap()));
    let code = |method, zero, outputs: &[JointOutput]| {
        joint_cost(method, zero, &[1_000_000], outputs).unwrap_err().code()
    };
    assert_eq!(code(JointMethod::Share, NoOutputRule::Refuse, &outputs), Code::CoproductNoOutput);
    let nothing = [output("main", 0, "0.7"), output("other", 0, "0.3")];
    assert_eq!(code(JointMethod::Weight, NoOutputRule::Spread, &nothing), Code::OutputAllZero);
    assert_eq!(code(JointMethod::Weight, NoOutputRule::Spread, &[]), Code::OutputAllZero);
}

#[test]
fn c07_bad_ratios_are_refused() {
    let code = |method, outputs: &[JointOutput]| {
        joint_cost(method, NoOutputRule::Spread, &[1], outputs).unwrap_err()
    };
    let error = code(JointMethod::Share, &[output("a", 1, "0.7"), output("b", 1, "0.4")]);
    assert_eq!((error.code(), error.finding().param("sum")), (Code::RatioSum, Some("1.1")));
    let error = code(JointMethod::Weight, &[output("a", 1, "1"), output("b", 1, "-1")]);
    assert_eq!((error.code(), error.finding().param("order")), (Code::NegativeBase, Some("b")));
    let error = code(JointMethod::SalesValue, &[output("a", 1, "1")]);
    assert_eq!((error.code(), error.finding().param("field")), (Code::ParamMissing, Some("sales")));
    let error = code(JointMethod::Weight, &[output("a", 1, "0")]);
    assert_eq!(error.code(), Code::BaseZero);
    let error = code(JointMethod::Physical, &[output("a", 1, "1"), output("a", 1, "1")]);
    assert_eq!(error.code(), Code::DuplicateId);
    let error = code(JointMethod::Physical, &[output("a", -1, "1")]);
    assert_eq!(error.code(), Code::QtyNotPositive);
    let dear = JointOutput { sales: Some(part("5")), separable: 6, ..output("a", 1, "1") };
    assert_eq!(code(JointMethod::NetRealisableValue, &[dear]).code(), Code::NegativeBase);
}

/// Horngren warns that the method may allocate a negative joint cost to a product that is dear to finish.
#[test]
fn c07_a_negative_share_stands() {
    let product = |item, sales, separable| JointOutput {
        sales: Some(Ratio::from_int(sales)),
        separable,
        ..output(item, 1, "0")
    };
    // Sales 1000, cost 100 + 400 + 300 = 800: margin 20 %. b: 400 · 0.8 − 400 = −80.
    let outputs = [product("a", 600, 300), product("b", 400, 400)];
    let shares = joint_cost(JointMethod::ConstantMargin, NoOutputRule::Spread, &[60, 40], &outputs).unwrap();
    assert_eq!((costs(&shares), shares.margin), (vec![180, -80], Some(part("0.2"))));
    assert_eq!(shares.shares.iter().map(|s| s.elements[0]).sum::<i128>(), 60);
    assert_eq!(shares.shares[1].elements, [-48, -32]);
}

#[test]
fn c08_example_of_the_row() {
    let slag =
        ByProduct { item: id("slag"), quantity: part("50"), unit_value: Some(part("400")), separable: 0 };
    let elements = [800_000, 220_000];
    let from_material = deduct(Deduction::Material, &elements, 0, std::slice::from_ref(&slag)).unwrap();
    assert_eq!((from_material.value, from_material.left), (20_000, vec![780_000, 220_000]));
    let shared = deduct(Deduction::Proportional, &elements, 0, std::slice::from_ref(&slag)).unwrap();
    assert_eq!(shared.deductions, [15_686, 4_314]);
    let code = |byproduct: &ByProduct| {
        deduct(Deduction::Material, &elements, 0, std::slice::from_ref(byproduct)).unwrap_err().code()
    };
    assert_eq!(code(&ByProduct { unit_value: None, ..slag.clone() }), Code::FixedCostMissing);
    assert_eq!(code(&ByProduct { quantity: part("2001"), ..slag.clone() }), Code::ByproductExceedsTotal);
    assert_eq!(code(&ByProduct { quantity: part("-1"), ..slag.clone() }), Code::QtyNotPositive);
    assert_eq!(code(&ByProduct { separable: 20_001, ..slag }), Code::NegativeBase);
}

/// Westlake (Horngren ch. 16): production and sales methods.
#[test]
fn c08_production_and_sales_methods() {
    let sold = |made, sold, price| Sold {
        made: Ratio::from_int(made),
        sold: Ratio::from_int(sold),
        price: Ratio::from_int(price),
        separable: Ratio::ZERO,
    };
    let (main, other) = (sold(50_000, 40_000, 6), sold(4_000, 1_200, 1));
    let income = |method| byproduct_income(method, 250_000, &main, &other).unwrap();
    let production = income(ByProductMethod::Production);
    assert_eq!((production.cost_of_sales, production.gross_margin), (196_800, 43_200));
    assert_eq!((production.main_inventory, production.byproduct_inventory), (49_200, 2_800));
    let sales = income(ByProductMethod::Sales);
    assert_eq!((sales.revenue, sales.gross_margin, sales.main_inventory), (241_200, 41_200, 50_000));
    let deducted = income(ByProductMethod::SalesDeducted);
    assert_eq!((deducted.revenue, deducted.cost_of_sales, deducted.gross_margin), (240_000, 198_800, 41_200));
    let code = |main: &Sold, other: &Sold| {
        byproduct_income(ByProductMethod::Production, 250_000, main, other).unwrap_err().code()
    };
    assert_eq!(code(&sold(0, 0, 6), &other), Code::OutputAllZero);
    assert_eq!(code(&sold(1, 2, 6), &other), Code::QtyNotPositive);
    assert_eq!(code(&main, &sold(400_000, 1, 1)), Code::ByproductExceedsTotal);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Per element the shares and the by-products return exactly the cost; every share is next to the exact one.
    #[test]
    fn c07_law_cost_is_shared_exactly(
        elements in proptest::collection::vec(0i128..10_000_000, 1..5),
        outputs in proptest::collection::vec((0i64..1_000, 1i128..1_000, 0i64..1_000_000, 0i128..1_000), 1..8),
        byproduct in (0i64..100, 0i64..100),
        (method, proportional) in (0usize..6, any::<bool>()),
    ) {
        let methods = [
            JointMethod::Weight, JointMethod::Share, JointMethod::Physical, JointMethod::SalesValue,
            JointMethod::NetRealisableValue, JointMethod::ConstantMargin,
        ];
        let ratios: i128 = outputs.iter().map(|output| output.1).sum();
        let outputs: Vec<JointOutput> = outputs.iter().enumerate().map(|(at, (quantity, ratio, sales, separable))| JointOutput {
            item: id(&format!("P{at}")),
            quantity: Ratio::from_int(*quantity),
            ratio: Ratio::new(*ratio, ratios).ok(),
            sales: Some(Ratio::from_int(*sales)),
            separable: *separable,
        }).collect();
        let slag = ByProduct {
            item: id("slag"), quantity: Ratio::from_int(byproduct.0), unit_value: Some(Ratio::from_int(byproduct.1)), separable: 0,
        };
        let deduction = if proportional { Deduction::Proportional } else { Deduction::Material };
        let Ok(deducted) = deduct(deduction, &elements, 0, &[slag]) else { return Ok(()) };
        for ((element, left), part) in elements.iter().zip(&deducted.left).zip(&deducted.deductions) {
            prop_assert_eq!(*element, left + part);
        }
        prop_assert_eq!(deducted.deductions.iter().sum::<i128>(), deducted.value);
        let Ok(shares) = joint_cost(methods[method], NoOutputRule::Spread, &deducted.left, &outputs) else { return Ok(()) };
        for (at, left) in deducted.left.iter().enumerate() {
            prop_assert_eq!(shares.shares.iter().map(|share| share.elements[at]).sum::<i128>(), *left);
        }
        let weights: Vec<Ratio> = shares.shares.iter().map(|share| share.weight).collect();
        let all = weights.iter().fold(Ratio::ZERO, |sum, weight| sum.checked_add(*weight).unwrap());
        for share in &shares.shares {
            prop_assert_eq!(share.joint, share.elements.iter().sum::<i128>());
            let whole = match methods[method] {
                JointMethod::ConstantMargin => {
                    deducted.left.iter().sum::<i128>() + outputs.iter().map(|output| output.separable).sum::<i128>()
                }
                _ => deducted.left.iter().sum(),
            };
            let got = if methods[method] == JointMethod::ConstantMargin { share.total } else { share.joint };
            let exact = Ratio::new(whole, 1).unwrap().checked_mul(share.weight.checked_div(all).unwrap()).unwrap();
            let off = Ratio::new(got, 1).unwrap().checked_sub(exact).unwrap();
            let most = Ratio::from_int(i64::try_from(elements.len()).unwrap());
            prop_assert!(off < most && off > most.negated());
        }
    }
}

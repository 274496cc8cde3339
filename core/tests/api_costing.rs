//! Bad requests about costs, each refused with its code and its place, and the promises about joint cost and spoilage.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    unreachable_pub,
    reason = "a test program: a fault in it is to panic, and nobody imports it"
)]

use headstock::api::call_text;
use headstock::num::Ratio;
use headstock::run::RunControl;
use proptest::prelude::*;
use serde_json::{Value, json};

fn ask(kind: &str, fields: &Value) -> (Value, bool) {
    let mut request = fields.clone();
    request["format"] = json!(1);
    request["kind"] = json!(kind);
    let (text, good) = call_text(request.to_string().as_bytes(), &RunControl::new());
    (serde_json::from_str(&text).unwrap(), good)
}

#[track_caller]
fn result(kind: &str, fields: &Value) -> Value {
    let (answer, good) = ask(kind, fields);
    assert!(good, "{answer:#}");
    answer["result"].clone()
}

/// The code of a refusal and its parameters, as `CODE name=value …`.
#[track_caller]
fn refused(kind: &str, fields: &Value) -> String {
    let (answer, good) = ask(kind, fields);
    assert!(!good, "{answer:#}");
    let params = answer["error"]["params"].as_object().unwrap().iter();
    let params: Vec<String> =
        params.map(|(name, value)| format!(" {name}={}", value.as_str().unwrap())).collect();
    format!("{}{}", answer["error"]["code"].as_str().unwrap(), params.concat())
}

fn amount(value: &Value) -> Ratio {
    value.as_str().unwrap().parse().unwrap()
}

#[test]
fn c05_bad_processes_are_refused_with_element_and_order() {
    let process = |more: Value| {
        let mut fields = json!({"finished": 80, "closing_units": 20,
            "elements": [{"id": "CC", "input": "100.00", "closing_done": "0.5"}]});
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        fields
    };
    let one = |element: Value| process(json!({"elements": [element]}));
    let refused = |fields: Value| refused("process_cost", &fields);
    assert_eq!(refused(one(json!({"id": "CC", "input": "1"}))), "COEFF_MISSING element=CC order=process");
    assert_eq!(
        refused(one(json!({"id": "CC", "closing_done": "1.2"}))),
        "COEFF_RANGE element=CC order=process"
    );
    assert_eq!(
        refused(process(json!({"finished": 0, "closing_units": 0}))),
        "EQUIVALENT_ZERO cost=100.00 element=CC order=process"
    );
    assert_eq!(
        refused(process(json!({"started": 99}))),
        "UNITS_UNBALANCED element=* in=99 order=process out=100"
    );
    assert_eq!(
        refused(one(json!({"id": "CC", "input": "1.005"}))),
        "PRECISION_EXCEEDED n=2 unit=elements/CC/input value=1.005"
    );
    assert!(refused(process(json!({"finished": -1}))).starts_with("QTY_NOT_POSITIVE"));
    assert!(refused(process(json!({"scale": 10}))).starts_with("QTY_OUT_OF_RANGE"));
    let twice = json!({"elements": [{"id": "CC"}, {"id": "CC"}]});
    assert_eq!(refused(process(twice)), "DUPLICATE_ID id=CC table=elements");
    let merged = json!({"elements": [{"id": "CC", "merge_into": "DM"}]});
    assert_eq!(refused(process(merged)), "UNKNOWN_REFERENCE id=DM");
    let allowance = json!({"started": 100, "spoilage": {"allowance": "1.5"}});
    assert!(refused(process(allowance)).starts_with("ALLOWANCE_RANGE"));
    let hours = json!({"operations": [{"hours": 0, "closing_units": 20}], "closing_units": 20});
    assert!(refused(process(hours)).starts_with("COEFF_MISSING"));
    let many: Vec<Value> = (0..1_001).map(|at| json!({"id": at.to_string()})).collect();
    assert_eq!(refused(process(json!({"elements": many}))), "LIMIT_EXCEEDED limit=1000 what=cost elements");
}

#[test]
fn c06_bad_values_of_work_in_process() {
    let wip = |method: &str, element: Value| {
        refused(
            "wip_value",
            &json!({"method": method, "finished": 1, "closing_units": 2, "elements": [element],
            "parts": [{"quantity": 1, "price": 60}]}),
        )
    };
    let element = json!({"id": "M", "input": "100"});
    assert_eq!(
        wip("component_list", element.clone()),
        "WIP_EXCEEDS_TOTAL element=M order=wip total=100.00 wip=120.00"
    );
    assert_eq!(wip("fixed_cost", element.clone()), "FIXED_COST_MISSING date=? element=M item=M order=wip");
    assert!(wip("quota_ratio", element).starts_with("PARAM_MISSING element=M field=finished_quota item=M"));
    let noughts = json!({"id": "M", "input": "100", "finished_quota": 0, "closing_quota": 0});
    assert_eq!(wip("quota_ratio", noughts), "EQUIVALENT_ZERO cost=100.00 element=M order=wip");
}

#[test]
fn c07_bad_joint_costs() {
    let joint = |fields: Value| refused("joint_cost", &fields);
    let outputs = |a: &str, b: &str| json!([{"item": "A", "quantity": 1, "ratio": a}, {"item": "B", "quantity": 0, "ratio": b}]);
    let share = |outputs: Value| json!({"method": "share", "cost": "100", "outputs": outputs});
    assert_eq!(joint(share(outputs("0.7", "0.4"))), "RATIO_SUM order=joint_cost sum=1.1");
    let mut fields = share(outputs("0.7", "0.3"));
    fields["no_output"] = json!("refuse");
    assert_eq!(joint(fields), "COPRODUCT_NO_OUTPUT item=B order=joint_cost");
    assert_eq!(joint(json!({"cost": "1", "outputs": []})), "OUTPUT_ALL_ZERO order=joint_cost");
    assert_eq!(joint(json!({"outputs": []})), "PARAM_MISSING field=cost item=joint_cost");
    let slag = |row: Value| json!({"cost": "100", "outputs": outputs("1", "1"), "byproducts": [row]});
    assert_eq!(
        joint(slag(json!({"item": "slag", "quantity": 5, "unit_value": 21}))),
        "BYPRODUCT_EXCEEDS_TOTAL order=joint_cost total=100.00 value=105.00"
    );
    assert!(joint(slag(json!({"item": "slag", "quantity": 5}))).starts_with("FIXED_COST_MISSING"));
}

#[test]
fn c04_c19_bad_bases_are_named() {
    let rate = |fields: Value| refused("overhead_rate", &fields);
    assert_eq!(rate(json!({"overhead": "1", "base": 0})), "BASE_ZERO expense=base workshop=overhead_rate");
    assert_eq!(rate(json!({"overhead": "1"})), "PARAM_MISSING field=base item=overhead_rate");
    let negative = json!({"overhead": "1", "base": 1, "use": [{"key": "A", "quantity": -1}, {"key": "B", "quantity": 2}]});
    assert_eq!(rate(negative), "NEGATIVE_BASE order=A");
    let service = |method: &str, serves: Value| {
        refused(
            "service_departments",
            &json!({"method": method, "departments": [{"id": "D", "cost": "1", "serves": serves}]}),
        )
    };
    assert_eq!(service("direct", json!([])), "BASE_ZERO expense=services workshop=D");
    assert_eq!(
        service("algebraic", json!([{"to": "D", "quantity": 1}])),
        "BASE_ZERO expense=services workshop=D"
    );
    assert_eq!(service("direct", json!([{"to": "P", "quantity": -1}])), "NEGATIVE_BASE order=P");
    assert_eq!(
        service("planned", json!([{"to": "P", "quantity": 1}])),
        "PARAM_MISSING field=planned_rate item=D"
    );
    let closed = json!({"method": "algebraic", "departments": [
        {"id": "A", "cost": "1", "serves": [{"to": "B", "quantity": 1}]},
        {"id": "B", "cost": "1", "serves": [{"to": "A", "quantity": 1}]}]});
    assert_eq!(refused("service_departments", &closed), "SYSTEM_SINGULAR departments=A, B");
}

/// odoo/odoo#107128: the cost share of a by-product is applied twice. Shares are parts of one cost here and return it
/// exactly; what is deducted at fixed cost is deducted once; more than the whole is refused.
#[test]
fn promise_09_shares_of_a_joint_cost_are_applied_once() {
    let cost = result(
        "joint_cost",
        &json!({"method": "share", "cost": "550",
        "outputs": [{"item": "main", "quantity": 1, "ratio": "0.25"}, {"item": "by", "quantity": 20, "ratio": "0.75"}]}),
    );
    assert_eq!(
        (&cost["outputs"][0]["joint"], &cost["outputs"][1]["joint"]),
        (&json!("412.50"), &json!("137.50"))
    );
    let fixed = result(
        "joint_cost",
        &json!({"method": "physical", "cost": "100.00",
        "byproducts": [{"item": "by", "quantity": 3, "unit_value": "3.333"}], "outputs": [{"item": "main", "quantity": 7}]}),
    );
    assert_eq!((&fixed["byproduct_value"], &fixed["joint_cost"]), (&json!("10.00"), &json!("90.00")));
    assert_eq!(fixed["outputs"][0]["joint"], "90.00");
    let over =
        json!({"method": "share", "cost": "1", "outputs": [{"item": "a", "quantity": 1, "ratio": "1.5"}]});
    assert!(refused("joint_cost", &over).starts_with("RATIO_SUM"));
}

/// frappe/erpnext#59038, #33094: scrap revalued above its material turns goods negative; 97 or 96 as the divisor. Normal
/// loss, abnormal loss and what scrap is worth are three inputs here, the divisor is named, and scrap is never worth
/// more than what it is taken from.
#[test]
fn promise_10_three_kinds_of_loss_and_a_named_divisor() {
    let process = |spoilage: Value| json!({"finished": 96, "closing_units": 0, "spoilage": spoilage, "elements": [{"id": "M", "input": "9600.00"}]});
    // 100 started, 96 good, 3 normal, 1 abnormal: costed apart the divisor is 100, absorbed it is 97.
    let apart = result("process_cost", &process(json!({"normal": 3, "abnormal": 1})));
    let absorbed = result("process_cost", &process(json!({"normal": 3, "abnormal": 1, "loss": "absorbed"})));
    let units = |got: &Value| got["elements"][0]["equivalent_units"]["total"].clone();
    assert_eq!((units(&apart), units(&absorbed)), (json!("100"), json!("97")));
    assert_eq!(
        (&apart["total"]["abnormal"], &apart["total"]["finished"]),
        (&json!("96.00"), &json!("9504.00"))
    );
    assert_eq!(absorbed["total"]["abnormal"], "98.97");
    let sold = result("process_cost", &process(json!({"normal": 3, "abnormal": 1, "scrap_value": "50"})));
    assert_eq!((&sold["total"]["scrap"], &sold["total"]["finished"]), (&json!("150.00"), &json!("9354.00")));
    let dear = process(json!({"normal": 3, "abnormal": 1, "scrap_value": "500"}));
    assert_eq!(
        refused("process_cost", &dear),
        "BYPRODUCT_EXCEEDS_TOTAL element=M order=process total=288.00 value=1500.00"
    );
}

fn figure() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!("0")),
        (-5i64..1_000).prop_map(|n| json!(n)),
        (1u64..100_000, 0u32..5).prop_map(|(n, scale)| json!(format!(
            "{}",
            rust_decimal::Decimal::new(i64::try_from(n).unwrap(), scale)
        ))),
        (1i64..50, 1i64..50).prop_map(|(n, d)| json!(format!("{n}/{d}"))),
        Just(json!("9999999999999999999999999999")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever the figures: an answer that adds up, or a refusal with a code; never a panic.
    #[test]
    fn i07_any_figures_are_answered_or_refused(figures in proptest::collection::vec(figure(), 12), flags in any::<u8>()) {
        let f = &figures;
        let flow = if flags & 1 == 0 { "fifo" } else { "weighted_average" };
        let loss = if flags & 2 == 0 { "absorbed" } else { "separate" };
        let process = json!({"flow": flow, "opening_units": f[0], "opening_done": "0.3", "finished": f[1],
            "closing_units": f[2], "closing_done": "0.6", "unit_cost_places": if flags & 4 == 0 { json!(3) } else { Value::Null },
            "spoilage": {"normal": f[3], "abnormal": f[4], "loss": loss, "scrap_value": f[5], "inspection": "0.5"},
            "elements": [{"id": "M", "opening": "12.34", "input": "1000", "added": "start"},
                {"id": "C", "opening": "5", "input": "77.77", "added": "evenly"}]});
        let (answer, good) = ask("process_cost", &process);
        if good {
            let total = &answer["result"]["total"];
            let sum = |names: &[&str]| names.iter().fold(Ratio::ZERO, |sum, name| sum.checked_add(amount(&total[name])).unwrap());
            prop_assert_eq!(sum(&["opening", "input"]), sum(&["finished", "closing", "scrapped"]));
        }
        let methods = ["weight", "physical", "sales_value", "net_realisable_value", "constant_margin"];
        let joint = json!({"method": methods[usize::from(flags) % 5], "cost": "1234.56",
            "outputs": [{"item": "A", "quantity": f[6], "ratio": f[7], "price": f[8]}, {"item": "B", "quantity": f[9], "ratio": f[10], "price": f[11], "separable": "3.21"}]});
        let (answer, good) = ask("joint_cost", &joint);
        if good {
            let rows = answer["result"]["outputs"].as_array().unwrap();
            let sum = rows.iter().fold(Ratio::ZERO, |sum, row| sum.checked_add(amount(&row["joint"])).unwrap());
            prop_assert_eq!(sum, "1234.56".parse::<Ratio>().unwrap());
        }
        let methods = ["direct", "step_down", "mutual", "algebraic", "planned"];
        let service = json!({"method": methods[usize::from(flags) % 5], "difference_to": "P", "departments": [
            {"id": "A", "cost": "100", "planned_rate": f[0], "serves": [{"to": "B", "quantity": f[1]}, {"to": "P", "quantity": f[2]}]},
            {"id": "B", "cost": "50", "planned_rate": f[3], "serves": [{"to": "A", "quantity": f[4]}, {"to": "Q", "quantity": f[5]}]}]});
        let (answer, good) = ask("service_departments", &service);
        if good {
            let rows = answer["result"]["receivers"].as_array().unwrap();
            let sum = rows.iter().fold(Ratio::ZERO, |sum, row| sum.checked_add(amount(&row["total"])).unwrap());
            prop_assert_eq!(sum, Ratio::from_int(150));
        }
    }
}

//! Requirement of one order: the formula of `F02`, rounding once, outputs, phantoms.

use super::plant::*;
use crate::bom::*;
use crate::run::RunControl;

#[test]
fn f02_yield_scrap_and_fixed_loss() {
    // The row's example: 95 good, yield 95 %, 2 per 1, scrap 2 %, fixed loss 3.
    for (component, expected) in [("C", "C 207"), ("C%", "C 208")] {
        let facts = facts(&format!("P {component}"));
        let mut bom = bom("P: C 2");
        bom.yield_ratio = ratio("0.95");
        bom.lines[0].scrap = ratio("0.02");
        bom.lines[0].fixed_loss = Some(dec("3"));
        let book = book(&facts, &[bom]);
        assert_eq!(list(&facts, &book, "P", good("95")), [expected]);
        let product = id("P");
        let ask = ExplosionRequest::new(&product, good("95"), date("2026-03-02"));
        let made = book.component_list(&facts, &ask, &RunControl::new()).unwrap();
        assert_eq!((made.input, made.good), (dec("100"), dec("95")));
        if component == "C%" {
            // 200 ÷ 0.98 + 3, exactly.
            assert_eq!(made.lines[0].exact, ratio("10147/49"));
        }
    }
}

#[test]
fn case_mrp_e82_e84_scrap_multiplies_or_divides() {
    for (component, scrap, quantity, expected) in
        [("C", "0.10", "200", "C 220"), ("C%", "0.5", "10", "C 20"), ("C%", "0.05", "100", "C 106")]
    {
        let facts = facts(&format!("P {component}"));
        let mut bom = bom("P: C");
        bom.lines[0].scrap = ratio(scrap);
        assert_eq!(list(&facts, &book(&facts, &[bom]), "P", input(quantity)), [expected]);
    }
}

#[test]
fn case_mrp_e92_bom_004_inputs_up_outputs_down() {
    // 4 in, 9 products and 8 residuals out; 3 products.
    let facts = facts("component product residual");
    let mut bom = bom("product: component 4/9");
    bom.outputs = vec![output("1", "residual 8/9")];
    let book = book(&facts, &[bom]);
    let product = id("product");
    let ask = ExplosionRequest::new(&product, input("3"), date("2026-03-02"));
    let list = book.component_list(&facts, &ask, &RunControl::new()).unwrap();
    assert_eq!((list.lines[0].exact, list.lines[0].required), (ratio("4/3"), dec("2")));
    assert_eq!((list.outputs[0].exact, list.outputs[0].quantity), (ratio("8/3"), dec("2")));
}

#[test]
fn case_mrp_e93_phantoms_on_both_sides() {
    let facts = facts("table top leg foot legs* extension hook extras*");
    let mut table = bom("table: top 1, legs 4");
    table.outputs = vec![output("1", "extras 2")];
    let book = book(&facts, &[table, bom("legs: leg 1, foot 1"), bom("extras: extension 1, hook 2")]);
    let product = id("table");
    let ask = ExplosionRequest::new(&product, input("1"), date("2026-03-02"));
    let list = book.component_list(&facts, &ask, &RunControl::new()).unwrap();
    let lines: Vec<_> = list.lines.iter().map(|l| (l.component, l.required.to_string())).collect();
    assert_eq!(lines, [("top", "1".into()), ("leg", "4".into()), ("foot", "4".into())]);
    assert_eq!(list.lines[1].through, ["legs"]);
    let outputs: Vec<_> = list.outputs.iter().map(|o| (o.item, o.quantity.to_string())).collect();
    assert_eq!(outputs, [("extension", "2".into()), ("hook", "4".into())]);
}

#[test]
fn case_erp_bom_005_lines_in_another_unit() {
    // 150 cm a piece of an item kept in metres, with and without decimals of its own.
    let facts = facts("P c1 c2@m");
    let book = book(&facts, &[bom("P: c1 5, c2 150 cm")]);
    assert_eq!(list(&facts, &book, "P", input("2")), ["c1 10", "c2 3.00"]);
}

#[test]
fn promise_02_small_amounts_in_a_large_unit_do_not_vanish() {
    // 1 g a piece of an item kept in kilograms.
    let facts = facts("P salt@kg");
    let book = book(&facts, &[bom("P: salt 1 g")]);
    assert_eq!(list(&facts, &book, "P", input("1")), ["salt 0.001"]);
    assert_eq!(list(&facts, &book, "P", input("200")), ["salt 0.200"]);
}

#[test]
fn promise_03_multiply_before_rounding() {
    // One third a piece: 300 pieces need 100, not 300 times 1.
    let facts = facts("P C Q R");
    let book = book(&facts, &[bom("P: C 1/3"), bom("Q: P 1/3"), bom("R: Q 9")]);
    assert_eq!(list(&facts, &book, "P", input("300")), ["C 100"]);
    // Three levels, exact throughout.
    assert_eq!(totals(&facts, &book, "R", "1"), ["C 1", "P 3", "Q 9"]);
    assert_eq!(totals(&facts, &book, "Q", "1"), ["C 1/9", "P 1/3"]);
}

#[test]
fn p12_a_yield_raises_the_input_and_stays_a_ratio() {
    let facts = facts("P C");
    let mut bom = bom("P: C 1");
    bom.yield_ratio = ratio("2/3");
    let book = book(&facts, &[bom]);
    // 2 good need an input of 3; 3 good need 4.5, so 5.
    assert_eq!(list(&facts, &book, "P", good("2")), ["C 3"]);
    assert_eq!(list(&facts, &book, "P", good("3")), ["C 5"]);
    let product = id("P");
    let ask = ExplosionRequest::new(&product, good("3"), date("2026-03-02"));
    let pure = book.explode(&facts, &ask, u32::MAX, &RunControl::new()).unwrap();
    assert_eq!((pure.input, pure.rows[0].quantity), (ratio("4.5"), ratio("4.5")));
}

#[test]
fn f02_fixed_and_stepped_usage() {
    let facts = facts("P F S T");
    let mut bom = bom("P: F 10, S 0, T 0");
    bom.lines[0].usage = Usage::Fixed;
    let step = |from: &str, fixed: &str, per: &str| UsageStep {
        from: dec(from),
        fixed: ratio(fixed),
        per_unit: ratio(per),
    };
    bom.lines[1].usage = Usage::Stepped { steps: vec![step("100", "5", "1"), step("0", "0", "2")] };
    bom.lines[2].usage = Usage::Stepped { steps: vec![step("50", "1", "0")] };
    let book = book(&facts, &[bom]);
    assert_eq!(list(&facts, &book, "P", input("49")), ["F 10", "S 98", "T 0"]);
    assert_eq!(list(&facts, &book, "P", input("50")), ["F 10", "S 100", "T 1"]);
    assert_eq!(list(&facts, &book, "P", input("99")), ["F 10", "S 198", "T 1"]);
    assert_eq!(list(&facts, &book, "P", input("100")), ["F 10", "S 105", "T 1"]);
}

#[test]
fn case_frepple_batch_recipe_with_a_fixed_part() {
    // Model "batch-recipe-and-fixed-quantities", make 3: 39.6 runs of 5; per run 2, 1, 3 and per order 10, 1, 3.
    let facts = facts("P3 C3A@kg C3B@kg C3C@kg");
    let mut bom = bom("P3: C3A, C3B, C3C");
    for (line, (fixed, per)) in bom.lines.iter_mut().zip([("10", "2/5"), ("1", "1/5"), ("3", "3/5")]) {
        let step = UsageStep { from: dec("0"), fixed: ratio(fixed), per_unit: ratio(per) };
        line.usage = Usage::Stepped { steps: vec![step] };
    }
    let book = book(&facts, &[bom]);
    assert_eq!(list(&facts, &book, "P3", input("198")), ["C3A 89.200", "C3B 40.600", "C3C 121.800"]);
}

#[test]
fn p16_phantom_usage_multiplies_and_scrap_compounds() {
    // The row's example: K ×1 in 100 A, K = 2 E + 1 F.
    let facts = facts("A K* E F");
    let plain = book(&facts, &[bom("A: K 1"), bom("K: E 2, F 1")]);
    assert_eq!(list(&facts, &plain, "A", input("100")), ["E 200", "F 100"]);
    // Scrap 10 % on K and 5 % on E, yield 0.8 of K: 100 · 1.1 ÷ 0.8 · 2 · 1.05 = 288.75.
    let (mut a, mut k) = (bom("A: K 1"), bom("K: E 2, F 1"));
    a.lines[0].scrap = ratio("0.1");
    k.lines[0].scrap = ratio("0.05");
    k.yield_ratio = ratio("0.8");
    let lossy = book(&facts, &[a, k]);
    assert_eq!(list(&facts, &lossy, "A", input("100")), ["E 289", "F 138"]);
}

#[test]
fn p16_rounding_comes_last_and_offsets_add_up() {
    let facts = facts("A K* E");
    let (mut a, mut k) = (bom("A: K 1/3"), bom("K: E 1/3"));
    a.lines[0].offset_days = 2;
    k.lines[0].offset_days = -5;
    let book = book(&facts, &[a, k]);
    let product = id("A");
    let ask = ExplosionRequest::new(&product, input("10"), date("2026-03-02"));
    let list = book.component_list(&facts, &ask, &RunControl::new()).unwrap();
    let line = &list.lines[0];
    assert_eq!((line.exact, line.required, line.offset_days), (ratio("10/9"), dec("2"), -3));
}

#[test]
fn p16_skip_level_holds_for_its_line_only_and_needs_a_bom() {
    let facts = facts("A B S C");
    let mut a = bom("A: S 2");
    a.lines[0].skip_level = true;
    let boms = [a.clone(), bom("B: S 2"), bom("S: C 3")];
    let whole = book(&facts, &boms);
    assert_eq!(list(&facts, &whole, "A", input("5")), ["C 30"]);
    assert_eq!(list(&facts, &whole, "B", input("5")), ["S 10"]);
    let without = book(&facts, &[a]);
    let product = id("A");
    let ask = ExplosionRequest::new(&product, input("5"), date("2026-03-02"));
    let error = without.component_list(&facts, &ask, &RunControl::new()).unwrap_err();
    assert_eq!(error.finding().to_string(), "BOM_NOT_FOUND: S has no BOM valid on 2026-03-02.");
}

#[test]
fn f02_repeated_components_add_up_and_round_by_line() {
    let facts = facts("P C");
    let book = book(&facts, &[bom("P: C 1/2, C 1/2")]);
    // Each line is rounded on the order; a pure explosion rounds nothing.
    assert_eq!(list(&facts, &book, "P", input("1")), ["C 1", "C 1"]);
    assert_eq!(totals(&facts, &book, "P", "1"), ["C 1"]);
}

#[test]
fn f02_line_facts_reach_the_order() {
    let facts = facts("P C");
    let mut bom = bom("P: C 1");
    let line = &mut bom.lines[0];
    (line.operation, line.location, line.change) = (Some(20), Some(id("W1")), Some(id("ECN-7")));
    (line.issue, line.key_part) = (IssueMethod::NoIssue, true);
    let book = book(&facts, &[bom]);
    let product = id("P");
    let ask = ExplosionRequest::new(&product, input("1"), date("2026-03-02"));
    let list = book.component_list(&facts, &ask, &RunControl::new()).unwrap();
    let line = &list.lines[0];
    assert_eq!((line.operation, line.location, line.change), (Some(20), Some("W1"), Some("ECN-7")));
    assert_eq!((line.issue, line.key_part), (IssueMethod::NoIssue, true));
    assert_eq!((line.bom, line.line), ("P", "1"));
}

#[test]
fn promise_20_a_line_of_nought_is_kept() {
    let facts = facts("P C D");
    let book = book(&facts, &[bom("P: C 0, D 1")]);
    assert_eq!(list(&facts, &book, "P", input("4")), ["C 0", "D 4"]);
}

#[test]
fn f02_numbers_that_do_not_fit_are_refused_with_the_item() {
    let facts = facts("P C@kg");
    let mut wide = bom("P: C 9000000000000000000000000001");
    wide.lines[0].denominator = dec("0.0000000000000000000000000001");
    let found = BomBookBuilder::new(crate::run::Limits::default()).add(&wide, &facts).unwrap_err();
    assert_eq!(found[0].code().as_str(), "NUMBER_OVERFLOW");
    let book = book(&facts, &[bom("P: C 9000000000000000000")]);
    let product = id("P");
    let ask = ExplosionRequest::new(&product, input("1000"), date("2026-03-02"));
    let error = book.component_list(&facts, &ask, &RunControl::new()).unwrap_err();
    assert_eq!((error.code().as_str(), error.finding().param("item")), ("NUMBER_OVERFLOW", Some("C")));
}

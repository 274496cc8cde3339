//! Comparison, mass replacement and use-up.

use super::plant::*;
use crate::bom::*;

#[test]
fn f02_two_versions_compared() {
    let mut before = bom("P: A 2/4, B 1, C 1, D 1");
    let mut after = bom("P: A 1/2, C 3, E 1, D 1");
    before.lines[3].key_part = true;
    after.lines[1].id = id("3");
    after.lines[2].id = id("5");
    after.lines[3].id = id("9");
    let difference = compare(&before, &after);
    assert_eq!(difference.added.iter().map(|l| l.component.as_str()).collect::<Vec<_>>(), ["E"]);
    assert_eq!(difference.removed.iter().map(|l| l.component.as_str()).collect::<Vec<_>>(), ["B"]);
    let changed: Vec<_> =
        difference.changed.iter().map(|c| (c.before.component.as_str(), c.fields.clone())).collect();
    assert_eq!(changed, [("C", vec![LineField::Quantity]), ("D", vec![LineField::Id, LineField::KeyPart])]);
    assert_eq!(compare(&before, &before).changed, []);
}

#[test]
fn p15_a_replacement_is_previewed_and_changes_nothing() {
    let facts = facts("P Q OLD@m NEW@kg");
    let mut boms = [bom("P: OLD 150 cm, NEW 1"), bom("Q: OLD 2/3")];
    boms[1].lines[0].fixed_loss = Some(dec("0.5"));
    let before = boms.clone();
    let mut replacement = Replacement { old: id("OLD"), new: id("NEW"), ratio: ratio("1.2"), boms: None };
    let rows = replacement.preview(&boms, &facts).unwrap();
    assert_eq!(boms, before);
    let text = |r: &ReplacedLine<'_>| {
        format!(
            "{}/{}: {} {}/{}",
            r.bom, r.before.id, r.after.component, r.after.numerator, r.after.denominator
        )
    };
    // 1.5 m · 1.2 = 1.8 kg; 2/3 · 1.2 = 0.8.
    assert_eq!(rows.iter().map(text).collect::<Vec<_>>(), ["P/1: NEW 1.8/1", "Q/1: NEW 0.8/1"]);
    assert_eq!((rows[0].after.unit.as_ref(), rows[1].after.fixed_loss), (None, Some(dec("0.6"))));
    replacement.boms = Some([id("Q")].into());
    replacement.ratio = ratio("1/7");
    let refused = replacement.preview(&boms, &facts).unwrap_err();
    assert_eq!(refused.code().as_str(), "PRECISION_EXCEEDED", "a loss of 1/14 is no decimal");
    boms[1].lines[0].fixed_loss = None;
    let rows = replacement.preview(&boms, &facts).unwrap();
    assert_eq!(rows.iter().map(text).collect::<Vec<_>>(), ["Q/1: NEW 2/21"]);
}

#[test]
fn promise_07_a_replacement_that_would_loop_is_refused_with_its_path() {
    let facts = facts("P Q OLD NEW");
    let boms = [bom("P: OLD 1"), bom("Q: OLD 1"), bom("NEW: P 1")];
    let mut replacement = Replacement { old: id("OLD"), new: id("NEW"), ratio: ratio("1"), boms: None };
    match replacement.preview(&boms, &facts).unwrap_err() {
        BomError::Loop { path } => assert_eq!(path.join(">"), "NEW>P"),
        other => panic!("{other:?}"),
    }
    replacement.boms = Some([id("Q")].into());
    assert_eq!(replacement.preview(&boms, &facts).unwrap().len(), 1);
    replacement.ratio = ratio("0");
    assert_eq!(replacement.preview(&boms, &facts).unwrap_err().code().as_str(), "QTY_OUT_OF_RANGE");
}

fn dated(rows: &[(&str, &str)]) -> Vec<DatedQuantity> {
    rows.iter().map(|&(day, quantity)| DatedQuantity { date: date(day), quantity: dec(quantity) }).collect()
}

fn planned(
    use_up: UseUp,
    on_hand: &str,
    receipts: &[(&str, &str)],
    needs: &[(&str, &str)],
) -> (String, String) {
    let plan = use_up.plan(dec(on_hand), &dated(receipts), &dated(needs)).unwrap();
    let rows: Vec<_> = plan.needs.iter().map(|n| format!("{}+{}", n.old, n.new)).collect();
    (rows.join(" "), format!("{} {}", plan.switch.map_or("-".into(), |d| d.to_string()), plan.left))
}

#[test]
fn p27_use_up_splits_or_switches_whole() {
    // The row's example: 70 in stock, 30 a week.
    let weeks = [("2026-03-16", "30"), ("2026-03-02", "30"), ("2026-03-09", "30")];
    let split = UseUp { ratio: ratio("1"), new_scale: 0, split: true };
    let whole = UseUp { split: false, ..split };
    assert_eq!(planned(split, "70", &[], &weeks), ("30+0 30+0 10+20".into(), "2026-03-16 0".into()));
    assert_eq!(planned(whole, "70", &[], &weeks), ("30+0 30+0 0+30".into(), "2026-03-16 10".into()));
    // Open supply counts; what comes after the switch is still used when splitting.
    let supply = [("2026-03-09", "20"), ("2026-03-20", "5")];
    let more = [("2026-03-02", "30"), ("2026-03-09", "70"), ("2026-03-23", "30")];
    assert_eq!(planned(split, "70", &supply, &more), ("30+0 60+10 5+25".into(), "2026-03-09 0".into()));
    assert_eq!(planned(split, "70", &[], &more[..1]), ("30+0".into(), "- 40".into()));
    // The new part is rounded up to its unit.
    let third = UseUp { ratio: ratio("1/3"), ..split };
    assert_eq!(planned(third, "0", &[], &more[..2]), ("0+10 0+24".into(), "2026-03-02 0".into()));
    // A negative balance is no old part.
    assert_eq!(planned(split, "-5", &[], &more[..1]), ("0+30".into(), "2026-03-02 -5".into()));
}

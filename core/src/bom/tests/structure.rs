//! The book as read: refusals with place and code, versions in force, cycles, depth, row order.

use super::plant::*;
use crate::bom::*;
use crate::id::Id;
use crate::num::{NumError, Ratio, Rounding};
use crate::run::{Limits, RunControl};
use proptest::prelude::*;

/// Codes of a bill refused by itself.
fn refused(facts: &ItemFacts, bom: &Bom) -> Vec<String> {
    let found = BomBookBuilder::new(Limits::default()).add(bom, facts).unwrap_err();
    assert!(found.iter().all(|f| f.param("bom") == Some(bom.id.as_str())));
    found.iter().map(|f| format!("{} {}", f.code(), f.param("line").unwrap_or("-"))).collect()
}

#[test]
fn f02_everything_wrong_with_a_bill_is_said_with_its_place() {
    let facts = facts("P C D@kg");
    let mut bad = bom("P: X 1, C -1, C 1/0, C 1, C 1 kg, C 1, C 1");
    bad.lines[3].scrap = ratio("1");
    bad.lines[5].location = Some(id("nowhere"));
    bad.lines[6].id = id("6");
    bad.yield_ratio = ratio("1.01");
    bad.site = Some(id("S9"));
    bad.outputs = vec![output("1", "Z 1"), output("1", "C -2")];
    let expected = [
        "UNKNOWN_REFERENCE -",
        "YIELD_OUT_OF_RANGE -",
        "DUPLICATE_ID -",
        "UNKNOWN_REFERENCE 1",
        "QTY_OUT_OF_RANGE 2",
        "QTY_OUT_OF_RANGE 3",
        "SCRAP_OUT_OF_RANGE 4",
        "UOM_NOT_CONVERTIBLE 5",
        "UNKNOWN_REFERENCE 6",
        "DUPLICATE_ID -",
        "UNKNOWN_REFERENCE -",
        "QTY_OUT_OF_RANGE -",
    ];
    assert_eq!(refused(&facts, &bad), expected);
    let mut zero = bom("P: C");
    zero.yield_ratio = ratio("0");
    assert_eq!(refused(&facts, &zero), ["YIELD_OUT_OF_RANGE -"]);
}

#[test]
fn f02_a_refused_bill_leaves_no_trace() {
    let facts = facts("P Q C");
    let mut builder = BomBookBuilder::new(Limits::default());
    let mut bad = bom("P: C 1/3, C 2, X 1");
    bad.lines[1].operation = Some(10);
    assert!(builder.add(&bad, &facts).is_err());
    let mut fine = bom("Q: C 1/7, C 1/3, C 4");
    fine.lines[2].operation = Some(10);
    builder.add(&fine, &facts).unwrap();
    assert_eq!(builder.build(&facts).unwrap(), book(&facts, &[fine]));
}

#[test]
fn f02_duplicate_ids_and_overlapping_versions_are_refused() {
    let facts = facts("P C");
    assert_eq!(codes(&facts, &[bom("P: C"), bom("P: C 2")]), ["DUPLICATE_ID"]);
    let version = |name: &str, from: Option<&str>, to: Option<&str>| Bom {
        id: id(name),
        valid_from: from.map(date),
        valid_to: to.map(date),
        ..bom("P: C")
    };
    let (a, b) = (version("v1", None, Some("2026-03-31")), version("v2", Some("2026-03-31"), None));
    let error = try_book(&facts, &[a.clone(), b.clone()]).unwrap_err();
    assert_eq!(error[0].finding().param("lines"), Some("v1, v2"));
    assert_eq!(error[0].code().as_str(), "VERSION_OVERLAP");
    // A long first version overlaps one that does not follow it directly.
    let long = version("v0", None, None);
    let short = version("v3", Some("2020-01-01"), Some("2020-02-01"));
    assert_eq!(codes(&facts, &[long.clone(), short.clone(), b.clone()]), ["VERSION_OVERLAP"; 2]);
    // Another priority, another site, a draft or the day after are no overlap.
    book(&facts, &[a.clone(), version("v2", Some("2026-04-01"), None)]);
    book(&facts, &[a.clone(), Bom { priority: 1, ..b.clone() }]);
    book(&facts, &[a.clone(), Bom { site: Some(id("S1")), ..b.clone() }]);
    book(&facts, &[a.clone(), Bom { status: BomStatus::Draft, ..b.clone() }]);
    book(&facts, &[a, Bom { enabled: false, ..b }]);
}

#[test]
fn f02_the_version_in_force() {
    let facts = facts("P A B C D");
    let mut plain = Bom { id: id("all"), ..bom("P: A") };
    plain.valid_to = Some(date("2026-06-30"));
    let site = Bom { id: id("own"), site: Some(id("S1")), priority: 9, ..bom("P: B") };
    let better =
        Bom { id: id("better"), site: Some(id("S1")), valid_from: Some(date("2026-05-01")), ..bom("P: C") };
    let draft = Bom { id: id("draft"), status: BomStatus::Draft, ..bom("P: D") };
    let book = book(&facts, &[plain, site, better, draft]);
    let product = id("P");
    let (s1, s2, draft) = (id("S1"), id("S2"), id("draft"));
    let used = |day: &str, site: Option<&Id>, bom: Option<&Id>| {
        let ask = ExplosionRequest { site, bom, ..ExplosionRequest::new(&product, input("1"), date(day)) };
        book.component_list(&facts, &ask, &RunControl::new())
            .map(|l| l.bom.to_owned())
            .map_err(|e| e.code().as_str())
    };
    assert_eq!(used("2026-04-30", Some(&s1), None), Ok("own".into()));
    assert_eq!(used("2026-05-01", Some(&s1), None), Ok("better".into()));
    assert_eq!(used("2026-05-01", Some(&s2), None), Ok("all".into()));
    assert_eq!(used("2026-06-30", None, None), Ok("all".into()));
    assert_eq!(used("2026-07-01", None, None), Err("BOM_NOT_APPROVED"), "only the draft is left");
    assert_eq!(used("2026-04-30", None, Some(&draft)), Err("BOM_NOT_APPROVED"));
    assert_eq!(used("2026-04-30", None, Some(&s1)), Err("UNKNOWN_REFERENCE"));
    let component = id("A");
    let ask = ExplosionRequest::new(&component, input("1"), date("2026-03-02"));
    let error = book.totals(&facts, &ask, &RunControl::new()).unwrap_err();
    assert_eq!(error.code().as_str(), "BOM_NOT_FOUND");
}

#[test]
fn p27_lines_change_by_date() {
    // Old part until 14 June, new part with another usage from 15 June; a third line only in between.
    let facts = facts("P OLD NEW TEMP");
    let mut bom = bom("P: OLD 2, NEW 3, TEMP 1");
    bom.lines[0].valid_to = Some(date("2026-06-14"));
    bom.lines[1].valid_from = Some(date("2026-06-15"));
    (bom.lines[2].valid_from, bom.lines[2].valid_to) = (Some(date("2026-06-10")), Some(date("2026-06-20")));
    let book = book(&facts, &[bom]);
    let product = id("P");
    let on = |day: &str| {
        let ask = ExplosionRequest::new(&product, input("10"), date(day));
        let list = book.component_list(&facts, &ask, &RunControl::new()).unwrap();
        list.lines.iter().map(|l| format!("{} {}", l.component, l.required)).collect::<Vec<_>>()
    };
    assert_eq!(on("2026-06-09"), ["OLD 20"]);
    assert_eq!(on("2026-06-10"), ["OLD 20", "TEMP 10"]);
    assert_eq!(on("2026-06-14"), ["OLD 20", "TEMP 10"]);
    assert_eq!(on("2026-06-15"), ["NEW 30", "TEMP 10"]);
    assert_eq!(on("2026-06-20"), ["NEW 30", "TEMP 10"]);
    assert_eq!(on("2026-06-21"), ["NEW 30"]);
}

#[test]
fn p27_two_changes_of_one_position_may_not_overlap() {
    let facts = facts("P C");
    let mut bad = bom("P: C 1, C 2");
    let change = |bom: &mut Bom, i: usize, change: &str, from: Option<&str>, to: Option<&str>| {
        bom.lines[i].change = Some(id(change));
        (bom.lines[i].valid_from, bom.lines[i].valid_to) = (from.map(date), to.map(date));
    };
    change(&mut bad, 0, "E1", None, Some("2026-06-15"));
    change(&mut bad, 1, "E2", Some("2026-06-15"), None);
    let found = BomBookBuilder::new(Limits::default()).add(&bad, &facts).unwrap_err();
    assert_eq!(found[0].to_string(), "CHANGE_OVERLAP: Changes 1, 2 overlap.");
    change(&mut bad, 1, "E2", Some("2026-06-16"), None);
    book(&facts, &[bad.clone()]);
    // Lines of one change add up; other operations are other positions.
    change(&mut bad, 1, "E1", None, None);
    book(&facts, &[bad.clone()]);
    change(&mut bad, 1, "E2", None, None);
    bad.lines[1].operation = Some(20);
    book(&facts, &[bad]);
}

/// The path of the cycle that refuses some bills.
fn path(items: &str, boms: &[Bom]) -> String {
    match try_book(&facts(items), boms).unwrap_err().as_slice() {
        [BomError::Loop { path }] => path.join(">"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn case_erp_bom_002_promise_07_cycles_are_refused_with_their_path() {
    assert_eq!(path("A", &[bom("A: A 1")]), "A");
    assert_eq!(path("A B C D", &[bom("D: A 1"), bom("A: B 1, C 1"), bom("B: C 1"), bom("C: A 1")]), "A>C");
    // Through a phantom and a skip-level line.
    let mut skip = bom("K: B 1");
    skip.lines[0].skip_level = true;
    assert_eq!(path("A K* B", &[bom("A: K 1"), skip, bom("B: A 1")]), "A>K>B");
    // Over two versions that are never in force together: refused, whatever the dates (planning-rules, 1).
    let (mut v1, mut v2) = (bom("A: B 1"), bom("B: A 1"));
    (v1.valid_to, v2.valid_from) = (Some(date("2026-01-31")), Some(date("2026-02-01")));
    assert_eq!(path("A B", &[v1.clone(), v2.clone()]), "A>B");
    // A draft is not looked at.
    v2.status = BomStatus::Draft;
    book(&facts("A B"), &[v1, v2]);
}

#[test]
fn promise_07_by_products_may_go_back_into_their_process() {
    let facts = facts("A B SCRAP");
    let mut a = bom("A: B 1, SCRAP 1/10");
    a.outputs = vec![output("1", "SCRAP 1/5")];
    let mut b = bom("B: SCRAP 1");
    b.outputs = vec![output("1", "A 1/100")];
    book(&facts, &[a, b]);
}

#[test]
fn promise_07_two_sites_may_turn_each_others_products_back() {
    let facts = facts("A B C");
    let at = |site: &str, bom: Bom| Bom { site: Some(id(site)), ..bom };
    let fine = [at("S1", bom("A: B 1")), at("S2", bom("B: A 1")), bom("C: A 1, B 1")];
    let book = book(&facts, &fine);
    let (product, site) = (id("C"), id("S2"));
    let ask = ExplosionRequest {
        site: Some(&site),
        ..ExplosionRequest::new(&product, input("1"), date("2026-01-01"))
    };
    let totals = book.totals(&facts, &ask, &RunControl::new()).unwrap();
    let rows: Vec<_> = totals.rows.iter().map(|r| format!("{} {}", r.component, r.quantity)).collect();
    assert_eq!(rows, ["B 1", "A 2"]);
    // One of them everywhere makes it a cycle at the other's site.
    assert_eq!(codes(&facts, &[at("S1", bom("A: B 1")), bom("B: A 1")]), ["BOM_LOOP"]);
}

#[test]
fn promise_07_depth_is_checked_after_cycles() {
    let names: Vec<String> = (0..=101).map(|i| format!("I{i:03}")).collect();
    let facts = facts(&names.join(" "));
    let chain = |n: usize| -> Vec<Bom> {
        (0..n).map(|i| bom(&format!("{}: {} 1", names[i], names[i + 1]))).collect()
    };
    book(&facts, &chain(100));
    let error = try_book(&facts, &chain(101)).unwrap_err();
    assert_eq!(error, [BomError::DepthLimit { n: 100 }]);
    let mut ring = chain(101);
    ring.push(bom("I101: I000 1"));
    match try_book(&facts, &ring).unwrap_err().as_slice() {
        [error @ BomError::Loop { path }] => {
            assert_eq!(path.len(), 102);
            let finding = error.finding();
            let text = "I000 → I001 → I002 → I003 → I004 → … → I101 → I000 (102 items)";
            assert_eq!((finding.param("path"), finding.param("length")), (Some(text), Some("102")));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn promise_07_too_many_lines_and_rows_are_refused() {
    let facts = facts("P C");
    let limits = Limits { bom_lines: 2, ..Limits::default() };
    let found = BomBookBuilder::new(limits).add(&bom("P: C, C, C"), &facts).unwrap_err();
    assert_eq!(found[0].to_string(), "LIMIT_EXCEEDED: the number of lines of a BOM exceeds the limit of 2.");
}

#[test]
fn promise_07_a_structure_with_billions_of_paths_stays_within_its_budget() {
    // 40 levels, two lines each to the next: 2^41 occurrences, 40 items.
    let names: Vec<String> = (0..=40).map(|i| format!("I{i:02}")).collect();
    for mark in ["", "*"] {
        let items: Vec<String> =
            names.iter().map(|n| format!("{n}{}", if n == "I40" { "" } else { mark })).collect();
        let facts = facts(&items.join(" "));
        let boms: Vec<Bom> =
            (0..40).map(|i| bom(&format!("{0}: {1} 1, {1} 1", names[i], names[i + 1]))).collect();
        let mut fat = boms.clone();
        fat[39] = bom(&format!("{}: {} 1", names[39], names[40]));
        let book = book(&facts, &fat);
        let product = id("I00");
        let ask = ExplosionRequest::new(&product, input("1"), date("2026-01-01"));
        let control = RunControl::new().with_limits(Limits { work: 10_000, ..Limits::default() });
        let error = book.explode(&facts, &ask, u32::MAX, &control).unwrap_err();
        assert_eq!(error.code().as_str(), "LIMIT_EXCEEDED");
        if mark.is_empty() {
            let totals = book.totals(&facts, &ask, &control).unwrap();
            assert_eq!(totals.rows.last().unwrap().quantity.to_string(), (1u64 << 39).to_string());
        }
    }
}

proptest! {
    #[test]
    fn f02_the_book_does_not_depend_on_row_order(seed in any::<u64>()) {
        let facts = facts("A B C D E F@kg");
        let mut boms = vec![
            bom("A: B 2, C 1/3, F 0.125"),
            bom("B: C 1, D 1/3, F 0.125"),
            Bom { id: id("B@S1"), site: Some(id("S1")), ..bom("B: D 7") },
            bom("D: E 1, E 2"),
        ];
        boms[0].lines[1].change = Some(id("E2"));
        boms[1].lines[0].change = Some(id("E1"));
        boms[1].lines[1].usage =
            Usage::Stepped { steps: vec![UsageStep { from: dec("1"), fixed: ratio("1"), per_unit: ratio("1/3") }] };
        boms[3].outputs = vec![output("1", "F 1/8")];
        let expected = book(&facts, &boms);
        for i in (1..boms.len()).rev() {
            boms.swap(i, usize::try_from((seed >> i) % (i as u64 + 1)).unwrap());
        }
        for bom in &mut boms {
            let by = usize::try_from(seed % bom.lines.len() as u64).unwrap();
            bom.lines.rotate_left(by);
        }
        prop_assert_eq!(book(&facts, &boms), expected);
    }
}

#[test]
fn f02_the_integer_requirement_equals_the_exact_one_rounded_up() {
    let facts = facts("P A B@kg C D E");
    let mut p = bom("P: A 3, B 1/7, C 1, D 2/3, E 0");
    p.lines[2].usage = Usage::Fixed;
    p.lines[3].fixed_loss = Some(dec("1"));
    p.lines[4].usage = Usage::Stepped {
        steps: vec![UsageStep { from: dec("5"), fixed: ratio("1/3"), per_unit: ratio("1/3") }],
    };
    p.outputs = vec![output("1", "B 1/7")];
    let book = book(&facts, &[p]);
    let version = book.version(0);
    for input in [0i64, 1, 4, 5, 6, 700, 1_000_003] {
        for line in book.lines_of(version) {
            let exact = book.gross(line, Ratio::from_int(input)).unwrap();
            let rounded = exact.round_units(0, Rounding::Up).unwrap();
            assert_eq!(i128::from(book.requirement(line, input).unwrap()), rounded);
        }
        let output = &book.outputs_of(version)[0];
        assert_eq!(book.output(output, input).unwrap(), input * 1000 / 7);
    }
    assert_eq!(book.requirement(&book.lines[0], i64::MAX), Err(NumError::Overflow));
}

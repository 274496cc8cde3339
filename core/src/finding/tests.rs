//! The catalogue, findings and reason trees.

use std::collections::BTreeSet;

use super::*;

/// Parameters that only one language of a message names; the texts are those of the catalogue of section 14.
const ONE_SIDED: [&str; 2] = ["DOC_STATE", "ORDER_STATE"];

#[test]
fn i10_every_code_has_both_texts_naming_the_same_parameters() {
    for code in Code::all() {
        let set = |lang| names_of(code.message(lang));
        assert!(!code.message(Lang::En).is_empty() && !code.message(Lang::Zh).is_empty(), "{code}");
        assert!(set(Lang::Zh).is_subset(&set(Lang::En)), "{code}");
        if !ONE_SIDED.contains(&code.as_str()) {
            assert_eq!(set(Lang::En), set(Lang::Zh), "{code}");
        }
        assert!(code.message(Lang::Zh).chars().any(|c| c > '\u{2e80}'), "{code} has no Chinese text");
    }
    for why in Why::all() {
        assert_eq!(names_of(why.message(Lang::En)), names_of(why.message(Lang::Zh)), "{why}");
    }
}

fn names_of(template: &'static str) -> BTreeSet<&'static str> {
    let names: BTreeSet<_> = text::names(template).into_iter().collect();
    for name in &names {
        assert!(!name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{template}");
    }
    names
}

#[test]
fn i10_codes_are_unique_stable_texts_and_stand_in_order() {
    let codes: Vec<_> = Code::all().map(Code::as_str).collect();
    assert!(codes.windows(2).all(|pair| pair[0] < pair[1]), "one row per code, in alphabetical order");
    for code in Code::all() {
        assert_eq!(code.as_str().parse::<Code>(), Ok(code));
        assert!(code.as_str().bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_'));
        // The variant is the code in camel case, so that a reader finds one from the other.
        let camel: String = format!("{code:?}").to_uppercase();
        assert_eq!(camel, code.as_str().replace('_', ""));
    }
    for why in Why::all() {
        assert_eq!(why.as_str().parse::<Why>(), Ok(why));
    }
    assert!("NO_SUCH_CODE".parse::<Code>().is_err());
    assert!("bom_loop".parse::<Code>().is_err());
}

#[test]
fn i10_severities_and_texts_are_those_of_the_catalogue() {
    // Rows of section 14, read by hand.
    assert_eq!(Code::BomLoop.severity(), Severity::Error);
    assert_eq!(Code::AnalysisStale.severity(), Severity::Warning);
    assert_eq!(Code::AlreadyCovered.severity(), Severity::Info);
    assert_eq!(Code::KitQtyExceeds.message(Lang::En), "At most {max} sets can be issued, asked {k}.");
    assert_eq!(Code::KitQtyExceeds.message(Lang::Zh), "最多可领{max}套,申请{k}套。");
    assert_eq!(Code::KitQtyExceeds.params(), ["max", "k"]);
}

#[test]
fn findings_fill_what_is_given_and_leave_the_rest() {
    let finding = Finding::new(Code::BomNotFound).with("item", "A{date}").with("item", "{date}");
    // A value that looks like a parameter is not filled again; a repeated name is replaced.
    assert_eq!(finding.text(Lang::En), "{date} has no BOM valid on {date}.");
    assert_eq!(finding.params().collect::<Vec<_>>(), [("item", "{date}")]);
    assert_eq!(finding.param("date"), None);
    assert_eq!(text::fill("a {x b", |_| Some("1")), "a {x b");
    assert_eq!(text::fill("{} }{", |_| None), "{} }{");
}

#[test]
fn findings_survive_a_document_with_parameters_in_order() {
    let finding = Finding::new(Code::OverPush).with("requested", 50).with("remaining", 40);
    let json = serde_json::to_string(&finding).unwrap();
    assert_eq!(
        json,
        r#"{"code":"OVER_PUSH","severity":"error","params":{"requested":"50","remaining":"40"}}"#
    );
    assert_eq!(serde_json::from_str::<Finding>(&json).unwrap(), finding);
    for wrong in [
        r#"{"code":"NO_SUCH","severity":"error","params":{}}"#,
        r#"{"code":"OVER_PUSH","params":{"a":"1","a":"2"}}"#,
        r#"{"code":"OVER_PUSH","params":{"a":1}}"#,
        r#"{"code":"OVER_PUSH"}"#,
    ] {
        assert!(serde_json::from_str::<Finding>(wrong).is_err(), "{wrong}");
    }
    let many: Vec<String> = (0..17).map(|n| format!("\"p{n}\":\"\"")).collect();
    let many = format!(r#"{{"code":"OVER_PUSH","params":{{{}}}}}"#, many.join(","));
    assert!(serde_json::from_str::<Finding>(&many).is_err());
}

#[test]
fn words_are_written_out_in_the_language_of_the_message() {
    let finding = Finding::new(Code::IdInvalid).with("id", "id_blank").with("reason", "id_blank");
    assert_eq!(
        finding.text(Lang::En),
        "Identifier id_blank is not valid: it must not start or end with a blank."
    );
    assert_eq!(finding.text(Lang::Zh), "标识id_blank无效:首尾不可有空白。");
}

#[test]
fn i07_abbreviate_bounds_and_escapes_foreign_text() {
    assert_eq!(abbreviate(""), "");
    assert_eq!(abbreviate("螺栓 M8×20"), "螺栓 M8×20");
    assert_eq!(abbreviate("a\u{202e}b\\"), "a\\u{202e}b\\\\");
    assert_eq!(abbreviate(&"x".repeat(40)), "x".repeat(40));
    assert_eq!(abbreviate(&"x".repeat(41)), format!("{}…", "x".repeat(40)));
    assert!(abbreviate(&"\u{202e}".repeat(1 << 20)).chars().count() <= 41);
}

fn chain(depth: usize) -> Reason {
    let mut reason = Reason::new(Why::Stock).with("qty", 1);
    for _ in 1..depth {
        reason = Reason::new(Why::ParentOrder).child(reason);
    }
    reason
}

#[test]
fn i07_a_million_deep_reason_is_walked_copied_compared_written_and_dropped() {
    const DEPTH: usize = 1_000_000;
    let reason = chain(DEPTH);
    assert_eq!(reason.walk().last().unwrap().depth, DEPTH - 1);
    let copy = reason.clone();
    assert!(copy == reason);
    assert!(reason.text(Lang::En).len() < DEPTH * 200);
    let small = chain(5_000);
    let json = serde_json::to_string(&small).unwrap();
    assert!(serde_json::from_str::<Reason>(&json).unwrap() == small);
    drop((reason, copy));
}

#[test]
fn reason_trees_keep_their_shape() {
    let tree = Reason::new(Why::OrderForNet)
        .with("order", "P-1")
        .child(Reason::new(Why::NetStep).child(Reason::new(Why::Demand)).child(Reason::new(Why::Safety)))
        .child(Reason::new(Why::LeadTime).with("days", 5))
        .and_more(3);
    let depths: Vec<_> = tree.walk().map(|step| (step.depth, step.reason.statement())).collect();
    use Why::{Demand, LeadTime, NetStep, OrderForNet, Safety};
    assert_eq!(depths, [(0, OrderForNet), (1, NetStep), (2, Demand), (2, Safety), (1, LeadTime)]);
    let lines: Vec<_> = tree.text(Lang::Zh).lines().map(str::to_owned).collect();
    assert_eq!(lines[5], "  另有3项。");
    assert_eq!(tree.clone(), tree);
    assert_ne!(tree.clone().and_more(0), tree);
    let json = serde_json::to_string(&tree).unwrap();
    assert_eq!(serde_json::from_str::<Reason>(&json).unwrap(), tree);
    // No root, two roots, a level skipped, a root that is not one.
    for wrong in [vec![], vec![0, 0], vec![0, 2], vec![1]] {
        let nodes: Vec<_> = wrong
            .iter()
            .map(|depth| format!(r#"{{"depth":{depth},"statement":"STOCK","params":{{}}}}"#))
            .collect();
        assert!(serde_json::from_str::<Reason>(&format!("[{}]", nodes.join(","))).is_err(), "{wrong:?}");
    }
}

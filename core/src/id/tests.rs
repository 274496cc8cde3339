//! What a host id may look like.

use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::*;
use crate::finding::Lang;

#[test]
fn i07_ids_of_every_script_are_taken() {
    for text in
        ["A", "P-100/3 b", "螺栓-M8×20", "Größe", "ключ", "x'; DROP TABLE", "<b>", "=1+1", &"x".repeat(128)]
    {
        assert_eq!(Id::new(text).unwrap().as_str(), text);
    }
}

#[test]
fn i07_ids_that_could_deceive_or_flood_are_refused() {
    let long = "x".repeat(129);
    let long_wide = "螺".repeat(43);
    for (text, fault) in [
        ("", IdFault::Empty),
        (&*long, IdFault::TooLong),
        (&*long_wide, IdFault::TooLong),
        ("a\0", IdFault::Control),
        ("a\tb", IdFault::Control),
        ("a\u{85}b", IdFault::Control),
        ("\u{7f}", IdFault::Control),
        ("abc\u{202e}def", IdFault::Invisible),
        ("a\u{2066}", IdFault::Invisible),
        ("a\u{200b}b", IdFault::Invisible),
        ("\u{feff}a", IdFault::Invisible),
        ("a\u{e0041}", IdFault::Invisible),
        (" a", IdFault::Blank),
        ("a ", IdFault::Blank),
        (" ", IdFault::Blank),
        ("é\u{3000}", IdFault::Blank),
        ("e\u{301}", IdFault::NotNfc),
        ("\u{212b}", IdFault::NotNfc),
    ] {
        let error = Id::new(text).unwrap_err();
        assert_eq!(error.fault(), fault, "{text:?}");
        assert!(error.to_string().len() < 400 && error.finding().text(Lang::Zh).len() < 400);
    }
}

#[test]
fn i06_ids_are_ordered_by_bytes() {
    let mut ids = ["b", "B", "a10", "a9", "ä"].map(|text| Id::new(text).unwrap());
    ids.sort();
    assert_eq!(ids.each_ref().map(Id::as_str), ["B", "a10", "a9", "b", "ä"]);
}

#[test]
fn short_and_long_ids_are_the_same_to_whoever_looks() {
    assert_eq!(std::mem::size_of::<Option<Id>>(), 16);
    let texts: Vec<String> =
        (1..=128).flat_map(|n| ["a".repeat(n), format!("{}b", "a".repeat(n - 1))]).collect();
    let mut ids: Vec<Id> = texts.iter().map(|text| Id::new(text).unwrap()).collect();
    let known: std::collections::HashSet<Id> = ids.iter().cloned().collect();
    for (text, id) in texts.iter().zip(&ids) {
        assert_eq!((id.as_str(), id.to_string().as_str()), (text.as_str(), text.as_str()));
        assert_eq!(*id, Id::new(text).unwrap());
        assert!(known.contains(text.as_str()));
    }
    let mut texts = texts;
    texts.sort();
    ids.sort();
    assert!(ids.iter().map(Id::as_str).eq(texts.iter().map(String::as_str)));
}

#[test]
fn ids_are_checked_when_read() {
    assert_eq!(serde_json::from_str::<Id>("\"P1\"").unwrap(), Id::new("P1").unwrap());
    assert!(serde_json::from_str::<Id>("\" P1\"").is_err());
    assert!(serde_json::from_str::<Id>("1").is_err());
    assert!(Id::try_from("P\n".to_owned()).is_err());
}

proptest! {
    /// The slow obvious rule, over any text.
    #[test]
    fn ids_agree_with_the_plain_rule(text in "\\PC{0,8}|[ -~]{0,130}|\\p{Any}{0,8}") {
        let fine = !text.is_empty()
            && text.len() <= 128
            && !text.chars().any(|c| c.is_control() || is_invisible(c))
            && text.trim() == text
            && text.nfc().collect::<String>() == text;
        prop_assert_eq!(validate(&text).is_ok(), fine);
    }
}

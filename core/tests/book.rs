//! The book answers: every request in it is asked, and the answer that stands below it is the one that comes.
//!
//! Rust examples are documentation tests of the crate (`src/lib.rs`).
#![allow(clippy::unwrap_used, reason = "a test program: a fault in it is to panic")]

use headstock::api::call_text;
use headstock::run::RunControl;
use serde_json::Value;
use std::path::Path;

/// The JSON blocks of a page, in order.
fn blocks(page: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(page)).unwrap();
    let blocks = text.split("```json\n").skip(1).map(|rest| rest.split("\n```").next().unwrap().to_owned());
    blocks.map(|block| serde_json::from_str(&block).unwrap()).collect()
}

#[test]
fn i08_requests_of_the_readme_are_answered_as_it_says() {
    for page in ["README.md", "README.zh-CN.md"] {
        let blocks = blocks(page);
        assert_eq!(blocks.len(), 2, "{page}");
        let (answer, good) = call_text(blocks[0].to_string().as_bytes(), &RunControl::new());
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert!(good, "{page}: {answer:#}");
        assert_eq!(answer, blocks[1], "{page}: {answer:#}");
    }
}

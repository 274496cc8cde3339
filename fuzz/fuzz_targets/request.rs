//! Any bytes as a request document: an answer or an error document comes, the same one twice, and nothing panics (I7).
#![no_main]

use headstock::api::call_text;
use headstock::run::RunControl;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|request: &[u8]| {
    let control = RunControl::new();
    let (answer, good) = call_text(request, &control);
    // The first member of every document is its format.
    assert!(answer.starts_with("{\"format\":"));
    if good {
        assert_eq!(answer, call_text(request, &control).0);
    }
});

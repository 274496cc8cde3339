//! Answers one request document from standard input on standard output.
//!
//! `call < request.json` writes the response and ends with 0, or writes the error document and ends with 1.
//! `call --schema` writes the schemas of both documents.

use std::io::{Read, Write};
use std::process::ExitCode;

use headstock::api::{MAX_REQUEST_BYTES, call_text};
use headstock::run::RunControl;

fn main() -> ExitCode {
    let mut request = Vec::new();
    let schema = std::env::args().nth(1).is_some_and(|argument| argument == "--schema");
    if schema {
        request.extend_from_slice(br#"{"format": 1, "kind": "schema"}"#);
    } else {
        // One byte more than the limit shows that it is exceeded; the rest need not be read.
        let limit = MAX_REQUEST_BYTES as u64 + 1;
        if let Err(error) = std::io::stdin().lock().take(limit).read_to_end(&mut request) {
            return fail(&format!("standard input: {error}"));
        }
    }
    let (answer, good) = call_text(&request, &RunControl::new());
    if let Err(error) = writeln!(std::io::stdout().lock(), "{answer}") {
        return fail(&format!("standard output: {error}"));
    }
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn fail(why: &str) -> ExitCode {
    // Nothing is left to be told if standard error is gone too.
    let _ = writeln!(std::io::stderr().lock(), "{why}");
    ExitCode::FAILURE
}

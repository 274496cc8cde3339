//! Text that is safe to open in a spreadsheet.
//!
//! A spreadsheet takes a cell that starts with `=`, `+`, `-` or `@` for a formula. Ids and names that do are
//! written with an apostrophe before them, and read without it; numbers are written as they are.

use std::borrow::Cow;

/// Whether a spreadsheet would not take the text as text, perhaps after apostrophes of our own.
fn is_formula(text: &str) -> bool {
    matches!(
        text.trim_start_matches('\'').as_bytes().first(),
        Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r')
    )
}

/// An id or a name as it is written.
pub(crate) fn guarded(text: &str) -> Cow<'_, str> {
    if is_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// What [`guarded`] wrote, read back.
pub(crate) fn plain(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::{guarded, plain};

    #[test]
    fn f09_formulas_are_disarmed_and_read_back() {
        for text in ["=1+1", "'=x", "''@y", "-5", "plain", "'plain", "O'Neil", "+49", ""] {
            let written = guarded(text);
            assert!(!written.starts_with(['=', '+', '-', '@']), "{written}");
            assert_eq!(plain(&written), text);
        }
    }
}

//! Findings with stable codes, and the tree of reasons.
//!
//! Owns the message catalogue ([`Code`]), the value that carries a message ([`Finding`]) and the explanation
//! tree ([`Reason`]). It does not know what the codes are about, and renders plain text only: HTML, tables and
//! data frames are a reporter's work.

mod catalogue;
mod phrase;
mod reason;
mod text;
mod value;
mod why;

#[cfg(test)]
mod tests;

pub use catalogue::Code;
pub(crate) use phrase::in_english;
pub use reason::{Reason, ReasonStep};
pub(crate) use text::from_text;
pub use text::{Lang, Severity, abbreviate};
pub use value::{Finding, UnknownCode};
pub use why::Why;

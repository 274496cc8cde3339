//! Languages, severities, and filling a template with parameters.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

/// A language of the message catalogue.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

/// How serious a finding is. The order is by seriousness: errors sort first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The row or the command was refused.
    Error,
    /// The result stands, and someone should look at it.
    Warning,
    /// Worth knowing; nothing to do.
    Info,
}

/// Longest part of foreign text that a message repeats, in characters.
const SHOWN: usize = 40;

/// Foreign text made fit for a message: control, format and non-printing characters escaped, cut to 40
/// characters with `…` when longer, so that no input can flood or disguise a message.
///
/// ```
/// # use headstock::finding::abbreviate;
/// assert_eq!(abbreviate("P-100"), "P-100");
/// assert_eq!(abbreviate("a\nb"), "a\\nb");
/// assert_eq!(abbreviate(&"x".repeat(1000)).chars().count(), 41);
/// ```
#[must_use]
pub fn abbreviate(text: &str) -> String {
    let mut out = String::new();
    let mut room = SHOWN;
    for c in text.chars() {
        let plain = c != '\\' && !c.is_control() && !crate::id::is_invisible(c);
        let width = if plain { 1 } else { c.escape_default().count() };
        if width > room {
            out.push('…');
            return out;
        }
        room -= width;
        if plain {
            out.push(c);
        } else {
            out.extend(c.escape_default());
        }
    }
    out
}

/// Fills `{name}` in `template`; a name that `value_of` does not know stays as it is.
pub(super) fn fill<'v>(template: &str, value_of: impl Fn(&str) -> Option<&'v str>) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}') {
            Some((name, tail)) => {
                match value_of(name) {
                    Some(value) => out.push_str(value),
                    None => out.extend(["{", name, "}"]),
                }
                rest = tail;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The names of the parameters of `template`, in order of appearance, each once.
pub(super) fn names(template: &'static str) -> Vec<&'static str> {
    let mut found = Vec::new();
    let mut rest = template;
    while let Some((name, tail)) = rest.split_once('{').and_then(|(_, after)| after.split_once('}')) {
        if !found.contains(&name) {
            found.push(name);
        }
        rest = tail;
    }
    found
}

/// Reads a value from its text form without copying the text first.
pub(crate) fn from_text<'de, T, D>(deserializer: D, expected: &'static str) -> Result<T, D::Error>
where
    T: FromStr<Err: fmt::Display>,
    D: Deserializer<'de>,
{
    struct Reader<T>(&'static str, PhantomData<T>);

    impl<T: FromStr<Err: fmt::Display>> de::Visitor<'_> for Reader<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
            text.parse().map_err(E::custom)
        }
    }

    deserializer.deserialize_str(Reader(expected, PhantomData))
}

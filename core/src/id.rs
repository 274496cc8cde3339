//! Identifiers that the host gives: items, orders, sites, units and the rest.
//!
//! Owns what a host id may look like (`storage.md`, limits). It does not know what an id stands for.

use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

#[cfg(test)]
mod tests;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unicode_normalization::is_nfc;

use crate::finding::{Code, Finding, abbreviate, from_text, in_english};

/// The most bytes an id may have.
pub const MAX_ID_BYTES: usize = 128;

/// A host id: 1 to 128 bytes, Unicode form NFC, without control, bidirectional or other invisible characters
/// and without blanks at either end. Ordered by its bytes, so that results do not depend on a locale.
///
/// ```
/// use headstock::id::Id;
///
/// assert_eq!(Id::new("螺栓-M8").unwrap().as_str(), "螺栓-M8");
/// assert!(Id::new("").is_err());
/// assert!(Id::new(" P1").is_err());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Id(Text);

/// Bytes that an id may have and still need no memory of its own.
const INLINE: usize = 14;

/// Ledgers copy ids by the million: a short one, as nearly all are, is copied with the value that holds it, a long
/// one is shared. Sixteen bytes either way. A short one is never shared, so that equal ids are equal here too.
#[derive(Clone, PartialEq, Eq)]
enum Text {
    Short(u8, [u8; INLINE]),
    Long(Arc<Box<str>>),
}

impl Text {
    fn of(text: &str) -> Text {
        let mut bytes = [0; INLINE];
        match (bytes.get_mut(..text.len()), u8::try_from(text.len())) {
            (Some(place), Ok(length)) => {
                place.copy_from_slice(text.as_bytes());
                Text::Short(length, bytes)
            }
            _ => Text::Long(Arc::new(text.into())),
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Text::Short(length, bytes) => &bytes[..usize::from(*length).min(INLINE)],
            Text::Long(text) => text.as_bytes(),
        }
    }
}

/// Why a text is no host id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IdFault {
    /// No character at all.
    Empty,
    /// More than [`MAX_ID_BYTES`] bytes.
    TooLong,
    /// A control character, such as a tab or a line end.
    Control,
    /// A bidirectional, zero-width or other invisible character.
    Invisible,
    /// A blank at the start or the end.
    Blank,
    /// Not in Unicode form NFC: the same text could be written in another way.
    NotNfc,
}

impl IdFault {
    /// The stable word for the fault, as the parameter `reason` gives it; messages write it out.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            IdFault::Empty => "id_empty",
            IdFault::TooLong => "id_too_long",
            IdFault::Control => "id_control",
            IdFault::Invisible => "id_invisible",
            IdFault::Blank => "id_blank",
            IdFault::NotNfc => "id_not_nfc",
        }
    }
}

/// A text that is no host id (`ID_INVALID`). It repeats at most 40 characters of the text, escaped.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("identifier \"{shown}\" is not valid: {}", in_english(.fault.word()))]
pub struct IdError {
    fault: IdFault,
    shown: Box<str>,
}

impl IdError {
    /// What is wrong with the text.
    #[must_use]
    pub const fn fault(&self) -> IdFault {
        self.fault
    }

    /// `ID_INVALID`.
    #[must_use]
    pub const fn code(&self) -> Code {
        Code::IdInvalid
    }

    /// The finding `ID_INVALID {id, reason}`.
    #[must_use]
    pub fn finding(&self) -> Finding {
        Finding::new(Code::IdInvalid).with("id", &self.shown).with("reason", self.fault.word())
    }
}

/// Whether `text` may be a host id; allocates nothing unless it may not, and reads ASCII text byte by byte.
///
/// # Errors
/// `ID_INVALID` with the fault and at most 40 characters of the text.
pub fn validate(text: &str) -> Result<(), IdError> {
    match fault_of(text) {
        None => Ok(()),
        Some(fault) => Err(IdError { fault, shown: abbreviate(text).into() }),
    }
}

fn fault_of(text: &str) -> Option<IdFault> {
    let bytes = text.as_bytes();
    if bytes.is_empty() {
        return Some(IdFault::Empty);
    }
    if bytes.len() > MAX_ID_BYTES {
        return Some(IdFault::TooLong);
    }
    if bytes.iter().all(|b| (0x20..0x7f).contains(b)) {
        let blank = bytes.first() == Some(&b' ') || bytes.last() == Some(&b' ');
        return blank.then_some(IdFault::Blank);
    }
    for c in text.chars() {
        if c.is_control() {
            return Some(IdFault::Control);
        }
        if is_invisible(c) {
            return Some(IdFault::Invisible);
        }
    }
    if text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace) {
        return Some(IdFault::Blank);
    }
    (!is_nfc(text)).then_some(IdFault::NotNfc)
}

/// Whether `c` shows nothing or changes the direction of what follows: Unicode's format characters (category
/// Cf, which holds the bidirectional controls), the line and paragraph separators and the fillers that render
/// as nothing.
pub(crate) const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
        | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

impl Id {
    /// A text that was an id when it was read.
    pub(crate) fn known(text: &str) -> Id {
        Id(Text::of(text))
    }

    /// A host id from its text.
    ///
    /// # Errors
    /// `ID_INVALID` as for [`validate`].
    pub fn new(text: &str) -> Result<Id, IdError> {
        validate(text)?;
        Ok(Id(Text::of(text)))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            // Bytes of a text: never an error.
            Text::Short(..) => std::str::from_utf8(self.0.bytes()).unwrap_or_default(),
            Text::Long(text) => text,
        }
    }
}

/// The text as two numbers that are ordered as it is. They overlap, so that neither has to be put together.
#[inline]
fn numbers(bytes: &[u8; INLINE]) -> (u64, u64) {
    let first = bytes.first_chunk().map_or(0, |chunk| u64::from_be_bytes(*chunk));
    let last = bytes.last_chunk().map_or(0, |chunk| u64::from_be_bytes(*chunk));
    (first, last)
}

impl PartialOrd for Id {
    fn partial_cmp(&self, other: &Id) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Id {
    #[inline]
    fn cmp(&self, other: &Id) -> Ordering {
        match (&self.0, &other.0) {
            // No id has a byte of nought: filled up with them, texts are ordered as numbers are.
            (Text::Short(_, one), Text::Short(_, two)) => numbers(one).cmp(&numbers(two)),
            _ => self.0.bytes().cmp(other.0.bytes()),
        }
    }
}

/// As its text, by which it may be looked up.
impl Hash for Id {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl AsRef<str> for Id {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for Id {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl std::str::FromStr for Id {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Id, IdError> {
        Id::new(text)
    }
}

impl TryFrom<String> for Id {
    type Error = IdError;

    fn try_from(text: String) -> Result<Id, IdError> {
        Id::new(&text)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Id, D::Error> {
        from_text(deserializer, "an identifier of 1 to 128 bytes")
    }
}

impl JsonSchema for Id {
    fn schema_name() -> Cow<'static, str> {
        "Id".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1, "maxLength": MAX_ID_BYTES })
    }
}

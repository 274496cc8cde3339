//! One cell: from text to a checked value.

use std::borrow::Cow;

use headstock::finding::abbreviate;
use headstock::id;
use headstock::num::{NumError, Ratio, parse_decimal};
use headstock::time::Date;

use crate::columns::Kind;
use crate::errors::{Fault, shown};
use crate::nearest::nearest;

/// Longest cell, in bytes.
pub(crate) const MAX_CELL: usize = 4096;
/// Longest text for people, in characters.
const MAX_NAME: usize = 200;

/// A checked cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value<'r> {
    /// Nothing there.
    Empty,
    /// Text that the record's own type reads: ids, dates, decimals, ratios, words.
    Text(Cow<'r, str>),
    /// A whole number.
    Int(i64),
    /// Yes or no.
    Flag(bool),
    /// Working days, Monday first.
    Week([bool; 7]),
    /// Whole numbers.
    Counts(Vec<u32>),
    /// Words.
    Words(Vec<&'static str>),
}

impl Value<'_> {
    /// The text, where the value is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Reads a cell that is not empty.
pub(crate) fn parse<'r>(kind: Kind, text: &'r str) -> Result<Value<'r>, Fault> {
    if text.len() > MAX_CELL {
        let (n, max) = (text.len(), MAX_CELL);
        return Err(Fault::say(
            format!("the cell has {n} bytes; at most {max} are read"),
            format!("单元格有{n}字节,最多{max}字节"),
        ));
    }
    let plain = || Value::Text(Cow::Borrowed(text));
    match kind {
        Kind::Id | Kind::Ref(_) | Kind::OutsideId => {
            id::validate(text).map_err(|error| Fault::from(error.finding()))?;
            Ok(plain())
        }
        Kind::Name => name(text),
        Kind::Quantity(_) | Kind::Decimal => {
            parse_decimal(text).map_err(|error| bad_number(text, &error))?;
            Ok(plain())
        }
        Kind::Ratio => ratio(text),
        Kind::Date => {
            Date::parse(text).map_err(|error| Fault::from(error.finding()))?;
            Ok(plain())
        }
        Kind::Count(max) => whole(text, 0, i64::from(max)).map(Value::Int),
        Kind::Whole => whole(text, -36_500, 36_500).map(Value::Int),
        Kind::Flag => flag(text).map(Value::Flag),
        Kind::Choice(words) => choice(text, words).map(|word| Value::Text(Cow::Borrowed(word))),
        Kind::Choices(words) => {
            let each = text.split([' ', ';', ',']).filter(|w| !w.is_empty()).map(|w| choice(w, words));
            each.collect::<Result<_, _>>().map(Value::Words)
        }
        Kind::Week => week(text).map(Value::Week),
        Kind::Counts => {
            let each = text.split([' ', ';', ',']).filter(|w| !w.is_empty());
            let each = each.map(|w| whole(w, 1, 36_500)).collect::<Result<Vec<i64>, _>>()?;
            Ok(Value::Counts(each.into_iter().map(|n| u32::try_from(n).unwrap_or(u32::MAX)).collect()))
        }
    }
}

/// The finding of a number that cannot be taken, with the text it stands for.
pub(crate) fn bad_number(text: &str, error: &NumError) -> Fault {
    let finding = error.finding().with("value", abbreviate(text));
    match error {
        NumError::Range | NumError::Overflow => finding.with("limit", "28 digits, 18 of them for a quantity"),
        _ => finding,
    }
    .into()
}

fn name(text: &str) -> Result<Value<'_>, Fault> {
    if text.chars().count() > MAX_NAME {
        return Err(Fault::say(
            format!("a text for people has at most {MAX_NAME} characters"),
            format!("文本最多{MAX_NAME}个字符"),
        ));
    }
    if text.chars().any(|c| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
    {
        return Err(Fault::say(
            format!("{} holds control characters", shown(text)),
            format!("{}含控制字符", shown(text)),
        ));
    }
    Ok(Value::Text(Cow::Borrowed(text)))
}

/// A decimal, `1/3` or `2%`.
fn ratio(text: &str) -> Result<Value<'_>, Fault> {
    let found = |error: NumError| bad_number(text, &error);
    let Some(percent) = text.strip_suffix('%') else {
        text.parse::<Ratio>().map_err(found)?;
        return Ok(Value::Text(Cow::Borrowed(text)));
    };
    let percent: Ratio = percent.trim_end().parse().map_err(found)?;
    let ratio = percent.checked_div(Ratio::from_int(100)).map_err(found)?;
    Ok(Value::Text(Cow::Owned(ratio.to_string())))
}

fn whole(text: &str, low: i64, high: i64) -> Result<i64, Fault> {
    // A spreadsheet may write 3 as 3.0.
    let digits = text.strip_suffix(".0").unwrap_or(text);
    match digits.parse::<i64>() {
        Ok(n) if (low..=high).contains(&n) && !digits.starts_with('+') => Ok(n),
        _ => Err(Fault::say(
            format!("{} is not a whole number from {low} to {high}", shown(text)),
            format!("{}不是{low}至{high}的整数", shown(text)),
        )),
    }
}

fn flag(text: &str) -> Result<bool, Fault> {
    for (word, value) in [("yes", true), ("no", false), ("true", true), ("false", false)] {
        if text.eq_ignore_ascii_case(word) {
            return Ok(value);
        }
    }
    match text {
        "1" | "y" | "Y" | "是" => Ok(true),
        "0" | "n" | "N" | "否" => Ok(false),
        _ => {
            let shown = shown(text);
            Err(Fault::say(format!("{shown} is neither yes nor no"), format!("{shown}应为是(yes)或否(no)")))
        }
    }
}

pub(crate) fn choice(text: &str, words: &'static [&'static str]) -> Result<&'static str, Fault> {
    let same = |word: &&&'static str| {
        word.len() == text.len()
            && word
                .bytes()
                .zip(text.bytes())
                .all(|(w, t)| w == t.to_ascii_lowercase() || (w == b'_' && matches!(t, b' ' | b'-')))
    };
    if let Some(word) = words.iter().find(same) {
        return Ok(word);
    }
    let list = words.join(", ");
    let near = nearest(text, words.iter().copied());
    let (hint, hint_zh) = match near {
        Some(near) => (format!("; did you mean {near}?"), format!(",是否为{near}?")),
        None => (String::new(), String::new()),
    };
    let shown = shown(text);
    Err(Fault::say(format!("{shown} is not one of {list}{hint}"), format!("{shown}应为{list}之一{hint_zh}")))
}

/// The days of a week as they are written.
pub(crate) const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

fn week(text: &str) -> Result<[bool; 7], Fault> {
    let mut week = [false; 7];
    for word in text.split([' ', ';', ',']).filter(|word| !word.is_empty()) {
        match DAYS.iter().position(|day| day.eq_ignore_ascii_case(word)) {
            Some(day) => week[day] = true,
            None => {
                let (list, word) = (DAYS.join(" "), abbreviate(word));
                return Err(Fault::say(
                    format!("\"{word}\" is not a day; write some of {list}"),
                    format!("\"{word}\"不是星期,应为{list}"),
                ));
            }
        }
    }
    Ok(week)
}

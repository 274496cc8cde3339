//! A waterfall: how a sum comes about, as a drawing for a browser and as bars for a terminal. The places of the bars
//! are whole pixels; the figures beside them are exact.

use std::fmt::Write;

use rust_decimal::Decimal;
use unicode_width::UnicodeWidthStr;

use crate::doc::Bar;
use crate::html::escaped;

/// Width of the drawing's bars, and of a terminal's.
const PIXELS: i64 = 560;
const COLUMNS: i64 = 36;
/// Height of a row, and of its bar.
const ROW: usize = 24;
const THICK: usize = 16;
/// Room for the labels and for the amounts.
const LABELS: i64 = 170;
const AMOUNTS: i64 = 130;

/// A bar's two ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    from: i64,
    to: i64,
}

/// Where each bar starts and ends, out of `width`.
fn spans(bars: &[Bar], width: i64) -> Vec<Span> {
    let mut at = Decimal::ZERO;
    let mut ends = Vec::with_capacity(bars.len());
    for bar in bars {
        let from = if bar.total { Decimal::ZERO } else { at };
        at = from + bar.amount;
        ends.push((from, at));
    }
    let low = ends.iter().flat_map(|(a, b)| [*a, *b]).min().unwrap_or_default().min(Decimal::ZERO);
    let high = ends.iter().flat_map(|(a, b)| [*a, *b]).max().unwrap_or_default();
    let range = if high > low { high - low } else { Decimal::ONE };
    let place = |value: Decimal| {
        let share = (value - low).checked_div(range).unwrap_or_default() * Decimal::from(width);
        i64::try_from(share.round()).unwrap_or(0)
    };
    ends.into_iter().map(|(a, b)| Span { from: place(a.min(b)), to: place(a.max(b)) }).collect()
}

/// As an SVG drawing inside a page.
pub(crate) fn html(out: &mut String, bars: &[Bar]) {
    let (width, height) = (LABELS + PIXELS + AMOUNTS, bars.len() * ROW + 8);
    let _ = writeln!(
        out,
        "<div class=\"wide\"><svg class=\"fall\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">"
    );
    for ((at, bar), span) in bars.iter().enumerate().zip(spans(bars, PIXELS)) {
        let (y, text) = (at * ROW + 4, at * ROW + 16);
        let class = match (bar.total, bar.amount.is_sign_negative()) {
            (true, _) => "sum",
            (false, true) => "minus",
            (false, false) => "plus",
        };
        let (label, amount) = (escaped(&bar.label), escaped(&bar.text));
        let (left, wide) = (LABELS + span.from, (span.to - span.from).max(1));
        let _ = writeln!(out, "<text x=\"{}\" y=\"{text}\" text-anchor=\"end\">{label}</text>", LABELS - 8);
        let _ = writeln!(
            out,
            "<rect class=\"{class}\" x=\"{left}\" y=\"{y}\" width=\"{wide}\" height=\"{THICK}\"/>"
        );
        let _ = writeln!(out, "<text x=\"{}\" y=\"{text}\">{amount}</text>", LABELS + span.to + 8);
    }
    out.push_str("</svg></div>\n");
}

/// As lines for a terminal.
pub(crate) fn text(bars: &[Bar]) -> Vec<String> {
    let label = bars.iter().map(|bar| bar.label.width()).max().unwrap_or(0);
    let amount = bars.iter().map(|bar| bar.text.width()).max().unwrap_or(0);
    let blanks = |n: usize| " ".repeat(n);
    bars.iter()
        .zip(spans(bars, COLUMNS))
        .map(|(bar, span)| {
            let before = usize::try_from(span.from).unwrap_or(0);
            let long = usize::try_from((span.to - span.from).max(1)).unwrap_or(1);
            let sign = if bar.total {
                "█"
            } else if bar.amount.is_sign_negative() {
                "░"
            } else {
                "▓"
            };
            format!(
                "{}{}  {}{}  {}{}",
                bar.label,
                blanks(label - bar.label.width()),
                blanks(amount - bar.text.width()),
                bar.text,
                blanks(before),
                sign.repeat(long),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bars() -> Vec<Bar> {
        let bar = |label: &str, amount: i64| Bar::change(label, Decimal::from(amount), amount.to_string());
        vec![
            bar("material", 60),
            bar("labour", 60),
            bar("scrap", -20),
            Bar::total("sum", Decimal::from(100), "100".into()),
        ]
    }

    #[test]
    fn c11_bars_start_where_the_last_one_ended() {
        let span = |from, to| Span { from, to };
        assert_eq!(spans(&bars(), 120), [span(0, 60), span(60, 120), span(100, 120), span(0, 100)]);
    }

    #[test]
    fn c11_nothing_and_one_bar_are_drawn_too() {
        assert!(text(&[]).is_empty());
        assert_eq!(spans(&[Bar::change("x", Decimal::ZERO, "0".into())], 100), [Span { from: 0, to: 0 }]);
        let mut out = String::new();
        html(&mut out, &[Bar::change("<b>", Decimal::ONE, "1".into())]);
        assert!(out.contains("&lt;b&gt;") && !out.contains("<b>"));
    }

    #[test]
    fn c11_lines_of_a_terminal_line_up() {
        let lines = text(&bars());
        assert!(lines[0].starts_with("material   60  ▓"), "{lines:?}");
        assert!(lines[3].starts_with("sum       100  █"), "{lines:?}");
    }
}

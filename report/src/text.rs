//! The report in a terminal. Chinese characters are two columns wide.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::doc::{Align, Block, Doc, Head, Table};
use crate::waterfall;

/// Blanks between columns.
const GAP: usize = 2;
/// Blanks before a block.
const INDENT: usize = 2;

/// The document as text.
pub(crate) fn render(doc: &Doc, width: usize) -> String {
    let mut out = String::new();
    line(&mut out, 0, &doc.title);
    line(&mut out, 0, &"═".repeat(width.min(doc.title.width().max(40))));
    for fact in &doc.facts {
        wrapped(&mut out, 0, fact, width);
    }
    for section in &doc.sections {
        out.push('\n');
        let mark = if section.alarm { "! " } else { "" };
        line(&mut out, 0, &format!("{mark}{}", section.heading));
        line(&mut out, 0, &"─".repeat((mark.width() + section.heading.width()).min(width)));
        for block in &section.blocks {
            match block {
                Block::Line(text) => wrapped(&mut out, INDENT, text, width),
                Block::Chain { head, steps, after } => {
                    chain(&mut out, head, steps, width);
                    after.iter().for_each(|after| wrapped(&mut out, INDENT + 2, after, width));
                }
                Block::Table(rows) => table(&mut out, rows, width),
                Block::Waterfall(bars) => {
                    waterfall::text(bars).iter().for_each(|bar| line(&mut out, INDENT, bar))
                }
                Block::Tree { lines, .. } => lines.lines().for_each(|row| line(&mut out, INDENT, row)),
            }
        }
    }
    out
}

fn line(out: &mut String, indent: usize, text: &str) {
    out.extend(std::iter::repeat_n(' ', indent));
    out.push_str(text.trim_end());
    out.push('\n');
}

/// A text broken at blanks to the width; continued lines stand two further in.
fn wrapped(out: &mut String, indent: usize, text: &str, width: usize) {
    let mut row = String::new();
    let mut room = indent;
    for word in text.split(' ') {
        if !row.is_empty() && room + row.width() + 1 + word.width() > width {
            line(out, room, &row);
            row.clear();
            room = indent + 2;
        }
        if !row.is_empty() {
            row.push(' ');
        }
        row.push_str(word);
    }
    line(out, room, &row);
}

fn chain(out: &mut String, head: &str, steps: &[String], width: usize) {
    wrapped(out, INDENT, head, width);
    for (depth, step) in steps.iter().enumerate() {
        // A long chain stops moving to the right.
        let indent = INDENT + 2 + 2 * depth.min(8);
        wrapped(out, indent, &format!("└ {step}"), width);
    }
}

/// A table; what is too long for a column stands under its row.
fn table(out: &mut String, table: &Table, width: usize) {
    let columns: Vec<usize> = (0..table.heads.len()).filter(|at| !table.heads[*at].wide).collect();
    let heads: Vec<&Head> = columns.iter().map(|at| &table.heads[*at]).collect();
    let mut widths: Vec<usize> = heads.iter().map(|head| head.text.width()).collect();
    for row in &table.rows {
        for (size, at) in widths.iter_mut().zip(&columns) {
            *size = (*size).max(row[*at].width());
        }
    }
    shrink(&mut widths, &heads, width);
    let put = |cells: Vec<&str>| {
        let cells = cells.into_iter().zip(&widths).zip(&heads);
        let cells: Vec<String> = cells.map(|((cell, size), head)| fit(cell, *size, head.align)).collect();
        cells.join(&" ".repeat(GAP))
    };
    line(out, INDENT, &put(heads.iter().map(|head| head.text).collect()));
    for row in &table.rows {
        line(out, INDENT, &put(columns.iter().map(|at| row[*at].as_str()).collect()));
        for (head, cell) in table.heads.iter().zip(row).filter(|(head, cell)| head.wide && !cell.is_empty()) {
            wrapped(out, 2 * INDENT, &format!("{}: {cell}", head.text), width);
        }
    }
    if let Some(more) = &table.more {
        line(out, INDENT, more);
    }
}

/// Takes room from the columns that may be cut, the widest first, until the table fits.
fn shrink(widths: &mut [usize], heads: &[&Head], width: usize) {
    let total =
        |widths: &[usize]| INDENT + widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1);
    while total(widths) > width {
        let cuttable = widths.iter().enumerate().filter(|(at, size)| heads[*at].may_cut && **size > MIN_CUT);
        let Some((widest, _)) = cuttable.max_by_key(|(_, size)| **size) else { return };
        widths[widest] -= 1;
    }
}

/// A column is not cut below this.
const MIN_CUT: usize = 12;

/// A cell in exactly `size` columns.
fn fit(cell: &str, size: usize, align: Align) -> String {
    let have = cell.width();
    if have <= size {
        let pad = " ".repeat(size - have);
        return if align == Align::Right { pad + cell } else { cell.to_owned() + &pad };
    }
    let mut out = String::new();
    let mut used = 0;
    for c in cell.chars() {
        let w = c.width().unwrap_or(0);
        if used + w + 1 > size {
            break;
        }
        used += w;
        out.push(c);
    }
    out.push('…');
    out + &" ".repeat(size.saturating_sub(used + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doc::{cut, left, right};

    #[test]
    fn n01_chinese_columns_line_up_and_long_cells_are_cut() {
        let rows = vec![
            vec!["A1".to_owned(), "合页九十毫米镀锌".to_owned(), "5".to_owned()],
            vec!["B22".to_owned(), "hinge".to_owned(), "1250".to_owned()],
        ];
        let grid = Table { heads: vec![left("item"), cut("name"), right("qty")], rows, more: None };
        let mut out = String::new();
        table(&mut out, &grid, 26);
        let widths: Vec<usize> = out.lines().map(UnicodeWidthStr::width).collect();
        assert_eq!(widths, [26, 26, 26], "{out}");
        assert!(out.contains('…'));
    }

    #[test]
    fn n01_lines_are_broken_at_blanks() {
        let mut out = String::new();
        wrapped(&mut out, 2, "one two three four five", 12);
        assert_eq!(out, "  one two\n    three\n    four\n    five\n");
    }
}

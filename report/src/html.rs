//! The report as one HTML file: both languages inside, nothing to load, no script.

use std::fmt::Write;

use headstock::finding::Lang;

use crate::doc::{Align, Block, Doc, Table};
use crate::waterfall;

/// The documents as one page; `first` is the language shown when it opens.
pub(crate) fn render(documents: &[(Lang, Doc)], first: Lang) -> String {
    let mut out = String::from(HEAD);
    let title = documents.first().map(|(_, doc)| escaped(&doc.title)).unwrap_or_default();
    let _ = write!(out, "<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n");
    for (lang, _) in documents {
        let (code, name) = codes(*lang);
        let checked = if *lang == first { " checked" } else { "" };
        let _ = writeln!(
            out,
            "<input type=\"radio\" name=\"lang\" id=\"show-{code}\"{checked}><label for=\"show-{code}\">{name}</label>"
        );
    }
    for (lang, doc) in documents {
        let (code, _) = codes(*lang);
        let _ = writeln!(out, "<main lang=\"{code}\" class=\"{code}\">");
        document(&mut out, doc);
        out.push_str("</main>\n");
    }
    out.push_str("</body>\n</html>\n");
    out
}

const fn codes(lang: Lang) -> (&'static str, &'static str) {
    match lang {
        Lang::En => ("en", "English"),
        Lang::Zh => ("zh", "中文"),
    }
}

fn document(out: &mut String, doc: &Doc) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "<h1>{}</h1>", escaped(&doc.title));
    for fact in &doc.facts {
        let _ = writeln!(out, "<p class=\"fact\">{}</p>", escaped(fact));
    }
    for section in &doc.sections {
        let class = if section.alarm { " class=\"alarm\"" } else { "" };
        let _ = writeln!(out, "<section{class}>\n<h2>{}</h2>", escaped(&section.heading));
        for block in &section.blocks {
            match block {
                Block::Line(text) => {
                    let _ = writeln!(out, "<p>{}</p>", escaped(text));
                }
                Block::Chain { head, steps, after } => chain(out, head, steps, after.as_deref()),
                Block::Table(rows) => table(out, rows),
                Block::Waterfall(bars) => waterfall::html(out, bars),
                Block::Tree { title, lines } => {
                    let _ = writeln!(
                        out,
                        "<details><summary>{}</summary><pre>{}</pre></details>",
                        escaped(title),
                        escaped(lines)
                    );
                }
            }
        }
        out.push_str("</section>\n");
    }
}

fn chain(out: &mut String, head: &str, steps: &[String], after: Option<&str>) {
    let _ = writeln!(out, "<div class=\"chain\"><p><b>{}</b></p>\n<ol>", escaped(head));
    for step in steps {
        let _ = writeln!(out, "<li>{}</li>", escaped(step));
    }
    out.push_str("</ol>\n");
    if let Some(after) = after {
        let _ = writeln!(out, "<p>{}</p>", escaped(after));
    }
    out.push_str("</div>\n");
}

fn table(out: &mut String, table: &Table) {
    out.push_str("<div class=\"wide\"><table>\n<thead><tr>");
    let class = |align| if align == Align::Right { " class=\"n\"" } else { "" };
    for head in &table.heads {
        let _ = write!(out, "<th{}>{}</th>", class(head.align), escaped(head.text));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        out.push_str("<tr>");
        for (cell, head) in row.iter().zip(&table.heads) {
            let _ = write!(out, "<td{}>{}</td>", class(head.align), escaped(cell));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table></div>\n");
    if let Some(more) = &table.more {
        let _ = writeln!(out, "<p>{}</p>", escaped(more));
    }
}

pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

const HEAD: &str = "<!doctype html>
<html>
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
";

const STYLE: &str = "
:root{color-scheme:light dark}
body{font:15px/1.45 system-ui,sans-serif;max-width:72rem;margin:1.5rem auto;padding:0 1rem}
h1{font-size:1.5rem;margin:.6rem 0 .2rem}
h2{font-size:1.1rem;margin:1.6rem 0 .4rem;border-bottom:1px solid #8886;padding-bottom:.2rem}
.fact{margin:.1rem 0;opacity:.8}
.alarm h2{color:#c02a1d}
.wide{overflow-x:auto}
table{border-collapse:collapse;min-width:50%}
th,td{text-align:left;padding:.2rem .8rem .2rem 0;white-space:nowrap;border-bottom:1px solid #8883}
th{font-weight:600;opacity:.75}
.n{text-align:right;font-variant-numeric:tabular-nums}
.chain p{margin:.5rem 0 0}
.chain ol{margin:.1rem 0 .5rem;padding-left:1.6rem}
.fall text{font-size:13px;fill:currentColor}
.fall .plus{fill:#4f86c6}
.fall .minus{fill:#d08a3e}
.fall .sum{fill:#4a9d6b}
pre{overflow-x:auto;font-size:13px}
main{display:none}
#show-en:checked~main.en,#show-zh:checked~main.zh{display:block}
label{margin-right:1rem}
@media print{input,label{display:none}}
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n01_names_cannot_bring_markup_in() {
        let doc = Doc { title: "<script>alert('x')</script>".to_owned(), ..Doc::default() };
        let page = render(&[(Lang::En, doc)], Lang::En);
        assert!(!page.contains("<script"));
        assert!(page.contains("&lt;script&gt;"));
    }
}

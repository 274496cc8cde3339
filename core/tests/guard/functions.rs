//! Functions found in Rust text, with their size and documentation.

use super::lexer::line_of;

pub struct Function {
    pub name: String,
    /// First line of the signature.
    pub line: usize,
    pub public: bool,
    /// Not inside an `impl` or a module.
    pub free: bool,
    /// From `fn` to the body.
    pub signature: String,
    /// Lines of code, signature included.
    pub lines: usize,
    /// The body without comments and strings.
    pub body: String,
}

/// Every function with a body.
pub fn functions(code: &str) -> Vec<Function> {
    let mut found = Vec::new();
    for at in super::lexer::words(code, "fn") {
        let rest = &code[at + 2..];
        let name: String =
            rest.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let Some(open) = body_start(rest).filter(|_| !name.is_empty()) else { continue };
        let end = super::lexer::item_end(code, at + 2 + open);
        let text = &code[at..end];
        let before = &code[code[..at].rfind('\n').map_or(0, |i| i + 1)..at];
        found.push(Function {
            line: line_of(code, at),
            public: before.trim_start().starts_with("pub "),
            free: !before.starts_with(' '),
            signature: rest[..open].to_owned(),
            lines: text.lines().filter(|line| !line.trim().is_empty()).count(),
            body: code[at + 2 + open..end].to_owned(),
            name,
        });
    }
    found
}

/// Where the body's brace stands; nothing for a declaration.
fn body_start(rest: &str) -> Option<usize> {
    let mut depth = 0;
    for (i, c) in rest.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ';' if depth == 0 => return None,
            '{' if depth == 0 => return Some(i),
            _ => {}
        }
    }
    None
}

/// The documentation above a line of the file.
pub fn documentation(text: &str, line: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut docs: Vec<&str> = Vec::new();
    for above in lines[..line - 1].iter().rev().map(|line| line.trim()) {
        if let Some(doc) = above.strip_prefix("///") {
            docs.push(doc.trim());
        } else if !(above.starts_with("#[") || above.ends_with(")]")) {
            break;
        }
    }
    docs.reverse();
    docs.join("\n")
}

//! The reason tree: why a figure is what it is, as data.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use super::text::{fill, names};
use super::value::{Params, UnknownCode};
use super::{Lang, Why};

impl Why {
    /// Every statement of the catalogue.
    pub fn all() -> impl ExactSizeIterator<Item = Why> {
        Why::list().iter().copied()
    }

    /// The names of the parameters of the statement, in the order of the English text.
    #[must_use]
    pub fn params(self) -> Vec<&'static str> {
        names(self.message(Lang::En))
    }
}

impl Ord for Why {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl PartialOrd for Why {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::str::FromStr for Why {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Why, UnknownCode> {
        Why::lookup(text).ok_or_else(|| UnknownCode::new(text))
    }
}

/// One statement with its parameters and what it rests on.
///
/// The tree may be as deep as a product structure; walking and dropping it use no call stack.
///
/// ```
/// use headstock::finding::{Lang, Reason, Why};
///
/// let reason = Reason::new(Why::LotRule)
///     .with("rule", "multiple")
///     .with("need", 90)
///     .with("qty", 100)
///     .with("surplus", 10)
///     .child(Reason::new(Why::Stock).with("qty", 40));
/// assert_eq!(
///     reason.text(Lang::En),
///     "Lot-sizing rule multiple makes 100 from a need of 90; surplus 10.\n  40 comes from stock.\n"
/// );
/// ```
#[derive(Debug)]
pub struct Reason {
    statement: Why,
    params: Params,
    children: Vec<Reason>,
    more: u64,
}

/// One node met on a walk over a reason tree.
#[derive(Clone, Copy, Debug)]
pub struct ReasonStep<'a> {
    /// How far below the root the node stands; the root has 0.
    pub depth: usize,
    /// The node.
    pub reason: &'a Reason,
}

impl Reason {
    /// A statement without parameters and without anything below it.
    #[must_use]
    pub const fn new(statement: Why) -> Reason {
        Reason { statement, params: Vec::new(), children: Vec::new(), more: 0 }
    }

    /// The same reason with a parameter; a name given before is replaced.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl fmt::Display) -> Reason {
        let (name, value) = (name.into(), value.to_string());
        match self.params.iter_mut().find(|(known, _)| *known == name) {
            Some(slot) => slot.1 = value,
            None => self.params.push((name, value)),
        }
        self
    }

    /// The same reason with one more child.
    #[must_use]
    pub fn child(mut self, child: Reason) -> Reason {
        self.children.push(child);
        self
    }

    /// The same reason saying that `more` further children were left out.
    #[must_use]
    pub const fn and_more(mut self, more: u64) -> Reason {
        self.more = more;
        self
    }

    /// Appends a child in place.
    pub fn push(&mut self, child: Reason) {
        self.children.push(child);
    }

    /// What the node states.
    #[must_use]
    pub const fn statement(&self) -> Why {
        self.statement
    }

    /// The parameters in the order given.
    pub fn params(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.params.iter().map(|(name, value)| (name.as_ref(), value.as_str()))
    }

    /// The value of one parameter.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What the statement rests on.
    #[must_use]
    pub fn children(&self) -> &[Reason] {
        &self.children
    }

    /// How many children were left out.
    #[must_use]
    pub const fn more(&self) -> u64 {
        self.more
    }

    /// The text of this node alone in `lang`; a parameter that was not given stays as `{name}`.
    #[must_use]
    pub fn line(&self, lang: Lang) -> String {
        fill(self.statement.message(lang), |name| self.param(name))
    }

    /// The nodes of the tree, parents before children, children in their order.
    pub fn walk(&self) -> impl Iterator<Item = ReasonStep<'_>> {
        let mut open = vec![ReasonStep { depth: 0, reason: self }];
        std::iter::from_fn(move || {
            let step = open.pop()?;
            let below = step.reason.children.iter().rev();
            open.extend(below.map(|reason| ReasonStep { depth: step.depth + 1, reason }));
            Some(step)
        })
    }

    /// The whole tree as text, one node a line, two blanks a level (the indent stops growing at 50 levels, so
    /// that the text stays linear in the number of nodes).
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        enum Line<'a> {
            Node(ReasonStep<'a>),
            More(usize, u64),
        }
        let mut out = String::new();
        let mut open = vec![Line::Node(ReasonStep { depth: 0, reason: self })];
        while let Some(line) = open.pop() {
            let (depth, text) = match line {
                Line::Node(ReasonStep { depth, reason }) => {
                    if reason.more > 0 {
                        open.push(Line::More(depth + 1, reason.more));
                    }
                    let below = reason.children.iter().rev();
                    open.extend(below.map(|reason| Line::Node(ReasonStep { depth: depth + 1, reason })));
                    (depth, reason.line(lang))
                }
                Line::More(depth, n) => (depth, Reason::new(Why::More).with("n", n).line(lang)),
            };
            out.extend(std::iter::repeat_n("  ", depth.min(MAX_INDENT)));
            out.push_str(&text);
            out.push('\n');
        }
        out
    }
}

/// Deepest indent of the text form, in levels.
const MAX_INDENT: usize = 50;

impl Drop for Reason {
    /// Takes the tree apart level by level, so that depth never reaches the call stack.
    fn drop(&mut self) {
        let mut open = std::mem::take(&mut self.children);
        while let Some(mut reason) = open.pop() {
            open.append(&mut reason.children);
        }
    }
}

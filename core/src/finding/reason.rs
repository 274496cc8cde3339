//! The reason tree: why a figure is what it is, as data.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::phrase::localised;
use super::text::{fill, names};
use super::value::{OwnedParams, ParamMap, Params, UnknownCode};
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
/// The tree may be as deep as a product structure: walking, copying, comparing, writing and dropping it use no
/// call stack. A document holds it as a flat list of nodes, parents before children, each with its depth.
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
        fill(self.statement.message(lang), |name| self.param(name).map(|value| localised(name, value, lang)))
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

impl Reason {
    /// The node without what is below it.
    fn alone(&self) -> Reason {
        Reason {
            statement: self.statement,
            params: self.params.clone(),
            children: Vec::new(),
            more: self.more,
        }
    }

    /// A tree from its nodes, parents before children; nothing when the depths make no tree.
    pub(crate) fn from_walk(nodes: impl Iterator<Item = (usize, Reason)>) -> Option<Reason> {
        // The path from the root to the last node; its length is that node's depth plus one.
        let mut path: Vec<Reason> = Vec::new();
        for (depth, node) in nodes {
            if depth > path.len() {
                return None;
            }
            // A second root finds nothing left to hang the first one under, and is refused there.
            while path.len() > depth {
                fold_last(&mut path)?;
            }
            path.push(node);
        }
        while path.len() > 1 {
            fold_last(&mut path)?;
        }
        path.pop()
    }
}

/// Hangs the last node of the path under the one before it.
fn fold_last(path: &mut Vec<Reason>) -> Option<()> {
    let node = path.pop()?;
    path.last_mut()?.children.push(node);
    Some(())
}

impl Drop for Reason {
    /// Takes the tree apart node by node, so that depth never reaches the call stack.
    fn drop(&mut self) {
        let mut open = std::mem::take(&mut self.children);
        while let Some(mut reason) = open.pop() {
            open.append(&mut reason.children);
        }
    }
}

impl Clone for Reason {
    fn clone(&self) -> Reason {
        let nodes = self.walk().map(|step| (step.depth, step.reason.alone()));
        Reason::from_walk(nodes).unwrap_or_else(|| self.alone())
    }
}

impl PartialEq for Reason {
    fn eq(&self, other: &Reason) -> bool {
        // Depths in walking order fix the shape, so comparing the two walks compares the trees.
        let node = |step: ReasonStep<'_>, other: ReasonStep<'_>| {
            let (a, b) = (step.reason, other.reason);
            step.depth == other.depth
                && a.statement == b.statement
                && a.params == b.params
                && a.more == b.more
        };
        let (mut mine, mut theirs) = (self.walk(), other.walk());
        loop {
            match (mine.next(), theirs.next()) {
                (None, None) => return true,
                (Some(a), Some(b)) if node(a, b) => {}
                _ => return false,
            }
        }
    }
}

impl Eq for Reason {}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

/// One node in a document.
#[derive(Serialize)]
struct NodeOut<'a> {
    depth: usize,
    statement: Why,
    params: ParamMap<'a>,
    #[serde(skip_serializing_if = "is_zero")]
    more: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
const fn is_zero(n: &u64) -> bool {
    *n == 0
}

#[derive(Deserialize)]
struct NodeIn {
    depth: usize,
    statement: Why,
    params: OwnedParams,
    #[serde(default)]
    more: u64,
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.walk().map(|ReasonStep { depth, reason }| NodeOut {
            depth,
            statement: reason.statement,
            params: ParamMap(&reason.params),
            more: reason.more,
        }))
    }
}

impl<'de> Deserialize<'de> for Reason {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Reason, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Reason;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of reason nodes, parents before children")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut nodes: A) -> Result<Reason, A::Error> {
                let mut failure = None;
                let nodes = std::iter::from_fn(|| match nodes.next_element::<NodeIn>() {
                    Ok(node) => node.map(|NodeIn { depth, statement, params, more }| {
                        (depth, Reason { statement, params: params.0, children: Vec::new(), more })
                    }),
                    Err(error) => {
                        failure = Some(error);
                        None
                    }
                });
                let tree = Reason::from_walk(nodes);
                match failure {
                    Some(error) => Err(error),
                    None => {
                        tree.ok_or_else(|| de::Error::custom("the depths of the reason nodes make no tree"))
                    }
                }
            }
        }

        deserializer.deserialize_seq(Reader)
    }
}

impl JsonSchema for Reason {
    fn schema_name() -> Cow<'static, str> {
        "ReasonTree".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "array",
            "description": "A tree as a flat list of nodes, parents before children; depth 0 is the root.",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "depth": { "type": "integer", "minimum": 0 },
                    "statement": { "type": "string", "pattern": "^[A-Z][A-Z0-9_]*$" },
                    "params": { "type": "object", "additionalProperties": { "type": "string" } },
                    "more": { "type": "integer", "minimum": 0 },
                },
                "required": ["depth", "statement", "params"],
            },
        })
    }
}

impl Serialize for Why {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Why {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Why, D::Error> {
        super::text::from_text(deserializer, "the code of a statement")
    }
}

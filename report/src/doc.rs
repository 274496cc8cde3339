//! A report as data: what all renderings show.

use rust_decimal::Decimal;

/// A report.
#[derive(Debug, Default)]
pub(crate) struct Doc {
    pub(crate) title: String,
    /// Short facts under the title.
    pub(crate) facts: Vec<String>,
    pub(crate) sections: Vec<Section>,
}

/// A heading with what stands under it.
#[derive(Debug)]
pub(crate) struct Section {
    pub(crate) heading: String,
    /// Something is wrong here that wants a decision.
    pub(crate) alarm: bool,
    pub(crate) blocks: Vec<Block>,
}

#[derive(Debug)]
pub(crate) enum Block {
    /// A line of text.
    Line(String),
    /// A headline with an indented chain of lines under it, each resting on the next.
    Chain {
        head: String,
        steps: Vec<String>,
        /// A line that stands under the chain.
        after: Option<String>,
    },
    Table(Table),
    /// How a sum comes about.
    Waterfall(Vec<Bar>),
    /// Lines already drawn as a tree, under a title where they are folded away.
    Tree {
        title: &'static str,
        lines: String,
    },
}

/// One bar of a waterfall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bar {
    pub(crate) label: String,
    pub(crate) amount: Decimal,
    /// The amount as people read it.
    pub(crate) text: String,
    /// It starts at nought and shows a sum.
    pub(crate) total: bool,
}

impl Bar {
    /// A bar that starts where the one before it ended.
    pub(crate) fn change(label: impl Into<String>, amount: Decimal, text: String) -> Bar {
        Bar { label: label.into(), amount, text, total: false }
    }

    pub(crate) fn total(label: impl Into<String>, amount: Decimal, text: String) -> Bar {
        Bar { total: true, ..Bar::change(label, amount, text) }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
}

/// A column's heading, side, and what becomes of it when there is no room.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) text: &'static str,
    pub(crate) align: Align,
    pub(crate) may_cut: bool,
    /// Too long for a column of text: there it stands under its row.
    pub(crate) wide: bool,
}

#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) heads: Vec<Head>,
    pub(crate) rows: Vec<Vec<String>>,
    /// Rows left out.
    pub(crate) more: Option<String>,
}

pub(crate) fn left(text: &'static str) -> Head {
    Head { text, align: Align::Left, may_cut: false, wide: false }
}

pub(crate) fn cut(text: &'static str) -> Head {
    Head { text, align: Align::Left, may_cut: true, wide: false }
}

pub(crate) fn right(text: &'static str) -> Head {
    Head { text, align: Align::Right, may_cut: false, wide: false }
}

pub(crate) fn wide(text: &'static str) -> Head {
    Head { wide: true, ..left(text) }
}

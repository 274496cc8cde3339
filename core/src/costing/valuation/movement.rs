//! What moves, and what a valuation says of it.

use crate::num::Ratio;
use crate::time::Date;

/// What a movement is, as far as its value goes (`C17`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MovementKind {
    /// An opening layer (`F09`); counts before everything else. A quantity below nought is stock that is owed.
    Opening,
    /// Comes in at a value of its own.
    Receipt,
    /// Goes out. A link takes the cost of that receipt first; [`super::Method::Specific`] needs one.
    Issue,
    /// Comes back: at the cost of the issue that the link names ★, else at current cost.
    ReturnIn,
    /// Goes back: at the cost of the receipt that the link names ★, else as an issue.
    ReturnOut,
    /// A value without a quantity that belongs to the receipt that the link names: an item charge, landed cost,
    /// the difference of an invoice.
    Charge,
    /// A value added to the stock that is there, or to the layer that the link names.
    Revalue,
    /// The stock that is there, or the layer that the link names, gets a unit cost; under
    /// [`super::Method::Standard`] it is the standard from here on.
    RevalueTo(Ratio),
}

/// One movement of one item, or of one item at one place. Movements name each other by their index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movement {
    /// Business date.
    pub date: Date,
    /// Order within the date; ties go to the smaller index.
    pub sequence: u64,
    /// What it is.
    pub kind: MovementKind,
    /// Grains that move, at least nought; nought for value-only kinds. Only an opening may be below nought.
    pub quantity: i64,
    /// Value in the smallest unit of the currency. Needed for an opening, a receipt, a charge and a revaluation;
    /// of an issue it is the estimate for what stock does not cover.
    pub value: Option<i128>,
    /// Index of the movement that this one refers to.
    pub link: Option<u32>,
    /// Whether a receipt is invoiced.
    pub invoiced: bool,
}

impl Movement {
    /// A movement without a link, invoiced.
    #[must_use]
    pub const fn new(
        date: Date,
        sequence: u64,
        kind: MovementKind,
        quantity: i64,
        value: Option<i128>,
    ) -> Movement {
        Movement { date, sequence, kind, quantity, value, link: None, invoiced: true }
    }

    /// The same with a link.
    #[must_use]
    pub const fn of(mut self, link: u32) -> Movement {
        self.link = Some(link);
        self
    }
}

/// What happened beside the value of a movement: every amount that is not in stock and not in an issue, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// A receipt covered an issue that had gone below stock: its value changed by `amount`.
    Correction {
        /// The issue.
        row: u32,
        /// The receipt.
        by: u32,
        /// Grains covered.
        quantity: i64,
        /// What the issue costs more.
        amount: i64,
    },
    /// The residue of a rounded unit cost, posted on its own: taken out of stock by `amount`.
    Rounding {
        /// The issue that used the stock up.
        row: u32,
        /// The amount.
        amount: i64,
    },
    /// The part of a charge or a revaluation whose goods are gone: cost of sales or what used them (`S07`).
    Consumed {
        /// The value-only movement.
        row: u32,
        /// The amount.
        amount: i64,
    },
    /// What came in differs from the standard: actual less standard; of a charge, all of it.
    Variance {
        /// The receipt or charge.
        row: u32,
        /// The amount.
        amount: i64,
    },
    /// An issue without any known price.
    ZeroCost {
        /// The issue.
        row: u32,
    },
}

/// A value that changed: the adjustment that a late document causes (`C17`, promise 13).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The movement.
    pub row: u32,
    /// Its value before.
    pub before: i64,
    /// Its value now.
    pub after: i64,
}

/// What is left of one receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerLeft {
    /// The receipt, opening or return.
    pub row: u32,
    /// Grains left.
    pub quantity: i64,
    /// Value left.
    pub value: i64,
}

/// Stock and its value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Grains that are valued; below nought for what is owed.
    pub quantity: i64,
    /// Their value.
    pub value: i64,
    /// Grains of receipts without an invoice that are kept apart.
    pub aside_quantity: i64,
    /// Their value.
    pub aside_value: i64,
}

//! An order in 16 bytes: input quantity, the day it is available, its start, source and kind.

use crate::snapshot::NONE;

/// Bits of a packed word that hold the day; dates from year 1 to 9999 fit 23 bits with a sign.
const SHIFT: u32 = 9;
const LOW: u32 = (1 << SHIFT) - 1;
const BIAS: i32 = 1 << 22;

/// Sources a node can tell apart.
pub(crate) const MAX_SOURCES: usize = 500;

/// What an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// A planned order.
    Planned = 0,
    /// A firm planned order of the records.
    Firm = 1,
    /// What a phantom passes on.
    Pass = 2,
    /// A need that went to a new item; `source` is the alternative.
    Switched = 3,
    /// What was taken from a substitute; `source` is the alternative.
    Taken = 4,
    /// Reported short; `source` is the code's number.
    Short = 5,
    /// A refill of safety stock under the lowest priority: a planned order.
    Refill = 6,
}

const KINDS: [Kind; 7] =
    [Kind::Planned, Kind::Firm, Kind::Pass, Kind::Switched, Kind::Taken, Kind::Short, Kind::Refill];

/// One order of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Order {
    /// Input quantity in grains; for a need that was switched, taken or left short, the good quantity.
    pub(crate) input: i64,
    day_source: u32,
    start_kind: u32,
}

/// Day numbers are packed relative to zero; anything beyond is kept at the border, which no date reaches.
#[inline]
fn pack(day: i32) -> u32 {
    u32::try_from((day + BIAS).clamp(0, 2 * BIAS - 1)).unwrap_or(0) << SHIFT
}

#[inline]
fn unpack(word: u32) -> i32 {
    i32::try_from(word >> SHIFT).unwrap_or(0) - BIAS
}

impl Order {
    #[inline]
    pub(crate) fn new(kind: Kind, input: i64, day: i32, start: i32, source: u16) -> Order {
        Order {
            input,
            day_source: pack(day) | (u32::from(source) & LOW),
            start_kind: pack(start) | kind as u32,
        }
    }

    /// The day it is available on.
    #[inline]
    pub(crate) fn day(&self) -> i32 {
        unpack(self.day_source)
    }

    /// Required start (already moved to the run date where dependents follow the feasible one).
    #[inline]
    pub(crate) fn start(&self) -> i32 {
        unpack(self.start_kind)
    }

    /// The start as the word it is packed in: words differ as days do.
    #[inline]
    pub(crate) fn start_word(&self) -> u32 {
        self.start_kind >> SHIFT
    }

    /// The word of a start on a day.
    #[inline]
    pub(crate) fn start_word_of(day: i32) -> u32 {
        day.wrapping_add(BIAS).cast_unsigned()
    }

    /// Source number, alternative number or code number, by kind.
    pub(crate) fn source(&self) -> u16 {
        u16::try_from(self.day_source & LOW).unwrap_or(0)
    }

    #[inline]
    pub(crate) fn kind(&self) -> Kind {
        KINDS[(self.start_kind & 7).min(6) as usize]
    }

    /// Whether components are needed for it.
    #[inline]
    pub(crate) fn explodes(&self) -> bool {
        matches!(self.kind(), Kind::Planned | Kind::Firm | Kind::Pass | Kind::Refill)
    }

    /// Whether a planner sees it as a planned order.
    pub(crate) fn is_planned(&self) -> bool {
        matches!(self.kind(), Kind::Planned | Kind::Refill)
    }
}

/// Where a node's orders are, and what a child wants to know before it reads them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Planned {
    pub(crate) arena: u32,
    pub(crate) first: u32,
    pub(crate) len: u32,
    /// Whether every order explodes, so that a plain row need not look.
    pub(crate) all_explode: bool,
    pub(crate) min_start: i32,
    pub(crate) max_start: i32,
    /// Sum of inputs: no single product of a row can pass it.
    pub(crate) total: i64,
}

impl Planned {
    pub(crate) const EMPTY: Planned =
        Planned { arena: NONE, first: 0, len: 0, all_explode: true, min_start: 0, max_start: 0, total: 0 };

    /// Describes a node's orders that stand at `first` in an arena; none when the sum of inputs overflows.
    pub(crate) fn of(orders: &[Order], arena: u32, first: usize) -> Option<Planned> {
        if orders.is_empty() {
            return Some(Planned::EMPTY);
        }
        let mut planned = Planned {
            arena,
            first: crate::snapshot::to_u32(first),
            len: crate::snapshot::to_u32(orders.len()),
            min_start: i32::MAX,
            max_start: i32::MIN,
            ..Planned::EMPTY
        };
        for order in orders {
            let start = order.start();
            planned.min_start = planned.min_start.min(start);
            planned.max_start = planned.max_start.max(start);
            planned.all_explode &= order.explodes();
            planned.total = planned.total.checked_add(order.input)?;
        }
        Some(planned)
    }
}

/// Orders by node: one arena per unit of work, so that their order never depends on threads.
#[derive(Debug, Clone, Default)]
pub(crate) struct Orders {
    pub(crate) arenas: Vec<Vec<Order>>,
    pub(crate) nodes: Vec<Planned>,
}

impl Orders {
    pub(crate) fn of(&self, node: u32) -> &[Order] {
        let planned = &self.nodes[node as usize];
        if planned.len == 0 {
            return &[];
        }
        let first = planned.first as usize;
        &self.arenas[planned.arena as usize][first..first + planned.len as usize]
    }
}

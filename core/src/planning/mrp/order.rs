//! Orders: input quantity, the day it is available, its start, source and kind. Kept in 8 bytes each where they fit,
//! which is nearly always, else in 16.

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

/// Bits of a narrow word above the input: kind, source, days from start to availability, days from the node's
/// earliest start to the order's.
const SOURCE: u32 = 35;
const LEAD: u32 = 40;
const START: u32 = 52;
/// What the three hold at most.
const MOST_SOURCE: u16 = 31;
const MOST_DAYS: i32 = 4_095;

/// Where a node's orders are, and what a child wants to know before it reads them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Planned {
    pub(crate) arena: u32,
    /// Where its words start in the arena.
    pub(crate) first: u32,
    /// How many orders there are.
    pub(crate) len: u32,
    /// Whether every order explodes, so that a plain row need not look.
    pub(crate) all_explode: bool,
    /// Whether an order takes two words: one of them has no place in one.
    pub(crate) wide: bool,
    pub(crate) min_start: i32,
    pub(crate) max_start: i32,
    /// Sum of inputs: no single product of a row can pass it.
    pub(crate) total: i64,
}

impl Planned {
    pub(crate) const EMPTY: Planned = Planned {
        arena: NONE,
        first: 0,
        len: 0,
        all_explode: true,
        wide: false,
        min_start: 0,
        max_start: 0,
        total: 0,
    };

    /// Writes a node's orders behind the words of an arena, whose number is given later, and describes them; none
    /// when the sum of inputs overflows.
    pub(crate) fn write(orders: &[Order], words: &mut Vec<u64>) -> Option<Planned> {
        if orders.is_empty() {
            return Some(Planned::EMPTY);
        }
        let mut planned = Planned {
            first: crate::snapshot::to_u32(words.len()),
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
            planned.wide |= !order.is_narrow();
            planned.total = planned.total.checked_add(order.input)?;
        }
        planned.wide |= planned.max_start - planned.min_start > MOST_DAYS;
        if planned.wide {
            words.extend(orders.iter().flat_map(Order::two_words));
        } else {
            words.extend(orders.iter().map(|order| order.word(planned.min_start)));
        }
        Some(planned)
    }

    /// Reads its orders from their words.
    #[inline]
    pub(crate) fn read<'a>(&self, words: &'a [u64]) -> NodeOrders<'a> {
        NodeOrders { words, wide: self.wide, min_start: self.min_start }
    }

    /// Words that its orders take.
    pub(crate) fn words(&self) -> usize {
        self.len as usize * if self.wide { 2 } else { 1 }
    }
}

impl Order {
    /// Whether it has a place in one word, as far as it can say by itself.
    #[inline]
    fn is_narrow(&self) -> bool {
        let lead = self.day() - self.start();
        u32::try_from(self.input).is_ok() && (0..=MOST_DAYS).contains(&lead) && self.source() <= MOST_SOURCE
    }

    /// One word; the input is in the lower half.
    #[inline]
    fn word(&self, min_start: i32) -> u64 {
        let days = |days: i32| u64::from(days.cast_unsigned());
        self.input.cast_unsigned()
            | (self.kind() as u64) << 32
            | u64::from(self.source()) << SOURCE
            | days(self.day() - self.start()) << LEAD
            | days(self.start() - min_start) << START
    }

    fn two_words(&self) -> [u64; 2] {
        [self.input.cast_unsigned(), u64::from(self.day_source) << 32 | u64::from(self.start_kind)]
    }

    #[inline]
    fn of_word(word: u64, min_start: i32) -> Order {
        let bits = |from: u32, count: u32| low(word >> from & ((1 << count) - 1));
        let start = min_start + bits(START, 12).cast_signed();
        let day = start + bits(LEAD, 12).cast_signed();
        Order {
            input: i64::from(bits(0, 32)),
            day_source: pack(day) | bits(SOURCE, 5),
            start_kind: pack(start) | bits(32, 3),
        }
    }

    fn of_two_words(words: &[u64]) -> Order {
        Order { input: words[0].cast_signed(), day_source: low(words[1] >> 32), start_kind: low(words[1]) }
    }
}

/// The lower half of a word.
#[inline]
fn low(word: u64) -> u32 {
    u32::try_from(word & u64::from(u32::MAX)).unwrap_or(u32::MAX)
}

/// The orders of one node. Equal orders are written in equal words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NodeOrders<'a> {
    words: &'a [u64],
    wide: bool,
    min_start: i32,
}

impl<'a> NodeOrders<'a> {
    pub(crate) fn len(self) -> usize {
        if self.wide { self.words.len() / 2 } else { self.words.len() }
    }

    /// The order of a number below [`len`](NodeOrders::len).
    pub(crate) fn get(self, number: u32) -> Order {
        let at = number as usize;
        match self.wide {
            true => Order::of_two_words(&self.words[2 * at..]),
            false => Order::of_word(self.words[at], self.min_start),
        }
    }

    pub(crate) fn iter(self) -> impl DoubleEndedIterator<Item = Order> + 'a {
        (0..crate::snapshot::to_u32(self.len())).map(move |number| self.get(number))
    }

    /// Each order's days after the node's earliest start and its input, where one word holds an order.
    #[inline]
    pub(crate) fn narrow(self) -> Option<impl Iterator<Item = (usize, i64)> + 'a> {
        let input = |word: u64| (word & u64::from(u32::MAX)).cast_signed();
        (!self.wide).then(|| self.words.iter().map(move |&word| ((word >> START) as usize, input(word))))
    }

    /// Its memory, to be read ahead.
    #[inline]
    pub(crate) fn words(self) -> &'a [u64] {
        self.words
    }
}

/// Orders by node: one arena per unit of work, so that their order never depends on threads.
#[derive(Debug, Clone, Default)]
pub(crate) struct Orders {
    pub(crate) arenas: Vec<Vec<u64>>,
    pub(crate) nodes: Vec<Planned>,
}

impl Orders {
    #[inline]
    pub(crate) fn of(&self, node: u32) -> NodeOrders<'_> {
        let planned = &self.nodes[node as usize];
        let words = match planned.len {
            0 => &[],
            _ => &self.arenas[planned.arena as usize][planned.first as usize..][..planned.words()],
        };
        planned.read(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_order() -> impl Strategy<Value = Order> {
        let input =
            prop_oneof![8 => 0i64..5_000_000_000, 1 => Just(i64::MAX / 64), 1 => Just(i64::from(u32::MAX))];
        let lead = prop_oneof![8 => 0i32..90, 1 => -3i32..0, 1 => 4_094i32..4_098];
        let start = prop_oneof![8 => 20_000i32..20_500, 1 => 20_000i32..24_200, 1 => -700_000i32..2_900_000];
        let source = prop_oneof![8 => 0u16..4, 1 => 30u16..34, 1 => Just(499u16)];
        (input, lead, start, source, 0usize..KINDS.len()).prop_map(|(input, lead, start, source, kind)| {
            Order::new(KINDS[kind], input, start + lead, start, source)
        })
    }

    proptest! {
        #[test]
        fn p10_orders_are_read_as_they_were_written(
            nodes in prop::collection::vec(prop::collection::vec(any_order(), 0..6), 1..5),
        ) {
            let mut words = Vec::new();
            let written: Vec<Planned> =
                nodes.iter().map(|orders| Planned::write(orders, &mut words).unwrap()).collect();
            let planned = written.iter().map(|planned| Planned { arena: 0, ..*planned }).collect();
            let orders = Orders { arenas: vec![words], nodes: planned };
            for (node, expected) in (0u32..).zip(&nodes) {
                let read = orders.of(node);
                prop_assert_eq!(&read.iter().collect::<Vec<_>>(), expected);
                prop_assert_eq!(read.len(), expected.len());
                if let Some(narrow) = read.narrow() {
                    let first = expected.iter().map(Order::start).min().unwrap_or(0);
                    let plain = expected.iter().map(|o| (usize::try_from(o.start() - first).unwrap(), o.input));
                    prop_assert!(narrow.eq(plain));
                }
            }
        }
    }
}

//! The value ledger of one item: values every movement, and follows late ones without starting again.

use super::book::{Book, Key, Kind, NONE, Row, Scales, number};
use super::error::ValuationError;
use super::movement::{Balance, Change, LayerLeft, Movement, Note};
use super::policy::{Policy, ResiduePlace};
use super::state::{State, small};
use super::step::{end_period, step};
use crate::num::Ratio;
use crate::time::Date;

/// Movements between two states that are kept. A late movement is valued from the state before it: one chunk is
/// at most done twice, and states are small beside the movements between them.
const CHUNK: usize = if cfg!(test) { 4 } else { 1_024 };

/// Movements in order of valuation, with the stock before the first of them.
#[derive(Clone, Debug)]
struct Chunk {
    start: State,
    order: Vec<u32>,
    notes: Vec<Note>,
}

/// The value ledger of one item, or of one item at one place (`C17`).
///
/// Building it values every movement. [`late`](ValueLedger::late) adds backdated documents: it values again from
/// the document on, stops where the stock is what it was before, and gives exactly the values that changed. The
/// result is that of a ledger built with all movements (promise 13).
///
/// Whatever the policy, **value in = value out**: openings, receipts, returns in, charges and revaluations less
/// issues, returns out and the amounts named in [`notes`](ValueLedger::notes) are the value of the stock, and
/// nothing in stock is worth nothing (promise 12).
///
/// ```
/// use headstock::costing::valuation::{Method, Movement, MovementKind, Policy, Scales, ValueLedger};
/// use headstock::time::Date;
///
/// // C17: 100 at 10 and 300 at 12, issue 150: average 1 725.00, FIFO 1 600.00.
/// let day = |day| Date::literal(2026, 3, day);
/// let movements = [
///     Movement::new(day(1), 1, MovementKind::Receipt, 100, Some(100_000)),
///     Movement::new(day(2), 2, MovementKind::Receipt, 300, Some(360_000)),
///     Movement::new(day(3), 3, MovementKind::Issue, 150, None),
/// ];
/// let scales = Scales { amount: 2, quantity: 0 };
/// let average = ValueLedger::new(Policy::default(), scales, None, &movements).unwrap();
/// assert_eq!(average.value_of(2), 172_500);
/// let fifo = Policy { method: Method::Fifo, ..Policy::default() };
/// let mut fifo = ValueLedger::new(fifo, scales, None, &movements).unwrap();
/// assert_eq!(fifo.value_of(2), 160_000);
///
/// // A receipt of 50 at 9 that was forgotten on the first of March: the issue takes it after the first hundred.
/// let late = Movement::new(day(1), 2, MovementKind::Receipt, 50, Some(45_000));
/// let changes = fifo.late(&[late]).unwrap();
/// assert_eq!((changes[0].row, changes[0].before, changes[0].after), (2, 160_000, 145_000));
/// ```
#[derive(Clone, Debug)]
pub struct ValueLedger {
    book: Book,
    chunks: Vec<Chunk>,
    /// After the last movement.
    end: State,
    /// The same with the last period ended, where that changes anything.
    closed: Option<State>,
    closing: Vec<Note>,
}

impl ValueLedger {
    /// Values `movements`, given in any order; ties of date and sequence go to the smaller index.
    ///
    /// `standard` is the standard cost of one stock unit under [`Method::Standard`](super::Method::Standard), until
    /// a [`RevalueTo`](super::MovementKind::RevalueTo) changes it.
    ///
    /// # Errors
    /// `NEGATIVE_STOCK_AT_COSTING`, `LAYER_MISSING`, `STANDARD_MISSING`, `UNKNOWN_REFERENCE`,
    /// `RETURN_EXCEEDS_ISSUED`, `RETURN_EXCEEDS_RECEIVED`, `ADJUST_NEGATIVE_VALUE`, `QTY_NOT_POSITIVE`,
    /// `PARAM_MISSING`, `QTY_OUT_OF_RANGE`, `NUMBER_OVERFLOW`, each with the index of the movement.
    pub fn new(
        policy: Policy,
        scales: Scales,
        standard: Option<Ratio>,
        movements: &[Movement],
    ) -> Result<ValueLedger, ValuationError> {
        let mut book = Book::new(policy, scales);
        book.extend(movements)?;
        let mut start = State { period: i32::MIN, ..State::default() };
        if let Some(unit) = standard {
            start.standard = Some(book.per_grain(unit).map_err(|error| number(0, error))?);
        }
        let mut order: Vec<u32> = book.keys.iter().map(|key| key.row).collect();
        order.sort_unstable_by_key(|row| book.keys[*row as usize]);
        let mut state = start.clone();
        let mut chunk = Chunk { start, order: Vec::new(), notes: Vec::new() };
        let mut chunks = Vec::with_capacity(order.len() / CHUNK + 1);
        for row in order {
            if chunk.order.len() >= CHUNK.max(state.size()) {
                let next =
                    Chunk { start: state.clone(), order: Vec::with_capacity(CHUNK), notes: Vec::new() };
                chunks.push(std::mem::replace(&mut chunk, next));
            }
            step(&mut book, &mut state, &mut chunk.notes, row)?;
            chunk.order.push(row);
        }
        chunks.push(chunk);
        let mut ledger = ValueLedger { book, chunks, end: state, closed: None, closing: Vec::new() };
        ledger.close()?;
        Ok(ledger)
    }

    /// Ends the last period in a copy: a late movement may still come into it.
    fn close(&mut self) -> Result<(), ValuationError> {
        self.closed = None;
        if self.book.policy.residue == ResiduePlace::LastReceiver {
            let (mut state, row) = (self.end.clone(), self.end.last_issue.unwrap_or(0));
            let ended = end_period(&mut self.book, &mut state, &mut self.closing);
            ended.map_err(|fault| fault.at(row))?;
            self.closed = Some(state);
        }
        Ok(())
    }

    /// Adds late documents and gives the values that changed, by index: the adjustments to post. Charges that
    /// count with their receipt change from that receipt on. New movements follow those that are there, in the
    /// order given, and are not in the list themselves.
    ///
    /// # Errors
    /// As [`new`](ValueLedger::new); the ledger is then as it was.
    pub fn late(&mut self, movements: &[Movement]) -> Result<Vec<Change>, ValuationError> {
        let known = self.book.rows.len();
        let charged = movements.iter().filter_map(|movement| movement.link);
        let undo = charged.filter_map(|row| Some((row, self.book.rows.get(row as usize)?.given))).collect();
        let added = self.book.extend(movements).and_then(|()| {
            let rows =
                u32::try_from(known).unwrap_or(NONE)..u32::try_from(self.book.rows.len()).unwrap_or(NONE);
            let mut reached: Option<(Key, Key)> = None;
            for row in rows {
                let (from, to) = self.insert(row);
                reached = Some(reached.map_or((from, to), |known| (known.0.min(from), known.1.max(to))));
            }
            reached.map_or(Ok(Vec::new()), |(from, to)| self.replay(from, to, false))
        });
        match added {
            Ok(mut changes) => {
                changes.retain(|change| (change.row as usize) < known);
                Ok(changes)
            }
            Err(error) => {
                self.take_back(known, undo);
                Err(error)
            }
        }
    }

    /// Changes what a receipt costs, such as the output of an order whose input was costed again (`C09`), and gives
    /// the values that changed.
    ///
    /// # Errors
    /// `UNKNOWN_REFERENCE` for anything but an opening or a receipt; else as [`new`](ValueLedger::new), the ledger
    /// then being as it was.
    pub fn change(&mut self, row: u32, value: i128) -> Result<Vec<Change>, ValuationError> {
        let found = self.book.rows.get(row as usize).copied();
        let Some(Row { kind: Kind::Opening | Kind::Receipt, given, .. }) = found else {
            return Err(ValuationError::Link { row });
        };
        let value = small(value).map_err(|error| number(row, error))?;
        self.book.rows[row as usize].given = value;
        let key = self.book.keys[row as usize];
        match self.replay(key, key, false) {
            Ok(changes) => Ok(changes),
            Err(error) => {
                self.book.rows[row as usize].given = given;
                // It was valued before, so it can be valued again.
                let _ = self.replay(key, key, true);
                Err(error)
            }
        }
    }

    /// Number of the chunk that a key belongs to.
    fn chunk_of(&self, key: Key) -> usize {
        let keys = &self.book.keys;
        let after = self
            .chunks
            .partition_point(|chunk| chunk.order.first().is_some_and(|first| keys[*first as usize] <= key));
        after.saturating_sub(1)
    }

    /// Puts a new movement in its place; from where it counts, and its place.
    fn insert(&mut self, row: u32) -> (Key, Key) {
        let key = self.book.keys[row as usize];
        let at = self.chunk_of(key);
        let keys = &self.book.keys;
        let order = &mut self.chunks[at].order;
        let place = order.partition_point(|other| keys[*other as usize] < key);
        order.insert(place, row);
        let Row { kind, link, .. } = self.book.rows[row as usize];
        let charged = kind == Kind::Charge && self.book.recosts();
        let receipt = if charged { keys[link as usize] } else { key };
        (key.min(receipt), key.max(receipt))
    }

    /// Takes movements back that could not be valued.
    fn take_back(&mut self, known: usize, undo: Vec<(u32, i64)>) {
        let keys = &self.book.keys;
        let added = self.chunks.iter().flat_map(|chunk| &chunk.order).filter(|row| **row as usize >= known);
        let changed = undo.iter().filter(|(row, given)| self.book.rows[*row as usize].given != *given);
        let all = added.chain(changed.map(|(row, _)| row));
        let from = all.filter_map(|row| keys.get(*row as usize).copied()).min();
        if let Some(from) = from {
            // While the movements are still known that its notes name.
            let _ = self.undo_notes(self.chunk_of(from));
        }
        for chunk in &mut self.chunks {
            chunk.order.retain(|row| (*row as usize) < known);
        }
        for (row, given) in undo {
            self.book.rows[row as usize].given = given;
        }
        self.book.truncate(known);
        if let Some(from) = from {
            // It was valued before, so it can be valued again.
            let _ = self.replay(from, from, true);
        }
    }

    /// Takes back the corrections and entries of what is valued again: all that follow, because an issue may be
    /// corrected long after it.
    fn undo_notes(&mut self, from: usize) -> Result<Vec<Vec<Note>>, ValuationError> {
        let closing = std::mem::take(&mut self.closing);
        let mut taken = Vec::new();
        for chunk in &mut self.chunks[from..] {
            taken.push(std::mem::take(&mut chunk.notes));
        }
        for note in taken.iter().flatten().chain(&closing) {
            apply(&mut self.book, note, -1)?;
        }
        Ok(taken)
    }

    /// Values again from `from` on, at least up to `to`, until the stock is what it was; or `all`, where the states that are kept are
    /// of another course of things.
    fn replay(&mut self, from: Key, to: Key, all: bool) -> Result<Vec<Change>, ValuationError> {
        self.book.epoch += 1;
        self.book.changes.clear();
        let first = self.chunk_of(from);
        self.split_long_chunk(first);
        let mut old = self.undo_notes(first)?;
        let mut state = self.chunks[first].start.clone();
        // Until here everything is valued again, because a movement takes its cost from one that changed.
        let (mut at_least, mut seen) = (to, 0);
        let mut stopped = None;
        for at in first..self.chunks.len() {
            let mut notes = Vec::new();
            for i in 0..self.chunks[at].order.len() {
                let row = self.chunks[at].order[i];
                if let Err(error) = step(&mut self.book, &mut state, &mut notes, row) {
                    self.chunks[at].notes = notes;
                    return Err(error);
                }
            }
            while let Some(change) = self.book.changes.get(seen) {
                if self.book.rows[change.row as usize].linked {
                    at_least = at_least.max(self.book.last_dependent(change.row));
                }
                seen += 1;
            }
            self.chunks[at].notes = notes;
            let Some(next) = self.chunks.get_mut(at + 1) else { break };
            let next_key = next.order.first().map(|row| self.book.keys[*row as usize]);
            if !all && next.start == state && next_key.is_some_and(|key| key > at_least) {
                stopped = Some(at + 1);
                break;
            }
            next.start.clone_from(&state);
        }
        match stopped {
            None => self.end = state,
            Some(next) => {
                for (at, notes) in (first..).zip(&mut old).skip(next - first) {
                    for note in notes.iter() {
                        apply(&mut self.book, note, 1)?;
                    }
                    self.chunks[at].notes = std::mem::take(notes);
                }
            }
        }
        self.close()?;
        Ok(self.changed())
    }

    /// Keeps chunks short where late documents gather. The state between the halves is not known before they are
    /// valued again, so it is one that no stock ever has.
    fn split_long_chunk(&mut self, at: usize) {
        let Some(chunk) = self.chunks.get_mut(at) else { return };
        if chunk.order.len() >= 4 * CHUNK.max(chunk.start.size()) {
            let order = chunk.order.split_off(chunk.order.len() / 2);
            let start = State { period: i32::MAX, ..State::default() };
            self.chunks.insert(at + 1, Chunk { start, order, notes: Vec::new() });
        }
    }

    /// What changed in the replay just done, by index.
    fn changed(&mut self) -> Vec<Change> {
        let mut changes = std::mem::take(&mut self.book.changes);
        for change in &mut changes {
            change.after = self.book.final_value(change.row);
        }
        changes.retain(|change| change.before != change.after);
        changes.sort_unstable_by_key(|change| change.row);
        changes
    }

    /// The value of a movement: into stock of what comes in, out of stock of what goes out. Corrections of issues
    /// that went below stock are in it; a charge that counts with its receipt is in the value of the receipt, its
    /// own is nought. Nought for an index that is not there.
    #[must_use]
    pub fn value_of(&self, row: u32) -> i128 {
        if (row as usize) < self.book.rows.len() { i128::from(self.book.final_value(row)) } else { 0 }
    }

    /// The same as it was reckoned when the movement happened, before later receipts corrected it.
    #[must_use]
    pub fn reckoned(&self, row: u32) -> i128 {
        self.book.rows.get(row as usize).map_or(0, |row| i128::from(row.value))
    }

    /// The date of a movement.
    #[must_use]
    pub fn date_of(&self, row: u32) -> Option<Date> {
        self.book.dates.get(row as usize).copied()
    }

    /// How many movements there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.book.rows.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.book.rows.is_empty()
    }

    /// The stock after the last movement.
    #[must_use]
    pub fn balance(&self) -> Balance {
        balance(self.closed.as_ref().unwrap_or(&self.end))
    }

    /// What is left of each receipt, in order of arrival; empty for averages and standard cost.
    #[must_use]
    pub fn layers(&self) -> Vec<LayerLeft> {
        let left = self.end.layers.iter().filter(|layer| layer.quantity > 0);
        left.map(|l| LayerLeft { row: l.row, quantity: l.quantity, value: l.value }).collect()
    }

    /// Issues that took what was not there and are not covered yet: grains and what they were reckoned at.
    #[must_use]
    pub fn owed(&self) -> Vec<LayerLeft> {
        self.end.owed.iter().map(|o| LayerLeft { row: o.row, quantity: o.quantity, value: o.value }).collect()
    }

    /// Everything that is neither in stock nor in the value of a movement when it happened, in order.
    pub fn notes(&self) -> impl Iterator<Item = &Note> {
        self.chunks.iter().flat_map(|chunk| &chunk.notes).chain(&self.closing)
    }

    /// The movements in the order of valuation, each with the stock after it.
    ///
    /// # Errors
    /// Those of [`new`](ValueLedger::new).
    pub fn steps(&self) -> Result<Vec<(u32, Balance)>, ValuationError> {
        let mut book = self.book.clone();
        book.corrections.clear();
        book.epoch = 0;
        let mut state = self.chunks.first().map(|chunk| chunk.start.clone()).unwrap_or_default();
        let (mut notes, mut steps) = (Vec::new(), Vec::with_capacity(self.len()));
        for row in self.chunks.iter().flat_map(|chunk| &chunk.order) {
            step(&mut book, &mut state, &mut notes, *row)?;
            steps.push((*row, balance(&state)));
        }
        Ok(steps)
    }
}

#[cfg(test)]
impl ValueLedger {
    /// Whether the general step alone gives the same values, notes and state as the short way of most movements.
    pub(super) fn has_no_short_cuts(&self) -> bool {
        let mut book = self.book.clone();
        (book.plain, book.epoch) = (false, 0);
        book.corrections.clear();
        let Some(first) = self.chunks.first() else { return true };
        let (mut state, mut notes) = (first.start.clone(), Vec::new());
        for row in self.chunks.iter().flat_map(|chunk| &chunk.order) {
            if step(&mut book, &mut state, &mut notes, *row).is_err() {
                return false;
            }
        }
        let values = book.rows.iter().zip(&self.book.rows).all(|(a, b)| a.value == b.value);
        values && state == self.end && notes.iter().eq(self.chunks.iter().flat_map(|chunk| &chunk.notes))
    }
}

fn balance(state: &State) -> Balance {
    Balance {
        quantity: state.quantity,
        value: state.value,
        aside_quantity: state.aside.0,
        aside_value: state.aside.1,
    }
}

/// Makes a correction, or takes it back.
fn apply(book: &mut Book, note: &Note, sign: i64) -> Result<(), ValuationError> {
    let Note::Correction { row, amount, .. } = *note else { return Ok(()) };
    let sign = if book.rows[row as usize].kind == Kind::Opening { -sign } else { sign };
    book.correct(row, sign * amount).map_err(|error| number(row, error))
}

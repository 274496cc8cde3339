//! Receipts and issues under the usual choices, without a detour: nearly every movement of nearly every item.
//!
//! Gives what [`step`](super::step) gives, movement for movement; whatever is out of the ordinary is left to it.

use super::book::{Book, Kind, NONE};
use super::movement::Note;
use super::policy::{Method, Policy, Uninvoiced};
use super::state::{Layer, State, portion};
use crate::num::{NumError, Rounding};
use std::collections::VecDeque;

/// Whether a policy has no residues, no other rounding and no receipts kept apart.
pub(super) fn is_plain(policy: &Policy) -> bool {
    matches!(policy.method, Method::MovingAverage | Method::Fifo | Method::Lifo)
        && policy.unit_decimals.is_none()
        && policy.rounding == Rounding::HalfUp
        && policy.uninvoiced == Uninvoiced::Include
}

/// Values a receipt, or an issue that the stock covers; `false` leaves everything as it was.
pub(super) fn value(
    book: &mut Book,
    state: &mut State,
    notes: &mut Vec<Note>,
    at: u32,
) -> Result<bool, NumError> {
    let row = &book.rows[at as usize];
    let (quantity, given, known, period) = (row.quantity, row.given, row.value, row.period);
    if row.link != NONE || quantity <= 0 || !state.owed.is_empty() {
        return Ok(false);
    }
    let method = book.policy.method;
    let worth = match row.kind {
        Kind::Receipt => {
            let sums = (state.quantity.checked_add(quantity), state.value.checked_add(given));
            let (true, (Some(there), Some(worth))) = (given >= 0 && state.quantity >= 0, sums) else {
                return Ok(false);
            };
            (state.quantity, state.value) = (there, worth);
            receive(state, method, Layer { row: at, quantity, value: given, unit: 0 });
            given
        }
        Kind::Issue if quantity <= state.quantity => {
            let worth = match method {
                Method::MovingAverage => portion(state.value, quantity, state.quantity, Rounding::HalfUp)?,
                Method::Fifo => oldest(state, quantity)?,
                _ => newest(state, quantity)?,
            };
            (state.quantity, state.value) = (state.quantity - quantity, state.value - worth);
            if worth == 0 {
                notes.push(Note::ZeroCost { row: at });
            }
            worth
        }
        _ => return Ok(false),
    };
    if period != state.period {
        // The end of a period moves nothing here but the issue that would take a residue.
        (state.period, state.last_issue) = (period, None);
    }
    if row.kind == Kind::Issue {
        state.last_issue = Some(at);
    }
    if worth != known {
        book.set(at, worth);
    }
    Ok(true)
}

fn receive(state: &mut State, method: Method, layer: Layer) {
    state.unit = None;
    if method == Method::MovingAverage {
        state.last = (state.value, state.quantity);
        return;
    }
    if state.layers.is_empty() {
        state.last = (layer.value, layer.quantity);
    }
    state.layers.push_back(layer);
}

/// Takes from a layer: what it is worth, and what is still to be taken.
fn from_layer(layer: &mut Layer, left: i64) -> Result<(i64, i64), NumError> {
    let taken = layer.quantity.min(left);
    let worth = portion(layer.value, taken, layer.quantity, Rounding::HalfUp)?;
    (layer.quantity, layer.value) = (layer.quantity - taken, layer.value - worth);
    Ok((worth, left - taken))
}

/// First in, first out.
fn oldest(state: &mut State, quantity: i64) -> Result<i64, NumError> {
    take(state, quantity, VecDeque::front_mut, VecDeque::pop_front)
}

/// Last in, first out.
fn newest(state: &mut State, quantity: i64) -> Result<i64, NumError> {
    take(state, quantity, VecDeque::back_mut, VecDeque::pop_back)
}

/// Takes from one end of the layers. Layers without quantity may stand at the ends; none does afterwards.
#[inline]
fn take(
    state: &mut State,
    quantity: i64,
    end: impl Fn(&mut VecDeque<Layer>) -> Option<&mut Layer>,
    pop: impl Fn(&mut VecDeque<Layer>) -> Option<Layer>,
) -> Result<i64, NumError> {
    let (mut left, mut value) = (quantity, 0);
    while let Some(layer) = end(&mut state.layers) {
        let before = left;
        if layer.quantity > 0 && left > 0 {
            let (worth, rest) = from_layer(layer, left)?;
            (left, value) = (rest, value + worth);
            state.last = (worth, before - rest);
        }
        if layer.quantity > 0 {
            break;
        }
        pop(&mut state.layers);
    }
    state.trim();
    Ok(value)
}

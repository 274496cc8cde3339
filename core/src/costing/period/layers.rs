//! Stocks whose issues are priced in the order of their days (`C17`): moving average, first in first out, last in
//! first out. Within a day what comes in comes first; an issue that finds no stock is priced by what covers it.

use super::plant::{In, Out};
use super::share::{fit, plus, scaled};
use super::state::State;
use crate::cost::ItemValuation;
use crate::num::NumError;
use crate::time::Date;
use std::collections::VecDeque;

/// What happens to a stock, in its order: day, ins before outs, number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Event {
    day: Option<Date>,
    out: bool,
    number: usize,
    grains: i64,
    value: i64,
}

/// Layers in the order they came in.
struct Layers {
    method: ItemValuation,
    layers: VecDeque<(i64, i64)>,
    /// Issues that are not covered yet: index and quantity.
    open: VecDeque<(usize, i64)>,
}

impl Layers {
    /// Takes some of the stock; what there is not stays open.
    fn take(&mut self, mut grains: i64, index: usize, values: &mut [i64]) -> Result<(), NumError> {
        while grains > 0 {
            let last = self.method == ItemValuation::Lifo;
            let layer = if last { self.layers.back_mut() } else { self.layers.front_mut() };
            let Some((quantity, value)) = layer else { break };
            let part = grains.min(*quantity);
            // The last piece of a layer takes what is left of it.
            let worth =
                if part == *quantity { *value } else { fit(scaled(*value, part, i128::from(*quantity))?)? };
            values[index] = plus(values[index], worth)?;
            (*quantity, *value, grains) = (*quantity - part, *value - worth, grains - part);
            if *quantity == 0 {
                if last {
                    self.layers.pop_back()
                } else {
                    self.layers.pop_front()
                };
            }
        }
        if grains > 0 {
            self.open.push_back((index, grains));
        }
        Ok(())
    }

    /// What leaves at a value of its own: the layers it comes from keep the difference.
    fn take_at(&mut self, grains: i64, value: i64, values: &mut Vec<i64>) -> Result<(), NumError> {
        let scratch = values.len();
        values.push(0);
        self.take(grains, scratch, values)?;
        let worth = values.pop().unwrap_or(0);
        // What is not there yet has no layer to differ from.
        self.open.retain(|(index, _)| *index != scratch);
        self.put(0, worth - value, values)
    }

    fn put(&mut self, grains: i64, value: i64, values: &mut Vec<i64>) -> Result<(), NumError> {
        if grains < 0 {
            return self.take_at(grains.saturating_neg(), -value, values);
        }
        let average = self.method == ItemValuation::MovingAverage;
        match self.layers.back_mut() {
            // Value alone, or a part of the one layer of an average.
            Some(layer) if average || grains == 0 => {
                *layer = (layer.0.checked_add(grains).ok_or(NumError::Overflow)?, plus(layer.1, value)?);
            }
            _ => self.layers.push_back((grains, value)),
        }
        let waiting = std::mem::take(&mut self.open);
        for (index, grains) in waiting {
            self.take(grains, index, values)?;
        }
        Ok(())
    }
}

impl State<'_> {
    /// Values of what leaves a stock, layer by layer.
    pub(super) fn layered(&mut self, pool: usize, method: ItemValuation) -> Result<(), NumError> {
        let lines: Vec<Out> =
            self.plant.outs.of(pool).iter().filter(|out| out.fixed.is_none()).copied().collect();
        let mut values = vec![0; lines.len()];
        let mut events = self.arriving(pool);
        for (number, out) in lines.iter().enumerate() {
            let day = Some(self.day_of(out.row));
            if out.grains > 0 {
                events.push(Event { day, out: true, number, grains: out.grains, value: 0 });
                continue;
            }
            // What comes back without a value of its own comes at the price of the period (`M11`, current).
            let value = self.at_price(pool, out.grains)?;
            values[number] = value;
            let number = usize::MAX - number;
            events.push(Event { day, out: false, number, grains: -out.grains, value: -value });
        }
        events.sort_unstable();
        let mut layers = Layers { method, layers: VecDeque::new(), open: VecDeque::new() };
        for event in events {
            match event.out {
                true => layers.take(event.grains, event.number, &mut values)?,
                false => layers.put(event.grains, event.value, &mut values)?,
            }
        }
        self.unpriced(pool, &lines);
        self.hand_out(pool, &lines, &values)?;
        self.nothing_left(pool)
    }

    /// What comes into a stock; lines that leave it at a value of their own are negative.
    fn arriving(&self, pool: usize) -> Vec<Event> {
        let records = self.records();
        let tables = records.tables();
        let mut events = Vec::new();
        let mut put = |day, grains, value| {
            let number = events.len();
            events.push(Event { day, out: false, number, grains, value });
        };
        for In { table, row } in self.plant.ins.of(pool) {
            let row = *row as usize;
            match table {
                0 => put(
                    tables.stock[row].date,
                    records.stock[row].grains,
                    records.stock[row].fixed.unwrap_or(0),
                ),
                1 => put(
                    Some(tables.movements[row].date),
                    records.movements[row].grains,
                    self.movement_value[row],
                ),
                _ => put(
                    Some(tables.receipts[row].date),
                    records.receipts[row].grains,
                    self.receipt_value[row],
                ),
            }
        }
        let fixed = self.plant.outs.of(pool).iter().filter(|out| out.fixed.is_some());
        for out in fixed {
            put(Some(self.day_of(out.row)), -out.grains, -out.fixed.unwrap_or(0));
        }
        events
    }

    fn day_of(&self, row: u32) -> Date {
        let tables = self.records().tables();
        match self.plant.movement_of(row) {
            Some(movement) => tables.movements[movement].date,
            None => tables.issues[row as usize].date,
        }
    }
}

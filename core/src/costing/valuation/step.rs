//! One movement: what it does to the stock and what it is worth.

use super::book::{Book, Kind, NONE, Row, number};
use super::error::ValuationError;
use super::movement::Note;
use super::plain;
use super::policy::{Method, NegativeStock, ResiduePlace};
use super::state::{Layer, Owed, State, minus, plus, portion, small};
use crate::num::{NumError, Ratio, Residue, split};

/// Why a step stops: a number that does not fit gets its movement at the end.
pub(super) enum Fault {
    Number(NumError),
    Movement(ValuationError),
}

impl From<NumError> for Fault {
    fn from(error: NumError) -> Fault {
        Fault::Number(error)
    }
}

impl From<ValuationError> for Fault {
    fn from(error: ValuationError) -> Fault {
        Fault::Movement(error)
    }
}

impl Fault {
    pub(super) fn at(self, row: u32) -> ValuationError {
        match self {
            Fault::Number(error) => number(row, error),
            Fault::Movement(error) => error,
        }
    }
}

/// Values one movement.
pub(super) fn step(
    book: &mut Book,
    state: &mut State,
    notes: &mut Vec<Note>,
    row: u32,
) -> Result<(), ValuationError> {
    if book.plain && plain::value(book, state, notes, row).map_err(|error| number(row, error))? {
        return Ok(());
    }
    Step { book, state, notes, row }.run().map_err(|fault| fault.at(row))
}

/// Ends the period that the stock is in: the last issue of it takes the residue where the policy says so.
pub(super) fn end_period(book: &mut Book, state: &mut State, notes: &mut Vec<Note>) -> Result<(), Fault> {
    let policy = book.policy;
    let taker = state.last_issue.take();
    let (Some(row), Some(decimals), Some(unit)) = (taker, policy.unit_decimals, state.unit) else {
        return Ok(());
    };
    if policy.residue != ResiduePlace::LastReceiver || !policy.method.is_average() || state.quantity <= 0 {
        return Ok(());
    }
    let rest = minus(state.value, book.extended(unit, state.quantity, decimals)?)?;
    // An issue never becomes income: it takes no more than it cost.
    let rest = rest.max(-book.final_value(row).max(0));
    if rest != 0 {
        state.value = minus(state.value, rest)?;
        book.correct(row, rest)?;
        notes.push(Note::Correction { row, by: row, quantity: 0, amount: rest });
    }
    Ok(())
}

struct Step<'a> {
    book: &'a mut Book,
    state: &'a mut State,
    notes: &'a mut Vec<Note>,
    row: u32,
}

impl Step<'_> {
    fn run(&mut self) -> Result<(), Fault> {
        let period = self.book.rows[self.row as usize].period;
        if period != self.state.period {
            end_period(self.book, self.state, self.notes)?;
            self.state.period = period;
            if self.book.policy.method == Method::PeriodAverage {
                self.state.unit = None;
            }
        }
        let row = self.book.rows[self.row as usize];
        let link = (row.link != NONE).then_some(row.link);
        let value = match row.kind {
            Kind::Opening if row.quantity < 0 => self.opening_owed(&row)?,
            Kind::Opening | Kind::Receipt => self.receipt(&row)?,
            Kind::Issue => self.issue(&row, link)?,
            Kind::ReturnIn => self.return_in(&row, link)?,
            Kind::ReturnOut => self.return_out(&row, link)?,
            Kind::Charge => self.charge(&row, row.link)?,
            Kind::Revalue => self.revalue(row.given, link)?,
            Kind::RevalueTo => self.revalue_to(link)?,
        };
        self.book.set(self.row, value);
        Ok(())
    }

    fn standard(&self) -> Result<Ratio, Fault> {
        Ok(self.state.standard.ok_or(ValuationError::StandardMissing { row: self.row })?)
    }

    /// Moves grains at standard cost; what the stock is worth more.
    fn at_standard(&mut self, grains: i64) -> Result<i64, Fault> {
        let (standard, mode) = (self.standard()?, self.book.policy.rounding);
        let quantity = plus(self.state.quantity, grains)?;
        // Stock is always quantity × standard, so that the roundings of single movements never add up.
        let value = small(standard.mul_round(i128::from(quantity), mode)?)?;
        let more = minus(value, self.state.value)?;
        (self.state.quantity, self.state.value) = (quantity, value);
        Ok(more)
    }

    fn opening_owed(&mut self, row: &Row) -> Result<i64, Fault> {
        if self.book.policy.negative == NegativeStock::Refuse {
            return Err(ValuationError::NegativeStock { row: self.row, quantity: row.quantity }.into());
        }
        if self.book.policy.method == Method::Standard {
            return self.at_standard(row.quantity);
        }
        if self.state.quantity > 0 {
            // Something cannot be there and owed at the same time.
            return Err(ValuationError::NotPositive { row: self.row }.into());
        }
        self.state.quantity = plus(self.state.quantity, row.quantity)?;
        self.state.value = plus(self.state.value, row.given)?;
        let (quantity, value) = (-row.quantity, minus(0, row.given)?);
        self.state.last = (value, quantity);
        if self.book.policy.negative == NegativeStock::LastPrice {
            self.state.owed.push_back(Owed { row: self.row, quantity, value });
        }
        Ok(row.given)
    }

    fn receipt(&mut self, row: &Row) -> Result<i64, Fault> {
        if row.given < 0 {
            let value = i128::from(row.given);
            return Err(ValuationError::NegativeValue { row: self.row, value }.into());
        }
        if self.book.is_aside(row) {
            self.state.aside.0 = plus(self.state.aside.0, row.quantity)?;
            self.state.aside.1 = plus(self.state.aside.1, row.given)?;
            return Ok(row.given);
        }
        if self.book.policy.method == Method::Standard {
            let value = self.at_standard(row.quantity)?;
            let amount = minus(row.given, value)?;
            if amount != 0 {
                self.notes.push(Note::Variance { row: self.row, amount });
            }
            return Ok(value);
        }
        self.arrive(row.quantity, row.given)?;
        Ok(row.given)
    }

    /// Goods come in: first for issues that went below stock, then to stock.
    fn arrive(&mut self, mut quantity: i64, mut value: i64) -> Result<(), Fault> {
        let mode = self.book.policy.rounding;
        let price = (value, quantity);
        while quantity > 0 {
            let Some(owed) = self.state.owed.front_mut() else { break };
            let taken = owed.quantity.min(quantity);
            let cost = portion(value, taken, quantity, mode)?;
            let reckoned = portion(owed.value, taken, owed.quantity, mode)?;
            let issue = owed.row;
            (owed.quantity, owed.value) = (owed.quantity - taken, owed.value - reckoned);
            if owed.quantity == 0 {
                self.state.owed.pop_front();
            }
            (quantity, value) = (quantity - taken, minus(value, cost)?);
            self.state.quantity = plus(self.state.quantity, taken)?;
            self.state.value = plus(self.state.value, reckoned)?;
            let amount = minus(cost, reckoned)?;
            // What was owed at the opening went out before: its value is negative stock, so it falls.
            let opening = self.book.rows[issue as usize].kind == Kind::Opening;
            self.book.correct(issue, if opening { minus(0, amount)? } else { amount })?;
            self.notes.push(Note::Correction { row: issue, by: self.row, quantity: taken, amount });
        }
        self.state.quantity = plus(self.state.quantity, quantity)?;
        self.state.value = plus(self.state.value, value)?;
        self.state.unit = None;
        if self.book.policy.method.is_layered() {
            if self.state.layers.is_empty() && price.1 > 0 {
                self.state.last = price;
            }
            self.push_layer(quantity, value)?;
        } else if self.state.quantity > 0 {
            self.state.last = (self.state.value, self.state.quantity);
        } else if price.1 > 0 {
            self.state.last = price;
        }
        Ok(())
    }

    fn push_layer(&mut self, quantity: i64, value: i64) -> Result<(), Fault> {
        if quantity > 0 {
            let unit = match self.book.policy.unit_decimals {
                Some(decimals) => self.book.unit_cost(value, quantity, decimals)?,
                None => 0,
            };
            self.state.layers.push_back(Layer { row: self.row, quantity, value, unit });
        }
        Ok(())
    }

    fn issue(&mut self, row: &Row, link: Option<u32>) -> Result<i64, Fault> {
        self.state.last_issue = Some(self.row);
        let estimate = row.has_value.then_some(row.given);
        let value = self.leave(row.quantity, link, estimate)?;
        if value == 0 && row.quantity > 0 {
            self.notes.push(Note::ZeroCost { row: self.row });
        }
        Ok(value)
    }

    /// Goods go out; what they are worth.
    fn leave(&mut self, quantity: i64, link: Option<u32>, estimate: Option<i64>) -> Result<i64, Fault> {
        let method = self.book.policy.method;
        if method == Method::Standard {
            let left = minus(self.state.quantity, quantity)?;
            if left < 0 && quantity > 0 && self.book.policy.negative == NegativeStock::Refuse {
                return Err(ValuationError::NegativeStock { row: self.row, quantity: left }.into());
            }
            return Ok(-self.at_standard(-quantity)?);
        }
        let covered = quantity.min(self.state.quantity.max(0));
        let mut value = 0;
        if covered > 0 {
            value = if method.is_layered() { self.take(covered, link)? } else { self.draw(covered)? };
        }
        let rest = quantity - covered;
        if rest > 0 {
            value = plus(value, self.owe(rest, quantity, estimate)?)?;
        }
        Ok(value)
    }

    /// What is not there, at the estimate or the last price.
    fn owe(&mut self, rest: i64, quantity: i64, estimate: Option<i64>) -> Result<i64, Fault> {
        let (policy, row) = (self.book.policy, self.row);
        let left = minus(self.state.quantity, rest)?;
        if policy.negative == NegativeStock::Refuse {
            return Err(ValuationError::NegativeStock { row, quantity: left }.into());
        }
        if policy.method == Method::Specific {
            return Err(ValuationError::LayerMissing { row }.into());
        }
        let value = match (estimate, self.state.last) {
            (Some(estimate), _) => portion(estimate, rest, quantity, policy.rounding)?,
            (None, (_, 0)) => 0,
            (None, (value, of)) => portion(value, rest, of, policy.rounding)?,
        };
        if estimate.is_some() {
            self.state.last = (value, rest);
        }
        self.state.quantity = left;
        self.state.value = minus(self.state.value, value)?;
        if policy.negative == NegativeStock::LastPrice {
            self.state.owed.push_back(Owed { row, quantity: rest, value });
        }
        Ok(value)
    }

    /// Out of the pool of an average.
    fn draw(&mut self, quantity: i64) -> Result<i64, Fault> {
        let (stock, total) = (self.state.quantity, self.state.value);
        let value = match self.book.policy.unit_decimals {
            None => portion(total, quantity, stock, self.book.policy.rounding)?,
            Some(decimals) => self.draw_rounded(quantity, decimals)?,
        };
        self.state.quantity = stock - quantity;
        self.state.value = minus(self.state.value, value)?;
        Ok(value)
    }

    fn draw_rounded(&mut self, quantity: i64, decimals: u32) -> Result<i64, Fault> {
        let (stock, total) = (self.state.quantity, self.state.value);
        let unit = match self.state.unit {
            Some(unit) => unit,
            None => self.book.unit_cost(total, stock, decimals)?,
        };
        self.state.unit = Some(unit);
        let value = match (self.book.policy.residue, quantity == stock) {
            (ResiduePlace::OwnEntry, true) => {
                let value = self.book.extended(unit, quantity, decimals)?;
                self.round_off(minus(total, value)?)?;
                return Ok(value);
            }
            (_, true) => total,
            (ResiduePlace::Issue, false) => {
                minus(total, self.book.extended(unit, stock - quantity, decimals)?)?
            }
            (_, false) => self.book.extended(unit, quantity, decimals)?,
        };
        // A unit cost rounded up never takes more than there is.
        Ok(value.clamp(total.min(0), total.max(0)))
    }

    /// Takes a residue out of stock by an entry of its own.
    fn round_off(&mut self, amount: i64) -> Result<(), Fault> {
        if amount != 0 {
            self.state.value = minus(self.state.value, amount)?;
            self.notes.push(Note::Rounding { row: self.row, amount });
        }
        Ok(())
    }

    /// Place of the layer of a receipt.
    fn layer_of(&self, receipt: u32) -> Option<usize> {
        let keys = &self.book.keys;
        let key = keys[receipt as usize];
        self.state.layers.binary_search_by(|layer| keys[layer.row as usize].cmp(&key)).ok()
    }

    /// Out of layers: the one that is named, then in the order of the method.
    fn take(&mut self, quantity: i64, link: Option<u32>) -> Result<i64, Fault> {
        let (mut left, mut value) = (quantity, 0);
        if let Some(at) = link.and_then(|receipt| self.layer_of(receipt)) {
            value = self.take_from(at, &mut left)?;
        }
        while left > 0 {
            self.state.trim();
            let last = self.state.layers.len().wrapping_sub(1);
            let at = match self.book.policy.method {
                Method::Specific => usize::MAX,
                Method::Lifo | Method::LifoPeriodic => last,
                _ => 0,
            };
            if at >= self.state.layers.len() {
                return Err(ValuationError::LayerMissing { row: self.row }.into());
            }
            value = plus(value, self.take_from(at, &mut left)?)?;
        }
        self.state.trim();
        Ok(value)
    }

    fn take_from(&mut self, at: usize, left: &mut i64) -> Result<i64, Fault> {
        let Layer { quantity, value: total, unit, .. } = self.state.layers[at];
        let taken = quantity.min(*left);
        if taken == 0 {
            return Ok(0);
        }
        let policy = self.book.policy;
        let mut rest = 0;
        let value = match (policy.unit_decimals, policy.residue, taken == quantity) {
            (Some(decimals), ResiduePlace::OwnEntry, true) => {
                let value = self.book.extended(unit, taken, decimals)?;
                rest = minus(total, value)?;
                value
            }
            (_, _, true) => total,
            (None, _, false) => portion(total, taken, quantity, policy.rounding)?,
            (Some(decimals), ResiduePlace::Issue, false) => {
                minus(total, self.book.extended(unit, quantity - taken, decimals)?)?.clamp(0, total.max(0))
            }
            (Some(decimals), _, false) => self.book.extended(unit, taken, decimals)?.clamp(0, total.max(0)),
        };
        let layer = &mut self.state.layers[at];
        (layer.quantity, layer.value) = (quantity - taken, total - value - rest);
        *left -= taken;
        self.state.quantity -= taken;
        self.state.value = minus(self.state.value, value)?;
        self.state.last = (value, taken);
        self.round_off(rest)?;
        Ok(value)
    }

    /// What is left of an original that comes or goes back: grains, and grains and value returned so far.
    fn left_of(&self, original: u32, quantity: i64, received: bool) -> Result<(i64, i64, i64), Fault> {
        let (done, done_value) = self.state.returned.get(&original).copied().unwrap_or((0, 0));
        let net = self.book.rows[original as usize].quantity - done;
        if quantity > net {
            return Err(ValuationError::ReturnExceeds { row: self.row, net, received }.into());
        }
        if self.book.keys[original as usize] > self.book.keys[self.row as usize] {
            return Err(ValuationError::Link { row: self.row }.into());
        }
        Ok((net, done, done_value))
    }

    fn return_in(&mut self, row: &Row, link: Option<u32>) -> Result<i64, Fault> {
        if self.book.policy.method == Method::Standard {
            return self.at_standard(row.quantity);
        }
        let Some(issue) = link else {
            let value = self.current(row.quantity)?;
            self.arrive(row.quantity, value)?;
            return Ok(value);
        };
        let mode = self.book.policy.rounding;
        let (net, done, done_value) = self.left_of(issue, row.quantity, false)?;
        let (mut left, mut value) = (row.quantity, 0);
        let (mut owed, mut owed_value) = (0, 0);
        if let Some(at) = self.state.owed.iter().position(|owed| owed.row == issue) {
            // What was never there comes back first: nothing is left to correct.
            let place = &mut self.state.owed[at];
            (owed, owed_value) = (place.quantity, place.value);
            let taken = owed.min(left);
            let reckoned = portion(owed_value, taken, owed, mode)?;
            (place.quantity, place.value) = (owed - taken, owed_value - reckoned);
            if place.quantity == 0 {
                self.state.owed.remove(at);
            }
            self.state.quantity = plus(self.state.quantity, taken)?;
            self.state.value = plus(self.state.value, reckoned)?;
            (left, value) = (left - taken, reckoned);
        }
        if left > 0 {
            let rest = minus(minus(self.book.final_value(issue), done_value)?, owed_value)?;
            let more = portion(rest, left, net - owed, mode)?;
            self.arrive(left, more)?;
            value = plus(value, more)?;
        }
        let sum = (plus(done, row.quantity)?, plus(done_value, value)?);
        self.state.returned.insert(issue, sum);
        Ok(value)
    }

    /// Current cost of a quantity: of the pool, of the layer that would go next, or the last price.
    fn current(&self, quantity: i64) -> Result<i64, Fault> {
        let mode = self.book.policy.rounding;
        let next = match self.book.policy.method {
            Method::Lifo | Method::LifoPeriodic => self.state.layers.iter().rev().find(|l| l.quantity > 0),
            _ => self.state.layers.iter().find(|layer| layer.quantity > 0),
        };
        let (value, of) = match next {
            Some(layer) => (layer.value, layer.quantity),
            None if self.state.quantity > 0 => (self.state.value, self.state.quantity),
            None => self.state.last,
        };
        Ok(if of == 0 { 0 } else { portion(value, quantity, of, mode)? })
    }

    fn return_out(&mut self, row: &Row, link: Option<u32>) -> Result<i64, Fault> {
        let Some(receipt) = link else { return self.leave(row.quantity, None, None) };
        let (net, done, done_value) = self.left_of(receipt, row.quantity, true)?;
        let original = self.book.rows[receipt as usize];
        let mode = self.book.policy.rounding;
        let share = portion(minus(original.given, done_value)?, row.quantity, net, mode)?;
        let value = if self.book.is_aside(&original) {
            self.state.aside.0 = minus(self.state.aside.0, row.quantity)?;
            self.state.aside.1 = minus(self.state.aside.1, share)?;
            share
        } else if self.book.policy.method.is_average() && row.quantity < self.state.quantity {
            // Never more than there is: the rest is a difference by name.
            let value = share.clamp(0, self.state.value.max(0));
            self.state.quantity -= row.quantity;
            self.state.value = minus(self.state.value, value)?;
            self.state.unit = None;
            value
        } else {
            self.leave(row.quantity, link, None)?
        };
        if value != share {
            self.notes.push(Note::Variance { row: self.row, amount: minus(value, share)? });
        }
        self.state.returned.insert(receipt, (plus(done, row.quantity)?, plus(done_value, share)?));
        Ok(value)
    }

    fn charge(&mut self, row: &Row, receipt: u32) -> Result<i64, Fault> {
        let original = self.book.rows[receipt as usize];
        if self.book.recosts() {
            // It is in the value of its receipt.
            return Ok(0);
        }
        if self.book.policy.method == Method::Standard {
            self.notes.push(Note::Variance { row: self.row, amount: row.given });
            return Ok(0);
        }
        if self.book.keys[receipt as usize] > self.book.keys[self.row as usize] {
            return Err(ValuationError::Link { row: self.row }.into());
        }
        if self.book.is_aside(&original) {
            self.state.aside.1 = plus(self.state.aside.1, row.given)?;
            return Ok(row.given);
        }
        let at = self.layer_of(receipt);
        let here = match (self.book.policy.method.is_layered(), at) {
            (true, Some(at)) => self.state.layers[at].quantity,
            (true, None) => 0,
            (false, _) => self.state.quantity.clamp(0, original.quantity.max(0)),
        };
        let mode = self.book.policy.rounding;
        let share = if here == 0 { 0 } else { portion(row.given, here, original.quantity, mode)? };
        self.add_value(share, at.filter(|_| here > 0))?;
        self.consumed(minus(row.given, share)?);
        Ok(share)
    }

    fn consumed(&mut self, amount: i64) {
        if amount != 0 {
            self.notes.push(Note::Consumed { row: self.row, amount });
        }
    }

    /// Adds value to a layer, or to the pool.
    fn add_value(&mut self, amount: i64, layer: Option<usize>) -> Result<(), Fault> {
        let value = plus(self.state.value, amount)?;
        let mut worst = value;
        if let Some(at) = layer {
            let of_layer = plus(self.state.layers[at].value, amount)?;
            worst = worst.min(of_layer);
            let quantity = self.state.layers[at].quantity;
            self.state.layers[at].value = of_layer;
            if let Some(decimals) = self.book.policy.unit_decimals {
                self.state.layers[at].unit = self.book.unit_cost(of_layer, quantity, decimals)?;
            }
        }
        if amount < 0 && worst < 0 {
            return Err(ValuationError::NegativeValue { row: self.row, value: i128::from(worst) }.into());
        }
        self.state.value = value;
        self.state.unit = None;
        if amount != 0 && self.state.quantity > 0 && !self.book.policy.method.is_layered() {
            self.state.last = (value, self.state.quantity);
        }
        Ok(())
    }

    fn revalue(&mut self, amount: i64, link: Option<u32>) -> Result<i64, Fault> {
        if self.book.policy.method == Method::Standard {
            self.notes.push(Note::Variance { row: self.row, amount });
            return Ok(0);
        }
        let layered = self.book.policy.method.is_layered();
        let at =
            link.and_then(|receipt| self.layer_of(receipt)).filter(|at| self.state.layers[*at].quantity > 0);
        if self.state.quantity <= 0 || (layered && link.is_some() && at.is_none()) {
            // Value is never made on nothing.
            self.consumed(amount);
            return Ok(0);
        }
        if !layered || at.is_some() {
            self.add_value(amount, at)?;
            return Ok(amount);
        }
        let values: Vec<i128> = self.state.layers.iter().map(|layer| i128::from(layer.value)).collect();
        let quantities = self.state.layers.iter().map(|layer| i128::from(layer.quantity));
        let weights = if self.state.value > 0 { values } else { quantities.collect() };
        for (at, share) in
            split(i128::from(amount), &weights, Residue::LargestRemainder)?.into_iter().enumerate()
        {
            self.add_value(small(share)?, Some(at))?;
        }
        Ok(amount)
    }

    fn revalue_to(&mut self, link: Option<u32>) -> Result<i64, Fault> {
        let unit = self.book.targets.get(&self.row).copied().unwrap_or(Ratio::ZERO);
        let grain = self.book.per_grain(unit)?;
        if self.book.policy.method == Method::Standard {
            self.state.standard = Some(grain);
            return self.at_standard(0);
        }
        let mode = self.book.policy.rounding;
        let worth =
            |quantity: i64| -> Result<i64, NumError> { small(grain.mul_round(i128::from(quantity), mode)?) };
        if self.state.quantity <= 0 {
            return Ok(0);
        }
        if !self.book.policy.method.is_layered() {
            let amount = minus(worth(self.state.quantity)?, self.state.value)?;
            self.add_value(amount, None)?;
            return Ok(amount);
        }
        let mut sum = 0;
        let only = link.map(|receipt| self.layer_of(receipt));
        for at in 0..self.state.layers.len() {
            let Layer { quantity, value, .. } = self.state.layers[at];
            if quantity == 0 || only.is_some_and(|only| only != Some(at)) {
                continue;
            }
            let amount = minus(worth(quantity)?, value)?;
            self.add_value(amount, Some(at))?;
            sum = plus(sum, amount)?;
        }
        Ok(sum)
    }
}

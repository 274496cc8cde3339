//! What one order of a product takes in and gives out: its lines with phantoms and skip-level lines replaced by
//! their own (`P16`). Exact; rounding is the caller's.

use crate::bom::book::{BomBook, Moment, not_found};
use crate::bom::{BomError, ItemFacts};
use crate::num::{NumError, Ratio};
use crate::run::{LimitExceeded, Limits, RunControl};

/// Work left to a run; also looks now and then whether the host wants to stop.
#[derive(Debug)]
pub(crate) struct Budget<'c> {
    control: &'c RunControl<'c>,
    left: u64,
}

impl<'c> Budget<'c> {
    pub(crate) fn new(control: &'c RunControl<'c>) -> Budget<'c> {
        Budget { control, left: control.limits().work }
    }

    /// # Errors
    /// `LIMIT_EXCEEDED`, `CANCELLED`.
    pub(crate) fn spend(&mut self, rows: u64) -> Result<(), BomError> {
        let limit = self.control.limits().work;
        let left = self.left.checked_sub(rows);
        let left = left.ok_or(LimitExceeded { what: "explosion_rows", limit })?;
        if left >> 12 != self.left >> 12 {
            self.control.check()?;
        }
        self.left = left;
        Ok(())
    }

    /// The most lines and outputs of one order.
    fn lines(&self) -> u64 {
        u64::from(self.control.limits().document_lines)
    }

    /// Whether so many rows of a type, and what they hold besides, fit the memory of a run.
    pub(crate) fn holds<T>(&self, rows: &[T], besides: usize) -> Result<(), BomError> {
        let limit = self.control.limits().memory_bytes;
        if (std::mem::size_of_val(rows) as u64).saturating_add(besides as u64) >= limit {
            return Err(LimitExceeded { what: "explosion_bytes", limit }.into());
        }
        Ok(())
    }

    /// Whether a tree may be so deep.
    pub(crate) fn depth(&self, levels: usize) -> Result<(), BomError> {
        let n = self.control.limits().depth();
        if levels > n as usize { Err(BomError::DepthLimit { n }) } else { Ok(()) }
    }
}

/// One need or output of an order, in grains, exact.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Flow {
    /// A component line, its own or of a phantom below.
    Need {
        /// Number of the line that names the component.
        line: u32,
        quantity: Ratio,
        /// Sum of the offsets along the chain.
        offset_days: i32,
    },
    /// A further output, or what a phantom output consists of.
    Gain {
        /// Index into the book's outputs.
        output: u32,
        item: u32,
        quantity: Ratio,
    },
}

/// Gets each flow with the numbers of the phantom and skip-level lines that lead to it.
pub(crate) type Emit<'e> = dyn FnMut(Flow, &[u32]) -> Result<(), BomError> + 'e;

#[derive(Debug, Clone, Copy)]
struct Frame {
    next: u32,
    end: u32,
    input: Ratio,
    offset_days: i32,
    /// The output that this chain takes apart; nothing when it is a need.
    output: Option<u32>,
}

/// A walk over one order.
struct Walk<'w, 'c> {
    book: &'w BomBook,
    facts: &'w ItemFacts,
    at: Moment,
    opens: &'w dyn Fn(u32) -> bool,
    budget: &'w mut Budget<'c>,
    emit: &'w mut Emit<'w>,
    /// Phantom outputs still to be taken apart.
    pending: Vec<Frame>,
    /// Lines and outputs looked at: phantoms may multiply them without bound.
    seen: u64,
}

impl Walk<'_, '_> {
    /// # Errors
    /// `LIMIT_EXCEEDED`, also for more lines than one order may have; `CANCELLED`.
    fn spend(&mut self) -> Result<(), BomError> {
        self.seen += 1;
        Limits::check("lines of an order", self.seen, self.budget.lines())?;
        self.budget.spend(1)
    }

    fn frame(&self, version: u32, input: Ratio, offset_days: i32, output: Option<u32>) -> Frame {
        let (next, end) = self.book.version(version).lines;
        Frame { next, end, input, offset_days, output }
    }

    /// The version of an item that is replaced by its lines, with its exact input for a quantity.
    fn below(&self, item: u32, quantity: Ratio) -> Result<(u32, Ratio), BomError> {
        let version = self.book.in_force(item, self.at.site, self.at.day);
        let version = version.ok_or_else(|| not_found(self.facts, item, self.at))?;
        let input = self.book.exact_input(version, quantity);
        Ok((version, input.map_err(|error| BomError::number(self.facts.name(item), error))?))
    }

    fn is_opened(&self, item: u32) -> bool {
        self.facts.row(item).phantom && (self.opens)(item)
    }

    /// The outputs of a version; phantoms among them wait until the lines are done.
    fn gains(&mut self, version: u32, input: Ratio, path: &[u32]) -> Result<(), BomError> {
        let (from, to) = self.book.version(version).outputs;
        for number in from..to {
            self.spend()?;
            let output = &self.book.outputs[number as usize];
            let quantity = output.coefficient.checked_mul(input);
            let quantity = quantity.map_err(|error| BomError::number(self.facts.name(output.item), error))?;
            if self.is_opened(output.item) {
                let (version, input) = self.below(output.item, quantity)?;
                let frame = self.frame(version, input, 0, Some(number));
                self.pending.push(frame);
            } else {
                (self.emit)(Flow::Gain { output: number, item: output.item, quantity }, path)?;
            }
        }
        Ok(())
    }

    /// The lines below one frame, depth first in order of line ids.
    fn lines(&mut self, start: Frame) -> Result<(), BomError> {
        let (mut stack, mut path) = (vec![start], Vec::new());
        while let Some(top) = stack.last_mut() {
            if top.next == top.end {
                stack.pop();
                path.pop();
                continue;
            }
            let (number, frame) = (top.next, *top);
            top.next += 1;
            self.spend()?;
            let line = self.book.line(number);
            if !self.book.line_covers(line, self.at.day) {
                continue;
            }
            let wrong = |error: NumError| BomError::number(self.facts.name(line.component), error);
            let quantity = self.book.gross(line, frame.input).map_err(wrong)?;
            let extra = self.book.extra(line);
            let offset_days = frame.offset_days.saturating_add(extra.map_or(0, |e| e.offset_days));
            if extra.is_some_and(|e| e.skip_level) || self.is_opened(line.component) {
                let (version, input) = self.below(line.component, quantity)?;
                self.budget.depth(stack.len())?;
                path.push(number);
                if frame.output.is_none() {
                    self.gains(version, input, &path)?;
                }
                stack.push(self.frame(version, input, offset_days, frame.output));
                continue;
            }
            let flow = match frame.output {
                None => Flow::Need { line: number, quantity, offset_days },
                Some(output) => Flow::Gain { output, item: line.component, quantity },
            };
            (self.emit)(flow, &path)?;
        }
        Ok(())
    }
}

impl BomBook {
    /// Walks the lines and outputs of an order of `version` with an input in grains.
    ///
    /// `opens` says which phantoms are replaced by their lines (skip-level lines always are); `emit` gets each
    /// flow with the numbers of the phantom and skip-level lines that lead to it.
    ///
    /// # Errors
    /// `BOM_NOT_FOUND` for a phantom without a version in force, `NUMBER_OVERFLOW`, `LIMIT_EXCEEDED`,
    /// `DEPTH_LIMIT`, `CANCELLED`, and what `emit` returns.
    pub(crate) fn walk_order(
        &self,
        facts: &ItemFacts,
        (version, input): (u32, Ratio),
        at: Moment,
        budget: &mut Budget<'_>,
        opens: &dyn Fn(u32) -> bool,
        emit: &mut Emit<'_>,
    ) -> Result<(), BomError> {
        let mut walk = Walk { book: self, facts, at, opens, budget, emit, pending: Vec::new(), seen: 0 };
        walk.gains(version, input, &[])?;
        walk.lines(walk.frame(version, input, 0, None))?;
        for frame in std::mem::take(&mut walk.pending) {
            walk.lines(frame)?;
        }
        Ok(())
    }

    /// `good ÷ yield`, exactly, in grains.
    pub(crate) fn exact_input(&self, version: u32, good: Ratio) -> Result<Ratio, NumError> {
        let version = self.version(version);
        if version.has_yield() { good.checked_div(version.yield_ratio()?) } else { Ok(good) }
    }
}

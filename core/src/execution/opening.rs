//! Opening balances (`F09`): control totals first, all or nothing, never after the first close.

use rust_decimal::Decimal;

use super::lifecycle::{check_released, enter, order_state};
use super::refused::{Refused, unknown};
use super::stock::{new_lots, number, positive};
use super::work::Work;
use super::{Opening, OpeningAccruals, OpeningLine, OpeningMoved, OpeningOrder, OpeningWip};
use crate::changeset::RowKey;
use crate::document::{Document, DocumentKind, DocumentLine, OpeningLayer, OpeningValues, PeriodState};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::inventory::{LineRef, Reason, StockKey};
use crate::num::{
    DecimalText, MAX_SCALE, NumError, Quantity, Ratio, Rounding, from_scaled_i128, to_scaled_i128,
};
use crate::order::BusinessState;
use crate::partner::LocationKind;

/// Answers an [`Opening`].
pub(super) fn open(work: &mut Work<'_>, ask: &Opening) -> Result<(), Refused> {
    check_open(work)?;
    if ask.amount_scale > MAX_SCALE {
        return Err(NumError::Range.into());
    }
    let mut tables = Tables { scale: ask.amount_scale, document: &ask.document, faults: Vec::new() };
    let mut values = OpeningValues::default();
    let mut document = Document::draft(ask.document.clone(), DocumentKind::Opening, ask.date);
    new_lots(work, &ask.lots);
    let own = tables.stock(work, &mut document, &mut values, &ask.lines)?;
    tables.agree("stock", ask.control_quantity.map(Quantity::decimal), own.quantity.ratio());
    tables.agree("layers", ask.control_amount.map(Quantity::decimal), tables.money(own.amount)?);
    if let Some(table) = &ask.at_suppliers {
        for line in &table.lines {
            at_supplier(work, &line.stock, &ask.document)?;
        }
        let there = tables.stock(work, &mut document, &mut values, &table.lines)?;
        tables.agree("at_suppliers", Some(table.control_quantity.decimal()), there.quantity.ratio());
        tables.agree("at_suppliers", Some(table.control_amount.0), tables.money(there.amount)?);
    }
    if let Some(table) = &ask.orders {
        let (mut issued, mut received) = (Quantity::ZERO, Quantity::ZERO);
        for row in &table.rows {
            moved(work, &mut document, row, (&mut issued, &mut received))?;
        }
        tables.agree("orders_issued", Some(table.control_issued.decimal()), issued.ratio());
        tables.agree("orders_received", Some(table.control_received.decimal()), received.ratio());
    }
    if let Some(table) = &ask.wip {
        tables.wip(work, table)?;
        values.wip.clone_from(&table.rows);
    }
    if let Some(table) = &ask.accruals {
        tables.accruals(work, table)?;
        values.accruals.clone_from(&table.rows);
    }
    Refused::all(tables.faults)?;
    if !values.is_empty() {
        document.opening = Some(Box::new(values));
    }
    enter(work, document, false)
}

/// Whether opening balances may still be entered or taken back: no period is closed, none is being costed.
pub(super) fn check_open(work: &mut Work<'_>) -> Result<(), Refused> {
    let base = work.base;
    for period in base.periods.values() {
        // A period that is closed meanwhile makes this decision stale.
        work.read(RowKey::Period { id: period.id.clone() });
        match period.state {
            PeriodState::Open => {}
            PeriodState::Closed => return Err(Finding::new(Code::OpeningLocked).into()),
            PeriodState::Costing => {
                let run = period.run.as_ref().map_or("", Id::as_str);
                let finding = Finding::new(Code::PeriodLockedByCosting).with("period", &period.id);
                return Err(finding.with("run", run).into());
            }
        }
    }
    Ok(())
}

/// What the lines of a table add up to; the amount in the smallest unit of the currency.
#[derive(Default)]
struct Totals {
    quantity: Quantity,
    amount: i128,
}

struct Tables<'t> {
    scale: u32,
    document: &'t Id,
    /// Tables that do not add up, all of them told at once.
    faults: Vec<Finding>,
}

impl Tables<'_> {
    /// `OPENING_TOTAL` where a table does not add up to its control total.
    fn agree(&mut self, table: &str, control: Option<Decimal>, sum: Ratio) {
        let Some(control) = control else { return };
        if Ratio::from_decimal(control) != sum {
            let finding = Finding::new(Code::OpeningTotal).with("table", table).with("sum", sum);
            self.faults.push(finding.with("control", control));
        }
    }

    fn money(&self, units: i128) -> Result<Ratio, Refused> {
        Ok(Ratio::from_decimal(from_scaled_i128(units, self.scale)?))
    }

    fn units(&self, amount: DecimalText) -> Result<i128, Refused> {
        to_scaled_i128(amount.0, self.scale).map_err(|error| error.finding().with("unit", "currency").into())
    }

    /// Adds stock lines and the values that they carry.
    fn stock(
        &self,
        work: &mut Work<'_>,
        document: &mut Document,
        values: &mut OpeningValues,
        lines: &[OpeningLine],
    ) -> Result<Totals, Refused> {
        let mut totals = Totals::default();
        for (at, line) in lines.iter().enumerate() {
            let quantity = line.quantity.at_scale(work.item(&line.stock.item)?.scale)?;
            positive(at, &line.stock, quantity)?;
            totals.quantity = totals.quantity.plus(quantity)?;
            let number = number(document.lines.len());
            if let Some(units) = self.value(line, quantity)? {
                self.carries_value(work, line, number)?;
                self.composition(line.composition.iter().map(|part| part.amount), units)?;
                totals.amount = totals.amount.checked_add(units).ok_or(NumError::Overflow)?;
                values.layers.push(OpeningLayer {
                    line: number,
                    amount: from_scaled_i128(units, self.scale)?.into(),
                    received: line.received,
                    composition: line.composition.clone(),
                });
            }
            document.lines.push(DocumentLine {
                second: line.second,
                reason: Some(Reason::Opening),
                stock: Some(line.stock.clone()),
                serials: line.serials.clone(),
                ..DocumentLine::new(number, line.stock.item.clone(), quantity)
            });
        }
        Ok(totals)
    }

    /// The value of a line: as given, or quantity × cost rounded to the currency.
    fn value(&self, line: &OpeningLine, quantity: Quantity) -> Result<Option<i128>, Refused> {
        if let Some(amount) = line.amount {
            return self.units(amount).map(Some);
        }
        let Some(cost) = line.unit_cost else { return Ok(None) };
        let exact = quantity.ratio().checked_mul(cost.ratio())?;
        Ok(Some(exact.round_units(self.scale, Rounding::HalfUp)?))
    }

    /// Stock of others carries no value, and none is kept where a location is not in cost accounting (`F05`).
    fn carries_value(&self, work: &mut Work<'_>, line: &OpeningLine, number: u32) -> Result<(), Refused> {
        if line.stock.key.owner.is_some() {
            return Err(Finding::new(Code::MixedOwnerCost).with("line", number).into());
        }
        let place = work.place(&line.stock.location)?;
        if place.location.in_costing {
            return Ok(());
        }
        let finding = Finding::new(Code::WhKindMismatch).with("warehouse", &line.stock.location);
        Err(finding.with("doc", self.document).into())
    }

    /// `COMPOSITION_BROKEN` where parts by element are given and do not add up to the amount.
    fn composition(&self, parts: impl Iterator<Item = DecimalText>, units: i128) -> Result<(), Refused> {
        let (mut sum, mut any) = (0_i128, false);
        for part in parts {
            sum = sum.checked_add(self.units(part)?).ok_or(NumError::Overflow)?;
            any = true;
        }
        if !any || sum == units {
            return Ok(());
        }
        let finding =
            Finding::new(Code::CompositionBroken).with("cost", from_scaled_i128(units, self.scale)?);
        Err(finding.with("sum", from_scaled_i128(sum, self.scale)?).into())
    }

    fn wip(&mut self, work: &mut Work<'_>, table: &OpeningWip) -> Result<(), Refused> {
        let mut sum = 0_i128;
        for row in &table.rows {
            cost_object(work, &row.order, self.document)?;
            let units = self.units(row.amount)?;
            self.composition(row.composition.iter().map(|part| part.amount), units)?;
            sum = sum.checked_add(units).ok_or(NumError::Overflow)?;
        }
        let sum = self.money(sum)?;
        self.agree("wip", Some(table.control_amount.0), sum);
        Ok(())
    }

    fn accruals(&mut self, work: &mut Work<'_>, table: &OpeningAccruals) -> Result<(), Refused> {
        let (mut sum, mut quantities) = (0_i128, Quantity::ZERO);
        let mut ids: Vec<&Id> = table.rows.iter().map(|row| &row.id).collect();
        ids.sort_unstable();
        if let Some(pair) = ids.windows(2).find(|pair| pair[0] == pair[1]) {
            let finding = Finding::new(Code::DuplicateId).with("table", "accruals");
            return Err(finding.with("id", pair[0]).into());
        }
        for (at, row) in table.rows.iter().enumerate() {
            if let Some(item) = &row.item {
                row.quantity.at_scale(work.item(item)?.scale)?;
            }
            if let Some(order) = &row.order {
                cost_object(work, order, &row.id)?;
            }
            if !row.quantity.is_positive() {
                let finding = Finding::new(Code::QtyNotPositive).with("row", at + 1);
                return Err(finding.with("value", row.quantity).into());
            }
            quantities = quantities.plus(row.quantity)?;
            sum = sum.checked_add(self.units(row.amount)?).ok_or(NumError::Overflow)?;
        }
        let sum = self.money(sum)?;
        self.agree("accruals", table.control_quantity.map(Quantity::decimal), quantities.ratio());
        self.agree("accruals", Some(table.control_amount.0), sum);
        Ok(())
    }
}

fn at_supplier(work: &mut Work<'_>, stock: &StockKey, document: &Id) -> Result<(), Refused> {
    if work.place(&stock.location)?.location.kind == LocationKind::AtSubcontractor {
        return Ok(());
    }
    let finding = Finding::new(Code::WhKindMismatch).with("warehouse", &stock.location);
    Err(finding.with("doc", document).into())
}

/// Cost lies on an order that is there and not settled.
fn cost_object(work: &mut Work<'_>, order: &Id, document: &Id) -> Result<(), Refused> {
    match work.order(order) {
        Ok(order) if order.business == BusinessState::Settled => {
            Err(order_state(order, "normal, suspended, closed").into())
        }
        Ok(_) => Ok(()),
        Err(_) => Err(Finding::new(Code::CostObjectMissing).with("doc", document).with("id", order).into()),
    }
}

/// What an order had taken and given before: on the whole nothing moves in stock.
fn moved(
    work: &mut Work<'_>,
    document: &mut Document,
    ask: &OpeningOrder,
    (issued, received): (&mut Quantity, &mut Quantity),
) -> Result<(), Refused> {
    let order = work.order(&ask.order)?.clone();
    check_released(&order)?;
    for (at, row) in ask.moved.iter().enumerate() {
        let (item, key, place) = if row.line == 0 {
            (&order.item, &order.key, None)
        } else {
            let line = order.line(row.line);
            let line = line.ok_or_else(|| unknown(&order.id, &format!("line {}", row.line)))?;
            (&line.item, &line.key, line.location.as_ref())
        };
        let location =
            row.location.as_ref().or(place).ok_or_else(|| {
                Finding::new(Code::ParamMissing).with("item", item).with("field", "location")
            })?;
        let stock = StockKey {
            lot: row.lot.clone(),
            key: key.clone(),
            ..StockKey::new(item.clone(), location.clone())
        };
        let quantity = row.quantity.at_scale(work.item(item)?.scale)?;
        positive(at, &stock, quantity)?;
        let total = if row.line == 0 { &mut *received } else { &mut *issued };
        *total = total.plus(quantity)?;
        push_pair(document, row, &order.id, &stock, quantity)?;
    }
    Ok(())
}

/// Two lines that take each other back in stock, one of them on the order: in before out.
fn push_pair(
    document: &mut Document,
    row: &OpeningMoved,
    order: &Id,
    stock: &StockKey,
    quantity: Quantity,
) -> Result<(), Refused> {
    let at = Some(LineRef { document: order.clone(), line: row.line });
    let (reason, first, second) = if row.line == 0 {
        (Reason::OpeningReceipt, (quantity, at), (quantity.negated()?, None))
    } else {
        (Reason::OpeningIssue, (quantity.negated()?, None), (quantity, at))
    };
    for (quantity, order) in [first, second] {
        document.lines.push(DocumentLine {
            second: row.second,
            reason: Some(reason),
            stock: Some(stock.clone()),
            order,
            serials: row.serials.clone(),
            ..DocumentLine::new(number(document.lines.len()), stock.item.clone(), quantity)
        });
    }
    Ok(())
}

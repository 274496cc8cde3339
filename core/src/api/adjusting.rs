//! Requests about costs that become known late: landed cost (`C20`), adjustments (`S07`), accruals (`S06`).

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::amounts::{amount, rounded, two, unit_of, units, up, yes};
use super::{Answer, Decided, ErrorDocument};
use crate::costing::{
    AccrualEntryKind, AccrualError, AccrualInvoice, AccrualMethod, AccruedReceipt, AdjustmentRule,
    LandedBasis, LandedLine, OutputError, Whereabouts, adjust, landed_cost as share_charge, settle_accruals,
};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::num::{DecimalText, Ratio, to_scaled_i128};
use crate::run::{Limits, RunControl};
use crate::time::Date;

/// What became of goods that left stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UseKind {
    /// Sold: the difference is cost of sales ★.
    #[default]
    Sold,
    /// Used by an order: the difference is work in process or the cost of its product.
    Used,
}

/// A quantity that left stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GoodsUse {
    /// The sale, order or other use.
    pub id: Id,
    /// What became of it.
    #[serde(default)]
    pub kind: UseKind,
    /// The quantity.
    pub quantity: DecimalText,
}

/// A part of a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UsePart {
    /// The use.
    pub id: Id,
    /// What became of it.
    pub kind: UseKind,
    /// Its part.
    pub amount: DecimalText,
}

/// The parts of a difference; stock, used and cost of sales add up to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DifferenceParts {
    /// To stock on hand.
    pub stock: DecimalText,
    /// To uses, in the order given.
    pub uses: Vec<UsePart>,
    /// To what was used, in all: work in process.
    pub used: DecimalText,
    /// To cost of sales: what was sold, and what nothing else carries.
    pub cost_of_sales: DecimalText,
}

/// Asks how a difference is split between stock, uses and cost of sales (`S07`, `C14`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustCostRequest {
    /// Decimals of amounts.
    #[serde(default = "two")]
    pub scale: u32,
    /// The item.
    pub item: Id,
    /// The difference: positive where goods cost more.
    pub difference: DecimalText,
    /// Quantity that it belongs to.
    pub received: DecimalText,
    /// Quantity on hand: of the receipt for layers and lots, of the item for averages.
    #[serde(default)]
    pub on_hand: DecimalText,
    /// What left, sold or used; for averages the issues of the item since.
    #[serde(default)]
    pub uses: Vec<GoodsUse>,
    /// Where it goes.
    #[serde(default)]
    pub rule: AdjustmentRule,
    /// Value of the stock on hand, where it is to be kept from falling below nought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock_value: Option<DecimalText>,
}

/// Quantities in grains of their finest scale.
fn grains(quantities: &[DecimalText]) -> Result<Vec<i128>, ErrorDocument> {
    let scale = quantities.iter().map(|quantity| quantity.0.normalize().scale()).max().unwrap_or(0);
    let grain = |quantity: &DecimalText| to_scaled_i128(quantity.0.normalize(), scale);
    Ok(quantities.iter().map(grain).collect::<Result<_, _>>()?)
}

/// What is split, of what.
struct Split<'a> {
    item: &'a Id,
    difference: i128,
    received: DecimalText,
    on_hand: DecimalText,
    uses: &'a [GoodsUse],
    rule: AdjustmentRule,
    scale: u32,
}

fn split(what: &Split<'_>, findings: &mut Vec<Finding>) -> Result<(DifferenceParts, i128), ErrorDocument> {
    let mut quantities = vec![what.received, what.on_hand];
    quantities.extend(what.uses.iter().map(|used| used.quantity));
    let quantities = grains(&quantities)?;
    let goods = Whereabouts { received: quantities[0], on_hand: quantities[1], uses: &quantities[2..] };
    let parts = adjust(what.difference, goods, what.rule).map_err(|error| {
        let finding = error.finding().with("workshop", what.item).with("expense", "received");
        match error {
            crate::num::NumError::NegativeBase { index } => {
                let of = index.checked_sub(1).and_then(|index| what.uses.get(index));
                finding.with("order", of.map_or(what.item, |used| &used.id))
            }
            _ => finding,
        }
    })?;
    let (mut uses, mut used, mut sold) = (Vec::new(), 0i128, parts.profit_and_loss);
    for (part, of) in parts.uses.iter().zip(what.uses) {
        match of.kind {
            UseKind::Sold => sold += part,
            UseKind::Used => used += part,
        }
        uses.push(UsePart { id: of.id.clone(), kind: of.kind, amount: amount(*part, what.scale)? });
    }
    let lost = what.rule != AdjustmentRule::ProfitAndLoss && parts.profit_and_loss != 0;
    if lost || (what.difference != 0 && goods.on_hand == 0 && what.rule != AdjustmentRule::ProfitAndLoss) {
        let finding = Finding::new(Code::AdjustZeroStock).with("item", what.item);
        findings.push(finding.with("amount", amount(sold, what.scale)?));
    }
    let answer = DifferenceParts {
        stock: amount(parts.stock, what.scale)?,
        uses,
        used: amount(used, what.scale)?,
        cost_of_sales: amount(sold, what.scale)?,
    };
    Ok((answer, parts.stock))
}

/// Answers an [`AdjustCostRequest`].
pub(super) fn adjust_cost(request: AdjustCostRequest, _: &RunControl<'_>) -> Decided<DifferenceParts> {
    let mut findings = Vec::new();
    let what = Split {
        item: &request.item,
        difference: units(request.difference, request.scale)?,
        received: request.received,
        on_hand: request.on_hand,
        uses: &request.uses,
        rule: request.rule,
        scale: request.scale,
    };
    let (result, stock) = split(&what, &mut findings)?;
    if let Some(value) = request.stock_value {
        let left = units(value, request.scale)? + stock;
        if stock < 0 && left < 0 {
            let finding = Finding::new(Code::AdjustNegativeValue).with("item", &request.item);
            return Err(finding.with("value", amount(left, request.scale)?).into());
        }
    }
    Ok(Answer { result, findings })
}

/// Asks for charges to be shared out among receipts (`C20`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LandedCostRequest {
    /// Decimals of amounts.
    #[serde(default = "two")]
    pub scale: u32,
    /// The charges.
    pub charges: Vec<LandedCharge>,
    /// The receipts.
    pub lines: Vec<LandedRow>,
    /// How the share of a receipt is split once part of it is gone.
    #[serde(default)]
    pub rule: AdjustmentRule,
}

/// A charge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LandedCharge {
    /// Its id.
    pub id: Id,
    /// Its amount.
    pub amount: DecimalText,
    /// By what it is shared out.
    #[serde(default)]
    pub basis: LandedBasis,
    /// The receipts it concerns; absent: all that are included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<Vec<Id>>,
}

/// A receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LandedRow {
    /// Document line, unique.
    pub id: Id,
    /// Quantity received.
    pub quantity: DecimalText,
    /// What it cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<DecimalText>,
    /// What one unit cost, instead of `value`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<Ratio>,
    /// Weight of the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<Ratio>,
    /// Volume of the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume: Option<Ratio>,
    /// Whether charges concern it.
    #[serde(default = "yes")]
    pub included: bool,
    /// Quantity still on hand; absent: all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_hand: Option<DecimalText>,
    /// What left.
    #[serde(default)]
    pub uses: Vec<GoodsUse>,
}

/// Receipts with their charges.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LandedCostResult {
    /// The receipts, in the order given.
    pub lines: Vec<LandedResultRow>,
    /// Sum of the charges.
    pub total: DecimalText,
}

/// A receipt with its charges.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LandedResultRow {
    /// Document line.
    pub id: Id,
    /// Its share of each charge, in the order of the charges.
    pub shares: Vec<DecimalText>,
    /// Its share of all charges.
    pub charged: DecimalText,
    /// What it costs with them.
    pub value: DecimalText,
    /// What one unit costs with them, exact; the price given for a receipt of nought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<Ratio>,
    /// Where its share goes.
    pub parts: DifferenceParts,
}

/// Answers a [`LandedCostRequest`].
pub(super) fn landed_cost(request: LandedCostRequest, control: &RunControl<'_>) -> Decided<LandedCostResult> {
    let scale = request.scale;
    let (count, limit) = (request.lines.len() as u64, u64::from(control.limits().document_lines));
    Limits::check("lines", count, limit).map_err(|error| error.finding())?;
    Limits::check("charges", request.charges.len() as u64, 1_000).map_err(|error| error.finding())?;
    let mut seen = BTreeSet::new();
    let mut lines = Vec::with_capacity(request.lines.len());
    for row in &request.lines {
        if !seen.insert(&row.id) {
            return Err(Finding::new(Code::DuplicateId).with("table", "lines").with("id", &row.id).into());
        }
        let quantity = Ratio::from_decimal(row.quantity.0);
        let value = match (row.value, row.unit_price) {
            (Some(value), _) => units(value, scale)?,
            (None, Some(price)) => rounded(price.checked_mul(quantity)?, scale)?,
            (None, None) => 0,
        };
        let (weight, volume) = (row.weight, row.volume);
        lines.push(LandedLine { quantity, value, weight, volume, included: row.included });
    }
    let mut shares = Vec::new();
    for charge in &request.charges {
        shares.push(shares_of(charge, &request.lines, &lines, scale)?);
    }
    let (mut rows, mut findings, mut total) = (Vec::new(), Vec::new(), 0i128);
    for (at, row) in request.lines.iter().enumerate() {
        let own: Vec<i128> = shares.iter().map(|share| share[at]).collect();
        let charged: i128 = own.iter().sum();
        total += charged;
        let value = lines[at].value + charged;
        let parts = if row.quantity.0.is_zero() {
            let none = amount(0, scale)?;
            DifferenceParts { stock: none, uses: Vec::new(), used: none, cost_of_sales: none }
        } else {
            let (difference, received, rule) = (charged, row.quantity, request.rule);
            let on_hand = row.on_hand.unwrap_or(received);
            let what = Split { item: &row.id, difference, received, on_hand, uses: &row.uses, rule, scale };
            split(&what, &mut findings)?.0
        };
        rows.push(LandedResultRow {
            id: row.id.clone(),
            shares: own.iter().map(|share| amount(*share, scale)).collect::<Result<_, _>>()?,
            charged: amount(charged, scale)?,
            value: amount(value, scale)?,
            unit_price: unit_of(value, scale, lines[at].quantity)?.or(row.unit_price),
            parts,
        });
    }
    Ok(Answer { result: LandedCostResult { lines: rows, total: amount(total, scale)? }, findings })
}

fn shares_of(
    charge: &LandedCharge,
    rows: &[LandedRow],
    lines: &[LandedLine],
    scale: u32,
) -> Result<Vec<i128>, ErrorDocument> {
    let mut lines = lines.to_vec();
    if let Some(only) = &charge.lines {
        let only: BTreeSet<&Id> = only.iter().collect();
        if let Some(unknown) = only.iter().find(|id| !rows.iter().any(|row| row.id == ***id)) {
            return Err(Finding::new(Code::UnknownReference)
                .with("id", unknown)
                .with("row", &charge.id)
                .into());
        }
        for (line, row) in lines.iter_mut().zip(rows) {
            line.included &= only.contains(&row.id);
        }
    }
    // Ties of the largest remainder go to the smaller id, whatever the order of the rows.
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|a, b| rows[*a].id.cmp(&rows[*b].id));
    let sorted: Vec<LandedLine> = order.iter().map(|at| lines[*at]).collect();
    let shares = share_charge(units(charge.amount, scale)?, &sorted, charge.basis).map_err(|error| {
        let name = |index: usize| order.get(index).map_or(&charge.id, |at| &rows[*at].id);
        let finding = error.finding().with("workshop", &charge.id).with("expense", "receipts");
        match error {
            OutputError::BaseMissing { index, .. } => finding.with("orders", name(index)),
            OutputError::Number(crate::num::NumError::NegativeBase { index }) => {
                finding.with("order", name(index))
            }
            _ => finding,
        }
    })?;
    let mut placed = vec![0; rows.len()];
    for (at, share) in order.into_iter().zip(shares) {
        placed[at] = share;
    }
    Ok(placed)
}

/// Asks how accrued receipts are settled by their invoices (`S06`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccrualRequest {
    /// Decimals of amounts.
    #[serde(default = "two")]
    pub scale: u32,
    /// What happens when an invoice comes in a later month.
    #[serde(default)]
    pub method: AccrualMethod,
    /// The receipts.
    pub receipts: Vec<AccrualReceiptRow>,
    /// The invoices.
    #[serde(default)]
    pub invoices: Vec<AccrualInvoiceRow>,
    /// Last day that is told of; absent: the month of the last invoice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// Last day of the last closed period: later documents dated up to it are posted on the day after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_to: Option<Date>,
    /// Where the differences of invoices go.
    #[serde(default)]
    pub rule: AdjustmentRule,
}

/// A receipt with an accrued fee or price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccrualReceiptRow {
    /// Document line, unique.
    pub id: Id,
    /// Its date.
    pub date: Date,
    /// Quantity received.
    pub quantity: DecimalText,
    /// What is expected for one unit, in the currency of the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<Ratio>,
    /// What is expected in all, instead of `unit_price`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<DecimalText>,
    /// Rate of the document's currency into that of the company; absent: the same currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Ratio>,
}

/// An invoice for a receipt, or for a part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccrualInvoiceRow {
    /// Document line, unique.
    pub id: Id,
    /// The receipt.
    pub receipt: Id,
    /// Its date.
    pub date: Date,
    /// Quantity invoiced.
    pub quantity: DecimalText,
    /// What one unit costs, in the currency of the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<Ratio>,
    /// What it costs in all, instead of `unit_price`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<DecimalText>,
    /// Rate of the document's currency into that of the company; absent: the same currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Ratio>,
    /// Quantity of what is invoiced that is still on hand; given, the difference is split (`S07`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_hand: Option<DecimalText>,
    /// What left of it.
    #[serde(default)]
    pub uses: Vec<GoodsUse>,
}

/// Settled accruals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccrualResult {
    /// The entries by month, receipt and invoice.
    pub entries: Vec<AccrualEntryRow>,
    /// What the entries of each month add up to.
    pub periods: Vec<PeriodAmount>,
    /// The invoices.
    pub invoices: Vec<SettledInvoice>,
    /// Accrued and not invoiced yet, by receipt.
    pub open: Vec<OpenAccrual>,
    /// What all receipts cost: invoiced, and accrued for the rest. The same under every method.
    pub total: DecimalText,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccrualEntryRow {
    /// First day of the month that it is posted in.
    pub period: Date,
    /// The receipt.
    pub receipt: Id,
    /// The invoice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<Id>,
    /// What it is.
    pub kind: AccrualEntryKind,
    /// Its amount.
    pub amount: DecimalText,
}

/// The sum of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeriodAmount {
    /// First day of the month.
    pub period: Date,
    /// What its entries add up to.
    pub amount: DecimalText,
    /// Accrued and not invoiced at its end.
    pub open: DecimalText,
}

/// An invoice against its accrual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SettledInvoice {
    /// The invoice.
    pub id: Id,
    /// What was accrued for what it invoices.
    pub accrued: DecimalText,
    /// What it costs.
    pub actual: DecimalText,
    /// Actual less accrued.
    pub difference: DecimalText,
    /// What of it comes from the rates of exchange (`F08`): the accrued amount at the invoice's rate less the same
    /// at the receipt's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<DecimalText>,
    /// Where the difference goes, where the whereabouts of the goods are given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<DifferenceParts>,
}

/// An open accrual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenAccrual {
    /// The receipt.
    pub receipt: Id,
    /// Accrued and not invoiced yet.
    pub amount: DecimalText,
}

fn month_of(date: Date) -> i32 {
    i32::from(date.year()) * 12 + i32::from(date.month()) - 1
}

fn first_day(month: i32) -> Result<Date, ErrorDocument> {
    let year = i16::try_from(month.div_euclid(12)).unwrap_or(i16::MAX);
    let date = Date::new(year, i8::try_from(month.rem_euclid(12) + 1).unwrap_or(1), 1);
    date.map_err(|error| error.finding().into())
}

/// A value in the currency of the company; `RATE_MISSING` for a rate that is not above nought.
fn company(
    (value, price, rate): (Option<DecimalText>, Option<Ratio>, Option<Ratio>),
    quantity: DecimalText,
    scale: u32,
    (id, date): (&Id, Date),
) -> Result<Option<i128>, ErrorDocument> {
    if rate.is_some_and(|rate| !rate.is_positive()) {
        return Err(Finding::new(Code::RateMissing).with("centre", id).with("date", date).into());
    }
    let exact = match (value, price) {
        (Some(value), _) => Ratio::from_decimal(value.0),
        (None, Some(price)) => price.checked_mul(Ratio::from_decimal(quantity.0))?,
        (None, None) => return Ok(None),
    };
    Ok(Some(rounded(exact.checked_mul(rate.unwrap_or(Ratio::ONE))?, scale)?))
}

/// Receipts and invoices as the calculation takes them.
struct Settling {
    receipts: Vec<AccruedReceipt>,
    invoices: Vec<AccrualInvoice>,
}

fn read(request: &AccrualRequest, findings: &mut Vec<Finding>) -> Result<Settling, ErrorDocument> {
    let mut quantities: Vec<DecimalText> = request.receipts.iter().map(|row| row.quantity).collect();
    quantities.extend(request.invoices.iter().map(|row| row.quantity));
    let quantities = grains(&quantities)?;
    let open_day = request.closed_to.and_then(|closed| closed.add_days(1).ok());
    let mut index = BTreeMap::new();
    let mut receipts = Vec::new();
    for (at, row) in request.receipts.iter().enumerate() {
        if index.insert(&row.id, at).is_some() {
            return Err(Finding::new(Code::DuplicateId).with("table", "receipts").with("id", &row.id).into());
        }
        let value =
            company((row.value, row.unit_price, row.rate), row.quantity, request.scale, (&row.id, row.date))?;
        if value.is_none() {
            findings.push(Finding::new(Code::NoAccrual).with("doc", &row.id));
        }
        let (period, quantity) = (month_of(row.date), quantities[at]);
        receipts.push(AccruedReceipt { period, quantity, value: value.unwrap_or(0) });
    }
    let mut invoices = Vec::new();
    for (at, row) in request.invoices.iter().enumerate() {
        let missing = || Finding::new(Code::UnknownReference).with("id", &row.receipt).with("row", &row.id);
        let receipt = *index.get(&row.receipt).ok_or_else(missing)?;
        let value =
            company((row.value, row.unit_price, row.rate), row.quantity, request.scale, (&row.id, row.date))?;
        let none = || Finding::new(Code::ParamMissing).with("item", &row.id).with("field", "unit_price");
        let amount = value.ok_or_else(none)?;
        let date = open_day.map_or(row.date, |open| open.max(row.date));
        let quantity = quantities[request.receipts.len() + at];
        invoices.push(AccrualInvoice { receipt, period: month_of(date), quantity, amount });
    }
    Ok(Settling { receipts, invoices })
}

fn named(error: &AccrualError, request: &AccrualRequest) -> ErrorDocument {
    let invoice = |index: usize| request.invoices.get(index).map_or("-", |row| row.id.as_str());
    let receipt = |index: usize| request.receipts.get(index).map_or("-", |row| row.id.as_str());
    let finding = error.finding();
    match error {
        AccrualError::Closed { receipt: at } => finding.with("doc", receipt(*at)),
        AccrualError::OverSettle { invoice: at, open } => {
            let scale = request.receipts.iter().map(|row| row.quantity.0.normalize().scale());
            let scale =
                scale.chain(request.invoices.iter().map(|row| row.quantity.0.normalize().scale())).max();
            let finding = finding.with("row", invoice(*at));
            match amount(*open, scale.unwrap_or(0)) {
                Ok(open) => finding.with("open", open),
                Err(_) => finding,
            }
        }
        AccrualError::Receipt { invoice: at } => {
            let row = request.invoices.get(*at);
            finding.with("id", row.map_or("-", |row| row.receipt.as_str())).with("row", invoice(*at))
        }
        AccrualError::NotPositive { row } if *row < request.receipts.len() => {
            finding.with("row", receipt(*row))
        }
        AccrualError::NotPositive { row } => finding.with("row", invoice(*row - request.receipts.len())),
        AccrualError::Number(_) => finding,
    }
    .into()
}

/// Answers an [`AccrualRequest`].
pub(super) fn accrual(request: AccrualRequest, control: &RunControl<'_>) -> Decided<AccrualResult> {
    let (count, limit) = (
        (request.receipts.len() + request.invoices.len()) as u64,
        u64::from(control.limits().document_lines),
    );
    Limits::check("lines", count, limit).map_err(|error| error.finding())?;
    let (scale, mut findings) = (request.scale, Vec::new());
    let Settling { receipts, invoices } = read(&request, &mut findings)?;
    let latest = invoices.iter().map(|row| row.period).chain(receipts.iter().map(|row| row.period)).max();
    let last = request.to.map(month_of).or(latest).unwrap_or(0);
    let first = receipts.iter().map(|row| row.period).min().unwrap_or(last);
    Limits::check("periods", u64::from(last.abs_diff(first)), 1_200).map_err(|error| error.finding())?;
    let settled = settle_accruals(&receipts, &invoices, request.method, last);
    let settled = settled.map_err(|error| named(&error, &request))?;
    let (mut entries, mut sums, mut total) = (Vec::new(), BTreeMap::<i32, i128>::new(), 0i128);
    for entry in &settled.entries {
        *sums.entry(entry.period).or_default() += entry.amount;
        total += entry.amount;
        entries.push(AccrualEntryRow {
            period: first_day(entry.period)?,
            receipt: request.receipts[entry.receipt].id.clone(),
            invoice: entry.invoice.map(|at| request.invoices[at].id.clone()),
            kind: entry.kind,
            amount: amount(entry.amount, scale)?,
        });
    }
    let mut periods = Vec::new();
    for (period, sum) in sums {
        let accrued: i128 = receipts.iter().filter(|row| row.period <= period).map(|row| row.value).sum();
        let cleared = invoices.iter().zip(&settled.differences).filter(|(row, _)| row.period <= period);
        let cleared: i128 = cleared.map(|(row, difference)| row.amount - difference).sum();
        periods.push(PeriodAmount {
            period: first_day(period)?,
            amount: amount(sum, scale)?,
            open: amount(accrued - cleared, scale)?,
        });
    }
    let mut answered = Vec::new();
    for (at, row) in request.invoices.iter().enumerate() {
        answered.push(invoice(&request, row, (&invoices[at], settled.differences[at]), &mut findings)?);
    }
    let open = request.receipts.iter().zip(&settled.open);
    let open =
        open.map(|(row, open)| Ok(OpenAccrual { receipt: row.id.clone(), amount: amount(*open, scale)? }));
    let open = open.collect::<Result<_, crate::num::NumError>>()?;
    let result = AccrualResult { entries, periods, invoices: answered, open, total: amount(total, scale)? };
    Ok(Answer { result, findings })
}

fn invoice(
    request: &AccrualRequest,
    row: &AccrualInvoiceRow,
    (settled, difference): (&AccrualInvoice, i128),
    findings: &mut Vec<Finding>,
) -> Result<SettledInvoice, ErrorDocument> {
    let scale = request.scale;
    let accrued = settled.amount - difference;
    let receipt = &request.receipts[settled.receipt];
    let exchange = match (receipt.rate, row.rate) {
        (Some(then), Some(now)) => {
            let at_new = Ratio::new(accrued, 1)?.checked_mul(now)?.checked_div(then)?;
            Some(amount(at_new.mul_round(1, crate::num::Rounding::HalfUp)? - accrued, scale)?)
        }
        _ => None,
    };
    let parts = match row.on_hand {
        None if row.uses.is_empty() => None,
        on_hand => {
            let (received, rule) = (row.quantity, request.rule);
            let on_hand = on_hand.unwrap_or_default();
            let what =
                Split { item: &row.receipt, difference, received, on_hand, uses: &row.uses, rule, scale };
            Some(split(&what, findings)?.0)
        }
    };
    // `up` guards the scale: an amount has at most nine decimals.
    up(scale)?;
    Ok(SettledInvoice {
        id: row.id.clone(),
        accrued: amount(accrued, scale)?,
        actual: amount(settled.amount, scale)?,
        difference: amount(difference, scale)?,
        exchange,
        parts,
    })
}

//! Differences that become known after goods have moved: their share of stock, of what used them and of what was
//! sold (`S07`), and accrued fees until their invoices (`S06`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::num::{NumError, Ratio, Residue, Rounding, split};

/// Where a difference goes (`S07`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AdjustmentRule {
    /// To stock for what is still there, the rest after the issues ★.
    #[default]
    Proportional,
    /// All to stock, if anything is there.
    Stock,
    /// All to profit and loss.
    ProfitAndLoss,
}

/// What became of the goods that a difference belongs to. Quantities are grains of one stock unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whereabouts<'a> {
    /// What was received.
    pub received: i128,
    /// What is on hand: of the receipt itself for layers and lots, of the item for averages.
    pub on_hand: i128,
    /// What left, by destination: sales, orders, other uses. For averages the issues of the pool since.
    pub uses: &'a [i128],
}

/// The parts of a difference; they add up to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdjustmentParts {
    /// To the stock on hand.
    pub stock: i128,
    /// To each use, in the order given.
    pub uses: Vec<i128>,
    /// To profit and loss: by rule, or because nothing else can carry it.
    pub profit_and_loss: i128,
}

/// Splits a difference between stock, uses and profit and loss (`S07`).
///
/// `stock = difference × min(on hand, received) ÷ received`; the rest follows the uses by quantity. What neither
/// stock nor a use can carry goes to profit and loss: value is never made on a quantity of nought.
///
/// ```
/// use headstock::costing::{AdjustmentRule, Whereabouts, adjust};
///
/// // S07: 60.00 on 200 received, 60 on hand, 110 sold, 30 used.
/// let goods = Whereabouts { received: 200, on_hand: 60, uses: &[110, 30] };
/// let parts = adjust(6_000, goods, AdjustmentRule::Proportional).unwrap();
/// assert_eq!((parts.stock, parts.uses), (1_800, vec![3_300, 900]));
/// ```
///
/// # Errors
/// `BASE_ZERO` when nothing was received; `NEGATIVE_BASE` with the index 0 for a quantity on hand below nought and
/// the place among the uses, from 1, for such a use; `NUMBER_OVERFLOW`.
pub fn adjust(
    difference: i128,
    goods: Whereabouts<'_>,
    rule: AdjustmentRule,
) -> Result<AdjustmentParts, NumError> {
    let all = std::iter::once(&goods.on_hand).chain(goods.uses);
    if let Some(index) = all.clone().position(|quantity| *quantity < 0) {
        return Err(NumError::NegativeBase { index });
    }
    if goods.received <= 0 {
        return Err(NumError::BaseZero);
    }
    let mut parts = AdjustmentParts { uses: vec![0; goods.uses.len()], ..AdjustmentParts::default() };
    match rule {
        AdjustmentRule::Stock if goods.on_hand > 0 => parts.stock = difference,
        AdjustmentRule::Stock | AdjustmentRule::ProfitAndLoss => parts.profit_and_loss = difference,
        AdjustmentRule::Proportional => proportional(difference, goods, &mut parts)?,
    }
    Ok(parts)
}

fn proportional(
    difference: i128,
    goods: Whereabouts<'_>,
    parts: &mut AdjustmentParts,
) -> Result<(), NumError> {
    let here = goods.on_hand.min(goods.received);
    let gone = goods.received - here;
    let used = goods.uses.iter().try_fold(0i128, |sum, quantity| sum.checked_add(*quantity));
    let used = used.ok_or(NumError::Overflow)?;
    let times = |a: i128, b: i128| a.checked_mul(b).ok_or(NumError::Overflow);
    // One split, so that the parts are the largest remainders of the whole: here × used against use × gone.
    let mut weights = Vec::with_capacity(goods.uses.len() + 2);
    weights.push(if used == 0 { here } else { times(here, used)? });
    for quantity in goods.uses {
        weights.push(times(*quantity, gone)?);
    }
    weights.push(if used == 0 { gone } else { 0 });
    let mut shares = split(difference, &weights, Residue::LargestRemainder)?.into_iter();
    parts.stock = shares.next().unwrap_or(0);
    for (place, share) in parts.uses.iter_mut().zip(&mut shares) {
        *place = share;
    }
    parts.profit_and_loss = shares.next().unwrap_or(0);
    Ok(())
}

/// What happens to an accrual when an invoice comes in a later period (`S06`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccrualMethod {
    /// Only the difference is posted (单到补差) ★.
    #[default]
    SettleDifference,
    /// The accrual of what is invoiced is reversed and the actual posted (单到回冲).
    ReverseOnArrival,
    /// At the start of every month all open accruals are reversed, and accrued again for what stays open
    /// (月初回冲).
    ReverseAtMonthStart,
}

/// A receipt with an accrued fee or price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccruedReceipt {
    /// Number of its period; later periods have greater numbers.
    pub period: i32,
    /// Grains received.
    pub quantity: i128,
    /// What was accrued.
    pub value: i128,
}

/// An invoice for a receipt, or a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccrualInvoice {
    /// Index of the receipt.
    pub receipt: usize,
    /// Number of its period, not before the receipt's.
    pub period: i32,
    /// Grains invoiced.
    pub quantity: i128,
    /// The actual amount.
    pub amount: i128,
}

/// What an entry of an accrual is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccrualEntryKind {
    /// An accrual is taken back.
    Reverse,
    /// An expected amount.
    Accrue,
    /// An invoiced amount.
    Actual,
    /// Actual less accrued.
    Difference,
}

/// One entry: all entries of a receipt add up to what it costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccrualEntry {
    /// Number of the period it is posted in.
    pub period: i32,
    /// Index of the receipt.
    pub receipt: usize,
    /// Index of the invoice, where there is one.
    pub invoice: Option<usize>,
    /// What it is.
    pub kind: AccrualEntryKind,
    /// The amount, signed.
    pub amount: i128,
}

/// What an accrual comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accruals {
    /// The entries, by period, then in the order of the receipts and invoices.
    pub entries: Vec<AccrualEntry>,
    /// Accrued and not invoiced yet, by receipt.
    pub open: Vec<i128>,
    /// Actual less accrued, by invoice.
    pub differences: Vec<i128>,
}

/// Why an invoice cannot be settled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccrualError {
    /// The accrual is cleared already (`ACCRUAL_CLOSED`).
    #[error("the accrual of the receipt at index {receipt} is cleared")]
    Closed {
        /// The receipt.
        receipt: usize,
    },
    /// The invoice is for more than is open (`OVER_SETTLE`).
    #[error("invoice {invoice} is for more than the {open} grains that are open")]
    OverSettle {
        /// The invoice.
        invoice: usize,
        /// Grains open.
        open: i128,
    },
    /// The invoice names no receipt, or one of a later period (`UNKNOWN_REFERENCE`).
    #[error("invoice {invoice} names no receipt of its period or before")]
    Receipt {
        /// The invoice.
        invoice: usize,
    },
    /// A quantity that is not above nought (`QTY_NOT_POSITIVE`).
    #[error("the quantity of row {row} must be positive")]
    NotPositive {
        /// The receipt, or the invoice counted behind the receipts.
        row: usize,
    },
    /// The numbers do not fit.
    #[error(transparent)]
    Number(#[from] NumError),
}

impl AccrualError {
    /// The finding with the parameters known here; the caller replaces indices by ids.
    #[must_use]
    pub fn finding(&self) -> crate::finding::Finding {
        use crate::finding::{Code, Finding};
        match self {
            AccrualError::Closed { receipt } => Finding::new(Code::AccrualClosed).with("doc", receipt),
            AccrualError::OverSettle { open, .. } => Finding::new(Code::OverSettle).with("open", open),
            AccrualError::Receipt { invoice } => Finding::new(Code::UnknownReference).with("id", invoice),
            AccrualError::NotPositive { row } => Finding::new(Code::QtyNotPositive).with("row", row),
            AccrualError::Number(error) => error.finding(),
        }
    }
}

/// Follows accrued receipts through their invoices (`S06`). An invoice in the period of its receipt replaces the
/// accrual under every method; in a later one the method says what is posted.
///
/// The methods differ in documents and in the months between; the sum of a receipt's entries is the same: what is
/// invoiced, and the accrual of the rest. The accrued share of an invoice is `accrued × invoiced ÷ open`, so that
/// the last invoice clears the accrual to the cent.
///
/// ```
/// use headstock::costing::{AccrualInvoice, AccrualMethod, AccruedReceipt, settle_accruals};
///
/// // S06: March 200 at 5.50; April 150 at 5.80; May 50 at 5.20.
/// let receipt = AccruedReceipt { period: 3, quantity: 200, value: 110_000 };
/// let invoices = [
///     AccrualInvoice { receipt: 0, period: 4, quantity: 150, amount: 87_000 },
///     AccrualInvoice { receipt: 0, period: 5, quantity: 50, amount: 26_000 },
/// ];
/// let settled = settle_accruals(&[receipt], &invoices, AccrualMethod::SettleDifference, 5).unwrap();
/// assert_eq!(settled.differences, [4_500, -1_500]);
/// assert_eq!(settled.entries.iter().map(|entry| entry.amount).sum::<i128>(), 113_000);
/// ```
///
/// # Errors
/// `ACCRUAL_CLOSED`, `OVER_SETTLE`, `UNKNOWN_REFERENCE`, `QTY_NOT_POSITIVE`, `NUMBER_OVERFLOW`.
pub fn settle_accruals(
    receipts: &[AccruedReceipt],
    invoices: &[AccrualInvoice],
    method: AccrualMethod,
    last_period: i32,
) -> Result<Accruals, AccrualError> {
    if let Some(row) = receipts.iter().position(|receipt| receipt.quantity <= 0) {
        return Err(AccrualError::NotPositive { row });
    }
    let mut open: Vec<(i128, i128)> =
        receipts.iter().map(|receipt| (receipt.quantity, receipt.value)).collect();
    let mut found = Accruals { differences: vec![0; invoices.len()], ..Accruals::default() };
    for (index, receipt) in receipts.iter().enumerate() {
        found.add(receipt.period, index, None, AccrualEntryKind::Accrue, receipt.value);
    }
    let mut order: Vec<usize> = (0..invoices.len()).collect();
    order.sort_by_key(|invoice| invoices[*invoice].period);
    let mut shares = vec![0; invoices.len()];
    for invoice in order {
        let AccrualInvoice { receipt, period, quantity, amount } = invoices[invoice];
        let original = receipts.get(receipt).filter(|original| original.period <= period);
        let Some(original) = original else { return Err(AccrualError::Receipt { invoice }) };
        if quantity <= 0 {
            return Err(AccrualError::NotPositive { row: receipts.len() + invoice });
        }
        let (left, value) = open[receipt];
        if left == 0 {
            return Err(AccrualError::Closed { receipt });
        }
        if quantity > left {
            return Err(AccrualError::OverSettle { invoice, open: left });
        }
        let share = Ratio::new(quantity, left)?.mul_round(value, Rounding::HalfUp)?;
        open[receipt] = (left - quantity, value - share);
        shares[invoice] = share;
        found.differences[invoice] = amount.checked_sub(share).ok_or(NumError::Overflow)?;
        let replaced = period == original.period || method == AccrualMethod::ReverseOnArrival;
        match method {
            AccrualMethod::SettleDifference if !replaced => {
                let difference = found.differences[invoice];
                found.add(period, receipt, Some(invoice), AccrualEntryKind::Difference, difference);
            }
            AccrualMethod::ReverseAtMonthStart if !replaced => {
                found.add(period, receipt, Some(invoice), AccrualEntryKind::Actual, amount);
            }
            _ => {
                found.add(period, receipt, Some(invoice), AccrualEntryKind::Reverse, -share);
                found.add(period, receipt, Some(invoice), AccrualEntryKind::Actual, amount);
            }
        }
    }
    if method == AccrualMethod::ReverseAtMonthStart {
        found.month_starts(receipts, invoices, &shares, last_period);
    }
    found.entries.retain(|entry| entry.amount != 0 || entry.kind == AccrualEntryKind::Accrue);
    found.entries.sort_by_key(|entry| (entry.period, entry.receipt, entry.kind, entry.invoice));
    found.open = open.into_iter().map(|(_, value)| value).collect();
    Ok(found)
}

impl Accruals {
    fn add(
        &mut self,
        period: i32,
        receipt: usize,
        invoice: Option<usize>,
        kind: AccrualEntryKind,
        amount: i128,
    ) {
        self.entries.push(AccrualEntry { period, receipt, invoice, kind, amount });
    }

    /// Reverses what is open at the start of each later period, and accrues again what is still open at its end.
    fn month_starts(
        &mut self,
        receipts: &[AccruedReceipt],
        invoices: &[AccrualInvoice],
        shares: &[i128],
        last: i32,
    ) {
        for (index, receipt) in receipts.iter().enumerate() {
            let of = invoices.iter().zip(shares).filter(|(invoice, _)| invoice.receipt == index);
            let mut by_period: Vec<(i32, i128)> =
                of.map(|(invoice, share)| (invoice.period, *share)).collect();
            by_period.sort_unstable();
            let same = by_period.iter().filter(|(period, _)| *period == receipt.period);
            let mut open = receipt.value - same.map(|(_, share)| share).sum::<i128>();
            // Only periods in which something is open: a closed accrual is not carried on.
            for period in receipt.period.saturating_add(1)..=last {
                if open == 0 {
                    break;
                }
                let cleared: i128 =
                    by_period.iter().filter(|(of, _)| *of == period).map(|(_, share)| share).sum();
                self.add(period, index, None, AccrualEntryKind::Reverse, -open);
                open -= cleared;
                if open != 0 {
                    self.add(period, index, None, AccrualEntryKind::Accrue, open);
                }
            }
        }
    }
}

//! Requests about numbers: shares, units, rounding, currencies, second quantities.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Decided, ErrorDocument};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::money::{Currency, Money, MoneyError, SecondQuantity, TwoAmounts};
use crate::num::{DecimalText, NumError, Ratio, Residue, Rounding, split_decimal};
use crate::run::{Limits, RunControl};
use crate::snapshot::ConversionRow;
use crate::unit::Conversions;

/// Asks for a total to be shared out in proportion to bases; the shares add up to exactly the total.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllocateRequest {
    /// The total.
    pub total: DecimalText,
    /// Decimals of a share; absent: as many as the total has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<u32>,
    /// The receivers, in any order.
    pub lines: Vec<AllocateLine>,
    /// Where the residue goes; first and last are by key.
    #[serde(default)]
    pub residue: Residue,
}

/// A receiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllocateLine {
    /// Key, unique; ties go to the smaller one.
    pub key: Id,
    /// Base, at least nought.
    pub base: DecimalText,
}

/// The shares, by key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllocateResult {
    /// The shares.
    pub shares: Vec<Share>,
}

/// A share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// Key of the receiver.
    pub key: Id,
    /// What it gets.
    pub share: DecimalText,
}

/// Answers an [`AllocateRequest`].
pub(super) fn allocate(request: AllocateRequest, control: &RunControl<'_>) -> Decided<AllocateResult> {
    let (count, limit) = (request.lines.len() as u64, u64::from(control.limits().document_lines));
    Limits::check("lines", count, limit).map_err(|error| error.finding())?;
    let mut lines = request.lines;
    lines.sort_by(|a, b| a.key.cmp(&b.key));
    if let Some(pair) = lines.windows(2).find(|pair| pair[0].key == pair[1].key) {
        return Err(Finding::new(Code::DuplicateId).with("table", "lines").with("id", &pair[0].key).into());
    }
    let bases: Vec<_> = lines.iter().map(|line| line.base.0).collect();
    let scale = request.scale.unwrap_or_else(|| request.total.0.scale());
    let shares = split_decimal(request.total.0, scale, &bases, request.residue);
    let shares = shares.map_err(|error| named(&error, &lines))?;
    let shares = lines.into_iter().zip(shares);
    Ok(AllocateResult {
        shares: shares.map(|(line, share)| Share { key: line.key, share: share.into() }).collect(),
    }
    .into())
}

/// An error of a split with the key instead of the position.
fn named(error: &NumError, lines: &[AllocateLine]) -> Finding {
    let finding = error.finding();
    let (name, index) = match error {
        NumError::AllocationSign { index } => ("line", index),
        NumError::NegativeBase { index } => ("order", index),
        NumError::BaseZero => return finding.with("workshop", "lines").with("expense", "base"),
        _ => return finding,
    };
    match lines.get(*index) {
        Some(line) => finding.with(name, &line.key),
        None => finding,
    }
}

/// Asks for a quantity in another unit of measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConvertRequest {
    /// The conversions known.
    pub conversions: Vec<ConversionRow>,
    /// The item.
    pub item: Id,
    /// The quantity.
    pub quantity: Ratio,
    /// Its unit.
    pub from: Id,
    /// The unit wanted.
    pub to: Id,
    /// Decimals of the unit wanted; absent: the exact value only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<u32>,
    /// How it is rounded.
    #[serde(default)]
    pub rounding: Rounding,
}

/// A converted quantity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConvertResult {
    /// Exact.
    pub exact: Ratio,
    /// Rounded to the scale asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<DecimalText>,
}

/// Answers a [`ConvertRequest`].
pub(super) fn convert(request: ConvertRequest, _: &RunControl<'_>) -> Decided<ConvertResult> {
    let mut table = Conversions::new();
    for row in request.conversions {
        match row.item {
            None => table.add(row.from, row.to, row.ratio)?,
            Some(item) => table.add_for_item(item, row.from, row.to, row.ratio)?,
        }
    }
    let exact = table.convert(&request.item, request.quantity, &request.from, &request.to)?;
    let quantity = match request.scale {
        Some(scale) => Some(exact.round(scale, request.rounding)?.into()),
        None => None,
    };
    Ok(ConvertResult { exact, quantity }.into())
}

/// Asks for a number to be rounded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoundRequest {
    /// The number, which may be a ratio such as `2/3`.
    pub value: Ratio,
    /// Decimals of the result.
    pub scale: u32,
    /// The mode.
    #[serde(default)]
    pub rounding: Rounding,
}

/// A rounded number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoundResult {
    /// The number.
    pub value: DecimalText,
}

/// Answers a [`RoundRequest`].
pub(super) fn round(request: RoundRequest, _: &RunControl<'_>) -> Decided<RoundResult> {
    Ok(RoundResult { value: request.value.round(request.scale, request.rounding)?.into() }.into())
}

/// Asks for an amount in the currency of the company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CurrencyRequest {
    /// The amount of the document.
    pub amount: DecimalText,
    /// Its currency.
    pub currency: CurrencyRow,
    /// The currency of the company.
    pub company: CurrencyRow,
    /// Units of the company's currency for one unit of the document's; not needed between equal currencies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Ratio>,
    /// How the company amount is rounded.
    #[serde(default)]
    pub rounding: Rounding,
    /// An earlier estimate of the same fee; the difference from it is then answered by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimate: Option<Estimate>,
}

/// A currency and the decimals of its amounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CurrencyRow {
    /// Code, such as `CNY`.
    pub code: Id,
    /// Decimals; 2 for most.
    #[serde(default = "two")]
    pub scale: u32,
}

fn two() -> u32 {
    2
}

/// An estimated amount in the currency of the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    /// The amount.
    pub amount: DecimalText,
    /// The rate of the estimate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Ratio>,
}

/// An amount in two currencies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CurrencyResult {
    /// In the currency of the document.
    pub transaction: DecimalText,
    /// In the currency of the company.
    pub company: DecimalText,
    /// The estimate in the currency of the company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimated: Option<DecimalText>,
    /// What the company amount exceeds the estimate by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<DecimalText>,
}

/// Answers a [`CurrencyRequest`].
pub(super) fn currency(request: CurrencyRequest, _: &RunControl<'_>) -> Decided<CurrencyResult> {
    let own = Currency::new(request.currency.code, request.currency.scale)?;
    let company = Currency::new(request.company.code, request.company.scale)?;
    let two = |amount: DecimalText, rate: Option<Ratio>| -> Result<TwoAmounts, MoneyError> {
        let money = Money::new(amount.0, own.clone())?;
        TwoAmounts::convert(money, company.clone(), rate, request.rounding)
    };
    let amounts = two(request.amount, request.rate)?;
    let mut result = CurrencyResult {
        transaction: amounts.transaction().amount().into(),
        company: amounts.company().amount().into(),
        estimated: None,
        difference: None,
    };
    if let Some(estimate) = request.estimate {
        let estimate = two(estimate.amount, estimate.rate)?;
        result.estimated = Some(estimate.company().amount().into());
        result.difference = Some(amounts.difference_from(&estimate)?.amount().into());
    }
    Ok(result.into())
}

/// Asks for the sum of movements of an item that may carry a second quantity. What goes out is negative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondQuantityRequest {
    /// The item.
    pub item: Id,
    /// Whether the item needs its second quantity ★.
    #[serde(default = "yes")]
    pub required: bool,
    /// The movements.
    pub movements: Vec<TwoQuantities>,
}

fn yes() -> bool {
    true
}

/// A quantity and, where there is one, its second quantity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TwoQuantities {
    /// The first quantity, which is planned with.
    pub first: DecimalText,
    /// The second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<DecimalText>,
}

/// The sum, both quantities apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondQuantityResult {
    /// The sum.
    pub total: TwoQuantities,
}

/// Answers a [`SecondQuantityRequest`].
pub(super) fn second_quantity(
    request: SecondQuantityRequest,
    _: &RunControl<'_>,
) -> Decided<SecondQuantityResult> {
    let placed = |error: MoneyError, row: usize| -> ErrorDocument {
        error.finding().with("item", &request.item).with("row", row + 1).into()
    };
    let mut total = SecondQuantity::ZERO;
    for (row, movement) in request.movements.iter().enumerate() {
        let second = movement.second.map(|second| second.0);
        let quantity = SecondQuantity::new(movement.first.0, second, request.required);
        let sum = quantity.and_then(|quantity| total.checked_add(quantity));
        total = sum.map_err(|error| placed(error, row))?;
    }
    let total = TwoQuantities { first: total.first.into(), second: total.second };
    Ok(SecondQuantityResult { total }.into())
}

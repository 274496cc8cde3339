//! The request that values stock movements (`C17`, `F09`).

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::amounts::{amount, rounded, two, unit_cost, units, yes};
use super::{Answer, Decided, ErrorDocument};
use crate::costing::valuation::{
    Balance, LayerLeft, Movement, MovementKind, NegativeStock, Note, Policy, Scales, ValuationError,
    ValueLedger,
};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::num::{DecimalText, Ratio, from_scaled, to_scaled};
use crate::run::{Limits, RunControl};
use crate::time::Date;

/// What stock is valued by (`C17`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValuationKey {
    /// One value for an item ★; places are only told.
    #[default]
    Item,
    /// One value for an item at each place.
    ItemAndPlace,
}

/// Asks what every issue costs, what the stock is worth, and what late documents change (`C17`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValueMovementsRequest {
    /// How stock is valued.
    #[serde(default)]
    pub policy: Policy,
    /// What it is valued by.
    #[serde(default)]
    pub per: ValuationKey,
    /// Decimals of amounts.
    #[serde(default = "two")]
    pub scale: u32,
    /// What is known of items; needed only for those with something to say.
    #[serde(default)]
    pub items: Vec<ValuedItem>,
    /// The movements, in any order.
    pub movements: Vec<ValueMovement>,
    /// Late documents: valued after the movements, as if they had been there; what changes is listed.
    #[serde(default)]
    pub late: Vec<ValueMovement>,
    /// Last day of the last closed period: late quantities up to it are refused, and adjustments to movements up to
    /// it are posted on the day after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_to: Option<Date>,
    /// Control total of the opening layers (`F09`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening_total: Option<DecimalText>,
}

/// What is known of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValuedItem {
    /// The item.
    pub item: Id,
    /// Decimals of its stock unit; absent: as many as its quantities have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<u32>,
    /// Standard cost of one unit, until a `revalue` with a `unit_price` changes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard: Option<Ratio>,
    /// A policy of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
}

/// What a movement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValueMovementKind {
    /// An opening layer; below nought for stock that is owed.
    Opening,
    /// Comes in at its own value.
    Receipt,
    /// Goes out; `of` names the receipt to take first.
    Issue,
    /// Comes back; `of` names the issue whose cost it has, else at current cost.
    ReturnIn,
    /// Goes back; `of` names the receipt whose cost it has, else as an issue.
    ReturnOut,
    /// A value that belongs to the receipt that `of` names.
    Charge,
    /// A value added to the stock (`value`), or its new unit cost (`unit_price`); `of` names a layer.
    Revalue,
}

/// One movement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValueMovement {
    /// Document line, unique.
    pub id: Id,
    /// The item.
    pub item: Id,
    /// The place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Id>,
    /// Business date.
    pub date: Date,
    /// Order within the day; ties by id.
    #[serde(default)]
    pub sequence: u64,
    /// What it is.
    pub kind: ValueMovementKind,
    /// Quantity in stock units, not below nought but for an opening.
    #[serde(default)]
    pub quantity: DecimalText,
    /// Its value; of an issue the estimate for what stock does not cover.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<DecimalText>,
    /// Value of one unit, instead of `value`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<Ratio>,
    /// The movement that it refers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Id>,
    /// A receipt from another place: the issue there whose value it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_of: Option<Id>,
    /// Whether a receipt is invoiced.
    #[serde(default = "yes")]
    pub invoiced: bool,
    /// The value that is posted already: the answer gives the adjustment to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posted: Option<DecimalText>,
    /// Owner, where it is not the company: its stock carries no value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Id>,
}

/// Valued movements.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValueMovementsResult {
    /// By item and place.
    pub items: Vec<ItemValuation>,
    /// What the late documents changed, by item and place.
    pub adjustments: Vec<LateAdjustment>,
}

/// The valuation of one item, or of one item at one place. `opening + received + returned in + revalued = issued +
/// returned out + rounding + ending`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ValuedItem")]
pub struct ItemValuation {
    /// The item.
    pub item: Id,
    /// The place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Id>,
    /// The movements in the order of valuation.
    pub movements: Vec<ValuedMovement>,
    /// What is left of each receipt; empty for averages and standard cost.
    pub layers: Vec<LayerRow>,
    /// Issues that took what was not there and are not covered yet.
    pub owed: Vec<LayerRow>,
    /// Amounts with a name of their own.
    pub entries: Vec<ValueEntry>,
    /// Value of opening layers.
    pub opening: DecimalText,
    /// Value of receipts, charges included.
    pub received: DecimalText,
    /// Value of what came back.
    pub returned_in: DecimalText,
    /// Charges counted on their own date, and revaluations, as far as they went to stock.
    pub revalued: DecimalText,
    /// Value of issues.
    pub issued: DecimalText,
    /// Value of what went back.
    pub returned_out: DecimalText,
    /// Residues posted on their own.
    pub rounding: DecimalText,
    /// The stock at the end.
    pub ending: StockValue,
}

/// One movement with its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValuedMovement {
    /// Document line.
    pub id: Id,
    /// What it is.
    pub kind: ValueMovementKind,
    /// Business date.
    pub date: Date,
    /// Quantity.
    pub quantity: DecimalText,
    /// Its value: into stock of what comes in, out of stock of what goes out.
    pub value: DecimalText,
    /// Value of one unit, exact; absent for a quantity of nought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<Ratio>,
    /// The average that an issue was valued at, rounded as the policy says, else exact; absent for other methods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average: Option<Ratio>,
    /// The value when it happened, where a later receipt corrected it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provisional: Option<DecimalText>,
    /// The value less what was posted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adjustment: Option<DecimalText>,
    /// The stock after it.
    pub stock: StockValue,
}

/// Stock and its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StockValue {
    /// Quantity.
    pub quantity: DecimalText,
    /// Value.
    pub value: DecimalText,
    /// Value of one unit, exact; absent where nothing is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<Ratio>,
    /// Quantity of receipts without an invoice that are kept apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uninvoiced_quantity: Option<DecimalText>,
    /// Their value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uninvoiced_value: Option<DecimalText>,
}

/// What is left of a receipt, or owed by an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LayerRow {
    /// Document line.
    pub id: Id,
    /// Quantity.
    pub quantity: DecimalText,
    /// Value.
    pub value: DecimalText,
    /// Value of one unit, exact.
    pub unit_cost: Ratio,
}

/// What an amount with a name of its own is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValueEntryKind {
    /// A receipt covered an issue that had gone below stock: the issue costs so much more.
    Correction,
    /// The residue of a rounded unit cost.
    Rounding,
    /// The part of a charge or revaluation whose goods are gone.
    Consumed,
    /// Purchase price variance: actual less standard.
    PurchaseVariance,
    /// A charge on an item at standard cost.
    ChargeVariance,
    /// A revaluation of an item at standard cost by an amount: it moves no stock value.
    RevaluationVariance,
    /// Goods that went back at another value than their receipt had.
    ReturnVariance,
}

/// An amount with a name of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValueEntry {
    /// The movement.
    pub id: Id,
    /// What it is.
    pub kind: ValueEntryKind,
    /// The receipt that covered it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Id>,
    /// Quantity covered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<DecimalText>,
    /// The amount.
    pub amount: DecimalText,
}

/// What a late document changed of a movement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LateAdjustment {
    /// The movement.
    pub id: Id,
    /// The item.
    pub item: Id,
    /// The place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Id>,
    /// Date of the movement: the reference.
    pub date: Date,
    /// Date of posting: the same, or the first open day.
    pub posting: Date,
    /// Value before.
    pub before: DecimalText,
    /// Value now.
    pub after: DecimalText,
    /// The adjustment.
    pub amount: DecimalText,
}

/// Movements of one key, in the order of their indices, and their ledger.
struct Group<'r> {
    item: &'r Id,
    place: Option<&'r Id>,
    policy: Policy,
    scales: Scales,
    standard: Option<Ratio>,
    rows: Vec<&'r ValueMovement>,
    /// How many of them are not late.
    known: usize,
    index: BTreeMap<&'r Id, u32>,
    ledger: Option<ValueLedger>,
}

/// Answers a [`ValueMovementsRequest`].
pub(super) fn value_movements(
    request: ValueMovementsRequest,
    control: &RunControl<'_>,
) -> Decided<ValueMovementsResult> {
    let count = (request.movements.len() + request.late.len()) as u64;
    Limits::check("movements", count, control.limits().rows).map_err(|error| error.finding())?;
    check(&request)?;
    let mut groups = group(&request)?;
    let mut result = ValueMovementsResult::default();
    let (mut values, mut changed) = (BTreeMap::new(), BTreeMap::new());
    for at in order(&groups)? {
        control.check().map_err(|cancelled| cancelled.finding())?;
        groups[at].value(&request, &mut values, &mut changed, &mut result.adjustments)?;
    }
    let mut findings = Vec::new();
    for group in &groups {
        result.items.push(group.answer(&request, &mut findings)?);
    }
    result
        .adjustments
        .sort_by(|a, b| (&a.item, &a.place, a.date, &a.id).cmp(&(&b.item, &b.place, b.date, &b.id)));
    Ok(Answer { result, findings })
}

fn check(request: &ValueMovementsRequest) -> Result<(), ErrorDocument> {
    if request.scale > crate::num::MAX_SCALE
        || request.policy.unit_decimals.is_some_and(|n| n > crate::num::MAX_SCALE)
    {
        return Err(Finding::new(Code::QtyOutOfRange).with("limit", "number_digits").into());
    }
    let mut seen = BTreeSet::new();
    let mut opening = 0i128;
    for row in request.movements.iter().chain(&request.late) {
        if !seen.insert(&row.id) {
            return Err(Finding::new(Code::DuplicateId)
                .with("table", "movements")
                .with("id", &row.id)
                .into());
        }
        let valued =
            row.value.is_some_and(|value| !value.0.is_zero()) || row.unit_price.is_some_and(|p| !p.is_zero());
        if row.owner.is_some() && (valued || row.posted.is_some_and(|posted| !posted.0.is_zero())) {
            return Err(Finding::new(Code::MixedOwnerCost).with("line", &row.id).into());
        }
        if row.kind == ValueMovementKind::Opening && row.owner.is_none() {
            opening += given(row, request.scale)?.unwrap_or(0);
        }
    }
    if let Some(control) = request.opening_total
        && units(control, request.scale)? != opening
    {
        let sum = amount(opening, request.scale)?;
        let finding = Finding::new(Code::OpeningTotal).with("table", "opening").with("sum", sum);
        return Err(finding.with("control", control).into());
    }
    for row in &request.late {
        let closed = request.closed_to.filter(|closed| row.date <= *closed);
        if let Some(closed) = closed.filter(|_| !row.quantity.0.is_zero()) {
            let finding = Finding::new(Code::PeriodClosed).with("period", month(row.date));
            return Err(finding.with("next", month(next_day(closed))).with("id", &row.id).into());
        }
    }
    Ok(())
}

fn month(date: Date) -> String {
    format!("{:04}-{:02}", date.year(), date.month())
}

fn next_day(date: Date) -> Date {
    date.add_days(1).unwrap_or(Date::MAX)
}

/// The value that a row states, in the smallest unit.
fn given(row: &ValueMovement, scale: u32) -> Result<Option<i128>, ErrorDocument> {
    match (row.value, row.unit_price) {
        (Some(value), _) => Ok(Some(units(value, scale)?)),
        (None, Some(_)) if row.kind == ValueMovementKind::Revalue => Ok(None),
        (None, Some(price)) => {
            Ok(Some(rounded(price.checked_mul(Ratio::from_decimal(row.quantity.0))?, scale)?))
        }
        (None, None) => Ok(None),
    }
}

/// Movements of a group, and those that came late.
type KnownAndLate<'a> = (Vec<&'a ValueMovement>, Vec<&'a ValueMovement>);

/// Movements by item, or item and place, each group by date, sequence and id, late ones behind.
fn group(request: &ValueMovementsRequest) -> Result<Vec<Group<'_>>, ErrorDocument> {
    let items: BTreeMap<&Id, &ValuedItem> = request.items.iter().map(|item| (&item.item, item)).collect();
    let mut groups: BTreeMap<(&Id, Option<&Id>), KnownAndLate<'_>> = BTreeMap::new();
    let all =
        request.movements.iter().map(|row| (row, false)).chain(request.late.iter().map(|row| (row, true)));
    for (row, late) in all.filter(|(row, _)| row.owner.is_none()) {
        let place = row.place.as_ref().filter(|_| request.per == ValuationKey::ItemAndPlace);
        let (known, added) = groups.entry((&row.item, place)).or_default();
        if late { added.push(row) } else { known.push(row) }
    }
    let mut made = Vec::new();
    for ((item, place), (mut rows, mut late)) in groups {
        for list in [&mut rows, &mut late] {
            list.sort_by(|a, b| (a.date, a.sequence, &a.id).cmp(&(b.date, b.sequence, &b.id)));
        }
        let known = rows.len();
        rows.extend(late);
        let facts = items.get(item);
        let written = rows.iter().map(|row| row.quantity.0.normalize().scale()).max().unwrap_or(0);
        let scales = Scales {
            amount: request.scale,
            quantity: facts.and_then(|facts| facts.scale).unwrap_or(written),
        };
        let policy = facts.and_then(|facts| facts.policy).unwrap_or(request.policy);
        let index = rows.iter().zip(0u32..).map(|(row, at)| (&row.id, at)).collect();
        let standard = facts.and_then(|facts| facts.standard);
        made.push(Group { item, place, policy, scales, standard, rows, known, index, ledger: None });
    }
    Ok(made)
}

/// Groups in an order in which whatever a receipt takes its value from is valued before it.
fn order(groups: &[Group<'_>]) -> Result<Vec<usize>, ErrorDocument> {
    let home: BTreeMap<&Id, usize> = groups
        .iter()
        .enumerate()
        .flat_map(|(at, group)| group.rows.iter().map(move |row| (&row.id, at)))
        .collect();
    let mut needs: Vec<BTreeSet<usize>> = Vec::new();
    for group in groups {
        let mut of = BTreeSet::new();
        for row in &group.rows {
            let Some(source) = &row.value_of else { continue };
            of.insert(*home.get(source).ok_or_else(|| {
                Finding::new(Code::UnknownReference).with("id", source).with("row", &row.id)
            })?);
        }
        needs.push(of);
    }
    let (mut done, mut found) = (BTreeSet::new(), Vec::new());
    while found.len() < groups.len() {
        let ready: Vec<usize> =
            (0..groups.len()).filter(|at| !done.contains(at) && needs[*at].is_subset(&done)).collect();
        if ready.is_empty() {
            let left = (0..groups.len()).filter(|at| !done.contains(at)).take(20);
            let names: Vec<String> = left
                .map(|at| format!("{} {}", groups[at].item, groups[at].place.map_or("", Id::as_str)))
                .collect();
            return Err(Finding::new(Code::CostLoop).with("items", names.join(", ")).into());
        }
        done.extend(ready.iter().copied());
        found.extend(ready);
    }
    Ok(found)
}

/// The average that issues are valued at until something else moves or a new period begins.
#[derive(Default)]
struct Average {
    unit: Option<Ratio>,
    day: Option<Date>,
}

impl Average {
    fn of(
        &mut self,
        group: &Group<'_>,
        row: &ValueMovement,
        before: &Balance,
    ) -> Result<Option<Ratio>, ErrorDocument> {
        if row.kind != ValueMovementKind::Issue || !group.policy.method.is_average() {
            self.unit = None;
            return Ok(None);
        }
        let periodic = group.policy.method.is_periodic();
        let by_day = group.policy.period == crate::costing::valuation::AveragePeriod::Day;
        let period = if by_day { row.date } else { row.date.first_of_month() };
        if self.unit.is_none() || (periodic && self.day != Some(period)) {
            let quantity = group.quantity(before.quantity);
            let exact = unit_cost(i128::from(before.value), group.scales.amount, quantity)?;
            self.unit = match (exact, group.policy.unit_decimals) {
                (Some(exact), Some(decimals)) => {
                    Some(Ratio::from_decimal(exact.round(decimals, group.policy.rounding)?))
                }
                (exact, _) => exact,
            };
            self.day = Some(period);
        } else if group.policy.unit_decimals.is_none() && !periodic {
            // Exact: every issue has the average of what is there, which its own rounding moves by less than a cent.
            let quantity = group.quantity(before.quantity);
            self.unit = unit_cost(i128::from(before.value), group.scales.amount, quantity)?;
        }
        Ok(self.unit)
    }
}

impl<'r> Group<'r> {
    /// Values the group: what is known first, then what is late and what late documents elsewhere changed.
    fn value(
        &mut self,
        request: &ValueMovementsRequest,
        values: &mut BTreeMap<&'r Id, i128>,
        changed: &mut BTreeMap<&'r Id, i128>,
        adjustments: &mut Vec<LateAdjustment>,
    ) -> Result<(), ErrorDocument> {
        let mut movements = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            movements.push(self.movement(row, request.scale, values)?);
        }
        let known = movements[..self.known].to_vec();
        let ledger = ValueLedger::new(self.policy, self.scales, self.standard, &known);
        let mut ledger = ledger.map_err(|error| self.fault(&error))?;
        for (row, at) in self.rows.iter().zip(0u32..).take(self.known) {
            values.insert(&row.id, ledger.value_of(at));
        }
        let mut changes: BTreeMap<u32, (i64, i64)> = BTreeMap::new();
        let mut steps = vec![ledger.late(&movements[self.known..])];
        for (row, at) in self.rows.iter().zip(0u32..) {
            if let Some(value) = row.value_of.as_ref().and_then(|source| changed.get(source)) {
                steps.push(ledger.change(at, *value));
            }
        }
        for step in steps {
            for change in step.map_err(|error| self.fault(&error))? {
                let slot = changes.entry(change.row).or_insert((change.before, change.after));
                slot.1 = change.after;
            }
        }
        for (row, at) in self.rows.iter().zip(0u32..).skip(self.known) {
            values.insert(&row.id, ledger.value_of(at));
        }
        for (at, (before, after)) in changes {
            let row = self.rows[at as usize];
            changed.insert(&row.id, i128::from(after));
            if before == after || (at as usize) >= self.known {
                continue;
            }
            let closed = request.closed_to.filter(|closed| row.date <= *closed);
            adjustments.push(LateAdjustment {
                id: row.id.clone(),
                item: self.item.clone(),
                place: self.place.cloned(),
                date: row.date,
                posting: closed.map_or(row.date, next_day),
                before: amount(i128::from(before), request.scale)?,
                after: amount(i128::from(after), request.scale)?,
                amount: amount(i128::from(after) - i128::from(before), request.scale)?,
            });
        }
        self.ledger = Some(ledger);
        Ok(())
    }

    fn movement(
        &self,
        row: &ValueMovement,
        scale: u32,
        values: &BTreeMap<&'r Id, i128>,
    ) -> Result<Movement, ErrorDocument> {
        let placed =
            |error: crate::num::NumError| error.finding().with("unit", &row.item).with("row", &row.id);
        let quantity = to_scaled(row.quantity.0, self.scales.quantity).map_err(placed)?;
        let kind = match (row.kind, row.unit_price) {
            (ValueMovementKind::Opening, _) => MovementKind::Opening,
            (ValueMovementKind::Receipt, _) => MovementKind::Receipt,
            (ValueMovementKind::Issue, _) => MovementKind::Issue,
            (ValueMovementKind::ReturnIn, _) => MovementKind::ReturnIn,
            (ValueMovementKind::ReturnOut, _) => MovementKind::ReturnOut,
            (ValueMovementKind::Charge, _) => MovementKind::Charge,
            (ValueMovementKind::Revalue, Some(price)) if row.value.is_none() => {
                MovementKind::RevalueTo(price)
            }
            (ValueMovementKind::Revalue, _) => MovementKind::Revalue,
        };
        let value = match &row.value_of {
            Some(source) => Some(values.get(source).copied().unwrap_or(0)),
            None => given(row, scale)?,
        };
        let link = match &row.of {
            None => None,
            Some(of) => Some(*self.index.get(of).ok_or_else(|| {
                Finding::new(Code::UnknownReference).with("id", of).with("row", &row.id).with("field", "of")
            })?),
        };
        Ok(Movement {
            date: row.date,
            sequence: row.sequence,
            kind,
            quantity,
            value,
            link,
            invoiced: row.invoiced,
        })
    }

    /// An error of the ledger with the names of the host.
    fn fault(&self, error: &ValuationError) -> ErrorDocument {
        let finding = error.finding().with("item", self.item);
        let Some(row) = self.rows.get(error.row() as usize) else { return finding.into() };
        let place = row.place.as_ref().or(self.place).map_or("-", Id::as_str);
        let grains = |grains: i64| from_scaled(grains, self.scales.quantity);
        let finding = finding.with("row", &row.id).with("date", row.date).with("warehouse", place);
        match error {
            ValuationError::NegativeStock { quantity, .. } => finding.with("qty", grains(*quantity)),
            ValuationError::ReturnExceeds { net, .. } => finding.with("net", grains(*net)),
            ValuationError::Link { .. } => finding.with("id", row.of.as_ref().unwrap_or(&row.id)),
            ValuationError::NegativeValue { value, .. } => match amount(*value, self.scales.amount) {
                Ok(value) => finding.with("value", value),
                Err(_) => finding,
            },
            _ => finding,
        }
        .into()
    }

    fn quantity(&self, grains: i64) -> DecimalText {
        from_scaled(grains, self.scales.quantity).into()
    }

    fn stock(&self, balance: &Balance) -> Result<StockValue, ErrorDocument> {
        let aside = balance.aside_quantity != 0 || balance.aside_value != 0;
        let scale = self.scales.amount;
        Ok(StockValue {
            quantity: self.quantity(balance.quantity),
            value: amount(i128::from(balance.value), scale)?,
            unit_cost: unit_cost(i128::from(balance.value), scale, self.quantity(balance.quantity))?,
            uninvoiced_quantity: aside.then(|| self.quantity(balance.aside_quantity)),
            uninvoiced_value: if aside {
                Some(amount(i128::from(balance.aside_value), scale)?)
            } else {
                None
            },
        })
    }

    fn layer(&self, layer: &LayerLeft) -> Result<LayerRow, ErrorDocument> {
        let (quantity, value) = (self.quantity(layer.quantity), i128::from(layer.value));
        Ok(LayerRow {
            id: self.rows[layer.row as usize].id.clone(),
            quantity,
            value: amount(value, self.scales.amount)?,
            unit_cost: unit_cost(value, self.scales.amount, quantity)?.unwrap_or(Ratio::ZERO),
        })
    }

    fn answer(
        &self,
        request: &ValueMovementsRequest,
        findings: &mut Vec<Finding>,
    ) -> Result<ItemValuation, ErrorDocument> {
        let Some(ledger) = &self.ledger else {
            return Err(Finding::new(Code::Internal).with("place", "value_movements").into());
        };
        let scale = self.scales.amount;
        let mut movements = Vec::with_capacity(self.rows.len());
        let mut sums: BTreeMap<ValueMovementKind, i128> = BTreeMap::new();
        let (mut average, mut before) = (Average::default(), Balance::default());
        for (at, balance) in ledger.steps().map_err(|error| self.fault(&error))? {
            let row = self.rows[at as usize];
            let (value, first) = (ledger.value_of(at), ledger.reckoned(at));
            *sums.entry(row.kind).or_default() += value;
            let posted = row.posted.map(|posted| units(posted, scale)).transpose()?;
            let average = average.of(self, row, &before)?;
            before = balance;
            movements.push(ValuedMovement {
                id: row.id.clone(),
                kind: row.kind,
                date: row.date,
                quantity: row.quantity,
                value: amount(value, scale)?,
                unit_cost: unit_cost(value, scale, row.quantity)?,
                average,
                provisional: if first == value { None } else { Some(amount(first, scale)?) },
                adjustment: posted.map(|posted| amount(value - posted, scale)).transpose()?,
                stock: self.stock(&balance)?,
            });
        }
        let sum = |kinds: &[ValueMovementKind]| {
            amount(kinds.iter().map(|kind| sums.get(kind).copied().unwrap_or(0)).sum(), scale)
        };
        use ValueMovementKind::{Charge, Issue, Opening, Receipt, ReturnIn, ReturnOut, Revalue};
        let (entries, rounding) = self.entries(ledger)?;
        self.findings(request, ledger, findings)?;
        Ok(ItemValuation {
            item: self.item.clone(),
            place: self.place.cloned(),
            movements,
            layers: ledger.layers().iter().map(|layer| self.layer(layer)).collect::<Result<_, _>>()?,
            owed: ledger.owed().iter().map(|layer| self.layer(layer)).collect::<Result<_, _>>()?,
            entries,
            opening: sum(&[Opening])?,
            received: sum(&[Receipt])?,
            returned_in: sum(&[ReturnIn])?,
            revalued: sum(&[Charge, Revalue])?,
            issued: sum(&[Issue])?,
            returned_out: sum(&[ReturnOut])?,
            rounding: amount(rounding, scale)?,
            ending: self.stock(&ledger.balance())?,
        })
    }

    fn entries(&self, ledger: &ValueLedger) -> Result<(Vec<ValueEntry>, i128), ErrorDocument> {
        let (mut entries, mut rounding) = (Vec::new(), 0);
        for note in ledger.notes() {
            let kind_of = |row: u32| self.rows[row as usize].kind;
            let (row, kind, value) = match *note {
                Note::Correction { row, amount, .. } => (row, ValueEntryKind::Correction, amount),
                Note::Rounding { row, amount } => {
                    rounding += i128::from(amount);
                    (row, ValueEntryKind::Rounding, amount)
                }
                Note::Consumed { row, amount } => (row, ValueEntryKind::Consumed, amount),
                Note::Variance { row, amount } => {
                    let kind = match kind_of(row) {
                        ValueMovementKind::Charge => ValueEntryKind::ChargeVariance,
                        ValueMovementKind::Revalue => ValueEntryKind::RevaluationVariance,
                        ValueMovementKind::ReturnOut => ValueEntryKind::ReturnVariance,
                        _ => ValueEntryKind::PurchaseVariance,
                    };
                    (row, kind, amount)
                }
                Note::ZeroCost { .. } => continue,
            };
            let (by, quantity) = match *note {
                Note::Correction { by, quantity, .. } if quantity > 0 => {
                    (Some(self.rows[by as usize].id.clone()), Some(self.quantity(quantity)))
                }
                _ => (None, None),
            };
            let id = self.rows[row as usize].id.clone();
            entries.push(ValueEntry {
                id,
                kind,
                by,
                quantity,
                amount: amount(i128::from(value), self.scales.amount)?,
            });
        }
        Ok((entries, rounding))
    }

    fn findings(
        &self,
        _: &ValueMovementsRequest,
        ledger: &ValueLedger,
        findings: &mut Vec<Finding>,
    ) -> Result<(), ErrorDocument> {
        if self.policy.method.is_lifo() {
            findings.push(Finding::new(Code::LifoNotIas2).with("item", self.item));
        }
        let left = ledger.balance().quantity;
        if left < 0 && self.policy.negative != NegativeStock::Refuse {
            let place = self.place.map_or("-", Id::as_str);
            let finding = Finding::new(Code::NegativeStockAtCosting).with("item", self.item);
            findings.push(finding.with("warehouse", place).with("qty", self.quantity(left)));
        }
        for note in ledger.notes() {
            match *note {
                Note::ZeroCost { row } if ledger.value_of(row) == 0 => {
                    let row = &self.rows[row as usize].id;
                    findings.push(Finding::new(Code::ZeroCostIssue).with("item", self.item).with("row", row));
                }
                Note::Consumed { row, amount: gone } if ledger.value_of(row) == 0 => {
                    let gone = amount(i128::from(gone), self.scales.amount)?;
                    let finding = Finding::new(Code::AdjustZeroStock).with("item", self.item);
                    findings.push(finding.with("amount", gone).with("row", &self.rows[row as usize].id));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

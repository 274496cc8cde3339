//! Requests about bills of material.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Answer, Decided, ErrorDocument};
use crate::bom::{
    self, BomBook, BomBookBuilder, BomError, ComponentLine, ExplosionRequest, ExplosionRow, GainRow,
    IssueMethod, ItemFacts, OrderQuantity, OutputKind, UsedBy, UsedIn,
};
use crate::finding::{Code, Finding};
use crate::id::Id;
use crate::num::{DecimalText, Ratio};
use crate::run::RunControl;
use crate::snapshot::Tables;
use crate::time::Date;
use crate::unit::{Conversions, Unit};

/// Whether a quantity counts what goes in or what good product must come out (`P12`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum QuantityBasis {
    /// Input quantity (the default).
    #[default]
    Input,
    /// Good quantity: the input is `good ÷ yield`.
    Good,
}

/// How an explosion is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExplosionView {
    /// Components of the product only.
    SingleLevel,
    /// Every occurrence at every level, each before its own components.
    Indented,
    /// One row an item, its whole need added up first (the default).
    #[default]
    Summarised,
}

/// Asks for the components of a product. Nothing is rounded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplodeRequest {
    /// Units, conversions, items, sites and BOMs; other tables are not looked at.
    pub tables: Tables,
    /// The product.
    pub product: Id,
    /// How much of it, in its stock unit.
    pub quantity: DecimalText,
    /// What the quantity counts.
    #[serde(default)]
    pub basis: QuantityBasis,
    /// The explosion date, on which versions and lines must be in force.
    pub date: Date,
    /// The site; absent: only versions that hold everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<Id>,
    /// A version of the product's BOM to use instead of the one in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bom: Option<Id>,
    /// How it is shown.
    #[serde(default)]
    pub view: ExplosionView,
}

/// The components of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplodeResult {
    /// The BOM version of the product.
    pub bom: Id,
    /// Exact input quantity of the product, in its stock unit.
    pub input: Ratio,
    /// Components: by place in the structure, or (summarised) by low-level code and id.
    pub rows: Vec<ExplodeRow>,
    /// Co-products and by-products of everything made, by item and kind.
    pub outputs: Vec<ExplodeOutput>,
}

/// A component of an explosion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplodeRow {
    /// The component.
    pub component: Id,
    /// Exact requirement in the component's stock unit.
    pub quantity: Ratio,
    /// Whether it has a BOM in force itself.
    pub made: bool,
    /// 1 for a component of the product; absent when summarised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<u32>,
    /// The BOM that the line stands in; absent when summarised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bom: Option<Id>,
    /// Line id; absent when summarised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<Id>,
    /// Phantoms and skipped items between the maker and the component, from the top.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub through: Vec<Id>,
    /// Low-level code; only when summarised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low_level_code: Option<u32>,
}

/// A further output of an explosion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplodeOutput {
    /// The item.
    pub item: Id,
    /// Co-product or by-product.
    pub kind: OutputKind,
    /// Exact quantity in stock units.
    pub quantity: Ratio,
}

/// The structure of the tables: names, and the book of their BOMs.
pub(super) fn book_of(
    tables: &Tables,
    control: &RunControl<'_>,
) -> Result<(ItemFacts, BomBook), ErrorDocument> {
    let facts = facts_of(tables)?;
    let mut builder = BomBookBuilder::new(*control.limits());
    let mut faults = Vec::new();
    for bom in &tables.boms {
        if let Err(found) = builder.add(bom, &facts) {
            faults.extend(found);
        }
    }
    if !faults.is_empty() {
        let shown = faults.len().min(control.limits().errors_shown.max(1));
        return Err(ErrorDocument::of(&faults[..shown], faults.len() as u64));
    }
    match builder.build(&facts) {
        Ok(book) => Ok((facts, book)),
        Err(errors) => {
            let findings: Vec<Finding> = errors.iter().map(BomError::finding).collect();
            let mut document = ErrorDocument::of(&findings, findings.len() as u64);
            for error in errors {
                if let BomError::Loop { path } = error {
                    document.error.path = path.into_iter().map(String::from).collect();
                }
            }
            Err(document)
        }
    }
}

fn facts_of(tables: &Tables) -> Result<ItemFacts, ErrorDocument> {
    let mut units = Vec::with_capacity(tables.units.len());
    for row in &tables.units {
        let unit = Unit::new(row.id.clone(), row.scale);
        let place = |error: crate::num::NumError| {
            let finding = error.finding().with("value", row.scale).with("limit", "0 to 9");
            finding.with("table", "units").with("row", &row.id)
        };
        units.push(unit.map_err(place)?);
    }
    let mut conversions = Conversions::new();
    for row in &tables.conversions {
        let added = match &row.item {
            None => conversions.add(row.from.clone(), row.to.clone(), row.ratio),
            Some(item) => conversions.add_for_item(item.clone(), row.from.clone(), row.to.clone(), row.ratio),
        };
        added.map_err(|error| error.finding().with("table", "conversions").with("row", &row.from))?;
    }
    let sites: Vec<Id> = tables.sites.iter().map(|site| site.id.clone()).collect();
    let locations: Vec<Id> = tables.locations.iter().map(|location| location.id.clone()).collect();
    Ok(ItemFacts::new(&tables.items, &units, &sites, &locations, conversions)?)
}

fn order_quantity(quantity: DecimalText, basis: QuantityBasis) -> Result<OrderQuantity, ErrorDocument> {
    if quantity.0 < Decimal::ZERO {
        let fault = Finding::new(Code::QtyOutOfRange).with("value", quantity.0).with("limit", "≥ 0");
        return Err(fault.with("field", "quantity").into());
    }
    Ok(match basis {
        QuantityBasis::Input => OrderQuantity::Input(quantity.0),
        QuantityBasis::Good => OrderQuantity::Good(quantity.0),
    })
}

/// A name of the tables; it was an id when it was read.
fn id(name: &str) -> Id {
    Id::known(name)
}

fn ids(names: &[&str]) -> Vec<Id> {
    names.iter().map(|name| id(name)).collect()
}

fn gains(rows: &[GainRow<'_>]) -> Vec<ExplodeOutput> {
    rows.iter()
        .map(|row| ExplodeOutput { item: id(row.item), kind: row.kind, quantity: row.quantity })
        .collect()
}

/// Answers an [`ExplodeRequest`].
pub(super) fn explode(request: ExplodeRequest, control: &RunControl<'_>) -> Decided<ExplodeResult> {
    let (facts, book) = book_of(&request.tables, control)?;
    let ask = ExplosionRequest {
        product: &request.product,
        quantity: order_quantity(request.quantity, request.basis)?,
        date: request.date,
        site: request.site.as_ref(),
        bom: request.bom.as_ref(),
    };
    let levels = match request.view {
        ExplosionView::SingleLevel => 1,
        ExplosionView::Indented => u32::MAX,
        ExplosionView::Summarised => return totals(&facts, &book, &ask, control),
    };
    let explosion = book.explode(&facts, &ask, levels, control)?;
    let row = |row: &ExplosionRow<'_>| ExplodeRow {
        component: id(row.component),
        quantity: row.quantity,
        made: row.made,
        level: Some(row.level),
        bom: Some(id(row.bom)),
        line: Some(id(row.line)),
        through: ids(&row.through),
        low_level_code: None,
    };
    let result = ExplodeResult {
        bom: id(explosion.bom),
        input: explosion.input,
        rows: explosion.rows.iter().map(row).collect(),
        outputs: gains(&explosion.outputs),
    };
    Ok(Answer { result, findings: explosion.findings })
}

fn totals(
    facts: &ItemFacts,
    book: &BomBook,
    ask: &ExplosionRequest<'_>,
    control: &RunControl<'_>,
) -> Decided<ExplodeResult> {
    let totals = book.totals(facts, ask, control)?;
    let rows = totals.rows.iter().map(|row| ExplodeRow {
        component: id(row.component),
        quantity: row.quantity,
        made: row.made,
        level: None,
        bom: None,
        line: None,
        through: Vec::new(),
        low_level_code: Some(row.low_level_code),
    });
    let result = ExplodeResult {
        bom: id(totals.bom),
        input: totals.input,
        rows: rows.collect(),
        outputs: gains(&totals.outputs),
    };
    Ok(Answer { result, findings: totals.findings })
}

/// Asks for the component list of one order: every line rounded up once, further outputs rounded down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComponentListRequest {
    /// Units, conversions, items, sites, locations and BOMs; other tables are not looked at.
    pub tables: Tables,
    /// The product.
    pub product: Id,
    /// How much of it, in its stock unit.
    pub quantity: DecimalText,
    /// What the quantity counts.
    #[serde(default)]
    pub basis: QuantityBasis,
    /// The explosion date.
    pub date: Date,
    /// The site; absent: only versions that hold everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<Id>,
    /// A version of the product's BOM to use instead of the one in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bom: Option<Id>,
}

/// What one order takes in and gives out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComponentListResult {
    /// The BOM version used.
    pub bom: Id,
    /// Input quantity: `good ÷ yield`, rounded up.
    pub input: DecimalText,
    /// Good quantity: `input × yield`, rounded down.
    pub good: DecimalText,
    /// Components by line id, those of a phantom in the place of its line; nothing is merged.
    pub lines: Vec<ComponentRow>,
    /// Co-products and by-products.
    pub outputs: Vec<OutputRow>,
}

/// One component of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComponentRow {
    /// The BOM that the line stands in: the order's, or that of the last phantom on the way.
    pub bom: Id,
    /// Line id.
    pub line: Id,
    /// The component.
    pub component: Id,
    /// Exact requirement in the component's stock unit.
    pub exact: Ratio,
    /// Requirement: the exact one rounded up to the stock unit's decimals.
    pub required: DecimalText,
    /// Working days after the order's start, summed along the way.
    pub offset_days: i32,
    /// How it is issued.
    pub issue: IssueMethod,
    /// Key part.
    pub key_part: bool,
    /// Routing operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<u32>,
    /// Location it is issued from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Id>,
    /// Engineering change that brought the line in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Id>,
    /// Phantoms and skipped items between the product and the component, from the top.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub through: Vec<Id>,
}

/// One further output of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutputRow {
    /// Output id.
    pub id: Id,
    /// The item.
    pub item: Id,
    /// Co-product or by-product.
    pub kind: OutputKind,
    /// Exact quantity in stock units.
    pub exact: Ratio,
    /// The exact quantity rounded down to the stock unit's decimals.
    pub quantity: DecimalText,
}

/// Answers a [`ComponentListRequest`].
pub(super) fn component_list(
    request: ComponentListRequest,
    control: &RunControl<'_>,
) -> Decided<ComponentListResult> {
    let (facts, book) = book_of(&request.tables, control)?;
    let ask = ExplosionRequest {
        product: &request.product,
        quantity: order_quantity(request.quantity, request.basis)?,
        date: request.date,
        site: request.site.as_ref(),
        bom: request.bom.as_ref(),
    };
    let list = book.component_list(&facts, &ask, control)?;
    let output = |row: &bom::OutputLine<'_>| OutputRow {
        id: id(row.id),
        item: id(row.item),
        kind: row.kind,
        exact: row.exact,
        quantity: row.quantity.into(),
    };
    let result = ComponentListResult {
        bom: id(list.bom),
        input: list.input.into(),
        good: list.good.into(),
        lines: list.lines.iter().map(component_row).collect(),
        outputs: list.outputs.iter().map(output).collect(),
    };
    Ok(result.into())
}

fn component_row(row: &ComponentLine<'_>) -> ComponentRow {
    ComponentRow {
        bom: id(row.bom),
        line: id(row.line),
        component: id(row.component),
        exact: row.exact,
        required: row.required.into(),
        offset_days: row.offset_days,
        issue: row.issue,
        key_part: row.key_part,
        operation: row.operation,
        location: row.location.map(id),
        change: row.change.map(id),
        through: ids(&row.through),
    }
}

/// How far a where-used question goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhereUsedReach {
    /// Lines that name the item, in force or not.
    Direct,
    /// Every item it goes into on the date, at all levels (the default).
    #[default]
    AllLevels,
    /// End items only.
    EndItems,
}

/// Asks what an item goes into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WhereUsedRequest {
    /// Units, conversions, items, sites and BOMs; other tables are not looked at.
    pub tables: Tables,
    /// The item.
    pub item: Id,
    /// The date on which versions and lines must be in force; not used for `direct`.
    pub date: Date,
    /// The site; absent: only versions that hold everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<Id>,
    /// How far.
    #[serde(default)]
    pub reach: WhereUsedReach,
}

/// What an item goes into; one of the lists, by the reach asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WhereUsedResult {
    /// Lines, by product, version and line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lines: Option<Vec<UsingLine>>,
    /// Items, from the nearest to the end items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub products: Option<Vec<UsingProduct>>,
}

/// A line that uses an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UsingLine {
    /// The product that uses it.
    pub product: Id,
    /// The BOM version.
    pub bom: Id,
    /// Line id.
    pub line: Id,
    /// Whether the version is approved and enabled.
    pub usable: bool,
    /// First day on which version and line both hold; absent when open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// Last day on which version and line both hold; absent when open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// Stock units of the item per stock unit of input, scrap included; absent when fixed or stepped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Ratio>,
}

/// An item made from the item asked for, at whatever distance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UsingProduct {
    /// The item.
    pub product: Id,
    /// Its low-level code.
    pub low_level_code: u32,
    /// Stock units of the item asked for in one good stock unit of this one, over all ways, exact.
    pub usage: Ratio,
    /// Whether that is all: `false` when a fixed or stepped usage lies on a way and is left out of `usage`.
    pub proportional: bool,
    /// Whether nothing in force uses it.
    pub end_item: bool,
}

/// Answers a [`WhereUsedRequest`].
pub(super) fn where_used(request: WhereUsedRequest, control: &RunControl<'_>) -> Decided<WhereUsedResult> {
    let (facts, book) = book_of(&request.tables, control)?;
    let index = book.where_used(&facts);
    let mut result = WhereUsedResult::default();
    let (item, date, site) = (&request.item, request.date, request.site.as_ref());
    match request.reach {
        WhereUsedReach::Direct => result.lines = Some(index.direct(item)?.iter().map(using_line).collect()),
        WhereUsedReach::AllLevels => {
            let rows = index.all_levels(item, date, site, control)?;
            result.products = Some(rows.iter().map(using_product).collect());
        }
        WhereUsedReach::EndItems => {
            let rows = index.end_items(item, date, site, control)?;
            result.products = Some(rows.iter().map(using_product).collect());
        }
    }
    Ok(result.into())
}

fn using_line(row: &UsedIn<'_>) -> UsingLine {
    UsingLine {
        product: id(row.product),
        bom: id(row.bom),
        line: id(row.line),
        usable: row.usable,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        usage: row.usage,
    }
}

fn using_product(row: &UsedBy<'_>) -> UsingProduct {
    UsingProduct {
        product: id(row.product),
        low_level_code: row.low_level_code,
        usage: row.usage,
        proportional: row.proportional,
        end_item: row.end_item,
    }
}

/// Asks for low-level codes: the longest way down to an item over all usable BOM versions, whatever their dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LowLevelCodesRequest {
    /// Units, conversions, items, sites and BOMs; other tables are not looked at.
    pub tables: Tables,
}

/// Low-level codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LowLevelCodesResult {
    /// Code by item; 0 for an item that nothing uses.
    pub codes: BTreeMap<Id, u32>,
}

/// Answers a [`LowLevelCodesRequest`].
pub(super) fn low_level_codes(
    request: LowLevelCodesRequest,
    control: &RunControl<'_>,
) -> Decided<LowLevelCodesResult> {
    let (facts, book) = book_of(&request.tables, control)?;
    let Some(levels) = &book.levels else {
        let loops = Finding::new(Code::BomLoop).with("path", "sites");
        return Err(loops.into());
    };
    let codes = levels.iter().zip(0..facts.len()).map(|(&code, item)| (id(facts.name(item)), code));
    Ok(LowLevelCodesResult { codes: codes.collect() }.into())
}

//! Pushing down: what is on order and what is planned become documents and production orders.

use std::collections::BTreeMap;

use headstock::bom::{BomBook, BomBookBuilder, ExplosionRequest, ItemFacts, OrderQuantity, Usage};
use headstock::finding::Finding;
use headstock::id::Id;
use headstock::inventory::Key;
use headstock::num::Quantity;
use headstock::order::{Demand, DemandKind, DemandStatus, Supply, SupplyKind};
use headstock::partner::SourceKind;
use headstock::planning::{PegEnd, PlannedOrder};
use headstock::run::RunControl;
use headstock::snapshot::Tables;
use headstock::time::Date;
use headstock::unit::{Conversions, Unit};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::start::{home, open_stock};
use super::{Ask, Month, Trouble};

/// What is to be done for a document that is there.
#[derive(Debug, Clone)]
pub(super) struct Job {
    /// The document or the production order.
    pub(super) id: String,
    pub(super) kind: Kind,
    pub(super) item: Id,
    pub(super) site: Id,
    pub(super) key: Key,
    pub(super) quantity: Quantity,
    /// Work may begin.
    pub(super) start: Date,
    /// It is finished, or arrives.
    pub(super) ready: Date,
    /// Site that sends it.
    pub(super) from: Option<Id>,
    /// What comes out beside the product of the whole order.
    pub(super) outputs: Vec<(Id, Decimal)>,
    /// Lost at work of the whole order.
    pub(super) scrap: Quantity,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Make,
    Arrive,
    Move,
    Ship,
}

/// Writes all documents of the first morning; gives what is to be done for them.
pub(super) fn push_down(ask: &Ask<'_>, month: &mut Month) -> Result<Vec<Job>, Trouble> {
    open_stock(ask, month)?;
    let desk = Desk::new(ask)?;
    let mut jobs = Vec::new();
    for demand in ask.tables.demands.iter().filter(|demand| is_sale(demand)) {
        jobs.extend(desk.sale(month, demand)?);
    }
    for supply in ask.tables.supplies.iter().filter(|supply| supply.approved) {
        jobs.extend(desk.supply(month, supply)?);
    }
    let mut planned: Vec<&PlannedOrder> =
        ask.planned.orders.iter().filter(|order| order.feasible_start <= ask.until).collect();
    planned.sort_by(|a, b| (a.feasible_start, &a.id).cmp(&(b.feasible_start, &b.id)));
    let mut numbers: BTreeMap<char, u32> = BTreeMap::new();
    for order in planned {
        let letter = match order.kind {
            SourceKind::Make => 'M',
            SourceKind::Buy => 'P',
            SourceKind::Subcontract => 'S',
            SourceKind::Transfer => 'T',
        };
        let number = numbers.entry(letter).or_default();
        *number += 1;
        jobs.push(desk.planned(month, order, format!("{letter}-{number:04}"))?);
    }
    Ok(jobs)
}

fn is_sale(demand: &Demand) -> bool {
    demand.kind == DemandKind::Sales && demand.status == DemandStatus::Open
}

struct Desk<'a> {
    ask: &'a Ask<'a>,
    tables: &'a Tables,
    facts: ItemFacts,
    book: BomBook,
}

impl<'a> Desk<'a> {
    fn new(ask: &'a Ask<'a>) -> Result<Desk<'a>, Trouble> {
        let (facts, book) = book(ask.tables).map_err(Trouble::Refused)?;
        Ok(Desk { ask, tables: ask.tables, facts, book })
    }

    fn quantity(&self, month: &Month, item: &Id, quantity: Decimal) -> Result<Quantity, Finding> {
        let scale = month.state.items.get(item).map_or(0, |item| item.scale);
        Quantity::from_decimal(quantity, scale).map_err(|error| error.finding())
    }

    /// A document of one line that says what is ordered.
    fn document(&self, month: &mut Month, job: &Job, kind: &str, due: Option<Date>) -> Result<(), Finding> {
        let mut line = json!({"number": 1, "item": job.item, "quantity": job.quantity});
        if let Some(due) = due {
            line["date"] = json!(due);
        }
        let document = json!({"id": job.id, "kind": kind, "date": self.ask.run_date, "lines": [line]});
        let command = json!({"do": "create_document", "document": document, "approve": true});
        month.must(&job.id, command).map(drop)
    }

    fn sale(&self, month: &mut Month, demand: &Demand) -> Result<Option<Job>, Finding> {
        let left = demand.quantity - demand.fulfilled.unwrap_or_default();
        let quantity = self.quantity(month, &demand.item, left)?;
        if !quantity.is_positive() {
            return Ok(None);
        }
        let job = Job {
            id: demand.id.to_string(),
            kind: Kind::Ship,
            item: demand.item.clone(),
            site: demand.site.clone(),
            key: demand.key.clone(),
            quantity,
            start: demand.date.unwrap_or(self.ask.until),
            // Days that a lot must still be good for stand in the place of a second date.
            ready: demand.date.unwrap_or(self.ask.until),
            from: None,
            outputs: Vec::new(),
            scrap: Quantity::ZERO,
        };
        self.document(month, &job, "sales", demand.date)?;
        Ok(demand.date.map(|_| job))
    }

    /// What is left of something on order.
    fn supply(&self, month: &mut Month, supply: &Supply) -> Result<Option<Job>, Finding> {
        let done = supply.accepted.unwrap_or_default() + supply.rejected.unwrap_or_default();
        let quantity = self.quantity(month, &supply.item, supply.quantity - done)?;
        if !quantity.is_positive() {
            return Ok(None);
        }
        let made = matches!(supply.kind, SupplyKind::Production | SupplyKind::Subcontract);
        let job = Job {
            id: supply.id.to_string(),
            kind: if made { Kind::Make } else { Kind::Arrive },
            item: supply.item.clone(),
            site: supply.site.clone(),
            key: supply.key.clone(),
            quantity,
            start: supply.start.unwrap_or(self.ask.run_date).max(self.ask.run_date),
            // What is overdue comes two days late.
            ready: if supply.due < self.ask.run_date {
                self.ask.run_date.add_days(2).map_err(|error| error.finding())?
            } else {
                supply.due
            },
            from: None,
            outputs: Vec::new(),
            scrap: Quantity::ZERO,
        };
        if !made {
            self.document(month, &job, "purchase", Some(supply.due))?;
            return Ok(Some(job));
        }
        let needs: Vec<&Demand> =
            self.tables.demands.iter().filter(|demand| demand.order.as_ref() == Some(&supply.id)).collect();
        let lines = if needs.is_empty() {
            self.exploded(&job, OrderQuantity::Good(quantity.decimal()), None)?.1
        } else {
            self.needed(month, &job, &needs)?
        };
        let kind = if supply.kind == SupplyKind::Subcontract { "subcontract" } else { "normal" };
        let pegs = self.pegs(month, supply.id.as_str())?;
        self.order(month, &job, kind, supply.due, quantity, lines, pegs)?;
        Ok(Some(job))
    }

    /// The lines of an order that runs: what it still needs.
    fn needed(&self, month: &Month, job: &Job, needs: &[&Demand]) -> Result<Vec<Value>, Finding> {
        let mut lines = Vec::new();
        for need in needs {
            let left = need.quantity - need.fulfilled.unwrap_or_default();
            let required = self.quantity(month, &need.item, left)?;
            let phantom = self.tables.items.iter().any(|item| item.id == need.item && item.phantom);
            if required.is_positive() && phantom {
                // Nobody keeps a phantom in stock: what it is made of is issued.
                let of = Job { item: need.item.clone(), ..job.clone() };
                for mut line in self.exploded(&of, OrderQuantity::Input(left), None)?.1 {
                    line["number"] = json!(lines.len() + 1);
                    lines.push(line);
                }
            } else if required.is_positive() {
                let place = home(self.tables, &need.item, &job.site);
                lines.push(json!({"number": lines.len() + 1, "item": need.item, "required": required,
                    "location": place}));
            }
        }
        Ok(lines)
    }

    /// Input and good quantity of an order, its lines and what else comes out, from the bill of material.
    #[expect(clippy::type_complexity, reason = "three parts of one list, taken apart at once")]
    fn exploded(
        &self,
        job: &Job,
        quantity: OrderQuantity,
        bom: Option<&Id>,
    ) -> Result<((Decimal, Decimal), Vec<Value>, Vec<(Id, Decimal)>), Finding> {
        let ask =
            ExplosionRequest { product: &job.item, quantity, date: job.start, site: Some(&job.site), bom };
        let list = self.book.component_list(&self.facts, &ask, &RunControl::new());
        let list = list.map_err(|error| error.finding())?;
        let mut lines = Vec::new();
        for line in &list.lines {
            let item = Id::new(line.component).map_err(|error| error.finding())?;
            if line.required.is_zero() {
                continue;
            }
            let place = match line.location {
                Some(place) => place,
                None => home(self.tables, &item, &job.site).as_str(),
            };
            lines
                .push(json!({"number": lines.len() + 1, "item": item, "required": line.required.to_string(),
                "location": place, "method": line.issue, "fixed": self.is_fixed(line.bom, line.line)}));
        }
        let outputs = list.outputs.iter();
        let outputs = outputs.map(|output| Ok((Id::new(output.item)?, output.quantity)));
        let outputs: Result<_, headstock::id::IdError> = outputs.collect();
        Ok(((list.input, list.good), lines, outputs.map_err(|error| error.finding())?))
    }

    fn is_fixed(&self, bom: &str, line: &str) -> bool {
        let boms = self.tables.boms.iter().filter(|row| row.id.as_str() == bom);
        let mut lines = boms.flat_map(|row| &row.lines).filter(|row| row.id.as_str() == line);
        lines.any(|row| row.usage == Usage::Fixed)
    }

    fn planned(&self, month: &mut Month, order: &PlannedOrder, id: String) -> Result<Job, Finding> {
        let kind = match order.kind {
            SourceKind::Make | SourceKind::Subcontract => Kind::Make,
            SourceKind::Buy => Kind::Arrive,
            SourceKind::Transfer => Kind::Move,
        };
        let mut job = Job {
            id,
            kind,
            item: order.item.clone(),
            site: order.site.clone(),
            key: order.key.clone(),
            quantity: self.quantity(month, &order.item, order.good)?,
            start: order.feasible_start,
            ready: order.feasible_available,
            from: order.from_site.clone(),
            outputs: Vec::new(),
            scrap: Quantity::ZERO,
        };
        match kind {
            Kind::Arrive => self.document(month, &job, "purchase", Some(order.due))?,
            Kind::Make => {
                let input = OrderQuantity::Input(order.quantity);
                let ((input, good), lines, outputs) = self.exploded(&job, input, order.bom.as_ref())?;
                job.outputs = outputs;
                job.quantity = self.quantity(month, &job.item, good)?;
                let input = self.quantity(month, &job.item, input)?;
                job.scrap = input.minus(job.quantity).map_err(|error| error.finding())?.or_zero();
                let kind = if order.kind == SourceKind::Subcontract { "subcontract" } else { "normal" };
                let pegs = self.pegs(month, &order.id)?;
                self.order(month, &job, kind, order.due, input, lines, pegs)?;
            }
            Kind::Move | Kind::Ship => {}
        }
        Ok(job)
    }

    /// The sales lines that a supply is for.
    fn pegs(&self, month: &Month, supply: &str) -> Result<Vec<Value>, Finding> {
        let mut pegs = Vec::new();
        for peg in self.ask.planned.pegs.iter().filter(|peg| peg.supply == supply) {
            let id = Id::new(&peg.demand).ok().filter(|_| peg.demand_kind == PegEnd::Demand);
            let Some(sale) = id.and_then(|id| month.state.documents.get(&id)) else { continue };
            let quantity = self.quantity(month, &sale.lines[0].item, peg.quantity)?;
            pegs.push(json!({"demand": {"document": sale.id, "line": 1}, "quantity": quantity}));
        }
        Ok(pegs)
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one order")]
    fn order(
        &self,
        month: &mut Month,
        job: &Job,
        kind: &str,
        due: Date,
        input: Quantity,
        lines: Vec<Value>,
        pegs: Vec<Value>,
    ) -> Result<(), Finding> {
        let order = json!({"id": job.id, "kind": kind, "item": job.item, "key": job.key, "input": input,
            "good": job.quantity, "workshop": job.site, "start": job.start, "due": due, "lines": lines, "pegs": pegs});
        month.must(&job.id, json!({"do": "create_order", "order": order})).map(drop)
    }
}

/// The structure of the tables, for component lists.
fn book(tables: &Tables) -> Result<(ItemFacts, BomBook), Vec<Finding>> {
    let one = |finding: Finding| vec![finding];
    let units: Result<Vec<Unit>, _> =
        tables.units.iter().map(|row| Unit::new(row.id.clone(), row.scale)).collect();
    let units = units.map_err(|error| one(error.finding()))?;
    let mut conversions = Conversions::new();
    for row in &tables.conversions {
        let (from, to) = (row.from.clone(), row.to.clone());
        let added = match &row.item {
            None => conversions.add(from, to, row.ratio),
            Some(item) => conversions.add_for_item(item.clone(), from, to, row.ratio),
        };
        added.map_err(|error| one(error.finding()))?;
    }
    let sites: Vec<Id> = tables.sites.iter().map(|site| site.id.clone()).collect();
    let places: Vec<Id> = tables.locations.iter().map(|place| place.id.clone()).collect();
    let facts = ItemFacts::new(&tables.items, &units, &sites, &places, conversions)?;
    let mut builder = BomBookBuilder::new(*RunControl::new().limits());
    for bom in &tables.boms {
        builder.add(bom, &facts)?;
    }
    let book = builder.finish(&facts)?;
    Ok((facts, book))
}

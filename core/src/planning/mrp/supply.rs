//! What each node starts with: stock, lots, receipts, forecast needs and hard pegs (rules §2, §3).

use super::model::{ExtraNeed, Firm, Lot, Model, PerNode, Receipt, flag};
use crate::inventory::StockStatus;
use crate::order::{DemandKind, Firmness, SupplyKind};
use crate::partner::SourceKind;
use crate::planning::forecast;
use crate::planning::{BucketRule, OverdueSupply, PlanPolicy};
use crate::snapshot::{Dense, LATEST, NO_DATE, NONE, SupplyRow, flag as demand_flag, to_u32};
use crate::time::{Bucket, Date};
use std::collections::BTreeSet;

/// Which demand rows count (rules §2).
#[derive(Debug, Clone)]
pub(crate) struct DemandFilter {
    allowed: [bool; 64],
    first: i32,
    last: i32,
}

impl DemandFilter {
    pub(crate) fn new(policy: &PlanPolicy, run: i32, horizon: i32) -> Self {
        let kinds = [
            DemandKind::Sales,
            DemandKind::Production,
            DemandKind::Subcontract,
            DemandKind::Transfer,
            DemandKind::Manual,
        ];
        let mut allowed = [false; 64];
        for (flags, allow) in (0u8..).zip(&mut allowed) {
            let status = flags & demand_flag::STATUS;
            let open = status == demand_flag::OPEN || status == demand_flag::QUOTE;
            let kind = kinds.get(usize::from(flags & demand_flag::KIND));
            *allow = open && kind.is_some_and(|kind| !policy.without_demand.contains(kind));
        }
        let overdue = policy.overdue_demand_days.map_or(i32::MIN + 1, |n| {
            run.saturating_sub(i32::try_from(n).unwrap_or(i32::MAX)).max(i32::MIN + 1)
        });
        DemandFilter { allowed, first: overdue, last: horizon }
    }

    /// Lets nothing pass.
    pub(crate) fn none() -> Self {
        DemandFilter { allowed: [false; 64], first: 0, last: 0 }
    }

    /// Whether a row of this status and kind counts, whatever its date.
    pub(crate) fn counts(&self, flags: u8) -> bool {
        self.allowed[usize::from(flags & 63)]
    }

    /// Whether a row is a need of the plan.
    pub(crate) fn passes(&self, flags: u8, day: i32) -> bool {
        self.counts(flags) && day >= self.first && day <= self.last
    }

    /// Whether a row lies beyond the horizon.
    pub(crate) fn beyond(&self, flags: u8, day: i32) -> bool {
        self.counts(flags) && day > self.last
    }
}

/// Moves days to the first day of their bucket (`P19`).
#[derive(Debug, Clone)]
pub(crate) struct Buckets {
    bucket: Option<Bucket>,
    run: i32,
    /// First days of the buckets around the run date, by the number of days since `first`.
    starts: Vec<i32>,
    first: i32,
}

/// Days before and after the run date whose buckets are laid out: every requirement asks for its bucket.
const LAID_OUT: (i32, i32) = (400, 1_500);

impl Buckets {
    pub(crate) fn new(s: &Dense, rule: &BucketRule, run: i32) -> Self {
        let cycle = |id| s.places.cycle(id).map(|c| &s.places.cycles[c as usize]);
        let dates = |days: &Vec<i32>| days.iter().filter_map(|&d| Date::from_day_number(d).ok()).collect();
        let bucket = match rule {
            BucketRule::Day => None,
            BucketRule::Week => Some(Bucket::Week),
            BucketRule::Month => Some(Bucket::Month),
            BucketRule::Days { days, origin } => Some(Bucket::Days { n: *days, origin: *origin }),
            BucketRule::Cycle { cycle: id } => cycle(id).map(|days| Bucket::Cycle { starts: dates(days) }),
        };
        let mut buckets = Buckets { bucket, ..Buckets::day(run) };
        if !buckets.none() {
            let days = buckets.first..run.saturating_add(LAID_OUT.1);
            buckets.starts = days.map(|day| buckets.found_start(day)).collect();
        }
        buckets
    }

    /// Every day by itself.
    pub(crate) fn day(run: i32) -> Self {
        Buckets { bucket: None, run, starts: Vec::new(), first: run.saturating_sub(LAID_OUT.0) }
    }

    /// The first day of a day's bucket, but not before the run date for a day that is not.
    #[inline]
    pub(crate) fn start(&self, day: i32) -> i32 {
        if self.none() {
            return day;
        }
        let at = usize::try_from(i64::from(day) - i64::from(self.first)).ok();
        at.and_then(|at| self.starts.get(at)).copied().unwrap_or_else(|| self.found_start(day))
    }

    fn found_start(&self, day: i32) -> i32 {
        let Some(bucket) = &self.bucket else { return day };
        let start = Date::from_day_number(day).ok().and_then(|date| bucket.start_of(date).ok());
        let start = start.map_or(day, Date::day_number);
        if day >= self.run { start.max(self.run) } else { start }
    }

    /// The number of a day's bucket; neighbouring buckets have neighbouring numbers.
    pub(crate) fn index(&self, day: i32) -> i32 {
        let Some(bucket) = &self.bucket else { return day };
        // Days before the first start of a cycle are one bucket.
        Date::from_day_number(day).ok().and_then(|date| bucket.index(date).ok()).unwrap_or(-1)
    }

    /// The first day of the bucket after a day's, or the day itself where a bucket starts on it or none follows.
    pub(crate) fn next_start(&self, day: i32) -> i32 {
        let Some(bucket) = &self.bucket else { return day };
        if self.start(day) == day {
            return day;
        }
        let end = Date::from_day_number(day).ok().and_then(|date| bucket.end_of(date).ok());
        end.filter(|end| *end < Date::MAX).map_or(day, |end| end.day_number().saturating_add(1))
    }

    pub(crate) fn none(&self) -> bool {
        self.bucket.is_none()
    }
}

/// What reservations take off (rules §2): by demand, stock and supply row.
#[derive(Debug, Clone, Default)]
pub(crate) struct HardPegs {
    /// Row and quantity, ascending by row.
    pub(crate) demand: Vec<(u32, i64)>,
    pub(crate) stock: Vec<(u32, i64)>,
    pub(crate) supply: Vec<(u32, i64)>,
    /// Demand, stock, supply, quantity: the pegs themselves.
    pub(crate) pegs: Vec<(u32, u32, u32, i64)>,
}

fn add_to(list: &mut Vec<(u32, i64)>, row: u32, quantity: i64) {
    match list.binary_search_by_key(&row, |r| r.0) {
        Ok(at) => list[at].1 += quantity,
        Err(at) => list.insert(at, (row, quantity)),
    }
}

/// The quantity taken off a row.
pub(crate) fn taken(list: &[(u32, i64)], row: u32) -> i64 {
    list.binary_search_by_key(&row, |r| r.0).map_or(0, |at| list[at].1)
}

impl HardPegs {
    pub(crate) fn build(s: &Dense, policy: &PlanPolicy, filter: &DemandFilter, run: i32) -> HardPegs {
        let mut pegs = HardPegs::default();
        let records = &s.records;
        for row in &records.reservations.rows {
            let demand = records.demands.row(row.demand);
            if !filter.counts(demand.flags) {
                continue;
            }
            let need = demand.open - taken(&pegs.demand, row.demand);
            let have = if row.stock == NONE {
                let supply = &records.supplies.rows[row.supply as usize];
                let counts = supply_counts(supply, policy) && supply_day(supply, policy, run).is_some();
                if counts { supply.remaining - taken(&pegs.supply, row.supply) } else { 0 }
            } else {
                let stock = &records.stock.rows[row.stock as usize];
                let usable = stock.in_planning && stock.until >= run;
                let usable =
                    usable && matches!(stock.status, StockStatus::Available | StockStatus::Inspection);
                if usable { stock.quantity - taken(&pegs.stock, row.stock) } else { 0 }
            };
            let quantity = row.quantity.min(need).min(have);
            if quantity <= 0 {
                continue;
            }
            add_to(&mut pegs.demand, row.demand, quantity);
            match row.stock {
                NONE => add_to(&mut pegs.supply, row.supply, quantity),
                stock => add_to(&mut pegs.stock, stock, quantity),
            }
            pegs.pegs.push((row.demand, row.stock, row.supply, quantity));
        }
        pegs
    }
}

/// Whether a supply counts at all, whatever its date.
pub(crate) fn supply_counts(row: &SupplyRow, policy: &PlanPolicy) -> bool {
    policy.use_open_supply
        && (row.approved || policy.use_unapproved)
        && row.firmness != Firmness::Planned
        && row.remaining > 0
}

/// The day a supply counts after the overdue rule; none when it is ignored.
pub(crate) fn supply_day(row: &SupplyRow, policy: &PlanPolicy, run: i32) -> Option<i32> {
    if row.due >= run {
        return Some(row.due);
    }
    match policy.overdue_supply {
        OverdueSupply::Today => Some(run),
        OverdueSupply::Trusted => Some(row.due),
        OverdueSupply::IgnoredAfter { days } => {
            (i64::from(run) - i64::from(row.due) <= i64::from(days)).then_some(run)
        }
    }
}

/// Node of each spot of the records.
pub(crate) fn node_of_spot(model: &Model, spots: usize) -> Vec<u32> {
    let mut nodes = vec![NONE; spots];
    for (number, node) in model.nodes.iter().enumerate() {
        if node.records != NONE {
            nodes[node.records as usize] = to_u32(number);
        }
    }
    nodes
}

/// Fills stock, lots, receipts and further needs of every node.
pub(crate) fn fill(s: &Dense, policy: &PlanPolicy, model: &mut Model) {
    let filter = DemandFilter::new(policy, model.run, model.horizon);
    let pegs = HardPegs::build(s, policy, &filter, model.run);
    let nodes = node_of_spot(model, s.records.spots.spots.len());
    let buckets = Buckets::new(s, &policy.buckets, model.run);
    let count = model.nodes.len();
    let (lots, inspected) = stock(s, policy, model, &nodes, &pegs, &buckets);
    let mut receipts = inspected;
    receipts.extend(supplies(s, policy, model, &nodes, &pegs, &buckets));
    receipts.sort_by_key(|(node, r)| (*node, r.day));
    model.receipts = PerNode::build(receipts, count);
    model.lots = PerNode::build(lots, count);
    let needs = forecasts(s, policy, model, &nodes, &buckets);
    model.needs = PerNode::build(needs, count);
    model.hard = pegs;
    model.buckets = buckets;
    model.filter = filter;
}

/// Whether stock and supplies of the node count: not for a phantom whose stock is ignored.
fn stocked(model: &Model, policy: &PlanPolicy, node: u32) -> bool {
    let flags = model.node(node).flags;
    flags & flag::UNPLANNED == 0 && (flags & flag::PASS == 0 || policy.use_phantom_stock)
}

type Lots = Vec<(u32, Lot)>;
type Receipts = Vec<(u32, Receipt)>;

fn stock(
    s: &Dense,
    policy: &PlanPolicy,
    model: &mut Model,
    nodes: &[u32],
    pegs: &HardPegs,
    buckets: &Buckets,
) -> (Lots, Receipts) {
    let (mut lots, mut receipts): (Lots, Receipts) = (Vec::new(), Vec::new());
    let run = model.run;
    let mut plain = vec![0i64; if s.records.stock.rows.is_empty() { 0 } else { model.nodes.len() }];
    for (row, stock) in (0u32..).zip(&s.records.stock.rows) {
        let node = nodes[stock.spot as usize];
        if !stock.in_planning || stock.until < run || !stocked(model, policy, node) {
            continue;
        }
        let quantity = stock.quantity - taken(&pegs.stock, row);
        match stock.status {
            StockStatus::Available if stock.until == LATEST || quantity < 0 => {
                plain[node as usize] = plain[node as usize].saturating_add(quantity);
            }
            StockStatus::Available if quantity > 0 => {
                lots.push((node, Lot { until: stock.until, quantity, inspected: false, row }));
            }
            StockStatus::Inspection if quantity > 0 && stock.until >= stock.from => {
                let due = stock.from.max(run);
                let mut lot = NONE;
                if stock.until != LATEST {
                    // Rows stand by spot: the lots of one node come one after the other.
                    lot = to_u32(lots.iter().rev().take_while(|(of, _)| *of == node).count());
                    lots.push((node, Lot { until: stock.until, quantity, inspected: true, row }));
                }
                let day = buckets.start(due);
                let receipt = Receipt {
                    day,
                    due,
                    quantity,
                    row,
                    from_stock: true,
                    lot,
                    fixed: true,
                    typed: false,
                    fenced: false,
                    firm: None,
                };
                receipts.push((node, receipt));
            }
            _ => {}
        }
    }
    for (node, &plain) in (0u32..).zip(&plain) {
        model.nodes[node as usize].opening = plain;
    }
    settle_negative(model, &mut lots);
    (lots, receipts)
}

/// Negative plain stock eats lots, first expired first; the opening balance counts both.
fn settle_negative(model: &mut Model, lots: &mut Lots) {
    for (node, lot) in lots.iter_mut().filter(|(_, lot)| !lot.inspected) {
        let node = &mut model.nodes[*node as usize];
        let eaten = (-node.opening).clamp(0, lot.quantity);
        lot.quantity -= eaten;
        node.opening += eaten;
    }
    for (node, lot) in lots.iter() {
        let node = &mut model.nodes[*node as usize];
        node.opening = node.opening.saturating_add(if lot.inspected { 0 } else { lot.quantity });
        node.flags |= flag::LOTS;
    }
}

fn supplies(
    s: &Dense,
    policy: &PlanPolicy,
    model: &Model,
    nodes: &[u32],
    pegs: &HardPegs,
    buckets: &Buckets,
) -> Receipts {
    let mut receipts = Vec::new();
    for (row, supply) in (0u32..).zip(&s.records.supplies.rows) {
        let node = nodes[supply.spot as usize];
        let Some(day) = supply_day(supply, policy, model.run) else { continue };
        if !supply_counts(supply, policy) || !stocked(model, policy, node) {
            continue;
        }
        receipts.push((node, receipt(s, model, node, row, buckets.start(day), taken(&pegs.supply, row))));
    }
    receipts
}

pub(crate) fn receipt(s: &Dense, model: &Model, number: u32, row: u32, day: i32, pegged: i64) -> Receipt {
    let supply = &s.records.supplies.rows[row as usize];
    let node = model.node(number);
    let fence = i64::from(s.params.set(node.params).planning_fence);
    let firm = firm_order(s, model, number, supply);
    let typed = firm.is_some_and(|f| f.start != NO_DATE);
    Receipt {
        day,
        due: supply.due,
        quantity: supply.remaining - pegged,
        row,
        from_stock: false,
        lot: NONE,
        fixed: supply.fixed || pegged > 0,
        typed,
        fenced: fence > 0 && i64::from(day) < i64::from(model.run) + fence,
        firm,
    }
}

/// The kind of source that an order of a kind comes from.
fn source_kind(kind: SupplyKind) -> SourceKind {
    match kind {
        SupplyKind::Production => SourceKind::Make,
        SupplyKind::Subcontract => SourceKind::Subcontract,
        SupplyKind::Transfer => SourceKind::Transfer,
        SupplyKind::Purchase => SourceKind::Buy,
    }
}

/// Whether a firm order makes its item from a start of its own without a source of its kind: then its components
/// are those of the BOM in force.
pub(crate) fn without_source(s: &Dense, supply: &SupplyRow) -> bool {
    let makes = matches!(supply.kind, SupplyKind::Production | SupplyKind::Subcontract);
    let typed = supply.start != NO_DATE && supply.source == NONE;
    if supply.firmness != Firmness::Firm || !makes || !typed {
        return false;
    }
    let spot = s.records.spots.spots[supply.spot as usize];
    let wanted = source_kind(supply.kind);
    s.sources.at(spot.item, spot.site).all(|row| s.sources.rows[row as usize].kind != wanted)
}

/// Spots of such orders.
pub(crate) fn bare_spots(s: &Dense) -> BTreeSet<u32> {
    let rows = s.records.supplies.rows.iter();
    rows.filter(|row| without_source(s, row)).map(|row| row.spot).collect()
}

/// The order behind a firm planned supply: its components are exploded by the plan. A purchase needs nothing.
fn firm_order(s: &Dense, model: &Model, number: u32, supply: &SupplyRow) -> Option<Firm> {
    if supply.firmness != Firmness::Firm || supply.kind == SupplyKind::Purchase {
        return None;
    }
    let wanted = source_kind(supply.kind);
    let sources = model.sources_of(model.node(number));
    let named = |row: u32| row != NONE && row == supply.source;
    let fits = |row: u32| row != NONE && s.sources.rows[row as usize].kind == wanted;
    let source = match supply.source {
        NONE => sources.iter().position(|source| fits(source.row)),
        _ => sources.iter().position(|source| named(source.row)),
    };
    let bare = || sources.iter().position(|source| source.row == NONE);
    let source = source.or_else(|| without_source(s, supply).then(bare).flatten());
    let source = source.and_then(|n| u16::try_from(n).ok()).unwrap_or(u16::MAX);
    // What remains of the input, in proportion, rounded up to the grain.
    let input = match supply.input {
        -1 => -1,
        input if supply.quantity > 0 => {
            let product = i128::from(input) * i128::from(supply.remaining);
            let quantity = i128::from(supply.quantity);
            i64::try_from((product + quantity - 1) / quantity).unwrap_or(i64::MAX)
        }
        input => input,
    };
    Some(Firm { source, input, start: supply.start })
}

fn forecasts(
    s: &Dense,
    policy: &PlanPolicy,
    model: &Model,
    nodes: &[u32],
    buckets: &Buckets,
) -> Vec<(u32, ExtraNeed)> {
    let mut needs = Vec::new();
    let rows = &s.records.forecasts.rows;
    if !policy.use_forecast {
        return needs;
    }
    for part in (0..to_u32(rows.len()))
        .collect::<Vec<_>>()
        .chunk_by(|&a, &b| rows[a as usize].spot == rows[b as usize].spot)
    {
        let node = nodes[rows[part[0] as usize].spot as usize];
        if model.node(node).flags & flag::UNPLANNED == 0 {
            forecast_needs(s, policy, model, node, part, buckets, &mut needs);
        }
    }
    needs
}

/// The forecast needs of one node that are left after its orders (rules §3).
pub(crate) fn forecast_needs(
    s: &Dense,
    policy: &PlanPolicy,
    model: &Model,
    node: u32,
    rows: &[u32],
    buckets: &Buckets,
    needs: &mut Vec<(u32, ExtraNeed)>,
) {
    let fence = s.params.set(model.node(node).params).demand_fence;
    let periods: Vec<forecast::Row> = (0u32..)
        .zip(rows)
        .map(|(id, &row)| {
            let f = &s.records.forecasts.rows[row as usize];
            forecast::Row { id, from: f.from, to: f.to, quantity: f.quantity, spread_days: f.spread }
        })
        .collect();
    let mut netting = forecast::Netting::default();
    netting.run(&periods, &booked(s, model, node), policy.forecast);
    for (index, (period, &left)) in periods.iter().zip(&netting.left).enumerate() {
        forecast::net_needs(index, period, left, model.run, fence, |rest| {
            if rest.date <= model.horizon && rest.quantity > 0 {
                let row = rows[rest.row];
                needs.push((node, ExtraNeed { day: buckets.start(rest.date), quantity: rest.quantity, row }));
            }
        });
    }
}

/// Booked orders of a node: ordered quantity, or what a closed one delivered.
fn booked(s: &Dense, model: &Model, node: u32) -> Vec<forecast::Booked> {
    let spot = model.node(node).records;
    let ids = &s.records.demands.ids;
    let mut orders = Vec::new();
    for row in s.records.demands.of(spot as usize) {
        let demand = s.records.demands.row(row);
        let sales = demand.flags & demand_flag::KIND == 0;
        let status = demand.flags & demand_flag::STATUS;
        let out = demand.flags & demand_flag::ABNORMAL != 0 || status == demand_flag::INQUIRY;
        if sales && !out && demand.day != NO_DATE {
            let closed = status == demand_flag::CLOSED;
            let quantity = if closed { demand.ordered - demand.open } else { demand.ordered };
            orders.push((row, forecast::Booked { id: 0, date: demand.day, quantity }));
        }
    }
    orders.sort_by(|a, b| ids.get(a.0).cmp(ids.get(b.0)));
    (0u32..).zip(orders).map(|(id, (_, order))| forecast::Booked { id, ..order }).collect()
}

/// Spots of phantoms that have usable stock, counted supplies, needs or forecast of their own (rules §4).
pub(crate) fn active_phantoms(s: &Dense, policy: &PlanPolicy, run: i32) -> BTreeSet<u32> {
    let mut active = BTreeSet::new();
    let records = &s.records;
    let phantom = |spot: u32| s.items.fact(records.spots.spots[spot as usize].item).phantom;
    if !s.items.facts.iter().any(|fact| fact.phantom) {
        return active;
    }
    let filter = DemandFilter::new(policy, run, policy.horizon.map_or(i32::MAX, Date::day_number));
    for stock in records.stock.rows.iter().filter(|stock| phantom(stock.spot)) {
        let usable = matches!(stock.status, StockStatus::Available | StockStatus::Inspection);
        let comes = stock.status == StockStatus::Available || stock.until >= stock.from;
        if usable && comes && stock.in_planning && stock.until >= run && stock.quantity != 0 {
            active.insert(stock.spot);
        }
    }
    for supply in records.supplies.rows.iter().filter(|supply| phantom(supply.spot)) {
        if supply_counts(supply, policy) && supply_day(supply, policy, run).is_some() {
            active.insert(supply.spot);
        }
    }
    for forecast in records.forecasts.rows.iter().filter(|forecast| phantom(forecast.spot)) {
        if policy.use_forecast && forecast.quantity > 0 {
            active.insert(forecast.spot);
        }
    }
    for spot in (0..to_u32(records.spots.spots.len())).filter(|&spot| phantom(spot)) {
        let mut rows = records.demands.of(spot as usize).map(|row| records.demands.row(row));
        if rows.any(|row| row.open > 0 && filter.passes(row.flags, row.day)) {
            active.insert(spot);
        }
    }
    active
}

//! Planning parameters in grains, each distinct set kept once.

use super::items::{ItemTable, unknown};
use super::places::{NONE, Places};
use super::sources::MAX_DAYS;
use super::{Names, Rejections};
use crate::finding::{Code, Finding};
use crate::item::{Economic, LotRule, MaxRule, Planning, SafetyPriority, Trigger, UpToRounding};
use rust_decimal::Decimal;
use std::collections::HashMap;

/// A lot-sizing rule in grains.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) enum Rule {
    #[default]
    LotForLot,
    Fixed(i64),
    PeriodDays(u32),
    Periods(Vec<u32>),
    Cycle(u32),
    OrderUpTo {
        level: i64,
        rounding: UpToRounding,
    },
    ReorderPoint {
        point: i64,
        quantity: i64,
    },
    MinMax {
        min: i64,
        max: i64,
        rounding: UpToRounding,
        trigger: Trigger,
    },
    Economic(EconomicKind, Box<Economic>),
}

impl Rule {
    /// Whether the rule orders by a level of its own, without a need.
    pub(crate) fn orders_by_itself(&self) -> bool {
        matches!(self, Rule::ReorderPoint { .. } | Rule::MinMax { .. } | Rule::OrderUpTo { .. })
    }
}

impl Rule {
    /// Whether an order covers later needs together with the one that calls for it; a rule in conflict with
    /// itself is told there too.
    pub(crate) fn looks_ahead(&self) -> bool {
        let ahead =
            matches!(self, Rule::PeriodDays(_) | Rule::Periods(_) | Rule::Cycle(_) | Rule::Economic(..));
        ahead || self.conflict().is_some()
    }

    /// The minimum and the maximum of a rule whose minimum lies above its maximum.
    pub(crate) fn conflict(&self) -> Option<(i64, i64)> {
        match *self {
            Rule::MinMax { min, max, .. } if min > max => Some((min, max)),
            _ => None,
        }
    }

    /// Whether an order may come before its first need: set-up costs change by date.
    pub(crate) fn orders_early(&self) -> bool {
        matches!(self, Rule::Economic(EconomicKind::WagnerWhitin, costs) if !costs.setup_steps.is_empty())
    }

    /// Whether quantities may be rounded down to the multiple.
    pub(crate) fn rounds_down(&self) -> bool {
        let down = UpToRounding::Down;
        matches!(self, Rule::OrderUpTo { rounding, .. } | Rule::MinMax { rounding, .. } if *rounding == down)
    }
}

/// Which of the economic rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum EconomicKind {
    Eoq,
    Poq,
    LeastUnitCost,
    LeastTotalCost,
    PartPeriod { look_ahead: bool, look_back: bool },
    SilverMeal,
    WagnerWhitin,
}

/// Parameters of one node, in grains and days.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Params {
    pub(crate) rule: Rule,
    /// 0 is none.
    pub(crate) min: i64,
    /// 0 is none.
    pub(crate) max: i64,
    /// 0 is none.
    pub(crate) multiple: i64,
    pub(crate) may_exceed: bool,
    pub(crate) safety: i64,
    /// Day number and level, ascending; replaces `safety` from the first on.
    pub(crate) steps: Vec<(i32, i64)>,
    pub(crate) priority: SafetyPriority,
    pub(crate) safety_days: u32,
    pub(crate) demand_fence: u32,
    pub(crate) planning_fence: u32,
}

/// Distinct parameter sets and which item and site uses which.
#[derive(Debug, Clone, Default)]
pub(crate) struct ParamTable {
    pub(crate) sets: Vec<Params>,
    /// (item, site or `NONE`, set), ascending.
    rows: Vec<(u32, u32, u32)>,
    by_content: HashMap<Params, u32>,
}

impl ParamTable {
    pub(crate) fn new() -> Self {
        let mut table = ParamTable::default();
        table.intern(Params::default());
        table
    }

    fn intern(&mut self, params: Params) -> u32 {
        if let Some(&set) = self.by_content.get(&params) {
            return set;
        }
        let set = super::to_u32(self.sets.len());
        self.sets.push(params.clone());
        self.by_content.insert(params, set);
        set
    }

    /// Adds a row.
    pub(crate) fn add(
        &mut self,
        row: &Planning,
        items: &ItemTable,
        places: &Places,
        rejections: &mut Rejections,
    ) {
        if let Some((item, site, params)) = dense(row, items, places, rejections) {
            let set = self.intern(params);
            self.rows.push((item, site, set));
        }
    }

    pub(crate) fn finish(&mut self, items: &ItemTable, rejections: &mut Rejections) {
        self.rows.sort_unstable();
        for pair in self.rows.windows(2) {
            if (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1) {
                rejections.push(super::items::duplicate("planning", items.names.get(pair[0].0)));
            }
        }
    }

    /// The parameter set of an item at a site: the site's own row, else the item's, else the defaults (set 0).
    pub(crate) fn find(&self, item: u32, site: u32) -> u32 {
        let of = |site: u32| {
            let at = self.rows.binary_search_by(|r| (r.0, r.1).cmp(&(item, site))).ok()?;
            Some(self.rows[at].2)
        };
        of(site).or_else(|| of(NONE)).unwrap_or(0)
    }

    pub(crate) fn set(&self, set: u32) -> &Params {
        &self.sets[set as usize]
    }

    /// Rows that name a site: nodes of their own (rules §1).
    pub(crate) fn site_rows(&self) -> impl Iterator<Item = (u32, u32, u32)> + '_ {
        self.rows.iter().copied().filter(|row| row.1 != NONE)
    }

    /// Reads a row without taking it in: item, site and the number of its set.
    pub(crate) fn read(
        &mut self,
        row: &Planning,
        items: &ItemTable,
        places: &Places,
    ) -> Result<(u32, u32, u32), Finding> {
        let mut rejections = Rejections::new(1);
        let dense = dense(row, items, places, &mut rejections);
        match (dense, rejections.finish()) {
            (Some((item, site, params)), Ok(())) => Ok((item, site, self.intern(params))),
            (_, Err(rejected)) => Err(rejected.findings()[0].clone()),
            (None, Ok(())) => Err(Finding::new(Code::Internal).with("place", "planning")),
        }
    }

    /// Puts a set in the place of an item's at a site; the answer is the one before.
    pub(crate) fn exchange(&mut self, item: u32, site: u32, set: Option<u32>) -> Option<u32> {
        let at = self.rows.binary_search_by(|r| (r.0, r.1).cmp(&(item, site)));
        match (at, set) {
            (Ok(at), Some(set)) => Some(std::mem::replace(&mut self.rows[at].2, set)),
            (Ok(at), None) => Some(self.rows.remove(at).2),
            (Err(at), Some(set)) => {
                self.rows.insert(at, (item, site, set));
                None
            }
            (Err(_), None) => None,
        }
    }
}

fn dense(
    row: &Planning,
    items: &ItemTable,
    places: &Places,
    rejections: &mut Rejections,
) -> Option<(u32, u32, Params)> {
    let id = row.item.as_str();
    let Some(item) = items.names.find(id) else {
        rejections.at("planning", id, unknown("items", &row.item));
        return None;
    };
    let site = find_site(row.site.as_ref(), &places.sites, |fault| rejections.at("planning", id, fault))?;
    let mut number = |field: &'static str, value: Option<Decimal>| -> i64 {
        let Some(value) = value else { return 0 };
        match items.grains(item, value) {
            Ok(grains) if grains >= 0 => grains,
            Ok(_) if field == "safety_stock" => {
                rejections.at("planning", id, Finding::new(Code::SafetyNegative).with("value", value));
                0
            }
            Ok(_) => {
                let fault = Finding::new(Code::QtyOutOfRange).with("value", value).with("limit", "≥ 0");
                rejections.at("planning", id, fault.with("field", field));
                0
            }
            Err(fault) => {
                rejections.at("planning", id, fault.with("field", field));
                0
            }
        }
    };
    let mut params = Params {
        rule: Rule::LotForLot,
        min: number("lot_min", row.lot_min),
        max: number("lot_max", row.lot_max),
        multiple: number("lot_multiple", row.lot_multiple),
        may_exceed: row.max_rule == MaxRule::MayExceed,
        safety: number("safety_stock", row.safety_stock),
        steps: row
            .safety_steps
            .iter()
            .map(|s| (s.from.day_number(), number("safety_stock", Some(s.quantity))))
            .collect(),
        priority: row.safety_priority,
        safety_days: row.safety_days,
        demand_fence: row.demand_fence_days,
        planning_fence: row.planning_fence_days,
    };
    params.steps.sort_unstable();
    params.rule = match dense_rule(&row.lot, places, &mut number) {
        Ok(rule) => rule,
        Err(fault) => {
            rejections.at("planning", id, fault);
            return None;
        }
    };
    check_days(row, rejections);
    Some((item, site, params))
}

/// Spans of a hundred years at most, and one level of safety stock a day.
fn check_days(row: &Planning, rejections: &mut Rejections) {
    let id = row.item.as_str();
    let mut days: Vec<_> = row.safety_steps.iter().map(|step| step.from).collect();
    days.sort_unstable();
    for pair in days.windows(2).filter(|pair| pair[0] == pair[1]) {
        let fault = super::items::duplicate("safety_steps", &pair[0].to_string());
        rejections.push(fault.with("row", id));
    }
    for (field, days) in [
        ("safety_days", row.safety_days),
        ("demand_fence_days", row.demand_fence_days),
        ("planning_fence_days", row.planning_fence_days),
    ] {
        if i64::from(days) > i64::from(MAX_DAYS) {
            let fault = Finding::new(Code::LimitExceeded).with("what", field).with("limit", MAX_DAYS);
            rejections.at("planning", id, fault);
        }
    }
}

/// An optional site: `NONE` when absent, refused when unknown.
pub(crate) fn find_site(
    site: Option<&crate::id::Id>,
    sites: &Names,
    refuse: impl FnOnce(Finding),
) -> Option<u32> {
    let Some(id) = site else { return Some(NONE) };
    let found = sites.find(id.as_str());
    if found.is_none() {
        refuse(unknown("sites", id));
    }
    found
}

fn dense_rule(
    lot: &LotRule,
    places: &Places,
    number: &mut impl FnMut(&'static str, Option<Decimal>) -> i64,
) -> Result<Rule, Finding> {
    let positive = |field: &'static str, value: i64| match value {
        0 => {
            Err(Finding::new(Code::QtyOutOfRange).with("value", 0).with("limit", "> 0").with("field", field))
        }
        n => Ok(n),
    };
    let economic = |kind, costs: &Economic| {
        check_costs(costs)?;
        Ok::<Rule, Finding>(Rule::Economic(kind, Box::new(costs.clone())))
    };
    Ok(match lot {
        LotRule::LotForLot => Rule::LotForLot,
        LotRule::Fixed { quantity } => {
            Rule::Fixed(positive("quantity", number("quantity", Some(*quantity)))?)
        }
        LotRule::PeriodDays { days: 0 } => {
            let fault = Finding::new(Code::QtyOutOfRange).with("value", 0).with("limit", "≥ 1");
            return Err(fault.with("field", "days"));
        }
        LotRule::PeriodDays { days } => Rule::PeriodDays(*days),
        LotRule::Periods { counts } if counts.is_empty() || counts.contains(&0) => {
            let fault = Finding::new(Code::QtyOutOfRange).with("value", 0).with("limit", "≥ 1");
            return Err(fault.with("field", "counts"));
        }
        LotRule::Periods { counts } => Rule::Periods(counts.clone()),
        LotRule::Cycle { cycle } => Rule::Cycle(places.cycle(cycle).ok_or_else(|| unknown("cycles", cycle))?),
        LotRule::OrderUpTo { level, rounding } => {
            Rule::OrderUpTo { level: number("level", Some(*level)), rounding: *rounding }
        }
        LotRule::ReorderPoint { point, quantity } => Rule::ReorderPoint {
            point: number("point", Some(*point)),
            quantity: positive("quantity", number("quantity", Some(*quantity)))?,
        },
        LotRule::MinMax { min, max, rounding, trigger } => Rule::MinMax {
            min: number("min", Some(*min)),
            max: number("max", Some(*max)),
            rounding: *rounding,
            trigger: *trigger,
        },
        LotRule::Eoq(costs) => economic(EconomicKind::Eoq, costs)?,
        LotRule::Poq(costs) => economic(EconomicKind::Poq, costs)?,
        LotRule::LeastUnitCost(costs) => economic(EconomicKind::LeastUnitCost, costs)?,
        LotRule::LeastTotalCost(costs) => economic(EconomicKind::LeastTotalCost, costs)?,
        LotRule::PartPeriod { costs, look_ahead, look_back } => {
            economic(EconomicKind::PartPeriod { look_ahead: *look_ahead, look_back: *look_back }, costs)?
        }
        LotRule::SilverMeal(costs) => economic(EconomicKind::SilverMeal, costs)?,
        LotRule::WagnerWhitin(costs) => economic(EconomicKind::WagnerWhitin, costs)?,
    })
}

/// Costs and rates may be absent, but not below zero.
fn check_costs(costs: &Economic) -> Result<(), Finding> {
    let given = [
        ("setup_cost", costs.setup_cost),
        ("holding_cost", costs.holding_cost),
        ("unit_cost", costs.unit_cost),
        ("demand_rate", costs.demand_rate),
    ];
    let given = given.into_iter().filter_map(|(field, value)| Some((field, value?)));
    let steps = costs.setup_steps.iter().map(|step| ("setup_steps", step.cost));
    match given.chain(steps).find(|(_, value)| *value < Decimal::ZERO) {
        None => Ok(()),
        Some((field, value)) => {
            let fault = Finding::new(Code::QtyOutOfRange).with("value", value).with("limit", "≥ 0");
            Err(fault.with("field", field))
        }
    }
}

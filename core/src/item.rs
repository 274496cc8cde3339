//! Items and how each is planned. Knows nothing of BOMs, stock or dates of orders.

use crate::id::Id;
use crate::num;
use crate::time::Date;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which of the optional parts of the planning and stock key an item uses (`F07`).
///
/// Two records of the item meet when every part switched on here is equal; a part that is off is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct KeyParts {
    /// Auxiliary attributes (辅助属性), such as colour or size.
    pub attributes: bool,
    /// Owner of the stock.
    pub owner: bool,
    /// Tracking number or project (计划跟踪号). It flows down the BOM to components that use it too.
    pub project: bool,
    /// Quality grade.
    pub grade: bool,
}

/// Which formula turns a scrap rate into a gross requirement (`F02`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScrapFormula {
    /// `gross = standard ÷ (1 − scrap)` (variant A).
    Divide,
    /// `gross = standard × (1 + scrap)` (variant B, the default).
    #[default]
    Multiply,
}

/// An item: something that is stocked, bought, made or passed through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Host id, unique among items.
    pub id: Id,
    /// Name for people; not used by any rule.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Stock unit, in which every quantity of the item is kept.
    pub unit: Id,
    /// Whether MRP plans the item; `false` reports its demand with `ITEM_NOT_PLANNED`.
    #[serde(default = "yes")]
    pub planned: bool,
    /// Phantom: never ordered, its components move to the parent's list (`P16`).
    #[serde(default)]
    pub phantom: bool,
    /// Optional parts of the planning key the item uses.
    #[serde(default)]
    pub key: KeyParts,
    /// Whether segregated demand may take free stock of the item (`F07`).
    #[serde(default)]
    pub free_stock: bool,
    /// Scrap formula for the item's own component lines (`F02`: by item).
    #[serde(default)]
    pub scrap_formula: ScrapFormula,
    /// Whether stock and ledger lines carry a second quantity (`F11`).
    #[serde(default)]
    pub second_quantity: bool,
    /// How substitutes of the item are taken (`P15`).
    #[serde(default)]
    pub substitution: Substitution,
}

pub(crate) fn yes() -> bool {
    true
}

/// How substitutes cover a shortage of the main item (`P15`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Substitution {
    /// One substitute covers the whole uncovered need or none is used.
    Whole,
    /// Main item first, the rest from substitutes by priority (the default).
    #[default]
    Mixed,
    /// Whole if one substitute covers everything, else mixed.
    Both,
    /// Proposed as a finding, never taken.
    Manual,
}

/// Whose demand is served first from a substitute's stock (`P15`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubstituteStock {
    /// The substitute's own demand (the default).
    #[default]
    OwnFirst,
    /// The demand of the item that is short.
    ShortFirst,
}

/// A substitute of an item, everywhere or under one parent (`P15`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Substitute {
    /// The item that may be short.
    pub item: Id,
    /// The item that may stand in.
    pub substitute: Id,
    /// Units of the substitute for one unit of the main item; absent is `SUBST_RATIO_MISSING`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratio: Option<num::Ratio>,
    /// Smaller is taken first; ties by the substitute's id.
    #[serde(default)]
    pub priority: u32,
    /// First date of validity, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// Last date of validity, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// Only requirements that come from this parent item may be substituted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Id>,
    /// How the substitute relates to the main item.
    #[serde(default)]
    pub mode: SubstituteMode,
}

/// What a [`Substitute`] row does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubstituteMode {
    /// Taken from free stock when the main item is short (the default).
    #[default]
    Alternative,
    /// Replacement (取代): every requirement in the validity goes to the substitute.
    Replace,
    /// Use-up (`P27`): the old item until its stock and open supply are gone, then the new one;
    /// a need may be split between both.
    UseUp,
    /// Use-up without splitting one date's need: the first need not covered in full goes to the new item whole.
    UseUpWhole,
}

/// Lot-sizing rule of an item at a site (`P11`, `P02`, `P28`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "rule", deny_unknown_fields)]
pub enum LotRule {
    /// What is needed, when it is needed (the default).
    #[default]
    LotForLot,
    /// A fixed quantity, repeated until the need is covered.
    Fixed {
        /// Size of every order.
        #[serde(with = "num::text")]
        #[schemars(with = "num::DecimalText")]
        quantity: Decimal,
    },
    /// Needs of the next `days` days in one order, the day of the first need included.
    PeriodDays {
        /// Calendar days covered, at least 1.
        days: u32,
    },
    /// Needs of whole periods of the plan's bucket, e.g. `[4, 3]` covers four, then three, then four …
    Periods {
        /// Periods covered by each order in turn; repeats; each at least 1.
        counts: Vec<u32>,
    },
    /// Needs up to the next start of a named cycle.
    Cycle {
        /// Id of a cycle table of the snapshot.
        cycle: Id,
    },
    /// When the balance falls below safety stock, order up to a level.
    OrderUpTo {
        /// Target level after the order.
        #[serde(with = "num::text")]
        #[schemars(with = "num::DecimalText")]
        level: Decimal,
        /// Whether a multiple rounds up or down.
        #[serde(default)]
        rounding: UpToRounding,
    },
    /// When the balance is at or below the point, order a fixed quantity until it is above.
    ReorderPoint {
        /// Reorder point.
        #[serde(with = "num::text")]
        #[schemars(with = "num::DecimalText")]
        point: Decimal,
        /// Size of every order.
        #[serde(with = "num::text")]
        #[schemars(with = "num::DecimalText")]
        quantity: Decimal,
    },
    /// When the balance is at or below `min`, order up to `max` (`P02`).
    MinMax {
        /// Minimum, the reorder point.
        #[serde(with = "num::text")]
        #[schemars(with = "num::DecimalText")]
        min: Decimal,
        /// Maximum, the level after the order.
        #[serde(with = "num::text")]
        #[schemars(with = "num::DecimalText")]
        max: Decimal,
        /// Whether a multiple rounds up or down.
        #[serde(default)]
        rounding: UpToRounding,
        /// Whether a balance equal to `min` orders.
        #[serde(default)]
        trigger: Trigger,
    },
    /// Economic order quantity as a fixed quantity.
    Eoq(Economic),
    /// Periodic order quantity: periods = EOQ ÷ mean need per period, rounded half up, at least 1.
    Poq(Economic),
    /// Least unit cost.
    LeastUnitCost(Economic),
    /// Least total cost: carrying cost closest to the set-up cost.
    LeastTotalCost(Economic),
    /// Part-period balancing: carrying not above the set-up cost, with look-ahead and look-back.
    PartPeriod {
        /// Costs.
        #[serde(flatten)]
        costs: Economic,
        /// Extend a lot when the next demand is cheaper to carry than to order early (look-ahead).
        #[serde(default)]
        look_ahead: bool,
        /// Shrink a lot when carrying its last demand costs more than the part carried instead (look-back).
        #[serde(default)]
        look_back: bool,
    },
    /// Silver–Meal: least cost per period.
    SilverMeal(Economic),
    /// Wagner–Whitin: the optimum; among equal costs the earliest orders.
    WagnerWhitin(Economic),
}

/// How an order-up-to quantity meets the multiple (`P11`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UpToRounding {
    /// Round up (the default).
    #[default]
    Up,
    /// Round down while the balance stays above the minimum, else up.
    Down,
}

/// When a reorder point triggers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// At or below the point (the default, `P02`).
    #[default]
    AtOrBelow,
    /// Only below the point.
    Below,
}

/// Costs of the economic lot-sizing rules (`P28`). A missing one is `PARAM_MISSING`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Economic {
    /// Cost of one set-up or order.
    #[serde(with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub setup_cost: Option<Decimal>,
    /// Cost of holding one unit for one period of the plan's bucket.
    #[serde(with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub holding_cost: Option<Decimal>,
    /// Cost of one unit; only where a rule is to count it in its average.
    #[serde(with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub unit_cost: Option<Decimal>,
    /// Demand per period for EOQ and POQ; absent: the mean net need per period of the run.
    #[serde(with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub demand_rate: Option<Decimal>,
    /// Whether holding is counted on ending (the default) or average inventory.
    pub holding_basis: HoldingBasis,
    /// Set-up costs that change by date (Wagner–Whitin only): from each date on.
    pub setup_steps: Vec<CostStep>,
}

/// A set-up cost from a date on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CostStep {
    /// First date of the cost.
    pub from: Date,
    /// The cost.
    #[serde(with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub cost: Decimal,
}

/// On which inventory holding cost is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HoldingBasis {
    /// Ending inventory of a period (the default).
    #[default]
    Ending,
    /// Average of opening and ending inventory.
    Average,
}

/// Whether a multiple may push an order above the maximum (`P11`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MaxRule {
    /// The cap is the largest multiple not above the maximum (the default: a kiln is physical).
    #[default]
    Physical,
    /// The multiple may exceed the maximum.
    MayExceed,
}

/// Order of service between safety stock and demand (`P14`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SafetyPriority {
    /// The balance is kept at or above safety stock on every date (the default).
    #[default]
    Textbook,
    /// Orders may eat into safety stock; the refill is a need of its own and never late.
    Lowest,
    /// Set aside first; demand then triggers supply.
    Highest,
}

/// Safety stock from a date on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SafetyStep {
    /// First date of the level.
    pub from: Date,
    /// The level, in stock units.
    #[serde(with = "num::text")]
    #[schemars(with = "num::DecimalText")]
    pub quantity: Decimal,
}

/// How one item is planned, at one site or (without a site) at all sites that have no row of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Planning {
    /// The item.
    pub item: Id,
    /// The site, or absent for every site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<Id>,
    /// Lot-sizing rule.
    #[serde(default)]
    pub lot: LotRule,
    /// Minimum of one order.
    #[serde(default, with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub lot_min: Option<Decimal>,
    /// Maximum of one order.
    #[serde(default, with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub lot_max: Option<Decimal>,
    /// Orders are whole multiples of this.
    #[serde(default, with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub lot_multiple: Option<Decimal>,
    /// Whether the multiple may exceed the maximum.
    #[serde(default)]
    pub max_rule: MaxRule,
    /// Safety stock on every date.
    #[serde(default, with = "num::text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<num::DecimalText>")]
    pub safety_stock: Option<Decimal>,
    /// Safety stock by date; replaces `safety_stock` from the first step on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub safety_steps: Vec<SafetyStep>,
    /// Order of service between safety stock and demand.
    #[serde(default)]
    pub safety_priority: SafetyPriority,
    /// Safety time: supply is due this many working days before the need.
    #[serde(default)]
    pub safety_days: u32,
    /// Demand time fence in calendar days from the run date: forecast before it is ignored.
    #[serde(default)]
    pub demand_fence_days: u32,
    /// Planning time fence in calendar days from the run date: nothing before it is changed by itself.
    #[serde(default)]
    pub planning_fence_days: u32,
}

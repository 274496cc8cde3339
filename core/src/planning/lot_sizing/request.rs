//! The request of lot sizing over a plain series of periods: what a textbook page asks (`P28`).

use schemars::JsonSchema;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{self, IntoDeserializer, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

use super::Balance;
use crate::item::{HoldingBasis, MaxRule};
use crate::num::{DecimalText, Ratio};

/// Asks for the lots of a series of periods, their cost, and how they compare with the optimum (`P28`).
///
/// Set-up is paid once in each period in which anything arrives. Holding is paid on the inventory at the end of
/// each period ★ or on the average of what is there after the receipt and at the end. Minimum, maximum and
/// multiple (`P11`) apply to each lot; what they make too much lowers the needs that follow.
///
/// ```
/// use headstock::planning::LotSizing;
///
/// let request: LotSizing = serde_json::from_str(
///     r#"{"demand": [20, 50, 10, 50, 50], "setup_cost": 100, "holding_cost": 1,
///         "lot": {"rule": "silver_meal"}}"#,
/// ).unwrap();
/// let result = request.solve().unwrap();
/// let lots: Vec<String> = result.lots.iter().map(ToString::to_string).collect();
/// assert_eq!(lots, ["80", "0", "0", "100", "0"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LotSizing {
    /// Net need of each period, noughts included; at most 10 000 periods.
    pub demand: Vec<DecimalText>,
    /// The rule.
    #[serde(default)]
    pub lot: LotChoice,
    /// Cost of one set-up or order: of every period, or of each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setup_cost: Option<PerPeriod>,
    /// Cost of holding one unit for one period: of every period, or of each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holding_cost: Option<PerPeriod>,
    /// Cost of one unit: of every period, or of each. Given, it counts in the averages of Silver–Meal and least
    /// unit cost, and Wagner–Whitin weighs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<PerPeriod>,
    /// Inventory that holding counts on.
    #[serde(default)]
    pub holding_basis: HoldingBasis,
    /// Least quantity of one order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<DecimalText>,
    /// Greatest quantity of one order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<DecimalText>,
    /// Orders are whole multiples of this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiple: Option<DecimalText>,
    /// Whether the multiple may exceed the maximum.
    #[serde(default)]
    pub max_rule: MaxRule,
    /// Decimals of a quantity, which EOQ is rounded to; absent: as many as the quantities given have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<u32>,
}

/// A cost that is the same in every period, or one for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum PerPeriod {
    /// Of every period.
    Same(DecimalText),
    /// Of each period, as many as there are periods of demand.
    Each(Vec<DecimalText>),
}

/// By hand, because an untagged enum would not say what would be right.
impl<'de> Deserialize<'de> for PerPeriod {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<PerPeriod, D::Error> {
        deserializer.deserialize_any(PerPeriodVisitor)
    }
}

struct PerPeriodVisitor;

impl<'de> Visitor<'de> for PerPeriodVisitor {
    type Value = PerPeriod;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a decimal as text, or a list of them, one for each period")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<PerPeriod, E> {
        DecimalText::deserialize(text.into_deserializer()).map(PerPeriod::Same)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<PerPeriod, E> {
        DecimalText::deserialize(number.into_deserializer()).map(PerPeriod::Same)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<PerPeriod, E> {
        DecimalText::deserialize(number.into_deserializer()).map(PerPeriod::Same)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<PerPeriod, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(PerPeriod::Each)
    }
}

/// The rule of a [`LotSizing`] request.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "rule", deny_unknown_fields)]
pub enum LotChoice {
    /// What is needed, when it is needed (the default).
    #[default]
    LotForLot,
    /// A fixed quantity, repeated until the need is covered; minimum, maximum and multiple do not apply.
    Fixed {
        /// Size of every order.
        quantity: DecimalText,
    },
    /// The needs of whole periods, opened by a period with a need: `[4, 3]` covers four, then three, then four …
    Periods {
        /// Periods covered by each order in turn; repeats.
        counts: Vec<u32>,
    },
    /// Economic order quantity as a fixed quantity.
    Eoq {
        /// Units needed per period; absent: the mean of the demand.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        demand_rate: Option<Ratio>,
    },
    /// Periodic order quantity: EOQ (rounded) ÷ demand per period, half up, at least 1.
    Poq {
        /// Units needed per period; absent: the mean of the demand.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        demand_rate: Option<Ratio>,
    },
    /// Least unit cost: until the cost per unit rises.
    LeastUnitCost,
    /// Least total cost: carrying cost closest to the set-up cost, the shorter lot on a tie.
    LeastTotalCost,
    /// Part-period balancing.
    PartPeriod {
        /// Where the balance stops.
        #[serde(default)]
        balance: Balance,
        /// Take the next need along while carrying it costs less than carrying the one after it instead.
        #[serde(default)]
        look_ahead: bool,
        /// Leave the last need to the next order when carrying it costs more than what the next carries instead.
        #[serde(default)]
        look_back: bool,
    },
    /// Silver–Meal: until the cost per period rises; periods without need count.
    SilverMeal,
    /// Wagner–Whitin: the optimum; among equal costs the earliest orders.
    WagnerWhitin,
}

/// What a [`LotSizing`] request is answered with. Periods are numbered from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LotSizingResult {
    /// Quantity that arrives in each period.
    pub lots: Vec<DecimalText>,
    /// Inventory at the end of each period.
    pub ending: Vec<DecimalText>,
    /// The orders that make up the lots.
    pub orders: Vec<LotOrder>,
    /// EOQ, where the rule uses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot_quantity: Option<DecimalText>,
    /// Periods of supply, where the rule computes them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot_periods: Option<u32>,
    /// Cost of the lots; absent without set-up and holding cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<LotCosts>,
    /// The optimum of the same needs, without minimum, maximum and multiple.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub optimum: Option<OptimalLots>,
    /// How each lot was found.
    pub steps: Vec<LotSteps>,
}

/// One order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LotOrder {
    /// Period in which it arrives.
    pub period: u32,
    /// Its quantity.
    pub quantity: DecimalText,
}

/// What lots cost, exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LotCosts {
    /// Set-ups: one for each period in which anything arrives.
    pub setup: Ratio,
    /// Holding.
    pub holding: Ratio,
    /// Set-ups and holding.
    pub cost: Ratio,
    /// Units bought, where a unit cost is given.
    pub purchase: Ratio,
}

/// The optimum by Wagner–Whitin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OptimalLots {
    /// Quantity that arrives in each period.
    pub lots: Vec<DecimalText>,
    /// Its cost.
    pub cost: LotCosts,
}

/// How one lot was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LotSteps {
    /// Period in which the lot arrives.
    pub period: u32,
    /// Last period whose need it covers.
    pub last: u32,
    /// What the rule compared, up to the first that it refused: cost per period of 1, 2, … periods
    /// (Silver–Meal), cost per unit (least unit cost) or carrying cost (least total cost, part-period
    /// balancing) of 1, 2, … needs. Empty for other rules.
    pub averages: Vec<Ratio>,
    /// The steps of part-period balancing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_period: Option<PartPeriodSteps>,
}

/// Quantities of a lot after each step of part-period balancing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartPeriodSteps {
    /// By the balance alone.
    pub initial: DecimalText,
    /// After look-ahead.
    pub after_look_ahead: DecimalText,
    /// After look-back.
    pub after_look_back: DecimalText,
    /// Period of the first need that is left to the next order, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_order_period: Option<u32>,
}

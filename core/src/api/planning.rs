//! Requests of material requirements planning.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer, SeqAccess, Visitor, value::SeqAccessDeserializer};
use serde::{Deserialize, Serialize, Serializer};

use super::{Answer, Decided};
use crate::planning::{Message, Plan, PlanPolicy, PlannedOrder, Shortage};
use crate::run::RunControl;
use crate::snapshot::{Snapshot, Tables};
use crate::time::Date;

/// Asks for a planning run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanRequest {
    /// The records.
    pub tables: Tables,
    /// The date that the run is for: day 0.
    pub run_date: Date,
    /// The choices of the run.
    #[serde(default)]
    pub policy: PlanPolicy,
    /// Which parts of the plan are answered.
    #[serde(default)]
    pub show: Show,
}

/// Which parts of a plan are answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Show {
    /// Planned orders ★.
    pub orders: bool,
    /// Action messages ★.
    pub messages: bool,
    /// Needs that nothing covers ★.
    pub shortages: bool,
}

impl Default for Show {
    fn default() -> Self {
        Show { orders: true, messages: true, shortages: true }
    }
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanResult {
    /// The run date.
    pub run_date: Date,
    /// How many planned orders there are.
    pub order_count: u64,
    /// How many nodes (item, site and key) were planned.
    pub node_count: u64,
    /// Planned orders by item, site, key and date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orders: Option<Vec<PlannedOrder>>,
    /// Action messages by item, site, key, date and document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub messages: Option<Vec<Message>>,
    /// Needs that nothing covers, by item, site, key and date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortages: Option<Vec<Shortage>>,
}

/// Answers a [`PlanRequest`].
pub(super) fn plan(request: PlanRequest, control: &RunControl<'_>) -> Decided<PlanResult> {
    let snapshot = Snapshot::from_tables(request.tables, control)?;
    let plan = crate::planning::plan(&snapshot, &request.policy, request.run_date, control)?;
    let result = shown(&plan, &request.show);
    Ok(Answer { result, findings: plan.findings() })
}

fn shown(plan: &Plan, show: &Show) -> PlanResult {
    PlanResult {
        run_date: plan.run_date(),
        order_count: plan.order_count() as u64,
        node_count: plan.node_count() as u64,
        orders: show.orders.then(|| plan.orders().collect()),
        messages: show.messages.then(|| plan.messages()),
        shortages: show.shortages.then(|| plan.shortages()),
    }
}

/// Nothing, everything, or a list of what is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Selection<T> {
    /// Nothing (the default): `"none"`.
    #[default]
    None,
    /// Everything: `"all"`.
    All,
    /// These: `[…]`.
    These(Vec<T>),
}

impl<T: Serialize> Serialize for Selection<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Selection::None => serializer.serialize_str("none"),
            Selection::All => serializer.serialize_str("all"),
            Selection::These(list) => list.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Selection<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Selection<T>, D::Error> {
        struct Reader<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Reader<T> {
            type Value = Selection<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"all\", \"none\" or a list")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Selection<T>, E> {
                match text {
                    "none" => Ok(Selection::None),
                    "all" => Ok(Selection::All),
                    other => Err(E::unknown_variant(other, &["all", "none"])),
                }
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Selection<T>, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(Selection::These)
            }
        }

        deserializer.deserialize_any(Reader(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Selection<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("SelectionOf{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let list = generator.subschema_for::<Vec<T>>();
        json_schema!({
            "description": "Nothing, everything, or a list of what is wanted.",
            "anyOf": [{ "enum": ["none", "all"] }, list],
        })
    }
}

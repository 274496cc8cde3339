//! The closed list of decisions: one row each, from which requests, results and schemas follow.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use super::{
    Answer, ErrorDocument, Response, adjusting, catalogue, change, closing, collection, costing, execution,
    orders, planning, read, reports, shop, sizing, standards, stock, structure, valuation, values, variances,
};
use crate::planning::{
    Eoq, EoqResult, LotSizing, LotSizingResult, MinMax, MinMaxResult, NetForecast, NetForecastResult,
};
use crate::run::RunControl;

/// Builds the enums of kinds, requests and results from the rows below.
macro_rules! decisions {
    ($($(#[doc = $doc:literal])* $variant:ident $name:literal $request:ty => $result:ty, $decide:path;)*) => {
        /// Which decision a document is about; the text form is the `kind` of both documents.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum Kind {
            $($(#[doc = $doc])* #[serde(rename = $name)] $variant,)*
        }

        impl Kind {
            /// Every kind, in the order of the documentation.
            pub const ALL: &'static [Kind] = &[$(Kind::$variant,)*];

            /// The stable name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Kind::$variant => $name,)* }
            }

            pub(super) fn request_schema(self, generator: &mut SchemaGenerator) -> Schema {
                match self { $(Kind::$variant => <$request>::json_schema(generator),)* }
            }

            pub(super) fn result_schema(self, generator: &mut SchemaGenerator) -> Schema {
                match self { $(Kind::$variant => generator.subschema_for::<$result>(),)* }
            }
        }

        /// A request: what is asked, with everything needed to answer it.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[serde(tag = "kind")]
        pub enum Request {
            $($(#[doc = $doc])* #[serde(rename = $name)] $variant(Box<$request>),)*
        }

        /// The result of a decision.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(tag = "kind", content = "result")]
        pub enum Outcome {
            $($(#[doc = $doc])* #[serde(rename = $name)] $variant(Box<$result>),)*
        }

        impl Request {
            /// Reads the fields of a request of a kind.
            pub(super) fn read(kind: Kind, bytes: &[u8]) -> Result<Request, ErrorDocument> {
                Ok(match kind { $(Kind::$variant => Request::$variant(Box::new(read::fields(bytes)?)),)* })
            }

            /// The kind of the request.
            #[must_use]
            pub const fn kind(&self) -> Kind {
                match self { $(Request::$variant(_) => Kind::$variant,)* }
            }

            /// Answers the request.
            ///
            /// # Errors
            /// Those of the decision, as a document.
            pub fn decide(self, control: &RunControl<'_>) -> Result<Response, ErrorDocument> {
                match self {
                    $(Request::$variant(request) => {
                        let Answer { result, findings } = $decide(*request, control)?;
                        Ok(Response::new(Outcome::$variant(Box::new(result)), &findings))
                    })*
                }
            }
        }
    };
}

decisions! {
    /// Material requirements planning (`P08`–`P19`, `P26`–`P28`).
    Plan "plan" planning::PlanRequest => planning::PlanResult, planning::plan;
    /// A plan that follows changes of records (`P10`).
    Replan "replan" planning::ReplanRequest => planning::ReplanResult, planning::replan;
    /// All components of a product, level by level (`F02`, `P16`).
    Explode "explode" structure::ExplodeRequest => structure::ExplodeResult, structure::explode;
    /// The component list of one order, rounded (`F02`, `P12`, `X04`).
    ComponentList "component_list" structure::ComponentListRequest => structure::ComponentListResult, structure::component_list;
    /// What an item goes into (`F02`).
    WhereUsed "where_used" structure::WhereUsedRequest => structure::WhereUsedResult, structure::where_used;
    /// Two BOM versions side by side (`P27`).
    CompareBoms "compare_boms" change::CompareBomsRequest => change::CompareBomsResult, change::compare_boms;
    /// Preview of a mass replacement of a component (`P27`).
    ReplaceComponent "replace_component" change::ReplaceComponentRequest => change::ReplaceComponentResult, change::replace_component;
    /// Low-level codes (`P10`).
    LowLevelCodes "low_level_codes" structure::LowLevelCodesRequest => structure::LowLevelCodesResult, structure::low_level_codes;
    /// Use-up of an old part before the new one (`P27`).
    UseUp "use_up" change::UseUpRequest => change::UseUpResult, change::use_up;
    /// Lots of a series of periods, their cost and the optimum (`P11`, `P28`).
    LotSize "lot_size" LotSizing => LotSizingResult, sizing::lot_size;
    /// Economic order quantity (`P28`).
    Eoq "eoq" Eoq => EoqResult, sizing::eoq;
    /// Order point of a steady demand (`P02`).
    OrderPoint "order_point" sizing::OrderPointRequest => sizing::OrderPointResult, sizing::order_point;
    /// Order-up-to between minimum and maximum (`P02`, `P11`).
    MinMax "min_max" MinMax => MinMaxResult, sizing::min_max;
    /// What is left of a forecast after its orders (`P08`).
    NetForecast "net_forecast" NetForecast => NetForecastResult, sizing::net_forecast;
    /// What is available of an item (`F03`).
    Availability "availability" stock::AvailabilityRequest => stock::AvailabilityResult, stock::availability;
    /// Sharing out a total (`F01`).
    Allocate "allocate" values::AllocateRequest => values::AllocateResult, values::allocate;
    /// Conversion between units of measure (`F01`).
    Convert "convert" values::ConvertRequest => values::ConvertResult, values::convert;
    /// Rounding with a named mode (`F01`).
    Round "round" values::RoundRequest => values::RoundResult, values::round;
    /// An amount in two currencies (`F08`).
    Currency "currency" values::CurrencyRequest => values::CurrencyResult, values::currency;
    /// Sum of movements with a second quantity (`F11`).
    SecondQuantity "second_quantity" values::SecondQuantityRequest => values::SecondQuantityResult, values::second_quantity;
    /// Hours and cost of a routing (`F10`).
    Routing "routing" shop::RoutingRequest => shop::RoutingResult, shop::routing;
    /// Working days and time buckets (`P13`, `P19`).
    Calendar "calendar" shop::CalendarRequest => shop::CalendarResult, shop::calendar;
    /// Commands over the records of execution (`X`, `M`, `F04`–`F06`, `F09`).
    Execute "execute" execution::ExecuteRequest => execution::ExecuteResult, execution::execute;
    /// What a scheme would issue for an order (`M01`–`M03`, `M05`, `M13`).
    ProposeIssue "propose_issue" execution::ProposeIssueRequest => execution::ProposeIssueResult, execution::propose_issue;
    /// How production orders stand (`N01`).
    OrderTracking "order_tracking" reports::OrderTrackingRequest => reports::OrderTrackingResult, reports::order_tracking;
    /// Alerts of progress (`N02`).
    OrderAlerts "order_alerts" reports::OrderAlertsRequest => reports::OrderAlertsResult, reports::order_alerts;
    /// Sales lines from order to shipment (`N03`).
    SalesFlow "sales_flow" reports::SalesFlowRequest => reports::SalesFlowResult, reports::sales_flow;
    /// Slow-moving stock and its age (`N04`).
    SlowStock "slow_stock" reports::SlowStockRequest => reports::SlowStockResult, reports::slow_stock;
    /// Stock at the end of a past day.
    StockAt "stock_at" reports::StockAtRequest => reports::StockAtResult, reports::stock_at;
    /// Where a lot went, or what went into it.
    LotTrace "lot_trace" reports::LotTraceRequest => crate::reporting::Trace, reports::lot_trace;
    /// How many sets stock makes (`P03`).
    BuildableSets "buildable_sets" reports::BuildableSetsRequest => crate::sets::Sets, reports::buildable_sets;
    /// How far stock covers demand.
    StockCover "stock_cover" reports::StockCoverRequest => reports::StockCoverResult, reports::stock_cover;
    /// ABC classes by value.
    Abc "abc" reports::AbcRequest => reports::AbcResult, reports::abc;
    /// Counts of a day in cycle counting.
    CycleCount "cycle_count" reports::CycleCountRequest => reports::CycleCountResult, reports::cycle_count;
    /// Overhead rows of a period from lines of the general ledger (`C03`).
    CollectOverhead "collect_overhead" crate::costing::CollectOverhead => crate::costing::CollectedOverhead, collection::collect_overhead;
    /// Overhead shared among orders (`C04`).
    AllocateCost "allocate_cost" costing::AllocateCostRequest => costing::AllocateCostResult, costing::allocate_cost;
    /// An overhead rate, what it applies and what that leaves (`C04`).
    OverheadRate "overhead_rate" costing::OverheadRateRequest => costing::OverheadRateResult, costing::overhead_rate;
    /// Service departments passed on (`C19`).
    ServiceDepartments "service_departments" costing::ServiceDepartmentsRequest => costing::ServiceDepartmentsResult, costing::service_departments;
    /// What a process costs, by equivalent units (`C05`, `C21`).
    ProcessCost "process_cost" costing::ProcessCostRequest => costing::ProcessCostResult, costing::process_cost;
    /// Normal and abnormal spoilage (`C21`).
    Spoilage "spoilage" costing::SpoilageRequest => costing::SpoilageResult, costing::spoilage;
    /// Work in process by other methods (`C06`).
    WipValue "wip_value" costing::WipValueRequest => costing::WipValueResult, costing::wip_value;
    /// A joint cost shared among joint products (`C07`, `C08`).
    JointCost "joint_cost" costing::JointCostRequest => costing::JointCostResult, costing::joint_cost;
    /// The result of a main product and its by-product (`C08`).
    ByProductIncome "byproduct_income" costing::ByProductIncomeRequest => costing::ByProductIncomeResult, costing::byproduct_income;
    /// What stock movements are worth (`C17`, `F09`).
    ValueMovements "value_movements" valuation::ValueMovementsRequest => valuation::ValueMovementsResult, valuation::value_movements;
    /// Charges shared out among receipts (`C20`).
    LandedCost "landed_cost" adjusting::LandedCostRequest => adjusting::LandedCostResult, adjusting::landed_cost;
    /// A difference split between stock, uses and cost of sales (`S07`, `C14`).
    AdjustCost "adjust_cost" adjusting::AdjustCostRequest => adjusting::DifferenceParts, adjusting::adjust_cost;
    /// Accrued receipts settled by their invoices (`S06`).
    Accrual "accrual" adjusting::AccrualRequest => adjusting::AccrualResult, adjusting::accrual;
    /// What an order cost, and its outputs and work in process (`C01`, `C14`, `C15`, `R03`).
    OrderCost "order_cost" orders::OrderCostRequest => orders::OrderCostResult, orders::order_cost;
    /// Standard costs through all levels (`C18`).
    StandardCost "standard_cost" standards::StandardCostRequest => standards::StandardCostResult, standards::standard_cost;
    /// Versions of standards, their differences and revaluation (`C18`).
    StandardVersions "standard_versions" standards::StandardVersionsRequest => standards::StandardVersionsResult, standards::standard_versions;
    /// Variances of an order or a period (`C18`).
    Variances "variances" variances::VariancesRequest => variances::VariancesResult, variances::variances;
    /// Cost records of a period from the records of execution (`C02`, `C15`, `F05`, `F09`).
    CollectCosts "collect_costs" collection::CollectCostsRequest => collection::CollectCostsResult, collection::collect_costs;
    /// Closing a period: what everything cost (`C01`–`C16`, `R03`).
    ClosePeriod "close_period" closing::ClosePeriodRequest => closing::ClosePeriodResult, closing::close_period;
    /// Why a cost is what it is, down to the documents (`C12`).
    ExplainCost "explain_cost" closing::ExplainCostRequest => closing::ExplainCostResult, closing::explain_cost;
    /// Every code with its texts.
    Catalogue "catalogue" catalogue::CatalogueRequest => catalogue::CatalogueResult, catalogue::catalogue;
    /// The schemas of the documents.
    Schema "schema" catalogue::SchemaRequest => catalogue::SchemaResult, catalogue::schema;
}

impl Kind {
    /// All names, for a message.
    pub(super) fn names() -> String {
        let names: Vec<String> = Kind::ALL.iter().map(|kind| format!("`{}`", kind.as_str())).collect();
        names.join(", ")
    }
}

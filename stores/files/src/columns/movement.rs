//! Stock, demands, supplies and the settings of a run.

use super::Kind::{Choice, Choices, Count, Date, Decimal, Flag, Id, Name, OutsideId, Quantity, Ref};
use super::Measure::{Days, Money, Plain, Stock};
use super::Need::{May, Must, Or, Site};

const DEMAND_KINDS: &[&str] = &["sales", "production", "subcontract", "transfer", "manual"];
const SUPPLY_KINDS: &[&str] = &["production", "purchase", "subcontract", "transfer"];
const ROUNDINGS: &[&str] = &["up", "down", "half_up", "half_even"];

super::table! {
    /// Stock rows.
    STOCK = "stock" ["id"],
    "A stock row: an item at a place, by lot and key (P09, F03).",
    "库存行:物料、地点、批次。" {
        id: Id, Must, Plain, "The row", "行号", "S-001";
        item: Ref("items"), Must, Plain, "The item", "物料", "SCREW-M4";
        site: Ref("sites"), Site, Plain, "The site", "地点", "NORTH";
        location: Ref("locations"), May, Plain, "The location; empty: an ordinary one of the site", "仓库", "N-MAIN";
        attributes @ "key.attributes": OutsideId, May, Plain, "Attributes, as one text", "辅助属性", "colour=red";
        owner @ "key.owner": OutsideId, May, Plain, "Owner; empty: the company", "货主,空为本公司", "CUST-7";
        project @ "key.project": OutsideId, May, Plain, "Project or tracking number", "计划跟踪号", "P7";
        grade @ "key.grade": OutsideId, May, Plain, "Grade", "等级", "A";
        lot: OutsideId, May, Plain, "The lot", "批次", "L-2603";
        quantity: Quantity("item"), Must, Stock, "Quantity; may be negative", "数量,可为负", "1250";
        second_quantity: super::Kind::Decimal, May, Plain, "Second quantity, where the item has one", "第二数量", "81.4";
        status: Choice(&["available", "inspection", "blocked", "scrap"]), Or("available"), Plain, "Quality status; inspection counts as a receipt, blocked and scrap not at all", "质量状态", "available";
        usable_until: Date, May, Plain, "Last date on which the lot may be used (P26)", "可用至", "2026-03-20";
        available_on: Date, May, Plain, "For stock in inspection: when it is expected to be free; empty: the run date", "检验预计完成日", "2026-03-04";
    }

    /// Open supplies.
    SUPPLIES = "supplies" ["id"],
    "A receipt on order: purchase, production, subcontract or transfer (P09).",
    "预计入库:采购、生产、委外或调拨单。" {
        id: Id, Must, Plain, "The document line", "单据行", "PO-4711";
        kind: Choice(SUPPLY_KINDS), Or("purchase"), Plain, "Kind of document", "单据类型", "purchase";
        firmness: Choice(&["released", "firm", "planned"]), Or("released"), Plain, "`released` document, `firm` planned order, or `planned` by an earlier run (dropped)", "确定程度", "released";
        item: Ref("items"), Must, Plain, "The item", "物料", "SCREW-M4";
        site: Ref("sites"), Site, Plain, "The site", "地点", "NORTH";
        attributes @ "key.attributes": OutsideId, May, Plain, "Attributes, as one text", "辅助属性", "colour=red";
        owner @ "key.owner": OutsideId, May, Plain, "Owner", "货主", "CUST-7";
        project @ "key.project": OutsideId, May, Plain, "Project or tracking number", "计划跟踪号", "P7";
        grade @ "key.grade": OutsideId, May, Plain, "Grade", "等级", "A";
        quantity: Quantity("item"), Must, Stock, "Good quantity ordered", "合格数量", "5000";
        input_quantity: Quantity("item"), May, Stock, "Input of a production order, where it differs", "投入数量", "5200";
        accepted: Quantity("item"), May, Stock, "Received and accepted so far", "已收合格", "2000";
        rejected: Quantity("item"), May, Stock, "Rejected and not to be replaced", "拒收不补", "0";
        due: Date, Must, Plain, "Date on which it can be used", "可用日期", "2026-03-06";
        start: Date, May, Plain, "Start of a firm planned order; empty: by its lead time", "开工日", "2026-03-03";
        source: Ref("sources"), May, Plain, "Source of a firm planned order; empty: the preferred one", "货源", "MAKE-HINGE";
        approved: Flag, Or("yes"), Plain, "Whether the document is approved", "已审核", "yes";
        fixed: Flag, Or("no"), Plain, "Never moved or changed by a proposal", "不可调整", "no";
    }

    /// Demands.
    DEMANDS = "demands" ["id"],
    "A dated need: a sales order line, an unissued component line, a typed-in need (P08).",
    "需求:销售订单行、未领用料行或手工需求。" {
        id: Id, Must, Plain, "The document line", "单据行", "SO-1001-1";
        kind: Choice(DEMAND_KINDS), Or("sales"), Plain, "Where it comes from", "来源", "sales";
        item: Ref("items"), Must, Plain, "The item", "物料", "HINGE-90";
        site: Ref("sites"), Site, Plain, "The site", "地点", "NORTH";
        attributes @ "key.attributes": OutsideId, May, Plain, "Attributes, as one text", "辅助属性", "colour=red";
        owner @ "key.owner": OutsideId, May, Plain, "Owner", "货主", "CUST-7";
        project @ "key.project": OutsideId, May, Plain, "Project or tracking number", "计划跟踪号", "P7";
        grade @ "key.grade": OutsideId, May, Plain, "Grade", "等级", "A";
        quantity: Quantity("item"), Must, Stock, "Ordered or required quantity", "数量", "400";
        fulfilled: Quantity("item"), May, Stock, "Already shipped, issued or moved", "已发数量", "0";
        date: Date, May, Plain, "Need date; empty is reported short (`DEMAND_NO_DATE`)", "需求日期", "2026-03-18";
        priority: Count(u32::MAX), Or("0"), Plain, "Smaller is served first on one date", "优先级,小者优先", "0";
        status: Choice(&["open", "quote", "inquiry", "closed"]), Or("open"), Plain, "Whether it counts: open and quote do", "状态", "open";
        abnormal: Flag, Or("no"), Plain, "Abnormal demand does not consume forecast", "异常需求不冲减预测", "no";
        minimum_life_days: Count(36_500), Or("0"), Days, "Days a lot must still be usable after the need date (P26)", "最短剩余有效期", "7";
        order: OutsideId, May, Plain, "Production or subcontract order whose component line this is", "所属订单", "MO-77";
    }

    /// Forecasts.
    FORECASTS = "forecasts" ["id"],
    "A forecast over a range of dates; orders consume it (P08).",
    "预测,由订单冲减。" {
        id: Id, Must, Plain, "The row", "行号", "F-HINGE-03";
        item: Ref("items"), Must, Plain, "The item", "物料", "HINGE-90";
        site: Ref("sites"), Site, Plain, "The site", "地点", "NORTH";
        attributes @ "key.attributes": OutsideId, May, Plain, "Attributes, as one text", "辅助属性", "colour=red";
        owner @ "key.owner": OutsideId, May, Plain, "Owner", "货主", "CUST-7";
        project @ "key.project": OutsideId, May, Plain, "Project or tracking number", "计划跟踪号", "P7";
        grade @ "key.grade": OutsideId, May, Plain, "Grade", "等级", "A";
        from: Date, Must, Plain, "First date of the period", "起始日", "2026-03-01";
        to: Date, Must, Plain, "Last date of the period", "截止日", "2026-03-31";
        quantity: Quantity("item"), Must, Stock, "Quantity of the whole period", "数量", "2000";
        status: Choice(&["draft", "active", "archived"]), Or("active"), Plain, "Only active rows are planned", "状态", "active";
        spread_days: Count(36_500), May, Days, "Spread the rest: one need every so many days; empty: one need on the first day", "分摊间隔", "7";
    }

    /// Reservations.
    RESERVATIONS = "reservations" ["id"],
    "A hard peg: a quantity of one stock row or one supply that belongs to one demand (P17).",
    "预留:库存行或预计入库的一部分专供某需求。" {
        id: Id, Must, Plain, "The row", "行号", "R-1";
        demand: Ref("demands"), Must, Plain, "The demand served", "需求", "SO-1001-1";
        stock: Ref("stock"), May, Plain, "The stock row; exactly one of `stock` and `supply` is given", "库存行", "S-001";
        supply: Ref("supplies"), May, Plain, "The supply", "预计入库", "PO-4711";
        quantity: super::Kind::Decimal, Must, Stock, "Quantity, above zero", "数量", "100";
    }

    /// Settings as they stand in the file.
    SETTINGS = "settings" ["key"],
    "A choice of the run: one row a key. The keys are listed below.",
    "运算设置,每行一项,键见下表。" {
        key @ "": Name, Must, Plain, "The setting", "设置项", "run_date";
        value @ "": Name, Must, Plain, "Its value", "值", "2026-03-02";
    }

    /// The keys of `settings`, described as if they were columns.
    SETTING_KEYS = "settings" [],
    "The keys of `settings.csv`.",
    "`settings.csv`的键。" {
        title @ "": Name, May, Plain, "Title of the report", "报告标题", "Northgate works, March";
        run_date @ "": Date, May, Plain, "Date the run is for", "运算日期", "2026-03-02";
        control_stock @ "": Decimal, May, Money, "What the amounts of `opening_values` add up to (F09)", "期初存货控制总数", "10510.25";
        control_wip @ "": Decimal, May, Money, "What the amounts of `opening_wip` add up to (F09)", "期初在产品控制总数", "187.86";
        horizon: Date, May, Plain, "Last date planned; later demand is only counted", "计划展望期截止日", "2026-04-30";
        bucket @ "buckets.bucket": Choice(&["day", "week", "month", "days", "cycle"]), Or("day"), Plain, "Time buckets (P19)", "计划时段", "day";
        bucket_days @ "buckets.days": Count(36_500), May, Days, "Length, for bucket `days`", "时段长度", "10";
        bucket_origin @ "buckets.origin": Date, May, Plain, "First day of bucket 0, for bucket `days`", "时段起点", "2026-03-02";
        bucket_cycle @ "buckets.cycle": Ref("cycles"), May, Plain, "The cycle, for bucket `cycle`", "时段周期", "TRUCK";
        without_demand: Choices(DEMAND_KINDS), May, Plain, "Demand kinds left out", "不计的需求来源", "manual";
        use_forecast: Flag, Or("yes"), Plain, "Whether forecast counts", "计预测", "yes";
        use_safety_stock: Flag, Or("yes"), Plain, "Whether safety stock counts", "计安全库存", "yes";
        use_co_products: Flag, Or("yes"), Plain, "Whether co-products and by-products of planned orders count", "计联副产品", "yes";
        use_open_supply: Flag, Or("yes"), Plain, "Whether open supplies count", "计预计入库", "yes";
        use_unapproved: Flag, Or("no"), Plain, "Whether unapproved supplies count", "计未审核单据", "no";
        overdue_demand_days: Count(36_500), May, Days, "Overdue demand older than this is left out; empty: all counts", "过期需求天数", "30";
        overdue_supply @ "overdue_supply.rule": Choice(&["today", "trusted", "ignored_after"]), Or("today"), Plain, "What happens to overdue supply (P09)", "过期供应", "today";
        overdue_supply_days @ "overdue_supply.days": Count(36_500), May, Days, "Days, for `ignored_after`", "过期供应天数", "14";
        forecast_direction @ "forecast.direction": Choice(&["backward_forward", "backward", "forward", "forward_backward"]), Or("backward_forward"), Plain, "Direction of forecast consumption (P08)", "预测冲减方向", "backward_forward";
        forecast_backward_days @ "forecast.backward_days": Count(36_500), Or("0"), Days, "Reach before the order's date", "向前冲减天数", "7";
        forecast_forward_days @ "forecast.forward_days": Count(36_500), Or("0"), Days, "Reach after the order's date", "向后冲减天数", "7";
        reschedule @ "reschedule.assume": Choice(&["expedite", "new_order"]), Or("expedite"), Plain, "What is assumed of supplies that come too late (P18)", "重排假定", "expedite";
        reschedule_tolerance_days @ "reschedule.tolerance_days": Count(36_500), Or("0"), Days, "A shift of at most this gives no message", "重排容差", "2";
        reschedule_max_advance_days @ "reschedule.max_advance_days": Count(36_500), May, Days, "Largest shift to an earlier date; empty: any", "最大提前", "10";
        reschedule_max_defer_days @ "reschedule.max_defer_days": Count(36_500), May, Days, "Largest shift to a later date; empty: any", "最大推迟", "30";
        reschedule_change_quantity @ "reschedule.change_quantity": Flag, Or("yes"), Plain, "Whether the quantity of a supply may be changed", "可改数量", "yes";
        explosion: Choice(&["start", "due"]), Or("start"), Plain, "Date of an order that decides its BOM", "BOM展开日期", "start";
        dependent: Choice(&["required", "feasible"]), Or("required"), Plain, "Start that dependent needs follow when it is before the run date", "相关需求日期", "required";
        rounding @ "rounding.at": Choice(&["order_line", "item_bucket"]), Or("order_line"), Plain, "Where requirements are rounded", "取整位置", "order_line";
        rounding_mode @ "rounding.mode": Choice(ROUNDINGS), May, Plain, "Mode, for `item_bucket`", "取整方式", "up";
        order_per_demand: Flag, Or("no"), Plain, "One planned order per demand record", "按需求逐单", "no";
        quota: Choice(&["furthest", "split"]), Or("furthest"), Plain, "How quotas share needs", "配额方式", "furthest";
        substitute_stock: Choice(&["own_first", "short_first"]), Or("own_first"), Plain, "Whose demand a substitute's stock serves first", "替代料库存优先", "own_first";
        use_phantom_stock: Flag, Or("yes"), Plain, "Whether stock of a phantom is used before its components", "先用虚拟件库存", "yes";
    }
}

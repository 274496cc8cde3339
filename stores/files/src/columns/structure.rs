//! Routings, bills of material, sources, planning parameters and substitutes.

use super::Kind::{Choice, Count, Counts, Date, Decimal, Flag, Id, OutsideId, Quantity, Ratio, Ref, Whole};
use super::Measure::{Days, Hours, LineUnit, Money, MoneyPerUnit, Periods, Plain, Stock, WorkingDays};
use super::Need::{May, Must, Or};

const STATUS: &[&str] = &["draft", "approved"];
const SOURCE_KINDS: &[&str] = &["make", "buy", "subcontract", "transfer"];
const SUBSTITUTE_MODES: &[&str] = &["alternative", "replace", "use_up", "use_up_whole"];
const ISSUE: &[&str] = &["direct", "backflush", "no_issue"];
pub(crate) const USAGE: &[&str] = &["variable", "fixed", "stepped"];
const RULES: &[&str] = &[
    "lot_for_lot",
    "fixed",
    "period_days",
    "periods",
    "cycle",
    "order_up_to",
    "reorder_point",
    "min_max",
    "eoq",
    "poq",
    "least_unit_cost",
    "least_total_cost",
    "part_period",
    "silver_meal",
    "wagner_whitin",
];

super::table! {
    /// Routings.
    ROUTINGS = "routings" ["id"],
    "A routing version of an item; its operations are in `operations` (F10).",
    "工艺路线版本,工序见`operations`。" {
        id: Id, Must, Plain, "The routing", "工艺路线", "R-HINGE";
        product: Ref("items"), Must, Plain, "The product", "产品", "HINGE-90";
        status: Choice(STATUS), Or("approved"), Plain, "Approval", "审核状态", "approved";
        valid_from: Date, May, Plain, "First date of validity", "生效日", "2026-01-01";
        valid_to: Date, May, Plain, "Last date of validity", "失效日", "2026-12-31";
    }

    /// Operations.
    OPERATIONS = "operations" ["routing", "sequence"],
    "An operation of a routing. Times are exact: `1/3` is allowed.",
    "工序,时间为精确值,可写`1/3`。" {
        routing @ "": Ref("routings"), Must, Plain, "The routing", "工艺路线", "R-HINGE";
        sequence: Count(1_000_000), Must, Plain, "Number that orders the operations", "工序号", "10";
        work_centre: Ref("work_centres"), Must, Plain, "Where it is done", "工作中心", "PRESS";
        setup_hours: Ratio, Or("0"), Hours, "Set-up time per order", "准备时间", "0.5";
        run_hours: Ratio, Or("0"), Hours, "Run time per unit, or per batch where `batch` is given", "加工时间(每件或每批)", "0.02";
        batch: Quantity(""), May, Stock, "Batch size for `run_hours`", "批量", "100";
        queue_hours: Ratio, Or("0"), Hours, "Waiting time before it", "排队时间", "2";
        move_hours: Ratio, Or("0"), Hours, "Moving time after it", "移动时间", "1";
        overlap: Quantity(""), May, Stock, "Quantity after which the next operation may start", "重叠数量", "50";
        outside: Flag, Or("no"), Plain, "Done outside, by a supplier", "外协", "no";
        yield_ratio: Ratio, Or("1"), Plain, "Yield of the operation, above 0 and at most 1", "工序成品率", "0.98";
    }

    /// BOM headers.
    BOMS = "boms" ["id"],
    "A BOM version (F02). Not needed for a product with one plain BOM: `bom_lines` may name the product instead.",
    "BOM版本。产品只有一个简单BOM时可省略,`bom_lines`可直接写产品。" {
        id: Id, Must, Plain, "The BOM version", "BOM版本", "B-HINGE-2";
        product: Ref("items"), Must, Plain, "The product", "产品", "HINGE-90";
        site: Ref("sites"), May, Plain, "The site; empty: every site", "地点,空为全部", "NORTH";
        status: Choice(STATUS), Or("approved"), Plain, "Approval; a draft is not used", "审核状态,草稿不用", "approved";
        enabled: Flag, Or("yes"), Plain, "Whether it may be used", "启用", "yes";
        valid_from: Date, May, Plain, "First explosion date", "生效日", "2026-03-01";
        valid_to: Date, May, Plain, "Last explosion date", "失效日", "2026-12-31";
        priority: Count(u32::MAX), Or("0"), Plain, "Smaller is preferred among versions in force on one date", "优先级,小者优先", "0";
        yield_ratio: Ratio, Or("1"), Plain, "Yield: input = good ÷ yield; above 0 and at most 1", "成品率", "95%";
    }

    /// BOM lines.
    BOM_LINES = "bom_lines" [],
    "A component line: `quantity` of the component for `per` units of the product (F02).",
    "BOM子件行:每`per`个产品用`quantity`个子件。" {
        bom @ "": Ref("boms"), May, Plain, "The BOM version; empty: the one BOM of `product`", "BOM版本,空则取产品的唯一BOM", "B-HINGE-2";
        product @ "": Ref("items"), May, Plain, "The product, where `bom` is empty", "产品(BOM为空时)", "HINGE-90";
        line @ "id": Id, May, Plain, "Line id, unique in its BOM; empty: the component's id", "行号,空为子件编码", "10";
        component: Ref("items"), Must, Plain, "The component", "子件", "LEAF-90";
        quantity @ "numerator": Decimal, Must, LineUnit, "Usage: this much of the component …", "用量分子", "2";
        per @ "denominator": Decimal, Or("1"), Stock, "… for this much of the product", "用量分母", "1";
        unit: Ref("units"), May, Plain, "Unit of `quantity`; empty: the component's stock unit", "用量单位,空为库存单位", "g";
        usage @ "": Choice(USAGE), Or("variable"), Plain, "`variable` with the quantity, `fixed` per order, `stepped` by `bom_steps`", "用量类型", "variable";
        scrap: Ratio, Or("0"), Plain, "Scrap rate, at least 0 and below 1", "损耗率", "2%";
        fixed_loss: Quantity("component"), May, Stock, "Fixed loss per order", "固定损耗", "3";
        valid_from: Date, May, Plain, "First explosion date", "生效日", "2026-03-01";
        valid_to: Date, May, Plain, "Last explosion date", "失效日", "2026-12-31";
        offset_days: Whole, Or("0"), WorkingDays, "Days after the order's start at which it is needed", "需用偏置", "0";
        skip_level: Flag, Or("no"), Plain, "Take the component's own components instead (P16)", "跳层", "no";
        issue: Choice(ISSUE), Or("direct"), Plain, "How it is issued (M01 to M06)", "发料方式", "direct";
        key_part: Flag, Or("no"), Plain, "Key part, for kitting", "关键件", "no";
        change: OutsideId, May, Plain, "Engineering change that brought the line in (P27)", "工程变更号", "ECN-12";
        operation: Count(1_000_000), May, Plain, "Routing operation at which it is used", "使用工序", "10";
        location: Ref("locations"), May, Plain, "Location it is issued from", "发料仓库", "N-MAIN";
    }

    /// Steps of stepped usages.
    BOM_STEPS = "bom_steps" ["bom", "product", "line", "from"],
    "A step of a line with `usage` stepped: the highest `from` not above the input quantity applies.",
    "阶梯用量:取不大于投入量的最高阶梯。" {
        bom @ "": Ref("boms"), May, Plain, "The BOM version; empty: the one BOM of `product`", "BOM版本", "B-PAINT";
        product @ "": Ref("items"), May, Plain, "The product, where `bom` is empty", "产品(BOM为空时)", "PAINT";
        line @ "": Id, Must, Plain, "The BOM line", "行号", "10";
        from: Decimal, Must, Stock, "Smallest input quantity of the step, of the product", "起始投入量", "1000";
        fixed: Ratio, Or("0"), LineUnit, "Fixed part", "固定用量", "5";
        per_unit: Ratio, Or("0"), LineUnit, "Part per unit of input", "单位用量", "0.02";
    }

    /// Co-products and by-products.
    BOM_OUTPUTS = "bom_outputs" [],
    "A co-product or by-product of an order, in proportion to its input quantity.",
    "联产品或副产品,按投入量比例。" {
        bom @ "": Ref("boms"), May, Plain, "The BOM version; empty: the one BOM of `product`", "BOM版本", "B-RESIN";
        product @ "": Ref("items"), May, Plain, "The product, where `bom` is empty", "产品(BOM为空时)", "RESIN-A";
        output @ "id": Id, May, Plain, "Output id, unique in its BOM; empty: the item's id", "产出行号,空为物料编码", "2";
        item: Ref("items"), Must, Plain, "The item that comes out", "产出物料", "RESIN-B";
        quantity @ "numerator": Decimal, Must, Stock, "This much of it …", "产出分子", "0.25";
        per @ "denominator": Decimal, Or("1"), Stock, "… for this much input", "产出分母", "1";
        kind: Choice(&["co_product", "by_product"]), Or("co_product"), Plain, "Wanted for itself or incidental", "联产品或副产品", "by_product";
    }

    /// Sources.
    SOURCES = "sources" ["id"],
    "A way to get an item: make, buy, subcontract or move it, with lead times and lot limits (P13).",
    "货源:自制、采购、委外或调拨,含提前期与批量限制。" {
        id: Id, Must, Plain, "The source", "货源", "BUY-SCREW";
        item: Ref("items"), Must, Plain, "The item", "物料", "SCREW-M4";
        site: Ref("sites"), May, Plain, "The site supplied; empty: every site", "供应地点,空为全部", "NORTH";
        kind: Choice(SOURCE_KINDS), Must, Plain, "How it is provided", "方式", "buy";
        priority: Count(u32::MAX), Or("0"), Plain, "Smaller is preferred", "优先级,小者优先", "0";
        quota: Decimal, May, Plain, "Share among sources of equal priority", "配额", "60";
        quota_used: Quantity("item"), May, Stock, "Already given to it under its quota", "已用配额", "1200";
        valid_from: Date, May, Plain, "First need date served", "生效日", "2026-01-01";
        valid_to: Date, May, Plain, "Last need date served", "失效日", "2026-12-31";
        quantity_from: Quantity("item"), May, Stock, "Smallest quantity it is used for", "适用最小数量", "100";
        quantity_to: Quantity("item"), May, Stock, "Largest quantity it is used for", "适用最大数量", "5000";
        supplier: Ref("suppliers"), May, Plain, "Supplier, to buy or subcontract", "供应商", "BOLTCO";
        from_site: Ref("sites"), May, Plain, "Sending site, to transfer", "发出地点", "SOUTH";
        bom: Ref("boms"), May, Plain, "BOM version; empty: the one in force", "BOM版本,空为有效版本", "B-HINGE-2";
        routing: Ref("routings"), May, Plain, "Routing", "工艺路线", "R-HINGE";
        lead_days: Count(36_500), May, Days, "Fixed lead time; make and subcontract in working days. Empty: the item cannot be planned (`LEADTIME_MISSING`)", "固定提前期", "12";
        days_per_batch: Count(36_500), Or("0"), Days, "Further days per started batch", "变动提前期(每批)", "1";
        batch_quantity: Quantity("item"), May, Stock, "Size of a batch for `days_per_batch`", "变动提前期批量", "500";
        lead_unit: Choice(&["calendar", "working"]), May, Plain, "Days the lead time is counted in; empty: working to make or subcontract, calendar to buy or move", "提前期单位", "calendar";
        inspection_days: Count(36_500), Or("0"), WorkingDays, "Inspection after receipt", "检验提前期", "1";
        lot_min: Quantity("item"), May, Stock, "Minimum of one order; replaces the item's", "最小批量", "1000";
        lot_max: Quantity("item"), May, Stock, "Maximum of one order; replaces the item's", "最大批量", "20000";
        lot_multiple: Quantity("item"), May, Stock, "Orders are multiples of this; replaces the item's", "批量增量", "500";
    }

    /// Planning parameters.
    PLANNING = "planning" ["item", "site"],
    "How an item is planned at a site: lot-sizing rule, safety stock, fences (P11, P14, P28). An item without a row is planned lot-for-lot.",
    "物料在某地点的计划参数:批量政策、安全库存、时界。无此行的物料按直接批量计划。" {
        item: Ref("items"), Must, Plain, "The item", "物料", "SCREW-M4";
        site: Ref("sites"), May, Plain, "The site; empty: all sites without a row of their own", "地点,空为其余全部", "NORTH";
        lot_rule @ "lot.rule": Choice(RULES), Or("lot_for_lot"), Plain, "Lot-sizing rule", "批量政策", "fixed";
        order_quantity @ "lot.quantity": Quantity("item"), May, Stock, "Size of every order, for `fixed` and `reorder_point`", "订货量", "2000";
        cover_days @ "lot.days": Count(36_500), May, Days, "Days covered, for `period_days`", "覆盖天数", "7";
        cover_periods @ "lot.counts": Counts, May, Periods, "Periods covered by each order in turn, for `periods`", "覆盖期数", "4 3";
        cycle @ "lot.cycle": Ref("cycles"), May, Plain, "The cycle, for `cycle`", "周期", "TRUCK";
        order_up_to @ "lot.level": Quantity("item"), May, Stock, "Level after an order, for `order_up_to`", "补至水平", "800";
        reorder_point @ "lot.point": Quantity("item"), May, Stock, "Balance at or below which to order, for `reorder_point`", "再订货点", "500";
        stock_min @ "lot.min": Quantity("item"), May, Stock, "Balance at or below which to order, for `min_max`", "最低库存", "200";
        stock_max @ "lot.max": Quantity("item"), May, Stock, "Level after an order, for `min_max`", "最高库存", "1000";
        up_to_rounding @ "lot.rounding": Choice(&["up", "down"]), May, Plain, "Whether a multiple rounds up (default) or down, for `order_up_to` and `min_max`", "补至取整", "up";
        trigger @ "lot.trigger": Choice(&["at_or_below", "below"]), May, Plain, "When `min_max` orders; default at or below", "触发条件", "at_or_below";
        setup_cost @ "lot.setup_cost": Decimal, May, Money, "Cost of one set-up or order, for the economic rules", "准备成本", "50.00";
        holding_cost @ "lot.holding_cost": Decimal, May, MoneyPerUnit, "Cost of holding one unit for one period", "持有成本", "0.02";
        unit_cost @ "lot.unit_cost": Decimal, May, MoneyPerUnit, "Cost of one unit, where a rule is to count it", "单位成本", "1.20";
        demand_rate @ "lot.demand_rate": Decimal, May, Stock, "Demand per period, for `eoq` and `poq`", "期间需求", "300";
        holding_basis @ "lot.holding_basis": Choice(&["ending", "average"]), May, Plain, "Inventory on which holding is counted; default ending", "持有成本基准", "ending";
        look_ahead @ "lot.look_ahead": Flag, May, Plain, "Look ahead, for `part_period`", "向前看", "yes";
        look_back @ "lot.look_back": Flag, May, Plain, "Look back, for `part_period`", "向后看", "no";
        lot_min: Quantity("item"), May, Stock, "Minimum of one order", "最小批量", "100";
        lot_max: Quantity("item"), May, Stock, "Maximum of one order", "最大批量", "5000";
        lot_multiple: Quantity("item"), May, Stock, "Orders are multiples of this", "批量增量", "50";
        max_rule: Choice(&["physical", "may_exceed"]), Or("physical"), Plain, "Whether the multiple may exceed the maximum", "增量可否超最大批量", "physical";
        safety_stock: Quantity("item"), May, Stock, "Safety stock on every date", "安全库存", "200";
        safety_priority: Choice(&["textbook", "lowest", "highest"]), Or("textbook"), Plain, "Order of service between safety stock and demand (P14)", "安全库存优先级", "textbook";
        safety_days: Count(36_500), Or("0"), WorkingDays, "Safety time: supply is due so long before the need", "安全提前期", "1";
        demand_fence_days: Count(36_500), Or("0"), Days, "Demand time fence: forecast before it is ignored", "需求时界", "7";
        planning_fence_days: Count(36_500), Or("0"), Days, "Planning time fence: nothing before it is changed by itself", "计划时界", "5";
    }

    /// Safety stock by date.
    SAFETY_STEPS = "safety_steps" ["item", "site", "from"],
    "Safety stock from a date on; replaces that of the `planning` row with the same item and site.",
    "分时段安全库存。" {
        item @ "": Ref("items"), Must, Plain, "The item", "物料", "SCREW-M4";
        site @ "": Ref("sites"), May, Plain, "The site, as in `planning`", "地点", "NORTH";
        from: Date, Must, Plain, "First date of the level", "起始日", "2026-04-01";
        quantity: Quantity("item"), Must, Stock, "The level", "安全库存", "400";
    }

    /// Set-up costs by date.
    SETUP_STEPS = "setup_steps" ["item", "site", "from"],
    "Set-up cost from a date on, for the rule `wagner_whitin` of the `planning` row with the same item and site.",
    "分时段准备成本,仅用于`wagner_whitin`。" {
        item @ "": Ref("items"), Must, Plain, "The item", "物料", "RESIN-A";
        site @ "": Ref("sites"), May, Plain, "The site, as in `planning`", "地点", "NORTH";
        from: Date, Must, Plain, "First date of the cost", "起始日", "2026-04-01";
        cost: Decimal, Must, Money, "The cost", "准备成本", "80.00";
    }

    /// Substitutes.
    SUBSTITUTES = "substitutes" [],
    "An item that may stand in for another, everywhere or under one parent (P15, P27).",
    "替代料、取代或用完切换。" {
        item: Ref("items"), Must, Plain, "The item that may be short", "主料", "SCREW-M4";
        substitute: Ref("items"), Must, Plain, "The item that may stand in", "替代料", "SCREW-M4-A2";
        ratio: Ratio, May, Plain, "Units of the substitute for one of the main item; empty: reported `SUBST_RATIO_MISSING`", "替代比例", "1";
        priority: Count(u32::MAX), Or("0"), Plain, "Smaller is taken first", "优先级,小者先用", "0";
        valid_from: Date, May, Plain, "First date of validity", "生效日", "2026-03-01";
        valid_to: Date, May, Plain, "Last date of validity", "失效日", "2026-06-30";
        parent: Ref("items"), May, Plain, "Only for needs of this parent", "限定父件", "HINGE-90";
        mode: Choice(SUBSTITUTE_MODES), Or("alternative"), Plain, "What the row does", "方式", "alternative";
    }
}

//! Units, items, calendars, places and partners.

use super::Kind::{Choice, Count, Date, Decimal, Flag, Id, Name, OutsideId, Ratio, Ref, Week};
use super::Measure::{Minutes, Plain};
use super::Need::{May, Must, Or, Site};

const LOCATION_KINDS: &[&str] =
    &["normal", "line_side", "at_subcontractor", "customer_owned", "inspection", "defective", "scrap"];

super::table! {
    /// Units of measure.
    UNITS = "units" ["id"],
    "A unit of measure. Without this file every unit that `items` names has no decimals.",
    "计量单位。缺省此文件时,`items`中的单位均无小数。" {
        id: Id, Must, Plain, "The unit", "单位", "kg";
        scale: Count(9), Or("0"), Plain, "Decimals that a quantity may have, 0 to 9", "数量小数位,0至9", "3";
    }

    /// Items.
    ITEMS = "items" ["id"],
    "An item: something that is stocked, bought, made or passed through. The only file that must be there.",
    "物料:库存、采购、自制或虚拟。唯一必需的文件。" {
        id: Id, Must, Plain, "The item", "物料编码", "HINGE-90";
        name: Name, May, Plain, "Name for people", "名称", "Hinge 90 mm, zinc";
        unit: Ref("units"), Must, Plain, "Stock unit, in which all its quantities are kept", "库存单位", "pcs";
        planned: Flag, Or("yes"), Plain, "Whether the run plans it", "是否参与计划", "yes";
        phantom: Flag, Or("no"), Plain, "Phantom: never ordered, its components move to the parent (P16)", "虚拟件", "no";
        uses_attributes @ "key.attributes": Flag, Or("no"), Plain, "Stock is kept apart by attributes such as colour (F07)", "启用辅助属性", "no";
        uses_owner @ "key.owner": Flag, Or("no"), Plain, "Stock is kept apart by owner (F07)", "启用货主", "no";
        uses_project @ "key.project": Flag, Or("no"), Plain, "Stock is kept apart by project or tracking number (F07)", "启用计划跟踪号", "no";
        uses_grade @ "key.grade": Flag, Or("no"), Plain, "Stock is kept apart by grade (F07)", "启用等级", "no";
        free_stock: Flag, Or("no"), Plain, "Whether segregated demand may take free stock (F07)", "专用需求可用自由库存", "no";
        scrap_formula: Choice(&["divide", "multiply"]), Or("multiply"), Plain, "How scrap raises the need for it: `multiply` × (1 + scrap), `divide` ÷ (1 − scrap) (F02)", "损耗公式", "multiply";
        second_quantity: Flag, Or("no"), Plain, "Whether stock carries a second quantity (F11)", "启用第二数量", "no";
        substitution: Choice(&["whole", "mixed", "both", "manual"]), Or("mixed"), Plain, "How substitutes cover a shortage (P15)", "替代方式", "mixed";
    }

    /// Unit conversions.
    CONVERSIONS = "conversions" ["item", "from", "to"],
    "An exact conversion: one `from` is `ratio` times one `to`.",
    "单位换算:1个`from`等于`ratio`个`to`。" {
        item: Ref("items"), May, Plain, "The item it holds for; empty: every item", "适用物料,空为全部", "FLOUR";
        from: Ref("units"), Must, Plain, "Unit converted from", "源单位", "bag";
        to: Ref("units"), Must, Plain, "Unit converted to", "目标单位", "kg";
        ratio: Ratio, Must, Plain, "Units of `to` in one `from`", "换算率", "25";
    }

    /// Working calendars.
    CALENDARS = "calendars" ["id"],
    "A working calendar: its working days of the week. Days that differ are in `calendar_exceptions`.",
    "工作日历:每周工作日;例外日见`calendar_exceptions`。" {
        id: Id, Must, Plain, "The calendar", "日历", "PLANT";
        week: Week, Or("Mon Tue Wed Thu Fri"), Plain, "Working days of the week", "每周工作日", "Mon Tue Wed Thu Fri Sat";
        from: Date, May, Plain, "First date covered; empty: no limit", "起始日", "2026-01-01";
        to: Date, May, Plain, "Last date covered; empty: no limit", "截止日", "2026-12-31";
    }

    /// Holidays and special working days.
    CALENDAR_EXCEPTIONS = "calendar_exceptions" ["calendar", "date"],
    "A day on which a calendar differs from its week: a holiday or an extra working day.",
    "日历例外日:假日或加班日。" {
        calendar @ "": Ref("calendars"), Must, Plain, "The calendar", "日历", "PLANT";
        date: Date, Must, Plain, "The day", "日期", "2026-05-01";
        working: Flag, Or("no"), Plain, "Whether it works", "是否工作", "no";
    }

    /// Shifts.
    CALENDAR_SHIFTS = "calendar_shifts" ["calendar", "name"],
    "A shift of a calendar. Kept for scheduling; planning in days does not use it.",
    "班次,供排程使用;按天计划时不用。" {
        calendar @ "": Ref("calendars"), Must, Plain, "The calendar", "日历", "PLANT";
        name: Name, Must, Plain, "Name of the shift", "班次名称", "early";
        start_minute: Count(1439), Must, Minutes, "Start, minutes after midnight", "开始(零点后分钟数)", "360";
        minutes: Count(1440), Must, Minutes, "Length", "时长", "480";
    }

    /// Named cycles.
    CYCLES = "cycles" ["cycle", "start"],
    "A date on which a period of a named cycle starts (P11, P19).",
    "命名周期的期间起始日。" {
        cycle @ "": Id, Must, Plain, "The cycle", "周期", "TRUCK";
        start @ "": Date, Must, Plain, "First day of a period", "期间起始日", "2026-03-06";
    }

    /// Sites.
    SITES = "sites" ["id"],
    "A plant or warehouse site. Without this file there is one site, `main`, and no column `site` is needed.",
    "工厂或仓库地点。缺省此文件时仅有一个地点`main`。" {
        id: Id, Must, Plain, "The site", "地点", "NORTH";
        name: Name, May, Plain, "Name for people", "名称", "North works";
        calendar: Ref("calendars"), May, Plain, "Working calendar; empty: every day works", "工作日历,空为每天工作", "PLANT";
    }

    /// Locations.
    LOCATIONS = "locations" ["id"],
    "A warehouse or bin group of a site, with its flags (F05).",
    "仓库或仓位组及其属性。" {
        id: Id, Must, Plain, "The location", "仓库", "N-MAIN";
        site: Ref("sites"), Site, Plain, "The site it belongs to", "所属地点", "NORTH";
        kind: Choice(LOCATION_KINDS), Or("normal"), Plain, "Kind of place", "类型", "normal";
        in_planning: Flag, Or("yes"), Plain, "Whether its stock counts in planning", "参与计划", "yes";
        in_costing: Flag, Or("yes"), Plain, "Whether its stock carries value", "参与核算", "yes";
        may_go_negative: Flag, Or("no"), Plain, "Whether its stock may go below zero", "允许负库存", "no";
    }

    /// Suppliers.
    SUPPLIERS = "suppliers" ["id"],
    "A supplier. Without this file every supplier that `sources` names is taken as it is.",
    "供应商。缺省此文件时按`sources`中的供应商处理。" {
        id: Id, Must, Plain, "The supplier", "供应商", "BOLTCO";
        name: Name, May, Plain, "Name for people", "名称", "Bolt & Co";
        calendar: Ref("calendars"), May, Plain, "Working calendar; empty: the site's", "工作日历,空为地点日历", "PLANT";
    }

    /// Work centres.
    WORK_CENTRES = "work_centres" ["id"],
    "A work centre (F10).",
    "工作中心。" {
        id: Id, Must, Plain, "The work centre", "工作中心", "PRESS";
        site: Ref("sites"), Site, Plain, "The site", "地点", "NORTH";
        capacity: Count(1_000_000), Or("1"), Plain, "Parallel machines or people", "并行数", "2";
        calendar: Ref("calendars"), May, Plain, "Working calendar; empty: the site's", "工作日历,空为地点日历", "PLANT";
    }

    /// Cost rates.
    RATES = "rates" ["work_centre", "activity", "from"],
    "Cost per hour of an activity at a work centre from a date on (F10).",
    "工作中心作业费率。" {
        work_centre @ "": Ref("work_centres"), Must, Plain, "The work centre", "工作中心", "PRESS";
        activity: OutsideId, Must, Plain, "Activity", "作业", "labour";
        from: Date, Must, Plain, "First date of validity", "生效日", "2026-01-01";
        per_hour: Decimal, Must, super::Measure::Money, "Cost per hour", "每小时成本", "42.50";
    }
}

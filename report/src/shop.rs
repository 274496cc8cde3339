//! How the shop stands: production orders, what needs attention, sales lines, stock that does not move
//! (`N01` to `N04`).

use std::collections::BTreeMap;

use headstock::document::DocumentKind;
use headstock::finding::{Finding, Lang};
use headstock::id::Id;
use headstock::item::Item;
use headstock::num::{NumError, Quantity, Ratio, Rounding};
use headstock::order::{BusinessState, PlanState, TaskState};
use headstock::reporting::{
    Alert, AlertLevel, AlertRule, AlertRules, SalesFlow, SalesStage, SlowPolicy, SlowStock, Tracked,
    TrackingQuery, alerts, sales_flow, slow_stock, tracking,
};
use headstock::snapshot::{ExecutionSnapshot, Tables};
use headstock::time::{Date, WorkCalendar};

use crate::doc::{Block, Doc, Head, Section, Table, cut, left, right};
use crate::words::{count, days, pick};

/// What the report of a month is made from.
#[derive(Clone, Copy)]
pub struct ShopView<'a> {
    /// Names of items.
    pub tables: &'a Tables,
    /// The records.
    pub state: &'a ExecutionSnapshot,
    /// Working days.
    pub calendar: &'a WorkCalendar,
    /// First day of the month.
    pub from: Date,
    /// The day on which it is looked at.
    pub today: Date,
    /// Commands that this run stored.
    pub applied: usize,
    /// Commands that were stored before.
    pub known: usize,
    /// Most rows shown of one table; the rest is counted.
    pub rows: usize,
}

impl std::fmt::Debug for ShopView<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ShopView").field("today", &self.today).finish_non_exhaustive()
    }
}

/// Days without use from which the report of a month calls stock slow, and dead.
const SLOW: (i32, i32) = (21, 90);

/// The document of the report.
pub(crate) fn report(view: &ShopView<'_>, lang: Lang) -> Result<Doc, Finding> {
    let wrong = |error: NumError| error.finding();
    let all = TrackingQuery { closed: true, page: Some(usize::MAX), ..TrackingQuery::default() };
    let (tracked, _) = tracking(view.state, &all, view.today).map_err(wrong)?;
    let (alerts, _) = alerts(view.state, &AlertRules::default(), view.calendar, view.today).map_err(wrong)?;
    let (sales, _) = sales_flow(view.state, view.today).map_err(wrong)?;
    let policy = SlowPolicy { slow_days: SLOW.0, dead_days: SLOW.1, ..SlowPolicy::default() };
    let (stock, _) = slow_stock(view.state, &policy, view.today).map_err(wrong)?;
    let desk =
        Desk { view, lang, items: view.tables.items.iter().map(|item| (item.id.as_str(), item)).collect() };
    let sections = vec![
        desk.attention(&alerts, &tracked),
        desk.orders(&tracked)?,
        desk.sales(&sales)?,
        desk.stock(&stock),
    ];
    let title = match lang {
        Lang::En => format!("The month from {} to {}, as stored", view.from, view.today),
        Lang::Zh => format!("{}至{}执行情况(已存储)", view.from, view.today),
    };
    Ok(Doc { title, facts: desk.facts(&tracked, &sales), sections: sections.into_iter().flatten().collect() })
}

struct Desk<'a> {
    view: &'a ShopView<'a>,
    lang: Lang,
    items: BTreeMap<&'a str, &'a Item>,
}

/// A quantity for people: without the zeros that only show the unit's decimals.
fn plain(quantity: Quantity) -> String {
    quantity.decimal().normalize().to_string()
}

/// A share as whole hundredths, never rounded up to all of it.
fn percent(ratio: Ratio) -> Result<String, Finding> {
    let hundredths = ratio.checked_mul(Ratio::from_int(100)).and_then(|r| r.round_units(0, Rounding::Down));
    hundredths.map(|n| format!("{n} %")).map_err(|error| error.finding())
}

fn rank(level: AlertLevel) -> u8 {
    match level {
        AlertLevel::Red => 0,
        AlertLevel::Orange => 1,
        AlertLevel::Yellow => 2,
    }
}

fn finished(row: &Tracked) -> bool {
    matches!(row.business, BusinessState::Closed | BusinessState::Settled) || row.task == TaskState::Finished
}

impl Desk<'_> {
    fn t(&self, en: &'static str, zh: &'static str) -> &'static str {
        pick(self.lang, en, zh)
    }

    fn name(&self, item: &Id) -> String {
        self.items.get(item.as_str()).map_or("", |item| item.name.as_str()).to_owned()
    }

    fn day(&self, date: Option<Date>) -> String {
        let text = date.map(|date| date.to_string()).unwrap_or_default();
        let same = date.is_some_and(|date| date.year() == self.view.today.year());
        if same { text.get(5..).unwrap_or(&text).to_owned() } else { text }
    }

    fn table(&self, heads: Vec<Head>, rows: Vec<Vec<String>>) -> Block {
        let all = rows.len();
        let rows: Vec<_> = rows.into_iter().take(self.view.rows).collect();
        let more = all.checked_sub(rows.len()).filter(|more| *more > 0).map(|more| match self.lang {
            Lang::En => format!("… and {more} more (--rows shows them)"),
            Lang::Zh => format!("……另有{more}项(用--rows显示)"),
        });
        Block::Table(Table { heads, rows, more })
    }

    fn facts(&self, tracked: &[Tracked], sales: &[SalesFlow]) -> Vec<String> {
        let lang = self.lang;
        let documents = |kind| self.view.state.documents.values().filter(|row| row.kind == kind).count();
        let done = tracked.iter().filter(|row| finished(row)).count();
        let shipped = sales.iter().filter(|row| row.stage == SalesStage::Shipped).count();
        let late = sales.iter().filter(|row| row.late).count();
        vec![
            match lang {
                Lang::En => format!(
                    "Production orders: {done} of {} finished  ·  sales lines: {shipped} of {} shipped, {late} late",
                    tracked.len(),
                    sales.len()
                ),
                Lang::Zh => format!(
                    "生产订单:{}张中完成{done}张  ·  销售行:{}行中已发{shipped}行,延误{late}行",
                    tracked.len(),
                    sales.len()
                ),
            },
            format!(
                "{}  ·  {}  ·  {}  ·  {}  ·  {}",
                count(
                    lang,
                    documents(DocumentKind::StockIn),
                    "receipt of goods",
                    "receipts of goods",
                    "入库单"
                ),
                count(lang, documents(DocumentKind::Issue), "issue", "issues", "领料单"),
                count(lang, documents(DocumentKind::Backflush), "backflush", "backflushes", "倒冲单"),
                count(lang, documents(DocumentKind::StockOut), "shipment", "shipments", "出库单"),
                count(lang, self.view.state.ledger.len(), "ledger line", "ledger lines", "台账行"),
            ),
        ]
    }

    /// Orders with alerts, the worst first; what is wrong with one of them stands in one row.
    fn attention(&self, alerts: &[Alert], tracked: &[Tracked]) -> Option<Section> {
        let items: BTreeMap<&Id, &Id> = tracked.iter().map(|row| (&row.order, &row.item)).collect();
        let mut orders: BTreeMap<&Id, Vec<&Alert>> = BTreeMap::new();
        for alert in alerts {
            orders.entry(&alert.order).or_default().push(alert);
        }
        let mut rows: Vec<(u8, Vec<String>)> = Vec::new();
        for (order, mut alerts) in orders {
            alerts.sort_by_key(|alert| (rank(alert.level), alert.rule));
            let Some(worst) = alerts.first() else { continue };
            let said: Vec<String> = alerts.iter().map(|alert| self.rule(alert)).collect();
            let item = items.get(order).map(ToString::to_string).unwrap_or_default();
            let level = self.level(worst.level).to_owned();
            rows.push((
                rank(worst.level),
                vec![order.to_string(), item, level, said.join(self.t(", ", ","))],
            ));
        }
        if rows.is_empty() {
            return None;
        }
        rows.sort_by_key(|(rank, _)| *rank);
        let heads = vec![
            left(self.t("order", "订单")),
            left(self.t("item", "物料")),
            left(self.t("level", "级别")),
            cut(self.t("what", "情况")),
        ];
        let heading = self.t("Orders that need attention", "需关注的订单").to_owned();
        let rows = rows.into_iter().map(|(_, row)| row).collect();
        Some(Section { heading, alarm: true, blocks: vec![self.table(heads, rows)] })
    }

    fn level(&self, level: AlertLevel) -> &'static str {
        match level {
            AlertLevel::Red => self.t("red", "红"),
            AlertLevel::Orange => self.t("orange", "橙"),
            AlertLevel::Yellow => self.t("yellow", "黄"),
        }
    }

    fn rule(&self, alert: &Alert) -> String {
        let figure = alert.figure.round_units(0, Rounding::Up).unwrap_or(0);
        let n = days(self.lang, i64::try_from(figure).unwrap_or(i64::MAX));
        let amount = || alert.figure.to_string();
        match (self.lang, alert.rule) {
            (Lang::En, AlertRule::NotStarted) => format!("should have started {n} ago"),
            (Lang::Zh, AlertRule::NotStarted) => format!("应于{n}前开工"),
            (Lang::En, AlertRule::MaterialIncomplete) if figure < 0 => "material not complete".to_owned(),
            (Lang::En, AlertRule::MaterialIncomplete) => format!("starts in {n}, material not complete"),
            (Lang::Zh, AlertRule::MaterialIncomplete) => "物料未齐套".to_owned(),
            (Lang::En, AlertRule::Lag) => format!("{figure} points behind"),
            (Lang::Zh, AlertRule::Lag) => format!("进度落后{figure}个百分点"),
            (Lang::En, AlertRule::DueSoon) if figure == 0 => "due today".to_owned(),
            (Lang::En, AlertRule::DueSoon) => format!("due in {n}"),
            (Lang::Zh, AlertRule::DueSoon) => format!("{n}内到期"),
            (Lang::En, AlertRule::Overdue) => format!("{n} overdue"),
            (Lang::Zh, AlertRule::Overdue) => format!("逾期{n}"),
            (Lang::En, AlertRule::OverIssue) => format!("{} issued above the requirement", amount()),
            (Lang::Zh, AlertRule::OverIssue) => format!("超领{}", amount()),
            (Lang::En, AlertRule::OverReceipt) => format!("{} received above the order", amount()),
            (Lang::Zh, AlertRule::OverReceipt) => format!("超收{}", amount()),
            (Lang::En, AlertRule::Stalled) => format!("idle for {n}"),
            (Lang::Zh, AlertRule::Stalled) => format!("{n}无动静"),
        }
    }

    /// Orders that are not finished, by due date; what is finished is counted above.
    fn orders(&self, tracked: &[Tracked]) -> Result<Option<Section>, Finding> {
        let mut open: Vec<&Tracked> = tracked.iter().filter(|row| !finished(row)).collect();
        open.sort_by_key(|row| (row.due, &row.order));
        let mut rows = Vec::new();
        for row in open {
            rows.push(vec![
                row.order.to_string(),
                row.item.to_string(),
                self.name(&row.item),
                self.day(row.due),
                plain(row.planned),
                row.issue_ratio.map_or_else(|| Ok("–".to_owned()), percent)?,
                plain(row.received),
                plain(row.remaining),
                self.state(row).to_owned(),
            ]);
        }
        if rows.is_empty() {
            return Ok(None);
        }
        let heads = vec![
            left(self.t("order", "订单")),
            left(self.t("item", "物料")),
            cut(self.t("name", "名称")),
            left(self.t("due", "到期")),
            right(self.t("planned", "计划")),
            right(self.t("issued", "已发料")),
            right(self.t("received", "已收")),
            right(self.t("left", "剩余")),
            left(self.t("state", "状态")),
        ];
        let heading = self.t("Production orders not finished", "未完成的生产订单").to_owned();
        Ok(Some(Section { heading, alarm: false, blocks: vec![self.table(heads, rows)] }))
    }

    fn state(&self, row: &Tracked) -> &'static str {
        match (row.business, row.plan, row.task) {
            (BusinessState::Suspended, ..) => self.t("suspended", "暂停"),
            (_, PlanState::Planned, _) => self.t("planned", "计划"),
            (_, PlanState::Confirmed, _) => self.t("confirmed", "确认"),
            (.., TaskState::NotStarted) => self.t("not started", "未开工"),
            (.., TaskState::Started) => self.t("started", "已开工"),
            (.., TaskState::PartlyFinished) => self.t("partly received", "部分入库"),
            (.., TaskState::Finished) => self.t("finished", "完工"),
        }
    }

    /// Sales lines that are not shipped whole, the late ones in front.
    fn sales(&self, sales: &[SalesFlow]) -> Result<Option<Section>, Finding> {
        let mut open: Vec<&SalesFlow> = sales.iter().filter(|row| row.stage != SalesStage::Shipped).collect();
        open.sort_by_key(|row| (!row.late, row.promised.unwrap_or(Date::MAX), &row.line.document));
        let mut rows = Vec::new();
        for row in &open {
            let orders: Vec<&str> = row.orders.iter().map(Id::as_str).collect();
            rows.push(vec![
                row.line.document.to_string(),
                row.item.to_string(),
                self.name(&row.item),
                self.day(row.promised),
                plain(row.ordered),
                plain(row.to_ship),
                self.stage(row).to_owned(),
                orders.join(" "),
            ]);
        }
        if rows.is_empty() {
            return Ok(None);
        }
        let heads = vec![
            left(self.t("sales line", "销售行")),
            left(self.t("item", "物料")),
            cut(self.t("name", "名称")),
            left(self.t("promised", "承诺")),
            right(self.t("ordered", "订货")),
            right(self.t("to ship", "未发")),
            left(self.t("state", "状态")),
            cut(self.t("made by", "由订单")),
        ];
        let alarm = open.iter().any(|row| row.late);
        let heading = self.t("Sales lines not shipped", "未发完的销售行").to_owned();
        Ok(Some(Section { heading, alarm, blocks: vec![self.table(heads, rows)] }))
    }

    fn stage(&self, row: &SalesFlow) -> &'static str {
        match (row.late, row.stage) {
            (true, SalesStage::PartlyShipped) => self.t("late, part shipped", "延误,部分发货"),
            (true, _) => self.t("late", "延误"),
            (_, SalesStage::NotPlanned) => self.t("no order yet", "尚无订单"),
            (_, SalesStage::Planned) => self.t("planned", "已计划"),
            (_, SalesStage::InProduction) => self.t("in production", "生产中"),
            (_, SalesStage::Produced) => self.t("produced", "已产出"),
            (_, SalesStage::PartlyShipped) => self.t("part shipped", "部分发货"),
            (_, SalesStage::Shipped) => self.t("shipped", "已发货"),
            (_, SalesStage::Closed) => self.t("closed", "关闭"),
        }
    }

    fn stock(&self, stock: &[SlowStock]) -> Option<Section> {
        let mut slow: Vec<&SlowStock> = stock.iter().filter(|row| row.slow_quantity.is_positive()).collect();
        slow.sort_by_key(|row| (std::cmp::Reverse(row.idle_days), &row.item, &row.location));
        let row = |row: &&SlowStock| {
            vec![
                row.item.to_string(),
                self.name(&row.item),
                row.location.to_string(),
                plain(row.quantity),
                self.day(row.last_in),
                row.last_out.map_or_else(|| self.t("never", "无").to_owned(), |date| self.day(Some(date))),
                days(self.lang, i64::from(row.idle_days)),
            ]
        };
        let rows: Vec<Vec<String>> = slow.iter().map(row).collect();
        if rows.is_empty() {
            return None;
        }
        let heads = vec![
            left(self.t("item", "物料")),
            cut(self.t("name", "名称")),
            left(self.t("location", "库位")),
            right(self.t("stock", "库存")),
            left(self.t("last in", "最近入库")),
            left(self.t("last used", "最近耗用")),
            right(self.t("idle", "呆滞")),
        ];
        let heading = match self.lang {
            Lang::En => format!("Stock not used for {} days", SLOW.0),
            Lang::Zh => format!("{}天以上未耗用的库存", SLOW.0),
        };
        Some(Section { heading, alarm: false, blocks: vec![self.table(heads, rows)] })
    }
}

/// The last line: what this run stored.
pub(crate) fn applied(view: &ShopView<'_>, lang: Lang) -> String {
    match lang {
        Lang::En => format!(
            "{} applied; {} stored before.",
            count(lang, view.applied, "command", "commands", ""),
            view.known
        ),
        Lang::Zh => format!("本次执行命令{}条;此前已存{}条。", view.applied, view.known),
    }
}

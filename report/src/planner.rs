//! What a planner reads on Monday morning: what is late and why, what to order and when, what to change.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use headstock::finding::{Code, Finding, Lang, Severity};
use headstock::id::Id;
use headstock::item::Item;
use headstock::order::Demand;
use headstock::partner::SourceKind;
use headstock::planning::{Message, MessageKind, PegEnd, PlannedOrder};
use headstock::time::Date;
use rust_decimal::Decimal;

use crate::PlanView;
use crate::doc::{Block, Doc, Head, Section, Table, cut, left, right};
use crate::late::{Delays, Late, Link};
use crate::words::{action, cause, count, days, finding_text, pick, verb};

/// Lookups that every section needs.
struct Desk<'a> {
    view: &'a PlanView<'a>,
    lang: Lang,
    items: HashMap<&'a str, &'a Item>,
    suppliers: HashMap<&'a str, &'a str>,
    delays: Delays<'a>,
    /// Whether sites need telling apart.
    sites: bool,
}

/// The whole report.
pub(crate) fn report(view: &PlanView<'_>, lang: Lang) -> Doc {
    let desk = Desk {
        view,
        lang,
        items: view.tables.items.iter().map(|item| (item.id.as_str(), item)).collect(),
        suppliers: view.tables.suppliers.iter().map(|row| (row.id.as_str(), row.name.as_str())).collect(),
        delays: Delays::new(view.orders, view.pegs, view.run_date),
        sites: view.tables.sites.len() > 1,
    };
    let mut late = desk.delays.late();
    // A demand that is short itself stands among the shortages.
    late.retain(|late| !matches!(late.chain.as_slice(), [(Link::Short(_), _)]));
    let mut sections = Vec::new();
    sections.extend(desk.late(&late));
    sections.extend(desk.short());
    for kind in [SourceKind::Buy, SourceKind::Subcontract, SourceKind::Make, SourceKind::Transfer] {
        sections.extend(desk.orders(kind));
    }
    sections.extend(desk.documents());
    sections.extend(desk.stock());
    sections.extend(desk.remarks());
    let title =
        if view.title.is_empty() { desk.t("Material plan", "物料需求计划") } else { view.title };
    Doc { title: title.to_owned(), facts: desk.facts(&late), sections }
}

impl<'a> Desk<'a> {
    fn t(&self, en: &'static str, zh: &'static str) -> &'static str {
        pick(self.lang, en, zh)
    }

    fn facts(&self, late: &[Late]) -> Vec<String> {
        let (view, lang) = (self.view, self.lang);
        let n = |kind| view.orders.iter().filter(|order| order.kind == kind).count();
        let kinds = [SourceKind::Buy, SourceKind::Subcontract, SourceKind::Make, SourceKind::Transfer];
        let kinds: Vec<String> = kinds
            .into_iter()
            .filter(|kind| n(*kind) > 0)
            .map(|kind| match lang {
                Lang::En => format!("{} to {}", n(kind), verb(lang, kind)),
                Lang::Zh => format!("{}{}", verb(lang, kind), n(kind)),
            })
            .collect();
        let documents: BTreeSet<&str> =
            view.messages.iter().filter(|m| is_document(m)).filter_map(|m| m.document.as_deref()).collect();
        vec![
            format!(
                "{} {}  ·  {}  ·  {}  ·  {}",
                self.t("Run date", "运算日期"),
                view.run_date,
                count(lang, view.tables.items.len(), "item", "items", "物料"),
                count(lang, view.tables.sites.len(), "site", "sites", "地点"),
                count(lang, view.tables.demands.len(), "demand", "demands", "需求"),
            ),
            format!(
                "{}: {}",
                count(lang, view.orders.len(), "planned order", "planned orders", "计划订单"),
                if kinds.is_empty() {
                    self.t("nothing to do", "无需下单").to_owned()
                } else {
                    kinds.join(", ")
                },
            ),
            format!(
                "{}  ·  {}  ·  {}",
                count(lang, late.len(), "demand late", "demands late", "延误需求"),
                count(lang, view.shortages.len(), "shortage", "shortages", "缺料"),
                count(
                    lang,
                    documents.len(),
                    "open document to change",
                    "open documents to change",
                    "待调整单据"
                ),
            ),
        ]
    }

    fn unit(&self, item: &Id) -> &'a str {
        self.items.get(item.as_str()).map_or("", |item| item.unit.as_str())
    }

    /// A quantity for people: without the zeros that only show the unit's decimals.
    fn quantity(&self, quantity: Decimal) -> String {
        quantity.normalize().to_string()
    }

    fn name(&self, item: &Id) -> String {
        self.items.get(item.as_str()).map_or("", |item| item.name.as_str()).to_owned()
    }

    /// `HINGE-90 (Hinge 90 mm)`.
    fn label(&self, item: &Id) -> String {
        let name = self.name(item);
        if name.is_empty() || name == item.as_str() { item.to_string() } else { format!("{item} ({name})") }
    }

    fn supplier(&self, order: &PlannedOrder) -> String {
        let Some(id) = &order.supplier else { return self.t("(no supplier)", "(无供应商)").to_owned() };
        let name = self.suppliers.get(id.as_str()).copied().unwrap_or_default();
        if name.is_empty() { id.to_string() } else { name.to_owned() }
    }

    /// A date in a table: without the year while it is the year of the run.
    fn day(&self, date: Date) -> String {
        let text = date.to_string();
        if date.year() == self.view.run_date.year() {
            text.get(5..).unwrap_or(&text).to_owned()
        } else {
            text
        }
    }

    /// Late demands, those that wait for the same things told together.
    fn late(&self, late: &[Late]) -> Option<Section> {
        let demands = &self.view.tables.demands;
        let by_id: HashMap<&str, &Demand> =
            demands.iter().map(|demand| (demand.id.as_str(), demand)).collect();
        let mut groups: Vec<Vec<&Late>> = Vec::new();
        let mut at: HashMap<Vec<Link>, usize> = HashMap::new();
        for late in late {
            let chain = late.chain.iter().map(|(link, _)| *link).collect();
            let group = *at.entry(chain).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            groups[group].push(late);
        }
        let blocks = groups.iter().take(self.view.rows).filter_map(|group| {
            let first = group.first()?;
            let steps = first.chain.iter().enumerate();
            let steps =
                steps.map(|(at, (link, there))| self.step(*link, *there, at + 1 == first.chain.len()));
            let head = self.late_head(first, &by_id);
            Some(Block::Chain { head, steps: steps.collect(), after: self.also(&group[1..]) })
        });
        let mut blocks: Vec<Block> = blocks.collect();
        if blocks.is_empty() {
            return None;
        }
        if groups.len() > self.view.rows {
            blocks.push(Block::Line(self.more(groups.len() - self.view.rows)));
        }
        Some(Section { heading: self.t("Late, and why", "延误及原因").to_owned(), alarm: true, blocks })
    }

    fn late_head(&self, late: &Late, by_id: &HashMap<&str, &Demand>) -> String {
        let what = by_id.get(late.demand.as_str()).map_or_else(String::new, |demand| {
            format!(
                "{} {} {}",
                self.quantity(demand.quantity),
                self.unit(&demand.item),
                self.label(&demand.item)
            )
        });
        let (id, wanted) = (&late.demand, self.day(late.wanted));
        match (self.lang, late.ready) {
            (Lang::En, Some(ready)) => format!(
                "{id}: {what}, wanted {wanted}, possible {}: {} late",
                self.day(ready),
                days(self.lang, i64::from(ready.days_since(late.wanted)))
            ),
            (Lang::Zh, Some(ready)) => format!(
                "{id}:{what},要求{wanted},可达{},延误{}",
                self.day(ready),
                days(self.lang, i64::from(ready.days_since(late.wanted)))
            ),
            (Lang::En, None) => format!("{id}: {what}, wanted {wanted}, not in full"),
            (Lang::Zh, None) => format!("{id}:{what},要求{wanted},无法足额满足"),
        }
    }

    /// The other demands that wait for the same.
    fn also(&self, others: &[&Late]) -> Option<String> {
        if others.is_empty() {
            return None;
        }
        let told = others.iter().take(FEW).map(|late| match late.ready {
            Some(ready) => {
                let gap = i64::from(ready.days_since(late.wanted));
                format!("{} ({})", late.demand, days(self.lang, gap))
            }
            None => late.demand.clone(),
        });
        let told = told.collect::<Vec<_>>().join(", ");
        let more = others.len().saturating_sub(FEW);
        Some(match (self.lang, more) {
            (Lang::En, 0) => format!("late for the same reason: {told}"),
            (Lang::Zh, 0) => format!("同因延误:{told}"),
            (Lang::En, more) => format!("late for the same reason: {told} and {more} more"),
            (Lang::Zh, more) => format!("同因延误:{told}等{}项", more + FEW),
        })
    }

    /// One link of a chain; the last one says what is wrong, the others what they wait for.
    fn step(&self, link: Link, there: Option<Date>, last: bool) -> String {
        match link {
            Link::Short(at) => {
                let peg = &self.view.pegs[at];
                match self.lang {
                    Lang::En => {
                        format!("{} of it stay short: see the shortages", self.quantity(peg.quantity))
                    }
                    Lang::Zh => format!("缺{},见缺料", self.quantity(peg.quantity)),
                }
            }
            Link::Supply(at) => {
                let peg = &self.view.pegs[at];
                let due = peg.supply_date.map(|date| self.day(date)).unwrap_or_default();
                match self.lang {
                    Lang::En => format!("{} comes on {due}", peg.supply),
                    Lang::Zh => format!("{}于{due}到货", peg.supply),
                }
            }
            Link::Order(at) => self.order_step(&self.view.orders[at], there, last),
        }
    }

    fn order_step(&self, order: &PlannedOrder, there: Option<Date>, last: bool) -> String {
        let (lang, item) = (self.lang, self.label(&order.item));
        let amount = format!("{} {}", self.quantity(order.quantity), self.unit(&order.item));
        let from = match order.kind {
            SourceKind::Buy | SourceKind::Subcontract => {
                format!("{}{}", pick(lang, " from ", ",供应商"), self.supplier(order))
            }
            SourceKind::Transfer => {
                let site = order.from_site.as_ref().map_or("", Id::as_str);
                format!("{}{site}", pick(lang, " from ", ",自"))
            }
            SourceKind::Make => String::new(),
        };
        let there = there.map(|there| self.day(there)).unwrap_or_default();
        let what = match lang {
            Lang::En => format!("{} {amount} {item}{from}", verb(lang, order.kind)),
            Lang::Zh => format!("{}{item} {amount}{from}", verb(lang, order.kind)),
        };
        if !last {
            return match (lang, there.is_empty()) {
                (_, true) => what,
                (Lang::En, _) => format!("{what}: ready {there}, because it waits for"),
                (Lang::Zh, _) => format!("{what}:{there}可用,需等待"),
            };
        }
        let lead = days(lang, i64::from(order.feasible_available.days_since(order.feasible_start)));
        match lang {
            Lang::En if order.days_late > 0 => format!(
                "{what}: takes {lead} and should have started {} ({} ago); ready {there} if started now",
                self.day(order.start),
                days(lang, i64::from(order.days_late)),
            ),
            Lang::Zh if order.days_late > 0 => format!(
                "{what}:需{lead},应于{}开始(已过{});现在开始则{there}可用",
                self.day(order.start),
                days(lang, i64::from(order.days_late)),
            ),
            Lang::En => format!("{what}: ready {there}"),
            Lang::Zh => format!("{what}:{there}可用"),
        }
    }

    fn short(&self) -> Option<Section> {
        let shortages = self.view.shortages;
        if shortages.is_empty() {
            return None;
        }
        let mut blocks: Vec<Block> = shortages
            .iter()
            .take(self.view.rows)
            .map(|short| {
                let item = self.label(&short.item);
                let amount = format!("{} {}", self.quantity(short.quantity), self.unit(&short.item));
                let site = if self.sites { format!(" [{}]", short.site) } else { String::new() };
                let head = match (self.lang, short.date) {
                    (Lang::En, Some(date)) => format!("{item}{site}: {amount} short on {date}"),
                    (Lang::Zh, Some(date)) => format!("{item}{site}:{date}缺{amount}"),
                    (Lang::En, None) => format!("{item}{site}: {amount} wanted without a date"),
                    (Lang::Zh, None) => format!("{item}{site}:{amount}未定日期"),
                };
                let (why, help) = cause(self.lang, short.code);
                let colon = if help.is_empty() { "" } else { self.t(": ", ":") };
                Block::Chain { head, steps: vec![format!("{why}{colon}{help}")], after: None }
            })
            .collect();
        if shortages.len() > self.view.rows {
            blocks.push(Block::Line(self.more(shortages.len() - self.view.rows)));
        }
        let heading = self.t("Short: nothing can cover these", "缺料:无法覆盖").to_owned();
        Some(Section { heading, alarm: true, blocks })
    }

    fn table(&self, heads: Vec<Head>, rows: Vec<Vec<String>>, all: usize) -> Block {
        let more = all.checked_sub(rows.len()).filter(|more| *more > 0).map(|more| self.more(more));
        Block::Table(Table { heads, rows, more })
    }

    fn more(&self, n: usize) -> String {
        match self.lang {
            Lang::En => format!("… and {n} more (all of them with --out)"),
            Lang::Zh => format!("……另有{n}项(用--out输出全部)"),
        }
    }

    fn orders(&self, kind: SourceKind) -> Option<Section> {
        let mut orders: Vec<(usize, &PlannedOrder)> =
            self.view.orders.iter().enumerate().filter(|(_, order)| order.kind == kind).collect();
        if orders.is_empty() {
            return None;
        }
        orders.sort_by_key(|(_, o)| (o.feasible_start, &o.supplier, &o.item, o.available, &o.id));
        let outside = matches!(kind, SourceKind::Buy | SourceKind::Subcontract);
        let rows = orders.iter().take(self.view.rows).map(|&(at, order)| {
            let mut row = vec![self.day(order.feasible_start)];
            match kind {
                SourceKind::Transfer => {
                    row.push(format!("{} → {}", order.from_site.as_ref().map_or("", Id::as_str), order.site))
                }
                _ => row.extend(self.sites.then(|| order.site.to_string())),
            }
            row.extend(outside.then(|| self.supplier(order)));
            row.extend([order.item.to_string(), self.name(&order.item), self.quantity(order.quantity)]);
            row.push(self.unit(&order.item).to_owned());
            row.push(self.day(self.ready(at, order)));
            row.push(self.remark(at, order));
            row
        });
        let mut heads = vec![left(match kind {
            SourceKind::Buy | SourceKind::Subcontract => self.t("order by", "下单日"),
            SourceKind::Make => self.t("start", "开工日"),
            SourceKind::Transfer => self.t("ship", "发运日"),
        })];
        match kind {
            SourceKind::Transfer => heads.push(left(self.t("route", "路线"))),
            _ => heads.extend(self.sites.then(|| left(self.t("site", "地点")))),
        }
        heads.extend(outside.then(|| cut(self.t("supplier", "供应商"))));
        heads.extend([left(self.t("item", "物料")), cut(self.t("name", "名称"))]);
        heads.extend([right(self.t("quantity", "数量")), left("")]);
        heads.push(left(if outside { self.t("arrives", "到货") } else { self.t("ready", "可用") }));
        heads.push(left(""));
        let heading = match kind {
            SourceKind::Buy => self.t("Buy", "采购"),
            SourceKind::Make => self.t("Make", "自制"),
            SourceKind::Subcontract => self.t("Subcontract", "委外"),
            SourceKind::Transfer => self.t("Transfer between sites", "地点间调拨"),
        };
        let blocks = vec![self.table(heads, rows.collect(), orders.len())];
        Some(Section { heading: format!("{heading} ({})", orders.len()), alarm: false, blocks })
    }

    /// The day goods of the order are there: on the dock for what comes from outside and is in time.
    fn ready(&self, at: usize, order: &PlannedOrder) -> Date {
        let ready = self.delays.ready(at).unwrap_or(order.feasible_available);
        match order.dock {
            Some(dock) if ready <= order.available => dock,
            _ if ready > order.available => ready,
            _ => order.due,
        }
    }

    fn remark(&self, at: usize, order: &PlannedOrder) -> String {
        let lang = self.lang;
        let mut words = Vec::new();
        if order.good != order.quantity {
            words.push(format!("{} {}", self.quantity(order.good), self.t("good", "合格")));
        }
        if order.days_late > 0 {
            words.push(match lang {
                Lang::En => format!("{} d late", order.days_late),
                Lang::Zh => format!("晚{}天", order.days_late),
            });
        } else if order.start == self.view.run_date {
            words.push(self.t("today", "今日").to_owned());
        }
        match self.delays.ready(at) {
            None => words.push(self.t("lacks material", "缺料").to_owned()),
            Some(ready) if order.days_late == 0 && ready > order.feasible_available => {
                words.push(self.t("waits for parts", "待料").to_owned());
            }
            Some(_) => {}
        }
        words.join(", ")
    }

    fn documents(&self) -> Option<Section> {
        let mut by_document: BTreeMap<(&str, &Id), Vec<&Message>> = BTreeMap::new();
        for message in self.view.messages.iter().filter(|m| is_document(m)) {
            by_document
                .entry((message.document.as_deref().unwrap_or_default(), &message.item))
                .or_default()
                .push(message);
        }
        let mut groups: Vec<Vec<&Message>> = by_document.into_values().collect();
        if groups.is_empty() {
            return None;
        }
        for group in &mut groups {
            group.sort_by_key(|m| (urgency(m.kind), m.to_date));
        }
        groups
            .sort_by_key(|group| group.first().map(|m| (urgency(m.kind), m.to_date.unwrap_or(m.from_date))));
        let day = |date| self.day(date);
        let rows = groups.iter().take(self.view.rows).filter_map(|group| {
            let first = group.first()?;
            let what: Vec<String> = group.iter().map(|message| action(self.lang, message, &day)).collect();
            Some(vec![
                first.document.clone().unwrap_or_default(),
                first.item.to_string(),
                self.name(&first.item),
                self.quantity(first.from_quantity),
                self.unit(&first.item).to_owned(),
                what.join("; "),
            ])
        });
        let heads = vec![
            left(self.t("document", "单据")),
            left(self.t("item", "物料")),
            cut(self.t("name", "名称")),
            right(self.t("open", "未清")),
            left(""),
            left(self.t("what to do", "建议")),
        ];
        let blocks = vec![self.table(heads, rows.collect(), groups.len())];
        let heading = self.t("Change open documents", "调整在途单据");
        Some(Section { heading: format!("{heading} ({})", groups.len()), alarm: false, blocks })
    }

    fn stock(&self) -> Option<Section> {
        let mut lines = Vec::new();
        for message in self.view.messages.iter().filter(|m| m.kind == MessageKind::BelowSafety) {
            let (item, unit) = (self.label(&message.item), self.unit(&message.item));
            let site = if self.sites { format!(" [{}]", message.site) } else { String::new() };
            lines.push(match self.lang {
                Lang::En => format!(
                    "{item}{site}: below safety stock from {}, {} {unit} are missing",
                    message.from_date,
                    self.quantity(message.from_quantity)
                ),
                Lang::Zh => format!(
                    "{item}{site}:自{}起低于安全库存,差{} {unit}",
                    message.from_date,
                    self.quantity(message.from_quantity)
                ),
            });
        }
        let expiring = self.view.findings.iter().filter(|f| f.code() == Code::LotExpiresUnused);
        lines.extend(expiring.map(|finding| self.expiring(finding)));
        if lines.is_empty() {
            return None;
        }
        let more = lines.len().saturating_sub(self.view.rows);
        lines.truncate(self.view.rows);
        lines.extend((more > 0).then(|| self.more(more)));
        let heading = self.t("Stock to watch", "库存关注").to_owned();
        Some(Section { heading, alarm: false, blocks: lines.into_iter().map(Block::Line).collect() })
    }

    /// A lot that expires: named by its number where the finding names the stock row.
    fn expiring(&self, finding: &Finding) -> String {
        let row = finding.param("lot").unwrap_or_default();
        let stock = self.view.tables.stock.iter().find(|stock| stock.id.as_str() == row);
        let Some(stock) = stock else { return finding.text(self.lang) };
        let lot = stock.lot.as_ref().map_or(row, Id::as_str);
        let quantity = finding.param("qty").unwrap_or_default();
        let quantity =
            quantity.parse::<Decimal>().map_or_else(|_| quantity.to_owned(), |qty| self.quantity(qty));
        let (item, unit, date) =
            (self.label(&stock.item), self.unit(&stock.item), finding.param("date").unwrap_or_default());
        match self.lang {
            Lang::En => format!("{item}: {quantity} {unit} of lot {lot} expire unused on {date}"),
            Lang::Zh => format!("{item}:批次{lot}有{quantity} {unit}将于{date}过期未用"),
        }
    }

    /// Substitutes that the plan takes, and for whom.
    fn stand_ins(&self) -> Vec<String> {
        let pegs = self.view.pegs.iter();
        let taken = pegs.filter(|peg| peg.supply_kind == PegEnd::Substitute && !peg.supply.is_empty());
        let mut lines = Vec::new();
        for peg in taken {
            let rows = self.view.tables.substitutes.iter();
            let of = rows.filter(|row| row.substitute.as_str() == peg.supply).map(|row| row.item.as_str());
            let of = of.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join("/");
            let date = peg.demand_date.map(|date| self.day(date)).unwrap_or_default();
            let (supply, quantity, need) = (&peg.supply, self.quantity(peg.quantity), &peg.demand);
            lines.push(match self.lang {
                Lang::En => format!("{supply} stands in for {quantity} of {of} on {date}, for {need}."),
                Lang::Zh => format!("{date}以{supply}替代{of} {quantity},用于{need}。"),
            });
        }
        lines
    }

    /// Findings that no section above has told, a few of each kind.
    fn remarks(&self) -> Option<Section> {
        let mut by_code: BTreeMap<(Severity, Code), Vec<&Finding>> = BTreeMap::new();
        let short: BTreeSet<Code> = self.view.shortages.iter().map(|short| short.code).collect();
        let told = self.view.findings.iter();
        let told = told.filter(|finding| !is_told(finding.code()) && !short.contains(&finding.code()));
        for finding in told {
            by_code.entry((finding.severity(), finding.code())).or_default().push(finding);
        }
        let mut blocks: Vec<Block> = self.stand_ins().into_iter().take(FEW).map(Block::Line).collect();
        for findings in by_code.values() {
            let lines = findings.iter().take(FEW).map(|finding| finding_text(finding, self.lang));
            blocks.extend(lines.map(Block::Line));
            if findings.len() > FEW {
                blocks.push(Block::Line(self.more(findings.len() - FEW)));
            }
        }
        if blocks.is_empty() {
            return None;
        }
        Some(Section { heading: self.t("Remarks", "备注").to_owned(), alarm: false, blocks })
    }
}

/// Findings of one kind that are listed.
const FEW: usize = 6;

/// Whether a message is about a document that is open.
fn is_document(message: &Message) -> bool {
    !matches!(
        message.kind,
        MessageKind::New | MessageKind::ReleaseNow | MessageKind::StartInPast | MessageKind::BelowSafety
    )
}

/// What must be acted on first.
const fn urgency(kind: MessageKind) -> u8 {
    match kind {
        MessageKind::PastDue => 0,
        MessageKind::Expedite => 1,
        MessageKind::Increase => 2,
        MessageKind::InsideFence => 3,
        MessageKind::Defer => 4,
        MessageKind::Decrease => 5,
        _ => 6,
    }
}

/// Whether a section of its own tells findings of this code.
const fn is_told(code: Code) -> bool {
    matches!(
        code,
        Code::LotExpiresUnused
            | Code::SupplyOverdue
            | Code::StartInPast
            | Code::BelowSafety
            | Code::Shortage
            | Code::New
            | Code::ReleaseNow
            | Code::PastDue
            | Code::Expedite
            | Code::Defer
            | Code::Increase
            | Code::Decrease
            | Code::Cancel
    )
}

//! The words of the report, each in both languages beside each other.

use headstock::finding::{Code, Finding, Lang, Severity};
use headstock::partner::SourceKind;
use headstock::planning::{Message, MessageKind};
use headstock::time::Date;

/// One of two texts.
pub(crate) const fn pick<'a>(lang: Lang, en: &'a str, zh: &'a str) -> &'a str {
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

/// `2 days`, `1 day`; `2天`.
pub(crate) fn days(lang: Lang, n: i64) -> String {
    match lang {
        Lang::En if n == 1 => "1 day".to_owned(),
        Lang::En => format!("{n} days"),
        Lang::Zh => format!("{n}天"),
    }
}

/// `3 late orders`, with the right number in English.
pub(crate) fn count(lang: Lang, n: usize, one: &str, many: &str, zh: &str) -> String {
    match lang {
        Lang::En => format!("{n} {}", if n == 1 { one } else { many }),
        Lang::Zh => format!("{zh}{n}"),
    }
}

/// What is done with an order of this kind.
pub(crate) const fn verb(lang: Lang, kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Make => pick(lang, "make", "自制"),
        SourceKind::Buy => pick(lang, "buy", "采购"),
        SourceKind::Subcontract => pick(lang, "subcontract", "委外"),
        SourceKind::Transfer => pick(lang, "transfer", "调拨"),
    }
}

/// Why a need is short, and what would help.
pub(crate) fn cause(lang: Lang, code: Code) -> (String, &'static str) {
    let (why, help) = match code {
        Code::NoSource => (
            pick(lang, "no source in force", "无有效货源"),
            pick(lang, "add or extend a source for it", "增加或延长货源"),
        ),
        Code::BomNotFound | Code::BomNotApproved => (
            pick(lang, "no approved BOM in force", "无有效BOM"),
            pick(lang, "approve a BOM or extend its dates", "审核BOM或延长有效期"),
        ),
        Code::LeadtimeMissing => (
            pick(lang, "its source has no lead time", "货源未设提前期"),
            pick(lang, "fill in lead_days", "补录提前期"),
        ),
        Code::CalendarGap | Code::NoCalendar => (
            pick(lang, "the calendar does not reach the date", "日历未覆盖该日期"),
            pick(lang, "extend the calendar", "延长日历"),
        ),
        Code::LotParamConflict => (
            pick(lang, "its lot sizes contradict each other", "批量参数冲突"),
            pick(lang, "correct minimum, maximum and multiple", "更正最小、最大批量与增量"),
        ),
        Code::ParamMissing => (
            pick(lang, "its lot-sizing rule lacks a value", "批量政策缺少参数"),
            pick(lang, "fill in what the rule needs", "补录所需参数"),
        ),
        Code::ItemNotPlanned => (
            pick(lang, "the item is excluded from planning", "物料不参与计划"),
            pick(lang, "plan it by hand or set planned to yes", "手工计划或设为参与计划"),
        ),
        Code::DemandNoDate => (
            pick(lang, "the demand has no date", "需求无日期"),
            pick(lang, "agree a date with the customer", "与客户确定日期"),
        ),
        other => return (other.to_string(), ""),
    };
    (why.to_owned(), help)
}

/// What to do with an open document.
pub(crate) fn action(lang: Lang, message: &Message, day: &dyn Fn(Date) -> String) -> String {
    let from = day(message.from_date);
    let to = message.to_date.map(day).unwrap_or_default();
    let quantity = message.to_quantity.map(|qty| qty.normalize().to_string()).unwrap_or_default();
    let had = message.from_quantity.normalize();
    match (lang, message.kind) {
        (Lang::En, MessageKind::Expedite) => format!("bring forward from {from} to {to}"),
        (Lang::Zh, MessageKind::Expedite) => format!("由{from}提前至{to}"),
        (Lang::En, MessageKind::Defer) => format!("put off from {from} to {to}"),
        (Lang::Zh, MessageKind::Defer) => format!("由{from}推迟至{to}"),
        (Lang::En, MessageKind::Increase) => format!("raise from {had} to {quantity}"),
        (Lang::Zh, MessageKind::Increase) => format!("由{had}增加至{quantity}"),
        (Lang::En, MessageKind::Decrease) => format!("lower from {had} to {quantity}"),
        (Lang::Zh, MessageKind::Decrease) => format!("由{had}减少至{quantity}"),
        (Lang::En, MessageKind::Cancel) => "cancel: nothing needs it".to_owned(),
        (Lang::Zh, MessageKind::Cancel) => "取消:已无需求".to_owned(),
        (Lang::En, MessageKind::PastDue) => format!("was due on {from}: ask for a new date"),
        (Lang::Zh, MessageKind::PastDue) => format!("应于{from}到货:请落实新日期"),
        (Lang::En, MessageKind::InsideFence) => {
            if to.is_empty() {
                "inside the planning fence: left as it is".to_owned()
            } else {
                format!("should move to {to}, but is inside the planning fence")
            }
        }
        (Lang::Zh, MessageKind::InsideFence) => {
            if to.is_empty() {
                "在计划时界内,未调整".to_owned()
            } else {
                format!("应移至{to},但在计划时界内")
            }
        }
        (Lang::En, MessageKind::BelowSafety) => format!("{had} below safety stock from {from}"),
        (Lang::Zh, MessageKind::BelowSafety) => format!("自{from}起低于安全库存{had}"),
        (Lang::En, MessageKind::New) => format!("new, for {to}"),
        (Lang::Zh, MessageKind::New) => format!("新建,{to}"),
        (Lang::En, MessageKind::ReleaseNow) => "release today".to_owned(),
        (Lang::Zh, MessageKind::ReleaseNow) => "今日投放".to_owned(),
        (Lang::En, MessageKind::StartInPast) => format!("should have started on {from}"),
        (Lang::Zh, MessageKind::StartInPast) => format!("应于{from}开始"),
    }
}

/// Parameters that say where, or that are told in another way.
const PLACE: [&str; 7] = ["table", "row", "column", "expected", "reason", "reason_zh", "first_row"];

/// A finding for people: where it is, what is wrong, what would be right, and its code.
///
/// ```
/// use headstock::finding::{Code, Finding, Lang, Severity};
/// use headstock_report::finding_text;
///
/// let finding = Finding::new(Code::DateSyntax).with("value", "9.3.26").with("table", "demands").with("row", 3).with("column", "date");
/// assert_eq!(
///     finding_text(&finding, Lang::En),
///     "demands.csv, row 3, column date: 9.3.26 is not a date of the form 2026-03-02. [DATE_SYNTAX]"
/// );
/// ```
#[must_use]
pub fn finding_text(finding: &Finding, lang: Lang) -> String {
    let template = finding.code().message(lang);
    let said = |name: &str| template.contains(&format!("{{{name}}}"));
    let mut text = match finding.code() {
        // Its own text repeats the place.
        Code::ImportRow => {
            let zh = finding.param("reason_zh").filter(|_| lang == Lang::Zh);
            let reason = zh.or(finding.param("reason")).unwrap_or_default();
            format!("{reason}{}", pick(lang, ".", "。"))
        }
        _ => finding.text(lang),
    };
    if let (Some(expected), false) = (finding.param("expected"), said("expected")) {
        text.push_str(&match lang {
            Lang::En => format!(" Expected: {expected}."),
            Lang::Zh => format!("应为{expected}。"),
        });
    }
    let more: Vec<String> = finding
        .params()
        .filter(|(name, _)| !said(name) && !PLACE.contains(name))
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    // An error is looked for in the data; other findings name what matters in their text.
    if !more.is_empty() && finding.severity() == Severity::Error {
        text.push_str(&format!(" ({})", more.join(", ")));
    }
    let mut place = Vec::new();
    if let Some(table) = finding.param("table").filter(|_| !matches!(finding.code(), Code::TableMissing)) {
        place.push(format!("{table}.csv"));
    }
    if let Some(row) = finding.param("row") {
        place.push(format!("{}{row}{}", pick(lang, "row ", "第"), pick(lang, "", "行")));
    }
    let column = finding.param("column").filter(|column| !column.is_empty() && !said("column"));
    if let Some(column) =
        column.or(finding.param("column").filter(|c| finding.code() == Code::ImportRow && *c != "-"))
    {
        place.push(format!("{}{column}{}", pick(lang, "column ", ""), pick(lang, "", "列")));
    }
    let colon = if place.is_empty() { "" } else { ": " };
    format!("{}{colon}{text} [{}]", place.join(", "), finding.code())
}

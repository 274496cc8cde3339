//! What an accountant reads after a close: what came in and where it is, order by order and element by element, with
//! the difference printed; what every product consists of; where the cost of the largest ones comes from.

use headstock::costing::{ControlTotal, Explain, OrderCost, PeriodOutcome, ProductCost, StockCost};
use headstock::finding::Lang;
use headstock::id::Id;
use headstock::num::{Ratio, Rounding};
use rust_decimal::Decimal;

use crate::doc::{Bar, Block, Doc, Section, Table, cut, left, right, wide};
use crate::reason::render_reason;
use crate::words::{count, finding_text, pick};

/// Places of a unit cost.
const UNIT_PLACES: u32 = 4;
/// Products whose cost is drawn and opened.
const OPENED: usize = 5;
/// Nodes of an opened figure.
const NODES: usize = 60;

struct Desk<'a, 'o> {
    outcome: &'o PeriodOutcome<'a>,
    lang: Lang,
    /// Most rows of one table.
    rows: usize,
}

/// The whole report.
pub(crate) fn report(outcome: &PeriodOutcome<'_>, title: &str, lang: Lang, rows: usize) -> Doc {
    let desk = Desk { outcome, lang, rows };
    let totals = outcome.totals();
    let mut products: Vec<ProductCost<'_>> = outcome.products().collect();
    products.sort_by(|a, b| b.value.cmp(&a.value).then_with(|| (a.order, a.item).cmp(&(b.order, b.item))));
    let mut sections = vec![desk.controls(&totals)];
    sections.extend(desk.remarks());
    sections.extend([desk.ledger(), desk.products(&products), desk.stocks()]);
    sections.extend(desk.opened(&products));
    sections.push(desk.steps());
    let title = if title.is_empty() { desk.t("Cost report", "成本计算报告") } else { title };
    Doc { title: title.to_owned(), facts: desk.facts(&totals), sections }
}

/// Thousands apart, so that long amounts can be read.
fn money(value: Decimal) -> String {
    let text = value.abs().to_string();
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut out = String::from(if value.is_sign_negative() && !value.is_zero() { "-" } else { "" });
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + rest
}

fn unit_cost(stock: &StockCost<'_>) -> String {
    let rounded = stock.unit_cost.and_then(|cost| cost.round(UNIT_PLACES, Rounding::HalfUp).ok());
    rounded.map_or_else(|| "–".to_owned(), money)
}

/// A unit's share, where there is a quantity.
fn per(value: Decimal, quantity: Decimal) -> Option<Ratio> {
    let quantity = Some(quantity).filter(|quantity| !quantity.is_zero())?;
    Ratio::from_decimal(value).checked_div(Ratio::from_decimal(quantity)).ok()
}

/// By how much of itself a unit cost changed, in per cent (`C11`).
fn change(unit: Ratio, before: Ratio) -> Option<Ratio> {
    let more = unit.checked_sub(before).ok()?.checked_div(before).ok()?;
    more.checked_mul(Ratio::from_int(100)).ok()
}

fn rounded(value: Ratio, places: u32) -> String {
    value.round(places, Rounding::HalfUp).map_or_else(|_| "–".to_owned(), money)
}

/// `opening + input − finished − closing − scrapped`.
fn difference(row: &OrderCost<'_>) -> Decimal {
    row.opening + row.input - row.finished - row.closing - row.scrapped
}

impl Desk<'_, '_> {
    fn t(&self, en: &'static str, zh: &'static str) -> &'static str {
        pick(self.lang, en, zh)
    }

    fn section(&self, en: &'static str, zh: &'static str, blocks: Vec<Block>) -> Section {
        Section { heading: self.t(en, zh).to_owned(), alarm: false, blocks }
    }

    fn more(&self, all: usize) -> Option<String> {
        let rest = all.saturating_sub(self.rows);
        (rest > 0).then(|| count(self.lang, rest, "row more", "rows more", "其余行数"))
    }

    fn facts(&self, totals: &[ControlTotal]) -> Vec<String> {
        let period = self.outcome.records().period();
        let sum = |of: fn(&ControlTotal) -> Decimal| totals.iter().map(of).sum::<Decimal>();
        let in_all = sum(|row| row.came_in.0);
        let left = sum(|row| row.difference.0);
        vec![
            format!("{} {}  ·  {} – {}", self.t("Period", "期间"), period.id, period.from, period.to),
            format!(
                "{} {}  ·  {} {}  ·  {} {}  ·  {} {}",
                self.t("came in", "投入"),
                money(in_all),
                self.t("stock at the end", "期末存货"),
                money(sum(|row| row.stock.0)),
                self.t("work in process", "期末在产品"),
                money(sum(|row| row.wip.0)),
                self.t("difference", "差异"),
                money(left),
            ),
        ]
    }

    fn controls(&self, totals: &[ControlTotal]) -> Section {
        let heads = vec![
            left(self.t("element", "成本要素")),
            right(self.t("came in", "投入")),
            right(self.t("cost of sales", "销售成本")),
            right(self.t("other issues", "其他出库")),
            right(self.t("loss", "损失")),
            right(self.t("late cost", "后补成本")),
            right(self.t("differences", "差异科目")),
            right(self.t("stock", "期末存货")),
            right(self.t("in process", "在产品")),
            right(self.t("difference", "差异")),
        ];
        let cells = |row: &ControlTotal| {
            [
                &row.came_in,
                &row.sales,
                &row.other_out,
                &row.loss,
                &row.late,
                &row.differences,
                &row.stock,
                &row.wip,
                &row.difference,
            ]
            .map(|amount| amount.0)
        };
        let mut sums = [Decimal::ZERO; 9];
        let mut rows = Vec::new();
        for row in totals {
            let cells = cells(row);
            sums.iter_mut().zip(cells).for_each(|(sum, cell)| *sum += cell);
            rows.push(std::iter::once(row.element.to_string()).chain(cells.map(money)).collect());
        }
        rows.push(std::iter::once(self.t("total", "合计").to_owned()).chain(sums.map(money)).collect());
        // Places where nothing went are left out; the whole and its proof never are.
        let shown = |column: &usize| match column.checked_sub(1) {
            Some(at @ 2..=5) => totals.iter().any(|row| !cells(row)[at].is_zero()),
            _ => true,
        };
        let columns: Vec<usize> = (0..heads.len()).filter(shown).collect();
        let heads = heads.into_iter().enumerate().filter(|(at, _)| columns.contains(at));
        let heads = heads.map(|(_, head)| head).collect();
        let pick = |row: Vec<String>| columns.iter().map(|at| row[*at].clone()).collect();
        let rows = rows.into_iter().map(pick).collect();
        let table = Table { heads, rows, more: None };
        let bars = std::iter::once((self.t("came in", "投入"), sums[0]))
            .chain([
                (self.t("cost of sales", "销售成本"), -sums[1]),
                (self.t("other issues", "其他出库"), -sums[2]),
                (self.t("loss", "损失"), -sums[3]),
                (self.t("late cost", "后补成本"), -sums[4]),
                (self.t("differences", "差异科目"), -sums[5]),
                (self.t("in process", "在产品"), -sums[7]),
            ])
            .filter(|bar| !bar.1.is_zero())
            .map(|(label, amount)| Bar::change(label, amount, money(amount)))
            .chain([Bar::total(self.t("stock at the end", "期末存货"), sums[6], money(sums[6]))])
            .collect();
        self.section("Where the cost is", "成本去向", vec![Block::Table(table), Block::Waterfall(bars)])
    }

    fn remarks(&self) -> Option<Section> {
        let (found, waived) = (self.outcome.findings(), self.outcome.waived());
        if found.is_empty() && waived.is_empty() {
            return None;
        }
        let mut blocks: Vec<Block> = found
            .iter()
            .take(self.rows)
            .map(|finding| Block::Line(finding_text(finding, self.lang)))
            .collect();
        blocks.extend(self.more(found.len()).map(Block::Line));
        for finding in waived.iter().take(self.rows) {
            blocks.push(Block::Line(format!(
                "({}) {}",
                self.t("accepted", "已确认"),
                finding_text(finding, self.lang)
            )));
        }
        Some(self.section("Remarks", "提示", blocks))
    }

    fn ledger(&self) -> Section {
        let heads = vec![
            cut(self.t("order", "任务单")),
            left(self.t("element", "成本要素")),
            right(self.t("opening", "期初")),
            right(self.t("+ input", "+投入")),
            right(self.t("= finished", "=完工")),
            right(self.t("+ closing", "+期末")),
            right(self.t("+ scrapped", "+报废")),
            right(self.t("difference", "差异")),
        ];
        let row = |cost: OrderCost<'_>| {
            let amounts =
                [cost.opening, cost.input, cost.finished, cost.closing, cost.scrapped, difference(&cost)];
            [cost.order.to_owned(), cost.element.to_owned()].into_iter().chain(amounts.map(money)).collect()
        };
        let all = self.outcome.ledger().count();
        let mut rows: Vec<Vec<String>> = self.outcome.ledger().take(self.rows).map(row).collect();
        let mut sums = [Decimal::ZERO; 6];
        for cost in self.outcome.ledger() {
            let amounts = [cost.opening, cost.input, cost.finished, cost.closing, cost.scrapped];
            sums.iter_mut().zip(amounts).for_each(|(sum, amount)| *sum += amount);
            sums[5] += difference(&cost);
        }
        let all_orders = [self.t("all orders", "全部").to_owned(), String::new()];
        rows.push(all_orders.into_iter().chain(sums.map(money)).collect());
        let table = Table { heads, rows, more: self.more(all) };
        self.section("Orders by element", "任务单成本", vec![Block::Table(table)])
    }

    fn products(&self, products: &[ProductCost<'_>]) -> Section {
        let heads = vec![
            cut(self.t("order", "任务单")),
            cut(self.t("product", "产品")),
            right(self.t("quantity", "数量")),
            right(self.t("cost", "成本")),
            right(self.t("a unit", "单位成本")),
            right(self.t("before", "上期")),
            right(self.t("change %", "变动%")),
            wide(self.t("one level down", "本层构成")),
            wide(self.t("original elements", "成本还原")),
        ];
        let list = |parts: &[(&str, Decimal)]| {
            let parts: Vec<String> =
                parts.iter().map(|(element, amount)| format!("{element} {}", money(*amount))).collect();
            parts.join(" + ")
        };
        let none = || "–".to_owned();
        let row = |product: &ProductCost<'_>| {
            let unit = per(product.value, product.quantity);
            let stock = self.outcome.stock_of(product.item, product.pool);
            let before = stock.and_then(|stock| per(stock.value[0], stock.quantity[0]));
            let change = unit.zip(before).and_then(|(unit, before)| change(unit, before));
            vec![
                product.order.to_owned(),
                product.item.to_owned(),
                product.quantity.normalize().to_string(),
                money(product.value),
                unit.map_or_else(none, |unit| rounded(unit, UNIT_PLACES)),
                before.map_or_else(none, |before| rounded(before, UNIT_PLACES)),
                change.map_or_else(none, |change| rounded(change, 1)),
                list(&product.elements),
                list(&product.original),
            ]
        };
        let rows = products.iter().take(self.rows).map(row).collect();
        let table = Table { heads, rows, more: self.more(products.len()) };
        self.section("Finished products, largest first", "完工产品成本", vec![Block::Table(table)])
    }

    fn stocks(&self) -> Section {
        let heads = vec![
            cut(self.t("item", "物料")),
            right(self.t("opening", "期初")),
            right(self.t("in", "收入")),
            right(self.t("out", "发出")),
            right(self.t("at the end", "期末")),
            right(self.t("opening value", "期初金额")),
            right(self.t("in", "收入")),
            right(self.t("out", "发出")),
            right(self.t("value", "期末金额")),
            right(self.t("unit cost", "单位成本")),
        ];
        let row = |stock: StockCost<'_>| {
            let name =
                stock.pool.map_or_else(|| stock.item.to_owned(), |pool| format!("{} / {pool}", stock.item));
            let quantities = stock.quantity.map(|quantity| quantity.normalize().to_string());
            let values = stock.value.map(money);
            let unit = unit_cost(&stock);
            std::iter::once(name).chain(quantities).chain(values).chain([unit]).collect()
        };
        let mut rows: Vec<Vec<String>> = self.outcome.stocks().take(self.rows).map(row).collect();
        let mut sums = [Decimal::ZERO; 4];
        for stock in self.outcome.stocks() {
            sums.iter_mut().zip(stock.value).for_each(|(sum, value)| *sum += value);
        }
        let blank = || std::iter::repeat_n(String::new(), 4);
        let all = std::iter::once(self.t("all stock", "合计").to_owned()).chain(blank());
        rows.push(all.chain(sums.map(money)).chain([String::new()]).collect());
        let table = Table { heads, rows, more: self.more(self.outcome.stock_count()) };
        self.section("Stock", "存货收发存", vec![Block::Table(table)])
    }

    /// The cost of the largest products: drawn by original element, and opened down to the documents.
    fn opened(&self, products: &[ProductCost<'_>]) -> Vec<Section> {
        let mut sections = Vec::new();
        for product in products.iter().filter(|product| !product.value.is_zero()).take(OPENED) {
            let mut bars: Vec<Bar> = product
                .original
                .iter()
                .map(|(element, amount)| Bar::change(*element, *amount, money(*amount)))
                .collect();
            bars.push(Bar::total(product.item, product.value, money(product.value)));
            let mut blocks = vec![Block::Waterfall(bars)];
            let tree = Id::new(product.order)
                .ok()
                .and_then(|order| self.outcome.explain(&Explain::Order { order }, NODES));
            let title = self.t("Where it comes from", "成本来源");
            blocks.extend(tree.map(|reason| Block::Tree { title, lines: render_reason(&reason, self.lang) }));
            let heading = format!("{} · {} · {}", product.item, product.order, money(product.value));
            sections.push(Section { heading, alarm: false, blocks });
        }
        sections
    }

    fn steps(&self) -> Section {
        let heads = vec![
            left(self.t("step", "步骤")),
            right(self.t("level", "层")),
            right(self.t("count", "笔数")),
            right(self.t("amount", "金额")),
        ];
        let steps = self.outcome.steps();
        let rows = steps.iter().map(|step| {
            let level = step.level.map_or_else(String::new, |level| level.to_string());
            vec![step.step.replace('_', " "), level, step.count.to_string(), money(step.amount.0)]
        });
        let table = Table { heads, rows: rows.collect(), more: None };
        self.section("The run", "核算过程", vec![Block::Table(table)])
    }
}

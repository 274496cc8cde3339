//! The engine's answer in the same canonical lines.

use super::days::day_text_of;
use super::num::{Q, of, show, zero};
use super::plan::node_text;
use super::plants::Plant;
use super::record::Line;
use headstock::planning::{MessageKind, Peg, PegEnd, Plan, plan};
use headstock::run::RunControl;
use headstock::snapshot::Snapshot;
use headstock::time::Date;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;

/// Runs the engine on a plant.
pub fn engine(p: &Plant, threads: usize) -> Result<Plan, String> {
    let control = RunControl::new().with_threads(NonZeroUsize::new(threads).unwrap());
    let snapshot = Snapshot::from_tables(p.tables.clone(), &control)
        .map_err(|r| format!("tables rejected: {:?}", r.findings()))?;
    plan(&snapshot, &p.policy, p.run, &control).map_err(|e| format!("plan refused: {e}"))
}

fn day(d: Option<Date>) -> String {
    day_text_of(d)
}

/// Sorted lines: orders, shortages, messages, records, findings and pegs.
pub fn canonical(plan: &Plan) -> Vec<String> {
    let mut lines = Vec::new();
    for o in plan.orders() {
        lines.push(format!(
            "O {} {} {} q={} good={} avail={} due={} dock={} start={} feasible={} arrives={} late={}",
            node_text(&o.item, &o.site, &o.key),
            o.source,
            o.bom.as_ref().map_or_else(|| "-".into(), ToString::to_string),
            show(&of(o.quantity)),
            show(&of(o.good)),
            o.available,
            o.due,
            day(o.dock),
            o.start,
            o.feasible_start,
            o.feasible_available,
            o.days_late,
        ));
    }
    let mut short: BTreeMap<(String, Option<Date>, String), Q> = BTreeMap::new();
    for s in plan.shortages() {
        let key = (node_text(&s.item, &s.site, &s.key), s.date, s.code.to_string());
        *short.entry(key).or_insert_with(zero) += of(s.quantity);
    }
    for ((node, date, code), q) in short {
        lines.push(format!("S {node} {} {} {code}", day(date), show(&q)));
    }
    for m in plan.messages() {
        if matches!(m.kind, MessageKind::New | MessageKind::ReleaseNow | MessageKind::StartInPast) {
            continue;
        }
        lines.push(format!(
            "M {} {} {} from={} to={} q={} to_q={}",
            serde_json::to_value(m.kind).unwrap().as_str().unwrap(),
            node_text(&m.item, &m.site, &m.key),
            m.document.clone().unwrap_or_default(),
            m.from_date,
            day(m.to_date),
            show(&of(m.from_quantity)),
            m.to_quantity.map_or_else(|| "-".into(), |q| show(&of(q))),
        ));
    }
    nodes(plan, &mut lines);
    for f in plan.findings() {
        let about = f.params().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        lines.push(super::found::line(f.code().as_str(), about));
    }
    lines.sort();
    lines
}

/// Records and pegs, node by node.
fn nodes(plan: &Plan, lines: &mut Vec<String>) {
    for (item, site, key, rows) in plan.records() {
        let node = node_text(&item, &site, &key);
        let rows = rows.into_iter().map(|r| Line {
            day: r.date.to_string(),
            gross: of(r.gross),
            receipts: of(r.receipts),
            before: of(r.before),
            safety: of(r.safety),
            net: of(r.net),
            planned: of(r.planned),
            released: of(r.released),
            short: of(r.short),
            balance: of(r.balance),
        });
        lines.extend(super::record::text(&node, rows));
        let mut sums: BTreeMap<(String, String), Q> = BTreeMap::new();
        for p in plan.item_pegs(item.as_str(), site.as_str(), &key) {
            *sums.entry((supply_label(&p), need_label(&p))).or_insert_with(zero) += of(p.quantity);
        }
        let line =
            |((supply, need), q): ((String, String), Q)| format!("P {node} {supply} > {need} {}", show(&q));
        lines.extend(sums.into_iter().map(line));
    }
}

fn supply_label(p: &Peg) -> String {
    let dated = |what: &str| format!("{what} {}", day(p.supply_date));
    match p.supply_kind {
        _ if p.hard => format!("hard {}", p.supply),
        PegEnd::Stock => "stock".into(),
        PegEnd::Supply => format!("supply {}", p.supply),
        PegEnd::Planned => dated("planned"),
        PegEnd::Output => dated("output"),
        PegEnd::Substitute => dated("substitute"),
        PegEnd::Short => dated("short"),
        other => format!("{other:?}"),
    }
}

fn need_label(p: &Peg) -> String {
    let dated = |what: String| format!("{what} {}", day(p.demand_date));
    match p.demand_kind {
        PegEnd::Demand if p.hard => format!("demand {}", p.demand),
        PegEnd::Demand => dated(format!("demand {}", p.demand)),
        PegEnd::Forecast => dated(format!("forecast {}", p.demand)),
        PegEnd::Dependent => {
            // An order's id ends in its number on its day.
            let order = p.demand.rsplit_once('#').and_then(|_| p.demand.rsplit_once('.'));
            let name = order.map_or(p.demand.as_str(), |(order, _)| order);
            dated(format!("dependent {name}"))
        }
        PegEnd::Substitute => dated(format!("taken {}", p.demand)),
        PegEnd::Stock => "negative".into(),
        PegEnd::Safety => "safety".into(),
        PegEnd::Yield => "yield".into(),
        PegEnd::Surplus => "surplus".into(),
        other => format!("{other:?}"),
    }
}

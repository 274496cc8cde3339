//! The engine's answer in the same canonical lines.

use super::days::day_text_of;
use super::num::{Q, of, show, zero};
use super::plan::node_text;
use super::plants::Plant;
use headstock::planning::{MessageKind, Plan, plan};
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

/// Sorted lines, one for each order, shortage and message.
pub fn canonical(plan: &Plan) -> Vec<String> {
    let mut lines = Vec::new();
    for o in plan.orders() {
        lines.push(format!(
            "O {} {} {} q={} good={} avail={} due={} dock={} start={} feasible={}",
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
    lines.sort();
    lines
}

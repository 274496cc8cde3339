//! The report of a small plan made by hand, line by line, and how delays travel up the pegs.
//!
//! The plan: a table needs four legs; the legs have to be bought and come on the 16th, nine days after the table
//! needed them on the 7th; so the table for the 10th is possible on the 19th. A second order of the same table
//! waits for the same legs. Paint has no source. The lamp's purchase order is overdue.

#![allow(clippy::unwrap_used, reason = "records written down in a test are right or the test fails")]

use headstock::finding::{Code, Finding, Lang};
use headstock::planning::{Message, Peg, PlannedOrder, Shortage};
use headstock::snapshot::Tables;
use headstock::time::Date;
use headstock_report::late::{Delays, Link};
use headstock_report::{PlanView, report_html, report_text};
use serde_json::json;

struct Case {
    tables: Tables,
    orders: Vec<PlannedOrder>,
    messages: Vec<Message>,
    shortages: Vec<Shortage>,
    findings: Vec<Finding>,
    pegs: Vec<Peg>,
}

fn order(id: &str, kind: &str, quantity: &str, dates: [&str; 5], late: u32) -> serde_json::Value {
    let [start, due, available, feasible_start, feasible_available] = dates;
    let item = id.split('#').next().unwrap();
    json!({ "id": id, "item": item, "site": "S", "kind": kind, "source": format!("{kind}-{item}"), "quantity": quantity,
        "good": quantity, "start": start, "due": due, "available": available, "feasible_start": feasible_start,
        "feasible_available": feasible_available, "days_late": late, "action": if late > 0 { "start_in_past" } else { "new" } })
}

fn case() -> Case {
    let mut legs = order(
        "LEG#1",
        "buy",
        "40",
        ["2026-02-21", "2026-03-07", "2026-03-07", "2026-03-02", "2026-03-16"],
        9,
    );
    legs["supplier"] = json!("TURNER");
    legs["dock"] = json!("2026-03-07");
    let table = order(
        "TABLE#1",
        "make",
        "10",
        ["2026-03-07", "2026-03-10", "2026-03-10", "2026-03-07", "2026-03-10"],
        0,
    );
    let peg = |supply_kind: &str,
               supply: &str,
               demand_kind: &str,
               demand: &str,
               day: &str,
               quantity: &str| {
        json!({ "supply_kind": supply_kind, "supply": supply, "demand_kind": demand_kind, "demand": demand,
            "demand_date": day, "quantity": quantity })
    };
    let from = |value| serde_json::from_value(value).unwrap();
    Case {
        tables: serde_json::from_value(json!({
            "units": [{ "id": "pcs" }, { "id": "kg", "scale": 3 }],
            "items": [{ "id": "TABLE", "name": "Oak table", "unit": "pcs" }, { "id": "LEG", "name": "桌腿", "unit": "pcs" },
                { "id": "PAINT", "unit": "kg" }, { "id": "LAMP", "name": "Lamp", "unit": "pcs" }],
            "sites": [{ "id": "S" }],
            "suppliers": [{ "id": "TURNER", "name": "Turner & Daughters" }],
            "demands": [{ "id": "SO1", "item": "TABLE", "site": "S", "quantity": "6", "date": "2026-03-10" },
                { "id": "SO2", "item": "TABLE", "site": "S", "quantity": "4", "date": "2026-03-12" },
                { "id": "SO3", "item": "PAINT", "site": "S", "quantity": "2.500", "date": "2026-03-11" }],
        }))
        .unwrap(),
        orders: vec![from(table), from(legs)],
        messages: serde_json::from_value(json!([{ "kind": "past_due", "item": "LAMP", "site": "S", "document": "PO9",
            "from_date": "2026-02-20", "from_quantity": "7" }]))
        .unwrap(),
        shortages: serde_json::from_value(json!([{ "item": "PAINT", "site": "S", "date": "2026-03-11",
            "quantity": "2.500", "code": "NO_SOURCE" }]))
        .unwrap(),
        findings: vec![Finding::new(Code::HorizonExceeded).with("n", 3)],
        pegs: serde_json::from_value(json!([
            peg("planned", "TABLE#1", "demand", "SO1", "2026-03-10", "6"),
            peg("planned", "TABLE#1", "demand", "SO2", "2026-03-12", "4"),
            peg("planned", "LEG#1", "dependent", "TABLE#1", "2026-03-07", "40"),
            peg("short", "", "demand", "SO3", "2026-03-11", "2.500"),
        ]))
        .unwrap(),
    }
}

fn view(case: &Case) -> PlanView<'_> {
    PlanView {
        title: "Joinery",
        run_date: Date::literal(2026, 3, 2),
        tables: &case.tables,
        orders: &case.orders,
        messages: &case.messages,
        shortages: &case.shortages,
        findings: &case.findings,
        pegs: &case.pegs,
        rows: 20,
    }
}

const ENGLISH: &str = "\
Joinery
════════════════════════════════════════
Run date 2026-03-02  ·  4 items  ·  1 site  ·  3 demands
2 planned orders: 1 to buy, 1 to make
2 demands late  ·  1 shortage  ·  1 open document to change

! Late, and why
───────────────
  SO1: 6 pcs TABLE (Oak table), wanted 03-10, possible 03-19: 9 days late
    └ make 10 pcs TABLE (Oak table): ready 03-19, because it waits for
      └ buy 40 pcs LEG (桌腿) from Turner & Daughters: takes 14 days and should have started 02-21
        (9 days ago); ready 03-16 if started now
    late for the same reason: SO2 (7 days)

! Short: nothing can cover these
────────────────────────────────
  PAINT: 2.5 kg short on 2026-03-11
    └ no source in force: add or extend a source for it

Buy (1)
───────
  order by  supplier            item  name  quantity       arrives
  03-02     Turner & Daughters  LEG   桌腿        40  pcs  03-16    9 d late

Make (1)
────────
  start  item   name       quantity       ready
  03-07  TABLE  Oak table        10  pcs  03-19  waits for parts

Change open documents (1)
─────────────────────────
  document  item  name  open       what to do
  PO9       LAMP  Lamp     7  pcs  was due on 02-20: ask for a new date

Remarks
───────
  3 demands lie beyond the horizon and were not planned. [HORIZON_EXCEEDED]
";

#[test]
fn p17_the_report_of_a_small_plan() {
    let case = case();
    let text = report_text(&view(&case), Lang::En, 100);
    assert!(text == ENGLISH, "{text}");
}

#[test]
fn p17_the_report_in_chinese_says_the_same_and_keeps_to_the_width() {
    let case = case();
    let text = report_text(&view(&case), Lang::Zh, 100);
    for said in ["延误9天", "可达03-19", "无有效货源", "同因延误:SO2 (7天)", "缺2.5 kg", "待料"]
    {
        assert!(text.contains(said), "{said}: {text}");
    }
    let page = report_html(&view(&case), Lang::Zh);
    assert!(
        page.contains("Turner &amp; Daughters") && page.contains("延误9天") && page.contains("9 days late")
    );
    assert!(!page.contains("http"), "the page loads nothing");
}

#[test]
fn p17_a_delay_travels_up_by_as_many_days_as_the_component_comes_late() {
    let case = case();
    let delays = Delays::new(&case.orders, &case.pegs, Date::literal(2026, 3, 2));
    assert_eq!(delays.ready(0), Some(Date::literal(2026, 3, 19)));
    let late = delays.late();
    // What can never be there stands first.
    assert_eq!(late[0].demand, "SO3");
    assert_eq!(late[0].ready, None);
    let links: Vec<Link> = late[1].chain.iter().map(|(link, _)| *link).collect();
    assert_eq!(links, [Link::Order(0), Link::Order(1)]);
}

#[test]
fn p17_orders_that_wait_for_each_other_end_the_chain() {
    let mut case = case();
    case.pegs.push(
        serde_json::from_value(
            json!({ "supply_kind": "planned", "supply": "TABLE#1", "demand_kind": "dependent",
            "demand": "LEG#1", "demand_date": "2026-03-02", "quantity": "1" }),
        )
        .unwrap(),
    );
    let delays = Delays::new(&case.orders, &case.pegs, Date::literal(2026, 3, 2));
    assert!(delays.late().iter().all(|late| late.chain.len() <= 2));
}

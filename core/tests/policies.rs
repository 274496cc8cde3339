//! Walks the table of `docs/policies.md`: every lot rule with every modifier and feature is planned, checked and
//! followed through a net change, or refused with the code that the table names.
//!
//! The tables of the page are the test's input, so that page and engine cannot drift apart. `HEADSTOCK_POLICY`
//! with `feature/rule/modifier` walks one cell and prints its tables.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    reason = "a test program: a fault in it is to panic, and nobody imports it"
)]

mod small;

use headstock::finding::Code;
use headstock::id::Id;
use headstock::inventory::Key;
use headstock::item::{LotRule, SafetyPriority};
use headstock::planning::{Change, Plan, PlanPolicy, PlannedOrder, PlannedState, Replanned, plan};
use headstock::run::RunControl;
use headstock::snapshot::Tables;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use small::{adds_up, bom, buy, day, demand, item, make, policy, run_date, snapshot, stock};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

const RULES: [&str; 17] = [
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
    "part_period, look_ahead",
    "part_period, look_back",
    "silver_meal",
    "wagner_whitin",
];

const MODIFIERS: [&str; 14] = [
    "none",
    "min",
    "max",
    "multiple",
    "min, max, multiple",
    "may_exceed",
    "source lots",
    "yield",
    "textbook",
    "highest",
    "lowest",
    "safety_steps",
    "min above max",
    "no costs",
];

const FEATURES: [&str; 14] = [
    "plain",
    "weekly buckets",
    "fences and forecast",
    "order_per_demand",
    "substitutes",
    "use-up",
    "free stock",
    "co-product loop",
    "quota split",
    "lots with expiry",
    "transfer",
    "no rescheduling",
    "feasible dates",
    "rounding by bucket",
];

/// A new rule has to be put into the table.
fn _every_rule_has_a_row(rule: &LotRule) -> &'static str {
    match rule {
        LotRule::LotForLot => "lot_for_lot",
        LotRule::Fixed { .. } => "fixed",
        LotRule::PeriodDays { .. } => "period_days",
        LotRule::Periods { .. } => "periods",
        LotRule::Cycle { .. } => "cycle",
        LotRule::OrderUpTo { .. } => "order_up_to",
        LotRule::ReorderPoint { .. } => "reorder_point",
        LotRule::MinMax { .. } => "min_max",
        LotRule::Eoq(_) => "eoq",
        LotRule::Poq(_) => "poq",
        LotRule::LeastUnitCost(_) => "least_unit_cost",
        LotRule::LeastTotalCost(_) => "least_total_cost",
        LotRule::PartPeriod { .. } => "part_period",
        LotRule::SilverMeal(_) => "silver_meal",
        LotRule::WagnerWhitin(_) => "wagner_whitin",
    }
}

fn rule(name: &str, costs: bool) -> Value {
    let (name, step) = name.split_once(", ").unwrap_or((name, ""));
    let mut rule = match name {
        "lot_for_lot" => json!({}),
        "fixed" => json!({"quantity": "60"}),
        "period_days" => json!({"days": 9}),
        "periods" => json!({"counts": [2, 1]}),
        "cycle" => json!({"cycle": "C"}),
        "order_up_to" => json!({"level": "110"}),
        "reorder_point" => json!({"point": "15", "quantity": "60"}),
        "min_max" => json!({"min": "15", "max": "110"}),
        _ if costs => json!({"setup_cost": "90", "holding_cost": "0.5", "unit_cost": "2"}),
        _ => json!({}),
    };
    rule["rule"] = json!(name);
    if !step.is_empty() {
        rule[step] = json!(true);
    }
    rule
}

/// One cell of the table, as a plant.
struct Cell<'a> {
    feature: &'a str,
    rule: &'a str,
    modifier: &'a str,
}

impl Cell<'_> {
    /// The item whose rule is walked: X, or what takes its place.
    fn subject(&self) -> &'static str {
        if self.feature == "use-up" { "Y" } else { "X" }
    }

    /// The planning row of the subject.
    fn planning(&self) -> Value {
        let mut row = json!({"item": self.subject(), "lot": rule(self.rule, self.modifier != "no costs")});
        let mut set =
            |fields: &[(&str, &str)]| fields.iter().for_each(|(name, value)| row[*name] = json!(value));
        match self.modifier {
            "min" => set(&[("lot_min", "35")]),
            "max" => set(&[("lot_max", "45")]),
            "multiple" => set(&[("lot_multiple", "8")]),
            "min, max, multiple" => set(&[("lot_min", "20"), ("lot_max", "45"), ("lot_multiple", "8")]),
            "may_exceed" => set(&[("lot_max", "45"), ("lot_multiple", "8"), ("max_rule", "may_exceed")]),
            "textbook" | "highest" | "lowest" => {
                set(&[("safety_stock", "18"), ("safety_priority", self.modifier)])
            }
            "min above max" => set(&[("lot_min", "50"), ("lot_max", "45")]),
            _ => {}
        }
        if self.modifier == "safety_steps" {
            row["safety_steps"] =
                json!([{"from": day(4), "quantity": "18"}, {"from": day(20), "quantity": "5"}]);
        }
        if self.feature == "fences and forecast" {
            row["demand_fence_days"] = json!(8);
            row["planning_fence_days"] = json!(6);
        }
        row
    }

    fn sources(&self) -> Vec<Value> {
        let mut own = make(self.subject(), 2);
        if self.modifier == "source lots" {
            (own["lot_min"], own["lot_max"], own["lot_multiple"]) = (json!("20"), json!("45"), json!("8"));
        }
        let mut all =
            vec![make("P", 1), buy("R", 3), buy(if self.feature == "use-up" { "X" } else { "Y" }, 4)];
        match self.feature {
            "quota split" => {
                let mut other = own.clone();
                (own["quota"], other["quota"], other["id"]) = (json!("3"), json!("2"), json!("other-X"));
                all.push(other);
            }
            "transfer" => {
                all.push(json!({"id": "move-X", "item": "X", "site": "T", "kind": "transfer", "from_site": "S", "lead_days": 1}));
            }
            "co-product loop" => {
                own["bom"] = json!("B-X");
                all.push(json!({"id": "make-O", "item": "O", "kind": "make", "bom": "B-X", "lead_days": 2}));
            }
            _ => {}
        }
        all.push(own);
        all
    }

    fn boms(&self) -> Vec<Value> {
        let mut made = bom(self.subject(), &[("R", "1.5")]);
        if self.modifier == "yield" {
            made["yield_ratio"] = json!("0.9");
        }
        if self.feature == "co-product loop" {
            made["outputs"] = json!([{"id": "1", "item": "O", "numerator": "0.5"}]);
        }
        vec![made, bom("P", &[("X", "2")])]
    }

    fn stock(&self) -> Vec<Value> {
        let mut all = vec![stock("s", "X", "25"), stock("r", "R", "40")];
        match self.feature {
            "substitutes" | "use-up" => all.push(stock("y", "Y", "70")),
            "free stock" => {
                all[0]["key"] = json!({"project": "P1"});
                all.push(stock("free", "X", "33"));
            }
            "lots with expiry" => {
                all[0]["usable_until"] = json!(day(9));
                let mut second = stock("late", "X", "30");
                second["usable_until"] = json!(day(21));
                all.push(second);
            }
            _ => {}
        }
        all
    }

    fn demands(&self) -> Vec<Value> {
        let rows = [
            ("a", 3, "20"),
            ("b", 5, "30"),
            ("c", 5, "14"),
            ("d", 10, "17"),
            ("e", 16, "65"),
            ("f", 20, "9"),
            ("g", 27, "41"),
            ("h", 34, "23"),
        ];
        let mut all: Vec<Value> =
            rows.iter().map(|(id, on, quantity)| demand(id, "X", *on, quantity)).collect();
        all.push(demand("p", "P", 14, "8"));
        all.push(demand("q", "P", 30, "5"));
        match self.feature {
            "free stock" => {
                for row in all.iter_mut().take(4) {
                    row["key"] = json!({"project": "P1"});
                }
            }
            "co-product loop" => {
                all.push(demand("o1", "O", 6, "12"));
                all.push(demand("o2", "O", 24, "30"));
            }
            "lots with expiry" => all[3]["minimum_life_days"] = json!(5),
            "substitutes" | "use-up" => all.push(demand("y", "Y", 12, "30")),
            "transfer" => {
                for (id, on, quantity) in [("t1", 7, "15"), ("t2", 22, "26")] {
                    all.push(
                        json!({"id": id, "item": "X", "site": "T", "quantity": quantity, "date": day(on)}),
                    );
                }
            }
            _ => {}
        }
        all
    }

    fn tables(&self) -> Tables {
        let mut x = item("X", "pc");
        if self.feature == "free stock" {
            (x["key"], x["free_stock"]) = (json!({"project": true}), json!(true));
        }
        let mut more = json!({
            "sites": [{"id": "T"}], "cycles": [{"id": "C", "starts": ([0, 11, 19, 32].map(day))}],
            "items": [item("P", "pc"), x, item("R", "kg"), item("Y", "pc"), item("O", "pc")],
            "boms": self.boms(), "sources": self.sources(), "planning": [self.planning()],
            "stock": self.stock(), "demands": self.demands(),
            "supplies": [{"id": "po", "item": "X", "site": "S", "quantity": "30", "due": day(12)},
                         {"id": "late", "item": "X", "site": "S", "quantity": "12", "due": day(18)}]
        });
        match self.feature {
            "substitutes" => more["substitutes"] = json!([{"item": "X", "substitute": "Y", "ratio": "1.2"}]),
            "use-up" => {
                more["substitutes"] =
                    json!([{"item": "X", "substitute": "Y", "ratio": "1", "mode": "use_up"}]);
            }
            "fences and forecast" => {
                more["forecasts"] = json!([{"id": "f", "item": "X", "site": "S", "from": day(14), "to": day(27), "quantity": "90", "spread_days": 7}]);
            }
            _ => {}
        }
        small::tables(more)
    }

    fn policy(&self) -> PlanPolicy {
        policy(match self.feature {
            "weekly buckets" => json!({"buckets": {"bucket": "week"}}),
            "order_per_demand" => json!({"order_per_demand": true}),
            "quota split" => json!({"quota": "split"}),
            "no rescheduling" => json!({"reschedule": {"assume": "new_order", "change_quantity": false}}),
            "feasible dates" => json!({"dependent": "feasible"}),
            "rounding by bucket" => json!({"rounding": {"at": "item_bucket", "mode": "up"}}),
            _ => json!({}),
        })
    }

    fn plan(&self, tables: &Tables) -> Plan {
        plan(&snapshot(tables).unwrap(), &self.policy(), run_date(), &RunControl::new()).unwrap()
    }

    /// Changes of one record each, with what they do to the tables.
    fn changes(&self) -> Vec<(&'static str, Change, Tables)> {
        let tables = self.tables();
        let mut all = Vec::new();
        let mut more = |name, change: Change, edit: &dyn Fn(&mut Tables)| {
            let mut changed = tables.clone();
            edit(&mut changed);
            all.push((name, change, changed));
        };
        let mut demand = tables.demands[3].clone();
        (demand.quantity, demand.date) = (Decimal::from(47), run_date().add_days(13).ok());
        more("demand", Change::Demand(demand.clone()), &|t| t.demands[3] = demand.clone());
        more("remove demand", Change::RemoveDemand(demand.id.clone()), &|t| drop(t.demands.remove(3)));
        let mut supply = tables.supplies[0].clone();
        (supply.quantity, supply.due) = (Decimal::from(22), run_date().add_days(17).unwrap());
        more("supply", Change::Supply(supply.clone()), &|t| t.supplies[0] = supply.clone());
        more("remove supply", Change::RemoveSupply(supply.id.clone()), &|t| drop(t.supplies.remove(0)));
        let mut row = tables.stock[0].clone();
        row.quantity = Decimal::from(11);
        more("stock", Change::Stock(row.clone()), &|t| t.stock[0] = row.clone());
        more("remove stock", Change::RemoveStock(row.id.clone()), &|t| drop(t.stock.remove(0)));
        let mut planning = tables.planning[0].clone();
        planning.safety_stock = Some(Decimal::from(31));
        more("planning", Change::Planning(planning.clone()), &|t| t.planning[0] = planning.clone());
        if let Some(forecast) = tables.forecasts.first() {
            let mut forecast = forecast.clone();
            forecast.quantity = Decimal::from(130);
            more("forecast", Change::Forecast(forecast.clone()), &|t| t.forecasts[0] = forecast.clone());
            more("remove forecast", Change::RemoveForecast(forecast.id.clone()), &|t| t.forecasts.clear());
        }
        all
    }

    /// Net change equals the full run for every kind of change; the first fault.
    fn follows(&self) -> Result<(), String> {
        let snapshot = snapshot(&self.tables()).unwrap();
        for (name, change, tables) in self.changes() {
            let control = RunControl::new();
            let mut state = PlannedState::new(&snapshot, &self.policy(), run_date(), &control).unwrap();
            let done: Replanned = state.replan(&[change], &control).map_err(|e| format!("{name}: {e}"))?;
            if let Some(full) = done.full {
                return Err(format!("{name}: {full:?}"));
            }
            let (net, full) = (everything(state.plan()), everything(&self.plan(&tables)));
            if net != full {
                let first = net.lines().zip(full.lines()).find(|(a, b)| a != b);
                return Err(format!("{name}: net change is not the full run: {first:?}"));
            }
        }
        Ok(())
    }

    /// What every supported cell must show; the first fault.
    fn supported(&self) -> Result<(), String> {
        let plan = self.plan(&self.tables());
        adds_up(&plan)?;
        if let Some(short) = plan.shortages().first() {
            return Err(format!("short: {short:?}"));
        }
        self.balances(&plan)?;
        self.sizes(&plan)?;
        if !plan.orders().any(|order| order.item.as_str() == self.subject()) {
            return Err("no order at all".into());
        }
        self.follows()
    }

    /// The balance is never below the target.
    fn balances(&self, plan: &Plan) -> Result<(), String> {
        for (item, site, _, rows) in plan.records() {
            for row in rows {
                let target = if self.modifier == "lowest" { Decimal::ZERO } else { row.safety };
                // Inside the planning fence a need is served late, on the first day after it.
                let fenced =
                    self.feature == "fences and forecast" && row.date < run_date().add_days(6).unwrap();
                if row.balance < target && !fenced {
                    return Err(format!("{item}@{site}: {} below {target} on {}", row.balance, row.date));
                }
            }
        }
        Ok(())
    }

    /// Orders of X keep to the modifiers.
    fn sizes(&self, plan: &Plan) -> Result<(), String> {
        let (min, max, multiple) = match self.modifier {
            "min" => (35, None, 1),
            "max" => (0, Some(45), 1),
            "multiple" => (0, None, 8),
            "min, max, multiple" | "source lots" => (20, Some(40), 8),
            "may_exceed" => (0, Some(48), 8),
            _ => return Ok(()),
        };
        let kept = matches!(self.rule, "fixed" | "reorder_point" | "eoq");
        for order in
            plan.orders().filter(|o| o.item.as_str() == self.subject() && o.site.as_str() == "S" && !kept)
        {
            let quantity = order.quantity;
            let off = quantity < Decimal::from(min)
                || max.is_some_and(|max| quantity > Decimal::from(max))
                || !(quantity % Decimal::from(multiple)).is_zero();
            if off {
                return Err(format!("{} of {quantity} is against the lot sizes", order.id));
            }
        }
        Ok(())
    }

    /// Every order of X has the rule's own quantity, whatever the modifier says.
    fn kept(&self) -> Result<(), String> {
        let plan = self.plan(&self.tables());
        let mine = |order: &PlannedOrder| order.item.as_str() == self.subject() && order.site.as_str() == "S";
        let mut sizes: BTreeMap<Key, Decimal> = BTreeMap::new();
        for order in plan.orders().filter(mine) {
            let first = *sizes.entry(order.key).or_insert(order.quantity);
            if first != order.quantity {
                return Err(format!("orders of {first} and {}", order.quantity));
            }
        }
        self.supported()
    }

    /// X is reported short with the code, the rest is planned, and a net change says the same as a full run.
    fn refused(&self, code: Code) -> Result<(), String> {
        let plan = self.plan(&self.tables());
        adds_up(&plan)?;
        let shortages = plan.shortages();
        // An order of a process that another output asks for is refused by the same parameters.
        let refused =
            |item: &str| item == self.subject() || (self.feature == "co-product loop" && item == "O");
        if !shortages.iter().any(|short| refused(short.item.as_str()) && short.code == code) {
            return Err(format!("not refused with {code}: {shortages:?}"));
        }
        if !plan.findings().iter().any(|finding| finding.code() == code) {
            return Err(format!("no finding {code}"));
        }
        self.follows()
    }

    fn check(&self, says: &str) -> Result<(), String> {
        match says {
            "yes" => self.supported(),
            "kept" => self.kept(),
            "–" => Ok(()),
            code => match Code::all().find(|known| known.as_str() == code.trim_matches('`')) {
                Some(code) => self.refused(code),
                None => Err(format!("{code} is neither yes, kept nor a code")),
            },
        }
    }
}

/// Everything a plan says, as lines.
fn everything(plan: &Plan) -> String {
    let mut lines: Vec<String> = Vec::new();
    lines.extend(plan.orders().map(|order| format!("{order:?}")));
    lines.extend(plan.messages().iter().map(|message| format!("{message:?}")));
    lines.extend(plan.shortages().iter().map(|short| format!("{short:?}")));
    lines.extend(plan.findings().iter().map(|finding| format!("{finding:?}")));
    lines.extend(plan.pegs().map(|peg| format!("{peg:?}")));
    lines.extend(plan.records().map(|record| format!("{record:?}")));
    lines.join("\n")
}

/// A table of the page: its heading, its columns and its rows.
struct Table {
    heading: String,
    columns: Vec<String>,
    rows: Vec<(String, Vec<String>)>,
}

fn page() -> Vec<Table> {
    let text = include_str!("../../docs/policies.md");
    let cells = |line: &str| -> Vec<String> {
        line.trim()
            .trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().trim_matches('`').to_owned())
            .collect()
    };
    let mut tables: Vec<Table> = Vec::new();
    let (mut heading, mut open) = (String::new(), false);
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("## ").or_else(|| line.strip_prefix("### ")) {
            heading = title.to_owned();
        }
        if !line.starts_with('|') {
            open = false;
        } else if !open {
            open = true;
            tables.push(Table {
                heading: heading.clone(),
                columns: cells(line)[1..].to_vec(),
                rows: Vec::new(),
            });
        } else if !line.starts_with("|--") && !line.starts_with("| --") {
            let row = cells(line);
            tables.last_mut().unwrap().rows.push((row[0].clone(), row[1..].to_vec()));
        }
    }
    tables
}

/// The cells of the page, in its order.
fn walk() -> Vec<(String, String, String, String)> {
    let mut all = Vec::new();
    for table in page() {
        for feature in FEATURES.iter().filter(|feature| **feature == table.heading) {
            for (rule, cells) in &table.rows {
                for (modifier, says) in table.columns.iter().zip(cells) {
                    all.push(((*feature).to_owned(), rule.clone(), modifier.clone(), says.clone()));
                }
            }
        }
    }
    all
}

#[test]
fn p11_the_page_names_every_combination_once() {
    let mut named: Vec<String> = walk().into_iter().map(|(f, r, m, _)| format!("{f}/{r}/{m}")).collect();
    let mut wanted: Vec<String> = FEATURES
        .iter()
        .flat_map(|f| RULES.iter().flat_map(move |r| MODIFIERS.iter().map(move |m| format!("{f}/{r}/{m}"))))
        .collect();
    named.sort();
    wanted.sort();
    assert_eq!(named, wanted);
    assert!(
        [SafetyPriority::Textbook, SafetyPriority::Lowest, SafetyPriority::Highest]
            .iter()
            .all(|p| MODIFIERS.contains(&serde_json::to_value(p).unwrap().as_str().unwrap()))
    );
}

#[test]
fn p11_every_combination_does_what_the_page_says() {
    let only = std::env::var("HEADSTOCK_POLICY").ok();
    let cells: Vec<_> = walk()
        .into_iter()
        .filter(|(f, r, m, _)| only.as_ref().is_none_or(|only| *only == format!("{f}/{r}/{m}")))
        .collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut faults = Vec::new();
        while let Some((feature, rule, modifier, says)) = cells.get(next.fetch_add(1, Ordering::Relaxed)) {
            let cell = Cell { feature, rule, modifier };
            if only.is_some() {
                println!(
                    "{}",
                    json!({"tables": cell.tables(), "policy": cell.policy(), "run_date": run_date()})
                );
                println!("{}", everything(&cell.plan(&cell.tables())));
            }
            let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| cell.check(says)));
            let done = done.unwrap_or_else(|_| Err("panicked".into()));
            faults.extend(done.err().map(|fault| format!("{feature}/{rule}/{modifier} ({says}): {fault}")));
        }
        faults
    };
    let mut faults: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    faults.sort();
    assert!(!cells.is_empty() && faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn p10_a_change_that_cannot_be_followed_is_a_full_run_and_says_why() {
    let mut tables = Cell { feature: "plain", rule: "lot_for_lot", modifier: "none" }.tables();
    let mut phantom = tables.items[4].clone();
    (phantom.id, phantom.phantom) = (Id::new("K").unwrap(), true);
    tables.items.push(phantom);
    tables.stock.push(serde_json::from_value(stock("k", "K", "2")).unwrap());
    let demand = |item: &str, site: &str| {
        let row = json!({"id": "new", "item": item, "site": site, "quantity": "3", "date": day(20)});
        serde_json::from_value::<headstock::order::Demand>(row).unwrap()
    };
    let mut at_site = tables.planning[0].clone();
    at_site.site = Some(Id::new("S").unwrap());
    let page = include_str!("../../docs/policies.md");
    let check = |tables: &Tables, change: Change, changed: Tables, reason: &str| {
        let control = RunControl::new();
        let policy = PlanPolicy::default();
        let mut state = PlannedState::new(&snapshot(tables).unwrap(), &policy, run_date(), &control).unwrap();
        let full = state.replan(&[change], &control).unwrap().full.unwrap();
        assert_eq!((full.code(), full.param("reason")), (Code::FullReplan, Some(reason)));
        assert!(page.contains(&format!("`FULL_REPLAN`, reason `{reason}`")));
        assert_eq!(everything(state.plan()), everything(&small::planned(&changed, &policy)), "{reason}");
    };
    let with = |edit: &dyn Fn(&mut Tables)| {
        let mut changed = tables.clone();
        edit(&mut changed);
        changed
    };
    check(
        &tables,
        Change::Planning(at_site.clone()),
        with(&|t| t.planning.push(at_site.clone())),
        "planning_site",
    );
    let far = demand("X", "T");
    check(&tables, Change::Demand(far.clone()), with(&|t| t.demands.push(far.clone())), "new_place");
    let there = with(&|t| t.demands.push(far.clone()));
    check(&there, Change::RemoveDemand(far.id.clone()), tables.clone(), "place_gone");
    let made = json!({"id": "firm", "item": "X", "site": "S", "quantity": "5", "start": day(3), "due": day(9),
        "kind": "subcontract", "firmness": "firm"});
    let made: headstock::order::Supply = serde_json::from_value(made).unwrap();
    check(&tables, Change::Supply(made.clone()), with(&|t| t.supplies.push(made.clone())), "firm_start");
    let ghost = demand("K", "S");
    check(&tables, Change::Demand(ghost.clone()), with(&|t| t.demands.push(ghost.clone())), "phantom");
    let reserved = with(&|t| {
        let row = json!({"id": "r", "demand": "h", "stock": "s", "quantity": "5"});
        t.reservations.push(serde_json::from_value(row).unwrap());
    });
    let more = demand("X", "S");
    let mut changed = reserved.clone();
    changed.demands.push(more.clone());
    check(&reserved, Change::Demand(more), changed, "reservations");
}

//! What stands and moves in a random plant: planning rows, stock, supplies, demands, forecasts, the policy.

use super::days::{Day, date};
use super::plants::{Dice, Maker, bit};
use serde_json::{Value, json};

impl Maker {
    pub fn planning(&mut self) {
        for i in 0..self.items.len() {
            let mut d = self.dice(&format!("planning{i}"));
            if self.is_phantom(i) || d.one_in(5) {
                continue;
            }
            let mut p = json!({"item": self.items[i]});
            if d.one_in(2) {
                p["site"] = json!(self.sites[0]);
            }
            p["lot"] = self.rule(i);
            let mut f = self.dice(&format!("planning-more{i}"));
            if self.has("modifiers") && f.one_in(2) {
                let multiple = f.range(2, 12);
                if f.one_in(2) {
                    p["lot_multiple"] = json!(multiple.to_string());
                }
                if f.one_in(2) {
                    p["lot_min"] = json!(f.range(1, 30).to_string());
                }
                if f.one_in(2) {
                    p["lot_max"] = json!(f.range(25, 80).to_string());
                }
                if f.one_in(3) {
                    p["max_rule"] = json!("may_exceed");
                }
            }
            if self.has("safety_stock") && f.one_in(2) {
                p["safety_stock"] = self.qty(&mut f, i, 1, 30);
                if self.has("lowest") && f.one_in(2) {
                    p["safety_priority"] = json!(*f.pick(&["lowest", "lowest", "highest"]));
                }
            }
            if self.has("safety_steps") && f.one_in(3) {
                p["safety_steps"] = json!([{"from": self.day(f.range(-3, 10)), "quantity": self.qty(&mut f, i, 0, 30)},
                    {"from": self.day(f.range(11, 30)), "quantity": self.qty(&mut f, i, 0, 20)}]);
            }
            if self.has("safety_time") && f.one_in(3) {
                p["safety_days"] = json!(f.range(1, 4));
            }
            if self.has("fences") && f.one_in(2) {
                p["planning_fence_days"] = json!(f.range(1, 20));
                p["demand_fence_days"] = json!(f.range(0, 15));
            }
            self.add("planning", p);
        }
    }

    pub fn rule(&self, i: usize) -> Value {
        let mut d = self.dice(&format!("rule{i}"));
        let mut rules = vec![json!({"rule": "lot_for_lot"}); 3];
        if self.has("fixed_lots") {
            rules.push(json!({"rule": "fixed", "quantity": d.range(3, 60).to_string()}));
        }
        if self.has("periods") {
            rules.push(json!({"rule": "period_days", "days": d.range(1, 14)}));
            rules.push(json!({"rule": "periods", "counts": [d.range(1, 5), d.range(1, 3)]}));
            rules.push(json!({"rule": "cycle", "cycle": "CY"}));
        }
        if self.has("levels") {
            let min = d.range(0, 20);
            let max = min + d.range(1, 40);
            let rounding = *d.pick(&["up", "down"]);
            let trigger = *d.pick(&["at_or_below", "below"]);
            rules.push(json!({"rule": "order_up_to", "level": max.to_string(), "rounding": rounding}));
            rules.push(json!({"rule": "reorder_point", "point": min.to_string(), "quantity": d.range(3, 40).to_string()}));
            rules.push(json!({"rule": "min_max", "min": min.to_string(), "max": max.to_string(), "rounding": rounding, "trigger": trigger}));
        }
        if self.has("economic") {
            for name in [
                "eoq",
                "poq",
                "least_unit_cost",
                "least_total_cost",
                "part_period",
                "silver_meal",
                "wagner_whitin",
            ] {
                let mut r = json!({"rule": name, "setup_cost": d.range(5, 300).to_string(), "holding_cost": *d.pick(&["1", "0.5", "2", "0.25"])});
                if d.one_in(3) {
                    r["holding_basis"] = json!("average");
                }
                if d.one_in(3) {
                    r["unit_cost"] = json!(d.range(1, 5).to_string());
                }
                if d.one_in(2) {
                    r["demand_rate"] = json!(d.range(1, 20).to_string());
                }
                if name == "part_period" {
                    r["look_ahead"] = json!(d.one_in(2));
                    r["look_back"] = json!(d.one_in(2));
                }
                if name == "wagner_whitin" && self.has("dated_setup") {
                    let mut f = self.dice(&format!("setup{i}"));
                    let (a, b) = (f.range(-3, 15), f.range(16, 40));
                    r["setup_steps"] = json!([{"from": self.day(a), "cost": f.range(5, 300).to_string()},
                        {"from": self.day(b), "cost": f.range(5, 300).to_string()}]);
                }
                if self.has("unplannable") && d.one_in(10) {
                    r.as_object_mut().unwrap().remove("setup_cost");
                }
                rules.push(r);
            }
        }
        d.pick(&rules).clone()
    }

    /// A key of an item, or none.
    pub fn key(&self, d: &mut Dice) -> Value {
        let (project, red) = (d.below(4), d.one_in(2));
        if !self.has("keys") {
            return json!({});
        }
        let mut k = json!({});
        if project < 2 {
            k["project"] = json!(format!("P{project}"));
        }
        if red {
            k["attributes"] = json!("red");
        }
        k
    }

    pub fn stock(&mut self) {
        for i in 0..self.items.len() {
            let mut d = self.dice(&format!("stock{i}"));
            let phantom = self.is_phantom(i);
            for n in 0..d.range(0, 3) {
                let site = d.pick(&self.sites).clone();
                let negative = d.one_in(8);
                let qty = if negative { self.qty(&mut d, i, -20, 0) } else { self.qty(&mut d, i, 0, 60) };
                let mut r = json!({"id": format!("K{i:02}-{n}"), "item": self.items[i], "site": site, "quantity": qty, "key": self.key(&mut d)});
                match d.below(10) {
                    0 => r["status"] = json!("blocked"),
                    1 | 2 if !negative => {
                        r["status"] = json!("inspection");
                        if d.one_in(2) {
                            r["available_on"] = self.day(d.range(-3, 15));
                        }
                    }
                    3 if site == "S1" => r["location"] = json!("L-out"),
                    _ => {}
                }
                let mut f = self.dice(&format!("lot{i}-{n}"));
                if self.has("lots") && f.one_in(2) && !negative {
                    r["usable_until"] = self.day(f.range(-2, self.days));
                }
                if !phantom || self.has("phantom_stock") {
                    self.add("stock", r);
                }
            }
        }
    }

    pub fn supplies(&mut self) {
        let last = *self.depth.last().unwrap();
        for i in 0..self.items.len() {
            let mut d = self.dice(&format!("supply{i}"));
            for n in 0..d.range(0, 3) {
                let from = if self.has("overdue") { -8 } else { 0 };
                let due = d.range(from, self.days);
                let mut r = json!({"id": format!("Z{i:02}-{n}"), "item": self.items[i], "site": d.pick(&self.sites).clone(),
                    "quantity": self.qty(&mut d, i, 1, 60), "due": self.day(due), "key": self.key(&mut d)});
                if d.one_in(4) {
                    r["accepted"] = json!(d.range(0, 30).to_string());
                }
                if d.one_in(8) {
                    r["fixed"] = json!(true);
                }
                if d.one_in(8) {
                    r["approved"] = json!(false);
                }
                let makes = self.depth[i] < last;
                let kind =
                    if makes { *d.pick(&["production", "subcontract", "production"]) } else { "purchase" };
                r["kind"] = json!(kind);
                let mut f = self.dice(&format!("firm{i}-{n}"));
                if self.has("firm") && f.one_in(2) {
                    r["firmness"] = json!(*f.pick(&["firm", "firm", "firm", "planned"]));
                    if f.one_in(3) {
                        r["start"] = self.day(due - f.range(0, 6));
                    }
                    if f.one_in(3) && kind != "purchase" {
                        r["input_quantity"] = self.qty(&mut f, i, 30, 70);
                    }
                }
                if !self.is_phantom(i) {
                    self.add("supplies", r);
                }
            }
        }
    }

    pub fn demands(&mut self) {
        let mut ids = Vec::new();
        for i in 0..self.items.len() {
            let mut d = self.dice(&format!("demand{i}"));
            let most = if self.depth[i] == 0 { 6 } else { 2 };
            let phantom = self.is_phantom(i);
            for n in 0..d.range(0, most) {
                let from = if self.has("overdue") { -10 } else { 0 };
                let mut r = json!({"id": format!("D{i:02}-{n}"), "item": self.items[i], "site": d.pick(&self.sites).clone(),
                    "quantity": self.qty(&mut d, i, 0, 50), "date": self.day(d.range(from, self.days)), "priority": d.range(0, 2), "key": self.key(&mut d)});
                r["kind"] = json!(*d.pick(&["sales", "sales", "sales", "production", "manual"]));
                match d.below(14) {
                    0 => r["status"] = json!("closed"),
                    1 => r["status"] = json!("quote"),
                    2 => r["status"] = json!("inquiry"),
                    3 => r["fulfilled"] = json!(d.range(0, 30).to_string()),
                    4 => r["abnormal"] = json!(true),
                    5 if self.has("unplannable") => {
                        r.as_object_mut().unwrap().remove("date");
                    }
                    _ => {}
                }
                let mut f = self.dice(&format!("life{i}-{n}"));
                if self.has("lots") && !self.has("fences") && f.one_in(3) {
                    r["minimum_life_days"] = json!(f.range(1, 15));
                }
                if !phantom || self.has("phantom_stock") {
                    ids.push((r["id"].clone(), i, r["site"].clone()));
                    self.add("demands", r);
                }
            }
            self.forecasts(i);
        }
        if self.has("reservations") {
            self.reservations(&ids);
        }
    }

    pub fn forecasts(&mut self, i: usize) {
        let mut d = self.dice(&format!("forecast{i}"));
        if !self.has("forecast") || d.one_in(2) || (self.is_phantom(i) && !self.has("phantom_stock")) {
            return;
        }
        let site = d.pick(&self.sites).clone();
        let mut from = d.range(-12, 5);
        for n in 0..d.range(1, 4) {
            let to = from + d.range(0, 12);
            let mut r = json!({"id": format!("F{i:02}-{n}"), "item": self.items[i], "site": site, "from": self.day(from), "to": self.day(to),
                "quantity": self.qty(&mut d, i, 0, 80), "key": self.key(&mut d)});
            if d.one_in(3) {
                r["spread_days"] = json!(d.range(1, 7));
            }
            if d.one_in(10) {
                r["status"] = json!("draft");
            }
            self.add("forecasts", r);
            from = to + d.range(-1, 4);
        }
    }

    pub fn reservations(&mut self, demands: &[(Value, usize, Value)]) {
        let mut d = self.dice("reservations");
        for n in 0..d.range(1, 4) {
            let Some((id, i, site)) = (!demands.is_empty()).then(|| d.pick(demands).clone()) else { return };
            let table = *d.pick(&["stock", "supplies"]);
            let rows = self.t.get(table).and_then(|r| r.as_array()).cloned().unwrap_or_default();
            let fit: Vec<&Value> =
                rows.iter().filter(|r| r["item"] == json!(self.items[i]) && r["site"] == site).collect();
            if fit.is_empty() {
                continue;
            }
            let row = (*d.pick(&fit)).clone();
            let mut r = json!({"id": format!("V{n}"), "demand": id, "quantity": d.range(1, 20).to_string()});
            r[if table == "stock" { "stock" } else { "supply" }] = row["id"].clone();
            self.add("reservations", r);
        }
    }

    pub fn policy(&mut self) {
        let starts: Vec<Value> = [-40, -20, -3, 2, 9, 10, 25, 44].iter().map(|n| self.day(*n)).collect();
        self.add("cycles", json!({"id": "CY", "starts": starts}));
        let mut d = self.switches();
        let mut set = |k: &str, v: Value| {
            self.p.insert(k.into(), v);
        };
        if self.flags & bit("forecast") != 0 {
            let direction = *d.pick(&["backward_forward", "backward", "forward", "forward_backward"]);
            set(
                "forecast",
                json!({"direction": direction, "backward_days": d.range(0, 20), "forward_days": d.range(0, 20)}),
            );
        }
        if self.flags & bit("overdue") != 0 {
            let n = d.range(1, 8);
            set(
                "overdue_supply",
                d.pick(&[
                    json!({"rule": "today"}),
                    json!({"rule": "trusted"}),
                    json!({"rule": "ignored_after", "days": n}),
                ])
                .clone(),
            );
            if d.one_in(3) {
                set("overdue_demand_days", json!(d.range(0, 8)));
            }
        }
        if self.flags & bit("buckets") != 0 {
            let origin = json!(date(self.run - d.range(0, 9) as Day).to_string());
            let n = d.range(2, 10);
            set(
                "buckets",
                d.pick(&[
                    json!({"bucket": "week"}),
                    json!({"bucket": "month"}),
                    json!({"bucket": "days", "days": n, "origin": origin}),
                    json!({"bucket": "cycle", "cycle": "CY"}),
                ])
                .clone(),
            );
        }
        if self.flags & bit("reschedule") != 0 {
            let mut r = json!({"assume": *d.pick(&["expedite", "expedite", "new_order"]), "tolerance_days": d.range(0, 3), "change_quantity": d.one_in(2)});
            if d.one_in(2) {
                r["max_advance_days"] = json!(d.range(0, 15));
            }
            if d.one_in(2) {
                r["max_defer_days"] = json!(d.range(0, 15));
            }
            set("reschedule", r);
        }
    }

    /// What is switched on and off; answers the dice for what has numbers.
    fn switches(&mut self) -> Dice {
        let mut d = self.dice("policy");
        let mut set = |k: &str, v: Value| {
            self.p.insert(k.into(), v);
        };
        if self.flags & bit("policy") != 0 {
            for (k, v) in [
                ("explosion", json!("due")),
                ("dependent", json!("feasible")),
                ("quota", json!("split")),
                ("substitute_stock", json!("short_first")),
                ("use_phantom_stock", json!(false)),
                ("use_unapproved", json!(true)),
                (
                    "rounding",
                    json!({"at": "item_bucket", "mode": *d.pick(&["up", "down", "half_up", "half_even"])}),
                ),
                ("use_safety_stock", json!(false)),
                ("use_co_products", json!(false)),
                ("use_open_supply", json!(false)),
                ("without_demand", json!(["production"])),
                ("use_forecast", json!(false)),
            ] {
                if d.one_in(6) {
                    set(k, v);
                }
            }
            if d.one_in(5) {
                set("horizon", json!(date(self.run + d.range(5, self.days) as Day).to_string()));
            }
        }
        if self.flags & bit("per_demand") != 0 {
            set("order_per_demand", json!(true));
        }
        Dice(d.next())
    }
}

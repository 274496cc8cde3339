//! Random small plants: a seed and a set of features give the same tables on every machine.
//!
//! Every feature draws from its own stream of numbers, so that switching one off leaves the others as they
//! were; a failing plant is made small by clearing flags ([`super::compare`]).

use super::days::{Day, date};
use super::world::World;
use headstock::planning::PlanPolicy;
use headstock::snapshot::Tables;
use headstock::time::Date;
use serde_json::{Map, Value, json};

/// The features, in the order of their bits.
pub const FEATURES: [&str; 48] = [
    "two_sites",
    "transfers",
    "calendars",
    "exceptions",
    "bounded_calendar",
    "batches",
    "inspection",
    "safety_time",
    "scrap",
    "yield",
    "fixed_usage",
    "stepped",
    "units",
    "line_dates",
    "versions",
    "phantoms",
    "phantom_stock",
    "skip_level",
    "offsets",
    "outputs",
    "loops",
    "substitutes",
    "replace",
    "use_up",
    "safety_stock",
    "safety_steps",
    "lowest",
    "forecast",
    "fences",
    "overdue",
    "reservations",
    "lots",
    "keys",
    "free_stock",
    "buckets",
    "reschedule",
    "firm",
    "unplannable",
    "levels",
    "fixed_lots",
    "periods",
    "economic",
    "modifiers",
    "policy",
    "per_demand",
    "dated_setup",
    "recycled",
    "own_parts",
];

pub fn bit(name: &str) -> u64 {
    1 << FEATURES.iter().position(|f| *f == name).unwrap()
}

pub fn all_features() -> u64 {
    (1 << FEATURES.len()) - 1
}

/// A linear congruential generator with a mixed output; one per feature.
#[derive(Clone)]
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut x = self.0;
        x ^= x >> 33;
        x = x.wrapping_mul(0xff51_afd7_ed55_8ccd);
        x ^ (x >> 33)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    pub fn range(&mut self, a: i64, b: i64) -> i64 {
        a + self.below((b - a + 1) as u64) as i64
    }

    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    pub fn pick<'x, T>(&mut self, list: &'x [T]) -> &'x T {
        &list[self.below(list.len() as u64) as usize]
    }
}

pub struct Plant {
    pub tables: Tables,
    pub policy: PlanPolicy,
    pub run: Date,
}

pub struct Maker {
    pub seed: u64,
    pub flags: u64,
    pub t: Map<String, Value>,
    pub p: Map<String, Value>,
    pub run: Day,
    pub days: i64,
    pub items: Vec<String>,
    pub scales: Vec<u32>,
    pub sites: Vec<String>,
    /// Level of an item: components stand on higher ones.
    pub depth: Vec<usize>,
}

pub fn plant(seed: u64, flags: u64) -> Plant {
    // Some plants of a group of flags use only a part of them, so that features meet in all mixtures.
    let mut m = Maker::new(seed, flags & mask(seed));
    m.items();
    m.boms();
    m.sources();
    m.planning();
    m.stock();
    m.supplies();
    m.demands();
    m.alternatives();
    m.policy();
    m.finish()
}

/// The features that a seed uses: dense, sparse or about half of them.
fn mask(seed: u64) -> u64 {
    let mut d = Dice(seed ^ 0x5eed);
    let (a, b, c) = (d.next(), d.next(), d.next());
    match seed % 4 {
        0 => a & b & c,
        1 => a & b,
        2 => a,
        _ => a | b,
    }
}

impl Maker {
    pub fn new(seed: u64, flags: u64) -> Maker {
        let mut m = Maker {
            seed,
            flags,
            t: Map::new(),
            p: Map::new(),
            run: Date::literal(2026, 3, 2).day_number(),
            days: 0,
            items: Vec::new(),
            scales: Vec::new(),
            sites: vec!["S1".into()],
            depth: Vec::new(),
        };
        let mut d = m.dice("run");
        m.run += d.range(0, 20) as Day;
        m.days = d.range(10, 60);
        m.t.insert(
            "units".into(),
            json!([{"id": "pc"}, {"id": "kg", "scale": 3}, {"id": "g", "scale": 0}, {"id": "box"}]),
        );
        m.t.insert("conversions".into(), json!([{"from": "kg", "to": "g", "ratio": "1000"}]));
        if m.has("two_sites") {
            m.sites.push("S2".into());
        }
        m
    }

    pub fn has(&self, feature: &str) -> bool {
        self.flags & bit(feature) != 0
    }

    /// The stream of a feature or subject.
    pub fn dice(&self, name: &str) -> Dice {
        let mut x = self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678;
        for b in name.bytes() {
            x = x.wrapping_mul(0x0100_0000_01b3) ^ u64::from(b);
        }
        let mut d = Dice(x);
        d.next();
        d
    }

    pub fn add(&mut self, table: &str, row: Value) {
        let rows = self.t.entry(table.to_string()).or_insert_with(|| json!([]));
        rows.as_array_mut().unwrap().push(row);
    }

    pub fn day(&self, n: i64) -> Value {
        json!(date(self.run + n as Day).to_string())
    }

    /// A quantity of an item between two numbers of pieces, with decimals where its unit has them.
    pub fn qty(&self, d: &mut Dice, i: usize, a: i64, b: i64) -> Value {
        let n = d.range(a, b);
        let part = d.range(0, 999);
        if self.scales[i] == 0 || n <= 0 { json!(n.to_string()) } else { json!(format!("{n}.{part:03}")) }
    }

    pub fn items(&mut self) {
        let mut d = self.dice("items");
        let n = d.range(2, 12) as usize;
        let levels = d.range(1, 4) as usize;
        for i in 0..n {
            let depth = (i * levels / n).min(3);
            self.depth.push(depth);
            let kilos = d.one_in(4);
            let divide = d.one_in(2);
            let mode = *d.pick(&["mixed", "mixed", "whole", "both", "manual"]);
            self.scales.push(if kilos { 3 } else { 0 });
            self.items.push(format!("I{i:02}"));
            let mut row = json!({"id": self.items[i], "unit": if kilos { "kg" } else { "pc" }});
            if divide && self.has("scrap") {
                row["scrap_formula"] = json!("divide");
            }
            if self.has("substitutes") {
                row["substitution"] = json!(mode);
            }
            if self.is_phantom(i) {
                row["phantom"] = json!(true);
            }
            let mut k = self.dice(&format!("key{i}"));
            if self.has("keys") && !k.one_in(3) {
                row["key"] = json!({"project": true, "attributes": k.one_in(4)});
                row["free_stock"] = json!(self.has("free_stock") && k.one_in(2));
            }
            if self.has("unplannable") && k.one_in(12) && !self.is_phantom(i) {
                row["planned"] = json!(false);
            }
            self.add("items", row);
        }
        self.site_rows();
    }

    pub fn is_phantom(&self, i: usize) -> bool {
        self.has("phantoms")
            && self.depth[i] > 0
            && self.has_components(i)
            && self.dice(&format!("phantom{i}")).one_in(3)
    }

    pub fn has_components(&self, i: usize) -> bool {
        self.depth[i] < *self.depth.last().unwrap_or(&0).max(&self.last_depth())
    }

    pub fn last_depth(&self) -> usize {
        let mut d = self.dice("items");
        let n = d.range(2, 12) as usize;
        let levels = d.range(1, 4) as usize;
        ((n - 1) * levels / n).min(3)
    }

    pub fn site_rows(&mut self) {
        let mut d = self.dice("calendars");
        let weeks = [
            [true, true, true, true, true, false, false],
            [true, true, true, true, true, true, false],
            [false, true, false, true, true, true, true],
        ];
        for (i, site) in self.sites.clone().iter().enumerate() {
            let mut row = json!({"id": site});
            let week = *d.pick(&weeks);
            if self.has("calendars") {
                let mut c = json!({"id": format!("C{i}"), "week": week});
                let mut e = self.dice(&format!("exceptions{i}"));
                if self.has("exceptions") {
                    let days: std::collections::BTreeSet<i64> =
                        (0..e.range(1, 9)).map(|_| e.range(-15, self.days)).collect();
                    let list: Vec<Value> = days
                        .into_iter()
                        .map(|n| json!({"date": self.day(n), "working": e.one_in(4)}))
                        .collect();
                    c["exceptions"] = json!(list);
                }
                if self.has("bounded_calendar") {
                    c["from"] = self.day(-e.range(3, 25));
                    c["to"] = self.day(self.days + 200);
                }
                self.add("calendars", c);
                row["calendar"] = json!(format!("C{i}"));
            }
            self.add("sites", row);
        }
        self.add("locations", json!({"id": "L-out", "site": "S1", "in_planning": false}));
        let own = self.has("calendars");
        let mut row = json!({"id": "V1"});
        if own && !d.one_in(3) {
            self.add("calendars", json!({"id": "CV", "week": [true, false, true, true, true, false, true]}));
            row["calendar"] = json!("CV");
        }
        self.add("suppliers", row);
    }

    pub fn boms(&mut self) {
        let last = *self.depth.last().unwrap();
        for i in 0..self.items.len() {
            if self.depth[i] == last {
                continue;
            }
            let mut d = self.dice(&format!("bom{i}"));
            let versions = if self.has("versions") && !self.is_phantom(i) { d.range(1, 3) } else { 1 };
            let split = d.range(-5, self.days);
            for v in 0..versions {
                let mut bom = json!({"id": format!("B{i:02}-{v}"), "product": self.items[i], "priority": v});
                if versions > 1 {
                    match v {
                        0 => bom["valid_to"] = self.day(split),
                        1 if versions == 2 => bom["valid_from"] = self.day(split + 1 - d.range(0, 3)),
                        _ => {}
                    }
                    if d.one_in(6) {
                        bom["enabled"] = json!(false);
                    }
                }
                if self.has("yield") && d.one_in(2) {
                    bom["yield_ratio"] = json!(*d.pick(&["0.95", "0.9", "0.75", "1/3", "0.5"]));
                }
                let mut lines = Vec::new();
                let count = d.range(1, 4);
                for n in 0..count {
                    if let Some(c) = self.component(&mut d, i) {
                        lines.push(self.line(&mut d, i, c, n));
                    }
                }
                bom["lines"] = json!(lines);
                if self.has("outputs")
                    && !self.is_phantom(i)
                    && d.one_in(2)
                    && let Some(c) = self.component(&mut d, i).filter(|c| !self.is_phantom(*c))
                {
                    bom["outputs"] = json!([{"id": "o", "item": self.items[c], "numerator": d.range(1, 3).to_string(), "denominator": d.range(1, 5).to_string()}]);
                }
                self.add("boms", bom);
            }
        }
    }

    /// A component of an item: some item on a deeper level.
    pub fn component(&self, d: &mut Dice, i: usize) -> Option<usize> {
        let deeper: Vec<usize> = (0..self.items.len()).filter(|j| self.depth[*j] > self.depth[i]).collect();
        if deeper.is_empty() { None } else { Some(*d.pick(&deeper)) }
    }

    pub fn line(&self, d: &mut Dice, i: usize, c: usize, n: i64) -> Value {
        let mut f = self.dice(&format!("line{i}-{n}"));
        let numerator = d.range(1, 5);
        let denominator = *d.pick(&[1, 1, 1, 2, 3, 7]);
        let mut l = json!({"id": format!("{n}"), "component": self.items[c], "numerator": numerator.to_string(), "denominator": denominator.to_string()});
        if self.has("scrap") && f.one_in(2) {
            l["scrap"] = json!(*f.pick(&["0.02", "0.1", "1/3", "0.5"]));
            if f.one_in(3) {
                l["fixed_loss"] = json!("2");
            }
        }
        let kind = f.below(4);
        if kind == 0 && self.has("fixed_usage") {
            l["usage"] = json!({"type": "fixed"});
        }
        if kind == 1 && self.has("stepped") {
            l["usage"] = json!({"type": "stepped", "steps": [{"from": "5", "fixed": "1", "per_unit": "0"}, {"from": "20", "fixed": "1/2", "per_unit": "1/3"}]});
        }
        if self.has("units") && self.scales[c] == 3 && f.one_in(2) {
            l["unit"] = json!("g");
            l["numerator"] = json!((numerator * 100 + 7).to_string());
        }
        if self.has("line_dates") && f.one_in(3) {
            let n = f.range(-5, self.days);
            if f.one_in(2) {
                l["valid_from"] = self.day(n);
            } else {
                l["valid_to"] = self.day(n);
            }
        }
        if self.has("offsets") && !self.has("bounded_calendar") && f.one_in(2) {
            l["offset_days"] = json!(f.range(-3, 4));
        }
        if self.has("skip_level") && self.has_components(c) && f.one_in(4) {
            l["skip_level"] = json!(true);
        }
        l
    }

    pub fn sources(&mut self) {
        let last = *self.depth.last().unwrap();
        for i in 0..self.items.len() {
            if self.is_phantom(i) {
                continue;
            }
            let mut d = self.dice(&format!("source{i}"));
            let count = d.range(1, 3);
            let makes = self.depth[i] < last;
            for n in 0..count {
                let lead = d.range(0, 8);
                let kind = if makes { *d.pick(&["make", "make", "make", "subcontract"]) } else { "buy" };
                let mut s = json!({"id": format!("Q{i:02}-{n}"), "item": self.items[i], "kind": kind, "lead_days": lead, "priority": d.range(0, 1)});
                if kind != "make" && d.one_in(2) {
                    s["supplier"] = json!("V1");
                }
                self.source_details(&mut s, i, n, &mut d);
                self.add("sources", s);
            }
            if self.has("two_sites") && self.has("transfers") && d.one_in(2) {
                let (to, from) = (1 - i % 2, i % 2);
                let s = json!({"id": format!("T{i:02}"), "item": self.items[i], "kind": "transfer", "lead_days": d.range(0, 4),
                    "site": self.sites[to], "from_site": self.sites[from], "priority": 0});
                self.add("sources", s);
            }
        }
    }

    pub fn source_details(&self, s: &mut Value, i: usize, n: i64, d: &mut Dice) {
        let mut f = self.dice(&format!("detail{i}-{n}"));
        if d.one_in(3) {
            s["quota"] = json!(d.range(1, 60).to_string());
            s["quota_used"] = json!(d.range(0, 50).to_string());
        }
        if self.has("two_sites") && d.one_in(4) {
            s["site"] = json!(self.sites[d.below(2) as usize]);
        }
        if self.has("batches") && f.one_in(3) {
            s["days_per_batch"] = json!(1);
            s["batch_quantity"] = json!(f.range(5, 60).to_string());
        }
        if self.has("inspection") && f.one_in(3) {
            s["inspection_days"] = json!(f.range(1, 3));
        }
        if self.has("calendars") && f.one_in(4) {
            s["lead_unit"] = json!(*f.pick(&["calendar", "working"]));
        }
        if self.has("modifiers") && f.one_in(4) {
            s["lot_multiple"] = json!(f.range(2, 12).to_string());
        }
        if self.has("unplannable") {
            match f.below(12) {
                0 => {
                    s.as_object_mut().unwrap().remove("lead_days");
                }
                1 => s["valid_to"] = self.day(f.range(0, self.days)),
                2 => s["quantity_to"] = json!(f.range(5, 60).to_string()),
                3 => s["valid_from"] = self.day(f.range(0, self.days)),
                4 => s["quantity_from"] = json!(f.range(2, 20).to_string()),
                _ => {}
            }
        }
    }

    /// Substitutes, replacements, use-ups and co-product loops between items that are not above each other.
    pub fn alternatives(&mut self) {
        let mut used: Vec<usize> = Vec::new();
        let mut pair = |m: &Maker, d: &mut Dice| {
            let free: Vec<usize> = (0..m.items.len())
                .filter(|i| !used.contains(i) && !m.is_phantom(*i) && m.planned(*i))
                .collect();
            if free.len() < 2 {
                return None;
            }
            let a = *d.pick(&free);
            let same: Vec<usize> =
                free.into_iter().filter(|j| *j != a && m.depth[*j] == m.depth[a]).collect();
            let b = (!same.is_empty()).then(|| *d.pick(&same))?;
            used.extend([a, b]);
            Some((a, b))
        };
        for (feature, modes) in [
            ("substitutes", &["alternative"][..]),
            ("replace", &["replace"]),
            ("use_up", &["use_up", "use_up_whole"]),
        ] {
            let mut d = self.dice(feature);
            for n in 0..2 {
                if !self.has(feature) {
                    continue;
                }
                let Some((a, b)) = pair(self, &mut d) else { continue };
                let mut r = json!({"item": self.items[a], "substitute": self.items[b], "mode": *d.pick(modes), "priority": n});
                if !d.one_in(8) {
                    r["ratio"] = json!(*d.pick(&["1", "1", "1.2", "2", "1/3"]));
                }
                if d.one_in(3) {
                    r["valid_from"] = self.day(d.range(0, self.days / 2));
                }
                if d.one_in(4) && feature == "substitutes" {
                    r["parent"] = json!(self.items[0]);
                }
                self.add("substitutes", r);
            }
        }
        let mut d = self.dice("loops");
        if self.has("loops")
            && let Some((a, b)) = pair(self, &mut d)
        {
            self.co_product(&mut d, a, b);
        }
    }

    pub fn planned(&self, i: usize) -> bool {
        self.t["items"][i]["planned"] != json!(false)
    }

    /// Reservations whose supply was taken out again.
    pub fn drop_loose_reservations(&mut self) {
        let supplies = self.t.get("supplies").and_then(|r| r.as_array()).cloned().unwrap_or_default();
        if let Some(rows) = self.t.get_mut("reservations").and_then(|r| r.as_array_mut()) {
            rows.retain(|r| r["supply"].is_null() || supplies.iter().any(|s| s["id"] == r["supply"]));
        }
    }

    pub fn co_product(&mut self, d: &mut Dice, a: usize, b: usize) {
        let boms = self.t.entry("boms").or_insert_with(|| json!([])).as_array_mut().unwrap();
        boms.retain(|x| x["product"] != json!(self.items[a]) && x["product"] != json!(self.items[b]));
        let sources = self.t.entry("sources").or_insert_with(|| json!([])).as_array_mut().unwrap();
        sources.retain(|x| x["item"] != json!(self.items[a]) && x["item"] != json!(self.items[b]));
        let supplies = self.t.entry("supplies").or_insert_with(|| json!([])).as_array_mut().unwrap();
        supplies.retain(|x| x["item"] != json!(self.items[a]) || x["firmness"].is_null());
        let mut bom = json!({"id": "LOOP", "product": self.items[a],
            "outputs": [{"id": "o", "item": self.items[b], "numerator": d.range(1, 4).to_string(), "denominator": d.range(1, 4).to_string()}]});
        if let Some(c) = self.component(d, a) {
            bom["lines"] = json!([{"id": "1", "component": self.items[c], "numerator": "2"}]);
        }
        self.drop_loose_reservations();
        self.add("boms", bom);
        let lead = d.range(0, 4);
        for i in [a, b] {
            let project = self.has("keys") && !self.seed.is_multiple_of(3);
            self.t["items"][i]["key"] = json!({"project": project});
            let s = json!({"id": format!("LS-{}", self.items[i]), "item": self.items[i], "kind": "make", "lead_days": lead, "bom": "LOOP"});
            self.add("sources", s);
        }
    }

    /// A component whose process gives back what it goes into.
    pub fn recycled(&mut self) {
        let mut d = self.dice("recycled");
        if !self.has("recycled") {
            return;
        }
        let boms = self.t.get("boms").and_then(Value::as_array).cloned().unwrap_or_default();
        let lines = |b: &Value| b["lines"].as_array().cloned().unwrap_or_default();
        let mut pairs = Vec::new();
        for (i, below) in boms.iter().enumerate() {
            let above = |b: &&Value| lines(b).iter().any(|l| l["component"] == below["product"]);
            let made = |b: &Value| !self.is_phantom(self.number(&b["product"]));
            pairs.extend(
                boms.iter()
                    .filter(above)
                    .filter(|b| made(b) && made(below) && below["outputs"].is_null())
                    .map(|b| (i, b["product"].clone())),
            );
        }
        if !pairs.is_empty() {
            let (i, product) = d.pick(&pairs).clone();
            let share = [d.range(1, 2).to_string(), d.range(2, 6).to_string()];
            self.t["boms"][i]["outputs"] =
                json!([{"id": "back", "item": product, "numerator": share[0], "denominator": share[1]}]);
        }
    }

    /// An item and a part of its own as substitutes of each other: what they share would close a circle.
    pub fn own_parts(&mut self) {
        let mut d = self.dice("own_parts");
        if !self.has("own_parts") {
            return;
        }
        let rows = |table: &str| self.t.get(table).and_then(Value::as_array).cloned().unwrap_or_default();
        let substitutes = rows("substitutes");
        let used = |item: &Value| {
            let number = self.number(item);
            let other = substitutes.iter().any(|r| r["item"] == *item || r["substitute"] == *item);
            other || self.is_phantom(number) || !self.planned(number)
        };
        let mut pairs = Vec::new();
        for bom in rows("boms").iter().filter(|b| !used(&b["product"])) {
            let lines = bom["lines"].as_array().cloned().unwrap_or_default();
            let parts = lines.into_iter().map(|l| l["component"].clone()).filter(|c| !used(c));
            pairs.extend(parts.map(|part| (bom["product"].clone(), part)));
        }
        if pairs.is_empty() {
            return;
        }
        let (product, part) = d.pick(&pairs).clone();
        let (item, other) = if d.one_in(2) { (product, part) } else { (part, product) };
        let mut r = json!({"item": item, "substitute": other, "mode": "alternative", "priority": 1});
        if !d.one_in(6) {
            r["ratio"] = json!(*d.pick(&["1", "2"]));
        }
        self.add("substitutes", r);
        // Processes whose outputs are made by each other stay together.
        if self.apart().iter().any(|item| rows_of_loop(&self.t).contains(item)) {
            self.t["substitutes"].as_array_mut().unwrap().pop();
        }
    }

    /// Items that would share no supply after all.
    fn apart(&self) -> Vec<Value> {
        let policy: PlanPolicy = serde_json::from_value(Value::Object(self.p.clone())).unwrap();
        let tables: Tables = serde_json::from_value(Value::Object(self.t.clone())).unwrap();
        let world = World::new(&tables, &policy, date(self.run));
        let (pairs, arcs) = world.arcs();
        arcs.in_circles().into_iter().map(|at| json!(pairs[at].0)).collect()
    }

    fn number(&self, item: &Value) -> usize {
        self.items.iter().position(|i| json!(i) == *item).unwrap()
    }

    /// The tables; alternatives that would close a cycle are taken out again.
    pub fn finish(mut self) -> Plant {
        let policy: PlanPolicy = serde_json::from_value(Value::Object(self.p.clone())).unwrap();
        let run = date(self.run);
        loop {
            let tables: Tables = serde_json::from_value(Value::Object(self.t.clone())).unwrap();
            let sound = World::new(&tables, &policy, run).arcs().1.levels().is_some();
            if sound {
                self.recycled();
                self.own_parts();
                let tables = serde_json::from_value(Value::Object(self.t)).unwrap();
                return Plant { tables, policy, run };
            }
            let rows = self.t.get_mut("substitutes").and_then(|r| r.as_array_mut());
            if rows.is_none_or(|r| r.pop().is_none()) {
                let boms = self.t.get_mut("boms").unwrap().as_array_mut().unwrap();
                let with =
                    boms.iter_mut().rev().find(|b| b["outputs"].as_array().is_some_and(|o| !o.is_empty()));
                match with {
                    Some(b) => b["outputs"] = json!([]),
                    None => {
                        self.t["sources"].as_array_mut().unwrap().retain(|s| s["kind"] != json!("transfer"))
                    }
                };
            }
        }
    }
}

/// The items of processes that make each other's outputs.
fn rows_of_loop(t: &Map<String, Value>) -> Vec<Value> {
    let sources = t.get("sources").and_then(Value::as_array).cloned().unwrap_or_default();
    sources.iter().filter(|s| s["bom"] == json!("LOOP")).map(|s| s["item"].clone()).collect()
}

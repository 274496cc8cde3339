//! The models re-solved in frePPLe. One hour of a model is one day of the plan, so that starts are exact.

use headstock::num::{Ratio, Rounding};
use headstock::time::Date;
use serde_json::{Value, json};

use super::table::{Tables, of_item};
use super::{check, figure, file, number, result, same};

/// Day of hour 0 of a model.
const START: &str = "2100-01-01";

/// Hours of a moment since 1970-01-01.
fn hours(moment: &str) -> i64 {
    let date: Date = moment[..10].parse().unwrap();
    i64::from(date.day_number()) * 24 + moment[11..13].parse::<i64>().unwrap()
}

struct Model<'a> {
    case: &'a Value,
    tables: Tables,
}

impl Model<'_> {
    /// The day that stands for a moment.
    fn day(&self, moment: &Value) -> String {
        self.shifted(moment, 0)
    }

    fn shifted(&self, moment: &Value, by: i64) -> String {
        let since = hours(moment.as_str().unwrap()) - hours(self.case["plan_start"].as_str().unwrap());
        let start: Date = START.parse().unwrap();
        start.add_days(i32::try_from(since + by).unwrap()).unwrap().to_string()
    }

    /// A number at six decimals at most, as text: quantities per order may be endless fractions.
    fn decimal(value: Ratio) -> Value {
        json!(value.round(9, Rounding::HalfUp).unwrap().normalize().to_string())
    }

    fn make(&mut self, operation: &Value) {
        let name = operation["name"].as_str().unwrap();
        let outputs = operation["outputs"].as_array().unwrap();
        let item = operation["item"].as_str().unwrap();
        self.tables.item(item);
        let main: Vec<&Value> = outputs.iter().filter(|output| output["item"] == item).collect();
        let by_date = main.len() > 1;
        // With an output that changes over time the BOM counts runs and its yield is the output of a run.
        let (per_run, fixed) = match by_date {
            true => (Ratio::ONE, Ratio::ZERO),
            false => (number(&main[0]["per_run"]), optional(&main[0]["fixed_per_order"])),
        };
        let mut lines = Vec::new();
        for input in operation["inputs"].as_array().unwrap() {
            let component = input["item"].as_str().unwrap();
            self.tables.item(component);
            let per = number(&input["per_run"]);
            // runs = (quantity − fixed) ÷ per_run
            let less = per.checked_mul(fixed).unwrap().checked_div(per_run).unwrap();
            let loss = optional(&input["fixed_per_order"]).checked_sub(less).unwrap();
            lines.push(json!({
                "id": component, "component": component, "numerator": per.to_string(),
                "denominator": per_run.to_string(), "fixed_loss": Self::decimal(loss),
            }));
        }
        let further: Vec<Value> = outputs
            .iter()
            .filter(|output| output["item"] != item)
            .map(|output| {
                let id = output["item"].as_str().unwrap();
                self.tables.item(id);
                let quantity = number(&output["per_run"]).to_string();
                json!({"id": id, "item": id, "numerator": quantity, "denominator": per_run.to_string()})
            })
            .collect();
        for (at, output) in main.iter().enumerate() {
            let mut bom = json!({
                "id": format!("{name} {at}"), "product": item, "lines": lines, "outputs": further,
                // Operations of one item at different priorities name their own BOM.
                "priority": self.tables.count("boms"),
            });
            if by_date {
                bom["yield_ratio"] = json!(number(&output["per_run"]).to_string());
                bom["priority"] = json!(0);
                if !output["valid_from"].is_null() {
                    bom["valid_from"] = json!(self.day(&output["valid_from"]));
                }
                if !output["valid_to"].is_null() {
                    bom["valid_to"] = json!(self.shifted(&output["valid_to"], -1));
                }
            }
            self.tables.row("boms", bom);
        }
        let bom = (!by_date).then(|| format!("{name} 0"));
        self.make_sources(operation, item, &bom, per_run, fixed);
        for output in further {
            let other = output["item"].as_str().unwrap().to_owned();
            self.make_sources(operation, &other, &bom, per_run, fixed);
        }
    }

    /// Sources of an operation for one of its outputs, one for each step of its minimum.
    fn make_sources(
        &mut self,
        operation: &Value,
        item: &str,
        bom: &Option<String>,
        per_run: Ratio,
        fixed: Ratio,
    ) {
        let runs = |value: &Value| number(value).checked_mul(per_run).unwrap().checked_add(fixed).unwrap();
        let mut source = json!({
            "id": format!("{} {item}", operation["name"].as_str().unwrap()), "item": item, "kind": "make",
            "priority": operation["priority"], "lead_days": operation["lead_hours"],
            "days_per_batch": operation["hours_per_run"], "batch_quantity": per_run.to_string(),
            "lot_min": runs(&operation["lot_min_runs"]).to_string(),
        });
        if let Some(bom) = bom {
            source["bom"] = json!(bom);
        }
        for (given, field) in [("lot_multiple_runs", "lot_multiple"), ("lot_max_runs", "lot_max")] {
            if !number(&operation[given]).is_zero() {
                source[field] = json!(runs(&operation[given]).to_string());
            }
        }
        let steps = operation["lot_min_steps"].as_array().cloned().unwrap_or_default();
        if steps.is_empty() {
            self.tables.row("sources", source);
            return;
        }
        for (at, step) in steps.iter().enumerate() {
            let mut row = source.clone();
            row["id"] = json!(format!("{} from step {at}", source["id"].as_str().unwrap()));
            row["lot_min"] = json!(runs(&step[1]).to_string());
            if !step[0].is_null() {
                row["valid_from"] = json!(self.day(&step[0]));
            }
            if let Some(next) = steps.get(at + 1) {
                row["valid_to"] = json!(self.shifted(&next[0], -1));
            }
            self.tables.row("sources", row);
        }
    }

    fn buy(&mut self, row: &Value) {
        let item = row["item"].as_str().unwrap();
        self.tables.item(item);
        let supplier = row["supplier"].as_str().unwrap();
        if !self.tables.0["suppliers"].as_array().is_some_and(|rows| rows.iter().any(|r| r["id"] == supplier))
        {
            self.tables.row("suppliers", json!({"id": supplier}));
        }
        let mut source = json!({
            "id": format!("buy {item}"), "item": item, "kind": "buy", "supplier": supplier,
            "priority": row["priority"], "lead_days": row["lead_hours"],
        });
        for field in ["lot_min", "lot_multiple", "lot_max"] {
            if !number(&row[field]).is_zero() {
                source[field] = json!(number(&row[field]).to_string());
            }
        }
        self.tables.row("sources", source);
        if let Some(days) = row["group_window_days"].as_u64().filter(|days| *days > 0) {
            self.planning(item)["lot"] = json!({"rule": "period_days", "days": days * 24});
        }
    }

    /// The planning row of an item.
    fn planning(&mut self, item: &str) -> &mut Value {
        self.tables.item(item);
        let at =
            self.tables.0["planning"].as_array().and_then(|rows| rows.iter().position(|r| r["item"] == item));
        let at = at.unwrap_or_else(|| {
            self.tables.row("planning", json!({"item": item, "site": "S"}));
            self.tables.count("planning") - 1
        });
        &mut self.tables.0["planning"][at]
    }

    fn levels(&mut self) {
        for (item, steps) in self.case["safety_stock"].as_object().into_iter().flatten() {
            let steps: Vec<Value> = steps
                .as_array()
                .unwrap()
                .iter()
                .map(|step| json!({"from": self.day(&step[0]), "quantity": number(&step[1]).to_string()}))
                .collect();
            self.planning(item)["safety_steps"] = json!(steps);
        }
        for (item, level) in self.case["order_up_to"].as_object().into_iter().flatten() {
            let level = number(level).to_string();
            self.planning(item)["lot"] = json!({"rule": "order_up_to", "level": level});
        }
    }

    fn records(&mut self) {
        for (item, quantity) in self.case["on_hand"].as_object().unwrap() {
            self.tables.stock(item, quantity);
        }
        for row in self.case["firm_receipts"].as_array().unwrap() {
            let due = self.day(&row["date"]);
            self.tables.supply(row["item"].as_str().unwrap(), &row["qty"], &due);
        }
        for row in self.case["firm_consumption"].as_array().into_iter().flatten() {
            let date = self.day(&row["date"]);
            self.tables.demand(row["item"].as_str().unwrap(), &row["qty"], &date);
        }
        for row in self.case["requirements"].as_array().unwrap() {
            let date = self.day(&row["need"]);
            self.tables.demand(row["item"].as_str().unwrap(), &row["qty"], &date);
            if !row["status"].is_null() {
                let id = format!("demand {}", self.tables.count("demands"));
                self.tables.set("demands", &id, "status", row["status"].clone());
            }
        }
    }

    fn request(&self) -> Value {
        let mut request = self.tables.plan();
        request["run_date"] = json!(START);
        request["policy"]["explosion"] = json!("due");
        request
    }
}

fn optional(value: &Value) -> Ratio {
    if value.is_null() { Ratio::ZERO } else { number(value) }
}

fn model<'a>(case: &'a Value, sources: bool) -> Model<'a> {
    let mut model = Model { case, tables: Tables::new(6) };
    if sources {
        case["make"].as_array().unwrap().iter().for_each(|row| model.make(row));
        case["buy"].as_array().unwrap().iter().for_each(|row| model.buy(row));
    }
    model.levels();
    model.records();
    model
}

fn case_of(id: &str) -> Option<Value> {
    let cases = file("frepple_models.json")?;
    cases["cases"].as_array().unwrap().iter().find(|case| case["id"] == id).cloned()
}

/// Planned orders by item, quantity, start and end, as sets.
fn check_orders(model: &Model<'_>, got: &Value) {
    let wanted = model.case["expected"]["planned_orders"].as_array().unwrap();
    let items: Vec<&str> = wanted.iter().map(|order| order["item"].as_str().unwrap()).collect();
    let orders: Vec<&Value> = got["orders"].as_array().unwrap().iter().collect();
    let mut left: Vec<&Value> =
        orders.iter().filter(|order| items.contains(&order["item"].as_str().unwrap())).copied().collect();
    for order in wanted {
        let found = left.iter().position(|mine| {
            mine["item"] == order["item"]
                && same(&order["qty"], figure(&mine["good"]))
                && mine["available"] == model.day(&order["end"])
                && mine["start"] == model.day(&order["start"])
        });
        let found = found.unwrap_or_else(|| panic!("{}: {order} is not among {left:#?}", model.case["id"]));
        let mine = left.swap_remove(found);
        if let Some(method) = order["method"].as_str() {
            assert!(mine["source"].as_str().unwrap().starts_with(method), "{mine}");
        }
    }
    assert!(left.is_empty(), "{}: {left:#?}", model.case["id"]);
}

/// The projected balance of an item by day: the record's, less what was reported short so far.
fn projected(got: &Value, item: &str) -> Vec<(String, Ratio)> {
    let Some(record) = of_item(&got["records"], item).first().copied() else { return Vec::new() };
    let mut short = Ratio::ZERO;
    let rows = record["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        short = short.checked_add(figure(&row["short"])).unwrap();
        let balance = figure(&row["balance"]).checked_sub(short).unwrap();
        (row["date"].as_str().unwrap().to_owned(), balance)
    })
    .collect()
}

fn check_balances(model: &Model<'_>, got: &Value) {
    for (item, expected) in model.case["expected"]["end_balance"].as_object().unwrap() {
        let on_hand = model.case["on_hand"].get(item).map_or(Ratio::ZERO, number);
        let receipts =
            model.case["firm_receipts"].as_array().unwrap().iter().filter(|row| row["item"] == **item);
        // An item that nothing needs is no node; its records stay as they are.
        let idle = receipts.fold(on_hand, |sum, row| sum.checked_add(number(&row["qty"])).unwrap());
        let end = projected(got, item).last().map_or(idle, |(_, balance)| *balance);
        check(model.case, &format!("end of {item}"), expected, end);
    }
}

fn check_shortages(model: &Model<'_>, got: &Value) {
    for shortage in model.case["expected"]["shortages"].as_array().unwrap() {
        let item = shortage["item"].as_str().unwrap();
        let days = projected(got, item);
        let below: Vec<&(String, Ratio)> = days.iter().filter(|(_, balance)| balance.is_negative()).collect();
        let deepest = below.iter().map(|(_, balance)| *balance).min().unwrap();
        check(model.case, item, &shortage["max_qty"], deepest.negated());
        assert_eq!(below[0].0, model.day(&shortage["from"]), "{item}");
        let after = days.iter().find(|(day, balance)| *day > below[0].0 && !balance.is_negative());
        let to = (!shortage["to"].is_null()).then(|| model.day(&shortage["to"]));
        assert_eq!(after.map(|(day, _)| day.clone()), to, "{item}");
    }
}

fn check_model(id: &str) {
    let Some(case) = case_of(id) else { return };
    let model = model(&case, true);
    let got = result(&model.request());
    check_orders(&model, &got);
    check_balances(&model, &got);
    check_shortages(&model, &got);
    for (item, expected) in case["expected"]["component_use"].as_object().into_iter().flatten() {
        let rows = of_item(&got["records"], item)[0]["rows"].as_array().unwrap().clone();
        let used = rows.iter().fold(Ratio::ZERO, |sum, row| sum.checked_add(figure(&row["gross"])).unwrap());
        check(&case, item, expected, used);
    }
}

#[test]
fn case_models_leadtime_two_level() {
    check_model("leadtime-two-level");
}

#[test]
fn case_models_leadtime_four_level_per_unit() {
    check_model("leadtime-four-level-per-unit");
}

#[test]
fn case_models_batch_recipe_and_fixed_quantities() {
    check_model("batch-recipe-and-fixed-quantities");
}

#[test]
fn case_models_alternate_by_priority() {
    check_model("alternate-by-priority");
}

#[test]
fn case_models_order_up_to_level() {
    check_model("order-up-to-level");
}

#[test]
fn case_models_yield_by_date() {
    check_model("yield-by-date");
    let Some(case) = case_of("yield-by-date") else { return };
    let orders = result(&model(&case, true).request())["orders"].take();
    for (order, expected) in
        orders.as_array().unwrap().iter().zip(case["expected"]["planned_orders"].as_array().unwrap())
    {
        check(&case, "runs", &json!(expected["runs"].to_string()), figure(&order["quantity"]));
    }
}

#[test]
fn case_models_lot_minimum_rising_by_date() {
    check_model("lot-minimum-rising-by-date");
}

#[test]
fn case_models_demand_status_filter() {
    check_model("demand-status-filter");
}

/// Only totals by date are determined: 20, 5, 10, 48 and 20 (README of the cases).
#[test]
fn case_models_co_products() {
    let Some(case) = case_of("co-products-one-run-four-outputs") else { return };
    let model = model(&case, true);
    let got = result(&model.request());
    let totals = |orders: &[Value], date: &dyn Fn(&Value) -> String, quantity: &dyn Fn(&Value) -> Ratio| {
        let mut sums = std::collections::BTreeMap::new();
        for order in orders.iter().filter(|order| order["item"] != "CRUDE") {
            let sum = sums.entry(date(order)).or_insert(Ratio::ZERO);
            *sum = sum.checked_add(quantity(order)).unwrap();
        }
        sums
    };
    let wanted =
        totals(case["expected"]["planned_orders"].as_array().unwrap(), &|o| model.day(&o["end"]), &|o| {
            number(&o["qty"])
        });
    let mine =
        totals(got["orders"].as_array().unwrap(), &|o| o["available"].as_str().unwrap().to_owned(), &|o| {
            figure(&o["good"])
        });
    assert_eq!(mine, wanted);
    for (item, expected) in case["expected"]["end_balance"].as_object().unwrap() {
        // Added up: the record's own balance of a day does not yet show orders of the loop that follow.
        let rows = of_item(&got["records"], item)[0]["rows"].as_array().unwrap();
        let end = rows.iter().fold(Ratio::ZERO, |sum, row| {
            let more = figure(&row["planned"]).checked_sub(figure(&row["gross"])).unwrap();
            sum.checked_add(more).unwrap()
        });
        check(&case, item, expected, end);
    }
    for (item, expected) in case["expected"]["total_by_item"].as_object().unwrap() {
        let orders = of_item(&got["orders"], item);
        let total =
            orders.iter().fold(Ratio::ZERO, |sum, o| sum.checked_add(figure(&o["quantity"])).unwrap());
        check(&case, item, expected, total);
    }
}

/// With the rule that firm receipts are waited for: nothing is ordered, they are expedited. The shortages are
/// those of the same records without a source.
#[test]
fn case_models_wait_for_firm_supply() {
    let Some(case) = case_of("wait-for-firm-supply") else { return };
    let waiting = model(&case, true);
    let mut request = waiting.request();
    let days = case["autofence_days"].as_u64().unwrap() * 24;
    request["policy"]["reschedule"] =
        json!({"assume": "expedite", "change_quantity": false, "max_advance_days": days});
    let got = result(&request);
    check_orders(&waiting, &got);
    check_balances(&waiting, &got);
    assert_eq!(got["messages"][0]["kind"], "expedite");
    let without = model(&case, false);
    let got = result(&without.request());
    check_shortages(&without, &got);
    check_balances(&without, &got);
}

#[test]
fn case_models_fifo_pegging() {
    let Some(models) = file("frepple_models.json") else { return };
    let case = &models["pegging_case"];
    let (given, expected) = (&case["given"], &case["expected"]);
    let item = given["item"].as_str().unwrap();
    let upper = given["upstream"]["item"].as_str().unwrap();
    let mut tables = Tables::new(0);
    tables.make(item, 0);
    tables.bom(item, &json!({upper: 1}));
    let date = |value: &Value| value.as_str().map(|moment| moment[..10].to_owned());
    let mut supply = |item: &str, row: &Value, made: bool| match date(&row["date"]) {
        None => {
            tables.row("stock", json!({"id": row["id"], "item": item, "site": "S", "quantity": row["qty"]}));
        }
        Some(due) => {
            let kind = if made { "production" } else { "purchase" };
            let firmness = if made { "firm" } else { "released" };
            tables.row("supplies", json!({
                "id": row["id"], "item": item, "site": "S", "quantity": row["qty"], "due": due, "kind": kind,
                "firmness": firmness,
            }));
        }
    };
    given["supply"].as_array().unwrap().iter().for_each(|row| supply(item, row, true));
    given["upstream"]["supply"].as_array().unwrap().iter().for_each(|row| supply(upper, row, false));
    for row in given["demand"].as_array().unwrap() {
        tables.row("demands", json!({
            "id": row["id"], "item": item, "site": "S", "quantity": row["qty"], "date": date(&row["date"]),
        }));
    }
    let mut request = tables.plan();
    request["run_date"] = json!("2009-01-01");
    let got = result(&request);
    let pegs = |item: &str| of_item(&got["pegs"], item)[0]["pegs"].as_array().unwrap().clone();
    let name = |peg: &Value| match peg["supply_kind"].as_str().unwrap() {
        "stock" => "stock".to_owned(),
        _ => peg["supply"].as_str().unwrap().to_owned(),
    };
    let links = |kind: &str| -> Vec<Value> {
        let mine = pegs(item).into_iter().filter(|peg| peg["demand_kind"] == kind);
        mine.map(|peg| json!([name(&peg), peg["demand"], figure(&peg["quantity"]).to_string()])).collect()
    };
    let wanted = |list: &Value| -> Vec<Value> {
        let links = list.as_array().unwrap().iter();
        links.map(|link| json!([link[0], link[1], number(&link[2]).to_string()])).collect()
    };
    assert_eq!(links("demand"), wanted(&expected["links"]));
    for (supply, quantity) in expected["unpegged"].as_object().unwrap() {
        let left = links("surplus");
        assert!(left.contains(&json!([supply, left[0][1], number(quantity).to_string()])), "{left:?}");
    }
    // Two levels: what the upper supply gives an order goes on to what that order serves, in the same order.
    let mut sums: Vec<(Value, Value, Ratio)> = Vec::new();
    for above in pegs(upper).iter().filter(|peg| peg["demand_kind"] == "dependent") {
        for below in
            pegs(item).iter().filter(|peg| peg["supply"] == above["demand"] && peg["demand_kind"] == "demand")
        {
            let (from, to) = (json!(name(above)), below["demand"].clone());
            match sums.iter_mut().find(|(a, b, _)| *a == from && *b == to) {
                Some(entry) => entry.2 = entry.2.checked_add(figure(&below["quantity"])).unwrap(),
                None => sums.push((from, to, figure(&below["quantity"]))),
            }
        }
    }
    let sums: Vec<Value> = sums.iter().map(|(a, b, q)| json!([a, b, q.to_string()])).collect();
    assert_eq!(sums, wanted(&expected["two_level"]));
}

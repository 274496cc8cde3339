//! Random commands against a plain reference model: a map of quantities and four counters an order line.
//!
//! Run more with `HEADSTOCK_COMMANDS=100000 HEADSTOCK_SEED=7 cargo test --test execution model`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Shop, id, laws};

/// SplitMix64: small, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: i64) -> i64 {
        i64::try_from(self.next() % u64::try_from(n).unwrap()).unwrap()
    }
}

/// What the model knows: stock of B in W and LS, of A in W; per order good, received, issued, returned.
#[derive(Clone, Default, Debug, PartialEq)]
struct Model {
    w: i64,
    line_side: i64,
    made: i64,
    defective: i64,
    orders: BTreeMap<String, [i64; 4]>,
}

/// An order of `good` needs two B each; over-issue is forbidden, over-receipt as well.
impl Model {
    fn step(&mut self, command: &Value, log: &mut BTreeMap<String, (Model, Value)>) -> bool {
        let before = self.clone();
        let done = self.act(command, log);
        if !done {
            *self = before;
        }
        done
    }

    fn act(&mut self, command: &Value, log: &BTreeMap<String, (Model, Value)>) -> bool {
        let quantity = command["n"].as_i64().unwrap_or(0);
        let order = command["o"].as_str().unwrap_or_default().to_owned();
        let mut nobody = [0; 4];
        let counts = if order.is_empty() { &mut nobody } else { self.orders.entry(order).or_insert([0; 4]) };
        let [good, received, issued, returned] = *counts;
        match command["do"].as_str().unwrap() {
            "in" => self.w += quantity,
            "out" => {
                self.w -= quantity;
                return self.w >= 0;
            }
            "transfer" => {
                self.w -= quantity;
                self.line_side += quantity;
                return self.w >= 0;
            }
            "order" => *counts = [quantity, 0, 0, 0],
            "issue" => {
                *counts = [good, received, issued + quantity, returned];
                self.w -= quantity;
                return issued + quantity - returned <= 2 * good && self.w >= 0;
            }
            "return" => {
                *counts = [good, received, issued, returned + quantity];
                self.w += quantity;
                return quantity <= issued - returned;
            }
            "defect" => {
                *counts = [good, received, issued, returned + quantity];
                self.defective += quantity;
                return quantity <= issued - returned;
            }
            "receive" => {
                *counts = [good, received + quantity, issued, returned];
                self.made += quantity;
                return received + quantity <= good;
            }
            "undo" => return self.undo(log.get(command["d"].as_str().unwrap())),
            other => panic!("{other}"),
        }
        true
    }

    /// The opposite of a command that was done, where nothing becomes negative.
    fn undo(&mut self, done: Option<&(Model, Value)>) -> bool {
        let Some((_, command)) = done else { return false };
        let quantity = command["n"].as_i64().unwrap();
        let none = &mut [0; 4];
        let counts = self.orders.get_mut(command["o"].as_str().unwrap_or_default()).unwrap_or(none);
        match command["do"].as_str().unwrap() {
            "in" => self.w -= quantity,
            "out" => self.w += quantity,
            "transfer" => {
                self.w += quantity;
                self.line_side -= quantity;
            }
            "issue" => {
                counts[2] -= quantity;
                self.w += quantity;
                if counts[2] < counts[3] {
                    return false;
                }
            }
            "return" => {
                counts[3] -= quantity;
                self.w -= quantity;
            }
            "defect" => {
                counts[3] -= quantity;
                self.defective -= quantity;
            }
            "receive" => {
                counts[1] -= quantity;
                self.made -= quantity;
            }
            other => panic!("{other}"),
        }
        self.w >= 0 && self.line_side >= 0 && self.made >= 0 && self.defective >= 0
    }
}

/// The command that the kernel gets for a step of the model.
fn command(step: &Value, document: &str) -> Value {
    let (quantity, order) = (&step["n"], &step["o"]);
    let b = json!({"item": "B", "location": "W"});
    let give_back = |kind: &str, place: &str| {
        json!({"do": "return", "document": document, "order": order, "kind": kind,
            "lines": [{"line": 1, "quantity": quantity, "location": place}]})
    };
    match step["do"].as_str().unwrap() {
        "in" => json!({"do": "stock", "document": document, "kind": "stock_in",
            "lines": [{"stock": b, "quantity": quantity}]}),
        "out" => json!({"do": "stock", "document": document, "kind": "stock_out",
            "lines": [{"stock": b, "quantity": quantity}]}),
        "transfer" => json!({"do": "transfer", "document": document,
            "lines": [{"stock": b, "location": "LS", "quantity": quantity}]}),
        "order" => json!({"do": "create_order", "order": {"id": order, "item": "A", "good": quantity,
            "plan": "released", "lines": [{"number": 1, "item": "B", "location": "W",
                "required": 2 * quantity.as_i64().unwrap()}]}}),
        "issue" => json!({"do": "issue", "document": document, "order": order,
            "what": {"scheme": "lines", "lines": [{"line": 1, "quantity": quantity}]}}),
        "return" => give_back("good", "W"),
        "defect" => give_back("incoming_defect", "BAD"),
        "receive" => json!({"do": "receive", "document": document, "order": order,
            "lines": [{"quantity": quantity, "location": "W"}]}),
        "undo" => json!({"do": "document", "document": step["d"], "step": "reverse"}),
        other => panic!("{other}"),
    }
}

fn random_step(dice: &mut Dice, orders: &mut i64, documents: &[String]) -> Value {
    let quantity = dice.below(9) + 1;
    let order = format!("O{}", if *orders == 0 { 0 } else { dice.below(*orders) });
    match dice.below(20) {
        0..4 => json!({"do": "in", "n": 3 * quantity}),
        4 => json!({"do": "out", "n": quantity}),
        5 => json!({"do": "transfer", "n": quantity}),
        6 => {
            *orders += 1;
            json!({"do": "order", "n": quantity, "o": format!("O{}", *orders - 1)})
        }
        7..11 => json!({"do": "issue", "n": quantity, "o": order}),
        11 => json!({"do": "return", "n": quantity, "o": order}),
        12 => json!({"do": "defect", "n": quantity, "o": order}),
        13..16 => json!({"do": "receive", "n": quantity, "o": order}),
        _ if documents.is_empty() => json!({"do": "in", "n": quantity}),
        _ => {
            // Mostly something recent, which can be undone more often.
            let back = dice.below(i64::try_from(documents.len().min(8)).unwrap());
            json!({"do": "undo", "d": documents[documents.len() - 1 - usize::try_from(back).unwrap()]})
        }
    }
}

fn compare(shop: &Shop, model: &Model, step: &Value) {
    let figures = [
        (shop.balance("B", "W"), model.w),
        (shop.balance("B", "LS"), model.line_side),
        (shop.balance("A", "W"), model.made),
        (shop.balance("B", "BAD"), model.defective),
    ];
    for (at, (got, expected)) in figures.iter().enumerate() {
        assert_eq!(*got, expected.to_string(), "figure {at} after {step}");
    }
    for (order, [good, received, issued, returned]) in &model.orders {
        let Some(row) = shop.state.orders.get(&id(order)) else { continue };
        let line = &row.lines[0];
        let got = [row.good, row.received.good, line.issued, line.returned().unwrap()];
        let expected = [good, received, issued, returned].map(ToString::to_string);
        assert_eq!(got.map(|quantity| quantity.to_string()), expected, "{order} after {step}");
    }
}

fn from_environment(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn model_random_commands_agree_with_the_reference() {
    let (seed, commands) =
        (from_environment("HEADSTOCK_SEED", 1), from_environment("HEADSTOCK_COMMANDS", 3000));
    let mut dice = Dice(seed);
    let (mut shop, mut model, mut orders) = (Shop::new(), Model::default(), 0);
    let mut log: BTreeMap<String, (Model, Value)> = BTreeMap::new();
    let (mut documents, mut refused) = (Vec::<String>::new(), 0);
    for number in 0..commands {
        // Small plants, so that laws over the whole state stay cheap.
        if number % 250 == 0 {
            (shop, model, orders) = (Shop::new(), Model::default(), 0);
            log.clear();
            documents.clear();
        }
        let step = random_step(&mut dice, &mut orders, &documents);
        if step["o"] == "O0" && orders == 0 {
            continue;
        }
        let document = format!("D{number}");
        let expected = model.step(&step, &mut log);
        let got = shop.run(command(&step, &document));
        if let Err(error) = &got {
            refused += 1;
            assert!(!expected, "the model accepts {step} after {number} commands: {error}");
            assert_ne!(error.code().as_str(), "INTERNAL", "{error} at {step}");
        } else {
            assert!(expected, "the model refuses {step} after {number} commands of seed {seed}");
        }
        if expected {
            match step["do"].as_str().unwrap() {
                "undo" => {
                    documents.retain(|known| step["d"] != known.as_str());
                    log.remove(step["d"].as_str().unwrap());
                }
                "order" => {}
                _ => {
                    documents.push(document.clone());
                    log.insert(document, (model.clone(), step.clone()));
                }
            }
        }
        compare(&shop, &model, &step);
    }
    assert!(refused > 0, "some commands must be refused");
    laws::check(&shop.state);
}

/// Reversing everything, latest first, leads back to nothing, state by state.
#[test]
fn m05_f04_undoing_the_latest_documents_restores_every_state_exactly() {
    for seed in 1..20 {
        let mut dice = Dice(seed);
        let (mut shop, mut orders) = (Shop::new(), 0);
        let mut done: Vec<(String, Value)> = Vec::new();
        for number in 0..60 {
            let step = random_step(&mut dice, &mut orders, &[]);
            if step["o"] == "O0" && orders == 0 {
                continue;
            }
            let document = format!("D{number}");
            let before = shop.business();
            if shop.run(command(&step, &document)).is_ok() && step["do"] != "order" {
                done.push((document, before));
            } else if step["do"] == "order" {
                // A new order cannot be undone: states before it are no longer reached.
                done.clear();
            }
        }
        for (document, before) in done.into_iter().rev() {
            shop.good(super::reverse(&document));
            assert_eq!(shop.business(), before, "seed {seed}, {document}");
        }
    }
}

/// Reversing an earlier document equals a replay without it, wherever both are possible.
#[test]
fn f04_undoing_an_earlier_document_equals_a_replay_without_it() {
    let mut compared = 0;
    for seed in 1..40 {
        let mut dice = Dice(seed);
        let (mut shop, mut orders) = (Shop::new(), 0);
        let mut done: Vec<(String, Value)> = Vec::new();
        for number in 0..40 {
            let step = random_step(&mut dice, &mut orders, &[]);
            let document = format!("D{number}");
            let known = step["o"] != "O0" || orders > 0;
            if known && shop.run(command(&step, &document)).is_ok() {
                done.push((document, step));
            }
        }
        let victim = usize::try_from(dice.below(i64::try_from(done.len()).unwrap())).unwrap();
        let (document, step) = &done[victim];
        if step["do"] == "order" || shop.run(super::reverse(document)).is_err() {
            continue;
        }
        let mut replay = Shop::new();
        let mut others = done.iter().filter(|(other, _)| other != document);
        if others.all(|(name, step)| replay.run(command(step, name)).is_ok()) {
            assert_eq!(shop.business(), replay.business(), "seed {seed}: {document} of {step}");
            compared += 1;
        }
    }
    assert!(compared > 5, "only {compared} replays were possible");
}
